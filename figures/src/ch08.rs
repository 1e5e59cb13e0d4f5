//! Chapter 8, "Generative models and the free energy principle".

mod blanket;
mod causes;
mod dark_room;
mod filter_smoother;
mod free_energy;
mod owl_turn;
mod predictive_coding;

use crate::figure::Chapter;
use crate::kit::Ink;

/// The hue of the agent's belief and of what it expects.
const BELIEF: Ink = Ink::Aif;
/// The hue of Bayes' exact answer where it stands beside another belief.
const EXACT: Ink = Ink::C3;
/// The hue of what goes wrong.
const WRONG: Ink = Ink::C6;

/// The chapter's figures.
pub fn chapter() -> Chapter {
    Chapter {
        name: "ch08",
        listings: "ch08-generative-models",
        figures: vec![
            owl_turn::figure(),
            free_energy::figure(),
            causes::explaining_away(),
            causes::updates_in_turn(),
            filter_smoother::figure(),
            predictive_coding::figure(),
            dark_room::figure(),
            blanket::figure(),
        ],
    }
}

/// Four decimals: finer than a drawing shows, and half as long in a file.
fn short(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}
