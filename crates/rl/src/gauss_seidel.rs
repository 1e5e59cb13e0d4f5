//! Value iteration in place: each state hears at once what has become of those before it.

use envs::Discount;

use crate::certificate::{factor_of_all, repeat};
use crate::value_iteration::Solution;
use crate::{Mdp, Stop};

// ANCHOR: sweep
/// One sweep in place, in the order of the states; returns the largest change. `v` has
/// shape `[n_states]`.
///
/// # Panics
/// If `v` has another shape.
pub fn sweep(mdp: &Mdp, v: &mut [f64], discount: Discount) -> f64 {
    mdp.expect_values(v);
    let mut change: f64 = 0.0;
    for s in 0..v.len() {
        let before = v[s];
        v[s] = mdp.best_value(s, v, discount);
        change = change.max((v[s] - before).abs());
    }
    change
}
// ANCHOR_END: sweep

/// Gauss-Seidel value iteration (Puterman 1994, section 6.3.3; Sutton and Barto 2018,
/// section 4.5), from $V = 0$.
///
/// It needs one array and seldom more sweeps than
/// [`value_iteration`](crate::value_iteration::solve).
pub fn solve(mdp: &Mdp, discount: Discount, stop: Stop) -> Solution {
    let mut v = vec![0.0; mdp.n_states()];
    let certificate = repeat(
        stop,
        discount,
        factor_of_all(mdp, discount),
        &mut v,
        |v| sweep(mdp, v, discount),
        |v| mdp.optimality_residual(v, discount),
    );
    Solution { v, certificate }
}
