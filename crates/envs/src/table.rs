//! A finite world as one table of successors, checked when it is made.

use crate::rows::Rows;
use crate::{FiniteWorld, Successor, WorldError, check};

/// A finite world whose rows lie one after the other in memory.
///
/// ```
/// use envs::{FiniteWorld, Successor, Table};
///
/// // Two states; the only action ends the episode with reward 1.
/// let world = Table::new(2, 1, vec![(0, 1.0)], &[1], |_, _, row| {
///     row.push(Successor { state: 1, probability: 1.0, reward: 1.0 });
/// })?;
/// assert_eq!(world.successors(0, 0)[0].reward, 1.0);
/// assert!(world.is_terminal(1));
/// # Ok::<(), envs::WorldError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    n_actions: usize,
    /// Row `s * n_actions + a`.
    pub(crate) successors: Rows<Successor>,
    start: Vec<(usize, f64)>,
    terminal: Vec<bool>,
    factors: Vec<usize>,
}

impl Table {
    /// Makes a world with states `0..n_states` and actions `0..n_actions`.
    ///
    /// `row(s, a, out)` pushes the successors of `s` under `a`; it is asked once for each
    /// pair in reading order, but not for the states in `terminal`, which absorb with
    /// reward 0 by construction.
    ///
    /// # Errors
    /// [`WorldError`] with the state, the action and the number: a row or a start that is no distribution, a reward that is
    /// no finite number, a successor or terminal state outside the world.
    pub fn new(
        n_states: usize,
        n_actions: usize,
        start: Vec<(usize, f64)>,
        terminal: &[usize],
        mut row: impl FnMut(usize, usize, &mut Vec<Successor>),
    ) -> Result<Self, WorldError> {
        let mut ends_here = vec![false; n_states];
        for &s in terminal {
            *ends_here
                .get_mut(s)
                .ok_or(WorldError::BadTerminal { state: s, n_states })? = true;
        }
        let successors = Rows::new(n_states * n_actions, |i, out| {
            let (s, a) = (i / n_actions, i % n_actions);
            if ends_here[s] {
                out.push(Successor { state: s, probability: 1.0, reward: 0.0 });
            } else {
                row(s, a, out);
            }
        });
        let table = Self {
            n_actions,
            successors,
            start,
            terminal: ends_here,
            factors: vec![n_states],
        };
        check(&table)?;
        Ok(table)
    }

    /// The same world, its state made of factors of these sizes; the last is the fastest.
    ///
    /// # Errors
    /// [`WorldError::BadFactors`] if the sizes don't multiply to the number of states.
    ///
    /// ```
    /// use envs::{FiniteWorld, graph};
    /// // Six places as two rows of three.
    /// let ring = graph::ring(6).with_factors(&[2, 3])?;
    /// assert_eq!([0, 1].map(|f| ring.factor_value(5, f)), [1, 2]);
    /// assert_eq!(
    ///     ring.with_factors(&[2, 4]).unwrap_err().to_string(),
    ///     "state factors of sizes [2, 4] make no 6 states"
    /// );
    /// # Ok::<(), envs::WorldError>(())
    /// ```
    pub fn with_factors(mut self, sizes: &[usize]) -> Result<Self, WorldError> {
        self.factors = sizes.to_vec();
        check(&self)?;
        Ok(self)
    }
}

impl FiniteWorld for Table {
    fn n_states(&self) -> usize {
        self.terminal.len()
    }
    fn n_actions(&self) -> usize {
        self.n_actions
    }
    #[inline]
    fn successors(&self, s: usize, a: usize) -> &[Successor] {
        assert!(a < self.n_actions, "action {a} of {}", self.n_actions);
        self.successors.row(s * self.n_actions + a)
    }
    fn start(&self) -> &[(usize, f64)] {
        &self.start
    }
    #[inline]
    fn is_terminal(&self, s: usize) -> bool {
        self.terminal[s]
    }
    fn n_factors(&self) -> usize {
        self.factors.len()
    }
    fn factor_size(&self, f: usize) -> usize {
        self.factors[f]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "action 2 of 2")]
    fn an_action_out_of_range_panics_instead_of_reading_the_next_row() {
        crate::graph::ring(3).successors(0, 2);
    }

    #[test]
    fn a_table_is_checked_when_it_is_made() {
        let to = |state, probability| Successor { state, probability, reward: 0.0 };
        let half = Table::new(2, 1, vec![(0, 1.0)], &[1], |_, _, row| {
            row.push(to(1, 0.5));
        });
        assert_eq!(half, Err(WorldError::BadSum { state: 0, action: 0, sum: 0.5 }));
        let beyond = Table::new(2, 1, vec![(0, 1.0)], &[2], |_, _, row| {
            row.push(to(1, 1.0));
        });
        assert_eq!(
            beyond.unwrap_err().to_string(),
            "terminal state 2, but there are 2 states"
        );
    }
}
