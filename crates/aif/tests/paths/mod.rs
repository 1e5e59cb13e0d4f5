//! Random models and episodes, and what brute force makes of them.

use aif::{Arrays, GenerativeModel};
use ndarray::{ArrayD, IxDyn};
use prob::categorical::sample;
use prob::rng::{Role, stream};
use proptest::prelude::*;
use rand::{Rng, RngExt};

/// Whether arrays may hold zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "each test file takes what it needs")]
pub enum Zeros {
    None,
    Many,
}

/// What a random model looks like.
#[derive(Debug, Clone)]
pub struct Shape {
    pub states: Vec<usize>,
    pub outcomes: Vec<usize>,
    pub actions: Vec<usize>,
    pub likelihood_parents: Vec<Vec<usize>>,
    pub transition_parents: Vec<Vec<usize>>,
    pub zeros: Zeros,
}

/// One factor, one modality, two actions.
#[allow(dead_code, reason = "each test file takes what it needs")]
pub fn chain(states: usize, outcomes: usize, zeros: Zeros) -> Shape {
    Shape {
        states: vec![states],
        outcomes: vec![outcomes],
        actions: vec![2],
        likelihood_parents: vec![vec![0]],
        transition_parents: vec![vec![0]],
        zeros,
    }
}

/// One to three factors of two or three states that may depend on one another.
#[allow(dead_code, reason = "each test file takes what it needs")]
pub fn shapes(zeros: Zeros) -> impl Strategy<Value = Shape> {
    (1..4_usize, 1..3_usize, any::<u64>()).prop_map(move |(factors, modalities, seed)| {
        let mut rng = stream(seed, Role::Init, 1);
        let mut some = |must: Option<usize>| -> Vec<usize> {
            let chosen: Vec<usize> = (0..factors)
                .filter(|&f| must == Some(f) || rng.random::<f64>() < 0.4)
                .collect();
            if chosen.is_empty() { vec![0] } else { chosen }
        };
        let likelihood_parents = (0..modalities).map(|_| some(None)).collect();
        let transition_parents = (0..factors).map(|f| some(Some(f))).collect();
        let mut count = |n: usize| (0..n).map(|_| rng.random_range(2..4)).collect();
        Shape {
            states: count(factors),
            outcomes: count(modalities),
            actions: (0..factors).map(|f| 1 + (f + 1) % 2).collect(),
            likelihood_parents,
            transition_parents,
            zeros,
        }
    })
}

fn column<R: Rng + ?Sized>(n: usize, zeros: Zeros, rng: &mut R) -> Vec<f64> {
    loop {
        let p: Vec<f64> = (0..n)
            .map(|_| {
                let zero = zeros == Zeros::Many && rng.random::<f64>() < 0.4;
                if zero { 0.0 } else { 0.05 + rng.random::<f64>() }
            })
            .collect();
        let sum: f64 = p.iter().sum();
        if sum > 0.0 {
            return p.into_iter().map(|p| p / sum).collect();
        }
    }
}

fn array<R: Rng + ?Sized>(shape: &[usize], zeros: Zeros, rng: &mut R) -> ArrayD<f64> {
    let mut array = ArrayD::zeros(IxDyn(shape));
    let n = shape[0];
    let rest = array.len() / n;
    let flat = array.as_slice_mut().expect("in standard order");
    for c in 0..rest {
        for (value, p) in column(n, zeros, rng).into_iter().enumerate() {
            flat[value * rest + c] = p;
        }
    }
    array
}

