//! Mean field: the best posterior of independent factors that coordinate ascent finds.
//!
//! $$\ln q(s^f) \leftarrow \ln p(s^f) + \sum_{m \ni f} \mathrm E_{q(s^{\setminus f})}\[\ln
//! A^m\[o^m, s\]\] + \text{constant}$$
//!
//! one factor after the other, each with the news of the ones before it (Da Costa et al.
//! 2020, section 4.2, on families of approximate posteriors). Each update is the minimum
//! of $F$ over its factor, so that $F$ never increases and the sweeps come to rest.
//! Updates of all factors at once have no such guarantee and can go in circles.
//!
//! | book       | code         | meaning                                     | shape        |
//! |------------|--------------|---------------------------------------------|--------------|
//! | $p(s^f)$   | `prior`      | belief before the observation               | one a factor |
//! | $q(s^f)$   | `belief`     | approximate posterior                       | one a factor |
//! | $F$        | `free_energy` | free energy of $q$                         | nats         |
//!
//! # Zeros
//! Where $A$ is 0, its logarithm is minus infinity, and so is the expectation of a factor
//! whose neighbors are not yet decided. What is compared first is therefore how much of
//! the belief is impossible, and only among states that are equal in that, the finite
//! rest: the limit of a small constant in place of the zero, without the constant. If
//! sweeps end where something impossible is still believed, $F$ is infinite there, and
//! they begin anew from a joint state that is possible.

use prob::categorical::softmax;
use prob::math::ln;
use thiserror::Error;

use crate::contract::contract;
use crate::inference::check_observation;
use crate::perception::{Convergence, Correct, Inferred};
use crate::{Belief, GenerativeModel, InferenceError, Outcome, free_energy, possible};

/// How much of its old distribution a factor keeps in an update: from 0 to below 1.
///
/// ```
/// use aif::mean_field::Damping;
/// assert!(Damping::new(0.5).is_ok() && Damping::new(1.0).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Damping(f64);

/// What [`Damping::new`] says of a number that is none.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error("damping {0}: it must be at least 0 and below 1")]
pub struct BadDamping(pub f64);

impl Damping {
    /// Each update goes all the way.
    pub const NONE: Self = Self(0.0);

    /// Checks that `kept` is at least 0 and below 1.
    ///
    /// # Errors
    /// [`BadDamping`] otherwise.
    pub fn new(kept: f64) -> Result<Self, BadDamping> {
        if (0.0..1.0).contains(&kept) { Ok(Self(kept)) } else { Err(BadDamping(kept)) }
    }

    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// Where the sweeps begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// At the prior of the step: the observation has said nothing yet.
    Prior,
    /// At uniform distributions, as SPM and pymdp do.
    Uniform,
    /// At what stands in `out`: a guess of the caller's. A state that has probability 0
    /// there may come back.
    Given,
}

/// How to sweep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Where to begin. Default: the prior.
    pub start: Start,
    /// How much of the old distribution is kept in each update. Default: nothing, which
    /// is coordinate ascent; it converges without damping.
    pub damping: Damping,
    /// At rest is a sweep that changes no probability by more. Default: 1e-12.
    pub tolerance: f64,
    /// The most sweeps to make. Default: 1000.
    pub max_sweeps: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            start: Start::Prior,
            damping: Damping::NONE,
            tolerance: 1e-12,
            max_sweeps: 1000,
        }
    }
}

/// An update, for whoever watches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Update<'a> {
    /// The sweep, from 0.
    pub sweep: usize,
    /// The factor that was updated last; none before the first update, and none where the
    /// sweeps began anew.
    pub factor: Option<usize>,
    /// The belief after it.
    pub belief: &'a Belief,
}

