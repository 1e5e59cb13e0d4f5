//! The house's rules: who may know whom, what a crate may use, and what stands where.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use tests::repository::{Member, cargo, chapters, files, members, metadata, read, root};

/// Whom each crate may know, in the order of the house; a chapter's listings stand under `ch*`.
///
/// `rl` and `aif` are strangers: that the two fields compute the same is evidence only as long as neither reads the other.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("prob", &[]),
    ("autodiff", &["prob"]),
    ("envs", &["prob"]),
    ("rl", &["prob", "autodiff", "envs"]),
    ("aif", &["prob", "autodiff", "envs"]),
    ("gpu", &["prob", "autodiff", "envs", "rl", "aif"]),
    ("ch*", &["prob", "autodiff", "envs", "rl", "aif", "gpu"]),
    ("figures", &["prob", "autodiff", "envs", "rl", "aif", "gpu", "ch*"]),
    ("preflight", &[]),
    ("xtask", &["preflight"]),
    ("tests", &["prob", "autodiff", "envs", "rl", "aif", "gpu", "ch*", "figures"]),
];

/// Crates that must run where there is no operating system.
const PURE: [&str; 4] = ["prob", "envs", "rl", "aif"];

/// What the book is built on from its first chapter, one version each.
const IN_USE: [&str; 9] = [
    "mdbook-driver",
    "mdbook-preprocessor",
    "mdbook-katex",
    "ndarray",
    "rand",
    "rand_chacha",
    "plotters",
    "rayon",
    "skeptic",
];

/// What may stand at the top of the repository.
const TOP_LEVEL: [&str; 23] = [
    "README.md",
    "book.toml",
    "src",
    "listings",
    "crates",
    "figures",
    "tests",
    "xtask",
    "Cargo.toml",
    "Cargo.lock",
    "clippy.toml",
    "rustfmt.toml",
    ".cargo",
    ".ci",
    ".github",
    ".gitignore",
    ".gitattributes",
    ".editorconfig",
    "LICENSE",
    "LICENSE-TEXT",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CITATION.cff",
];

/// `ch*` for a chapter's listings, the name itself for every other crate.
fn kind(name: &str) -> &str {
    let bytes = name.as_bytes();
    let chapter = bytes.len() > 5
        && name.starts_with("ch")
        && bytes[2].is_ascii_digit()
        && bytes[3].is_ascii_digit()
        && bytes[4] == b'-';
    if chapter { "ch*" } else { name }
}

/// Whom `name` may know, if the house has such a crate.
fn may_know(name: &str) -> Option<&'static [&'static str]> {
    MAY_KNOW.iter().find(|(who, _)| *who == kind(name)).map(|(_, whom)| *whom)
}

/// What is wrong with `name` knowing `whom`, if anything is.
fn stranger(name: &str, whom: &str) -> Option<String> {
    match may_know(name) {
        None => {
            Some(format!("`{name}` has no place in the house; give it one in MAY_KNOW"))
        }
        Some(allowed) if allowed.contains(&kind(whom)) => None,
        Some(_) => Some(format!("`{name}` may not know `{whom}`")),
    }
}

fn assert_none(broken: &[String], rule: &str) {
    assert!(broken.is_empty(), "{rule}:\n{}", broken.join("\n"));
}

#[test]
fn a_crate_knows_only_those_above_it() {
    let members = members();
    let names: BTreeSet<&str> =
        members.iter().map(|member| member.name.as_str()).collect();
    let mut broken = Vec::new();
    for member in &members {
        broken.extend(
            may_know(&member.name)
                .is_none()
                .then(|| stranger(&member.name, ""))
                .flatten(),
        );
        for dependency in &member.dependencies {
            let whom = dependency["name"].as_str().unwrap_or_default();
            if names.contains(whom) {
                broken.extend(stranger(&member.name, whom));
            }
        }
    }
    assert_none(
        &broken,
        "prob <- envs <- rl, aif <- gpu <- listings <- figures; xtask links none, tests comes last",
    );
}

