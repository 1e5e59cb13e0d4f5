//! A slice of the repository: one chapter's listing crate with the crates it needs, cut out so that cargo builds it alone.
//!
//! `export` and `exercise` hand a slice to a reader; `mutants` and the check of the exercises work on a private one
//! under `target/`, so that the working tree stays as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use toml_edit::{DocumentMut, Item, Table, TableLike, Value};
use walkdir::WalkDir;

use crate::workspace::{Chapter, target_dir};

const DEPENDENCY_TABLES: [&str; 3] =
    ["dependencies", "dev-dependencies", "build-dependencies"];

/// Reads a text file; the error names it.
pub fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a file and the folders above it; the error names the file.
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)
            .with_context(|| format!("cannot create {}", parent.display()))?;
    }
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}

/// Parses a manifest; the error names it.
pub fn manifest(path: &Path) -> Result<DocumentMut> {
    read(path)?.parse().with_context(|| format!("cannot read {} as TOML", path.display()))
}

/// A call to the cargo that runs us.
pub fn cargo(dir: &Path) -> Command {
    let mut command =
        Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(dir).env("CARGO_TERM_COLOR", "never").stdin(Stdio::null());
    command
}

/// The files below a folder, relative to it and sorted; build output and dot files are passed over.
pub fn files_below(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let visible = |name: &std::ffi::OsStr| {
        name != "target" && !name.to_string_lossy().starts_with('.')
    };
    for entry in WalkDir::new(dir)
        .min_depth(1)
        .into_iter()
        .filter_entry(|e| e.depth() == 0 || visible(e.file_name()))
    {
        let entry = entry.with_context(|| format!("cannot read {}", dir.display()))?;
        if !entry.file_type().is_dir() {
            files.push(
                entry.path().strip_prefix(dir).unwrap_or(entry.path()).to_path_buf(),
            );
        }
    }
    files.sort();
    Ok(files)
}

/// The root manifest of this repository, from which crates inherit.
pub struct Inheritance {
    root: DocumentMut,
}

impl Inheritance {
    /// Reads the root manifest.
    pub fn read(root: &Path) -> Result<Self> {
        Ok(Self { root: manifest(&root.join("Cargo.toml"))? })
    }

    fn table(&self, name: &str) -> Option<&dyn TableLike> {
        self.root.get("workspace")?.get(name)?.as_table_like()
    }

    /// Name and folder (relative to the root) of every crate of ours that a manifest names in any of its tables.
    fn own_dependencies(
        &self,
        manifest: &DocumentMut,
        folder: &Path,
    ) -> Vec<(String, PathBuf)> {
        let mut found = Vec::new();
        for (_, table) in dependency_tables(manifest) {
            for (name, item) in table.iter() {
                let path = if inherits(item) {
                    self.table("dependencies")
                        .and_then(|all| all.get(name)?.get("path")?.as_str())
                        .map(PathBuf::from)
                } else {
                    item.get("path").and_then(Item::as_str).map(|path| folder.join(path))
                };
                if let Some(path) = path {
                    found.push((name.to_owned(), normal(&path)));
                }
            }
        }
        found
    }

    /// The crates of ours that `manifests` need, and all those that these need in turn: folder by name.
    pub fn closure(
        &self,
        root: &Path,
        manifest: &DocumentMut,
        folder: &Path,
    ) -> Result<BTreeMap<String, PathBuf>> {
        let mut found = BTreeMap::new();
        let mut open = self.own_dependencies(manifest, folder);
        while let Some((name, folder)) = open.pop() {
            if found.insert(name, folder.clone()).is_none() {
                let next = self::manifest(&root.join(&folder).join("Cargo.toml"))?;
                open.extend(self.own_dependencies(&next, &folder));
            }
        }
        Ok(found)
    }

