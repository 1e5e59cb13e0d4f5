//! Filters, smoothers, messages, counts and descents allocate when they are made, and
//! never again.

use aif::GenerativeModel;
use aif::hmm::{Filter, Smoother};
use aif::kalman::{Kalman, KalmanSmoother, LinearGaussian, Matrices};
use aif::learning::{Counts, Forgetting, StepSize};
use aif::mean_field::Settings;
use aif::message_passing::{Scheme, Window, pymdp};
use aif::predictive_coding::{Descent, Hierarchy, Link, PredictiveCoder};
use allocation_counter::measure;
use ndarray::{Array2, arr1, arr2};
use prob::Probability;

/// Two factors that move alone and are seen together.
fn model() -> GenerativeModel {
    let mut model = GenerativeModel::builder();
    let place = model.factor("place", &["a", "b", "c"]);
    let mood = model.factor("mood", &["good", "bad"]);
    model.actions(place, &["stay", "go"]);
    model.transition(place, &[place], |s, action, column| {
        column.fill(0.1);
        column[(s[0] + action) % 3] = 0.8;
    });
    model.transition(mood, &[mood], |s, _, column| {
        column.fill(0.2);
        column[s[0]] = 0.8;
    });
    let sight = model.modality("sight", &["x", "y"]);
    model.likelihood(sight, &[place, mood], |s, column| {
        column.fill(0.25);
        column[(s[0] + s[1]) % 2] = 0.75;
    });
    model.build().unwrap()
}

const HORIZON: usize = 50;

#[test]
fn episodes_of_discrete_states_allocate_nothing() {
    let mut model = model();
    let observations: Vec<[usize; 1]> = (0..HORIZON).map(|t| [t * t % 2]).collect();
    let actions: Vec<[usize; 2]> = (1..HORIZON).map(|t| [t % 2, 0]).collect();
    let mut filter = Filter::new(&model).unwrap();
    let mut smoother = Smoother::new(&model, HORIZON).unwrap();
    let mut window = Window::new(&model, HORIZON);
    let mut counts = Counts::worth(&model, 1.0).unwrap();
    let keep = Forgetting::Decay(Probability::new(0.9).unwrap());
    let counted = measure(|| {
        filter.restart(&model);
        for t in 0..HORIZON {
            if t > 0 {
                filter.predict(&model, &actions[t - 1]).unwrap();
            }
            filter.correct(&model, &observations[t]).unwrap();
        }
        for _ in 0..3 {
            smoother.run(&model, &observations, &actions).unwrap();
            counts.forget(keep);
            counts
                .episode_smoothed(&model, &smoother, &observations, StepSize::ONE)
                .unwrap();
            counts.teach(&mut model);
            window.observe(&model, &observations, &actions).unwrap();
            for scheme in [Scheme::Variational, Scheme::Marginal, Scheme::Bethe] {
                window.settle(&model, scheme, Settings::default()).unwrap();
            }
            pymdp::run(&mut window, &model, Scheme::Marginal, 16).unwrap();
        }
    });
    assert_eq!(counted.count_total, 0);
}

#[test]
fn episodes_of_gaussian_states_allocate_nothing() {
    let model = LinearGaussian::new(&Matrices {
        dynamics: arr2(&[[1.0, 0.1], [0.0, 0.9]]),
        process_noise: Array2::eye(2),
        sensor: arr2(&[[1.0, 0.0]]),
        sensor_noise: arr2(&[[0.5]]),
        prior_mean: arr1(&[0.0, 0.0]),
        prior_covariance: Array2::eye(2),
    })
    .unwrap();
    let seen = Array2::from_shape_fn((HORIZON, 1), |(t, _)| (t % 7) as f64);
    let link = Link {
        weights: arr2(&[[1.0, 0.5]]),
        bias: arr1(&[0.1]),
        activation: Default::default(),
        precision: arr2(&[[2.0]]),
    };
    let hierarchy = Hierarchy::new(&[link], &arr1(&[0.0, 0.0]), &Array2::eye(2)).unwrap();
    let mut filter = Kalman::new(&model);
    let mut smoother = KalmanSmoother::new(&model, HORIZON);
    let mut coder = PredictiveCoder::new(&hierarchy);
    let counted = measure(|| {
        filter.reset();
        for t in 0..HORIZON {
            filter.predict(None).unwrap();
            filter.correct(&[(t % 5) as f64]).unwrap();
            coder.observe(&[(t % 5) as f64]).unwrap();
            coder.settle(Descent::default());
        }
        smoother.run(seen.view(), None).unwrap();
    });
    assert_eq!(counted.count_total, 0);
}
