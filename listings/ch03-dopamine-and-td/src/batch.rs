//! What TD and Monte Carlo want: both shown the same episodes until they no longer change
//! (Sutton and Barto 2018, section 6.3).
//!
//! At rest, for each state, the corrections of its visits sum to zero:
//! $$\text{TD:}\ \sum_{t:\, s_t = s} \bigl(R_{t+1} + \gamma_d V(s_{t+1}) - V(s)\bigr) = 0, \qquad \text{Monte Carlo:}\ \sum_{t:\, s_t = s} \bigl(Y_t - V(s)\bigr) = 0$$
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $V(s)$ | `v[s]` | value of state `s` | reward |
//! | $Y_t$ | | the return from step $t$ | reward |
//! | $\gamma_d$ | | discount: 1 | |
//!
//! ```
//! use ch03_dopamine_and_td::batch::{A, B, monte_carlo, predictor, td};
//! let (by_td, by_returns) = (td(&predictor(), &[0.0; 2]), monte_carlo(&predictor(), &[0.0; 2]));
//! assert_eq!((by_td[B], by_returns[B]), (0.75, 0.75));
//! assert_eq!((by_td[A], by_returns[A]), (0.75, 0.0));
//! ```

use std::ops::Range;

use envs::{Discount, Next};
use prob::interval::{mean, standard_error};
use rayon::prelude::*;
use rl::Episode;
use rl::batch::{BatchMonteCarlo, BatchTd};

use crate::random_walk::{NAIVE, PLACES, WALKS, rms, walks};

/// A state of the eight episodes.
pub const A: usize = 0;
/// The other.
pub const B: usize = 1;

// ANCHOR: predictor
/// Eight episodes (Sutton and Barto 2018, example 6.4): one goes from A to B and ends
/// unpaid, six start in B and are paid 1, one starts in B and isn't.
pub fn predictor() -> Vec<Episode> {
    let mut episodes = vec![Episode::default(); 8];
    episodes[0].push(A, 0.0, Next::Continues(B));
    episodes[0].push(B, 0.0, Next::Terminated);
    for episode in &mut episodes[1..7] {
        episode.push(B, 1.0, Next::Terminated);
    }
    episodes[7].push(B, 0.0, Next::Terminated);
    episodes
}
// ANCHOR_END: predictor

fn one() -> Discount {
    Discount::new(1.0).expect("from 0 to 1")
}

/// Where TD comes to rest. States that never occur keep what `v` says. Shape
/// `[n_states]`.
///
/// # Panics
/// If no episode ends.
pub fn td(episodes: &[Episode], v: &[f64]) -> Vec<f64> {
    let mut batch = BatchTd::new(v.len(), one());
    episodes.iter().for_each(|episode| batch.add(episode));
    let mut v = v.to_vec();
    batch.solve(&mut v).expect("every episode ends");
    v
}

/// Where Monte Carlo comes to rest. States that never occur keep what `v` says. Shape
/// `[n_states]`.
///
/// # Panics
/// If no episode ends.
pub fn monte_carlo(episodes: &[Episode], v: &[f64]) -> Vec<f64> {
    let mut batch = BatchMonteCarlo::new(v.len(), one());
    episodes.iter().for_each(|episode| batch.add(episode));
    let mut v = v.to_vec();
    batch.solve(&mut v).expect("every episode ends");
    v
}

/// Mean errors after batches of one walk, two, …, each with its standard error.
#[derive(Debug, Clone, PartialEq)]
pub struct Errors {
    /// Of TD. Shape `[WALKS]`.
    pub td: Vec<(f64, f64)>,
    /// Of Monte Carlo. Shape `[WALKS]`.
    pub monte_carlo: Vec<(f64, f64)>,
    /// How much larger that of Monte Carlo is on the same batch. Shape `[WALKS]`.
    pub difference: Vec<(f64, f64)>,
}

/// Figure 6.2: root mean squared errors over the places at the fixed points, places not
/// yet visited counting with one half; one run for each seed.
pub fn errors(seeds: Range<u64>) -> Errors {
    let runs: Vec<Vec<[f64; 2]>> = seeds.into_par_iter().map(run).collect();
    let column = |of: fn([f64; 2]) -> f64| {
        let at = |n: usize| runs.iter().map(|run| of(run[n])).collect::<Vec<_>>();
        let summary = |n| (mean(&at(n)), standard_error(&at(n)));
        (0..WALKS).map(summary).collect()
    };
    Errors {
        td: column(|[td, _]| td),
        monte_carlo: column(|[_, mc]| mc),
        difference: column(|[td, mc]| mc - td),
    }
}

fn run(seed: u64) -> Vec<[f64; 2]> {
    let n = PLACES + 2;
    let (mut td, mut mc) = (BatchTd::new(n, one()), BatchMonteCarlo::new(n, one()));
    let error = |walk: &Episode| {
        td.add(walk);
        mc.add(walk);
        let (mut by_td, mut by_mc) = (NAIVE, NAIVE);
        td.solve(&mut by_td).expect("every walk ends");
        mc.solve(&mut by_mc).expect("every walk ends");
        [rms(&by_td), rms(&by_mc)]
    };
    walks(seed).iter().map(error).collect()
}
