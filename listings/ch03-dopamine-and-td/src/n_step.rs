//! Between one step and all: n-step TD (Sutton and Barto 2018, section 7.1, figure 7.2).
//!
//! $$Y_t^{(n)} = R_{t+1} + \gamma_d R_{t+2} + \dots + \gamma_d^{n-1} R_{t+n} + \gamma_d^n V(s_{t+n})$$
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $Y_t^{(n)}$ | [`target`] | n-step return from step $t$ | reward |
//! | $V(s)$ | `v[s]` | value of place `s` | reward |
//! | $\gamma_d$ | `discount` | discount | `[0, 1]` |
//!
//! ```
//! use ch03_dopamine_and_td::{n_step::{NS, sweep}, same_walks::best};
//! let rows = sweep(0..10);
//! assert!(best(&rows, 4.0).mean() < best(&rows, 1.0).mean());
//! assert!(best(&rows, 4.0).mean() < best(&rows, NS[9] as f64).mean());
//! ```

use std::num::NonZeroUsize;
use std::ops::Range;

use envs::Discount;
use rl::td::NStepTd;
use rl::{Episode, Settings};

use crate::same_walks::{PLACES, Row, compare, rms};

/// The book's.
pub const NS: [usize; 10] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

// ANCHOR: target
/// The n-step return of step `t`: up to `n` rewards, then the value of the state where
/// they end, unless the episode ended first.
pub fn target(
    episode: &Episode,
    v: &[f64],
    t: usize,
    n: usize,
    discount: Discount,
) -> f64 {
    let end = (t + n).min(episode.len());
    let mut target = match episode.states().get(end) {
        Some(&s) => v[s],
        None => 0.0,
    };
    for reward in episode.rewards()[t..end].iter().rev() {
        target = reward + discount.get() * target;
    }
    target
}
// ANCHOR_END: target

/// Figure 7.2: errors by $n$ and step size.
pub fn sweep(seeds: Range<u64>) -> Vec<Row> {
    compare(seeds, &NS.map(|n| n as f64), |walks, n, step_size| {
        let settings = Settings::new(step_size, 1.0).expect("both from 0 to 1");
        let n = NonZeroUsize::new(n as usize).expect("at least 1");
        let mut learner = NStepTd::new(vec![0.0; PLACES + 2], n, settings);
        let mut sum = 0.0;
        for walk in walks {
            walk.steps().for_each(|(s, reward, next)| learner.learn(s, reward, next));
            sum += rms(learner.v());
        }
        sum / walks.len() as f64
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::same_walks::walks;

    #[test]
    fn the_learner_moves_each_place_toward_this_target() {
        // A place moves when its n steps are over, with the values of that moment; here
        // three steps later.
        let walk = &walks(0)[0];
        let one = Discount::new(1.0).unwrap();
        let settings = Settings::new(0.3, 1.0).unwrap();
        let mut v = vec![0.1; PLACES + 2];
        let three = NonZeroUsize::new(3).unwrap();
        let mut learner = NStepTd::new(v.clone(), three, settings);
        for (s, reward, next) in walk.steps() {
            learner.learn(s, reward, next);
        }
        for t in 0..walk.len() {
            let s = walk.states()[t];
            v[s] += 0.3 * (target(walk, &v, t, 3, one) - v[s]);
        }
        assert!(v.iter().zip(learner.v()).all(|(a, b)| (a - b).abs() < 1e-12));
    }
}
