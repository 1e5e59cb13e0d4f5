//! Worlds that are graphs: nodes, and edges that actions take.

use thiserror::Error;

use crate::{Successor, Table, WorldError};

/// One way from a node to a node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// Where it begins.
    pub from: usize,
    /// The action that takes it.
    pub action: usize,
    /// Where it ends.
    pub to: usize,
    /// The probability with which the action takes it. Edges of one node and action sum
    /// to 1.
    pub probability: f64,
    /// Reward on arrival.
    pub reward: f64,
}

impl Edge {
    /// An edge that `action` takes for sure and that pays nothing.
    pub const fn free(from: usize, action: usize, to: usize) -> Self {
        Self::paid(from, action, to, 0.0)
    }

    /// An edge that `action` takes for sure.
    pub const fn paid(from: usize, action: usize, to: usize, reward: f64) -> Self {
        Self { from, action, to, probability: 1.0, reward }
    }
}

/// What is wrong with a graph. Edges are counted from 0.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum GraphError {
    /// An edge begins or ends outside the graph.
    #[error("edge {edge} touches node {node}, but there are {n_nodes} nodes")]
    NoNode {
        /// Which edge.
        edge: usize,
        /// The node that does not exist.
        node: usize,
        /// How many nodes there are.
        n_nodes: usize,
    },
    /// An edge belongs to no action.
    #[error("edge {edge} belongs to action {action}, but there are {n_actions} actions")]
    NoAction {
        /// Which edge.
        edge: usize,
        /// The action that does not exist.
        action: usize,
        /// How many actions there are.
        n_actions: usize,
    },
    /// The world that the graph describes breaks a promise.
    #[error(transparent)]
    World(#[from] WorldError),
}

/// The world of a graph. The states are its nodes; a node without edges ends the episode;
/// an action that has no edge in a node that has others leaves the state as it is and
/// pays nothing.
///
/// `start` are nodes with their probabilities.
///
/// # Errors
/// [`GraphError`], naming the edge, or the node, action and sum.
///
/// ```
/// use envs::graph::{Edge, graph};
/// let error = graph(2, 1, &[Edge::free(0, 1, 1)], vec![(0, 1.0)]).unwrap_err();
/// assert_eq!(error.to_string(), "edge 0 belongs to action 1, but there are 1 actions");
/// ```
pub fn graph(
    n_nodes: usize,
    n_actions: usize,
    edges: &[Edge],
    start: Vec<(usize, f64)>,
) -> Result<Table, GraphError> {
    for (edge, &Edge { from, action, to, .. }) in edges.iter().enumerate() {
        if let Some(&node) = [from, to].iter().find(|node| **node >= n_nodes) {
            return Err(GraphError::NoNode { edge, node, n_nodes });
        }
        if action >= n_actions {
            return Err(GraphError::NoAction { edge, action, n_actions });
        }
    }
    let ends: Vec<usize> = (0..n_nodes)
        .filter(|node| !edges.iter().any(|edge| edge.from == *node))
        .collect();
    let world = Table::new(n_nodes, n_actions, start, &ends, |node, action, row| {
        let begin = row.len();
        let here = |edge: &&Edge| edge.from == node && edge.action == action;
        row.extend(edges.iter().filter(here).map(|edge| Successor {
            state: edge.to,
            probability: edge.probability,
            reward: edge.reward,
        }));
        if row.len() == begin {
            row.push(Successor { state: node, probability: 1.0, reward: 0.0 });
        }
    })?;
    Ok(world)
}

fn built(n_nodes: usize, n_actions: usize, edges: &[Edge], start: &[usize]) -> Table {
    let p = 1.0 / start.len() as f64;
    let start = start.iter().map(|&s| (s, p)).collect();
    graph(n_nodes, n_actions, edges, start).expect("the world is tested")
}

/// A chain of `n` nodes from 0 to the last, where the episode ends with reward 1. One
/// action.
///
/// # Panics
/// If `n` is 0.
pub fn linear(n: usize) -> Table {
    assert!(n > 0, "a chain of no nodes");
    let edges: Vec<Edge> =
        (1..n).map(|to| Edge::paid(to - 1, 0, to, f64::from(to + 1 == n))).collect();
    built(n, 1, &edges, &[0])
}

