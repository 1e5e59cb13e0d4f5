//! Filtering and smoothing of a linear Gaussian state: the hidden Markov model's twin.
//!
//! $$x_{t+1} = \Phi\, x_t + u_t + w_t, \qquad o_t = \Lambda\, x_t + z_t, \qquad w_t \sim
//! \mathcal N(0, \Pi_w^{-1}), \qquad z_t \sim \mathcal N(0, \Pi_z^{-1}).$$
//!
//! | book           | code             | meaning                                  |
//! |----------------|------------------|------------------------------------------|
//! | $x_t$          | `state`          | what is hidden, shape `[n]`              |
//! | $o_t$          | `observation`    | what is seen, shape `[m]`                |
//! | $\Phi$         | `dynamics`       | how the state moves, `[n, n]`            |
//! | $\Pi_w^{-1}$   | `process_noise`  | covariance of its jolts, `[n, n]`        |
//! | $\Lambda$      | `sensor`         | what of it is seen, `[m, n]`             |
//! | $\Pi_z^{-1}$   | `sensor_noise`   | covariance of the sensor's errors, `[m, m]` |
//! | $u_t$          | `push`           | a known input, `[n]`                     |
//! | $m_t, \Sigma_t$ | `mean`, `covariance` | the belief                          |
//!
//! As in the discrete models, the prior is a belief about the first state, before its
//! observation: correct, predict, correct, predict. Information is in nats of a density,
//! so a surprise can be negative.

pub(crate) mod dense;
mod gaussian;

use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
use thiserror::Error;

pub use gaussian::{Gaussian, GaussianFreeEnergy};
pub(crate) use gaussian::{LN_TWO_PI, log_density};

/// The arrays of a linear Gaussian model, unchecked.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrices {
    /// $\Phi$, shape `[n, n]`.
    pub dynamics: Array2<f64>,
    /// $\Pi_w^{-1}$, shape `[n, n]`: symmetric, no negative variance in any direction.
    pub process_noise: Array2<f64>,
    /// $\Lambda$, shape `[m, n]`.
    pub sensor: Array2<f64>,
    /// $\Pi_z^{-1}$, shape `[m, m]`: symmetric, a positive variance in every direction.
    pub sensor_noise: Array2<f64>,
    /// Mean of the first state, shape `[n]`.
    pub prior_mean: Array1<f64>,
    /// Covariance of the first state, shape `[n, n]`, as `process_noise`.
    pub prior_covariance: Array2<f64>,
}

/// Why arrays are no linear Gaussian model, or an input does not fit one.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum KalmanError {
    /// There is no state or no sensor.
    #[error("{array} is empty")]
    Empty {
        /// Name of the array.
        array: &'static str,
    },
    /// A shape does not fit the others.
    #[error("{array} has shape {found:?}, and {expected:?} fits the others")]
    Shape {
        /// Name of the array.
        array: &'static str,
        /// Its shape.
        found: Vec<usize>,
        /// What fits.
        expected: Vec<usize>,
    },
    /// An entry is infinite or not a number.
    #[error("{array} holds {value}, and every entry is finite")]
    NotFinite {
        /// Name of the array.
        array: &'static str,
        /// What stands there.
        value: f64,
    },
    /// A covariance is not its own transpose.
    #[error("{array} is not symmetric: [{row}, {column}] and its mirror differ by {by}")]
    Lopsided {
        /// Name of the array.
        array: &'static str,
        /// Row of an entry.
        row: usize,
        /// Its column.
        column: usize,
        /// How far it is from its mirror.
        by: f64,
    },
    /// A covariance has a direction of negative variance, or of none where one is needed.
    #[error(
        "{array} is no such covariance: its pivot in column {column} is not positive"
    )]
    NotPositive {
        /// Name of the array.
        array: &'static str,
        /// Where Cholesky's method stopped.
        column: usize,
    },
    /// Smoothing divides by the predicted covariance, and in some direction it is 0.
    #[error("step {step} can't be smoothed: the prediction from it is certain")]
    Certain {
        /// The step.
        step: usize,
    },
}

