//! The command: which figures, compute, write or check, and say what happened.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};

use crate::cpu;
use crate::figure::{Chapter, Compute, Data, Figure};
use crate::kit::Sheet;
use crate::results::Results;
use crate::stage::Stage;
use crate::table::{Table, Tables};

/// CPU seconds that a chapter may use when all its figures are checked without `--heavy`.
const BUDGET: Duration = Duration::from_secs(60);
/// A drawing is part of a page.
const LARGEST_SVG: usize = 60 * 1024;
/// A page carries the figure's own table, as a link.
const LARGEST_CSV: usize = 64 * 1024;
/// How many seeds of a heavy experiment a check recomputes.
const RECOMPUTED_SEEDS: u64 = 3;

/// Compute and draw the book's figures.
#[derive(Debug, Parser)]
#[command(
    name = "figures",
    after_help = "Examples:\n  cargo xtask figures                     draw everything\n  cargo xtask figures ch01 --check        show that chapter 1's committed files are what the code makes\n  cargo xtask figures puzzle-box-latency  draw one figure again"
)]
pub struct Arguments {
    /// Chapters (`ch01`), figures (`puzzle-box-latency`, or `ch01/puzzle-box-latency`) and examples (`puzzle_box`); none means all.
    #[arg(value_name = "CHAPTER|ID")]
    pub what: Vec<String>,
    /// Write nothing: recompute and compare with the committed files, and fail if they differ.
    #[arg(long)]
    pub check: bool,
    /// Recompute every seed of experiments that take long.
    #[arg(long)]
    pub heavy: bool,
    /// List chapters, figures and examples.
    #[arg(long)]
    pub list: bool,
    /// The folder that holds `data` and `svg` (the repository's `figures` if not given).
    #[arg(long, value_name = "DIR")]
    pub into: Option<PathBuf>,
}

/// One unit of work: its files change together.
enum Job<'a> {
    Figure(&'a Chapter, &'a Figure),
    Example(&'a Chapter, String),
}

impl<'a> Job<'a> {
    fn chapter(&self) -> &'a Chapter {
        match self {
            Job::Figure(chapter, _) | Job::Example(chapter, _) => chapter,
        }
    }

    fn name(&self) -> &str {
        match self {
            Job::Figure(_, figure) => figure.id,
            Job::Example(_, name) => name,
        }
    }
}

/// A line of the summary.
struct Line {
    chapter: &'static str,
    name: String,
    rows: Option<usize>,
    cpu: Duration,
    bytes: usize,
    outcome: String,
}

/// The repository that this program was built in.
fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("figures/ is in the repository")
}

