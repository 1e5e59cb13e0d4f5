//! Thorndike's experiment: how long does a cat take to get out, trial after trial?
//!
//! Cats that learn by the law of effect stand beside cats that understand, at once or
//! some day. The seconds of a trial are its latency; the average of many cats is taken of
//! its logarithm.
//!
//! ```
//! let rows = ch01_behaving_animal::puzzle_box::run(0..2);
//! assert!(rows.iter().all(|row| row.latency >= 2.0));
//! ```

use std::ops::Range;

use prob::{Probability, interval::mean, math::ln};
use rayon::prelude::*;

pub use crate::escape::{LATCH, RESPONSES, SECONDS, latencies};
pub use crate::sudden_or_gradual::{largest_drop, relapses};

use crate::insight::Insight;
use crate::law_of_effect::{LawOfEffect, StepSizes};

/// Trials of a cat.
pub const TRIALS: usize = 60;
/// A trial is quick if it takes at most this many seconds: two or three responses.
pub const QUICK: f64 = 15.0;

/// The cats that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Learns by the law of effect.
    LawOfEffect,
    /// Understands at its first escape.
    InsightAtOnce,
    /// Understands at any escape with chance 1/10.
    InsightSomeDay,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] =
        [Self::LawOfEffect, Self::InsightAtOnce, Self::InsightSomeDay];

    /// Its name in prints and data.
    pub fn name(self) -> &'static str {
        match self {
            Self::LawOfEffect => "law-of-effect",
            Self::InsightAtOnce => "insight-at-once",
            Self::InsightSomeDay => "insight-some-day",
        }
    }
}

/// One trial of one cat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Which kind of cat.
    pub kind: Kind,
    /// Its seed.
    pub seed: u64,
    /// Trial, from 1.
    pub trial: usize,
    /// Seconds until it was out.
    pub latency: f64,
}

/// Mean over cats of $\ln$ latency, by trial.
pub fn mean_log_latency(rows: &[Row], kind: Kind) -> Vec<f64> {
    let logs = |trial| -> Vec<f64> {
        let chosen = rows.iter().filter(|row| row.kind == kind && row.trial == trial);
        chosen.map(|row| ln(row.latency)).collect()
    };
    (1..=TRIALS).map(|trial| mean(&logs(trial))).collect()
}

/// Every trial of every kind of cat, one cat of a kind a seed.
pub fn run(seeds: Range<u64>) -> Vec<Row> {
    seeds
        .into_par_iter()
        .flat_map_iter(|seed| {
            Kind::ALL.into_iter().flat_map(move |kind| one_cat(kind, seed))
        })
        .collect()
}

fn one_cat(kind: Kind, seed: u64) -> impl Iterator<Item = Row> {
    let insight = |chance| {
        Insight::new(RESPONSES, Probability::new(chance).expect("written below"))
    };
    // ANCHOR: cats
    let latencies = match kind {
        Kind::LawOfEffect => {
            latencies(LawOfEffect::new(RESPONSES, StepSizes::default()), seed, TRIALS)
        }
        Kind::InsightAtOnce => latencies(insight(1.0), seed, TRIALS),
        Kind::InsightSomeDay => latencies(insight(0.1), seed, TRIALS),
    };
    // ANCHOR_END: cats
    latencies.into_iter().zip(1..).map(move |(latency, trial)| Row {
        kind,
        seed,
        trial,
        latency,
    })
}
