//! Our numbers against those of an independent program; `golden/README.md` says whose.
//!
//! `GOLDEN_DIR` names a folder with more cases. `cargo test -p aif --test golden --
//! --nocapture` prints how many numbers of each quantity were compared, and the worst
//! difference.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aif::mean_field::{self, Damping, MeanField, Settings};
use aif::{Arrays, Belief, Correct, Exact, GenerativeModel, free_energy, inference, pymdp};
use ndarray::{ArrayD, IxDyn};
use serde_json::Value;

/// What belongs to planning and to learning by gradient, and is compared when they come.
/// A path is that of the keys below `outputs`, without the numbers.
const NOT_YET: [&str; 9] = [
    "steps.policies",
    "steps.action_marginals",
    "steps.argmax_action_full",
    "steps.argmax_action_marginal",
    "steps.exact.policies",
    "steps.legacy",
    "nll_gradient",
    "I",
    "cases",
];

/// What is no standard: it stops early, at a point that depends on its history.
const NO_STANDARD: [&str; 1] = ["steps.qs_legacy"];

/// What is compared here.
const COVERED: [&str; 22] = [
    "steps.t",
    "steps.observation",
    "steps.prior",
    "steps.qs",
    "steps.vfe",
    "steps.exact.qs_marginals_given_prior",
    "steps.exact.log_evidence_given_prior",
    "steps.qs_pymdp_converged",
    "steps.qs_coordinate_ascent",
    "steps.coordinate_ascent_sweeps",
    "exact_hmm.filtered",
    "exact_hmm.smoothed",
    "exact_hmm.pairwise_next_curr",
    "exact_hmm.log_evidence",
    "exact_hmm.sum_of_step_vfe_negated",
    "exact_hmm.dirichlet_smoothed",
    "learning_filtered",
    "mmp.num_iter",
    "mmp.qs",
    "vmp.num_iter",
    "vmp.qs",
    "",
];

struct Case {
    name: String,
    json: Value,
}

/// The cases of this repository, and those of the folder that `GOLDEN_DIR` names.
fn cases() -> Vec<Case> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")];
    if let Some(more) = std::env::var_os("GOLDEN_DIR").filter(|dir| !dir.is_empty()) {
        folders.push(PathBuf::from(more));
    }
    let mut cases = Vec::new();
    for folder in folders {
        let entries = std::fs::read_dir(&folder)
            .unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        let mut files: Vec<PathBuf> =
            entries.map(|entry| entry.expect("a folder can be read").path()).collect();
        files.sort();
        let before = cases.len();
        for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "json")) {
            let text = std::fs::read_to_string(file)
                .unwrap_or_else(|e| panic!("{}: {e}", file.display()));
            let json: Value = serde_json::from_str(&text)
                .unwrap_or_else(|e| panic!("{}: {e}", file.display()));
            // What stands beside the cases: conventions, a manifest.
            if json.get("outputs").is_some() {
                cases.push(Case { name: file.display().to_string(), json });
            }
        }
        assert!(cases.len() > before, "{}: no cases", folder.display());
    }
    cases
}

impl Case {
    fn kind(&self) -> &str {
        self.json["kind"].as_str().unwrap_or_else(|| panic!("{}: no kind", self.name))
    }

    /// Whether the case has an episode, as all but those of planning alone do.
    fn has_steps(&self) -> bool {
        self.json["outputs"].get("steps").is_some()
    }

    fn input(&self, key: &str) -> &Value {
        &self.json["inputs"][key]
    }

    fn output(&self, key: &str) -> Option<&Value> {
        self.json["outputs"].get(key)
    }

    fn steps(&self) -> &[Value] {
        self.json["outputs"]["steps"].as_array().expect("steps")
    }

    fn model(&self) -> GenerativeModel {
        let arrays = |key: &str| -> Vec<ArrayD<f64>> {
            list(self.input(key)).iter().map(array).collect()
        };
        let dependencies = |key: &str| -> Vec<Vec<usize>> {
            list(&self.json["spec"][key]).iter().map(indices).collect()
        };
        GenerativeModel::from_arrays(&Arrays {
            likelihood: arrays("A"),
            likelihood_parents: dependencies("A_dependencies"),
            transition: arrays("B"),
            transition_parents: dependencies("B_dependencies"),
            log_preference: arrays("C"),
            prior: list(self.input("D")).iter().map(numbers).collect(),
            habit: numbers(self.input("E")),
        })
        .unwrap_or_else(|e| panic!("{}: {e}", self.name))
    }

    /// Whether the model has zeros, which the other program replaces by a small number.
    fn has_zeros(&self) -> bool {
        ["A", "B", "D"].iter().any(|key| numbers(self.input(key)).contains(&0.0))
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

/// All numbers in nested lists, in reading order.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(numbers).collect(),
        _ => vec![value.as_f64().unwrap_or_else(|| panic!("no number: {value}"))],
    }
}

