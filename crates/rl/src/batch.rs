//! What a learner converges to that is shown the same episodes over and over.
//!
//! Updates by TD and by Monte Carlo, repeated on one batch with a small step size, have
//! different fixed points (Sutton and Barto 2018, section 6.3): TD's is the *certainty
//! equivalence*, the values of the world in which the observed frequencies are the
//! probabilities; Monte Carlo's is the mean observed return.
//!
//! | book               | code       | meaning                                     | unit   |
//! |--------------------|------------|---------------------------------------------|--------|
//! | $\hat P(s' \mid s)$ | `led`     | how often a step from `s` led to `s'`       |        |
//! | $V(s)$             | `v[s]`     | value of state `s`                          | reward |
//!
//! States that no step left keep the value that they had. Where a time limit cut an
//! episode off, both take the value of the state there for what would have followed.

use envs::{Discount, Next};

use crate::Episode;
use crate::evaluation::Endless;
use crate::lu::{self, Singular};

/// Linear equations for $V$, one for each state: $\mathrm{weight}_s V(s) =
/// \mathrm{sum}_s + \sum_{s'} \mathrm{led}_{s, s'} V(s')$.
#[derive(Debug, Clone, PartialEq)]
struct Equations {
    weight: Vec<f64>,
    sum: Vec<f64>,
    led: Vec<f64>,
    matrix: Vec<f64>,
}

impl Equations {
    fn new(n_states: usize) -> Self {
        Self {
            weight: vec![0.0; n_states],
            sum: vec![0.0; n_states],
            led: vec![0.0; n_states * n_states],
            matrix: vec![0.0; n_states * n_states],
        }
    }

    fn clear(&mut self) {
        self.weight.fill(0.0);
        self.sum.fill(0.0);
        self.led.fill(0.0);
    }

    /// Replaces the values of the states that have an equation.
    fn solve(&mut self, v: &mut [f64]) -> Result<(), Endless> {
        let n = self.weight.len();
        assert_eq!(v.len(), n, "{} values for {n} states", v.len());
        for (s, row) in self.matrix.chunks_exact_mut(n).enumerate() {
            row.fill(0.0);
            row[s] = 1.0;
            if self.weight[s] > 0.0 {
                v[s] = self.sum[s] / self.weight[s];
                for (a, led) in row.iter_mut().zip(&self.led[s * n..]) {
                    *a -= led / self.weight[s];
                }
            }
        }
        lu::solve(&mut self.matrix, v)
            .map_err(|Singular { column }| Endless { state: column })
    }
}

/// Batch TD(0) (Sutton and Barto 2018, section 6.3), by its fixed point.
///
/// ```
/// use envs::{Discount, Next};
/// use rl::{Episode, batch::BatchTd};
///
/// // Example 6.4: B ends with 1 six times in eight; A led to B, once, and that ended with 0.
/// let (a, b) = (0, 1);
/// let mut batch = BatchTd::new(2, Discount::new(1.0)?);
/// for reward in [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0] {
///     let mut episode = Episode::default();
///     episode.push(b, reward, Next::Terminated);
///     batch.add(&episode);
/// }
/// let mut episode = Episode::default();
/// episode.push(a, 0.0, Next::Continues(b));
/// episode.push(b, 0.0, Next::Terminated);
/// batch.add(&episode);
/// let mut v = [0.0; 2];
/// batch.solve(&mut v)?;
/// assert_eq!(v, [0.75, 0.75]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct BatchTd {
    equations: Equations,
    discount: Discount,
}

impl BatchTd {
    /// An empty batch.
    pub fn new(n_states: usize, discount: Discount) -> Self {
        Self { equations: Equations::new(n_states), discount }
    }

    /// Forgets the batch.
    pub fn clear(&mut self) {
        self.equations.clear();
    }

    /// Adds an episode to the batch. Allocates nothing.
    ///
    /// # Panics
    /// If it was in a state that does not exist.
    pub fn add(&mut self, episode: &Episode) {
        let Equations { weight, sum, led, .. } = &mut self.equations;
        let n = weight.len();
        let steps = episode.states().iter().zip(episode.rewards());
        for (t, (&s, reward)) in steps.enumerate() {
            weight[s] += 1.0;
            sum[s] += reward;
            if let Some(s_next) = episode.state_after(t) {
                led[s * n..(s + 1) * n][s_next] += self.discount.get();
            }
        }
    }

