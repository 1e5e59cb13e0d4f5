//! The rendered book as files: what each page names exists, nothing comes from elsewhere, and every way to render it gives the same.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use scraper::{ElementRef, Html, Selector};
use tests::repository::{chapters, files, read, root};
use tests::{book, xtask};

/// What the tests want to know of a page; the parsed page itself can't be shared between threads.
struct Page {
    /// Path from the book's folder, `/` between its parts.
    file: String,
    bytes: usize,
    ids: Vec<String>,
    /// Every address that the page names: element, attribute, value.
    addresses: Vec<(String, String, String)>,
    /// Every id that another attribute of the page names: element, attribute, id.
    references: Vec<(String, String, String)>,
    /// Pictures that say nothing to those who can't see them.
    silent: Vec<String>,
    /// How many elements fit each selector of `PARTS`.
    parts: BTreeMap<&'static str, usize>,
    /// The data behind each figure: the name it is saved under, and the address.
    data: Vec<(String, String)>,
}

/// What every chapter has, and how much of it at least.
const PARTS: [(&str, usize); 15] = [
    (".opening .scene", 1),
    (".opening .opening-facts li", 1),
    (".opening .minutes", 1),
    ("figure.figure", 6),
    ("figure.listing:not(.continued):not(.library)", 6),
    ("figure.output", 1),
    (".dual", 1),
    ("section.quiz form[data-question]", 3),
    ("section.exercise.kind-predict", 1),
    ("section.exercise.kind-change", 1),
    ("section.exercise.kind-prove", 1),
    ("section.exercise.kind-build", 1),
    ("section.summary li", 1),
    ("section.claims li", 1),
    ("section.sources li", 1),
];

fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|e| panic!("{css}: {e}"))
}

fn pages() -> &'static [Page] {
    static PAGES: OnceLock<Vec<Page>> = OnceLock::new();
    PAGES.get_or_init(|| {
        let folder = book::folder();
        let pages: Vec<Page> =
            book::pages(folder).iter().map(|path| look_at(folder, path)).collect();
        assert!(!pages.is_empty(), "no page in {}", folder.display());
        pages
    })
}

fn look_at(folder: &Path, path: &Path) -> Page {
    let text = std::fs::read_to_string(path)
        .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let html = Html::parse_document(&text);
    let mut page = Page {
        file: slashed(path.strip_prefix(folder).unwrap_or(path)),
        bytes: text.len(),
        ids: Vec::new(),
        addresses: Vec::new(),
        references: Vec::new(),
        silent: Vec::new(),
        parts: PARTS
            .iter()
            .map(|(css, _)| (*css, html.select(&selector(css)).count()))
            .collect(),
        data: html
            .select(&selector("a.figure-data"))
            .map(|a| {
                (
                    a.attr("download").unwrap_or_default().to_owned(),
                    a.attr("href").unwrap_or_default().to_owned(),
                )
            })
            .collect(),
    };
    for element in html.select(&selector("*")) {
        let name = element.value().name();
        page.ids.extend(element.attr("id").map(str::to_owned));
        for (attribute, value) in element.value().attrs() {
            let note =
                |value: &str| (name.to_owned(), attribute.to_owned(), value.to_owned());
            match attribute {
                "href" | "src" | "xlink:href" | "poster" | "data" | "action" => {
                    page.addresses.push(note(value))
                }
                "srcset" => {
                    let sources = value
                        .split(',')
                        .filter_map(|source| source.split_whitespace().next());
                    page.addresses.extend(sources.map(note));
                }
                "for" | "aria-labelledby" | "aria-describedby" | "aria-controls"
                | "aria-owns" | "headers" | "list" => {
                    page.references.extend(value.split_whitespace().map(note));
                }
                _ => page.addresses.extend(urls_in(value).iter().map(|url| note(url))),
            }
        }
        if name == "style" {
            let css: String = element.text().collect();
            page.addresses.extend(
                urls_in(&css)
                    .into_iter()
                    .map(|url| ("style".to_owned(), "url".to_owned(), url)),
            );
        }
        page.silent.extend(silence(&html, element));
    }
    page
}

