//! Filters, smoothers, messages and counts against the enumeration of every path.

mod paths;

use aif::hmm::{EpisodeError, Filter, Smoother};
use aif::learning::{Counts, Forgetting, StepSize};
use aif::mean_field::{Damping, Settings, Start};
use aif::message_passing::{Scheme, Window};
use aif::{Belief, GenerativeModel, JointSpace};
use paths::{Episode, Zeros, chain, episode, model, paths, shapes, until};
use prob::Probability;
use prob::math::ln;
use proptest::prelude::*;

const TOLERANCE: f64 = 1e-12;

fn largest(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// The posterior of the joint states at step `t`, and the log evidence, by enumeration.
fn enumerated(
    model: &GenerativeModel,
    space: &JointSpace,
    episode: &Episode,
    t: usize,
) -> (Vec<f64>, f64) {
    let mut p = vec![0.0; space.n_states()];
    let all = paths(model, episode);
    let evidence: f64 = all.iter().map(|(_, p)| p).sum();
    for (path, weight) in &all {
        p[space.number(&path[t])] += weight / evidence;
    }
    (p, ln(evidence))
}

fn smoothed(model: &GenerativeModel, episode: &Episode) -> (Smoother, f64) {
    let mut smoother = Smoother::new(model, episode.observations.len()).unwrap();
    let log_evidence =
        smoother.run(model, &episode.observations, &episode.actions).unwrap();
    (smoother, log_evidence)
}

fn settings(start: Start) -> Settings {
    Settings { start, max_sweeps: 100_000, ..Settings::default() }
}

/// The window after a scheme came to rest, and what it reached.
fn settled(
    model: &GenerativeModel,
    episode: &Episode,
    scheme: Scheme,
    start: Start,
) -> (Window, aif::message_passing::Reached) {
    let mut window = Window::new(model, episode.observations.len());
    window.observe(model, &episode.observations, &episode.actions).unwrap();
    let reached = window.settle(model, scheme, settings(start)).unwrap();
    (window, reached)
}

fn zeros() -> impl Strategy<Value = Zeros> {
    prop_oneof![Just(Zeros::None), Just(Zeros::Many)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_filter_agrees_with_the_enumeration_of_every_path(
        (shape, steps, seed) in zeros().prop_flat_map(|z| (shapes(z), 1..4_usize, any::<u64>()))
    ) {
        let model = model(&shape, seed);
        let episode = episode(&model, steps, seed);
        let mut filter = Filter::new(&model).unwrap();
        for t in 0..steps {
            if t > 0 {
                filter.predict(&model, &episode.actions[t - 1]).unwrap();
            }
            filter.correct(&model, &episode.observations[t]).unwrap();
            let (truth, log_evidence) = enumerated(&model, filter.space(), &until(&episode, t), t);
            prop_assert!(largest(filter.belief(), &truth) < TOLERANCE, "step {t}: {:?}, not {truth:?}", filter.belief());
            prop_assert!((filter.log_evidence() - log_evidence).abs() < TOLERANCE);
        }
    }

    #[test]
    fn the_smoother_agrees_with_the_enumeration_of_every_path(
        (shape, steps, seed) in zeros().prop_flat_map(|z| (shapes(z), 1..4_usize, any::<u64>()))
    ) {
        let model = model(&shape, seed);
        let episode = episode(&model, steps, seed);
        let (smoother, log_evidence) = smoothed(&model, &episode);
        for t in 0..steps {
            let (truth, exact) = enumerated(&model, smoother.space(), &episode, t);
            prop_assert!(largest(smoother.smoothed(t), &truth) < TOLERANCE, "step {t}: {:?}, not {truth:?}", smoother.smoothed(t));
            prop_assert!((log_evidence - exact).abs() < TOLERANCE);
            let (truth, _) = enumerated(&model, smoother.space(), &until(&episode, t), t);
            prop_assert!(largest(smoother.filtered(t), &truth) < TOLERANCE);
        }
        let last = steps - 1;
        prop_assert_eq!(smoother.smoothed(last), smoother.filtered(last));
    }

    #[test]
    fn moves_in_hindsight_agree_with_the_enumeration_of_every_path(
        (shape, steps, seed) in zeros().prop_flat_map(|z| (shapes(z), 2..4_usize, any::<u64>()))
    ) {
        let model = model(&shape, seed);
        let episode = episode(&model, steps, seed);
        let (smoother, _) = smoothed(&model, &episode);
        let all = paths(&model, &episode);
        let evidence: f64 = all.iter().map(|(_, p)| p).sum();
        for t in 0..steps - 1 {
            for (f, factor) in model.factors().iter().enumerate() {
                let n = factor.n_states();
                let mut truth = vec![0.0; n * factor.transition().n_parent_states()];
                for (path, p) in &all {
                    let parents: Vec<usize> = factor.parents().iter().map(|&g| path[t][g]).collect();
                    truth[factor.transition().parents(&parents) * n + path[t + 1][f]] += p / evidence;
                }
                let mut pair = vec![f64::NAN; truth.len()];
                smoother.pairwise(&model, t, f, &mut pair);
                prop_assert!(largest(&pair, &truth) < TOLERANCE, "step {t}, factor {f}: {pair:?}, not {truth:?}");
            }
        }
    }

    #[test]
    fn belief_propagation_along_one_chain_is_exact(steps in 1..5_usize, n in 2..5_usize, z in zeros(), seed: u64) {
        let model = model(&chain(n, 3, z), seed);
        let episode = episode(&model, steps, seed);
        let (smoother, log_evidence) = smoothed(&model, &episode);
        let (window, reached) = settled(&model, &episode, Scheme::Bethe, Start::Prior);
        for t in 0..steps {
            prop_assert!(largest(window.belief(t).factor(0), smoother.smoothed(t)) < TOLERANCE);
        }
        prop_assert!((reached.free_energy.value() + log_evidence).abs() < TOLERANCE);
        // Entropy of the path's posterior, by enumeration.
        let all = paths(&model, &episode);
        let evidence: f64 = all.iter().map(|(_, p)| p).sum();
        let entropy: f64 = all.iter().map(|(_, p)| -(p / evidence) * ln(p / evidence)).sum();
        prop_assert!((reached.free_energy.entropy - entropy).abs() < TOLERANCE, "{} not {entropy}", reached.free_energy.entropy);
    }

    #[test]
    fn free_energies_bound_the_surprise_and_structure_helps(steps in 1..5_usize, seed: u64) {
        // Two factors that move alone and are seen together.
        let shape = paths::Shape {
            states: vec![2, 3], outcomes: vec![3], actions: vec![2, 1],
            likelihood_parents: vec![vec![0, 1]], transition_parents: vec![vec![0], vec![1]],
            zeros: Zeros::None,
        };
        let model = model(&shape, seed);
        let episode = episode(&model, steps, seed);
        let (_, log_evidence) = smoothed(&model, &episode);
        let (mut window, variational) = settled(&model, &episode, Scheme::Variational, Start::Prior);
        // The chains begin where the independent steps ended: they can only improve.
        let chains = window.settle(&model, Scheme::Bethe, settings(Start::Given)).unwrap();
        let (_, marginal) = settled(&model, &episode, Scheme::Marginal, Start::Prior);
        let surprise = -log_evidence;
        prop_assert!(chains.free_energy.value() >= surprise - TOLERANCE);
        prop_assert!(variational.free_energy.value() >= chains.free_energy.value() - TOLERANCE);
        prop_assert!(marginal.free_energy.value() >= surprise - TOLERANCE);
    }

    #[test]
    fn variational_messages_never_raise_the_free_energy(
        (shape, steps, seed) in (shapes(Zeros::None), 1..5_usize, any::<u64>())
    ) {
        let model = model(&shape, seed);
        let episode = episode(&model, steps, seed);
        let (_, log_evidence) = smoothed(&model, &episode);
        let mut window = Window::new(&model, steps);
        window.observe(&model, &episode.observations, &episode.actions).unwrap();
        let mut last = f64::INFINITY;
        for sweep in 0..20 {
            let start = if sweep == 0 { Start::Uniform } else { Start::Given };
            let one = Settings { start, max_sweeps: 1, ..Settings::default() };
            let value = window.settle(&model, Scheme::Variational, one).unwrap().free_energy.value();
            prop_assert!(value <= last + TOLERANCE, "sweep {sweep}: {value} after {last}");
            prop_assert!(value >= -log_evidence - TOLERANCE);
            last = value;
        }
    }

    #[test]
    fn the_free_energy_of_a_window_is_its_divergence_from_every_path_and_the_surprise(
        (shape, steps, seed) in (shapes(Zeros::None), 1..4_usize, any::<u64>())
    ) {
        let model = model(&shape, seed);
        let episode = episode(&model, steps, seed);
        for scheme in [Scheme::Variational, Scheme::Marginal] {
            let (window, reached) = settled(&model, &episode, scheme, Start::Prior);
            let all = paths(&model, &episode);
            let mut gap = 0.0;
            for (path, p) in &all {
                let q: f64 = path.iter().enumerate().map(|(t, states)| {
                    states.iter().enumerate().map(|(f, &s)| window.belief(t).factor(f)[s]).product::<f64>()
                }).product();
                gap += q * (ln(q) - ln(*p));
            }
            prop_assert!((reached.free_energy.value() - gap).abs() < 1e-10, "{scheme:?}: {} not {gap}", reached.free_energy.value());
        }
    }

    #[test]
    fn marginal_messages_end_where_their_equation_says(n in 2..4_usize, steps in 2..5_usize, seed: u64) {
        let model = model(&chain(n, 3, Zeros::None), seed);
        let episode = episode(&model, steps, seed);
        let (window, reached) = settled(&model, &episode, Scheme::Marginal, Start::Prior);
        prop_assert!(reached.convergence.is_reached());
        let q = |t: usize| window.belief(t).factor(0);
        let b = |t: usize, to: usize, from: usize| {
            model.factor(0).transition().get(to, from, episode.actions[t][0])
        };
        for t in 0..steps {
            let logit = |s: usize| {
                let outcome = episode.observations[t][0];
                let past = match t {
                    0 => model.factor(0).prior()[s],
                    _ => (0..n).map(|from| b(t - 1, s, from) * q(t - 1)[from]).sum(),
                };
                let heard = ln(model.modality(0).likelihood().get(outcome, s, 0));
                if t + 1 == steps {
                    return heard + ln(past);
                }
                let future: f64 = (0..n).map(|to| {
                    let row: f64 = (0..n).map(|from| b(t, to, from)).sum();
                    q(t + 1)[to] * b(t, to, s) / row
                }).sum();
                heard + 0.5 * ln(past) + 0.5 * ln(future)
            };
            let logits: Vec<f64> = (0..n).map(logit).collect();
            let mut expected = vec![0.0; n];
            prob::categorical::softmax(&logits, &mut expected);
            prop_assert!(largest(q(t), &expected) < 1e-11, "step {t}: {:?}, not {expected:?}", q(t));
        }
    }

    #[test]
    fn no_belief_alone_can_do_better_than_variational_messages(
        (shape, steps, seed) in (shapes(Zeros::None), 1..4_usize, any::<u64>())
    ) {
        let model = model(&shape, seed);
        let episode = episode(&model, steps, seed);
        let (mut window, reached) = settled(&model, &episode, Scheme::Variational, Start::Prior);
        for t in 0..steps {
            for f in 0..model.n_factors() {
                let best = window.belief(t).factor(f).to_vec();
                // A quarter of the way to each certainty.
                for s in 0..best.len() {
                    let mut other: Vec<f64> = best.iter().map(|p| 0.75 * p).collect();
                    other[s] += 0.25;
                    window.belief_mut(t).set(f, &other).unwrap();
                    let value = window.free_energy(&model).value();
                    prop_assert!(value > reached.free_energy.value(), "step {t}, factor {f}");
                }
                window.belief_mut(t).set(f, &best).unwrap();
            }
        }
    }

    #[test]
    fn every_scheme_is_exact_where_there_is_nothing_to_tell(n in 2..5_usize, steps in 1..4_usize, seed: u64) {
        // The next state doesn't depend on the last: all columns of B are the first.
        let mut arrays = model(&chain(n, 3, Zeros::None), seed).to_arrays();
        let b = arrays.transition[0].clone();
        arrays.transition[0] = ndarray::ArrayD::from_shape_fn(b.shape(), |i| b[[i[0], 0, i[2]]]);
        let model = GenerativeModel::from_arrays(&arrays).unwrap();
        let episode = episode(&model, steps, seed);
        let (smoother, log_evidence) = smoothed(&model, &episode);
        for scheme in [Scheme::Variational, Scheme::Bethe] {
            let (window, reached) = settled(&model, &episode, scheme, Start::Uniform);
            for t in 0..steps {
                prop_assert!(largest(window.belief(t).factor(0), smoother.smoothed(t)) < 1e-11, "{scheme:?}");
            }
            prop_assert!((reached.free_energy.value() + log_evidence).abs() < 1e-11, "{scheme:?}");
        }
        // Marginal messages halve the prior of all steps but the last, so only that one
        // is.
        let (window, _) = settled(&model, &episode, Scheme::Marginal, Start::Uniform);
        prop_assert!(largest(window.belief(steps - 1).factor(0), smoother.smoothed(steps - 1)) < 1e-11);
    }

    #[test]
    fn counts_are_conserved(
        (shape, steps, seed, eta) in zeros().prop_flat_map(|z| (shapes(z), 1..4_usize, any::<u64>(), 0.1..3.0_f64))
    ) {
        let model = model(&shape, seed);
        let episode = episode(&model, steps, seed);
        let (smoother, _) = smoothed(&model, &episode);
        let step_size = StepSize::new(eta).unwrap();
        let mut counts = Counts::worth(&model, 2.0).unwrap();
        let before = counts.clone();
        let refused = counts.episode_smoothed(&model, &smoother, &episode.observations, step_size).unwrap();
        // What is exact never believes the impossible.
        prop_assert_eq!(refused, 0.0);
        for m in 0..model.n_modalities() {
            let grown = counts.likelihood(m).total() - before.likelihood(m).total();
            prop_assert!((grown - eta * steps as f64).abs() < 1e-11);
        }
        for f in 0..model.n_factors() {
            let grown = counts.transition(f).total() - before.transition(f).total();
            prop_assert!((grown - eta * (steps - 1) as f64).abs() < 1e-11);
            prop_assert!((counts.prior(f).total() - before.prior(f).total() - eta).abs() < 1e-11);
        }
        // Independent beliefs can hold impossible moves; what they lose there is
        // returned.
        let beliefs: Vec<Belief> = (0..steps).map(|t| {
            let mut belief = Belief::uniform(&model);
            smoother.space().marginals(smoother.filtered(t), &mut belief);
            belief
        }).collect();
        let mut counts = before.clone();
        let refused = counts.episode(&model, &episode.observations, &episode.actions, &beliefs, step_size).unwrap();
        let total = |c: &Counts| -> f64 {
            (0..model.n_modalities()).map(|m| c.likelihood(m).total()).sum::<f64>()
                + (0..model.n_factors()).map(|f| c.transition(f).total() + c.prior(f).total()).sum::<f64>()
        };
        let offered = eta * (steps * model.n_modalities() + (steps - 1) * model.n_factors() + model.n_factors()) as f64;
        prop_assert!((total(&counts) - total(&before) + refused - offered).abs() < 1e-10);
    }

    #[test]
    fn smoothed_counts_are_those_of_every_path_weighed(
        (shape, steps, seed) in zeros().prop_flat_map(|z| (shapes(z), 1..4_usize, any::<u64>()))
    ) {
        let model = model(&shape, seed);
        let episode = episode(&model, steps, seed);
        let (smoother, _) = smoothed(&model, &episode);
        let mut counts = Counts::worth(&model, 1.0).unwrap();
        let before = counts.clone();
        counts.episode_smoothed(&model, &smoother, &episode.observations, StepSize::ONE).unwrap();
        let all = paths(&model, &episode);
        let evidence: f64 = all.iter().map(|(_, p)| p).sum();
        for (m, modality) in model.modalities().iter().enumerate() {
            let mut truth = before.likelihood(m).to_array();
            for (path, p) in &all {
                for (t, states) in path.iter().enumerate() {
                    let mut place = vec![episode.observations[t][m]];
                    place.extend(modality.parents().iter().map(|&f| states[f]));
                    truth[place.as_slice()] += p / evidence;
                }
            }
            let found = counts.likelihood(m).to_array();
            prop_assert!(largest(found.as_slice().unwrap(), truth.as_slice().unwrap()) < 1e-11);
        }
        for (f, factor) in model.factors().iter().enumerate() {
            let mut truth = before.transition(f).to_array();
            for (path, p) in &all {
                for t in 0..steps - 1 {
                    let mut place = vec![path[t + 1][f]];
                    place.extend(factor.parents().iter().map(|&g| path[t][g]));
                    place.push(episode.actions[t][f]);
                    truth[place.as_slice()] += p / evidence;
                }
            }
            let found = counts.transition(f).to_array();
            prop_assert!(largest(found.as_slice().unwrap(), truth.as_slice().unwrap()) < 1e-11);
        }
    }

    #[test]
    fn structural_zeros_stay_zero_through_learning_and_forgetting(
        (shape, seed) in (shapes(Zeros::Many), any::<u64>())
    ) {
        let mut model = model(&shape, seed);
        let zeros = |model: &GenerativeModel| -> Vec<bool> {
            let arrays = model.to_arrays();
            arrays.likelihood.iter().chain(&arrays.transition).flat_map(|a| a.iter().map(|p| *p == 0.0).collect::<Vec<_>>()).collect()
        };
        let before = zeros(&model);
        let mut counts = Counts::worth(&model, 0.5).unwrap();
        for trial in 0..5 {
            let episode = episode(&model, 3, seed ^ trial);
            // Beliefs that know nothing offer mass to every zero.
            let beliefs = vec![Belief::uniform(&model); 3];
            counts.forget(Forgetting::Decay(Probability::new(0.5).unwrap()));
            counts.episode(&model, &episode.observations, &episode.actions, &beliefs, StepSize::ONE).unwrap();
            counts.teach(&mut model);
            prop_assert_eq!(&zeros(&model), &before);
        }
    }

    #[test]
    fn baum_and_welch_never_lower_the_evidence(n in 2..4_usize, seed: u64) {
        // Expected counts in hindsight, alone: expectation maximization.
        let truth = model(&chain(n, 3, Zeros::None), seed);
        let episode = episode(&truth, 6, seed);
        let mut learned = model(&chain(n, 3, Zeros::None), seed ^ 1);
        let mut last = f64::NEG_INFINITY;
        for _ in 0..10 {
            let (smoother, log_evidence) = smoothed(&learned, &episode);
            prop_assert!(log_evidence >= last - 1e-9, "{log_evidence} after {last}");
            last = log_evidence;
            // Counts so small that only those of the episode count.
            let mut counts = Counts::worth(&learned, 1e-300).unwrap();
            counts.episode_smoothed(&learned, &smoother, &episode.observations, StepSize::ONE).unwrap();
            counts.teach(&mut learned);
        }
    }
}

/// One factor that stays what it is, `certain` in its first state, seen through a noise.
fn static_world(first: f64, right: f64) -> GenerativeModel {
    let mut model = GenerativeModel::builder();
    let side = model.factor("side", &["left", "right"]);
    model.prior(side, &[first, 1.0 - first]);
    let smell = model.modality("smell", &["left", "right"]);
    model.likelihood(smell, &[side], move |s, column| {
        column.fill(1.0 - right);
        column[s[0]] = right;
    });
    model.build().unwrap()
}

#[test]
fn independent_steps_cannot_hold_a_doubt_about_what_stays_the_same() {
    let model = static_world(0.5, 0.75);
    let episode =
        Episode { observations: vec![vec![0], vec![1]], actions: vec![vec![0]] };
    // One smell for each side: the truth is 1/2, and its surprise ln(16/3).
    let (smoother, log_evidence) = smoothed(&model, &episode);
    assert_eq!(smoother.smoothed(0), [0.5, 0.5]);
    assert!((log_evidence - ln(3.0 / 16.0)).abs() < TOLERANCE);
    // Beliefs of 1/2 at both steps hold a change possible, which is not.
    let mut window = Window::new(&model, 2);
    window.observe(&model, &episode.observations, &episode.actions).unwrap();
    assert_eq!(window.free_energy(&model).value(), f64::INFINITY);
    // The best that independent steps can do is to be sure: F = ln(32/3), ln 2 too much.
    for side in 0..2 {
        for t in 0..2 {
            window
                .belief_mut(t)
                .set(0, [[1.0, 0.0], [0.0, 1.0]][side].as_slice())
                .unwrap();
        }
        let sure =
            window.settle(&model, Scheme::Variational, settings(Start::Given)).unwrap();
        assert_eq!(window.belief(0).factor(0)[side], 1.0);
        assert!((sure.free_energy.value() - ln(32.0 / 3.0)).abs() < TOLERANCE);
    }
    // From no opinion they get there too, and which side it is depends on who is asked
    // first.
    let (window, sure) = settled(&model, &episode, Scheme::Variational, Start::Uniform);
    assert_eq!(window.belief(1).factor(0), [1.0, 0.0]);
    assert!((sure.free_energy.value() - ln(32.0 / 3.0)).abs() < TOLERANCE);
    // Marginal messages keep the doubt, but the first step hears only half of the future:
    // in log-odds x = ln 3 + y/2 and y = -ln 3 + x, so that x = ln 3 and y = 0.
    let (window, _) = settled(&model, &episode, Scheme::Marginal, Start::Uniform);
    assert!(largest(window.belief(0).factor(0), &[0.75, 0.25]) < 1e-11);
    assert!(largest(window.belief(1).factor(0), &[0.5, 0.5]) < 1e-11);
}

#[test]
fn marginal_messages_hear_their_own_echo() {
    // What never changes, smelled left, left and right: the odds are 3 to 1 at all steps.
    let model = static_world(0.5, 0.75);
    let episode = Episode {
        observations: vec![vec![0], vec![0], vec![1]],
        actions: vec![vec![0], vec![0]],
    };
    let (smoother, _) = smoothed(&model, &episode);
    let (window, reached) = settled(&model, &episode, Scheme::Marginal, Start::Uniform);
    assert!(reached.convergence.is_reached());
    // In units of ln 3: x = 1 + y/2, y = 1 + x/2 + z/2, z = -1 + y, so that x = 3, y = 4
    // and z = 3. Each step tells its neighbors what it heard from them.
    for (t, odds) in [27.0, 81.0, 27.0].into_iter().enumerate() {
        assert!(largest(smoother.smoothed(t), &[0.75, 0.25]) < TOLERANCE);
        let q = window.belief(t).factor(0);
        assert!((q[0] / q[1] / odds - 1.0).abs() < 1e-9, "step {t}: {q:?}");
    }
}

#[test]
fn marginal_free_energy_is_no_bound() {
    // Somewhere among random chains it lies below the surprise, and somewhere above.
    let mut sides = [0, 0];
    for seed in 0..30 {
        let model = model(&chain(3, 3, Zeros::None), seed);
        let episode = episode(&model, 4, seed);
        let (_, log_evidence) = smoothed(&model, &episode);
        let (_, reached) = settled(&model, &episode, Scheme::Marginal, Start::Prior);
        sides[usize::from(reached.objective < -log_evidence)] += 1;
        assert!(reached.free_energy.value() >= -log_evidence);
    }
    assert!(sides[0] > 0 && sides[1] > 0, "{sides:?}");
}

#[test]
fn a_known_move_keeps_a_point_a_point() {
    let mut model = GenerativeModel::builder();
    let ring = model.factor("ring", &["0", "1", "2"]);
    model.transition(ring, &[ring], |s, _, column| column[(s[0] + 1) % 3] = 1.0);
    let sight = model.modality("sight", &["0", "1", "2"]);
    model.likelihood(sight, &[ring], |s, column| column[s[0]] = 1.0);
    let model = model.build().unwrap();
    let mut filter = Filter::new(&model).unwrap();
    for t in 0..4 {
        if t > 0 {
            filter.predict(&model, &[0]).unwrap();
            assert_eq!(filter.belief()[t % 3], 1.0);
        }
        filter.correct(&model, &[t % 3]).unwrap();
    }
    filter.predict(&model, &[0]).unwrap();
    // The ring goes on to 1; 0 can't be seen.
    let before = filter.belief().to_vec();
    let error = filter.correct(&model, &[0]).unwrap_err().to_string();
    assert!(
        error.contains("is impossible: every state that gives it was ruled out"),
        "{error}"
    );
    assert_eq!(filter.belief(), before);
    let mut smoother = Smoother::new(&model, 3).unwrap();
    let error = smoother.run(&model, &[[0], [1], [1]], &[[0], [0]]).unwrap_err();
    assert!(matches!(error, EpisodeError::Step { step: 2, .. }), "{error}");
    let error = smoother.run(&model, &[[0], [1]], &[[0], [0]]).unwrap_err().to_string();
    assert_eq!(error, "2 lists of actions for 2 observations: one between any two");
}

#[test]
fn what_is_not_seen_leaves_the_prediction() {
    let model = model(&chain(3, 3, Zeros::None), 5);
    let mut filter = Filter::new(&model).unwrap();
    filter.correct(&model, &[Some(1)]).unwrap();
    filter.predict(&model, &[1]).unwrap();
    let before = filter.belief().to_vec();
    assert_eq!(filter.correct(&model, &[None]), Ok(0.0));
    assert_eq!(filter.belief(), before);
}

#[test]
fn a_long_episode_keeps_its_precision() {
    // 2,000 steps: the probability of the whole is far below the smallest float.
    let model = model(&chain(4, 3, Zeros::Many), 3);
    let episode = episode(&model, 2000, 3);
    let (smoother, log_evidence) = smoothed(&model, &episode);
    assert!(log_evidence < -745.0, "{log_evidence}");
    let mut pair = [0.0; 16];
    for t in 0..1999 {
        smoother.pairwise(&model, t, 0, &mut pair);
        // The move's two marginals are the smoothed beliefs.
        for s in 0..4 {
            let before: f64 = pair[s * 4..(s + 1) * 4].iter().sum();
            let after: f64 = (0..4).map(|from| pair[from * 4 + s]).sum();
            assert!((before - smoother.smoothed(t)[s]).abs() < TOLERANCE, "{t}");
            assert!((after - smoother.smoothed(t + 1)[s]).abs() < TOLERANCE, "{t}");
        }
    }
}

#[test]
fn counts_equal_those_worked_by_hand() {
    let mut model = static_world(0.5, 0.75);
    let mut counts = Counts::worth(&model, 4.0).unwrap();
    assert_eq!(counts.likelihood(0).column(0, 0), [3.0, 1.0]);
    let belief = |p: f64| {
        let mut belief = Belief::prior(&model);
        belief.set(0, &[p, 1.0 - p]).unwrap();
        belief
    };
    let (first, second) = (belief(0.75), belief(0.25));
    let half = StepSize::new(0.5).unwrap();
    let refused =
        counts.episode(&model, &[[0], [1]], &[[0]], &[first, second], half).unwrap();
    // A: outcome 0 with (3/4, 1/4), outcome 1 with (1/4, 3/4), each half.
    assert_eq!(counts.likelihood(0).column(0, 0), [3.375, 1.125]);
    assert_eq!(counts.likelihood(0).column(1, 0), [1.125, 3.375]);
    // B: half of (1/4, 3/4) times (3/4, 1/4); what leaves the diagonal is refused.
    assert_eq!(counts.transition(0).column(0, 0), [4.0 + 0.5 * 0.75 * 0.25, 0.0]);
    assert_eq!(counts.transition(0).column(1, 0), [0.0, 4.0 + 0.5 * 0.25 * 0.75]);
    assert_eq!(refused, 0.5 * (0.75 * 0.75 + 0.25 * 0.25));
    // D: half of the first belief.
    assert_eq!(counts.prior(0).column(0, 0), [2.375, 2.125]);
    // C: from even to 2.5 against 2.
    counts.prefer(&model, &[0], half).unwrap();
    assert_eq!(counts.preference(0).column(0, 0), [2.5, 2.0]);
    // E.
    assert_eq!(counts.habit(), None);
    counts.set_habit(&[1.0, 0.0, 3.0]).unwrap();
    assert_eq!(counts.choose(&[0.25, 0.25, 0.5], half), 0.125);
    assert_eq!(counts.habit().unwrap().column(0, 0), [1.125, 0.0, 3.25]);
    counts.teach(&mut model);
    counts.teach_preference(&mut model);
    counts.teach_habit(&mut model);
    assert_eq!(model.modality(0).likelihood().column(0, 0), [0.75, 0.25]);
    assert_eq!(model.factor(0).transition().column(1, 0), [0.0, 1.0]);
    assert!((model.factor(0).prior()[0] - 2.375 / 4.5).abs() < 1e-15);
    let c = model.modality(0).log_preference(0);
    assert!((c[0] - c[1] - ln(1.25)).abs() < 1e-15);
    assert!((model.habit()[2] - 3.25 / 4.375).abs() < 1e-15);
}

#[test]
fn a_move_is_counted_for_its_action_and_its_parents() {
    // A follower that goes where its leader was, if it is told to.
    let mut model = GenerativeModel::builder();
    let leader = model.factor("leader", &["0", "1"]);
    let follower = model.factor("follower", &["0", "1"]);
    model.actions(follower, &["stay", "follow"]);
    model.transition(follower, &[follower, leader], |s, action, column| {
        column.fill(0.25);
        column[s[action]] = 0.75;
    });
    let sight = model.modality("sight", &["0", "1"]);
    model.likelihood(sight, &[leader], |_, column| column.fill(0.5));
    let model = model.build().unwrap();
    let belief = |leads: [f64; 2], follows: [f64; 2]| {
        let mut belief = Belief::prior(&model);
        belief.set(leader, &leads).unwrap();
        belief.set(follower, &follows).unwrap();
        belief
    };
    let before = belief([0.5, 0.5], [0.25, 0.75]);
    let after = belief([1.0, 0.0], [0.125, 0.875]);
    let mut counts = Counts::worth(&model, 4.0).unwrap();
    let refused =
        counts.transit(&model, &before, &after, &[0, 1], StepSize::ONE).unwrap();
    // The leader never moves: half of its move is impossible.
    assert_eq!(refused, 0.5);
    let found = counts.transition(follower);
    for (s, before) in [0.25, 0.75].into_iter().enumerate() {
        for l in 0..2 {
            // Parents are numbered with the last fastest: follower, then leader.
            let parents = 2 * s + l;
            let mut told = [1.0, 1.0];
            told[l] = 3.0;
            told[0] += before * 0.5 * 0.125;
            told[1] += before * 0.5 * 0.875;
            assert_eq!(found.column(parents, 1), told);
            let mut untold = [1.0, 1.0];
            untold[s] = 3.0;
            assert_eq!(found.column(parents, 0), untold);
        }
    }
}

#[test]
fn forgetting_shrinks_counts_or_takes_them_back() {
    let model = static_world(0.5, 0.75);
    let mut counts = Counts::worth(&model, 4.0).unwrap();
    let start = counts.clone();
    counts.observe(&model, &[0], &Belief::prior(&model), StepSize::ONE).unwrap();
    assert_eq!(counts.likelihood(0).column(0, 0), [3.5, 1.0]);
    let keep = Probability::new(0.25).unwrap();
    let mut decayed = counts.clone();
    decayed.forget(Forgetting::Decay(keep));
    assert_eq!(decayed.likelihood(0).column(0, 0), [0.875, 0.25]);
    let mut returned = counts.clone();
    returned.forget(Forgetting::Return(keep));
    assert_eq!(returned.likelihood(0).column(0, 0), [3.125, 1.0]);
    returned.forget(Forgetting::Return(Probability::ZERO));
    assert_eq!(returned, start);
    counts.forget(Forgetting::Never);
    assert_eq!(counts.likelihood(0).column(0, 0), [3.5, 1.0]);
    // However much is forgotten, what was possible stays possible.
    for _ in 0..2000 {
        decayed.forget(Forgetting::Decay(keep));
    }
    let mut column = [0.0; 2];
    assert!(decayed.likelihood(0).expected(0, 0, &mut column));
    assert!(column.iter().all(|p| *p > 0.0));
}

#[test]
fn bad_counts_are_refused_by_name() {
    let model = static_world(0.5, 0.75);
    let mut counts = Counts::worth(&model, 1.0).unwrap();
    let array = ndarray::arr2(&[[1.0, 2.0]]).into_dyn();
    let message = counts.set_likelihood(0, &array).unwrap_err().to_string();
    assert_eq!(
        message,
        "counts for likelihood of modality 0 (smell): shape [1, 2], not [2, 2]"
    );
    let array = ndarray::arr2(&[[1.0, 2.0], [-1.0, 0.0]]).into_dyn();
    let message = counts.set_likelihood(0, &array).unwrap_err().to_string();
    assert_eq!(
        message,
        "counts for likelihood of modality 0 (smell): entry 2 is -1, and a count is finite and at least 0"
    );
    let message = counts.set_preference(0, &[1.0, 0.0]).unwrap_err().to_string();
    assert!(
        message.ends_with("entry 1 is 0, and a count is finite and positive"),
        "{message}"
    );
    assert_eq!(
        Counts::worth(&model, 0.0).unwrap_err().to_string(),
        "0 is no number of observations: it must be positive and finite"
    );
}

#[test]
fn asking_again_counts_no_evidence_twice() {
    for seed in 0..20 {
        let model = model(&chain(3, 3, Zeros::None), seed);
        let episode = episode(&model, 4, seed);
        for scheme in [Scheme::Variational, Scheme::Marginal, Scheme::Bethe] {
            let (mut window, first) = settled(&model, &episode, scheme, Start::Prior);
            let before: Vec<Belief> = (0..4).map(|t| window.belief(t).clone()).collect();
            let second = window.settle(&model, scheme, settings(Start::Given)).unwrap();
            let moved = (0..4).map(|t| window.belief(t).distance(&before[t]));
            assert!(moved.fold(0.0, f64::max) < 1e-11);
            assert!((first.objective - second.objective).abs() < 1e-11);
        }
    }
}

#[test]
fn damping_changes_the_way_but_not_the_end() {
    let model = model(&chain(3, 3, Zeros::None), 2);
    let episode = episode(&model, 4, 2);
    for scheme in [Scheme::Variational, Scheme::Marginal] {
        let (window, _) = settled(&model, &episode, scheme, Start::Prior);
        let mut damped = Window::new(&model, 4);
        damped.observe(&model, &episode.observations, &episode.actions).unwrap();
        let half =
            Settings { damping: Damping::new(0.5).unwrap(), ..settings(Start::Prior) };
        let reached = damped.settle(&model, scheme, half).unwrap();
        assert!(reached.convergence.is_reached());
        for t in 0..4 {
            assert!(damped.belief(t).distance(window.belief(t)) < 1e-10);
        }
        let one = Settings { max_sweeps: 1, ..half };
        let stopped = damped.settle(&model, scheme, one).unwrap();
        assert!(!stopped.convergence.is_reached());
    }
}

#[test]
fn chains_say_what_they_cannot_do() {
    // A factor that follows another.
    let mut model = GenerativeModel::builder();
    let leader = model.factor("leader", &["0", "1"]);
    let follower = model.factor("follower", &["0", "1"]);
    model.transition(follower, &[leader], |s, _, column| column[s[0]] = 1.0);
    let sight = model.modality("sight", &["0", "1"]);
    model.likelihood(sight, &[leader, follower], |s, column| column[s[0] ^ s[1]] = 1.0);
    let coupled = model.build().unwrap();
    let mut window = Window::new(&coupled, 2);
    let error = window.settle(&coupled, Scheme::Bethe, Settings::default()).unwrap_err();
    assert_eq!(error.to_string(), "0 observations, and there is room for 1 to 2");
    window.observe(&coupled, &[[0]], &[[0, 0]; 0]).unwrap();
    let error = window.settle(&coupled, Scheme::Bethe, Settings::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "factor 1 (follower) doesn't move alone: its next state depends on others"
    );
    let error = window.observe(&coupled, &[[0], [2]], &[[0, 0]]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "step 1: outcome 2 of modality 0 (sight), but it has 2"
    );
    // What stays left is not seen on the right.
    let model = static_world(1.0, 1.0);
    let mut window = Window::new(&model, 2);
    window.observe(&model, &[[0], [1]], &[[0]]).unwrap();
    let error = window.settle(&model, Scheme::Bethe, Settings::default()).unwrap_err();
    assert_eq!(error.to_string(), "step 1: no state of factor 0 (side) is left");
    // The other schemes reach no finite free energy there.
    let reached =
        window.settle(&model, Scheme::Variational, Settings::default()).unwrap();
    assert_eq!(reached.free_energy.value(), f64::INFINITY);
}
