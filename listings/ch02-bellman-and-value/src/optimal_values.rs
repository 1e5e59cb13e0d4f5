//! What the best policy is worth: figure 3.5 of Sutton and Barto, with all its ties.
//!
//! $$V^\ast(s) = \max_a \sum_{s'} P(s' \mid s, a)\,[r(s, a, s') + \gamma_d\, V^\ast(s')]$$
//!
//! On the 5x5 grid it can be solved by hand: from A the best way is back to A, five steps
//! for 10, so $V^\ast(A) = 10 / (1 - \gamma_d^5)$. B pays 5 and then leads to A in five
//! steps; the corner beside B is best left through B; and every other cell is worth
//! $V^\ast(A)$, discounted by its distance from A.
//!
//! ```
//! use ch02_bellman_and_value::optimal_values::best_on_the_grid;
//!
//! let best = best_on_the_grid();
//! assert!((best.v[1] - 10.0 / (1.0 - 0.59049)).abs() < 1e-9);
//! assert_eq!(best.policy.row(0), [0.0, 1.0, 0.0, 0.0], "east, to A");
//! ```

use envs::Discount;
use envs::textbook::gridworld;
use rl::{Mdp, Policy, Stop, evaluation, value_iteration};

use crate::policy_values::{GRID_DISCOUNT, SLACK, random_on_the_grid};

/// The best values and all best actions.
#[derive(Debug, Clone, PartialEq)]
pub struct Optimal {
    /// $V^\ast$, shape `[n_states]`, in reward.
    pub v: Vec<f64>,
    /// Every best action of a state has the same chance, all others none.
    pub policy: Policy,
}

// ANCHOR: figure-3-5
/// $V^\ast$ on the 5x5 grid, and the policy that is greedy with respect to it
/// (figure 3.5).
pub fn best_on_the_grid() -> Optimal {
    let mdp = Mdp::new(&gridworld()).expect("the world is tested");
    let discount = Discount::new(GRID_DISCOUNT).expect("a discount");
    let v = value_iteration::solve(&mdp, discount, Stop::default()).v;
    let policy = Policy::greedy(&mdp, &v, discount, SLACK);
    Optimal { v, policy }
}
// ANCHOR_END: figure-3-5

/// How many best actions each state has, shape `[n_states]`.
pub fn ties(policy: &Policy, n_states: usize) -> Vec<usize> {
    let best = |s| policy.row(s).iter().filter(|p| **p > 0.0).count();
    (0..n_states).map(best).collect()
}

// ANCHOR: one-improvement
/// What it is worth to be greedy with respect to the values of the *random* policy, for
/// ever, on the 5x5 grid; shape `[25]`.
pub fn after_one_improvement() -> Vec<f64> {
    let mdp = Mdp::new(&gridworld()).expect("the world is tested");
    let discount = Discount::new(GRID_DISCOUNT).expect("a discount");
    let greedy = Policy::greedy(&mdp, &random_on_the_grid(), discount, SLACK);
    let found = evaluation::solve(&mdp, &greedy, discount);
    found.expect("below discount 1 every policy has values").v
}
// ANCHOR_END: one-improvement
