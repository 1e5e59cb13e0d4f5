//! How far to look: n steps, or a mixture of all.

use anyhow::{Context, Result};
use ch03_dopamine_and_td::lambda::{self, Algorithm, LAMBDAS};
use ch03_dopamine_and_td::n_step::{self, NS};
use ch03_dopamine_and_td::same_walks::{Row, best};

use super::{STANDARD_ERRORS, sampled};
use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Align, Axes, Dash, Ink, Lettering, Mark, Panel, Pen, Point, SMALL, Scale, Sheet,
    text_width, ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

/// Runs of each setting, on the same walks.
const RUNS: u64 = 1000;
const UNIT: &str = "root mean squared error";
/// Errors above this are left out of the data: such a learner is worse than one that
/// never learned.
const WORST: f64 = 2.0;
/// Ends of the axis of errors.
const LOWEST: f64 = 0.22;
const HIGHEST: f64 = 0.56;
/// The step size and the trace decay at which the traces are compared.
const LARGE_STEP: f64 = 0.6;
const LARGE_LAMBDA: f64 = 0.9;

/// Errors by step size, into a table whose first columns are `head`.
fn push_rows(rows: &[Row], mut push: impl FnMut(f64, f64, f64, f64)) {
    for row in rows {
        let (mean, se) = (row.mean(), row.standard_error());
        if mean < WORST {
            push(row.reach, row.step_size, mean, se);
        }
    }
}

fn least<'a>(rows: &'a [Row], reaches: &[f64]) -> Option<&'a Row> {
    reaches
        .iter()
        .map(|&reach| best(rows, reach))
        .min_by(|a, b| a.mean().total_cmp(&b.mean()))
}

fn error_of(key: &str, row: &Row) -> Number {
    sampled(key, (row.mean(), row.standard_error()), UNIT, RUNS)
}

/// Figure 7.2.
pub fn n_step() -> Figure {
    Figure {
        id: "n-step",
        shows: "Error of n-step TD on the walk of nineteen places by step size, one curve for each n from 1 to 512",
        size: (720.0, 470.0),
        compute: Compute::Light(|| {
            let rows = n_step::sweep(0..RUNS);
            let mut table = Table::new(["n", "step_size", "error", "standard_error"]);
            push_rows(&rows, |n, step, error, se| {
                table.push([n.into(), step.into(), error.into(), se.into()]);
            });
            let reaches = NS.map(|n| n as f64);
            let first = least(&rows, &reaches).context("there are rows")?;
            let mut numbers = vec![
                Number::sampled("n-step-best-n", first.reach, "steps", RUNS),
                Number::sampled("n-step-best-alpha", first.step_size, "1", RUNS),
                error_of("n-step-best-error", first),
                Number::exact("sweep-runs", RUNS as f64, "runs"),
            ];
            for n in reaches {
                let row = best(&rows, n);
                numbers.push(error_of(&format!("n-step-{n}-error"), row));
                let key = format!("n-step-{n}-alpha");
                numbers.push(Number::sampled(&key, row.step_size, "1", RUNS));
            }
            Ok(Data { tables: vec![table], numbers })
        }),
        tables: &[],
        draw: draw_n_step,
    }
}

/// How the curves of a sweep are told apart.
const PENS: [(Ink, Dash); 10] = [
    (Ink::C4, Dash::Solid),
    (Ink::C6, Dash::Long),
    (Ink::Rl, Dash::Solid),
    (Ink::C5, Dash::Short),
    (Ink::C3, Dash::Solid),
    (Ink::C4, Dash::DashDot),
    (Ink::C6, Dash::Solid),
    (Ink::C5, Dash::Long),
    (Ink::C3, Dash::Short),
    (Ink::Muted, Dash::Solid),
];

/// The part of a curve below the top of the axis, up to where it leaves.
fn inside(points: &[Point]) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for &(x, y) in points {
        if y <= HIGHEST {
            kept.push((x, y));
            continue;
        }
        if let Some(&(x0, y0)) = kept.last() {
            let share = (HIGHEST - y0) / (y - y0);
            kept.push((x0 + share * (x - x0), HIGHEST));
        }
        break;
    }
    kept
}

