//! Four Rooms: what each place is worth, and where the best policy spends its time.

use anyhow::Result;
use ch02_bellman_and_value::four_rooms::{self, Rooms};
use ch02_bellman_and_value::occupancy::{by_state, paid, visits};
use envs::maze::{Cell, Move};
use prob::Probability;
use rl::Mdp;

use super::{letters, number};
use crate::figure::{Compute, Data, Figure};
use crate::kit::grid::{Heading, Tint, outline};
use crate::kit::maze::Plan;
use crate::kit::{Align, Ink, Lettering, Mark, Pen, Point, SMALL, Sheet};
use crate::results::Number;
use crate::table::{Table, Tables};

/// Cells of the drawing's side, its outer wall included.
const SIDE: usize = 11;

/// Deepest tint below arrows, which are lines and need less contrast than letters.
const UNDER_ARROWS: f64 = 0.6;

/// Values and occupancies.
pub fn figure() -> Figure {
    Figure {
        id: "four-rooms",
        shows: "Four Rooms twice: the best value of each cell with its best moves, and the expected discounted steps that a best policy spends there",
        size: (720.0, 412.0),
        compute: Compute::Light(compute),
        tables: &["places"],
        draw,
    }
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let rows = tables.main()?;
    for (left, column, title, tint, scale, unit) in [
        (
            6.0,
            "value",
            "What a place is worth",
            Tint { deepest: UNDER_ARROWS, ..Tint::bare(Ink::Rl, 0.25, 1.0) },
            [0.4, 0.6, 0.8, 1.0],
            "reward",
        ),
        (
            376.0,
            "steps",
            "Where a best policy spends its steps",
            Tint::bare(Ink::C3, 0.0, 1.0),
            [0.25, 0.5, 0.75, 1.0],
            "discounted steps",
        ),
    ] {
        let cell = 36.0;
        // The drawing leaves out the border of solid wall.
        let plan = Plan { left: left - cell, top: 36.0 - cell, cell };
        sheet.text(title, (left - 2.0, 14.0), Lettering::label(Ink::Text).bold())?;
        let values = rows.numbers(column)?;
        let cells = rows.points("x", "y")?;
        draw_floor(sheet, &plan)?;
        for (&place, &value) in cells.iter().zip(&values) {
            plan.tile(sheet, place, &tint, value)?;
        }
        if column == "value" {
            let start =
                tables.get("places")?.only("place", "start")?.points("x", "y")?[0];
            let moves = cells.iter().zip(rows.texts("best_moves")?);
            for (&place, moves) in moves.filter(|(place, _)| **place != start) {
                let pen = Pen::new(Ink::Text, 1.5);
                plan.arrows(sheet, place, &Heading::read(moves)?, pen)?;
            }
        }
        draw_rock(sheet, &plan, &cells)?;
        for place in ["start", "goal"] {
            draw_place(sheet, &plan, tables.get("places")?, place)?;
        }
        let labeled = scale.map(|value| (value, number(value, 2)));
        tint.swatches(sheet, (left, 376.0), (44.0, 14.0), &labeled)?;
        let lettering = Lettering::label(Ink::Text).size(SMALL);
        sheet.text(unit, (left + 4.0 * 44.0 + 10.0, 383.0), lettering)?;
    }
    Ok(())
}

/// Thin lines between the cells; rock will cover those that aren't open.
fn draw_floor(sheet: &mut Sheet, plan: &Plan) -> Result<()> {
    let fine = Pen::new(Ink::Muted, 0.75).faint(0.3);
    let (first, last) = (1.0, (SIDE - 1) as f64);
    for line in 2..SIDE - 1 {
        let at = line as f64;
        sheet.line(&[plan.at((at, first)), plan.at((at, last))], fine)?;
        sheet.line(&[plan.at((first, at)), plan.at((last, at))], fine)?;
    }
    Ok(())
}

/// Inner walls are solid; the outer one is a line.
fn draw_rock(sheet: &mut Sheet, plan: &Plan, cells: &[Point]) -> Result<()> {
    let open = |x: usize, y: usize| cells.contains(&(x as f64, y as f64));
    let inner =
        |x: usize, y: usize| (1..SIDE - 1).contains(&x) && (1..SIDE - 1).contains(&y);
    let rock = outline(SIDE, SIDE, |x, y| inner(x, y) && !open(x, y));
    // Paper first, or the floor's lines would shine through.
    plan.region(sheet, &rock, Ink::Paper, 1.0)?;
    plan.region(sheet, &rock, Ink::Text, 0.85)?;
    let rim = outline(SIDE, SIDE, inner);
    plan.contour(sheet, &rim, Pen::new(Ink::Text, 3.0))
}

