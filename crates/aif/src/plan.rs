//! Plans: what an agent may do, and how it comes to prefer some of it.
//!
//! A plan $\pi$ is a sequence of actions. Weighed by its expected free energy and a
//! habit,
//!
//! $$q(\pi) = \sigma\bigl(\ln E(\pi) - \gamma\, G(\pi)\bigr).$$
//!
//! | book        | code                     | meaning                          | shape             |
//! |-------------|--------------------------|----------------------------------|-------------------|
//! | $a$         | a row of [`Choices`]     | one action a factor              | `[n_factors]`     |
//! | $\pi$       | [`Plans`]                | a sequence of them               | `[n_steps]` rows  |
//! | $E$         | `habit`                  | how probable a plan is beforehand | `[n_plans]`      |
//! | $\gamma$    | [`Precision`]            | how much $G$ counts              |                   |
//! | $q(\pi)$    | [`posterior`]            | belief about what to do          | `[n_plans]`       |
//!
//! What weighs plans is [`Planning`]: [`OpenLoop`](crate::open_loop::OpenLoop) adds up
//! the steps of given plans, [`Sophisticated`](crate::sophisticated::Sophisticated) lets
//! what will be observed decide how to go on.

use prob::math::ln;
use thiserror::Error;

use crate::expected_free_energy::Outlook;
use crate::{Belief, ExpectedFreeEnergy, GenerativeModel};

/// What is wrong with actions, plans or a precision.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum PlanError {
    /// Nothing to choose from.
    #[error("no {0}")]
    Empty(&'static str),
    /// A step without one action a factor.
    #[error("{what} {number}: {given} actions, but the model has {expected} factors")]
    WrongActions {
        /// "choice", or "plan".
        what: &'static str,
        /// Which one.
        number: usize,
        /// How many factors there are.
        expected: usize,
        /// How many actions were given.
        given: usize,
    },
    /// An action that the factor doesn't have.
    #[error(
        "{what} {number}: action {action} on factor {factor}, but it has {n_actions}"
    )]
    NoSuchAction {
        /// "choice", or "plan".
        what: &'static str,
        /// Which one.
        number: usize,
        /// Number of the factor.
        factor: usize,
        /// The action that there isn't.
        action: usize,
        /// How many there are.
        n_actions: usize,
    },
    /// More plans than can be weighed.
    #[error(
        "{n_choices} choices in each of {horizon} steps make more than {} plans",
        Plans::LIMIT
    )]
    TooMany {
        /// How many choices a step has.
        n_choices: usize,
        /// How many steps there are.
        horizon: usize,
    },
    /// Factors on which an action of a world doesn't act alike.
    #[error(
        "factor {factor} has {n_actions} actions and another {other}: no one action of a world"
    )]
    NotOfAWorld {
        /// Number of the factor.
        factor: usize,
        /// How many actions act on it.
        n_actions: usize,
        /// How many act on a factor before it.
        other: usize,
    },
    /// A habit for another number of plans.
    #[error("a habit for {given} plans, but there are {expected}")]
    WrongHabit {
        /// How many plans, or first actions, there are.
        expected: usize,
        /// For how many the habit is.
        given: usize,
    },
    /// A precision that is negative or not a finite number.
    #[error("{0} is no precision: it must be finite and at least 0")]
    BadPrecision(f64),
    /// More joint states than can be enumerated.
    #[error(transparent)]
    TooManyStates(#[from] crate::TooManyStates),
}

/// How much a difference counts: the factor before it in a softmax, finite and at least
/// 0.
///
/// ```
/// use aif::plan::Precision;
/// assert_eq!(Precision::new(4.0)?.get(), 4.0);
/// assert!(Precision::new(f64::INFINITY).is_err());
/// # Ok::<(), aif::plan::PlanError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Precision(f64);

impl Precision {
    /// A difference counts as it is.
    pub const ONE: Self = Self(1.0);

    /// Checks that `precision` is finite and at least 0.
    ///
    /// # Errors
    /// [`PlanError::BadPrecision`].
    pub fn new(precision: f64) -> Result<Self, PlanError> {
        if precision >= 0.0 && precision.is_finite() {
            Ok(Self(precision))
        } else {
            Err(PlanError::BadPrecision(precision))
        }
    }

    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// What can be done in one step: rows with one action a factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    n_factors: usize,
    actions: Vec<usize>,
}

