//! Elementary functions that give the same bits on every machine.
//!
//! The standard library leaves the last bit of `exp`, `ln` and their kin to the platform.
//! These come from the crate `libm`, which computes them in plain arithmetic, so that a
//! seed means the same run everywhere. The square root is correctly rounded by definition
//! and stands here for completeness.

pub use libm::{atan2, cos, exp, log as ln, pow as powf, sin, sqrt, tanh};

/// $x \ln x$ in nats, exactly 0 at $x = 0$ (its limit), for $x \ge 0$.
///
/// ```
/// assert_eq!(prob::math::xlogx(0.0), 0.0);
/// assert_eq!(prob::math::xlogx(1.0), 0.0);
/// ```
pub fn xlogx(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x * ln(x) }
}

/// $\ln \sum_i e^{x_i}$ without overflow: the largest term is taken out of the sum first.
///
/// Minus infinity for an empty slice and for a slice of minus infinities, as for the
/// logarithm of nothing.
///
/// ```
/// let big = prob::math::log_sum_exp(&[1000.0, 1000.0]);
/// assert!((big - 1000.0 - prob::math::ln(2.0)).abs() < 1e-12);
/// ```
pub fn log_sum_exp(x: &[f64]) -> f64 {
    log_sum_exp_of(x.iter().copied())
}

/// [`log_sum_exp`] of numbers that stand in no slice: goes through `x` twice and stores
/// nothing.
pub fn log_sum_exp_of(x: impl Iterator<Item = f64> + Clone) -> f64 {
    let max = x.clone().fold(f64::NEG_INFINITY, f64::max);
    if max.is_infinite() {
        return max;
    }
    max + ln(x.map(|x| exp(x - max)).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn log_sum_exp_of_nothing_is_minus_infinity() {
        assert_eq!(log_sum_exp(&[]), f64::NEG_INFINITY);
        assert_eq!(log_sum_exp(&[f64::NEG_INFINITY; 3]), f64::NEG_INFINITY);
    }

    #[test]
    fn the_bits_are_pinned() {
        // An update of libm that moved a last bit would change runs: exp(1) lies one bit
        // above the nearest f64, and stays there.
        assert_eq!(exp(1.0).to_bits(), 0x4005_BF0A_8B14_576A);
        assert_eq!(ln(10.0).to_bits(), 0x4002_6BB1_BBB5_5516);
        assert_eq!(sqrt(2.0).to_bits(), 0x3FF6_A09E_667F_3BCD);
    }

    proptest! {
        #[test]
        fn log_sum_exp_shifts_with_its_arguments(x in prop::collection::vec(-50.0..50.0_f64, 1..9), c in -500.0..500.0_f64) {
            let shifted: Vec<f64> = x.iter().map(|x| x + c).collect();
            prop_assert!((log_sum_exp(&shifted) - log_sum_exp(&x) - c).abs() < 1e-9);
        }

        #[test]
        fn xlogx_is_at_least_minus_one_over_e(x in 0.0..1e6_f64) {
            prop_assert!(xlogx(x) >= -exp(-1.0) - 1e-15);
        }
    }
}
