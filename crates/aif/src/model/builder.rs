//! How a generative model is written, and where it is checked.

use ndarray::ArrayD;

use super::{
    ArrayName, Arrays, Factor, GenerativeModel, Modality, ModelError, check_column,
    check_preference, same_length,
};
use crate::conditional::Conditional;

/// A generative model in the making.
///
/// Name the factors and the modalities, then write their arrays, column by column or as
/// arrays. What isn't written has a default: a factor keeps its state and begins anywhere
/// with equal probability, and no outcome is preferred. A likelihood has none.
///
/// ```
/// use aif::GenerativeModel;
///
/// let mut model = GenerativeModel::builder();
/// let place = model.factor("place", &["start", "left", "right"]);
/// let context = model.factor("context", &["food left", "food right"]);
/// model.actions(place, &["stay", "go left", "go right"]);
/// model.transition(place, &[place], |_, action, column| column[action] = 1.0);
/// model.prior(place, &[1.0, 0.0, 0.0]);
/// let taste = model.modality("taste", &["nothing", "food"]);
/// model.likelihood(taste, &[place, context], |states, column| {
///     let here = states[0] == states[1] + 1;
///     column[usize::from(here)] = 1.0;
/// });
/// model.log_preference(taste, &[0.0, 3.0]);
/// let model = model.build()?;
/// assert!(model.factor(place).is_controlled() && !model.factor(context).is_controlled());
/// assert_eq!(model.factor(context).prior(), [0.5, 0.5]);
/// # Ok::<(), aif::ModelError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct ModelBuilder {
    factors: Vec<NewFactor>,
    modalities: Vec<NewModality>,
    habit: Vec<f64>,
    /// The first thing that went wrong.
    error: Option<ModelError>,
}

#[derive(Debug, Clone)]
struct NewFactor {
    name: String,
    states: Vec<String>,
    actions: Vec<String>,
    transition: Option<(Vec<usize>, Conditional)>,
    prior: Option<Vec<f64>>,
}

#[derive(Debug, Clone)]
struct NewModality {
    name: String,
    outcomes: Vec<String>,
    likelihood: Option<(Vec<usize>, Conditional)>,
    log_preference: Option<Vec<f64>>,
}

fn owned(names: &[impl AsRef<str>]) -> Vec<String> {
    names.iter().map(|name| name.as_ref().to_owned()).collect()
}

fn numbered(n: usize) -> Vec<String> {
    (0..n).map(|i| i.to_string()).collect()
}

impl ModelBuilder {
    /// Adds a state factor and returns its number. It has one action until
    /// [`Self::actions`] names more.
    pub fn factor(&mut self, name: &str, states: &[impl AsRef<str>]) -> usize {
        self.factors.push(NewFactor {
            name: name.to_owned(),
            states: owned(states),
            actions: numbered(1),
            transition: None,
            prior: None,
        });
        self.factors.len() - 1
    }

    /// Names the actions that act on a factor, before its transition is written.
    ///
    /// # Panics
    /// If there is no such factor, or its transition is written already.
    pub fn actions(&mut self, factor: usize, actions: &[impl AsRef<str>]) -> &mut Self {
        let new = &mut self.factors[factor];
        assert!(
            new.transition.is_none(),
            "the actions on factor {factor} ({}) come before its transition",
            new.name
        );
        new.actions = owned(actions);
        self
    }

    /// Adds an outcome modality and returns its number.
    pub fn modality(&mut self, name: &str, outcomes: &[impl AsRef<str>]) -> usize {
        self.modalities.push(NewModality {
            name: name.to_owned(),
            outcomes: owned(outcomes),
            likelihood: None,
            log_preference: None,
        });
        self.modalities.len() - 1
    }

    /// Gives a factor and its states other names.
    ///
    /// # Panics
    /// If there is no such factor, or there is not one name for each of its states.
    pub fn rename_factor(
        &mut self,
        factor: usize,
        name: &str,
        states: &[impl AsRef<str>],
    ) -> &mut Self {
        let old = &mut self.factors[factor];
        assert_eq!(states.len(), old.states.len(), "one name for each state");
        (old.name, old.states) = (name.to_owned(), owned(states));
        self
    }

    /// Gives a modality and its outcomes other names.
    ///
    /// # Panics
    /// If there is no such modality, or there is not one name for each of its outcomes.
    pub fn rename_modality(
        &mut self,
        modality: usize,
        name: &str,
        outcomes: &[impl AsRef<str>],
    ) -> &mut Self {
        let old = &mut self.modalities[modality];
        assert_eq!(outcomes.len(), old.outcomes.len(), "one name for each outcome");
        (old.name, old.outcomes) = (name.to_owned(), owned(outcomes));
        self
    }

