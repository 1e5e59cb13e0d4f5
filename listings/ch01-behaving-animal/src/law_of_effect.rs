//! The law of effect: what pleased is stamped in, what annoyed is stamped out.
//!
//! Thorndike gave it in words; in numbers (Bush and Mosteller 1955), after a response $a$
//! that satisfied, for every response $b$:
//! $$\mu(b) \leftarrow \mu(b) + \eta_+ \bigl(\mathbb 1[b = a] - \mu(b)\bigr)$$
//! and after one that annoyed, with $n$ responses:
//! $$\mu(b) \leftarrow \mu(b) + \eta_-\, \mu(a) \Bigl(\tfrac{\mathbb 1[b \ne a]}{n - 1} - \mathbb 1[b = a]\Bigr)$$
//!
//! | book             | code           | meaning                                  | unit     |
//! |------------------|----------------|------------------------------------------|----------|
//! | $\mu(b)$         | `policy[b]`    | chance of response $b$ in this box       | `[0, 1]` |
//! | $\eta_+, \eta_-$ | `satisfaction`, `annoyance` | step sizes                  | `[0, 1]` |
//!
//! ```
//! let mut policy = [0.25; 4];
//! ch01_behaving_animal::law_of_effect::stamp_in(&mut policy, 2, 0.2);
//! assert!((policy[2] - 0.4).abs() < 1e-12 && (policy[0] - 0.2).abs() < 1e-12);
//! ```

use prob::{Probability, categorical};
use rand::Rng;

/// How a response turned out for the animal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The door opened: freedom and food.
    Satisfying,
    /// Nothing happened: still shut in.
    Annoying,
}

/// An animal in a box: it does something, and it feels what came of it.
pub trait Cat {
    /// The next response.
    fn respond<R: Rng + ?Sized>(&self, rng: &mut R) -> usize;
    /// What `response` led to.
    fn feel<R: Rng + ?Sized>(&mut self, response: usize, effect: Effect, rng: &mut R);
}

// ANCHOR: stamp_in
/// Moves `policy` (shape `[n_responses]`) by `step_size` of the way to certainty of
/// `response`.
pub fn stamp_in(policy: &mut [f64], response: usize, step_size: f64) {
    for (b, p) in policy.iter_mut().enumerate() {
        let target = if b == response { 1.0 } else { 0.0 };
        *p += step_size * (target - *p);
    }
}
// ANCHOR_END: stamp_in

// ANCHOR: stamp_out
/// Takes the share `step_size` of the chance of `response` and spreads it evenly over the
/// others.
pub fn stamp_out(policy: &mut [f64], response: usize, step_size: f64) {
    let freed = step_size * policy[response];
    let share = freed / (policy.len() - 1) as f64;
    for (b, p) in policy.iter_mut().enumerate() {
        *p += if b == response { -freed } else { share };
    }
}
// ANCHOR_END: stamp_out

/// Step sizes of the law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepSizes {
    /// $\eta_+$. Default 0.05: one response of thirty is the likelier half after thirteen
    /// successes, in the range of tens of trials that cats took.
    pub satisfaction: Probability,
    /// $\eta_-$. Default 0.005, a tenth of that: Thorndike (1932) came to think that
    /// annoyance does little or nothing.
    pub annoyance: Probability,
}

impl Default for StepSizes {
    fn default() -> Self {
        let checked = |p| Probability::new(p).expect("written above");
        Self { satisfaction: checked(0.05), annoyance: checked(0.005) }
    }
}

/// A cat that learns by the law of effect and by nothing else.
#[derive(Debug, Clone)]
pub struct LawOfEffect {
    policy: Vec<f64>,
    step_sizes: StepSizes,
}

impl LawOfEffect {
    /// A cat new to the box: all `n_responses` (two at least) equally likely.
    pub fn new(n_responses: usize, step_sizes: StepSizes) -> Self {
        Self { policy: vec![1.0 / n_responses as f64; n_responses], step_sizes }
    }

    /// $\mu$, shape `[n_responses]`.
    pub fn policy(&self) -> &[f64] {
        &self.policy
    }
}

// ANCHOR: cat
impl Cat for LawOfEffect {
    fn respond<R: Rng + ?Sized>(&self, rng: &mut R) -> usize {
        categorical::sample(&self.policy, rng)
    }

    fn feel<R: Rng + ?Sized>(&mut self, response: usize, effect: Effect, _: &mut R) {
        let StepSizes { satisfaction, annoyance } = self.step_sizes;
        match effect {
            Effect::Satisfying => {
                stamp_in(&mut self.policy, response, satisfaction.get())
            }
            Effect::Annoying => stamp_out(&mut self.policy, response, annoyance.get()),
        }
    }
}
// ANCHOR_END: cat