/// The program: reads the command line, does what it asks, and turns an error into one line.
pub fn main(chapters: &[Chapter], arguments: impl Iterator<Item = String>) -> ExitCode {
    match run(chapters, &Arguments::parse_from(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Does what the command line asks.
pub fn run(chapters: &[Chapter], arguments: &Arguments) -> Result<()> {
    let all = every_job(chapters)?;
    if arguments.list {
        print!("{}", listing(chapters, &all));
        return Ok(());
    }
    let jobs = select(chapters, all, &arguments.what)?;
    let (root, shown) = match &arguments.into {
        Some(root) => (root.clone(), root.clone()),
        None => (repository().join("figures"), PathBuf::from("figures")),
    };
    let whole: BTreeSet<&str> = chapters
        .iter()
        .filter(|chapter| {
            arguments.what.is_empty()
                || arguments.what.iter().any(|what| what == chapter.name)
        })
        .map(|chapter| chapter.name)
        .collect();
    let place = Place { root, shown };
    let book = Book { chapters, jobs, whole };
    if arguments.check {
        check(&place, &book, arguments.heavy)
    } else {
        write(&place, &book, arguments.heavy)
    }
}

/// What was asked for, in the order of the book.
struct Book<'a> {
    chapters: &'a [Chapter],
    jobs: Vec<Job<'a>>,
    /// Chapters of which every job was asked for: only there can a file be known to be left over.
    whole: BTreeSet<&'a str>,
}

/// Where the files are, and how messages name that place.
struct Place {
    root: PathBuf,
    shown: PathBuf,
}

impl Place {
    fn read(&self, path: &str) -> Result<Option<String>> {
        match fs::read_to_string(self.root.join(path)) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            text => {
                text.map(Some).with_context(|| format!("cannot read {}", self.show(path)))
            }
        }
    }

    fn show(&self, path: &str) -> String {
        self.shown.join(path).display().to_string()
    }

    fn results(&self, chapter: &Chapter) -> Result<Results> {
        let path = results_path(chapter);
        match self.read(&path)? {
            None => Ok(Results::default()),
            Some(text) => Results::from_toml(&text).map_err(|error| {
                anyhow::anyhow!(
                    "{}: {}",
                    self.show(&path),
                    first_line(&error.to_string())
                )
            }),
        }
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn results_path(chapter: &Chapter) -> String {
    format!("data/{}/results.toml", chapter.name)
}

fn csv_path(chapter: &Chapter, figure: &Figure, table: &str) -> String {
    let dash = if table.is_empty() { "" } else { "-" };
    format!("data/{}/{}{dash}{table}.csv", chapter.name, figure.id)
}

fn svg_path(chapter: &Chapter, figure: &Figure) -> String {
    format!("svg/{}/{}.svg", chapter.name, figure.id)
}

fn output_path(chapter: &Chapter, example: &str) -> String {
    format!("data/{}/{example}.txt", chapter.name)
}

// ---- what there is, and what was asked for ----

fn every_job(chapters: &[Chapter]) -> Result<Vec<Job<'_>>> {
    let mut jobs = Vec::new();
    for chapter in chapters {
        jobs.extend(chapter.figures.iter().map(|figure| Job::Figure(chapter, figure)));
        jobs.extend(
            examples(chapter)?.into_iter().map(|name| Job::Example(chapter, name)),
        );
    }
    Ok(jobs)
}

/// The example programs of a chapter's listings: every one has its output committed.
fn examples(chapter: &Chapter) -> Result<Vec<String>> {
    let folder = repository().join("listings").join(chapter.listings).join("examples");
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder)
        .with_context(|| format!("cannot read {}", folder.display()))?
    {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            names
                .extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}

fn listing(chapters: &[Chapter], jobs: &[Job]) -> String {
    let width = jobs.iter().map(|job| job.name().len()).max().unwrap_or(0);
    let mut text = String::new();
    for chapter in chapters {
        text += &format!("{}\n", chapter.name);
        for job in jobs.iter().filter(|job| job.chapter().name == chapter.name) {
            let (kind, shows) = match job {
                Job::Figure(_, figure) => {
                    (figure.compute.kind(), figure.shows.to_string())
                }
                Job::Example(chapter, name) => (
                    "output",
                    format!("cargo run -p {} --example {name}", chapter.listings),
                ),
            };
            text += &format!("  {:width$}  {kind:8}  {shows}\n", job.name());
        }
    }
    text
}

fn select<'a>(
    chapters: &[Chapter],
    all: Vec<Job<'a>>,
    what: &[String],
) -> Result<Vec<Job<'a>>> {
    let matches = |job: &Job, word: &str| {
        let chapter = job.chapter().name;
        word == chapter
            || word == job.name()
            || word.strip_prefix(chapter).and_then(|rest| rest.strip_prefix('/'))
                == Some(job.name())
    };
    for word in what {
        if !chapters.iter().any(|chapter| chapter.name == word)
            && !all.iter().any(|job| matches(job, word))
        {
            let names = chapters
                .iter()
                .map(|chapter| chapter.name)
                .chain(all.iter().map(Job::name));
            let nearest = names.min_by_key(|name| distance(word, name));
            let hint =
                nearest.map(|name| format!(" (nearest: `{name}`)")).unwrap_or_default();
            bail!(
                "no chapter, figure or example is called `{word}`{hint}; `cargo xtask figures --list` shows all"
            );
        }
    }
    Ok(all
        .into_iter()
        .filter(|job| what.is_empty() || what.iter().any(|word| matches(job, word)))
        .collect())
}

