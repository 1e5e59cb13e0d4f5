//! `new`: a chapter, a listing or a figure that compiles and passes its tests from its first minute.
//!
//! What only an author can write stands in the new page as `{{fill …}}`, which the page's checks refuse: a scaffold is
//! never published by accident.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use syn::spanned::Spanned;
use syn::{Expr, Item, Member};
use toml_edit::{DocumentMut, InlineTable, TableLike, Value};

use crate::modules::Modules;
use crate::slice;
use crate::workspace::{chapter_id, chapters, resolve_chapter};

const SUMMARY: &str = "src/SUMMARY.md";
const FIGURES: &str = "figures/src/lib.rs";

/// Writes a new chapter: crate, page, the file of its figures, and its place in the book.
///
/// # Errors
/// A chapter that exists, a number that the book doesn't have, a name that is not a slug; nothing is written then.
pub fn chapter(root: &Path, number: u32, slug: &str, title: &str) -> Result<()> {
    check_slug(slug)?;
    check_title(title)?;
    let id = format!("ch{number:02}");
    if let Some(old) = chapters(root)?.into_iter().find(|chapter| chapter.id == id) {
        bail!(
            "chapter {number} exists: {}; add to it with `cargo xtask new listing {id} …`",
            old.dir.display()
        );
    }
    let name = format!("{id}-{slug}");
    let fill = |template: &str| {
        let template = template
            .replace("%number%", &number.to_string())
            .replace("%title%", title)
            .replace("%id%", &id);
        template.replace("%crate%", &name).replace("%lib%", &name.replace('-', "_"))
    };
    let listing = fill(
        &include_str!("../templates/listing.rs.txt")
            .replace("%title%", "The running mean"),
    );
    let folder = Path::new("listings").join(&name);
    let mut plan = Plan::default();
    plan.create(
        folder.join("Cargo.toml"),
        fill(include_str!("../templates/Cargo.toml.txt")),
    );
    plan.create(folder.join("src/lib.rs"), fill(include_str!("../templates/lib.rs.txt")));
    plan.create(
        folder.join("src/running_mean.rs"),
        listing.replace("%module%", "running_mean"),
    );
    plan.create(
        folder.join("src/exercises/mod.rs"),
        fill(include_str!("../templates/exercises.rs.txt")),
    );
    plan.create(
        folder.join("src/exercises/mean_of_all.rs"),
        fill(include_str!("../templates/exercise.rs.txt")),
    );
    plan.create(
        folder.join("examples/running_mean.rs"),
        fill(include_str!("../templates/example.rs.txt")),
    );
    plan.create(
        folder.join("tests/claims.rs"),
        fill(include_str!("../templates/claims.rs.txt")),
    );
    plan.create(
        folder.join("mutants.toml"),
        fill(include_str!("../templates/mutants.toml.txt")),
    );
    plan.create(
        Path::new("src").join(format!("{name}.md")),
        fill(include_str!("../templates/chapter.md.txt")),
    );
    plan.create(
        Path::new("figures/src").join(format!("{id}.rs")),
        fill(include_str!("../templates/figures.rs.txt")),
    );
    plan.change(root, SUMMARY, |text| link_chapter(text, number, title, &name))?;
    plan.change(root, "Cargo.toml", |text| add_workspace_dependency(text, &name))?;
    plan.change(root, "figures/Cargo.toml", |text| add_feature(text, &id, &name))?;
    plan.change(root, "tests/Cargo.toml", |text| add_dev_dependency(text, &name))?;
    plan.change(root, FIGURES, |text| {
        register(text, &id).map(|text| formatted(root, &text))
    })?;
    for (path, text) in &mut plan.new {
        if path.extension().is_some_and(|extension| extension == "rs") {
            // Names of every length must fit.
            *text = formatted(root, text);
        }
    }
    plan.carry_out(root)?;
    println!(
        "next: fill in src/{name}.md (the book's build names what is missing), then cargo xtask figures {id}"
    );
    Ok(())
}

