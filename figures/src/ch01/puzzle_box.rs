//! Thorndike's puzzle box: many cats, and cats one at a time.

use anyhow::Result;
use ch01_behaving_animal::puzzle_box::{self, Kind, QUICK, Row, TRIALS};
use ch01_behaving_animal::sudden_or_gradual::{largest_drop, relapses};
use prob::interval::{median, quantile};

use super::{HABIT, count, mean_number, median_number};
use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Align, Axes, Dash, Ink, Lettering, Panel, Pen, Point, SMALL, Scale, Sheet, Tick,
    ticks,
};
use crate::table::{Table, Tables};

/// Cats of each kind.
const SEEDS: u64 = 100;
/// Cats that are drawn one by one.
const DRAWN: u64 = 3;
/// Cats that were slow again this often or more stand together.
const MANY: u64 = 12;

const KINDS: [(Kind, &str, &str); 3] = [
    (Kind::LawOfEffect, "law of effect", "effect"),
    (Kind::InsightAtOnce, "insight at once", "insight"),
    (Kind::InsightSomeDay, "insight some day", "some-day"),
];

fn ink(kind: &str) -> Ink {
    match kind {
        "law of effect" => HABIT,
        "insight at once" => Ink::C3,
        _ => Ink::C4,
    }
}

/// Latencies of one kind of cat: one list a cat, in the order of trials.
fn cats(rows: &[Row], kind: Kind) -> Vec<Vec<f64>> {
    let rows: Vec<&Row> = rows.iter().filter(|row| row.kind == kind).collect();
    rows.chunks(TRIALS).map(|cat| cat.iter().map(|row| row.latency).collect()).collect()
}

/// Ticks of a log axis of seconds.
fn seconds() -> Vec<Tick> {
    ticks(&[3.0, 10.0, 30.0, 100.0, 300.0, 1000.0])
}

/// Median latency against trial.
pub fn latency() -> Figure {
    Figure {
        id: "puzzle-box-latency",
        shows: "Seconds to escape from the puzzle box against trial, on a log axis, for cats that learn by the law of effect and for cats with insight",
        size: (720.0, 420.0),
        compute: Compute::Light(|| {
            let rows = puzzle_box::run(0..SEEDS);
            let mut table = Table::new([
                "kind",
                "trial",
                "median",
                "lower_quartile",
                "upper_quartile",
            ]);
            let mut numbers = Vec::new();
            for (kind, name, slug) in KINDS {
                let drop = largest_drop(&puzzle_box::mean_log_latency(&rows, kind));
                let key = format!("latency-{slug}-largest-drop");
                numbers.push(crate::Number::sampled(&key, drop, "share", SEEDS));
                let cats = cats(&rows, kind);
                let on = |trial: usize| -> Vec<f64> {
                    cats.iter().map(|cat| cat[trial - 1]).collect()
                };
                for trial in 1..=TRIALS {
                    let latencies = on(trial);
                    let [low, high] = [0.25, 0.75].map(|q| quantile(&latencies, q));
                    table.push([
                        name.into(),
                        trial.into(),
                        median(&latencies).into(),
                        low.into(),
                        high.into(),
                    ]);
                }
                for (word, trial) in [
                    ("first", 1),
                    ("second", 2),
                    ("tenth", 10),
                    ("twentieth", 20),
                    ("last", TRIALS),
                ] {
                    numbers.push(median_number(
                        &format!("latency-{slug}-{word}"),
                        &on(trial),
                        "seconds",
                    ));
                }
            }
            Ok(Data { tables: vec![table], numbers })
        }),
        tables: &[],
        draw: draw_latency,
    }
}

fn draw_latency(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let table = tables.main()?;
    let panel = Panel {
        left: 58.0,
        top: 44.0,
        width: 642.0,
        height: 312.0,
        x: Scale::Linear(1.0, TRIALS as f64),
        y: Scale::Log(3.0, 300.0),
    };
    panel.axes(
        sheet,
        &Axes {
            x_title: "trial",
            y_title: "seconds to escape",
            x_ticks: ticks(&[1.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0]),
            y_ticks: seconds()
                .into_iter()
                .filter(|(second, _)| *second <= 300.0)
                .collect(),
            ..Axes::default()
        },
    )?;
    let effect = table.only("kind", "law of effect")?;
    let x = effect.numbers("trial")?;
    panel.band(
        sheet,
        &x,
        &effect.numbers("lower_quartile")?,
        &effect.numbers("upper_quartile")?,
        HABIT,
    )?;
    for (kind, dash, width) in [
        ("insight at once", Dash::Short, 1.8),
        ("insight some day", Dash::Long, 1.8),
        ("law of effect", Dash::Solid, 2.6),
    ] {
        let curve = table.only("kind", kind)?.points("trial", "median")?;
        panel.curve(sheet, &curve, Pen::new(ink(kind), width).dash(dash))?;
    }
    // Each label stands where its curve is alone.
    let at = |kind: &str, trial: f64| -> Result<Point> {
        let median = table.only("kind", kind)?.only("trial", trial)?.number("median")?;
        Ok(panel.at((trial, median)))
    };
    for (kind, trial, (dx, dy)) in [
        ("insight some day", 3.0, (14.0, -22.0)),
        ("law of effect", 12.0, (10.0, -30.0)),
        ("insight at once", 2.0, (8.0, 17.0)),
    ] {
        let (x, y) = at(kind, trial)?;
        sheet.text(kind, (x + dx, y + dy), Lettering::label(ink(kind)).bold().halo())?;
    }
    Ok(())
}

