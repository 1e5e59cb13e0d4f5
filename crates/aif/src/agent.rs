//! The agent: observe, infer, plan, act, learn.
//!
//! An [`Agent`] owns its model, a method of inference, a way to plan, and what it has
//! counted. [`Agent::step`] does all in turn; each part can be called alone. Who wants to
//! see what it thinks passes a [`Watch`]; `&mut ()` watches nothing and costs nothing.
//!
//! | part | what it does | what a watcher sees |
//! |---|---|---|
//! | [`Agent::observe`] | predicts by the last actions, corrects by the observation | [`Watch::inferred`] |
//! | [`Agent::learn`] | counts what was observed, and where it came from | [`Watch::learned`] |
//! | [`Agent::plan`] | weighs plans, and forms a belief about them | [`Watch::planned`] |
//! | [`Agent::act`] | chooses | [`Watch::acted`] |
//!
//! A trial begins with the first observation after the agent was made, or after
//! [`Agent::end_trial`]. What goes wrong is an error with which nothing has changed.

use rand::Rng;
use thiserror::Error;

use crate::learning::{Counts, StepSize};
use crate::perception::{Correct, Inferred, Perception};
use crate::plan::{PlanError, Planning, Precision, log_habit, posterior};
use crate::selection::{Room, Selection, select};
use crate::walk::for_each_joint;
use crate::{Belief, ExpectedFreeEnergy, GenerativeModel, InferenceError, Outcome};

/// Why an agent did nothing.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum AgentError {
    /// The observation has no posterior.
    #[error(transparent)]
    Inference(#[from] InferenceError),
    /// A part was called out of turn.
    #[error("{part} comes after {after}")]
    OutOfTurn {
        /// What was called.
        part: &'static str,
        /// What must come before it.
        after: &'static str,
    },
    /// Not one stream of chance a factor.
    #[error("{given} streams of chance, but the model has {expected} factors")]
    WrongStreams {
        /// How many factors there are.
        expected: usize,
        /// How many streams were given.
        given: usize,
    },
}

/// What an agent thinks of its options: plans, or first actions.
#[derive(Debug)]
pub struct Options<'a, P> {
    planning: &'a P,
    posterior: &'a [f64],
}

impl<P: Planning> Options<'_, P> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.posterior.len()
    }

    /// Never: there is always an option.
    pub fn is_empty(&self) -> bool {
        self.posterior.is_empty()
    }

    /// $G$ of each, in nats, shape `[n_options]`.
    pub fn efe(&self) -> &[f64] {
        self.planning.efe()
    }

    /// $q(\pi)$, shape `[n_options]`.
    pub fn posterior(&self) -> &[f64] {
        self.posterior
    }

    /// The parts of an option's $G$.
    ///
    /// # Panics
    /// If there is no such option.
    pub fn parts(&self, option: usize) -> ExpectedFreeEnergy {
        self.planning.parts(option)
    }

    /// What an option does first: one action a factor.
    ///
    /// # Panics
    /// If there is no such option.
    pub fn first_actions(&self, option: usize) -> &[usize] {
        self.planning.first_actions(option)
    }
}

/// Someone who watches an agent think. Each method is called when its part is done, with
/// the step `t` of the trial, and does nothing unless you say what.
pub trait Watch {
    /// The belief before the observation and after it.
    fn inferred(
        &mut self,
        _t: usize,
        _prior: &Belief,
        _posterior: &Belief,
        _inferred: &Inferred,
    ) {
    }

    /// The options as they were weighed.
    fn planned<P: Planning>(&mut self, _t: usize, _options: &Options<'_, P>) {}

    /// What was chosen: one action a factor.
    fn acted(&mut self, _t: usize, _actions: &[usize]) {}

    /// What has been counted, and the model that is expected of it.
    fn learned(&mut self, _t: usize, _counts: &Counts, _model: &GenerativeModel) {}
}

impl Watch for () {}

/// What an agent learns, and how fast; nothing unless it is said.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Learning {
    /// What an observation counts for $A$.
    pub likelihood: Option<StepSize>,
    /// What a move counts for $B$.
    pub transition: Option<StepSize>,
    /// What the beginning of a trial counts for $D$.
    pub prior: Option<StepSize>,
}

