//! Mazes drawn in text.
//!
//! | character | what                                          |
//! |-----------|-----------------------------------------------|
//! | `#`       | wall                                          |
//! | `.`       | floor                                         |
//! | `S`, `G`  | where a trial starts, where it ends           |
//! | `a`–`z`   | a door, open until [`Maze::set_door`] shuts it |
//!
//! States are the cells that are no wall, in reading order; actions are the four moves of
//! [`Move`]. A move into a wall or a shut door leaves the animal where it is. Arriving at
//! the goal is worth 1 and ends the trial.

use std::collections::VecDeque;

use thiserror::Error;

use crate::{FiniteWorld, Successor};

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

/// What is wrong with a drawing, or with a question about a maze. Lines and columns are
/// counted from 1, as editors do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MazeError {
    /// A character that means nothing.
    #[error(
        "line {line}, column {column}: '{found}' is neither #, ., S, G nor a door from a to z"
    )]
    BadCharacter {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What stands there.
        found: char,
    },
    /// A line of another length than the first.
    #[error("line {line} has {found} columns and line 1 has {expected}")]
    Ragged {
        /// Line, from 1.
        line: usize,
        /// Length of the first line.
        expected: usize,
        /// Length of this line.
        found: usize,
    },
    /// A start, goal or door drawn twice.
    #[error("line {line}, column {column}: a second '{mark}'")]
    Twice {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is drawn twice.
        mark: char,
    },
    /// No start or no goal.
    #[error("the drawing has no '{mark}'")]
    Missing {
        /// `S` or `G`.
        mark: char,
    },
    /// The goal can't be reached from the start though all doors are open.
    #[error("no way leads from S to G")]
    NoWay,
    /// No door of this name.
    #[error("the maze has no door '{door}'")]
    NoDoor {
        /// The name asked for.
        door: char,
    },
}

/// A maze on a grid.
///
/// ```
/// use envs::maze::{DETOUR, Door, Maze};
///
/// let mut maze = Maze::parse(DETOUR)?;
/// assert_eq!(maze.steps_to_goal(maze.start_state()), Some(8));
/// maze.set_door('b', Door::Shut)?;
/// assert_eq!(maze.steps_to_goal(maze.start_state()), Some(16));
/// # Ok::<(), envs::maze::MazeError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Maze {
    rows: usize,
    columns: usize,
    cells: Vec<Cell>,
    start: [(usize, f64); 1],
    goal: usize,
    doors: Vec<(char, usize, Door)>,
    successors: Vec<[Successor; 1]>,
}

impl Maze {
    /// Reads a drawing.
    ///
    /// # Errors
    /// [`MazeError`] with line and column.
    pub fn parse(drawing: &str) -> Result<Self, MazeError> {
        let columns = drawing.lines().next().map_or(0, |line| line.chars().count());
        let mut cells = Vec::new();
        let mut doors: Vec<(char, usize, Door)> = Vec::new();
        let (mut start, mut goal) = (None, None);
        for (row, text) in drawing.lines().enumerate() {
            let line = row + 1;
            let found = text.chars().count();
            if found != columns {
                return Err(MazeError::Ragged { line, expected: columns, found });
            }
            for (column, mark) in text.chars().enumerate() {
                let twice = MazeError::Twice { line, column: column + 1, mark };
                let state = cells.len();
                match mark {
                    '#' => continue,
                    '.' => {}
                    'S' if start.replace(state).is_none() => {}
                    'G' if goal.replace(state).is_none() => {}
                    'S' | 'G' => return Err(twice),
                    'a'..='z' if doors.iter().any(|&(name, ..)| name == mark) => {
                        return Err(twice);
                    }
                    'a'..='z' => doors.push((mark, state, Door::Open)),
                    found => {
                        return Err(MazeError::BadCharacter {
                            line,
                            column: column + 1,
                            found,
                        });
                    }
                }
                cells.push(Cell { row, column });
            }
        }
        let start = start.ok_or(MazeError::Missing { mark: 'S' })?;
        let goal = goal.ok_or(MazeError::Missing { mark: 'G' })?;
        let rows = drawing.lines().count();
        let mut maze = Self {
            rows,
            columns,
            cells,
            start: [(start, 1.0)],
            goal,
            doors,
            successors: Vec::new(),
        };
        maze.connect();
        maze.steps_to_goal(start).ok_or(MazeError::NoWay)?;
        Ok(maze)
    }