/// Mean-field inference of one time step, with the room that it needs.
///
/// ```
/// use aif::{Belief, GenerativeModel, mean_field::{MeanField, Settings}, perception::Correct};
///
/// let mut model = GenerativeModel::builder();
/// let (left, right) = (model.factor("left", &["off", "on"]), model.factor("right", &["off", "on"]));
/// let lamp = model.modality("lamp", &["dark", "bright"]);
/// model.likelihood(lamp, &[left, right], |s, column| {
///     column.fill(0.1);
///     column[s[0] ^ s[1]] = 0.9;
/// });
/// model.prior(left, &[0.75, 0.25]);
/// let model = model.build()?;
///
/// let prior = Belief::prior(&model);
/// let mut belief = prior.clone();
/// let found = MeanField::new(&model, Settings::default()).correct(&model, &prior, &[1], &mut belief)?;
/// assert!(found.convergence.is_reached());
/// // Less probable than not that the left is on, so the right is, and it claims to be surer.
/// assert!(belief.factor(left)[1] < 0.25 && belief.factor(right)[1] > 0.7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MeanField {
    settings: Settings,
    /// For each factor the modalities that depend on it, and the axis.
    children: Vec<Vec<(usize, usize)>>,
    /// Where a modality's row begins, and one end more.
    starts: Vec<usize>,
    /// $\ln A\[o, \cdot\]$ of the outcomes seen, 0 where it is infinite.
    rows: Vec<f64>,
    /// 1 where it is infinite.
    zeros: Vec<f64>,
    /// Whether a modality was seen, and whether its row has zeros.
    seen: Vec<Row>,
    scratch: Vec<f64>,
    logits: Vec<f64>,
    impossible: Vec<f64>,
    states: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    Unseen,
    Positive,
    WithZeros,
}

impl MeanField {
    /// Makes room for beliefs about `model`.
    pub fn new(model: &GenerativeModel, settings: Settings) -> Self {
        let mut children = vec![Vec::new(); model.n_factors()];
        let mut starts = vec![0];
        for (m, modality) in model.modalities().iter().enumerate() {
            for (axis, &f) in modality.parents().iter().enumerate() {
                children[f].push((m, axis));
            }
            starts.push(starts[m] + modality.likelihood().n_parent_states());
        }
        let widest = starts.windows(2).map(|ends| ends[1] - ends[0]).max().unwrap_or(0);
        let states = model.factors().iter().map(|f| f.n_states()).max().unwrap_or(0);
        let total = starts[model.n_modalities()];
        Self {
            settings,
            children,
            rows: vec![0.0; total],
            zeros: vec![0.0; total],
            seen: vec![Row::Unseen; model.n_modalities()],
            scratch: vec![0.0; widest],
            logits: vec![0.0; states],
            impossible: vec![0.0; states],
            states: vec![0; model.n_factors()],
            starts,
        }
    }

