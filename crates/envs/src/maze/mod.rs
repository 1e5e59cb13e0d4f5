//! Mazes drawn in text.
//!
//! | character | what                                           |
//! |-----------|------------------------------------------------|
//! | `#`       | wall                                           |
//! | `.`       | floor                                          |
//! | `S`, `G`  | where a trial starts, where it ends            |
//! | `a`–`z`   | a door, open until [`Maze::set_door`] shuts it |
//! | `A`–`Z`   | a prize, whose worth the header says           |
//!
//! A header may stand above the drawing, one `key: value` a line:
//!
//! | line               | meaning                                                                              |
//! |--------------------|--------------------------------------------------------------------------------------|
//! | `start: random`    | a trial starts on any floor `.` with the same probability; no `S` then                |
//! | `slip: 0.2`        | with this probability a move goes to its left or to its right, half the time each    |
//! | `step cost: 0.01`  | each step pays minus this                                                            |
//! | `A: -1 ends`       | arriving at a cell `A` pays -1 and ends the trial                                     |
//! | `B: 0.5 stays hidden` | arriving at a `B` pays 0.5 each time and the trial goes on; `hidden` from the eyes |
//! | `G: 10 ends`       | the goal is worth 10 (1 if nothing is said)                                           |
//!
//! States are the cells that are no wall, in reading order; actions are the four moves of
//! [`Move`]. A move into a wall or a shut door leaves the animal where it is, and staying
//! is no arrival: it pays no prize.

mod drawing;
mod maps;
mod text;

use std::collections::VecDeque;

use prob::Probability;

pub use drawing::{CELL, svg};
pub use maps::{Map, Side};
pub use text::MazeError;

use crate::{FiniteWorld, Successor, Table};

/// The detour maze, after Tolman and Honzik's three-path maze (1930, "Insight" in rats).
///
/// From the start `S` three paths lead to the food `G`: straight on (8 steps), around on
/// the left (14) and around on the right (16). Doors `a`, `c` and `d` shut the first,
/// second and third alone; door `b` shuts the stretch that the first two share, so that
/// only the third is left.
pub const DETOUR: &str = "\
###########
#####G#####
#####.....#
#####b###.#
##....###.#
##.##.###.#
##c##a###d#
##.##.###.#
##........#
#####S#####
###########";

/// A move to one of the four neighbors. Its number is the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Move {
    /// Up on the drawing, action 0.
    North = 0,
    /// To the right, action 1.
    East = 1,
    /// Down, action 2.
    South = 2,
    /// To the left, action 3.
    West = 3,
}

impl Move {
    /// All moves, in the order of their actions.
    pub const ALL: [Self; 4] = [Self::North, Self::East, Self::South, Self::West];

    /// The move a quarter turn clockwise from this one.
    pub const fn to_the_right(self) -> Self {
        Self::ALL[(self as usize + 1) % 4]
    }

    /// The move a quarter turn counterclockwise from this one.
    pub const fn to_the_left(self) -> Self {
        Self::ALL[(self as usize + 3) % 4]
    }
}

/// A cell of the drawing, counted from 0 at the top left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cell {
    /// Line of the drawing.
    pub row: usize,
    /// Character in the line.
    pub column: usize,
}

/// Whether a door lets the animal through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// It does.
    Open,
    /// It is a wall.
    Shut,
}

/// Whether a trial goes on after an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// The trial is over.
    Ends,
    /// It goes on.
    Stays,
}

/// Whether a prize can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// It can.
    Visible,
    /// It looks like floor.
    Hidden,
}

/// What arriving at a cell brings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prize {
    /// Reward on arrival from another cell.
    pub reward: f64,
    /// Whether the trial goes on.
    pub arrival: Arrival,
    /// Whether it can be seen.
    pub sight: Sight,
}

impl Prize {
    /// What a goal is unless the header says otherwise: worth 1, the end of the trial, in
    /// plain sight.
    pub const GOAL: Self =
        Self { reward: 1.0, arrival: Arrival::Ends, sight: Sight::Visible };
}

