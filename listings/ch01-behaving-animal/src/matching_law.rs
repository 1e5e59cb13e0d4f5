//! Herrnstein's matching law, in Baum's generalized form, and its fit to behavior.
//!
//! $$\ln \frac{n_1}{n_2} = \kappa \ln \frac{f_1}{f_2} + \ln b$$
//!
//! | book | code | meaning |
//! |---|---|---|
//! | $n_1, n_2$ | `presses` | presses on each key |
//! | $f_1, f_2$ | `foods` | foods obtained from each key |
//! | $\kappa$ | `slope` | sensitivity: 1 is matching, less is undermatching |
//! | $\ln b$ | `bias` | bias toward key 1 |
//!
//! The general form is Baum's (1974), who writes $B$, $r$, $a$ and $k$ for $n$, $f$,
//! $\kappa$ and $b$. With $\kappa = b = 1$ it is Herrnstein's (1961):
//! $n_1/(n_1+n_2) = f_1/(f_1+f_2)$.
//!
//! ```
//! use ch01_behaving_animal::matching_law::fit;
//! let (slope, bias) = fit(&[(-1.0, -0.7), (0.0, 0.1), (1.0, 0.9)]);
//! assert!((slope - 0.8).abs() < 1e-12 && (bias - 0.1).abs() < 1e-12);
//! ```

use prob::math::ln;

/// One animal on one pair of schedules.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Seed of the animal.
    pub seed: u64,
    /// Index of the pair in the experiment's list.
    pub pair: usize,
    /// Recorded presses on each key.
    pub presses: [u32; 2],
    /// Recorded foods from each key.
    pub foods: [u32; 2],
    /// How often one key was pressed next after the other.
    pub switches: u32,
}

impl Row {
    /// $(\ln f_1/f_2, \ln n_1/n_2)$; half a count is added to each so that a key never
    /// tried has a logarithm.
    // ANCHOR: log_ratios
    pub fn log_ratios(&self) -> (f64, f64) {
        let log_ratio =
            |[one, two]: [u32; 2]| ln((f64::from(one) + 0.5) / (f64::from(two) + 0.5));
        (log_ratio(self.foods), log_ratio(self.presses))
    }
    // ANCHOR_END: log_ratios

    /// Share of the presses that went to key 1.
    pub fn preference(&self) -> f64 {
        f64::from(self.presses[0]) / f64::from(self.presses[0] + self.presses[1])
    }
}

// ANCHOR: fit
/// Least squares through points $(x, y)$: slope and intercept.
///
/// # Panics
/// If there are fewer than two points or all `x` are equal.
pub fn fit(points: &[(f64, f64)]) -> (f64, f64) {
    let n = points.len() as f64;
    let (mean_x, mean_y) = (
        points.iter().map(|p| p.0).sum::<f64>() / n,
        points.iter().map(|p| p.1).sum::<f64>() / n,
    );
    // ANCHOR: line
    let covariance: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let variance: f64 = points.iter().map(|(x, _)| (x - mean_x) * (x - mean_x)).sum();
    assert!(variance > 0.0, "a line needs two different x, got {points:?}");
    let slope = covariance / variance;
    (slope, mean_y - slope * mean_x)
    // ANCHOR_END: line
}
// ANCHOR_END: fit

/// Slope and bias of each animal, in the order of the seeds; `rows` come animal by
/// animal.
pub fn fits(rows: &[Row]) -> Vec<(f64, f64)> {
    let line = |rows: &[Row]| fit(&rows.iter().map(Row::log_ratios).collect::<Vec<_>>());
    rows.chunk_by(|a, b| a.seed == b.seed).map(line).collect()
}
