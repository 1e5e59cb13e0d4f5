//! The command as a reader meets it: each test starts a process, on a chapter made for the purpose.
//!
//! The process is this test program again, told by a variable of its environment to run one job and nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use figures::kit::{Axes, Ink, Panel, Pen, Scale, Sheet, ticks};
use figures::{Chapter, Compute, Data, Figure, Number, Table, Tables, job};

// ---- the chapter ----

/// What the toy experiment measures; a test that changes it plays an author who changed the code.
fn measured() -> f64 {
    std::env::var("TOY_VALUE").map_or(1.0, |value| value.parse().unwrap())
}

fn light() -> anyhow::Result<Data> {
    sleep(Duration::from_millis(
        std::env::var("TOY_PAUSE").map_or(0, |pause| pause.parse().unwrap()),
    ));
    let mut table = Table::new(["x", "y"]);
    for x in 0..4 {
        table.push([x.into(), (f64::from(x) * measured()).into()]);
    }
    let mut more = Table::named("more", ["y"]);
    more.push([measured().into()]);
    let numbers = vec![
        Number::exact("toy-slope", measured(), "1").with_interval(0.0, 2.0 * measured()),
    ];
    Ok(Data { tables: vec![table, more], numbers })
}

fn simulate(seeds: std::ops::Range<u64>) -> anyhow::Result<Table> {
    let mut table = Table::new(["seed", "y"]);
    for seed in seeds {
        table.push([seed.into(), (seed as f64 * measured()).into()]);
    }
    Ok(table)
}

fn summarize(rows: &Table) -> anyhow::Result<Data> {
    let y = rows.numbers("y")?;
    let mean = y.iter().sum::<f64>() / y.len() as f64;
    let mut table = Table::new(["x", "y"]);
    table.push([0.into(), 0.0.into()]);
    table.push([3.into(), mean.into()]);
    Ok(Data {
        tables: vec![table],
        numbers: vec![Number::sampled("toy-mean", mean, "1", 40)],
    })
}

fn draw(sheet: &mut Sheet, tables: &Tables) -> anyhow::Result<()> {
    let panel = Panel {
        left: 60.0,
        top: 40.0,
        width: 500.0,
        height: 200.0,
        x: Scale::Linear(0.0, 3.0),
        y: Scale::Linear(0.0, 300.0),
    };
    panel.axes(
        sheet,
        &Axes { x_ticks: ticks(&[0.0, 3.0]), y_title: "value", ..Axes::default() },
    )?;
    panel.curve(sheet, &tables.main()?.points("x", "y")?, Pen::new(Ink::Rl, 2.0))
}

fn chapter() -> Chapter {
    let figure = |id, shows, compute, tables| Figure {
        id,
        shows,
        size: (700.0, 300.0),
        compute,
        tables,
        draw,
    };
    Chapter {
        name: "ch98",
        listings: "ch98-toys",
        figures: vec![
            figure("toy-line", "a straight line", Compute::Light(light), &["more"]),
            figure(
                "toy-long",
                "a long experiment",
                Compute::Heavy { seeds: 0..40, simulate, summarize },
                &[],
            ),
        ],
    }
}

// ---- the process ----

#[test]
fn a_job_runs_where_the_environment_asks_for_one() {
    if let Ok(arguments) = std::env::var("FIGURES_TEST_JOB") {
        let arguments = std::iter::once("figures")
            .chain(arguments.split_whitespace())
            .map(String::from);
        let code = job::main(&[chapter()], arguments);
        // `ExitCode` can't be looked into, and the harness would report success.
        std::process::exit(i32::from(code != std::process::ExitCode::SUCCESS));
    }
}

