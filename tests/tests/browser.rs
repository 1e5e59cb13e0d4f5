//! The rendered book in a real Chromium, from `file:`: every page, both themes, desk and phone, by keyboard, printed, without scripts.

mod chromium;

use std::path::Path;

use chromium::{Page, Screen, Shared, THEMES, pages_of, quoted, with_browser};
use tests::book;
use tests::repository::read;

/// The chapters' pages of the book.
fn chapter_pages(folder: &Path) -> Vec<String> {
    let chapters: Vec<String> = pages_of(folder)
        .into_iter()
        .filter(|page| book::is_chapter_page(Path::new(page)))
        .collect();
    assert!(!chapters.is_empty(), "no chapter in {}", folder.display());
    chapters
}

/// Looks at every page in both themes.
fn each_page(browser: &Shared, screen: Screen, look: impl Fn(&Page, &str)) {
    let folder = book::folder();
    for theme in THEMES {
        for file in pages_of(folder) {
            let page = browser.page_in(screen, theme);
            page.go(folder, &file);
            assert!(
                page.is(&format!(
                    "document.documentElement.classList.contains('{theme}')"
                )),
                "{file} isn't in {theme}"
            );
            look(&page, &format!("{file}, {theme}"));
        }
    }
}

#[test]
fn every_page_asks_for_files_alone_and_prints_no_console_line() {
    with_browser(|browser| {
        each_page(browser, Screen::Desk, |page, which| {
            assert!(page.n_requests() > 1, "{which}: the requests aren't seen");
            page.assert_quiet();
        });
    });
}

/// The browser's ears are open: what a page prints or asks for is noticed.
#[test]
fn a_console_line_an_exception_and_a_foreign_request_are_noticed() {
    with_browser(|browser| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let html = "<!DOCTYPE html><html lang=en><title>x</title><img alt=x src='http://127.0.0.1:9/x.png'><script>console.log('heard');</script><script>throw new Error('thrown')</script>";
        std::fs::write(folder.path().join("loud.html"), html).expect("a file");
        let page = browser.page(Screen::Desk);
        page.go(folder.path(), "loud.html");
        page.wait_for("document.images[0].complete", true);
        assert_eq!(page.foreign_requests(), ["http://127.0.0.1:9/x.png"]);
        let console = page.console().join("\n");
        assert!(console.contains("heard") && console.contains("thrown"), "{console}");
    });
}

/// The rules that axe finds broken in a page, each with the elements and what is wrong with them.
fn axe(page: &Page) -> Vec<String> {
    page.js(include_str!("../vendor/axe.min.js"));
    // `preload` would fetch the style sheets, which pages from `file:` may not.
    page.texts(
        "axe.run(document, { preload: false, resultTypes: ['violations'] }).then((result) => result.violations.map((rule) =>
            rule.id + ': ' + rule.help + rule.nodes.map((node) => '\\n    ' + node.target.join(' ') + '\\n      '
                + node.failureSummary.replace(/\\s+/g, ' ')).join('')))",
    )
}

#[test]
fn axe_finds_no_fault_in_any_page_in_either_theme() {
    with_browser(|browser| {
        let mut faults = Vec::new();
        let folder = book::folder();
        // Colors differ by theme, what stands where by screen: three looks see both.
        for (screen, theme) in
            [(Screen::Desk, "paper"), (Screen::Desk, "ink"), (Screen::Phone, "paper")]
        {
            for file in pages_of(folder) {
                let page = browser.page_in(screen, theme);
                page.go(folder, &file);
                // What is folded is read as well.
                page.js("document.querySelectorAll('main details').forEach((d) => { d.open = true; })");
                page.settle();
                faults.extend(
                    axe(&page)
                        .into_iter()
                        .map(|f| format!("{file}, {theme}, {screen:?}: {f}")),
                );
            }
        }
        assert!(faults.is_empty(), "axe-core finds:\n{}", faults.join("\n"));
    });
}

