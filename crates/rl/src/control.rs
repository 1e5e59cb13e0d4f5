//! Learning to act: one-step updates of a table of action values.
//!
//! | book         | code        | meaning                             | unit     |
//! |--------------|-------------|-------------------------------------|----------|
//! | $Q(s, a)$    | `q[(s, a)]` | estimated value of `a` in state `s` | reward   |
//! | $\delta_t$   | `td_error`  | TD error                            | reward   |
//! | $\eta$       | `step_size` | step size                           | `[0, 1]` |
//! | $\gamma_d$   | `discount`  | discount                            | `[0, 1]` |
//! | $\mu$        | `policy`    | how actions are chosen              |          |
//!
//! All four move $Q(S_t, A_t)$ by $\eta$ of the way to $R_{t+1} + \gamma_d\, x$ and
//! differ in $x$, what the next state is worth:
//!
//! | learner | $x$ | Sutton and Barto 2018 |
//! |---|---|---|
//! | [`Sarsa`] | $Q(S_{t+1}, A_{t+1})$ | eq. 6.7 |
//! | [`QLearning`] | $\max_a Q(S_{t+1}, a)$ | eq. 6.8 |
//! | [`ExpectedSarsa`] | $\sum_a \mu(a \mid S_{t+1})\, Q(S_{t+1}, a)$ | eq. 6.9 |
//! | [`DoubleQLearning`] | $Q_2(S_{t+1}, \arg\max_a Q_1(S_{t+1}, a))$ | eq. 6.10 |

use std::ops::{Index, IndexMut};

use envs::Next;
use prob::ties;
use rand::{Rng, RngExt};

use crate::Settings;
use crate::selection::{Select, max};

/// A table of action values, of shape `[n_states, n_actions]`, in reward.
///
/// ```
/// let mut q = rl::ActionValues::new(2, 3, 0.0);
/// q[(1, 2)] = 5.0;
/// assert_eq!((q.row(1), q.best(1)), ([0.0, 0.0, 5.0].as_slice(), 5.0));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ActionValues {
    n_actions: usize,
    q: Vec<f64>,
}

impl ActionValues {
    /// Every action is worth `value`.
    ///
    /// # Panics
    /// If there are no actions.
    pub fn new(n_states: usize, n_actions: usize, value: f64) -> Self {
        assert!(n_actions > 0, "a table without actions");
        Self { n_actions, q: vec![value; n_states * n_actions] }
    }

    /// Number of states.
    pub fn n_states(&self) -> usize {
        self.q.len() / self.n_actions
    }

    /// Number of actions, the same in every state.
    pub fn n_actions(&self) -> usize {
        self.n_actions
    }

    /// The values of the actions in `s`, shape `[n_actions]`.
    ///
    /// # Panics
    /// If there is no such state.
    #[inline]
    pub fn row(&self, s: usize) -> &[f64] {
        &self.q[s * self.n_actions..][..self.n_actions]
    }

    /// [`ActionValues::row`], to change it.
    ///
    /// # Panics
    /// If there is no such state.
    #[inline]
    pub fn row_mut(&mut self, s: usize) -> &mut [f64] {
        &mut self.q[s * self.n_actions..][..self.n_actions]
    }

    /// $\max_a Q(s, a)$.
    ///
    /// # Panics
    /// If there is no such state.
    #[inline]
    pub fn best(&self, s: usize) -> f64 {
        max(self.row(s))
    }

    /// All values, row by row, shape `[n_states * n_actions]`.
    pub fn as_slice(&self) -> &[f64] {
        &self.q
    }

    #[inline]
    fn correct(&mut self, s: usize, a: usize, target: f64, step_size: f64) -> f64 {
        let q = &mut self[(s, a)];
        let td_error = target - *q;
        *q += step_size * td_error;
        td_error
    }
}

impl Index<(usize, usize)> for ActionValues {
    type Output = f64;
    #[inline]
    fn index(&self, (s, a): (usize, usize)) -> &f64 {
        &self.row(s)[a]
    }
}

impl IndexMut<(usize, usize)> for ActionValues {
    #[inline]
    fn index_mut(&mut self, (s, a): (usize, usize)) -> &mut f64 {
        &mut self.row_mut(s)[a]
    }
}

/// $R_{t+1} + \gamma_d\, x$, where `x` is asked only if something follows.
#[inline]
fn target(
    reward: f64,
    settings: Settings,
    next: Next,
    x: impl FnOnce(usize) -> f64,
) -> f64 {
    let x = match next {
        Next::Continues(s) | Next::Truncated(s) => x(s),
        Next::Terminated => 0.0,
    };
    reward + settings.discount.get() * x
}

/// The far end of a step with the action that is chosen there, as [`Sarsa`] wants it.
/// Where a time limit cuts an episode off, the action is chosen all the same: it would
/// have been done.
#[inline]
pub fn with_action(
    next: Next,
    choose: impl FnOnce(usize) -> usize,
) -> Next<(usize, usize)> {
    match next {
        Next::Continues(s) => Next::Continues((s, choose(s))),
        Next::Truncated(s) => Next::Truncated((s, choose(s))),
        Next::Terminated => Next::Terminated,
    }
}