/// The rule itself, also for crates that no chapter needed so far.
#[test]
fn the_two_fields_stay_strangers_and_the_commands_link_no_science() {
    for (who, whom) in [
        ("rl", "aif"),
        ("aif", "rl"),
        ("prob", "envs"),
        ("envs", "rl"),
        ("rl", "ch03-dopamine-and-td-learning"),
        ("ch02-bellman-and-value", "ch01-behaving-animal"),
        ("gpu", "ch14-fast-and-parallel"),
        ("xtask", "prob"),
        ("xtask", "figures"),
        ("figures", "tests"),
        ("figures", "xtask"),
        ("newcomer", "prob"),
    ] {
        assert!(
            stranger(who, whom).is_some(),
            "`{who}` may know `{whom}`, and shouldn't"
        );
    }
    for (who, whom) in [
        ("envs", "prob"),
        ("aif", "envs"),
        ("ch09-first-aif-agent", "aif"),
        ("figures", "ch01-x"),
    ] {
        assert_eq!(stranger(who, whom), None);
    }
    // Nobody stands both above and below another: the order has no circle.
    for (place, (who, whom)) in MAY_KNOW.iter().enumerate() {
        for name in *whom {
            assert!(
                MAY_KNOW[..place].iter().any(|(above, _)| above == name),
                "`{who}` knows `{name}`, which doesn't stand above it"
            );
        }
    }
}

#[test]
fn the_pure_crates_depend_on_nothing_that_needs_an_operating_system() {
    const NEEDS_ONE: [&str; 12] = [
        "rayon",
        "rayon-core",
        "crossbeam-utils",
        "getrandom",
        "libc",
        "num_cpus",
        "tempfile",
        "chrono",
        "time",
        "tokio",
        "windows-sys",
        "rustix",
    ];
    let mut broken = Vec::new();
    for member in members().iter().filter(|member| PURE.contains(&member.name.as_str())) {
        for dependency in &member.dependencies {
            let name = dependency["name"].as_str().unwrap_or_default();
            let normal = dependency["kind"].is_null();
            if ["rand", "rand_chacha"].contains(&name)
                && normal
                && dependency["uses_default_features"] == true
            {
                broken.push(format!(
                    "`{}` takes {name} with its default features",
                    member.name
                ));
            }
            if name == "rayon" && dependency["optional"] == false {
                broken.push(format!(
                    "`{}` takes rayon outside a feature `parallel`",
                    member.name
                ));
            }
        }
        let features = member
            .manifest
            .get("features")
            .and_then(toml::Value::as_table)
            .cloned()
            .unwrap_or_default();
        for (feature, turns_on) in &features {
            let turns_on = turns_on.to_string();
            if feature != "parallel"
                && (turns_on.contains("rayon") || turns_on.contains("parallel"))
            {
                broken.push(format!(
                    "`{}` turns rayon on by the feature `{feature}`, not only `parallel`",
                    member.name
                ));
            }
        }
        // What a build of this crate alone, with its default features, compiles; other crates' wishes don't count.
        let tree = cargo()
            .args([
                "tree",
                "--locked",
                "--package",
                &member.name,
                "--edges",
                "normal",
                "--prefix",
                "none",
            ])
            .current_dir(root())
            .output()
            .expect("cargo can be started");
        assert!(
            tree.status.success(),
            "cargo tree: {}",
            String::from_utf8_lossy(&tree.stderr)
        );
        for line in String::from_utf8_lossy(&tree.stdout).lines() {
            let name = line.split(' ').next().unwrap_or_default();
            if NEEDS_ONE.contains(&name) {
                broken.push(format!(
                    "`{}` compiles {name}; cargo tree -p {} -i {name}",
                    member.name, member.name
                ));
            }
        }
    }
    assert_none(
        &broken,
        "prob, envs, rl and aif must build where there is no operating system",
    );
}

/// Paths of the standard library that touch the world, and every macro that prints.
struct WorldSeeker {
    found: Vec<(usize, String)>,
}

