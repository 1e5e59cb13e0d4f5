//! What a policy is worth.
//!
//! | book       | code       | meaning                    | unit     |
//! |------------|------------|----------------------------|----------|
//! | $V_\mu(s)$ | `v[s]`     | value of state `s`         | reward   |
//! | $\mu(a \mid s)$ | `policy` | chance of action $a$ in $s$ |       |
//! | $\gamma_d$ | `discount` | discount                   | `[0, 1]` |

use envs::Discount;
use thiserror::Error;

use crate::certificate::{factor_of, repeat};
use crate::lu::{self, Singular};
use crate::{Certificate, Mdp, Policy, Stop};

/// Values of a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// $V_\mu$, shape `[n_states]`, in reward.
    pub v: Vec<f64>,
    /// How far they can be off.
    pub certificate: Certificate,
}

/// A policy without values: at discount 1, its episodes never end from some states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "at discount 1 the policy has no value: its episodes don't end from state {state}"
)]
pub struct Endless {
    /// One such state.
    pub state: usize,
}

/// The expectation backup of one state (Sutton and Barto 2018, eq. 4.5): $\sum_a \mu(a
/// \mid s) \sum_{s'} P(s' \mid s, a)\,\[r(s, a, s') + \gamma_d\, V(s')\]$, in reward.
///
/// `v` has shape `[n_states]`.
///
/// # Panics
/// If there is no state `s`, or the policy or `v` has another shape than `mdp`.
#[inline]
pub fn backup(
    mdp: &Mdp,
    policy: &Policy,
    s: usize,
    v: &[f64],
    discount: Discount,
) -> f64 {
    policy.expect_for(mdp);
    mdp.expect_values(v);
    backed_up(mdp, policy, s, v, discount)
}

// ANCHOR: backup
/// The mean, over what the policy may do, of what it is worth to do it; [`backup`] where
/// the shapes are known to fit.
#[inline]
fn backed_up(mdp: &Mdp, policy: &Policy, s: usize, v: &[f64], discount: Discount) -> f64 {
    let mut value = 0.0;
    for (a, &p) in policy.row(s).iter().enumerate() {
        if p > 0.0 {
            value += p * mdp.action_value(s, a, v, discount);
        }
    }
    value
}
// ANCHOR_END: backup

// ANCHOR: sweep
/// One sweep: writes the backup of every state under `v` to `out`, and returns the
/// largest change. Both have shape `[n_states]`.
///
/// From $V = 0$, $k$ sweeps give the values of the first $k$ steps, which figure 4.1
/// shows.
///
/// # Panics
/// If the policy, `v` or `out` has another shape than `mdp`.
pub fn sweep(
    mdp: &Mdp,
    policy: &Policy,
    v: &[f64],
    out: &mut [f64],
    discount: Discount,
) -> f64 {
    policy.expect_for(mdp);
    mdp.expect_values(v);
    mdp.expect_values(out);
    let mut change: f64 = 0.0;
    for (s, out) in out.iter_mut().enumerate() {
        *out = backed_up(mdp, policy, s, v, discount);
        change = change.max((*out - v[s]).abs());
    }
    change
}
// ANCHOR_END: sweep

/// The largest violation of the Bellman equation: $\max_s |(T_\mu V)(s) - V(s)|$, in
/// reward. `v` has shape `[n_states]`.
///
/// # Panics
/// If the policy or `v` has another shape than `mdp`.
pub fn residual(mdp: &Mdp, policy: &Policy, v: &[f64], discount: Discount) -> f64 {
    policy.expect_for(mdp);
    mdp.expect_values(v);
    (0..mdp.n_states())
        .map(|s| (backed_up(mdp, policy, s, v, discount) - v[s]).abs())
        .fold(0.0, f64::max)
}

/// Iterative policy evaluation (Sutton and Barto 2018, section 4.1): sweeps of all states
/// at once, from $V = 0$.
///
/// # Panics
/// If the policy has another shape than `mdp`.
///
/// ```
/// use rl::{Discount, Mdp, Outcome, Policy, Stop, evaluation};
///
/// let mdp = Mdp::new(&envs::textbook::small_gridworld())?;
/// let random = Policy::uniform(&mdp);
/// let found = evaluation::iterate(&mdp, &random, Discount::new(1.0)?, Stop::default());
/// assert_eq!(found.certificate.outcome, Outcome::Converged);
/// assert!((found.v[3] + 22.0).abs() < 1e-10);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn iterate(mdp: &Mdp, policy: &Policy, discount: Discount, stop: Stop) -> Evaluation {
    policy.expect_for(mdp);
    let mut v = vec![0.0; mdp.n_states()];
    let mut next = v.clone();
    let certificate = repeat(
        stop,
        discount,
        factor_of(mdp, policy, discount),
        &mut v,
        |v| {
            let change = sweep(mdp, policy, v, &mut next, discount);
            std::mem::swap(v, &mut next);
            change
        },
        |v| residual(mdp, policy, v, discount),
    );
    Evaluation { v, certificate }
}