/// A ring of `n` nodes on which action 0 leads from each to the next and action 1 back.
/// It pays nothing and never ends; the episode starts in node 0.
///
/// # Panics
/// If `n` is 0.
pub fn ring(n: usize) -> Table {
    assert!(n > 0, "a ring of no nodes");
    let edges: Vec<Edge> = (0..n)
        .flat_map(|s| [Edge::free(s, 0, (s + 1) % n), Edge::free(s, 1, (s + n - 1) % n)])
        .collect();
    built(n, 2, &edges, &[0])
}

/// A T: from node 0 through 1 to the fork 2 (both actions), from there by action 0 to the
/// left arm 3 and 5, by action 1 to the right arm 4 and 6. Both tips end the episode; 5
/// pays 1.
pub fn t_graph() -> Table {
    let on = |from, to, reward| [0, 1].map(|a| Edge::paid(from, a, to, reward));
    let mut edges = vec![Edge::free(2, 0, 3), Edge::free(2, 1, 4)];
    for (from, to, reward) in [(0, 1, 0.0), (1, 2, 0.0), (3, 5, 1.0), (4, 6, 0.0)] {
        edges.extend(on(from, to, reward));
    }
    built(7, 2, &edges, &[0])
}

/// Two choices in a row: from node 0 to 1 or 2, from 1 to 3 (pays 1) or 4 (-1), from 2 to
/// 5 or 6 (0.5 each), where the episode ends. Deterministic.
pub fn two_step() -> Table {
    let edges = [
        Edge::free(0, 0, 1),
        Edge::free(0, 1, 2),
        Edge::paid(1, 0, 3, 1.0),
        Edge::paid(1, 1, 4, -1.0),
        Edge::paid(2, 0, 5, 0.5),
        Edge::paid(2, 1, 6, 0.5),
    ];
    built(7, 2, &edges, &[0])
}

/// The neighborhoods of Schapiro, Rogers, Cordova, Turk-Browne and Botvinick (2013):
/// fifteen nodes in three groups of five.
///
/// In a group all are neighbors but the first and the last, which are neighbors of the
/// last of the group before and of the first of the group after. So every node has four
/// neighbors; action `a` leads to the neighbor with the `a`th smallest number. It pays
/// nothing and never ends; the episode starts anywhere.
pub fn neighborhood() -> Table {
    let neighbors = |i: usize, j: usize| {
        let (first, second) = (i.min(j), i.max(j));
        let same = first / 5 == second / 5;
        let rims = first % 5 == 0 && second % 5 == 4;
        let bridge =
            (first % 5 == 4 && second == first + 1) || (first, second) == (0, 14);
        i != j && ((same && !rims) || bridge)
    };
    let edges: Vec<Edge> = (0..15)
        .flat_map(|i| {
            let there = (0..15).filter(move |&j| neighbors(i, j));
            there.enumerate().map(move |(a, j)| Edge::free(i, a, j))
        })
        .collect();
    built(15, 4, &edges, &(0..15).collect::<Vec<_>>())
}

/// What has changed in the revaluation task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revalued {
    /// Nothing: as learned first.
    Nothing,
    /// The two rewards have changed places.
    Rewards,
    /// The second steps have changed places: from 2 to 5 and from 3 to 4.
    Transitions,
}

