//! Experiment: who knows best where the vole is? All sequences of six rustles, each by
//! its probability.
//!
//! At each step a listener has a belief $b$. It guesses a place that it holds most
//! probable, and is charged $-\ln b(s)$ nats for the vole's true place $s$. Given all
//! rustles the vole is at $s$ with the smoother's probability, so that with $o$ for a
//! whole sequence
//! $$\text{nats} = \sum_o p(o) \sum_s p(s_t = s \mid o) \bigl(-\ln b(s)\bigr)$$
//! and the chance of a wrong guess likewise: nothing is sampled.
//!
//! ```
//! use ch08_generative_models::tracking::{Listener, STEPS, score};
//!
//! let (filter, last) = (score(Listener::Filter, 0.6), score(Listener::LastRustle, 0.6));
//! assert!(filter[STEPS - 1].wrong < last[STEPS - 1].wrong);
//! ```

mod doubt;
mod listener;
mod surprise;

use prob::math::ln;

use self::doubt::in_doubt;
pub use self::listener::Listener;
pub use self::surprise::{less_surprised, mean_surprise};
use crate::filter::{Corrected, Impossible, correct, filter, smooth};
pub use crate::vole::TUSSOCKS;
use crate::vole::{Ring, sequences};

/// Rustles in a sequence.
pub const STEPS: usize = 6;

type Place = [f64; TUSSOCKS];

// ANCHOR: listen
/// What a listener believes at each step of `heard`, if rustles are placed right with
/// chance `hit`.
///
/// # Errors
/// [`Impossible`] if `hit` is 0 or 1 and a rustle can't come.
pub fn listen(
    listener: Listener,
    hit: f64,
    heard: &[usize],
) -> Result<Vec<Place>, Impossible> {
    let model = |ring: Ring| Ring { hit, ..ring }.model::<TUSSOCKS>();
    let vole = model(Ring::VOLE);
    let beliefs = |steps: Vec<Corrected<TUSSOCKS>>| {
        steps.into_iter().map(|step| step.belief).collect()
    };
    Ok(match listener {
        Listener::Filter => beliefs(filter(&vole, heard)?),
        Listener::Smoother => smooth(&vole, &filter(&vole, heard)?),
        Listener::LastRustle => {
            let alone = heard.iter().map(|&o| correct(&vole, &vole.prior, o));
            beliefs(alone.collect::<Result<_, _>>()?)
        }
        Listener::NeverPredicts => beliefs(filter(&model(Ring::SITTING), heard)?),
        Listener::Reversed => beliefs(filter(&model(Ring::REVERSED), heard)?),
        Listener::EitherWay => beliefs(filter(&model(Ring::EITHER_WAY), heard)?),
        Listener::InDoubt => {
            in_doubt(&filter(&vole, heard)?, &filter(&model(Ring::REVERSED), heard)?)
        }
    })
}
// ANCHOR_END: listen

/// How a listener does at one step.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Row {
    /// Chance that its guess is wrong.
    pub wrong: f64,
    /// Mean $-\ln b(s)$ of the true place, in nats.
    pub nats: f64,
}

// ANCHOR: score
/// A listener's score at each of the [`STEPS`], if rustles are placed right with chance
/// `hit`, between 0 and 1.
pub fn score(listener: Listener, hit: f64) -> [Row; STEPS] {
    let vole = Ring { hit, ..Ring::VOLE }.model::<TUSSOCKS>();
    let mut rows = [Row::default(); STEPS];
    for heard in sequences(STEPS) {
        let filtered = filter(&vole, &heard).expect("every rustle is possible");
        let chance: f64 = filtered.iter().map(|step| step.evidence).product();
        let truth = smooth(&vole, &filtered);
        let beliefs = listen(listener, hit, &heard).expect("every rustle is possible");
        for ((row, truth), belief) in rows.iter_mut().zip(&truth).zip(&beliefs) {
            row.wrong += chance * (1.0 - right(truth, belief));
            let charges = truth.iter().zip(belief).map(|(p, &b)| -p * ln(b));
            row.nats += chance * charges.sum::<f64>();
        }
    }
    rows
}
// ANCHOR_END: score

/// Chance that the guess is right; among places that are equally probable but for
/// rounding it falls on each alike.
fn right(truth: &Place, belief: &Place) -> f64 {
    let most = belief.iter().fold(0.0, |most: f64, &b| most.max(b));
    let best = truth.iter().zip(belief).filter(|(_, b)| **b > most - 1e-9);
    let (sum, count) = best.fold((0.0, 0.0), |(sum, n), (p, _)| (sum + p, n + 1.0));
    sum / count
}
