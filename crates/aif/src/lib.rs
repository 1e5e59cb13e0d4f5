//! Discrete active inference: models of what is hidden, beliefs about it, and agents that
//! act on them.
//!
//! A [`GenerativeModel`] says how observations come about; inference turns it around.
//! Information is in nats, zeros are exact, and a state that a model forbids stays
//! forbidden. Nothing allocates once the room for it is made.
//!
//! | module | what it answers |
//! |---|---|
//! | [`model`] | how do states come about, and observations of them? |
//! | [`exact`] | what is the posterior of a step, by enumeration? |
//! | [`mean_field`] | what is the best posterior of independent factors? |
//! | [`perception`] | what is believed after each step of an episode? |
//! | [`hmm`] | what is believed of each step, exactly, after the step and after the episode? |
//! | [`message_passing`] | the same, by messages between steps and factors |
//! | [`free_energy`] | how far is a belief from the truth, and why? |
//! | [`learning`] | what do observations say about the model itself? |
//! | [`expected_free_energy`] | what are predicted states worth, and why? |
//! | [`novelty`] | what will observations tell about the model? |
//! | [`plan`] | what can be done, and how is it preferred? |
//! | [`open_loop`] | what is a plan worth that is carried out come what may? |
//! | [`sophisticated`] | what is an action worth if what follows depends on what is seen? |
//! | [`inductive`] | from where can a goal be reached? |
//! | [`selection`] | which action follows from a belief about plans? |
//! | [`agent`] | how does it all go together? |
//! | [`crowd`] | how do many agents go on at once? |
//! | [`joint`] | how are joint states of several factors numbered and moved? |
//! | [`kalman`] | what is believed if states and noise are Gaussian? |
//! | [`predictive_coding`] | the same, by prediction errors that go down the free energy |
//! | [`pymdp`] | what does another program compute, where it differs? |

pub mod agent;
pub mod belief;
pub mod conditional;
mod contract;
pub mod crowd;
pub mod exact;
pub mod expected_free_energy;
pub mod free_energy;
pub mod hmm;
pub mod inductive;
pub mod inference;
pub mod joint;
pub mod kalman;
pub mod learning;
pub mod mean_field;
pub mod message_passing;
pub mod model;
pub mod novelty;
pub mod open_loop;
pub mod perception;
pub mod plan;
mod possible;
pub mod predictive_coding;
pub mod pymdp;
pub mod selection;
pub mod sophisticated;
mod walk;

pub use agent::Agent;
pub use belief::Belief;
pub use conditional::Conditional;
pub use exact::Exact;
pub use expected_free_energy::ExpectedFreeEnergy;
pub use free_energy::FreeEnergy;
pub use inference::{InferenceError, Outcome, WhyImpossible};
pub use joint::{JointSpace, TooManyStates};
pub use mean_field::MeanField;
pub use model::{
    ArrayName, Arrays, Factor, FromWorldError, GenerativeModel, Modality, ModelBuilder,
    ModelError,
};
pub use perception::{Convergence, Correct, Inferred, Perception};
