//! The free energy of every belief about the patter, and a slice that misses its bottom.

use anyhow::{Context, Result};
use ch08_generative_models::free_energy::{
    LIKELIHOOD, PRIOR, free_energy, joint, surprise,
};
use ch08_generative_models::three_ways::{bayes, descend, steps_until};
use ch08_generative_models::wrong_slice::{curve, lowest};
use prob::math::{cos, sin, sqrt};

use super::{BELIEF, EXACT, WRONG, short};
use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Align, Axes, Dash, Ink, Lettering, Mark, Panel, Pen, Point, SMALL, Scale, Sheet,
    ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

/// Contours, in nats above the surprise.
const LEVELS: [f64; 7] = [0.02, 0.1, 0.2, 0.4, 0.7, 1.0, 1.4];
/// Points of a contour, one a ray from the posterior.
const RAYS: usize = 180;
/// Steps of descent that are drawn.
const STEPS: usize = 30;

/// The triangle of beliefs and the curve over its slice.
pub fn figure() -> Figure {
    Figure {
        id: "free-energy-slice",
        shows: "Contours of the free energy over all beliefs in three causes, gradient descent to the posterior, and a line of beliefs that misses it; beside them the free energy along that line",
        size: (720.0, 408.0),
        compute: Compute::Light(compute),
        tables: &["contours", "descent"],
        draw,
    }
}

fn compute() -> Result<Data> {
    let [patter, crackle, hiss] = LIKELIHOOD.map(|row| joint(&row, &PRIOR));
    let three = [patter[0], patter[1], patter[2]];
    let (exact, floor) = (bayes(&patter), surprise(&patter));

    let mut slice = Table::new(["vole", "free_energy"]);
    let mut points = curve(&three, 101);
    points.push(lowest(&three));
    points.sort_by(|a, b| a.p.total_cmp(&b.p));
    for point in points {
        slice.push([point.p.into(), point.free_energy.into()]);
    }
    let mut contours = Table::named("contours", ["nats_above", "vole", "leaf", "inside"]);
    for level in LEVELS {
        for (belief, inside) in contour(&patter, &exact, floor + level) {
            contours.push([
                level.into(),
                short(belief[0]).into(),
                short(belief[1]).into(),
                u8::from(inside).into(),
            ]);
        }
    }
    let mut descent = Table::named("descent", ["step", "vole", "leaf", "free_energy"]);
    for (step, belief) in descend(&patter, 1.0, STEPS).iter().enumerate() {
        descent.push([
            step.into(),
            belief[0].into(),
            belief[1].into(),
            free_energy(belief, &patter).into(),
        ]);
    }

    let least = lowest(&three);
    let steps =
        steps_until(&patter, 1.0, 1e-3, 1000).context("descent never comes near")?;
    let numbers = vec![
        Number::exact("surprise-patter", floor, "nats"),
        Number::exact("surprise-crackle", surprise(&crackle), "nats"),
        Number::exact("surprise-hiss", surprise(&hiss), "nats"),
        Number::exact("posterior-vole", exact[0], "share"),
        Number::exact("free-energy-flat", free_energy(&PRIOR, &patter), "nats"),
        Number::exact(
            "free-energy-certain",
            free_energy(&[1.0, 0.0, 0.0], &patter),
            "nats",
        ),
        Number::exact("descent-steps-to-a-thousandth", steps as f64, "steps"),
        Number::exact("slice-minimum", least.free_energy, "nats"),
        Number::exact("slice-minimum-at", least.p, "share"),
        Number::exact("slice-gap", least.free_energy - floor, "nats"),
    ];
    Ok(Data { tables: vec![slice, contours, descent], numbers })
}

/// A contour around `center`, and whether each of its points lies on it or only on the
/// rim of the triangle.
fn contour(joint: &[f64], center: &[f64], level: f64) -> Vec<([f64; 3], bool)> {
    let at = |ray: f64| {
        let angle = std::f64::consts::TAU * ray / RAYS as f64;
        along(joint, center, angle, level)
    };
    let mut points = vec![at(0.0)];
    for ray in 0..RAYS {
        let (mut before, mut after) = (ray as f64, ray as f64 + 1.0);
        let (here, there) = (at(before).1, at(after).1);
        if here != there {
            // Where it meets the rim between two rays.
            for _ in 0..40 {
                let middle = (before + after) / 2.0;
                if at(middle).1 == here {
                    before = middle;
                } else {
                    after = middle;
                }
            }
            points.push((at(before).0, true));
        }
        points.push(at(ray as f64 + 1.0));
    }
    points
}

