//! Random models for tests, of any shape that is small enough to enumerate.

#![allow(dead_code, reason = "each test file takes what it needs")]

use aif::{Arrays, Belief, GenerativeModel};
use ndarray::{ArrayD, IxDyn};
use prob::rng::{Role, stream};
use proptest::prelude::*;
use rand::{Rng, RngExt};

/// How full the arrays are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zeros {
    /// Every entry is positive.
    None,
    /// About a third of the entries are 0.
    Some,
}

/// What a random model looks like.
#[derive(Debug, Clone)]
pub struct Shape {
    pub n_states: Vec<usize>,
    pub n_actions: Vec<usize>,
    pub n_outcomes: Vec<usize>,
    /// For each factor, one bit a parent; itself is always one.
    pub transition_parents: Vec<usize>,
    /// For each modality, one bit a parent.
    pub likelihood_parents: Vec<usize>,
    pub zeros: Zeros,
}

/// Up to three factors of up to four states, up to three modalities of up to four
/// outcomes, any dependencies.
pub fn shapes(zeros: Zeros) -> impl Strategy<Value = Shape> {
    shapes_of(1..4, zeros)
}

/// Models with so many factors.
pub fn shapes_of(
    factors: std::ops::Range<usize>,
    zeros: Zeros,
) -> impl Strategy<Value = Shape> {
    let factor = (1..5_usize, 1..4_usize, 0..8_usize);
    let modality = (2..5_usize, 1..8_usize);
    let lists = (
        prop::collection::vec(factor, factors),
        prop::collection::vec(modality, 1..4_usize),
    );
    lists.prop_map(move |(factors, modalities)| Shape {
        n_states: factors.iter().map(|f| f.0).collect(),
        n_actions: factors.iter().map(|f| f.1).collect(),
        transition_parents: factors.iter().map(|f| f.2).collect(),
        n_outcomes: modalities.iter().map(|m| m.0).collect(),
        likelihood_parents: modalities.iter().map(|m| m.1).collect(),
        zeros,
    })
}

/// Writes a random distribution; with zeros, but never only those.
pub fn fill<R: Rng + ?Sized>(column: &mut [f64], zeros: Zeros, rng: &mut R) {
    for p in column.iter_mut() {
        let zero = zeros == Zeros::Some && rng.random::<f64>() < 0.35;
        *p = if zero { 0.0 } else { 0.02 + rng.random::<f64>() };
    }
    if column.iter().all(|&p| p == 0.0) {
        let n = column.len();
        column[rng.random_range(0..n)] = 1.0;
    }
    let sum: f64 = column.iter().sum();
    column.iter_mut().for_each(|p| *p /= sum);
}

fn table<R: Rng + ?Sized>(shape: &[usize], zeros: Zeros, rng: &mut R) -> ArrayD<f64> {
    let mut array = ArrayD::zeros(IxDyn(shape));
    for mut column in array.lanes_mut(ndarray::Axis(0)) {
        let mut p = vec![0.0; shape[0]];
        fill(&mut p, zeros, rng);
        column.iter_mut().zip(p).for_each(|(entry, p)| *entry = p);
    }
    array
}

/// The arrays of a random model of this shape.
pub fn arrays(shape: &Shape, seed: u64) -> Arrays {
    let mut rng = stream(seed, Role::Init, 0);
    let n_factors = shape.n_states.len();
    let chosen = |bits: usize| -> Vec<usize> {
        (0..n_factors).filter(|&f| bits >> f & 1 == 1).collect()
    };
    let mut arrays = Arrays::default();
    for (f, &n) in shape.n_states.iter().enumerate() {
        let parents = chosen(shape.transition_parents[f] | 1 << f);
        let mut axes = vec![n];
        axes.extend(parents.iter().map(|&g| shape.n_states[g]));
        axes.push(shape.n_actions[f]);
        arrays.transition.push(table(&axes, shape.zeros, &mut rng));
        arrays.transition_parents.push(parents);
        let mut prior = vec![0.0; n];
        fill(&mut prior, shape.zeros, &mut rng);
        arrays.prior.push(prior);
    }
    for (m, &n) in shape.n_outcomes.iter().enumerate() {
        let parents = chosen(shape.likelihood_parents[m]);
        let mut axes = vec![n];
        axes.extend(parents.iter().map(|&g| shape.n_states[g]));
        arrays.likelihood.push(table(&axes, shape.zeros, &mut rng));
        arrays.likelihood_parents.push(parents);
        arrays.log_preference.push(ArrayD::zeros(IxDyn(&[n])));
    }
    arrays
}