/// SARSA (Sutton and Barto 2018, eq. 6.7): $Q(S_t, A_t) \leftarrow Q(S_t, A_t) + \eta\,\[
/// R_{t+1} + \gamma_d\, Q(S_{t+1}, A_{t+1}) - Q(S_t, A_t)\]$.
///
/// ```
/// use envs::Next;
/// use rl::{ActionValues, Settings, control::Sarsa};
///
/// let mut sarsa = Sarsa { q: ActionValues::new(2, 2, 0.0), settings: Settings::default() };
/// sarsa.q[(1, 0)] = 10.0;
/// assert_eq!(sarsa.learn(0, 1, 1.0, Next::Continues((1, 0))), 11.0);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Sarsa {
    /// $Q$.
    pub q: ActionValues,
    /// Step size and discount.
    pub settings: Settings,
}

impl Sarsa {
    /// Learns from action `a` in state `s`; `next` says also which action follows there
    /// (see [`with_action`]). Returns the TD error, in reward.
    ///
    /// # Panics
    /// If there is no such state or action.
    #[inline]
    pub fn learn(
        &mut self,
        s: usize,
        a: usize,
        reward: f64,
        next: Next<(usize, usize)>,
    ) -> f64 {
        let Settings { step_size, discount } = self.settings;
        let q_next = match next {
            Next::Continues(pair) | Next::Truncated(pair) => self.q[pair],
            Next::Terminated => 0.0,
        };
        self.q.correct(s, a, reward + discount.get() * q_next, step_size.get())
    }
}

/// Expected SARSA (Sutton and Barto 2018, eq. 6.9): the mean over the policy's choices in
/// the next state instead of the one that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct ExpectedSarsa {
    /// $Q$.
    pub q: ActionValues,
    /// Step size and discount.
    pub settings: Settings,
}

impl ExpectedSarsa {
    /// Learns from action `a` in state `s`, for who chooses by `policy`. Returns the TD
    /// error, in reward.
    ///
    /// # Panics
    /// If there is no such state or action.
    #[inline]
    pub fn learn(
        &mut self,
        s: usize,
        a: usize,
        reward: f64,
        next: Next,
        policy: &impl Select,
    ) -> f64 {
        let target =
            target(reward, self.settings, next, |s| policy.expected(self.q.row(s)));
        self.q.correct(s, a, target, self.settings.step_size.get())
    }
}

/// Q-learning (Watkins 1989; Sutton and Barto 2018, eq. 6.8): the best action of the next
/// state, whichever is done there.
///
/// ```
/// use envs::Next;
/// use rl::{ActionValues, Settings, control::QLearning};
///
/// let mut learner = QLearning { q: ActionValues::new(2, 2, 0.0), settings: Settings::default() };
/// assert_eq!(learner.learn(1, 0, 1.0, Next::Terminated), 1.0);
/// assert_eq!(learner.q[(1, 0)], 0.1);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct QLearning {
    /// $Q$.
    pub q: ActionValues,
    /// Step size and discount.
    pub settings: Settings,
}

impl QLearning {
    /// Learns from action `a` in state `s`. Returns the TD error, in reward.
    ///
    /// # Panics
    /// If there is no such state or action.
    #[inline]
    pub fn learn(&mut self, s: usize, a: usize, reward: f64, next: Next) -> f64 {
        let target = target(reward, self.settings, next, |s| self.q.best(s));
        self.q.correct(s, a, target, self.settings.step_size.get())
    }
}

/// Double Q-learning (van Hasselt 2010; Sutton and Barto 2018, eq. 6.10): one table names
/// the best action of the next state, the other says what it is worth; a coin decides
/// which of them learns.
#[derive(Debug, Clone, PartialEq)]
pub struct DoubleQLearning {
    /// $Q_1$ and $Q_2$.
    pub q: [ActionValues; 2],
    /// Step size and discount.
    pub settings: Settings,
    mean: Vec<f64>,
}

impl DoubleQLearning {
    /// Begins with both tables like `q`.
    pub fn new(q: ActionValues, settings: Settings) -> Self {
        Self { mean: vec![0.0; q.n_actions()], q: [q.clone(), q], settings }
    }

    /// Chooses in `s` by the mean of both tables, $(Q_1 + Q_2) / 2$.
    ///
    /// # Panics
    /// If there is no such state.
    pub fn select<R: Rng + ?Sized>(
        &mut self,
        s: usize,
        policy: &impl Select,
        rng: &mut R,
    ) -> usize {
        let [first, second] = &self.q;
        let rows = first.row(s).iter().zip(second.row(s));
        for (mean, (a, b)) in self.mean.iter_mut().zip(rows) {
            *mean = 0.5 * (a + b);
        }
        policy.select(&self.mean, rng)
    }

