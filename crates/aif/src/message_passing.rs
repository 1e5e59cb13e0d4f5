//! Approximate beliefs about a whole window of time, by messages between neighbors.
//!
//! A hidden Markov model is a chain: what is believed at one step depends only on its
//! observation and on the steps before and after. Three schemes (Parr, Markovic, Kiebel
//! and Friston 2019) differ in what the neighbors tell:
//!
//! | scheme | message from the past | belief | free energy |
//! |---|---|---|---|
//! | [`Scheme::Variational`] | $\mathrm E_q\[\ln B\[s_t, s_{t-1}\]\]$ | independent steps | never below the surprise |
//! | [`Scheme::Marginal`] | $\tfrac12 \ln \mathrm E_q\[B\[s_t, s_{t-1}\]\]$ | independent steps | of its own kind, no bound |
//! | [`Scheme::Bethe`] | all that the past knows | chains | never below the surprise; equal to it for one factor |
//!
//! The exact answer, which one factor gets from Bethe's scheme and several from the
//! [`Smoother`](crate::hmm::Smoother) only, is what they are judged by.
//!
//! | book            | code                | meaning                                     |
//! |-----------------|---------------------|---------------------------------------------|
//! | $q(s_t^f)$      | `belief(t).factor(f)` | belief about a factor at a step           |
//! | $F$             | [`Reached::free_energy`] | variational free energy of the beliefs, in nats |
//!
//! # Zeros
//! As in [`mean_field`](crate::mean_field): an update compares first how much of what it
//! would believe is impossible, and only among equals the rest. Independent steps can
//! often not avoid the impossible at all: where a state surely stays as it is, two steps
//! that each believe in two states believe in a change as well. Then $F$ is infinite, and
//! says so.

mod messages;
pub mod pymdp;

use prob::categorical::entropy;
use prob::math::{exp, ln};

use crate::free_energy::expected_log;
use crate::hmm::{EpisodeError, check_episode};
use crate::inference::{check_actions, check_observation, predict_factor};
use crate::mean_field::{Settings, Start};
use crate::perception::Convergence;
use crate::walk::for_each_joint;
use crate::{Belief, FreeEnergy, GenerativeModel, Outcome};

use messages::{Floor, Room, Sender};

/// What neighbors in time tell each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Variational message passing: mean field over steps and factors. Each update is the
    /// minimum of $F$ over one belief, so that $F$ never increases. Where transitions are
    /// impossible the first updates can shut out what later observations speak for, and
    /// no update alone opens it again: [`Start::Given`] at a likely path may end lower.
    ///
    /// $$\ln q(s_t) = \mathrm E\[\ln A\[o_t, s_t\]\] + \mathrm E\[\ln B\[s_t, s_{t-1}\]\] +
    /// \mathrm E\[\ln B\[s_{t+1}, s_t\]\]$$
    Variational,
    /// Marginal message passing, as SPM's `spm_MDP_VB_X` has it: the past and the future
    /// count half each, except that the past of the last step counts in full.
    ///
    /// $$\ln q(s_t) = \mathrm E\[\ln A\[o_t, s_t\]\] + \tfrac12 \ln \sum_{s_{t-1}} B\[s_t,
    /// s_{t-1}\]\, q(s_{t-1}) + \tfrac12 \ln \sum_{s_{t+1}} B^\dagger\[s_t, s_{t+1}\]\,
    /// q(s_{t+1})$$
    ///
    /// with $B^\dagger\[s, s'\] = B\[s', s\] / \sum_r B\[s', r\]$. An update need not
    /// lower any of the free energies here.
    Marginal,
    /// Belief propagation along each factor's chain, mean field between factors
    /// (the structured approximation of Ghahramani and Jordan 1997). It needs factors
    /// whose transitions depend on themselves alone. With one factor it is exact after
    /// one sweep: on a chain the Bethe free energy is the variational one (Yedidia,
    /// Freeman and Weiss 2005).
    Bethe,
}

