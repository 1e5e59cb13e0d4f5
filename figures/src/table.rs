//! Rows as they stand in a CSV file.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use anyhow::{Context, Result, anyhow, bail};

/// Numbers are equal when they differ by no more than this part of the larger one.
pub const TOLERANCE: f64 = 1e-6;

/// A table of text cells, exactly as the CSV file holds them.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    name: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// One cell: what a value looks like in a CSV file.
#[derive(Clone, Debug)]
pub struct Cell(String);

impl From<f64> for Cell {
    /// Nine significant digits, as short as they can be written: a thousand times finer than a check.
    fn from(value: f64) -> Self {
        Self(nine_digits(value))
    }
}

/// A number with at most nine significant digits.
pub(crate) fn nine_digits(value: f64) -> String {
    let rounded: f64 = format!("{value:.8e}").parse().expect("a printed float parses");
    // Adding zero turns -0 into 0.
    format!("{}", rounded + 0.0)
}

macro_rules! cell_from {
    ($($type:ty),*) => {$(
        impl From<$type> for Cell {
            fn from(value: $type) -> Self {
                Self(value.to_string())
            }
        }
    )*};
}
cell_from!(u8, u32, u64, usize, i32, i64, &str, String, bool);

impl<T: Into<Cell>> From<Option<T>> for Cell {
    /// What isn't there is an empty cell.
    fn from(value: Option<T>) -> Self {
        value.map_or_else(|| Self(String::new()), Into::into)
    }
}

/// Where two tables part.
#[derive(Debug, PartialEq)]
pub enum Difference {
    /// Other columns: those committed, those recomputed.
    Columns(String, String),
    /// Another number of rows: committed, recomputed.
    Rows(usize, usize),
    /// A cell.
    Cell {
        /// Line of the CSV file, its header being line 1.
        line: usize,
        /// Name of the column.
        column: String,
        /// The value in the repository.
        committed: String,
        /// The value just computed.
        recomputed: String,
    },
}

impl Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Columns(committed, recomputed) => {
                write!(f, "columns {committed} committed, {recomputed} recomputed")
            }
            Difference::Rows(committed, recomputed) => {
                write!(f, "{committed} rows committed, {recomputed} recomputed")
            }
            Difference::Cell { line, column, committed, recomputed } => {
                write!(
                    f,
                    "line {line}, column {column}: committed {committed}, recomputed {recomputed}"
                )
            }
        }
    }
}

impl Table {
    /// The figure's own table, `<id>.csv`.
    pub fn new<const N: usize>(columns: [&str; N]) -> Self {
        Self::named("", columns)
    }

    /// A further table, `<id>-<name>.csv`.
    pub fn named<const N: usize>(name: &str, columns: [&str; N]) -> Self {
        Self {
            name: name.into(),
            columns: columns.map(String::from).to_vec(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn push<const N: usize>(&mut self, cells: [Cell; N]) {
        assert_eq!(
            N,
            self.columns.len(),
            "a row of table `{}` has a cell for each of {:?}",
            self.name,
            self.columns
        );
        self.rows.push(cells.into_iter().map(|cell| cell.0).collect());
    }

    /// The part after the figure's id in the file's name; empty for the figure's own table.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number of rows without the header.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn index(&self, column: &str) -> Result<usize> {
        self.columns.iter().position(|name| name == column).with_context(|| {
            format!(
                "no column `{column}` in table `{}` ({})",
                self.name,
                self.columns.join(", ")
            )
        })
    }

    /// A column as text.
    pub fn texts(&self, column: &str) -> Result<Vec<&str>> {
        let index = self.index(column)?;
        Ok(self.rows.iter().map(|row| row[index].as_str()).collect())
    }

    /// A column as numbers.
    pub fn numbers(&self, column: &str) -> Result<Vec<f64>> {
        self.texts(column)?
            .into_iter()
            .map(|cell| {
                cell.parse()
                    .map_err(|_| anyhow!("`{cell}` in column `{column}` is no number"))
            })
            .collect()
    }

    /// Two columns as points.
    pub fn points(&self, x: &str, y: &str) -> Result<Vec<(f64, f64)>> {
        Ok(self.numbers(x)?.into_iter().zip(self.numbers(y)?).collect())
    }

    /// The rows whose cell in `column` is `value`.
    pub fn only(&self, column: &str, value: impl Display) -> Result<Table> {
        let (index, value) = (self.index(column)?, value.to_string());
        let rows: Vec<_> =
            self.rows.iter().filter(|row| row[index] == value).cloned().collect();
        if rows.is_empty() {
            bail!("no row of table `{}` has {column} = {value}", self.name);
        }
        Ok(Self { rows, ..self.head() })
    }

    /// The rows of some seeds.
    pub fn of_seeds(&self, seeds: std::ops::Range<u64>) -> Result<Table> {
        let index = self.index("seed")?;
        let rows = self
            .rows
            .iter()
            .filter(|row| row[index].parse().is_ok_and(|seed| seeds.contains(&seed)))
            .cloned();
        Ok(Self { rows: rows.collect(), ..self.head() })
    }

    /// The same rows under another name.
    pub fn renamed(self, name: &str) -> Table {
        Self { name: name.into(), ..self }
    }

    /// The different values of a column in the order of their first row.
    pub fn values(&self, column: &str) -> Result<Vec<&str>> {
        let mut values = Vec::new();
        for cell in self.texts(column)? {
            if !values.contains(&cell) {
                values.push(cell);
            }
        }
        Ok(values)
    }

    /// The one number in `column` of the rows left by [`Table::only`].
    pub fn number(&self, column: &str) -> Result<f64> {
        let numbers = self.numbers(column)?;
        match numbers[..] {
            [number] => Ok(number),
            _ => bail!(
                "{} rows of table `{}` where one was meant",
                numbers.len(),
                self.name
            ),
        }
    }

    fn head(&self) -> Table {
        Self { name: self.name.clone(), columns: self.columns.clone(), rows: Vec::new() }
    }

    /// The CSV file's text.
    pub fn to_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in std::iter::once(&self.columns).chain(&self.rows) {
            writer.write_record(row).expect("a row has as many cells as the header");
        }
        String::from_utf8(writer.into_inner().expect("memory takes all"))
            .expect("cells are text")
    }

    /// Reads a CSV file's text.
    pub fn from_csv(name: &str, text: &str) -> Result<Self> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let columns = reader.headers()?.iter().map(String::from).collect();
        let rows = reader
            .records()
            .map(|record| Ok(record?.iter().map(String::from).collect()))
            .collect::<Result<_, csv::Error>>()?;
        Ok(Self { name: name.into(), columns, rows })
    }