    /// Writes the fixed point to `v`, of shape `[n_states]`, in reward; states that no
    /// step left keep what stands there. Allocates nothing.
    ///
    /// # Errors
    /// [`Endless`] at discount 1 if the batch shows no way to an end from some states.
    ///
    /// # Panics
    /// If `v` has another length.
    pub fn solve(&mut self, v: &mut [f64]) -> Result<(), Endless> {
        self.equations.solve(v)
    }
}

/// Batch Monte Carlo (Sutton and Barto 2018, section 6.3), by its fixed point: the mean
/// of the returns that followed the visits to a state, all of them counted.
///
/// On the batch of example 6.4, whose values by TD are shown at [`BatchTd`], it says
/// $V(A) = 0$.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchMonteCarlo {
    equations: Equations,
    discount: Discount,
}

impl BatchMonteCarlo {
    /// An empty batch.
    pub fn new(n_states: usize, discount: Discount) -> Self {
        Self { equations: Equations::new(n_states), discount }
    }

    /// Forgets the batch.
    pub fn clear(&mut self) {
        self.equations.clear();
    }

    /// Adds an episode to the batch. Allocates nothing.
    ///
    /// # Panics
    /// If it was in a state that does not exist.
    pub fn add(&mut self, episode: &Episode) {
        let Equations { weight, sum, led, .. } = &mut self.equations;
        let n = weight.len();
        let cut = match episode.next() {
            Some(Next::Continues(s) | Next::Truncated(s)) => Some(s),
            Some(Next::Terminated) | None => None,
        };
        // The return of a step is `target`, plus `ahead` times the value at the cut.
        let (mut target, mut ahead) = (0.0, 1.0);
        for (&s, reward) in episode.states().iter().zip(episode.rewards()).rev() {
            target = reward + self.discount.get() * target;
            ahead *= self.discount.get();
            weight[s] += 1.0;
            sum[s] += target;
            if let Some(cut) = cut {
                led[s * n..(s + 1) * n][cut] += ahead;
            }
        }
    }

    /// Writes the fixed point to `v`, of shape `[n_states]`, in reward; states that no
    /// step left keep what stands there. Allocates nothing.
    ///
    /// # Errors
    /// [`Endless`] at discount 1 if every visit to some state was cut off there.
    ///
    /// # Panics
    /// If `v` has another length.
    pub fn solve(&mut self, v: &mut [f64]) -> Result<(), Endless> {
        self.equations.solve(v)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The batch of example 6.4: states A = 0 and B = 1.
    fn you_are_the_predictor() -> Vec<Episode> {
        let mut batch = Vec::new();
        for reward in [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0] {
            let mut episode = Episode::default();
            episode.push(1, reward, Next::Terminated);
            batch.push(episode);
        }
        let mut episode = Episode::default();
        episode.push(0, 0.0, Next::Continues(1));
        episode.push(1, 0.0, Next::Terminated);
        batch.push(episode);
        batch
    }

    #[test]
    fn both_answers_to_you_are_the_predictor_are_those_of_the_book() {
        // V(B) = 6/8 for both. TD: A always led to B, so 3/4. Monte Carlo: what followed
        // A was 0.
        let one = Discount::new(1.0).unwrap();
        let (mut td, mut mc) = (BatchTd::new(3, one), BatchMonteCarlo::new(3, one));
        for episode in you_are_the_predictor() {
            td.add(&episode);
            mc.add(&episode);
        }
        let (mut by_td, mut by_mc) = ([9.0; 3], [9.0; 3]);
        td.solve(&mut by_td).unwrap();
        mc.solve(&mut by_mc).unwrap();
        assert_eq!(by_td, [0.75, 0.75, 9.0], "a state never seen keeps its value");
        assert_eq!(by_mc, [0.0, 0.75, 9.0]);
    }

    #[test]
    fn a_batch_without_an_end_has_no_values_at_discount_one() {
        let mut episode = Episode::default();
        episode.push(0, 1.0, Next::Truncated(0));
        let solve = |discount: f64| {
            let mut batch = BatchTd::new(1, Discount::new(discount).unwrap());
            batch.add(&episode);
            let mut v = [0.0];
            batch.solve(&mut v).map(|()| v[0])
        };
        assert_eq!(solve(1.0), Err(Endless { state: 0 }));
        assert_eq!(solve(0.75), Ok(4.0));
    }
}