/// What a scheme reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    /// Variational free energy of the beliefs about the whole window, in nats: at least
    /// the surprise $-\ln p(o_{0:T-1})$. Those of [`Scheme::Variational`] and
    /// [`Scheme::Marginal`] are taken as independent, those of [`Scheme::Bethe`] as
    /// chains.
    pub free_energy: FreeEnergy,
    /// The functional whose messages were passed, in nats. For [`Scheme::Marginal`]
    ///
    /// $$\sum_t \mathrm E_q\[\ln q(s_t) - \ln A\[o_t, s_t\] - \tfrac12 \ln \mathrm
    /// E_q\[B\[s_t, s_{t-1}\]\] - \tfrac12 \ln \mathrm E_q\[B^\dagger\[s_t,
    /// s_{t+1}\]\]\],$$
    ///
    /// which can lie on either side of the surprise; for the others `free_energy`.
    pub objective: f64,
    /// Whether the messages came to rest.
    pub convergence: Convergence,
}

/// A window of time: what was observed in it, and what is believed of each step.
///
/// Nothing allocates after [`Window::new`], unless to say what is wrong.
///
/// ```
/// use aif::{GenerativeModel, mean_field::Settings, message_passing::{Scheme, Window}};
///
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
/// let mut window = Window::new(&model, 2);
/// window.observe(&model, &[[1], [1]], &[[0]])?;
/// let mean_field = window.settle(&model, Scheme::Variational, Settings::default())?;
/// let sure = window.belief(0).factor(weather)[1];
/// let exact = window.settle(&model, Scheme::Bethe, Settings::default())?;
/// // Independent steps are too sure of themselves, and pay for it.
/// assert!(sure > window.belief(0).factor(weather)[1]);
/// assert!(mean_field.free_energy.value() > exact.free_energy.value());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Window {
    horizon: usize,
    steps: usize,
    beliefs: Vec<Belief>,
    /// The beliefs before a sweep of updates that are made all at once.
    before: Vec<Belief>,
    /// Of each step one a modality.
    outcomes: Vec<Option<usize>>,
    /// Of each step one a factor.
    actions: Vec<usize>,
    /// For each factor the modalities that depend on it.
    seen_by: Vec<Vec<Sender>>,
    /// For each factor the factors whose next state depends on it.
    moves: Vec<Vec<Sender>>,
    room: Room,
    chain: Chain,
}

/// What the forward and the backward pass along one factor's chain write.
#[derive(Debug, Clone)]
struct Chain {
    /// $\mathrm E\[\ln A\]$ of each state at each step, `[horizon, n]`.
    logits: Vec<f64>,
    predicted: Vec<f64>,
    filtered: Vec<f64>,
    ratio: Vec<f64>,
    /// Of each factor's chain when it was updated last: complexity and entropy, in nats.
    complexity: Vec<f64>,
    entropy: Vec<f64>,
}

impl Window {
    /// Room for windows of up to `horizon` observations.
    pub fn new(model: &GenerativeModel, horizon: usize) -> Self {
        let n_factors = model.n_factors();
        let dependents = |lists: Vec<&[usize]>| -> Vec<Vec<Sender>> {
            let of = |f: usize| {
                let senders = lists.iter().enumerate();
                senders
                    .filter_map(|(array, parents)| {
                        let axis = parents.iter().position(|&parent| parent == f)?;
                        Some(Sender { array, axis })
                    })
                    .collect()
            };
            (0..n_factors).map(of).collect()
        };
        let largest = model.factors().iter().map(|f| f.n_states()).max().unwrap_or(0);
        let zeros = || vec![0.0; horizon * largest];
        Self {
            horizon,
            steps: 0,
            beliefs: vec![Belief::uniform(model); horizon],
            before: vec![Belief::uniform(model); horizon],
            outcomes: vec![None; horizon * model.n_modalities()],
            actions: vec![0; horizon * n_factors],
            seen_by: dependents(model.modalities().iter().map(|m| m.parents()).collect()),
            moves: dependents(model.factors().iter().map(|f| f.parents()).collect()),
            room: Room::new(model),
            chain: Chain {
                logits: zeros(),
                predicted: zeros(),
                filtered: zeros(),
                ratio: zeros(),
                complexity: vec![0.0; n_factors],
                entropy: vec![0.0; n_factors],
            },
        }
    }