    /// The first place where this table, recomputed, parts from the committed one; numbers may differ by [`TOLERANCE`].
    pub fn difference(&self, committed: &Table) -> Option<Difference> {
        if self.columns != committed.columns {
            return Some(Difference::Columns(
                committed.columns.join(","),
                self.columns.join(","),
            ));
        }
        for (line, (new, old)) in self.rows.iter().zip(&committed.rows).enumerate() {
            for (column, (new, old)) in self.columns.iter().zip(new.iter().zip(old)) {
                if !same(new, old) {
                    return Some(Difference::Cell {
                        line: line + 2,
                        column: column.clone(),
                        committed: old.clone(),
                        recomputed: new.clone(),
                    });
                }
            }
        }
        (self.len() != committed.len())
            .then(|| Difference::Rows(committed.len(), self.len()))
    }
}

fn same(a: &str, b: &str) -> bool {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(x), Ok(y)) => close(x, y),
        _ => a == b,
    }
}

/// Whether two numbers are equal to [`TOLERANCE`], relative to the larger one.
pub fn close(x: f64, y: f64) -> bool {
    x == y || (x - y).abs() <= TOLERANCE * x.abs().max(y.abs()).max(TOLERANCE)
}

/// The tables of a figure by name.
#[derive(Debug, Default)]
pub struct Tables(BTreeMap<String, Table>);

impl Tables {
    /// Gathers tables.
    pub fn new(tables: impl IntoIterator<Item = Table>) -> Self {
        Self(tables.into_iter().map(|table| (table.name.clone(), table)).collect())
    }

    /// The figure's own table.
    pub fn main(&self) -> Result<&Table> {
        self.get("")
    }

    /// The table `<id>-<name>.csv`.
    pub fn get(&self, name: &str) -> Result<&Table> {
        self.0
            .get(name)
            .with_context(|| format!("the figure has no table named `{name}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(x: f64) -> Table {
        let mut table = Table::new(["learner", "x"]);
        table.push(["habit".into(), 1.0.into()]);
        table.push(["map, with a comma".into(), x.into()]);
        table
    }

    #[test]
    fn a_table_survives_the_file() {
        let before = table(2.0 / 3.0);
        let after = Table::from_csv("", &before.to_csv()).unwrap();
        assert_eq!(before, after);
        assert_eq!(after.only("learner", "habit").unwrap().number("x").unwrap(), 1.0);
        assert!(after.only("learner", "rat").is_err());
        assert!(after.numbers("y").unwrap_err().to_string().contains("no column `y`"));
    }

    #[test]
    fn a_cell_has_nine_digits() {
        assert_eq!(nine_digits(2.0 / 3.0), "0.666666667");
        assert_eq!(nine_digits(-0.0), "0");
        assert_eq!(nine_digits(123456789012.0), "123456789000");
        assert_eq!(Cell::from(None::<f64>).0, "");
    }

    #[test]
    fn a_difference_names_line_column_and_both_values() {
        assert_eq!(table(5.0).difference(&table(5.0 * (1.0 + 1e-7))), None);
        let difference = table(5.0).difference(&table(5.1)).unwrap();
        assert_eq!(
            difference.to_string(),
            "line 3, column x: committed 5.1, recomputed 5"
        );
        let short = Table { rows: vec![], ..table(1.0) };
        assert_eq!(table(1.0).difference(&short), Some(Difference::Rows(0, 2)));
    }
}
