//! Our numbers against those of an independent program; `golden/README.md` says whose.
//!
//! `GOLDEN_DIR` names a folder with more cases. `cargo test -p aif --test golden --
//! --nocapture` prints how many numbers of each quantity were compared, and the worst
//! difference.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aif::hmm::Smoother;
use aif::inductive::Inductive;
use aif::learning::{Counts, StepSize};
use aif::mean_field::{self, Damping, MeanField, Settings};
use aif::message_passing::{self, Scheme, Window};
use aif::open_loop::OpenLoop;
use aif::plan::{self, Choices, Planning, Plans, Precision};
use aif::selection;
use aif::{
    Arrays, Belief, Correct, Exact, GenerativeModel, free_energy, inference, pymdp,
};
use ndarray::{ArrayD, IxDyn};
use prob::Probability;
use serde_json::Value;

/// What belongs to learning by gradient, and is compared when that comes. A path is that
/// of the keys below `outputs`, without the numbers.
const NOT_YET: [&str; 1] = ["nll_gradient"];

/// What is no standard: it stops early, at a point that depends on its history.
const NO_STANDARD: [&str; 1] = ["steps.qs_legacy"];

/// What is compared here.
const COVERED: [&str; 30] = [
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
    "steps.policies",
    "steps.action_marginals",
    "steps.argmax_action_full",
    "steps.argmax_action_marginal",
    "steps.exact.policies",
    "steps.legacy",
    "I",
    "cases",
    "",
];

struct Case {
    name: String,
    json: Value,
}

/// The cases of this repository, and those of the folder that `GOLDEN_DIR` names, from
/// where cargo was called or from the repository's root.
fn cases() -> Vec<Case> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![here.join("tests/golden")];
    if let Some(more) = std::env::var_os("GOLDEN_DIR").filter(|dir| !dir.is_empty()) {
        let more = PathBuf::from(more);
        folders.push(if more.exists() { more } else { here.join("../..").join(more) });
    }
    let mut cases = Vec::new();
    for folder in folders {
        let before = cases.len();
        collect(&folder, &mut cases);
        assert!(cases.len() > before, "{}: no cases", folder.display());
    }
    cases
}