/// Levenshtein's distance, in which a shared beginning counts for more.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    let shared = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    (2 * row[b.len()]).saturating_sub(shared)
}

// ---- computing ----

/// Rows and numbers of a figure, and what was compared or kept on the way.
struct Computed {
    data: Data,
    /// What a reader of the summary should know about how.
    remark: &'static str,
}

fn compute(
    place: &Place,
    chapter: &Chapter,
    figure: &Figure,
    mode: Mode,
) -> Result<Result<Computed, String>> {
    let committed = |name: &str| -> Result<Option<Table>> {
        let path = csv_path(chapter, figure, name);
        place
            .read(&path)?
            .map(|text| Table::from_csv(name, &text).with_context(|| place.show(&path)))
            .transpose()
    };
    let mut computed = match &figure.compute {
        Compute::Light(compute) => Computed { data: compute()?, remark: "" },
        Compute::Heavy { seeds, simulate, summarize } => {
            let rows = match (committed("seeds")?, mode) {
                (None, Mode::Sampled) => {
                    return Ok(Err(format!(
                        "{} is missing",
                        place.show(&csv_path(chapter, figure, "seeds"))
                    )));
                }
                (Some(rows), Mode::Kept) => Some(rows),
                (Some(rows), Mode::Sampled) => {
                    let few = seeds.start..seeds.end.min(seeds.start + RECOMPUTED_SEEDS);
                    let again = simulate(few.clone())?;
                    let kept = rows.of_seeds(few)?;
                    if let Some(difference) = again.difference(&kept) {
                        return Ok(Err(format!(
                            "{}: {difference}",
                            place.show(&csv_path(chapter, figure, "seeds"))
                        )));
                    }
                    Some(rows)
                }
                (None, _) | (_, Mode::All) => None,
            };
            let (rows, remark) = match rows {
                Some(rows) if mode == Mode::Kept => {
                    (rows, "rows kept, --heavy recomputes them")
                }
                Some(rows) => (rows, "three seeds recomputed"),
                None => (simulate(seeds.clone())?, "all seeds recomputed"),
            };
            let mut data = summarize(&rows)?;
            data.tables.push(rows.renamed("seeds"));
            Computed { data, remark }
        }
        Compute::Measured => {
            let path = csv_path(chapter, figure, "");
            let rows = committed("")?.with_context(|| {
                format!("{} is missing: it is measured, not computed", place.show(&path))
            })?;
            let mut numbers: Vec<_> = place.results(chapter)?.0.into_values().collect();
            numbers.retain(|number| number.figure == figure.id);
            Computed { data: Data { tables: vec![rows], numbers }, remark: "measured" }
        }
    };
    for number in &mut computed.data.numbers {
        number.kind = figure.compute.kind().into();
        number.figure = figure.id.into();
    }
    Ok(Ok(computed))
}

/// What to do about a heavy experiment.
#[derive(Clone, Copy, PartialEq)]
enum Mode {
    /// Take the committed rows.
    Kept,
    /// Take the committed rows after comparing three seeds.
    Sampled,
    /// Compute all seeds.
    All,
}

/// Draws a figure from the text of its CSV files.
fn draw(chapter: &Chapter, figure: &Figure, csv: &[(String, String)]) -> Result<String> {
    let tables = csv
        .iter()
        .map(|(name, text)| Table::from_csv(name, text))
        .collect::<Result<Vec<_>>>()?;
    let svg = Sheet::draw(chapter.name, figure.id, figure.shows, figure.size, |sheet| {
        (figure.draw)(sheet, &Tables::new(tables))
    })
    .with_context(|| format!("cannot draw {}", figure.id))?;
    ensure!(
        svg.len() <= LARGEST_SVG,
        "the drawing of {} has {} bytes, more than {LARGEST_SVG}: draw fewer rows",
        figure.id,
        svg.len()
    );
    Ok(svg)
}

/// Runs a chapter's examples. Compiling is not part of what a chapter uses, so it comes first.
#[derive(Default)]
struct Runner {
    programs: BTreeMap<String, BTreeMap<String, PathBuf>>,
}