/// Where a ray from the posterior reaches a free energy, or the rim of the triangle
/// before it; and whether the point lies inside. From the posterior outward it only rises.
fn along(joint: &[f64], from: &[f64], angle: f64, level: f64) -> ([f64; 3], bool) {
    let up = sin(angle) * 2.0 / sqrt(3.0);
    let toward = [up, cos(angle) - up / 2.0, -cos(angle) - up / 2.0];
    let at = |r: f64| [0, 1, 2].map(|s| (from[s] + r * toward[s]).max(0.0));
    let rim = (0..3)
        .filter(|&s| toward[s] < 0.0)
        .map(|s| from[s] / -toward[s])
        .fold(f64::INFINITY, f64::min);
    if free_energy(&at(rim), joint) <= level {
        return (at(rim), false);
    }
    let (mut low, mut high) = (0.0, rim);
    for _ in 0..50 {
        let middle = (low + high) / 2.0;
        if free_energy(&at(middle), joint) < level {
            low = middle;
        } else {
            high = middle;
        }
    }
    (at(low), true)
}

/// Where a belief lies: a triangle with the vole at its top, the wind at its left foot.
fn place(vole: f64, leaf: f64) -> Point {
    let (left, bottom, side) = (30.0, 360.0, 374.0);
    (left + side * (leaf + vole / 2.0), bottom - side * vole * 0.75_f64.sqrt())
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let title = Lettering::label(Ink::Text);
    sheet.text("Every belief", (16.0, 28.0), title.bold())?;
    sheet.text("free energy above", (16.0, 51.0), title)?;
    sheet.text("the surprise, nats", (16.0, 70.0), title)?;
    let corners = [place(0.0, 0.0), place(1.0, 0.0), place(0.0, 1.0)];
    for level in tables.get("contours")?.values("nats_above")?.iter().rev() {
        draw_contour(sheet, &tables.get("contours")?.only("nats_above", level)?)?;
    }
    let [wind, vole, leaf] = corners;
    sheet.line(&[wind, vole, leaf, wind], Pen::new(Ink::Text, 1.4))?;
    let lettering = Lettering::label(Ink::Text).bold();
    sheet.text("vole", (vole.0 - 14.0, vole.1 + 2.0), lettering.align(Align::End))?;
    sheet.text("wind", (wind.0 - 12.0, wind.1 + 17.0), lettering)?;
    sheet.text("leaf", (leaf.0 + 12.0, leaf.1 + 17.0), lettering.align(Align::End))?;

    let slice = tables.main()?.points("vole", "free_energy")?;
    let least =
        slice.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1)).context("no slice")?;
    let foot = place(0.0, 0.5);
    sheet.line(&[vole, foot], Pen::new(WRONG, 2.2).dash(Dash::Long))?;
    let said = Lettering::label(WRONG).size(SMALL).halo();
    sheet.text("slice", (foot.0 + 8.0, foot.1 - 14.0), said)?;

    let descent = tables.get("descent")?.points("vole", "leaf")?;
    let path: Vec<Point> =
        descent.iter().map(|&(vole, leaf)| place(vole, leaf)).collect();
    sheet.line(&path, Pen::new(BELIEF, 1.4))?;
    for &point in &path {
        sheet.mark(point, 3.4, BELIEF, Mark::Disc)?;
    }
    let beside = (path[1].0 + 11.0, path[1].1 + 4.0);
    sheet.text("descent", beside, Lettering::label(BELIEF).size(SMALL).halo())?;
    sheet.mark(path[path.len() - 1], 5.5, EXACT, Mark::Ring)?;
    let (x, y) = path[path.len() - 1];
    let exact = Lettering::label(EXACT).size(SMALL).bold().halo();
    sheet.text("posterior", (x + 30.0, y - 6.0), exact)?;
    cross(sheet, place(least.0, (1.0 - least.0) / 2.0))?;
    draw_slice(sheet, tables.main()?, tables.get("descent")?, least)
}