#[test]
fn axe_finds_the_faults_of_a_faulty_page() {
    with_browser(|browser| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let html = "<!DOCTYPE html><html><title>x</title><main><img src='data:,'><p style='color:#ccc;background:#fff'>pale</p></main>";
        std::fs::write(folder.path().join("faulty.html"), html).expect("a file");
        let page = browser.page(Screen::Desk);
        page.go(folder.path(), "faulty.html");
        let faults = axe(&page).join("\n");
        for rule in ["html-has-lang", "image-alt", "color-contrast"] {
            assert!(faults.contains(rule), "{rule} isn't among the faults:\n{faults}");
        }
    });
}

#[test]
fn no_page_scrolls_sideways_on_a_phone() {
    with_browser(|browser| {
        each_page(browser, Screen::Phone, |page, which| {
            page.js("document.querySelectorAll('main details').forEach((d) => { d.open = true; })");
            page.settle();
            let wide = page.texts(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
                    [`${document.documentElement.scrollWidth} px in ${document.documentElement.clientWidth}`].concat(
                        Array.from(document.querySelectorAll('body *'))
                            .filter((e) => e.getBoundingClientRect().right > innerWidth + 1
                                && !e.closest('pre, .table-wrapper, .katex-display, .figure-body'))
                            .slice(0, 8).map((e) => `${e.localName}.${e.className} ${e.id}`))",
            );
            assert!(wide.is_empty(), "{which} scrolls sideways: {wide:#?}");
        });
    });
}

#[test]
fn mathematics_is_rendered_and_none_is_left_raw() {
    with_browser(|browser| {
        let folder = book::folder();
        let mut formulas = 0;
        for file in pages_of(folder) {
            let page = browser.page(Screen::Desk);
            page.go(folder, &file);
            formulas += page.count("main .katex");
            assert_eq!(page.count(".katex-error"), 0, "{file}: KaTeX found an error");
            assert!(
                page.is("Array.from(document.querySelectorAll('.katex')).every((f) => f.querySelector('math') && f.querySelector('.katex-html[aria-hidden=true]'))"),
                "{file}: a formula without MathML for those who listen"
            );
            let raw = page.texts(
                r"(() => {
                    const text = document.querySelector('main').cloneNode(true);
                    text.querySelectorAll('.katex, pre, code, script, style').forEach((e) => e.remove());
                    return text.textContent.match(/\$\$?[^$\n]{1,80}\$|\\[a-zA-Z]{2,}|\\[()[\]]|\{\{[^}]*\}\}/g) || [];
                })()",
            );
            assert!(raw.is_empty(), "{file} shows raw text: {raw:#?}");
            let unset = page.is(
                "Boolean(document.querySelector('.katex .mathnormal')) && !document.fonts.check('italic 16px KaTeX_Math')",
            );
            assert!(!unset, "{file}: the fonts of mathematics aren't loaded");
        }
        assert!(formulas > 0, "no formula in the whole book");
    });
}

/// Answers every question of a chapter's quiz, choice by choice, with the keyboard alone.
#[test]
fn a_quiz_is_answered_by_keyboard_alone_and_every_choice_says_its_reason() {
    with_browser(|browser| {
        let folder = book::folder();
        for file in chapter_pages(folder) {
            let page = browser.page(Screen::Desk);
            page.go(folder, &file);
            let questions = page.count("form[data-question]");
            assert!(questions > 0, "{file} has no quiz");
            for question in 0..questions {
                answer(&page, question);
            }
            page.assert_quiet();
        }
    });
}