impl Choices {
    /// Every combination of the actions on all factors, the last factor fastest.
    ///
    /// ```
    /// use aif::{GenerativeModel, plan::Choices};
    ///
    /// let mut model = GenerativeModel::builder();
    /// let place = model.factor("place", &["here", "there"]);
    /// model.actions(place, &["stay", "go"]);
    /// let side = model.factor("side", &["left", "right"]);
    /// let sight = model.modality("sight", &["same"]);
    /// model.likelihood(sight, &[], |_, column| column[0] = 1.0);
    /// let choices = Choices::all(&model.build()?);
    /// assert_eq!(choices.iter().collect::<Vec<_>>(), [[0, 0], [1, 0]]);
    /// # Ok::<(), aif::ModelError>(())
    /// ```
    pub fn all(model: &GenerativeModel) -> Self {
        let n_actions: Vec<usize> =
            model.factors().iter().map(|f| f.n_actions()).collect();
        let n: usize = n_actions.iter().product();
        let mut actions = Vec::with_capacity(n * n_actions.len());
        for choice in 0..n {
            let mut stride = n;
            actions.extend(n_actions.iter().map(|&n| {
                stride /= n;
                choice / stride % n
            }));
        }
        Self { n_factors: n_actions.len(), actions }
    }

    /// The actions of a world, each of which acts on all controlled factors at once, for
    /// a model [of that world](crate::ModelBuilder::from_world).
    ///
    /// # Errors
    /// [`PlanError::NotOfAWorld`] if the controlled factors have unequal numbers of
    /// actions.
    pub fn of_world(model: &GenerativeModel) -> Result<Self, PlanError> {
        let mut n = 1;
        for (factor, f) in
            model.factors().iter().enumerate().filter(|(_, f)| f.is_controlled())
        {
            if n > 1 && f.n_actions() != n {
                return Err(PlanError::NotOfAWorld {
                    factor,
                    n_actions: f.n_actions(),
                    other: n,
                });
            }
            n = f.n_actions();
        }
        let mut actions = vec![0; n * model.n_factors()];
        for (action, row) in actions.chunks_exact_mut(model.n_factors()).enumerate() {
            model.spread_action(action, row);
        }
        Ok(Self { n_factors: model.n_factors(), actions })
    }

    /// These rows, one action a factor in each.
    ///
    /// # Errors
    /// [`PlanError`], naming the row.
    pub fn new(
        model: &GenerativeModel,
        rows: &[impl AsRef<[usize]>],
    ) -> Result<Self, PlanError> {
        if rows.is_empty() {
            return Err(PlanError::Empty("choices"));
        }
        let mut actions = Vec::new();
        for (number, row) in rows.iter().enumerate() {
            check_row(model, "choice", number, row.as_ref())?;
            actions.extend_from_slice(row.as_ref());
        }
        Ok(Self { n_factors: model.n_factors(), actions })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.actions.len() / self.n_factors
    }

    /// Never: there is always something to do, if only to let things take their course.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    /// One row, with one action a factor.
    ///
    /// # Panics
    /// If there is no such choice.
    pub fn row(&self, choice: usize) -> &[usize] {
        &self.actions[choice * self.n_factors..(choice + 1) * self.n_factors]
    }

    /// The rows in order.
    pub fn iter(&self) -> impl Iterator<Item = &[usize]> {
        self.actions.chunks_exact(self.n_factors)
    }
}

fn check_row(
    model: &GenerativeModel,
    what: &'static str,
    number: usize,
    row: &[usize],
) -> Result<(), PlanError> {
    if row.len() != model.n_factors() {
        let (expected, given) = (model.n_factors(), row.len());
        return Err(PlanError::WrongActions { what, number, expected, given });
    }
    for (factor, (f, &action)) in model.factors().iter().zip(row).enumerate() {
        let n_actions = f.n_actions();
        if action >= n_actions {
            return Err(PlanError::NoSuchAction {
                what,
                number,
                factor,
                action,
                n_actions,
            });
        }
    }
    Ok(())
}

/// One step of a plan, shared by all plans that begin alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Node {
    /// The step before; none for a first step.
    pub parent: Option<u32>,
    /// How many steps come before.
    pub depth: u32,
}

/// Plans, as a tree: those that begin alike share their first steps, which are thought
/// through once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plans {
    n_factors: usize,
    /// Each behind its parent.
    nodes: Vec<Node>,
    /// For each node one action a factor.
    actions: Vec<usize>,
    /// For each plan its last step and its first.
    ends: Vec<(u32, u32)>,
}

impl Plans {
    /// How many steps all plans together may have.
    pub const LIMIT: usize = 1 << 22;

