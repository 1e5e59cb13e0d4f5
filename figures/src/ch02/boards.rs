//! Values on small boards: what a policy is worth, what the best one is, and sweeps that
//! find it.

use anyhow::{Context, Result};
use ch02_bellman_and_value::contraction::sup_distance;
use ch02_bellman_and_value::optimal_values::{
    after_one_improvement, best_on_the_grid, ties,
};
use ch02_bellman_and_value::policy_values::{estimates, random_on_the_grid};

use super::{letters, number};
use crate::figure::{Compute, Data, Figure};
use crate::kit::grid::{Heading, Tint};
use crate::kit::maze::Plan;
use crate::kit::{Align, Ink, Lettering, Pen, SMALL, Sheet};
use crate::results::Number;
use crate::table::{Table, Tables};

/// Sides of the two boards.
const FIVE: usize = 5;
const FOUR: usize = 4;

/// The random policy's values beside the best.
pub fn random_policy() -> Figure {
    Figure {
        id: "random-policy-values",
        shows: "A grid of five by five cells, what each is worth under a random policy, and what it is worth at best",
        size: (720.0, 306.0),
        compute: Compute::Light(compute_random),
        tables: &[],
        draw: draw_random,
    }
}

fn draw_random(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let rows = tables.main()?;
    draw_world(sheet)?;
    let most = rows.numbers("value")?.into_iter().fold(0.0, f64::max);
    let tint = Tint::under_letters(Ink::Rl, 0.0, most);
    for (left, policy, title) in [
        (207.0, "random", "Worth under random moves"),
        (472.0, "best", "Worth under the best moves"),
    ] {
        let plan = Plan { left, top: 34.0, cell: 49.0 };
        sheet.text(title, (left, 14.0), Lettering::label(Ink::Text).bold())?;
        let cells = rows.only("policy", policy)?;
        let values = cells.numbers("value")?;
        for (index, cell) in cells.points("x", "y")?.into_iter().enumerate() {
            plan.tile(sheet, cell, &tint, values[index])?;
            let lettering = Lettering::label(Ink::Text).size(SMALL);
            plan.say(sheet, cell, 0.0, &number(values[index], 1), lettering)?;
            if policy == "best" {
                let moves = Heading::read(cells.texts("best_moves")?[index])?;
                plan.heads(sheet, cell, &moves, Ink::Text)?;
            }
        }
        plan.board(sheet, FIVE, FIVE)?;
    }
    Ok(())
}

/// The board's rules, small.
fn draw_world(sheet: &mut Sheet) -> Result<()> {
    let plan = Plan { left: 1.0, top: 34.0, cell: 35.0 };
    sheet.text("The world", (1.0, 14.0), Lettering::label(Ink::Text).bold())?;
    plan.board(sheet, FIVE, FIVE)?;
    for (x, to_y, from, to, pay) in
        [(1.0, 4.0, "A", "A′", "+10"), (3.0, 2.0, "B", "B′", "+5")]
    {
        let lettering = Lettering::label(Ink::Text).bold();
        plan.say(sheet, (x, 0.0), 0.0, from, lettering)?;
        plan.say(sheet, (x, to_y), 0.0, to, lettering)?;
        let pen = Pen::new(Ink::C3, 2.0);
        sheet.arrow(plan.at((x + 0.5, 0.85)), plan.at((x + 0.5, to_y + 0.14)), pen)?;
        let aside = plan.at((x + 0.62, 0.5 + to_y / 2.0));
        sheet.text(pay, aside, Lettering::label(Ink::C3).size(SMALL).bold().halo())?;
    }
    let lettering = Lettering::label(Ink::Muted).size(SMALL);
    for (line, text) in
        ["Any move in A or B jumps.", "A bump pays −1 and stays.", "All else pays 0."]
            .into_iter()
            .enumerate()
    {
        sheet.text(text, (1.0, 229.0 + 20.0 * line as f64), lettering)?;
    }
    Ok(())
}

/// Sweeps of policy evaluation.
pub fn sweeps() -> Figure {
    Figure {
        id: "evaluation-sweeps",
        shows: "Values of the random policy on four by four cells after 0, 1, 2, 3 and 10 sweeps and in the limit, with the moves that are greedy then",
        size: (720.0, 548.0),
        compute: Compute::Light(compute_sweeps),
        tables: &[],
        draw: draw_sweeps,
    }
}

