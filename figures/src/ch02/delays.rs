//! A little now or more later: who changes their mind when both come closer.

use anyhow::Result;
use ch02_bellman_and_value::delays::{
    Discounting, K, LATER, Offer, SOONER, after_waiting, crossing, discount, still_there,
    unknown_hazard,
};
use ch02_bellman_and_value::hazard::agreements;
use envs::Discount;

use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Align, Axes, Dash, Ink, Lettering, Mark, Panel, Pen, SMALL, Scale, Sheet, ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

/// How long before the sooner prize the curves begin, in seconds.
const BEFORE: f64 = 8.0;
/// Steps of the curves a second.
const FINE: i32 = 10;
/// The longest delay of the survival curves, in seconds.
const LONGEST: i32 = 12;
/// Hazards that are drawn one by one, and those that are averaged.
const DRAWN: usize = 7;
const AVERAGED: usize = 10_000;
/// The wait after which the survivor looks ahead again, in seconds.
const WAITED: f64 = 4.0;

const SOON: Ink = Ink::C5;
const LATE: Ink = Ink::C3;

/// Two ways to discount, and where the second may come from.
pub fn figure() -> Figure {
    Figure {
        id: "delay-reversal",
        shows: "What a sooner, smaller and a later, larger prize are worth as both come closer, discounted exponentially and hyperbolically, and the chance to survive a hazard that is not known",
        size: (720.0, 366.0),
        compute: Compute::Light(compute),
        tables: &["choices", "survival"],
        draw,
    }
}

fn compute() -> Result<Data> {
    let rules = [
        ("exponential", Discounting::Exponential(discount())),
        ("hyperbolic", Discounting::Hyperbolic { k: K }),
    ];
    let mut table = Table::new(["discounting", "prize", "seconds", "worth"]);
    let mut choices = Table::named("choices", ["discounting", "choice", "from", "to"]);
    for (name, rule) in rules {
        for (prize, offer) in [("sooner", SOONER), ("later", LATER)] {
            let last = ((offer.delay - SOONER.delay) * f64::from(FINE)) as i32;
            for tenth in -(BEFORE as i32) * FINE..=last {
                let now = f64::from(tenth) / f64::from(FINE);
                // Behind the sooner prize the later one has less than its own delay left.
                let left = Offer { delay: 0.0, ..offer };
                let worth = rule.worth(left, offer.delay - now);
                table.push([name.into(), prize.into(), now.into(), worth.into()]);
            }
        }
        let mut from = -BEFORE;
        let step = 1.0 / f64::from(FINE);
        let chosen = |before: f64| {
            if rule.waits(SOONER, LATER, before) { "later" } else { "sooner" }
        };
        let ends =
            (1..=BEFORE as i32 * FINE).map(|tenth| f64::from(tenth) * step - BEFORE);
        for now in ends {
            let before = chosen(step / 2.0 - now);
            if now >= -step / 2.0 || chosen(-now - step / 2.0) != before {
                choices.push([name.into(), before.into(), from.into(), now.into()]);
                from = now;
            }
        }
    }
    let mut survival = Table::named("survival", ["hazard", "delay", "chance"]);
    let mean = unknown_hazard(K, AVERAGED);
    for tenth in 0..=LONGEST * FINE / 2 {
        let delay = 2.0 * f64::from(tenth) / f64::from(FINE);
        for hazard in unknown_hazard(K, DRAWN) {
            let chance = still_there(&[hazard], 0.0, delay);
            survival.push([hazard.into(), delay.into(), chance.into()]);
        }
        for (name, waited) in [("mean", 0.0), ("mean after waiting", WAITED)] {
            let chance = still_there(&mean, waited, delay);
            survival.push([name.into(), delay.into(), chance.into()]);
        }
    }
    let at_once = |rule: Discounting, offer: Offer| rule.worth(offer, 0.0);
    let [(_, exponential), (_, hyperbolic)] = rules;
    let worst = agreements(Discount::new(0.9)?)
        .iter()
        .map(|agreement| agreement.best.max(agreement.random))
        .fold(0.0, f64::max);
    let numbers = vec![
        Number::exact("hazard-worst-difference", worst, "reward"),
        Number::exact("reversal-delay", crossing(K, SOONER, LATER), "seconds"),
        Number::exact("reversal-discount", discount().get(), "1/second"),
        Number::exact("reversal-k", K, "1/second"),
        Number::exact("reversal-k-after-waiting", after_waiting(K, WAITED), "1/second"),
        Number::exact("reversal-waited", WAITED, "seconds"),
        Number::exact(
            "reversal-sooner-exponential",
            at_once(exponential, SOONER),
            "seconds of grain",
        ),
        Number::exact(
            "reversal-later-exponential",
            at_once(exponential, LATER),
            "seconds of grain",
        ),
        Number::exact(
            "reversal-sooner-hyperbolic",
            at_once(hyperbolic, SOONER),
            "seconds of grain",
        ),
        Number::exact(
            "reversal-later-hyperbolic",
            at_once(hyperbolic, LATER),
            "seconds of grain",
        ),
    ];
    Ok(Data { tables: vec![table, choices, survival], numbers })
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    for (left, rule, title) in
        [(34.0, "exponential", "Exponential"), (282.0, "hyperbolic", "Hyperbolic")]
    {
        let rows = tables.main()?.only("discounting", rule)?;
        let choices = tables.get("choices")?.only("discounting", rule)?;
        draw_prizes(sheet, &rows, &choices, left, title)?;
    }
    draw_survival(sheet, tables.get("survival")?)
}

