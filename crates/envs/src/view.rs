//! What a learner sees of a state: its number, a one-hot vector, the cells around it, or
//! a drawing.

use rand::Rng;

use crate::maze::{Cell, Door, Maze, Sight};
use crate::{Environment, Step};

/// A way to look at a state.
pub trait Lens {
    /// What is seen.
    type Seen;
    /// What is seen in `state`.
    fn see(&self, state: usize) -> Self::Seen;
}

/// An environment whose learner looks through a lens instead of seeing the state.
///
/// ```
/// use envs::{Environment, Sampled, maze::{Map, Side}, view::{Observed, Tile, Window}};
/// use prob::rng::{Role, stream};
///
/// let maze = Map::FourRooms.maze(Side::Medium);
/// let mut eyes = Observed::new(Sampled::new(&maze, None), Window::<3>::new(&maze));
/// let seen = eyes.reset(&mut stream(0, Role::World, 0));
/// // It starts in the bottom right corner.
/// assert_eq!(seen[0], [Tile::Floor, Tile::Floor, Tile::Wall]);
/// assert_eq!(seen[2], [Tile::Wall; 3]);
/// ```
#[derive(Debug, Clone)]
pub struct Observed<E, L> {
    inner: E,
    lens: L,
}

impl<E, L> Observed<E, L> {
    /// `inner`, seen through `lens`.
    pub fn new(inner: E, lens: L) -> Self {
        Self { inner, lens }
    }

    /// The environment behind the lens.
    pub fn inner(&self) -> &E {
        &self.inner
    }
}

impl<E: Environment<Observation = usize>, L: Lens> Environment for Observed<E, L> {
    type Observation = L::Seen;
    type Action = E::Action;

    fn reset<R: Rng + ?Sized>(&mut self, rng: &mut R) -> L::Seen {
        let state = self.inner.reset(rng);
        self.lens.see(state)
    }

    fn step<R: Rng + ?Sized>(&mut self, action: E::Action, rng: &mut R) -> Step<L::Seen> {
        let step = self.inner.step(action, rng);
        Step {
            observation: self.lens.see(step.observation),
            reward: step.reward,
            status: step.status,
        }
    }
}

/// A one-hot vector that isn't written out: 1 at `hot`, 0 elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hot {
    /// Where the 1 stands.
    pub hot: usize,
    /// Length of the vector.
    pub len: usize,
}

impl Hot {
    /// Writes the vector to `out`, of shape `[len]`.
    ///
    /// # Panics
    /// If `out` has another length.
    pub fn write(self, out: &mut [f64]) {
        assert_eq!(out.len(), self.len, "a one-hot vector of {}", self.len);
        out.fill(0.0);
        out[self.hot] = 1.0;
    }
}

/// The state as a one-hot vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OneHot {
    n_states: usize,
}

impl OneHot {
    /// For a world of `n_states`.
    pub const fn new(n_states: usize) -> Self {
        Self { n_states }
    }
}

impl Lens for OneHot {
    type Seen = Hot;
    fn see(&self, state: usize) -> Hot {
        Hot { hot: state, len: self.n_states }
    }
}

/// What can be seen of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tile {
    /// A wall, or the outside.
    Wall,
    /// Floor; a hidden prize looks like it too.
    Floor,
    /// A door.
    Door(Door),
    /// A prize, by its letter; the goal is `G`.
    Prize(char),
}

/// What can be seen at a cell of `maze`; outside the drawing, walls.
pub fn tile(maze: &Maze, cell: Cell) -> Tile {
    let Some(state) = maze.state_at(cell) else {
        return Tile::Wall;
    };
    let door = maze.doors().iter().find(|&&(_, at, _)| at == state);
    let visible = |&&(_, at, prize): &&(char, usize, crate::maze::Prize)| {
        at == state && prize.sight == Sight::Visible
    };
    match (door, maze.prizes().iter().find(visible)) {
        (Some(&(_, _, door)), _) => Tile::Door(door),
        (None, Some(&(letter, ..))) => Tile::Prize(letter),
        (None, None) => Tile::Floor,
    }
}

