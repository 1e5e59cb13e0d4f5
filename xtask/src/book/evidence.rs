//! What a page leans on: listings, claims' tests, results, terms.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use syn::spanned::Spanned;

/// A number from a run.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Number {
    /// The estimate, or the exact value.
    pub value: f64,
    /// Its 95% interval.
    pub interval: Option<[f64; 2]>,
    /// Runs behind it.
    pub n: Option<u64>,
    /// Unit.
    pub unit: Option<String>,
    /// Such as `0..100`, or `exact`.
    pub seeds: Option<String>,
    /// `light`, `heavy` or `measured`.
    pub kind: Option<String>,
}

impl Number {
    /// Prints the number as `format` says: `.2`, `.0%`, `.2±`.
    pub fn print(&self, format: &str) -> Result<String> {
        let (digits, style) = match format.strip_prefix('.') {
            Some(rest) => {
                let len = rest.bytes().take_while(u8::is_ascii_digit).count();
                (rest[..len].parse::<usize>().ok(), &rest[len..])
            }
            None => (None, ""),
        };
        let Some(digits) = digits else {
            bail!(
                "\"{format}\" is no number format; write .2 (decimals), .0% (per cent) or .2± (with the 95% interval)"
            )
        };
        let plain = |v: f64| minus(grouped(&format!("{v:.digits$}")));
        let percent = |v: f64| minus(format!("{:.digits$}", 100.0 * v));
        Ok(match (style, self.interval) {
            ("", _) => plain(self.value),
            ("%", _) => format!("{}%", percent(self.value)),
            ("±", Some([low, high])) => {
                format!("{} [{}, {}]", plain(self.value), plain(low), plain(high))
            }
            ("%±", Some([low, high])) => {
                format!("{}% [{}, {}]", percent(self.value), percent(low), percent(high))
            }
            ("±" | "%±", None) => bail!("this result has no interval; drop the ±"),
            _ => bail!("\"{format}\" is no number format; write .2, .0%, .2± or .0%±"),
        })
    }

    /// What lies behind the number, for the pointer that rests on it.
    pub fn provenance(&self) -> String {
        let mut parts = Vec::new();
        if let Some([low, high]) = self.interval {
            parts.push(format!("95% interval {} to {}", short(low), short(high)));
        }
        match (self.seeds.as_deref(), self.n) {
            (Some("exact"), _) => parts.push("exact".to_owned()),
            (Some(seeds), Some(n)) => parts.push(format!("n = {n}, seeds {seeds}")),
            (Some(seeds), None) => parts.push(format!("seeds {seeds}")),
            (None, Some(n)) => parts.push(format!("n = {n}")),
            (None, None) => {}
        }
        if self.kind.as_deref() == Some("measured") {
            parts.push("measured".to_owned());
        }
        if let Some(unit) = self.unit.as_deref().filter(|u| *u != "1") {
            parts.push(unit.to_owned());
        }
        parts.join("; ")
    }
}

/// Sets a comma between thousands from five digits on: 1054, 10,068.
fn grouped(text: &str) -> String {
    let digits = text.find('.').unwrap_or(text.len());
    let start = usize::from(text.starts_with('-'));
    if digits - start < 5 {
        return text.to_owned();
    }
    let mut out = String::from(&text[..start]);
    for (i, c) in text[start..digits].chars().enumerate() {
        if i > 0 && (digits - start - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out + &text[digits..]
}

fn minus(text: String) -> String {
    match text.strip_prefix('-') {
        Some(digits) if digits.bytes().all(|b| b == b'0' || b == b'.') => {
            digits.to_owned()
        }
        Some(digits) => format!("−{digits}"),
        None => text,
    }
}

fn short(v: f64) -> String {
    let digits = if v.abs() >= 100.0 {
        0
    } else if v.abs() >= 1.0 {
        2
    } else {
        3
    };
    minus(format!("{v:.digits$}"))
}

/// Reads `figures/data/chNN/results.toml`; no file, no numbers.
pub fn read_numbers(file: &Path) -> Result<BTreeMap<String, Number>> {
    match std::fs::read_to_string(file) {
        Ok(text) => toml::from_str(&text)
            .with_context(|| format!("cannot read {}", file.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => {
            Err(error).with_context(|| format!("cannot read {}", file.display()))
        }
    }
}

/// The test that holds a claim.
#[derive(Clone, Debug)]
pub struct ClaimTest {
    /// With attributes and documentation.
    pub source: String,
    /// Line of the function, from 1.
    pub line: usize,
}

/// The tests of `tests/claims.rs`, by slug.
pub fn read_claims(file: &Path) -> Result<BTreeMap<String, ClaimTest>> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(BTreeMap::new());
        }
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", file.display()));
        }
    };
    let parsed = syn::parse_file(&text).map_err(|e| {
        anyhow::anyhow!("{}:{}: {e}", file.display(), e.span().start().line)
    })?;
    let lines: Vec<&str> = text.lines().collect();
    let mut tests = BTreeMap::new();
    for item in parsed.items {
        let syn::Item::Fn(function) = item else {
            continue;
        };
        if !function.attrs.iter().any(|a| a.path().is_ident("test")) {
            continue;
        }
        let first = function
            .attrs
            .iter()
            .map(|a| a.span().start().line)
            .min()
            .unwrap_or_else(|| function.span().start().line);
        let last = function.block.span().end().line;
        tests.insert(
            function.sig.ident.to_string().replace('_', "-"),
            ClaimTest {
                source: lines[first - 1..last].join("\n"),
                line: function.sig.span().start().line,
            },
        );
    }
    Ok(tests)
}

