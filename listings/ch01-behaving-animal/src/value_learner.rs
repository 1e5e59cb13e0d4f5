//! A sensible learner for which matching fails: it values each action and chooses by a
//! softmax of the values.
//!
//! $$Q(a_t) \mathrel{+}= \eta\,\bigl(R_{t+1} - Q(a_t)\bigr), \qquad
//! \mu(a) = \frac{e^{Q(a)/\tau}}{\sum_b e^{Q(b)/\tau}}$$
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $Q(a)$ | `q` | running average of what the action has paid | reward |
//! | $\eta$ | `step_size` | step size | |
//! | $\tau$ | `temperature` | temperature | reward |
//! | $\mu(a)$ | `policy` | chance of each action | |
//!
//! Taking logarithms, $\ln\bigl(\mu(1)/\mu(2)\bigr) = (Q(1) - Q(2))/\tau$. Matching means
//! that a press pays the same on both keys, $Q(1) = Q(2)$, and then this learner is
//! indifferent. So, as long as it presses both keys, it can match at even pay only;
//! elsewhere it must undermatch, the more so the higher the temperature.
//!
//! ```
//! use ch01_behaving_animal::value_learner::{ValueLearner, ValueParameters};
//! let naive = ValueLearner::new(2, ValueParameters::default());
//! assert_eq!(naive.policy(), [1.0 / 3.0; 3]);
//! ```

use prob::categorical::{sample, softmax};
use rand::Rng;

use crate::chamber::Animal;

/// What the learner is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueParameters {
    /// Step size $\eta$. Chosen: an average over about a hundred presses of the key.
    pub step_size: f64,
    /// Temperature $\tau$ in units of reward. Chosen: a fiftieth of a pellet; swept in
    /// the claims.
    pub temperature: f64,
}

impl Default for ValueParameters {
    fn default() -> Self {
        Self { step_size: 0.01, temperature: 0.02 }
    }
}

/// The learner: a value for each action.
#[derive(Debug, Clone)]
pub struct ValueLearner {
    parameters: ValueParameters,
    q: Vec<f64>,
    logits: Vec<f64>,
    policy: Vec<f64>,
    action: usize,
}

impl ValueLearner {
    /// A naive animal in a chamber with this many keys.
    pub fn new(keys: usize, parameters: ValueParameters) -> Self {
        let actions = keys + 1;
        let even = vec![1.0 / actions as f64; actions];
        Self {
            parameters,
            q: vec![0.0; actions],
            logits: vec![0.0; actions],
            policy: even,
            action: 0,
        }
    }

    /// Chances of the actions now: something else, key 1, key 2, …
    pub fn policy(&self) -> &[f64] {
        &self.policy
    }
}

impl Animal for ValueLearner {
    fn act<R: Rng + ?Sized>(&mut self, rng: &mut R) -> usize {
        self.action = sample(&self.policy, rng);
        self.action
    }

    // ANCHOR: learn
    fn learn<R: Rng + ?Sized>(&mut self, reward: f64, _food: bool, _rng: &mut R) {
        let ValueParameters { step_size, temperature } = self.parameters;
        self.q[self.action] += step_size * (reward - self.q[self.action]);
        for (logit, q) in self.logits.iter_mut().zip(&self.q) {
            *logit = q / temperature;
        }
        softmax(&self.logits, &mut self.policy);
    }
    // ANCHOR_END: learn
}
