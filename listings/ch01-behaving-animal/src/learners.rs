//! The three animals that run the mazes: one temperature, one step size, one discount.
//!
//! All choose by their table of worth $Q$; they differ in where $Q$ comes from: reward alone, with or without a trace of the steps that led there, or a
//! map.
//!
//! ```
//! use ch01_behaving_animal::learners::{Animal, Learner};
//! use ch01_behaving_animal::maze_trial::Settings;
//! use envs::t_maze::MultipleTMaze;
//!
//! let maze = MultipleTMaze::with_food();
//! let animals = Learner::ALL.map(|learner| Animal::naive(learner, &maze, Settings::default()));
//! assert!(animals.iter().all(|animal| animal.q().iter().all(|&q| q == 0.0)));
//! ```

use envs::{FiniteWorld, Next};
use ndarray::Array2;
use rand::Rng;

use crate::habit_learner::HabitLearner;
use crate::map_learner::MapLearner;
use crate::maze_trial::{MazeLearner, Settings};

/// Who runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Learner {
    /// Habit learner whose traces reach far back ($\lambda$ of the settings).
    Habit,
    /// Habit learner without traces ($\lambda = 0$).
    OneStepHabit,
    /// Map learner.
    Map,
}

impl Learner {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Habit, Self::OneStepHabit, Self::Map];

    /// Its name in prints and data.
    pub fn name(self) -> &'static str {
        match self {
            Self::Habit => "habit",
            Self::OneStepHabit => "one-step-habit",
            Self::Map => "map",
        }
    }
}

/// One of them, learning.
#[derive(Debug, Clone, PartialEq)]
pub enum Animal {
    /// With a table of habits.
    Habit(HabitLearner),
    /// With a map.
    Map(MapLearner),
}

impl Animal {
    /// One that has never been in `world`.
    pub fn naive(learner: Learner, world: &impl FiniteWorld, settings: Settings) -> Self {
        let (n, k) = (world.n_states(), world.n_actions());
        let no_trace = Settings { lambda: 0.0, ..settings };
        // ANCHOR: kinds
        match learner {
            Learner::Habit => Self::Habit(HabitLearner::new(n, k, settings)),
            Learner::OneStepHabit => Self::Habit(HabitLearner::new(n, k, no_trace)),
            Learner::Map => Self::Map(MapLearner::new(n, k, settings)),
        }
        // ANCHOR_END: kinds
    }

    /// $Q$, shape `[n_states, n_actions]`.
    pub fn q(&self) -> &Array2<f64> {
        match self {
            Self::Habit(habit) => habit.q(),
            Self::Map(map) => map.q(),
        }
    }
}

impl MazeLearner for Animal {
    fn begin_trial(&mut self) {
        match self {
            Self::Habit(habit) => habit.begin_trial(),
            Self::Map(map) => map.begin_trial(),
        }
    }

    fn choose<R: Rng + ?Sized>(&self, s: usize, rng: &mut R) -> usize {
        match self {
            Self::Habit(habit) => habit.choose(s, rng),
            Self::Map(map) => map.choose(s, rng),
        }
    }

    fn learn(&mut self, s: usize, a: usize, reward: f64, next: Next) {
        match self {
            Self::Habit(habit) => habit.learn(s, a, reward, next),
            Self::Map(map) => map.learn(s, a, reward, next),
        }
    }
}
