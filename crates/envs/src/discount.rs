//! The discount, checked once.

use thiserror::Error;

/// The discount $\gamma_d$: what a unit of reward one step later is worth now, from 0 to
/// 1.
///
/// ```
/// assert_eq!(envs::Discount::new(0.9)?.get(), 0.9);
/// assert!(envs::Discount::new(1.1).is_err());
/// # Ok::<(), envs::BadDiscount>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Discount(f64);

/// What [`Discount::new`] says of a number that is no discount.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error("{0} is no discount: it must lie from 0 to 1")]
pub struct BadDiscount(pub f64);

impl Discount {
    /// Checks that `discount` lies from 0 to 1.
    ///
    /// # Errors
    /// [`BadDiscount`] for a number below 0, above 1, or not a number.
    pub fn new(discount: f64) -> Result<Self, BadDiscount> {
        if (0.0..=1.0).contains(&discount) {
            Ok(Self(discount))
        } else {
            Err(BadDiscount(discount))
        }
    }

    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_from_zero_to_one_are_discounts() {
        assert!([0.0, 0.5, 1.0].into_iter().all(|d| Discount::new(d).is_ok()));
        for bad in [-1e-9, 1.0 + 1e-9, f64::NAN, f64::INFINITY] {
            assert!(Discount::new(bad).is_err(), "{bad}");
        }
        assert_eq!(
            Discount::new(1.5).unwrap_err().to_string(),
            "1.5 is no discount: it must lie from 0 to 1"
        );
    }
}
