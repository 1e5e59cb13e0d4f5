//! Slow patterns of a random walk in four rooms.

use anyhow::Result;
use ch03_dopamine_and_td::spectrum::{
    by_room, four_rooms, memory, modes, open_field, room,
};
use envs::maze::Maze;

use super::number;
use crate::figure::{Compute, Data, Figure};
use crate::kit::maze::{Plan, walls};
use crate::kit::{
    Axes, Dash, Ink, Lettering, Mark, Panel, Pen, Point, SMALL, Scale, Sheet, ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

/// Patterns that are drawn.
const DRAWN: usize = 6;
/// Patterns whose memory is drawn.
const LISTED: usize = 10;
/// Cells of a plan's side, its outer wall included.
const SIDE: usize = 13;
/// From this value on a room's cells are said to be above or below zero.
const CLEAR: f64 = 0.35;

/// So many clear cells of a room get a sign.
const ENOUGH: usize = 4;
/// Steps of the tints from zero to the deepest, and how deep that is.
const LEVELS: f64 = 16.0;
const DEEPEST: f64 = 0.8;

const ABOVE: Ink = Ink::C3;
const BELOW: Ink = Ink::C6;

/// The first six patterns, and how long the first ten last.
pub fn figure() -> Figure {
    Figure {
        id: "room-eigenvectors",
        shows: "The six slowest patterns of a random walk in Four Rooms as tints on its plan, and how many steps the slowest patterns last with and without the inner walls",
        size: (720.0, 496.0),
        compute: Compute::Light(compute),
        tables: &["memory"],
        draw,
    }
}

fn compute() -> Result<Data> {
    let mut table = Table::new(["mode", "x", "y", "room", "value"]);
    let mut memories = Table::named("memory", ["world", "mode", "eigenvalue", "steps"]);
    let mut numbers = Vec::new();
    for (world, maze, key) in
        [("four rooms", four_rooms(), ""), ("open field", open_field(), "open-")]
    {
        let modes = modes(&maze);
        for (k, mode) in modes.iter().take(LISTED).enumerate() {
            // The first pattern is the same everywhere and never fades.
            let steps = (k > 0).then(|| memory(mode.kappa));
            memories.push([
                world.into(),
                (k + 1).into(),
                mode.kappa.into(),
                steps.into(),
            ]);
            if (1..6).contains(&k) {
                let name = format!("{key}memory-{}", k + 1);
                numbers.push(Number::exact(&name, memory(mode.kappa), "steps"));
                let name = format!("{key}eigenvalue-{}", k + 1);
                numbers.push(Number::exact(&name, mode.kappa, "1"));
            }
        }
        if key.is_empty() {
            let mut drawn: Vec<Vec<f64>> =
                modes.iter().take(DRAWN).map(|mode| mode.pattern.clone()).collect();
            [drawn[1], drawn[2]] = turned(&maze, &modes[1].pattern, &modes[2].pattern);
            for (k, pattern) in drawn.iter().enumerate() {
                push_mode(&mut table, &maze, k + 1, pattern);
            }
            let rooms = by_room(&maze, &modes[3].pattern);
            let of = |part: &dyn Fn(&(f64, f64)) -> f64| {
                rooms.iter().map(|room| part(room).abs()).fold(0.0, f64::max)
            };
            numbers.extend([
                Number::exact("room-mean", of(&|room| room.0), "1"),
                Number::exact("room-sd", of(&|room| room.1), "1"),
                Number::exact("room-cells", modes.len() as f64, "cells"),
            ]);
        }
    }
    Ok(Data { tables: vec![table, memories], numbers })
}

/// Two patterns that last equally long span a plane, and any turn of them would do: these
/// two tell left from right and above from below.
fn turned(maze: &Maze, u: &[f64], v: &[f64]) -> [Vec<f64>; 2] {
    let (of_u, of_v) = (by_room(maze, u), by_room(maze, v));
    // The same in rooms `i` and `j`.
    let even = |i: usize, j: usize| -> Vec<f64> {
        let (a, b) = (of_v[i].0 - of_v[j].0, of_u[j].0 - of_u[i].0);
        let mixed: Vec<f64> = u.iter().zip(v).map(|(u, v)| a * u + b * v).collect();
        let size = mixed.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        mixed.iter().map(|x| x / size).collect()
    };
    [even(0, 2), even(0, 1)]
}

/// A pattern's sign is free: its first clear room is above zero.
fn push_mode(table: &mut Table, maze: &Maze, k: usize, pattern: &[f64]) {
    let rooms = by_room(maze, pattern);
    let first = rooms.iter().map(|(mean, _)| *mean).find(|mean| mean.abs() > CLEAR);
    let sign = if first.is_some_and(|mean| mean < 0.0) { -1.0 } else { 1.0 };
    for (s, value) in pattern.iter().enumerate() {
        let cell = maze.cell(s);
        let value = sign * value;
        let room = room(maze, s).map(|room| room + 1);
        let (x, y) = (cell.column, cell.row);
        table.push([k.into(), x.into(), y.into(), room.into(), value.into()]);
    }
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let cell = 14.6;
    let table = tables.main()?;
    let memories = tables.get("memory")?.only("world", "four rooms")?;
    for k in 0..DRAWN {
        let (column, row) = ((k % 3) as f64, (k / 3) as f64);
        // The drawing leaves out most of the outer wall.
        let (left, top) = (6.0 + 178.0 * column - cell, 30.0 + 232.0 * row - cell);
        let plan = Plan { left, top, cell };
        let rows = table.only("mode", k + 1)?;
        draw_pattern(sheet, &plan, &rows, k == 0)?;
        let here = memories.only("mode", k + 1)?;
        let kappa = number(here.number("eigenvalue")?, 4);
        let steps = match here.texts("steps")?[0] {
            "" => String::from("for ever"),
            steps => format!("{:.0} steps", steps.parse::<f64>()?),
        };
        let lettering = Lettering::label(Ink::Text).size(SMALL);
        let below = plan.at((1.0, (SIDE - 1) as f64));
        sheet.text(
            &format!("{}", k + 1),
            (below.0, top + cell - 14.0),
            lettering.bold(),
        )?;
        let kappa = kappa.trim_end_matches('0').trim_end_matches('.');
        let said = format!("κ = {kappa}, {steps}");
        sheet.text(&said, (below.0, below.1 + 15.0), lettering)?;
    }
    draw_memories(sheet, tables.get("memory")?)
}

fn draw_pattern(sheet: &mut Sheet, plan: &Plan, rows: &Table, even: bool) -> Result<()> {
    let cells = rows.points("x", "y")?;
    let values = rows.numbers("value")?;
    let open = |x: i64, y: i64| cells.contains(&(x as f64, y as f64));
    // Neighbors in a row with the same tint are one block; paper lines part the cells.
    let levels: Vec<i64> =
        values.iter().map(|value| (value * LEVELS).round() as i64).collect();
    let mut first = 0;
    for i in 0..cells.len() {
        let goes_on = cells.get(i + 1).is_some_and(|next| {
            *next == (cells[i].0 + 1.0, cells[i].1) && levels[i + 1] == levels[i]
        });
        if goes_on {
            continue;
        }
        let (from, to) = (cells[first], (cells[i].0 + 1.0, cells[i].1 + 1.0));
        let opacity = DEEPEST * levels[i].abs() as f64 / LEVELS;
        // Two digits are enough, and short.
        let opacity = (opacity * 100.0).round() / 100.0;
        if opacity > 0.0 {
            let ink = if levels[i] > 0 { ABOVE } else { BELOW };
            sheet.block(plan.at(from), plan.at(to), ink, opacity)?;
        }
        first = i + 1;
    }
    let paper = Pen::new(Ink::Paper, 1.2);
    let (near, far) = (1.0, (SIDE - 1) as f64);
    // Up and down in one line, then to and fro; its turns lie below the walls.
    let (mut down, mut across) = (Vec::new(), Vec::new());
    for line in 2..SIDE - 1 {
        let at = line as f64;
        let (start, end) = if line % 2 == 0 { (near, far) } else { (far, near) };
        down.extend([plan.at((at, start)), plan.at((at, end))]);
        across.extend([plan.at((start, at)), plan.at((end, at))]);
    }
    sheet.line(&down, paper)?;
    sheet.line(&across, paper)?;
    for (from, to) in walls(SIDE as i64, SIDE as i64, open) {
        plan.wall(sheet, from, to)?;
    }
    if even {
        return Ok(());
    }
    // Signs, for those who see no hues.
    let rooms = rows.texts("room")?;
    for wanted in ["1", "2", "3", "4"] {
        for (sign, said) in [(1.0, "+"), (-1.0, "−")] {
            let clear = |i: &usize| rooms[*i] == wanted && sign * values[*i] > CLEAR;
            let here: Vec<Point> =
                (0..cells.len()).filter(clear).map(|i| cells[i]).collect();
            if here.len() < ENOUGH {
                continue;
            }
            // The cell nearest to the middle of them all.
            let n = here.len() as f64;
            let middle = here
                .iter()
                .fold((0.0, 0.0), |(x, y), cell| (x + cell.0 / n, y + cell.1 / n));
            let off = |cell: &Point| {
                let (dx, dy) = (cell.0 - middle.0, cell.1 - middle.1);
                dx * dx + dy * dy
            };
            if let Some(&cell) = here.iter().min_by(|a, b| off(a).total_cmp(&off(b))) {
                let lettering = Lettering::label(Ink::Text).bold().halo();
                plan.say(sheet, cell, 0.0, said, lettering)?;
            }
        }
    }
    Ok(())
}

fn draw_memories(sheet: &mut Sheet, rows: &Table) -> Result<()> {
    let panel = Panel {
        left: 572.0,
        top: 66.0,
        width: 138.0,
        height: 356.0,
        x: Scale::Linear(1.5, LISTED as f64 + 0.5),
        y: Scale::Linear(0.0, 135.0),
    };
    panel.axes(
        sheet,
        &Axes {
            title: "How long they last",
            x_title: "pattern",
            y_title: "steps",
            x_ticks: ticks(&[2.0, 4.0, 6.0, 8.0, 10.0]),
            y_ticks: ticks(&[0.0, 25.0, 50.0, 75.0, 100.0, 125.0]),
        },
    )?;
    for (world, ink, mark, dash, at) in [
        ("four rooms", Ink::Rl, Mark::Disc, Dash::Solid, (4.5, 66.0)),
        ("open field", Ink::Text, Mark::Ring, Dash::Dots, (5.0, 22.0)),
    ] {
        let curve: Vec<Point> = rows
            .only("world", world)?
            .points("mode", "mode")?
            .into_iter()
            .zip(rows.only("world", world)?.texts("steps")?)
            .filter_map(|((k, _), steps)| Some((k, steps.parse().ok()?)))
            .collect();
        panel.curve(sheet, &curve, Pen::new(ink, 1.4).dash(dash))?;
        for &point in &curve {
            sheet.mark(panel.at(point), 4.0, ink, mark)?;
        }
        let (x, y) = panel.at(at);
        let lettering = Lettering::label(ink).size(SMALL).bold().halo();
        sheet.text(world, (x, y), lettering)?;
    }
    Ok(())
}
