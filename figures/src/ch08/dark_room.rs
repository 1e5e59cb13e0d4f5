//! The dark room: surprise at each moment of a long stay.

use anyhow::Result;
use ch08_generative_models::dark_room::{Counts, Room};

use super::BELIEF;
use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Align, Axes, Dash, Ink, Lettering, Mark, Panel, Pen, SMALL, Scale, Sheet, ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

/// Moments in the dark.
const MOMENTS: usize = 100;
/// What was seen before.
const WEAK: Counts = Counts { light: 9.0, dark: 1.0 };
/// The same, ten times as often.
const STRONG: Counts = Counts { light: 90.0, dark: 10.0 };

/// Surprise by moment.
pub fn figure() -> Figure {
    Figure {
        id: "dark-room",
        shows: "Surprise at the dark and at light, for each of a hundred moments in the dark, for two learners and for one whose expectation is fixed",
        size: (720.0, 366.0),
        compute: Compute::Light(compute),
        tables: &[],
        draw,
    }
}

fn compute() -> Result<Data> {
    let mut table = Table::new(["animal", "moment", "dark", "light", "even"]);
    for (name, counts) in [("9 to 1", WEAK), ("90 to 10", STRONG)] {
        let even = counts.moments_until_even();
        let stay = counts.stay(MOMENTS + 1);
        for (moment, dark) in stay.into_iter().enumerate() {
            let now = Counts { dark: counts.dark + moment as f64, ..counts };
            table.push([
                name.into(),
                moment.into(),
                dark.into(),
                now.surprise(Room::Light).into(),
                even.into(),
            ]);
        }
    }
    for moment in [0, MOMENTS] {
        table.push([
            "fixed".into(),
            moment.into(),
            WEAK.surprise(Room::Dark).into(),
            WEAK.surprise(Room::Light).into(),
            "".into(),
        ]);
    }
    let numbers = vec![
        Number::exact("dark-surprise-lit", WEAK.surprise(Room::Dark), "nats"),
        Number::exact("light-surprise-lit", WEAK.surprise(Room::Light), "nats"),
        Number::exact(
            "dark-moments-until-even",
            WEAK.moments_until_even() as f64,
            "moments",
        ),
    ];
    Ok(Data { tables: vec![table], numbers })
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let table = tables.main()?;
    for (left, title, names) in [
        (36.0, "Who learns", ["9 to 1", "90 to 10"].as_slice()),
        (470.0, "Who doesn’t", ["fixed"].as_slice()),
    ] {
        let learns = names.len() == 2;
        let panel = Panel {
            left,
            top: 66.0,
            width: if learns { 380.0 } else { 180.0 },
            height: 242.0,
            x: Scale::Linear(0.0, MOMENTS as f64),
            y: Scale::Linear(0.0, 2.5),
        };
        let every = if learns { 20 } else { 50 };
        let moments: Vec<f64> =
            (0..=MOMENTS).step_by(every).map(|moment| moment as f64).collect();
        panel.axes(
            sheet,
            &Axes {
                title,
                x_title: "moments in the dark",
                y_title: "surprise, nats",
                x_ticks: ticks(&moments),
                y_ticks: ticks(&[0.0, 0.5, 1.0, 1.5, 2.0, 2.5]),
            },
        )?;
        for &name in names {
            let rows = table.only("animal", name)?;
            let (ink, width) = match name {
                "9 to 1" => (Ink::C5, 2.6),
                "90 to 10" => (Ink::C4, 1.8),
                _ => (BELIEF, 2.2),
            };
            let pen = Pen::new(ink, width);
            let dark = rows.points("moment", "dark")?;
            panel.curve(sheet, &dark, pen)?;
            let light = rows.points("moment", "light")?;
            panel.curve(sheet, &light, pen.dash(Dash::Short))?;
            if learns {
                let even = rows.numbers("even")?[0];
                let at = panel.at((even, dark[even as usize].1));
                sheet.mark(at, 5.0, ink, Mark::Ring)?;
                let aside = if name == "9 to 1" { (12.0, -1.0) } else { (0.0, 19.0) };
                let align = if name == "9 to 1" { Align::Start } else { Align::Middle };
                let said = Lettering::label(ink).size(SMALL).halo().align(align);
                let label = format!("even after {even}");
                sheet.text(&label, (at.0 + aside.0, at.1 + aside.1), said)?;
            }
        }
        let said = |ink| Lettering::label(ink).size(SMALL).halo();
        if learns {
            let end = |ink| said(ink).align(Align::End);
            for (label, at, ink) in [
                ("light, counts 9 to 1", (99.0, 2.08), Ink::C5),
                ("dark, 9 to 1", (99.0, 0.26), Ink::C5),
            ] {
                sheet.text(label, panel.at(at), end(ink))?;
            }
            sheet.text("dark, counts 90 to 10", panel.at((9.0, 1.99)), said(Ink::C4))?;
            sheet.text("light, 90 to 10", panel.at((47.0, 0.33)), said(Ink::C4))?;
        } else {
            sheet.text("dark", panel.at((40.0, 2.13)), said(BELIEF))?;
            sheet.text("light", panel.at((40.0, 0.24)), said(BELIEF))?;
        }
    }
    Ok(())
}
