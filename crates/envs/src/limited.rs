//! A time limit around any environment.

use rand::Rng;

use crate::sampled::Limit;
use crate::{Environment, Status, Step, WorldError};

/// Truncates each episode of `E` that has not ended after so many steps.
///
/// ```
/// use envs::{Environment, Limited, Sampled, Status, graph};
/// use prob::rng::{Role, stream};
///
/// let mut rng = stream(0, Role::World, 0);
/// let mut ring = Limited::new(Sampled::new(graph::ring(5), None)?, 2)?;
/// ring.reset(&mut rng);
/// assert_eq!(ring.step(0, &mut rng).status, Status::Continues);
/// assert_eq!(ring.step(0, &mut rng).status, Status::Truncated);
/// # Ok::<(), envs::WorldError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Limited<E> {
    inner: E,
    limit: Limit,
    steps: u64,
}

impl<E> Limited<E> {
    /// Limits the episodes of `inner` to `limit` steps.
    ///
    /// # Errors
    /// [`WorldError::NoSteps`] for 0.
    pub fn new(inner: E, limit: u32) -> Result<Self, WorldError> {
        Ok(Self { inner, limit: Limit::new(Some(limit))?, steps: 0 })
    }

    /// The environment behind it.
    pub fn inner(&self) -> &E {
        &self.inner
    }
}

impl<E: Environment> Environment for Limited<E> {
    type Observation = E::Observation;
    type Action = E::Action;

    fn reset<R: Rng + ?Sized>(&mut self, rng: &mut R) -> E::Observation {
        self.steps = 0;
        self.inner.reset(rng)
    }

    #[inline]
    fn step<R: Rng + ?Sized>(
        &mut self,
        action: E::Action,
        rng: &mut R,
    ) -> Step<E::Observation> {
        let mut step = self.inner.step(action, rng);
        self.steps += 1;
        if step.status == Status::Continues && self.limit.is_reached(self.steps) {
            step.status = Status::Truncated;
        }
        step
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Sampled, textbook::cliff};
    use prob::rng::{Role, stream};
    use proptest::prelude::*;

    #[test]
    fn a_limit_of_no_steps_is_refused() {
        let world = Sampled::new(cliff(), None).unwrap();
        assert_eq!(Limited::new(world, 0).unwrap_err(), WorldError::NoSteps);
    }

    proptest! {
        #[test]
        fn a_limit_around_a_world_is_the_limit_inside_it(limit in 1..20_u32, actions in prop::collection::vec(0..4_usize, 1..60)) {
            let world = cliff();
            let (mut a, mut b) = (stream(0, Role::World, 0), stream(0, Role::World, 0));
            let mut around = Limited::new(Sampled::new(&world, None).unwrap(), limit).unwrap();
            let mut inside = Sampled::new(&world, Some(limit)).unwrap();
            prop_assert_eq!(around.reset(&mut a), inside.reset(&mut b));
            for action in actions {
                let step = around.step(action, &mut a);
                prop_assert_eq!(step, inside.step(action, &mut b));
                if step.status != Status::Continues {
                    around.reset(&mut a);
                    inside.reset(&mut b);
                }
            }
        }
    }
}
