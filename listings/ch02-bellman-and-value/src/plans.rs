//! A policy answers what happens; a plan is fixed before.
//!
//! $$\max_{a_1 \dots a_T} \mathrm E\Big[\sum_t R_t\Big] \;\le\; \max_\mu \mathrm E\Big[\sum_t R_t\Big] = V_T(\text{start})$$
//!
//! On the left one maximum for the whole future, on the right one after each step. To
//! make a new plan after each step stands between them.
//!
//! ```
//! use ch02_bellman_and_value::plans::{Compared, compare, fork};
//! use rl::Mdp;
//!
//! let mdp = Mdp::new(&fork(0.6))?;
//! let found = compare(&mdp, 0, 2);
//! assert_eq!((found.plan, found.replanned, found.policy), (0.6, 0.6, 1.0));
//! # Ok::<(), envs::WorldError>(())
//! ```

use envs::graph::{Edge, graph};
use envs::maze::Maze;
use envs::{Discount, Table};
use prob::Probability;
use rl::{Mdp, finite_horizon};

// ANCHOR: fork
/// At 0, action 0 takes `sure` and ends. Action 1 leads to 1 or to 2, by chance; there
/// the action of the same number less 1 pays 1 and the other nothing, and it ends.
pub fn fork(sure: f64) -> Table {
    let paid = [(0, 0, sure), (1, 0, 1.0), (1, 1, 0.0), (2, 0, 0.0), (2, 1, 1.0)];
    let toss = [1, 2].map(|to| Edge { probability: 0.5, ..Edge::free(0, 1, to) });
    let mut edges =
        paid.map(|(at, action, reward)| Edge::paid(at, action, 3, reward)).to_vec();
    edges.extend(toss);
    graph(4, 2, &edges, vec![(0, 1.0)]).expect("the rows sum to 1")
}
// ANCHOR_END: fork

/// An open field of nine cells, from corner to corner, on which moves slip.
pub fn field(slip: Probability) -> Maze {
    Maze::parse("G..\n...\n..S").expect("a way leads from S to G").with_slip(slip)
}

/// What action `a` pays on average, and the chances of all states after it.
fn step(mdp: &Mdp, chances: &[f64], a: usize) -> (f64, Vec<f64>) {
    let mut paid = 0.0;
    let mut next = vec![0.0; chances.len()];
    for (s, &chance) in chances.iter().enumerate().filter(|(_, p)| **p > 0.0) {
        paid += chance * mdp.reward(s, a);
        mdp.row(s, a).for_each(|(to, p)| next[to] += chance * p);
    }
    (paid, next)
}

// ANCHOR: best-plan
/// The best sequence of `left` actions from the chances of all states, and what it pays
/// on average, undiscounted: every sequence is tried.
pub fn best_plan(mdp: &Mdp, chances: &[f64], left: usize) -> (Vec<usize>, f64) {
    if left == 0 {
        return (Vec::new(), 0.0);
    }
    let mut best = (Vec::new(), f64::NEG_INFINITY);
    for a in 0..mdp.n_actions() {
        let (paid, next) = step(mdp, chances, a);
        let (mut rest, later) = best_plan(mdp, &next, left - 1);
        if paid + later > best.1 + ROUNDING {
            rest.insert(0, a);
            best = (rest, paid + later);
        }
    }
    best
}
// ANCHOR_END: best-plan

/// Plans closer than this are tied, in reward.
const ROUNDING: f64 = 1e-12;

// ANCHOR: replanned
/// What it pays, from each state, to make the best plan anew after each step, for the
/// state that has come of the last, and to take its first action; shape `[n_states]`. Of
/// tied plans it takes the one that turns out best.
pub fn replanned(mdp: &Mdp, horizon: usize) -> Vec<f64> {
    let mut v = vec![0.0; mdp.n_states()];
    for left in 1..=horizon {
        let worth = |s: usize| {
            let plans = (0..mdp.n_actions()).map(|a| {
                let (paid, next) = step(mdp, &surely(mdp, s), a);
                paid + best_plan(mdp, &next, left - 1).1
            });
            let plans: Vec<f64> = plans.collect();
            let best = plans.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let firsts = (0..plans.len()).filter(|&a| plans[a] >= best - ROUNDING);
            let turns_out = |a| mdp.reward(s, a) + mdp.expected(s, a, &v);
            firsts.map(turns_out).fold(f64::NEG_INFINITY, f64::max)
        };
        v = (0..mdp.n_states()).map(worth).collect();
    }
    v
}
// ANCHOR_END: replanned

/// The chances of one who knows where it is, shape `[n_states]`.
pub fn surely(mdp: &Mdp, s: usize) -> Vec<f64> {
    (0..mdp.n_states()).map(|other| f64::from(other == s)).collect()
}

/// What three ways to look ahead pay on average, in reward.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Compared {
    /// The best plan, carried out whatever happens.
    pub plan: f64,
    /// The best plan, made anew after each step; see [`replanned`].
    pub replanned: f64,
    /// The best policy.
    pub policy: f64,
}

// ANCHOR: compare
/// All three from state `s` with `horizon` steps, undiscounted.
pub fn compare(mdp: &Mdp, s: usize, horizon: usize) -> Compared {
    let one = Discount::new(1.0).expect("1 is a discount");
    Compared {
        plan: best_plan(mdp, &surely(mdp, s), horizon).1,
        replanned: replanned(mdp, horizon)[s],
        policy: finite_horizon::solve(mdp, one, horizon).v(horizon)[s],
    }
}
// ANCHOR_END: compare
