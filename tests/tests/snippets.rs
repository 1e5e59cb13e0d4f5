//! Readers' snippets: short, on the chapter's own listings, with an assertion, and true.
//!
//! The tests in `merged` are made by `build.rs` through skeptic, one program a chapter.

use tests::repository::{chapters, read};
use tests::snippets::{crate_of, in_markdown};

mod merged {
    include!(concat!(env!("OUT_DIR"), "/skeptic-tests.rs"));
}

/// The fewest snippets a chapter may give its reader.
const FEWEST: usize = 2;

#[test]
fn every_readers_snippet_is_plain_short_and_asserts_something_about_a_listing() {
    let mut broken = Vec::new();
    for chapter in chapters() {
        let krate = crate_of(
            chapter.file_name().and_then(|name| name.to_str()).unwrap_or_default(),
        );
        for snippet in in_markdown(&read(&chapter)) {
            for violation in snippet.violations(&krate) {
                broken.push(format!(
                    "{}:{}: {violation}",
                    chapter.display(),
                    snippet.line
                ));
            }
        }
    }
    assert!(
        broken.is_empty(),
        "readers' snippets that break a rule:\n{}",
        broken.join("\n")
    );
}

#[test]
fn a_chapter_has_at_least_two_readers_snippets() {
    for chapter in chapters() {
        let n = in_markdown(&read(&chapter)).len();
        assert!(
            n >= FEWEST,
            "{} has {n} readers' snippets; write at least {FEWEST} (```rust)",
            chapter.display()
        );
    }
}
