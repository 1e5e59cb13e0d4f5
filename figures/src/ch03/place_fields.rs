//! Columns of a successor map, as place fields.

use anyhow::Result;
use ch03_dopamine_and_td::successor_map::{
    LAPS, PLACES, STEP_SIZE, both_ways, center, field, laps, one_way,
};

use super::number;
use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Align, Axes, Dash, Ink, Lettering, Mark, Panel, Pen, Point, SMALL, Scale, Sheet,
    ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

/// The place whose field is shown: in the middle.
const SHOWN: usize = PLACES / 2;
/// Laps whose fields are drawn, with pens and places of their labels.
const DRAWN: [(usize, Dash, f64); 4] = [
    (1, Dash::Dots, 1.6),
    (5, Dash::Short, 1.8),
    (15, Dash::Long, 2.0),
    (LAPS, Dash::Solid, 2.6),
];

/// Fields with and without a direction of travel.
pub fn figure() -> Figure {
    Figure {
        id: "place-fields",
        shows: "A column of the successor map by place: on a one-way track after 1, 5, 15 and 50 laps, its center by lap, and on a ring walked in both directions",
        size: (720.0, 340.0),
        compute: Compute::Light(compute),
        tables: &["centers"],
        draw,
    }
}

fn compute() -> Result<Data> {
    let mut table = Table::new(["track", "laps", "place", "visits"]);
    let mut centers = Table::named("centers", ["laps", "places_behind"]);
    let maps = laps(LAPS);
    let behind = |map: usize| SHOWN as f64 - center(&field(&maps[map], SHOWN));
    for (lap, map) in maps.iter().enumerate() {
        centers.push([lap.into(), behind(lap).into()]);
        if DRAWN.iter().any(|(drawn, _, _)| *drawn == lap) {
            for (place, visits) in field(map, SHOWN).into_iter().enumerate() {
                let place = place as i64 - SHOWN as i64;
                table.push(["one way".into(), lap.into(), place.into(), visits.into()]);
            }
        }
    }
    let (exact, ring) = (one_way(), both_ways());
    let tracks = [("one way", &exact), ("both ways", &ring)];
    for (track, map) in tracks {
        for (place, visits) in map.place_field(SHOWN).take(PLACES).enumerate() {
            let place = place as i64 - SHOWN as i64;
            table.push([track.into(), "limit".into(), place.into(), visits.into()]);
        }
    }
    let limit: Vec<f64> = exact.place_field(SHOWN).take(PLACES).collect();
    let places = |key, value| Number::exact(key, value, "places");
    let numbers = vec![
        places("field-center-lap-1", behind(1)),
        places("field-center-last", behind(LAPS)),
        places("field-center-limit", SHOWN as f64 - center(&limit)),
        Number::exact("track-laps", LAPS as f64, "laps"),
        Number::exact("track-places", PLACES as f64, "places"),
        Number::exact("track-step-size", STEP_SIZE, "1"),
    ];
    Ok(Data { tables: vec![table, centers], numbers })
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let table = tables.main()?;
    let x = Scale::Linear(-10.0, 9.0);
    let places = [-10.0, -5.0, 0.0, 5.0].map(|x| (x, number(x, 0))).to_vec();
    let panel = |left: f64, width: f64, x, y| Panel {
        left,
        top: 66.0,
        width,
        height: 210.0,
        x,
        y,
    };
    // One way.
    let track = panel(30.0, 270.0, x, Scale::Linear(0.0, 1.1));
    track.axes(
        sheet,
        &Axes {
            title: "Run one way",
            x_title: "start, in places from the field's own",
            y_title: "visits in prospect",
            x_ticks: places.clone(),
            y_ticks: ticks(&[0.0, 0.5, 1.0]),
        },
    )?;
    let rows = table.only("track", "one way")?;
    let outer = rows.only("laps", LAPS)?.points("place", "visits")?;
    draw_field(sheet, &track, &outer)?;
    for (lap, dash, width) in DRAWN {
        let curve = rows.only("laps", lap)?.points("place", "visits")?;
        // Behind the place; beyond it all are zero.
        let until: Vec<Point> =
            curve.iter().copied().filter(|(x, _)| *x <= 1.0).collect();
        track.curve(sheet, &until, Pen::new(Ink::Rl, width).dash(dash))?;
    }
    let travel = track.at((-9.6, 1.02));
    let to = (travel.0 + 52.0, travel.1);
    sheet.arrow(travel, to, Pen::new(Ink::Text, 1.6))?;
    let lettering = Lettering::label(Ink::Text).size(SMALL);
    sheet.text("travel", (to.0 + 6.0, to.1), lettering)?;
    for (row, (lap, dash, width)) in DRAWN.into_iter().enumerate() {
        let at = (track.at_x(2.6), track.top + 56.0 + 22.0 * row as f64);
        let pen = Pen::new(Ink::Rl, width).dash(dash);
        sheet.key(
            &format!("lap {lap}"),
            at,
            pen,
            Lettering::label(Ink::Rl).size(SMALL).bold(),
        )?;
    }
    // Its center.
    let centers =
        panel(352.0, 130.0, Scale::Linear(0.0, LAPS as f64), Scale::Linear(-4.2, 0.2));
    centers.axes(
        sheet,
        &Axes {
            title: "Its center",
            x_title: "laps",
            y_title: "places",
            x_ticks: ticks(&[0.0, 25.0, 50.0]),
            y_ticks: [0.0, -1.0, -2.0, -3.0, -4.0].map(|y| (y, number(y, 0))).to_vec(),
        },
    )?;
    let moved = tables.get("centers")?.points("laps", "places_behind")?;
    let moved: Vec<Point> = moved.into_iter().map(|(lap, x)| (lap, -x)).collect();
    centers.curve(sheet, &moved, Pen::new(Ink::Rl, 2.2))?;
    for (lap, _, _) in DRAWN {
        sheet.mark(centers.at(moved[lap]), 3.8, Ink::Rl, Mark::Disc)?;
    }
    // Both ways.
    let ring = panel(530.0, 180.0, x, Scale::Linear(0.0, 2.53));
    ring.axes(
        sheet,
        &Axes {
            title: "Walked both ways",
            x_title: "",
            y_title: "visits",
            x_ticks: [-10.0, 0.0]
                .map(|x| (x, number(x, 0)))
                .into_iter()
                .chain([(9.0, String::from("9"))])
                .collect(),
            y_ticks: ticks(&[0.0, 1.0, 2.0]),
        },
    )?;
    let curve = table.only("track", "both ways")?.points("place", "visits")?;
    draw_field(sheet, &ring, &curve)?;
    ring.curve(sheet, &curve, Pen::new(Ink::C3, 2.6))?;
    let (x, y) = ring.at((-9.6, 2.35));
    let both = Pen::new(Ink::Text, 1.6);
    sheet.arrow((x + 26.0, y), (x, y), both)?;
    sheet.arrow((x + 26.0, y), (x + 52.0, y), both)?;
    let lettering = Lettering::label(Ink::Text).align(Align::Middle);
    let below = (ring.left + ring.width / 2.0, ring.bottom() + 37.0);
    sheet.text("start, in places", below, lettering)
}

/// A field as a filled shape, and its place as a dotted line.
fn draw_field(sheet: &mut Sheet, panel: &Panel, curve: &[Point]) -> Result<()> {
    let ink = if panel.left < 100.0 { Ink::Rl } else { Ink::C3 };
    let zero = panel.at_y(0.0);
    let mut shape: Vec<Point> = curve.iter().map(|&point| panel.at(point)).collect();
    shape.extend([(panel.right(), zero), (panel.left, zero)]);
    sheet.area(&shape, ink, 0.2)?;
    let x = panel.at_x(0.0);
    let pen = Pen::new(Ink::Text, 1.2).dash(Dash::Dots);
    sheet.line(&[(x, panel.top), (x, panel.bottom())], pen)
}
