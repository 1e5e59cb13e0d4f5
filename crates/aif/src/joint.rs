//! The joint states of all factors, numbered, for inference that keeps correlations.
//!
//! | book                     | code                               | shape              |
//! |--------------------------|------------------------------------|--------------------|
//! | $s = (s^1, \dots, s^F)$  | a number, the last factor fastest  |                    |
//! | $q(s)$                   | a slice                            | `[n_joint_states]` |
//! | $p(o \mid s)$            | [`JointSpace::likelihood`]         | `[n_joint_states]` |

use thiserror::Error;

use crate::inference::{check_actions, check_observation};
use crate::{
    Belief, Conditional, GenerativeModel, InferenceError, Outcome, WhyImpossible,
};

/// A joint space that is too large to be enumerated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("more than {} joint states are too many to enumerate", JointSpace::LIMIT)]
pub struct TooManyStates;

/// The joint states of a model's factors.
///
/// It holds where each joint state finds its columns, so that going through all of them
/// computes no index and allocates nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct JointSpace {
    shape: Vec<usize>,
    n_states: usize,
    /// For each modality and joint state the number of the parents' states.
    likelihood_columns: Vec<Vec<u32>>,
    /// For each factor and joint state the number of the parents' states.
    transition_columns: Vec<Vec<u32>>,
    /// Number of actions on each factor.
    n_actions: Vec<usize>,
}

/// The number of a joint state, the last factor fastest.
pub(crate) fn number(shape: &[usize], states: &[usize]) -> usize {
    assert_eq!(states.len(), shape.len(), "one state for each factor");
    states.iter().zip(shape).fold(0, |number, (&s, &n)| {
        assert!(s < n, "state {s} of {n}");
        number * n + s
    })
}

/// For each joint state of `shape`, the last factor fastest, the number of the states of
/// `parents`, which count through `shape`.
pub(crate) fn columns(shape: &[usize], parents: &[usize]) -> Vec<u32> {
    let stride = |f: usize| shape[f + 1..].iter().product::<usize>();
    let strides: Vec<usize> = parents.iter().map(|&f| stride(f)).collect();
    let number = |s: usize| {
        parents
            .iter()
            .zip(&strides)
            .fold(0, |number, (&f, &stride)| number * shape[f] + s / stride % shape[f])
    };
    (0..shape.iter().product()).map(|s| number(s) as u32).collect()
}

/// Multiplies each joint state's weight by the probability of an outcome and returns the
/// sum.
pub(crate) fn weigh(
    likelihood: &Conditional,
    columns: &[u32],
    outcome: usize,
    weights: &mut [f64],
) -> f64 {
    let (n, row) = (likelihood.n_values(), &likelihood.columns(0)[outcome..]);
    let mut sum = 0.0;
    for (weight, &column) in weights.iter_mut().zip(columns) {
        *weight *= row[column as usize * n];
        sum += *weight;
    }
    sum
}

impl JointSpace {
    /// How many joint states can be enumerated.
    pub const LIMIT: usize = 1 << 20;

    /// Numbers the joint states of `model`.
    ///
    /// # Errors
    /// [`TooManyStates`] if there are more than [`Self::LIMIT`].
    pub fn new(model: &GenerativeModel) -> Result<Self, TooManyStates> {
        let n_states =
            model.n_joint_states().filter(|&n| n <= Self::LIMIT).ok_or(TooManyStates)?;
        let shape: Vec<usize> = model.factors().iter().map(|f| f.n_states()).collect();
        let columns = |parents: &[usize]| columns(&shape, parents);
        Ok(Self {
            likelihood_columns: model
                .modalities()
                .iter()
                .map(|m| columns(m.parents()))
                .collect(),
            transition_columns: model
                .factors()
                .iter()
                .map(|f| columns(f.parents()))
                .collect(),
            n_actions: model.factors().iter().map(|f| f.n_actions()).collect(),
            shape,
            n_states,
        })
    }

    /// Number of joint states.
    pub fn n_states(&self) -> usize {
        self.n_states
    }

