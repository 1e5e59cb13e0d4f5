//! A learner allocates when it is made and never again.

use allocation_counter::measure;
use envs::maze::{Map, Side};
use envs::pavlov::{Microstimuli, MicrostimulusSettings, Representation, Trial};
use envs::{Environment, FiniteWorld, Next, Sampled};
use prob::Probability;
use prob::rng::{Role, stream};
use rl::batch::{BatchMonteCarlo, BatchTd};
use rl::conditioning::{PearceHall, PearceHallSettings, Rates, RescorlaWagner};
use rl::control::{DoubleQLearning, ExpectedSarsa, QLearning, Sarsa, with_action};
use rl::distributional::{Cell, DistributionalTd, Response};
use rl::monte_carlo::{Mean, MonteCarlo, Visits};
use rl::selection::{EpsilonGreedy, Greedy, Select, Softmax};
use rl::successor::SuccessorTd;
use rl::td::{NStepTd, Td0};
use rl::traces::{OffLineLambda, TdLambda, Trace, TrueOnlineTd};
use rl::{ActionValues, Episode, Settings, StepSize, Temperature, TraceDecay};

const N: usize = 20;
const LAMBDA: TraceDecay = TraceDecay::ONE;

fn settings() -> Settings {
    Settings::new(0.1, 0.9).unwrap()
}

/// A walk up and down `N` states, cut off after every 50 steps.
fn steps() -> impl Iterator<Item = (usize, f64, Next)> {
    (0..1000_usize).map(|t| {
        let (s, next) = (t * 7 % N, (t + 1) * 7 % N);
        let next =
            if t % 50 == 49 { Next::Truncated(next) } else { Next::Continues(next) };
        (s, (t % 3) as f64, next)
    })
}

fn expect_none(name: &str, f: impl FnOnce()) {
    let counted = measure(f);
    assert_eq!(counted.count_total, 0, "{name}");
}

#[test]
fn a_thousand_predictions_allocate_nothing() {
    let v = || vec![0.0; N];
    let mut rng = stream(0, Role::Agent, 0);
    let mut td = Td0::new(v(), settings());
    let mut n_step = NStepTd::new(v(), 8.try_into().unwrap(), settings());
    let mut traced = TdLambda::new(v(), Trace::Accumulating, LAMBDA, settings());
    let mut online = TrueOnlineTd::new(v(), LAMBDA, settings());
    let mut successors = SuccessorTd::new(N, settings());
    let cells = vec![Cell::new(0.3, 0.1).unwrap(); 9];
    let discount = settings().discount;
    let mut cells = DistributionalTd::new(N, cells, Response::Proportional, discount);
    expect_none("prediction step by step", || {
        for (s, reward, next) in steps() {
            td.learn(s, reward, next);
            n_step.learn(s, reward, next);
            traced.learn(s, reward, next);
            online.learn(s, reward, next);
            successors.learn(s, next);
            cells.learn(s, reward, next, &mut rng);
        }
    });
    let mut episode = Episode::with_capacity(50);
    let mut off_line = OffLineLambda::new(v(), LAMBDA, settings());
    let mut mc = MonteCarlo::new(v(), Visits::First, Mean::Sample, discount);
    let mut batch_td = BatchTd::new(N, discount);
    let mut batch_mc = BatchMonteCarlo::new(N, discount);
    let mut values = v();
    let mut learn_all = || {
        for (s, reward, next) in steps() {
            episode.push(s, reward, next);
            if !matches!(next, Next::Continues(_)) {
                off_line.learn(&episode);
                mc.learn(&episode);
                batch_td.add(&episode);
                batch_mc.add(&episode);
                batch_td.solve(&mut values).unwrap();
                batch_mc.solve(&mut values).unwrap();
                episode.clear();
            }
        }
    };
    // The first episode makes room for returns.
    learn_all();
    expect_none("prediction by episodes", learn_all);
}

#[test]
fn a_thousand_choices_allocate_nothing() {
    let maze = Map::FourRooms.maze(Side::Medium);
    let mut world = Sampled::new(&maze, Some(50)).unwrap();
    let q = ActionValues::new(maze.n_states(), maze.n_actions(), 0.0);
    let mut q_learning = QLearning { q: q.clone(), settings: settings() };
    let mut expected = ExpectedSarsa { q: q.clone(), settings: settings() };
    let mut sarsa = Sarsa { q: q.clone(), settings: settings() };
    let mut double = DoubleQLearning::new(q, settings());
    let epsilon = EpsilonGreedy { epsilon: Probability::new(0.1).unwrap() };
    let softmax = Softmax { temperature: Temperature::new(0.1).unwrap() };
    let (mut chance, mut rng) = (stream(0, Role::World, 0), stream(0, Role::Agent, 0));
    let mut policy = [0.0; 4];
    expect_none("control", || {
        let mut s = world.reset(&mut chance);
        for t in 0..1000 {
            let a = match t % 4 {
                0 => epsilon.select(q_learning.q.row(s), &mut rng),
                1 => softmax.select(expected.q.row(s), &mut rng),
                2 => Greedy.select(sarsa.q.row(s), &mut rng),
                _ => double.select(s, &epsilon, &mut rng),
            };
            softmax.probabilities(q_learning.q.row(s), &mut policy);
            let step = world.step(a, &mut chance);
            let next = step.next();
            q_learning.learn(s, a, step.reward, next);
            expected.learn(s, a, step.reward, next, &softmax);
            sarsa.learn(s, a, step.reward, with_action(next, |_| a));
            double.learn(s, a, step.reward, next, &mut rng);
            s = match next {
                Next::Continues(s) => s,
                Next::Terminated | Next::Truncated(_) => world.reset(&mut chance),
            };
        }
    });
}

#[test]
fn a_hundred_trials_allocate_nothing() {
    let trial = Trial::new(40, 2).with_stimulus(0, 5, 9).with_stimulus(1, 20, 21);
    let trial = trial.with_reward(20, 1.0);
    let seen = Microstimuli::new(2, 40, MicrostimulusSettings::default()).unwrap();
    let n = seen.n_features();
    let mut learner =
        TdLambda::new(vec![0.0; n], Trace::Accumulating, LAMBDA, settings());
    let (mut x, mut x_next) = (vec![0.0; n], vec![0.0; n]);
    let mut wagner =
        RescorlaWagner::new(vec![StepSize::new(0.1).unwrap(); 2], Rates::default());
    let mut hall = PearceHall::new(2, PearceHallSettings::default());
    expect_none("conditioning", || {
        for _ in 0..100 {
            wagner.trial(&[0, 1], 1.0);
            hall.trial(&[0, 1], 1.0);
            for t in 0..trial.steps() {
                trial.write(t, &seen, &mut x);
                trial.write(t + 1, &seen, &mut x_next);
                learner.learn(&*x, trial.reward(t + 1), Next::Continues(&*x_next));
            }
            learner.forget_trace();
        }
    });
}
