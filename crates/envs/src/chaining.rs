//! Epistemic chaining: a cue that tells where the next cue is, which tells where the food
//! is.
//!
//! On a grid, the first cue stands in a known cell and names one of several cells; only
//! there the second cue can be read, which names one of two cells with the food; the
//! other holds a shock. (The task of pymdp's tutorial on epistemic chaining; its demo's
//! grid with five rows and seven columns, and its cells, are [`Chaining::default`].)
//!
//! | factor | values |
//! |---|---|
//! | 0, place | cells in reading order |
//! | 1, second cue | which of [`Chaining::second_cues`] is the real one |
//! | 2, food | 0 in the first of [`Chaining::ends`], 1 in the second |
//!
//! | modality | outcomes |
//! |---|---|
//! | 0, place | cells in reading order |
//! | 1, first cue | 0 none, 1 and more: the real second cue |
//! | 2, second cue | 0 none, 1 the food is in the first end, 2 in the second |
//! | 3, taste | 0 nothing, 1 food, 2 shock |
//!
//! Actions are up, down, left, right and stay; a wall leaves the place as it is. Food is
//! worth 1 and shock -1, on arrival and at each step there.

use thiserror::Error;

use crate::{Sensed, Successor, Table, WorldError};

/// Up, by one row.
pub const UP: usize = 0;
/// Down.
pub const DOWN: usize = 1;
/// Left, by one column.
pub const LEFT: usize = 2;
/// Right.
pub const RIGHT: usize = 3;
/// Stay.
pub const STAY: usize = 4;

/// A cell: row and column.
pub type Place = (usize, usize);

/// What is wrong with a grid of cues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ChainingError {
    /// A cell that the grid doesn't have.
    #[error("cell ({}, {}), but the grid has {rows} rows and {columns} columns", place.0, place.1)]
    OffTheGrid {
        /// The cell.
        place: Place,
        /// How many rows there are.
        rows: usize,
        /// How many columns there are.
        columns: usize,
    },
    /// No second cue.
    #[error("no second cue")]
    NoCue,
}

/// Where everything is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chaining {
    /// How many rows the grid has.
    pub rows: usize,
    /// How many columns.
    pub columns: usize,
    /// Where a trial starts.
    pub start: Place,
    /// The first cue.
    pub first_cue: Place,
    /// Where the second cue may be.
    pub second_cues: Vec<Place>,
    /// Where food and shock are.
    pub ends: [Place; 2],
}

impl Default for Chaining {
    /// Five rows of seven, a cue in the middle of the left side, four places for the
    /// second cue, and two ends on the right. The start is ours: the top left corner.
    fn default() -> Self {
        Self {
            rows: 5,
            columns: 7,
            start: (0, 0),
            first_cue: (2, 0),
            second_cues: vec![(0, 2), (1, 3), (3, 3), (4, 2)],
            ends: [(1, 5), (3, 5)],
        }
    }
}

impl Chaining {
    /// A grid small enough to be searched to its end: three rows of three, two places for
    /// the second cue. Ours.
    pub fn small() -> Self {
        Self {
            rows: 3,
            columns: 3,
            start: (1, 0),
            first_cue: (1, 1),
            second_cues: vec![(0, 1), (2, 1)],
            ends: [(0, 2), (2, 2)],
        }
    }

    /// The world.
    ///
    /// # Errors
    /// [`ChainingError`].
    ///
    /// ```
    /// use envs::{FiniteWorld, chaining::Chaining};
    ///
    /// let world = Chaining::default().build()?;
    /// assert_eq!((world.n_states(), world.n_actions()), (35 * 4 * 2, 5));
    /// # Ok::<(), envs::chaining::ChainingError>(())
    /// ```
    pub fn build(&self) -> Result<Sensed<Table>, ChainingError> {
        let (rows, columns) = (self.rows, self.columns);
        let known = [self.start, self.first_cue];
        for &place in known.iter().chain(&self.second_cues).chain(&self.ends) {
            if place.0 >= rows || place.1 >= columns {
                return Err(ChainingError::OffTheGrid { place, rows, columns });
            }
        }
        if self.second_cues.is_empty() {
            return Err(ChainingError::NoCue);
        }
        Ok(self.world().expect("every row is a distribution"))
    }

    fn number(&self, place: Place) -> usize {
        place.0 * self.columns + place.1
    }

