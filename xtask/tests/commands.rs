//! `export`, `exercise`, `mutants` and `new`, through the program that `cargo xtask` runs.

mod fixture;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use fixture::{Fixture, files};

fn xtask(root: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command
        .args(arguments)
        .current_dir(root)
        .env_remove("CARGO_TARGET_DIR")
        .output()
        .unwrap()
}

#[track_caller]
fn succeeds(output: &Output) -> String {
    let (stdout, stderr) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "it failed:\n{stdout}\n{stderr}");
    stdout.into_owned()
}

/// The one line that a refused command says.
#[track_caller]
fn refused(output: &Output) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}\n{stderr}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert_eq!(stderr.lines().count(), 1, "not one line:\n{stderr}");
    let line = stderr.trim_end();
    line.strip_prefix("error: ")
        .unwrap_or_else(|| panic!("no `error: ` before: {line}"))
        .to_owned()
}

/// Runs a command that must be refused, and shows that every file is as it was.
#[track_caller]
fn refused_untouched(fixture: &Fixture, arguments: &[&str]) -> String {
    let before = files(fixture.root().parent().unwrap());
    let told = refused(&xtask(&fixture.root(), arguments));
    let after = files(fixture.root().parent().unwrap());
    let keep = |path: &&PathBuf| !path.starts_with("course/target");
    assert_eq!(
        after.keys().filter(keep).collect::<Vec<_>>(),
        before.keys().filter(keep).collect::<Vec<_>>()
    );
    assert!(
        before
            .iter()
            .filter(|(path, _)| keep(path))
            .all(|(path, content)| after[path] == *content)
    );
    told
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn read(path: PathBuf) -> String {
    fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn names(dir: &Path) -> Vec<String> {
    files(dir).into_keys().map(|path| path.to_str().unwrap().replace('\\', "/")).collect()
}

// Export.

#[test]
fn an_exported_chapter_builds_and_passes_its_tests_elsewhere() {
    let fixture = Fixture::new();
    let dir = fixture.beside("deep/er/animal");
    let told = succeeds(&xtask(&fixture.root(), &["export", "ch01", text(&dir)]));
    assert!(told.contains("exported ch01 to"), "{told}");
    let names = names(&dir);
    for wanted in [
        "Cargo.lock",
        "LICENSE",
        "LICENSE-TEXT",
        "README.md",
        "rustfmt.toml",
        "data/ch01/trials.csv",
        "crates/envs/src/lib.rs",
        "examples/trials.rs",
    ] {
        assert!(names.contains(&wanted.to_owned()), "{wanted} is missing: {names:?}");
    }
    assert!(!names.contains(&"mutants.toml".to_owned()), "{names:?}");
    assert!(!read(dir.join("src/habit.rs")).contains("ANCHOR"));
    let readme = read(dir.join("README.md"));
    assert!(readme.starts_with("# The behaving animal\n"), "{readme}");
    assert!(
        readme.contains("`cargo run --example trials` — Three trials in the maze."),
        "{readme}"
    );
    let manifest = read(dir.join("Cargo.toml"));
    assert!(
        !manifest.contains(".workspace = true")
            && manifest.contains("[profile.dev.package]"),
        "{manifest}"
    );

    // Out of the repository's reach.
    let elsewhere = fixture.beside("elsewhere");
    fs::rename(&dir, &elsewhere).unwrap();
    fs::remove_dir_all(fixture.root()).unwrap();
    let tested = succeeds(
        &fixture.cargo(&["test", "--locked", "--offline", "--workspace"], &elsewhere),
    );
    assert_eq!(
        tested.matches("test result: ok. 2 passed").count(),
        2,
        "the claims, and the modules' own tests:\n{tested}"
    );
    assert_eq!(
        succeeds(
            &fixture.cargo(
                &["run", "--locked", "--offline", "--example", "trials"],
                &elsewhere
            )
        ),
        "0.875\n"
    );
}

#[test]
fn an_exported_listing_brings_what_it_uses_and_nothing_else() {
    let fixture = Fixture::new();
    let dir = fixture.beside("habit");
    succeeds(&xtask(&fixture.root(), &["export", "1", text(&dir), "--listing", "habit"]));
    let of_src: Vec<_> = names(&dir.join("src"));
    assert_eq!(of_src, ["habit.rs", "lib.rs"]);
    assert!(dir.join("LICENSE").is_file() && !dir.join("LICENSE-TEXT").exists());
    assert!(
        dir.join("crates/prob").is_dir()
            && !dir.join("crates/envs").exists()
            && !dir.join("data").exists()
    );
    assert!(!read(dir.join("Cargo.toml")).contains("envs"));
    let tested = succeeds(&fixture.cargo(&["test", "--locked", "--offline"], &dir));
    assert!(
        tested.contains("src/habit.rs") && tested.contains("test result: ok. 1 passed"),
        "{tested}"
    );

    let dir = fixture.beside("maze");
    succeeds(&xtask(&fixture.root(), &["export", "1", text(&dir), "--listing", "maze"]));
    assert_eq!(names(&dir.join("src")), ["habit.rs", "lib.rs", "maze.rs"]);
    succeeds(&fixture.cargo(&["test", "--locked", "--offline"], &dir));
}

#[test]
fn an_export_to_an_empty_folder_fills_it() {
    let fixture = Fixture::new();
    let dir = fixture.beside("empty");
    fs::create_dir(&dir).unwrap();
    succeeds(&xtask(&fixture.root(), &["export", "ch01-behaving-animal", "../empty"]));
    assert!(dir.join("Cargo.toml").is_file());
}

#[test]
fn an_export_of_what_is_not_there_is_refused() {
    let fixture = Fixture::new();
    let dir = fixture.beside("out");
    let told = refused_untouched(&fixture, &["export", "ch99", text(&dir)]);
    assert_eq!(told, "no chapter \"ch99\"; chapters with listings: ch01");
    let told = refused_untouched(
        &fixture,
        &["export", "ch01", text(&dir), "--listing", "law-of-effect"],
    );
    assert_eq!(
        told,
        "ch01 has no listing \"law-of-effect\"; it has: habit, lonely, maze"
    );
}

#[test]
fn an_export_overwrites_nothing() {
    let fixture = Fixture::new();
    let full = fixture.beside("full");
    fs::create_dir(&full).unwrap();
    fs::write(full.join("mine.txt"), "mine").unwrap();
    let told = refused_untouched(&fixture, &["export", "ch01", "../full"]);
    assert_eq!(
        told,
        "../full exists and is not empty; choose a new folder or empty this one"
    );
    let told = refused_untouched(&fixture, &["export", "ch01", "../full/mine.txt"]);
    assert_eq!(told, "../full/mine.txt exists and is not a folder; choose another name");
    let told = refused_untouched(&fixture, &["export", "ch01", "../full/mine.txt/below"]);
    assert!(told.ends_with("full/mine.txt is not a folder; choose another place than ../full/mine.txt/below"), "{told}");
}

#[cfg(unix)]
#[test]
fn an_export_to_a_read_only_place_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let fixture = Fixture::new();
    let locked = fixture.beside("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
    for target in ["../locked", "../locked/new/er"] {
        let told = refused_untouched(&fixture, &["export", "ch01", target]);
        assert!(
            told.ends_with("locked is read-only; choose a folder that you may write to"),
            "{told}"
        );
    }
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn an_export_into_the_repository_goes_only_where_git_ignores_it() {
    let fixture = Fixture::new();
    assert!(
        Command::new("git")
            .args(["init", "--quiet"])
            .current_dir(fixture.root())
            .status()
            .unwrap()
            .success()
    );
    let told = refused_untouched(&fixture, &["export", "ch01", "listings/copy"]);
    assert!(told.starts_with("listings/copy lies inside this repository; choose a folder outside it, such as "), "{told}");
    succeeds(&xtask(&fixture.root(), &["export", "ch01", "target/copy"]));
    succeeds(
        &fixture.cargo(
            &["check", "--locked", "--offline"],
            &fixture.root().join("target/copy"),
        ),
    );
}

fn course() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Cargo in a project outside the repository, with a build folder that all such projects share, one after the other.
///
/// Cargo names what it builds by the way from the project's root, so that one project's crates can pass for another's:
/// hence the turns, and files that are newer than whatever was built before.
fn standalone(dir: &Path, arguments: &[&str]) -> Output {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    for path in files(dir).keys() {
        let file = File::options().append(true).open(dir.join(path)).unwrap();
        file.set_modified(SystemTime::now()).unwrap();
    }
    let mut command =
        Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(dir);
    command.env(
        "CARGO_TARGET_DIR",
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("standalone"),
    );
    let output = command.output().unwrap();
    drop(turn);
    output
}

#[test]
fn chapter_1_builds_and_passes_its_tests_elsewhere() {
    let outer = tempfile::tempdir().unwrap();
    let dir = outer.path().join("animal");
    succeeds(&xtask(course(), &["export", "ch01", text(&dir)]));
    let tested = succeeds(&standalone(&dir, &["test", "--locked", "--offline"]));
    assert!(tested.matches(" ... ok").count() > 20, "{tested}");
    assert!(
        !names(&dir)
            .iter()
            .any(|name| name.starts_with("listings") || name.starts_with("figures"))
    );
    for (path, content) in files(&dir) {
        let said = String::from_utf8_lossy(&content);
        assert!(
            !said.contains("../../figures"),
            "{} reaches out of the project",
            path.display()
        );
    }
}

/// Each listing is exported; building them all takes a minute, so that elsewhere than in CI two stand for the rest.
#[test]
fn the_listings_of_chapter_1_build_and_pass_their_tests_alone() {
    let outer = tempfile::tempdir().unwrap();
    let told = refused(&xtask(
        course(),
        &["export", "ch01", text(outer.path()), "--listing", "none-such"],
    ));
    let (_, known) = told.split_once("; it has: ").unwrap();
    let mut projects = Vec::new();
    for listing in known.split(", ") {
        let dir = outer.path().join(listing);
        succeeds(&xtask(course(), &["export", "ch01", text(&dir), "--listing", listing]));
        projects.push((names(&dir.join("src")).len(), dir));
    }
    projects.sort();
    if std::env::var_os("REQUIRE_ALL").is_none() {
        eprintln!(
            "built 2 of {} listings alone; REQUIRE_ALL=1 builds them all",
            projects.len()
        );
        projects = vec![projects[0].clone(), projects[projects.len() - 1].clone()];
    }
    for (_, dir) in projects {
        let tested = succeeds(&standalone(&dir, &["test", "--locked", "--offline"]));
        assert!(
            tested.contains(" - ") && tested.contains(" ... ok"),
            "{} has no doctest:\n{tested}",
            dir.display()
        );
    }
}

// Exercises.

#[test]
fn an_exercise_fails_until_it_is_solved() {
    let fixture = Fixture::new();
    let told = succeeds(&xtask(&fixture.root(), &["exercise", "ch01", "forget-all"]));
    let dir = fixture.root().join("exercises/ch01-forget-all");
    assert!(told.contains("exercises/ch01-forget-all"), "{told}");
    assert_eq!(
        names(&dir.join("src")),
        [
            "exercises/forget_all.rs",
            "exercises/mod.rs",
            "habit.rs",
            "lib.rs",
            "lonely.rs"
        ]
    );
    assert!(
        read(dir.join("README.md")).contains("Forgetting is an update towards nothing.")
    );
    let file = dir.join("src/exercises/forget_all.rs");
    let stub = read(file.clone());
    assert!(
        stub.contains("todo!()")
            && !stub.contains("SOLUTION")
            && !stub.contains("update(v, nothing())"),
        "{stub}"
    );
    let tests = ["test", "--locked", "--offline", "exercises"];
    let failed = fixture.cargo(&tests, &dir);
    assert!(
        String::from_utf8_lossy(&failed.stdout).contains("half_is_left ... FAILED"),
        "{failed:?}"
    );
    fs::write(&file, stub.replace("todo!()", "update(v, nothing())")).unwrap();
    succeeds(&fixture.cargo(&tests, &dir));

    // The reader's work is not overwritten.
    let told = refused(&xtask(&fixture.root(), &["exercise", "ch01", "forget_all"]));
    assert!(told.ends_with("exercises/ch01-forget-all exists and is not empty; choose a new folder or empty this one"), "{told}");
    let elsewhere = fixture.beside("mine");
    succeeds(&xtask(&fixture.root(), &["exercise", "1", "forget-all", text(&elsewhere)]));
    assert!(elsewhere.join("src/exercises/forget_all.rs").is_file());
}

#[test]
fn an_exercise_that_is_not_there_is_refused() {
    let fixture = Fixture::new();
    let told = refused_untouched(&fixture, &["exercise", "ch01", "remember"]);
    assert_eq!(told, "ch01 has no exercise \"remember\" with code; it has: forget-all");
    let told = refused_untouched(&fixture, &["exercise", "2", "remember"]);
    assert_eq!(told, "no chapter \"2\"; chapters with listings: ch01");
}

#[test]
fn an_exercise_without_its_marks_is_refused() {
    let fixture = Fixture::new();
    fixture.edit(
        "listings/ch01-behaving-animal/src/exercises/forget_all.rs",
        "    // END\n",
        "",
    );
    let told = refused_untouched(&fixture, &["exercise", "ch01", "forget-all"]);
    assert!(
        told.ends_with("forget_all.rs: line 8: `// SOLUTION` without `// END` after it"),
        "{told}"
    );
}

// Mutants.

const MUTANTS: &str = "listings/ch01-behaving-animal/mutants.toml";

#[test]
fn mutants_are_killed_on_a_copy() {
    let fixture = Fixture::new();
    let before = fixture.snapshot();
    let told = succeeds(&xtask(&fixture.root(), &["mutants", "ch01"]));
    assert!(told.contains("2 of 2 mutants of 2 claims killed in "), "{told}");
    let line = told.lines().find(|line| line.starts_with("trials-pay")).unwrap();
    assert!(line.contains("learns backwards") && line.ends_with("killed"), "{told}");
    assert!(fixture.snapshot() == before, "the working tree changed");
}

#[test]
fn a_mutant_that_survives_or_breaks_the_build_is_told() {
    let fixture = Fixture::new();
    fixture.edit(
        MUTANTS,
        "find = \"reward - v\"\nreplace = \"v - reward\"",
        "find = \"Halfway to\"\nreplace = \"Half of\"",
    );
    fixture.edit(MUTANTS, "replace = \"-2.0 *\"", "replace = \"two *\"");
    let output = xtask(&fixture.root(), &["mutants", "ch01"]);
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(
        stdout.contains("SURVIVED")
            && stdout.contains("does not compile: cannot find value `two`"),
        "{stdout}"
    );
    assert!(stdout.contains("0 of 2 mutants"), "{stdout}");
    let told = refused(&output);
    assert!(
        told.starts_with("mutants survive (trials-pay)")
            && told.contains("no evidence (data-are-found-when-it-runs)"),
        "{told}"
    );

    // What the last run left in the copy is healed.
    fixture.edit(
        MUTANTS,
        "find = \"Halfway to\"\nreplace = \"Half of\"",
        "find = \"reward - v\"\nreplace = \"v - reward\"",
    );
    fixture.edit(MUTANTS, "replace = \"two *\"", "replace = \"-2.0 *\"");
    succeeds(&xtask(&fixture.root(), &["mutants", "ch01"]));
}

#[test]
fn a_wrong_list_of_mutants_is_refused_before_anything_is_built() {
    let fixture = Fixture::new();
    let right = read(fixture.root().join(MUTANTS));
    let told = |old: &str, new: &str| {
        assert_ne!(right, right.replace(old, new));
        fixture.write(MUTANTS, &right.replace(old, new));
        refused_untouched(&fixture, &["mutants", "ch01"])
    };
    let at = MUTANTS;
    assert_eq!(
        told("trials-pay", "trials-cost"),
        format!("{at}: mutant of \"trials-cost\" names no test in tests/claims.rs")
    );
    assert_eq!(
        told("find = \"reward - v\"", "find = \"v\""),
        format!(
            "{at}: mutant of \"trials-pay\" finds \"v\" 4 times in listings/ch01-behaving-animal/src/habit.rs; it must stand there once"
        )
    );
    assert!(
        told("file = \"src/habit.rs\"", "file = \"src/none.rs\"")
            .contains("edits listings/ch01-behaving-animal/src/none.rs: ")
    );
    assert_eq!(
        told("replace = \"v - reward\"", "replace = \"reward - v\""),
        format!("{at}: mutant of \"trials-pay\" changes nothing")
    );
    assert!(
        told("why = \"learns backwards\"", "reason = \"x\"")
            .starts_with(&format!("{at}:"))
    );
    assert!(told("why = \"learns backwards\"", "why = \"\"").ends_with("says no `why`"));
    assert_eq!(
        told("data-are-found-when-it-runs", "trials-pay"),
        format!("{at}: no mutant for data-are-found-when-it-runs; every claim needs one")
    );
    assert!(!fixture.root().join("target/workbench").exists());
}

#[test]
fn a_claim_that_fails_anyway_is_told_first() {
    let fixture = Fixture::new();
    fixture.write("figures/data/ch01/trials.csv", "value\n0.25\n");
    let told = refused_untouched(&fixture, &["mutants", "ch01"]);
    assert!(
        told.starts_with(
            "claims fail on the code as it is (trials_pay); repair them first: "
        ),
        "{told}"
    );
}

#[test]
fn two_runs_do_not_share_a_copy() {
    let fixture = Fixture::new();
    let bench = fixture.root().join("target/workbench/ch01");
    fs::create_dir_all(&bench).unwrap();
    let lock = File::create(bench.join("lock")).unwrap();
    fs::write(bench.join("lock"), "4711").unwrap();
    lock.lock().unwrap();
    let told = refused_untouched(&fixture, &["mutants", "ch01"]);
    assert_eq!(
        told,
        "process 4711 already works on the copy of ch01; wait until it has ended"
    );
}

// New.

#[test]
fn a_new_chapter_compiles_and_passes_its_tests_and_kills_its_mutant() {
    let fixture = Fixture::new();
    let told = succeeds(&xtask(
        &fixture.root(),
        &["new", "chapter", "2", "bellman-and-value", "Bellman and value"],
    ));
    assert!(
        told.contains("created listings/ch02-bellman-and-value/src/running_mean.rs"),
        "{told}"
    );
    assert!(
        read(fixture.root().join("src/SUMMARY.md"))
            .contains("- [Bellman and value](ch02-bellman-and-value.md)\n- [Dopamine]()")
    );
    assert!(read(fixture.root().join("Cargo.toml")).contains(
        "ch02-bellman-and-value = { path = \"listings/ch02-bellman-and-value\" }\n"
    ));
    assert!(read(fixture.root().join("figures/src/lib.rs")).contains("mod ch02;"));
    assert!(
        read(fixture.root().join("tests/Cargo.toml"))
            .contains("ch02-bellman-and-value.workspace = true")
    );
    succeeds(&xtask(
        &fixture.root(),
        &["new", "listing", "ch02", "value-iteration", "Value iteration"],
    ));

    let package = ["--offline", "-p", "ch02-bellman-and-value"];
    let tested =
        succeeds(&fixture.cargo(&[&["test"], &package[..]].concat(), &fixture.root()));
    // Two listings with a test each and the exercise's two, a claim, two doctests.
    assert_eq!(tested.matches(" ... ok").count(), 7, "{tested}");
    let run = succeeds(&fixture.cargo(
        &[&["run", "--example", "running_mean"], &package[..]].concat(),
        &fixture.root(),
    ));
    assert!(run.contains("update  estimate\n     1     0.250\n"), "{run}");
    let formatted = fixture
        .cargo(&["fmt", "--check", "-p", "ch02-bellman-and-value"], &fixture.root());
    succeeds(&formatted);
    succeeds(&xtask(&fixture.root(), &["mutants", "ch02"]));
    succeeds(&xtask(&fixture.root(), &["exercise", "ch02", "mean-of-all"]));
}

#[test]
fn a_new_page_says_what_is_missing() {
    let fixture = Fixture::new();
    succeeds(&xtask(&fixture.root(), &["new", "chapter", "3", "dopamine", "Dopamine"]));
    let page = read(fixture.root().join("src/ch03-dopamine.md"));
    assert!(page.starts_with("# Dopamine\n\n```chapter\n"), "{page}");
    for block in [
        "```listing\n",
        "```dual\n",
        "```quiz\n",
        "```exercise\n",
        "```summary\n",
        "```output\n",
        "```rust\n",
    ] {
        assert!(page.contains(block), "{block}");
    }
    assert!(page.matches("{{fill ").count() > 20 && !page.contains('%'), "{page}");
}

#[test]
fn a_new_figure_joins_its_chapter() {
    let fixture = Fixture::new();
    let told = succeeds(&xtask(
        &fixture.root(),
        &["new", "figure", "ch01", "error-by-step", "The error shrinks"],
    ));
    assert!(told.contains("id = \"error-by-step\""), "{told}");
    let source = read(fixture.root().join("figures/src/ch01.rs"));
    assert!(
        source.contains("figures: vec![error_by_step()],")
            && source.contains("fn error_by_step()"),
        "{source}"
    );
    let told =
        refused_untouched(&fixture, &["new", "figure", "ch01", "error-by-step", "Again"]);
    assert_eq!(
        told,
        "figures/src/ch01.rs: has a figure error-by-step already; choose another name"
    );
}

#[test]
fn what_exists_is_not_made_anew() {
    let fixture = Fixture::new();
    let root = fixture.root().canonicalize().unwrap();
    let told =
        refused_untouched(&fixture, &["new", "chapter", "1", "animals", "Animals"]);
    let dir = root.join("listings/ch01-behaving-animal");
    assert_eq!(
        told,
        format!(
            "chapter 1 exists: {}; add to it with `cargo xtask new listing ch01 …`",
            dir.display()
        )
    );
    let told = refused_untouched(&fixture, &["new", "chapter", "18", "more", "More"]);
    assert_eq!(told, "src/SUMMARY.md has no chapter 18; it names chapters 1 to 3");
    fixture.write("src/ch02-more.md", "Mine.\n");
    let told = refused_untouched(&fixture, &["new", "chapter", "2", "more", "More"]);
    assert_eq!(
        told,
        "src/ch02-more.md exists already; choose another name or move it away"
    );
    let told = refused_untouched(&fixture, &["new", "listing", "ch01", "habit", "Habit"]);
    assert_eq!(told, "ch01 has a listing habit already; choose another name");
    let told = refused_untouched(&fixture, &["new", "listing", "ch01", "loop", "Loop"]);
    assert_eq!(
        told,
        "loop is a word of Rust and can't name a module; choose another name"
    );
    let told = refused_untouched(&fixture, &["new", "listing", "ch02", "habit", "Habit"]);
    assert_eq!(told, "no chapter \"ch02\"; chapters with listings: ch01");
    let told =
        refused_untouched(&fixture, &["new", "figure", "ch01", "Big Figure", "Big"]);
    assert_eq!(
        told,
        "\"Big Figure\" is not a slug; write lower-case words with hyphens, such as law-of-effect"
    );
    let told = refused_untouched(&fixture, &["new", "figure", "ch01", "big", ""]);
    assert_eq!(
        told,
        "\"\" is not a title; write a few words on one line, without quotes or brackets"
    );
}

/// Copies what the course's repository holds, without what is built.
fn copy_of_the_course(to: &Path) {
    let mut open = vec![PathBuf::new()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(course().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            let built = ["target", "book", "generated", "exercises", ".git"]
                .iter()
                .any(|name| path == Path::new(name));
            if entry.file_type().unwrap().is_dir() && !built {
                open.push(path);
            } else if entry.file_type().unwrap().is_file() {
                fs::create_dir_all(to.join(&folder)).unwrap();
                fs::copy(entry.path(), to.join(path)).unwrap();
            }
        }
    }
}

#[test]
fn a_new_chapter_of_the_course_itself_compiles_with_its_figure() {
    let outer = tempfile::tempdir().unwrap();
    let root = outer.path().join("course");
    copy_of_the_course(&root);
    let summary = read(root.join("src/SUMMARY.md"));
    let free = summary
        .lines()
        .filter(|line| line.starts_with("- ["))
        .position(|line| line.ends_with("]()"))
        .unwrap()
        + 1;
    let id = format!("ch{free:02}");
    succeeds(&xtask(
        &root,
        &["new", "chapter", &free.to_string(), "scaffold", "A scaffold"],
    ));
    succeeds(&xtask(&root, &["new", "listing", &id, "second-idea", "The second idea"]));
    succeeds(&xtask(
        &root,
        &["new", "figure", &id, "error-by-step", "The error shrinks"],
    ));
    // Its page is refused until somebody has written it.
    let output = xtask(&root, &["book"]);
    let told = String::from_utf8_lossy(&output.stderr);
    let page = format!("src/{id}-scaffold.md:4:");
    assert!(!output.status.success() && told.contains(&page), "{told}");

    let features = ["--no-default-features", "--features", &id];
    let package = format!("{id}-scaffold");
    for what in [
        [&["-p", "figures"], &features[..]].concat(),
        vec!["-p", &package, "--all-targets"],
    ] {
        let arguments =
            [&["clippy", "--offline"], &what[..], &["--", "-D", "warnings"]].concat();
        succeeds(&standalone(&root, &arguments));
    }
}