/// Reads every case in a folder and the folders below, in the order of their names.
fn collect(folder: &Path, cases: &mut Vec<Case>) {
    let entries =
        std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("a folder can be read").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, cases);
        } else if path.extension().is_some_and(|e| e == "json") {
            let text = std::fs::read_to_string(&path)
                .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let json: Value = serde_json::from_str(&text)
                .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            // What stands beside the cases: conventions, controls of other kinds.
            if json.get("outputs").is_some() {
                cases.push(Case { name: path.display().to_string(), json });
            }
        }
    }
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

    /// Observations `[t][m]`, and the actions between them `[t][f]`.
    fn episode(&self) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
        let lists = |key: &str| list(self.input(key)).iter().map(indices).collect();
        (lists("observations"), lists("actions"))
    }

    /// The Dirichlet counts before the episode.
    fn counts(&self, model: &GenerativeModel) -> Counts {
        let mut counts = Counts::worth(model, 1.0).expect("1 is a worth");
        for (m, a) in list(self.input("pA")).iter().enumerate() {
            counts.set_likelihood(m, &array(a)).expect("pA");
        }
        for (f, b) in list(self.input("pB")).iter().enumerate() {
            counts.set_transition(f, &array(b)).expect("pB");
        }
        for (f, d) in list(self.input("pD")).iter().enumerate() {
            counts.set_prior(f, &numbers(d)).expect("pD");
        }
        counts
    }

    /// The plans, in the order of the case.
    fn plans(&self, model: &GenerativeModel) -> Plans {
        let plans: Vec<Vec<Vec<usize>>> = list(self.input("policies"))
            .iter()
            .map(|plan| list(plan).iter().map(indices).collect())
            .collect();
        Plans::new(model, &plans).expect("plans")
    }

    fn precision(&self) -> Precision {
        Precision::new(numbers(self.input("gamma"))[0]).expect("a precision")
    }

    fn step_size(&self) -> StepSize {
        StepSize::new(numbers(self.input("lr"))[0]).expect("a step size")
    }

    fn steps(&self) -> &[Value] {
        self.json["outputs"]["steps"].as_array().expect("steps")
    }

    fn model(&self) -> GenerativeModel {
        let arrays = |key: &str| -> Vec<ArrayD<f64>> {
            list(self.input(key)).iter().map(array).collect()
        };
        let dependencies = |key: &str| -> Vec<Vec<usize>> {
            // What isn't said is left to the defaults.
            self.json["spec"][key].as_array().into_iter().flatten().map(indices).collect()
        };
        GenerativeModel::from_arrays(&Arrays {
            likelihood: arrays("A"),
            likelihood_parents: dependencies("A_dependencies"),
            transition: arrays("B"),
            transition_parents: dependencies("B_dependencies"),
            log_preference: arrays("C"),
            prior: list(self.input("D")).iter().map(numbers).collect(),
            habit: self.json["inputs"].get("E").map_or(Vec::new(), numbers),
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
            let vfe =
                found.unwrap_or_else(|e| panic!("{place}: {e}")).free_energy.value();
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
                pymdp::fixed_point_iteration(&model, &prior, &observation, sweeps)
                    .unwrap()
            };
            let q = run(16);
            all.compare("qs", q.as_slice(), &numbers(&step["qs"]), 1e-9, &place);
            let vfe =
                pymdp::clipped_free_energy(&model, &q, &prior, &observation).unwrap();
            all.compare("vfe", &[vfe], &numbers(&step["vfe"]), 1e-9, &place);
            if !case.has_zeros() {
                let vfe = free_energy::of_factors(&model, &q, &prior, &observation);
                let vfe = vfe.unwrap().value();
                all.compare(
                    "vfe, unclipped",
                    &[vfe],
                    &numbers(&step["vfe"]),
                    1e-9,
                    &place,
                );
            }
            if let Some(theirs) = step.get("qs_pymdp_converged") {
                let q = run(512);
                all.compare(
                    "qs, 512 sweeps",
                    q.as_slice(),
                    &numbers(theirs),
                    1e-9,
                    &place,
                );
            }
        }
    }
    all.judge(&["qs", "vfe", "vfe, unclipped", "qs, 512 sweeps"]);
}

#[test]
fn golden_filter_smoother_and_evidence() {
    let mut all = Differences::default();
    for case in &cases() {
        let Some(theirs) = case.output("exact_hmm") else { continue };
        let model = case.model();
        let (observations, actions) = case.episode();
        let tolerance = clipped(case);
        let mut smoother = Smoother::new(&model, observations.len()).unwrap();
        let evidence = smoother.run(&model, &observations, &actions);
        let evidence = evidence.unwrap_or_else(|e| panic!("{}: {e}", case.name));
        let place = |t: usize| format!("{}, step {t}", case.name);
        for key in ["log_evidence", "sum_of_step_vfe_negated"] {
            let theirs = numbers(&theirs[key]);
            all.compare("log evidence", &[evidence], &theirs, tolerance, &case.name);
        }
        let n = model.factor(0).n_states();
        let mut ours = vec![0.0; n];
        for t in 0..observations.len() {
            smoother.space().marginal(0, smoother.filtered(t), &mut ours);
            let filtered = numbers(&theirs["filtered"][t]);
            all.compare("filtered", &ours, &filtered, tolerance, &place(t));
            smoother.space().marginal(0, smoother.smoothed(t), &mut ours);
            let smoothed = numbers(&theirs["smoothed"][t]);
            all.compare("smoothed", &ours, &smoothed, tolerance, &place(t));
        }
        let mut ours = vec![0.0; n * n];
        for t in 0..actions.len() {
            smoother.pairwise(&model, t, 0, &mut ours);
            let pair = &theirs["pairwise_next_curr"][t];
            for (next, row) in list(pair).iter().enumerate() {
                for (s, p) in numbers(row).into_iter().enumerate() {
                    let ours = [ours[s * n + next]];
                    all.compare("pairwise", &ours, &[p], tolerance, &place(t));
                }
            }
        }
        let mut counts = case.counts(&model);
        counts
            .episode_smoothed(&model, &smoother, &observations, case.step_size())
            .unwrap();
        compare_counts(
            &mut all,
            case,
            &counts,
            &theirs["dirichlet_smoothed"],
            "smoothed",
        );
    }
    all.judge(&[
        "log evidence",
        "filtered",
        "smoothed",
        "pairwise",
        "pA, smoothed",
        "pD, smoothed",
    ]);
}

