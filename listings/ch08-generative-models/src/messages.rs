//! Experiment: three schemes of message passing on the vole's chain, and what each loses.
//!
//! The library's [`Window`] passes messages between neighbors in time. With $F$ of the
//! beliefs it ends with, and the smoother for the truth, over all sequences of five
//! rustles:
//! $$\text{gap} = \sum_o p(o) \bigl(F(o) + \ln p(o)\bigr), \qquad \text{error} =
//! \sum_o p(o) \max_{t, s} \bigl|q_t(s) - p(s_t = s \mid o)\bigr|$$
//!
//! The ring looks the same from each tussock, so that the first rustle may be taken to
//! come from one and the same. Where a vole never strays, two moves of five are
//! impossible. The first updates, made before the later rustles have had a say, shut
//! paths out, and the next never open them again. That price is the start's, not that of
//! independent steps: [`from_the_likeliest_path`] pays much less.
//!
//! ```
//! use ch08_generative_models::messages::{Scheme, compare};
//!
//! assert!(compare(Scheme::Bethe, 0.1, 3)?.error < 1e-12);
//! assert!(compare(Scheme::Variational, 0.1, 3)?.gap > 0.1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod path;

use aif::hmm::{EpisodeError, Smoother};
use aif::mean_field::Settings;
pub use aif::message_passing::Scheme;
use aif::message_passing::Window;
use prob::math::exp;

pub use self::path::{FromPath, from_the_likeliest_path};
use crate::vole::{Hmm, Ring, TUSSOCKS, sequences};

/// What a scheme loses, on average over sequences.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loss {
    /// Free energy of its beliefs above the surprise, in nats; infinite if they hold
    /// something impossible possible.
    pub gap: f64,
    /// The least that its own functional lies above the surprise, in nats, in any
    /// sequence.
    pub least: f64,
    /// Largest difference of a probability from the smoother's, a mean over sequences.
    pub error: f64,
    /// The same in the worst of them.
    pub worst: f64,
    /// Whether the messages came to rest every time.
    pub at_rest: bool,
}

/// The vole that with chance `strays` runs to any of the five tussocks alike.
pub fn straying(strays: f64) -> Hmm<TUSSOCKS> {
    let vole = Ring::VOLE.model::<TUSSOCKS>();
    let anywhere = strays / TUSSOCKS as f64;
    let transition =
        vole.transition.map(|row| row.map(|b| (1.0 - strays) * b + anywhere));
    Hmm { transition, ..vole }
}

// ANCHOR: compare
/// What `scheme` loses on all sequences of `steps` rustles of a vole that `strays`.
///
/// # Errors
/// [`EpisodeError`]: none for this vole.
///
/// # Panics
/// If `strays` is no probability.
pub fn compare(scheme: Scheme, strays: f64, steps: usize) -> Result<Loss, EpisodeError> {
    let model = straying(strays).library().expect("columns sum to 1");
    let mut smoother = Smoother::new(&model, steps).expect("five states");
    let mut window = Window::new(&model, steps);
    let unmoved = vec![[0]; steps - 1];
    let mut loss =
        Loss { gap: 0.0, least: f64::INFINITY, error: 0.0, worst: 0.0, at_rest: true };
    for heard in sequences(steps).filter(|heard| heard[0] == 0) {
        let heard: Vec<[usize; 1]> = heard.into_iter().map(|o| [o]).collect();
        let log_evidence = smoother.run(&model, &heard, &unmoved)?;
        window.observe(&model, &heard, &unmoved)?;
        let reached = window.settle(&model, scheme, Settings::default())?;
        let chance = TUSSOCKS as f64 * exp(log_evidence);
        let error = distance(&window, &smoother);
        loss.gap += chance * (reached.free_energy.value() + log_evidence);
        loss.least = loss.least.min(reached.objective + log_evidence);
        loss.error += chance * error;
        loss.worst = loss.worst.max(error);
        loss.at_rest &= reached.convergence.is_reached();
    }
    Ok(loss)
}
// ANCHOR_END: compare

/// Largest difference of a probability at any step.
fn distance(window: &Window, smoother: &Smoother) -> f64 {
    let steps = 0..window.steps();
    let pairs =
        steps.flat_map(|t| window.belief(t).factor(0).iter().zip(smoother.smoothed(t)));
    pairs.fold(0.0, |most: f64, (q, p)| most.max((q - p).abs()))
}