    /// Replaces everything that a manifest inherits by what it stands for; paths are made to fit a package in `folder`.
    pub fn resolve(&self, manifest: &mut DocumentMut, folder: &Path) -> Result<()> {
        if let Some(package) =
            manifest.get_mut("package").and_then(Item::as_table_like_mut)
        {
            let keys: Vec<String> =
                package.iter().map(|(key, _)| key.to_owned()).collect();
            for key in keys {
                if package.get(&key).is_some_and(inherits) {
                    let value = self.table("package").and_then(|table| table.get(&key));
                    let value = value.with_context(|| {
                        format!("Cargo.toml has no workspace.package.{key}")
                    })?;
                    let mut value = Item::Value(
                        value
                            .as_value()
                            .context("a package key that is a table")?
                            .clone(),
                    );
                    if let Some(value) = value.as_value_mut() {
                        value.decor_mut().clear();
                    }
                    // Taking it out first drops the dots of `version.workspace`.
                    package.remove(&key);
                    package.insert(&key, value);
                }
            }
        }
        if manifest.get("lints").is_some_and(inherits) {
            let mut lints = Table::new();
            lints.set_implicit(true);
            for (tool, rules) in
                self.table("lints").into_iter().flat_map(|table| table.iter())
            {
                lints.insert(tool, placeless(rules));
            }
            manifest.remove("lints");
            manifest.insert("lints", Item::Table(lints));
        }
        for (path, table) in dependency_tables(manifest) {
            let names: Vec<String> =
                table.iter().map(|(name, _)| name.to_owned()).collect();
            for name in names {
                let item = self.dependency(
                    table.get(&name).context("a dependency just seen")?,
                    &name,
                    folder,
                )?;
                let table = path.iter().try_fold(
                    manifest.as_table_mut() as &mut dyn TableLike,
                    |table, key| table.get_mut(key).and_then(Item::as_table_like_mut),
                );
                let table = table.context("a table just seen")?;
                table.remove(&name);
                table.insert(&name, item);
            }
        }
        Ok(())
    }

    fn dependency(&self, item: &Item, name: &str, folder: &Path) -> Result<Item> {
        let mut merged = toml_edit::InlineTable::new();
        let mut features = toml_edit::Array::new();
        let inherited = inherits(item);
        let base = if inherited {
            let all = self.table("dependencies");
            Some(all.and_then(|all| all.get(name)).with_context(|| {
                format!("Cargo.toml has no workspace dependency {name}")
            })?)
        } else {
            None
        };
        for layer in [base, Some(item)].into_iter().flatten() {
            if let Some(version) = layer.as_str() {
                merged.insert("version", version.into());
            }
            for (key, value) in
                layer.as_table_like().into_iter().flat_map(|table| table.iter())
            {
                let Some(value) = value.as_value() else {
                    continue;
                };
                match (key, value) {
                    ("workspace", _) => {}
                    ("features", Value::Array(more)) => {
                        for feature in more.iter().filter_map(Value::as_str) {
                            features.push(feature);
                        }
                    }
                    ("path", Value::String(path)) => {
                        // The root's paths are relative to the root, a crate's own ones to the crate.
                        let from_root = if inherited {
                            PathBuf::from(path.value())
                        } else {
                            folder.join(path.value())
                        };
                        merged
                            .insert("path", relative(folder, &normal(&from_root)).into());
                    }
                    _ => {
                        let mut value = value.clone();
                        value.decor_mut().clear();
                        merged.insert(key, value);
                    }
                }
            }
        }
        if !features.is_empty() {
            merged.insert("features", features.into());
        }
        let only_version = merged.len() == 1;
        Ok(match merged.get("version") {
            Some(version) if only_version => Item::Value(version.clone()),
            _ => Item::Value(merged.into()),
        })
    }

    /// The root's profiles, without the overrides of packages that `locked` doesn't name.
    pub fn profiles(&self, locked: &BTreeSet<(String, String)>) -> Option<Item> {
        let mut profiles = placeless(self.root.get("profile")?);
        if let Some(table) = profiles.as_table_mut() {
            table.set_implicit(true);
        }
        for (_, profile) in profiles.as_table_like_mut()?.iter_mut() {
            let Some(packages) =
                profile.get_mut("package").and_then(Item::as_table_like_mut)
            else {
                continue;
            };
            let gone: Vec<String> = packages
                .iter()
                .map(|(spec, _)| spec.to_owned())
                .filter(|spec| {
                    let (name, version) = spec.split_once('@').unwrap_or((spec, ""));
                    spec != "*"
                        && !locked
                            .iter()
                            .any(|(n, v)| n == name && v.starts_with(version))
                })
                .collect();
            for spec in gone {
                packages.remove(&spec);
            }
            if packages.is_empty()
                && let Some(profile) = profile.as_table_like_mut()
            {
                profile.remove("package");
            }
        }
        Some(profiles)
    }

