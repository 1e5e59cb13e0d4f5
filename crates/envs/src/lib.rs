//! Worlds: what an animal or an agent acts on and observes.
//!
//! A [`FiniteWorld`] is dynamics without a current state, for solvers and models; an [`Environment`] is one run of a world, for
//! learners. [`Sampled`] turns the first into the second.
//! Reward is paid on arrival; a terminal state absorbs with reward 0; a time limit is not an end.

mod discount;
mod episode;
mod finite;
pub mod graph;
pub mod maze;
pub mod sunburst;
pub mod t_maze;
mod table;
pub mod textbook;

pub use discount::{BadDiscount, Discount};
pub use episode::{Environment, Next, Status, Step};
pub use finite::{FiniteWorld, Sampled, Successor, WorldError, check};
pub use table::Table;
