//! Readers' snippets become tests: one merged program a chapter, handed to skeptic.
//!
//! The program is written to a file that bears the chapter's name and has each snippet at the chapter's own lines, so a
//! message of the compiler or of a failed assertion reads `ch01-behaving-animal.md:213`. Skeptic itself is handed a
//! Markdown file with one block that includes this program.

use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "src/snippets.rs"]
#[allow(dead_code, missing_docs)]
mod snippets;

fn main() {
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets OUT_DIR"));
    let manifest = PathBuf::from(
        env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"),
    );
    let book = manifest.parent().expect("tests/ stands in the repository").join("src");

    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/snippets.rs");
    // SUMMARY.md names every chapter, so a chapter that comes or goes changes it; a chapter's own text is watched below.
    println!("cargo:rerun-if-changed={}", book.join("SUMMARY.md").display());

    // Programs of chapters that are gone must not be run again.
    let programs = out.join("snippets");
    let _ = fs::remove_dir_all(&programs);
    fs::create_dir_all(&programs).expect("OUT_DIR can be written");
    fs::write(out.join("skeptic-tests.rs"), "").expect("OUT_DIR can be written");

    let documents: Vec<PathBuf> =
        chapters(&book).iter().filter_map(|path| document(path, &programs)).collect();
    skeptic::generate_doc_tests(&documents);
}

/// The chapters' files, in order; none while the book has none.
fn chapters(book: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(book)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.file_name()
                .and_then(|name| name.to_str())
                .is_some_and(snippets::is_chapter)
        })
        .collect();
    found.sort();
    found
}

/// Writes a chapter's merged program and the Markdown that hands it to skeptic; nothing for a chapter without snippets.
fn document(chapter: &Path, programs: &Path) -> Option<PathBuf> {
    println!("cargo:rerun-if-changed={}", chapter.display());
    let text = fs::read_to_string(chapter)
        .unwrap_or_else(|e| panic!("{}: {e}", chapter.display()));
    let found: Vec<_> = snippets::in_markdown(&text)
        .into_iter()
        .filter(|snippet| snippet.info == "rust")
        .collect();
    if found.is_empty() {
        return None;
    }
    let name = chapter.file_name()?.to_str()?;
    let program = programs.join(name);
    fs::write(&program, snippets::merged(&format!("src/{name}"), &found))
        .expect("OUT_DIR can be written");
    let document = programs
        .join(format!("the-snippets-of-{}-hold.md", name.trim_end_matches(".md")));
    let block = format!(
        "```rust\n#[path = {program:?}] mod chapter;\nfn main() {{ chapter::run() }}\n```\n"
    );
    fs::write(&document, block).expect("OUT_DIR can be written");
    Some(document)
}
