//! Conditioning trial by trial: what cues come to predict, with no time inside a trial.
//!
//! | book                | code                | meaning                                | unit   |
//! |---------------------|---------------------|----------------------------------------|--------|
//! | $V_i$               | `v[i]`              | associative strength of cue `i`        | reward |
//! | $\alpha_{\mathrm{cs}}$ | `salience`       | salience of the cue                    | `[0, 1]` |
//! | $\beta_{\mathrm{us}}$  | `reinforced`, `unreinforced` | rate with and without the outcome | `[0, 1]` |
//! | (their $\lambda$)   | `outcome`           | what the trial delivered               | reward |
//!
//! The authors write $\lambda$ for the outcome, which is the trace decay in this book.

use crate::StepSize;

fn sum(v: &[f64], present: &[usize]) -> f64 {
    present.iter().map(|&cue| v[cue]).sum()
}

fn expect_once(present: &[usize]) {
    let twice = (1..present.len()).find(|&i| present[..i].contains(&present[i]));
    assert!(twice.is_none(), "a cue is named twice in {present:?}");
}

/// The rates of [`RescorlaWagner`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// $\beta_{\mathrm{us}}$ of trials with an outcome. Default 1, so that salience alone
    /// is the step size.
    pub reinforced: StepSize,
    /// $\beta_{\mathrm{us}}$ of trials without. Default 1. Rescorla and Wagner (1972)
    /// often take it smaller.
    pub unreinforced: StepSize,
}

impl Default for Rates {
    fn default() -> Self {
        Self { reinforced: StepSize::ONE, unreinforced: StepSize::ONE }
    }
}

/// All cues of a trial share one error (Rescorla and Wagner 1972): for each cue $i$ that
/// is present,
///
/// $$\Delta V_i = \alpha_{\mathrm{cs}, i}\, \beta_{\mathrm{us}} \Bigl(R - \sum_{j\ \mathrm{present}} V_j\Bigr).$$
///
/// ```
/// use rl::{StepSize, conditioning::{Rates, RescorlaWagner}};
///
/// const A: usize = 0;
/// const B: usize = 1;
/// let mut animal = RescorlaWagner::new(vec![StepSize::new(0.1)?; 2], Rates::default());
/// (0..50).for_each(|_| { animal.trial(&[A], 1.0); });
/// (0..50).for_each(|_| { animal.trial(&[A, B], 1.0); });
/// assert!(animal.v()[B] < 0.01, "A has blocked B");
/// # Ok::<(), rl::BadParameter>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RescorlaWagner {
    salience: Vec<StepSize>,
    rates: Rates,
    v: Vec<f64>,
}

impl RescorlaWagner {
    /// A naive animal. `salience` has shape `[n_cues]`.
    pub fn new(salience: Vec<StepSize>, rates: Rates) -> Self {
        let v = vec![0.0; salience.len()];
        Self { salience, rates, v }
    }

    /// Strengths of the cues, shape `[n_cues]`, in reward.
    pub fn v(&self) -> &[f64] {
        &self.v
    }

    /// What the cues that are `present` predict together: $\sum_j V_j$.
    ///
    /// # Panics
    /// If there is no such cue.
    pub fn prediction(&self, present: &[usize]) -> f64 {
        sum(&self.v, present)
    }

    /// A trial in which `present` cues are shown and `outcome` is delivered, 0 for none.
    /// Returns the prediction error $R - \sum_j V_j$, in reward.
    ///
    /// # Panics
    /// If there is no such cue, or one is named twice.
    pub fn trial(&mut self, present: &[usize], outcome: f64) -> f64 {
        expect_once(present);
        let error = outcome - self.prediction(present);
        let Rates { reinforced, unreinforced } = self.rates;
        let rate = if outcome == 0.0 { unreinforced } else { reinforced };
        for &cue in present {
            self.v[cue] += self.salience[cue].get() * rate.get() * error;
        }
        error
    }
}

