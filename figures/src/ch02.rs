//! Chapter 2, "Bellman and value".

mod boards;
mod car_rental;
mod convergence;
mod delays;
mod four_rooms;
mod gambler;
mod hidden_corridor;
mod windy;

use crate::figure::Chapter;

/// The chapter's figures.
pub fn chapter() -> Chapter {
    Chapter {
        name: "ch02",
        listings: "ch02-bellman-and-value",
        figures: vec![
            delays::figure(),
            boards::sweeps(),
            boards::random_policy(),
            convergence::residual(),
            convergence::solvers(),
            four_rooms::figure(),
            windy::figure(),
            gambler::figure(),
            car_rental::figure(),
            hidden_corridor::figure(),
        ],
    }
}

/// A number with a true minus sign.
fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().any(|digit| matches!(digit, '1'..='9')) => {
            format!("−{digits}")
        }
        Some(zero) => zero.to_string(),
        None => text,
    }
}

/// The moves that a row of a policy on a board takes, as letters.
fn letters(row: &[f64]) -> String {
    "NESW".chars().zip(row).filter(|(_, p)| **p > 0.0).map(|(letter, _)| letter).collect()
}