/// Asymmetry of a covariance that is taken for rounding, relative to its largest entry.
const LOPSIDED: f64 = 1e-9;

/// A direction whose variance is below this, relative to the largest entry, has none.
const NO_VARIANCE: f64 = 1e-13;

/// A linear Gaussian model, checked once.
///
/// ```
/// use aif::kalman::{Kalman, LinearGaussian, Matrices};
/// use ndarray::{arr1, arr2};
///
/// // A place on a line, known to within 2, seen with an error of 1.
/// let model = LinearGaussian::new(&Matrices {
///     dynamics: arr2(&[[1.0]]),
///     process_noise: arr2(&[[0.0]]),
///     sensor: arr2(&[[1.0]]),
///     sensor_noise: arr2(&[[1.0]]),
///     prior_mean: arr1(&[0.0]),
///     prior_covariance: arr2(&[[4.0]]),
/// })?;
/// let mut filter = Kalman::new(&model);
/// filter.correct(&[5.0])?;
/// // Precisions add up: 1/4 + 1/1 = 1/0.8, and the mean is the mean by precision.
/// assert!((filter.mean()[0] - 4.0).abs() < 1e-12);
/// assert!((filter.covariance()[[0, 0]] - 0.8).abs() < 1e-12);
/// # Ok::<(), aif::kalman::KalmanError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LinearGaussian {
    n_states: usize,
    n_observed: usize,
    dynamics: Vec<f64>,
    process_noise: Vec<f64>,
    sensor: Vec<f64>,
    sensor_noise: Vec<f64>,
    prior: Gaussian,
}

impl LinearGaussian {
    /// Checks shapes, finiteness, symmetry and variances.
    ///
    /// # Errors
    /// [`KalmanError`], naming the array.
    pub fn new(matrices: &Matrices) -> Result<Self, KalmanError> {
        let n = matrices.prior_mean.len();
        let m = matrices.sensor.nrows();
        if n == 0 {
            return Err(KalmanError::Empty { array: "prior_mean" });
        }
        if m == 0 {
            return Err(KalmanError::Empty { array: "sensor" });
        }
        let prior_mean = matrices.prior_mean.to_vec();
        check_finite(&prior_mean, "prior_mean")?;
        Ok(Self {
            n_states: n,
            n_observed: m,
            dynamics: matrix(&matrices.dynamics, [n, n], "dynamics")?,
            process_noise: covariance(&matrices.process_noise, n, "process_noise")?,
            sensor: matrix(&matrices.sensor, [m, n], "sensor")?,
            sensor_noise: positive(&matrices.sensor_noise, m, "sensor_noise")?,
            prior: Gaussian {
                mean: prior_mean,
                covariance: covariance(
                    &matrices.prior_covariance,
                    n,
                    "prior_covariance",
                )?,
            },
        })
    }

    /// Quantities in the state, $n$.
    pub fn n_states(&self) -> usize {
        self.n_states
    }

    /// Quantities that are seen, $m$.
    pub fn n_observed(&self) -> usize {
        self.n_observed
    }

    /// The belief about the first state before its observation.
    pub fn prior(&self) -> &Gaussian {
        &self.prior
    }

