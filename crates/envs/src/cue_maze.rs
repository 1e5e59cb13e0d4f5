//! T-mazes with a cue: is it worth while to look before one leaps?
//!
//! Food is in the left or the right arm, and a cue tells where, with probability
//! `reliability`. The animal starts in the middle and can go from there to the cue or
//! into an arm, once; what becomes of it in the arm is a matter of the maze, see
//! [`Arms`]. A maze may also have a *gossip* place, which tells something that has
//! nothing to do with the food.
//!
//! | factor | values |
//! |---|---|
//! | 0, place | [`MIDDLE`], [`CUE`], [`LEFT`], [`RIGHT`]; [`GOSSIP`] if there is one |
//! | 1, side of the food | 0 left, 1 right |
//! | 2, news, with gossip only | what the gossip is about |
//!
//! | modality | outcomes |
//! |---|---|
//! | 0, place | as factor 0: the animal knows where it is |
//! | 1, cue | 0 none, 1 left, 2 right |
//! | 2, taste | 0 nothing, 1 food, 2 shock |
//! | 3, gossip, with gossip only | 0 none, 1 and more: the news |
//!
//! Action `a` goes to place `a`. Arms that pay once lead to one place more, the last, where
//! the trial is over. The defaults are the course's own choice; the simplified T-maze of
//! pymdp 1.0.4 has revisitable arms and a cue of validity .95.

use prob::Probability;
use thiserror::Error;

use crate::{Sensed, Successor, Table, WorldError};

/// Where a trial starts, as value of factor 0 and as action.
pub const MIDDLE: usize = 0;
/// Where the cue is.
pub const CUE: usize = 1;
/// The left arm; the right one is the next.
pub const LEFT: usize = 2;
/// The right arm.
pub const RIGHT: usize = 3;
/// Where gossip is heard.
pub const GOSSIP: usize = 4;

/// What becomes of an animal that has entered an arm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arms {
    /// It stays there, tastes what is there at each step, and is paid each time.
    Absorbing,
    /// It tastes what is there and is paid once; the next step ends the trial, in a place
    /// of its own where there is nothing.
    Once,
    /// It may leave again, and is paid at each step in an arm.
    Revisitable,
}

/// What is wrong with a maze.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum CueMazeError {
    /// A reward that is no finite number.
    #[error("{what} is worth {value}: a reward is finite")]
    BadReward {
        /// "food", or "shock".
        what: &'static str,
        /// What it is worth.
        value: f64,
    },
    /// Gossip about nothing.
    #[error("gossip about no news")]
    NoNews,
}

/// What a maze is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CueMaze {
    /// How often the cue tells the right side.
    pub reliability: Probability,
    /// How probable it is that the food is on the left.
    pub food_left: Probability,
    /// How often the arm on the side of the food holds it; the other arm holds it as
    /// often as this one doesn't.
    pub payoff: Probability,
    /// Reward on arrival at food, at each step.
    pub food: f64,
    /// Reward on arrival at shock.
    pub shock: f64,
    /// What becomes of an animal in an arm.
    pub arms: Arms,
    /// How many kinds of news there are to be heard in a place of their own, all as
    /// probable; none if there is no such place.
    pub news: Option<usize>,
}

impl Default for CueMaze {
    /// A cue that is right nine times out of ten, food as probable on the left as on the
    /// right, for sure where it is, worth 1, a shock -1, absorbing arms and no gossip.
    fn default() -> Self {
        Self {
            reliability: Probability::new(0.9).expect("a probability"),
            food_left: Probability::new(0.5).expect("a probability"),
            payoff: Probability::ONE,
            food: 1.0,
            shock: -1.0,
            arms: Arms::Absorbing,
            news: None,
        }
    }
}

impl CueMaze {
    /// A maze that offers useless information: a valid cue, four kinds of news, arms that
    /// keep paying `food` (.95) or take .9 of it (.05). The numbers are the course's own
    /// choice.
    pub fn gossip(food: f64) -> Self {
        Self {
            reliability: Probability::ONE,
            payoff: Probability::new(0.95).expect("a probability"),
            food,
            shock: -0.9 * food,
            news: Some(4),
            ..Self::default()
        }
    }

    /// How many actions there are, and places that one can go to.
    fn n_actions(&self) -> usize {
        if self.news.is_some() { GOSSIP + 1 } else { RIGHT + 1 }
    }

