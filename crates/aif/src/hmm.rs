//! Exact beliefs about a hidden Markov model: filtering forward, smoothing backward.
//!
//! One factor or several, controlled or not: with several the chain is that of their
//! [joint states](crate::joint), and no correlation is dropped.
//!
//! | book                             | code                   | meaning                     |
//! |----------------------------------|------------------------|-----------------------------|
//! | $p(s_t \mid o_{0:t-1})$          | after `predict`        | before the observation      |
//! | $p(s_t \mid o_{0:t})$            | `belief`, `filtered`   | after it                    |
//! | $p(s_t \mid o_{0:T-1})$          | `smoothed`             | in hindsight                |
//! | $p(s_{t+1}, s_t \mid o_{0:T-1})$ | `pairwise`             | a move, in hindsight        |
//! | $\ln p(o_{0:t})$                 | `log_evidence`         | in nats                     |
//!
//! All beliefs are conditional on the actions. The model is an argument, not a field, so
//! that it may be learned meanwhile; it must keep its shapes.

use prob::categorical::{entropy, kl};
use thiserror::Error;

use crate::joint::TooManyStates;
use crate::{
    FreeEnergy, GenerativeModel, InferenceError, JointSpace, Outcome, free_energy,
};

/// Why an episode has no posterior.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum EpisodeError {
    /// No observation, or more than there is room for.
    #[error("{given} observations, and there is room for 1 to {horizon}")]
    WrongLength {
        /// How many were given.
        given: usize,
        /// The most that fit.
        horizon: usize,
    },
    /// Not one list of actions between two observations.
    #[error(
        "{given} lists of actions for {observations} observations: one between any two"
    )]
    WrongActions {
        /// How many were given.
        given: usize,
        /// Number of observations.
        observations: usize,
    },
    /// A step that can't be explained, or doesn't fit the model.
    #[error("step {step}: {source}")]
    Step {
        /// Which observation, or the actions that led to it.
        step: usize,
        /// What is wrong.
        source: InferenceError,
    },
    /// A scheme for factors that move alone, and one that doesn't.
    #[error(
        "factor {factor} ({name}) doesn't move alone: its next state depends on others"
    )]
    Coupled {
        /// Number of the factor.
        factor: usize,
        /// Its name.
        name: String,
    },
    /// Nothing is left to believe of a factor, given its chain and what is believed of
    /// the other factors.
    #[error("step {step}: no state of factor {factor} ({name}) is left")]
    NoSupport {
        /// The step.
        step: usize,
        /// Number of the factor.
        factor: usize,
        /// Its name.
        name: String,
    },
}

/// $-\sum_s q(s) \ln p(s)$ in nats.
fn cross_entropy(q: &[f64], p: &[f64]) -> f64 {
    kl(q, p) + entropy(q)
}

/// Checks that an episode has 1 to `horizon` observations with actions between them.
pub(crate) fn check_episode(
    observations: usize,
    actions: usize,
    horizon: usize,
) -> Result<(), EpisodeError> {
    if observations == 0 || observations > horizon {
        return Err(EpisodeError::WrongLength { given: observations, horizon });
    }
    if actions + 1 != observations {
        return Err(EpisodeError::WrongActions { given: actions, observations });
    }
    Ok(())
}

/// The exact filter: predict, correct, predict, correct.
///
/// It begins with the model's $D$, which is a belief about the state of the first
/// observation: the first call is [`Self::correct`]. Nothing allocates after
/// [`Filter::new`], unless to say what is wrong.
///
/// ```
/// use aif::{GenerativeModel, hmm::Filter};
///
/// // Rain lasts; so does the sun. Mud tells of rain, but not surely.
/// let mut model = GenerativeModel::builder();
/// let weather = model.factor("weather", &["sun", "rain"]);
/// model.transition(weather, &[weather], |from, _, column| {
///     column.fill(0.2);
///     column[from[0]] = 0.8;
/// });
/// let ground = model.modality("ground", &["dry", "mud"]);
/// model.likelihood(ground, &[weather], |weather, column| {
///     column.fill(0.1);
///     column[weather[0]] = 0.9;
/// });
/// let model = model.build()?;
///
/// let mut filter = Filter::new(&model)?;
/// filter.correct(&model, &[1])?;
/// assert!((filter.belief()[1] - 0.9).abs() < 1e-12);
/// filter.predict(&model, &[0])?;
/// assert!((filter.belief()[1] - 0.74).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Filter {
    space: JointSpace,
    belief: Vec<f64>,
    next: Vec<f64>,
    log_evidence: f64,
}