    /// Free energy of `belief` about one observation, under `prior`, in closed form:
    ///
    /// $$F = \mathrm{KL}\[q \,\|\, p(x)\] - \mathbb E_q\[\ln p(o \mid x)\], \qquad \mathbb
    /// E_q\[\ln p(o \mid x)\] = \ln \mathcal N(o; \Lambda m, \Pi_z^{-1}) - \tfrac12
    /// \mathrm{tr}\, \Pi_z \Lambda \Sigma \Lambda^\top.$$
    ///
    /// At the belief that [`Kalman::correct`] leaves, it is the surprise.
    ///
    /// # Errors
    /// [`KalmanError`] if the observation does not fit, or a covariance is not positive
    /// definite.
    ///
    /// # Panics
    /// If a belief is not about the model's quantities.
    pub fn free_energy(
        &self,
        prior: &Gaussian,
        belief: &Gaussian,
        observation: &[f64],
    ) -> Result<GaussianFreeEnergy, KalmanError> {
        self.check_observation(observation)?;
        let (n, m) = (self.n_states, self.n_observed);
        assert_eq!(belief.mean.len(), n, "a belief about the model's quantities");
        let complexity = belief
            .kl(prior)
            .ok_or(KalmanError::NotPositive { array: "belief or prior", column: 0 })?;
        let mut predicted = vec![0.0; m];
        dense::apply(&self.sensor, &belief.mean, &mut predicted);
        let error: Vec<f64> =
            observation.iter().zip(&predicted).map(|(o, p)| o - p).collect();
        let mut seen = vec![0.0; m * n];
        dense::multiply(&self.sensor, &belief.covariance, n, &mut seen);
        let mut spread = vec![0.0; m * m];
        dense::multiply_transposed(&seen, &self.sensor, n, &mut spread);
        let mut l = self.sensor_noise.clone();
        dense::cholesky(&mut l, m, 0.0).expect("the sensor's noise was checked");
        dense::solve(&l, m, &mut spread);
        let trace: f64 = (0..m).map(|i| spread[i * m + i]).sum();
        let accuracy = log_density(&l, &error, &mut vec![0.0; m]) - 0.5 * trace;
        Ok(GaussianFreeEnergy { complexity, accuracy })
    }

    fn check_observation(&self, observation: &[f64]) -> Result<(), KalmanError> {
        check_vector(observation, self.n_observed, "observation")
    }
}

fn check_vector(x: &[f64], n: usize, array: &'static str) -> Result<(), KalmanError> {
    if x.len() != n {
        let (found, expected) = (vec![x.len()], vec![n]);
        return Err(KalmanError::Shape { array, found, expected });
    }
    check_finite(x, array)
}

fn check_finite(x: &[f64], array: &'static str) -> Result<(), KalmanError> {
    match x.iter().find(|x| !x.is_finite()) {
        Some(&value) => Err(KalmanError::NotFinite { array, value }),
        None => Ok(()),
    }
}

/// The entries of `a` row by row, if its shape fits and all are finite.
pub(crate) fn matrix(
    a: &Array2<f64>,
    shape: [usize; 2],
    array: &'static str,
) -> Result<Vec<f64>, KalmanError> {
    if a.shape() != shape {
        let (found, expected) = (a.shape().to_vec(), shape.to_vec());
        return Err(KalmanError::Shape { array, found, expected });
    }
    let entries: Vec<f64> = a.iter().copied().collect();
    check_finite(&entries, array)?;
    Ok(entries)
}

fn symmetric(
    a: &Array2<f64>,
    n: usize,
    array: &'static str,
) -> Result<(Vec<f64>, f64), KalmanError> {
    let mut entries = matrix(a, [n, n], array)?;
    let largest = entries.iter().fold(0.0, |max: f64, x| max.max(x.abs()));
    for row in 0..n {
        for column in 0..row {
            let by = (a[[row, column]] - a[[column, row]]).abs();
            if by > LOPSIDED * largest {
                return Err(KalmanError::Lopsided { array, row, column, by });
            }
        }
    }
    dense::symmetrize(&mut entries, n);
    Ok((entries, largest))
}

fn covariance(
    a: &Array2<f64>,
    n: usize,
    array: &'static str,
) -> Result<Vec<f64>, KalmanError> {
    let (entries, largest) = symmetric(a, n, array)?;
    // A hair on the diagonal lets directions without variance pass, and only them.
    let hair = (largest * NO_VARIANCE).max(f64::MIN_POSITIVE);
    let mut l = entries.clone();
    for i in 0..n {
        l[i * n + i] += hair;
    }
    dense::cholesky(&mut l, n, 0.0)
        .map_err(|stop| KalmanError::NotPositive { array, column: stop.column })?;
    Ok(entries)
}

