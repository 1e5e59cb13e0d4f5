//! One-step and n-step temporal-difference prediction.
//!
//! | book            | code        | meaning                             | unit     |
//! |-----------------|-------------|-------------------------------------|----------|
//! | $V(s)$          | `v[s]`      | estimated value of state `s`        | reward   |
//! | $\delta_t$      | `td_error`  | TD error                            | reward   |
//! | $Y_t^{(n)}$     | `target`    | n-step return                       | reward   |
//! | $\eta$          | `step_size` | step size                           | `[0, 1]` |
//! | $\gamma_d$      | `discount`  | discount                            | `[0, 1]` |

use std::num::NonZeroUsize;

use envs::{Discount, Next};

use crate::{Features, Settings};

// ANCHOR: bootstrap
/// What the far end of a step is worth: 0 after the end, the value of the state there
/// otherwise, also where a time limit cut the episode off.
#[inline]
pub fn bootstrap<X: Features>(weights: &[f64], next: Next<X>) -> f64 {
    match next {
        Next::Continues(x) | Next::Truncated(x) => x.dot(weights),
        Next::Terminated => 0.0,
    }
}
// ANCHOR_END: bootstrap

/// The TD error (Sutton and Barto 2018, eq. 6.5): $\delta_t = R_{t+1} + \gamma_d\,
/// V(S_{t+1}) - V(S_t)$, in reward.
///
/// `weights` has shape `[n_features]`; for a plain state they are $V$ itself, of shape
/// `[n_states]`.
///
/// ```
/// use envs::{Discount, Next};
/// let v = [2.0, 10.0];
/// let half = Discount::new(0.5)?;
/// assert_eq!(rl::td::td_error(&v, 0, 1.0, Next::Continues(1), half), 4.0);
/// assert_eq!(rl::td::td_error(&v, 0, 1.0, Next::Truncated(1), half), 4.0);
/// assert_eq!(rl::td::td_error(&v, 0, 1.0, Next::Terminated, half), -1.0);
/// # Ok::<(), envs::BadDiscount>(())
/// ```
// ANCHOR: td_error
#[inline]
pub fn td_error<X: Features>(
    weights: &[f64],
    x: X,
    reward: f64,
    next: Next<X>,
    discount: Discount,
) -> f64 {
    reward + discount.get() * bootstrap(weights, next) - x.dot(weights)
}
// ANCHOR_END: td_error

/// TD(0) (Sutton and Barto 2018, eq. 6.2): after each step, $V(S_t) \leftarrow V(S_t) +
/// \eta\, \delta_t$; with features, $w \leftarrow w + \eta\, \delta_t\, \phi(S_t)$
/// (section 9.3, semi-gradient TD(0)).
///
/// At discount 0 it is the running average of the reward, $\hat R(s) \leftarrow \hat R(s)
/// + \eta\,\[R_{t+1} - \hat R(s)\]$.
#[derive(Debug, Clone, PartialEq)]
pub struct Td0 {
    weights: Vec<f64>,
    /// Step size and discount.
    pub settings: Settings,
}

impl Td0 {
    /// Begins with these weights, of shape `[n_features]`, or with these values, of shape
    /// `[n_states]`.
    pub fn new(weights: Vec<f64>, settings: Settings) -> Self {
        Self { weights, settings }
    }

    /// The weights; for plain states, $V$. Shape `[n_features]`, in reward.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Learns from a step from `x`. Returns $\delta_t$.
    ///
    /// # Panics
    /// If there is no such state, or not as many features as weights.
    #[inline]
    pub fn learn<X: Features>(&mut self, x: X, reward: f64, next: Next<X>) -> f64 {
        let Settings { step_size, discount } = self.settings;
        let td_error = td_error(&self.weights, x, reward, next, discount);
        x.add_scaled(step_size.get() * td_error, &mut self.weights);
        td_error
    }
}

/// n-step TD (Sutton and Barto 2018, eq. 7.1 and 7.2): the state of $n$ steps ago moves
/// towards
///
/// $$Y_t^{(n)} = R_{t+1} + \gamma_d R_{t+2} + \dots + \gamma_d^{n-1} R_{t+n} + \gamma_d^n\, V(S_{t+n}),$$
///
/// with the values of that moment, by $\eta\,\[Y_t^{(n)} - V(S_t)\]$. At the end of an
/// episode, the steps that still wait get what is left, in order; where a time limit cut
/// it off, with the value of the state there.
///
/// ```
/// use envs::Next;
/// use rl::{Settings, td::NStepTd};
///
/// let mut learner = NStepTd::new(vec![0.0; 3], 2.try_into().unwrap(), Settings::default());
/// learner.learn(0, 1.0, Next::Continues(1));
/// assert_eq!(learner.v(), [0.0; 3]); // waits for the second step
/// learner.learn(1, 1.0, Next::Continues(2));
/// assert_eq!(learner.v(), [0.2, 0.0, 0.0]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NStepTd {
    v: Vec<f64>,
    /// Step size and discount.
    pub settings: Settings,
    /// The steps that wait: a ring of at most n.
    waiting: Vec<(usize, f64)>,
    oldest: usize,
    n_waiting: usize,
}