impl Filter {
    /// A filter whose belief is the model's $D$.
    ///
    /// # Errors
    /// [`TooManyStates`] if the joint states can't be enumerated.
    pub fn new(model: &GenerativeModel) -> Result<Self, TooManyStates> {
        let space = JointSpace::new(model)?;
        let mut belief = vec![0.0; space.n_states()];
        write_prior(&space, model, &mut belief);
        Ok(Self { next: belief.clone(), belief, space, log_evidence: 0.0 })
    }

    /// Back to the model's $D$, and to no evidence.
    pub fn restart(&mut self, model: &GenerativeModel) {
        write_prior(&self.space, model, &mut self.belief);
        self.log_evidence = 0.0;
    }

    // ANCHOR: predict
    /// The belief a step later: $p(s_{t+1} \mid o_{0:t}) = \sum_{s_t} B\[s_{t+1}, s_t,
    /// a_t\]\, p(s_t \mid o_{0:t})$. `actions` has one entry a factor, 0 for one that
    /// isn't controlled.
    ///
    /// # Errors
    /// [`InferenceError::WrongActions`] or [`InferenceError::NoSuchAction`]; the belief
    /// stays.
    pub fn predict(
        &mut self,
        model: &GenerativeModel,
        actions: &[usize],
    ) -> Result<(), InferenceError> {
        self.space.predict(model, &self.belief, actions, &mut self.next)?;
        std::mem::swap(&mut self.belief, &mut self.next);
        Ok(())
    }
    // ANCHOR_END: predict

    // ANCHOR: correct
    /// The belief after an observation, by Bayes' rule, and how surprising it was: $-\ln
    /// p(o_t \mid o_{0:t-1})$ in nats. `observation` has one outcome a modality.
    ///
    /// # Errors
    /// [`InferenceError::Impossible`] if the model has no state left that could give it,
    /// [`InferenceError::WrongOutcomes`] or [`InferenceError::NoSuchOutcome`]; the belief
    /// stays.
    pub fn correct(
        &mut self,
        model: &GenerativeModel,
        observation: &[impl Outcome],
    ) -> Result<f64, InferenceError> {
        let log_evidence =
            self.space.correct(model, &self.belief, observation, &mut self.next)?;
        std::mem::swap(&mut self.belief, &mut self.next);
        self.log_evidence += log_evidence;
        Ok(-log_evidence)
    }
    // ANCHOR_END: correct

    /// [`Self::correct`], and the free energy in parts: how far the observation moved the
    /// belief, how well that explains it, and what stays open. Its value is the surprise.
    ///
    /// # Errors
    /// As [`Self::correct`].
    pub fn correct_in_parts(
        &mut self,
        model: &GenerativeModel,
        observation: &[impl Outcome],
    ) -> Result<FreeEnergy, InferenceError> {
        self.correct(model, observation)?;
        // After the swap, what was believed before stands in `next`.
        free_energy::of_joint(&self.space, model, &self.belief, &self.next, observation)
    }

    /// The belief, shape `[n_joint_states]`.
    pub fn belief(&self) -> &[f64] {
        &self.belief
    }

    /// The belief about one factor, written to `out`, shape `[n_states]`.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn marginal(&self, factor: usize, out: &mut [f64]) {
        self.space.marginal(factor, &self.belief, out);
    }

    /// $\ln p(o_{0:t})$ in nats: of all that was observed since the start.
    pub fn log_evidence(&self) -> f64 {
        self.log_evidence
    }

    /// How the joint states are numbered.
    pub fn space(&self) -> &JointSpace {
        &self.space
    }
}

