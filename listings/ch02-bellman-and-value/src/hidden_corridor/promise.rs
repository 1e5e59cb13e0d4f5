//! What the Bellman equation promises if it takes an observation for a state.

use rl::Policy;

use super::{DARK, EVEN, Move, mdp_at_one};
use crate::occupancy;

/// How often a move to the left and a move to the right in the dark end at the food, for
/// who goes right with chance `p` all the time.
///
/// # Panics
/// If `p` is 0 or 1: such a walk can go on for ever.
pub fn arrivals(p: f64) -> [f64; 2] {
    let (mdp, one) = mdp_at_one();
    let policy = Policy::new(&mdp, [1.0 - p, p].repeat(4)).expect("a chance");
    let start: Vec<(usize, f64)> = DARK.into_iter().zip(EVEN).collect();
    let x = occupancy::visits(&mdp, &policy, &start, one);
    let share = |cell: usize, movement: Move| {
        let all: f64 = DARK.iter().map(|&dark| x[2 * dark + movement as usize]).sum();
        x[2 * cell + movement as usize] / all
    };
    [share(3, Move::Left), share(1, Move::Right)]
}

/// The steps that the Bellman equation promises if it takes "dark" for a state: $V = 1 +
/// (1 - \text{arrivals}) V$ for each move, so $1 / \text{arrivals}$.
pub fn promised(p: f64) -> [f64; 2] {
    arrivals(p).map(|chance| 1.0 / chance)
}