fn draw_place(sheet: &mut Sheet, plan: &Plan, places: &Table, name: &str) -> Result<()> {
    let (x, y) = places.only("place", name)?.points("x", "y")?[0];
    let (middle, letter) = (plan.middle((x, y)), &name[..1].to_uppercase());
    sheet.mark(middle, 11.0, Ink::Paper, Mark::Disc)?;
    sheet.mark(middle, 11.0, Ink::Text, Mark::Ring)?;
    let lettering = Lettering::label(Ink::Text).bold().align(Align::Middle);
    sheet.text(letter, middle, lettering)
}

/// In how many cells all best moves aim at a wall.
fn aimed_at_walls(rooms: &Rooms) -> usize {
    let maze = &rooms.maze;
    let beside = |s: usize, a: usize| {
        let Cell { row, column } = maze.cell(s);
        let (row, column) = match Move::ALL[a] {
            Move::North => (row - 1, column),
            Move::East => (row, column + 1),
            Move::South => (row + 1, column),
            Move::West => (row, column - 1),
        };
        maze.state_at(Cell { row, column })
    };
    (0..rooms.v.len())
        .filter(|&s| s != maze.goal_state())
        .filter(|&s| {
            let best = rooms.policy.row(s).iter().enumerate().filter(|(_, p)| **p > 0.0);
            best.into_iter().all(|(a, _)| beside(s, a).is_none())
        })
        .count()
}

fn compute() -> Result<Data> {
    let (slip, discount) = (four_rooms::slip(), four_rooms::discount());
    let rooms = four_rooms::solve(slip, discount);
    let (maze, v) = (&rooms.maze, &rooms.v);
    let mdp = Mdp::new(maze)?;
    let (start, goal) = (rooms.start(), maze.goal_state());
    let x = visits(&mdp, &rooms.policy, &[(start, 1.0)], discount);
    let steps = by_state(&mdp, &x);
    let mut table = Table::new(["x", "y", "value", "steps", "best_moves"]);
    for (s, &steps) in steps.iter().enumerate() {
        let cell = maze.cell(s);
        let moves = if s == goal { String::new() } else { letters(rooms.policy.row(s)) };
        table.push([
            cell.column.into(),
            cell.row.into(),
            v[s].into(),
            steps.into(),
            moves.into(),
        ]);
    }
    let mut places = Table::named("places", ["place", "x", "y"]);
    for (place, s) in [("start", start), ("goal", goal)] {
        let cell = maze.cell(s);
        places.push([place.into(), cell.column.into(), cell.row.into()]);
    }
    let all: f64 = steps.iter().sum();
    let sure = four_rooms::solve(Probability::new(0.0)?, discount);
    let mut numbers = vec![
        Number::exact("four-rooms-slip", slip.get(), "1"),
        Number::exact("four-rooms-discount", discount.get(), "1"),
        Number::exact("four-rooms-states", mdp.n_states() as f64, "states"),
        Number::exact("four-rooms-start-value", v[start], "reward"),
        Number::exact("four-rooms-start-value-without-slip", sure.v[start], "reward"),
        Number::exact("four-rooms-discounted-steps", all, "steps"),
        Number::exact("four-rooms-occupancy-times-reward", paid(&mdp, &x), "reward"),
        Number::exact("four-rooms-start-steps", steps[start], "steps"),
        Number::exact(
            "four-rooms-bound",
            rooms.certificate.bound.unwrap_or(f64::NAN),
            "reward",
        ),
        Number::exact("four-rooms-sweeps", rooms.certificate.sweeps as f64, "sweeps"),
    ];
    for percent in [50, 80, 100] {
        let slip = Probability::new(f64::from(percent) / 100.0)?;
        let rooms = four_rooms::solve(slip, discount);
        let value = rooms.v[start];
        numbers.extend([
            Number::exact(
                &format!("four-rooms-start-value-slip-{percent}"),
                value,
                "reward",
            ),
            Number::exact(
                &format!("four-rooms-wall-cells-slip-{percent}"),
                aimed_at_walls(&rooms) as f64,
                "cells",
            ),
        ]);
    }
    Ok(Data { tables: vec![table, places], numbers })
}
