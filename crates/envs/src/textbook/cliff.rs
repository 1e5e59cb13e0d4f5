//! The cliff of example 6.6.

use super::{beyond, surely};
use crate::Table;
use crate::maze::Move;

/// Rows of the grid.
pub const CLIFF_ROWS: usize = 4;
/// Columns of the grid.
pub const CLIFF_COLUMNS: usize = 12;

const START: usize = (CLIFF_ROWS - 1) * CLIFF_COLUMNS;
const GOAL: usize = CLIFF_ROWS * CLIFF_COLUMNS - 1;

/// The cliff (Sutton and Barto 2018, example 6.6): 4 rows, 12 columns, from (3, 0) to (3,
/// 11) along the edge.
///
/// Each step pays -1. A step into the ten cells between start and goal pays -100 and
/// leads back to the start; so the cells of the cliff are never entered, and stand in the
/// table only to keep the reading order. Undiscounted.
pub fn cliff() -> Table {
    Table::new(CLIFF_ROWS * CLIFF_COLUMNS, 4, vec![(START, 1.0)], &[GOAL], |s, a, row| {
        let next = beyond(CLIFF_ROWS, CLIFF_COLUMNS, s, Move::ALL[a]).unwrap_or(s);
        row.push(if (START + 1..GOAL).contains(&next) {
            surely(START, -100.0)
        } else {
            surely(next, -1.0)
        });
    })
    .expect("the world is tested")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FiniteWorld;

    #[test]
    fn falling_costs_a_hundred_and_starts_over() {
        let world = cliff();
        let fall = surely(START, -100.0);
        assert_eq!(world.successors(START, Move::East as usize), [fall]);
        for column in 1..11 {
            let above = (CLIFF_ROWS - 2) * CLIFF_COLUMNS + column;
            assert_eq!(world.successors(above, Move::South as usize), [fall]);
        }
        let last = (CLIFF_ROWS - 2) * CLIFF_COLUMNS + 11;
        assert_eq!(world.successors(last, Move::South as usize), [surely(GOAL, -1.0)]);
    }
}