    /// Number of states of each factor.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Number of actions on a factor.
    ///
    /// # Panics
    /// If there is no such factor.
    pub fn n_actions(&self, factor: usize) -> usize {
        self.n_actions[factor]
    }

    /// The number of a joint state; `states` has one entry a factor.
    ///
    /// # Panics
    /// If a state is out of range, or there is not one for each factor.
    pub fn number(&self, states: &[usize]) -> usize {
        number(&self.shape, states)
    }

    /// The state of a factor in a joint state.
    ///
    /// # Panics
    /// If there is no such factor.
    pub fn state(&self, joint_state: usize, factor: usize) -> usize {
        let stride: usize = self.shape[factor + 1..].iter().product();
        joint_state / stride % self.shape[factor]
    }

    /// For each joint state the number of the states of a modality's parents, which picks
    /// the column of its likelihood.
    ///
    /// # Panics
    /// If there is no such modality.
    pub fn likelihood_columns(&self, modality: usize) -> &[u32] {
        &self.likelihood_columns[modality]
    }

    /// For each joint state the number of the states of a factor's parents, which picks
    /// the column of its transition.
    ///
    /// # Panics
    /// If there is no such factor.
    pub fn transition_columns(&self, factor: usize) -> &[u32] {
        &self.transition_columns[factor]
    }

