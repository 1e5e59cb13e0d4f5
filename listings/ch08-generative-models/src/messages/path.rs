//! Variational messages with a better start.

use aif::hmm::{EpisodeError, Smoother};
use aif::mean_field::{Settings, Start};
use aif::message_passing::{Scheme, Window};
use prob::math::{exp, ln};

use super::straying;
use crate::vole::{Hmm, TUSSOCKS, sequences};

/// What beliefs cost above the surprise, a mean over sequences, in nats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FromPath {
    /// Certainty of the likeliest path.
    pub path: f64,
    /// What variational messages make of it.
    pub gap: f64,
}

/// Starts variational messages at the likeliest path, for all sequences of `steps`
/// rustles of a vole that `strays`.
///
/// # Errors
/// [`EpisodeError`]: none for this vole.
///
/// # Panics
/// If `strays` is no probability.
pub fn from_the_likeliest_path(
    strays: f64,
    steps: usize,
) -> Result<FromPath, EpisodeError> {
    let vole = straying(strays);
    let model = vole.library().expect("columns sum to 1");
    let mut smoother = Smoother::new(&model, steps).expect("five states");
    let mut window = Window::new(&model, steps);
    let unmoved = vec![[0]; steps - 1];
    let given = Settings { start: Start::Given, ..Settings::default() };
    let paths: Vec<Path> = possible_paths(&vole, steps).collect();
    let mut cost = FromPath { path: 0.0, gap: 0.0 };
    for heard in sequences(steps).filter(|heard| heard[0] == 0) {
        let joint = |(path, prior): &Path| {
            path.iter().zip(&heard).fold(*prior, |p, (&s, &o)| p * vole.likelihood[o][s])
        };
        let likeliest = paths.iter().max_by(|a, b| joint(a).total_cmp(&joint(b)));
        let likeliest = likeliest.expect("some path is possible");
        let outcomes: Vec<[usize; 1]> = heard.iter().map(|&o| [o]).collect();
        let log_evidence = smoother.run(&model, &outcomes, &unmoved)?;
        window.observe(&model, &outcomes, &unmoved)?;
        for (t, &place) in likeliest.0.iter().enumerate() {
            let certain: [f64; TUSSOCKS] =
                std::array::from_fn(|s| if s == place { 1.0 } else { 0.0 });
            window.belief_mut(t).set(0, &certain).expect("sums to 1");
        }
        let reached = window.settle(&model, Scheme::Variational, given)?;
        let chance = TUSSOCKS as f64 * exp(log_evidence);
        cost.path += chance * (log_evidence - ln(joint(likeliest)));
        cost.gap += chance * (reached.free_energy.value() + log_evidence);
    }
    Ok(cost)
}

/// Places, and how probable they are before anything is heard.
type Path = (Vec<usize>, f64);

fn possible_paths(vole: &Hmm<TUSSOCKS>, steps: usize) -> impl Iterator<Item = Path> {
    let all = sequences(steps).map(|path| {
        let moves = path.windows(2).map(|pair| vole.transition[pair[1]][pair[0]]);
        let prior = vole.prior[path[0]] * moves.product::<f64>();
        (path, prior)
    });
    all.filter(|(_, prior)| *prior > 0.0)
}
