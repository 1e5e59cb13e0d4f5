//! Probability for the whole book: checked numbers, portable mathematics, seeded streams,
//! samples and intervals.
//!
//! Everything here is a pure function of its arguments: no clock, no thread, no file, and
//! no generator that hides. Information is in nats.

pub mod categorical;
pub mod interval;
pub mod math;
mod probability;
pub mod rng;
pub mod ties;

pub use probability::{OutOfRange, Probability};
