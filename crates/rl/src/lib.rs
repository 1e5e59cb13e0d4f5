//! Reinforcement learning: worlds that are known, solved exactly, and worlds that are
//! not, learned step by step.
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
//!
//! A learner sees a step: where it began, what was paid, and a [`Next`](envs::Next) that
//! tells an end from a time limit. Where an episode was cut off, every learner here takes
//! its own value of the state there for what would have followed. Each `learn` returns
//! its error, and none allocates.
//!
//! | learner | what it learns | source (Sutton and Barto 2018) |
//! |---|---|---|
//! | [`conditioning`] | what cues predict, trial by trial | section 14.2.2 |
//! | [`monte_carlo`] | values, from whole returns | eq. 6.1 |
//! | [`td`] | values, from one step or $n$ | eq. 6.2, 7.2 |
//! | [`traces`] | values, by $\lambda$ | eq. 12.4, 12.5 to 12.7, section 12.5 |
//! | [`batch`] | where TD and Monte Carlo end on the same episodes | section 6.3 |
//! | [`control`] | action values, by SARSA and Q-learning in four kinds | eq. 6.7 to 6.10 |
//! | [`successor`] | where one will be | |
//! | [`distributional`] | the distribution of reward | |
//!
//! They see states as numbers, and where that is of use also as [`Features`]; they choose
//! by a rule of [`selection`].

pub mod batch;
pub mod certificate;
pub mod conditioning;
pub mod control;
pub mod distributional;
pub mod eigen;
mod episode;
pub mod evaluation;
mod features;
pub mod finite_horizon;
pub mod gauss_seidel;
pub mod linear_program;
mod lu;
pub mod mdp;
pub mod modified_policy_iteration;
pub mod monte_carlo;
mod parameters;
pub mod policy;
pub mod policy_iteration;
pub mod prioritized_sweeping;
pub mod selection;
pub mod successor;
pub mod td;
pub mod traces;
pub mod value_iteration;

pub use certificate::{Certificate, Outcome, Stop};
pub use control::ActionValues;
pub use envs::Discount;
pub use episode::Episode;
pub use features::Features;
pub use mdp::Mdp;
pub use parameters::{
    BadParameter, Settings, SettingsError, StepSize, Temperature, TraceDecay,
};
pub use policy::Policy;
