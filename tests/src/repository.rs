//! The repository as the tests see it: its root, its files, its manifests.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use crate::snippets::is_chapter;

/// The repository's root.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ stands in the repository")
}

/// The text of a file named from the root; a file that can't be read ends the test with its name.
///
/// # Panics
///
/// If the file can't be read or isn't UTF-8.
#[must_use]
pub fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The chapters that are written, as paths from the root, in order.
#[must_use]
pub fn chapters() -> Vec<PathBuf> {
    files()
        .iter()
        .filter(|path| path.parent() == Some(Path::new("src")))
        .filter(|path| {
            path.file_name().and_then(|name| name.to_str()).is_some_and(is_chapter)
        })
        .cloned()
        .collect()
}

/// Every file of the repository that git tracks or would track, as a path from the root, in order.
///
/// Outside a git checkout (an unpacked archive), every file but those of the folders that builds make.
#[must_use]
pub fn files() -> &'static [PathBuf] {
    static FILES: OnceLock<Vec<PathBuf>> = OnceLock::new();
    FILES.get_or_init(|| {
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root())
            .output()
            .ok()
            .filter(|output| output.status.success() && !output.stdout.is_empty());
        let mut files: Vec<PathBuf> = match listed {
            Some(output) => output
                .stdout
                .split(|&byte| byte == 0)
                .filter(|name| !name.is_empty())
                .map(|name| PathBuf::from(String::from_utf8_lossy(name).into_owned()))
                .collect(),
            None => walkdir::WalkDir::new(root())
                .into_iter()
                .filter_entry(|entry| {
                    entry.depth() != 1
                        || !["target", "book", "generated", ".git"]
                            .iter()
                            .any(|name| entry.file_name() == *name)
                })
                .filter_map(Result::ok)
                .filter(|entry| entry.file_type().is_file())
                .filter_map(|entry| {
                    entry.path().strip_prefix(root()).ok().map(Path::to_path_buf)
                })
                .collect(),
        };
        // A tracked file that was deleted but not yet committed is still listed.
        files.retain(|path| root().join(path).is_file());
        files.sort();
        files.dedup();
        files
    })
}

/// What `cargo metadata` says of the workspace and all it depends on.
///
/// # Panics
///
/// If cargo fails, with what it said.
#[must_use]
pub fn metadata() -> &'static Value {
    static METADATA: OnceLock<Value> = OnceLock::new();
    METADATA.get_or_init(|| {
        let output = cargo()
            .args(["metadata", "--format-version", "1", "--locked"])
            .current_dir(root())
            .output()
            .expect("cargo can be started");
        assert!(
            output.status.success(),
            "cargo metadata --locked failed:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
    })
}

/// The cargo that runs these tests.
#[must_use]
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// One crate of the workspace.
#[derive(Clone, Debug)]
pub struct Member {
    /// The package's name.
    pub name: String,
    /// Its folder, from the root.
    pub folder: PathBuf,
    /// Its manifest, parsed.
    pub manifest: toml::Table,
    /// What `cargo metadata` says of its dependencies, one object each.
    pub dependencies: Vec<Value>,
}

impl Member {
    /// The Rust files of the crate, from the root, in order.
    #[must_use]
    pub fn rust_files(&self) -> Vec<PathBuf> {
        files()
            .iter()
            .filter(|path| {
                path.starts_with(&self.folder)
                    && path.extension().is_some_and(|e| e == "rs")
            })
            .cloned()
            .collect()
    }
}

/// The crates of the workspace, by name.
///
/// # Panics
///
/// If a manifest can't be read.
#[must_use]
pub fn members() -> Vec<Member> {
    let metadata = metadata();
    let ids: Vec<&Value> =
        metadata["workspace_members"].as_array().into_iter().flatten().collect();
    let mut members: Vec<Member> = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|package| ids.contains(&&package["id"]))
        .map(|package| {
            let manifest_path =
                PathBuf::from(package["manifest_path"].as_str().unwrap_or_default());
            let folder = manifest_path.parent().unwrap_or(&manifest_path);
            let folder = folder.strip_prefix(root()).unwrap_or(folder).to_path_buf();
            Member {
                name: package["name"].as_str().unwrap_or_default().to_owned(),
                manifest: read(&manifest_path)
                    .parse()
                    .unwrap_or_else(|e| panic!("{}: {e}", manifest_path.display())),
                folder,
                dependencies: package["dependencies"]
                    .as_array()
                    .cloned()
                    .unwrap_or_default(),
            }
        })
        .collect();
    members.sort_by(|a, b| a.name.cmp(&b.name));
    members
}
