//! How far from the truth a solver's answer can be.
//!
//! Let $T$ be the backup whose fixed point $V^\ast$ is sought, and $V$ the answer. Then
//!
//! $$\lVert V^\ast - V \rVert_\infty \le \kappa\, \lVert T V - V \rVert_\infty, \qquad \kappa = \sup \Big\lVert \sum_{k \ge 0} (\gamma_d P)^k \Big\rVert_\infty,$$
//!
//! because $|V^\ast - V| \le |T V^\ast - T V| + |T V - V|$, and $|T V^\ast - T V| \le
//! \gamma_d P\, |V^\ast - V|$ for some policy's $P$; repeat. Below discount 1, $\kappa =
//! 1 / (1 - \gamma_d)$ (Puterman 1994, section 6.3). At discount 1 it is the longest mean
//! time to the end of the episode over all policies, finite only if each of them gets
//! there.

use envs::Discount;
use thiserror::Error;

use crate::{Mdp, Policy};

/// When a solver stops: as soon as it can prove `tolerance`, or after so many sweeps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stop {
    tolerance: f64,
    sweeps: usize,
}

/// What [`Stop::new`] says of a number that is no tolerance.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error("{0} is no tolerance: it must be positive and finite")]
pub struct BadTolerance(pub f64);

impl Stop {
    /// Stops when no value can be off by more than `tolerance` (in reward), and after
    /// `sweeps` sweeps in any case.
    ///
    /// # Errors
    /// [`BadTolerance`] for 0, a negative number, an infinity or not a number.
    pub fn new(tolerance: f64, sweeps: usize) -> Result<Self, BadTolerance> {
        if tolerance > 0.0 && tolerance.is_finite() {
            Ok(Self { tolerance, sweeps })
        } else {
            Err(BadTolerance(tolerance))
        }
    }

    /// The tolerance, in reward.
    pub const fn tolerance(self) -> f64 {
        self.tolerance
    }

    /// The most sweeps.
    pub const fn sweeps(self) -> usize {
        self.sweeps
    }
}

impl Default for Stop {
    /// Ten decimals, and 100,000 sweeps: enough at discount 0.999 for rewards of order 1.
    fn default() -> Self {
        Self { tolerance: 1e-10, sweeps: 100_000 }
    }
}

/// How a solver ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The bound is within the tolerance.
    Converged,
    /// The residual is within the tolerance, but nothing bounds the error: the discount
    /// is 1 and some policy never ends.
    Settled,
    /// The sweeps ran out, or rounding forbids more digits. The bound still holds.
    Exhausted,
}

// ANCHOR: certificate
/// The proof that comes with an answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Certificate {
    /// $\lVert T V - V \rVert_\infty$ of the values returned, in reward.
    pub residual: f64,
    /// No value is off by more than this, in reward; none if no bound is known. Exact but
    /// for rounding in the residual.
    pub bound: Option<f64>,
    /// Sweeps over the states, or what the solver says that it counts.
    pub sweeps: usize,
    /// How the solver ended.
    pub outcome: Outcome,
}
// ANCHOR_END: certificate

impl Certificate {
    pub(crate) fn new(
        residual: f64,
        factor: Option<f64>,
        sweeps: usize,
        stop: Stop,
    ) -> Self {
        let bound = factor.map(|factor| factor * residual);
        let outcome = match bound {
            Some(bound) if bound <= stop.tolerance => Outcome::Converged,
            None if residual <= stop.tolerance => Outcome::Settled,
            _ => Outcome::Exhausted,
        };
        Self { residual, bound, sweeps, outcome }
    }
}

