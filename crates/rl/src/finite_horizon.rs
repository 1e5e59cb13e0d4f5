//! Backward induction: what the best policy is worth when so many steps are left.
//!
//! $$V_0(s) = 0, \qquad V_{k+1}(s) = \max_a \sum_{s'} P(s' \mid s, a)\,[r(s, a, s') + \gamma_d\, V_k(s')]$$
//!
//! (Puterman 1994, section 4.5). Which action is best depends on the steps that are left.

use envs::Discount;

use crate::{Certificate, Mdp, Outcome, Policy, value_iteration};

/// Values and policies for each number of steps left.
#[derive(Debug, Clone, PartialEq)]
pub struct Induction {
    n_states: usize,
    v: Vec<f64>,
    discount: Discount,
    /// Exact but for rounding: the bound is 0, and the sweeps are the horizon.
    pub certificate: Certificate,
}

/// Backward induction over `horizon` steps; it takes room for `[horizon + 1, n_states]`
/// numbers.
///
/// ```
/// use rl::{Discount, Mdp, finite_horizon};
///
/// let world = envs::textbook::windy();
/// let found = finite_horizon::solve(&Mdp::new(&world)?, Discount::new(1.0)?, 20);
/// let start = 30;
/// assert_eq!((found.v(10)[start], found.v(20)[start]), (-10.0, -15.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn solve(mdp: &Mdp, discount: Discount, horizon: usize) -> Induction {
    let n_states = mdp.n_states();
    let mut v = vec![0.0; (horizon + 1) * n_states];
    for left in 0..horizon {
        let (known, rest) = v.split_at_mut((left + 1) * n_states);
        value_iteration::sweep(
            mdp,
            &known[left * n_states..],
            &mut rest[..n_states],
            discount,
        );
    }
    Induction {
        n_states,
        v,
        discount,
        certificate: Certificate {
            residual: 0.0,
            bound: Some(0.0),
            sweeps: horizon,
            outcome: Outcome::Converged,
        },
    }
}

impl Induction {
    /// The horizon, in steps.
    pub fn horizon(&self) -> usize {
        self.v.len() / self.n_states - 1
    }

    /// $V_k$ with `left` = $k$ steps left, shape `[n_states]`, in reward.
    ///
    /// # Panics
    /// If `left` lies beyond the horizon.
    pub fn v(&self, left: usize) -> &[f64] {
        assert!(left <= self.horizon(), "{left} steps left of {}", self.horizon());
        &self.v[left * self.n_states..(left + 1) * self.n_states]
    }

    /// What is best with `left` steps left: all best actions, evenly (see
    /// [`Policy::greedy`]).
    ///
    /// # Panics
    /// If `left` is 0 or lies beyond the horizon.
    pub fn policy(&self, mdp: &Mdp, left: usize, slack: f64) -> Policy {
        assert!(left > 0, "no step is left to decide on");
        Policy::greedy(mdp, self.v(left - 1), self.discount, slack)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use envs::graph::{Edge, graph};

    #[test]
    fn the_best_action_depends_on_the_steps_that_are_left() {
        // Action 0 pays 1 at once and ends; action 1 pays 5, but two steps on.
        let edges = [
            Edge::paid(0, 0, 2, 1.0),
            Edge::free(0, 1, 1),
            Edge::paid(1, 0, 2, 5.0),
            Edge::paid(1, 1, 2, 5.0),
        ];
        let world = graph(3, 2, &edges, vec![(0, 1.0)]).unwrap();
        let mdp = Mdp::new(&world).unwrap();
        let found = solve(&mdp, Discount::new(1.0).unwrap(), 2);
        assert_eq!((found.v(0)[0], found.v(1)[0], found.v(2)[0]), (0.0, 1.0, 5.0));
        assert_eq!(found.policy(&mdp, 1, 0.0).row(0), [1.0, 0.0]);
        assert_eq!(found.policy(&mdp, 2, 0.0).row(0), [0.0, 1.0]);
    }
}
