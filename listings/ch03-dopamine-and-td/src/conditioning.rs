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
//! use ch03_dopamine_and_td::conditioning::{B, DESIGNS, strengths};
//! let blocking = &DESIGNS[2];
//! assert!(strengths(blocking.trained)[B] < 0.01 * strengths(blocking.control)[B]);
//! ```

use rl::StepSize;
use rl::conditioning::{PearceHall, PearceHallSettings, Rates, RescorlaWagner};

/// Number of cue A.
pub const A: usize = 0;
/// Number of cue B.
pub const B: usize = 1;
/// Number of cue X.
pub const X: usize = 2;
/// How many cues there are.
pub const CUES: usize = 3;
/// Salience of each. Chosen: half of an outcome is learned in seven trials.
pub const SALIENCE: f64 = 0.1;

// ANCHOR: design
/// What is done to a group and to its control group, and the cue that is asked.
///
/// Phases are told apart by commas. Each says how many times over its trials are given in
/// turn; a trial is its cues, and `+` with the outcome or `-` without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Design {
    /// The effect.
    pub name: &'static str,
    /// The cue.
    pub asked: usize,
    /// Phases of the group that shows it.
    pub trained: &'static str,
    /// Phases of the group beside it.
    pub control: &'static str,
}

/// The experiments of this section.
#[rustfmt::skip]
pub const DESIGNS: [Design; 8] = [
    Design { name: "acquisition", asked: A, trained: "50 A+", control: "" },
    Design { name: "extinction", asked: A, trained: "50 A+, 50 A-", control: "50 A+" },
    Design { name: "blocking", asked: B, trained: "50 A+, 50 AB+", control: "50 AB+" },
    Design { name: "overshadowing", asked: A, trained: "50 AB+", control: "50 A+" },
    Design { name: "overexpectation", asked: A, trained: "50 A+ B+, 50 AB+", control: "50 A+ B+, 50 A+" },
    Design { name: "inhibition", asked: X, trained: "100 A+ AX-", control: "100 A+ X-" },
    Design { name: "second order", asked: X, trained: "50 A+, 5 XA-", control: "50 A+, 5 X-" },
    Design { name: "pre-exposure", asked: A, trained: "20 A-, 5 A+", control: "5 A+" },
];
// ANCHOR_END: design

/// The trials of `phases` in order: cues and outcome, which is 2 in `AB+2`. Panics if they
/// cannot be read.
pub fn trials(phases: &str) -> Vec<(Vec<usize>, f64)> {
    let mut all = Vec::new();
    for phase in phases.split(',').map(str::trim).filter(|phase| !phase.is_empty()) {
        let (times, trials) = phase.split_once(' ').expect("how many times, then trials");
        let trial = |text: &str| {
            let (cues, outcome) = text.split_at(text.find(['+', '-']).expect("+ or -"));
            let cue = |cue| "ABX".find(cue).expect("A, B or X");
            let outcome = match outcome {
                "-" => 0.0,
                "+" => 1.0,
                size => size.parse().expect("the size of an outcome"),
            };
            (cues.chars().map(cue).collect(), outcome)
        };
        let trials: Vec<_> = trials.split(' ').map(trial).collect();
        let n = trials.len() * times.parse::<usize>().expect("how many times");
        all.extend(trials.into_iter().cycle().take(n));
    }
    all
}

/// Strengths after each trial and, in the first entry, before all of them.
pub fn history(phases: &str, saliences: [f64; CUES]) -> Vec<[f64; CUES]> {
    let saliences = saliences.map(|x| StepSize::new(x).expect("from 0 to 1"));
    let mut animal = RescorlaWagner::new(saliences.to_vec(), Rates::default());
    let mut rows = vec![[0.0; CUES]];
    for (cues, outcome) in trials(phases) {
        animal.trial(&cues, outcome);
        rows.push([A, B, X].map(|cue| animal.v()[cue]));
    }
    rows
}

/// Strengths at the end.
pub fn strengths(phases: &str) -> [f64; CUES] {
    history(phases, [SALIENCE; CUES]).pop().expect("at least the row before all trials")
}

/// The rule without the sum: each cue has an error of its own, $R - V(i)$.
pub fn own_errors(phases: &str) -> [f64; CUES] {
    let mut v = [0.0; CUES];
    for (cues, outcome) in trials(phases) {
        cues.iter().for_each(|&cue| v[cue] += SALIENCE * (outcome - v[cue]));
    }
    v
}

/// Pairings until a cue of Pearce and Hall is worth half of the outcome, after exposures.
pub fn pairings_to_half(exposures: usize) -> usize {
    let mut animal = PearceHall::new(1, PearceHallSettings::default());
    let mut v_after = |outcome| (animal.trial(&[A], outcome), animal.v(A)).1;
    (0..exposures).for_each(|_| _ = v_after(0.0));
    1 + (0..).take_while(|_| v_after(1.0) < 0.5).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_are_read_in_order() {
        let read = trials("2 A+ AX-, 1 B+0.5");
        let ax = (vec![A, X], 0.0);
        let expected = [(vec![A], 1.0), ax.clone(), (vec![A], 1.0), ax, (vec![B], 0.5)];
        assert_eq!(read, expected);
        assert_eq!(history("2 A+ AX-", [0.1; 3])[1], [0.1, 0.0, 0.0]);
        assert_eq!(strengths(""), [0.0; 3]);
    }
}
