//! The drawing kit: one voice for every figure of the book.
//!
//! Everything is measured in page pixels, as if the drawing were shown at its own size; the book shows it about 700 wide.
//! Plotters keeps integer coordinates, so that a sheet is drawn [`SCALE`] times as large.
//! It knows no CSS either: a pen's ink and dash travel through it as a color that stands for them, and [`svg`] puts
//! `currentColor`, variables and dashes in their place.

pub mod grid;
pub mod labels;
pub mod maze;
pub mod panel;
mod svg;

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::element::{Circle, PathElement, Polygon, Text as TextElement};
use plotters::prelude::*;
use plotters::style::FontTransform;
use plotters::style::text_anchor::{HPos, Pos, VPos};

pub use labels::{spread, text_width};
pub use panel::{Axes, Panel, Scale, Tick, ticks};

/// Plotters' pixels in a page pixel.
pub const SCALE: f64 = 4.0;
/// Size of axis titles and direct labels.
pub const LABEL: f64 = 15.0;
/// Size of tick labels; nothing is smaller.
pub const SMALL: f64 = 14.0;

/// A point in page pixels, from the top left.
pub type Point = (f64, f64);

/// The colors that the two themes define.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// The color of the page's text.
    Text,
    /// Axes, ticks, what stands back.
    Muted,
    /// The color of the page itself.
    Paper,
    /// Reinforcement learning.
    Rl,
    /// Active inference.
    Aif,
    /// Further curves, in this order.
    C3,
    /// See [`Ink::C3`].
    C4,
    /// See [`Ink::C3`].
    C5,
    /// See [`Ink::C3`].
    C6,
}

/// How a line is broken, so that two curves also differ in gray.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dash {
    /// Unbroken.
    Solid,
    /// Long dashes.
    Long,
    /// Short dashes.
    Short,
    /// Dots.
    Dots,
    /// Dash and dot by turns.
    DashDot,
}

/// What a line is drawn with.
#[derive(Clone, Copy, Debug)]
pub struct Pen {
    /// Color.
    pub ink: Ink,
    /// Width in page pixels.
    pub width: f64,
    /// How it is broken.
    pub dash: Dash,
    /// From 0, invisible, to 1.
    pub opacity: f64,
}

impl Pen {
    /// A solid pen.
    pub fn new(ink: Ink, width: f64) -> Self {
        Self { ink, width, dash: Dash::Solid, opacity: 1.0 }
    }

    /// The same pen, broken.
    pub fn dash(self, dash: Dash) -> Self {
        Self { dash, ..self }
    }

    /// The same pen, fainter.
    pub fn faint(self, opacity: f64) -> Self {
        Self { opacity, ..self }
    }
}

/// Marks for points; they differ in shape, so that they also differ in gray.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A filled disc.
    Disc,
    /// A disc with the page's color inside.
    Ring,
    /// A filled square.
    Square,
    /// A filled triangle.
    Triangle,
    /// A filled diamond.
    Diamond,
}

/// Where a text stands from its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// The text begins there.
    Start,
    /// The text is centered there.
    Middle,
    /// The text ends there.
    End,
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub struct Lettering {
    /// Color.
    pub ink: Ink,
    /// Size in page pixels.
    pub size: f64,
    /// Horizontal place; vertically a text is centered on its point.
    pub align: Align,
    /// Bold or not.
    pub weight: Weight,
    /// Whether the page's color shines around the letters, where lines run below them.
    pub ground: Ground,
}

/// Thickness of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// For nearly everything.
    Plain,
    /// For the titles of panels.
    Bold,
}

/// What lies below a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Nothing.
    Clear,
    /// The page's color, as a rim around each letter.
    Halo,
}

impl Lettering {
    /// A label in a color, beginning at its point.
    pub fn label(ink: Ink) -> Self {
        Self {
            ink,
            size: LABEL,
            align: Align::Start,
            weight: Weight::Plain,
            ground: Ground::Clear,
        }
    }

    /// The same, placed otherwise.
    pub fn align(self, align: Align) -> Self {
        Self { align, ..self }
    }

    /// The same in another size.
    pub fn size(self, size: f64) -> Self {
        Self { size, ..self }
    }

    /// The same in bold.
    pub fn bold(self) -> Self {
        Self { weight: Weight::Bold, ..self }
    }

    /// The same with a rim.
    pub fn halo(self) -> Self {
        Self { ground: Ground::Halo, ..self }
    }
}

/// A drawing in the making.
pub struct Sheet<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
    /// Width in page pixels.
    pub width: f64,
    /// Height in page pixels.
    pub height: f64,
}

