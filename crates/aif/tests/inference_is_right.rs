//! Laws of inference, on random models: against enumeration by the definition, and
//! against the bound.

mod random;

use aif::hmm::{Filter, Smoother};
use aif::mean_field::{Damping, MeanField, Settings, Start};
use aif::{
    Belief, Correct, Exact, GenerativeModel, JointSpace, Perception, free_energy,
    inference,
};
use prob::categorical::{entropy, kl};
use prob::math::ln;
use prob::rng::{Role, stream};
use proptest::prelude::*;
use random::{Zeros, episode, fill, joint_states, model, shapes, shapes_of};

fn close(a: &[f64], b: &[f64], tolerance: f64) -> Result<(), TestCaseError> {
    prop_assert_eq!(a.len(), b.len());
    let worst = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    prop_assert!(worst <= tolerance, "{} apart:\n{:?}\n{:?}", worst, a, b);
    Ok(())
}

/// The posterior of joint states and $p(o)$, by the definition.
fn bayes(
    shape: &random::Shape,
    seed: u64,
    prior: &Belief,
    observation: &[usize],
) -> (Vec<f64>, f64) {
    let arrays = random::arrays(shape, seed);
    let model = model(shape, seed);
    let mut p: Vec<f64> = joint_states(&model)
        .iter()
        .map(|states| {
            let before: f64 =
                states.iter().enumerate().map(|(f, &s)| prior.factor(f)[s]).product();
            before * random::likelihood(&arrays, states, observation)
        })
        .collect();
    let evidence: f64 = p.iter().sum();
    p.iter_mut().for_each(|p| *p /= evidence);
    (p, evidence)
}

fn marginals(model: &GenerativeModel, joint: &[f64]) -> Belief {
    let mut factors: Vec<Vec<f64>> =
        model.factors().iter().map(|f| vec![0.0; f.n_states()]).collect();
    for (states, &p) in joint_states(model).iter().zip(joint) {
        for (factor, &s) in factors.iter_mut().zip(states) {
            factor[s] += p;
        }
    }
    Belief::new(&factors).unwrap()
}

fn either() -> impl Strategy<Value = Zeros> {
    prop_oneof![Just(Zeros::None), Just(Zeros::Some)]
}

fn any_shape() -> impl Strategy<Value = random::Shape> {
    either().prop_flat_map(shapes)
}

