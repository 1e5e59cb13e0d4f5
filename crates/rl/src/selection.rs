//! Choosing an action by its value.
//!
//! | book              | code          | meaning                          | unit     |
//! |-------------------|---------------|----------------------------------|----------|
//! | $\mu(a \mid s)$   | `policy`      | chance of action $a$             | `[0, 1]` |
//! | $Q(s, \cdot)$     | `q`           | values of the actions in a state | reward   |
//! | $\varepsilon$     | `epsilon`     | exploration rate                 | `[0, 1]` |
//! | $\tau$            | `temperature` | what difference in value matters | reward   |

use prob::categorical::sample_from;
use prob::math::{exp, log_sum_exp_of};
use prob::{Probability, ties};
use rand::{Rng, RngExt};

use crate::Temperature;

/// A rule that turns the values of a state's actions into a choice. `q` has shape
/// `[n_actions]` and is not empty. Nothing here allocates.
pub trait Select {
    /// Draws an action.
    fn select<R: Rng + ?Sized>(&self, q: &[f64], rng: &mut R) -> usize;

    /// Writes $\mu(\cdot \mid s)$, with which [`Select::select`] draws, to `out`, of
    /// shape `[n_actions]`.
    ///
    /// # Panics
    /// If the lengths differ.
    fn probabilities(&self, q: &[f64], out: &mut [f64]);

    /// $\sum_a \mu(a \mid s)\, Q(s, a)$: what the state is worth to who chooses so.
    fn expected(&self, q: &[f64]) -> f64;
}

impl<S: Select> Select for &S {
    fn select<R: Rng + ?Sized>(&self, q: &[f64], rng: &mut R) -> usize {
        (**self).select(q, rng)
    }
    fn probabilities(&self, q: &[f64], out: &mut [f64]) {
        (**self).probabilities(q, out);
    }
    fn expected(&self, q: &[f64]) -> f64 {
        (**self).expected(q)
    }
}

/// The best action (Sutton and Barto 2018, eq. 2.2); among equally good ones, each with
/// the same chance.
///
/// ```
/// use prob::rng::{Role, stream};
/// use rl::selection::{Greedy, Select};
/// assert_eq!(Greedy.select(&[0.0, 2.0, 1.0], &mut stream(0, Role::Agent, 0)), 1);
/// assert_eq!(Greedy.expected(&[0.0, 2.0, 1.0]), 2.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Greedy;

/// The largest value; minus infinity for none.
#[inline]
pub(crate) fn max(q: &[f64]) -> f64 {
    let mut max = f64::NEG_INFINITY;
    for &q in q {
        if q > max {
            max = q;
        }
    }
    max
}

impl Select for Greedy {
    #[inline]
    fn select<R: Rng + ?Sized>(&self, q: &[f64], rng: &mut R) -> usize {
        ties::argmax(q, rng)
    }

    fn probabilities(&self, q: &[f64], out: &mut [f64]) {
        assert_eq!(q.len(), out.len(), "one probability an action");
        let best = max(q);
        let ties = q.iter().filter(|&&q| q == best).count();
        for (p, &q) in out.iter_mut().zip(q) {
            *p = if q == best { 1.0 / ties as f64 } else { 0.0 };
        }
    }

    #[inline]
    fn expected(&self, q: &[f64]) -> f64 {
        max(q)
    }
}

/// With probability $\varepsilon$ any action, each with the same chance, otherwise the
/// best one (Sutton and Barto 2018, section 2.2).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EpsilonGreedy {
    /// $\varepsilon$.
    pub epsilon: Probability,
}

impl Select for EpsilonGreedy {
    #[inline]
    fn select<R: Rng + ?Sized>(&self, q: &[f64], rng: &mut R) -> usize {
        if self.epsilon.draw(rng) {
            rng.random_range(0..q.len())
        } else {
            ties::argmax(q, rng)
        }
    }

    fn probabilities(&self, q: &[f64], out: &mut [f64]) {
        Greedy.probabilities(q, out);
        let any = self.epsilon.get() / q.len() as f64;
        for p in out {
            *p = self.epsilon.complement().get() * *p + any;
        }
    }

    #[inline]
    fn expected(&self, q: &[f64]) -> f64 {
        let mean = q.iter().sum::<f64>() / q.len() as f64;
        self.epsilon.complement().get() * max(q) + self.epsilon.get() * mean
    }
}

