//! The modules of a listing crate: which one uses which, and what is left of `lib.rs` when only some are wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, File, Item, Lit, Meta, UseTree};

use crate::slice;
use crate::workspace::Chapter;

const EXERCISES: &str = "exercises";

/// The modules of one chapter's crate, named by path: `law_of_effect`, `exercises::forgetting`.
pub struct Modules {
    src: PathBuf,
    crate_name: String,
    files: BTreeMap<String, Vec<PathBuf>>,
}

/// What a piece of source names: paths into its crate, and all its words.
#[derive(Default)]
struct References {
    /// From the crate's root.
    root: BTreeSet<Vec<String>>,
    /// From a module above the file: how many levels above, and the path from there.
    above: BTreeSet<(usize, Vec<String>)>,
    words: BTreeSet<String>,
}

impl Modules {
    /// Reads which modules the chapter's crate has.
    pub fn read(chapter: &Chapter) -> Result<Self> {
        let src = chapter.dir.join("src");
        let mut modules = Self {
            crate_name: chapter.slug.replace('-', "_"),
            files: BTreeMap::new(),
            src,
        };
        modules.add_folder(Path::new(""), "")?;
        modules.add_folder(Path::new(EXERCISES), "exercises::")?;
        Ok(modules)
    }

    fn add_folder(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        let dir = self.src.join(folder);
        if !dir.is_dir() {
            return Ok(());
        }
        for file in slice::files_below(&dir)? {
            let mut parts = file.iter().map(|part| part.to_string_lossy().into_owned());
            let first = parts.next().unwrap_or_default();
            let name = first.trim_end_matches(".rs");
            let container = prefix.is_empty() && name == EXERCISES;
            if ["lib.rs", "main.rs", "mod.rs"].contains(&first.as_str()) || container {
                continue;
            }
            self.files
                .entry(format!("{prefix}{name}"))
                .or_default()
                .push(folder.join(&file));
        }
        Ok(())
    }

    /// The names of the listings.
    pub fn listings(&self) -> Vec<&str> {
        self.files
            .keys()
            .map(String::as_str)
            .filter(|name| !name.contains("::"))
            .collect()
    }

    /// The slugs of the exercises.
    pub fn exercises(&self) -> Vec<String> {
        self.files
            .keys()
            .filter_map(|name| name.strip_prefix("exercises::"))
            .map(|name| name.replace('_', "-"))
            .collect()
    }

    /// The path, relative to the crate, of an exercise's file.
    pub fn exercise_file(slug: &str) -> PathBuf {
        Path::new("src").join(EXERCISES).join(format!("{}.rs", slug.replace('-', "_")))
    }

    /// Files of a module, relative to `src`.
    pub fn files(&self, module: &str) -> &[PathBuf] {
        self.files.get(module).map_or(&[], Vec::as_slice)
    }

    /// The file that declares the exercises, relative to `src`, unless `lib.rs` does.
    pub fn exercises_file(&self) -> Option<PathBuf> {
        [Path::new("exercises.rs"), Path::new("exercises/mod.rs")]
            .into_iter()
            .find(|path| self.src.join(path).is_file())
            .map(Path::to_path_buf)
    }

    fn text(&self, module: &str) -> Result<String> {
        self.files(module)
            .iter()
            .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
            .map(|file| slice::read(&self.src.join(file)))
            .collect()
    }

