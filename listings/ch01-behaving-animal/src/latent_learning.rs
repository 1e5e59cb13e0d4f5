//! Tolman and Honzik's experiment (1930): what did the rats know on day 11?
//!
//! Three groups walk the maze of fourteen units once a day: always with food at its end,
//! never, or from day 11 on. An error is a step into a blind alley. On day 11 the third
//! group finds food at the end of its run, so only day 12 can show it.
//!
//! ```
//! use ch01_behaving_animal::latent_learning::{DAYS, Group, Learner, run};
//! assert_eq!(run(0..2).len(), 2 * Learner::ALL.len() * Group::ALL.len() * DAYS);
//! ```

use std::ops::{Range, RangeInclusive};

use envs::{Sampled, t_maze::MultipleTMaze};
use prob::rng::{Role, stream};
use rayon::prelude::*;

pub use crate::groups::{FIRST_FOOD, Group};
pub use crate::learners::Learner;

use crate::learners::Animal;
use crate::maze_trial::{MazeLearner, Settings, run_trial};

/// Days of the experiment; one trial a day.
pub const DAYS: usize = 17;

/// One day of one animal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Who walks.
    pub learner: Learner,
    /// In which group.
    pub group: Group,
    /// Which animal.
    pub seed: u64,
    /// Day, from 1.
    pub day: usize,
    /// Blind alleys entered.
    pub errors: usize,
}

/// Every day of every animal: one of each kind in each group a seed, with the default
/// settings.
pub fn run(seeds: Range<u64>) -> Vec<Row> {
    run_with(Settings::default(), seeds)
}

/// [`run`] with other settings.
pub fn run_with(settings: Settings, seeds: Range<u64>) -> Vec<Row> {
    let one_seed = |seed| {
        Learner::ALL.into_iter().flat_map(move |learner| {
            Group::ALL.into_iter().flat_map(move |group| {
                let errors = errors_by_day(learner, group, settings, seed);
                errors.into_iter().zip(1..).map(move |(errors, day)| Row {
                    learner,
                    group,
                    seed,
                    day,
                    errors,
                })
            })
        })
    };
    seeds.into_par_iter().flat_map_iter(one_seed).collect()
}

fn errors_by_day(
    learner: Learner,
    group: Group,
    settings: Settings,
    seed: u64,
) -> Vec<usize> {
    let mut animal = Animal::naive(learner, &MultipleTMaze::with_food(), settings);
    walk(&mut animal, group, 1..=DAYS, seed)
}

// ANCHOR: walk
/// Walks the maze once on each of `days` and returns the errors of each.
pub fn walk(
    animal: &mut impl MazeLearner,
    group: Group,
    days: RangeInclusive<usize>,
    seed: u64,
) -> Vec<usize> {
    let one_day = |day| {
        let maze = if group.is_fed(day) {
            MultipleTMaze::with_food()
        } else {
            MultipleTMaze::without_food()
        };
        let (mut world, mut agent) = (
            stream(seed, Role::World, day as u64),
            stream(seed, Role::Agent, day as u64),
        );
        // ANCHOR: day
        let mut maze = Sampled::new(maze, None).expect("the maze is tested");
        let places = run_trial(&mut maze, 0, animal, &mut world, &mut agent);
        places.into_iter().filter(|&place| MultipleTMaze::is_blind(place)).count()
        // ANCHOR_END: day
    };
    days.map(one_day).collect()
}
// ANCHOR_END: walk
