//! Skinner's chamber: an animal, its keys, and the effort of a press.
//!
//! $$R_{t+1} = \mathbb 1[\text{food}] - \mathbb 1[\text{press}]\Bigl(c + \frac{c_v}{L}\Bigr)$$
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $R$ | `reward` | food is worth 1, effort is paid in the same coin | reward |
//! | $c$ | `press` | cost of any press | reward |
//! | $c_v$ | `haste` | cost of haste: a press after $L$ ticks costs $c_v / L$ more | reward × ticks |
//! | $L$ | `since_press` | ticks from the last press to this one | ticks |
//!
//! The cost of haste is that of Niv, Daw, Joel and Dayan (2007).
//!
//! ```
//! use ch01_behaving_animal::chamber::{Session, session};
//! use ch01_behaving_animal::free_operant::{FreeOperant, Parameters};
//! use ch01_behaving_animal::schedules::{Key, Schedule};
//!
//! let mut animal = FreeOperant::new(1, Parameters::default());
//! let mut keys = [Key::new(Schedule::VariableRatio(15))];
//! let mut presses = 0;
//! let ten_minutes = Session { ticks: 1200, ..Session::default() };
//! session(&mut animal, &mut keys, ten_minutes, |tick| {
//!     presses += usize::from(tick.key.is_some());
//! });
//! assert!(presses > 100, "{presses} presses in ten minutes");
//! ```

use prob::rng::{Role, stream};
use rand::Rng;

use crate::schedules::Key;

/// What presses cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// Cost of a press $c$. Chosen: a hundredth of a food pellet, small against the 1/15
    /// that a press earns on the ratio schedules here.
    pub press: f64,
    /// Cost of haste $c_v$. Chosen: pressing at every tick triples the cost of a press,
    /// pressing every ten seconds hardly changes it.
    pub haste: f64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { press: 0.01, haste: 0.02 }
    }
}

/// Anything that acts in the chamber and learns from what comes back.
pub trait Animal {
    /// Chooses: 0 does something else, $k$ presses key $k$.
    fn act<R: Rng + ?Sized>(&mut self, rng: &mut R) -> usize;
    /// Takes in the reward of the last action (food less effort) and whether food came.
    fn learn<R: Rng + ?Sized>(&mut self, reward: f64, food: bool, rng: &mut R);
}

/// How long, how hard, and with which random words.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Session {
    /// Length in ticks.
    pub ticks: u32,
    /// Ticks from a switch of keys during which no press pays (Herrnstein 1961: 1.5 s).
    pub changeover_delay: u32,
    /// What presses cost.
    pub effort: Effort,
    /// Seed of the run.
    pub seed: u64,
    /// Index of this session among those of the seed.
    pub run: u64,
}

/// What an observer at the cumulative recorder sees in one tick.
#[derive(Debug, Clone, Copy)]
pub struct Tick {
    /// Ticks since the start.
    pub at: u32,
    /// Index of the key that was pressed.
    pub key: Option<usize>,
    /// Whether food came.
    pub food: bool,
    /// Ticks from the last food to this tick.
    pub since_food: u32,
}

// ANCHOR: session
/// Runs one session and shows each tick to `observe`.
pub fn session<A: Animal>(
    animal: &mut A,
    keys: &mut [Key],
    session: Session,
    mut observe: impl FnMut(Tick),
) {
    let mut world = stream(session.seed, Role::World, session.run);
    let mut mind = stream(session.seed, Role::Agent, session.run);
    let (mut since_food, mut since_press, mut here, mut delay) = (0, u32::MAX / 2, 0, 0);
    for at in 0..session.ticks {
        keys.iter_mut().for_each(|key| key.tick(&mut world));
        since_food += 1;
        since_press += 1;
        let key = animal.act(&mut mind).checked_sub(1);
        let (mut food, mut reward) = (false, 0.0);
        // ANCHOR: press
        if let Some(k) = key {
            if k != here {
                (here, delay) = (k, session.changeover_delay);
            }
            food = delay == 0 && keys[k].press(&mut world);
            reward = f64::from(food)
                - session.effort.press
                - session.effort.haste / f64::from(since_press);
            since_press = 0;
        }
        // ANCHOR_END: press
        delay = delay.saturating_sub(1);
        observe(Tick { at, key, food, since_food });
        if food {
            since_food = 0;
        }
        animal.learn(reward, food, &mut mind);
    }
}
// ANCHOR_END: session