    /// Opens or shuts a door.
    ///
    /// # Errors
    /// [`MazeError::NoDoor`] if there is none of this name.
    pub fn set_door(&mut self, name: char, door: Door) -> Result<(), MazeError> {
        let known = self
            .doors
            .iter_mut()
            .find(|(n, ..)| *n == name)
            .ok_or(MazeError::NoDoor { door: name })?;
        known.2 = door;
        self.connect();
        Ok(())
    }

    /// Writes every move's successor, from walls and doors as they now are.
    fn connect(&mut self) {
        self.successors.clear();
        for s in 0..self.cells.len() {
            for direction in Move::ALL {
                let state =
                    self.neighbor(s, direction).filter(|_| s != self.goal).unwrap_or(s);
                let reward = if state == self.goal && s != self.goal { 1.0 } else { 0.0 };
                self.successors.push([Successor { state, probability: 1.0, reward }]);
            }
        }
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

    /// Lines of the drawing.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Columns of the drawing.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The cell of a state.
    pub fn cell(&self, state: usize) -> Cell {
        self.cells[state]
    }

    /// The state at a cell; none where there is a wall.
    pub fn state_at(&self, cell: Cell) -> Option<usize> {
        // Cells stand in reading order.
        self.cells
            .binary_search_by_key(&(cell.row, cell.column), |c| (c.row, c.column))
            .ok()
    }

    /// Where a trial starts.
    pub fn start_state(&self) -> usize {
        self.start[0].0
    }

    /// Where a trial ends.
    pub fn goal_state(&self) -> usize {
        self.goal
    }

    /// The doors: name, state, and whether open.
    pub fn doors(&self) -> &[(char, usize, Door)] {
        &self.doors
    }

    /// The fewest steps from `from` to the goal with the doors as they are; none if there
    /// is no way.
    pub fn steps_to_goal(&self, from: usize) -> Option<usize> {
        self.shortest_path(from).map(|path| path.len() - 1)
    }

    /// A shortest path from `from` to the goal, both included, by breadth-first search;
    /// none if there is no way.
    pub fn shortest_path(&self, from: usize) -> Option<Vec<usize>> {
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

impl FiniteWorld for Maze {
    fn n_states(&self) -> usize {
        self.cells.len()
    }
    fn n_actions(&self) -> usize {
        Move::ALL.len()
    }
    fn successors(&self, s: usize, a: usize) -> &[Successor] {
        &self.successors[Move::ALL.len() * s + a]
    }
    fn start(&self) -> &[(usize, f64)] {
        &self.start
    }
    fn is_terminal(&self, s: usize) -> bool {
        s == self.goal
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Environment, Sampled, check};
    use prob::rng::{Role, stream};
    use proptest::prelude::*;

    fn message(drawing: &str) -> String {
        Maze::parse(drawing).unwrap_err().to_string()
    }

    #[test]
    fn errors_name_line_and_column() {
        assert_eq!(
            message("S.G\n.!."),
            "line 2, column 2: '!' is neither #, ., S, G nor a door from a to z"
        );
        assert_eq!(message("S.G\n.."), "line 2 has 2 columns and line 1 has 3");
        assert_eq!(message("S.G\n..S"), "line 2, column 3: a second 'S'");
        assert_eq!(message("SaG\na.."), "line 2, column 1: a second 'a'");
        assert_eq!(message("S.."), "the drawing has no 'G'");
        assert_eq!(message(""), "the drawing has no 'S'");
        assert_eq!(message("S#G"), "no way leads from S to G");
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
            maze.steps_to_goal(maze.start_state()).unwrap()
        };
        assert_eq!(steps(Door::Open, Door::Open), 8);
        assert_eq!(steps(Door::Shut, Door::Open), 14);
        assert_eq!(steps(Door::Open, Door::Shut), 16);
        assert_eq!(steps(Door::Shut, Door::Shut), 16);
    }

    #[test]
    fn a_shortest_path_is_a_walk_through_open_cells() {
        let maze = Maze::parse(DETOUR).unwrap();
        let path = maze.shortest_path(maze.start_state()).unwrap();
        assert_eq!(
            (path[0], *path.last().unwrap()),
            (maze.start_state(), maze.goal_state())
        );
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
                let mut run = Sampled::new(&maze, None);
                let mut before = maze.cell(run.reset(&mut rng));
                for a in moves {
                    let cell = maze.cell(run.step(a, &mut rng).observation);
                    prop_assert!(!walls[6 * cell.row + cell.column] || cell == maze.cell(maze.start_state()) || cell == maze.cell(maze.goal_state()));
                    prop_assert!(cell.row.abs_diff(before.row) + cell.column.abs_diff(before.column) <= 1);
                    before = cell;
                }
            }
        }
    }
}
