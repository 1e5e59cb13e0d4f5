//! `exercise`: a stub and its test for the reader, and the check that stubs fail and solutions pass.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::export::{Destination, Inside, Part, write_project};
use crate::modules::{self, Modules};
use crate::slice::{self, Busy, Workbench};
use crate::workspace::resolve_chapter;

const OPEN: &str = "// SOLUTION";
const CLOSE: &str = "// END";

/// Writes the exercise as a small project to `dir`, or to `exercises/` in the repository.
///
/// # Errors
/// No such chapter or exercise, or a folder that cannot be written to; nothing is left behind then.
pub fn run(root: &Path, chapter: &str, slug: &str, dir: Option<&Path>) -> Result<()> {
    let chapter = resolve_chapter(root, chapter)?;
    let modules = Modules::read(&chapter)?;
    let slug = slug.replace('_', "-");
    if !modules.exercises().contains(&slug) {
        let known = modules.exercises().join(", ");
        let known = if known.is_empty() { "none with code".to_owned() } else { known };
        bail!("{} has no exercise \"{slug}\" with code; it has: {known}", chapter.id);
    }
    let file = Modules::exercise_file(&slug);
    let source = slice::read(&chapter.dir.join(&file))?;
    let stub = stub(&source)
        .with_context(|| format!("{}", chapter.dir.join(&file).display()))?;
    let dir = dir.map_or_else(|| home(root, &chapter.id, &slug), Path::to_path_buf);
    let inside = if dir == home(root, &chapter.id, &slug) {
        Inside::Allowed
    } else {
        Inside::OnlyIgnored
    };
    let place = Destination::prepare(root, &dir, inside)?;
    let part = Part::Exercise { module: slug.replace('-', "_"), stub };
    write_project(root, &chapter, &modules, &part, place.folder())?;
    place.finish()?;
    println!(
        "wrote exercise {slug} to {}; next: open {} there, then cargo test exercises",
        dir.display(),
        file.display()
    );
    Ok(())
}

fn home(root: &Path, chapter: &str, slug: &str) -> PathBuf {
    root.join("exercises").join(format!("{chapter}-{slug}"))
}

/// The reader's version of an exercise: what stands between `// SOLUTION` and `// END` is replaced by `todo!()`.
///
/// # Errors
/// A marker without its partner, or no marker at all; the message names the line.
pub fn stub(source: &str) -> Result<String> {
    let gaps = gaps(source)?;
    let mut out = String::new();
    for (at, line) in source.split_inclusive('\n').enumerate() {
        let line_number = at + 1;
        match gaps.iter().find(|(open, close)| (*open..=*close).contains(&line_number)) {
            Some((open, _)) if *open == line_number => {
                let indent = &line[..line.len() - line.trim_start().len()];
                out.push_str(indent);
                out.push_str("todo!()\n");
            }
            Some(_) => {}
            None => out.push_str(line),
        }
    }
    Ok(out)
}

/// The stub as a page shows it: without its tests and anchors.
///
/// # Errors
/// As [`stub`], or a source that is not Rust.
pub fn page_stub(source: &str) -> Result<String> {
    modules::without_tests(&modules::without_anchors(&stub(source)?))
}

/// The solution as a page shows it: the whole functions around the marked lines, without the markers and without the tests.
///
/// # Errors
/// As [`stub`], or a source that is not Rust.
pub fn solution(source: &str) -> Result<String> {
    let lines: Vec<usize> = gaps(source)?.iter().map(|(open, _)| *open).collect();
    let marker = |line: &&str| ![OPEN, CLOSE].contains(&line.trim());
    let items = modules::items_around(source, &lines)?;
    let items = items.iter().map(|item| {
        let bare: String =
            modules::without_anchors(item).split_inclusive('\n').filter(marker).collect();
        bare + "\n"
    });
    Ok(items.collect::<Vec<_>>().join("\n"))
}

/// First and last line of each gap, counted from 1, markers included.
fn gaps(source: &str) -> Result<Vec<(usize, usize)>> {
    let mut gaps = Vec::new();
    let mut open = None;
    for (at, line) in source.lines().enumerate() {
        match (line.trim(), open) {
            (OPEN, None) => open = Some(at + 1),
            (OPEN, Some(first)) => bail!(
                "line {}: `{OPEN}` inside the solution that begins at line {first}",
                at + 1
            ),
            (CLOSE, Some(first)) => {
                gaps.push((first, at + 1));
                open = None;
            }
            (CLOSE, None) => {
                bail!("line {}: `{CLOSE}` without `{OPEN}` before it", at + 1)
            }
            _ => {}
        }
    }
    if let Some(first) = open {
        bail!("line {first}: `{OPEN}` without `{CLOSE}` after it");
    }
    if gaps.is_empty() {
        bail!("no `{OPEN}` … `{CLOSE}` marks what the reader is to write");
    }
    Ok(gaps)
}

