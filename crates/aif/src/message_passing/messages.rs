//! The messages themselves, gathered into room that is made once.

use prob::math::{exp, ln};

use crate::contract::contract;
use crate::walk::{for_each_joint, for_each_joint_with};
use crate::{Belief, GenerativeModel};

/// An array that depends on a factor: which one, and which of its axes the factor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sender {
    pub array: usize,
    pub axis: usize,
}

/// What becomes of the logarithm of 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Floor {
    /// It is counted apart, as impossible.
    Exact,
    /// The logarithm of a small number.
    Clipped,
}

impl Floor {
    /// A logarithm, and how impossible it is.
    fn split(self, log: f64) -> (f64, f64) {
        match self {
            Self::Clipped => (log.max(ln(super::pymdp::FLOOR)), 0.0),
            Self::Exact if log == f64::NEG_INFINITY => (0.0, 1.0),
            Self::Exact => (log, 0.0),
        }
    }
}

/// Sums of the same shares in another order may differ in their last bits.
const ROUNDING: f64 = 1e-9;

/// Where the messages to one belief are added up.
#[derive(Debug, Clone)]
pub(super) struct Room {
    /// Number of states of the belief that is updated.
    n: usize,
    logits: Vec<f64>,
    /// How much of what each state implies is impossible.
    impossible: Vec<f64>,
    /// As many numbers as the parents of any array have joint states.
    finite: Vec<f64>,
    zeros: Vec<f64>,
    /// As many as the largest factor has states, squared.
    square: Vec<f64>,
    /// As many as the largest factor has states.
    line: Vec<f64>,
}

impl Room {
    pub(super) fn new(model: &GenerativeModel) -> Self {
        let likelihoods = model.modalities().iter().map(|m| m.likelihood());
        let transitions = model.factors().iter().map(|f| f.transition());
        let joint = likelihoods.chain(transitions).map(|array| array.n_parent_states());
        let joint = joint.max().unwrap_or(0);
        let n = model.factors().iter().map(|f| f.n_states()).max().unwrap_or(0);
        let zeros = |size| vec![0.0; size];
        Self {
            n: 0,
            logits: zeros(n),
            impossible: zeros(n),
            finite: zeros(joint),
            zeros: zeros(joint),
            square: zeros(n * n),
            line: zeros(n),
        }
    }

    /// Begins a belief about `n` states, with no message.
    pub(super) fn clear(&mut self, n: usize) {
        self.n = n;
        self.logits[..n].fill(0.0);
        self.impossible[..n].fill(0.0);
    }

    fn add(&mut self, state: usize, log: f64, weight: f64, floor: Floor) {
        let (finite, zero) = floor.split(log);
        self.logits[state] += weight * finite;
        self.impossible[state] += weight * zero;
    }

    pub(super) fn add_prior(&mut self, prior: &[f64], weight: f64, floor: Floor) {
        for (s, &p) in prior.iter().enumerate() {
            self.add(s, ln(p), weight, floor);
        }
    }

    /// $\mathrm E\[\ln A\[o, s\]\]$ over the other parents.
    pub(super) fn add_outcome(
        &mut self,
        model: &GenerativeModel,
        sender: Sender,
        outcome: usize,
        now: &Belief,
        floor: Floor,
    ) {
        let modality = model.modality(sender.array);
        let likelihood = modality.likelihood();
        let size = likelihood.n_parent_states();
        for (i, log) in likelihood.log_row(outcome, 0).enumerate() {
            (self.finite[i], self.zeros[i]) = floor.split(log);
        }
        let parents = modality.parents();
        self.contract(size, likelihood.parent_shape(), sender.axis, parents, now);
    }

    /// Sums out all parents but one, and adds what is left.
    fn contract(
        &mut self,
        size: usize,
        shape: &[usize],
        axis: usize,
        parents: &[usize],
        now: &Belief,
    ) {
        for (values, to) in [
            (&mut self.finite, &mut self.logits),
            (&mut self.zeros, &mut self.impossible),
        ] {
            let values = &mut values[..size];
            contract(values, shape, Some(axis), |axis| now.factor(parents[axis]));
            to[..self.n].iter_mut().zip(values).for_each(|(to, x)| *to += *x);
        }
    }

    /// $\mathrm E\[\ln B\[s_t, s_{t-1}\]\]$ over the step before.
    pub(super) fn add_expected_past(
        &mut self,
        model: &GenerativeModel,
        factor: usize,
        action: usize,
        past: &Belief,
        floor: Floor,
    ) {
        let (transition, parents) =
            (model.factor(factor).transition(), model.factor(factor).parents());
        for_each_joint(
            transition.parent_shape(),
            |axis| past.factor(parents[axis]),
            |joint, weight| {
                for (s, &log) in transition.log_column(joint, action).iter().enumerate() {
                    self.add(s, log, weight, floor);
                }
            },
        );
    }

