//! Learning a model by counting: Dirichlet beliefs about its arrays.
//!
//! A column of $A$ is unknown; a count for each of its entries says how often that entry
//! was, or might as well have been, seen. What the beliefs about the states say of an
//! episode is added to the counts, and a column is expected to be what its counts are in
//! proportion:
//!
//! $$\mathbf a\[o_t, s\] \leftarrow \mathbf a\[o_t, s\] + \eta\, q(s_t = s), \qquad \mathrm
//! E\[A\[o, s\]\] = \frac{\mathbf a\[o, s\]}{\sum_{o'} \mathbf a\[o', s\]}$$
//!
//! (Parr, Pezzulo and Friston 2022, eq. 7.10, with $\eta = 1$.) With that step size and
//! beliefs in hindsight it is the update of a variational Dirichlet posterior.
//!
//! | book         | code            | counts                               | grows by                   |
//! |--------------|-----------------|--------------------------------------|----------------------------|
//! | $\mathbf a$  | `likelihood(m)` | outcomes in states                   | [`Counts::observe`]        |
//! | $\mathbf b$  | `transition(f)` | next states after states and actions | [`Counts::transit`]        |
//! | $\mathbf c$  | `preference(m)` | outcomes                             | [`Counts::prefer`]         |
//! | $\mathbf d$  | `prior(f)`      | first states                         | [`Counts::begin`]          |
//! | $\mathbf e$  | `habit()`       | plans                                | [`Counts::choose`]         |
//! | $\eta$       | `step_size`     | what one observation counts          |                            |
//!
//! Each of them can be called at each step, with filtered beliefs, or after the episode,
//! with beliefs in hindsight; [`Counts::episode`] and [`Counts::episode_smoothed`] do the
//! latter for all of $A$, $B$ and $D$.
//!
//! # Zeros
//! A count of 0 is a structural zero: the model holds that entry impossible, and no
//! experience changes that. What falls on it is refused, and how much that was is
//! returned. Everything else is conserved: counts grow by $\eta$ for each observation.

use ndarray::{ArrayD, IxDyn};
use prob::Probability;
use prob::categorical::softmax;
use prob::math::ln;
use thiserror::Error;

use crate::hmm::{EpisodeError, Smoother, check_episode};
use crate::inference::{check_actions, check_observation};
use crate::model::ArrayName;
use crate::walk::for_each_joint;
use crate::{Belief, Conditional, GenerativeModel, InferenceError, JointSpace, Outcome};

/// Why numbers are no counts, or no step size.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum LearningError {
    /// The counts have another shape than the array that they are about.
    #[error("counts for {array}: shape {given:?}, not {expected:?}")]
    Shape {
        /// The array.
        array: ArrayName,
        /// Its shape.
        expected: Vec<usize>,
        /// Shape of the counts.
        given: Vec<usize>,
    },
    /// A count is negative or not a finite number, or 0 where every entry is possible.
    #[error(
        "counts for {array}: entry {index} is {value}, and a count is finite and {least}"
    )]
    BadCount {
        /// The array.
        array: ArrayName,
        /// Position in the array, row by row.
        index: usize,
        /// What stands there.
        value: f64,
        /// What it must be: at least 0, or more.
        least: &'static str,
    },
    /// The step size, or the number of observations that a model is worth, is not
    /// positive.
    #[error("{0} is no {1}: it must be positive and finite")]
    NotPositive(f64, &'static str),
}

/// $\eta$: what one observation counts.
///
/// ```
/// use aif::learning::StepSize;
/// assert_eq!(StepSize::ONE.get(), 1.0);
/// assert!(StepSize::new(0.0).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct StepSize(f64);

impl StepSize {
    /// An observation counts as one.
    pub const ONE: Self = Self(1.0);

