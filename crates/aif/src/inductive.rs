//! Inductive inference: from a goal backwards to the states from which it can be reached.
//!
//! $$I_0\[s\] = \mathbb 1\[s \in \text{goal}\], \qquad I_{n+1}\[s\] = \max_{a, s'} \mathbb
//! 1\bigl\[B\[s', s, a\] > \theta\bigr\]\, I_n\[s'\]$$
//!
//! An agent that believes itself $n$ steps from the goal should be $n - 1$ from it next:
//! to be in another state then costs $\ln \epsilon$ nats. So it walks to a goal far
//! beyond the horizon of its plans.
//!
//! | book       | code                    | meaning                                        |
//! |------------|-------------------------|------------------------------------------------|
//! | $I_n\[s\]$ | [`Inductive::reaches`]  | the goal can be reached from `s` in `n` steps  |
//! | $\theta$   | `threshold`             | what probability makes a move a way            |
//! | $\epsilon$ | `penalty`               | how probable it is to leave the way            |
//!
//! (The rule, and that it is anchored on the most probable state now, are those of pymdp
//! 1.0.4, with which the numbers agree.)

use prob::Probability;
use prob::math::ln;
use thiserror::Error;

use crate::{Belief, GenerativeModel};

/// What is wrong with a goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum GoalError {
    /// A factor that there isn't.
    #[error("a goal for factor {factor}, but the model has {n_factors}")]
    NoSuchFactor {
        /// The factor.
        factor: usize,
        /// How many there are.
        n_factors: usize,
    },
    /// A state that the factor doesn't have.
    #[error("goal state {state} of factor {factor}, but it has {n_states}")]
    NoSuchState {
        /// The factor.
        factor: usize,
        /// The state.
        state: usize,
        /// How many there are.
        n_states: usize,
    },
    /// A factor whose next state depends on others: alone it has no ways.
    #[error("factor {factor} moves with others: its ways can't be found from it alone")]
    NotAlone {
        /// The factor.
        factor: usize,
    },
    /// A penalty of probability 0 or 1, or no steps to look back.
    #[error("a penalty of probability 0 or 1, or a depth of 0")]
    Degenerate,
}

#[derive(Debug, Clone, PartialEq)]
struct Reach {
    factor: usize,
    n_states: usize,
    /// Row `n`: from where the goal can be reached in exactly `n` steps.
    rows: Vec<bool>,
    /// The row in which to be next, if a way is known.
    next: Option<usize>,
}

impl Reach {
    fn depth(&self) -> usize {
        self.rows.len() / self.n_states
    }

    fn row(&self, n: usize) -> &[bool] {
        &self.rows[n * self.n_states..(n + 1) * self.n_states]
    }
}

/// Ways to goals, found once from a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Inductive {
    reaches: Vec<Reach>,
    log_penalty: f64,
}

impl Inductive {
    /// Finds the ways to goals: for some factors the states that are wanted.
    ///
    /// A move is a way if some action makes it more probable than `threshold`. To be off
    /// the way costs the logarithm of `penalty`. `depth` rows are found: ways of up to
    /// `depth - 1` steps.
    ///
    /// # Errors
    /// [`GoalError`].
    ///
    /// ```
    /// use aif::{Belief, GenerativeModel, inductive::Inductive};
    /// use prob::Probability;
    ///
    /// // A corridor of nine places, the last of which is the goal.
    /// let mut model = GenerativeModel::builder();
    /// let names: Vec<String> = (0..9).map(|i| i.to_string()).collect();
    /// let place = model.factor("place", &names);
    /// model.actions(place, &["back", "on"]);
    /// model.transition(place, &[place], |s, a, column| {
    ///     column[if a == 1 { (s[0] + 1).min(8) } else { s[0].saturating_sub(1) }] = 1.0;
    /// });
    /// model.prior(place, &[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    /// let sight = model.modality("sight", &["dark"]);
    /// model.likelihood(sight, &[], |_, column| column[0] = 1.0);
    /// let model = model.build()?;
    ///
    /// let rare = Probability::new(0.01)?;
    /// let mut ways = Inductive::new(&model, &[(place, &[8])], Probability::ZERO, rare, 9)?;
    /// assert!(ways.reaches(0, 8)[0] && !ways.reaches(0, 7)[0]);
    /// ways.anchor(&Belief::prior(&model));
    /// let mut next = Belief::prior(&model);
    /// assert!(ways.value(&next) < -4.6, "to stay leads nowhere");
    /// next.set(place, &[0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])?;
    /// assert_eq!(ways.value(&next), 0.0, "one step nearer");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(
        model: &GenerativeModel,
        goals: &[(usize, &[usize])],
        threshold: Probability,
        penalty: Probability,
        depth: usize,
    ) -> Result<Self, GoalError> {
        if !(penalty.get() > 0.0 && penalty.get() < 1.0) || depth == 0 {
            return Err(GoalError::Degenerate);
        }
        let mut reaches = Vec::new();
        for &(factor, states) in goals {
            let n_factors = model.n_factors();
            if factor >= n_factors {
                return Err(GoalError::NoSuchFactor { factor, n_factors });
            }
            let f = model.factor(factor);
            let n_states = f.n_states();
            if f.parents() != [factor] {
                return Err(GoalError::NotAlone { factor });
            }
            let mut rows = vec![false; n_states];
            for &state in states {
                if state >= n_states {
                    return Err(GoalError::NoSuchState { factor, state, n_states });
                }
                rows[state] = true;
            }
            for n in 1..depth {
                for s in 0..n_states {
                    let before = &rows[(n - 1) * n_states..n * n_states];
                    let way = (0..f.n_actions()).any(|a| {
                        let column = f.transition().column(s, a);
                        column.iter().zip(before).any(|(&p, &b)| b && p > threshold.get())
                    });
                    rows.push(way);
                }
            }
            reaches.push(Reach { factor, n_states, rows, next: None });
        }
        Ok(Self { reaches, log_penalty: ln(penalty.get()) })
    }

    /// From which states the `goal`th goal can be reached in exactly `n` steps, shape
    /// `[n_states]`.
    ///
    /// # Panics
    /// If there is no such goal, or `n` is not below the depth.
    pub fn reaches(&self, goal: usize, n: usize) -> &[bool] {
        self.reaches[goal].row(n)
    }

    /// Takes the most probable states for those in which the agent is, and finds for each
    /// goal where to be next.
    ///
    /// # Panics
    /// If the belief has other factors than the model.
    pub fn anchor(&mut self, belief: &Belief) {
        for reach in &mut self.reaches {
            let q = belief.factor(reach.factor);
            let max = q.iter().copied().fold(0.0, f64::max);
            let here = q.iter().position(|&q| q == max).expect("a belief has states");
            reach.next = (0..reach.depth())
                .find(|&n| reach.row(n)[here])
                .map(|n| n.saturating_sub(1));
        }
    }

    /// What a predicted belief is worth, in nats: $\sum_s q(s) \ln \epsilon$ over the
    /// states that are off the way, 0 where no way is known.
    ///
    /// # Panics
    /// If the belief has other factors than the model.
    pub fn value(&self, predicted: &Belief) -> f64 {
        let off = |reach: &Reach| {
            let Some(next) = reach.next else { return 0.0 };
            let q = predicted.factor(reach.factor);
            let off: f64 = q
                .iter()
                .zip(reach.row(next))
                .filter(|(_, on)| !**on)
                .map(|(q, _)| q)
                .sum();
            off * self.log_penalty
        };
        self.reaches.iter().map(off).sum()
    }
}