/// The addresses in `url(…)` of a style, quotes taken off.
fn urls_in(css: &str) -> Vec<String> {
    css.split("url(")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .map(|url| url.trim().trim_matches(['"', '\'']).to_owned())
        .collect()
}

/// What a picture lacks, if it is one and lacks something.
fn silence(html: &Html, element: ElementRef) -> Option<String> {
    let words = |e: ElementRef| e.text().collect::<String>().trim().to_owned();
    let name = element.value().name();
    if !["img", "svg", "canvas", "object", "video"].contains(&name) {
        return None;
    }
    let aside = |e: ElementRef| {
        e.attr("aria-hidden") == Some("true") || e.attr("role") == Some("presentation")
    };
    if aside(element) || element.ancestors().filter_map(ElementRef::wrap).any(aside) {
        return None;
    }
    let said = match name {
        "img" => element.attr("alt").unwrap_or_default().to_owned(),
        _ => {
            let labelled: Vec<String> = element
                .attr("aria-labelledby")
                .unwrap_or_default()
                .split_whitespace()
                .filter_map(|id| {
                    html.select(&selector(&format!("[id=\"{id}\"]"))).next().map(words)
                })
                .collect();
            let label = element.attr("aria-label").unwrap_or_default().to_owned();
            let title =
                element.select(&selector("title")).next().map(words).unwrap_or_default();
            let role = element.attr("role") == Some("img");
            if role { [label, labelled.join(" "), title].concat() } else { String::new() }
        }
    };
    said.trim().is_empty().then(|| {
        let start: String = element.html().chars().take(120).collect();
        format!("{start} …")
    })
}

fn slashed(path: &Path) -> String {
    path.components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join("/")
}

/// `%41` is `A`.
fn decoded(address: &str) -> String {
    let bytes = address.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |byte: u8| char::from(byte).to_digit(16);
        let pair = bytes
            .get(at + 1)
            .copied()
            .and_then(hex)
            .zip(bytes.get(at + 2).copied().and_then(hex));
        match (bytes[at], pair) {
            (b'%', Some((high, low))) => {
                plain.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                at += 3;
            }
            (byte, _) => {
                plain.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

fn is_remote(address: &str) -> bool {
    address.starts_with("//")
        || ["http:", "https:", "ws:", "wss:", "ftp:"]
            .iter()
            .any(|scheme| address.starts_with(scheme))
}

/// Where an address of the page `from` leads inside the book: a file and a fragment; nothing for addresses that leave it.
fn destination(from: &str, address: &str) -> Option<(String, String)> {
    if is_remote(address)
        || ["mailto:", "data:", "javascript:"]
            .iter()
            .any(|scheme| address.starts_with(scheme))
    {
        return None;
    }
    let (path, fragment) = address.split_once('#').unwrap_or((address, ""));
    let path = path.split('?').next().unwrap_or_default();
    let mut parts: Vec<&str> = from.split('/').collect();
    if !path.is_empty() {
        parts.pop();
        for part in path.split('/') {
            match part {
                "." | "" => {}
                ".." => {
                    parts.pop();
                }
                part => parts.push(part),
            }
        }
    }
    Some((decoded(&parts.join("/")), decoded(fragment)))
}

fn assert_none(broken: &[String], rule: &str) {
    assert!(broken.is_empty(), "{rule}:\n{}", broken.join("\n"));
}

#[test]
fn every_id_is_its_own_in_its_page() {
    let mut broken = Vec::new();
    for page in pages() {
        let mut seen = BTreeSet::new();
        broken.extend(
            page.ids
                .iter()
                .filter(|id| !seen.insert(*id))
                .map(|id| format!("{}: id=\"{id}\"", page.file)),
        );
    }
    assert_none(&broken, "ids that stand twice in a page");
}

#[test]
fn every_link_leads_to_a_file_and_a_place_that_exist() {
    let folder = book::folder();
    let ids: BTreeMap<&str, BTreeSet<&str>> = pages()
        .iter()
        .map(|page| (page.file.as_str(), page.ids.iter().map(String::as_str).collect()))
        .collect();
    let mut broken = Vec::new();
    for page in pages() {
        for (element, attribute, address) in &page.addresses {
            let Some((file, fragment)) = destination(&page.file, address) else {
                continue;
            };
            let here = format!("{}: <{element} {attribute}=\"{address}\">", page.file);
            if address.starts_with('/') {
                broken.push(format!(
                    "{here}: from the root of a server, which a file doesn't have"
                ));
            } else if !folder.join(&file).is_file() {
                broken.push(format!("{here}: no file {file}"));
            } else if let Some(there) = ids.get(file.as_str())
                && !fragment.is_empty()
                && !there.contains(fragment.as_str())
            {
                broken.push(format!("{here}: no id `{fragment}` in {file}"));
            }
        }
        for (element, attribute, id) in &page.references {
            if !ids[page.file.as_str()].contains(id.as_str()) {
                broken.push(format!(
                    "{}: <{element} {attribute}=\"{id}\">: no such id",
                    page.file
                ));
            }
        }
    }
    assert_none(&broken, "links that lead nowhere");
}

#[test]
fn nothing_that_a_page_loads_comes_from_elsewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        for (element, attribute, address) in &page.addresses {
            // A reader may follow a link to the world; a page may not fetch from it.
            if element != "a" && is_remote(address) {
                broken.push(format!(
                    "{}: <{element} {attribute}=\"{address}\">",
                    page.file
                ));
            }
        }
    }
    let folder = book::folder();
    let mut sheets = 0;
    for file in walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok) {
        if file.path().extension().is_none_or(|e| e != "css") {
            continue;
        }
        sheets += 1;
        let name = slashed(file.path().strip_prefix(folder).unwrap_or(file.path()));
        let css = std::fs::read_to_string(file.path())
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        for address in urls_in(&css) {
            match destination(&name, &address) {
                _ if is_remote(&address) => {
                    broken.push(format!("{name}: url({address})"))
                }
                Some((target, _)) if !folder.join(&target).is_file() => {
                    broken.push(format!("{name}: url({address}): no such file"))
                }
                _ => {}
            }
        }
        if css.contains("@import")
            && css.contains("http")
            && css.split("@import").skip(1).any(|r| {
                r.trim_start().trim_start_matches(['"', '\'']).starts_with("http")
            })
        {
            broken.push(format!("{name}: @import from elsewhere"));
        }
    }
    assert!(sheets > 0, "no style sheet in the book");
    assert_none(&broken, "the book works with the network off");
}

