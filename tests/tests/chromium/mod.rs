//! One Chromium for all tests of a process, and pages in it that remember what they asked for and printed.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Once, Weak};
use std::time::{Duration, Instant};

use headless_chrome::protocol::cdp::types::{Event, Method};
use headless_chrome::protocol::cdp::{
    Browser as Permissions, Emulation, Input, Log, Network, Page as Pages, Runtime,
};
use headless_chrome::{Browser, LaunchOptions, Tab};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Package and remedy, as one line.
const MISSING: &str = "install Chromium (Debian and Ubuntu: apt-get install chromium; elsewhere Chrome does as well)";

/// How long a page may take for what takes milliseconds on an idle machine.
const PATIENCE: Duration = Duration::from_secs(20);

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
            panic!("no browser: {why}; {MISSING}")
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

/// A browser that lives as long as any test holds it, and is killed with the last of them.
///
/// A plain `static` would never be dropped, and Chromium would outlive the tests.
#[derive(Clone)]
pub struct Shared(Arc<Browser>);

impl Shared {
    fn open() -> Result<Self, String> {
        static RUNNING: Mutex<Weak<Browser>> = Mutex::new(Weak::new());
        let mut running = RUNNING
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(browser) = running.upgrade() {
            return Ok(Self(browser));
        }
        let path = headless_chrome::browser::default_executable()
            .map_err(|_| "no Chromium on PATH".to_owned())?;
        let flags = [
            "--disable-gpu",
            "--disable-quic",
            "--disable-component-update",
            "--no-default-browser-check",
            "--disable-domain-reliability",
            "--hide-scrollbars",
        ];
        let options = LaunchOptions::default_builder()
            .path(Some(path.clone()))
            // Chromium's sandbox refuses to start for root, which is who runs tests in a container.
            .sandbox(false)
            .window_size(Some((1440, 900)))
            // Also the longest that one command may take.
            .idle_browser_timeout(Duration::from_secs(60))
            .args(flags.iter().map(std::ffi::OsStr::new).collect())
            .build()
            .map_err(|e| e.to_string())?;
        let browser = Browser::new(options)
            .map_err(|e| format!("{} doesn't start: {e}", path.display()))?;
        let browser = Arc::new(browser);
        *running = Arc::downgrade(&browser);
        Ok(Self(browser))
    }

