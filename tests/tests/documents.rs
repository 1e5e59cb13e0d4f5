//! What README, ARCHITECTURE, CONTRIBUTING and the front matter promise: files, commands and examples that exist.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag};
use tests::repository::{files, members, read, root};
use tests::xtask::{self, said};

/// The Markdown at the top of the repository and in the book.
fn documents() -> Vec<&'static PathBuf> {
    files()
        .iter()
        .filter(|file| file.extension().is_some_and(|e| e == "md"))
        .filter(|file| file.components().count() == 1 || file.starts_with("src"))
        .collect()
}

fn assert_none(broken: &[String], rule: &str) {
    assert!(broken.is_empty(), "{rule}:\n{}", broken.join("\n"));
}

/// The words behind each occurrence of `prefix`, up to the first that isn't a plain word, with its line.
fn words_after(text: &str, prefix: &str) -> Vec<(usize, String)> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    text.lines()
        .enumerate()
        .flat_map(|(number, line)| {
            line.match_indices(prefix)
                .map(|(at, _)| {
                    line[at + prefix.len()..]
                        .chars()
                        .take_while(|c| plain(*c))
                        .collect::<String>()
                })
                .filter(|word| !word.is_empty())
                .map(move |word| (number + 1, word))
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_link_of_a_document_at_the_top_leads_to_a_file() {
    let mut broken = Vec::new();
    for document in documents().into_iter().filter(|file| file.components().count() == 1)
    {
        let text = read(document);
        for (event, range) in Parser::new_ext(&text, Options::all()).into_offset_iter() {
            let (Event::Start(Tag::Link { dest_url, .. })
            | Event::Start(Tag::Image { dest_url, .. })) = event
            else {
                continue;
            };
            let path = dest_url.split('#').next().unwrap_or_default();
            if path.is_empty() || path.contains(':') {
                continue;
            }
            if !root().join(path).exists() {
                let line = 1 + text[..range.start].matches('\n').count();
                broken.push(format!("{}:{line}: no file {path}", document.display()));
            }
        }
    }
    assert_none(&broken, "links that lead nowhere");
}

#[test]
fn every_command_that_a_document_names_exists_and_shows_an_example() {
    let mut named: BTreeSet<String> = BTreeSet::new();
    let mut broken = Vec::new();
    for document in documents() {
        for (line, command) in words_after(&read(document), "cargo xtask ") {
            // `cargo xtask help` and a command's help are clap's own.
            if command == "help" || !named.insert(command.clone()) {
                continue;
            }
            let output = xtask::run(xtask::command().args([&command, "--help"]));
            let help = String::from_utf8_lossy(&output.stdout).into_owned()
                + &String::from_utf8_lossy(&output.stderr);
            if !output.status.success() {
                broken.push(format!(
                    "{}:{line}: cargo xtask {command}: {}",
                    document.display(),
                    said(&output)
                ));
            } else if !help.contains("cargo xtask ")
                || !help.contains("xample") && command != "new"
            {
                broken.push(format!(
                    "cargo xtask {command} --help shows no example: {help}"
                ));
            }
        }
    }
    assert_none(&broken, "commands that aren't there");
    for command in
        ["book", "serve", "figures", "test", "export", "exercise", "mutants", "new", "ci"]
    {
        assert!(named.contains(command), "no document names `cargo xtask {command}`");
    }
}

#[test]
fn every_package_and_example_that_a_document_runs_exists() {
    let members = members();
    let mut broken = Vec::new();
    for document in documents() {
        let text = read(document);
        for (line, package) in words_after(&text, "cargo run -p ")
            .into_iter()
            .chain(words_after(&text, "cargo test -p "))
        {
            if !members.iter().any(|member| member.name == package) {
                broken
                    .push(format!("{}:{line}: no package {package}", document.display()));
            }
        }
        for (line, example) in words_after(&text, "--example ") {
            let exists = files().iter().any(|file| {
                file.parent()
                    .and_then(Path::file_name)
                    .is_some_and(|folder| folder == "examples")
                    && file.file_stem().is_some_and(|stem| stem == example.as_str())
            });
            // A document may write a word in capitals for the reader to fill in.
            if !exists && example.chars().any(char::is_lowercase) {
                broken
                    .push(format!("{}:{line}: no example {example}", document.display()));
            }
        }
    }
    assert_none(&broken, "what a reader would type and can't");
}

#[test]
fn integration_installs_what_the_readme_names_and_runs_what_a_contributor_runs() {
    let readme = read("README.md");
    let run = read(".ci/run");
    let install = readme
        .lines()
        .find_map(|line| line.split("apt install ").nth(1))
        .expect("README says what to install");
    for package in install.split('#').next().unwrap_or_default().split_whitespace() {
        assert!(
            run.split_whitespace().any(|word| word == package),
            ".ci/run doesn't install {package}, which README names"
        );
    }
    let last = run.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    assert_eq!(last, "cargo xtask ci", "the last line of .ci/run");
    assert!(run.contains("REQUIRE_ALL=1"), "there a missing browser must be a failure");
    let workflows: Vec<&PathBuf> =
        files().iter().filter(|file| file.starts_with(".github/workflows")).collect();
    assert!(
        workflows.iter().any(|file| read(file)
            .lines()
            .any(|line| line.trim().ends_with("cargo xtask ci"))),
        "no workflow runs cargo xtask ci"
    );
}
