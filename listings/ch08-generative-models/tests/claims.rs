//! The claims of chapter 8: one test for each sentence of the chapter that says what our
//! code does.
//!
//! All are exact: sums over tables, over paths, over all sequences, or closed forms.
//! Where a law holds for every model, the models are those of a grid. Numbers called
//! golden come from an independent program and are rounded to the digits given.

use aif::hmm::{EpisodeError, Filter, Smoother};
use aif::kalman::{Kalman, LinearGaussian, Matrices};
use aif::mean_field::Settings;
use aif::predictive_coding::{
    Activation, Descent, Ending, Hierarchy, Link, PredictiveCoder,
};
use aif::{
    Belief, Correct, Exact, GenerativeModel, InferenceError, MeanField, Perception, pymdp,
};
use ch08_generative_models::blanket::Row as ThreeInARow;
use ch08_generative_models::dark_room::{Counts, Room};
use ch08_generative_models::filter::{
    Corrected, Impossible, correct, filter, predict, smooth,
};
use ch08_generative_models::free_energy::{
    LIKELIHOOD, PRIOR, free_energy, joint, parts, surprise,
};
use ch08_generative_models::hunting_owl::{
    CUES, DIRECTIONS, Ear, Expects, FOCUS, Owl, STRAIGHT_AHEAD,
};
use ch08_generative_models::kalman_twin::{
    DRIFT, Drift, Gaussian, WIDE, bell, on_a_grid,
};
use ch08_generative_models::mean_field::{Order, Point, at_once, in_turn, point};
use ch08_generative_models::messages::{
    Scheme, compare, from_the_likeliest_path, straying,
};
use ch08_generative_models::predictive_coding::{Prediction, Unit};
use ch08_generative_models::three_ways::{bayes, descend, gradient, steps_until, update};
use ch08_generative_models::tracking::{
    Listener, Row, STEPS, less_surprised, listen, mean_surprise, score,
};
use ch08_generative_models::two_causes::{TwoCauses, frogs, rustle};
use ch08_generative_models::vole::{Hmm, Ring, TUSSOCKS, sequences};
use ch08_generative_models::wrong_slice::{curve, lowest, slice};
use ndarray::{arr1, arr2};
use prob::categorical::kl;
use prob::math::{exp, ln, powf};

fn assert_near(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{what}: {found}, expected {expected} within {tolerance:e}"
    );
}

fn assert_all_near(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (i, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        assert_near(found, expected, tolerance, &format!("{what}, entry {i}"));
    }
}

// ----------------------------------------------------------- a model that makes its data

/// Degrees to the side of straight ahead.
fn aside(degrees: usize) -> usize {
    STRAIGHT_AHEAD + degrees / 5
}

fn undershoot(owl: &Owl, degrees: usize) -> f64 {
    1.0 - owl.mean_turn(aside(degrees)) / degrees as f64
}

/// Exact, and the posterior is that of the library.
#[test]
fn joint_sums_to_one_and_bayes_divides_it() {
    for ear in [Ear::Proportional, Ear::Sine] {
        let owl = Owl::new(ear, Expects::Front, 0.2);
        let mut model = GenerativeModel::builder();
        let names = |n: usize| (0..n).map(|i| i.to_string()).collect::<Vec<_>>();
        let place = model.factor("direction", &names(DIRECTIONS));
        model.prior(place, &owl.prior);
        let sound = model.modality("cue", &names(CUES));
        model.likelihood(sound, &[place], |s, column| {
            column
                .iter_mut()
                .enumerate()
                .for_each(|(o, p)| *p = owl.likelihood[[o, s[0]]]);
        });
        let model = model.build().expect("columns sum to 1");
        let mut exact = Exact::new(&model).unwrap();
        let (prior, mut found) = (Belief::prior(&model), Belief::prior(&model));

        let mut total = 0.0;
        for o in 0..CUES {
            let (joint, posterior) = (owl.joint(o), owl.posterior(o));
            let evidence: f64 = joint.iter().sum();
            total += evidence;
            for (s, (p, joint)) in posterior.iter().zip(&joint).enumerate() {
                let expected = owl.likelihood[[o, s]] * owl.prior[s];
                assert_near(*joint, expected, 1e-15, "likelihood times prior");
                assert_near(p * evidence, *joint, 1e-15, "posterior times evidence");
            }
            let inferred = exact.correct(&model, &prior, &[o], &mut found).unwrap();
            assert_all_near(&posterior, found.factor(place), 1e-12, "posterior");
            assert_near(inferred.free_energy.value(), -ln(evidence), 1e-9, "surprise");
        }
        assert_near(total, 1.0, 1e-12, "all cues together");
    }
}

/// The share is the cue's part in all precision: $25^2 / (25^2 + \sigma^2)$ with $\sigma$
/// the noise in degrees. Beyond 60 degrees the edge of the table shows.
#[test]
fn proportional_ear_undershoots_by_a_fixed_share() {
    for noise in [0.1, 0.2] {
        let owl = Owl::new(Ear::Proportional, Expects::Front, noise);
        let in_degrees = noise.to_degrees();
        let share = FOCUS * FOCUS / (FOCUS * FOCUS + in_degrees * in_degrees);
        for degrees in (5..=60).step_by(5) {
            let turn = owl.mean_turn(aside(degrees));
            assert_near(turn, share * degrees as f64, 0.1, &format!("{degrees} degrees"));
        }
    }

    // The control: without a prior for the front there is no undershoot.
    let flat = Owl::new(Ear::Proportional, Expects::Anywhere, 0.2);
    let front = Owl::new(Ear::Proportional, Expects::Front, 0.2);
    for degrees in (5..=45).step_by(5) {
        assert_near(flat.mean_turn(aside(degrees)), degrees as f64, 0.05, "flat prior");
        assert!(undershoot(&front, degrees) > 0.17, "{degrees} degrees");
    }
}

#[test]
fn sine_ear_undershoots_more_the_farther_to_the_side() {
    let owl = Owl::new(Ear::Sine, Expects::Front, 0.2);
    let shares: Vec<f64> = (1..=18).map(|i| undershoot(&owl, 5 * i)).collect();
    assert!(shares.is_sorted_by(|near, far| near < far), "{shares:?}");
    assert!(shares[0] > 0.1 && shares[17] > 0.4, "{shares:?}");
    // Golden: degrees turned at 30, 60 and 90.
    for (degrees, turn) in [(30, 25.039), (60, 43.088), (90, 49.087)] {
        assert_near(owl.mean_turn(aside(degrees)), turn, 0.001, &format!("{degrees}"));
    }

    // The control: up to 60 degrees it is the prior that holds the owl back. At the very
    // side a flat prior falls short, too, for nothing lies beyond the end of the scale.
    let flat = Owl::new(Ear::Sine, Expects::Anywhere, 0.2);
    for degrees in (5..=60).step_by(5) {
        let turn = flat.mean_turn(aside(degrees));
        assert!(turn > degrees as f64, "{degrees} degrees, flat prior: {turn}");
    }
    // Golden.
    for (degrees, turn) in [(30, 35.0), (60, 60.8), (90, 67.3)] {
        assert_near(flat.mean_turn(aside(degrees)), turn, 0.05, &format!("{degrees}"));
    }
    let missing = |owl: &Owl| 90.0 - owl.mean_turn(aside(90));
    let of_the_prior = (missing(&owl) - missing(&flat)) / missing(&owl);
    assert!(of_the_prior > 0.4 && of_the_prior < 0.5, "{of_the_prior}");
}

#[test]
fn noisier_cue_pulls_the_turn_farther_to_the_front() {
    for ear in [Ear::Proportional, Ear::Sine] {
        let owls = [0.1, 0.2, 0.4].map(|noise| Owl::new(ear, Expects::Front, noise));
        for degrees in (15..=90).step_by(15) {
            let turns = owls.each_ref().map(|owl| owl.mean_turn(aside(degrees)));
            assert!(turns.is_sorted_by(|quiet, noisy| quiet > noisy), "{turns:?}");
        }
    }
}