impl WorldSeeker {
    const WORLD: [&'static str; 8] =
        ["thread", "time", "fs", "env", "process", "net", "io", "os"];

    fn look(&mut self, path: &str, line: usize) {
        if let Some(module) =
            path.strip_prefix("std::").and_then(|rest| rest.split("::").next())
            && Self::WORLD.contains(&module)
        {
            self.found.push((line, path.to_owned()));
        }
    }

    fn look_in_use(&mut self, tree: &syn::UseTree, so_far: &str) {
        match tree {
            syn::UseTree::Path(path) => {
                self.look_in_use(&path.tree, &format!("{so_far}{}::", path.ident))
            }
            syn::UseTree::Name(name) => {
                self.look(&format!("{so_far}{}", name.ident), name.span().start().line)
            }
            syn::UseTree::Rename(name) => {
                self.look(&format!("{so_far}{}", name.ident), name.span().start().line)
            }
            syn::UseTree::Glob(star) => {
                self.look(&format!("{so_far}*"), star.span().start().line)
            }
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|item| self.look_in_use(item, so_far))
            }
        }
    }

    /// Whether an item is compiled only for tests, or only with the feature `parallel`.
    fn excused(attributes: &[syn::Attribute]) -> bool {
        attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).any(
            |attribute| {
                let condition = attribute
                    .meta
                    .require_list()
                    .map(|list| list.tokens.to_string())
                    .unwrap_or_default();
                let condition = condition.replace(' ', "");
                condition == "test" || condition == "feature=\"parallel\""
            },
        )
    }
}

impl<'ast> Visit<'ast> for WorldSeeker {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attributes = match item {
            syn::Item::Fn(item) => &item.attrs,
            syn::Item::Mod(item) => &item.attrs,
            syn::Item::Use(item) => &item.attrs,
            syn::Item::Impl(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !Self::excused(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.look_in_use(&item.tree, "");
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let words: Vec<String> =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.look(&words.join("::"), path.span().start().line);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let name = call
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string())
            .unwrap_or_default();
        if ["print", "println", "eprint", "eprintln", "dbg"].contains(&name.as_str()) {
            self.found.push((call.span().start().line, format!("{name}!")));
        }
        // A macro's arguments are only words until it is expanded.
        let words = call.tokens.to_string().replace(' ', "");
        for module in Self::WORLD {
            if words.contains(&format!("std::{module}::")) {
                self.found.push((
                    call.span().start().line,
                    format!("std::{module} in {name}!"),
                ));
            }
        }
        visit::visit_macro(self, call);
    }
}

fn world_in(source: &str) -> Vec<(usize, String)> {
    let mut seeker = WorldSeeker { found: Vec::new() };
    seeker.visit_file(
        &syn::parse_file(source).expect("the crate compiles, so the file parses"),
    );
    seeker.found
}

#[test]
fn the_pure_crates_touch_no_thread_clock_file_or_system() {
    let mut broken = Vec::new();
    for member in members().iter().filter(|member| PURE.contains(&member.name.as_str())) {
        for file in member
            .rust_files()
            .iter()
            .filter(|file| file.starts_with(member.folder.join("src")))
        {
            for (line, what) in world_in(&read(file)) {
                broken.push(format!("{}:{line}: {what}", file.display()));
            }
        }
    }
    assert_none(
        &broken,
        "only behind #[cfg(feature = \"parallel\")] may these crates use the world",
    );
}

#[test]
fn the_seeker_finds_the_world_and_excuses_tests_and_the_parallel_feature() {
    let world = "use std::{collections::BTreeMap, time::Instant};\nfn f() { std::thread::yield_now(); }\nfn g() { println!(\"{}\", 1); }\n";
    let lines: Vec<usize> = world_in(world).into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, [1, 2, 3]);
    let excused = "#[cfg(feature = \"parallel\")]\nmod p { use std::thread; }\n#[cfg(test)]\nmod tests { use std::fs; }\nuse std::fmt;\n";
    assert_eq!(world_in(excused), []);
}

#[test]
fn every_member_takes_its_lints_edition_and_version_from_the_workspace() {
    let mut broken = Vec::new();
    for member in members() {
        let lints = member.manifest.get("lints").and_then(|lints| lints.get("workspace"));
        if lints.and_then(toml::Value::as_bool) != Some(true) {
            broken.push(format!(
                "{}/Cargo.toml: write [lints] workspace = true",
                member.folder.display()
            ));
        }
        for key in ["version", "edition", "rust-version", "license"] {
            let value =
                member.manifest.get("package").and_then(|package| package.get(key));
            if value
                .and_then(|value| value.get("workspace"))
                .and_then(toml::Value::as_bool)
                != Some(true)
            {
                broken.push(format!(
                    "{}/Cargo.toml: write {key}.workspace = true",
                    member.folder.display()
                ));
            }
        }
    }
    assert_none(&broken, "one place decides for all crates");
}

