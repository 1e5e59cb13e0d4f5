//! The exact posterior, by enumeration.
//!
//! $$p(s \mid o) = \frac{p(o \mid s)\, p(s)}{\sum_{s'} p(o \mid s')\, p(s')}$$
//!
//! (Parr, Pezzulo and Friston 2022, eq. 2.1.) Only what must be enumerated together is:
//! factors that no modality ties to one another stay independent when they were before,
//! and each *block* of tied factors has a posterior of its own.
//!
//! | book            | code                     | meaning                        | shape |
//! |-----------------|--------------------------|--------------------------------|-------|
//! | $p(s)$          | `prior`                  | belief before the observation  | one a factor |
//! | $p(s \mid o)$   | [`Block::posterior`]     | joint posterior of a block     | `[n_block_states]` |
//! | $-\ln p(o)$     | `free_energy.value()`    | surprise, in nats              |       |

use prob::math::ln;

use crate::inference::check_observation;
use crate::joint::{TooManyStates, columns, weigh};
use crate::perception::{Convergence, Correct, Inferred};
use crate::{
    Belief, FreeEnergy, GenerativeModel, InferenceError, JointSpace, Outcome, possible,
};

/// Factors that some modality ties to one another, and the posterior of their joint
/// states.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    factors: Vec<usize>,
    shape: Vec<usize>,
    /// Modality, and for each joint state the column of its likelihood.
    modalities: Vec<(usize, Vec<u32>)>,
    posterior: Vec<f64>,
}

impl Block {
    /// The factors of the block, in ascending order.
    pub fn factors(&self) -> &[usize] {
        &self.factors
    }

    /// Number of states of each of its factors.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The joint posterior after the last correction, last factor fastest, as many
    /// numbers as the product of [`Self::shape`].
    pub fn posterior(&self) -> &[f64] {
        &self.posterior
    }
}

/// Exact inference of one time step, with the room that it needs.
///
/// ```
/// use aif::{Belief, GenerativeModel, exact::Exact, perception::Correct};
///
/// // Two switches and a lamp that burns if exactly one of them is on.
/// let mut model = GenerativeModel::builder();
/// let (left, right) = (model.factor("left", &["off", "on"]), model.factor("right", &["off", "on"]));
/// let lamp = model.modality("lamp", &["dark", "bright"]);
/// model.likelihood(lamp, &[left, right], |s, column| column[s[0] ^ s[1]] = 1.0);
/// model.prior(left, &[0.75, 0.25]);
/// let model = model.build()?;
///
/// let mut exact = Exact::new(&model)?;
/// let mut belief = Belief::prior(&model);
/// exact.correct(&model, &Belief::prior(&model), &[1], &mut belief)?;
/// assert_eq!(exact.blocks()[0].posterior(), [0.0, 0.75, 0.25, 0.0]);
/// assert_eq!(belief.factor(right), [0.25, 0.75]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Exact {
    blocks: Vec<Block>,
    /// Factors that no modality depends on.
    free: Vec<usize>,
}

impl Exact {
    /// Finds the blocks of `model` and makes room for them.
    ///
    /// # Errors
    /// [`TooManyStates`] if a block has more than [`JointSpace::LIMIT`] joint states.
    pub fn new(model: &GenerativeModel) -> Result<Self, TooManyStates> {
        let mut exact = Self { blocks: Vec::new(), free: Vec::new() };
        for factors in tied_factors(model) {
            let modalities = || {
                model
                    .modalities()
                    .iter()
                    .enumerate()
                    .filter(|(_, m)| m.parents().iter().any(|f| factors.contains(f)))
            };
            if modalities().next().is_none() {
                exact.free.extend(factors);
                continue;
            }
            let shape: Vec<usize> =
                factors.iter().map(|&f| model.factor(f).n_states()).collect();
            let n_states = shape
                .iter()
                .try_fold(1_usize, |product, &n| product.checked_mul(n))
                .filter(|&n| n <= JointSpace::LIMIT)
                .ok_or(TooManyStates)?;
            let place = |f: &usize| factors.binary_search(f).expect("tied to the block");
            let modalities = modalities()
                .map(|(m, modality)| {
                    let parents: Vec<usize> =
                        modality.parents().iter().map(place).collect();
                    (m, columns(&shape, &parents))
                })
                .collect();
            exact.blocks.push(Block {
                factors,
                shape,
                modalities,
                posterior: vec![0.0; n_states],
            });
        }
        Ok(exact)
    }

    /// The blocks, with the joint posteriors of the last correction.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }
}

