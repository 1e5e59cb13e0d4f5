//! Kalman's filter, its smoother and predictive coding against one big Gaussian that is
//! conditioned directly.

use std::ops::Range;

use aif::kalman::{
    Gaussian, Kalman, KalmanError, KalmanSmoother, LinearGaussian, Matrices,
};
use aif::predictive_coding::{
    Activation, Descent, Ending, Hierarchy, HierarchyError, Link, PredictiveCoder,
};
use ndarray::{Array1, Array2, Axis, Slice, arr1, arr2, concatenate};
use prob::math::ln;
use prob::rng::{Role, stream};
use proptest::prelude::*;
use rand::{Rng, RngExt};

/// Rows and columns of a matrix.
fn cut(a: &Array2<f64>, rows: Range<usize>, columns: Range<usize>) -> Array2<f64> {
    let rows = a.slice_axis(Axis(0), Slice::from(rows));
    rows.slice_axis(Axis(1), Slice::from(columns)).to_owned()
}

/// Entries of a line.
fn piece(a: &Array1<f64>, range: Range<usize>) -> Array1<f64> {
    a.slice_axis(Axis(0), Slice::from(range)).to_owned()
}

/// Writes `b` into `a`, from a row and a column on.
fn paste(a: &mut Array2<f64>, row: usize, column: usize, b: &Array2<f64>) {
    for ((i, j), &x) in b.indexed_iter() {
        a[[row + i, column + j]] = x;
    }
}

/// Inverse and logarithm of the determinant, by Gauss and Jordan with the largest pivot.
fn inverse(a: &Array2<f64>) -> (Array2<f64>, f64) {
    let n = a.nrows();
    let mut work = concatenate![Axis(1), a.clone(), Array2::eye(n)];
    let mut log_determinant = 0.0;
    for k in 0..n {
        let size = |i: &usize| work[[*i, k]].abs();
        let pivot = (k..n).max_by(|i, j| size(i).total_cmp(&size(j))).unwrap();
        for j in 0..2 * n {
            work.swap([k, j], [pivot, j]);
        }
        log_determinant += ln(work[[k, k]].abs());
        let top = work.row(k).to_owned() / work[[k, k]];
        work.row_mut(k).assign(&top);
        for i in (0..n).filter(|&i| i != k) {
            let factor = work[[i, k]];
            work.row_mut(i).scaled_add(-factor, &top);
        }
    }
    (cut(&work, 0..n, n..2 * n), log_determinant)
}

/// A Gaussian over hidden and seen quantities together.
struct Joint {
    mean: Array1<f64>,
    covariance: Array2<f64>,
}

struct Conditioned {
    mean: Array1<f64>,
    covariance: Array2<f64>,
    log_evidence: f64,
}

impl Joint {
    /// What is known of the first `hidden` quantities once the others are seen.
    fn condition(&self, hidden: usize, seen: &Array1<f64>) -> Conditioned {
        let part =
            |a: usize, b: usize, c: usize, d: usize| cut(&self.covariance, a..b, c..d);
        let end = hidden + seen.len();
        let (inverse, log_determinant) = inverse(&part(hidden, end, hidden, end));
        let gain = part(0, hidden, hidden, end).dot(&inverse);
        let error = seen - &piece(&self.mean, hidden..end);
        let constant = seen.len() as f64 * ln(2.0 * std::f64::consts::PI);
        Conditioned {
            mean: piece(&self.mean, 0..hidden) + gain.dot(&error),
            covariance: part(0, hidden, 0, hidden)
                - gain.dot(&part(hidden, end, 0, hidden)),
            log_evidence: -0.5
                * (constant + log_determinant + error.dot(&inverse.dot(&error))),
        }
    }
}

fn random<R: Rng + ?Sized>(rows: usize, columns: usize, rng: &mut R) -> Array2<f64> {
    Array2::from_shape_simple_fn((rows, columns), || 2.0 * rng.random::<f64>() - 1.0)
}