// ----------------------------------------------------------------- variational free
// energy

/// Beliefs about three states in steps of a tenth, certain ones too.
fn beliefs() -> Vec<[f64; 3]> {
    let tenths = (0..=10).flat_map(|a| (0..=10 - a).map(move |b| [a, b, 10 - a - b]));
    tenths.map(|q| q.map(|n| f64::from(n) / 10.0)).collect()
}

/// The three sounds under four priors.
fn heard() -> Vec<([f64; 3], [f64; 3])> {
    let priors = [PRIOR, [0.5, 0.3, 0.2], [0.05, 0.15, 0.8], [0.9, 0.05, 0.05]];
    priors.iter().flat_map(|&d| LIKELIHOOD.map(|row| (d, row))).collect()
}

fn sounds() -> [Vec<f64>; 3] {
    LIKELIHOOD.map(|row| joint(&row, &PRIOR))
}

/// Exact, and the parts are the library's.
#[test]
fn free_energy_is_complexity_minus_accuracy() {
    for (prior, row) in heard() {
        let mut model = GenerativeModel::builder();
        let cause = model.factor("cause", &["vole", "leaf", "wind"]);
        model.prior(cause, &prior);
        let sound = model.modality("sound", &["this", "another"]);
        model.likelihood(sound, &[cause], |s, column| {
            column.copy_from_slice(&[row[s[0]], 1.0 - row[s[0]]]);
        });
        let model = model.build().unwrap();
        for q in beliefs() {
            let (vfe, parts) =
                (free_energy(&q, &joint(&row, &prior)), parts(&q, &prior, &row));
            assert_near(parts.complexity - parts.accuracy, vfe, 1e-12, &format!("{q:?}"));
            let belief = Belief::new(&[q]).unwrap();
            // Who costs less than the prior does has moved less far than it has gained
            // in accuracy.
            let unmoved = free_energy(&prior, &joint(&row, &prior));
            let gained = parts.accuracy - self::parts(&prior, &prior, &row).accuracy;
            assert!(vfe > unmoved - 1e-12 || parts.complexity < gained, "{q:?}");
            let library = aif::free_energy::of_factors(
                &model,
                &belief,
                &Belief::prior(&model),
                &[0],
            )
            .unwrap();
            assert_near(parts.complexity, library.complexity, 1e-12, "complexity");
            assert_near(parts.accuracy, library.accuracy, 1e-12, "accuracy");
            assert_near(vfe, library.value(), 1e-12, "free energy");
        }
    }
}

#[test]
fn free_energy_exceeds_surprise_by_the_divergence_to_the_posterior() {
    for (prior, row) in heard() {
        let joint = joint(&row, &prior);
        let posterior = bayes(&joint);
        for q in beliefs() {
            let gap = free_energy(&q, &joint) - surprise(&joint);
            assert_near(gap, kl(&q, &posterior), 1e-12, &format!("{q:?}"));
        }
    }

    // A step away from the posterior in any direction costs.
    for (prior, row) in heard() {
        let joint = joint(&row, &prior);
        let posterior = bayes(&joint);
        let least = surprise(&joint);
        assert_near(free_energy(&posterior, &joint), least, 1e-12, "at the posterior");
        for (from, to) in [(0, 1), (1, 2), (2, 0), (1, 0), (2, 1), (0, 2)] {
            let mut q = posterior.clone();
            let moved = 0.01 * q[from];
            q[from] -= moved;
            q[to] += moved;
            // A shift of a share h of q_from costs at least h^2 q_from / 2 to second
            // order; half of that is asked for.
            let cost = free_energy(&q, &joint) - least;
            assert!(cost > 0.25 * 0.01 * moved, "{prior:?} {row:?} {from} {to}: {cost}");
        }
    }

    // Who is certain of a cause pays what it and the sound are worth together.
    for (prior, row) in heard() {
        for s in 0..3 {
            let mut q = [0.0; 3];
            q[s] = 1.0;
            let vfe = free_energy(&q, &joint(&row, &prior));
            assert_near(vfe, -ln(row[s] * prior[s]), 1e-12, &format!("state {s}"));
        }
    }
}

#[test]
fn free_energy_never_falls_below_surprise() {
    for (prior, row) in heard() {
        let joint = joint(&row, &prior);
        let evidence: f64 = (0..3).map(|s| prior[s] * row[s]).sum();
        for q in beliefs() {
            let vfe = free_energy(&q, &joint);
            assert!(vfe >= -ln(evidence) - 1e-12, "{q:?}: {vfe}");
        }
    }
}

// --------------------------------------------------------------------------- three ways

#[test]
fn three_ways_lead_to_one_posterior() {
    for (o, joint) in sounds().iter().enumerate() {
        let path = descend(joint, 1.0, 2000);
        assert_all_near(
            &path[2000],
            &bayes(joint),
            1e-9,
            &format!("downhill, sound {o}"),
        );
        assert_all_near(&update(joint), &bayes(joint), 1e-12, &format!("update, {o}"));
    }
    // Golden: 0.72 = 0.9 / 1.25.
    assert_near(bayes(&sounds()[0])[0], 0.72, 1e-12, "vole after the patter");
    assert_near(surprise(&sounds()[0]), -ln(1.25 / 3.0), 1e-12, "surprise at the patter");
    assert_eq!(steps_until(&sounds()[0], 1.0, 1e-3, 1000), Some(20), "golden");

    // Steps of 1 go down, every one of them.
    for (prior, row) in heard() {
        let joint = joint(&row, &prior);
        let path = descend(&joint, 1.0, 300);
        for (step, pair) in path.windows(2).enumerate() {
            let [before, after] = [&pair[0], &pair[1]].map(|q| free_energy(q, &joint));
            let is_there = before - surprise(&joint) < 1e-12;
            assert!(after < before || is_there, "step {step}: {before}, {after}");
        }
    }

    // The library's coordinate ascent arrives with its first sweep, from a flat belief.
    let vole = Ring::VOLE.model::<5>();
    let model = vole.library().unwrap();
    let prior = Belief::new(&[[0.5, 0.2, 0.1, 0.1, 0.1]]).unwrap();
    for o in 0..5 {
        let joint = joint(&vole.likelihood[o], prior.factor(0));
        let once = Settings { max_sweeps: 1, ..Settings::default() };
        let mut q = Belief::uniform(&model);
        MeanField::new(&model, once).correct(&model, &prior, &[o], &mut q).unwrap();
        assert_all_near(q.factor(0), &bayes(&joint), 1e-12, "one sweep of the library");
        assert_all_near(&update(&joint), &bayes(&joint), 1e-12, "one update");
    }
}

/// By central differences; their error is of the order of $h^2$.
#[test]
fn gradient_agrees_with_finite_differences() {
    let vfe = |logits: &[f64], joint: &[f64]| {
        free_energy(&bayes(&logits.iter().map(|&x| exp(x)).collect::<Vec<_>>()), joint)
    };
    for joint in sounds() {
        for logits in [[0.0, 0.0, 0.0], [1.0, -1.0, 0.5], [-3.0, 0.2, 2.0]] {
            let slope = gradient(&logits, &joint);
            for s in 0..3 {
                let moved = |h: f64| {
                    let mut x = logits;
                    x[s] += h;
                    vfe(&x, &joint)
                };
                let difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
                assert_near(slope[s], difference, 1e-9, &format!("{logits:?}, {s}"));
            }
        }
    }
}

/// The control counts the sound again, and becomes surer.
#[test]
fn sweeping_again_does_not_count_the_evidence_again() {
    for (o, patter) in sounds().iter().enumerate() {
        let path = descend(patter, 1.0, 4000);
        assert_all_near(&path[4000], &path[2000], 1e-12, "twice as long downhill");
        assert_all_near(&path[2000], &bayes(patter), 1e-9, "downhill");
        let posterior = update(patter);
        assert_all_near(&posterior, &bayes(patter), 1e-12, "updated");
        let again = bayes(&joint(&LIKELIHOOD[o], &posterior));
        let surest = |q: &[f64]| q.iter().fold(0.0, |most: f64, &q| most.max(q));
        assert!(surest(&again) > surest(&posterior) + 0.09, "{again:?} {posterior:?}");
    }
}