fn one_factor() -> impl Strategy<Value = random::Shape> {
    either().prop_flat_map(|zeros| shapes_of(1..2, zeros))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn exact_inference_is_bayes_rule(shape in any_shape(), seed: u64) {
        let model = model(&shape, seed);
        let prior = Belief::prior(&model);
        let observation = &episode(&model, 1, seed).0[0];
        let (posterior, evidence) = bayes(&shape, seed, &prior, observation);

        let space = JointSpace::new(&model).unwrap();
        let (mut joint, mut out) = (vec![0.0; space.n_states()], vec![0.0; space.n_states()]);
        space.prior(&model, &mut joint);
        let log_evidence = space.correct(&model, &joint, observation, &mut out).unwrap();
        close(&out, &posterior, 1e-12)?;
        prop_assert!((log_evidence - ln(evidence)).abs() < 1e-11);

        let mut exact = Exact::new(&model).unwrap();
        let mut belief = prior.clone();
        let found = exact.correct(&model, &prior, observation, &mut belief).unwrap();
        close(belief.as_slice(), marginals(&model, &posterior).as_slice(), 1e-12)?;
        prop_assert!((found.free_energy.value() + ln(evidence)).abs() < 1e-11);
    }

    #[test]
    fn blocks_multiply_to_the_joint_posterior(shape in any_shape(), seed: u64) {
        let model = model(&shape, seed);
        let prior = Belief::prior(&model);
        let observation = &episode(&model, 1, seed).0[0];
        let (posterior, _) = bayes(&shape, seed, &prior, observation);
        let mut exact = Exact::new(&model).unwrap();
        let mut belief = prior.clone();
        exact.correct(&model, &prior, observation, &mut belief).unwrap();
        let product: Vec<f64> = joint_states(&model)
            .iter()
            .map(|states| {
                let tied: f64 = exact
                    .blocks()
                    .iter()
                    .map(|block| {
                        let place = block
                            .factors()
                            .iter()
                            .zip(block.shape())
                            .fold(0, |number, (&f, &n)| number * n + states[f]);
                        block.posterior()[place]
                    })
                    .product();
                let in_block =
                    |f: &usize| exact.blocks().iter().any(|b| b.factors().contains(f));
                let free: f64 = (0..states.len())
                    .filter(|f| !in_block(f))
                    .map(|f| prior.factor(f)[states[f]])
                    .product();
                tied * free
            })
            .collect();
        close(&product, &posterior, 1e-12)?;
    }

    #[test]
    fn free_energy_exceeds_surprise_by_the_divergence_from_the_posterior(
        shape in shapes(Zeros::None), seed: u64
    ) {
        let model = model(&shape, seed);
        let prior = Belief::prior(&model);
        let observation = &episode(&model, 1, seed).0[0];
        let (posterior, evidence) = bayes(&shape, seed, &prior, observation);
        let space = JointSpace::new(&model).unwrap();
        let mut joint_prior = vec![0.0; space.n_states()];
        space.prior(&model, &mut joint_prior);
        let mut q = vec![0.0; space.n_states()];
        fill(&mut q, Zeros::Some, &mut stream(seed, Role::Init, 2));
        let of = |q: &[f64]| {
            free_energy::of_joint(&space, &model, q, &joint_prior, observation).unwrap()
        };
        let gap = of(&q).value() + ln(evidence);
        prop_assert!(gap >= -1e-11, "{} below the surprise", -gap);
        prop_assert!((gap - kl(&q, &posterior)).abs() < 1e-10);
        prop_assert!((of(&posterior).value() + ln(evidence)).abs() < 1e-11);
        let parts = of(&q);
        prop_assert!((parts.energy() - parts.entropy - parts.value()).abs() < 1e-12);
        prop_assert!(parts.complexity >= -1e-12 && parts.accuracy <= 0.0 && parts.entropy >= 0.0);
    }

    #[test]
    fn the_free_energy_of_factors_is_that_of_their_product(
        shape in shapes(Zeros::None), zeros in either(), seed: u64
    ) {
        let model = model(&shape, seed);
        let prior = Belief::prior(&model);
        let belief = random::belief(&model, zeros, seed);
        let observation = &episode(&model, 1, seed).0[0];
        let space = JointSpace::new(&model).unwrap();
        let (mut q, mut p) = (vec![0.0; space.n_states()], vec![0.0; space.n_states()]);
        space.product(&belief, &mut q);
        space.prior(&model, &mut p);
        let joint = free_energy::of_joint(&space, &model, &q, &p, observation).unwrap();
        let factors = free_energy::of_factors(&model, &belief, &prior, observation).unwrap();
        for (a, b) in [
            (joint.complexity, factors.complexity),
            (joint.accuracy, factors.accuracy),
            (joint.entropy, factors.entropy),
        ] {
            prop_assert!((a - b).abs() < 1e-11, "{} against {}", a, b);
        }
    }

    #[test]
    fn exact_parts_are_the_parts_of_the_posterior(shape in any_shape(), seed: u64) {
        let model = model(&shape, seed);
        let prior = Belief::prior(&model);
        let observation = &episode(&model, 1, seed).0[0];
        let (posterior, _) = bayes(&shape, seed, &prior, observation);
        let space = JointSpace::new(&model).unwrap();
        let mut p = vec![0.0; space.n_states()];
        space.prior(&model, &mut p);
        let parts =
            free_energy::of_joint(&space, &model, &posterior, &p, observation).unwrap();
        let mut out = prior.clone();
        let found = Exact::new(&model)
            .unwrap()
            .correct(&model, &prior, observation, &mut out)
            .unwrap()
            .free_energy;
        prop_assert!((found.complexity - parts.complexity).abs() < 1e-11);
        prop_assert!((found.accuracy - parts.accuracy).abs() < 1e-11);
        prop_assert!((found.entropy - parts.entropy).abs() < 1e-11);
    }

    #[test]
    fn no_update_of_the_mean_field_increases_free_energy(
        shape in any_shape(),
        kept in prop_oneof![Just(0.0), 0.0..0.9_f64],
        start in prop_oneof![Just(Start::Prior), Just(Start::Uniform), Just(Start::Given)],
        seed: u64,
    ) {
        let model = model(&shape, seed);
        let prior = Belief::prior(&model);
        let observation = &episode(&model, 1, seed).0[0];
        let (_, evidence) = bayes(&shape, seed, &prior, observation);
        let damping = Damping::new(kept).unwrap();
        let settings = Settings { start, damping, ..Settings::default() };
        let mut belief = random::belief(&model, Zeros::None, seed);
        let mut path = Vec::new();
        let found = MeanField::new(&model, settings)
            .correct_watched(&model, &prior, observation, &mut belief, |update| {
                let vfe =
                    free_energy::of_factors(&model, update.belief, &prior, observation);
                path.push(vfe.unwrap().value());
            })
            .unwrap();
        for pair in path.windows(2) {
            prop_assert!(pair[1] <= pair[0] + 1e-11, "{} after {}", pair[1], pair[0]);
        }
        let last = found.free_energy.value();
        prop_assert_eq!(last, *path.last().unwrap());
        prop_assert!(last.is_finite() && last >= -ln(evidence) - 1e-11);
    }

    #[test]
    fn the_mean_field_rests_where_no_factor_alone_can_do_better(
        shape in shapes(Zeros::None), seed: u64
    ) {
        let model = model(&shape, seed);
        let prior = Belief::prior(&model);
        let observation = &episode(&model, 1, seed).0[0];
        let mut belief = prior.clone();
        let settings = Settings { max_sweeps: 100_000, ..Settings::default() };
        let found = MeanField::new(&model, settings)
            .correct(&model, &prior, observation, &mut belief)
            .unwrap();
        prop_assert!(found.convergence.is_reached(), "{:?}", found.convergence);
        let mut rng = stream(seed, Role::Init, 3);
        for f in 0..model.n_factors() {
            let mut other = belief.clone();
            let mut q = belief.factor(f).to_vec();
            fill(&mut q, Zeros::None, &mut rng);
            other.set(f, &q).unwrap();
            let vfe = free_energy::of_factors(&model, &other, &prior, observation).unwrap();
            prop_assert!(vfe.value() >= found.free_energy.value() - 1e-11);
        }
    }

    #[test]
    fn with_one_factor_the_mean_field_is_exact(shape in one_factor(), seed: u64) {
        let model = model(&shape, seed);
        let prior = Belief::prior(&model);
        let observation = &episode(&model, 1, seed).0[0];
        let (posterior, evidence) = bayes(&shape, seed, &prior, observation);
        let mut belief = prior.clone();
        let found = MeanField::new(&model, Settings::default())
            .correct(&model, &prior, observation, &mut belief)
            .unwrap();
        close(belief.factor(0), &posterior, 1e-12)?;
        prop_assert!((found.free_energy.value() + ln(evidence)).abs() < 1e-11);
    }

    #[test]
    fn repeated_inference_counts_the_evidence_once(shape in any_shape(), seed: u64) {
        let model = model(&shape, seed);
        let prior = Belief::prior(&model);
        let observation = &episode(&model, 1, seed).0[0];
        let mut exact = Exact::new(&model).unwrap();
        let mut mean_field = MeanField::new(&model, Settings::default());
        let (mut once, mut again) = (prior.clone(), prior.clone());
        exact.correct(&model, &prior, observation, &mut once).unwrap();
        for _ in 0..3 {
            exact.correct(&model, &prior, observation, &mut again).unwrap();
        }
        prop_assert_eq!(&once, &again);
        mean_field.correct(&model, &prior, observation, &mut once).unwrap();
        for _ in 0..3 {
            mean_field.correct(&model, &prior, observation, &mut again).unwrap();
        }
        prop_assert_eq!(&once, &again);
    }

    #[test]
    fn what_was_not_seen_says_nothing(shape in any_shape(), seed: u64) {
        let model = model(&shape, seed);
        let prior = random::belief(&model, Zeros::None, seed);
        let nothing = vec![None; model.n_modalities()];
        let mut belief = prior.clone();
        let found = Exact::new(&model)
            .unwrap()
            .correct(&model, &prior, &nothing, &mut belief)
            .unwrap();
        close(belief.as_slice(), prior.as_slice(), 1e-12)?;
        prop_assert!(found.free_energy.value().abs() < 1e-12);
        let found = MeanField::new(&model, Settings::default())
            .correct(&model, &prior, &nothing, &mut belief)
            .unwrap();
        close(belief.as_slice(), prior.as_slice(), 1e-12)?;
        prop_assert!(found.free_energy.value().abs() < 1e-12);
    }

    #[test]
    fn a_joint_filter_is_the_sum_over_all_paths(shape in any_shape(), seed: u64) {
        let model = model(&shape, seed);
        let arrays = random::arrays(&shape, seed);
        let states = joint_states(&model);
        let (observations, actions) = episode(&model, 3, seed);
        // Weights of the last state of all paths.
        let mut weights = vec![0.0; states.len()];
        for first in &states {
            for second in &states {
                let start = random::prior(&arrays, first)
                    * random::likelihood(&arrays, first, &observations[0])
                    * random::transition(&arrays, second, first, &actions[0])
                    * random::likelihood(&arrays, second, &observations[1]);
                if start == 0.0 {
                    continue;
                }
                for (k, third) in states.iter().enumerate() {
                    weights[k] += start
                        * random::transition(&arrays, third, second, &actions[1])
                        * random::likelihood(&arrays, third, &observations[2]);
                }
            }
        }
        let evidence: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|w| *w /= evidence);

        let space = JointSpace::new(&model).unwrap();
        let (mut prior, mut q) = (vec![0.0; states.len()], vec![0.0; states.len()]);
        space.prior(&model, &mut prior);
        let mut log_evidence =
            space.correct(&model, &prior, &observations[0], &mut q).unwrap();
        for (actions, observation) in actions.iter().zip(&observations[1..]) {
            space.predict(&model, &q, actions, &mut prior).unwrap();
            log_evidence += space.correct(&model, &prior, observation, &mut q).unwrap();
        }
        close(&q, &weights, 1e-11)?;
        prop_assert!((log_evidence - ln(evidence)).abs() < 1e-10);
    }

    #[test]
    fn the_free_energy_of_an_episode_is_that_of_the_posterior_over_its_paths(
        shape in any_shape(), seed: u64
    ) {
        let model = model(&shape, seed);
        let arrays = random::arrays(&shape, seed);
        let (observations, actions) = episode(&model, 2, seed);
        let states = joint_states(&model);
        let (mut expected, mut accuracy) = (Vec::new(), Vec::new());
        for first in &states {
            for second in &states {
                expected.push(
                    random::prior(&arrays, first)
                        * random::transition(&arrays, second, first, &actions[0]),
                );
                accuracy.push(
                    random::likelihood(&arrays, first, &observations[0])
                        * random::likelihood(&arrays, second, &observations[1]),
                );
            }
        }
        let mut q: Vec<f64> = expected.iter().zip(&accuracy).map(|(p, l)| p * l).collect();
        let evidence: f64 = q.iter().sum();
        q.iter_mut().for_each(|q| *q /= evidence);

        let mut smoother = Smoother::new(&model, 2).unwrap();
        smoother.run(&model, &observations, &actions).unwrap();
        let parts = smoother.free_energy(&model, &observations).unwrap();
        prop_assert!((parts.value() + ln(evidence)).abs() < 1e-10);
        prop_assert!((parts.complexity - kl(&q, &expected)).abs() < 1e-10);
        prop_assert!((parts.entropy - entropy(&q)).abs() < 1e-10);
        let explained: f64 =
            q.iter().zip(&accuracy).filter(|(q, _)| **q > 0.0).map(|(q, l)| q * ln(*l)).sum();
        prop_assert!((parts.accuracy - explained).abs() < 1e-10);
    }

    #[test]
    fn a_filter_tells_the_parts_of_each_surprise(shape in any_shape(), seed: u64) {
        let model = model(&shape, seed);
        let (observations, actions) = episode(&model, 4, seed);
        let mut filter = Filter::new(&model).unwrap();
        let mut total = 0.0;
        for (t, observation) in observations.iter().enumerate() {
            if t > 0 {
                filter.predict(&model, &actions[t - 1]).unwrap();
            }
            let before = filter.belief().to_vec();
            let parts = filter.correct_in_parts(&model, observation).unwrap();
            total += parts.value();
            prop_assert!((parts.complexity - kl(filter.belief(), &before)).abs() < 1e-12);
            prop_assert!((parts.entropy - entropy(filter.belief())).abs() < 1e-12);
        }
        prop_assert!((total + filter.log_evidence()).abs() < 1e-10);
    }

    #[test]
    fn with_one_factor_perception_is_the_exact_filter(shape in one_factor(), seed: u64) {
        let model = model(&shape, seed);
        let (observations, actions) = episode(&model, 6, seed);
        let space = JointSpace::new(&model).unwrap();
        let n = space.n_states();
        let (mut prior, mut q) = (vec![0.0; n], vec![0.0; n]);
        space.prior(&model, &mut prior);
        let mut surprise = -space.correct(&model, &prior, &observations[0], &mut q).unwrap();
        let mut seen = Perception::new(&model, Exact::new(&model).unwrap());
        let mut vfe = seen.begin(&model, &observations[0]).unwrap().free_energy.value();
        for (actions, observation) in actions.iter().zip(&observations[1..]) {
            space.predict(&model, &q, actions, &mut prior).unwrap();
            surprise -= space.correct(&model, &prior, observation, &mut q).unwrap();
            vfe += seen.advance(&model, actions, observation).unwrap().free_energy.value();
            close(seen.prior().factor(0), &prior, 1e-11)?;
            close(seen.posterior().factor(0), &q, 1e-11)?;
        }
        prop_assert!((vfe - surprise).abs() < 1e-10);
    }

    #[test]
    fn prediction_by_factors_gives_the_marginals_of_the_joint_if_factors_go_alone(
        mut shape in any_shape(), seed: u64
    ) {
        shape.transition_parents.fill(0);
        let model = model(&shape, seed);
        let belief = random::belief(&model, Zeros::Some, seed);
        let actions: Vec<usize> = model.factors().iter().map(|f| f.n_actions() - 1).collect();
        let space = JointSpace::new(&model).unwrap();
        let (mut q, mut next) = (vec![0.0; space.n_states()], vec![0.0; space.n_states()]);
        space.product(&belief, &mut q);
        space.predict(&model, &q, &actions, &mut next).unwrap();
        let (mut by_factors, mut by_joint) = (belief.clone(), belief.clone());
        inference::predict(&model, &belief, &actions, &mut by_factors).unwrap();
        space.marginals(&next, &mut by_joint);
        close(by_factors.as_slice(), by_joint.as_slice(), 1e-12)?;
    }

    #[test]
    fn after_a_known_deterministic_move_the_belief_is_a_point(
        n in 1..6_usize, start in 0..6_usize, moves in prop::collection::vec(0..3_usize, 1..8), seed: u64
    ) {
        // Any permutation of the states for each action, and outcomes that tell nothing.
        let start = start % n;
        let mut rng = stream(seed, Role::Init, 0);
        let mut to = vec![(0..n).collect::<Vec<_>>(); 3];
        for permutation in &mut to {
            for i in (1..n).rev() {
                use rand::RngExt;
                permutation.swap(i, rng.random_range(0..=i));
            }
        }
        let names: Vec<String> = (0..n).map(|s| s.to_string()).collect();
        let mut builder = GenerativeModel::builder();
        let place = builder.factor("place", &names);
        builder.actions(place, &["a", "b", "c"]);
        builder.transition(place, &[place], |s, a, column| column[to[a][s[0]]] = 1.0);
        let mut prior = vec![0.0; n];
        prior[start] = 1.0;
        builder.prior(place, &prior);
        let fog = builder.modality("fog", &["grey", "dark"]);
        builder.likelihood(fog, &[place], |_, column| column.fill(0.5));
        let model = builder.build().unwrap();
        let mut seen = Perception::new(&model, Exact::new(&model).unwrap());
        seen.begin(&model, &[0]).unwrap();
        let mut here = start;
        for a in moves {
            seen.advance(&model, &[a], &[1]).unwrap();
            here = to[a][here];
            for (s, &q) in seen.posterior().factor(place).iter().enumerate() {
                prop_assert_eq!(q, f64::from(u8::from(s == here)));
            }
        }
    }
}