/// Writes a new listing: a module of the chapter's crate with a doctest and a test.
///
/// # Errors
/// No such chapter, a listing that exists, a name that is not a slug; nothing is written then.
pub fn listing(root: &Path, chapter: &str, slug: &str, title: &str) -> Result<()> {
    let chapter = resolve_chapter(root, chapter)?;
    check_slug(slug)?;
    check_title(title)?;
    let module = slug.replace('-', "_");
    if syn::parse_str::<syn::Ident>(&module).is_err() {
        bail!("{module} is a word of Rust and can't name a module; choose another name");
    }
    if Modules::read(&chapter)?.listings().contains(&module.as_str()) {
        bail!("{} has a listing {module} already; choose another name", chapter.id);
    }
    let text = include_str!("../templates/listing.rs.txt").replace("%title%", title);
    let text = text
        .replace("%lib%", &chapter.slug.replace('-', "_"))
        .replace("%module%", &module);
    let folder = Path::new("listings").join(&chapter.slug).join("src");
    let mut plan = Plan::default();
    plan.create(folder.join(format!("{module}.rs")), text);
    plan.change(root, folder.join("lib.rs"), |text| {
        declare(text, &module).map(|text| formatted(root, &text))
    })?;
    plan.carry_out(root)?;
    println!(
        "next: put this where src/{}.md shows it\n\n```listing\nid = \"{slug}\"\ntitle = {}\nanchor = \"update\"\n```",
        chapter.slug,
        Value::from(title)
    );
    Ok(())
}

/// Writes a new figure: a function in the file of the chapter's figures, with rows and a drawing.
///
/// # Errors
/// No such chapter, a figure that exists, a name that is not a slug; nothing is written then.
pub fn figure(root: &Path, chapter: &str, slug: &str, title: &str) -> Result<()> {
    let chapter = resolve_chapter(root, chapter)?;
    check_slug(slug)?;
    check_title(title)?;
    let file = Path::new("figures/src").join(format!("{}.rs", chapter.id));
    let template = include_str!("../templates/figure.rs.txt").replace("%slug%", slug);
    let template =
        template.replace("%title%", title).replace("%function%", &slug.replace('-', "_"));
    let mut plan = Plan::default();
    let add = |text: &str| {
        add_figure(text, slug, &template).with_context(|| file.display().to_string())
    };
    plan.change(root, file.clone(), |text| add(text).map(|text| formatted(root, &text)))?;
    plan.carry_out(root)?;
    println!(
        "next: cargo xtask figures {slug}, and put this where src/{}.md shows it\n\n```figure\nid = \"{slug}\"\n\
         title = \"{{{{fill the finding}}}}\"\nalt = \"{{{{fill what is to be seen}}}}\"\n\
         caption = \"\"\"{{{{fill seeds, runs, and what the band is}}}}\"\"\"\n```",
        chapter.slug
    );
    Ok(())
}

fn check_slug(slug: &str) -> Result<()> {
    let word = |word: &str| {
        !word.is_empty()
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    if !slug.split('-').all(word) || !slug.starts_with(|c: char| c.is_ascii_lowercase()) {
        bail!(
            "\"{slug}\" is not a slug; write lower-case words with hyphens, such as law-of-effect"
        );
    }
    Ok(())
}

fn check_title(title: &str) -> Result<()> {
    if title.trim().is_empty() || title.contains(['\n', '"', '\\', '[', ']', '%']) {
        bail!(
            "\"{}\" is not a title; write a few words on one line, without quotes or brackets",
            title.escape_debug()
        );
    }
    Ok(())
}

/// Files to create and files to change: all of them or none.
#[derive(Default)]
struct Plan {
    new: Vec<(PathBuf, String)>,
    changed: Vec<(PathBuf, String, String)>,
}

impl Plan {
    fn create(&mut self, path: PathBuf, text: String) {
        self.new.push((path, text));
    }

    fn change(
        &mut self,
        root: &Path,
        path: impl Into<PathBuf>,
        edit: impl FnOnce(&str) -> Result<String>,
    ) -> Result<()> {
        let path = path.into();
        let old = slice::read(&root.join(&path))?;
        let new = edit(&old)?;
        self.changed.push((path, old, new));
        Ok(())
    }

    fn carry_out(self, root: &Path) -> Result<()> {
        for (path, _) in &self.new {
            if root.join(path).exists() {
                bail!(
                    "{} exists already; choose another name or move it away",
                    path.display()
                );
            }
        }
        let all = self
            .new
            .iter()
            .map(|(path, text)| (path, text))
            .chain(self.changed.iter().map(|(path, _, new)| (path, new)));
        for (path, text) in all {
            if let Err(error) = slice::write(&root.join(path), text) {
                self.undo(root);
                return Err(error.context("nothing was written"));
            }
        }
        for (path, _) in &self.new {
            println!("created {}", path.display());
        }
        for (path, _, _) in &self.changed {
            println!("changed {}", path.display());
        }
        Ok(())
    }

    fn undo(&self, root: &Path) {
        for (path, old, _) in &self.changed {
            if fs::read_to_string(root.join(path)).is_ok_and(|now| now != *old) {
                fs::write(root.join(path), old).ok();
            }
        }
        for (path, _) in &self.new {
            fs::remove_file(root.join(path)).ok();
            // Folders go as long as they are empty.
            for folder in
                path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty())
            {
                if fs::remove_dir(root.join(folder)).is_err() {
                    break;
                }
            }
        }
    }
}

