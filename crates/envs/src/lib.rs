//! Worlds: what an animal or an agent acts on and observes.
//!
//! A [`FiniteWorld`] is dynamics without a current state, for solvers and models; an
//! [`Environment`] is one run of a world, for learners. [`Sampled`] turns the first into
//! the second, [`batch::Batch`] into many at once; [`view::Observed`] puts a lens before
//! the learner's eyes, and [`Sensed`] gives a world senses that err. Reward is paid on
//! arrival; a terminal state absorbs with reward 0; a time limit is not an end.

pub mod batch;
pub mod chaining;
pub mod cue_maze;
mod discount;
mod episode;
mod finite;
pub mod graph;
pub mod hidden_object;
mod limited;
pub mod maze;
mod outcome;
pub mod pavlov;
pub mod random_walk;
mod rows;
mod sampled;
mod sensed;
pub mod sunburst;
pub mod t_maze;
mod table;
pub mod textbook;
pub mod tiger;
pub mod track;
pub mod variable_magnitude;
pub mod view;

pub use discount::{BadDiscount, Discount};
pub use episode::{Environment, Next, Status, Step};
pub use finite::{FiniteWorld, Successor, WorldError, check};
pub use limited::Limited;
pub use outcome::Outcomes;
pub use sampled::Sampled;
pub use sensed::Sensed;
pub use table::Table;
