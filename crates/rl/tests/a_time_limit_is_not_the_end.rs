//! A chain that pays 1 a step for ever is worth $1 / (1 - \gamma_d)$ everywhere. Every
//! learner finds that from episodes that a time limit cuts off; told that the cut is an
//! end, none does.

use envs::{Environment, Next, Sampled, Successor, Table};
use prob::rng::{Role, stream};
use rl::batch::{BatchMonteCarlo, BatchTd};
use rl::control::{DoubleQLearning, ExpectedSarsa, QLearning, Sarsa, with_action};
use rl::distributional::{Cell, DistributionalTd, Response};
use rl::monte_carlo::{Mean, MonteCarlo, Visits};
use rl::selection::Greedy;
use rl::successor::SuccessorTd;
use rl::td::{NStepTd, Td0};
use rl::traces::{OffLineLambda, TdLambda, Trace, TrueOnlineTd};
use rl::{ActionValues, Episode, Settings, TraceDecay};

const N: usize = 3;
const DISCOUNT: f64 = 0.9;
const TRUTH: f64 = 1.0 / (1.0 - DISCOUNT);

/// Three states in a ring, 1 a step, no end.
fn chain() -> Table {
    Table::new(N, 1, vec![(0, 1.0)], &[], |s, _, row| {
        row.push(Successor { state: (s + 1) % N, probability: 1.0, reward: 1.0 });
    })
    .unwrap()
}

/// What a learner is told of a cut.
#[derive(Clone, Copy)]
enum Told {
    Truth,
    Death,
}

fn settings() -> Settings {
    Settings::new(0.1, DISCOUNT).unwrap()
}

/// 2000 episodes of ten steps.
fn live(
    told: Told,
    mut step: impl FnMut(usize, f64, Next),
    mut end: impl FnMut(&Episode),
) {
    let mut world = Sampled::new(chain(), Some(10)).unwrap();
    let mut rng = stream(0, Role::World, 0);
    let mut episode = Episode::with_capacity(10);
    for _ in 0..2000 {
        episode.clear();
        let mut s = world.reset(&mut rng);
        loop {
            let answer = world.step(0, &mut rng);
            let next = match (answer.next(), told) {
                (Next::Truncated(_), Told::Death) => Next::Terminated,
                (next, _) => next,
            };
            step(s, answer.reward, next);
            episode.push(s, answer.reward, next);
            s = answer.observation;
            if !matches!(next, Next::Continues(_)) {
                break;
            }
        }
        end(&episode);
    }
}

/// The values that each learner ends with, by name.
fn learned(told: Told) -> Vec<(&'static str, Vec<f64>)> {
    let v = || vec![0.0; N];
    let lambda = TraceDecay::new(0.8).unwrap();
    let mut found = Vec::new();

    let mut td = Td0::new(v(), settings());
    live(
        told,
        |s, r, next| {
            td.learn(s, r, next);
        },
        |_| (),
    );
    found.push(("TD(0)", td.weights().to_vec()));

    let mut n_step = NStepTd::new(v(), 4.try_into().unwrap(), settings());
    live(told, |s, r, next| n_step.learn(s, r, next), |_| ());
    found.push(("4-step TD", n_step.v().to_vec()));

    for (name, kind) in
        [("TD(.8)", Trace::Accumulating), ("replacing TD(.8)", Trace::Replacing)]
    {
        let mut traced = TdLambda::new(v(), kind, lambda, settings());
        live(
            told,
            |s, r, next| {
                traced.learn(s, r, next);
            },
            |_| (),
        );
        found.push((name, traced.weights().to_vec()));
    }

    let mut online = TrueOnlineTd::new(v(), lambda, settings());
    live(
        told,
        |s, r, next| {
            online.learn(s, r, next);
        },
        |_| (),
    );
    found.push(("true online TD(.8)", online.weights().to_vec()));

    let mut off_line = OffLineLambda::new(v(), lambda, settings());
    live(told, |_, _, _| (), |episode| off_line.learn(episode));
    found.push(("off-line lambda-return", off_line.v().to_vec()));

    for (name, visits) in [
        ("first-visit Monte Carlo", Visits::First),
        ("every-visit Monte Carlo", Visits::Every),
    ] {
        let recent = Mean::Recent(settings().step_size);
        let mut mc = MonteCarlo::new(v(), visits, recent, settings().discount);
        live(told, |_, _, _| (), |episode| mc.learn(episode));
        found.push((name, mc.v().to_vec()));
    }

    let mut batch = BatchTd::new(N, settings().discount);
    live(told, |_, _, _| (), |episode| batch.add(episode));
    let mut values = v();
    batch.solve(&mut values).unwrap();
    found.push(("batch TD", values));

    let mut batch = BatchMonteCarlo::new(N, settings().discount);
    live(told, |_, _, _| (), |episode| batch.add(episode));
    let mut values = v();
    batch.solve(&mut values).unwrap();
    found.push(("batch Monte Carlo", values));

    let q = || ActionValues::new(N, 1, 0.0);
    let mut sarsa = Sarsa { q: q(), settings: settings() };
    live(
        told,
        |s, r, next| {
            sarsa.learn(s, 0, r, with_action(next, |_| 0));
        },
        |_| (),
    );
    found.push(("SARSA", sarsa.q.as_slice().to_vec()));

    let mut expected = ExpectedSarsa { q: q(), settings: settings() };
    live(
        told,
        |s, r, next| {
            expected.learn(s, 0, r, next, &Greedy);
        },
        |_| (),
    );
    found.push(("expected SARSA", expected.q.as_slice().to_vec()));

    let mut q_learning = QLearning { q: q(), settings: settings() };
    live(
        told,
        |s, r, next| {
            q_learning.learn(s, 0, r, next);
        },
        |_| (),
    );
    found.push(("Q-learning", q_learning.q.as_slice().to_vec()));

    let mut double = DoubleQLearning::new(q(), settings());
    let mut coin = stream(0, Role::Agent, 0);
    live(
        told,
        |s, r, next| {
            double.learn(s, 0, r, next, &mut coin);
        },
        |_| (),
    );
    found.push(("double Q-learning", double.q[0].as_slice().to_vec()));

    let cells = vec![Cell::new(0.5, 0.2).unwrap(), Cell::new(0.4, 0.2).unwrap()];
    let mut cells =
        DistributionalTd::new(N, cells, Response::Proportional, settings().discount);
    live(
        told,
        |s, r, next| {
            cells.learn(s, r, next, &mut coin);
        },
        |_| (),
    );
    found.push(("distributional TD", (0..N).map(|s| cells.v(s)[0]).collect()));

    let mut successors = SuccessorTd::new(N, settings());
    live(
        told,
        |s, _, next| {
            successors.learn(s, next);
        },
        |_| (),
    );
    let visits = (0..N).map(|s| successors.m().row(s).iter().sum()).collect();
    found.push(("successor representation", visits));
    found
}

#[test]
fn every_learner_finds_the_value_of_a_chain_that_only_a_time_limit_ends() {
    for (name, v) in learned(Told::Truth) {
        for (s, v) in v.iter().enumerate() {
            assert!((v - TRUTH).abs() < 1e-6, "{name}: {v} in state {s}, not {TRUTH}");
        }
    }
}

#[test]
fn a_learner_that_takes_the_limit_for_the_end_finds_less() {
    for (name, v) in learned(Told::Death) {
        // Ten steps are worth 6.5, and later visits less.
        for (s, v) in v.iter().enumerate() {
            assert!(*v < 0.85 * TRUTH, "{name}: {v} in state {s}");
        }
    }
}