fn draw_contour(sheet: &mut Sheet, rows: &Table) -> Result<()> {
    let level = rows.values("nats_above")?[0].to_string();
    let beliefs = rows.points("vole", "leaf")?;
    let points: Vec<Point> =
        beliefs.iter().map(|&(vole, leaf)| place(vole, leaf)).collect();
    sheet.area(&points, BELIEF, 0.07)?;
    let inside = rows.numbers("inside")?;
    let pen = Pen::new(Ink::Muted, 0.9).faint(0.8);
    let indices: Vec<usize> = (0..points.len()).collect();
    for run in indices.chunk_by(|&i, &j| inside[i] == inside[j]) {
        if inside[run[0]] > 0.0 {
            sheet.line(&points[run[0]..=run[run.len() - 1]], pen)?;
        }
    }
    if !["0.02", "0.1", "0.2"].contains(&level.as_str()) {
        // Below the posterior and to the left of the slice.
        let lower = beliefs.iter().zip(&points).filter(|((vole, _), _)| *vole < 0.55);
        let off = |leaf: f64| (leaf - 0.19).abs();
        let at = lower.min_by(|(a, _), (b, _)| off(a.1).total_cmp(&off(b.1)));
        let (_, &at) = at.context("a contour without a lower half")?;
        let lettering = Lettering::label(Ink::Muted).size(SMALL).halo();
        sheet.text(&format!("+{level}"), at, lettering.align(Align::Middle))?;
    }
    Ok(())
}

/// The cross of the slice's lowest point.
fn cross(sheet: &mut Sheet, (x, y): Point) -> Result<()> {
    let pen = Pen::new(WRONG, 3.0);
    sheet.line(&[(x - 5.0, y - 5.0), (x + 5.0, y + 5.0)], pen)?;
    sheet.line(&[(x - 5.0, y + 5.0), (x + 5.0, y - 5.0)], pen)
}

fn draw_slice(
    sheet: &mut Sheet,
    slice: &Table,
    descent: &Table,
    least: Point,
) -> Result<()> {
    let panel = Panel {
        left: 478.0,
        top: 66.0,
        width: 222.0,
        height: 270.0,
        x: Scale::Linear(0.4, 1.0),
        y: Scale::Linear(0.8, 1.3),
    };
    panel.axes(
        sheet,
        &Axes {
            title: "Along the slice",
            x_title: "belief in the vole",
            y_title: "free energy, nats",
            x_ticks: ticks(&[0.4, 0.6, 0.8, 1.0]),
            y_ticks: ticks(&[0.8, 0.9, 1.0, 1.1, 1.2, 1.3]),
        },
    )?;
    let last = descent.points("vole", "free_energy")?;
    let (vole, floor) = last[last.len() - 1];
    let level = [(0.4, floor), (1.0, floor)];
    panel.curve(sheet, &level, Pen::new(EXACT, 1.6).dash(Dash::Short))?;
    let points: Vec<Point> = slice
        .points("vole", "free_energy")?
        .into_iter()
        .filter(|&(p, f)| p >= 0.4 && f <= 1.3)
        .collect();
    panel.curve(sheet, &points, Pen::new(WRONG, 2.4).dash(Dash::Long))?;
    cross(sheet, panel.at(least))?;
    let ring = panel.at((vole, floor));
    sheet.mark(ring, 5.5, EXACT, Mark::Ring)?;
    let exact = Lettering::label(EXACT).size(SMALL).bold().halo();
    let below = (ring.0, ring.1 + 17.0);
    sheet.text("posterior", below, exact.align(Align::Middle))?;
    let surprise = Lettering::label(EXACT).size(SMALL).halo();
    sheet.text("surprise", (panel.left + 2.0, panel.at_y(floor) - 11.0), surprise)?;
    let (x, y) = panel.at(least);
    let said = Lettering::label(WRONG).size(SMALL).halo().align(Align::Middle);
    sheet.text("lowest of the slice", (x, y + 19.0), said)
}
