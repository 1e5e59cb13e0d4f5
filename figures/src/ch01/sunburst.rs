//! The sunburst of 1946: the alley is blocked, and eighteen paths are new.

use anyhow::Result;
use ch01_behaving_animal::sunburst::{self, Chooser, Row};
use ch01_behaving_animal::vector_map::Senses;
use envs::sunburst::{FOOD, PATHS, ROUTE, along, bearing, bearing_of};

use super::{HABIT, MAP, share_number};
use crate::figure::{Compute, Data, Figure};
use crate::kit::{Align, Dash, Ink, Lettering, Mark, Pen, Point, SMALL, Sheet};
use crate::table::{Table, Tables};

/// Animals of each kind.
const SEEDS: u64 = 100;
/// The path that points at the food.
const TOWARDS_FOOD: usize = 6;
/// Errors of heading for which the vector map's choices are counted, in degrees.
const TURN_ERRORS: [f64; 6] = [0.0, 5.0, 10.0, 20.0, 30.0, 40.0];

fn style(chooser: &str) -> (&'static str, Ink) {
    match chooser {
        "habit" => ("habit", HABIT),
        "generalizing-habit" => ("habit that generalizes", Ink::C5),
        "graph-map" => ("map as a graph", MAP),
        _ => ("map in the plane", Ink::C4),
    }
}

/// Apparatus and choices.
pub fn figure() -> Figure {
    Figure {
        id: "sunburst",
        shows: "The training route of the sunburst, and which of its eighteen new paths four learners choose",
        size: (720.0, 416.0),
        compute: Compute::Light(compute),
        tables: &["plan", "errors"],
        draw,
    }
}

fn compute() -> Result<Data> {
    let rows = sunburst::run(0..SEEDS);
    let mut table =
        Table::new(["chooser", "path", "bearing_degrees", "animals", "share"]);
    let mut numbers = Vec::new();
    for chooser in Chooser::ALL {
        let of: Vec<&Row> = rows.iter().filter(|row| row.chooser == chooser).collect();
        let on =
            |paths: &[usize]| of.iter().filter(|row| paths.contains(&row.path)).count();
        for path in 1..=PATHS {
            let animals = on(&[path]);
            let share = animals as f64 / of.len() as f64;
            table.push([
                chooser.name().into(),
                path.into(),
                bearing(path).into(),
                animals.into(),
                share.into(),
            ]);
        }
        let name = chooser.name();
        numbers.extend([
            share_number(
                &format!("sunburst-{name}-towards-food"),
                on(&[TOWARDS_FOOD]),
                of.len(),
            ),
            share_number(
                &format!("sunburst-{name}-within-one"),
                on(&[5, 6, 7]),
                of.len(),
            ),
            share_number(
                &format!("sunburst-{name}-beside-alley"),
                on(&[9, 10]),
                of.len(),
            ),
        ]);
    }
    numbers.push(crate::Number::exact("sunburst-chance", 1.0 / PATHS as f64, "share"));
    let mut errors = Table::named(
        "errors",
        ["turn_error_degrees", "share_towards_food", "low", "high"],
    );
    for degrees in TURN_ERRORS {
        let senses = Senses { turn_error: degrees, ..Senses::default() };
        let choices: Vec<Row> = sunburst::run_with(senses, 0..SEEDS)
            .into_iter()
            .filter(|row| row.chooser == Chooser::VectorMap)
            .collect();
        let hits = choices.iter().filter(|row| row.path == TOWARDS_FOOD).count();
        let number =
            share_number(&format!("sunburst-turn-error-{degrees}"), hits, choices.len());
        let [low, high] = number.interval.unwrap_or_default();
        errors.push([degrees.into(), number.value.into(), low.into(), high.into()]);
        numbers.push(number);
    }
    let mut plan = Table::named("plan", ["what", "x", "y"]);
    for corner in ROUTE {
        plan.push(["route".into(), corner.x.into(), corner.y.into()]);
    }
    Ok(Data { tables: vec![table, plan, errors], numbers })
}

/// The plan's unit and origin on the sheet.
struct Ground {
    middle: Point,
    unit: f64,
}

impl Ground {
    fn at(&self, (x, y): Point) -> Point {
        (self.middle.0 + x * self.unit, self.middle.1 - y * self.unit)
    }

    fn ray(&self, degrees: f64, from: f64, to: f64) -> [Point; 2] {
        [from, to].map(|length| {
            let end = along(degrees, length);
            self.at((end.x, end.y))
        })
    }