    /// The world.
    ///
    /// # Errors
    /// [`CueMazeError`].
    ///
    /// ```
    /// use envs::cue_maze::{CueMaze, CUE};
    /// use envs::FiniteWorld;
    ///
    /// let maze = CueMaze::default().build()?;
    /// assert_eq!((maze.n_factors(), maze.n_modalities()), (2, 3));
    /// // State 2 * place + side: at the cue, with food on the right.
    /// let heard = maze.outcomes(1, 2 * CUE + 1);
    /// assert_eq!(heard.probability(2), 0.9);
    /// # Ok::<(), envs::cue_maze::CueMazeError>(())
    /// ```
    pub fn build(&self) -> Result<Sensed<Table>, CueMazeError> {
        for (what, value) in [("food", self.food), ("shock", self.shock)] {
            if !value.is_finite() {
                return Err(CueMazeError::BadReward { what, value });
            }
        }
        if self.news == Some(0) {
            return Err(CueMazeError::NoNews);
        }
        Ok(self.world().expect("every row is a distribution"))
    }

    fn world(&self) -> Result<Sensed<Table>, WorldError> {
        let (n_actions, news) = (self.n_actions(), self.news.unwrap_or(1));
        // The place where a trial is over comes last.
        let over = n_actions;
        let n_places = n_actions + usize::from(self.arms == Arms::Once);
        // A state is `(2 * place + side) * news + topic`.
        let each = 2 * news;
        let part = move |s: usize| (s / each, s / news % 2, s % news);
        let p = 1.0 / news as f64;
        let sides = [self.food_left, self.food_left.complement()].map(Probability::get);
        let start = (0..each).map(|s| (MIDDLE * each + s, sides[s / news] * p)).collect();
        let is_arm = |place: usize| place == LEFT || place == RIGHT;
        let ends: Vec<usize> = (over * each..n_places * each).collect();
        let payoff = self.payoff.get();
        // How often an arm holds food; a side's own arm is the one of its number.
        let holds = move |arm: usize, side: usize| {
            if arm == LEFT + side { payoff } else { 1.0 - payoff }
        };
        let world =
            Table::new(n_places * each, n_actions, start, &ends, |s, to, row| {
                let (here, side, _) = part(s);
                let to = match self.arms {
                    Arms::Absorbing if is_arm(here) => here,
                    Arms::Once if is_arm(here) => over,
                    _ => to,
                };
                let reward = match to {
                    LEFT | RIGHT => {
                        let p = holds(to, side);
                        p * self.food + (1.0 - p) * self.shock
                    }
                    _ => 0.0,
                };
                row.push(Successor {
                    state: to * each + s % each,
                    probability: 1.0,
                    reward,
                });
            })?;
        let mut sizes = vec![n_places, 2];
        sizes.extend(self.news);
        let right = self.reliability.get();
        let senses =
            Sensed::aliased(world.with_factors(&sizes)?, n_places, |s| part(s).0)?
                .with_modality(3, |s, row| match part(s) {
                    (CUE, side, _) => {
                        row.extend([(1 + side, right), (2 - side, 1.0 - right)])
                    }
                    _ => row.push((0, 1.0)),
                })?
                .with_modality(3, |s, row| match part(s) {
                    (arm @ (LEFT | RIGHT), side, _) => {
                        let p = holds(arm, side);
                        row.extend([(1, p), (2, 1.0 - p)]);
                    }
                    _ => row.push((0, 1.0)),
                })?;
        match self.news {
            None => Ok(senses),
            Some(n) => senses.with_modality(1 + n, |s, row| match part(s) {
                (GOSSIP, _, topic) => row.push((1 + topic, 1.0)),
                _ => row.push((0, 1.0)),
            }),
        }
    }
}

/// The task of Smith, Friston and Whyte's tutorial (2022): a choice between two slot
/// machines, one of which is better, and a hint that can be had first.
///
/// | factor | values |
/// |---|---|
/// | 0, context | 0 the left machine is better, 1 the right one |
/// | 1, behavior | 0 start, 1 ask for the hint, 2 choose left, 3 choose right |
///
/// | modality | outcomes |
/// |---|---|
/// | 0, hint | 0 none, 1 left, 2 right |
/// | 1, win or loss | 0 nothing, 1 loss, 2 win |
/// | 2, behavior seen | as factor 1 |
///
/// Action `a` leads to behavior `a` from anywhere. The better machine wins with
/// probability .8, the other with .2, and the hint is always right: the values of the
/// scripts that accompany the tutorial (`pWin = .8`, `pHA = 1`), which let the context be
/// as probable either way. There a win is preferred by 4 in the second step and by 2 in
/// the third, a loss by -1 in both ([`SMITH_PREFERENCES`]); rewards here are those of the
/// second step, since a world's rewards don't change in time.
pub fn smith_friston_whyte() -> Sensed<Table> {
    slot_machines(Probability::ONE, Probability::new(0.8).expect("a probability"))
        .expect("every row is a distribution")
}

/// Preferences of [`smith_friston_whyte`] for nothing, a loss and a win at each of its
/// three steps, as the tutorial's scripts have them (`la = 1`, `rs = 4`; the logarithm of
/// their softmax is taken there, which changes each step by a constant).
pub const SMITH_PREFERENCES: [[f64; 3]; 3] =
    [[0.0, 0.0, 0.0], [0.0, -1.0, 4.0], [0.0, -1.0, 2.0]];