/// Turns the draft of chapter `number` into a link.
fn link_chapter(summary: &str, number: u32, title: &str, name: &str) -> Result<String> {
    let mut lines: Vec<String> =
        summary.split_inclusive('\n').map(str::to_owned).collect();
    let items: Vec<usize> = (0..lines.len())
        .filter(|&at| lines[at].starts_with("- [") || lines[at].starts_with("* ["))
        .collect();
    let Some(&at) = (number as usize).checked_sub(1).and_then(|index| items.get(index))
    else {
        bail!(
            "{SUMMARY} has no chapter {number}; it names chapters 1 to {}",
            items.len()
        );
    };
    if !lines[at].trim_end().ends_with("]()") {
        bail!("chapter {number} is not a draft in {SUMMARY}: {}", lines[at].trim_end());
    }
    lines[at] = format!("{} [{title}]({name}.md)\n", &lines[at][..1]);
    Ok(lines.concat())
}

fn add_workspace_dependency(manifest: &str, name: &str) -> Result<String> {
    let mut lines: Vec<String> =
        manifest.split_inclusive('\n').map(str::to_owned).collect();
    // The profile may name a chapter too; only a dependency has a path.
    let before = |line: &String| {
        let chapter = line.split([' ', '=', '.']).next().and_then(chapter_id);
        line.contains("path = \"listings/") && chapter.is_some_and(|id| id < &name[..4])
    };
    let new = format!("{name} = {{ path = \"listings/{name}\" }}\n");
    if let Some(at) = lines.iter().rposition(before) {
        lines.insert(at + 1, new);
        return Ok(lines.concat());
    }
    let mut document: DocumentMut = manifest.parse().context("Cargo.toml is not TOML")?;
    let mut entry = InlineTable::new();
    entry.insert("path", format!("listings/{name}").into());
    document["workspace"]["dependencies"][name] = toml_edit::value(entry);
    Ok(document.to_string())
}

fn add_feature(manifest: &str, id: &str, name: &str) -> Result<String> {
    let mut document: DocumentMut =
        manifest.parse().context("figures/Cargo.toml is not TOML")?;
    let default = document["features"]["default"]
        .as_array_mut()
        .context("figures/Cargo.toml has no default features")?;
    default.push(id);
    document["features"][id] = toml_edit::value(
        [format!("dep:{name}")].into_iter().collect::<toml_edit::Array>(),
    );
    let mut entry = InlineTable::new();
    entry.insert("workspace", true.into());
    entry.insert("optional", true.into());
    let dependencies = document["dependencies"]
        .as_table_mut()
        .context("figures/Cargo.toml has no dependencies")?;
    dependencies.insert(name, toml_edit::value(entry));
    dependencies.sort_values();
    Ok(document.to_string())
}

fn add_dev_dependency(manifest: &str, name: &str) -> Result<String> {
    let mut document: DocumentMut =
        manifest.parse().context("tests/Cargo.toml is not TOML")?;
    let table = document.entry("dev-dependencies").or_insert_with(toml_edit::table);
    let mut entry = toml_edit::Table::new();
    entry.set_dotted(true);
    entry.insert("workspace", toml_edit::value(true));
    let table: &mut dyn TableLike = table
        .as_table_like_mut()
        .context("tests/Cargo.toml: dev-dependencies is not a table")?;
    table.insert(name, toml_edit::Item::Table(entry));
    Ok(document.to_string())
}

/// Declares and lists the figures of a chapter, in the order of the book.
fn register(source: &str, id: &str) -> Result<String> {
    let wrong =
        || format!("{FIGURES} doesn't list the chapters as expected; add {id} by hand");
    let file = syn::parse_file(source)
        .with_context(|| format!("cannot read {FIGURES} as Rust"))?;
    let is_earlier = |name: &str| chapter_id(name) == Some(name) && name < id;
    let mut modules = file.items.iter().filter_map(|item| match item {
        Item::Mod(module) if module.content.is_none() => {
            Some((module.ident.to_string(), item.span().byte_range()))
        }
        _ => None,
    });
    let module = modules.rfind(|(name, _)| is_earlier(name));
    let declaration_end = module.map(|(_, range)| range.end);
    let list = source.find("pub fn chapters()").with_context(wrong)?;
    let mut entry_end = None;
    let mut at = list;
    for line in source[list..].split_inclusive('\n') {
        at += line.len();
        if line.trim_end() == "}" {
            break;
        }
        if line.trim().strip_suffix("::chapter(),").is_some_and(is_earlier) {
            entry_end = Some(at);
        }
    }
    let (Some(declaration_end), Some(entry_end)) = (declaration_end, entry_end) else {
        bail!(wrong())
    };
    let declaration = format!("\n#[cfg(feature = \"{id}\")]\nmod {id};");
    let entry = format!("        #[cfg(feature = \"{id}\")]\n        {id}::chapter(),\n");
    Ok([
        &source[..declaration_end],
        &declaration,
        &source[declaration_end..entry_end],
        &entry,
        &source[entry_end..],
    ]
    .concat())
}

