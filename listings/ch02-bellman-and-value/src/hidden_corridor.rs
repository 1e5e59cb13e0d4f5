//! A corridor in the dark: what breaks when the state is hidden.
//!
//! In the row `A B food C` the three dark cells A, B and C look alike. Each step costs 1,
//! moves against a wall leave the animal where it is, and it starts in any of the three.
//!
//! A rule without memory that goes right with chance $p$ needs, on average over the
//! starts,
//!
//! $$n(p) = \frac{1}{3} \left( \frac{1}{p} + \frac{2}{p^2} + \frac{1}{1 - p} \right)$$
//!
//! steps: infinitely many if it is sure ($p = 0$ or 1), fewest at $p = (7 -
//! \sqrt{17})/4$. A belief over the cells makes the problem one of known states again.
//!
//! ```
//! use ch02_bellman_and_value::hidden_corridor::{EVEN, steps_by_belief};
//! assert!((steps_by_belief(EVEN, 8) - 2.0).abs() < 1e-12);
//! ```

mod memory;
mod promise;

use envs::graph::{Edge, graph};
use envs::{Discount, Table};
use rl::{Mdp, Policy, Stop, evaluation, value_iteration};

pub use self::memory::OneMoveOfMemory;
pub use self::promise::{arrivals, promised};

/// A move in the corridor. Its number is the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Move {
    /// Toward A, action 0.
    Left = 0,
    /// Toward C, action 1.
    Right = 1,
}

impl Move {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Left, Self::Right];
}

/// Where the three dark cells stand among the four states; the food is state 2.
pub const DARK: [usize; 3] = [0, 1, 3];
/// The belief at the start: each dark cell with the same chance.
pub const EVEN: [f64; 3] = [1.0 / 3.0; 3];

// ANCHOR: world
/// The corridor as one who sees everything sees it: A, B, food, C.
pub fn world() -> Table {
    let step = |from, movement, to| Edge::paid(from, movement as usize, to, -1.0);
    let edges = [
        step(0, Move::Left, 0),
        step(0, Move::Right, 1),
        step(1, Move::Left, 0),
        step(1, Move::Right, 2),
        step(3, Move::Left, 2),
        step(3, Move::Right, 3),
    ];
    let start = DARK.iter().zip(EVEN).map(|(&cell, chance)| (cell, chance));
    graph(4, 2, &edges, start.collect()).expect("every move leads to one cell")
}
// ANCHOR_END: world

/// Mean steps over the starts of a value function that counts steps below 0.
fn steps(v: &[f64]) -> f64 {
    DARK.iter().zip(EVEN).map(|(&cell, chance)| -chance * v[cell]).sum()
}

fn mdp_at_one() -> (Mdp, Discount) {
    let mdp = Mdp::new(&world()).expect("the world is tested");
    (mdp, Discount::new(1.0).expect("1 is a discount"))
}

/// Mean steps of an animal that sees where it is.
pub fn steps_by_sight() -> f64 {
    let (mdp, one) = mdp_at_one();
    steps(&value_iteration::solve(&mdp, one, Stop::default()).v)
}

// ANCHOR: memoryless
/// Mean steps of going right with chance `p` in the dark, whatever went before; none
/// if that does not arrive from everywhere.
pub fn steps_without_memory(p: f64) -> Option<f64> {
    let (mdp, one) = mdp_at_one();
    let policy = Policy::new(&mdp, [1.0 - p, p].repeat(4)).ok()?;
    Some(steps(&evaluation::solve(&mdp, &policy, one).ok()?.v))
}

/// The best chance of going right, to `places` decimals, by trying all of them.
pub fn best_chance(places: u32) -> f64 {
    let n = 10_usize.pow(places);
    let tried = (1..n).map(|i| i as f64 / n as f64);
    let steps = |p: &f64| steps_without_memory(*p).unwrap_or(f64::INFINITY);
    tried.min_by(|p, q| steps(p).total_cmp(&steps(q))).expect("at least one chance")
}
// ANCHOR_END: memoryless

// ANCHOR: belief
/// The chances of A, B and C after a move that did not end at the food; what is missing
/// to 1 is the chance to have arrived.
pub fn after([a, b, c]: [f64; 3], movement: Move) -> [f64; 3] {
    match movement {
        Move::Left => [a + b, 0.0, 0.0],
        Move::Right => [0.0, a, c],
    }
}

/// The fewest steps on average of an animal that starts with `belief` and keeps it up to
/// date, with at most `left` steps; infinitely many if those can't do.
pub fn steps_by_belief(belief: [f64; 3], left: usize) -> f64 {
    let searching: f64 = belief.iter().sum();
    match left {
        _ if searching == 0.0 => 0.0,
        0 => f64::INFINITY,
        _ => {
            let rest =
                Move::ALL.map(|next| steps_by_belief(after(belief, next), left - 1));
            searching + rest[0].min(rest[1])
        }
    }
}
// ANCHOR_END: belief
