//! A cut is not an end: what a state is worth that pays for ever, to a learner whose
//! episodes are cut off.
//!
//! One state pays 1 a step. Its value is
//! $$V = 1 + \gamma_d V = \frac{1}{1 - \gamma_d}.$$
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $V$ | `v[0]` | value of the state | reward |
//! | $\gamma_d$ | `discount` | 0.9 | `[0, 1]` |
//!
//! ```
//! use ch03_dopamine_and_td::time_limit::worth;
//! use envs::Next;
//! assert!((worth(Next::Truncated(0)) - 10.0).abs() < 1e-9);
//! assert!(worth(Next::Terminated) < 6.0);
//! ```

use envs::{Discount, Next};
use rl::Episode;
use rl::batch::BatchTd;

/// Steps until the cut.
pub const LIMIT: usize = 10;
/// The discount.
pub const DISCOUNT: f64 = 0.9;

// ANCHOR: worth
/// What TD makes of episodes of [`LIMIT`] steps, shown to it over and over, if the cut is
/// reported as `cut`. In reward.
pub fn worth(cut: Next) -> f64 {
    let mut episode = Episode::default();
    for _ in 1..LIMIT {
        episode.push(0, 1.0, Next::Continues(0));
    }
    episode.push(0, 1.0, cut);
    let discount = Discount::new(DISCOUNT).expect("from 0 to 1");
    let mut batch = BatchTd::new(1, discount);
    batch.add(&episode);
    let mut v = [0.0];
    batch.solve(&mut v).expect("a discount below 1");
    v[0]
}
// ANCHOR_END: worth