    /// Writes $A$ of a modality column by column.
    ///
    /// `parents` are the factors that it depends on. `write(states, column)` gets one
    /// state for each of them and a column of zeros, shape `[n_outcomes]`.
    ///
    /// # Panics
    /// If there is no such modality.
    pub fn likelihood(
        &mut self,
        modality: usize,
        parents: &[usize],
        mut write: impl FnMut(&[usize], &mut [f64]),
    ) -> &mut Self {
        let n_outcomes = self.modalities[modality].outcomes.len();
        let array = self.likelihood_name(modality);
        if let Some(shape) = self.shape_of(array, parents) {
            let mut table = Conditional::zeros(n_outcomes, shape, 1);
            for_each_state(table.parent_shape().to_vec(), |p, states| {
                write(states, table.raw_column_mut(p, 0));
            });
            self.modalities[modality].likelihood = Some((parents.to_vec(), table));
        }
        self
    }

    /// Takes $A$ of a modality from an array of shape `[n_outcomes, s…]`, the states of
    /// `parents` in order.
    ///
    /// # Panics
    /// If there is no such modality.
    pub fn likelihood_array(
        &mut self,
        modality: usize,
        parents: &[usize],
        likelihood: &ArrayD<f64>,
    ) -> &mut Self {
        let n_outcomes = self.modalities[modality].outcomes.len();
        let array = self.likelihood_name(modality);
        if let Some(shape) = self.shape_of(array.clone(), parents) {
            match unchecked(&array, likelihood, n_outcomes, &shape, None) {
                Ok(table) => {
                    self.modalities[modality].likelihood = Some((parents.to_vec(), table))
                }
                Err(error) => self.blame(error),
            }
        }
        self
    }

    /// Writes $B$ of a factor column by column.
    ///
    /// `parents` are the factors that its next state depends on. `write(states, action,
    /// column)` gets one state for each of them and a column of zeros, shape
    /// `[n_states]`.
    ///
    /// # Panics
    /// If there is no such factor.
    pub fn transition(
        &mut self,
        factor: usize,
        parents: &[usize],
        mut write: impl FnMut(&[usize], usize, &mut [f64]),
    ) -> &mut Self {
        let new = &self.factors[factor];
        let (n_states, n_actions) = (new.states.len(), new.actions.len());
        let array = self.transition_name(factor);
        if let Some(shape) = self.shape_of(array, parents) {
            let mut table = Conditional::zeros(n_states, shape, n_actions);
            for a in 0..n_actions {
                for_each_state(table.parent_shape().to_vec(), |p, states| {
                    write(states, a, table.raw_column_mut(p, a));
                });
            }
            self.factors[factor].transition = Some((parents.to_vec(), table));
        }
        self
    }

    /// Takes $B$ of a factor from an array of shape `[n_states, s…, n_actions]`.
    ///
    /// # Panics
    /// If there is no such factor.
    pub fn transition_array(
        &mut self,
        factor: usize,
        parents: &[usize],
        transition: &ArrayD<f64>,
    ) -> &mut Self {
        let new = &self.factors[factor];
        let (n_states, n_actions) = (new.states.len(), new.actions.len());
        let array = self.transition_name(factor);
        if let Some(shape) = self.shape_of(array.clone(), parents) {
            match unchecked(&array, transition, n_states, &shape, Some(n_actions)) {
                Ok(table) => {
                    self.factors[factor].transition = Some((parents.to_vec(), table))
                }
                Err(error) => self.blame(error),
            }
        }
        self
    }

    /// Writes $D$ of a factor, shape `[n_states]`.
    ///
    /// # Panics
    /// If there is no such factor.
    pub fn prior(&mut self, factor: usize, prior: &[f64]) -> &mut Self {
        self.factors[factor].prior = Some(prior.to_vec());
        self
    }

    /// Writes $\ln C$ of a modality for all steps, shape `[n_outcomes]`, in nats up to a
    /// constant.
    ///
    /// # Panics
    /// If there is no such modality.
    pub fn log_preference(
        &mut self,
        modality: usize,
        log_preference: &[f64],
    ) -> &mut Self {
        self.log_preference_in_time(modality, &[log_preference])
    }

    /// Writes $\ln C$ of a modality step by step, shape `[n_steps][n_outcomes]`; the last
    /// step's holds from then on.
    ///
    /// # Panics
    /// If there is no such modality.
    pub fn log_preference_in_time(
        &mut self,
        modality: usize,
        log_preference: &[&[f64]],
    ) -> &mut Self {
        let n_outcomes = self.modalities[modality].outcomes.len();
        let name = self.modalities[modality].name.clone();
        let array = || ArrayName::LogPreference { modality, name: name.clone() };
        let wrong = log_preference.iter().find(|step| step.len() != n_outcomes);
        if let Some(step) = wrong {
            let error = same_length(&array, step.len(), n_outcomes);
            self.blame(error.expect_err("the lengths differ"));
        } else if log_preference.is_empty() {
            self.blame(ModelError::Missing { array: array() });
        } else {
            self.modalities[modality].log_preference = Some(log_preference.concat());
        }
        self
    }