/// From a flat belief the patter speaks for the leaf, if less than for the vole: descent
/// raises both. A step toward Bayes' answer lowers the leaf at once.
#[test]
fn averaging_toward_the_answer_is_no_gradient() {
    let patter = &sounds()[0];
    let path = descend(patter, 0.1, 1);
    let downhill: Vec<f64> = (0..3).map(|s| path[1][s] - path[0][s]).collect();
    let toward: Vec<f64> = bayes(patter).iter().map(|p| p - 1.0 / 3.0).collect();
    assert!(downhill[1] > 0.0 && toward[1] < -0.09, "{downhill:?} {toward:?}");
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let cosine = dot(&downhill, &toward)
        / prob::math::sqrt(dot(&downhill, &downhill) * dot(&toward, &toward));
    assert!(cosine < 0.95, "{cosine}");
}

/// The lowest point is that of a curve drawn finely, and lies above by what the closed
/// form says: the geometric mean of the last two is less than the arithmetic one.
#[test]
fn slice_that_misses_the_posterior_stays_above_the_surprise() {
    for sound in sounds() {
        let joint = [sound[0], sound[1], sound[2]];
        let found = lowest(&joint);
        let drawn = curve(&joint, 10_001);
        let least = drawn.iter().min_by(|a, b| a.free_energy.total_cmp(&b.free_energy));
        assert_near(least.unwrap().p, found.p, 1e-4, "where");
        assert_near(least.unwrap().free_energy, found.free_energy, 1e-7, "how low");
        let gap = found.free_energy - surprise(&joint);
        assert!(gap > 0.08, "{gap}");
        assert_near(gap, kl(&slice(found.p), &bayes(&joint)), 1e-12, "the divergence");
    }
    // Golden: the patter's.
    let patter = lowest(&[0.3, 0.1, 0.05 / 3.0]);
    assert_near(patter.free_energy, 0.963_252, 1e-6, "lowest of the patter");
    assert_near(patter.p, 0.786_061, 1e-6, "where it is lowest");
}

// --------------------------------------------------------------------------- two causes

/// Every pair of priors and every table of likelihoods from a grid.
fn models() -> Vec<TwoCauses> {
    let priors = [0.1, 0.35, 0.6, 0.9];
    let chances = [0.02, 0.3, 0.7, 0.98];
    let pairs =
        |values: [f64; 4]| values.into_iter().flat_map(move |a| values.map(|b| [a, b]));
    let tables = || pairs(chances).flat_map(move |a| pairs(chances).map(move |b| [a, b]));
    let all = pairs(priors).flat_map(|prior| {
        tables().map(move |likelihood| TwoCauses { prior, likelihood })
    });
    all.collect()
}

fn library(model: &TwoCauses) -> GenerativeModel {
    let mut builder = GenerativeModel::builder();
    let causes =
        ["first", "second"].map(|name| builder.factor(name, &["absent", "there"]));
    for (cause, p) in causes.into_iter().zip(model.prior) {
        builder.prior(cause, &[1.0 - p, p]);
    }
    let sound = builder.modality("sound", &["none", "heard"]);
    builder.likelihood(sound, &causes, |s, column| {
        let p = model.likelihood[s[0]][s[1]];
        column.copy_from_slice(&[1.0 - p, p]);
    });
    builder.build().unwrap()
}

#[test]
fn wind_explains_the_rustle_away() {
    let (model, [vole, wind]) = (rustle(), rustle().marginals());
    let (with_wind, calm) = (model.first_given(1), model.first_given(0));
    assert!(model.prior[0] < with_wind && with_wind < vole && vole < calm);
    // Golden.
    for (found, expected) in [(vole, 0.4755), (with_wind, 0.2336), (calm, 0.9185)] {
        assert_near(found, expected, 0.5e-4, "chance of the vole");
    }
    // Before it is heard, the wind says nothing of the vole.
    let unheard = TwoCauses { likelihood: [[1.0; 2]; 2], ..model };
    assert_near(unheard.first_given(1), unheard.first_given(0), 1e-15, "independent");
    // Exactly the library's.
    let library = library(&model);
    let prior = Belief::prior(&library);
    let (mut exact, mut q) = (Exact::new(&library).unwrap(), prior.clone());
    let found = exact.correct(&library, &prior, &[1], &mut q).unwrap();
    let posterior = model.posterior();
    assert_all_near(
        exact.blocks()[0].posterior(),
        posterior.as_flattened(),
        1e-12,
        "all",
    );
    assert_near(found.free_energy.value(), model.surprise(), 1e-12, "surprise");
    assert_near(q.factor(1)[1], wind, 1e-12, "wind");
}

/// The best product is at least 0.28 nats above the surprise, from either start, and is
/// what the library finds; no product on a fine grid is better.
#[test]
fn mean_field_forgets_that_one_cause_excludes_the_other() {
    let model = rustle();
    let ends = [Order::FirstThenSecond, Order::SecondThenFirst]
        .map(|order| *in_turn(&model, order, 100).last().unwrap());
    assert_all_near(&ends[0].belief, &ends[1].belief, 1e-9, "either start");
    let Point { belief, free_energy } = ends[0];
    assert!(free_energy - model.surprise() > 0.28, "{free_energy}");
    // Golden: chance of the vole.
    assert_near(belief[0], 0.3688, 0.5e-4, "vole");
    let grid = (1..200).flat_map(|a| (1..200).map(move |b| [a, b]));
    let best = grid
        .map(|q| point(&model, q.map(|n| f64::from(n) / 200.0)).free_energy)
        .fold(f64::INFINITY, f64::min);
    assert!(free_energy <= best && best < free_energy + 1e-3, "{free_energy} {best}");

    let library = library(&model);
    let (prior, mut q) = (Belief::prior(&library), Belief::prior(&library));
    let found = MeanField::new(&library, Settings::default())
        .correct(&library, &prior, &[1], &mut q)
        .unwrap();
    assert_near(found.free_energy.value(), free_energy, 1e-9, "the library's");
    assert_all_near(&[q.factor(0)[1], q.factor(1)[1]], &belief, 1e-6, "the library's");
}

#[test]
fn updates_in_turn_never_raise_free_energy() {
    for model in models() {
        for order in [Order::FirstThenSecond, Order::SecondThenFirst] {
            let path = in_turn(&model, order, 20);
            for pair in path.windows(2) {
                let [before, after] = [pair[0].free_energy, pair[1].free_energy];
                assert!(after <= before + 1e-12, "{model:?}: {before}, {after}");
            }
            let end = path[40].free_energy;
            assert!(end >= model.surprise() - 1e-12, "{model:?}: {end}");
        }
    }
}

/// For ever: after a thousand sweeps as after a hundred, far above what turns reach; and
/// the library's copy of another program's parallel updates does the same.
#[test]
fn updates_at_once_fall_into_a_two_cycle() {
    let path = at_once(&frogs(), 1001);
    let first = &path[..6];
    let rises = |a: &Point, b: &Point| a.free_energy < b.free_energy;
    assert!(first.is_sorted_by(rises), "it rises at first: {first:?}");
    let [even, odd] = [path[1000], path[1001]];
    assert_near(path[100].free_energy, even.free_energy, 1e-9, "even sweeps");
    assert_near(path[101].free_energy, odd.free_energy, 1e-9, "odd sweeps");
    // Golden.
    assert_near(even.free_energy, 4.6392, 0.5e-4, "even sweeps");
    assert_near(odd.free_energy, 5.1666, 0.5e-4, "odd sweeps");
    // Both frogs here, both frogs there: what was heard almost rules that out.
    for (point, near) in [(even, true), (odd, false)] {
        assert!(point.belief.iter().all(|&q| (q > 0.9) == near && (q < 0.1) != near));
    }
    let library = library(&frogs());
    let prior = Belief::prior(&library);
    let sweeps = [1000, 1001]
        .map(|n| pymdp::fixed_point_iteration(&library, &prior, &[1], n).unwrap());
    assert!(sweeps[0].distance(&sweeps[1]) > 0.9, "{sweeps:?}");
    let lowest =
        |q: &Belief| point(&frogs(), [q.factor(0)[1], q.factor(1)[1]]).free_energy;
    let mut found = sweeps.each_ref().map(lowest);
    found.sort_by(f64::total_cmp);
    let expected = [even.free_energy, odd.free_energy];
    assert_all_near(&found, &expected, 1e-9, "parallel sweeps");
}

