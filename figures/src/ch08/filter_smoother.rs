//! Who knows best where the vole is.

use anyhow::{Result, anyhow};
use ch08_generative_models::kalman_twin::{DRIFT, Gaussian, WIDE, bell, on_a_grid};
use ch08_generative_models::messages::{Scheme, compare, from_the_likeliest_path};
use ch08_generative_models::tracking::{
    Listener, STEPS, less_surprised, listen, mean_surprise, score,
};
use ch08_generative_models::vole::{Ring, TUSSOCKS};

use super::{BELIEF, EXACT, WRONG};
use crate::figure::{Compute, Data, Figure};
use crate::kit::grid::Tint;
use crate::kit::{
    Align, Axes, Dash, Ink, Lettering, Mark, Panel, Pen, Point, SMALL, Scale, Sheet,
    spread, ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

/// How well the vole is heard, and how well on a clear night.
const HIT: f64 = 0.6;
const CLEAR: f64 = 0.9;
/// The night that is shown, the same as the example's.
const NIGHT: [usize; STEPS] = [0, 1, 1, 3, 4, 0];

/// Errors over all nights, and one night.
pub fn figure() -> Figure {
    Figure {
        id: "filter-smoother",
        shows: "Chance of a wrong guess by step for five listeners, and the beliefs of filter and smoother in one night",
        size: (720.0, 420.0),
        compute: Compute::Light(compute),
        tables: &["night"],
        draw,
    }
}

fn compute() -> Result<Data> {
    let mut table = Table::new(["listener", "step", "wrong", "nats"]);
    for listener in Listener::ALL {
        for (step, row) in score(listener, HIT).iter().enumerate() {
            table.push([
                listener.name().into(),
                (step + 1).into(),
                row.wrong.into(),
                row.nats.into(),
            ]);
        }
    }
    let mut night =
        Table::named("night", ["listener", "step", "heard", "tussock", "belief"]);
    for listener in [Listener::Filter, Listener::Smoother] {
        for (step, belief) in listen(listener, HIT, &NIGHT)?.iter().enumerate() {
            for (tussock, &q) in belief.iter().enumerate() {
                night.push([
                    listener.name().into(),
                    (step + 1).into(),
                    (NIGHT[step] + 1).into(),
                    (tussock + 1).into(),
                    q.into(),
                ]);
            }
        }
    }
    let mut numbers = errors(&table)?;
    numbers.extend(twin()?);
    Ok(Data { tables: vec![table, night], numbers })
}

fn errors(table: &Table) -> Result<Vec<Number>> {
    let column = |listener: Listener, column: &str| {
        table.only("listener", listener.name())?.numbers(column)
    };
    let wrong = |key: &str, listener, step: usize| {
        Ok::<_, anyhow::Error>(Number::exact(
            key,
            column(listener, "wrong")?[step],
            "share",
        ))
    };
    let last = STEPS - 1;
    let nats = |listener| Ok::<_, anyhow::Error>(column(listener, "nats")?[last]);
    let clear = |key: &str, listener| {
        Number::exact(key, score(listener, CLEAR)[last].wrong, "share")
    };
    let past = nats(Listener::LastRustle)? - nats(Listener::Filter)?;
    Ok(vec![
        wrong("error-filter-last", Listener::Filter, last)?,
        wrong("error-smoother-middle", Listener::Smoother, 2)?,
        wrong("error-last-rustle", Listener::LastRustle, last)?,
        wrong("error-never-predicts-last", Listener::NeverPredicts, last)?,
        wrong("error-reversed-last", Listener::Reversed, last)?,
        wrong("error-in-doubt-last", Listener::InDoubt, last)?,
        Number::exact("reversed-less-surprised", less_surprised(Ring::REVERSED), "share"),
        clear("error-filter-clear", Listener::Filter),
        clear("error-never-predicts-clear", Listener::NeverPredicts),
        Number::exact("surprise-right-model", mean_surprise(Ring::VOLE), "nats"),
        Number::exact("surprise-reversed-model", mean_surprise(Ring::REVERSED), "nats"),
        Number::exact("filter-past-information", past, "nats"),
    ])
}

/// What independent steps cost, and the Gaussian twin.
fn twin() -> Result<Vec<Number>> {
    let gap = |strays: f64| {
        let loss = compare(Scheme::Variational, strays, 5);
        loss.map(|loss| loss.gap).map_err(|error| anyhow!("{error}"))
    };
    let from_path =
        from_the_likeliest_path(0.0, 5).map_err(|error| anyhow!("{error}"))?;
    // Two hedges, and the one bell that has their mean and variance.
    let hedges = [-4.0, 4.0].map(|mean| Gaussian { mean, variance: 1.0 });
    let humps = |x: f64| hedges.iter().map(|&hedge| bell(x, hedge)).sum();
    let exact = on_a_grid(DRIFT, humps, &[1.0])[0].mean;
    let one = DRIFT.correct(Gaussian { mean: 0.0, variance: 1.0 + 4.0 * 4.0 }, 1.0);
    Ok(vec![
        Number::exact("messages-variational-gap", gap(0.1)?, "nats"),
        Number::exact("messages-variational-gap-never-strays", gap(0.0)?, "nats"),
        Number::exact("messages-variational-gap-better-start", from_path.gap, "nats"),
        Number::exact("messages-path-gap", from_path.path, "nats"),
        Number::exact("gain-first", DRIFT.gain(WIDE), "share"),
        Number::exact("gain-settled", DRIFT.settled_gain(), "share"),
        Number::exact("two-humped-error", (exact - one.mean).abs(), "distance"),
    ])
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    draw_errors(sheet, tables.main()?)?;
    let night = tables.get("night")?;
    for (top, listener, title) in [
        (66.0, "filter", "One night, filter"),
        (252.0, "smoother", "One night, in hindsight"),
    ] {
        draw_night(sheet, (514.0, top), &night.only("listener", listener)?, title)?;
    }
    Ok(())
}

fn draw_errors(sheet: &mut Sheet, table: &Table) -> Result<()> {
    let panel = Panel {
        left: 44.0,
        top: 66.0,
        width: 290.0,
        height: 300.0,
        x: Scale::Linear(0.8, STEPS as f64),
        y: Scale::Linear(0.3, 0.75),
    };
    let tick = |percent: u32| (f64::from(percent) / 100.0, format!("{percent}%"));
    panel.axes(
        sheet,
        &Axes {
            title: "All nights",
            x_title: "sound",
            y_title: "chance of a wrong guess",
            x_ticks: ticks(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
            y_ticks: [30, 40, 50, 60, 70].map(tick).to_vec(),
        },
    )?;
    let styles = [
        ("never predicts", "never predicts", Ink::C5, Dash::Long, Mark::Triangle),
        ("reversed", "ring reversed", WRONG, Dash::DashDot, Mark::Diamond),
        ("last rustle", "last sound", Ink::C4, Dash::Short, Mark::Square),
        ("filter", "filter", BELIEF, Dash::Solid, Mark::Disc),
        ("smoother", "hindsight", EXACT, Dash::Solid, Mark::Ring),
    ];
    let mut ends = Vec::new();
    for (listener, label, ink, dash, mark) in styles {
        let points = table.only("listener", listener)?.points("step", "wrong")?;
        panel.curve(sheet, &points, Pen::new(ink, 2.2).dash(dash))?;
        for &point in &points {
            sheet.mark(panel.at(point), 4.0, ink, mark)?;
        }
        ends.push((label, ink, panel.at(points[points.len() - 1]).1));
    }
    let heights: Vec<f64> = ends.iter().map(|(.., y)| *y).collect();
    for ((label, ink, _), y) in
        ends.iter().zip(spread(&heights, 18.0, panel.top, panel.bottom()))
    {
        let lettering = Lettering::label(*ink).size(SMALL);
        sheet.text(label, (panel.right() + 12.0, y), lettering)?;
    }
    Ok(())
}

/// Width and height of a belief's cell.
const CELL: Point = (31.0, 22.0);

fn draw_night(
    sheet: &mut Sheet,
    (left, top): Point,
    rows: &Table,
    title: &str,
) -> Result<()> {
    sheet.text(title, (left, top - 15.0), Lettering::label(Ink::Text).bold())?;
    let tint = Tint::bare(BELIEF, 0.0, 1.0);
    let (steps, tussocks) = (rows.numbers("step")?, rows.numbers("tussock")?);
    let (heard, beliefs) = (rows.numbers("heard")?, rows.numbers("belief")?);
    let corner = |step: f64, tussock: f64| {
        (left + (step - 1.0) * CELL.0, top + (tussock - 1.0) * CELL.1)
    };
    for index in 0..rows.len() {
        let (x, y) = corner(steps[index], tussocks[index]);
        let inner = [(x + 0.75, y + 0.75), (x + CELL.0 - 0.75, y + CELL.1 - 0.75)];
        let opacity = tint.opacity(beliefs[index]);
        if opacity > 0.0 {
            sheet.block(inner[0], inner[1], tint.ink, opacity)?;
        }
        if heard[index] == tussocks[index] {
            let middle = (x + CELL.0 / 2.0, y + CELL.1 / 2.0);
            sheet.mark(middle, 4.5, Ink::Text, Mark::Ring)?;
        }
    }
    let (right, bottom) = corner(STEPS as f64 + 1.0, TUSSOCKS as f64 + 1.0);
    let rim = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
    sheet.line(&rim, Pen::new(Ink::Text, 1.2))?;
    let lettering = Lettering::label(Ink::Muted).size(SMALL);
    for tussock in 1..=TUSSOCKS {
        let y = corner(1.0, tussock as f64).1 + CELL.1 / 2.0;
        sheet.text(&tussock.to_string(), (left - 8.0, y), lettering.align(Align::End))?;
    }
    sheet.text_upwards("tussock", (left - 28.0, (top + bottom) / 2.0), {
        lettering.align(Align::Middle)
    })?;
    for step in 1..=STEPS {
        let x = corner(step as f64, 1.0).0 + CELL.0 / 2.0;
        sheet.text(
            &step.to_string(),
            (x, bottom + 13.0),
            lettering.align(Align::Middle),
        )?;
    }
    let middle = ((left + right) / 2.0, bottom + 32.0);
    sheet.text("sound", middle, lettering.align(Align::Middle))
}