/// A random model of this shape.
pub fn model(shape: &Shape, seed: u64) -> GenerativeModel {
    GenerativeModel::from_arrays(&arrays(shape, seed)).expect("random models are models")
}

/// A belief that the model's dynamics have nothing to do with.
pub fn belief(model: &GenerativeModel, zeros: Zeros, seed: u64) -> Belief {
    let mut rng = stream(seed, Role::Init, 1);
    let factors: Vec<Vec<f64>> = model
        .factors()
        .iter()
        .map(|factor| {
            let mut q = vec![0.0; factor.n_states()];
            fill(&mut q, zeros, &mut rng);
            q
        })
        .collect();
    Belief::new(&factors).expect("distributions")
}

/// An episode that the model itself made up: observations `[t][m]`, and the actions
/// between them `[t][f]`.
pub fn episode(
    model: &GenerativeModel,
    n_steps: usize,
    seed: u64,
) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let mut rng = stream(seed, Role::World, 0);
    let draw = |p: &[f64], rng: &mut _| prob::categorical::sample(p, rng);
    let mut states: Vec<usize> =
        model.factors().iter().map(|f| draw(f.prior(), &mut rng)).collect();
    let (mut observations, mut all_actions) = (Vec::new(), Vec::new());
    for t in 0..n_steps {
        if t > 0 {
            let actions: Vec<usize> = model
                .factors()
                .iter()
                .map(|f| rng.random_range(0..f.n_actions()))
                .collect();
            states = model
                .factors()
                .iter()
                .zip(&actions)
                .map(|(f, &a)| {
                    let parents: Vec<usize> =
                        f.parents().iter().map(|&g| states[g]).collect();
                    let b = f.transition();
                    draw(b.column(b.parents(&parents), a), &mut rng)
                })
                .collect();
            all_actions.push(actions);
        }
        observations.push(
            model
                .modalities()
                .iter()
                .map(|m| {
                    let parents: Vec<usize> =
                        m.parents().iter().map(|&g| states[g]).collect();
                    let a = m.likelihood();
                    draw(a.column(a.parents(&parents), 0), &mut rng)
                })
                .collect(),
        );
    }
    (observations, all_actions)
}

/// All joint states of the factors, the last fastest.
pub fn joint_states(model: &GenerativeModel) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for factor in model.factors() {
        all = all
            .into_iter()
            .flat_map(|states: Vec<usize>| {
                (0..factor.n_states()).map(move |s| {
                    let mut longer = states.clone();
                    longer.push(s);
                    longer
                })
            })
            .collect();
    }
    all
}

/// $p(o \mid s)$, straight from the arrays.
pub fn likelihood(arrays: &Arrays, states: &[usize], observation: &[usize]) -> f64 {
    let parts = arrays.likelihood.iter().zip(&arrays.likelihood_parents);
    parts
        .zip(observation)
        .map(|((array, parents), &o)| {
            let mut index = vec![o];
            index.extend(parents.iter().map(|&g| states[g]));
            array[IxDyn(&index)]
        })
        .product()
}

/// $p(s' \mid s, a)$, straight from the arrays.
pub fn transition(
    arrays: &Arrays,
    next: &[usize],
    states: &[usize],
    actions: &[usize],
) -> f64 {
    (0..next.len())
        .map(|f| {
            let mut index = vec![next[f]];
            index.extend(arrays.transition_parents[f].iter().map(|&g| states[g]));
            index.push(actions[f]);
            arrays.transition[f][IxDyn(&index)]
        })
        .product()
}

/// $p(s)$ at the start, straight from the arrays.
pub fn prior(arrays: &Arrays, states: &[usize]) -> f64 {
    arrays.prior.iter().zip(states).map(|(d, &s)| d[s]).product()
}
