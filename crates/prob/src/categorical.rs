//! Distributions over finitely many outcomes, as slices of probabilities.

use rand::{Rng, RngExt};
use thiserror::Error;

use crate::math::{exp, ln, log_sum_exp, xlogx};

/// How far the sum of a distribution may lie from 1.
pub const SUM_TOLERANCE: f64 = 1e-9;

/// Why an array is not a distribution: the array and the column are the caller's, the
/// rest is what was found there.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum CategoricalError {
    /// No outcome at all.
    #[error("{array}, column {column}: no outcomes")]
    Empty {
        /// Name of the array.
        array: String,
        /// Which of its columns.
        column: usize,
    },
    /// An entry is negative or not a finite number.
    #[error(
        "{array}, column {column}: entry {index} is {value}, and a probability is finite and at least 0"
    )]
    BadEntry {
        /// Name of the array.
        array: String,
        /// Which of its columns.
        column: usize,
        /// Position in the column.
        index: usize,
        /// What stands there.
        value: f64,
    },
    /// The entries do not sum to 1.
    #[error("{array}, column {column}: sums to {sum}, not to 1")]
    BadSum {
        /// Name of the array.
        array: String,
        /// Which of its columns.
        column: usize,
        /// What it sums to.
        sum: f64,
    },
}

/// Checks that `p` is a distribution: finite, nowhere negative, sum 1 within
/// [`SUM_TOLERANCE`].
///
/// `array` and `column` only name the place in the message.
///
/// # Errors
/// [`CategoricalError`], naming the array, the column, and the entry or the sum.
///
/// ```
/// let error = prob::categorical::check(&[0.5, 0.2], "transition", 3).unwrap_err();
/// assert_eq!(error.to_string(), "transition, column 3: sums to 0.7, not to 1");
/// ```
pub fn check(p: &[f64], array: &str, column: usize) -> Result<(), CategoricalError> {
    let array = || array.to_owned();
    if p.is_empty() {
        return Err(CategoricalError::Empty { array: array(), column });
    }
    if let Some((index, &value)) =
        p.iter().enumerate().find(|(_, p)| !p.is_finite() || **p < 0.0)
    {
        return Err(CategoricalError::BadEntry { array: array(), column, index, value });
    }
    let sum: f64 = p.iter().sum();
    if (sum - 1.0).abs() > SUM_TOLERANCE {
        return Err(CategoricalError::BadSum { array: array(), column, sum });
    }
    Ok(())
}

/// Draws an index with the probabilities `p`: one draw, no allocation, never an index of
/// probability 0.
///
/// # Panics
/// If no entry of `p` is positive.
///
/// ```
/// use prob::{categorical::sample, rng::{Role, stream}};
/// assert_eq!(sample(&[0.0, 1.0, 0.0], &mut stream(0, Role::Agent, 0)), 1);
/// ```
pub fn sample<R: Rng + ?Sized>(p: &[f64], rng: &mut R) -> usize {
    sample_from(p.iter().copied(), rng)
}

/// [`sample`] for probabilities that don't lie in a slice of their own.
///
/// # Panics
/// If no probability is positive.
pub fn sample_from<R: Rng + ?Sized>(
    p: impl IntoIterator<Item = f64>,
    rng: &mut R,
) -> usize {
    let mut left: f64 = rng.random();
    let mut last = None;
    for (i, p) in p.into_iter().enumerate().filter(|(_, p)| *p > 0.0) {
        if left < p {
            return i;
        }
        left -= p;
        last = Some(i);
    }
    // Rounding can leave a sliver above the sum; it belongs to the last outcome that can
    // happen.
    last.expect("a distribution has a positive entry")
}

/// Writes the softmax of `logits` to `out`: $\mathrm{out}_i = e^{x_i} / \sum_j e^{x_j}$.
///
/// A logit of minus infinity gets probability 0. Divide by the temperature before
/// calling.
///
/// # Panics
/// If the lengths differ or no logit is finite.
pub fn softmax(logits: &[f64], out: &mut [f64]) {
    assert_eq!(logits.len(), out.len(), "softmax writes one probability a logit");
    let normalizer = log_sum_exp(logits);
    assert!(
        normalizer.is_finite(),
        "softmax needs a finite largest logit, got {logits:?}"
    );
    for (p, &x) in out.iter_mut().zip(logits) {
        *p = exp(x - normalizer);
    }
}