#[test]
fn updates_in_turn_settle_on_one_story() {
    let model = frogs();
    let path = in_turn(&model, Order::FirstThenSecond, 100);
    let Point { belief: [first, second], free_energy } = path[200];
    assert_near(path[198].free_energy, free_energy, 1e-12, "at rest");
    assert!(first < 0.04 && second > 0.98, "{first} {second}");
    // Golden.
    assert_near(free_energy, 1.3999, 0.5e-4, "free energy");
    assert_near(model.surprise(), 0.7323, 0.5e-4, "surprise");
    // The truth: either story alike.
    let posterior = model.posterior();
    assert_near(posterior[0][1], posterior[1][0], 1e-15, "two stories");
    let library = library(&model);
    let (prior, mut q) = (Belief::prior(&library), Belief::prior(&library));
    MeanField::new(&library, Settings::default())
        .correct(&library, &prior, &[1], &mut q)
        .unwrap();
    assert_all_near(&[q.factor(0)[1], q.factor(1)[1]], &[first, second], 1e-9, "library");

    let end = |order| in_turn(&frogs(), order, 100)[200].belief;
    let [first, second] = end(Order::FirstThenSecond);
    assert_all_near(&end(Order::SecondThenFirst), &[second, first], 1e-12, "mirrored");
    assert!(second - first > 0.9, "{first} {second}");
}

// ------------------------------------------------------------------- perception in time

/// Every path of the vole with its probability jointly with what was heard.
fn paths(model: &Hmm<TUSSOCKS>, heard: &[usize]) -> Vec<(Vec<usize>, f64)> {
    let all = sequences(heard.len());
    all.map(|path| {
        let mut p = model.prior[path[0]];
        for pair in path.windows(2) {
            p *= model.transition[pair[1]][pair[0]];
        }
        for (&s, &o) in path.iter().zip(heard) {
            p *= model.likelihood[o][s];
        }
        (path, p)
    })
    .collect()
}

/// $p(s_t = s \mid o)$ of one step by Bayes on all paths.
fn posterior_of_step(paths: &[(Vec<usize>, f64)], t: usize) -> [f64; TUSSOCKS] {
    let total: f64 = paths.iter().map(|(_, p)| p).sum();
    std::array::from_fn(|s| {
        let through = paths.iter().filter(|(path, _)| path[t] == s);
        through.map(|(_, p)| p).sum::<f64>() / total
    })
}

fn voles() -> [Hmm<TUSSOCKS>; 3] {
    [Ring::VOLE, Ring::REVERSED, Ring { hit: 0.3, ..Ring::EITHER_WAY }].map(Ring::model)
}

#[test]
fn filter_is_bayes_on_all_paths() {
    for model in voles() {
        for heard in sequences(3) {
            let filtered = filter(&model, &heard).unwrap();
            for t in 0..3 {
                let paths = paths(&model, &heard[..=t]);
                let expected = posterior_of_step(&paths, t);
                assert_all_near(&filtered[t].belief, &expected, 1e-12, "filter");
            }
        }
    }

    // The surprises of the steps add up to that of the whole.
    for model in voles() {
        for heard in sequences(4) {
            let filtered = filter(&model, &heard).unwrap();
            let sum: f64 = filtered.iter().map(|step| -ln(step.evidence)).sum();
            let whole: f64 = paths(&model, &heard).iter().map(|(_, p)| p).sum();
            assert_near(sum, -ln(whole), 1e-12, &format!("{heard:?}"));
        }
    }

    // The library's filter, smoother and perception agree.
    for vole in voles() {
        let model = vole.library().unwrap();
        let mut library = Smoother::new(&model, 5).unwrap();
        let mut perception = Perception::new(&model, Exact::new(&model).unwrap());
        for heard in sequences(5).step_by(7) {
            let filtered = filter(&vole, &heard).unwrap();
            let smoothed = smooth(&vole, &filtered);
            let observations: Vec<[usize; 1]> = heard.iter().map(|&o| [o]).collect();
            let log_evidence = library.run(&model, &observations, &[[0]; 4]).unwrap();
            let sum: f64 = filtered.iter().map(|step| ln(step.evidence)).sum();
            assert_near(sum, log_evidence, 1e-12, "log evidence");
            for t in 0..5 {
                let inferred = match t {
                    0 => perception.begin(&model, &observations[0]),
                    _ => perception.advance(&model, &[0], &observations[t]),
                };
                let vfe = inferred.unwrap().free_energy.value();
                assert_near(vfe, -ln(filtered[t].evidence), 1e-12, "free energy");
                let belief = &filtered[t].belief;
                assert_all_near(belief, library.filtered(t), 1e-12, "filter");
                assert_all_near(belief, perception.posterior().factor(0), 1e-12, "both");
                assert_all_near(&smoothed[t], library.smoothed(t), 1e-12, "smoother");
            }
        }
    }
}

#[test]
fn smoother_is_bayes_on_all_paths() {
    for model in voles() {
        for heard in sequences(3) {
            let smoothed = smooth(&model, &filter(&model, &heard).unwrap());
            let paths = paths(&model, &heard);
            for (t, smoothed) in smoothed.iter().enumerate() {
                let expected = posterior_of_step(&paths, t);
                assert_all_near(smoothed, &expected, 1e-12, &format!("{heard:?}, {t}"));
            }
        }
    }

    // The night that the chapter shows: heard at the second tussock, the third sound is
    // believed by the filter and moved to the third tussock in hindsight. Golden.
    let heard = [0, 1, 1, 3, 4, 0];
    let filtered = listen(Listener::Filter, 0.6, &heard).unwrap();
    let smoothed = listen(Listener::Smoother, 0.6, &heard).unwrap();
    assert_near(filtered[2][1], 0.618, 0.5e-3, "filter, third sound");
    assert_near(smoothed[2][2], 0.931, 0.5e-3, "hindsight, third sound");
}

/// On three places, heard at each in turn. Golden: $0.9^3 / (0.9^3 + 2 \cdot 0.05^3)$.
#[test]
fn belief_that_never_predicts_goes_uniform_on_a_carousel() {
    let carousel = Ring::CAROUSEL.model::<3>();
    let mut belief = carousel.prior;
    for o in 0..3 {
        belief = correct(&carousel, &belief, o).unwrap().belief;
    }
    assert_all_near(&belief, &[1.0 / 3.0; 3], 1e-12, "without prediction");
    let turned = filter(&carousel, &[0, 1, 2]).unwrap()[2].belief;
    let (right, wrong) = (0.9 * 0.9 * 0.9, 0.05 * 0.05 * 0.05);
    assert_near(turned[2], right / (right + 2.0 * wrong), 1e-12, "with it");
}

fn scores(listener: Listener) -> [Row; STEPS] {
    score(listener, 0.6)
}

