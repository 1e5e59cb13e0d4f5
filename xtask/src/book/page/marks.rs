//! Our marks in running text: claims, numbers, citations, references, terms, side notes.

use std::fmt::Write as _;

use super::{Page, Pass};
use crate::book::diagnostics::{Piece, SourceFile};
use crate::book::markdown::{self, Citation, Manner, MarkKind, escape};
use crate::book::nearest;

impl Page<'_> {
    pub(super) fn mark(&mut self, piece: Piece<'_>, mark: &markdown::Mark) -> String {
        let at = mark.range.start;
        match &mark.kind {
            MarkKind::Unclosed => {
                self.fault(
                    piece,
                    at,
                    "\"{{\" without \"}}\"; in running text put it into backticks",
                );
                String::new()
            }
            MarkKind::Cite(items, manner) => self.citation(piece, at, items, *manner),
            MarkKind::Call(name, arg) => {
                let arg = piece.slice(arg.clone());
                self.call(piece, at, name, arg)
            }
        }
    }

    pub(super) fn citation(
        &mut self,
        piece: Piece<'_>,
        at: usize,
        items: &[Citation],
        manner: Manner,
    ) -> String {
        for item in items {
            if !self.book.sources.has(&item.key) {
                let near = self
                    .book
                    .sources
                    .nearest(&item.key)
                    .map(|k| format!("; nearest: {k}"))
                    .unwrap_or_default();
                self.fault(
                    piece,
                    at,
                    format!("no work \"{}\" in src/references.bib{near}", item.key),
                );
                return String::new();
            }
        }
        for item in items {
            if !self.cited.contains(&item.key) {
                self.cited.push(item.key.clone());
            }
        }
        let cluster = (items.to_vec(), manner);
        if self.pass == Pass::Survey {
            self.clusters.push(cluster);
            return String::new();
        }
        let printed = self.book.citations.get(&cluster).cloned().unwrap_or_default();
        format!(
            "<a class=\"cite\" href=\"bibliography.html#ref-{}\">{printed}</a>",
            items[0].key
        )
    }

    pub(super) fn call(
        &mut self,
        piece: Piece<'_>,
        at: usize,
        name: &str,
        arg: Piece<'_>,
    ) -> String {
        let words = arg.text.trim();
        match name {
            "claim" => self.claim(piece, at, words),
            "num" => self.num(piece, at, words),
            "typed" => String::new(),
            "ch" => self.chapter_reference(piece, at, words),
            "fig" => self.reference(piece, at, "fig", words),
            "listing" => self.reference(piece, at, "listing", words),
            "eq" => self.reference(piece, at, "eq", words),
            "ex" => self.reference(piece, at, "exercise", words),
            "term" => self.term(piece, at, words),
            "side" => self.side_note(arg),
            "fill" => {
                self.fault(piece, at, format!("still to write: {words}"));
                String::new()
            }
            "glossary" => self.glossary(),
            "bibliography" => self.bibliography(),
            _ => {
                const KNOWN: [&str; 12] = [
                    "claim",
                    "num",
                    "typed",
                    "ch",
                    "fig",
                    "listing",
                    "eq",
                    "ex",
                    "term",
                    "side",
                    "glossary",
                    "bibliography",
                ];
                let near = nearest(name, KNOWN)
                    .map(|n| format!("; did you mean {{{{{n} …}}}}?"))
                    .unwrap_or_default();
                self.fault(
                    piece,
                    at,
                    format!(
                        "no mark named \"{name}\"{near} (known: {})",
                        KNOWN.join(", ")
                    ),
                );
                String::new()
            }
        }
    }

    pub(super) fn claim(&mut self, piece: Piece<'_>, at: usize, slug: &str) -> String {
        let Some(chapter) = self.chapter else {
            self.fault(piece, at, "a claim needs a chapter whose crate holds its test");
            return String::new();
        };
        let function = slug.replace('-', "_");
        if !chapter.claims.contains_key(slug) {
            let near = nearest(slug, chapter.claims.keys().map(String::as_str))
                .map(|n| format!("; nearest: {n}"))
                .unwrap_or_default();
            self.fault(piece, at, format!("claim without a test: write `fn {function}()` in listings/{}/tests/claims.rs{near}", chapter.slug));
            return String::new();
        }
        if !self.claims.iter().any(|c| c == slug) {
            self.claims.push(slug.to_owned());
        }
        let words = slug.replace('-', " ");
        let anchor = self.anchor("claim", slug);
        format!(
            "<a class=\"claim\" href=\"#{anchor}\" aria-label=\"tested: {words}\" title=\"Tested: {words}\">✓</a>"
        )
    }

    pub(super) fn num(&mut self, piece: Piece<'_>, at: usize, words: &str) -> String {
        let (key, format) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        let Some(chapter) = self.chapter else {
            self.fault(piece, at, "a number needs a chapter with results");
            return String::new();
        };
        let Some(number) = chapter.numbers.get(key) else {
            let near = nearest(key, chapter.numbers.keys().map(String::as_str))
                .map(|n| format!("; nearest: {n}"))
                .unwrap_or_default();
            self.fault(
                piece,
                at,
                format!(
                    "no number \"{key}\" in figures/data/{}/results.toml{near}",
                    self.id
                ),
            );
            return String::new();
        };
        match number.print(format.trim()) {
            Ok(printed) => format!(
                "<span class=\"num\" title=\"{}\">{printed}</span>",
                escape(&number.provenance())
            ),
            Err(error) => {
                self.fault(piece, at, error.to_string());
                String::new()
            }
        }
    }

    pub(super) fn chapter_reference(
        &mut self,
        piece: Piece<'_>,
        at: usize,
        words: &str,
    ) -> String {
        match words.parse::<u32>() {
            Ok(n) if (1..=17).contains(&n) => match self.book.chapter_pages.get(&n) {
                Some(page) => format!("<a href=\"{page}\">chapter {n}</a>"),
                None => format!("chapter {n}"),
            },
            _ => {
                self.fault(
                    piece,
                    at,
                    format!("\"{words}\" is no chapter; write {{{{ch 8}}}}, 1 to 17"),
                );
                String::new()
            }
        }
    }

    pub(super) fn reference(
        &mut self,
        piece: Piece<'_>,
        at: usize,
        kind: &'static str,
        slug: &str,
    ) -> String {
        if self.pass == Pass::Survey {
            return String::new();
        }
        match self.book.targets.get(&(kind, slug.to_owned())) {
            Some(target) => {
                let page = if target.page == self.html_name { "" } else { &target.page };
                format!(
                    "<a class=\"ref\" href=\"{page}#{}\">{}</a>",
                    target.anchor, target.label
                )
            }
            None => {
                let known = self
                    .book
                    .targets
                    .keys()
                    .filter(|(k, _)| *k == kind)
                    .map(|(_, s)| s.as_str());
                let near = nearest(slug, known)
                    .map(|n| format!("; nearest: {n}"))
                    .unwrap_or_default();
                self.fault(piece, at, format!("no {kind} \"{slug}\" in the book{near}"));
                String::new()
            }
        }
    }

    pub(super) fn term(&mut self, piece: Piece<'_>, at: usize, words: &str) -> String {
        let (id, shown) = words
            .split_once('|')
            .map_or((words, None), |(id, shown)| (id.trim(), Some(shown.trim())));
        match self.book.glossary.get(id) {
            Some(term) => {
                let shown = escape(shown.unwrap_or(&term.term));
                let definition = escape(&markdown::to_words(&term.definition));
                format!(
                    "<a class=\"term\" href=\"glossary.html#term-{id}\" title=\"{definition}\">{shown}</a>"
                )
            }
            None => {
                let near = nearest(id, self.book.glossary.keys().map(String::as_str))
                    .map(|n| format!("; nearest: {n}"))
                    .unwrap_or_default();
                self.fault(
                    piece,
                    at,
                    format!("no term \"{id}\" in src/glossary.toml{near}"),
                );
                String::new()
            }
        }
    }

    pub(super) fn side_note(&mut self, arg: Piece<'_>) -> String {
        let count = self.counters.entry("side").or_default();
        *count += 1;
        let id = format!("{}-side-{count}", self.id);
        let body = self.inline(arg);
        format!(
            "<span class=\"side\"><label class=\"side-toggle\" for=\"{id}\"><span class=\"visually-hidden\">Side note</span></label><input type=\"checkbox\" id=\"{id}\" class=\"side-check\"><span class=\"side-note\">{body}</span></span>"
        )
    }

    pub(super) fn glossary(&mut self) -> String {
        let mut terms: Vec<_> = self.book.glossary.iter().collect();
        terms.sort_by_key(|(_, term)| term.term.to_lowercase());
        let mut html = String::from("<dl class=\"glossary\">");
        for (id, term) in terms {
            self.add_id(format!("term-{id}"));
            let definition = self.free_text(&term.definition);
            let place = match term.chapter {
                Some(n) => match self.book.chapter_pages.get(&n) {
                    Some(page) => format!(
                        " <a class=\"term-chapter\" href=\"{page}\">Chapter {n}</a>"
                    ),
                    None => String::new(),
                },
                None => String::new(),
            };
            let _ = write!(
                html,
                "<dt id=\"term-{id}\">{}</dt><dd>{definition}{place}</dd>",
                escape(&term.term)
            );
        }
        html.push_str("</dl>");
        html
    }

    /// Markdown that stands in no page's file, such as a definition.
    pub(super) fn free_text(&mut self, text: &str) -> String {
        let file = SourceFile { name: "src/glossary.toml".into(), text: text.to_owned() };
        let mut page = Page::new(self.book, &file, &self.id, self.number, self.pass);
        page.may_type_numbers = true;
        let html = page.inline(file.whole());
        let (clusters, faults) = (page.clusters, page.faults);
        self.clusters.extend(clusters);
        self.faults.extend(faults);
        html
    }

    pub(super) fn bibliography(&mut self) -> String {
        let mut html = String::from("<ul class=\"bibliography\">");
        for (key, entry) in &self.book.bibliography {
            self.ids.insert(format!("ref-{key}"));
            let _ = write!(html, "<li id=\"ref-{key}\">{entry}</li>");
        }
        html.push_str("</ul>");
        html
    }
}
