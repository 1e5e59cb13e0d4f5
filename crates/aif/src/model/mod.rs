//! The generative model: what an agent holds about how its observations come about.
//!
//! $$p(o_{0:T}, s_{0:T} \mid a_{0:T-1}) = \prod_f D^f\[s_0^f\] \; \prod_{t, m} A^m\[o_t^m,
//! s_t^{\mathrm{pa}(m)}\] \; \prod_{t, f} B^f\[s_{t+1}^f, s_t^{\mathrm{pa}(f)}, a_t^f\]$$
//!
//! (Parr, Pezzulo and Friston 2022, chapter 7; Smith, Friston and Whyte 2022; one $A$ a
//! modality, one $B$ and one $D$ a factor.)
//!
//! | book        | code               | meaning                          | shape                  | unit |
//! |-------------|--------------------|----------------------------------|------------------------|------|
//! | $A^m$       | [`Modality::likelihood`] | outcome given states       | `[n_outcomes, s…]`     |      |
//! | $B^f$       | [`Factor::transition`] | next state given states and action | `[n_states, s…, n_actions]` | |
//! | $\ln C^m$   | [`Modality::log_preference`] | preference for outcomes | `[n_outcomes]`, or one a step | nats |
//! | $D^f$       | [`Factor::prior`]  | state before the first observation | `[n_states]`         |      |
//! | $E$         | [`GenerativeModel::habit`] | prior over plans         | `[n_plans]`            |      |
//! | $\mathrm{pa}$ | `parents`        | factors that an array depends on |                        |      |

mod builder;
mod error;
mod world;

use ndarray::{ArrayD, IxDyn};
use prob::categorical::{CategoricalError, check};

pub use builder::ModelBuilder;
pub use error::{ArrayName, ModelError};
pub use world::FromWorldError;

use crate::conditional::Conditional;

/// A state factor: one of the things that are hidden, such as a place or a context.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor {
    name: String,
    states: Vec<String>,
    actions: Vec<String>,
    parents: Vec<usize>,
    transition: Conditional,
    prior: Vec<f64>,
}

impl Factor {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number of its states.
    pub fn n_states(&self) -> usize {
        self.states.len()
    }

    /// Names of its states, shape `[n_states]`.
    pub fn states(&self) -> &[String] {
        &self.states
    }

    /// Number of actions that act on it; 1 if nothing the agent does changes its course.
    pub fn n_actions(&self) -> usize {
        self.actions.len()
    }

    /// Names of the actions, shape `[n_actions]`.
    pub fn actions(&self) -> &[String] {
        &self.actions
    }

    /// Whether the agent has a choice here: more than one action.
    pub fn is_controlled(&self) -> bool {
        self.n_actions() > 1
    }

    /// The factors that its next state depends on, in the order of the array's axes.
    pub fn parents(&self) -> &[usize] {
        &self.parents
    }

    /// $B$: its next state given the parents' states and the action, shape `[n_states,
    /// s…, n_actions]`.
    pub fn transition(&self) -> &Conditional {
        &self.transition
    }

    /// $D$: its state before the first observation, shape `[n_states]`.
    pub fn prior(&self) -> &[f64] {
        &self.prior
    }
}

/// An outcome modality: one of the things that are observed, such as what is seen or what
/// is tasted.
#[derive(Debug, Clone, PartialEq)]
pub struct Modality {
    name: String,
    outcomes: Vec<String>,
    parents: Vec<usize>,
    likelihood: Conditional,
    /// Step after step.
    log_preference: Vec<f64>,
}

impl Modality {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number of its outcomes.
    pub fn n_outcomes(&self) -> usize {
        self.outcomes.len()
    }

    /// Names of its outcomes, shape `[n_outcomes]`.
    pub fn outcomes(&self) -> &[String] {
        &self.outcomes
    }

    /// The factors that it depends on, in the order of the array's axes.
    pub fn parents(&self) -> &[usize] {
        &self.parents
    }

