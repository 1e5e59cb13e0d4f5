//! `mutants`: proof that each claim would notice if the code were wrong.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Deserialize;

use crate::modules;
use crate::slice::{self, Busy, Workbench};
use crate::workspace::{Chapter, resolve_chapter};

/// A mutant may take this many times as long as the same claim on right code, and never less than [`PATIENCE`].
const SLOWDOWN: u32 = 20;
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MutantsFile {
    #[serde(default)]
    mutant: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    claim: String,
    file: String,
    find: String,
    replace: String,
    why: String,
}

/// One edit that must turn one claim red.
struct Mutant {
    claim: String,
    /// Name of the claim's test function.
    test: String,
    /// From the root.
    file: PathBuf,
    mutated: String,
    why: String,
}

/// What became of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Verdict {
    Killed,
    Survived,
    /// The mutant itself is wrong; the words say how.
    Broken(String),
}

/// Applies each edit of the chapter's `mutants.toml` to a copy, and shows that the claim that it names goes red.
///
/// # Errors
/// A mutant that survives or does not compile, a claim without a mutant, a claim that fails on the code as it is.
pub fn run(root: &Path, chapter: &str) -> Result<()> {
    let chapter = resolve_chapter(root, chapter)?;
    let mutants = read(root, &chapter)?;
    let begun = Instant::now();
    let bench = Workbench::open(root, &chapter, Busy::Refuse)?;

    let bar = ProgressBar::new(mutants.len() as u64 + 1);
    bar.set_style(ProgressStyle::with_template(
        "{bar:30} {pos}/{len} {elapsed} {wide_msg}",
    )?);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar.set_message("the code as it is: every claim must hold");
    let green = green(&bench, &chapter)?;
    bar.inc(1);

    let columns = Columns::of(&mutants);
    bar.suspend(|| println!("{}", columns.heading()));
    let mut verdicts = Vec::new();
    for mutant in &mutants {
        bar.set_message(format!("{}: {}", mutant.claim, mutant.why));
        let at = Instant::now();
        bench.put(&mutant.file, mutant.mutated.as_bytes())?;
        let verdict = attack(&bench, &chapter, mutant, green);
        bench.restore()?;
        let (verdict, time) = (verdict?, at.elapsed());
        bar.suspend(|| println!("{}", columns.row(mutant, &verdict, time)));
        verdicts.push(verdict);
        bar.inc(1);
    }
    bar.finish_and_clear();

    let killed = verdicts.iter().filter(|verdict| **verdict == Verdict::Killed).count();
    let claims: BTreeSet<&str> =
        mutants.iter().map(|mutant| mutant.claim.as_str()).collect();
    println!(
        "\n{killed} of {} mutants of {} claims killed in {:.0} s",
        mutants.len(),
        claims.len(),
        begun.elapsed().as_secs_f64()
    );
    if killed == mutants.len() {
        return Ok(());
    }
    let list = |wanted: fn(&Verdict) -> bool| -> Vec<&str> {
        mutants
            .iter()
            .zip(&verdicts)
            .filter(|(_, verdict)| wanted(verdict))
            .map(|(mutant, _)| mutant.claim.as_str())
            .collect()
    };
    let survived = list(|verdict| *verdict == Verdict::Survived);
    let broken = list(|verdict| matches!(verdict, Verdict::Broken(_)));
    let mut told = Vec::new();
    if !survived.is_empty() {
        told.push(format!(
            "mutants survive ({}): make these claims look closer",
            survived.join(", ")
        ));
    }
    if !broken.is_empty() {
        told.push(format!(
            "mutants are no evidence ({}): repair them in {}",
            broken.join(", "),
            mutants_file(&chapter).display()
        ));
    }
    bail!("{}", told.join("; "))
}

fn mutants_file(chapter: &Chapter) -> PathBuf {
    Path::new("listings").join(&chapter.slug).join("mutants.toml")
}

/// Reads and checks the mutants before anything is built.
fn read(root: &Path, chapter: &Chapter) -> Result<Vec<Mutant>> {
    let shown = mutants_file(chapter);
    let text = slice::read(&root.join(&shown))?;
    let entries: MutantsFile = toml::from_str(&text).map_err(|error| {
        let line =
            error.span().map_or(1, |span| text[..span.start].lines().count().max(1));
        anyhow::anyhow!("{}:{line}: {}", shown.display(), error.message())
    })?;
    let tests = modules::tests_in(&chapter.dir.join("tests/claims.rs"))?;
    let mut mutants = Vec::new();
    for entry in entries.mutant {
        let told = |what: String| {
            anyhow::anyhow!("{}: mutant of {:?} {what}", shown.display(), entry.claim)
        };
        let function = entry.claim.replace('-', "_");
        let test = tests.iter().find(|test| test.rsplit("::").next() == Some(&function));
        let test =
            test.ok_or_else(|| told("names no test in tests/claims.rs".to_owned()))?;
        if entry.why.trim().is_empty() {
            return Err(told("says no `why`".to_owned()));
        }
        let file = if entry.file.starts_with("crates/") {
            PathBuf::from(&entry.file)
        } else {
            Path::new("listings").join(&chapter.slug).join(&entry.file)
        };
        let source = std::fs::read_to_string(root.join(&file))
            .map_err(|error| told(format!("edits {}: {error}", file.display())))?;
        let found =
            if entry.find.is_empty() { 0 } else { source.matches(&entry.find).count() };
        if found != 1 {
            return Err(told(format!(
                "finds {:?} {found} times in {}; it must stand there once",
                entry.find,
                file.display()
            )));
        }
        let mutated = source.replace(&entry.find, &entry.replace);
        if mutated == source {
            return Err(told("changes nothing".to_owned()));
        }
        mutants.push(Mutant {
            claim: entry.claim,
            test: test.clone(),
            file,
            mutated,
            why: entry.why,
        });
    }
    let attacked: BTreeSet<&str> =
        mutants.iter().map(|mutant| mutant.test.as_str()).collect();
    let safe: Vec<String> = tests
        .iter()
        .filter(|test| !attacked.contains(test.as_str()))
        .map(|test| test.rsplit("::").next().unwrap_or(test).replace('_', "-"))
        .collect();
    if !safe.is_empty() {
        bail!(
            "{}: no mutant for {}; every claim needs one",
            shown.display(),
            safe.join(", ")
        );
    }
    if mutants.is_empty() {
        bail!("{}: {} has no claims yet", shown.display(), chapter.id);
    }
    Ok(mutants)
}

