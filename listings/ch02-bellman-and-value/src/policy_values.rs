//! What a policy is worth: two figures of Sutton and Barto.
//!
//! $$V_\mu(s) = \sum_a \mu(a \mid s) \sum_{s'} P(s' \mid s, a)\,[r(s, a, s') + \gamma_d\, V_\mu(s')]$$
//!
//! Sweeping this equation $k$ times from $V = 0$ gives the value of the first $k$ steps.
//! [`first_steps`] computes that forward in time, without any value of a later state.
//!
//! ```
//! use ch02_bellman_and_value::policy_values::{estimates, random_on_the_grid};
//!
//! assert!(random_on_the_grid()[1] < 10.0, "A pays 10 and is worth less");
//! assert_eq!(estimates()[2].v[1], -1.75, "after two sweeps");
//! ```

use envs::Discount;
use envs::textbook::{gridworld, small_gridworld};
use rl::{Mdp, Policy, evaluation};

/// The discount of figure 3.2.
pub const GRID_DISCOUNT: f64 = 0.9;

// ANCHOR: figure-3-2
/// $V_\mu$ of the random policy on the 5x5 grid (figure 3.2), shape `[25]`, by one linear
/// solve.
pub fn random_on_the_grid() -> Vec<f64> {
    let mdp = Mdp::new(&gridworld()).expect("the world is tested");
    let discount = Discount::new(GRID_DISCOUNT).expect("a discount");
    let found = evaluation::solve(&mdp, &Policy::uniform(&mdp), discount);
    found.expect("below discount 1 every policy has values").v
}
// ANCHOR_END: figure-3-2

/// Values after some sweeps, and what is greedy with respect to them.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Sweeps; none for the limit.
    pub sweeps: Option<usize>,
    /// Values, shape `[16]`, in reward.
    pub v: Vec<f64>,
    /// The greedy policy, all ties included.
    pub greedy: Policy,
}

/// The sweeps that figure 4.1 shows, before the limit.
pub const SHOWN: [usize; 5] = [0, 1, 2, 3, 10];
/// Rounding that counts as a tie, in reward.
pub const SLACK: f64 = 1e-9;

// ANCHOR: figure-4-1
/// The random policy on the 4x4 grid, evaluated sweep by sweep, undiscounted
/// (figure 4.1).
pub fn estimates() -> Vec<Estimate> {
    let mdp = Mdp::new(&small_gridworld()).expect("the world is tested");
    let one = Discount::new(1.0).expect("a discount");
    let random = Policy::uniform(&mdp);
    let (mut v, mut next) = (vec![0.0; mdp.n_states()], vec![0.0; mdp.n_states()]);
    let mut shown = Vec::new();
    let mut show = |sweeps, v: &[f64]| {
        let greedy = Policy::greedy(&mdp, v, one, SLACK);
        shown.push(Estimate { sweeps, v: v.to_vec(), greedy });
    };
    for k in 0..=SHOWN[SHOWN.len() - 1] {
        if SHOWN.contains(&k) {
            show(Some(k), &v);
        }
        evaluation::sweep(&mdp, &random, &v, &mut next, one);
        std::mem::swap(&mut v, &mut next);
    }
    let limit = evaluation::solve(&mdp, &random, one);
    show(None, &limit.expect("the random walk ends").v);
    shown
}
// ANCHOR_END: figure-4-1

// ANCHOR: first-steps
/// What the first `steps` steps from `s` pay on average: the chances of all states are
/// carried forward, and each step's mean reward is added up.
pub fn first_steps(
    mdp: &Mdp,
    policy: &Policy,
    s: usize,
    steps: usize,
    discount: Discount,
) -> f64 {
    let mut chances = vec![0.0; mdp.n_states()];
    chances[s] = 1.0;
    let (mut paid, mut weight) = (0.0, 1.0);
    for _ in 0..steps {
        let mut next = vec![0.0; chances.len()];
        for (s, &chance) in chances.iter().enumerate() {
            for (a, &p) in policy.row(s).iter().enumerate() {
                paid += weight * chance * p * mdp.reward(s, a);
                for (to, probability) in mdp.row(s, a) {
                    next[to] += chance * p * probability;
                }
            }
        }
        chances = next;
        weight *= discount.get();
    }
    paid
}
// ANCHOR_END: first-steps
