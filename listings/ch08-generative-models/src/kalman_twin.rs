//! The filter's Gaussian twin: a belief that is a mean and a variance.
//!
//! What is tracked drifts by steps of variance $\sigma_w^2$ and is heard with noise of
//! variance $\sigma_z^2$. Predicting adds the variances; correcting moves the mean by a
//! share of the error, the *gain*:
//! $$K = \frac{\Sigma}{\Sigma + \sigma_z^2} = \frac{1/\sigma_z^2}{1/\sigma_z^2 + 1/\Sigma},
//! \qquad m \leftarrow m + K (o - m), \qquad \Sigma \leftarrow (1 - K)\, \Sigma$$
//! (Kalman 1960, for one number.)
//!
//! | book         | code             | meaning                            |
//! |--------------|------------------|------------------------------------|
//! | $m, \Sigma$  | `mean`, `variance` | the belief                       |
//! | $\sigma_w^2$ | `step_variance`  | how far it drifts in a step        |
//! | $\sigma_z^2$ | `noise_variance` | how far from it it is heard        |
//! | $K$          | `gain`           | share of the error that is believed |
//!
//! ```
//! use ch08_generative_models::kalman_twin::{DRIFT, Gaussian};
//!
//! let belief = DRIFT.correct(Gaussian { mean: 0.0, variance: 4.0 }, 3.0);
//! assert_eq!(belief, Gaussian { mean: 1.5, variance: 2.0 });
//! ```

mod moments;

use prob::math::{exp, sqrt};

use self::moments::moments;

/// A belief about one number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gaussian {
    /// $m$.
    pub mean: f64,
    /// $\Sigma$.
    pub variance: f64,
}

/// What is tracked, and how well it is heard; variances in the square of its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drift {
    /// $\sigma_w^2$.
    pub step_variance: f64,
    /// $\sigma_z^2$.
    pub noise_variance: f64,
}

/// The chapter's: it drifts by 1 a step and is heard to within 2.
pub const DRIFT: Drift = Drift { step_variance: 1.0, noise_variance: 4.0 };
/// What is believed before anything is heard: little.
pub const WIDE: Gaussian = Gaussian { mean: 0.0, variance: 10.0 };

impl Drift {
    // ANCHOR: kalman
    /// The belief a step later.
    pub fn predict(self, belief: Gaussian) -> Gaussian {
        Gaussian { variance: belief.variance + self.step_variance, ..belief }
    }

    /// The share of sensory precision in all precision.
    pub fn gain(self, predicted: Gaussian) -> f64 {
        let (sensory, prior) = (1.0 / self.noise_variance, 1.0 / predicted.variance);
        sensory / (sensory + prior)
    }

    /// The belief after hearing it at `o`.
    pub fn correct(self, predicted: Gaussian, o: f64) -> Gaussian {
        let gain = self.gain(predicted);
        Gaussian {
            mean: predicted.mean + gain * (o - predicted.mean),
            variance: (1.0 - gain) * predicted.variance,
        }
    }
    // ANCHOR_END: kalman

    /// The gain after many steps: with $P = \tfrac12 \bigl(\sigma_w^2 + \sqrt{\sigma_w^4
    /// + 4 \sigma_w^2 \sigma_z^2}\bigr)$ it is $P / (P + \sigma_z^2)$.
    pub fn settled_gain(self) -> f64 {
        let (w, z) = (self.step_variance, self.noise_variance);
        let predicted = 0.5 * (w + sqrt(w * w + 4.0 * w * z));
        predicted / (predicted + z)
    }
}

/// A density's logarithm up to a constant, $-(x - m)^2 / 2\Sigma$, exponentiated.
pub fn bell(x: f64, belief: Gaussian) -> f64 {
    exp(-0.5 * (x - belief.mean) * (x - belief.mean) / belief.variance)
}

/// Places of the grid, from -30 to 30 in steps of 0.25.
pub const PLACES: usize = 241;

/// Where place `s` is.
pub fn place(s: usize) -> f64 {
    0.25 * s as f64 - 30.0
}

// ANCHOR: grid
/// The same by a table of [`PLACES`]: mean and variance of the belief after each of
/// `heard`, from any `prior` density, up to a factor.
pub fn on_a_grid(
    drift: Drift,
    prior: impl Fn(f64) -> f64,
    heard: &[f64],
) -> Vec<Gaussian> {
    let near = |variance, from, to| bell(to, Gaussian { mean: from, variance });
    let places = || (0..PLACES).map(place);
    let mut belief: Vec<f64> = places().map(prior).collect();
    let mut path = Vec::with_capacity(heard.len());
    for &o in heard {
        for (q, x) in belief.iter_mut().zip(places()) {
            *q *= near(drift.noise_variance, o, x);
        }
        path.push(moments(&mut belief));
        let moved = |to| {
            let from = belief.iter().zip(places());
            from.map(|(q, from)| q * near(drift.step_variance, from, to)).sum()
        };
        belief = places().map(moved).collect();
    }
    path
}
// ANCHOR_END: grid
