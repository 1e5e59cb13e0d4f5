//! Bad input: one clear line that names the thing and the remedy, an exit code that says so, and every file as it was.
//!
//! What `figures`, `export`, `exercise`, `mutants` and `new` refuse is tested beside them, in `figures/` and `xtask/`.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tests::copy::{Copy, differences, page, slug, tree};
use tests::repository::{cargo, root};
use tests::xtask::{self, said};

/// A name in a block of the chapter, such as the `id` of its first listing.
fn named_in(block: &str, key: &str) -> String {
    let text = tests::repository::read(page());
    let inside = text
        .split(&format!("```{block}\n"))
        .nth(1)
        .unwrap_or_else(|| panic!("{} has no {block}", page()));
    let line = inside.lines().find(|line| line.starts_with(&format!("{key} = ")));
    let value =
        line.unwrap_or_else(|| panic!("the first {block} of {} has no {key}", page()));
    value.split('"').nth(1).expect("a quoted value").to_owned()
}

/// Without a fault the copy renders: what the tests below see is their fault and no other.
#[test]
fn a_copy_without_a_fault_renders_over_the_old_book() {
    let copy = Copy::new();
    let output = xtask::run(&mut copy.book());
    assert!(output.status.success(), "{}", said(&output));
    assert!(copy.path("book/assets").is_dir(), "a book without its assets");
    assert_ne!(copy.read("book/index.html"), "the old book");
}

#[test]
fn an_unknown_subcommand_is_named() {
    let output = xtask::run(xtask::command().arg("boook"));
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    let stderr = String::from_utf8_lossy(&output.stderr);
    let errors: Vec<&str> =
        stderr.lines().filter(|line| line.starts_with("error: ")).collect();
    assert!(errors.len() == 1 && errors[0].contains("boook"), "{stderr}");
    assert!(stderr.contains("book") && stderr.contains("--help"), "no remedy: {stderr}");
}

#[test]
fn an_unknown_chapter_or_figure_is_named_and_no_figure_is_touched() {
    let before = tree(&root().join("figures"));
    for unknown in ["ch99", "no-such-figure"] {
        let output = xtask::run(xtask::command().args(["figures", unknown]));
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        let stderr = String::from_utf8_lossy(&output.stderr);
        let errors: Vec<&str> =
            stderr.lines().filter(|line| line.starts_with("error: ")).collect();
        assert!(errors.len() == 1 && errors[0].contains(unknown), "{stderr}");
    }
    assert_eq!(
        differences(&before, &tree(&root().join("figures"))),
        Vec::<PathBuf>::new()
    );
}

#[test]
fn outside_the_repository_every_command_says_where_it_belongs() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for arguments in
        [&["book"][..], &["figures"], &["test"], &["mutants", "ch01"], &["ci"]]
    {
        let output =
            xtask::run(xtask::command().args(arguments).current_dir(folder.path()));
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", said(&output));
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            stderr.lines().count() == 1
                && stderr.starts_with("error: ")
                && stderr.contains("book.toml"),
            "{arguments:?}: {stderr}"
        );
    }
    assert_eq!(tree(folder.path()).len(), 0);
}

#[test]
fn a_missing_include_is_named() {
    let copy = Copy::new();
    let line = copy.insert("```rust\n{{#include ../listings/no-such-file.rs}}\n```");
    let said = copy.refused(1).remove(0);
    let inside = [line, line + 1]
        .iter()
        .any(|line| said.starts_with(&format!("error: {}:{line}:", page())));
    assert!(inside, "not at line {line} or the next: {said}");
    assert!(said.contains("include"), "{said}");
}

#[test]
fn a_listing_of_a_missing_file_is_named() {
    let copy = Copy::new();
    let line =
        copy.insert("```listing\nid = \"no-such-listing\"\ntitle = \"Nothing\"\n```");
    copy.refused_at(page(), line + 1, &["no_such_listing.rs"]);
}

#[test]
fn a_fragment_without_its_anchor_is_named() {
    let copy = Copy::new();
    let id = named_in("listing", "id");
    let first = copy.read(page()).find("```listing").expect("a chapter has listings");
    let text = copy.read(page());
    let line = 1 + text[..first].matches('\n').count();
    copy.write(
        page(),
        &text.replacen("```listing\n", &format!("```listing\nid = \"{id}\"\ntitle = \"x\"\nanchor = \"no-such-anchor\"\n```\n\nWords.\n\n```listing\n"), 1),
    );
    let said = copy.refused_with("no-such-anchor");
    assert!(
        said.starts_with(&format!("error: {}:{}:", page(), line + 3)),
        "not at line {}: {said}",
        line + 3
    );
}

#[test]
fn a_block_of_an_unknown_kind_is_named() {
    let copy = Copy::new();
    let line = copy.insert("```figur\nid = \"x\"\n```");
    copy.refused_at(page(), line, &["figur", "figure"]);
}

