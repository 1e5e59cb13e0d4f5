//! The discount as a chance of stopping.
//!
//! Let the world end after each step with chance $1 - \gamma_d$, and pay no discount:
//!
//! $$V(s) = \max_a \sum_{s'} P(s' \mid s, a)\,[\underbrace{\gamma_d\,(r(s, a, s') + V(s')) + (1 - \gamma_d)\, r(s, a, s')}_{r(s, a, s')\, +\, \gamma_d V(s')}].$$
//!
//! If it ends *after* the step has been paid, that is the Bellman equation with a
//! discount. If it ends *before*, every reward, the first included, must be survived for,
//! and all values are $\gamma_d$ times as large.
//!
//! | book         | code       | meaning                              | unit     |
//! |--------------|------------|--------------------------------------|----------|
//! | $\gamma_d$   | `discount` | discount, the chance of going on     | `[0, 1]` |
//! | $V(s)$       | `v[s]`     | value                                | reward   |
//!
//! ```
//! use ch02_bellman_and_value::hazard::{End, mean_lifetime};
//! use envs::Discount;
//!
//! assert!((mean_lifetime(Discount::new(0.75)?, End::AfterPay) - 4.0).abs() < 1e-12);
//! # Ok::<(), envs::BadDiscount>(())
//! ```

mod agreements;

use envs::{Discount, FiniteWorld, Successor, Table};
use rl::{Mdp, Policy, evaluation};

pub use self::agreements::{Agreement, agreements};

/// When a step's chance to be the last strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The step is paid, then the world may end.
    AfterPay,
    /// The world may end, and only a survivor is paid.
    BeforePay,
}

// ANCHOR: stopping-world
/// The same world, with one state more: after each step it ends there with chance
/// $1 - \gamma_d$.
pub fn stopping_world(world: &impl FiniteWorld, discount: Discount, end: End) -> Table {
    let over = world.n_states();
    let mut ends: Vec<usize> = (0..over).filter(|&s| world.is_terminal(s)).collect();
    ends.push(over);
    let start = world.start().to_vec();
    Table::new(over + 1, world.n_actions(), start, &ends, |s, a, row| {
        for &Successor { state, probability, reward } in world.successors(s, a) {
            let on = discount.get() * probability;
            row.push(Successor { state, probability: on, reward });
            let reward = match end {
                End::AfterPay => reward,
                End::BeforePay => 0.0,
            };
            row.push(Successor { state: over, probability: probability - on, reward });
        }
    })
    .expect("the chances of going on and of stopping sum to the old ones")
}
// ANCHOR_END: stopping-world

/// Steps until a world stops that would go on for ever, on average: $1 / (1 - \gamma_d)$.
/// A step in which the world ends before pay is not counted.
///
/// # Panics
/// At discount 1, where it never stops.
pub fn mean_lifetime(discount: Discount, end: End) -> f64 {
    let treadmill = Table::new(1, 1, vec![(0, 1.0)], &[], |state, _, row| {
        row.push(Successor { state, probability: 1.0, reward: 1.0 });
    });
    let world = stopping_world(&treadmill.expect("one sure step"), discount, end);
    let mdp = Mdp::new(&world).expect("a table is a world");
    let undiscounted = Discount::new(1.0).expect("1 is a discount");
    evaluation::solve(&mdp, &Policy::uniform(&mdp), undiscounted)
        .expect("below discount 1 it stops")
        .v[0]
}
