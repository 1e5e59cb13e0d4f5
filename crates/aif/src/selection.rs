//! From a belief about plans to an action.
//!
//! | way | what is done |
//! |---|---|
//! | [`Selection::Best`] | the first step of the most probable plan |
//! | [`Selection::Sample`] | the first step of a plan drawn with probability $\propto q(\pi)^\alpha$ |
//! | [`Selection::BestMarginal`] | on each factor the action that is most probable, summed over plans |
//! | [`Selection::SampleMarginal`] | on each factor an action drawn with probability $\propto q(a)^\alpha$ |
//!
//! Values that differ by rounding alone are tied, and ties are broken by
//! [`prob::ties::argmax`]. Each factor draws from a stream of its own, so that what is
//! drawn for one says nothing of another.

use prob::categorical::sample_from;
use prob::math::powf;
use prob::rng::{Role, stream};
use prob::ties::argmax;
use rand::Rng;

use crate::GenerativeModel;
use crate::plan::{Planning, Precision};

/// How an action is chosen; $\alpha$ is the precision of action selection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Selection {
    /// The first step of the most probable plan.
    Best,
    /// The first step of a plan drawn from the belief about plans.
    Sample(Precision),
    /// On each factor the most probable first action. Where one choice acts on several
    /// factors, as an action of a world may, the actions need not be of one choice.
    BestMarginal,
    /// On each factor a first action drawn from its marginal; see
    /// [`Self::BestMarginal`] for choices that act on several factors.
    SampleMarginal(Precision),
}

/// Streams of chance for an agent's choices, one a factor: those of the run with this
/// `seed`; `index` separates agents or trials within it.
///
/// # Panics
/// If `index` times the number of factors needs more than 48 bits.
pub fn streams(
    model: &GenerativeModel,
    seed: u64,
    index: u64,
) -> Vec<impl Rng + Clone + use<>> {
    let n = model.n_factors() as u64;
    (0..n).map(|f| stream(seed, Role::Agent, index * n + f)).collect()
}

/// How close to the largest value counts as equal to it.
const SAME: f64 = 1e-12;

/// Room for a selection.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Room {
    values: Vec<f64>,
}

impl Room {
    pub fn new(model: &GenerativeModel, n_options: usize) -> Self {
        let widest = model.factors().iter().map(|f| f.n_actions()).max().unwrap_or(1);
        Self { values: vec![0.0; widest.max(n_options)] }
    }
}

/// $q(a^f)$: how probable it is that each action on a factor comes first, given the
/// belief about options; `out` has shape `[n_actions]`.
///
/// # Panics
/// If the shapes differ.
pub fn marginal(
    planning: &impl Planning,
    posterior: &[f64],
    factor: usize,
    out: &mut [f64],
) {
    assert_eq!(posterior.len(), planning.efe().len(), "one number for each option");
    out.fill(0.0);
    for (option, q) in posterior.iter().enumerate() {
        out[planning.first_actions(option)[factor]] += q;
    }
}

/// Chooses one action a factor and writes it to `out`, shape `[n_factors]`. `posterior`
/// is the belief about options; `rngs` has one stream a factor.
///
/// # Panics
/// If the lengths differ.
pub(crate) fn select<R: Rng>(
    model: &GenerativeModel,
    planning: &impl Planning,
    posterior: &[f64],
    selection: Selection,
    room: &mut Room,
    out: &mut [usize],
    rngs: &mut [R],
) {
    assert_eq!(rngs.len(), model.n_factors(), "one stream a factor");
    match selection {
        Selection::Best | Selection::Sample(_) => {
            let values = &mut room.values[..posterior.len()];
            values.copy_from_slice(posterior);
            let option = pick(values, selection, &mut rngs[0]);
            out.copy_from_slice(planning.first_actions(option));
        }
        Selection::BestMarginal | Selection::SampleMarginal(_) => {
            for (f, (out, rng)) in out.iter_mut().zip(rngs).enumerate() {
                let values = &mut room.values[..model.factor(f).n_actions()];
                marginal(planning, posterior, f, values);
                *out = if values.len() == 1 { 0 } else { pick(values, selection, rng) };
            }
        }
    }
}

fn pick<R: Rng>(values: &mut [f64], selection: Selection, rng: &mut R) -> usize {
    let max = values.iter().copied().fold(0.0, f64::max);
    match selection {
        Selection::Best | Selection::BestMarginal => {
            for value in values.iter_mut().filter(|value| max - **value <= SAME * max) {
                *value = max;
            }
            argmax(values, rng)
        }
        Selection::Sample(precision) | Selection::SampleMarginal(precision) => {
            if precision == Precision::ONE {
                return sample_from(values.iter().copied(), rng);
            }
            let power =
                |&q: &f64| if q > 0.0 { powf(q / max, precision.get()) } else { 0.0 };
            let sum: f64 = values.iter().map(power).sum();
            sample_from(values.iter().map(|q| power(q) / sum), rng)
        }
    }
}
