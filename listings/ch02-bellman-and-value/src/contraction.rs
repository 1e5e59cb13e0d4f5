//! The optimality backup brings any two guesses closer, measured by their largest
//! difference.
//!
//! $$\lVert T V - T U \rVert_\infty \le \gamma_d\, \lVert V - U \rVert_\infty, \qquad (T V)(s) = \max_a \sum_{s'} P(s' \mid s, a)\,[r(s, a, s') + \gamma_d\, V(s')]$$
//!
//! It is the measure that makes this true: see [`funnel`]. And it is the discount: see
//! [`seesaw`].
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $T$ | [`backup`] | optimality backup of all states | |
//! | $\lVert V - U \rVert_\infty$ | [`sup_distance`] | largest difference | reward |
//! | $\lVert V - U \rVert_2$ | [`euclidean_distance`] | root of the sum of squares | reward |
//!
//! ```
//! use ch02_bellman_and_value::contraction::{euclidean_distance, sup_distance};
//!
//! assert_eq!(sup_distance(&[3.0, 0.0], &[0.0, 4.0]), 4.0);
//! assert_eq!(euclidean_distance(&[3.0, 0.0], &[0.0, 4.0]), 5.0);
//! ```

use std::ops::Range;

use envs::graph::{Edge, graph};
use envs::{Discount, Table};
use prob::math::sqrt;
use prob::rng::{Role, stream};
use rand::RngExt;
use rl::{Mdp, value_iteration};

// ANCHOR: distances
/// The largest difference, in reward.
pub fn sup_distance(v: &[f64], u: &[f64]) -> f64 {
    v.iter().zip(u).map(|(v, u)| (v - u).abs()).fold(0.0, f64::max)
}

/// The root of the sum of squared differences, in reward.
pub fn euclidean_distance(v: &[f64], u: &[f64]) -> f64 {
    sqrt(v.iter().zip(u).map(|(v, u)| (v - u) * (v - u)).sum())
}
// ANCHOR_END: distances

/// $T V$: the optimality backup of every state.
pub fn backup(mdp: &Mdp, v: &[f64], discount: Discount) -> Vec<f64> {
    let mut out = vec![0.0; v.len()];
    value_iteration::sweep(mdp, v, &mut out, discount);
    out
}

/// By how much one backup shrinks the distance of two guesses; above 1 it grows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// $\lVert T V - T U \rVert_\infty / \lVert V - U \rVert_\infty$.
    pub sup: f64,
    /// The same in the Euclidean norm.
    pub euclidean: f64,
}

// ANCHOR: ratio
/// The ratios for two guesses, which must differ.
pub fn ratio(mdp: &Mdp, v: &[f64], u: &[f64], discount: Discount) -> Ratio {
    let (tv, tu) = (backup(mdp, v, discount), backup(mdp, u, discount));
    Ratio {
        sup: sup_distance(&tv, &tu) / sup_distance(v, u),
        euclidean: euclidean_distance(&tv, &tu) / euclidean_distance(v, u),
    }
}
// ANCHOR_END: ratio

/// The ratios for one pair of random guesses a seed, all values from -10 to 10.
pub fn random_ratios(mdp: &Mdp, discount: Discount, seeds: Range<u64>) -> Vec<Ratio> {
    let pair = |seed| {
        let mut rng = stream(seed, Role::Init, 0);
        let mut guess = || -> Vec<f64> {
            (0..mdp.n_states()).map(|_| 20.0 * rng.random::<f64>() - 10.0).collect()
        };
        ratio(mdp, &guess(), &guess(), discount)
    };
    seeds.map(pair).collect()
}

// ANCHOR: worlds
/// Everything leads to state 0, for nothing. Two guesses that differ in state 0 alone
/// differ everywhere after a backup.
pub fn funnel(n_states: usize) -> Table {
    let edges: Vec<Edge> = (0..n_states).map(|s| Edge::free(s, 0, 0)).collect();
    graph(n_states, 1, &edges, vec![(0, 1.0)]).expect("one way from everywhere")
}

/// From 0 to 1 for a reward of 1, from 1 to 0 for -1, for ever.
pub fn seesaw() -> Table {
    let edges = [Edge::paid(0, 0, 1, 1.0), Edge::paid(1, 0, 0, -1.0)];
    graph(2, 1, &edges, vec![(0, 1.0)]).expect("one way from everywhere")
}
// ANCHOR_END: worlds
