//! Perception through an episode: predict, then correct, at every step.
//!
//! $$\text{predict: } p(s') = \sum_s B\[s', s, a\]\, q(s) \qquad \text{correct: } q(s')
//! \propto A\[o, s'\]\, p(s')$$
//!
//! What an agent predicts of the step that it takes is the prior of what it sees there. A
//! [`Perception`] can't skip a half: after the first observation, each other one comes
//! with the actions before it.
//!
//! | book     | code          | meaning                                       | shape        |
//! |----------|---------------|-----------------------------------------------|--------------|
//! | $p(s')$  | `prior()`     | belief after the actions, before the outcomes | one a factor |
//! | $q(s')$  | `posterior()` | belief after the outcomes                     | one a factor |
//! | $F$      | `free_energy` | of the posterior, given the prior             | nats         |

use crate::inference::predict;
use crate::{Belief, FreeEnergy, GenerativeModel, InferenceError, Outcome};

/// Whether an approximation came to rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Convergence {
    /// There was nothing to repeat: the answer is exact.
    Exact,
    /// The last sweep changed no probability by more than the tolerance.
    Converged {
        /// Sweeps that were made.
        sweeps: usize,
        /// The largest change of a probability in the last of them.
        change: f64,
    },
    /// The sweeps ran out before.
    Exhausted {
        /// Sweeps that were made.
        sweeps: usize,
        /// The largest change of a probability in the last of them.
        change: f64,
    },
}

impl Convergence {
    /// Whether more sweeps would change nothing beyond the tolerance.
    pub fn is_reached(self) -> bool {
        !matches!(self, Self::Exhausted { .. })
    }
}

/// What inference reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inferred {
    /// Free energy of the posterior, in nats.
    pub free_energy: FreeEnergy,
    /// Whether the posterior is where the method leads.
    pub convergence: Convergence,
}

/// Inference of one time step: from a prior and an observation to a posterior.
pub trait Correct {
    /// Writes the posterior to `out`.
    ///
    /// The answer depends on nothing else (but on `out` where a method is told to start
    /// there): the evidence counts once, however often one asks.
    ///
    /// # Errors
    /// [`InferenceError::Impossible`] if the prior rules the observation out;
    /// [`InferenceError::WrongOutcomes`] or [`InferenceError::NoSuchOutcome`]. What stands
    /// in `out` then is no posterior.
    ///
    /// # Panics
    /// If a belief has other factors than the model, or the model is another than the
    /// method was made for.
    fn correct<O: Outcome>(
        &mut self,
        model: &GenerativeModel,
        prior: &Belief,
        observation: &[O],
        out: &mut Belief,
    ) -> Result<Inferred, InferenceError>;
}

/// What is believed at each step of an episode. Allocates when it is made, and never
/// again.
///
/// Between steps the belief is a product of factors. Where factors are tied, by a
/// likelihood or a transition, that drops their correlation; the filter of their joint
/// states, [`hmm::Filter`](crate::hmm::Filter), keeps it.
///
/// ```
/// use aif::{GenerativeModel, exact::Exact, perception::Perception};
///
/// // A ring of three places that all look the same but one.
/// let mut model = GenerativeModel::builder();
/// let place = model.factor("place", &["a", "b", "c"]);
/// model.actions(place, &["stay", "on"]);
/// model.transition(place, &[place], |s, a, column| column[(s[0] + a) % 3] = 1.0);
/// let sight = model.modality("sight", &["plain", "door"]);
/// model.likelihood(sight, &[place], |s, column| column[usize::from(s[0] == 0)] = 1.0);
/// let model = model.build()?;
///
/// let mut seen = Perception::new(&model, Exact::new(&model)?);
/// seen.begin(&model, &[1])?;
/// seen.advance(&model, &[1], &[0])?;
/// assert_eq!(seen.posterior().factor(place), [0.0, 1.0, 0.0]);
/// // Two steps from the door there is no door.
/// assert!(seen.advance(&model, &[1], &[1]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Perception<I> {
    inference: I,
    prior: Belief,
    posterior: Belief,
    next_prior: Belief,
    next_posterior: Belief,
}

impl<I: Correct> Perception<I> {
    /// Makes room for the beliefs about `model`.
    pub fn new(model: &GenerativeModel, inference: I) -> Self {
        let prior = Belief::prior(model);
        Self {
            inference,
            posterior: prior.clone(),
            next_prior: prior.clone(),
            next_posterior: prior.clone(),
            prior,
        }
    }

    /// The first observation of an episode: corrects the model's prior $D$.
    ///
    /// # Errors
    /// As [`Correct::correct`]; beliefs are then as they were.
    pub fn begin<O: Outcome>(
        &mut self,
        model: &GenerativeModel,
        observation: &[O],
    ) -> Result<Inferred, InferenceError> {
        self.next_prior.make_prior(model);
        self.correct(model, observation)
    }

    /// A step: predicts what `actions` lead to, then corrects by what was observed there.
    /// `actions` has one entry a factor, 0 for one that isn't controlled.
    ///
    /// # Errors
    /// As [`Correct::correct`], and [`InferenceError::WrongActions`] or
    /// [`InferenceError::NoSuchAction`]; beliefs are then as they were.
    pub fn advance<O: Outcome>(
        &mut self,
        model: &GenerativeModel,
        actions: &[usize],
        observation: &[O],
    ) -> Result<Inferred, InferenceError> {
        predict(model, &self.posterior, actions, &mut self.next_prior)?;
        self.correct(model, observation)
    }

    fn correct<O: Outcome>(
        &mut self,
        model: &GenerativeModel,
        observation: &[O],
    ) -> Result<Inferred, InferenceError> {
        let inferred = self.inference.correct(
            model,
            &self.next_prior,
            observation,
            &mut self.next_posterior,
        )?;
        std::mem::swap(&mut self.prior, &mut self.next_prior);
        std::mem::swap(&mut self.posterior, &mut self.next_posterior);
        Ok(inferred)
    }

    /// The belief before the last observation.
    pub fn prior(&self) -> &Belief {
        &self.prior
    }

    /// The belief after the last observation; the model's prior before the first.
    pub fn posterior(&self) -> &Belief {
        &self.posterior
    }

    /// The belief from which the last step was made; what stands there is old before an
    /// advance, and nothing after one that failed.
    pub(crate) fn before(&self) -> &Belief {
        &self.next_posterior
    }

    /// The method of inference, with what it remembers of the last step.
    pub fn inference(&self) -> &I {
        &self.inference
    }
}
