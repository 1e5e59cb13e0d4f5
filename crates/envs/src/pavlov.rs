//! Pavlovian trials: stimuli come and go, reward comes or doesn't, whatever the animal
//! does. And what of it an animal may see: features of the time since each stimulus.
//!
//! | book        | code              | meaning                                             | unit   |
//! |-------------|-------------------|-----------------------------------------------------|--------|
//! | $t$         | `t`               | time in the trial                                   | steps  |
//! | $\phi_i(t)$ | `out[i]`          | what is seen at `t`                                 |        |
//! | $R_t$       | [`Trial::reward`] | reward that arrives at `t`, with the step from `t - 1` | reward |

use prob::math::{exp, powf, sqrt};
use thiserror::Error;

/// A trial: how long it is, when which stimulus is there, and when reward comes.
///
/// ```
/// use envs::pavlov::{CompleteSerialCompound, Trial};
///
/// // A cue at step 5 that stays, reward at step 15.
/// let trial = Trial::new(20, 1).with_stimulus(0, 5, 15).with_reward(15, 1.0);
/// let seen = CompleteSerialCompound::new(1, 20);
/// let mut features = [0.0; 20];
/// trial.write(4, &seen, &mut features);
/// assert_eq!(features, [0.0; 20]); // nothing is known before the cue
/// trial.write(8, &seen, &mut features);
/// assert_eq!(features[3], 1.0); // three steps after the cue
/// assert_eq!(trial.reward(15), 1.0);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    steps: usize,
    /// For each stimulus, the step at which it comes and the one at which it is gone.
    spans: Vec<Option<(usize, usize)>>,
    rewards: Vec<f64>,
}

impl Trial {
    /// A trial with the times `0..=steps` and nothing in it. There are `n_stimuli` that
    /// could come.
    pub fn new(steps: usize, n_stimuli: usize) -> Self {
        Self { steps, spans: vec![None; n_stimuli], rewards: vec![0.0; steps + 1] }
    }

    /// The same trial with `stimulus` there from `onset` on and gone at `offset`.
    ///
    /// # Panics
    /// If there is no such stimulus, or it does not come before it goes, within the
    /// trial.
    #[must_use]
    pub fn with_stimulus(mut self, stimulus: usize, onset: usize, offset: usize) -> Self {
        assert!(
            onset < offset && onset <= self.steps,
            "a stimulus from {onset} to {offset} in a trial of {} steps",
            self.steps
        );
        self.spans[stimulus] = Some((onset, offset));
        self
    }

    /// The same trial without `stimulus`.
    ///
    /// # Panics
    /// If there is no such stimulus.
    #[must_use]
    pub fn without_stimulus(mut self, stimulus: usize) -> Self {
        self.spans[stimulus] = None;
        self
    }

    /// The same trial with this reward at time `t` and no other at that time.
    ///
    /// # Panics
    /// If the trial is over by then, `t` is 0, which no step leads to, or the reward is
    /// not finite.
    #[must_use]
    pub fn with_reward(mut self, t: usize, reward: f64) -> Self {
        assert!(
            0 < t && t <= self.steps,
            "a reward at {t} in a trial of {} steps",
            self.steps
        );
        assert!(reward.is_finite(), "a reward of {reward}");
        self.rewards[t] = reward;
        self
    }

    /// The same trial with no reward at all.
    #[must_use]
    pub fn without_reward(mut self) -> Self {
        self.rewards.fill(0.0);
        self
    }

    /// Number of steps; the times are `0..=steps`.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The reward that arrives at `t`.
    ///
    /// # Panics
    /// If there is no such time.
    pub fn reward(&self, t: usize) -> f64 {
        self.rewards[t]
    }

    /// Writes what is seen at `t` to `out`, of shape `[n_features]`. Allocates nothing.
    ///
    /// # Panics
    /// If `out` has another length, or the representation lacks one of the stimuli.
    pub fn write(&self, t: usize, seen: &impl Representation, out: &mut [f64]) {
        assert_eq!(out.len(), seen.n_features(), "one number a feature");
        out.fill(0.0);
        for (stimulus, span) in self.spans.iter().enumerate() {
            if let &Some((onset, offset)) = span
                && onset <= t
            {
                let presence = if t < offset { Presence::There } else { Presence::Gone };
                seen.write(stimulus, t - onset, presence, out);
            }
        }
    }
}

/// Whether a stimulus that came is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It is.
    There,
    /// It is gone.
    Gone,
}

/// How the time since a stimulus looks to an animal.
pub trait Representation {
    /// Number of features.
    fn n_features(&self) -> usize;

    /// Writes the features of one stimulus, `age` steps after it came, into its places in
    /// `out`, of shape `[n_features]`.
    ///
    /// # Panics
    /// If the stimulus is not one of those represented.
    fn write(&self, stimulus: usize, age: usize, presence: Presence, out: &mut [f64]);
}

fn expect(stimulus: usize, n_stimuli: usize) {
    assert!(stimulus < n_stimuli, "stimulus {stimulus} of {n_stimuli}");
}

