//! The map learner: which place follows which, where food is, and worth from both.
//!
//! Every step corrects the map by its state prediction error (Gläscher, Daw, Dayan and
//! O'Doherty 2010), for every place $s'$:
//! $$\hat B(s' \mid s, a) \leftarrow \hat B(s' \mid s, a) + \eta \bigl(\mathbb 1[s' = S_{t+1}] - \hat B(s' \mid s, a)\bigr)$$
//! and the food by what was found, $\hat R(s, a) \leftarrow \hat R(s, a) + \eta_r
//! (R_{t+1} - \hat R(s, a))$. Then it plans:
//! $$Q(s, a) = \hat R(s, a) + \gamma_d \sum_{s'} \hat B(s' \mid s, a) \max_{a'} Q(s', a')$$
//! A new map is empty; what is missing to a sum of 1 means *I don't know*, worth nothing.
//!
//! | book                  | code                | meaning                                    | unit     |
//! |-----------------------|---------------------|--------------------------------------------|----------|
//! | $\hat B(s' \mid s, a)$| `links[(s, a)]`     | how sure the map is that `s'` follows      | `[0, 1]` |
//! | $\hat R(s, a)$        | `food[(s, a)]`      | food found on this step                    | reward   |
//! | $Q(s, a)$             | `q[(s, a)]`         | worth of action `a` in place `s`           | reward   |
//! | $\max_a Q(s, a)$      | `v[s]`              | worth of being in `s`                      | reward   |
//! | $\eta, \eta_r$        | `step_size`, `food_step` | step sizes                            | `[0, 1]` |
//!
//! ```
//! use ch01_behaving_animal::{map_learner::MapLearner, maze_trial::{MazeLearner, Settings}};
//! use envs::Next;
//!
//! let mut map = MapLearner::new(2, 2, Settings::default());
//! map.learn(0, 1, 0.0, Next::Continues(1)); // a walk without food ...
//! assert_eq!(map.q()[(0, 1)], 0.0);
//! map.learn(1, 1, 1.0, Next::Terminated); // ... counts as soon as there is food
//! assert!(map.q()[(0, 1)] > 0.0);
//! ```

use envs::Next;
use ndarray::{Array1, Array2};
use rand::Rng;

use crate::maze_trial::{MazeLearner, Settings, choose};

/// Planning stops when no worth moves by more than this reward.
const TOLERANCE: f64 = 1e-6;

/// A map, and a plan on it.
#[derive(Debug, Clone, PartialEq)]
pub struct MapLearner {
    links: Array2<Vec<(usize, f64)>>,
    food: Array2<f64>,
    q: Array2<f64>,
    v: Array1<f64>,
    settings: Settings,
}

impl MapLearner {
    /// Knows nothing: an empty map.
    pub fn new(n_states: usize, n_actions: usize, settings: Settings) -> Self {
        let shape = (n_states, n_actions);
        Self {
            links: Array2::default(shape),
            food: Array2::zeros(shape),
            q: Array2::zeros(shape),
            v: Array1::zeros(n_states),
            settings,
        }
    }

    /// $Q$ from the last planning, shape `[n_states, n_actions]`.
    pub fn q(&self) -> &Array2<f64> {
        &self.q
    }

    /// $\hat B(s' \mid s, a)$: how sure the map is that `a` in `s` leads to `s_next`.
    pub fn sureness(&self, s: usize, a: usize, s_next: usize) -> f64 {
        self.links[(s, a)].iter().find(|link| link.0 == s_next).map_or(0.0, |link| link.1)
    }

    // ANCHOR: link
    /// Corrects the map: after `a` in `s` came `arrived`; nothing if the trial ended.
    fn correct(&mut self, s: usize, a: usize, arrived: Option<usize>) {
        let links = &mut self.links[(s, a)];
        if let Some(s_next) = arrived
            && links.iter().all(|(known, _)| *known != s_next)
        {
            links.push((s_next, 0.0));
        }
        for (s_next, b) in links {
            let seen = if Some(*s_next) == arrived { 1.0 } else { 0.0 };
            *b += self.settings.step_size * (seen - *b);
        }
    }
    // ANCHOR_END: link

    // ANCHOR: plan
    /// Computes $Q$ from the map, by sweeps over all places until nothing moves.
    fn plan(&mut self) {
        let (n_states, n_actions) = self.q.dim();
        let mut moved = f64::INFINITY;
        while moved > TOLERANCE {
            moved = 0.0;
            // ANCHOR: sweep
            for s in 0..n_states {
                for a in 0..n_actions {
                    let links = self.links[(s, a)].iter();
                    let ahead: f64 = links.map(|&(s_next, b)| b * self.v[s_next]).sum();
                    let worth = self.food[(s, a)] + self.settings.discount.get() * ahead;
                    moved = moved.max((worth - self.q[(s, a)]).abs());
                    self.q[(s, a)] = worth;
                }
                self.v[s] = self.q.row(s).fold(f64::NEG_INFINITY, |v, &q| v.max(q));
            }
            // ANCHOR_END: sweep
        }
    }
    // ANCHOR_END: plan
}

impl MazeLearner for MapLearner {
    fn choose<R: Rng + ?Sized>(&self, s: usize, rng: &mut R) -> usize {
        choose(self.q.row(s), self.settings.temperature, rng)
    }

    // ANCHOR: learn
    fn learn(&mut self, s: usize, a: usize, reward: f64, next: Next) {
        let arrived = match next {
            Next::Continues(s) | Next::Truncated(s) => Some(s),
            Next::Terminated => None,
        };
        self.correct(s, a, arrived);
        self.food[(s, a)] += self.settings.food_step * (reward - self.food[(s, a)]);
        self.plan();
    }
    // ANCHOR_END: learn
}
