//! What infers allocates when it is made, and never again.

use aif::mean_field::{MeanField, Settings, Start};
use aif::{
    Belief, Correct, Exact, GenerativeModel, JointSpace, Perception, free_energy,
    inference,
};
use allocation_counter::measure;

/// Two factors, one of them controlled and tied to the other, and two modalities, one of
/// them with zeros.
fn maze() -> GenerativeModel {
    let mut model = GenerativeModel::builder();
    let place = model.factor("place", &["start", "left", "right", "cue"]);
    let side = model.factor("side", &["left", "right"]);
    model.actions(place, &["stay", "left", "right", "cue"]);
    model.transition(place, &[place, side], |s, a, column| {
        column.fill(0.01);
        column[a] = 0.97 - 0.01 * s[1] as f64;
        column[s[0]] += 1.0 - column.iter().sum::<f64>();
    });
    let sight = model.modality("sight", &["a", "b", "c", "d", "e"]);
    model.likelihood(sight, &[place, side], |s, column| {
        column[if s[0] == 3 { 3 + s[1] } else { s[0] }] = 0.875;
        column[0] += 0.125;
    });
    let taste = model.modality("taste", &["nothing", "food"]);
    model.likelihood(taste, &[place, side], |s, column| {
        let food = if s[0] == 1 + s[1] { 0.75 } else { 0.25 };
        column.copy_from_slice(&[1.0 - food, food]);
    });
    model.build().unwrap()
}

fn allocations(run: impl FnOnce()) -> u64 {
    measure(run).count_total
}

#[test]
fn a_thousand_inferences_allocate_nothing() {
    let model = maze();
    let (prior, mut q) = (Belief::prior(&model), Belief::prior(&model));
    let mut exact = Exact::new(&model).unwrap();
    let settings = Settings { start: Start::Uniform, ..Settings::default() };
    let mut mean_field = MeanField::new(&model, settings);
    let space = JointSpace::new(&model).unwrap();
    let (mut p, mut joint) = (vec![0.0; space.n_states()], vec![0.0; space.n_states()]);
    space.product(&prior, &mut p);
    let mut by_exact = Perception::new(&model, exact.clone());
    let mut by_mean_field = Perception::new(&model, mean_field.clone());
    let made = allocations(|| {
        for t in 0..1000 {
            let observation = [if t % 3 == 0 { 3 } else { 0 }, t % 2];
            exact.correct(&model, &prior, &observation, &mut q).unwrap();
            mean_field.correct(&model, &prior, &observation, &mut q).unwrap();
            free_energy::of_factors(&model, &q, &prior, &observation).unwrap();
            inference::predict(&model, &prior, &[t % 4, 0], &mut q).unwrap();
            inference::predict_outcomes(&model, 1, &q, &mut [0.0; 2]);
            space.correct(&model, &p, &observation, &mut joint).unwrap();
            space.predict(&model, &joint, &[t % 4, 0], &mut p).unwrap();
            space.marginals(&joint, &mut q);
            by_exact.begin(&model, &observation).unwrap();
            by_exact.advance(&model, &[3, 0], &[3, 0]).unwrap();
            by_mean_field.begin(&model, &observation).unwrap();
            by_mean_field.advance(&model, &[3, 0], &[Some(3), None]).unwrap();
        }
    });
    assert_eq!(made, 0);
    // The counter counts.
    assert!(allocations(|| drop(Belief::prior(&model))) > 0);
}
