//! Sophisticated inference: planning that knows that it will observe.
//!
//! $$G_k(q, a) = G\bigl(q'\bigr) + \sum_o q'(o)\, V_{k-1}\bigl(q'(\cdot \mid o)\bigr),
//! \qquad q' = B_a q, \qquad V_k(q) = \min_a G_k(q, a), \quad V_0 = 0$$
//!
//! The search goes through actions and the outcomes that they may have, corrects the
//! belief by each, and goes on from there. A plan so found is a tree: what is done later
//! depends on what is seen before. Beliefs are about joint states, so that nothing that
//! factors have to do with one another is lost.
//!
//! | book        | code               | meaning                                   | shape              |
//! |-------------|--------------------|-------------------------------------------|--------------------|
//! | $q$         | `belief`           | belief about joint states                 | `[n_joint_states]` |
//! | $G_k(q, a)$ | `efe()`            | expected free energy with `k` steps to go | `[n_choices]`      |
//! | $V_k$       | [`Continuation`]   | what it is worth to go on                 | nats               |
//! | $k$         | `horizon`          | how many steps are looked ahead           |                    |
//!
//! (Friston, Da Costa, Hafner, Hesp and Parr 2021 introduced the scheme.)

use prob::Probability;

use crate::expected_free_energy::Outlook;
use crate::learning::Counts;
use crate::plan::{Choices, Objective, PlanError, Planning, Precision, softmax_in_place};
use crate::{Belief, ExpectedFreeEnergy, GenerativeModel, JointSpace};

/// How it goes on after a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Continuation {
    /// With the best choice: $V(q) = \min_a G(q, a)$.
    Best,
    /// With each choice as often as an agent of this precision takes it: $V(q) = \sum_a
    /// \sigma(-\gamma G)_a\, G(q, a)$.
    Average(Precision),
}

/// How far and how thoroughly to search. [`Settings::exact`] leaves nothing out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// How many steps are looked ahead, at least 1.
    pub horizon: usize,
    /// How it goes on after a step.
    pub continuation: Continuation,
    /// What is less probable than this, from one step to the next, is not followed; the
    /// other outcomes stand for it.
    pub min_outcome: Probability,
    /// Below the first step, choices whose own step is worse than the best one's by more
    /// than this, in nats, are not followed; infinite to follow all.
    pub margin: f64,
}

impl Settings {
    /// Everything is followed, and the best taken.
    pub const fn exact(horizon: usize) -> Self {
        Self {
            horizon,
            continuation: Continuation::Best,
            min_outcome: Probability::ZERO,
            margin: f64::INFINITY,
        }
    }
}

/// What a search did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Search {
    /// How many steps were thought through: pairs of a belief and a choice.
    pub steps: usize,
    /// How many possible outcomes were not followed.
    pub dropped_outcomes: usize,
    /// How many choices were not followed.
    pub dropped_choices: usize,
}

impl Search {
    /// Whether nothing was left out: the answer is that of an exhaustive search.
    pub fn is_exact(&self) -> bool {
        self.dropped_outcomes == 0 && self.dropped_choices == 0
    }
}

/// Room for one depth of the search.
#[derive(Debug, Clone)]
struct Level {
    predicted: Vec<f64>,
    posterior: Vec<f64>,
    /// The possible ones of the predicted states, at the beginning.
    support: Vec<(u32, f64)>,
    /// Their weights after the outcomes of the first modalities, one row for each.
    weights: Vec<f64>,
    /// For each choice the cost of its own step, or what its step and all after it cost.
    costs: Vec<f64>,
    parts: Vec<ExpectedFreeEnergy>,
    logits: Vec<f64>,
}