/// Declares a module behind the last one of `lib.rs`.
fn declare(source: &str, module: &str) -> Result<String> {
    let file = syn::parse_file(source).context("cannot read src/lib.rs as Rust")?;
    let declared =
        |item: &&Item| matches!(item, Item::Mod(module) if module.content.is_none());
    let last = file.items.iter().rfind(declared);
    let declaration = format!("pub mod {module};");
    Ok(match last.map(|item| item.span().byte_range().end) {
        Some(end) => format!("{}\n{declaration}{}", &source[..end], &source[end..]),
        None => format!("{}\n\n{declaration}\n", source.trim_end()),
    })
}

/// Adds a call to the chapter's list and the function behind everything that isn't a test.
fn add_figure(source: &str, slug: &str, function: &str) -> Result<String> {
    let file = syn::parse_file(source).context("cannot be read as Rust")?;
    let name = slug.replace('-', "_");
    let taken = file
        .items
        .iter()
        .any(|item| matches!(item, Item::Fn(function) if function.sig.ident == name));
    if taken || source.contains(&format!("\"{slug}\"")) {
        bail!("has a figure {slug} already; choose another name");
    }
    let chapter = file.items.iter().find_map(|item| match item {
        Item::Fn(function) if function.sig.ident == "chapter" => {
            function.block.stmts.last()
        }
        _ => None,
    });
    let figures = chapter.and_then(|statement| match statement {
        syn::Stmt::Expr(Expr::Struct(chapter), None) => {
            chapter.fields.iter().find_map(|field| match (&field.member, &field.expr) {
                (Member::Named(name), Expr::Macro(list)) if name == "figures" => {
                    Some(&list.mac)
                }
                _ => None,
            })
        }
        _ => None,
    });
    let list = figures.with_context(|| {
        format!("has no list `figures: vec![…]`; add {name}() by hand")
    })?;
    let close = list.delimiter.span().close().byte_range().start;
    let ends_with_comma = source[..close].trim_end().ends_with([',', '[']);
    let entry = format!("{}\n{name}(),\n", if ends_with_comma { "" } else { "," });
    let is_test =
        |item: &&Item| matches!(item, Item::Mod(module) if module.ident == "tests");
    let end = file
        .items
        .iter()
        .find(is_test)
        .map_or(source.len(), |item| item.span().byte_range().start);
    let gap = if end < source.len() { "\n" } else { "" };
    Ok([&source[..close], &entry, &source[close..end], function, gap, &source[end..]]
        .concat())
}

