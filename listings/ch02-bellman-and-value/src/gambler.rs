//! The gambler's problem: how to win 100 with a coin that is against you.
//!
//! $$V(s) = \max_{0 \le a \le \min(s,\, 100 - s)} p\, V(s + a) + (1 - p)\, V(s - a), \qquad V(0) = 0, \quad V(100) = 1$$
//!
//! (Sutton and Barto 2018, example 4.3; there the 1 is a reward paid on arrival). $V(s)$
//! is the chance to win from capital $s$. Many stakes are equally good.
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $p$ | `heads` | chance of the coin to fall heads | |
//! | $s$ | `capital` | what the gambler has | |
//! | $a$ | `stake` | what is staked | |
//!
//! ```
//! use ch02_bellman_and_value::gambler::{coin, solve};
//!
//! let game = solve(coin());
//! assert!((game.v[50] - 0.4).abs() < 1e-9, "all at once");
//! assert_eq!(game.best_stakes(50), [50]);
//! ```

use envs::Discount;
use envs::textbook::{CAPITAL, gambler};
use prob::Probability;
use rl::{Mdp, Policy, Stop, evaluation, gauss_seidel, value_iteration};

/// Stakes whose values lie closer than this are tied, as chances to win.
pub const SLACK: f64 = 1e-9;

/// The coin of figure 4.3: heads with chance 0.4.
pub fn coin() -> Probability {
    Probability::new(0.4).expect("a probability")
}

fn undiscounted() -> Discount {
    Discount::new(1.0).expect("1 is a discount")
}

/// In which order a sweep hears of its own news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// All states from the old values.
    AtOnce,
    /// In place, from capital 1 upward.
    InPlace,
}

// ANCHOR: estimates
/// The sweeps that figure 4.3 shows.
pub const SHOWN: [usize; 4] = [1, 2, 3, 32];

/// Chances to win after each number of sweeps of [`SHOWN`], each of shape `[101]`.
pub fn estimates(heads: Probability, order: Order) -> Vec<Vec<f64>> {
    let mdp = Mdp::new(&gambler(heads)).expect("the world is tested");
    let (mut v, mut next) = (vec![0.0; mdp.n_states()], vec![0.0; mdp.n_states()]);
    let mut shown = Vec::new();
    for sweep in 1..=SHOWN[SHOWN.len() - 1] {
        match order {
            Order::AtOnce => {
                value_iteration::sweep(&mdp, &v, &mut next, undiscounted());
                std::mem::swap(&mut v, &mut next);
            }
            Order::InPlace => {
                gauss_seidel::sweep(&mdp, &mut v, undiscounted());
            }
        }
        if SHOWN.contains(&sweep) {
            shown.push(v.clone());
        }
    }
    shown
}
// ANCHOR_END: estimates

/// The game, solved.
#[derive(Debug, Clone, PartialEq)]
pub struct Game {
    /// The chance to win from each capital, shape `[101]`; 0 at 100, where the game is
    /// over.
    pub v: Vec<f64>,
    best: Policy,
}

// ANCHOR: solve
/// The best chances to win, by value iteration until nothing moves by more than
/// $10^{-14}$.
pub fn solve(heads: Probability) -> Game {
    let mdp = Mdp::new(&gambler(heads)).expect("the world is tested");
    let stop = Stop::new(1e-14, 1_000_000).expect("a tolerance");
    let v = value_iteration::solve(&mdp, undiscounted(), stop).v;
    let best = Policy::greedy(&mdp, &v, undiscounted(), SLACK);
    Game { v, best }
}

impl Game {
    /// All best stakes from `capital` that are placed. To place none, or one that can't
    /// be paid, leaves the capital as it is: it solves the equation and never wins.
    pub fn best_stakes(&self, capital: usize) -> Vec<usize> {
        let placed = 1..=bold(capital);
        placed.filter(|&stake| self.best.row(capital)[stake] > 0.0).collect()
    }
}
// ANCHOR_END: solve

// ANCHOR: rules
/// Stake all, or what is missing (Dubins and Savage 1965).
pub fn bold(capital: usize) -> usize {
    capital.min(CAPITAL - capital)
}

/// Stake one.
pub fn timid(capital: usize) -> usize {
    bold(capital).min(1)
}

/// The chance to win by a rule, from each capital, shape `[101]`; the rule must not stake
/// 0 between 1 and 99.
pub fn worth(heads: Probability, rule: impl Fn(usize) -> usize) -> Vec<f64> {
    let mdp = Mdp::new(&gambler(heads)).expect("the world is tested");
    let actions: Vec<usize> = (0..=CAPITAL).map(rule).collect();
    let policy =
        Policy::deterministic(&mdp, &actions).expect("a stake that can be placed");
    let found = evaluation::solve(&mdp, &policy, undiscounted());
    found.expect("who always stakes something ends").v
}
// ANCHOR_END: rules
