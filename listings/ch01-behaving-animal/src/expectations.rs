//! Two learners that expect food after a response: one holds a strength, the other a
//! belief.
//!
//! The strength moves a share of the way to each outcome (Bush and Mosteller 1951;
//! Rescorla and Wagner 1972 for a single cue):
//! $$V \mathrel{+}= \eta\,(R - V)$$
//!
//! The belief answers two questions at once: how often does a response pay while food
//! comes, and does it still come? Food may stop for good before any response, with chance
//! $\omega$. Let $q$ be the belief that it still comes, and $\mathrm{Beta}(n_1, n_0)$ the
//! belief about the rate while it does. Before each response $q \leftarrow (1 -
//! \omega)\,q$; after an omission Bayes' rule gives
//! $$q \leftarrow \frac{q\,(1 - \hat p)}{q\,(1 - \hat p) + (1 - q)}, \qquad
//! \hat p = \frac{n_1}{n_1 + n_0},$$
//! and after food $q \leftarrow 1$. The counts are those of the world in which food still
//! comes, so each outcome adds 1: the filter is exact.
//!
//! | book | code | meaning |
//! |---|---|---|
//! | $V$ | `v` | strength: expected pay of a response |
//! | $q$ | `still_coming` | belief that food still comes |
//! | $n_1, n_0$ | `paid`, `unpaid` | counts of paid and unpaid responses, each from 1 (a flat prior) |
//! | $\hat p$ | `rate` | expected pay while food comes |
//! | $\omega$ | `hazard` | chance that food stops before a response |
//!
//! ```
//! use ch01_behaving_animal::expectations::{Belief, Expectation};
//!
//! let mut always = Belief::new(0.001);
//! (0..50).for_each(|_| always.observe(true));
//! assert!(always.pay() > 0.97);
//! (0..4).for_each(|_| always.observe(false));
//! assert!(always.pay() < 0.05, "four omissions tell it: {}", always.pay());
//! ```

/// Something that expects pay from a response and learns from the outcome of each.
pub trait Expectation {
    /// Expected pay of the next response.
    fn pay(&self) -> f64;
    /// Takes in whether the response was paid.
    fn observe(&mut self, food: bool);
}

/// A strength, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strength {
    v: f64,
    step_size: f64,
}

impl Strength {
    /// Starts at one half, as the belief does.
    ///
    /// # Panics
    /// If the step size doesn't lie between 0 and 1.
    pub fn new(step_size: f64) -> Self {
        assert!((0.0..=1.0).contains(&step_size), "a step of {step_size}");
        Self { v: 0.5, step_size }
    }
}

// ANCHOR: strength
impl Expectation for Strength {
    fn pay(&self) -> f64 {
        self.v
    }

    fn observe(&mut self, food: bool) {
        self.v += self.step_size * (f64::from(food) - self.v);
    }
}
// ANCHOR_END: strength

/// A belief about the rate of pay and about whether food still comes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Belief {
    still_coming: f64,
    paid: f64,
    unpaid: f64,
    hazard: f64,
}

impl Belief {
    /// A flat prior on the rate; food comes at first.
    ///
    /// # Panics
    /// If the hazard is no probability.
    pub fn new(hazard: f64) -> Self {
        assert!((0.0..=1.0).contains(&hazard), "a chance of {hazard}");
        Self { still_coming: 1.0 - hazard, paid: 1.0, unpaid: 1.0, hazard }
    }

    /// Belief that food still comes at the next response.
    pub fn still_coming(&self) -> f64 {
        self.still_coming
    }
}

// ANCHOR: belief
impl Expectation for Belief {
    fn pay(&self) -> f64 {
        self.still_coming * self.paid / (self.paid + self.unpaid)
    }

    fn observe(&mut self, food: bool) {
        // ANCHOR: omission
        let rate = self.paid / (self.paid + self.unpaid);
        let q = self.still_coming;
        let posterior =
            if food { 1.0 } else { q * (1.0 - rate) / (q * (1.0 - rate) + (1.0 - q)) };
        self.still_coming = (1.0 - self.hazard) * posterior;
        // ANCHOR_END: omission
        if food {
            self.paid += 1.0;
        } else {
            self.unpaid += 1.0;
        }
    }
}
// ANCHOR_END: belief