/// Weighs first actions by a search through what may be seen and done after them.
/// Allocates when it is made, and never again.
///
/// ```
/// use aif::plan::{Choices, Planning, utility_only};
/// use aif::sophisticated::{Settings, Sophisticated};
/// use aif::{Belief, GenerativeModel};
///
/// // Food on the left or on the right, and a look that can be taken first. The agent is
/// // not curious, but it knows that it will know.
/// let mut model = GenerativeModel::builder();
/// let place = model.factor("place", &["start", "look", "left", "right"]);
/// model.actions(place, &["stay", "look", "left", "right"]);
/// model.transition(place, &[place], |_, action, column| column[action] = 1.0);
/// model.prior(place, &[1.0, 0.0, 0.0, 0.0]);
/// let food = model.factor("food", &["left", "right"]);
/// let sight = model.modality("sight", &["nothing", "left", "right"]);
/// model.likelihood(sight, &[place, food], |s, column| {
///     column[if s[0] == 1 { 1 + s[1] } else { 0 }] = 1.0;
/// });
/// let taste = model.modality("taste", &["nothing", "food", "dust"]);
/// model.likelihood(taste, &[place, food], |s, column| {
///     column[if s[0] < 2 { 0 } else if s[0] == 2 + s[1] { 1 } else { 2 }] = 1.0;
/// });
/// model.log_preference(taste, &[0.0, 1.0, -3.0]);
/// let model = model.build()?;
///
/// let mut planner = Sophisticated::minimizing(
///     &model, Choices::all(&model), Settings::exact(2), None, utility_only)?;
/// planner.weigh(&model, &Belief::prior(&model), 0);
/// assert!((planner.efe()[1] + 1.0).abs() < 1e-15, "look, then eat: minus 1");
/// assert!(planner.efe()[2].abs() < 1e-15, "eat or chew dust, then eat: 1 minus 1");
/// assert!(planner.search().is_exact());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Sophisticated<G = Objective> {
    choices: Choices,
    settings: Settings,
    space: JointSpace,
    outlook: Outlook,
    objective: G,
    levels: Vec<Level>,
    belief: Vec<f64>,
    parts: Vec<ExpectedFreeEnergy>,
    efe: Vec<f64>,
    search: Search,
}

impl Sophisticated {
    /// Weighs first `choices` by their expected free energy. With `counts`, novelty is
    /// among its parts.
    ///
    /// # Errors
    /// [`PlanError::TooManyStates`], or [`PlanError::Empty`] for a horizon of 0.
    ///
    /// # Panics
    /// If choices or counts are of another model.
    pub fn new(
        model: &GenerativeModel,
        choices: Choices,
        settings: Settings,
        counts: Option<&Counts>,
    ) -> Result<Self, PlanError> {
        Self::minimizing(model, choices, settings, counts, ExpectedFreeEnergy::value)
    }
}

impl<G: Fn(&ExpectedFreeEnergy) -> f64> Sophisticated<G> {
    /// Weighs first `choices` by an objective of your own, to be minimized, linear in the
    /// parts.
    ///
    /// # Errors
    /// As [`Sophisticated::new`].
    ///
    /// # Panics
    /// If choices or counts are of another model.
    pub fn minimizing(
        model: &GenerativeModel,
        choices: Choices,
        settings: Settings,
        counts: Option<&Counts>,
        objective: G,
    ) -> Result<Self, PlanError> {
        assert!(choices.row(0).len() == model.n_factors(), "choices of another model");
        if settings.horizon == 0 {
            return Err(PlanError::Empty("steps to plan"));
        }
        let space = JointSpace::new(model)?;
        let n = space.n_states();
        let level = Level {
            predicted: vec![0.0; n],
            posterior: vec![0.0; n],
            support: vec![(0, 0.0); n],
            weights: vec![0.0; n * (model.n_modalities() + 1)],
            costs: vec![0.0; choices.len()],
            parts: vec![ExpectedFreeEnergy::default(); choices.len()],
            logits: vec![0.0; choices.len()],
        };
        Ok(Self {
            levels: vec![level; settings.horizon],
            belief: vec![0.0; n],
            outlook: Outlook::joint(model, counts)?,
            parts: vec![ExpectedFreeEnergy::default(); choices.len()],
            efe: vec![0.0; choices.len()],
            search: Search::default(),
            choices,
            settings,
            space,
            objective,
        })
    }

