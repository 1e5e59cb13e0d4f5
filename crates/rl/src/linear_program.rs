//! The best policy as a linear program, and its dual.
//!
//! With weights $w(s) > 0$ that sum to 1 (Puterman 1994, section 6.9), the values solve
//!
//! $$\min_V \sum_s w(s)\, V(s) \quad\text{such that}\quad V(s) \ge \sum_{s'} P(s' \mid s, a)\,[r(s, a, s') + \gamma_d\, V(s')] \ \text{for all } s, a,$$
//!
//! and the occupancies $x(s, a) \ge 0$, the discounted number of times that the best
//! policy does $a$ in $s$ when it starts from $w$, solve
//!
//! $$\max_x \sum_{s, a} x(s, a)\, r(s, a) \quad\text{such that}\quad \sum_a x(s', a) - \gamma_d \sum_{s, a} P(s' \mid s, a)\, x(s, a) = w(s') \ \text{for all } s'.$$
//!
//! Any $x$ that satisfies the second is worth no more than any $V$ that satisfies the
//! first; at the optimum both are worth the same.

use envs::Discount;
use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use thiserror::Error;

use crate::certificate::factor_of_all;
use crate::{Certificate, Mdp, Stop};

/// Both solutions.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearProgram {
    /// $V^\ast$ of the first program, shape `[n_states]`, in reward.
    pub v: Vec<f64>,
    /// $x$ of the second, shape `[n_states, n_actions]`, row by row, in visits; 0 in
    /// terminal states.
    pub occupancies: Vec<f64>,
    /// $\sum_s w(s)\, V(s)$, in reward.
    pub primal: f64,
    /// $\sum_{s,a} x(s, a)\, r(s, a)$, in reward; the same, but for rounding.
    pub dual: f64,
    /// How far the values can be off, from their residual. Its sweeps are 0 and its
    /// tolerance is [`Stop::default`]'s.
    pub certificate: Certificate,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum LinearProgramError {
    /// A weight is not positive and finite.
    #[error("the weight of state {state} is {weight}: it must be positive and finite")]
    BadWeight {
        /// The state.
        state: usize,
        /// Its weight.
        weight: f64,
    },
    /// Another number of weights than of states.
    #[error("{found} weights for {n_states} states")]
    BadLength {
        /// How many weights there are.
        found: usize,
        /// How many states there are.
        n_states: usize,
    },
    /// The weights don't sum to 1.
    #[error("the weights sum to {sum}, not to 1")]
    BadSum {
        /// What they sum to.
        sum: f64,
    },
    /// The simplex found no optimum. Below discount 1 there is one; at discount 1 there
    /// need not be.
    #[error("the simplex found no optimum: {0}")]
    NoOptimum(String),
}

/// Solves both programs by the simplex method of the crate `microlp`. `weights` are $w$,
/// of shape `[n_states]`.
///
/// # Errors
/// [`LinearProgramError`]: the weights are not a distribution that is positive everywhere, or there is no optimum.
///
/// ```
/// use rl::{Discount, Mdp, linear_program};
///
/// let mdp = Mdp::new(&envs::textbook::gridworld())?;
/// let found = linear_program::solve(&mdp, Discount::new(0.9)?, &[1.0 / 25.0; 25])?;
/// assert!((found.v[1] - 24.4194).abs() < 1e-4);
/// assert!((found.primal - found.dual).abs() < 1e-9);
/// let visits: f64 = found.occupancies.iter().sum();
/// assert!((visits - 10.0).abs() < 1e-9, "1 / (1 - 0.9)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn solve(
    mdp: &Mdp,
    discount: Discount,
    weights: &[f64],
) -> Result<LinearProgram, LinearProgramError> {
    check_weights(mdp, weights)?;
    let v = values(mdp, discount, weights)?;
    let occupancies = occupancies(mdp, discount, weights)?;
    let n_actions = mdp.n_actions();
    let paid = |(i, x): (usize, &f64)| x * mdp.reward(i / n_actions, i % n_actions);
    Ok(LinearProgram {
        primal: weights.iter().zip(&v).map(|(w, v)| w * v).sum(),
        dual: occupancies.iter().enumerate().map(paid).sum(),
        certificate: Certificate::new(
            mdp.optimality_residual(&v, discount),
            factor_of_all(mdp, discount),
            0,
            Stop::default(),
        ),
        v,
        occupancies,
    })
}

