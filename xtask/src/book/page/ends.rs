//! What a chapter must have, and what stands at its end: claims with their tests, and
//! sources.

use std::fmt::Write as _;

use super::Page;
use crate::book::diagnostics::{Fault, Place};
use crate::book::markdown::{self, escape_rust};

impl Page<'_> {
    pub(super) fn check_parts(&mut self) {
        let whole = self.file.whole();
        let missing: Vec<&str> = [
            ("chapter", "a chapter block (the opening)"),
            ("dual", "a dual perspective box"),
            ("quiz", "a quiz"),
            ("predict", "a predict exercise"),
            ("change", "a change exercise"),
            ("prove", "a prove exercise"),
            ("build", "a build exercise"),
            ("summary", "a summary (what we now know)"),
        ]
        .into_iter()
        .filter(|(kind, _)| !self.kinds.contains(kind))
        .map(|(_, words)| words)
        .collect();
        if !missing.is_empty() {
            self.fault(whole, 0, format!("this chapter lacks {}", missing.join(", ")));
        }
    }

    pub(super) fn check_claims(&mut self) {
        let Some(chapter) = self.chapter else {
            let whole = self.file.whole();
            self.fault(
                whole,
                0,
                format!(
                    "no crate listings/{}; make it with `cargo xtask new chapter`",
                    self.html_name.trim_end_matches(".html")
                ),
            );
            return;
        };
        let unmarked: Vec<_> = chapter
            .claims
            .iter()
            .filter(|(slug, _)| !self.claims.contains(slug))
            .map(|(slug, test)| (slug.clone(), test.line))
            .collect();
        for (slug, line) in unmarked {
            self.faults.push(Fault {
                place: Place { file: format!("listings/{}/tests/claims.rs", chapter.slug), line, column: 1 },
                message: format!("this test holds no sentence; write {{{{claim {slug}}}}} behind the sentence in {}, or move the test out of claims.rs", self.file.name),
            });
        }
    }

    pub(super) fn claims_section(&mut self) -> String {
        let Some(chapter) = self.chapter else {
            return String::new();
        };
        if self.claims.is_empty() {
            return String::new();
        }
        let mut items = String::new();
        for slug in &self.claims {
            let anchor = format!("{}-claim-{slug}", self.id);
            let source = chapter
                .claims
                .get(slug)
                .map(|t| escape_rust(&t.source))
                .unwrap_or_default();
            let _ = write!(
                items,
                "<li id=\"{anchor}\"><details><summary>{}</summary><pre><code class=\"language-rust\">{source}</code></pre></details></li>",
                capital(&slug.replace('-', " "))
            );
        }
        let id = format!("{}-claims", self.id);
        self.ids.insert(id.clone());
        let html = format!(
            "<section class=\"claims\" aria-labelledby=\"{id}\"><h2 id=\"{id}\">Claims and their tests</h2><p>Each ✓ in the text leads here. Run them all with <code>cargo test -p {} --test claims</code>.</p><ol>{items}</ol></section>",
            chapter.slug
        );
        markdown::without_blank_lines(&html)
    }

    pub(super) fn sources_section(&mut self) -> String {
        if self.cited.is_empty() {
            return String::new();
        }
        let mut items = String::new();
        for (key, entry) in &self.book.bibliography {
            if self.cited.contains(key) {
                let _ = write!(
                    items,
                    "<li><a class=\"source-link\" href=\"bibliography.html#ref-{key}\" aria-label=\"in the bibliography\">§</a> {entry}</li>"
                );
            }
        }
        let id = format!("{}-sources", self.id);
        self.ids.insert(id.clone());
        markdown::without_blank_lines(&format!(
            "<section class=\"sources\" aria-labelledby=\"{id}\"><h2 id=\"{id}\">Sources</h2><ul>{items}</ul></section>"
        ))
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