/// The entries of a symmetric matrix that is positive in every direction.
pub(crate) fn positive(
    a: &Array2<f64>,
    n: usize,
    array: &'static str,
) -> Result<Vec<f64>, KalmanError> {
    let (entries, largest) = symmetric(a, n, array)?;
    dense::cholesky(&mut entries.clone(), n, largest * NO_VARIANCE)
        .map_err(|stop| KalmanError::NotPositive { array, column: stop.column })?;
    Ok(entries)
}

/// The Kalman filter (Kalman 1960; Särkkä 2013, section 4.3): the exact belief about the
/// present state.
///
/// Nothing allocates after [`Kalman::new`].
#[derive(Debug, Clone)]
pub struct Kalman<'m> {
    model: &'m LinearGaussian,
    belief: Gaussian,
    surprise: f64,
    room: Room,
}

/// Where a step keeps what it computes on the way.
#[derive(Debug, Clone)]
struct Room {
    /// `[n]`.
    state: Vec<f64>,
    /// `[n, n]`, three times.
    square: [Vec<f64>; 3],
    /// `[m, n]`, three times.
    gain: [Vec<f64>; 3],
    /// `[m, m]`.
    innovation: Vec<f64>,
    /// `[m]`, twice.
    error: [Vec<f64>; 2],
}

impl<'m> Kalman<'m> {
    /// A filter whose belief is the prior.
    pub fn new(model: &'m LinearGaussian) -> Self {
        let (n, m) = (model.n_states, model.n_observed);
        let zeros = |size| vec![0.0; size];
        Self {
            model,
            belief: model.prior.clone(),
            surprise: 0.0,
            room: Room {
                state: zeros(n),
                square: [zeros(n * n), zeros(n * n), zeros(n * n)],
                gain: [zeros(m * n), zeros(m * n), zeros(m * n)],
                innovation: zeros(m * m),
                error: [zeros(m), zeros(m)],
            },
        }
    }

    /// Back to the prior, and to no surprise.
    pub fn reset(&mut self) {
        self.belief.mean.copy_from_slice(&self.model.prior.mean);
        self.belief.covariance.copy_from_slice(&self.model.prior.covariance);
        self.surprise = 0.0;
    }

    // ANCHOR: kalman_predict
    /// The belief a step later, before its observation:
    /// $m \leftarrow \Phi m + u$, $\Sigma \leftarrow \Phi \Sigma \Phi^\top + \Pi_w^{-1}$.
    ///
    /// `push` is $u$, shape `[n_states]`; `None` is no push.
    ///
    /// # Errors
    /// [`KalmanError::Shape`] or [`KalmanError::NotFinite`] for a push that does not fit.
    pub fn predict(&mut self, push: Option<&[f64]>) -> Result<(), KalmanError> {
        let (model, room) = (self.model, &mut self.room);
        let n = model.n_states;
        if let Some(push) = push {
            check_vector(push, n, "push")?;
        }
        let Gaussian { mean, covariance } = &mut self.belief;
        dense::apply(&model.dynamics, mean, &mut room.state);
        mean.copy_from_slice(&room.state);
        for (mean, push) in mean.iter_mut().zip(push.unwrap_or_default()) {
            *mean += push;
        }
        dense::multiply(&model.dynamics, covariance, n, &mut room.square[0]);
        dense::multiply_transposed(&room.square[0], &model.dynamics, n, covariance);
        add(covariance, &model.process_noise);
        dense::symmetrize(covariance, n);
        Ok(())
    }
    // ANCHOR_END: kalman_predict

