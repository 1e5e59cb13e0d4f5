//! Three ways to one posterior: divide, go downhill, or take the best at once.
//!
//! With $q = \operatorname{softmax}(x)$ the slope of $F$ in the logits is
//! $$\frac{\partial F}{\partial x_s} = q(s) \bigl(\ln q(s) - \ln p(o, s) - F\bigr)$$
//! and coordinate ascent takes the minimum over one factor's belief with the others held,
//! which for a single factor is $\ln q(s) = \ln p(o, s) + \text{constant}$.
//!
//! | book      | code        | meaning                               | shape        |
//! |-----------|-------------|---------------------------------------|--------------|
//! | $p(o, s)$ | `joint`     | all that any of the three is told; positive | `[n_states]` |
//! | $x_s$     | `logits`    | the belief's logarithms, up to a constant | `[n_states]` |
//! | $q(s)$    | `belief`    | approximate posterior                 | `[n_states]` |
//! | $\eta$    | `step_size` | how far to go downhill                |              |
//!
//! ```
//! use ch08_generative_models::three_ways::{bayes, descend, update};
//!
//! let joint = [0.3, 0.1, 0.1];
//! let downhill = descend(&joint, 1.0, 200);
//! for (s, exact) in bayes(&joint).iter().enumerate() {
//!     assert!((downhill[200][s] - exact).abs() < 1e-9);
//!     assert!((update(&joint)[s] - exact).abs() < 1e-12);
//! }
//! ```

use prob::categorical::softmax;
use prob::math::ln;

use crate::free_energy::free_energy;

/// Bayes' rule: the joint probabilities, divided by their sum.
pub fn bayes(joint: &[f64]) -> Vec<f64> {
    let evidence: f64 = joint.iter().sum();
    joint.iter().map(|p| p / evidence).collect()
}

// ANCHOR: gradient
/// $\partial F / \partial x$ at the belief $\operatorname{softmax}(x)$, in nats; nothing
/// here knows the posterior.
pub fn gradient(logits: &[f64], joint: &[f64]) -> Vec<f64> {
    let belief = believed(logits);
    let vfe = free_energy(&belief, joint);
    let states = belief.iter().zip(joint);
    states.map(|(&q, &p)| q * (ln(q) - ln(p) - vfe)).collect()
}
// ANCHOR_END: gradient

/// $\operatorname{softmax}(x)$.
pub fn believed(logits: &[f64]) -> Vec<f64> {
    let mut belief = vec![0.0; logits.len()];
    softmax(logits, &mut belief);
    belief
}

// ANCHOR: descend
/// The beliefs on the way down from a flat one, `steps + 1` of them.
pub fn descend(joint: &[f64], step_size: f64, steps: usize) -> Vec<Vec<f64>> {
    let mut logits = vec![0.0; joint.len()];
    let mut path = vec![believed(&logits)];
    for _ in 0..steps {
        let slope = gradient(&logits, joint);
        for (x, slope) in logits.iter_mut().zip(slope) {
            *x -= step_size * slope;
        }
        path.push(believed(&logits));
    }
    path
}
// ANCHOR_END: descend

// ANCHOR: update
/// The update of coordinate ascent for a single factor: the belief whose logarithms are
/// those of the joint probabilities, up to a constant.
pub fn update(joint: &[f64]) -> Vec<f64> {
    let logits: Vec<f64> = joint.iter().map(|&p| ln(p)).collect();
    believed(&logits)
}
// ANCHOR_END: update

/// Steps of [`descend`] until $F$ is within `nats` of the surprise, or `None` within
/// `most`.
pub fn steps_until(
    joint: &[f64],
    step_size: f64,
    nats: f64,
    most: usize,
) -> Option<usize> {
    let surprise = crate::free_energy::surprise(joint);
    let path = descend(joint, step_size, most);
    path.iter().position(|belief| free_energy(belief, joint) - surprise < nats)
}
