//! Reading a page: where its code, formulas, blocks, headings and our own inline marks
//! stand.
//!
//! Everything comes from pulldown-cmark's events and their byte ranges, so that a `{{…}}`
//! or a `$` inside code is left alone.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The same Markdown that mdBook reads, and formulas.
pub fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM
        | Options::ENABLE_MATH
}

/// A fenced block.
#[derive(Debug)]
pub struct Fence {
    /// The whole block with its fences.
    pub range: Range<usize>,
    /// The text between the fences.
    pub body: Range<usize>,
    /// What stands behind the opening fence.
    pub info: String,
}

/// A formula.
#[derive(Debug)]
pub struct Math {
    /// With its dollar signs.
    pub range: Range<usize>,
    /// LaTeX.
    pub tex: String,
    /// On a line of its own.
    pub display: bool,
}

/// A heading.
#[derive(Debug)]
pub struct Heading {
    /// The whole line.
    pub range: Range<usize>,
    /// Its words.
    pub text: String,
    /// `{#id}`, if it has one.
    pub id: Option<String>,
}

/// A link or a picture.
#[derive(Debug)]
pub struct Link {
    /// Where it stands.
    pub range: Range<usize>,
    /// Where it leads.
    pub target: String,
    /// A picture's text for those who can't see it; `None` for a link.
    pub alt: Option<String>,
}

/// What our own marks say.
#[derive(Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// `{{name arg}}`; the range is the argument's.
    Call(String, Range<usize>),
    /// `[@key, p. 3; @other]` or `@key`.
    Cite(Vec<Citation>, Manner),
    /// `{{` without `}}`.
    Unclosed,
}

/// How a citation is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Manner {
    /// (Tolman, 1948)
    Parenthetical,
    /// Tolman (1948)
    Narrative,
}

/// One work that is cited.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Citation {
    /// Its key in `references.bib`.
    pub key: String,
    /// Such as `p. 12` or `eq. 6.5`.
    pub locator: Option<String>,
}

/// A mark of our own in running text.
#[derive(Debug)]
pub struct Mark {
    /// Where it stands.
    pub range: Range<usize>,
    /// What it says.
    pub kind: MarkKind,
}

/// What stands where in one piece of Markdown.
#[derive(Debug, Default)]
pub struct Scan {
    /// Fenced blocks.
    pub fences: Vec<Fence>,
    /// Formulas.
    pub math: Vec<Math>,
    /// Headings.
    pub headings: Vec<Heading>,
    /// Links and pictures.
    pub links: Vec<Link>,
    /// Our inline marks, outermost only.
    pub marks: Vec<Mark>,
    /// Prose paragraphs and list items.
    pub paragraphs: Vec<Range<usize>>,
    /// Code, formulas and HTML: text that our marks don't reach into.
    pub opaque: Vec<Range<usize>>,
}

impl Scan {
    /// Reads `text`.
    pub fn new(text: &str) -> Scan {
        let mut scan = Scan::default();
        let mut fence: Option<Fence> = None;
        let mut heading: Option<Heading> = None;
        let mut image: Option<Link> = None;
        for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let info = match kind {
                        CodeBlockKind::Fenced(info) => info.trim().to_owned(),
                        CodeBlockKind::Indented => String::new(),
                    };
                    scan.opaque.push(range.clone());
                    fence = Some(Fence { body: range.end..range.end, range, info });
                }
                Event::End(TagEnd::CodeBlock) => scan.fences.extend(fence.take()),
                Event::Start(Tag::Heading { id, .. }) => {
                    heading = Some(Heading {
                        range,
                        text: String::new(),
                        id: id.map(|id| id.to_string()),
                    });
                }
                Event::End(TagEnd::Heading(_)) => scan.headings.extend(heading.take()),
                Event::Start(
                    Tag::Paragraph | Tag::Item | Tag::DefinitionListDefinition,
                ) => {
                    scan.paragraphs.push(range);
                }
                Event::Start(Tag::Link { dest_url, .. }) => {
                    scan.links.push(Link {
                        range,
                        target: dest_url.to_string(),
                        alt: None,
                    });
                }
                Event::Start(Tag::Image { dest_url, .. }) => {
                    image = Some(Link {
                        range,
                        target: dest_url.to_string(),
                        alt: Some(String::new()),
                    });
                }
                Event::End(TagEnd::Image) => scan.links.extend(image.take()),
                Event::Text(words) => {
                    if let Some(fence) = &mut fence {
                        if fence.body.is_empty() {
                            fence.body = range.clone();
                        }
                        fence.body.end = range.end;
                    }
                    if let Some(heading) = &mut heading {
                        heading.text.push_str(&words);
                    }
                    if let Some(alt) = image.as_mut().and_then(|image| image.alt.as_mut())
                    {
                        alt.push_str(&words);
                    }
                }
                Event::Code(words) => {
                    scan.opaque.push(range);
                    if let Some(heading) = &mut heading {
                        heading.text.push_str(&words);
                    }
                }
                Event::InlineMath(tex) => {
                    scan.opaque.push(range.clone());
                    scan.math.push(Math { range, tex: tex.to_string(), display: false });
                }
                Event::DisplayMath(tex) => {
                    scan.opaque.push(range.clone());
                    scan.math.push(Math { range, tex: tex.to_string(), display: true });
                }
                Event::Html(_) | Event::InlineHtml(_) => scan.opaque.push(range),
                _ => {}
            }
        }
        scan.opaque.sort_by_key(|r| r.start);
        scan.marks = marks(text, &scan.opaque);
        scan
    }

    /// Whether byte `at` lies in code, a formula or HTML.
    pub fn is_opaque(&self, at: usize) -> bool {
        self.opaque.iter().any(|r| r.contains(&at))
    }
}

