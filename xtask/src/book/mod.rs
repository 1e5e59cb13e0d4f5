//! The book: our preprocessor, and the build that can't leave half a book behind.

pub mod blocks;
pub mod cite;
pub mod diagnostics;
pub mod evidence;
pub mod markdown;
pub mod math;
pub mod page;
pub mod render;
pub mod search;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use mdbook_preprocessor::book::{Book as MdBook, BookItem};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use self::diagnostics::{Fault, Faults, Place, SourceFile};
use self::evidence::{ClaimTest, Number, Term};
use self::page::{Page, Pass, Target};

/// The preprocessor that book.toml names `course`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Course {
    /// Print the faults and go on; for a chapter that is being written.
    pub draft: bool,
}

impl Preprocessor for Course {
    fn name(&self) -> &str {
        "course"
    }

    fn run(&self, ctx: &PreprocessorContext, mut book: MdBook) -> Result<MdBook> {
        let state = Book::survey(&ctx.root, &book)?;
        let sections = state.render(&mut book, self.draft)?;
        search::write(&sections, &ctx.root.join("generated/search-index.js"))?;
        Ok(book)
    }
}

/// A chapter's evidence.
#[derive(Debug)]
pub struct Chapter {
    /// `ch01-behaving-animal`
    pub slug: String,
    /// Tests of `tests/claims.rs`.
    pub claims: BTreeMap<String, ClaimTest>,
    /// `results.toml`
    pub numbers: BTreeMap<String, Number>,
    /// Modules that `src/lib.rs` declares, but for `exercises`.
    modules: BTreeMap<String, usize>,
    /// Solutions in `src/exercises/`.
    exercises: BTreeSet<String>,
    /// Drawings in `figures/svg/chNN/`.
    drawings: BTreeSet<String>,
}

/// All that the pages share.
pub struct Book {
    root: PathBuf,
    /// By `ch01`.
    pub chapters: BTreeMap<String, Chapter>,
    /// Written chapters by number.
    pub chapter_pages: BTreeMap<u32, String>,
    /// What can be referred to.
    pub targets: HashMap<(&'static str, String), Target>,
    /// `references.bib`
    pub sources: cite::Sources,
    /// Printed citations.
    pub citations: HashMap<cite::Cluster, String>,
    /// Key and HTML of the cited works.
    pub bibliography: Vec<(String, String)>,
    /// `glossary.toml`
    pub glossary: BTreeMap<String, Term>,
    /// Formulas.
    pub math: math::Renderer,
    /// Pages that are written.
    pages: BTreeSet<String>,
    survey_faults: Vec<Fault>,
}

impl Book {
    /// Reads everything once: numbers what is there and gathers the citations.
    fn survey(root: &Path, book: &MdBook) -> Result<Book> {
        let cache = crate::workspace::target_dir(root).join("book-cache");
        let mut state = Book {
            root: root.to_path_buf(),
            chapters: BTreeMap::new(),
            chapter_pages: BTreeMap::new(),
            targets: HashMap::new(),
            sources: cite::Sources::read(&root.join("src/references.bib"))?,
            citations: HashMap::new(),
            bibliography: Vec::new(),
            glossary: evidence::read_glossary(&root.join("src/glossary.toml"))?,
            math: math::Renderer::new(root, &cache)?,
            pages: BTreeSet::new(),
            survey_faults: Vec::new(),
        };
        let sources = sources(book);
        for (stem, number, _) in &sources {
            state.pages.insert(format!("{stem}.md"));
            if let Some(id) = crate::workspace::chapter_id(stem) {
                if let Some(n) = number {
                    state.chapter_pages.insert(*n, format!("{stem}.html"));
                }
                if let Some(chapter) = read_chapter(root, id, stem)? {
                    state.chapters.insert(id.to_owned(), chapter);
                }
            }
        }
        let mut clusters = Vec::new();
        for (stem, number, file) in &sources {
            let mut page = Page::new(&state, file, stem, *number, Pass::Survey);
            page.walk();
            let (found, targets) = (page.clusters, page.targets);
            clusters.extend(found);
            for (key, target) in targets {
                if let Some(other) = state.targets.get(&key)
                    && other.page != target.page
                {
                    state.survey_faults.push(Fault {
                        place: file.place(0),
                        message: format!("{} \"{}\" stands in {} too; a slug stands for one thing in the whole book", key.0, key.1, other.page),
                    });
                }
                state.targets.insert(key, target);
            }
        }
        let mut unique = Vec::new();
        for cluster in clusters {
            if !unique.contains(&cluster) {
                unique.push(cluster);
            }
        }
        let printed = state.sources.print(&unique, &cache)?;
        state.citations = cite::by_cluster(&unique, &printed);
        state.bibliography = printed.bibliography;
        Ok(state)
    }