/// How an agent decides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// $\gamma$: how much expected free energy counts in the belief about plans.
    pub policy_precision: Precision,
    /// From the belief about plans to an action.
    pub selection: Selection,
    /// What is learned from experience.
    pub learning: Learning,
}

impl Default for Settings {
    /// Precision 1, the best plan, and nothing learned.
    fn default() -> Self {
        Self {
            policy_precision: Precision::ONE,
            selection: Selection::Best,
            learning: Learning::default(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Before the first observation of a trial.
    Begin,
    Observed,
    Planned,
    Acted,
}

/// An agent. Allocates when it is made, and never again.
///
/// ```
/// use aif::agent::{Agent, Settings};
/// use aif::plan::{Choices, Plans};
/// use aif::{Exact, GenerativeModel, open_loop::OpenLoop, selection::streams};
///
/// // A light that can be switched; the agent prefers it on.
/// let mut model = GenerativeModel::builder();
/// let light = model.factor("light", &["off", "on"]);
/// model.actions(light, &["leave", "switch"]);
/// model.transition(light, &[light], |s, a, column| column[s[0] ^ a] = 1.0);
/// let sight = model.modality("sight", &["dark", "bright"]);
/// model.likelihood(sight, &[light], |s, column| column[s[0]] = 1.0);
/// model.log_preference(sight, &[0.0, 2.0]);
/// let model = model.build()?;
///
/// let planner = OpenLoop::new(&model, Plans::enumerate(&Choices::all(&model), 1)?, None)?;
/// let mut rngs = streams(&model, 0, 0);
/// let inference = Exact::new(&model)?;
/// let mut agent = Agent::new(model, inference, planner, None, Settings::default())?;
/// assert_eq!(agent.step(&[0], &mut (), &mut rngs)?, [1], "it is dark: switch");
/// assert_eq!(agent.step(&[1], &mut (), &mut rngs)?, [0], "it is bright: leave");
/// // The light can't be off now, and the agent says so and stays as it was.
/// assert!(agent.step(&[0], &mut (), &mut rngs).is_err());
/// assert_eq!(agent.step(&[1], &mut (), &mut rngs)?, [0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Agent<I, P> {
    model: GenerativeModel,
    perception: Perception<I>,
    planning: P,
    counts: Option<Counts>,
    settings: Settings,
    log_habit: Vec<f64>,
    posterior: Vec<f64>,
    /// What was chosen last, and what led to the last observation.
    actions: Vec<usize>,
    taken: Vec<usize>,
    /// The belief from which those led, and the observation, for learning.
    before: Belief,
    observation: Vec<Option<usize>>,
    learned: bool,
    turn: Turn,
    t: usize,
    room: Room,
    pair: Vec<f64>,
}

impl<I: Correct, P: Planning> Agent<I, P> {
    /// An agent with this model. `counts` are what it learns by; without them, or without
    /// [`Learning`], it learns nothing.
    ///
    /// # Errors
    /// [`PlanError::WrongHabit`] if the model's habit is for another number of plans.
    ///
    /// # Panics
    /// If inference, planning or counts were made for another model.
    pub fn new(
        model: GenerativeModel,
        inference: I,
        mut planning: P,
        counts: Option<Counts>,
        settings: Settings,
    ) -> Result<Self, PlanError> {
        let n_options = planning.efe().len();
        let log_habit = log_habit(model.habit(), n_options)?;
        planning.outlook_mut().refresh(&model, counts.as_ref());
        let n = model.n_factors();
        let pair = model
            .factors()
            .iter()
            .map(|f| f.n_states() * f.transition().n_parent_states())
            .max()
            .unwrap_or(0);
        Ok(Self {
            perception: Perception::new(&model, inference),
            counts,
            settings,
            log_habit,
            posterior: vec![1.0 / n_options as f64; n_options],
            actions: vec![0; n],
            taken: vec![0; n],
            before: Belief::prior(&model),
            observation: vec![None; model.n_modalities()],
            learned: true,
            turn: Turn::Begin,
            t: 0,
            room: Room::new(&model, n_options),
            pair: vec![0.0; pair],
            planning,
            model,
        })
    }

    /// Takes in an observation: at the beginning of a trial corrects the prior $D$, later
    /// what was predicted of the last actions.
    ///
    /// # Errors
    /// [`AgentError::Inference`]; [`AgentError::OutOfTurn`] if nothing was done since the
    /// last observation. The agent is then as it was.
    pub fn observe<O: Outcome>(
        &mut self,
        observation: &[O],
        watch: &mut impl Watch,
    ) -> Result<Inferred, AgentError> {
        let (inferred, t) = match self.turn {
            Turn::Begin => (self.perception.begin(&self.model, observation)?, 0),
            Turn::Acted => {
                let found =
                    self.perception.advance(&self.model, &self.actions, observation)?;
                // Only now: what failed must not disturb what is yet to be learned.
                self.before.copy_from(self.perception.before());
                (found, self.t + 1)
            }
            Turn::Observed | Turn::Planned => {
                return Err(AgentError::OutOfTurn { part: "observe", after: "act" });
            }
        };
        for (seen, outcome) in self.observation.iter_mut().zip(observation) {
            *seen = outcome.outcome();
        }
        self.taken.copy_from_slice(&self.actions);
        (self.t, self.turn, self.learned) = (t, Turn::Observed, false);
        let (prior, posterior) = (self.perception.prior(), self.perception.posterior());
        watch.inferred(t, prior, posterior, &inferred);
        Ok(inferred)
    }

    /// Weighs the options and forms a belief about them.
    ///
    /// # Errors
    /// [`AgentError::OutOfTurn`] before an observation, or after an action.
    pub fn plan(&mut self, watch: &mut impl Watch) -> Result<(), AgentError> {
        if !matches!(self.turn, Turn::Observed | Turn::Planned) {
            return Err(AgentError::OutOfTurn { part: "plan", after: "observe" });
        }
        self.planning.weigh(&self.model, self.perception.posterior(), self.t);
        let precision = self.settings.policy_precision;
        posterior(self.planning.efe(), &self.log_habit, precision, &mut self.posterior);
        self.turn = Turn::Planned;
        watch.planned(self.t, &self.options());
        Ok(())
    }

    /// Chooses one action a factor. `rngs` has one stream a factor, see
    /// [`streams`](crate::selection::streams).
    ///
    /// # Errors
    /// [`AgentError::OutOfTurn`] before a plan; [`AgentError::WrongStreams`].
    pub fn act<R: Rng>(
        &mut self,
        watch: &mut impl Watch,
        rngs: &mut [R],
    ) -> Result<&[usize], AgentError> {
        if self.turn != Turn::Planned {
            return Err(AgentError::OutOfTurn { part: "act", after: "plan" });
        }
        self.check_streams(rngs)?;
        select(
            &self.model,
            &self.planning,
            &self.posterior,
            self.settings.selection,
            &mut self.room,
            &mut self.actions,
            rngs,
        );
        self.turn = Turn::Acted;
        watch.acted(self.t, &self.actions);
        Ok(&self.actions)
    }

    fn check_streams<R>(&self, rngs: &[R]) -> Result<(), AgentError> {
        let (expected, given) = (self.model.n_factors(), rngs.len());
        if expected == given {
            Ok(())
        } else {
            Err(AgentError::WrongStreams { expected, given })
        }
    }

    /// Counts the last observation, once, by what is believed of the step: $A$ by the
    /// outcomes, $D$ at the beginning of a trial, $B$ later, by the pairs of states that
    /// the actions may have led through. The model follows at once.
    ///
    /// A second call for the same observation counts nothing, and so does an agent
    /// without counts.
    ///
    /// # Errors
    /// [`AgentError::OutOfTurn`] before the first observation of a trial.
    pub fn learn(&mut self, watch: &mut impl Watch) -> Result<(), AgentError> {
        if self.turn == Turn::Begin {
            return Err(AgentError::OutOfTurn { part: "learn", after: "observe" });
        }
        let Some(counts) = self.counts.as_mut().filter(|_| !self.learned) else {
            return Ok(());
        };
        let Learning { likelihood, transition, prior } = self.settings.learning;
        let q = self.perception.posterior();
        let (model, outlook) = (&mut self.model, self.planning.outlook_mut());
        if let Some(step_size) = likelihood {
            counts.observe(model, &self.observation, q, step_size)?;
            for (m, _) in self.observation.iter().enumerate().filter(|(_, o)| o.is_some())
            {
                counts.teach_likelihood(model, m, q, |model, counts, parents| {
                    outlook.refresh_likelihood(model, Some(counts), m, parents);
                });
            }
        }
        if let (Some(step_size), true) = (transition, self.t > 0) {
            for (f, &action) in self.taken.iter().enumerate() {
                let (expected, seen) = (self.perception.prior().factor(f), q.factor(f));
                let factor = model.factor(f);
                let (b, parents) = (factor.transition(), factor.parents());
                let n = b.n_values();
                let pair = &mut self.pair[..n * b.n_parent_states()];
                pair.fill(0.0);
                for_each_joint(
                    b.parent_shape(),
                    |axis| self.before.factor(parents[axis]),
                    |p, weight| {
                        let pair = &mut pair[p * n..(p + 1) * n];
                        let moves = b.column(p, action).iter().zip(expected).zip(seen);
                        for (pair, ((b, &expected), &seen)) in pair.iter_mut().zip(moves)
                        {
                            if seen > 0.0 && expected > 0.0 {
                                *pair = weight * b * seen / expected;
                            }
                        }
                    },
                );
                counts.transit_pair(f, action, pair, step_size);
                counts.teach_transition(
                    model,
                    f,
                    action,
                    &self.before,
                    |model, counts, parents| {
                        outlook.refresh_transition(
                            model,
                            Some(counts),
                            f,
                            parents,
                            action,
                        );
                    },
                );
            }
        }
        if let (Some(step_size), true) = (prior, self.t == 0) {
            counts.begin(q, step_size);
            counts.teach_prior(model);
        }
        self.learned = true;
        watch.learned(self.t, counts, &self.model);
        Ok(())
    }

    /// Observes, learns, plans and acts.
    ///
    /// # Errors
    /// As [`Self::observe`] and [`Self::act`]; the agent is then as it was.
    pub fn step<O: Outcome, R: Rng>(
        &mut self,
        observation: &[O],
        watch: &mut impl Watch,
        rngs: &mut [R],
    ) -> Result<&[usize], AgentError> {
        self.check_streams(rngs)?;
        self.observe(observation, watch)?;
        self.learn(watch)?;
        self.plan(watch)?;
        self.act(watch, rngs)
    }

    /// Ends the trial: the next observation is the first of another. What was learned
    /// stays.
    pub fn end_trial(&mut self) {
        self.turn = Turn::Begin;
    }

    /// The step of the trial, 0 at its first observation.
    pub fn t(&self) -> usize {
        self.t
    }

    /// What is believed now.
    pub fn belief(&self) -> &Belief {
        self.perception.posterior()
    }

    /// The options as they were weighed last.
    pub fn options(&self) -> Options<'_, P> {
        Options { planning: &self.planning, posterior: &self.posterior }
    }

    /// What was done last: one action a factor.
    pub fn actions(&self) -> &[usize] {
        &self.actions
    }

    /// The model, as it is expected now.
    pub fn model(&self) -> &GenerativeModel {
        &self.model
    }

    /// What was counted.
    pub fn counts(&self) -> Option<&Counts> {
        self.counts.as_ref()
    }

    /// The way it plans.
    pub fn planning(&self) -> &P {
        &self.planning
    }
}
