//! Experiment: Humphreys' paradox. Who goes on longer when food stops: an animal paid
//! always, or one paid now and then?
//!
//! An animal is trained for [`TRAINING`] trials at a rate of pay, then has [`EXTINCTION`]
//! trials without pay. On each trial it responds with chance
//! $$\mu = \frac{1}{1 + e^{-(\text{pay} - c)/\tau}}$$
//! where *pay* is what its learner expects, and learns from the outcome if it responded.
//! Both learners choose by the same rule and differ only in what they hold in mind
//! ([`expectations`](crate::expectations)).
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $c$ | [`COST`] | cost of a response | reward |
//! | $\tau$ | [`TEMPERATURE`] | temperature | reward |
//!
//! ```
//! use ch01_behaving_animal::extinction::{Pay, run};
//! use ch01_behaving_animal::expectations::Belief;
//! let rows = run(0..1, || Belief::new(0.001));
//! assert_eq!(rows.len(), Pay::ALL.len());
//! ```

use std::ops::Range;

use prob::math::exp;
use prob::rng::{Role, stream};
use rand::RngExt;
use rayon::prelude::*;

use crate::expectations::Expectation;

/// Trials of training.
pub const TRAINING: usize = 200;
/// Trials without pay.
pub const EXTINCTION: usize = 60;
/// Cost of a response: a response is worth its effort as long as it pays more often than
/// once in ten.
pub const COST: f64 = 0.1;
/// Temperature: an animal that expects nothing still responds about once in eight trials.
pub const TEMPERATURE: f64 = 0.05;

/// How often a response pays in training.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pay {
    /// Every time.
    Always,
    /// Three times in four.
    Mostly,
    /// Every other time.
    Half,
    /// Once in three.
    Third,
}

impl Pay {
    /// All, from the richest.
    pub const ALL: [Self; 4] = [Self::Always, Self::Mostly, Self::Half, Self::Third];

    /// Name for tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Mostly => "3 in 4",
            Self::Half => "1 in 2",
            Self::Third => "1 in 3",
        }
    }

    /// Chance that a response pays in training.
    pub fn rate(self) -> f64 {
        match self {
            Self::Always => 1.0,
            Self::Mostly => 0.75,
            Self::Half => 0.5,
            Self::Third => 1.0 / 3.0,
        }
    }
}

/// One animal.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Seed of the animal.
    pub seed: u64,
    /// Pay in training.
    pub pay: Pay,
    /// Chance of a response on each trial of extinction.
    pub chance: Vec<f64>,
    /// Responses made in extinction.
    pub responses: u32,
}

// ANCHOR: run
/// Each seed at each rate of pay.
pub fn run<E: Expectation>(seeds: Range<u64>, naive: impl Fn() -> E + Sync) -> Vec<Row> {
    let naive = &naive;
    seeds
        .into_par_iter()
        .flat_map_iter(|seed| Pay::ALL.map(|pay| animal(naive(), pay, seed)))
        .collect()
}

fn animal<E: Expectation>(mut learner: E, pay: Pay, seed: u64) -> Row {
    let (mut world, mut mind) =
        (stream(seed, Role::World, 0), stream(seed, Role::Agent, 0));
    let mut row = Row { seed, pay, chance: Vec::with_capacity(EXTINCTION), responses: 0 };
    for trial in 0..TRAINING + EXTINCTION {
        let extinction = trial >= TRAINING;
        // ANCHOR: trial
        let food = world.random::<f64>() < pay.rate() && !extinction;
        let chance = 1.0 / (1.0 + exp((COST - learner.pay()) / TEMPERATURE));
        let responds = mind.random::<f64>() < chance;
        if responds {
            learner.observe(food);
        }
        // ANCHOR_END: trial
        if extinction {
            row.chance.push(chance);
            row.responses += u32::from(responds);
        }
    }
    row
}
// ANCHOR_END: run
