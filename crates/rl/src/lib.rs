//! Reinforcement learning: worlds that are known, solved exactly.
//!
//! An [`Mdp`] is a finite world checked and packed for solvers, a [`Policy`] what an
//! agent does in it, and every solver returns its values with a [`Certificate`] that says
//! how far from the truth they can be.
//!
//! | solver | what it repeats | source (Sutton and Barto 2018) |
//! |---|---|---|
//! | [`evaluation`] | the expectation backup, or one linear solve | eq. 4.5 |
//! | [`value_iteration`] | the optimality backup of all states at once | eq. 4.10 |
//! | [`gauss_seidel`] | the same, where each state hears at once of those before it | section 4.5 |
//! | [`policy_iteration`] | evaluate exactly, then be greedy | section 4.3 |
//! | [`modified_policy_iteration`] | be greedy, then evaluate a little | section 4.6 |
//! | [`prioritized_sweeping`] | the backup that changes most | section 8.4 |
//! | [`finite_horizon`] | one backup for each step that is left | |
//! | [`linear_program`] | a simplex over values, one over occupancies | |

pub mod certificate;
pub mod evaluation;
pub mod finite_horizon;
pub mod gauss_seidel;
pub mod linear_program;
mod lu;
pub mod mdp;
pub mod modified_policy_iteration;
pub mod policy;
pub mod policy_iteration;
pub mod prioritized_sweeping;
pub mod value_iteration;

pub use certificate::{Certificate, Outcome, Stop};
pub use envs::Discount;
pub use mdp::Mdp;
pub use policy::Policy;
