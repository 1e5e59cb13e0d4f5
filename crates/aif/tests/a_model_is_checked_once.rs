//! What a model refuses, and what it says then; and that it gives back what it was given.

mod random;

use aif::{
    Arrays, FromWorldError, GenerativeModel, JointSpace, ModelBuilder, ModelError,
};
use envs::{FiniteWorld, Sensed, Successor, Table};
use ndarray::{ArrayD, IxDyn, array};
use prob::rng::{Role, stream};
use proptest::prelude::*;
use random::{Zeros, fill, shapes};

/// Two factors of 2 and 3 states, and one modality that depends on both.
fn small() -> Arrays {
    Arrays {
        likelihood: vec![ArrayD::from_elem(IxDyn(&[2, 2, 3]), 0.5)],
        transition: vec![
            ArrayD::from_elem(IxDyn(&[2, 2, 1]), 0.5),
            ArrayD::from_elem(IxDyn(&[3, 3, 2]), 1.0 / 3.0),
        ],
        prior: vec![vec![0.5, 0.5], vec![1.0, 0.0, 0.0]],
        ..Arrays::default()
    }
}

fn refusal(change: impl FnOnce(&mut Arrays)) -> String {
    let mut arrays = small();
    change(&mut arrays);
    GenerativeModel::from_arrays(&arrays).unwrap_err().to_string()
}

#[test]
fn an_error_names_the_array_its_modality_or_factor_the_column_and_the_sum() {
    assert!(GenerativeModel::from_arrays(&small()).is_ok());
    assert_eq!(
        refusal(|arrays| arrays.likelihood[0][[0, 1, 2]] = 0.25),
        "likelihood of modality 0 (0), column [1, 2]: sums to 0.75, not to 1"
    );
    assert_eq!(
        refusal(|arrays| arrays.transition[0][[1, 0, 0]] = 0.75),
        "transition of factor 0 (0), column [0, 0]: sums to 1.25, not to 1"
    );
    assert_eq!(
        refusal(|arrays| arrays.transition[1][[2, 1, 1]] = -0.25),
        "transition of factor 1 (1), column [1, 1]: entry 2 is -0.25, and a probability is finite and at least 0"
    );
    assert_eq!(
        refusal(|arrays| arrays.prior[1][0] = 0.5),
        "prior of factor 1 (1), column []: sums to 0.5, not to 1"
    );
    assert_eq!(
        refusal(|arrays| arrays.habit = vec![0.5, 0.25]),
        "habit, column []: sums to 0.75, not to 1"
    );
    assert_eq!(
        refusal(|arrays| arrays.log_preference = vec![array![0.0, f64::NAN].into_dyn()]),
        "log-preference of modality 0 (0): outcome 1 at step 0 is NaN, not a finite number"
    );
}

#[test]
fn an_array_that_does_not_fit_is_named_with_the_shape_that_would() {
    assert_eq!(
        refusal(|arrays| arrays.likelihood_parents = vec![vec![0]]),
        "likelihood of modality 0 (0): shape [2, 2, 3], but [2, 2] is needed"
    );
    assert_eq!(
        refusal(|arrays| arrays.likelihood_parents = vec![vec![0, 2]]),
        "likelihood of modality 0 (0): depends on factor 2, but there are 2"
    );
    assert_eq!(
        refusal(|arrays| arrays.transition_parents = vec![vec![0, 0], vec![1]]),
        "transition of factor 0 (0): depends on factor 0 twice"
    );
    assert_eq!(
        refusal(|arrays| arrays.transition_parents = vec![vec![0]]),
        "1 dependency lists of transitions, but 2 are needed"
    );
    assert_eq!(refusal(|arrays| arrays.prior.truncate(1)), "1 priors, but 2 are needed");
    assert_eq!(
        refusal(|arrays| arrays.log_preference = vec![array![0.0].into_dyn()]),
        "log-preference of modality 0 (0): shape [1], but [2] is needed"
    );
    assert_eq!(
        refusal(|arrays| arrays.prior[0] = Vec::new()),
        "transition of factor 0 (0): shape [2, 2, 1], but [0, 0, 1] is needed"
    );
    assert_eq!(GenerativeModel::from_arrays(&Arrays::default()), Err(ModelError::Empty));
}

