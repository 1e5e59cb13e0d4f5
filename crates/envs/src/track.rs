//! A one-way track: a rat runs from one end to the other, lap after lap.

use crate::Table;
use crate::graph::{Edge, graph};

/// A track of `n` places, run in one direction: there place fields grow backwards (Mehta,
/// Quirk and Wilson 2000), as a successor representation does (Stachenfeld, Botvinick and
/// Gershman 2017). States `0..n` are the places, state `n` is the end, and arrival there
/// pays `reward`. One action: onwards.
///
/// Its successor representation is known by heart: $M(s, s') = \gamma_d^{s' - s}$ for $s
/// \le s'$ and 0 else.
///
/// # Panics
/// If `n` is 0 or the reward is not finite.
///
/// ```
/// use envs::{FiniteWorld, track::one_way};
/// let track = one_way(3, 1.0);
/// assert_eq!((track.n_states(), track.is_terminal(3)), (4, true));
/// assert_eq!(track.successors(2, 0)[0].reward, 1.0);
/// ```
pub fn one_way(n: usize, reward: f64) -> Table {
    assert!(n > 0, "a track without places");
    assert!(reward.is_finite(), "an end that pays {reward}");
    let edges: Vec<Edge> = (0..n)
        .map(|s| Edge::paid(s, 0, s + 1, if s + 1 == n { reward } else { 0.0 }))
        .collect();
    graph(n + 1, 1, &edges, vec![(0, 1.0)]).expect("the world is tested")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FiniteWorld;

    #[test]
    fn each_place_leads_to_the_next_and_only_the_end_pays() {
        let track = one_way(4, 2.0);
        for s in 0..4 {
            let [next] = track.successors(s, 0) else { panic!("one way from {s}") };
            let paid = if s == 3 { 2.0 } else { 0.0 };
            assert_eq!((next.state, next.probability, next.reward), (s + 1, 1.0, paid));
        }
        assert_eq!(track.start(), [(0, 1.0)]);
    }
}
