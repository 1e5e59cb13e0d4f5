//! A trial in the puzzle box: the cat does one thing after another until one of them
//! opens the door.
//!
//! Each response takes some seconds; their sum is the latency of the trial. Without
//! stamping out, the chance of the right response after $k$ escapes is $\mu_k = 1 - (1 -
//! \mu_0)(1 - \eta_+)^k$, and the expected latency is $\bar d / \mu_k$ with $\bar d$
//! seconds a response. It falls with every escape, in seconds most at the first.
//!
//! | book      | code               | meaning                      | unit    |
//! |-----------|--------------------|------------------------------|---------|
//! |           | [`RESPONSES`]      | things a cat may do          |         |
//! | $\bar d$  | [`SECONDS`]        | range of a response's length | seconds |
//!
//! ```
//! use ch01_behaving_animal::escape::{RESPONSES, latencies};
//! use ch01_behaving_animal::law_of_effect::{LawOfEffect, StepSizes};
//!
//! let seconds = latencies(LawOfEffect::new(RESPONSES, StepSizes::default()), 0, 60);
//! assert!(seconds[50..].iter().sum::<f64>() < seconds[..10].iter().sum());
//! ```

use std::ops::RangeInclusive;

use prob::rng::{Role, stream};
use rand::{Rng, RngExt};

use crate::law_of_effect::{Cat, Effect};

/// Things a cat may do in the box. With 5 seconds each, a cat that knows nothing needs
/// about 150 seconds.
pub const RESPONSES: usize = 30;
/// The one that opens the door. Any would do: at first all are alike.
pub const LATCH: usize = 0;
/// Shortest and longest time that one response takes, in seconds.
pub const SECONDS: RangeInclusive<f64> = 2.0..=8.0;

// ANCHOR: escape
/// Puts a cat into the box and returns the seconds until it is out.
pub fn escape<R: Rng + ?Sized>(cat: &mut impl Cat, world: &mut R, agent: &mut R) -> f64 {
    let mut seconds = 0.0;
    loop {
        let response = cat.respond(agent);
        seconds += world.random_range(SECONDS);
        if response == LATCH {
            cat.feel(response, Effect::Satisfying, agent);
            return seconds;
        }
        cat.feel(response, Effect::Annoying, agent);
    }
}
// ANCHOR_END: escape

/// The latencies of one cat, in seconds, trial by trial.
pub fn latencies(mut cat: impl Cat, seed: u64, trials: usize) -> Vec<f64> {
    let (mut world, mut agent) =
        (stream(seed, Role::World, 0), stream(seed, Role::Agent, 0));
    (0..trials).map(|_| escape(&mut cat, &mut world, &mut agent)).collect()
}
