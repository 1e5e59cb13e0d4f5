//! Where things are: the repository's root and its chapters.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// A chapter that has a listing crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// Short name, such as `ch01`.
    pub id: String,
    /// File stem of the page and name of the crate, such as `ch01-behaving-animal`.
    pub slug: String,
    /// Folder of the listing crate.
    pub dir: PathBuf,
}

/// The repository's root: the nearest folder upwards from here that holds `book.toml`.
pub fn root() -> Result<PathBuf> {
    let here = std::env::current_dir().context("cannot read the current folder")?;
    here.ancestors()
        .find(|dir| dir.join("book.toml").is_file())
        .map(Path::to_path_buf)
        .with_context(|| {
            format!(
                "no book.toml in {} or above it; run this inside the repository",
                here.display()
            )
        })
}

/// The chapters with a listing crate, in order.
pub fn chapters(root: &Path) -> Result<Vec<Chapter>> {
    let listings = root.join("listings");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&listings)
        .with_context(|| format!("cannot read {}", listings.display()))?
    {
        let dir = entry?.path();
        let slug = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let (Some(id), true) = (chapter_id(&slug), dir.join("Cargo.toml").is_file()) {
            found.push(Chapter { id: id.to_owned(), slug: slug.clone(), dir });
        }
    }
    found.sort_by(|a, b| a.slug.cmp(&b.slug));
    Ok(found)
}

/// The `ch01` of `ch01-behaving-animal`.
pub fn chapter_id(stem: &str) -> Option<&str> {
    let id = stem.get(..4)?;
    let digits = id.strip_prefix("ch")?;
    let rest = &stem[4..];
    (digits.bytes().all(|b| b.is_ascii_digit())
        && (rest.is_empty() || rest.starts_with('-')))
    .then_some(id)
}

/// Finds a chapter by `ch01`, `1`, `01` or its full name.
pub fn resolve_chapter(root: &Path, name: &str) -> Result<Chapter> {
    let all = chapters(root)?;
    let wanted =
        name.parse::<u32>().map_or_else(|_| name.to_owned(), |n| format!("ch{n:02}"));
    if let Some(chapter) = all.iter().find(|c| c.id == wanted || c.slug == wanted) {
        return Ok(chapter.clone());
    }
    let known: Vec<_> = all.iter().map(|c| c.id.as_str()).collect();
    bail!("no chapter \"{name}\"; chapters with listings: {}", known.join(", "))
}

/// Where cargo builds, and so where our caches live.
pub fn target_dir(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), PathBuf::from)
}
