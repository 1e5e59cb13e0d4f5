//! Variational free energy: one number for how badly a belief fits model and observation.
//!
//! $$F = \underbrace{\mathrm{KL}\[q(s) \,\|\, p(s)\]}_{\text{complexity}} -
//! \underbrace{\mathrm E_q\[\ln p(o \mid s)\]}_{\text{accuracy}} =
//! \underbrace{-\mathrm E_q\[\ln p(o, s)\]}_{\text{energy}} -
//! \underbrace{\mathrm H\[q(s)\]}_{\text{entropy}} = -\ln p(o) + \mathrm{KL}\[q(s) \,\|\,
//! p(s \mid o)\]$$
//!
//! (Parr, Pezzulo and Friston 2022, eq. 2.5; Da Costa et al. 2020, section 4.1.) The last
//! form says that $F$ is at least the surprise $-\ln p(o)$, and what the gap is.
//!
//! | book       | code         | meaning                                   | unit |
//! |------------|--------------|-------------------------------------------|------|
//! | $F$        | `value()`    | variational free energy                   | nats |
//! | $q(s)$     | `belief`     | approximate posterior                     |      |
//! | $p(s)$     | `prior`      | belief before the observation             |      |
//! | $-\ln p(o)$ | surprise    | how improbable the observation is         | nats |

use prob::categorical::{entropy, kl};

use crate::inference::check_observation;
use crate::{Belief, GenerativeModel, InferenceError, JointSpace, Outcome};

/// Free energy with its parts, in nats.
///
/// ```
/// use aif::FreeEnergy;
///
/// let f = FreeEnergy { complexity: 0.5, accuracy: -1.0, entropy: 0.25 };
/// assert_eq!(f.value(), 1.5);
/// assert_eq!(f.energy() - f.entropy, f.value());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FreeEnergy {
    /// How far the observation moved the belief: $\mathrm{KL}\[q(s) \,\|\, p(s)\]$.
    pub complexity: f64,
    /// How well the belief explains the observation: $\mathrm E_q\[\ln p(o \mid s)\]$;
    /// minus infinity if it holds possible what cannot have given it.
    pub accuracy: f64,
    /// How open the belief is: $\mathrm H\[q(s)\]$.
    pub entropy: f64,
}

impl FreeEnergy {
    /// $F$ = complexity − accuracy.
    pub fn value(&self) -> f64 {
        self.complexity - self.accuracy
    }

    /// $-\mathrm E_q\[\ln p(o, s)\]$ = $F$ + entropy.
    pub fn energy(&self) -> f64 {
        self.value() + self.entropy
    }
}

/// Free energy of independent factors: $q(s) = \prod_f q(s^f)$ against the prior
/// $\prod_f p(s^f)$ and the observation.
///
/// # Errors
/// [`InferenceError::WrongOutcomes`] or [`InferenceError::NoSuchOutcome`].
///
/// # Panics
/// If a belief has other factors than the model.
///
/// ```
/// use aif::{Belief, GenerativeModel, free_energy};
///
/// let mut model = GenerativeModel::builder();
/// let food = model.factor("food", &["left", "right"]);
/// let smell = model.modality("smell", &["left", "right"]);
/// model.likelihood(smell, &[food], |states, column| {
///     column.fill(0.25);
///     column[states[0]] = 0.75;
/// });
/// let model = model.build()?;
/// let prior = Belief::prior(&model);
/// let vfe = free_energy::of_factors(&model, &prior, &prior, &[0])?;
/// assert_eq!(vfe.complexity, 0.0);
/// // The surprise of an outcome that is as probable as the other is ln 2.
/// assert!(vfe.value() > prob::math::ln(2.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn of_factors(
    model: &GenerativeModel,
    belief: &Belief,
    prior: &Belief,
    observation: &[impl Outcome],
) -> Result<FreeEnergy, InferenceError> {
    check_observation(model, observation)?;
    let accuracy = observation
        .iter()
        .enumerate()
        .filter_map(|(m, o)| o.outcome().map(|o| expected_log(model, m, o, belief)))
        .sum();
    Ok(FreeEnergy {
        complexity: belief.iter().zip(prior.iter()).map(|(q, p)| kl(q, p)).sum(),
        accuracy,
        entropy: belief.iter().map(entropy).sum(),
    })
}

/// Free energy of a belief about joint states; `belief` and `prior` have shape
/// `[n_joint_states]`.
///
/// # Errors
/// [`InferenceError::WrongOutcomes`] or [`InferenceError::NoSuchOutcome`].
///
/// # Panics
/// If the shapes differ.
pub fn of_joint(
    space: &JointSpace,
    model: &GenerativeModel,
    belief: &[f64],
    prior: &[f64],
    observation: &[impl Outcome],
) -> Result<FreeEnergy, InferenceError> {
    check_observation(model, observation)?;
    assert_eq!(belief.len(), space.n_states(), "one number for each joint state");
    let mut accuracy = 0.0;
    for (m, o) in observation.iter().enumerate() {
        let Some(o) = o.outcome() else { continue };
        let likelihood = model.modality(m).likelihood();
        let (n, row) = (likelihood.n_values(), &likelihood.log_columns(0)[o..]);
        for (&q, &column) in belief.iter().zip(space.likelihood_columns(m)) {
            if q > 0.0 {
                accuracy += q * row[column as usize * n];
            }
        }
    }
    Ok(FreeEnergy { complexity: kl(belief, prior), accuracy, entropy: entropy(belief) })
}

/// $\mathrm E_q\[\ln A^m\[o, s\]\]$ in nats, where what has probability 0 doesn't count.
pub(crate) fn expected_log(
    model: &GenerativeModel,
    modality: usize,
    outcome: usize,
    belief: &Belief,
) -> f64 {
    let m = model.modality(modality);
    let likelihood = m.likelihood();
    let parents = m.parents();
    expected(likelihood.log_columns(0), likelihood.parent_shape(), outcome, |axis| {
        belief.factor(parents[axis])
    })
}

/// Goes through the joint states of the axes, outermost first.
fn expected<'q>(
    columns: &[f64],
    shape: &[usize],
    value: usize,
    belief: impl Fn(usize) -> &'q [f64] + Copy,
) -> f64 {
    fn from<'q>(
        columns: &[f64],
        shape: &[usize],
        axis: usize,
        value: usize,
        belief: impl Fn(usize) -> &'q [f64] + Copy,
    ) -> f64 {
        let Some(&n) = shape.get(axis) else { return columns[value] };
        let parts = columns.chunks_exact(columns.len() / n);
        parts
            .zip(belief(axis))
            .filter(|(_, q)| **q > 0.0)
            .map(|(part, &q)| q * from(part, shape, axis + 1, value, belief))
            .sum()
    }
    from(columns, shape, 0, value, belief)
}