/// Compares all counts with `pA`, `pB`, `pD` of an output.
fn compare_counts(
    all: &mut Differences,
    case: &Case,
    counts: &Counts,
    theirs: &Value,
    from: &str,
) {
    let tolerance = clipped(case);
    let name = |filtered, smoothed| if from == "filtered" { filtered } else { smoothed };
    let ours = |array: ArrayD<f64>| array.iter().copied().collect::<Vec<f64>>();
    assert_eq!(numbers(&theirs["lr"]), numbers(case.input("lr")), "{}", case.name);
    for (m, a) in list(&theirs["pA"]).iter().enumerate() {
        let quantity = name("pA, filtered", "pA, smoothed");
        let ours = ours(counts.likelihood(m).to_array());
        all.compare(quantity, &ours, &numbers(a), tolerance, &case.name);
    }
    for (f, b) in list(&theirs["pB"]).iter().enumerate() {
        let quantity = name("pB, filtered", "pB, smoothed");
        let ours = ours(counts.transition(f).to_array());
        all.compare(quantity, &ours, &numbers(b), tolerance, &case.name);
    }
    for (f, d) in list(&theirs["pD"]).iter().enumerate() {
        let quantity = name("pD, filtered", "pD, smoothed");
        let ours = ours(counts.prior(f).to_array());
        all.compare(quantity, &ours, &numbers(d), tolerance, &case.name);
    }
}

#[test]
fn golden_dirichlet_counts() {
    let mut all = Differences::default();
    for case in &cases() {
        let Some(theirs) = case.output("learning_filtered") else { continue };
        let mut model = case.model();
        let (observations, actions) = case.episode();
        let beliefs: Vec<Belief> =
            case.steps().iter().map(|step| belief(&step["qs"])).collect();
        let mut counts = case.counts(&model);
        counts
            .episode(&model, &observations, &actions, &beliefs, case.step_size())
            .unwrap_or_else(|e| panic!("{}: {e}", case.name));

        // The other program's beliefs may hold possible what is impossible, and its counts
        // then grow out of nothing; ours stay 0 there, and the rest is the same.
        let grows = |key: &str| {
            numbers(case.input(key))
                .iter()
                .zip(numbers(&theirs[key]))
                .any(|(&before, after)| before == 0.0 && after > 1e-12)
        };
        let mut kept = theirs.clone();
        for key in ["pA", "pB", "pD"] {
            keep_zeros(&mut kept[key], case.input(key));
        }
        compare_counts(&mut all, case, &counts, &kept, "filtered");
        counts.teach(&mut model);
        let arrays = model.to_arrays();
        let tolerance = clipped(case);
        for (quantity, counts, key, ours) in [
            ("A learned", "pA", "A", arrays.likelihood),
            ("B learned", "pB", "B", arrays.transition),
        ] {
            if grows(counts) {
                println!(
                    "{}: zeros in {counts} grew, {key} is not comparable",
                    case.name
                );
                continue;
            }
            for (ours, theirs) in ours.iter().zip(list(&theirs[key])) {
                let ours: Vec<f64> = ours.iter().copied().collect();
                all.compare(quantity, &ours, &numbers(theirs), tolerance, &case.name);
            }
        }

        // And by the other program's rule, zeros and all.
        let lr = case.step_size().get();
        for (m, before) in list(case.input("pA")).iter().enumerate() {
            let before = array(before);
            let ours =
                pymdp::likelihood_counts(&model, m, &before, &observations, &beliefs, lr);
            let ours: Vec<f64> = ours.iter().copied().collect();
            all.compare(
                "pA, pymdp",
                &ours,
                &numbers(&theirs["pA"][m]),
                1e-10,
                &case.name,
            );
        }
        for (f, before) in list(case.input("pB")).iter().enumerate() {
            let before = array(before);
            let ours =
                pymdp::transition_counts(&model, f, &before, &actions, &beliefs, lr);
            let ours: Vec<f64> = ours.iter().copied().collect();
            all.compare(
                "pB, pymdp",
                &ours,
                &numbers(&theirs["pB"][f]),
                1e-10,
                &case.name,
            );
        }
    }
    all.judge(&[
        "pA, filtered",
        "pB, filtered",
        "pD, filtered",
        "A learned",
        "B learned",
        "pA, pymdp",
        "pB, pymdp",
    ]);
}

