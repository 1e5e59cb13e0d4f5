//! Programs outside the workspace.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// Finds a program on `PATH` by any of its names.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .flat_map(|dir| names.iter().map(move |name| dir.join(name)))
        .find(|file| file.is_file())
}

/// The names under which a Chromium is installed.
pub const CHROMIUM: [&str; 4] =
    ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// Opens a page in the reader's browser.
pub fn open(page: &Path) -> Result<()> {
    let (program, args): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("cmd", &["/C", "start", ""])
    } else {
        ("xdg-open", &[])
    };
    let status =
        Command::new(program).args(args).arg(page).status().with_context(|| {
            format!("cannot start {program}; open {} by hand", page.display())
        })?;
    if !status.success() {
        bail!("{program} could not open {}; open it by hand", page.display());
    }
    Ok(())
}

/// `cargo`, the one that runs us.
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