    /// Checks that `step_size` is positive and finite.
    ///
    /// # Errors
    /// [`LearningError::NotPositive`].
    pub fn new(step_size: f64) -> Result<Self, LearningError> {
        if step_size > 0.0 && step_size.is_finite() {
            Ok(Self(step_size))
        } else {
            Err(LearningError::NotPositive(step_size, "step size"))
        }
    }

    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// What becomes of old counts. Structural zeros stay, and what is possible stays
/// possible.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Forgetting {
    /// Nothing is forgotten.
    Never,
    /// This share of each count is kept: $\mathbf a \leftarrow \omega\, \mathbf a$. The
    /// expectations stay; later observations count for more beside fewer old ones.
    Decay(Probability),
    /// This share of what was learned is kept: $\mathbf a \leftarrow \mathbf a_0 + \omega
    /// (\mathbf a - \mathbf a_0)$. Without news the counts return to those of the start.
    Return(Probability),
}

/// Counts for one array: for each column one a value.
///
/// Shapes and order are those of a [`Conditional`]; columns stand together.
#[derive(Debug, Clone, PartialEq)]
pub struct Dirichlet {
    array: ArrayName,
    n_values: usize,
    parent_shape: Vec<usize>,
    n_actions: usize,
    /// Whether the array has an axis for actions.
    with_actions: bool,
    counts: Vec<f64>,
    initial: Vec<f64>,
}

impl Dirichlet {
    fn scaled(array: ArrayName, p: &Conditional, worth: f64) -> Self {
        let mut counts = Vec::new();
        for action in 0..p.n_actions() {
            counts.extend(p.columns(action).iter().map(|p| worth * p));
        }
        Self {
            n_values: p.n_values(),
            parent_shape: p.parent_shape().to_vec(),
            n_actions: p.n_actions(),
            with_actions: matches!(array, ArrayName::Transition { .. }),
            array,
            initial: counts.clone(),
            counts,
        }
    }

    /// Counts of an array that is a single column.
    fn single(array: ArrayName, counts: Vec<f64>) -> Self {
        Self {
            array,
            n_values: counts.len(),
            parent_shape: Vec::new(),
            n_actions: 1,
            with_actions: false,
            initial: counts.clone(),
            counts,
        }
    }

    fn shape(&self) -> Vec<usize> {
        let mut shape = vec![self.n_values];
        shape.extend(&self.parent_shape);
        if self.with_actions {
            shape.push(self.n_actions);
        }
        shape
    }

    /// Number of states of each parent, in the order of the array's axes.
    pub fn parent_shape(&self) -> &[usize] {
        &self.parent_shape
    }

    fn n_parent_states(&self) -> usize {
        self.parent_shape.iter().product()
    }

    /// Where the entries of an array in the book's order stand: value slowest, action
    /// fastest.
    fn order(&self) -> impl Iterator<Item = usize> + use<> {
        let (values, parents, actions) =
            (self.n_values, self.n_parent_states(), self.n_actions);
        (0..values).flat_map(move |value| {
            (0..parents).flat_map(move |p| {
                (0..actions).map(move |a| (a * parents + p) * values + value)
            })
        })
    }

    fn replace(
        &mut self,
        given: &ArrayD<f64>,
        zeros: Zeros,
    ) -> Result<(), LearningError> {
        let array = self.array.clone();
        let expected = self.shape();
        if given.shape() != expected {
            let given = given.shape().to_vec();
            return Err(LearningError::Shape { array, expected, given });
        }
        let least = match zeros {
            Zeros::Structural => "at least 0",
            Zeros::Refused => "positive",
        };
        let bad = |&(_, &value): &(usize, &f64)| {
            let fine = value > 0.0 || value == 0.0 && zeros == Zeros::Structural;
            !(fine && value.is_finite())
        };
        if let Some((index, &value)) = given.iter().enumerate().find(bad) {
            return Err(LearningError::BadCount { array, index, value, least });
        }
        for (place, &count) in self.order().zip(given) {
            self.counts[place] = count;
        }
        self.initial.copy_from_slice(&self.counts);
        Ok(())
    }

    /// The counts as the book writes the array, shape `[n_values, s…]`, for transitions
    /// `[n_values, s…, n_actions]`.
    pub fn to_array(&self) -> ArrayD<f64> {
        let counts = self.order().map(|place| self.counts[place]).collect();
        ArrayD::from_shape_vec(IxDyn(&self.shape()), counts).expect("one count an entry")
    }

    /// The counts of a column, shape `[n_values]`.
    ///
    /// # Panics
    /// If there is no such column.
    pub fn column(&self, parents: usize, action: usize) -> &[f64] {
        &self.counts[self.range(parents, action)]
    }

