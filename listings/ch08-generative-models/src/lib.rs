//! Listings of chapter 8, *Generative models and the free energy principle*, in reading
//! order.
//!
//! A barn owl in the dark: where is the sound, what made it, is it the wind, where does
//! the vole run? Nothing here is sampled: tables are summed, sequences are enumerated,
//! and Gaussians are in closed form.

pub mod free_energy;
pub mod hunting_owl;
pub mod three_ways;
pub mod wrong_slice;

pub mod mean_field;
pub mod two_causes;

pub mod filter;
pub mod kalman_twin;
pub mod messages;
pub mod tracking;
pub mod vole;

pub mod predictive_coding;

pub mod blanket;
pub mod dark_room;

pub mod exercises;
