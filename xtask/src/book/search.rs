//! What search finds: prose, captions and terms, section by section; no tick labels, no
//! glyphs of formulas.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

/// One section of a page.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// `ch01-behaving-animal.html`
    pub page: String,
    /// The heading's id.
    pub anchor: String,
    /// `1 The behaving animal`
    pub chapter: String,
    /// The heading.
    pub title: String,
    /// The words below it.
    pub text: String,
}

/// Writes the index as a script, because a page opened from a file may not fetch
/// anything.
pub fn write(sections: &[Section], file: &Path) -> Result<()> {
    let script =
        format!("window.COURSE_SEARCH = {};\n", serde_json::to_string(sections)?);
    if std::fs::read_to_string(file).is_ok_and(|old| old == script) {
        return Ok(());
    }
    if let Some(dir) = file.parent() {
        std::fs::create_dir_all(dir)
            .with_context(|| format!("cannot make the folder {}", dir.display()))?;
    }
    std::fs::write(file, script)
        .with_context(|| format!("cannot write {}", file.display()))
}
