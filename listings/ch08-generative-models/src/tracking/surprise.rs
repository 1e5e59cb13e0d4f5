//! How much whole sequences surprise.

use prob::math::ln;

use super::{STEPS, TUSSOCKS};
use crate::filter::filter;
use crate::vole::{Ring, sequences};

/// Chance of a whole sequence if `ring` is true.
fn evidence(ring: Ring, heard: &[usize]) -> f64 {
    let steps = filter(&ring.model::<TUSSOCKS>(), heard).expect("rustles are possible");
    steps.iter().map(|step| step.evidence).product()
}

/// Mean surprise at a whole sequence, in nats, of an owl that holds `model` for true.
pub fn mean_surprise(model: Ring) -> f64 {
    let surprises = sequences(STEPS)
        .map(|heard| -evidence(Ring::VOLE, &heard) * ln(evidence(model, &heard)));
    surprises.sum()
}

/// Chance of a sequence at which `model` is less surprised than the true one.
pub fn less_surprised(model: Ring) -> f64 {
    let chances = sequences(STEPS).map(|heard| {
        let truth = evidence(Ring::VOLE, &heard);
        // Ties but for rounding are ties.
        if evidence(model, &heard) > truth * (1.0 + 1e-9) { truth } else { 0.0 }
    });
    chances.sum()
}
