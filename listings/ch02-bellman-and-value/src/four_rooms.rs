//! Four Rooms: a maze as a text, a world, a policy.
//!
//! Each move slips with the chance of [`slip`]: half the time it goes to its left, half
//! the time to its right. The goal pays 1 on arrival and ends the trial.
//!
//! ```
//! use ch02_bellman_and_value::four_rooms::{discount, slip, solve};
//!
//! let rooms = solve(slip(), discount());
//! assert!(rooms.v[rooms.start()] > 0.0 && rooms.v[rooms.maze.goal_state()] == 0.0);
//! ```

use envs::maze::{Cell, Map, Maze, Side};
use envs::{Discount, FiniteWorld};
use prob::Probability;
use rl::{Certificate, Mdp, Policy, Stop, value_iteration};

/// A move in five slips.
///
/// # Panics
/// Never: it is a probability.
pub fn slip() -> Probability {
    Probability::new(0.2).expect("a probability")
}

/// The discount in Four Rooms: a horizon of 20 steps, a little more than the way takes.
///
/// # Panics
/// Never: it is a discount.
pub fn discount() -> Discount {
    Discount::new(0.95).expect("a discount")
}

// ANCHOR: world
/// The 11x11 map; the start is at the bottom right, the goal at the top left.
pub fn world(slip: Probability) -> Maze {
    Map::FourRooms.maze(Side::Medium).with_slip(slip)
}
// ANCHOR_END: world

/// Four Rooms, solved.
#[derive(Debug, Clone)]
pub struct Rooms {
    /// The maze.
    pub maze: Maze,
    /// $V^\ast$, shape `[n_states]`, in reward.
    pub v: Vec<f64>,
    /// The best policy, all ties included.
    pub policy: Policy,
    /// How far the values can be off.
    pub certificate: Certificate,
}

/// Values closer than this are tied, in reward.
pub const SLACK: f64 = 1e-8;

// ANCHOR: solve
/// The best values and the best policy, by value iteration with a certificate.
pub fn solve(slip: Probability, discount: Discount) -> Rooms {
    let maze = world(slip);
    let mdp = Mdp::new(&maze).expect("a maze is a world");
    let found = value_iteration::solve(&mdp, discount, Stop::default());
    let policy = Policy::greedy(&mdp, &found.v, discount, SLACK);
    Rooms { maze, v: found.v, policy, certificate: found.certificate }
}
// ANCHOR_END: solve

impl Rooms {
    /// Where a trial starts: the corner at the bottom right.
    pub fn start(&self) -> usize {
        self.maze.start()[0].0
    }

    /// The maze as text with the best moves in it: an arrow, or where several moves are
    /// best `|` for north and south, `-` for east and west, and `+` for any others.
    pub fn arrows(&self) -> String {
        let mark = |state: usize| {
            let best: Vec<usize> =
                (0..4).filter(|&a| self.policy.row(state)[a] > 0.0).collect();
            match best[..] {
                _ if state == self.maze.goal_state() => 'G',
                [one] => ['^', '>', 'v', '<'][one],
                [0, 2] => '|',
                [1, 3] => '-',
                _ => '+',
            }
        };
        let line = |row| -> String {
            let at = |column| self.maze.state_at(Cell { row, column });
            (0..self.maze.columns()).map(|column| at(column).map_or('#', mark)).collect()
        };
        (0..self.maze.rows()).map(line).collect::<Vec<_>>().join("\n")
    }
}
