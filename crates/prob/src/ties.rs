//! The one helper for ties.
//!
//! An argmax that takes the first of equal values hides a preference for the action that
//! happens to be numbered 0.

use rand::{Rng, RngExt};

/// The index of the largest value; among equal largest values, each with the same chance.
///
/// Draws once if there is a tie and not at all otherwise.
///
/// # Panics
/// If `values` is empty or holds a NaN.
///
/// ```
/// use prob::{rng::{Role, stream}, ties::argmax};
/// let mut rng = stream(0, Role::Agent, 0);
/// assert_eq!(argmax(&[0.0, 2.0, 1.0], &mut rng), 1);
/// assert_ne!(argmax(&[3.0, 2.0, 3.0], &mut rng), 1);
/// ```
pub fn argmax<R: Rng + ?Sized>(values: &[f64], rng: &mut R) -> usize {
    assert!(!values.is_empty(), "argmax of no values");
    assert!(values.iter().all(|v| !v.is_nan()), "argmax of a NaN in {values:?}");
    let max = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let ties = values.iter().filter(|&&v| v == max).count();
    let chosen = if ties == 1 { 0 } else { rng.random_range(0..ties) };
    let mut maxima =
        values.iter().enumerate().filter(|&(_, &v)| v == max).map(|(i, _)| i);
    maxima.nth(chosen).expect("chosen is below the number of ties")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Role, stream};
    use proptest::prelude::*;

    #[test]
    fn ties_are_broken_evenly() {
        let mut rng = stream(0, Role::Agent, 0);
        let mut counts = [0_i32; 4];
        for _ in 0..30_000 {
            counts[argmax(&[1.0, 0.0, 1.0, 1.0], &mut rng)] += 1;
        }
        assert_eq!(counts[1], 0);
        // Each count is binomial(30000, 1/3): standard deviation 82, so 4 of them are
        // 328.
        assert!(
            [0, 2, 3].iter().all(|&i| (counts[i] - 10_000).abs() < 328),
            "{counts:?}"
        );
    }

    #[test]
    #[should_panic(expected = "NaN")]
    fn a_nan_is_refused() {
        argmax(&[0.0, f64::NAN], &mut stream(0, Role::Agent, 0));
    }

    proptest! {
        #[test]
        fn nothing_exceeds_the_chosen(values in prop::collection::vec(-3..3_i8, 1..12), seed: u64) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            let i = argmax(&values, &mut stream(seed, Role::Agent, 0));
            prop_assert!(values.iter().all(|&v| v <= values[i]));
        }
    }
}
