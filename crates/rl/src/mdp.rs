//! A finite world, checked once and packed for solvers.
//!
//! | book                                  | code                | meaning                              | unit   |
//! |---------------------------------------|---------------------|--------------------------------------|--------|
//! | $P(s' \mid s, a)$                     | [`Mdp::row`]        | probability of the next state        |        |
//! | $\sum_{s'} P(s' \mid s, a)\, r(s,a,s')$ | [`Mdp::reward`]   | mean reward of a step                | reward |
//! | $Q(s, a)$                             | [`Mdp::action_value`] | value of an action, given values of states | reward |

use envs::{Discount, FiniteWorld, WorldError, check};

/// A Markov decision process: a finite world whose promises have been checked, row after
/// row in memory.
///
/// Terminal states are worth 0, at every discount: they have no successors here.
///
/// ```
/// use rl::{Discount, Mdp};
///
/// let mdp = Mdp::new(&envs::textbook::small_gridworld())?;
/// assert_eq!((mdp.n_states(), mdp.n_actions()), (16, 4));
/// let one_step = mdp.action_value(1, 3, &vec![0.0; 16], Discount::new(1.0)?);
/// assert_eq!(one_step, -1.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Mdp {
    n_actions: usize,
    ends: Vec<usize>,
    next: Vec<u32>,
    probability: Vec<f64>,
    reward: Vec<f64>,
    terminal: Vec<bool>,
}

impl Mdp {
    /// Checks and packs `world`.
    ///
    /// # Errors
    /// [`WorldError`]: the first broken promise, with its state, action and number.
    ///
    /// # Panics
    /// If the world has more than $2^{32}$ states.
    pub fn new(world: &impl FiniteWorld) -> Result<Self, WorldError> {
        check(world)?;
        let (n_states, n_actions) = (world.n_states(), world.n_actions());
        let terminal: Vec<bool> = (0..n_states).map(|s| world.is_terminal(s)).collect();
        let rows = || {
            (0..n_states).flat_map(|s| {
                let live = !world.is_terminal(s);
                (0..n_actions)
                    .map(move |a| if live { world.successors(s, a) } else { &[] })
            })
        };
        let size = rows().map(<[_]>::len).sum();
        let mut mdp = Self {
            n_actions,
            ends: Vec::with_capacity(n_states * n_actions + 1),
            next: Vec::with_capacity(size),
            probability: Vec::with_capacity(size),
            reward: Vec::with_capacity(n_states * n_actions),
            terminal,
        };
        mdp.ends.push(0);
        for row in rows() {
            for next in row.iter().filter(|next| next.probability > 0.0) {
                mdp.next.push(u32::try_from(next.state).expect("at most 2^32 states"));
                mdp.probability.push(next.probability);
            }
            mdp.reward.push(row.iter().map(|next| next.probability * next.reward).sum());
            mdp.ends.push(mdp.next.len());
        }
        Ok(mdp)
    }

    /// Number of states.
    pub fn n_states(&self) -> usize {
        self.terminal.len()
    }

    /// Number of actions, the same in every state.
    pub fn n_actions(&self) -> usize {
        self.n_actions
    }

    /// Whether the episode is over in `s`.
    pub fn is_terminal(&self, s: usize) -> bool {
        self.terminal[s]
    }

    /// Mean reward of a step from `s` with `a`; 0 in a terminal state.
    ///
    /// # Panics
    /// If there is no such state or action.
    pub fn reward(&self, s: usize, a: usize) -> f64 {
        self.reward[self.row_of(s, a)]
    }

    /// The next states after `a` in `s` with their probabilities, all positive; none in a
    /// terminal state.
    ///
    /// # Panics
    /// If there is no such state or action.
    pub fn row(&self, s: usize, a: usize) -> impl Iterator<Item = (usize, f64)> {
        let (next, probability) = self.packed(s, a);
        next.iter().zip(probability).map(|(&next, &p)| (next as usize, p))
    }

    /// Where the row of `s` and `a` stands. An action beyond the last would be the next
    /// state's.
    #[inline]
    fn row_of(&self, s: usize, a: usize) -> usize {
        assert!(a < self.n_actions, "action {a} of {}", self.n_actions);
        s * self.n_actions + a
    }

    #[inline]
    fn packed(&self, s: usize, a: usize) -> (&[u32], &[f64]) {
        let row = self.row_of(s, a);
        let range = self.ends[row]..self.ends[row + 1];
        (&self.next[range.clone()], &self.probability[range])
    }

