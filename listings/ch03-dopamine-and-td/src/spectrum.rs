//! What a random walk forgets slowly: eigenvectors of its transitions, in four rooms.
//!
//! A walker steps to each free neighbor with the same chance, $P(s' \mid s) = 1/d(s)$
//! with $d(s)$ neighbors. Patterns with $P v = \kappa v$ are only shrunk by a step, and
//! by $M = (I - \gamma_d P)^{-1}$ they are stretched by $1 / (1 - \gamma_d \kappa)$. As
//! $P = D^{-1} N$ with symmetric $N$, they are $v = D^{-1/2} u$ for
//! $$D^{-1/2} N D^{-1/2}\, u = \kappa\, u.$$
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $d(s)$ | `degree` | number of free neighbors | |
//! | $\kappa$ | `kappa` | how much of the pattern is left after a step | `[-1, 1]` |
//! | $v$ | `pattern` | one number for each free cell, largest size 1 | |
//!
//! ```
//! use ch03_dopamine_and_td::spectrum::{four_rooms, memory, modes};
//! let modes = modes(&four_rooms());
//! assert!(memory(modes[3].kappa) > 7.0 * memory(modes[4].kappa)); // four rooms
//! ```

use envs::FiniteWorld;
use envs::maze::{Cell, Maze};
use rl::eigen;

/// Four rooms, 11x11 inside the outer wall.
pub const FOUR_ROOMS: &str = "\
#############
#S....#.....#
#.....#.....#
#...........#
#.....#.....#
#.....#.....#
###.#####.###
#.....#.....#
#.....#.....#
#...........#
#.....#.....#
#.....#....G#
#############";

/// The maze, where neither start nor goal matters.
pub fn four_rooms() -> Maze {
    Maze::parse(FOUR_ROOMS).expect("a drawing of a maze")
}

/// The same field without the walls inside.
pub fn open_field() -> Maze {
    let open = |(row, line): (usize, &str)| match row {
        0 | 12 => line.to_owned(),
        _ => format!("#{}#", line[1..12].replace('#', ".")),
    };
    let drawing: Vec<String> = FOUR_ROOMS.lines().enumerate().map(open).collect();
    Maze::parse(&drawing.join("\n")).expect("a drawing of a maze")
}

/// The free neighbors of a free cell.
pub fn neighbors(maze: &Maze, s: usize) -> Vec<usize> {
    let Cell { row, column } = maze.cell(s);
    let around = [(0, 1), (1, 2), (2, 1), (1, 0)];
    let cells = around.into_iter().filter_map(|(down, right)| {
        let (row, column) =
            ((row + down).checked_sub(1)?, (column + right).checked_sub(1)?);
        maze.state_at(Cell { row, column })
    });
    cells.collect()
}

/// A pattern that a step only shrinks.
#[derive(Debug, Clone, PartialEq)]
pub struct Mode {
    /// What is left of it.
    pub kappa: f64,
    /// The pattern. Shape `[n_states]`.
    pub pattern: Vec<f64>,
}

// ANCHOR: modes
/// All patterns, slowest first.
pub fn modes(maze: &Maze) -> Vec<Mode> {
    let n = maze.n_states();
    let neighbors: Vec<_> = (0..n).map(|s| neighbors(maze, s)).collect();
    let root = |s: usize| prob::math::sqrt(neighbors[s].len() as f64);
    let mut matrix = vec![0.0; n * n];
    for s in 0..n {
        for &next in &neighbors[s] {
            matrix[s * n + next] = 1.0 / (root(s) * root(next));
        }
    }
    let found = eigen::symmetric(&matrix, n).expect("neighbors are mutual");
    let mode = |k: usize| {
        let v: Vec<f64> = (0..n).map(|s| found.vector(k)[s] / root(s)).collect();
        let size = v.iter().fold(0.0, |max: f64, x| max.max(x.abs()));
        let pattern = v.iter().map(|x| x / size).collect();
        Mode { kappa: found.values[k], pattern }
    };
    (0..n).map(mode).collect()
}
// ANCHOR_END: modes

/// How long a pattern lasts: $1 / (1 - \kappa)$ steps.
pub fn memory(kappa: f64) -> f64 {
    1.0 / (1.0 - kappa)
}

/// Which of the four rooms a cell is in, 0 to 3 in reading order; none for a door.
pub fn room(maze: &Maze, s: usize) -> Option<usize> {
    let Cell { row, column } = maze.cell(s);
    (row != 6 && column != 6)
        .then_some(usize::from(row > 6) * 2 + usize::from(column > 6))
}

/// Mean and standard deviation of a pattern in each room.
pub fn by_room(maze: &Maze, pattern: &[f64]) -> [(f64, f64); 4] {
    [0, 1, 2, 3].map(|wanted| {
        let here = (0..pattern.len()).filter(|&s| room(maze, s) == Some(wanted));
        let values: Vec<f64> = here.map(|s| pattern[s]).collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
        (mean, prob::math::sqrt(squares / n))
    })
}