    /// `start` and every module that it uses, directly or through another; and every word that their code says.
    pub fn closure(&self, start: &str) -> Result<(BTreeSet<String>, BTreeSet<String>)> {
        let lib = slice::read(&self.src.join("lib.rs"))?;
        let syntax = parse(&lib, Path::new("src/lib.rs"))?;
        let exported = self.exported(&syntax);
        let (mut found, mut words) = (BTreeSet::new(), BTreeSet::new());
        let mut open: Vec<String> = vec![start.to_owned()];
        // Whatever else lib.rs holds stays, so what it uses must stay too.
        let rest = references(&tokens_of_rest(&lib, &syntax), &self.crate_name);
        open.extend(
            self.listings()
                .into_iter()
                .filter(|name| rest.words.contains(*name))
                .map(str::to_owned),
        );
        words.extend(rest.words);
        while let Some(module) = open.pop() {
            if !found.insert(module.clone()) {
                continue;
            }
            let text = self.text(&module)?;
            let tokens = text.parse().map_err(|e| {
                anyhow::anyhow!("cannot read module {module} as Rust: {e}")
            })?;
            let used = references(&tokens, &self.crate_name);
            let above = used.above.iter().map(|(levels, path)| match levels {
                1 if module.contains("::") => {
                    [vec![EXERCISES.to_owned()], path.clone()].concat()
                }
                _ => path.clone(),
            });
            for path in used.root.iter().cloned().chain(above) {
                open.extend(self.of_path(&path, &exported));
            }
            words.extend(used.words);
        }
        Ok((found, words))
    }

    /// The modules that a path from the crate's root leads to.
    fn of_path(
        &self,
        path: &[String],
        exported: &BTreeMap<String, String>,
    ) -> Vec<String> {
        let Some(first) = path.first() else {
            return Vec::new();
        };
        if first == "*" {
            return exported.values().cloned().collect();
        }
        let nested = path.get(1).map(|second| format!("{first}::{second}"));
        if let Some(nested) = nested.filter(|name| self.files.contains_key(name)) {
            return vec![nested];
        }
        if self.files.contains_key(first) {
            return vec![first.clone()];
        }
        exported.get(first).into_iter().cloned().collect()
    }

    /// Names that `lib.rs` re-exports, with the module that they come from.
    fn exported(&self, lib: &File) -> BTreeMap<String, String> {
        let mut exported = BTreeMap::new();
        for item in &lib.items {
            let Item::Use(item) = item else { continue };
            for leaf in leaves(&item.tree) {
                if let Some(module) = self.owner(&leaf.path) {
                    exported.insert(leaf.name().to_owned(), module);
                }
            }
        }
        exported
    }

    fn owner(&self, path: &[String]) -> Option<String> {
        let path = if ["crate", "self"].contains(&path.first()?.as_str()) {
            &path[1..]
        } else {
            path
        };
        let first = path.first()?;
        let nested = format!("{first}::{}", path.get(1).map_or("", String::as_str));
        [nested, first.clone()].into_iter().find(|name| self.files.contains_key(name))
    }

    /// `lib.rs` with only these modules, under the documentation `doc`.
    pub fn prune_lib(&self, keep: &BTreeSet<String>, doc: &str) -> Result<String> {
        let pruned = self.prune(
            &slice::read(&self.src.join("lib.rs"))?,
            Path::new("src/lib.rs"),
            "",
            keep,
            true,
        )?;
        Ok(format!("//! {doc}\n\n{}", pruned.trim_start()))
    }

    /// The file that declares the exercises, with only these.
    pub fn prune_exercises(
        &self,
        file: &Path,
        keep: &BTreeSet<String>,
    ) -> Result<String> {
        self.prune(&slice::read(&self.src.join(file))?, file, "exercises::", keep, false)
    }

    fn prune(
        &self,
        text: &str,
        path: &Path,
        prefix: &str,
        keep: &BTreeSet<String>,
        docs: bool,
    ) -> Result<String> {
        let syntax = parse(text, path)?;
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        if docs {
            edits.extend(
                syntax
                    .attrs
                    .iter()
                    .filter(|a| a.path().is_ident("doc"))
                    .map(|a| (a.span().byte_range(), String::new())),
            );
        }
        self.prune_items(&syntax.items, prefix, keep, &mut edits);
        Ok(squeeze(&apply(text, edits)))
    }

