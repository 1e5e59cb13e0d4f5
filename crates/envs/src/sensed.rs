//! Any finite world behind senses of its own.

use prob::Probability;

use crate::rows::Rows;
use crate::{FiniteWorld, Outcomes, Successor, WorldError, check};

/// A world that shows something else than its states: noise, or one look for many states.
///
/// States, factors, dynamics, rewards, starts and ends are those of the world inside; the
/// outcome modalities are given here.
///
/// ```
/// use envs::{FiniteWorld, Outcomes, Sensed, graph};
/// use prob::Probability;
///
/// // A corridor of three places: from each end, one may take it for the middle.
/// let corridor = Sensed::new(graph::linear(3), 3, |s, row| match s {
///     1 => row.push((1, 1.0)),
///     end => row.extend([(end, 0.75), (1, 0.25)]),
/// })?;
/// assert_eq!(corridor.outcomes(0, 2), Outcomes::Drawn(&[(2, 0.75), (1, 0.25)]));
/// assert_eq!(corridor.outcomes(0, 2).probability(1), 0.25);
///
/// // The same, with a floor that is wet at the first place and nowhere else.
/// let corridor = corridor.with_modality(2, |s, row| row.push((usize::from(s == 0), 1.0)))?;
/// assert_eq!((corridor.n_modalities(), corridor.n_outcomes(1)), (2, 2));
/// # Ok::<(), envs::WorldError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Sensed<W> {
    world: W,
    modalities: Vec<Modality>,
}

#[derive(Debug, Clone, PartialEq)]
struct Modality {
    n_outcomes: usize,
    rows: Rows<(usize, f64)>,
}

impl Modality {
    fn new(
        n_states: usize,
        n_outcomes: usize,
        row: impl FnMut(usize, &mut Vec<(usize, f64)>),
    ) -> Self {
        Self { n_outcomes, rows: Rows::new(n_states, row) }
    }
}

impl<W: FiniteWorld> Sensed<W> {
    /// `world` with one modality of `n_outcomes` outcomes, in place of those that it has.
    ///
    /// `row(s, out)` pushes the outcomes that state `s` shows, each with its probability;
    /// it is asked once for each state, in order.
    ///
    /// # Errors
    /// [`WorldError`] with the modality, the state and the sum or entry.
    pub fn new(
        world: W,
        n_outcomes: usize,
        row: impl FnMut(usize, &mut Vec<(usize, f64)>),
    ) -> Result<Self, WorldError> {
        Self { world, modalities: Vec::new() }.with_modality(n_outcomes, row)
    }

    /// The same with one more modality, behind the others; see [`Sensed::new`].
    ///
    /// # Errors
    /// [`WorldError`] with the modality, the state and the sum or entry.
    pub fn with_modality(
        mut self,
        n_outcomes: usize,
        row: impl FnMut(usize, &mut Vec<(usize, f64)>),
    ) -> Result<Self, WorldError> {
        self.modalities.push(Modality::new(self.world.n_states(), n_outcomes, row));
        check(&self)?;
        Ok(self)
    }

    /// Senses that take states for each other: state `s` looks like `look(s)`, one of
    /// `n_outcomes` looks.
    ///
    /// # Errors
    /// [`WorldError`] with the state whose look is not one of them.
    ///
    /// ```
    /// use envs::{FiniteWorld, Outcomes, Sensed, t_maze::MultipleTMaze};
    ///
    /// // In the dark all choice points feel alike, and so do all blind ends.
    /// let dark = Sensed::aliased(MultipleTMaze::with_food(), 2, |place| {
    ///     usize::from(MultipleTMaze::is_blind(place))
    /// })?;
    /// assert_eq!(dark.outcomes(0, 4), dark.outcomes(0, 6));
    /// # Ok::<(), envs::WorldError>(())
    /// ```
    pub fn aliased(
        world: W,
        n_outcomes: usize,
        look: impl Fn(usize) -> usize,
    ) -> Result<Self, WorldError> {
        Self::new(world, n_outcomes, |s, row| row.push((look(s), 1.0)))
    }

