//! Skinner's schedules: records, the scallop, and the yoked control.

use anyhow::Result;
use ch01_behaving_animal::chamber::Effort;
use ch01_behaving_animal::clocks::PressClock;
use ch01_behaving_animal::cumulative_record;
use ch01_behaving_animal::free_operant::Parameters;
use ch01_behaving_animal::schedule_rates::{
    self, ELAPSED_BIN, ELAPSED_BINS, Row, SCHEDULES, acceleration,
};
use ch01_behaving_animal::schedules::TICK_SECONDS;
use ch01_behaving_animal::yoked::{self, Pair};

use super::{mean_number, mean_of};
use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Align, Axes, Dash, Ink, LABEL, Lettering, Mark, Panel, Pen, Point, SMALL, Scale,
    Sheet, Tick, spread, ticks,
};
use crate::table::{Table, Tables};

/// Animals on each schedule.
const SEEDS: u64 = 30;
/// Whose record is drawn, and how much of it.
const RECORDED: (u64, u32) = (0, 5);

/// Ink and dash of each schedule: ratio schedules in one pair, interval schedules in another.
fn pen(schedule: &str) -> Pen {
    let (ink, dash) = match schedule {
        "FR 15" => (Ink::C4, Dash::Solid),
        "VR 15" => (Ink::C6, Dash::Solid),
        "FI 30 s" => (Ink::C3, Dash::Solid),
        _ => (Ink::C5, Dash::Solid),
    };
    Pen::new(ink, 1.8).dash(dash)
}

/// Cumulative records.
pub fn cumulative() -> Figure {
    Figure {
        id: "schedules-cumulative",
        shows: "Cumulative records of one animal on each of four schedules, food marked by ticks",
        size: (720.0, 420.0),
        compute: Compute::Light(|| {
            let (seed, minutes) = RECORDED;
            let mut table = Table::new(["schedule", "seconds", "presses", "food"]);
            let mut numbers = Vec::new();
            for ((name, _), record) in
                SCHEDULES.iter().zip(cumulative_record::cumulative(seed, minutes))
            {
                for press in record {
                    let food = u8::from(press.food);
                    table.push([
                        (*name).into(),
                        press.seconds.into(),
                        press.presses.into(),
                        food.into(),
                    ]);
                }
            }
            let rows = schedule_rates::run(0..SEEDS);
            for (name, _) in &SCHEDULES {
                let of = |get: fn(&Row) -> f64| -> Vec<f64> {
                    rows.iter().filter(|row| row.schedule == *name).map(get).collect()
                };
                let slug = slug(name);
                numbers.push(mean_number(
                    &format!("{slug}-presses"),
                    &of(|row| row.presses),
                    "presses/min",
                ));
                numbers.push(mean_number(
                    &format!("{slug}-foods"),
                    &of(|row| row.foods),
                    "foods/min",
                ));
            }
            Ok(Data { tables: vec![table], numbers })
        }),
        tables: &[],
        draw: draw_cumulative,
    }
}

/// `vr` for `VR 15`.
fn slug(schedule: &str) -> String {
    schedule.split(' ').next().unwrap_or_default().to_lowercase()
}