/// The text as `rustfmt` would have it, or as it is where there is no `rustfmt`.
fn formatted(root: &Path, source: &str) -> String {
    let child = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout", "--quiet"])
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let output = child.and_then(|mut child| {
        let source = source.to_owned();
        let stdin = child.stdin.take();
        let writer = std::thread::spawn(move || {
            stdin.map(|mut stdin| stdin.write_all(source.as_bytes()))
        });
        let output = child.wait_with_output();
        writer.join().ok();
        output
    });
    match output {
        Ok(output) if output.status.success() && !output.stdout.is_empty() => {
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
        _ => source.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_becomes_a_link() {
        let summary = "# Summary\n\n[Map](map.md)\n\n# Part\n\n- [One](ch01-one.md)\n- [Two]()\n    - [Sub]()\n- [Three]()\n";
        let linked = link_chapter(summary, 3, "The third", "ch03-third").unwrap();
        assert!(
            linked.ends_with("- [Two]()\n    - [Sub]()\n- [The third](ch03-third.md)\n"),
            "{linked}"
        );
        let told =
            |number| link_chapter(summary, number, "X", "x").unwrap_err().to_string();
        assert_eq!(
            told(1),
            "chapter 1 is not a draft in src/SUMMARY.md: - [One](ch01-one.md)"
        );
        assert_eq!(told(4), "src/SUMMARY.md has no chapter 4; it names chapters 1 to 3");
        assert_eq!(told(0), "src/SUMMARY.md has no chapter 0; it names chapters 1 to 3");
    }

    #[test]
    fn manifests_learn_of_the_chapter() {
        let root = "[workspace.dependencies]\nenvs = { path = \"crates/envs\" }\nch01-one = { path = \"listings/ch01-one\" }\n\n# Numbers.\nlibm = \"0.2\"\n\n[profile.dev.package]\nch01-one = { opt-level = 3 }\n";
        let changed = add_workspace_dependency(root, "ch02-two").unwrap();
        assert!(changed.contains("listings/ch01-one\" }\nch02-two = { path = \"listings/ch02-two\" }\n\n# Numbers."), "{changed}");
        let figures = "[features]\ndefault = [\"ch01\"]\nch01 = [\"dep:ch01-one\"]\n\n[dependencies]\nch01-one = { workspace = true, optional = true }\nclap.workspace = true\n";
        let changed = add_feature(figures, "ch02", "ch02-two").unwrap();
        assert_eq!(
            changed,
            "[features]\ndefault = [\"ch01\", \"ch02\"]\nch01 = [\"dep:ch01-one\"]\nch02 = [\"dep:ch02-two\"]\n\n[dependencies]\n\
             ch01-one = { workspace = true, optional = true }\nch02-two = { workspace = true, optional = true }\nclap.workspace = true\n"
        );
        let tests = "[dev-dependencies]\nch01-one.workspace = true\n";
        assert_eq!(
            add_dev_dependency(tests, "ch02-two").unwrap(),
            format!("{tests}ch02-two.workspace = true\n")
        );
    }

    #[test]
    fn figures_are_registered_in_the_order_of_the_book() {
        let lib = "#[cfg(feature = \"ch01\")]\nmod ch01;\n#[cfg(feature = \"ch05\")]\nmod ch05;\npub mod kit;\n\n\
            pub fn chapters() -> Vec<Chapter> {\n    vec![\n        #[cfg(feature = \"ch01\")]\n        ch01::chapter(),\n        \
            #[cfg(feature = \"ch05\")]\n        ch05::chapter(),\n    ]\n}\n";
        let changed = register(lib, "ch02").unwrap();
        assert!(changed.contains("mod ch01;\n#[cfg(feature = \"ch02\")]\nmod ch02;\n#[cfg(feature = \"ch05\")]\n"), "{changed}");
        assert!(changed.contains("ch01::chapter(),\n        #[cfg(feature = \"ch02\")]\n        ch02::chapter(),\n"), "{changed}");
        assert!(
            register("pub fn other() {}", "ch02")
                .unwrap_err()
                .to_string()
                .ends_with("add ch02 by hand")
        );
    }

    #[test]
    fn a_figure_joins_the_list_and_stands_before_the_tests() {
        let source = "pub fn chapter() -> Chapter {\n    Chapter { name: \"ch01\", figures: vec![one()] }\n}\n\nfn one() -> Figure {\n    a(\"one\")\n}\n\n\
            #[cfg(test)]\nmod tests {}\n";
        let changed = add_figure(source, "two-more", "\nfn two_more() {}\n").unwrap();
        assert!(changed.contains("vec![one(),\ntwo_more(),\n]"), "{changed}");
        assert!(
            changed.ends_with("fn two_more() {}\n\n#[cfg(test)]\nmod tests {}\n"),
            "{changed}"
        );
        let told = |slug: &str| add_figure(source, slug, "").unwrap_err().to_string();
        assert_eq!(told("one"), "has a figure one already; choose another name");
        assert_eq!(told("chapter"), "has a figure chapter already; choose another name");
    }

    #[test]
    fn names_are_slugs_and_titles_are_lines() {
        for bad in
            ["", "Law", "law_of_effect", "law--effect", "-law", "2nd", "../up", "law of"]
        {
            assert!(check_slug(bad).is_err(), "{bad}");
        }
        check_slug("law-of-effect").unwrap();
        assert!(check_title(" ").is_err() && check_title("a\nb").is_err());
        check_title("Bellman and value").unwrap();
    }

    #[test]
    fn a_plan_that_fails_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        slice::write(&root.path().join("old.txt"), "old").unwrap();
        slice::write(&root.path().join("in-the-way"), "").unwrap();
        let mut plan = Plan::default();
        plan.change(root.path(), "old.txt", |_| Ok("new".to_owned())).unwrap();
        plan.create("a/b/new.txt".into(), String::new());
        plan.create("in-the-way/file.txt".into(), String::new());
        assert!(plan.carry_out(root.path()).is_err());
        assert_eq!(fs::read_to_string(root.path().join("old.txt")).unwrap(), "old");
        assert!(!root.path().join("a").exists());
    }
}