#[test]
fn a_block_with_an_unknown_key_is_named() {
    let copy = Copy::new();
    let line = copy.insert("```dual\nid = \"x\"\ntitle = \"x\"\nrl = \"x\"\naif = \"x\"\npart = \"x\"\ncolour = \"red\"\n```");
    copy.refused_at(page(), line + 6, &["colour"]);
}

#[test]
fn a_block_that_is_no_toml_is_named() {
    let copy = Copy::new();
    let line = copy.insert("```dual\nid = \"x\ntitle = \"y\"\n```");
    copy.refused_at(page(), line + 1, &[]);
}

#[test]
fn a_figure_without_a_text_alternative_is_named() {
    let copy = Copy::new();
    let id = named_in("figure", "id");
    let line = copy.insert(&format!(
        "```figure\nid = \"{id}\"\ntitle = \"x\"\ncaption = \"x\"\n```"
    ));
    let said = copy.refused_with("alt");
    assert!(
        (line..line + 2)
            .any(|line| said.starts_with(&format!("error: {}:{line}:", page()))),
        "not at line {line} or the next: {said}"
    );
}

#[test]
fn a_picture_without_a_text_alternative_is_named() {
    let copy = Copy::new();
    let line = copy.insert("See ![](assets/plates/puzzle-box.svg) here.");
    copy.refused_at(page(), line, &["![what it shows]"]);
}

#[test]
fn an_unknown_figure_is_named_with_the_nearest() {
    let copy = Copy::new();
    let line = copy.insert("```figure\nid = \"no-such-figure\"\ntitle = \"x\"\nalt = \"x\"\ncaption = \"x\"\n```");
    copy.refused_at(page(), line + 1, &["no-such-figure"]);
}

#[test]
fn an_id_that_is_used_twice_is_named() {
    let copy = Copy::new();
    let id = named_in("dual", "id");
    let block = format!(
        "```dual\nid = \"{id}\"\ntitle = \"x\"\nrl = \"x\"\naif = \"x\"\npart = \"x\"\n```"
    );
    copy.insert(&block);
    let said = copy.refused(1).remove(0);
    assert!(
        said.starts_with(&format!("error: {}:", page())) && said.contains(&id),
        "{said}"
    );
}

#[test]
fn a_reference_to_what_is_not_there_is_named() {
    for (reference, words) in [
        ("{{fig no-such-thing}}", "no-such-thing"),
        ("{{listing no-such-thing}}", "no-such-thing"),
        ("{{eq no-such-thing}}", "no-such-thing"),
        ("{{ex no-such-thing}}", "no-such-thing"),
        ("{{term no-such-thing}}", "src/glossary.toml"),
        ("{{num no-such-thing .2}}", "results.toml"),
        ("{{claim no-such-thing}}", "fn no_such_thing()"),
        ("{{ch 99}}", "99"),
        ("{{nonsense 1}}", "nonsense"),
        ("[@nobody1900]", "src/references.bib"),
        ("[there](nowhere.md)", "nowhere.md"),
        ("[there](preface.md#nowhere)", "#nowhere"),
        ("[there](#nowhere)", "#nowhere"),
        ("[there](assets/nothing.pdf)", "assets/nothing.pdf"),
    ] {
        let copy = Copy::new();
        let line = copy.insert(&format!("Words, and {reference} in them."));
        copy.refused_at(page(), line, &[words]);
    }
}

#[test]
fn bad_latex_is_named() {
    let copy = Copy::new();
    let line = copy.insert("Words, and $\\nosuchcommand{1}$ in them.");
    copy.refused_at(page(), line, &["LaTeX", "nosuchcommand"]);
}

/// Markdown takes dollars around unbalanced braces for money, and would print them.
#[test]
fn a_formula_that_is_none_is_named() {
    let copy = Copy::new();
    let line = copy.insert("Words, and $\\frac{1$ in them.");
    for said in copy.refused(2) {
        assert!(
            said.starts_with(&format!("error: {}:{line}:", page())) && said.contains('$'),
            "{said}"
        );
    }
}

#[test]
fn a_quiz_choice_without_a_reason_is_named() {
    let copy = Copy::new();
    let text = copy.read(page());
    let quiz = text.find("```quiz").expect("a chapter has a quiz");
    let reason = quiz + text[quiz..].find("reason = ").expect("a quiz has reasons");
    let after = &text[reason..];
    let end = match after.strip_prefix("reason = \"\"\"") {
        Some(long) => {
            reason + "reason = \"\"\"".len() + long.find("\"\"\"").expect("it ends") + 3
        }
        None => reason + after.find('\n').expect("it ends"),
    };
    copy.write(page(), &format!("{}reason = \" \"{}", &text[..reason], &text[end..]));
    copy.refused_at(page(), 1 + text[..reason].matches('\n').count(), &["empty reason"]);
}

