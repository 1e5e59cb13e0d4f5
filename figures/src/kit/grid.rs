//! Boards of cells: tints, numbers, directions and regions, on a [`Plan`].

use anyhow::{Result, bail};

use super::maze::Plan;
use super::{Align, Ink, Lettering, Pen, Point, SMALL, Sheet};

/// Deepest tint below letters: in both themes they keep a contrast of 4.5 on it.
pub const UNDER_LETTERS: f64 = 0.45;
/// Deepest tint of a cell without letters.
pub const DEEPEST: f64 = 0.85;
/// Page pixels of paper around a tile.
const GAP: f64 = 0.75;

/// A direction on a board whose `y` runs down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heading {
    /// Up.
    North,
    /// To the right.
    East,
    /// Down.
    South,
    /// To the left.
    West,
}

impl Heading {
    /// The headings named by letters: `NE` is north and east.
    pub fn read(letters: &str) -> Result<Vec<Self>> {
        let heading = |letter| {
            Ok(match letter {
                'N' => Self::North,
                'E' => Self::East,
                'S' => Self::South,
                'W' => Self::West,
                _ => bail!("`{letter}` in `{letters}` is no heading"),
            })
        };
        letters.chars().map(heading).collect()
    }

    fn step(self) -> Point {
        match self {
            Self::North => (0.0, -1.0),
            Self::East => (1.0, 0.0),
            Self::South => (0.0, 1.0),
            Self::West => (-1.0, 0.0),
        }
    }
}

/// From a number to the strength of a tint: the theme's paper shines through, so that
/// more is darker on paper, lighter on ink, and darker in gray print.
#[derive(Clone, Copy, Debug)]
pub struct Tint {
    /// Its hue.
    pub ink: Ink,
    /// The number that leaves the paper as it is.
    pub none: f64,
    /// The number with the deepest tint; it may be the smaller one.
    pub full: f64,
    /// How deep that is.
    pub deepest: f64,
}

impl Tint {
    /// A tint for cells with letters.
    pub fn under_letters(ink: Ink, none: f64, full: f64) -> Self {
        Self { ink, none, full, deepest: UNDER_LETTERS }
    }

    /// A tint for cells without letters.
    pub fn bare(ink: Ink, none: f64, full: f64) -> Self {
        Self { ink, none, full, deepest: DEEPEST }
    }

    /// The strength for a number, to a hundredth; what is off the scale gets its end.
    pub fn opacity(&self, value: f64) -> f64 {
        let share = ((value - self.none) / (self.full - self.none)).clamp(0.0, 1.0);
        (share * self.deepest * 100.0).round() / 100.0
    }

    /// The scale itself: swatches from left to right, each with its label below, if that
    /// isn't empty.
    pub fn swatches(
        &self,
        sheet: &mut Sheet,
        (left, top): Point,
        size: Point,
        labeled: &[(f64, String)],
    ) -> Result<()> {
        for (index, (value, label)) in labeled.iter().enumerate() {
            let x = left + index as f64 * size.0;
            let corners = [(x + GAP, top), (x + size.0 - GAP, top + size.1)];
            sheet.block(corners[0], corners[1], self.ink, self.opacity(*value))?;
            if !label.is_empty() {
                let lettering =
                    Lettering::label(Ink::Muted).size(SMALL).align(Align::Middle);
                let below = (x + size.0 / 2.0, top + size.1 + 12.0);
                sheet.text(label, below, lettering)?;
            }
        }
        Ok(())
    }
}

impl Plan {
    /// A tinted cell with a rim of paper.
    pub fn tile(
        &self,
        sheet: &mut Sheet,
        cell: Point,
        tint: &Tint,
        value: f64,
    ) -> Result<()> {
        let opacity = tint.opacity(value);
        if opacity == 0.0 {
            return Ok(());
        }
        let (left, top) = self.at(cell);
        let inner = self.cell - GAP;
        sheet.block(
            (left + GAP, top + GAP),
            (left + inner, top + inner),
            tint.ink,
            opacity,
        )
    }

    /// A text in the middle of a cell, moved down by `down` cells.
    pub fn say(
        &self,
        sheet: &mut Sheet,
        (x, y): Point,
        down: f64,
        text: &str,
        lettering: Lettering,
    ) -> Result<()> {
        let middle = self.middle((x, y + down));
        sheet.text(text, middle, lettering.align(Align::Middle))
    }