    /// The product of independent factors: $q(s) = \prod_f q(s^f)$; `out` has shape
    /// `[n_joint_states]`.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn product(&self, belief: &Belief, out: &mut [f64]) {
        assert_eq!(out.len(), self.n_states, "one number for each joint state");
        out[0] = 1.0;
        let mut size = 1;
        for q in belief.iter() {
            // From the last to the first: each number is read before its place is taken.
            for i in (0..size).rev() {
                let weight = out[i];
                for (out, &q) in out[i * q.len()..].iter_mut().zip(q) {
                    *out = weight * q;
                }
            }
            size *= q.len();
        }
    }

    /// What the model holds before the first observation: $q(s) = \prod_f D^f$; `out` has
    /// shape `[n_joint_states]`.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn prior(&self, model: &GenerativeModel, out: &mut [f64]) {
        self.product(&Belief::prior(model), out);
    }

    /// The marginal of one factor: $q(s^f) = \sum_{s^{\setminus f}} q(s)$; `out` has
    /// shape `[n_states]`.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn marginal(&self, factor: usize, belief: &[f64], out: &mut [f64]) {
        assert_eq!(belief.len(), self.n_states, "one number for each joint state");
        let n = self.shape[factor];
        assert_eq!(out.len(), n, "one number for each state");
        let stride: usize = self.shape[factor + 1..].iter().product();
        out.fill(0.0);
        for (i, block) in belief.chunks_exact(stride).enumerate() {
            out[i % n] += block.iter().sum::<f64>();
        }
    }

    /// The marginals of all factors.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn marginals(&self, belief: &[f64], out: &mut Belief) {
        for f in 0..self.shape.len() {
            self.marginal(f, belief, out.factor_mut(f));
        }
    }

    /// The probability of an observation in each joint state: $p(o \mid s) = \prod_m
    /// A^m\[o^m, s\]$; `out` has shape `[n_joint_states]`.
    ///
    /// # Errors
    /// [`InferenceError::WrongOutcomes`] or [`InferenceError::NoSuchOutcome`].
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn likelihood(
        &self,
        model: &GenerativeModel,
        observation: &[impl Outcome],
        out: &mut [f64],
    ) -> Result<(), InferenceError> {
        check_observation(model, observation)?;
        assert_eq!(out.len(), self.n_states, "one number for each joint state");
        out.fill(1.0);
        for (m, o) in observation.iter().enumerate() {
            if let Some(o) = o.outcome() {
                self.weigh(model, m, o, out);
            }
        }
        Ok(())
    }

    /// Multiplies by the probability of an outcome and returns the sum.
    fn weigh(
        &self,
        model: &GenerativeModel,
        modality: usize,
        outcome: usize,
        out: &mut [f64],
    ) -> f64 {
        let likelihood = model.modality(modality).likelihood();
        weigh(likelihood, &self.likelihood_columns[modality], outcome, out)
    }

    /// Bayes' rule: writes $q(s) = p(s)\, p(o \mid s) / p(o)$ to `out` and returns $\ln
    /// p(o)$ in nats, so that the free energy is its negative. `prior` and `out` have
    /// shape `[n_joint_states]`.
    ///
    /// # Errors
    /// [`InferenceError::Impossible`] if $p(o) = 0$, with the first modality whose outcome
    /// can't be explained, and why; [`InferenceError::WrongOutcomes`] or
    /// [`InferenceError::NoSuchOutcome`].
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn correct(
        &self,
        model: &GenerativeModel,
        prior: &[f64],
        observation: &[impl Outcome],
        out: &mut [f64],
    ) -> Result<f64, InferenceError> {
        check_observation(model, observation)?;
        assert_eq!(prior.len(), self.n_states, "one number for each joint state");
        out.copy_from_slice(prior);
        let mut log_evidence = 0.0;
        for (m, o) in observation.iter().enumerate() {
            let Some(o) = o.outcome() else { continue };
            let evidence = self.weigh(model, m, o, out);
            if evidence <= 0.0 {
                let why = self.why(model, m, o, prior);
                return Err(InferenceError::impossible(model, m, o, why));
            }
            // After each modality, so that many of them together don't underflow.
            let scale = 1.0 / evidence;
            out.iter_mut().for_each(|q| *q *= scale);
            log_evidence += prob::math::ln(evidence);
        }
        Ok(log_evidence)
    }

    fn why(
        &self,
        model: &GenerativeModel,
        modality: usize,
        outcome: usize,
        prior: &[f64],
    ) -> WhyImpossible {
        let likelihood = model.modality(modality).likelihood();
        let columns = &self.likelihood_columns[modality];
        let alone = prior.iter().zip(columns).any(|(&p, &column)| {
            p > 0.0 && likelihood.get(outcome, column as usize, 0) > 0.0
        });
        if alone {
            WhyImpossible::Others
        } else if likelihood.row(outcome, 0).any(|p| p > 0.0) {
            WhyImpossible::Belief
        } else {
            WhyImpossible::NoState
        }
    }

    /// Prediction, the first half of a filter's step: $q'(s') = \sum_s q(s) \prod_f
    /// B^f\[s'^f, s^{\mathrm{pa}(f)}, a^f\]$. Both beliefs have shape `[n_joint_states]`,
    /// and `actions` one entry a factor, 0 for one that isn't controlled.
    ///
    /// # Errors
    /// [`InferenceError::WrongActions`] or [`InferenceError::NoSuchAction`].
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn predict(
        &self,
        model: &GenerativeModel,
        belief: &[f64],
        actions: &[usize],
        out: &mut [f64],
    ) -> Result<(), InferenceError> {
        check_actions(model, actions)?;
        assert_eq!(belief.len(), self.n_states, "one number for each joint state");
        assert_eq!(out.len(), self.n_states, "one number for each joint state");
        out.fill(0.0);
        for (s, &q) in belief.iter().enumerate().filter(|(_, q)| **q > 0.0) {
            self.spread(model, s, actions, 0, q, out);
        }
        Ok(())
    }

    /// Adds the product of the columns of factors `factor..` to the joint states that
    /// share the states of the factors before.
    fn spread(
        &self,
        model: &GenerativeModel,
        from: usize,
        actions: &[usize],
        factor: usize,
        weight: f64,
        out: &mut [f64],
    ) {
        let parents = self.transition_columns[factor][from] as usize;
        let column = model.factor(factor).transition().column(parents, actions[factor]);
        if factor + 1 == self.shape.len() {
            for (out, &p) in out.iter_mut().zip(column) {
                *out += weight * p;
            }
            return;
        }
        let size = out.len() / column.len();
        for (part, &p) in out.chunks_exact_mut(size).zip(column) {
            if p > 0.0 {
                self.spread(model, from, actions, factor + 1, weight * p, part);
            }
        }
    }
}