    /// Every sequence of `horizon` choices, the last step fastest.
    ///
    /// # Errors
    /// [`PlanError::TooMany`], or [`PlanError::Empty`] for a horizon of 0.
    pub fn enumerate(choices: &Choices, horizon: usize) -> Result<Self, PlanError> {
        if horizon == 0 {
            return Err(PlanError::Empty("steps to plan"));
        }
        let n_choices = choices.len();
        let mut plans = Self {
            n_factors: choices.n_factors,
            nodes: Vec::new(),
            actions: Vec::new(),
            ends: Vec::new(),
        };
        // The nodes of a depth stand together, so that a parent comes before its
        // children.
        let mut level = 0..0;
        for depth in 0..horizon {
            let begin = plans.nodes.len();
            let parents: Vec<Option<u32>> = match depth {
                0 => vec![None],
                _ => level.map(|node| Some(node as u32)).collect(),
            };
            if begin + parents.len() * n_choices > Self::LIMIT {
                return Err(PlanError::TooMany { n_choices, horizon });
            }
            for parent in parents {
                for row in choices.iter() {
                    plans.nodes.push(Node { parent, depth: depth as u32 });
                    plans.actions.extend_from_slice(row);
                }
            }
            level = begin..plans.nodes.len();
        }
        plans.ends = level.map(|node| (node as u32, 0)).collect();
        plans.find_first_steps();
        Ok(plans)
    }

    /// These plans: for each its steps, each with one action a factor. They may differ in
    /// length, and be the same.
    ///
    /// # Errors
    /// [`PlanError`], naming the plan.
    ///
    /// ```
    /// use aif::{GenerativeModel, plan::Plans};
    ///
    /// let mut model = GenerativeModel::builder();
    /// let place = model.factor("place", &["here", "there"]);
    /// model.actions(place, &["stay", "go"]);
    /// let sight = model.modality("sight", &["same"]);
    /// model.likelihood(sight, &[], |_, column| column[0] = 1.0);
    /// let model = model.build()?;
    /// let plans = Plans::new(&model, &[vec![[1], [0]], vec![[1], [1]], vec![[0]]])?;
    /// assert_eq!((plans.len(), plans.n_steps()), (3, 4), "the first step is shared");
    /// let error = Plans::new(&model, &[vec![[2]]]).unwrap_err().to_string();
    /// assert_eq!(error, "plan 0: action 2 on factor 0, but it has 2");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new<S: AsRef<[usize]>>(
        model: &GenerativeModel,
        plans: &[impl AsRef<[S]>],
    ) -> Result<Self, PlanError> {
        if plans.is_empty() {
            return Err(PlanError::Empty("plans"));
        }
        let mut tree = Self {
            n_factors: model.n_factors(),
            nodes: Vec::new(),
            actions: Vec::new(),
            ends: Vec::new(),
        };
        for (number, plan) in plans.iter().enumerate() {
            let mut parent = None;
            for (depth, row) in plan.as_ref().iter().enumerate() {
                check_row(model, "plan", number, row.as_ref())?;
                let known = (0..tree.nodes.len()).find(|&node| {
                    tree.nodes[node].parent == parent
                        && tree.actions_of(node) == row.as_ref()
                });
                let node = known.unwrap_or_else(|| {
                    tree.nodes.push(Node { parent, depth: depth as u32 });
                    tree.actions.extend_from_slice(row.as_ref());
                    tree.nodes.len() - 1
                });
                parent = Some(node as u32);
            }
            let last = parent.ok_or(PlanError::Empty("steps in a plan"))?;
            tree.ends.push((last, 0));
        }
        tree.find_first_steps();
        Ok(tree)
    }

    fn find_first_steps(&mut self) {
        for (last, first) in &mut self.ends {
            *first = *last;
            while let Some(parent) = self.nodes[*first as usize].parent {
                *first = parent;
            }
        }
    }

    /// How many plans there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Never: there is at least one plan.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many steps the plans have together, shared ones counted once.
    pub fn n_steps(&self) -> usize {
        self.nodes.len()
    }

    /// The first step of a plan: one action a factor.
    ///
    /// # Panics
    /// If there is no such plan.
    pub fn first_actions(&self, plan: usize) -> &[usize] {
        self.actions_of(self.ends[plan].1 as usize)
    }

    /// The steps of a plan, one action a factor in each. Allocates.
    ///
    /// # Panics
    /// If there is no such plan.
    pub fn steps(&self, plan: usize) -> Vec<&[usize]> {
        let mut steps = Vec::new();
        let mut node = Some(self.ends[plan].0);
        while let Some(n) = node {
            steps.push(self.actions_of(n as usize));
            node = self.nodes[n as usize].parent;
        }
        steps.reverse();
        steps
    }

    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub(crate) fn actions_of(&self, node: usize) -> &[usize] {
        &self.actions[node * self.n_factors..(node + 1) * self.n_factors]
    }

    pub(crate) fn last_step(&self, plan: usize) -> usize {
        self.ends[plan].0 as usize
    }
}