    /// How it sweeps.
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// [`Correct::correct`], and shows `watch` the belief at the start and after each
    /// update.
    ///
    /// # Errors
    /// As [`Correct::correct`].
    ///
    /// # Panics
    /// As [`Correct::correct`].
    pub fn correct_watched<O: Outcome>(
        &mut self,
        model: &GenerativeModel,
        prior: &Belief,
        observation: &[O],
        out: &mut Belief,
        mut watch: impl FnMut(Update<'_>),
    ) -> Result<Inferred, InferenceError> {
        check_observation(model, observation)?;
        self.pick_rows(model, observation);
        match self.settings.start {
            Start::Prior => out.copy_from(prior),
            Start::Uniform => out.make_uniform(),
            Start::Given => {}
        }
        let mut convergence = self.sweep(model, prior, out, &mut watch);
        let mut found = free_energy::of_factors(model, out, prior, observation)?;
        if found.value() == f64::INFINITY {
            if !possible::find(model, prior, observation, &mut self.states) {
                return Err(possible::blame(model, prior, observation));
            }
            for (f, &s) in self.states.iter().enumerate() {
                out.factor_mut(f).fill(0.0);
                out.factor_mut(f)[s] = 1.0;
            }
            convergence = self.sweep(model, prior, out, &mut watch);
            found = free_energy::of_factors(model, out, prior, observation)?;
        }
        Ok(Inferred { free_energy: found, convergence })
    }

    /// Copies the rows of the outcomes, so that each update reads them in one piece.
    fn pick_rows(&mut self, model: &GenerativeModel, observation: &[impl Outcome]) {
        for (m, (modality, o)) in model.modalities().iter().zip(observation).enumerate() {
            let range = self.starts[m]..self.starts[m + 1];
            let likelihood = modality.likelihood();
            assert_eq!(range.len(), likelihood.n_parent_states(), "another model");
            self.seen[m] = match o.outcome() {
                None => Row::Unseen,
                Some(o) => {
                    let mut row = Row::Positive;
                    let (rows, zeros) =
                        (&mut self.rows[range.clone()], &mut self.zeros[range]);
                    for ((finite, zero), x) in
                        rows.iter_mut().zip(zeros).zip(likelihood.log_row(o, 0))
                    {
                        if x == f64::NEG_INFINITY {
                            row = Row::WithZeros;
                            (*finite, *zero) = (0.0, 1.0);
                        } else {
                            (*finite, *zero) = (x, 0.0);
                        }
                    }
                    row
                }
            };
        }
    }

    fn sweep(
        &mut self,
        model: &GenerativeModel,
        prior: &Belief,
        belief: &mut Belief,
        watch: &mut impl FnMut(Update<'_>),
    ) -> Convergence {
        watch(Update { sweep: 0, factor: None, belief });
        let mut change = f64::INFINITY;
        for sweep in 0..self.settings.max_sweeps {
            change = 0.0;
            for f in 0..model.n_factors() {
                self.messages(model, f, prior, belief);
                let moved = self.update(belief.factor_mut(f));
                change = change.max(moved);
                watch(Update { sweep, factor: Some(f), belief });
            }
            if change <= self.settings.tolerance {
                return Convergence::Converged { sweeps: sweep + 1, change };
            }
        }
        Convergence::Exhausted { sweeps: self.settings.max_sweeps, change }
    }

    /// Gathers for a factor the logits of its states and how impossible each is.
    fn messages(
        &mut self,
        model: &GenerativeModel,
        factor: usize,
        prior: &Belief,
        belief: &Belief,
    ) {
        let n = prior.factor(factor).len();
        let (logits, impossible) = (&mut self.logits[..n], &mut self.impossible[..n]);
        for (logit, &p) in logits.iter_mut().zip(prior.factor(factor)) {
            *logit = ln(p);
        }
        impossible.fill(0.0);
        for &(m, axis) in &self.children[factor] {
            let range = self.starts[m]..self.starts[m + 1];
            let modality = model.modality(m);
            let (shape, parents) =
                (modality.likelihood().parent_shape(), modality.parents());
            let mut add = |row: &[f64], to: &mut [f64]| {
                let scratch = &mut self.scratch[..row.len()];
                scratch.copy_from_slice(row);
                contract(scratch, shape, Some(axis), |axis| belief.factor(parents[axis]));
                to.iter_mut().zip(scratch).for_each(|(to, x)| *to += *x);
            };
            if self.seen[m] != Row::Unseen {
                add(&self.rows[range.clone()], logits);
            }
            if self.seen[m] == Row::WithZeros {
                add(&self.zeros[range], impossible);
            }
        }
    }

    /// Replaces the distribution of a factor by the best given the others, or a mixture
    /// with the old one, and returns the largest change.
    fn update(&mut self, q: &mut [f64]) -> f64 {
        let n = q.len();
        let (logits, impossible) = (&mut self.logits[..n], &mut self.impossible[..n]);
        let least = logits
            .iter()
            .zip(&*impossible)
            .filter(|(logit, _)| **logit > f64::NEG_INFINITY)
            .fold(f64::INFINITY, |least, (_, &share)| least.min(share));
        // Sums of the same shares in another order may differ in their last bits.
        let ceiling = least * (1.0 + 1e-9);
        for (logit, &mut share) in logits.iter_mut().zip(&mut *impossible) {
            if share > ceiling {
                *logit = f64::NEG_INFINITY;
            }
        }
        let best = &mut *impossible;
        softmax(logits, best);
        let kept = self.settings.damping.get();
        if kept > 0.0 {
            // Only where the best has support: what it rules out is infinitely bad.
            let left: f64 = q
                .iter()
                .zip(&*best)
                .filter(|(_, best)| **best > 0.0)
                .map(|(old, _)| old)
                .sum();
            if left > 0.0 {
                for (best, &old) in best.iter_mut().zip(&*q).filter(|(b, _)| **b > 0.0) {
                    *best = kept * old / left + (1.0 - kept) * *best;
                }
            }
        }
        let mut change: f64 = 0.0;
        for (q, &best) in q.iter_mut().zip(&*best) {
            change = change.max((*q - best).abs());
            *q = best;
        }
        change
    }
}

impl Correct for MeanField {
    fn correct<O: Outcome>(
        &mut self,
        model: &GenerativeModel,
        prior: &Belief,
        observation: &[O],
        out: &mut Belief,
    ) -> Result<Inferred, InferenceError> {
        self.correct_watched(model, prior, observation, out, |_| {})
    }
}
