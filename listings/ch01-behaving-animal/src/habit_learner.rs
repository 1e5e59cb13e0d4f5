//! The habit learner: a table of what each action in each place is worth, learned from
//! reward alone.
//!
//! With the reward prediction error of expected SARSA (Sutton and Barto 2018, eq. 6.9)
//! $$\delta_t = R_{t+1} + \gamma_d \sum_{a} \mu(a \mid S_{t+1})\, Q(S_{t+1}, a) - Q(S_t, A_t)$$
//! every recent step shares in the surprise, by its trace:
//! $$e_t(s, a) = \begin{cases} 1 & s, a = S_t, A_t \\ \gamma_d \lambda\, e_{t-1}(s, a) & \text{else} \end{cases} \qquad Q(s, a) \leftarrow Q(s, a) + \eta\, \delta_t\, e_t(s, a)$$
//!
//! | book         | code          | meaning                                   | unit     |
//! |--------------|---------------|-------------------------------------------|----------|
//! | $Q(s, a)$    | `q[(s, a)]`   | worth of action `a` in place `s`          | reward   |
//! | $\delta_t$   | `td_error`    | reward prediction error                   | reward   |
//! | $e_t(s, a)$  | `trace`       | eligibility trace (replacing)             | `[0, 1]` |
//! | $\lambda$    | `lambda`      | decay of the trace                        | `[0, 1]` |
//! | $\eta$       | `step_size`   | step size                                 | `[0, 1]` |
//! | $\gamma_d$   | `discount`    | discount                                  | `[0, 1]` |
//!
//! ```
//! use ch01_behaving_animal::{habit_learner::HabitLearner, maze_trial::{MazeLearner, Settings}};
//! use envs::Next;
//!
//! let mut habit = HabitLearner::new(2, 2, Settings::default());
//! habit.learn(0, 1, 0.0, Next::Continues(1));
//! assert_eq!(habit.q()[(0, 1)], 0.0); // no food, no learning
//! habit.learn(1, 1, 1.0, Next::Terminated);
//! assert!(habit.q()[(1, 1)] > habit.q()[(0, 1)] && habit.q()[(0, 1)] > 0.0);
//! ```

use envs::Next;
use ndarray::Array2;
use rand::Rng;

use crate::maze_trial::{MazeLearner, Settings, choose, policy};

/// Learns $Q$ from reward.
#[derive(Debug, Clone, PartialEq)]
pub struct HabitLearner {
    q: Array2<f64>,
    trace: Array2<f64>,
    settings: Settings,
}

impl HabitLearner {
    /// Knows nothing: every action is worth 0.
    pub fn new(n_states: usize, n_actions: usize, settings: Settings) -> Self {
        let q = Array2::zeros((n_states, n_actions));
        Self { trace: q.clone(), q, settings }
    }

    /// $Q$, shape `[n_states, n_actions]`.
    pub fn q(&self) -> &Array2<f64> {
        &self.q
    }
}

impl MazeLearner for HabitLearner {
    fn begin_trial(&mut self) {
        self.trace.fill(0.0);
    }

    fn choose<R: Rng + ?Sized>(&self, s: usize, rng: &mut R) -> usize {
        choose(self.q.row(s), self.settings.temperature, rng)
    }

    // ANCHOR: learn
    fn learn(&mut self, s: usize, a: usize, reward: f64, next: Next) {
        let Settings { step_size, discount, lambda, temperature, .. } = self.settings;
        // ANCHOR: update
        let v_next = match next {
            Next::Continues(s) | Next::Truncated(s) => policy(self.q.row(s), temperature)
                .zip(self.q.row(s))
                .map(|(p, q)| p * q)
                .sum(),
            Next::Terminated => 0.0,
        };
        let td_error = reward + discount.get() * v_next - self.q[(s, a)];
        self.trace *= discount.get() * lambda;
        self.trace[(s, a)] = 1.0;
        self.q.scaled_add(step_size * td_error, &self.trace);
        // ANCHOR_END: update
    }
    // ANCHOR_END: learn
}