/// Sets to 0 what was 0 before.
fn keep_zeros(after: &mut Value, before: &Value) {
    match (after, before) {
        (Value::Array(after), Value::Array(before)) => {
            after.iter_mut().zip(before).for_each(|(a, b)| keep_zeros(a, b));
        }
        (after, before) => {
            if before.as_f64() == Some(0.0) {
                *after = Value::from(0.0);
            }
        }
    }
}

#[test]
fn golden_message_passing_of_pymdp() {
    let mut all = Differences::default();
    for case in &cases() {
        for (quantity, key, scheme) in [
            ("marginal message passing", "mmp", Scheme::Marginal),
            ("variational message passing", "vmp", Scheme::Variational),
        ] {
            let Some(theirs) = case.output(key) else { continue };
            let model = case.model();
            let (observations, actions) = case.episode();
            let mut window = Window::new(&model, observations.len());
            window.observe(&model, &observations, &actions).unwrap();
            let sweeps = theirs["num_iter"].as_u64().expect("a number") as usize;
            message_passing::pymdp::run(&mut window, &model, scheme, sweeps).unwrap();
            for (f, steps) in list(&theirs["qs"]).iter().enumerate() {
                for (t, q) in list(steps).iter().enumerate() {
                    let place = format!("{}, factor {f}, step {t}", case.name);
                    let ours = window.belief(t).factor(f);
                    all.compare(quantity, ours, &numbers(q), 1e-9, &place);
                }
            }
        }
    }
    all.judge(&["marginal message passing", "variational message passing"]);
}

#[test]
fn golden_plans_come_in_the_order_in_which_they_are_enumerated() {
    let mut compared = 0;
    for case in cases().iter().filter(|case| case.has_steps()) {
        let model = case.model();
        let theirs = case.plans(&model);
        let horizon = theirs.steps(0).len();
        let ours = Plans::enumerate(&Choices::all(&model), horizon).unwrap();
        assert_eq!(ours.len(), theirs.len(), "{}", case.name);
        for plan in 0..ours.len() {
            assert_eq!(ours.steps(plan), theirs.steps(plan), "{}", case.name);
            assert_eq!(ours.first_actions(plan), theirs.steps(plan)[0]);
            compared += 1;
        }
    }
    println!("{:<42} {compared:>6} plans", "order of plans");
}

