//! What every kind of inference shares: what an observation is, and what can be wrong
//! with it.

use thiserror::Error;

use crate::{Belief, GenerativeModel};

/// What was observed in one modality: the number of an outcome, or with an `Option`
/// perhaps nothing.
///
/// An observation is a slice with one outcome a modality: `&[0, 3]`, or `&[Some(0),
/// None]` if the second modality was not seen.
pub trait Outcome: Copy {
    /// The number of the outcome, if there was one.
    fn outcome(self) -> Option<usize>;
}

impl Outcome for usize {
    #[inline]
    fn outcome(self) -> Option<usize> {
        Some(self)
    }
}

impl Outcome for Option<usize> {
    #[inline]
    fn outcome(self) -> Option<usize> {
        self
    }
}

/// Why an observation has probability 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyImpossible {
    /// The column of the outcome is 0 in every state.
    NoState,
    /// The states that give the outcome are ruled out by the belief before it.
    Belief,
    /// The outcome could come alone, but not with those of the modalities before it.
    Others,
}

impl std::fmt::Display for WhyImpossible {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoState => "no state gives it",
            Self::Belief => "every state that gives it was ruled out before",
            Self::Others => {
                "no possible state gives it along with the outcomes of the modalities before it"
            }
        })
    }
}

/// Why there is no posterior.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum InferenceError {
    /// An observation without one outcome a modality.
    #[error("{given} outcomes, but the model has {expected} modalities")]
    WrongOutcomes {
        /// How many modalities there are.
        expected: usize,
        /// How many outcomes were given.
        given: usize,
    },
    /// An outcome that the modality doesn't have.
    #[error("outcome {outcome} of modality {modality} ({name}), but it has {n_outcomes}")]
    NoSuchOutcome {
        /// Number of the modality.
        modality: usize,
        /// Its name.
        name: String,
        /// The outcome that there isn't.
        outcome: usize,
        /// How many there are.
        n_outcomes: usize,
    },
    /// Actions that are not one a factor.
    #[error("{given} actions, but the model has {expected} factors")]
    WrongActions {
        /// How many factors there are.
        expected: usize,
        /// How many actions were given.
        given: usize,
    },
    /// An action that the factor doesn't have.
    #[error("action {action} on factor {factor} ({name}), but it has {n_actions}")]
    NoSuchAction {
        /// Number of the factor.
        factor: usize,
        /// Its name.
        name: String,
        /// The action that there isn't.
        action: usize,
        /// How many there are.
        n_actions: usize,
    },
    /// An observation that the model says cannot come now.
    #[error(
        "outcome {outcome} ({outcome_name}) of modality {modality} ({name}) is impossible: {why}"
    )]
    Impossible {
        /// Number of the first modality whose outcome cannot be explained.
        modality: usize,
        /// Its name.
        name: String,
        /// The outcome.
        outcome: usize,
        /// Its name.
        outcome_name: String,
        /// Why it cannot come.
        why: WhyImpossible,
    },
}

impl InferenceError {
    pub(crate) fn impossible(
        model: &GenerativeModel,
        modality: usize,
        outcome: usize,
        why: WhyImpossible,
    ) -> Self {
        let m = model.modality(modality);
        Self::Impossible {
            modality,
            name: m.name().to_owned(),
            outcome,
            outcome_name: m.outcomes()[outcome].clone(),
            why,
        }
    }
}

/// Checks that an observation has one outcome a modality, and that there are such
/// outcomes.
///
/// # Errors
/// [`InferenceError::WrongOutcomes`] or [`InferenceError::NoSuchOutcome`].
pub fn check_observation(
    model: &GenerativeModel,
    observation: &[impl Outcome],
) -> Result<(), InferenceError> {
    if observation.len() != model.n_modalities() {
        return Err(InferenceError::WrongOutcomes {
            expected: model.n_modalities(),
            given: observation.len(),
        });
    }
    for (modality, (m, o)) in model.modalities().iter().zip(observation).enumerate() {
        if let Some(outcome) = o.outcome().filter(|&o| o >= m.n_outcomes()) {
            return Err(InferenceError::NoSuchOutcome {
                modality,
                name: m.name().to_owned(),
                outcome,
                n_outcomes: m.n_outcomes(),
            });
        }
    }
    Ok(())
}

