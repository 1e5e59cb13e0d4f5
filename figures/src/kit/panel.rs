//! A rectangle with two axes.

use anyhow::Result;
use prob::math::ln;

use super::{Align, Ink, LABEL, Lettering, Pen, Point, SMALL, Sheet};

/// From data to the length of an axis.
#[derive(Clone, Copy, Debug)]
pub enum Scale {
    /// Equal steps are equal lengths.
    Linear(f64, f64),
    /// Equal factors are equal lengths.
    Log(f64, f64),
}

impl Scale {
    /// 0 at the axis's low end, 1 at its high end.
    pub fn share(&self, value: f64) -> f64 {
        match *self {
            Scale::Linear(low, high) => (value - low) / (high - low),
            // What is zero has no place on this axis; it is drawn at the low end.
            Scale::Log(low, high) => {
                (ln(value.max(low * 1e-3)) - ln(low)) / (ln(high) - ln(low))
            }
        }
    }
}

/// A tick: where, and what stands beside it.
pub type Tick = (f64, String);

/// Ticks labeled with their own numbers.
pub fn ticks(values: &[f64]) -> Vec<Tick> {
    values.iter().map(|&value| (value, number(value))).collect()
}

/// `10,000`; decimals as they are.
fn number(value: f64) -> String {
    let text = format!("{}", value.abs());
    let (whole, decimals) = text
        .split_once('.')
        .map_or((text.as_str(), None), |(whole, decimals)| (whole, Some(decimals)));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if value < 0.0 { "−" } else { "" };
    decimals.map_or(format!("{sign}{grouped}"), |decimals| {
        format!("{sign}{grouped}.{decimals}")
    })
}

/// What stands around a panel. An empty text isn't drawn.
#[derive(Clone, Debug, Default)]
pub struct Axes<'a> {
    /// The panel's title, above it, in bold.
    pub title: &'a str,
    /// What the horizontal axis counts, below it.
    pub x_title: &'a str,
    /// What the vertical axis counts, above it, so that it reads without turning the head.
    pub y_title: &'a str,
    /// Ticks of the horizontal axis.
    pub x_ticks: Vec<Tick>,
    /// Ticks of the vertical axis, each with a faint line across the panel.
    pub y_ticks: Vec<Tick>,
}

/// Where data are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Panel {
    /// Left edge in page pixels.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// Horizontal scale.
    pub x: Scale,
    /// Vertical scale.
    pub y: Scale,
}

impl Panel {
    /// Right edge.
    pub fn right(&self) -> f64 {
        self.left + self.width
    }

    /// Bottom edge.
    pub fn bottom(&self) -> f64 {
        self.top + self.height
    }

    /// Where a value of the horizontal axis lies.
    pub fn at_x(&self, x: f64) -> f64 {
        self.left + self.width * self.x.share(x)
    }

    /// Where a value of the vertical axis lies; what is off the axis is drawn at its end.
    pub fn at_y(&self, y: f64) -> f64 {
        self.bottom() - self.height * self.y.share(y).clamp(0.0, 1.0)
    }

    /// Where a point lies.
    pub fn at(&self, (x, y): Point) -> Point {
        (self.at_x(x), self.at_y(y))
    }