    /// 1 in the cell with food, 2 in the one with shock, 0 elsewhere.
    fn taste(&self, cell: usize, food: usize) -> usize {
        match self.ends.map(|end| self.number(end)).iter().position(|&end| end == cell) {
            Some(end) if end == food => 1,
            Some(_) => 2,
            None => 0,
        }
    }

    fn world(&self) -> Result<Sensed<Table>, WorldError> {
        let (n_cells, n_cues) = (self.rows * self.columns, self.second_cues.len());
        let part = |s: usize| (s / (2 * n_cues), s / 2 % n_cues, s % 2);
        let first = self.number(self.start) * 2 * n_cues;
        let p = 1.0 / (2 * n_cues) as f64;
        let start = (first..first + 2 * n_cues).map(|s| (s, p)).collect();
        let world = Table::new(n_cells * 2 * n_cues, 5, start, &[], |s, action, row| {
            let (cell, _, food) = part(s);
            let (mut y, mut x) = (cell / self.columns, cell % self.columns);
            match action {
                UP => y = y.saturating_sub(1),
                DOWN => y = (y + 1).min(self.rows - 1),
                LEFT => x = x.saturating_sub(1),
                RIGHT => x = (x + 1).min(self.columns - 1),
                _ => {}
            }
            let to = self.number((y, x));
            let reward = [0.0, 1.0, -1.0][self.taste(to, food)];
            let state = to * 2 * n_cues + s % (2 * n_cues);
            row.push(Successor { state, probability: 1.0, reward });
        })?
        .with_factors(&[n_cells, n_cues, 2])?;
        Sensed::aliased(world, n_cells, |s| part(s).0)?
            .with_modality(1 + n_cues, |s, row| {
                let (cell, cue, _) = part(s);
                let here = cell == self.number(self.first_cue);
                row.push((if here { 1 + cue } else { 0 }, 1.0));
            })?
            .with_modality(3, |s, row| {
                let (cell, cue, food) = part(s);
                let here = cell == self.number(self.second_cues[cue]);
                row.push((if here { 1 + food } else { 0 }, 1.0));
            })?
            .with_modality(3, |s, row| {
                let (cell, _, food) = part(s);
                row.push((self.taste(cell, food), 1.0));
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FiniteWorld, check};

    #[test]
    fn cues_are_read_where_they_are_and_nowhere_else() {
        let grid = Chaining::default();
        let world = grid.build().unwrap();
        assert_eq!(check(&world), Ok(()));
        let state = |place, cue, food| (grid.number(place) * 4 + cue) * 2 + food;
        for cue in 0..4 {
            for food in 0..2 {
                let s = state(grid.first_cue, cue, food);
                assert_eq!(world.outcomes(1, s).probability(1 + cue), 1.0);
                for (other, &place) in grid.second_cues.iter().enumerate() {
                    let read = if other == cue { 1 + food } else { 0 };
                    let s = state(place, cue, food);
                    assert_eq!(world.outcomes(2, s).probability(read), 1.0);
                    assert_eq!(world.outcomes(1, s).probability(0), 1.0);
                }
                for (end, &place) in grid.ends.iter().enumerate() {
                    let taste = if end == food { 1 } else { 2 };
                    let s = state(place, cue, food);
                    assert_eq!(world.outcomes(3, s).probability(taste), 1.0);
                }
            }
        }
    }

    #[test]
    fn walls_stop_and_what_is_off_the_grid_is_refused() {
        let world = Chaining::small().build().unwrap();
        // The first cell, and the last.
        let next = |s, a| world.successors(s, a)[0].state / 4;
        assert_eq!([UP, LEFT, STAY].map(|a| next(0, a)), [0, 0, 0]);
        assert_eq!([DOWN, RIGHT].map(|a| next(0, a)), [3, 1]);
        assert_eq!([DOWN, RIGHT].map(|a| next(35, a)), [8, 8]);
        let off = Chaining { first_cue: (3, 1), ..Chaining::small() }.build();
        assert_eq!(
            off.unwrap_err().to_string(),
            "cell (3, 1), but the grid has 3 rows and 3 columns"
        );
        let none = Chaining { second_cues: Vec::new(), ..Chaining::small() }.build();
        assert_eq!(none, Err(ChainingError::NoCue));
    }
}