fn draw_sweeps(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let rows = tables.main()?;
    let least = rows.numbers("value")?.into_iter().fold(0.0, f64::min);
    let tint = Tint::under_letters(Ink::Rl, 0.0, least);
    let limit = rows.only("sweeps", "limit")?;
    let best = limit.texts("greedy_moves")?;
    for (index, sweeps) in rows.values("sweeps")?.into_iter().enumerate() {
        let cell = 56.0;
        let left = 2.0 + 246.0 * (index % 3) as f64;
        let plan = Plan { left, top: 34.0 + 278.0 * (index / 3) as f64, cell };
        let cells = rows.only("sweeps", sweeps)?;
        let title = match sweeps {
            "limit" => "In the limit".to_string(),
            "1" => "1 sweep".to_string(),
            _ => format!("{sweeps} sweeps"),
        };
        let above = (left, plan.top - 19.0);
        sheet.text(&title, above, Lettering::label(Ink::Text).bold())?;
        let (values, moves) = (cells.numbers("value")?, cells.texts("greedy_moves")?);
        if moves == best {
            let right = (left + 4.0 * cell, above.1);
            let lettering = Lettering::label(Ink::C3).bold().align(Align::End);
            sheet.text("best moves", right, lettering)?;
        }
        for (index, place) in cells.points("x", "y")?.into_iter().enumerate() {
            if moves[index].is_empty() {
                plan.fill(sheet, place, Ink::Muted, 0.22)?;
                let lettering = Lettering::label(Ink::Muted).size(SMALL);
                plan.say(sheet, place, 0.0, "end", lettering)?;
                continue;
            }
            plan.tile(sheet, place, &tint, values[index])?;
            plan.heads(sheet, place, &Heading::read(moves[index])?, Ink::Text)?;
            let whole = values[index].fract().abs() < 1e-6;
            let text = number(values[index], if whole { 0 } else { 2 });
            plan.say(sheet, place, 0.0, &text, Lettering::label(Ink::Text).size(SMALL))?;
        }
        plan.board(sheet, FOUR, FOUR)?;
    }
    Ok(())
}

fn compute_random() -> Result<Data> {
    let (random, best) = (random_on_the_grid(), best_on_the_grid());
    let mut table = Table::new(["policy", "x", "y", "value", "best_moves"]);
    for (policy, v) in [("random", &random), ("best", &best.v)] {
        for (s, &value) in v.iter().enumerate() {
            let moves = match policy {
                "best" => letters(best.policy.row(s)),
                _ => String::new(),
            };
            table.push([
                policy.into(),
                (s % FIVE).into(),
                (s / FIVE).into(),
                value.into(),
                moves.into(),
            ]);
        }
    }
    let (a, b) = (1, 3);
    let improved = after_one_improvement();
    let short = best.v.iter().zip(&improved).map(|(v, u)| v - u).fold(0.0, f64::max);
    let tied = ties(&best.policy, best.v.len()).into_iter().filter(|n| *n > 1).count();
    let numbers = vec![
        Number::exact("random-best-state-value", random[a], "reward"),
        Number::exact("random-b-value", random[b], "reward"),
        Number::exact("random-lowest-value", lowest(&random), "reward"),
        Number::exact("gridworld-best-a", best.v[a], "reward"),
        Number::exact("gridworld-best-b", best.v[b], "reward"),
        Number::exact("gridworld-lowest-best", lowest(&best.v), "reward"),
        Number::exact("gridworld-tied-states", tied as f64, "states"),
        Number::exact("gridworld-one-improvement-short", short, "reward"),
    ];
    Ok(Data { tables: vec![table], numbers })
}

fn lowest(v: &[f64]) -> f64 {
    v.iter().copied().fold(f64::INFINITY, f64::min)
}

fn compute_sweeps() -> Result<Data> {
    let mut table = Table::new(["sweeps", "x", "y", "value", "greedy_moves"]);
    let shown = estimates();
    let limit = shown.last().context("a figure has a limit")?;
    let mut numbers = Vec::new();
    for estimate in &shown {
        let name =
            estimate.sweeps.map_or("limit".to_string(), |sweeps| sweeps.to_string());
        for (s, &value) in estimate.v.iter().enumerate() {
            let end = s == 0 || s + 1 == FOUR * FOUR;
            let moves = if end { String::new() } else { letters(estimate.greedy.row(s)) };
            table.push([
                name.as_str().into(),
                (s % FOUR).into(),
                (s / FOUR).into(),
                value.into(),
                moves.into(),
            ]);
        }
        let error = sup_distance(&estimate.v, &limit.v);
        if estimate.sweeps.is_some() {
            numbers.push(Number::exact(
                &format!("evaluation-error-after-{name}"),
                error,
                "reward",
            ));
        }
        let corner = estimate.v[FOUR - 1];
        numbers.push(Number::exact(
            &format!("evaluation-corner-after-{name}"),
            corner,
            "reward",
        ));
    }
    Ok(Data { tables: vec![table], numbers })
}
