//! Herrnstein's matching law.

use anyhow::Result;
use ch01_behaving_animal::matching::{self, Row};
use prob::interval::{Interval, mean};

use super::{mean_number, mean_of};
use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Align, Axes, Dash, Ink, Lettering, Mark, Panel, Pen, SMALL, Scale, Sheet,
};
use crate::table::{Table, Tables};

/// Animals of each kind.
const SEEDS: u64 = 30;
/// The axes show ratios up to this to one.
const WIDEST: f64 = 24.0;

/// Behavior ratios against food ratios.
pub fn figure() -> Figure {
    Figure {
        id: "matching-law",
        shows: "Ratio of presses against ratio of foods on two variable intervals, for two learners, on log axes",
        size: (720.0, 430.0),
        compute: Compute::Light(|| {
            let mut table =
                Table::new(["learner", "seed", "pair", "food_ratio", "press_ratio"]);
            let mut lines = Table::named(
                "fits",
                [
                    "learner",
                    "slope",
                    "slope_low",
                    "slope_high",
                    "bias",
                    "bias_low",
                    "bias_high",
                ],
            );
            let mut numbers = Vec::new();
            for (learner, slug, rows) in [
                ("free operant", "matching", matching::run(0..SEEDS)),
                (
                    "value learner",
                    "value-matching",
                    matching::run_values(0..SEEDS),
                ),
            ] {
                for row in &rows {
                    let (foods, presses) = row.log_ratios();
                    let (foods, presses) =
                        (prob::math::exp(foods), prob::math::exp(presses));
                    table.push([
                        learner.into(),
                        row.seed.into(),
                        row.pair.into(),
                        foods.into(),
                        presses.into(),
                    ]);
                }
                let fits = matching::fits(&rows);
                let slopes: Vec<f64> = fits.iter().map(|(slope, _)| *slope).collect();
                let biases: Vec<f64> = fits.iter().map(|(_, bias)| *bias).collect();
                let ((slope, s), (bias, b)) = (mean_of(&slopes), mean_of(&biases));
                lines.push([
                    learner.into(),
                    slope.into(),
                    s.low.into(),
                    s.high.into(),
                    bias.into(),
                    b.low.into(),
                    b.high.into(),
                ]);
                numbers.push(mean_number(&format!("{slug}-slope"), &slopes, "1"));
                numbers.push(mean_number(&format!("{slug}-bias"), &biases, "nats"));
                let gap: Vec<f64> = rows
                    .iter()
                    .map(|row| (row.preference() - obtained(row)).abs())
                    .collect();
                numbers.push(mean_number(
                    &format!("{slug}-gap"),
                    &per_animal(&gap),
                    "share",
                ));
            }
            let ratios = matching::ratios(0..SEEDS);
            let preference: Vec<f64> = ratios.iter().map(Row::preference).collect();
            numbers.push(mean_number("ratio-preference", &preference, "share"));
            Ok(Data {
                tables: vec![table, lines],
                numbers,
            })
        }),
        tables: &["fits"],
        draw,
    }
}

/// Share of the foods that came from key 1.
fn obtained(row: &Row) -> f64 {
    f64::from(row.foods[0]) / f64::from(row.foods[0] + row.foods[1])
}

/// Means over the pairs of each animal, which are neighbors in the rows.
fn per_animal(values: &[f64]) -> Vec<f64> {
    values.chunks(matching::PAIRS.len()).map(mean).collect()
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let (points, lines) = (tables.main()?, tables.get("fits")?);
    for (left, learner, title, ink) in [
        (52.0, "free operant", "Free operant", Ink::C3),
        (412.0, "value learner", "Softmax of values", Ink::C5),
    ] {
        let scale = Scale::Log(1.0 / WIDEST, WIDEST);
        let panel = Panel {
            left,
            top: 66.0,
            width: 290.0,
            height: 290.0,
            x: scale,
            y: scale,
        };
        let tick = |ratio: f64| {
            let label = if ratio < 1.0 {
                format!("1:{}", 1.0 / ratio)
            } else {
                format!("{ratio}:1")
            };
            (ratio, label)
        };
        let ratios: Vec<_> = [1.0 / 16.0, 0.25, 1.0, 4.0, 16.0].map(tick).to_vec();
        panel.axes(
            sheet,
            &Axes {
                title,
                x_title: "foods, key 1 to key 2",
                y_title: if left < 100.0 {
                    "presses, key 1 to key 2"
                } else {
                    " "
                },
                x_ticks: ratios.clone(),
                y_ticks: ratios,
            },
        )?;
        let identity = [(1.0 / WIDEST, 1.0 / WIDEST), (WIDEST, WIDEST)];
        panel.curve(sheet, &identity, Pen::new(Ink::Text, 1.2).dash(Dash::Short))?;
        let rows = points.only("learner", learner)?;
        for point in rows.points("food_ratio", "press_ratio")? {
            sheet.mark_faint(panel.at(point), 2.6, ink, Mark::Disc, 0.45)?;
        }
        let fit = lines.only("learner", learner)?;
        let (slope, bias) = (fit.number("slope")?, fit.number("bias")?);
        let x = rows.numbers("food_ratio")?;
        let (low, high) = x.iter().fold((f64::MAX, f64::MIN), |(low, high), &x| {
            (low.min(x), high.max(x))
        });
        let at = |x: f64| (x, prob::math::exp(bias + slope * prob::math::ln(x)));
        panel.curve(sheet, &[at(low), at(high)], Pen::new(ink, 2.4))?;
        let interval = Interval {
            low: fit.number("slope_low")?,
            high: fit.number("slope_high")?,
        };
        let said = format!(
            "slope {slope:.2} [{:.2}, {:.2}]",
            interval.low, interval.high
        );
        sheet.text(
            &said,
            (panel.left + 10.0, panel.top + 14.0),
            Lettering::label(ink).bold().halo(),
        )?;
        if left < 100.0 {
            let (x, y) = panel.at((WIDEST, WIDEST));
            let lettering = Lettering::label(Ink::Text)
                .size(SMALL)
                .halo()
                .align(Align::End);
            sheet.text("matching", (x - 14.0, y + 2.0), lettering)?;
        }
    }
    Ok(())
}