    /// Writes the pages into `book`; what search will find comes back.
    fn render(&self, book: &mut MdBook, draft: bool) -> Result<Vec<search::Section>> {
        let mut faults = self.survey_faults.clone();
        let mut sections = Vec::new();
        let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut links: Vec<(String, String, Place)> = Vec::new();
        let mut texts = HashMap::new();
        for (stem, number, file) in sources(book) {
            let mut page = Page::new(self, &file, &stem, number, Pass::Render);
            let text = page.walk();
            faults.append(&mut page.faults);
            if let Some(id) = crate::workspace::chapter_id(&stem)
                && let Some(chapter) = self.chapters.get(id)
            {
                faults.extend(unused(chapter, id, &page.used));
            }
            sections.append(&mut page.sections);
            links.extend(
                std::mem::take(&mut page.links)
                    .into_iter()
                    .map(|(target, place)| (stem.clone(), target, place)),
            );
            ids.insert(format!("{stem}.md"), std::mem::take(&mut page.ids));
            texts.insert(stem, text);
        }
        for (stem, target, place) in links {
            faults.extend(self.check_link(&stem, &target, place, &ids));
        }
        if !faults.is_empty() {
            faults.sort();
            faults.dedup();
            let faults = Faults(faults);
            if !draft {
                return Err(faults.into());
            }
            eprintln!("draft: {faults}");
        }
        book.for_each_chapter_mut(|chapter| {
            if let Some(text) = stem_of(chapter).and_then(|stem| texts.remove(&stem)) {
                chapter.content = text;
            }
        });
        Ok(sections)
    }

    fn check_link(
        &self,
        stem: &str,
        target: &str,
        place: Place,
        ids: &BTreeMap<String, BTreeSet<String>>,
    ) -> Option<Fault> {
        let (page, fragment) =
            target.split_once('#').map_or((target, None), |(p, f)| (p, Some(f)));
        let own = format!("{stem}.md");
        let page = if page.is_empty() { own.as_str() } else { page };
        let message = if !page.ends_with(".md") {
            if self.root.join("src").join(page).is_file() {
                return None;
            }
            format!("no file src/{page}")
        } else if let Some(known) = ids.get(page) {
            let fragment = fragment?;
            if known.contains(fragment) {
                return None;
            }
            let near = nearest(fragment, known.iter().map(String::as_str))
                .map(|n| format!("; nearest: #{n}"))
                .unwrap_or_default();
            format!("no place \"#{fragment}\" in {page}{near}")
        } else {
            let near = nearest(page, ids.keys().map(String::as_str))
                .map(|n| format!("; nearest: {n}"))
                .unwrap_or_default();
            format!("no page {page} in the book{near}")
        };
        Some(Fault { place, message: format!("broken link: {message}") })
    }

