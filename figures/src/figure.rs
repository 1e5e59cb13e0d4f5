//! What a chapter says about a figure.

use std::ops::Range;

use anyhow::Result;

use crate::kit::Sheet;
use crate::results::Number;
use crate::table::{Table, Tables};

/// The figures of one chapter.
pub struct Chapter {
    /// `ch01`: the name of the chapter's folders and the start of every id in its drawings.
    pub name: &'static str,
    /// Package of the chapter's listings, whose examples' output is kept beside the data.
    pub listings: &'static str,
    /// The figures in the order of the page.
    pub figures: Vec<Figure>,
}

/// One figure: where its rows come from and how they are drawn.
pub struct Figure {
    /// Slug; the CSV and the SVG are named after it.
    pub id: &'static str,
    /// What is drawn, for `--list` and as the drawing's accessible name. The finding stands on the page.
    pub shows: &'static str,
    /// Width and height in page pixels: the book shows a drawing about 700 of them wide.
    pub size: (f64, f64),
    /// Where the rows come from.
    pub compute: Compute,
    /// Names of the tables beside `<id>.csv`.
    pub tables: &'static [&'static str],
    /// Draws the rows.
    pub draw: fn(&mut Sheet, &Tables) -> Result<()>,
}

/// What an experiment gives: the rows that are drawn and the numbers that the prose may quote.
#[derive(Debug, Default)]
pub struct Data {
    /// The first is `<id>.csv`, which the page links to; another one named `x` is `<id>-x.csv`.
    pub tables: Vec<Table>,
    /// The entries of `results.toml`, each computed from the rows.
    pub numbers: Vec<Number>,
}

/// Where a figure's rows come from.
pub enum Compute {
    /// All seeds within five CPU seconds: computed again whenever the figure is drawn or checked.
    Light(fn() -> Result<Data>),
    /// Too long for that. The rows of every seed are committed as `<id>-seeds.csv`; a check recomputes three seeds, and all of
    /// them with `--heavy`. What is drawn is always summarized from the committed rows.
    Heavy {
        /// All seeds of the experiment.
        seeds: Range<u64>,
        /// From seeds to rows. The table has the column `seed`, and a seed's rows don't depend on the other seeds.
        simulate: fn(Range<u64>) -> Result<Table>,
        /// From the rows of all seeds to the tables that are drawn, and the numbers.
        summarize: fn(&Table) -> Result<Data>,
    },
    /// Timings of a machine: the data carry date, machine and command, were written by another program, and are only redrawn.
    Measured,
}

impl Compute {
    /// The word for `results.toml`.
    pub fn kind(&self) -> &'static str {
        match self {
            Compute::Light(_) => "light",
            Compute::Heavy { .. } => "heavy",
            Compute::Measured => "measured",
        }
    }
}
