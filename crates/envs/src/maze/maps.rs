//! The maps that the course is played on, each in three sizes.

use super::Maze;

/// How many cells a side of the drawing has, its outer wall included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(usize)]
pub enum Side {
    /// 7.
    Small = 7,
    /// 11.
    Medium = 11,
    /// 17.
    Large = 17,
}

impl Side {
    /// All sizes.
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Large];
}

/// A map. All are ours; those named after an experiment follow its idea, not its
/// measures.
///
/// A trial starts at the bottom and its goal is worth 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Map {
    /// An open field, from the bottom right to the top left.
    Empty,
    /// Four rooms joined by four doors, from the bottom right to the top left (after
    /// Sutton, Precup and Singh 1999).
    FourRooms,
    /// A stem and a bar, both three wide; the goal is in the left arm.
    TMaze,
    /// Around a block, from the bottom right to the bottom left.
    UMaze,
    /// Corridors one wide: a ring and a cross in it.
    Hallways,
    /// A ring and a direct way through its middle, which door `a` shuts.
    Detour,
    /// The same with the direct way walled up.
    DetourBlocked,
    /// An open field with a bar across its middle that leaves a gap at either end.
    Obstacle,
    /// A corridor five wide with a spot `A` in its middle that costs 1 and ends the
    /// trial.
    Narrow,
}

impl Map {
    /// All maps.
    pub const ALL: [Self; 9] = [
        Self::Empty,
        Self::FourRooms,
        Self::TMaze,
        Self::UMaze,
        Self::Hallways,
        Self::Detour,
        Self::DetourBlocked,
        Self::Obstacle,
        Self::Narrow,
    ];

    /// The map as a text that [`Maze::parse`] reads.
    ///
    /// ```
    /// use envs::maze::{Map, Side};
    /// let drawing = Map::FourRooms.draw(Side::Small);
    /// assert_eq!(drawing.lines().nth(1), Some("#G.#..#"));
    /// assert_eq!(drawing.lines().nth(3), Some("##.#.##"));
    /// ```
    pub fn draw(self, side: Side) -> String {
        let n = side as usize;
        let (middle, last) = (n / 2, n - 2);
        let (start, goal) = match self {
            Self::UMaze => ((last, last), (last, 1)),
            Self::TMaze => ((last, middle), (1, 1)),
            Self::Detour | Self::DetourBlocked | Self::Narrow => {
                ((last, middle), (1, middle))
            }
            Self::Empty | Self::FourRooms | Self::Hallways | Self::Obstacle => {
                ((last, last), (1, 1))
            }
        };
        let mut drawing = String::from(match self {
            Self::Narrow => "A: -1 ends\n\n",
            _ => "",
        });
        for row in 0..n {
            for column in 0..n {
                let at = (row, column);
                drawing.push(if at == start {
                    'S'
                } else if at == goal {
                    'G'
                } else if [row, column].iter().any(|&x| x == 0 || x == n - 1) {
                    '#'
                } else {
                    self.mark(n, row, column)
                });
            }
            if row + 1 < n {
                drawing.push('\n');
            }
        }
        drawing
    }

    /// The maze.
    ///
    /// ```
    /// use envs::maze::{Map, Side};
    /// let maze = Map::FourRooms.maze(Side::Medium);
    /// assert_eq!(maze.start_state().and_then(|start| maze.steps_to_goal(start)), Some(16));
    /// ```
    pub fn maze(self, side: Side) -> Maze {
        Maze::parse(&self.draw(side)).expect("every map is tested in every size")
    }

    /// What stands inside the outer wall where neither start nor goal is.
    fn mark(self, n: usize, row: usize, column: usize) -> char {
        let (middle, last) = (n / 2, n - 2);
        let centered = row == middle && column == middle;
        let on_ring = [row, column].iter().any(|&x| x == 1 || x == last);
        let is_wall = match self {
            Self::Empty => false,
            Self::FourRooms => {
                let door = |x| x == middle.div_ceil(2) || x == n - 1 - middle.div_ceil(2);
                (row == middle && !door(column)) || (column == middle && !door(row))
            }
            Self::TMaze => row > 3 && column.abs_diff(middle) > 1,
            Self::UMaze => row >= 3 && (3..=n - 4).contains(&column),
            Self::Hallways => !on_ring && row != middle && column != middle,
            Self::Detour => !on_ring && column != middle,
            Self::DetourBlocked => (!on_ring && column != middle) || centered,
            Self::Obstacle => row == middle && (2..=n - 3).contains(&column),
            Self::Narrow => column.abs_diff(middle) > 2,
        };
        match self {
            _ if is_wall => '#',
            Self::Detour if centered => 'a',
            Self::Narrow if centered => 'A',
            _ => '.',
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maze::Door;
    use crate::{FiniteWorld, check};

    fn steps(maze: &Maze) -> Option<usize> {
        maze.steps_to_goal(maze.start_state()?)
    }

    #[test]
    fn every_map_is_solvable_in_every_size_and_its_shortest_path_is_as_tabulated() {
        let tabulated: [(Map, [usize; 3]); 9] = [
            (Map::Empty, [8, 16, 28]),
            (Map::FourRooms, [8, 16, 28]),
            (Map::TMaze, [6, 12, 21]),
            (Map::UMaze, [10, 22, 40]),
            (Map::Hallways, [8, 16, 28]),
            (Map::Detour, [4, 8, 14]),
            (Map::DetourBlocked, [8, 16, 28]),
            (Map::Obstacle, [8, 16, 28]),
            (Map::Narrow, [6, 10, 16]),
        ];
        for (map, tabulated) in tabulated {
            for (side, tabulated) in Side::ALL.into_iter().zip(tabulated) {
                let maze = map.maze(side);
                assert_eq!(check(&maze), Ok(()), "{map:?} {side:?}");
                assert_eq!((maze.rows(), maze.columns()), (side as usize, side as usize));
                assert_eq!(steps(&maze), Some(tabulated), "{map:?} {side:?}");
                assert!(maze.with_random_start().is_ok(), "{map:?} {side:?}");
            }
        }
    }

    #[test]
    fn maps_of_eleven_have_as_many_free_cells_as_tabulated() {
        let free = Map::ALL.map(|map| map.maze(Side::Medium).n_states());
        assert_eq!(free, [81, 68, 45, 46, 45, 39, 38, 74, 45]);
    }

    #[test]
    fn the_door_of_the_detour_makes_it_the_blocked_one() {
        for side in Side::ALL {
            let mut maze = Map::Detour.maze(side);
            maze.set_door('a', Door::Shut).unwrap();
            let blocked = Map::DetourBlocked.maze(side);
            assert_eq!(steps(&maze), steps(&blocked));
        }
    }
}
