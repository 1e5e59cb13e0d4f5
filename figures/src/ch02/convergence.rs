//! How values come near the truth: by sweep, and by work.

use anyhow::{Context, Result};
use ch02_bellman_and_value::absorbing_goal::{self, Goal, grid};
use ch02_bellman_and_value::greedy_loss::{self, done_from, temptation};
use ch02_bellman_and_value::solvers::{
    Solver, backward, curves, disagreement, random_world, totals,
};
use ch02_bellman_and_value::stopping::{Row, by_sweep, first_proof, first_small_change};
use ch02_bellman_and_value::{contraction, four_rooms};
use envs::Discount;
use envs::textbook::gridworld;
use rl::Mdp;

use super::number;
use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Axes, Dash, Ink, Lettering, Mark, Panel, Pen, Point, SMALL, Scale, Sheet, Tick, ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

/// The two discounts on the 5x5 grid, and the sweeps that are shown.
const SWEEPS: [(f64, usize); 2] = [(0.9, 250), (0.99, 2500)];
/// Points of each curve.
const POINTS: usize = 125;
/// The threshold of the widespread rule, in reward.
const THRESHOLD: f64 = 1e-3;
/// What is proved in the end, in reward.
const TOLERANCE: f64 = 1e-8;
/// Ends of both axes of errors, in reward.
const SMALLEST: f64 = 1e-10;
/// More steps than any solver takes.
const MOST_STEPS: usize = 4000;
/// What the other corner pays, in reward.
const FEAST: f64 = 5.0;
/// Random worlds on which the five solvers are compared.
const RANDOM_WORLDS: u64 = 30;

/// Change, error and bound by sweep.
pub fn residual() -> Figure {
    Figure {
        id: "residual-by-sweep",
        shows: "Largest change, true error and proven bound of value iteration by sweep on the grid of five by five cells, at two discounts, on a log axis",
        size: (720.0, 390.0),
        compute: Compute::Light(compute_residual),
        tables: &["stops"],
        draw: draw_residual,
    }
}

fn compute_residual() -> Result<Data> {
    let mut table = Table::new(["discount", "sweep", "change", "error", "bound"]);
    let mut stops = Table::named(
        "stops",
        ["discount", "sweep", "change", "error", "best_from", "best_with_error"],
    );
    let mut numbers = Vec::new();
    let mdp = Mdp::new(&gridworld())?;
    for (discount, sweeps) in SWEEPS {
        let rows = by_sweep(&mdp, Discount::new(discount)?, sweeps);
        let every = sweeps / POINTS;
        for row in
            rows.iter().filter(|row| row.sweep == 1 || row.sweep.is_multiple_of(every))
        {
            table.push([
                discount.into(),
                row.sweep.into(),
                row.change.into(),
                row.error.into(),
                row.bound.into(),
            ]);
        }
        let stop = first_small_change(&rows, THRESHOLD)
            .with_context(|| format!("no small change at {discount}"))?;
        let losses = greedy_loss::by_sweep(&mdp, Discount::new(discount)?, sweeps);
        let done = done_from(&losses).context("the greedy policy is never best")?;
        stops.push([
            discount.into(),
            stop.sweep.into(),
            stop.change.into(),
            stop.error.into(),
            done.into(),
            rows[done - 1].error.into(),
        ]);
        let percent = (100.0 * discount).round();
        let name = |what: &str| format!("small-change-{what}-at-{percent}");
        numbers.extend([
            Number::exact(&name("sweeps"), stop.sweep as f64, "sweeps"),
            Number::exact(&name("error"), stop.error, "reward"),
            Number::exact(&name("bound"), stop.bound, "reward"),
            Number::exact(
                &format!("greedy-best-from-sweep-at-{percent}"),
                done as f64,
                "sweeps",
            ),
            Number::exact(
                &format!("greedy-best-with-error-at-{percent}"),
                rows[done - 1].error,
                "reward",
            ),
        ]);
    }
    numbers.push(Number::exact("small-change-threshold", THRESHOLD, "reward"));
    for (slug, discount) in [("90", 0.9), ("99", 0.99), ("999", 0.999)] {
        let rows = by_sweep(&mdp, Discount::new(discount)?, 30_000);
        numbers.push(sweeps_to_proof(&format!("sweeps-to-1e-8-at-{slug}"), &rows)?);
    }
    numbers.extend(paying_goal()?);
    numbers.extend(distances()?);
    numbers.extend(temptations()?);
    Ok(Data { tables: vec![table, stops], numbers })
}

