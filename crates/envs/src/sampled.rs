//! The environment that samples a finite world.

use prob::categorical;
use rand::Rng;

use crate::{Environment, FiniteWorld, Status, Step, WorldError, check};

/// The environment that samples a finite world. The observation is the state.
///
/// ```
/// use envs::{Environment, Sampled, Status, t_maze::MultipleTMaze};
/// use prob::rng::{Role, stream};
///
/// let mut rng = stream(0, Role::World, 0);
/// let mut maze = Sampled::new(MultipleTMaze::with_food(), Some(1))?;
/// assert_eq!(maze.reset(&mut rng), 0);
/// assert_eq!(maze.step(0, &mut rng).status, Status::Truncated);
/// # Ok::<(), envs::WorldError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Sampled<W> {
    world: W,
    limit: Limit,
    state: usize,
    steps: u64,
}

impl<W: FiniteWorld> Sampled<W> {
    /// Samples `world`; an episode that has not ended after `limit` steps is truncated.
    ///
    /// The world is [checked](check) here, once: steps trust it.
    ///
    /// # Errors
    /// [`WorldError`]: the first promise that the world breaks, or a limit of 0 steps.
    pub fn new(world: W, limit: Option<u32>) -> Result<Self, WorldError> {
        check(&world)?;
        let state = world.start()[0].0;
        Ok(Self { world, limit: Limit::new(limit)?, state, steps: 0 })
    }

    /// The world behind it.
    pub fn world(&self) -> &W {
        &self.world
    }

    /// The world behind it, to change it in mid-run: a door shuts, the goal moves. The
    /// state stays, and what comes out is not checked again: a world that is changed by
    /// its own methods keeps its promises.
    pub fn world_mut(&mut self) -> &mut W {
        &mut self.world
    }

    /// Begins an episode in `state`, wherever episodes begin otherwise.
    ///
    /// # Panics
    /// If there is no such state.
    pub fn place(&mut self, state: usize) -> usize {
        assert!(
            state < self.world.n_states(),
            "state {state} of {}",
            self.world.n_states()
        );
        self.state = state;
        self.steps = 0;
        state
    }
}

impl<W: FiniteWorld> Environment for Sampled<W> {
    type Observation = usize;
    type Action = usize;

    fn reset<R: Rng + ?Sized>(&mut self, rng: &mut R) -> usize {
        let start = draw_start(&self.world, rng);
        self.place(start)
    }

    /// One draw, and none where a step can go only one way.
    ///
    /// # Panics
    /// If there is no such action.
    #[inline]
    fn step<R: Rng + ?Sized>(&mut self, action: usize, rng: &mut R) -> Step<usize> {
        let step = advance(&self.world, self.state, self.steps, self.limit, action, rng);
        self.state = step.observation;
        self.steps += 1;
        step
    }
}

/// A time limit; none is more steps than anyone waits for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit(u64);

impl Limit {
    pub fn new(steps: Option<u32>) -> Result<Self, WorldError> {
        match steps {
            Some(0) => Err(WorldError::NoSteps),
            steps => Ok(Self(steps.map_or(u64::MAX, u64::from))),
        }
    }

    #[inline]
    pub fn is_reached(self, steps: u64) -> bool {
        steps >= self.0
    }
}

/// A step from `state` after `steps` others.
#[inline]
pub(crate) fn advance<W: FiniteWorld, R: Rng + ?Sized>(
    world: &W,
    state: usize,
    steps: u64,
    limit: Limit,
    action: usize,
    rng: &mut R,
) -> Step<usize> {
    assert!(action < world.n_actions(), "action {action} of {}", world.n_actions());
    let next = match world.successors(state, action) {
        [only] => *only,
        row => {
            row[categorical::sample_from(row.iter().map(|next| next.probability), rng)]
        }
    };
    let status = if world.is_terminal(next.state) {
        Status::Terminated
    } else if limit.is_reached(steps + 1) {
        Status::Truncated
    } else {
        Status::Continues
    };
    Step { observation: next.state, reward: next.reward, status }
}

