//! From plotters' SVG to one that stands inside a page.

use std::fmt::Write;

use anyhow::{Context, Result, bail, ensure};
use plotters::style::RGBColor;

use super::{Dash, Ink, SCALE};

const INKS: [(Ink, &str); 9] = [
    (Ink::Text, "currentColor"),
    (Ink::Muted, "var(--muted)"),
    (Ink::Paper, "var(--paper)"),
    (Ink::Rl, "var(--rl)"),
    (Ink::Aif, "var(--aif)"),
    (Ink::C3, "var(--c3)"),
    (Ink::C4, "var(--c4)"),
    (Ink::C5, "var(--c5)"),
    (Ink::C6, "var(--c6)"),
];

/// Lengths of dashes and gaps in page pixels.
const DASHES: [(Dash, &[f64]); 5] = [
    (Dash::Solid, &[]),
    (Dash::Long, &[9.0, 4.5]),
    (Dash::Short, &[4.5, 3.5]),
    (Dash::Dots, &[0.5, 4.0]),
    (Dash::DashDot, &[9.0, 4.0, 0.5, 4.0]),
];

/// The color that stands for an ink, a dash and a halo while plotters draws.
pub(super) fn color(ink: Ink, dash: Dash, halo: bool) -> RGBColor {
    let ink =
        INKS.iter().position(|(other, _)| *other == ink).expect("every ink is listed");
    let dash = DASHES
        .iter()
        .position(|(other, _)| *other == dash)
        .expect("every dash is listed");
    RGBColor(ink as u8, dash as u8, u8::from(halo))
}

/// What a color stood for.
struct Meaning {
    css: &'static str,
    dashes: &'static [f64],
    halo: bool,
}

fn meaning(color: &str) -> Result<Meaning> {
    let part =
        |range| color.get(range).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    let decode = || -> Option<Meaning> {
        let (_, css) = INKS.get(usize::from(part(1..3)?))?;
        let (_, dashes) = DASHES.get(usize::from(part(3..5)?))?;
        Some(Meaning { css, dashes, halo: part(5..7)? == 1 })
    };
    decode().with_context(|| format!("`{color}` stands for no ink"))
}

/// Rewrites what plotters drew: no size of its own, inks of the theme, relative paths, an accessible name.
pub(super) fn for_page(
    raw: &str,
    (width, height): (u32, u32),
    title_id: &str,
    title: &str,
) -> Result<String> {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{title_id}\" \
         font-family=\"var(--font-label)\" fill=\"none\" stroke-linejoin=\"round\" stroke-linecap=\"round\">\n\
         <title id=\"{title_id}\">{}</title>\n",
        escape(title)
    );
    let mut rest = raw;
    while let Some(open) = rest.find('<') {
        let close =
            open + rest[open..].find('>').context("a tag that plotters left open")?;
        let (tag, after) = (&rest[open + 1..close], &rest[close + 1..]);
        rest = after;
        let (name, attributes) =
            tag.trim_end_matches('/').split_once(' ').unwrap_or((tag, ""));
        match name {
            "svg" | "/svg" => {}
            "text" => {
                let end =
                    rest.find("</text>").context("a text that plotters left open")?;
                let content = rest[..end].trim();
                rest = &rest[end + "</text>".len()..];
                writeln!(svg, "<text{}>{content}</text>", shape(&parse(attributes)?)?)?;
            }
            "polyline" | "polygon" => {
                let attributes = parse(attributes)?;
                let points = attributes
                    .iter()
                    .find(|(key, _)| *key == "points")
                    .map_or("", |(_, value)| value);
                let end = if name == "polygon" { "z" } else { "" };
                writeln!(
                    svg,
                    "<path d=\"{}{end}\"{}/>",
                    path(points)?,
                    shape(&attributes)?
                )?;
            }
            "rect" | "circle" => {
                writeln!(svg, "<{name}{}/>", shape(&parse(attributes)?)?)?
            }
            other => bail!("plotters drew a <{other}>, which the kit does not know"),
        }
    }
    svg += "</svg>\n";
    ensure!(
        !svg.contains('$'),
        "a dollar sign in a drawing would be read as mathematics on the page"
    );
    Ok(svg)
}

