//! Predictive coding: inference as descent on free energy, by prediction errors alone.
//!
//! Each level of a hierarchy predicts the one below it through a link, and what it gets
//! wrong is weighed by a precision (Rao and Ballard 1999; Friston 2005; Bogacz 2017):
//!
//! $$\epsilon_i = m_i - g_i(m_{i+1}), \qquad F = \tfrac12 \sum_i \[\epsilon_i^\top \Pi_i
//! \epsilon_i - \ln |\Pi_i| + n_i \ln 2\pi\].$$
//!
//! | book         | code                       | meaning                              |
//! |--------------|----------------------------|--------------------------------------|
//! | $m_0$        | `observation`              | what is seen, shape `[n_0]`          |
//! | $m_i$        | `mean(i)`                  | the guess at level `i`, `[n_i]`      |
//! | $g_i$        | [`Link`]                   | what level `i + 1` predicts of `i`   |
//! | $\epsilon_i$ | `error(i)`                 | prediction error at level `i`        |
//! | $\Pi_i$      | `precision`                | inverse covariance of that error     |
//! | $\eta$       | `step_size`                | length of a step downhill            |
//!
//! The belief is a point here, and $F$ the surprise of it and the observation together,
//! $-\ln p(o, m)$. With linear links the posterior is a Gaussian around the lowest point
//! with covariance $(\nabla^2 F)^{-1}$, and [`PredictiveCoder::laplace_free_energy`],
//! which counts that width, is the surprise itself.

use ndarray::{Array1, Array2, ArrayView2};
use prob::math::tanh;
use thiserror::Error;

use crate::kalman::{KalmanError, LN_TWO_PI, dense, matrix, positive};

/// How a unit's input becomes its prediction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Activation {
    /// $g(x) = W x + b$.
    #[default]
    Linear,
    /// $g(x) = \tanh(W x + b)$ (Rao and Ballard 1999 take this or the linear one).
    Tanh,
}

/// What a level predicts of the one below it, and how much errors there count.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// $W$, shape `[n_below, n_above]`.
    pub weights: Array2<f64>,
    /// $b$, shape `[n_below]`.
    pub bias: Array1<f64>,
    /// What becomes of $W x + b$.
    pub activation: Activation,
    /// $\Pi$ of the errors of the level below, shape `[n_below, n_below]`: symmetric,
    /// positive in every direction.
    pub precision: Array2<f64>,
}

/// Why levels are no hierarchy, or an observation does not fit one.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum HierarchyError {
    /// There is no link, so nothing is hidden.
    #[error("a hierarchy has at least one link")]
    NoLink,
    /// An array does not fit, or a precision is none.
    #[error("link {link}: {source}")]
    Link {
        /// Number of the link; 0 predicts the observation.
        link: usize,
        /// What is wrong with it.
        source: KalmanError,
    },
    /// The prior at the top does not fit, or its precision is none.
    #[error("top: {0}")]
    Top(KalmanError),
    /// The observation does not fit.
    #[error("observation has shape [{found}], and [{expected}] fits the hierarchy")]
    Observation {
        /// Its length.
        found: usize,
        /// What fits.
        expected: usize,
    },
    /// An observed value is infinite or not a number.
    #[error("observation holds {0}, and every entry is finite")]
    NotFinite(f64),
}

#[derive(Debug, Clone, PartialEq)]
struct Level {
    /// Units of this level.
    n: usize,
    /// $\Pi$ of this level's errors, `[n, n]`.
    precision: Vec<f64>,
    log_determinant: f64,
    /// What the level above predicts of this one; none at the top.
    weights: Vec<f64>,
    bias: Vec<f64>,
    activation: Activation,
}

/// A hierarchy of Gaussian levels, checked once: level 0 is observed, the last has a
/// prior mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Hierarchy {
    levels: Vec<Level>,
}

impl Hierarchy {
    /// A hierarchy of `links`, from the one that predicts the observation upward, under a
    /// prior of mean `top_mean` (shape `[n_top]`) and precision `top_precision` (`[n_top,
    /// n_top]`).
    ///
    /// # Errors
    /// [`HierarchyError`], naming the link and the array.
    pub fn new(
        links: &[Link],
        top_mean: &Array1<f64>,
        top_precision: &Array2<f64>,
    ) -> Result<Self, HierarchyError> {
        if links.is_empty() {
            return Err(HierarchyError::NoLink);
        }
        let mut levels = Vec::with_capacity(links.len() + 1);
        for (number, link) in links.iter().enumerate() {
            let above = links.get(number + 1).map_or(top_mean.len(), |l| l.bias.len());
            let level = Level::new(link, above)
                .map_err(|source| HierarchyError::Link { link: number, source })?;
            levels.push(level);
        }
        let top = Link {
            weights: Array2::zeros((top_mean.len(), 1)),
            bias: top_mean.clone(),
            activation: Activation::Linear,
            precision: top_precision.clone(),
        };
        levels.push(Level::new(&top, 1).map_err(HierarchyError::Top)?);
        Ok(Self { levels })
    }

