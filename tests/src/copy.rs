//! A copy of what the book is made of, to break or to change as a test likes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use crate::repository::{chapters, files, root};
use crate::xtask::{self, said};

/// A copy of what the book is made of, with an old book in it, to break as one likes.
pub struct Copy {
    folder: tempfile::TempDir,
}

impl Default for Copy {
    fn default() -> Self {
        Self::new()
    }
}

impl Copy {
    /// Copies what git tracks of the text, the code and the figures.
    ///
    /// # Panics
    ///
    /// If a file can't be copied; so do all others here that read or write.
    #[must_use]
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for file in files() {
            let part = file
                .components()
                .next()
                .map(|first| first.as_os_str().to_owned())
                .unwrap_or_default();
            let needed = ["src", "book.toml", "listings", "crates", "figures"]
                .iter()
                .any(|name| part == *name);
            if needed {
                let to = folder.path().join(file);
                fs::create_dir_all(to.parent().expect("a file stands in a folder"))
                    .expect("a folder");
                fs::copy(root().join(file), to).expect("a copy");
            }
        }
        let copy = Self { folder };
        copy.write("book/index.html", "the old book");
        copy
    }

    /// The copy's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where a file of the repository stands in the copy.
    #[must_use]
    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// The text of a file.
    #[must_use]
    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap_or_else(|e| panic!("{file}: {e}"))
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("a file stands in a folder"))
            .expect("a folder");
        fs::write(path, text).unwrap_or_else(|e| panic!("{file}: {e}"));
    }

    /// Puts a paragraph or block under the chapter's first section; returns its first line, counted from 1.
    pub fn insert(&self, text: &str) -> usize {
        let text_of_page = self.read(page());
        let mut fenced = false;
        let heading = text_of_page
            .lines()
            .position(|line| {
                fenced ^= line.starts_with("```");
                !fenced && line.starts_with("## ")
            })
            .expect("a chapter has sections");
        let mut lines: Vec<&str> = text_of_page.lines().collect();
        let added = format!("\n{text}\n");
        lines.insert(heading + 1, &added);
        self.write(page(), &(lines.join("\n") + "\n"));
        heading + 3
    }

    /// Replaces what occurs in a file for the first time.
    pub fn replace(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert!(text.contains(from), "{file} has no {from:?}");
        self.write(file, &text.replacen(from, to, 1));
    }

    /// Adds to the end of a file; returns the line where the addition begins, counted from 1.
    pub fn append(&self, file: &str, text: &str) -> usize {
        let before = self.read(file);
        self.write(file, &(before.clone() + text));
        1 + before.matches('\n').count()
    }

    /// Renders this copy's book.
    pub fn book(&self) -> Command {
        let mut command = self.command();
        command.args(["book", "--root"]).arg(self.folder.path());
        command
    }

    /// `cargo xtask`, called from this copy, ready for arguments.
    pub fn command(&self) -> Command {
        let mut command = xtask::command();
        command.current_dir(self.folder.path());
        // What was computed for the true book, such as its formulas, needn't be computed again.
        let target = xtask::binary()
            .parent()
            .and_then(Path::parent)
            .expect("a binary stands in its target folder");
        command.env("CARGO_TARGET_DIR", target);
        command
    }

    /// Every file and its bytes.
    #[must_use]
    pub fn tree(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        tree(self.folder.path())
    }

    /// Renders the broken book; it must fail and touch nothing.
    fn fails_untouched(&self) -> Output {
        let before = self.tree();
        let output = xtask::run(&mut self.book());
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert_eq!(
            differences(&before, &self.tree()),
            Vec::<PathBuf>::new(),
            "it failed, and changed files"
        );
        output
    }

    /// Renders the broken book; it must fail, touch nothing, and say `count` lines, each an error. Returns these.
    pub fn refused(&self, count: usize) -> Vec<String> {
        let output = self.fails_untouched();
        let stderr = String::from_utf8_lossy(&output.stderr);
        let lines: Vec<String> = stderr.lines().map(str::to_owned).collect();
        assert!(
            lines.len() == count && lines.iter().all(|line| line.starts_with("error: ")),
            "expected {count} lines of `error: …`: {}",
            said(&output)
        );
        lines
    }

    /// Renders a book whose one fault may bring others with it; returns the line that has the word.
    pub fn refused_with(&self, word: &str) -> String {
        let output = self.fails_untouched();
        let stderr = String::from_utf8_lossy(&output.stderr);
        let line = stderr.lines().find(|line| line.contains(word));
        line.unwrap_or_else(|| panic!("no line with {word}: {}", said(&output)))
            .to_owned()
    }

    /// The same for one fault, with its file, its line, and words that name it and the remedy.
    pub fn refused_at(&self, file: &str, line: usize, words: &[&str]) {
        let said = self.refused(1).remove(0);
        let place = format!("error: {file}:{line}:");
        let column = said.strip_prefix(&place).and_then(|rest| rest.split(':').next());
        assert!(
            column.is_some_and(|column| column
                .parse::<usize>()
                .is_ok_and(|column| column > 0)),
            "expected {place}COLUMN: {said}"
        );
        for word in words {
            assert!(said.contains(word), "`{word}` isn't in: {said}");
        }
    }
}

/// Every file below a folder and its bytes.
pub fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            (entry.path().to_path_buf(), fs::read(entry.path()).unwrap_or_default())
        })
        .collect()
}

/// The files that differ between two trees.
#[must_use]
pub fn differences(
    before: &BTreeMap<PathBuf, Vec<u8>>,
    after: &BTreeMap<PathBuf, Vec<u8>>,
) -> Vec<PathBuf> {
    before
        .keys()
        .chain(after.keys())
        .filter(|path| before.get(*path) != after.get(*path))
        .cloned()
        .collect()
}

/// The first chapter's page, from the root.
pub fn page() -> &'static str {
    static PAGE: OnceLock<String> = OnceLock::new();
    PAGE.get_or_init(|| {
        let chapter = chapters().first().cloned().expect("a chapter is written");
        chapter.to_string_lossy().replace('\\', "/")
    })
}

/// `ch01-behaving-animal`
pub fn slug() -> &'static str {
    page().trim_start_matches("src/").trim_end_matches(".md")
}