    /// The belief after an observation, and how surprising it was: $-\ln p(o_t \mid
    /// o_{0:t-1})$ in nats.
    ///
    /// With the error $\epsilon = o - \Lambda m$, its covariance $S = \Lambda \Sigma
    /// \Lambda^\top + \Pi_z^{-1}$ and the gain $K = \Sigma \Lambda^\top S^{-1}$,
    ///
    /// $$m \leftarrow m + K \epsilon, \qquad \Sigma \leftarrow (I - K\Lambda) \Sigma (I -
    /// K\Lambda)^\top + K \Pi_z^{-1} K^\top:$$
    ///
    /// Joseph's form, which rounding can't make negative (Bucy and Joseph 1968).
    /// `observation` has shape `[n_observed]`.
    ///
    /// # Errors
    /// [`KalmanError::Shape`] or [`KalmanError::NotFinite`] for an observation that does
    /// not fit.
    pub fn correct(&mut self, observation: &[f64]) -> Result<f64, KalmanError> {
        self.model.check_observation(observation)?;
        let (model, room) = (self.model, &mut self.room);
        let (n, m) = (model.n_states, model.n_observed);
        let Gaussian { mean, covariance } = &mut self.belief;
        let [error, scratch] = &mut room.error;
        dense::apply(&model.sensor, mean, error);
        for (error, seen) in error.iter_mut().zip(observation) {
            *error = seen - *error;
        }
        let [seen, gain, noisy] = &mut room.gain;
        dense::multiply(&model.sensor, covariance, n, seen);
        dense::multiply_transposed(seen, &model.sensor, n, &mut room.innovation);
        add(&mut room.innovation, &model.sensor_noise);
        dense::cholesky(&mut room.innovation, m, 0.0)
            .expect("the sensor's noise has variance in every direction");
        let surprise = -log_density(&room.innovation, error, scratch);
        // The gain's transpose, since covariance and S are symmetric.
        gain.copy_from_slice(seen);
        dense::solve(&room.innovation, m, gain);
        dense::add_transposed(gain, error, mean);
        let [left, product, _] = &mut room.square;
        transposed_product(gain, &model.sensor, n, left);
        for (i, left) in left.iter_mut().enumerate() {
            *left = f64::from(i % (n + 1) == 0) - *left;
        }
        dense::multiply(left, covariance, n, product);
        dense::multiply_transposed(product, left, n, covariance);
        dense::multiply(&model.sensor_noise, gain, m, noisy);
        transposed_product(gain, noisy, n, product);
        add(covariance, product);
        dense::symmetrize(covariance, n);
        self.surprise += surprise;
        Ok(surprise)
    }

    /// Mean of the belief, shape `[n_states]`.
    pub fn mean(&self) -> &[f64] {
        &self.belief.mean
    }

    /// Covariance of the belief, shape `[n_states, n_states]`.
    pub fn covariance(&self) -> ArrayView2<'_, f64> {
        square_view(&self.belief.covariance, self.model.n_states)
    }

    /// The belief.
    pub fn belief(&self) -> &Gaussian {
        &self.belief
    }

    /// $\ln p(o_{0:t})$ in nats: the logarithm of the density of all that was seen.
    pub fn log_evidence(&self) -> f64 {
        -self.surprise
    }
}

fn square_view(entries: &[f64], n: usize) -> ArrayView2<'_, f64> {
    ArrayView2::from_shape((n, n), entries).expect("n by n entries")
}

fn add(to: &mut [f64], what: &[f64]) {
    for (to, what) in to.iter_mut().zip(what) {
        *to += what;
    }
}

/// `out = aᵀ b`; both have `n` columns.
fn transposed_product(a: &[f64], b: &[f64], n: usize, out: &mut [f64]) {
    out.fill(0.0);
    for (a, b) in a.chunks_exact(n).zip(b.chunks_exact(n)) {
        for (&a, out) in a.iter().zip(out.chunks_exact_mut(n)) {
            for (out, b) in out.iter_mut().zip(b) {
                *out += a * b;
            }
        }
    }
}

