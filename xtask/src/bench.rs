//! `cargo xtask bench`: the benchmarks of the crates, with what a reader needs to compare
//! them: median, interval, date, machine and command.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use crate::{tools, workspace};

/// A run, as `--json` writes it.
#[derive(Debug, Serialize)]
struct Report {
    /// Year, month and day.
    date: String,
    command: String,
    machine: Machine,
    benchmarks: Vec<Benchmark>,
}

/// What the numbers were measured on.
#[derive(Debug, Serialize)]
struct Machine {
    cpu: String,
    cores: usize,
    memory_bytes: u64,
    system: String,
    rustc: String,
}

/// One benchmark: nanoseconds an iteration, with the 95% interval of the median.
#[derive(Debug, Serialize)]
struct Benchmark {
    name: String,
    median_ns: f64,
    low_ns: f64,
    high_ns: f64,
    /// What an iteration does, where the benchmark counts it: steps, updates, agents.
    #[serde(skip_serializing_if = "Option::is_none")]
    elements: Option<u64>,
    /// Elements a second, from the median.
    #[serde(skip_serializing_if = "Option::is_none")]
    per_second: Option<f64>,
}

/// Runs the benchmarks whose name contains `name`, or all, and writes the report.
pub fn run(root: &Path, name: Option<&str>, json: Option<&Path>) -> Result<()> {
    let report_file = json.map(prepare).transpose()?;
    let packages = packages(root)?;
    let known = list(root, &packages)?;
    let wanted = name.unwrap_or_default();
    if !known.iter().any(|known| known.contains(wanted)) {
        bail!(
            "no benchmark has \"{wanted}\" in its name; there are: {}",
            known.join(", ")
        );
    }
    let home = workspace::target_dir(root).join("bench");
    if home.exists() {
        std::fs::remove_dir_all(&home)
            .with_context(|| format!("cannot clear {}", home.display()))?;
    }
    let status = cargo_bench(root, &packages)
        .args(["--", "--quiet"])
        .args(name)
        .env("CRITERION_HOME", &home)
        .status()
        .context("cannot start cargo")?;
    if !status.success() {
        bail!("a benchmark failed; repeat it with `cargo bench {wanted}`");
    }
    let benchmarks = read(&home, &known)?;
    print(&benchmarks);
    let Some((path, mut file)) = report_file else { return Ok(()) };
    let report = Report {
        date: jiff::Zoned::now().date().to_string(),
        command: std::iter::once("cargo xtask bench")
            .chain(name)
            .collect::<Vec<_>>()
            .join(" "),
        machine: machine()?,
        benchmarks,
    };
    serde_json::to_writer_pretty(&mut file, &report)
        .with_context(|| format!("cannot write {}", path.display()))?;
    file.persist(&path).with_context(|| format!("cannot write {}", path.display()))?;
    println!("{}", path.display());
    Ok(())
}

/// A file that will take the place of `path` when all went well: so a path that can't be
/// written is known before the minutes of measuring.
fn prepare(path: &Path) -> Result<(PathBuf, tempfile::NamedTempFile)> {
    if path.is_dir() {
        bail!("{} is a folder; name a file", path.display());
    }
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let file = tempfile::NamedTempFile::new_in(folder)
        .with_context(|| format!("cannot write to {}", folder.display()))?;
    Ok((path.to_owned(), file))
}

/// The crates that have a folder `benches`.
fn packages(root: &Path) -> Result<Vec<OsString>> {
    let crates = root.join("crates");
    let entries = std::fs::read_dir(&crates)
        .with_context(|| format!("cannot read {}", crates.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.path().join("benches").is_dir() {
            found.push(entry.file_name());
        }
    }
    found.sort();
    Ok(found)
}

fn cargo_bench(root: &Path, packages: &[OsString]) -> std::process::Command {
    let mut command = tools::cargo();
    command.current_dir(root).args(["bench", "--bench", "*"]);
    for package in packages {
        command.arg("--package").arg(package);
    }
    command
}

/// The names of all benchmarks, in the order in which they run.
fn list(root: &Path, packages: &[OsString]) -> Result<Vec<String>> {
    let output = cargo_bench(root, packages)
        .args(["--", "--list"])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    if !output.status.success() {
        bail!("the benchmarks don't compile; see above");
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text
        .lines()
        .filter_map(|line| line.strip_suffix(": benchmark"))
        .map(str::to_owned)
        .collect())
}

/// What criterion writes of a benchmark's name and work.
#[derive(Deserialize)]
struct Identity {
    full_id: String,
    throughput: Option<Throughput>,
}

/// Criterion's units of work; the course counts elements only.
#[derive(Deserialize)]
enum Throughput {
    Elements(u64),
    #[serde(other)]
    Other,
}

/// What criterion writes of a benchmark's times.
#[derive(Deserialize)]
struct Estimates {
    median: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    point_estimate: f64,
    confidence_interval: Bounds,
}

#[derive(Deserialize)]
struct Bounds {
    lower_bound: f64,
    upper_bound: f64,
}

/// Reads what a run left in criterion's folder, in the order of `known`.
fn read(home: &Path, known: &[String]) -> Result<Vec<Benchmark>> {
    let mut found = Vec::new();
    for entry in WalkDir::new(home) {
        let entry = entry.with_context(|| format!("cannot read {}", home.display()))?;
        let path = entry.path();
        if entry.file_name() != "benchmark.json" || !path.parent().is_some_and(newest) {
            continue;
        }
        let identity: Identity = parse(path)?;
        let estimates: Estimates = parse(&path.with_file_name("estimates.json"))?;
        let median = estimates.median.point_estimate;
        let elements = match identity.throughput {
            Some(Throughput::Elements(n)) => Some(n),
            _ => None,
        };
        found.push(Benchmark {
            name: identity.full_id,
            median_ns: median,
            low_ns: estimates.median.confidence_interval.lower_bound,
            high_ns: estimates.median.confidence_interval.upper_bound,
            elements,
            per_second: elements.map(|n| n as f64 / median * 1e9),
        });
    }
    found.sort_by_key(|b| known.iter().position(|name| *name == b.name));
    Ok(found)
}

/// Criterion keeps a run in `new` and, to compare with it, again in `base`.
fn newest(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name == "new")
}

