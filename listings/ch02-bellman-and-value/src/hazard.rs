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

use envs::textbook::{cliff, gambler, gridworld, windy};
use envs::{Discount, FiniteWorld, Successor, Table};
use prob::Probability;
use rl::{Mdp, Policy, Stop, evaluation, value_iteration};

use crate::contraction::sup_distance;
use crate::four_rooms;

/// When a step's chance to be the last strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The step is paid, then the world may end.
    AfterPay,
    /// The world may end, and only who survives is paid.
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

/// How far two worlds' best values lie apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Which world.
    pub world: &'static str,
    /// Its states.
    pub n_states: usize,
    /// The largest difference over states between the discounted values of the best
    /// policy and the undiscounted ones of the world that stops after pay, in reward.
    pub best: f64,
    /// The same for the values of the random policy.
    pub random: f64,
    /// The same for the best policy in the world that stops before pay, whose values are
    /// divided by $\gamma_d$ first.
    pub before_pay: f64,
    /// The largest $|V^\ast(s)|$, in reward.
    pub largest: f64,
}

// ANCHOR: agreements
/// Five worlds, each with a discount and with a chance of stopping instead.
///
/// # Panics
/// At discount 0, where nothing survives to be compared.
pub fn agreements(discount: Discount) -> Vec<Agreement> {
    let coin = Probability::new(0.4).expect("a probability");
    vec![
        agreement("5x5 grid", &gridworld(), discount),
        agreement("windy grid", &windy(), discount),
        agreement("cliff", &cliff(), discount),
        agreement("gambler", &gambler(coin), discount),
        agreement("Four Rooms", &four_rooms::world(four_rooms::slip()), discount),
    ]
}
// ANCHOR_END: agreements

fn agreement(
    name: &'static str,
    world: &impl FiniteWorld,
    discount: Discount,
) -> Agreement {
    let mdp = |world: &dyn FiniteWorld| Mdp::new(&world).expect("the worlds are tested");
    let stop = Stop::new(1e-11, 1_000_000).expect("a tolerance");
    let best = |mdp: &Mdp, discount| value_iteration::solve(mdp, discount, stop).v;
    let random = |mdp: &Mdp, discount| {
        let found = evaluation::solve(mdp, &Policy::uniform(mdp), discount);
        found.expect("it stops").v
    };
    let one = Discount::new(1.0).expect("1 is a discount");
    let (n, as_is) = (world.n_states(), mdp(world));
    let after = mdp(&stopping_world(world, discount, End::AfterPay));
    let before = mdp(&stopping_world(world, discount, End::BeforePay));
    let v = best(&as_is, discount);
    let undone: Vec<f64> =
        best(&before, one).iter().map(|v| v / discount.get()).collect();
    Agreement {
        world: name,
        n_states: n,
        best: sup_distance(&v, &best(&after, one)[..n]),
        random: sup_distance(&random(&as_is, discount), &random(&after, one)[..n]),
        before_pay: sup_distance(&v, &undone[..n]),
        largest: v.iter().fold(0.0, |most, v| v.abs().max(most)),
    }
}
