//! Worlds with finitely many states, and the environment that samples them.

use prob::categorical;
use thiserror::Error;

use crate::Outcomes;

/// One way a step can go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Successor {
    /// The next state.
    pub state: usize,
    /// Its probability.
    pub probability: f64,
    /// Reward paid on arrival, $r(s, a, s')$.
    pub reward: f64,
}

/// Dynamics without a current state: what solvers, models and batches use. Sparse; every
/// row sums to 1.
///
/// A world also says what it shows. Unless it says otherwise, its state is one factor and
/// its single modality shows the state, so that a world is fully observed by default.
///
/// | book        | here                                         | shape                             |
/// |-------------|----------------------------------------------|-----------------------------------|
/// | $A\[o, s\]$ | [`outcomes`](Self::outcomes), a modality each | `[n_outcomes(m), n_states]`       |
/// | $B\[s', s, a\]$ | [`successors`](Self::successors)          | `[n_states, n_states, n_actions]` |
/// | $D\[s\]$    | [`start`](Self::start)                       | `[n_states]`                      |
///
/// A state of several factors is numbered in reading order, the last factor fastest, as
/// an array of shape `[factor_size(0), factor_size(1), …]` lies in memory: so the axis of
/// states in $A$ is split into factors by reshaping. Senses other than the default are
/// put around a world by [`Sensed`](crate::Sensed), factors by
/// [`Table::with_factors`](crate::Table::with_factors).
pub trait FiniteWorld {
    /// Number of states; they are `0..n_states`.
    fn n_states(&self) -> usize;
    /// Number of actions, the same in every state; an action that can't be done leaves
    /// the state as it is.
    fn n_actions(&self) -> usize;
    /// The ways a step from `s` with action `a` can go. Probabilities sum to 1; a
    /// terminal state leads to itself with reward 0.
    ///
    /// # Panics
    /// If there is no such state or action: no world of ours answers with another row.
    fn successors(&self, s: usize, a: usize) -> &[Successor];
    /// The states in which an episode begins, with their probabilities.
    fn start(&self) -> &[(usize, f64)];
    /// Whether the episode is over in `s`.
    fn is_terminal(&self, s: usize) -> bool;

    /// Number of state factors, at least 1.
    fn n_factors(&self) -> usize {
        1
    }
    /// Number of values of factor `f`; they are `0..factor_size(f)`, and the sizes of all
    /// factors multiply to [`n_states`](Self::n_states).
    ///
    /// # Panics
    /// If there is no such factor.
    fn factor_size(&self, f: usize) -> usize {
        assert!(f == 0, "factor {f} of 1");
        self.n_states()
    }
    /// The value of factor `f` in state `s`. Follows from the sizes; not to be redefined.
    ///
    /// # Panics
    /// If there is no such factor.
    fn factor_value(&self, s: usize, f: usize) -> usize {
        let stride: usize =
            (f + 1..self.n_factors()).map(|g| self.factor_size(g)).product();
        s / stride % self.factor_size(f)
    }
    /// Number of outcome modalities, at least 1: the senses that an agent has.
    fn n_modalities(&self) -> usize {
        1
    }
    /// Number of outcomes of modality `m`; they are `0..n_outcomes(m)`.
    ///
    /// # Panics
    /// If there is no such modality.
    fn n_outcomes(&self, m: usize) -> usize {
        assert!(m == 0, "modality {m} of 1");
        self.n_states()
    }
    /// What modality `m` shows in state `s`, on arrival and at the start of an episode.
    /// Given the state, modalities are independent of each other and of the reward.
    ///
    /// # Panics
    /// If there is no such modality or state.
    fn outcomes(&self, m: usize, s: usize) -> Outcomes<'_> {
        assert!(m == 0, "modality {m} of 1");
        Outcomes::Surely(s)
    }
}