#[test]
fn every_picture_speaks_to_those_who_cannot_see_it() {
    let broken: Vec<String> = pages()
        .iter()
        .flat_map(|page| page.silent.iter().map(|what| format!("{}: {what}", page.file)))
        .collect();
    assert_none(
        &broken,
        "pictures without a text alternative (alt, or role=img with a title or label)",
    );
}

#[test]
fn the_checks_see_the_faults_of_a_faulty_page() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let html = r##"<!DOCTYPE html><p id="a"></p><p id="a"></p><a href="gone.html#x">x</a><a href="#gone">x</a>
        <label for="gone">x</label><img src="https://elsewhere.example/x.png"><svg role="img"></svg><svg aria-hidden="true"></svg>
        <p style="background: url('gone.png')"></p><svg role="img"><title>said</title></svg>"##;
    let path = folder.path().join("faulty.html");
    std::fs::write(&path, html).expect("a file");
    let page = look_at(folder.path(), &path);
    assert_eq!(page.ids, ["a", "a"]);
    assert_eq!(
        page.references,
        [("label".to_owned(), "for".to_owned(), "gone".to_owned())]
    );
    let addresses: Vec<&str> =
        page.addresses.iter().map(|(_, _, address)| address.as_str()).collect();
    assert_eq!(
        addresses,
        ["gone.html#x", "#gone", "https://elsewhere.example/x.png", "gone.png"]
    );
    assert_eq!(page.silent.len(), 2, "{:?}", page.silent);
}