/// The curve of one reach, with its least error and the 95% interval there.
fn draw_reach(
    sheet: &mut Sheet,
    panel: &Panel,
    rows: &Table,
    pen: Pen,
    mark: Mark,
) -> Result<()> {
    let points = rows.points("step_size", "error")?;
    panel.curve(sheet, &inside(&points), pen)?;
    let errors = rows.numbers("standard_error")?;
    let (i, &(x, y)) = points
        .iter()
        .enumerate()
        .min_by(|(_, a), (_, b)| a.1.total_cmp(&b.1))
        .context("a curve has points")?;
    let half = STANDARD_ERRORS * errors[i];
    let ends = [panel.at((x, y - half)), panel.at((x, y + half))];
    sheet.line(&ends, Pen::new(pen.ink, 1.4))?;
    sheet.mark(panel.at((x, y)), 3.8, pen.ink, mark)
}

fn draw_n_step(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let table = tables.main()?;
    let panel = Panel {
        left: 46.0,
        top: 54.0,
        width: 620.0,
        height: 360.0,
        x: Scale::Linear(0.0, 1.0),
        y: Scale::Linear(LOWEST, HIGHEST),
    };
    panel.axes(
        sheet,
        &Axes {
            x_title: "step size η",
            x_ticks: ticks(&[0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
            y_ticks: ticks(&[0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55]),
            ..Axes::default()
        },
    )?;
    let title = "error (root mean square over the places, first ten walks)";
    sheet.text(title, (panel.left, 14.0), Lettering::label(Ink::Text))?;
    let mut above = Vec::new();
    for (n, (ink, dash)) in table.values("n")?.into_iter().zip(PENS) {
        let rows = table.only("n", n)?;
        let width = if ink == Ink::Rl { 3.0 } else { 2.0 };
        draw_reach(sheet, &panel, &rows, Pen::new(ink, width).dash(dash), Mark::Disc)?;
        let curve = inside(&rows.points("step_size", "error")?);
        let (x, y) = curve[curve.len() - 1];
        let said = if n == "4" { String::from("n = 4") } else { n.to_string() };
        if y >= HIGHEST {
            above.push((said, panel.at_x(x), ink));
        } else {
            let end = (panel.right() + 7.0, panel.at_y(y));
            sheet.text(&said, end, Lettering::label(ink).bold())?;
        }
    }
    // From right to left, each as near to its curve as the one before lets it be.
    above.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut free = panel.right();
    for (said, x, ink) in above {
        let half = text_width(&said, 15.0) / 2.0 + 4.0;
        let middle = x.min(free - half);
        free = middle - half;
        let lettering = Lettering::label(ink).bold().align(Align::Middle);
        sheet.text(&said, (middle, panel.top - 12.0), lettering)?;
    }
    Ok(())
}

/// Figures 12.3, 12.6 and 12.8.
pub fn lambda_return() -> Figure {
    Figure {
        id: "lambda-return",
        shows: "Error on the walk of nineteen places by step size, one curve for each trace decay from 0 to 1, for the off-line lambda-return, TD(lambda) with accumulating traces and true online TD(lambda)",
        size: (720.0, 420.0),
        compute: Compute::Light(compute_lambda),
        tables: &[],
        draw: draw_lambda,
    }
}

fn compute_lambda() -> Result<Data> {
    let mut table =
        Table::new(["algorithm", "lambda", "step_size", "error", "standard_error"]);
    let mut numbers = Vec::new();
    for (algorithm, name, key) in [
        (Algorithm::OffLine, "off-line lambda-return", "offline"),
        (Algorithm::Accumulating, "TD(lambda)", "td-lambda"),
        (Algorithm::TrueOnline, "true online TD(lambda)", "true-online"),
    ] {
        let rows = lambda::sweep(algorithm, 0..RUNS);
        push_rows(&rows, |lambda, step, error, se| {
            table.push([
                name.into(),
                lambda.into(),
                step.into(),
                error.into(),
                se.into(),
            ]);
        });
        let first = least(&rows, &LAMBDAS).context("there are rows")?;
        let of = |what: &str| format!("{key}-best-{what}");
        numbers.extend([
            error_of(&of("error"), first),
            Number::sampled(&of("lambda"), first.reach, "1", RUNS),
            Number::sampled(&of("alpha"), first.step_size, "1", RUNS),
        ]);
        let large = rows
            .iter()
            .find(|row| row.reach == LARGE_LAMBDA && row.step_size == LARGE_STEP)
            .context("the step sizes hold this one")?;
        numbers.push(error_of(&format!("{key}-0-error"), best(&rows, 0.0)));
        numbers.push(error_of(&format!("blow-up-{key}"), large));
    }
    let held = lambda::held_one_step(0..RUNS);
    numbers.push(error_of("offline-held-0-error", best(&held, 0.0)));
    numbers.push(Number::exact("blow-up-alpha", LARGE_STEP, "1"));
    numbers.push(Number::exact("blow-up-lambda", LARGE_LAMBDA, "1"));
    Ok(Data { tables: vec![table], numbers })
}

fn draw_lambda(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let table = tables.main()?;
    let title = "error (root mean square over the places, first ten walks)";
    sheet.text(title, (38.0, 14.0), Lettering::label(Ink::Text))?;
    let names = table.values("algorithm")?;
    for (column, algorithm) in names.iter().enumerate() {
        let panel = Panel {
            left: 38.0 + 208.0 * column as f64,
            top: 66.0,
            width: 186.0,
            height: 296.0,
            x: Scale::Linear(0.0, 1.0),
            y: Scale::Linear(LOWEST, HIGHEST),
        };
        let first = column == 0;
        let y_ticks: Vec<(f64, String)> = ticks(&[0.3, 0.4, 0.5])
            .into_iter()
            .map(|(y, label)| (y, if first { label } else { String::new() }))
            .collect();
        panel.axes(
            sheet,
            &Axes {
                title: match *algorithm {
                    "off-line lambda-return" => "Off-line λ-return",
                    "TD(lambda)" => "TD(λ)",
                    _ => "True online TD(λ)",
                },
                x_title: if column == 1 { "step size η" } else { "" },
                x_ticks: ticks(&[0.0, 0.5, 1.0]),
                y_ticks,
                ..Axes::default()
            },
        )?;
        let rows = table.only("algorithm", algorithm)?;
        let lambdas = rows.values("lambda")?;
        for (place, (lambda, (ink, dash, mark))) in
            lambdas.iter().zip(LAMBDA_PENS).enumerate()
        {
            let width = if ink == Ink::Rl { 2.8 } else { 1.8 };
            let pen = Pen::new(ink, width).dash(dash);
            draw_reach(sheet, &panel, &rows.only("lambda", lambda)?, pen, mark)?;
            if column == 2 {
                // From 1 above, whose curve is the highest, down to 0.
                let y = panel.top + 36.0 + 24.0 * (lambdas.len() - 1 - place) as f64;
                let lettering = Lettering::label(ink).size(SMALL).bold();
                let x = panel.right() + 14.0;
                sheet.key(lambda, (x, y), pen, lettering)?;
                sheet.mark((x + 10.0, y), 3.8, ink, mark)?;
            }
        }
        if column == 2 {
            let above = (panel.right() + 39.0, panel.top + 14.0);
            sheet.text("λ", above, Lettering::label(Ink::Text).bold())?;
        }
    }
    Ok(())
}

const LAMBDA_PENS: [(Ink, Dash, Mark); 8] = [
    (Ink::C4, Dash::Solid, Mark::Square),
    (Ink::C6, Dash::Long, Mark::Triangle),
    (Ink::Rl, Dash::Solid, Mark::Disc),
    (Ink::C5, Dash::Short, Mark::Diamond),
    (Ink::C3, Dash::Solid, Mark::Ring),
    (Ink::C4, Dash::DashDot, Mark::Triangle),
    (Ink::C6, Dash::Solid, Mark::Diamond),
    (Ink::Muted, Dash::Long, Mark::Disc),
];
