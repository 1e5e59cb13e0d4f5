//! Mazes and graphs whose states are not what is seen: grid and graph worlds with
//! something to be found.
//!
//! [`hide`] puts an object into some state of any finite world. The agent moves as in that
//! world, sees where it is (or, behind [`Sensed`], what it may take for it), and sees the
//! object only where the object is: a search for information on a graph or a maze.
//! (pymdp's graph worlds are of this kind.)
//!
//! | factor | values |
//! |---|---|
//! | 0, place | states of the world inside |
//! | 1, object | which of the hiding places holds it |
//!
//! | modality | outcomes |
//! |---|---|
//! | 0, place | as the first modality of the world inside |
//! | 1, object | 0 not here, 1 here |

use crate::{FiniteWorld, Sensed, Successor, Table, WorldError};

/// `world` with an object in one of the states `places`, each as probable. Whoever
/// arrives where it is gets `reward` on top, at each arrival.
///
/// # Errors
/// [`WorldError`] if the world breaks its promises, if a place is no state of it
/// ([`WorldError::BadStartState`]), or if it ends in a place that pays.
///
/// ```
/// use envs::{FiniteWorld, graph, hidden_object::hide};
///
/// let world = hide(&graph::ring(6), &[2, 4], 1.0)?;
/// assert_eq!((world.factor_size(0), world.factor_size(1)), (6, 2));
/// // In node 4, with the object in the second of its places.
/// assert_eq!(world.outcomes(1, 2 * 4 + 1).probability(1), 1.0);
/// assert_eq!(world.outcomes(1, 2 * 4).probability(1), 0.0);
/// # Ok::<(), envs::WorldError>(())
/// ```
pub fn hide(
    world: &impl FiniteWorld,
    places: &[usize],
    reward: f64,
) -> Result<Sensed<Table>, WorldError> {
    crate::check(world)?;
    let (n_states, n) = (world.n_states(), places.len());
    let p = 1.0 / n as f64;
    if let Some(&state) = places.iter().find(|place| **place >= n_states) {
        return Err(WorldError::BadStartState { state, probability: p, n_states });
    }
    let start = world.start().iter();
    let start =
        start.flat_map(|&(s, q)| (0..n).map(move |k| (s * n + k, q * p))).collect();
    let ends: Vec<usize> =
        (0..n_states * n).filter(|s| world.is_terminal(s / n)).collect();
    let table =
        Table::new(n_states * n, world.n_actions(), start, &ends, |s, a, row| {
            let k = s % n;
            row.extend(world.successors(s / n, a).iter().map(|next| Successor {
                state: next.state * n + k,
                probability: next.probability,
                reward: next.reward + if next.state == places[k] { reward } else { 0.0 },
            }));
        })?
        .with_factors(&[n_states, n])?;
    Sensed::new(table, world.n_outcomes(0), |s, row| {
        row.extend(world.outcomes(0, s / n).iter());
    })?
    .with_modality(2, |s, row| row.push((usize::from(s / n == places[s % n]), 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph;
    use crate::maze::{Map, Side};
    use prob::Probability;

    #[test]
    fn a_maze_keeps_its_moves_its_ends_and_its_noise() {
        let maze = Map::FourRooms.maze(Side::Small);
        let noisy = Sensed::noisy(&maze, Probability::new(0.2).unwrap()).unwrap();
        let hidden = hide(&noisy, &[0, 5, 7], 2.0).unwrap();
        assert_eq!(hidden.n_states(), 3 * maze.n_states());
        for s in 0..maze.n_states() {
            for k in 0..3 {
                let both = 3 * s + k;
                assert_eq!(hidden.is_terminal(both), maze.is_terminal(s));
                assert_eq!(hidden.outcomes(0, both), noisy.outcomes(0, s));
                for a in 0..4 {
                    let (next, plain) =
                        (hidden.successors(both, a)[0], maze.successors(s, a)[0]);
                    assert_eq!(next.state, 3 * plain.state + k, "the object stays");
                    let found = plain.state == [0, 5, 7][k] && !maze.is_terminal(s);
                    let more = if found { 2.0 } else { 0.0 };
                    assert_eq!(next.reward, plain.reward + more);
                }
            }
        }
    }

    #[test]
    fn a_place_that_is_no_state_is_refused() {
        assert!(matches!(
            hide(&graph::ring(3), &[0, 3], 1.0),
            Err(WorldError::BadStartState { state: 3, n_states: 3, .. })
        ));
        assert!(hide(&graph::ring(3), &[], 1.0).is_err());
    }
}