    /// $\mathrm E\[\ln B\[s_{t+1}, s_t\]\]$ over the step after, and over the other
    /// parents.
    pub(super) fn add_expected_future(
        &mut self,
        model: &GenerativeModel,
        sender: Sender,
        action: usize,
        now: &Belief,
        next: &Belief,
        floor: Floor,
    ) {
        let factor = model.factor(sender.array);
        let (transition, parents) = (factor.transition(), factor.parents());
        let next = next.factor(sender.array);
        let size = transition.n_parent_states();
        for joint in 0..size {
            let (mut finite, mut zeros) = (0.0, 0.0);
            for (&q, &log) in next.iter().zip(transition.log_column(joint, action)) {
                if q > 0.0 {
                    let (x, zero) = floor.split(log);
                    finite += q * x;
                    zeros += q * zero;
                }
            }
            (self.finite[joint], self.zeros[joint]) = (finite, zeros);
        }
        self.contract(size, transition.parent_shape(), sender.axis, parents, now);
    }

    /// The weighed logarithm of what the step before predicts.
    pub(super) fn add_predicted(
        &mut self,
        model: &GenerativeModel,
        factor: usize,
        action: usize,
        past: &Belief,
        weight: f64,
        floor: Floor,
    ) {
        let mut line = std::mem::take(&mut self.line);
        let predicted = &mut line[..self.n];
        crate::inference::predict_factor(model, factor, past, action, predicted);
        for (s, &p) in predicted.iter().enumerate() {
            self.add(s, ln(p), weight, floor);
        }
        self.line = line;
    }

    /// Half the logarithm of what the step after says of this one, through $B^\dagger$.
    pub(super) fn add_retrodicted(
        &mut self,
        model: &GenerativeModel,
        sender: Sender,
        action: usize,
        now: &Belief,
        next: &Belief,
        floor: Floor,
    ) {
        let factor = model.factor(sender.array);
        let (transition, parents) = (factor.transition(), factor.parents());
        let (n, n_next) = (self.n, factor.n_states());
        let shape = transition.parent_shape();
        let mut square = std::mem::take(&mut self.square);
        let rows = &mut square[..n * n_next];
        rows.fill(0.0);
        // The other parents are summed out; this one is kept, all of its states alike.
        for kept in 0..n {
            let row = &mut rows[kept * n_next..(kept + 1) * n_next];
            for_each_joint_with(
                shape,
                |axis| now.factor(parents[axis]),
                (sender.axis, kept),
                |joint, weight| {
                    for (row, &p) in row.iter_mut().zip(transition.column(joint, action))
                    {
                        *row += weight * p;
                    }
                },
            );
        }
        let mut line = std::mem::take(&mut self.line);
        let sums = &mut line[..n_next];
        sums.fill(0.0);
        for row in rows.chunks_exact(n_next) {
            sums.iter_mut().zip(row).for_each(|(sum, p)| *sum += p);
        }
        for (s, row) in rows.chunks_exact(n_next).enumerate() {
            let next = next.factor(sender.array).iter();
            let terms = next.zip(row).zip(&*sums).filter(|(_, sum)| **sum > 0.0);
            let p: f64 = terms.map(|((q, p), sum)| q * (p / sum)).sum();
            self.add(s, ln(p), 0.5, floor);
        }
        self.square = square;
        self.line = line;
    }

    /// Replaces a belief by what the messages say, or a mixture with the old one, and
    /// returns the largest change.
    pub(super) fn update(&mut self, q: &mut [f64], kept: f64) -> f64 {
        self.drop_impossible();
        let logits = &self.logits[..self.n];
        let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let line = &mut self.line[..self.n];
        let mut total = 0.0;
        for (out, &x) in line.iter_mut().zip(logits) {
            *out = exp(x - largest);
            total += *out;
        }
        // The old counts only where the new has support: what it rules out is infinitely bad.
        let supported = q.iter().zip(&*line).filter(|(_, new)| **new > 0.0);
        let left: f64 = supported.map(|(old, _)| old).sum();
        let kept = if left > 0.0 { kept } else { 0.0 };
        let mut change: f64 = 0.0;
        for (q, &new) in q.iter_mut().zip(&*line) {
            let old = if kept > 0.0 && new > 0.0 { kept * *q / left } else { 0.0 };
            let new = old + (1.0 - kept) * (new / total);
            change = change.max((new - *q).abs());
            *q = new;
        }
        change
    }

    /// States that are less possible than others get a logit of minus infinity.
    fn drop_impossible(&mut self) {
        let impossible = &self.impossible[..self.n];
        let least = impossible.iter().copied().fold(f64::INFINITY, f64::min);
        for (logit, &x) in self.logits.iter_mut().zip(impossible) {
            if x > least * (1.0 + ROUNDING) {
                *logit = f64::NEG_INFINITY;
            }
        }
    }

    /// The messages as logarithms, minus infinity where any of it is impossible.
    pub(super) fn write(&self, out: &mut [f64]) {
        for ((out, &logit), &x) in out.iter_mut().zip(&self.logits).zip(&self.impossible)
        {
            *out = if x > 0.0 { f64::NEG_INFINITY } else { logit };
        }
    }

    /// The expectation of the messages under `q`.
    pub(super) fn expected(&self, q: &[f64]) -> f64 {
        let terms = q.iter().zip(&self.logits).zip(&self.impossible);
        terms
            .filter(|((q, _), _)| **q > 0.0)
            .map(|((&q, &x), &zero)| if zero > 0.0 { f64::NEG_INFINITY } else { q * x })
            .sum()
    }

    /// Room for `n` numbers.
    pub(super) fn line(&mut self, n: usize) -> &mut [f64] {
        &mut self.line[..n]
    }
}