#[test]
fn an_address_is_resolved_as_a_browser_does() {
    let to = |from, address| {
        destination(from, address).map(|(file, fragment)| format!("{file}#{fragment}"))
    };
    assert_eq!(to("a/b.html", "../c.html#d%20e").as_deref(), Some("c.html#d e"));
    assert_eq!(to("a/b.html", "#x").as_deref(), Some("a/b.html#x"));
    assert_eq!(to("b.html", "./c.css?v=1").as_deref(), Some("c.css#"));
    assert_eq!(to("b.html", "https://x.example/"), None);
}

#[test]
fn a_chapters_page_has_at_most_two_megabytes_and_a_drawing_at_most_sixty_kilobytes() {
    const PAGE: usize = 2_000_000;
    const DRAWING: u64 = 60_000;
    const TABLE: usize = 64_000;
    let mut broken = Vec::new();
    for page in pages() {
        if page.bytes > PAGE {
            broken.push(format!("{}: {} bytes, more than {PAGE}", page.file, page.bytes));
        }
        for (name, address) in &page.data {
            let n = decoded(address).len();
            if n > TABLE {
                broken
                    .push(format!("{}: {name}: {n} bytes, more than {TABLE}", page.file));
            }
        }
    }
    for file in files().iter().filter(|file| file.extension().is_some_and(|e| e == "svg"))
    {
        let n = std::fs::metadata(root().join(file)).map_or(0, |about| about.len());
        if n > DRAWING {
            broken.push(format!("{}: {n} bytes, more than {DRAWING}", file.display()));
        }
    }
    assert_none(&broken, "too large to read on a phone");
}

#[test]
fn the_summary_names_seventeen_chapters_and_every_entry_that_is_written_has_its_page() {
    use pulldown_cmark::{Event, Parser, Tag};
    let summary = read("src/SUMMARY.md");
    let mut chapters_named = 0;
    let mut depth = 0;
    let mut broken = Vec::new();
    for event in Parser::new(&summary) {
        match event {
            Event::Start(Tag::List(_)) => depth += 1,
            Event::End(pulldown_cmark::TagEnd::List(_)) => depth -= 1,
            Event::Start(Tag::Link { dest_url, .. }) => {
                chapters_named += usize::from(depth == 1);
                let page = dest_url.replace(".md", ".html");
                if !dest_url.is_empty() && !pages().iter().any(|p| p.file == page) {
                    broken.push(format!(
                        "SUMMARY.md names {dest_url}, and the book has no {page}"
                    ));
                }
            }
            _ => {}
        }
    }
    assert_eq!(chapters_named, 17, "numbered chapters in SUMMARY.md");
    for chapter in chapters() {
        let name = chapter.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if !summary.contains(&format!("({name})")) {
            broken.push(format!("{} isn't in SUMMARY.md", chapter.display()));
        }
    }
    assert_none(&broken, "text and contents differ");
}

#[test]
fn the_map_links_every_chapter_that_is_written_and_no_other() {
    let map = Html::parse_document(
        &std::fs::read_to_string(book::folder().join("map.html")).expect("the map"),
    );
    let entries = map.select(&selector(".course-map .map-entry")).collect::<Vec<_>>();
    assert_eq!(entries.len(), 17, "entries in the map");
    let linked: BTreeSet<String> = map
        .select(&selector(".course-map .map-entry > a"))
        .filter_map(|link| link.attr("href").map(|href| href.replace(".html", ".md")))
        .collect();
    let written: BTreeSet<String> = chapters()
        .iter()
        .filter_map(|chapter| Some(chapter.file_name()?.to_str()?.to_owned()))
        .collect();
    assert_eq!(linked, written, "links of src/map.md, and the chapters' pages");
}

#[test]
fn every_chapter_has_all_its_parts() {
    let mut broken = Vec::new();
    let mut n = 0;
    for page in pages().iter().filter(|page| book::is_chapter_page(Path::new(&page.file)))
    {
        n += 1;
        for (css, least) in PARTS {
            let found = page.parts[css];
            if found < least {
                broken
                    .push(format!("{}: {found} of `{css}`, at least {least}", page.file));
            }
        }
    }
    assert!(n > 0, "no chapter in the book");
    assert_none(&broken, "a chapter is more than its text");
}