/// A maze on a grid.
///
/// ```
/// use envs::maze::{DETOUR, Door, Maze};
///
/// let mut maze = Maze::parse(DETOUR)?;
/// let start = maze.start_state().expect("an S is drawn");
/// assert_eq!(maze.steps_to_goal(start), Some(8));
/// maze.set_door('b', Door::Shut)?;
/// assert_eq!(maze.steps_to_goal(start), Some(16));
/// # Ok::<(), envs::maze::MazeError>(())
/// ```
///
/// With a header:
///
/// ```
/// use envs::{FiniteWorld, maze::Maze};
///
/// let maze = Maze::parse("start: random\nslip: 0.5\nA: -1 ends\n\nA.G\n...")?;
/// assert_eq!((maze.start().len(), maze.start_state()), (4, None));
/// let ways: Vec<_> = maze.successors(1, 1).iter().map(|s| (s.state, s.probability)).collect();
/// assert_eq!(ways, [(2, 0.5), (1, 0.25), (4, 0.25)]);
/// # Ok::<(), envs::maze::MazeError>(())
/// ```
///
/// # Changes in mid-run
/// [`set_door`](Self::set_door), [`move_goal`](Self::move_goal) and
/// [`set_prize`](Self::set_prize) change a maze that is being walked, through
/// [`Sampled::world_mut`](crate::Sampled::world_mut). Drawn, every goal can be reached; a
/// change may put it out of reach, as an experimenter may, and
/// [`steps_to_goal`](Self::steps_to_goal) tells.
#[derive(Debug, Clone)]
pub struct Maze {
    plan: Plan,
    /// What follows from the plan.
    table: Table,
}

#[derive(Debug, Clone)]
struct Plan {
    rows: usize,
    columns: usize,
    cells: Vec<Cell>,
    start: Start,
    goal: usize,
    prizes: Vec<(char, usize, Prize)>,
    doors: Vec<(char, usize, Door)>,
    slip: Probability,
    step_cost: f64,
}

/// Where a trial starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    At(usize),
    Anywhere,
}

impl Maze {
    /// Reads a drawing, with or without a header.
    ///
    /// # Errors
    /// [`MazeError`] with line and column: a character or header that means nothing, a second start, goal or door, a start or
    /// goal that is missing, a start from which no way leads to the goal.
    pub fn parse(drawing: &str) -> Result<Self, MazeError> {
        text::parse(drawing)
    }

    /// Opens or shuts a door.
    ///
    /// # Errors
    /// [`MazeError::NoDoor`] if there is none of this name.
    pub fn set_door(&mut self, name: char, door: Door) -> Result<(), MazeError> {
        let known = self
            .plan
            .doors
            .iter_mut()
            .find(|(n, ..)| *n == name)
            .ok_or(MazeError::NoDoor { door: name })?;
        known.2 = door;
        self.table = self.plan.table();
        Ok(())
    }

    /// Moves the goal, with its prize, to another cell. Where it was is floor then.
    ///
    /// # Errors
    /// [`MazeError::NoFloor`] where there is a wall, a door, a prize or the start.
    pub fn move_goal(&mut self, to: Cell) -> Result<(), MazeError> {
        let state = self
            .state_at(to)
            .filter(|&state| {
                self.plan.is_floor(state) && self.plan.start != Start::At(state)
            })
            .ok_or(MazeError::NoFloor { line: to.row + 1, column: to.column + 1 })?;
        let goal = self.plan.goal;
        for (_, place, _) in self.plan.prizes.iter_mut().filter(|(_, at, _)| *at == goal)
        {
            *place = state;
        }
        self.plan.goal = state;
        self.table = self.plan.table();
        Ok(())
    }

