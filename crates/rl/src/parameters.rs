//! Numbers that learners are born with, each checked once.

use envs::Discount;
use prob::math::powf;
use thiserror::Error;

/// What the constructors here say of a number that is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum BadParameter {
    /// Not a step size.
    #[error("{0} is no step size: it must lie from 0 to 1")]
    StepSize(f64),
    /// Not a trace decay.
    #[error("{0} is no trace decay: it must lie from 0 to 1")]
    TraceDecay(f64),
    /// Not a temperature.
    #[error("{0} is no temperature: it must be positive and finite")]
    Temperature(f64),
}

/// The step size $\eta$, from 0 (learns nothing) to 1 (believes the last target only).
/// Sutton and Barto write $\alpha$.
///
/// ```
/// assert_eq!(rl::StepSize::new(0.1)?.get(), 0.1);
/// assert!(rl::StepSize::new(-0.1).is_err());
/// # Ok::<(), rl::BadParameter>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct StepSize(f64);

impl StepSize {
    /// Believes the last target only.
    pub const ONE: Self = Self(1.0);

    /// Checks that `step_size` lies from 0 to 1.
    ///
    /// # Errors
    /// [`BadParameter::StepSize`] for a number below 0, above 1, or not a number.
    pub fn new(step_size: f64) -> Result<Self, BadParameter> {
        if (0.0..=1.0).contains(&step_size) {
            Ok(Self(step_size))
        } else {
            Err(BadParameter::StepSize(step_size))
        }
    }

    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// The trace decay $\lambda$, from 0 (only the last step is to blame) to 1 (all of the
/// episode is).
///
/// ```
/// assert_eq!(rl::TraceDecay::new(0.9)?.get(), 0.9);
/// assert!(rl::TraceDecay::new(f64::NAN).is_err());
/// # Ok::<(), rl::BadParameter>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct TraceDecay(f64);

impl TraceDecay {
    /// Only the last step is to blame.
    pub const ZERO: Self = Self(0.0);
    /// All of the episode is to blame.
    pub const ONE: Self = Self(1.0);

    /// Checks that `lambda` lies from 0 to 1.
    ///
    /// # Errors
    /// [`BadParameter::TraceDecay`] for a number below 0, above 1, or not a number.
    pub fn new(lambda: f64) -> Result<Self, BadParameter> {
        if (0.0..=1.0).contains(&lambda) {
            Ok(Self(lambda))
        } else {
            Err(BadParameter::TraceDecay(lambda))
        }
    }

    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }

    /// The trace decay of a step that is `parts` times as short: $\lambda^{1 /
    /// \mathrm{parts}}$, so that as much is left after the same time.
    ///
    /// # Panics
    /// If `parts` is not positive.
    pub fn split(self, parts: f64) -> Self {
        assert!(parts > 0.0, "a step split into {parts} parts");
        Self(powf(self.0, 1.0 / parts))
    }
}

/// The temperature $\tau$ of a softmax, in units of reward: positive and finite.
///
/// ```
/// assert_eq!(rl::Temperature::new(0.5)?.get(), 0.5);
/// assert!(rl::Temperature::new(0.0).is_err()); // take `Greedy` instead
/// # Ok::<(), rl::BadParameter>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Temperature(f64);

impl Temperature {
    /// Checks that `temperature` is positive and finite.
    ///
    /// # Errors
    /// [`BadParameter::Temperature`] for 0, a negative number, an infinity or not a
    /// number.
    pub fn new(temperature: f64) -> Result<Self, BadParameter> {
        if temperature > 0.0 && temperature.is_finite() {
            Ok(Self(temperature))
        } else {
            Err(BadParameter::Temperature(temperature))
        }
    }

    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// What almost every learner needs. Any two values go together, so that the fields may be
/// changed in mid-run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Step size $\eta$. Default 0.1: the middle one of TD(0) in Sutton and Barto (2018),
    /// example 6.2.
    pub step_size: StepSize,
    /// Discount $\gamma_d$. Default 1: that of the same example, whose episodes end.
    pub discount: Discount,
}

impl Default for Settings {
    fn default() -> Self {
        let discount = Discount::new(1.0).expect("from 0 to 1");
        Self { step_size: StepSize(0.1), discount }
    }
}

impl Settings {
    /// Both from plain numbers.
    ///
    /// # Errors
    /// [`SettingsError`], naming the number.
    ///
    /// ```
    /// let error = rl::Settings::new(0.1, 1.5).unwrap_err();
    /// assert_eq!(error.to_string(), "1.5 is no discount: it must lie from 0 to 1");
    /// ```
    pub fn new(step_size: f64, discount: f64) -> Result<Self, SettingsError> {
        Ok(Self {
            step_size: StepSize::new(step_size)?,
            discount: Discount::new(discount)?,
        })
    }
}

/// What [`Settings::new`] says of numbers that are none.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum SettingsError {
    /// The step size.
    #[error(transparent)]
    StepSize(#[from] BadParameter),
    /// The discount.
    #[error(transparent)]
    Discount(#[from] envs::BadDiscount),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_outside_their_range_are_refused_by_name() {
        for bad in [-1e-9, 1.0 + 1e-9, f64::NAN, f64::INFINITY] {
            assert!(StepSize::new(bad).is_err(), "{bad}");
            assert!(TraceDecay::new(bad).is_err(), "{bad}");
        }
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(Temperature::new(bad).is_err(), "{bad}");
        }
        assert!([0.0, 1.0].into_iter().all(|x| StepSize::new(x).is_ok()));
        assert!([0.0, 1.0].into_iter().all(|x| TraceDecay::new(x).is_ok()));
        let messages = [
            StepSize::new(2.0).unwrap_err().to_string(),
            TraceDecay::new(2.0).unwrap_err().to_string(),
            Temperature::new(-2.0).unwrap_err().to_string(),
        ];
        assert_eq!(messages[0], "2 is no step size: it must lie from 0 to 1");
        assert_eq!(messages[1], "2 is no trace decay: it must lie from 0 to 1");
        assert_eq!(messages[2], "-2 is no temperature: it must be positive and finite");
    }

    #[test]
    fn a_split_step_leaves_as_much_after_the_same_time() {
        let per_second = TraceDecay::new(0.81).unwrap();
        assert!((per_second.split(2.0).get() - 0.9).abs() < 1e-12);
    }
}