/// One feature for each stimulus, 1 while it is there (Ludvig, Sutton and Kehoe 2012: the
/// *presence* representation). It tells no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresenceOnly {
    n_stimuli: usize,
}

impl PresenceOnly {
    /// For so many stimuli.
    pub const fn new(n_stimuli: usize) -> Self {
        Self { n_stimuli }
    }
}

impl Representation for PresenceOnly {
    fn n_features(&self) -> usize {
        self.n_stimuli
    }
    fn write(&self, stimulus: usize, _age: usize, presence: Presence, out: &mut [f64]) {
        expect(stimulus, self.n_stimuli);
        if presence == Presence::There {
            out[stimulus] = 1.0;
        }
    }
}

/// One feature for each stimulus and each step since it came, and only that one is 1:
/// perfect memory of time (Sutton and Barto 1990; Montague, Dayan and Sejnowski 1996).
///
/// Stimulus `k` has the features `k * steps..(k + 1) * steps`; after so many steps it is
/// forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompleteSerialCompound {
    n_stimuli: usize,
    steps: usize,
}

impl CompleteSerialCompound {
    /// For so many stimuli, each of them remembered for so many steps.
    pub const fn new(n_stimuli: usize, steps: usize) -> Self {
        Self { n_stimuli, steps }
    }
}

impl Representation for CompleteSerialCompound {
    fn n_features(&self) -> usize {
        self.n_stimuli * self.steps
    }
    fn write(&self, stimulus: usize, age: usize, _presence: Presence, out: &mut [f64]) {
        expect(stimulus, self.n_stimuli);
        if age < self.steps {
            out[stimulus * self.steps + age] = 1.0;
        }
    }
}

/// What [`Microstimuli`] are made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MicrostimulusSettings {
    /// How many for each stimulus.
    pub count: usize,
    /// What is left of the memory trace after one step. From 0 to 1, both excluded.
    pub decay: f64,
    /// Width $\sigma$ of each, in units of the trace. Positive.
    pub width: f64,
}

impl MicrostimulusSettings {
    /// Those of Ludvig, Sutton and Kehoe (2012): 6 of width 0.08 on a trace that keeps
    /// 0.985 a step. With them go step size 0.05, discount 0.97 and trace decay 0.95; and
    /// reward has microstimuli like any stimulus.
    pub const LUDVIG_2012: Self = Self { count: 6, decay: 0.985, width: 0.08 };
}

impl Default for MicrostimulusSettings {
    fn default() -> Self {
        Self::LUDVIG_2012
    }
}

/// Why microstimuli cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum BadMicrostimuli {
    /// None at all.
    #[error("no microstimuli for a stimulus")]
    None,
    /// A trace that does not fade, or is not there.
    #[error("the trace keeps {0} a step, and must keep more than 0 and less than 1")]
    Decay(f64),
    /// No width.
    #[error("microstimuli of width {0}: it must be positive and finite")]
    Width(f64),
}

/// Microstimuli (Ludvig, Sutton and Kehoe 2008, 2012): a stimulus leaves a trace that
/// fades, $y = \mathrm{decay}^{\mathrm{age}}$, and each feature likes one height of it,
///
/// $$\phi_i = \frac{y}{\sqrt{2 \pi}} \exp\Bigl(-\frac{(y - i/m)^2}{2 \sigma^2}\Bigr), \qquad i = 1 \dots m.$$
///
/// (The $\pi$ here is the number.) As the trace falls ever slower, later features are
/// lower and wider: time is known worse, the longer ago the stimulus was.
///
/// Stimulus `k` has the features `k * m..(k + 1) * m`, those that like a high trace last.
#[derive(Debug, Clone, PartialEq)]
pub struct Microstimuli {
    n_stimuli: usize,
    count: usize,
    /// Row `age`: the features at that age. Shape `[steps + 1, count]`.
    levels: Vec<f64>,
}

impl Microstimuli {
    /// For so many stimuli in trials of at most `steps` steps.
    ///
    /// # Errors
    /// [`BadMicrostimuli`], naming the number.
    pub fn new(
        n_stimuli: usize,
        steps: usize,
        settings: MicrostimulusSettings,
    ) -> Result<Self, BadMicrostimuli> {
        let MicrostimulusSettings { count, decay, width } = settings;
        if count == 0 {
            return Err(BadMicrostimuli::None);
        }
        if !(decay > 0.0 && decay < 1.0) {
            return Err(BadMicrostimuli::Decay(decay));
        }
        if !(width > 0.0 && width.is_finite()) {
            return Err(BadMicrostimuli::Width(width));
        }
        let scale = 1.0 / sqrt(std::f64::consts::TAU);
        let mut levels = Vec::with_capacity((steps + 1) * count);
        for age in 0..=steps {
            let trace = powf(decay, age as f64);
            levels.extend((1..=count).map(|i| {
                let off = (trace - i as f64 / count as f64) / width;
                trace * scale * exp(-0.5 * off * off)
            }));
        }
        Ok(Self { n_stimuli, count, levels })
    }
}

