//! Experiment: two keys, two independent VI schedules, and Herrnstein's matching law.
//!
//! $$\ln \frac{B_1}{B_2} = a \ln \frac{R_1}{R_2} + \ln b$$
//!
//! | book | code | meaning |
//! |---|---|---|
//! | $B_1, B_2$ | `presses` | presses on each key |
//! | $R_1, R_2$ | `foods` | foods obtained from each key |
//! | $a$ | `slope` | sensitivity: 1 is matching, less is undermatching |
//! | $\ln b$ | `bias` | bias towards key 1 |
//!
//! The generalized law is Baum's (1974); $a = b = 1$ is Herrnstein's (1961), $B_1/(B_1+B_2) = R_1/(R_1+R_2)$.
//!
//! ```
//! use ch01_behaving_animal::matching::fit;
//! let (slope, bias) = fit(&[(-1.0, -0.7), (0.0, 0.1), (1.0, 0.9)]);
//! assert!((slope - 0.8).abs() < 1e-12 && (bias - 0.1).abs() < 1e-12);
//! ```

use std::ops::Range;

use prob::math::ln;
use rayon::prelude::*;

use crate::chamber::{Animal, Session, session};
use crate::free_operant::{FreeOperant, Parameters};
use crate::schedules::{Key, Schedule};
use crate::value_learner::{ValueLearner, ValueParameters};

/// Ticks of training with each pair.
pub const TRAINING: u32 = 30_000;
/// Ticks of recording with each pair.
pub const RECORDING: u32 = 18_000;
/// Ticks after a switch in which presses don't count, where a delay is wanted: 1.5 s, as in Herrnstein (1961).
pub const DELAY: u32 = 3;
/// Pairs of VI schedules in ticks, from 9 to 1 in favor of key 2 to the reverse; together they set up four foods a minute.
pub const PAIRS: [(u32, u32); 7] = [(300, 33), (150, 38), (90, 45), (60, 60), (45, 90), (38, 150), (33, 300)];

/// One animal with one pair of schedules.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Seed of the animal.
    pub seed: u64,
    /// Index of the pair, for VI pairs in [`PAIRS`].
    pub pair: usize,
    /// Recorded presses on each key.
    pub presses: [u32; 2],
    /// Recorded foods from each key.
    pub foods: [u32; 2],
}

impl Row {
    /// $(\ln R_1/R_2, \ln B_1/B_2)$; half a count is added to each so that a key never tried has a logarithm.
    pub fn log_ratios(&self) -> (f64, f64) {
        let log_ratio = |[one, two]: [u32; 2]| ln((f64::from(one) + 0.5) / (f64::from(two) + 0.5));
        (log_ratio(self.foods), log_ratio(self.presses))
    }

    /// Share of the presses that went to key 1.
    pub fn preference(&self) -> f64 {
        f64::from(self.presses[0]) / f64::from(self.presses[0] + self.presses[1])
    }
}

/// One naive animal on a pair of schedules, its last [`RECORDING`] ticks counted.
pub fn trial<A: Animal>(mut animal: A, schedules: [Schedule; 2], delay: u32, seed: u64, pair: usize) -> Row {
    let mut row = Row { seed, pair, presses: [0; 2], foods: [0; 2] };
    let plan = Session {
        ticks: TRAINING + RECORDING,
        changeover_delay: delay,
        seed,
        run: pair as u64,
        ..Session::default()
    };
    session(&mut animal, &mut schedules.map(Key::new), plan, |tick| {
        if let (true, Some(key)) = (tick.at >= TRAINING, tick.key) {
            row.presses[key] += 1;
            row.foods[key] += u32::from(tick.food);
        }
    });
    row
}

// ANCHOR: run
/// Each seed on each of `pairs`, a naive animal every time; `delay` is the changeover delay in ticks.
pub fn run_with<A: Animal>(
    seeds: Range<u64>,
    pairs: &[(u32, u32)],
    delay: u32,
    naive: impl Fn() -> A + Sync,
) -> Vec<Row> {
    let naive = &naive;
    let rows = |seed| {
        pairs.iter().enumerate().map(move |(pair, &(one, two))| {
            let schedules = [Schedule::VariableInterval(one), Schedule::VariableInterval(two)];
            trial(naive(), schedules, delay, seed, pair)
        })
    };
    seeds.into_par_iter().flat_map_iter(rows).collect()
}

/// The free operant of the schedules, parameters unchanged.
pub fn run(seeds: Range<u64>) -> Vec<Row> {
    run_with(seeds, &PAIRS, 0, || FreeOperant::new(2, Parameters::default()))
}

/// The learner that chooses by a softmax of values.
pub fn run_values(seeds: Range<u64>) -> Vec<Row> {
    run_with(seeds, &PAIRS, 0, || ValueLearner::new(2, ValueParameters::default()))
}
// ANCHOR_END: run

// ANCHOR: fit
/// Least squares through points $(x, y)$: slope and intercept.
///
/// # Panics
/// If there are fewer than two points or all `x` are equal.
pub fn fit(points: &[(f64, f64)]) -> (f64, f64) {
    let n = points.len() as f64;
    let (mean_x, mean_y) = (points.iter().map(|p| p.0).sum::<f64>() / n, points.iter().map(|p| p.1).sum::<f64>() / n);
    let covariance: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let variance: f64 = points.iter().map(|(x, _)| (x - mean_x) * (x - mean_x)).sum();
    assert!(variance > 0.0, "a line needs two different x, got {points:?}");
    let slope = covariance / variance;
    (slope, mean_y - slope * mean_x)
}
// ANCHOR_END: fit

/// Slope and bias of each animal, in the order of the seeds; `rows` as [`run`] returns them.
pub fn fits(rows: &[Row]) -> Vec<(f64, f64)> {
    let line = |rows: &[Row]| fit(&rows.iter().map(Row::log_ratios).collect::<Vec<_>>());
    rows.chunk_by(|a, b| a.seed == b.seed).map(line).collect()
}

/// Concurrent VR 20 and VR 40, where only one key is worth a press: a [`Row`] a seed.
pub fn ratios(seeds: Range<u64>) -> Vec<Row> {
    let animal = |seed| {
        let schedules = [Schedule::VariableRatio(20), Schedule::VariableRatio(40)];
        trial(FreeOperant::new(2, Parameters::default()), schedules, 0, seed, PAIRS.len())
    };
    seeds.into_par_iter().map(animal).collect()
}