impl Correct for Exact {
    /// The exact posterior, and its marginals in `out`. The free energy equals the
    /// surprise $-\ln p(o)$.
    fn correct<O: Outcome>(
        &mut self,
        model: &GenerativeModel,
        prior: &Belief,
        observation: &[O],
        out: &mut Belief,
    ) -> Result<Inferred, InferenceError> {
        check_observation(model, observation)?;
        let mut log_evidence = 0.0;
        // A modality that depends on no factor explains itself, or it can't be explained.
        for (m, o) in model.modalities().iter().zip(observation) {
            if let (true, Some(o)) = (m.parents().is_empty(), o.outcome()) {
                log_evidence += m.likelihood().log_column(0, 0)[o];
            }
        }
        let mut accuracy = log_evidence;
        for block in &mut self.blocks {
            product(prior, &block.factors, &mut block.posterior);
            for (m, columns) in &block.modalities {
                let Some(o) = observation[*m].outcome() else { continue };
                let likelihood = model.modality(*m).likelihood();
                let evidence = weigh(likelihood, columns, o, &mut block.posterior);
                if evidence <= 0.0 {
                    return Err(possible::blame(model, prior, observation));
                }
                let scale = 1.0 / evidence;
                block.posterior.iter_mut().for_each(|q| *q *= scale);
                log_evidence += ln(evidence);
            }
            for (m, columns) in &block.modalities {
                let Some(o) = observation[*m].outcome() else { continue };
                let likelihood = model.modality(*m).likelihood();
                let (n, row) = (likelihood.n_values(), &likelihood.log_columns(0)[o..]);
                for (&q, &column) in block.posterior.iter().zip(columns) {
                    if q > 0.0 {
                        accuracy += q * row[column as usize * n];
                    }
                }
            }
        }
        if log_evidence == f64::NEG_INFINITY {
            return Err(possible::blame(model, prior, observation));
        }
        for &f in &self.free {
            out.factor_mut(f).copy_from_slice(prior.factor(f));
        }
        for block in &self.blocks {
            let mut stride = block.posterior.len();
            for (&f, &n) in block.factors.iter().zip(&block.shape) {
                stride /= n;
                let q = out.factor_mut(f);
                q.fill(0.0);
                for (i, states) in block.posterior.chunks_exact(stride).enumerate() {
                    q[i % n] += states.iter().sum::<f64>();
                }
            }
        }
        let surprise = -log_evidence;
        // The prior is a product, so that its expected logarithm needs only marginals.
        let prior_energy: f64 = out
            .iter()
            .zip(prior.iter())
            .flat_map(|(q, p)| q.iter().zip(p))
            .filter(|(q, _)| **q > 0.0)
            .map(|(q, p)| -q * ln(*p))
            .sum();
        Ok(Inferred {
            free_energy: FreeEnergy {
                // Rounding may leave a divergence below 0, where it can't be.
                complexity: (surprise + accuracy).max(0.0),
                accuracy,
                entropy: (prior_energy - accuracy - surprise).max(0.0),
            },
            convergence: Convergence::Exact,
        })
    }
}

/// All factors, in groups: two are in one group if modalities tie them to one another.
fn tied_factors(model: &GenerativeModel) -> Vec<Vec<usize>> {
    let n = model.n_factors();
    let mut block_of: Vec<usize> = (0..n).collect();
    for m in model.modalities() {
        let Some(&first) = m.parents().first() else { continue };
        for &other in m.parents() {
            let (from, to) = (block_of[other], block_of[first]);
            block_of.iter_mut().filter(|b| **b == from).for_each(|b| *b = to);
        }
    }
    let group = |b| (0..n).filter(|&f| block_of[f] == b).collect::<Vec<_>>();
    (0..n).map(group).filter(|factors| !factors.is_empty()).collect()
}

/// The groups of tied factors that some modality depends on, and an empty one if some
/// modality depends on no factor.
pub(crate) fn blocks_of(model: &GenerativeModel) -> Vec<Vec<usize>> {
    let parents = || model.modalities().iter().map(|m| m.parents());
    let seen = |factors: &Vec<usize>| {
        parents().any(|parents| parents.iter().any(|f| factors.contains(f)))
    };
    let mut blocks = tied_factors(model);
    blocks.retain(seen);
    if parents().any(<[usize]>::is_empty) {
        blocks.push(Vec::new());
    }
    blocks
}

/// Writes the product of the factors' distributions, last factor fastest.
fn product(belief: &Belief, factors: &[usize], out: &mut [f64]) {
    out[0] = 1.0;
    let mut size = 1;
    for &f in factors {
        let q = belief.factor(f);
        for i in (0..size).rev() {
            let weight = out[i];
            for (out, &q) in out[i * q.len()..].iter_mut().zip(q) {
                *out = weight * q;
            }
        }
        size *= q.len();
    }
}
