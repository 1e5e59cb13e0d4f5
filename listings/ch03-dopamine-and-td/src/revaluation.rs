//! Relearning from the middle, after Momennejad et al. (2017): who notices at the start
//! what has changed further on?
//!
//! Two sequences, 1-3-5 and 2-4-6 (here 0 to 5). Arrival in 5 pays 10, in 6 it pays 1.
//! Then the middle only: rewards swapped, or ways. With rewards $\rho(s')$ for arriving
//! in $s'$:
//! $$V = \frac{(M - I)\, \rho}{\gamma_d} \quad \text{(map)}, \qquad V(s) = \rho(s') + \gamma_d V(s') \quad \text{(planner)}, \qquad V(s) \leftarrow V(s) + \eta\, \delta \quad \text{(values)}$$
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $V$ | `values` | value of each state, by TD | reward |
//! | $M$ | `map` | successor map, by TD; the last states count as visited | visits |
//! | $\rho$ | `paid` | reward for arriving | reward |
//! | $\gamma_d$, $\eta$ | [`DISCOUNT`], [`STEP_SIZE`] | discount, step size | `[0, 1]` |
//!
//! ```
//! use ch03_dopamine_and_td::revaluation::{Learner, Student, preferred};
//! use envs::graph::Revalued;
//! let after = |changed| preferred(&Student::after(changed), Learner::Map);
//! assert_eq!(after(Revalued::Nothing), 0);
//! assert_eq!(after(Revalued::Rewards), 1);
//! assert_eq!(after(Revalued::Transitions), 0); // not noticed
//! ```

use envs::graph::{Revalued, revaluation};
use envs::{FiniteWorld, Next};
use rl::Settings;
use rl::successor::SuccessorTd;
use rl::td::Td0;

/// States: two starts, two in the middle, two last.
pub const STATES: usize = 6;
/// The discount.
pub const DISCOUNT: f64 = 0.9;
/// The step size of all.
pub const STEP_SIZE: f64 = 0.1;
/// Walks along each sequence in a phase.
pub const WALKS: usize = 100;

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Learner {
    /// By values learned from TD errors.
    Values,
    /// By the map times the rewards.
    Map,
    /// By working out what follows what.
    Planner,
}

/// All three, learning from the same steps.
#[derive(Debug, Clone)]
pub struct Student {
    values: Td0,
    map: SuccessorTd,
    paid: Td0,
    follows: [Option<usize>; STATES],
}

impl Student {
    /// Knows nothing.
    pub fn naive() -> Self {
        let settings =
            |discount| Settings::new(STEP_SIZE, discount).expect("from 0 to 1");
        let none = vec![0.0; STATES];
        Self {
            values: Td0::new(none.clone(), settings(DISCOUNT)),
            map: SuccessorTd::new(STATES, settings(DISCOUNT)),
            paid: Td0::new(none, settings(0.0)),
            follows: [None; STATES],
        }
    }

    // ANCHOR: relearn
    /// Walks from `start` to the end, once, in the world with this change.
    pub fn walk(&mut self, start: usize, changed: Revalued) {
        let world = revaluation(changed);
        let mut s = start;
        while !world.is_terminal(s) {
            let step = world.successors(s, 0)[0];
            self.values.learn(s, step.reward, Next::Continues(step.state));
            self.map.learn(s, Next::Continues(step.state));
            self.paid.learn(step.state, step.reward, Next::Terminated);
            self.follows[s] = Some(step.state);
            s = step.state;
        }
        self.map.learn(s, Next::Terminated);
    }

    /// First both sequences from their starts, then, changed, from the middle only.
    pub fn after(changed: Revalued) -> Self {
        let mut student = Self::naive();
        for (starts, changed) in [([0, 1], Revalued::Nothing), ([2, 3], changed)] {
            for _ in 0..WALKS {
                starts.iter().for_each(|&start| student.walk(start, changed));
            }
        }
        student
    }
    // ANCHOR_END: relearn

    /// What a state is worth to one of the three.
    pub fn value(&self, s: usize, learner: Learner) -> f64 {
        let paid = self.paid.weights();
        match learner {
            Learner::Values => self.values.weights()[s],
            // The visit with which one starts pays nothing.
            Learner::Map => (self.map.m().value(s, paid) - paid[s]) / DISCOUNT,
            Learner::Planner => self.follows[s]
                .map_or(0.0, |next| paid[next] + DISCOUNT * self.value(next, learner)),
        }
    }
}

/// The start that is worth more, 0 or 1.
pub fn preferred(student: &Student, learner: Learner) -> usize {
    usize::from(student.value(1, learner) > student.value(0, learner))
}
