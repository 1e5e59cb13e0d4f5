//! The tiger behind one of two doors (Cassandra, Kaelbling and Littman 1994).
//!
//! One listens, and hears the tiger where it is with probability .85, for a cost of 1; or
//! one opens a door and finds the tiger (-100) or the treasure (10). The source restarts
//! when a door is opened, the tiger behind either door by the toss of a coin.
//!
//! | factor | values |
//! |---|---|
//! | 0, tiger | 0 behind the left door, 1 behind the right one |
//! | 1, just done | 0 listened or nothing, 1 found the treasure, 2 found the tiger |
//!
//! | modality | outcomes |
//! |---|---|
//! | 0, growl | 0 left, 1 right; after a door was opened each with probability 1/2 |
//! | 1, find | as factor 1, so that a preference can speak of it |
//!
//! Outcomes depend on states only, so that what was done last is part of the state. At
//! the start nothing was done, and the growl tells nothing: a third value of factor 1
//! would only say so again. Therefore the episode begins as after a treasure.

use crate::{Sensed, Successor, Table};

/// Listen.
pub const LISTEN: usize = 0;
/// Open the left door.
pub const OPEN_LEFT: usize = 1;
/// Open the right door.
pub const OPEN_RIGHT: usize = 2;

const TREASURE: usize = 1;
const TIGER: usize = 2;

/// The probability of hearing the tiger where it is.
pub const HEARD: f64 = 0.85;

/// The world. It never ends: give it a limit, or a discount.
///
/// ```
/// use envs::{FiniteWorld, tiger};
///
/// let world = tiger::tiger();
/// // The tiger is behind the left door (states 0, 1 and 2).
/// let opened = world.successors(0, tiger::OPEN_LEFT);
/// assert!(opened.iter().all(|next| next.reward == -100.0 && next.probability == 0.5));
/// assert_eq!(world.successors(0, tiger::OPEN_RIGHT)[0].reward, 10.0);
/// assert_eq!(world.outcomes(0, 0).probability(0), 0.85);
/// ```
pub fn tiger() -> Sensed<Table> {
    let start = vec![(TREASURE, 0.5), (3 + TREASURE, 0.5)];
    let world = Table::new(6, 3, start, &[], |s, action, row| {
        let side = s / 3;
        if action == LISTEN {
            row.push(Successor { state: 3 * side, probability: 1.0, reward: -1.0 });
            return;
        }
        let (found, reward) =
            if action == OPEN_LEFT + side { (TIGER, -100.0) } else { (TREASURE, 10.0) };
        let moved =
            |side: usize| Successor { state: 3 * side + found, probability: 0.5, reward };
        row.extend([moved(0), moved(1)]);
    })
    .and_then(|world| world.with_factors(&[2, 3]))
    .expect("every row is a distribution");
    Sensed::new(world, 2, |s, row| match (s / 3, s % 3) {
        (side, 0) => row.extend([(side, HEARD), (1 - side, 1.0 - HEARD)]),
        _ => row.extend([(0, 0.5), (1, 0.5)]),
    })
    .and_then(|senses| senses.with_modality(3, |s, row| row.push((s % 3, 1.0))))
    .expect("every row is a distribution")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FiniteWorld, check};

    #[test]
    fn only_listening_tells_where_the_tiger_is() {
        let world = tiger();
        assert_eq!(check(&world), Ok(()));
        for done in 0..3 {
            let same = |m| world.outcomes(m, done) == world.outcomes(m, 3 + done);
            assert_eq!(same(0), done != 0);
            assert!(same(1));
        }
        // A treasure or a tiger found starts anew: where the tiger is now is open.
        for (side, door) in [(0, OPEN_LEFT), (0, OPEN_RIGHT), (1, OPEN_LEFT)] {
            let sides: Vec<usize> =
                world.successors(3 * side, door).iter().map(|n| n.state / 3).collect();
            assert_eq!(sides, [0, 1]);
        }
        assert_eq!(world.successors(5, LISTEN)[0].state, 3);
    }
}
