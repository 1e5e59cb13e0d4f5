//! Worlds with a discount beside the same worlds with a chance of stopping.

use envs::textbook::{cliff, gambler, gridworld, windy};
use envs::{Discount, FiniteWorld};
use prob::Probability;
use rl::{Mdp, Policy, Stop, evaluation, value_iteration};

use super::{End, stopping_world};
use crate::contraction::sup_distance;
use crate::four_rooms;

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
