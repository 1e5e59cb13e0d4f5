//! The gambler's problem of example 4.3 (figure 4.3).

use prob::Probability;

use super::{evenly, surely};
use crate::{Successor, Table};

/// The capital that wins the game.
pub const CAPITAL: usize = 100;

/// How many stakes there are: 1 to 50, and no stake.
pub const STAKES: usize = CAPITAL / 2 + 1;

/// The stake of action `a`, in units of capital: `a` itself, from 0 to 50.
///
/// # Panics
/// If there is no such action.
pub fn stake(a: usize) -> usize {
    assert!(a < STAKES, "stake {a} of {STAKES}");
    a
}

/// The gambler's problem (Sutton and Barto 2018, example 4.3): states are the capital
/// from 0 to 100, both of which end the game.
///
/// A stake is won or lost on a coin that falls `heads` with the given probability (0.4 in
/// figure 4.3). Reaching 100 pays 1, all else 0. A stake beyond the capital, or beyond
/// what is missing to 100, can't be placed and leaves the capital as it is, like the
/// stake 0. The figure uses the discount 1; then many policies are optimal.
pub fn gambler(heads: Probability) -> Table {
    Table::new(
        CAPITAL + 1,
        STAKES,
        evenly(1..CAPITAL),
        &[0, CAPITAL],
        |capital, a, row| {
            let stake = stake(a);
            if stake == 0 || stake > capital.min(CAPITAL - capital) {
                row.push(surely(capital, 0.0));
                return;
            }
            let won = capital + stake;
            row.push(Successor {
                state: won,
                probability: heads.get(),
                reward: if won == CAPITAL { 1.0 } else { 0.0 },
            });
            row.push(Successor {
                state: capital - stake,
                probability: heads.complement().get(),
                reward: 0.0,
            });
        },
    )
    .expect("the world is tested")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FiniteWorld;

    #[test]
    fn a_stake_is_won_or_lost_and_one_too_high_is_not_placed() {
        let world = gambler(Probability::new(0.25).unwrap());
        let row = world.successors(50, 50);
        assert_eq!((row[0].state, row[0].probability, row[0].reward), (100, 0.25, 1.0));
        assert_eq!((row[1].state, row[1].probability, row[1].reward), (0, 0.75, 0.0));
        assert_eq!(world.successors(10, 11), [surely(10, 0.0)]);
        assert_eq!(world.successors(95, 6), [surely(95, 0.0)]);
    }
}
