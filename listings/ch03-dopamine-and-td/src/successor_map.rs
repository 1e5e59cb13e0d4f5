//! An error for each place: the successor representation (Dayan 1993).
//!
//! $$\delta_t(s') = \mathbb 1[s' = s_t] + \gamma_d\, M[s_{t+1}, s'] - M[s_t, s'], \qquad M[s_t, s'] \leftarrow M[s_t, s'] + \eta\, \delta_t(s')$$
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $M[s, s']$ | `m[(s, visited)]` | discounted visits to `visited` that are to come from `s` on | visits |
//! | $\delta_t(s')$ | `error` | how much more or less than expected | visits |
//! | $\gamma_d$, $\eta$ | `discount`, `step_size` | discount, step size | `[0, 1]` |
//!
//! A row is a forecast, a column is a place field: where from a place is in prospect.
//!
//! ```
//! use ch03_dopamine_and_td::successor_map::{PLACES, center, field, laps};
//! let maps = laps(20);
//! let (first, last) = (&maps[1], &maps[20]);
//! assert!(center(&field(last, PLACES / 2)) < center(&field(first, PLACES / 2)));
//! ```

use ndarray::Array2;
use rl::successor::{self, SuccessorMatrix};
use rl::{Discount, Mdp, Policy};

/// Places of the track.
pub const PLACES: usize = 20;
/// The discount.
pub const DISCOUNT: f64 = 0.9;
/// The step size.
pub const STEP_SIZE: f64 = 0.2;
/// Laps of the experiment.
pub const LAPS: usize = 50;

// ANCHOR: update
/// Learns from a step from `s` to `s_next`, or to the end. `m` has shape `[n, n]`.
pub fn update(m: &mut Array2<f64>, s: usize, s_next: Option<usize>) {
    for visited in 0..m.ncols() {
        let here = if visited == s { 1.0 } else { 0.0 };
        let ahead = s_next.map_or(0.0, |s_next| m[(s_next, visited)]);
        let error = here + DISCOUNT * ahead - m[(s, visited)];
        m[(s, visited)] += STEP_SIZE * error;
    }
}
// ANCHOR_END: update

/// Maps after each of so many laps on a one-way track; the first entry before all of
/// them, when the animal knows where it is and nothing else.
pub fn laps(n: usize) -> Vec<Array2<f64>> {
    let mut maps = vec![Array2::eye(PLACES)];
    for lap in 0..n {
        let mut m = maps[lap].clone();
        for s in 0..PLACES {
            update(&mut m, s, Some(s + 1).filter(|&s| s < PLACES));
        }
        maps.push(m);
    }
    maps
}

/// The place field of `visited`: a column of the map. Shape `[n]`.
pub fn field(m: &Array2<f64>, visited: usize) -> Vec<f64> {
    m.column(visited).to_vec()
}

/// The mean place of a field, each place weighted by its height.
pub fn center(field: &[f64]) -> f64 {
    let weighted = field.iter().enumerate().map(|(s, x)| s as f64 * x);
    weighted.sum::<f64>() / field.iter().sum::<f64>()
}

/// The exact map of the one-way track, whose end counts as no place. Shape `[PLACES + 1,
/// PLACES + 1]`, with a last row and column of 0.
pub fn one_way() -> SuccessorMatrix {
    let track = Mdp::new(&envs::track::one_way(PLACES, 1.0)).expect("a world");
    successor::exact(&track, &Policy::uniform(&track), discount()).expect("below 1")
}

/// The exact map of walks in both directions on a ring of as many places.
pub fn both_ways() -> SuccessorMatrix {
    let ring = Mdp::new(&envs::graph::ring(PLACES)).expect("a world");
    successor::exact(&ring, &Policy::uniform(&ring), discount()).expect("below 1")
}

fn discount() -> Discount {
    Discount::new(DISCOUNT).expect("from 0 to 1")
}
