//! Inside a trial: how the error moves, and what two clocks make of it.

use anyhow::{Context, Result};
use ch03_dopamine_and_td::microstimuli as blurred;
use ch03_dopamine_and_td::second_order;
use ch03_dopamine_and_td::time_limit::worth;
use ch03_dopamine_and_td::trial_time::{
    EARLY, JUICE, LIGHT, Learner, half_trial, light_and_juice, moments, training,
};
use envs::Next;
use envs::pavlov::Trial;

use super::number;
use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Align, Dash, Ink, LABEL, Lettering, Panel, Pen, Point, SMALL, Scale, Sheet, ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

const LIGHT_INK: Ink = Ink::C5;
const JUICE_INK: Ink = Ink::C3;

// ---- trial by trial ----

/// Trials that are drawn: the first, then every tenth.
const EVERY: usize = 10;
const LAST: usize = 200;
/// Steps that are drawn: nothing happens outside.
const FIRST_STEP: usize = 1;
const LAST_STEP: usize = 19;
/// Trials of training.
const TRAINED: usize = 500;
/// Trace decays that are drawn.
const LAMBDAS: [f64; 2] = [0.0, 0.9];

/// Errors by trial and step.
pub fn error_moves() -> Figure {
    Figure {
        id: "error-moves",
        shows: "TD error by step, one ridge for each tenth trial from the first above to the 200th below, without and with traces",
        size: (720.0, 478.0),
        compute: Compute::Light(compute_moves),
        tables: &["half"],
        draw: draw_moves,
    }
}

fn compute_moves() -> Result<Data> {
    let mut table = Table::new(["lambda", "trial", "step", "error"]);
    let mut half = Table::named("half", ["lambda", "trial"]);
    let mut numbers = Vec::new();
    for (lambda, word) in [(0.0, "0"), (0.5, "5"), (0.9, "9"), (1.0, "1")] {
        let (_, errors) = training(lambda, 1.0, TRAINED);
        let trial = half_trial(&errors, 1.0).context("the error moves")?;
        let key = format!("cue-half-trial-{word}");
        numbers.push(Number::exact(&key, trial as f64, "trials"));
        if !LAMBDAS.contains(&lambda) {
            continue;
        }
        half.push([lambda.into(), trial.into()]);
        let shown = (1..=LAST).filter(|trial| *trial == 1 || trial % EVERY == 0);
        for trial in shown {
            for (step, &error) in errors[trial - 1].iter().enumerate() {
                table.push([lambda.into(), trial.into(), step.into(), error.into()]);
            }
        }
        let between = errors.iter().flat_map(|errors| &errors[LIGHT + 1..JUICE]);
        let walking = between.fold(0.0, |most: f64, error| most.max(*error));
        numbers.push(Number::exact(&format!("walking-error-{word}"), walking, "reward"));
    }
    let (animal, errors) = training(0.0, 1.0, TRAINED);
    let below = errors.iter().position(|errors| errors[JUICE] < 0.5);
    let below = below.context("the juice is foretold")? + 1;
    let (_, discounted) = training(0.0, 0.9, TRAINED);
    let omitted = animal.tested(&light_and_juice(None), &moments());
    let early = animal.tested(&light_and_juice(Some(EARLY)), &moments());
    let error = |key: &str, value| Number::exact(key, value, "reward");
    let last = TRAINED - 1;
    numbers.extend([
        error("cue-error-undiscounted", errors[last][LIGHT]),
        error("cue-error-discounted", discounted[last][LIGHT]),
        error("omission-dip", omitted[JUICE]),
        error("early-burst", early[EARLY]),
        error("early-dip", early[JUICE]),
        Number::exact("reward-half-trial", below as f64, "trials"),
        error("limit-truncated", worth(Next::Truncated(0))),
        error("limit-as-death", worth(Next::Terminated)),
    ]);
    for (lambda, word) in [(0.9, ""), (0.0, "-without-traces")] {
        let rows = second_order::pairings(lambda);
        let best = (0..rows.len())
            .max_by(|&i, &j| rows[i].prospect.total_cmp(&rows[j].prospect))
            .context("there are pairings")?;
        let after = &rows[rows.len() - 1];
        let key = |part: &str| format!("second-order-{part}{word}");
        numbers.extend([
            error(&key("td-peak"), rows[best].prospect),
            Number::exact(&key("td-peak-pairing"), best as f64, "pairings"),
            error(&key("td-late"), after.prospect),
            error(&key("inhibition"), after.inhibition),
            error(&key("excitation"), after.excitation),
        ]);
    }
    Ok(Data { tables: vec![table, half], numbers })
}