    fn range(&self, parents: usize, action: usize) -> std::ops::Range<usize> {
        assert!(parents < self.n_parent_states() && action < self.n_actions);
        let start = (action * self.n_parent_states() + parents) * self.n_values;
        start..start + self.n_values
    }

    /// The sum of all counts.
    pub fn total(&self) -> f64 {
        self.counts.iter().sum()
    }

    /// The expected column, counts in proportion, written to `out`, shape `[n_values]`.
    /// Returns whether there is one: a column without counts has none.
    ///
    /// # Panics
    /// If there is no such column, or `out` has another length.
    pub fn expected(&self, parents: usize, action: usize, out: &mut [f64]) -> bool {
        let column = self.column(parents, action);
        assert_eq!(out.len(), column.len(), "one probability a value");
        // Counts may be so small that they vanish in the sum of others; the largest
        // first.
        let largest = column.iter().copied().fold(0.0, f64::max);
        if largest == 0.0 {
            return false;
        }
        let mut total = 0.0;
        for (out, count) in out.iter_mut().zip(column) {
            *out = count / largest;
            total += *out;
        }
        out.iter_mut().for_each(|p| *p /= total);
        true
    }

    /// Adds to a count unless it is a structural zero; returns what was refused.
    fn add(&mut self, place: usize, amount: f64) -> f64 {
        let count = &mut self.counts[place];
        if *count == 0.0 {
            return amount;
        }
        *count += amount;
        0.0
    }

    fn forget(&mut self, forgetting: Forgetting) {
        let (kept, back) = match forgetting {
            Forgetting::Never => return,
            Forgetting::Decay(kept) => (kept.get(), 0.0),
            Forgetting::Return(kept) => (kept.get(), kept.complement().get()),
        };
        for (count, &initial) in self.counts.iter_mut().zip(&self.initial) {
            if *count > 0.0 {
                *count = (kept * *count + back * initial).max(f64::MIN_POSITIVE);
            }
        }
    }
}

/// What a count of 0 is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zeros {
    /// Something impossible.
    Structural,
    /// An error: everything is possible.
    Refused,
}

/// Dirichlet beliefs about the arrays of a model.
///
/// Nothing allocates after it is made, but where an array is handed over.
///
/// ```
/// use aif::{Belief, GenerativeModel, learning::{Counts, StepSize}};
///
/// // A coin in a box of two kinds, and nobody knows how either falls.
/// let mut model = GenerativeModel::builder();
/// let kind = model.factor("kind", &["old", "new"]);
/// let side = model.modality("side", &["heads", "tails"]);
/// model.likelihood(side, &[kind], |_, column| column.fill(0.5));
/// let mut model = model.build()?;
///
/// let mut counts = Counts::worth(&model, 2.0)?;
/// let mut belief = Belief::prior(&model);
/// belief.set(kind, &[0.75, 0.25])?;
/// counts.observe(&model, &[0], &belief, StepSize::ONE)?;
/// assert_eq!(counts.likelihood(side).column(0, 0), [1.75, 1.0]);
/// counts.teach(&mut model);
/// assert_eq!(model.modality(side).likelihood().get(0, 0, 0), 1.75 / 2.75);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Counts {
    likelihood: Vec<Dirichlet>,
    transition: Vec<Dirichlet>,
    preference: Vec<Dirichlet>,
    prior: Vec<Dirichlet>,
    /// One column, empty without a habit.
    habit: Option<Dirichlet>,
    /// Room for a column, or for a move of a factor.
    room: Vec<f64>,
}

