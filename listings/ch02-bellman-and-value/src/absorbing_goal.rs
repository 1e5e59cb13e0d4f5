//! One small grid, three goals: what it means to have arrived.
//!
//! A reward is paid on arrival, and arriving ends the episode. With $d(s) \ge 1$ steps to
//! the goal that makes $V^\ast(s) = \gamma_d^{\,d(s) - 1}$. A goal that does not end the
//! episode pays again at every bump against its wall, and all values are $1 / (1 -
//! \gamma_d)$ times as large. A goal that pays when it is left is worth one discount less
//! from everywhere else.
//!
//! | goal            | $V^\ast(s)$, $d(s) \ge 1$                       | $V^\ast(\text{goal})$ |
//! |-----------------|-------------------------------------------------|------------------|
//! | ends            | $\gamma_d^{\,d(s) - 1}$                         | 0                |
//! | pays for ever   | $\gamma_d^{\,d(s) - 1} / (1 - \gamma_d)$        | $1 / (1 - \gamma_d)$ |
//! | pays on leaving | $\gamma_d^{\,d(s)}$                             | 1                |
//!
//! ```
//! use ch02_bellman_and_value::absorbing_goal::{Goal, values};
//! use envs::Discount;
//!
//! let half = Discount::new(0.5)?;
//! assert_eq!(values(Goal::Ends, None, half)[14..], [1.0, 0.0]);
//! assert_eq!(values(Goal::PaysForEver, None, half)[14..], [2.0, 2.0]);
//! # Ok::<(), envs::BadDiscount>(())
//! ```

use envs::maze::Move;
use envs::{Discount, Successor, Table};
use rl::{Mdp, Stop, policy_iteration};

/// Cells a side of the grid.
pub const SIDE: usize = 4;
/// The goal, worth 1: the cell at the bottom right.
pub const GOAL: usize = SIDE * SIDE - 1;
/// The cell at the top right, where there may be a feast.
pub const FEAST: usize = SIDE - 1;
/// The state after the cells: where whoever is paid on leaving goes.
const OVER: usize = SIDE * SIDE;

/// What happens at the goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Arriving pays 1 and ends the episode: the convention of this book.
    Ends,
    /// Arriving pays 1 and the episode goes on; a bump against the wall arrives again.
    PaysForEver,
    /// Leaving pays 1 and ends the episode.
    PaysOnLeaving,
}

impl Goal {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Ends, Self::PaysForEver, Self::PaysOnLeaving];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ends => "ends",
            Self::PaysForEver => "pays for ever",
            Self::PaysOnLeaving => "pays on leaving",
        }
    }
}

// ANCHOR: grid
/// The grid; a move against the edge leaves the animal where it is. A `feast` pays so
/// much and ends the episode, whatever the goal does.
pub fn grid(goal: Goal, feast: Option<f64>) -> Table {
    let pays = |s: usize| match s {
        GOAL => 1.0,
        FEAST => feast.unwrap_or(0.0),
        _ => 0.0,
    };
    let ends = match (goal, feast) {
        (Goal::Ends, None) => vec![OVER, GOAL],
        (Goal::Ends, Some(_)) => vec![OVER, GOAL, FEAST],
        (Goal::PaysForEver, Some(_)) => vec![OVER, FEAST],
        (Goal::PaysForEver, None) | (Goal::PaysOnLeaving, _) => vec![OVER],
    };
    Table::new(OVER + 1, 4, vec![(0, 1.0)], &ends, |s, a, row| {
        let next = neighbor(s, Move::ALL[a]);
        let (state, reward) = match goal {
            Goal::PaysOnLeaving if pays(s) > 0.0 => (OVER, pays(s)),
            Goal::PaysOnLeaving => (next, 0.0),
            Goal::Ends | Goal::PaysForEver => (next, pays(next)),
        };
        row.push(Successor { state, probability: 1.0, reward });
    })
    .expect("each row has one sure successor")
}
// ANCHOR_END: grid

fn neighbor(s: usize, direction: Move) -> usize {
    match direction {
        Move::North if s >= SIDE => s - SIDE,
        Move::East if s % SIDE + 1 < SIDE => s + 1,
        Move::South if s + SIDE < SIDE * SIDE => s + SIDE,
        Move::West if !s.is_multiple_of(SIDE) => s - 1,
        _ => s,
    }
}

/// $V^\ast$ of the 16 cells in reading order, in reward, for a discount below 1.
///
/// # Panics
/// At discount 1, where one who never arrives has no value.
pub fn values(goal: Goal, feast: Option<f64>, discount: Discount) -> Vec<f64> {
    let mdp = Mdp::new(&grid(goal, feast)).expect("a table is a world");
    let start = vec![Move::North as usize; mdp.n_states()];
    let found = policy_iteration::solve(&mdp, discount, &start, Stop::default());
    let mut v = found.expect("below discount 1 every policy has values").v;
    v.truncate(SIDE * SIDE);
    v
}