fn draw_moves(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    // Page pixels of an error of 1, and from one ridge to the next.
    const TALL: f64 = 40.0;
    const APART: f64 = 16.4;
    for (left, lambda, title) in
        [(58.0, LAMBDAS[0], "Without traces"), (402.0, LAMBDAS[1], "With traces")]
    {
        let panel = Panel {
            left,
            top: 84.0,
            width: 310.0,
            height: APART * (LAST / EVERY) as f64,
            x: Scale::Linear(FIRST_STEP as f64, LAST_STEP as f64),
            y: Scale::Linear(LAST as f64, 0.0),
        };
        let said = format!("{title}: λ = {lambda}");
        sheet.text(&said, (left - 2.0, 14.0), Lettering::label(Ink::Text).bold())?;
        let bottom = panel.bottom() + 12.0;
        for (step, what, ink) in
            [(LIGHT, "light", LIGHT_INK), (JUICE, "juice", JUICE_INK)]
        {
            let x = panel.at_x(step as f64);
            let pen = Pen::new(ink, 1.2).dash(Dash::Dots);
            sheet.line(&[(x, panel.top - TALL), (x, bottom)], pen)?;
            let lettering = Lettering::label(ink).bold().align(Align::Middle);
            sheet.text(what, (x, bottom + 12.0), lettering)?;
        }
        let lettering = Lettering::label(Ink::Text).align(Align::Middle);
        let below = (panel.left + panel.width / 2.0, bottom + 34.0);
        sheet.text("step of the trial", below, lettering)?;
        if lambda == 0.0 {
            sheet.text("trial", (14.0, panel.top - 22.0), Lettering::label(Ink::Text))?;
        }
        let rows = tables.main()?.only("lambda", lambda)?;
        for trial in rows.values("trial")? {
            let number: f64 = trial.parse()?;
            let base = panel.at_y(if number == 1.0 { 0.0 } else { number });
            let curve = rows.only("trial", trial)?.points("step", "error")?;
            let ridge: Vec<Point> = curve
                .iter()
                .filter(|(step, _)| (FIRST_STEP..=LAST_STEP).contains(&(*step as usize)))
                .map(|&(step, error)| (panel.at_x(step), base - TALL * error))
                .collect();
            let (start, end) = (ridge[0].0, ridge[ridge.len() - 1].0);
            let mut filled = ridge.clone();
            filled.extend([(end, base), (start, base)]);
            sheet.area(&filled, Ink::Paper, 0.8)?;
            sheet.area(&filled, Ink::Rl, 0.32)?;
            sheet.line(&ridge, Pen::new(Ink::Rl, 1.5))?;
            if number == 1.0 || number % 50.0 == 0.0 {
                let lettering =
                    Lettering::label(Ink::Muted).size(SMALL).align(Align::End);
                sheet.text(trial, (panel.left - 8.0, base), lettering)?;
            }
        }
        if lambda == 0.0 {
            // How tall an error of 1 is.
            let x = panel.left + 3.0;
            let (low, high) = (panel.top, panel.top - TALL);
            sheet.line(&[(x, low), (x, high)], Pen::new(Ink::Text, 1.6))?;
            let lettering = Lettering::label(Ink::Text).size(SMALL);
            sheet.text("error 1", (x + 6.0, high + 6.0), lettering)?;
        }
    }
    Ok(())
}

// ---- four trials, two clocks ----

/// Page pixels of an error of 1 in a test.
const TALL_PANEL: f64 = 50.0;
/// Steps that are drawn with microstimuli.
const BLURRED_STEPS: usize = 72;

/// What is tested: light or not, and the juice.
#[derive(Clone, Copy)]
enum Test {
    Unpredicted,
    Predicted,
    Omitted,
    Early,
}

const TESTS: [(Test, &str, &str); 4] = [
    (Test::Unpredicted, "unpredicted", "Juice without light"),
    (Test::Predicted, "predicted", "Light and juice"),
    (Test::Omitted, "omitted", "Light and no juice"),
    (Test::Early, "early", "Light and early juice"),
];

/// Light if any, and when the juice comes if at all.
fn events(test: Test, due: usize, early: usize) -> (bool, Option<usize>) {
    match test {
        Test::Unpredicted => (false, Some(due)),
        Test::Predicted => (true, Some(due)),
        Test::Omitted => (true, None),
        Test::Early => (true, Some(early)),
    }
}

