//! Measures of replanning, from the trials of one animal in the detour maze.
//!
//! With $n_i$ steps on test trial $i$ where $n^*$ would do: the first $i$ with $n_i =
//! n^*$, the steps before it, and the regret $\sum_i (n_i - n^*)$. Whether the animal
//! ever arrives would measure little: a walker that draws every move at random arrives
//! too, and [`random_walker`] says how often and how soon.
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

use envs::FiniteWorld;
use envs::maze::Maze;
use prob::interval::mean;
use prob::math::sqrt;

use crate::detour::{Row, TRAINING};
use crate::learners::Animal;

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
    let start = maze.cell(maze.start_state()?);
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
/// Steps wasted over all trials after the door shut. `rows` are those of one animal.
pub fn regret(rows: &[Row]) -> usize {
    rows.iter().filter(|row| row.trial > TRAINING).map(|row| row.steps - row.needed).sum()
}
// ANCHOR_END: regret

/// A walker that draws every move at random from `start`: its chance to have arrived
/// within `limit` steps, and the steps it takes on average when nobody stops it.
///
/// Exact but for the last $10^{-12}$ of the chance: the chances of all places are carried
/// forward step by step.
pub fn random_walker(maze: &impl FiniteWorld, start: usize, limit: u32) -> (f64, f64) {
    let mut chances = vec![0.0; maze.n_states()];
    chances[start] = 1.0;
    let (mut within, mut steps) = (0.0, 0.0);
    for step in 0.. {
        let walking: f64 = chances.iter().sum();
        if step == limit {
            within = 1.0 - walking;
        }
        if step >= limit && walking < 1e-12 {
            break;
        }
        steps += walking;
        let mut next = vec![0.0; chances.len()];
        for (s, &chance) in chances.iter().enumerate() {
            for successor in (0..maze.n_actions()).flat_map(|a| maze.successors(s, a)) {
                if !maze.is_terminal(successor.state) {
                    let share = successor.probability / maze.n_actions() as f64;
                    next[successor.state] += chance * share;
                }
            }
        }
        chances = next;
    }
    (within, steps)
}

/// Pearson's correlation over places between the largest action values of two animals:
/// how much alike their pictures of the maze are. The goal is left out.
pub fn picture_correlation(maze: &Maze, one: &Animal, other: &Animal) -> f64 {
    let picture = |animal: &Animal| -> Vec<f64> {
        let places = (0..maze.n_states()).filter(|&s| !maze.is_terminal(s));
        let worth =
            places.map(|s| animal.q().row(s).fold(f64::NEG_INFINITY, |v, &q| v.max(q)));
        let worth: Vec<f64> = worth.collect();
        let middle = mean(&worth);
        worth.iter().map(|v| v - middle).collect()
    };
    let (x, y) = (picture(one), picture(other));
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    dot(&x, &y) / sqrt(dot(&x, &x) * dot(&y, &y))
}
