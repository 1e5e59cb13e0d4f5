//! The repository's own commands, called as a reader calls them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use crate::repository::{cargo, root};

/// The binary of `cargo xtask`, built once a process.
///
/// Tests run it directly: a `cargo run` for each call would wait for cargo's lock on the target folder.
///
/// # Panics
///
/// If it doesn't build.
#[must_use]
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let output = cargo()
            .args([
                "build",
                "--quiet",
                "--package",
                "xtask",
                "--message-format",
                "json-render-diagnostics",
            ])
            .current_dir(root())
            .output()
            .expect("cargo can be started");
        assert!(
            output.status.success(),
            "cargo build --package xtask failed:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .filter(|message| message["target"]["name"] == "xtask")
            .find_map(|message| message["executable"].as_str().map(PathBuf::from))
            .expect("cargo names the binary that it built")
    })
}

/// `cargo xtask`, called from the root, ready for arguments.
///
/// The variables that cargo sets for a test speak of this test's package; `cargo run` would set those of `xtask`.
#[must_use]
pub fn command() -> Command {
    let mut command = Command::new(binary());
    command.current_dir(root()).env("CARGO_MANIFEST_DIR", root().join("xtask"));
    command
}

/// Runs a command to its end.
///
/// # Panics
///
/// If it can't be started.
pub fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"))
}

/// What a command printed on its two streams, for a failed assertion.
#[must_use]
pub fn said(output: &Output) -> String {
    format!(
        "{}\n--- stdout\n{}\n--- stderr\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
