//! Experiment: two keys, two independent VI schedules, seven pairs of them.
//!
//! A naive animal is trained on each pair for [`TRAINING`] ticks and its last
//! [`RECORDING`] ticks are counted. The free operant comes with the parameters that it
//! had on single schedules. A control counts every reward, food and effort, twice.
//!
//! ```
//! use ch01_behaving_animal::matching::{fits, run};
//! let (slope, _) = fits(&run(0..1))[0];
//! assert!(slope > 0.6 && slope < 1.0, "slope {slope}");
//! ```

use std::ops::Range;

use rand::Rng;
use rayon::prelude::*;

use crate::chamber::{Animal, Session, session};
use crate::free_operant::{FreeOperant, Parameters};
pub use crate::matching_law::{Row, fit, fits};
use crate::schedules::{Key, Schedule};
use crate::value_learner::{ValueLearner, ValueParameters};

/// Ticks of training with each pair.
pub const TRAINING: u32 = 30_000;
/// Ticks of recording with each pair.
pub const RECORDING: u32 = 16_000;
/// Changeover delay where one is wanted: 3 s. Herrnstein (1961) used 1.5 s.
pub const DELAY: u32 = 6;
/// Two of the pairs, 4 to 1 either way, where a comparison of slopes needs no more.
pub const TWO_PAIRS: [(u32, u32); 2] = [(150, 38), (38, 150)];
/// Pairs of VI schedules in ticks, from 9 to 1 in favor of key 2 to the reverse; together
/// they set up four foods a minute.
pub const PAIRS: [(u32, u32); 7] =
    [(300, 33), (150, 38), (90, 45), (60, 60), (45, 90), (38, 150), (33, 300)];

/// One naive animal on a pair of schedules, its last [`RECORDING`] ticks counted.
pub fn trial<A: Animal>(
    mut animal: A,
    schedules: [Schedule; 2],
    delay: u32,
    seed: u64,
    pair: usize,
) -> Row {
    let mut row = Row { seed, pair, presses: [0; 2], foods: [0; 2], switches: 0 };
    let mut here = None;
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
            let before = here.replace(key);
            row.switches += u32::from(before.is_some_and(|before| before != key));
        }
    });
    row
}

// ANCHOR: run
/// Each seed on each of `pairs`, a naive animal every time; `delay` is the changeover
/// delay in ticks.
pub fn run_with<A: Animal>(
    seeds: Range<u64>,
    pairs: &[(u32, u32)],
    delay: u32,
    naive: impl Fn() -> A + Sync,
) -> Vec<Row> {
    let naive = &naive;
    let rows = |seed| {
        pairs.iter().enumerate().map(move |(pair, &(one, two))| {
            let schedules =
                [Schedule::VariableInterval(one), Schedule::VariableInterval(two)];
            trial(naive(), schedules, delay, seed, pair)
        })
    };
    seeds.into_par_iter().flat_map_iter(rows).collect()
}

// ANCHOR: learners
/// The free operant of the schedules, parameters unchanged.
pub fn run(seeds: Range<u64>) -> Vec<Row> {
    run_with(seeds, &PAIRS, 0, || FreeOperant::new(2, Parameters::default()))
}

/// The learner that chooses by a softmax of values.
pub fn run_values(seeds: Range<u64>) -> Vec<Row> {
    run_with(seeds, &PAIRS, 0, || ValueLearner::new(2, ValueParameters::default()))
}
// ANCHOR_END: learners
// ANCHOR_END: run

/// Concurrent VR 20 and VR 40, where only one key is worth a press: a [`Row`] a seed.
pub fn ratios(seeds: Range<u64>) -> Vec<Row> {
    let animal = |seed| {
        let schedules = [Schedule::VariableRatio(20), Schedule::VariableRatio(40)];
        trial(FreeOperant::new(2, Parameters::default()), schedules, 0, seed, PAIRS.len())
    };
    seeds.into_par_iter().map(animal).collect()
}

/// An animal to which food and effort are worth twice as much.
#[derive(Debug, Clone)]
pub struct Doubled<A>(pub A);

impl<A: Animal> Animal for Doubled<A> {
    fn act<R: Rng + ?Sized>(&mut self, rng: &mut R) -> usize {
        self.0.act(rng)
    }

    fn learn<R: Rng + ?Sized>(&mut self, reward: f64, food: bool, rng: &mut R) {
        self.0.learn(2.0 * reward, food, rng);
    }
}
