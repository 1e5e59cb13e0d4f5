//! What the whole-book tests share: where the repository is, what it holds, and how its commands are called.
//!
//! The tests themselves stand in `tests/tests/`, one file a subject.

pub mod book;
pub mod copy;
pub mod repository;
pub mod snippets;
pub mod xtask;
