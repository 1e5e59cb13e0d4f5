//! The windy grid: a shortest path read off the best values.
//!
//! Every step costs 1 and nothing is discounted, so $-V^\ast(s)$ is the number of steps
//! from $s$ to the goal, and each step of a best path raises the value by exactly 1.
//!
//! ```
//! use ch02_bellman_and_value::windy::path;
//!
//! assert_eq!(path().len(), 16, "the start and fifteen steps");
//! ```

use envs::textbook::windy;
use envs::{Discount, FiniteWorld};
use rl::{Mdp, Policy, Stop, value_iteration};

use crate::policy_values::SLACK;

/// $V^\ast$ of the windy grid, shape `[70]`, in steps below 0.
pub fn values() -> Vec<f64> {
    let mdp = Mdp::new(&windy()).expect("the world is tested");
    value_iteration::solve(&mdp, undiscounted(), Stop::default()).v
}

// ANCHOR: path
/// The states of a best path, from the start to the goal; of tied moves it takes the
/// first in the order of the actions.
pub fn path() -> Vec<usize> {
    let world = windy();
    let mdp = Mdp::new(&world).expect("the world is tested");
    let best = Policy::greedy(&mdp, &values(), undiscounted(), SLACK);
    let mut path = vec![world.start()[0].0];
    while let Some(&s) = path.last().filter(|&&s| !world.is_terminal(s)) {
        let a =
            best.row(s).iter().position(|p| *p > 0.0).expect("a policy does something");
        path.push(world.successors(s, a)[0].state);
    }
    path
}
// ANCHOR_END: path

/// How many different best paths there are, by the moves taken.
pub fn n_best_paths() -> usize {
    let world = windy();
    let v = values();
    let mut order: Vec<usize> = (0..v.len()).collect();
    order.sort_by(|&s, &u| v[u].total_cmp(&v[s]));
    let mut n = vec![0; v.len()];
    for s in order {
        let nearer = |a: &usize| v[world.successors(s, *a)[0].state] == v[s] + 1.0;
        n[s] = match world.is_terminal(s) {
            true => 1,
            false => {
                (0..4).filter(nearer).map(|a| n[world.successors(s, a)[0].state]).sum()
            }
        };
    }
    n[world.start()[0].0]
}

fn undiscounted() -> Discount {
    Discount::new(1.0).expect("1 is a discount")
}