/// Every table of dependencies of a manifest, those for one platform included.
fn dependency_tables(manifest: &toml::Table) -> Vec<(&str, &toml::Table)> {
    const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    let mut tables: Vec<(&str, &toml::Table)> = Vec::new();
    let platforms = manifest.get("target").and_then(toml::Value::as_table);
    let scopes = platforms
        .into_iter()
        .flat_map(|targets| targets.values())
        .filter_map(toml::Value::as_table);
    for scope in std::iter::once(manifest).chain(scopes) {
        for kind in KINDS {
            if let Some(table) = scope.get(kind).and_then(toml::Value::as_table) {
                tables.push((kind, table));
            }
        }
    }
    tables
}

#[test]
fn every_version_stands_in_the_workspace_table() {
    let mut broken = Vec::new();
    for member in members() {
        for (kind, table) in dependency_tables(&member.manifest) {
            for (name, dependency) in table {
                if dependency.get("workspace").and_then(toml::Value::as_bool)
                    != Some(true)
                {
                    broken.push(format!(
                        "{}/Cargo.toml, [{kind}]: {name}.workspace = true",
                        member.folder.display()
                    ));
                }
            }
        }
    }
    assert_none(&broken, "dependencies with a version of their own");
}

#[test]
fn nothing_in_the_workspace_table_is_unused() {
    let manifest: toml::Table = read("Cargo.toml").parse().expect("cargo reads it");
    let table = manifest["workspace"]["dependencies"]
        .as_table()
        .expect("the workspace has a table");
    let used: BTreeSet<String> = members()
        .iter()
        .flat_map(|member| {
            dependency_tables(&member.manifest)
                .into_iter()
                .flat_map(|(_, table)| table.keys().cloned().collect::<Vec<_>>())
                .collect::<Vec<_>>()
        })
        .collect();
    let unused: Vec<String> = table
        .keys()
        .filter(|name| !used.contains(*name))
        // A path to a crate that nobody but the workspace needs to name is no burden on a reader.
        .filter(|name| table[*name].get("path").is_none())
        .cloned()
        .collect();
    assert_none(
        &unused,
        "Cargo.toml, [workspace.dependencies]: nobody uses these, so remove them",
    );
}

#[test]
fn what_the_book_is_built_on_is_in_use_in_one_version_each() {
    let metadata = metadata();
    let packages: BTreeMap<&str, (&str, &str)> = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|p| {
            Some((p["id"].as_str()?, (p["name"].as_str()?, p["version"].as_str()?)))
        })
        .collect();
    let nodes: BTreeMap<&str, &Value> = metadata["resolve"]["nodes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|node| Some((node["id"].as_str()?, node)))
        .collect();
    let linked = |node: &Value| -> Vec<String> {
        node["deps"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|dep| {
                dep["dep_kinds"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .any(|kind| kind["kind"].is_null())
            })
            .filter_map(|dep| dep["pkg"].as_str().map(str::to_owned))
            .collect()
    };

    // What a reader's build links. The browser driver of these tests brings an older rand, which no result ever sees.
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut pending: Vec<String> = metadata["workspace_members"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|id| id.as_str().map(str::to_owned))
        .filter(|id| packages[id.as_str()].0 != "tests")
        .collect();
    while let Some(id) = pending.pop() {
        if let Some(node) = nodes.get(id.as_str())
            && seen.insert(id.clone())
        {
            pending.extend(linked(node));
        }
    }
    let direct: BTreeSet<&str> = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|package| {
            metadata["workspace_members"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|id| *id == package["id"])
        })
        .flat_map(|package| package["dependencies"].as_array().into_iter().flatten())
        .filter_map(|dependency| dependency["name"].as_str())
        .collect();

    let mut broken = Vec::new();
    for name in IN_USE {
        if !direct.contains(name) {
            broken.push(format!("{name}: no crate uses it"));
        }
        let versions: BTreeSet<&str> = seen
            .iter()
            .map(|id| packages[id.as_str()])
            .filter(|(n, _)| *n == name)
            .map(|(_, v)| v)
            .collect();
        if versions.len() > 1 {
            broken.push(format!(
                "{name}: {} (cargo tree -i {name})",
                versions.into_iter().collect::<Vec<_>>().join(", ")
            ));
        }
    }
    assert_none(&broken, "one version each, in use from the start");
}

