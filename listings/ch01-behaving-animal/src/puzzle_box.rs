//! Thorndike's experiment: how long does a cat take to get out, trial after trial?
//!
//! A box has one response that opens the door. Each response takes some seconds, and the latency of a trial is their sum.
//! Without stamping out, the chance of the right response after $k$ escapes is $\mu_k = 1 - (1 - \mu_0)(1 - \eta_+)^k$, and
//! the expected latency is $\bar d / \mu_k$ with $\bar d$ seconds a response: no trial can cut it by more than its own small step.
//!
//! | book      | code               | meaning                      | unit    |
//! |-----------|--------------------|------------------------------|---------|
//! |           | [`RESPONSES`]      | things a cat may do          |         |
//! | $\bar d$  | [`SECONDS`]        | range of a response's length | seconds |
//!
//! ```
//! let rows = ch01_behaving_animal::puzzle_box::run(0..2);
//! assert!(rows.iter().all(|row| row.latency >= 2.0));
//! ```

use std::ops::{Range, RangeInclusive};

use prob::Probability;
use prob::interval::mean;
use prob::math::ln;
use prob::rng::{Role, stream};
use rand::{Rng, RngExt};
use rayon::prelude::*;

pub use crate::sudden_or_gradual::{largest_drop, relapses};

use crate::insight::Insight;
use crate::law_of_effect::{Cat, Effect, LawOfEffect, StepSizes};

/// Things a cat may do in the box. With 5 seconds each, a cat that knows nothing needs about 150 seconds.
pub const RESPONSES: usize = 30;
/// The one that opens the door. Any would do: at first all are alike.
pub const LATCH: usize = 0;
/// Shortest and longest time that one response takes, in seconds.
pub const SECONDS: RangeInclusive<f64> = 2.0..=8.0;
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

// ANCHOR: escape
/// Puts a cat into the box and returns the seconds until it is out.
pub fn escape<R: Rng + ?Sized>(cat: &mut impl Cat, world: &mut R, agent: &mut R) -> f64 {
    let mut seconds = 0.0;
    loop {
        let response = cat.respond(agent);
        seconds += world.random_range(SECONDS);
        if response == LATCH {
            cat.feel(response, Effect::Satisfying, agent);
            return seconds;
        }
        cat.feel(response, Effect::Annoying, agent);
    }
}
// ANCHOR_END: escape

/// The latencies of one cat, in seconds, trial by trial.
pub fn latencies(mut cat: impl Cat, seed: u64, trials: usize) -> Vec<f64> {
    let (mut world, mut agent) =
        (stream(seed, Role::World, 0), stream(seed, Role::Agent, 0));
    (0..trials)
        .map(|_| escape(&mut cat, &mut world, &mut agent))
        .collect()
}

/// Mean over cats of $\ln$ latency, by trial.
pub fn mean_log_latency(rows: &[Row], kind: Kind) -> Vec<f64> {
    let of_trial = |trial| {
        rows.iter()
            .filter(move |row| row.kind == kind && row.trial == trial)
    };
    (1..=TRIALS)
        .map(|trial| {
            mean(
                &of_trial(trial)
                    .map(|row| ln(row.latency))
                    .collect::<Vec<_>>(),
            )
        })
        .collect()
}

/// Every trial of every kind of cat, one cat of a kind a seed.
pub fn run(seeds: Range<u64>) -> Vec<Row> {
    seeds
        .into_par_iter()
        .flat_map_iter(|seed| {
            Kind::ALL
                .into_iter()
                .flat_map(move |kind| one_cat(kind, seed))
        })
        .collect()
}

fn one_cat(kind: Kind, seed: u64) -> impl Iterator<Item = Row> {
    let insight = |chance| {
        Insight::new(RESPONSES, Probability::new(chance).expect("written below"))
    };
    let latencies = match kind {
        Kind::LawOfEffect => latencies(
            LawOfEffect::new(RESPONSES, StepSizes::default()),
            seed,
            TRIALS,
        ),
        Kind::InsightAtOnce => latencies(insight(1.0), seed, TRIALS),
        Kind::InsightSomeDay => latencies(insight(0.1), seed, TRIALS),
    };
    latencies
        .into_iter()
        .zip(1..)
        .map(move |(latency, trial)| Row {
            kind,
            seed,
            trial,
            latency,
        })
}
