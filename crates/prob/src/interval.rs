//! Summaries of a sample, and 95% intervals around them.
//!
//! The percentile bootstrap (Efron and Tibshirani 1993, chapter 13) draws samples of the
//! same size with replacement, computes the statistic of each, and reports the range that
//! holds the middle 95% of them. A share of successes has an exact interval (Clopper and
//! Pearson 1934), which stays honest when nobody or everybody succeeds.

use rand::RngExt;

use crate::math::{exp, ln, sqrt};
use crate::rng::{Role, stream};

/// Resamples that figures and claims use unless they say otherwise.
pub const RESAMPLES: usize = 2000;

/// A closed 95% interval, in the unit of the sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// Whether `x` lies inside, ends included.
    pub fn contains(&self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }
}

/// The arithmetic mean.
///
/// # Panics
/// If `values` is empty.
pub fn mean(values: &[f64]) -> f64 {
    assert!(!values.is_empty(), "mean of no values");
    values.iter().sum::<f64>() / values.len() as f64
}

/// The standard error of the mean: the sample's standard deviation (with $n - 1$) over
/// $\sqrt n$.
///
/// # Panics
/// If there are fewer than two values.
///
/// ```
/// // Deviations -1, 0, 1: variance 1.
/// let error = prob::interval::standard_error(&[1.0, 2.0, 3.0]);
/// assert!((error * error - 1.0 / 3.0).abs() < 1e-12);
/// ```
pub fn standard_error(values: &[f64]) -> f64 {
    assert!(values.len() > 1, "a standard error of {} values", values.len());
    let n = values.len() as f64;
    let mean = mean(values);
    let squares = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
    sqrt(squares / (n - 1.0) / n)
}

/// The median: the middle value, or the mean of the middle two.
///
/// # Panics
/// If `values` is empty or holds a NaN.
pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// The `q` quantile with linear interpolation between order statistics (Hyndman and Fan
/// 1996, type 7); `q` from 0 to 1.
///
/// # Panics
/// If `values` is empty or holds a NaN, or if `q` lies outside 0 to 1.
///
/// ```
/// assert_eq!(prob::interval::quantile(&[4.0, 1.0, 3.0, 2.0], 0.25), 1.75);
/// ```
pub fn quantile(values: &[f64], q: f64) -> f64 {
    assert!(values.iter().all(|v| !v.is_nan()), "quantile of a NaN");
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    quantile_of_sorted(&sorted, q)
}

fn quantile_of_sorted(sorted: &[f64], q: f64) -> f64 {
    assert!(!sorted.is_empty(), "quantile of no values");
    assert!((0.0..=1.0).contains(&q), "quantile {q} lies outside 0 to 1");
    let position = q * (sorted.len() - 1) as f64;
    let (below, above) = (position.floor() as usize, position.ceil() as usize);
    // Equal neighbours give themselves, also when they are infinite.
    if sorted[below] == sorted[above] {
        return sorted[below];
    }
    sorted[below] + (position - position.floor()) * (sorted[above] - sorted[below])
}

/// Bootstrap interval of the mean; see [`bootstrap`].
///
/// ```
/// let values: Vec<f64> = (0..100).map(f64::from).collect();
/// let interval = prob::interval::bootstrap_mean(&values, prob::interval::RESAMPLES, 0);
/// assert!(interval.contains(49.5) && !interval.contains(58.0));
/// ```
///
/// # Panics
/// If `values` or the number of resamples is 0.
pub fn bootstrap_mean(values: &[f64], resamples: usize, seed: u64) -> Interval {
    bootstrap(values, mean, resamples, seed)
}

/// Bootstrap interval of the median; see [`bootstrap`].
///
/// # Panics
/// If `values` or the number of resamples is 0.
pub fn bootstrap_median(values: &[f64], resamples: usize, seed: u64) -> Interval {
    bootstrap(values, median, resamples, seed)
}

/// Percentile bootstrap of any `statistic`: its 2.5% and 97.5% quantiles over `resamples`
/// samples drawn from `values` with replacement. The same `seed` gives the same interval.
/// For a paired comparison, pass the differences.
///
/// # Panics
/// If `values` or the number of resamples is 0.
pub fn bootstrap(
    values: &[f64],
    statistic: impl Fn(&[f64]) -> f64,
    resamples: usize,
    seed: u64,
) -> Interval {
    assert!(!values.is_empty(), "bootstrap of no values");
    assert!(resamples > 0, "bootstrap with no resamples");
    let mut rng = stream(seed, Role::Bootstrap, 0);
    let mut sample = vec![0.0; values.len()];
    let mut statistics: Vec<f64> = (0..resamples)
        .map(|_| {
            sample.fill_with(|| values[rng.random_range(0..values.len())]);
            statistic(&sample)
        })
        .collect();
    statistics.sort_unstable_by(f64::total_cmp);
    Interval {
        low: quantile_of_sorted(&statistics, 0.025),
        high: quantile_of_sorted(&statistics, 0.975),
    }
}

