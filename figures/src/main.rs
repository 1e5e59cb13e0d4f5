//! Draws the book's figures: `cargo run -p figures -- --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    figures::job::main(&figures::chapters(), std::env::args())
}
