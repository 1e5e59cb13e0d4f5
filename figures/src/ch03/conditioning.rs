//! One error for all cues, and what a belief makes of the same trials.

use anyhow::Result;
use ch03_dopamine_and_td::conditioning::{
    A, B, CUES, SALIENCE, X, history, own_errors, pairings_to_half, strengths, trials,
};
use ch03_dopamine_and_td::kalman_cues::Belief;
use prob::math::sqrt;

use super::name;
use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Align, Axes, Dash, Ink, Lettering, Panel, Pen, SMALL, Scale, Sheet, ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

/// The cue in question, its company, and the control group.
const ASKED: Ink = Ink::Rl;
const COMPANY: Ink = Ink::C3;

/// Four effects of one error.
pub fn figure() -> Figure {
    Figure {
        id: "conditioning",
        shows: "Strengths of cues by trial under the rule of Rescorla and Wagner, in blocking, overexpectation, conditioned inhibition and second-order conditioning, each with its control group",
        size: (720.0, 512.0),
        compute: Compute::Light(compute),
        tables: &[],
        draw,
    }
}

/// What is drawn of a group: strengths before the first trial and after each `every`
/// trials, beginning at trial `from` of the axis.
struct Group {
    design: &'static str,
    group: &'static str,
    phases: &'static str,
    cues: &'static [(usize, &'static str)],
    from: usize,
    every: usize,
}

const fn group(
    design: &'static str,
    group: &'static str,
    phases: &'static str,
    cues: &'static [(usize, &'static str)],
) -> Group {
    Group { design, group, phases, cues, from: 0, every: 1 }
}

/// As in the listing's designs, with more trials of the second cue.
const GROUPS: [Group; 8] = [
    group("blocking", "trained", "50 A+, 50 AB+", &[(A, "A"), (B, "B")]),
    // It begins where the other group's second phase does.
    Group { from: 50, ..group("blocking", "control", "50 AB+", &[(B, "B")]) },
    // After each pair of trials: in between one of the two is a step behind.
    Group {
        every: 2,
        ..group("overexpectation", "trained", "50 A+ B+, 50 AB+", &[(A, "A"), (B, "B")])
    },
    Group {
        every: 2,
        ..group("overexpectation", "control", "50 A+ B+, 50 A+", &[(A, "A")])
    },
    Group {
        every: 2,
        ..group("inhibition", "trained", "100 A+ AX-", &[(A, "A"), (X, "X")])
    },
    Group { every: 2, ..group("inhibition", "control", "100 A+ X-", &[(X, "X")]) },
    group("second order", "trained", "50 A+, 50 XA-", &[(A, "A"), (X, "X")]),
    group("second order", "control", "50 A+, 50 X-", &[(X, "X")]),
];

fn compute() -> Result<Data> {
    let mut table = Table::new(["design", "group", "cue", "trial", "strength"]);
    for Group { design, group, phases, cues, from, every } in GROUPS {
        let rows = history(phases, [SALIENCE; CUES]);
        for &(cue, letter) in cues {
            for (trial, v) in rows.iter().enumerate().step_by(every) {
                table.push([
                    design.into(),
                    group.into(),
                    letter.into(),
                    (from + trial).into(),
                    v[cue].into(),
                ]);
            }
        }
    }
    Ok(Data { tables: vec![table], numbers: numbers() })
}

fn numbers() -> Vec<Number> {
    let blocked = "50 A+, 50 AB+";
    let lost = pairings_to_half(20) - pairings_to_half(0);
    let louder = history("50 AB+", [SALIENCE, SALIENCE / 2.0, SALIENCE]);
    let louder = louder[louder.len() - 1];
    let strength = |key, value| Number::exact(key, value, "reward");
    let pairings = |key, value: usize| Number::exact(key, value as f64, "pairings");
    vec![
        strength("blocking-blocked", strengths(blocked)[B]),
        strength("blocking-control", strengths("50 AB+")[B]),
        strength("blocking-own-error", own_errors(blocked)[B]),
        strength("unblocking-larger", strengths("50 A+, 50 AB+2")[B]),
        strength("unblocking-smaller", strengths("50 A+, 50 AB+0.5")[B]),
        strength("overexpectation-before", strengths("50 A+ B+")[A]),
        strength("overexpectation-after", strengths("50 A+ B+, 50 AB+")[A]),
        strength("overshadowing-strong", louder[A]),
        strength("overshadowing-weak", louder[B]),
        strength("inhibitor", strengths("100 A+ AX-")[X]),
        strength("second-order-rw-1", strengths("50 A+, 1 XA-")[X]),
        strength("second-order-rw-5", strengths("50 A+, 5 XA-")[X]),
        strength("second-order-rw-20", strengths("50 A+, 20 XA-")[X]),
        pairings("pearce-hall-pairings-lost", lost),
        pairings("pearce-hall-pairings-naive", pairings_to_half(0)),
    ]
}

