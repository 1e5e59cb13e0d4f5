//! One Chromium for all tests of a process, and pages in it that remember what they asked for and printed.
//!
//! The tests speak the DevTools protocol through a pair of pipes: no port, no web socket, and a Chromium that ends by
//! itself when the tests do, however they end.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError, Weak};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Package and remedy, as one line.
const MISSING: &str = "install Chromium (Debian and Ubuntu: apt-get install chromium), or name a Chrome in the variable CHROME";

/// How long the browser may take for what takes milliseconds on an idle machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// The window that a page is looked at through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// A wide window, with a margin for side notes.
    Desk,
    /// 360 pixels, touched and not clicked.
    Phone,
}

/// The book's two themes.
pub const THEMES: [&str; 2] = ["paper", "ink"];

/// Runs `look` in the shared browser; without one, says so loudly, or fails where everything is required.
pub fn with_browser(look: impl FnOnce(&Shared)) {
    match Shared::open() {
        Ok(browser) => look(&browser),
        Err(why) if std::env::var_os("REQUIRE_ALL").is_some_and(|value| value == "1") => {
            panic!("no browser ({why}): {MISSING}")
        }
        Err(why) => {
            static SAID: Once = Once::new();
            // Past the test harness, which would swallow it.
            SAID.call_once(|| {
                let _ = writeln!(
                    std::io::stderr(),
                    "\nSKIPPED browser tests ({why}): {MISSING}\n"
                );
            });
        }
    }
}

