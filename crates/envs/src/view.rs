//! What a learner sees of a state: a one-hot vector, the cells around it, a drawing, or
//! the outcomes of the world's own senses. Its number is what
//! [`Sampled`] shows.

use std::borrow::Borrow;

use rand::Rng;

use crate::maze::{Cell, Door, Maze, Sight};
use crate::{Environment, FiniteWorld, Sampled, Step};

/// A way to look at the states of a world `W`.
pub trait Lens<W> {
    /// What is seen.
    type Seen;
    /// What is seen in `state` of `world`. A lens that errs draws from `rng`; the others
    /// leave it alone.
    fn see<R: Rng + ?Sized>(&self, world: &W, state: usize, rng: &mut R) -> Self::Seen;
}

/// The environment that samples a finite world and shows it through a lens.
///
/// A step first draws the next state and then what is seen there. The lens sees the world
/// as it is: a door that shuts in mid-run is seen shut.
///
/// ```
/// use envs::{Environment, Sampled, maze::{Map, Side}, view::{Observed, Tile, Window}};
/// use prob::rng::{Role, stream};
///
/// let maze = Map::FourRooms.maze(Side::Medium);
/// let mut eyes = Observed::new(Sampled::new(maze, None)?, Window::<3>::new());
/// let seen = eyes.reset(&mut stream(0, Role::World, 0));
/// // It starts in the bottom right corner.
/// assert_eq!(seen[0], [Tile::Floor, Tile::Floor, Tile::Wall]);
/// assert_eq!(seen[2], [Tile::Wall; 3]);
/// # Ok::<(), envs::WorldError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Observed<W, L> {
    inner: Sampled<W>,
    lens: L,
}

impl<W, L> Observed<W, L> {
    /// `inner`, seen through `lens`.
    pub fn new(inner: Sampled<W>, lens: L) -> Self {
        Self { inner, lens }
    }

    /// The environment behind the lens.
    pub fn inner(&self) -> &Sampled<W> {
        &self.inner
    }

    /// The environment behind the lens, to change its world in mid-run.
    pub fn inner_mut(&mut self) -> &mut Sampled<W> {
        &mut self.inner
    }
}

impl<W: FiniteWorld, L: Lens<W>> Environment for Observed<W, L> {
    type Observation = L::Seen;
    type Action = usize;

    fn reset<R: Rng + ?Sized>(&mut self, rng: &mut R) -> L::Seen {
        let state = self.inner.reset(rng);
        self.lens.see(self.inner.world(), state, rng)
    }

    fn step<R: Rng + ?Sized>(&mut self, action: usize, rng: &mut R) -> Step<L::Seen> {
        let step = self.inner.step(action, rng);
        Step {
            observation: self.lens.see(self.inner.world(), step.observation, rng),
            reward: step.reward,
            status: step.status,
        }
    }
}

/// An agent's own senses: an outcome of each of the world's `M` modalities, drawn from
/// [`FiniteWorld::outcomes`], in the order of the modalities.
///
/// ```
/// use envs::{Environment, Sampled, Sensed, graph, view::{Observed, Senses}};
/// use prob::rng::{Role, stream};
///
/// // A ring of four places that look alike two by two.
/// let ring = Sensed::aliased(graph::ring(4), 2, |place| place % 2)?;
/// let mut rng = stream(0, Role::World, 0);
/// let mut run = Observed::new(Sampled::new(ring, None)?, Senses::<1>);
/// assert_eq!(run.reset(&mut rng), [0]);
/// let seen = [0; 3].map(|clockwise| run.step(clockwise, &mut rng).observation[0]);
/// assert_eq!(seen, [1, 0, 1]);
/// # Ok::<(), envs::WorldError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Senses<const M: usize>;

