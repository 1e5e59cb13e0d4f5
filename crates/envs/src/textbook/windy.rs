//! The windy gridworld of example 6.5.

use super::{beyond, surely};
use crate::Table;
use crate::maze::Move;

/// Rows of the grid.
pub const WINDY_ROWS: usize = 7;
/// Columns of the grid.
pub const WINDY_COLUMNS: usize = 10;
/// How many cells the wind lifts whoever leaves a column, by column.
pub const WIND: [usize; WINDY_COLUMNS] = [0, 0, 0, 1, 1, 1, 2, 2, 1, 0];

const START: usize = 3 * WINDY_COLUMNS;
const GOAL: usize = 3 * WINDY_COLUMNS + 7;

/// The windy gridworld (Sutton and Barto 2018, example 6.5): 7 rows, 10 columns, from (3,
/// 0) to (3, 7), four moves.
///
/// A step adds to the move the [`WIND`] of the column that it leaves, upward, stopped by
/// the edge. Each step pays -1. Undiscounted.
pub fn windy() -> Table {
    Table::new(WINDY_ROWS * WINDY_COLUMNS, 4, vec![(START, 1.0)], &[GOAL], |s, a, row| {
        let mut next = beyond(WINDY_ROWS, WINDY_COLUMNS, s, Move::ALL[a]).unwrap_or(s);
        for _ in 0..WIND[s % WINDY_COLUMNS] {
            next = beyond(WINDY_ROWS, WINDY_COLUMNS, next, Move::North).unwrap_or(next);
        }
        row.push(surely(next, -1.0));
    })
    .expect("the world is tested")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FiniteWorld;

    #[test]
    fn the_wind_of_the_column_left_lifts() {
        let world = windy();
        let at = |row, column| row * WINDY_COLUMNS + column;
        let next = |s, direction: Move| world.successors(s, direction as usize)[0].state;
        assert_eq!(next(at(3, 6), Move::East), at(1, 7));
        assert_eq!(next(at(3, 2), Move::East), at(3, 3));
        assert_eq!(next(at(0, 7), Move::South), at(0, 7));
        assert_eq!(next(at(4, 8), Move::West), at(3, 7));
    }
}
