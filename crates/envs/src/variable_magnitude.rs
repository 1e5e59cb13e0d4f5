//! The variable-magnitude task: a cue, then one of seven amounts of liquid.
//!
//! Recorded by Eshel, Tian, Bukwich and Uchida (2016); read as evidence for a
//! distributional code by Dabney et al. (2020).

use prob::math::sqrt;

use crate::{Successor, Table};

/// The amounts, in microliters (Dabney et al. 2020, figure 2).
pub const AMOUNTS: [f64; 7] = [0.1, 0.3, 1.2, 2.5, 5.0, 10.0, 20.0];

/// How often each amount came in the recordings, as public re-analyses of the data of
/// Dabney et al. (2020) give it. They sum to 1 but for the last digit.
const COUNTED: [f64; 7] = [
    0.066_125_94,
    0.090_909_09,
    0.148_473_58,
    0.154_894_67,
    0.311_591_75,
    0.150_951_9,
    0.077_053_06,
];

/// The chances of the [`AMOUNTS`]; they sum to 1.
///
/// ```
/// let p = envs::variable_magnitude::probabilities();
/// assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-15);
/// ```
pub fn probabilities() -> [f64; 7] {
    let sum: f64 = COUNTED.iter().sum();
    COUNTED.map(|p| p / sum)
}

/// What an amount in microliters is worth: $10 \sqrt x / (\sqrt x + \sqrt{200})$, a Hill
/// function, as Eshel et al. (2016) fit it to the responses to unexpected liquid. No
/// unit.
pub fn utility(amount: f64) -> f64 {
    10.0 * sqrt(amount) / (sqrt(amount) + sqrt(200.0))
}

/// What the reward is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Microliters.
    Amount,
    /// [`utility`].
    Utility,
}

impl Scale {
    /// The seven rewards.
    pub fn rewards(self) -> [f64; 7] {
        match self {
            Self::Amount => AMOUNTS,
            Self::Utility => AMOUNTS.map(utility),
        }
    }
}

/// The task as a world: state 0 is the cue, and its one action leads to one of the ends
/// `1..=7`, one for each amount, with its reward.
///
/// ```
/// use envs::{FiniteWorld, variable_magnitude::{Scale, variable_magnitude}};
/// let task = variable_magnitude(Scale::Amount);
/// assert_eq!(task.successors(0, 0)[6].reward, 20.0);
/// ```
pub fn variable_magnitude(scale: Scale) -> Table {
    let ends: Vec<usize> = (1..=AMOUNTS.len()).collect();
    Table::new(AMOUNTS.len() + 1, 1, vec![(0, 1.0)], &ends, |_, _, row| {
        let ways = scale.rewards().into_iter().zip(probabilities()).enumerate();
        row.extend(ways.map(|(i, (reward, probability))| Successor {
            state: i + 1,
            probability,
            reward,
        }));
    })
    .expect("the world is tested")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FiniteWorld;

    #[test]
    fn one_step_pays_one_of_seven_and_ends() {
        for scale in [Scale::Amount, Scale::Utility] {
            let task = variable_magnitude(scale);
            assert_eq!(task.successors(0, 0).len(), 7);
            assert!((1..8).all(|s| task.is_terminal(s)));
        }
    }

    #[test]
    fn utility_grows_ever_slower() {
        let worth = Scale::Utility.rewards();
        assert!(worth.windows(2).all(|pair| pair[0] < pair[1]));
        assert!((utility(200.0) - 5.0).abs() < 1e-15, "half of the most at 200");
        let slope = |i: usize| (worth[i + 1] - worth[i]) / (AMOUNTS[i + 1] - AMOUNTS[i]);
        assert!((1..6).all(|i| slope(i) < slope(i - 1)));
    }
}