/// [`smith_friston_whyte`] with other probabilities that the hint is right and that the
/// better machine wins.
///
/// # Errors
/// None for probabilities; the type is that of worlds.
pub fn slot_machines(
    hint: Probability,
    win: Probability,
) -> Result<Sensed<Table>, WorldError> {
    const HINT: usize = 1;
    const CHOOSE: usize = 2;
    // State 4 * context + behavior.
    let wins = |s: usize| match (s / 4, s % 4) {
        (_, 0 | HINT) => None,
        (context, behavior) if behavior == CHOOSE + context => Some(win.get()),
        _ => Some(1.0 - win.get()),
    };
    let world = Table::new(8, 4, vec![(0, 0.5), (4, 0.5)], &[], |s, to, row| {
        let state = s / 4 * 4 + to;
        let reward = wins(state).map_or(0.0, |p| 4.0 * p - (1.0 - p));
        row.push(Successor { state, probability: 1.0, reward });
    })?;
    Sensed::new(world.with_factors(&[2, 4])?, 3, |s, row| match (s / 4, s % 4) {
        (context, HINT) => {
            row.extend([(1 + context, hint.get()), (2 - context, 1.0 - hint.get())]);
        }
        _ => row.push((0, 1.0)),
    })?
    .with_modality(3, |s, row| match wins(s) {
        Some(p) => row.extend([(1, 1.0 - p), (2, p)]),
        None => row.push((0, 1.0)),
    })?
    .with_modality(4, |s, row| row.push((s % 4, 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FiniteWorld, check};

    #[test]
    fn arms_absorb_pay_once_or_let_go() {
        let maze = |arms| CueMaze { arms, ..CueMaze::default() }.build().unwrap();
        let in_left = 2 * LEFT;
        let next = |world: &Sensed<Table>| world.successors(in_left, RIGHT)[0];
        let absorbing = next(&maze(Arms::Absorbing));
        assert_eq!((absorbing.state, absorbing.reward), (in_left, 1.0));
        let once = maze(Arms::Once);
        let over = next(&once);
        assert_eq!((over.state, over.reward), (2 * (RIGHT + 1), 0.0));
        assert!(once.is_terminal(over.state) && !once.is_terminal(in_left));
        assert_eq!(once.outcomes(2, over.state).probability(0), 1.0);
        let revisitable = next(&maze(Arms::Revisitable));
        assert_eq!((revisitable.state, revisitable.reward), (2 * RIGHT, -1.0));
    }

    #[test]
    fn gossip_tells_nothing_of_the_food_and_the_cue_nothing_of_the_gossip() {
        let maze = CueMaze::gossip(2.0).build().unwrap();
        assert_eq!(check(&maze), Ok(()));
        assert_eq!((maze.n_states(), maze.n_modalities()), (40, 4));
        let state = |place, side, topic| (2 * place + side) * 4 + topic;
        for topic in 0..4 {
            for side in 0..2 {
                let s = state(GOSSIP, side, topic);
                assert_eq!(maze.outcomes(3, s).probability(1 + topic), 1.0);
                assert_eq!(maze.outcomes(1, s).probability(0), 1.0);
                let s = state(CUE, side, topic);
                assert_eq!(maze.outcomes(3, s).probability(0), 1.0);
                assert_eq!(maze.outcomes(1, s).probability(1 + side), 1.0);
            }
        }
        // On average an arm pays .95 c or takes .9 c.
        let into_left = maze.successors(state(MIDDLE, 0, 0), LEFT)[0];
        assert!((into_left.reward - (0.95 * 2.0 - 0.05 * 1.8)).abs() < 1e-15);
    }

    #[test]
    fn bad_mazes_are_refused() {
        let message = |maze: CueMaze| maze.build().unwrap_err().to_string();
        assert_eq!(
            message(CueMaze { food: f64::NAN, ..CueMaze::default() }),
            "food is worth NaN: a reward is finite"
        );
        let silent = CueMaze { news: Some(0), ..CueMaze::default() };
        assert_eq!(message(silent), "gossip about no news");
    }

    #[test]
    fn the_better_machine_wins_as_often_as_said_and_the_hint_tells_which() {
        let world = smith_friston_whyte();
        assert_eq!(check(&world), Ok(()));
        for context in 0..2 {
            let at = |behavior| 4 * context + behavior;
            assert_eq!(world.outcomes(0, at(1)).probability(1 + context), 1.0);
            assert_eq!(world.outcomes(1, at(2 + context)).probability(2), 0.8);
            let other = world.outcomes(1, at(3 - context)).probability(2);
            assert!((other - 0.2).abs() < 1e-15);
            for (behavior, m) in [(0, 0), (2, 0), (3, 0), (0, 1), (1, 1)] {
                assert_eq!(world.outcomes(m, at(behavior)).probability(0), 1.0);
            }
        }
    }
}
