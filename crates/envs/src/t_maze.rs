//! The multiple T-maze of Tolman and Honzik (1930): fourteen T-units in a row.
//!
//! In each unit one arm goes on and the other is a blind alley. Doors fall shut behind
//! the animal, so it can't go back a unit. A state is a place: the choice point of unit
//! $u$ is `2 * u`, the end of its blind alley is `2 * u + 1`, the food box is the last.
//! From a blind end both actions lead back to the choice point, so an animal may err more
//! than once in a unit.

use crate::{FiniteWorld, Successor};

/// Units, as in the maze of 1930.
pub const UNITS: usize = 14;

/// Left and right, as seen on entering a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Turn {
    /// Action 0.
    Left = 0,
    /// Action 1.
    Right = 1,
}

use Turn::{Left, Right};

/// Which arm goes on, by unit. The order is ours: a learner that tells places apart can't
/// profit from any order.
pub const CORRECT: [Turn; UNITS] = [
    Left, Right, Right, Left, Right, Left, Left, Right, Left, Right, Right, Left, Left,
    Right,
];

/// The maze, with or without food in its last box. The trial ends there either way.
#[derive(Debug, Clone)]
pub struct MultipleTMaze {
    successors: Vec<[Successor; 1]>,
}

impl MultipleTMaze {
    /// The place where a trial ends.
    pub const FOOD_BOX: usize = 2 * UNITS;

    /// With food, worth 1 on arrival.
    pub fn with_food() -> Self {
        Self::new(1.0)
    }

    /// Without.
    pub fn without_food() -> Self {
        Self::new(0.0)
    }

    fn new(food: f64) -> Self {
        let step = |state, reward| [Successor { state, probability: 1.0, reward }];
        let mut successors = Vec::with_capacity(2 * (Self::FOOD_BOX + 1));
        for (unit, correct) in CORRECT.into_iter().enumerate() {
            let (blind, onward) = (2 * unit + 1, 2 * unit + 2);
            let onward = step(onward, if onward == Self::FOOD_BOX { food } else { 0.0 });
            for turn in [Left, Right] {
                successors.push(if turn == correct { onward } else { step(blind, 0.0) });
            }
            successors.extend([step(2 * unit, 0.0); 2]);
        }
        successors.extend([step(Self::FOOD_BOX, 0.0); 2]);
        Self { successors }
    }

    /// Whether `place` is the end of a blind alley: arriving there is an error.
    pub fn is_blind(place: usize) -> bool {
        place % 2 == 1
    }
}

impl FiniteWorld for MultipleTMaze {
    fn n_states(&self) -> usize {
        Self::FOOD_BOX + 1
    }
    fn n_actions(&self) -> usize {
        2
    }
    fn successors(&self, s: usize, a: usize) -> &[Successor] {
        assert!(a < 2, "action {a} of 2");
        &self.successors[2 * s + a]
    }
    fn start(&self) -> &[(usize, f64)] {
        &[(0, 1.0)]
    }
    fn is_terminal(&self, s: usize) -> bool {
        s == Self::FOOD_BOX
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check;

    #[test]
    fn both_mazes_keep_their_promises() {
        assert_eq!(check(&MultipleTMaze::with_food()), Ok(()));
        assert_eq!(check(&MultipleTMaze::without_food()), Ok(()));
    }

    #[test]
    #[should_panic(expected = "action 2 of 2")]
    fn an_action_out_of_range_panics_instead_of_reading_the_next_row() {
        MultipleTMaze::with_food().successors(0, 2);
    }

    #[test]
    fn fourteen_right_choices_lead_to_the_food_box() {
        let maze = MultipleTMaze::with_food();
        let mut place = 0;
        let mut reward = 0.0;
        for turn in CORRECT {
            let next = maze.successors(place, turn as usize)[0];
            (place, reward) = (next.state, reward + next.reward);
        }
        assert_eq!((place, reward), (MultipleTMaze::FOOD_BOX, 1.0));
    }

    #[test]
    fn a_wrong_choice_leads_to_a_blind_end_and_back() {
        let maze = MultipleTMaze::with_food();
        for (unit, correct) in CORRECT.into_iter().enumerate() {
            let wrong = 1 - correct as usize;
            let blind = maze.successors(2 * unit, wrong)[0].state;
            assert!(MultipleTMaze::is_blind(blind));
            assert!((0..2).all(|a| maze.successors(blind, a)[0].state == 2 * unit));
        }
    }
}
