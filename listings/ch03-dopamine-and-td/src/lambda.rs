//! Two traces: TD($\lambda$) with an accumulating trace, and true online TD($\lambda$)
//! (Sutton and Barto 2018, eq. 12.5 to 12.7 and section 12.5; van Seijen et al. 2016).
//!
//! $$e_t = \gamma_d \lambda\, e_{t-1} + x_t \qquad \text{or} \qquad e_t = \gamma_d \lambda\, e_{t-1} + (1 - \eta \gamma_d \lambda\, e_{t-1}^\top x_t)\, x_t$$
//! $$w \leftarrow w + \eta\, \delta_t\, e_t \qquad \text{or} \qquad w \leftarrow w + \eta\, \bigl(\delta_t + V_t - V_t^{\mathrm{old}}\bigr)\, e_t - \eta\, \bigl(V_t - V_t^{\mathrm{old}}\bigr)\, x_t$$
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $w$, here $V$ | `v` | value of each place, $x_t$ being 1 at $s_t$ and 0 elsewhere | reward |
//! | $e_t$ | `trace` | eligibility of each place | |
//! | $V_t^{\mathrm{old}}$ | `v_old` | what $s_t$ was worth before the last update | reward |
//!
//! The walks and the error are those of [`n_step`](crate::n_step).
//!
//! ```
//! use ch03_dopamine_and_td::lambda::{LAMBDAS, Algorithm, sweep};
//! use ch03_dopamine_and_td::n_step::step_sizes;
//! let rows = sweep(Algorithm::TrueOnline, 0..2);
//! assert_eq!(rows.len(), LAMBDAS.len() * step_sizes().len());
//! ```

use std::ops::Range;

use envs::Next;
use rl::traces::{OffLineLambda, TdLambda, Trace, TrueOnlineTd};
use rl::{Episode, Settings, TraceDecay};

use crate::n_step::{PLACES, Row, grid, rms, steps};

/// The book's.
pub const LAMBDAS: [f64; 8] = [0.0, 0.4, 0.8, 0.9, 0.95, 0.975, 0.99, 1.0];

/// What learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// Off-line, from $\lambda$-returns at the end of a walk (figure 12.3).
    OffLine,
    /// TD($\lambda$) with accumulating traces (figure 12.6).
    Accumulating,
    /// True online TD($\lambda$) (figure 12.8).
    TrueOnline,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::OffLine, Self::Accumulating, Self::TrueOnline];

    /// Its name in prints and data.
    pub fn name(self) -> &'static str {
        match self {
            Self::OffLine => "off-line lambda-return",
            Self::Accumulating => "TD(lambda)",
            Self::TrueOnline => "true online TD(lambda)",
        }
    }
}

/// A learner on a table, without discount.
#[derive(Debug, Clone, PartialEq)]
pub struct Traced {
    /// Values.
    pub v: Vec<f64>,
    /// Traces; 0 at the beginning of an episode.
    pub trace: Vec<f64>,
    /// What the present state was worth before the last update; 0 at the beginning of an
    /// episode.
    pub v_old: f64,
    /// Step size.
    pub step_size: f64,
    /// Trace decay.
    pub lambda: f64,
}

impl Traced {
    // ANCHOR: true_online
    /// One step of true online TD($\lambda$), from `s` to `s_next`, if anything follows.
    pub fn true_online(&mut self, s: usize, reward: f64, s_next: Option<usize>) {
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

    // ANCHOR: accumulating
    /// One step of TD($\lambda$) with an accumulating trace.
    pub fn accumulating(&mut self, s: usize, reward: f64, s_next: Option<usize>) {
        let td_error = reward + s_next.map_or(0.0, |s| self.v[s]) - self.v[s];
        self.trace.iter_mut().for_each(|e| *e *= self.lambda);
        self.trace[s] += 1.0;
        for (v, e) in self.v.iter_mut().zip(&self.trace) {
            *v += self.step_size * td_error * e;
        }
    }
    // ANCHOR_END: accumulating
}

/// Figures 12.3, 12.6 and 12.8: errors by $\lambda$ and step size.
pub fn sweep(algorithm: Algorithm, seeds: Range<u64>) -> Vec<Row> {
    grid(seeds, &LAMBDAS, |walks, lambda, step_size| {
        let settings = Settings::new(step_size, 1.0).expect("both from 0 to 1");
        let lambda = TraceDecay::new(lambda).expect("from 0 to 1");
        let v = vec![0.0; PLACES + 2];
        match algorithm {
            Algorithm::OffLine => {
                let mut learner = OffLineLambda::new(v, lambda, settings);
                mean(walks, |walk| {
                    learner.learn(walk);
                    rms(learner.v())
                })
            }
            Algorithm::Accumulating => {
                let kind = Trace::Accumulating;
                let mut learner = TdLambda::new(v, kind, lambda, settings);
                mean(walks, |walk| {
                    learn(walk, |s, reward, next| {
                        learner.learn(s, reward, next);
                    });
                    rms(learner.weights())
                })
            }
            Algorithm::TrueOnline => {
                let mut learner = TrueOnlineTd::new(v, lambda, settings);
                mean(walks, |walk| {
                    learn(walk, |s, reward, next| {
                        learner.learn(s, reward, next);
                    });
                    rms(learner.weights())
                })
            }
        }
    })
}

fn mean(walks: &[Episode], error: impl FnMut(&Episode) -> f64) -> f64 {
    walks.iter().map(error).sum::<f64>() / walks.len() as f64
}

fn learn(walk: &Episode, mut step: impl FnMut(usize, f64, Next)) {
    steps(walk).for_each(|(s, reward, next)| step(s, reward, next));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::n_step::walks;

    #[test]
    fn both_are_those_of_the_library() {
        let (n, lambda, step_size) = (PLACES + 2, 0.8, 0.3);
        let settings = Settings::new(step_size, 1.0).unwrap();
        let decay = TraceDecay::new(lambda).unwrap();
        let naive = Traced {
            v: vec![0.0; n],
            trace: vec![0.0; n],
            v_old: 0.0,
            step_size,
            lambda,
        };
        let (mut online, mut accumulating) = (naive.clone(), naive.clone());
        let mut their_online = TrueOnlineTd::new(vec![0.0; n], decay, settings);
        let mut theirs =
            TdLambda::new(vec![0.0; n], Trace::Accumulating, decay, settings);
        for walk in walks(0) {
            for learner in [&mut online, &mut accumulating] {
                learner.trace.fill(0.0);
                learner.v_old = 0.0;
            }
            for (s, reward, next) in steps(&walk) {
                let s_next = match next {
                    Next::Continues(s) | Next::Truncated(s) => Some(s),
                    Next::Terminated => None,
                };
                online.true_online(s, reward, s_next);
                accumulating.accumulating(s, reward, s_next);
                their_online.learn(s, reward, next);
                theirs.learn(s, reward, next);
            }
        }
        let near =
            |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12);
        assert!(near(&online.v, their_online.weights()));
        assert!(near(&accumulating.v, theirs.weights()));
    }
}
