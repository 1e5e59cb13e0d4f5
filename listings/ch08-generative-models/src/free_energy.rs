//! Variational free energy on a table: one number for how badly a belief fits.
//!
//! $$F = \sum_s q(s) \bigl(\ln q(s) - \ln p(o, s)\bigr) = \underbrace{\mathrm{KL}\[q \,\|\,
//! D\]}_{\text{complexity}} - \underbrace{\sum_s q(s) \ln A\[o, s\]}_{\text{accuracy}}$$
//!
//! | book            | code             | meaning                          | unit, shape |
//! |-----------------|------------------|----------------------------------|-------------|
//! | $q(s)$          | `belief`         | approximate posterior            | `[n_states]` |
//! | $p(o, s)$       | `joint`          | of the sound heard and each cause | `[n_states]` |
//! | $A\[o, \cdot\]$ | `likelihood_row` | chance of the sound from each cause | `[n_states]` |
//! | $F$             | `free_energy`    | variational free energy          | nats        |
//! | $-\ln p(o)$     | `surprise`       | how improbable the sound was     | nats        |
//!
//! The example: something stirs, and the owl has heard which of three sounds it made.
//!
//! ```
//! use ch08_generative_models::free_energy::{LIKELIHOOD, PRIOR, free_energy, joint, surprise};
//!
//! let patter = joint(&LIKELIHOOD[0], &PRIOR);
//! let sure_of_the_vole = [1.0, 0.0, 0.0];
//! let f = free_energy(&sure_of_the_vole, &patter);
//! assert!((f + prob::math::ln(patter[0])).abs() < 1e-12);
//! assert!(f > surprise(&patter));
//! ```

use prob::categorical::kl;
use prob::math::ln;

// ANCHOR: model
/// What may stir.
pub const CAUSES: [&str; 3] = ["vole", "leaf", "wind"];
/// What may be heard.
pub const SOUNDS: [&str; 3] = ["patter", "crackle", "hiss"];
/// $D$, shape `[n_causes]`: nothing is known before.
pub const PRIOR: [f64; 3] = [1.0 / 3.0; 3];
/// $A$, shape `[n_sounds, n_causes]`: a column for each cause, which sums to 1.
pub const LIKELIHOOD: [[f64; 3]; 3] =
    [[0.90, 0.30, 0.05], [0.08, 0.60, 0.15], [0.02, 0.10, 0.80]];

/// $p(o, s) = A\[o, s\]\, D\[s\]$ for every $s$.
pub fn joint(likelihood_row: &[f64], prior: &[f64]) -> Vec<f64> {
    likelihood_row.iter().zip(prior).map(|(a, d)| a * d).collect()
}
// ANCHOR_END: model

// ANCHOR: free_energy
/// $F$ of a belief in nats; a state that isn't believed in costs nothing, and one that is
/// believed in and impossible costs infinitely much.
pub fn free_energy(belief: &[f64], joint: &[f64]) -> f64 {
    let states = belief.iter().zip(joint).filter(|(q, _)| **q > 0.0);
    states.map(|(&q, &p)| q * (ln(q) - ln(p))).sum()
}

/// $-\ln p(o) = -\ln \sum_s p(o, s)$ in nats: it knows of no belief.
pub fn surprise(joint: &[f64]) -> f64 {
    -ln(joint.iter().sum())
}
// ANCHOR_END: free_energy

/// The two parts of $F$, in nats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parts {
    /// How far the belief has moved from the prior.
    pub complexity: f64,
    /// How well it explains the sound.
    pub accuracy: f64,
}

// ANCHOR: parts
/// $F$ = complexity - accuracy.
pub fn parts(belief: &[f64], prior: &[f64], likelihood_row: &[f64]) -> Parts {
    let states = belief.iter().zip(likelihood_row).filter(|(q, _)| **q > 0.0);
    Parts {
        complexity: kl(belief, prior),
        accuracy: states.map(|(&q, &a)| q * ln(a)).sum(),
    }
}
// ANCHOR_END: parts