/// The smoother of Rauch, Tung and Striebel (1965; Särkkä 2013, theorem 8.2): the belief
/// about every state of an episode, given all of its observations.
///
/// Backward from the last filtered belief, with $J = \Sigma_t \Phi^\top
/// (\Sigma_{t+1}^-)^{-1}$ where $^-$ marks the prediction:
///
/// $$m_t^s = m_t + J (m_{t+1}^s - m_{t+1}^-), \qquad \Sigma_t^s = (I - J\Phi) \Sigma_t (I
/// - J\Phi)^\top + J (\Pi_w^{-1} + \Sigma_{t+1}^s) J^\top.$$
///
/// The covariance is in the form of Joseph's: a sum of what can't be negative. Nothing
/// allocates after [`KalmanSmoother::new`].
#[derive(Debug, Clone)]
pub struct KalmanSmoother<'m> {
    filter: Kalman<'m>,
    steps: usize,
    horizon: usize,
    filtered: Trajectory,
    predicted: Trajectory,
    smoothed: Trajectory,
    /// A row of the inputs, `[max(n, m)]`.
    row: Vec<f64>,
}

/// Means `[horizon, n]` and covariances `[horizon, n, n]`.
#[derive(Debug, Clone)]
struct Trajectory {
    n: usize,
    means: Vec<f64>,
    covariances: Vec<f64>,
}

/// One step of a [`Trajectory`].
struct Entry<T> {
    mean: T,
    covariance: T,
}

impl Trajectory {
    fn new(horizon: usize, n: usize) -> Self {
        Self { n, means: vec![0.0; horizon * n], covariances: vec![0.0; horizon * n * n] }
    }

    fn mean(&self, t: usize) -> &[f64] {
        &self.means[t * self.n..(t + 1) * self.n]
    }

    fn covariance(&self, t: usize) -> &[f64] {
        let size = self.n * self.n;
        &self.covariances[t * size..(t + 1) * size]
    }

    fn write(&mut self, t: usize, belief: &Gaussian) {
        let (n, size) = (self.n, self.n * self.n);
        self.means[t * n..(t + 1) * n].copy_from_slice(&belief.mean);
        self.covariances[t * size..(t + 1) * size].copy_from_slice(&belief.covariance);
    }

    /// The belief about the step before `t`, to be written, and that about `t`.
    fn split_at(&mut self, t: usize) -> (Entry<&mut [f64]>, Entry<&[f64]>) {
        let (n, size) = (self.n, self.n * self.n);
        let (means, later_means) = self.means.split_at_mut(t * n);
        let (covariances, later) = self.covariances.split_at_mut(t * size);
        let now = Entry {
            mean: &mut means[(t - 1) * n..],
            covariance: &mut covariances[(t - 1) * size..],
        };
        (now, Entry { mean: &later_means[..n], covariance: &later[..size] })
    }
}

impl<'m> KalmanSmoother<'m> {
    /// Room for episodes of up to `horizon` observations.
    pub fn new(model: &'m LinearGaussian, horizon: usize) -> Self {
        let trajectory = || Trajectory::new(horizon, model.n_states);
        Self {
            filter: Kalman::new(model),
            steps: 0,
            horizon,
            filtered: trajectory(),
            predicted: trajectory(),
            smoothed: trajectory(),
            row: vec![0.0; model.n_states.max(model.n_observed)],
        }
    }

    /// Filters forward, smooths backward, and returns $\ln p(o_{0:T-1})$ in nats.
    ///
    /// `observations` has shape `[steps, n_observed]`; `pushes`, if any, `[steps - 1,
    /// n_states]`.
    ///
    /// # Errors
    /// [`KalmanError::Shape`] or [`KalmanError::NotFinite`] for inputs that don't fit or
    /// are longer than the horizon, and [`KalmanError::Certain`] if a prediction is
    /// certain in some direction.
    pub fn run(
        &mut self,
        observations: ArrayView2<'_, f64>,
        pushes: Option<ArrayView2<'_, f64>>,
    ) -> Result<f64, KalmanError> {
        let model = self.filter.model;
        let steps = observations.nrows();
        let expected = [steps.clamp(1, self.horizon), model.n_observed];
        check_shape(observations.shape(), expected, "observations")?;
        if let Some(pushes) = pushes {
            check_shape(pushes.shape(), [steps - 1, model.n_states], "pushes")?;
        }
        self.steps = 0;
        self.filter.reset();
        for t in 0..steps {
            let Self { filter, row, .. } = self;
            if t > 0 {
                let push = pushes.map(|pushes| copied(pushes.row(t - 1), row));
                filter.predict(push)?;
            }
            self.predicted.write(t, &filter.belief);
            filter.correct(copied(observations.row(t), row))?;
            self.filtered.write(t, &filter.belief);
        }
        self.smooth(steps)?;
        self.steps = steps;
        Ok(self.filter.log_evidence())
    }

