//! A little now, or more later: two ways to discount a delay.
//!
//! | discounting | worth of amount $g$ after delay $\ell$ | source |
//! |---|---|---|
//! | exponential | $g\,\gamma_d^{\,\ell}$ | |
//! | hyperbolic  | $g / (1 + k \ell)$ | Mazur 1987 |
//! | a hazard $\omega$ that is not known, with density $e^{-\omega/k}/k$ | $g \int_0^\infty e^{-\omega \ell}\, e^{-\omega/k}/k \; d\omega = g / (1 + k \ell)$ | Sozou 1998 |
//!
//! The third is the second. But whoever has waited $w$ seconds without losing the prize
//! has learned that the hazard is small: from then on $k$ is $k / (1 + k w)$.
//!
//! ```
//! use ch02_bellman_and_value::delays::{Discounting, LATER, SOONER};
//!
//! let hyperbolic = Discounting::Hyperbolic { k: 1.0 };
//! assert!(hyperbolic.worth(SOONER, 0.0) > hyperbolic.worth(LATER, 0.0));
//! assert!(hyperbolic.worth(SOONER, 10.0) < hyperbolic.worth(LATER, 10.0));
//! ```

use envs::Discount;
use prob::math::{exp, ln, powf};

/// A prize that comes later.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offer {
    /// How much, in seconds at the grain.
    pub amount: f64,
    /// How long from the choice, in seconds.
    pub delay: f64,
}

/// Two seconds at the grain, at once.
pub const SOONER: Offer = Offer { amount: 2.0, delay: 0.0 };
/// Four seconds at the grain, four seconds later.
pub const LATER: Offer = Offer { amount: 4.0, delay: 4.0 };

/// The discount of our exponential chooser, 0.8 a second.
///
/// # Panics
/// Never: it is a discount.
pub fn discount() -> Discount {
    Discount::new(0.8).expect("a discount")
}
/// The $k$ of our hyperbolic chooser, in 1/s.
pub const K: f64 = 1.0;

// ANCHOR: worth
/// How worth falls with delay.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Discounting {
    /// By the same factor every second.
    Exponential(Discount),
    /// As $1 / (1 + k \ell)$; `k` in 1/s.
    Hyperbolic {
        /// How steeply worth falls at first.
        k: f64,
    },
}

impl Discounting {
    /// What `offer` is worth when `added` seconds more lie before it, in seconds at the
    /// grain.
    pub fn worth(self, offer: Offer, added: f64) -> f64 {
        let delay = offer.delay + added;
        match self {
            Self::Exponential(discount) => offer.amount * powf(discount.get(), delay),
            Self::Hyperbolic { k } => offer.amount / (1.0 + k * delay),
        }
    }
    // ANCHOR_END: worth

    /// Whether the larger, later prize is chosen when `added` seconds lie before both.
    pub fn waits(self, sooner: Offer, later: Offer, added: f64) -> bool {
        self.worth(later, added) > self.worth(sooner, added)
    }

    /// The delay after which `amount` is worth as much as `other`, in seconds: as that of
    /// the other grows, it grows by 1 for each second if worth falls exponentially, by
    /// the ratio of the amounts if hyperbolically.
    pub fn indifferent_delay(self, amount: f64, other: Offer) -> f64 {
        let ratio = amount / other.amount;
        match self {
            Self::Exponential(discount) => other.delay - ln(ratio) / ln(discount.get()),
            Self::Hyperbolic { k } => (ratio * (1.0 + k * other.delay) - 1.0) / k,
        }
    }
}

/// The delay before both prizes at which a hyperbolic chooser wavers, in seconds:
/// $\frac{g_1 (1 + k \ell_2) - g_2 (1 + k \ell_1)}{k\,(g_2 - g_1)}$. Above it the later
/// prize is chosen; it is negative if it always is.
pub fn crossing(k: f64, sooner: Offer, later: Offer) -> f64 {
    let pull = |offer: Offer, other: Offer| offer.amount * (1.0 + k * other.delay);
    (pull(sooner, later) - pull(later, sooner)) / (k * (later.amount - sooner.amount))
}

// ANCHOR: unknown-hazard
/// A hazard that is not known: `n` rates $\omega$ in 1/s, equally likely, spread as an
/// exponential prior of mean `k` spreads them.
pub fn unknown_hazard(k: f64, n: usize) -> Vec<f64> {
    (0..n).map(|i| -k * ln(1.0 - (i as f64 + 0.5) / n as f64)).collect()
}

/// The chance that a prize is still there `delay` seconds from now, given that it is
/// there after `waited` seconds: $\frac{\sum e^{-\omega (w + \ell)}}{\sum e^{-\omega
/// w}}$.
pub fn still_there(hazards: &[f64], waited: f64, delay: f64) -> f64 {
    let survive = |time: f64| hazards.iter().map(|rate| exp(-rate * time)).sum::<f64>();
    survive(waited + delay) / survive(waited)
}

/// The $k$ of one who has waited `waited` seconds in vain for the prize to vanish.
pub fn after_waiting(k: f64, waited: f64) -> f64 {
    k / (1.0 + k * waited)
}
// ANCHOR_END: unknown-hazard
