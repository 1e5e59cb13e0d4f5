//! The windy gridworld: the shortest way round.

use anyhow::Result;
use ch02_bellman_and_value::windy;
use envs::textbook::WIND;

use super::number;
use crate::figure::{Compute, Data, Figure};
use crate::kit::grid::Tint;
use crate::kit::maze::Plan;
use crate::kit::{Align, Ink, Lettering, Mark, Pen, Point, SMALL, Sheet};
use crate::results::Number;
use crate::table::{Table, Tables};

/// The board's size.
const COLUMNS: usize = 10;
const ROWS: usize = 7;

/// Board, wind and path.
pub fn figure() -> Figure {
    Figure {
        id: "windy-path",
        shows: "The windy gridworld with the steps that each cell needs, the strength of the wind below each column, and a shortest path",
        size: (720.0, 462.0),
        compute: Compute::Light(compute),
        tables: &["path", "wind"],
        draw,
    }
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let plan = Plan { left: 60.0, top: 6.0, cell: 56.0 };
    let rows = tables.main()?;
    let steps = rows.numbers("steps")?;
    let most = steps.iter().copied().fold(0.0, f64::max);
    let tint = Tint::under_letters(Ink::Rl, 0.0, most);
    let path = tables.get("path")?.points("x", "y")?;
    let (start, goal) = (path[0], path[path.len() - 1]);
    for (&place, &left) in rows.points("x", "y")?.iter().zip(&steps) {
        plan.tile(sheet, place, &tint, left)?;
        if place != goal && place != start {
            // In a corner that no path upward or to the goal runs through.
            let (right, bottom) = plan.at((place.0 + 1.0, place.1 + 1.0));
            let lettering = Lettering::label(Ink::Text).size(SMALL).align(Align::End);
            sheet.text(&number(left, 0), (right - 5.0, bottom - 10.0), lettering)?;
        }
    }
    plan.board(sheet, COLUMNS, ROWS)?;
    let middles: Vec<Point> = path.iter().map(|&cell| plan.middle(cell)).collect();
    sheet.line(&middles, Pen::new(Ink::C4, 3.2))?;
    for &middle in &middles[1..middles.len() - 1] {
        sheet.mark(middle, 4.0, Ink::C4, Mark::Disc)?;
    }
    for (cell, letter) in [(start, "S"), (goal, "G")] {
        let middle = plan.middle(cell);
        sheet.mark(middle, 12.0, Ink::Paper, Mark::Disc)?;
        sheet.mark(middle, 12.0, Ink::Text, Mark::Ring)?;
        let lettering = Lettering::label(Ink::Text).bold().align(Align::Middle);
        sheet.text(letter, middle, lettering)?;
    }
    let (right, bottom) = plan.at((COLUMNS as f64, ROWS as f64));
    let beside = (right + 12.0, plan.middle((0.0, 2.0)).1);
    let said = format!("{} steps", path.len() - 1);
    sheet.text(&said, beside, Lettering::label(Ink::C4).bold())?;
    for (column, wind) in tables.get("wind")?.points("column", "wind")? {
        let x = plan.middle((column, 0.0)).0;
        for gust in 0..wind as usize {
            let aside = x + 12.0 * (gust as f64 - (wind - 1.0) / 2.0);
            let arrow = [(aside, bottom + 34.0), (aside, bottom + 10.0)];
            sheet.arrow(arrow[0], arrow[1], Pen::new(Ink::C3, 2.2))?;
        }
        let lettering = Lettering::label(Ink::Muted).size(SMALL).align(Align::Middle);
        sheet.text(&number(wind, 0), (x, bottom + 48.0), lettering)?;
    }
    let lettering = Lettering::label(Ink::C3).bold().align(Align::End);
    sheet.text("wind", (plan.left - 10.0, bottom + 22.0), lettering)
}

fn compute() -> Result<Data> {
    let (v, path) = (windy::values(), windy::path());
    let at = |s: usize| [(s % COLUMNS).into(), (s / COLUMNS).into()];
    let mut table = Table::new(["x", "y", "steps"]);
    for (s, value) in v.iter().enumerate() {
        let [x, y] = at(s);
        table.push([x, y, (-value).into()]);
    }
    let mut way = Table::named("path", ["step", "x", "y"]);
    for (step, &s) in path.iter().enumerate() {
        let [x, y] = at(s);
        way.push([step.into(), x, y]);
    }
    let mut wind = Table::named("wind", ["column", "wind"]);
    for (column, &strength) in WIND.iter().enumerate() {
        wind.push([column.into(), strength.into()]);
    }
    let numbers = vec![
        Number::exact("windy-steps", (path.len() - 1) as f64, "steps"),
        Number::exact("windy-best-paths", windy::n_best_paths() as f64, "paths"),
    ];
    Ok(Data { tables: vec![table, way, wind], numbers })
}
