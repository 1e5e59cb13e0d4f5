//! What a state shows.

use prob::categorical;
use rand::Rng;

/// What one modality shows in one state: a column of its likelihood, without the zeros.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcomes<'a> {
    /// This outcome and no other.
    Surely(usize),
    /// One of these outcomes, each with its probability; they sum to 1.
    Drawn(&'a [(usize, f64)]),
}

impl<'a> Outcomes<'a> {
    /// The outcomes with their probabilities.
    ///
    /// ```
    /// use envs::Outcomes;
    /// assert_eq!(Outcomes::Surely(3).iter().collect::<Vec<_>>(), [(3, 1.0)]);
    /// ```
    pub fn iter(self) -> impl Iterator<Item = (usize, f64)> + 'a {
        let (one, many) = match self {
            Self::Surely(outcome) => (Some((outcome, 1.0)), &[][..]),
            Self::Drawn(row) => (None, row),
        };
        one.into_iter().chain(many.iter().copied())
    }

    /// The probability of `outcome`, an entry of the likelihood $A\[o, s\]$.
    pub fn probability(self, outcome: usize) -> f64 {
        self.iter().filter(|(o, _)| *o == outcome).map(|(_, p)| p).sum()
    }

    /// Draws an outcome: one draw, and none where there is only one outcome.
    ///
    /// # Panics
    /// If no outcome has a positive probability.
    pub fn draw<R: Rng + ?Sized>(self, rng: &mut R) -> usize {
        match self {
            Self::Surely(only) | Self::Drawn(&[(only, _)]) => only,
            Self::Drawn(row) => {
                row[categorical::sample_from(row.iter().map(|(_, p)| *p), rng)].0
            }
        }
    }
}