fn random_covariance<R: Rng + ?Sized>(n: usize, rng: &mut R) -> Array2<f64> {
    let root = random(n, n, rng);
    root.dot(&root.t()) + Array2::<f64>::eye(n) * 0.2
}

fn line<R: Rng + ?Sized>(n: usize, rng: &mut R) -> Array1<f64> {
    random(1, n, rng).row(0).to_owned()
}

fn random_matrices(n: usize, m: usize, seed: u64) -> Matrices {
    let rng = &mut stream(seed, Role::Init, 0);
    Matrices {
        dynamics: random(n, n, rng),
        process_noise: random_covariance(n, rng),
        sensor: random(m, n, rng),
        sensor_noise: random_covariance(m, rng),
        prior_mean: line(n, rng),
        prior_covariance: random_covariance(n, rng),
    }
}

/// All states of an episode, then all observations.
fn joint(model: &Matrices, pushes: &Array2<f64>, steps: usize) -> Joint {
    let (n, m) = (model.prior_mean.len(), model.sensor.nrows());
    let mut means = vec![model.prior_mean.clone()];
    let mut own = vec![model.prior_covariance.clone()];
    for t in 1..steps {
        means.push(model.dynamics.dot(&means[t - 1]) + pushes.row(t - 1));
        own.push(
            model.dynamics.dot(&own[t - 1]).dot(&model.dynamics.t())
                + &model.process_noise,
        );
    }
    let mut states = Array2::zeros((n * steps, n * steps));
    for (s, own) in own.iter().enumerate() {
        let mut block = own.clone();
        for t in s..steps {
            paste(&mut states, t * n, s * n, &block);
            paste(&mut states, s * n, t * n, &block.t().to_owned());
            block = model.dynamics.dot(&block);
        }
    }
    let mut sensors = Array2::zeros((m * steps, n * steps));
    let mut noise = Array2::zeros((m * steps, m * steps));
    for t in 0..steps {
        paste(&mut sensors, t * m, t * n, &model.sensor);
        paste(&mut noise, t * m, t * m, &model.sensor_noise);
    }
    let mean: Array1<f64> = means.iter().flatten().copied().collect();
    let cross = states.dot(&sensors.t());
    let seen = sensors.dot(&cross) + noise;
    let left = concatenate![Axis(0), states, cross.t()];
    let right = concatenate![Axis(0), cross, seen];
    Joint {
        mean: concatenate![Axis(0), mean, sensors.dot(&mean)],
        covariance: concatenate![Axis(1), left, right],
    }
}

