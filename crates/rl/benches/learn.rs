//! Steps a second of a learner in four rooms 11x11: choose, step, learn. The goal is 25
//! million on one thread for Q-learning.

use std::hint::black_box;

use criterion::{Bencher, Criterion, Throughput};
use envs::maze::{Map, Maze, Side};
use envs::{Environment, FiniteWorld, Next, Sampled, graph};
use prob::Probability;
use prob::rng::{Role, stream};
use rand::Rng;
use rl::control::{DoubleQLearning, ExpectedSarsa, QLearning, Sarsa, with_action};
use rl::selection::{EpsilonGreedy, Greedy, Select, Softmax};
use rl::successor::SuccessorTd;
use rl::td::Td0;
use rl::traces::{TdLambda, Trace, TrueOnlineTd};
use rl::{ActionValues, Settings, Temperature, TraceDecay};

const STEPS: usize = 100_000;
/// neuro-nav's limit, and the one that the course's figures use.
const LIMIT: u32 = 500;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("rl/learn");
    group.throughput(Throughput::Elements(STEPS as u64));
    group.bench_function("Q-learning", q_learning);
    group.bench_function("Q-learning greedy", q_learning_greedy);
    group.bench_function("Q-learning softmax", q_learning_softmax);
    group.bench_function("sarsa", sarsa);
    group.bench_function("expected sarsa", expected_sarsa);
    group.bench_function("double Q-learning", double_q_learning);
    group.bench_function("TD(0)", td0);
    group.bench_function("TD(lambda)", td_lambda);
    group.bench_function("true online TD", true_online_td);
    group.bench_function("successor", successor);
    group.finish();
    criterion.final_summary();
}

fn settings() -> Settings {
    Settings::new(0.1, 0.99).expect("both from 0 to 1")
}

fn epsilon_greedy() -> EpsilonGreedy {
    EpsilonGreedy { epsilon: Probability::new(0.1).expect("a probability") }
}

fn four_rooms() -> Maze {
    Map::FourRooms.maze(Side::Medium)
}

fn table(world: &impl FiniteWorld) -> ActionValues {
    ActionValues::new(world.n_states(), world.n_actions(), 0.0)
}

/// Who acts: learns from the step that led to `next`, and says what it does there.
trait Agent {
    fn first<R: Rng>(&mut self, s: usize, rng: &mut R) -> usize;
    fn then<R: Rng>(
        &mut self,
        step: (usize, usize, f64),
        next: Next,
        rng: &mut R,
    ) -> usize;
}

/// From one call to the next without a break, so that most of the time is spent by a
/// learner that knows its way.
fn act(bencher: &mut Bencher, mut agent: impl Agent) {
    let maze = four_rooms();
    let mut world = Sampled::new(&maze, Some(LIMIT)).expect("a maze keeps its promises");
    let (mut chance, mut rng) = (stream(0, Role::World, 0), stream(0, Role::Agent, 0));
    let mut s = world.reset(&mut chance);
    let mut a = agent.first(s, &mut rng);
    bencher.iter(|| {
        let mut paid = 0.0;
        for _ in 0..STEPS {
            let step = world.step(a, &mut chance);
            paid += step.reward;
            let next = step.next();
            a = agent.then((s, a, step.reward), next, &mut rng);
            s = step.observation;
            if !matches!(next, Next::Continues(_)) {
                s = world.reset(&mut chance);
                a = agent.first(s, &mut rng);
            }
        }
        black_box(paid)
    });
}

/// The state in which an action is needed; that of a cut is as good as any.
fn there(next: Next) -> Option<usize> {
    match next {
        Next::Continues(s) => Some(s),
        Next::Terminated | Next::Truncated(_) => None,
    }
}

struct Q<P>(QLearning, P);

impl<P: Select> Agent for Q<P> {
    fn first<R: Rng>(&mut self, s: usize, rng: &mut R) -> usize {
        self.1.select(self.0.q.row(s), rng)
    }
    fn then<R: Rng>(
        &mut self,
        (s, a, reward): (usize, usize, f64),
        next: Next,
        rng: &mut R,
    ) -> usize {
        self.0.learn(s, a, reward, next);
        there(next).map_or(0, |s| self.1.select(self.0.q.row(s), rng))
    }
}

fn q_learning_by(bencher: &mut Bencher, policy: impl Select) {
    act(bencher, Q(QLearning { q: table(&four_rooms()), settings: settings() }, policy));
}

