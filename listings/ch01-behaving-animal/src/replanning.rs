//! Measures of replanning, from the trials of one animal in the detour maze.
//!
//! With $n_i$ steps on test trial $i$ where $n^*$ would do: the first $i$ with $n_i =
//! n^*$, the steps before it, and the regret $\sum_i (n_i - n^*)$. Whether the animal
//! ever arrives would measure nothing: a blind walker arrives too.
//!
//! ```
//! use ch01_behaving_animal::detour::{Row, TRAINING};
//! use ch01_behaving_animal::{learners::Learner, replanning};
//!
//! let row = |trial, steps| Row { learner: Learner::Map, seed: 0, trial: TRAINING + trial, steps, needed: 16, entered: None };
//! let rows = [row(1, 40), row(2, 18), row(3, 16), row(4, 17)];
//! assert_eq!(replanning::trials_to_replan(&rows), Some(3));
//! assert_eq!((replanning::steps_to_replan(&rows), replanning::regret(&rows)), (58, 27));
//! ```

use envs::maze::Maze;

use crate::detour::{Row, TRAINING};

/// The three paths that meet above the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// Straight on, 8 steps.
    First,
    /// Around on the left, 14 steps.
    Second,
    /// Around on the right, 16 steps.
    Third,
}

/// The path whose first cell comes first among `places`.
pub fn entered(maze: &Maze, places: &[usize]) -> Option<Path> {
    let start = maze.cell(maze.start_state());
    let fork = start.row - 1;
    places.iter().map(|&place| maze.cell(place)).find_map(|cell| {
        match (cell.row, cell.column) {
            (row, column) if row == fork && column < start.column => Some(Path::Second),
            (row, column) if row == fork && column > start.column => Some(Path::Third),
            (row, _) if row < fork => Some(Path::First),
            _ => None,
        }
    })
}

/// Trials after the door shut until the first on the shortest open path, itself included;
/// none if there was none.
///
/// `rows` are those of one animal.
pub fn trials_to_replan(rows: &[Row]) -> Option<usize> {
    let after = rows.iter().filter(|row| row.trial > TRAINING);
    after.clone().position(|row| row.steps == row.needed).map(|position| position + 1)
}

/// Steps walked after the door shut before the first run on the shortest open path; all
/// of them if there was none.
///
/// `rows` are those of one animal.
pub fn steps_to_replan(rows: &[Row]) -> usize {
    let after = rows.iter().filter(|row| row.trial > TRAINING);
    after.take_while(|row| row.steps != row.needed).map(|row| row.steps).sum()
}

// ANCHOR: regret
/// Steps wasted after the door shut, over all test trials. `rows` are those of one
/// animal.
pub fn regret(rows: &[Row]) -> usize {
    rows.iter().filter(|row| row.trial > TRAINING).map(|row| row.steps - row.needed).sum()
}
// ANCHOR_END: regret