fn indices(value: &Value) -> Vec<usize> {
    let index = |v: &Value| v.as_u64().expect("an index") as usize;
    list(value).iter().map(index).collect()
}

fn array(value: &Value) -> ArrayD<f64> {
    let mut shape = Vec::new();
    let mut inner = value;
    while let Value::Array(items) = inner {
        shape.push(items.len());
        inner = &items[0];
    }
    ArrayD::from_shape_vec(IxDyn(&shape), numbers(value)).expect("a full array")
}

fn belief(value: &Value) -> Belief {
    let factors: Vec<Vec<f64>> = list(value).iter().map(numbers).collect();
    Belief::new(&factors).expect("distributions")
}

/// Collects differences by quantity; prints and judges them when it is done.
#[derive(Default)]
struct Differences {
    /// Count, worst difference over its tolerance, that difference, its tolerance, where.
    quantities: BTreeMap<&'static str, (usize, f64, f64, f64, String)>,
}

impl Differences {
    fn compare(
        &mut self,
        quantity: &'static str,
        ours: &[f64],
        theirs: &[f64],
        tolerance: f64,
        place: &str,
    ) {
        assert_eq!(ours.len(), theirs.len(), "{quantity}: {place}");
        let entry = self.quantities.entry(quantity).or_insert((
            0,
            -1.0,
            0.0,
            tolerance,
            String::new(),
        ));
        for (a, b) in ours.iter().zip(theirs) {
            let difference = (a - b).abs();
            // Not a number is as wrong as can be.
            let ratio =
                if difference.is_nan() { f64::INFINITY } else { difference / tolerance };
            entry.0 += 1;
            if ratio > entry.1 {
                (entry.1, entry.2, entry.3) = (ratio, difference, tolerance);
                entry.4 = format!("{place}: {a} against {b}");
            }
        }
    }

    /// Every quantity was compared at least once and is within its tolerance.
    fn judge(self, expected: &[&str]) {
        let mut wrong = Vec::new();
        for (quantity, (count, ratio, difference, tolerance, place)) in &self.quantities {
            println!(
                "{quantity:<42} {count:>6} numbers, worst {difference:.1e} of {tolerance:.0e}"
            );
            if *ratio > 1.0 {
                wrong.push(format!(
                    "{quantity}: {difference:e} > {tolerance:e} at {place}"
                ));
            }
        }
        for quantity in expected {
            assert!(self.quantities.contains_key(quantity), "{quantity}: never compared");
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// 1e-10, or 1e-8 where zeros are clipped in the other program (conventions.json).
fn clipped(case: &Case) -> f64 {
    if case.has_zeros() { 1e-8 } else { 1e-10 }
}

#[test]
fn every_number_in_the_golden_cases_is_compared_or_named() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut unknown = Vec::new();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for case in cases() {
        *kinds.entry(case.kind().to_owned()).or_default() += 1;
        walk(&case.json["outputs"], "", &mut |path| {
            let group = |list: &[&'static str]| {
                list.iter().copied().find(|known| {
                    path == *known
                        || (!known.is_empty() && path.starts_with(&format!("{known}.")))
                })
            };
            match (group(&COVERED), group(&NOT_YET), group(&NO_STANDARD)) {
                (Some(_), None, None) => {}
                (None, Some(later), None) => {
                    *counts.entry(format!("{later} (not yet)")).or_default() += 1;
                }
                (None, None, Some(no)) => {
                    *counts.entry(format!("{no} (no standard)")).or_default() += 1;
                }
                _ => unknown.push(format!("{}: {path}", case.name)),
            }
        });
    }
    println!("cases by kind: {kinds:?}");
    for (what, count) in counts {
        println!("skipped: {what}, {count} places");
    }
    assert!(
        unknown.is_empty(),
        "neither compared nor named as left for later:\n{}",
        unknown.join("\n")
    );
}

/// Visits every value that is no object, with the keys above it.
fn walk(value: &Value, path: &str, visit: &mut impl FnMut(&str)) {
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                let below =
                    if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                walk(inner, &below, visit);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            items.iter().for_each(|item| walk(item, path, visit));
        }
        _ => visit(path),
    }
}

#[test]
fn golden_predictions_follow_from_the_belief_before() {
    let mut all = Differences::default();
    for case in cases().iter().filter(|case| case.has_steps()) {
        let model = case.model();
        let mut prior = Belief::prior(&model);
        for (t, step) in case.steps().iter().enumerate() {
            assert_eq!(step["t"].as_u64(), Some(t as u64));
            assert_eq!(step["observation"], case.input("observations")[t]);
            let place = format!("{}, step {t}", case.name);
            let theirs = numbers(&step["prior"]);
            all.compare("prior", prior.as_slice(), &theirs, 1e-12, &place);
            if let Some(actions) = case.input("actions").get(t) {
                let q = belief(&step["qs"]);
                inference::predict(&model, &q, &indices(actions), &mut prior).unwrap();
            }
        }
    }
    all.judge(&["prior"]);
}

