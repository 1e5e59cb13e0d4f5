//! What it costs to be greedy with respect to values that are a little wrong.
//!
//! $$\lVert V^\ast - V_\mu \rVert_\infty \le \frac{2 \gamma_d}{1 - \gamma_d}\, \lVert V^\ast - V \rVert_\infty \quad \text{for } \mu \text{ greedy with respect to } V$$
//!
//! (Singh and Yee 1994). The bound can be met: in [`temptation`] values that are wrong by
//! $c$ hide a cost of up to $2 \gamma_d c$, paid again at every step. Whoever knows the
//! residual knows more, because it is the residual of $\mu$'s own equation as well:
//!
//! $$\lVert V^\ast - V_\mu \rVert_\infty \le \lVert V^\ast - V \rVert_\infty + \lVert V - V_\mu \rVert_\infty \le \frac{2}{1 - \gamma_d}\, \lVert \mathcal{T} V - V \rVert_\infty$$
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $V$ | `v` | the values to be greedy with | reward |
//! | $V_\mu$ | | what the greedy policy is worth | reward |
//!
//! ```
//! use ch02_bellman_and_value::greedy_loss::{bound, loss, temptation};
//! use envs::Discount;
//! use rl::Mdp;
//!
//! let discount = Discount::new(0.5)?;
//! let mdp = Mdp::new(&temptation(0.09))?;
//! let lost = loss(&mdp, &[0.1, -0.1], discount);
//! assert!((lost - 0.18).abs() < 1e-12 && lost <= bound(0.1, discount));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use envs::graph::{Edge, graph};
use envs::{Discount, Table};
use rl::{Mdp, Policy, evaluation, value_iteration};

use crate::contraction::sup_distance;
use crate::stopping::truth;

/// The most that a greedy policy can lose if no value is off by more than `error`, in
/// reward; for a discount below 1.
pub fn bound(error: f64, discount: Discount) -> f64 {
    2.0 * discount.get() / (1.0 - discount.get()) * error
}

/// The most that a greedy policy can lose if one more sweep would change no value by more
/// than `residual`, in reward; for a discount below 1.
pub fn bound_by_residual(residual: f64, discount: Discount) -> f64 {
    2.0 / (1.0 - discount.get()) * residual
}

// ANCHOR: loss
/// What the policy that is greedy with respect to `v` loses to the best one where it
/// loses most, in reward; for a discount below 1.
pub fn loss(mdp: &Mdp, v: &[f64], discount: Discount) -> f64 {
    let greedy = Policy::greedy(mdp, v, discount, 0.0);
    let worth = evaluation::solve(mdp, &greedy, discount);
    let worth = worth.expect("below discount 1 every policy has values").v;
    sup_distance(&truth(mdp, discount), &worth)
}
// ANCHOR_END: loss

// ANCHOR: temptation
/// In state 0 action 0 stays and costs `cost`; action 1 leaves for state 1, where nothing
/// costs anything. Both states are worth 0.
pub fn temptation(cost: f64) -> Table {
    let edges = [Edge::paid(0, 0, 0, -cost), Edge::free(0, 1, 1), Edge::free(1, 0, 1)];
    graph(2, 2, &edges, vec![(0, 1.0)]).expect("the rows sum to 1")
}
// ANCHOR_END: temptation

/// Value iteration from $V = 0$: the loss of the greedy policy after each sweep, from
/// sweep 1 on, in reward.
pub fn by_sweep(mdp: &Mdp, discount: Discount, sweeps: usize) -> Vec<f64> {
    let (mut v, mut next) = (vec![0.0; mdp.n_states()], vec![0.0; mdp.n_states()]);
    let mut after_sweep = |_| {
        value_iteration::sweep(mdp, &v, &mut next, discount);
        std::mem::swap(&mut v, &mut next);
        loss(mdp, &v, discount)
    };
    (1..=sweeps).map(&mut after_sweep).collect()
}

/// The sweep from which on the greedy policy loses nothing (but rounding), if there is
/// one among `losses`.
pub fn done_from(losses: &[f64]) -> Option<usize> {
    let last = losses.iter().rposition(|&loss| loss > 1e-9).map_or(0, |at| at + 1);
    (last < losses.len()).then_some(last + 1)
}