fn answer(page: &Page, question: u64) {
    let form = format!("document.querySelectorAll('form[data-question]')[{question}]");
    let on_input = format!("at.matches('input') && at.form === {form}");
    let on_check = format!("at.matches('button.check') && at.form === {form}");
    let n = page
        .js(&format!("{form}.querySelectorAll('.choice').length"))
        .as_u64()
        .unwrap_or_default();
    let radio = page.is(&format!("{form}.querySelector('input').type === 'radio'"));
    let which = page.text(&format!("{form}.querySelector('legend').textContent"));

    let verdict = |chosen: u64| {
        let choice = format!("{form}.querySelectorAll('.choice')[{chosen}]");
        page.wait_for(
            &format!("{form}.querySelector('.verdict').textContent.trim() !== ''"),
            true,
        );
        assert!(
            page.is(&format!("{choice}.querySelector('.reason').checkVisibility() && {choice}.querySelector('.reason').textContent.trim().length > 10")),
            "“{which}”: choice {chosen} was checked and gives no reason"
        );
        assert!(
            page.is(&format!(
                "Array.from({form}.querySelectorAll('.choice')).every((c) => c.querySelector('input').checked || !c.querySelector('.reason').checkVisibility())"
            )),
            "“{which}”: a choice that wasn't made gives away its reason"
        );
        let correct = page
            .is(&format!("{choice}.querySelector('.reason').dataset.correct === 'true'"));
        (
            correct,
            page.text(&format!(
                "{form}.querySelector('.verdict').firstChild.textContent.trim()"
            )),
        )
    };

    let mut right = Vec::new();
    let mut wrong = Vec::new();
    for chosen in 0..n {
        page.tab_to(&on_input);
        if radio {
            // The first choice is taken by Space; the arrows go on from the one that is taken.
            page.press(if chosen == 0 { " " } else { "ArrowDown" });
        } else {
            page.tab_to(&format!("at === {form}.querySelectorAll('input')[{chosen}]"));
            page.press(" ");
        }
        page.wait_for(
            &format!("{form}.querySelectorAll('input')[{chosen}].checked"),
            true,
        );
        page.tab_to(&on_check);
        page.press(if chosen % 2 == 0 { "Enter" } else { " " });
        let (correct, said) = verdict(chosen);
        if correct {
            right.push(said)
        } else {
            wrong.push(said)
        }
        // Back to the choices: to the one that is taken, or from box to box up to the first.
        for _ in 0..(if radio { 1 } else { n }) {
            page.press("Shift+Tab");
        }
        if !radio {
            page.tab_to(&format!("at === {form}.querySelectorAll('input')[{chosen}]"));
            page.press(" ");
            for _ in 0..chosen {
                page.press("Shift+Tab");
            }
        }
    }
    assert!(
        !right.is_empty() && !wrong.is_empty(),
        "“{which}” needs a right choice and a wrong one"
    );
    for said in &wrong {
        assert!(
            !right.contains(said),
            "“{which}”: right and wrong choices both say “{said}”"
        );
    }
}

#[test]
fn the_copy_button_of_a_listing_copies_its_whole_file() {
    with_browser(|browser| {
        let folder = book::folder();
        for file in chapter_pages(folder) {
            let page = browser.page(Screen::Desk);
            page.may_use_the_clipboard();
            page.go(folder, &file);
            let listings = page.count("figure.listing");
            assert!(listings > 0, "{file} has no listing");
            for n in 0..listings {
                let listing = format!("document.querySelectorAll('figure.listing')[{n}]");
                let source = page.text(&format!(
                    "{listing}.querySelector('.listing-file').textContent.trim()"
                ));
                if !page
                    .is(&format!("Boolean({listing}.querySelector('.listing-source'))"))
                {
                    continue;
                }
                page.js(&format!("navigator.clipboard.writeText('nothing yet').then(() => {listing}.querySelector('button.copy').focus())"));
                page.press("Enter");
                page.wait_for("navigator.clipboard.readText().then((text) => text !== 'nothing yet')", true);
                let copied = page.text("navigator.clipboard.readText()");
                assert_eq!(
                    without_anchors(&copied),
                    without_anchors(&read(&source)),
                    "{file}: the copy of {source}"
                );
            }
            page.assert_quiet();
        }
    });
}

/// A file without the marks that cut it into fragments: a reader has no use for them.
fn without_anchors(source: &str) -> Vec<&str> {
    let marks = ["// ANCHOR: ", "// ANCHOR_END: "];
    source
        .trim_end()
        .lines()
        .filter(|line| !marks.iter().any(|mark| line.trim_start().starts_with(mark)))
        .collect()
}