fn apart<'a>(
    a: impl IntoIterator<Item = &'a f64>,
    b: impl IntoIterator<Item = &'a f64>,
) -> f64 {
    a.into_iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

const TOLERANCE: f64 = 1e-11;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn filter_and_smoother_agree_with_one_big_gaussian(n in 1..4_usize, m in 1..3_usize, steps in 1..6_usize, seed: u64) {
        let matrices = random_matrices(n, m, seed);
        let model = LinearGaussian::new(&matrices).unwrap();
        let rng = &mut stream(seed, Role::World, 0);
        let pushes = random(steps - 1, n, rng);
        let observations = random(steps, m, rng) * 3.0;
        let mut smoother = KalmanSmoother::new(&model, 6);
        let log_evidence = smoother.run(observations.view(), Some(pushes.view())).unwrap();
        let mut filter = Kalman::new(&model);
        for t in 0..steps {
            if t > 0 {
                filter.predict(pushes.row(t - 1).as_slice()).unwrap();
            }
            filter.correct(observations.row(t).as_slice().unwrap()).unwrap();
            // Only the first t + 1 steps, so that the last of its states is the filtered
            // one.
            let seen: Array1<f64> = observations.rows().into_iter().take(t + 1).flatten().copied().collect();
            let truth = joint(&matrices, &pushes, t + 1).condition(n * (t + 1), &seen);
            let last = n * t..n * (t + 1);
            prop_assert!(apart(filter.mean(), &piece(&truth.mean, last.clone())) < TOLERANCE);
            prop_assert!(apart(filter.covariance(), &cut(&truth.covariance, last.clone(), last)) < TOLERANCE);
            prop_assert!((filter.log_evidence() - truth.log_evidence).abs() < TOLERANCE);
            prop_assert!(apart(filter.mean(), smoother.filtered_mean(t)) == 0.0);
            prop_assert!(apart(filter.covariance(), smoother.filtered_covariance(t)) == 0.0);
        }
        let seen: Array1<f64> = observations.iter().copied().collect();
        let truth = joint(&matrices, &pushes, steps).condition(n * steps, &seen);
        prop_assert!((log_evidence - truth.log_evidence).abs() < TOLERANCE);
        for t in 0..steps {
            let now = n * t..n * (t + 1);
            prop_assert!(apart(smoother.mean(t), &piece(&truth.mean, now.clone())) < TOLERANCE);
            prop_assert!(apart(smoother.covariance(t), &cut(&truth.covariance, now.clone(), now)) < TOLERANCE);
        }
        let last = steps - 1;
        prop_assert_eq!(smoother.mean(last), smoother.filtered_mean(last));
        prop_assert_eq!(smoother.covariance(last), smoother.filtered_covariance(last));
    }

    #[test]
    fn gaussian_free_energy_is_at_least_the_surprise_and_equal_at_the_posterior(n in 1..4_usize, m in 1..3_usize, seed: u64) {
        let matrices = random_matrices(n, m, seed);
        let model = LinearGaussian::new(&matrices).unwrap();
        let rng = &mut stream(seed, Role::World, 0);
        let seen = line(m, rng) * 3.0;
        let mut filter = Kalman::new(&model);
        let surprise = filter.correct(seen.as_slice().unwrap()).unwrap();
        let truth = joint(&matrices, &Array2::zeros((0, n)), 1).condition(n, &seen);
        prop_assert!((surprise + truth.log_evidence).abs() < TOLERANCE);
        let posterior = filter.belief();
        let at = |q: &Gaussian| model.free_energy(model.prior(), q, seen.as_slice().unwrap()).unwrap();
        prop_assert!((at(posterior).total() - surprise).abs() < TOLERANCE);
        let other = Gaussian { mean: line(n, rng).to_vec(), covariance: random_covariance(n, rng).iter().copied().collect() };
        // The gap is the divergence from the posterior.
        let gap = other.kl(posterior).unwrap();
        prop_assert!(gap >= 0.0);
        prop_assert!((at(&other).total() - surprise - gap).abs() < 1e-9 * (1.0 + gap));
    }

    #[test]
    fn gradients_of_predictive_coding_agree_with_finite_differences(
        sizes in prop::collection::vec(1..4_usize, 2..5), seed: u64
    ) {
        let (hierarchy, _) = random_hierarchy(&sizes, Activation::Tanh, seed);
        let rng = &mut stream(seed, Role::World, 0);
        let mut coder = PredictiveCoder::new(&hierarchy);
        coder.observe(line(sizes[0], rng).as_slice().unwrap()).unwrap();
        for (level, &n) in sizes.iter().enumerate().skip(1) {
            coder.guess(level, line(n, rng).as_slice().unwrap());
        }
        for (level, &n) in sizes.iter().enumerate().skip(1) {
            let mean = coder.mean(level).to_vec();
            let gradient = coder.gradient(level).to_vec();
            for i in 0..n {
                let mut at = |x: f64| {
                    let mut moved = mean.clone();
                    moved[i] += x;
                    coder.guess(level, &moved);
                    coder.free_energy()
                };
                // Central differences: an error of order 1e-10, and rounding of 1e-11.
                let slope = (at(1e-5) - at(-1e-5)) / 2e-5;
                coder.guess(level, &mean);
                prop_assert!((gradient[i] - slope).abs() < 1e-7 * (1.0 + slope.abs()), "level {level}: {} not {slope}", gradient[i]);
            }
        }
    }

    #[test]
    fn linear_guesses_settle_at_the_posterior(
        sizes in prop::collection::vec(1..4_usize, 2..5), seed: u64
    ) {
        let (hierarchy, joint) = random_hierarchy(&sizes, Activation::Linear, seed);
        let rng = &mut stream(seed, Role::World, 0);
        let seen = line(sizes[0], rng) * 2.0;
        let mut coder = PredictiveCoder::new(&hierarchy);
        coder.observe(seen.as_slice().unwrap()).unwrap();
        let descent = Descent { step_size: 0.02, tolerance: 1e-11, steps: 1_000_000 };
        let settled = coder.settle(descent);
        prop_assert_eq!(settled.ending, Ending::Converged);
        let hidden: usize = sizes[1..].iter().sum();
        let truth = joint.condition(hidden, &seen);
        let mut start = 0;
        for (level, &n) in sizes.iter().enumerate().skip(1) {
            let expected = piece(&truth.mean, start..start + n);
            prop_assert!(apart(coder.mean(level), &expected) < 1e-8, "level {level}: {:?}, not {expected}", coder.mean(level));
            start += n;
        }
        let (width, _) = inverse(&coder.curvature());
        prop_assert!(apart(&width, &truth.covariance) < TOLERANCE);
        prop_assert!((coder.laplace_free_energy() + truth.log_evidence).abs() < 1e-10);
        // A surprise is nothing that can be guessed away: no other guess has a lower F.
        let lowest = settled.free_energy;
        for (level, &n) in sizes.iter().enumerate().skip(1) {
            coder.guess(level, line(n, rng).as_slice().unwrap());
            prop_assert!(coder.free_energy() >= lowest);
        }
    }

    #[test]
    fn free_energy_falls_with_each_small_step(sizes in prop::collection::vec(1..4_usize, 2..5), seed: u64) {
        let (hierarchy, _) = random_hierarchy(&sizes, Activation::Tanh, seed);
        let rng = &mut stream(seed, Role::World, 0);
        let mut coder = PredictiveCoder::new(&hierarchy);
        coder.observe(line(sizes[0], rng).as_slice().unwrap()).unwrap();
        let mut last = coder.free_energy();
        for _ in 0..50 {
            coder.step(0.01);
            let now = coder.free_energy();
            prop_assert!(now <= last + 1e-12, "{now} after {last}");
            last = now;
        }
    }
}