#[test]
fn the_top_of_the_repository_holds_only_what_the_house_has() {
    let found: BTreeSet<String> = files()
        .iter()
        .filter_map(|path| path.components().next())
        .map(|first| first.as_os_str().to_string_lossy().into_owned())
        .collect();
    let strangers: Vec<String> = found
        .iter()
        .filter(|name| !TOP_LEVEL.contains(&name.as_str()))
        .cloned()
        .collect();
    assert_none(&strangers, "no place for these at the top level");
    for needed in [
        "Cargo.lock",
        "README.md",
        "book.toml",
        "clippy.toml",
        "rustfmt.toml",
        "CITATION.cff",
    ] {
        assert!(
            found.contains(needed),
            "{needed} is missing at the top level, or git ignores it"
        );
    }
}

/// Words that name this machine or a registry's hosts; written in halves, so that this file isn't its own finding.
const MACHINES: [&str; 10] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Use", "rs/"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("registry.", "npmjs.org"),
    concat!("registry.", "yarnpkg.com"),
    concat!("files.", "pythonhosted.org"),
    concat!("deb.", "debian.org"),
];

/// The first machine word in a line, if it starts a path (a web address may contain the same letters).
fn machine_in(line: &str) -> Option<&'static str> {
    MACHINES.into_iter().find(|word| {
        line.match_indices(word).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            !word.starts_with('/')
                || !before.is_some_and(|c| c.is_alphanumeric() || "._-~}>)]".contains(c))
        })
    })
}

#[test]
fn no_file_names_a_machines_folder_or_a_registrys_host() {
    let mut broken = Vec::new();
    for file in files() {
        // Fonts and pictures hold no text.
        let Ok(text) = std::fs::read_to_string(root().join(file)) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            if let Some(word) = machine_in(line) {
                broken.push(format!("{}:{}: {word}", file.display(), number + 1));
            }
        }
    }
    assert_none(&broken, "a path or host that is true on one machine only");
}

