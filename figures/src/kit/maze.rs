//! Mazes with their walls, and the ways that were walked in them.

use anyhow::Result;

use super::{Ink, Pen, Point, Sheet};

/// A maze on the sheet: cells are unit squares, `x` to the right and `y` down.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Left edge in page pixels.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Side of a cell.
    pub cell: f64,
}

impl Plan {
    /// Where a place of the maze lies on the sheet.
    pub fn at(&self, (x, y): Point) -> Point {
        (self.left + x * self.cell, self.top + y * self.cell)
    }

    /// The middle of a cell.
    pub fn middle(&self, (x, y): Point) -> Point {
        self.at((x + 0.5, y + 0.5))
    }

    /// A wall, as a line between two corners of cells.
    pub fn wall(&self, sheet: &mut Sheet, from: Point, to: Point) -> Result<()> {
        sheet.line(&[self.at(from), self.at(to)], Pen::new(Ink::Text, 2.2))
    }

    /// A cell that is filled: solid rock, or a place of note.
    pub fn fill(
        &self,
        sheet: &mut Sheet,
        (x, y): Point,
        ink: Ink,
        opacity: f64,
    ) -> Result<()> {
        sheet.block(self.at((x, y)), self.at((x + 1.0, y + 1.0)), ink, opacity)
    }

    /// A way through the middles of cells, moved aside by `aside` cells so that two ways can share a corridor; it ends in an arrow.
    pub fn way(
        &self,
        sheet: &mut Sheet,
        cells: &[Point],
        aside: f64,
        pen: Pen,
    ) -> Result<()> {
        let points: Vec<Point> =
            cells.iter().map(|&(x, y)| self.middle((x + aside, y + aside))).collect();
        sheet.arrow_along(&points, pen)
    }
}

/// The walls between open and closed cells of a grid, joined into long lines: `open(x, y)` for a grid of `width` by `height`.
/// A wall's ends are corners of cells.
pub fn walls(
    width: i64,
    height: i64,
    open: impl Fn(i64, i64) -> bool,
) -> Vec<(Point, Point)> {
    let inside = |x: i64, y: i64| {
        (0..width).contains(&x) && (0..height).contains(&y) && open(x, y)
    };
    let mut walls = Vec::new();
    for y in 0..=height {
        let mut start = None;
        for x in 0..=width {
            let edge = inside(x, y - 1) != inside(x, y);
            match (edge, start) {
                (true, None) => start = Some(x),
                (false, Some(from)) => {
                    walls.push(((from as f64, y as f64), (x as f64, y as f64)));
                    start = None;
                }
                _ => {}
            }
        }
    }
    for x in 0..=width {
        let mut start = None;
        for y in 0..=height {
            let edge = inside(x - 1, y) != inside(x, y);
            match (edge, start) {
                (true, None) => start = Some(y),
                (false, Some(from)) => {
                    walls.push(((x as f64, from as f64), (x as f64, y as f64)));
                    start = None;
                }
                _ => {}
            }
        }
    }
    walls
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_has_four_walls() {
        assert_eq!(walls(3, 2, |_, _| true).len(), 4);
    }

    #[test]
    fn a_pillar_adds_its_own_four() {
        assert_eq!(walls(3, 3, |x, y| (x, y) != (1, 1)).len(), 8);
    }
}
