//! Two causes of one sound: what a product can't hold, and how to come to one.

use anyhow::{Context, Result};
use ch08_generative_models::mean_field::{
    Order, Point as Belief, at_once, in_turn, point,
};
use ch08_generative_models::two_causes::{TwoCauses, frogs, rustle};

use super::{BELIEF, EXACT, WRONG, short};
use crate::figure::{Compute, Data, Figure};
use crate::kit::grid::UNDER_LETTERS;
use crate::kit::{
    Align, Axes, Dash, Ink, Lettering, Mark, Panel, Pen, Point, SMALL, Scale, Sheet,
    ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

/// Sweeps that are drawn.
const SWEEPS: usize = 12;
/// Sweeps after which nothing moves that comes to rest.
const MANY: usize = 200;
/// Contours of the frogs' free energy, in nats.
const LEVELS: [f64; 6] = [1.5, 1.8, 2.2, 3.0, 4.0, 5.0];
/// Columns in which the contours are found.
const COLUMNS: usize = 160;

fn product(model: &TwoCauses) -> Result<Belief> {
    let path = in_turn(model, Order::FirstThenSecond, MANY);
    path.last().copied().context("no sweep")
}

/// Exact posteriors and the best products.
pub fn explaining_away() -> Figure {
    Figure {
        id: "explaining-away",
        shows: "Posterior over two causes and the best product of two beliefs, for a rustle and for two frogs, as fillings of four cells",
        size: (720.0, 258.0),
        compute: Compute::Light(compute_explaining),
        tables: &[],
        draw: draw_explaining,
    }
}

fn compute_explaining() -> Result<Data> {
    let mut table = Table::new(["model", "belief", "first", "second", "probability"]);
    for (name, model) in [("rustle", rustle()), ("frogs", frogs())] {
        let [a, b] = product(&model)?.belief.map(|q| [1.0 - q, q]);
        let product = a.map(|a| b.map(|b| a * b));
        for (belief, cells) in [("exact", model.posterior()), ("product", product)] {
            for (first, row) in cells.iter().enumerate() {
                for (second, &probability) in row.iter().enumerate() {
                    table.push([
                        name.into(),
                        belief.into(),
                        first.into(),
                        second.into(),
                        probability.into(),
                    ]);
                }
            }
        }
    }
    let (rustle, best) = (rustle(), product(&rustle())?);
    let share = |key: &str, value| Number::exact(key, value, "share");
    let nats = |key: &str, value| Number::exact(key, value, "nats");
    let numbers = vec![
        share("vole-rustle", rustle.marginals()[0]),
        share("vole-rustle-wind", rustle.first_given(1)),
        share("vole-rustle-calm", rustle.first_given(0)),
        share("vole-mean-field", best.belief[0]),
        nats("rustle-surprise", rustle.surprise()),
        nats("rustle-mean-field", best.free_energy),
        nats("rustle-gap", best.free_energy - rustle.surprise()),
    ];
    Ok(Data { tables: vec![table], numbers })
}

fn draw_explaining(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let table = tables.main()?;
    let groups = [
        (62.0, "rustle", "A rustle", ["vole", "no vole"], ["wind", "calm"]),
        (430.0, "frogs", "Calls from two banks", ["near", "far"], ["near", "far"]),
    ];
    for (left, model, title, first, second) in groups {
        let rows = table.only("model", model)?;
        let bold = Lettering::label(Ink::Text).bold();
        sheet.text(title, (left, 18.0), bold)?;
        let boards = [
            (left, "exact", "exact", EXACT),
            (left + 148.0, "product", "best product", BELIEF),
        ];
        for (left, belief, title, ink) in boards {
            let board = (left, 74.0);
            draw_board(sheet, board, &rows.only("belief", belief)?, ink)?;
            let said = Lettering::label(ink).bold();
            sheet.text(title, (left, 52.0), said)?;
            let lettering = Lettering::label(Ink::Muted).size(SMALL).align(Align::Middle);
            for (index, word) in second.iter().enumerate() {
                let x = left + (index as f64 + 0.5) * CELL;
                sheet.text(word, (x, 74.0 + 2.0 * CELL + 14.0), lettering)?;
            }
            if model == "frogs" {
                let middle = (left + CELL, 74.0 + 2.0 * CELL + 33.0);
                sheet.text("frog 2", middle, lettering)?;
            }
        }
        let lettering = Lettering::label(Ink::Muted).size(SMALL).align(Align::End);
        for (index, word) in first.iter().enumerate() {
            let y = 74.0 + (index as f64 + 0.5) * CELL;
            sheet.text(word, (left - 8.0, y), lettering)?;
        }
        if model == "frogs" {
            sheet.text("frog 1", (left - 8.0, 74.0 + CELL), lettering)?;
        }
    }
    Ok(())
}

/// Side of a cell.
const CELL: f64 = 66.0;

/// Two by two cells, each filled as high as it is probable; both causes there at the top left.
fn draw_board(
    sheet: &mut Sheet,
    (left, top): Point,
    rows: &Table,
    ink: Ink,
) -> Result<()> {
    for first in 0..2 {
        for second in 0..2 {
            let p = rows
                .only("first", first)?
                .only("second", second)?
                .number("probability")?;
            let x = left + (1 - second) as f64 * CELL;
            let y = top + (1 - first) as f64 * CELL;
            let inset = 2.5;
            let bottom = y + CELL - inset;
            let level = bottom - (CELL - 2.0 * inset) * p;
            let corners = [(x + inset, level), (x + CELL - inset, bottom)];
            sheet.block(corners[0], corners[1], ink, UNDER_LETTERS)?;
            let beside = if p < 0.7 { level - 11.0 } else { level + 14.0 };
            let said = Lettering::label(Ink::Text).align(Align::Middle);
            let at = (x + CELL / 2.0, beside);
            sheet.text(&format!("{:.0}%", 100.0 * p), at, said)?;
        }
    }
    let (right, bottom) = (left + 2.0 * CELL, top + 2.0 * CELL);
    let thin = Pen::new(Ink::Muted, 0.9);
    sheet.line(&[(left + CELL, top), (left + CELL, bottom)], thin)?;
    sheet.line(&[(left, top + CELL), (right, top + CELL)], thin)?;
    let rim = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
    sheet.line(&rim, Pen::new(Ink::Text, 1.4))
}

/// Free energy by sweep, and the two ways through the square of beliefs.
pub fn updates_in_turn() -> Figure {
    Figure {
        id: "updates-in-turn",
        shows: "Free energy of the belief about two frogs by sweep, updated in turn and at once, and both ways through the square of beliefs with its contours",
        size: (720.0, 400.0),
        compute: Compute::Light(compute_updates),
        tables: &["contours", "surprise"],
        draw: draw_updates,
    }
}

fn compute_updates() -> Result<Data> {
    let model = frogs();
    let mut table = Table::new(["updates", "sweep", "frog_1", "frog_2", "free_energy"]);
    let turn = in_turn(&model, Order::FirstThenSecond, SWEEPS);
    let once = at_once(&model, SWEEPS);
    for (name, path, updates) in [("in turn", turn, 2.0), ("at once", once, 1.0)] {
        for (index, point) in path.iter().enumerate() {
            table.push([
                name.into(),
                (index as f64 / updates).into(),
                point.belief[0].into(),
                point.belief[1].into(),
                point.free_energy.into(),
            ]);
        }
    }
    let mut contours = Table::named("contours", ["nats", "frog_1", "low", "high"]);
    for level in LEVELS {
        for column in 1..COLUMNS {
            let a = column as f64 / COLUMNS as f64;
            if let Some((low, high)) = below(&model, a, level) {
                contours.push([
                    level.into(),
                    a.into(),
                    short(low).into(),
                    short(high).into(),
                ]);
            }
        }
    }
    let mut floor = Table::named("surprise", ["nats"]);
    floor.push([model.surprise().into()]);

    let best = product(&model)?.free_energy;
    let forever = at_once(&model, MANY);
    let last = [forever[MANY - 1].free_energy, forever[MANY].free_energy];
    let nats = |key: &str, value| Number::exact(key, value, "nats");
    let numbers = vec![
        nats("frogs-surprise", model.surprise()),
        nats("frogs-mean-field", best),
        nats("frogs-gap", best - model.surprise()),
        nats("frogs-cycle-low", last[0].min(last[1])),
        nats("frogs-cycle-high", last[0].max(last[1])),
    ];
    Ok(Data { tables: vec![table, contours, floor], numbers })
}

/// Between which beliefs in the second frog the free energy is below a level, with the
/// belief in the first held at `a`: it is convex there, and lowest at the update.
fn below(model: &TwoCauses, a: f64, level: f64) -> Option<(f64, f64)> {
    let free_energy = |b: f64| point(model, [a, b]).free_energy;
    let lowest = ch08_generative_models::mean_field::update(model, [a, 0.5], 1);
    if free_energy(lowest) > level {
        return None;
    }
    let edge = |mut outside: f64| {
        if free_energy(outside) <= level {
            return outside;
        }
        let mut inside = lowest;
        for _ in 0..50 {
            let middle = (inside + outside) / 2.0;
            if free_energy(middle) <= level {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        inside
    };
    Some((edge(0.0), edge(1.0)))
}

fn draw_updates(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    draw_by_sweep(sheet, tables)?;
    draw_square(sheet, tables)
}

fn draw_by_sweep(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let table = tables.main()?;
    let panel = Panel {
        left: 36.0,
        top: 66.0,
        width: 306.0,
        height: 276.0,
        x: Scale::Linear(0.0, SWEEPS as f64),
        y: Scale::Linear(0.0, 5.5),
    };
    panel.axes(
        sheet,
        &Axes {
            title: "What it costs",
            x_title: "sweeps over both frogs",
            y_title: "free energy, nats",
            x_ticks: ticks(&[0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0]),
            y_ticks: ticks(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]),
        },
    )?;
    let floor = tables.get("surprise")?.number("nats")?;
    let level = [(0.0, floor), (SWEEPS as f64, floor)];
    panel.curve(sheet, &level, Pen::new(EXACT, 1.8).dash(Dash::Short))?;
    for (name, pen, mark) in [
        ("at once", Pen::new(WRONG, 2.0).dash(Dash::Long), Mark::Square),
        ("in turn", Pen::new(BELIEF, 2.4), Mark::Disc),
    ] {
        let points = table.only("updates", name)?.points("sweep", "free_energy")?;
        panel.curve(sheet, &points, pen)?;
        for &point in &points {
            sheet.mark(panel.at(point), 3.6, pen.ink, mark)?;
        }
    }
    let lettering = |ink| Lettering::label(ink).bold().halo();
    sheet.text("both at once", panel.at((3.6, 3.35)), lettering(WRONG))?;
    sheet.text("in turn", panel.at((7.0, 1.72)), lettering(BELIEF))?;
    sheet.text("surprise", panel.at((7.0, 0.43)), Lettering::label(EXACT).halo())
}

fn draw_square(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let scale = Scale::Linear(0.0, 1.0);
    let panel =
        Panel { left: 424.0, top: 66.0, width: 276.0, height: 276.0, x: scale, y: scale };
    panel.axes(
        sheet,
        &Axes {
            title: "Where it goes",
            x_title: "frog 1 on the near bank",
            y_title: "frog 2 on the near bank",
            x_ticks: ticks(&[0.0, 0.5, 1.0]),
            y_ticks: ticks(&[0.0, 0.5, 1.0]),
        },
    )?;
    let contours = tables.get("contours")?;
    for level in contours.values("nats")?.into_iter().rev() {
        let rows = contours.only("nats", level)?;
        let (x, low, high) =
            (rows.numbers("frog_1")?, rows.numbers("low")?, rows.numbers("high")?);
        let columns: Vec<usize> = (0..x.len()).collect();
        let apart = |a: &usize, b: &usize| x[*b] - x[*a] < 1.5 / COLUMNS as f64;
        for run in columns.chunk_by(apart) {
            let upper = run.iter().map(|&i| panel.at((x[i], high[i])));
            let lower = run.iter().rev().map(|&i| panel.at((x[i], low[i])));
            let mut hill: Vec<Point> = upper.chain(lower).collect();
            sheet.area(&hill, BELIEF, 0.07)?;
            hill.push(hill[0]);
            sheet.line(&hill, Pen::new(Ink::Muted, 0.8).faint(0.7))?;
        }
    }
    let (left, top, right, bottom) =
        (panel.left, panel.top, panel.right(), panel.bottom());
    let rim = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
    sheet.line(&rim, Pen::new(Ink::Text, 1.2))?;
    let table = tables.main()?;
    for (name, pen, mark) in [
        ("at once", Pen::new(WRONG, 1.8).dash(Dash::Long), Mark::Square),
        ("in turn", Pen::new(BELIEF, 2.0), Mark::Disc),
    ] {
        let points = table.only("updates", name)?.points("frog_1", "frog_2")?;
        panel.curve(sheet, &points, pen)?;
        for &point in &points {
            sheet.mark(panel.at(point), 3.6, pen.ink, mark)?;
        }
    }
    let lettering = |ink| Lettering::label(ink).size(SMALL).halo();
    sheet.text("in turn", panel.at((0.44, 0.69)), lettering(BELIEF).bold())?;
    sheet.text("both at once", panel.at((0.24, 0.16)), lettering(WRONG).bold())?;
    sheet.text("one story", panel.at((0.03, 0.69)), lettering(Ink::Text))?;
    let right = lettering(Ink::Text).align(Align::End);
    sheet.text("the other story", panel.at((0.97, 0.25)), right)?;
    let start = panel.at((0.6, 0.6));
    sheet.mark(start, 4.6, Ink::Text, Mark::Ring)?;
    sheet.text("start", (start.0 + 10.0, start.1 + 2.0), lettering(Ink::Text))
}