/// It knows more from the second rustle on, and from the third on it guesses better.
#[test]
fn hindsight_beats_the_filter_and_the_filter_the_last_sound() {
    let (filter, last) = (scores(Listener::Filter), scores(Listener::LastRustle));
    for t in 0..STEPS {
        assert_near(last[t].wrong, 0.4, 1e-12, "the last rustle alone");
        assert!(t < 1 || filter[t].nats < last[t].nats - 0.1, "step {t}");
        assert!(t < 2 || filter[t].wrong < last[t].wrong - 0.02, "step {t}");
    }
    assert_near(filter[0].nats, last[0].nats, 1e-12, "first rustle");
    assert_near(filter[1].wrong, last[1].wrong, 1e-12, "second rustle");
    // The first rustle leaves the entropy of a column of A.
    let column = -0.6 * ln(0.6) - 0.4 * ln(0.1);
    assert_near(last[0].nats, column, 1e-12, "nats after one rustle");
    // Golden.
    assert_near(filter[STEPS - 1].wrong, 0.36648, 0.5e-5, "at the end");

    // At every step but the last, where there is nothing to look back from. Hindsight is
    // best in the middle, where there is most on both sides.
    let (filter, smoother) = (scores(Listener::Filter), scores(Listener::Smoother));
    for t in 0..STEPS - 1 {
        assert!(smoother[t].wrong < filter[t].wrong - 0.01, "step {t}");
        assert!(smoother[t].nats < filter[t].nats - 0.1, "step {t}");
    }
    let (last, end) = (smoother[STEPS - 1], filter[STEPS - 1]);
    assert_near(last.wrong, end.wrong, 1e-12, "at the last step");
    assert_near(last.nats, end.nats, 1e-12, "at the last step");
    for t in [0, 1, 4, 5] {
        assert!(smoother[2].wrong < smoother[t].wrong - 0.005, "step {t}");
    }
    // Golden.
    assert_near(smoother[2].wrong, 0.31941, 0.5e-5, "in the middle");
}

/// Who takes the vole to sit still is soon wrong nearly as often as one who guesses
/// blindly (0.8), and is surer of it at every step.
#[test]
fn never_predicting_is_worse_than_forgetting() {
    let (still, last) = (scores(Listener::NeverPredicts), scores(Listener::LastRustle));
    for t in 1..STEPS {
        assert!(still[t].wrong > last[t].wrong + 0.19, "step {t}: {:?}", still[t]);
        assert!(still[t].nats > still[t - 1].nats + 0.1, "step {t}: {:?}", still[t]);
    }
    // More nats than one who knows nothing at all.
    assert!(still[STEPS - 1].nats > ln(5.0) + 0.7, "{:?}", still[STEPS - 1]);
    assert_near(still[STEPS - 1].wrong, 0.72021, 0.5e-5, "golden, at the end");
}

/// Divergences are from the library's evidence of every sequence.
#[test]
fn wrong_model_costs_its_divergence() {
    let log_evidence = |ring: Ring| -> Vec<f64> {
        let model = ring.model::<TUSSOCKS>().library().unwrap();
        let mut library = Filter::new(&model).unwrap();
        let sequences = sequences(STEPS).map(|heard| {
            library.restart(&model);
            for (t, &o) in heard.iter().enumerate() {
                if t > 0 {
                    library.predict(&model, &[0]).unwrap();
                }
                library.correct(&model, &[o]).unwrap();
            }
            library.log_evidence()
        });
        sequences.collect()
    };
    let truth = log_evidence(Ring::VOLE);
    let entropy: f64 = truth.iter().map(|&l| -exp(l) * l).sum();
    assert_near(mean_surprise(Ring::VOLE), entropy, 1e-9, "the right model");
    for (wrong, cost) in [(Ring::REVERSED, 0.6), (Ring::EITHER_WAY, 0.2)] {
        let other = log_evidence(wrong);
        let divergence: f64 =
            truth.iter().zip(&other).map(|(&p, &q)| exp(p) * (p - q)).sum();
        let found = mean_surprise(wrong) - mean_surprise(Ring::VOLE);
        assert_near(found, divergence, 1e-9, "divergence");
        assert!(divergence > cost, "{wrong:?}: {divergence}");
    }

    // A filter with the direction wrong is worse than none.
    let (reversed, last) = (scores(Listener::Reversed), scores(Listener::LastRustle));
    for t in 2..STEPS {
        assert!(reversed[t].wrong > last[t].wrong + 0.04, "step {t}: {:?}", reversed[t]);
        assert!(reversed[t].nats > last[t].nats + 0.2, "step {t}: {:?}", reversed[t]);
    }
    assert_near(reversed[STEPS - 1].wrong, 0.45451, 0.5e-5, "golden, at the end");

    // In some nights the wrong model is the less surprised. Golden.
    assert_near(less_surprised(Ring::REVERSED), 0.293, 0.5e-3, "less surprised");
    assert_near(less_surprised(Ring::VOLE), 0.0, 1e-12, "than itself");

    // A model of a vole without a direction saves nats and still misleads the guess.
    let (either, last) = (scores(Listener::EitherWay), scores(Listener::LastRustle));
    for t in 3..STEPS {
        assert!(either[t].nats < last[t].nats - 0.05, "step {t}: {:?}", either[t]);
        assert!(either[t].wrong > last[t].wrong + 0.005, "step {t}: {:?}", either[t]);
    }

    // Who is in doubt between the two rings learns which it is, and guesses better than
    // without memory. Golden, at the end.
    let doubt = scores(Listener::InDoubt);
    for t in 3..STEPS {
        assert!(doubt[t].wrong < last[t].wrong - 0.005, "step {t}: {:?}", doubt[t]);
        assert!(doubt[t].wrong < doubt[t - 1].wrong, "step {t}: {:?}", doubt[t]);
        assert!(doubt[t].nats < either[t].nats, "step {t}: {:?}", doubt[t]);
    }
    assert_near(doubt[STEPS - 1].wrong, 0.3847, 0.5e-4, "in doubt, wrong");
    assert_near(doubt[STEPS - 1].nats, 1.086, 0.5e-3, "in doubt, nats");
}

/// What the past tells of the vole beyond the present rustle: the mean divergence of the
/// filter's belief from that of one who forgets, which is the difference of their nats.
#[test]
fn filter_knows_more_than_the_present_rustle_tells() {
    let vole = Ring::VOLE.model::<TUSSOCKS>();
    let mut information = 0.0;
    for heard in sequences(STEPS) {
        let filtered = filter(&vole, &heard).unwrap();
        let chance: f64 = filtered.iter().map(|step| step.evidence).product();
        let forgets = listen(Listener::LastRustle, 0.6, &heard).unwrap();
        information += chance * kl(&filtered[STEPS - 1].belief, &forgets[STEPS - 1]);
    }
    let (filter, last) = (scores(Listener::Filter), scores(Listener::LastRustle));
    let saved = last[STEPS - 1].nats - filter[STEPS - 1].nats;
    assert_near(saved, information, 1e-12, "information in the past");
    assert!(information > 0.2, "{information}");
}

/// At two in ten, all five tussocks are heard alike from anywhere.
#[test]
fn useless_ears_leave_everybody_at_chance() {
    for listener in Listener::ALL {
        for (t, row) in score(listener, 0.2).iter().enumerate() {
            assert_near(row.wrong, 0.8, 1e-12, &format!("{}, {t}", listener.name()));
            assert_near(row.nats, ln(5.0), 1e-12, &format!("{}, {t}", listener.name()));
        }
    }
    // The better the ears, the fewer errors are left; golden at nine in ten.
    let ends = [0.2, 0.4, 0.6, 0.9].map(|hit| score(Listener::Filter, hit)[STEPS - 1]);
    assert!(ends.is_sorted_by(|dim, clear| dim.wrong > clear.wrong), "{ends:?}");
    assert_near(ends[3].wrong, 0.0788, 0.5e-4, "filter, nine in ten");
    let still = score(Listener::NeverPredicts, 0.9)[STEPS - 1].wrong;
    assert_near(still, 0.6272, 0.5e-4, "never predicts, nine in ten");
}

