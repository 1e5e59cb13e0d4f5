//! A clock that blurs: microstimuli (Ludvig, Sutton and Kehoe 2008, 2012).
//!
//! A stimulus leaves a trace $y$ that fades, and each of $m$ features likes one height of
//! it:
//! $$\phi_i(t) = \frac{y_t}{\sqrt{2 \pi}} \exp\Bigl(-\frac{(y_t - i/m)^2}{2 \sigma^2}\Bigr), \qquad y_t = \mathrm{decay}^{t - \mathrm{onset}}, \qquad i = 1 \dots m$$
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $\phi_i$ | `features[i - 1]` | microstimulus $i$ | |
//! | $y$ | `trace` | what is left of the stimulus | `[0, 1]` |
//! | $m$, $\sigma$ | `count`, `width` | how many, and how wide | |
//!
//! ```
//! use ch03_dopamine_and_td::microstimuli::features;
//! use envs::pavlov::MicrostimulusSettings;
//! let at = |age| features(age, MicrostimulusSettings::LUDVIG_2012);
//! assert!(at(0)[5] > at(0)[0] && at(150)[0] > at(150)[5]); // the last likes it fresh
//! ```

use envs::pavlov::{Microstimuli, MicrostimulusSettings, Representation, Trial};
use prob::math::{exp, powf, sqrt};

use crate::trial_time::Learner;

/// The moment at which the light comes on.
pub const LIGHT: usize = 10;
/// The moment at which the juice comes.
pub const JUICE: usize = 35;
/// When it comes early.
pub const EARLY: usize = 22;
/// Steps of a trial.
pub const STEPS: usize = 160;
/// Trials of training.
pub const TRIALS: usize = 500;
/// Errors below this count as disappointment, in reward.
pub const DISAPPOINTING: f64 = -0.02;

// ANCHOR: features
/// The microstimuli `age` steps after a stimulus, shape `[count]`.
pub fn features(age: usize, settings: MicrostimulusSettings) -> Vec<f64> {
    let MicrostimulusSettings { count, decay, width } = settings;
    let trace = powf(decay, age as f64);
    (1..=count)
        .map(|i| {
            let off = (trace - i as f64 / count as f64) / width;
            trace * exp(-0.5 * off * off) / sqrt(std::f64::consts::TAU)
        })
        .collect()
}
// ANCHOR_END: features

/// Whether juice has microstimuli of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Juice {
    /// It has: that it has come can be known.
    Seen,
    /// It has none.
    Unseen,
}

/// Light if `light`, and juice at `juice` if at all.
pub fn trial(light: bool, juice: Option<usize>, sight: Juice) -> Trial {
    let mut trial = Trial::new(STEPS, 2);
    if light {
        trial = trial.with_stimulus(0, LIGHT, STEPS);
    }
    if let Some(juice) = juice {
        trial = trial.with_reward(juice, 1.0);
        if sight == Juice::Seen {
            trial = trial.with_stimulus(1, juice, STEPS);
        }
    }
    trial
}

/// Both stimuli, by the library.
pub fn seen() -> Microstimuli {
    Microstimuli::new(2, STEPS, MicrostimulusSettings::LUDVIG_2012).expect("as published")
}

/// An animal after [`TRIALS`] trials of light and juice, with the step size, the discount
/// and the trace decay of 2012. Expectations don't go below zero; else the juice's own
/// features, which learn to undo the light's when juice comes as foretold, would silence
/// the burst at a juice out of the blue.
pub fn trained(sight: Juice) -> Learner {
    trained_above(0.0, sight)
}

/// The same with another bound.
pub fn trained_above(floor: f64, sight: Juice) -> Learner {
    let weights = vec![0.0; seen().n_features()];
    let mut animal =
        Learner { weights, step_size: 0.05, discount: 0.97, lambda: 0.95, floor };
    let (trial, seen) = (trial(true, Some(JUICE), sight), seen());
    (0..TRIALS).for_each(|_| {
        animal.trial(&trial, &seen);
    });
    animal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn these_are_the_microstimuli_of_the_library() {
        let trial = Trial::new(STEPS, 2).with_stimulus(1, 3, STEPS);
        let mut x = vec![0.0; seen().n_features()];
        for t in 3..STEPS {
            trial.write(t, &seen(), &mut x);
            let ours = features(t - 3, MicrostimulusSettings::LUDVIG_2012);
            assert_eq!(x[..6], [0.0; 6]);
            let off = ours.iter().zip(&x[6..]).map(|(a, b)| (a - b).abs());
            assert!(off.fold(0.0, f64::max) < 1e-15);
        }
    }
}
