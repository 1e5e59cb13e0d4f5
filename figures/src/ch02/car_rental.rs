//! Jack's car rental: policies on the way to the best, and its values.

use anyhow::{Context, Result};
use ch02_bellman_and_value::car_rental::{policies, state};

use super::number;
use crate::figure::{Compute, Data, Figure};
use crate::kit::grid::{Tint, heart, outline};
use crate::kit::maze::Plan;
use crate::kit::{Align, Ink, Lettering, Pen, Point, SMALL, Sheet};
use crate::results::Number;
use crate::table::{Table, Tables};

/// Counts of cars at a location, from none to twenty.
const SIDE: usize = 21;
/// Most cars moved.
const MOST: f64 = 5.0;
/// Reward between two contours of the value.
const BAND: f64 = 20.0;

/// Deepest tint below numbers, which are bold or few.
const UNDER_NUMBERS: f64 = 0.6;

/// Five policies and a map of values.
pub fn figure() -> Figure {
    Figure {
        id: "car-rental",
        shows: "Five policies of the car rental as maps of how many cars to move by the cars at each location, and a contour map of the last one's values",
        size: (720.0, 596.0),
        compute: Compute::Light(compute),
        tables: &["values"],
        draw,
    }
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let rows = tables.main()?;
    let policies = rows.values("policy")?;
    for (index, policy) in policies.iter().enumerate() {
        let plan = place(index);
        let cells = Cells::read(&rows.only("policy", policy)?, "moved")?;
        let levels: Vec<i64> = cells.0.iter().map(|&moved| moved as i64).collect();
        for level in levels_of(&levels) {
            let inside = |x: usize, y: usize| levels[y * SIDE + x] == level;
            let loops = outline(SIDE, SIDE, inside);
            let tint = tint(level as f64);
            plan.region(sheet, &loops, tint.ink, tint.opacity(level as f64))?;
            plan.contour(sheet, &loops, Pen::new(Ink::Text, 0.9))?;
            // A number only where it has room; the scale below tells the rest.
            if let Some(((x, y), away)) = heart(SIDE, SIDE, inside)
                && away > 2.0
            {
                let lettering = Lettering::label(Ink::Text).bold();
                let text = number(level as f64, 0);
                plan.say(sheet, (x as f64, y as f64), 0.0, &text, lettering)?;
            }
        }
        frame(sheet, &plan, index, &format!("policy {policy}"))?;
    }
    draw_directions(sheet, &place(policies.len() - 1))?;
    let plan = place(policies.len());
    let values = Cells::read(tables.get("values")?, "value")?;
    let levels: Vec<i64> = values.0.iter().map(|value| (value / BAND) as i64).collect();
    let all = levels_of(&levels);
    let worth = Tint {
        deepest: UNDER_NUMBERS,
        ..Tint::bare(Ink::Muted, all[0] as f64 - 1.0, all[all.len() - 1] as f64)
    };
    for &level in &all {
        let loops = outline(SIDE, SIDE, |x, y| levels[y * SIDE + x] == level);
        plan.region(sheet, &loops, worth.ink, worth.opacity(level as f64))?;
        plan.contour(sheet, &loops, Pen::new(Ink::Text, 0.7))?;
    }
    let [empty, full] =
        [(SIDE - 1) * SIDE, SIDE - 1].map(|cell| number(values.0[cell], 0));
    let title = format!("worth, from {empty} to {full}");
    frame(sheet, &plan, policies.len(), &title)?;
    draw_scale(sheet)
}

/// Which way the two corners of the last policy move cars, where no hue tells it.
fn draw_directions(sheet: &mut Sheet, plan: &Plan) -> Result<()> {
    let lettering = Lettering::label(Ink::Muted).size(SMALL);
    sheet.text("to the second", plan.at((8.9, 5.6)), lettering)?;
    let below = plan.at((SIDE as f64 - 0.6, 14.6));
    sheet.text("to the first", below, lettering.align(Align::End))
}

/// The tint for a number of moved cars.
fn tint(moved: f64) -> Tint {
    let (ink, most) = if moved < 0.0 { (Ink::C3, -MOST) } else { (Ink::Rl, MOST) };
    Tint { deepest: UNDER_NUMBERS, ..Tint::bare(ink, 0.0, most) }
}

/// Cars moved, below everything.
fn draw_scale(sheet: &mut Sheet) -> Result<()> {
    let (left, top, width, height) = (250.0, 562.0, 34.0, 20.0);
    for step in 0..=2 * MOST as i32 {
        let moved = f64::from(step) - MOST;
        let tint = tint(moved);
        let x = left + width * f64::from(step);
        let corners = [(x + 0.75, top), (x + width - 0.75, top + height)];
        sheet.block(corners[0], corners[1], tint.ink, tint.opacity(moved))?;
        let lettering = Lettering::label(Ink::Text).size(SMALL).align(Align::Middle);
        let middle = (x + width / 2.0, top + height / 2.0);
        sheet.text(&number(moved, 0), middle, lettering)?;
    }
    let lettering = Lettering::label(Ink::Text).size(SMALL).align(Align::End);
    let middle = top + height / 2.0;
    sheet.text("cars moved to the second", (left - 10.0, middle), lettering)?;
    Ok(())
}

