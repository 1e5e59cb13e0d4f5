//! The numbers that prose may quote: `results.toml`.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::table::{close, nine_digits};

/// Begins the comment above the numbers of a figure.
const FIGURE: &str = "# figure: ";

/// One number of the book, computed from a figure's rows.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Number {
    /// Slug by which the prose quotes it; the key of its table in `results.toml`.
    #[serde(skip)]
    pub key: String,
    /// The number.
    pub value: f64,
    /// 95% interval.
    pub interval: Option<[f64; 2]>,
    /// How many independent runs it rests on; 1 if it is exact.
    pub n: u64,
    /// `reward`, `steps`, `responses/min`; `1` for a ratio.
    pub unit: String,
    /// `0..100`, or `exact` where nothing is sampled.
    pub seeds: String,
    /// `light`, `heavy` or `measured`: how a check treats it.
    #[serde(default)]
    pub kind: String,
    /// Id of the figure whose rows it is computed from: in the file, the comment above its numbers.
    #[serde(skip)]
    pub figure: String,
}

impl Number {
    /// A number that rests on no sample.
    pub fn exact(key: &str, value: f64, unit: &str) -> Self {
        Self {
            key: key.into(),
            value,
            interval: None,
            n: 1,
            unit: unit.into(),
            seeds: "exact".into(),
            kind: String::new(),
            figure: String::new(),
        }
    }

    /// A number computed from `n` runs, one for each of the seeds `0..n`.
    pub fn sampled(key: &str, value: f64, unit: &str, n: u64) -> Self {
        Self { n, seeds: format!("0..{n}"), ..Self::exact(key, value, unit) }
    }

    /// Adds the 95% interval.
    pub fn with_interval(mut self, low: f64, high: f64) -> Self {
        self.interval = Some([low, high]);
        self
    }

    /// What differs from the committed number, if anything does.
    pub fn difference(&self, committed: &Number) -> Option<String> {
        let interval = |number: &Number| match number.interval {
            Some([low, high]) => format!("[{low}, {high}]"),
            None => "none".into(),
        };
        let said = |field: &str,
                    old: &dyn std::fmt::Display,
                    new: &dyn std::fmt::Display| {
            Some(format!("key {}, {field}: committed {old}, recomputed {new}", self.key))
        };
        if !close(self.value, committed.value) {
            return said("value", &committed.value, &self.value);
        }
        let same_interval = match (self.interval, committed.interval) {
            (Some(new), Some(old)) => close(new[0], old[0]) && close(new[1], old[1]),
            (new, old) => new == old,
        };
        if !same_interval {
            return said("interval", &interval(committed), &interval(self));
        }
        if self.n != committed.n {
            return said("n", &committed.n, &self.n);
        }
        for (field, old, new) in [
            ("unit", &committed.unit, &self.unit),
            ("seeds", &committed.seeds, &self.seeds),
            ("kind", &committed.kind, &self.kind),
            ("figure", &committed.figure, &self.figure),
        ] {
            if old != new {
                return said(field, old, new);
            }
        }
        None
    }

    fn to_toml(&self) -> String {
        let mut text = format!("[{}]\nvalue = {}\n", self.key, float(self.value));
        if let Some([low, high]) = self.interval {
            text += &format!("interval = [{}, {}]\n", float(low), float(high));
        }
        text += &format!(
            "n = {}\nunit = {:?}\nseeds = {:?}\n",
            self.n, self.unit, self.seeds
        );
        text += &format!("kind = {:?}\n", self.kind);
        text
    }
}

/// A TOML float: it has a point, or it would be an integer.
fn float(value: f64) -> String {
    let digits = nine_digits(value);
    if digits.contains('.') { digits } else { digits + ".0" }
}

/// The numbers of a chapter by key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results(pub BTreeMap<String, Number>);

impl Results {
    /// Reads `results.toml`.
    pub fn from_toml(text: &str) -> Result<Self> {
        let mut numbers: BTreeMap<String, Number> = toml::from_str(text)?;
        let mut figure = "";
        for line in text.lines() {
            if let Some(id) = line.strip_prefix(FIGURE) {
                figure = id;
            } else if let Some(key) =
                line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'))
                && let Some(number) = numbers.get_mut(key)
            {
                number.key = key.into();
                number.figure = figure.into();
            }
        }
        Ok(Self(numbers))
    }

    /// The file's text: figures in the order given, keys in alphabetical order within each.
    pub fn to_toml(&self, figures: &[&str]) -> String {
        let mut text = String::from(
            "# Written by `cargo xtask figures`; prose quotes a number by its key.\n",
        );
        for figure in figures {
            let mut numbers =
                self.0.values().filter(|number| number.figure == *figure).peekable();
            if numbers.peek().is_some() {
                text += &format!("\n{FIGURE}{figure}\n");
            }
            for number in numbers {
                text += "\n";
                text += &number.to_toml();
            }
        }
        text
    }

    /// Puts `numbers` in the place of those that `figure` had. A key that belongs to another figure is an error.
    pub fn replace(&mut self, figure: &str, numbers: &[Number]) -> Result<()> {
        self.0.retain(|_, number| number.figure != figure);
        for number in numbers {
            if let Some(old) = self.0.insert(number.key.clone(), number.clone()) {
                Err(anyhow::anyhow!("two numbers have this key")).with_context(|| {
                    format!("`{}` of figures {} and {figure}", number.key, old.figure)
                })?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number() -> Number {
        let mut number = Number::sampled("matching-slope", 2.0 / 3.0, "1", 100)
            .with_interval(0.6, 1.0);
        number.kind = "light".into();
        number.figure = "matching-law".into();
        number
    }

    #[test]
    fn a_number_survives_the_file() {
        let mut results = Results::default();
        results.replace("matching-law", &[number()]).unwrap();
        let text = results.to_toml(&["matching-law"]);
        assert!(
            text.contains("# figure: matching-law\n\n[matching-slope]\nvalue = 0.666666667\ninterval = [0.6, 1.0]\nn = 100\n"),
            "{text}"
        );
        let back = Results::from_toml(&text).unwrap();
        assert_eq!(number().difference(&back.0["matching-slope"]), None);
    }

    #[test]
    fn a_difference_names_key_field_and_both_values() {
        let other = Number { value: 0.7, ..number() };
        assert_eq!(
            number().difference(&other).unwrap(),
            "key matching-slope, value: committed 0.7, recomputed 0.6666666666666666"
        );
        let other = Number { interval: Some([0.6, 1.1]), ..number() };
        assert!(
            number()
                .difference(&other)
                .unwrap()
                .contains("committed [0.6, 1.1], recomputed [0.6, 1]")
        );
    }

    #[test]
    fn two_figures_cannot_share_a_key() {
        let mut results = Results::default();
        results.replace("matching-law", &[number()]).unwrap();
        let error = results.replace("sunburst", &[number()]).unwrap_err();
        assert!(
            format!("{error:#}")
                .contains("`matching-slope` of figures matching-law and sunburst")
        );
    }
}