impl NStepTd {
    /// Begins with the values `v`, of shape `[n_states]`.
    pub fn new(v: Vec<f64>, n: NonZeroUsize, settings: Settings) -> Self {
        let waiting = vec![(0, 0.0); n.get()];
        Self { v, settings, waiting, oldest: 0, n_waiting: 0 }
    }

    /// Estimated values, shape `[n_states]`, in reward.
    pub fn v(&self) -> &[f64] {
        &self.v
    }

    /// Learns from a step from `s`, once enough others have followed.
    ///
    /// # Panics
    /// If there is no such state.
    #[inline]
    pub fn learn(&mut self, s: usize, reward: f64, next: Next) {
        let newest = self.place(self.n_waiting);
        self.waiting[newest] = (s, reward);
        self.n_waiting += 1;
        match next {
            Next::Continues(_) => {
                if self.n_waiting == self.waiting.len() {
                    let mut target = bootstrap(&self.v, next);
                    for i in (0..self.n_waiting).rev() {
                        target = self.onto(target, i);
                    }
                    self.update_oldest(target);
                }
            }
            Next::Terminated | Next::Truncated(_) => {
                // One pass turns the rewards that wait into targets.
                let mut target = bootstrap(&self.v, next);
                for i in (0..self.n_waiting).rev() {
                    target = self.onto(target, i);
                    let place = self.place(i);
                    self.waiting[place].1 = target;
                }
                while self.n_waiting > 0 {
                    self.update_oldest(self.waiting[self.oldest].1);
                }
            }
        }
    }

    /// Where the `i`th of the steps that wait lies in the ring.
    #[inline]
    fn place(&self, i: usize) -> usize {
        let place = self.oldest + i;
        if place < self.waiting.len() { place } else { place - self.waiting.len() }
    }

    /// The return from the `i`th of the steps that wait, with `target` for what follows.
    #[inline]
    fn onto(&self, target: f64, i: usize) -> f64 {
        let (_, reward) = self.waiting[self.place(i)];
        reward + self.settings.discount.get() * target
    }

    #[inline]
    fn update_oldest(&mut self, target: f64) {
        let (s, _) = self.waiting[self.oldest];
        self.v[s] += self.settings.step_size.get() * (target - self.v[s]);
        self.oldest = self.place(1);
        self.n_waiting -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(step_size: f64, discount: f64) -> Settings {
        Settings::new(step_size, discount).unwrap()
    }

    #[test]
    fn one_update_of_td_is_as_worked_out_by_hand() {
        // V = (2, 10), reward 1, discount .5: error 1 + 5 - 2 = 4, half of it: V(0) = 4.
        let mut learner = Td0::new(vec![2.0, 10.0], settings(0.5, 0.5));
        assert_eq!(learner.learn(0, 1.0, Next::Continues(1)), 4.0);
        assert_eq!(learner.weights(), [4.0, 10.0]);
        // The end is worth 0: error 3 - 10 = -7, V(1) = 6.5.
        assert_eq!(learner.learn(1, 3.0, Next::Terminated), -7.0);
        assert_eq!(learner.weights(), [4.0, 6.5]);
    }

    #[test]
    fn one_update_of_td_with_features_moves_the_weights_that_were_active() {
        // V = 1 * 2 + 2 * 1 = 4, V' = 0 * 2 + 4 * 1 = 4, error 3 + .5 * 4 - 4 = 1, step
        // .25: w = (2, 1) + .25 * (1, 2) = (2.25, 1.5).
        let mut learner = Td0::new(vec![2.0, 1.0], settings(0.25, 0.5));
        let (x, x_next) = ([1.0, 2.0], [0.0, 4.0]);
        let error = learner.learn(x.as_slice(), 3.0, Next::Continues(x_next.as_slice()));
        assert_eq!((error, learner.weights()), (1.0, [2.25, 1.5].as_slice()));
    }

    #[test]
    fn two_steps_are_as_worked_out_by_hand() {
        // n = 2, discount .5, step .5, V = (0, 0, 8), 0 -> 1 -> 2 -> end, rewards 1, 2,
        // 4. After the second step: 1 + .5 * 2 + .25 * 8 = 4, V(0) = 2. At the end: 2 +
        // .5 * 4 = 4, V(1) = 2; then 4, V(2) = 8 + .5 * (4 - 8) = 6.
        let mut learner =
            NStepTd::new(vec![0.0, 0.0, 8.0], 2.try_into().unwrap(), settings(0.5, 0.5));
        learner.learn(0, 1.0, Next::Continues(1));
        assert_eq!(learner.v(), [0.0, 0.0, 8.0]);
        learner.learn(1, 2.0, Next::Continues(2));
        assert_eq!(learner.v(), [2.0, 0.0, 8.0]);
        learner.learn(2, 4.0, Next::Terminated);
        assert_eq!(learner.v(), [2.0, 2.0, 6.0]);
        // The ring is empty: the next episode begins anew. 1 + .5 * 6 = 4: V(0) = 3.
        learner.learn(0, 1.0, Next::Truncated(2));
        assert_eq!(learner.v(), [3.0, 2.0, 6.0]);
    }
}