/// A panel: its design and title, ends of the axes, phases as (from, to, name), and the
/// labels of curves as (text, trial, strength, ink).
struct View {
    design: &'static str,
    title: &'static str,
    last: f64,
    lowest: f64,
    phases: &'static [(f64, f64, &'static str)],
    labels: &'static [(&'static str, f64, f64, Ink)],
}

const VIEWS: [View; 4] = [
    View {
        design: "blocking",
        title: "Blocking",
        last: 100.0,
        lowest: 0.0,
        phases: &[(0.0, 50.0, "A+"), (50.0, 100.0, "AB+")],
        labels: &[
            ("A", 14.0, 0.66, COMPANY),
            ("B without A before", 62.0, 0.6, ASKED),
            ("B", 86.0, 0.1, ASKED),
        ],
    },
    View {
        design: "overexpectation",
        title: "Overexpectation",
        last: 150.0,
        lowest: 0.0,
        phases: &[(0.0, 100.0, "A+, B+ by turns"), (100.0, 150.0, "AB+")],
        labels: &[("A and B", 30.0, 0.66, ASKED), ("A without B", 112.0, 0.87, ASKED)],
    },
    View {
        design: "inhibition",
        title: "Conditioned inhibition",
        last: 200.0,
        lowest: -1.0,
        phases: &[(0.0, 200.0, "A+, AX− by turns")],
        labels: &[
            ("A", 60.0, 0.52, COMPANY),
            ("X alone", 120.0, 0.16, ASKED),
            ("X", 80.0, -0.55, ASKED),
        ],
    },
    View {
        design: "second order",
        title: "A cue for a cue",
        last: 100.0,
        lowest: -1.0,
        phases: &[(0.0, 50.0, "A+"), (50.0, 100.0, "XA−")],
        labels: &[
            ("A", 14.0, 0.62, COMPANY),
            ("X alone", 74.0, 0.16, ASKED),
            ("X", 74.0, -0.27, ASKED),
        ],
    },
];

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let table = tables.main()?;
    for (place, view) in VIEWS.iter().enumerate() {
        let (column, row) = ((place % 2) as f64, (place / 2) as f64);
        let panel = Panel {
            left: 40.0 + column * 356.0,
            top: 58.0 + row * 254.0,
            width: 310.0,
            height: 150.0,
            x: Scale::Linear(0.0, view.last),
            y: Scale::Linear(view.lowest, 1.0 + 0.18 * (1.0 - view.lowest)),
        };
        let x_ticks = [0.0, 50.0, 100.0, 150.0, 200.0];
        let x_ticks: Vec<f64> = x_ticks.into_iter().filter(|x| *x <= view.last).collect();
        let y_ticks: &[f64] =
            if view.lowest < 0.0 { &[-1.0, 0.0, 1.0] } else { &[0.0, 0.5, 1.0] };
        panel.axes(
            sheet,
            &Axes {
                title: view.title,
                x_title: "trial",
                y_title: "strength",
                x_ticks: ticks(&x_ticks),
                y_ticks: ticks(y_ticks),
            },
        )?;
        for &(from, to, text) in view.phases {
            if from > 0.0 {
                let x = panel.at_x(from);
                let pen = Pen::new(Ink::Text, 1.2).dash(Dash::Dots);
                sheet.line(&[(x, panel.top), (x, panel.bottom())], pen)?;
            }
            let lettering = Lettering::label(Ink::Muted).size(SMALL).align(Align::Middle);
            let middle = (panel.at_x((from + to) / 2.0), panel.top + 6.0);
            sheet.text(text, middle, lettering)?;
        }
        let rows = table.only("design", view.design)?;
        let curve = |group: &str, cue: &str| -> Result<Vec<(f64, f64)>> {
            rows.only("group", group)?.only("cue", cue)?.points("trial", "strength")
        };
        let control = rows.only("group", "control")?;
        let asked = control.values("cue")?[0];
        let dashed = Pen::new(ASKED, 1.8).dash(Dash::Short);
        panel.curve(sheet, &curve("control", asked)?, dashed)?;
        for cue in rows.only("group", "trained")?.values("cue")? {
            // In overexpectation A and B fare alike.
            let pen = if cue == asked || view.design == "overexpectation" {
                Pen::new(ASKED, 2.8)
            } else {
                Pen::new(COMPANY, 1.6)
            };
            panel.curve(sheet, &curve("trained", cue)?, pen)?;
        }
        for &(text, trial, strength, ink) in view.labels {
            name(sheet, &panel, text, (trial, strength), (0.0, 0.0), ink)?;
        }
    }
    Ok(())
}

