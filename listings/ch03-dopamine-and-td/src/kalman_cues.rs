//! A belief about each cue: Bayesian regression of outcomes on cues, one trial at a time
//! (Dayan and Kakade 2001; Gershman 2015).
//!
//! Outcomes are $R = w^\top x + \text{noise}$, with weights that don't drift. With $x_i$
//! 1 if cue $i$ is present and 0 if not:
//! $$k = \frac{\Sigma x}{x^\top \Sigma x + \sigma^2}, \qquad m \leftarrow m + k\, (R - m^\top x), \qquad \Sigma \leftarrow \Sigma - k\, x^\top \Sigma$$
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $m$ | `mean` | mean weight of each cue | reward |
//! | $\Sigma$ | `covariance` | what is not known of the weights, and what hangs together | reward squared |
//! | $\sigma^2$ | `noise` | variance of the outcome | reward squared |
//! | $k$ | `gain` | how far each weight moves for an error of 1 | |
//!
//! ```
//! use ch03_dopamine_and_td::kalman_cues::Belief;
//! let mut belief = Belief::new(2);
//! belief.observe(&[0, 1], 1.0);
//! assert_eq!(belief.mean.to_vec(), [1.0 / 3.0; 2]);
//! belief.observe(&[0], 1.0);
//! assert!(belief.mean[1] < 1.0 / 3.0); // it wasn't there, and lost
//! ```

use ndarray::{Array1, Array2, Axis};

use crate::conditioning::{CUES, trials};

/// Variance of each weight before the first trial.
pub const PRIOR: f64 = 1.0;
/// Variance of an outcome.
pub const NOISE: f64 = 1.0;

/// What is believed of the cues' weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Belief {
    /// Means, shape `[n_cues]`.
    pub mean: Array1<f64>,
    /// Covariances, shape `[n_cues, n_cues]`.
    pub covariance: Array2<f64>,
}

impl Belief {
    /// Weights of 0, give or take 1, each on its own.
    pub fn new(n_cues: usize) -> Self {
        Self { mean: Array1::zeros(n_cues), covariance: Array2::eye(n_cues) * PRIOR }
    }

    // ANCHOR: observe
    /// Learns from a trial with `present` cues and its `outcome`. Returns the gain.
    pub fn observe(&mut self, present: &[usize], outcome: f64) -> Array1<f64> {
        let mut x = Array1::zeros(self.mean.len());
        present.iter().for_each(|&cue| x[cue] = 1.0);
        let spread = self.covariance.dot(&x);
        let gain = &spread / (x.dot(&spread) + NOISE);
        let error = outcome - self.mean.dot(&x);
        self.mean.scaled_add(error, &gain);
        let (k, row) = (gain.view().insert_axis(Axis(1)), spread.insert_axis(Axis(0)));
        self.covariance -= &k.dot(&row);
        gain
    }
    // ANCHOR_END: observe
}

/// The belief after these phases, written as in [`conditioning`](crate::conditioning).
pub fn after(phases: &str) -> Belief {
    let mut belief = Belief::new(CUES);
    for (cues, outcome) in trials(phases) {
        belief.observe(&cues, outcome);
    }
    belief
}