#[test]
fn golden_expected_free_energies_and_beliefs_about_plans() {
    let mut all = Differences::default();
    for case in cases().iter().filter(|case| case.has_steps()) {
        let model = case.model();
        let counts = case.counts(&model);
        let plans = case.plans(&model);
        let n = plans.len();
        // The other program sums what each modality tells; novelty comes by itself.
        let theirs =
            |g: &aif::ExpectedFreeEnergy| -g.utility - g.modality_entropy + g.ambiguity;
        let mut planner =
            OpenLoop::minimizing(&model, plans.clone(), Some(&counts), theirs).unwrap();
        let log_habit = plan::log_habit(model.habit(), n).unwrap();
        let tolerance = clipped(case);
        for (t, step) in case.steps().iter().enumerate() {
            let place = format!("{}, step {t}", case.name);
            let q = belief(&step["qs"]);
            planner.weigh(&model, &q, 0);
            let parts = |part: fn(&aif::ExpectedFreeEnergy) -> f64| -> Vec<f64> {
                (0..n).map(|plan| part(&planner.parts(plan))).collect()
            };
            let of = &step["policies"];
            let mut compare = |name, ours: &[f64], theirs: &Value, tolerance| {
                all.compare(name, ours, &numbers(theirs), tolerance, &place);
            };
            let utility = parts(|g| g.utility);
            compare("utility", &utility, &of["utility"], tolerance);
            let by_modality = parts(|g| g.modality_salience());
            compare(
                "salience by modality",
                &by_modality,
                &of["state_info_gain"],
                tolerance,
            );
            let neg_efe: Vec<f64> = planner.efe().iter().map(|g| -g).collect();
            compare("neg_efe", &neg_efe, &of["neg_efe"], tolerance);
            let mut q_pi = vec![0.0; n];
            plan::posterior(planner.efe(), &log_habit, case.precision(), &mut q_pi);
            compare("q_pi", &q_pi, &of["q_pi"], tolerance);
            for (f, theirs) in list(&step["action_marginals"]).iter().enumerate() {
                let mut ours = vec![0.0; model.factor(f).n_actions()];
                selection::marginal(&planner, &q_pi, f, &mut ours);
                compare("action marginals", &ours, theirs, tolerance);
                // Where several are best, theirs is the first of them.
                let best = ours.iter().copied().fold(0.0, f64::max);
                let chosen = indices(&step["argmax_action_marginal"])[f];
                compare("best marginal", &[ours[chosen]], &best.into(), tolerance);
            }
            let best = q_pi.iter().copied().fold(0.0, f64::max);
            let full = indices(&step["argmax_action_full"]);
            let chosen = (0..n)
                .filter(|&plan| plans.first_actions(plan) == full)
                .map(|plan| q_pi[plan])
                .fold(0.0, f64::max);
            compare("best plan", &[chosen], &best.into(), tolerance);

            if of.get("param_info_gain_A").is_some() {
                let information: Vec<(f64, f64)> = (0..n)
                    .map(|plan| {
                        let steps = plans.steps(plan);
                        pymdp::parameter_information(&model, &counts, &q, &steps).unwrap()
                    })
                    .collect();
                let (a, b): (Vec<f64>, Vec<f64>) = information.iter().copied().unzip();
                compare(
                    "pymdp's information on A",
                    &a,
                    &of["param_info_gain_A"],
                    tolerance,
                );
                compare(
                    "pymdp's information on B",
                    &b,
                    &of["param_info_gain_B"],
                    tolerance,
                );
                let efe: Vec<f64> = neg_efe
                    .iter()
                    .zip(&information)
                    .map(|(neg_efe, (a, b))| -neg_efe - a - b)
                    .collect();
                plan::posterior(&efe, &log_habit, case.precision(), &mut q_pi);
                let theirs = &of["q_pi_with_param_info_gain"];
                compare("q_pi with pymdp's information", &q_pi, theirs, tolerance);
            }
            if let Some(exact) = step["exact"].get("policies") {
                let salience = parts(|g| g.salience());
                let theirs = &exact["joint_state_info_gain"];
                compare("salience", &salience, theirs, 1e-12);
                let a = parts(|g| g.likelihood_novelty);
                compare("novelty of A", &a, &exact["param_info_gain_A"], 1e-12);
                let b = parts(|g| g.transition_novelty);
                compare("novelty of B", &b, &exact["param_info_gain_B"], 1e-12);
            }
            if let Some(legacy) = step.get("legacy") {
                // Its preferences are normalized, which costs every step of a plan alike.
                let normalizer: f64 = model
                    .modalities()
                    .iter()
                    .map(|m| prob::math::log_sum_exp(m.log_preference(0)))
                    .sum();
                let utility: Vec<f64> = utility
                    .iter()
                    .enumerate()
                    .map(|(plan, u)| u - normalizer * plans.steps(plan).len() as f64)
                    .collect();
                let theirs = &legacy["utility_softmaxed_C"];
                compare("utility, old program", &utility, theirs, 1e-10);
                // It leaves out states of probability below exp(-16): README, 3.
                let salience = parts(|g| g.salience());
                let theirs = &legacy["state_info_gain"];
                compare("salience, old program", &salience, theirs, 1e-5);
            }
        }
    }
    all.judge(&[
        "utility",
        "salience by modality",
        "neg_efe",
        "q_pi",
        "action marginals",
        "best marginal",
        "best plan",
        "pymdp's information on A",
        "pymdp's information on B",
        "q_pi with pymdp's information",
        "salience",
        "novelty of A",
        "novelty of B",
        "utility, old program",
        "salience, old program",
    ]);
}

