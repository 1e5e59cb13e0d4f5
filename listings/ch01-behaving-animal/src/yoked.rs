//! Experiment: the same food at the same pace, and only the rule differs.
//!
//! The first animal of a pair is paid on VR 15. The second is paid for the first press
//! after each of the times that lay between the foods of the first, in their order. The
//! design is that of Catania, Matthews, Silverman and Yohalem (1977), with learners for
//! pigeons.
//!
//! ```
//! use ch01_behaving_animal::yoked::run;
//! let pairs = run(0..2);
//! assert!(pairs.iter().all(|pair| pair.ratio_presses > pair.interval_presses));
//! ```

use std::ops::Range;

use rayon::prelude::*;

use crate::chamber::{Effort, Session, session};
use crate::free_operant::{FreeOperant, Parameters};
use crate::schedule_rates::{MINUTE, RECORDING, TRAINING};
use crate::schedules::{Key, Schedule};

/// One animal on VR 15 and its partner on intervals copied from it; all rates a minute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// Seed of the pair.
    pub seed: u64,
    /// Presses of the animal on VR.
    pub ratio_presses: f64,
    /// Presses of its partner.
    pub interval_presses: f64,
    /// Foods of the animal on VR.
    pub ratio_foods: f64,
    /// Foods of its partner.
    pub interval_foods: f64,
}

/// A pair for each seed.
pub fn run(seeds: Range<u64>) -> Vec<Pair> {
    run_with(seeds, Parameters::default(), Effort::default())
}

// ANCHOR: run
/// As [`run`], with other animals or other effort.
pub fn run_with(seeds: Range<u64>, parameters: Parameters, effort: Effort) -> Vec<Pair> {
    let minutes = f64::from(RECORDING) / MINUTE;
    let pair = |seed| {
        let plan =
            Session { ticks: TRAINING + RECORDING, seed, effort, ..Session::default() };
        let mut times = Vec::new();
        let mut pressed = [0.0; 2];
        let mut fed = [0.0; 2];

        let mut leader = FreeOperant::new(1, parameters);
        let mut keys = [Key::new(Schedule::VariableRatio(15))];
        session(&mut leader, &mut keys, plan, |tick| {
            if tick.at >= TRAINING {
                pressed[0] += f64::from(tick.key.is_some()) / minutes;
                fed[0] += f64::from(tick.food) / minutes;
                times.extend(tick.food.then_some(tick.since_food));
            }
        });

        // ANCHOR: follower
        let mut follower = FreeOperant::new(1, parameters);
        let mut keys = [Key::new(Schedule::Yoked(times))];
        // ANCHOR_END: follower
        session(&mut follower, &mut keys, Session { run: 1, ..plan }, |tick| {
            if tick.at >= TRAINING {
                pressed[1] += f64::from(tick.key.is_some()) / minutes;
                fed[1] += f64::from(tick.food) / minutes;
            }
        });

        let [ratio_presses, interval_presses] = pressed;
        let [ratio_foods, interval_foods] = fed;
        Pair { seed, ratio_presses, interval_presses, ratio_foods, interval_foods }
    };
    seeds.into_par_iter().map(pair).collect()
}
// ANCHOR_END: run
