//! Learners that are the same algorithm under two names compute the same numbers, and
//! what theory says of two that are not.

use envs::maze::{Map, Side};
use envs::random_walk::random_walk;
use envs::{Discount, Environment, FiniteWorld, Next, Sampled, Successor, Table};
use prob::Probability;
use prob::rng::{Role, stream};
use proptest::prelude::*;
use rand::{Rng, RngExt};
use rl::batch::{BatchMonteCarlo, BatchTd};
use rl::control::{ExpectedSarsa, QLearning};
use rl::monte_carlo::{Mean, MonteCarlo, Visits};
use rl::selection::{EpsilonGreedy, Greedy, Select};
use rl::successor::{self, SuccessorMatrix, SuccessorTd};
use rl::td::{NStepTd, Td0};
use rl::traces::{OffLineLambda, TdLambda, Trace, TrueOnlineTd};
use rl::{
    ActionValues, Episode, Mdp, Policy, Settings, StepSize, TraceDecay, evaluation,
};

/// An episode of the only action, at most `limit` steps long.
fn walk<R: Rng>(world: &Table, limit: Option<u32>, rng: &mut R) -> Episode {
    let mut episode = Episode::default();
    let mut world = Sampled::new(world, limit).expect("walks keep their promises");
    episode.record(&mut world, |_| 0, rng);
    episode
}

/// Walks on nine states, the first `n` of them cut off after eight steps.
fn walks(seed: u64, n: usize, cut: usize) -> Vec<Episode> {
    let world = random_walk(9, -1.0, 1.0);
    let mut rng = stream(seed, Role::World, 0);
    (0..n).map(|i| walk(&world, (i < cut).then_some(8), &mut rng)).collect()
}

const N_STATES: usize = 11;

fn settings(step_size: f64, discount: f64) -> Settings {
    Settings::new(step_size, discount).unwrap()
}

fn lambda(lambda: f64) -> TraceDecay {
    TraceDecay::new(lambda).unwrap()
}

/// Values to begin with that are neither right nor equal.
fn start() -> Vec<f64> {
    (0..N_STATES).map(|s| 0.1 * (s * s % 7) as f64 - 0.2).collect()
}

