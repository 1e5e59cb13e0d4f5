//! A minimum that isn't the posterior: free energy along a slice that misses it.
//!
//! To draw $F$ over one axis, let one number $p$ stand for the belief and share the rest
//! evenly:
//! $$q_p = \Bigl(p, \tfrac{1 - p}{2}, \tfrac{1 - p}{2}\Bigr)$$
//! If the posterior's last two entries differ, it is not among these, and the lowest
//! point of the curve lies above the surprise. Where the slope is 0,
//! $$p = \frac{p(o, 1)}{p(o, 1) + 2 \sqrt{p(o, 2)\, p(o, 3)}}$$
//! in which the geometric mean of two joint probabilities stands where Bayes has the
//! arithmetic one.
//!
//! | book      | code    | meaning                                   | shape |
//! |-----------|---------|-------------------------------------------|-------|
//! | $p$       | `p`     | probability of the first cause            |       |
//! | $q_p$     | `slice(p)` | the belief that $p$ stands for         | `[3]` |
//! | $p(o, s)$ | `joint` | of the sound heard and each cause         | `[3]` |
//!
//! ```
//! use ch08_generative_models::wrong_slice::{lowest, slice};
//!
//! assert_eq!(slice(0.5), [0.5, 0.25, 0.25]);
//! // Where the last two are equal, the slice runs through the posterior.
//! assert!((lowest(&[0.3, 0.1, 0.1]).p - 0.6).abs() < 1e-12);
//! ```

use prob::math::sqrt;

use crate::free_energy::free_energy;

// ANCHOR: slice
/// The belief that has `p` for the first of three states and shares the rest evenly.
pub fn slice(p: f64) -> [f64; 3] {
    [p, (1.0 - p) / 2.0, (1.0 - p) / 2.0]
}

/// A point of the curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Probability of the first state.
    pub p: f64,
    /// $F$ there, in nats.
    pub free_energy: f64,
}

/// The curve at `points` values of `p` from 0 to 1, two at least.
pub fn curve(joint: &[f64; 3], points: usize) -> Vec<Point> {
    let ps = (0..points).map(|i| i as f64 / (points - 1) as f64);
    ps.map(|p| Point { p, free_energy: free_energy(&slice(p), joint) }).collect()
}

/// Its lowest point.
pub fn lowest(joint: &[f64; 3]) -> Point {
    let p = joint[0] / (joint[0] + 2.0 * sqrt(joint[1] * joint[2]));
    Point { p, free_energy: free_energy(&slice(p), joint) }
}
// ANCHOR_END: slice