#[test]
fn the_theme_persists_over_a_reload_and_from_page_to_page() {
    with_browser(|browser| {
        let folder = book::folder();
        let pages = pages_of(folder);
        let page = browser.page(Screen::Desk);
        page.go(folder, &pages[0]);
        let ink = "document.documentElement.classList.contains('ink')";
        assert!(!page.is(ink), "a first visit with a light system isn't on paper");
        page.tab_to("at.id === 'theme-toggle'");
        page.press("Enter");
        page.wait_for(ink, true);
        let dark =
            page.text("getComputedStyle(document.documentElement).backgroundColor");
        page.reload();
        assert!(page.is(ink), "the theme is lost by a reload");
        for file in &pages {
            page.go(folder, file);
            assert!(page.is(ink), "the theme is lost on {file}");
        }
        page.go(folder, &pages[0]);
        page.tab_to("at.id === 'theme-toggle'");
        page.press(" ");
        page.wait_for(ink, false);
        assert_ne!(
            page.text("getComputedStyle(document.documentElement).backgroundColor"),
            dark,
            "both themes look alike"
        );
        page.reload();
        assert!(!page.is(ink), "the way back to paper is lost by a reload");
        page.assert_quiet();
    });
}

#[test]
fn a_first_visit_follows_the_color_scheme_of_the_system() {
    with_browser(|browser| {
        let folder = book::folder();
        for (scheme, theme) in [("light", "paper"), ("dark", "ink")] {
            let page = browser.page(Screen::Desk);
            page.prefer(scheme);
            page.go(folder, &pages_of(folder)[0]);
            assert!(
                page.is(&format!(
                    "document.documentElement.classList.contains('{theme}')"
                )),
                "{scheme}: not {theme}"
            );
        }
    });
}

#[test]
fn figures_follow_the_theme_and_the_two_fields_differ_in_color() {
    with_browser(|browser| {
        let folder = book::folder();
        for file in chapter_pages(folder) {
            let looks: Vec<Vec<String>> = THEMES
                .iter()
                .map(|theme| {
                    let page = browser.page_in(Screen::Desk, theme);
                    page.go(folder, &file);
                    let fields = page.texts(
                        "['--rl', '--aif', '--surface'].map((name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim())",
                    );
                    assert!(fields[0] != fields[1] && fields.iter().all(|f| !f.is_empty()), "{file}, {theme}: {fields:?}");
                    page.texts("Array.from(document.querySelectorAll('.figure-body svg')).map((svg) => getComputedStyle(svg).color)")
                })
                .collect();
            assert!(!looks[0].is_empty(), "{file} has no figure");
            for (n, (paper, ink)) in looks[0].iter().zip(&looks[1]).enumerate() {
                assert_ne!(
                    paper,
                    ink,
                    "{file}: figure {} has one ink for both themes",
                    n + 1
                );
            }
        }
    });
}

/// Texts of what should be visible and isn't.
fn hidden(page: &Page, selector: &str) -> Vec<String> {
    page.texts(&format!(
        "Array.from(document.querySelectorAll({}))
            .filter((e) => !e.checkVisibility({{ contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true }}) || e.getBoundingClientRect().height === 0)
            .map((e) => e.textContent.trim().slice(0, 80))",
        quoted(selector)
    ))
}

#[test]
fn printing_shows_every_solution_hint_reason_and_side_note() {
    with_browser(|browser| {
        let folder = book::folder();
        let folded =
            ".solution > :not(summary), .hint > :not(summary), .reason, .side-note";
        for file in chapter_pages(folder) {
            for screen in [Screen::Desk, Screen::Phone] {
                let page = browser.page(screen);
                page.go(folder, &file);
                assert!(page.count(".solution") > 0, "{file} has no solution");
                assert!(
                    !hidden(&page, ".solution > :not(summary)").is_empty(),
                    "{file} gives its solutions away"
                );
                page.show_as_printed();
                page.settle();
                let left = hidden(&page, folded);
                assert!(left.is_empty(), "{file}, as printed, leaves out {left:#?}");
            }

            // A real print: the page unfolds for it, and folds again.
            let page = browser.page(Screen::Desk);
            page.go(folder, &file);
            page.js(
                "addEventListener('beforeprint', () => { window.unfolded = Array.from(document.querySelectorAll('.solution')).every((d) => d.open); })",
            );
            page.print();
            page.wait_for("window.unfolded", true);
            page.wait_for(
                "Array.from(document.querySelectorAll('.solution')).some((d) => d.open)",
                false,
            );
            page.assert_quiet();
        }
    });
}

