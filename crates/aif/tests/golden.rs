//! Our numbers against those of an independent program; `golden/README.md` says whose.
//!
//! `GOLDEN_DIR` names a folder with more cases. `cargo test -p aif --test golden --
//! --nocapture` prints how many numbers of each quantity were compared, and the worst
//! difference.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aif::hmm::Smoother;
use aif::learning::{Counts, StepSize};
use aif::mean_field::{self, Damping, MeanField, Settings};
use aif::message_passing::{self, Scheme, Window};
use aif::{
    Arrays, Belief, Correct, Exact, GenerativeModel, free_energy, inference, pymdp,
};
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