    /// Writes $E$, shape `[n_plans]`.
    pub fn habit(&mut self, habit: &[f64]) -> &mut Self {
        self.habit = habit.to_vec();
        self
    }

    /// Checks everything and makes the model.
    ///
    /// # Errors
    /// [`ModelError`]: the first thing that is wrong, with the array, its factor or
    /// modality, the column, and its sum.
    pub fn build(self) -> Result<GenerativeModel, ModelError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        if self.factors.is_empty() || self.modalities.is_empty() {
            return Err(ModelError::Empty);
        }
        let factors = self.factors.into_iter().enumerate();
        let modalities = self.modalities.into_iter().enumerate();
        if !self.habit.is_empty() {
            check_column(&self.habit, &|| ArrayName::Habit, Vec::new)?;
        }
        Ok(GenerativeModel {
            factors: factors.map(|(f, new)| new.finish(f)).collect::<Result<_, _>>()?,
            modalities: modalities
                .map(|(m, new)| new.finish(m))
                .collect::<Result<_, _>>()?,
            habit: self.habit,
        })
    }

    fn likelihood_name(&self, modality: usize) -> ArrayName {
        ArrayName::Likelihood { modality, name: self.modalities[modality].name.clone() }
    }

    fn transition_name(&self, factor: usize) -> ArrayName {
        ArrayName::Transition { factor, name: self.factors[factor].name.clone() }
    }

    fn blame(&mut self, error: ModelError) {
        self.error.get_or_insert(error);
    }

    /// Numbers of states of the parents, if they are distinct factors.
    fn shape_of(&mut self, array: ArrayName, parents: &[usize]) -> Option<Vec<usize>> {
        let n_factors = self.factors.len();
        for (i, &parent) in parents.iter().enumerate() {
            if parent >= n_factors {
                self.blame(ModelError::NoSuchParent { array, parent, n_factors });
                return None;
            }
            if parents[..i].contains(&parent) {
                self.blame(ModelError::ParentTwice { array, parent });
                return None;
            }
        }
        Some(parents.iter().map(|&parent| self.factors[parent].states.len()).collect())
    }
}

impl NewFactor {
    fn finish(self, factor: usize) -> Result<Factor, ModelError> {
        let n = self.states.len();
        let prior = self.prior.unwrap_or_else(|| vec![1.0 / n as f64; n]);
        let name = || self.name.clone();
        let array = || ArrayName::Prior { factor, name: name() };
        same_length(&array, prior.len(), n)?;
        check_column(&prior, &array, Vec::new)?;
        let array = || ArrayName::Transition { factor, name: name() };
        if self.actions.is_empty() {
            return Err(ModelError::NoValues { array: array() });
        }
        let (parents, mut transition) = self.transition.unwrap_or_else(|| {
            let mut stays = Conditional::zeros(n, vec![n], self.actions.len());
            for (s, a) in
                (0..n).flat_map(|s| (0..self.actions.len()).map(move |a| (s, a)))
            {
                stays.raw_column_mut(s, a)[s] = 1.0;
            }
            (vec![factor], stays)
        });
        check_table(&transition, &array, WithActions::Yes)?;
        transition.take_logarithms();
        let Self { name, states, actions, .. } = self;
        Ok(Factor { name, states, actions, parents, transition, prior })
    }
}