impl Runner {
    fn build(&mut self, package: &str) -> Result<()> {
        if self.programs.contains_key(package) {
            return Ok(());
        }
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = Command::new(cargo)
            .args([
                "build",
                "--quiet",
                "--package",
                package,
                "--examples",
                "--message-format",
                "json-render-diagnostics",
            ])
            .current_dir(repository())
            .stderr(std::process::Stdio::inherit())
            .output()
            .context("cannot start cargo")?;
        ensure!(
            built.status.success(),
            "the examples of {package} don't compile: see above"
        );
        let mut programs = BTreeMap::new();
        for line in String::from_utf8_lossy(&built.stdout).lines() {
            let Ok(message) = serde_json::from_str::<serde_json::Value>(line) else {
                continue;
            };
            if message["target"]["kind"][0] == "example"
                && let (Some(name), Some(path)) =
                    (message["target"]["name"].as_str(), message["executable"].as_str())
            {
                // Another chapter's example of the same name would take its place.
                let path = PathBuf::from(path);
                let own = path.with_file_name(format!(
                    "{package}-{name}{}",
                    std::env::consts::EXE_SUFFIX
                ));
                std::fs::copy(&path, &own).with_context(|| {
                    format!("cannot copy {} to {}", path.display(), own.display())
                })?;
                programs.insert(name.to_string(), own);
            }
        }
        self.programs.insert(package.into(), programs);
        Ok(())
    }

    fn run(&self, package: &str, example: &str) -> Result<String> {
        let program = self
            .programs
            .get(package)
            .and_then(|programs| programs.get(example))
            .with_context(|| {
                format!("cargo built no example `{example}` of {package}")
            })?;
        let output = Command::new(program)
            .current_dir(repository())
            .output()
            .with_context(|| format!("cannot run example `{example}` of {package}"))?;
        ensure!(
            output.status.success(),
            "example `{example}` of {package} failed: {}",
            first_line(String::from_utf8_lossy(&output.stderr).trim())
        );
        String::from_utf8(output.stdout)
            .with_context(|| format!("example `{example}` of {package} printed no text"))
    }
}

fn compile_examples(book: &Book) -> Result<Runner> {
    let mut runner = Runner::default();
    for job in &book.jobs {
        if let Job::Example(chapter, _) = job {
            runner.build(chapter.listings)?;
        }
    }
    Ok(runner)
}

// ---- writing ----