#[test]
fn the_data_behind_a_figure_is_one_click_away_and_is_what_it_was_drawn_from() {
    let mut broken = Vec::new();
    for page in pages().iter().filter(|page| book::is_chapter_page(Path::new(&page.file)))
    {
        let figures = page.parts["figure.figure"];
        if page.data.len() < figures {
            broken.push(format!(
                "{}: {} figures, and data behind {}",
                page.file,
                figures,
                page.data.len()
            ));
        }
        for (name, address) in &page.data {
            let committed = format!("figures/data/{}/{name}", &page.file[..4]);
            let Some((_, csv)) =
                address.strip_prefix("data:").and_then(|rest| rest.split_once(','))
            else {
                broken.push(format!("{}: {name} leads to {address}", page.file));
                continue;
            };
            if decoded(csv) != read(&committed) {
                broken.push(format!("{}: {name} isn't {committed}", page.file));
            }
        }
    }
    assert_none(&broken, "figures and their data differ");
}

/// Every file below a folder and its bytes.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = slashed(entry.path().strip_prefix(folder).unwrap_or(entry.path()));
            (name, std::fs::read(entry.path()).unwrap_or_default())
        })
        .collect()
}

/// Names of what differs between two trees.
fn differences(
    one: &BTreeMap<String, Vec<u8>>,
    other: &BTreeMap<String, Vec<u8>>,
) -> Vec<String> {
    let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    names
        .into_iter()
        .filter(|name| one.get(*name) != other.get(*name))
        .map(|name| match (one.get(name), other.get(name)) {
            (Some(a), Some(b)) => {
                let at = a.iter().zip(b).take_while(|(x, y)| x == y).count();
                let around = |bytes: &[u8]| {
                    let part = &bytes[at.saturating_sub(40).min(bytes.len())
                        ..(at + 80).min(bytes.len())];
                    String::from_utf8_lossy(part).into_owned()
                };
                format!("{name} from byte {at}:\n  {:?}\n  {:?}", around(a), around(b))
            }
            (a, _) => format!(
                "{name} is only in the {}",
                if a.is_some() { "first" } else { "second" }
            ),
        })
        .collect()
}

/// Renders the book into a folder of its own by `cargo xtask book` with some more arguments.
fn rendered(arguments: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let destination = folder.path().join("book");
    let output = xtask::run(
        xtask::command().arg("book").args(arguments).arg("--dest").arg(&destination),
    );
    assert!(
        output.status.success(),
        "cargo xtask book {arguments:?}: {}",
        xtask::said(&output)
    );
    (folder, destination)
}

#[test]
fn the_book_rendered_again_is_the_same_to_the_byte() {
    let first = tree(book::folder());
    let (_keep, second) = rendered(&[]);
    assert_none(
        &differences(&first, &tree(&second)),
        "two runs of `cargo xtask book` differ",
    );
}

/// Only the pages: `mdbook build` also leaves files of its own that no page of ours uses.
fn html_of(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    tree(folder).into_iter().filter(|(name, _)| name.ends_with(".html")).collect()
}

#[test]
fn mdbooks_own_protocol_gives_the_same_pages() {
    let ours = html_of(book::folder());
    let (_keep, plain) = rendered(&["--plain"]);
    assert_none(
        &differences(&ours, &html_of(&plain)),
        "`cargo xtask book` and a build by mdBook's command protocol differ",
    );
}

/// Where a reader has mdBook itself, it renders the same pages; this repository doesn't need it.
#[test]
fn an_installed_mdbook_gives_the_same_pages() {
    let version = Command::new("mdbook").arg("--version").output();
    let version = version
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        .unwrap_or_default();
    if !version.contains("v0.5.") {
        // Nothing to compare with; the test above speaks the same protocol.
        return;
    }
    let ours = html_of(book::folder());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = xtask::run(
        Command::new("mdbook")
            .arg("build")
            .arg("--dest-dir")
            .arg(folder.path())
            .current_dir(root()),
    );
    assert!(output.status.success(), "{version} build: {}", xtask::said(&output));
    assert_none(
        &differences(&ours, &html_of(folder.path())),
        "`cargo xtask book` and `mdbook build` differ",
    );
}
