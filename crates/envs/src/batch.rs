//! Many runs of one world, stepped together into the caller's arrays.
//!
//! A finished episode reports its last observation; the next call begins a new one and
//! does no action there, as in Gymnasium 1.

use rand::Rng;

use crate::sampled::{Limit, advance, draw_start};
use crate::{FiniteWorld, Status, WorldError, check};

/// What a call of [`Batch::step`] did in one of the runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It began an episode, because the last one was over. The action was not done; the
    /// reward is 0; there is nothing to learn.
    Began,
    /// It did the action, with this status.
    Stepped(Status),
}

/// Where a batch writes: three arrays of shape `[n]`, one entry for each run.
#[derive(Debug)]
pub struct Answers<'a> {
    /// The states arrived in.
    pub observations: &'a mut [usize],
    /// Rewards on arrival.
    pub rewards: &'a mut [f64],
    /// What was done.
    pub answers: &'a mut [Answer],
}

/// `n` runs of one world. A run with its own generator is what
/// [`Sampled`](crate::Sampled) would do with that generator.
///
/// ```
/// use envs::{Status, batch::{Answer, Answers, Batch}, graph};
/// use prob::rng::{Role, stream};
///
/// let mut rngs: Vec<_> = (0..2).map(|run| stream(run, Role::World, 0)).collect();
/// let mut batch = Batch::new(graph::linear(2), 2, None)?;
/// let (mut observations, mut rewards, mut answers) = ([0; 2], [0.0; 2], [Answer::Began; 2]);
/// batch.reset(&mut observations, &mut rngs);
/// let out = Answers { observations: &mut observations, rewards: &mut rewards, answers: &mut answers };
/// batch.step(&[0, 0], out, &mut rngs);
/// assert_eq!((observations, rewards), ([1, 1], [1.0, 1.0]));
/// assert_eq!(answers, [Answer::Stepped(Status::Terminated); 2]);
/// # Ok::<(), envs::WorldError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Batch<W> {
    world: W,
    limit: Limit,
    runs: Vec<Run>,
}

#[derive(Debug, Clone, Copy)]
struct Run {
    state: usize,
    steps: u64,
    is_over: bool,
}

impl Run {
    fn begin<R: Rng>(&mut self, world: &impl FiniteWorld, rng: &mut R) -> usize {
        *self = Self { state: draw_start(world, rng), steps: 0, is_over: false };
        self.state
    }
}

impl<W: FiniteWorld> Batch<W> {
    /// `n` runs of `world`; an episode that has not ended after `limit` steps is
    /// truncated.
    ///
    /// The world is [checked](check) here, once: steps trust it.
    ///
    /// # Errors
    /// [`WorldError`]: the first promise that the world breaks, or a limit of 0 steps.
    pub fn new(world: W, n: usize, limit: Option<u32>) -> Result<Self, WorldError> {
        check(&world)?;
        let run = Run { state: world.start()[0].0, steps: 0, is_over: true };
        Ok(Self { world, limit: Limit::new(limit)?, runs: vec![run; n] })
    }

    /// The world behind it.
    pub fn world(&self) -> &W {
        &self.world
    }

    /// Begins an episode in each run and writes the first observations. Both slices have
    /// shape `[n]`.
    ///
    /// # Panics
    /// If a slice has another length.
    pub fn reset<R: Rng>(&mut self, observations: &mut [usize], rngs: &mut [R]) {
        self.expect(observations.len(), "observations");
        self.expect(rngs.len(), "generators");
        let runs = self.runs.iter_mut().zip(observations).zip(rngs);
        for ((run, observation), rng) in runs {
            *observation = run.begin(&self.world, rng);
        }
    }