impl Counts {
    /// As if the model had been learned from `worth` observations of each column: every
    /// count is `worth` times its probability, so that zeros are structural.
    ///
    /// Counts of preferences are in proportion to $C$, the softmax of the model's $\ln C$
    /// at its first step.
    ///
    /// # Errors
    /// [`LearningError::NotPositive`] unless `worth` is positive and finite.
    pub fn worth(model: &GenerativeModel, worth: f64) -> Result<Self, LearningError> {
        if !(worth > 0.0 && worth.is_finite()) {
            return Err(LearningError::NotPositive(worth, "number of observations"));
        }
        let single = |array: ArrayName, p: &[f64]| {
            Dirichlet::single(array, p.iter().map(|p| worth * p).collect())
        };
        let (factors, modalities) = (model.factors(), model.modalities());
        let mut counts = Self {
            likelihood: Vec::new(),
            transition: Vec::new(),
            preference: Vec::new(),
            prior: Vec::new(),
            habit: None,
            room: Vec::new(),
        };
        let mut room = model.habit().len();
        if !model.habit().is_empty() {
            counts.habit = Some(single(ArrayName::Habit, model.habit()));
        }
        for (modality, m) in modalities.iter().enumerate() {
            let name = m.name().to_owned();
            let array = ArrayName::Likelihood { modality, name: name.clone() };
            counts.likelihood.push(Dirichlet::scaled(array, m.likelihood(), worth));
            let mut c = vec![0.0; m.n_outcomes()];
            softmax(m.log_preference(0), &mut c);
            let array = ArrayName::LogPreference { modality, name };
            counts.preference.push(single(array, &c));
            room = room.max(m.n_outcomes());
        }
        for (factor, f) in factors.iter().enumerate() {
            let name = f.name().to_owned();
            let array = ArrayName::Transition { factor, name: name.clone() };
            counts.transition.push(Dirichlet::scaled(array, f.transition(), worth));
            let array = ArrayName::Prior { factor, name };
            counts.prior.push(single(array, f.prior()));
            room = room.max(f.n_states() * f.transition().n_parent_states());
        }
        counts.room.resize(room, 0.0);
        Ok(counts)
    }

    /// Replaces the counts for $A$ of a modality, shape `[n_outcomes, s…]`.
    ///
    /// # Errors
    /// [`LearningError`]; the counts are then as they were.
    ///
    /// # Panics
    /// If there is no such modality.
    pub fn set_likelihood(
        &mut self,
        modality: usize,
        counts: &ArrayD<f64>,
    ) -> Result<(), LearningError> {
        self.likelihood[modality].replace(counts, Zeros::Structural)
    }

    /// Replaces the counts for $B$ of a factor, shape `[n_states, s…, n_actions]`.
    ///
    /// # Errors
    /// [`LearningError`]; the counts are then as they were.
    ///
    /// # Panics
    /// If there is no such factor.
    pub fn set_transition(
        &mut self,
        factor: usize,
        counts: &ArrayD<f64>,
    ) -> Result<(), LearningError> {
        self.transition[factor].replace(counts, Zeros::Structural)
    }

    /// Replaces the counts for $D$ of a factor, shape `[n_states]`.
    ///
    /// # Errors
    /// [`LearningError`]; the counts are then as they were.
    ///
    /// # Panics
    /// If there is no such factor.
    pub fn set_prior(
        &mut self,
        factor: usize,
        counts: &[f64],
    ) -> Result<(), LearningError> {
        self.prior[factor].replace(&line(counts), Zeros::Structural)
    }

    /// Replaces the counts for $C$ of a modality, shape `[n_outcomes]`, all positive.
    ///
    /// # Errors
    /// [`LearningError`]; the counts are then as they were.
    ///
    /// # Panics
    /// If there is no such modality.
    pub fn set_preference(
        &mut self,
        modality: usize,
        counts: &[f64],
    ) -> Result<(), LearningError> {
        self.preference[modality].replace(&line(counts), Zeros::Refused)
    }

    /// Begins or replaces the counts for $E$, shape `[n_plans]`.
    ///
    /// # Errors
    /// [`LearningError`]; the counts are then as they were.
    pub fn set_habit(&mut self, counts: &[f64]) -> Result<(), LearningError> {
        let mut habit = Dirichlet::single(ArrayName::Habit, vec![0.0; counts.len()]);
        habit.replace(&line(counts), Zeros::Structural)?;
        self.room.resize(self.room.len().max(counts.len()), 0.0);
        self.habit = Some(habit);
        Ok(())
    }

    /// $\mathbf a$ of a modality.
    ///
    /// # Panics
    /// If there is no such modality.
    pub fn likelihood(&self, modality: usize) -> &Dirichlet {
        &self.likelihood[modality]
    }

