//! Chapter 3, "Dopamine and TD learning".

mod conditioning;
mod place_fields;
mod reach;
mod revaluation;
mod reversal_points;
mod rooms;
mod trials;
mod walks;

use crate::figure::Chapter;
use crate::kit::{Ink, Lettering, Panel, Point, Sheet};
use crate::results::Number;

/// The chapter's figures.
pub fn chapter() -> Chapter {
    Chapter {
        name: "ch03",
        listings: "ch03-dopamine-and-td",
        figures: vec![
            conditioning::figure(),
            trials::error_moves(),
            trials::dopamine_panels(),
            walks::td_against_mc(),
            walks::batch(),
            reach::n_step(),
            reach::lambda_return(),
            place_fields::figure(),
            rooms::figure(),
            revaluation::figure(),
            reversal_points::figure(),
            conditioning::backward_blocking(),
        ],
    }
}

/// Standard errors on either side of a mean that make its 95% interval.
const STANDARD_ERRORS: f64 = 1.96;

/// A mean over `n` runs, with its interval from its standard error.
fn sampled(key: &str, (mean, error): (f64, f64), unit: &str, n: u64) -> Number {
    let half = STANDARD_ERRORS * error;
    Number::sampled(key, mean, unit, n).with_interval(mean - half, mean + half)
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

/// A bold label at a place of a panel, moved by so many page pixels.
fn name(
    sheet: &mut Sheet,
    panel: &Panel,
    text: &str,
    at: Point,
    (dx, dy): Point,
    ink: Ink,
) -> anyhow::Result<()> {
    let (x, y) = panel.at(at);
    sheet.text(text, (x + dx, y + dy), Lettering::label(ink).bold().halo())
}
