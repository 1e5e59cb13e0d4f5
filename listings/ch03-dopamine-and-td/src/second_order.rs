//! A cue for a cue: first A and juice, then X and A and nothing.
//!
//! Each cue starts a row of moments of its own, and where both run, they add up: $V(t) =
//! w_X(t - t_X) + w_A(t - t_A)$. The learner is that of
//! [`trial_time`](crate::trial_time).
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $V(t_X)$ | `prospect` | what X's onset promises | reward |
//! | $w_X$ at the juice's time | `inhibition` | what X says at the moment when the juice was due | reward |
//!
//! ```
//! use ch03_dopamine_and_td::second_order::pairings;
//! let rows = pairings(0.9);
//! assert!(rows[8].prospect > 0.05 && rows[199].prospect < 0.01);
//! ```

use envs::pavlov::{CompleteSerialCompound, Representation, Trial};

use crate::trial_time::Learner;

/// Number of the cue that comes first.
pub const X: usize = 0;
/// Number of the cue that was paired with juice.
pub const A: usize = 1;
/// The moment at which X comes.
pub const X_ONSET: usize = 5;
/// The moment at which A comes.
pub const A_ONSET: usize = 10;
/// The moment at which juice comes, or would come.
pub const JUICE: usize = 15;
/// Trials of each phase.
pub const TRIALS: usize = 200;

const STEPS: usize = 20;

/// What X is worth before a pairing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// What its onset promises.
    pub prospect: f64,
    /// What it adds in the last moment before the juice was due.
    pub inhibition: f64,
    /// What A says in that moment.
    pub excitation: f64,
}

/// Each cue a row of moments.
pub fn moments() -> CompleteSerialCompound {
    CompleteSerialCompound::new(2, STEPS)
}

// ANCHOR: phases
/// An animal that has learned that A brings juice.
pub fn first_phase(lambda: f64) -> Learner {
    let weights = vec![0.0; moments().n_features()];
    let floor = f64::NEG_INFINITY;
    let mut animal = Learner { weights, step_size: 0.1, discount: 1.0, lambda, floor };
    let paid =
        Trial::new(STEPS, 2).with_stimulus(A, A_ONSET, STEPS).with_reward(JUICE, 1.0);
    (0..TRIALS).for_each(|_| {
        animal.trial(&paid, &moments());
    });
    animal
}

/// Then X and A and no juice: what X is worth before each pairing and after the last.
pub fn pairings(lambda: f64) -> Vec<Row> {
    let unpaid = Trial::new(STEPS, 2).with_stimulus(A, A_ONSET, STEPS);
    second_phase(lambda, &unpaid.with_stimulus(X, X_ONSET, STEPS))
}
// ANCHOR_END: phases

/// The control: X alone.
pub fn unpaired(lambda: f64) -> Vec<Row> {
    second_phase(lambda, &Trial::new(STEPS, 2).with_stimulus(X, X_ONSET, STEPS))
}

fn second_phase(lambda: f64, trial: &Trial) -> Vec<Row> {
    let mut animal = first_phase(lambda);
    let weight =
        |animal: &Learner, cue, onset| animal.weights[cue * STEPS + JUICE - 1 - onset];
    let mut rows = Vec::with_capacity(TRIALS + 1);
    for pairing in 0..=TRIALS {
        rows.push(Row {
            prospect: animal.v(trial, &moments(), X_ONSET),
            inhibition: weight(&animal, X, X_ONSET),
            excitation: weight(&animal, A, A_ONSET),
        });
        if pairing < TRIALS {
            animal.trial(trial, &moments());
        }
    }
    rows
}