    fn prune_items(
        &self,
        items: &[Item],
        prefix: &str,
        keep: &BTreeSet<String>,
        edits: &mut Vec<(Range<usize>, String)>,
    ) {
        for item in items {
            match item {
                Item::Mod(module) => {
                    let name = format!("{prefix}{}", module.ident);
                    let container = name == EXERCISES;
                    let wanted = if container {
                        keep.iter().any(|name| name.starts_with("exercises::"))
                    } else {
                        keep.contains(&name) || !self.files.contains_key(&name)
                    };
                    if !wanted {
                        edits.push((item.span().byte_range(), String::new()));
                    } else if let Some((_, inner)) =
                        module.content.as_ref().filter(|_| container)
                    {
                        self.prune_items(inner, "exercises::", keep, edits);
                    }
                }
                Item::Use(import) => {
                    let wanted = |leaf: &Leaf| {
                        self.owner(&leaf.path).is_none_or(|module| keep.contains(&module))
                    };
                    let all = leaves(&import.tree);
                    if !all.iter().all(wanted) {
                        let visible = if matches!(import.vis, syn::Visibility::Public(_))
                        {
                            "pub "
                        } else {
                            ""
                        };
                        let kept: Vec<String> = all
                            .iter()
                            .filter(|leaf| wanted(leaf))
                            .map(|leaf| format!("{visible}use {};", leaf.text()))
                            .collect();
                        edits.push((item.span().byte_range(), kept.join("\n")));
                    }
                }
                _ => {}
            }
        }
    }
}

fn parse(text: &str, path: &Path) -> Result<File> {
    syn::parse_file(text)
        .with_context(|| format!("cannot read {} as Rust", path.display()))
}

fn apply(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = String::new();
    let mut at = 0;
    for (range, new) in edits {
        out.push_str(&text[at..range.start]);
        out.push_str(&new);
        // What goes takes its line with it.
        let line_ends = new.is_empty() && text[range.end..].starts_with('\n');
        at = range.end + usize::from(line_ends);
    }
    out.push_str(&text[at..]);
    out
}