impl Sheet<'_> {
    /// Draws a figure and returns it as SVG to stand inside a page.
    pub fn draw(
        chapter: &str,
        id: &str,
        title: &str,
        (width, height): (f64, f64),
        draw: impl FnOnce(&mut Sheet) -> Result<()>,
    ) -> Result<String> {
        let mut raw = String::new();
        let size = (scaled(width) as u32, scaled(height) as u32);
        {
            let area = SVGBackend::with_string(&mut raw, size).into_drawing_area();
            let mut sheet = Sheet { area, width, height };
            draw(&mut sheet)?;
            sheet.area.present().map_err(|error| anyhow!("{error}"))?;
        }
        svg::for_page(&raw, size, &format!("{chapter}-{id}-title"), title)
    }

    fn put<'e, E>(&mut self, element: E) -> Result<()>
    where
        E: 'e,
        for<'b> &'b E: plotters::element::PointCollection<'b, (i32, i32)>,
        E: for<'b> plotters::element::Drawable<SVGBackend<'b>>,
    {
        self.area.draw(&element).map_err(|error| anyhow!("{error}"))
    }

    /// A line through points.
    pub fn line(&mut self, points: &[Point], pen: Pen) -> Result<()> {
        let style = ShapeStyle {
            color: svg::color(pen.ink, pen.dash, false).mix(pen.opacity),
            filled: false,
            stroke_width: scaled(pen.width).max(1) as u32,
        };
        self.put(PathElement::new(pixels(points), style))
    }

    /// A filled shape.
    pub fn area(&mut self, points: &[Point], ink: Ink, opacity: f64) -> Result<()> {
        self.put(Polygon::new(
            pixels(points),
            svg::color(ink, Dash::Solid, false).mix(opacity).filled(),
        ))
    }

    /// A filled rectangle between two corners.
    pub fn block(
        &mut self,
        (left, top): Point,
        (right, bottom): Point,
        ink: Ink,
        opacity: f64,
    ) -> Result<()> {
        let style = svg::color(ink, Dash::Solid, false).mix(opacity).filled();
        self.put(Rectangle::new(
            [(scaled(left), scaled(top)), (scaled(right), scaled(bottom))],
            style,
        ))
    }

    /// A mark, `radius` page pixels from center to rim.
    pub fn mark(
        &mut self,
        (x, y): Point,
        radius: f64,
        ink: Ink,
        mark: Mark,
    ) -> Result<()> {
        self.mark_faint((x, y), radius, ink, mark, 1.0)
    }

    /// A mark that shines through.
    pub fn mark_faint(
        &mut self,
        (x, y): Point,
        radius: f64,
        ink: Ink,
        mark: Mark,
        opacity: f64,
    ) -> Result<()> {
        let fill = |ink| svg::color(ink, Dash::Solid, false).mix(opacity).filled();
        let around = |offsets: &[Point]| {
            offsets
                .iter()
                .map(|(dx, dy)| (x + dx * radius, y + dy * radius))
                .collect::<Vec<_>>()
        };
        match mark {
            Mark::Disc => {
                self.put(Circle::new((scaled(x), scaled(y)), scaled(radius), fill(ink)))
            }
            Mark::Ring => {
                self.put(Circle::new(
                    (scaled(x), scaled(y)),
                    scaled(radius),
                    fill(Ink::Paper),
                ))?;
                let style = svg::color(ink, Dash::Solid, false)
                    .mix(opacity)
                    .stroke_width(scaled(1.6) as u32);
                self.put(Circle::new((scaled(x), scaled(y)), scaled(radius), style))
            }
            Mark::Square => self.area(
                &around(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
                ink,
                opacity,
            ),
            Mark::Triangle => self.area(
                &around(&[(0.0, -1.15), (1.05, 0.75), (-1.05, 0.75)]),
                ink,
                opacity,
            ),
            Mark::Diamond => self.area(
                &around(&[(0.0, -1.25), (1.1, 0.0), (0.0, 1.25), (-1.1, 0.0)]),
                ink,
                opacity,
            ),
        }
    }

    /// A text, vertically centered on its point.
    pub fn text(&mut self, text: &str, at: Point, lettering: Lettering) -> Result<()> {
        self.letter(text, at, lettering, FontTransform::None)
    }

    /// A label behind a piece of its curve's line, which also tells it apart in gray.
    pub fn key(
        &mut self,
        text: &str,
        (x, y): Point,
        pen: Pen,
        lettering: Lettering,
    ) -> Result<()> {
        self.line(&[(x, y), (x + 20.0, y)], pen)?;
        self.text(text, (x + 25.0, y), lettering)
    }

    /// A text that reads upwards.
    pub fn text_upwards(
        &mut self,
        text: &str,
        at: Point,
        lettering: Lettering,
    ) -> Result<()> {
        self.letter(text, at, lettering, FontTransform::Rotate270)
    }

    fn letter(
        &mut self,
        text: &str,
        (x, y): Point,
        lettering: Lettering,
        transform: FontTransform,
    ) -> Result<()> {
        let h_pos = match lettering.align {
            Align::Start => HPos::Left,
            Align::Middle => HPos::Center,
            Align::End => HPos::Right,
        };
        let weight = if lettering.weight == Weight::Bold {
            FontStyle::Bold
        } else {
            FontStyle::Normal
        };
        // Plotters divides font sizes by 1.24.
        let style = ("sans-serif", lettering.size * SCALE * 1.24, weight)
            .into_font()
            .transform(transform)
            .color(&svg::color(
                lettering.ink,
                Dash::Solid,
                lettering.ground == Ground::Halo,
            ))
            .pos(Pos::new(h_pos, VPos::Center));
        self.put(TextElement::new(text.to_string(), (scaled(x), scaled(y)), style))
    }

    /// An arrow whose head ends at `to`.
    pub fn arrow(&mut self, from: Point, to: Point, pen: Pen) -> Result<()> {
        self.arrow_along(&[from, to], pen)
    }

    /// A line that ends in an arrow's head.
    pub fn arrow_along(&mut self, points: &[Point], pen: Pen) -> Result<()> {
        let [.., from, to] = points else {
            return Ok(());
        };
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = (dx * dx + dy * dy).sqrt().max(1e-9);
        let (ux, uy) = (dx / length, dy / length);
        let (long, wide) = (4.0 + 2.6 * pen.width, 2.0 + 1.4 * pen.width);
        let base = (to.0 - ux * long, to.1 - uy * long);
        let mut shaft = points.to_vec();
        *shaft.last_mut().expect("an arrow has two ends") = (base.0 + ux, base.1 + uy);
        self.line(&shaft, pen)?;
        let head = [
            *to,
            (base.0 - uy * wide, base.1 + ux * wide),
            (base.0 + uy * wide, base.1 - ux * wide),
        ];
        self.area(&head, pen.ink, pen.opacity)
    }
}