    /// Number of levels, the observed one included.
    pub fn n_levels(&self) -> usize {
        self.levels.len()
    }

    /// Units of a level.
    ///
    /// # Panics
    /// If there is no such level.
    pub fn n_units(&self, level: usize) -> usize {
        self.levels[level].n
    }
}

impl Level {
    fn new(link: &Link, above: usize) -> Result<Self, KalmanError> {
        let n = link.bias.len();
        if n == 0 || above == 0 {
            return Err(KalmanError::Empty { array: "bias" });
        }
        let bias = link.bias.to_vec();
        if let Some(&value) = bias.iter().find(|b| !b.is_finite()) {
            return Err(KalmanError::NotFinite { array: "bias", value });
        }
        let precision = positive(&link.precision, n, "precision")?;
        let mut l = precision.clone();
        dense::cholesky(&mut l, n, 0.0).expect("checked to be positive");
        Ok(Self {
            n,
            log_determinant: dense::log_determinant(&l, n),
            precision,
            weights: matrix(&link.weights, [n, above], "weights")?,
            bias,
            activation: link.activation,
        })
    }
}

/// When [`PredictiveCoder::settle`] stops.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Descent {
    /// $\eta$: how far along the negative gradient a step goes. It must stay below
    /// $2/\lambda$ with $\lambda$ the largest eigenvalue of $\nabla^2 F$, or the guesses
    /// swing out.
    pub step_size: f64,
    /// Every entry of the gradient is within this when it has converged.
    pub tolerance: f64,
    /// The most steps.
    pub steps: usize,
}

impl Default for Descent {
    /// Steps of 0.1 until the gradient is 1e-10, at most 100,000: enough for precisions
    /// up to about 10 and links of order 1.
    fn default() -> Self {
        Self { step_size: 0.1, tolerance: 1e-10, steps: 100_000 }
    }
}

/// How a descent ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The gradient is within the tolerance.
    Converged,
    /// The steps ran out.
    Exhausted,
    /// The guesses swung out of all bounds: the step size is too large.
    Diverged,
}

/// What [`PredictiveCoder::settle`] returns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settled {
    /// How it ended.
    pub ending: Ending,
    /// Steps that it took.
    pub steps: usize,
    /// The largest entry of the gradient that is left, in nats per unit of the guess.
    pub gradient: f64,
    /// $F$ that it reached, in nats.
    pub free_energy: f64,
}

/// A hierarchy that makes sense of an observation: its guesses and their errors.
///
/// Nothing allocates after [`PredictiveCoder::new`], but in
/// [`PredictiveCoder::curvature`] and what needs it.
///
/// ```
/// use aif::predictive_coding::{Descent, Ending, Hierarchy, Link, PredictiveCoder};
/// use ndarray::{arr1, arr2};
///
/// // A length is expected to be 3 with precision 1, and looks like 5 with precision 4.
/// let link = Link {
///     weights: arr2(&[[1.0]]),
///     bias: arr1(&[0.0]),
///     activation: Default::default(),
///     precision: arr2(&[[4.0]]),
/// };
/// let hierarchy = Hierarchy::new(&[link], &arr1(&[3.0]), &arr2(&[[1.0]]))?;
/// let mut coder = PredictiveCoder::new(&hierarchy);
/// coder.observe(&[5.0])?;
/// assert_eq!(coder.settle(Descent::default()).ending, Ending::Converged);
/// // The guess lies where the two weighed errors cancel.
/// assert!((coder.mean(1)[0] - 4.6).abs() < 1e-9);
/// # Ok::<(), aif::predictive_coding::HierarchyError>(())
/// ```
#[derive(Debug, Clone)]
pub struct PredictiveCoder<'h> {
    hierarchy: &'h Hierarchy,
    nodes: Vec<Node>,
}

/// The state of one level.
#[derive(Debug, Clone)]
struct Node {
    mean: Vec<f64>,
    prediction: Vec<f64>,
    error: Vec<f64>,
    /// $\Pi_i \epsilon_i$.
    weighed: Vec<f64>,
    gradient: Vec<f64>,
}