#[test]
fn transcendental_functions_of_the_standard_library_are_forbidden_where_results_are_made()
{
    const FORBIDDEN: [&str; 22] = [
        "exp", "exp2", "exp_m1", "ln", "ln_1p", "log", "log2", "log10", "powf", "sin",
        "cos", "tan", "sin_cos", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh",
        "cbrt", "hypot",
    ];
    let clippy: toml::Table = read("clippy.toml").parse().expect("clippy reads it");
    let listed: Vec<String> = clippy
        .get("disallowed-methods")
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            entry.get("path").or(Some(entry))?.as_str().map(str::to_owned)
        })
        .collect();
    let mut broken: Vec<String> = FORBIDDEN
        .iter()
        .map(|name| format!("f64::{name}"))
        .filter(|path| !listed.contains(path))
        .map(|path| format!("clippy.toml, disallowed-methods: {path} is missing"))
        .collect();
    for member in members() {
        if !member.folder.starts_with("crates") && !member.folder.starts_with("listings")
        {
            continue;
        }
        for file in member.rust_files() {
            for (number, line) in read(&file).lines().enumerate() {
                let line = line.replace(' ', "");
                if line.contains("clippy::disallowed_methods")
                    && (line.contains("allow(") || line.contains("expect("))
                {
                    broken.push(format!(
                        "{}:{}: the lint is turned off",
                        file.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    assert_none(&broken, "use prob::math, which gives the same bits on every machine");
}

/// The modules of a chapter's crate that are listings: all but the crate's face and the exercises.
fn listings() -> Vec<PathBuf> {
    let modules = |member: &Member| -> Vec<PathBuf> {
        let source = member.folder.join("src");
        member
            .rust_files()
            .into_iter()
            .filter(|file| {
                file.parent() == Some(source.as_path()) && !file.ends_with("lib.rs")
            })
            .collect()
    };
    members()
        .iter()
        .filter(|member| kind(&member.name) == "ch*")
        .flat_map(modules)
        .collect()
}

/// How many lines of a file a reader sees of a listing: those above its unit tests, without the marks of its fragments.
fn lines_to_read(source: &str) -> usize {
    source
        .lines()
        .take(lines_above_tests(source))
        .filter(|line| !line.trim_start().starts_with("// ANCHOR"))
        .count()
}

/// How many lines stand above a file's unit tests.
fn lines_above_tests(source: &str) -> usize {
    source
        .lines()
        .position(|line| line.trim() == "#[cfg(test)]")
        .unwrap_or_else(|| source.lines().count())
}

#[test]
fn a_listing_has_thirty_to_a_hundred_and_twenty_lines() {
    let broken: Vec<String> = listings()
        .iter()
        .map(|file| (file, lines_to_read(&read(file))))
        .filter(|(_, n)| !(30..=120).contains(n))
        .map(|(file, n)| format!("{}: {n} lines above its tests", file.display()))
        .collect();
    assert_none(
        &broken,
        "a listing is one idea on 30 to 120 lines; split it, or move what isn't the point to crates/",
    );
}

#[test]
fn a_listing_opens_with_its_idea_and_has_a_doctest() {
    let mut broken = Vec::new();
    for file in listings() {
        let source = read(&file);
        if !source.starts_with("//! ") {
            broken.push(format!(
                "{}:1: open with `//! …`: the idea, its equation, its table of symbols",
                file.display()
            ));
        }
        if doctests(&source) == 0 {
            broken.push(format!("{}: no doctest", file.display()));
        }
    }
    assert_none(&broken, "every listing says what it is and shows its use");
}

/// How many fences in a file's doc comments rustdoc runs.
fn doctests(source: &str) -> usize {
    let mut runs = 0;
    let mut inside = false;
    for line in source.lines() {
        let line = line.trim_start();
        let Some(doc) = line.strip_prefix("//!").or_else(|| line.strip_prefix("///"))
        else {
            continue;
        };
        if let Some(info) = doc.trim_start().strip_prefix("```") {
            runs += usize::from(!inside && ["", "rust"].contains(&info.trim()));
            inside = !inside;
        }
    }
    runs
}

#[test]
fn only_fences_that_rustdoc_runs_count_as_doctests() {
    assert_eq!(doctests("//! ```\n//! assert!(true);\n//! ```\n"), 1);
    assert_eq!(doctests("/// ```text\n/// no\n/// ```\nfn f() {}\n"), 0);
    assert_eq!(doctests("//! ```ignore\n//! no\n//! ```\n//! ```rust\n//! ```\n"), 1);
}

/// A piece of a file that a page shows: where the page says so, the file, and its fragment if not all of it is shown.
struct Shown {
    place: String,
    file: PathBuf,
    fragment: Option<String>,
}

/// Every `listing` block of every chapter.
fn shown() -> Vec<Shown> {
    use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};
    let mut found = Vec::new();
    for chapter in chapters() {
        let text = read(&chapter);
        let slug = chapter.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut inside = None;
        for (event, range) in Parser::new_ext(&text, Options::all()).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info)))
                    if &*info == "listing" =>
                {
                    inside = Some(1 + text[..range.start].matches('\n').count());
                }
                Event::Text(block) => {
                    let Some(line) = inside.take() else { continue };
                    let place = format!("{}:{line}", chapter.display());
                    let block: toml::Table =
                        block.parse().unwrap_or_else(|e| panic!("{place}: {e}"));
                    let word = |key: &str| block.get(key).and_then(toml::Value::as_str);
                    let module = word("id").unwrap_or_default().replace('-', "_");
                    let file = match (word("crate"), word("file")) {
                        (Some(krate), Some(file)) => {
                            Path::new("crates").join(krate).join(file)
                        }
                        _ => Path::new("listings")
                            .join(&slug)
                            .join("src")
                            .join(module + ".rs"),
                    };
                    found.push(Shown {
                        place,
                        file,
                        fragment: word("anchor").map(str::to_owned),
                    });
                }
                _ => inside = None,
            }
        }
    }
    found
}