    /// Weighs every choice from a belief about joint states, shape `[n_joint_states]`, as
    /// a filter has it; see [`Planning::weigh`].
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn weigh_joint(&mut self, model: &GenerativeModel, belief: &[f64], t: usize) {
        self.belief.copy_from_slice(belief);
        self.run(model, t);
    }

    fn run(&mut self, model: &GenerativeModel, t: usize) {
        let mut thought = Thought {
            model,
            choices: &self.choices,
            settings: self.settings,
            space: &self.space,
            outlook: &mut self.outlook,
            objective: &self.objective,
            search: Search::default(),
        };
        for choice in 0..self.choices.len() {
            let (efe, parts) =
                thought.follow(&self.belief, choice, t, &mut self.levels, true);
            (self.efe[choice], self.parts[choice]) = (efe, parts);
        }
        self.search = thought.search;
    }

    /// What the last search did.
    pub fn search(&self) -> Search {
        self.search
    }

    /// The choices, in the order of `efe()`.
    pub fn choices(&self) -> &Choices {
        &self.choices
    }

    /// The numbers of the joint states.
    pub fn space(&self) -> &JointSpace {
        &self.space
    }
}

impl<G: Fn(&ExpectedFreeEnergy) -> f64> Planning for Sophisticated<G> {
    fn weigh(&mut self, model: &GenerativeModel, belief: &Belief, t: usize) {
        self.space.product(belief, &mut self.belief);
        self.run(model, t);
    }

    fn efe(&self) -> &[f64] {
        &self.efe
    }

    /// Of the first step and of all that are expected to follow it.
    fn parts(&self, option: usize) -> ExpectedFreeEnergy {
        self.parts[option]
    }

    fn first_actions(&self, option: usize) -> &[usize] {
        self.choices.row(option)
    }

    fn outlook_mut(&mut self) -> &mut Outlook {
        &mut self.outlook
    }
}

/// A search under way, without the room of its levels.
struct Thought<'a, G> {
    model: &'a GenerativeModel,
    choices: &'a Choices,
    settings: Settings,
    space: &'a JointSpace,
    outlook: &'a mut Outlook,
    objective: &'a G,
    search: Search,
}

/// What the outcomes of a step lead to, on average, and how probable those are that were
/// followed.
#[derive(Default)]
struct Ahead {
    cost: f64,
    parts: ExpectedFreeEnergy,
    followed: f64,
}