impl<W: FiniteWorld + ?Sized> FiniteWorld for &W {
    fn n_states(&self) -> usize {
        (**self).n_states()
    }
    fn n_actions(&self) -> usize {
        (**self).n_actions()
    }
    fn successors(&self, s: usize, a: usize) -> &[Successor] {
        (**self).successors(s, a)
    }
    fn start(&self) -> &[(usize, f64)] {
        (**self).start()
    }
    fn is_terminal(&self, s: usize) -> bool {
        (**self).is_terminal(s)
    }
    fn n_factors(&self) -> usize {
        (**self).n_factors()
    }
    fn factor_size(&self, f: usize) -> usize {
        (**self).factor_size(f)
    }
    fn n_modalities(&self) -> usize {
        (**self).n_modalities()
    }
    fn n_outcomes(&self, m: usize) -> usize {
        (**self).n_outcomes(m)
    }
    fn outcomes(&self, m: usize, s: usize) -> Outcomes<'_> {
        (**self).outcomes(m, s)
    }
}

/// A promise of [`FiniteWorld`] that a world breaks.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum WorldError {
    /// A row of the transitions does not sum to 1.
    #[error("successors of state {state} under action {action} sum to {sum}, not to 1")]
    BadSum {
        /// The state.
        state: usize,
        /// The action.
        action: usize,
        /// What the row sums to.
        sum: f64,
    },
    /// A probability is negative or not a finite number.
    #[error(
        "state {state} under action {action} leads to {successor} with probability {probability}"
    )]
    BadProbability {
        /// The state.
        state: usize,
        /// The action.
        action: usize,
        /// Where it leads.
        successor: usize,
        /// What stands there.
        probability: f64,
    },
    /// A reward is not a finite number.
    #[error(
        "state {state} under action {action} is paid {reward} on arrival in {successor}"
    )]
    BadReward {
        /// The state.
        state: usize,
        /// The action.
        action: usize,
        /// Where it leads.
        successor: usize,
        /// What stands there.
        reward: f64,
    },
    /// A terminal state that is not one of the states.
    #[error("terminal state {state}, but there are {n_states} states")]
    BadTerminal {
        /// The state.
        state: usize,
        /// How many states there are.
        n_states: usize,
    },
    /// No states or no actions.
    #[error("a world of {n_states} states and {n_actions} actions")]
    Empty {
        /// How many states there are.
        n_states: usize,
        /// How many actions there are.
        n_actions: usize,
    },
    /// A step leads out of the world.
    #[error(
        "state {state} under action {action} leads to {successor}, but there are {n_states} states"
    )]
    OutOfWorld {
        /// The state.
        state: usize,
        /// The action.
        action: usize,
        /// Where it leads.
        successor: usize,
        /// How many states there are.
        n_states: usize,
    },
    /// A terminal state does not absorb with reward 0.
    #[error("terminal state {state} does not absorb with reward 0 under action {action}")]
    NotAbsorbing {
        /// The state.
        state: usize,
        /// The action.
        action: usize,
    },
    /// A start is no state, or has no probability.
    #[error("start in state {state} of {n_states} with probability {probability}")]
    BadStartState {
        /// The state.
        state: usize,
        /// Its probability.
        probability: f64,
        /// How many states there are.
        n_states: usize,
    },
    /// The starts are no distribution over the states.
    #[error("starts sum to {sum}, not to 1, over {n_states} states")]
    BadStart {
        /// What they sum to.
        sum: f64,
        /// How many states there are.
        n_states: usize,
    },
    /// The sizes of the state factors do not multiply to the number of states.
    #[error("state factors of sizes {sizes:?} make no {n_states} states")]
    BadFactors {
        /// The sizes.
        sizes: Vec<usize>,
        /// How many states there are.
        n_states: usize,
    },
    /// A time limit that lets nothing happen.
    #[error("a time limit of 0 steps")]
    NoSteps,
    /// A world that shows nothing: it has no modality.
    #[error("the world has no outcome modality")]
    NoModality,
    /// What a modality shows in a state does not sum to 1.
    #[error("outcomes of modality {modality} in state {state} sum to {sum}, not to 1")]
    BadOutcomeSum {
        /// The modality.
        modality: usize,
        /// The state.
        state: usize,
        /// What its outcomes sum to.
        sum: f64,
    },
    /// The probability of an outcome is negative or not a finite number.
    #[error(
        "modality {modality} shows outcome {outcome} in state {state} with probability {probability}"
    )]
    BadOutcomeProbability {
        /// The modality.
        modality: usize,
        /// The state.
        state: usize,
        /// The outcome.
        outcome: usize,
        /// What stands there.
        probability: f64,
    },
    /// A state shows what is not one of the outcomes.
    #[error(
        "modality {modality} shows outcome {outcome} in state {state}, but there are {n_outcomes} outcomes"
    )]
    NoOutcome {
        /// The modality.
        modality: usize,
        /// The state.
        state: usize,
        /// What it shows.
        outcome: usize,
        /// How many outcomes the modality has.
        n_outcomes: usize,
    },
}

