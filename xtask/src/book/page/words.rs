//! The words of a page, for search.

use std::ops::Range;

use super::{Page, Pass, apply};
use crate::book::diagnostics::Piece;
use crate::book::markdown::{self, MarkKind, Scan};
use crate::book::search::Section;

impl Page<'_> {
    pub(super) fn gather_sections(&mut self, piece: Piece<'_>, scan: &Scan) {
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
    pub(super) fn plain(&self, text: &str) -> String {
        let scan = Scan::new(text);
        let mut holes: Vec<(Range<usize>, String)> = Vec::new();
        holes.extend(scan.math.iter().map(|m| (m.range.clone(), " ".to_owned())));
        holes.extend(
            scan.marks.iter().map(|m| (m.range.clone(), self.plain_mark(text, m))),
        );
        markdown::to_words(&apply(text, holes))
    }

    pub(super) fn plain_mark(&self, text: &str, mark: &markdown::Mark) -> String {
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
