//! The successor representation: where one will be, apart from what it is worth.
//!
//! | book                | code               | meaning                                          | unit   |
//! |---------------------|--------------------|--------------------------------------------------|--------|
//! | $M(s, s')$          | `m[(s, s_visited)]` | discounted number of visits to `s'` from `s` on | visits |
//! | $P_\mu(s' \mid s)$  |                    | chance of going from `s` to `s'` under the policy |        |
//! | $\bar r(s)$         | `reward[s]`        | mean reward of the step that leaves `s`          | reward |
//! | $\gamma_d$          | `discount`         | discount                                         | `[0, 1]` |
//!
//! $$M(s, s') = \mathbb E_\mu\Bigl[\sum_{t=0}^{T-1} \gamma_d^t\, \mathbb 1[S_t = s'] \Bigm| S_0 = s\Bigr], \qquad M = (I - \gamma_d P_\mu)^{-1}, \qquad V_\mu = M\, \bar r$$
//!
//! (Dayan 1993). A row is where one goes from a state, a column is a place field. The
//! start counts as a visit; an end does not, as no step leaves it: its row and column are
//! 0.

use std::ops::Index;

use envs::{Discount, Next};

use crate::evaluation::Endless;
use crate::lu::{self, Singular};
use crate::{Features, Mdp, Policy, Settings};

/// A square table $M$, of shape `[n, n]`: rows are where one starts, columns what is
/// visited.
#[derive(Debug, Clone, PartialEq)]
pub struct SuccessorMatrix {
    n: usize,
    m: Vec<f64>,
}

impl SuccessorMatrix {
    /// $M = I$: one knows where one is, and nothing of what follows.
    pub fn identity(n: usize) -> Self {
        let mut m = vec![0.0; n * n];
        for s in 0..n {
            m[s * n + s] = 1.0;
        }
        Self { n, m }
    }

    /// Number of rows and columns.
    pub fn n(&self) -> usize {
        self.n
    }

    /// Where one goes from `s`, shape `[n]`, in visits.
    ///
    /// # Panics
    /// If there is no such state.
    #[inline]
    pub fn row(&self, s: usize) -> &[f64] {
        &self.m[s * self.n..][..self.n]
    }

    /// From where one comes to `s_visited`: its place field, `n` numbers, in visits.
    ///
    /// # Panics
    /// If there is no such state.
    pub fn place_field(&self, s_visited: usize) -> impl Iterator<Item = f64> {
        assert!(s_visited < self.n, "state {s_visited} of {}", self.n);
        self.m.iter().skip(s_visited).step_by(self.n).copied()
    }

    /// $V = M\, \bar r$, of one state. `reward` has shape `[n]`.
    #[inline]
    pub fn value(&self, s: usize, reward: &[f64]) -> f64 {
        assert_eq!(
            reward.len(),
            self.n,
            "{} rewards for {} states",
            reward.len(),
            self.n
        );
        self.row(s).iter().zip(reward).map(|(m, r)| m * r).sum()
    }

    /// All entries, row by row, shape `[n * n]`.
    pub fn as_slice(&self) -> &[f64] {
        &self.m
    }
}

impl Index<(usize, usize)> for SuccessorMatrix {
    type Output = f64;
    #[inline]
    fn index(&self, (s, s_visited): (usize, usize)) -> &f64 {
        &self.row(s)[s_visited]
    }
}

/// The transitions of a policy, $P_\mu(s' \mid s) = \sum_a \mu(a \mid s)\, P(s' \mid s,
/// a)$: shape `[n_states, n_states]`, row by row. The row of an end is 0.
pub fn transitions(mdp: &Mdp, policy: &Policy) -> Vec<f64> {
    let n = mdp.n_states();
    let mut p = vec![0.0; n * n];
    for (s, row) in p.chunks_exact_mut(n).enumerate() {
        for (a, &chosen) in policy.row(s).iter().enumerate() {
            for (next, probability) in mdp.row(s, a) {
                row[next] += chosen * probability;
            }
        }
    }
    p
}

