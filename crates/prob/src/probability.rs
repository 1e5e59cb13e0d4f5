//! A number checked once, so that what takes it cannot fail.

use thiserror::Error;

/// A probability: a number from 0 to 1, both included.
///
/// ```
/// use prob::Probability;
/// assert_eq!(Probability::new(0.25)?.complement().get(), 0.75);
/// assert!(Probability::new(1.5).is_err());
/// # Ok::<(), prob::OutOfRange>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Probability(f64);

/// What [`Probability::new`] says of a number that is not a probability.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error("{0} is no probability: it must lie from 0 to 1")]
pub struct OutOfRange(pub f64);

impl Probability {
    /// Never.
    pub const ZERO: Self = Self(0.0);
    /// Always.
    pub const ONE: Self = Self(1.0);

    /// Checks that `p` lies from 0 to 1.
    ///
    /// # Errors
    /// [`OutOfRange`] for a number below 0, above 1, or not a number.
    pub fn new(p: f64) -> Result<Self, OutOfRange> {
        if (0.0..=1.0).contains(&p) { Ok(Self(p)) } else { Err(OutOfRange(p)) }
    }

    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }

    /// $1 - p$.
    pub fn complement(self) -> Self {
        Self(1.0 - self.0)
    }

    /// True with this probability: one draw, whatever the probability.
    pub fn draw<R: rand::Rng + ?Sized>(self, rng: &mut R) -> bool {
        use rand::RngExt;
        rng.random::<f64>() < self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Role, stream};

    #[test]
    fn only_numbers_from_zero_to_one_pass() {
        assert!([0.0, 0.5, 1.0].into_iter().all(|p| Probability::new(p).is_ok()));
        assert!(
            [-1e-9, 1.0 + 1e-9, f64::NAN, f64::INFINITY]
                .into_iter()
                .all(|p| Probability::new(p).is_err())
        );
        assert_eq!(
            Probability::new(2.0).unwrap_err().to_string(),
            "2 is no probability: it must lie from 0 to 1"
        );
    }

    #[test]
    fn zero_never_happens_and_one_always_does() {
        let mut rng = stream(0, Role::World, 0);
        assert!((0..1000).all(|_| !Probability::ZERO.draw(&mut rng)));
        assert!((0..1000).all(|_| Probability::ONE.draw(&mut rng)));
    }
}