impl Representation for Microstimuli {
    fn n_features(&self) -> usize {
        self.n_stimuli * self.count
    }

    /// # Panics
    /// If the stimulus is not one of those represented, or came more steps ago than there
    /// was room for.
    fn write(&self, stimulus: usize, age: usize, _presence: Presence, out: &mut [f64]) {
        expect(stimulus, self.n_stimuli);
        let m = self.count;
        let ages = self.levels.len() / m;
        assert!(age < ages, "a stimulus {age} steps ago, in trials of {}", ages - 1);
        out[stimulus * m..][..m].copy_from_slice(&self.levels[age * m..][..m]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(trial: &Trial, t: usize, by: &impl Representation) -> Vec<f64> {
        let mut out = vec![f64::NAN; by.n_features()];
        trial.write(t, by, &mut out);
        out
    }

    /// Stimulus 0 from 1 to 3, stimulus 1 from 2 on, reward at 4.
    fn trial() -> Trial {
        Trial::new(5, 2).with_stimulus(0, 1, 3).with_stimulus(1, 2, 9).with_reward(4, 2.0)
    }

    #[test]
    fn a_serial_compound_counts_the_steps_since_each_stimulus() {
        let by = CompleteSerialCompound::new(2, 3);
        assert_eq!(seen(&trial(), 0, &by), [0.0; 6]);
        assert_eq!(seen(&trial(), 1, &by), [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(seen(&trial(), 3, &by), [0.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
        assert_eq!(seen(&trial(), 4, &by), [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn presence_is_one_while_a_stimulus_is_there() {
        let by = PresenceOnly::new(2);
        let times = [0, 1, 2, 3].map(|t| seen(&trial(), t, &by));
        assert_eq!(times, [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]);
        assert_eq!(seen(&trial().without_stimulus(1), 3, &by), [0.0, 0.0]);
    }

    #[test]
    fn microstimuli_are_as_worked_out_by_hand() {
        // Two of them, centers 1/2 and 1, width 1/2, decay 1/4. At age 0 the trace is 1:
        // exp(-1/2)/sqrt(2 pi) and 1/sqrt(2 pi). At age 1 it is 1/4: a quarter of
        // exp(-1/8)/sqrt(2 pi) and of exp(-9/8)/sqrt(2 pi). 1/sqrt(2 pi) = .398942280401.
        let settings = MicrostimulusSettings { count: 2, decay: 0.25, width: 0.5 };
        let by = Microstimuli::new(1, 5, settings).unwrap();
        let trial = Trial::new(5, 1).with_stimulus(0, 1, 2);
        let near = |found: Vec<f64>, by_hand: [f64; 2]| {
            let off = found.iter().zip(by_hand).map(|(a, b)| (a - b).abs());
            assert!(off.fold(0.0, f64::max) < 1e-9, "{found:?}");
        };
        near(seen(&trial, 0, &by), [0.0, 0.0]);
        near(seen(&trial, 1, &by), [0.241_970_724_519, 0.398_942_280_401]);
        near(seen(&trial, 2, &by), [0.088_016_331_691, 0.032_379_398_916]);
    }

    #[test]
    fn later_microstimuli_peak_later_lower_and_wider() {
        let by = Microstimuli::new(1, 300, MicrostimulusSettings::LUDVIG_2012).unwrap();
        let trial = Trial::new(300, 1).with_stimulus(0, 0, 1);
        let course: Vec<_> = (0..=300).map(|t| seen(&trial, t, &by)).collect();
        let peak = |i: usize| {
            let best = (0..=300).max_by(|&s, &t| course[s][i].total_cmp(&course[t][i]));
            let top = course[best.unwrap()][i];
            let wide = course.iter().filter(|x| x[i] > top / 2.0).count();
            (best.unwrap(), top, wide)
        };
        let (early, middle, late) = (peak(4), peak(2), peak(0));
        assert!(early.0 < middle.0 && middle.0 < late.0);
        assert!(early.1 > middle.1 && middle.1 > late.1);
        assert!(early.2 < middle.2 && middle.2 < late.2);
    }

    #[test]
    fn bad_microstimuli_are_refused_by_name() {
        let message = |count, decay, width| {
            let settings = MicrostimulusSettings { count, decay, width };
            Microstimuli::new(1, 5, settings).unwrap_err().to_string()
        };
        assert_eq!(message(0, 0.9, 0.1), "no microstimuli for a stimulus");
        assert_eq!(
            message(2, 1.0, 0.1),
            "the trace keeps 1 a step, and must keep more than 0 and less than 1"
        );
        assert_eq!(
            message(2, 0.9, 0.0),
            "microstimuli of width 0: it must be positive and finite"
        );
    }

    #[test]
    #[should_panic(expected = "a stimulus from 3 to 3")]
    fn a_stimulus_that_goes_before_it_comes_panics() {
        let _ = Trial::new(5, 1).with_stimulus(0, 3, 3);
    }
}