/// What [`PearceHall`] is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PearceHallSettings {
    /// Rate of excitatory learning. Default 0.2: ours.
    pub excitatory: StepSize,
    /// Rate of inhibitory learning. Default 0.2: ours.
    pub inhibitory: StepSize,
    /// How fast associability follows surprise. Default 0.5: ours. At 1 it is the last
    /// trial's surprise, as in Pearce and Hall (1980).
    pub surprise: StepSize,
    /// Associability of a new cue. Default 1: what is new is attended to.
    pub associability: f64,
}

impl Default for PearceHallSettings {
    fn default() -> Self {
        let rate = |x| StepSize::new(x).expect("written above");
        Self {
            excitatory: rate(0.2),
            inhibitory: rate(0.2),
            surprise: rate(0.5),
            associability: 1.0,
        }
    }
}

/// Surprise sets how much is learned about a cue, not how much is wanting (Pearce and
/// Hall 1980; running associability from Pearce, Kaye and Hall 1982).
///
/// With the net prediction $\bar V = \sum_j (V^+_j - V^-_j)$ of the cues present, each of
/// them learns
///
/// $$\Delta V^+_i = \eta^+ \alpha_i\, R \ \text{ if } R > \bar V, \qquad \Delta V^-_i = \eta^- \alpha_i\, |R - \bar V| \ \text{ if } R < \bar V,$$
///
/// and then, with the same $\bar V$, $\alpha_i \leftarrow \kappa\, |R - \bar V| + (1 -
/// \kappa)\, \alpha_i$. So a well predicted outcome makes a cue hard to learn about:
/// latent inhibition, which [`RescorlaWagner`] lacks.
#[derive(Debug, Clone, PartialEq)]
pub struct PearceHall {
    settings: PearceHallSettings,
    excitation: Vec<f64>,
    inhibition: Vec<f64>,
    associability: Vec<f64>,
}

impl PearceHall {
    /// A naive animal with `n_cues` cues.
    pub fn new(n_cues: usize, settings: PearceHallSettings) -> Self {
        Self {
            settings,
            excitation: vec![0.0; n_cues],
            inhibition: vec![0.0; n_cues],
            associability: vec![settings.associability; n_cues],
        }
    }

    /// Net strength of a cue, $V^+ - V^-$, in reward.
    ///
    /// # Panics
    /// If there is no such cue.
    pub fn v(&self, cue: usize) -> f64 {
        self.excitation[cue] - self.inhibition[cue]
    }

    /// Associabilities $\alpha_i$, shape `[n_cues]`, in reward.
    pub fn associability(&self) -> &[f64] {
        &self.associability
    }

    /// What the cues that are `present` predict together, $\bar V$.
    ///
    /// # Panics
    /// If there is no such cue.
    pub fn prediction(&self, present: &[usize]) -> f64 {
        sum(&self.excitation, present) - sum(&self.inhibition, present)
    }

    /// A trial in which `present` cues are shown and `outcome` is delivered, 0 for none.
    /// Returns $R - \bar V$, in reward.
    ///
    /// # Panics
    /// If there is no such cue, or one is named twice.
    pub fn trial(&mut self, present: &[usize], outcome: f64) -> f64 {
        expect_once(present);
        let error = outcome - self.prediction(present);
        let PearceHallSettings { excitatory, inhibitory, surprise, .. } = self.settings;
        for &cue in present {
            let associability = &mut self.associability[cue];
            if error > 0.0 {
                self.excitation[cue] += excitatory.get() * *associability * outcome;
            } else {
                self.inhibition[cue] -= inhibitory.get() * *associability * error;
            }
            *associability += surprise.get() * (error.abs() - *associability);
        }
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(x: f64) -> StepSize {
        StepSize::new(x).unwrap()
    }

    #[test]
    fn one_compound_trial_shares_one_error() {
        // Saliences .5 and .2, rates .4 (reinforced) and .1. First AB+ with outcome 2:
        // error 2, so V_A = .5 * .4 * 2 = .4 and V_B = .2 * .4 * 2 = .16. Then AB-: error
        // -.56, so V_A = .4 - .5 * .1 * .56 = .372, V_B = .16 - .2 * .1 * .56 = .1488.
        let rates = Rates { reinforced: rate(0.4), unreinforced: rate(0.1) };
        let mut animal = RescorlaWagner::new(vec![rate(0.5), rate(0.2)], rates);
        assert_eq!(animal.trial(&[0, 1], 2.0), 2.0);
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} is not {b}");
        near(animal.v()[0], 0.4);
        near(animal.v()[1], 0.16);
        near(animal.trial(&[0, 1], 0.0), -0.56);
        near(animal.v()[0], 0.372);
        near(animal.v()[1], 0.1488);
    }

