//! Modified policy iteration: be greedy, then evaluate that policy for a few sweeps only.

use envs::Discount;

use crate::certificate::{factor_of_all, repeat};
use crate::value_iteration::Solution;
use crate::{Mdp, Stop};

/// How much to evaluate between improvements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Evaluation sweeps after each improvement, $m$. 0 is value iteration, and in the
    /// limit of many it is policy iteration.
    ///
    /// Default 20: with some ten actions, as in the car rental, a sweep of evaluation
    /// costs a tenth of one of improvement, so both get about the same time.
    pub evaluations: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { evaluations: 20 }
    }
}

/// Modified policy iteration (Puterman and Shin 1978; Puterman 1994, section 6.5), from
/// $V = 0$.
///
/// An improvement is a sweep of [`value_iteration`](crate::value_iteration::sweep) that
/// remembers its actions. Evaluations are in place, in the order of the states; the
/// sources evaluate all states at once. In place takes fewer improvements, many fewer
/// where states come after those that they lead to. The certificate counts improvements.
pub fn solve(mdp: &Mdp, discount: Discount, settings: Settings, stop: Stop) -> Solution {
    let n = mdp.n_states();
    let mut v = vec![0.0; n];
    let mut next = vec![0.0; n];
    let mut actions = vec![0; n];
    let certificate = repeat(
        stop,
        discount,
        factor_of_all(mdp, discount),
        &mut v,
        |v| {
            let mut change: f64 = 0.0;
            for (s, (next, action)) in next.iter_mut().zip(&mut actions).enumerate() {
                (*action, *next) = greedy(mdp, s, v, discount);
                change = change.max((*next - v[s]).abs());
            }
            std::mem::swap(v, &mut next);
            for _ in 0..settings.evaluations {
                for (s, &a) in actions.iter().enumerate() {
                    v[s] = mdp.action_value(s, a, v, discount);
                }
            }
            change
        },
        |v| mdp.optimality_residual(v, discount),
    );
    Solution { v, certificate }
}

/// A best action and its value. Which of several is taken makes no difference to the
/// values.
fn greedy(mdp: &Mdp, s: usize, v: &[f64], discount: Discount) -> (usize, f64) {
    let mut best = (0, mdp.action_value(s, 0, v, discount));
    for a in 1..mdp.n_actions() {
        let value = mdp.action_value(s, a, v, discount);
        if value > best.1 {
            best = (a, value);
        }
    }
    best
}