impl<W: FiniteWorld, const M: usize> Lens<W> for Senses<M> {
    type Seen = [usize; M];
    /// # Panics
    /// If the world has not `M` modalities.
    fn see<R: Rng + ?Sized>(&self, world: &W, state: usize, rng: &mut R) -> [usize; M] {
        assert_eq!(world.n_modalities(), M, "modalities of the world, and senses");
        std::array::from_fn(|m| world.outcomes(m, state).draw(rng))
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
pub struct OneHot;

impl<W: FiniteWorld> Lens<W> for OneHot {
    type Seen = Hot;
    fn see<R: Rng + ?Sized>(&self, world: &W, state: usize, _: &mut R) -> Hot {
        Hot { hot: state, len: world.n_states() }
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

/// The `SIDE` by `SIDE` cells around the animal in a maze, rows from north to south.
/// `SIDE` is odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window<const SIDE: usize>(());

impl<const SIDE: usize> Window<SIDE> {
    /// A window. An even side does not compile: the animal stands in the middle.
    #[expect(clippy::new_without_default, reason = "a default would pass the check by")]
    pub const fn new() -> Self {
        const { assert!(SIDE % 2 == 1, "the side of a window is odd") }
        Self(())
    }
}

impl<W: Borrow<Maze>, const SIDE: usize> Lens<W> for Window<SIDE> {
    type Seen = [[Tile; SIDE]; SIDE];
    fn see<R: Rng + ?Sized>(&self, world: &W, state: usize, _: &mut R) -> Self::Seen {
        let maze = world.borrow();
        let here = maze.cell(state);
        let mut seen = [[Tile::Wall; SIDE]; SIDE];
        for (i, row) in seen.iter_mut().enumerate() {
            for (j, seen) in row.iter_mut().enumerate() {
                let row = (here.row + i).checked_sub(SIDE / 2);
                let column = (here.column + j).checked_sub(SIDE / 2);
                if let (Some(row), Some(column)) = (row, column) {
                    *seen = tile(maze, Cell { row, column });
                }
            }
        }
        seen
    }
}

/// The whole maze as text, see [`ascii`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ascii;

impl<W: Borrow<Maze>> Lens<W> for Ascii {
    type Seen = String;
    fn see<R: Rng + ?Sized>(&self, world: &W, state: usize, _: &mut R) -> String {
        ascii(world.borrow(), state)
    }
}

/// `maze` as text with the animal in `state` as `@`: walls `#`, shut doors `+`, open
/// doors `'`, prizes by their letters, floor `.`.
pub fn ascii(maze: &Maze, state: usize) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use prob::rng::{Role, stream};

    fn maze() -> Maze {
        Maze::parse("A: -1 ends\nB: 2 stays hidden\nSaG\nB#A").unwrap()
    }

    fn seen<L: Lens<Maze>>(lens: L, maze: &Maze, state: usize) -> L::Seen {
        lens.see(maze, state, &mut stream(0, Role::World, 0))
    }

    #[test]
    fn a_drawing_shows_all_but_hidden_prizes() {
        let mut maze = maze();
        assert_eq!(seen(Ascii, &maze, 0), "@'G\n.#A");
        maze.set_door('a', Door::Shut).unwrap();
        assert_eq!(seen(Ascii, &maze, 3), ".+G\n@#A");
    }

    #[test]
    fn a_window_sees_walls_beyond_the_drawing() {
        let seen = seen(Window::<3>::new(), &maze(), 1);
        assert_eq!(seen[0], [Tile::Wall; 3]);
        assert_eq!(seen[1], [Tile::Floor, Tile::Door(Door::Open), Tile::Prize('G')]);
        assert_eq!(seen[2], [Tile::Floor, Tile::Wall, Tile::Prize('A')]);
    }

    #[test]
    fn a_one_hot_vector_is_one_at_its_state_only() {
        let maze = maze();
        for state in 0..maze.n_states() {
            let mut out = [9.0; 5];
            seen(OneHot, &maze, state).write(&mut out);
            let expected = [0, 1, 2, 3, 4].map(|i| f64::from(i == state));
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn a_door_that_shuts_in_mid_run_is_seen_shut() {
        let mut rng = stream(0, Role::World, 0);
        let mut run =
            Observed::new(Sampled::new(maze(), None).unwrap(), Window::<3>::new());
        assert_eq!(run.reset(&mut rng)[1][2], Tile::Door(Door::Open));
        run.inner_mut().world_mut().set_door('a', Door::Shut).unwrap();
        let bumped = run.step(1, &mut rng);
        assert_eq!(
            bumped.observation[1],
            [Tile::Wall, Tile::Floor, Tile::Door(Door::Shut)]
        );
    }

    #[test]
    #[should_panic(expected = "modalities of the world, and senses")]
    fn senses_that_the_world_does_not_serve_panic() {
        seen(Senses::<2>, &maze(), 0);
    }
}
