//! What a world shows: factors, modalities, likelihoods, and the outcomes that a run
//! draws from them.

use envs::view::{Observed, Senses};
use envs::{
    Environment, FiniteWorld, Outcomes, Sampled, Sensed, Successor, Table, check, graph,
};
use prob::Probability;
use prob::rng::{Role, stream};
use proptest::prelude::*;

const PLACES: usize = 4;
const MIDDLE: usize = 0;
const CUE: usize = 1;
const LEFT: usize = 2;
const RIGHT: usize = 3;

/// A T-maze with a cue: state `2 * place + side`, where the food is on that side. The cue
/// tells the side, but with probability 0.1 the wrong one; the arms show whether there is
/// food, and end the trial.
fn t_maze_with_a_cue() -> Sensed<Table> {
    let ends: Vec<usize> = (2 * LEFT..2 * PLACES).collect();
    let world = Table::new(
        2 * PLACES,
        PLACES,
        vec![(2 * MIDDLE, 0.5), (2 * MIDDLE + 1, 0.5)],
        &ends,
        |s, to, row| {
            let side = s % 2;
            let reward = f64::from(to == LEFT + side);
            row.push(Successor { state: 2 * to + side, probability: 1.0, reward });
        },
    )
    .unwrap()
    .with_factors(&[PLACES, 2])
    .unwrap();
    let senses = Sensed::aliased(world, PLACES, |s| s / 2).unwrap();
    let senses = senses
        .with_modality(3, |s, row| match (s / 2, s % 2) {
            (CUE, side) => row.extend([(1 + side, 0.9), (2 - side, 0.1)]),
            _ => row.push((0, 1.0)),
        })
        .unwrap();
    senses
        .with_modality(3, |s, row| match (s / 2, s % 2) {
            (MIDDLE | CUE, _) => row.push((0, 1.0)),
            (arm, side) => row.push((1 + usize::from(arm == LEFT + side), 1.0)),
        })
        .unwrap()
}

#[test]
fn the_sides_of_a_t_maze_differ_at_the_cue_and_in_the_arms_only() {
    let world = t_maze_with_a_cue();
    assert_eq!(check(&&world), Ok(()));
    assert_eq!((world.n_factors(), world.n_modalities()), (2, 3));
    assert_eq!([0, 1].map(|f| world.factor_value(2 * RIGHT + 1, f)), [RIGHT, 1]);
    for place in 0..PLACES {
        let same = |m| world.outcomes(m, 2 * place) == world.outcomes(m, 2 * place + 1);
        let tells: Vec<usize> = (0..3).filter(|&m| !same(m)).collect();
        let expected: &[usize] = match place {
            CUE => &[1],
            LEFT | RIGHT => &[2],
            _ => &[],
        };
        assert_eq!(tells, expected, "place {place}");
    }
}

#[test]
fn a_run_shows_outcomes_as_often_as_the_likelihood_says() {
    let world = t_maze_with_a_cue();
    let mut rng = stream(0, Role::World, 0);
    let mut run = Observed::new(Sampled::new(&world, None).unwrap(), Senses::<3>);
    let n: f64 = 20_000.0;
    let mut agree = 0.0;
    for _ in 0..20_000 {
        assert_eq!(run.reset(&mut rng), [MIDDLE, 0, 0], "the start tells nothing");
        let [place, cue, food] = run.step(CUE, &mut rng).observation;
        assert_eq!((place, food), (CUE, 0));
        let followed = run.step(LEFT + cue - 1, &mut rng);
        let found = followed.observation[2] == 2;
        assert_eq!(followed.reward, f64::from(found), "food seen is food eaten");
        agree += f64::from(found);
    }
    // The cue is right with probability 0.9; four standard errors of a proportion.
    let tolerance = 4.0 * (0.9 * 0.1 / n).sqrt();
    assert!((agree / n - 0.9).abs() <= tolerance, "{agree} of {n}");
}

#[test]
fn a_world_that_says_nothing_else_shows_its_state() {
    let world = envs::textbook::cliff();
    assert_eq!((world.n_modalities(), world.n_outcomes(0)), (1, world.n_states()));
    assert_eq!((world.n_factors(), world.factor_size(0)), (1, world.n_states()));
    for s in 0..world.n_states() {
        assert_eq!(world.outcomes(0, s), Outcomes::Surely(s));
        assert_eq!(world.factor_value(s, 0), s);
    }
    let mut rngs = [0, 0].map(|seed| stream(seed, Role::World, 0));
    let mut plain = Sampled::new(&world, None).unwrap();
    let mut seen = Observed::new(Sampled::new(&world, None).unwrap(), Senses::<1>);
    assert_eq!([plain.reset(&mut rngs[0])], seen.reset(&mut rngs[1]));
    for a in [0, 1, 1, 1, 2, 0] {
        let step = plain.step(a, &mut rngs[0]);
        assert_eq!([step.observation], seen.step(a, &mut rngs[1]).observation);
    }
}

#[test]
fn noise_in_the_senses_leaves_the_chain_as_it_is() {
    let ring = graph::ring(6);
    let noisy = Sensed::noisy(&ring, Probability::new(0.5).unwrap()).unwrap();
    let mut rng = stream(3, Role::World, 0);
    let mut run = Observed::new(Sampled::new(&noisy, None).unwrap(), Senses::<1>);
    run.reset(&mut rng);
    let mut right = 0.0;
    for t in 1..=6000 {
        let [seen] = run.step(0, &mut rng).observation;
        right += f64::from(seen == t % 6);
    }
    // The hidden place is t mod 6 for sure, seen with probability 0.5: four standard
    // errors.
    let tolerance = 4.0 * (0.25 / 6000.0_f64).sqrt();
    assert!((right / 6000.0 - 0.5).abs() <= tolerance, "{right} of 6000");
}

proptest! {
    #[test]
    fn the_factors_of_a_state_number_it(sizes in prop::collection::vec(1..5_usize, 1..5)) {
        let n: usize = sizes.iter().product();
        let world = graph::ring(n).with_factors(&sizes).unwrap();
        for s in 0..n {
            let number = (0..sizes.len()).fold(0, |number, f| {
                number * world.factor_size(f) + world.factor_value(s, f)
            });
            prop_assert_eq!(number, s);
        }
    }
}
