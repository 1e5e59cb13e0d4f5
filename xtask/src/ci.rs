//! The checks: what `test`, `figures` and `ci` run.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use wait4::Wait4;

use crate::{exercise, tools, workspace};

/// CPU time that the claims of one chapter may take.
const CLAIMS_BUDGET: Duration = Duration::from_secs(30);

/// `cargo xtask figures`: the program of the crate `figures`, with every chapter in it.
pub fn figures(root: &Path, args: &[String]) -> Result<ExitCode> {
    let status = tools::cargo()
        .current_dir(root)
        .args(["run", "--quiet", "--package", "figures", "--all-features", "--"])
        .args(args)
        .status()
        .context("cannot start cargo")?;
    Ok(status
        .code()
        .and_then(|c| u8::try_from(c).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from))
}

/// `cargo xtask test`: every test of the workspace, then the exercises' stubs.
pub fn test(root: &Path, args: &[String]) -> Result<ExitCode> {
    say_what_will_be_skipped()?;
    if !args.is_empty() {
        step("cargo test", cargo(root, ["test"]).args(args))?;
        return Ok(ExitCode::SUCCESS);
    }
    step(
        "cargo test",
        &mut cargo(root, ["test", "--workspace", "--all-features", "--no-fail-fast"]),
    )?;
    for chapter in workspace::chapters(root)? {
        exercise::check(root, &chapter.id)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Tells before the wait, not after it, that a browser is missing.
fn say_what_will_be_skipped() -> Result<()> {
    if tools::find(&tools::CHROMIUM).is_some() {
        return Ok(());
    }
    let remedy =
        "Chromium is missing; install it (on Debian or Ubuntu: apt-get install chromium)";
    if std::env::var_os("REQUIRE_ALL").is_some_and(|v| v == "1") {
        bail!("{remedy}, because REQUIRE_ALL=1 asks for the pages' tests in a browser");
    }
    eprintln!("SKIPPED: the pages' tests in a browser. {remedy} to run them.");
    Ok(())
}

/// `cargo xtask ci`: everything, cheapest first.
pub fn run(root: &Path) -> Result<ExitCode> {
    say_what_will_be_skipped()?;
    let me = std::env::current_exe().context("cannot find this program")?;
    let mut steps: Vec<(&str, Command)> = vec![
        ("format", cargo(root, ["fmt", "--all", "--check"])),
        (
            "clippy",
            cargo(
                root,
                [
                    "clippy",
                    "--quiet",
                    "--workspace",
                    "--all-targets",
                    "--all-features",
                    "--",
                    "--deny",
                    "warnings",
                ],
            ),
        ),
        ("book", own(&me, root, ["book"])),
        ("test", own(&me, root, ["test"])),
        ("figures", own(&me, root, ["figures", "--check"])),
    ];
    let mut times = Vec::new();
    for (i, (name, command)) in steps.iter_mut().enumerate() {
        eprintln!("[{}/6] {name}", i + 1);
        times.push((*name, step(name, command)?));
    }
    eprintln!("[6/6] budgets");
    for chapter in workspace::chapters(root)? {
        let used = claims_cpu(root, &chapter.slug)?;
        println!(
            "{}: claims used {:.1} of {} CPU seconds",
            chapter.id,
            used.as_secs_f64(),
            CLAIMS_BUDGET.as_secs()
        );
        if used > CLAIMS_BUDGET {
            bail!(
                "the claims of {} used {:.1} CPU seconds; {} are the most: read committed rows instead of recomputing them",
                chapter.id,
                used.as_secs_f64(),
                CLAIMS_BUDGET.as_secs()
            );
        }
    }
    for (name, time) in times {
        println!("{name:<8} {:>7.1} s", time.as_secs_f64());
    }
    println!("all checks passed");
    Ok(ExitCode::SUCCESS)
}

fn cargo<const N: usize>(root: &Path, args: [&str; N]) -> Command {
    let mut command = tools::cargo();
    command.current_dir(root).args(args);
    command
}

fn own<const N: usize>(me: &Path, root: &Path, args: [&str; N]) -> Command {
    let mut command = Command::new(me);
    command.current_dir(root).args(args);
    command
}

fn step(name: &str, command: &mut Command) -> Result<Duration> {
    let started = Instant::now();
    let shown: Vec<String> =
        command.get_args().map(|a| a.to_string_lossy().into_owned()).collect();
    let status = command.status().with_context(|| format!("cannot start {name}"))?;
    if !status.success() {
        let program = Path::new(command.get_program())
            .file_stem()
            .unwrap_or(OsStr::new("cargo"))
            .to_string_lossy()
            .into_owned();
        let program = if program == "xtask" { "cargo xtask".to_owned() } else { program };
        bail!("{name} failed; repeat it with `{program} {}`", shown.join(" "));
    }
    Ok(started.elapsed())
}

/// CPU time of one chapter's claims, run from the binary that `cargo test` built.
fn claims_cpu(root: &Path, package: &str) -> Result<Duration> {
    let output = cargo(
        root,
        [
            "test",
            "--quiet",
            "--all-features",
            "--no-run",
            "--message-format=json",
            "--test",
            "claims",
            "--package",
            package,
        ],
    )
    .stderr(Stdio::inherit())
    .output()
    .context("cannot start cargo")?;
    let binary = output
        .stdout
        .split(|b| *b == b'\n')
        .filter_map(|line| serde_json::from_slice::<serde_json::Value>(line).ok())
        .filter_map(|message| Some(PathBuf::from(message.get("executable")?.as_str()?)))
        .next_back()
        .with_context(|| format!("{package} has no tests/claims.rs that builds"))?;
    let mut child = Command::new(binary)
        .current_dir(root.join("listings").join(package))
        .stdout(Stdio::null())
        .spawn()
        .context("cannot start the claims")?;
    let ended = child.wait4().context("cannot wait for the claims")?;
    if !ended.status.success() {
        bail!(
            "claims of {package} failed; repeat them with `cargo test -p {package} --test claims`"
        );
    }
    Ok(ended.rusage.utime + ended.rusage.stime)
}