/// A term of the glossary.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// As printed.
    pub term: String,
    /// One or two sentences of Markdown.
    pub definition: String,
    /// Where it is introduced.
    #[serde(default)]
    pub chapter: Option<u32>,
}

/// Reads `src/glossary.toml`.
pub fn read_glossary(file: &Path) -> Result<BTreeMap<String, Term>> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read {}", file.display()))?;
    toml::from_str(&text).with_context(|| format!("cannot read {}", file.display()))
}

/// The lines between `// ANCHOR: name` and `// ANCHOR_END: name`, moved to the left edge.
pub fn fragment(source: &str, name: &str) -> Result<String> {
    let mut inside = false;
    let mut begun = false;
    let mut ended = false;
    let mut names = Vec::new();
    let mut lines = Vec::new();
    for line in source.lines() {
        match anchor_of(line) {
            Some((true, found)) => {
                names.push(found);
                if found == name {
                    inside = true;
                    begun = true;
                }
            }
            Some((false, found)) if found == name && inside => {
                inside = false;
                ended = true;
            }
            Some((false, _)) => {}
            None if inside => lines.push(line),
            None => {}
        }
    }
    if !begun {
        let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        bail!("no anchor \"{name}\" there; its anchors: {known}");
    }
    if !ended {
        bail!("the anchor \"{name}\" has no ANCHOR_END");
    }
    let indent = lines
        .iter()
        .filter(|l| !l.trim().is_empty())
        .map(|l| l.len() - l.trim_start().len())
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> = lines.iter().map(|l| l.get(indent..).unwrap_or("")).collect();
    Ok(lines.join("\n").trim_matches('\n').to_owned())
}

fn anchor_of(line: &str) -> Option<(bool, &str)> {
    let comment = line.trim().strip_prefix("//")?.trim_start();
    if let Some(name) = comment.strip_prefix("ANCHOR_END:") {
        return Some((false, name.trim()));
    }
    comment.strip_prefix("ANCHOR:").map(|name| (true, name.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fragment_is_cut_and_moved_left() {
        let source = "a\n    // ANCHOR: x\n    b {\n        c\n    // ANCHOR: y\n    }\n    // ANCHOR_END: y\n    // ANCHOR_END: x\nd";
        assert_eq!(fragment(source, "x").unwrap(), "b {\n    c\n}");
        assert!(fragment(source, "z").unwrap_err().to_string().contains("x, y"));
    }

    #[test]
    fn numbers_print_as_asked() {
        let n = Number {
            value: -0.934,
            interval: Some([-0.96, -0.9]),
            n: None,
            unit: None,
            seeds: None,
            kind: None,
        };
        assert_eq!(n.print(".2").unwrap(), "−0.93");
        assert_eq!(n.print(".2±").unwrap(), "−0.93 [−0.96, −0.90]");
        assert_eq!(n.print(".0%").unwrap(), "−93%");
        assert!(n.print("2").is_err());
        assert_eq!(minus("-0.00".into()), "0.00");
        assert_eq!(grouped("-10068.25"), "-10,068.25");
        assert_eq!(grouped("1054"), "1054");
        assert_eq!(grouped("1234567"), "1,234,567");
    }
}
