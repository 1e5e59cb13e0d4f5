//! What can be wrong with a generative model.

use std::fmt;

use thiserror::Error;

/// Which array of a model is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArrayName {
    /// $A$ of a modality.
    Likelihood {
        /// Number of the modality.
        modality: usize,
        /// Its name.
        name: String,
    },
    /// $B$ of a factor.
    Transition {
        /// Number of the factor.
        factor: usize,
        /// Its name.
        name: String,
    },
    /// $\ln C$ of a modality.
    LogPreference {
        /// Number of the modality.
        modality: usize,
        /// Its name.
        name: String,
    },
    /// $D$ of a factor.
    Prior {
        /// Number of the factor.
        factor: usize,
        /// Its name.
        name: String,
    },
    /// $E$.
    Habit,
}

impl fmt::Display for ArrayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Likelihood { modality, name } => {
                write!(f, "likelihood of modality {modality} ({name})")
            }
            Self::Transition { factor, name } => {
                write!(f, "transition of factor {factor} ({name})")
            }
            Self::LogPreference { modality, name } => {
                write!(f, "log-preference of modality {modality} ({name})")
            }
            Self::Prior { factor, name } => {
                write!(f, "prior of factor {factor} ({name})")
            }
            Self::Habit => write!(f, "habit"),
        }
    }
}

/// Why a set of arrays is no generative model.
///
/// A column is named by its indices behind the first, as the book writes the array:
/// `[s…]` for $A[o, s…]$, `[s…, a]` for $B[s', s…, a]$, nothing for $D$ and $E$.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ModelError {
    /// A model without state factors or without outcome modalities.
    #[error("a model has at least one state factor and one outcome modality")]
    Empty,
    /// A factor without states or actions, or a modality without outcomes.
    #[error("{array}: it has no values to choose from")]
    NoValues {
        /// Which array.
        array: ArrayName,
    },
    /// A number of arrays that does not fit the others.
    #[error("{given} {what}, but {expected} are needed")]
    Count {
        /// What was counted.
        what: &'static str,
        /// How many there must be.
        expected: usize,
        /// How many there are.
        given: usize,
    },
    /// Nobody wrote this array.
    #[error("{array}: not given")]
    Missing {
        /// Which array.
        array: ArrayName,
    },
    /// An array's shape does not fit the factors that it depends on.
    #[error("{array}: shape {given:?}, but {expected:?} is needed")]
    Shape {
        /// Which array.
        array: ArrayName,
        /// The shape that fits.
        expected: Vec<usize>,
        /// The shape that it has.
        given: Vec<usize>,
    },
    /// A dependency on a factor that there isn't.
    #[error("{array}: depends on factor {parent}, but there are {n_factors}")]
    NoSuchParent {
        /// Which array.
        array: ArrayName,
        /// The factor that there isn't.
        parent: usize,
        /// How many factors there are.
        n_factors: usize,
    },
    /// A dependency that is listed twice.
    #[error("{array}: depends on factor {parent} twice")]
    ParentTwice {
        /// Which array.
        array: ArrayName,
        /// The factor.
        parent: usize,
    },
    /// An entry that is no probability.
    #[error(
        "{array}, column {column:?}: entry {index} is {value}, and a probability is finite and at least 0"
    )]
    BadEntry {
        /// Which array.
        array: ArrayName,
        /// Which of its columns.
        column: Vec<usize>,
        /// Position in the column.
        index: usize,
        /// What stands there.
        value: f64,
    },
    /// A column that does not sum to 1.
    #[error("{array}, column {column:?}: sums to {sum}, not to 1")]
    BadSum {
        /// Which array.
        array: ArrayName,
        /// Which of its columns.
        column: Vec<usize>,
        /// What it sums to.
        sum: f64,
    },
    /// A log-preference that is no finite number.
    #[error("{array}: outcome {outcome} at step {step} is {value}, not a finite number")]
    BadPreference {
        /// Which array.
        array: ArrayName,
        /// The outcome.
        outcome: usize,
        /// The time step.
        step: usize,
        /// What stands there.
        value: f64,
    },
}
