//! Predictive coding: one unit that goes down the free energy by two prediction errors.
//!
//! A cause $x$ is expected at $m$ with precision $\Pi_w$ and predicts what is sensed,
//! $g(x)$, with precision $\Pi_z$. The errors are weighed by their precisions:
//! $$\epsilon_z = \Pi_z (o - g(x)), \qquad \epsilon_w = \Pi_w (x - m)$$
//! $$F = \tfrac12 \Pi_z (o - g(x))^2 + \tfrac12 \Pi_w (x - m)^2 - \tfrac12 \ln \Pi_z -
//! \tfrac12 \ln \Pi_w + \ln 2\numpi$$
//! $$x \leftarrow x - \eta \frac{\partial F}{\partial x} = x + \eta \bigl(g'(x)\,
//! \epsilon_z - \epsilon_w\bigr)$$
//! (Bogacz 2017 has this unit with $g(x) = x^2$.)
//!
//! | book       | code                | meaning                                  |
//! |------------|---------------------|------------------------------------------|
//! | $x$        | `x`                 | the guess                                |
//! | $m, \Pi_w$ | `prior_mean`, `prior_precision` | what is expected, and how firmly |
//! | $\Pi_z$    | `sensory_precision` | how much the senses count                |
//! | $g$        | `prediction`        | what the guess predicts of them          |
//! | $F$        | `free_energy`       | $-\ln p(o, x)$ in nats                   |
//!
//! ```
//! use ch08_generative_models::predictive_coding::{Prediction, Unit};
//!
//! let unit = Unit {
//!     prior_mean: 0.0,
//!     prior_precision: 1.0,
//!     sensory_precision: 4.0,
//!     prediction: Prediction::Same,
//! };
//! let path = unit.settle(1.0, 0.05, 200);
//! assert!((path[200] - 0.8).abs() < 1e-9);
//! ```

mod end;

use prob::math::ln;

/// $g$.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prediction {
    /// $g(x) = x$.
    Same,
    /// $g(x) = x^2$: from the size of a thing to the light that it throws back.
    Square,
}

/// One cause and one sense.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unit {
    /// $m$.
    pub prior_mean: f64,
    /// $\Pi_w$, above 0.
    pub prior_precision: f64,
    /// $\Pi_z$, above 0.
    pub sensory_precision: f64,
    /// $g$.
    pub prediction: Prediction,
}

/// The two weighed errors of a guess.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Errors {
    /// $\epsilon_z$.
    pub sensory: f64,
    /// $\epsilon_w$.
    pub prior: f64,
}

impl Unit {
    /// $g(x)$ and $g'(x)$.
    pub fn predict(&self, x: f64) -> (f64, f64) {
        match self.prediction {
            Prediction::Same => (x, 1.0),
            Prediction::Square => (x * x, 2.0 * x),
        }
    }

    // ANCHOR: step
    /// $\epsilon_z$ and $\epsilon_w$ of the guess `x` when `o` is sensed.
    pub fn errors(&self, x: f64, o: f64) -> Errors {
        let (predicted, _) = self.predict(x);
        Errors {
            sensory: self.sensory_precision * (o - predicted),
            prior: self.prior_precision * (x - self.prior_mean),
        }
    }

    /// The guess a step later.
    pub fn step(&self, x: f64, o: f64, step_size: f64) -> f64 {
        let (_, slope) = self.predict(x);
        let Errors { sensory, prior } = self.errors(x, o);
        x + step_size * (slope * sensory - prior)
    }
    // ANCHOR_END: step

    /// The guesses from the prior's mean on, `steps + 1` of them.
    pub fn settle(&self, o: f64, step_size: f64, steps: usize) -> Vec<f64> {
        let next = |&x: &f64| Some(self.step(x, o, step_size));
        std::iter::successors(Some(self.prior_mean), next).take(steps + 1).collect()
    }

    // ANCHOR: free_energy
    /// $F$ in nats.
    pub fn free_energy(&self, x: f64, o: f64) -> f64 {
        let Errors { sensory, prior } = self.errors(x, o);
        let (predicted, _) = self.predict(x);
        0.5 * sensory * (o - predicted) + 0.5 * prior * (x - self.prior_mean)
            - 0.5 * ln(self.sensory_precision)
            - 0.5 * ln(self.prior_precision)
            + ln(std::f64::consts::TAU)
    }
    // ANCHOR_END: free_energy
}