/// The revaluation task, after Momennejad, Russek, Cheong, Botvinick, Daw and Gershman
/// (2017): two chains of three nodes, 0 to 2 to 4 and 1 to 3 to 5. Arrival in 4 pays 10
/// and in 5 pays 1, and ends the episode. One action; it starts in 0 or 1.
pub fn revaluation(revalued: Revalued) -> Table {
    let (fourth, fifth) = match revalued {
        Revalued::Rewards => (1.0, 10.0),
        Revalued::Nothing | Revalued::Transitions => (10.0, 1.0),
    };
    let to_fourth = |from| Edge::paid(from, 0, 4, fourth);
    let to_fifth = |from| Edge::paid(from, 0, 5, fifth);
    let last = match revalued {
        Revalued::Transitions => [to_fifth(2), to_fourth(3)],
        Revalued::Nothing | Revalued::Rewards => [to_fourth(2), to_fifth(3)],
    };
    let first = [Edge::free(0, 0, 2), Edge::free(1, 0, 3)];
    built(6, 1, &[first, last].concat(), &[0, 1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FiniteWorld;

    fn next(world: &Table, s: usize, a: usize) -> (usize, f64) {
        let only = world.successors(s, a)[0];
        (only.state, only.reward)
    }

    #[test]
    fn errors_name_the_edge() {
        let start = || vec![(0, 1.0)];
        let message =
            |edges: &[Edge]| graph(2, 1, edges, start()).unwrap_err().to_string();
        assert_eq!(
            message(&[Edge::free(0, 0, 1), Edge::free(0, 0, 2)]),
            "edge 1 touches node 2, but there are 2 nodes"
        );
        assert_eq!(
            message(&[Edge::free(0, 0, 1), Edge::free(0, 0, 0)]),
            "successors of state 0 under action 0 sum to 2, not to 1"
        );
        assert_eq!(
            message(&[Edge::paid(0, 0, 1, f64::NAN)]),
            "state 0 under action 0 is paid NaN on arrival in 1"
        );
        assert_eq!(
            graph(2, 1, &[], vec![(3, 1.0)]).unwrap_err().to_string(),
            "start in state 3 of 2 with probability 1"
        );
    }

    #[test]
    fn an_action_without_an_edge_stays() {
        let world = graph(2, 2, &[Edge::free(0, 0, 1)], vec![(0, 1.0)]).unwrap();
        assert_eq!(next(&world, 0, 1), (0, 0.0));
        assert!(world.is_terminal(1) && !world.is_terminal(0));
    }

    #[test]
    fn chains_rings_and_forks_lead_where_they_say() {
        let chain = linear(6);
        assert_eq!((next(&chain, 3, 0), next(&chain, 4, 0)), ((4, 0.0), (5, 1.0)));
        assert!(chain.is_terminal(5));
        let ring = ring(6);
        assert_eq!((next(&ring, 5, 0), next(&ring, 0, 1)), ((0, 0.0), (5, 0.0)));
        let t = t_graph();
        assert_eq!((next(&t, 2, 0), next(&t, 3, 1)), ((3, 0.0), (5, 1.0)));
        assert_eq!((next(&t, 2, 1), next(&t, 4, 0)), ((4, 0.0), (6, 0.0)));
        assert_eq!(next(&two_step(), 1, 1), (4, -1.0));
    }

    #[test]
    fn every_neighbor_is_mutual_and_has_four() {
        let world = neighborhood();
        let neighbors = |s| [0, 1, 2, 3].map(|a| next(&world, s, a).0);
        for s in 0..15 {
            assert!(!neighbors(s).contains(&s), "{s}");
            assert!(neighbors(s).windows(2).all(|pair| pair[0] < pair[1]), "{s}");
            assert!(neighbors(s).iter().all(|&t| neighbors(t).contains(&s)), "{s}");
        }
        let bridges = (0..15)
            .flat_map(|s| neighbors(s).map(|t| (s, t)))
            .filter(|(s, t)| s < t && s / 5 != t / 5);
        assert_eq!(bridges.collect::<Vec<_>>(), [(0, 14), (4, 5), (9, 10)]);
    }

    #[test]
    fn revaluation_swaps_rewards_or_ways() {
        let ends = |revalued| {
            let world = revaluation(revalued);
            [0, 1].map(|s| next(&world, next(&world, s, 0).0, 0))
        };
        assert_eq!(ends(Revalued::Nothing), [(4, 10.0), (5, 1.0)]);
        assert_eq!(ends(Revalued::Rewards), [(4, 1.0), (5, 10.0)]);
        assert_eq!(ends(Revalued::Transitions), [(5, 1.0), (4, 10.0)]);
    }
}