    /// $A$: its outcome given the parents' states, shape `[n_outcomes, s…]`; its only
    /// action is 0.
    pub fn likelihood(&self) -> &Conditional {
        &self.likelihood
    }

    /// $\ln C$ at step `t` of the trial, in nats up to a constant, shape `[n_outcomes]`.
    ///
    /// The first step is 0. Preferences that were given once hold always; of those given
    /// step by step, the last holds from then on.
    pub fn log_preference(&self, t: usize) -> &[f64] {
        let n = self.n_outcomes();
        let step = t.min(self.n_preference_steps() - 1);
        &self.log_preference[step * n..(step + 1) * n]
    }

    /// For how many steps preferences were given; 1 if they don't change.
    pub fn n_preference_steps(&self) -> usize {
        self.log_preference.len() / self.n_outcomes()
    }
}

/// The arrays of a model as the book writes them, for exchange with other programs.
///
/// Empty lists are filled in: every modality depends on all factors, every factor on
/// itself, no outcome is preferred, and there is no habit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Arrays {
    /// $A$, one a modality, shape `[n_outcomes, s…]`.
    pub likelihood: Vec<ArrayD<f64>>,
    /// For each modality the factors of the axes behind the first.
    pub likelihood_parents: Vec<Vec<usize>>,
    /// $B$, one a factor, shape `[n_states, s…, n_actions]`.
    pub transition: Vec<ArrayD<f64>>,
    /// For each factor the factors of the axes between the first and the last.
    pub transition_parents: Vec<Vec<usize>>,
    /// $\ln C$ in nats, one a modality, shape `[n_outcomes]` or `[n_outcomes, n_steps]`.
    pub log_preference: Vec<ArrayD<f64>>,
    /// $D$, one a factor, shape `[n_states]`.
    pub prior: Vec<Vec<f64>>,
    /// $E$, shape `[n_plans]`.
    pub habit: Vec<f64>,
}

/// A discrete generative model: any number of state factors and outcome modalities,
/// checked once.
///
/// Make one with a [`ModelBuilder`], by hand or from a finite world, or from [`Arrays`].
/// What takes a model can rely on it: each column is a distribution, and shapes fit.
///
/// ```
/// use aif::GenerativeModel;
///
/// // Is the food left or right? A smell tells, nine times out of ten.
/// let mut model = GenerativeModel::builder();
/// let food = model.factor("food", &["left", "right"]);
/// let smell = model.modality("smell", &["from the left", "from the right"]);
/// model.likelihood(smell, &[food], |states, column| {
///     column.fill(0.1);
///     column[states[0]] = 0.9;
/// });
/// let model = model.build()?;
/// assert_eq!(model.modality(smell).likelihood().get(1, 0, 0), 0.1);
/// # Ok::<(), aif::ModelError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct GenerativeModel {
    factors: Vec<Factor>,
    modalities: Vec<Modality>,
    habit: Vec<f64>,
}

impl GenerativeModel {
    /// Begins a model that is written by hand.
    pub fn builder() -> ModelBuilder {
        ModelBuilder::default()
    }

    /// A model from arrays; factors, modalities and their values are named by number.
    ///
    /// # Errors
    /// [`ModelError`], naming the array, its factor or modality, the column, and its sum.
    ///
    /// ```
    /// use aif::{Arrays, GenerativeModel};
    /// use ndarray::array;
    ///
    /// let arrays = Arrays {
    ///     likelihood: vec![array![[0.9, 0.2], [0.1, 0.7]].into_dyn()],
    ///     transition: vec![array![[[1.0], [0.0]], [[0.0], [1.0]]].into_dyn()],
    ///     prior: vec![vec![0.5, 0.5]],
    ///     ..Arrays::default()
    /// };
    /// let error = GenerativeModel::from_arrays(&arrays).unwrap_err().to_string();
    /// assert!(error.starts_with("likelihood of modality 0 (0), column [1]: sums to 0.8"));
    /// ```
    pub fn from_arrays(arrays: &Arrays) -> Result<Self, ModelError> {
        builder::from_arrays(arrays)
    }