/// The lines of a file, or of its fragment, that are code: a doc comment is text beside it, and a blank line is nothing to read.
fn code_lines(source: &str, fragment: Option<&str>) -> usize {
    let begin = fragment.map(|name| format!("// ANCHOR: {name}"));
    let end = fragment.map(|name| format!("// ANCHOR_END: {name}"));
    source
        .lines()
        .take(lines_above_tests(source))
        .map(str::trim)
        .skip_while(|line| begin.as_deref().is_some_and(|begin| begin != *line))
        .take_while(|line| end.as_deref() != Some(*line))
        .filter(|line| {
            !line.is_empty()
                && !["///", "//!", "// ANCHOR"].iter().any(|mark| line.starts_with(mark))
        })
        .count()
}

#[test]
fn what_a_page_shows_at_a_time_has_at_most_twenty_five_lines_of_code() {
    const MOST: usize = 25;
    let shown = shown();
    assert!(!shown.is_empty(), "no page shows a listing");
    let broken: Vec<String> = shown
        .iter()
        .map(|shown| (shown, code_lines(&read(&shown.file), shown.fragment.as_deref())))
        .filter(|(_, n)| *n == 0 || *n > MOST)
        .map(|(shown, n)| {
            let fragment = shown.fragment.as_deref().unwrap_or("the whole file");
            format!(
                "{}: {} ({fragment}): {n} lines of code",
                shown.place,
                shown.file.display()
            )
        })
        .collect();
    assert_none(
        &broken,
        "a reader takes in about six lines at a time, 25 at the most; cut it with anchors",
    );
}

#[test]
fn lines_of_code_are_counted_without_words_blanks_and_marks() {
    let source = "//! Text.\n// ANCHOR: a\n/// Text.\nfn f() {\n\n    g();\n}\n// ANCHOR_END: a\nfn h() {}\n#[cfg(test)]\nmod tests {}\n";
    assert_eq!(code_lines(source, Some("a")), 3);
    assert_eq!(code_lines(source, None), 4);
    assert_eq!(code_lines(source, Some("b")), 0);
}

/// Work left undone, as far as a parser sees it.
struct LeftUndone {
    found: Vec<(usize, String)>,
}

impl<'ast> Visit<'ast> for LeftUndone {
    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if let Some(name) =
            ["todo", "unimplemented"].into_iter().find(|name| call.path.is_ident(name))
        {
            self.found.push((call.span().start().line, format!("{name}!")));
        }
        visit::visit_macro(self, call);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if attribute.path().is_ident("ignore") {
            self.found.push((attribute.span().start().line, "#[ignore]".to_owned()));
        }
    }
}

#[test]
fn no_test_is_switched_off_and_no_body_is_left_undone() {
    let mut broken = Vec::new();
    for file in files().iter().filter(|file| file.extension().is_some_and(|e| e == "rs"))
    {
        let Ok(parsed) = syn::parse_file(&read(file)) else {
            broken.push(format!("{}: doesn't parse", file.display()));
            continue;
        };
        let mut undone = LeftUndone { found: Vec::new() };
        undone.visit_file(&parsed);
        broken.extend(
            undone
                .found
                .into_iter()
                .map(|(line, what)| format!("{}:{line}: {what}", file.display())),
        );
    }
    for file in files().iter().filter(|file| {
        file.starts_with("src") && file.extension().is_some_and(|e| e == "md")
    }) {
        for (number, line) in read(file).lines().enumerate() {
            if ["TODO", "FIXME", "XXX", "Lorem ipsum", "lorem ipsum"]
                .iter()
                .any(|word| line.contains(word))
            {
                broken.push(format!("{}:{}: {line}", file.display(), number + 1));
            }
        }
    }
    assert_none(&broken, "finish it or leave it out");
}