    /// The root manifest of a copy that keeps the repository's layout but has these members only.
    pub fn with_members(&self, members: &[PathBuf]) -> String {
        let mut root = self.root.clone();
        root["workspace"]["members"] = Item::Value(
            members
                .iter()
                .map(|member| slashes(member))
                .collect::<toml_edit::Array>()
                .into(),
        );
        if let Some(workspace) = root["workspace"].as_table_like_mut() {
            workspace.remove("default-members");
            workspace.remove("exclude");
        }
        root.to_string()
    }
}

fn inherits(item: &Item) -> bool {
    item.get("workspace").and_then(Item::as_bool) == Some(true)
}

/// A copy of a table without its place: tables remember where they stood in their old document, and in a new one they
/// belong where they are put.
fn placeless(item: &Item) -> Item {
    let Some(table) = item.as_table() else {
        return item.clone();
    };
    let mut fresh = Table::new();
    fresh.set_implicit(table.is_implicit());
    fresh.set_dotted(table.is_dotted());
    *fresh.decor_mut() = table.decor().clone();
    for (name, item) in table.iter() {
        if let Some(key) = table.key(name) {
            fresh.insert_formatted(key, placeless(item));
        }
    }
    Item::Table(fresh)
}

fn dependency_tables(manifest: &DocumentMut) -> Vec<(Vec<String>, Box<dyn TableLike>)> {
    let mut tables: Vec<(Vec<String>, Box<dyn TableLike>)> = Vec::new();
    let mut add = |path: Vec<String>, item: Option<&Item>| {
        if let Some(item) = item.filter(|item| item.is_table_like()) {
            let table: Box<dyn TableLike> = match item {
                Item::Table(table) => Box::new(table.clone()),
                Item::Value(Value::InlineTable(table)) => Box::new(table.clone()),
                _ => return,
            };
            tables.push((path, table));
        }
    };
    for name in DEPENDENCY_TABLES {
        add(vec![name.to_owned()], manifest.get(name));
    }
    for (target, item) in manifest
        .get("target")
        .and_then(Item::as_table_like)
        .into_iter()
        .flat_map(|t| t.iter())
    {
        for name in DEPENDENCY_TABLES {
            add(
                vec!["target".to_owned(), target.to_owned(), name.to_owned()],
                item.get(name),
            );
        }
    }
    tables
}

/// A path without `.` and, where they can be resolved, without `..`.
pub fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if normal.file_name().is_some() => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

