//! Between one step and all: n-step TD (Sutton and Barto 2018, section 7.1, figure 7.2).
//!
//! $$Y_t^{(n)} = R_{t+1} + \gamma_d R_{t+2} + \dots + \gamma_d^{n-1} R_{t+n} + \gamma_d^n V(s_{t+n})$$
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $Y_t^{(n)}$ | [`target`] | n-step return from step $t$ | reward |
//! | $V(s)$ | `v[s]` | value of place `s` | reward |
//! | $\gamma_d$ | `discount` | discount | `[0, 1]` |
//!
//! The walk has 19 places, pays -1 at the left end and 1 at the right; values begin at 0,
//! the discount is 1; the error is that over the 19 places after a walk, averaged over
//! the first ten walks. All settings see the same walks.
//!
//! ```
//! use ch03_dopamine_and_td::n_step::{ns, step_sizes, sweep};
//! let rows = sweep(0..2);
//! assert_eq!(rows.len(), ns().len() * step_sizes().len());
//! // A step size of 0 learns nothing.
//! assert!((rows[0].mean() - 0.5477).abs() < 1e-4);
//! ```

use std::num::NonZeroUsize;
use std::ops::Range;

use envs::random_walk::{random_walk, true_value};
use envs::{Discount, Environment, Next, Sampled};
use prob::math::sqrt;
use prob::rng::{Role, stream};
use rayon::prelude::*;
use rl::td::NStepTd;
use rl::{Episode, Settings};

use crate::random_walk::mean_and_error;

/// Places of the walk.
pub const PLACES: usize = 19;
/// Walks of a run.
pub const WALKS: usize = 10;

/// The book's: 1, 2, 4, … 512.
pub fn ns() -> Vec<usize> {
    (0..10).map(|k| 1 << k).collect()
}

/// 0, 0.01, … 0.05, then 0.1, 0.15, … 1: long returns want small ones.
pub fn step_sizes() -> Vec<f64> {
    let small = (0..5).map(|i| f64::from(i) / 100.0);
    small.chain((1..=20).map(|i| f64::from(i) / 20.0)).collect()
}

// ANCHOR: target
/// The n-step return of step `t`: up to `n` rewards, then the value of the state where
/// they end, unless the episode ended first.
pub fn target(
    episode: &Episode,
    v: &[f64],
    t: usize,
    n: usize,
    discount: Discount,
) -> f64 {
    let end = (t + n).min(episode.len());
    let mut target = match episode.states().get(end) {
        Some(&s) => v[s],
        None => 0.0,
    };
    for reward in episode.rewards()[t..end].iter().rev() {
        target = reward + discount.get() * target;
    }
    target
}
// ANCHOR_END: target

/// The walks of a run, the same for all learners.
pub fn walks(seed: u64) -> Vec<Episode> {
    let world = random_walk(PLACES, -1.0, 1.0);
    let mut world = Sampled::new(&world, None);
    let mut rng = stream(seed, Role::World, 0);
    let mut walk = || {
        let mut episode = Episode::default();
        let mut s = world.reset(&mut rng);
        loop {
            let step = world.step(0, &mut rng);
            episode.push(s, step.reward, step.next());
            s = step.observation;
            if !matches!(step.next(), Next::Continues(_)) {
                return episode;
            }
        }
    };
    (0..WALKS).map(|_| walk()).collect()
}

/// The steps of an episode: where from, paid what, where to.
pub fn steps(episode: &Episode) -> impl Iterator<Item = (usize, f64, Next)> {
    let states = episode.states();
    (0..episode.len()).map(|t| {
        let next = states.get(t + 1).map_or(Next::Terminated, |&s| Next::Continues(s));
        (states[t], episode.rewards()[t], next)
    })
}

/// Root mean squared error over the 19 places.
pub fn rms(v: &[f64]) -> f64 {
    let error = |s| v[s] - true_value(PLACES, -1.0, 1.0, s);
    sqrt((1..=PLACES).map(|s| error(s) * error(s)).sum::<f64>() / PLACES as f64)
}

/// Errors of one setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// `n`, or $\lambda$.
    pub reach: f64,
    /// Step size.
    pub step_size: f64,
    /// Error of each run, averaged over its walks. Shape `[n_runs]`.
    pub errors: Vec<f64>,
}

impl Row {
    /// Mean error over runs.
    pub fn mean(&self) -> f64 {
        mean_and_error(&self.errors).0
    }

    /// Standard error of [`Row::mean`].
    pub fn standard_error(&self) -> f64 {
        mean_and_error(&self.errors).1
    }
}

/// Each pair of settings on the same walks. `run(walks, reach, step_size)` returns the
/// error of a run.
pub fn grid(
    seeds: Range<u64>,
    reaches: &[f64],
    run: impl Fn(&[Episode], f64, f64) -> f64 + Sync,
) -> Vec<Row> {
    let settings = |reach: &f64| {
        step_sizes().into_iter().map(move |step| (*reach, step)).collect::<Vec<_>>()
    };
    let settings: Vec<(f64, f64)> = reaches.iter().flat_map(settings).collect();
    let runs: Vec<Vec<f64>> = seeds
        .into_par_iter()
        .map(|seed| {
            let walks = walks(seed);
            settings
                .iter()
                .map(|&(reach, step)| run(&walks, reach, step))
                // A learner that blew up beyond all numbers is as wrong as can be.
                .map(|error| if error.is_nan() { f64::INFINITY } else { error })
                .collect()
        })
        .collect();
    let row = |(i, &(reach, step_size)): (usize, &(f64, f64))| Row {
        reach,
        step_size,
        errors: runs.iter().map(|run| run[i]).collect(),
    };
    settings.iter().enumerate().map(row).collect()
}

/// Figure 7.2: errors by `n` and step size.
pub fn sweep(seeds: Range<u64>) -> Vec<Row> {
    let ns: Vec<f64> = ns().into_iter().map(|n| n as f64).collect();
    grid(seeds, &ns, |walks, n, step_size| {
        let settings = Settings::new(step_size, 1.0).expect("both from 0 to 1");
        let n = NonZeroUsize::new(n as usize).expect("at least 1");
        let mut learner = NStepTd::new(vec![0.0; PLACES + 2], n, settings);
        let mut sum = 0.0;
        for walk in walks {
            steps(walk).for_each(|(s, reward, next)| learner.learn(s, reward, next));
            sum += rms(learner.v());
        }
        sum / walks.len() as f64
    })
}

/// The row with the least mean error among those with this reach.
///
/// # Panics
/// If there is none.
pub fn best(rows: &[Row], reach: f64) -> &Row {
    let rows = rows.iter().filter(|row| row.reach == reach);
    rows.min_by(|a, b| a.mean().total_cmp(&b.mean())).expect("a row with this reach")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_learner_moves_each_place_toward_this_target() {
        // With the values of n steps later, and in order; with one step at a time those
        // are the values of now.
        let walk = &walks(0)[0];
        let one = Discount::new(1.0).unwrap();
        let settings = Settings::new(0.3, 1.0).unwrap();
        let mut v = vec![0.1; PLACES + 2];
        let mut learner =
            NStepTd::new(v.clone(), NonZeroUsize::new(3).unwrap(), settings);
        for (s, reward, next) in steps(walk) {
            learner.learn(s, reward, next);
        }
        for t in 0..walk.len() {
            let s = walk.states()[t];
            v[s] += 0.3 * (target(walk, &v, t, 3, one) - v[s]);
        }
        assert!(v.iter().zip(learner.v()).all(|(a, b)| (a - b).abs() < 1e-12));
    }
}
