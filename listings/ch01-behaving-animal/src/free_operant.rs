//! A free operant: an average-reward actor-critic that decides, tick by tick, whether to
//! press.
//!
//! It reads two clocks, since the last food and since its last press, and nothing else.
//!
//! $$\delta_t = R_{t+1} - \bar R + V(s_{t+1}) - V(s_t)$$
//! $$e^V_t = \lambda e^V_{t-1} + \phi(s_t), \qquad
//! e^\theta_t(a) = \lambda e^\theta_{t-1}(a) +
//! \phi(s_t)\,\bigl(\mathbb 1[a = a_t] - \mu(a \mid s_t)\bigr)$$
//! $$V \mathrel{+}= \eta_V \delta_t e^V_t, \qquad
//! \theta \mathrel{+}= \eta_\theta \delta_t e^\theta_t, \qquad
//! \bar R \mathrel{+}= \eta_R \delta_t$$
//! $$\mu(a \mid s) = (1 - \varepsilon)\,\frac{e^{\theta(s,a)}}{\sum_b e^{\theta(s,b)}} + \frac{\varepsilon}{n}$$
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $s$, $\phi(s)$ | `clocks` | the bin in which each clock stands | |
//! | $V(s)$ | `v` | how much better than average it is to be here | reward |
//! | $\theta(s, a)$ | `preferences` | preference for an action (Sutton and Barto: $h$) | nats |
//! | $\bar R$ | `average_reward` | average reward: the price of a tick | reward |
//! | $\delta_t$ | `td_error` | differential TD error (Sutton and Barto 2018, eq. 10.10) | reward |
//! | $\lambda$, $e_t$ | `lambda`, in [`Traced`] | decay of the traces, the traces | |
//! | $\mu(a \mid s)$ | `policy` | action 0 is *something else*, action $k$ a press on key $k$ | |
//! | $\varepsilon$, $n$ | `lapse` | share of aimless acts, number of actions | |
//!
//! The algorithm is Sutton and Barto's (2018, section 13.6) with one decay for both
//! traces; the gradient leaves the lapses out.
//!
//! ```
//! use ch01_behaving_animal::free_operant::{FreeOperant, Parameters};
//! let naive = FreeOperant::new(1, Parameters::default());
//! assert_eq!(naive.policy(), [0.5, 0.5]);
//! ```

use prob::categorical::{sample, softmax};
use rand::Rng;

use crate::chamber::Animal;
use crate::clocks::Clocks;
pub use crate::operant_parameters::Parameters;
use crate::traces::Traced;

/// The learner. Shapes: `v` `[features]`, `preferences` `[features, actions]`.
#[derive(Debug, Clone)]
pub struct FreeOperant {
    parameters: Parameters,
    clocks: Clocks,
    v: Traced,
    preferences: Traced,
    average_reward: f64,
    action: usize,
    logits: Vec<f64>,
    policy: Vec<f64>,
}

impl FreeOperant {
    /// A naive animal in a chamber with this many keys: all actions are equally likely.
    pub fn new(keys: usize, parameters: Parameters) -> Self {
        let clocks = Clocks::new(keys, parameters.press_clock, parameters.clock_noise);
        let (features, actions) = (clocks.features(), keys + 1);
        Self {
            parameters,
            clocks,
            v: Traced::new(features),
            preferences: Traced::new(features * actions),
            average_reward: 0.0,
            action: 0,
            logits: vec![0.0; actions],
            policy: vec![1.0 / actions as f64; actions],
        }
    }

    /// Chances of the actions now: something else, key 1, key 2, …
    pub fn policy(&self) -> &[f64] {
        &self.policy
    }

    fn value(&self) -> f64 {
        self.clocks.active().iter().map(|&f| self.v.get(f)).sum()
    }

    // ANCHOR: policy
    fn update_policy(&mut self) {
        let (actions, lapse) = (self.policy.len(), self.parameters.lapse);
        for (a, logit) in self.logits.iter_mut().enumerate() {
            let active = self.clocks.active().iter();
            *logit = active.map(|&f| self.preferences.get(f * actions + a)).sum();
        }
        softmax(&self.logits, &mut self.policy);
        for p in &mut self.policy {
            *p = (1.0 - lapse) * *p + lapse / actions as f64;
        }
    }
    // ANCHOR_END: policy
}

impl Animal for FreeOperant {
    fn act<R: Rng + ?Sized>(&mut self, rng: &mut R) -> usize {
        self.action = sample(&self.policy, rng);
        self.action
    }

    // ANCHOR: learn
    fn learn<R: Rng + ?Sized>(&mut self, reward: f64, food: bool, rng: &mut R) {
        let (p, actions) = (self.parameters, self.policy.len());
        for &f in self.clocks.active() {
            self.v.mark(f, 1.0);
            for (a, chance) in self.policy.iter().enumerate() {
                let toward = f64::from(a == self.action) - chance;
                self.preferences.mark(f * actions + a, toward);
            }
        }
        // ANCHOR: update
        let v = self.value();
        self.clocks.advance(self.action, food, rng);
        let v_next = self.value();
        let td_error = reward - self.average_reward + v_next - v;
        self.v.step(p.critic_step * td_error, p.lambda);
        self.preferences.step(p.actor_step * td_error, p.lambda);
        self.average_reward += p.average_step * td_error;
        // ANCHOR_END: update
        self.update_policy();
    }
    // ANCHOR_END: learn
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clocks::BINS;
    use prob::rng::{Role, stream};

    #[test]
    fn a_press_that_pays_becomes_more_likely_and_one_that_costs_less() {
        let mut rng = stream(0, Role::Agent, 0);
        for reward in [1.0, -1.0] {
            let mut animal = FreeOperant::new(1, Parameters::default());
            while animal.act(&mut rng) == 0 {}
            animal.learn(reward, false, &mut rng);
            // Where it pressed, both clocks stood in their first bins: features 0 and
            // BINS, action 1 of 2.
            let preference =
                animal.preferences.get(1) + animal.preferences.get(BINS * 2 + 1);
            assert!(
                preference * reward > 0.0,
                "preference {preference} after reward {reward}"
            );
        }
    }
}
