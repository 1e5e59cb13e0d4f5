//! The sunburst (Tolman, Ritchie and Kalish 1946): the known alley is blocked, and
//! eighteen new paths are open. Which one?
//!
//! Four animals walk the training route twelve times and then choose: two with a table of
//! habits, one of which generalizes, one with a graph, and one with a vector map. The
//! first three choose by what the paths are worth to them, as in the mazes.
//!
//! ```
//! use ch01_behaving_animal::sunburst::run;
//! assert!(run(0..3).iter().all(|row| (1..=18).contains(&row.path)));
//! ```

use std::ops::Range;

use envs::sunburst::ROUTE;
use prob::rng::{Role, stream};
use rand::Rng;
use rayon::prelude::*;

pub use crate::unseen_paths::{WALKS, worth};

use crate::maze_trial::{Settings, choose};
use crate::vector_map::{Senses, VectorMap};

/// Who chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chooser {
    /// Habit learner.
    Habit,
    /// Habit learner that generalizes over bearings.
    GeneralizingHabit,
    /// Map learner: a graph.
    GraphMap,
    /// Vector map: a plane.
    VectorMap,
}

impl Chooser {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::Habit, Self::GeneralizingHabit, Self::GraphMap, Self::VectorMap];

    /// Its name in prints and data.
    pub fn name(self) -> &'static str {
        match self {
            Self::Habit => "habit",
            Self::GeneralizingHabit => "generalizing-habit",
            Self::GraphMap => "graph-map",
            Self::VectorMap => "vector-map",
        }
    }
}

/// The choice of one animal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Who chose.
    pub chooser: Chooser,
    /// Which animal.
    pub seed: u64,
    /// The path chosen, 1 to 18; number 6 points at the food.
    pub path: usize,
}

/// One choice of each kind of animal a seed.
pub fn run(seeds: Range<u64>) -> Vec<Row> {
    run_with(Senses::default(), seeds)
}

/// [`run`] with other senses of the vector map.
pub fn run_with(senses: Senses, seeds: Range<u64>) -> Vec<Row> {
    let [tables @ .., vector] = Chooser::ALL;
    let worths = tables.map(worth);
    let temperature = Settings::default().temperature;
    let one_seed = |seed| {
        let rng = move |chooser| stream(seed, Role::Agent, chooser as u64);
        let by_worth = tables.iter().zip(&worths).map(move |(&chooser, worth)| {
            (chooser, choose(worth.view(), temperature, &mut rng(chooser)) + 1)
        });
        let by_vector = (vector, vector_choice(senses, &mut rng(vector)));
        by_worth.chain([by_vector]).map(move |(chooser, path)| Row {
            chooser,
            seed,
            path,
        })
    };
    seeds.into_par_iter().flat_map_iter(one_seed).collect()
}

// ANCHOR: walks
fn vector_choice<R: Rng + ?Sized>(senses: Senses, rng: &mut R) -> usize {
    let mut map = VectorMap::default();
    for _ in 0..WALKS {
        map.walk(&ROUTE, senses, rng);
    }
    map.choose()
}
// ANCHOR_END: walks