fn sweeps_to_proof(key: &str, rows: &[Row]) -> Result<Number> {
    let proof =
        first_proof(rows, TOLERANCE).with_context(|| format!("{key}: no proof"))?;
    Ok(Number::exact(key, proof.sweep as f64, "sweeps"))
}

/// The small grid whose goal pays for ever, at 0.99.
fn paying_goal() -> Result<Vec<Number>> {
    let discount = Discount::new(0.99)?;
    let rows = by_sweep(&Mdp::new(&grid(Goal::PaysForEver, None))?, discount, 4000);
    let thousand = rows[999];
    let small = first_small_change(&rows, TOLERANCE).context("no small change")?;
    let near = rows.iter().find(|row| row.error <= TOLERANCE).context("never near")?;
    let mut numbers = vec![
        Number::exact("feast", FEAST, "reward"),
        Number::exact("paying-goal-change-at-1000", thousand.change, "reward"),
        Number::exact("paying-goal-error-at-1000", thousand.error, "reward"),
        Number::exact("paying-goal-sweeps-to-small-change", small.sweep as f64, "sweeps"),
        Number::exact("paying-goal-sweeps-to-small-error", near.sweep as f64, "sweeps"),
        sweeps_to_proof("paying-goal-sweeps-to-1e-8", &rows)?,
    ];
    for goal in Goal::ALL {
        let v = absorbing_goal::values(goal, None, discount);
        let name = goal.name().replace(' ', "-");
        let beside = absorbing_goal::GOAL - 1;
        numbers.extend([
            Number::exact(
                &format!("goal-{name}-goal"),
                v[absorbing_goal::GOAL],
                "reward",
            ),
            Number::exact(&format!("goal-{name}-neighbor"), v[beside], "reward"),
            Number::exact(&format!("goal-{name}-start"), v[0], "reward"),
        ]);
    }
    Ok(numbers)
}

/// Ratios of distances before and after a backup.
fn distances() -> Result<Vec<Number>> {
    let discount = Discount::new(0.9)?;
    let mdp = Mdp::new(&contraction::funnel(4))?;
    let ratio = contraction::ratio(&mdp, &[1.0, 0.0, 0.0, 0.0], &[0.0; 4], discount);
    let random = contraction::random_ratios(&Mdp::new(&gridworld())?, discount, 0..100);
    let largest = random.iter().map(|ratio| ratio.sup).fold(0.0, f64::max);
    Ok(vec![
        Number::exact("funnel-sup-ratio", ratio.sup, "1"),
        Number::exact("funnel-euclidean-ratio", ratio.euclidean, "1"),
        Number {
            seeds: "0..100".into(),
            n: 100,
            ..Number::exact("random-pairs-largest-ratio", largest, "1")
        },
    ])
}

/// How much the greedy policy can lose to an error.
fn temptations() -> Result<Vec<Number>> {
    let (discount, error) = (Discount::new(0.99)?, 0.01);
    // A hair less than what the error hides.
    let cost = 2.0 * discount.get() * error * (1.0 - 1e-9);
    let lost =
        greedy_loss::loss(&Mdp::new(&temptation(cost))?, &[error, -error], discount);
    Ok(vec![
        Number::exact("temptation-error", error, "reward"),
        Number::exact("temptation-loss", lost, "reward"),
        Number::exact("temptation-loss-over-error", lost / error, "1"),
    ])
}

