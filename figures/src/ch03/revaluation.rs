//! Who follows a change that was met in the middle only: learners, and people.

use anyhow::Result;
use ch03_dopamine_and_td::revaluation::{Learner, Student, preferred};
use envs::FiniteWorld;
use envs::graph::{Revalued, revaluation};

use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Align, Axes, Dash, Ink, Lettering, Mark, Panel, Pen, Point, SMALL, Scale, Sheet,
    ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

/// Mean revaluation scores of 58 people and their standard errors, in the order of
/// [`CHANGES`]: Momennejad et al. (2017), page 682.
const PEOPLE: [(f64, f64); 3] = [(0.5199, 0.0203), (0.4503, 0.0229), (0.0310, 0.0310)];

const CHANGES: [(Revalued, &str, &str); 3] = [
    (Revalued::Rewards, "rewards", "Rewards swapped"),
    (Revalued::Transitions, "transitions", "Transitions swapped"),
    (Revalued::Nothing, "nothing", "Nothing changed"),
];

/// Scores by change.
pub fn figure() -> Figure {
    Figure {
        id: "revaluation",
        shows: "Change of preference toward the other start after rewards, ways or nothing were changed in the middle of two sequences: three learners, and people",
        size: (720.0, 452.0),
        compute: Compute::Light(compute),
        tables: &["steps"],
        draw,
    }
}

fn compute() -> Result<Data> {
    let mut table = Table::new(["change", "who", "score", "standard_error"]);
    let mut steps = Table::named("steps", ["change", "from", "to", "reward"]);
    let mut numbers = Vec::new();
    for ((change, word, _), (score, error)) in CHANGES.into_iter().zip(PEOPLE) {
        let before = Student::after(Revalued::Nothing);
        let after = Student::after(change);
        for (learner, name) in LEARNERS {
            // 1 if the other start is preferred now.
            let moved = preferred(&after, learner) != preferred(&before, learner);
            let score = f64::from(u8::from(moved));
            table.push([word.into(), name.into(), score.into(), 0.0.into()]);
            for start in [0, 1] {
                let key = format!("revaluation-{word}-{name}-start-{}", start + 1);
                numbers.push(Number::exact(&key, after.value(start, learner), "reward"));
            }
        }
        table.push([word.into(), "people".into(), score.into(), error.into()]);
        for s in 0..4 {
            // The starts weren't seen again; they stand as they were.
            let world = revaluation(if s < 2 { Revalued::Nothing } else { change });
            let step = world.successors(s, 0)[0];
            let (from, to) = (s + 1, step.state + 1);
            steps.push([word.into(), from.into(), to.into(), step.reward.into()]);
        }
    }
    let mut student = Student::after(Revalued::Transitions);
    let mut walks = 0;
    while preferred(&student, Learner::Map) == 0 {
        [0, 1].into_iter().for_each(|start| student.walk(start, Revalued::Transitions));
        walks += 1;
    }
    numbers.push(Number::exact("sr-laps-to-switch", f64::from(walks), "walks"));
    Ok(Data { tables: vec![table, steps], numbers })
}

const LEARNERS: [(Learner, &str); 3] =
    [(Learner::Values, "values"), (Learner::Map, "map"), (Learner::Planner, "planner")];

const WHO: [(&str, Ink, Mark); 4] = [
    ("values", Ink::Rl, Mark::Square),
    ("map", Ink::C4, Mark::Triangle),
    ("planner", Ink::C3, Mark::Diamond),
    ("people", Ink::Text, Mark::Disc),
];

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    for (column, (_, word, title)) in CHANGES.iter().enumerate() {
        let left = 44.0 + 230.0 * column as f64;
        sheet.text(title, (left, 14.0), Lettering::label(Ink::Text).bold())?;
        let steps = tables.get("steps")?;
        let as_learned = steps.only("change", "nothing")?;
        draw_ways(sheet, (left, 42.0), &steps.only("change", word)?, &as_learned)?;
        draw_scores(sheet, left, &tables.main()?.only("change", word)?)?;
    }
    Ok(())
}