    #[test]
    fn blocking_leaves_the_added_cue_what_the_first_left_over() {
        // V_A = 1 - .9^50 after 50 A+ trials; then both get the same share of what is
        // missing, which shrinks by 1 - 2 * .1 a trial.
        let train = |pretrained: usize| {
            let mut animal = RescorlaWagner::new(vec![rate(0.1); 2], Rates::default());
            (0..pretrained).for_each(|_| {
                animal.trial(&[0], 1.0);
            });
            (0..50).for_each(|_| {
                animal.trial(&[0, 1], 1.0);
            });
            animal.v()[1]
        };
        let power = |base: f64, n: usize| (0..n).map(|_| base).product::<f64>();
        let missing = power(0.9, 50);
        assert!((train(50) - missing / 2.0 * (1.0 - power(0.8, 50))).abs() < 1e-12);
        assert!((train(0) - 0.5 * (1.0 - power(0.8, 50))).abs() < 1e-12);
    }

    #[test]
    fn one_trial_of_pearce_and_hall_learns_by_associability_and_updates_it() {
        // Rates .2, surprise .5, associability 1. A+ with outcome 2: error 2,
        // V+ = .2 * 1 * 2 = .4, associability 1 + .5 * (2 - 1) = 1.5. A-: error -.4,
        // V- = .2 * 1.5 * .4 = .12, associability 1.5 + .5 * (.4 - 1.5) = .95.
        let mut animal = PearceHall::new(1, PearceHallSettings::default());
        assert_eq!(animal.trial(&[0], 2.0), 2.0);
        assert!((animal.v(0) - 0.4).abs() < 1e-15);
        assert!((animal.associability()[0] - 1.5).abs() < 1e-15);
        assert!((animal.trial(&[0], 0.0) + 0.4).abs() < 1e-15);
        assert!((animal.v(0) - 0.28).abs() < 1e-15);
        assert!((animal.associability()[0] - 0.95).abs() < 1e-15);
    }

    #[test]
    fn a_cue_shown_without_outcome_is_learned_slower_only_by_pearce_and_hall() {
        let first = |exposures: usize| {
            let mut hall = PearceHall::new(1, PearceHallSettings::default());
            let mut wagner = RescorlaWagner::new(vec![rate(0.2)], Rates::default());
            for _ in 0..exposures {
                hall.trial(&[0], 0.0);
                wagner.trial(&[0], 0.0);
            }
            hall.trial(&[0], 1.0);
            wagner.trial(&[0], 1.0);
            (hall.v(0), wagner.v()[0])
        };
        let ((naive, wagner), (exposed, wagner_exposed)) = (first(0), first(10));
        assert!(exposed < naive / 100.0, "{exposed} and {naive}");
        assert_eq!(wagner, wagner_exposed);
    }

    #[test]
    #[should_panic(expected = "named twice")]
    fn a_cue_named_twice_panics() {
        RescorlaWagner::new(vec![rate(0.1)], Rates::default()).trial(&[0, 0], 1.0);
    }
}
