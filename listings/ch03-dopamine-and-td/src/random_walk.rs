//! TD against Monte Carlo on a random walk (Sutton and Barto 2018, example 6.2).
//!
//! Five places in a row, A to E; from the middle a step to either side with even chance;
//! off the right end pays 1. Discount 1. After a walk, in order:
//! $$\text{TD:}\ V(s_t) \leftarrow V(s_t) + \eta\, \bigl(R_{t+1} + V(s_{t+1}) - V(s_t)\bigr), \qquad \text{Monte Carlo:}\ V(s_t) \leftarrow V(s_t) + \eta\, \bigl(Y - V(s_t)\bigr)$$
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $V(s)$ | `v[s]` | value of place `s`; `s` is 1 to 5, 0 and 6 are the ends | reward |
//! | $Y$ | `outcome` | the return: what the walk was paid in the end | reward |
//!
//! ```
//! use ch03_dopamine_and_td::random_walk::errors;
//! let rows = errors(0..30);
//! assert!(rows.iter().all(|row| (row.mean[0] - 0.2357).abs() < 1e-4)); // before the first
//! ```

use std::ops::Range;

use envs::Sampled;
use envs::random_walk::{random_walk, rms_error};
use prob::interval::{mean, standard_error};
use prob::rng::{Role, stream};
use rayon::prelude::*;
use rl::Episode;

/// Places of the walk.
pub const PLACES: usize = 5;
/// Walks of a run.
pub const WALKS: usize = 100;

/// How a learner learns, and how fast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Method {
    /// From the next place, with this step size.
    Td(f64),
    /// From the outcome, with this step size.
    MonteCarlo(f64),
}

/// Those of the book's figure.
pub const METHODS: [Method; 7] = {
    use Method::{MonteCarlo as Mc, Td};
    [Td(0.05), Td(0.1), Td(0.15), Mc(0.01), Mc(0.02), Mc(0.03), Mc(0.04)]
};

/// Values before the first walk.
pub const NAIVE: [f64; PLACES + 2] = [0.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.0];

/// The walks of a run.
pub fn walks(seed: u64) -> Vec<Episode> {
    let mut world = Sampled::new(random_walk(PLACES, 0.0, 1.0), None).expect("a world");
    let mut rng = stream(seed, Role::World, 0);
    let mut walks = vec![Episode::default(); WALKS];
    walks.iter_mut().for_each(|walk| walk.record(&mut world, |_| 0, &mut rng));
    walks
}

// ANCHOR: update
/// Learns from a walk.
pub fn update(v: &mut [f64], walk: &Episode, method: Method) {
    let (places, outcome) = (walk.states(), walk.rewards()[walk.len() - 1]);
    for (t, &s) in places.iter().enumerate() {
        match method {
            Method::Td(step_size) => {
                let target = places.get(t + 1).map_or(outcome, |&s_next| v[s_next]);
                v[s] += step_size * (target - v[s]);
            }
            Method::MonteCarlo(step_size) => v[s] += step_size * (outcome - v[s]),
        }
    }
}
// ANCHOR_END: update

/// Root mean squared error over the places.
pub fn rms(v: &[f64]) -> f64 {
    rms_error(v, PLACES, 0.0, 1.0)
}

/// Errors of a method, over runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which.
    pub method: Method,
    /// Mean error after 0, 1, … walks. Shape `[WALKS + 1]`.
    pub mean: Vec<f64>,
    /// Its standard error.
    pub standard_error: Vec<f64>,
    /// Mean over the walks, 0 to the last, for each run. Shape `[n_runs]`.
    pub over_walks: Vec<f64>,
}

/// The errors of all methods on the same walks, one run for each seed.
pub fn errors(seeds: Range<u64>) -> Vec<Row> {
    let runs: Vec<Vec<Vec<f64>>> = seeds.into_par_iter().map(run).collect();
    let row = |(i, &method): (usize, &Method)| {
        let at = |n: usize| runs.iter().map(|run| run[i][n]).collect::<Vec<_>>();
        Row {
            method,
            mean: (0..=WALKS).map(|n| mean(&at(n))).collect(),
            standard_error: (0..=WALKS).map(|n| standard_error(&at(n))).collect(),
            over_walks: runs.iter().map(|run| mean(&run[i])).collect(),
        }
    };
    METHODS.iter().enumerate().map(row).collect()
}

/// Errors by method and number of walks.
fn run(seed: u64) -> Vec<Vec<f64>> {
    let walks = walks(seed);
    let course = |&method: &Method| {
        let mut v = NAIVE;
        let mut errors = vec![rms(&v)];
        for walk in &walks {
            update(&mut v, walk, method);
            errors.push(rms(&v));
        }
        errors
    };
    METHODS.iter().map(course).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rl::monte_carlo::{Mean, MonteCarlo, Visits};
    use rl::td::Td0;
    use rl::{Discount, Settings, StepSize};

    #[test]
    fn both_updates_are_those_of_the_library() {
        let step_size = StepSize::new(0.1).unwrap();
        let discount = Discount::new(1.0).unwrap();
        let recent = Mean::Recent(step_size);
        let mut td = Td0::new(NAIVE.to_vec(), Settings { step_size, discount });
        let mut mc = MonteCarlo::new(NAIVE.to_vec(), Visits::Every, recent, discount);
        let (mut by_td, mut by_mc) = (NAIVE, NAIVE);
        for walk in walks(0) {
            walk.steps().for_each(|(s, reward, next)| _ = td.learn(s, reward, next));
            mc.learn(&walk);
            update(&mut by_td, &walk, Method::Td(0.1));
            update(&mut by_mc, &walk, Method::MonteCarlo(0.1));
        }
        let near =
            |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12);
        assert!(near(&by_td, td.weights()) && near(&by_mc, mc.v()));
    }
}