fn draw_residual(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let curves = [
        ("bound", "proven bound", Ink::C3, Dash::Long),
        ("error", "true error", Ink::Rl, Dash::Solid),
        ("change", "largest change", Ink::C4, Dash::Short),
    ];
    for ((_, name, ink, dash), left) in curves.into_iter().zip([52.0, 210.0, 344.0]) {
        let lettering = Lettering::label(ink).bold();
        sheet.key(name, (left, 14.0), Pen::new(ink, 2.2).dash(dash), lettering)?;
    }
    for (index, discount) in tables.main()?.values("discount")?.into_iter().enumerate() {
        let rows = tables.main()?.only("discount", discount)?;
        let stop = tables.get("stops")?.only("discount", discount)?;
        let last = rows.numbers("sweep")?.into_iter().fold(0.0, f64::max);
        let panel = Panel {
            left: 52.0 + 356.0 * index as f64,
            top: 92.0,
            width: 288.0,
            height: 240.0,
            x: Scale::Linear(0.0, last),
            y: Scale::Log(SMALLEST, 1e3),
        };
        panel.axes(
            sheet,
            &Axes {
                title: &format!("discount {discount}"),
                x_title: "sweep",
                y_title: if index == 0 { "reward" } else { " " },
                x_ticks: ticks(&[0.0, 0.2, 0.4, 0.6, 0.8, 1.0].map(|part| part * last)),
                y_ticks: powers(&[-10, -8, -6, -4, -2, 0, 2]),
            },
        )?;
        for (column, _, ink, dash) in curves {
            let curve = rows.points("sweep", column)?;
            let shown: Vec<Point> =
                curve.into_iter().filter(|(_, y)| *y >= SMALLEST).collect();
            panel.curve(sheet, &shown, Pen::new(ink, 2.2).dash(dash))?;
        }
        draw_stop(sheet, &panel, &stop)?;
    }
    Ok(())
}

/// Where the widespread rule stops, and how far off the values are there.
fn draw_stop(sheet: &mut Sheet, panel: &Panel, stop: &Table) -> Result<()> {
    let (sweep, error) = (stop.number("sweep")?, stop.number("error")?);
    let (x, y) = panel.at((sweep, error));
    let pen = Pen::new(Ink::Text, 1.2).dash(Dash::Dots);
    sheet.line(&[(x, y), (x, panel.bottom())], pen)?;
    sheet.mark((x, y), 4.2, Ink::Rl, Mark::Disc)?;
    sheet.mark(panel.at((sweep, stop.number("change")?)), 3.6, Ink::C4, Mark::Square)?;
    let lettering = Lettering::label(Ink::Text).size(SMALL).halo();
    let near = panel.bottom() - 16.0;
    sheet.text(&format!("change < {THRESHOLD}"), (x + 7.0, near), lettering)?;
    let said = format!("error {}", number(error, 4));
    sheet.text(&said, (x + 9.0, y - 12.0), lettering)?;
    let (x, y) = panel.at((stop.number("best_from")?, stop.number("best_with_error")?));
    sheet.mark((x, y), 4.2, Ink::Rl, Mark::Ring)?;
    let lettering = Lettering::label(Ink::Rl).size(SMALL).bold();
    sheet.text("greedy is best from here", (x + 36.0, y), lettering)
}

/// Ticks at powers of ten.
fn powers(exponents: &[i32]) -> Vec<Tick> {
    let tick = |exponent: &i32| {
        let power = format!("1e{exponent}");
        let value = power.parse().expect("a power is a number");
        if value < 1.0 {
            (value, power.replace('-', "−"))
        } else {
            ticks(&[value]).remove(0)
        }
    };
    exponents.iter().map(tick).collect()
}

/// Error against work.
pub fn solvers() -> Figure {
    Figure {
        id: "solvers-by-work",
        shows: "Largest error against multiplications for value iteration, Gauss-Seidel, modified policy iteration and policy iteration in three worlds, on log axes",
        size: (720.0, 412.0),
        compute: Compute::Light(compute_solvers),
        tables: &[],
        draw: draw_solvers,
    }
}