/// The exact smoother: what was believed at each step of an episode, and what is to be
/// believed of it in hindsight.
///
/// Forward it is the [`Filter`]. Backward, from the last step,
///
/// $$p(s_t \mid o_{0:T-1}) = p(s_t \mid o_{0:t}) \sum_{s_{t+1}} B\[s_{t+1}, s_t, a_t\]\,
/// \frac{p(s_{t+1} \mid o_{0:T-1})}{p(s_{t+1} \mid o_{0:t})},$$
///
/// which needs no observation again (Kitagawa 1987; the discrete form of the smoother of
/// Rauch, Tung and Striebel). Nothing allocates after [`Smoother::new`], unless to say
/// what is wrong.
#[derive(Debug, Clone)]
pub struct Smoother {
    space: JointSpace,
    horizon: usize,
    steps: usize,
    /// Of each step one action a factor.
    actions: Vec<usize>,
    predicted: Vec<f64>,
    filtered: Vec<f64>,
    smoothed: Vec<f64>,
    /// Smoothed over predicted: how much hindsight makes of each state.
    ratio: Vec<f64>,
    log_evidence: f64,
}

impl Smoother {
    /// Room for episodes of up to `horizon` observations.
    ///
    /// # Errors
    /// [`TooManyStates`] if the joint states can't be enumerated.
    pub fn new(model: &GenerativeModel, horizon: usize) -> Result<Self, TooManyStates> {
        let space = JointSpace::new(model)?;
        let zeros = vec![0.0; horizon * space.n_states()];
        Ok(Self {
            horizon,
            steps: 0,
            actions: vec![0; horizon * model.n_factors()],
            predicted: zeros.clone(),
            filtered: zeros.clone(),
            smoothed: zeros.clone(),
            ratio: zeros,
            log_evidence: 0.0,
            space,
        })
    }

    /// Filters and smooths an episode that began with the model's $D$, and returns its
    /// log evidence $\ln p(o_{0:T-1})$ in nats.
    ///
    /// `observations` has one list of outcomes a step, and `actions` one list of actions
    /// between two of them.
    ///
    /// # Errors
    /// [`EpisodeError`], naming the step; there is no posterior then.
    pub fn run<O: Outcome>(
        &mut self,
        model: &GenerativeModel,
        observations: &[impl AsRef<[O]>],
        actions: &[impl AsRef<[usize]>],
    ) -> Result<f64, EpisodeError> {
        check_episode(observations.len(), actions.len(), self.horizon)?;
        let n = self.space.n_states();
        self.steps = 0;
        self.log_evidence = 0.0;
        write_prior(&self.space, model, &mut self.predicted[..n]);
        for (step, observation) in observations.iter().enumerate() {
            let at = |source| EpisodeError::Step { step, source };
            let (now, next) = (step * n..(step + 1) * n, (step + 1) * n..(step + 2) * n);
            self.log_evidence += self
                .space
                .correct(
                    model,
                    &self.predicted[now.clone()],
                    observation.as_ref(),
                    &mut self.filtered[now.clone()],
                )
                .map_err(at)?;
            if let Some(taken) = actions.get(step) {
                let taken = taken.as_ref();
                self.space
                    .predict(model, &self.filtered[now], taken, &mut self.predicted[next])
                    .map_err(|source| EpisodeError::Step { step: step + 1, source })?;
                let factors = taken.len();
                self.actions[step * factors..(step + 1) * factors].copy_from_slice(taken);
            }
        }
        self.smooth(model, observations.len());
        self.steps = observations.len();
        Ok(self.log_evidence)
    }

