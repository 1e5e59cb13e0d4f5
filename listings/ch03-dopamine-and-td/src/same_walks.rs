//! Every setting on the same walks: the experiment of figures 7.2, 12.3, 12.6 and 12.8
//! (Sutton and Barto 2018).
//!
//! A walk of 19 places pays -1 at the left end and 1 at the right. Values begin at 0, the
//! discount is 1. After each of ten walks, over the places,
//! $$\mathrm{error} = \sqrt{\tfrac{1}{19} \sum_s \bigl(V(s) - V_\mu(s)\bigr)^2},$$
//! averaged over the walks of a run, and then over runs.
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $n$ or $\lambda$ | `reach` | how far a learner looks | |
//! | $\eta$ | `step_size` | step size | `[0, 1]` |
//! | $V(s)$ | | value of place `s`, 1 to 19; 0 and 20 are the ends | reward |
//!
//! ```
//! use ch03_dopamine_and_td::same_walks::{compare, rms, step_sizes};
//! // Whoever learns nothing is off by as much as at the start.
//! let rows = compare(0..3, &[1.0], |walks, _, _| rms(&[0.0; 21]));
//! assert_eq!(rows.len(), step_sizes().len());
//! assert!((rows[0].mean() - 0.5477).abs() < 1e-4);
//! ```

use std::ops::Range;

use envs::Sampled;
use envs::random_walk::{random_walk, rms_error};
use prob::interval::{mean, standard_error};
use prob::rng::{Role, stream};
use rayon::prelude::*;
use rl::Episode;

/// Places of the walk.
pub const PLACES: usize = 19;
/// Walks of a run.
pub const WALKS: usize = 10;

/// 0, 0.01, … 0.05, then 0.1, 0.15, … 1: who looks far wants small ones.
pub fn step_sizes() -> Vec<f64> {
    let small = (0..5).map(|i| f64::from(i) / 100.0);
    small.chain((1..=20).map(|i| f64::from(i) / 20.0)).collect()
}

/// The walks of a run, the same for all learners.
pub fn walks(seed: u64) -> Vec<Episode> {
    let mut world = Sampled::new(random_walk(PLACES, -1.0, 1.0), None)
        .expect("a walk keeps its promises");
    let mut rng = stream(seed, Role::World, 0);
    let mut walks = vec![Episode::default(); WALKS];
    walks.iter_mut().for_each(|walk| walk.record(&mut world, |_| 0, &mut rng));
    walks
}

/// Root mean squared error over the places. `v` has shape `[PLACES + 2]`.
pub fn rms(v: &[f64]) -> f64 {
    rms_error(v, PLACES, -1.0, 1.0)
}

/// Errors of one setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// $n$ or $\lambda$.
    pub reach: f64,
    /// Step size.
    pub step_size: f64,
    /// Error of each run, averaged over its walks. Shape `[n_runs]`.
    pub errors: Vec<f64>,
}

impl Row {
    /// Mean error over runs.
    pub fn mean(&self) -> f64 {
        mean(&self.errors)
    }

    /// Standard error of [`Row::mean`].
    pub fn standard_error(&self) -> f64 {
        standard_error(&self.errors)
    }
}

// ANCHOR: compare
/// All settings on the walks of each seed. `run(walks, reach, step_size)` returns the
/// error of a learner that went through `walks`.
pub fn compare(
    seeds: Range<u64>,
    reaches: &[f64],
    run: impl Fn(&[Episode], f64, f64) -> f64 + Sync,
) -> Vec<Row> {
    let all = |&reach: &f64| step_sizes().into_iter().map(move |step| (reach, step));
    let settings: Vec<(f64, f64)> = reaches.iter().flat_map(all).collect();
    let one_run = |seed| -> Vec<f64> {
        let walks = walks(seed);
        let errors = settings.iter().map(|&(reach, step)| run(&walks, reach, step));
        // A learner that blew up beyond all numbers is as wrong as can be.
        errors.map(|error| if error.is_nan() { f64::INFINITY } else { error }).collect()
    };
    let runs: Vec<Vec<f64>> = seeds.into_par_iter().map(one_run).collect();
    let row = |(i, &(reach, step_size)): (usize, &(f64, f64))| Row {
        reach,
        step_size,
        errors: runs.iter().map(|run| run[i]).collect(),
    };
    settings.iter().enumerate().map(row).collect()
}
// ANCHOR_END: compare

/// The row with the least mean error among those with this reach.
///
/// # Panics
/// If there is none.
pub fn best(rows: &[Row], reach: f64) -> &Row {
    let rows = rows.iter().filter(|row| row.reach == reach);
    rows.min_by(|a, b| a.mean().total_cmp(&b.mean())).expect("a row with this reach")
}
