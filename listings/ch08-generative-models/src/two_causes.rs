//! Two causes of one sound: what explains it away.
//!
//! Before the sound the causes $a$ and $b$ are independent; after it they are not:
//! $$p(a, b \mid o) = \frac{A\[o, a, b\]\, p(a)\, p(b)}{\sum_{a', b'} A\[o, a', b'\]\,
//! p(a')\, p(b')}$$
//!
//! | book             | code                | meaning                           | shape    |
//! |------------------|---------------------|-----------------------------------|----------|
//! | $p(a), p(b)$     | `prior`             | chance that each is there         | `[2]`    |
//! | $A\[o, a, b\]$   | `likelihood[a][b]`  | chance of the sound that was heard | `[2, 2]` |
//! | $p(a, b \mid o)$ | `posterior()[a][b]` | of the two together               | `[2, 2]` |
//!
//! ```
//! use ch08_generative_models::two_causes::rustle;
//!
//! let [vole, _] = rustle().marginals();
//! assert!(rustle().first_given(1) < vole && vole < rustle().first_given(0));
//! ```

use prob::math::ln;

/// Two causes that are there or not, and a sound that was heard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoCauses {
    /// Chance of each to be there, before the sound.
    pub prior: [f64; 2],
    /// Chance of the sound if the first is there (`[1][_]`) or not, and the second.
    pub likelihood: [[f64; 2]; 2],
}

// ANCHOR: rustle
/// A rustle: a vole makes one with chance 0.9, the wind with 0.8, and something else with
/// 0.02, each on its own.
pub fn rustle() -> TwoCauses {
    let silent = |there: usize, chance: f64| if there == 1 { 1.0 - chance } else { 1.0 };
    let rustles = |vole, wind| 1.0 - (1.0 - 0.02) * silent(vole, 0.9) * silent(wind, 0.8);
    TwoCauses {
        prior: [0.2, 0.3],
        likelihood: [0, 1].map(|vole| [0, 1].map(|wind| rustles(vole, wind))),
    }
}

/// Two frogs, each on the near bank with chance 0.6, and calls from both banks: they are
/// heard with chance 0.98 if the frogs sit on different banks, with 0.02 if on one.
pub fn frogs() -> TwoCauses {
    TwoCauses { prior: [0.6; 2], likelihood: [[0.02, 0.98], [0.98, 0.02]] }
}
// ANCHOR_END: rustle

impl TwoCauses {
    // ANCHOR: exact
    /// $p(o, a, b)$, shape `[2, 2]`.
    pub fn joint(&self) -> [[f64; 2]; 2] {
        let chance = |i: usize, there| {
            if there == 1 { self.prior[i] } else { 1.0 - self.prior[i] }
        };
        let p = |a: usize, b: usize| chance(0, a) * chance(1, b) * self.likelihood[a][b];
        [[p(0, 0), p(0, 1)], [p(1, 0), p(1, 1)]]
    }

    /// $p(a, b \mid o)$, shape `[2, 2]`.
    pub fn posterior(&self) -> [[f64; 2]; 2] {
        let evidence: f64 = self.joint().as_flattened().iter().sum();
        self.joint().map(|row| row.map(|p| p / evidence))
    }

    /// Chance of each cause to be there, after the sound.
    pub fn marginals(&self) -> [f64; 2] {
        let p = self.posterior();
        [p[1][0] + p[1][1], p[0][1] + p[1][1]]
    }

    /// Chance of the first, if the second is known to be there (1) or not (0).
    pub fn first_given(&self, second: usize) -> f64 {
        let p = self.posterior();
        p[1][second] / (p[0][second] + p[1][second])
    }
    // ANCHOR_END: exact

    /// $-\ln p(o)$ in nats.
    pub fn surprise(&self) -> f64 {
        -ln(self.joint().as_flattened().iter().sum())
    }
}