    fn circle(&self, sheet: &mut Sheet, pen: Pen) -> Result<()> {
        let rim: Vec<Point> =
            (0..=72).map(|step| self.ray(f64::from(step) * 5.0, 1.0, 1.0)[0]).collect();
        sheet.line(&rim, pen)
    }
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    draw_training(sheet, &tables.get("plan")?.points("x", "y")?)?;
    sheet.text("Test", (292.0, 22.0), Lettering::label(Ink::Text).bold())?;
    let table = tables.main()?;
    for (index, chooser) in table.values("chooser")?.into_iter().enumerate() {
        let middle =
            (394.0 + 218.0 * (index % 2) as f64, 164.0 + 208.0 * (index / 2) as f64);
        draw_choices(sheet, &table.only("chooser", chooser)?, chooser, middle)?;
    }
    Ok(())
}

/// The training route between its walls.
fn draw_training(sheet: &mut Sheet, route: &[Point]) -> Result<()> {
    let ground = Ground { middle: (84.0, 300.0), unit: 24.0 };
    sheet.text("Training", (20.0, 22.0), Lettering::label(Ink::Text).bold())?;
    let half = 0.38;
    for side in [-1.0, 1.0] {
        let mut wall = Vec::new();
        for (index, &corner) in route.iter().enumerate() {
            let before = (index > 0).then(|| direction(route[index - 1], corner));
            let after = route.get(index + 1).map(|&next| direction(corner, next));
            let (a, b) = (
                before.or(after).unwrap_or_default(),
                after.or(before).unwrap_or_default(),
            );
            // Where an alley turns, its wall lies aside of both its legs.
            let turned = (a.0 - b.0).abs() + (a.1 - b.1).abs() > 1e-9;
            let aside = if turned {
                (-(a.1 + b.1) * side, (a.0 + b.0) * side)
            } else {
                (-a.1 * side, a.0 * side)
            };
            let start = if index == 0 { 0.92 } else { 0.0 };
            wall.push(ground.at((
                corner.0 + half * aside.0 + b.0 * start,
                corner.1 + half * aside.1 + b.1 * start,
            )));
        }
        sheet.line(&wall, Pen::new(Ink::Text, 2.0))?;
    }
    ground.circle(sheet, Pen::new(Ink::Text, 2.0))?;
    let points: Vec<Point> = route.iter().map(|&corner| ground.at(corner)).collect();
    sheet.arrow_along(&points, Pen::new(Ink::Muted, 1.6))?;
    sheet.mark(points[0], 3.5, Ink::Text, Mark::Disc)?;
    let lettering = Lettering::label(Ink::Text).size(SMALL);
    let food = points[points.len() - 1];
    sheet.mark((food.0 + 9.0, food.1), 5.5, Ink::Text, Mark::Diamond)?;
    sheet.text("food", (food.0 - 4.0, food.1 + 24.0), lettering)?;
    sheet.text("table", (points[0].0 + 32.0, points[0].1 + 6.0), lettering)?;
    let direct = Pen::new(Ink::Muted, 1.2).dash(Dash::Dots);
    sheet.line(&[points[0], food], direct)?;
    Ok(())
}

fn direction(from: Point, to: Point) -> Point {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = (dx * dx + dy * dy).sqrt();
    (dx / length, dy / length)
}

/// Eighteen rays; the filled part of each is the share of the animals that took it.
fn draw_choices(
    sheet: &mut Sheet,
    rows: &Table,
    chooser: &str,
    middle: Point,
) -> Result<()> {
    let ground = Ground { middle, unit: 15.0 };
    let (name, ink) = style(chooser);
    let (rim, length) = (1.0, 5.0);
    for (degrees, share) in rows.points("bearing_degrees", "share")? {
        sheet.line(
            &ground.ray(degrees, rim, rim + length),
            Pen::new(Ink::Muted, 6.0).faint(0.2),
        )?;
        if share > 0.0 {
            sheet.line(
                &ground.ray(degrees, rim, rim + length * share),
                Pen::new(ink, 6.0),
            )?;
        }
    }
    ground.circle(sheet, Pen::new(Ink::Text, 1.6))?;
    for path in [1, TOWARDS_FOOD, 12, PATHS] {
        let [_, end] = ground.ray(bearing(path), 0.0, rim + length + 0.75);
        sheet.text(
            &path.to_string(),
            end,
            Lettering::label(Ink::Muted).size(SMALL).align(Align::Middle),
        )?;
    }
    let [_, food] = ground.ray(bearing_of(FOOD), 0.0, rim + length + 1.8);
    sheet.mark(food, 4.5, Ink::Text, Mark::Diamond)?;
    let blocked = ground.ray(0.0, rim, rim + 0.7);
    sheet.line(
        &[(blocked[1].0 - 5.0, blocked[1].1), (blocked[1].0 + 5.0, blocked[1].1)],
        Pen::new(Ink::Text, 2.4),
    )?;
    sheet.text(
        name,
        (middle.0, middle.1 + 30.0),
        Lettering::label(ink).bold().align(Align::Middle),
    )
}