fn q_learning(bencher: &mut Bencher) {
    q_learning_by(bencher, epsilon_greedy());
}

fn q_learning_greedy(bencher: &mut Bencher) {
    q_learning_by(bencher, Greedy);
}

fn q_learning_softmax(bencher: &mut Bencher) {
    let temperature = Temperature::new(0.01).expect("positive");
    q_learning_by(bencher, Softmax { temperature });
}

struct OnPolicy(Sarsa);

impl Agent for OnPolicy {
    fn first<R: Rng>(&mut self, s: usize, rng: &mut R) -> usize {
        epsilon_greedy().select(self.0.q.row(s), rng)
    }
    fn then<R: Rng>(
        &mut self,
        (s, a, reward): (usize, usize, f64),
        next: Next,
        rng: &mut R,
    ) -> usize {
        let mut chosen = 0;
        let next = with_action(next, |s| {
            chosen = epsilon_greedy().select(self.0.q.row(s), rng);
            chosen
        });
        self.0.learn(s, a, reward, next);
        chosen
    }
}

fn sarsa(bencher: &mut Bencher) {
    act(bencher, OnPolicy(Sarsa { q: table(&four_rooms()), settings: settings() }));
}

struct Expected(ExpectedSarsa);

impl Agent for Expected {
    fn first<R: Rng>(&mut self, s: usize, rng: &mut R) -> usize {
        epsilon_greedy().select(self.0.q.row(s), rng)
    }
    fn then<R: Rng>(
        &mut self,
        (s, a, reward): (usize, usize, f64),
        next: Next,
        rng: &mut R,
    ) -> usize {
        self.0.learn(s, a, reward, next, &epsilon_greedy());
        there(next).map_or(0, |s| epsilon_greedy().select(self.0.q.row(s), rng))
    }
}

fn expected_sarsa(bencher: &mut Bencher) {
    let q = table(&four_rooms());
    act(bencher, Expected(ExpectedSarsa { q, settings: settings() }));
}

struct Double(DoubleQLearning);

impl Agent for Double {
    fn first<R: Rng>(&mut self, s: usize, rng: &mut R) -> usize {
        self.0.select(s, &epsilon_greedy(), rng)
    }
    fn then<R: Rng>(
        &mut self,
        (s, a, reward): (usize, usize, f64),
        next: Next,
        rng: &mut R,
    ) -> usize {
        self.0.learn(s, a, reward, next, rng);
        there(next).map_or(0, |s| self.0.select(s, &epsilon_greedy(), rng))
    }
}

fn double_q_learning(bencher: &mut Bencher) {
    act(bencher, Double(DoubleQLearning::new(table(&four_rooms()), settings())));
}

/// Prediction on a ring of 19, always onwards.
fn predict(bencher: &mut Bencher, mut learn: impl FnMut(usize, f64, Next)) {
    let mut world =
        Sampled::new(graph::ring(19), Some(100)).expect("a ring keeps its promises");
    let mut chance = stream(0, Role::World, 0);
    let mut s = world.reset(&mut chance);
    bencher.iter(|| {
        for _ in 0..STEPS {
            let step = world.step(0, &mut chance);
            let next = step.next();
            learn(s, 1.0, next);
            s = match next {
                Next::Continues(s) => s,
                Next::Terminated | Next::Truncated(_) => world.reset(&mut chance),
            };
        }
    });
}

fn lambda() -> TraceDecay {
    TraceDecay::new(0.9).expect("from 0 to 1")
}

fn td0(bencher: &mut Bencher) {
    let mut learner = Td0::new(vec![0.0; 19], settings());
    predict(bencher, |s, reward, next| {
        learner.learn(s, reward, next);
    });
}

fn td_lambda(bencher: &mut Bencher) {
    let mut learner =
        TdLambda::new(vec![0.0; 19], Trace::Accumulating, lambda(), settings());
    predict(bencher, |s, reward, next| {
        learner.learn(s, reward, next);
    });
}

fn true_online_td(bencher: &mut Bencher) {
    let mut learner = TrueOnlineTd::new(vec![0.0; 19], lambda(), settings());
    predict(bencher, |s, reward, next| {
        learner.learn(s, reward, next);
    });
}

fn successor(bencher: &mut Bencher) {
    let mut learner = SuccessorTd::new(19, settings());
    predict(bencher, |s, _, next| {
        learner.learn(s, next);
    });
}