fn draw_cumulative(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let table = tables.main()?;
    let most = table.numbers("presses")?.into_iter().fold(0.0, f64::max);
    let highest = (most / 50.0).ceil() * 50.0;
    let time = Scale::Linear(0.0, 60.0 * f64::from(RECORDED.1));
    let minutes = |every: u32| -> Vec<Tick> {
        (0..=RECORDED.1)
            .step_by(every as usize)
            .map(|m| (f64::from(m) * 60.0, m.to_string()))
            .collect()
    };
    let hundreds: Vec<f64> =
        (0..=(highest / 100.0) as u32).map(|tick| f64::from(tick) * 100.0).collect();
    let all = Panel {
        left: 44.0,
        top: 66.0,
        width: 324.0,
        height: 310.0,
        x: time,
        y: Scale::Linear(0.0, highest),
    };
    all.axes(
        sheet,
        &Axes {
            title: "All four, on one scale",
            x_title: "minutes",
            y_title: "presses so far",
            x_ticks: minutes(1),
            y_ticks: ticks(&hundreds),
        },
    )?;
    let mut ends = Vec::new();
    for schedule in table.values("schedule")? {
        let record = table.only("schedule", schedule)?;
        let last = draw_record(sheet, &all, &record, pen(schedule))?;
        ends.push((schedule, all.at_y(last)));
    }
    let heights: Vec<f64> = ends.iter().map(|(_, y)| *y).collect();
    for ((schedule, _), y) in
        ends.iter().zip(spread(&heights, 18.0, all.top, all.bottom() - 6.0))
    {
        sheet.text(
            schedule,
            (all.right() + 9.0, y),
            Lettering::label(pen(schedule).ink).bold(),
        )?;
    }
    let interval = ["FI 30 s", "VI 30 s"];
    let mut most: f64 = 0.0;
    for schedule in interval {
        most = table
            .only("schedule", schedule)?
            .numbers("presses")?
            .into_iter()
            .fold(most, f64::max);
    }
    let step = if most > 150.0 { 50.0 } else { 25.0 };
    let highest = (most / step).ceil() * step;
    for (row, schedule) in interval.into_iter().enumerate() {
        let record = table.only("schedule", schedule)?;
        let panel = Panel {
            left: 480.0,
            top: 66.0 + 173.0 * row as f64,
            width: 222.0,
            height: 137.0,
            x: time,
            y: Scale::Linear(0.0, highest),
        };
        let y_ticks: Vec<f64> =
            (0..=(highest / step) as u32).map(|tick| f64::from(tick) * step).collect();
        panel.axes(
            sheet,
            &Axes {
                title: if row == 0 { "The interval schedules, enlarged" } else { "" },
                y_title: if row == 0 { " " } else { "" },
                x_title: if row == 1 { "minutes" } else { "" },
                x_ticks: if row == 1 { minutes(1) } else { Vec::new() },
                y_ticks: ticks(&y_ticks),
            },
        )?;
        draw_record(sheet, &panel, &record, pen(schedule))?;
        let lettering = Lettering::label(pen(schedule).ink).bold().halo();
        sheet.text(schedule, (panel.left + 10.0, panel.top + 14.0), lettering)?;
    }
    Ok(())
}

/// One record, as a pen that steps up at each press and is knocked aside by food. Returns the number of presses.
fn draw_record(
    sheet: &mut Sheet,
    panel: &Panel,
    record: &Table,
    pen: Pen,
) -> Result<f64> {
    let mut points: Vec<Point> = vec![(0.0, 0.0)];
    points.extend(record.points("seconds", "presses")?);
    let last = points[points.len() - 1].1;
    points.push((60.0 * f64::from(RECORDED.1), last));
    panel.steps(sheet, &points, pen)?;
    for (seconds, presses) in record.only("food", 1)?.points("seconds", "presses")? {
        let (x, y) = panel.at((seconds, presses));
        sheet.line(&[(x, y), (x + 5.5, y + 7.5)], pen)?;
    }
    Ok(last)
}

/// The scallop.
pub fn scallop() -> Figure {
    Figure {
        id: "fi-scallop",
        shows: "Presses a minute against the time since the last food, on a fixed and on a variable interval",
        size: (720.0, 380.0),
        compute: Compute::Light(|| {
            let rows = schedule_rates::run(0..SEEDS);
            let mut table = Table::new([
                "schedule",
                "seconds",
                "presses_per_minute",
                "low",
                "high",
                "animals",
            ]);
            let mut numbers = Vec::new();
            let bin_seconds = f64::from(ELAPSED_BIN) * TICK_SECONDS;
            for name in ["FI 30 s", "VI 30 s"] {
                let animals: Vec<&Row> =
                    rows.iter().filter(|row| row.schedule == name).collect();
                for bin in 0..ELAPSED_BINS {
                    let rates: Vec<f64> = animals
                        .iter()
                        .map(|row| row.by_elapsed[bin])
                        .filter(|rate| !rate.is_nan())
                        .collect();
                    let (mean, interval) = mean_of(&rates);
                    let middle = (bin as f64 + 0.5) * bin_seconds;
                    let (low, high) = (interval.low, interval.high);
                    table.push([
                        name.into(),
                        middle.into(),
                        mean.into(),
                        low.into(),
                        high.into(),
                        rates.len().into(),
                    ]);
                }
                let slug = slug(name);
                let of = |bin: usize| -> Vec<f64> {
                    animals.iter().map(|row| row.by_elapsed[bin]).collect()
                };
                let (first, last) = (of(0), of(ELAPSED_BINS - 1));
                let faster: Vec<f64> =
                    animals.iter().map(|row| acceleration(row)).collect();
                numbers.push(mean_number(
                    &format!("{slug}-rate-after-food"),
                    &first,
                    "presses/min",
                ));
                numbers.push(mean_number(
                    &format!("{slug}-rate-before-food"),
                    &last,
                    "presses/min",
                ));
                numbers.push(mean_number(&format!("{slug}-acceleration"), &faster, "1"));
            }
            Ok(Data { tables: vec![table], numbers })
        }),
        tables: &[],
        draw: draw_scallop,
    }
}