/// The mean reward of the step that leaves each state, $\bar r(s) = \sum_a \mu(a \mid s)
/// \sum_{s'} P(s' \mid s, a)\, r(s, a, s')$: shape `[n_states]`, in reward.
pub fn rewards(mdp: &Mdp, policy: &Policy) -> Vec<f64> {
    (0..mdp.n_states())
        .map(|s| {
            policy.row(s).iter().enumerate().map(|(a, p)| p * mdp.reward(s, a)).sum()
        })
        .collect()
}

/// The successor representation of a policy in a known world, by elimination in $O(n^3)$:
/// $M = (I - \gamma_d P_\mu)^{-1}$ (Dayan 1993).
///
/// # Errors
/// [`Endless`] at discount 1 if there are states from which the policy never ends an
/// episode.
///
/// ```
/// use rl::{Discount, Mdp, Policy, successor};
///
/// // A ring of one way: after k steps one is k states on, for ever.
/// let ring = envs::graph::ring(4);
/// let mdp = Mdp::new(&ring)?;
/// let onwards = Policy::deterministic(&mdp, &[0; 4])?;
/// let m = successor::exact(&mdp, &onwards, Discount::new(0.5)?)?;
/// let once_around = 1.0 - 0.0625;
/// assert!((m[(0, 1)] - 0.5 / once_around).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn exact(
    mdp: &Mdp,
    policy: &Policy,
    discount: Discount,
) -> Result<SuccessorMatrix, Endless> {
    let n = mdp.n_states();
    let mut a = transitions(mdp, policy);
    for (s, row) in a.chunks_exact_mut(n).enumerate() {
        for (next, p) in row.iter_mut().enumerate() {
            // Nothing leaves an end, so that no visit to it counts.
            *p *= if mdp.is_terminal(next) { 0.0 } else { -discount.get() };
        }
        row[s] += 1.0;
    }
    let mut m = vec![0.0; n * n];
    for s in (0..n).filter(|&s| !mdp.is_terminal(s)) {
        m[s * n + s] = 1.0;
    }
    lu::solve_each(&mut a, &mut m, n)
        .map_err(|Singular { column }| Endless { state: column })?;
    Ok(SuccessorMatrix { n, m })
}

/// The successor representation, learned from steps by TD: for each $s'$,
///
/// $$M(S_t, s') \leftarrow M(S_t, s') + \eta\,\bigl[\mathbb 1[S_t = s'] + \gamma_d\, M(S_{t+1}, s') - M(S_t, s')\bigr]$$
///
/// (Dayan 1993). With features it predicts their discounted sum, $\psi(s) = \mathbb E
/// \sum_t \gamma_d^t\, \phi(S_t)$, as $\psi_j = \sum_i \phi_i M_{ij}$ (successor
/// features; Barreto et al. 2017), and each row moves as far as its feature is active.
///
/// To learn it for pairs of state and action, number the pairs.
///
/// ```
/// use envs::Next;
/// use rl::{Settings, successor::SuccessorTd};
///
/// let mut learner = SuccessorTd::new(2, Settings::default());
/// learner.learn(0, Next::Continues(1));
/// assert_eq!(learner.m().as_slice(), [0.1, 0.0, 0.0, 0.0]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SuccessorTd {
    m: SuccessorMatrix,
    /// Step size and discount.
    pub settings: Settings,
    errors: Vec<f64>,
}

impl SuccessorTd {
    /// Knows nothing: $M = 0$. `n` is the number of states or features.
    pub fn new(n: usize, settings: Settings) -> Self {
        let m = SuccessorMatrix { n, m: vec![0.0; n * n] };
        Self { m, settings, errors: vec![0.0; n] }
    }

    /// Begins with `m`.
    pub fn from_matrix(m: SuccessorMatrix, settings: Settings) -> Self {
        Self { errors: vec![0.0; m.n], m, settings }
    }