    /// Changes what arriving at the cells of a letter brings: their reward, whether the
    /// trial ends there, whether they can be seen. The goal's letter is `G`.
    ///
    /// # Errors
    /// [`MazeError`]: no prize has this letter, the reward (less the step cost) is no
    /// finite number, or the trial would go on after the goal.
    ///
    /// ```
    /// use envs::maze::{Maze, Prize};
    /// let mut maze = Maze::parse("S.G")?;
    /// maze.set_prize('G', Prize { reward: 5.0, ..Prize::GOAL })?;
    /// assert_eq!(
    ///     maze.set_prize('A', Prize::GOAL).unwrap_err().to_string(),
    ///     "the maze has no prize 'A'"
    /// );
    /// # Ok::<(), envs::maze::MazeError>(())
    /// ```
    pub fn set_prize(&mut self, letter: char, prize: Prize) -> Result<(), MazeError> {
        if !self.plan.prizes.iter().any(|(known, ..)| *known == letter) {
            return Err(MazeError::NoPrize { prize: letter });
        }
        if letter == 'G' && prize.arrival != Arrival::Ends {
            return Err(MazeError::GoalStays);
        }
        check_reward(letter, prize.reward, self.plan.step_cost)?;
        for (.., known) in
            self.plan.prizes.iter_mut().filter(|(known, ..)| *known == letter)
        {
            *known = prize;
        }
        self.table = self.plan.table();
        Ok(())
    }

    /// The same maze in which moves slip; see the header's `slip`.
    pub fn with_slip(mut self, slip: Probability) -> Self {
        self.plan.slip = slip;
        self.table = self.plan.table();
        self
    }

    /// The same maze in which each step costs `cost`, in reward; see the header's `step
    /// cost`.
    ///
    /// # Errors
    /// [`MazeError`] for a negative number, an infinity or not a number, or if a prize
    /// less the cost is no finite number.
    pub fn with_step_cost(mut self, cost: f64) -> Result<Self, MazeError> {
        if !(cost >= 0.0 && cost.is_finite()) {
            return Err(MazeError::BadStepCost { cost });
        }
        for &(letter, _, prize) in &self.plan.prizes {
            check_reward(letter, prize.reward, cost)?;
        }
        self.plan.step_cost = cost;
        self.table = self.plan.table();
        Ok(self)
    }

    /// The same maze in which a trial starts on any floor, where neither door nor prize
    /// is, with the same probability.
    ///
    /// # Errors
    /// [`MazeError::NoWayFrom`] if the goal can't be reached from some floor;
    /// [`MazeError::Missing`] if there is no floor.
    pub fn with_random_start(mut self) -> Result<Self, MazeError> {
        self.plan.start = Start::Anywhere;
        Self::new(self.plan)
    }

    /// Checks that the goal can be reached, and makes the rows.
    fn new(plan: Plan) -> Result<Self, MazeError> {
        match plan.start {
            Start::At(state) => {
                plan.shortest_path(state).ok_or(MazeError::NoWay)?;
            }
            Start::Anywhere => {
                plan.floor().next().ok_or(MazeError::Missing { mark: '.' })?;
                let lost = plan.floor().find(|&s| plan.shortest_path(s).is_none());
                if let Some(state) = lost {
                    let Cell { row, column } = plan.cells[state];
                    return Err(MazeError::NoWayFrom {
                        line: row + 1,
                        column: column + 1,
                    });
                }
            }
        }
        Ok(Self { table: plan.table(), plan })
    }

    /// Lines of the drawing.
    pub fn rows(&self) -> usize {
        self.plan.rows
    }

    /// Columns of the drawing.
    pub fn columns(&self) -> usize {
        self.plan.columns
    }

    /// The cell of a state.
    ///
    /// # Panics
    /// If there is no such state.
    pub fn cell(&self, state: usize) -> Cell {
        self.plan.cells[state]
    }

    /// The state at a cell; none where there is a wall.
    pub fn state_at(&self, cell: Cell) -> Option<usize> {
        self.plan.state_at(cell)
    }