    /// The arrays of the model, without names.
    pub fn to_arrays(&self) -> Arrays {
        let preference = |modality: &Modality| {
            let (n, steps) = (modality.n_outcomes(), modality.n_preference_steps());
            if steps == 1 {
                return ArrayD::from_shape_fn(IxDyn(&[n]), |i| {
                    modality.log_preference(0)[i[0]]
                });
            }
            ArrayD::from_shape_fn(IxDyn(&[n, steps]), |i| {
                modality.log_preference(i[1])[i[0]]
            })
        };
        let (factors, modalities) = (&self.factors, &self.modalities);
        Arrays {
            likelihood: modalities.iter().map(|m| m.likelihood.to_array(false)).collect(),
            likelihood_parents: modalities.iter().map(|m| m.parents.clone()).collect(),
            transition: factors.iter().map(|f| f.transition.to_array(true)).collect(),
            transition_parents: factors.iter().map(|f| f.parents.clone()).collect(),
            log_preference: modalities.iter().map(preference).collect(),
            prior: factors.iter().map(|f| f.prior.clone()).collect(),
            habit: self.habit.clone(),
        }
    }

    /// The state factors.
    pub fn factors(&self) -> &[Factor] {
        &self.factors
    }

    /// Number of state factors.
    pub fn n_factors(&self) -> usize {
        self.factors.len()
    }

    /// A state factor.
    ///
    /// # Panics
    /// If there is no such factor.
    #[inline]
    pub fn factor(&self, factor: usize) -> &Factor {
        &self.factors[factor]
    }

    /// The outcome modalities.
    pub fn modalities(&self) -> &[Modality] {
        &self.modalities
    }

    /// Number of outcome modalities.
    pub fn n_modalities(&self) -> usize {
        self.modalities.len()
    }

    /// An outcome modality.
    ///
    /// # Panics
    /// If there is no such modality.
    #[inline]
    pub fn modality(&self, modality: usize) -> &Modality {
        &self.modalities[modality]
    }

    /// $E$: how probable each plan is before it is weighed, shape `[n_plans]`; empty if
    /// the model has no habit.
    pub fn habit(&self) -> &[f64] {
        &self.habit
    }

    /// Number of joint states: the product of all factors' numbers of states; none if it
    /// is too large for a `usize`.
    pub fn n_joint_states(&self) -> Option<usize> {
        self.factors
            .iter()
            .try_fold(1_usize, |product, factor| product.checked_mul(factor.n_states()))
    }

    /// Replaces $A$ of a modality, as learning does; `likelihood` has shape `[n_outcomes,
    /// s…]`.
    ///
    /// # Errors
    /// [`ModelError`] for another shape or a column that is no distribution; the model is
    /// then as it was.
    ///
    /// # Panics
    /// If there is no such modality.
    pub fn set_likelihood(
        &mut self,
        modality: usize,
        likelihood: &ArrayD<f64>,
    ) -> Result<(), ModelError> {
        let old = &self.modalities[modality];
        let array = ArrayName::Likelihood { modality, name: old.name.clone() };
        let new = builder::read(
            &array,
            likelihood,
            old.n_outcomes(),
            old.likelihood.parent_shape(),
            None,
        )?;
        self.modalities[modality].likelihood = new;
        Ok(())
    }

    /// Replaces $B$ of a factor; `transition` has shape `[n_states, s…, n_actions]`.
    ///
    /// # Errors
    /// [`ModelError`] for another shape or a column that is no distribution; the model is
    /// then as it was.
    ///
    /// # Panics
    /// If there is no such factor.
    pub fn set_transition(
        &mut self,
        factor: usize,
        transition: &ArrayD<f64>,
    ) -> Result<(), ModelError> {
        let old = &self.factors[factor];
        let array = ArrayName::Transition { factor, name: old.name.clone() };
        let new = builder::read(
            &array,
            transition,
            old.n_states(),
            old.transition.parent_shape(),
            Some(old.n_actions()),
        )?;
        self.factors[factor].transition = new;
        Ok(())
    }