    /// $M$ as learned so far.
    pub fn m(&self) -> &SuccessorMatrix {
        &self.m
    }

    /// Learns from a step from `x`. Returns the errors, one for each state or feature, in
    /// visits. Allocates nothing.
    ///
    /// # Panics
    /// If there is no such state, or not as many features as rows.
    pub fn learn<X: Features>(&mut self, x: X, next: Next<X>) -> &[f64] {
        let n = self.m.n;
        x.expect(n);
        let Settings { step_size, discount } = self.settings;
        let (errors, m) = (&mut self.errors, &mut self.m.m);
        errors.fill(0.0);
        let mut add = |x: X, factor: f64, m: &[f64]| {
            x.each(|i, phi| {
                for (error, m) in errors.iter_mut().zip(&m[i * n..][..n]) {
                    *error += factor * phi * m;
                }
            });
        };
        match next {
            Next::Continues(x) | Next::Truncated(x) => add(x, discount.get(), m),
            Next::Terminated => (),
        }
        add(x, -1.0, m);
        x.add_scaled(1.0, errors);
        x.each(|i, phi| {
            for (m, error) in m[i * n..][..n].iter_mut().zip(&*errors) {
                *m += step_size.get() * phi * error;
            }
        });
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_update_is_as_worked_out_by_hand() {
        // M = ((1, 0), (2, 4)), step 0 -> 1, discount .5: errors 1 + .5 * 2 - 1 = 1 and
        // 0 + .5 * 4 - 0 = 2; half of them: M(0, ·) = (1.5, 1).
        let mut learner = SuccessorTd::new(2, Settings::new(0.5, 0.5).unwrap());
        learner.m.m = vec![1.0, 0.0, 2.0, 4.0];
        assert_eq!(learner.learn(0, Next::Continues(1)), [1.0, 2.0]);
        assert_eq!(learner.m().as_slice(), [1.5, 1.0, 2.0, 4.0]);
        // At the end nothing follows: errors 0 - 2 and 1 - 4.
        assert_eq!(learner.learn(1, Next::Terminated), [-2.0, -3.0]);
        assert_eq!(learner.m().as_slice(), [1.5, 1.0, 1.0, 2.5]);
        assert_eq!(learner.m().place_field(1).collect::<Vec<_>>(), [1.0, 2.5]);
    }

    #[test]
    fn one_update_with_features_is_as_worked_out_by_hand() {
        // M = ((1, 0), (2, 4)), phi = (1, .5), phi' = (0, 1): psi = (2, 2), psi' = (2,
        // 4), errors 1 + 1 - 2 = 0 and .5 + 2 - 2 = .5. Rows move by .5 * phi_i * error:
        // M = ((1, .25), (2, 4.125)).
        let mut learner = SuccessorTd::new(2, Settings::new(0.5, 0.5).unwrap());
        learner.m.m = vec![1.0, 0.0, 2.0, 4.0];
        let (x, next) = ([1.0, 0.5], [0.0, 1.0]);
        let errors = learner.learn(x.as_slice(), Next::Continues(next.as_slice()));
        assert_eq!(errors, [0.0, 0.5]);
        assert_eq!(learner.m().as_slice(), [1.0, 0.25, 2.0, 4.125]);
    }

    #[test]
    fn a_one_way_track_is_known_by_heart() {
        let mdp = Mdp::new(&envs::graph::linear(5)).unwrap();
        let policy = Policy::uniform(&mdp);
        let m = exact(&mdp, &policy, Discount::new(0.5).unwrap()).unwrap();
        for s in 0..5 {
            for visited in 0..5 {
                let known = if s <= visited && visited < 4 {
                    0.5_f64 * 2.0 / f64::from(1 << (visited - s))
                } else {
                    0.0
                };
                assert_eq!(m[(s, visited)], known, "{s} to {visited}");
            }
        }
        let reward = rewards(&mdp, &policy);
        assert_eq!((reward[3], m.value(0, &reward)), (1.0, 0.125));
    }
}
