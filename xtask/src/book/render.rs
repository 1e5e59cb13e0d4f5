//! Rendering: mdBook's own HTML, but a page that didn't change is not rendered again, and
//! `book/` changes in one step.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use mdbook_driver::MDBook;
use mdbook_html::HtmlHandlebars;
use mdbook_renderer::{RenderContext, Renderer};
use tracing_subscriber::layer::SubscriberExt;

use super::Course;
use super::math::Complaints;

/// What mdBook copies and our pages don't use.
const UNWANTED: [&str; 11] = [
    "theme",
    "references.bib",
    "glossary.toml",
    "macros.txt",
    "book.js",
    "css",
    "clipboard.min.js",
    "highlight.css",
    "tomorrow-night.css",
    "ayu-highlight.css",
    "toc.js",
];

/// How the book is built.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where book.toml is.
    pub root: PathBuf,
    /// Where the book goes.
    pub destination: PathBuf,
    /// Preprocess through the commands in book.toml, as plain `mdbook build` does.
    pub plain: bool,
    /// Print the faults and write the book all the same.
    pub draft: bool,
}

/// What a build did.
#[derive(Debug)]
pub struct Report {
    /// Pages of the book.
    pub pages: usize,
    /// Pages that had to be rendered.
    pub rendered: usize,
}

/// Builds the book; if that fails, the old book stays as it was.
///
/// Two builds of one book take turns.
pub fn build(options: &Options) -> Result<Report> {
    let cache = crate::workspace::target_dir(&options.root).join("book-cache");
    std::fs::create_dir_all(&cache)
        .with_context(|| format!("cannot make the folder {}", cache.display()))?;
    let turn = std::fs::File::create(cache.join("lock"))
        .context("cannot write the build's lock")?;
    turn.lock().context("cannot wait for another build of the book")?;
    let complaints = Complaints::default();
    let subscriber = tracing_subscriber::registry().with(complaints.clone());
    let result = tracing::subscriber::with_default(subscriber, || build_quietly(options));
    let said = complaints.take();
    let report = result?;
    if let Some(first) = said.first() {
        bail!("{}", first.lines().next().unwrap_or_default());
    }
    let staging = staging(&options.destination);
    swap(&staging, &options.destination)?;
    Ok(report)
}

fn build_quietly(options: &Options) -> Result<Report> {
    let mut book = MDBook::load(&options.root)?;
    if !options.plain {
        book.with_preprocessor(Course { draft: options.draft });
    }
    let (preprocessed, context) = book.preprocess_book(&HtmlHandlebars::new())?;
    let staging = staging(&options.destination);
    if staging.exists() {
        std::fs::remove_dir_all(&staging)
            .with_context(|| format!("cannot clear {}", staging.display()))?;
    }
    std::fs::create_dir_all(&staging).with_context(|| {
        format!(
            "cannot write the book to {}; name a folder that can be written",
            options.destination.display()
        )
    })?;
    let cleanup = Cleanup(staging.clone());
    let mut render = RenderContext::new(
        options.root.clone(),
        preprocessed,
        book.config.clone(),
        staging.clone(),
    );
    render.chapter_titles.extend(context.chapter_titles.borrow_mut().drain());
    let cache = PageCache::new(options, &render)?;
    let report = cache.render(render)?;
    for left in UNWANTED {
        let path = staging.join(left);
        let _ = if path.is_dir() {
            std::fs::remove_dir_all(&path)
        } else {
            std::fs::remove_file(&path)
        };
    }
    std::mem::forget(cleanup);
    Ok(report)
}

/// Removes a half-written book.
struct Cleanup(PathBuf);

