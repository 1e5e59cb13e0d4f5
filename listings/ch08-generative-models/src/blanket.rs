//! Is the skin a Markov blanket? Three quantities in a row that push their neighbors.
//!
//! World, skin and inside follow $\mathrm dx = J x\, \mathrm dt + \text{noise}$, where
//! $J$ ties only neighbors. Their stationary covariance $\Sigma$ solves
//! $$J \Sigma + \Sigma J^\top + N = 0$$
//! and the skin is a *Markov blanket* if world and inside are independent given it: if
//! the information between them,
//! $$I = -\tfrac12 \ln (1 - \rho^2), \qquad \rho = \frac{\Sigma_{wi} - \Sigma_{ws}
//! \Sigma_{si} / \Sigma_{ss}}{\sqrt{(\Sigma_{ww} - \Sigma_{ws}^2 / \Sigma_{ss})
//! (\Sigma_{ii} - \Sigma_{si}^2 / \Sigma_{ss})}}$$
//! is 0 nats, with $\rho$ the correlation that is left when the skin is known. The rows
//! below feel the same noise and, left alone, die out at the same rates: only the pushes
//! differ.
//!
//! | book     | code         | meaning                                 | shape    |
//! |----------|--------------|-----------------------------------------|----------|
//! | $J$      | `push[i][j]` | how fast `j` pushes `i`                 | `[3, 3]` |
//! | $N$      | `noise[i]`   | variance that noise adds in a unit of time | `[3]` |
//! | $\Sigma$ | `covariance()` | of world, skin and inside, in the long run | `[3, 3]` |
//!
//! ```
//! use ch08_generative_models::blanket::Row;
//!
//! assert!(Row::MUTUAL.information() < 1e-12);
//! assert!(Row::ONE_WAY.information() > 0.05);
//! ```

use prob::math::{ln, sqrt};

/// A 3 by 3 matrix over world, skin and inside.
pub type Square = [[f64; 3]; 3];

/// World, skin and inside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// $J$; all its motions die out.
    pub push: Square,
    /// The diagonal of $N$.
    pub noise: [f64; 3],
}

impl Row {
    // ANCHOR: rows
    /// Each is pushed as it pushes.
    pub const MUTUAL: Self = Self {
        push: [[-0.1, 0.2, 0.0], [0.2, -1.0, 0.2], [0.0, 0.2, -0.2]],
        noise: [1.0, 1.0, 1.0],
    };
    /// A slow world moves the skin, the skin moves a slow inside, and nothing pushes
    /// back.
    pub const ONE_WAY: Self = Self {
        push: [[-0.1, 0.0, 0.0], [0.3, -1.0, 0.0], [0.0, 2.0, -0.2]],
        ..Self::MUTUAL
    };
    // ANCHOR_END: rows

    /// The same row with all pushes from the inside outward cut.
    pub fn without_push_back(mut self) -> Self {
        (self.push[0][1], self.push[1][2]) = (0.0, 0.0);
        self
    }

    /// The same row with another `noise` of the skin.
    pub fn with_skin_noise(mut self, noise: f64) -> Self {
        self.noise[1] = noise;
        self
    }

    /// The same row with an inside that follows the skin at another `rate`.
    pub fn with_inside_at(mut self, rate: f64) -> Self {
        self.push[2][2] = -rate;
        self
    }

    /// $J \Sigma + \Sigma J^\top + N$: how fast a covariance changes.
    pub fn change(&self, covariance: &Square) -> Square {
        let pushed = |i: usize, j: usize| -> f64 {
            (0..3).map(|k| self.push[i][k] * covariance[k][j]).sum()
        };
        let mut change = [[0.0; 3]; 3];
        for (i, row) in change.iter_mut().enumerate() {
            for (j, change) in row.iter_mut().enumerate() {
                let noise = if i == j { self.noise[i] } else { 0.0 };
                *change = pushed(i, j) + pushed(j, i) + noise;
            }
        }
        change
    }

    // ANCHOR: covariance
    /// $\Sigma$ in the long run: the covariance that no longer changes.
    pub fn covariance(&self) -> Square {
        let mut covariance = [[0.0; 3]; 3];
        for _ in 0..40_000 {
            let change = self.change(&covariance);
            for (row, change) in covariance.iter_mut().zip(&change) {
                row.iter_mut().zip(change).for_each(|(c, change)| *c += 0.01 * change);
            }
        }
        covariance
    }

    /// $I$ between world and inside, given the skin, in nats.
    pub fn information(&self) -> f64 {
        let [[ww, ws, wi], [_, ss, si], [_, _, ii]] = self.covariance();
        let left = |c: f64, a: f64, b: f64| c - a * b / ss;
        let rho = left(wi, ws, si) / sqrt(left(ww, ws, ws) * left(ii, si, si));
        -0.5 * ln(1.0 - rho * rho)
    }
    // ANCHOR_END: covariance
}