    /// Takes in an episode that begins with the model's $D$: one list of outcomes a step,
    /// and one list of actions between two of them.
    ///
    /// # Errors
    /// [`EpisodeError`] if something doesn't fit the model or the horizon; the window is
    /// empty then.
    pub fn observe<O: Outcome>(
        &mut self,
        model: &GenerativeModel,
        observations: &[impl AsRef<[O]>],
        actions: &[impl AsRef<[usize]>],
    ) -> Result<(), EpisodeError> {
        self.steps = 0;
        check_episode(observations.len(), actions.len(), self.horizon)?;
        let (modalities, factors) = (model.n_modalities(), model.n_factors());
        for (step, observation) in observations.iter().enumerate() {
            let observation = observation.as_ref();
            check_observation(model, observation)
                .map_err(|source| EpisodeError::Step { step, source })?;
            let outcomes = &mut self.outcomes[step * modalities..][..modalities];
            for (to, from) in outcomes.iter_mut().zip(observation) {
                *to = from.outcome();
            }
        }
        for (step, taken) in actions.iter().enumerate() {
            let taken = taken.as_ref();
            check_actions(model, taken)
                .map_err(|source| EpisodeError::Step { step: step + 1, source })?;
            self.actions[step * factors..][..factors].copy_from_slice(taken);
        }
        self.steps = observations.len();
        Ok(())
    }

    /// Observations in the window.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// What is believed of step `t`.
    ///
    /// # Panics
    /// If the window has no step `t`.
    pub fn belief(&self, t: usize) -> &Belief {
        assert!(t < self.steps, "step {t} of a window of {}", self.steps);
        &self.beliefs[t]
    }

    /// What is believed of step `t`, to be written, for [`Start::Given`].
    ///
    /// # Panics
    /// If the window has no step `t`.
    pub fn belief_mut(&mut self, t: usize) -> &mut Belief {
        assert!(t < self.steps, "step {t} of a window of {}", self.steps);
        &mut self.beliefs[t]
    }

    /// Passes messages until they come to rest.
    ///
    /// A sweep goes through the steps from first to last and through the factors of each,
    /// every update with the news of those before it. [`Start::Prior`] begins at what $D$
    /// and $B$ predict without any observation. Damping doesn't apply to
    /// [`Scheme::Bethe`].
    ///
    /// # Errors
    /// [`EpisodeError::WrongLength`] if nothing was observed;
    /// [`EpisodeError::Coupled`] and [`EpisodeError::NoSupport`] from [`Scheme::Bethe`].
    pub fn settle(
        &mut self,
        model: &GenerativeModel,
        scheme: Scheme,
        settings: Settings,
    ) -> Result<Reached, EpisodeError> {
        check_episode(self.steps, self.steps.saturating_sub(1), self.horizon)?;
        if scheme == Scheme::Bethe {
            let coupled = |&f: &usize| model.factor(f).parents() != [f];
            if let Some(factor) = (0..model.n_factors()).find(coupled) {
                let name = model.factor(factor).name().to_owned();
                return Err(EpisodeError::Coupled { factor, name });
            }
        }
        self.start(model, settings.start);
        let mut change = f64::INFINITY;
        let mut sweeps = 0;
        while change > settings.tolerance && sweeps < settings.max_sweeps {
            change = match scheme {
                Scheme::Bethe => self.sweep_chains(model)?,
                Scheme::Variational | Scheme::Marginal => {
                    self.sweep(model, scheme, settings)
                }
            };
            sweeps += 1;
        }
        let convergence = if change <= settings.tolerance {
            Convergence::Converged { sweeps, change }
        } else {
            Convergence::Exhausted { sweeps, change }
        };
        let free_energy = match scheme {
            Scheme::Bethe => self.free_energy_of_chains(model),
            Scheme::Variational | Scheme::Marginal => self.free_energy(model),
        };
        let objective = match scheme {
            Scheme::Marginal => self.marginal_free_energy(model),
            Scheme::Variational | Scheme::Bethe => free_energy.value(),
        };
        Ok(Reached { free_energy, objective, convergence })
    }