/// Numbers by cars: `0[y * SIDE + x]`, where `y` runs down from twenty cars at the first
/// location.
struct Cells(Vec<f64>);

impl Cells {
    fn read(rows: &Table, column: &str) -> Result<Self> {
        let mut cells = vec![f64::NAN; SIDE * SIDE];
        let numbers = rows.numbers(column)?;
        for ((first, second), number) in
            rows.points("first", "second")?.into_iter().zip(numbers)
        {
            cells[(SIDE - 1 - first as usize) * SIDE + second as usize] = number;
        }
        Ok(Self(cells))
    }
}

fn levels_of(levels: &[i64]) -> Vec<i64> {
    let mut all = levels.to_vec();
    all.sort_unstable();
    all.dedup();
    all
}

fn place(index: usize) -> Plan {
    Plan {
        left: 44.0 + 234.0 * (index % 3) as f64,
        top: 32.0 + 264.0 * (index / 3) as f64,
        cell: 9.6,
    }
}

fn frame(sheet: &mut Sheet, plan: &Plan, index: usize, title: &str) -> Result<()> {
    plan.rim(sheet, SIDE, SIDE)?;
    let size = plan.cell * SIDE as f64;
    let title_at = (plan.left, plan.top - 16.0);
    sheet.text(title, title_at, Lettering::label(Ink::Text).bold())?;
    let small = Lettering::label(Ink::Muted).size(SMALL);
    let edge = |cars: f64| plan.at((cars + 0.5, SIDE as f64 - 0.5 - cars));
    for cars in [0.0, 5.0, 10.0, 15.0, 20.0] {
        let (x, y) = edge(cars);
        let label = number(cars, 0);
        sheet.text(&label, (x, plan.top + size + 13.0), small.align(Align::Middle))?;
        if index.is_multiple_of(3) {
            sheet.text(&label, (plan.left - 7.0, y), small.align(Align::End))?;
        }
    }
    let at: Point = (plan.left + size / 2.0, plan.top + size + 31.0);
    if index >= 3 {
        let lettering = Lettering::label(Ink::Text).size(SMALL).align(Align::Middle);
        sheet.text("cars at the second", at, lettering)?;
    }
    if index.is_multiple_of(3) {
        let lettering = Lettering::label(Ink::Text).size(SMALL).align(Align::Middle);
        let at = (plan.left - 36.0, plan.top + size / 2.0);
        sheet.text_upwards("cars at the first", at, lettering)?;
    }
    Ok(())
}

fn compute() -> Result<Data> {
    let stages = policies();
    let mut table = Table::new(["policy", "first", "second", "moved"]);
    let mut values = Table::named("values", ["first", "second", "value"]);
    let last = stages.last().context("there is a first policy")?;
    for first in 0..SIDE {
        for second in 0..SIDE {
            let value = last.v[state(first, second)];
            values.push([first.into(), second.into(), value.into()]);
        }
    }
    let mut numbers = Vec::new();
    for (policy, stage) in stages.iter().enumerate() {
        for first in 0..SIDE {
            for second in 0..SIDE {
                let moved = stage.moved[state(first, second)] as i64;
                table.push([policy.into(), first.into(), second.into(), moved.into()]);
            }
        }
        let mean = stage.v.iter().sum::<f64>() / stage.v.len() as f64;
        numbers.extend([
            Number::exact(
                &format!("car-changed-{policy}"),
                stage.changed as f64,
                "states",
            ),
            Number::exact(&format!("car-empty-{policy}"), stage.v[0], "reward"),
            Number::exact(&format!("car-mean-{policy}"), mean, "reward"),
        ]);
    }
    let full = last.v[state(SIDE - 1, SIDE - 1)];
    let moving = last.moved.iter().filter(|moved| **moved != 0).count();
    numbers.extend([
        Number::exact("car-policies", stages.len() as f64, "policies"),
        Number::exact("car-improvements", stages.len() as f64, "improvements"),
        Number::exact("car-value-empty", last.v[0], "reward"),
        Number::exact("car-value-full", full, "reward"),
        Number::exact("car-value-ten-ten", last.v[state(10, 10)], "reward"),
        Number::exact("car-states-moving", moving as f64, "states"),
    ]);
    Ok(Data { tables: vec![table, values], numbers })
}