    /// Senses that show the state, but with probability `error` any other state, each
    /// with the same probability.
    ///
    /// # Errors
    /// [`WorldError`] of the world inside, or if it has a single state, for which nothing
    /// can be taken, and `error` is positive.
    pub fn noisy(world: W, error: Probability) -> Result<Self, WorldError> {
        let n = world.n_states();
        let wrong = error.get() / (n as f64 - 1.0);
        Self::new(world, n, |s, row| {
            row.push((s, error.complement().get()));
            if error > Probability::ZERO {
                row.extend((0..n).filter(|o| *o != s).map(|o| (o, wrong)));
            }
        })
    }

    /// The world inside.
    pub fn world(&self) -> &W {
        &self.world
    }
}

impl<W: FiniteWorld> FiniteWorld for Sensed<W> {
    fn n_states(&self) -> usize {
        self.world.n_states()
    }
    fn n_actions(&self) -> usize {
        self.world.n_actions()
    }
    #[inline]
    fn successors(&self, s: usize, a: usize) -> &[Successor] {
        self.world.successors(s, a)
    }
    fn start(&self) -> &[(usize, f64)] {
        self.world.start()
    }
    #[inline]
    fn is_terminal(&self, s: usize) -> bool {
        self.world.is_terminal(s)
    }
    fn n_factors(&self) -> usize {
        self.world.n_factors()
    }
    fn factor_size(&self, f: usize) -> usize {
        self.world.factor_size(f)
    }
    fn n_modalities(&self) -> usize {
        self.modalities.len()
    }
    fn n_outcomes(&self, m: usize) -> usize {
        self.modalities[m].n_outcomes
    }
    fn outcomes(&self, m: usize, s: usize) -> Outcomes<'_> {
        Outcomes::Drawn(self.modalities[m].rows.row(s))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph;
    use proptest::prelude::*;

    fn message(
        n_outcomes: usize,
        row: impl FnMut(usize, &mut Vec<(usize, f64)>),
    ) -> String {
        Sensed::new(graph::linear(3), n_outcomes, row).unwrap_err().to_string()
    }

    #[test]
    fn a_likelihood_that_is_none_is_named_by_modality_state_and_number() {
        assert_eq!(
            message(2, |s, row| row.push((0, if s == 1 { 0.5 } else { 1.0 }))),
            "outcomes of modality 0 in state 1 sum to 0.5, not to 1"
        );
        assert_eq!(
            message(2, |s, row| row.push((s, 1.0))),
            "modality 0 shows outcome 2 in state 2, but there are 2 outcomes"
        );
        assert_eq!(
            message(2, |_, row| row.extend([(0, 1.5), (1, -0.5)])),
            "modality 0 shows outcome 1 in state 0 with probability -0.5"
        );
        assert_eq!(
            message(2, |_, row| row.push((0, f64::NAN))),
            "modality 0 shows outcome 0 in state 0 with probability NaN"
        );
        assert_eq!(
            message(2, |_, _| {}),
            "outcomes of modality 0 in state 0 sum to 0, not to 1"
        );
        let one = Sensed::aliased(graph::linear(3), 1, |_| 0).unwrap();
        assert_eq!(
            one.with_modality(2, |_, row| row.push((0, 0.25))).unwrap_err().to_string(),
            "outcomes of modality 1 in state 0 sum to 0.25, not to 1"
        );
    }

    #[test]
    fn a_lone_state_can_be_taken_for_no_other() {
        let half = Probability::new(0.5).unwrap();
        assert_eq!(
            Sensed::noisy(graph::ring(1), half),
            Err(WorldError::BadOutcomeSum { modality: 0, state: 0, sum: 0.5 })
        );
        assert!(Sensed::noisy(graph::ring(1), Probability::ZERO).is_ok());
    }

    proptest! {
        #[test]
        fn noise_shows_the_state_but_for_its_error(n in 2..9_usize, error in 0.0..=1.0_f64) {
            let world = Sensed::noisy(graph::ring(n), Probability::new(error).unwrap()).unwrap();
            for s in 0..n {
                prop_assert!((world.outcomes(0, s).probability(s) - (1.0 - error)).abs() < 1e-15);
                let other = world.outcomes(0, s).probability((s + 1) % n);
                prop_assert!((other - error / (n as f64 - 1.0)).abs() < 1e-15);
            }
        }
    }
}