/// The attributes that stay, in the order in which plotters wrote them.
fn shape(attributes: &[(&str, &str)]) -> Result<String> {
    let mut kept = String::new();
    let filled = attributes.iter().any(|(key, value)| *key == "fill" && *value != "none");
    for &(key, value) in attributes {
        match (key, value) {
            // Said once on the root, or a default.
            ("points" | "font-family", _)
            | ("opacity", "1")
            | ("fill" | "stroke", "none")
            | ("text-anchor", "start") => {}
            ("stroke-width", _) if filled => {}
            ("font-size", size) => {
                write!(kept, " font-size=\"{}\"", size.parse::<f64>()?.round())?
            }
            ("fill" | "stroke", color) => {
                let meaning = meaning(color)?;
                write!(kept, " {key}=\"{}\"", meaning.css)?;
                if !meaning.dashes.is_empty() {
                    let dashes: Vec<_> = meaning
                        .dashes
                        .iter()
                        .map(|length| (length * SCALE).to_string())
                        .collect();
                    write!(kept, " stroke-dasharray=\"{}\"", dashes.join(" "))?;
                }
                if meaning.halo {
                    write!(
                        kept,
                        " paint-order=\"stroke\" stroke=\"var(--paper)\" stroke-width=\"{}\"",
                        4.0 * SCALE
                    )?;
                }
            }
            (key, value) => write!(kept, " {key}=\"{value}\"")?,
        }
    }
    Ok(kept)
}

/// `a="1" b="2"` as pairs.
fn parse(mut attributes: &str) -> Result<Vec<(&str, &str)>> {
    let mut pairs = Vec::new();
    while let Some((key, rest)) = attributes.split_once("=\"") {
        let (value, rest) =
            rest.split_once('"').context("an attribute that plotters left open")?;
        pairs.push((key.trim(), value));
        attributes = rest;
    }
    Ok(pairs)
}

/// Points as a path of relative moves: half as long. A point in the middle of a straight run says nothing.
fn path(points: &str) -> Result<String> {
    let mut coordinates = Vec::new();
    for pair in points.split_whitespace() {
        let (x, y) = pair.split_once(',').context("a point without a comma")?;
        coordinates.push((x.parse::<i64>()?, y.parse::<i64>()?));
    }
    let mut kept: Vec<(i64, i64)> = Vec::new();
    for point in coordinates {
        if kept.last() == Some(&point) {
            continue;
        }
        if let [.., a, b] = kept[..] {
            let (first, second) =
                ((b.0 - a.0, b.1 - a.1), (point.0 - b.0, point.1 - b.1));
            let straight = first.0 * second.1 == first.1 * second.0;
            if straight && first.0 * second.0 + first.1 * second.1 > 0 {
                kept.pop();
            }
        }
        kept.push(point);
    }
    let Some(&(mut x, mut y)) = kept.first() else {
        return Ok(String::new());
    };
    let mut d = format!("M{x} {y}");
    let mut letter = ' ';
    for &(to_x, to_y) in &kept[1..] {
        let (dx, dy) = (to_x - x, to_y - y);
        let (next, numbers): (char, Vec<i64>) = match (dx, dy) {
            (_, 0) => ('h', vec![dx]),
            (0, _) => ('v', vec![dy]),
            _ => ('l', vec![dx, dy]),
        };
        if next != letter {
            d.push(next);
            letter = next;
        } else if numbers[0] >= 0 {
            d.push(' ');
        }
        for (index, number) in numbers.iter().enumerate() {
            if index > 0 && *number >= 0 {
                d.push(' ');
            }
            write!(d, "{number}")?;
        }
        (x, y) = (to_x, to_y);
    }
    // A single point, drawn with round ends, is a dot.
    if kept.len() == 1 {
        d += "h0";
    }
    Ok(d)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_relative_and_keeps_its_corners() {
        assert_eq!(path("0,0 4,0 8,0 8,5 10,9 9,12").unwrap(), "M0 0h8v5l2 4-1 3");
        assert_eq!(path("3,3 3,3").unwrap(), "M3 3h0");
        // Back on itself is a corner.
        assert_eq!(path("0,0 8,0 2,0").unwrap(), "M0 0h8-6");
    }

    #[test]
    fn a_color_from_outside_the_kit_is_an_error() {
        assert!(meaning("#FF0000").is_err());
        assert_eq!(meaning("#030000").unwrap().css, "var(--rl)");
    }

    #[test]
    fn a_dollar_sign_is_an_error() {
        let error = for_page("<svg>\n</svg>", (1, 1), "a", "5 $").unwrap_err();
        assert!(error.to_string().contains("dollar"));
    }
}
