//! `cargo xtask serve`: the book at a local address, rebuilt and reloaded on a change.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use anyhow::{Result, anyhow};
use notify::{RecursiveMode, Watcher};
use tiny_http::{Header, Request, Response, Server};

use crate::book::render;
use crate::tools;

/// What a change is looked for in.
const WATCHED: [&str; 5] = ["src", "listings", "crates", "figures", "book.toml"];

/// A page asks for the number of the last build, and reloads when it is another.
const RELOAD: &str = r#"<script>(() => { let seen; setInterval(async () => { try { const now = await (await fetch("/__build")).text(); if (seen !== undefined && now !== seen) location.reload(); seen = now; } catch {} }, 700); })();</script>"#;

/// Serves until it is stopped.
pub fn run(root: &Path, port: u16, open: bool) -> Result<()> {
    let destination = root.join("book");
    let options = render::Options {
        root: root.to_path_buf(),
        destination: destination.clone(),
        plain: false,
        draft: false,
    };
    rebuild(&options);
    let server = Server::http(("127.0.0.1", port)).map_err(|e| {
        anyhow!("cannot listen on port {port}: {e}; try another with --port")
    })?;
    let port = server.server_addr().to_ip().map_or(port, |address| address.port());
    let address = format!("http://127.0.0.1:{port}/");
    println!("serving {address}; stop with Ctrl-C");
    let builds = Arc::new(AtomicU64::new(1));
    let counter = Arc::clone(&builds);
    let folder = destination.clone();
    std::thread::spawn(move || {
        for request in server.incoming_requests() {
            answer(request, &folder, counter.load(Ordering::Relaxed));
        }
    });
    if open {
        tools::open(Path::new(&address))?;
    }
    let (send, changes) = mpsc::channel();
    let mut watcher =
        notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|e| matters(&e)) {
                let _ = send.send(());
            }
        })?;
    for name in WATCHED {
        let path = root.join(name);
        if path.exists() {
            watcher.watch(&path, RecursiveMode::Recursive)?;
        }
    }
    while changes.recv().is_ok() {
        // An editor writes a file in several steps; wait until it is quiet.
        while changes.recv_timeout(Duration::from_millis(150)).is_ok() {}
        if rebuild(&options) {
            builds.fetch_add(1, Ordering::Relaxed);
        }
    }
    Ok(())
}

fn matters(event: &notify::Event) -> bool {
    let hidden = |path: &PathBuf| {
        path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'))
    };
    !event.kind.is_access() && !event.paths.iter().all(hidden)
}

fn rebuild(options: &render::Options) -> bool {
    let started = std::time::Instant::now();
    match render::build(options) {
        Ok(report) => {
            println!(
                "{} pages, {} rendered anew, {:.1} s",
                report.pages,
                report.rendered,
                started.elapsed().as_secs_f64()
            );
            true
        }
        Err(error) => {
            eprintln!("error: {}", crate::one_line(&error));
            false
        }
    }
}

fn answer(request: Request, folder: &Path, build: u64) {
    let url = request
        .url()
        .split(['?', '#'])
        .next()
        .unwrap_or("/")
        .trim_start_matches('/')
        .to_owned();
    if url == "__build" {
        let _ = request.respond(Response::from_string(build.to_string()));
        return;
    }
    let path = if url.is_empty() { "index.html".to_owned() } else { url };
    let inside = Path::new(&path)
        .components()
        .all(|c| matches!(c, std::path::Component::Normal(_)));
    match std::fs::read(folder.join(&path)) {
        Ok(mut bytes) if inside => {
            let kind = content_type(&path);
            if kind.starts_with("text/html") {
                bytes.extend_from_slice(RELOAD.as_bytes());
            }
            let header = Header::from_bytes("Content-Type", kind)
                .expect("these are valid header bytes");
            let _ = request.respond(Response::from_data(bytes).with_header(header));
        }
        _ => {
            let _ = request
                .respond(Response::from_string("no such page").with_status_code(404));
        }
    }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, e)| e) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "png" => "image/png",
        "json" => "application/json",
        _ => "text/plain; charset=utf-8",
    }
}