    fn start(&mut self, model: &GenerativeModel, start: Start) {
        let factors = model.n_factors();
        match start {
            Start::Given => {}
            Start::Uniform => {
                self.beliefs[..self.steps].iter_mut().for_each(Belief::make_uniform);
            }
            Start::Prior => {
                self.beliefs[0].make_prior(model);
                for t in 1..self.steps {
                    let (past, now) = self.beliefs.split_at_mut(t);
                    let actions = &self.actions[(t - 1) * factors..t * factors];
                    for (f, &action) in actions.iter().enumerate() {
                        let out = now[0].factor_mut(f);
                        predict_factor(model, f, &past[t - 1], action, out);
                    }
                }
            }
        }
    }

    /// Updates every belief once, each with the news of those before, and returns the
    /// largest change of a probability.
    fn sweep(
        &mut self,
        model: &GenerativeModel,
        scheme: Scheme,
        settings: Settings,
    ) -> f64 {
        let mut change: f64 = 0.0;
        for t in 0..self.steps {
            for f in 0..model.n_factors() {
                self.gather(model, scheme, Floor::Exact, Source::Now, t, f);
                let q = self.beliefs[t].factor_mut(f);
                change = change.max(self.room.update(q, settings.damping.get()));
            }
        }
        change
    }

    /// All messages to factor `f` at step `t`, into the room.
    fn gather(
        &mut self,
        model: &GenerativeModel,
        scheme: Scheme,
        floor: Floor,
        source: Source,
        t: usize,
        f: usize,
    ) {
        self.room.clear(model.factor(f).n_states());
        self.gather_moves(model, scheme, floor, source, t, f);
        let beliefs = match source {
            Source::Now => &self.beliefs[t],
            Source::Before => &self.before[t],
        };
        let modalities = model.n_modalities();
        let outcomes = &self.outcomes[t * modalities..][..modalities];
        for &sender in &self.seen_by[f] {
            if let Some(outcome) = outcomes[sender.array] {
                self.room.add_outcome(model, sender, outcome, beliefs, floor);
            }
        }
    }

    /// The messages from the step before (or $D$) and from the step after.
    fn gather_moves(
        &mut self,
        model: &GenerativeModel,
        scheme: Scheme,
        floor: Floor,
        source: Source,
        t: usize,
        f: usize,
    ) {
        let beliefs = match source {
            Source::Now => &self.beliefs,
            Source::Before => &self.before,
        };
        let factors = model.n_factors();
        let is_last = t + 1 == self.steps;
        let weight = if scheme == Scheme::Marginal && !is_last { 0.5 } else { 1.0 };
        if t == 0 {
            self.room.add_prior(model.factor(f).prior(), weight, floor);
        } else {
            let action = self.actions[(t - 1) * factors + f];
            let past = &beliefs[t - 1];
            match scheme {
                Scheme::Marginal => {
                    self.room.add_predicted(model, f, action, past, weight, floor);
                }
                _ => self.room.add_expected_past(model, f, action, past, floor),
            }
        }
        if is_last {
            return;
        }
        for &sender in &self.moves[f] {
            let action = self.actions[t * factors + sender.array];
            let (now, next) = (&beliefs[t], &beliefs[t + 1]);
            match scheme {
                Scheme::Marginal => {
                    self.room.add_retrodicted(model, sender, action, now, next, floor);
                }
                _ => {
                    self.room.add_expected_future(model, sender, action, now, next, floor)
                }
            }
        }
    }