/// A model of this shape.
pub fn model(shape: &Shape, seed: u64) -> GenerativeModel {
    let mut rng = stream(seed, Role::Init, 0);
    let with = |first: usize, parents: &[usize], actions: Option<usize>| -> Vec<usize> {
        let mut full = vec![first];
        full.extend(parents.iter().map(|&f| shape.states[f]));
        full.extend(actions);
        full
    };
    let likelihood = shape
        .outcomes
        .iter()
        .zip(&shape.likelihood_parents)
        .map(|(&n, parents)| array(&with(n, parents, None), shape.zeros, &mut rng))
        .collect();
    let transition = shape
        .states
        .iter()
        .zip(&shape.transition_parents)
        .zip(&shape.actions)
        .map(|((&n, parents), &a)| {
            array(&with(n, parents, Some(a)), shape.zeros, &mut rng)
        })
        .collect();
    let prior = shape.states.iter().map(|&n| column(n, shape.zeros, &mut rng)).collect();
    GenerativeModel::from_arrays(&Arrays {
        likelihood,
        likelihood_parents: shape.likelihood_parents.clone(),
        transition,
        transition_parents: shape.transition_parents.clone(),
        prior,
        ..Arrays::default()
    })
    .expect("columns are distributions")
}

/// Outcomes that the model gave, and actions drawn evenly.
#[derive(Debug, Clone)]
pub struct Episode {
    pub observations: Vec<Vec<usize>>,
    pub actions: Vec<Vec<usize>>,
}

fn parents_of(states: &[usize], parents: &[usize]) -> Vec<usize> {
    parents.iter().map(|&f| states[f]).collect()
}

/// An episode of `steps` observations, drawn from the model.
pub fn episode(model: &GenerativeModel, steps: usize, seed: u64) -> Episode {
    let mut rng = stream(seed, Role::World, 0);
    let mut states: Vec<usize> =
        model.factors().iter().map(|f| sample(f.prior(), &mut rng)).collect();
    let mut drawn = Episode { observations: Vec::new(), actions: Vec::new() };
    for t in 0..steps {
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
                    let parents =
                        f.transition().parents(&parents_of(&states, f.parents()));
                    sample(f.transition().column(parents, a), &mut rng)
                })
                .collect();
            drawn.actions.push(actions);
        }
        let outcomes = model
            .modalities()
            .iter()
            .map(|m| {
                let parents = m.likelihood().parents(&parents_of(&states, m.parents()));
                sample(m.likelihood().column(parents, 0), &mut rng)
            })
            .collect();
        drawn.observations.push(outcomes);
    }
    drawn
}

/// Every path of joint states, one list of states a step, with $p(o, s)$, summed nowhere.
pub fn paths(model: &GenerativeModel, episode: &Episode) -> Vec<(Vec<Vec<usize>>, f64)> {
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    for factor in model.factors() {
        all = all
            .into_iter()
            .flat_map(|states| {
                (0..factor.n_states()).map(move |s| {
                    let mut more = states.clone();
                    more.push(s);
                    more
                })
            })
            .collect();
    }
    let mut paths: Vec<(Vec<Vec<usize>>, f64)> = vec![(Vec::new(), 1.0)];
    for (t, observation) in episode.observations.iter().enumerate() {
        let mut longer = Vec::new();
        for (path, p) in &paths {
            for states in &all {
                let mut p = *p;
                for (f, factor) in model.factors().iter().enumerate() {
                    p *= match path.last() {
                        None => factor.prior()[states[f]],
                        Some(before) => {
                            let parents = parents_of(before, factor.parents());
                            let parents = factor.transition().parents(&parents);
                            let action = episode.actions[t - 1][f];
                            factor.transition().get(states[f], parents, action)
                        }
                    };
                }
                for (m, &o) in model.modalities().iter().zip(observation) {
                    let parents =
                        m.likelihood().parents(&parents_of(states, m.parents()));
                    p *= m.likelihood().get(o, parents, 0);
                }
                if p > 0.0 {
                    let mut path = path.clone();
                    path.push(states.clone());
                    longer.push((path, p));
                }
            }
        }
        paths = longer;
    }
    paths
}

/// The episode up to and with observation `t`.
#[allow(dead_code, reason = "each test file takes what it needs")]
pub fn until(episode: &Episode, t: usize) -> Episode {
    Episode {
        observations: episode.observations[..=t].to_vec(),
        actions: episode.actions[..t].to_vec(),
    }
}