    /// Where every trial starts; none if it starts at random. [`FiniteWorld::start`] has
    /// the places in either case.
    pub fn start_state(&self) -> Option<usize> {
        match self.plan.start {
            Start::At(state) => Some(state),
            Start::Anywhere => None,
        }
    }

    /// The goal.
    pub fn goal_state(&self) -> usize {
        self.plan.goal
    }

    /// The doors: name, state, and whether open.
    pub fn doors(&self) -> &[(char, usize, Door)] {
        &self.plan.doors
    }

    /// The prizes, the goal among them: letter, state, and what arriving there brings.
    pub fn prizes(&self) -> &[(char, usize, Prize)] {
        &self.plan.prizes
    }

    /// The fewest steps from `from` to the goal with the doors as they are; none if there
    /// is no way.
    ///
    /// # Panics
    /// If there is no state `from`.
    pub fn steps_to_goal(&self, from: usize) -> Option<usize> {
        self.shortest_path(from).map(|path| path.len() - 1)
    }

    /// A shortest path from `from` to the goal, both included, by breadth-first search;
    /// none if there is no way.
    ///
    /// No path leads through another cell where the trial ends. Moves are taken not to
    /// slip.
    ///
    /// # Panics
    /// If there is no state `from`.
    pub fn shortest_path(&self, from: usize) -> Option<Vec<usize>> {
        self.plan.shortest_path(from)
    }
}

impl Plan {
    /// The rows of the world.
    fn table(&self) -> Table {
        let start = match self.start {
            Start::At(state) => vec![(state, 1.0)],
            Start::Anywhere => {
                let p = 1.0 / self.floor().count() as f64;
                self.floor().map(|s| (s, p)).collect()
            }
        };
        let n_states = self.cells.len();
        let terminal: Vec<usize> = (0..n_states).filter(|&s| self.ends_in(s)).collect();
        let row = |s: usize, a: usize, row: &mut Vec<Successor>| {
            self.push_row(s, Move::ALL[a], row);
        };
        Table::new(n_states, Move::ALL.len(), start, &terminal, row)
            .expect("moves are distributions, and rewards were checked")
    }

    fn push_row(&self, s: usize, direction: Move, out: &mut Vec<Successor>) {
        let begin = out.len();
        let aside = 0.5 * self.slip.get();
        for (direction, probability) in [
            (direction, self.slip.complement().get()),
            (direction.to_the_left(), aside),
            (direction.to_the_right(), aside),
        ] {
            let state = self.neighbor(s, direction).unwrap_or(s);
            if probability == 0.0 {
                continue;
            }
            match out[begin..].iter_mut().find(|known| known.state == state) {
                Some(known) => known.probability += probability,
                None => out.push(Successor {
                    state,
                    probability,
                    reward: self.prize_on_arrival(s, state) - self.step_cost,
                }),
            }
        }
    }

    fn floor(&self) -> impl Iterator<Item = usize> {
        (0..self.cells.len()).filter(|&s| self.is_floor(s))
    }

    fn is_floor(&self, state: usize) -> bool {
        !self.prizes.iter().any(|&(_, taken, _)| taken == state)
            && !self.doors.iter().any(|&(_, door, _)| door == state)
    }

    fn ends_in(&self, state: usize) -> bool {
        let ends = |prize: &Prize| prize.arrival == Arrival::Ends;
        self.prizes.iter().any(|(_, at, prize)| *at == state && ends(prize))
    }

    fn prize_on_arrival(&self, from: usize, to: usize) -> f64 {
        self.prizes
            .iter()
            .find(|&&(_, state, _)| state == to && to != from)
            .map_or(0.0, |(.., prize)| prize.reward)
    }

    fn neighbor(&self, s: usize, direction: Move) -> Option<usize> {
        let Cell { row, column } = self.cells[s];
        let cell = match direction {
            Move::North => Cell { row: row.checked_sub(1)?, column },
            Move::East => Cell { row, column: column + 1 },
            Move::South => Cell { row: row + 1, column },
            Move::West => Cell { row, column: column.checked_sub(1)? },
        };
        self.state_at(cell).filter(|&state| !self.is_shut(state))
    }

