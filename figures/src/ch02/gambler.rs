//! The gambler's problem: values by sweep, and every stake that is best.

use anyhow::{Result, ensure};
use ch02_bellman_and_value::contraction::sup_distance;
use ch02_bellman_and_value::gambler::{
    self, Order, SHOWN, bold, coin, estimates, timid, worth,
};
use envs::textbook::CAPITAL;

use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Align, Axes, Dash, Ink, Lettering, Mark, Panel, Pen, Point, SMALL, Scale, Sheet,
    ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

/// Values above, stakes below.
pub fn figure() -> Figure {
    Figure {
        id: "gambler",
        shows: "Above, the chance to reach 100 by capital after 1, 2, 3 and 32 sweeps and in the end; below, all best stakes by capital",
        size: (720.0, 640.0),
        compute: Compute::Light(compute),
        tables: &["stakes"],
        draw,
    }
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    draw_values(sheet, tables.main()?)?;
    draw_stakes(sheet, tables.get("stakes")?)
}

fn draw_values(sheet: &mut Sheet, rows: &Table) -> Result<()> {
    let panel = Panel {
        left: 48.0,
        top: 36.0,
        width: 656.0,
        height: 220.0,
        x: Scale::Linear(0.0, 100.0),
        y: Scale::Linear(0.0, 1.0),
    };
    panel.axes(
        sheet,
        &Axes {
            y_title: "chance to reach 100",
            x_ticks: ticks(&[0.0, 25.0, 50.0, 75.0, 100.0]),
            y_ticks: ticks(&[0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
            ..Axes::default()
        },
    )?;
    let of = |sweeps: &str| rows.only("sweeps", sweeps)?.points("capital", "value");
    let apart = |(a, b): (&Point, &Point)| (a.1 - b.1).abs() > 1e-9;
    ensure!(!of("32")?.iter().zip(&of("end")?).any(apart), "the end needs a curve");
    for (row, (sweeps, name, ink, dash, width)) in [
        ("32", "32 sweeps and the end", Ink::Rl, Dash::Solid, 2.2),
        ("3", "3 sweeps", Ink::C4, Dash::Long, 2.0),
        ("2", "2 sweeps", Ink::C3, Dash::Short, 2.0),
        ("1", "1 sweep", Ink::C5, Dash::Dots, 2.6),
    ]
    .into_iter()
    .enumerate()
    {
        let key = (panel.left + 14.0, panel.top + 14.0 + 21.0 * row as f64);
        let lettering = Lettering::label(ink).size(SMALL).bold().halo();
        sheet.key(name, key, Pen::new(ink, width).dash(dash), lettering)?;
        panel.curve(sheet, &of(sweeps)?, Pen::new(ink, width).dash(dash))?;
    }
    Ok(())
}

fn draw_stakes(sheet: &mut Sheet, rows: &Table) -> Result<()> {
    let panel = Panel {
        left: 48.0,
        top: 336.0,
        width: 656.0,
        height: 250.0,
        x: Scale::Linear(0.0, 100.0),
        y: Scale::Linear(0.0, 50.0),
    };
    panel.axes(
        sheet,
        &Axes {
            x_title: "capital",
            y_title: "stake",
            x_ticks: ticks(&[0.0, 12.5, 25.0, 37.5, 50.0, 62.5, 75.0, 87.5, 100.0]),
            y_ticks: ticks(&[0.0, 10.0, 20.0, 30.0, 40.0, 50.0]),
            ..Axes::default()
        },
    )?;
    let smallest = rows.texts("smallest")?;
    for (row, point) in rows.points("capital", "stake")?.into_iter().enumerate() {
        if smallest[row] == "true" {
            sheet.mark(panel.at(point), 2.7, Ink::Rl, Mark::Disc)?;
        } else {
            sheet.mark(panel.at(point), 2.4, Ink::C3, Mark::Ring)?;
        }
    }
    let lettering = Lettering::label(Ink::C3).bold().align(Align::End);
    let (x, y) = panel.at((33.0, 38.0));
    sheet.text("bold play: all, or", (x, y - 10.0), lettering)?;
    sheet.text("what is missing", (x, y + 10.0), lettering)?;
    let lettering = Lettering::label(Ink::Rl).bold().align(Align::Middle);
    let (x, y) = panel.at((50.0, 22.0));
    sheet.text("the smallest best stakes,", (x, y - 10.0), lettering)?;
    sheet.text("which the textbook draws", (x, y + 10.0), lettering)
}

fn compute() -> Result<Data> {
    let heads = coin();
    let game = gambler::solve(heads);
    let mut table = Table::new(["sweeps", "capital", "value"]);
    let shown = estimates(heads, Order::InPlace);
    let curves = SHOWN.iter().map(|sweeps| sweeps.to_string()).zip(&shown);
    for (name, v) in curves.chain([("end".to_string(), &game.v)]) {
        for (capital, &value) in v.iter().enumerate().take(CAPITAL).skip(1) {
            table.push([name.as_str().into(), capital.into(), value.into()]);
        }
    }
    let mut stakes = Table::named("stakes", ["capital", "stake", "bold", "smallest"]);
    let (mut tied, mut most, mut pairs, mut policies) = (0, 0, 0, 0.0);
    for capital in 1..CAPITAL {
        let best = game.best_stakes(capital);
        for &stake in &best {
            stakes.push([
                capital.into(),
                stake.into(),
                (stake == bold(capital)).into(),
                (stake == best[0]).into(),
            ]);
        }
        tied += usize::from(best.len() > 1);
        most = most.max(best.len());
        pairs += best.len();
        policies += prob::math::ln(best.len() as f64) / prob::math::ln(10.0);
    }
    let timid = worth(heads, timid);
    let mut numbers = vec![
        Number::exact("gambler-tied-capitals", tied as f64, "capitals"),
        Number::exact("gambler-most-stakes", most as f64, "stakes"),
        Number::exact("gambler-best-stakes", pairs as f64, "stakes"),
        Number::exact("gambler-log10-policies", policies, "1"),
        Number::exact("gambler-timid-v-50", timid[50], "chance"),
    ];
    for capital in [1, 25, 50, 75, 99] {
        let key = format!("gambler-v-{capital}");
        numbers.push(Number::exact(&key, game.v[capital], "chance"));
    }
    for (sweeps, v) in SHOWN.iter().zip(&shown) {
        let error = sup_distance(v, &game.v);
        numbers.push(Number::exact(
            &format!("gambler-error-after-{sweeps}"),
            error,
            "chance",
        ));
    }
    Ok(Data { tables: vec![table, stakes], numbers })
}
