//! Where a policy spends its time.
//!
//! $$x(s, a) = \sum_{t \ge 0} \gamma_d^{\,t}\, P(S_t = s, A_t = a), \qquad \sum_{s, a} x(s, a)\, r(s, a) = V_\mu(\text{start}), \qquad \sum_{s, a} x(s, a) = \frac{1 - \mathrm E[\gamma_d^{\,T}]}{1 - \gamma_d}$$
//!
//! with $T$ the step on which the episode ends. It is the solution of the dual linear
//! program: where the best policy is, how often, discounted.
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $x(s, a)$ | `x[n_actions * s + a]` | discounted number of times that $a$ is done in $s$ | visits |
//!
//! ```
//! use ch02_bellman_and_value::{four_rooms, occupancy};
//! use rl::Mdp;
//!
//! let rooms = four_rooms::solve(four_rooms::slip(), four_rooms::discount());
//! let mdp = Mdp::new(&rooms.maze)?;
//! let start = [(rooms.start(), 1.0)];
//! let x = occupancy::visits(&mdp, &rooms.policy, &start, four_rooms::discount());
//! assert!((occupancy::paid(&mdp, &x) - rooms.v[start[0].0]).abs() < 1e-9);
//! # Ok::<(), envs::WorldError>(())
//! ```

use envs::Discount;
use rl::{Mdp, Policy};

/// Weight that is left when the rest is dropped.
const NEGLIGIBLE: f64 = 1e-15;

// ANCHOR: visits
/// The occupancies $x$ of `policy` from `start`, shape `[n_states, n_actions]`, row by
/// row. The chances of all states are carried forward until less than $10^{-15}$ is left;
/// at discount 1 the policy must end its episodes.
pub fn visits(
    mdp: &Mdp,
    policy: &Policy,
    start: &[(usize, f64)],
    discount: Discount,
) -> Vec<f64> {
    let mut x = vec![0.0; mdp.n_states() * mdp.n_actions()];
    let (mut now, mut next) = (vec![0.0; mdp.n_states()], vec![0.0; mdp.n_states()]);
    start.iter().for_each(|&(s, chance)| now[s] += chance);
    while now.iter().sum::<f64>() > NEGLIGIBLE {
        next.fill(0.0);
        for s in (0..now.len()).filter(|&s| !mdp.is_terminal(s)) {
            for (a, &p) in policy.row(s).iter().enumerate() {
                x[mdp.n_actions() * s + a] += now[s] * p;
                for (to, probability) in mdp.row(s, a) {
                    next[to] += discount.get() * now[s] * p * probability;
                }
            }
        }
        std::mem::swap(&mut now, &mut next);
    }
    x
}
// ANCHOR_END: visits

// ANCHOR: paid
/// $\sum_{s, a} x(s, a)\, r(s, a)$, in reward.
pub fn paid(mdp: &Mdp, x: &[f64]) -> f64 {
    let n_actions = mdp.n_actions();
    let pay = |(i, x): (usize, &f64)| x * mdp.reward(i / n_actions, i % n_actions);
    x.iter().enumerate().map(pay).sum()
}

/// The policy that occupancies describe: $\mu(a \mid s) = x(s, a) / \sum_b x(s, b)$, and
/// all actions alike where nobody comes.
pub fn policy(mdp: &Mdp, x: &[f64]) -> Policy {
    let share = |row: &[f64]| -> Vec<f64> {
        let sum: f64 = row.iter().sum();
        let even = 1.0 / row.len() as f64;
        row.iter().map(|x| if sum > 0.0 { x / sum } else { even }).collect()
    };
    let p = x.chunks_exact(mdp.n_actions()).flat_map(share).collect();
    Policy::new(mdp, p).expect("shares sum to 1")
}
// ANCHOR_END: paid

/// Visits of each state, shape `[n_states]`.
pub fn by_state(mdp: &Mdp, x: &[f64]) -> Vec<f64> {
    x.chunks_exact(mdp.n_actions()).map(|row| row.iter().sum()).collect()
}