/// Entropy $\mathrm H\[p\] = -\sum_i p_i \ln p_i$ in nats, with $0 \ln 0 = 0$ exactly.
pub fn entropy(p: &[f64]) -> f64 {
    -p.iter().map(|&p| xlogx(p)).sum::<f64>()
}

/// Divergence $\mathrm{KL}\[p \,\|\, q\] = \sum_i p_i \ln (p_i / q_i)$ in nats; infinite
/// where $p$ allows what $q$ forbids.
///
/// # Panics
/// If the lengths differ.
pub fn kl(p: &[f64], q: &[f64]) -> f64 {
    assert_eq!(p.len(), q.len(), "KL compares distributions over the same outcomes");
    let term = |(&p, &q): (&f64, &f64)| if p == 0.0 { 0.0 } else { p * (ln(p) - ln(q)) };
    p.iter().zip(q).map(term).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Role, stream};
    use proptest::prelude::*;

    fn distribution() -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec(-30.0..30.0_f64, 1..8).prop_map(|logits| {
            let mut p = vec![0.0; logits.len()];
            softmax(&logits, &mut p);
            p
        })
    }

    #[test]
    fn errors_name_array_column_and_value() {
        let message = |p: &[f64]| check(p, "B", 2).unwrap_err().to_string();
        assert_eq!(message(&[]), "B, column 2: no outcomes");
        assert_eq!(
            message(&[1.5, -0.5]),
            "B, column 2: entry 1 is -0.5, and a probability is finite and at least 0"
        );
        assert_eq!(message(&[0.5, 0.25]), "B, column 2: sums to 0.75, not to 1");
        assert_eq!(check(&[0.5, 0.5], "B", 2), Ok(()));
    }

    #[test]
    fn frequencies_agree_with_the_probabilities() {
        let p = [0.1, 0.0, 0.6, 0.3];
        let mut rng = stream(0, Role::World, 0);
        let mut counts = [0.0; 4];
        for _ in 0..40_000 {
            counts[sample(&p, &mut rng)] += 1.0;
        }
        for (i, (&count, &p)) in counts.iter().zip(&p).enumerate() {
            // Four standard errors of a binomial proportion with n = 40000.
            let tolerance = 4.0 * (p * (1.0 - p) / 40_000.0_f64).sqrt();
            assert!(
                (count / 40_000.0 - p).abs() <= tolerance,
                "outcome {i}: {count} of 40000, expected {p}"
            );
        }
    }

    #[test]
    fn kl_of_a_forbidden_outcome_is_infinite_and_of_an_absent_one_is_not() {
        assert_eq!(kl(&[0.5, 0.5], &[1.0, 0.0]), f64::INFINITY);
        assert_eq!(kl(&[1.0, 0.0], &[0.5, 0.5]), ln(2.0));
    }

    proptest! {
        #[test]
        fn a_softmax_is_a_distribution(p in distribution()) {
            prop_assert!(check(&p, "softmax", 0).is_ok());
        }

        #[test]
        fn softmax_ignores_a_constant(logits in prop::collection::vec(-30.0..30.0_f64, 1..8), c in -100.0..100.0_f64) {
            let (mut p, mut shifted) = (vec![0.0; logits.len()], vec![0.0; logits.len()]);
            softmax(&logits, &mut p);
            softmax(&logits.iter().map(|x| x + c).collect::<Vec<_>>(), &mut shifted);
            prop_assert!(p.iter().zip(&shifted).all(|(a, b)| (a - b).abs() < 1e-12));
        }

        #[test]
        fn entropy_lies_between_zero_and_the_logarithm_of_the_count(p in distribution()) {
            let h = entropy(&p);
            prop_assert!(h >= -1e-12 && h <= ln(p.len() as f64) + 1e-12, "entropy {} of {:?}", h, p);
        }

        #[test]
        fn kl_is_nowhere_negative_and_zero_at_home(p in distribution(), seed: u64) {
            let mut rng = stream(seed, Role::Init, 0);
            let logits: Vec<f64> = p.iter().map(|_| rng.random::<f64>()).collect();
            let mut q = vec![0.0; p.len()];
            softmax(&logits, &mut q);
            prop_assert!(kl(&p, &q) >= -1e-12);
            prop_assert_eq!(kl(&p, &p), 0.0);
        }

        #[test]
        fn an_impossible_outcome_is_never_drawn(mut p in distribution(), seed: u64) {
            p.push(0.0);
            prop_assert!(sample(&p, &mut stream(seed, Role::World, 0)) < p.len() - 1);
        }
    }
}
