//! Skinner's schedules: when does a press pay?
//!
//! A *ratio* schedule counts presses, an *interval* schedule runs a clock, and each may
//! be fixed or variable.
//!
//! | schedule | a press pays when | chance that this press pays |
//! |---|---|---|
//! | FR $n$ | it is the $n$-th since the last food | 0 or 1 |
//! | VR $n$ | a coin with one face in $n$ says so | $1/n$ |
//! | FI $T$ | $T$ ticks have gone by since the last food | 0 or 1 |
//! | VI $T$ | a coin with one face in $T$ has come up, once a tick, since the last food | $1 - (1 - 1/T)^{k}$ if the last press was $k$ ticks ago |
//!
//! VR and VI are written in their memoryless form, which behavior analysts call random
//! ratio and random interval. A tick is [`TICK_SECONDS`] long.
//!
//! ```
//! use ch01_behaving_animal::schedules::{Key, Schedule};
//! use prob::rng::{Role, stream};
//!
//! let mut rng = stream(0, Role::World, 0);
//! let mut key = Key::new(Schedule::FixedRatio(3));
//! let pays: Vec<bool> = (0..6).map(|_| key.press(&mut rng)).collect();
//! assert_eq!(pays, [false, false, true, false, false, true]);
//! ```

use rand::{Rng, RngExt};

/// Length of a tick in seconds: the learner decides twice a second, so it can press 120
/// times a minute at most.
pub const TICK_SECONDS: f64 = 0.5;

// ANCHOR: schedule
/// The rule that ties food to presses. Counts are presses, times are ticks.
#[derive(Debug, Clone, PartialEq)]
pub enum Schedule {
    /// Every `n`-th press pays.
    FixedRatio(u32),
    /// Each press pays with chance 1/`n`.
    VariableRatio(u32),
    /// The first press pays once this many ticks have gone by since the last food.
    FixedInterval(u32),
    /// Each tick sets food up with chance 1/`T`; it waits for the next press.
    VariableInterval(u32),
    /// As a fixed interval whose length changes with each food: the times are read from a
    /// list, again and again.
    Yoked(Vec<u32>),
    /// Nothing pays.
    Extinction,
}
// ANCHOR_END: schedule

/// A key or lever on its schedule: what the world remembers between presses.
#[derive(Debug, Clone)]
pub struct Key {
    schedule: Schedule,
    presses: u32,
    ticks: u32,
    foods: usize,
    armed: bool,
}

// ANCHOR: key
impl Key {
    /// A key that has just paid.
    ///
    /// # Panics
    /// If a count or a time is 0, or a yoked list is empty.
    pub fn new(schedule: Schedule) -> Self {
        use Schedule::*;
        let possible = match &schedule {
            FixedRatio(n) | VariableRatio(n) | FixedInterval(n) | VariableInterval(n) => {
                *n > 0
            }
            Yoked(times) => !times.is_empty(),
            Extinction => true,
        };
        assert!(possible, "{schedule:?} can never pay");
        Self { schedule, presses: 0, ticks: 0, foods: 0, armed: false }
    }

    /// Lets one tick go by: interval schedules set food up without looking at the animal.
    pub fn tick<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        self.ticks += 1;
        self.armed = match &self.schedule {
            Schedule::FixedInterval(t) => self.ticks >= *t,
            Schedule::VariableInterval(t) => {
                self.armed || rng.random_bool(1.0 / f64::from(*t))
            }
            Schedule::Yoked(times) => self.ticks >= times[self.foods % times.len()],
            _ => false,
        };
    }

    // ANCHOR: press
    /// One press; `true` when it brings food.
    pub fn press<R: Rng + ?Sized>(&mut self, rng: &mut R) -> bool {
        self.presses += 1;
        let food = match &self.schedule {
            Schedule::FixedRatio(n) => self.presses >= *n,
            Schedule::VariableRatio(n) => rng.random_bool(1.0 / f64::from(*n)),
            _ => self.armed,
        };
        if food {
            (self.presses, self.ticks, self.armed) = (0, 0, false);
            self.foods += 1;
        }
        food
    }
    // ANCHOR_END: press
}
// ANCHOR_END: key

#[cfg(test)]
mod tests {
    use super::*;
    use prob::rng::{Role, stream};

    #[test]
    fn interval_schedules_wait_for_the_first_press_after_the_time() {
        let mut rng = stream(0, Role::World, 0);
        let mut key = Key::new(Schedule::FixedInterval(4));
        let pays: Vec<bool> = (1..=9)
            .map(|tick| {
                key.tick(&mut rng);
                tick % 3 == 0 && key.press(&mut rng)
            })
            .collect();
        assert_eq!(pays, [false, false, false, false, false, true, false, false, false]);
    }

    #[test]
    fn extinction_never_pays() {
        let mut rng = stream(0, Role::World, 0);
        let mut key = Key::new(Schedule::Extinction);
        assert!((0..1000).all(|_| {
            key.tick(&mut rng);
            !key.press(&mut rng)
        }));
    }

    #[test]
    #[should_panic(expected = "can never pay")]
    fn a_ratio_of_zero_is_refused() {
        let _ = Key::new(Schedule::FixedRatio(0));
    }
}
