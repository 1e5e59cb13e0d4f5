//! TD and Monte Carlo on walks of five places: as they go, and squeezed dry.

use anyhow::Result;
use ch03_dopamine_and_td::batch::{self, A, B, predictor};
use ch03_dopamine_and_td::random_walk::{Method, errors};
use prob::interval::{mean, standard_error};

use super::{STANDARD_ERRORS, name, number, sampled};
use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Align, Axes, Dash, Ink, Lettering, Panel, Pen, SMALL, Scale, Sheet, spread, ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

/// Runs of each learner, on the same walks.
const RUNS: u64 = 1000;
const UNIT: &str = "root mean squared error";

const TD: Ink = Ink::Rl;
const MONTE_CARLO: Ink = Ink::C3;
const DASHES: [Dash; 4] = [Dash::Solid, Dash::Long, Dash::Short, Dash::DashDot];

/// Example 6.2.
pub fn td_against_mc() -> Figure {
    Figure {
        id: "td-against-mc",
        shows: "Root mean squared error by number of walks of TD with three step sizes and Monte Carlo with four",
        size: (720.0, 414.0),
        compute: Compute::Light(compute_walks),
        tables: &[],
        draw: draw_walks,
    }
}

fn described(method: Method) -> (&'static str, f64) {
    match method {
        Method::Td(step_size) => ("TD", step_size),
        Method::MonteCarlo(step_size) => ("Monte Carlo", step_size),
    }
}

fn compute_walks() -> Result<Data> {
    let mut table =
        Table::new(["method", "step_size", "walks", "error", "standard_error"]);
    let mut numbers = vec![Number::sampled("walk-runs", RUNS as f64, "runs", RUNS)];
    let mut best: Option<(f64, f64)> = None;
    for row in errors(0..RUNS) {
        let (method, step_size) = described(row.method);
        for (walks, (error, se)) in row.mean.iter().zip(&row.standard_error).enumerate() {
            table.push([
                method.into(),
                step_size.into(),
                walks.into(),
                (*error).into(),
                (*se).into(),
            ]);
        }
        let short = if method == "TD" { "td" } else { "mc" };
        let key = |what: &str| {
            format!("walk-{short}-{:02}-{what}", (step_size * 100.0).round())
        };
        for walks in [10, 100] {
            let of = (row.mean[walks], row.standard_error[walks]);
            numbers.push(sampled(&key(&walks.to_string()), of, UNIT, RUNS));
        }
        let over = (mean(&row.over_walks), standard_error(&row.over_walks));
        numbers.push(sampled(&key("mean"), over, UNIT, RUNS));
        if method == "Monte Carlo" && best.is_none_or(|(least, _)| over.0 < least) {
            best = Some(over);
        }
    }
    let best = best.unwrap_or((f64::NAN, f64::NAN));
    numbers.push(sampled("walk-mc-best-mean", best, UNIT, RUNS));
    Ok(Data { tables: vec![table], numbers })
}

/// A curve with its 95% interval; returns where it ends.
fn draw_course(
    sheet: &mut Sheet,
    panel: &Panel,
    rows: &Table,
    [x, y, se]: [&str; 3],
    pen: Pen,
) -> Result<f64> {
    let points = rows.points(x, y)?;
    let errors = rows.numbers(se)?;
    let side = |sign: f64| -> Vec<f64> {
        let moved = points.iter().zip(&errors);
        moved.map(|((_, y), se)| y + sign * STANDARD_ERRORS * se).collect()
    };
    panel.band(sheet, &rows.numbers(x)?, &side(-1.0), &side(1.0), pen.ink)?;
    panel.curve(sheet, &points, pen)?;
    Ok(points.last().map_or(0.0, |(_, y)| *y))
}

fn draw_walks(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let table = tables.main()?;
    let panel = Panel {
        left: 46.0,
        top: 34.0,
        width: 500.0,
        height: 324.0,
        x: Scale::Linear(0.0, 100.0),
        y: Scale::Linear(0.0, 0.25),
    };
    panel.axes(
        sheet,
        &Axes {
            x_title: "walks",
            y_title: "error (root mean square over the five places)",
            x_ticks: ticks(&[0.0, 25.0, 50.0, 75.0, 100.0]),
            y_ticks: ticks(&[0.0, 0.05, 0.1, 0.15, 0.2, 0.25]),
            ..Axes::default()
        },
    )?;
    let mut labels = Vec::new();
    for (method, ink, width) in [("TD", TD, 2.4), ("Monte Carlo", MONTE_CARLO, 2.0)] {
        let rows = table.only("method", method)?;
        for (step_size, dash) in rows.values("step_size")?.into_iter().zip(DASHES) {
            let pen = Pen::new(ink, width).dash(dash);
            let here = rows.only("step_size", step_size)?;
            let columns = ["walks", "error", "standard_error"];
            let end = draw_course(sheet, &panel, &here, columns, pen)?;
            labels.push((format!("{method}, η = {step_size}"), pen, end));
        }
    }
    let heights: Vec<f64> = labels.iter().map(|(_, _, y)| panel.at_y(*y)).collect();
    let places = spread(&heights, 19.0, panel.top, panel.bottom());
    for ((label, pen, _), y) in labels.iter().zip(places) {
        let lettering = Lettering::label(pen.ink).size(SMALL);
        sheet.key(label, (panel.right() + 8.0, y), *pen, lettering)?;
    }
    Ok(())
}

/// Example 6.4 and figure 6.2.
pub fn batch() -> Figure {
    Figure {
        id: "batch",
        shows: "The eight episodes of A and B with the values that TD and Monte Carlo settle at, and the errors of both at rest on batches of up to a hundred walks",
        size: (720.0, 392.0),
        compute: Compute::Light(compute_batch),
        tables: &["episodes", "answers"],
        draw: draw_batch,
    }
}