    /// Variational free energy of the beliefs, taken as independent over steps and
    /// factors, in nats: at least the surprise $-\ln p(o_{0:T-1})$.
    ///
    /// Infinite if they hold something possible that the model forbids.
    pub fn free_energy(&self, model: &GenerativeModel) -> FreeEnergy {
        let beliefs = &self.beliefs[..self.steps];
        let entropy: f64 = beliefs.iter().flat_map(Belief::iter).map(entropy).sum();
        let mut log_prior = 0.0;
        for (factor, q) in model.factors().iter().zip(beliefs[0].iter()) {
            log_prior += expected(q, factor.prior().iter().map(|&p| ln(p)));
        }
        let factors = model.n_factors();
        for (t, pair) in beliefs.windows(2).enumerate() {
            for (f, factor) in model.factors().iter().enumerate() {
                let action = self.actions[t * factors + f];
                let (transition, parents) = (factor.transition(), factor.parents());
                for_each_joint(
                    transition.parent_shape(),
                    |axis| pair[0].factor(parents[axis]),
                    |joint, weight| {
                        let column = transition.log_column(joint, action);
                        log_prior +=
                            weight * expected(pair[1].factor(f), column.iter().copied());
                    },
                );
            }
        }
        FreeEnergy {
            complexity: -entropy - log_prior,
            accuracy: self.accuracy(model),
            entropy,
        }
    }

    fn accuracy(&self, model: &GenerativeModel) -> f64 {
        let modalities = model.n_modalities();
        let outcomes = self.outcomes[..self.steps * modalities].iter().enumerate();
        outcomes
            .filter_map(|(i, o)| o.map(|o| (i / modalities, i % modalities, o)))
            .map(|(t, m, o)| expected_log(model, m, o, &self.beliefs[t]))
            .sum()
    }

    /// [`Reached::objective`] of [`Scheme::Marginal`] for the beliefs as they are.
    fn marginal_free_energy(&mut self, model: &GenerativeModel) -> f64 {
        let mut sum = -self.accuracy(model);
        for t in 0..self.steps {
            for f in 0..model.n_factors() {
                self.room.clear(model.factor(f).n_states());
                self.gather_moves(
                    model,
                    Scheme::Marginal,
                    Floor::Exact,
                    Source::Now,
                    t,
                    f,
                );
                let q = self.beliefs[t].factor(f);
                sum -= entropy(q) + self.room.expected(q);
            }
        }
        sum
    }

    /// Updates the chain of every factor once, and returns the largest change.
    fn sweep_chains(&mut self, model: &GenerativeModel) -> Result<f64, EpisodeError> {
        let mut change: f64 = 0.0;
        for f in 0..model.n_factors() {
            let n = model.factor(f).n_states();
            let modalities = model.n_modalities();
            for t in 0..self.steps {
                self.room.clear(n);
                for &sender in &self.seen_by[f] {
                    if let Some(o) = self.outcomes[t * modalities + sender.array] {
                        let now = &self.beliefs[t];
                        self.room.add_outcome(model, sender, o, now, Floor::Exact);
                    }
                }
                self.room.write(&mut self.chain.logits[t * n..(t + 1) * n]);
            }
            self.chain_forward(model, f)?;
            change = change.max(self.chain_backward(model, f));
        }
        Ok(change)
    }

