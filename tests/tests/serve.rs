//! `cargo xtask serve`: what it serves, and what it does on a change.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use tests::copy::{Copy, page, slug};

/// How long a slow machine may take to see a change.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that stops with the test.
struct Server {
    child: Child,
    /// `127.0.0.1:PORT`
    address: String,
}

impl Server {
    fn start(copy: &Copy) -> Self {
        let mut child = copy
            .command()
            .args(["serve", "--port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                let rest = line.strip_prefix("serving http://")?;
                Some(rest.split('/').next()?.to_owned())
            })
            .expect("it says where it serves");
        // Nobody reads on; a full pipe would stop it.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n").expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Asks again and again until the answer to `path` is as wished.
    fn wait(&self, path: &str, wished: impl Fn(&str) -> bool) -> String {
        let started = Instant::now();
        loop {
            let answer = self.get(path);
            if wished(&answer) {
                return answer;
            }
            let head: String = answer.chars().take(400).collect();
            assert!(started.elapsed() < PATIENCE, "{path} still answers:\n{head}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

#[test]
fn a_change_of_text_or_of_a_listing_is_served_and_reloads_the_page() {
    let copy = Copy::new();
    let server = Server::start(&copy);
    let chapter = format!("/{}.html", slug());
    let first = server.wait(&chapter, |answer| answer.starts_with("HTTP/1.0 200"));
    assert!(first.contains("/__build"), "the page doesn't ask for changes");
    let build = body(&server.get("/__build")).to_owned();

    copy.append(page(), "\n\nA sentence that a writer has just added.\n");
    server.wait(&chapter, |answer| answer.contains("has just added"));
    let after_text = server.wait("/__build", |answer| body(answer) != build);

    let claims = format!("listings/{}/tests/claims.rs", slug());
    copy.replace(&claims, "#[test]", "// A remark beside a test.\n#[test]");
    server.wait("/__build", |answer| body(answer) != body(&after_text));

    let before = server.get(&chapter);
    copy.append(page(), "\n\n{{claim nobody-tests-this}}\n");
    std::thread::sleep(Duration::from_secs(2));
    let after = server.get(&chapter);
    assert!(body(&before) == body(&after), "a faulty page took the old one's place");
}

#[test]
fn nothing_outside_the_book_is_served() {
    let copy = Copy::new();
    let server = Server::start(&copy);
    for path in ["/../Cargo.toml", "/../../etc/passwd", "/no-such-page.html"] {
        let answer = server.get(path);
        assert!(answer.starts_with("HTTP/1.0 404"), "{path}: {answer}");
    }
}
