//! The detour maze, after Tolman and Honzik's three paths (1930): who replans when a door
//! shuts?
//!
//! First the animal is [led by hand](crate::led_by_hand) along all three paths. Then it
//! walks alone, all doors open, and settles on the straight path of 8 steps. Then door
//! `b` shuts for the first time, on the stretch that the straight path shares with the
//! second, and only the third, of 16 steps, is left. Regret is steps taken less steps
//! needed.
//!
//! ```
//! use ch01_behaving_animal::detour::{TRAINING, run};
//! let rows = run(0..1);
//! assert!(rows.iter().all(|row| row.needed == if row.trial <= TRAINING { 8 } else { 16 }));
//! ```

use std::ops::Range;

use envs::Sampled;
use envs::maze::{Door, Maze};
use prob::rng::{Role, stream};
use rayon::prelude::*;

pub use crate::replanning::{
    Path, picture_correlation, random_walker, regret, steps_to_replan, trials_to_replan,
};

use crate::learners::{Animal, Learner};
use crate::led_by_hand::{led, set};
use crate::maze_trial::{Settings, run_trial};
use crate::replanning::entered;

/// Trials from the start with all doors open.
pub const TRAINING: usize = 70;
/// Trials after door `b` has shut.
pub const TEST: usize = 100;
/// A trial is cut off after this many steps, and the animal carried out.
pub const LIMIT: u32 = 500;

/// One trial from the start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Who runs.
    pub learner: Learner,
    /// Which animal.
    pub seed: u64,
    /// Trial, from 1; the door shuts after trial [`TRAINING`].
    pub trial: usize,
    /// Steps taken.
    pub steps: usize,
    /// Steps that the shortest open path needs.
    pub needed: usize,
    /// The path that it entered first; none if it entered none before the trial was cut
    /// off.
    pub entered: Option<Path>,
}

/// Every trial of every animal, with the default settings.
pub fn run(seeds: Range<u64>) -> Vec<Row> {
    run_with(Settings::default(), seeds)
}

/// [`run`] with other settings.
pub fn run_with(settings: Settings, seeds: Range<u64>) -> Vec<Row> {
    seeds
        .into_par_iter()
        .flat_map_iter(|seed| {
            Learner::ALL
                .into_iter()
                .flat_map(move |learner| trials(learner, settings, seed))
        })
        .collect()
}

// ANCHOR: protocol
/// Runs one animal through the whole experiment and returns its trials.
pub fn trials(learner: Learner, settings: Settings, seed: u64) -> Vec<Row> {
    let (mut maze, mut animal) = led(learner, settings);
    let start = maze.start_state().expect("its start is drawn");
    let mut one_trial = trial_of(seed);
    let mut rows = Vec::new();
    // ANCHOR: test
    for trial in 1..=TRAINING + TEST {
        if trial == TRAINING + 1 {
            set(&mut maze, ['b'], Door::Shut);
        }
        let places = one_trial(&maze, &mut animal);
        let needed = maze.steps_to_goal(start).expect("path 3 is never shut");
        // ANCHOR_END: test
        let (steps, entered) = (places.len() - 1, entered(&maze, &places));
        rows.push(Row { learner, seed, trial, steps, needed, entered });
    }
    rows
}
// ANCHOR_END: protocol

/// The animal as it is when the door is about to shut, after its last trial of training.
pub fn trained(learner: Learner, settings: Settings, seed: u64) -> Animal {
    let (maze, mut animal) = led(learner, settings);
    let mut one_trial = trial_of(seed);
    (0..TRAINING).for_each(|_| drop(one_trial(&maze, &mut animal)));
    animal
}

/// Runs one trial after another from the start on the random words of `seed`; each gives
/// the places in order.
fn trial_of(seed: u64) -> impl FnMut(&Maze, &mut Animal) -> Vec<usize> {
    let [mut world, mut agent] =
        [Role::World, Role::Agent].map(|role| stream(seed, role, 0));
    move |maze, animal| {
        let start = maze.start_state().expect("its start is drawn");
        let mut maze =
            Sampled::new(maze, Some(LIMIT)).expect("a maze keeps its promises");
        run_trial(&mut maze, start, animal, &mut world, &mut agent)
    }
}