    /// Thin lines between `columns` times `rows` cells, and a wall around them.
    pub fn board(&self, sheet: &mut Sheet, columns: usize, rows: usize) -> Result<()> {
        let (right, bottom) = (columns as f64, rows as f64);
        let fine = Pen::new(Ink::Muted, 0.75).faint(0.5);
        for x in 1..columns {
            let x = x as f64;
            sheet.line(&[self.at((x, 0.0)), self.at((x, bottom))], fine)?;
        }
        for y in 1..rows {
            let y = y as f64;
            sheet.line(&[self.at((0.0, y)), self.at((right, y))], fine)?;
        }
        self.rim(sheet, columns, rows)
    }

    /// The wall around `columns` times `rows` cells.
    pub fn rim(&self, sheet: &mut Sheet, columns: usize, rows: usize) -> Result<()> {
        let (right, bottom) = (columns as f64, rows as f64);
        let corners =
            [(0.0, 0.0), (right, 0.0), (right, bottom), (0.0, bottom), (0.0, 0.0)];
        let rim: Vec<Point> = corners.iter().map(|&corner| self.at(corner)).collect();
        sheet.line(&rim, Pen::new(Ink::Text, 1.8))
    }

    /// A small head at each of a cell's sides to which it leads, so that its middle is
    /// left to a number.
    pub fn heads(
        &self,
        sheet: &mut Sheet,
        cell: Point,
        headings: &[Heading],
        ink: Ink,
    ) -> Result<()> {
        let (x, y) = self.middle(cell);
        let (tip, long, wide) = (self.cell / 2.0 - 3.0, 5.0, 4.5);
        for heading in headings {
            let (dx, dy) = heading.step();
            let at = |along: f64, aside: f64| {
                (x + dx * along - dy * aside, y + dy * along + dx * aside)
            };
            let base = tip - long;
            sheet.area(&[at(tip, 0.0), at(base, wide), at(base, -wide)], ink, 1.0)?;
        }
        Ok(())
    }

    /// An arrow through a cell's middle, or, where it leads several ways, one from its
    /// middle for each.
    pub fn arrows(
        &self,
        sheet: &mut Sheet,
        cell: Point,
        headings: &[Heading],
        pen: Pen,
    ) -> Result<()> {
        let (x, y) = self.middle(cell);
        let reach = 0.36 * self.cell;
        let back = if headings.len() == 1 { -0.8 * reach } else { 0.0 };
        for heading in headings {
            let (dx, dy) = heading.step();
            let at = |along: f64| (x + dx * along, y + dy * along);
            sheet.arrow(at(back), at(reach), pen)?;
        }
        Ok(())
    }

    /// Cells in one fill, without seams between them. The loops are those of [`outline`].
    pub fn region(
        &self,
        sheet: &mut Sheet,
        loops: &[Vec<Point>],
        ink: Ink,
        opacity: f64,
    ) -> Result<()> {
        // One path: it goes to each further loop and comes back on the same line, which
        // adds nothing to the fill.
        let mut path: Vec<Point> = Vec::new();
        for corners in loops {
            let closed = corners.iter().chain(corners.first());
            path.extend(closed.map(|&corner| self.at(corner)));
            path.extend(path.first().copied());
        }
        sheet.area(&path, ink, opacity)
    }

    /// The lines around cells.
    pub fn contour(
        &self,
        sheet: &mut Sheet,
        loops: &[Vec<Point>],
        pen: Pen,
    ) -> Result<()> {
        for corners in loops {
            let closed = corners.iter().chain(corners.first());
            let line: Vec<Point> = closed.map(|&corner| self.at(corner)).collect();
            sheet.line(&line, pen)?;
        }
        Ok(())
    }
}

