//! Policy iteration: evaluate exactly, be greedy, until nothing is better.

use envs::Discount;
use thiserror::Error;

use crate::certificate::factor_of_all;
use crate::evaluation::{Endless, eliminate};
use crate::policy::{PolicyError, check_actions};
use crate::{Certificate, Mdp, Policy, Stop};

/// The best policy and its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Improvement {
    /// $V^\ast$, shape `[n_states]`, in reward.
    pub v: Vec<f64>,
    /// A best action in each state under `v`, shape `[n_states]`. Others may be as good:
    /// [`Policy::greedy`] has all of them.
    pub actions: Vec<usize>,
    /// How far the values can be off; its sweeps are the improvements tried, of which the
    /// last changed nothing.
    pub certificate: Certificate,
}

/// Why policy iteration can't go on.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum PolicyIterationError {
    /// The policy to start from is none.
    #[error(transparent)]
    Start(#[from] PolicyError),
    /// A policy on the way has no values.
    #[error(transparent)]
    Endless(#[from] Endless),
}

/// What counts as better, relative to the largest value: less is rounding.
const ROUNDING: f64 = 1e-12;

// ANCHOR: improve
/// Puts into each state an action that is better than the one there, if there is one, and
/// says how many changed.
///
/// `v` are the values of `actions`; both have shape `[n_states]`. An action gives way to
/// the best one only, and to none that is as good as itself.
///
/// # Panics
/// If `v` or `actions` has another shape, or an action does not exist.
pub fn improve(mdp: &Mdp, v: &[f64], actions: &mut [usize], discount: Discount) -> usize {
    mdp.expect_values(v);
    assert_eq!(actions.len(), mdp.n_states(), "actions, and states of the process");
    let scale = v.iter().fold(1.0, |scale: f64, v| scale.max(v.abs()));
    let mut changed = 0;
    for (s, action) in actions.iter_mut().enumerate() {
        let mut best = mdp.action_value(s, *action, v, discount) + ROUNDING * scale;
        let before = *action;
        for a in 0..mdp.n_actions() {
            let value = mdp.action_value(s, a, v, discount);
            if value > best {
                (best, *action) = (value, a);
            }
        }
        changed += usize::from(*action != before);
    }
    changed
}
// ANCHOR_END: improve

/// Policy iteration (Howard 1960; Sutton and Barto 2018, section 4.3), from the policy
/// `start` of shape `[n_states]`.
///
/// Each evaluation is one elimination, in $O(n^3)$. In exact arithmetic no policy comes
/// twice, so that it ends by itself; should rounding undo that, it ends with the sweeps
/// of `stop`, and the certificate says so.
///
/// # Errors
/// [`PolicyIterationError`]: `start` is no policy, or, at discount 1, a policy's episodes never end.
///
/// ```
/// use rl::{Discount, Mdp, Stop, policy_iteration};
///
/// let mdp = Mdp::new(&envs::textbook::gridworld())?;
/// let found = policy_iteration::solve(&mdp, Discount::new(0.9)?, &[0; 25], Stop::default())?;
/// assert!((found.v[1] - 24.4194).abs() < 1e-4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn solve(
    mdp: &Mdp,
    discount: Discount,
    start: &[usize],
    stop: Stop,
) -> Result<Improvement, PolicyIterationError> {
    check_actions(mdp, start)?;
    let n = mdp.n_states();
    let mut actions = start.to_vec();
    let mut v = vec![0.0; n];
    let mut matrix = vec![0.0; n * n];
    let mut sweeps = 0;
    while sweeps < stop.sweeps() {
        let policy = Policy::deterministic(mdp, &actions)?;
        eliminate(mdp, &policy, discount, &mut matrix, &mut v)?;
        sweeps += 1;
        if improve(mdp, &v, &mut actions, discount) == 0 {
            break;
        }
    }
    let certificate = Certificate::new(
        mdp.optimality_residual(&v, discount),
        factor_of_all(mdp, discount),
        sweeps,
        stop,
    );
    Ok(Improvement { v, actions, certificate })
}

#[cfg(test)]
mod tests {
    use super::*;
    use envs::textbook::small_gridworld;

    #[test]
    fn sweeps_that_ran_out_are_an_outcome() {
        let mdp = Mdp::new(&envs::textbook::gridworld()).unwrap();
        let discount = Discount::new(0.9).unwrap();
        let found =
            solve(&mdp, discount, &[0; 25], Stop::new(1e-10, 1).unwrap()).unwrap();
        assert_eq!(found.certificate.outcome, crate::Outcome::Exhausted);
        let best = solve(&mdp, discount, &[0; 25], Stop::default()).unwrap();
        let off = |s: usize| (found.v[s] - best.v[s]).abs();
        let bound = found.certificate.bound.unwrap();
        assert!((0..25).all(|s| off(s) <= bound), "{bound}");
    }

    #[test]
    fn a_start_that_never_ends_is_an_error_at_discount_one() {
        let mdp = Mdp::new(&small_gridworld()).unwrap();
        let found = solve(&mdp, Discount::new(1.0).unwrap(), &[0; 16], Stop::default());
        assert!(matches!(found, Err(PolicyIterationError::Endless(_))), "{found:?}");
        let found = solve(&mdp, Discount::new(1.0).unwrap(), &[4; 16], Stop::default());
        assert_eq!(
            found.unwrap_err().to_string(),
            "state 0 takes action 4, but there are 4 actions"
        );
    }
}