/// A state in which an episode begins, by one draw.
pub(crate) fn draw_start<W: FiniteWorld, R: Rng + ?Sized>(
    world: &W,
    rng: &mut R,
) -> usize {
    let start = world.start();
    start[categorical::sample_from(start.iter().map(|(_, p)| *p), rng)].0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finite::tests::noisy;
    use crate::{Next, t_maze::MultipleTMaze};
    use prob::rng::{Role, stream};
    use proptest::prelude::*;

    #[test]
    fn a_world_that_breaks_its_promises_is_not_sampled() {
        let mut world = noisy(3, 0);
        world.rows[3][0].probability = f64::NAN;
        let found = Sampled::new(&world, None).unwrap_err();
        assert!(matches!(found, WorldError::BadProbability { state: 1, action: 1, .. }));
        let found = Sampled::new(noisy(3, 0), Some(0)).unwrap_err();
        assert_eq!(found.to_string(), "a time limit of 0 steps");
    }

    #[test]
    #[should_panic(expected = "action 2 of 2")]
    fn an_action_out_of_range_panics_instead_of_reading_the_next_row() {
        Sampled::new(noisy(3, 0), None).unwrap().step(2, &mut stream(0, Role::World, 0));
    }

    #[test]
    fn simulated_frequencies_agree_with_the_kernel() {
        let world = noisy(4, 1);
        let mut rng = stream(0, Role::World, 0);
        let mut run = Sampled::new(&world, None).unwrap();
        let mut counts = [0.0; 4];
        let n = 40_000.0;
        for _ in 0..40_000 {
            run.place(1);
            counts[run.step(0, &mut rng).observation] += 1.0;
        }
        for next in world.successors(1, 0) {
            let p = next.probability;
            // Four standard errors of a binomial proportion.
            let tolerance = 4.0 * (p * (1.0 - p) / n).sqrt();
            let share = counts[next.state] / n;
            assert!(
                (share - p).abs() <= tolerance,
                "state {}: {share}, kernel {p}",
                next.state
            );
        }
    }

    #[test]
    fn a_time_limit_is_not_an_end() {
        let mut run = Sampled::new(MultipleTMaze::with_food(), Some(2)).unwrap();
        let mut rng = stream(0, Role::World, 0);
        run.reset(&mut rng);
        assert_eq!(run.step(0, &mut rng).next(), Next::Continues(2));
        assert_eq!(run.step(1, &mut rng).next(), Next::Truncated(4));
    }

    #[test]
    fn an_end_at_the_time_limit_is_an_end() {
        let mut run = Sampled::new(MultipleTMaze::with_food(), Some(1)).unwrap();
        let mut rng = stream(0, Role::World, 0);
        run.place(MultipleTMaze::FOOD_BOX - 2);
        assert_eq!(run.step(1, &mut rng).next(), Next::Terminated);
    }

    proptest! {
        #[test]
        fn no_step_leaves_the_world_and_the_end_absorbs(n in 2..7_usize, seed: u64, actions in prop::collection::vec(0..2_usize, 1..60)) {
            let mut run = Sampled::new(noisy(n, seed), None).unwrap();
            let mut rng = stream(seed, Role::World, 0);
            let mut ended = run.reset(&mut rng) == n - 1;
            for action in actions {
                let step = run.step(action, &mut rng);
                prop_assert!(step.observation < n);
                if ended {
                    prop_assert_eq!(step, Step { observation: n - 1, reward: 0.0, status: Status::Terminated });
                }
                ended = step.status == Status::Terminated;
            }
        }

        #[test]
        fn the_same_seed_gives_the_same_episode(n in 2..7_usize, seed: u64, actions in prop::collection::vec(0..2_usize, 1..60)) {
            let episode = || {
                let mut rng = stream(seed, Role::World, 0);
                let mut run = Sampled::new(noisy(n, 0), None).unwrap();
                let first = run.reset(&mut rng);
                (first, actions.iter().map(|&a| run.step(a, &mut rng)).collect::<Vec<_>>())
            };
            prop_assert_eq!(episode(), episode());
        }
    }
}
