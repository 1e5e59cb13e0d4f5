//! How far the owl turns, and why it stops short.

use anyhow::Result;
use ch08_generative_models::hunting_owl::{
    CUES, DIRECTIONS, Ear, Expects, Owl, STRAIGHT_AHEAD, cue, direction,
};
use prob::math::sin;

use super::{BELIEF, WRONG};
use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Align, Axes, Dash, Ink, Lettering, Mark, Panel, Pen, SMALL, Scale, Sheet, ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

/// Noise of the ears, in the cue's unit.
const NOISE: f64 = 0.2;
/// Where the one sound comes from, in degrees.
const SOURCE: usize = 60;
/// The owls whose turns are drawn.
const OWLS: [(&str, Ear, Expects, f64); 4] = [
    ("proportional", Ear::Proportional, Expects::Front, NOISE),
    ("sine", Ear::Sine, Expects::Front, NOISE),
    ("noisy sine", Ear::Sine, Expects::Front, 2.0 * NOISE),
    ("flat sine", Ear::Sine, Expects::Anywhere, NOISE),
];

/// Turns against sources, and one sound taken apart.
pub fn figure() -> Figure {
    Figure {
        id: "owl-turn",
        shows: "Mean turn of the owl against the direction of the sound, and prior, likelihood and posterior of one sound",
        size: (720.0, 372.0),
        compute: Compute::Light(compute),
        tables: &["one-sound"],
        draw,
    }
}

fn owl(ear: Ear, noise: f64) -> Owl {
    Owl::new(ear, Expects::Front, noise)
}

fn toward(owl: &Owl, degrees: usize) -> f64 {
    owl.mean_turn(STRAIGHT_AHEAD + degrees / 5)
}

fn compute() -> Result<Data> {
    let mut table = Table::new(["owl", "source_degrees", "turn_degrees"]);
    for (name, ear, expects, noise) in OWLS {
        let owl = Owl::new(ear, expects, noise);
        for degrees in (0..=90).step_by(5) {
            table.push([name.into(), degrees.into(), toward(&owl, degrees).into()]);
        }
    }

    let sine = owl(Ear::Sine, NOISE);
    let mean_cue = sin((SOURCE as f64).to_radians());
    let off = |o: usize| (cue(o) - mean_cue).abs();
    let heard = (0..CUES).min_by(|&a, &b| off(a).total_cmp(&off(b))).unwrap_or_default();
    let posterior = sine.posterior(heard);
    let row = sine.likelihood.row(heard);
    let mut sound = Table::named(
        "one-sound",
        ["direction_degrees", "prior", "likelihood", "posterior", "turn_degrees"],
    );
    for s in 0..DIRECTIONS {
        sound.push([
            direction(s).into(),
            sine.prior[s].into(),
            (row[s] / row.sum()).into(),
            posterior[s].into(),
            sine.turn(heard).into(),
        ]);
    }

    // Where the ends of the scale are far.
    let share = |noise: f64| toward(&owl(Ear::Proportional, noise), 30) / 30.0;
    let turn = |degrees: usize| {
        let key = format!("owl-turn-{degrees}");
        Number::exact(&key, toward(&sine, degrees), "degrees")
    };
    let flat = Owl::new(Ear::Sine, Expects::Anywhere, NOISE);
    let flat_turn = |degrees: usize| {
        let key = format!("owl-flat-turn-{degrees}");
        Number::exact(&key, toward(&flat, degrees), "degrees")
    };
    let missing = |owl: &Owl| 90.0 - toward(owl, 90);
    let of_the_prior = (missing(&sine) - missing(&flat)) / missing(&sine);
    let numbers = vec![
        Number::exact("owl-share", share(NOISE), "share"),
        Number::exact("owl-share-noisy", share(2.0 * NOISE), "share"),
        Number::exact("owl-missing", 1.0 - share(NOISE), "share"),
        Number::exact("owl-missing-quiet", 1.0 - share(NOISE / 2.0), "share"),
        turn(30),
        turn(60),
        turn(90),
        flat_turn(30),
        flat_turn(60),
        flat_turn(90),
        Number::exact("owl-prior-share-90", of_the_prior, "share"),
    ];
    Ok(Data { tables: vec![table, sound], numbers })
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    draw_turns(sheet, tables.main()?)?;
    draw_sound(sheet, tables.get("one-sound")?)
}