#[test]
fn golden_inductive_inference() {
    let mut all = Differences::default();
    for case in cases().iter().filter(|case| case.kind() == "inductive") {
        let model = case.model();
        let threshold = Probability::new(numbers(case.input("threshold"))[0]).unwrap();
        let penalty = Probability::new(numbers(case.input("epsilon"))[0]).unwrap();
        let depth = numbers(case.input("depth"))[0] as usize;
        let goals: Vec<Vec<usize>> = list(case.input("H"))
            .iter()
            .map(|goal| {
                let goal = numbers(goal);
                (0..goal.len()).filter(|&s| goal[s] > 0.0).collect()
            })
            .collect();
        let goals: Vec<(usize, &[usize])> =
            goals.iter().map(Vec::as_slice).enumerate().collect();
        let ways = Inductive::new(&model, &goals, threshold, penalty, depth).unwrap();
        for (goal, theirs) in list(case.output("I").expect("I")).iter().enumerate() {
            for (n, theirs) in list(theirs).iter().enumerate() {
                let ours: Vec<f64> =
                    ways.reaches(goal, n).iter().map(|&way| f64::from(way)).collect();
                all.compare("ways", &ours, &numbers(theirs), 1e-15, &case.name);
            }
        }
        let plans = case.plans(&model);
        let mut planner =
            OpenLoop::new(&model, plans, None).unwrap().with_inductive(ways);
        let mut exact = Exact::new(&model).unwrap();
        for (i, theirs) in list(case.output("cases").expect("cases")).iter().enumerate() {
            let place = format!("{}, case {i}", case.name);
            let o = theirs["observation"].as_u64().expect("an outcome") as usize;
            let mut q = Belief::prior(&model);
            exact.correct(&model, &Belief::prior(&model), &[o], &mut q).unwrap();
            all.compare("qs", q.as_slice(), &numbers(&theirs["qs"]), 1e-10, &place);
            planner.weigh(&model, &q, 0);
            let neg_efe: Vec<f64> = planner.efe().iter().map(|g| -g).collect();
            let with = numbers(&theirs["neg_efe_with_inductive"]);
            all.compare("neg_efe with inductive", &neg_efe, &with, 1e-10, &place);
            let mut q_pi = vec![0.0; neg_efe.len()];
            plan::posterior(planner.efe(), &[], case.precision(), &mut q_pi);
            all.compare("q_pi", &q_pi, &numbers(&theirs["q_pi"]), 1e-10, &place);
        }
    }
    all.judge(&["ways", "qs", "neg_efe with inductive", "q_pi"]);
}