    /// $\mathbf b$ of a factor.
    ///
    /// # Panics
    /// If there is no such factor.
    pub fn transition(&self, factor: usize) -> &Dirichlet {
        &self.transition[factor]
    }

    /// $\mathbf c$ of a modality: one column.
    ///
    /// # Panics
    /// If there is no such modality.
    pub fn preference(&self, modality: usize) -> &Dirichlet {
        &self.preference[modality]
    }

    /// $\mathbf d$ of a factor: one column.
    ///
    /// # Panics
    /// If there is no such factor.
    pub fn prior(&self, factor: usize) -> &Dirichlet {
        &self.prior[factor]
    }

    /// $\mathbf e$: one column, or none if the model has no habit.
    pub fn habit(&self) -> Option<&Dirichlet> {
        self.habit.as_ref()
    }

    /// Counts an observation: $\mathbf a^m\[o^m, s\] \leftarrow \mathbf a^m\[o^m, s\] +
    /// \eta \prod_{f \in \mathrm{pa}(m)} q(s^f)$. Returns what fell on structural zeros.
    ///
    /// # Errors
    /// [`InferenceError::WrongOutcomes`] or [`InferenceError::NoSuchOutcome`]; nothing is
    /// counted then.
    ///
    /// # Panics
    /// If the belief has other factors than the model.
    pub fn observe(
        &mut self,
        model: &GenerativeModel,
        observation: &[impl Outcome],
        belief: &Belief,
        step_size: StepSize,
    ) -> Result<f64, InferenceError> {
        check_observation(model, observation)?;
        let mut refused = 0.0;
        for ((counts, m), o) in
            self.likelihood.iter_mut().zip(model.modalities()).zip(observation)
        {
            let Some(o) = o.outcome() else { continue };
            let (n, parents) = (m.n_outcomes(), m.parents());
            for_each_joint(
                m.likelihood().parent_shape(),
                |axis| belief.factor(parents[axis]),
                |p, q| refused += counts.add(p * n + o, step_size.get() * q),
            );
        }
        Ok(refused)
    }

