//! Reinforcement learning: worlds that are known, solved exactly.
//!
//! An [`Mdp`] is a finite world checked and packed for solvers, a [`Policy`] what an agent does in it, and every solver returns
//! its values with a [`Certificate`] that says how far from the truth they can be.
//!
//! | solver | what it repeats | source (Sutton and Barto 2018) |
//! |---|---|---|
//! | [`evaluation`] | the expectation backup, or one linear solve | eq. 4.5 |
//! | [`value_iteration`] | the optimality backup of all states at once | eq. 4.10 |
//! | [`policy_iteration`] | evaluate exactly, then be greedy | section 4.3 |

pub mod certificate;
pub mod evaluation;
mod lu;
pub mod mdp;
pub mod policy;
pub mod policy_iteration;
pub mod value_iteration;

pub use certificate::{Certificate, Outcome, Stop};
pub use envs::Discount;
pub use mdp::Mdp;
pub use policy::Policy;