/// Direct policy evaluation: solves the Bellman equation $(I - \gamma_d P_\mu)\, V =
/// r_\mu$ (Sutton and Barto 2018, eq. 4.4) by elimination, in $O(n^3)$. The certificate's
/// tolerance is [`Stop::default`]'s and its sweeps are 1.
///
/// # Errors
/// [`Endless`] at discount 1 if there are states from which the policy never ends an episode.
///
/// # Panics
/// If the policy has another shape than `mdp`.
pub fn solve(
    mdp: &Mdp,
    policy: &Policy,
    discount: Discount,
) -> Result<Evaluation, Endless> {
    policy.expect_for(mdp);
    let n = mdp.n_states();
    let mut v = vec![0.0; n];
    eliminate(mdp, policy, discount, &mut vec![0.0; n * n], &mut v)?;
    let certificate = Certificate::new(
        residual(mdp, policy, &v, discount),
        factor_of(mdp, policy, discount),
        1,
        Stop::default(),
    );
    Ok(Evaluation { v, certificate })
}

/// Writes the values of `policy` to `v`; `matrix` is room for `[n_states, n_states]`
/// numbers.
pub(crate) fn eliminate(
    mdp: &Mdp,
    policy: &Policy,
    discount: Discount,
    matrix: &mut [f64],
    v: &mut [f64],
) -> Result<(), Endless> {
    matrix.fill(0.0);
    for (s, row) in matrix.chunks_exact_mut(v.len()).enumerate() {
        row[s] = 1.0;
        v[s] = 0.0;
        for (a, &p) in policy.row(s).iter().enumerate().filter(|(_, p)| **p > 0.0) {
            v[s] += p * mdp.reward(s, a);
            for (next, probability) in mdp.row(s, a) {
                row[next] -= discount.get() * p * probability;
            }
        }
    }
    lu::solve(matrix, v).map_err(|Singular { column }| Endless { state: column })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;
    use envs::textbook::{cliff, small_gridworld};

    #[test]
    fn a_policy_that_never_ends_has_no_value_at_discount_one() {
        let mdp = Mdp::new(&small_gridworld()).unwrap();
        let north = Policy::deterministic(&mdp, &[0; 16]).unwrap();
        let one = Discount::new(1.0).unwrap();
        assert!(solve(&mdp, &north, one).is_err());
        let found = iterate(&mdp, &north, one, Stop::new(1e-10, 50).unwrap());
        assert_eq!(found.certificate.outcome, Outcome::Exhausted);
        assert_eq!((found.certificate.bound, found.certificate.residual), (None, 1.0));
    }

    #[test]
    #[should_panic(expected = "states and actions of the policy, and of the process")]
    fn a_policy_of_another_shape_panics_instead_of_reading_other_rows() {
        // 16 states of 4 actions have as many entries as 64 of 1, but not the same rows.
        let mdp = Mdp::new(&small_gridworld()).unwrap();
        let other = Mdp::new(&envs::graph::linear(64)).unwrap();
        let discount = Discount::new(0.9).unwrap();
        iterate(&mdp, &Policy::uniform(&other), discount, Stop::default());
    }

    #[test]
    #[should_panic(expected = "values, and states of the process")]
    fn a_sweep_into_too_small_an_array_panics_instead_of_stopping_early() {
        let mdp = Mdp::new(&small_gridworld()).unwrap();
        let random = Policy::uniform(&mdp);
        sweep(&mdp, &random, &[0.0; 16], &mut [0.0; 15], Discount::new(0.9).unwrap());
    }

    #[test]
    fn sweeps_that_ran_out_still_have_a_bound_that_holds() {
        let mdp = Mdp::new(&cliff()).unwrap();
        let random = Policy::uniform(&mdp);
        let discount = Discount::new(0.9).unwrap();
        let truth = solve(&mdp, &random, discount).unwrap();
        assert_eq!(truth.certificate.outcome, Outcome::Converged);
        for sweeps in [1, 5, 20, 80] {
            let found =
                iterate(&mdp, &random, discount, Stop::new(1e-10, sweeps).unwrap());
            let error = (0..mdp.n_states())
                .map(|s| (found.v[s] - truth.v[s]).abs())
                .fold(0.0, f64::max);
            assert_eq!(found.certificate.outcome, Outcome::Exhausted);
            assert!(error <= found.certificate.bound.unwrap() + 1e-10);
        }
    }
}
