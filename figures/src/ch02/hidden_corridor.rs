//! A corridor in the dark: what a chance, a memory and a belief are worth.

use anyhow::{Context as _, Result};
use ch02_bellman_and_value::hidden_corridor::{
    EVEN, OneMoveOfMemory, arrivals, best_chance, promised, steps_by_belief,
    steps_by_sight, steps_without_memory,
};
use ch02_bellman_and_value::plans::{compare, field, fork};
use prob::Probability;
use rl::Mdp;

use super::number;
use crate::figure::{Compute, Data, Figure};
use crate::kit::maze::Plan;
use crate::kit::{
    Align, Axes, Dash, Ink, Lettering, Mark, Panel, Pen, Point, SMALL, Scale, Sheet,
    spread, ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

/// Most steps that the axis shows.
const MOST: f64 = 10.0;

/// Steps by the chance of going right, and three horizontal lines.
pub fn figure() -> Figure {
    Figure {
        id: "hidden-corridor",
        shows: "Mean steps to the food in a corridor of three dark cells by the chance of going right, with what memory, belief and sight need, and the steps that a Bellman equation over the dark promises",
        size: (720.0, 430.0),
        compute: Compute::Light(compute),
        tables: &["levels"],
        draw,
    }
}

fn compute() -> Result<Data> {
    let mut table =
        Table::new(["chance_right", "steps", "promised_left", "promised_right"]);
    for percent in 1..100 {
        let p = f64::from(percent) / 100.0;
        let [left, right] = promised(p);
        table.push([p.into(), steps_without_memory(p).into(), left.into(), right.into()]);
    }
    let p = best_chance(4);
    let coin = steps_without_memory(p).unwrap_or(f64::INFINITY);
    let memory = OneMoveOfMemory::all()
        .filter_map(OneMoveOfMemory::steps)
        .fold(f64::INFINITY, f64::min);
    let (belief, sight) = (steps_by_belief(EVEN, 8), steps_by_sight());
    let mut levels = Table::named("levels", ["who", "chance_right", "steps"]);
    for (who, p, steps) in [
        ("coin", Some(p), coin),
        ("memory", None, memory),
        ("belief", None, belief),
        ("sight", None, sight),
    ] {
        levels.push([who.into(), p.into(), steps.into()]);
    }
    let even = steps_without_memory(0.5).unwrap_or(f64::INFINITY);
    let [left, right] = promised(p);
    let mut numbers = vec![
        Number::exact("hidden-coin-chance", p, "1"),
        Number::exact("hidden-coin", coin, "steps"),
        Number::exact("hidden-even-coin", even, "steps"),
        Number::exact("hidden-memory", memory, "steps"),
        Number::exact("hidden-belief", belief, "steps"),
        Number::exact("hidden-known", sight, "steps"),
        Number::exact("hidden-promise-left", left, "steps"),
        Number::exact("hidden-promise-right", right, "steps"),
    ];
    for (who, p) in [("", p), ("even-", 0.5)] {
        let [left, right] = arrivals(p);
        numbers.extend([
            Number::exact(&format!("hidden-arrivals-{who}left"), left, "share"),
            Number::exact(&format!("hidden-arrivals-{who}right"), right, "share"),
        ]);
    }
    numbers.extend(plans()?);
    Ok(Data { tables: vec![table, levels], numbers })
}

/// Plans against policies, for the dual box.
fn plans() -> Result<Vec<Number>> {
    let slip = Probability::new(0.2)?;
    let maze = field(slip);
    let start = maze.start_state().context("its start is drawn")?;
    let mut numbers = Vec::new();
    for (world, mdp, s, horizon) in
        [("fork", Mdp::new(&fork(0.6))?, 0, 2), ("field", Mdp::new(&maze)?, start, 6)]
    {
        let found = compare(&mdp, s, horizon);
        numbers.extend([
            Number::exact(&format!("plans-{world}-best-plan"), found.plan, "reward"),
            Number::exact(&format!("plans-{world}-replanned"), found.replanned, "reward"),
            Number::exact(&format!("plans-{world}-best-policy"), found.policy, "reward"),
        ]);
    }
    Ok(numbers)
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    draw_corridor(sheet)?;
    draw_steps(sheet, tables)?;
    draw_promises(sheet, tables)
}

fn draw_corridor(sheet: &mut Sheet) -> Result<()> {
    let plan = Plan { left: 44.0, top: 4.0, cell: 64.0 };
    for (x, name) in ["A", "B", "food", "C"].into_iter().enumerate() {
        let cell = (x as f64, 0.0);
        let lettering = if name == "food" {
            let (x, y) = plan.middle(cell);
            sheet.mark((x, y - 12.0), 7.0, Ink::Text, Mark::Diamond)?;
            Lettering::label(Ink::Text)
        } else {
            plan.fill(sheet, cell, Ink::Muted, 0.3)?;
            Lettering::label(Ink::Text).bold()
        };
        let down = if name == "food" { 0.2 } else { 0.0 };
        plan.say(sheet, cell, down, name, lettering)?;
    }
    plan.rim(sheet, 4, 1)?;
    let lettering = Lettering::label(Ink::Muted).size(SMALL);
    let (x, y) = plan.at((4.0, 0.5));
    sheet.text("A, B and C look alike: dark.", (x + 14.0, y - 10.0), lettering)?;
    sheet.text("A walk begins in any of them.", (x + 14.0, y + 10.0), lettering)
}

fn draw_steps(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let panel = Panel {
        left: 44.0,
        top: 144.0,
        width: 280.0,
        height: 230.0,
        x: Scale::Linear(0.0, 1.0),
        y: Scale::Linear(0.0, MOST),
    };
    panel.axes(
        sheet,
        &Axes {
            title: "What it takes",
            x_title: "chance of going right in the dark",
            y_title: "mean steps to the food",
            x_ticks: ticks(&[0.0, 0.25, 0.5, 0.75, 1.0]),
            y_ticks: ticks(&[0.0, 2.0, 4.0, 6.0, 8.0, 10.0]),
        },
    )?;
    let curve = within(tables.main()?.points("chance_right", "steps")?);
    panel.curve(sheet, &curve, Pen::new(Ink::Rl, 2.4))?;
    let levels = tables.get("levels")?;
    let steps = levels.numbers("steps")?;
    let heights: Vec<f64> = steps.iter().map(|&steps| panel.at_y(steps)).collect();
    let places = spread(&heights, 19.0, panel.top, panel.bottom());
    for (index, who) in levels.texts("who")?.into_iter().enumerate() {
        let y = heights[index];
        let (name, ink, dash) = match who {
            "coin" => ("best coin", Ink::Rl, Dash::Solid),
            "memory" => ("memory", Ink::C3, Dash::Long),
            "belief" => ("belief", Ink::C5, Dash::Short),
            _ => ("sight", Ink::Text, Dash::DashDot),
        };
        if who == "coin" {
            let best = levels.only("who", who)?.points("chance_right", "steps")?[0];
            let dot = panel.at(best);
            let pen = Pen::new(ink, 1.2).dash(Dash::Dots);
            sheet.line(&[dot, (panel.right(), y)], pen)?;
            sheet.mark(dot, 4.6, ink, Mark::Disc)?;
        } else {
            let pen = Pen::new(ink, 2.0).dash(dash);
            sheet.line(&[(panel.left, y), (panel.right(), y)], pen)?;
        }
        let (right, beside) = (panel.right() + 3.0, panel.right() + 20.0);
        let leader = Pen::new(Ink::Muted, 0.9);
        sheet.line(&[(right, y), (beside - 4.0, places[index])], leader)?;
        let text = format!("{name} {}", number(steps[index], 2));
        let lettering = Lettering::label(ink).size(SMALL).bold();
        sheet.text(&text, (beside, places[index]), lettering)?;
    }
    Ok(())
}

/// What the Bellman equation promises to each move if it takes the dark for a state.
fn draw_promises(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let panel = Panel {
        left: 500.0,
        top: 144.0,
        width: 206.0,
        height: 230.0,
        x: Scale::Linear(0.0, 1.0),
        y: Scale::Linear(0.0, MOST),
    };
    panel.axes(
        sheet,
        &Axes {
            title: "What is promised",
            x_title: "chance of going right",
            y_title: "steps, by the move",
            x_ticks: ticks(&[0.0, 0.5, 1.0]),
            y_ticks: ticks(&[0.0, 2.0, 4.0, 6.0, 8.0, 10.0]),
        },
    )?;
    let best = tables.get("levels")?.only("who", "coin")?.number("chance_right")?;
    let x = panel.at_x(best);
    let pen = Pen::new(Ink::Rl, 1.2).dash(Dash::Dots);
    sheet.line(&[(x, panel.top + 20.0), (x, panel.bottom())], pen)?;
    let lettering = Lettering::label(Ink::Rl).size(SMALL).halo().align(Align::Middle);
    sheet.text("best coin", (x, panel.top + 10.0), lettering)?;
    for (column, name, ink, dash, label) in [
        ("promised_right", "right", Ink::C4, Dash::Short, (0.42, 2.2)),
        ("promised_left", "left", Ink::C6, Dash::DashDot, (0.86, 0.8)),
    ] {
        let curve = within(tables.main()?.points("chance_right", column)?);
        panel.curve(sheet, &curve, Pen::new(ink, 2.2).dash(dash))?;
        let lettering = Lettering::label(ink).size(SMALL).bold().align(Align::Middle);
        sheet.text(name, panel.at(label), lettering)?;
    }
    Ok(())
}

/// The part of a curve that the axis has room for.
fn within(curve: Vec<Point>) -> Vec<Point> {
    curve.into_iter().filter(|(_, steps)| *steps <= MOST).collect()
}
