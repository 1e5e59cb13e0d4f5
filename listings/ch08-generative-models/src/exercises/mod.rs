//! Exercises: each has a function whose body the reader writes, and the tests that say
//! whether it is right.

pub mod backward;
pub mod free_energy;
pub mod predict_then_correct;
