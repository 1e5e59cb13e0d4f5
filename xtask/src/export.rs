//! `export`: a chapter's code, or one listing, as a Cargo project that stands alone.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use toml_edit::{DocumentMut, Item, TableLike};

use crate::modules::{self, Modules};
use crate::slice::{self, Inheritance};
use crate::workspace::{Chapter, resolve_chapter};

/// License of words, figures and their data.
const TEXT_LICENSE: &str = "LICENSE-TEXT";

/// Writes the chapter's code, or one of its listings, to the new folder `dir`.
///
/// # Errors
/// No such chapter or listing, or a folder that cannot be written to; nothing is left behind then.
pub fn run(root: &Path, chapter: &str, dir: &Path, listing: Option<&str>) -> Result<()> {
    let chapter = resolve_chapter(root, chapter)?;
    let modules = Modules::read(&chapter)?;
    let part = match listing {
        None => Part::Chapter,
        Some(name) => {
            let module = name.replace('-', "_");
            if !modules.listings().contains(&module.as_str()) {
                bail!(
                    "{} has no listing \"{name}\"; it has: {}",
                    chapter.id,
                    modules.listings().join(", ")
                );
            }
            Part::Listing(module)
        }
    };
    let place = Destination::prepare(root, dir, Inside::OnlyIgnored)?;
    write_project(root, &chapter, &modules, &part, place.folder())?;
    place.finish()?;
    println!(
        "exported {} to {}; next: cd {} && cargo test",
        part.words(&chapter),
        dir.display(),
        dir.display()
    );
    Ok(())
}

/// What of a chapter is handed out.
pub enum Part {
    /// All of it.
    Chapter,
    /// One listing's module, with what it uses.
    Listing(String),
    /// One exercise, by its module's name, with this text in place of the solution.
    Exercise {
        /// Name of the module.
        module: String,
        /// The text with the gap.
        stub: String,
    },
}

impl Part {
    fn words(&self, chapter: &Chapter) -> String {
        match self {
            Self::Chapter => chapter.id.clone(),
            Self::Listing(module) => format!("listing {module} of {}", chapter.id),
            Self::Exercise { module, .. } => {
                format!("exercise {} of {}", module.replace('_', "-"), chapter.id)
            }
        }
    }
}

/// Whether a project may be written inside the repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// Only where git ignores it.
    OnlyIgnored,
    /// Anywhere: the folder is ours.
    Allowed,
}

/// A folder that doesn't exist yet: filled out of sight, then put in its place in one move.
pub struct Destination {
    target: PathBuf,
    hidden: TempDir,
}

impl Destination {
    /// Checks that `dir` can be created, and begins it beside its place.
    pub fn prepare(root: &Path, dir: &Path, inside: Inside) -> Result<Self> {
        let shown = dir.display();
        let target = slice::normal(
            &std::path::absolute(dir)
                .with_context(|| format!("{shown} is not a path"))?,
        );
        if fs::symlink_metadata(&target).is_ok() {
            if !target.is_dir() {
                bail!("{shown} exists and is not a folder; choose another name");
            }
            if fs::read_dir(&target)
                .with_context(|| format!("cannot read {shown}"))?
                .next()
                .is_some()
            {
                bail!(
                    "{shown} exists and is not empty; choose a new folder or empty this one"
                );
            }
            refuse_read_only(&target)?;
        }
        let ancestor = target.ancestors().skip(1).find(|ancestor| ancestor.exists());
        let ancestor = ancestor
            .with_context(|| format!("{shown} is not a folder that can be created"))?;
        if !ancestor.is_dir() {
            bail!(
                "{} is not a folder; choose another place than {shown}",
                ancestor.display()
            );
        }
        if inside == Inside::OnlyIgnored {
            refuse_in_repository(root, &target, ancestor, dir)?;
        }
        refuse_read_only(ancestor)?;
        // On the same file system as its place, so that the last step is a rename.
        let hidden = tempfile::Builder::new().prefix(".export-").tempdir_in(ancestor);
        let hidden = hidden.map_err(|error| cannot_write(ancestor, &error))?;
        Ok(Self { target, hidden })
    }

    /// The folder to fill.
    pub fn folder(&self) -> &Path {
        self.hidden.path()
    }