    /// The backward pass.
    fn smooth(&mut self, steps: usize) -> Result<(), KalmanError> {
        self.smoothed.write(steps - 1, &self.filter.belief);
        let model = self.filter.model;
        let n = model.n_states;
        let room = &mut self.filter.room;
        let [gain, left, product] = &mut room.square;
        for t in (0..steps - 1).rev() {
            // The transpose of J: the predicted covariance, solved for its right side.
            left.copy_from_slice(self.predicted.covariance(t + 1));
            let largest = left.iter().fold(0.0, |max: f64, x| max.max(x.abs()));
            dense::cholesky(left, n, largest * NO_VARIANCE)
                .map_err(|_| KalmanError::Certain { step: t })?;
            let filtered = self.filtered.covariance(t);
            dense::multiply(&model.dynamics, filtered, n, gain);
            dense::solve(left, n, gain);
            let (now, later) = self.smoothed.split_at(t + 1);
            for (i, apart) in room.state.iter_mut().enumerate() {
                *apart = later.mean[i] - self.predicted.mean(t + 1)[i];
            }
            now.mean.copy_from_slice(self.filtered.mean(t));
            dense::add_transposed(gain, &room.state, now.mean);
            transposed_product(gain, &model.dynamics, n, left);
            for (i, left) in left.iter_mut().enumerate() {
                *left = f64::from(i % (n + 1) == 0) - *left;
            }
            dense::multiply(left, filtered, n, product);
            dense::multiply_transposed(product, left, n, now.covariance);
            left.copy_from_slice(&model.process_noise);
            add(left, later.covariance);
            dense::multiply(left, gain, n, product);
            transposed_product(gain, product, n, left);
            add(now.covariance, left);
            dense::symmetrize(now.covariance, n);
        }
        Ok(())
    }

    /// Observations of the last episode that ran.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Mean of state `t` given the observations up to `t`, shape `[n_states]`.
    ///
    /// # Panics
    /// If the last episode had no step `t`, as the three below.
    pub fn filtered_mean(&self, t: usize) -> &[f64] {
        self.filtered.mean(self.within(t))
    }

    /// Covariance of state `t` given the observations up to `t`, shape `[n_states,
    /// n_states]`.
    pub fn filtered_covariance(&self, t: usize) -> ArrayView2<'_, f64> {
        square_view(self.filtered.covariance(self.within(t)), self.filtered.n)
    }

    /// Mean of state `t` given all observations, shape `[n_states]`.
    pub fn mean(&self, t: usize) -> &[f64] {
        self.smoothed.mean(self.within(t))
    }

    /// Covariance of state `t` given all observations, shape `[n_states, n_states]`.
    pub fn covariance(&self, t: usize) -> ArrayView2<'_, f64> {
        square_view(self.smoothed.covariance(self.within(t)), self.smoothed.n)
    }

    fn within(&self, t: usize) -> usize {
        assert!(t < self.steps, "step {t} of an episode of {}", self.steps);
        t
    }
}

/// `from`, written into `room`: rows of a view need not stand together.
fn copied<'r>(from: ArrayView1<'_, f64>, room: &'r mut [f64]) -> &'r [f64] {
    let room = &mut room[..from.len()];
    for (to, from) in room.iter_mut().zip(from) {
        *to = *from;
    }
    room
}

fn check_shape(
    found: &[usize],
    expected: [usize; 2],
    array: &'static str,
) -> Result<(), KalmanError> {
    if found == expected {
        return Ok(());
    }
    Err(KalmanError::Shape { array, found: found.to_vec(), expected: expected.to_vec() })
}
