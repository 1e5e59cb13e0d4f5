//! The fenced TOML blocks of a page, as they are written.

use serde::Deserialize;
use toml::Spanned;

/// Text with the place of its first byte in the block.
pub type Text = Spanned<String>;

/// `figure`: a drawing that `cargo xtask figures` made.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// Slug; the drawing is `figures/svg/chNN/<id>.svg`, its data
    /// `figures/data/chNN/<id>.csv`.
    pub id: Text,
    /// The finding, in one sentence.
    pub title: Text,
    /// The picture in words, for those who can't see it.
    pub alt: Text,
    /// Seeds, runs, what the band is.
    pub caption: Text,
}

/// `listing`: lines of a chapter's module, or of the library.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// Slug of the module.
    pub id: Text,
    /// On the first fragment only.
    pub title: Option<Text>,
    /// The fragment between `// ANCHOR: name` and `// ANCHOR_END: name`; the whole file
    /// without it.
    pub anchor: Option<Text>,
    /// A library crate, for lines that are not the chapter's own.
    #[serde(rename = "crate")]
    pub library: Option<Text>,
    /// With `crate`: the file in that crate.
    pub file: Option<Text>,
    /// An example that runs it.
    pub run: Option<Text>,
}

/// `output`: what an example prints.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// The example's name.
    pub example: Text,
    /// Such as `1-20`.
    pub lines: Option<Text>,
}

/// `dual`: one thing seen from both fields, and where they part.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dual {
    /// Slug.
    pub id: Text,
    /// What is looked at.
    pub title: Text,
    /// Reinforcement learning's half.
    pub rl: Text,
    /// Active inference's half.
    pub aif: Text,
    /// Where they part, with a number.
    pub part: Text,
}

/// `quiz`: questions on misconceptions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quiz {
    /// Slug.
    pub id: Text,
    /// Three to five.
    pub question: Vec<Question>,
}

/// One question.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What is asked.
    pub text: Text,
    /// What can be answered.
    pub choice: Vec<Choice>,
}

/// One answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What it says.
    pub text: Text,
    /// Whether it is right.
    #[serde(default)]
    pub correct: bool,
    /// Why it is right, or the mistake that it is.
    pub reason: Text,
}

/// What an exercise asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Say what a run will show.
    Predict,
    /// Change an argument and see.
    Change,
    /// Prove a statement.
    Prove,
    /// Write code against a test.
    Build,
    /// Find a published mistake.
    Find,
}

impl Kind {
    /// As printed.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Predict => "Predict",
            Kind::Change => "Change",
            Kind::Prove => "Prove",
            Kind::Build => "Build",
            Kind::Find => "Find the error",
        }
    }

    /// As a class name.
    pub fn class(self) -> &'static str {
        match self {
            Kind::Predict => "predict",
            Kind::Change => "change",
            Kind::Prove => "prove",
            Kind::Build => "build",
            Kind::Find => "find",
        }
    }
}

/// `exercise`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// Slug.
    pub id: Text,
    /// What it asks for.
    pub kind: Kind,
    /// How long it takes.
    pub minutes: u32,
    /// Its name.
    pub title: Text,
    /// The task.
    pub text: Text,
    /// A first step.
    pub hint: Text,
    /// The answer.
    pub solution: Text,
    /// `src/exercises/<code>.rs` of the chapter's crate: its stub is shown, its solution
    /// folded.
    pub code: Option<Text>,
}

/// `chapter`: the opening.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// A concrete scene of at most 60 words.
    pub scene: Text,
    /// What the reader will be able to do.
    pub outcomes: Vec<Text>,
    /// What the reader needs first.
    pub needs: Vec<Text>,
    /// Minutes to read.
    pub minutes: u32,
    /// `src/assets/plates/<plate>.svg`.
    pub plate: Option<Text>,
}

/// `summary`: what we now know.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// One finding each.
    pub points: Vec<Text>,
}

/// The names of our blocks.
pub const NAMES: [&str; 8] =
    ["chapter", "figure", "listing", "output", "dual", "quiz", "exercise", "summary"];

/// Languages that a plain code block may have.
pub const LANGUAGES: [&str; 10] = [
    "rust", "text", "toml", "sh", "console", "python", "json", "csv", "markdown", "diff",
];