/// A hierarchy of levels of these sizes, and the Gaussian over its hidden levels, from
/// level 1 up, and the observation, if its links are linear.
fn random_hierarchy(
    sizes: &[usize],
    activation: Activation,
    seed: u64,
) -> (Hierarchy, Joint) {
    let rng = &mut stream(seed, Role::Init, 0);
    let links: Vec<Link> = sizes
        .windows(2)
        .map(|pair| Link {
            weights: random(pair[0], pair[1], rng),
            bias: line(pair[0], rng),
            activation,
            precision: random_covariance(pair[0], rng),
        })
        .collect();
    let top = sizes[sizes.len() - 1];
    let (mean, precision) = (line(top, rng), random_covariance(top, rng));
    let hierarchy = Hierarchy::new(&links, &mean, &precision).unwrap();
    // From the top down: a level is its prediction and noise of its own.
    let mut means = mean;
    let mut covariance = inverse(&precision).0;
    let mut newest = top;
    for link in links.iter().rev() {
        let below = link.weights.nrows();
        let total = means.len();
        let next = link.weights.dot(&piece(&means, 0..newest)) + &link.bias;
        let cross = link.weights.dot(&cut(&covariance, 0..newest, 0..total));
        let own = cut(&cross, 0..below, 0..newest).dot(&link.weights.t())
            + inverse(&link.precision).0;
        let mut wider = Array2::zeros((below + total, below + total));
        paste(&mut wider, 0, 0, &own);
        paste(&mut wider, 0, below, &cross);
        paste(&mut wider, below, 0, &cross.t().to_owned());
        paste(&mut wider, below, below, &covariance);
        covariance = wider;
        means = concatenate![Axis(0), next, means];
        newest = below;
    }
    // The observation stands first; it goes last.
    let total = means.len();
    let order: Vec<usize> = (sizes[0]..total).chain(0..sizes[0]).collect();
    let joint = Joint {
        mean: order.iter().map(|&i| means[i]).collect(),
        covariance: Array2::from_shape_fn((total, total), |(i, j)| {
            covariance[[order[i], order[j]]]
        }),
    };
    (hierarchy, joint)
}

