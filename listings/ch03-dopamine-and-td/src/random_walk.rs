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
//! | $\eta$ | `step_size` | step size | `[0, 1]` |
//!
//! ```
//! use ch03_dopamine_and_td::random_walk::{METHODS, errors};
//! let rows = errors(0..30);
//! assert_eq!(rows.len(), METHODS.len());
//! assert!(rows.iter().all(|row| (row.mean[0] - 0.2357).abs() < 1e-4)); // before the first
//! ```

use std::ops::Range;

use envs::random_walk::true_value;
use prob::math::sqrt;
use prob::rng::{Role, stream};
use rand::{Rng, RngExt};
use rayon::prelude::*;

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
pub const METHODS: [Method; 7] = [
    Method::Td(0.05),
    Method::Td(0.1),
    Method::Td(0.15),
    Method::MonteCarlo(0.01),
    Method::MonteCarlo(0.02),
    Method::MonteCarlo(0.03),
    Method::MonteCarlo(0.04),
];

/// A walk: the places it visited in order, and 1 or 0, what it was paid.
pub fn walk<R: Rng + ?Sized>(rng: &mut R) -> (Vec<usize>, f64) {
    let mut s = PLACES.div_ceil(2);
    let mut places = Vec::new();
    while (1..=PLACES).contains(&s) {
        places.push(s);
        s = if rng.random::<bool>() { s + 1 } else { s - 1 };
    }
    (places, if s > PLACES { 1.0 } else { 0.0 })
}

/// Values before the first walk: one half, and 0 at the ends. Shape `[PLACES + 2]`.
pub fn naive() -> Vec<f64> {
    let mut v = vec![0.5; PLACES + 2];
    (v[0], v[PLACES + 1]) = (0.0, 0.0);
    v
}

// ANCHOR: update
/// Learns from a walk.
pub fn update(v: &mut [f64], places: &[usize], outcome: f64, method: Method) {
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
    let error = |s| v[s] - true_value(PLACES, 0.0, 1.0, s);
    sqrt((1..=PLACES).map(|s| error(s) * error(s)).sum::<f64>() / PLACES as f64)
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
    /// Error after the last walk, for each run. Shape `[n_runs]`.
    pub last: Vec<f64>,
}

/// The errors of all methods on the same walks, one run for each seed.
pub fn errors(seeds: Range<u64>) -> Vec<Row> {
    let runs: Vec<_> = seeds.into_par_iter().map(run).collect();
    let row = |(i, &method): (usize, &Method)| {
        let at = |n: usize| runs.iter().map(move |run: &Vec<Vec<f64>>| run[i][n]);
        let walks = (0..=WALKS).map(|n| mean_and_error(&at(n).collect::<Vec<_>>()));
        let (mean, standard_error) = walks.unzip();
        let average =
            |run: &Vec<Vec<f64>>| run[i].iter().sum::<f64>() / run[i].len() as f64;
        let over_walks = runs.iter().map(average).collect();
        Row { method, mean, standard_error, over_walks, last: at(WALKS).collect() }
    };
    METHODS.iter().enumerate().map(row).collect()
}

/// Errors by method and number of walks.
fn run(seed: u64) -> Vec<Vec<f64>> {
    let mut rng = stream(seed, Role::World, 0);
    let walks: Vec<_> = (0..WALKS).map(|_| walk(&mut rng)).collect();
    let course = |&method: &Method| {
        let mut v = naive();
        let mut errors = vec![rms(&v)];
        for (places, outcome) in &walks {
            update(&mut v, places, *outcome, method);
            errors.push(rms(&v));
        }
        errors
    };
    METHODS.iter().map(course).collect()
}

/// Mean and its standard error, from the spread of the values.
pub fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
    (mean, sqrt(squares / (n - 1.0) / n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use envs::random_walk::random_walk;
    use envs::{Environment, Next, Sampled};
    use rl::td::Td0;

    #[test]
    fn the_walk_and_the_update_are_those_of_the_library() {
        let world = random_walk(PLACES, 0.0, 1.0);
        let mut world = Sampled::new(&world, None);
        let mut rng = stream(0, Role::World, 0);
        let settings = rl::Settings::new(0.1, 1.0).unwrap();
        let (mut ours, mut theirs) = (naive(), Td0::new(naive(), settings));
        for _ in 0..200 {
            let mut places = vec![world.reset(&mut rng)];
            let outcome = loop {
                let s = places[places.len() - 1];
                let step = world.step(0, &mut rng);
                theirs.learn(s, step.reward, step.next());
                match step.next() {
                    Next::Continues(s) => places.push(s),
                    Next::Terminated | Next::Truncated(_) => break step.reward,
                }
            };
            update(&mut ours, &places, outcome, Method::Td(0.1));
        }
        assert!(ours.iter().zip(theirs.weights()).all(|(a, b)| (a - b).abs() < 1e-12));
    }
}
