//! Listings of chapter 2, *Bellman and value*, in reading order.
//!
//! Worlds that are known, solved exactly: what a discount means, what a policy and the
//! best policy are worth, how you know that a solver has finished, and what breaks when
//! the state is hidden. Nearly all is enumerated; the few random worlds come from seeds.

pub mod absorbing_goal;
pub mod delays;
pub mod hazard;

pub mod optimal_values;
pub mod policy_values;

pub mod contraction;
pub mod greedy_loss;
pub mod stopping;

pub mod four_rooms;
pub mod occupancy;
pub mod solvers;

pub mod car_rental;
pub mod gambler;
pub mod windy;

pub mod hidden_corridor;
pub mod plans;

pub mod exercises;
