//! Is there a joint state that can have given an observation?

use crate::{Belief, GenerativeModel, InferenceError, Outcome, WhyImpossible};

/// Searches a joint state that `belief` and the outcomes of the first `n_modalities`
/// modalities leave possible, and writes it to `states`, one a factor.
///
/// Factor after factor, and back as soon as an outcome whose factors are all chosen is
/// impossible.
pub(crate) fn find(
    model: &GenerativeModel,
    belief: &Belief,
    observation: &[impl Outcome],
    states: &mut [usize],
) -> bool {
    choose(model, belief, observation, states, 0)
}

fn choose(
    model: &GenerativeModel,
    belief: &Belief,
    observation: &[impl Outcome],
    states: &mut [usize],
    factor: usize,
) -> bool {
    if factor == states.len() {
        // Modalities that depend on no factor have not been asked yet.
        return fits(model, observation, states, None);
    }
    for s in 0..model.factor(factor).n_states() {
        states[factor] = s;
        if belief.factor(factor)[s] > 0.0
            && fits(model, observation, states, Some(factor))
            && choose(model, belief, observation, states, factor + 1)
        {
            return true;
        }
    }
    false
}

/// Whether the outcomes whose last factor is `last` are possible.
fn fits(
    model: &GenerativeModel,
    observation: &[impl Outcome],
    states: &[usize],
    last: Option<usize>,
) -> bool {
    model.modalities().iter().zip(observation).all(|(m, o)| {
        let asked = m.parents().iter().max().copied() == last;
        let Some(o) = o.outcome().filter(|_| asked) else { return true };
        let likelihood = m.likelihood();
        let parents = m
            .parents()
            .iter()
            .zip(likelihood.parent_shape())
            .fold(0, |number, (&f, &n)| number * n + states[f]);
        likelihood.get(o, parents, 0) > 0.0
    })
}

/// Says which outcome can't be explained, and why, of an observation that is impossible.
pub(crate) fn blame(
    model: &GenerativeModel,
    belief: &Belief,
    observation: &[impl Outcome],
) -> InferenceError {
    let mut states = vec![0; model.n_factors()];
    let n = observation.len();
    let m = (0..n)
        .find(|&m| !find(model, belief, &observation[..=m], &mut states))
        .unwrap_or(n - 1);
    let outcome = observation[m].outcome().expect("what wasn't seen rules nothing out");
    let mut alone = vec![None; n];
    alone[m] = Some(outcome);
    let why = if find(model, belief, &alone, &mut states) {
        WhyImpossible::Others
    } else if model.modality(m).likelihood().row(outcome, 0).any(|p| p > 0.0) {
        WhyImpossible::Belief
    } else {
        WhyImpossible::NoState
    };
    InferenceError::impossible(model, m, outcome, why)
}
