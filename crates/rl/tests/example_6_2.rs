//! TD and Monte Carlo on the five-state walk, against an independent program.

use envs::random_walk::{random_walk, true_value};
use envs::{Environment, Next, Sampled};
use prob::rng::{Role, stream};
use rl::monte_carlo::{Mean, MonteCarlo, Visits};
use rl::td::Td0;
use rl::{Episode, Settings, StepSize};

const RUNS: u64 = 400;
/// Numbers of episodes after which the error is taken.
const AFTER: [usize; 4] = [1, 10, 25, 100];

fn rms(v: &[f64]) -> f64 {
    let squares = (1..=5).map(|s| v[s] - true_value(5, 0.0, 1.0, s)).map(|e| e * e);
    prob::math::sqrt(squares.sum::<f64>() / 5.0)
}

/// Mean over runs of the error at [`AFTER`].
fn errors(step_size: f64, by_td: bool) -> [f64; 4] {
    let walk = random_walk(5, 0.0, 1.0);
    let mut world = Sampled::new(&walk, None).unwrap();
    let mut v = vec![0.5; 7];
    (v[0], v[6]) = (0.0, 0.0);
    let mut sums = [0.0; 4];
    let mut episode = Episode::with_capacity(100);
    for run in 0..RUNS {
        let mut rng = stream(run, Role::World, 0);
        let settings = Settings::new(step_size, 1.0).unwrap();
        let mut td = Td0::new(v.clone(), settings);
        let recent = Mean::Recent(StepSize::new(step_size).unwrap());
        let mut mc = MonteCarlo::new(v.clone(), Visits::Every, recent, settings.discount);
        for n in 1..=100 {
            episode.clear();
            let mut s = world.reset(&mut rng);
            loop {
                let step = world.step(0, &mut rng);
                td.learn(s, step.reward, step.next());
                episode.push(s, step.reward, step.next());
                s = step.observation;
                if !matches!(step.next(), Next::Continues(_)) {
                    break;
                }
            }
            mc.learn(&episode);
            if let Some(i) = AFTER.iter().position(|&after| after == n) {
                sums[i] += rms(if by_td { td.weights() } else { mc.v() }) / RUNS as f64;
            }
        }
    }
    sums
}

#[test]
fn errors_fall_as_in_an_independent_program() {
    // Mean errors after 1, 10, 25 and 100 episodes in 5000 runs of a program in another
    // language with another generator, to three decimals, and the standard deviation of a
    // run after 100 episodes; earlier ones were not noted and are taken to be .05 at
    // most.
    let golden = [
        (0.05, true, [0.229, 0.175, 0.110, 0.036], 0.017),
        (0.10, true, [0.222, 0.129, 0.057, 0.056], 0.023),
        (0.15, true, [0.216, 0.095, 0.058, 0.071], 0.028),
        (0.01, false, [0.233, 0.213, 0.183, 0.097], 0.023),
        (0.04, false, [0.229, 0.181, 0.134, 0.107], 0.055),
    ];
    for (step_size, by_td, known, deviation) in golden {
        let found = errors(step_size, by_td);
        for (i, (found, known)) in found.into_iter().zip(known).enumerate() {
            let deviation = if i == 3 { deviation } else { 0.05 };
            // Four standard errors of the difference, and the rounding.
            let share = 1.0 / RUNS as f64 + 1.0 / 5000.0;
            let tolerance = 4.0 * deviation * prob::math::sqrt(share) + 0.0005;
            assert!(
                (found - known).abs() < tolerance,
                "{step_size}, {by_td}: {found} after {} episodes, known {known}",
                AFTER[i]
            );
        }
    }
}