/// Checks what [`FiniteWorld`] promises.
///
/// # Errors
/// The first broken promise, with its state, action or modality, and number.
pub fn check(world: &impl FiniteWorld) -> Result<(), WorldError> {
    let (n_states, n_actions) = (world.n_states(), world.n_actions());
    if n_states == 0 || n_actions == 0 {
        return Err(WorldError::Empty { n_states, n_actions });
    }
    let sum: f64 = world.start().iter().map(|(_, p)| p).sum();
    let possible = |&&(s, p): &&(usize, f64)| s < n_states && p >= 0.0;
    if let Some(&(state, probability)) =
        world.start().iter().find(|start| !possible(start))
    {
        return Err(WorldError::BadStartState { state, probability, n_states });
    }
    if !is_one(sum) {
        return Err(WorldError::BadStart { sum, n_states });
    }
    for state in 0..n_states {
        for action in 0..n_actions {
            let row = world.successors(state, action);
            for next in row {
                check_entry(state, action, next)?;
            }
            let sum: f64 = row.iter().map(|next| next.probability).sum();
            if !is_one(sum) {
                return Err(WorldError::BadSum { state, action, sum });
            }
            if let Some(next) = row.iter().find(|next| next.state >= n_states) {
                return Err(WorldError::OutOfWorld {
                    state,
                    action,
                    successor: next.state,
                    n_states,
                });
            }
            if world.is_terminal(state)
                && row.iter().any(|next| next.state != state || next.reward != 0.0)
            {
                return Err(WorldError::NotAbsorbing { state, action });
            }
        }
    }
    check_factors(world)?;
    if world.n_modalities() == 0 {
        return Err(WorldError::NoModality);
    }
    (0..world.n_modalities()).try_for_each(|modality| check_modality(world, modality))
}

fn check_factors(world: &impl FiniteWorld) -> Result<(), WorldError> {
    let sizes = || (0..world.n_factors()).map(|f| world.factor_size(f));
    let product = sizes().try_fold(1, usize::checked_mul);
    if world.n_factors() > 0 && product == Some(world.n_states()) {
        return Ok(());
    }
    Err(WorldError::BadFactors { sizes: sizes().collect(), n_states: world.n_states() })
}

fn check_modality(world: &impl FiniteWorld, modality: usize) -> Result<(), WorldError> {
    let n_outcomes = world.n_outcomes(modality);
    for state in 0..world.n_states() {
        let mut sum = 0.0;
        for (outcome, probability) in world.outcomes(modality, state).iter() {
            if outcome >= n_outcomes {
                return Err(WorldError::NoOutcome {
                    modality,
                    state,
                    outcome,
                    n_outcomes,
                });
            }
            if !(probability >= 0.0 && probability.is_finite()) {
                return Err(WorldError::BadOutcomeProbability {
                    modality,
                    state,
                    outcome,
                    probability,
                });
            }
            sum += probability;
        }
        if !is_one(sum) {
            return Err(WorldError::BadOutcomeSum { modality, state, sum });
        }
    }
    Ok(())
}

fn is_one(sum: f64) -> bool {
    (sum - 1.0).abs() <= categorical::SUM_TOLERANCE
}

