//! Where is the sound? A prior over directions, a noisy cue, and Bayes' rule on a table.
//!
//! $$p(o, s) = A\[o, s\]\, D\[s\], \qquad p(s \mid o) = \frac{p(o, s)}{\sum_{s'} p(o, s')}$$
//!
//! The cue says by how much a sound reaches one ear before the other.
//!
//! | book            | code           | meaning                                    | shape |
//! |-----------------|----------------|--------------------------------------------|-------|
//! | $D\[s\]$        | `prior`        | where sounds come from, before any is heard | `[n_directions]` |
//! | $A\[o, s\]$     | `likelihood`   | chance of cue `o` if the sound is at `s`   | `[n_cues, n_directions]` |
//! | $p(s \mid o)$   | `posterior(o)` | where it is, now that the cue is heard     | `[n_directions]` |
//!
//! ```
//! use ch08_generative_models::hunting_owl::{Ear, Expects, Owl, STRAIGHT_AHEAD, direction};
//!
//! let owl = Owl::new(Ear::Sine, Expects::Front, 0.2);
//! let side = STRAIGHT_AHEAD + 12;
//! assert_eq!(direction(side), 60.0);
//! assert!(owl.mean_turn(side) < 45.0);
//! ```

use ndarray::Array2;
use prob::math::{exp, sin};

/// Directions from 90 degrees left to 90 degrees right, in steps of 5.
pub const DIRECTIONS: usize = 37;
/// The number of the direction 0 degrees.
pub const STRAIGHT_AHEAD: usize = 18;
/// Cues from -4 to 4, in steps of 0.05.
pub const CUES: usize = 161;
/// Standard deviation of the prior in degrees.
pub const FOCUS: f64 = 25.0;

/// Direction `s` in degrees.
pub fn direction(s: usize) -> f64 {
    5.0 * s as f64 - 90.0
}

/// Cue `o`: near the front it grows by 1 for each radian.
pub fn cue(o: usize) -> f64 {
    0.05 * o as f64 - 4.0
}

/// How the mean cue depends on a direction $x$ in radians.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ear {
    /// It is $x$.
    Proportional,
    /// It is $\sin x$: the farther to the side, the less a degree changes it.
    Sine,
}

/// Where the owl expects sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expects {
    /// In front: a Gaussian of standard deviation [`FOCUS`].
    Front,
    /// Anywhere alike.
    Anywhere,
}

/// A generative model of what the owl hears.
#[derive(Debug, Clone, PartialEq)]
pub struct Owl {
    /// $D$, shape `[n_directions]`.
    pub prior: Vec<f64>,
    /// $A$, shape `[n_cues, n_directions]`; columns sum to 1.
    pub likelihood: Array2<f64>,
}

impl Owl {
    // ANCHOR: model
    /// An owl whose cues scatter around their mean by `noise`, 0.1 at least.
    pub fn new(ear: Ear, expects: Expects, noise: f64) -> Self {
        let gauss = |x: f64| exp(-0.5 * x * x);
        let prior = (0..DIRECTIONS).map(|s| match expects {
            Expects::Front => gauss(direction(s) / FOCUS),
            Expects::Anywhere => 1.0,
        });
        let mut likelihood = Array2::from_shape_fn((CUES, DIRECTIONS), |(o, s)| {
            let x = direction(s).to_radians();
            let mean = if ear == Ear::Sine { sin(x) } else { x };
            gauss((cue(o) - mean) / noise)
        });
        for mut column in likelihood.columns_mut() {
            let total = column.sum();
            column /= total;
        }
        Self { prior: normalized(prior.collect()), likelihood }
    }
    // ANCHOR_END: model

    // ANCHOR: bayes
    /// $p(o, s)$ of one cue, shape `[n_directions]`.
    pub fn joint(&self, o: usize) -> Vec<f64> {
        let row = self.likelihood.row(o);
        row.iter().zip(&self.prior).map(|(a, d)| a * d).collect()
    }

    /// $p(s \mid o)$, shape `[n_directions]`.
    pub fn posterior(&self, o: usize) -> Vec<f64> {
        normalized(self.joint(o))
    }
    // ANCHOR_END: bayes

    // ANCHOR: turn
    /// Where the owl turns on hearing cue `o`: the posterior's mean, in degrees.
    pub fn turn(&self, o: usize) -> f64 {
        let posterior = self.posterior(o);
        posterior.iter().enumerate().map(|(s, p)| p * direction(s)).sum()
    }

    /// Where it turns on average if the sound is at `s`, in degrees.
    pub fn mean_turn(&self, s: usize) -> f64 {
        (0..CUES).map(|o| self.likelihood[[o, s]] * self.turn(o)).sum()
    }
    // ANCHOR_END: turn
}

fn normalized(mut p: Vec<f64>) -> Vec<f64> {
    let total: f64 = p.iter().sum();
    p.iter_mut().for_each(|p| *p /= total);
    p
}