    /// Draws axes, ticks and titles.
    pub fn axes(&self, sheet: &mut Sheet, axes: &Axes) -> Result<()> {
        for (value, label) in &axes.y_ticks {
            let y = self.at_y(*value);
            sheet.line(
                &[(self.left, y), (self.right(), y)],
                Pen::new(Ink::Muted, 0.75).faint(0.3),
            )?;
            sheet.text(
                label,
                (self.left - 8.0, y),
                Lettering::label(Ink::Muted).size(SMALL).align(Align::End),
            )?;
        }
        sheet.line(
            &[(self.left, self.bottom()), (self.right(), self.bottom())],
            Pen::new(Ink::Muted, 1.0),
        )?;
        for (value, label) in &axes.x_ticks {
            let x = self.at_x(*value);
            sheet.line(
                &[(x, self.bottom()), (x, self.bottom() + 5.0)],
                Pen::new(Ink::Muted, 1.0),
            )?;
            let lettering = Lettering::label(Ink::Muted).size(SMALL).align(Align::Middle);
            sheet.text(label, (x, self.bottom() + 16.0), lettering)?;
        }
        let middle = self.left + self.width / 2.0;
        if !axes.x_title.is_empty() {
            let lettering = Lettering::label(Ink::Text).size(LABEL).align(Align::Middle);
            sheet.text(axes.x_title, (middle, self.bottom() + 37.0), lettering)?;
        }
        if !axes.y_title.is_empty() {
            let above = (self.left, self.top - 15.0);
            sheet.text(axes.y_title, above, Lettering::label(Ink::Text))?;
        }
        if !axes.title.is_empty() {
            let above = if axes.y_title.is_empty() { 15.0 } else { 38.0 };
            sheet.text(
                axes.title,
                (self.left, self.top - above),
                Lettering::label(Ink::Text).bold(),
            )?;
        }
        Ok(())
    }

    /// A curve through data.
    pub fn curve(&self, sheet: &mut Sheet, data: &[Point], pen: Pen) -> Result<()> {
        sheet.line(&data.iter().map(|&point| self.at(point)).collect::<Vec<_>>(), pen)
    }

    /// A curve of values that each hold until the next.
    pub fn steps(&self, sheet: &mut Sheet, data: &[Point], pen: Pen) -> Result<()> {
        let mut points: Vec<Point> = Vec::with_capacity(2 * data.len());
        for &point in data {
            let (x, y) = self.at(point);
            points.extend(points.last().map(|&(_, before)| (x, before)));
            points.push((x, y));
        }
        sheet.line(&points, pen)
    }

    /// A band between two curves over the same places: an interval, or the spread that the caption names.
    pub fn band(
        &self,
        sheet: &mut Sheet,
        x: &[f64],
        low: &[f64],
        high: &[f64],
        ink: Ink,
    ) -> Result<()> {
        let upper = x.iter().zip(high).map(|(&x, &y)| self.at((x, y)));
        let lower = x.iter().zip(low).rev().map(|(&x, &y)| self.at((x, y)));
        sheet.area(&upper.chain(lower).collect::<Vec<_>>(), ink, 0.18)
    }

    /// A vertical interval with short ends.
    pub fn whisker(
        &self,
        sheet: &mut Sheet,
        x: f64,
        low: f64,
        high: f64,
        pen: Pen,
    ) -> Result<()> {
        let (x, low, high) = (self.at_x(x), self.at_y(low), self.at_y(high));
        sheet.line(&[(x, low), (x, high)], pen)?;
        for y in [low, high] {
            sheet.line(&[(x - 4.0, y), (x + 4.0, y)], pen)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_axis_gives_equal_lengths_to_equal_factors() {
        let scale = Scale::Log(1.0, 1000.0);
        for (value, share) in
            [(1.0, 0.0), (10.0, 1.0 / 3.0), (100.0, 2.0 / 3.0), (1000.0, 1.0)]
        {
            assert!((scale.share(value) - share).abs() < 1e-12, "{value}");
        }
        assert!(scale.share(0.0).is_finite());
    }

    #[test]
    fn up_is_more() {
        let panel = Panel {
            left: 50.0,
            top: 10.0,
            width: 100.0,
            height: 80.0,
            x: Scale::Linear(0.0, 4.0),
            y: Scale::Linear(0.0, 2.0),
        };
        assert_eq!(panel.at((1.0, 2.0)), (75.0, 10.0));
        assert_eq!(panel.at((4.0, 0.0)), (150.0, 90.0));
    }

    #[test]
    fn long_numbers_are_grouped() {
        let labels: Vec<_> = ticks(&[0.5, 10.0, 1000.0, -12345.0])
            .into_iter()
            .map(|(_, label)| label)
            .collect();
        assert_eq!(labels, ["0.5", "10", "1,000", "−12,345"]);
    }
}
