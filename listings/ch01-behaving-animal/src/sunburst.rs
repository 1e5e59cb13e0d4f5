//! The sunburst (Tolman, Ritchie and Kalish 1946): the known alley is blocked, and eighteen new paths are open. Which one?
//!
//! Four animals walk the training route twelve times and then choose. Two have tables, one has a graph, one has a plane:
//! - a habit learner, whose table says nothing about paths that it has never taken;
//! - a habit learner that generalizes: what it learned about the alley spreads to paths of nearly the same bearing $\beta$,
//!   $Q(\mathrm{table}, k) = Q(\mathrm{table}, \mathrm{alley})\, e^{-(\beta_k - \beta_{\mathrm{alley}})^2 / 2 w^2}$;
//! - the map learner of this chapter, whose graph has no link at these paths;
//! - a vector map.
//!
//! ```
//! use ch01_behaving_animal::sunburst::{Chooser, run};
//! assert!(run(0..3).iter().all(|row| (1..=18).contains(&row.path)));
//! ```

use std::ops::Range;

use envs::Next;
use envs::sunburst::{PATHS, ROUTE, bearing};
use ndarray::Array1;
use prob::math::exp;
use prob::rng::{Role, stream};
use rand::Rng;
use rayon::prelude::*;

use crate::habit_learner::HabitLearner;
use crate::map_learner::MapLearner;
use crate::maze_trial::{MazeLearner, Settings, choose};
use crate::vector_map::{Senses, VectorMap};

/// Training walks: twelve, as in 1946.
pub const WALKS: usize = 12;
/// Width $w$ of generalization, in degrees: two paths. Chosen; only its being finite matters for which paths win.
pub const WIDTH: f64 = 20.0;
/// The alley of the training, as an action at the table; actions below it are the new paths, path 1 first.
pub const ALLEY: usize = PATHS;
/// The table, as a place; the corners of the route follow.
pub const TABLE: usize = 0;

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
    pub const ALL: [Self; 4] = [
        Self::Habit,
        Self::GeneralizingHabit,
        Self::GraphMap,
        Self::VectorMap,
    ];

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
    let tables = [
        Chooser::Habit,
        Chooser::GeneralizingHabit,
        Chooser::GraphMap,
    ]
    .map(|c| (c, worth(c)));
    let one_seed = |seed| {
        let rng = |chooser| stream(seed, Role::Agent, chooser as u64);
        let by_worth = |&(chooser, ref worth): &(Chooser, Array1<f64>)| {
            let path = choose(
                worth.view(),
                Settings::default().temperature,
                &mut rng(chooser),
            ) + 1;
            Row {
                chooser,
                seed,
                path,
            }
        };
        let path = vector_choice(senses, &mut rng(Chooser::VectorMap));
        let by_vector = Row {
            chooser: Chooser::VectorMap,
            seed,
            path,
        };
        tables
            .iter()
            .map(by_worth)
            .chain([by_vector])
            .collect::<Vec<_>>()
    };
    seeds.into_par_iter().flat_map_iter(one_seed).collect()
}

// ANCHOR: worth
/// What the new paths are worth to an animal with a table or a graph, after training; shape `[18]`, path 1 first.
///
/// # Panics
/// For a vector map, which holds no worth of paths.
pub fn worth(chooser: Chooser) -> Array1<f64> {
    let (n, k) = (ROUTE.len() - 1, PATHS + 1);
    let mut habit = HabitLearner::new(n, k, Settings::default());
    let mut map = MapLearner::new(n, k, Settings::default());
    for _ in 0..WALKS {
        walk(&mut habit);
        walk(&mut map);
    }
    let alley = habit.q()[(TABLE, ALLEY)];
    let spread = |path: usize| {
        alley * exp(-0.5 * (bearing(path) / WIDTH) * (bearing(path) / WIDTH))
    };
    match chooser {
        Chooser::Habit => habit.q().row(TABLE).iter().copied().take(PATHS).collect(),
        Chooser::GeneralizingHabit => (1..=PATHS).map(spread).collect(),
        Chooser::GraphMap => map.q().row(TABLE).iter().copied().take(PATHS).collect(),
        Chooser::VectorMap => panic!("a vector map holds no worth of paths"),
    }
}

/// One walk on the training route. There is nothing to choose: every corner has one way on.
fn walk(animal: &mut impl MazeLearner) {
    animal.begin_trial();
    for corner in 0..ROUTE.len() - 1 {
        let arrived = corner + 1;
        if arrived == ROUTE.len() - 1 {
            animal.learn(corner, ALLEY, 1.0, Next::Terminated);
        } else {
            animal.learn(corner, ALLEY, 0.0, Next::Continues(arrived));
        }
    }
}
// ANCHOR_END: worth

fn vector_choice<R: Rng + ?Sized>(senses: Senses, rng: &mut R) -> usize {
    let mut map = VectorMap::default();
    for _ in 0..WALKS {
        map.walk(&ROUTE, senses, rng);
    }
    map.choose()
}