    /// The backward pass.
    fn smooth(&mut self, model: &GenerativeModel, steps: usize) {
        let n = self.space.n_states();
        let factors = self.space.shape().len();
        let last = (steps - 1) * n..steps * n;
        self.smoothed[last.clone()].copy_from_slice(&self.filtered[last]);
        for t in (0..steps).rev() {
            let now = t * n..(t + 1) * n;
            if t + 1 < steps {
                let actions = &self.actions[t * factors..(t + 1) * factors];
                let ratio = &self.ratio[now.end..now.end + n];
                for s in 0..n {
                    let filtered = self.filtered[t * n + s];
                    self.smoothed[t * n + s] = if filtered > 0.0 {
                        filtered * expect(&self.space, model, s, actions, 0, ratio)
                    } else {
                        0.0
                    };
                }
                // The sum is 1 but for rounding, which would grow along the chain.
                let smoothed = &mut self.smoothed[now.clone()];
                let total: f64 = smoothed.iter().sum();
                smoothed.iter_mut().for_each(|p| *p /= total);
            }
            for i in now {
                let (smoothed, predicted) = (self.smoothed[i], self.predicted[i]);
                self.ratio[i] = if smoothed > 0.0 { smoothed / predicted } else { 0.0 };
            }
        }
    }

    /// Observations of the last episode that ran.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// $\ln p(o_{0:T-1})$ of the last episode, in nats.
    pub fn log_evidence(&self) -> f64 {
        self.log_evidence
    }

    /// Free energy of the belief about the whole episode, in hindsight, in parts. Its
    /// value is the surprise $-\ln p(o_{0:T-1})$ of all observations; its entropy is that
    /// of the path $s_{0:T-1}$, its complexity the divergence of the path from what the
    /// model expected of it under the actions. Allocates room for a move.
    ///
    /// `model` and `observations` are those of the last [`Self::run`].
    ///
    /// # Errors
    /// [`EpisodeError`], if they are others.
    ///
    /// # Panics
    /// If no episode ran.
    pub fn free_energy<O: Outcome>(
        &self,
        model: &GenerativeModel,
        observations: &[impl AsRef<[O]>],
    ) -> Result<FreeEnergy, EpisodeError> {
        check_episode(observations.len(), self.steps.saturating_sub(1), self.horizon)?;
        let mut accuracy = 0.0;
        for (step, observation) in observations.iter().enumerate() {
            let smoothed = self.smoothed(step);
            let parts = free_energy::of_joint(
                &self.space,
                model,
                smoothed,
                smoothed,
                observation.as_ref(),
            );
            accuracy +=
                parts.map_err(|source| EpisodeError::Step { step, source })?.accuracy;
        }
        // What the model expected of the path, on average over the path.
        let mut expected = -cross_entropy(self.smoothed(0), self.predicted(0));
        let mut pair = Vec::new();
        for t in 0..self.steps - 1 {
            for (f, factor) in model.factors().iter().enumerate() {
                let log = factor.transition().log_columns(self.actions(t)[f]);
                pair.resize(log.len(), 0.0);
                self.pairwise(model, t, f, &mut pair);
                expected += pair
                    .iter()
                    .zip(log)
                    .filter(|(p, _)| **p > 0.0)
                    .map(|(p, log)| p * log)
                    .sum::<f64>();
            }
        }
        let surprise = -self.log_evidence;
        Ok(FreeEnergy {
            // Rounding may leave either below 0, where it can't be.
            complexity: (surprise + accuracy).max(0.0),
            accuracy,
            entropy: (-expected - accuracy - surprise).max(0.0),
        })
    }

    /// How the joint states are numbered.
    pub fn space(&self) -> &JointSpace {
        &self.space
    }

    /// $p(s_t \mid o_{0:t-1})$, shape `[n_joint_states]`.
    ///
    /// # Panics
    /// If the last episode had no step `t`, as the functions below.
    pub fn predicted(&self, t: usize) -> &[f64] {
        &self.predicted[self.range(t)]
    }

    /// $p(s_t \mid o_{0:t})$, shape `[n_joint_states]`.
    pub fn filtered(&self, t: usize) -> &[f64] {
        &self.filtered[self.range(t)]
    }

    /// $p(s_t \mid o_{0:T-1})$, shape `[n_joint_states]`.
    pub fn smoothed(&self, t: usize) -> &[f64] {
        &self.smoothed[self.range(t)]
    }

    fn range(&self, t: usize) -> std::ops::Range<usize> {
        assert!(t < self.steps, "step {t} of an episode of {}", self.steps);
        let n = self.space.n_states();
        t * n..(t + 1) * n
    }

