//! Open-loop planning: the expected free energy of plans that are carried out come what
//! may.
//!
//! $$G(\pi) = \sum_{j=1}^{T} G\bigl(q(s_{t+j} \mid \pi)\bigr), \qquad q(s_{t+j} \mid \pi) =
//! B_{a_j} \cdots B_{a_1} q(s_t)$$
//!
//! Each step is predicted factor by factor, once for all plans that begin alike. What
//! will have been observed on the way changes nothing in such a plan; for that see
//! [`sophisticated`](crate::sophisticated).
//!
//! | book            | code                   | meaning                        | shape       |
//! |-----------------|------------------------|--------------------------------|-------------|
//! | $q(s_{t+j} \mid \pi)$ | [`OpenLoop::predicted`] | belief after so many steps | one a factor |
//! | $G(\pi)$        | `efe()`                | expected free energy of plans  | `[n_plans]` |

use std::sync::Arc;

use crate::expected_free_energy::Outlook;
use crate::inductive::Inductive;
use crate::inference::expect;
use crate::learning::Counts;
use crate::plan::{Objective, Planning, Plans};
use crate::{Belief, ExpectedFreeEnergy, GenerativeModel, TooManyStates};

/// Weighs given plans. Allocates when it is made, and never again.
///
/// Where a transition depends on several factors, or the belief came from tied factors,
/// the product of marginals drops their correlation, as everywhere with a [`Belief`].
///
/// ```
/// use aif::open_loop::OpenLoop;
/// use aif::plan::{Choices, Planning, Plans};
/// use aif::{Belief, GenerativeModel};
///
/// // Food on the left or on the right, and a look that can be taken first.
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
/// let model = model.build()?;
///
/// let plans = Plans::enumerate(&Choices::all(&model), 2)?;
/// let mut planner = OpenLoop::new(&model, plans, None)?;
/// planner.weigh(&model, &Belief::prior(&model), 0);
/// // To look tells one bit, ln 2 nats; nothing else tells anything.
/// assert_eq!(planner.plans().steps(4), [[1, 0], [0, 0]]);
/// assert!((planner.efe()[4] + 0.693_147_180_559_945_3).abs() < 1e-15);
/// assert_eq!(planner.parts(0).salience(), 0.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct OpenLoop<G = Objective> {
    /// What clones share stands behind counters, so that a crowd has it once.
    plans: Arc<Plans>,
    outlook: Outlook,
    inductive: Option<Inductive>,
    objective: G,
    /// What is predicted after each step, one after the other, and the parts summed up to
    /// it. Not a [`Belief`] each: a thousand agents shall fit into a cache.
    beliefs: Vec<f64>,
    /// Where each factor's states stand in a belief.
    places: Vec<std::ops::Range<usize>>,
    /// Room for one belief.
    here: Belief,
    parts: Vec<ExpectedFreeEnergy>,
    /// For each step and factor an earlier step from the same belief with the same action
    /// on that factor, or the step itself.
    alike: Arc<[u32]>,
    /// Steps that led to beliefs which no step before them led to, with the parts there.
    met: Vec<(u32, ExpectedFreeEnergy)>,
    efe: Vec<f64>,
}

/// How many beliefs are remembered while plans are weighed: those of few places that many
/// plans come to. Where all differ, little is lost by looking for them.
const REMEMBERED: usize = 32;

/// Where the states of each factor stand in the numbers of a [`Belief`].
fn places(model: &GenerativeModel) -> Vec<std::ops::Range<usize>> {
    let mut end = 0;
    model
        .factors()
        .iter()
        .map(|factor| {
            let start = end;
            end += factor.n_states();
            start..end
        })
        .collect()
}

/// For each step and factor the first step behind the same parent that has the same
/// action on it.
fn alike(plans: &Plans, n_factors: usize) -> Vec<u32> {
    let nodes = plans.nodes();
    let mut alike = Vec::with_capacity(nodes.len() * n_factors);
    let mut siblings: Vec<Vec<usize>> = vec![Vec::new(); nodes.len() + 1];
    for (n, node) in nodes.iter().enumerate() {
        let place = node.parent.map_or(nodes.len(), |parent| parent as usize);
        for f in 0..n_factors {
            let action = plans.actions_of(n)[f];
            let same = |&&m: &&usize| plans.actions_of(m)[f] == action;
            alike.push(*siblings[place].iter().find(same).unwrap_or(&n) as u32);
        }
        siblings[place].push(n);
    }
    alike
}

impl OpenLoop {
    /// Weighs `plans` by their expected free energy. With `counts`, novelty is among its
    /// parts.
    ///
    /// # Errors
    /// [`TooManyStates`] if factors that modalities tie to one another have too many joint
    /// states.
    ///
    /// # Panics
    /// If plans or counts are of another model.
    pub fn new(
        model: &GenerativeModel,
        plans: Plans,
        counts: Option<&Counts>,
    ) -> Result<Self, TooManyStates> {
        Self::minimizing(model, plans, counts, ExpectedFreeEnergy::value)
    }
}