impl<G: Fn(&ExpectedFreeEnergy) -> f64> Thought<'_, G> {
    /// $G_k(q, a)$ and its parts; there are `k` levels. Without `on`, of its own step.
    fn follow(
        &mut self,
        belief: &[f64],
        choice: usize,
        t: usize,
        levels: &mut [Level],
        on: bool,
    ) -> (f64, ExpectedFreeEnergy) {
        self.search.steps += 1;
        let actions = self.choices.row(choice);
        let (level, rest) = levels.split_first_mut().expect("a level for each step");
        self.space
            .predict(self.model, belief, actions, &mut level.predicted)
            .expect("choices were checked");
        let mut parts = self.outlook.of_joint(self.model, &level.predicted, t + 1);
        if self.outlook.has_novelty() {
            parts.transition_novelty =
                self.outlook.joint_transition_novelty(self.space, belief, actions);
        }
        let mut cost = (self.objective)(&parts);
        if on && !rest.is_empty() {
            let possible = (0..).zip(&level.predicted).filter(|(_, q)| **q > 0.0);
            let mut n_possible = 0;
            for (room, (s, &q)) in level.support.iter_mut().zip(possible) {
                *room = (s, q);
                n_possible += 1;
            }
            let support = &level.support[..n_possible];
            let (first, room) = level.weights.split_at_mut(n_possible);
            for (weight, (_, q)) in first.iter_mut().zip(support) {
                *weight = *q;
            }
            let mut ahead = Ahead::default();
            let step = (support, &mut level.posterior[..]);
            self.observe(0, first, room, step, t + 1, rest, &mut ahead);
            if ahead.followed > 0.0 {
                cost += ahead.cost / ahead.followed;
                parts += ahead.parts.scaled(1.0 / ahead.followed);
            }
        }
        (cost, parts)
    }

    /// Goes through the outcomes of modality `m` and those after it. `weights` are those
    /// of the states in the support after the outcomes of the modalities before.
    #[allow(clippy::too_many_arguments, reason = "the room of a recursion")]
    fn observe(
        &mut self,
        m: usize,
        weights: &[f64],
        room: &mut [f64],
        (support, posterior): (&[(u32, f64)], &mut [f64]),
        t: usize,
        rest: &mut [Level],
        ahead: &mut Ahead,
    ) {
        if m == self.model.n_modalities() {
            let evidence: f64 = weights.iter().sum();
            posterior.fill(0.0);
            for ((s, _), weight) in support.iter().zip(weights) {
                posterior[*s as usize] = weight / evidence;
            }
            let (cost, parts) = self.go_on(posterior, t, rest);
            ahead.cost += evidence * cost;
            ahead.parts += parts.scaled(evidence);
            ahead.followed += evidence;
            return;
        }
        let (next, room) = room.split_at_mut(weights.len());
        let columns = self.space.likelihood_columns(m);
        let likelihood = self.model.modality(m).likelihood();
        for outcome in 0..likelihood.n_values() {
            let mut evidence = 0.0;
            for ((next, weight), (s, _)) in next.iter_mut().zip(weights).zip(support) {
                *next =
                    weight * likelihood.get(outcome, columns[*s as usize] as usize, 0);
                evidence += *next;
            }
            if evidence <= 0.0 {
                continue;
            }
            if evidence < self.settings.min_outcome.get() {
                self.search.dropped_outcomes += 1;
                continue;
            }
            self.observe(m + 1, next, room, (support, &mut *posterior), t, rest, ahead);
        }
    }

    /// $V_k(q)$ and its parts.
    fn go_on(
        &mut self,
        belief: &[f64],
        t: usize,
        levels: &mut [Level],
    ) -> (f64, ExpectedFreeEnergy) {
        let n = self.choices.len();
        let mut limit = f64::INFINITY;
        if self.settings.margin < f64::INFINITY {
            for choice in 0..n {
                let (cost, _) = self.follow(belief, choice, t, levels, false);
                levels[0].costs[choice] = cost;
            }
            let best = levels[0].costs.iter().copied().fold(f64::INFINITY, f64::min);
            limit = best + self.settings.margin;
        }
        let mut best = (f64::INFINITY, ExpectedFreeEnergy::default());
        for choice in 0..n {
            if levels[0].costs[choice] > limit && limit < f64::INFINITY {
                self.search.dropped_choices += 1;
                levels[0].costs[choice] = f64::INFINITY;
                continue;
            }
            let (cost, parts) = self.follow(belief, choice, t, levels, true);
            (levels[0].costs[choice], levels[0].parts[choice]) = (cost, parts);
            if cost < best.0 {
                best = (cost, parts);
            }
        }
        let Continuation::Average(precision) = self.settings.continuation else {
            return best;
        };
        let Level { costs, parts, logits, .. } = &mut levels[0];
        for (logit, cost) in logits.iter_mut().zip(costs.iter()) {
            let followed = *cost < f64::INFINITY;
            *logit = if followed { -precision.get() * cost } else { f64::NEG_INFINITY };
        }
        softmax_in_place(logits);
        let mut average = (0.0, ExpectedFreeEnergy::default());
        for ((&p, cost), parts) in logits.iter().zip(costs.iter()).zip(parts.iter()) {
            if p > 0.0 {
                average.0 += p * cost;
                average.1 += parts.scaled(p);
            }
        }
        average
    }
}
