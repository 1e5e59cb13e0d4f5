//! The worlds of Sutton and Barto, *Reinforcement Learning: An Introduction*, 2nd edition
//! (2018), with their parameters.
//!
//! Grids count their states in reading order from the top left, and their actions are
//! those of [`Move`]. Where the book starts an episode nowhere, it starts in each state
//! that is no end with the same probability.

mod car_rental;
mod cliff;
mod gambler;
mod gridworld;
mod small_gridworld;
mod windy;

pub use car_rental::{CARS, FERRIED, car_rental, moved, policy_action};
pub use cliff::{CLIFF_COLUMNS, CLIFF_ROWS, cliff};
pub use gambler::{CAPITAL, STAKES, gambler, stake};
pub use gridworld::gridworld;
pub use small_gridworld::small_gridworld;
pub use windy::{WIND, WINDY_COLUMNS, WINDY_ROWS, windy};

use crate::Successor;
use crate::maze::Move;

/// The one way a deterministic step goes.
fn surely(state: usize, reward: f64) -> Successor {
    Successor { state, probability: 1.0, reward }
}

/// The same probability for each of `states`.
fn evenly(states: impl ExactSizeIterator<Item = usize>) -> Vec<(usize, f64)> {
    let p = 1.0 / states.len() as f64;
    states.map(|s| (s, p)).collect()
}

/// Where a move leads from a cell on an open grid; none off its edge.
fn beyond(rows: usize, columns: usize, s: usize, direction: Move) -> Option<usize> {
    let (row, column) = (s / columns, s % columns);
    let (row, column) = match direction {
        Move::North => (row.checked_sub(1)?, column),
        Move::East => (row, column + 1),
        Move::South => (row + 1, column),
        Move::West => (row, column.checked_sub(1)?),
    };
    (row < rows && column < columns).then_some(row * columns + column)
}