#[test]
fn a_model_by_hand_says_what_was_forgotten() {
    let mut model = GenerativeModel::builder();
    model.factor("place", &["here", "there"]);
    model.modality("sight", &["dark", "light"]);
    assert_eq!(
        model.build().unwrap_err().to_string(),
        "likelihood of modality 0 (sight): not given"
    );
    let mut model = GenerativeModel::builder();
    let place = model.factor("place", &["here", "there"]);
    let sight = model.modality("sight", &["dark", "light"]);
    model.likelihood(sight, &[place], |s, column| column[s[0]] = 1.0);
    model.log_preference_in_time(sight, &[]);
    assert_eq!(
        model.build().unwrap_err().to_string(),
        "log-preference of modality 0 (sight): not given"
    );
    let nothing: [&str; 0] = [];
    let mut model = GenerativeModel::builder();
    let place = model.factor("place", &nothing);
    let sight = model.modality("sight", &["dark"]);
    model.likelihood(sight, &[place], |_, _| {});
    assert_eq!(
        model.build().unwrap_err().to_string(),
        "prior of factor 0 (place): it has no values to choose from"
    );
}

#[test]
fn preferences_may_change_in_time_and_the_last_ones_stay() {
    let mut arrays = small();
    arrays.log_preference = vec![array![[0.0, 1.0, 2.0], [0.0, -1.0, -2.0]].into_dyn()];
    let model = GenerativeModel::from_arrays(&arrays).unwrap();
    let modality = model.modality(0);
    assert_eq!(modality.n_preference_steps(), 3);
    assert_eq!(modality.log_preference(1), [1.0, -1.0]);
    assert_eq!(modality.log_preference(7), [2.0, -2.0]);
    assert_eq!(model.to_arrays().log_preference, arrays.log_preference);
    assert_eq!(
        refusal(|arrays| {
            arrays.log_preference =
                vec![array![[0.0, 1.0], [0.0, f64::INFINITY]].into_dyn()]
        }),
        "log-preference of modality 0 (0): outcome 1 at step 1 is inf, not a finite number"
    );
}

#[test]
fn a_refused_change_leaves_the_model_as_it_was() {
    let mut model = GenerativeModel::from_arrays(&small()).unwrap();
    let before = model.clone();
    let bad = ArrayD::from_elem(IxDyn(&[2, 2, 3]), 0.25);
    assert_eq!(
        model.set_likelihood(0, &bad).unwrap_err().to_string(),
        "likelihood of modality 0 (0), column [0, 0]: sums to 0.5, not to 1"
    );
    let bad = ArrayD::from_elem(IxDyn(&[3, 3, 1]), 1.0 / 3.0);
    assert_eq!(
        model.set_transition(1, &bad).unwrap_err().to_string(),
        "transition of factor 1 (1): shape [3, 3, 1], but [3, 3, 2] is needed"
    );
    assert!(model.set_prior(0, &[0.5, 0.25]).is_err());
    assert!(model.set_prior(0, &[1.0]).is_err());
    assert!(model.set_log_preference(0, &[0.0, f64::NEG_INFINITY]).is_err());
    assert!(model.set_habit(&[0.25]).is_err());
    assert_eq!(model, before);

    let good =
        array![[[1.0, 0.5, 0.0], [1.0, 0.5, 0.25]], [[0.0, 0.5, 1.0], [0.0, 0.5, 0.75]]];
    model.set_likelihood(0, &good.clone().into_dyn()).unwrap();
    assert_eq!(model.to_arrays().likelihood[0], good.into_dyn());
    assert_eq!(model.modality(0).likelihood().log_column(2, 0)[0], f64::NEG_INFINITY);
}

#[test]
fn a_space_that_is_too_large_is_refused_and_its_blocks_may_not_be() {
    let mut model = GenerativeModel::builder();
    for f in 0..70 {
        let switch = model.factor(&format!("switch {f}"), &["off", "on"]);
        let lamp = model.modality(&format!("lamp {f}"), &["dark", "bright"]);
        model.likelihood(lamp, &[switch], |s, column| column[s[0]] = 1.0);
    }
    let model = model.build().unwrap();
    assert_eq!(model.n_joint_states(), None);
    assert!(JointSpace::new(&model).is_err());
    assert_eq!(aif::Exact::new(&model).unwrap().blocks().len(), 70);
}