fn parse<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text)
        .with_context(|| format!("{} is not what criterion writes", path.display()))
}

fn print(benchmarks: &[Benchmark]) {
    let width = benchmarks.iter().map(|b| b.name.len()).max().unwrap_or(0);
    println!("{:width$}  {:>10}  {:^23}", "", "median", "95% interval");
    for b in benchmarks {
        let rate = b.per_second.map_or_else(String::new, |rate| {
            format!("  {:>8.2} million a second", rate / 1e6)
        });
        println!(
            "{:width$}  {:>10}  {:>10} … {:<10}{rate}",
            b.name,
            time(b.median_ns),
            time(b.low_ns),
            time(b.high_ns)
        );
    }
}

fn time(ns: f64) -> String {
    let units = [(1e9, "s"), (1e6, "ms"), (1e3, "µs")];
    let (size, unit) =
        units.into_iter().find(|(size, _)| ns >= *size).unwrap_or((1.0, "ns"));
    format!("{:.2} {unit}", ns / size)
}

fn machine() -> Result<Machine> {
    let mut system = sysinfo::System::new();
    system.refresh_memory();
    system.refresh_cpu_all();
    let cpu = system.cpus().first().map_or("", |cpu| cpu.brand().trim());
    let rustc = std::process::Command::new("rustc")
        .arg("--version")
        .output()
        .context("cannot start rustc")?;
    Ok(Machine {
        cpu: if cpu.is_empty() { std::env::consts::ARCH } else { cpu }.to_owned(),
        cores: system.cpus().len(),
        memory_bytes: system.total_memory(),
        system: sysinfo::System::long_os_version()
            .unwrap_or_else(|| std::env::consts::OS.to_owned()),
        rustc: String::from_utf8_lossy(&rustc.stdout).trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_from_what_criterion_writes() {
        let home = tempfile::tempdir().unwrap();
        for (folder, id, median) in
            [("b", "g/b", 2000.0), ("a", "g/a", 500.0), ("a/old", "g/old", 1.0)]
        {
            let new =
                home.path().join(folder).join(if id == "g/old" { "base" } else { "new" });
            std::fs::create_dir_all(&new).unwrap();
            std::fs::write(
                new.join("benchmark.json"),
                format!(r#"{{"full_id": "{id}", "throughput": {{"Elements": 100}}}}"#),
            )
            .unwrap();
            std::fs::write(
                new.join("estimates.json"),
                format!(
                    r#"{{"median": {{"point_estimate": {median}, "confidence_interval":
                    {{"confidence_level": 0.95, "lower_bound": 1.0, "upper_bound": 3000.0}}}}}}"#
                ),
            )
            .unwrap();
        }
        let known = ["g/b", "g/a"].map(str::to_owned);
        let found = read(home.path(), &known).unwrap();
        let names: Vec<&str> = found.iter().map(|b| b.name.as_str()).collect();
        assert_eq!(names, ["g/b", "g/a"]);
        assert_eq!(found[0].per_second, Some(5e7));
        assert_eq!((found[1].low_ns, found[1].high_ns), (1.0, 3000.0));
    }

    #[test]
    fn a_report_that_cannot_be_written_is_known_before_measuring() {
        let folder = tempfile::tempdir().unwrap();
        assert!(prepare(folder.path()).unwrap_err().to_string().contains("is a folder"));
        assert!(prepare(&folder.path().join("none/report.json")).is_err());
        let path = folder.path().join("report.json");
        drop(prepare(&path).unwrap());
        assert!(!path.exists(), "nothing is left of a run that failed");
    }

    #[test]
    fn times_have_a_fitting_unit() {
        assert_eq!(time(12.0), "12.00 ns");
        assert_eq!(time(1.5e6), "1.50 ms");
    }
}