#[test]
fn a_search_for_tolman_finds_the_section_on_his_maze_first_and_enter_leads_there() {
    with_browser(|browser| {
        let folder = book::folder();
        for (screen, from) in
            [(Screen::Desk, "index.html"), (Screen::Phone, "ch01-behaving-animal.html")]
        {
            let page = browser.page(screen);
            page.go(folder, from);
            page.press("/");
            page.wait_for("document.getElementById('search').open", true);
            page.type_text("Tolman");
            page.wait_for(
                "document.querySelectorAll('#search-results a').length > 0",
                true,
            );
            let first = page.text("document.querySelector('#search-results a').href");
            let text = page.text("document.querySelector('#search-results a').innerText");
            assert!(
                first.contains("/ch01-behaving-animal.html#"),
                "the first hit is {first}: {text}"
            );
            page.follow(|page| page.press("Enter"));
            assert_eq!(page.text("location.href"), first);
            let heading = page.text(
                "(() => { const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
                    return target ? (target.matches('h1, h2, h3') ? target : target.querySelector('h2, h3')).textContent : ''; })()",
            );
            let words = heading.to_lowercase();
            assert!(
                words.contains("tolman") || words.contains("latent"),
                "a search for Tolman leads first to “{heading}” ({first})"
            );
            assert!(
                !page.is("document.getElementById('search').open"),
                "the search stays open over its hit"
            );
            page.assert_quiet();
        }
    });
}

#[test]
fn every_entry_of_the_search_leads_to_a_place_that_exists() {
    with_browser(|browser| {
        let folder = book::folder();
        let page = browser.page(Screen::Desk);
        page.go(folder, "index.html");
        page.press("/");
        page.wait_for(
            "Array.isArray(window.COURSE_SEARCH) && window.COURSE_SEARCH.length > 0",
            true,
        );
        let entries = page.texts(
            "window.COURSE_SEARCH.map((entry) => entry.page + '#' + entry.anchor)",
        );
        let mut missing = Vec::new();
        for file in pages_of(folder) {
            page.go(folder, &file);
            let anchors: Vec<&str> = entries
                .iter()
                .filter_map(|e| e.strip_prefix(&format!("{file}#")))
                .collect();
            for anchor in anchors.into_iter().filter(|anchor| !anchor.is_empty()) {
                if !page
                    .is(&format!("Boolean(document.getElementById({}))", quoted(anchor)))
                {
                    missing.push(format!("{file}#{anchor}"));
                }
            }
        }
        let files = pages_of(folder);
        missing.extend(
            entries
                .iter()
                .filter(|e| !files.iter().any(|f| e.starts_with(&format!("{f}#"))))
                .cloned(),
        );
        assert!(missing.is_empty(), "the search leads to {missing:#?}");
    });
}

#[test]
fn side_notes_stand_in_the_margin_and_unfold_in_place_on_a_phone() {
    with_browser(|browser| {
        let folder = book::folder();
        for file in chapter_pages(folder) {
            let page = browser.page(Screen::Desk);
            page.go(folder, &file);
            let notes = page.count(".side-note");
            assert!(notes > 0, "{file} has no side note");
            assert_eq!(
                hidden(&page, ".side-note"),
                Vec::<String>::new(),
                "{file}, on a desk"
            );
            assert!(
                page.is(
                    "Array.from(document.querySelectorAll('main > p > .side > .side-note')).every((note) =>
                        note.getBoundingClientRect().left >= note.closest('p').getBoundingClientRect().right)"
                ),
                "{file}: a side note stands over the text"
            );

            let page = browser.page(Screen::Phone);
            page.go(folder, &file);
            assert_eq!(
                hidden(&page, ".side-note").len() as u64,
                notes,
                "{file}: a side note is open on a phone"
            );
            page.tab_to("at.matches('.side-check')");
            page.press(" ");
            page.wait_for(
                "document.activeElement.closest('.side').querySelector('.side-note').checkVisibility()",
                true,
            );
            // A finger touches the mark, not the box that the keyboard finds.
            page.js("document.querySelectorAll('.side-toggle').forEach((mark, n) => { if (n > 0) mark.click(); })");
            assert_eq!(
                hidden(&page, ".side-note"),
                Vec::<String>::new(),
                "{file}, opened on a phone"
            );
            assert!(
                page.is("document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
                "{file}: an open side note makes the page scroll sideways"
            );
            page.assert_quiet();
        }
    });
}