fn draw_prizes(
    sheet: &mut Sheet,
    rows: &Table,
    choices: &Table,
    left: f64,
    title: &str,
) -> Result<()> {
    let panel = Panel {
        left,
        top: 66.0,
        width: 206.0,
        height: 200.0,
        x: Scale::Linear(-BEFORE, 4.6),
        y: Scale::Linear(0.0, 4.2),
    };
    let first = left < 100.0;
    let seconds = |tick: f64| (tick, ticks(&[tick])[0].1.clone());
    panel.axes(
        sheet,
        &Axes {
            title,
            x_title: "",
            y_title: if first { "worth, in seconds of grain" } else { " " },
            x_ticks: [-8.0, -4.0, 0.0, 4.0].map(seconds).to_vec(),
            y_ticks: ticks(&[0.0, 1.0, 2.0, 3.0, 4.0]),
        },
    )?;
    for (prize, ink, dash, (dx, dy)) in [
        ("sooner", SOON, Dash::Long, (-3.0, -14.0)),
        ("later", LATE, Dash::Solid, (-34.0, 14.0)),
    ] {
        let curve = rows.only("prize", prize)?.points("seconds", "worth")?;
        let &(time, worth) = curve.last().expect("a curve has points");
        let (x, bottom) = (panel.at_x(time), panel.bottom());
        sheet.block((x - 3.0, panel.at_y(worth)), (x + 3.0, bottom), ink, 1.0)?;
        panel.curve(sheet, &curve, Pen::new(ink, 2.4).dash(dash))?;
        let lettering = Lettering::label(ink).bold().halo().align(Align::Middle);
        sheet.text(prize, (x + dx, panel.at_y(worth) + dy), lettering)?;
    }
    // Below the axis: what is chosen at each moment.
    let (top, height) = (panel.bottom() + 30.0, 22.0);
    let (ends, last) = (choices.numbers("from")?, choices.numbers("to")?);
    for (index, choice) in choices.texts("choice")?.into_iter().enumerate() {
        let (from, to) = (panel.at_x(ends[index]), panel.at_x(last[index]));
        if index > 0 {
            let curve = rows.only("prize", choice)?.points("seconds", "worth")?;
            let crossing = curve.iter().find(|(time, _)| *time >= ends[index] - 1e-9);
            let y = crossing.map_or(panel.bottom(), |&(_, worth)| panel.at_y(worth));
            let pen = Pen::new(Ink::Text, 1.2).dash(Dash::Dots);
            sheet.line(&[(from, y), (from, top)], pen)?;
            sheet.mark((from, y), 3.6, Ink::Text, Mark::Disc)?;
        }
        let ink = if choice == "later" { LATE } else { SOON };
        sheet.block((from + 0.75, top), (to - 0.75, top + height), ink, 0.3)?;
        let lettering = Lettering::label(Ink::Text).size(SMALL).align(Align::Middle);
        sheet.text(choice, ((from + to) / 2.0, top + height / 2.0), lettering)?;
    }
    let lettering = Lettering::label(Ink::Text).align(Align::Middle);
    let below = (panel.left + panel.width / 2.0, top + height + 17.0);
    sheet.text("seconds", below, lettering)?;
    let lettering = Lettering::label(Ink::Text).size(SMALL);
    if first {
        sheet.text("choice", (panel.at_x(0.0) + 8.0, top + height / 2.0), lettering)?;
    }
    Ok(())
}

fn draw_survival(sheet: &mut Sheet, rows: &Table) -> Result<()> {
    let panel = Panel {
        left: 536.0,
        top: 66.0,
        width: 172.0,
        height: 200.0,
        x: Scale::Linear(0.0, f64::from(LONGEST)),
        y: Scale::Linear(0.0, 1.05),
    };
    panel.axes(
        sheet,
        &Axes {
            title: "A hazard not known",
            x_title: "seconds ahead",
            y_title: "chance to be still there",
            x_ticks: ticks(&[0.0, 4.0, 8.0, 12.0]),
            y_ticks: ticks(&[0.0, 0.5, 1.0]),
        },
    )?;
    for hazard in rows.values("hazard")? {
        let curve = rows.only("hazard", hazard)?.points("delay", "chance")?;
        let pen = match hazard {
            "mean" => Pen::new(Ink::C6, 2.4),
            "mean after waiting" => Pen::new(Ink::C4, 2.4).dash(Dash::Short),
            _ => Pen::new(Ink::Muted, 1.2).faint(0.55),
        };
        panel.curve(sheet, &curve, pen)?;
        let at = |delay: f64| {
            let chance = curve.iter().find(|(x, _)| *x >= delay).map_or(0.0, |(_, y)| *y);
            panel.at((delay, chance))
        };
        match hazard {
            "mean" => {
                let (x, y) = at(7.0);
                let lettering = Lettering::label(Ink::C6).bold().halo();
                sheet.text("mean", (x, y - 12.0), lettering)?;
            }
            "mean after waiting" => {
                let (x, y) = at(3.0);
                let lettering = Lettering::label(Ink::C4).bold().halo();
                sheet.text("after 4 s", (x + 4.0, y - 14.0), lettering)?;
            }
            _ => {}
        }
    }
    Ok(())
}