    /// Puts the folder in its place.
    pub fn finish(self) -> Result<()> {
        let parent = self.target.parent().context("a project has a folder above it")?;
        fs::create_dir_all(parent).map_err(|error| cannot_write(parent, &error))?;
        if self.target.is_dir() {
            fs::remove_dir(&self.target)
                .map_err(|error| cannot_write(&self.target, &error))?;
        }
        // A temporary folder is private; a project has the rights that the umask gives to new folders.
        fs::metadata(self.hidden.path().join("src"))
            .and_then(|src| fs::set_permissions(self.hidden.path(), src.permissions()))
            .map_err(|error| cannot_write(&self.target, &error))?;
        let hidden = self.hidden.keep();
        fs::rename(&hidden, &self.target).map_err(|error| {
            fs::remove_dir_all(&hidden).ok();
            cannot_write(&self.target, &error)
        })
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> anyhow::Error {
    anyhow::anyhow!(
        "cannot write to {} ({error}); choose a folder that you may write to",
        path.display()
    )
}

fn refuse_read_only(path: &Path) -> Result<()> {
    let rights = fs::metadata(path)
        .with_context(|| format!("cannot read {}", path.display()))?
        .permissions();
    if rights.readonly() {
        bail!("{} is read-only; choose a folder that you may write to", path.display());
    }
    Ok(())
}

fn refuse_in_repository(
    root: &Path,
    target: &Path,
    ancestor: &Path,
    shown: &Path,
) -> Result<()> {
    let real_root =
        root.canonicalize().with_context(|| format!("cannot read {}", root.display()))?;
    let real = ancestor
        .canonicalize()
        .with_context(|| format!("cannot read {}", ancestor.display()))?;
    if !real.starts_with(&real_root) {
        return Ok(());
    }
    let ignored = Command::new("git")
        .args(["check-ignore", "--quiet", "--"])
        .arg(target)
        .current_dir(&real_root)
        .output();
    if ignored.is_ok_and(|output| output.status.success()) {
        return Ok(());
    }
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    bail!(
        "{} lies inside this repository; choose a folder outside it, such as {}",
        shown.display(),
        real_root.with_file_name(&*name).display()
    )
}

/// Fills `dest` with a project that holds `part` of the chapter.
pub fn write_project(
    root: &Path,
    chapter: &Chapter,
    modules: &Modules,
    part: &Part,
    dest: &Path,
) -> Result<()> {
    let inheritance = Inheritance::read(root)?;
    let folder = Path::new("listings").join(&chapter.slug);
    let mut manifest = slice::manifest(&chapter.dir.join("Cargo.toml"))?;

    let reads_data = match part {
        Part::Chapter => {
            copy_all(&chapter.dir, dest)?;
            true
        }
        Part::Listing(module) => {
            let doc = format!(
                "The listing `{module}` of the crate `{}`, with what it uses.",
                chapter.slug
            );
            copy_closure(chapter, modules, module, &doc, &mut manifest, dest)?
        }
        Part::Exercise { module, stub } => {
            let doc = format!(
                "An exercise of the crate `{}`, with what it uses.",
                chapter.slug
            );
            let name = format!("exercises::{module}");
            let reads = copy_closure(chapter, modules, &name, &doc, &mut manifest, dest)?;
            slice::write(
                &dest.join(Modules::exercise_file(module)),
                modules::for_reader(stub),
            )?;
            reads
        }
    };
    let data = root.join(slice::data_folder(chapter));
    if reads_data && data.is_dir() {
        for file in slice::files_below(&data)? {
            modules::copy_source(
                &data.join(&file),
                &dest.join("data").join(&chapter.id).join(&file),
            )?;
        }
    }

    let crates = inheritance.closure(root, &manifest, &folder)?;
    for own in crates.values() {
        let from = root.join(own);
        for file in slice::files_below(&from)? {
            if file == Path::new("Cargo.toml") {
                let mut manifest = slice::manifest(&from.join(file))?;
                inheritance.resolve(&mut manifest, own)?;
                slice::write(&dest.join(own).join("Cargo.toml"), manifest.to_string())?;
            } else {
                modules::copy_source(&from.join(&file), &dest.join(own).join(&file))?;
            }
        }
    }
    let has_data = dest.join("data").is_dir();
    for file in slice::root_files(root)? {
        if file == Path::new(TEXT_LICENSE) && !has_data {
            continue;
        }
        modules::copy_source(&root.join(&file), &dest.join(&file))?;
    }

    // The chapter's crate becomes the root package, so its paths start at the root.
    inheritance.resolve(&mut manifest, Path::new(""))?;
    let members: Vec<String> = crates
        .values()
        .map(|path| format!("{:?}", path.to_string_lossy().replace('\\', "/")))
        .collect();
    let workspace =
        format!("[workspace]\nmembers = [{}]\nresolver = \"3\"\n\n", members.join(", "));
    let body = format!("{workspace}{}", manifest.to_string().trim_start());
    slice::write(&dest.join("Cargo.toml"), &body)?;
    let lock = root.join("Cargo.lock");
    if lock.is_file() {
        slice::write(&dest.join("Cargo.lock"), slice::read(&lock)?)?;
    }
    let locked = slice::fit_lock(dest)?;
    if let Some(profiles) = inheritance.profiles(&locked) {
        let mut document = DocumentMut::new();
        document.insert("profile", profiles);
        slice::write(
            &dest.join("Cargo.toml"),
            format!("{body}\n{}\n", document.to_string().trim()),
        )?;
    }
    slice::write(&dest.join(".gitignore"), "/target\n")?;
    slice::write(
        &dest.join("README.md"),
        readme(root, chapter, part, &crates.into_keys().collect::<Vec<_>>(), dest)?,
    )
}

fn copy_all(from: &Path, dest: &Path) -> Result<()> {
    for file in slice::files_below(from)? {
        // Only this repository has the command that reads mutants.toml.
        if file != Path::new("Cargo.toml") && file != Path::new("mutants.toml") {
            modules::copy_source(&from.join(&file), &dest.join(&file))?;
        }
    }
    Ok(())
}

/// Copies a module with all that it uses; says whether any of it reads the committed data.
fn copy_closure(
    chapter: &Chapter,
    modules: &Modules,
    start: &str,
    doc: &str,
    manifest: &mut DocumentMut,
    dest: &Path,
) -> Result<bool> {
    let (keep, words) = modules.closure(start)?;
    let src = chapter.dir.join("src");
    let mut reads_data = false;
    for file in keep.iter().flat_map(|module| modules.files(module)) {
        reads_data |= fs::read_to_string(src.join(file))
            .is_ok_and(|text| text.contains("figures/data"));
        modules::copy_source(&src.join(file), &dest.join("src").join(file))?;
    }
    slice::write(
        &dest.join("src/lib.rs"),
        modules::for_reader(&modules.prune_lib(&keep, doc)?),
    )?;
    if let Some(file) = modules
        .exercises_file()
        .filter(|_| keep.iter().any(|name| name.starts_with("exercises::")))
    {
        slice::write(
            &dest.join("src").join(&file),
            modules.prune_exercises(&file, &keep)?,
        )?;
    }
    // Programs, tests of claims and crates that the module doesn't name stay behind.
    for targets in ["example", "test", "bench", "bin"] {
        manifest.remove(targets);
    }
    for table in ["dependencies", "dev-dependencies"] {
        if let Some(table) = manifest.get_mut(table).and_then(Item::as_table_like_mut) {
            drop_unnamed(table, &words);
        }
        if manifest
            .get(table)
            .and_then(Item::as_table_like)
            .is_some_and(TableLike::is_empty)
        {
            manifest.remove(table);
        }
    }
    Ok(reads_data)
}

fn drop_unnamed(table: &mut dyn TableLike, words: &BTreeSet<String>) {
    let names: Vec<String> = table.iter().map(|(name, _)| name.to_owned()).collect();
    for name in names {
        if !words.contains(&name.replace('-', "_")) {
            table.remove(&name);
        }
    }
}

/// The title of the chapter's page; the words of its name while it has no page.
pub fn title(root: &Path, chapter: &Chapter) -> String {
    let page = fs::read_to_string(root.join("src").join(format!("{}.md", chapter.slug)))
        .unwrap_or_default();
    let heading = page
        .lines()
        .find_map(|line| line.strip_prefix("# "))
        .map(|heading| heading.trim().to_owned());
    heading.unwrap_or_else(|| {
        chapter.slug[chapter.id.len()..].replace('-', " ").trim().to_owned()
    })
}

fn readme(
    root: &Path,
    chapter: &Chapter,
    part: &Part,
    crates: &[String],
    dest: &Path,
) -> Result<String> {
    let title = title(root, chapter);
    let number = chapter.id.trim_start_matches("ch").trim_start_matches('0');
    let course = "*Spinning Up in Active Inference, in Rust*";
    let crate_name = chapter.slug.replace('-', "_");
    let mut text = String::new();
    match part {
        Part::Chapter => {
            writeln!(
                text,
                "# {title}\n\nThe code of chapter {number} of {course}, on its own."
            )?;
            writeln!(
                text,
                "It builds and passes its tests outside the course's repository.\n\n## Run\n"
            )?;
            let mut programs = Vec::new();
            let folder = dest.join("examples");
            for file in
                if folder.is_dir() { slice::files_below(&folder)? } else { Vec::new() }
            {
                if file.extension().is_some_and(|extension| extension == "rs")
                    && file.components().count() == 1
                {
                    let name = file
                        .file_stem()
                        .unwrap_or_default()
                        .to_string_lossy()
                        .into_owned();
                    programs.push((name, modules::first_paragraph(&folder.join(&file))?));
                }
            }
            for (name, about) in programs {
                let about = if about.is_empty() {
                    String::new()
                } else {
                    format!(" — {about}")
                };
                writeln!(text, "- `cargo run --example {name}`{about}")?;
            }
            writeln!(
                text,
                "\n## Test\n\n- `cargo test` runs the listings' own tests and every claim that the chapter makes about them (`tests/claims.rs`)."
            )?;
            if !crates.is_empty() {
                writeln!(
                    text,
                    "- `cargo test --workspace` also tests the crates that the chapter builds on."
                )?;
            }
        }
        Part::Listing(module) => {
            writeln!(
                text,
                "# Listing `{module}`\n\nOne listing of chapter {number}, \"{title}\", of {course}, with what it uses."
            )?;
            writeln!(
                text,
                "Read `src/{module}.rs`; from your own code, use it as `{crate_name}::{module}`.\n"
            )?;
            writeln!(
                text,
                "## Test\n\n- `cargo test` runs its tests and the example in its documentation."
            )?;
        }
        Part::Exercise { module, stub: _ } => {
            let file = Modules::exercise_file(module);
            let about = modules::first_paragraph(&dest.join(&file))?;
            writeln!(
                text,
                "# Exercise `{}`\n\nAn exercise of chapter {number}, \"{title}\", of {course}.",
                module.replace('_', "-")
            )?;
            if !about.is_empty() {
                writeln!(text, "{about}")?;
            }
            writeln!(
                text,
                "\n## Work\n\n1. Open `{}` and replace `todo!()`.",
                file.display()
            )?;
            writeln!(
                text,
                "2. Run `cargo test exercises`: its tests fail until your solution is right."
            )?;
        }
    }
    writeln!(text, "\n## What is here\n")?;
    let what = match part {
        Part::Chapter => "the listings, one module each, in the order of `src/lib.rs`",
        Part::Listing(_) => "the listing and the modules that it uses",
        Part::Exercise { .. } => "the exercise and the modules that it uses",
    };
    writeln!(text, "- `src/`: {what}")?;
    if dest.join("data").is_dir() {
        writeln!(
            text,
            "- `data/{}/`: the results that the course's figures are drawn from",
            chapter.id
        )?;
    }
    for name in crates {
        let about =
            modules::first_paragraph(&dest.join("crates").join(name).join("src/lib.rs"))
                .unwrap_or_default();
        let about = if about.is_empty() {
            "a crate that the chapter builds on".to_owned()
        } else {
            about
        };
        writeln!(text, "- `crates/{name}/`: {about}")?;
    }
    let licenses = [
        ("LICENSE", "The code is under the Apache License 2.0"),
        (TEXT_LICENSE, "the data are under CC BY 4.0"),
    ];
    let licenses = licenses.iter().filter(|(file, _)| dest.join(file).is_file());
    let licenses: Vec<String> =
        licenses.map(|(file, words)| format!("{words} (`{file}`)")).collect();
    if !licenses.is_empty() {
        writeln!(text, "\n## License\n\n{}.", licenses.join(", "))?;
    }
    Ok(text)
}
