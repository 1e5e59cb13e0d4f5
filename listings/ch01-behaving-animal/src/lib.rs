//! Listings of chapter 1, *The behaving animal*, in reading order.
//!
//! Puzzle box, schedules of reinforcement, latent learning, detour and shortcut: what an animal does, and two hypotheses about what
//! it has learned. Experiments are pure functions from seeds to rows; everything is deterministic.

pub mod law_of_effect;
pub mod insight;
pub mod escape;
pub mod sudden_or_gradual;
pub mod puzzle_box;

pub mod schedules;
pub mod chamber;
pub mod clocks;
pub mod free_operant;
pub mod schedule_rates;
pub mod yoked;
pub mod value_learner;
pub mod matching_law;
pub mod matching;
pub mod expectations;
pub mod extinction;

pub mod maze_trial;
pub mod habit_learner;
pub mod map_learner;
pub mod learners;
pub mod groups;
pub mod latent_learning;
pub mod replanning;
pub mod detour;
pub mod vector_map;
pub mod unseen_paths;
pub mod sunburst;

pub mod exercises;
