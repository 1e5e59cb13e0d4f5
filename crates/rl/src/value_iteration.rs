//! Value iteration: what the best policy is worth, one backup at a time.
//!
//! | book       | code       | meaning                        | unit     |
//! |------------|------------|--------------------------------|----------|
//! | $V^\ast(s)$ | `v[s]`    | value of `s` under the best policy | reward |
//! | $\gamma_d$ | `discount` | discount                       | `[0, 1]` |

use envs::Discount;

use crate::certificate::{factor_of_all, repeat};
use crate::{Certificate, Mdp, Stop};

/// Values of the best policy. [`Policy::greedy`](crate::Policy::greedy) turns them into
/// one.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// $V^\ast$, shape `[n_states]`, in reward.
    pub v: Vec<f64>,
    /// How far they can be off.
    pub certificate: Certificate,
}

// ANCHOR: sweep
/// One sweep (Sutton and Barto 2018, eq. 4.10): writes the optimality backup of every
/// state under `v` to `out`, and returns the largest change. Both have shape
/// `[n_states]`.
///
/// # Panics
/// If `v` or `out` has another shape.
pub fn sweep(mdp: &Mdp, v: &[f64], out: &mut [f64], discount: Discount) -> f64 {
    mdp.expect_values(v);
    mdp.expect_values(out);
    let mut change: f64 = 0.0;
    for (s, out) in out.iter_mut().enumerate() {
        *out = mdp.best_value(s, v, discount);
        change = change.max((*out - v[s]).abs());
    }
    change
}
// ANCHOR_END: sweep

/// Value iteration (Sutton and Barto 2018, section 4.4): sweeps of all states at once,
/// from $V = 0$.
///
/// ```
/// use rl::{Discount, Mdp, Outcome, Stop, value_iteration};
///
/// let mdp = Mdp::new(&envs::textbook::gridworld())?;
/// let found = value_iteration::solve(&mdp, Discount::new(0.9)?, Stop::default());
/// assert_eq!(found.certificate.outcome, Outcome::Converged);
/// assert!((found.v[1] - 24.4194).abs() < 1e-4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn solve(mdp: &Mdp, discount: Discount, stop: Stop) -> Solution {
    let mut v = vec![0.0; mdp.n_states()];
    let mut next = v.clone();
    let certificate = repeat(
        stop,
        discount,
        factor_of_all(mdp, discount),
        &mut v,
        |v| {
            let change = sweep(mdp, v, &mut next, discount);
            std::mem::swap(v, &mut next);
            change
        },
        |v| mdp.optimality_residual(v, discount),
    );
    Solution { v, certificate }
}