/// $\mu(a \mid s) = e^{Q(s, a)/\tau} / \sum_b e^{Q(s, b)/\tau}$ (Sutton and Barto 2018,
/// eq. 13.2, with $Q/\tau$ as preference).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Softmax {
    /// $\tau$, in reward.
    pub temperature: Temperature,
}

impl Softmax {
    fn policy<'a>(&self, q: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        let temperature = self.temperature.get();
        let logits = q.iter().map(move |q| q / temperature);
        let normalizer = log_sum_exp_of(logits.clone());
        logits.map(move |logit| exp(logit - normalizer))
    }
}

impl Select for Softmax {
    #[inline]
    fn select<R: Rng + ?Sized>(&self, q: &[f64], rng: &mut R) -> usize {
        sample_from(self.policy(q), rng)
    }

    fn probabilities(&self, q: &[f64], out: &mut [f64]) {
        assert_eq!(q.len(), out.len(), "one probability an action");
        for (logit, q) in out.iter_mut().zip(q) {
            *logit = q / self.temperature.get();
        }
        let normalizer = log_sum_exp_of(out.iter().copied());
        for p in out {
            *p = exp(*p - normalizer);
        }
    }

    #[inline]
    fn expected(&self, q: &[f64]) -> f64 {
        self.policy(q).zip(q).map(|(p, q)| p * q).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prob::rng::{Role, stream};
    use proptest::prelude::*;

    fn epsilon(p: f64) -> EpsilonGreedy {
        EpsilonGreedy { epsilon: Probability::new(p).unwrap() }
    }

    fn at(temperature: f64) -> Softmax {
        Softmax { temperature: Temperature::new(temperature).unwrap() }
    }

    fn probabilities(policy: impl Select, q: &[f64]) -> Vec<f64> {
        let mut out = vec![f64::NAN; q.len()];
        policy.probabilities(q, &mut out);
        out
    }

    #[test]
    fn probabilities_are_as_worked_out_by_hand() {
        let q = [1.0, 3.0, 3.0, 0.0];
        assert_eq!(probabilities(Greedy, &q), [0.0, 0.5, 0.5, 0.0]);
        // epsilon 0.2 gives 0.05 to each of four; 0.8 are shared by two.
        let soft = probabilities(epsilon(0.2), &q);
        for (p, by_hand) in soft.iter().zip([0.05, 0.45, 0.45, 0.05]) {
            assert!((p - by_hand).abs() < 1e-15, "{soft:?}");
        }
        // At temperature 1 / ln 2 each unit of reward doubles the odds: 2, 8, 8, 1 of 19.
        let odds = probabilities(at(1.0 / prob::math::ln(2.0)), &q);
        for (p, by_hand) in odds.iter().zip([2.0, 8.0, 8.0, 1.0]) {
            assert!((p - by_hand / 19.0).abs() < 1e-12, "{odds:?}");
        }
    }

    fn drawn_as_said(policy: impl Select, q: &[f64]) {
        let p = probabilities(&policy, q);
        let mut counts = vec![0.0; q.len()];
        let mut rng = stream(0, Role::Agent, 0);
        const N: f64 = 20_000.0;
        for _ in 0..N as usize {
            counts[policy.select(q, &mut rng)] += 1.0;
        }
        for (a, (count, p)) in counts.iter().zip(&p).enumerate() {
            // Four standard errors of a binomial proportion.
            let tolerance = 4.0 * prob::math::sqrt(p * (1.0 - p) / N);
            assert!(
                (count / N - p).abs() <= tolerance,
                "action {a}: {count} of {N}, said {p}"
            );
        }
    }

    #[test]
    fn actions_are_drawn_with_the_probabilities_that_are_written() {
        let q = [0.5, 1.0, 1.0, -2.0];
        drawn_as_said(Greedy, &q);
        drawn_as_said(epsilon(0.3), &q);
        drawn_as_said(at(0.7), &q);
    }

    proptest! {
        #[test]
        fn the_expected_value_is_the_mean_under_the_probabilities(q in prop::collection::vec(-5.0..5.0_f64, 1..6), e in 0.0..1.0_f64, t in 0.05..5.0_f64) {
            let mean = |p: &[f64]| p.iter().zip(&q).map(|(p, q)| p * q).sum::<f64>();
            prop_assert!((Greedy.expected(&q) - mean(&probabilities(Greedy, &q))).abs() < 1e-12);
            prop_assert!((epsilon(e).expected(&q) - mean(&probabilities(epsilon(e), &q))).abs() < 1e-12);
            prop_assert!((at(t).expected(&q) - mean(&probabilities(at(t), &q))).abs() < 1e-12);
        }
    }
}
