//! One episode: a learner acts, the world answers.

use rand::Rng;

/// Whether an episode goes on after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It goes on.
    Continues,
    /// The world has ended it: nothing comes after, and nothing is worth anything there.
    Terminated,
    /// The experimenter has cut it off: the world would have gone on, so what lay ahead
    /// keeps its value.
    Truncated,
}

/// The world's answer to an action.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step<O> {
    /// What is observed on arrival. Always there: an agent that infers must see the
    /// outcome of its last move.
    pub observation: O,
    /// Reward paid on arrival.
    pub reward: f64,
    /// Whether the episode goes on.
    pub status: Status,
}

/// What a learner needs to know of the step's far end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next<S = usize> {
    /// The episode goes on from here.
    Continues(S),
    /// The episode is over; what follows is worth 0.
    Terminated,
    /// The episode was cut off here; what would have followed keeps its value.
    Truncated(S),
}

impl<O> Step<O> {
    /// The far end of this step, for a learner.
    pub fn next(self) -> Next<O> {
        match self.status {
            Status::Continues => Next::Continues(self.observation),
            Status::Terminated => Next::Terminated,
            Status::Truncated => Next::Truncated(self.observation),
        }
    }
}

/// A world with a current state.
pub trait Environment {
    /// What the learner sees.
    type Observation;
    /// What the learner does.
    type Action;

    /// Begins an episode and returns its first observation.
    fn reset<R: Rng + ?Sized>(&mut self, rng: &mut R) -> Self::Observation;

    /// Does `action`. After the end, the state absorbs: the same observation, reward 0.
    fn step<R: Rng + ?Sized>(
        &mut self,
        action: Self::Action,
        rng: &mut R,
    ) -> Step<Self::Observation>;
}