fn compute_solvers() -> Result<Data> {
    let rooms = Mdp::new(&four_rooms::world(four_rooms::slip()))?;
    let square = Mdp::new(&gridworld())?;
    let mut table =
        Table::new(["world", "solver", "step", "backups", "multiplications", "error"]);
    let mut numbers = Vec::new();
    let mut worst = 0.0_f64;
    for (world, slug, mdp, discount) in [
        ("5×5 grid at 0.9", "grid-90", &square, Discount::new(0.9)?),
        ("5×5 grid at 0.99", "grid-99", &square, Discount::new(0.99)?),
        ("Four Rooms at 0.95", "four-rooms", &rooms, four_rooms::discount()),
    ] {
        let rows = curves(mdp, discount, MOST_STEPS);
        for last in totals(mdp, discount) {
            let solver = last.solver;
            let mut next = 0.0;
            for row in rows.iter().filter(|row| row.solver == solver) {
                // Steps that nobody could tell apart on the axis are left out.
                if row.multiplications < next {
                    continue;
                }
                next = 1.05 * row.multiplications;
                table.push([
                    world.into(),
                    solver.name().into(),
                    row.step.into(),
                    row.backups.into(),
                    row.multiplications.into(),
                    row.error.into(),
                ]);
            }
            let name = solver.name().to_lowercase().replace(' ', "-");
            for (what, unit, count) in [
                ("steps", "steps", last.step as f64),
                ("backups", "backups", last.backups as f64),
                ("multiplications", "multiplications", last.multiplications),
            ] {
                numbers.push(Number::exact(
                    &format!("{what}-{slug}-{name}"),
                    count,
                    unit,
                ));
            }
        }
        worst = worst.max(disagreement(mdp, discount));
    }
    // The same grid, numbered from its last cell to its first.
    for row in totals(&Mdp::new(&backward(&gridworld()))?, Discount::new(0.9)?) {
        if let Solver::GaussSeidel | Solver::ModifiedPolicyIteration = row.solver {
            let name = row.solver.name().to_lowercase().replace(' ', "-");
            numbers.push(Number::exact(
                &format!("multiplications-grid-90-backward-{name}"),
                row.multiplications,
                "multiplications",
            ));
        }
    }
    for seed in 0..RANDOM_WORLDS {
        let mdp = Mdp::new(&random_world(seed))?;
        worst = worst.max(disagreement(&mdp, four_rooms::discount()));
    }
    let seeds = format!("0..{RANDOM_WORLDS}");
    numbers.push(Number {
        seeds,
        n: RANDOM_WORLDS + 3,
        ..Number::exact("solvers-worst-disagreement", worst, "reward")
    });
    Ok(Data { tables: vec![table], numbers })
}

fn style(solver: &str) -> (Ink, Dash, Mark) {
    match solver {
        "value iteration" => (Ink::C5, Dash::Solid, Mark::Disc),
        "Gauss-Seidel" => (Ink::C3, Dash::Long, Mark::Square),
        "modified policy iteration" => (Ink::C4, Dash::Short, Mark::Triangle),
        _ => (Ink::C6, Dash::Dots, Mark::Diamond),
    }
}

fn draw_solvers(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let solvers = tables.main()?.values("solver")?;
    for (solver, left) in solvers.into_iter().zip([52.0, 208.0, 347.0, 562.0]) {
        let (ink, dash, mark) = style(solver);
        let lettering = Lettering::label(ink).bold();
        sheet.key(solver, (left, 14.0), Pen::new(ink, 2.2).dash(dash), lettering)?;
        sheet.mark((left + 10.0, 14.0), 3.8, ink, mark)?;
    }
    for (index, world) in tables.main()?.values("world")?.into_iter().enumerate() {
        let rows = tables.main()?.only("world", world)?;
        let panel = Panel {
            left: 52.0 + 228.0 * index as f64,
            top: 92.0,
            width: 206.0,
            height: 262.0,
            x: Scale::Log(70.0, 1e6),
            y: Scale::Log(SMALLEST, 1e3),
        };
        let mut y_ticks = powers(&[-10, -8, -6, -4, -2, 0, 2]);
        if index > 0 {
            y_ticks.iter_mut().for_each(|(_, label)| label.clear());
        }
        panel.axes(
            sheet,
            &Axes {
                title: world,
                x_title: "multiplications",
                y_title: if index == 0 { "largest error, in reward" } else { " " },
                x_ticks: ticks(&[100.0, 1000.0, 10_000.0, 100_000.0]),
                y_ticks,
            },
        )?;
        for solver in rows.values("solver")? {
            let (ink, dash, mark) = style(solver);
            let curve =
                rows.only("solver", solver)?.points("multiplications", "error")?;
            // A curve ends where it first leaves the axis.
            let off = curve.iter().position(|(_, error)| *error < SMALLEST);
            let curve = &curve[..off.map_or(curve.len(), |off| off + 1)];
            panel.curve(sheet, curve, Pen::new(ink, 2.2).dash(dash))?;
            // Each mark is a step; where they are many, some are left out.
            for &point in curve.iter().step_by(curve.len().div_ceil(10)) {
                sheet.mark(panel.at(point), 3.8, ink, mark)?;
            }
        }
    }
    Ok(())
}
