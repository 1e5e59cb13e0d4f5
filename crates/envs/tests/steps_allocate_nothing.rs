//! A step allocates nothing: not through the trait, not through a window, not in a batch.

use allocation_counter::measure;
use envs::batch::{Answer, Answers, Batch};
use envs::maze::{Map, Side};
use envs::view::{Observed, OneHot, Senses, Window};
use envs::{Environment, Limited, Sampled, Sensed, Status};
use prob::Probability;
use prob::rng::{Role, stream};

fn walk(mut world: impl Environment<Action = usize>) -> u64 {
    let mut rng = stream(0, Role::World, 0);
    let counted = measure(|| {
        world.reset(&mut rng);
        for t in 0..1000_usize {
            if world.step(t * t % 4, &mut rng).status != Status::Continues {
                world.reset(&mut rng);
            }
        }
    });
    counted.count_total
}

#[test]
fn a_thousand_steps_allocate_nothing() {
    let slip = Probability::new(0.2).unwrap();
    let maze = Map::FourRooms.maze(Side::Medium).with_slip(slip);
    let maze = maze.with_random_start().unwrap();
    let sampled = || Sampled::new(&maze, Some(100)).unwrap();
    assert_eq!(walk(sampled()), 0);
    assert_eq!(walk(Limited::new(sampled(), 50).unwrap()), 0);
    assert_eq!(walk(Observed::new(sampled(), Window::<5>::new())), 0);
    assert_eq!(walk(Observed::new(sampled(), OneHot)), 0);
    let noisy = Sensed::noisy(&maze, slip).unwrap();
    assert_eq!(
        walk(Observed::new(Sampled::new(&noisy, Some(100)).unwrap(), Senses::<1>)),
        0
    );
}

#[test]
fn a_thousand_steps_of_a_batch_allocate_nothing() {
    let maze = Map::FourRooms.maze(Side::Medium);
    let mut batch = Batch::new(&maze, 8, Some(100)).unwrap();
    let mut rngs: Vec<_> = (0..8).map(|run| stream(run, Role::World, 0)).collect();
    let (mut observations, mut rewards) = ([0; 8], [0.0; 8]);
    let mut answers = [Answer::Began; 8];
    let counted = measure(|| {
        batch.reset(&mut observations, &mut rngs);
        for t in 0..1000_usize {
            let out = Answers {
                observations: &mut observations,
                rewards: &mut rewards,
                answers: &mut answers,
            };
            batch.step(&[t * t % 4; 8], out, &mut rngs);
        }
    });
    assert_eq!(counted.count_total, 0);
}