/// Readers' snippets are compiled against what `tests` links.
#[test]
fn the_listings_of_every_chapter_are_linked_by_the_tests() {
    let members = members();
    let tests = members
        .iter()
        .find(|member| member.name == "tests")
        .expect("these tests stand in it");
    let broken: Vec<String> = members
        .iter()
        .filter(|member| kind(&member.name) == "ch*")
        .filter(|member| {
            !tests
                .dependencies
                .iter()
                .any(|dependency| dependency["name"] == member.name.as_str())
        })
        .map(|member| format!("{}.workspace = true", member.name))
        .collect();
    assert_none(&broken, "tests/Cargo.toml, [dev-dependencies]: add these");
}

#[test]
fn no_crate_is_empty() {
    let mut broken = Vec::new();
    for member in members() {
        let code: usize = member
            .rust_files()
            .iter()
            .map(|file| {
                read(file)
                    .lines()
                    .filter(|l| !l.trim().is_empty() && !l.trim().starts_with("//"))
                    .count()
            })
            .sum();
        if code < 10 {
            broken.push(format!("{}: {code} lines of code", member.folder.display()));
        }
        if kind(&member.name) == "ch*" {
            for part in ["tests/claims.rs", "mutants.toml", "src/exercises", "examples"] {
                if !root().join(&member.folder).join(part).exists() {
                    broken.push(format!("{} has no {part}", member.folder.display()));
                }
            }
        }
    }
    assert_none(&broken, "a crate comes when there is something to put into it");
}

/// `cargo xtask mutants` takes minutes and runs by hand; that its edits still fit the code is
/// seen here in no time.
#[test]
fn every_claim_has_a_mutant_and_every_mutant_fits_the_code() {
    let mut broken = Vec::new();
    for chapter in chapters() {
        let name = chapter.file_stem().expect("a page has a name").to_string_lossy();
        let folder = format!("listings/{name}");
        let list = format!("{folder}/mutants.toml");
        let mutants: toml::Table = toml::from_str(&read(&list)).expect("TOML");
        let claims =
            syn::parse_file(&read(format!("{folder}/tests/claims.rs"))).expect("Rust");
        let mut without: BTreeSet<String> = claims
            .items
            .iter()
            .filter_map(|item| match item {
                syn::Item::Fn(f) if f.attrs.iter().any(|a| a.path().is_ident("test")) => {
                    Some(f.sig.ident.to_string().replace('_', "-"))
                }
                _ => None,
            })
            .collect();
        let known = without.clone();
        for mutant in mutants["mutant"].as_array().expect("a list of mutants") {
            let text = |key: &str| mutant[key].as_str().expect("text").to_owned();
            let claim = text("claim");
            if !known.contains(&claim) {
                broken.push(format!("{list}: no claim {claim}"));
            }
            without.remove(&claim);
            let file = match text("file") {
                file if file.starts_with("crates/") => file,
                file => format!("{folder}/{file}"),
            };
            let times = read(&file).matches(&text("find")).count();
            if times != 1 {
                broken.push(format!(
                    "{list}: what {claim} looks for is in {file} {times} times"
                ));
            }
        }
        broken
            .extend(without.iter().map(|claim| format!("{list}: no mutant for {claim}")));
    }
    assert_none(&broken, "a claim has a mutant, and a mutant edits one place");
}

#[test]
fn every_vendored_file_has_its_licence_beside_it() {
    let mut broken = Vec::new();
    let vendored: BTreeSet<&Path> = files()
        .iter()
        .filter(|file| {
            file.extension().is_some_and(|e| {
                ["woff2", "woff", "ttf"].contains(&e.to_string_lossy().as_ref())
            }) || file.to_string_lossy().contains(".min.")
        })
        .filter_map(|file| file.parent())
        .collect();
    for folder in vendored {
        let licensed =
            folder.ancestors().take(3).filter(|above| !above.as_os_str().is_empty()).any(
                |above| {
                    files().iter().any(|file| {
                        let name = file
                            .file_name()
                            .map(|name| name.to_string_lossy().to_uppercase())
                            .unwrap_or_default();
                        file.parent() == Some(above)
                            && (name.contains("LICEN")
                                || name.contains("OFL")
                                || name.contains("COPYING"))
                    })
                },
            );
        if !licensed {
            broken.push(format!("{}: no licence in it or above it", folder.display()));
        }
    }
    assert_none(&broken, "what others made bears their licence");
}
