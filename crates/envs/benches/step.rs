//! Steps a second: four rooms 11x11 through the public trait, with its time limit. The
//! goal is 150 million on one thread.

use std::hint::black_box;

use criterion::{Bencher, Criterion, Throughput};
use envs::batch::{Answer, Answers, Batch};
use envs::maze::{Map, Maze, Side};
use envs::{Environment, Limited, Sampled, Status};
use prob::Probability;
use prob::rng::{Role, stream};
use rand::RngExt;

const STEPS: usize = 100_000;
/// neuro-nav's limit, and the one that the course's figures use.
const LIMIT: u32 = 500;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("envs/step");
    group.throughput(Throughput::Elements(STEPS as u64));
    group.bench_function("sampled", |bencher| {
        walk(bencher, sampled_with(&four_rooms(0.0), Some(LIMIT)));
    });
    group.bench_function("limited around", |bencher| {
        let maze = four_rooms(0.0);
        let world = Limited::new(sampled_with(&maze, None), LIMIT);
        walk(bencher, world.expect("a limit"));
    });
    group.bench_function("slippery", |bencher| {
        walk(bencher, sampled_with(&four_rooms(0.2), Some(LIMIT)));
    });
    group.bench_function("batch of 1000", batch_of_1000);
    group.finish();
    criterion.final_summary();
}

/// Drawn beforehand, so that the world is timed and not the agent; a random walk, so that
/// no branch is foreseen.
fn actions() -> Vec<usize> {
    let mut rng = stream(0, Role::Agent, 0);
    (0..STEPS).map(|_| rng.random_range(0..4)).collect()
}

fn four_rooms(slip: f64) -> Maze {
    let slip = Probability::new(slip).expect("a probability");
    Map::FourRooms.maze(Side::Medium).with_slip(slip)
}

fn sampled_with(maze: &Maze, limit: Option<u32>) -> Sampled<&Maze> {
    Sampled::new(maze, limit).expect("a maze keeps its promises")
}

fn walk(
    bencher: &mut Bencher,
    mut world: impl Environment<Observation = usize, Action = usize>,
) {
    let mut rng = stream(0, Role::World, 0);
    let actions = actions();
    world.reset(&mut rng);
    bencher.iter(|| {
        let mut reward = 0.0;
        for &action in &actions {
            let step = world.step(action, &mut rng);
            reward += step.reward;
            if step.status != Status::Continues {
                world.reset(&mut rng);
            }
        }
        black_box(reward)
    });
}

fn batch_of_1000(bencher: &mut Bencher) {
    const N: usize = 1000;
    let maze = four_rooms(0.0);
    let mut batch = Batch::new(&maze, N, Some(LIMIT)).expect("a maze keeps its promises");
    let mut rngs: Vec<_> = (0..N as u64).map(|run| stream(run, Role::World, 0)).collect();
    let (mut observations, mut rewards) = (vec![0; N], vec![0.0; N]);
    let mut answers = vec![Answer::Began; N];
    let actions = actions();
    batch.reset(&mut observations, &mut rngs);
    bencher.iter(|| {
        for actions in actions.chunks_exact(N) {
            let out = Answers {
                observations: &mut observations,
                rewards: &mut rewards,
                answers: &mut answers,
            };
            batch.step(actions, out, &mut rngs);
        }
    });
}