/// Exact (Clopper-Pearson) interval of a chance of success, from `successes` in `trials`.
///
/// Its ends are the chances under which a result at least this extreme has probability
/// 2.5%.
///
/// # Panics
/// If there are no trials, or more successes than trials.
///
/// ```
/// let nobody = prob::interval::exact_binomial(0, 20);
/// assert_eq!(nobody.low, 0.0);
/// assert!((nobody.high - 0.1684).abs() < 1e-4);
/// ```
pub fn exact_binomial(successes: usize, trials: usize) -> Interval {
    assert!(trials > 0, "binomial interval of no trials");
    assert!(successes <= trials, "{successes} successes in {trials} trials");
    let low = if successes == 0 {
        0.0
    } else {
        solve(|p| at_least(successes, trials, p) < 0.025)
    };
    let high = if successes == trials {
        1.0
    } else {
        solve(|p| 1.0 - at_least(successes + 1, trials, p) > 0.025)
    };
    Interval { low, high }
}

/// The point from 0 to 1 where `below` turns from true to false.
fn solve(below: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if below(middle) { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// The chance of at least `successes` in `trials`, each with chance `p` strictly between
/// 0 and 1.
fn at_least(successes: usize, trials: usize, p: f64) -> f64 {
    let log_choose = |k: usize| {
        libm::lgamma(trials as f64 + 1.0)
            - libm::lgamma(k as f64 + 1.0)
            - libm::lgamma((trials - k) as f64 + 1.0)
    };
    (successes..=trials)
        .map(|k| {
            exp(log_choose(k) + k as f64 * ln(p) + (trials - k) as f64 * ln(1.0 - p))
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_constant_sample_has_an_interval_of_width_zero() {
        assert_eq!(bootstrap_mean(&[3.0; 30], 100, 0), Interval { low: 3.0, high: 3.0 });
        assert_eq!(
            bootstrap_median(&[3.0; 30], 100, 0),
            Interval { low: 3.0, high: 3.0 }
        );
    }

    #[test]
    fn intervals_of_the_mean_cover_it_about_as_often_as_they_say() {
        // 400 samples of 50 uniform draws. The percentile bootstrap at n = 50 covers a
        // little under 95%: 93 to 94%. Standard error of the share at 0.94 with n = 400:
        // 0.012, so 4 of them are 0.048.
        let covered = (0..400).filter(|&seed| {
            let mut rng = stream(seed, Role::World, 0);
            let values: Vec<f64> = (0..50).map(|_| rng.random::<f64>()).collect();
            bootstrap_mean(&values, 400, seed).contains(0.5)
        });
        let share = covered.count() as f64 / 400.0;
        assert!((share - 0.94).abs() < 0.048, "covered {share}");
    }

    #[test]
    fn exact_intervals_agree_with_published_values() {
        // Clopper and Pearson (1934); values as printed by R's binom.test.
        let interval = exact_binomial(7, 20);
        assert!(
            (interval.low - 0.153_909_2).abs() < 1e-6
                && (interval.high - 0.592_188_5).abs() < 1e-6,
            "{interval:?}"
        );
        assert_eq!(exact_binomial(20, 20).high, 1.0);
    }

    #[test]
    fn quantiles_interpolate() {
        let values = [10.0, 0.0, 30.0, 20.0];
        assert_eq!(quantile(&values, 0.0), 0.0);
        assert_eq!(median(&values), 15.0);
        assert_eq!(quantile(&values, 1.0), 30.0);
        assert_eq!(quantile(&[f64::INFINITY; 3], 0.4), f64::INFINITY);
    }

    proptest! {
        #[test]
        fn an_interval_lies_inside_the_sample(values in prop::collection::vec(-1e3..1e3_f64, 1..40), seed: u64) {
            let (least, most) = (quantile(&values, 0.0), quantile(&values, 1.0));
            for interval in [bootstrap_mean(&values, 50, seed), bootstrap_median(&values, 50, seed)] {
                prop_assert!(interval.low <= interval.high);
                prop_assert!(least - 1e-9 <= interval.low && interval.high <= most + 1e-9);
            }
        }

        #[test]
        fn an_exact_interval_contains_the_observed_share(trials in 1..200_usize, share in 0.0..=1.0_f64) {
            let successes = (share * trials as f64) as usize;
            prop_assert!(exact_binomial(successes, trials).contains(successes as f64 / trials as f64));
        }
    }
}