#[test]
fn a_number_typed_in_prose_is_named() {
    let copy = Copy::new();
    for (sentence, number) in
        [("The rats took 3.7 seconds.", "3.7"), ("Of the rats 36% turned.", "36%")]
    {
        let copy_of_page = copy.read(page());
        let line = copy.insert(sentence);
        copy.refused_at(page(), line, &[number, "{{num", "{{typed}}"]);
        copy.write(page(), &copy_of_page);
    }
}

#[test]
fn a_claims_test_without_a_marker_is_named() {
    let copy = Copy::new();
    let claims = format!("listings/{}/tests/claims.rs", slug());
    let line = copy.append(&claims, "\n#[test]\nfn no_sentence_says_this() {}\n");
    let said = copy.refused_with("no-sentence-says-this");
    assert!(
        (line..line + 3)
            .any(|line| said.starts_with(&format!("error: {claims}:{line}:"))),
        "not at {claims}:{}: {said}",
        line + 2
    );
}

#[test]
fn an_unused_figure_is_named() {
    let copy = Copy::new();
    let drawing = format!("figures/svg/{}/nobody-shows-this.svg", &slug()[..4]);
    copy.write(
        &drawing,
        "<svg viewBox=\"0 0 1 1\" role=\"img\"><title>x</title></svg>\n",
    );
    copy.refused_at(&drawing, 1, &["unused figure", page()]);
}

#[test]
fn an_unused_listing_is_named() {
    let copy = Copy::new();
    let lib = format!("listings/{}/src/lib.rs", slug());
    let line = copy.append(&lib, "pub mod nobody_shows_this;\n");
    copy.write(
        &format!("listings/{}/src/nobody_shows_this.rs", slug()),
        "//! Nothing.\n",
    );
    copy.refused_at(&lib, line, &["unused listing", "nobody_shows_this"]);
}

#[test]
fn a_chapter_without_its_parts_is_named() {
    let copy = Copy::new();
    let text = copy.read(page());
    let start = text.find("```summary").expect("a chapter has a summary");
    let end = start + 3 + text[start + 3..].find("```").expect("a block ends") + 3;
    copy.write(page(), &format!("{}{}", &text[..start], &text[end..]));
    copy.refused_at(page(), 1, &["lacks", "summary"]);
}

#[test]
fn two_faults_are_two_lines_in_the_order_of_the_page() {
    let copy = Copy::new();
    let line = copy.insert(
        "Words, and {{fig no-such-figure}}.\n\nWords, and {{eq no-such-equation}}.",
    );
    let lines = copy.refused(2);
    assert!(lines[0].starts_with(&format!("error: {}:{line}:", page())), "{lines:?}");
    assert!(
        lines[1].starts_with(&format!("error: {}:{}:", page(), line + 2)),
        "{lines:?}"
    );
}

#[test]
fn a_summary_that_names_a_missing_page_is_named() {
    let copy = Copy::new();
    copy.append("src/SUMMARY.md", "\n[Nothing](no-such-page.md)\n");
    let said = copy.refused(1).remove(0);
    assert!(said.contains("no-such-page.md"), "{said}");
}

#[test]
fn the_command_preprocessor_refuses_what_the_program_refuses() {
    let copy = Copy::new();
    // The command that book.toml names would build the tools anew for this copy; they are built.
    let command = xtask::binary().display().to_string();
    copy.replace("book.toml", "cargo run --quiet --package preflight --", &command);
    let line = copy.insert("Words, and {{fig no-such-figure}} in them.");
    let before = copy.tree();
    let output = xtask::run(copy.book().arg("--plain"));
    assert_ne!(output.status.code(), Some(0), "{}", said(&output));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains(&format!("error: {}:{line}:", page())), "{stderr}");
    assert_eq!(differences(&before, &copy.tree()), Vec::<PathBuf>::new());
}

#[test]
fn a_target_that_cannot_be_written_is_named_and_nothing_is_left_there() {
    let copy = Copy::new();
    copy.write("a-file", "not a folder");
    let mut targets = vec![copy.path("a-file/book")];
    // Even root can't make a folder there.
    targets.extend(
        cfg!(target_os = "linux").then(|| PathBuf::from("/proc/no-such-folder/book")),
    );
    for target in targets {
        let before = copy.tree();
        let output = xtask::run(copy.book().arg("--dest").arg(&target));
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            stderr.lines().count() == 1
                && stderr.starts_with("error: ")
                && stderr.contains(&target.display().to_string()),
            "{stderr}"
        );
        assert_eq!(copy.read("book/index.html"), "the old book");
        let changed = differences(&before, &copy.tree());
        // The index of the search is written before the book is; git ignores it.
        assert!(
            changed.iter().all(|path| path.starts_with(copy.path("generated"))),
            "{changed:?}"
        );
    }
}