    /// [`Self::observe`] with a belief about joint states, shape `[n_joint_states]`, which
    /// keeps the correlations of the factors.
    ///
    /// # Errors
    /// [`InferenceError::WrongOutcomes`] or [`InferenceError::NoSuchOutcome`]; nothing is
    /// counted then.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn observe_joint(
        &mut self,
        model: &GenerativeModel,
        space: &JointSpace,
        observation: &[impl Outcome],
        belief: &[f64],
        step_size: StepSize,
    ) -> Result<f64, InferenceError> {
        check_observation(model, observation)?;
        assert_eq!(belief.len(), space.n_states(), "one number for each joint state");
        let mut refused = 0.0;
        for (m, (counts, o)) in self.likelihood.iter_mut().zip(observation).enumerate() {
            let Some(o) = o.outcome() else { continue };
            for (&q, &column) in belief.iter().zip(space.likelihood_columns(m)) {
                if q > 0.0 {
                    let place = column as usize * counts.n_values + o;
                    refused += counts.add(place, step_size.get() * q);
                }
            }
        }
        Ok(refused)
    }

    /// Counts a move between two beliefs that are taken as independent, as pymdp and SPM
    /// do: $\mathbf b^f\[s', s, a\] \leftarrow \mathbf b^f\[s', s, a\] + \eta\, q(s'^f)
    /// \prod_{g \in \mathrm{pa}(f)} q(s^g)$. Returns what fell on structural zeros.
    ///
    /// Two steps are not independent, least of all where the transition is known well: a
    /// product also counts moves that can't have been. [`Self::transit_pair`] counts the
    /// moves themselves.
    ///
    /// # Errors
    /// [`InferenceError::WrongActions`] or [`InferenceError::NoSuchAction`]; nothing is
    /// counted then.
    ///
    /// # Panics
    /// If a belief has other factors than the model.
    pub fn transit(
        &mut self,
        model: &GenerativeModel,
        before: &Belief,
        after: &Belief,
        actions: &[usize],
        step_size: StepSize,
    ) -> Result<f64, InferenceError> {
        check_actions(model, actions)?;
        let mut refused = 0.0;
        for (f, counts) in self.transition.iter_mut().enumerate() {
            let (n, parents) = (model.factor(f).n_states(), model.factor(f).parents());
            let shape = model.factor(f).transition().parent_shape();
            let start = actions[f] * counts.n_parent_states();
            let next = after.factor(f);
            for_each_joint(
                shape,
                |axis| before.factor(parents[axis]),
                |p, q| {
                    for (s, &next) in next.iter().enumerate().filter(|(_, q)| **q > 0.0) {
                        let place = (start + p) * n + s;
                        refused += counts.add(place, step_size.get() * q * next);
                    }
                },
            );
        }
        Ok(refused)
    }

    /// Counts a move of one factor: $\mathbf b^f\[s', s, a\] \leftarrow \mathbf b^f\[s',
    /// s, a\] + \eta\, q(s'^f, s^{\mathrm{pa}(f)})$. Returns what fell on structural
    /// zeros.
    ///
    /// `pair` has shape `[n_parent_states, n_states]`, as [`Smoother::pairwise`] writes
    /// it.
    ///
    /// # Panics
    /// If there is no such factor or action, or `pair` has another length.
    pub fn transit_pair(
        &mut self,
        factor: usize,
        action: usize,
        pair: &[f64],
        step_size: StepSize,
    ) -> f64 {
        let counts = &mut self.transition[factor];
        assert!(action < counts.n_actions, "action {action} of {}", counts.n_actions);
        assert_eq!(
            pair.len(),
            counts.n_values * counts.n_parent_states(),
            "one number for each next state and state of the parents"
        );
        let start = action * pair.len();
        let mut refused = 0.0;
        for (i, &q) in pair.iter().enumerate().filter(|(_, q)| **q > 0.0) {
            refused += counts.add(start + i, step_size.get() * q);
        }
        refused
    }

    /// Counts how an episode began: $\mathbf d^f\[s\] \leftarrow \mathbf d^f\[s\] +
    /// \eta\, q(s_0^f = s)$. Returns what fell on structural zeros.
    ///
    /// # Panics
    /// If the belief has other factors than the model.
    pub fn begin(&mut self, belief: &Belief, step_size: StepSize) -> f64 {
        assert_eq!(belief.n_factors(), self.prior.len(), "one distribution a factor");
        let mut refused = 0.0;
        for (counts, q) in self.prior.iter_mut().zip(belief.iter()) {
            refused += add_column(counts, q, step_size);
        }
        refused
    }

    /// Counts outcomes as preferred: $\mathbf c^m\[o^m\] \leftarrow \mathbf c^m\[o^m\] +
    /// \eta$. What is often met comes to be preferred.
    ///
    /// # Errors
    /// [`InferenceError::WrongOutcomes`] or [`InferenceError::NoSuchOutcome`]; nothing is
    /// counted then.
    pub fn prefer(
        &mut self,
        model: &GenerativeModel,
        observation: &[impl Outcome],
        step_size: StepSize,
    ) -> Result<(), InferenceError> {
        check_observation(model, observation)?;
        for (counts, o) in self.preference.iter_mut().zip(observation) {
            if let Some(o) = o.outcome() {
                counts.add(o, step_size.get());
            }
        }
        Ok(())
    }

    /// Counts a plan, or a belief about which one was followed: $\mathbf e\[\pi\]
    /// \leftarrow \mathbf e\[\pi\] + \eta\, q(\pi)$. Returns what fell on structural
    /// zeros.
    ///
    /// # Panics
    /// If there are no counts for plans, or `plans` has another length.
    pub fn choose(&mut self, plans: &[f64], step_size: StepSize) -> f64 {
        let counts = self.habit.as_mut().expect("counts for plans");
        add_column(counts, plans, step_size)
    }

    /// Forgets, in all arrays: before an observation is counted, or between episodes.
    pub fn forget(&mut self, forgetting: Forgetting) {
        let tables = [
            &mut self.likelihood,
            &mut self.transition,
            &mut self.preference,
            &mut self.prior,
        ];
        for counts in tables.into_iter().flatten().chain(&mut self.habit) {
            counts.forget(forgetting);
        }
    }

    /// Counts an episode with one belief a step, filtered or smoothed, taken as
    /// independent: [`Self::begin`], [`Self::observe`] and [`Self::transit`]. Returns
    /// what fell on structural zeros.
    ///
    /// # Errors
    /// [`EpisodeError`] at the first step that doesn't fit; those before it are counted.
    ///
    /// # Panics
    /// If there is not one belief a step.
    pub fn episode<O: Outcome>(
        &mut self,
        model: &GenerativeModel,
        observations: &[impl AsRef<[O]>],
        actions: &[impl AsRef<[usize]>],
        beliefs: &[Belief],
        step_size: StepSize,
    ) -> Result<f64, EpisodeError> {
        check_episode(observations.len(), actions.len(), usize::MAX)?;
        assert_eq!(beliefs.len(), observations.len(), "one belief a step");
        let mut refused = self.begin(&beliefs[0], step_size);
        for (step, observation) in observations.iter().enumerate() {
            refused += self
                .observe(model, observation.as_ref(), &beliefs[step], step_size)
                .map_err(|source| EpisodeError::Step { step, source })?;
        }
        for (step, (pair, taken)) in beliefs.windows(2).zip(actions).enumerate() {
            refused += self
                .transit(model, &pair[0], &pair[1], taken.as_ref(), step_size)
                .map_err(|source| EpisodeError::Step { step: step + 1, source })?;
        }
        Ok(refused)
    }

    /// Counts the episode that `smoother` ran last, with its exact beliefs in hindsight:
    /// joint states, and the moves themselves. Returns what fell on structural zeros.
    ///
    /// With $\eta = 1$ the counts grow by what Baum and Welch's algorithm expects (Baum
    /// et al. 1970). `observations` and `model` are those of that run.
    ///
    /// # Errors
    /// [`EpisodeError`] at the first step that doesn't fit; those before it are counted.
    ///
    /// # Panics
    /// If there is not one observation a step.
    pub fn episode_smoothed<O: Outcome>(
        &mut self,
        model: &GenerativeModel,
        smoother: &Smoother,
        observations: &[impl AsRef<[O]>],
        step_size: StepSize,
    ) -> Result<f64, EpisodeError> {
        assert_eq!(observations.len(), smoother.steps(), "one observation a step");
        let space = smoother.space();
        let mut room = std::mem::take(&mut self.room);
        let mut refused = 0.0;
        for f in 0..self.prior.len() {
            let q = &mut room[..model.factor(f).n_states()];
            space.marginal(f, smoother.smoothed(0), q);
            refused += add_column(&mut self.prior[f], q, step_size);
        }
        let mut failed = None;
        for (step, observation) in observations.iter().enumerate() {
            let belief = smoother.smoothed(step);
            match self.observe_joint(
                model,
                space,
                observation.as_ref(),
                belief,
                step_size,
            ) {
                Ok(more) => refused += more,
                Err(source) => {
                    failed = Some(EpisodeError::Step { step, source });
                    break;
                }
            }
            if step + 1 < smoother.steps() {
                for (f, &action) in smoother.actions(step).iter().enumerate() {
                    let factor = model.factor(f);
                    let size = factor.n_states() * factor.transition().n_parent_states();
                    smoother.pairwise(model, step, f, &mut room[..size]);
                    refused += self.transit_pair(f, action, &room[..size], step_size);
                }
            }
        }
        self.room = room;
        failed.map_or(Ok(refused), Err)
    }

    /// Writes what is expected of $A$, $B$ and $D$ into the model. A column without
    /// counts leaves the model's as it is.
    ///
    /// # Panics
    /// If the model has other shapes, as the two below.
    pub fn teach(&mut self, model: &mut GenerativeModel) {
        for (m, counts) in self.likelihood.iter().enumerate() {
            write(counts, model.likelihood_mut(m), &mut self.room);
        }
        for (f, counts) in self.transition.iter().enumerate() {
            write(counts, model.transition_mut(f), &mut self.room);
        }
        self.teach_prior(model);
    }

    /// [`Self::teach`] for those columns of $A$ of a modality that a belief picks; `taught`
    /// is told of each.
    pub(crate) fn teach_likelihood(
        &mut self,
        model: &mut GenerativeModel,
        modality: usize,
        belief: &Belief,
        mut taught: impl FnMut(&GenerativeModel, &Self, usize),
    ) {
        // The room is lent out, so that the counts can be shown while it is used.
        let mut room = std::mem::take(&mut self.room);
        let counts = &self.likelihood[modality];
        for p in 0..counts.n_parent_states() {
            if is_possible(p, model.modality(modality).parents(), belief) {
                write_column(counts, model.likelihood_mut(modality), (p, 0), &mut room);
                taught(model, self, p);
            }
        }
        self.room = room;
    }

    /// [`Self::teach`] for those columns of $B$ of a factor that an action and the belief
    /// before it pick.
    pub(crate) fn teach_transition(
        &mut self,
        model: &mut GenerativeModel,
        factor: usize,
        action: usize,
        before: &Belief,
        mut taught: impl FnMut(&GenerativeModel, &Self, usize),
    ) {
        let mut room = std::mem::take(&mut self.room);
        let counts = &self.transition[factor];
        for p in 0..counts.n_parent_states() {
            if is_possible(p, model.factor(factor).parents(), before) {
                write_column(
                    counts,
                    model.transition_mut(factor),
                    (p, action),
                    &mut room,
                );
                taught(model, self, p);
            }
        }
        self.room = room;
    }

    /// [`Self::teach`] for $D$.
    pub(crate) fn teach_prior(&mut self, model: &mut GenerativeModel) {
        for (f, counts) in self.prior.iter().enumerate() {
            let prior = model.prior_mut(f);
            let room = &mut self.room[..prior.len()];
            if counts.expected(0, 0, room) {
                prior.copy_from_slice(room);
            }
        }
    }

    /// Writes $\ln C$ into the model, for all steps: the logarithm of counts in
    /// proportion.
    pub fn teach_preference(&mut self, model: &mut GenerativeModel) {
        for (m, counts) in self.preference.iter().enumerate() {
            let room = &mut self.room[..counts.n_values];
            counts.expected(0, 0, room);
            room.iter_mut().for_each(|p| *p = ln(p.max(f64::MIN_POSITIVE)));
            model.set_log_preference(m, room).expect("finite, one an outcome");
        }
    }

    /// Writes $E$ into the model, if there are counts for plans.
    pub fn teach_habit(&mut self, model: &mut GenerativeModel) {
        if let Some(counts) = &self.habit {
            let room = &mut self.room[..counts.n_values];
            if counts.expected(0, 0, room) {
                model.set_habit(room).expect("counts in proportion are a distribution");
            }
        }
    }
}

