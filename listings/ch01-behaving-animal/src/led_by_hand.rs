//! Leading an animal by hand along each path of the detour maze, before it walks alone.
//!
//! Leading by shut doors would teach something else: an animal that pushes at the shut
//! door of a path learns that there is no way, and no longer knows that path when the
//! door is open again.
//!
//! ```
//! use ch01_behaving_animal::led_by_hand::led;
//! use ch01_behaving_animal::{learners::Learner, maze_trial::Settings};
//!
//! let (maze, animal) = led(Learner::Map, Settings::default());
//! let start = maze.start_state().unwrap();
//! assert!(animal.q().row(start).iter().any(|&q| q > 0.4));
//! ```

use envs::maze::{DETOUR, Door, Maze};
use envs::{FiniteWorld, Next};

use crate::learners::{Animal, Learner};
use crate::maze_trial::{MazeLearner, Settings};

/// Times that the animal is led along each of the three paths.
pub const TIMES: usize = 10;

// ANCHOR: lead
/// Leads the animal along `path`, a list of neighboring places: it learns from each step
/// as from a step of its own.
///
/// # Panics
/// If no action surely leads from a place to the next.
pub fn lead(maze: &Maze, path: &[usize], animal: &mut impl MazeLearner) {
    animal.begin_trial();
    for pair in path.windows(2) {
        let (s, s_next) = (pair[0], pair[1]);
        let step = |a| match maze.successors(s, a) {
            [step] if step.state == s_next => Some((a, step.reward)),
            _ => None,
        };
        let (a, reward) = (0..maze.n_actions()).find_map(step).expect("neighbors");
        let next = match maze.is_terminal(s_next) {
            true => Next::Terminated,
            false => Next::Continues(s_next),
        };
        animal.learn(s, a, reward, next);
    }
}
// ANCHOR_END: lead

// ANCHOR: led
/// The maze with all doors open, and a naive animal that was led [`TIMES`] times along
/// the third, the second and the first path.
pub fn led(learner: Learner, settings: Settings) -> (Maze, Animal) {
    let mut maze = Maze::parse(DETOUR).expect("the drawing is tested");
    let mut animal = Animal::naive(learner, &maze, settings);
    let start = maze.start_state().expect("its start is drawn");
    for others in [['a', 'c'], ['a', 'd'], ['c', 'd']] {
        set(&mut maze, others, Door::Shut);
        let path = maze.shortest_path(start).expect("one path is open");
        set(&mut maze, others, Door::Open);
        (0..TIMES).for_each(|_| lead(&maze, &path, &mut animal));
    }
    (maze, animal)
}
// ANCHOR_END: led

/// Shuts or opens the doors of these names.
pub fn set<const N: usize>(maze: &mut Maze, names: [char; N], door: Door) {
    for name in names {
        maze.set_door(name, door).expect("the maze has doors a to d");
    }
}