/// Single cats, and how often each was slow again.
pub fn steps() -> Figure {
    Figure {
        id: "puzzle-box-cats",
        shows: "Latencies of single cats, and how often each cat was slow again after two quick escapes",
        size: (720.0, 430.0),
        compute: Compute::Light(|| {
            let rows = puzzle_box::run(0..SEEDS);
            let mut curves = Table::new(["kind", "seed", "trial", "seconds"]);
            let mut slow = Table::named("relapses", ["kind", "seed", "relapses"]);
            let mut numbers = Vec::new();
            for (kind, name, slug) in KINDS {
                let cats = cats(&rows, kind);
                let mut counts = Vec::new();
                for (seed, cat) in cats.iter().enumerate() {
                    if (seed as u64) < DRAWN {
                        for (trial, &latency) in cat.iter().enumerate() {
                            curves.push([
                                name.into(),
                                seed.into(),
                                (trial + 1).into(),
                                latency.into(),
                            ]);
                        }
                    }
                    let relapse = relapses(cat, QUICK);
                    slow.push([
                        name.into(),
                        seed.into(),
                        relapse.map(|count| count as u64).into(),
                    ]);
                    counts.extend(relapse.map(|count| count as f64));
                }
                numbers.push(mean_number(&format!("relapses-{slug}"), &counts, "trials"));
                let some: Vec<f64> =
                    counts.iter().map(|&count| f64::from(count > 0.0)).collect();
                numbers.push(count(&format!("relapsed-{slug}"), &some, "cats"));
            }
            Ok(Data { tables: vec![curves, slow], numbers })
        }),
        tables: &["relapses"],
        draw: draw_steps,
    }
}

fn draw_steps(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let (curves, relapses) = (tables.main()?, tables.get("relapses")?);
    for (left, kind) in [(46.0, "law of effect"), (282.0, "insight some day")] {
        let cats = curves.only("kind", kind)?;
        for (row, seed) in cats.values("seed")?.into_iter().enumerate() {
            let panel = Panel {
                left,
                top: 66.0 + 110.0 * row as f64,
                width: 186.0,
                height: 86.0,
                x: Scale::Linear(1.0, TRIALS as f64),
                y: Scale::Log(2.0, 600.0),
            };
            let last = row + 1 == DRAWN as usize;
            panel.axes(
                sheet,
                &Axes {
                    title: if row == 0 { kind } else { "" },
                    y_title: if row == 0 { "seconds to escape" } else { "" },
                    x_title: if last { "trial" } else { "" },
                    x_ticks: if last {
                        ticks(&[1.0, 20.0, 40.0, 60.0])
                    } else {
                        Vec::new()
                    },
                    y_ticks: ticks(&[3.0, 30.0, 300.0]),
                },
            )?;
            let curve = cats.only("seed", seed)?.points("trial", "seconds")?;
            panel.curve(sheet, &curve, Pen::new(ink(kind), 1.6))?;
            let lettering =
                Lettering::label(Ink::Muted).size(SMALL).align(Align::End).halo();
            sheet.text(
                &format!("cat {seed}"),
                (panel.right(), panel.top + 7.0),
                lettering,
            )?;
        }
    }
    for (row, (_, kind, _)) in KINDS.into_iter().enumerate() {
        let cells = relapses.only("kind", kind)?;
        let counts: Vec<u64> = cells
            .texts("relapses")?
            .into_iter()
            .filter_map(|cell| cell.parse().ok())
            .collect();
        let panel = Panel {
            left: 524.0,
            top: 66.0 + 110.0 * row as f64,
            width: 180.0,
            height: 86.0,
            x: Scale::Linear(-0.6, MANY as f64 + 0.6),
            y: Scale::Linear(0.0, 100.0),
        };
        let last = row + 1 == KINDS.len();
        let mut x_ticks = ticks(&[0.0, 4.0, 8.0]);
        x_ticks.push((MANY as f64, format!("{MANY}+")));
        panel.axes(
            sheet,
            &Axes {
                title: if row == 0 { "every cat" } else { "" },
                y_title: if row == 0 { "share of cats, %" } else { "" },
                x_title: if last { "times slow again" } else { "" },
                x_ticks: if last { x_ticks } else { Vec::new() },
                y_ticks: ticks(&[0.0, 50.0, 100.0]),
            },
        )?;
        for times in 0..=MANY {
            let cats = counts.iter().filter(|&&count| count.min(MANY) == times).count();
            if cats > 0 {
                let share = 100.0 * cats as f64 / counts.len() as f64;
                let top = panel.at((times as f64 - 0.4, share));
                let bottom = panel.at((times as f64 + 0.4, 0.0));
                sheet.block(top, bottom, ink(kind), 0.85)?;
            }
        }
        let lettering =
            Lettering::label(ink(kind)).size(SMALL).bold().align(Align::End).halo();
        sheet.text(kind, (panel.right(), panel.top + 12.0), lettering)?;
    }
    Ok(())
}
