//! Designs of conditioning experiments, and the groups that go through them.
//!
//! Rescorla and Wagner's rule (1972), from the library:
//! $$\Delta V(i) = \alpha_{\mathrm{cs}}(i)\, \beta_{\mathrm{us}} \Bigl(R - \sum_{j\ \mathrm{present}} V(j)\Bigr)$$
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $V(i)$ | `v[i]` | strength of cue `i` | reward |
//! | $R$ | `outcome` | what the trial brings, 0 for nothing | reward |
//! | $\alpha_{\mathrm{cs}}(i)$ | [`SALIENCE`] | salience of each cue; $\beta_{\mathrm{us}}$ is 1 | `[0, 1]` |
//!
//! ```
//! use ch03_dopamine_and_td::conditioning::{B, blocking, strengths};
//! let design = blocking();
//! assert!(strengths(&design.trained)[B] < 0.01 * strengths(&design.control)[B]);
//! ```

use rl::StepSize;
use rl::conditioning::{PearceHall, PearceHallSettings, Rates, RescorlaWagner};

/// A cue.
pub const A: usize = 0;
/// Another cue.
pub const B: usize = 1;
/// A third.
pub const X: usize = 2;
/// How many there are.
pub const CUES: usize = 3;
/// Salience of each. Chosen: half of an outcome is learned in seven trials.
pub const SALIENCE: f64 = 0.1;

// ANCHOR: design
/// Trials, each with its cues and its outcome, given in turn so many times over.
#[derive(Debug, Clone, PartialEq)]
pub struct Phase {
    /// Cues and outcome of each trial.
    pub trials: Vec<(Vec<usize>, f64)>,
    /// How many times over.
    pub times: usize,
}

/// What is done to a group and to its control group, and the cue that is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// The effect's name.
    pub name: &'static str,
    /// Phases of the group that shows it.
    pub trained: Vec<Phase>,
    /// Phases of the group beside it.
    pub control: Vec<Phase>,
    /// The cue in question.
    pub asked: usize,
}

/// Kamin's: first A alone, then A and B together.
pub fn blocking() -> Design {
    let together = phase(50, &[(&[A, B], 1.0)]);
    let trained = vec![phase(50, &[(&[A], 1.0)]), together.clone()];
    Design { name: "blocking", trained, control: vec![together], asked: B }
}
// ANCHOR_END: design

/// `trials` in turn, `times` over.
pub fn phase(times: usize, trials: &[(&[usize], f64)]) -> Phase {
    let trials = trials.iter().map(|(cues, outcome)| (cues.to_vec(), *outcome));
    Phase { trials: trials.collect(), times }
}

/// Blocking, but for the outcome of the compound. The control had it from the start.
pub fn unblocking(outcome: f64) -> Vec<Phase> {
    vec![phase(50, &[(&[A], 1.0)]), phase(50, &[(&[A, B], outcome)])]
}

/// All designs that the chapter speaks of.
pub fn designs() -> Vec<Design> {
    let acquired = || phase(50, &[(&[A], 1.0)]);
    let both = || phase(50, &[(&[A], 1.0), (&[B], 1.0)]);
    let design = |name, asked, trained: &[Phase], control: &[Phase]| Design {
        name,
        trained: trained.to_vec(),
        control: control.to_vec(),
        asked,
    };
    vec![
        design("acquisition", A, &[acquired()], &[]),
        design("extinction", A, &[acquired(), phase(50, &[(&[A], 0.0)])], &[acquired()]),
        blocking(),
        design("overshadowing", A, &[phase(50, &[(&[A, B], 1.0)])], &[acquired()]),
        design(
            "overexpectation",
            A,
            &[both(), phase(50, &[(&[A, B], 1.0)])],
            &[both(), phase(50, &[(&[A], 1.0)])],
        ),
        design(
            "inhibition",
            X,
            &[phase(100, &[(&[A], 1.0), (&[A, X], 0.0)])],
            &[phase(100, &[(&[A], 1.0), (&[X], 0.0)])],
        ),
        design(
            "second order",
            X,
            &[acquired(), phase(5, &[(&[X, A], 0.0)])],
            &[acquired(), phase(5, &[(&[X], 0.0)])],
        ),
        design(
            "pre-exposure",
            A,
            &[phase(20, &[(&[A], 0.0)]), phase(5, &[(&[A], 1.0)])],
            &[phase(5, &[(&[A], 1.0)])],
        ),
    ]
}

/// Goes through the trials of `phases` in order.
pub fn run(phases: &[Phase], mut trial: impl FnMut(&[usize], f64)) {
    for phase in phases {
        for (cues, outcome) in
            phase.trials.iter().cycle().take(phase.times * phase.trials.len())
        {
            trial(cues, *outcome);
        }
    }
}

/// An animal with these saliences that knows nothing.
pub fn naive(saliences: [f64; CUES]) -> RescorlaWagner {
    let salience = |x| StepSize::new(x).expect("from 0 to 1");
    RescorlaWagner::new(saliences.map(salience).to_vec(), Rates::default())
}

/// Strengths after each trial, the first entry before all of them. Shape `[n_trials +
/// 1]`.
pub fn history(phases: &[Phase]) -> Vec<[f64; CUES]> {
    let mut animal = naive([SALIENCE; CUES]);
    let mut rows = vec![[0.0; CUES]];
    run(phases, |cues, outcome| {
        animal.trial(cues, outcome);
        rows.push([A, B, X].map(|cue| animal.v()[cue]));
    });
    rows
}

/// Strengths at the end.
pub fn strengths(phases: &[Phase]) -> [f64; CUES] {
    history(phases)
        [phases.iter().map(|phase| phase.times * phase.trials.len()).sum::<usize>()]
}

/// The rule without the sum: each cue has an error of its own, $R - V(i)$.
pub fn own_errors(phases: &[Phase]) -> [f64; CUES] {
    let mut v = [0.0; CUES];
    run(phases, |cues, outcome| {
        for &cue in cues {
            v[cue] += SALIENCE * (outcome - v[cue]);
        }
    });
    v
}

/// How many pairings a cue of Pearce and Hall needs to be worth half of the outcome,
/// after so many exposures without outcome.
pub fn pairings_to_half(exposures: usize) -> usize {
    let mut animal = PearceHall::new(1, PearceHallSettings::default());
    (0..exposures).for_each(|_| {
        animal.trial(&[A], 0.0);
    });
    let mut pairings = 0;
    while animal.v(A) < 0.5 {
        animal.trial(&[A], 1.0);
        pairings += 1;
    }
    pairings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_has_a_row_for_each_trial() {
        let design = &designs()[5];
        let rows = history(&design.trained);
        assert_eq!(rows.len(), 201);
        assert_eq!((rows[1][A], rows[1][X]), (0.1, 0.0));
    }
}
