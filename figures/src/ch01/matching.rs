//! Herrnstein's matching law.

use anyhow::Result;
use ch01_behaving_animal::chamber::Animal;
use ch01_behaving_animal::clocks::PressClock;
use ch01_behaving_animal::free_operant::{FreeOperant, Parameters};
use ch01_behaving_animal::matching::{self, Doubled, Row};
use ch01_behaving_animal::value_learner::{ValueLearner, ValueParameters};
use prob::interval::{Interval, mean};

use super::{mean_number, mean_of};
use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Align, Axes, Dash, Ink, Lettering, Mark, Panel, Pen, SMALL, Scale, Sheet, ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

/// Animals of each kind.
const SEEDS: u64 = 30;
/// The axes show ratios up to this to one.
const WIDEST: f64 = 24.0;

/// Temperatures of the softmax, in reward.
const TEMPERATURES: [(f64, &str); 5] = [
    (0.001, "coldest"),
    (0.005, "cold"),
    (0.01, "cool"),
    (0.02, "default"),
    (0.05, "warm"),
];
/// Ends of their axis.
const COLDEST: f64 = 0.0008;
const WARMEST: f64 = 0.0625;
/// What the free operant remembers, and the changeover delay in ticks.
const CONTROLS: [(&str, PressClock, f64, u32); 6] = [
    ("matching-slope-two-pairs", PressClock::AnyKey, 0.7, 0),
    ("matching-slope-no-trace", PressClock::Absent, 0.0, 0),
    ("matching-slope-clock-only", PressClock::AnyKey, 0.0, 0),
    ("matching-slope-no-clock", PressClock::Absent, 0.7, 0),
    ("matching-slope-each-key", PressClock::EachKey, 0.7, 0),
    ("matching-slope-each-key-delay", PressClock::EachKey, 0.7, matching::DELAY),
];

/// Behavior ratios against food ratios.
pub fn figure() -> Figure {
    Figure {
        id: "matching-law",
        shows: "Ratio of presses against ratio of foods on two variable intervals, for two learners, on log axes",
        size: (720.0, 376.0),
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
                ("value learner", "value-matching", matching::run_values(0..SEEDS)),
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
            let mut knob =
                Table::named("temperatures", ["temperature", "slope", "low", "high"]);
            for (temperature, word) in TEMPERATURES {
                let parameters =
                    ValueParameters { temperature, ..ValueParameters::default() };
                let number = slope(&format!("matching-softmax-{word}"), 0, || {
                    ValueLearner::new(2, parameters)
                });
                let [low, high] = number.interval.unwrap_or_default();
                knob.push([
                    temperature.into(),
                    number.value.into(),
                    low.into(),
                    high.into(),
                ]);
                numbers.push(number);
            }
            for (key, press_clock, lambda, delay) in CONTROLS {
                let parameters =
                    Parameters { press_clock, lambda, ..Parameters::default() };
                numbers.push(slope(key, delay, || FreeOperant::new(2, parameters)));
            }
            let doubled = || Doubled(FreeOperant::new(2, Parameters::default()));
            numbers.push(slope("matching-slope-doubled-pay", 0, doubled));
            Ok(Data { tables: vec![table, lines, knob], numbers })
        }),
        tables: &["fits", "temperatures"],
        draw,
    }
}

/// Slope of an animal on two of the pairs, where a comparison of slopes needs no more.
fn slope<A: Animal>(key: &str, delay: u32, naive: impl Fn() -> A + Sync) -> Number {
    let rows = matching::run_with(0..SEEDS, &matching::TWO_PAIRS, delay, naive);
    let slopes: Vec<f64> =
        matching::fits(&rows).into_iter().map(|(slope, _)| slope).collect();
    mean_number(key, &slopes, "1")
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
        (48.0, "free operant", "Free operant", Ink::C3),
        (300.0, "value learner", "Softmax of values", Ink::C5),
    ] {
        let scale = Scale::Log(1.0 / WIDEST, WIDEST);
        let panel =
            Panel { left, top: 66.0, width: 196.0, height: 240.0, x: scale, y: scale };
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
                y_title: if left < 100.0 { "presses, key 1 to key 2" } else { " " },
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
        let (low, high) = x
            .iter()
            .fold((f64::MAX, f64::MIN), |(low, high), &x| (low.min(x), high.max(x)));
        let at = |x: f64| (x, prob::math::exp(bias + slope * prob::math::ln(x)));
        panel.curve(sheet, &[at(low), at(high)], Pen::new(ink, 2.4))?;
        let interval =
            Interval { low: fit.number("slope_low")?, high: fit.number("slope_high")? };
        let said =
            format!("slope {slope:.2} [{:.2}, {:.2}]", interval.low, interval.high);
        sheet.text(
            &said,
            (panel.left + 6.0, panel.top + 12.0),
            Lettering::label(ink).bold().halo(),
        )?;
        if left < 100.0 {
            // Below the line and left of all points.
            let (x, y) = panel.at((1.0 / 15.0, 1.0 / 19.0));
            sheet.text("matching", (x, y), Lettering::label(Ink::Text).size(SMALL))?;
        }
    }
    let operant = lines.only("learner", "free operant")?;
    draw_temperatures(sheet, tables.get("temperatures")?, &operant)
}

/// Slope of the softmax against its temperature, and of the free operant, which has none.
fn draw_temperatures(sheet: &mut Sheet, rows: &Table, operant: &Table) -> Result<()> {
    let panel = Panel {
        left: 548.0,
        top: 66.0,
        width: 150.0,
        height: 240.0,
        x: Scale::Log(COLDEST, WARMEST),
        y: Scale::Linear(0.0, 1.0),
    };
    panel.axes(
        sheet,
        &Axes {
            title: "Slope",
            x_title: "temperature",
            y_title: " ",
            x_ticks: ticks(&[0.001, 0.01, 0.05]),
            y_ticks: ticks(&[0.0, 0.5, 1.0]),
        },
    )?;
    let free = operant.number("slope")?;
    let ends = [(COLDEST, free), (WARMEST, free)];
    panel.curve(sheet, &ends, Pen::new(Ink::C3, 2.2))?;
    let (x, y) = panel.at((WARMEST, free));
    let lettering = Lettering::label(Ink::C3).size(SMALL).bold().halo().align(Align::End);
    sheet.text("free operant", (x, y - 13.0), lettering)?;
    let curve = rows.points("temperature", "slope")?;
    panel.curve(sheet, &curve, Pen::new(Ink::C5, 1.8).dash(Dash::Long))?;
    let (low, high) = (rows.numbers("low")?, rows.numbers("high")?);
    for (index, &point) in curve.iter().enumerate() {
        let interval = [(point.0, low[index]), (point.0, high[index])];
        panel.curve(sheet, &interval, Pen::new(Ink::C5, 1.6))?;
        sheet.mark(panel.at(point), 3.4, Ink::C5, Mark::Square)?;
    }
    let (x, y) = panel.at(curve[curve.len() - 1]);
    let lettering = Lettering::label(Ink::C5).size(SMALL).bold().halo().align(Align::End);
    sheet.text("softmax", (x, y + 18.0), lettering)
}
