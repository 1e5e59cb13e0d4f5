//! Every figure of the book: computed from seeds, written as CSV, drawn from that CSV.
//!
//! A chapter lists its figures in a file of its own ([`Chapter`]); a figure says how its rows are computed ([`Compute`]) and
//! how they are drawn. [`job::run`] does the rest: it writes `data/chNN/<id>.csv`, `data/chNN/results.toml`,
//! `data/chNN/<example>.txt` and `svg/chNN/<id>.svg`, or, with `--check`, shows that the committed files are what the code makes.
//!
//! The drawing never sees what the experiment returned. It reads the CSV text, so a picture can't hold what its data don't.

#[cfg(feature = "ch01")]
mod ch01;
#[cfg(feature = "ch02")]
mod ch02;
#[cfg(feature = "ch03")]
mod ch03;
#[cfg(feature = "ch08")]
mod ch08;
pub mod cpu;
pub mod figure;
pub mod job;
pub mod kit;
pub mod results;
pub mod stage;
pub mod table;

pub use figure::{Chapter, Compute, Data, Figure};
pub use results::Number;
pub use table::{Table, Tables};

/// The chapters that this build can draw, in the order of the book.
pub fn chapters() -> Vec<Chapter> {
    vec![
        #[cfg(feature = "ch01")]
        ch01::chapter(),
        #[cfg(feature = "ch02")]
        ch02::chapter(),
        #[cfg(feature = "ch03")]
        ch03::chapter(),
        #[cfg(feature = "ch08")]
        ch08::chapter(),
    ]
}