/// What weighs plans, or first actions: an agent's way to look ahead.
pub trait Planning {
    /// Weighs every option from what is believed now, at step `t` of the trial. The next
    /// step is `t + 1`; its preferences are the first that count.
    ///
    /// # Panics
    /// If the model is another than the one that this was made for.
    fn weigh(&mut self, model: &GenerativeModel, belief: &Belief, t: usize);

    /// $G$ of each option, in nats, shape `[n_options]`, as weighed last.
    fn efe(&self) -> &[f64];

    /// The parts of $G$ of an option.
    ///
    /// # Panics
    /// If there is no such option.
    fn parts(&self, option: usize) -> ExpectedFreeEnergy;

    /// What an option does first: one action a factor.
    ///
    /// # Panics
    /// If there is no such option.
    fn first_actions(&self, option: usize) -> &[usize];

    /// Where it keeps numbers about the model, for learning to bring up to date.
    fn outlook_mut(&mut self) -> &mut Outlook;
}

/// What an agent minimizes, made of the parts of [`ExpectedFreeEnergy`]:
/// [`ExpectedFreeEnergy::value`], or [`utility_only`], or any function of your own. It is
/// applied to the sums over the steps of a plan, and should be linear in the parts.
pub type Objective = fn(&ExpectedFreeEnergy) -> f64;

/// What an agent minimizes that wants, and isn't curious: minus utility.
pub fn utility_only(parts: &ExpectedFreeEnergy) -> f64 {
    -parts.utility
}

/// The belief about plans: $q(\pi) = \sigma(\ln E(\pi) - \gamma\, G(\pi))$.
///
/// `efe` and `out` have shape `[n_plans]`; `log_habit` too, or it is empty if all plans
/// are as probable beforehand. A plan of habit 0 stays out of the question.
///
/// # Panics
/// If the lengths differ, or habit 0 leaves no plan.
///
/// ```
/// use aif::plan::{Precision, posterior};
/// let mut q = [0.0; 3];
/// posterior(&[1.0, 1.0, 9.0], &[], Precision::new(2.0)?, &mut q);
/// assert!(q[0] == q[1] && q[2] < 1e-6);
/// posterior(&[1.0, 1.0, 9.0], &[f64::NEG_INFINITY, 0.0, 0.0], Precision::ONE, &mut q);
/// assert_eq!(q[0], 0.0);
/// # Ok::<(), aif::plan::PlanError>(())
/// ```
pub fn posterior(efe: &[f64], log_habit: &[f64], precision: Precision, out: &mut [f64]) {
    assert_eq!(efe.len(), out.len(), "one number for each plan");
    // Logits stand where the answer comes.
    for (out, g) in out.iter_mut().zip(efe) {
        *out = -precision.get() * g;
    }
    if !log_habit.is_empty() {
        assert_eq!(log_habit.len(), out.len(), "a habit for each plan");
        for (out, log) in out.iter_mut().zip(log_habit) {
            *out += log;
        }
    }
    softmax_in_place(out);
}

/// [`softmax`](prob::categorical::softmax) where the logits stand.
pub(crate) fn softmax_in_place(logits: &mut [f64]) {
    let max = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    assert!(max.is_finite(), "some logit must be finite");
    let mut sum = 0.0;
    for x in logits.iter_mut() {
        // Plans that are equally good are many.
        *x = if *x == max { 1.0 } else { prob::math::exp(*x - max) };
        sum += *x;
    }
    logits.iter_mut().for_each(|x| *x /= sum);
}

/// $\ln E$ of a habit, for [`posterior`]; empty for no habit.
///
/// # Errors
/// [`PlanError::WrongHabit`] if it is for another number of plans.
pub fn log_habit(habit: &[f64], n_plans: usize) -> Result<Vec<f64>, PlanError> {
    if !habit.is_empty() && habit.len() != n_plans {
        return Err(PlanError::WrongHabit { expected: n_plans, given: habit.len() });
    }
    Ok(habit.iter().map(|&e| ln(e)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use prob::categorical::softmax;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn softmax_where_it_stands_is_softmax(logits in prop::collection::vec(-30.0..30.0_f64, 1..20)) {
            let mut expected = vec![0.0; logits.len()];
            softmax(&logits, &mut expected);
            let mut found = logits;
            softmax_in_place(&mut found);
            for (p, q) in found.iter().zip(expected) {
                prop_assert!((p - q).abs() < 1e-13);
            }
        }
    }
}
