//! The detour maze, after Tolman and Honzik's three paths (1930): who replans when a door shuts?
//!
//! First the animal comes to know every place: it is set down anywhere and finds its way to the food.
//! Then it runs from the start, where the straight path takes 8 steps. Then door `b` shuts on the stretch that the straight path
//! shares with the second, and only the third, of 16 steps, is left. Regret is steps taken less steps needed.
//!
//! ```
//! use ch01_behaving_animal::detour::{TRAINING, run};
//! let rows = run(0..1);
//! assert!(rows.iter().all(|row| row.needed == if row.trial <= TRAINING { 8 } else { 16 }));
//! ```

use std::ops::Range;

use envs::maze::{DETOUR, Door, Maze};
use envs::{FiniteWorld, Sampled};
use prob::rng::{Role, stream};
use rand::RngExt;
use rayon::prelude::*;

use crate::habit_learner::HabitLearner;
use crate::latent_learning::Learner;
use crate::map_learner::MapLearner;
use crate::maze_trial::{MazeLearner, Settings, run_trial};

/// Trials from random places, before the first counted one.
pub const FAMILIARIZATION: usize = 30;
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
}

/// Every trial of every animal, with the default settings.
pub fn run(seeds: Range<u64>) -> Vec<Row> {
    run_with(Settings::default(), seeds)
}

/// [`run`] with other settings.
pub fn run_with(settings: Settings, seeds: Range<u64>) -> Vec<Row> {
    seeds
        .into_par_iter()
        .flat_map_iter(|seed| Learner::ALL.into_iter().flat_map(move |learner| one_animal(learner, settings, seed)))
        .collect()
}

fn one_animal(learner: Learner, settings: Settings, seed: u64) -> Vec<Row> {
    let maze = Maze::parse(DETOUR).expect("the drawing is tested");
    let (n, k) = (maze.n_states(), maze.n_actions());
    let steps = match learner {
        Learner::Habit => steps_by_trial(HabitLearner::new(n, k, settings), maze, seed),
        Learner::OneStepHabit => steps_by_trial(HabitLearner::new(n, k, Settings { lambda: 0.0, ..settings }), maze, seed),
        Learner::Map => steps_by_trial(MapLearner::new(n, k, settings), maze, seed),
    };
    steps.into_iter().zip(1..).map(|((steps, needed), trial)| Row { learner, seed, trial, steps, needed }).collect()
}

// ANCHOR: protocol
/// Steps taken and steps needed, trial by trial.
fn steps_by_trial(mut animal: impl MazeLearner, mut maze: Maze, seed: u64) -> Vec<(usize, usize)> {
    let (mut world, mut agent) = (stream(seed, Role::World, 0), stream(seed, Role::Agent, 0));
    let start = maze.start_state();
    let floor: Vec<usize> = (0..maze.n_states()).filter(|&s| !maze.is_terminal(s)).collect();
    for _ in 0..FAMILIARIZATION {
        let anywhere = floor[world.random_range(0..floor.len())];
        run_trial(&mut Sampled::new(&maze, Some(LIMIT)), anywhere, &mut animal, &mut world, &mut agent);
    }
    let mut steps = Vec::new();
    for trial in 1..=TRAINING + TEST {
        if trial == TRAINING + 1 {
            maze.set_door('b', Door::Shut).expect("the maze has a door b");
        }
        let places = run_trial(&mut Sampled::new(&maze, Some(LIMIT)), start, &mut animal, &mut world, &mut agent);
        let needed = maze.steps_to_goal(start).expect("path 3 is never shut");
        steps.push((places.len() - 1, needed));
    }
    steps
}
// ANCHOR_END: protocol

/// Trials after the door shut until the first on the shortest open path, itself included; none if there was none.
///
/// `rows` are those of one animal.
pub fn trials_to_replan(rows: &[Row]) -> Option<usize> {
    let after = rows.iter().filter(|row| row.trial > TRAINING);
    after.clone().position(|row| row.steps == row.needed).map(|position| position + 1)
}

/// Steps walked after the door shut before the first run on the shortest open path; all of them if there was none.
///
/// `rows` are those of one animal.
pub fn steps_to_replan(rows: &[Row]) -> usize {
    let after = rows.iter().filter(|row| row.trial > TRAINING);
    after.take_while(|row| row.steps != row.needed).map(|row| row.steps).sum()
}

/// Steps wasted after the door shut, over all test trials. `rows` are those of one animal.
pub fn regret(rows: &[Row]) -> usize {
    rows.iter().filter(|row| row.trial > TRAINING).map(|row| row.steps - row.needed).sum()
}
