//! The course's commands: `cargo xtask help`.

mod bench;
mod book;
mod ci;
mod exercise;
mod export;
mod modules;
mod mutants;
mod scaffold;
mod screenshot;
mod serve;
mod slice;
mod synthetic;
mod tools;
mod workspace;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use mdbook_preprocessor::Preprocessor as _;

/// Builds, checks and hands out the course "Spinning Up in Active Inference, in Rust".
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    after_help = "Begin with `cargo xtask book --open`."
)]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Render the book to book/.
    #[command(after_help = "Example:\n  cargo xtask book --open")]
    Book {
        /// Open it in the browser.
        #[arg(long)]
        open: bool,
        /// Print what is wrong and write the book all the same, while a chapter is being
        /// written.
        #[arg(long)]
        draft: bool,
        /// Build another folder that holds a book.toml.
        #[arg(long, value_name = "DIR", hide = true)]
        root: Option<PathBuf>,
        /// Write somewhere else than to book/.
        #[arg(long, value_name = "DIR", hide = true)]
        dest: Option<PathBuf>,
        /// Preprocess through the commands of book.toml, as plain `mdbook build` does.
        #[arg(long, hide = true)]
        plain: bool,
    },
    /// Serve the book, and rebuild and reload it when text, a listing or a figure
    /// changes.
    #[command(after_help = "Example:\n  cargo xtask serve --port 3000")]
    Serve {
        /// Port on this machine; 0 takes a free one.
        #[arg(long, default_value_t = 3000)]
        port: u16,
        /// Open it in the browser.
        #[arg(long)]
        open: bool,
    },
    /// Compute results and draw figures, or check the committed ones.
    #[command(
        after_help = "Examples:\n  cargo xtask figures ch01\n  cargo xtask figures matching-law\n  cargo xtask figures --check",
        disable_help_flag = true
    )]
    Figures {
        /// Chapters, figure ids and options of the figures program; see `cargo xtask
        /// figures --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
        args: Vec<String>,
    },
    /// Run every test: crates, listings and their documentation, claims, snippets,
    /// exercises, links, pages in a browser.
    #[command(
        after_help = "Examples:\n  cargo xtask test\n  cargo xtask test -p ch01-behaving-animal"
    )]
    Test {
        /// Arguments for `cargo test`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
        args: Vec<String>,
    },
    /// Write a chapter, or one listing, as a Cargo project of its own.
    #[command(
        after_help = "Examples:\n  cargo xtask export ch01 ../behaving-animal\n  cargo xtask export ch01 ../law --listing law-of-effect"
    )]
    Export {
        /// Such as ch01.
        chapter: String,
        /// A folder that doesn't exist yet, or is empty.
        dir: PathBuf,
        /// One module with what it uses.
        #[arg(long, value_name = "LISTING")]
        listing: Option<String>,
    },
    /// Hand out an exercise: its stub, its test, and what they need.
    #[command(
        after_help = "Example:\n  cargo xtask exercise ch01 law-of-effect ../my-solution"
    )]
    Exercise {
        /// Such as ch01.
        chapter: String,
        /// The exercise's name, as on the page; without it the names are listed.
        #[arg(default_value = "", hide_default_value = true)]
        slug: String,
        /// A folder that doesn't exist yet, or is empty.
        dir: Option<PathBuf>,
    },
    /// Break the code on purpose and see that each claim's test notices.
    #[command(after_help = "Example:\n  cargo xtask mutants ch01")]
    Mutants {
        /// Such as ch01.
        chapter: String,
    },
    /// Begin a chapter, a listing or a figure.
    #[command(subcommand)]
    New(New),
    /// Measure how fast the crates are.
    #[command(
        after_help = "Examples:\n  cargo xtask bench step\n  cargo xtask bench --json bench.json"
    )]
    Bench {
        /// Only the benchmarks that have this in their name.
        name: Option<String>,
        /// Write medians, intervals, date and machine to a file.
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
    },
    /// Everything that CI runs, cheapest first.
    #[command(after_help = "Example:\n  cargo xtask ci")]
    Ci,
    /// Check that every exercise's stub fails its test; its solution is tested with its
    /// crate.
    #[command(hide = true)]
    CheckExercises {
        /// Such as ch01.
        chapter: String,
    },
    /// The preprocessor, as book.toml names it for plain `mdbook build`.
    #[command(hide = true)]
    Preprocess {
        /// `supports RENDERER`, asked by mdBook.
        args: Vec<String>,
    },
    /// Take the picture in README.md from the built book.
    #[command(hide = true)]
    Screenshot,
    /// Write a book of full size and time its builds.
    #[command(hide = true)]
    Synthetic {
        /// Where to write it.
        dir: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum New {
    /// A chapter: crate, page, figures.
    #[command(
        after_help = "Example:\n  cargo xtask new chapter 2 bellman-and-value \"Bellman and value\""
    )]
    Chapter {
        /// 1 to 17.
        number: u32,
        /// Lower-case words with hyphens.
        slug: String,
        /// As printed.
        title: String,
    },
    /// A listing: module and doctest; the block for the page is printed.
    #[command(
        after_help = "Example:\n  cargo xtask new listing ch01 law-of-effect \"The law of effect\""
    )]
    Listing {
        /// Such as ch01.
        chapter: String,
        /// Lower-case words with hyphens.
        slug: String,
        /// As printed.
        title: String,
    },
    /// A figure: function and data; the block for the page is printed.
    #[command(
        after_help = "Example:\n  cargo xtask new figure ch01 puzzle-box-latency \"Escape gets faster, never all at once\""
    )]
    Figure {
        /// Such as ch01.
        chapter: String,
        /// Lower-case words with hyphens.
        id: String,
        /// The finding, in one sentence.
        title: String,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {}", one_line(&error));
            ExitCode::FAILURE
        }
    }
}

