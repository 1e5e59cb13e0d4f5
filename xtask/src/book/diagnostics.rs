//! What is wrong, where, and what to do about it.

use std::fmt;

/// A place in a source file; line and column count from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Path from the repository's root.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// One fault of the book.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Where it stands.
    pub place: Place,
    /// What is wrong and what mends it, in one line.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// All faults of one build, in the order of the book.
#[derive(Debug)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\nerror: ")?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// A piece of Markdown and where it begins in its file.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'a> {
    /// The Markdown.
    pub text: &'a str,
    /// The whole file, of which `text` is the part from `offset`, byte for byte.
    pub file: &'a SourceFile,
    /// Where in the file `text` begins, in bytes.
    pub offset: usize,
}

impl<'a> Piece<'a> {
    /// The part `range` of this piece.
    pub fn slice(&self, range: std::ops::Range<usize>) -> Piece<'a> {
        Piece {
            text: &self.text[range.clone()],
            file: self.file,
            offset: self.offset + range.start,
        }
    }

    /// The place of byte `at` of this piece.
    pub fn place(&self, at: usize) -> Place {
        self.file.place(self.offset + at)
    }
}

/// A file's name and text.
#[derive(Debug)]
pub struct SourceFile {
    /// Path from the repository's root.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl SourceFile {
    /// The whole file as one piece.
    pub fn whole(&self) -> Piece<'_> {
        Piece { text: &self.text, file: self, offset: 0 }
    }

    /// Line and column of byte `at`.
    pub fn place(&self, at: usize) -> Place {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &self.text[..at];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Place {
            file: self.name.clone(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}
