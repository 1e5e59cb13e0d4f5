//! Novelty: what an observation will tell about the model itself.
//!
//! A column of $A$ or $B$ is unknown, and Dirichlet counts say how well (see
//! [`learning`](crate::learning)). One more observation from it is worth, in advance,
//!
//! $$I_\theta = \mathrm E_{o}\, \mathrm{KL}\[p(\theta \mid o) \,\|\, p(\theta)\] = \sum_o
//! \bar p_o \bigl\[\psi(a_o + 1) - \psi(a_0 + 1) - \ln \bar p_o\bigr\]$$
//!
//! nats, where $\bar p_o = a_o / a_0$ is what is expected of the column. (The entropy of
//! $\bar p$ less the expected entropy of $\theta$, which is $\psi(a_0 + 1) - \sum_o \bar
//! p_o \psi(a_o + 1)$.) For large counts it tends to $(K - 1) / 2 a_0$.
//!
//! | book          | code                 | meaning                             |
//! |---------------|----------------------|-------------------------------------|
//! | $a_o$         | `counts`             | Dirichlet counts of a column        |
//! | $a_0$         | `total`              | their sum                           |
//! | $\psi$        | [`digamma`]          | derivative of $\ln \Gamma$          |
//! | $I_\theta$    | [`of_column`]        | expected information, nats          |
//!
//! Two other forms are in use. SPM replaces the bracket by [`spm_weight`], whose
//! expectation is a count bonus; SPM and pymdp alike weigh it with the product $q(o)
//! q(s)$ in place of the joint distribution, [`of_product`], which rewards looking at
//! what is known as soon as the state is not.

use prob::math::ln;

use crate::Belief;
use crate::learning::Dirichlet;
use crate::walk::for_each_joint;

/// $\psi(x)$, the derivative of $\ln \Gamma(x)$, for $x > 0$, to about 14 digits.
///
/// By $\psi(x) = \psi(x + 1) - 1 / x$ until the asymptotic series is exact.
///
/// ```
/// use aif::novelty::digamma;
/// // Minus Euler's constant.
/// assert!((digamma(1.0) + 0.577_215_664_901_532_9).abs() < 1e-14);
/// assert!((digamma(2.5) - digamma(1.5) - 1.0 / 1.5).abs() < 1e-14);
/// ```
pub fn digamma(mut x: f64) -> f64 {
    let mut sum = 0.0;
    while x < 10.0 {
        sum -= 1.0 / x;
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    // Bernoulli numbers B_2k / 2k.
    let series = [
        1.0 / 12.0,
        -1.0 / 120.0,
        1.0 / 252.0,
        -1.0 / 240.0,
        1.0 / 132.0,
        -691.0 / 32_760.0,
        1.0 / 12.0,
    ];
    let tail = series.iter().rev().fold(0.0, |tail, c| y * (c + tail));
    sum + ln(x) - 0.5 / x - tail
}

/// $\psi(a + 1) - \psi(a_0 + 1) - \ln (a / a_0)$: what outcome `count` of a column tells,
/// in nats, before it is weighed with its probability.
pub fn weight(count: f64, total: f64) -> f64 {
    digamma(count + 1.0) - digamma(total + 1.0) - ln(count / total)
}

/// SPM's $\tfrac12 (1 / a - 1 / a_0)$ in place of [`weight`]; weighed with $a / a_0$ it
/// sums to $(K - 1) / 2 a_0$.
pub fn spm_weight(count: f64, total: f64) -> f64 {
    0.5 * (1.0 / count - 1.0 / total)
}

/// The expected information $I_\theta$ of one observation about its column, in nats; 0
/// for a column without counts. A count of 0 is a structural zero and tells nothing.
///
/// ```
/// use aif::novelty::of_column;
/// // The uniform distribution of a coin's bias: ln 2 - 1/2.
/// assert!((of_column(&[1.0, 1.0]) - 0.193_147_180_559_945_3).abs() < 1e-14);
/// // What is known well, or for sure, tells little or nothing.
/// assert!(of_column(&[500.0, 500.0]) < 1e-3);
/// assert_eq!(of_column(&[3.0, 0.0]), 0.0);
/// ```
pub fn of_column(counts: &[f64]) -> f64 {
    let possible = || counts.iter().filter(|count| **count > 0.0);
    if possible().count() < 2 {
        return 0.0;
    }
    let total: f64 = possible().sum();
    let information: f64 =
        possible().map(|count| count / total * weight(*count, total)).sum();
    information.max(0.0)
}

/// The form of SPM and pymdp: $\sum_{o, s} q(o)\, q(s)\, w(a_{os}, a_{0s})$ with
/// `weight` $w$, as if outcome and state were independent.
///
/// `values` is $q(o)$, or $q(s')$ where `counts` are those of a transition;
/// `belief(axis)` is the distribution of a parent.
///
/// # Panics
/// If the shapes differ, or there is no such action.
pub fn of_product<'q>(
    counts: &Dirichlet,
    action: usize,
    belief: impl Fn(usize) -> &'q [f64] + Copy,
    values: &[f64],
    weight: impl Fn(f64, f64) -> f64,
) -> f64 {
    let mut sum = 0.0;
    for_each_joint(counts.parent_shape(), belief, |parents, q| {
        let column = counts.column(parents, action);
        assert_eq!(values.len(), column.len(), "one number a value");
        let total: f64 = column.iter().sum();
        for (&count, &p) in column.iter().zip(values).filter(|(count, _)| **count > 0.0) {
            sum += q * p * weight(count, total);
        }
    });
    sum
}