// ---- a belief about the same trials ----

/// Backward blocking by a strength and by a belief.
pub fn backward_blocking() -> Figure {
    Figure {
        id: "backward-blocking",
        shows: "What cue B is worth while A and B, then A alone, are followed by the outcome, to the rule of Rescorla and Wagner and to a belief about the weights of cues",
        size: (720.0, 300.0),
        compute: Compute::Light(compute_backward),
        tables: &[],
        draw: draw_backward,
    }
}

fn compute_backward() -> Result<Data> {
    let phases = "50 AB+, 50 A+";
    let half = 50;
    let strengths = history(phases, [SALIENCE; CUES]);
    let trials = trials(phases);
    let mut belief = Belief::new(CUES);
    let mut table =
        Table::new(["trial", "strength_a", "strength_b", "mean_a", "mean_b", "sd_b"]);
    for (trial, v) in strengths.iter().enumerate() {
        if let Some((cues, outcome)) = trial.checked_sub(1).map(|i| &trials[i]) {
            belief.observe(cues, *outcome);
        }
        table.push([
            trial.into(),
            v[A].into(),
            v[B].into(),
            belief.mean[A].into(),
            belief.mean[B].into(),
            sqrt(belief.covariance[(B, B)]).into(),
        ]);
    }
    let means = table.numbers("mean_b")?;
    let deviations = table.numbers("sd_b")?;
    let numbers = [
        ("rw-b-before", strengths[half][B]),
        ("rw-b-after", strengths[2 * half][B]),
        ("kalman-b-before", means[half]),
        ("kalman-b-after", means[2 * half]),
        ("kalman-sd-before", deviations[half]),
        ("kalman-sd-after", deviations[2 * half]),
    ];
    let numbers = numbers.map(|(key, value)| Number::exact(key, value, "reward"));
    Ok(Data { tables: vec![table], numbers: numbers.to_vec() })
}

fn draw_backward(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let rows = tables.main()?;
    for (left, title, about, ink) in
        [(40.0, "A strength", "strength", Ink::Rl), (396.0, "A belief", "mean", Ink::Aif)]
    {
        let panel = Panel {
            left,
            top: 58.0,
            width: 310.0,
            height: 186.0,
            x: Scale::Linear(0.0, 100.0),
            y: Scale::Linear(-0.3, 1.3),
        };
        panel.axes(
            sheet,
            &Axes {
                title,
                x_title: "trial",
                y_title: "worth",
                x_ticks: ticks(&[0.0, 50.0, 100.0]),
                y_ticks: ticks(&[0.0, 0.5, 1.0]),
            },
        )?;
        let x = panel.at_x(50.0);
        let pen = Pen::new(Ink::Text, 1.2).dash(Dash::Dots);
        sheet.line(&[(x, panel.top), (x, panel.bottom())], pen)?;
        for (trial, text) in [(25.0, "AB+"), (75.0, "A+")] {
            let lettering = Lettering::label(Ink::Muted).size(SMALL).align(Align::Middle);
            sheet.text(text, (panel.at_x(trial), panel.top + 6.0), lettering)?;
        }
        let a = rows.points("trial", &format!("{about}_a"))?;
        let b = rows.points("trial", &format!("{about}_b"))?;
        if about == "mean" {
            let sd = rows.numbers("sd_b")?;
            let (trials, means): (Vec<f64>, Vec<f64>) = b.iter().copied().unzip();
            let low: Vec<f64> = means.iter().zip(&sd).map(|(m, s)| m - s).collect();
            let high: Vec<f64> = means.iter().zip(&sd).map(|(m, s)| m + s).collect();
            panel.band(sheet, &trials, &low, &high, ink)?;
        }
        panel.curve(sheet, &a, Pen::new(COMPANY, 1.6))?;
        panel.curve(sheet, &b, Pen::new(ink, 2.8))?;
        name(sheet, &panel, "A", a[80], (0.0, -14.0), COMPANY)?;
        name(sheet, &panel, "B", b[80], (0.0, -14.0), ink)?;
    }
    Ok(())
}