/// Repeats `sweep`, which returns its largest change, until `residual` proves the
/// tolerance or nothing changes any more.
pub(crate) fn repeat<V: AsRef<[f64]>>(
    stop: Stop,
    discount: Discount,
    factor: Option<f64>,
    v: &mut V,
    mut sweep: impl FnMut(&mut V) -> f64,
    residual: impl Fn(&[f64]) -> f64,
) -> Certificate {
    let promising = factor.map_or(1.0, |factor| factor * discount.get());
    for sweeps in 1..=stop.sweeps {
        let change = sweep(v);
        if promising * change <= stop.tolerance {
            let found = Certificate::new(residual(v.as_ref()), factor, sweeps, stop);
            if found.outcome != Outcome::Exhausted || change == 0.0 {
                return found;
            }
        }
    }
    Certificate::new(residual(v.as_ref()), factor, stop.sweeps, stop)
}

/// $\kappa$ over all policies; none if some policy never ends at discount 1.
pub(crate) fn factor_of_all(mdp: &Mdp, discount: Discount) -> Option<f64> {
    factor(mdp, discount, |s, u| {
        (0..mdp.n_actions()).map(|a| mdp.expected(s, a, u)).fold(0.0, f64::max)
    })
}

/// $\kappa$ of one policy; none if it never ends at discount 1.
pub(crate) fn factor_of(mdp: &Mdp, policy: &Policy, discount: Discount) -> Option<f64> {
    factor(mdp, discount, |s, u| {
        let row = policy.row(s).iter().enumerate();
        row.map(|(a, p)| p * mdp.expected(s, a, u)).sum()
    })
}

/// At discount 1: follows the chance $u_k$ of not having ended after $k$ steps until it
/// is at most a half everywhere. Then $\kappa \le \sum_{j<k} \max u_j / (1 - \max u_k)$,
/// as each further block of $k$ steps is reached with at most $\max u_k$.
fn factor(
    mdp: &Mdp,
    discount: Discount,
    step: impl Fn(usize, &[f64]) -> f64,
) -> Option<f64> {
    if discount.get() < 1.0 {
        return Some(1.0 / (1.0 - discount.get()));
    }
    let n = mdp.n_states();
    let mut u: Vec<f64> = (0..n).map(|s| f64::from(!mdp.is_terminal(s))).collect();
    let mut next = vec![0.0; n];
    let mut steps = 0.0;
    let mut highest = 1.0;
    for k in 0..n + SURVIVAL_SWEEPS {
        highest = u.iter().copied().fold(0.0, f64::max);
        // With n states, a policy that can end at all has ended with some chance after n
        // steps.
        if highest <= 0.5 || (k >= n && highest > 1.0 - 1e-9) {
            break;
        }
        steps += highest;
        for (s, next) in next.iter_mut().enumerate() {
            *next = step(s, &u);
        }
        std::mem::swap(&mut u, &mut next);
    }
    (highest <= 1.0 - 1e-9).then(|| steps.max(1.0) / (1.0 - highest))
}

/// Sweeps beyond the number of states that the search for $\kappa$ at discount 1 takes at
/// most.
const SURVIVAL_SWEEPS: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;
    use envs::textbook::{cliff, small_gridworld};

    #[test]
    fn a_tolerance_is_positive_and_finite() {
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(Stop::new(bad, 1).is_err(), "{bad}");
        }
        assert_eq!(
            Stop::new(-1.0, 1).unwrap_err().to_string(),
            "-1 is no tolerance: it must be positive and finite"
        );
    }

    #[test]
    fn the_factor_below_one_is_the_horizon_and_at_one_bounds_the_mean_time_to_the_end() {
        let mdp = Mdp::new(&small_gridworld()).unwrap();
        let at = |discount| Discount::new(discount).unwrap();
        assert_eq!(factor_of_all(&mdp, at(0.75)), Some(4.0));
        assert_eq!(factor_of_all(&mdp, at(1.0)), None, "one can bump for ever");
        // The longest mean time to the end of the random policy is 22 (figure 4.1).
        let random = factor_of(&mdp, &Policy::uniform(&mdp), at(1.0)).unwrap();
        assert!((22.0..66.0).contains(&random), "{random}");
        let mdp = Mdp::new(&cliff()).unwrap();
        assert_eq!(factor_of_all(&mdp, at(1.0)), None);
    }
}
