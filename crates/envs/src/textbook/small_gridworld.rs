//! The 4x4 grid of example 4.1 (figure 4.1).

use super::{beyond, evenly, surely};
use crate::Table;
use crate::maze::Move;

const SIDE: usize = 4;

/// The gridworld of example 4.1 (Sutton and Barto 2018, figure 4.1): 16 states, of which
/// the first and the last, shaded in the book, are ends.
///
/// Each step pays -1, also one off the grid, which leaves the state as it is. The figure
/// uses the discount 1.
pub fn small_gridworld() -> Table {
    let last = SIDE * SIDE - 1;
    Table::new(SIDE * SIDE, 4, evenly(1..last), &[0, last], |s, a, row| {
        let next = beyond(SIDE, SIDE, s, Move::ALL[a]).unwrap_or(s);
        row.push(surely(next, -1.0));
    })
    .expect("the world is tested")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FiniteWorld;

    #[test]
    fn each_step_costs_one_and_both_corners_end_it() {
        let world = small_gridworld();
        assert!(world.is_terminal(0) && world.is_terminal(15));
        for s in 1..15 {
            assert!((0..4).all(|a| world.successors(s, a)[0].reward == -1.0));
        }
        assert_eq!(world.successors(3, Move::East as usize)[0].state, 3);
        assert_eq!(world.successors(4, Move::North as usize)[0].state, 0);
    }
}
