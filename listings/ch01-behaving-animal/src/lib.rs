//! Listings of chapter 1, *The behaving animal*, in reading order.
//!
//! Puzzle box, schedules of reinforcement, latent learning, detour and shortcut: what an
//! animal does, and two hypotheses about what it has learned. Experiments are pure
//! functions from seeds to rows; everything is deterministic.

pub mod escape;
pub mod insight;
pub mod law_of_effect;
pub mod puzzle_box;
pub mod sudden_or_gradual;

pub mod chamber;
pub mod clocks;
pub mod cumulative_record;
pub mod expectations;
pub mod extinction;
pub mod free_operant;
pub mod matching;
pub mod matching_law;
pub mod operant_parameters;
pub mod schedule_rates;
pub mod schedules;
pub mod traces;
pub mod value_learner;
pub mod yoked;

pub mod detour;
pub mod groups;
pub mod habit_learner;
pub mod latent_learning;
pub mod learners;
pub mod led_by_hand;
pub mod map_learner;
pub mod maze_trial;
pub mod replanning;
pub mod sunburst;
pub mod unseen_paths;
pub mod vector_map;

pub mod exercises;
