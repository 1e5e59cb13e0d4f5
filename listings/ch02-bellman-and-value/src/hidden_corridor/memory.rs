//! Rules that remember one move.

use super::{EVEN, Move, after};

/// What a rule that remembers its last move does: first, after a move left, after a move
/// right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OneMoveOfMemory {
    /// The first move.
    pub first: Move,
    /// The next move after each of [`Move::ALL`].
    pub after: [Move; 2],
}

impl OneMoveOfMemory {
    /// All eight.
    pub fn all() -> impl Iterator<Item = Self> {
        let two = |i: usize| Move::ALL[i & 1];
        (0..8).map(move |i| Self { first: two(i), after: [two(i >> 1), two(i >> 2)] })
    }

    /// Mean steps over the starts; none if it does not arrive from everywhere.
    pub fn steps(self) -> Option<f64> {
        // Three cells and two moves: whoever has not arrived after six steps goes round
        // in circles.
        let mut belief = EVEN;
        let (mut movement, mut steps) = (self.first, 0.0);
        for _ in 0..6 {
            steps += belief.iter().sum::<f64>();
            belief = after(belief, movement);
            movement = self.after[movement as usize];
        }
        (belief.iter().sum::<f64>() == 0.0).then_some(steps)
    }
}