#[test]
fn the_contents_open_lead_on_and_close_by_keyboard() {
    with_browser(|browser| {
        let folder = book::folder();
        let page = browser.page(Screen::Phone);
        page.go(folder, "index.html");
        let open = "document.documentElement.classList.contains('contents-open')";
        assert!(!page.is(open), "the contents cover the page on a phone");
        page.tab_to("at.id === 'contents-toggle'");
        page.press("Enter");
        page.wait_for(open, true);
        page.wait_for(
            "document.getElementById('contents-toggle').getAttribute('aria-expanded')",
            "true",
        );
        page.press("Escape");
        page.wait_for(open, false);
        page.wait_for("document.activeElement.id", "contents-toggle");
        page.press("Enter");
        page.wait_for(open, true);
        page.tab_to("at.closest('#contents') && at.matches('a') && at.href.endsWith('ch01-behaving-animal.html')");
        page.press("Enter");
        page.wait_for("location.pathname.endsWith('/ch01-behaving-animal.html')", true);
        page.settle();
        assert!(!page.is(open), "the contents cover the page that they led to");
        page.assert_quiet();
    });
}

#[test]
fn a_page_without_scripts_is_read_whole() {
    with_browser(|browser| {
        let folder = book::folder();
        for file in chapter_pages(folder) {
            for screen in [Screen::Desk, Screen::Phone] {
                let page = browser.page(screen);
                page.switch_scripts_off();
                page.go(folder, &file);
                assert!(
                    !page.is("document.documentElement.classList.contains('js')"),
                    "{file}: scripts ran although they are off"
                );
                let left = hidden(
                    &page,
                    ".reason, .figure-body svg, main h2, main > p > .equation",
                );
                assert!(left.is_empty(), "{file} without scripts hides {left:#?}");
                let useless = page.texts(
                    "Array.from(document.querySelectorAll('.js-only, button.copy')).filter((e) => e.checkVisibility()).map((e) => e.id)",
                );
                assert!(
                    useless.is_empty(),
                    "{file} without scripts offers {useless:?}, which need them"
                );
                assert!(
                    page.count(
                        "#contents a[href='map.html'], #contents a[href='index.html']"
                    ) > 0,
                    "{file}: no contents"
                );
                assert_eq!(
                    hidden(&page, "#contents a[href]"),
                    Vec::<String>::new(),
                    "{file}: contents out of reach"
                );
                page.assert_quiet();
            }
        }
    });
}

/// This very program, run where there is no browser.
#[test]
fn without_a_browser_the_tests_are_skipped_loudly_and_fail_where_all_is_required() {
    let nowhere = tempfile::tempdir().expect("a temporary folder");
    let run = |required: &str| {
        std::process::Command::new(std::env::current_exe().expect("this program"))
            .args(["axe_finds_the_faults_of_a_faulty_page", "--exact"])
            .env("PATH", nowhere.path())
            .env("REQUIRE_ALL", required)
            .env_remove("CHROME")
            .output()
            .expect("this program runs")
    };
    let skipped = run("0");
    let stderr = String::from_utf8_lossy(&skipped.stderr).into_owned();
    if cfg!(target_os = "linux") {
        assert!(skipped.status.success(), "{stderr}");
        assert!(
            stderr.contains("SKIPPED browser tests")
                && stderr.contains("apt-get install chromium"),
            "{stderr}"
        );
        let failed = run("1");
        let said = String::from_utf8_lossy(&failed.stdout).into_owned();
        assert!(
            !failed.status.success() && said.contains("apt-get install chromium"),
            "{said}"
        );
    }
}
