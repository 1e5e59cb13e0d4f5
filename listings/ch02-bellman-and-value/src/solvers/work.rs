//! What a solver costs, in backups and in multiplications.

use envs::Discount;
use rl::Mdp;

use super::{PLENTY, SETTINGS, Solver};
use crate::contraction::sup_distance;
use crate::stopping::truth;

/// How far a solver has come, and what it cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Which solver.
    pub solver: Solver,
    /// Sweeps or improvements so far.
    pub step: usize,
    /// Backups of a state and an action so far.
    pub backups: usize,
    /// Multiplications so far: those of the backups and those of eliminations.
    pub multiplications: f64,
    /// The largest error over states, in reward.
    pub error: f64,
}

/// Where each solver but the linear program is when it has proved its tolerance.
pub fn totals(mdp: &Mdp, discount: Discount) -> Vec<Row> {
    let truth = truth(mdp, discount);
    let row = |solver: Solver| {
        let (v, step) = solver.values(mdp, discount, PLENTY);
        let (backups, multiplications) = work(solver, mdp, step);
        let error = sup_distance(&truth, &v);
        Row { solver, step, backups, multiplications, error }
    };
    let counted = Solver::ALL.into_iter().filter(|s| *s != Solver::LinearProgram);
    counted.map(row).collect()
}

/// The way of each solver but the linear program, step by step until it stops or has
/// taken `most` steps.
pub fn curves(mdp: &Mdp, discount: Discount, most: usize) -> Vec<Row> {
    let truth = truth(mdp, discount);
    let mut rows = Vec::new();
    for solver in Solver::ALL.into_iter().filter(|s| *s != Solver::LinearProgram) {
        for step in 1..=most {
            let (v, taken) = solver.values(mdp, discount, step);
            if taken < step {
                break;
            }
            let (backups, multiplications) = work(solver, mdp, step);
            let error = sup_distance(&truth, &v);
            rows.push(Row { solver, step, backups, multiplications, error });
        }
    }
    rows
}

// ANCHOR: work
/// Backups and multiplications of the first `steps` steps. The certificate's own sweep is
/// not counted.
fn work(solver: Solver, mdp: &Mdp, steps: usize) -> (usize, f64) {
    let live: Vec<usize> = (0..mdp.n_states()).filter(|&s| !mdp.is_terminal(s)).collect();
    let pairs = || live.iter().flat_map(|&s| (0..mdp.n_actions()).map(move |a| (s, a)));
    let sweep = live.len() * mdp.n_actions();
    let ways: usize = pairs().map(|(s, a)| mdp.row(s, a).count()).sum();
    let a_step = match solver {
        Solver::ModifiedPolicyIteration => sweep + SETTINGS.evaluations * live.len(),
        _ => sweep,
    };
    let n = live.len() as f64;
    let elimination = match solver {
        Solver::PolicyIteration => n * n * n / 3.0,
        _ => 0.0,
    };
    let a_backup = ways as f64 / sweep as f64;
    (steps * a_step, steps as f64 * (a_step as f64 * a_backup + elimination))
}
// ANCHOR_END: work
