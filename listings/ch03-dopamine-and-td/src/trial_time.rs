//! A trial as a row of moments: the TD error at each, trial after trial.
//!
//! From the light on, every moment is a state of its own. After the step from $t$ to $t +
//! 1$, with $x_t$ for the features of moment $t$ and $V(t) = w^\top x_t$:
//! $$\delta_t = R_{t+1} + \gamma_d V(t + 1) - V(t), \qquad e_t = \gamma_d \lambda\, e_{t-1} + x_t, \qquad w \leftarrow w + \eta\, \delta_t\, e_t$$
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $\delta_t$ | `errors[t + 1]` | TD error of the step that arrives at `t + 1` | reward |
//! | $w$ | `weights` | here the value of each moment after the light | reward |
//! | $e_t$ | `trace` | eligibility of each moment | |
//! | $\eta$, $\gamma_d$, $\lambda$ | in [`Learner`] | step size, discount, trace decay | `[0, 1]` |
//!
//! ```
//! use ch03_dopamine_and_td::trial_time::{JUICE, LIGHT, training};
//! let (_, errors) = training(0.9, 1.0, 500);
//! assert_eq!((errors[0][LIGHT], errors[0][JUICE]), (0.0, 1.0)); // the first trial
//! assert!(errors[499][LIGHT] > 0.999 && errors[499][JUICE] < 0.001); // the last
//! ```

use envs::pavlov::{CompleteSerialCompound, Representation, Trial};

/// The moment at which the light comes on.
pub const LIGHT: usize = 5;
/// The moment at which the juice comes: eleven steps later.
pub const JUICE: usize = 16;
/// When it comes early.
pub const EARLY: usize = 11;
/// Steps of a trial.
pub const STEPS: usize = 25;

/// Light, and juice at `juice` if at all.
pub fn light_and_juice(juice: Option<usize>) -> Trial {
    let trial = Trial::new(STEPS, 1).with_stimulus(0, LIGHT, STEPS);
    juice.map_or(trial.clone(), |juice| trial.with_reward(juice, 1.0))
}

/// Every moment since the light has a feature.
pub fn moments() -> CompleteSerialCompound {
    CompleteSerialCompound::new(1, STEPS)
}

/// An animal that predicts.
#[derive(Debug, Clone, PartialEq)]
pub struct Learner {
    /// Weights of the features.
    pub weights: Vec<f64>,
    /// Step size.
    pub step_size: f64,
    /// Discount.
    pub discount: f64,
    /// Trace decay.
    pub lambda: f64,
    /// The least that it can expect: 0 if expectations are like rates of firing.
    pub floor: f64,
}

impl Learner {
    /// What it expects at `t`.
    pub fn v(&self, trial: &Trial, seen: &impl Representation, t: usize) -> f64 {
        let mut x = vec![0.0; self.weights.len()];
        trial.write(t, seen, &mut x);
        let v: f64 = x.iter().zip(&self.weights).map(|(x, w)| x * w).sum();
        v.max(self.floor)
    }

    // ANCHOR: trial
    /// Learns from a trial. Returns the errors by moment of arrival, `[steps + 1]`.
    pub fn trial(&mut self, trial: &Trial, seen: &impl Representation) -> Vec<f64> {
        let mut errors = vec![0.0; trial.steps() + 1];
        let mut x = vec![0.0; self.weights.len()];
        let mut trace = x.clone();
        for t in 0..trial.steps() {
            // After the last moment nothing is to be expected.
            let over = t + 1 == trial.steps();
            let v_next = if over { 0.0 } else { self.v(trial, seen, t + 1) };
            let v = self.v(trial, seen, t);
            let td_error = trial.reward(t + 1) + self.discount * v_next - v;
            trial.write(t, seen, &mut x);
            for i in 0..x.len() {
                trace[i] = self.discount * self.lambda * trace[i] + x[i];
                self.weights[i] += self.step_size * td_error * trace[i];
            }
            errors[t + 1] = td_error;
        }
        errors
    }
    // ANCHOR_END: trial

    /// The errors of a trial from which nothing is learned.
    pub fn tested(&self, trial: &Trial, seen: &impl Representation) -> Vec<f64> {
        Self { step_size: 0.0, ..self.clone() }.trial(trial, seen)
    }
}

/// So many trials, with step size 0.1. Returns the animal and the errors by trial and
/// moment.
pub fn training(lambda: f64, discount: f64, trials: usize) -> (Learner, Vec<Vec<f64>>) {
    rewarded(1.0, lambda, discount, trials)
}

/// With another reward. One that comes with chance $p$ teaches, on average, what one of
/// size $p$ teaches.
pub fn rewarded(
    reward: f64,
    lambda: f64,
    discount: f64,
    trials: usize,
) -> (Learner, Vec<Vec<f64>>) {
    let trial = light_and_juice(None).with_reward(JUICE, reward);
    let weights = vec![0.0; moments().n_features()];
    let floor = f64::NEG_INFINITY;
    let mut learner = Learner { weights, step_size: 0.1, discount, lambda, floor };
    let errors = (0..trials).map(|_| learner.trial(&trial, &moments())).collect();
    (learner, errors)
}

/// The first trial, from 1, whose error at the light exceeds half of `end`.
pub fn half_trial(errors: &[Vec<f64>], end: f64) -> Option<usize> {
    errors.iter().position(|errors| errors[LIGHT] > end / 2.0).map(|i| i + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use envs::Next;
    use rl::traces::{TdLambda, Trace};
    use rl::{Settings, TraceDecay};

    #[test]
    fn the_loop_is_td_lambda_of_the_library() {
        let (trial, seen) = (light_and_juice(Some(JUICE)), moments());
        let n = seen.n_features();
        let weights = vec![0.0; n];
        let mut ours = Learner {
            weights: weights.clone(),
            step_size: 0.1,
            discount: 0.9,
            lambda: 0.7,
            floor: f64::NEG_INFINITY,
        };
        let settings = Settings::new(0.1, 0.9).unwrap();
        let lambda = TraceDecay::new(0.7).unwrap();
        let mut theirs = TdLambda::new(weights, Trace::Accumulating, lambda, settings);
        let (mut x, mut x_next) = (vec![0.0; n], vec![0.0; n]);
        for _ in 0..30 {
            let errors = ours.trial(&trial, &seen);
            for t in 0..STEPS {
                trial.write(t, &seen, &mut x);
                trial.write(t + 1, &seen, &mut x_next);
                let next = if t + 1 == STEPS {
                    Next::Terminated
                } else {
                    Next::Continues(&*x_next)
                };
                let error = theirs.learn(&*x, trial.reward(t + 1), next);
                assert!((error - errors[t + 1]).abs() < 1e-12, "step {t}");
            }
        }
    }
}