/// Checks that every stub of the chapter compiles and that none of its tests passes before the reader has done anything.
///
/// That the solutions pass is the chapter's own `cargo test`. Nothing outside `target/` is touched.
///
/// # Errors
/// A stub that doesn't compile, an exercise without a test, a test that passes on the stub.
pub fn check(root: &Path, chapter: &str) -> Result<()> {
    let chapter = resolve_chapter(root, chapter)?;
    let slugs = Modules::read(&chapter)?.exercises();
    if slugs.is_empty() {
        return Ok(());
    }
    let bench = Workbench::open(root, &chapter, Busy::Wait)?;
    let folder = Path::new("listings").join(&chapter.slug);
    for slug in &slugs {
        let file = folder.join(Modules::exercise_file(slug));
        let source = bench
            .original(&file)
            .with_context(|| format!("{} is gone", file.display()))?;
        let stub = stub(std::str::from_utf8(source)?)
            .with_context(|| file.display().to_string())?;
        bench.put(&file, stub.as_bytes())?;
    }
    let build = bench
        .cargo("test")
        .args(["--quiet", "--lib", "--no-run", "-p", &chapter.slug])
        .output()?;
    if !build.status.success() {
        eprint!("{}", String::from_utf8_lossy(&build.stderr));
        bail!(
            "a stub of {} does not compile; give the reader a function that does",
            chapter.id
        );
    }
    let run = bench
        .cargo("test")
        .args(["--lib", "-p", &chapter.slug, "--", "exercises::"])
        .output()?;
    let results = results(&String::from_utf8_lossy(&run.stdout));
    bench.restore()?;
    judge(&slugs, &results)
}

/// Name and success of each test that a test program reports.
fn results(stdout: &str) -> BTreeMap<String, bool> {
    let tests = stdout
        .lines()
        .filter_map(|line| line.strip_prefix("test ")?.rsplit_once(" ... "));
    let tests = tests.map(|(name, result)| {
        (name.trim_end_matches(" - should panic").to_owned(), result.trim() == "ok")
    });
    tests.collect()
}

fn judge(slugs: &[String], results: &BTreeMap<String, bool>) -> Result<()> {
    for slug in slugs {
        let prefix = format!("exercises::{}::", slug.replace('-', "_"));
        let of_this: Vec<_> =
            results.iter().filter(|(name, _)| name.starts_with(&prefix)).collect();
        if of_this.is_empty() {
            bail!(
                "exercise {slug} has no test that runs; give it a `mod tests` and name it in the exercises' module"
            );
        }
        if let Some((name, _)) = of_this.iter().find(|(_, passed)| **passed) {
            bail!(
                "exercise {slug}: {name} passes on the stub; let it look at what the reader is to write"
            );
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "../tests/fixture/mod.rs"]
mod fixture;

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "//! Forgetting.\n\nuse crate::habit::Habit;\n\n/// Halves it.\npub fn halve(x: f64) -> f64 {\n    \
        // SOLUTION\n    let half = 0.5;\n    half * x\n    // END\n}\n\nfn helper() {}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n}\n";

    #[test]
    fn a_stub_has_a_gap_where_the_solution_was() {
        let stub = stub(SOURCE).unwrap();
        assert!(
            stub.contains("pub fn halve(x: f64) -> f64 {\n    todo!()\n}\n"),
            "{stub}"
        );
        assert!(
            !stub.contains("half * x")
                && !stub.contains("// END")
                && stub.contains("mod tests"),
            "{stub}"
        );
        syn::parse_file(&stub).unwrap();
        let page = page_stub(SOURCE).unwrap();
        assert!(page.contains("fn helper()") && !page.contains("mod tests"), "{page}");
    }

    #[test]
    fn a_solution_is_the_whole_function_without_markers() {
        let solution = solution(SOURCE).unwrap();
        assert_eq!(
            solution,
            "/// Halves it.\npub fn halve(x: f64) -> f64 {\n    let half = 0.5;\n    half * x\n}\n"
        );
    }

    #[test]
    fn markers_come_in_pairs() {
        let told = |source: &str| stub(source).unwrap_err().to_string();
        assert_eq!(
            told("fn f() {\n    // SOLUTION\n}"),
            "line 2: `// SOLUTION` without `// END` after it"
        );
        assert_eq!(told("// END"), "line 1: `// END` without `// SOLUTION` before it");
        assert_eq!(
            told("// SOLUTION\n// SOLUTION\n// END"),
            "line 2: `// SOLUTION` inside the solution that begins at line 1"
        );
        assert_eq!(
            told("fn f() {}"),
            "no `// SOLUTION` … `// END` marks what the reader is to write"
        );
    }

    #[test]
    fn the_check_builds_every_stub_on_a_copy() {
        let fixture = fixture::Fixture::new();
        let before = fixture.snapshot();
        check(&fixture.root(), "ch01").unwrap();
        assert!(fixture.snapshot() == before, "the working tree changed");

        let file = "listings/ch01-behaving-animal/src/exercises/forget_all.rs";
        fixture.edit(file, "assert_eq!(forget(2.0), 1.0)", "assert_eq!(nothing(), 0.0)");
        let told = check(&fixture.root(), "ch01").unwrap_err().to_string();
        assert_eq!(
            told,
            "exercise forget-all: exercises::forget_all::tests::half_is_left passes on the stub; let it look at what the reader is to write"
        );
        fixture.edit(
            file,
            "fn forget(v: f64) -> f64",
            "fn forget(v: f64) -> impl Iterator<Item = f64>",
        );
        let told = check(&fixture.root(), "ch01").unwrap_err().to_string();
        assert!(told.starts_with("a stub of ch01 does not compile; "), "{told}");
    }

    #[test]
    fn a_test_that_passes_on_the_stub_is_told() {
        let told = |stdout: &str| {
            judge(&["decay".to_owned()], &results(stdout))
                .map_err(|error| error.to_string())
        };
        assert_eq!(told("test exercises::decay::tests::a ... FAILED\n"), Ok(()));
        let passes = told(
            "test exercises::decay::tests::a ... FAILED\ntest exercises::decay::tests::b - should panic ... ok\n",
        );
        assert!(
            passes.unwrap_err().contains("exercises::decay::tests::b passes on the stub")
        );
        assert!(told("running 0 tests\n").unwrap_err().contains("has no test that runs"));
    }
}
