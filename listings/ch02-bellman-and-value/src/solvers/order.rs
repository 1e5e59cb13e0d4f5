//! The same world, numbered from the other end.

use envs::{FiniteWorld, Successor, Table};

/// `world` with its last state first and its first state last. Nothing else changes, and
/// who sweeps in place hears of everything in another order.
pub fn backward(world: &impl FiniteWorld) -> Table {
    let last = world.n_states() - 1;
    let other = |s: usize| last - s;
    let start = world.start().iter().map(|&(s, chance)| (other(s), chance)).collect();
    let ends: Vec<usize> = (0..=last).filter(|&s| world.is_terminal(other(s))).collect();
    Table::new(last + 1, world.n_actions(), start, &ends, |s, a, row| {
        let ways = world.successors(other(s), a).iter();
        row.extend(ways.map(|way| Successor { state: other(way.state), ..*way }));
    })
    .expect("the world is one already")
}