    fn chain_forward(
        &mut self,
        model: &GenerativeModel,
        f: usize,
    ) -> Result<(), EpisodeError> {
        let (factor, factors) = (model.factor(f), model.n_factors());
        let n = factor.n_states();
        let Chain { logits, predicted, filtered, complexity, .. } = &mut self.chain;
        predicted[..n].copy_from_slice(factor.prior());
        let mut log_normalizer = 0.0;
        for t in 0..self.steps {
            let (now, next) = (t * n..(t + 1) * n, (t + 1) * n..(t + 2) * n);
            let logits = &logits[now.clone()];
            let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let mut total = 0.0;
            for i in 0..n {
                let weight = if logits[i] > f64::NEG_INFINITY {
                    exp(logits[i] - largest)
                } else {
                    0.0
                };
                filtered[now.start + i] = predicted[now.start + i] * weight;
                total += filtered[now.start + i];
            }
            if total <= 0.0 {
                let name = factor.name().to_owned();
                return Err(EpisodeError::NoSupport { step: t, factor: f, name });
            }
            filtered[now.clone()].iter_mut().for_each(|p| *p /= total);
            log_normalizer += ln(total) + largest;
            if t + 1 < self.steps {
                let action = self.actions[t * factors + f];
                let predicted = &mut predicted[next];
                predicted.fill(0.0);
                for (s, &q) in filtered[now].iter().enumerate().filter(|(_, q)| **q > 0.0)
                {
                    let column = factor.transition().column(s, action);
                    for (out, &p) in predicted.iter_mut().zip(column) {
                        *out += q * p;
                    }
                }
            }
        }
        complexity[f] = -log_normalizer;
        Ok(())
    }

    fn chain_backward(&mut self, model: &GenerativeModel, f: usize) -> f64 {
        let (factor, factors) = (model.factor(f), model.n_factors());
        let n = factor.n_states();
        let Chain { logits, predicted, filtered, ratio, complexity, entropy } =
            &mut self.chain;
        let mut log_prior = 0.0;
        let mut change: f64 = 0.0;
        for t in (0..self.steps).rev() {
            let now = t * n..(t + 1) * n;
            let smoothed = self.room.line(n);
            if t + 1 == self.steps {
                smoothed.copy_from_slice(&filtered[now.clone()]);
            } else {
                let action = self.actions[t * factors + f];
                let later = &ratio[now.end..now.end + n];
                for (i, s) in now.clone().enumerate() {
                    smoothed[i] = 0.0;
                    if filtered[s] > 0.0 {
                        let column = factor.transition().column(i, action).iter();
                        let logs = factor.transition().log_column(i, action);
                        for ((&p, &ratio), &log) in column.zip(later).zip(logs) {
                            let pair = filtered[s] * p * ratio;
                            if pair > 0.0 {
                                smoothed[i] += pair;
                                log_prior += pair * log;
                            }
                        }
                    }
                }
                let total: f64 = smoothed.iter().sum();
                smoothed.iter_mut().for_each(|p| *p /= total);
            }
            for (i, s) in now.clone().enumerate() {
                let p = smoothed[i];
                ratio[s] = if p > 0.0 { p / predicted[s] } else { 0.0 };
                if p > 0.0 {
                    complexity[f] += p * logits[s];
                }
            }
            if t == 0 {
                log_prior += expected(smoothed, factor.prior().iter().map(|&p| ln(p)));
            }
            let q = self.beliefs[t].factor_mut(f);
            for (q, &new) in q.iter_mut().zip(&*smoothed) {
                change = change.max((*q - new).abs());
                *q = new;
            }
        }
        entropy[f] = -complexity[f] - log_prior;
        change
    }

    fn free_energy_of_chains(&self, model: &GenerativeModel) -> FreeEnergy {
        // Rounding may leave either below 0, where it can't be.
        let sum = |parts: &[f64]| parts.iter().map(|x| x.max(0.0)).sum();
        FreeEnergy {
            complexity: sum(&self.chain.complexity),
            accuracy: self.accuracy(model),
            entropy: sum(&self.chain.entropy),
        }
    }
}

/// Which beliefs messages are made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// The newest.
    Now,
    /// Those before the sweep.
    Before,
}

/// $\sum_s q(s) x(s)$, where what has probability 0 doesn't count.
fn expected(q: &[f64], x: impl Iterator<Item = f64>) -> f64 {
    q.iter().zip(x).filter(|(q, _)| **q > 0.0).map(|(q, x)| q * x).sum()
}