#[test]
fn golden_exact_posteriors_and_evidence() {
    let mut all = Differences::default();
    for case in cases().iter().filter(|case| case.has_steps()) {
        let model = case.model();
        let mut exact = Exact::new(&model).unwrap();
        let mut q = Belief::prior(&model);
        for (t, step) in case.steps().iter().enumerate() {
            let place = format!("{}, step {t}", case.name);
            let observation = indices(&step["observation"]);
            let found =
                exact.correct(&model, &belief(&step["prior"]), &observation, &mut q);
            let vfe = found.unwrap_or_else(|e| panic!("{place}: {e}")).free_energy.value();
            // Brute force begins at the same prior, but each prior was clipped on its way.
            let theirs = &step["exact"];
            let marginals = numbers(&theirs["qs_marginals_given_prior"]);
            all.compare("exact marginals", q.as_slice(), &marginals, 1e-12, &place);
            let evidence = numbers(&theirs["log_evidence_given_prior"]);
            all.compare("exact log evidence", &[-vfe], &evidence, 1e-12, &place);
            if model.n_factors() == 1 {
                let tolerance = clipped(case);
                let theirs = numbers(&step["qs"]);
                all.compare("qs, one factor", q.as_slice(), &theirs, tolerance, &place);
                let theirs = numbers(&step["vfe"]);
                all.compare("vfe, one factor", &[vfe], &theirs, tolerance, &place);
            }
        }
    }
    all.judge(&[
        "exact marginals",
        "exact log evidence",
        "qs, one factor",
        "vfe, one factor",
    ]);
}

#[test]
fn golden_mean_field_by_coordinate_ascent() {
    let settings = Settings {
        start: mean_field::Start::Uniform,
        damping: Damping::NONE,
        tolerance: 1e-14,
        max_sweeps: 10_000,
    };
    let mut all = Differences::default();
    for case in cases().iter().filter(|case| case.has_steps()) {
        let model = case.model();
        let mut mean_field = MeanField::new(&model, settings);
        let mut q = Belief::prior(&model);
        for (t, step) in case.steps().iter().enumerate() {
            let Some(theirs) = step.get("qs_coordinate_ascent") else { continue };
            let place = format!("{}, step {t}", case.name);
            let (prior, observation) =
                (belief(&step["prior"]), indices(&step["observation"]));
            let found = mean_field.correct(&model, &prior, &observation, &mut q);
            let found = found.unwrap_or_else(|e| panic!("{place}: {e}"));
            assert!(found.convergence.is_reached(), "{place}: {found:?}");
            let theirs = numbers(theirs);
            if !case.has_zeros() {
                let ours = q.as_slice();
                all.compare("coordinate ascent", ours, &theirs, 1e-9, &place);
            }
            let q = pymdp::clipped_coordinate_ascent(
                &model,
                &prior,
                &observation,
                1e-14,
                10_000,
            );
            let ours = q.unwrap();
            let ours = ours.as_slice();
            all.compare("coordinate ascent, clipped", ours, &theirs, 1e-9, &place);
            // Where a zero is exact, the landscape is another, but the bound is the same.
            let vfe = found.free_energy.value();
            let surprise = -numbers(&step["exact"]["log_evidence_given_prior"])[0];
            assert!(vfe.is_finite() && vfe >= surprise - 1e-12, "{place}: {found:?}");
        }
    }
    all.judge(&["coordinate ascent", "coordinate ascent, clipped"]);
}

#[test]
fn golden_fixed_points_of_pymdp() {
    let mut all = Differences::default();
    for case in cases().iter().filter(|case| case.has_steps()) {
        let model = case.model();
        for (t, step) in case.steps().iter().enumerate() {
            let place = format!("{}, step {t}", case.name);
            let (prior, observation) =
                (belief(&step["prior"]), indices(&step["observation"]));
            let run = |sweeps| {
                pymdp::fixed_point_iteration(&model, &prior, &observation, sweeps).unwrap()
            };
            let q = run(16);
            all.compare("qs", q.as_slice(), &numbers(&step["qs"]), 1e-9, &place);
            let vfe = pymdp::clipped_free_energy(&model, &q, &prior, &observation).unwrap();
            all.compare("vfe", &[vfe], &numbers(&step["vfe"]), 1e-9, &place);
            if !case.has_zeros() {
                let vfe = free_energy::of_factors(&model, &q, &prior, &observation);
                let vfe = vfe.unwrap().value();
                all.compare("vfe, unclipped", &[vfe], &numbers(&step["vfe"]), 1e-9, &place);
            }
            if let Some(theirs) = step.get("qs_pymdp_converged") {
                let q = run(512);
                all.compare("qs, 512 sweeps", q.as_slice(), &numbers(theirs), 1e-9, &place);
            }
        }
    }
    all.judge(&["qs", "vfe", "vfe, unclipped", "qs, 512 sweeps"]);
}