/// The two sequences. What was learned first and not seen again is faint; what is other
/// than it was is in color.
fn draw_ways(
    sheet: &mut Sheet,
    (left, top): Point,
    steps: &Table,
    learned: &Table,
) -> Result<()> {
    let at = |state: f64| -> Point {
        let (column, row) = (((state - 1.0) / 2.0).floor(), (state - 1.0) % 2.0);
        (left + 14.0 + 66.0 * column, top + 18.0 + 60.0 * row)
    };
    let before: Vec<(Point, f64)> = learned
        .points("from", "to")?
        .into_iter()
        .zip(learned.numbers("reward")?)
        .collect();
    let paid_before = |state: f64| {
        before.iter().find(|((_, to), _)| *to == state).map(|(_, reward)| *reward)
    };
    for ((from, to), reward) in
        steps.points("from", "to")?.into_iter().zip(steps.numbers("reward")?)
    {
        let ((x0, y0), (x1, y1)) = (at(from), at(to));
        let (dx, dy) = (x1 - x0, y1 - y0);
        let length = (dx * dx + dy * dy).sqrt();
        let (ux, uy) = (dx / length, dy / length);
        let start = (x0 + 16.0 * ux, y0 + 16.0 * uy);
        let end = (x1 - 16.0 * ux, y1 - 16.0 * uy);
        let same_way = before.iter().any(|(step, _)| *step == (from, to));
        let pen = match (from < 3.0, same_way) {
            (true, _) => Pen::new(Ink::Muted, 1.4).dash(Dash::Short),
            (_, true) => Pen::new(Ink::Text, 1.6),
            (_, false) => Pen::new(Ink::C6, 2.4),
        };
        sheet.arrow(start, end, pen)?;
        if to > 4.0 {
            let other = paid_before(to) != Some(reward);
            let ink = if other { Ink::C6 } else { Ink::Text };
            let lettering = Lettering::label(ink);
            let lettering = if other { lettering.bold() } else { lettering };
            sheet.text(&format!("pays {reward}"), (x1 + 18.0, y1), lettering)?;
        }
    }
    for state in 1..=6 {
        let middle = at(f64::from(state));
        let ink = if state < 3 { Ink::Muted } else { Ink::Text };
        sheet.mark(middle, 13.0, ink, Mark::Ring)?;
        let lettering = Lettering::label(ink).align(Align::Middle);
        sheet.text(&state.to_string(), middle, lettering)?;
    }
    Ok(())
}

fn draw_scores(sheet: &mut Sheet, left: f64, rows: &Table) -> Result<()> {
    let first = left < 100.0;
    let panel = Panel {
        left,
        top: 190.0,
        width: 204.0,
        height: 210.0,
        x: Scale::Linear(0.5, 4.5),
        y: Scale::Linear(-0.06, 1.06),
    };
    let tick = |y: f64| (y, if first { ticks(&[y])[0].1.clone() } else { String::new() });
    panel.axes(
        sheet,
        &Axes {
            y_title: if first { "change of preference toward start 2" } else { "" },
            y_ticks: [0.0, 0.5, 1.0].map(tick).to_vec(),
            ..Axes::default()
        },
    )?;
    for (place, (who, ink, mark)) in WHO.iter().enumerate() {
        let here = rows.only("who", who)?;
        let (score, error) = (here.number("score")?, here.number("standard_error")?);
        let x = (place + 1) as f64;
        let (middle, zero) = (panel.at((x, score)), panel.at_y(0.0));
        let (pen, half) = (Pen::new(*ink, 2.0), 17.0);
        sheet.block((middle.0 - half, middle.1), (middle.0 + half, zero), *ink, 0.28)?;
        sheet.line(&[(middle.0 - half, middle.1), (middle.0 + half, middle.1)], pen)?;
        if error > 0.0 {
            panel.whisker(sheet, x, score - error, score + error, Pen::new(*ink, 1.6))?;
        }
        sheet.mark(middle, 5.0, *ink, *mark)?;
        let lettering = Lettering::label(*ink).size(SMALL).align(Align::Middle);
        let below = (middle.0, panel.bottom() + 16.0);
        sheet.text(who, below, lettering)?;
    }
    let lettering = Lettering::label(Ink::Muted).size(SMALL).align(Align::Middle);
    if first {
        let below = (sheet.width / 2.0 + 10.0, panel.bottom() + 38.0);
        sheet.text(
            "people: mean of 58 and its standard error (Momennejad et al. 2017)",
            below,
            lettering,
        )?;
    }
    Ok(())
}
