//! The model of a finite world that is known: the same dynamics and senses, as arrays.

use envs::{FiniteWorld, WorldError, check};
use thiserror::Error;

use super::{GenerativeModel, ModelBuilder};
use crate::joint;

/// How far two numbers may lie apart to be the same probability.
const SAME: f64 = 1e-12;

/// Why a world has no model with its factors.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum FromWorldError {
    /// The world breaks a promise.
    #[error(transparent)]
    World(#[from] WorldError),
    /// The factors' next states are not independent, given state and action.
    #[error(
        "state {state} under action {action}: the next values of the factors depend on each other"
    )]
    Tied {
        /// The state.
        state: usize,
        /// The action.
        action: usize,
    },
    /// The factors are not independent at the start.
    #[error("at the start, the values of the factors depend on each other")]
    TiedStart,
}

impl ModelBuilder {
    /// The model of `world`, with no preferences: a factor for each of its factors, a
    /// modality for each of its senses, and dependencies on those factors that make a
    /// difference (a factor's next state depends at least on itself).
    ///
    /// A world has one action at a time; a factor whose course it changes has as many,
    /// and gets the same one. Name what you like with [`Self::rename_factor`] and
    /// [`Self::rename_modality`].
    ///
    /// # Errors
    /// [`FromWorldError`] if the world breaks its promises, or its factors are tied where
    /// a model's can't be; a world without factors always has a model.
    ///
    /// ```
    /// use aif::ModelBuilder;
    /// use envs::t_maze::MultipleTMaze;
    ///
    /// let maze = MultipleTMaze::with_food();
    /// let model = ModelBuilder::from_world(&maze)?.build()?;
    /// assert!(model.factor(0).is_controlled());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_world(world: &impl FiniteWorld) -> Result<Self, FromWorldError> {
        check(world)?;
        let (n_states, n_actions) = (world.n_states(), world.n_actions());
        let shape: Vec<usize> =
            (0..world.n_factors()).map(|f| world.factor_size(f)).collect();
        let mut builder = Self::default();

        let mut start = vec![0.0; n_states];
        world.start().iter().for_each(|&(s, p)| start[s] += p);
        let priors = marginals(world, &shape, &start);
        if tied(world, &start, &priors) {
            return Err(FromWorldError::TiedStart);
        }

        // For each factor `[action][joint state][next state]`.
        let mut tables: Vec<Vec<f64>> =
            shape.iter().map(|n| Vec::with_capacity(n_actions * n_states * n)).collect();
        let mut next = vec![0.0; n_states];
        for a in 0..n_actions {
            for s in 0..n_states {
                next.fill(0.0);
                for successor in world.successors(s, a) {
                    next[successor.state] += successor.probability;
                }
                let columns = marginals(world, &shape, &next);
                if tied(world, &next, &columns) {
                    return Err(FromWorldError::Tied { state: s, action: a });
                }
                for (table, column) in tables.iter_mut().zip(columns) {
                    table.extend(column);
                }
            }
        }

        for (f, (&n, prior)) in shape.iter().zip(&priors).enumerate() {
            builder.factor(&f.to_string(), &names(n));
            builder.prior(f, prior);
        }
        for (f, table) in tables.iter().enumerate() {
            let n = shape[f];
            let parts: Vec<&[f64]> = table.chunks_exact(n_states * n).collect();
            let parents: Vec<usize> = (0..shape.len())
                .filter(|&g| {
                    g == f || parts.iter().any(|part| matters(part, n, &shape, g))
                })
                .collect();
            let controlled = parts.iter().any(|part| differ(part, parts[0]));
            builder.actions(f, &names(if controlled { n_actions } else { 1 }));
            builder.transition(f, &parents, |states, a, column| {
                let s = somewhere(&shape, &parents, states);
                column.copy_from_slice(&parts[a][s * n..(s + 1) * n]);
            });
        }
        for m in 0..world.n_modalities() {
            let n = world.n_outcomes(m);
            let mut table = vec![0.0; n_states * n];
            for (s, column) in table.chunks_exact_mut(n).enumerate() {
                world.outcomes(m, s).iter().for_each(|(o, p)| column[o] += p);
            }
            let parents: Vec<usize> =
                (0..shape.len()).filter(|&g| matters(&table, n, &shape, g)).collect();
            builder.modality(&m.to_string(), &names(n));
            builder.likelihood(m, &parents, |states, column| {
                let s = somewhere(&shape, &parents, states);
                column.copy_from_slice(&table[s * n..(s + 1) * n]);
            });
        }
        Ok(builder)
    }
}

impl GenerativeModel {
    /// The actions on all factors that are one action of a world: `action` on each
    /// controlled factor, 0 on the others. `out` has one entry a factor.
    ///
    /// # Panics
    /// If `out` has another length.
    pub fn spread_action(&self, action: usize, out: &mut [usize]) {
        assert_eq!(out.len(), self.n_factors(), "one action a factor");
        for (out, factor) in out.iter_mut().zip(self.factors()) {
            *out = if factor.is_controlled() { action } else { 0 };
        }
    }
}

fn names(n: usize) -> Vec<String> {
    (0..n).map(|i| i.to_string()).collect()
}

/// The distribution of each factor under a distribution of joint states.
fn marginals(world: &impl FiniteWorld, shape: &[usize], p: &[f64]) -> Vec<Vec<f64>> {
    let mut marginals: Vec<Vec<f64>> = shape.iter().map(|&n| vec![0.0; n]).collect();
    for (s, &p) in p.iter().enumerate().filter(|(_, p)| **p > 0.0) {
        for (f, marginal) in marginals.iter_mut().enumerate() {
            marginal[world.factor_value(s, f)] += p;
        }
    }
    marginals
}

/// Whether a distribution of joint states is not the product of its marginals.
fn tied(world: &impl FiniteWorld, p: &[f64], marginals: &[Vec<f64>]) -> bool {
    marginals.len() > 1
        && p.iter().enumerate().any(|(s, &p)| {
            let product: f64 = marginals
                .iter()
                .enumerate()
                .map(|(f, marginal)| marginal[world.factor_value(s, f)])
                .product();
            (p - product).abs() > SAME
        })
}

fn differ(p: &[f64], q: &[f64]) -> bool {
    p.iter().zip(q).any(|(p, q)| (p - q).abs() > SAME)
}

/// Whether the columns of `table`, one a joint state, change with factor `g`.
fn matters(table: &[f64], n_values: usize, shape: &[usize], g: usize) -> bool {
    let stride: usize = shape[g + 1..].iter().product::<usize>() * n_values;
    table.chunks_exact(stride * shape[g]).any(|block| {
        block.chunks_exact(stride).any(|part| differ(part, &block[..stride]))
    })
}

/// A joint state in which the parents have these states; the others don't matter.
fn somewhere(shape: &[usize], parents: &[usize], states: &[usize]) -> usize {
    let mut all = vec![0; shape.len()];
    parents.iter().zip(states).for_each(|(&f, &s)| all[f] = s);
    joint::number(shape, &all)
}