fn slashes(path: &Path) -> String {
    path.components()
        .map(|c| c.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

/// The way from one folder to another, both relative to the same root.
fn relative(from: &Path, to: &Path) -> String {
    let (from, to): (Vec<_>, Vec<_>) =
        (from.components().collect(), to.components().collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut parts = vec!["..".to_owned(); from.len() - common];
    parts.extend(
        to[common..].iter().map(|c| c.as_os_str().to_string_lossy().into_owned()),
    );
    parts.join("/")
}

/// Fits the copied lock file to the project in `dir`: what it no longer needs goes, what it needs keeps its version.
/// Returns name and version of what is left.
pub fn fit_lock(dir: &Path) -> Result<BTreeSet<(String, String)>> {
    // Offline first: all versions are locked, so that nothing has to be asked unless the registry was never read.
    for offline in [true, false] {
        let mut command = cargo(dir);
        command.args(["update", "--workspace", "--quiet"]);
        if offline {
            command.arg("--offline");
        }
        let output = command.output().context("cannot run cargo")?;
        if output.status.success() {
            return locked(&dir.join("Cargo.lock"));
        }
        if !offline {
            bail!("cargo cannot lock the copied project: {}", last_error(&output.stderr));
        }
    }
    unreachable!("the second round returns")
}

fn locked(path: &Path) -> Result<BTreeSet<(String, String)>> {
    let lock = manifest(path)?;
    let packages = lock.get("package").and_then(Item::as_array_of_tables);
    let text = |table: &Table, key| {
        table.get(key).and_then(Item::as_str).unwrap_or_default().to_owned()
    };
    Ok(packages
        .into_iter()
        .flatten()
        .map(|table| (text(table, "name"), text(table, "version")))
        .collect())
}

/// The line of a tool's output that says what went wrong.
pub fn last_error(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines: Vec<&str> =
        text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let told = lines.iter().find(|line| line.starts_with("error")).or(lines.last());
    told.map_or_else(
        || "it says nothing".to_owned(),
        |line| line.trim_start_matches("error: ").to_owned(),
    )
}

/// A private copy of a chapter's slice, at the repository's layout, that one process at a time may change and build.
///
/// It lies under `target/` at a fixed place, and only files that differ are written: so each change costs an
/// incremental build, also across runs, and an interrupted run is healed by the next.
pub struct Workbench {
    /// The copy's root.
    pub root: PathBuf,
    /// Folder of the listing crate in the copy.
    pub listing: PathBuf,
    target: PathBuf,
    files: BTreeMap<PathBuf, Vec<u8>>,
    lock: File,
}

/// What to do when another process holds the workbench.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// Wait until it is free.
    Wait,
    /// Stop with an error.
    Refuse,
}

impl Workbench {
    /// Brings the copy of `chapter` up to date and takes hold of it.
    pub fn open(root: &Path, chapter: &Chapter, busy: Busy) -> Result<Self> {
        // A build folder for each chapter: two copies in one would take each other's crates for their own.
        let base = std::path::absolute(target_dir(root))?;
        let base = base.join("workbench").join(&chapter.id);
        fs::create_dir_all(&base)
            .with_context(|| format!("cannot create {}", base.display()))?;
        let lock_path = base.join("lock");
        let mut lock = File::options()
            .create(true)
            .read(true)
            .write(true)
            .truncate(false)
            .open(&lock_path)
            .with_context(|| format!("cannot write {}", lock_path.display()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if busy == Busy::Wait => lock.lock()?,
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                lock.read_to_string(&mut holder).ok();
                bail!(
                    "process {} already works on the copy of {}; wait until it has ended",
                    holder.trim(),
                    chapter.id
                );
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).context("cannot lock the copy");
            }
        }
        lock.set_len(0)?;
        lock.seek(SeekFrom::Start(0))?;
        write!(lock, "{}", std::process::id())?;

        let copy = base.join("course");
        let files = slice(root, chapter)?;
        for old in if copy.is_dir() { files_below(&copy)? } else { Vec::new() } {
            if !files.contains_key(&old) && old != Path::new("Cargo.lock") {
                fs::remove_file(copy.join(old))?;
            }
        }
        let listing = copy.join("listings").join(&chapter.slug);
        let bench = Self { root: copy, listing, target: base.join("build"), files, lock };
        bench.restore()?;
        // Cargo cuts the copy's lock file to what the slice needs, so that the whole one is kept beside the copy.
        let (whole, seen) = (root.join("Cargo.lock"), base.join("Cargo.lock"));
        if whole.is_file() {
            let whole = fs::read(whole)?;
            if fs::read(&seen).ok().as_ref() != Some(&whole) {
                write(&bench.root.join("Cargo.lock"), &whole)?;
                write(&seen, &whole)?;
            }
        }
        Ok(bench)
    }

    /// Undoes every change made to the copy.
    pub fn restore(&self) -> Result<()> {
        for (path, content) in &self.files {
            self.put(path, content)?;
        }
        Ok(())
    }

    /// Changes one file of the copy; a file that already says so keeps its time stamp.
    pub fn put(&self, path: &Path, content: &[u8]) -> Result<()> {
        let place = self.root.join(path);
        if fs::read(&place).is_ok_and(|old| old == content) {
            Ok(())
        } else {
            write(&place, content)
        }
    }

    /// The unchanged text of a file of the copy.
    pub fn original(&self, path: &Path) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// A cargo command in the copy, with the copy's own build folder.
    pub fn cargo(&self, command: &str) -> Command {
        let mut call = cargo(&self.root);
        call.arg(command).arg("--target-dir").arg(&self.target);
        call
    }
}

impl Drop for Workbench {
    fn drop(&mut self) {
        self.lock.unlock().ok();
    }
}

/// The files of a chapter's slice at the repository's layout.
fn slice(root: &Path, chapter: &Chapter) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let inheritance = Inheritance::read(root)?;
    let folder = Path::new("listings").join(&chapter.slug);
    let manifest = manifest(&chapter.dir.join("Cargo.toml"))?;
    let mut members = vec![folder.clone()];
    members.extend(inheritance.closure(root, &manifest, &folder)?.into_values());
    let mut files = BTreeMap::new();
    files.insert(
        PathBuf::from("Cargo.toml"),
        inheritance.with_members(&members).into_bytes(),
    );
    for extra in root_files(root)? {
        files.insert(extra.clone(), fs::read(root.join(extra))?);
    }
    members.push(data_folder(chapter));
    for member in members {
        let dir = root.join(&member);
        for file in if dir.is_dir() { files_below(&dir)? } else { Vec::new() } {
            let content = fs::read(dir.join(&file))
                .with_context(|| format!("cannot read {}", dir.join(&file).display()))?;
            files.insert(member.join(file), content);
        }
    }
    Ok(files)
}

