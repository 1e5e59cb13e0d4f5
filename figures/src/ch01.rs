//! Chapter 1, "The behaving animal".

mod detour;
mod extinction;
mod latent_learning;
mod matching;
mod puzzle_box;
mod schedules;
mod sunburst;

use prob::interval::{
    Interval, RESAMPLES, bootstrap_mean, bootstrap_median, mean, median,
};

use crate::figure::Chapter;
use prob::interval::exact_binomial;

use crate::kit::Ink;
use crate::results::Number;

/// The hue of whoever learns habits: strengths and values, kept in a table.
const HABIT: Ink = Ink::Rl;
/// The hue of whoever has a map. It plans on reward, so it isn't active inference, which has a hue of its own.
const MAP: Ink = Ink::C3;

/// The chapter's figures.
pub fn chapter() -> Chapter {
    Chapter {
        name: "ch01",
        listings: "ch01-behaving-animal",
        figures: vec![
            puzzle_box::latency(),
            puzzle_box::steps(),
            schedules::cumulative(),
            schedules::scallop(),
            schedules::yoked(),
            extinction::figure(),
            matching::figure(),
            latent_learning::figure(),
            detour::figure(),
            sunburst::figure(),
        ],
    }
}

/// Mean and its bootstrap interval.
fn mean_of(values: &[f64]) -> (f64, Interval) {
    (mean(values), bootstrap_mean(values, RESAMPLES, 0))
}

/// Mean over animals with its interval, as a number of the prose.
fn mean_number(key: &str, values: &[f64], unit: &str) -> Number {
    let (mean, interval) = mean_of(values);
    Number::sampled(key, mean, unit, values.len() as u64)
        .with_interval(interval.low, interval.high)
}

/// Median over animals with its interval, as a number of the prose.
fn median_number(key: &str, values: &[f64], unit: &str) -> Number {
    let interval = bootstrap_median(values, RESAMPLES, 0);
    Number::sampled(key, median(values), unit, values.len() as u64)
        .with_interval(interval.low, interval.high)
}

/// How many of all animals have a 1, as a number of the prose.
fn count(key: &str, ones: &[f64], unit: &str) -> Number {
    Number::sampled(key, ones.iter().sum(), unit, ones.len() as u64)
}

/// The share of animals that have a 1, with its exact interval, as a number of the prose.
fn share_number(key: &str, successes: usize, trials: usize) -> Number {
    let interval = exact_binomial(successes, trials);
    let share = successes as f64 / trials as f64;
    Number::sampled(key, share, "share", trials as u64)
        .with_interval(interval.low, interval.high)
}