    /// A file of the repository.
    pub fn read(&self, path: &str) -> std::io::Result<String> {
        std::fs::read_to_string(self.root.join(path))
    }
}

/// Stem, number and text of each written page, in order.
fn sources(book: &MdBook) -> Vec<(String, Option<u32>, SourceFile)> {
    book.iter()
        .filter_map(|item| match item {
            BookItem::Chapter(chapter) => Some(chapter),
            _ => None,
        })
        .filter_map(|chapter| {
            let stem = stem_of(chapter)?;
            let number = chapter
                .number
                .as_ref()
                .and_then(|n| n.to_string().split('.').next()?.parse().ok());
            let path = chapter.source_path.as_ref().or(chapter.path.as_ref())?;
            let file = SourceFile {
                name: format!("src/{}", path.display()),
                text: chapter.content.clone(),
            };
            Some((stem, number, file))
        })
        .collect()
}

fn stem_of(chapter: &mdbook_preprocessor::book::Chapter) -> Option<String> {
    let path = chapter.source_path.as_ref().or(chapter.path.as_ref())?;
    Some(path.with_extension("").to_string_lossy().replace('\\', "/"))
}

fn read_chapter(root: &Path, id: &str, stem: &str) -> Result<Option<Chapter>> {
    let dir = root.join("listings").join(stem);
    if !dir.join("Cargo.toml").is_file() {
        return Ok(None);
    }
    let lib = std::fs::read_to_string(dir.join("src/lib.rs"))
        .with_context(|| format!("cannot read {}", dir.join("src/lib.rs").display()))?;
    let parsed = syn::parse_file(&lib)
        .with_context(|| format!("{} is not Rust", dir.join("src/lib.rs").display()))?;
    let modules = parsed
        .items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Mod(module)
                if module.content.is_none() && module.ident != "exercises" =>
            {
                Some((module.ident.to_string(), module.ident.span().start().line))
            }
            _ => None,
        })
        .collect();
    Ok(Some(Chapter {
        slug: stem.to_owned(),
        claims: evidence::read_claims(&dir.join("tests/claims.rs"))?,
        numbers: evidence::read_numbers(
            &root.join("figures/data").join(id).join("results.toml"),
        )?,
        modules,
        exercises: stems(&dir.join("src/exercises"), "rs"),
        drawings: stems(&root.join("figures/svg").join(id), "svg"),
    }))
}

fn stems(dir: &Path, extension: &str) -> BTreeSet<String> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return BTreeSet::new();
    };
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .filter(|stem| stem != "mod")
        .collect()
}

/// What a chapter has and its page doesn't show.
fn unused(
    chapter: &Chapter,
    id: &str,
    used: &BTreeSet<(&'static str, String)>,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut say = |file: String, line: usize, message: String| {
        faults.push(Fault { place: Place { file, line, column: 1 }, message });
    };
    for drawing in &chapter.drawings {
        if !used.contains(&("figure", drawing.clone())) {
            say(
                format!("figures/svg/{id}/{drawing}.svg"),
                1,
                format!(
                    "unused figure; show it with a figure block in src/{}.md, or delete it",
                    chapter.slug
                ),
            );
        }
    }
    for (module, line) in &chapter.modules {
        if !used.contains(&("listing", module.clone())) {
            say(
                format!("listings/{}/src/lib.rs", chapter.slug),
                *line,
                format!(
                    "unused listing \"{module}\"; show it with a listing block in src/{}.md, or delete it",
                    chapter.slug
                ),
            );
        }
    }
    for exercise in &chapter.exercises {
        if !used.contains(&("exercise", exercise.clone())) {
            say(
                format!("listings/{}/src/exercises/{exercise}.rs", chapter.slug),
                1,
                format!(
                    "unused solution; name it with code = \"{}\" in an exercise of src/{}.md, or delete it",
                    exercise.replace('_', "-"),
                    chapter.slug
                ),
            );
        }
    }
    faults
}

/// The candidate that reads most like `wanted`, if one is near.
pub fn nearest<'a>(
    wanted: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(wanted, candidate), candidate))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
