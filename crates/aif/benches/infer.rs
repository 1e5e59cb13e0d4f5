//! Time to infer: an exact filter of 20 states through 1,000 steps (goal: 0.4 ms), and to
//! make a model (goal: 0.1 ms).

use aif::hmm::{Filter, Smoother};
use aif::mean_field::{MeanField, Settings};
use aif::{Belief, Correct, Exact, GenerativeModel, Perception};
use criterion::{Bencher, BenchmarkId, Criterion, Throughput};
use prob::rng::{Role, stream};
use rand::RngExt;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("aif/1000 steps");
    group.throughput(Throughput::Elements(1000));
    for n in [3, 20] {
        let named = |what| BenchmarkId::new(what, format!("{n} states"));
        group.bench_function(named("filter"), |bencher| filter(bencher, n));
        group.bench_function(named("smoother"), |bencher| smoother(bencher, n));
        group.bench_function(named("perception"), |bencher| perception(bencher, n));
    }
    group.finish();
    let mut group = criterion.benchmark_group("aif/model");
    let arrays = dense(20).to_arrays();
    group.bench_function("20 states from arrays", |bencher| {
        bencher.iter(|| GenerativeModel::from_arrays(&arrays));
    });
    group.bench_function("T-maze by hand", |bencher| bencher.iter(t_maze));
    group.finish();
    let mut group = criterion.benchmark_group("aif/T-maze");
    group.bench_function("two outcomes, exact", two_outcomes_exact);
    group.bench_function("two outcomes, mean field", two_outcomes_mean_field);
    group.bench_function("one correction by mean field", one_correction);
    group.finish();
    criterion.final_summary();
}

/// A model with one factor and one modality of `n` values each, dense and random.
fn dense(n: usize) -> GenerativeModel {
    let mut rng = stream(0, Role::Init, 0);
    let mut fill = |column: &mut [f64]| {
        column.fill_with(|| 0.05 + rng.random::<f64>());
        let sum: f64 = column.iter().sum();
        column.iter_mut().for_each(|p| *p /= sum);
    };
    let names: Vec<String> = (0..n).map(|i| i.to_string()).collect();
    let mut model = GenerativeModel::builder();
    let state = model.factor("state", &names);
    model.actions(state, &["one", "other"]);
    model.transition(state, &[state], |_, _, column| fill(column));
    let sight = model.modality("sight", &names);
    model.likelihood(sight, &[state], |_, column| fill(column));
    model.build().expect("columns are filled")
}

/// The T-maze with a cue: four places, two sides, and three modalities.
fn t_maze() -> GenerativeModel {
    const CUE: usize = 3;
    let mut model = GenerativeModel::builder();
    let place = model.factor("place", &["start", "left", "right", "cue"]);
    let side = model.factor("side", &["left", "right"]);
    model.actions(place, &["start", "left", "right", "cue"]);
    model.transition(place, &[place], |s, a, column| {
        column[if s[0] == 1 || s[0] == 2 { s[0] } else { a }] = 1.0;
    });
    model.prior(place, &[1.0, 0.0, 0.0, 0.0]);
    let here = model.modality("here", &["start", "left", "right", "cue"]);
    model.likelihood(here, &[place], |s, column| column[s[0]] = 1.0);
    let cue = model.modality("cue", &["none", "left", "right"]);
    model.likelihood(cue, &[place, side], |s, column| match s[0] {
        CUE => {
            column[1 + s[1]] = 0.9;
            column[2 - s[1]] = 0.1;
        }
        _ => column[0] = 1.0,
    });
    let taste = model.modality("taste", &["nothing", "food", "shock"]);
    model.likelihood(taste, &[place, side], |s, column| {
        let outcome = match s[0] {
            1 | 2 if s[0] == 1 + s[1] => 1,
            1 | 2 => 2,
            _ => 0,
        };
        column[outcome] = 1.0;
    });
    model.log_preference(taste, &[0.0, 3.0, -3.0]);
    model.build().expect("columns are filled")
}

fn observations(n_outcomes: usize) -> Vec<[usize; 1]> {
    let mut rng = stream(0, Role::World, 0);
    (0..1000).map(|_| [rng.random_range(0..n_outcomes)]).collect()
}

fn filter(bencher: &mut Bencher, n: usize) {
    let (model, observations) = (dense(n), observations(n));
    let mut filter = Filter::new(&model).expect("few states");
    bencher.iter(|| {
        filter.restart(&model);
        for (t, observation) in observations.iter().enumerate() {
            if t > 0 {
                filter.predict(&model, &[t % 2]).expect("an action");
            }
            filter.correct(&model, observation).expect("nothing is impossible");
        }
        filter.log_evidence()
    });
}

fn smoother(bencher: &mut Bencher, n: usize) {
    let (model, observations) = (dense(n), observations(n));
    let actions: Vec<[usize; 1]> = (1..1000).map(|t| [t % 2]).collect();
    let mut smoother = Smoother::new(&model, 1000).expect("few states");
    bencher.iter(|| {
        smoother.run(&model, &observations, &actions).expect("nothing is impossible")
    });
}

fn perception(bencher: &mut Bencher, n: usize) {
    let (model, observations) = (dense(n), observations(n));
    let mut seen = Perception::new(&model, Exact::new(&model).expect("few states"));
    bencher.iter(|| {
        seen.begin(&model, &observations[0]).expect("nothing is impossible");
        for (t, observation) in observations.iter().enumerate().skip(1) {
            seen.advance(&model, &[t % 2], observation).expect("nothing is impossible");
        }
        seen.posterior().factor(0)[0]
    });
}

fn two_outcomes_exact(bencher: &mut Bencher) {
    let model = t_maze();
    let mut seen = Perception::new(&model, Exact::new(&model).expect("few states"));
    bencher.iter(|| {
        seen.begin(&model, &[0, 0, 0]).expect("the start shows nothing");
        seen.advance(&model, &[3, 0], &[3, 1, 0]).expect("the cue says left");
    });
}

fn two_outcomes_mean_field(bencher: &mut Bencher) {
    let model = t_maze();
    let mut seen = Perception::new(&model, MeanField::new(&model, Settings::default()));
    bencher.iter(|| {
        seen.begin(&model, &[0, 0, 0]).expect("the start shows nothing");
        seen.advance(&model, &[3, 0], &[3, 1, 0]).expect("the cue says left");
    });
}

fn one_correction(bencher: &mut Bencher) {
    let model = t_maze();
    let mut mean_field = MeanField::new(&model, Settings::default());
    let (prior, mut q) = (Belief::prior(&model), Belief::prior(&model));
    bencher.iter(|| {
        mean_field.correct(&model, &prior, &[0, 0, 0], &mut q).expect("possible")
    });
}