    /// What led from step `t` to the next: the actions, one a factor.
    ///
    /// # Panics
    /// If the last episode had no step after `t`.
    pub fn actions(&self, t: usize) -> &[usize] {
        assert!(t + 1 < self.steps, "move {t} of an episode of {}", self.steps);
        let factors = self.space.shape().len();
        &self.actions[t * factors..(t + 1) * factors]
    }

    /// A factor's move in hindsight: $p(s_{t+1}^f, s_t^{\mathrm{pa}(f)} \mid o_{0:T-1})$,
    /// with the parents of its transition.
    ///
    /// `out` has shape `[n_parent_states, n_states]`, column after column like a
    /// [`Conditional`](crate::Conditional): the next state is fastest. `model` is the one
    /// of the last [`Self::run`].
    ///
    /// # Panics
    /// If the last episode had no step after `t`, or the shapes differ.
    pub fn pairwise(
        &self,
        model: &GenerativeModel,
        t: usize,
        factor: usize,
        out: &mut [f64],
    ) {
        let actions = self.actions(t);
        let n = self.space.shape()[factor];
        let transition = model.factor(factor).transition();
        assert_eq!(
            out.len(),
            n * transition.n_parent_states(),
            "one number for each next state and state of the parents"
        );
        out.fill(0.0);
        let ratio = &self.ratio[self.range(t + 1)];
        for (s, &filtered) in self.filtered(t).iter().enumerate() {
            if filtered > 0.0 {
                let parents = self.space.transition_columns(factor)[s] as usize;
                let column = &mut out[parents * n..(parents + 1) * n];
                let walk = Walk { space: &self.space, model, from: s, actions };
                walk.add(0, filtered, ratio, factor, 0, column);
            }
        }
        // What rounding took or gave is spread over all.
        let total: f64 = out.iter().sum();
        out.iter_mut().for_each(|p| *p /= total);
    }
}

/// The model's $D$ as a belief about joint states, without a list of its factors.
fn write_prior(space: &JointSpace, model: &GenerativeModel, out: &mut [f64]) {
    for (s, out) in out.iter_mut().enumerate() {
        *out = model
            .factors()
            .iter()
            .enumerate()
            .map(|(f, factor)| factor.prior()[space.state(s, f)])
            .product();
    }
}

/// $\sum_{s'} \prod_f B^f\[s'^f, s, a^f\]\, v(s')$ over the factors from `factor` on; `v`
/// has one number for each of their joint states.
fn expect(
    space: &JointSpace,
    model: &GenerativeModel,
    from: usize,
    actions: &[usize],
    factor: usize,
    v: &[f64],
) -> f64 {
    let parents = space.transition_columns(factor)[from] as usize;
    let column = model.factor(factor).transition().column(parents, actions[factor]);
    if factor + 1 == space.shape().len() {
        return column.iter().zip(v).map(|(p, v)| p * v).sum();
    }
    let size = v.len() / column.len();
    column
        .iter()
        .zip(v.chunks_exact(size))
        .filter(|(p, _)| **p > 0.0)
        .map(|(p, v)| p * expect(space, model, from, actions, factor + 1, v))
        .sum()
}

/// All moves from one joint state.
struct Walk<'a> {
    space: &'a JointSpace,
    model: &'a GenerativeModel,
    from: usize,
    actions: &'a [usize],
}

impl Walk<'_> {
    /// Adds the weight of each next joint state, by its state of factor `kept`, to `out`.
    fn add(
        &self,
        factor: usize,
        weight: f64,
        v: &[f64],
        kept: usize,
        state: usize,
        out: &mut [f64],
    ) {
        if factor == self.space.shape().len() {
            out[state] += weight * v[0];
            return;
        }
        let parents = self.space.transition_columns(factor)[self.from] as usize;
        let transition = self.model.factor(factor).transition();
        let column = transition.column(parents, self.actions[factor]);
        let size = v.len() / column.len();
        for (s, (&p, v)) in column.iter().zip(v.chunks_exact(size)).enumerate() {
            if p > 0.0 {
                let state = if factor == kept { s } else { state };
                self.add(factor + 1, weight * p, v, kept, state, out);
            }
        }
    }
}