/// The `SIDE` by `SIDE` cells around the animal, rows from north to south. `SIDE` is odd.
#[derive(Debug, Clone, Copy)]
pub struct Window<'a, const SIDE: usize> {
    maze: &'a Maze,
}

impl<'a, const SIDE: usize> Window<'a, SIDE> {
    /// A window on `maze`. An even side does not compile: the animal stands in the
    /// middle.
    pub const fn new(maze: &'a Maze) -> Self {
        const { assert!(SIDE % 2 == 1, "the side of a window is odd") }
        Self { maze }
    }
}

impl<const SIDE: usize> Lens for Window<'_, SIDE> {
    type Seen = [[Tile; SIDE]; SIDE];
    fn see(&self, state: usize) -> Self::Seen {
        let here = self.maze.cell(state);
        let mut seen = [[Tile::Wall; SIDE]; SIDE];
        for (i, row) in seen.iter_mut().enumerate() {
            for (j, seen) in row.iter_mut().enumerate() {
                let row = (here.row + i).checked_sub(SIDE / 2);
                let column = (here.column + j).checked_sub(SIDE / 2);
                if let (Some(row), Some(column)) = (row, column) {
                    *seen = tile(self.maze, Cell { row, column });
                }
            }
        }
        seen
    }
}

/// The whole maze as text with the animal as `@`: walls `#`, shut doors `+`, open doors
/// `'`, prizes by their letters, floor `.`.
#[derive(Debug, Clone, Copy)]
pub struct Ascii<'a> {
    maze: &'a Maze,
}

impl<'a> Ascii<'a> {
    /// A drawing of `maze`.
    pub const fn new(maze: &'a Maze) -> Self {
        Self { maze }
    }
}

impl Lens for Ascii<'_> {
    type Seen = String;
    fn see(&self, state: usize) -> String {
        let maze = self.maze;
        let mut drawing = String::with_capacity(maze.rows() * (maze.columns() + 1));
        for row in 0..maze.rows() {
            if row > 0 {
                drawing.push('\n');
            }
            for column in 0..maze.columns() {
                let cell = Cell { row, column };
                drawing.push(if cell == maze.cell(state) {
                    '@'
                } else {
                    match tile(maze, cell) {
                        Tile::Wall => '#',
                        Tile::Floor => '.',
                        Tile::Door(Door::Open) => '\'',
                        Tile::Door(Door::Shut) => '+',
                        Tile::Prize(letter) => letter,
                    }
                });
            }
        }
        drawing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FiniteWorld;

    fn maze() -> Maze {
        Maze::parse("A: -1 ends\nB: 2 stays hidden\nSaG\nB#A").unwrap()
    }

    #[test]
    fn a_drawing_shows_all_but_hidden_prizes() {
        let mut maze = maze();
        assert_eq!(Ascii::new(&maze).see(0), "@'G\n.#A");
        maze.set_door('a', Door::Shut).unwrap();
        assert_eq!(Ascii::new(&maze).see(3), ".+G\n@#A");
    }

    #[test]
    fn a_window_sees_walls_beyond_the_drawing() {
        let maze = maze();
        let seen = Window::<3>::new(&maze).see(1);
        assert_eq!(seen[0], [Tile::Wall; 3]);
        assert_eq!(seen[1], [Tile::Floor, Tile::Door(Door::Open), Tile::Prize('G')]);
        assert_eq!(seen[2], [Tile::Floor, Tile::Wall, Tile::Prize('A')]);
    }

    #[test]
    fn a_one_hot_vector_is_one_at_its_state_only() {
        let maze = maze();
        let lens = OneHot::new(maze.n_states());
        for state in 0..maze.n_states() {
            let mut out = [9.0; 5];
            lens.see(state).write(&mut out);
            let expected = [0, 1, 2, 3, 4].map(|i| f64::from(i == state));
            assert_eq!(out, expected);
        }
    }
}
