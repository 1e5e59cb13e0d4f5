//! Readers' snippets: the plain Rust fences of a chapter, found by parsing its Markdown, and merged into one program.
//!
//! The merged program keeps every line of a snippet at the line it has in the chapter, so what the compiler or a failed
//! assertion says of the program is true of the chapter.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The most lines that a reader's snippet may have.
pub const MOST_LINES: usize = 8;

/// One Rust fence of a chapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The line of the opening fence, counted from 1.
    pub line: usize,
    /// What stands behind the opening fence, such as `rust` or `rust,ignore`.
    pub info: String,
    /// The code, one string a line.
    pub code: Vec<String>,
}

impl Snippet {
    /// What the snippet breaks of the rules: plain, shown whole, short, with an assertion, on a listing of `krate`.
    #[must_use]
    pub fn violations(&self, krate: &str) -> Vec<String> {
        let mut broken = Vec::new();
        if self.info != "rust" {
            broken.push(format!(
                "the fence says ```{}, which nothing compiles; write ```rust, or show code with a `listing` block",
                self.info
            ));
        }
        if self.code.len() > MOST_LINES {
            broken.push(format!(
                "{} lines, more than {MOST_LINES}; shorten it, or make it a listing",
                self.code.len()
            ));
        }
        if self
            .code
            .iter()
            .any(|line| line.trim() == "#" || line.trim_start().starts_with("# "))
        {
            broken.push(
                "a hidden line (`# …`); a reader copies what is shown, so show it"
                    .to_owned(),
            );
        }
        let code = self.code.join("\n");
        if !["assert!", "assert_eq!", "assert_ne!"].iter().any(|name| code.contains(name))
        {
            broken.push(
                "no assert!, assert_eq! or assert_ne!; say what the reader should see"
                    .to_owned(),
            );
        }
        if !code.contains(krate) {
            broken.push(format!(
                "it doesn't use `{krate}`; a snippet is a use of this chapter's listings"
            ));
        }
        broken
    }
}

/// The name of a chapter's crate in Rust, from the name of its file: `ch01-behaving-animal.md` gives `ch01_behaving_animal`.
#[must_use]
pub fn crate_of(file_name: &str) -> String {
    file_name.trim_end_matches(".md").replace('-', "_")
}

/// Whether a file of `src/` is a chapter: `ch`, two digits, a hyphen, `.md`.
#[must_use]
pub fn is_chapter(file_name: &str) -> bool {
    let bytes = file_name.as_bytes();
    file_name.ends_with(".md")
        && file_name.starts_with("ch")
        && bytes.len() > 5
        && bytes[2].is_ascii_digit()
        && bytes[3].is_ascii_digit()
        && bytes[4] == b'-'
}

/// All Rust fences of a chapter's text, in order, without those that include a file (these are compiled where they stand).
#[must_use]
pub fn in_markdown(text: &str) -> Vec<Snippet> {
    let mut found = Vec::new();
    let mut open: Option<Snippet> = None;
    for (event, range) in Parser::new_ext(text, Options::all()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let language = info.split([',', ' ']).next().unwrap_or_default();
                if language == "rust" {
                    let line = 1 + text[..range.start].matches('\n').count();
                    open = Some(Snippet {
                        line,
                        info: info.trim().to_owned(),
                        code: Vec::new(),
                    });
                }
            }
            Event::Text(code) => {
                if let Some(snippet) = &mut open {
                    snippet.code.extend(code.lines().map(str::to_owned));
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                found.extend(
                    open.take()
                        .filter(|s| !s.code.iter().any(|line| line.contains("{{#"))),
                );
            }
            _ => {}
        }
    }
    found
}

/// One Rust module that runs all snippets, each line at its line in the chapter; `run` reports every failure, not only the first.
///
/// The opening fence becomes the head of a module of its own and the closing fence its end, so two snippets can't see each other.
#[must_use]
pub fn merged(chapter: &str, snippets: &[Snippet]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for snippet in snippets {
        // Line `n` of the chapter is `lines[n - 1]`; a fence can't begin before the one above has ended.
        lines.resize(snippet.line - 1, String::new());
        lines.push(format!(
            "#[allow(unused)] mod line_{} {{ pub fn run() {{",
            snippet.line
        ));
        lines.extend(snippet.code.iter().cloned());
        lines.push("}}".to_owned());
    }
    let table: Vec<String> = snippets
        .iter()
        .map(|s| format!("({}, line_{}::run as fn())", s.line, s.line))
        .collect();
    lines.push(String::new());
    lines.push(format!(
        "pub fn run() {{
    let snippets: [(u32, fn()); {}] = [{}];
    let failed: Vec<String> = snippets
        .iter()
        .filter(|(_, snippet)| std::panic::catch_unwind(snippet).is_err())
        .map(|(line, _)| format!(\"{chapter}:{{line}}\"))
        .collect();
    if !failed.is_empty() {{
        eprintln!(\"error: readers' snippets that fail: {{}}\", failed.join(\", \"));
        std::process::exit(1);
    }}
}}",
        snippets.len(),
        table.join(", ")
    ));
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAPTER: &str = "# A chapter\n\n```rust\nuse ch01_x::f;\nassert_eq!(f(), 1);\n```\n\n- in a list:\n\n  ```rust\n  assert!(ch01_x::g());\n  ```\n\n```toml\na = 1\n```\n\n```rust\n{{#include x.rs}}\n```\n\n~~~rust,ignore\nfn broken(\n~~~\n";

    #[test]
    fn every_rust_fence_is_found_at_its_line_and_includes_are_passed_over() {
        let lines: Vec<(usize, String)> =
            in_markdown(CHAPTER).into_iter().map(|s| (s.line, s.info)).collect();
        assert_eq!(
            lines,
            [
                (3, "rust".to_owned()),
                (10, "rust".to_owned()),
                (22, "rust,ignore".to_owned())
            ]
        );
    }

    #[test]
    fn a_merged_program_keeps_each_line_where_the_chapter_has_it() {
        let snippets = in_markdown(CHAPTER);
        let program = merged("src/x.md", &snippets[..2]);
        let program: Vec<&str> = program.lines().collect();
        for (number, line) in
            CHAPTER.lines().enumerate().filter(|(_, line)| line.contains("assert"))
        {
            assert_eq!(program[number], line.trim(), "line {}", number + 1);
        }
    }

    #[test]
    fn a_long_hidden_unasserted_or_foreign_snippet_is_a_violation() {
        let snippet = |info: &str, code: &str| Snippet {
            line: 1,
            info: info.to_owned(),
            code: code.lines().map(str::to_owned).collect(),
        };
        let sound = snippet("rust", "assert!(ch01_x::g());");
        assert_eq!(sound.violations("ch01_x"), Vec::<String>::new());
        for (broken, what) in [
            (snippet("rust,ignore", "assert!(ch01_x::g());"), "nothing compiles"),
            (snippet("rust", &"assert!(ch01_x::g());\n".repeat(9)), "9 lines"),
            (snippet("rust", "# let a = 1;\nassert!(ch01_x::g());"), "hidden"),
            (snippet("rust", "ch01_x::g();"), "no assert"),
            (snippet("rust", "assert!(true);"), "doesn't use"),
        ] {
            let violations = broken.violations("ch01_x");
            assert!(
                violations.len() == 1 && violations[0].contains(what),
                "{what}: {violations:?}"
            );
        }
    }
}