fn check_entry(state: usize, action: usize, next: &Successor) -> Result<(), WorldError> {
    let &Successor { state: successor, probability, reward } = next;
    if !(probability >= 0.0 && probability.is_finite()) {
        return Err(WorldError::BadProbability { state, action, successor, probability });
    }
    if !reward.is_finite() {
        return Err(WorldError::BadReward { state, action, successor, reward });
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use prob::rng::{Role, stream};
    use proptest::prelude::*;

    /// Any small world: rows from softmaxed noise, the last state terminal.
    #[derive(Debug, Clone)]
    pub(crate) struct Noisy {
        n_states: usize,
        pub(crate) rows: Vec<Vec<Successor>>,
        start: Vec<(usize, f64)>,
    }

    impl FiniteWorld for Noisy {
        fn n_states(&self) -> usize {
            self.n_states
        }
        fn n_actions(&self) -> usize {
            2
        }
        fn successors(&self, s: usize, a: usize) -> &[Successor] {
            &self.rows[2 * s + a]
        }
        fn start(&self) -> &[(usize, f64)] {
            &self.start
        }
        fn is_terminal(&self, s: usize) -> bool {
            s == self.n_states - 1
        }
    }

    pub(crate) fn noisy(n_states: usize, seed: u64) -> Noisy {
        use rand::RngExt;
        let mut rng = stream(seed, Role::Init, 0);
        let mut draw = || {
            let logits: Vec<f64> =
                (0..n_states).map(|_| 3.0 * rng.random::<f64>()).collect();
            let mut p = vec![0.0; n_states];
            categorical::softmax(&logits, &mut p);
            p
        };
        let start = draw().into_iter().enumerate().collect();
        let mut rows: Vec<Vec<Successor>> = (0..2 * (n_states - 1))
            .map(|_| {
                let row = draw().into_iter().enumerate();
                row.map(|(state, probability)| Successor {
                    state,
                    probability,
                    reward: state as f64,
                })
                .collect()
            })
            .collect();
        for _ in 0..2 {
            rows.push(vec![Successor {
                state: n_states - 1,
                probability: 1.0,
                reward: 0.0,
            }]);
        }
        Noisy { n_states, rows, start }
    }

    #[test]
    fn a_broken_row_is_named() {
        let mut world = noisy(3, 0);
        world.rows[3] = vec![Successor { state: 0, probability: 0.75, reward: 0.0 }];
        let message = check(&world).unwrap_err().to_string();
        assert_eq!(message, "successors of state 1 under action 1 sum to 0.75, not to 1");
        world.rows[3] = vec![Successor { state: 9, probability: 1.0, reward: 0.0 }];
        let message = check(&world).unwrap_err().to_string();
        assert_eq!(message, "state 1 under action 1 leads to 9, but there are 3 states");
    }

    #[test]
    fn an_entry_that_is_no_number_is_named() {
        let broken = |probability, reward| {
            let mut world = noisy(3, 0);
            world.rows[3] = vec![Successor { state: 0, probability, reward }];
            check(&world).unwrap_err().to_string()
        };
        assert_eq!(
            broken(f64::NAN, 0.0),
            "state 1 under action 1 leads to 0 with probability NaN"
        );
        assert_eq!(
            broken(-0.5, 0.0),
            "state 1 under action 1 leads to 0 with probability -0.5"
        );
        assert_eq!(
            broken(1.0, f64::INFINITY),
            "state 1 under action 1 is paid inf on arrival in 0"
        );
        let mut world = noisy(3, 0);
        world.start = vec![(0, f64::NAN)];
        assert_eq!(
            check(&world).unwrap_err().to_string(),
            "start in state 0 of 3 with probability NaN"
        );
    }

    #[test]
    fn a_terminal_state_that_pays_is_named() {
        let mut world = noisy(3, 0);
        world.rows[5][0].reward = 1.0;
        assert_eq!(check(&world), Err(WorldError::NotAbsorbing { state: 2, action: 1 }));
    }

    proptest! {
        #[test]
        fn worlds_of_noise_keep_their_promises(n in 2..7_usize, seed: u64) {
            prop_assert_eq!(check(&noisy(n, seed)), Ok(()));
        }
    }
}
