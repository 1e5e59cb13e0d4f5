//! Cells with a temper: what they settle at, and what their crowd knows (Dabney et al.
//! 2020).
//!
//! $$V_i \leftarrow V_i + \begin{cases} \eta_i^+\, \delta_i & \delta_i > 0 \\ \eta_i^-\, \delta_i & \text{otherwise} \end{cases} \qquad \delta_i = R - V_i, \qquad \theta_i = \frac{\eta_i^+}{\eta_i^+ + \eta_i^-}$$
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $V_i$ | `v` | what cell $i$ expects: its reversal point | microliters |
//! | $\eta_i^+, \eta_i^-$ | `up`, `down` | step sizes for good and bad news | `[0, 1]` |
//! | $\theta_i$ | `asymmetry` | optimism | `[0, 1]` |
//! | $p_k$ | `probabilities` | chance of amount $k$ | |
//!
//! ```
//! use ch03_dopamine_and_td::distributional::{asymmetries, crowd};
//! let points = crowd(&asymmetries());
//! assert!(points.windows(2).all(|pair| pair[0] < pair[1])); // optimists reverse higher
//! ```

use envs::variable_magnitude::{AMOUNTS, probabilities};
use prob::categorical::sample;
use prob::rng::{Role, stream};
use rl::distributional::{self, Decoded};

/// Cells of the crowd.
pub const CELLS: usize = 40;
/// Amounts that a crowd meets while it learns.
pub const MET: usize = 40_000;
/// Sum of the two step sizes of a cell.
pub const TOTAL: f64 = 0.02;

/// A cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// What it expects.
    pub v: f64,
    /// Step size for good news.
    pub up: f64,
    /// Step size for bad news.
    pub down: f64,
}

impl Cell {
    /// A cell with this asymmetry that expects nothing.
    pub fn new(asymmetry: f64) -> Self {
        Self { v: 0.0, up: asymmetry * TOTAL, down: (1.0 - asymmetry) * TOTAL }
    }

    // ANCHOR: update
    /// Learns from an amount.
    pub fn update(&mut self, amount: f64) {
        let error = amount - self.v;
        let step_size = if error > 0.0 { self.up } else { self.down };
        self.v += step_size * error;
    }
    // ANCHOR_END: update

    /// The mean change by an update, if amounts come with `probabilities`.
    pub fn drift(self, amounts: &[f64], probabilities: &[f64]) -> f64 {
        let change = |&amount: &f64| {
            let mut cell = self;
            cell.update(amount);
            cell.v - self.v
        };
        amounts.iter().map(change).zip(probabilities).map(|(change, p)| p * change).sum()
    }
}

/// 40 tempers, evenly from 1/80 to 79/80.
pub fn asymmetries() -> Vec<f64> {
    (0..CELLS).map(|i| (i as f64 + 0.5) / CELLS as f64).collect()
}

/// Where cells of these tempers settle, moved by their mean changes so often that the
/// slowest has arrived. Shape `[n_cells]`, in microliters.
pub fn crowd(asymmetries: &[f64]) -> Vec<f64> {
    const ROUNDS: usize = 30_000;
    let p = probabilities();
    let settle = |&asymmetry: &f64| {
        let mut cell = Cell::new(asymmetry);
        for _ in 0..ROUNDS {
            cell.v += cell.drift(&AMOUNTS, &p);
        }
        cell.v
    };
    asymmetries.iter().map(settle).collect()
}

/// Reversal points of cells that meet `met` amounts, averaged over the second half of
/// them. Shape `[n_cells]`, in microliters.
pub fn sampled(asymmetries: &[f64], met: usize, seed: u64) -> Vec<f64> {
    let p = probabilities();
    let mut rng = stream(seed, Role::World, 0);
    let mut cells: Vec<Cell> = asymmetries.iter().map(|&a| Cell::new(a)).collect();
    let mut means = vec![0.0; cells.len()];
    let half = met / 2;
    for trial in 0..2 * half {
        let amount = AMOUNTS[sample(&p, &mut rng)];
        for (cell, mean) in cells.iter_mut().zip(&mut means) {
            cell.update(amount);
            *mean += if trial < half { 0.0 } else { cell.v / half as f64 };
        }
    }
    means
}

// ANCHOR: decode
/// The distribution over the seven amounts that puts all cells at rest, or as near to it
/// as can be.
pub fn decode(reversal_points: &[f64], asymmetries: &[f64]) -> Decoded {
    // In microliters squared; the amounts are of order 10.
    const TOLERANCE: f64 = 1e-12;
    distributional::decode(reversal_points, asymmetries, &AMOUNTS, TOLERANCE)
        .expect("as many points as asymmetries")
}
// ANCHOR_END: decode

/// The largest error of decoded probabilities.
pub fn largest_error(decoded: &Decoded) -> f64 {
    let pairs = decoded.probabilities.iter().zip(probabilities());
    pairs.map(|(found, p)| (found - p).abs()).fold(0.0, f64::max)
}
