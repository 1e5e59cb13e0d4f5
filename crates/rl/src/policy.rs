//! What an agent does: a distribution over actions in each state.

use envs::Discount;
use prob::Probability;
use prob::categorical::{self, CategoricalError};
use thiserror::Error;

use crate::Mdp;

/// A policy $\mu(a \mid s)$ for the states and actions of an [`Mdp`]; each row has been
/// checked to be a distribution.
///
/// It may be tried in another process with as many states and actions, such as the same
/// world after a change; with any other, all that takes both panics and names both
/// shapes.
///
/// ```
/// use rl::{Mdp, Policy};
///
/// let mdp = Mdp::new(&envs::textbook::small_gridworld())?;
/// assert_eq!(Policy::uniform(&mdp).row(5), [0.25; 4]);
/// # Ok::<(), envs::WorldError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    n_actions: usize,
    p: Vec<f64>,
}

/// Why an array is no policy.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum PolicyError {
    /// A row is no distribution; its column in the message is the state.
    #[error(transparent)]
    Row(#[from] CategoricalError),
    /// An action that the world does not have.
    #[error("state {state} takes action {action}, but there are {n_actions} actions")]
    BadAction {
        /// The state.
        state: usize,
        /// What it takes.
        action: usize,
        /// How many actions there are.
        n_actions: usize,
    },
    /// An array of another length than the world needs.
    #[error("the policy has {found} entries and the world needs {expected}")]
    BadLength {
        /// What the array has.
        found: usize,
        /// What it should have.
        expected: usize,
    },
}

impl Policy {
    /// A policy from its probabilities, of shape `[n_states, n_actions]`, row by row.
    ///
    /// # Errors
    /// [`PolicyError`], naming the state and its sum or entry.
    pub fn new(mdp: &Mdp, p: Vec<f64>) -> Result<Self, PolicyError> {
        let n_actions = mdp.n_actions();
        expect_length(p.len(), mdp.n_states() * n_actions)?;
        for (state, row) in p.chunks_exact(n_actions).enumerate() {
            categorical::check(row, "policy", state)?;
        }
        Ok(Self { n_actions, p })
    }

    /// Each action with the same probability.
    pub fn uniform(mdp: &Mdp) -> Self {
        let n_actions = mdp.n_actions();
        Self { n_actions, p: vec![1.0 / n_actions as f64; mdp.n_states() * n_actions] }
    }

    /// One action in each state. `actions` has shape `[n_states]`.
    ///
    /// # Errors
    /// [`PolicyError`], naming the state and the action that does not exist.
    pub fn deterministic(mdp: &Mdp, actions: &[usize]) -> Result<Self, PolicyError> {
        check_actions(mdp, actions)?;
        let n_actions = mdp.n_actions();
        let mut p = vec![0.0; actions.len() * n_actions];
        for (row, &a) in p.chunks_exact_mut(n_actions).zip(actions) {
            row[a] = 1.0;
        }
        Ok(Self { n_actions, p })
    }

    /// The greedy policy (Sutton and Barto 2018, eq. 4.9): all actions whose value is
    /// within `slack` (in reward) of the best, each with the same probability. So it does
    /// what [`prob::ties::argmax`] draws.
    ///
    /// `v` has shape `[n_states]`. A slack of some 1e-9 lets rounding not break ties.
    ///
    /// # Panics
    /// If `slack` is negative or not a number, or `v` has another shape.
    pub fn greedy(mdp: &Mdp, v: &[f64], discount: Discount, slack: f64) -> Self {
        assert!(slack >= 0.0, "a slack of {slack}");
        mdp.expect_values(v);
        let n_actions = mdp.n_actions();
        let mut p = vec![0.0; mdp.n_states() * n_actions];
        for (s, row) in p.chunks_exact_mut(n_actions).enumerate() {
            let floor = mdp.best_value(s, v, discount) - slack;
            for (a, p) in row.iter_mut().enumerate() {
                *p = f64::from(mdp.action_value(s, a, v, discount) >= floor);
            }
            let ties: f64 = row.iter().sum();
            row.iter_mut().for_each(|p| *p /= ties);
        }
        Self { n_actions, p }
    }