    /// An empty page with a storage of its own, as of a reader who comes for the first time.
    pub fn page(&self, screen: Screen) -> Page {
        let context = self.0.new_context().expect("a browser context");
        let tab = context.new_tab().expect("a tab");
        let page = Page {
            tab,
            context: context.get_id().to_owned(),
            seen: Arc::new(Mutex::new(Seen {
                blank: true,
                ..Seen::default()
            })),
            scripts: AtomicBool::new(true),
        };
        let seen = Arc::clone(&page.seen);
        page.tab
            .add_event_listener(Arc::new(move |event: &Event| {
                seen.lock().expect("not poisoned").note(event)
            }))
            .expect("a listener");
        page.call::<Network::Enable>(json!({}));
        page.call::<Runtime::Enable>(Value::Null);
        page.call::<Log::Enable>(Value::Null);
        page.call::<Emulation::SetFocusEmulationEnabled>(json!({ "enabled": true }));
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

/// What a page asked for and what it printed.
#[derive(Default)]
struct Seen {
    requests: Vec<String>,
    console: Vec<String>,
    /// How often it arrived somewhere: on another page, or at another place of the same.
    arrivals: usize,
    blank: bool,
}

impl Seen {
    fn note(&mut self, event: &Event) {
        match event {
            Event::NetworkRequestWillBeSent(event) => {
                self.requests.push(event.params.request.url.clone())
            }
            Event::NetworkWebSocketCreated(event) => {
                self.requests.push(event.params.url.clone())
            }
            Event::PageFrameNavigated(event) => {
                self.blank = event.params.frame.url == "about:blank";
            }
            Event::PageLoadEventFired(_) | Event::PageNavigatedWithinDocument(_) => {
                // The empty page that a tab begins with arrives as well, and late.
                self.arrivals += usize::from(!self.blank);
            }
            Event::LogEntryAdded(event) => {
                let entry = &event.params.entry;
                self.console.push(format!(
                    "{} {}",
                    entry.text,
                    entry.url.clone().unwrap_or_default()
                ));
            }
            Event::RuntimeConsoleAPICalled(event) => {
                let words = event.params.args.iter().map(|arg| match &arg.value {
                    Some(value) => value.to_string(),
                    None => arg.description.clone().unwrap_or_default(),
                });
                self.console.push(words.collect::<Vec<_>>().join(" "));
            }
            Event::RuntimeExceptionThrown(event) => {
                let details = &event.params.exception_details;
                let thrown = details
                    .exception
                    .as_ref()
                    .and_then(|e| e.description.clone())
                    .unwrap_or_default();
                self.console.push(format!("{} {thrown}", details.text));
            }
            _ => {}
        }
    }
}

/// A page in the browser; closed when dropped.
pub struct Page {
    tab: Arc<Tab>,
    context: String,
    seen: Arc<Mutex<Seen>>,
    /// Whether scripts run in it.
    scripts: AtomicBool,
}

impl Drop for Page {
    fn drop(&mut self) {
        // The browser may be gone already, and then so is the page.
        let _ = self.tab.close_target();
    }
}

impl Page {
    /// A command of the DevTools protocol, by its type, with its parameters as JSON.
    fn call<M>(&self, parameters: Value) -> M::ReturnObject
    where
        M: Method + DeserializeOwned + serde::Serialize,
    {
        let method: M = serde_json::from_value(parameters)
            .unwrap_or_else(|e| panic!("{}: {e}", M::NAME));
        self.tab
            .call_method(method)
            .unwrap_or_else(|e| panic!("{}: {e}", M::NAME))
    }

    pub fn show_on(&self, screen: Screen) {
        let (width, height, phone) = match screen {
            Screen::Desk => (1440, 900, false),
            Screen::Phone => (360, 740, true),
        };
        self.call::<Emulation::SetDeviceMetricsOverride>(
            json!({ "width": width, "height": height, "deviceScaleFactor": 1.0, "mobile": phone }),
        );
        self.call::<Emulation::SetTouchEmulationEnabled>(json!({ "enabled": phone }));
    }

    /// The system's color scheme, `light` or `dark`.
    pub fn prefer(&self, scheme: &str) {
        self.call::<Emulation::SetEmulatedMedia>(
            json!({ "media": "", "features": [{ "name": "prefers-color-scheme", "value": scheme }] }),
        );
    }

    /// Shows the page as it would be printed, until `prefer` is called.
    pub fn show_as_printed(&self) {
        self.call::<Emulation::SetEmulatedMedia>(json!({ "media": "print" }));
    }

    pub fn switch_scripts_off(&self) {
        self.call::<Emulation::SetScriptExecutionDisabled>(json!({ "value": true }));
        self.scripts.store(false, Ordering::Relaxed);
    }

    /// Prints to a PDF that nobody keeps, as a reader's print command would.
    pub fn print(&self) {
        let pdf = self.call::<Pages::PrintToPDF>(json!({ "printBackground": true }));
        assert!(pdf.data.len() > 1000, "an empty print");
    }

    pub fn may_use_the_clipboard(&self) {
        self.call::<Permissions::GrantPermissions>(json!({
            "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"],
            "browserContextId": self.context,
        }));
    }

    /// A script that runs in each page that this one shows, before any of the page's own.
    pub fn before_each_page(&self, script: &str) {
        self.call::<Pages::AddScriptToEvaluateOnNewDocument>(json!({ "source": script }));
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
            let answer = page.call::<Pages::Navigate>(json!({ "url": url }));
            assert!(
                answer.error_text.is_none(),
                "{url}: {:?}",
                answer.error_text
            );
        });
    }

    pub fn reload(&self) {
        self.follow(|page| {
            page.call::<Pages::Reload>(json!({}));
        });
    }

    /// Does what leads to another page or place, and waits until it stands still there.
    ///
    /// Nothing is asked of a page that is on its way out: its answer might never come.
    pub fn follow(&self, lead: impl FnOnce(&Self)) {
        let arrivals = |page: &Self| page.seen.lock().expect("not poisoned").arrivals;
        let before = arrivals(self);
        lead(self);
        self.wait("the page that this leads to", |page| {
            arrivals(page) > before
        });
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
        let call: Runtime::Evaluate =
            serde_json::from_value(call).map_err(|e| e.to_string())?;
        let answer = self.tab.call_method(call).map_err(|e| e.to_string())?;
        if let Some(details) = answer.exception_details {
            let thrown = details
                .exception
                .and_then(|e| e.description)
                .unwrap_or(details.text);
            return Err(thrown);
        }
        Ok(answer.result.value.unwrap_or(Value::Null))
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
        self.js(&format!(
            "document.querySelectorAll({}).length",
            quoted(selector)
        ))
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
                self.tab.get_url()
            );
            std::thread::sleep(Duration::from_millis(15));
        }
    }

    /// Presses a key: `Tab`, `Shift+Tab`, `Enter`, ` `, `ArrowDown`, `Escape` or a character.
    pub fn press(&self, key: &str) {
        let (shift, key) = key
            .strip_prefix("Shift+")
            .map_or((false, key), |key| (true, key));
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
        self.call::<Input::DispatchKeyEvent>(event(if text.is_some() {
            "keyDown"
        } else {
            "rawKeyDown"
        }));
        self.call::<Input::DispatchKeyEvent>(event("keyUp"));
    }

    /// Types into what has the focus.
    pub fn type_text(&self, text: &str) {
        self.call::<Input::InsertText>(json!({ "text": text }));
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
        let url = self.tab.get_url();
        url.rsplit('/').next().unwrap_or_default().to_owned()
    }

    /// What the page asked for beside files and data inside itself.
    pub fn foreign_requests(&self) -> Vec<String> {
        let seen = self.seen.lock().expect("not poisoned");
        let local = |url: &&String| {
            url.starts_with("file:") || url.starts_with("data:") || *url == "about:blank"
        };
        seen.requests
            .iter()
            .filter(|url| !local(url))
            .cloned()
            .collect()
    }

    pub fn console(&self) -> Vec<String> {
        self.seen.lock().expect("not poisoned").console.clone()
    }

    pub fn n_requests(&self) -> usize {
        self.seen.lock().expect("not poisoned").requests.len()
    }

    /// Fails if the page asked for anything but files, or printed anything.
    pub fn assert_quiet(&self) {
        let (requests, console) = (self.foreign_requests(), self.console());
        assert!(
            requests.is_empty(),
            "{} asks for {requests:#?}",
            self.place()
        );
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
    tests::book::pages(book)
        .into_iter()
        .map(from_book)
        .collect()
}