impl<G: Fn(&ExpectedFreeEnergy) -> f64> OpenLoop<G> {
    /// Weighs `plans` by an objective of your own, to be minimized.
    ///
    /// # Errors
    /// As [`OpenLoop::new`].
    ///
    /// # Panics
    /// If plans or counts are of another model.
    pub fn minimizing(
        model: &GenerativeModel,
        plans: Plans,
        counts: Option<&Counts>,
        objective: G,
    ) -> Result<Self, TooManyStates> {
        assert!(
            plans.first_actions(0).len() == model.n_factors(),
            "plans of another model"
        );
        let here = Belief::prior(model);
        Ok(Self {
            outlook: Outlook::new(model, counts)?,
            inductive: None,
            objective,
            beliefs: vec![0.0; plans.n_steps() * here.as_slice().len()],
            places: places(model),
            here,
            parts: vec![ExpectedFreeEnergy::default(); plans.n_steps()],
            alike: alike(&plans, model.n_factors()).into(),
            met: vec![(0, ExpectedFreeEnergy::default()); REMEMBERED],
            efe: vec![0.0; plans.len()],
            plans: Arc::new(plans),
        })
    }

    /// Adds inductive inference: what leads away from a goal costs.
    pub fn with_inductive(mut self, inductive: Inductive) -> Self {
        self.inductive = Some(inductive);
        self
    }

    /// The plans.
    pub fn plans(&self) -> &Plans {
        &self.plans
    }

    /// What is predicted of a factor after the last step of a plan, shape `[n_states]`.
    ///
    /// # Panics
    /// If there is no such plan or factor.
    pub fn predicted(&self, plan: usize, factor: usize) -> &[f64] {
        let size = self.here.as_slice().len();
        &self.beliefs[self.plans.last_step(plan) * size..][self.places[factor].clone()]
    }
}

impl<G: Fn(&ExpectedFreeEnergy) -> f64> Planning for OpenLoop<G> {
    fn weigh(&mut self, model: &GenerativeModel, belief: &Belief, t: usize) {
        if let Some(inductive) = &mut self.inductive {
            inductive.anchor(belief);
        }
        let constant = model.modalities().iter().all(|m| m.n_preference_steps() == 1);
        let size = belief.as_slice().len();
        let mut n_met = 0;
        for (n, node) in self.plans.nodes().iter().enumerate() {
            let actions = self.plans.actions_of(n);
            // A parent stands before its children.
            let (before, after) = self.beliefs.split_at_mut(n * size);
            let of = |m: u32| &before[m as usize * size..(m as usize + 1) * size];
            let (from, mut parts) = match node.parent {
                Some(parent) => (of(parent), self.parts[parent as usize]),
                None => (belief.as_slice(), ExpectedFreeEnergy::default()),
            };
            let predicted = &mut after[..size];
            let alike = &self.alike[n * actions.len()..(n + 1) * actions.len()];
            for (f, (&action, &alike)) in actions.iter().zip(alike).enumerate() {
                let place = self.places[f].clone();
                if (alike as usize) < n {
                    predicted[place.clone()].copy_from_slice(&of(alike)[place]);
                    continue;
                }
                let (b, parents) =
                    (model.factor(f).transition(), model.factor(f).parents());
                let out = &mut predicted[place];
                expect(b.columns(action), b.parent_shape(), out, |axis| {
                    &from[self.places[parents[axis]].clone()]
                });
            }
            // Where plans meet, it is worth the same to be.
            let meets = |(m, _): &&(u32, ExpectedFreeEnergy)| {
                (constant || self.plans.nodes()[*m as usize].depth == node.depth)
                    && of(*m) == predicted
            };
            let there = match self.met[..n_met].iter().find(meets) {
                Some(&(_, there)) => there,
                None => {
                    let step = t + 1 + node.depth as usize;
                    self.here.copy_numbers(predicted);
                    let mut there = self.outlook.of_belief(model, &self.here, step);
                    if let Some(inductive) = &self.inductive {
                        there.inductive = inductive.value(&self.here);
                    }
                    if n_met < self.met.len() {
                        self.met[n_met] = (n as u32, there);
                        n_met += 1;
                    }
                    there
                }
            };
            parts += there;
            if self.outlook.has_novelty() {
                self.here.copy_numbers(from);
                parts.transition_novelty +=
                    self.outlook.transition_novelty(model, &self.here, actions);
            }
            self.parts[n] = parts;
        }
        for (plan, efe) in self.efe.iter_mut().enumerate() {
            *efe = (self.objective)(&self.parts[self.plans.last_step(plan)]);
        }
    }

    fn efe(&self) -> &[f64] {
        &self.efe
    }

    fn parts(&self, option: usize) -> ExpectedFreeEnergy {
        self.parts[self.plans.last_step(option)]
    }

    fn first_actions(&self, option: usize) -> &[usize] {
        self.plans.first_actions(option)
    }

    fn outlook_mut(&mut self) -> &mut Outlook {
        &mut self.outlook
    }
}
