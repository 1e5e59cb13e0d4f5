//! What pymdp 1.0.4 computes where it is not what the mathematics says, for comparison.
//!
//! Its fixed-point iteration updates all factors at once, a fixed number of times,
//! without a test of convergence, and replaces zeros by a small number before it takes
//! logarithms. On some models the updates circle, and what is returned depends on whether
//! their number is odd or even. Use [`mean_field`](crate::mean_field) for inference, and
//! this to see what another program saw.
//!
//! | pymdp          | code                          |
//! |----------------|-------------------------------|
//! | `fpi`          | [`fixed_point_iteration`]     |
//! | `fpi`, one factor after the other | [`clipped_coordinate_ascent`] |
//! | `calc_vfe`     | [`clipped_free_energy`]       |
//! | `update_obs_likelihood_dirichlet` | [`likelihood_counts`] |
//! | `update_state_transition_dirichlet` | [`transition_counts`] |
//! | `compute_info_gain`, `state_info_gain` | [`ExpectedFreeEnergy::modality_salience`](crate::ExpectedFreeEnergy::modality_salience) |
//! | `calc_pA_info_gain`, `calc_pB_info_gain` | [`parameter_information`] |
//!
//! Its sequences have a place of their own,
//! [`message_passing::pymdp`](crate::message_passing::pymdp).

use ndarray::ArrayD;
use prob::categorical::{entropy, softmax};
use prob::math::ln;

use crate::contract::contract;
use crate::inference::{check_observation, predict, predict_outcomes};
use crate::learning::Counts;
use crate::novelty;
use crate::{Belief, GenerativeModel, InferenceError, Outcome};

/// pymdp's floor under a logarithm's argument in double precision.
pub const FLOOR: f64 = f64::EPSILON;

/// The logarithm of a number, or of [`FLOOR`] if that is larger.
pub fn clipped_ln(x: f64) -> f64 {
    ln(x.max(FLOOR))
}

/// pymdp's `fpi`: begins at uniform distributions and updates all factors at once,
/// `sweeps` times (16 by default there). Allocates its room.
///
/// # Errors
/// [`InferenceError::WrongOutcomes`] or [`InferenceError::NoSuchOutcome`]; an impossible
/// observation is none.
///
/// # Panics
/// If a belief has other factors than the model.
pub fn fixed_point_iteration(
    model: &GenerativeModel,
    prior: &Belief,
    observation: &[impl Outcome],
    sweeps: usize,
) -> Result<Belief, InferenceError> {
    check_observation(model, observation)?;
    let mut belief = Belief::uniform(model);
    let mut next = belief.clone();
    for _ in 0..sweeps {
        for f in 0..model.n_factors() {
            update(model, prior, observation, &belief, f, next.factor_mut(f));
        }
        std::mem::swap(&mut belief, &mut next);
    }
    Ok(belief)
}

/// Coordinate ascent with pymdp's floor: begins at uniform distributions and updates one
/// factor after the other, until a sweep changes nothing by more than `tolerance` or
/// `max_sweeps` are made. Where the model has no zeros, it is
/// [`MeanField`](crate::MeanField). Allocates its room.
///
/// # Errors
/// [`InferenceError::WrongOutcomes`] or [`InferenceError::NoSuchOutcome`]; an impossible
/// observation is none.
///
/// # Panics
/// If a belief has other factors than the model.
pub fn clipped_coordinate_ascent(
    model: &GenerativeModel,
    prior: &Belief,
    observation: &[impl Outcome],
    tolerance: f64,
    max_sweeps: usize,
) -> Result<Belief, InferenceError> {
    check_observation(model, observation)?;
    let mut belief = Belief::uniform(model);
    let mut before = belief.clone();
    let mut next = belief.clone();
    for _ in 0..max_sweeps {
        before.copy_from(&belief);
        for f in 0..model.n_factors() {
            update(model, prior, observation, &belief, f, next.factor_mut(f));
            belief.factor_mut(f).copy_from_slice(next.factor(f));
        }
        if belief.distance(&before) <= tolerance {
            break;
        }
    }
    Ok(belief)
}

/// The best distribution of a factor, given the others.
fn update(
    model: &GenerativeModel,
    prior: &Belief,
    observation: &[impl Outcome],
    belief: &Belief,
    factor: usize,
    out: &mut [f64],
) {
    let mut logits: Vec<f64> =
        prior.factor(factor).iter().map(|&p| clipped_ln(p)).collect();
    for (m, o) in model.modalities().iter().zip(observation) {
        let axis = m.parents().iter().position(|&parent| parent == factor);
        let (Some(axis), Some(o)) = (axis, o.outcome()) else { continue };
        let mut row: Vec<f64> = m.likelihood().row(o, 0).map(clipped_ln).collect();
        contract(&mut row, m.likelihood().parent_shape(), Some(axis), |axis| {
            belief.factor(m.parents()[axis])
        });
        logits.iter_mut().zip(row).for_each(|(logit, x)| *logit += x);
    }
    softmax(&logits, out);
}