impl Drop for Cleanup {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn sibling(destination: &Path, suffix: &str) -> PathBuf {
    let name = destination
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    destination.with_file_name(format!(".{name}.{suffix}"))
}

fn staging(destination: &Path) -> PathBuf {
    sibling(destination, "new")
}

/// Puts the new book in the old one's place.
fn swap(staging: &Path, destination: &Path) -> Result<()> {
    let old = sibling(destination, "old");
    if old.exists() {
        std::fs::remove_dir_all(&old)
            .with_context(|| format!("cannot clear {}", old.display()))?;
    }
    if destination.exists() {
        std::fs::rename(destination, &old)
            .with_context(|| format!("cannot move {} aside", destination.display()))?;
    }
    std::fs::rename(staging, destination)
        .inspect_err(|_| {
            let _ = std::fs::rename(&old, destination);
        })
        .with_context(|| {
            format!("cannot write {}; is its folder writable?", destination.display())
        })?;
    if old.exists() {
        let _ = std::fs::remove_dir_all(&old);
    }
    Ok(())
}

/// Rendered pages, kept by what they are made from.
struct PageCache {
    dir: PathBuf,
    salt: blake3::Hash,
}

impl PageCache {
    fn new(options: &Options, render: &RenderContext) -> Result<PageCache> {
        let dir = crate::workspace::target_dir(&options.root).join("book-cache/pages");
        std::fs::create_dir_all(&dir)
            .with_context(|| format!("cannot make the folder {}", dir.display()))?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"mdbook-html 0.5.4, layout 1");
        for file in ["book.toml", "src/SUMMARY.md"] {
            hasher.update(&std::fs::read(options.root.join(file)).unwrap_or_default());
        }
        let theme = options.root.join("src/theme");
        for entry in
            walkdir::WalkDir::new(theme).sort_by_file_name().into_iter().flatten()
        {
            if entry.file_type().is_file() {
                hasher.update(&std::fs::read(entry.path()).unwrap_or_default());
            }
        }
        for chapter in render.book.chapters() {
            hasher.update(chapter.name.as_bytes());
            hasher.update(format!("{:?}", chapter.path).as_bytes());
        }
        Ok(PageCache { dir, salt: hasher.finalize() })
    }

    /// Renders what changed; the rest is copied.
    fn render(&self, mut render: RenderContext) -> Result<Report> {
        let mut kept: Vec<(PathBuf, PathBuf)> = Vec::new();
        let mut fresh: Vec<(PathBuf, PathBuf)> = Vec::new();
        let mut first = true;
        render.book.for_each_chapter_mut(|chapter| {
            let Some(path) = chapter.path.clone() else {
                return;
            };
            // mdBook writes the first page twice, as index.html too.
            if std::mem::take(&mut first) {
                return;
            }
            let mut hasher = blake3::Hasher::new();
            hasher.update(self.salt.as_bytes());
            hasher.update(path.to_string_lossy().as_bytes());
            hasher.update(chapter.content.as_bytes());
            let file = self.dir.join(hasher.finalize().to_hex().as_str());
            let page = path.with_extension("html");
            if file.is_file() {
                chapter.content = String::new();
                kept.push((page, file));
            } else {
                fresh.push((page, file));
            }
        });
        HtmlHandlebars::new()
            .render(&render)
            .map_err(|e| e.context("mdBook could not render the book"))?;
        for (page, file) in &kept {
            std::fs::copy(file, render.destination.join(page))
                .with_context(|| format!("cannot write {}", page.display()))?;
        }
        for (page, file) in &fresh {
            let temporary = file.with_extension(std::process::id().to_string());
            let copied = std::fs::copy(render.destination.join(page), &temporary);
            // A cache that can't be written costs time, nothing else.
            if copied.is_ok() {
                let _ = std::fs::rename(&temporary, file);
            }
        }
        self.forget_old();
        Ok(Report { pages: kept.len() + fresh.len() + 1, rendered: fresh.len() + 1 })
    }

    /// Keeps the newest pages only.
    fn forget_old(&self) {
        const KEEP: usize = 400;
        let Ok(entries) = std::fs::read_dir(&self.dir) else {
            return;
        };
        let mut files: Vec<_> = entries
            .flatten()
            .filter_map(|e| Some((e.metadata().ok()?.modified().ok()?, e.path())))
            .collect();
        if files.len() > KEEP {
            files.sort();
            for (_, path) in &files[..files.len() - KEEP] {
                let _ = std::fs::remove_file(path);
            }
        }
    }
}
