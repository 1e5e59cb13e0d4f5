//! What a table or a graph says of paths that the animal has never taken.
//!
//! - A habit learner's table says nothing of them.
//! - A habit learner that generalizes spreads what it learned about the alley to paths of
//!   nearly the same bearing $b_k$:
//!   $Q(\mathrm{table}, k) = Q(\mathrm{table}, \mathrm{alley})\,
//!   e^{-(b_k - b_{\mathrm{alley}})^2 / 2 w^2}$ with $b_{\mathrm{alley}} = 0$.
//! - The graph of a map learner has no link there.
//!
//! ```
//! use ch01_behaving_animal::{sunburst::Chooser, unseen_paths::worth};
//! assert!(worth(Chooser::GraphMap).iter().all(|&q| q == 0.0));
//! ```

use envs::Next;
use envs::sunburst::{PATHS, ROUTE, bearing};
use ndarray::Array1;
use prob::math::exp;

use crate::habit_learner::HabitLearner;
use crate::map_learner::MapLearner;
use crate::maze_trial::{MazeLearner, Settings};
use crate::sunburst::Chooser;

/// Training walks: twelve, as in 1946.
pub const WALKS: usize = 12;
/// Width $w$ of generalization, in degrees: two paths. Chosen; which paths
/// are worth most does not depend on it.
pub const WIDTH: f64 = 20.0;
/// The alley of the training, as an action at the table; actions below it are the new
/// paths, path 1 first.
pub const ALLEY: usize = PATHS;
/// The table, as a place; the corners of the route follow.
pub const TABLE: usize = 0;

// ANCHOR: worth
/// What the new paths are worth to an animal with a table or a graph, after training;
/// shape `[18]`, path 1 first.
///
/// # Panics
/// For a vector map, which holds no worth of paths.
pub fn worth(chooser: Chooser) -> Array1<f64> {
    let (n, k) = (ROUTE.len() - 1, PATHS + 1);
    let mut habit = HabitLearner::new(n, k, Settings::default());
    let mut map = MapLearner::new(n, k, Settings::default());
    for _ in 0..WALKS {
        walk(&mut habit);
        walk(&mut map);
    }
    // ANCHOR: kinds
    let alley = habit.q()[(TABLE, ALLEY)];
    let spread = |path: usize| {
        alley * exp(-0.5 * (bearing(path) / WIDTH) * (bearing(path) / WIDTH))
    };
    match chooser {
        Chooser::Habit => habit.q().row(TABLE).iter().copied().take(PATHS).collect(),
        Chooser::GeneralizingHabit => (1..=PATHS).map(spread).collect(),
        Chooser::GraphMap => map.q().row(TABLE).iter().copied().take(PATHS).collect(),
        Chooser::VectorMap => panic!("a vector map holds no worth of paths"),
    }
    // ANCHOR_END: kinds
}

/// One walk on the training route. There is nothing to choose: every corner has one way
/// on.
fn walk(animal: &mut impl MazeLearner) {
    animal.begin_trial();
    for corner in 0..ROUTE.len() - 1 {
        let arrived = corner + 1;
        if arrived == ROUTE.len() - 1 {
            animal.learn(corner, ALLEY, 1.0, Next::Terminated);
        } else {
            animal.learn(corner, ALLEY, 0.0, Next::Continues(arrived));
        }
    }
}
// ANCHOR_END: worth
