//! Sudden or gradual? Two measures, for one cat and for the average of many.
//!
//! A cat that has understood never falls back: count its slow trials after its first two
//! quick ones. For a curve $c_k$ of mean $\ln$ latency over $n$ trials, take the share of
//! the steepest one, $\max_k (c_k - c_{k+1}) / (c_1 - c_n)$. The second is for averages
//! only, and averages hide the steps of each cat.
//!
//! ```
//! use ch01_behaving_animal::sudden_or_gradual::{largest_drop, relapses};
//! assert_eq!(relapses(&[90.0, 8.0, 9.0, 40.0, 7.0], 15.0), Some(1));
//! assert_eq!(largest_drop(&[5.0, 2.0, 1.0]), 0.75);
//! ```

/// How often a cat was slow again after two quick trials in a row; none if it never had
/// two. A cat that has understood never is.
///
/// `quick` is in seconds. It takes one cat at a time: an average over cats would hide the
/// steps of each.
// ANCHOR: relapses
pub fn relapses(latencies: &[f64], quick: f64) -> Option<usize> {
    let knows_how =
        latencies.windows(2).position(|pair| pair.iter().all(|&l| l <= quick))?;
    Some(latencies[knows_how..].iter().filter(|&&l| l > quick).count())
}
// ANCHOR_END: relapses

// ANCHOR: largest_drop
/// The share of a curve's whole fall that its steepest single trial accounts for. `curve`
/// is a mean of $\ln$ seconds by trial.
pub fn largest_drop(curve: &[f64]) -> f64 {
    let steepest =
        curve.windows(2).map(|pair| pair[0] - pair[1]).fold(f64::NEG_INFINITY, f64::max);
    steepest / (curve[0] - curve[curve.len() - 1])
}
// ANCHOR_END: largest_drop