    /// $\sum_{s'} P(s' \mid s, a)\, v(s')$: what `v` is on average after a step. `v` has
    /// shape `[n_states]`.
    ///
    /// # Panics
    /// If there is no such state or action, or `v` is too short.
    #[inline]
    pub fn expected(&self, s: usize, a: usize, v: &[f64]) -> f64 {
        let (next, probability) = self.packed(s, a);
        let mut sum = 0.0;
        for (&next, &p) in next.iter().zip(probability) {
            sum += p * v[next as usize];
        }
        sum
    }

    // ANCHOR: action-value
    /// The value of an action (Sutton and Barto 2018, eq. 4.6): $Q(s, a) = \sum_{s'} P(s'
    /// \mid s, a)\,\[r(s, a, s') + \gamma_d\, V(s')\]$, in reward.
    ///
    /// `v` has shape `[n_states]`.
    ///
    /// # Panics
    /// If there is no such state or action, or `v` is too short.
    #[inline]
    pub fn action_value(&self, s: usize, a: usize, v: &[f64], discount: Discount) -> f64 {
        self.reward(s, a) + discount.get() * self.expected(s, a, v)
    }
    // ANCHOR_END: action-value

    // ANCHOR: best-value
    /// The optimality backup (Sutton and Barto 2018, eq. 4.10): $\max_a Q(s, a)$, in
    /// reward.
    ///
    /// `v` has shape `[n_states]`.
    ///
    /// # Panics
    /// If there is no such state, or `v` is too short.
    #[inline]
    pub fn best_value(&self, s: usize, v: &[f64], discount: Discount) -> f64 {
        (0..self.n_actions)
            .map(|a| self.action_value(s, a, v, discount))
            .fold(f64::NEG_INFINITY, f64::max)
    }
    // ANCHOR_END: best-value

    /// The residual of the optimality equation: $\max_s |\max_a Q(s, a) - V(s)|$, in
    /// reward. It is 0 at the optimal values only.
    ///
    /// # Panics
    /// If `v` has not the shape `[n_states]`.
    pub fn optimality_residual(&self, v: &[f64], discount: Discount) -> f64 {
        self.expect_values(v);
        (0..self.n_states())
            .map(|s| (self.best_value(s, v, discount) - v[s]).abs())
            .fold(0.0, f64::max)
    }

    /// Panics unless there is one value a state.
    #[track_caller]
    pub(crate) fn expect_values(&self, v: &[f64]) {
        assert_eq!(v.len(), self.n_states(), "values, and states of the process");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use envs::Table;

    #[test]
    fn a_world_that_breaks_its_promises_is_refused() {
        struct Leaky;
        impl FiniteWorld for Leaky {
            fn n_states(&self) -> usize {
                1
            }
            fn n_actions(&self) -> usize {
                1
            }
            fn successors(&self, _: usize, _: usize) -> &[envs::Successor] {
                &[envs::Successor { state: 0, probability: 0.75, reward: 0.0 }]
            }
            fn start(&self) -> &[(usize, f64)] {
                &[(0, 1.0)]
            }
            fn is_terminal(&self, _: usize) -> bool {
                false
            }
        }
        assert_eq!(
            Mdp::new(&Leaky).unwrap_err().to_string(),
            "successors of state 0 under action 0 sum to 0.75, not to 1"
        );
    }

    #[test]
    #[should_panic(expected = "action 4 of 4")]
    fn an_action_out_of_range_panics_instead_of_reading_the_next_row() {
        let mdp = Mdp::new(&envs::textbook::small_gridworld()).unwrap();
        mdp.reward(1, 4);
    }

    #[test]
    fn an_action_value_is_mean_reward_plus_discounted_mean_value() {
        let world = Table::new(2, 1, vec![(0, 1.0)], &[], |s, _, row| {
            for (state, probability) in [(0, 0.25), (1, 0.75)] {
                row.push(envs::Successor {
                    state,
                    probability,
                    reward: (s + 2 * state) as f64,
                });
            }
        });
        let mdp = Mdp::new(&world.unwrap()).unwrap();
        let discount = Discount::new(0.5).unwrap();
        // 0.25 (1 + 0.5 * 4) + 0.75 (3 + 0.5 * 8)
        assert_eq!(mdp.action_value(1, 0, &[4.0, 8.0], discount), 6.0);
    }
}
