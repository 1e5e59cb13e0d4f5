//! One page: from Markdown with our blocks and marks to Markdown that mdBook renders.
//!
//! The same walk runs twice. The *survey* numbers what is there and gathers the citations; the *rendering* writes the page.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;

use serde::de::DeserializeOwned;

use super::blocks::{
    self, Dual, Exercise, Figure, Listing, Opening, Output, Quiz, Summary, Text,
};
use super::diagnostics::{Fault, Piece, SourceFile};
use super::evidence;
use super::markdown::{self, Citation, Manner, MarkKind, Scan, escape};
use super::search::Section;
use super::{Book, Chapter, nearest};
use crate::exercise;

/// Which walk this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Number and gather.
    Survey,
    /// Write.
    Render,
}

/// Something that text can refer to.
#[derive(Clone, Debug)]
pub struct Target {
    /// `ch01-behaving-animal.html`
    pub page: String,
    /// The element's id.
    pub anchor: String,
    /// `Figure 1.2`
    pub label: String,
}

/// A page on its way.
pub struct Page<'b> {
    book: &'b Book,
    file: &'b SourceFile,
    pass: Pass,
    /// `ch01`, or the file's stem for a page that is no chapter.
    id: String,
    /// `ch01-behaving-animal.html`
    html_name: String,
    /// The chapter's number, as printed.
    number: Option<u32>,
    chapter: Option<&'b Chapter>,
    counters: BTreeMap<&'static str, usize>,
    seen: BTreeSet<(&'static str, String)>,
    /// What was numbered, in the survey.
    pub targets: Vec<((&'static str, String), Target)>,
    /// Citations in order, in the survey.
    pub clusters: Vec<(Vec<Citation>, Manner)>,
    /// Keys of the works cited here, in the order of the first citation.
    cited: Vec<String>,
    claims: Vec<String>,
    kinds: Vec<&'static str>,
    /// Ids that links can lead to.
    pub ids: BTreeSet<String>,
    /// Links to other pages: target, place of the link.
    pub links: Vec<(String, super::diagnostics::Place)>,
    /// Figures and listings that this page shows.
    pub used: BTreeSet<(&'static str, String)>,
    /// What search finds here.
    pub sections: Vec<Section>,
    block_words: Vec<(usize, String)>,
    /// Definitions in the glossary say what they say.
    may_type_numbers: bool,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

impl<'b> Page<'b> {
    /// A page that is about to be walked over.
    pub fn new(
        book: &'b Book,
        file: &'b SourceFile,
        stem: &str,
        number: Option<u32>,
        pass: Pass,
    ) -> Page<'b> {
        let id = crate::workspace::chapter_id(stem).unwrap_or(stem).to_owned();
        Page {
            book,
            file,
            pass,
            chapter: book.chapters.get(&id),
            id,
            html_name: format!("{stem}.html"),
            number,
            counters: BTreeMap::new(),
            seen: BTreeSet::new(),
            targets: Vec::new(),
            clusters: Vec::new(),
            cited: Vec::new(),
            claims: Vec::new(),
            kinds: Vec::new(),
            ids: BTreeSet::new(),
            links: Vec::new(),
            used: BTreeSet::new(),
            sections: Vec::new(),
            block_words: Vec::new(),
            may_type_numbers: false,
            faults: Vec::new(),
        }
    }

    /// Writes the page.
    pub fn walk(&mut self) -> String {
        let whole = self.file.whole();
        let mut text = self.expand(whole, true);
        if self.is_chapter() {
            self.check_parts();
            self.check_claims();
            text.push_str("\n\n");
            text.push_str(&self.claims_section());
            text.push_str("\n\n");
            text.push_str(&self.sources_section());
            text.push('\n');
        }
        text
    }

    fn is_chapter(&self) -> bool {
        crate::workspace::chapter_id(&self.id).is_some()
    }

    fn fault(&mut self, piece: Piece<'_>, at: usize, message: impl Into<String>) {
        self.faults.push(Fault { place: piece.place(at), message: message.into() });
    }

    fn anchor(&self, kind: &str, slug: &str) -> String {
        format!("{}-{kind}-{slug}", self.id)
    }

    fn add_id(&mut self, id: String) {
        self.ids.insert(id);
    }

    /// The next label of its kind, such as `Figure 1.2`.
    fn number(&mut self, kind: &'static str, label: &str) -> String {
        let count = self.counters.entry(kind).or_default();
        *count += 1;
        match self.number {
            Some(chapter) => format!("{label} {chapter}.{count}"),
            None => format!("{label} {count}"),
        }
    }

    /// Gives `slug` its number and its place; a slug stands for one thing.
    fn register(
        &mut self,
        piece: Piece<'_>,
        at: usize,
        kind: &'static str,
        slug: &str,
        label: String,
    ) -> String {
        self.check_slug(piece, at, slug);
        if !self.seen.insert((kind, slug.to_owned())) {
            self.fault(
                piece,
                at,
                format!(
                    "a second {kind} \"{slug}\" on this page; give it an id of its own"
                ),
            );
        }
        let anchor = self.anchor(kind, slug);
        self.add_id(anchor.clone());
        if self.pass == Pass::Survey {
            let target =
                Target { page: self.html_name.clone(), anchor: anchor.clone(), label };
            self.targets.push(((kind, slug.to_owned()), target));
        }
        anchor
    }

    fn check_slug(&mut self, piece: Piece<'_>, at: usize, slug: &str) {
        let good = !slug.is_empty()
            && slug
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !slug.starts_with('-')
            && !slug.ends_with('-');
        if !good {
            self.fault(piece, at, format!("\"{slug}\" is no slug; write lower-case letters, digits and single hyphens"));
        }
    }

    // ---------------------------------------------------------------- Markdown

    /// Replaces blocks, formulas and marks of `piece`.
    fn expand(&mut self, piece: Piece<'_>, top: bool) -> String {
        let text = piece.text;
        let scan = Scan::new(text);
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        for fence in &scan.fences {
            if let Some(html) = self.fence(piece, fence, top) {
                edits.push((fence.range.clone(), html));
            }
        }
        for mark in &scan.marks {
            let label = matches!(&mark.kind, MarkKind::Call(name, _) if name == "label");
            if !label {
                let html = self.mark(piece, mark);
                let mut range = mark.range.clone();
                // What is set after the word, or not at all, takes no space before it.
                if matches!(&mark.kind, MarkKind::Call(name, _) if ["typed", "claim", "side"].contains(&name.as_str()))
                {
                    range.start = text[..range.start].trim_end_matches(' ').len();
                }
                edits.push((range, html));
            }
        }
        for math in &scan.math {
            let (range, html) = self.formula(piece, &scan, math);
            edits.push((range, html));
        }
        for mark in &scan.marks {
            if matches!(&mark.kind, MarkKind::Call(name, _) if name == "label")
                && !edits
                    .iter()
                    .any(|(r, _)| r.start <= mark.range.start && mark.range.end <= r.end)
            {
                self.fault(piece, mark.range.start, "{{label …}} stands right behind a display formula, $$…$$ {{label id}}");
            }
        }
        if top {
            self.headings(piece, &scan, &mut edits);
        } else if let Some(heading) = scan.headings.first() {
            self.fault(piece, heading.range.start, "no headings inside a block");
        }
        self.check_links(piece, &scan);
        self.check_typed_numbers(piece, &scan);
        if top {
            self.gather_sections(piece, &scan);
        }
        apply(text, edits)
    }

    /// A paragraph's worth of Markdown as HTML without the enclosing `p`.
    fn inline(&mut self, piece: Piece<'_>) -> String {
        let expanded = self.expand(piece, false);
        let html = markdown::to_html(&expanded);
        let html = html.trim();
        match html.strip_prefix("<p>").and_then(|h| h.strip_suffix("</p>")) {
            Some(inner) if !inner.contains("<p>") => inner.to_owned(),
            _ => html.to_owned(),
        }
    }

    /// Markdown as HTML blocks.
    fn block(&mut self, piece: Piece<'_>) -> String {
        let expanded = self.expand(piece, false);
        markdown::to_html(&expanded)
    }

    fn headings(
        &mut self,
        piece: Piece<'_>,
        scan: &Scan,
        edits: &mut Vec<(Range<usize>, String)>,
    ) {
        for heading in &scan.headings {
            let id = heading.id.clone().unwrap_or_else(|| {
                format!("{}-{}", self.id, markdown::slug(&heading.text))
            });
            if !self.ids.insert(id.clone()) {
                self.fault(piece, heading.range.start, format!("a second heading with the id \"{id}\"; give one of them {{#another-id}}"));
            }
            let line_end =
                piece.text[heading.range.clone()].trim_end().len() + heading.range.start;
            if heading.id.is_none() {
                edits.push((line_end..line_end, format!(" {{#{id}}}")));
            }
        }
    }

    fn check_links(&mut self, piece: Piece<'_>, scan: &Scan) {
        for link in &scan.links {
            if link.alt.as_deref().is_some_and(|alt| alt.trim().is_empty()) {
                self.fault(piece, link.range.start, format!("the picture {} has no text for those who can't see it; write ![what it shows](…)", link.target));
            }
            let external = ["https:", "http:", "mailto:", "data:"]
                .iter()
                .any(|s| link.target.starts_with(s));
            if !external {
                self.links.push((link.target.clone(), piece.place(link.range.start)));
            }
        }
    }

    /// A decimal or per cent in prose comes from a run, from a source, or says `{{typed}}`.
    fn check_typed_numbers(&mut self, piece: Piece<'_>, scan: &Scan) {
        if self.may_type_numbers {
            return;
        }
        let text = piece.text;
        for paragraph in &scan.paragraphs {
            let mut start = paragraph.start;
            for line in text[paragraph.clone()].split_inclusive('\n') {
                let range = start..start + line.len();
                start = range.end;
                if scan
                    .opaque
                    .iter()
                    .any(|o| o.start <= range.start && range.end <= o.end)
                {
                    continue;
                }
                let marks: Vec<_> = scan
                    .marks
                    .iter()
                    .filter(|m| range.contains(&m.range.start))
                    .collect();
                let excused = marks.iter().any(|m| match &m.kind {
                    MarkKind::Cite(..) => true,
                    MarkKind::Call(name, _) => name == "typed",
                    MarkKind::Unclosed => false,
                });
                if excused {
                    continue;
                }
                let mut plain = String::with_capacity(line.len());
                for (i, c) in line.char_indices() {
                    let at = range.start + i;
                    let hidden = scan.is_opaque(at)
                        || scan.marks.iter().any(|m| m.range.contains(&at));
                    plain.push(if hidden { ' ' } else { c });
                }
                if let Some(number) = typed_number(&plain) {
                    self.fault(piece, range.start, format!("\"{number}\" is typed by hand; write {{{{num key .2}}}} from the results, cite its source, or say {{{{typed}}}}"));
                }
            }
        }
    }

    fn formula(
        &mut self,
        piece: Piece<'_>,
        scan: &Scan,
        math: &markdown::Math,
    ) -> (Range<usize>, String) {
        let mut range = math.range.clone();
        let mut label = None;
        if math.display {
            let rest = &piece.text[range.end..];
            let gap = rest.len() - rest.trim_start_matches([' ', '\n']).len();
            if let Some(mark) =
                scan.marks.iter().find(|m| m.range.start == range.end + gap)
                && let MarkKind::Call(name, arg) = &mark.kind
                && name == "label"
            {
                label = Some(piece.text[arg.clone()].to_owned());
                range.end = mark.range.end;
            }
        }
        for (letter, instead) in super::math::bare_letters(&math.tex) {
            self.fault(piece, math.range.start, format!("bare \\{letter} has two meanings; write {instead}, or \\theirs{{\\{letter}}} for a cited author's letter"));
        }
        let number = label.as_ref().map(|slug| {
            let label = self.number("eq", "Equation");
            let anchor =
                self.register(piece, math.range.start, "eq", slug, label.clone());
            (anchor, label.replace("Equation ", ""))
        });
        if self.pass == Pass::Survey {
            return (range, String::new());
        }
        let html =
            self.book.math.render(&math.tex, math.display).unwrap_or_else(|said| {
                self.fault(piece, math.range.start, format!("bad LaTeX: {said}"));
                String::new()
            });
        let html = match (math.display, number) {
            (true, Some((anchor, number))) => format!(
                "<span class=\"equation\" id=\"{anchor}\">{html}<a class=\"equation-number\" href=\"#{anchor}\" aria-label=\"Equation {number}\">({number})</a></span>"
            ),
            (true, None) => format!("<span class=\"equation\">{html}</span>"),
            (false, _) => html,
        };
        (range, html)
    }

    // ---------------------------------------------------------------- inline marks

    fn mark(&mut self, piece: Piece<'_>, mark: &markdown::Mark) -> String {
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

    fn citation(
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

    fn call(
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

    fn claim(&mut self, piece: Piece<'_>, at: usize, slug: &str) -> String {
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

    fn num(&mut self, piece: Piece<'_>, at: usize, words: &str) -> String {
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

    fn chapter_reference(&mut self, piece: Piece<'_>, at: usize, words: &str) -> String {
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

    fn reference(
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

    fn term(&mut self, piece: Piece<'_>, at: usize, words: &str) -> String {
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

    fn side_note(&mut self, arg: Piece<'_>) -> String {
        let count = self.counters.entry("side").or_default();
        *count += 1;
        let id = format!("{}-side-{count}", self.id);
        let body = self.inline(arg);
        format!(
            "<span class=\"side\"><label class=\"side-toggle\" for=\"{id}\"><span class=\"visually-hidden\">Side note</span></label><input type=\"checkbox\" id=\"{id}\" class=\"side-check\"><span class=\"side-note\">{body}</span></span>"
        )
    }

    fn glossary(&mut self) -> String {
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
    fn free_text(&mut self, text: &str) -> String {
        let file = SourceFile { name: "src/glossary.toml".into(), text: text.to_owned() };
        let mut page = Page::new(self.book, &file, &self.id, self.number, self.pass);
        page.may_type_numbers = true;
        let html = page.inline(file.whole());
        let (clusters, faults) = (page.clusters, page.faults);
        self.clusters.extend(clusters);
        self.faults.extend(faults);
        html
    }

    fn bibliography(&mut self) -> String {
        let mut html = String::from("<ul class=\"bibliography\">");
        for (key, entry) in &self.book.bibliography {
            self.ids.insert(format!("ref-{key}"));
            let _ = write!(html, "<li id=\"ref-{key}\">{entry}</li>");
        }
        html.push_str("</ul>");
        html
    }

    // ---------------------------------------------------------------- blocks

    fn fence(
        &mut self,
        piece: Piece<'_>,
        fence: &markdown::Fence,
        top: bool,
    ) -> Option<String> {
        let name = fence.info.split([' ', ',']).next().unwrap_or_default().to_owned();
        let at = fence.range.start;
        if !blocks::NAMES.contains(&name.as_str()) {
            if !blocks::LANGUAGES.contains(&name.as_str()) {
                let message = if name.is_empty() {
                    format!(
                        "a code block without a language; one of {}",
                        blocks::LANGUAGES.join(", ")
                    )
                } else {
                    let near = nearest(&name, blocks::NAMES)
                        .map(|n| format!("; did you mean {n}?"))
                        .unwrap_or_default();
                    format!(
                        "\"{name}\" is neither a block ({}) nor a known language ({}){near}",
                        blocks::NAMES.join(", "),
                        blocks::LANGUAGES.join(", ")
                    )
                };
                self.fault(piece, at, message);
            }
            return None;
        }
        if !top {
            self.fault(
                piece,
                at,
                format!("a {name} block can't stand inside another block"),
            );
            return None;
        }
        let body = piece.slice(fence.body.clone());
        let html = match name.as_str() {
            "chapter" => self.read::<Opening>(body).map(|b| self.opening(body, &b)),
            "figure" => self.read::<Figure>(body).map(|b| self.figure(body, &b)),
            "listing" => self.read::<Listing>(body).map(|b| self.listing(body, &b)),
            "output" => self.read::<Output>(body).map(|b| self.output(body, &b)),
            "dual" => self.read::<Dual>(body).map(|b| self.dual(body, &b)),
            "quiz" => self.read::<Quiz>(body).map(|b| self.quiz(body, &b)),
            "exercise" => self.read::<Exercise>(body).map(|b| self.exercise(body, &b)),
            "summary" => self.read::<Summary>(body).map(|b| self.summary(body, &b)),
            _ => None,
        };
        Some(markdown::without_blank_lines(&html.unwrap_or_default()))
    }

    fn read<T: DeserializeOwned>(&mut self, body: Piece<'_>) -> Option<T> {
        match toml::from_str(body.text) {
            Ok(block) => Some(block),
            Err(error) => {
                let at = error.span().map_or(0, |s| s.start);
                let mut message =
                    error.message().split_whitespace().collect::<Vec<_>>().join(" ");
                if message.contains("escape") {
                    message.push_str("; write text with backslashes between ''' and '''");
                }
                self.fault(body, at, message);
                None
            }
        }
    }

    /// The inside of a TOML string as a piece of the page.
    fn value<'a>(&self, body: Piece<'a>, text: &'a Text) -> Piece<'a> {
        let span = text.span();
        let raw = body.text.get(span.clone()).unwrap_or_default();
        let mut skip =
            if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
        if raw.as_bytes().get(skip) == Some(&b'\n') && skip == 3 {
            skip += 1;
        }
        Piece {
            text: text.get_ref(),
            file: body.file,
            offset: body.offset + span.start + skip,
        }
    }

    fn inline_value(&mut self, body: Piece<'_>, text: &Text) -> String {
        self.note_words(body, text);
        let piece = self.value(body, text);
        self.inline(piece)
    }

    fn block_value(&mut self, body: Piece<'_>, text: &Text) -> String {
        self.note_words(body, text);
        let piece = self.value(body, text);
        self.block(piece)
    }

    /// What a block says is found by search, too.
    fn note_words(&mut self, body: Piece<'_>, text: &Text) {
        if self.pass == Pass::Render {
            let words = self.plain(text.get_ref());
            self.block_words.push((body.offset, words));
        }
    }

    fn at(&self, text: &Text) -> usize {
        text.span().start
    }

    fn not_empty(&mut self, body: Piece<'_>, text: &Text, what: &str) {
        if text.get_ref().trim().is_empty() {
            self.fault(body, self.at(text), format!("an empty {what}"));
        }
    }

    fn opening(&mut self, body: Piece<'_>, block: &Opening) -> String {
        self.kinds.push("chapter");
        let words = block.scene.get_ref().split_whitespace().count();
        if words > 60 {
            self.fault(
                body,
                self.at(&block.scene),
                format!("the scene has {words} words; 60 are the most"),
            );
        }
        let scene = self.inline_value(body, &block.scene);
        let plate = match &block.plate {
            Some(name) => {
                let file = format!("src/assets/plates/{}.svg", name.get_ref());
                match self.book.read(&file) {
                    Ok(svg) => format!("<div class=\"plate\">{}</div>", svg.trim()),
                    Err(_) => {
                        self.fault(body, self.at(name), format!("no plate {file}"));
                        String::new()
                    }
                }
            }
            None => String::new(),
        };
        let mut outcomes = String::new();
        for outcome in &block.outcomes {
            let _ = write!(outcomes, "<li>{}</li>", self.inline_value(body, outcome));
        }
        let needs: Vec<String> =
            block.needs.iter().map(|n| self.inline_value(body, n)).collect();
        format!(
            "<div class=\"opening\">{plate}<p class=\"scene\">{scene}</p><div class=\"opening-facts\"><p class=\"label\">You will be able to</p><ul>{outcomes}</ul><p class=\"needs\"><span class=\"label\">You need</span> {}</p><p class=\"minutes\"><span class=\"label\">Reading time</span> {} minutes</p></div></div>",
            needs.join("; "),
            block.minutes
        )
    }

    fn figure(&mut self, body: Piece<'_>, block: &Figure) -> String {
        let id = block.id.get_ref().clone();
        let label = self.number("fig", "Figure");
        let anchor = self.register(body, self.at(&block.id), "fig", &id, label.clone());
        self.not_empty(
            body,
            &block.alt,
            "alt: say what the picture shows to those who can't see it",
        );
        self.not_empty(body, &block.title, "title: state the finding");
        self.not_empty(
            body,
            &block.caption,
            "caption: state seeds, runs and what the band is",
        );
        let title = self.inline_value(body, &block.title);
        let caption = self.inline_value(body, &block.caption);
        self.used.insert(("figure", id.clone()));
        if self.pass == Pass::Survey {
            return String::new();
        }
        let svg_name = format!("figures/svg/{}/{id}.svg", self.id);
        let csv_name = format!("figures/data/{}/{id}.csv", self.id);
        let svg = match self.book.read(&svg_name) {
            Ok(svg) => svg,
            Err(_) => {
                self.fault(
                    body,
                    self.at(&block.id),
                    format!(
                        "no drawing {svg_name}; make it with `cargo xtask figures {id}`"
                    ),
                );
                return String::new();
            }
        };
        if svg.len() > 60 * 1024 {
            self.fault(
                body,
                self.at(&block.id),
                format!("{svg_name} has {} KB; 60 are the most", svg.len() / 1024),
            );
        }
        let csv = match self.book.read(&csv_name) {
            Ok(csv) => csv,
            Err(_) => {
                self.fault(
                    body,
                    self.at(&block.id),
                    format!(
                        "no data {csv_name}; make it with `cargo xtask figures {id}`"
                    ),
                );
                return String::new();
            }
        };
        if csv.len() > 64 * 1024 {
            self.fault(
                body,
                self.at(&block.id),
                format!(
                    "{csv_name} has {} KB; 64 are the most for data that a page carries",
                    csv.len() / 1024
                ),
            );
        }
        let svg = describe(&svg, block.alt.get_ref().trim());
        format!(
            "<figure class=\"figure\" id=\"{anchor}\"><div class=\"figure-head\"><span class=\"figure-label\">{label}</span> <span class=\"figure-title\">{title}</span></div><div class=\"figure-body\">{svg}</div><figcaption>{caption} <span class=\"figure-links\"><a class=\"figure-data\" download=\"{id}.csv\" href=\"data:text/csv;charset=utf-8,{}\">Data (CSV)</a> <code class=\"figure-redraw\">cargo xtask figures {id}</code></span></figcaption></figure>",
            data_uri(&csv)
        )
    }

    fn listing(&mut self, body: Piece<'_>, block: &Listing) -> String {
        let id = block.id.get_ref().clone();
        let at = self.at(&block.id);
        let Some(chapter) = self.chapter else {
            self.fault(body, at, "a listing needs a chapter with a crate");
            return String::new();
        };
        let (crate_name, path) = match (&block.library, &block.file) {
            (Some(library), Some(file)) => (
                library.get_ref().clone(),
                format!("crates/{}/{}", library.get_ref(), file.get_ref()),
            ),
            (None, None) => (
                chapter.slug.clone(),
                format!("listings/{}/src/{}.rs", chapter.slug, id.replace('-', "_")),
            ),
            _ => {
                self.fault(
                    body,
                    at,
                    "library lines name both, crate = \"…\" and file = \"src/…\"",
                );
                return String::new();
            }
        };
        let first = !self.seen.contains(&("listing", id.clone()));
        let fragment_no = self.counters.get("fragment").copied().unwrap_or(0) + 1;
        self.counters.insert("fragment", fragment_no);
        let (label, anchor) = if first {
            let label = self.number(
                "listing",
                if block.library.is_some() { "Library" } else { "Listing" },
            );
            let anchor = self.register(body, at, "listing", &id, label.clone());
            (label, anchor)
        } else {
            let label = self.targets_label("listing", &id).unwrap_or_default();
            (label, format!("{}-{fragment_no}", self.anchor("listing", &id)))
        };
        if first && block.title.is_none() {
            self.fault(body, at, "the first fragment of a listing has a title");
        }
        self.used.insert(("listing", id.replace('-', "_")));
        if self.pass == Pass::Survey {
            return String::new();
        }
        let Ok(source) = self.book.read(&path) else {
            self.fault(body, at, format!("no file {path}"));
            return String::new();
        };
        let shown = match &block.anchor {
            Some(name) => match evidence::fragment(&source, name.get_ref()) {
                Ok(lines) => lines,
                Err(error) => {
                    self.fault(body, self.at(name), format!("{path}: {error}"));
                    return String::new();
                }
            },
            None => evidence::without_anchors(&source),
        };
        let title = match &block.title {
            Some(title) => self.inline_value(body, title),
            None => String::new(),
        };
        let run = match &block.run {
            Some(example) => {
                let file = format!(
                    "listings/{}/examples/{}.rs",
                    chapter.slug,
                    example.get_ref()
                );
                if self.book.read(&file).is_err() {
                    self.fault(body, self.at(example), format!("no example {file}"));
                }
                format!("cargo run -p {} --example {}", chapter.slug, example.get_ref())
            }
            None => format!("cargo test -p {crate_name}"),
        };
        let class = match (first, block.library.is_some()) {
            (true, false) => "listing",
            (true, true) => "listing library",
            (false, _) => "listing continued",
        };
        let label = if first { label } else { format!("{label}, continued") };
        let whole = if first {
            format!(
                "<details class=\"listing-whole\"><summary>Whole file, and how to run it</summary><p class=\"run\"><code>{run}</code></p><pre><code class=\"language-rust listing-source\">{}</code></pre></details>",
                escape(&evidence::without_anchors(&source))
            )
        } else {
            String::new()
        };
        format!(
            "<figure class=\"{class}\" id=\"{anchor}\" data-crate=\"{crate_name}\"><figcaption class=\"listing-head\"><span class=\"listing-label\">{label}</span> <span class=\"listing-title\">{title}</span> <code class=\"listing-file\">{path}</code></figcaption><pre><code class=\"language-rust\">{}</code></pre>{whole}</figure>",
            escape(&shown)
        )
    }

    fn targets_label(&self, kind: &'static str, slug: &str) -> Option<String> {
        let key = (kind, slug.to_owned());
        self.book
            .targets
            .get(&key)
            .or_else(|| self.targets.iter().find(|(k, _)| *k == key).map(|(_, t)| t))
            .map(|t| t.label.clone())
    }

    fn output(&mut self, body: Piece<'_>, block: &Output) -> String {
        let name = block.example.get_ref();
        let at = self.at(&block.example);
        let Some(chapter) = self.chapter else {
            self.fault(body, at, "output needs a chapter with a crate");
            return String::new();
        };
        let path = format!("figures/data/{}/{name}.txt", self.id);
        self.used.insert(("output", name.clone()));
        if self.pass == Pass::Survey {
            return String::new();
        }
        let Ok(text) = self.book.read(&path) else {
            self.fault(
                body,
                at,
                format!(
                    "no output {path}; make it with `cargo xtask figures {}`",
                    self.id
                ),
            );
            return String::new();
        };
        let all: Vec<&str> = text.trim_end().lines().collect();
        let shown = match &block.lines {
            None => all.join("\n"),
            Some(lines) => {
                let parsed = lines.get_ref().split_once('-').and_then(|(a, b)| {
                    Some((
                        a.trim().parse::<usize>().ok()?,
                        b.trim().parse::<usize>().ok()?,
                    ))
                });
                match parsed {
                    Some((a, b)) if 1 <= a && a <= b && b <= all.len() => {
                        all[a - 1..b].join("\n")
                    }
                    _ => {
                        self.fault(
                            body,
                            self.at(lines),
                            format!(
                                "{path} has {} lines; write lines = \"1-{}\"",
                                all.len(),
                                all.len()
                            ),
                        );
                        return String::new();
                    }
                }
            }
        };
        format!(
            "<figure class=\"output\"><figcaption><code>cargo run -p {} --example {name}</code></figcaption><pre><code class=\"language-text\">{}</code></pre></figure>",
            chapter.slug,
            escape(&shown)
        )
    }

    fn dual(&mut self, body: Piece<'_>, block: &Dual) -> String {
        self.kinds.push("dual");
        let id = block.id.get_ref().clone();
        let label = self.number("dual", "Box");
        let anchor = self.register(body, self.at(&block.id), "dual", &id, label);
        let title = self.inline_value(body, &block.title);
        let rl = self.block_value(body, &block.rl);
        let aif = self.block_value(body, &block.aif);
        self.not_empty(
            body,
            &block.part,
            "part: say where the two views part, with a number",
        );
        let part = self.block_value(body, &block.part);
        format!(
            "<section class=\"dual\" id=\"{anchor}\" aria-labelledby=\"{anchor}-title\"><h3 class=\"dual-title\" id=\"{anchor}-title\">{title}</h3><div class=\"dual-columns\"><div class=\"dual-rl\"><h4>Reinforcement learning</h4>{rl}</div><div class=\"dual-aif\"><h4>Active inference</h4>{aif}</div></div><div class=\"dual-part\"><h4>Where they part</h4>{part}</div></section>"
        )
    }

    fn quiz(&mut self, body: Piece<'_>, block: &Quiz) -> String {
        self.kinds.push("quiz");
        let id = block.id.get_ref().clone();
        let anchor = self.register(body, self.at(&block.id), "quiz", &id, "Quiz".into());
        let mut questions = String::new();
        for (q, question) in block.question.iter().enumerate() {
            let right = question.choice.iter().filter(|c| c.correct).count();
            if right == 0 || right == question.choice.len() || question.choice.len() < 2 {
                self.fault(body, self.at(&question.text), "a question has two choices or more, one of them correct and one of them not");
            }
            let input = if right > 1 { "checkbox" } else { "radio" };
            let name = format!("{anchor}-{}", q + 1);
            let text = self.inline_value(body, &question.text);
            let _ = write!(
                questions,
                "<form class=\"question\" data-question=\"{}\"><fieldset><legend><span class=\"question-number\">{}.</span> {text}</legend>",
                q + 1,
                q + 1
            );
            for (c, choice) in question.choice.iter().enumerate() {
                if choice.reason.get_ref().trim().is_empty() {
                    self.fault(body, self.at(&choice.reason), "an empty reason; name the mistake, or say why the choice is right");
                }
                let text = self.inline_value(body, &choice.text);
                let reason = self.inline_value(body, &choice.reason);
                let choice_id = format!("{name}-{}", c + 1);
                let _ = write!(
                    questions,
                    "<div class=\"choice\"><input type=\"{input}\" id=\"{choice_id}\" name=\"{name}\" value=\"{}\"><label for=\"{choice_id}\">{text}</label><p class=\"reason\" data-correct=\"{}\" id=\"{choice_id}-reason\" hidden>{reason}</p></div>",
                    c + 1,
                    choice.correct
                );
            }
            questions.push_str("</fieldset><button type=\"submit\" class=\"check\">Check</button><p class=\"verdict\" role=\"status\" aria-live=\"polite\"></p></form>");
        }
        self.add_id(format!("{anchor}-title"));
        format!(
            "<section class=\"quiz\" id=\"{anchor}\" aria-labelledby=\"{anchor}-title\"><h2 id=\"{anchor}-title\">Quiz</h2>{questions}</section>"
        )
    }

    fn exercise(&mut self, body: Piece<'_>, block: &Exercise) -> String {
        self.kinds.push(block.kind.class());
        let id = block.id.get_ref().clone();
        let label = self.number("exercise", "Exercise");
        let anchor =
            self.register(body, self.at(&block.id), "exercise", &id, label.clone());
        let title = self.inline_value(body, &block.title);
        let text = self.block_value(body, &block.text);
        self.not_empty(body, &block.hint, "hint: give the first step");
        self.not_empty(body, &block.solution, "solution");
        let hint = self.block_value(body, &block.hint);
        let solution = self.block_value(body, &block.solution);
        let (stub, code) = match &block.code {
            Some(code) => self.exercise_code(body, code).unwrap_or_default(),
            None => Default::default(),
        };
        format!(
            "<section class=\"exercise kind-{}\" id=\"{anchor}\" aria-labelledby=\"{anchor}-title\"><h3 id=\"{anchor}-title\"><span class=\"exercise-label\">{label}</span> <span class=\"exercise-kind\">{}</span> <span class=\"exercise-title\">{title}</span> <span class=\"exercise-minutes\">{} min</span></h3>{text}{stub}<details class=\"hint\"><summary>Hint</summary>{hint}</details><details class=\"solution\"><summary>Solution</summary>{solution}{code}</details></section>",
            block.kind.class(),
            block.kind.label(),
            block.minutes
        )
    }

    /// The stub to show and the solution to fold away.
    fn exercise_code(
        &mut self,
        body: Piece<'_>,
        code: &Text,
    ) -> Option<(String, String)> {
        let slug = code.get_ref();
        let at = self.at(code);
        let chapter = self.chapter?;
        let path = format!(
            "listings/{}/src/exercises/{}.rs",
            chapter.slug,
            slug.replace('-', "_")
        );
        self.used.insert(("exercise", slug.replace('-', "_")));
        let Ok(source) = self.book.read(&path) else {
            self.fault(body, at, format!("no file {path}"));
            return None;
        };
        let parts = exercise::page_stub(&source)
            .and_then(|stub| Ok((stub, exercise::solution(&source)?)));
        match parts {
            Ok((stub, solution)) => Some((
                format!(
                    "<p class=\"exercise-get\">Get it with its test: <code>cargo xtask exercise {} {slug}</code></p><pre><code class=\"language-rust\">{}</code></pre>",
                    self.id,
                    escape(stub.trim())
                ),
                format!(
                    "<pre><code class=\"language-rust\">{}</code></pre>",
                    escape(solution.trim())
                ),
            )),
            Err(error) => {
                self.fault(body, at, format!("{path}: {error}"));
                None
            }
        }
    }

    fn summary(&mut self, body: Piece<'_>, block: &Summary) -> String {
        self.kinds.push("summary");
        let mut points = String::new();
        for point in &block.points {
            let _ = write!(points, "<li>{}</li>", self.inline_value(body, point));
        }
        let id = format!("{}-what-we-now-know", self.id);
        self.add_id(id.clone());
        format!(
            "<section class=\"summary\" aria-labelledby=\"{id}\"><h2 id=\"{id}\">What we now know</h2><ul>{points}</ul></section>"
        )
    }

    // ---------------------------------------------------------------- ends of a chapter

    fn check_parts(&mut self) {
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

    fn check_claims(&mut self) {
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
                place: super::diagnostics::Place { file: format!("listings/{}/tests/claims.rs", chapter.slug), line, column: 1 },
                message: format!("this test holds no sentence; write {{{{claim {slug}}}}} behind the sentence in {}, or move the test out of claims.rs", self.file.name),
            });
        }
    }

    fn claims_section(&mut self) -> String {
        let Some(chapter) = self.chapter else {
            return String::new();
        };
        if self.claims.is_empty() {
            return String::new();
        }
        let mut items = String::new();
        for slug in &self.claims {
            let anchor = format!("{}-claim-{slug}", self.id);
            let source =
                chapter.claims.get(slug).map(|t| escape(&t.source)).unwrap_or_default();
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

    fn sources_section(&mut self) -> String {
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

    // ---------------------------------------------------------------- search

    fn gather_sections(&mut self, piece: Piece<'_>, scan: &Scan) {
        if self.pass == Pass::Survey {
            return;
        }
        let text = piece.text;
        let chapter_title =
            scan.headings.first().map(|h| h.text.clone()).unwrap_or_default();
        let chapter_title = match self.number {
            Some(n) => format!("{n} {chapter_title}"),
            None => chapter_title,
        };
        for (i, heading) in scan.headings.iter().enumerate() {
            let end =
                scan.headings.get(i + 1).map_or(text.len(), |next| next.range.start);
            let range = heading.range.end..end;
            let mut holes: Vec<(Range<usize>, String)> = Vec::new();
            holes.extend(scan.fences.iter().map(|f| (f.range.clone(), " ".to_owned())));
            holes.extend(scan.math.iter().map(|m| (m.range.clone(), " ".to_owned())));
            holes.extend(
                scan.marks.iter().map(|m| (m.range.clone(), self.plain_mark(text, m))),
            );
            holes.retain(|(r, _)| range.start <= r.start && r.end <= range.end);
            for (r, _) in &mut holes {
                r.start -= range.start;
                r.end -= range.start;
            }
            let mut words = markdown::to_words(&apply(&text[range.clone()], holes));
            for (at, more) in &self.block_words {
                if range.contains(at) {
                    words.push(' ');
                    words.push_str(more);
                }
            }
            let anchor = heading.id.clone().unwrap_or_else(|| {
                format!("{}-{}", self.id, markdown::slug(&heading.text))
            });
            self.sections.push(Section {
                page: self.html_name.clone(),
                anchor,
                chapter: chapter_title.clone(),
                title: heading.text.clone(),
                text: words,
            });
        }
    }

    /// Markdown with our marks as the words that a reader sees.
    fn plain(&self, text: &str) -> String {
        let scan = Scan::new(text);
        let mut holes: Vec<(Range<usize>, String)> = Vec::new();
        holes.extend(scan.math.iter().map(|m| (m.range.clone(), " ".to_owned())));
        holes.extend(
            scan.marks.iter().map(|m| (m.range.clone(), self.plain_mark(text, m))),
        );
        markdown::to_words(&apply(text, holes))
    }

    fn plain_mark(&self, text: &str, mark: &markdown::Mark) -> String {
        let MarkKind::Call(name, arg) = &mark.kind else {
            return match &mark.kind {
                MarkKind::Cite(items, manner) => {
                    let printed = self
                        .book
                        .citations
                        .get(&(items.clone(), *manner))
                        .cloned()
                        .unwrap_or_default();
                    markdown::to_words(&printed)
                }
                _ => String::new(),
            };
        };
        let arg = text[arg.clone()].trim();
        match name.as_str() {
            "term" => match arg.split_once('|') {
                Some((_, shown)) => shown.trim().to_owned(),
                None => self
                    .book
                    .glossary
                    .get(arg)
                    .map(|t| t.term.clone())
                    .unwrap_or_default(),
            },
            "num" => {
                let (key, format) =
                    arg.split_once(char::is_whitespace).unwrap_or((arg, ""));
                self.chapter
                    .and_then(|c| c.numbers.get(key))
                    .and_then(|n| n.print(format.trim()).ok())
                    .unwrap_or_default()
            }
            "ch" => format!("chapter {arg}"),
            "side" => self.plain(arg),
            _ => String::new(),
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// Applies edits to `text`; an edit inside an earlier one is dropped.
fn apply(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(r, _)| (r.start, std::cmp::Reverse(r.end)));
    let mut out = String::with_capacity(text.len() * 2);
    let mut at = 0;
    for (range, new) in edits {
        if range.start < at {
            continue;
        }
        out.push_str(&text[at..range.start]);
        out.push_str(&new);
        at = range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// The first decimal or per cent of `line`.
fn typed_number(line: &str) -> Option<String> {
    let bytes = line.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        let mut decimal = false;
        while at < bytes.len()
            && (bytes[at].is_ascii_digit()
                || (bytes[at] == b'.'
                    && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)))
        {
            decimal |= bytes[at] == b'.';
            at += 1;
        }
        let rest = line[at..].trim_start();
        let percent = rest.starts_with('%')
            || rest.starts_with("percent")
            || rest.starts_with("per cent");
        if decimal || percent {
            return Some(line[start..at].to_owned() + if percent { "%" } else { "" });
        }
    }
    None
}

/// Gives a drawing its description, for those who can't see it.
fn describe(svg: &str, alt: &str) -> String {
    let svg = svg.trim();
    let Some(end) = svg.find('>') else {
        return svg.to_owned();
    };
    let mut head = svg[..end].replace(" aria-labelledby=", " data-title=");
    if !head.contains(" role=") {
        head.push_str(" role=\"img\"");
    }
    format!("{head} aria-label=\"{}\"{}", escape(alt), &svg[end..])
}

/// Percent-encodes what a data URI in an attribute can't hold.
fn data_uri(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for b in text.bytes() {
        match b {
            b'A'..=b'Z'
            | b'a'..=b'z'
            | b'0'..=b'9'
            | b'-'
            | b'_'
            | b'.'
            | b','
            | b':'
            | b'/' => out.push(b as char),
            _ => {
                let _ = write!(out, "%{b:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_numbers_are_decimals_and_per_cents() {
        assert_eq!(typed_number("a rate of 0.93 there").as_deref(), Some("0.93"));
        assert_eq!(typed_number("in 90% of runs").as_deref(), Some("90%"));
        assert_eq!(typed_number("in 90 percent").as_deref(), Some("90%"));
        assert_eq!(typed_number("in 1898, on 14 units, rule 3."), None);
    }

    #[test]
    fn inner_edits_give_way_to_outer_ones() {
        assert_eq!(apply("abcdef", vec![(2..3, "X".into()), (1..5, "-".into())]), "a-f");
    }
}
