//! What `cargo xtask` starts: looks for the two programs that building the book's tools
//! needs, then hands over to `xtask`.
//!
//! It leans on nothing but the standard library, so that a missing program is one clear
//! line instead of a failed build script.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

/// What the tools' C code (the formula renderer) is built with.
const NEEDED: [(&[&str], &str, &str); 2] = [
    (&["cc", "gcc", "clang"], "a C compiler", "gcc"),
    (&["patch"], "the program `patch`", "patch"),
];

fn main() -> ExitCode {
    for (names, what, package) in NEEDED {
        if !names.iter().any(|name| on_path(name)) {
            eprintln!(
                "error: {what} is missing; install it (on Debian or Ubuntu: apt-get install {package}) and run this again"
            );
            return ExitCode::FAILURE;
        }
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.arg("run");
    if tools_are_built() {
        command.arg("--quiet");
    } else {
        eprintln!("Building the book's tools; the first time this takes a few minutes.");
    }
    command.args(["--package", "xtask", "--"]).args(std::env::args_os().skip(1));
    match command.status() {
        Ok(status) => u8::try_from(status.code().unwrap_or(1))
            .map_or(ExitCode::FAILURE, ExitCode::from),
        Err(error) => {
            eprintln!("error: cannot start cargo: {error}; is it on PATH?");
            ExitCode::FAILURE
        }
    }
}

fn on_path(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .any(|dir| dir.join(name).is_file() || dir.join(format!("{name}.exe")).is_file())
}

/// `xtask` lies beside this program once it was built.
fn tools_are_built() -> bool {
    let sibling = || -> Option<PathBuf> {
        let me = std::env::current_exe().ok()?;
        Some(me.with_file_name(format!("xtask{}", std::env::consts::EXE_SUFFIX)))
    };
    sibling().is_some_and(|path| path.is_file())
}
