//! The dark room: surprise is that of a model, and a model can be learned.
//!
//! Who has seen light $n_l$ times and dark $n_d$ times, and expects more of the same,
//! expects dark with chance $n_d / (n_l + n_d)$ and is surprised by it by
//! $$-\ln p(\text{dark}) = -\ln \frac{n_d}{n_l + n_d}$$
//! nats. Who stays in the dark counts on, and comes to expect it.
//!
//! | book  | code    | meaning                                            | unit  |
//! |-------|---------|----------------------------------------------------|-------|
//! | $n_l$ | `light` | how often light was seen, or as good as seen       | count |
//! | $n_d$ | `dark`  | the same of dark                                   | count |
//!
//! ```
//! use ch08_generative_models::dark_room::{Counts, Room};
//!
//! let diurnal = Counts { light: 9.0, dark: 1.0 };
//! assert!(diurnal.surprise(Room::Dark) > diurnal.surprise(Room::Light));
//! assert_eq!(diurnal.moments_until_even(), 8);
//! ```

use prob::math::ln;

/// What there is to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// Light.
    Light,
    /// Nothing.
    Dark,
}

/// What was seen, and so what is expected; both above 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counts {
    /// $n_l$.
    pub light: f64,
    /// $n_d$.
    pub dark: f64,
}

impl Counts {
    // ANCHOR: surprise
    /// Surprise at the next sight, in nats.
    pub fn surprise(self, room: Room) -> f64 {
        let seen = match room {
            Room::Light => self.light,
            Room::Dark => self.dark,
        };
        -ln(seen / (self.light + self.dark))
    }
    // ANCHOR_END: surprise

    // ANCHOR: stay
    /// One more moment in a room.
    pub fn after(mut self, room: Room) -> Self {
        match room {
            Room::Light => self.light += 1.0,
            Room::Dark => self.dark += 1.0,
        }
        self
    }

    /// Surprise at each of `moments` in the dark, in nats, by one who learns.
    pub fn stay(self, moments: usize) -> Vec<f64> {
        let learning =
            std::iter::successors(Some(self), |counts| Some(counts.after(Room::Dark)));
        learning.take(moments).map(|counts| counts.surprise(Room::Dark)).collect()
    }

    /// Moments in the dark until it surprises no more than light.
    pub fn moments_until_even(self) -> usize {
        let mut learning =
            std::iter::successors(Some(self), |counts| Some(counts.after(Room::Dark)));
        let even =
            |counts: Self| counts.surprise(Room::Dark) <= counts.surprise(Room::Light);
        learning.position(even).expect("dark is counted without end")
    }
    // ANCHOR_END: stay

    /// Where one goes who is free and avoids surprise; if both rooms surprise alike, into
    /// the dark.
    pub fn goes(self) -> Room {
        let light = self.surprise(Room::Light) < self.surprise(Room::Dark);
        if light { Room::Light } else { Room::Dark }
    }

    /// The counts after as many `moments` of going where one is less surprised.
    pub fn roam(self, moments: usize) -> Self {
        (0..moments).fold(self, |counts, _| counts.after(counts.goes()))
    }
}