#[test]
fn one_step_of_kalman_is_where_predictive_coding_settles() {
    let matrices = random_matrices(3, 2, 7);
    let model = LinearGaussian::new(&matrices).unwrap();
    let mut filter = Kalman::new(&model);
    filter.predict(None).unwrap();
    let prediction = filter.belief().clone();
    let link = Link {
        weights: matrices.sensor.clone(),
        bias: Array1::zeros(2),
        activation: Activation::Linear,
        precision: inverse(&matrices.sensor_noise).0,
    };
    let covariance =
        Array2::from_shape_vec((3, 3), prediction.covariance.clone()).unwrap();
    let hierarchy = Hierarchy::new(
        &[link],
        &Array1::from(prediction.mean.clone()),
        &inverse(&covariance).0,
    )
    .unwrap();
    let seen = [1.5, -0.5];
    let mut coder = PredictiveCoder::new(&hierarchy);
    coder.observe(&seen).unwrap();
    let descent = Descent { step_size: 0.05, ..Descent::default() };
    assert_eq!(coder.settle(descent).ending, Ending::Converged);
    let surprise = filter.correct(&seen).unwrap();
    assert!(apart(coder.mean(1), filter.mean()) < 1e-9);
    assert!((coder.laplace_free_energy() - surprise).abs() < 1e-10);
}

#[test]
fn precision_decides_whom_to_believe() {
    // Prior 0 with precision 1, an observation of 1: the guess is precision / (1 +
    // precision).
    for precision in [0.25, 1.0, 4.0, 16.0] {
        let link = Link {
            weights: arr2(&[[1.0]]),
            bias: arr1(&[0.0]),
            activation: Activation::Linear,
            precision: arr2(&[[precision]]),
        };
        let hierarchy = Hierarchy::new(&[link], &arr1(&[0.0]), &arr2(&[[1.0]])).unwrap();
        let mut coder = PredictiveCoder::new(&hierarchy);
        coder.observe(&[1.0]).unwrap();
        coder.settle(Descent { step_size: 0.05, ..Descent::default() });
        assert!((coder.mean(1)[0] - precision / (1.0 + precision)).abs() < 1e-9);
    }
}

#[test]
fn too_long_a_step_is_told() {
    let link = Link {
        weights: arr2(&[[1.0]]),
        bias: arr1(&[0.0]),
        activation: Activation::Linear,
        precision: arr2(&[[9.0]]),
    };
    // The curvature is 10, so that steps of 0.2 swing for ever and longer ones out.
    let hierarchy = Hierarchy::new(&[link], &arr1(&[0.0]), &arr2(&[[1.0]])).unwrap();
    let mut coder = PredictiveCoder::new(&hierarchy);
    coder.observe(&[1.0]).unwrap();
    let ending = |coder: &mut PredictiveCoder, step_size| {
        coder.relax();
        coder.settle(Descent { step_size, steps: 10_000, ..Descent::default() }).ending
    };
    assert_eq!(ending(&mut coder, 0.19), Ending::Converged);
    assert_eq!(ending(&mut coder, 0.2), Ending::Exhausted);
    assert_eq!(ending(&mut coder, 0.21), Ending::Diverged);
}