/// Checks that there is one action a factor, and that there are such actions.
///
/// # Errors
/// [`InferenceError::WrongActions`] or [`InferenceError::NoSuchAction`].
pub fn check_actions(
    model: &GenerativeModel,
    actions: &[usize],
) -> Result<(), InferenceError> {
    if actions.len() != model.n_factors() {
        return Err(InferenceError::WrongActions {
            expected: model.n_factors(),
            given: actions.len(),
        });
    }
    for (factor, (f, &action)) in model.factors().iter().zip(actions).enumerate() {
        if action >= f.n_actions() {
            return Err(InferenceError::NoSuchAction {
                factor,
                name: f.name().to_owned(),
                action,
                n_actions: f.n_actions(),
            });
        }
    }
    Ok(())
}

/// Prediction of independent factors: $q'(s'^f) = \sum_{s} B^f\[s'^f, s^{\mathrm{pa}(f)},
/// a^f\] \prod_{g \in \mathrm{pa}(f)} q(s^g)$.
///
/// `actions` has one entry a factor, 0 for one that isn't controlled. Where a factor
/// depends on others, the next factors are correlated, and the product of their marginals
/// drops that; [`JointSpace::predict`](crate::JointSpace::predict) keeps it. With every
/// factor alone it is exact for the marginals.
///
/// # Errors
/// [`InferenceError::WrongActions`] or [`InferenceError::NoSuchAction`].
///
/// # Panics
/// If a belief has other factors than the model.
pub fn predict(
    model: &GenerativeModel,
    belief: &Belief,
    actions: &[usize],
    out: &mut Belief,
) -> Result<(), InferenceError> {
    check_actions(model, actions)?;
    for (f, &action) in actions.iter().enumerate() {
        predict_factor(model, f, belief, action, out.factor_mut(f));
    }
    Ok(())
}

/// [`predict`] for one factor; `out` has shape `[n_states]`.
///
/// # Panics
/// If the belief has other factors than the model, or there is no such action.
pub fn predict_factor(
    model: &GenerativeModel,
    factor: usize,
    belief: &Belief,
    action: usize,
    out: &mut [f64],
) {
    let (transition, parents) =
        (model.factor(factor).transition(), model.factor(factor).parents());
    expect(transition.columns(action), transition.parent_shape(), out, |axis| {
        belief.factor(parents[axis])
    });
}

/// The outcomes that independent factors lead one to expect: $q(o^m) = \sum_s
/// A^m\[o, s^{\mathrm{pa}(m)}\] \prod_{g \in \mathrm{pa}(m)} q(s^g)$; `out` has shape
/// `[n_outcomes]`.
///
/// # Panics
/// If the belief has other factors than the model.
pub fn predict_outcomes(
    model: &GenerativeModel,
    modality: usize,
    belief: &Belief,
    out: &mut [f64],
) {
    let m = model.modality(modality);
    let (likelihood, parents) = (m.likelihood(), m.parents());
    expect(likelihood.columns(0), likelihood.parent_shape(), out, |axis| {
        belief.factor(parents[axis])
    });
}

/// Adds up columns, each weighed by the probability of its joint state.
pub(crate) fn expect<'q>(
    columns: &[f64],
    shape: &[usize],
    out: &mut [f64],
    belief: impl Fn(usize) -> &'q [f64] + Copy,
) {
    out.fill(0.0);
    weigh(columns, shape, 0, 1.0, out, belief);
}

/// Goes through the joint states of axes `axis..` and leaves out what has probability 0.
fn weigh<'q>(
    columns: &[f64],
    shape: &[usize],
    axis: usize,
    weight: f64,
    out: &mut [f64],
    belief: impl Fn(usize) -> &'q [f64] + Copy,
) {
    let Some(&n) = shape.get(axis) else {
        for (out, &p) in out.iter_mut().zip(columns) {
            *out += weight * p;
        }
        return;
    };
    let size = columns.len() / n;
    for (part, &q) in columns.chunks_exact(size).zip(belief(axis)) {
        if q > 0.0 {
            weigh(part, shape, axis + 1, weight * q, out, belief);
        }
    }
}