fn scaled(length: f64) -> i32 {
    (length * SCALE).round() as i32
}

fn pixels(points: &[Point]) -> Vec<(i32, i32)> {
    points.iter().map(|&(x, y)| (scaled(x), scaled(y))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn() -> String {
        Sheet::draw("ch01", "trial", "A test <drawing> & more", (700.0, 300.0), |sheet| {
            sheet
                .line(&[(0.0, 0.0), (10.0, 5.0), (20.0, 7.0)], Pen::new(Ink::Rl, 2.0))?;
            sheet.line(
                &[(0.0, 9.0), (10.0, 5.0)],
                Pen::new(Ink::Aif, 2.0).dash(Dash::Long),
            )?;
            sheet.area(&[(0.0, 0.0), (5.0, 0.0), (5.0, 5.0)], Ink::Rl, 0.2)?;
            sheet.text(
                "after < before",
                (50.0, 50.0),
                Lettering::label(Ink::Text).halo(),
            )?;
            sheet.text_upwards("up", (9.0, 50.0), Lettering::label(Ink::Muted).bold())?;
            sheet.arrow((0.0, 0.0), (30.0, 30.0), Pen::new(Ink::C3, 1.5))?;
            for mark in
                [Mark::Disc, Mark::Ring, Mark::Square, Mark::Triangle, Mark::Diamond]
            {
                sheet.mark((9.0, 9.0), 4.0, Ink::C4, mark)?;
            }
            Ok(())
        })
        .unwrap()
    }

    #[test]
    fn a_drawing_follows_the_theme_and_has_no_size_of_its_own() {
        let svg = drawn();
        assert!(
            svg.starts_with(
                r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2800 1200""#
            ),
            "{svg}"
        );
        for part in [
            "currentColor",
            "var(--rl)",
            "var(--aif)",
            "var(--c3)",
            "var(--paper)",
            "stroke-dasharray",
            "rotate(270",
        ] {
            assert!(svg.contains(part), "{part} in {svg}");
        }
        for part in [
            "fill=\"#",
            "stroke=\"#",
            "width=\"2800\"",
            "\n\n",
            "$",
            "sans-serif",
            "polyline",
        ] {
            assert!(!svg.contains(part), "{part} in {svg}");
        }
    }

    #[test]
    fn a_drawing_has_an_accessible_name_and_no_other_id() {
        let svg = drawn();
        assert!(
            svg.contains(r#"role="img" aria-labelledby="ch01-trial-title""#),
            "{svg}"
        );
        assert!(svg.contains(r#"<title id="ch01-trial-title">A test &lt;drawing&gt; &amp; more</title>"#), "{svg}");
        assert_eq!(svg.matches(" id=").count(), 1);
    }

    #[test]
    fn a_drawing_is_the_same_every_time() {
        assert_eq!(drawn(), drawn());
    }

    #[test]
    fn letters_have_the_size_asked_for() {
        assert!(drawn().contains(r#"font-size="60""#), "{}", drawn());
    }
}