/// Finds our inline marks outside the `opaque` ranges, which are sorted.
fn marks(text: &str, opaque: &[Range<usize>]) -> Vec<Mark> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut next_opaque = opaque.iter().peekable();
    let mut at = 0;
    while at < bytes.len() {
        while next_opaque.peek().is_some_and(|r| r.end <= at) {
            next_opaque.next();
        }
        if let Some(range) = next_opaque.peek().filter(|r| r.contains(&at)) {
            at = range.end;
        } else if bytes[at] == b'\\' {
            at += 2;
        } else if text[at..].starts_with("{{") {
            let mark = call(text, at, opaque);
            at = mark.range.end;
            found.push(mark);
        } else if let Some(mark) = cite(text, at) {
            at = mark.range.end;
            found.push(mark);
        } else {
            at += 1;
            while !text.is_char_boundary(at) {
                at += 1;
            }
        }
    }
    found
}

fn call(text: &str, start: usize, opaque: &[Range<usize>]) -> Mark {
    let mut depth = 0usize;
    let mut at = start;
    while at < text.len() {
        if let Some(range) = opaque.iter().find(|r| r.contains(&at)) {
            at = range.end;
        } else if text[at..].starts_with("{{") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("}}") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                let inner = &text[start + 2..at - 2];
                let name_len = inner.find(char::is_whitespace).unwrap_or(inner.len());
                let name = inner[..name_len].to_owned();
                let rest = &inner[name_len..];
                let lead = rest.len() - rest.trim_start().len();
                let from = start + 2 + name_len + lead;
                let arg = from..from + rest.trim().len();
                return Mark { range: start..at, kind: MarkKind::Call(name, arg) };
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    Mark { range: start..start + 2, kind: MarkKind::Unclosed }
}

fn key_len(text: &str) -> usize {
    let len = text
        .bytes()
        .take_while(|b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-' || *b == b'_'
        })
        .count();
    text[..len].trim_end_matches(['-', '_']).len()
}

fn cite(text: &str, start: usize) -> Option<Mark> {
    let rest = &text[start..];
    if rest.starts_with("[@") {
        let end = rest.find(']')?;
        let items = rest[1..end]
            .split(';')
            .map(|item| {
                let item = item.trim().strip_prefix('@')?;
                let len = key_len(item);
                let locator = item[len..].trim_start_matches(',').trim();
                (len > 0).then(|| Citation {
                    key: item[..len].to_owned(),
                    locator: (!locator.is_empty()).then(|| locator.to_owned()),
                })
            })
            .collect::<Option<Vec<_>>>()?;
        let kind = MarkKind::Cite(items, Manner::Parenthetical);
        return Some(Mark { range: start..start + end + 1, kind });
    }
    let begins_word = text[..start]
        .chars()
        .next_back()
        .is_none_or(|c| !c.is_alphanumeric() && c != '[' && c != '/');
    if rest.starts_with('@') && begins_word {
        let len = key_len(&rest[1..]);
        if len > 0 {
            let item = Citation { key: rest[1..=len].to_owned(), locator: None };
            return Some(Mark {
                range: start..start + 1 + len,
                kind: MarkKind::Cite(vec![item], Manner::Narrative),
            });
        }
    }
    None
}

