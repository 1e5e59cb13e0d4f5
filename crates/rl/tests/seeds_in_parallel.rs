//! A run is a function of its seed: beside others it is what it is alone.

use std::thread;

use envs::maze::{Map, Side};
use envs::{Environment, FiniteWorld, Next, Sampled};
use prob::Probability;
use prob::rng::{Role, stream};
use rl::control::{DoubleQLearning, QLearning};
use rl::selection::{EpsilonGreedy, Select};
use rl::{ActionValues, Settings};

/// Both tables after 3000 steps of each learner in a slippery maze.
fn run(seed: u64) -> (ActionValues, [ActionValues; 2]) {
    let maze = Map::FourRooms.maze(Side::Small).with_slip(Probability::new(0.1).unwrap());
    let policy = EpsilonGreedy { epsilon: Probability::new(0.2).unwrap() };
    let settings = Settings::new(0.2, 0.95).unwrap();
    let q = ActionValues::new(maze.n_states(), maze.n_actions(), 0.0);
    let mut single = QLearning { q: q.clone(), settings };
    let mut double = DoubleQLearning::new(q, settings);
    let mut world = Sampled::new(&maze, Some(100)).unwrap();
    for learner in 0..2 {
        let mut chance = stream(seed, Role::World, learner);
        let mut rng = stream(seed, Role::Agent, learner);
        let mut s = world.reset(&mut chance);
        for _ in 0..3000 {
            let a = match learner {
                0 => policy.select(single.q.row(s), &mut rng),
                _ => double.select(s, &policy, &mut rng),
            };
            let step = world.step(a, &mut chance);
            match learner {
                0 => single.learn(s, a, step.reward, step.next()),
                _ => double.learn(s, a, step.reward, step.next(), &mut rng),
            };
            s = match step.next() {
                Next::Continues(s) => s,
                Next::Terminated | Next::Truncated(_) => world.reset(&mut chance),
            };
        }
    }
    (single.q, double.q)
}

#[test]
fn seeds_side_by_side_learn_what_they_learn_one_after_the_other() {
    let alone: Vec<_> = (0..8).map(run).collect();
    let together: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|seed| scope.spawn(move || run(seed))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(alone, together);
    assert!((1..8).all(|seed| alone[seed] != alone[0]), "seeds differ");
    assert!(alone.iter().all(|(q, _)| q.as_slice().iter().any(|q| *q > 0.0)));
}