fn write(place: &Place, book: &Book, heavy: bool) -> Result<()> {
    let (stage, moved) = Stage::open(&place.root)?;
    if moved > 0 {
        eprintln!(
            "note: finished a job that was killed: {moved} files moved into {}",
            place.shown.display()
        );
    }
    let runner = compile_examples(book)?;
    let bar = progress(book.jobs.len());
    let mut lines = Vec::new();
    for job in &book.jobs {
        bar.set_message(job.name().to_string());
        let start = cpu::used();
        let (files, rows, remark) = match job {
            Job::Figure(chapter, figure) => {
                let mode = if heavy { Mode::All } else { Mode::Kept };
                let computed =
                    compute(place, chapter, figure, mode)?.map_err(anyhow::Error::msg)?;
                let (files, rows) =
                    files_of(place, book, chapter, figure, &computed.data)?;
                (files, Some(rows), computed.remark)
            }
            Job::Example(chapter, name) => (
                vec![(output_path(chapter, name), runner.run(chapter.listings, name)?)],
                None,
                "",
            ),
        };
        let bytes = size(job, &files);
        let mut changed = Vec::new();
        for (path, text) in files {
            if place.read(&path)?.as_ref() != Some(&text) {
                changed.push((path, text));
            }
        }
        stage.write(&changed)?;
        let outcome = if changed.is_empty() { "unchanged" } else { "changed" };
        let outcome = [outcome, remark]
            .iter()
            .filter(|text| !text.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join(", ");
        lines.push(Line {
            chapter: job.chapter().name,
            name: job.name().into(),
            rows,
            cpu: cpu::used() - start,
            bytes,
            outcome,
        });
        bar.inc(1);
    }
    bar.finish_and_clear();
    print!("{}", summary(&lines));
    for path in left_over(place, book)? {
        eprintln!("note: {} is made by nothing any more: remove it", place.show(&path));
    }
    Ok(())
}

/// Every file of a figure, by its path below the root, and the number of its rows.
fn files_of(
    place: &Place,
    book: &Book,
    chapter: &Chapter,
    figure: &Figure,
    data: &Data,
) -> Result<(Vec<(String, String)>, usize)> {
    let csv = csv_of(figure, data)?;
    let mut files: Vec<_> = csv
        .iter()
        .map(|(name, text)| (csv_path(chapter, figure, name), text.clone()))
        .collect();
    files.push((svg_path(chapter, figure), draw(chapter, figure, &csv)?));
    let mut results = place.results(chapter)?;
    if book.whole.contains(chapter.name) {
        results.0.retain(|_, number| {
            chapter.figures.iter().any(|figure| figure.id == number.figure)
        });
    }
    results.replace(figure.id, &data.numbers)?;
    let order: Vec<&str> = chapter.figures.iter().map(|figure| figure.id).collect();
    if !results.0.is_empty() {
        files.push((results_path(chapter), results.to_toml(&order)));
    }
    Ok((files, data.tables.iter().map(Table::len).sum()))
}

fn csv_of(figure: &Figure, data: &Data) -> Result<Vec<(String, String)>> {
    let csv: Vec<_> = data
        .tables
        .iter()
        .map(|table| (table.name().to_string(), table.to_csv()))
        .collect();
    for (name, text) in &csv {
        ensure!(
            name.is_empty() || figure_tables(figure, name),
            "figure {} makes a table `{name}` that its `tables` doesn't name",
            figure.id
        );
        ensure!(
            !name.is_empty() || text.len() <= LARGEST_CSV,
            "{}.csv has {} bytes, more than a page can carry ({LARGEST_CSV}): put rows that aren't drawn into a second table",
            figure.id,
            text.len()
        );
    }
    Ok(csv)
}

/// The size that matters on the page: the drawing, or the output.
fn size(job: &Job, files: &[(String, String)]) -> usize {
    files
        .iter()
        .find(|(path, _)| path.ends_with(".svg") || matches!(job, Job::Example(..)))
        .map_or(0, |(_, text)| text.len())
}

// ---- checking ----

fn check(place: &Place, book: &Book, heavy: bool) -> Result<()> {
    if Stage::was_interrupted(&place.root) {
        bail!(
            "a figures job was killed while it moved files: run `cargo xtask figures`, which ends it"
        );
    }
    let runner = compile_examples(book)?;
    let bar = progress(book.jobs.len());
    let (mut lines, mut problems) = (Vec::new(), Vec::new());
    let mut failed = BTreeSet::new();
    for job in &book.jobs {
        bar.set_message(job.name().to_string());
        let start = cpu::used();
        let mut found = Vec::new();
        let (mut rows, mut bytes) = (None, 0);
        match job {
            Job::Figure(chapter, figure) => {
                let mode = if heavy { Mode::All } else { Mode::Sampled };
                match compute(place, chapter, figure, mode)? {
                    Err(problem) => found.push(problem),
                    Ok(computed) => {
                        rows = Some(computed.data.tables.iter().map(Table::len).sum());
                        bytes = check_figure(
                            place,
                            chapter,
                            figure,
                            &computed.data,
                            &mut found,
                        )?;
                    }
                }
            }
            Job::Example(chapter, name) => {
                let (path, new) =
                    (output_path(chapter, name), runner.run(chapter.listings, name)?);
                bytes = new.len();
                found.extend(text_difference(place, &path, &new)?);
            }
        }
        let outcome = if found.is_empty() { "as committed" } else { "DIFFERS" };
        if !found.is_empty() {
            failed.insert(job.name().to_string());
        }
        problems.extend(found);
        lines.push(Line {
            chapter: job.chapter().name,
            name: job.name().into(),
            rows,
            cpu: cpu::used() - start,
            bytes,
            outcome: outcome.into(),
        });
        bar.inc(1);
    }
    bar.finish_and_clear();
    print!("{}", summary(&lines));
    for chapter in
        book.chapters.iter().filter(|chapter| book.whole.contains(chapter.name))
    {
        let numbers = place.results(chapter)?.0.into_values();
        let mut orphans = numbers.filter(|number| {
            chapter.figures.iter().all(|figure| figure.id != number.figure)
        });
        if let Some(number) = orphans.next() {
            failed.insert(chapter.name.to_string());
            problems.push(format!(
                "{}: key {} is made by nothing",
                place.show(&results_path(chapter)),
                number.key
            ));
        }
    }
    let left: Vec<_> = left_over(place, book)?;
    for path in &left {
        eprintln!("{} is made by nothing: remove it", place.show(path));
    }
    for problem in &problems {
        eprintln!("{problem}");
    }
    let over = if heavy { Vec::new() } else { over_budget(&lines) };
    for (chapter, used) in &over {
        eprintln!(
            "{chapter} used {:.1} CPU seconds, more than its {}: make an experiment lighter",
            used.as_secs_f64(),
            BUDGET.as_secs()
        );
    }
    if !problems.is_empty() {
        let names: Vec<_> = failed.into_iter().collect();
        bail!(
            "committed figures are not what the code makes: look at what changed, then `cargo xtask figures {}`",
            names.join(" ")
        );
    }
    ensure!(
        left.is_empty(),
        "files are left over from figures that are no longer made: remove them"
    );
    ensure!(
        over.is_empty(),
        "the budget for checking a chapter's figures is {} CPU seconds",
        BUDGET.as_secs()
    );
    Ok(())
}

/// Compares rows, numbers and drawing with the committed files; returns the size of the drawing.
fn check_figure(
    place: &Place,
    chapter: &Chapter,
    figure: &Figure,
    data: &Data,
    found: &mut Vec<String>,
) -> Result<usize> {
    csv_of(figure, data)?;
    let mut committed = Vec::new();
    for table in &data.tables {
        let path = csv_path(chapter, figure, table.name());
        let Some(text) = place.read(&path)? else {
            found.push(format!("{} is missing", place.show(&path)));
            continue;
        };
        match Table::from_csv(table.name(), &text) {
            Err(error) => found.push(format!(
                "{}: {}",
                place.show(&path),
                first_line(&error.to_string())
            )),
            Ok(old) => {
                found.extend(
                    table
                        .difference(&old)
                        .map(|difference| format!("{}: {difference}", place.show(&path))),
                );
                committed.push((table.name().to_string(), text));
            }
        }
    }
    let path = results_path(chapter);
    let results = place.results(chapter)?;
    let new: BTreeMap<_, _> =
        data.numbers.iter().map(|number| (&number.key, number)).collect();
    ensure!(
        new.len() == data.numbers.len(),
        "two numbers of {} have the same key",
        figure.id
    );
    let first = new
        .values()
        .find_map(|number| match results.0.get(&number.key) {
            None => Some(format!("key {} is missing", number.key)),
            Some(old) => number.difference(old),
        })
        .or_else(|| {
            let old = results.0.values().filter(|number| number.figure == figure.id);
            old.map(|number| &number.key)
                .find(|key| !new.contains_key(key))
                .map(|key| format!("key {key} is made by nothing"))
        });
    found.extend(first.map(|difference| format!("{}: {difference}", place.show(&path))));
    if committed.len() < data.tables.len() {
        return Ok(0);
    }
    // A damaged table is named above; a drawing that fails on it would say it a second time.
    let svg = match draw(chapter, figure, &committed) {
        Err(error) if found.is_empty() => return Err(error),
        Err(_) => return Ok(0),
        Ok(svg) => svg,
    };
    found.extend(text_difference(place, &svg_path(chapter, figure), &svg)?);
    Ok(svg.len())
}

/// Where a text made now first parts from the committed one.
fn text_difference(place: &Place, path: &str, new: &str) -> Result<Option<String>> {
    let shown = place.show(path);
    let Some(old) = place.read(path)? else {
        return Ok(Some(format!("{shown} is missing")));
    };
    if old == new {
        return Ok(None);
    }
    let shared = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
    let line = new.as_bytes()[..shared].iter().filter(|&&byte| byte == b'\n').count();
    let cut = |text: &str| -> String {
        text.split('\n').nth(line).map_or("nothing".into(), |text| {
            format!("`{}`", text.chars().take(100).collect::<String>())
        })
    };
    Ok(Some(format!(
        "{shown}: line {}: committed {}, made now {}",
        line + 1,
        cut(&old),
        cut(new)
    )))
}

fn over_budget(lines: &[Line]) -> Vec<(&'static str, Duration)> {
    used(lines).into_iter().filter(|(_, used)| *used > BUDGET).collect()
}

fn used(lines: &[Line]) -> BTreeMap<&'static str, Duration> {
    let mut used = BTreeMap::new();
    for line in lines {
        *used.entry(line.chapter).or_insert(Duration::ZERO) += line.cpu;
    }
    used
}

