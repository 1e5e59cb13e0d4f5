//! Two clocks: what a free operant knows of time.
//!
//! One clock runs since the last food, the other since the last press. Each is read
//! through bins that grow in proportion, $[g^k - 1,\; g^{k+1} - 1)$ ticks, so that it
//! tells 4 s from 6 s about as well as 40 s from 60 s; and after each food the first
//! clock goes on at a new speed. Errors of timing that are a constant share of the time
//! are Gibbon's (1977) scalar expectancy theory.
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $g$ | [`BIN_GROWTH`] | growth of the bins | |
//! | $\phi(s)$ | [`Clocks::active`] | the bin in which each clock stands: one active feature a clock | |
//!
//! ```
//! use ch01_behaving_animal::clocks::{BINS, Clocks, PressClock};
//! use prob::rng::{Role, stream};
//!
//! let mut clocks = Clocks::new(1, PressClock::AnyKey, 0.0);
//! assert_eq!(clocks.active(), [0, BINS]);
//! clocks.advance(0, false, &mut stream(0, Role::Agent, 0));
//! assert_eq!(clocks.active(), [1, BINS + 1]);
//! ```

use prob::math::{cos, ln, sqrt};
use rand::{Rng, RngExt};

/// Bins of a clock. With [`BIN_GROWTH`] the last begins about a minute after the event.
pub const BINS: usize = 14;
/// Each bin is this many times as long as the one before. Chosen coarse.
pub const BIN_GROWTH: f64 = 1.45;

/// Which presses start a press clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PressClock {
    /// None: the animal can't tell how long ago it pressed.
    Absent,
    /// One clock, started by a press on any key.
    AnyKey,
    /// A clock for each key: the animal remembers how long ago it tried each.
    EachKey,
}

/// The clocks and what they show.
#[derive(Debug, Clone)]
pub struct Clocks {
    press_clock: PressClock,
    noise: f64,
    since_food: u32,
    speed: f64,
    since_press: Vec<u32>,
    active: Vec<usize>,
    edges: [f64; BINS],
}

impl Clocks {
    /// All clocks at 0, in a chamber with this many keys. `noise` is the standard
    /// deviation of the food clock's speed from food to food, as a share of its mean.
    pub fn new(keys: usize, press_clock: PressClock, noise: f64) -> Self {
        let press_clocks = match press_clock {
            PressClock::Absent => 0,
            PressClock::AnyKey => 1,
            PressClock::EachKey => keys,
        };
        let mut edges = [0.0; BINS];
        for bin in 1..BINS {
            edges[bin] = (edges[bin - 1] + 1.0) * BIN_GROWTH - 1.0;
        }
        Self {
            press_clock,
            noise,
            since_food: 0,
            speed: 1.0,
            since_press: vec![0; press_clocks],
            active: (0..=press_clocks).map(|clock| clock * BINS).collect(),
            edges,
        }
    }

    /// Number of features: [`BINS`] for each clock.
    pub fn features(&self) -> usize {
        self.active.len() * BINS
    }

    /// The active features, one a clock; the food clock's comes first.
    pub fn active(&self) -> &[usize] {
        &self.active
    }

    // ANCHOR: advance
    /// One tick goes by: a press restarts its clock, food restarts the other at a new
    /// speed.
    pub fn advance<R: Rng + ?Sized>(&mut self, action: usize, food: bool, rng: &mut R) {
        // ANCHOR: food_clock
        self.since_food += 1;
        if food {
            self.since_food = 0;
            self.speed = (1.0 + self.noise * standard_normal(rng)).max(0.1);
        }
        self.active[0] = self.bin(f64::from(self.since_food) * self.speed);
        // ANCHOR_END: food_clock
        for clock in 0..self.since_press.len() {
            let pressed = match self.press_clock {
                PressClock::EachKey => action == clock + 1,
                _ => action > 0,
            };
            self.since_press[clock] =
                if pressed { 0 } else { self.since_press[clock] + 1 };
            let bin = self.bin(f64::from(self.since_press[clock]));
            self.active[1 + clock] = (1 + clock) * BINS + bin;
        }
    }
    // ANCHOR_END: advance

    fn bin(&self, ticks: f64) -> usize {
        self.edges.partition_point(|&edge| edge <= ticks) - 1
    }
}

/// One draw from the standard normal distribution (Box and Muller 1958).
fn standard_normal<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    let radius = sqrt(-2.0 * ln(1.0 - rng.random::<f64>()));
    radius * cos(std::f64::consts::TAU * rng.random::<f64>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use prob::rng::{Role, stream};

    #[test]
    fn bins_grow_in_proportion_and_the_last_begins_after_a_minute() {
        let clocks = Clocks::new(1, PressClock::AnyKey, 0.0);
        assert!((clocks.edges[1] - 0.45).abs() < 1e-12);
        let seconds = clocks.edges[BINS - 1] * crate::schedules::TICK_SECONDS;
        assert!((seconds - 62.0).abs() < 1.0, "the last bin begins after {seconds} s");
    }

    #[test]
    fn a_press_restarts_its_own_clock_and_no_other() {
        let mut rng = stream(0, Role::Agent, 0);
        let mut clocks = Clocks::new(2, PressClock::EachKey, 0.0);
        (0..9).for_each(|_| clocks.advance(0, false, &mut rng));
        let before = clocks.active()[2];
        clocks.advance(1, false, &mut rng);
        assert_eq!(clocks.active()[1], BINS);
        assert!(clocks.active()[2] >= before && clocks.active()[0] > 0);
    }
}
