//! Conditional distributions over finitely many values: the arrays of a generative model.
//!
//! | book          | code                         | meaning                                  |
//! |---------------|------------------------------|------------------------------------------|
//! | $A[o, s]$     | `likelihood.get(o, s, 0)`    | probability of outcome `o` in state `s`  |
//! | $B[s', s, a]$ | `transition.get(s_next, s, a)` | probability of the next state          |
//!
//! The book writes the value first and what it depends on after it, and so do the shapes
//! here. In memory a column stands together, because a column is what sums to 1, what
//! prediction adds up and what learning changes; the columns of one action stand
//! together, because a step knows its action.

use ndarray::{ArrayD, ArrayViewD, IxDyn};
use prob::math::ln;

use crate::joint;

/// A distribution over `0..n_values` for each joint state of the parents and each action,
/// with its logarithms.
///
/// Parents are the state factors that it depends on, in the order of the dependency list;
/// a joint state of the parents is numbered with the last parent fastest. What depends on
/// no action has one.
///
/// It is made by a [`GenerativeModel`](crate::GenerativeModel), which has checked that
/// each column sums to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Conditional {
    n_values: usize,
    parent_shape: Vec<usize>,
    n_parent_states: usize,
    n_actions: usize,
    probability: Vec<f64>,
    log: Vec<f64>,
}

impl Conditional {
    /// All zeros, to be filled by [`Self::raw_column_mut`] and sealed by
    /// [`Self::take_logarithms`].
    pub(crate) fn zeros(
        n_values: usize,
        parent_shape: Vec<usize>,
        n_actions: usize,
    ) -> Self {
        let n_parent_states = parent_shape.iter().product();
        let size = n_values * n_parent_states * n_actions;
        Self {
            n_values,
            parent_shape,
            n_parent_states,
            n_actions,
            probability: vec![0.0; size],
            log: vec![f64::NEG_INFINITY; size],
        }
    }

    /// The column, to be written; its logarithms are old until
    /// [`Self::take_logarithms`].
    pub(crate) fn raw_column_mut(&mut self, parents: usize, action: usize) -> &mut [f64] {
        let start = self.start(parents, action);
        &mut self.probability[start..start + self.n_values]
    }

    /// Brings the logarithms of all columns up to date.
    pub(crate) fn take_logarithms(&mut self) {
        for (log, &p) in self.log.iter_mut().zip(&self.probability) {
            *log = ln(p);
        }
    }

    /// Writes a column and its logarithms; `column` has shape `[n_values]` and is a
    /// distribution.
    pub(crate) fn write_column(&mut self, parents: usize, action: usize, column: &[f64]) {
        debug_assert!(prob::categorical::check(column, "column", parents).is_ok());
        let start = self.start(parents, action);
        let range = start..start + self.n_values;
        self.probability[range.clone()].copy_from_slice(column);
        for (log, &p) in self.log[range].iter_mut().zip(column) {
            *log = ln(p);
        }
    }

    #[inline]
    fn start(&self, parents: usize, action: usize) -> usize {
        debug_assert!(parents < self.n_parent_states && action < self.n_actions);
        (action * self.n_parent_states + parents) * self.n_values
    }

    /// How many values the distribution is over: outcomes, or next states.
    pub fn n_values(&self) -> usize {
        self.n_values
    }

    /// Number of states of each parent, in the order of the dependency list.
    pub fn parent_shape(&self) -> &[usize] {
        &self.parent_shape
    }

    /// Number of joint states of the parents: the product of [`Self::parent_shape`].
    pub fn n_parent_states(&self) -> usize {
        self.n_parent_states
    }

    /// Number of actions that it distinguishes; 1 if it depends on none.
    pub fn n_actions(&self) -> usize {
        self.n_actions
    }

    /// The number of a joint state of the parents; `states` has one entry a parent.
    ///
    /// # Panics
    /// If a state is out of range, or there is not one for each parent.
    pub fn parents(&self, states: &[usize]) -> usize {
        joint::number(&self.parent_shape, states)
    }

    /// The distribution given a joint state of the parents and an action (0 if there is
    /// none to choose), shape `[n_values]`.
    ///
    /// # Panics
    /// If there is no such column.
    #[inline]
    pub fn column(&self, parents: usize, action: usize) -> &[f64] {
        let start = self.start(parents, action);
        &self.probability[start..start + self.n_values]
    }

