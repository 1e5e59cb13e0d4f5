//! Extinction after full and partial pay.

use anyhow::Result;
use ch01_behaving_animal::expectations::{Belief, Strength};
use ch01_behaving_animal::extinction::{self, EXTINCTION, Pay, Row};

use super::{mean_number, mean_of};
use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Axes, Dash, Ink, Lettering, Panel, Pen, SMALL, Scale, Sheet, spread, ticks,
};
use crate::table::{Table, Tables};

/// Animals at each rate of pay.
const SEEDS: u64 = 100;
/// Chance that food stops before a trial, in the belief.
const HAZARD: f64 = 0.001;
/// Step size of the strength.
const STEP_SIZE: f64 = 0.1;

fn name(pay: Pay) -> &'static str {
    match pay {
        Pay::Always => "always",
        Pay::Mostly => "3 of 4",
        Pay::Half => "1 of 2",
        Pay::Third => "1 of 3",
    }
}

fn slug(pay: Pay) -> &'static str {
    match pay {
        Pay::Always => "always",
        Pay::Mostly => "mostly",
        Pay::Half => "half",
        Pay::Third => "third",
    }
}

/// Extinction curves of two learners.
pub fn figure() -> Figure {
    Figure {
        id: "extinction-partial",
        shows: "Chance of a response on each trial without food, after training at four rates of pay, for two learners",
        size: (720.0, 390.0),
        compute: Compute::Light(|| {
            let mut table =
                Table::new(["learner", "pay", "trial", "chance", "low", "high"]);
            let mut numbers = Vec::new();
            for (learner, rows) in [
                ("strength", extinction::run(0..SEEDS, || Strength::new(STEP_SIZE))),
                ("belief", extinction::run(0..SEEDS, || Belief::new(HAZARD))),
            ] {
                let mut of_always = Vec::new();
                for pay in Pay::ALL {
                    let animals: Vec<&Row> =
                        rows.iter().filter(|row| row.pay == pay).collect();
                    for trial in 0..EXTINCTION {
                        let chances: Vec<f64> =
                            animals.iter().map(|row| row.chance[trial]).collect();
                        let (mean, interval) = mean_of(&chances);
                        table.push([
                            learner.into(),
                            name(pay).into(),
                            (trial + 1).into(),
                            mean.into(),
                            interval.low.into(),
                            interval.high.into(),
                        ]);
                    }
                    let responses: Vec<f64> =
                        animals.iter().map(|row| f64::from(row.responses)).collect();
                    let key = format!("extinction-{learner}-{}", slug(pay));
                    numbers.push(mean_number(&key, &responses, "responses"));
                    if pay == Pay::Always {
                        of_always = responses;
                    } else {
                        let more: Vec<f64> = responses
                            .iter()
                            .zip(&of_always)
                            .map(|(partial, always)| partial - always)
                            .collect();
                        numbers.push(mean_number(
                            &format!("{key}-minus-always"),
                            &more,
                            "responses",
                        ));
                    }
                }
            }
            Ok(Data { tables: vec![table], numbers })
        }),
        tables: &[],
        draw,
    }
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let table = tables.main()?;
    for (left, learner, title) in
        [(46.0, "strength", "Strength"), (398.0, "belief", "Belief")]
    {
        let rows = table.only("learner", learner)?;
        let panel = Panel {
            left,
            top: 66.0,
            width: 240.0,
            height: 260.0,
            x: Scale::Linear(1.0, EXTINCTION as f64),
            y: Scale::Linear(0.0, 1.0),
        };
        panel.axes(
            sheet,
            &Axes {
                title,
                x_title: "trial without food",
                y_title: "chance of a response",
                x_ticks: ticks(&[1.0, 20.0, 40.0, 60.0]),
                y_ticks: ticks(&[0.0, 0.5, 1.0]),
            },
        )?;
        let mut labels = Vec::new();
        for (pay, (ink, dash)) in rows.values("pay")?.into_iter().zip(PENS) {
            let curve = rows.only("pay", pay)?;
            let (x, y) = (curve.numbers("trial")?, curve.numbers("chance")?);
            panel.band(
                sheet,
                &x,
                &curve.numbers("low")?,
                &curve.numbers("high")?,
                ink,
            )?;
            let points: Vec<_> = x.into_iter().zip(y).collect();
            panel.curve(sheet, &points, Pen::new(ink, 2.0).dash(dash))?;
            let pen = Pen::new(ink, 2.0).dash(dash);
            labels.push((pay.to_string(), pen, points[points.len() - 1].1));
        }
        let heights: Vec<f64> = labels.iter().map(|(_, _, y)| panel.at_y(*y)).collect();
        for ((label, pen, _), y) in
            labels.iter().zip(spread(&heights, 17.0, panel.top, panel.bottom() - 6.0))
        {
            let lettering = Lettering::label(pen.ink).size(SMALL);
            sheet.key(label, (panel.right() + 7.0, y), *pen, lettering)?;
        }
    }
    Ok(())
}

const PENS: [(Ink, Dash); 4] = [
    (Ink::C6, Dash::Solid),
    (Ink::C4, Dash::Long),
    (Ink::C5, Dash::Short),
    (Ink::C3, Dash::DashDot),
];