/// No two empty lines in a row, none at the ends, no spaces where nothing stands.
fn squeeze(text: &str) -> String {
    let mut out = String::new();
    let mut gap = false;
    for line in text.lines() {
        if line.trim().is_empty() {
            gap = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// One name brought in by a `use`.
struct Leaf {
    path: Vec<String>,
    renamed: Option<String>,
}

impl Leaf {
    fn name(&self) -> &str {
        self.renamed.as_ref().or(self.path.last()).map_or("", String::as_str)
    }

    fn text(&self) -> String {
        let renamed =
            self.renamed.as_ref().map(|name| format!(" as {name}")).unwrap_or_default();
        format!("{}{renamed}", self.path.join("::"))
    }
}

fn leaves(tree: &UseTree) -> Vec<Leaf> {
    fn walk(tree: &UseTree, path: &mut Vec<String>, out: &mut Vec<Leaf>) {
        let depth = path.len();
        let mut renamed = None;
        match tree {
            UseTree::Path(part) => {
                path.push(part.ident.to_string());
                walk(&part.tree, path, out);
                path.truncate(depth);
                return;
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    walk(tree, path, out);
                }
                return;
            }
            UseTree::Name(name) => path.push(name.ident.to_string()),
            UseTree::Rename(rename) => {
                path.push(rename.ident.to_string());
                renamed = Some(rename.rename.to_string());
            }
            UseTree::Glob(_) => path.push("*".to_owned()),
        }
        out.push(Leaf { path: path.clone(), renamed });
        path.truncate(depth);
    }
    let mut out = Vec::new();
    walk(tree, &mut Vec::new(), &mut out);
    out
}

/// The code of a file without its module declarations and imports.
fn tokens_of_rest(text: &str, file: &File) -> TokenStream {
    let declares = |item: &&Item| match item {
        Item::Mod(module) => module.content.is_none() || module.ident == EXERCISES,
        Item::Use(_) => true,
        _ => false,
    };
    let rest = file.items.iter().filter(|item| !declares(item));
    rest.filter_map(|item| text[item.span().byte_range()].parse::<TokenStream>().ok())
        .collect()
}

fn references(tokens: &TokenStream, crate_name: &str) -> References {
    let mut found = References::default();
    let mut docs = String::new();
    walk(tokens.clone(), 0, crate_name, &mut found, &mut docs);
    // Doctests are programs of their own and name the crate from outside.
    for (at, _) in docs.match_indices(crate_name) {
        let rest = &docs[at..];
        let mut depth = 0_i32;
        let end = rest.find(|c: char| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            let inside = depth > 0 && !matches!(c, ';' | '`');
            !(inside || c == '}' || c.is_alphanumeric() || matches!(c, '_' | ':'))
        });
        if let Ok(path) = rest[..end.unwrap_or(rest.len())].parse() {
            walk(path, 0, crate_name, &mut found, &mut String::new());
        }
    }
    for (at, _) in docs.match_indices("::") {
        let start = docs[..at]
            .rfind(|c: char| !c.is_alphanumeric() && c != '_')
            .map_or(0, |i| i + 1);
        if docs.is_char_boundary(start) {
            found.words.insert(docs[start..at].to_owned());
        }
    }
    found
}

/// `depth` counts the inline modules around the tokens.
fn walk(
    tokens: TokenStream,
    depth: usize,
    crate_name: &str,
    found: &mut References,
    docs: &mut String,
) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => {
                let module = at >= 2
                    && matches!(&tokens[at - 2], TokenTree::Ident(word) if word == "mod");
                walk(
                    group.stream(),
                    depth + usize::from(module),
                    crate_name,
                    found,
                    docs,
                );
            }
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                if separator(&tokens, at + 1) {
                    let mut paths = Vec::new();
                    follow(&tokens, at + 3, &mut Vec::new(), &mut paths);
                    if name == "crate" || name == crate_name {
                        found.root.extend(paths);
                    } else if name == "super" && !(at >= 3 && separator(&tokens, at - 2))
                    {
                        for path in paths {
                            let more =
                                path.iter().take_while(|part| *part == "super").count();
                            if 1 + more > depth {
                                found
                                    .above
                                    .insert((1 + more - depth, path[more..].to_vec()));
                            }
                        }
                    }
                }
                if name == "doc"
                    && let Some(TokenTree::Literal(text)) = tokens.get(at + 2)
                    && let Ok(Lit::Str(text)) = syn::parse_str(&text.to_string())
                {
                    docs.push_str(&text.value());
                    docs.push('\n');
                }
                found.words.insert(name);
            }
            _ => {}
        }
    }
}

fn separator(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':');
    colon(at) && colon(at + 1)
}

/// Collects every path that begins at token `at`.
fn follow(
    tokens: &[TokenTree],
    at: usize,
    path: &mut Vec<String>,
    out: &mut Vec<Vec<String>>,
) {
    match tokens.get(at) {
        Some(TokenTree::Ident(ident)) => {
            path.push(ident.to_string());
            if separator(tokens, at + 1) {
                follow(tokens, at + 3, path, out);
            } else {
                out.push(path.clone());
            }
            path.pop();
        }
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let comma = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == ',');
            for part in inner.split(comma) {
                follow(part, 0, path, out);
            }
        }
        Some(TokenTree::Punct(star)) if star.as_char() == '*' => {
            out.push([path.as_slice(), &["*".to_owned()]].concat());
        }
        // A path such as `crate::Name::<T>`.
        _ => out.push(path.clone()),
    }
}

/// The first paragraph of a file's own documentation, on one line; empty if there is none.
pub fn first_paragraph(path: &Path) -> Result<String> {
    let file = parse(&slice::read(path)?, path)?;
    let lines = file.attrs.iter().filter_map(doc_line);
    let paragraph: Vec<String> = lines
        .map(|line| line.trim().to_owned())
        .skip_while(String::is_empty)
        .take_while(|line| !line.is_empty())
        .collect();
    Ok(paragraph.join(" "))
}

