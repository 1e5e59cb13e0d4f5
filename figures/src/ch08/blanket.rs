//! World, skin and inside: the same neighbors, rates and noise, with and without a blanket.

use anyhow::Result;
use ch08_generative_models::blanket::Row;
use prob::math::powf;

use super::{BELIEF, EXACT, WRONG};
use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Align, Axes, Ink, Lettering, Mark, Panel, Pen, Point, SMALL, Scale, Sheet, ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

/// Slowest and fastest inside, and how many are tried.
const RATES: (f64, f64, u32) = (0.05, 50.0, 31);

/// Two rows of three, and the information past the skin.
pub fn figure() -> Figure {
    Figure {
        id: "blanket",
        shows: "World, skin and inside with mutual and with one-way pushes, and the information between world and inside given the skin, by the rate of the inside",
        size: (720.0, 340.0),
        compute: Compute::Light(compute),
        tables: &["rows"],
        draw,
    }
}

fn compute() -> Result<Data> {
    let mut table = Table::new(["inside_rate", "information"]);
    let (slowest, fastest, tried) = RATES;
    for index in 0..tried {
        let share = f64::from(index) / f64::from(tried - 1);
        let rate = slowest * powf(fastest / slowest, share);
        let information = Row::ONE_WAY.with_inside_at(rate).information();
        table.push([rate.into(), information.into()]);
    }
    let mut rows = Table::named("rows", ["row", "inside_rate", "information"]);
    for (name, row) in [("mutual", Row::MUTUAL), ("one way", Row::ONE_WAY)] {
        // What rounding leaves of a zero is none of the figure's business.
        let information = row.information();
        let information = if information < 1e-12 { 0.0 } else { information };
        rows.push([name.into(), (-row.push[2][2]).into(), information.into()]);
    }
    let information = |key: &str, row: Row| Number::exact(key, row.information(), "nats");
    let numbers = vec![
        information("blanket-information", Row::ONE_WAY),
        information("blanket-cut", Row::MUTUAL.without_push_back()),
        information("blanket-unequal-noise", Row::MUTUAL.with_skin_noise(5.0)),
    ];
    Ok(Data { tables: vec![table, rows], numbers })
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let rows = tables.get("rows")?;
    for (y, row, title, ink) in [
        (83.0, "mutual", "Each pushes as it is pushed", EXACT),
        (229.0, "one way", "Nothing pushes back", WRONG),
    ] {
        let information = rows.only("row", row)?.number("information")?;
        sheet.text(title, (16.0, y - 55.0), Lettering::label(Ink::Text).bold())?;
        draw_row(sheet, y, row == "mutual")?;
        let said = if information == 0.0 {
            "the inside tells nothing past the skin".to_string()
        } else {
            format!("the inside tells {information:.3} nats past the skin")
        };
        sheet.text(&said, (16.0, y + 50.0), Lettering::label(ink))?;
    }
    draw_rates(sheet, tables.main()?, rows)
}

/// Three places in a row and who pushes whom.
fn draw_row(sheet: &mut Sheet, y: f64, mutual: bool) -> Result<()> {
    let places = [(48.0, "world"), (160.0, "skin"), (272.0, "inside")];
    for pair in places.windows(2) {
        let (from, to) = (pair[0].0 + 35.0, pair[1].0 - 35.0);
        let aside = if mutual { 6.0 } else { 0.0 };
        let pen = Pen::new(Ink::Text, 1.6);
        sheet.arrow((from, y - aside), (to, y - aside), pen)?;
        if mutual {
            sheet.arrow((to, y + aside), (from, y + aside), pen)?;
        }
    }
    for (x, name) in places {
        let skin = name == "skin";
        sheet.mark((x, y), 31.0, if skin { BELIEF } else { Ink::Muted }, Mark::Ring)?;
        if skin {
            sheet.mark_faint((x, y), 31.0, BELIEF, Mark::Disc, 0.12)?;
        }
        let lettering = Lettering::label(Ink::Text).size(SMALL).align(Align::Middle);
        sheet.text(name, (x, y), lettering)?;
    }
    Ok(())
}

fn draw_rates(sheet: &mut Sheet, table: &Table, rows: &Table) -> Result<()> {
    let (slowest, fastest, _) = RATES;
    let panel = Panel {
        left: 410.0,
        top: 66.0,
        width: 290.0,
        height: 214.0,
        x: Scale::Log(slowest, fastest),
        y: Scale::Linear(0.0, 0.12),
    };
    panel.axes(
        sheet,
        &Axes {
            title: "Past the skin",
            x_title: "how fast the inside follows the skin",
            y_title: "information, nats",
            x_ticks: ticks(&[0.1, 1.0, 10.0]),
            y_ticks: ticks(&[0.0, 0.04, 0.08, 0.12]),
        },
    )?;
    let curve = table.points("inside_rate", "information")?;
    panel.curve(sheet, &curve, Pen::new(WRONG, 2.6))?;
    let shown = |row: &str| -> Result<Point> {
        let points = rows.only("row", row)?.points("inside_rate", "information")?;
        Ok(panel.at(points[0]))
    };
    sheet.mark(shown("one way")?, 5.0, WRONG, Mark::Disc)?;
    let mutual = shown("mutual")?;
    sheet.mark(mutual, 5.5, EXACT, Mark::Square)?;
    let lettering = |ink| Lettering::label(ink).size(SMALL).halo();
    sheet.text("nothing pushes back", panel.at((0.8, 0.095)), lettering(WRONG))?;
    let above = (mutual.0, mutual.1 - 17.0);
    let middle = lettering(EXACT).align(Align::Middle);
    sheet.text("each as it is pushed", above, middle)
}