impl<'h> PredictiveCoder<'h> {
    /// Guesses that lie where the top expects them, and an observation that was expected:
    /// no errors.
    pub fn new(hierarchy: &'h Hierarchy) -> Self {
        let node = |level: &Level| {
            let zeros = vec![0.0; level.n];
            Node {
                mean: level.bias.clone(),
                prediction: zeros.clone(),
                error: zeros.clone(),
                weighed: zeros.clone(),
                gradient: zeros,
            }
        };
        let mut coder =
            Self { hierarchy, nodes: hierarchy.levels.iter().map(node).collect() };
        coder.relax();
        let Node { mean, prediction, .. } = &mut coder.nodes[0];
        mean.copy_from_slice(prediction);
        coder.update();
        coder
    }

    /// Guesses as the prior has them, before anything was seen; the observation stays.
    pub fn relax(&mut self) {
        let top = self.nodes.len() - 1;
        self.nodes[top].mean.copy_from_slice(&self.hierarchy.levels[top].bias);
        for i in (1..top).rev() {
            self.predict(i);
            let Node { mean, prediction, .. } = &mut self.nodes[i];
            mean.copy_from_slice(prediction);
        }
        self.update();
    }

    /// Takes in an observation, shape `[n_0]`; the guesses stay where they are.
    ///
    /// # Errors
    /// [`HierarchyError::Observation`] or [`HierarchyError::NotFinite`].
    pub fn observe(&mut self, observation: &[f64]) -> Result<(), HierarchyError> {
        let (found, expected) = (observation.len(), self.hierarchy.levels[0].n);
        if found != expected {
            return Err(HierarchyError::Observation { found, expected });
        }
        if let Some(&value) = observation.iter().find(|o| !o.is_finite()) {
            return Err(HierarchyError::NotFinite(value));
        }
        self.nodes[0].mean.copy_from_slice(observation);
        self.update();
        Ok(())
    }

    /// Puts the guess of a hidden level somewhere.
    ///
    /// # Panics
    /// If there is no such hidden level or `mean` has another length.
    pub fn guess(&mut self, level: usize, mean: &[f64]) {
        assert!(level > 0, "level 0 is observed, not guessed");
        self.nodes[level].mean.copy_from_slice(mean);
        self.update();
    }

    fn predict(&mut self, i: usize) {
        let level = &self.hierarchy.levels[i];
        let (below, above) = self.nodes.split_at_mut(i + 1);
        let prediction = &mut below[i].prediction;
        match above.first() {
            Some(above) => dense::apply(&level.weights, &above.mean, prediction),
            None => prediction.fill(0.0),
        }
        for (prediction, bias) in prediction.iter_mut().zip(&level.bias) {
            *prediction += bias;
            if level.activation == Activation::Tanh {
                *prediction = tanh(*prediction);
            }
        }
    }

    // ANCHOR: prediction_errors
    /// Predictions, errors, and the gradient, which level `i` makes of its own error and
    /// of that of the level below:
    /// $\partial F / \partial m_i = \Pi_i \epsilon_i - (\partial g_{i-1} / \partial
    /// m_i)^\top \Pi_{i-1} \epsilon_{i-1}$.
    fn update(&mut self) {
        for i in 0..self.nodes.len() {
            self.predict(i);
            let level = &self.hierarchy.levels[i];
            let Node { mean, prediction, error, weighed, .. } = &mut self.nodes[i];
            for ((error, mean), prediction) in error.iter_mut().zip(mean).zip(prediction)
            {
                *error = *mean - *prediction;
            }
            dense::apply(&level.precision, error, weighed);
        }
        for i in 1..self.nodes.len() {
            let below = &self.hierarchy.levels[i - 1];
            let (lower, upper) = self.nodes.split_at_mut(i);
            let (lower, node) = (&lower[i - 1], &mut upper[0]);
            node.gradient.copy_from_slice(&node.weighed);
            for (k, row) in below.weights.chunks_exact(node.mean.len()).enumerate() {
                let blame = lower.weighed[k] * below.slope(lower.prediction[k]);
                for (gradient, weight) in node.gradient.iter_mut().zip(row) {
                    *gradient -= weight * blame;
                }
            }
        }
    }
    // ANCHOR_END: prediction_errors

    // ANCHOR: step
    /// One step downhill for all levels at once: $m_i \leftarrow m_i - \eta\, \partial F
    /// / \partial m_i$. Returns the largest entry of the new gradient.
    pub fn step(&mut self, step_size: f64) -> f64 {
        for node in &mut self.nodes[1..] {
            for (mean, gradient) in node.mean.iter_mut().zip(&node.gradient) {
                *mean -= step_size * gradient;
            }
        }
        self.update();
        self.steepest()
    }
    // ANCHOR_END: step

    fn steepest(&self) -> f64 {
        let entries = self.nodes[1..].iter().flat_map(|node| &node.gradient);
        // `max` drops a NaN, which must not pass for flat ground.
        entries
            .fold(0.0, |max: f64, g| if g.is_nan() { f64::NAN } else { max.max(g.abs()) })
    }

