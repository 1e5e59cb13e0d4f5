//! A control: a cat that understands.
//!
//! It tries responses at random. After a success it sees, with probability $p$, what
//! opened the door, and from then on does that and nothing else. With $p = 1$ it
//! understands at once; with a small $p$, one day, like a light.
//!
//! | book | code     | meaning                                    | unit     |
//! |------|----------|--------------------------------------------|----------|
//! | $p$  | `chance` | chance of understanding after a success    | `[0, 1]` |
//!
//! ```
//! use ch01_behaving_animal::{insight::Insight, law_of_effect::{Cat, Effect}};
//! use prob::{Probability, rng::{Role, stream}};
//!
//! let mut rng = stream(0, Role::Agent, 0);
//! let mut cat = Insight::new(30, Probability::ONE);
//! cat.feel(17, Effect::Satisfying, &mut rng);
//! assert_eq!(cat.respond(&mut rng), 17);
//! ```

use prob::Probability;
use rand::{Rng, RngExt};

use crate::law_of_effect::{Cat, Effect};

/// A cat that repeats what it has understood.
#[derive(Debug, Clone)]
pub struct Insight {
    n_responses: usize,
    chance: Probability,
    understood: Option<usize>,
}

impl Insight {
    /// A cat new to the box.
    pub fn new(n_responses: usize, chance: Probability) -> Self {
        Self { n_responses, chance, understood: None }
    }
}

impl Cat for Insight {
    fn respond<R: Rng + ?Sized>(&self, rng: &mut R) -> usize {
        self.understood.unwrap_or_else(|| rng.random_range(0..self.n_responses))
    }

    // ANCHOR: feel
    fn feel<R: Rng + ?Sized>(&mut self, response: usize, effect: Effect, rng: &mut R) {
        if effect == Effect::Satisfying
            && self.understood.is_none()
            && self.chance.draw(rng)
        {
            self.understood = Some(response);
        }
    }
    // ANCHOR_END: feel
}