    fn is_shut(&self, state: usize) -> bool {
        self.doors
            .iter()
            .any(|&(_, door, position)| door == state && position == Door::Shut)
    }

    fn state_at(&self, cell: Cell) -> Option<usize> {
        // Cells stand in reading order.
        self.cells
            .binary_search_by_key(&(cell.row, cell.column), |c| (c.row, c.column))
            .ok()
    }

    fn shortest_path(&self, from: usize) -> Option<Vec<usize>> {
        let mut came_from = vec![None; self.cells.len()];
        came_from[from] = Some(from);
        let mut frontier = VecDeque::from([from]);
        while let Some(s) = frontier.pop_front() {
            if s == self.goal {
                let mut path = vec![s];
                while *path.last()? != from {
                    path.push(came_from[*path.last()?]?);
                }
                path.reverse();
                return Some(path);
            }
            if self.ends_in(s) {
                continue;
            }
            for next in
                Move::ALL.into_iter().filter_map(|direction| self.neighbor(s, direction))
            {
                if came_from[next].is_none() {
                    came_from[next] = Some(s);
                    frontier.push_back(next);
                }
            }
        }
        None
    }
}

/// Checks that arriving at a prize pays a finite reward.
fn check_reward(prize: char, reward: f64, step_cost: f64) -> Result<(), MazeError> {
    if (reward - step_cost).is_finite() {
        Ok(())
    } else {
        Err(MazeError::BadReward { prize, reward, step_cost })
    }
}