    /// Steps until the ground is flat.
    pub fn settle(&mut self, descent: Descent) -> Settled {
        let mut gradient = self.steepest();
        let mut steps = 0;
        while gradient > descent.tolerance
            && gradient.is_finite()
            && steps < descent.steps
        {
            gradient = self.step(descent.step_size);
            steps += 1;
        }
        let ending = if gradient <= descent.tolerance {
            Ending::Converged
        } else if gradient.is_finite() {
            Ending::Exhausted
        } else {
            Ending::Diverged
        };
        Settled { ending, steps, gradient, free_energy: self.free_energy() }
    }

    /// $F = -\ln p(o, m)$ of the guesses as they are, in nats.
    pub fn free_energy(&self) -> f64 {
        let level = |(level, node): (&Level, &Node)| {
            dense::dot(&node.error, &node.weighed) - level.log_determinant
                + level.n as f64 * LN_TWO_PI
        };
        0.5 * self.hierarchy.levels.iter().zip(&self.nodes).map(level).sum::<f64>()
    }

    /// The guess at a level, shape `[n_units]`; at level 0 the observation.
    ///
    /// # Panics
    /// If there is no such level, as the three below.
    pub fn mean(&self, level: usize) -> &[f64] {
        &self.nodes[level].mean
    }

    /// What is predicted of a level, shape `[n_units]`.
    pub fn prediction(&self, level: usize) -> &[f64] {
        &self.nodes[level].prediction
    }

    /// $\epsilon$ at a level, shape `[n_units]`.
    pub fn error(&self, level: usize) -> &[f64] {
        &self.nodes[level].error
    }

    /// $\partial F / \partial m$ at a level, shape `[n_units]`; 0 at level 0, which is
    /// observed.
    pub fn gradient(&self, level: usize) -> &[f64] {
        &self.nodes[level].gradient
    }

    /// $\nabla^2 F$ in the guesses of all hidden levels, from level 1 up, without the
    /// curvature of the links themselves (as Gauss and Newton have it; exact where links
    /// are linear): the posterior's precision. Shape `[n, n]` with $n$ the hidden units.
    pub fn curvature(&self) -> Array2<f64> {
        let levels = &self.hierarchy.levels;
        let mut starts = vec![0];
        for level in &levels[1..] {
            starts.push(starts[starts.len() - 1] + level.n);
        }
        let total = starts[starts.len() - 1];
        let mut curvature = Array2::zeros((total, total));
        for (i, level) in levels.iter().enumerate() {
            // The Jacobian of this level's error in all hidden units.
            let mut jacobian = Array2::<f64>::zeros((level.n, total));
            for k in 0..level.n {
                if i > 0 {
                    jacobian[[k, starts[i - 1] + k]] = 1.0;
                }
                if i + 1 < levels.len() {
                    let slope = level.slope(self.nodes[i].prediction[k]);
                    for c in 0..levels[i + 1].n {
                        jacobian[[k, starts[i] + c]] =
                            -slope * level.weights[k * levels[i + 1].n + c];
                    }
                }
            }
            let precision = ArrayView2::from_shape((level.n, level.n), &level.precision)
                .expect("n by n entries");
            for ((k, l), &p) in precision.indexed_iter() {
                for c in 0..total {
                    for d in 0..total {
                        curvature[[c, d]] += jacobian[[k, c]] * p * jacobian[[l, d]];
                    }
                }
            }
        }
        curvature
    }

    /// $F$ of the Gaussian belief around the guesses whose covariance is the inverse of
    /// [`Self::curvature`] (Laplace's approximation; Friston et al. 2007): $F + \tfrac12
    /// \ln |\nabla^2 F| - \tfrac n2 \ln 2\pi$, in nats.
    ///
    /// With linear links and settled guesses it is the surprise $-\ln p(o)$, and the
    /// belief is the posterior. Elsewhere it is no bound.
    ///
    /// # Panics
    /// If the guesses are not finite.
    pub fn laplace_free_energy(&self) -> f64 {
        let curvature = self.curvature();
        let n = curvature.nrows();
        let mut l: Vec<f64> = curvature.iter().copied().collect();
        dense::cholesky(&mut l, n, 0.0).expect("every precision is positive");
        let log_determinant = dense::log_determinant(&l, n);
        self.free_energy() + 0.5 * (log_determinant - n as f64 * LN_TWO_PI)
    }
}

impl Level {
    /// Derivative of the activation where it gives `prediction`.
    fn slope(&self, prediction: f64) -> f64 {
        match self.activation {
            Activation::Linear => 1.0,
            Activation::Tanh => 1.0 - prediction * prediction,
        }
    }
}