    /// The same policy with a trembling hand: with probability `epsilon` any action, each
    /// with the same chance ($\varepsilon$-soft; Sutton and Barto 2018, section 5.4).
    pub fn softened(&self, epsilon: Probability) -> Self {
        let any = epsilon.get() / self.n_actions as f64;
        let keep = epsilon.complement().get();
        Self {
            n_actions: self.n_actions,
            p: self.p.iter().map(|p| keep * p + any).collect(),
        }
    }

    /// Number of states that it is made for.
    pub fn n_states(&self) -> usize {
        self.p.len() / self.n_actions
    }

    /// Number of actions that it is made for.
    pub fn n_actions(&self) -> usize {
        self.n_actions
    }

    /// Panics unless this policy is made for as many states and actions as `mdp` has.
    #[track_caller]
    pub(crate) fn expect_for(&self, mdp: &Mdp) {
        let shape = (self.n_states(), self.n_actions);
        assert_eq!(
            shape,
            (mdp.n_states(), mdp.n_actions()),
            "states and actions of the policy, and of the process"
        );
    }

    /// The probabilities of the actions in `s`, of shape `[n_actions]`.
    ///
    /// # Panics
    /// If there is no such state.
    #[inline]
    pub fn row(&self, s: usize) -> &[f64] {
        &self.p[s * self.n_actions..(s + 1) * self.n_actions]
    }
}

pub(crate) fn check_actions(mdp: &Mdp, actions: &[usize]) -> Result<(), PolicyError> {
    expect_length(actions.len(), mdp.n_states())?;
    let n_actions = mdp.n_actions();
    match actions.iter().position(|&a| a >= n_actions) {
        Some(state) => {
            Err(PolicyError::BadAction { state, action: actions[state], n_actions })
        }
        None => Ok(()),
    }
}

fn expect_length(found: usize, expected: usize) -> Result<(), PolicyError> {
    if found == expected {
        Ok(())
    } else {
        Err(PolicyError::BadLength { found, expected })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use envs::textbook::small_gridworld;

    fn mdp() -> Mdp {
        Mdp::new(&small_gridworld()).unwrap()
    }

    #[test]
    fn errors_name_state_and_value() {
        let mdp = mdp();
        let mut p = vec![0.25; 64];
        p[4 * 7] = 0.5;
        assert_eq!(
            Policy::new(&mdp, p).unwrap_err().to_string(),
            "policy, column 7: sums to 1.25, not to 1"
        );
        let mut actions = [0; 16];
        actions[3] = 4;
        assert_eq!(
            Policy::deterministic(&mdp, &actions).unwrap_err().to_string(),
            "state 3 takes action 4, but there are 4 actions"
        );
        assert_eq!(
            Policy::deterministic(&mdp, &[0; 3]).unwrap_err().to_string(),
            "the policy has 3 entries and the world needs 16"
        );
    }

    #[test]
    fn a_greedy_policy_shares_ties_evenly() {
        let mdp = mdp();
        let v: Vec<f64> =
            (0..16).map(|s| -((s / 4 + s % 4).min(6 - s / 4 - s % 4) as f64)).collect();
        let discount = Discount::new(1.0).unwrap();
        let policy = Policy::greedy(&mdp, &v, discount, 1e-9);
        assert_eq!(policy.row(1), [0.0, 0.0, 0.0, 1.0]);
        assert_eq!(policy.row(5), [0.5, 0.0, 0.0, 0.5]);
        assert_eq!(policy.row(3), [0.0, 0.0, 0.5, 0.5]);
        let soft = policy.softened(Probability::new(0.2).unwrap());
        assert!((soft.row(5)[0] - 0.45).abs() < 1e-15 && soft.row(5)[1] == 0.05);
    }
}