/// The closed lines around the cells of a grid that are `inside`, as corners of cells;
/// clockwise around cells and counterclockwise around holes.
pub fn outline(
    columns: usize,
    rows: usize,
    inside: impl Fn(usize, usize) -> bool,
) -> Vec<Vec<Point>> {
    let (columns, rows) = (columns as i64, rows as i64);
    let inside = |x: i64, y: i64| {
        (0..columns).contains(&x)
            && (0..rows).contains(&y)
            && inside(x as usize, y as usize)
    };
    // Edges with their cell on the right hand.
    let mut edges: Vec<((i64, i64), (i64, i64))> = Vec::new();
    for y in 0..rows {
        for x in (0..columns).filter(|&x| inside(x, y)) {
            let (right, below) = (x + 1, y + 1);
            for (open, edge) in [
                (inside(x, y - 1), ((x, y), (right, y))),
                (inside(right, y), ((right, y), (right, below))),
                (inside(x, below), ((right, below), (x, below))),
                (inside(x - 1, y), ((x, below), (x, y))),
            ] {
                if !open {
                    edges.push(edge);
                }
            }
        }
    }
    let mut loops = Vec::new();
    while let Some((start, mut end)) = edges.pop() {
        let mut corners = vec![(start.0 as f64, start.1 as f64)];
        while end != start {
            corners.push((end.0 as f64, end.1 as f64));
            let next = edges
                .iter()
                .position(|&(from, _)| from == end)
                .expect("every edge of a cell has a next");
            end = edges.swap_remove(next).1;
        }
        loops.push(corners);
    }
    loops
}

/// The cell of those `inside` that is farthest from any that isn't, and how many cells
/// that is; none if no cell is inside. A label stands best there.
pub fn heart(
    columns: usize,
    rows: usize,
    inside: impl Fn(usize, usize) -> bool,
) -> Option<((usize, usize), f64)> {
    let mut outside: Vec<(f64, f64)> = Vec::new();
    for y in -1..=rows as i64 {
        for x in -1..=columns as i64 {
            let off = x < 0 || y < 0 || x == columns as i64 || y == rows as i64;
            if off || !inside(x as usize, y as usize) {
                outside.push((x as f64, y as f64));
            }
        }
    }
    let mut best = None;
    for y in 0..rows {
        for x in (0..columns).filter(|&x| inside(x, y)) {
            let away = outside
                .iter()
                .map(|(u, v)| {
                    let (dx, dy) = (u - x as f64, v - y as f64);
                    (dx * dx + dy * dy).sqrt()
                })
                .fold(f64::INFINITY, f64::min);
            if best.is_none_or(|(_, farthest)| away > farthest) {
                best = Some(((x, y), away));
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tint_grows_to_its_deepest_and_stays_there() {
        let tint = Tint::under_letters(Ink::Rl, 0.0, -22.0);
        assert_eq!(tint.opacity(0.0), 0.0);
        assert_eq!(tint.opacity(1.0), 0.0);
        assert_eq!(tint.opacity(-22.0), UNDER_LETTERS);
        assert_eq!(tint.opacity(-30.0), UNDER_LETTERS);
        assert!(tint.opacity(-7.0) < tint.opacity(-14.0));
    }

    /// Twice the area inside a closed line; positive when it runs clockwise on a sheet.
    fn doubled_area(corners: &[Point]) -> f64 {
        let next = corners.iter().cycle().skip(1);
        corners.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum()
    }

    #[test]
    fn a_ring_has_an_outer_line_and_one_around_its_hole_the_other_way() {
        let mut areas: Vec<f64> = outline(3, 3, |x, y| (x, y) != (1, 1))
            .iter()
            .map(|corners| doubled_area(corners))
            .collect();
        areas.sort_by(f64::total_cmp);
        assert_eq!(areas, [-2.0, 18.0]);
    }

    #[test]
    fn cells_that_touch_at_a_corner_keep_their_area() {
        let loops = outline(2, 2, |x, y| x == y);
        let total: f64 = loops.iter().map(|corners| doubled_area(corners)).sum();
        assert_eq!(total, 4.0);
    }

    #[test]
    fn the_heart_is_farthest_from_the_rim() {
        assert_eq!(heart(5, 5, |_, _| true), Some(((2, 2), 3.0)));
        assert_eq!(heart(5, 5, |_, _| false), None);
        assert_eq!(heart(4, 1, |x, _| x == 3), Some(((3, 0), 1.0)));
    }

    #[test]
    fn headings_are_read_from_letters() {
        assert_eq!(Heading::read("NW").unwrap(), [Heading::North, Heading::West]);
        assert!(Heading::read("").unwrap().is_empty());
        assert!(Heading::read("NX").unwrap_err().to_string().contains("`X`"));
    }
}