/// A world with two factors, each with its own course; the second can't be acted on.
fn two_factors(seed: u64) -> Sensed<Table> {
    let mut rng = stream(seed, Role::Init, 0);
    let mut column = |n: usize| {
        let mut p = vec![0.0; n];
        fill(&mut p, Zeros::Some, &mut rng);
        p
    };
    let place: Vec<Vec<f64>> = (0..3 * 2 * 2).map(|_| column(3)).collect();
    let weather: Vec<Vec<f64>> = (0..2).map(|_| column(2)).collect();
    let (here, sky) = (column(3), column(2));
    let start = (0..6).map(|s| (s, here[s / 2] * sky[s % 2])).collect();
    let world = Table::new(6, 2, start, &[], |s, a, row| {
        for next in 0..6 {
            let probability = place[2 * s + a][next / 2] * weather[s % 2][next % 2];
            row.push(Successor { state: next, probability, reward: 0.0 });
        }
    });
    let sight: Vec<Vec<f64>> = (0..6).map(|_| column(4)).collect();
    let warmth: Vec<Vec<f64>> = (0..2).map(|_| column(2)).collect();
    Sensed::new(world.unwrap().with_factors(&[3, 2]).unwrap(), 4, |s, row| {
        row.extend(sight[s].iter().copied().enumerate());
    })
    .unwrap()
    .with_modality(2, |s, row| row.extend(warmth[s % 2].iter().copied().enumerate()))
    .unwrap()
}

#[test]
fn a_world_whose_factors_are_tied_is_refused() {
    // Two coins that fall alike.
    let alike = |start: Vec<(usize, f64)>, row: &[(usize, f64)]| {
        let world = Table::new(4, 1, start, &[], |_, _, out| {
            out.extend(row.iter().map(|&(state, probability)| Successor {
                state,
                probability,
                reward: 0.0,
            }));
        });
        let world = world.unwrap().with_factors(&[2, 2]).unwrap();
        ModelBuilder::from_world(&world).map(|_| ())
    };
    let (both, free) =
        ([(0, 0.5), (3, 0.5)], [(0, 0.25), (1, 0.25), (2, 0.25), (3, 0.25)]);
    assert_eq!(alike(both.to_vec(), &free), Err(FromWorldError::TiedStart));
    assert_eq!(
        alike(free.to_vec(), &both),
        Err(FromWorldError::Tied { state: 0, action: 0 })
    );
    assert_eq!(alike(free.to_vec(), &free), Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arrays_go_in_and_come_out(shape in shapes(Zeros::Some), seed: u64) {
        let arrays = random::arrays(&shape, seed);
        let model = GenerativeModel::from_arrays(&arrays).unwrap();
        prop_assert_eq!(model.to_arrays(), arrays);
    }

    #[test]
    fn a_model_of_a_world_moves_and_shows_what_the_world_does(seed: u64) {
        let world = two_factors(seed);
        let model = ModelBuilder::from_world(&world).unwrap().build().unwrap();
        prop_assert!(!model.factor(1).is_controlled());
        prop_assert_eq!(model.factor(1).parents(), [1]);
        let space = JointSpace::new(&model).unwrap();
        let mut start = vec![0.0; 6];
        space.prior(&model, &mut start);
        for &(s, p) in world.start() {
            prop_assert!((start[s] - p).abs() < 1e-12);
        }
        let mut actions = [0; 2];
        for s in 0..6 {
            let mut here = vec![0.0; 6];
            here[s] = 1.0;
            for a in 0..2 {
                model.spread_action(a, &mut actions);
                let mut next = vec![0.0; 6];
                space.predict(&model, &here, &actions, &mut next).unwrap();
                for successor in world.successors(s, a) {
                    next[successor.state] -= successor.probability;
                }
                prop_assert!(next.iter().all(|d| d.abs() < 1e-12), "{:?}", next);
            }
            for m in 0..2 {
                for o in 0..world.n_outcomes(m) {
                    let mut seen = [None; 2];
                    seen[m] = Some(o);
                    let mut p = vec![0.0; 6];
                    space.likelihood(&model, &seen, &mut p).unwrap();
                    prop_assert!((p[s] - world.outcomes(m, s).probability(o)).abs() < 1e-12);
                }
            }
        }
    }
}