fn largest_difference(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

proptest! {
    #[test]
    fn one_step_is_td_and_so_is_lambda_zero_to_the_last_bit(seed in 0..1000_u64, step_size in 0.01..1.0_f64, discount in 0.0..=1.0_f64) {
        let settings = settings(step_size, discount);
        let mut td = Td0::new(start(), settings);
        let mut one_step = NStepTd::new(start(), 1.try_into().unwrap(), settings);
        let traced = |kind| TdLambda::new(start(), kind, TraceDecay::ZERO, settings);
        let (mut accumulating, mut replacing) = (traced(Trace::Accumulating), traced(Trace::Replacing));
        let mut true_online = TrueOnlineTd::new(start(), TraceDecay::ZERO, settings);
        let mut off_line = OffLineLambda::new(start(), TraceDecay::ZERO, settings);
        for episode in walks(seed, 6, 3) {
            // It waits for the end and then does the same.
            off_line.learn(&episode);
            for (s, reward, next) in episode.steps() {
                td.learn(s, reward, next);
                one_step.learn(s, reward, next);
                accumulating.learn(s, reward, next);
                replacing.learn(s, reward, next);
                true_online.learn(s, reward, next);
            }
            prop_assert_eq!(td.weights(), one_step.v());
            prop_assert_eq!(td.weights(), accumulating.weights());
            prop_assert_eq!(td.weights(), replacing.weights());
            prop_assert_eq!(td.weights(), off_line.v());
            prop_assert!(largest_difference(td.weights(), true_online.weights()) < 1e-12);
        }
    }

    #[test]
    fn lambda_one_off_line_is_constant_step_monte_carlo_to_the_last_bit(seed in 0..1000_u64, step_size in 0.01..1.0_f64, discount in 0.0..=1.0_f64) {
        let settings = settings(step_size, discount);
        let recent = || MonteCarlo::new(start(), Visits::Every, Mean::Recent(settings.step_size), settings.discount);
        let (mut off_line, mut monte_carlo) = (OffLineLambda::new(start(), TraceDecay::ONE, settings), recent());
        for episode in walks(seed, 6, 0) {
            off_line.learn(&episode);
            monte_carlo.learn(&episode);
            prop_assert_eq!(off_line.v(), monte_carlo.v());
        }
        // Where a walk is cut off, Monte Carlo holds on to what the place was worth before
        // the walk: the same, unless the walk has been there.
        for episode in walks(seed, 6, 6) {
            let (mut off_line, mut monte_carlo) = (OffLineLambda::new(start(), TraceDecay::ONE, settings), recent());
            off_line.learn(&episode);
            monte_carlo.learn(&episode);
            let cut_at_a_new_place = episode.steps().last().is_some_and(|(_, _, next)| {
                matches!(next, Next::Truncated(s) if !episode.states().contains(&s))
            });
            if cut_at_a_new_place {
                prop_assert!(largest_difference(off_line.v(), monte_carlo.v()) < 1e-12);
            }
        }
    }

    #[test]
    fn the_off_line_algorithm_is_its_definition_with_the_values_of_each_correction(seed in 0..1000_u64, step_size in 0.01..1.0_f64, decay in 0.0..=1.0_f64, discount in 0.0..=1.0_f64) {
        let mut learner = OffLineLambda::new(start(), lambda(decay), settings(step_size, discount));
        let (mut v, mut held) = (start(), start());
        for episode in walks(seed, 6, 3) {
            learner.learn(&episode);
            let before = held.clone();
            for (t, &s) in episode.states().iter().enumerate() {
                v[s] += step_size * (lambda_return(&episode, t, &v, decay, discount) - v[s]);
                held[s] += step_size * (lambda_return(&episode, t, &before, decay, discount) - held[s]);
            }
            prop_assert!(largest_difference(learner.v(), &v) < 1e-10);
        }
        // Values from before each walk make another algorithm.
        prop_assert!(step_size < 0.1 || discount < 0.3 || decay > 0.9 || largest_difference(learner.v(), &held) > 1e-9);
    }

    #[test]
    fn more_steps_than_the_episode_has_are_monte_carlo_to_the_last_bit(seed in 0..1000_u64, step_size in 0.01..1.0_f64) {
        let settings = settings(step_size, 0.9);
        let mut n_step = NStepTd::new(start(), 10_000.try_into().unwrap(), settings);
        let mut monte_carlo = MonteCarlo::new(start(), Visits::Every, Mean::Recent(settings.step_size), settings.discount);
        for episode in walks(seed, 6, 3) {
            for (s, reward, next) in episode.steps() {
                n_step.learn(s, reward, next);
            }
            monte_carlo.learn(&episode);
            prop_assert_eq!(n_step.v(), monte_carlo.v());
        }
    }

    #[test]
    fn true_online_td_is_the_on_line_lambda_return_algorithm(seed in 0..1000_u64, step_size in 0.01..0.6_f64, decay in 0.0..=1.0_f64, discount in 0.0..=1.0_f64, cut: bool) {
        // Features at random; the weights agree after every step (van Seijen et al. 2016,
        // theorem 1).
        let mut rng = stream(seed, Role::Init, 0);
        let states: Vec<[f64; 4]> = (0..9).map(|_| [0; 4].map(|_| rng.random::<f64>() - 0.3)).collect();
        let rewards: Vec<f64> = (0..8).map(|_| rng.random::<f64>()).collect();
        let w0 = [0.1, -0.2, 0.3, 0.4];
        let settings = settings(step_size, discount);
        let mut learner = TrueOnlineTd::new(w0.to_vec(), lambda(decay), settings);
        let by_definition = on_line_lambda_return(&states, &rewards, w0, !cut, decay, settings);
        for t in 0..8 {
            let x = states[t].as_slice();
            let next = match (t, cut) {
                (7, false) => Next::Terminated,
                (7, true) => Next::Truncated(states[8].as_slice()),
                _ => Next::Continues(states[t + 1].as_slice()),
            };
            learner.learn(x, rewards[t], next);
            prop_assert!(largest_difference(learner.weights(), &by_definition[t + 1]) < 1e-10, "after step {}", t);
        }
        // The next episode begins anew.
        let again = on_line_lambda_return(&states, &rewards, learner.weights().try_into().unwrap(), true, decay, settings);
        learner.learn(states[0].as_slice(), rewards[0], Next::Continues(states[1].as_slice()));
        prop_assert!(largest_difference(learner.weights(), &again[1]) < 1e-10);
    }

    #[test]
    fn true_online_td_with_lambda_one_is_the_off_line_algorithm_at_the_end(seed in 0..1000_u64, step_size in 0.01..1.0_f64, discount in 0.0..=1.0_f64) {
        // Without bootstrapping both correct each state in order towards what followed.
        let settings = settings(step_size, discount);
        let mut off_line = OffLineLambda::new(start(), TraceDecay::ONE, settings);
        let mut on_line = TrueOnlineTd::new(start(), TraceDecay::ONE, settings);
        let mut accumulating = TdLambda::new(start(), Trace::Accumulating, TraceDecay::ONE, settings);
        for episode in walks(seed, 4, 0) {
            off_line.learn(&episode);
            for (s, reward, next) in episode.steps() {
                on_line.learn(s, reward, next);
                accumulating.learn(s, reward, next);
            }
            prop_assert!(largest_difference(off_line.v(), on_line.weights()) < 1e-9);
        }
        // TD(1) with accumulating traces is it only for small steps.
        prop_assert!(step_size < 0.1 || discount < 0.3 || largest_difference(off_line.v(), accumulating.weights()) > 1e-9);
    }

    #[test]
    fn one_hot_features_are_states(seed in 0..1000_u64, step_size in 0.01..1.0_f64, decay in 0.0..=1.0_f64) {
        let settings = settings(step_size, 0.9);
        let hot = |s: usize| [0; N_STATES].map({ let mut i = 0; move |_: i32| { i += 1; f64::from(i - 1 == s) } });
        let table: Vec<_> = (0..N_STATES).map(hot).collect();
        let seen = |next: Next| match next {
            Next::Continues(s) => Next::Continues(table[s].as_slice()),
            Next::Truncated(s) => Next::Truncated(table[s].as_slice()),
            Next::Terminated => Next::Terminated,
        };
        let mut pairs = [
            [Trace::Accumulating; 2].map(|kind| TdLambda::new(start(), kind, lambda(decay), settings)),
            [Trace::Replacing; 2].map(|kind| TdLambda::new(start(), kind, lambda(decay), settings)),
        ];
        let mut true_online = [0; 2].map(|_| TrueOnlineTd::new(start(), lambda(decay), settings));
        let mut td = [0; 2].map(|_| Td0::new(start(), settings));
        let mut successors = [0; 2].map(|_| SuccessorTd::new(N_STATES, settings));
        for episode in walks(seed, 4, 2) {
            for (s, reward, next) in episode.steps() {
                let (x, x_next) = (table[s].as_slice(), seen(next));
                for [by_state, by_features] in &mut pairs {
                    by_state.learn(s, reward, next);
                    by_features.learn(x, reward, x_next);
                }
                true_online[0].learn(s, reward, next);
                true_online[1].learn(x, reward, x_next);
                td[0].learn(s, reward, next);
                td[1].learn(x, reward, x_next);
                successors[0].learn(s, next);
                successors[1].learn(x, x_next);
            }
        }
        for [by_state, by_features] in &pairs {
            prop_assert_eq!(by_state.weights(), by_features.weights());
        }
        prop_assert_eq!(true_online[0].weights(), true_online[1].weights());
        prop_assert_eq!(td[0].weights(), td[1].weights());
        prop_assert_eq!(successors[0].m(), successors[1].m());
    }

    #[test]
    fn batch_td_is_the_certainty_equivalence(seed in 0..1000_u64, n in 1..30_usize, discount in 0.0..0.99_f64) {
        let discount = Discount::new(discount).unwrap();
        let batch = walks(seed, n, n / 2);
        let mut td = BatchTd::new(N_STATES, discount);
        batch.iter().for_each(|episode| td.add(episode));
        let mut v = start();
        td.solve(&mut v).unwrap();
        let by_model = certainty_equivalence(&batch, &start(), discount);
        prop_assert!(largest_difference(&v, &by_model) < 1e-9);
    }

    #[test]
    fn batch_monte_carlo_is_the_mean_of_all_returns(seed in 0..1000_u64, n in 1..30_usize, discount in 0.0..=1.0_f64) {
        let discount = Discount::new(discount).unwrap();
        let mut batch = BatchMonteCarlo::new(N_STATES, discount);
        let mut mean = MonteCarlo::new(start(), Visits::Every, Mean::Sample, discount);
        for episode in walks(seed, n, 0) {
            batch.add(&episode);
            mean.learn(&episode);
        }
        let mut v = start();
        batch.solve(&mut v).unwrap();
        prop_assert!(largest_difference(&v, mean.v()) < 1e-12);
    }

    #[test]
    fn expected_sarsa_of_a_greedy_policy_is_q_learning(seed in 0..1000_u64) {
        let maze = Map::FourRooms.maze(Side::Small);
        let mut world = Sampled::new(&maze, Some(60)).unwrap();
        let q = ActionValues::new(maze.n_states(), maze.n_actions(), 0.0);
        let settings = settings(0.3, 0.9);
        let mut q_learning = QLearning { q: q.clone(), settings };
        let mut greedy = ExpectedSarsa { q: q.clone(), settings };
        let mut soft = ExpectedSarsa { q, settings };
        let policy = EpsilonGreedy { epsilon: Probability::new(0.5).unwrap() };
        let (mut chance, mut rng) = (stream(seed, Role::World, 0), stream(seed, Role::Agent, 0));
        let mut s = world.reset(&mut chance);
        for _ in 0..3000 {
            let a = policy.select(q_learning.q.row(s), &mut rng);
            let step = world.step(a, &mut chance);
            q_learning.learn(s, a, step.reward, step.next());
            greedy.learn(s, a, step.reward, step.next(), &Greedy);
            soft.learn(s, a, step.reward, step.next(), &policy);
            s = match step.next() {
                Next::Continues(s) => s,
                Next::Terminated | Next::Truncated(_) => world.reset(&mut chance),
            };
        }
        prop_assert_eq!(&q_learning.q, &greedy.q);
        prop_assert!(q_learning.q != soft.q, "a trembling hand expects less");
    }
}

/// The $\lambda$-return of step `t` with the values `v` (Sutton and Barto 2018, eq. 12.2),
/// from the last step of the record to the front.
fn lambda_return(
    episode: &Episode,
    t: usize,
    v: &[f64],
    lambda: f64,
    discount: f64,
) -> f64 {
    let steps: Vec<_> = episode.steps().collect();
    let mut target = None;
    for &(_, reward, next) in steps[t..].iter().rev() {
        let value = match next {
            Next::Continues(s) | Next::Truncated(s) => v[s],
            Next::Terminated => 0.0,
        };
        let mixed = (1.0 - lambda) * value + lambda * target.unwrap_or(value);
        target = Some(reward + discount * mixed);
    }
    target.expect("a step")
}

/// The on-line $\lambda$-return algorithm from its definition (Sutton and Barto 2018,
/// section 12.4): at each horizon the episode is learned again from its beginning.
/// Returns the weights at horizons 0 to T. `states` has one more entry than `rewards`;
/// the last is where it was cut off unless it ended.
fn on_line_lambda_return(
    states: &[[f64; 4]],
    rewards: &[f64],
    w0: [f64; 4],
    ended: bool,
    lambda: f64,
    settings: Settings,
) -> Vec<[f64; 4]> {
    let (step_size, discount) = (settings.step_size.get(), settings.discount.get());
    let dot = |x: &[f64; 4], w: &[f64; 4]| -> f64 { (0..4).map(|i| x[i] * w[i]).sum() };
    let mut finals = vec![w0];
    for horizon in 1..=rewards.len() {
        // G_{t:k}, bootstrapping with the weights of horizon k - 1 (eq. 12.1).
        let n_step = |t: usize, k: usize, finals: &[[f64; 4]]| {
            let over = ended && k == rewards.len();
            let mut target = if over { 0.0 } else { dot(&states[k], &finals[k - 1]) };
            for i in (t..k).rev() {
                target = rewards[i] + discount * target;
            }
            target
        };
        let mut w = w0;
        for (t, x) in states.iter().enumerate().take(horizon) {
            // Eq. 12.9.
            let mut target = 0.0;
            let mut weight = 1.0;
            for k in t + 1..horizon {
                target += (1.0 - lambda) * weight * n_step(t, k, &finals);
                weight *= lambda;
            }
            target += weight * n_step(t, horizon, &finals);
            let error = target - dot(x, &w);
            (0..4).for_each(|i| w[i] += step_size * error * x[i]);
        }
        finals.push(w);
    }
    finals
}

/// The world in which what was seen is all that can be, solved as a world. States that no
/// step left end it and pay what they are held to be worth.
fn certainty_equivalence(batch: &[Episode], v: &[f64], discount: Discount) -> Vec<f64> {
    let seen: Vec<(usize, f64, Option<usize>)> = batch
        .iter()
        .flat_map(Episode::steps)
        .map(|(s, reward, next)| match next {
            Next::Continues(s_next) | Next::Truncated(s_next) => {
                (s, reward, Some(s_next))
            }
            Next::Terminated => (s, reward, None),
        })
        .collect();
    let left = |s: usize| seen.iter().filter(|step| step.0 == s).count();
    let end = N_STATES;
    let world = Table::new(N_STATES + 1, 1, vec![(0, 1.0)], &[end], |s, _, row| {
        if left(s) == 0 {
            row.push(Successor { state: end, probability: 1.0, reward: v[s] });
        }
        let share = 1.0 / left(s) as f64;
        row.extend(seen.iter().filter(|step| step.0 == s).map(|&(_, reward, next)| {
            Successor { state: next.unwrap_or(end), probability: share, reward }
        }));
    })
    .unwrap();
    let mdp = Mdp::new(&world).unwrap();
    let mut v = evaluation::solve(&mdp, &Policy::uniform(&mdp), discount).unwrap().v;
    v.pop();
    v
}

#[test]
fn td_shown_a_batch_over_and_over_ends_at_its_fixed_point_and_monte_carlo_elsewhere() {
    let discount = Discount::new(1.0).unwrap();
    let batch = walks(7, 10, 0);
    let (mut td, mut mc) =
        (BatchTd::new(N_STATES, discount), BatchMonteCarlo::new(N_STATES, discount));
    for episode in &batch {
        td.add(episode);
        mc.add(episode);
    }
    let (mut by_td, mut by_mc) = (start(), start());
    td.solve(&mut by_td).unwrap();
    mc.solve(&mut by_mc).unwrap();
    // With increments summed over the batch and done at its end, as in the book.
    let repeated = |one_step: bool| {
        let mut v = start();
        for _ in 0..40_000 {
            let mut change = vec![0.0; N_STATES];
            for episode in &batch {
                let mut returns = Vec::new();
                episode.returns(&v, discount, &mut returns);
                for (t, (s, reward, next)) in episode.steps().enumerate() {
                    let error = if one_step {
                        rl::td::td_error(&v, s, reward, next, discount)
                    } else {
                        returns[t] - v[s]
                    };
                    change[s] += 0.005 * error;
                }
            }
            v.iter_mut().zip(&change).for_each(|(v, c)| *v += c);
        }
        v
    };
    assert!(largest_difference(&repeated(true), &by_td) < 1e-8);
    assert!(largest_difference(&repeated(false), &by_mc) < 1e-8);
    assert!(largest_difference(&by_td, &by_mc) > 0.05);
}

#[test]
fn exact_successors_times_reward_are_the_values() {
    let slip = Probability::new(0.2).unwrap();
    let maze = Map::FourRooms.maze(Side::Medium).with_slip(slip);
    let mdp = Mdp::new(&maze).unwrap();
    let random = Policy::uniform(&mdp);
    for discount in [0.5, 0.95, 1.0] {
        let discount = Discount::new(discount).unwrap();
        let m = successor::exact(&mdp, &random, discount).unwrap();
        let reward = successor::rewards(&mdp, &random);
        let v = evaluation::solve(&mdp, &random, discount).unwrap().v;
        let product: Vec<f64> =
            (0..mdp.n_states()).map(|s| m.value(s, &reward)).collect();
        assert!(largest_difference(&v, &product) < 1e-9);
    }
}

#[test]
fn the_successors_on_a_ring_are_those_of_an_independent_program() {
    // Ring of 20, discount .95, to either side with the same chance: row sum 20 and three
    // entries from another program, to four decimals; eigenvalues of M are
    // 1 / (1 - .95 cos(2 pi k / 20)), computed there, too.
    let mdp = Mdp::new(&envs::graph::ring(20)).unwrap();
    let random = Policy::uniform(&mdp);
    let m = successor::exact(&mdp, &random, Discount::new(0.95).unwrap()).unwrap();
    assert!((m.row(7).iter().sum::<f64>() - 20.0).abs() < 1e-10);
    for (visited, golden) in [(0, 3.2126), (1, 2.3290), (10, 0.2537)] {
        assert!((m[(0, visited)] - golden).abs() < 5e-5, "{visited}");
    }
    let eigen = rl::eigen::symmetric(m.as_slice(), 20).unwrap();
    for (found, golden) in
        eigen.values.iter().zip([20.0, 10.3631, 10.3631, 4.3209, 4.3209])
    {
        assert!((found - golden).abs() < 5e-5, "{found} for {golden}");
    }
}

#[test]
fn learned_successors_are_exact_after_as_many_laps_as_the_track_has_places() {
    let discount = Discount::new(0.8).unwrap();
    let track = envs::track::one_way(6, 1.0);
    let mdp = Mdp::new(&track).unwrap();
    let exact = successor::exact(&mdp, &Policy::uniform(&mdp), discount).unwrap();
    let mut learner =
        SuccessorTd::new(7, Settings { step_size: StepSize::ONE, discount });
    let mut rng = stream(0, Role::World, 0);
    for lap in 0..6 {
        let error = largest_difference(learner.m().as_slice(), exact.as_slice());
        assert!(error > 0.1, "lap {lap}: too early");
        for (s, _, next) in walk(&track, None, &mut rng).steps() {
            learner.learn(s, next);
        }
    }
    assert!(largest_difference(learner.m().as_slice(), exact.as_slice()) < 1e-12);
}

#[test]
fn learned_successors_approach_the_exact_ones_at_which_the_mean_error_is_zero() {
    let settings = settings(0.1, 0.8);
    let world = random_walk(5, 0.0, 1.0);
    let mdp = Mdp::new(&world).unwrap();
    let exact =
        successor::exact(&mdp, &Policy::uniform(&mdp), settings.discount).unwrap();
    let mean_error = |m: &SuccessorMatrix| {
        let mut largest = 0.0_f64;
        for s in 1..=5 {
            let mut mean = [0.0; 7];
            for way in world.successors(s, 0) {
                let mut learner = SuccessorTd::from_matrix(m.clone(), settings);
                let next = match world.is_terminal(way.state) {
                    true => Next::Terminated,
                    false => Next::Continues(way.state),
                };
                let errors = learner.learn(s, next).iter();
                mean.iter_mut().zip(errors).for_each(|(m, e)| *m += way.probability * e);
            }
            largest = mean.iter().fold(largest, |max, x| max.max(x.abs()));
        }
        largest
    };
    assert!(mean_error(&exact) < 1e-12);
    assert!(mean_error(&SuccessorMatrix::identity(7)) > 0.3);

    // Sampled, with step sizes that fall like one over the number of episodes: what is
    // left of the noise after n episodes is of order sqrt(20 / n), here .03, in each
    // entry; largest of 25 and four times that.
    let mut rng = stream(0, Role::World, 0);
    let mut learner = SuccessorTd::new(7, settings);
    for episode in 0..20_000 {
        learner.settings.step_size =
            StepSize::new(1.0 / (1.0 + episode as f64 / 20.0)).unwrap();
        for (s, _, next) in walk(&world, None, &mut rng).steps() {
            learner.learn(s, next);
        }
    }
    let error = largest_difference(learner.m().as_slice(), exact.as_slice());
    assert!(error < 0.12, "{error}");
}