    /// Learns from action `a` in state `s`. Draws the coin, and the tie if there is one.
    /// Returns the TD error of the table that learned, in reward.
    ///
    /// # Panics
    /// If there is no such state or action.
    #[inline]
    pub fn learn<R: Rng + ?Sized>(
        &mut self,
        s: usize,
        a: usize,
        reward: f64,
        next: Next,
        rng: &mut R,
    ) -> f64 {
        let which = usize::from(rng.random::<bool>());
        let (named_by, said_by) = (&self.q[which], &self.q[1 - which]);
        let target = target(reward, self.settings, next, |s| {
            said_by[(s, ties::argmax(named_by.row(s), rng))]
        });
        self.q[which].correct(s, a, target, self.settings.step_size.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selection::{EpsilonGreedy, Greedy};
    use prob::Probability;
    use prob::rng::{Role, stream};

    /// Q(1, ·) = (4, 8, 0), the rest 0.
    fn table() -> ActionValues {
        let mut q = ActionValues::new(2, 3, 0.0);
        q.row_mut(1).copy_from_slice(&[4.0, 8.0, 0.0]);
        q
    }

    /// Step size and discount 1/2; every update is from Q(0, 2) = 0 with reward 1.
    fn settings() -> Settings {
        Settings::new(0.5, 0.5).unwrap()
    }

    #[test]
    fn one_update_of_each_is_as_worked_out_by_hand() {
        // SARSA with next action 0: 1 + .5 * 4 = 3, half of it 1.5.
        let mut sarsa = Sarsa { q: table(), settings: settings() };
        assert_eq!(sarsa.learn(0, 2, 1.0, Next::Continues((1, 0))), 3.0);
        assert_eq!(sarsa.q.as_slice(), [0.0, 0.0, 1.5, 4.0, 8.0, 0.0]);
        // Expected SARSA, epsilon .6: .4 * 8 + .6 * 4 = 5.6; 1 + .5 * 5.6 = 3.8.
        let mut expected = ExpectedSarsa { q: table(), settings: settings() };
        let policy = EpsilonGreedy { epsilon: Probability::new(0.6).unwrap() };
        let error = expected.learn(0, 2, 1.0, Next::Continues(1), &policy);
        assert!((error - 3.8).abs() < 1e-15 && (expected.q[(0, 2)] - 1.9).abs() < 1e-15);
        // Q-learning: 1 + .5 * 8 = 5, half of it 2.5.
        let mut q = QLearning { q: table(), settings: settings() };
        assert_eq!(q.learn(0, 2, 1.0, Next::Continues(1)), 5.0);
        assert_eq!(q.q.as_slice(), [0.0, 0.0, 2.5, 4.0, 8.0, 0.0]);
    }

    #[test]
    fn double_q_asks_one_table_and_believes_the_other() {
        // Q1(1, ·) = (4, 8, 0) names action 1, Q2(1, ·) = (6, 2, 0) names action 0. If Q1
        // learns: 1 + .5 * Q2(1, 1) = 2, half of it 1. If Q2 does: 1 + .5 * Q1(1, 0) = 3.
        let mut learned = [false; 2];
        for seed in 0..20 {
            let mut rng = stream(seed, Role::Agent, 0);
            let mut double = DoubleQLearning::new(table(), settings());
            double.q[1].row_mut(1).copy_from_slice(&[6.0, 2.0, 0.0]);
            let error = double.learn(0, 2, 1.0, Next::Continues(1), &mut rng);
            let values = [double.q[0][(0, 2)], double.q[1][(0, 2)]];
            match error {
                2.0 => assert_eq!(values, [1.0, 0.0]),
                3.0 => assert_eq!(values, [0.0, 1.5]),
                other => panic!("an error of {other}"),
            }
            learned[usize::from(error == 3.0)] = true;
            // The mean of both, (5, 5, 0), decides: never action 2.
            assert_ne!(double.select(1, &Greedy, &mut rng), 2);
        }
        assert_eq!(learned, [true; 2], "the coin falls on both sides");
    }

    #[test]
    fn the_end_is_worth_nothing_and_a_cut_keeps_its_value() {
        let mut rng = stream(0, Role::Agent, 0);
        let errors = |next: Next, rng: &mut _| {
            let mut q = QLearning { q: table(), settings: settings() };
            let mut expected = ExpectedSarsa { q: table(), settings: settings() };
            let mut sarsa = Sarsa { q: table(), settings: settings() };
            let mut double = DoubleQLearning::new(table(), settings());
            [
                q.learn(0, 2, 1.0, next),
                expected.learn(0, 2, 1.0, next, &Greedy),
                sarsa.learn(0, 2, 1.0, with_action(next, |_| 1)),
                double.learn(0, 2, 1.0, next, rng),
            ]
        };
        assert_eq!(errors(Next::Terminated, &mut rng), [1.0; 4]);
        assert_eq!(errors(Next::Truncated(1), &mut rng), [5.0; 4]);
        assert_eq!(errors(Next::Continues(1), &mut rng), [5.0; 4]);
    }
}
