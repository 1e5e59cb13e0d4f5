//! Weights with eligibility traces: what was in use a moment ago still gets credit now.
//!
//! $$e_t = \lambda\, e_{t-1} + g_t, \qquad w \mathrel{+}= \eta\, \delta_t\, e_t$$
//!
//! | book | code | meaning |
//! |---|---|---|
//! | $w$, $e$ | `weights`, `trace` | the weights, their traces |
//! | $g_t$ | `amount` | how much a weight has to do with what was just done |
//! | $\lambda$ | `decay` | share of a trace that is left after a tick |
//! | $\eta\,\delta_t$ | `size` | step size times prediction error |
//!
//! ```
//! use ch01_behaving_animal::traces::Traced;
//! let mut w = Traced::new(1);
//! w.mark(0, 1.0);
//! w.step(0.0, 0.5);
//! w.step(1.0, 0.5);
//! assert_eq!(w.get(0), 0.5);
//! ```

/// Weights and a trace for each, all 0 at first.
#[derive(Debug, Clone)]
pub struct Traced {
    weights: Vec<f64>,
    trace: Vec<f64>,
}

impl Traced {
    /// This many weights.
    pub fn new(weights: usize) -> Self {
        Self { weights: vec![0.0; weights], trace: vec![0.0; weights] }
    }

    /// The weight `i`.
    pub fn get(&self, i: usize) -> f64 {
        self.weights[i]
    }

    /// Raises the trace of weight `i`.
    pub fn mark(&mut self, i: usize, amount: f64) {
        self.trace[i] += amount;
    }

    // ANCHOR: step
    /// Moves the weights along their traces, which then fade by a tick.
    pub fn step(&mut self, size: f64, decay: f64) {
        for (w, e) in self.weights.iter_mut().zip(&mut self.trace) {
            *w += size * *e;
            *e *= decay;
        }
    }
    // ANCHOR_END: step
}