fn check_weights(mdp: &Mdp, weights: &[f64]) -> Result<(), LinearProgramError> {
    let n_states = mdp.n_states();
    if weights.len() != n_states {
        return Err(LinearProgramError::BadLength { found: weights.len(), n_states });
    }
    if let Some(state) = weights.iter().position(|w| !(*w > 0.0 && w.is_finite())) {
        return Err(LinearProgramError::BadWeight { state, weight: weights[state] });
    }
    let sum: f64 = weights.iter().sum();
    if (sum - 1.0).abs() > prob::categorical::SUM_TOLERANCE {
        return Err(LinearProgramError::BadSum { sum });
    }
    Ok(())
}

fn values(
    mdp: &Mdp,
    discount: Discount,
    weights: &[f64],
) -> Result<Vec<f64>, LinearProgramError> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let v: Vec<Variable> = weights
        .iter()
        .enumerate()
        .map(|(s, &w)| {
            let anything = (f64::NEG_INFINITY, f64::INFINITY);
            problem.add_var(w, if mdp.is_terminal(s) { (0.0, 0.0) } else { anything })
        })
        .collect();
    let mut row = vec![0.0; weights.len()];
    for (s, a) in live_pairs(mdp) {
        row.fill(0.0);
        row[s] = 1.0;
        for (next, p) in mdp.row(s, a) {
            row[next] -= discount.get() * p;
        }
        problem.add_constraint(terms(&row, &v), ComparisonOp::Ge, mdp.reward(s, a));
    }
    optimum(&problem, &v)
}

fn occupancies(
    mdp: &Mdp,
    discount: Discount,
    weights: &[f64],
) -> Result<Vec<f64>, LinearProgramError> {
    let (n_states, n_actions) = (mdp.n_states(), mdp.n_actions());
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let x: Vec<Variable> = (0..n_states * n_actions)
        .map(|i| {
            let (s, a) = (i / n_actions, i % n_actions);
            let most = if mdp.is_terminal(s) { 0.0 } else { f64::INFINITY };
            problem.add_var(mdp.reward(s, a), (0.0, most))
        })
        .collect();
    let mut flow = vec![0.0; n_states * x.len()];
    for (s, a) in live_pairs(mdp) {
        let i = s * n_actions + a;
        flow[s * x.len() + i] += 1.0;
        for (next, p) in mdp.row(s, a) {
            flow[next * x.len() + i] -= discount.get() * p;
        }
    }
    for (s, row) in flow.chunks_exact(x.len()).enumerate() {
        if !mdp.is_terminal(s) {
            problem.add_constraint(terms(row, &x), ComparisonOp::Eq, weights[s]);
        }
    }
    optimum(&problem, &x)
}

fn live_pairs(mdp: &Mdp) -> impl Iterator<Item = (usize, usize)> {
    (0..mdp.n_states())
        .filter(|&s| !mdp.is_terminal(s))
        .flat_map(|s| (0..mdp.n_actions()).map(move |a| (s, a)))
}

fn terms(row: &[f64], variables: &[Variable]) -> Vec<(Variable, f64)> {
    let all = variables.iter().copied().zip(row.iter().copied());
    all.filter(|(_, c)| *c != 0.0).collect()
}

fn optimum(
    problem: &Problem,
    variables: &[Variable],
) -> Result<Vec<f64>, LinearProgramError> {
    let none =
        |error: &dyn std::fmt::Display| LinearProgramError::NoOptimum(error.to_string());
    let found = problem.solve().map_err(|error| none(&error))?;
    let solution = found.into_solution().map_err(|_| none(&"it was interrupted"))?;
    Ok(variables.iter().map(|&x| solution.var_value(x)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use envs::textbook::gridworld;

    #[test]
    fn weights_that_are_no_positive_distribution_are_refused() {
        let mdp = Mdp::new(&gridworld()).unwrap();
        let message = |weights: &[f64]| {
            let found = solve(&mdp, Discount::new(0.9).unwrap(), weights);
            found.unwrap_err().to_string()
        };
        assert_eq!(message(&[1.0]), "1 weights for 25 states");
        let mut weights = [1.0 / 25.0; 25];
        weights[4] = 0.0;
        assert_eq!(
            message(&weights),
            "the weight of state 4 is 0: it must be positive and finite"
        );
        assert_eq!(message(&[0.5; 25]), "the weights sum to 12.5, not to 1");
    }
}