fn command(into: &Path, arguments: &str, environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "--nocapture", "a_job_runs_where_the_environment_asks_for_one"])
        .env("FIGURES_TEST_JOB", format!("--into {} {arguments}", into.display()))
        .envs(environment.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run(into: &Path, arguments: &str, environment: &[(&str, &str)]) -> Output {
    command(into, arguments, environment).output().unwrap()
}

fn says(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn passes(output: Output) -> String {
    assert!(output.status.success(), "{}", says(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The job failed; what it said ends in one line that begins with `error:`.
#[track_caller]
fn fails(output: Output) -> String {
    let text = says(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(
        text.lines().filter(|line| line.starts_with("error: ")).count(),
        1,
        "{text}"
    );
    text
}

/// Every file below a folder except the hidden ones, with its text.
fn files(root: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found.sort();
    found
}

fn drawn() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    passes(run(folder.path(), "", &[]));
    folder
}

#[track_caller]
fn edit(path: PathBuf, from: &str, to: &str) {
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from} in {text}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

// ---- writing ----

#[test]
fn a_job_writes_rows_numbers_and_drawings() {
    let folder = drawn();
    let names: Vec<_> = files(folder.path())
        .iter()
        .map(|(path, _)| path.strip_prefix(folder.path()).unwrap().display().to_string())
        .collect();
    assert_eq!(
        names,
        [
            "data/ch98/results.toml",
            "data/ch98/toy-line-more.csv",
            "data/ch98/toy-line.csv",
            "data/ch98/toy-long-seeds.csv",
            "data/ch98/toy-long.csv",
            "svg/ch98/toy-line.svg",
            "svg/ch98/toy-long.svg"
        ]
    );
    let results =
        fs::read_to_string(folder.path().join("data/ch98/results.toml")).unwrap();
    assert!(
        results.contains("[toy-slope]\nvalue = 1.0\ninterval = [0.0, 2.0]\n"),
        "{results}"
    );
    assert!(results.contains("# figure: toy-long\n\n[toy-mean]\n"), "{results}");
}

#[test]
fn what_did_not_change_is_not_written_again() {
    let folder = drawn();
    let path = folder.path().join("svg/ch98/toy-line.svg");
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    sleep(Duration::from_millis(20));
    let said = passes(run(folder.path(), "", &[]));
    assert!(said.contains("unchanged"), "{said}");
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
}

#[test]
fn one_figure_alone_keeps_the_numbers_of_the_others() {
    let folder = drawn();
    passes(run(folder.path(), "toy-line", &[("TOY_VALUE", "5")]));
    let results =
        fs::read_to_string(folder.path().join("data/ch98/results.toml")).unwrap();
    assert!(results.contains("[toy-slope]\nvalue = 5.0\n"), "{results}");
    assert!(results.contains("[toy-mean]\nvalue = 19.5\n"), "{results}");
}

#[test]
fn a_long_experiment_is_simulated_again_only_when_asked() {
    let folder = drawn();
    let mean = |value: f64| format!("[toy-mean]\nvalue = {value:?}\n");
    let results =
        || fs::read_to_string(folder.path().join("data/ch98/results.toml")).unwrap();
    let said = passes(run(folder.path(), "toy-long", &[("TOY_VALUE", "2")]));
    assert!(said.contains("rows kept") && results().contains(&mean(19.5)), "{said}");
    passes(run(folder.path(), "toy-long --heavy", &[("TOY_VALUE", "2")]));
    assert!(results().contains(&mean(39.0)), "{}", results());
}

// ---- checking ----

#[test]
fn a_check_passes_on_what_was_just_drawn_and_writes_nothing() {
    let folder = drawn();
    let before = files(folder.path());
    let said = passes(run(folder.path(), "--check", &[]));
    assert!(
        said.contains("as committed") && said.contains("CPU seconds of 60"),
        "{said}"
    );
    passes(run(folder.path(), "--check --heavy", &[]));
    assert_eq!(files(folder.path()), before);
}

#[test]
fn a_check_names_file_line_column_and_both_values_of_a_changed_row() {
    let folder = drawn();
    edit(folder.path().join("data/ch98/toy-line.csv"), "2,2", "2,2.1");
    let said = fails(run(folder.path(), "--check", &[]));
    assert!(
        said.contains(
            "data/ch98/toy-line.csv: line 4, column y: committed 2.1, recomputed 2\n"
        ),
        "{said}"
    );
    assert!(said.contains("cargo xtask figures toy-line"), "{said}");
}

#[test]
fn a_check_names_the_key_of_a_changed_number() {
    let folder = drawn();
    edit(folder.path().join("data/ch98/results.toml"), "value = 1.0", "value = 1.5");
    let said = fails(run(folder.path(), "--check", &[]));
    assert!(
        said.contains(
            "results.toml: key toy-slope, value: committed 1.5, recomputed 1\n"
        ),
        "{said}"
    );
}

#[test]
fn a_check_lets_a_number_differ_by_less_than_a_millionth() {
    let folder = drawn();
    edit(
        folder.path().join("data/ch98/results.toml"),
        "value = 1.0",
        "value = 1.0000004",
    );
    passes(run(folder.path(), "--check", &[]));
}

#[test]
fn a_check_sees_one_changed_byte_of_a_drawing() {
    let folder = drawn();
    edit(folder.path().join("svg/ch98/toy-line.svg"), "var(--rl)", "var(--rk)");
    let said = fails(run(folder.path(), "--check", &[]));
    assert!(
        said.contains("svg/ch98/toy-line.svg: line ") && said.contains("var(--rk)"),
        "{said}"
    );
}

#[test]
fn a_check_sees_changed_code() {
    let folder = drawn();
    let said = fails(run(folder.path(), "--check toy-line", &[("TOY_VALUE", "1.01")]));
    assert!(
        said.contains("toy-line.csv: line 3, column y: committed 1, recomputed 1.01\n"),
        "{said}"
    );
}

#[test]
fn a_check_recomputes_three_seeds_of_a_long_experiment_and_all_when_asked() {
    let folder = drawn();
    let path = folder.path().join("data/ch98/toy-long-seeds.csv");
    edit(path.clone(), "30,30", "30,31");
    // The summary is made from the committed rows, so an edit of one row shows there.
    let said = fails(run(folder.path(), "--check toy-long", &[]));
    assert!(
        said.contains(
            "toy-long.csv: line 3, column y: committed 19.5, recomputed 19.525\n"
        ),
        "{said}"
    );
    passes(run(folder.path(), "toy-long", &[]));
    passes(run(folder.path(), "--check toy-long", &[]));
    let said = fails(run(folder.path(), "--check --heavy toy-long", &[]));
    assert!(
        said.contains(
            "toy-long-seeds.csv: line 32, column y: committed 31, recomputed 30\n"
        ),
        "{said}"
    );
    edit(path, "2,2", "2,9");
    let said = fails(run(folder.path(), "--check toy-long", &[]));
    assert!(
        said.contains(
            "toy-long-seeds.csv: line 4, column y: committed 9, recomputed 2\n"
        ),
        "{said}"
    );
}

#[test]
fn a_check_names_a_missing_file_and_one_that_nothing_makes() {
    let folder = drawn();
    fs::remove_file(folder.path().join("data/ch98/toy-line-more.csv")).unwrap();
    fs::write(folder.path().join("svg/ch98/old-drawing.svg"), "<svg/>").unwrap();
    let said = fails(run(folder.path(), "--check", &[]));
    assert!(said.contains("toy-line-more.csv is missing\n"), "{said}");
    assert!(said.contains("old-drawing.svg is made by nothing: remove it\n"), "{said}");
}

#[test]
fn a_check_names_a_number_that_nothing_makes() {
    let folder = drawn();
    let path = folder.path().join("data/ch98/results.toml");
    edit(path.clone(), "# figure: toy-long", "# figure: toy-gone");
    let said = fails(run(folder.path(), "--check", &[]));
    assert!(said.contains("results.toml: key toy-mean is made by nothing\n"), "{said}");
    passes(run(folder.path(), "", &[]));
    passes(run(folder.path(), "--check", &[]));
}

#[test]
fn a_damaged_file_is_named_in_a_line() {
    let folder = drawn();
    fs::write(folder.path().join("data/ch98/toy-line.csv"), "x,y\n1\n").unwrap();
    assert!(
        fails(run(folder.path(), "--check toy-line", &[]))
            .contains("toy-line.csv: CSV error")
    );
    passes(run(folder.path(), "toy-line", &[]));
    fs::write(folder.path().join("data/ch98/results.toml"), "[toy").unwrap();
    assert!(
        fails(run(folder.path(), "toy-line", &[]))
            .contains("results.toml: TOML parse error")
    );
}

// ---- bad input ----

#[test]
fn an_unknown_id_is_named_with_the_nearest_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let said = fails(run(folder.path(), "toy-lin", &[]));
    assert_eq!(
        said,
        "error: no chapter, figure or example is called `toy-lin` (nearest: `toy-line`); `cargo xtask figures --list` shows all\n"
    );
    assert!(fails(run(folder.path(), "ch99", &[])).contains("(nearest: `ch98`)"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_list_names_every_figure() {
    let said = passes(run(Path::new("."), "--list", &[]));
    assert!(said.contains("ch98\n  toy-line  light     a straight line\n  toy-long  heavy     a long experiment\n"), "{said}");
}

#[test]
fn a_target_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let set_readonly = |readonly| {
        let mut permissions = fs::metadata(folder.path()).unwrap().permissions();
        permissions.set_readonly(readonly);
        fs::set_permissions(folder.path(), permissions).unwrap();
    };
    set_readonly(true);
    // Permissions don't stop an administrator; a file where a folder should be stops everybody.
    let _ = fs::write(folder.path().join(".staged"), "");
    let said = fails(run(folder.path(), "", &[]));
    assert!(said.starts_with("error: cannot write in "), "{said}");
    assert!(
        said.contains("make it writable, or use --check, which only reads"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1);
    set_readonly(false);
    assert_eq!(files(folder.path()), []);
}

#[test]
fn a_goal_that_cannot_be_written_leaves_the_other_files_as_they_were() {
    let folder = drawn();
    fs::remove_dir_all(folder.path().join("svg")).unwrap();
    fs::write(folder.path().join("svg"), "in the way").unwrap();
    let before = files(folder.path());
    let said = fails(run(folder.path(), "toy-line", &[("TOY_VALUE", "2")]));
    assert!(said.contains("svg/ch98"), "{said}");
    assert_eq!(files(folder.path()), before);
    assert!(!folder.path().join(".staged/ready").exists());
}

#[test]
fn a_second_job_says_that_one_is_running_and_touches_nothing() {
    let folder = drawn();
    let before = files(folder.path());
    let mut first =
        command(folder.path(), "toy-line", &[("TOY_PAUSE", "3000")]).spawn().unwrap();
    let lock = folder.path().join(".staged/lock");
    wait_until(|| {
        fs::read_to_string(&lock).is_ok_and(|pid| pid == first.id().to_string())
    });
    let said = fails(run(folder.path(), "", &[("TOY_VALUE", "2")]));
    assert!(
        said.starts_with(&format!(
            "error: another figures job (process {}) is writing in ",
            first.id()
        )),
        "{said}"
    );
    assert_eq!(files(folder.path()), before);
    // A job that died doesn't stand in the way.
    end(&mut first);
    passes(run(folder.path(), "", &[("TOY_VALUE", "2")]));
}

#[test]
fn a_job_killed_at_any_moment_leaves_a_figure_old_or_new() {
    let folder = drawn();
    let old = files(folder.path());
    let new = tempfile::tempdir().unwrap();
    let start = Instant::now();
    passes(run(new.path(), "toy-line", &[("TOY_VALUE", "3")]));
    let whole = start.elapsed();
    let line = |root: &Path| -> Vec<String> {
        ["data/ch98/toy-line.csv", "data/ch98/toy-line-more.csv", "svg/ch98/toy-line.svg"]
            .map(|path| fs::read_to_string(root.join(path)).unwrap())
            .to_vec()
    };
    let (before, after) = (line(folder.path()), line(new.path()));
    for moment in 0..20 {
        for (path, text) in &old {
            fs::write(path, text).unwrap();
        }
        let mut job =
            command(folder.path(), "toy-line", &[("TOY_VALUE", "3")]).spawn().unwrap();
        sleep(whole * moment / 16);
        end(&mut job);
        // A job killed between two moves has left its list: the next job, whatever it draws, moves the rest first.
        let interrupted = folder.path().join(".staged/ready").exists();
        if interrupted {
            assert!(
                fails(run(folder.path(), "--check toy-long", &[]))
                    .contains("was killed while it moved files")
            );
            passes(run(folder.path(), "toy-long", &[]));
        }
        let found = line(folder.path());
        assert!(found == before || found == after, "moment {moment}: {found:?}");
        assert!(!interrupted || found == after, "moment {moment}: {found:?}");
    }
    passes(run(folder.path(), "toy-line", &[("TOY_VALUE", "3")]));
    assert_eq!(line(folder.path()), after);
}

fn end(job: &mut Child) {
    job.kill().unwrap();
    job.wait().unwrap();
}

#[track_caller]
fn wait_until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(20), "waited in vain");
        sleep(Duration::from_millis(10));
    }
}

// ---- the program itself ----

#[test]
fn the_program_explains_itself_with_an_example() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_figures")).arg("--help").output().unwrap();
    let said = passes(output);
    assert!(
        said.contains("cargo xtask figures puzzle-box-latency")
            && said.contains("--check"),
        "{said}"
    );
}

#[test]
fn the_program_refuses_an_unknown_id() {
    let said = fails(
        Command::new(env!("CARGO_BIN_EXE_figures"))
            .arg("no-such-figure")
            .output()
            .unwrap(),
    );
    assert!(said.contains("`no-such-figure`"), "{said}");
}