#[test]
fn a_report_of_benchmarks_that_cannot_be_written_is_named_before_any_is_run() {
    let nowhere = tempfile::tempdir().expect("a folder");
    let report = nowhere.path().join("no-such-folder/bench.json");
    let output = xtask::run(xtask::command().args(["bench", "--json"]).arg(&report));
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    one_line_that_names(&output, &["no-such-folder"]);
    assert!(output.stdout.is_empty(), "{}", said(&output));
}

#[test]
fn a_folder_that_permits_no_writing_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let copy = Copy::new();
    let closed = copy.path("closed");
    fs::create_dir(&closed).expect("a folder");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).expect("permissions");
    if fs::write(closed.join("probe"), "").is_ok() {
        // Root may write anywhere; the test above holds for root too.
        return;
    }
    let output = xtask::run(copy.book().arg("--dest").arg(closed.join("book")));
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.lines().count() == 1 && stderr.contains("closed"), "{stderr}");
}

#[test]
fn a_build_of_the_book_that_is_killed_leaves_the_old_book_or_the_new() {
    let copy = Copy::new();
    let mut command = copy.book();
    // A cache of its own, so that there is work to be killed in.
    command
        .env("CARGO_TARGET_DIR", copy.path("target"))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut job = command.spawn().expect("the job starts");
    let start = Instant::now();
    while !copy.path("target/book-cache").exists()
        && start.elapsed() < Duration::from_secs(20)
    {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(50));
    job.kill().expect("the job can be killed");
    job.wait().expect("the job ends");
    let index = copy.read("book/index.html");
    assert!(index == "the old book" || index.contains("</html>"), "half a book");
    let output = xtask::run(&mut copy.book());
    assert!(output.status.success(), "after a killed build: {}", said(&output));
    assert!(copy.read("book/index.html").contains("</html>"));
    let left: Vec<_> = fs::read_dir(copy.folder())
        .expect("the copy")
        .filter_map(Result::ok)
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with(".book"))
        .collect();
    assert_eq!(left, Vec::<String>::new(), "left behind");
}

#[test]
fn two_builds_at_once_take_turns_and_both_succeed() {
    let copy = Copy::new();
    let start = || {
        copy.book()
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the job starts")
    };
    let jobs = [start(), start()];
    for job in jobs {
        let output = job.wait_with_output().expect("the job ends");
        assert!(output.status.success(), "{}", said(&output));
    }
    assert!(copy.read("book/index.html").contains("</html>"));
}

/// The program behind the alias `cargo xtask`, which looks for what building the tools needs.
fn preflight() -> PathBuf {
    let output = xtask::run(
        cargo()
            .args([
                "build",
                "--quiet",
                "--package",
                "preflight",
                "--message-format",
                "json-render-diagnostics",
            ])
            .current_dir(root()),
    );
    assert!(output.status.success(), "{}", said(&output));
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .expect("cargo names the binary that it built")
}

/// A folder with programs that only have a name.
fn programs(names: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in names {
        fs::write(folder.path().join(name), "").expect("a file");
    }
    folder
}

fn one_line_that_names(output: &Output, words: &[&str]) {
    assert_eq!(output.status.code(), Some(1), "{}", said(output));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        stderr.lines().count() == 1 && stderr.starts_with("error: "),
        "not one line: {stderr}"
    );
    for word in words {
        assert!(stderr.contains(word), "`{word}` isn't in: {stderr}");
    }
}

#[test]
fn a_missing_c_compiler_is_named_with_its_package() {
    let path = programs(&["patch"]);
    let output = xtask::run(
        Command::new(preflight())
            .arg("book")
            .env("PATH", path.path())
            .current_dir(root()),
    );
    one_line_that_names(&output, &["C compiler", "apt-get install gcc"]);
}

#[test]
fn a_missing_patch_is_named_with_its_package() {
    let path = programs(&["cc"]);
    let output = xtask::run(
        Command::new(preflight())
            .arg("book")
            .env("PATH", path.path())
            .current_dir(root()),
    );
    one_line_that_names(&output, &["patch", "apt-get install patch"]);
}

#[test]
fn a_missing_browser_is_named_before_anything_is_run_where_all_is_required() {
    let path = programs(&[]);
    for command in ["test", "ci"] {
        let output = xtask::run(
            xtask::command()
                .arg(command)
                .env("PATH", path.path())
                .env("REQUIRE_ALL", "1")
                .env_remove("CHROME"),
        );
        one_line_that_names(&output, &["Chromium", "apt-get install chromium"]);
        assert!(output.stdout.is_empty(), "{}", said(&output));
    }
}