/// Checks that all claims hold on the unchanged copy, and returns how long that took.
fn green(bench: &Workbench, chapter: &Chapter) -> Result<Duration> {
    let program = build(bench, chapter)?.map_err(|told| {
        anyhow::anyhow!("the copy of {} does not compile: {told}", chapter.id)
    })?;
    let at = Instant::now();
    let output =
        test_command(&program, bench).output().context("cannot run the claims")?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let failed: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"))
            .collect();
        bail!(
            "claims fail on the code as it is ({}); repair them first: cargo test -p {} --test claims",
            failed.join(", "),
            chapter.slug
        );
    }
    Ok(at.elapsed())
}

fn attack(
    bench: &Workbench,
    chapter: &Chapter,
    mutant: &Mutant,
    green: Duration,
) -> Result<Verdict> {
    let program = match build(bench, chapter)? {
        Ok(program) => program,
        Err(told) => return Ok(Verdict::Broken(format!("does not compile: {told}"))),
    };
    let mut child = test_command(&program, bench)
        .args(["--exact", &mutant.test])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot run the claim")?;
    let mut stdout = child.stdout.take().context("the claim's output")?;
    let reader = std::thread::spawn(move || {
        let mut text = Vec::new();
        stdout.read_to_end(&mut text).map(|_| String::from_utf8_lossy(&text).into_owned())
    });
    let limit = PATIENCE.max(green * SLOWDOWN);
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if begun.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Ok(Verdict::Broken(format!(
                "never ends (stopped after {} s)",
                limit.as_secs()
            )));
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let text = reader.join().ok().context("the claim's output")??;
    if !text.contains("running 1 test") {
        return Ok(Verdict::Broken(format!("the test {} did not run", mutant.test)));
    }
    Ok(if status.success() { Verdict::Survived } else { Verdict::Killed })
}

fn test_command(program: &Path, bench: &Workbench) -> Command {
    let mut command = Command::new(program);
    // As `cargo test` does it.
    command
        .current_dir(&bench.listing)
        .env("CARGO_MANIFEST_DIR", &bench.listing)
        .stdin(Stdio::null());
    command
}

/// Builds the claims in the copy: the program, or the compiler's first complaint.
fn build(bench: &Workbench, chapter: &Chapter) -> Result<Result<PathBuf, String>> {
    let output = bench
        .cargo("test")
        .args([
            "--no-run",
            "--quiet",
            "--message-format",
            "json",
            "-p",
            &chapter.slug,
            "--test",
            "claims",
        ])
        .output()
        .context("cannot run cargo")?;
    let messages = String::from_utf8_lossy(&output.stdout).into_owned();
    let messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let mut complaint = None;
    let mut program = None;
    for message in messages {
        if message["reason"] == "compiler-message"
            && message["message"]["level"] == "error"
            && complaint.is_none()
        {
            complaint = message["message"]["message"].as_str().map(str::to_owned);
        }
        if message["target"]["name"] == "claims"
            && let Some(path) = message["executable"].as_str()
        {
            program = Some(PathBuf::from(path));
        }
    }
    Ok(match program {
        Some(program) if output.status.success() => Ok(program),
        _ => Err(complaint.unwrap_or_else(|| slice::last_error(&output.stderr))),
    })
}

/// Columns of the report, wide enough for every mutant.
struct Columns {
    claim: usize,
    why: usize,
}

impl Columns {
    fn of(mutants: &[Mutant]) -> Self {
        let widest = |text: fn(&Mutant) -> &str, heading: usize| {
            let widths = mutants.iter().map(|mutant| text(mutant).chars().count());
            widths.fold(heading, usize::max)
        };
        Self {
            claim: widest(|mutant| &mutant.claim, 5),
            why: widest(|mutant| &mutant.why, 6),
        }
    }

    fn heading(&self) -> String {
        format!("{:2$}  {:3$}  seconds  verdict", "claim", "mutant", self.claim, self.why)
    }

    fn row(&self, mutant: &Mutant, verdict: &Verdict, time: Duration) -> String {
        let verdict = match verdict {
            Verdict::Killed => "killed",
            Verdict::Survived => "SURVIVED",
            Verdict::Broken(told) => told,
        };
        let (claim, why) = (&mutant.claim, &mutant.why);
        let seconds = time.as_secs_f64();
        format!("{claim:0$}  {why:1$}  {seconds:7.1}  {verdict}", self.claim, self.why)
    }
}