fn compute_batch() -> Result<Data> {
    let errors = batch::errors(0..RUNS);
    let mut table = Table::new(["method", "walks", "error", "standard_error"]);
    let mut numbers = Vec::new();
    for (method, key, course) in
        [("TD", "td", &errors.td), ("Monte Carlo", "mc", &errors.monte_carlo)]
    {
        for (n, (error, se)) in course.iter().enumerate() {
            table.push([method.into(), (n + 1).into(), (*error).into(), (*se).into()]);
        }
        for n in [1, 2, 10, 100] {
            let key = format!("batch-{key}-{n}");
            numbers.push(sampled(&key, course[n - 1], UNIT, RUNS));
        }
    }
    numbers.push(sampled("batch-mc-less-td-2", errors.difference[1], UNIT, RUNS));
    let mut episodes = Table::named("episodes", ["episode", "place", "state", "reward"]);
    for (i, episode) in predictor().iter().enumerate() {
        for (place, (&s, &reward)) in
            episode.states().iter().zip(episode.rewards()).enumerate()
        {
            let letter = if s == A { "A" } else { "B" };
            episodes.push([(i + 1).into(), place.into(), letter.into(), reward.into()]);
        }
    }
    let mut answers = Table::named("answers", ["method", "a", "b"]);
    let by_td = batch::td(&predictor(), &[0.0; 2]);
    let by_returns = batch::monte_carlo(&predictor(), &[0.0; 2]);
    for (method, v) in [("TD", by_td), ("Monte Carlo", by_returns)] {
        answers.push([method.into(), v[A].into(), v[B].into()]);
    }
    Ok(Data { tables: vec![table, episodes, answers], numbers })
}

fn draw_batch(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    draw_episodes(sheet, tables)?;
    let panel = Panel {
        left: 330.0,
        top: 66.0,
        width: 366.0,
        height: 270.0,
        x: Scale::Linear(0.0, 100.0),
        y: Scale::Linear(0.0, 0.42),
    };
    panel.axes(
        sheet,
        &Axes {
            title: "Batches of walks",
            x_title: "walks in the batch",
            y_title: "error (root mean square)",
            x_ticks: ticks(&[1.0, 25.0, 50.0, 75.0, 100.0]),
            y_ticks: ticks(&[0.0, 0.1, 0.2, 0.3, 0.4]),
        },
    )?;
    let table = tables.main()?;
    for (method, pen, (x, dy)) in [
        ("Monte Carlo", Pen::new(MONTE_CARLO, 2.2).dash(Dash::Long), (22.0, -20.0)),
        ("TD", Pen::new(TD, 2.6), (22.0, 17.0)),
    ] {
        let rows = table.only("method", method)?;
        let columns = ["walks", "error", "standard_error"];
        draw_course(sheet, &panel, &rows, columns, pen)?;
        let points = rows.points("walks", "error")?;
        let at = points.iter().find(|(walks, _)| *walks >= x);
        name(sheet, &panel, method, *at.unwrap_or(&points[0]), (0.0, dy), pen.ink)?;
    }
    Ok(())
}

/// The eight episodes, and what A and B are worth to whom.
fn draw_episodes(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let (left, top, apart) = (14.0, 66.0, 25.0);
    let text = Lettering::label(Ink::Text);
    sheet.text("Eight episodes", (left - 2.0, 28.0), text.bold())?;
    let episodes = tables.get("episodes")?;
    for (row, episode) in episodes.values("episode")?.into_iter().enumerate() {
        let y = top + apart * row as f64;
        let steps = episodes.only("episode", episode)?;
        let rewards = steps.numbers("reward")?;
        // B and the end stand below one another.
        let mut x = left + if rewards.len() == 2 { 0.0 } else { 84.0 };
        for (state, reward) in steps.texts("state")?.into_iter().zip(rewards) {
            let ink = if state == "A" { Ink::C4 } else { Ink::Text };
            let middle = Lettering::label(ink).bold().align(Align::Middle);
            sheet.text(state, (x + 10.0, y), middle)?;
            sheet.arrow((x + 22.0, y), (x + 58.0, y), Pen::new(Ink::Muted, 1.2))?;
            let paid = if reward > 0.0 { Ink::C6 } else { Ink::Muted };
            let lettering = Lettering::label(paid).align(Align::Middle);
            let lettering = if reward > 0.0 { lettering.bold() } else { lettering };
            sheet.text(&number(reward, 0), (x + 70.0, y), lettering)?;
            x += 84.0;
        }
    }
    let answers = tables.get("answers")?;
    let y = top + apart * 8.0 + 16.0;
    let columns = [left + 156.0, left + 216.0];
    for (column, letter) in columns.into_iter().zip(["V(A)", "V(B)"]) {
        sheet.text(letter, (column, y), text.bold().align(Align::Middle))?;
    }
    let below = y + 14.0;
    let rule = [(left, below), (columns[1] + 26.0, below)];
    sheet.line(&rule, Pen::new(Ink::Muted, 1.0))?;
    for (row, (method, ink)) in
        [("TD", TD), ("Monte Carlo", MONTE_CARLO)].into_iter().enumerate()
    {
        let y = below + 18.0 + 24.0 * row as f64;
        let rows = answers.only("method", method)?;
        sheet.text(method, (left, y), Lettering::label(ink).bold())?;
        for (x, letter) in columns.into_iter().zip(["a", "b"]) {
            let value = rows.number(letter)?;
            let said = number(value, if value.fract() == 0.0 { 0 } else { 2 });
            sheet.text(&said, (x, y), Lettering::label(ink).align(Align::Middle))?;
        }
    }
    Ok(())
}