#[test]
fn josephs_form_keeps_a_variance_that_the_short_form_loses() {
    // A precise sensor on a vague prior. The gain is 1 - 1e-20, which rounds to 1, and
    // the short form (1 - K) P is certain; the truth is P R / (P + R) = 1e-10.
    let matrices = Matrices {
        dynamics: arr2(&[[1.0]]),
        process_noise: arr2(&[[0.0]]),
        sensor: arr2(&[[1.0]]),
        sensor_noise: arr2(&[[1e-10]]),
        prior_mean: arr1(&[0.0]),
        prior_covariance: arr2(&[[1e10]]),
    };
    let model = LinearGaussian::new(&matrices).unwrap();
    let mut filter = Kalman::new(&model);
    filter.correct(&[1.0]).unwrap();
    assert!((filter.covariance()[[0, 0]] / 1e-10 - 1.0).abs() < 1e-12);
    let (p, r) = (1e10_f64, 1e-10_f64);
    assert_eq!((1.0 - p / (p + r)) * p, 0.0);
    // And nothing is lost however often it looks: 100 looks have a variance of 1e-12.
    for _ in 1..100 {
        filter.correct(&[1.0]).unwrap();
    }
    assert!((filter.covariance()[[0, 0]] / 1e-12 - 1.0).abs() < 1e-9);
}

#[test]
fn what_is_certain_can_be_filtered_but_not_smoothed() {
    let mut matrices = Matrices {
        dynamics: arr2(&[[1.0, 1.0], [0.0, 1.0]]),
        process_noise: Array2::zeros((2, 2)),
        sensor: arr2(&[[1.0, 0.0]]),
        sensor_noise: arr2(&[[1.0]]),
        prior_mean: arr1(&[0.0, 1.0]),
        prior_covariance: arr2(&[[1.0, 0.0], [0.0, 0.0]]),
    };
    let model = LinearGaussian::new(&matrices).unwrap();
    let mut filter = Kalman::new(&model);
    filter.correct(&[0.5]).unwrap();
    filter.predict(None).unwrap();
    // The velocity is known: the place moves by it, and no doubt is added.
    assert!(apart(filter.mean(), &[1.25, 1.0]) < 1e-15);
    assert!(apart(filter.covariance(), &arr2(&[[0.5, 0.0], [0.0, 0.0]])) < 1e-15);
    let mut smoother = KalmanSmoother::new(&model, 3);
    let seen = arr2(&[[0.5], [1.0]]);
    let error = smoother.run(seen.view(), None).unwrap_err();
    assert_eq!(error, KalmanError::Certain { step: 0 });
    assert_eq!(
        error.to_string(),
        "step 0 can't be smoothed: the prediction from it is certain"
    );
    matrices.prior_covariance[[1, 1]] = 1e-6;
    let model = LinearGaussian::new(&matrices).unwrap();
    assert!(KalmanSmoother::new(&model, 3).run(seen.view(), None).is_ok());
}

#[test]
fn a_model_that_is_none_is_refused_by_name() {
    let good = random_matrices(2, 1, 0);
    let message = |change: fn(&mut Matrices)| {
        let mut matrices = good.clone();
        change(&mut matrices);
        LinearGaussian::new(&matrices).unwrap_err().to_string()
    };
    assert_eq!(
        message(|m| m.sensor = arr2(&[[1.0, 0.0, 0.0]])),
        "sensor has shape [1, 3], and [1, 2] fits the others"
    );
    assert_eq!(
        message(|m| m.dynamics[[0, 1]] = f64::NAN),
        "dynamics holds NaN, and every entry is finite"
    );
    assert!(message(|m| m.process_noise[[0, 1]] += 0.5).starts_with(
        "process_noise is not symmetric: [1, 0] and its mirror differ by 0."
    ));
    assert_eq!(
        message(|m| m.prior_covariance = arr2(&[[1.0, 2.0], [2.0, 1.0]])),
        "prior_covariance is no such covariance: its pivot in column 1 is not positive"
    );
    assert_eq!(
        message(|m| m.sensor_noise[[0, 0]] = 0.0),
        "sensor_noise is no such covariance: its pivot in column 0 is not positive"
    );
    let model = LinearGaussian::new(&good).unwrap();
    let error = Kalman::new(&model).correct(&[1.0, 2.0]).unwrap_err().to_string();
    assert_eq!(error, "observation has shape [2], and [1] fits the others");
    let error = Hierarchy::new(&[], &arr1(&[0.0]), &arr2(&[[1.0]])).unwrap_err();
    assert_eq!(error, HierarchyError::NoLink);
}
