//! The detour: a door shuts, and only the longest path is left.

use anyhow::{Context, Result};
use ch01_behaving_animal::detour::{self, Path, Row, TEST, TRAINING};
use ch01_behaving_animal::learners::Learner;
use ch01_behaving_animal::maze_trial::Settings;
use envs::maze::{Cell, DETOUR, Door, Maze};
use prob::interval::{median, quantile};

use super::{HABIT, MAP, count, mean_number, median_number, share_number};
use crate::figure::{Compute, Data, Figure};
use crate::kit::maze::{Plan, walls};
use crate::kit::{
    Align, Axes, Dash, Ink, Lettering, Mark, Panel, Pen, Point, SMALL, Scale, Sheet,
    ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

/// Animals of each kind.
const SEEDS: u64 = 60;

fn style(learner: &str) -> (&'static str, Ink, Dash) {
    match learner {
        "habit" => ("habit", HABIT, Dash::Solid),
        "map" => ("map", MAP, Dash::Long),
        _ => ("habit without traces", Ink::C5, Dash::Short),
    }
}

/// Mazes before and after, and who replans.
pub fn figure() -> Figure {
    Figure {
        id: "detour",
        shows: "The detour maze before and after its door shuts, and steps wasted by three learners on each trial after",
        size: (720.0, 606.0),
        compute: Compute::Light(compute),
        tables: &["maze", "animals"],
        draw,
    }
}

fn compute() -> Result<Data> {
    let rows = detour::run(0..SEEDS);
    let mut curves = Table::new([
        "learner",
        "trial_after_door",
        "median_wasted",
        "lower_quartile",
        "upper_quartile",
    ]);
    let mut animals = Table::named(
        "animals",
        ["learner", "seed", "trials_to_shortest", "steps_to_shortest", "wasted"],
    );
    let mut numbers = Vec::new();
    for learner in Learner::ALL {
        let name = learner.name();
        let of: Vec<Row> =
            rows.iter().filter(|row| row.learner == learner).copied().collect();
        let one_by_one: Vec<&[Row]> = of.chunks(TRAINING + TEST).collect();
        let wasted = |trial: usize| -> Vec<f64> {
            one_by_one
                .iter()
                .map(|rows| (rows[trial - 1].steps - rows[trial - 1].needed) as f64)
                .collect()
        };
        for trial in TRAINING - 9..=TRAINING + TEST {
            let steps = wasted(trial);
            let after = trial as i64 - TRAINING as i64;
            let [low, high] = [0.25, 0.75].map(|q| quantile(&steps, q));
            curves.push([
                name.into(),
                after.into(),
                median(&steps).into(),
                low.into(),
                high.into(),
            ]);
        }
        let (mut first, mut steps) = (Vec::new(), Vec::new());
        let mut regrets = Vec::new();
        for rows in &one_by_one {
            let (replan, regret) = (detour::trials_to_replan(rows), detour::regret(rows));
            // An animal that never found the path has tried once more than all trials of the test.
            first.push(replan.map_or((TEST + 1) as f64, |trials| trials as f64));
            regrets.push(regret as f64);
            let walked = detour::steps_to_replan(rows);
            steps.push(walked as f64);
            animals.push([
                name.into(),
                rows[0].seed.into(),
                replan.map(|trials| trials as u64).into(),
                walked.into(),
                regret.into(),
            ]);
        }
        let entered = |trial: usize, path: Path| {
            one_by_one
                .iter()
                .filter(|rows| rows[TRAINING + trial - 1].entered == Some(path))
                .count()
        };
        for trial in [1, 2, 3, 10] {
            for (word, path) in
                [("first", Path::First), ("second", Path::Second), ("third", Path::Third)]
            {
                let key = format!("detour-{name}-enters-{word}-on-trial-{trial}");
                numbers.push(share_number(&key, entered(trial, path), one_by_one.len()));
            }
        }
        let within: Vec<f64> =
            first.iter().map(|&trials| f64::from(trials <= 2.0)).collect();
        let never: Vec<f64> =
            first.iter().map(|&trials| f64::from(trials > TEST as f64)).collect();
        numbers.extend([
            median_number(&format!("detour-{name}-trials"), &first, "trials"),
            median_number(&format!("detour-{name}-steps"), &steps, "steps"),
            mean_number(&format!("detour-{name}-steps-mean"), &steps, "steps"),
            mean_number(&format!("detour-{name}-wasted"), &regrets, "steps"),
            median_number(&format!("detour-{name}-wasted-median"), &regrets, "steps"),
            median_number(
                &format!("detour-{name}-first-trial"),
                &wasted(TRAINING + 1),
                "steps",
            ),
            mean_number(&format!("detour-{name}-before"), &wasted(TRAINING), "steps"),
            count(&format!("detour-{name}-within-two"), &within, "animals"),
            count(&format!("detour-{name}-never"), &never, "animals"),
        ]);
    }
    let mut maze = Maze::parse(DETOUR)?;
    let start = maze.start_state().context("its start is drawn")?;
    numbers.extend(random_walker(&maze, start));
    numbers.push(value_picture(&maze));
    let mut plan = Table::named("maze", ["when", "what", "x", "y", "to_x", "to_y"]);
    for (when, door) in [("before", Door::Open), ("after", Door::Shut)] {
        maze.set_door('b', door)?;
        let path = maze.shortest_path(start).context("path 3 is never shut")?;
        numbers.push(Number::exact(
            &format!("detour-needed-{when}"),
            (path.len() - 1) as f64,
            "steps",
        ));
        for (from, to) in plan_walls(&maze) {
            plan.push([
                when.into(),
                "wall".into(),
                from.0.into(),
                from.1.into(),
                to.0.into(),
                to.1.into(),
            ]);
        }
        let mut place = |what: &str, state: usize| {
            let Cell { row, column } = maze.cell(state);
            let (x, y): (u64, u64) = (column as u64, row as u64);
            plan.push([when.into(), what.into(), x.into(), y.into(), x.into(), y.into()]);
        };
        place("start", start);
        place("food", maze.goal_state());
        for &(_, state, door) in maze.doors().iter().filter(|(name, ..)| *name == 'b') {
            place(if door == Door::Shut { "door-shut" } else { "door-open" }, state);
        }
        for state in path {
            place("path", state);
        }
    }
    Ok(Data { tables: vec![curves, plan, animals], numbers })
}

/// A walker that draws every move at random, exactly.
fn random_walker(maze: &Maze, start: usize) -> [Number; 2] {
    let (within, steps) = detour::random_walker(maze, start, detour::LIMIT);
    [
        Number::exact("random-walker-within-500", within, "share"),
        Number::exact("random-walker-steps", steps, "steps"),
    ]
}

/// Correlation over places between the largest action values of a habit learner and of a map learner, both as they are when the
/// door is about to shut.
fn value_picture(maze: &Maze) -> Number {
    let correlations: Vec<f64> = (0..SEEDS)
        .map(|seed| {
            let [habit, map] = [Learner::Habit, Learner::Map]
                .map(|learner| detour::trained(learner, Settings::default(), seed));
            detour::picture_correlation(maze, &habit, &map)
        })
        .collect();
    mean_number("value-picture-correlation", &correlations, "1")
}

fn plan_walls(maze: &Maze) -> Vec<(Point, Point)> {
    let open = |x: i64, y: i64| {
        maze.state_at(Cell { row: y as usize, column: x as usize }).is_some()
    };
    walls(maze.columns() as i64, maze.rows() as i64, open)
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let maze = tables.get("maze")?;
    for (left, when, title) in
        [(20.0, "before", "All doors open"), (380.0, "after", "The door shut")]
    {
        draw_maze(sheet, &maze.only("when", when)?, left, title)?;
    }
    draw_curves(sheet, tables.main()?)?;
    draw_animals(sheet, tables.get("animals")?)
}

fn draw_maze(sheet: &mut Sheet, rows: &Table, left: f64, title: &str) -> Result<()> {
    let cell = 24.0;
    // The drawing leaves out the border of solid wall.
    let plan = Plan { left: left - 2.0 * cell, top: 34.0 - cell, cell };
    sheet.text(title, (left, 14.0), Lettering::label(Ink::Text).bold())?;
    let place = |what: &str| -> Result<Option<Point>> {
        Ok(rows
            .only("what", what)
            .ok()
            .map(|rows| rows.points("x", "y"))
            .transpose()?
            .map(|points| points[0]))
    };
    for wall in rows
        .only("what", "wall")?
        .points("x", "y")?
        .into_iter()
        .zip(rows.only("what", "wall")?.points("to_x", "to_y")?)
    {
        plan.wall(sheet, wall.0, wall.1)?;
    }
    if let Some((x, y)) = place("door-shut")? {
        plan.fill(sheet, (x, y), Ink::Text, 0.85)?;
        let (_, middle) = plan.middle((x, y));
        let lettering = Lettering::label(Ink::Text).size(SMALL).align(Align::End);
        sheet.text("shut", (plan.at((x, y)).0 - 7.0, middle), lettering)?;
    }
    if let Some((x, y)) = place("door-open")? {
        let (left, middle) = (plan.at((x, y)).0, plan.middle((x, y)).1);
        let pen = Pen::new(Ink::Muted, 1.4).dash(Dash::Short);
        sheet.line(&[(left, middle), (left + cell, middle)], pen)?;
        let lettering = Lettering::label(Ink::Muted).size(SMALL).align(Align::End);
        sheet.text("door", (left - 7.0, middle), lettering)?;
    }
    let path = rows.only("what", "path")?.points("x", "y")?;
    let (start, food) = (path[0], path[path.len() - 1]);
    plan.way(sheet, &path, 0.0, Pen::new(Ink::C4, 3.0))?;
    sheet.mark(plan.middle(start), 5.0, Ink::Text, Mark::Disc)?;
    for ((x, y), name) in [(start, "start"), (food, "food")] {
        let (_, middle) = plan.middle((x, y));
        sheet.text(
            name,
            (plan.at((x + 1.0, y)).0 + 8.0, middle),
            Lettering::label(Ink::Text).size(SMALL),
        )?;
    }
    let (x, y) = plan.at((10.0, 5.0));
    let lettering = Lettering::label(Ink::C4).bold();
    sheet.text(&format!("{} steps", path.len() - 1), (x + 12.0, y), lettering)
}

fn draw_curves(sheet: &mut Sheet, curves: &Table) -> Result<()> {
    let panel = Panel {
        left: 50.0,
        top: 322.0,
        width: 330.0,
        height: 232.0,
        x: Scale::Linear(1.0, 60.0),
        y: Scale::Log(1.0, 485.0),
    };
    panel.axes(
        sheet,
        &Axes {
            title: "",
            x_title: "trial after the door shut",
            y_title: "steps wasted",
            x_ticks: ticks(&[1.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0]),
            // The axis is logarithmic in one more than the steps, so that none has a place.
            y_ticks: ticks(&[0.0, 10.0, 100.0, 484.0])
                .into_iter()
                .map(|(steps, label)| (steps + 1.0, label))
                .collect(),
        },
    )?;
    for learner in curves.values("learner")? {
        let rows = curves.only("learner", learner)?;
        let (_, ink, dash) = style(learner);
        let x = rows.numbers("trial_after_door")?;
        let shown: Vec<usize> =
            (0..x.len()).filter(|&row| (1.0..=60.0).contains(&x[row])).collect();
        let column = |name: &str| -> Result<Vec<f64>> {
            let numbers = rows.numbers(name)?;
            Ok(shown.iter().map(|&row| numbers[row] + 1.0).collect())
        };
        let x: Vec<f64> = shown.iter().map(|&row| x[row]).collect();
        panel.band(
            sheet,
            &x,
            &column("lower_quartile")?,
            &column("upper_quartile")?,
            ink,
        )?;
        let points: Vec<Point> =
            x.iter().copied().zip(column("median_wasted")?).collect();
        panel.curve(sheet, &points, Pen::new(ink, 2.2).dash(dash))?;
    }
    Ok(())
}

fn draw_animals(sheet: &mut Sheet, animals: &Table) -> Result<()> {
    let most = animals.numbers("steps_to_shortest")?.into_iter().fold(0.0, f64::max);
    // A trial has eight steps at least: whoever took the shortest path at once stands at the left end, labeled 0.
    let none = 5.0;
    let panel = Panel {
        left: 440.0,
        top: 322.0,
        width: 262.0,
        height: 232.0,
        x: Scale::Log(none / 1.2, most * 1.2),
        y: Scale::Linear(0.0, 3.0),
    };
    panel.axes(
        sheet,
        &Axes {
            x_title: "steps until the first shortest path",
            x_ticks: [(none, "0".to_string())]
                .into_iter()
                .chain(ticks(&[10.0, 100.0, 1000.0, 10_000.0]))
                .filter(|(tick, _)| *tick <= most * 1.2)
                .collect(),
            ..Axes::default()
        },
    )?;
    for (row, learner) in animals.values("learner")?.into_iter().enumerate() {
        let (name, ink, dash) = style(learner);
        let cells = animals.only("learner", learner)?;
        let walked = cells.numbers("steps_to_shortest")?;
        let height = 2.5 - row as f64;
        let y = panel.at_y(height);
        for (animal, &steps) in walked.iter().enumerate() {
            // Spread up and down by an even, fixed pattern, so that animals with the same steps don't hide one another.
            let aside = ((animal * 7) % 17) as f64 - 8.0;
            sheet.mark_faint(
                (panel.at_x(steps.max(none)), y + 1.8 * aside),
                2.4,
                ink,
                Mark::Disc,
                0.45,
            )?;
        }
        let middle = median(&walked);
        let x = panel.at_x(middle.max(none));
        sheet.line(&[(x, y - 20.0), (x, y + 20.0)], Pen::new(ink, 2.6))?;
        let lettering = Lettering::label(ink).size(SMALL).bold().halo();
        let pen = Pen::new(ink, 2.2).dash(dash);
        sheet.key(name, (panel.left + 2.0, y - 31.0), pen, lettering)?;
    }
    Ok(())
}