fn line(counts: &[f64]) -> ArrayD<f64> {
    ArrayD::from_shape_vec(IxDyn(&[counts.len()]), counts.to_vec()).expect("one axis")
}

fn add_column(counts: &mut Dirichlet, q: &[f64], step_size: StepSize) -> f64 {
    assert_eq!(q.len(), counts.n_values, "one number a value");
    let mut refused = 0.0;
    for (i, &q) in q.iter().enumerate().filter(|(_, q)| **q > 0.0) {
        refused += counts.add(i, step_size.get() * q);
    }
    refused
}

fn write(counts: &Dirichlet, array: &mut Conditional, room: &mut [f64]) {
    assert_eq!(counts.n_values, array.n_values(), "counts of another model");
    for action in 0..counts.n_actions {
        for parents in 0..counts.n_parent_states() {
            write_column(counts, array, (parents, action), room);
        }
    }
}

fn write_column(
    counts: &Dirichlet,
    array: &mut Conditional,
    (parents, action): (usize, usize),
    room: &mut [f64],
) {
    let room = &mut room[..counts.n_values];
    // What hasn't changed has its logarithms already, as have columns of one outcome.
    if counts.expected(parents, action, room) && array.column(parents, action) != room {
        array.write_column(parents, action, room);
    }
}

/// Whether a belief allows this joint state of the parents, the last parent fastest.
fn is_possible(mut number: usize, parents: &[usize], belief: &Belief) -> bool {
    parents.iter().rev().all(|&f| {
        let q = belief.factor(f);
        let s = number % q.len();
        number /= q.len();
        q[s] > 0.0
    })
}