    /// Steps each run, or begins its next episode if the last one was over. All slices
    /// have shape `[n]`; allocates nothing.
    ///
    /// # Panics
    /// If a slice has another length, or an action that is done does not exist.
    pub fn step<R: Rng>(&mut self, actions: &[usize], out: Answers<'_>, rngs: &mut [R]) {
        self.expect(actions.len(), "actions");
        self.expect(out.observations.len(), "observations");
        self.expect(out.rewards.len(), "rewards");
        self.expect(out.answers.len(), "answers");
        self.expect(rngs.len(), "generators");
        let outs = out.observations.iter_mut().zip(out.rewards).zip(out.answers);
        let runs = self.runs.iter_mut().zip(actions).zip(rngs);
        for (((run, &action), rng), ((observation, reward), answer)) in runs.zip(outs) {
            if run.is_over {
                *observation = run.begin(&self.world, rng);
                *reward = 0.0;
                *answer = Answer::Began;
                continue;
            }
            let step =
                advance(&self.world, run.state, run.steps, self.limit, action, rng);
            *run = Run {
                state: step.observation,
                steps: run.steps + 1,
                is_over: step.status != Status::Continues,
            };
            *observation = step.observation;
            *reward = step.reward;
            *answer = Answer::Stepped(step.status);
        }
    }

    fn expect(&self, found: usize, what: &str) {
        let n = self.runs.len();
        assert_eq!(found, n, "{found} {what} for {n} runs");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finite::tests::noisy;
    use crate::maze::{Map, Side};
    use crate::{Environment, Sampled};
    use prob::Probability;
    use prob::rng::{Role, stream};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_batch_does_what_its_runs_would_do_alone(
            actions in prop::collection::vec(prop::array::uniform5(0..4_usize), 1..60),
            limit in 1..30_u32,
        ) {
            let slip = Probability::new(0.3).unwrap();
            let maze = Map::Narrow.maze(Side::Small).with_slip(slip).with_random_start().unwrap();
            let rngs = || (0..5).map(|run| stream(run, Role::World, 0)).collect::<Vec<_>>();
            let (mut together, mut alone) = (rngs(), rngs());
            let mut batch = Batch::new(&maze, 5, Some(limit)).unwrap();
            let mut runs: Vec<_> = (0..5).map(|_| Sampled::new(&maze, Some(limit)).unwrap()).collect();
            let (mut observations, mut rewards, mut answers) = ([0; 5], [0.0; 5], [Answer::Began; 5]);
            batch.reset(&mut observations, &mut together);
            let mut over = [false; 5];
            for (i, run) in runs.iter_mut().enumerate() {
                prop_assert_eq!(run.reset(&mut alone[i]), observations[i]);
            }
            for actions in actions {
                let out = Answers { observations: &mut observations, rewards: &mut rewards, answers: &mut answers };
                batch.step(&actions, out, &mut together);
                for (i, run) in runs.iter_mut().enumerate() {
                    if over[i] {
                        prop_assert_eq!((run.reset(&mut alone[i]), Answer::Began), (observations[i], answers[i]));
                        prop_assert_eq!(rewards[i], 0.0);
                        over[i] = false;
                        continue;
                    }
                    let step = run.step(actions[i], &mut alone[i]);
                    prop_assert_eq!((step.observation, step.reward), (observations[i], rewards[i]));
                    prop_assert_eq!(answers[i], Answer::Stepped(step.status));
                    over[i] = step.status != Status::Continues;
                }
            }
        }
    }

    #[test]
    fn a_world_that_breaks_its_promises_is_not_batched() {
        let mut world = noisy(3, 0);
        world.rows[3][0].probability = 2.0;
        assert!(matches!(Batch::new(&world, 4, None), Err(WorldError::BadSum { .. })));
        let none = Batch::new(crate::graph::ring(3), 4, Some(0));
        assert_eq!(none.unwrap_err(), WorldError::NoSteps);
    }

    #[test]
    #[should_panic(expected = "1 actions for 2 runs")]
    fn a_slice_of_another_length_panics() {
        let mut batch = Batch::new(crate::graph::ring(3), 2, None).unwrap();
        let mut rngs: Vec<_> = (0..2).map(|run| stream(run, Role::World, 0)).collect();
        let out = Answers {
            observations: &mut [0; 2],
            rewards: &mut [0.0; 2],
            answers: &mut [Answer::Began; 2],
        };
        batch.step(&[0], out, &mut rngs);
    }
}