#[test]
fn messages_on_a_chain_are_exact_unless_moments_are_independent() {
    for strays in [0.0, 0.1, 0.5] {
        let loss = compare(Scheme::Bethe, strays, 5).unwrap();
        assert!(loss.at_rest && loss.worst < 1e-12, "{loss:?}");
        assert!(loss.gap.abs() < 1e-12 && loss.least.abs() < 1e-12, "{loss:?}");
    }

    let loss = compare(Scheme::Variational, 0.1, 5).unwrap();
    assert!(loss.at_rest && loss.least > 0.05, "above the surprise always: {loss:?}");
    // Golden.
    assert_near(loss.gap, 0.7537, 0.5e-4, "mean gap");
    assert!(loss.error > 0.3 && loss.worst > 0.7, "{loss:?}");
    // Where the vole goes anywhere at any time, steps are independent and nothing is
    // lost.
    let free = compare(Scheme::Variational, 1.0, 5).unwrap();
    assert!(free.gap.abs() < 1e-12 && free.worst < 1e-9, "{free:?}");

    // A vole that never strays: the beliefs settle where they cost far more than the most
    // probable path, believed for certain, would.
    let model = straying(0.0);
    assert_eq!(
        model.transition.map(|row| row.iter().filter(|b| **b == 0.0).count()),
        [2; TUSSOCKS]
    );
    let mut best = 0.0;
    for heard in sequences(5) {
        let paths = paths(&model, &heard);
        let total: f64 = paths.iter().map(|(_, p)| p).sum();
        let most = paths.iter().fold(0.0, |most: f64, (_, p)| most.max(*p));
        best += total * ln(total / most);
    }
    let loss = compare(Scheme::Variational, 0.0, 5).unwrap();
    assert!(loss.gap > best + 3.0 && best > 1.0, "{} {best}", loss.gap);
    assert!(loss.error > 0.9, "{loss:?}");
    // The start is to blame: from that path, the same messages come to rest below it.
    let from_path = from_the_likeliest_path(0.0, 5).unwrap();
    assert_near(from_path.path, best, 1e-9, "the path's price");
    assert!(from_path.gap < best - 0.3 && from_path.gap > 0.5, "{from_path:?} {best}");

    let loss = compare(Scheme::Marginal, 0.1, 5).unwrap();
    // Golden: so far below the surprise for some sequence.
    assert!(loss.at_rest);
    assert_near(loss.least, -1.0285, 0.5e-4, "least");
    assert!(loss.error > 0.2 && loss.worst > 0.4, "{loss:?}");
    // Nearer to the smoother than independent moments, for all that.
    let variational = compare(Scheme::Variational, 0.1, 5).unwrap();
    assert!(loss.error < variational.error - 0.05, "{loss:?} {variational:?}");
}

// ---------------------------------------------------------------------- the Gaussian
// twin

const HEARD: [f64; 20] = [
    1.0, 2.5, -0.5, 3.0, 4.2, 3.9, 5.5, 2.1, 2.0, 0.3, -1.4, -2.2, 0.1, -3.0, -2.8, -1.0,
    0.6, 1.7, 1.1, 2.4,
];

/// What Kalman's filter believes after each of `heard`.
fn tracked(drift: Drift, mut predicted: Gaussian, heard: &[f64]) -> Vec<Gaussian> {
    let mut path = Vec::new();
    for &o in heard {
        let belief = drift.correct(predicted, o);
        path.push(belief);
        predicted = drift.predict(belief);
    }
    path
}

/// And so does the library's.
#[test]
fn fine_grid_filter_agrees_with_kalman() {
    let kalman = tracked(DRIFT, WIDE, &HEARD);
    let grid = on_a_grid(DRIFT, |x| bell(x, WIDE), &HEARD);
    let model = LinearGaussian::new(&Matrices {
        dynamics: arr2(&[[1.0]]),
        process_noise: arr2(&[[DRIFT.step_variance]]),
        sensor: arr2(&[[1.0]]),
        sensor_noise: arr2(&[[DRIFT.noise_variance]]),
        prior_mean: arr1(&[WIDE.mean]),
        prior_covariance: arr2(&[[WIDE.variance]]),
    })
    .unwrap();
    let mut library = Kalman::new(&model);
    for (t, (kalman, grid)) in kalman.iter().zip(&grid).enumerate() {
        assert_near(grid.mean, kalman.mean, 1e-9, &format!("mean, step {t}"));
        assert_near(grid.variance, kalman.variance, 1e-9, &format!("variance, step {t}"));
        if t > 0 {
            library.predict(None).unwrap();
        }
        library.correct(&[HEARD[t]]).unwrap();
        assert_near(library.mean()[0], kalman.mean, 1e-12, "library, mean");
        assert_near(library.covariance()[[0, 0]], kalman.variance, 1e-12, "library");
    }

    // Against the predicted variance's share in all variance, and Bayes on precisions.
    for noise_variance in [0.5, 4.0, 25.0] {
        for variance in [0.1, 1.0, 9.0] {
            let drift = Drift { noise_variance, ..DRIFT };
            let predicted = Gaussian { mean: 2.0, variance };
            let gain = drift.gain(predicted);
            assert_near(gain, variance / (variance + noise_variance), 1e-12, "gain");
            let belief = drift.correct(predicted, 5.0);
            assert_near(belief.mean, 2.0 + gain * 3.0, 1e-12, "mean");
            let precision = 1.0 / variance + 1.0 / noise_variance;
            assert_near(1.0 / belief.variance, precision, 1e-12, "precisions add up");
        }
    }
}

/// Rescorla and Wagner's rule with the settled gain for a step size, step by step; before
/// it has settled, the step size falls.
#[test]
fn settled_kalman_filter_is_a_delta_rule_with_a_fixed_step_size() {
    let eta = DRIFT.settled_gain();
    // The belief whose prediction no longer changes.
    let variance = tracked(DRIFT, WIDE, &[0.0; 200])[199].variance;
    let start = DRIFT.predict(Gaussian { mean: 0.5, variance });
    let mut v = 0.5;
    for (t, belief) in tracked(DRIFT, start, &HEARD).iter().enumerate() {
        v += eta * (HEARD[t] - v);
        assert_near(belief.mean, v, 1e-12, &format!("step {t}"));
    }
    let mut predicted = WIDE;
    let mut gains = Vec::new();
    for o in &HEARD[..6] {
        gains.push(DRIFT.gain(predicted));
        predicted = DRIFT.predict(DRIFT.correct(predicted, *o));
    }
    assert!(gains.is_sorted_by(|early, late| early > late), "{gains:?}");
    assert_near(gains[0], 10.0 / 14.0, 1e-12, "first gain");

    // The settled gain has its closed form.
    for (step_variance, noise_variance) in [(1.0, 4.0), (0.1, 4.0), (2.0, 0.5)] {
        let drift = Drift { step_variance, noise_variance };
        let last = tracked(drift, WIDE, &[0.0; 200])[199];
        let gain = drift.gain(drift.predict(last));
        assert_near(gain, drift.settled_gain(), 1e-12, "gain");
    }
    assert_near(DRIFT.settled_gain(), 0.39039, 0.5e-5, "golden");
}

/// Two humps of variance 1 at -4 and 4, and something heard at 1: each hump is corrected
/// on its own and weighed by how well it predicted. The one Gaussian of the same mean and
/// variance misses by more than 1.5.
#[test]
fn two_humped_belief_breaks_the_twin() {
    let humps = [-4.0, 4.0].map(|mean| Gaussian { mean, variance: 1.0 });
    let grid =
        on_a_grid(DRIFT, |x| humps.iter().map(|&hump| bell(x, hump)).sum(), &[1.0]);
    let spread = 1.0 + DRIFT.noise_variance;
    let weights = humps.map(|hump| bell(1.0, Gaussian { variance: spread, ..hump }));
    let means = humps.map(|hump| DRIFT.correct(hump, 1.0).mean);
    let exact =
        (weights[0] * means[0] + weights[1] * means[1]) / (weights[0] + weights[1]);
    assert_near(grid[0].mean, exact, 1e-9, "grid");
    let blurred = Gaussian { mean: 0.0, variance: 1.0 + 16.0 };
    let twin = DRIFT.correct(blurred, 1.0).mean;
    assert!(exact - twin > 1.5, "{exact} {twin}");
}

// ---------------------------------------------------------------------- prediction
// errors

const UNIT: Unit = Unit {
    prior_mean: 0.0,
    prior_precision: 1.0,
    sensory_precision: 1.0,
    prediction: Prediction::Same,
};

