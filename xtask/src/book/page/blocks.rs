//! The fenced blocks, as HTML.

use std::fmt::Write as _;

use serde::de::DeserializeOwned;

use super::{Page, Pass};
use crate::book::blocks::{
    self, Dual, Exercise, Figure, Listing, Opening, Output, Quiz, Summary, Text,
};
use crate::book::diagnostics::Piece;
use crate::book::markdown::{self, escape, escape_rust};
use crate::book::{evidence, nearest};
use crate::{exercise, modules};

impl Page<'_> {
    pub(super) fn fence(
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

    pub(super) fn read<T: DeserializeOwned>(&mut self, body: Piece<'_>) -> Option<T> {
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
    pub(super) fn value<'a>(&self, body: Piece<'a>, text: &'a Text) -> Piece<'a> {
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

    pub(super) fn inline_value(&mut self, body: Piece<'_>, text: &Text) -> String {
        self.note_words(body, text);
        let piece = self.value(body, text);
        self.inline(piece)
    }

    pub(super) fn block_value(&mut self, body: Piece<'_>, text: &Text) -> String {
        self.note_words(body, text);
        let piece = self.value(body, text);
        self.block(piece)
    }

    /// What a block says is found by search, too.
    pub(super) fn note_words(&mut self, body: Piece<'_>, text: &Text) {
        if self.pass == Pass::Render {
            let words = self.plain(text.get_ref());
            self.block_words.push((body.offset, words));
        }
    }

    pub(super) fn at(&self, text: &Text) -> usize {
        text.span().start
    }

    pub(super) fn not_empty(&mut self, body: Piece<'_>, text: &Text, what: &str) {
        if text.get_ref().trim().is_empty() {
            self.fault(body, self.at(text), format!("an empty {what}"));
        }
    }

    pub(super) fn opening(&mut self, body: Piece<'_>, block: &Opening) -> String {
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

    pub(super) fn figure(&mut self, body: Piece<'_>, block: &Figure) -> String {
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

    pub(super) fn listing(&mut self, body: Piece<'_>, block: &Listing) -> String {
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
            None => modules::without_anchors(&source).trim_end().to_owned(),
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
                escape_rust(modules::without_anchors(&source).trim_end())
            )
        } else {
            String::new()
        };
        format!(
            "<figure class=\"{class}\" id=\"{anchor}\" data-crate=\"{crate_name}\"><figcaption class=\"listing-head\"><span class=\"listing-label\">{label}</span> <span class=\"listing-title\">{title}</span> <code class=\"listing-file\">{path}</code></figcaption><pre><code class=\"language-rust\">{}</code></pre>{whole}</figure>",
            escape_rust(&shown)
        )
    }

    pub(super) fn targets_label(&self, kind: &'static str, slug: &str) -> Option<String> {
        let key = (kind, slug.to_owned());
        self.book
            .targets
            .get(&key)
            .or_else(|| self.targets.iter().find(|(k, _)| *k == key).map(|(_, t)| t))
            .map(|t| t.label.clone())
    }

    pub(super) fn output(&mut self, body: Piece<'_>, block: &Output) -> String {
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

    pub(super) fn dual(&mut self, body: Piece<'_>, block: &Dual) -> String {
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

    pub(super) fn quiz(&mut self, body: Piece<'_>, block: &Quiz) -> String {
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
                    "<div class=\"choice\"><input type=\"{input}\" id=\"{choice_id}\" name=\"{name}\" value=\"{}\"><label for=\"{choice_id}\">{text}</label><p class=\"reason\" data-correct=\"{}\" id=\"{choice_id}-reason\">{reason}</p></div>",
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

    pub(super) fn exercise(&mut self, body: Piece<'_>, block: &Exercise) -> String {
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
    pub(super) fn exercise_code(
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
                    escape_rust(stub.trim())
                ),
                format!(
                    "<pre><code class=\"language-rust\">{}</code></pre>",
                    escape_rust(solution.trim())
                ),
            )),
            Err(error) => {
                self.fault(body, at, format!("{path}: {error}"));
                None
            }
        }
    }

    pub(super) fn summary(&mut self, body: Piece<'_>, block: &Summary) -> String {
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