/// The chapter's committed data, relative to the root.
pub fn data_folder(chapter: &Chapter) -> PathBuf {
    Path::new("figures/data").join(&chapter.id)
}

/// The tools' settings and the license texts that stand beside the root manifest.
pub fn root_files(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in
        fs::read_dir(root).with_context(|| format!("cannot read {}", root.display()))?
    {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let settings = ["clippy.toml", "rustfmt.toml", "rust-toolchain.toml"]
            .contains(&name.as_str());
        if settings || name.starts_with("LICENSE") {
            found.push(PathBuf::from(name));
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = r#"
[workspace]
members = ["crates/*"]
[workspace.package]
version = "0.1.0"
edition = "2024"
[workspace.dependencies]
prob = { path = "crates/prob" }
rand = { version = "0.10", default-features = false }
libm = "0.2"
[workspace.lints.rust]
unsafe_code = "forbid"
[profile.dev]
opt-level = 1
[profile.dev.package]
libm = { opt-level = 3 }
"rand@0.9" = { opt-level = 3 }
"#;

    fn inheritance() -> Inheritance {
        Inheritance { root: ROOT.parse().unwrap() }
    }

    #[test]
    fn inherited_keys_become_their_values() {
        let mut manifest: DocumentMut = "[package]\nname = \"envs\"\nversion.workspace = true\nedition.workspace = true\n\n\
            [lints]\nworkspace = true\n\n[dependencies]\nprob.workspace = true\nlibm.workspace = true\n\
            rand = { workspace = true, features = [\"std\"], optional = true }\n"
            .parse()
            .unwrap();
        inheritance().resolve(&mut manifest, Path::new("crates/envs")).unwrap();
        let read: toml::Table = manifest.to_string().parse().unwrap();
        let wanted: toml::Table = "[package]\nname = \"envs\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
            [lints.rust]\nunsafe_code = \"forbid\"\n[dependencies]\nprob = { path = \"../prob\" }\nlibm = \"0.2\"\n\
            rand = { version = \"0.10\", default-features = false, optional = true, features = [\"std\"] }\n"
            .parse()
            .unwrap();
        assert_eq!(read, wanted, "{manifest}");
    }

    #[test]
    fn profiles_keep_only_the_packages_that_are_locked() {
        let locked = [
            ("libm".to_owned(), "0.2.11".to_owned()),
            ("rand".to_owned(), "0.10.0".to_owned()),
        ]
        .into();
        let mut document = DocumentMut::new();
        document.insert("profile", inheritance().profiles(&locked).unwrap());
        let text = document.to_string();
        assert!(
            text.contains("libm")
                && !text.contains("rand@0.9")
                && text.contains("[profile.dev]"),
            "{text}"
        );
    }

    #[test]
    fn ways_between_folders() {
        assert_eq!(relative(Path::new(""), Path::new("crates/prob")), "crates/prob");
        assert_eq!(
            relative(Path::new("crates/envs"), Path::new("crates/prob")),
            "../prob"
        );
        assert_eq!(
            normal(Path::new("listings/ch01/../../crates/prob")),
            Path::new("crates/prob")
        );
    }
}
