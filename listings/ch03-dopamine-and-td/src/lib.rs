//! Listings of chapter 3, *Dopamine and TD learning*, in reading order.
//!
//! One error for all cues, an error at every moment, how fast and how far errors learn, a
//! map of where one will be, optimists and pessimists, and a belief about each cue. Most
//! experiments are exact; the others are pure functions from seeds to rows.

pub mod conditioning;

pub mod microstimuli;
pub mod second_order;
pub mod time_limit;
pub mod trial_time;

pub mod batch;
pub mod lambda;
pub mod n_step;
pub mod random_walk;
pub mod same_walks;

pub mod revaluation;
pub mod spectrum;
pub mod successor_map;

pub mod distributional;
pub mod kalman_cues;

pub mod exercises;