/// Files of the chapters asked for that no figure and no example makes.
fn left_over(place: &Place, book: &Book) -> Result<Vec<String>> {
    let mut left = Vec::new();
    for chapter in
        book.chapters.iter().filter(|chapter| book.whole.contains(chapter.name))
    {
        let outputs = examples(chapter)?;
        for folder in ["data", "svg"] {
            let below = format!("{folder}/{}", chapter.name);
            let Ok(entries) = fs::read_dir(place.root.join(&below)) else {
                continue;
            };
            for entry in entries {
                let name = entry?.file_name().to_string_lossy().into_owned();
                let known = match (folder, name.rsplit_once('.')) {
                    ("svg", Some((stem, "svg"))) => {
                        chapter.figures.iter().any(|figure| figure.id == stem)
                    }
                    ("data", Some((stem, "csv"))) => chapter
                        .figures
                        .iter()
                        .any(|figure| is_table_of(chapter, figure, stem)),
                    ("data", Some((stem, "txt"))) => {
                        outputs.iter().any(|output| output == stem)
                    }
                    ("data", _) => name == "results.toml",
                    _ => false,
                };
                if !known {
                    left.push(format!("{below}/{name}"));
                }
            }
        }
    }
    left.sort();
    Ok(left)
}

/// Whether `stem` is the figure's id, or its id and a table's name that no longer id claims.
fn is_table_of(chapter: &Chapter, figure: &Figure, stem: &str) -> bool {
    stem == figure.id
        || stem.strip_prefix(figure.id).is_some_and(|rest| {
            rest.starts_with('-') && figure_tables(figure, &rest[1..])
        }) && !chapter.figures.iter().any(|other| other.id == stem)
}