/// Bogacz's animal: its size is expected to be 3, the light is 2.
const ANIMAL: Unit = Unit { prior_mean: 3.0, prediction: Prediction::Square, ..UNIT };

/// By central differences, for both predictions.
#[test]
fn step_descends_the_free_energy_gradient() {
    for unit in [UNIT, ANIMAL, Unit { sensory_precision: 4.0, ..ANIMAL }] {
        for x in [-1.5, 0.2, 1.0, 2.5] {
            let vfe = |x| unit.free_energy(x, 2.0);
            let slope = (vfe(x + 1e-5) - vfe(x - 1e-5)) / 2e-5;
            let moved = unit.step(x, 2.0, 0.01) - x;
            assert_near(moved, -0.01 * slope, 1e-9, &format!("{unit:?}, {x}"));
        }
    }
    // The level of F, too: at its prior mean, with the observation as predicted, it is
    // the logarithm of a circle's turn.
    assert_near(UNIT.free_energy(0.0, 0.0), ln(std::f64::consts::TAU), 1e-12, "level");
}

/// And the library's hierarchy of one link does.
#[test]
fn predictive_coding_settles_at_the_posterior_mean() {
    for (prior_mean, sensory_precision, o) in
        [(0.0, 1.0, 1.0), (3.0, 4.0, 5.0), (-2.0, 0.25, 7.0)]
    {
        let unit = Unit { prior_mean, sensory_precision, ..UNIT };
        let mean = (unit.prior_precision * prior_mean + sensory_precision * o)
            / (unit.prior_precision + sensory_precision);
        let path = unit.settle(o, 0.1, 500);
        assert_near(path[500], mean, 1e-10, "posterior mean");
        let errors = unit.errors(path[500], o);
        assert_near(errors.sensory, errors.prior, 1e-9, "the two errors cancel");
        let link = Link {
            weights: arr2(&[[1.0]]),
            bias: arr1(&[0.0]),
            activation: Activation::Linear,
            precision: arr2(&[[sensory_precision]]),
        };
        let hierarchy =
            Hierarchy::new(&[link], &arr1(&[prior_mean]), &arr2(&[[1.0]])).unwrap();
        let mut coder = PredictiveCoder::new(&hierarchy);
        coder.observe(&[o]).unwrap();
        assert_eq!(coder.settle(Descent::default()).ending, Ending::Converged);
        assert_near(coder.mean(1)[0], mean, 1e-9, "the library's guess");
        assert_near(coder.free_energy(), unit.free_energy(mean, o), 1e-9, "free energy");
    }
}

#[test]
fn precision_sets_where_the_belief_settles_and_how_soon() {
    for (sensory_precision, share) in [(1.0, 0.5), (4.0, 0.8), (9.0, 0.9)] {
        let unit = Unit { sensory_precision, ..UNIT };
        assert_near(unit.settle(1.0, 0.1, 500)[500], share, 1e-10, "share of the way");
    }

    // What is left of the way shrinks by $1 - \eta(\Pi_w + \Pi_z)$ a step.
    for (sensory_precision, end, steps) in [(1.0, 0.5, 44), (4.0, 0.8, 17)] {
        let unit = Unit { sensory_precision, ..UNIT };
        let path = unit.settle(1.0, 0.05, 60);
        let shrinks = 1.0 - 0.05 * (1.0 + sensory_precision);
        for (t, x) in path.iter().enumerate() {
            let left = end * powf(shrinks, t as f64);
            assert_near(end - x, left, 1e-12, &format!("step {t}"));
        }
        assert_eq!(unit.steps_until(1.0, 0.05, (end, 0.01), 60), Some(steps));
    }

    // When a step removes more than twice what is left, the guess explodes.
    let unit = Unit { sensory_precision: 4.0, ..UNIT };
    let left = |step_size: f64| (unit.settle(1.0, step_size, 1000)[1000] - 0.8).abs();
    // 2 / (1 + 4) is 0.4.
    assert!(left(0.39) < 1e-12, "{}", left(0.39));
    assert!(left(0.41) > 1e9, "{}", left(0.41));
}

/// At the root of $2x^3 - 3x - 3$, where $F$ is flat; the exact mean is lower.
#[test]
fn squared_prediction_settles_at_the_mode_not_the_mean() {
    let mode = ANIMAL.settle(2.0, 0.01, 5000)[5000];
    assert_near(2.0 * mode * mode * mode - 3.0 * mode - 3.0, 0.0, 1e-9, "flat ground");
    assert_near(mode, 1.5675, 0.5e-4, "golden, the mode");
    let mean = ANIMAL.positive_mean(2.0);
    assert_near(mean, 1.4847, 0.5e-4, "golden, the mean");
    // A linear unit's mode is its mean.
    let linear = Unit { prior_mean: 10.0, ..UNIT };
    assert_near(
        linear.positive_mean(8.0),
        linear.settle(8.0, 0.1, 500)[500],
        1e-9,
        "both",
    );
}

// -------------------------------------------------------------- the principle, its
// critics

#[test]
fn dark_surprises_who_expects_light_and_soothes_who_expects_dark() {
    let diurnal = Counts { light: 9.0, dark: 1.0 };
    assert_near(diurnal.surprise(Room::Dark), ln(10.0), 1e-12, "dark");
    assert_near(diurnal.surprise(Room::Light), ln(10.0 / 9.0), 1e-12, "light");

    let nocturnal = Counts { light: 1.0, dark: 9.0 };
    assert_near(nocturnal.surprise(Room::Dark), ln(10.0 / 9.0), 1e-12, "dark");
    assert_near(nocturnal.surprise(Room::Light), ln(10.0), 1e-12, "light");

    // A free animal that avoids surprise stays where it expects to be, ever surer of it.
    for moments in [1, 10, 1000] {
        let more = 9.0 + moments as f64;
        assert_eq!(diurnal.roam(moments), Counts { light: more, dark: 1.0 });
        assert_eq!(nocturnal.roam(moments), Counts { light: 1.0, dark: more });
    }
    for (counts, home) in [(diurnal, Room::Light), (nocturnal, Room::Dark)] {
        assert!(counts.roam(100).surprise(home) < counts.surprise(home) - 0.09);
    }
}

#[test]
fn who_stays_in_the_dark_comes_to_expect_it() {
    let diurnal = Counts { light: 9.0, dark: 1.0 };
    let dark = diurnal.stay(1000);
    assert!(dark.is_sorted_by(|before, after| before > after));
    for (n, &dark) in dark.iter().enumerate() {
        let (n, expected) = (n as f64, -ln((1.0 + n as f64) / (10.0 + n as f64)));
        assert_near(dark, expected, 1e-12, &format!("after {n} moments"));
        let light = -ln(9.0 / (10.0 + n));
        assert_eq!(dark <= light, n >= 8.0, "after {n} moments");
    }
    assert!(dark[999] < 0.01, "{}", dark[999]);
    assert_eq!(diurnal.moments_until_even(), 8);

    let moments = [1.0, 10.0, 100.0].map(|strength| {
        let counts = Counts { light: 9.0 * strength, dark: strength };
        assert_near(counts.surprise(Room::Dark), ln(10.0), 1e-12, "at first");
        counts.moments_until_even()
    });
    assert_eq!(moments, [8, 80, 800]);
}

#[test]
fn blanket_holds_where_push_and_push_back_are_equal() {
    for coupling in [0.05, 0.1, 0.15, 0.2] {
        let mut row = ThreeInARow::MUTUAL;
        for (i, j) in [(0, 1), (1, 0), (1, 2), (2, 1)] {
            row.push[i][j] = coupling;
        }
        let covariance = row.covariance();
        assert!(row.change(&covariance).as_flattened().iter().all(|c| c.abs() < 1e-12));
        // World and inside do go together.
        assert!(covariance[0][2] > 0.001, "{covariance:?}");
        assert!(row.information().abs() < 1e-12, "{}", row.information());
    }

    // The noise must be equal, too. Golden.
    let noisy = ThreeInARow::MUTUAL.with_skin_noise(5.0);
    assert_near(noisy.information(), 0.054_339, 0.5e-6, "five times the skin's noise");
    let all_noisy = ThreeInARow { noise: [5.0; 3], ..ThreeInARow::MUTUAL };
    assert!(all_noisy.information().abs() < 1e-12, "five times all noise");
}

