//! Draws mazes as SVG.

use std::fmt::Write;

use super::{Cell, Maze};
use crate::view::{Tile, tile};

/// Units of the drawing that a cell is wide. Even, so that middles are whole.
pub const CELL: usize = 20;

/// The maze as an SVG of its own: ink is `currentColor`, coordinates are whole, and a
/// cell is [`CELL`] units wide.
///
/// Walls are solid, open doors a frame, shut doors a cross in it; prizes that can be seen
/// have their letters, and starts a dot.
///
/// ```
/// use envs::maze::{Map, Side, svg};
/// let drawing = svg(&Map::FourRooms.maze(Side::Medium), "Four rooms");
/// assert!(drawing.contains("viewBox=\"0 0 220 220\"") && drawing.contains("<title>Four rooms</title>"));
/// ```
pub fn svg(maze: &Maze, title: &str) -> String {
    let (width, height) = (CELL * maze.columns(), CELL * maze.rows());
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{}</title>\n",
        escaped(title)
    );
    let mut put = |text: std::fmt::Arguments<'_>| {
        out.write_fmt(text).expect("a string takes everything");
    };
    put(format_args!("<path fill=\"currentColor\" d=\"{}\"/>\n", walls(maze)));
    for row in 0..maze.rows() {
        for column in 0..maze.columns() {
            let (x, y) = (CELL * column, CELL * row);
            let (middle_x, middle_y) = (x + CELL / 2, y + CELL / 2);
            let (left, top, size) = (x + 2, y + 2, CELL - 4);
            match tile(maze, Cell { row, column }) {
                Tile::Wall | Tile::Floor => {}
                Tile::Door(position) => {
                    let cross = match position {
                        super::Door::Open => String::new(),
                        super::Door::Shut => {
                            format!("m0 0l{size} {size}m0 -{size}l-{size} {size}")
                        }
                    };
                    put(format_args!(
                        "<path fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" d=\"M{left} {top}h{size}v{size}h-{size}z{cross}\"/>\n"
                    ));
                }
                Tile::Prize(letter) => put(format_args!(
                    "<text x=\"{middle_x}\" y=\"{}\" font-size=\"14\" text-anchor=\"middle\" fill=\"currentColor\">{letter}</text>\n",
                    middle_y + 5
                )),
            }
        }
    }
    if let Some(start) = maze.start_state() {
        let Cell { row, column } = maze.cell(start);
        put(format_args!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"4\" fill=\"currentColor\"/>\n",
            CELL * column + CELL / 2,
            CELL * row + CELL / 2
        ));
    }
    out.push_str("</svg>\n");
    out
}

/// Each run of walls in a row as one rectangle.
fn walls(maze: &Maze) -> String {
    let mut path = String::new();
    for row in 0..maze.rows() {
        let mut column = 0;
        while column < maze.columns() {
            let begin = column;
            while column < maze.columns() && maze.state_at(Cell { row, column }).is_none()
            {
                column += 1;
            }
            if column > begin {
                let (x, y, width) = (CELL * begin, CELL * row, CELL * (column - begin));
                write!(path, "M{x} {y}h{width}v{CELL}h-{width}z")
                    .expect("a string takes everything");
            } else {
                column += 1;
            }
        }
    }
    path
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walls_doors_prizes_and_start_are_drawn_where_they_are() {
        let mut maze = Maze::parse("H: 1 ends hidden\n##S.\n#aHG").unwrap();
        let open = svg(&maze, "A & B");
        assert!(open.contains("d=\"M0 0h40v20h-40zM0 20h20v20h-20z\""), "{open}");
        assert!(open.contains("<circle cx=\"50\" cy=\"10\""), "{open}");
        assert!(open.contains(">G</text>") && !open.contains(">H</text>"), "{open}");
        assert!(open.contains("<title>A &amp; B</title>"), "{open}");
        assert!(open.contains("M22 22h16v16h-16z\""), "{open}");
        maze.set_door('a', super::super::Door::Shut).unwrap();
        assert!(svg(&maze, "").contains("M22 22h16v16h-16zm0 0l16 16m0 -16l-16 16\""));
    }
}
