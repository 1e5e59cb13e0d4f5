//! A book of full size, made up: 17 chapters with 250 formulas and 8 figures each, to see
//! that building stays fast.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::book::render;

const CHAPTERS: usize = 17;
const FORMULAS: usize = 250;
const FIGURES: usize = 8;

/// Writes the book to `dir` and prints the time of a cold build, of one after a change of
/// prose, and of one after none.
pub fn run(root: &Path, dir: &Path) -> Result<()> {
    if dir.exists()
        && std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some())
    {
        bail!("{} is not empty; name a folder that doesn't exist yet", dir.display());
    }
    let dir = std::path::absolute(dir)?;
    write(root, &dir)?;
    let options = render::Options {
        root: dir.clone(),
        destination: dir.join("book"),
        plain: false,
        draft: false,
    };
    let page = dir.join("src/ch09-made-up.md");
    for (name, change) in
        [("cold", false), ("after a change of prose", true), ("after no change", false)]
    {
        if change {
            let text = std::fs::read_to_string(&page)?;
            std::fs::write(
                &page,
                text.replace(
                    "A sentence about the run.",
                    "Another sentence about the run.",
                ),
            )?;
        }
        let started = Instant::now();
        let report = render::build(&options)?;
        println!(
            "{name}: {:.2} s, {} of {} pages rendered",
            started.elapsed().as_secs_f64(),
            report.rendered,
            report.pages
        );
    }
    Ok(())
}

fn write(root: &Path, dir: &Path) -> Result<()> {
    let copy = |from: &str| -> Result<()> {
        for entry in walkdir::WalkDir::new(root.join(from)) {
            let entry = entry?;
            let target = dir.join(entry.path().strip_prefix(root)?);
            if entry.file_type().is_dir() {
                std::fs::create_dir_all(&target)?;
            } else {
                if let Some(parent) = target.parent() {
                    std::fs::create_dir_all(parent)?;
                }
                std::fs::copy(entry.path(), &target)
                    .with_context(|| format!("cannot write {}", target.display()))?;
            }
        }
        Ok(())
    };
    for part in [
        "book.toml",
        "src/theme",
        "src/assets",
        "src/macros.txt",
        "src/references.bib",
        "src/glossary.toml",
    ] {
        copy(part)?;
    }
    let mut summary = String::from("# Summary\n\n");
    for chapter in 1..=CHAPTERS {
        let slug = format!("ch{chapter:02}-made-up");
        writeln!(summary, "- [Chapter {chapter}]({slug}.md)")?;
        write_chapter(dir, chapter, &slug)?;
    }
    std::fs::write(dir.join("src/SUMMARY.md"), summary)?;
    Ok(())
}

fn write_chapter(dir: &Path, chapter: usize, slug: &str) -> Result<()> {
    let id = &slug[..4];
    let listing = dir.join("listings").join(slug);
    std::fs::create_dir_all(listing.join("src"))?;
    std::fs::write(listing.join("Cargo.toml"), "")?;
    std::fs::write(listing.join("src/lib.rs"), "//! Made up.\n")?;
    let (svg, data) =
        (dir.join("figures/svg").join(id), dir.join("figures/data").join(id));
    std::fs::create_dir_all(&svg)?;
    std::fs::create_dir_all(&data)?;
    let mut text = format!(
        "# Chapter {chapter}\n\n```chapter\nscene = \"A scene.\"\noutcomes = [\"Something\"]\nneeds = [\"Nothing\"]\nminutes = 60\n```\n\n"
    );
    for section in 0..FIGURES {
        writeln!(text, "## Section {section}\n")?;
        for f in 0..FORMULAS / FIGURES {
            let n = section * 100 + f;
            writeln!(
                text,
                "A sentence about the run. The value $V_{{{n}}}(s) = \\sum_{{a}} \\mu(a \\mid s)\\, Q_{{{chapter}}}(s, a)$ is bounded.\nMore words follow, as they do in any chapter that explains what it shows.\n"
            )?;
        }
        let figure = format!("{id}-made-up-{section}");
        writeln!(
            text,
            "```figure\nid = \"{figure}\"\ntitle = \"A finding\"\nalt = \"A line.\"\ncaption = \"Seeds.\"\n```\n"
        )?;
        let mut drawing = String::from("<svg viewBox=\"0 0 1000 600\" role=\"img\">");
        for i in 0..700 {
            writeln!(
                drawing,
                "<circle cx=\"{i}\" cy=\"{}\" r=\"2\" fill=\"currentColor\"/>",
                (i * 37 + chapter * 11) % 600
            )?;
        }
        drawing.push_str("</svg>\n");
        std::fs::write(svg.join(format!("{figure}.svg")), drawing)?;
        std::fs::write(data.join(format!("{figure}.csv")), "x,y\n1,2\n".repeat(500))?;
    }
    text.push_str("```dual\nid = \"made-up-CH\"\ntitle = \"T\"\nrl = \"a\"\naif = \"b\"\npart = \"c\"\n```\n\n".replace("CH", &chapter.to_string()).as_str());
    text.push_str("```quiz\nid = \"quiz-CH\"\n[[question]]\ntext = \"Q\"\n[[question.choice]]\ntext = \"a\"\ncorrect = true\nreason = \"r\"\n[[question.choice]]\ntext = \"b\"\nreason = \"r\"\n```\n\n".replace("CH", &chapter.to_string()).as_str());
    for kind in ["predict", "change", "prove", "build"] {
        writeln!(
            text,
            "```exercise\nid = \"{kind}-{chapter}\"\nkind = \"{kind}\"\nminutes = 5\ntitle = \"T\"\ntext = \"t\"\nhint = \"h\"\nsolution = \"s\"\n```\n"
        )?;
    }
    text.push_str("```summary\npoints = [\"p\"]\n```\n");
    std::fs::write(dir.join("src").join(format!("{slug}.md")), text)?;
    Ok(())
}
