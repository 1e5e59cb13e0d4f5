//! The picture in README.md: the first chapter's page, as the book shows it.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::tools;

/// Takes the picture from `book/`, which must be built, with a headless Chromium.
pub fn run(root: &Path) -> Result<()> {
    let page = root.join("book/ch01-behaving-animal.html");
    if !page.is_file() {
        bail!("no {}; run `cargo xtask book` first", page.display());
    }
    let chromium = tools::find(&tools::CHROMIUM).context(
        "Chromium is missing; install it (on Debian or Ubuntu: apt-get install chromium)",
    )?;
    let picture = root.join(".github/screenshot.png");
    let profile = tempfile::tempdir().context("cannot make a temporary folder")?;
    let status = Command::new(chromium)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--window-size=1360,900",
        ])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--screenshot={}", picture.display()))
        .arg(format!("file://{}", page.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .context("cannot start Chromium")?;
    if !status.success() || !picture.is_file() {
        bail!("Chromium took no picture of {}", page.display());
    }
    println!("{}", picture.display());
    Ok(())
}
