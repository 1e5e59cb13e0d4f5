//! Gaussian beliefs, and the free energy of one about a linear observation.

use super::dense;

/// $\ln 2\pi$ in nats.
pub(crate) const LN_TWO_PI: f64 = 1.837_877_066_409_345_3;

/// A Gaussian belief about `n` quantities. [`LinearGaussian`](super::LinearGaussian)'s
/// beliefs have this form, and [`Kalman`](super::Kalman) keeps them in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Gaussian {
    /// $m$, shape `[n]`, in the units of the state.
    pub mean: Vec<f64>,
    /// $\Sigma$, shape `[n, n]` row by row, symmetric.
    pub covariance: Vec<f64>,
}

impl Gaussian {
    /// Standard deviation of quantity `i`.
    ///
    /// # Panics
    /// If there is no such quantity.
    pub fn deviation(&self, i: usize) -> f64 {
        self.covariance[i * self.mean.len() + i].sqrt()
    }

    /// $\mathrm{KL}\[\text{self} \,\|\, \text{other}\]$ in nats: $\tfrac12 \[\ln
    /// |\Sigma_o| - \ln |\Sigma_s| + \mathrm{tr}\, \Sigma_o^{-1} \Sigma_s + (m_o -
    /// m_s)^\top \Sigma_o^{-1} (m_o - m_s) - n\]$. `None` if a covariance is not positive
    /// definite: then it is infinite or has no density.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn kl(&self, other: &Self) -> Option<f64> {
        let n = self.mean.len();
        assert_eq!(n, other.mean.len(), "KL compares beliefs about the same quantities");
        assert_eq!(self.covariance.len(), n * n, "a covariance of {n} quantities");
        assert_eq!(other.covariance.len(), n * n, "a covariance of {n} quantities");
        let factor = |covariance: &[f64]| {
            let mut l = covariance.to_vec();
            dense::cholesky(&mut l, n, 0.0).ok().map(|()| l)
        };
        let (own, theirs) = (factor(&self.covariance)?, factor(&other.covariance)?);
        let mut ratio = self.covariance.clone();
        dense::solve(&theirs, n, &mut ratio);
        let trace: f64 = (0..n).map(|i| ratio[i * n + i]).sum();
        let apart: Vec<f64> =
            other.mean.iter().zip(&self.mean).map(|(o, s)| o - s).collect();
        let distance = dense::inverse_form(&theirs, &apart, &mut vec![0.0; n]);
        let determinants =
            dense::log_determinant(&theirs, n) - dense::log_determinant(&own, n);
        Some(0.5 * (determinants + trace + distance - n as f64))
    }
}

/// Free energy of a Gaussian belief, in its two parts: $F = \text{complexity} -
/// \text{accuracy}$, in nats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GaussianFreeEnergy {
    /// $\mathrm{KL}\[q \,\|\, p(x)\]$: how far the belief moved from the prior.
    pub complexity: f64,
    /// $\mathbb E_q\[\ln p(o \mid x)\]$: how well it explains what was seen. A density,
    /// so it can be positive.
    pub accuracy: f64,
}

impl GaussianFreeEnergy {
    /// $F$, in nats; at least the surprise $-\ln p(o)$.
    pub fn total(self) -> f64 {
        self.complexity - self.accuracy
    }
}

/// $\ln \mathcal N(e; 0, \Sigma)$ in nats, from the Cholesky factor of $\Sigma$.
pub(crate) fn log_density(l: &[f64], error: &[f64], scratch: &mut [f64]) -> f64 {
    let n = error.len();
    -0.5 * (n as f64 * LN_TWO_PI
        + dense::log_determinant(l, n)
        + dense::inverse_form(l, error, scratch))
}

#[cfg(test)]
mod tests {
    use super::*;
    use prob::math::ln;

    #[test]
    fn the_constant_is_the_logarithm() {
        assert_eq!(LN_TWO_PI, ln(2.0 * std::f64::consts::PI));
    }

    #[test]
    fn kl_of_two_bells_is_the_textbook_formula() {
        let bell =
            |mean, variance| Gaussian { mean: vec![mean], covariance: vec![variance] };
        // ln(s2/s1) + (s1^2 + d^2) / (2 s2^2) - 1/2.
        let expected = ln(2.0) + (1.0 + 9.0) / 8.0 - 0.5;
        assert!((bell(1.0, 1.0).kl(&bell(4.0, 4.0)).unwrap() - expected).abs() < 1e-15);
        assert_eq!(bell(1.0, 1.0).kl(&bell(1.0, 1.0)), Some(0.0));
        assert_eq!(bell(1.0, 0.0).kl(&bell(1.0, 1.0)), None);
    }
}