/// Errors of tests after training.
pub fn dopamine_panels() -> Figure {
    Figure {
        id: "dopamine-panels",
        shows: "TD error by step in four test trials after training: juice without light, light and juice, light and no juice, light and early juice; with a row of moments and with microstimuli",
        size: (720.0, 582.0),
        compute: Compute::Light(compute_panels),
        tables: &["events"],
        draw: draw_panels,
    }
}

fn compute_panels() -> Result<Data> {
    let mut table = Table::new(["clock", "test", "step", "error"]);
    let mut marks = Table::named("events", ["clock", "test", "event", "step"]);
    let mut numbers = Vec::new();
    let (animal, _) = training(0.9, 1.0, TRAINED);
    let blurry = blurred::trained(blurred::Juice::Seen);
    for (test, word, _) in TESTS {
        let (light, juice) = events(test, JUICE, EARLY);
        let trial = if light {
            light_and_juice(juice)
        } else {
            Trial::new(light_and_juice(None).steps(), 1).with_reward(JUICE, 1.0)
        };
        let exact = animal.tested(&trial, &moments());
        for (step, &error) in exact.iter().enumerate() {
            table.push(["moments".into(), word.into(), step.into(), error.into()]);
        }
        push_events(&mut marks, "moments", word, (light, LIGHT), (juice, JUICE));
        let (light, juice) = events(test, blurred::JUICE, blurred::EARLY);
        let errors = blurred_errors(&blurry, light, juice);
        for (step, &error) in errors.iter().enumerate().take(BLURRED_STEPS + 1) {
            table.push(["microstimuli".into(), word.into(), step.into(), error.into()]);
        }
        let due = (juice, blurred::JUICE);
        push_events(&mut marks, "microstimuli", word, (light, blurred::LIGHT), due);
        numbers.extend(blurred_numbers(test, &errors));
    }
    let unseen = blurred::trained(blurred::Juice::Unseen);
    let early = blurred::trial(true, Some(blurred::EARLY), blurred::Juice::Unseen);
    let errors = unseen.tested(&early, &blurred::seen());
    let lowest = errors.iter().fold(0.0, |low: f64, error| low.min(*error));
    numbers.push(Number::exact("ms-early-dip-unseen", lowest, "reward"));
    let usual = blurred::trial(true, Some(blurred::JUICE), blurred::Juice::Unseen);
    let kept = unseen.tested(&usual, &blurred::seen())[blurred::JUICE];
    numbers.push(Number::exact("ms-reward-unseen", kept, "reward"));
    let unbounded = blurred::trained_above(f64::NEG_INFINITY, blurred::Juice::Seen);
    let blue = blurred_errors(&unbounded, false, Some(blurred::JUICE))[blurred::JUICE];
    numbers.push(Number::exact("ms-unpredicted-unbounded", blue, "reward"));
    Ok(Data { tables: vec![table, marks], numbers })
}

fn push_events(
    marks: &mut Table,
    clock: &str,
    test: &str,
    (light, onset): (bool, usize),
    (juice, due): (Option<usize>, usize),
) {
    if light {
        marks.push([clock.into(), test.into(), "light".into(), onset.into()]);
    }
    match juice {
        Some(step) => {
            marks.push([clock.into(), test.into(), "juice".into(), step.into()]);
        }
        None => marks.push([clock.into(), test.into(), "due".into(), due.into()]),
    }
    if juice.is_some_and(|step| step != due) {
        marks.push([clock.into(), test.into(), "due".into(), due.into()]);
    }
}

fn blurred_errors(animal: &Learner, light: bool, juice: Option<usize>) -> Vec<f64> {
    let trial = blurred::trial(light, juice, blurred::Juice::Seen);
    animal.tested(&trial, &blurred::seen())
}

fn blurred_numbers(test: Test, errors: &[f64]) -> Vec<Number> {
    let error = |key, value| Number::exact(key, value, "reward");
    let lowest = errors.iter().fold(0.0, |low: f64, error| low.min(*error));
    match test {
        Test::Unpredicted => {
            vec![error("ms-unpredicted-error", errors[blurred::JUICE])]
        }
        Test::Predicted => vec![
            error("ms-cue-error", errors[blurred::LIGHT]),
            error("ms-reward-error", errors[blurred::JUICE]),
        ],
        Test::Omitted => {
            let steps =
                errors.iter().filter(|error| **error < blurred::DISAPPOINTING).count();
            vec![
                error("ms-dip-deepest", lowest),
                Number::exact("ms-dip-steps", steps as f64, "steps"),
                error("ms-dip-threshold", blurred::DISAPPOINTING),
            ]
        }
        Test::Early => vec![
            error("ms-early-burst", errors[blurred::EARLY]),
            error("ms-early-dip", lowest),
        ],
    }
}

