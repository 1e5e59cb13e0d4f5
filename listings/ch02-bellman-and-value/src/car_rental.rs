//! Jack's car rental: policy iteration, policy by policy.
//!
//! $$V_{\mu_i} = (I - \gamma_d P_{\mu_i})^{-1} r_{\mu_i}, \qquad \mu_{i+1}(s) \in \arg\max_a \sum_{s'} P(s' \mid s, a)\,[r(s, a, s') + \gamma_d V_{\mu_i}(s')]$$
//!
//! (Sutton and Barto 2018, example 4.2 and figure 4.2). Each policy is one linear solve
//! for 441 states; an action that is as good as the one there changes nothing.
//!
//! ```
//! use ch02_bellman_and_value::car_rental::policies;
//!
//! let stages = policies();
//! assert_eq!(stages.len(), 5, "policies 0 to 4");
//! assert_eq!(stages[4].changed, 0);
//! ```

use envs::Discount;
use envs::textbook::{CARS, FERRIED, car_rental, moved};
use rl::{Mdp, Policy, evaluation, policy_iteration};

/// A policy, what it is worth, and what improving it changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Cars moved overnight from the first location to the second, negative the other
    /// way; shape `[441]`, see [`state`].
    pub moved: Vec<isize>,
    /// $V_\mu$, shape `[441]`, in rent minus ferries.
    pub v: Vec<f64>,
    /// In how many states the improvement finds a better action.
    pub changed: usize,
}

/// The state with so many cars at the two locations in the evening.
///
/// # Panics
/// If there are more than 20 cars at one.
pub fn state(first: usize, second: usize) -> usize {
    assert!(first <= CARS && second <= CARS, "{first} and {second} cars");
    (CARS + 1) * first + second
}

// ANCHOR: policies
/// Policy iteration from the policy that never moves a car, at the discount 0.9, until an
/// improvement changes nothing.
pub fn policies() -> Vec<Stage> {
    let mdp = Mdp::new(&car_rental()).expect("the world is tested");
    let discount = Discount::new(0.9).expect("a discount");
    let mut actions = vec![FERRIED; mdp.n_states()];
    let mut stages: Vec<Stage> = Vec::new();
    while stages.last().is_none_or(|stage| stage.changed > 0) {
        let policy = Policy::deterministic(&mdp, &actions).expect("actions of the world");
        let found = evaluation::solve(&mdp, &policy, discount);
        let v = found.expect("below discount 1 every policy has values").v;
        let cars = actions.iter().map(|&a| moved(a)).collect();
        let changed = policy_iteration::improve(&mdp, &v, &mut actions, discount);
        stages.push(Stage { moved: cars, v, changed });
    }
    stages
}
// ANCHOR_END: policies
