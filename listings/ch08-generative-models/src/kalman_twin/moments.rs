//! Mean and variance of a belief about places.

use super::{Gaussian, place};

/// Normalizes a belief about places, and takes its mean and variance.
pub fn moments(belief: &mut [f64]) -> Gaussian {
    let total: f64 = belief.iter().sum();
    belief.iter_mut().for_each(|q| *q /= total);
    let sum = |f: &dyn Fn(f64) -> f64| {
        belief.iter().enumerate().map(|(s, q)| q * f(place(s))).sum::<f64>()
    };
    let mean = sum(&|x| x);
    Gaussian { mean, variance: sum(&|x| (x - mean) * (x - mean)) }
}
