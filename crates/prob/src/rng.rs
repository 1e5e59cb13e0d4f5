//! One generator for the whole book, addressed by seed, role and index.
//!
//! `ChaCha8` is counter-based: a key and a stream number name an endless row of random
//! words. The key is the run's seed; the stream is the role (who draws) and an index
//! (which run or trial). So an agent that draws more does not change the weather, and any
//! word can be found without the ones before it.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Who draws. The numbers are part of every result in the book and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u64)]
pub enum Role {
    /// The world: starts, transitions, observations, schedules.
    World = 0,
    /// The agent: choices, exploration, ties.
    Agent = 1,
    /// What stands before the first step: initial weights, generated worlds.
    Init = 2,
    /// Resampling for intervals.
    Bootstrap = 3,
}

/// Bits of the stream number that hold the index; the role has the 16 above them.
const INDEX_BITS: u32 = 48;

/// The random words of `role` in the run with this `seed`; `index` separates runs, trials
/// or animals within it.
///
/// Key: `seed` in the first 8 of 32 bytes, little endian, the rest 0. Stream: role in the
/// high 16 bits, index in the low 48.
///
/// # Panics
/// If `index` needs more than 48 bits.
///
/// ```
/// use prob::rng::{Role, stream};
/// use rand::RngExt;
///
/// let mut world = stream(7, Role::World, 0);
/// let mut again = stream(7, Role::World, 0);
/// let mut agent = stream(7, Role::Agent, 0);
/// let word: u64 = world.random();
/// assert_eq!(word, again.random::<u64>());
/// assert_ne!(word, agent.random::<u64>());
/// ```
pub fn stream(seed: u64, role: Role, index: u64) -> ChaCha8Rng {
    assert!(
        index < 1 << INDEX_BITS,
        "stream index {index} needs more than {INDEX_BITS} bits"
    );
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    let mut rng = ChaCha8Rng::from_seed(key);
    rng.set_stream((role as u64) << INDEX_BITS | index);
    rng
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt;

    #[test]
    fn roles_indices_and_seeds_give_different_words() {
        let mut words = Vec::new();
        for seed in 0..4 {
            for role in [Role::World, Role::Agent, Role::Init, Role::Bootstrap] {
                for index in 0..4 {
                    words.push(stream(seed, role, index).random::<u64>());
                }
            }
        }
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), 64);
    }

    #[test]
    fn the_first_words_are_those_of_chacha8() {
        // Key 0, nonce 0, counter 0: the first words of ChaCha8's key stream
        // (Strombergson, test vectors, TC1, 256-bit key).
        let mut rng = stream(0, Role::World, 0);
        assert_eq!(rng.random::<u32>().to_le_bytes(), [0x3e, 0x00, 0xef, 0x2f]);
        assert_eq!(rng.random::<u32>().to_le_bytes(), [0x89, 0x5f, 0x40, 0xd6]);
    }

    #[test]
    #[should_panic(expected = "needs more than 48 bits")]
    fn an_index_that_would_spill_into_the_role_panics() {
        let _ = stream(0, Role::World, 1 << 48);
    }
}