    /// Replaces $D$ of a factor; `prior` has shape `[n_states]`.
    ///
    /// # Errors
    /// [`ModelError`] for another length or no distribution; the model is then as it was.
    ///
    /// # Panics
    /// If there is no such factor.
    pub fn set_prior(&mut self, factor: usize, prior: &[f64]) -> Result<(), ModelError> {
        let old = &mut self.factors[factor];
        let array = || ArrayName::Prior { factor, name: old.name.clone() };
        same_length(&array, prior.len(), old.prior.len())?;
        check_column(prior, &array, Vec::new)?;
        old.prior.copy_from_slice(prior);
        Ok(())
    }

    /// Replaces $\ln C$ of a modality for all steps; `log_preference` has shape
    /// `[n_outcomes]`, in nats.
    ///
    /// # Errors
    /// [`ModelError`] for another length or a number that isn't finite; the model is then
    /// as it was.
    ///
    /// # Panics
    /// If there is no such modality.
    pub fn set_log_preference(
        &mut self,
        modality: usize,
        log_preference: &[f64],
    ) -> Result<(), ModelError> {
        let old = &mut self.modalities[modality];
        let array = || ArrayName::LogPreference { modality, name: old.name.clone() };
        same_length(&array, log_preference.len(), old.n_outcomes())?;
        check_preference(log_preference, old.n_outcomes(), &array)?;
        old.log_preference.clear();
        old.log_preference.extend_from_slice(log_preference);
        Ok(())
    }

    /// Replaces $E$; `habit` has shape `[n_plans]`.
    ///
    /// # Errors
    /// [`ModelError`] if it is no distribution; the model is then as it was.
    pub fn set_habit(&mut self, habit: &[f64]) -> Result<(), ModelError> {
        check_column(habit, &|| ArrayName::Habit, Vec::new)?;
        self.habit.clear();
        self.habit.extend_from_slice(habit);
        Ok(())
    }

    /// $A$ of a modality, for learning to write columns into.
    pub(crate) fn likelihood_mut(&mut self, modality: usize) -> &mut Conditional {
        &mut self.modalities[modality].likelihood
    }

    /// $B$ of a factor, for learning to write columns into.
    pub(crate) fn transition_mut(&mut self, factor: usize) -> &mut Conditional {
        &mut self.factors[factor].transition
    }

    /// $D$ of a factor, for learning to write into.
    pub(crate) fn prior_mut(&mut self, factor: usize) -> &mut [f64] {
        &mut self.factors[factor].prior
    }
}

fn same_length(
    array: &impl Fn() -> ArrayName,
    given: usize,
    expected: usize,
) -> Result<(), ModelError> {
    if given == expected {
        return Ok(());
    }
    Err(ModelError::Shape {
        array: array(),
        expected: vec![expected],
        given: vec![given],
    })
}

/// Checks that `p` is a distribution; the closures name the place if it isn't.
fn check_column(
    p: &[f64],
    array: &impl Fn() -> ArrayName,
    column: impl Fn() -> Vec<usize>,
) -> Result<(), ModelError> {
    check(p, "", 0).map_err(|error| match error {
        CategoricalError::Empty { .. } => ModelError::NoValues { array: array() },
        CategoricalError::BadEntry { index, value, .. } => {
            ModelError::BadEntry { array: array(), column: column(), index, value }
        }
        CategoricalError::BadSum { sum, .. } => {
            ModelError::BadSum { array: array(), column: column(), sum }
        }
    })
}

/// Checks that log-preferences, step after step, are finite.
fn check_preference(
    log_preference: &[f64],
    n_outcomes: usize,
    array: &impl Fn() -> ArrayName,
) -> Result<(), ModelError> {
    match log_preference.iter().enumerate().find(|(_, x)| !x.is_finite()) {
        None => Ok(()),
        Some((i, &value)) => Err(ModelError::BadPreference {
            array: array(),
            outcome: i % n_outcomes,
            step: i / n_outcomes,
            value,
        }),
    }
}
