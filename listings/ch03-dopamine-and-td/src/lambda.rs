//! True online TD($\lambda$) (van Seijen et al. 2016; Sutton and Barto 2018, section
//! 12.5, with the trace of eq. 12.11), beside its kin of figures 12.3 and 12.6.
//!
//! $$e_t = \gamma_d \lambda\, e_{t-1} + (1 - \eta \gamma_d \lambda\, e_{t-1}^\top x_t)\, x_t$$
//! $$w \leftarrow w + \eta\, \bigl(\delta_t + V_t - V_t^{\mathrm{old}}\bigr)\, e_t - \eta\, \bigl(V_t - V_t^{\mathrm{old}}\bigr)\, x_t$$
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $w$, here $V$ | `v` | value of each place, $x_t$ being 1 at $s_t$ and 0 elsewhere | reward |
//! | $e_t$ | `trace` | eligibility of each place | |
//! | $V_t^{\mathrm{old}}$ | `v_old` | what $s_t$ was worth before the last update | reward |
//!
//! ```
//! use ch03_dopamine_and_td::lambda::{Algorithm, LAMBDAS, sweep};
//! use ch03_dopamine_and_td::same_walks::step_sizes;
//! let rows = sweep(Algorithm::TrueOnline, 0..2);
//! assert_eq!(rows.len(), LAMBDAS.len() * step_sizes().len());
//! ```

mod held;

use std::ops::Range;

use rl::traces::{OffLineLambda, TdLambda, Trace, TrueOnlineTd};
use rl::{Episode, Settings, TraceDecay};

pub use self::held::held_one_step;
use crate::same_walks::{PLACES, Row, compare, rms};

/// The book's.
pub const LAMBDAS: [f64; 8] = [0.0, 0.4, 0.8, 0.9, 0.95, 0.975, 0.99, 1.0];

/// A learner on a table, without discount.
#[derive(Debug, Clone, PartialEq)]
pub struct TrueOnline {
    /// Values.
    pub v: Vec<f64>,
    /// Traces; 0 at the beginning of an episode.
    pub trace: Vec<f64>,
    /// What the present state was worth before the last update; 0 at the beginning.
    pub v_old: f64,
    /// Step size.
    pub step_size: f64,
    /// Trace decay.
    pub lambda: f64,
}

impl TrueOnline {
    // ANCHOR: true_online
    /// Learns from a step from `s` to `s_next`, if anything follows.
    pub fn learn(&mut self, s: usize, reward: f64, s_next: Option<usize>) {
        let v = self.v[s];
        let v_next = s_next.map_or(0.0, |s| self.v[s]);
        let td_error = reward + v_next - v;

        let seen = self.trace[s];
        self.trace.iter_mut().for_each(|e| *e *= self.lambda);
        self.trace[s] += 1.0 - self.step_size * self.lambda * seen;

        let surprise = td_error + v - self.v_old;
        for (v, e) in self.v.iter_mut().zip(&self.trace) {
            *v += self.step_size * surprise * e;
        }
        self.v[s] -= self.step_size * (v - self.v_old);
        self.v_old = v_next;
    }
    // ANCHOR_END: true_online
}

/// What learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// Off-line, from $\lambda$-returns at the end of a walk (figure 12.3), each with the
    /// values of the moment of its correction.
    OffLine,
    /// TD($\lambda$) with accumulating traces (figure 12.6).
    Accumulating,
    /// True online TD($\lambda$) (figure 12.8).
    TrueOnline,
}

/// Figures 12.3, 12.6 and 12.8: errors by $\lambda$ and step size, with the learners of
/// the library.
pub fn sweep(algorithm: Algorithm, seeds: Range<u64>) -> Vec<Row> {
    compare(seeds, &LAMBDAS, |walks, lambda, step_size| {
        let settings = Settings::new(step_size, 1.0).expect("both from 0 to 1");
        let lambda = TraceDecay::new(lambda).expect("from 0 to 1");
        let v = vec![0.0; PLACES + 2];
        let mean = |error: &mut dyn FnMut(&Episode) -> f64| {
            walks.iter().map(error).sum::<f64>() / walks.len() as f64
        };
        match algorithm {
            Algorithm::OffLine => {
                let mut learner = OffLineLambda::new(v, lambda, settings);
                mean(&mut |walk| {
                    learner.learn(walk);
                    rms(learner.v())
                })
            }
            Algorithm::Accumulating => {
                let mut learner = TdLambda::new(v, Trace::Accumulating, lambda, settings);
                mean(&mut |walk| {
                    walk.steps().for_each(|(s, r, next)| _ = learner.learn(s, r, next));
                    rms(learner.weights())
                })
            }
            Algorithm::TrueOnline => {
                let mut learner = TrueOnlineTd::new(v, lambda, settings);
                mean(&mut |walk| {
                    walk.steps().for_each(|(s, r, next)| _ = learner.learn(s, r, next));
                    rms(learner.weights())
                })
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::same_walks::walks;

    #[test]
    fn it_is_that_of_the_library() {
        let (n, lambda, step_size) = (PLACES + 2, 0.8, 0.3);
        let settings = Settings::new(step_size, 1.0).unwrap();
        let decay = TraceDecay::new(lambda).unwrap();
        let zero = vec![0.0; n];
        let (v, trace) = (zero.clone(), zero.clone());
        let mut ours = TrueOnline { v, trace, v_old: 0.0, step_size, lambda };
        let mut theirs = TrueOnlineTd::new(zero, decay, settings);
        for walk in walks(0) {
            ours.trace.fill(0.0);
            ours.v_old = 0.0;
            for (t, (s, reward, next)) in walk.steps().enumerate() {
                ours.learn(s, reward, walk.states().get(t + 1).copied());
                theirs.learn(s, reward, next);
            }
        }
        assert!(ours.v.iter().zip(theirs.weights()).all(|(a, b)| (a - b).abs() < 1e-12));
    }
}