/// Markdown to HTML, with mdBook's options.
pub fn to_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() * 2);
    let options = (options() - Options::ENABLE_MATH) | Options::ENABLE_SMART_PUNCTUATION;
    pulldown_cmark::html::push_html(&mut html, Parser::new_ext(text, options));
    html
}

/// The words of `text` alone: no code fence, no formula, no HTML.
pub fn to_words(text: &str) -> String {
    let mut words = String::new();
    let mut in_code = false;
    for event in Parser::new_ext(text, options()) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(t) | Event::Code(t) if !in_code => words.push_str(&t),
            Event::SoftBreak | Event::HardBreak | Event::End(_) => words.push(' '),
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `Puzzle boxes & cats` becomes `puzzle-boxes-cats`.
pub fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if c != '\'' && c != '’' && !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

/// Escapes text for HTML.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
    out
}

/// Rust code as HTML. mdBook takes a line that begins with `# ` for hidden and `##` for an
/// escaped `#`, as rustdoc does; a line of a drawing that begins so gets one `#` more.
pub fn escape_rust(code: &str) -> String {
    let lines = code.split_inclusive('\n').map(|line| {
        let text = line.trim_start();
        let at = line.len() - text.len();
        let hides =
            text.trim_end() == "#" || text.starts_with("##") || text.starts_with("# ");
        if hides { format!("{}#{text}", &line[..at]) } else { line.to_owned() }
    });
    escape(&lines.collect::<String>())
}

/// Makes `html` safe to stand as one block of Markdown, which a blank line would end.
///
/// Inside `pre` a blank line becomes a character reference; elsewhere it goes.
pub fn without_blank_lines(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut in_pre = false;
    for (i, line) in html.trim().split('\n').enumerate() {
        if line.trim().is_empty() {
            if in_pre {
                out.push_str("&#10;");
            }
            continue;
        }
        if i > 0 {
            out.push('\n');
        }
        out.push_str(line);
        let (open, close) = (line.rfind("<pre"), line.rfind("</pre>"));
        in_pre = match (open, close) {
            (Some(open), Some(close)) => open > close,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => in_pre,
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_in_code_keep_their_walls() {
        let drawing = "let maze = \"\\\n###\n#S#\n  # #\n#\";\n#[test]\n/// # Errors\n";
        let shown =
            "let maze = &quot;\\\n####\n#S#\n  ## #\n#&quot;;\n#[test]\n/// # Errors\n";
        assert_eq!(escape_rust(drawing), shown);
    }

    #[test]
    fn marks_in_code_and_formulas_are_left_alone() {
        let text = "A `{{num x}}` and $a_{{b}}$ but {{num real .2}} and [@tolman1948, p. 3; @skinner1938].";
        let scan = Scan::new(text);
        assert_eq!(scan.marks.len(), 2, "{:?}", scan.marks);
        assert!(
            matches!(&scan.marks[0].kind, MarkKind::Call(name, arg) if name == "num" && &text[arg.clone()] == "real .2")
        );
        let MarkKind::Cite(items, Manner::Parenthetical) = &scan.marks[1].kind else {
            panic!("no citation")
        };
        assert_eq!(items[0].locator.as_deref(), Some("p. 3"));
        assert_eq!(items[1].key, "skinner1938");
    }

    #[test]
    fn a_call_may_hold_calls_and_formulas() {
        let text = "x {{side see $p_{{i}}$ and {{num a .1}} here}} y";
        let scan = Scan::new(text);
        assert_eq!(scan.marks.len(), 1);
        assert_eq!(
            &text[scan.marks[0].range.clone()],
            "{{side see $p_{{i}}$ and {{num a .1}} here}}"
        );
    }

    #[test]
    fn a_fence_knows_its_body() {
        let text = "before\n\n```quiz\nid = \"a\"\n\nb = 1\n```\nafter";
        let scan = Scan::new(text);
        assert_eq!(scan.fences[0].info, "quiz");
        assert_eq!(&text[scan.fences[0].body.clone()], "id = \"a\"\n\nb = 1\n");
    }

    #[test]
    fn blank_lines_survive_in_code_only() {
        let html = "<figure>\n\n<pre><code>a\n\n\nb</code></pre>\n\n</figure>";
        assert_eq!(
            without_blank_lines(html),
            "<figure>\n<pre><code>a&#10;&#10;\nb</code></pre>\n</figure>"
        );
    }
}
