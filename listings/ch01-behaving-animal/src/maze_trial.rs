//! One trial in a maze, and what both learners share: what they see, how they choose, and
//! the numbers they are born with.
//!
//! An action is chosen by its worth, with temperature $\tau$:
//! $$\mu(a \mid s) = \frac{e^{Q(s, a)/\tau}}{\sum_{a'} e^{Q(s, a')/\tau}}$$
//!
//! | book            | code          | meaning                          | unit   |
//! |-----------------|---------------|----------------------------------|--------|
//! | $\mu(a \mid s)$ | `policy`      | chance of action `a` in `s`      | `[0, 1]` |
//! | $\tau$          | `temperature` | how much worth it takes to matter| reward |
//!
//! ```
//! use ch01_behaving_animal::maze_trial::policy;
//! use ndarray::array;
//!
//! let mu: Vec<f64> = policy(array![0.5, 0.5, 0.0].view(), 0.02).collect();
//! assert!((mu[0] - 0.5).abs() < 1e-9 && mu[2] < 1e-9);
//! ```

use envs::{Discount, Environment, FiniteWorld, Next, Sampled};
use ndarray::ArrayView1;
use prob::categorical;
use prob::math::{exp, log_sum_exp_of};
use rand::Rng;

/// What learners are born with. The main conclusions of the chapter are also tried with
/// other values (see the claims).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Step size $\eta$ of both learners. Default 0.3: half of a lesson is learned in two
    /// trials, 97% in ten.
    pub step_size: f64,
    /// Discount $\gamma_d$ of both. Default 0.9: looks some ten steps ahead, and the
    /// mazes are eight to sixteen steps long.
    pub discount: Discount,
    /// Temperature $\tau$ of both, in reward. Default 0.01: to spare two steps is worth
    /// about four of it sixteen steps from the food, and more the nearer it is. So an
    /// animal does what it knows to be better, and its errors show what it doesn't know.
    pub temperature: f64,
    /// Trace decay $\lambda$ of the habit learner. Default 0.9: most of the walk shares
    /// in the surprise of food.
    pub lambda: f64,
    /// Step size $\eta_r$ with which the map learner notes food. Default 1: it remembers
    /// its last meal.
    pub food_step: f64,
}

impl Default for Settings {
    fn default() -> Self {
        let discount = Discount::new(0.9).expect("from 0 to 1");
        Self { step_size: 0.3, discount, temperature: 0.01, lambda: 0.9, food_step: 1.0 }
    }
}

/// An animal in a maze. It sees where it is and what it gets; one call of `learn` a step.
pub trait MazeLearner {
    /// It is set down at the start of a trial.
    fn begin_trial(&mut self) {}
    /// What it does in place `s`.
    fn choose<R: Rng + ?Sized>(&self, s: usize, rng: &mut R) -> usize;
    /// Action `a` in place `s` paid `reward` and led to `next`.
    fn learn(&mut self, s: usize, a: usize, reward: f64, next: Next);
}

// ANCHOR: policy
/// $\mu(\cdot \mid s)$ from one row of $Q$, action by action; `temperature` in reward.
pub fn policy(q: ArrayView1<f64>, temperature: f64) -> impl Iterator<Item = f64> {
    let logits = q.into_iter().map(move |q| q / temperature);
    let normalizer = log_sum_exp_of(logits.clone());
    logits.map(move |logit| exp(logit - normalizer))
}
// ANCHOR_END: policy

/// Draws an action from [`policy`].
pub fn choose<R: Rng + ?Sized>(
    q: ArrayView1<f64>,
    temperature: f64,
    rng: &mut R,
) -> usize {
    categorical::sample_from(policy(q, temperature), rng)
}

// ANCHOR: trial
/// Runs one trial from place `start`, the animal learning as it goes; returns the places
/// in order, `start` first.
pub fn run_trial<W: FiniteWorld, R: Rng + ?Sized>(
    maze: &mut Sampled<W>,
    start: usize,
    animal: &mut impl MazeLearner,
    world: &mut R,
    agent: &mut R,
) -> Vec<usize> {
    let mut places = vec![maze.place(start)];
    animal.begin_trial();
    loop {
        let s = places[places.len() - 1];
        let a = animal.choose(s, agent);
        let step = maze.step(a, world);
        animal.learn(s, a, step.reward, step.next());
        places.push(step.observation);
        if !matches!(step.next(), Next::Continues(_)) {
            return places;
        }
    }
}
// ANCHOR_END: trial