fn draw_turns(sheet: &mut Sheet, table: &Table) -> Result<()> {
    let scale = Scale::Linear(0.0, 90.0);
    let panel =
        Panel { left: 40.0, top: 62.0, width: 250.0, height: 250.0, x: scale, y: scale };
    let degrees = ticks(&[0.0, 30.0, 60.0, 90.0]);
    panel.axes(
        sheet,
        &Axes {
            title: "All sounds",
            x_title: "source, degrees from the front",
            y_title: "mean turn, degrees",
            x_ticks: degrees.clone(),
            y_ticks: degrees,
        },
    )?;
    let perfect = [(0.0, 0.0), (90.0, 90.0)];
    panel.curve(sheet, &perfect, Pen::new(Ink::Text, 1.2).dash(Dash::Short))?;
    let beside = panel.right() + 7.0;
    let lettering = |ink| Lettering::label(ink).size(SMALL);
    sheet.text("all the way", (beside, panel.at_y(90.0)), lettering(Ink::Text))?;
    for (name, label, pen) in [
        (
            "proportional",
            ["equally sharp", "everywhere"],
            Pen::new(Ink::C5, 2.2).dash(Dash::Long),
        ),
        ("sine", ["an owl’s ears", ""], Pen::new(BELIEF, 2.8)),
        ("flat sine", ["flat prior", ""], Pen::new(BELIEF, 1.2).dash(Dash::DashDot)),
        ("noisy sine", ["twice the noise", ""], Pen::new(WRONG, 2.2).dash(Dash::Dots)),
    ] {
        let curve = table.only("owl", name)?.points("source_degrees", "turn_degrees")?;
        panel.curve(sheet, &curve, pen)?;
        let y = panel.at(curve[curve.len() - 1]).1;
        // Two lines keep clear of the label below.
        let lines = if label[1].is_empty() { [y + 3.0, y] } else { [y - 20.0, y - 3.0] };
        for (line, y) in label.into_iter().zip(lines).filter(|(line, _)| !line.is_empty())
        {
            sheet.text(line, (beside, y), lettering(pen.ink))?;
        }
    }
    Ok(())
}

fn draw_sound(sheet: &mut Sheet, table: &Table) -> Result<()> {
    let posterior = table.points("direction_degrees", "posterior")?;
    let highest = posterior.iter().fold(0.0, |most: f64, &(_, p)| most.max(p));
    let panel = Panel {
        left: 436.0,
        top: 62.0,
        width: 270.0,
        height: 250.0,
        x: Scale::Linear(-60.0, 90.0),
        y: Scale::Linear(0.0, 1.12 * highest),
    };
    panel.axes(
        sheet,
        &Axes {
            title: "One sound from 60 degrees",
            x_title: "direction, degrees",
            y_title: "probability",
            x_ticks: ticks(&[-60.0, -30.0, 0.0, 30.0, 60.0, 90.0]),
            y_ticks: vec![],
        },
    )?;
    let shown = |column: &str| -> Result<Vec<(f64, f64)>> {
        let points = table.points("direction_degrees", column)?;
        Ok(points.into_iter().filter(|(x, _)| *x >= -60.0).collect())
    };
    let belief = shown("posterior")?;
    let (x, y): (Vec<f64>, Vec<f64>) = belief.iter().copied().unzip();
    panel.band(sheet, &x, &vec![0.0; y.len()], &y, BELIEF)?;
    let prior = shown("prior")?;
    let likelihood = shown("likelihood")?;
    panel.curve(sheet, &prior, Pen::new(Ink::C5, 2.0).dash(Dash::Long))?;
    panel.curve(sheet, &likelihood, Pen::new(Ink::C4, 2.0).dash(Dash::Short))?;
    panel.curve(sheet, &belief, Pen::new(BELIEF, 2.8))?;

    let turn = table.numbers("turn_degrees")?[0];
    for (x, ink) in [(turn, BELIEF), (SOURCE as f64, Ink::Text)] {
        let foot = panel.at((x, 0.0));
        sheet.mark(foot, 5.0, ink, Mark::Triangle)?;
    }
    let lettering = |ink| Lettering::label(ink).size(SMALL).halo();
    let at = |degrees: f64, share: f64| panel.at((degrees, share * highest));
    sheet.text("prior", at(-16.0, 0.47), lettering(Ink::C5).align(Align::End))?;
    sheet.text("belief", at(50.0, 0.97), lettering(BELIEF).bold())?;
    let ears = lettering(Ink::C4).align(Align::End);
    sheet.text("what the", at(90.0, 0.75), ears)?;
    sheet.text("ears say", at(90.0, 0.68), ears)?;
    sheet.text("turn", (panel.at_x(turn) - 8.0, panel.bottom() - 12.0), {
        lettering(BELIEF).align(Align::End)
    })?;
    let source = (panel.at_x(SOURCE as f64) + 8.0, panel.bottom() - 12.0);
    sheet.text("source", source, lettering(Ink::Text))
}
