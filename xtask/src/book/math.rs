//! Formulas: rendered by mdbook-katex's own renderer, remembered by content.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use mdbook_katex::cfg::KatexConfig;
use mdbook_katex::preprocess::ExtraOpts;
use tracing_subscriber::layer::SubscriberExt;

/// Letters that the book's notation gives to one meaning only, and the macro that says
/// which.
const RESERVED: [(&str, &str); 3] = [
    ("gamma", "\\precision (policy precision) or \\discount"),
    ("pi", "\\plan, \\policy, or \\numpi for the number"),
    ("tau", "\\temperature"),
];

/// Renders LaTeX to HTML.
pub struct Renderer {
    inline: katex::Opts,
    display: katex::Opts,
    extra: ExtraOpts,
    cache: PathBuf,
    /// Everything but the formula that decides what it looks like.
    salt: String,
}

impl Renderer {
    /// Reads the macros from `src/macros.txt`; rendered formulas are kept under `cache`.
    pub fn new(root: &Path, cache: &Path) -> Result<Renderer> {
        let macros = root.join("src/macros.txt");
        let text = std::fs::read_to_string(&macros)
            .with_context(|| format!("cannot read {}", macros.display()))?;
        let config = KatexConfig {
            output: "htmlAndMathml".into(),
            no_css: true,
            macros: Some("src/macros.txt".into()),
            ..KatexConfig::default()
        };
        let (inline, display) = config.build_opts(root);
        let cache = cache.join("formulas");
        std::fs::create_dir_all(&cache)
            .with_context(|| format!("cannot make the folder {}", cache.display()))?;
        let salt = format!("katex 0.16.4, layout 1\n{text}");
        Ok(Renderer { inline, display, extra: config.build_extra_opts(), cache, salt })
    }

    /// HTML and MathML of one formula, on one line.
    ///
    /// # Errors
    /// What KaTeX says of bad LaTeX.
    pub fn render(&self, tex: &str, display: bool) -> Result<String, String> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.salt.as_bytes());
        hasher.update(&[u8::from(display)]);
        hasher.update(tex.as_bytes());
        let file = self.cache.join(hasher.finalize().to_hex().as_str());
        if let Ok(html) = std::fs::read_to_string(&file) {
            return Ok(html);
        }
        let html = self.render_now(tex, display)?;
        // A cache that can't be written costs time, nothing else.
        let _ = write_whole(&file, &html);
        Ok(html)
    }

    fn render_now(&self, tex: &str, display: bool) -> Result<String, String> {
        let complaints = Complaints::default();
        let opts = if display { &self.display } else { &self.inline };
        let subscriber = tracing_subscriber::registry().with(complaints.clone());
        let html = tracing::subscriber::with_default(subscriber, || {
            mdbook_katex::render::render(tex, opts.clone(), self.extra.clone(), display)
        });
        match complaints.take() {
            complaints if complaints.is_empty() => Ok(quiet(&html)),
            complaints => {
                let text = complaints.join("; ");
                let text = text
                    .rsplit_once("ParseError: ")
                    .map_or(text.as_str(), |(_, said)| said);
                Err(text.split_whitespace().collect::<Vec<_>>().join(" "))
            }
        }
    }
}

/// Writes through a sibling, so that a reader never sees half a file.
fn write_whole(file: &Path, text: &str) -> std::io::Result<()> {
    let temporary = file.with_extension(format!("{}", std::process::id()));
    std::fs::write(&temporary, text)?;
    std::fs::rename(&temporary, file)
}

/// The letters of `tex` that the book has given away and that stand bare, outside
/// `\theirs{…}`.
pub fn bare_letters(tex: &str) -> Vec<(&'static str, &'static str)> {
    let mut ours = String::new();
    let mut rest = tex;
    while let Some(at) = rest.find("\\theirs{") {
        ours.push_str(&rest[..at]);
        let body = &rest[at + "\\theirs{".len()..];
        let mut depth = 1usize;
        let end = body
            .char_indices()
            .find_map(|(i, c)| {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                (depth == 0).then_some(i + 1)
            })
            .unwrap_or(body.len());
        rest = &body[end..];
    }
    ours.push_str(rest);
    RESERVED
        .into_iter()
        .filter(|(name, _)| {
            ours.match_indices('\\').any(|(at, _)| {
                let word: String = ours[at + 1..]
                    .chars()
                    .take_while(char::is_ascii_alphabetic)
                    .collect();
                word == *name
            })
        })
        .collect()
}

/// Escapes what Markdown would read as its own in the text between tags; tags stay as
/// they are.
fn quiet(html: &str) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut chars = html.chars();
    while let Some(c) = chars.next() {
        match c {
            '<' => {
                out.push('<');
                let mut quote = None;
                for c in chars.by_ref() {
                    out.push(c);
                    match (quote, c) {
                        (None, '>') => break,
                        (None, '"' | '\'') => quote = Some(c),
                        (Some(open), c) if open == c => quote = None,
                        _ => {}
                    }
                }
            }
            '&' => {
                out.push('&');
                for c in chars.by_ref() {
                    out.push(c);
                    if c == ';' {
                        break;
                    }
                }
            }
            '*' | '_' | '[' | ']' | '\\' | '`' | '~' | '$' | '!' | '#' | '|' | '{'
            | '}' | '"' | '\'' | '-' | '.' => {
                out.push_str(&format!("&#{};", c as u32));
            }
            '\n' => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

/// Collects what a library only logs.
#[derive(Clone, Default)]
pub struct Complaints(Arc<Mutex<Vec<String>>>);

impl Complaints {
    /// What was said since the last call.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().expect("no thread panics while it holds this"))
    }
}

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Complaints {
    fn on_event(
        &self,
        event: &tracing::Event<'_>,
        _: tracing_subscriber::layer::Context<'_, S>,
    ) {
        if *event.metadata().level() > tracing::Level::WARN {
            return;
        }
        let text = RefCell::new(String::new());
        event.record(&mut |field: &tracing::field::Field,
                           value: &dyn std::fmt::Debug| {
            let mut text = text.borrow_mut();
            if field.name() == "message" {
                text.insert_str(0, &format!("{value:?}"));
            } else if field.name() == "why" {
                text.push_str(&format!(" {value:?}"));
            }
        });
        self.0
            .lock()
            .expect("no thread panics while it holds this")
            .push(text.into_inner());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_letter_is_found_outside_theirs_only() {
        assert_eq!(bare_letters(r"\delta + \discount V").len(), 0);
        assert_eq!(bare_letters(r"\theirs{\gamma_{x}} + \gammafoo").len(), 0);
        assert_eq!(bare_letters(r"\theirs{\gamma} + \gamma V")[0].0, "gamma");
        assert_eq!(bare_letters(r"\pi(a)")[0].0, "pi");
    }

    #[test]
    fn text_between_tags_is_quieted_and_tags_are_not() {
        assert_eq!(
            quiet("<a href=\"x_y\">a_b &amp; c</a>"),
            "<a href=\"x_y\">a&#95;b &amp; c</a>"
        );
    }
}