fn doc_line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    match &pair.value {
        Expr::Lit(literal) if pair.path.is_ident("doc") => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Names of the tests in a file of tests, such as `claims.rs`; those of its submodules with their path.
pub fn tests_in(path: &Path) -> Result<Vec<String>> {
    fn collect(
        items: &[Item],
        prefix: &str,
        folder: &Path,
        out: &mut Vec<String>,
    ) -> Result<()> {
        for item in items {
            match item {
                Item::Fn(function)
                    if function.attrs.iter().any(|a| a.path().is_ident("test")) =>
                {
                    out.push(format!("{prefix}{}", function.sig.ident));
                }
                Item::Mod(module) => {
                    let prefix = format!("{prefix}{}::", module.ident);
                    if let Some((_, items)) = &module.content {
                        collect(items, &prefix, folder, out)?;
                    } else {
                        let name = module.ident.to_string();
                        let file = [
                            folder.join(format!("{name}.rs")),
                            folder.join(&name).join("mod.rs"),
                        ];
                        if let Some(file) = file.iter().find(|file| file.is_file()) {
                            collect(
                                &parse(&slice::read(file)?, file)?.items,
                                &prefix,
                                &folder.join(name),
                                out,
                            )?;
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
    let mut out = Vec::new();
    let folder = path.parent().context("a file has a folder")?;
    collect(&parse(&slice::read(path)?, path)?.items, "", folder, &mut out)?;
    Ok(out)
}

/// Cuts `#[cfg(test)]` modules from a source text.
pub fn without_tests(source: &str) -> Result<String> {
    let file = parse(source, Path::new("the exercise"))?;
    let tests = file.items.iter().filter(|item| {
        matches!(item, Item::Mod(module) if module.attrs.iter().any(|a| {
            a.path().is_ident("cfg") && matches!(&a.meta, Meta::List(list) if list.tokens.to_string() == "test")
        }))
    });
    Ok(squeeze(&apply(
        source,
        tests.map(|item| (item.span().byte_range(), String::new())).collect(),
    )))
}

/// The whole items of a source text in which one of `lines` (counted from 1) lies, in order.
pub fn items_around(source: &str, lines: &[usize]) -> Result<Vec<String>> {
    let file = parse(source, Path::new("the exercise"))?;
    let mut found = Vec::new();
    for item in &file.items {
        let span = item.span();
        if lines.iter().any(|line| (span.start().line..=span.end().line).contains(line)) {
            found.push(source[span.byte_range()].to_owned());
        }
    }
    if found.is_empty() {
        bail!("no function holds the marked lines");
    }
    Ok(found)
}

/// A source text without the comments that mark fragments for the page.
pub fn without_anchors(source: &str) -> String {
    let anchor = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("// ANCHOR: ") || line.starts_with("// ANCHOR_END: ")
    };
    source.split_inclusive('\n').filter(|line| !anchor(line)).collect()
}

/// Copies a Rust file to a reader's project: without anchors, its data beside it.
pub fn copy_source(from: &Path, to: &Path) -> Result<()> {
    if from.extension().is_some_and(|extension| extension == "rs") {
        slice::write(to, for_reader(&slice::read(from)?))
    } else {
        slice::write(
            to,
            fs::read(from).with_context(|| format!("cannot read {}", from.display()))?,
        )
    }
}

/// A source text as a reader gets it. The chapter's crate is the root of the reader's project, so the data that lies
/// two folders up in the course lies beside the manifest there.
pub fn for_reader(source: &str) -> String {
    without_anchors(source).replace("../../figures/data", "data")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crate_of(files: &[(&str, &str)]) -> (tempfile::TempDir, Modules) {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            slice::write(&dir.path().join("src").join(path), text).unwrap();
        }
        let chapter = Chapter {
            id: "ch01".into(),
            slug: "ch01-animal".into(),
            dir: dir.path().to_path_buf(),
        };
        let modules = Modules::read(&chapter).unwrap();
        (dir, modules)
    }

    const LIB: &str = "//! Chapter.\n\n#![forbid(unsafe_code)]\n\n/// One.\npub mod one;\npub mod two;\npub mod three;\n\
        pub mod four;\npub mod exercises;\n\npub use one::One;\npub use {three::Three, two::Two};\n";

    fn example() -> (tempfile::TempDir, Modules) {
        crate_of(&[
            ("lib.rs", LIB),
            ("one.rs", "//! One.\npub struct One;"),
            (
                "two.rs",
                "//! ```\n//! use ch01_animal::{\n//!     four::Four,\n//! };\n//! ```\nuse rand::Rng;\npub struct Two;",
            ),
            ("three.rs", "use crate::{One, two::Two as Other};\npub struct Three;"),
            ("four.rs", "pub struct Four;\n#[cfg(test)]\nmod tests { use super::*; }"),
            ("exercises/mod.rs", "//! Exercises.\npub mod first;\npub mod second;\n"),
            ("exercises/first.rs", "use super::super::four::Four;"),
            (
                "exercises/second.rs",
                "use super::first; fn f() { assert_eq!(crate::one::One, 1) }",
            ),
        ])
    }

    fn names(set: &BTreeSet<String>) -> Vec<&str> {
        set.iter().map(String::as_str).collect()
    }

    #[test]
    fn a_module_brings_what_it_uses_in_code_macros_reexports_and_doctests() {
        let (_dir, modules) = example();
        assert_eq!(modules.listings(), ["four", "one", "three", "two"]);
        assert_eq!(modules.exercises(), ["first", "second"]);
        assert_eq!(names(&modules.closure("one").unwrap().0), ["one"]);
        assert_eq!(names(&modules.closure("two").unwrap().0), ["four", "two"]);
        assert_eq!(
            names(&modules.closure("three").unwrap().0),
            ["four", "one", "three", "two"]
        );
        assert_eq!(
            names(&modules.closure("exercises::second").unwrap().0),
            ["exercises::first", "exercises::second", "four", "one"]
        );
        assert!(modules.closure("two").unwrap().1.contains("rand"));
        assert!(!modules.closure("one").unwrap().1.contains("rand"));
    }

    #[test]
    fn the_library_keeps_only_what_is_wanted() {
        let (_dir, modules) = example();
        let lib = modules.prune_lib(&modules.closure("two").unwrap().0, "Two.").unwrap();
        assert_eq!(
            lib,
            "//! Two.\n\n#![forbid(unsafe_code)]\n\npub mod two;\npub mod four;\n\npub use two::Two;\n"
        );
        let keep = modules.closure("exercises::first").unwrap().0;
        let lib = modules.prune_lib(&keep, "First.").unwrap();
        assert_eq!(
            lib,
            "//! First.\n\n#![forbid(unsafe_code)]\n\npub mod four;\npub mod exercises;\n"
        );
        let file = modules.exercises_file().unwrap();
        assert_eq!(
            modules.prune_exercises(&file, &keep).unwrap(),
            "//! Exercises.\npub mod first;\n"
        );
    }

    #[test]
    fn a_readers_source_has_no_anchors_and_its_data_beside_it() {
        let source = "// ANCHOR: a\nlet d = include_str!(\"../../../figures/data/ch01/x.csv\");\n// ANCHOR_END: a\n";
        assert_eq!(for_reader(source), "let d = include_str!(\"../data/ch01/x.csv\");\n");
        assert_eq!(
            for_reader("concat!(env!(\"D\"), \"/../../figures/data/x\")"),
            "concat!(env!(\"D\"), \"/data/x\")"
        );
    }
}
