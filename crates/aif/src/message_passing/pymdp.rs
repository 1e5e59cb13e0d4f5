//! What pymdp 1.0.4 computes for a window, for comparison.
//!
//! It begins at uniform beliefs, updates those of all steps and factors at once, a fixed
//! number of times, and replaces zeros by a small number before it takes logarithms. Use
//! [`Window::settle`] for inference, and this to see what another program saw.
//!
//! | pymdp     | code                                                      |
//! |-----------|-----------------------------------------------------------|
//! | `run_vmp` | [`run`] with [`Scheme::Variational`]                      |
//! | `run_mmp` | [`run`] with [`Scheme::Marginal`]                         |

use crate::GenerativeModel;
use crate::hmm::{EpisodeError, check_episode};

use super::{Floor, Scheme, Source, Window};

pub use crate::pymdp::FLOOR;

/// Updates all beliefs of `window` at once, `sweeps` times (16 by default there), from
/// uniform ones.
///
/// # Errors
/// [`EpisodeError::WrongLength`] if nothing was observed.
///
/// # Panics
/// For [`Scheme::Bethe`], which pymdp doesn't have.
pub fn run(
    window: &mut Window,
    model: &GenerativeModel,
    scheme: Scheme,
    sweeps: usize,
) -> Result<(), EpisodeError> {
    assert_ne!(scheme, Scheme::Bethe, "pymdp has no such scheme");
    check_episode(window.steps, window.steps.saturating_sub(1), window.horizon)?;
    let steps = window.steps;
    window.beliefs[..steps].iter_mut().for_each(crate::Belief::make_uniform);
    for _ in 0..sweeps {
        for (before, now) in window.before.iter_mut().zip(&window.beliefs[..steps]) {
            before.copy_from(now);
        }
        for t in 0..steps {
            for f in 0..model.n_factors() {
                window.gather(model, scheme, Floor::Clipped, Source::Before, t, f);
                window.room.update(window.beliefs[t].factor_mut(f), 0.0);
            }
        }
    }
    Ok(())
}
