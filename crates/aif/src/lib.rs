//! Discrete active inference: models of what is hidden, and beliefs about it.
//!
//! A [`GenerativeModel`] says how observations come about; inference turns it around.
//! Information is in nats, zeros are exact, and a state that a model forbids stays
//! forbidden.
//!
//! | module | what it answers |
//! |---|---|
//! | [`model`] | how do states come about, and observations of them? |
//! | [`exact`] | what is the posterior, by enumeration? |
//! | [`mean_field`] | what is the best posterior of independent factors? |
//! | [`perception`] | what is believed after each step of an episode? |
//! | [`free_energy`] | how far is a belief from the truth, and why? |
//! | [`joint`] | how are joint states of several factors numbered and moved? |

pub mod belief;
pub mod conditional;
mod contract;
pub mod inference;
pub mod joint;
pub mod model;

pub use belief::Belief;
pub use conditional::Conditional;
pub use inference::{InferenceError, Outcome, WhyImpossible};
pub use joint::JointSpace;
pub use model::{
    ArrayName, Arrays, Factor, GenerativeModel, Modality, ModelBuilder, ModelError,
};
