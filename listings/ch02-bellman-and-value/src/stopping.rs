//! How you know that value iteration has finished.
//!
//! $$\lVert V^\ast - V_k \rVert_\infty \;\le\; \frac{\gamma_d}{1 - \gamma_d}\, \lVert V_k - V_{k-1} \rVert_\infty \;\le\; \frac{\gamma_d^{\,k}}{1 - \gamma_d}\, \lVert V_1 - V_0 \rVert_\infty$$
//!
//! The first inequality is the proof to stop by. The largest change of the last sweep is
//! not the error: it can be $(1 - \gamma_d) / \gamma_d$ times as small.
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $\lVert V_k - V_{k-1} \rVert_\infty$ | `change` | largest change of sweep $k$ | reward |
//! | $\lVert V^\ast - V_k \rVert_\infty$ | `error` | how far off the values are | reward |
//! | | `bound` | what the change proves of the error | reward |
//!
//! ```
//! use ch02_bellman_and_value::stopping::by_sweep;
//! use envs::{Discount, textbook::gridworld};
//! use rl::Mdp;
//!
//! let rows = by_sweep(&Mdp::new(&gridworld())?, Discount::new(0.9)?, 50);
//! assert!(rows.iter().all(|row| row.error <= row.bound + 1e-12));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use envs::Discount;
use rl::{Mdp, Stop, policy_iteration, value_iteration};

use crate::contraction::sup_distance;

/// Where value iteration from $V = 0$ stands after a sweep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Sweeps so far, $k$, from 1.
    pub sweep: usize,
    /// The largest change of this sweep, in reward.
    pub change: f64,
    /// The largest error over states, in reward.
    pub error: f64,
    /// $\gamma_d / (1 - \gamma_d)$ times the change, in reward.
    pub bound: f64,
    /// The theoretical line $\gamma_d^{\,k}\, \lVert V^\ast - V_0 \rVert_\infty$, in
    /// reward.
    pub line: f64,
}

/// $V^\ast$ by policy iteration, which ends by itself.
///
/// # Panics
/// At discount 1, if some policy never ends.
pub fn truth(mdp: &Mdp, discount: Discount) -> Vec<f64> {
    let start = vec![0; mdp.n_states()];
    let found = policy_iteration::solve(mdp, discount, &start, Stop::default());
    found.expect("below discount 1 every policy has values").v
}

// ANCHOR: by-sweep
/// Value iteration from $V = 0$, one row a sweep, for a discount below 1.
pub fn by_sweep(mdp: &Mdp, discount: Discount, sweeps: usize) -> Vec<Row> {
    let truth = truth(mdp, discount);
    let (mut v, mut next) = (vec![0.0; truth.len()], vec![0.0; truth.len()]);
    let mut line = sup_distance(&truth, &v);
    let mut row = |sweep| {
        let change = value_iteration::sweep(mdp, &v, &mut next, discount);
        std::mem::swap(&mut v, &mut next);
        line *= discount.get();
        Row {
            sweep,
            change,
            error: sup_distance(&truth, &v),
            bound: discount.get() / (1.0 - discount.get()) * change,
            line,
        }
    };
    (1..=sweeps).map(&mut row).collect()
}
// ANCHOR_END: by-sweep

// ANCHOR: rules
/// The widespread rule: stop when no value has changed by `threshold` or more.
pub fn first_small_change(rows: &[Row], threshold: f64) -> Option<Row> {
    rows.iter().copied().find(|row| row.change < threshold)
}

/// The rule with a proof: stop when the bound is within `tolerance`.
pub fn first_proof(rows: &[Row], tolerance: f64) -> Option<Row> {
    rows.iter().copied().find(|row| row.bound <= tolerance)
}
// ANCHOR_END: rules