fn figure_tables(figure: &Figure, name: &str) -> bool {
    figure.tables.contains(&name)
        || (name == "seeds" && matches!(figure.compute, Compute::Heavy { .. }))
}

// ---- telling ----

/// A bar on a terminal, nothing elsewhere.
fn progress(jobs: usize) -> ProgressBar {
    let bar = ProgressBar::new(jobs as u64);
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} {elapsed}")
        .expect("the template is fixed");
    bar.set_style(style);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn summary(lines: &[Line]) -> String {
    let width = lines.iter().map(|line| line.name.len()).max().unwrap_or(0).max(6);
    let mut text =
        format!("{:width$}  {:>6}  {:>7}  {:>8}\n", "figure", "rows", "CPU s", "size");
    for line in lines {
        let rows = line.rows.map_or(String::new(), |rows| rows.to_string());
        let size = format!("{:.1} KB", line.bytes as f64 / 1024.0);
        text += &format!(
            "{:width$}  {rows:>6}  {:>7.2}  {size:>8}  {}\n",
            line.name,
            line.cpu.as_secs_f64(),
            line.outcome
        );
    }
    for (chapter, used) in used(lines) {
        text += &format!(
            "{chapter}: {:.1} CPU seconds of {}\n",
            used.as_secs_f64(),
            BUDGET.as_secs()
        );
    }
    text
}