impl FiniteWorld for Maze {
    fn n_states(&self) -> usize {
        self.plan.cells.len()
    }
    fn n_actions(&self) -> usize {
        Move::ALL.len()
    }
    #[inline]
    fn successors(&self, s: usize, a: usize) -> &[Successor] {
        // The table's own method would look the number of actions up, at each step.
        assert!(a < Move::ALL.len(), "action {a} of {}", Move::ALL.len());
        self.table.successors.row(Move::ALL.len() * s + a)
    }
    fn start(&self) -> &[(usize, f64)] {
        self.table.start()
    }
    #[inline]
    fn is_terminal(&self, s: usize) -> bool {
        self.table.is_terminal(s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Environment, Sampled, Status, check};
    use prob::rng::{Role, stream};
    use proptest::prelude::*;

    fn start(maze: &Maze) -> usize {
        maze.start_state().unwrap()
    }

    fn message(drawing: &str) -> String {
        Maze::parse(drawing).unwrap_err().to_string()
    }

    #[test]
    fn errors_name_line_and_column() {
        assert_eq!(
            message("S.G\n.!."),
            "line 2, column 2: '!' is neither #, ., S, G, a door from a to z nor a prize that the header names"
        );
        assert_eq!(message("S.G\n.."), "line 2 has 2 columns and line 1 has 3");
        assert_eq!(message("S.G\n..S"), "line 2, column 3: a second 'S'");
        assert_eq!(message("SaG\na.."), "line 2, column 1: a second 'a'");
        assert_eq!(message("S.G\n.G."), "line 2, column 2: a second 'G'");
        assert_eq!(message("S.."), "the drawing has no 'G'");
        assert_eq!(message(""), "the drawing has no 'S'");
        assert_eq!(
            message("..G"),
            "the drawing has no 'S'",
            "no start and no header that says so"
        );
        assert_eq!(
            message("start: random\nS.G"),
            "line 2, column 1: an 'S', though the header says start: random"
        );
        assert_eq!(
            message("start: random\n..#.\n.G#."),
            "no way leads from line 2, column 4 to G"
        );
        assert_eq!(
            message("slip: 1.5\nSG"),
            "line 1, column 7: '1.5' is not a probability from 0 to 1"
        );
        assert_eq!(
            message("slip: 0.1\nslip: 0.2\nSG"),
            "line 2, column 1: a second 'slip'"
        );
        assert_eq!(
            message("step cost: NaN\nSG"),
            "line 1, column 12: 'NaN' is not a finite number that is at least 0"
        );
        assert_eq!(
            message("A: inf ends\nSAG"),
            "line 1, column 4: 'inf ends' is not a finite reward with ends or stays, and perhaps hidden"
        );
        assert_eq!(
            message("G: 1 stays\nSG"),
            "line 1, column 4: '1 stays' is not a finite reward with ends, and perhaps hidden"
        );
        assert_eq!(
            message("sleep: 0.1\nSG"),
            "line 1, column 1: 'sleep' is not start, slip, step cost or the capital letter of a prize"
        );
        assert_eq!(message("A: 1 ends\nSG"), "the drawing has no 'A'");
        assert_eq!(message("slip: 0\nSG.\n.."), "line 3 has 2 columns and line 2 has 3");
        assert_eq!(message("S#G"), "no way leads from S to G");
        assert_eq!(message("start: random\nG"), "the drawing has no '.'");
        assert!(matches!(
            Maze::parse("step cost: 1e308\nA: -1e308 ends\nGSA"),
            Err(MazeError::BadReward { prize: 'A', .. })
        ));
        assert_eq!(
            Maze::parse("SG").unwrap().set_door('x', Door::Shut),
            Err(MazeError::NoDoor { door: 'x' })
        );
    }

    #[test]
    fn shortest_paths_of_the_detour_maze_are_as_tabulated() {
        let mut maze = Maze::parse(DETOUR).unwrap();
        let mut steps = |a, b| {
            maze.set_door('a', a).unwrap();
            maze.set_door('b', b).unwrap();
            assert_eq!(check(&maze), Ok(()));
            maze.steps_to_goal(start(&maze)).unwrap()
        };
        assert_eq!(steps(Door::Open, Door::Open), 8);
        assert_eq!(steps(Door::Shut, Door::Open), 14);
        assert_eq!(steps(Door::Open, Door::Shut), 16);
        assert_eq!(steps(Door::Shut, Door::Shut), 16);
    }

    #[test]
    fn a_prize_is_paid_on_arrival_from_elsewhere_and_the_step_cost_always() {
        let maze = Maze::parse(
            "step cost: 0.25\nB: 2 stays hidden\nA: -1 ends\nG: 10 ends\nABSG",
        )
        .unwrap();
        assert_eq!(check(&maze), Ok(()));
        let reward =
            |s, direction: Move| maze.successors(s, direction as usize)[0].reward;
        assert_eq!(reward(2, Move::West), 1.75);
        assert_eq!(reward(1, Move::North), -0.25, "staying is no arrival");
        assert_eq!(reward(1, Move::West), -1.25);
        assert_eq!(reward(2, Move::East), 9.75);
        let ends: Vec<bool> = (0..4).map(|s| maze.is_terminal(s)).collect();
        assert_eq!(ends, [true, false, false, true]);
        assert_eq!(maze.prizes()[1].2.sight, Sight::Hidden);
    }

    #[test]
    #[should_panic(expected = "action 4 of 4")]
    fn an_action_out_of_range_panics_instead_of_reading_the_next_row() {
        Maze::parse("S.G").unwrap().successors(0, 4);
    }

    #[test]
    fn no_way_leads_through_a_cell_where_the_trial_ends() {
        assert_eq!(message("A: -1 ends\nSAG"), "no way leads from S to G");
    }

    #[test]
    fn the_goal_moves_onto_floor_and_nowhere_else() {
        let mut maze = Maze::parse("S.G\n.#a").unwrap();
        let cell = |row, column| Cell { row, column };
        maze.move_goal(cell(1, 0)).unwrap();
        assert_eq!(check(&maze), Ok(()));
        assert_eq!(maze.steps_to_goal(start(&maze)), Some(1));
        assert!(!maze.is_terminal(2) && maze.is_terminal(3));
        for (row, column) in [(0, 0), (1, 1), (1, 2), (9, 9)] {
            assert!(maze.move_goal(cell(row, column)).is_err(), "{row}, {column}");
        }
    }

    #[test]
    fn a_random_start_is_never_at_the_goal_wherever_it_moves() {
        let mut maze = Maze::parse("start: random\n.G\n.a").unwrap();
        let starts = |maze: &Maze| maze.start().iter().map(|s| s.0).collect::<Vec<_>>();
        assert_eq!((starts(&maze), maze.start_state()), (vec![0, 2], None));
        maze.move_goal(Cell { row: 1, column: 0 }).unwrap();
        assert_eq!(starts(&maze), [0, 1], "where the goal was is floor");
        assert_eq!(check(&maze), Ok(()));
        let drawn = Maze::parse("S.G").unwrap();
        assert_eq!(drawn.start_state(), Some(0));
        assert_eq!(starts(&drawn.with_random_start().unwrap()), [0, 1]);
    }

    #[test]
    fn a_random_start_needs_a_way_from_every_floor_with_the_doors_as_they_are() {
        let mut maze = Maze::parse("S.G\na##\n..#").unwrap();
        assert!(maze.clone().with_random_start().is_ok());
        maze.set_door('a', Door::Shut).unwrap();
        assert_eq!(
            maze.with_random_start().unwrap_err().to_string(),
            "no way leads from line 3, column 1 to G"
        );
    }

    #[test]
    fn a_prize_changes_in_mid_run_for_whoever_walks() {
        let mut rng = stream(0, Role::World, 0);
        let mut run =
            Sampled::new(Maze::parse("A: 2 stays\nSAG").unwrap(), None).unwrap();
        run.reset(&mut rng);
        assert_eq!(run.step(1, &mut rng).reward, 2.0);
        let trap = Prize { reward: -3.0, arrival: Arrival::Ends, sight: Sight::Hidden };
        run.world_mut().set_prize('A', trap).unwrap();
        assert_eq!(check(run.world()), Ok(()));
        run.reset(&mut rng);
        let step = run.step(1, &mut rng);
        assert_eq!((step.reward, step.status), (-3.0, Status::Terminated));
        assert_eq!(run.world().steps_to_goal(0), None, "the trap is in the way");
    }

    #[test]
    fn prizes_and_costs_that_make_no_sense_are_named() {
        let mut maze = Maze::parse("S.G").unwrap();
        let goal = |reward| Prize { reward, ..Prize::GOAL };
        let mut message = |prize| maze.set_prize('G', prize).unwrap_err().to_string();
        assert_eq!(
            message(goal(f64::NAN)),
            "prize 'G' pays NaN less a step cost of 0, which is no finite number"
        );
        assert_eq!(
            message(Prize { arrival: Arrival::Stays, ..Prize::GOAL }),
            "the goal must end the trial"
        );
        for cost in [-1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(
                maze.clone().with_step_cost(cost).unwrap_err().to_string(),
                format!("{cost} is no step cost: it must be finite and at least 0")
            );
        }
        let drawn = Maze::parse("step cost: 0.25\nS.G").unwrap();
        let added = maze.with_step_cost(0.25).unwrap();
        assert!((0..4).all(|a| added.successors(0, a) == drawn.successors(0, a)));
    }

    #[test]
    fn a_shortest_path_is_a_walk_through_open_cells() {
        let maze = Maze::parse(DETOUR).unwrap();
        let path = maze.shortest_path(start(&maze)).unwrap();
        assert_eq!((path[0], *path.last().unwrap()), (start(&maze), maze.goal_state()));
        for pair in path.windows(2) {
            assert!(
                (0..4).any(|a| maze.successors(pair[0], a)[0].state == pair[1]),
                "{pair:?}"
            );
        }
    }

    /// A drawing with random walls; `None` if the goal is walled off.
    fn random_maze(walls: &[bool]) -> Option<Maze> {
        let mut drawing = String::new();
        for (i, &wall) in walls.iter().enumerate() {
            let last = walls.len() - 1;
            drawing.push(if i == 0 {
                'S'
            } else if i == last {
                'G'
            } else if wall {
                '#'
            } else {
                '.'
            });
            if i % 6 == 5 && i < last {
                drawing.push('\n');
            }
        }
        Maze::parse(&drawing).ok()
    }

    proptest! {
        #[test]
        fn slippery_mazes_keep_their_promises(walls in prop::collection::vec(prop::bool::weighted(0.3), 36), slip in 0.0..=1.0_f64) {
            if let Some(maze) = random_maze(&walls) {
                let maze = maze.with_slip(Probability::new(slip).unwrap());
                prop_assert_eq!(check(&maze), Ok(()));
                let sides = |s: usize, a: usize| maze.successors(s, a).len();
                prop_assert!((0..maze.n_states()).all(|s| (0..4).all(|a| sides(s, a) <= 3)));
            }
        }

        #[test]
        fn mazes_that_change_in_mid_run_keep_their_promises(changes in prop::collection::vec((0..3_usize, 0..12_usize, -2.0..2.0_f64), 0..20)) {
            let text = "start: random\nslip: 0.25\nA: -1 ends\nB: 2 stays hidden\n\n.a.G\n.#B.\n..A.";
            let mut maze = Maze::parse(text).unwrap();
            for (what, i, reward) in changes {
                match what {
                    0 => maze.set_door('a', [Door::Open, Door::Shut][i % 2]).unwrap(),
                    // Refused where no free floor is: then nothing may have changed.
                    1 => drop(maze.move_goal(Cell { row: i / 4, column: i % 4 })),
                    _ => {
                        let arrival = [Arrival::Ends, Arrival::Stays][i % 2];
                        let prize = Prize { reward, arrival, sight: Sight::Visible };
                        drop(maze.set_prize(['A', 'B', 'G'][i % 3], prize));
                    }
                }
                prop_assert_eq!(check(&maze), Ok(()));
                prop_assert!(maze.is_terminal(maze.goal_state()));
                prop_assert!(maze.start().iter().all(|&(s, _)| !maze.is_terminal(s)));
                prop_assert_eq!(maze.start().len(), 7, "as many floors as before");
            }
        }

        #[test]
        fn random_mazes_keep_their_promises(walls in prop::collection::vec(prop::bool::weighted(0.3), 36)) {
            if let Some(maze) = random_maze(&walls) {
                prop_assert_eq!(check(&maze), Ok(()));
            }
        }

        #[test]
        fn distances_to_the_goal_fall_by_at_most_one_a_step(walls in prop::collection::vec(prop::bool::weighted(0.3), 36)) {
            if let Some(maze) = random_maze(&walls) {
                for s in 0..maze.n_states() {
                    let Some(steps) = maze.steps_to_goal(s) else { continue };
                    let next = (0..4).filter_map(|a| maze.steps_to_goal(maze.successors(s, a)[0].state));
                    prop_assert_eq!(next.min(), Some(steps.saturating_sub(1)));
                }
            }
        }

        #[test]
        fn walks_stay_on_the_floor(walls in prop::collection::vec(prop::bool::weighted(0.3), 36), moves in prop::collection::vec(0..4_usize, 1..80)) {
            if let Some(maze) = random_maze(&walls) {
                let mut rng = stream(0, Role::World, 0);
                let mut run = Sampled::new(&maze, None).unwrap();
                let mut before = maze.cell(run.reset(&mut rng));
                for a in moves {
                    let cell = maze.cell(run.step(a, &mut rng).observation);
                    prop_assert!(!walls[6 * cell.row + cell.column] || cell == maze.cell(start(&maze)) || cell == maze.cell(maze.goal_state()));
                    prop_assert!(cell.row.abs_diff(before.row) + cell.column.abs_diff(before.column) <= 1);
                    before = cell;
                }
            }
        }
    }
}
