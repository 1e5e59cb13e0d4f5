//! Time to infer: an exact filter of 20 states through 1,000 steps (goal: 0.4 ms), and to
//! make a model (goal: 0.1 ms).

use aif::hmm::{Filter, Smoother};
use aif::mean_field::{MeanField, Settings};
use aif::{Belief, Correct, Exact, GenerativeModel, Perception};
use divan::Bencher;
use divan::counter::ItemsCount;
use prob::rng::{Role, stream};
use rand::RngExt;

fn main() {
    divan::main();
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

#[divan::bench(args = [3, 20])]
fn filter_1000_steps(bencher: Bencher, n: usize) {
    let (model, observations) = (dense(n), observations(n));
    let mut filter = Filter::new(&model).expect("few states");
    bencher.counter(ItemsCount::new(1000_usize)).bench_local(|| {
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

#[divan::bench(args = [3, 20])]
fn smoother_1000_steps(bencher: Bencher, n: usize) {
    let (model, observations) = (dense(n), observations(n));
    let actions: Vec<[usize; 1]> = (1..1000).map(|t| [t % 2]).collect();
    let mut smoother = Smoother::new(&model, 1000).expect("few states");
    bencher.counter(ItemsCount::new(1000_usize)).bench_local(|| {
        smoother.run(&model, &observations, &actions).expect("nothing is impossible")
    });
}

#[divan::bench(args = [3, 20])]
fn perception_1000_steps(bencher: Bencher, n: usize) {
    let (model, observations) = (dense(n), observations(n));
    let mut seen = Perception::new(&model, Exact::new(&model).expect("few states"));
    bencher.counter(ItemsCount::new(1000_usize)).bench_local(|| {
        seen.begin(&model, &observations[0]).expect("nothing is impossible");
        for (t, observation) in observations.iter().enumerate().skip(1) {
            seen.advance(&model, &[t % 2], observation).expect("nothing is impossible");
        }
        seen.posterior().factor(0)[0]
    });
}

#[divan::bench]
fn make_a_model_of_20_states(bencher: Bencher) {
    let arrays = dense(20).to_arrays();
    bencher.bench(|| GenerativeModel::from_arrays(&arrays));
}

#[divan::bench]
fn make_a_t_maze(bencher: Bencher) {
    bencher.bench(t_maze);
}

#[divan::bench]
fn t_maze_step_exact(bencher: Bencher) {
    let model = t_maze();
    let mut seen = Perception::new(&model, Exact::new(&model).expect("few states"));
    bencher.bench_local(|| {
        seen.begin(&model, &[0, 0, 0]).expect("the start shows nothing");
        seen.advance(&model, &[3, 0], &[3, 1, 0]).expect("the cue says left");
    });
}

#[divan::bench]
fn t_maze_step_mean_field(bencher: Bencher) {
    let model = t_maze();
    let mut seen = Perception::new(&model, MeanField::new(&model, Settings::default()));
    bencher.bench_local(|| {
        seen.begin(&model, &[0, 0, 0]).expect("the start shows nothing");
        seen.advance(&model, &[3, 0], &[3, 1, 0]).expect("the cue says left");
    });
}

#[divan::bench]
fn t_maze_mean_field_alone(bencher: Bencher) {
    let model = t_maze();
    let mut mean_field = MeanField::new(&model, Settings::default());
    let (prior, mut q) = (Belief::prior(&model), Belief::prior(&model));
    bencher.bench_local(|| {
        mean_field.correct(&model, &prior, &[0, 0, 0], &mut q).expect("possible")
    });
}