/// The browser on this machine: the one that `CHROME` names, or the first found.
fn executable() -> Option<PathBuf> {
    const NAMES: [&str; 6] = [
        "chromium",
        "chromium-browser",
        "google-chrome-stable",
        "google-chrome",
        "chrome",
        "microsoft-edge-stable",
    ];
    const ON_A_MAC: [&str; 2] = [
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];
    let named = std::env::var_os("CHROME").map(PathBuf::from);
    let folders: Vec<PathBuf> =
        std::env::var_os("PATH").iter().flat_map(std::env::split_paths).collect();
    let on_path =
        NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    named
        .into_iter()
        .chain(on_path)
        .chain(ON_A_MAC.iter().map(PathBuf::from))
        .find(|path| path.is_file())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A browser that lives as long as any test holds it; its profile goes with it.
#[derive(Clone)]
pub struct Shared(Arc<Chromium>);

impl Shared {
    fn open() -> Result<Self, String> {
        static RUNNING: Mutex<Weak<Chromium>> = Mutex::new(Weak::new());
        let mut running = lock(&RUNNING);
        if let Some(browser) = running.upgrade() {
            return Ok(Self(browser));
        }
        let path = executable().ok_or("no Chromium on PATH")?;
        let browser = Arc::new(
            Chromium::start(&path)
                .map_err(|e| format!("{} doesn't start: {e}", path.display()))?,
        );
        *running = Arc::downgrade(&browser);
        Ok(Self(browser))
    }

    /// An empty page with a storage of its own, as of a reader who comes for the first time.
    pub fn page(&self, screen: Screen) -> Page {
        let word = |answer: Value, key: &str| {
            answer[key].as_str().unwrap_or_default().to_owned()
        };
        let call = |method: &str, parameters: Value| {
            self.0
                .call(None, method, parameters)
                .unwrap_or_else(|e| panic!("{method}: {e}"))
        };
        let context = word(
            call("Target.createBrowserContext", json!({ "disposeOnDetach": true })),
            "browserContextId",
        );
        let blank = json!({ "url": "about:blank", "browserContextId": context });
        let target = word(call("Target.createTarget", blank), "targetId");
        let session = word(
            call("Target.attachToTarget", json!({ "targetId": target, "flatten": true })),
            "sessionId",
        );
        let seen: Arc<Mutex<Seen>> = Arc::default();
        lock(&self.0.inbox.pages).insert(session.clone(), Arc::clone(&seen));
        let page = Page {
            browser: Arc::clone(&self.0),
            context,
            session,
            seen,
            scripts: AtomicBool::new(true),
        };
        for domain in ["Page", "Network", "Runtime", "Log"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        page.call("Emulation.setFocusEmulationEnabled", json!({ "enabled": true }));
        page.show_on(screen);
        page.prefer("light");
        page
    }

    /// The same, with a theme chosen before.
    pub fn page_in(&self, screen: Screen, theme: &str) -> Page {
        let page = self.page(screen);
        page.before_each_page(&format!(
            "localStorage.setItem('course-theme', '{theme}')"
        ));
        page
    }
}

/// A running Chromium and the two pipes to it.
struct Chromium {
    process: Mutex<Child>,
    pipe: Mutex<Option<ChildStdin>>,
    inbox: Arc<Inbox>,
    calls: AtomicU64,
    _profile: tempfile::TempDir,
}

/// Who waits for what Chromium says.
#[derive(Default)]
struct Inbox {
    answers: Mutex<HashMap<u64, Sender<Value>>>,
    pages: Mutex<HashMap<String, Arc<Mutex<Seen>>>>,
}

impl Inbox {
    /// Hands on one message: an answer to its caller, an event to its page.
    fn deliver(&self, message: Value) {
        if let Some(id) = message["id"].as_u64() {
            if let Some(caller) = lock(&self.answers).remove(&id) {
                // A caller may have given up by now.
                let _ = caller.send(message);
            }
        } else if let Some(session) = message["sessionId"].as_str() {
            let page = lock(&self.pages).get(session).cloned();
            if let Some(page) = page {
                lock(&page).note(&message);
            }
        }
    }
}

impl Chromium {
    fn start(path: &Path) -> Result<Self, String> {
        let profile = tempfile::tempdir().map_err(|e| e.to_string())?;
        // Chromium reads commands from descriptor 3 and writes to 4; the shell makes these of the two that `Command` offers.
        let mut process = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1"])
            .arg(path)
            .args([
                "--headless",
                "--remote-debugging-pipe",
                // Chromium's sandbox refuses to start for root, which is who runs tests in a container.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-default-apps",
                "--disable-dev-shm-usage",
                "--disable-domain-reliability",
                "--disable-extensions",
                "--disable-renderer-backgrounding",
                "--disable-background-timer-throttling",
                "--disable-backgrounding-occluded-windows",
                "--disable-sync",
                "--force-color-profile=srgb",
                "--hide-scrollbars",
                "--no-default-browser-check",
                "--no-first-run",
                "--password-store=basic",
                "--window-size=1440,900",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| e.to_string())?;
        let pipe = process.stdin.take();
        let says = process.stdout.take().ok_or("no pipe")?;
        let inbox: Arc<Inbox> = Arc::default();
        let readers_inbox = Arc::clone(&inbox);
        std::thread::spawn(move || {
            let mut says = BufReader::new(says);
            let mut message = Vec::new();
            while says.read_until(0, &mut message).is_ok_and(|n| n > 0) {
                message.pop();
                if let Ok(message) = serde_json::from_slice(&message) {
                    readers_inbox.deliver(message);
                }
                message.clear();
            }
            // Nobody answers any more; dropping the senders tells those who wait.
            lock(&readers_inbox.answers).clear();
        });
        let browser = Self {
            process: Mutex::new(process),
            pipe: Mutex::new(pipe),
            inbox,
            calls: AtomicU64::new(1),
            _profile: profile,
        };
        browser.call(None, "Browser.getVersion", json!({}))?;
        Ok(browser)
    }

    /// A command of the DevTools protocol, to a page or to the browser itself, and its answer.
    fn call(
        &self,
        session: Option<&str>,
        method: &str,
        parameters: Value,
    ) -> Result<Value, String> {
        let id = self.calls.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = channel();
        lock(&self.inbox.answers).insert(id, sender);
        let mut message = json!({ "id": id, "method": method, "params": parameters });
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        match lock(&self.pipe).as_mut() {
            Some(pipe) => {
                pipe.write_all(&bytes).map_err(|e| format!("Chromium is gone: {e}"))?
            }
            None => return Err("Chromium is gone".to_owned()),
        }
        let mut answer =
            answer.recv_timeout(PATIENCE).map_err(|e| format!("no answer: {e}"))?;
        match answer.get("error") {
            Some(error) => Err(error["message"].as_str().unwrap_or_default().to_owned()),
            None => Ok(answer["result"].take()),
        }
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // Without its pipe Chromium ends; it is waited for, since it still writes to its profile.
        let _ = self.call(None, "Browser.close", json!({}));
        lock(&self.pipe).take();
        let mut process = lock(&self.process);
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(5) {
            if matches!(process.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = process.kill();
        let _ = process.wait();
    }
}

/// What a page asked for and what it printed.
#[derive(Default)]
struct Seen {
    requests: Vec<String>,
    console: Vec<String>,
    /// How often it arrived somewhere: on another page, or at another place of the same.
    arrivals: usize,
    /// Whether it has left the empty page that it began with.
    began: bool,
    url: String,
}

impl Seen {
    fn note(&mut self, event: &Value) {
        let about = &event["params"];
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match event["method"].as_str().unwrap_or_default() {
            "Network.requestWillBeSent" => {
                self.requests.push(word(&about["request"]["url"]))
            }
            "Network.webSocketCreated" => self.requests.push(word(&about["url"])),
            "Page.frameNavigated" => {
                self.url = word(&about["frame"]["url"]);
                self.began |= self.url != "about:blank";
            }
            // The empty page arrives as well, and late.
            "Page.loadEventFired" | "Page.navigatedWithinDocument" => {
                self.arrivals += usize::from(self.began)
            }
            "Log.entryAdded" => {
                let entry = &about["entry"];
                self.console.push(format!(
                    "{} {}",
                    word(&entry["text"]),
                    word(&entry["url"])
                ));
            }
            "Runtime.consoleAPICalled" => {
                let words =
                    about["args"].as_array().into_iter().flatten().map(|argument| {
                        match argument.get("value") {
                            Some(value) => value.to_string(),
                            None => word(&argument["description"]),
                        }
                    });
                self.console.push(words.collect::<Vec<_>>().join(" "));
            }
            "Runtime.exceptionThrown" => {
                let details = &about["exceptionDetails"];
                self.console.push(format!(
                    "{} {}",
                    word(&details["text"]),
                    word(&details["exception"]["description"])
                ));
            }
            _ => {}
        }
    }
}

/// A page in the browser; closed when dropped.
pub struct Page {
    browser: Arc<Chromium>,
    context: String,
    session: String,
    seen: Arc<Mutex<Seen>>,
    /// Whether scripts run in it.
    scripts: AtomicBool,
}

impl Drop for Page {
    fn drop(&mut self) {
        lock(&self.browser.inbox.pages).remove(&self.session);
        // The browser may be gone already, and then so is the page.
        let _ = self.browser.call(
            None,
            "Target.disposeBrowserContext",
            json!({ "browserContextId": self.context }),
        );
    }
}

impl Page {
    /// A command of the DevTools protocol to this page.
    fn call(&self, method: &str, parameters: Value) -> Value {
        self.browser
            .call(Some(&self.session), method, parameters)
            .unwrap_or_else(|e| panic!("{method}: {e}"))
    }

    pub fn show_on(&self, screen: Screen) {
        let (width, height, phone) = match screen {
            Screen::Desk => (1440, 900, false),
            Screen::Phone => (360, 740, true),
        };
        self.call("Emulation.setDeviceMetricsOverride", 
            json!({ "width": width, "height": height, "deviceScaleFactor": 1.0, "mobile": phone }),
        );
        self.call("Emulation.setTouchEmulationEnabled", json!({ "enabled": phone }));
    }

    /// The system's color scheme, `light` or `dark`.
    pub fn prefer(&self, scheme: &str) {
        self.call("Emulation.setEmulatedMedia", 
            json!({ "media": "", "features": [{ "name": "prefers-color-scheme", "value": scheme }] }),
        );
    }

    /// Shows the page as it would be printed, until `prefer` is called.
    pub fn show_as_printed(&self) {
        self.call("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    }

    pub fn switch_scripts_off(&self) {
        self.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
        self.scripts.store(false, Ordering::Relaxed);
    }

    /// Prints to a PDF that nobody keeps, as a reader's print command would.
    pub fn print(&self) {
        let pdf = self.call("Page.printToPDF", json!({ "printBackground": true }));
        assert!(
            pdf["data"].as_str().is_some_and(|data| data.len() > 1000),
            "an empty print"
        );
    }

    pub fn may_use_the_clipboard(&self) {
        let grant = json!({
            "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"],
            "browserContextId": self.context,
        });
        self.browser
            .call(None, "Browser.grantPermissions", grant)
            .unwrap_or_else(|e| panic!("{e}"));
    }

    /// A script that runs in each page that this one shows, before any of the page's own.
    pub fn before_each_page(&self, script: &str) {
        self.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script }));
    }

    /// Goes to a file of the book, such as `map.html` or `map.html#paths`, and waits until it stands still.
    pub fn go(&self, book: &Path, to: &str) {
        let (file, fragment) = to
            .split_once('#')
            .map_or((to, None), |(file, fragment)| (file, Some(fragment)));
        let mut url = address(&book.join(file));
        if let Some(fragment) = fragment {
            url = format!("{url}#{fragment}");
        }
        self.follow(|page| {
            let answer = page.call("Page.navigate", json!({ "url": url }));
            assert!(answer.get("errorText").is_none(), "{url}: {}", answer["errorText"]);
        });
    }

    pub fn reload(&self) {
        self.follow(|page| {
            page.call("Page.reload", json!({}));
        });
    }

    /// Does what leads to another page or place, and waits until it stands still there.
    ///
    /// Nothing is asked of a page that is on its way out: its answer might never come.
    pub fn follow(&self, lead: impl FnOnce(&Self)) {
        let arrivals = |page: &Self| lock(&page.seen).arrivals;
        let before = arrivals(self);
        lead(self);
        self.wait("the page that this leads to", |page| arrivals(page) > before);
        self.settle();
    }

    /// Waits for the page's fonts, and for two frames to be drawn.
    pub fn settle(&self) {
        if self.scripts.load(Ordering::Relaxed) {
            self.js(
                "document.fonts.ready.then(() => Promise.race([
                    new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))),
                    new Promise((done) => setTimeout(() => done(false), 500)),
                ]))",
            );
        }
    }

    /// The value of an expression in the page; promises are waited for.
    pub fn js(&self, expression: &str) -> Value {
        self.try_js(expression)
            .unwrap_or_else(|e| panic!("{}: {e}\n{expression}", self.place()))
    }

    fn try_js(&self, expression: &str) -> Result<Value, String> {
        // Where scripts are off no promise is ever kept, and waiting for a plain value is waiting for a promise.
        let wait = self.scripts.load(Ordering::Relaxed);
        let call = json!({
            "expression": expression, "returnByValue": true, "awaitPromise": wait, "userGesture": true,
        });
        let mut answer =
            self.browser.call(Some(&self.session), "Runtime.evaluate", call)?;
        if let Some(details) = answer.get("exceptionDetails") {
            let thrown =
                details["exception"]["description"].as_str().or(details["text"].as_str());
            return Err(thrown.unwrap_or_default().to_owned());
        }
        Ok(answer["result"]["value"].take())
    }

    /// A true or false of the page.
    pub fn is(&self, expression: &str) -> bool {
        self.js(expression) == Value::Bool(true)
    }

    /// A text of the page; empty if there is none.
    pub fn text(&self, expression: &str) -> String {
        self.js(expression).as_str().unwrap_or_default().to_owned()
    }

    /// A list of texts of the page.
    pub fn texts(&self, expression: &str) -> Vec<String> {
        let list = self.js(expression);
        list.as_array()
            .into_iter()
            .flatten()
            .map(|text| text.as_str().unwrap_or_default().to_owned())
            .collect()
    }

    pub fn count(&self, selector: &str) -> u64 {
        self.js(&format!("document.querySelectorAll({}).length", quoted(selector)))
            .as_u64()
            .unwrap_or_default()
    }

    /// Waits until an expression has a value, and says what it had if it never does.
    pub fn wait_for(&self, expression: &str, value: impl Into<Value>) {
        let value = value.into();
        let start = Instant::now();
        loop {
            // While one page gives way to the next, there may be nobody to answer.
            let now = self.try_js(expression);
            if now.as_ref() == Ok(&value) {
                return;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "{expression} never became {value}: {now:?}"
            );
            std::thread::sleep(Duration::from_millis(15));
        }
    }

    fn wait(&self, what: &str, done: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !done(self) {
            assert!(
                start.elapsed() < PATIENCE,
                "waited in vain for {what} ({})",
                self.place()
            );
            std::thread::sleep(Duration::from_millis(15));
        }
    }

    /// Presses a key: `Tab`, `Shift+Tab`, `Enter`, ` `, `ArrowDown`, `Escape` or a character.
    pub fn press(&self, key: &str) {
        let (shift, key) =
            key.strip_prefix("Shift+").map_or((false, key), |key| (true, key));
        let (code, number, text) = match key {
            "Tab" => ("Tab", 9, None),
            "Enter" => ("Enter", 13, Some("\r")),
            " " => ("Space", 32, Some(" ")),
            "Escape" => ("Escape", 27, None),
            "ArrowDown" => ("ArrowDown", 40, None),
            "ArrowUp" => ("ArrowUp", 38, None),
            "/" => ("Slash", 191, Some("/")),
            _ => panic!("no key `{key}` on this keyboard"),
        };
        let event = |kind: &str| {
            let mut event = json!({
                "type": kind, "key": key, "code": code, "modifiers": if shift { 8 } else { 0 },
                "windowsVirtualKeyCode": number, "nativeVirtualKeyCode": number,
            });
            if let (Some(text), "keyDown") = (text, kind) {
                event["text"] = json!(text);
            }
            event
        };
        self.call(
            "Input.dispatchKeyEvent",
            event(if text.is_some() { "keyDown" } else { "rawKeyDown" }),
        );
        self.call("Input.dispatchKeyEvent", event("keyUp"));
    }

    /// Types into what has the focus.
    pub fn type_text(&self, text: &str) {
        self.call("Input.insertText", json!({ "text": text }));
    }

    /// Presses Tab until the focus is where `there` (an expression over `at`) holds; fails when it never gets there.
    pub fn tab_to(&self, there: &str) {
        const MOST: usize = 1500;
        let here = format!("((at) => Boolean({there}))(document.activeElement)");
        for _ in 0..MOST {
            if self.is(&here) {
                return;
            }
            self.press("Tab");
        }
        panic!("{}: {MOST} times Tab, and never {there}", self.place());
    }

    /// Where the page is, for messages.
    pub fn place(&self) -> String {
        let url = lock(&self.seen).url.clone();
        url.rsplit('/').next().unwrap_or_default().to_owned()
    }

    /// What the page asked for beside files and data inside itself.
    pub fn foreign_requests(&self) -> Vec<String> {
        let seen = lock(&self.seen);
        let local = |url: &&String| {
            url.starts_with("file:") || url.starts_with("data:") || *url == "about:blank"
        };
        seen.requests.iter().filter(|url| !local(url)).cloned().collect()
    }

    pub fn console(&self) -> Vec<String> {
        lock(&self.seen).console.clone()
    }

    pub fn n_requests(&self) -> usize {
        lock(&self.seen).requests.len()
    }

    /// Fails if the page asked for anything but files, or printed anything.
    pub fn assert_quiet(&self) {
        let (requests, console) = (self.foreign_requests(), self.console());
        assert!(requests.is_empty(), "{} asks for {requests:#?}", self.place());
        assert!(console.is_empty(), "{} prints {console:#?}", self.place());
    }
}

/// A text as a JavaScript string.
pub fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A file's address.
fn address(path: &Path) -> String {
    let mut url = String::from("file://");
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'A'..=b'Z'
            | b'a'..=b'z'
            | b'0'..=b'9'
            | b'/'
            | b'-'
            | b'_'
            | b'.'
            | b'~' => url.push(char::from(byte)),
            other => url.push_str(&format!("%{other:02X}")),
        }
    }
    url
}

/// The pages of the book as paths from its folder, `/` between them.
pub fn pages_of(book: &Path) -> Vec<String> {
    let from_book = |page: PathBuf| {
        page.strip_prefix(book)
            .unwrap_or(&page)
            .components()
            .map(|c| c.as_os_str().to_string_lossy().into_owned())
            .collect::<Vec<_>>()
            .join("/")
    };
    tests::book::pages(book).into_iter().map(from_book).collect()
}