fn draw_panels(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    for (left, clock, title, last) in [
        (36.0, "moments", "A row of moments", 24.0),
        (392.0, "microstimuli", "Microstimuli", BLURRED_STEPS as f64),
    ] {
        sheet.text(title, (left - 2.0, 13.0), Lettering::label(Ink::Text).bold())?;
        let rows = tables.main()?.only("clock", clock)?;
        let marks = tables.get("events")?.only("clock", clock)?;
        let mut top = 52.0;
        for (test, word, said) in TESTS {
            // Where no dip is drawn there need be little room for one.
            let lowest = match test {
                Test::Unpredicted | Test::Predicted => -0.16,
                Test::Omitted | Test::Early => -1.04,
            };
            let panel = Panel {
                left,
                top,
                width: 318.0,
                height: TALL_PANEL * (1.04 - lowest),
                x: Scale::Linear(0.0, last),
                y: Scale::Linear(lowest, 1.04),
            };
            top = panel.bottom() + 52.0;
            let lettering = Lettering::label(Ink::Text).size(LABEL);
            sheet.text(said, (left - 2.0, panel.top - 13.0), lettering)?;
            // The line of no error is the only axis.
            for (value, label) in ticks(&[-1.0, 0.0, 1.0]) {
                if value < lowest {
                    continue;
                }
                let y = panel.at_y(value);
                let faint = if value == 0.0 { 1.0 } else { 0.3 };
                let pen = Pen::new(Ink::Muted, 0.9).faint(faint);
                sheet.line(&[(panel.left, y), (panel.right(), y)], pen)?;
                let lettering =
                    Lettering::label(Ink::Muted).size(SMALL).align(Align::End);
                sheet.text(&label, (panel.left - 7.0, y), lettering)?;
            }
            let below = panel.bottom() + 12.0;
            let here = marks.only("test", word)?;
            for (event, (step, _)) in
                here.texts("event")?.into_iter().zip(here.points("step", "step")?)
            {
                let x = panel.at_x(step);
                let ink = if event == "light" { LIGHT_INK } else { JUICE_INK };
                let dash = if event == "due" { Dash::Dots } else { Dash::Solid };
                let pen = Pen::new(ink, 1.3).dash(dash).faint(0.55);
                sheet.line(&[(x, panel.top), (x, panel.bottom() + 2.0)], pen)?;
                let lettering = Lettering::label(ink).size(SMALL).align(Align::Middle);
                let said = if event == "due" { "(juice)" } else { event };
                // Beside one another where the events are close.
                let align = match (clock, event) {
                    ("microstimuli", "light") => {
                        Lettering { align: Align::End, ..lettering }
                    }
                    ("microstimuli", "due") => {
                        Lettering { align: Align::Start, ..lettering }
                    }
                    _ => lettering,
                };
                let dx = match align.align {
                    Align::End => 8.0,
                    Align::Start => -8.0,
                    Align::Middle => 0.0,
                };
                sheet.text(said, (x + dx, below), align)?;
            }
            let curve = rows.only("test", word)?.points("step", "error")?;
            draw_bars(sheet, &panel, &curve)?;
            let deepest = curve.iter().min_by(|a, b| a.1.total_cmp(&b.1));
            if let Some(&(step, error)) = deepest
                && lowest < -1.0
                && clock == "microstimuli"
            {
                let (x, y) = panel.at((step, error));
                let lettering = Lettering::label(Ink::Rl).size(SMALL).bold().halo();
                sheet.text(&number(error, 2), (x + 4.0, y + 13.0), lettering)?;
            }
        }
        let lettering = Lettering::label(Ink::Text).align(Align::Middle);
        let bottom = (left + 159.0, sheet.height - 10.0);
        sheet.text("step of the trial", bottom, lettering)?;
    }
    Ok(())
}

/// A bar for each step, as records of cells are drawn.
fn draw_bars(sheet: &mut Sheet, panel: &Panel, curve: &[Point]) -> Result<()> {
    let zero = panel.at_y(0.0);
    let half = 0.42 * (panel.at_x(1.0) - panel.at_x(0.0));
    for &(step, error) in curve {
        let (x, y) = panel.at((step, error));
        if (y - zero).abs() >= 0.3 {
            let (top, bottom) = (y.min(zero), y.max(zero));
            sheet.block((x - half, top), (x + half, bottom), Ink::Rl, 1.0)?;
        }
    }
    Ok(())
}
