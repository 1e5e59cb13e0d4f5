//! Two models at once.

use super::Place;
use crate::filter::Corrected;

/// Beliefs of one who holds either of two models for true with chance one half, before
/// anything is heard, given what each alone would believe.
pub fn in_doubt(
    one: &[Corrected<{ super::TUSSOCKS }>],
    other: &[Corrected<{ super::TUSSOCKS }>],
) -> Vec<Place> {
    let mut chances = [0.5, 0.5];
    let steps = one.iter().zip(other).map(|(one, other)| {
        chances = [chances[0] * one.evidence, chances[1] * other.evidence];
        let total = chances[0] + chances[1];
        std::array::from_fn(|s| {
            (chances[0] * one.belief[s] + chances[1] * other.belief[s]) / total
        })
    });
    steps.collect()
}