    /// Its logarithms in nats, minus infinity for what is impossible, shape `[n_values]`.
    ///
    /// # Panics
    /// If there is no such column.
    #[inline]
    pub fn log_column(&self, parents: usize, action: usize) -> &[f64] {
        let start = self.start(parents, action);
        &self.log[start..start + self.n_values]
    }

    /// All columns of an action, one after the other, shape `[n_parent_states,
    /// n_values]`.
    ///
    /// # Panics
    /// If there is no such action.
    #[inline]
    pub fn columns(&self, action: usize) -> &[f64] {
        let size = self.n_parent_states * self.n_values;
        &self.probability[action * size..(action + 1) * size]
    }

    /// The logarithms of [`Self::columns`].
    ///
    /// # Panics
    /// If there is no such action.
    #[inline]
    pub fn log_columns(&self, action: usize) -> &[f64] {
        let size = self.n_parent_states * self.n_values;
        &self.log[action * size..(action + 1) * size]
    }

    /// One probability.
    ///
    /// # Panics
    /// If an index is out of range.
    #[inline]
    pub fn get(&self, value: usize, parents: usize, action: usize) -> f64 {
        self.column(parents, action)[value]
    }

    /// One value's probability for each joint state of the parents, `[n_parent_states]`
    /// numbers: the row $A[o, \cdot]$ that an observation picks out.
    ///
    /// # Panics
    /// If there is no such value or action.
    #[inline]
    pub fn row(&self, value: usize, action: usize) -> impl Iterator<Item = f64> + '_ {
        assert!(value < self.n_values, "value {value} of {}", self.n_values);
        self.columns(action)[value..].iter().step_by(self.n_values).copied()
    }

    /// The logarithms of [`Self::row`].
    ///
    /// # Panics
    /// If there is no such value or action.
    #[inline]
    pub fn log_row(&self, value: usize, action: usize) -> impl Iterator<Item = f64> + '_ {
        assert!(value < self.n_values, "value {value} of {}", self.n_values);
        self.log_columns(action)[value..].iter().step_by(self.n_values).copied()
    }

    /// The array as the book writes it, shape `[n_values, parents…]`, and one axis more
    /// for actions where `with_actions` says so.
    pub(crate) fn to_array(&self, with_actions: bool) -> ArrayD<f64> {
        let mut shape = vec![self.n_values];
        shape.extend(&self.parent_shape);
        if with_actions {
            shape.push(self.n_actions);
        }
        let mut array = ArrayD::zeros(IxDyn(&shape));
        // In the array's own order, actions are fastest and values slowest.
        let order = (0..self.n_values).flat_map(|value| {
            (0..self.n_parent_states)
                .flat_map(move |p| (0..self.n_actions).map(move |a| (value, p, a)))
        });
        for (entry, (value, p, a)) in array.iter_mut().zip(order) {
            *entry = self.get(value, p, a);
        }
        array
    }

    /// Reads an array of shape `[n_values, parents…]` or `[n_values, parents…,
    /// n_actions]`, whose shape the caller has checked.
    pub(crate) fn fill_from(&mut self, array: &ArrayViewD<f64>) {
        let (n_values, n_actions) = (self.n_values, self.n_actions);
        let per_value = self.n_parent_states * n_actions;
        for (i, &entry) in array.iter().enumerate() {
            let (value, p, a) = (i / per_value, i % per_value / n_actions, i % n_actions);
            debug_assert!(value < n_values);
            self.raw_column_mut(p, a)[value] = entry;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_read_and_written_as_the_book_indexes_them() {
        let shape = [2, 3, 2, 2];
        let array = ArrayD::from_shape_fn(IxDyn(&shape), |i| {
            (1000 * i[0] + 100 * i[1] + 10 * i[2] + i[3]) as f64
        });
        let mut table = Conditional::zeros(2, vec![3, 2], 2);
        table.fill_from(&array.view());
        assert_eq!(table.get(1, table.parents(&[2, 1]), 0), 1210.0);
        assert_eq!(table.column(table.parents(&[1, 0]), 1), [101.0, 1101.0]);
        assert_eq!(
            table.row(1, 1).collect::<Vec<_>>(),
            [1001.0, 1011.0, 1101.0, 1111.0, 1201.0, 1211.0]
        );
        assert_eq!(table.to_array(true), array);
    }
}
