//! A belief between two errors.

use anyhow::{Context, Result};
use ch08_generative_models::predictive_coding::{Prediction, Unit};

use super::BELIEF;
use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Align, Axes, Dash, Ink, Lettering, Mark, Panel, Pen, SMALL, Scale, Sheet, ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

/// Sensory precisions that are compared.
const PRECISIONS: [f64; 2] = [1.0, 4.0];
/// What is sensed.
const SOUND: f64 = 1.0;
const STEP_SIZE: f64 = 0.05;
const STEPS: usize = 60;
/// What counts as settled: this share of the way is left.
const LEFT: f64 = 0.01;

/// A unit that expects 0.
fn unit(sensory_precision: f64) -> Unit {
    Unit {
        prior_mean: 0.0,
        prior_precision: 1.0,
        sensory_precision,
        prediction: Prediction::Same,
    }
}

/// Belief and errors by step.
pub fn figure() -> Figure {
    Figure {
        id: "predictive-coding",
        shows: "Belief of a unit by step for two sensory precisions, and its two weighed errors, which become equal",
        size: (720.0, 352.0),
        compute: Compute::Light(compute),
        tables: &[],
        draw,
    }
}

fn compute() -> Result<Data> {
    let mut table = Table::new(["precision", "step", "belief", "sensory", "prior"]);
    let mut settled = Vec::new();
    for (precision, key) in PRECISIONS.into_iter().zip(["weak", "strong"]) {
        let unit = unit(precision);
        for (step, &x) in unit.settle(SOUND, STEP_SIZE, STEPS).iter().enumerate() {
            let errors = unit.errors(x, SOUND);
            table.push([
                precision.into(),
                step.into(),
                x.into(),
                errors.sensory.into(),
                errors.prior.into(),
            ]);
        }
        let end = precision * SOUND / (precision + unit.prior_precision);
        let steps = unit
            .steps_until(SOUND, STEP_SIZE, (end, LEFT), 10 * STEPS)
            .context("the belief never settles")?;
        settled.push(Number::exact(
            &format!("coding-steps-{key}"),
            steps as f64,
            "steps",
        ));
    }
    // Bogacz's animal: it expects 3 and sees the light of a thing whose square is 2.
    let animal = Unit { prior_mean: 3.0, prediction: Prediction::Square, ..unit(1.0) };
    let mode = animal.settle(2.0, 0.01, 5000)[5000];
    settled.push(Number::exact("coding-mode", mode, "size"));
    settled.push(Number::exact("coding-mean", animal.positive_mean(2.0), "size"));
    Ok(Data { tables: vec![table], numbers: settled })
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let table = tables.main()?;
    let panel = |left: f64, width: f64, highest: f64| Panel {
        left,
        top: 66.0,
        width,
        height: 226.0,
        x: Scale::Linear(0.0, STEPS as f64),
        y: Scale::Linear(0.0, highest),
    };
    let belief = panel(36.0, 226.0, 1.1);
    belief.axes(
        sheet,
        &Axes {
            title: "The belief",
            x_title: "steps",
            y_title: "where it stands",
            x_ticks: ticks(&[0.0, 20.0, 40.0, 60.0]),
            y_ticks: ticks(&[0.0, 0.5, 0.8, 1.0]),
        },
    )?;
    let sound = [(0.0, SOUND), (STEPS as f64, SOUND)];
    belief.curve(sheet, &sound, Pen::new(Ink::Text, 1.3).dash(Dash::Short))?;
    let small = |ink| Lettering::label(ink).size(SMALL).halo().align(Align::End);
    let right = STEPS as f64 - 1.0;
    sheet.text("the sound", belief.at((right, 1.055)), small(Ink::Text))?;
    sheet.text("prior", (belief.left + 12.0, belief.bottom() - 9.0), {
        small(Ink::Text).align(Align::Start)
    })?;
    sheet.mark(belief.at((0.0, 0.0)), 4.6, Ink::Text, Mark::Ring)?;
    for (precision, width, dash) in [(1.0, 2.2, Dash::Long), (4.0, 2.8, Dash::Solid)] {
        let rows = table.only("precision", precision)?;
        let points = rows.points("step", "belief")?;
        belief.curve(sheet, &points, Pen::new(BELIEF, width).dash(dash))?;
        let (x, y) = belief.at((right, points[points.len() - 1].1));
        sheet.text(&format!("precision {precision}"), (x, y + 15.0), small(BELIEF))?;
    }
    for (left, precision, highest) in [(306.0, 1.0, 1.1), (534.0, 4.0, 4.4)] {
        let errors = panel(left, 166.0, highest);
        let unit = highest / 1.1;
        errors.axes(
            sheet,
            &Axes {
                title: &format!("Errors, precision {precision}"),
                x_title: "steps",
                y_title: "weighed error",
                x_ticks: ticks(&[0.0, 20.0, 40.0, 60.0]),
                y_ticks: ticks(&[0.0, 0.5 * unit, unit]),
            },
        )?;
        let rows = table.only("precision", precision)?;
        for (column, pen) in [
            ("sensory", Pen::new(Ink::C6, 2.4)),
            ("prior", Pen::new(Ink::C5, 2.4).dash(Dash::Short)),
        ] {
            errors.curve(sheet, &rows.points("step", column)?, pen)?;
        }
        let lettering = |ink| Lettering::label(ink).size(SMALL).halo();
        let (above, below) = if precision == 1.0 { (0.75, 0.24) } else { (0.42, 0.08) };
        let at = |step, share: f64| errors.at((step, share * unit));
        sheet.text(
            "of the senses",
            at(if precision == 1.0 { 14.0 } else { 9.0 }, above),
            lettering(Ink::C6),
        )?;
        sheet.text("of the prior", at(20.0, below), lettering(Ink::C5))?;
    }
    Ok(())
}
