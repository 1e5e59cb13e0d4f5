//! Where a learner of this chapter is an algorithm of the library, written out, the two
//! compute the same numbers.

use ch01_behaving_animal::chamber::Animal;
use ch01_behaving_animal::habit_learner::HabitLearner;
use ch01_behaving_animal::map_learner::MapLearner;
use ch01_behaving_animal::maze_trial::{MazeLearner, Settings};
use ch01_behaving_animal::value_learner::{ValueLearner, ValueParameters};
use envs::maze::{Map, Side};
use envs::{Discount, Environment, FiniteWorld, Next, Sampled};
use prob::rng::{Role, stream};
use rl::control::{ExpectedSarsa, QLearning};
use rl::selection::{Select, Softmax};
use rl::{ActionValues, StepSize, Temperature};

/// Steps of a softmax walker in four rooms, cut off after 200.
fn steps(settings: Settings, mut learn: impl FnMut(usize, usize, f64, Next) -> usize) {
    let maze = Map::FourRooms.maze(Side::Small);
    let mut world = Sampled::new(&maze, Some(200)).unwrap();
    let mut chance = stream(0, Role::World, 0);
    let mut rng = stream(0, Role::Agent, 0);
    let q = ActionValues::new(maze.n_states(), maze.n_actions(), 0.0);
    let mut walker = ExpectedSarsa { q, settings: rl_settings(settings) };
    let policy = softmax(settings.temperature);
    let mut s = world.reset(&mut chance);
    let mut ends = 0;
    for _ in 0..5000 {
        let a = policy.select(walker.q.row(s), &mut rng);
        let step = world.step(a, &mut chance);
        walker.learn(s, a, step.reward, step.next(), &policy);
        ends += learn(s, a, step.reward, step.next());
        s = match step.next() {
            Next::Continues(s) => s,
            Next::Terminated | Next::Truncated(_) => world.reset(&mut chance),
        };
    }
    assert!(ends > 100, "{ends} episodes");
}

fn softmax(temperature: f64) -> Softmax {
    Softmax { temperature: Temperature::new(temperature).unwrap() }
}

fn rl_settings(settings: Settings) -> rl::Settings {
    let step_size = StepSize::new(settings.step_size).unwrap();
    rl::Settings { step_size, discount: settings.discount }
}

fn over(next: Next) -> usize {
    usize::from(!matches!(next, Next::Continues(_)))
}

#[test]
fn the_habit_learner_without_traces_is_expected_sarsa() {
    let settings = Settings { lambda: 0.0, ..Settings::default() };
    let maze = Map::FourRooms.maze(Side::Small);
    let (n, k) = (maze.n_states(), maze.n_actions());
    let mut habit = HabitLearner::new(n, k, settings);
    let q = ActionValues::new(n, k, 0.0);
    let mut library = ExpectedSarsa { q: q.clone(), settings: rl_settings(settings) };
    let mut greedy = QLearning { q, settings: rl_settings(settings) };
    let policy = softmax(settings.temperature);
    steps(settings, |s, a, reward, next| {
        habit.learn(s, a, reward, next);
        library.learn(s, a, reward, next, &policy);
        greedy.learn(s, a, reward, next);
        over(next)
    });
    let differs = |other: &ActionValues| {
        let pairs = habit.q().iter().zip(other.as_slice());
        pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    };
    assert!(differs(&library.q) < 1e-12, "by {}", differs(&library.q));
    assert!(differs(&greedy.q) > 1e-3, "it is not Q-learning");
    assert!(library.q.as_slice().iter().any(|q| *q > 0.5), "something was learned");
}

#[test]
fn the_map_learner_that_believes_its_last_step_has_the_fixed_point_of_q_learning() {
    // With step size 1 in a world without chance the map is the world; Q-learning with
    // step size 1, repeated over the same steps, settles where planning does.
    let settings = Settings { step_size: 1.0, ..Settings::default() };
    let maze = Map::FourRooms.maze(Side::Small);
    let (n, k) = (maze.n_states(), maze.n_actions());
    let mut map = MapLearner::new(n, k, settings);
    let mut seen = Vec::new();
    steps(Settings::default(), |s, a, reward, next| {
        map.learn(s, a, reward, next);
        if !seen.contains(&(s, a, reward, next)) {
            seen.push((s, a, reward, next));
        }
        over(next)
    });
    let q = ActionValues::new(n, k, 0.0);
    let mut q_learning = QLearning { q, settings: rl_settings(settings) };
    for _ in 0..200 {
        for &(s, a, reward, next) in &seen {
            q_learning.learn(s, a, reward, next);
        }
    }
    for ((s, a), planned) in map.q().indexed_iter() {
        let learned = q_learning.q[(s, a)];
        assert!((planned - learned).abs() < 1e-4, "{planned}, {learned} in {s}, {a}");
    }
}

#[test]
fn the_value_learner_is_q_learning_in_one_state_without_a_future() {
    let parameters = ValueParameters::default();
    let mut animal = ValueLearner::new(2, parameters);
    let settings = rl::Settings {
        step_size: StepSize::new(parameters.step_size).unwrap(),
        discount: Discount::new(0.0).unwrap(),
    };
    let mut library = QLearning { q: ActionValues::new(1, 3, 0.0), settings };
    let policy = softmax(parameters.temperature);
    let (mut ours, mut theirs) = (stream(0, Role::Agent, 0), stream(0, Role::Agent, 0));
    let mut probabilities = [0.0; 3];
    for tick in 0..5000_u32 {
        let action = animal.act(&mut ours);
        assert_eq!(action, policy.select(library.q.row(0), &mut theirs), "tick {tick}");
        let reward = if (tick + action as u32).is_multiple_of(7) { 1.0 } else { -0.01 };
        animal.learn(reward, reward > 0.0, &mut ours);
        library.learn(0, action, reward, Next::Continues(0));
        policy.probabilities(library.q.row(0), &mut probabilities);
        for (a, b) in animal.policy().iter().zip(probabilities) {
            assert!((a - b).abs() < 1e-12, "tick {tick}");
        }
    }
}