/// An error and its causes; only a list of the book's faults takes several lines.
fn one_line(error: &anyhow::Error) -> String {
    match error.downcast_ref::<book::diagnostics::Faults>() {
        Some(faults) => faults.to_string(),
        None => format!("{error:#}").replace('\n', " "),
    }
}

fn run(task: Task) -> Result<ExitCode> {
    let done = Ok(ExitCode::SUCCESS);
    match task {
        Task::Book { open, draft, root, dest, plain } => {
            let root = match root {
                Some(root) => std::path::absolute(root)?,
                None => workspace::root()?,
            };
            let destination = match dest {
                Some(dest) => std::path::absolute(dest)?,
                None => root.join("book"),
            };
            let started = std::time::Instant::now();
            let report = book::render::build(&book::render::Options {
                root,
                destination: destination.clone(),
                plain,
                draft,
            })?;
            let index = destination.join("index.html");
            println!(
                "{} pages, {} rendered anew, {:.1} s: {}",
                report.pages,
                report.rendered,
                started.elapsed().as_secs_f64(),
                index.display()
            );
            if open {
                tools::open(&index)?;
            }
            done
        }
        Task::Serve { port, open } => {
            serve::run(&workspace::root()?, port, open).map(|()| ExitCode::SUCCESS)
        }
        Task::Figures { args } => ci::figures(&workspace::root()?, &args),
        Task::Test { args } => ci::test(&workspace::root()?, &args),
        Task::Export { chapter, dir, listing } => {
            export::run(&workspace::root()?, &chapter, &dir, listing.as_deref())?;
            done
        }
        Task::Exercise { chapter, slug, dir } => {
            exercise::run(&workspace::root()?, &chapter, &slug, dir.as_deref())?;
            done
        }
        Task::Mutants { chapter } => {
            mutants::run(&workspace::root()?, &chapter)?;
            done
        }
        Task::New(what) => {
            let root = workspace::root()?;
            match what {
                New::Chapter { number, slug, title } => {
                    scaffold::chapter(&root, number, &slug, &title)?
                }
                New::Listing { chapter, slug, title } => {
                    scaffold::listing(&root, &chapter, &slug, &title)?
                }
                New::Figure { chapter, id, title } => {
                    scaffold::figure(&root, &chapter, &id, &title)?
                }
            }
            done
        }
        Task::Bench { name, json } => {
            bench::run(&workspace::root()?, name.as_deref(), json.as_deref())?;
            done
        }
        Task::Ci => ci::run(&workspace::root()?),
        Task::CheckExercises { chapter } => {
            exercise::check(&workspace::root()?, &chapter)?;
            done
        }
        Task::Preprocess { args } => {
            if args.first().is_some_and(|a| a == "supports") {
                let html = args.get(1).is_some_and(|r| r == "html");
                return Ok(if html { ExitCode::SUCCESS } else { ExitCode::FAILURE });
            }
            let (context, book) =
                mdbook_preprocessor::parse_input(std::io::stdin().lock())?;
            let book = book::Course::default().run(&context, book)?;
            let mut out = std::io::stdout().lock();
            serde_json::to_writer(&mut out, &book)
                .context("cannot hand the book back to mdBook")?;
            out.flush()?;
            done
        }
        Task::Screenshot => {
            screenshot::run(&workspace::root()?).map(|()| ExitCode::SUCCESS)
        }
        Task::Synthetic { dir } => {
            synthetic::run(&workspace::root()?, &dir).map(|()| ExitCode::SUCCESS)
        }
    }
}
