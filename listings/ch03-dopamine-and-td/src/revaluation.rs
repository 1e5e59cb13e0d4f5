//! Relearning from the middle, after Momennejad et al. (2017): who notices at the start
//! what has changed further on?
//!
//! Two sequences, 1-3-5 and 2-4-6 (here 0 to 5). Arrival in 5 pays 10, in 6 it pays 1.
//! Then the middle only: rewards swapped, or ways. With rewards $\rho(s')$ for arriving
//! in $s'$:
//! $$V = \frac{(M - I)\, \rho}{\gamma_d} \quad \text{(map)}, \qquad V(s) = \rho(s') + \gamma_d V(s') \quad \text{(planner)}, \qquad V(s) \leftarrow V(s) + \eta\, \delta \quad \text{(values)}$$
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $V$ | `v` | value of each state | reward |
//! | $M$ | `m` | successor map, learned | visits |
//! | $\rho$ | `paid` | reward for arriving, learned | reward |
//! | $\gamma_d$, $\eta$ | [`DISCOUNT`], [`STEP_SIZE`] | discount, step size | `[0, 1]` |
//!
//! ```
//! use ch03_dopamine_and_td::revaluation::{Change, Learner, Student, preferred};
//! let map = Learner::Map;
//! assert_eq!(preferred(&Student::after(Change::Nothing), map), 0);
//! assert_eq!(preferred(&Student::after(Change::Rewards), map), 1);
//! assert_eq!(preferred(&Student::after(Change::Ways), map), 0); // not noticed
//! ```

use envs::Next;
use rl::Settings;
use rl::successor::SuccessorTd;
use rl::td::Td0;

/// States: two starts, two in the middle, two last.
pub const STATES: usize = 6;
/// The discount.
pub const DISCOUNT: f64 = 0.9;
/// The step size of all.
pub const STEP_SIZE: f64 = 0.1;
/// Walks along each sequence in a phase.
pub const WALKS: usize = 100;

/// What is other in the second phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    Nothing,
    /// The rewards have changed places.
    Rewards,
    /// The ways out of the middle have.
    Ways,
}

impl Change {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Nothing, Self::Rewards, Self::Ways];

    /// What follows a state, and what arriving there pays; nothing follows the last.
    pub fn step(self, s: usize) -> Option<(usize, f64)> {
        let next = match (s, self) {
            (2, Self::Ways) => 5,
            (3, Self::Ways) => 4,
            (4 | 5, _) => return None,
            _ => s + 2,
        };
        let (fifth, sixth) =
            if self == Self::Rewards { (1.0, 10.0) } else { (10.0, 1.0) };
        let reward = match next {
            4 => fifth,
            5 => sixth,
            _ => 0.0,
        };
        Some((next, reward))
    }
}

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Learner {
    /// By values learned from TD errors.
    Values,
    /// By the map times the rewards.
    Map,
    /// By working out what follows what.
    Planner,
}

impl Learner {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Values, Self::Map, Self::Planner];

    /// Its name in prints and data.
    pub fn name(self) -> &'static str {
        match self {
            Self::Values => "values",
            Self::Map => "map",
            Self::Planner => "planner",
        }
    }
}

/// All three, learning from the same steps.
#[derive(Debug, Clone)]
pub struct Student {
    values: Td0,
    map: SuccessorTd,
    paid: Td0,
    follows: [Option<usize>; STATES],
}

impl Student {
    /// Knows nothing.
    pub fn naive() -> Self {
        let settings =
            |discount| Settings::new(STEP_SIZE, discount).expect("from 0 to 1");
        let none = vec![0.0; STATES];
        Self {
            values: Td0::new(none.clone(), settings(DISCOUNT)),
            map: SuccessorTd::new(STATES, settings(DISCOUNT)),
            paid: Td0::new(none, settings(0.0)),
            follows: [None; STATES],
        }
    }

    // ANCHOR: relearn
    /// Walks from `start` to the end, once, in the world as `change` has it.
    pub fn walk(&mut self, start: usize, change: Change) {
        let mut s = start;
        while let Some((next, reward)) = change.step(s) {
            self.values.learn(s, reward, Next::Continues(next));
            self.map.learn(s, Next::Continues(next));
            self.paid.learn(next, reward, Next::Terminated);
            self.follows[s] = Some(next);
            s = next;
        }
        self.values.learn(s, 0.0, Next::Terminated);
        self.map.learn(s, Next::Terminated);
    }

    /// First both sequences from their starts, then, as `change` has it, from the middle
    /// only.
    pub fn after(change: Change) -> Self {
        let mut student = Self::naive();
        let phases = [([0, 1], Change::Nothing), ([2, 3], change)];
        for (starts, change) in phases {
            for _ in 0..WALKS {
                starts.iter().for_each(|&start| student.walk(start, change));
            }
        }
        student
    }
    // ANCHOR_END: relearn

    /// What a state is worth to one of the three.
    pub fn value(&self, s: usize, learner: Learner) -> f64 {
        let paid = self.paid.weights();
        match learner {
            Learner::Values => self.values.weights()[s],
            Learner::Map => {
                // The visit with which one starts pays nothing.
                (self.map.m().value(s, paid) - paid[s]) / DISCOUNT
            }
            Learner::Planner => match self.follows[s] {
                Some(next) => paid[next] + DISCOUNT * self.value(next, learner),
                None => 0.0,
            },
        }
    }
}

/// The start that is worth more, 0 or 1.
pub fn preferred(student: &Student, learner: Learner) -> usize {
    usize::from(student.value(1, learner) > student.value(0, learner))
}

/// Walks from both starts after `change` until the map prefers the better one, start 1.
pub fn walks_until_the_map_follows(change: Change) -> usize {
    let mut student = Student::after(change);
    let mut walks = 0;
    while preferred(&student, Learner::Map) == 0 {
        [0, 1].into_iter().for_each(|start| student.walk(start, change));
        walks += 1;
    }
    walks
}
