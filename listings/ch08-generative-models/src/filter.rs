//! Perception in time: predict, then correct; and in hindsight, smooth.
//!
//! $$\text{predict: } p(s_t \mid o_{0:t-1}) = \sum_s B\[s_t, s\]\, q_{t-1}(s) \qquad
//! \text{correct: } q_t(s) = \frac{A\[o_t, s\]\, p(s \mid o_{0:t-1})}{p(o_t \mid
//! o_{0:t-1})}$$
//! $$\text{backward: } p(s_t \mid o_{0:T-1}) = q_t(s_t) \sum_{s'} B\[s', s_t\]\,
//! \frac{p(s_{t+1} = s' \mid o_{0:T-1})}{p(s_{t+1} = s' \mid o_{0:t})}$$
//!
//! | book                      | code        | meaning                          | shape |
//! |---------------------------|-------------|----------------------------------|-------|
//! | $q_t$                     | `belief`    | after the rustle of step $t$     | `[N]` |
//! | $p(s_t \mid o_{0:t-1})$   | `predicted` | before it                        | `[N]` |
//! | $p(o_t \mid o_{0:t-1})$   | `evidence`  | how probable the rustle was      |       |
//! | $p(s_t \mid o_{0:T-1})$   | `smoothed`  | when all rustles are heard       | `[N]` |
//!
//! ```
//! use ch08_generative_models::{filter::filter, vole::Ring};
//!
//! let on_the_carousel = filter(&Ring::CAROUSEL.model::<3>(), &[0, 1, 2])?;
//! assert!(on_the_carousel[2].belief[2] > 0.99);
//! # Ok::<(), ch08_generative_models::filter::Impossible>(())
//! ```

use thiserror::Error;

use crate::vole::Hmm;

/// A rustle that the model says cannot come now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("outcome {0} is impossible in every state that is still believed in")]
pub struct Impossible(pub usize);

/// A belief after a correction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corrected<const N: usize> {
    /// $q_t$, shape `[N]`.
    pub belief: [f64; N],
    /// $p(o_t \mid o_{0:t-1})$.
    pub evidence: f64,
}

// ANCHOR: predict
/// The belief a step later.
pub fn predict<const N: usize>(model: &Hmm<N>, belief: &[f64; N]) -> [f64; N] {
    model.transition.map(|row| row.iter().zip(belief).map(|(b, q)| b * q).sum())
}
// ANCHOR_END: predict

// ANCHOR: correct
/// The belief after rustle `o`: Bayes' rule, with the prediction for a prior.
///
/// # Errors
/// [`Impossible`] if nothing that is believed in could have caused it.
pub fn correct<const N: usize>(
    model: &Hmm<N>,
    predicted: &[f64; N],
    o: usize,
) -> Result<Corrected<N>, Impossible> {
    let joint: [f64; N] = std::array::from_fn(|s| model.likelihood[o][s] * predicted[s]);
    let evidence: f64 = joint.iter().sum();
    if evidence == 0.0 {
        return Err(Impossible(o));
    }
    Ok(Corrected { belief: joint.map(|p| p / evidence), evidence })
}
// ANCHOR_END: correct

// ANCHOR: filter
/// What is believed after each rustle.
///
/// # Errors
/// [`Impossible`].
pub fn filter<const N: usize>(
    model: &Hmm<N>,
    heard: &[usize],
) -> Result<Vec<Corrected<N>>, Impossible> {
    let mut predicted = model.prior;
    heard
        .iter()
        .map(|&o| {
            let corrected = correct(model, &predicted, o)?;
            predicted = predict(model, &corrected.belief);
            Ok(corrected)
        })
        .collect()
}
// ANCHOR_END: filter

// ANCHOR: backward
/// What is to be believed of a step once the next one is known better.
pub fn backward<const N: usize>(
    model: &Hmm<N>,
    belief: &[f64; N],
    smoothed_next: &[f64; N],
) -> [f64; N] {
    let predicted = predict(model, belief);
    std::array::from_fn(|s| {
        let possible = (0..N).filter(|&next| predicted[next] > 0.0);
        let ahead = possible.map(|next| {
            model.transition[next][s] * smoothed_next[next] / predicted[next]
        });
        belief[s] * ahead.sum::<f64>()
    })
}
// ANCHOR_END: backward

/// What is believed of each step when all rustles are heard.
pub fn smooth<const N: usize>(
    model: &Hmm<N>,
    filtered: &[Corrected<N>],
) -> Vec<[f64; N]> {
    let mut smoothed: Vec<[f64; N]> = filtered.iter().map(|step| step.belief).collect();
    for t in (1..smoothed.len()).rev() {
        smoothed[t - 1] = backward(model, &smoothed[t - 1], &smoothed[t]);
    }
    smoothed
}
