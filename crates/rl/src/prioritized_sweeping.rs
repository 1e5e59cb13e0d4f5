//! Prioritized sweeping: back up the state whose value is wrong by most, then look at
//! those that lead to it.

use envs::Discount;

use crate::certificate::factor_of_all;
use crate::value_iteration::Solution;
use crate::{Certificate, Mdp, Stop};

/// Values of the best policy, and what they cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Prioritized {
    /// $V^\ast$ and its certificate, whose sweeps are the backups divided by the states,
    /// rounded up.
    pub solution: Solution,
    /// How often a value was replaced.
    pub backups: usize,
}

/// Prioritized sweeping (Moore and Atkeson 1993; Sutton and Barto 2018, section 8.4) of a
/// known world, from $V = 0$.
///
/// The priority of a state is its Bellman error $|\max_a Q(s, a) - V(s)|$, recomputed
/// whenever a successor changes; so the first in the queue is the residual. It saves
/// backups, not always time: each change looks again at every state that can lead to the
/// one changed, and where an action can go several ways the plain sweeps of
/// [`gauss_seidel`](crate::gauss_seidel) are faster (see the crate's benches).
///
/// ```
/// use rl::{Discount, Mdp, Stop, prioritized_sweeping};
///
/// // News of the reward walks down a corridor of 100 places once, from its end.
/// let mdp = Mdp::new(&envs::graph::linear(101))?;
/// let found = prioritized_sweeping::solve(&mdp, Discount::new(0.9)?, Stop::default());
/// assert_eq!(found.backups, 100);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn solve(mdp: &Mdp, discount: Discount, stop: Stop) -> Prioritized {
    let n = mdp.n_states();
    let factor = factor_of_all(mdp, discount);
    let enough = stop.tolerance() / factor.unwrap_or(1.0);
    let limit = stop.sweeps().saturating_mul(n);
    let leads_to = predecessors(mdp);
    let mut v = vec![0.0; n];
    let error = |s: usize, v: &[f64]| (mdp.best_value(s, v, discount) - v[s]).abs();
    let mut queue = Queue::new((0..n).map(|s| error(s, &v)).collect());
    let mut backups = 0;
    while backups < limit {
        let (s, priority) = queue.first();
        if priority <= enough {
            break;
        }
        v[s] = mdp.best_value(s, &v, discount);
        backups += 1;
        queue.set(s, error(s, &v));
        for &before in leads_to.of(s) {
            queue.set(before as usize, error(before as usize, &v));
        }
    }
    let certificate = Certificate::new(
        mdp.optimality_residual(&v, discount),
        factor,
        backups.div_ceil(n),
        stop,
    );
    Prioritized { solution: Solution { v, certificate }, backups }
}

/// For each state, the others from which some action can lead to it.
struct Predecessors {
    ends: Vec<usize>,
    states: Vec<u32>,
}

impl Predecessors {
    fn of(&self, s: usize) -> &[u32] {
        &self.states[self.ends[s]..self.ends[s + 1]]
    }
}

fn predecessors(mdp: &Mdp) -> Predecessors {
    let n = mdp.n_states();
    let mut of: Vec<Vec<u32>> = vec![Vec::new(); n];
    for s in 0..n {
        let from = u32::try_from(s).expect("at most 2^32 states");
        for a in 0..mdp.n_actions() {
            for (next, _) in mdp.row(s, a) {
                if next != s && of[next].last() != Some(&from) {
                    of[next].push(from);
                }
            }
        }
    }
    let mut ends = vec![0];
    ends.extend(of.iter().scan(0, |end, list| {
        *end += list.len();
        Some(*end)
    }));
    Predecessors { ends, states: of.concat() }
}

/// A binary heap in which every state has its place and its priority can change.
struct Queue {
    priority: Vec<f64>,
    heap: Vec<usize>,
    place: Vec<usize>,
}

impl Queue {
    fn new(priority: Vec<f64>) -> Self {
        let n = priority.len();
        let mut queue =
            Self { priority, heap: (0..n).collect(), place: (0..n).collect() };
        (0..n / 2).rev().for_each(|at| queue.sink(at));
        queue
    }

    fn first(&self) -> (usize, f64) {
        (self.heap[0], self.priority[self.heap[0]])
    }

    fn set(&mut self, s: usize, priority: f64) {
        self.priority[s] = priority;
        self.rise(self.place[s]);
        self.sink(self.place[s]);
    }

    fn at(&self, place: usize) -> f64 {
        self.priority[self.heap[place]]
    }

    fn rise(&mut self, mut at: usize) {
        while at > 0 && self.at(at) > self.at((at - 1) / 2) {
            self.swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    fn sink(&mut self, mut at: usize) {
        loop {
            let children = [2 * at + 1, 2 * at + 2];
            let largest =
                children.into_iter().filter(|&child| child < self.heap.len()).fold(
                    at,
                    |best, child| {
                        if self.at(child) > self.at(best) { child } else { best }
                    },
                );
            if largest == at {
                return;
            }
            self.swap(at, largest);
            at = largest;
        }
    }

    fn swap(&mut self, i: usize, j: usize) {
        self.heap.swap(i, j);
        self.place[self.heap[i]] = i;
        self.place[self.heap[j]] = j;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_first_in_the_queue_has_the_highest_priority(
            start in prop::collection::vec(0..100_u8, 1..20),
            changes in prop::collection::vec((0..20_usize, 0..100_u8), 0..40),
        ) {
            let mut priority: Vec<f64> = start.into_iter().map(f64::from).collect();
            let mut queue = Queue::new(priority.clone());
            for (s, p) in changes {
                let s = s % priority.len();
                priority[s] = f64::from(p);
                queue.set(s, f64::from(p));
                let (first, highest) = queue.first();
                prop_assert_eq!(highest, priority.iter().copied().fold(0.0, f64::max));
                prop_assert_eq!(priority[first], highest);
            }
        }
    }
}
