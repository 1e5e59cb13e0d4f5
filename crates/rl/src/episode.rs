//! A recorded episode, for learners that wait for its end.

use envs::{Discount, Next};

/// The steps of an episode: states left, rewards got, and how it ended.
///
/// ```
/// use envs::Next;
/// use rl::Episode;
///
/// let mut episode = Episode::default();
/// episode.push(3, 0.0, Next::Continues(4));
/// episode.push(4, 1.0, Next::Terminated);
/// assert_eq!((episode.len(), episode.states()), (2, [3, 4].as_slice()));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Episode {
    states: Vec<usize>,
    rewards: Vec<f64>,
    next: Option<Next>,
}

impl Episode {
    /// Room for an episode of `steps` steps, which a longer one outgrows.
    pub fn with_capacity(steps: usize) -> Self {
        Self {
            states: Vec::with_capacity(steps),
            rewards: Vec::with_capacity(steps),
            next: None,
        }
    }

    /// Forgets the steps and keeps the room.
    pub fn clear(&mut self) {
        self.states.clear();
        self.rewards.clear();
        self.next = None;
    }

    /// Records the step from `s` that paid `reward` and led to `next`.
    ///
    /// # Panics
    /// If the episode is over, or its last step did not lead to `s`.
    pub fn push(&mut self, s: usize, reward: f64, next: Next) {
        if let Some(last) = self.next {
            assert_eq!(last, Next::Continues(s), "a step from state {s} after {last:?}");
        }
        self.states.push(s);
        self.rewards.push(reward);
        self.next = Some(next);
    }

    /// Number of steps.
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// Whether no step has been made.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// The state that each step left, $S_0 \dots S_{T-1}$. Shape `[len]`.
    pub fn states(&self) -> &[usize] {
        &self.states
    }

    /// What each step paid, $R_1 \dots R_T$. Shape `[len]`.
    pub fn rewards(&self) -> &[f64] {
        &self.rewards
    }

    /// Where the last step led; none before the first.
    pub fn next(&self) -> Option<Next> {
        self.next
    }

    /// The state that the step after `t` would leave, if there is one: $S_{t+1}$.
    pub(crate) fn state_after(&self, t: usize) -> Option<usize> {
        match self.states.get(t + 1) {
            Some(&s) => Some(s),
            None => self.cut_at(),
        }
    }

    /// Where the record stops though the world would have gone on.
    pub(crate) fn cut_at(&self) -> Option<usize> {
        match self.next {
            Some(Next::Continues(s) | Next::Truncated(s)) => Some(s),
            Some(Next::Terminated) | None => None,
        }
    }

    /// Writes the returns $Y_t = R_{t+1} + \gamma_d\, Y_{t+1}$ to `out` (Sutton and Barto
    /// 2018, eq. 3.9, who write $G_t$), in reward.
    ///
    /// After the end there is nothing. Where the episode was cut off, what would have
    /// followed is not known; its value in `v`, of shape `[n_states]`, stands in for it.
    pub fn returns(&self, v: &[f64], discount: Discount, out: &mut Vec<f64>) {
        out.clear();
        out.resize(self.len(), 0.0);
        let mut target = self.cut_at().map_or(0.0, |s| v[s]);
        for (out, reward) in out.iter_mut().zip(&self.rewards).rev() {
            target = reward + discount.get() * target;
            *out = target;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_are_as_worked_out_by_hand_and_a_cut_keeps_the_value_there() {
        let discount = Discount::new(0.5).unwrap();
        let mut episode = Episode::default();
        episode.push(0, 1.0, Next::Continues(1));
        episode.push(1, 2.0, Next::Continues(0));
        let mut cut = episode.clone();
        let mut out = Vec::new();
        // 4; 2 + .5 * 4 = 4; 1 + .5 * 4 = 3.
        episode.push(0, 4.0, Next::Terminated);
        episode.returns(&[100.0, 100.0, 100.0], discount, &mut out);
        assert_eq!(out, [3.0, 4.0, 4.0]);
        // 4 + .5 * 8 = 8; 2 + 4 = 6; 1 + 3 = 4.
        cut.push(0, 4.0, Next::Truncated(2));
        cut.returns(&[100.0, 100.0, 8.0], discount, &mut out);
        assert_eq!(out, [4.0, 6.0, 8.0]);
    }

    #[test]
    #[should_panic(expected = "a step from state 2 after Continues(1)")]
    fn a_step_from_elsewhere_panics() {
        let mut episode = Episode::default();
        episode.push(0, 0.0, Next::Continues(1));
        episode.push(2, 0.0, Next::Terminated);
    }
}