impl NewModality {
    fn finish(self, modality: usize) -> Result<Modality, ModelError> {
        let Self { name, outcomes, likelihood, log_preference } = self;
        let array = || ArrayName::Likelihood { modality, name: name.clone() };
        if outcomes.is_empty() {
            return Err(ModelError::NoValues { array: array() });
        }
        let (parents, mut likelihood) =
            likelihood.ok_or_else(|| ModelError::Missing { array: array() })?;
        check_table(&likelihood, &array, WithActions::No)?;
        likelihood.take_logarithms();
        let log_preference = log_preference.unwrap_or_else(|| vec![0.0; outcomes.len()]);
        let array = || ArrayName::LogPreference { modality, name: name.clone() };
        check_preference(&log_preference, outcomes.len(), &array)?;
        Ok(Modality { name, outcomes, parents, likelihood, log_preference })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum WithActions {
    Yes,
    No,
}

fn check_table(
    table: &Conditional,
    array: &impl Fn() -> ArrayName,
    with_actions: WithActions,
) -> Result<(), ModelError> {
    for a in 0..table.n_actions() {
        for p in 0..table.n_parent_states() {
            check_column(table.column(p, a), array, || {
                let mut column = states_of(p, table.parent_shape());
                if with_actions == WithActions::Yes {
                    column.push(a);
                }
                column
            })?;
        }
    }
    Ok(())
}

/// The states behind the number of a joint state; the last factor is fastest.
fn states_of(mut number: usize, shape: &[usize]) -> Vec<usize> {
    let mut states = vec![0; shape.len()];
    for (state, &n) in states.iter_mut().zip(shape).rev() {
        *state = number % n;
        number /= n;
    }
    states
}

fn for_each_state(shape: Vec<usize>, mut visit: impl FnMut(usize, &[usize])) {
    let mut states = vec![0; shape.len()];
    for number in 0..shape.iter().product() {
        visit(number, &states);
        for (state, &n) in states.iter_mut().zip(&shape).rev() {
            *state += 1;
            if *state < n {
                break;
            }
            *state = 0;
        }
    }
}

/// Reads an array whose shape must fit; its columns are not checked yet.
fn unchecked(
    name: &ArrayName,
    array: &ArrayD<f64>,
    n_values: usize,
    parent_shape: &[usize],
    n_actions: Option<usize>,
) -> Result<Conditional, ModelError> {
    let mut expected = vec![n_values];
    expected.extend(parent_shape);
    expected.extend(n_actions);
    if array.shape() != expected {
        return Err(ModelError::Shape {
            array: name.clone(),
            expected,
            given: array.shape().to_vec(),
        });
    }
    let mut table =
        Conditional::zeros(n_values, parent_shape.to_vec(), n_actions.unwrap_or(1));
    table.fill_from(&array.view());
    Ok(table)
}

/// Reads and checks an array.
pub(super) fn read(
    name: &ArrayName,
    array: &ArrayD<f64>,
    n_values: usize,
    parent_shape: &[usize],
    n_actions: Option<usize>,
) -> Result<Conditional, ModelError> {
    let mut table = unchecked(name, array, n_values, parent_shape, n_actions)?;
    let with_actions =
        if n_actions.is_some() { WithActions::Yes } else { WithActions::No };
    check_table(&table, &|| name.clone(), with_actions)?;
    table.take_logarithms();
    Ok(table)
}

pub(super) fn from_arrays(arrays: &Arrays) -> Result<GenerativeModel, ModelError> {
    let (n_factors, n_modalities) = (arrays.transition.len(), arrays.likelihood.len());
    let count = |what, given: usize, expected: usize, may_be_absent: bool| {
        if given == expected || (may_be_absent && given == 0) {
            return Ok(());
        }
        Err(ModelError::Count { what, expected, given })
    };
    count("priors", arrays.prior.len(), n_factors, false)?;
    count("log-preferences", arrays.log_preference.len(), n_modalities, true)?;
    let lists = arrays.transition_parents.len();
    count("dependency lists of transitions", lists, n_factors, true)?;
    let lists = arrays.likelihood_parents.len();
    count("dependency lists of likelihoods", lists, n_modalities, true)?;

    let mut model = ModelBuilder::default();
    for (f, (transition, prior)) in
        arrays.transition.iter().zip(&arrays.prior).enumerate()
    {
        let n_states = prior.len();
        let n_actions = transition.shape().last().copied().unwrap_or(0);
        model.factor(&f.to_string(), &numbered(n_states));
        model.actions(f, &numbered(n_actions));
        model.prior(f, prior);
    }
    for (f, transition) in arrays.transition.iter().enumerate() {
        let own = vec![f];
        let parents = arrays.transition_parents.get(f).unwrap_or(&own);
        model.transition_array(f, parents, transition);
    }
    let all: Vec<usize> = (0..n_factors).collect();
    for (m, likelihood) in arrays.likelihood.iter().enumerate() {
        let n_outcomes = likelihood.shape().first().copied().unwrap_or(0);
        model.modality(&m.to_string(), &numbered(n_outcomes));
        let parents = arrays.likelihood_parents.get(m).unwrap_or(&all);
        model.likelihood_array(m, parents, likelihood);
    }
    for (m, preference) in arrays.log_preference.iter().enumerate() {
        let n_outcomes = preference.shape().first().copied().unwrap_or(0);
        let steps: Vec<Vec<f64>> = match preference.ndim() {
            1 => vec![preference.iter().copied().collect()],
            2 => (0..preference.shape()[1])
                .map(|t| (0..n_outcomes).map(|o| preference[[o, t]]).collect())
                .collect(),
            _ => {
                model.blame(ModelError::Shape {
                    array: ArrayName::LogPreference { modality: m, name: m.to_string() },
                    expected: vec![n_outcomes],
                    given: preference.shape().to_vec(),
                });
                continue;
            }
        };
        let steps: Vec<&[f64]> = steps.iter().map(Vec::as_slice).collect();
        model.log_preference_in_time(m, &steps);
    }
    model.habit(&arrays.habit);
    model.build()
}