/// [`of_column`] of the columns that independent parents pick, on average: $\sum_s q(s)
/// I_\theta(s)$, in nats. This is the expected information under the joint distribution
/// of outcome and state.
///
/// # Panics
/// If the belief has other factors than the parents are, or there is no such action.
pub fn expected(
    counts: &Dirichlet,
    parents: &[usize],
    action: usize,
    belief: &Belief,
) -> f64 {
    let mut sum = 0.0;
    for_each_joint(
        counts.parent_shape(),
        |axis| belief.factor(parents[axis]),
        |p, q| sum += q * of_column(counts.column(p, action)),
    );
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn digamma_agrees_with_harmonic_numbers() {
        let euler = 0.577_215_664_901_532_9;
        let mut harmonic = 0.0;
        for n in 1..200 {
            assert!((digamma(f64::from(n)) - (harmonic - euler)).abs() < 1e-13, "{n}");
            harmonic += 1.0 / f64::from(n);
        }
        // psi(1/2) = -gamma - 2 ln 2.
        assert!((digamma(0.5) + euler + 2.0 * ln(2.0)).abs() < 1e-13);
    }

    /// Values that another program computed.
    #[test]
    fn novelty_of_coins_is_what_controls_say() {
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        close(of_column(&[1.0, 1.0]), 0.193_147_180_559_945_3);
        close(of_column(&[2.0, 6.0]), 0.056_978_001_761_665_56);
        close(2.0 * 16.0 * of_column(&[8.0, 8.0]), 0.968_810_566_019_026_7);
    }

    proptest! {
        /// The divergence itself: KL between Dirichlet distributions that differ by one
        /// observation, weighed with its probability.
        #[test]
        fn novelty_is_the_expected_divergence(counts in prop::collection::vec(0.05..20.0_f64, 2..6)) {
            let total: f64 = counts.iter().sum();
            // ln of the ratio of normalizers is ln(a0 / ao); the mean of ln theta_o after
            // the observation is psi(ao + 1) - psi(a0 + 1).
            let expected: f64 = counts.iter().map(|&a| {
                a / total * (ln(total / a) + digamma(a + 1.0) - digamma(total + 1.0))
            }).sum();
            let novelty = of_column(&counts);
            prop_assert!((novelty - expected).abs() < 1e-12);
            // It is at most what can be seen, and falls as counts grow.
            prop_assert!(novelty <= ln(counts.len() as f64));
            let more: Vec<f64> = counts.iter().map(|a| 2.0 * a).collect();
            prop_assert!(of_column(&more) < novelty);
        }

        #[test]
        fn spm_weights_sum_to_a_count_bonus(counts in prop::collection::vec(0.05..20.0_f64, 2..6)) {
            let total: f64 = counts.iter().sum();
            let bonus: f64 = counts.iter().map(|&a| a / total * spm_weight(a, total)).sum();
            prop_assert!((bonus - (counts.len() as f64 - 1.0) / (2.0 * total)).abs() < 1e-12);
        }

        #[test]
        fn novelty_tends_to_the_count_bonus(p in 0.2..0.8_f64) {
            let n = 4000.0;
            let novelty = of_column(&[p * n, (1.0 - p) * n]);
            prop_assert!((2.0 * n * novelty - 1.0).abs() < 1e-2);
        }
    }
}
