//! The rendered book, as the tests look at it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::repository::root;
use crate::xtask;

/// The folder of the rendered book; the first call in a process renders it by `cargo xtask book`.
///
/// With `COURSE_BOOK=DIR` in the environment the tests look at a book that is already rendered, such as one made for publishing.
///
/// # Panics
///
/// If the book doesn't render, with what the command said.
#[must_use]
pub fn folder() -> &'static Path {
    static BOOK: OnceLock<(PathBuf, Option<File>)> = OnceLock::new();
    let (folder, _) = BOOK.get_or_init(|| {
        if let Some(folder) = std::env::var_os("COURSE_BOOK") {
            return (PathBuf::from(folder), None);
        }
        // Test programs may run side by side (cargo nextest); none may render while another looks. The lock is held until
        // the process ends: first alone, to render, then shared.
        let lock = File::create(xtask::binary().with_file_name("book-in-use.lock"))
            .expect("the target folder can be written");
        lock.lock().expect("a file can be locked");
        let output = xtask::run(xtask::command().arg("book"));
        assert!(output.status.success(), "cargo xtask book: {}", xtask::said(&output));
        lock.lock_shared().expect("a lock can be shared");
        (root().join("book"), Some(lock))
    });
    folder
}

/// The HTML pages of a book, in order.
#[must_use]
pub fn pages(book: &Path) -> Vec<PathBuf> {
    walkdir::WalkDir::new(book)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|e| e == "html"))
        .collect()
}

/// Whether a page is a chapter's.
#[must_use]
pub fn is_chapter_page(page: &Path) -> bool {
    let name = page.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    crate::snippets::is_chapter(&name.replace(".html", ".md"))
}
