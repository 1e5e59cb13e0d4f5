//! A hidden Markov model of a vole that runs around a ring of tussocks.
//!
//! At each step it stays, runs on or runs back ($B$), and rustles; the owl places the
//! rustle right with chance `hit`, and otherwise at any other tussock alike ($A$).
//!
//! | book         | code                    | meaning                            | shape    |
//! |--------------|-------------------------|------------------------------------|----------|
//! | $D\[s\]$     | `prior[s]`              | where the vole begins              | `[N]`    |
//! | $B\[s', s\]$ | `transition[s_next][s]` | where it goes; columns sum to 1    | `[N, N]` |
//! | $A\[o, s\]$  | `likelihood[o][s]`      | where it is heard; columns sum to 1 | `[N, N]` |
//!
//! ```
//! use ch08_generative_models::vole::Ring;
//!
//! let vole = Ring::VOLE.model::<5>();
//! assert_eq!(vole.transition[1][0], 0.7);
//! assert_eq!(vole.transition[0][4], 0.7);
//! assert_eq!(vole.likelihood[3][3], 0.6);
//! ```

use aif::{GenerativeModel, ModelError};

/// Tussocks in the vole's ring.
pub const TUSSOCKS: usize = 5;

/// A hidden Markov model with as many outcomes as states.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hmm<const N: usize> {
    /// $D$, shape `[N]`.
    pub prior: [f64; N],
    /// $B$, shape `[N, N]`: the next state, then the one before it.
    pub transition: [[f64; N]; N],
    /// $A$, shape `[N, N]`: the outcome, then the state.
    pub likelihood: [[f64; N]; N],
}

/// How one runs around a ring, and how well one is heard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ring {
    /// Chance to stay.
    pub stays: f64,
    /// Chance to go to the next place.
    pub on: f64,
    /// Chance to go to the place before; the three sum to 1.
    pub back: f64,
    /// Chance to be heard where one is.
    pub hit: f64,
}

// ANCHOR: model
impl Ring {
    /// The vole: seven steps of ten go on.
    pub const VOLE: Self = Self { stays: 0.2, on: 0.7, back: 0.1, hit: 0.6 };
    /// A model of it that has the direction wrong.
    pub const REVERSED: Self = Self { on: 0.1, back: 0.7, ..Self::VOLE };
    /// A model that holds that it runs either way alike, at each step anew.
    pub const EITHER_WAY: Self = Self { on: 0.4, back: 0.4, ..Self::VOLE };
    /// A model of a vole that never moves.
    pub const SITTING: Self = Self { stays: 1.0, on: 0.0, back: 0.0, ..Self::VOLE };
    /// A carousel, which turns for certain.
    pub const CAROUSEL: Self = Self { stays: 0.0, on: 1.0, back: 0.0, hit: 0.9 };

    /// The model for `N` places, three at least.
    pub fn model<const N: usize>(self) -> Hmm<N> {
        let (mut transition, mut likelihood) = ([[0.0; N]; N], [[0.0; N]; N]);
        for s in 0..N {
            transition[s][s] = self.stays;
            transition[(s + 1) % N][s] = self.on;
            transition[(s + N - 1) % N][s] = self.back;
            for (o, row) in likelihood.iter_mut().enumerate() {
                row[s] =
                    if o == s { self.hit } else { (1.0 - self.hit) / (N - 1) as f64 };
            }
        }
        Hmm { prior: [1.0 / N as f64; N], transition, likelihood }
    }
}
// ANCHOR_END: model

impl<const N: usize> Hmm<N> {
    // ANCHOR: library
    /// The same model for the library, which checks every column.
    ///
    /// # Errors
    /// [`ModelError`] if a column is no distribution.
    pub fn library(&self) -> Result<GenerativeModel, ModelError> {
        let names: Vec<String> = (1..=N).map(|s| format!("tussock {s}")).collect();
        let mut model = GenerativeModel::builder();
        let place = model.factor("place", &names);
        model.prior(place, &self.prior);
        model.transition(place, &[place], |from, _, column| {
            column
                .iter_mut()
                .zip(&self.transition)
                .for_each(|(p, row)| *p = row[from[0]]);
        });
        let rustle = model.modality("rustle", &names);
        model.likelihood(rustle, &[place], |at, column| {
            column.iter_mut().zip(&self.likelihood).for_each(|(p, row)| *p = row[at[0]]);
        });
        model.build()
    }
    // ANCHOR_END: library
}

/// All sequences of `steps` rustles.
pub fn sequences(steps: usize) -> impl Iterator<Item = Vec<usize>> {
    let all = TUSSOCKS.pow(steps as u32);
    let digit = |n: usize, t: usize| n / TUSSOCKS.pow(t as u32) % TUSSOCKS;
    (0..all).map(move |n| (0..steps).map(|t| digit(n, t)).collect())
}
