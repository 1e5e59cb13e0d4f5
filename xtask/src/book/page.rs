//! One page: from Markdown with our blocks and marks to Markdown that mdBook renders.
//!
//! The same walk runs twice. The *survey* numbers what is there and gathers the
//! citations; the *rendering* writes the page.

mod blocks;
mod ends;
mod marks;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::diagnostics::{Fault, Piece, Place, SourceFile};
use super::markdown::{self, Citation, Manner, MarkKind, Scan};
use super::search::Section;
use super::{Book, Chapter};

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
    pub links: Vec<(String, Place)>,
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
        self.check_strays(piece, &scan);
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

    /// What Markdown would print as it stands though nobody meant that: a lone dollar sign, an include.
    fn check_strays(&mut self, piece: Piece<'_>, scan: &Scan) {
        let text = piece.text;
        for (at, _) in text.match_indices('$') {
            if !scan.is_opaque(at) && !text[..at].ends_with('\\') {
                let message = "a $ that opens or closes no formula (unbalanced braces inside, or a blank beside it?); \
                               write \\$ for a dollar sign";
                self.fault(piece, at, message);
            }
        }
        for fence in &scan.fences {
            if let Some(at) = text[fence.body.clone()].find("{{#") {
                let message = "mdBook's includes are not used here; \
                               show code with a listing block, and output with an output block";
                self.fault(piece, fence.body.start + at, message);
            }
        }
    }

    /// A decimal or per cent in prose comes from a run, from a source, or says
    /// `{{typed}}`.
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
