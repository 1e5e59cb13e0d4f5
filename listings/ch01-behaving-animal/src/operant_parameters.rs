//! What a free operant is made of: one set of numbers for every schedule of the chapter.
//!
//! None is fitted to an animal. Each was chosen for the reason that stands beside it, and
//! none depends on the schedule that the learner is about to meet.
//!
//! | book | code | meaning | unit |
//! |---|---|---|---|
//! | $\eta_V$, $\eta_\theta$, $\eta_R$ | `critic_step`, `actor_step`, `average_step` | step sizes of the [free operant](crate::free_operant) | |
//! | $\lambda$ | `lambda` | decay of the traces in a tick | |
//! | $\varepsilon$ | `lapse` | share of aimless acts | |
//!
//! ```
//! use ch01_behaving_animal::clocks::PressClock;
//! use ch01_behaving_animal::operant_parameters::Parameters;
//! let usual = Parameters::default();
//! let timeless = Parameters { press_clock: PressClock::Absent, ..usual };
//! assert_eq!(timeless.lambda, usual.lambda);
//! ```

use crate::clocks::PressClock;

/// What the free operant is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// Step size of the critic $\eta_V$. Chosen: about twenty visits teach a value;
    /// halved in a claim.
    pub critic_step: f64,
    /// Step size of the actor $\eta_\theta$. Chosen: rates settle within the hours of
    /// training; halved in a claim.
    pub actor_step: f64,
    /// Step size of the average reward $\eta_R$. Chosen: it averages over a thousand
    /// ticks, some eight minutes.
    pub average_step: f64,
    /// Decay of the traces in a tick. Chosen: credit fades to a third in 1.5 s; swept in
    /// the claims.
    pub lambda: f64,
    /// Spread of the food clock's speed. Chosen: a clock that is off by 15%.
    pub clock_noise: f64,
    /// Share of aimless acts $\varepsilon$. Chosen: an operant level, so that nothing is
    /// unlearned for good.
    pub lapse: f64,
    /// Which presses start a press clock.
    pub press_clock: PressClock,
}

// ANCHOR: default
impl Default for Parameters {
    fn default() -> Self {
        Self {
            critic_step: 0.05,
            actor_step: 0.1,
            average_step: 0.001,
            lambda: 0.7,
            clock_noise: 0.15,
            lapse: 0.02,
            press_clock: PressClock::AnyKey,
        }
    }
}
// ANCHOR_END: default