fn draw_scallop(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let table = tables.main()?;
    let most =
        (table.numbers("high")?.into_iter().fold(0.0, f64::max) / 10.0).ceil() * 10.0;
    let panel = Panel {
        left: 52.0,
        top: 44.0,
        width: 540.0,
        height: 272.0,
        x: Scale::Linear(0.0, 30.0),
        y: Scale::Linear(0.0, most),
    };
    let y_ticks: Vec<f64> =
        (0..=(most / 10.0) as u32).map(|tick| f64::from(tick) * 10.0).collect();
    panel.axes(
        sheet,
        &Axes {
            x_title: "seconds since the last food",
            y_title: "presses a minute",
            x_ticks: ticks(&[0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0]),
            y_ticks: ticks(&y_ticks),
            ..Axes::default()
        },
    )?;
    let mut ends = Vec::new();
    for (schedule, name, mark) in [
        ("FI 30 s", "fixed interval", Mark::Disc),
        ("VI 30 s", "variable interval", Mark::Square),
    ] {
        let rows = table.only("schedule", schedule)?;
        let (x, y) = (rows.numbers("seconds")?, rows.numbers("presses_per_minute")?);
        let pen = pen(schedule);
        panel.band(sheet, &x, &rows.numbers("low")?, &rows.numbers("high")?, pen.ink)?;
        let points: Vec<Point> = x.iter().copied().zip(y).collect();
        panel.curve(sheet, &points, pen)?;
        for &point in &points {
            sheet.mark(panel.at(point), 4.0, pen.ink, mark)?;
        }
        ends.push((schedule, name, pen.ink, panel.at(points[points.len() - 1])));
    }
    let heights: Vec<f64> = ends.iter().map(|(.., (_, y))| *y).collect();
    for ((schedule, name, ink, (x, _)), y) in
        ends.into_iter().zip(spread(&heights, 44.0, panel.top, panel.bottom()))
    {
        let lettering = Lettering::label(ink).bold();
        sheet.text(schedule, (x + 16.0, y - 9.0), lettering)?;
        sheet.text(name, (x + 16.0, y + 9.0), Lettering::label(ink).size(SMALL))?;
    }
    Ok(())
}

/// The yoked pair.
pub fn yoked() -> Figure {
    Figure {
        id: "vr-vi-yoked",
        shows: "Pairs of animals with the same food at the same times, one on a variable ratio, one on intervals copied from it",
        size: (720.0, 380.0),
        compute: Compute::Light(|| {
            let pairs = yoked::run(0..SEEDS);
            let mut table = Table::new([
                "seed",
                "ratio_presses",
                "interval_presses",
                "ratio_foods",
                "interval_foods",
            ]);
            for pair in &pairs {
                table.push([
                    pair.seed.into(),
                    pair.ratio_presses.into(),
                    pair.interval_presses.into(),
                    pair.ratio_foods.into(),
                    pair.interval_foods.into(),
                ]);
            }
            let of =
                |get: fn(&Pair) -> f64| -> Vec<f64> { pairs.iter().map(get).collect() };
            let no_clock = Parameters {
                press_clock: PressClock::Absent,
                lambda: 0.0,
                ..Parameters::default()
            };
            let trace_only =
                Parameters { press_clock: PressClock::Absent, ..Parameters::default() };
            let clock_only = Parameters { lambda: 0.0, ..Parameters::default() };
            let no_haste = Effort { haste: 0.0, ..Effort::default() };
            let control = |key: &str, parameters, effort| {
                let pairs = yoked::run_with(0..SEEDS, parameters, effort);
                let differences: Vec<f64> = pairs
                    .iter()
                    .map(|pair| pair.ratio_presses - pair.interval_presses)
                    .collect();
                mean_number(key, &differences, "presses/min")
            };
            let faster = of(|pair| f64::from(pair.ratio_presses > pair.interval_presses));
            let numbers = vec![
                mean_number(
                    "yoked-ratio-presses",
                    &of(|pair| pair.ratio_presses),
                    "presses/min",
                ),
                mean_number(
                    "yoked-interval-presses",
                    &of(|pair| pair.interval_presses),
                    "presses/min",
                ),
                mean_number(
                    "yoked-difference",
                    &of(|pair| pair.ratio_presses - pair.interval_presses),
                    "presses/min",
                ),
                mean_number(
                    "yoked-quotient",
                    &of(|pair| pair.ratio_presses / pair.interval_presses),
                    "1",
                ),
                mean_number(
                    "yoked-ratio-foods",
                    &of(|pair| pair.ratio_foods),
                    "foods/min",
                ),
                mean_number(
                    "yoked-interval-foods",
                    &of(|pair| pair.interval_foods),
                    "foods/min",
                ),
                super::count("yoked-pairs-ratio-faster", &faster, "pairs"),
                control("yoked-difference-no-clock", no_clock, Effort::default()),
                control("yoked-difference-trace-only", trace_only, Effort::default()),
                control("yoked-difference-clock-only", clock_only, Effort::default()),
                control("yoked-difference-no-haste", Parameters::default(), no_haste),
            ];
            Ok(Data { tables: vec![table], numbers })
        }),
        tables: &[],
        draw: draw_yoked,
    }
}

