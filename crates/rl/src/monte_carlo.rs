//! Monte Carlo prediction: the value of a state is the mean of what followed it.
//!
//! | book       | code        | meaning                       | unit     |
//! |------------|-------------|-------------------------------|----------|
//! | $V(s)$     | `v[s]`      | estimated value of state `s`  | reward   |
//! | $Y_t$      | `target`    | return from step $t$          | reward   |
//! | $\eta$     | `step_size` | step size                     | `[0, 1]` |

use envs::Discount;

use crate::{Episode, StepSize};

/// Which visits to a state count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visits {
    /// The first one in an episode: independent returns (Sutton and Barto 2018, section
    /// 5.1, the box on first-visit prediction).
    First,
    /// All of them.
    Every,
}

/// Which mean of the returns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Mean {
    /// The mean of all that were seen; what the table held at first is forgotten with the
    /// first of them.
    Sample,
    /// One that forgets: constant-$\eta$ Monte Carlo (Sutton and Barto 2018, eq. 6.1).
    Recent(StepSize),
}

/// Monte Carlo prediction (Sutton and Barto 2018, eq. 6.1): after an episode, for each
/// visit in order, $V(S_t) \leftarrow V(S_t) + \eta\,\[Y_t - V(S_t)\]$, where $\eta$ is
/// constant or one over the number of visits.
///
/// A return that a time limit cut off ends with the value of the state there.
///
/// ```
/// use envs::{Discount, Next};
/// use rl::{Episode, monte_carlo::{Mean, MonteCarlo, Visits}};
///
/// let mut learner = MonteCarlo::new(vec![0.0; 2], Visits::Every, Mean::Sample, Discount::new(1.0)?);
/// let mut episode = Episode::default();
/// episode.push(0, 1.0, Next::Continues(1));
/// episode.push(1, 2.0, Next::Terminated);
/// learner.learn(&episode);
/// assert_eq!(learner.v(), [3.0, 2.0]);
/// # Ok::<(), envs::BadDiscount>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MonteCarlo {
    visits: Visits,
    mean: Mean,
    discount: Discount,
    v: Vec<f64>,
    counts: Vec<u64>,
    /// The last episode that visited a state, from 1.
    seen: Vec<u64>,
    episodes: u64,
    returns: Vec<f64>,
}

impl MonteCarlo {
    /// Begins with the values `v`, of shape `[n_states]`.
    pub fn new(v: Vec<f64>, visits: Visits, mean: Mean, discount: Discount) -> Self {
        let none = vec![0; v.len()];
        Self {
            visits,
            mean,
            discount,
            counts: none.clone(),
            seen: none,
            episodes: 0,
            returns: Vec::new(),
            v,
        }
    }

    /// Estimated values, shape `[n_states]`, in reward.
    pub fn v(&self) -> &[f64] {
        &self.v
    }

    /// How many returns each value is made of. Shape `[n_states]`.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Learns from an episode. Allocates only when an episode is longer than all before.
    ///
    /// # Panics
    /// If it was in a state that the table lacks.
    pub fn learn(&mut self, episode: &Episode) {
        self.episodes += 1;
        episode.returns(&self.v, self.discount, &mut self.returns);
        for (&s, &target) in episode.states().iter().zip(&self.returns) {
            if self.visits == Visits::First && self.seen[s] == self.episodes {
                continue;
            }
            self.seen[s] = self.episodes;
            self.counts[s] += 1;
            let step_size = match self.mean {
                Mean::Sample => 1.0 / self.counts[s] as f64,
                Mean::Recent(step_size) => step_size.get(),
            };
            self.v[s] += step_size * (target - self.v[s]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use envs::Next;

    /// 0, 1, 0, end, with rewards 1, 2, 4: returns 7, 6, 4 at discount 1.
    fn episode() -> Episode {
        let mut episode = Episode::default();
        episode.push(0, 1.0, Next::Continues(1));
        episode.push(1, 2.0, Next::Continues(0));
        episode.push(0, 4.0, Next::Terminated);
        episode
    }

    fn learned(visits: Visits, mean: Mean, episodes: usize) -> Vec<f64> {
        let mut learner =
            MonteCarlo::new(vec![10.0, 10.0], visits, mean, Discount::new(1.0).unwrap());
        (0..episodes).for_each(|_| learner.learn(&episode()));
        learner.v().to_vec()
    }

    #[test]
    fn first_visits_count_once_and_every_visit_twice() {
        assert_eq!(learned(Visits::First, Mean::Sample, 1), [7.0, 6.0]);
        assert_eq!(learned(Visits::Every, Mean::Sample, 1), [5.5, 6.0]);
        assert_eq!(learned(Visits::First, Mean::Sample, 3), [7.0, 6.0]);
    }

    #[test]
    fn a_constant_step_size_updates_in_order() {
        let half = Mean::Recent(StepSize::new(0.5).unwrap());
        // State 0: 10 + (7 - 10)/2 = 8.5, then 8.5 + (4 - 8.5)/2 = 6.25; state 1: 8.
        assert_eq!(learned(Visits::Every, half, 1), [6.25, 8.0]);
        assert_eq!(learned(Visits::First, half, 1), [8.5, 8.0]);
    }
}