/// pymdp's free energy of a belief in nats, with its floor under every logarithm but
/// those of the entropy.
///
/// # Errors
/// [`InferenceError::WrongOutcomes`] or [`InferenceError::NoSuchOutcome`].
///
/// # Panics
/// If a belief has other factors than the model.
pub fn clipped_free_energy(
    model: &GenerativeModel,
    belief: &Belief,
    prior: &Belief,
    observation: &[impl Outcome],
) -> Result<f64, InferenceError> {
    check_observation(model, observation)?;
    let complexity: f64 = belief
        .iter()
        .zip(prior.iter())
        .map(|(q, p)| {
            let cross: f64 = q.iter().zip(p).map(|(q, &p)| q * clipped_ln(p)).sum();
            -entropy(q) - cross
        })
        .sum();
    let mut accuracy = 0.0;
    for (m, o) in model.modalities().iter().zip(observation) {
        let Some(o) = o.outcome() else { continue };
        let mut row: Vec<f64> = m.likelihood().row(o, 0).map(clipped_ln).collect();
        contract(&mut row, m.likelihood().parent_shape(), None, |axis| {
            belief.factor(m.parents()[axis])
        });
        accuracy += row[0];
    }
    Ok(complexity - accuracy)
}

/// Dirichlet counts of $A$ after an episode: $a\[o, s\] + \eta \sum_t \mathbb 1\[o =
/// o_t\] \prod_f q_t(s^f)$, also where the count is 0 and the outcome impossible, which
/// [`learning`](crate::learning) leaves at 0.
///
/// `counts` has the shape of $A$, `\[n_outcomes, s…\]`; there is one observation and one
/// belief a step.
///
/// # Panics
/// If the shapes differ, or there is no such modality or outcome.
pub fn likelihood_counts<O: Outcome>(
    model: &GenerativeModel,
    modality: usize,
    counts: &ArrayD<f64>,
    observations: &[impl AsRef<[O]>],
    beliefs: &[Belief],
    step_size: f64,
) -> ArrayD<f64> {
    let parents = model.modality(modality).parents();
    let mut counts = counts.clone();
    for (observation, belief) in observations.iter().zip(beliefs) {
        let Some(o) = observation.as_ref()[modality].outcome() else { continue };
        for (index, count) in counts.indexed_iter_mut().filter(|(i, _)| i[0] == o) {
            let weight: f64 = parents
                .iter()
                .enumerate()
                .map(|(k, &f)| belief.factor(f)[index[1 + k]])
                .product();
            *count += step_size * weight;
        }
    }
    counts
}

/// Dirichlet counts of $B$ after an episode: $b\[s', s, a\] + \eta \sum_t \mathbb 1\[a =
/// a_t\]\, q_{t+1}(s') \prod_f q_t(s^f)$, as if states at successive steps were
/// independent.
///
/// `counts` has the shape of $B$, `\[n_states, s…, n_actions\]`; there is one belief a
/// step and one entry of `actions` fewer.
///
/// # Panics
/// If the shapes differ, or there is no such factor.
pub fn transition_counts(
    model: &GenerativeModel,
    factor: usize,
    counts: &ArrayD<f64>,
    actions: &[impl AsRef<[usize]>],
    beliefs: &[Belief],
    step_size: f64,
) -> ArrayD<f64> {
    let parents = model.factor(factor).parents();
    let mut counts = counts.clone();
    for (pair, actions) in beliefs.windows(2).zip(actions) {
        let (now, next) = (&pair[0], pair[1].factor(factor));
        let action = actions.as_ref()[factor];
        for (index, count) in counts.indexed_iter_mut() {
            if index[1 + parents.len()] == action {
                let weight: f64 = parents
                    .iter()
                    .enumerate()
                    .map(|(k, &f)| now.factor(f)[index[1 + k]])
                    .product();
                *count += step_size * next[index[0]] * weight;
            }
        }
    }
    counts
}

/// pymdp's parameter information of a plan about $A$ and about $B$, in nats: the weights
/// of [`novelty::weight`], but with outcome and state, and state and next state, taken as
/// independent ([`novelty::of_product`]). Where the state is uncertain it rewards looking
/// at what is known.
///
/// `steps` are the plan's, one action a factor in each. Allocates its room.
///
/// # Errors
/// [`InferenceError::WrongActions`] or [`InferenceError::NoSuchAction`].
///
/// # Panics
/// If belief or counts are of another model.
pub fn parameter_information(
    model: &GenerativeModel,
    counts: &Counts,
    belief: &Belief,
    steps: &[impl AsRef<[usize]>],
) -> Result<(f64, f64), InferenceError> {
    let (mut before, mut after) = (belief.clone(), belief.clone());
    let (mut of_likelihood, mut of_transition) = (0.0, 0.0);
    for actions in steps {
        predict(model, &before, actions.as_ref(), &mut after)?;
        for (m, modality) in model.modalities().iter().enumerate() {
            let mut outcomes = vec![0.0; modality.n_outcomes()];
            predict_outcomes(model, m, &after, &mut outcomes);
            let belief = |axis: usize| after.factor(modality.parents()[axis]);
            of_likelihood += novelty::of_product(
                counts.likelihood(m),
                0,
                belief,
                &outcomes,
                novelty::weight,
            );
        }
        for (f, factor) in model.factors().iter().enumerate() {
            let belief = |axis: usize| before.factor(factor.parents()[axis]);
            of_transition += novelty::of_product(
                counts.transition(f),
                actions.as_ref()[f],
                belief,
                after.factor(f),
                novelty::weight,
            );
        }
        std::mem::swap(&mut before, &mut after);
    }
    Ok((of_likelihood, of_transition))
}
