//! Five solvers, one answer, and what it costs to get there.
//!
//! Work is counted in backups of a state and an action, evaluations of $Q(s, a)$: a sweep
//! of value iteration takes one for each state and action, an evaluation inside modified
//! policy iteration one for each state. A backup multiplies once for each state that the
//! action can lead to; policy iteration's elimination makes no use of zeros and
//! multiplies about $n^3/3$ times for $n$ states. That is the common unit.
//!
//! ```
//! use ch02_bellman_and_value::solvers::disagreement;
//! use envs::{Discount, textbook::gridworld};
//! use rl::Mdp;
//!
//! let mdp = Mdp::new(&gridworld())?;
//! assert!(disagreement(&mdp, Discount::new(0.9)?) < 1e-10);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod order;
mod random;
mod work;

use envs::Discount;
use rl::modified_policy_iteration::{self, Settings};
use rl::value_iteration::{self, Solution};
use rl::{Mdp, Stop, gauss_seidel, linear_program, policy_iteration};

pub use self::order::backward;
pub use self::random::random_world;
pub use self::work::{Row, curves, totals};
use crate::contraction::sup_distance;

/// A solver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Solver {
    /// All states at once.
    ValueIteration,
    /// In place.
    GaussSeidel,
    /// Be greedy, then evaluate with 20 sweeps in place.
    ModifiedPolicyIteration,
    /// Be greedy, then evaluate exactly.
    PolicyIteration,
    /// A simplex over values.
    LinearProgram,
}

impl Solver {
    /// All five.
    pub const ALL: [Self; 5] = [
        Self::ValueIteration,
        Self::GaussSeidel,
        Self::ModifiedPolicyIteration,
        Self::PolicyIteration,
        Self::LinearProgram,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ValueIteration => "value iteration",
            Self::GaussSeidel => "Gauss-Seidel",
            Self::ModifiedPolicyIteration => "modified policy iteration",
            Self::PolicyIteration => "policy iteration",
            Self::LinearProgram => "linear program",
        }
    }

    // ANCHOR: values
    /// The values after at most so many `steps` (sweeps or improvements), and the steps
    /// taken. The linear program knows no steps.
    pub fn values(
        self,
        mdp: &Mdp,
        discount: Discount,
        steps: usize,
    ) -> (Vec<f64>, usize) {
        let n = mdp.n_states();
        let stop = Stop::new(2e-11, steps).expect("a tolerance");
        let swept = |found: Solution| (found.v, found.certificate.sweeps);
        match self {
            Self::ValueIteration => swept(value_iteration::solve(mdp, discount, stop)),
            Self::GaussSeidel => swept(gauss_seidel::solve(mdp, discount, stop)),
            Self::ModifiedPolicyIteration => {
                swept(modified_policy_iteration::solve(mdp, discount, SETTINGS, stop))
            }
            Self::PolicyIteration => {
                let found = policy_iteration::solve(mdp, discount, &vec![0; n], stop);
                let found = found.expect("below discount 1 every policy has values");
                (found.v, found.certificate.sweeps)
            }
            Self::LinearProgram => {
                let found =
                    linear_program::solve(mdp, discount, &vec![1.0 / n as f64; n]);
                (found.expect("below discount 1 there is an optimum").v, 0)
            }
        }
    }
    // ANCHOR_END: values
}

/// 20 sweeps of evaluation, in place, after each improvement, the default of the library.
const SETTINGS: Settings = Settings { evaluations: 20 };

/// Enough steps for every solver to prove its tolerance.
const PLENTY: usize = 100_000;

// ANCHOR: disagreement
/// The largest difference between any two solvers in any state, in reward, for a discount
/// below 1.
pub fn disagreement(mdp: &Mdp, discount: Discount) -> f64 {
    let answers = Solver::ALL.map(|solver| solver.values(mdp, discount, PLENTY).0);
    let pairs = answers.iter().flat_map(|v| answers.iter().map(move |u| (v, u)));
    pairs.map(|(v, u)| sup_distance(v, u)).fold(0.0, f64::max)
}
// ANCHOR_END: disagreement