/// Noises and rates are those of the row with a blanket, and only neighbors push.
#[test]
fn sparse_coupling_alone_makes_no_blanket() {
    let (row, mutual) = (ThreeInARow::ONE_WAY, ThreeInARow::MUTUAL);
    assert_eq!((row.push[0][2], row.push[2][0]), (0.0, 0.0));
    assert_eq!(row.noise, mutual.noise);
    assert!((0..3).all(|i| row.push[i][i] == mutual.push[i][i]));
    let change = row.change(&row.covariance());
    assert!(change.as_flattened().iter().all(|c| c.abs() < 1e-12), "{change:?}");
    assert_near(row.information(), 0.087_133, 0.5e-6, "golden");

    // The row with a blanket loses it when its pushes back are cut, and nothing else.
    assert!(mutual.information().abs() < 1e-12, "{}", mutual.information());
    let cut = mutual.without_push_back();
    assert_eq!((cut.push[1][0], cut.push[2][1]), (mutual.push[1][0], mutual.push[2][1]));
    assert_near(cut.information(), 0.005_128, 0.5e-6, "golden, pushes back cut");

    // The couplings don't exclude a blanket either: there are rows without push-back that
    // have one, by a coincidence of their constants.
    let mut lucky = row.with_skin_noise(1.0 / 0.99);
    (lucky.push[1][0], lucky.push[2][1]) = (1.0, 0.2);
    assert!(lucky.information().abs() < 1e-12, "{}", lucky.information());

    // What the inside knows beyond the skin is what it remembers: the faster it follows the
    // skin, the less that is. Slower than 0.2 it lags, and knows less, too.
    let rates = [0.2, 1.0, 5.0, 20.0];
    let left = rates.map(|rate| ThreeInARow::ONE_WAY.with_inside_at(rate).information());
    assert!(left.is_sorted_by(|slow, fast| slow > fast), "{left:?}");
    assert!(left[0] > 0.08 && left[3] < 0.001, "{left:?}");
    let slow = ThreeInARow::ONE_WAY.with_inside_at(0.05).information();
    assert!(slow < left[0] - 0.03, "{slow} {left:?}");
}

// --------------------------------------------------------------- two fields, one filter

/// A vole that runs on (action 0) or back (action 1).
fn driven() -> (GenerativeModel, [Hmm<TUSSOCKS>; 2]) {
    let moves = [Ring::VOLE, Ring::REVERSED].map(Ring::model::<TUSSOCKS>);
    let mut model = GenerativeModel::builder();
    let names = ["a", "b", "c", "d", "e"];
    let place = model.factor("place", &names);
    model.actions(place, &["on", "back"]);
    model.transition(place, &[place], |s, a, column| {
        let rows = column.iter_mut().zip(&moves[a].transition);
        rows.for_each(|(p, row)| *p = row[s[0]]);
    });
    let rustle = model.modality("rustle", &names);
    model.likelihood(rustle, &[place], |s, column| {
        let rows = column.iter_mut().zip(&moves[0].likelihood);
        rows.for_each(|(p, row)| *p = row[s[0]]);
    });
    (model.build().unwrap(), moves)
}

/// The update of Kaelbling, Littman and Cassandra (1998), from its own arrays: $b'(s')
/// \propto O(s', a, o) \sum_s T(s, a, s')\, b(s)$. All sequences of four actions and
/// observations.
#[test]
fn belief_state_of_a_pomdp_and_perception_are_one_filter() {
    fn go(
        model: &GenerativeModel,
        t: &dyn Fn(usize, usize, usize) -> f64,
        o: &dyn Fn(usize, usize, usize) -> f64,
        perception: &Perception<Exact>,
        b: &[f64],
        steps: usize,
    ) {
        if steps == 0 {
            return;
        }
        for (a, seen) in (0..2).flat_map(|a| (0..TUSSOCKS).map(move |seen| (a, seen))) {
            let mut next: Vec<f64> = (0..TUSSOCKS)
                .map(|to| {
                    let arrives: f64 = (0..TUSSOCKS).map(|s| t(s, a, to) * b[s]).sum();
                    o(to, a, seen) * arrives
                })
                .collect();
            let total: f64 = next.iter().sum();
            next.iter_mut().for_each(|b| *b /= total);
            let mut perception = perception.clone();
            let inferred = perception.advance(model, &[a], &[Some(seen)]).unwrap();
            assert_all_near(perception.posterior().factor(0), &next, 1e-12, "beliefs");
            assert_near(inferred.free_energy.value(), -ln(total), 1e-12, "surprise");
            go(model, t, o, &perception, &next, steps - 1);
        }
    }
    let (model, moves) = driven();
    let mut perception = Perception::new(&model, Exact::new(&model).unwrap());
    // Nothing is seen before the first action.
    perception.begin(&model, &[None::<usize>]).unwrap();
    let run = |from: usize, a: usize, to: usize| moves[a].transition[to][from];
    let hear = |at: usize, _: usize, seen: usize| moves[0].likelihood[seen][at];
    go(&model, &run, &hear, &perception, &[0.2; TUSSOCKS], 4);
}

// ------------------------------------------------------------------ three published
// slips

/// If every column of $B$ sums to a tenth, each step after the first seems ten times less
/// probable than it is, and the beliefs stay right; if only one does, they are wrong. The
/// library takes neither.
#[test]
fn columns_that_sum_to_a_tenth_spoil_belief_and_surprise() {
    let vole = Ring::VOLE.model::<TUSSOCKS>();
    let heard = [0, 1, 1, 3, 4, 0];
    let right = filter(&vole, &heard).unwrap();
    let all = Hmm { transition: vole.transition.map(|row| row.map(|b| 0.1 * b)), ..vole };
    for (t, (scaled, right)) in
        filter(&all, &heard).unwrap().iter().zip(&right).enumerate()
    {
        assert_all_near(&scaled.belief, &right.belief, 1e-12, "belief");
        let factor = if t == 0 { 1.0 } else { 0.1 };
        assert_near(scaled.evidence, factor * right.evidence, 1e-12, "evidence");
    }
    let mut one = vole;
    one.transition.iter_mut().for_each(|row| row[1] *= 0.1);
    let wrong: Vec<Corrected<TUSSOCKS>> = filter(&one, &heard).unwrap();
    let off = (0..TUSSOCKS).map(|s| (wrong[2].belief[s] - right[2].belief[s]).abs());
    assert!(off.fold(0.0, f64::max) > 0.1, "{wrong:?}");
    for (model, column) in [(all, 0), (one, 1)] {
        let error = model.library().unwrap_err().to_string();
        let expected = format!("column [{column}, 0]: sums to 0.1");
        assert!(error.contains(&expected), "{error}");
    }
}

/// A carousel heard without error can't be where it was. A floor under the likelihood
/// would answer with a shrug: every place alike.
#[test]
fn impossible_cue_is_an_error_not_a_shrug() {
    let carousel = Ring { hit: 1.0, ..Ring::CAROUSEL }.model::<3>();
    assert_eq!(filter(&carousel, &[0, 0]), Err(Impossible(0)));
    let model = carousel.library().unwrap();
    let mut library = Smoother::new(&model, 2).unwrap();
    let error = library.run(&model, &[[0], [0]], &[[0]]).unwrap_err();
    let impossible = matches!(
        &error,
        EpisodeError::Step {
            step: 1,
            source: InferenceError::Impossible { outcome: 0, .. }
        }
    );
    assert!(impossible, "{error}");

    let predicted = predict(&carousel, &[1.0, 0.0, 0.0]);
    let floored: Vec<f64> =
        (0..3).map(|s| (carousel.likelihood[0][s] * predicted[s]).max(1e-16)).collect();
    assert_all_near(&bayes(&floored), &[1.0 / 3.0; 3], 1e-12, "a shrug");
}
