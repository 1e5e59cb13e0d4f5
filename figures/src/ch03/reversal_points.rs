//! Reversal points of a crowd of cells, and the distribution that can be read from them.

use anyhow::Result;
use ch03_dopamine_and_td::distributional::{
    CELLS, MET, asymmetries, crowd, decode, largest_error, sampled as learned,
};
use envs::variable_magnitude::{AMOUNTS, probabilities};
use prob::interval::quantile;

use super::number;
use crate::figure::{Compute, Data, Figure};
use crate::kit::{
    Align, Axes, Dash, Ink, Lettering, Mark, Panel, Pen, SMALL, Scale, Sheet, ticks,
};
use crate::results::Number;
use crate::table::{Table, Tables};

/// Crowds of cells that learn.
const SEEDS: u64 = 30;

/// Points by temper, and what they say.
pub fn figure() -> Figure {
    Figure {
        id: "reversal-points",
        shows: "Reversal points of forty cells by their asymmetry, and the probabilities of seven amounts, true, decoded from these cells, and decoded from cells of even temper",
        size: (720.0, 404.0),
        compute: Compute::Light(compute),
        tables: &["probabilities"],
        draw,
    }
}

fn compute() -> Result<Data> {
    let tempers = asymmetries();
    let even = vec![0.5; CELLS];
    let (settled, equal) = (crowd(&tempers), crowd(&even));
    let crowds: Vec<Vec<f64>> =
        (0..SEEDS).map(|seed| learned(&tempers, MET, seed)).collect();
    let decoded: Vec<_> = crowds.iter().map(|points| decode(points, &tempers)).collect();
    let mut table = Table::new(["asymmetry", "settled", "learned", "low", "high"]);
    for (i, (&temper, &point)) in tempers.iter().zip(&settled).enumerate() {
        let here: Vec<f64> = crowds.iter().map(|points| points[i]).collect();
        table.push([
            temper.into(),
            point.into(),
            here[0].into(),
            quantile(&here, 0.025).into(),
            quantile(&here, 0.975).into(),
        ]);
    }
    let of_equal = decode(&equal, &even);
    let mut found = Table::named(
        "probabilities",
        ["amount", "probability", "decoded", "lowest", "highest", "equal_cells"],
    );
    for (k, (amount, p)) in AMOUNTS.into_iter().zip(probabilities()).enumerate() {
        let here: Vec<f64> = decoded.iter().map(|d| d.probabilities[k]).collect();
        found.push([
            amount.into(),
            p.into(),
            here[0].into(),
            here.iter().copied().fold(f64::INFINITY, f64::min).into(),
            here.iter().copied().fold(0.0, f64::max).into(),
            of_equal.probabilities[k].into(),
        ]);
    }
    let errors: Vec<f64> = decoded.iter().map(largest_error).collect();
    let worst = errors.iter().copied().fold(0.0, f64::max);
    let exact = largest_error(&decode(&settled, &tempers));
    let amount = |key, value| Number::exact(key, value, "microliters");
    let numbers = vec![
        amount("reversal-lowest", settled[0]),
        amount("reversal-highest", settled[CELLS - 1]),
        amount("reversal-mean", equal[0]),
        Number::sampled("decode-error", worst, "probability", SEEDS),
        Number::exact("decode-error-settled", exact, "probability"),
        Number::exact(
            "decode-error-equal-cells",
            largest_error(&of_equal),
            "probability",
        ),
        Number::exact("decode-cells", CELLS as f64, "cells"),
        Number::exact("decode-amounts", MET as f64, "amounts"),
    ];
    Ok(Data { tables: vec![table, found], numbers })
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> Result<()> {
    let table = tables.main()?;
    let found = tables.get("probabilities")?;
    let cells = Panel {
        left: 40.0,
        top: 66.0,
        width: 286.0,
        height: 272.0,
        x: Scale::Linear(0.0, 1.0),
        y: Scale::Linear(0.0, 21.0),
    };
    cells.axes(
        sheet,
        &Axes {
            title: "What each cell expects",
            x_title: "asymmetry: pessimists to optimists",
            y_title: "reversal point, microliters",
            x_ticks: ticks(&[0.0, 0.25, 0.5, 0.75, 1.0]),
            y_ticks: ticks(&[0.0, 5.0, 10.0, 15.0, 20.0]),
        },
    )?;
    // The amounts, as a rug at the axis's far side.
    for amount in found.numbers("amount")? {
        let y = cells.at_y(amount);
        let ends = [(cells.right() - 12.0, y), (cells.right(), y)];
        sheet.line(&ends, Pen::new(Ink::C3, 2.0))?;
    }
    let lettering = Lettering::label(Ink::C3).size(SMALL).align(Align::End);
    let (x, y) = (cells.right() - 16.0, cells.at_y(20.0));
    sheet.text("the amounts", (x, y), lettering)?;
    let mean: f64 =
        found.points("amount", "probability")?.iter().map(|(amount, p)| amount * p).sum();
    let pen = Pen::new(Ink::Text, 1.4).dash(Dash::Short);
    cells.curve(sheet, &[(0.0, mean), (1.0, mean)], pen)?;
    let lettering = Lettering::label(Ink::Text).size(SMALL);
    let (x, y) = cells.at((0.02, mean));
    sheet.text(&format!("mean, {}", number(mean, 1)), (x, y - 12.0), lettering)?;
    let points = table.points("asymmetry", "learned")?;
    let (low, high) = (table.numbers("low")?, table.numbers("high")?);
    for (i, &point) in points.iter().enumerate() {
        let ends = [(point.0, low[i]), (point.0, high[i])];
        cells.curve(sheet, &ends, Pen::new(Ink::Rl, 1.2))?;
        sheet.mark(cells.at(point), 3.4, Ink::Rl, Mark::Disc)?;
    }
    sheet.mark(cells.at((0.5, mean)), 5.4, Ink::C4, Mark::Diamond)?;
    let (x, y) = cells.at((0.52, mean));
    let lettering = Lettering::label(Ink::C4).size(SMALL).halo();
    sheet.text("40 even cells", (x, y + 16.0), lettering)?;
    draw_probabilities(sheet, found)
}

fn draw_probabilities(sheet: &mut Sheet, found: &Table) -> Result<()> {
    let amounts = found.numbers("amount")?;
    let panel = Panel {
        left: 390.0,
        top: 66.0,
        width: 320.0,
        height: 272.0,
        x: Scale::Linear(0.4, amounts.len() as f64 + 0.6),
        y: Scale::Linear(0.0, 0.4),
    };
    panel.axes(
        sheet,
        &Axes {
            title: "What the crowd knows",
            x_title: "amount, microliters",
            y_title: "probability",
            x_ticks: amounts
                .iter()
                .enumerate()
                .map(|(i, x)| ((i + 1) as f64, ticks(&[*x])[0].1.clone()))
                .collect(),
            y_ticks: ticks(&[0.0, 0.1, 0.2, 0.3, 0.4]),
        },
    )?;
    let zero = panel.at_y(0.0);
    let (low, high) = (found.numbers("lowest")?, found.numbers("highest")?);
    let (decoded, equal) = (found.numbers("decoded")?, found.numbers("equal_cells")?);
    for (i, p) in found.numbers("probability")?.into_iter().enumerate() {
        let place = (i + 1) as f64;
        let (x, y) = panel.at((place, p));
        sheet.block((x - 16.0, y), (x + 16.0, zero), Ink::C3, 0.35)?;
        sheet.line(&[(x - 16.0, y), (x + 16.0, y)], Pen::new(Ink::C3, 2.0))?;
        let x = place - 0.14;
        panel.whisker(sheet, x, low[i], high[i], Pen::new(Ink::Rl, 1.4))?;
        sheet.mark(panel.at((x, decoded[i])), 4.4, Ink::Rl, Mark::Disc)?;
        sheet.mark(panel.at((place + 0.2, equal[i])), 5.0, Ink::C4, Mark::Diamond)?;
    }
    let (x, top) = (panel.left + 8.0, panel.top + 8.0);
    let label = |ink| Lettering::label(ink).size(SMALL).bold();
    sheet.block((x - 5.0, top - 6.0), (x + 5.0, top + 6.0), Ink::C3, 0.35)?;
    sheet.text("true", (x + 12.0, top), label(Ink::C3))?;
    sheet.mark((x, top + 20.0), 4.4, Ink::Rl, Mark::Disc)?;
    sheet.text("from 40 tempers", (x + 12.0, top + 20.0), label(Ink::Rl))?;
    sheet.mark((x, top + 40.0), 5.0, Ink::C4, Mark::Diamond)?;
    sheet.text("from even cells", (x + 12.0, top + 40.0), label(Ink::C4))
}
