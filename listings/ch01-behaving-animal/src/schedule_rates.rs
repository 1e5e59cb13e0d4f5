//! Experiment: one learner on Skinner's four schedules.
//!
//! Each animal is trained on one schedule for [`TRAINING`] ticks, then recorded for
//! [`RECORDING`] ticks while it goes on learning. Parameters are the same on all
//! schedules.
//!
//! ```
//! use ch01_behaving_animal::schedule_rates::{SCHEDULES, run};
//! let rows = run(0..1);
//! assert_eq!(rows.len(), SCHEDULES.len());
//! let (variable_ratio, variable_interval) = (rows[1].presses, rows[3].presses);
//! assert!(variable_ratio > variable_interval);
//! ```

use std::ops::Range;

use rayon::prelude::*;

use crate::chamber::{Session, Tick, session};
use crate::free_operant::{FreeOperant, Parameters};
use crate::schedules::{Key, Schedule, TICK_SECONDS};

/// Ticks of training before anything is recorded: five and a half hours.
pub const TRAINING: u32 = 40_000;
/// Ticks of recording: nearly three hours.
pub const RECORDING: u32 = 20_000;
/// Ticks in a minute.
pub const MINUTE: f64 = 60.0 / TICK_SECONDS;
/// Ticks in a bin of [`Row::by_elapsed`]: 2.5 s.
pub const ELAPSED_BIN: u32 = 5;
/// Bins of [`Row::by_elapsed`]: 30 s, one fixed interval.
pub const ELAPSED_BINS: usize = 12;

/// The four schedules of the chapter, with their names: 15 presses or 30 s.
pub const SCHEDULES: [(&str, Schedule); 4] = [
    ("FR 15", Schedule::FixedRatio(15)),
    ("VR 15", Schedule::VariableRatio(15)),
    ("FI 30 s", Schedule::FixedInterval(60)),
    ("VI 30 s", Schedule::VariableInterval(60)),
];

/// One animal on one schedule.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Name of the schedule, as in [`SCHEDULES`].
    pub schedule: &'static str,
    /// Seed of the animal.
    pub seed: u64,
    /// Presses a minute.
    pub presses: f64,
    /// Foods a minute.
    pub foods: f64,
    /// Presses a minute in each bin of [`ELAPSED_BIN`] ticks since the last food; NaN
    /// where the animal never was.
    pub by_elapsed: [f64; ELAPSED_BINS],
}

/// Trains a naive animal on `schedule`, then shows each recorded tick to `observe`.
pub fn record(schedule: Schedule, seed: u64, mut observe: impl FnMut(Tick)) {
    let mut animal = FreeOperant::new(1, Parameters::default());
    let plan = Session { ticks: TRAINING + RECORDING, seed, ..Session::default() };
    session(&mut animal, &mut [Key::new(schedule)], plan, |tick| {
        if tick.at >= TRAINING {
            observe(tick);
        }
    });
}

// ANCHOR: run
/// All four schedules for each seed, seed by seed.
pub fn run(seeds: Range<u64>) -> Vec<Row> {
    let rows = |seed| {
        SCHEDULES.into_iter().map(move |(name, schedule)| animal(name, schedule, seed))
    };
    seeds.into_par_iter().flat_map_iter(rows).collect()
}

fn animal(name: &'static str, schedule: Schedule, seed: u64) -> Row {
    let (mut presses, mut foods) = (0.0, 0.0);
    let (mut ticks, mut pressed) = ([0.0; ELAPSED_BINS], [0.0; ELAPSED_BINS]);
    record(schedule, seed, |tick| {
        let press = f64::from(tick.key.is_some());
        presses += press;
        foods += f64::from(tick.food);
        let bin = ((tick.since_food - 1) / ELAPSED_BIN) as usize;
        if bin < ELAPSED_BINS {
            ticks[bin] += 1.0;
            pressed[bin] += press;
        }
    });
    let minutes = f64::from(RECORDING) / MINUTE;
    let by_elapsed = std::array::from_fn(|bin| pressed[bin] / ticks[bin] * MINUTE);
    Row {
        schedule: name,
        seed,
        presses: presses / minutes,
        foods: foods / minutes,
        by_elapsed,
    }
}
// ANCHOR_END: run

// ANCHOR: acceleration
/// How much faster the animal presses late than early in the interval: the last quarter
/// of 30 s against the first half.
pub fn acceleration(row: &Row) -> f64 {
    let mean = |bins: &[f64]| bins.iter().sum::<f64>() / bins.len() as f64;
    mean(&row.by_elapsed[9..]) / mean(&row.by_elapsed[..6])
}
// ANCHOR_END: acceleration