fn draw_yoked(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let table = tables.main()?;
    for (left, title, unit, [ratio, interval]) in [
        (52.0, "Presses", "a minute", ["ratio_presses", "interval_presses"]),
        (422.0, "Foods", "a minute", ["ratio_foods", "interval_foods"]),
    ] {
        let (ratio, interval) = (table.numbers(ratio)?, table.numbers(interval)?);
        let most =
            ratio.iter().chain(&interval).fold(0.0_f64, |most, &rate| most.max(rate));
        let step = if most > 20.0 { 20.0 } else { 1.0 };
        let most = (most / step).ceil() * step;
        let panel = Panel {
            left,
            top: 64.0,
            width: 246.0,
            height: 252.0,
            x: Scale::Linear(-0.6, 1.6),
            y: Scale::Linear(0.0, most),
        };
        let step = if most / step > 6.0 { 2.0 * step } else { step };
        let y_ticks: Vec<f64> =
            (0..=(most / step) as u32).map(|tick| f64::from(tick) * step).collect();
        panel.axes(
            sheet,
            &Axes {
                title,
                y_title: unit,
                x_ticks: vec![
                    (0.0, "variable ratio".into()),
                    (1.0, "copied intervals".into()),
                ],
                y_ticks: ticks(&y_ticks),
                ..Axes::default()
            },
        )?;
        for (&ratio, &interval) in ratio.iter().zip(&interval) {
            let ends = [(0.0, ratio), (1.0, interval)];
            panel.curve(sheet, &ends, Pen::new(Ink::Muted, 1.0).faint(0.7))?;
            sheet.mark_faint(
                panel.at(ends[0]),
                3.0,
                pen("VR 15").ink,
                Mark::Disc,
                0.6,
            )?;
            sheet.mark_faint(
                panel.at(ends[1]),
                3.0,
                pen("VI 30 s").ink,
                Mark::Square,
                0.6,
            )?;
        }
        for (x, rates, ink, align) in [
            (0.0, &ratio, pen("VR 15").ink, Align::End),
            (1.0, &interval, pen("VI 30 s").ink, Align::Start),
        ] {
            let (mean, interval) = mean_of(rates);
            let aside = if align == Align::End { -0.11 } else { 0.11 };
            panel.whisker(
                sheet,
                x + aside,
                interval.low,
                interval.high,
                Pen::new(ink, 2.0),
            )?;
            sheet.mark(panel.at((x + aside, mean)), 4.5, ink, Mark::Diamond)?;
            let (at_x, at_y) = panel.at((x + 1.9 * aside, mean));
            let decimals = usize::from(most < 20.0);
            let lettering = Lettering::label(ink).size(LABEL).align(align).bold();
            sheet.text(&format!("{mean:.decimals$}"), (at_x, at_y), lettering)?;
        }
    }
    Ok(())
}
