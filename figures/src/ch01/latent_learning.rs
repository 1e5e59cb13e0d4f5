//! Tolman and Honzik's three groups.

use anyhow::Result;
use ch01_behaving_animal::latent_learning::{
    self, DAYS, FIRST_FOOD, Group, Learner, Row,
};

use super::{mean_number, mean_of};
use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Align, Axes, Dash, Ink, Lettering, Panel, Pen, SMALL, Scale, Sheet, spread, ticks,
};
use crate::table::{Table, Tables};

/// Animals of each kind in each group.
const SEEDS: u64 = 60;

fn errors(rows: &[Row], learner: Learner, group: Group, day: usize) -> Vec<f64> {
    let of_day =
        |row: &&Row| row.learner == learner && row.group == group && row.day == day;
    rows.iter().filter(of_day).map(|row| row.errors as f64).collect()
}

/// Errors by day.
pub fn figure() -> Figure {
    Figure {
        id: "latent-learning",
        shows: "Blind alleys entered on each day, for three groups of three learners; the third group finds food from day 11",
        size: (720.0, 400.0),
        compute: Compute::Light(|| {
            let rows = latent_learning::run(0..SEEDS);
            let mut table =
                Table::new(["learner", "group", "day", "errors", "low", "high"]);
            let mut numbers = Vec::new();
            for learner in Learner::ALL {
                for group in Group::ALL {
                    for day in 1..=DAYS {
                        let (mean, interval) =
                            mean_of(&errors(&rows, learner, group, day));
                        table.push([
                            learner.name().into(),
                            group.name().into(),
                            day.into(),
                            mean.into(),
                            interval.low.into(),
                            interval.high.into(),
                        ]);
                    }
                    for day in [1, 2, FIRST_FOOD, FIRST_FOOD + 1, FIRST_FOOD + 2, DAYS] {
                        let key = format!(
                            "latent-{}-{}-day-{day}",
                            learner.name(),
                            group.name()
                        );
                        numbers.push(mean_number(
                            &key,
                            &errors(&rows, learner, group, day),
                            "errors",
                        ));
                    }
                }
                let pairs = |day: usize, other: Group, other_day: usize| -> Vec<f64> {
                    let late = errors(&rows, learner, Group::FromDay11, day);
                    let other = errors(&rows, learner, other, other_day);
                    late.iter().zip(&other).map(|(late, other)| late - other).collect()
                };
                let name = learner.name();
                let next = FIRST_FOOD + 1;
                numbers.extend([
                    mean_number(
                        &format!("latent-{name}-drop"),
                        &pairs(next, Group::FromDay11, FIRST_FOOD),
                        "errors",
                    ),
                    mean_number(
                        &format!("latent-{name}-gap-to-always"),
                        &pairs(next, Group::Always, next),
                        "errors",
                    ),
                    mean_number(
                        &format!("latent-{name}-gap-to-never"),
                        &pairs(next, Group::Never, next),
                        "errors",
                    ),
                    mean_number(
                        &format!("latent-{name}-day-12-minus-always-day-2"),
                        &pairs(next, Group::Always, 2),
                        "errors",
                    ),
                ]);
            }
            Ok(Data { tables: vec![table], numbers })
        }),
        tables: &[],
        draw,
    }
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let table = tables.main()?;
    let most = table.numbers("high")?.into_iter().fold(0.0, f64::max) + 2.0;
    for (left, learner, title) in [
        (40.0, "habit", "Habit"),
        (240.0, "one-step-habit", "Habit without traces"),
        (440.0, "map", "Map"),
    ] {
        let panel = Panel {
            left,
            top: 66.0,
            width: 168.0,
            height: 262.0,
            x: Scale::Linear(1.0, DAYS as f64),
            y: Scale::Linear(0.0, most),
        };
        let y_ticks: Vec<f64> =
            (0..=(most / 5.0) as u32).map(|tick| f64::from(tick) * 5.0).collect();
        panel.axes(
            sheet,
            &Axes {
                title,
                x_title: "day",
                y_title: if left < 50.0 { "blind alleys a day" } else { " " },
                x_ticks: ticks(&[1.0, 6.0, 11.0, 17.0]),
                y_ticks: ticks(&y_ticks),
            },
        )?;
        let food = panel.at_x(FIRST_FOOD as f64);
        sheet.line(
            &[(food, panel.top), (food, panel.bottom())],
            Pen::new(Ink::Text, 1.0).dash(Dash::Dots),
        )?;
        let rows = table.only("learner", learner)?;
        let mut ends = Vec::new();
        for (group, name, ink, dash) in [
            ("always", "always", Ink::C3, Dash::Long),
            ("from-day-11", "from day 11", Ink::C6, Dash::Solid),
            ("never", "never", Ink::C5, Dash::Short),
        ] {
            let curve = rows.only("group", group)?;
            let x = curve.numbers("day")?;
            panel.band(
                sheet,
                &x,
                &curve.numbers("low")?,
                &curve.numbers("high")?,
                ink,
            )?;
            let points = curve.points("day", "errors")?;
            panel.curve(sheet, &points, Pen::new(ink, 2.2).dash(dash))?;
            let pen = Pen::new(ink, 2.2).dash(dash);
            ends.push((name, pen, panel.at_y(points[points.len() - 1].1)));
        }
        if learner == "map" {
            let heights: Vec<f64> = ends.iter().map(|(_, _, y)| *y).collect();
            for ((name, pen, _), y) in
                ends.iter().zip(spread(&heights, 17.0, panel.top, panel.bottom()))
            {
                let lettering = Lettering::label(pen.ink).size(SMALL).bold();
                sheet.key(name, (panel.right() + 7.0, y), *pen, lettering)?;
            }
        }
        if learner == "habit" {
            let lettering = Lettering::label(Ink::Text).size(SMALL).align(Align::End);
            sheet.text("food from day 11", (food - 5.0, panel.top + 6.0), lettering)?;
        }
    }
    Ok(())
}
