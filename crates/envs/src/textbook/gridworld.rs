//! The 5x5 grid of example 3.5 (figures 3.2 and 3.5).

use super::{beyond, evenly, surely};
use crate::Table;
use crate::maze::Move;

const SIDE: usize = 5;
/// Special cell, where it leads, what that pays: A pays 10 and leads to A', B pays 5 and
/// leads to B'.
const JUMPS: [(usize, usize, f64); 2] = [(1, 4 * SIDE + 1, 10.0), (3, 2 * SIDE + 3, 5.0)];

/// The gridworld of example 3.5 (Sutton and Barto 2018, figure 3.2): 25 states, no end.
///
/// A step off the grid leaves the state as it is and pays -1; any action in A = (row 0,
/// column 1) pays 10 and leads to (4, 1), any in B = (0, 3) pays 5 and leads to (2, 3);
/// all else pays 0. The figures use the discount 0.9.
pub fn gridworld() -> Table {
    Table::new(SIDE * SIDE, 4, evenly(0..SIDE * SIDE), &[], |s, a, row| {
        let jump = JUMPS.iter().find(|(from, ..)| *from == s);
        row.push(match (jump, beyond(SIDE, SIDE, s, Move::ALL[a])) {
            (Some(&(_, to, reward)), _) => surely(to, reward),
            (None, Some(next)) => surely(next, 0.0),
            (None, None) => surely(s, -1.0),
        });
    })
    .expect("the world is tested")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FiniteWorld;

    #[test]
    fn special_cells_jump_and_edges_cost() {
        let world = gridworld();
        assert!((0..4).all(|a| world.successors(1, a)[0] == surely(21, 10.0)));
        assert!((0..4).all(|a| world.successors(3, a)[0] == surely(13, 5.0)));
        assert_eq!(world.successors(0, Move::North as usize)[0], surely(0, -1.0));
        assert_eq!(world.successors(24, Move::East as usize)[0], surely(24, -1.0));
        assert_eq!(world.successors(12, Move::West as usize)[0], surely(11, 0.0));
    }
}
