//! The claims of chapter 3: one test for each sentence of the chapter that says what our
//! code does.
//!
//! Most are exact. Statistical ones use seeds 0..n and were tried on another block of
//! seeds when their experiment last changed; "four standard errors" are those of the
//! paired difference named beside them, on the same walks.

use std::sync::LazyLock;

use ch03_dopamine_and_td::conditioning::{
    A, B, DESIGNS, SALIENCE, X, history, own_errors, pairings_to_half, strengths, trials,
};
use ch03_dopamine_and_td::distributional::{
    CELLS, MET, asymmetries, crowd, decode, largest_error, sampled,
};
use ch03_dopamine_and_td::exercises::lambda_returns::lambda_returns;
use ch03_dopamine_and_td::kalman_cues;
use ch03_dopamine_and_td::lambda::{self, Algorithm, LAMBDAS};
use ch03_dopamine_and_td::microstimuli::{self, Juice};
use ch03_dopamine_and_td::n_step::{self, NS, target};
use ch03_dopamine_and_td::random_walk::{self, METHODS, Method, NAIVE};
use ch03_dopamine_and_td::revaluation::{Learner, Student, preferred};
use ch03_dopamine_and_td::same_walks::{self, Row, best};
use ch03_dopamine_and_td::second_order;
use ch03_dopamine_and_td::spectrum::{
    by_room, four_rooms, memory, modes, neighbors, open_field,
};
use ch03_dopamine_and_td::successor_map::{
    DISCOUNT, LAPS, PLACES, both_ways, center, field, laps, one_way,
};
use ch03_dopamine_and_td::time_limit::worth;
use ch03_dopamine_and_td::trial_time::{
    EARLY, JUICE, LIGHT, half_trial, light_and_juice, moments, rewarded, training,
};
use ch03_dopamine_and_td::{batch, time_limit};
use envs::graph::Revalued;
use envs::maze::{Map, Maze, Side};
use envs::random_walk::{random_walk as walk_of, true_value};
use envs::variable_magnitude::{AMOUNTS, probabilities};
use envs::{Discount, FiniteWorld, Next, Successor, Table};
use prob::Probability;
use prob::interval::{mean, standard_error};
use prob::math::sqrt;
use prob::rng::{Role, stream};
use rand::RngExt;
use rl::distributional::expectile;
use rl::successor::{self, SuccessorMatrix};
use rl::td::{Td0, td_error};
use rl::{Episode, Mdp, Policy, Settings, TraceDecay, evaluation};

fn near(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{what}: {found}, expected {expected} within {tolerance}"
    );
}

fn at(discount: f64) -> Discount {
    Discount::new(discount).unwrap()
}

fn power(base: f64, n: usize) -> f64 {
    (0..n).map(|_| base).product()
}

/// The difference is positive by more than four standard errors.
fn clearly_positive(differences: &[f64], what: &str) {
    let (mean, error) = (mean(differences), standard_error(differences));
    assert!(mean > 4.0 * error, "{what}: {mean} ± {error}");
}

fn differences(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

// ---------------------------------------------------------------- one error for all cues

fn design(name: &str) -> (&'static str, &'static str) {
    let design = DESIGNS.iter().find(|design| design.name == name).unwrap();
    (design.trained, design.control)
}

#[test]
fn blocked_cue_learns_almost_nothing() {
    let (trained, control) = design("blocking");
    // What A leaves over, halved between two cues, of which 1 - .8^50 is learned.
    let learned = 1.0 - power(0.8, 50);
    near(strengths(trained)[B], power(0.9, 50) / 2.0 * learned, 1e-12, "blocked");
    near(strengths(control)[B], learned / 2.0, 1e-12, "control");
    assert!(strengths(trained)[B] < 0.003 && strengths(control)[B] > 0.49);
}

#[test]
fn cue_with_an_error_of_its_own_is_not_blocked() {
    let (trained, control) = design("blocking");
    near(own_errors(trained)[B], 1.0 - power(0.9, 50), 1e-12, "after A alone");
    assert_eq!(own_errors(trained)[B], own_errors(control)[B]);
    near(own_errors(trained)[B], strengths("50 B+")[B], 1e-12, "as if alone");
}

#[test]
fn overshadowing_divides_by_salience() {
    let saliences = [0.1, 0.05, 0.1];
    let together = history("50 AB+", saliences);
    let (a_alone, b_alone) = (history("50 A+", saliences), history("50 B+", saliences));
    for n in 1..=50 {
        near(together[n][A], 2.0 * together[n][B], 1e-12, "the ratio of the saliences");
        // On the first trial nothing is predicted yet, and a cue learns as if alone.
        let below = |a: f64, b: f64| if n == 1 { a == b } else { a < b };
        assert!(
            below(together[n][A], a_alone[n][A]) && below(together[n][B], b_alone[n][B])
        );
    }
    near(together[50][A], 2.0 / 3.0, 1e-3, "the louder cue's share");
}

#[test]
fn overexpected_cues_lose_strength_though_reward_comes() {
    let (trained, control) = design("overexpectation");
    assert!(trials(trained).iter().all(|(_, outcome)| *outcome == 1.0));
    let rows = history(trained, [SALIENCE; 3]);
    assert!(rows[100][A] > 0.99 && rows[100][B] > 0.99);
    for pair in rows[100..].windows(2) {
        assert!(pair[1][A] < pair[0][A] && pair[1][B] < pair[0][B]);
    }
    near(rows[150][A], 0.5, 1e-4, "half each");
    assert!(strengths(control)[A] > 0.99);
}

#[test]
fn cue_that_cancels_a_reward_turns_inhibitory() {
    let (trained, control) = design("inhibition");
    assert!(strengths(trained)[X] < -0.9, "{}", strengths(trained)[X]);
    assert_eq!(strengths(control)[X], 0.0);
    // It pulls down another cue that was trained by itself.
    let v = strengths(&format!("{trained}, 50 B+"));
    assert!(v[B] > 0.99 && v[B] + v[X] < 0.1 * v[B]);
}

#[test]
fn rescorla_wagner_makes_the_second_cue_an_inhibitor() {
    let rows = history("50 A+, 20 XA-", [SALIENCE; 3]);
    let of_a = rows[50][A];
    for pairings in 1..=20 {
        // Both share what A promises in vain.
        let expected = -of_a / 2.0 * (1.0 - power(0.8, pairings));
        near(rows[50 + pairings][X], expected, 1e-12, "strength of X");
        assert!(rows[50 + pairings][X] < rows[49 + pairings][X]);
    }
}

#[test]
fn pre_exposure_changes_nothing_for_rescorla_wagner() {
    let exposed = history("20 A-, 30 A+", [SALIENCE; 3]);
    assert_eq!(exposed[20..], history("30 A+", [SALIENCE; 3])[..]);
}

#[test]
fn pearce_hall_learns_a_familiar_cue_more_slowly() {
    assert_eq!(pairings_to_half(20) - pairings_to_half(0), 2);
    // The longer the exposure, the less is left of the cue's associability, until the next
    // surprise restores it.
    assert!(pairings_to_half(1) <= pairings_to_half(20));
}

#[test]
fn larger_reward_unblocks_and_smaller_makes_an_inhibitor() {
    let learned = 1.0 - power(0.8, 50);
    let of_a = 1.0 - power(0.9, 50);
    for (phases, outcome) in [("50 A+, 50 AB+2", 2.0), ("50 A+, 50 AB+0.5", 0.5)] {
        let expected = (outcome - of_a) / 2.0 * learned;
        near(strengths(phases)[B], expected, 1e-12, phases);
    }
    assert!(strengths("50 A+, 50 AB+2")[B] > 0.5);
    assert!(strengths("50 A+, 50 AB+0.5")[B] < -0.2);
}

// ---------------------------------------------------------------- an error at every moment

/// The largest mean TD error over states, at values `v`.
fn mean_error(
    world: &impl FiniteWorld,
    policy: &Policy,
    v: &[f64],
    discount: Discount,
) -> f64 {
    let mut largest = 0.0_f64;
    for s in (0..world.n_states()).filter(|&s| !world.is_terminal(s)) {
        let mut mean = 0.0;
        for (a, chosen) in policy.row(s).iter().enumerate() {
            for way in world.successors(s, a) {
                let next = if world.is_terminal(way.state) {
                    Next::Terminated
                } else {
                    Next::Continues(way.state)
                };
                mean +=
                    chosen * way.probability * td_error(v, s, way.reward, next, discount);
            }
        }
        largest = largest.max(mean.abs());
    }
    largest
}

#[test]
fn errors_vanish_on_average_at_the_true_values() {
    let walk = walk_of(5, 0.0, 1.0);
    let slip = Probability::new(0.2).unwrap();
    let rooms = Map::FourRooms.maze(Side::Medium).with_slip(slip);
    let (walk_policy, rooms_policy) = (
        Policy::uniform(&Mdp::new(&walk).unwrap()),
        Policy::uniform(&Mdp::new(&rooms).unwrap()),
    );
    let true_walk: Vec<f64> = (0..7).map(|s| true_value(5, 0.0, 1.0, s)).collect();
    assert!(mean_error(&walk, &walk_policy, &true_walk, at(1.0)) < 1e-12);
    let of_rooms =
        evaluation::solve(&Mdp::new(&rooms).unwrap(), &rooms_policy, at(0.95)).unwrap().v;
    assert!(mean_error(&rooms, &rooms_policy, &of_rooms, at(0.95)) < 1e-12);
    // On a single step it hardly ever vanishes, and at wrong values not on average.
    let one_step = td_error(&true_walk, 3, 0.0, Next::Continues(4), at(1.0));
    near(one_step, 1.0 / 6.0, 1e-12, "one step to the right");
    assert!(mean_error(&walk, &walk_policy, &NAIVE, at(1.0)) > 0.2);
    assert!(
        mean_error(&rooms, &rooms_policy, &vec![0.0; of_rooms.len()], at(0.95)) > 0.1
    );
}

#[test]
fn one_step_trials_make_td_rescorla_wagner() {
    let (trained, _) = design("blocking");
    let mut td = Td0::new(vec![0.0; 3], Settings::new(SALIENCE, 1.0).unwrap());
    let rows = history(trained, [SALIENCE; 3]);
    for ((cues, outcome), row) in trials(trained).into_iter().zip(&rows[1..]) {
        let mut present = [0.0; 3];
        cues.iter().for_each(|&cue| present[cue] = 1.0);
        td.learn(present.as_slice(), outcome, Next::Terminated);
        for (w, v) in td.weights().iter().zip(row) {
            near(*w, *v, 1e-12, "strength");
        }
    }
}

#[test]
fn time_limit_is_not_death() {
    let gamma = time_limit::DISCOUNT;
    near(worth(Next::Truncated(0)), 1.0 / (1.0 - gamma), 1e-9, "cut off");
    // One step in ten leads nowhere.
    let share = 1.0 - 1.0 / time_limit::LIMIT as f64;
    near(worth(Next::Terminated), 1.0 / (1.0 - gamma * share), 1e-9, "taken for the end");
}

#[test]
fn error_moves_from_reward_to_cue() {
    for discount in [1.0, 0.9] {
        for lambda in [0.0, 0.9] {
            let (_, errors) = training(lambda, discount, 500);
            let (first, last) = (&errors[0], &errors[499]);
            assert_eq!((first[LIGHT], first[JUICE]), (0.0, 1.0));
            near(last[LIGHT], power(discount, JUICE - LIGHT), 1e-4, "at the light");
            near(last[JUICE], 0.0, 1e-4, "at the juice");
        }
    }
    // As in an independent program, to three decimals.
    near(training(0.0, 0.9, 500).1[499][LIGHT], 0.314, 5e-4, "discounted");
}

#[test]
fn errors_of_a_trial_add_up_to_the_reward() {
    for (lambda, discount) in [(0.0, 1.0), (0.5, 1.0), (0.9, 1.0), (1.0, 1.0), (0.9, 0.9)]
    {
        let (animal, errors) = training(lambda, discount, 500);
        let sum = |errors: &[f64]| -> f64 {
            (1..errors.len()).map(|t| power(discount, t - 1) * errors[t]).sum()
        };
        for errors in &errors {
            near(sum(errors), power(discount, JUICE - 1), 1e-12, "sum of a trial");
        }
        let omitted = animal.tested(&light_and_juice(None), &moments());
        near(sum(&omitted), 0.0, 1e-12, "sum of a trial without juice");
        if discount == 1.0 {
            let size = |errors: &[f64]| errors.iter().map(|e| e.abs()).sum::<f64>();
            near(size(&errors[499]), size(&errors[0]), 1e-3, "mean size, last and first");
        }
    }
}

/// The largest error between light and juice.
fn between(errors: &[Vec<f64>]) -> f64 {
    let inside = errors.iter().flat_map(|errors| &errors[LIGHT + 1..JUICE]);
    inside.fold(0.0, |max, e| max.max(e.abs()))
}

#[test]
fn without_traces_the_error_walks_through_the_interval() {
    let (_, walks) = training(0.0, 1.0, 500);
    let (_, jumps) = training(0.9, 1.0, 500);
    assert!(between(&walks) > 0.35 && between(&jumps) < 0.05);
    // The largest error moves back through the interval, and never forward.
    let peaks: Vec<usize> = walks[..150]
        .iter()
        .map(|errors| {
            let moments = LIGHT..=JUICE;
            moments.max_by(|&s, &t| errors[s].total_cmp(&errors[t])).unwrap()
        })
        .collect();
    assert!(peaks.windows(2).all(|pair| pair[1] <= pair[0]), "{peaks:?}");
    let mut visited = peaks.clone();
    visited.dedup();
    assert!(visited.len() > 6, "{visited:?}");
    assert_eq!((peaks[0], peaks[149]), (JUICE, LIGHT));
}

#[test]
fn cue_error_arrives_late_without_traces() {
    // Three of them are those of an independent program.
    for (lambda, trial) in [(0.0, 108), (0.5, 57), (0.9, 17), (1.0, 8)] {
        let (_, errors) = training(lambda, 1.0, 500);
        assert_eq!(half_trial(&errors, 1.0), Some(trial), "lambda {lambda}");
        let juice = errors.iter().position(|errors| errors[JUICE] < 0.5);
        assert_eq!(juice, Some(7), "half is gone from the juice by trial 8");
    }
}

#[test]
fn omission_dips_at_the_time_of_the_reward() {
    for lambda in [0.0, 0.9] {
        let (animal, _) = training(lambda, 1.0, 1000);
        let errors = animal.tested(&light_and_juice(None), &moments());
        for (t, error) in errors.iter().enumerate().skip(LIGHT + 1) {
            near(
                *error,
                if t == JUICE { -1.0 } else { 0.0 },
                1e-3,
                "error after the light",
            );
        }
    }
}

#[test]
fn early_reward_leaves_a_dip_at_the_usual_time() {
    let (animal, _) = training(0.9, 1.0, 500);
    let errors = animal.tested(&light_and_juice(Some(EARLY)), &moments());
    near(errors[EARLY], 1.0, 1e-3, "burst");
    near(errors[JUICE], -1.0, 1e-3, "dip");
}

static BLURRED: LazyLock<[rows::Blurred; 2]> =
    LazyLock::new(|| [Juice::Seen, Juice::Unseen].map(rows::blurred));

/// Tests of an animal with microstimuli.
mod rows {
    use super::*;
    use ch03_dopamine_and_td::microstimuli::{EARLY, JUICE, trained, trial};

    pub struct Blurred {
        pub predicted: Vec<f64>,
        pub unpredicted: Vec<f64>,
        pub omitted: Vec<f64>,
        pub early: Vec<f64>,
    }

    pub fn blurred(sight: Juice) -> Blurred {
        let animal = trained(sight);
        let test = |light, juice| {
            animal.tested(&trial(light, juice, sight), &microstimuli::seen())
        };
        Blurred {
            predicted: test(true, Some(JUICE)),
            unpredicted: test(false, Some(JUICE)),
            omitted: test(true, None),
            early: test(true, Some(EARLY)),
        }
    }
}

fn deepest(errors: &[f64]) -> f64 {
    errors.iter().copied().fold(0.0, f64::min)
}

#[test]
fn microstimuli_spread_the_dip() {
    let [seen, _] = &*BLURRED;
    let after = &seen.omitted[microstimuli::LIGHT + 1..];
    // As in an independent program, to four decimals.
    near(deepest(after), -0.0837, 5e-5, "the deepest");
    let steps = after.iter().filter(|e| **e < microstimuli::DISAPPOINTING).count();
    assert_eq!(steps, 22);
    // It is a take-back all the same, and most of it comes after the juice was due.
    let dip = |errors: &[f64]| errors.iter().map(|e| e.min(0.0)).sum::<f64>();
    let (whole, late) = (dip(after), dip(&seen.omitted[microstimuli::JUICE + 1..]));
    assert!(whole < -1.0 && late < 0.8 * whole, "{late} of {whole}");
}

#[test]
fn microstimuli_leave_a_smaller_dip_after_early_reward() {
    let [seen, unseen] = &*BLURRED;
    let later = |errors: &[f64]| deepest(&errors[microstimuli::EARLY + 1..]);
    assert!(later(&seen.early) > 0.75 * later(&seen.omitted));
    // It is the juice's own features that do it.
    near(later(&unseen.early), later(&unseen.omitted), 1e-9, "without them");
}

#[test]
fn microstimuli_keep_part_of_the_burst() {
    let [seen, unseen] = &*BLURRED;
    let kept = seen.predicted[microstimuli::JUICE];
    assert!((0.01..0.2).contains(&kept), "{kept}");
    near(seen.unpredicted[microstimuli::JUICE], 1.0, 1e-9, "out of the blue");
    assert!(seen.predicted[microstimuli::LIGHT] > 0.3);
    assert!(seen.early[microstimuli::EARLY] > 2.0 * kept);
    // Without the bound at zero the first would be small, too; without features of its own
    // the second would be large. Both as in an independent program.
    let unbounded = microstimuli::trained_above(f64::NEG_INFINITY, Juice::Seen);
    let alone = microstimuli::trial(false, Some(microstimuli::JUICE), Juice::Seen);
    let blue = unbounded.tested(&alone, &microstimuli::seen())[microstimuli::JUICE];
    near(blue, 0.05, 0.01, "out of the blue, without the bound");
    near(unseen.predicted[microstimuli::JUICE], 0.95, 0.01, "predicted and unseen");
}

#[test]
fn td_conditions_the_second_cue() {
    for (lambda, after, promise) in [(0.9, 9, 0.0980), (0.0, 56, 0.4468)] {
        let rows = second_order::pairings(lambda);
        let peak = (0..rows.len())
            .max_by(|&i, &j| rows[i].prospect.total_cmp(&rows[j].prospect));
        assert_eq!(peak, Some(after), "pairings to the peak, lambda {lambda}");
        near(rows[after].prospect, promise, 5e-5, "its promise then");
        assert!(rows.iter().all(|row| row.prospect >= 0.0), "never less than nothing");
    }
    // Rescorla and Wagner's X goes the other way, and an X without A goes nowhere.
    assert!(history("50 A+, 9 XA-", [SALIENCE; 3])[59][X] < -0.3);
    assert!(second_order::unpaired(0.9).iter().all(|row| row.prospect == 0.0));
}

#[test]
fn many_pairings_leave_td_an_inhibitor_too() {
    for lambda in [0.0, 0.9] {
        let rows = second_order::pairings(lambda);
        let last = rows[rows.len() - 1];
        near(last.inhibition, -0.5, 1e-6, "X when juice was due");
        near(last.excitation, 0.5, 1e-6, "A when juice was due");
        near(last.prospect, 0.0, 1e-3, "X's onset");
        assert_eq!(rows[0].inhibition, 0.0);
    }
}

#[test]
fn probability_splits_the_error() {
    for p in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let (animal, _) = rewarded(p, 0.0, 1.0, 2000);
        let paid = animal.tested(&light_and_juice(Some(JUICE)), &moments());
        let unpaid = animal.tested(&light_and_juice(None), &moments());
        near(paid[LIGHT], p, 1e-6, "at the light");
        near(paid[JUICE], 1.0 - p, 1e-6, "at a juice that comes");
        near(unpaid[JUICE], -p, 1e-6, "at one that doesn't");
    }
    // That is the average. With juice by chance, the mean value of the light over n trials
    // is nearly the mean of n draws: its standard error is the root of p (1 - p) / n.
    let (n, trained, mut rng) = (4000, 500, stream(0, Role::World, 0));
    for p in [0.25, 0.5, 0.75] {
        let (mut animal, _) = rewarded(p, 0.0, 1.0, trained);
        let (mut at_light, mut at_juice) = (Vec::new(), Vec::new());
        for _ in 0..n {
            let juice = (rng.random::<f64>() < p).then_some(JUICE);
            let errors = animal.trial(&light_and_juice(juice), &moments());
            at_light.push(errors[LIGHT]);
            if juice.is_some() {
                at_juice.push(errors[JUICE]);
            }
        }
        let tolerance = 4.0 * sqrt(p * (1.0 - p) / f64::from(n));
        near(mean(&at_light), p, tolerance, "at the light, on average");
        near(mean(&at_juice), 1.0 - p, tolerance, "at a juice that comes, on average");
    }
}

// ---------------------------------------------------------------- how fast, how far

static SHORT: LazyLock<Vec<random_walk::Row>> =
    LazyLock::new(|| random_walk::errors(0..1000));

#[test]
fn first_episode_changes_one_value() {
    for seed in 0..30 {
        let walk = &random_walk::walks(seed)[0];
        let mut v = NAIVE;
        random_walk::update(&mut v, walk, Method::Td(0.1));
        let changed: Vec<usize> = (1..=5).filter(|&s| v[s] != 0.5).collect();
        let right = walk.rewards()[walk.len() - 1] == 1.0;
        let (place, value) = if right { (5, 0.55) } else { (1, 0.45) };
        assert_eq!(changed, [place]);
        near(v[place], value, 1e-15, "half the step size");
    }
}

#[test]
fn td_beats_monte_carlo_on_the_walk() {
    let td = SHORT.iter().find(|row| row.method == Method::Td(0.1)).unwrap();
    let by =
        |wanted: fn(&Method) -> bool| SHORT.iter().filter(move |row| wanted(&row.method));
    let is_mc = |method: &Method| matches!(method, Method::MonteCarlo(_));
    for mc in by(is_mc) {
        let gain = differences(&mc.over_walks, &td.over_walks);
        clearly_positive(&gain, "over the first hundred walks");
    }
    // At the end, the best of each.
    let last = |row: &&random_walk::Row| row.mean[100];
    let least =
        |a: &&random_walk::Row, b: &&random_walk::Row| last(a).total_cmp(&last(b));
    let (td, mc) = (
        by(|m| matches!(m, Method::Td(_))).min_by(least).unwrap(),
        by(is_mc).min_by(least).unwrap(),
    );
    // Unpaired: the sum of both errors exceeds that of the difference.
    assert!(
        last(&mc) - last(&td) > 4.0 * (mc.standard_error[100] + td.standard_error[100])
    );
}

/// Walks after which one has learned sooner.
const SOON: usize = 5;

#[test]
fn larger_steps_learn_sooner_and_end_worse() {
    for (i, j) in [(0, 1), (1, 2)] {
        let pair = (METHODS[i], METHODS[j]);
        assert!(matches!(pair, (Method::Td(a), Method::Td(b)) if a < b));
        let (small, large) = (&SHORT[i], &SHORT[j]);
        let tolerance =
            |n: usize| 4.0 * (small.standard_error[n] + large.standard_error[n]);
        assert!(small.mean[SOON] - large.mean[SOON] > tolerance(SOON), "{pair:?}");
        assert!(large.mean[100] - small.mean[100] > tolerance(100), "{pair:?}");
    }
}

#[test]
fn eight_episodes_two_answers() {
    let episodes = batch::predictor();
    assert_eq!(episodes.len(), 8);
    let (td, mc) =
        (batch::td(&episodes, &[0.0; 2]), batch::monte_carlo(&episodes, &[0.0; 2]));
    assert_eq!((td[batch::B], mc[batch::B]), (0.75, 0.75));
    assert_eq!((td[batch::A], mc[batch::A]), (0.75, 0.0));
}

/// The values of the world in which the steps seen are all that can happen.
fn counted(walks: &[Episode]) -> Vec<f64> {
    let steps: Vec<_> = walks.iter().flat_map(Episode::steps).collect();
    let world = Table::new(7, 1, vec![(3, 1.0)], &[0, 6], |s, _, row| {
        let out = || steps.iter().filter(|step| step.0 == s);
        let n = out().count() as f64;
        for &(_, reward, next) in out() {
            let state = match next {
                Next::Continues(s) | Next::Truncated(s) => s,
                Next::Terminated if s == 1 => 0,
                Next::Terminated => 6,
            };
            row.push(Successor { state, probability: 1.0 / n, reward });
        }
        if n == 0.0 {
            row.push(Successor { state: 0, probability: 1.0, reward: NAIVE[s] });
        }
    })
    .unwrap();
    let mdp = Mdp::new(&world).unwrap();
    evaluation::solve(&mdp, &Policy::uniform(&mdp), at(1.0)).unwrap().v
}

#[test]
fn batch_td_solves_the_model_it_counted() {
    let mut apart = 0.0_f64;
    for seed in 0..30 {
        let walks = &random_walk::walks(seed)[..10];
        let found = batch::td(walks, &NAIVE);
        for (found, model) in found.iter().zip(counted(walks)) {
            near(*found, model, 1e-10, "the model's value");
        }
        // At rest: the corrections of each state add up to nothing.
        let mut sums = [0.0; 7];
        for (s, reward, next) in walks.iter().flat_map(Episode::steps) {
            sums[s] += td_error(&found, s, reward, next, at(1.0));
        }
        assert!(sums.iter().all(|sum| sum.abs() < 1e-10));
        let returns = batch::monte_carlo(walks, &NAIVE);
        apart =
            found.iter().zip(&returns).fold(apart, |max, (a, b)| max.max((a - b).abs()));
    }
    assert!(apart > 0.1, "Monte Carlo solves another problem");
}

#[test]
fn batch_td_beats_batch_monte_carlo_from_the_second_episode_on() {
    let errors = batch::errors(0..1000);
    near(errors.difference[0].0, 0.0, 1e-12, "one walk says the same to both");
    for (n, (mean, error)) in errors.difference.iter().enumerate().skip(1) {
        assert!(*mean > 4.0 * error, "after {} walks: {mean} ± {error}", n + 1);
    }
}

/// Values that mean nothing.
fn any_values() -> Vec<f64> {
    (0..21).map(|s| 0.3 - 0.07 * f64::from(s * s % 11)).collect()
}

/// $\lambda$-returns of a walk of nineteen places, by the exercise's function.
fn returns_of(walk: &Episode, v: &[f64], discount: f64, lambda: f64) -> Vec<f64> {
    let next_values: Vec<f64> = walk
        .steps()
        .map(|(_, _, next)| match next {
            Next::Continues(s) | Next::Truncated(s) => v[s],
            Next::Terminated => 0.0,
        })
        .collect();
    lambda_returns(
        walk.rewards(),
        &next_values,
        at(discount),
        TraceDecay::new(lambda).unwrap(),
    )
}

#[test]
fn lambda_return_mixes_the_n_step_returns() {
    let v = any_values();
    for walk in &same_walks::walks(0)[..3] {
        for (discount, lambda) in [(1.0, 0.0), (1.0, 0.8), (0.9, 0.5), (1.0, 1.0)] {
            let from_the_back = returns_of(walk, &v, discount, lambda);
            for (t, found) in from_the_back.iter().enumerate() {
                let left = walk.len() - t;
                let (mut mixed, mut weights) = (0.0, 0.0);
                for n in 1..=left {
                    let share = if n == left { 1.0 } else { 1.0 - lambda };
                    let weight = share * power(lambda, n - 1);
                    mixed += weight * target(walk, &v, t, n, at(discount));
                    weights += weight;
                }
                near(weights, 1.0, 1e-12, "sum of the weights");
                near(*found, mixed, 1e-12, "the return");
            }
        }
    }
}

#[test]
fn with_values_held_the_trace_adds_up_to_the_lambda_return() {
    let v = any_values();
    for walk in &same_walks::walks(1) {
        for (discount, lambda) in [(1.0, 0.8), (0.9, 0.5), (1.0, 1.0)] {
            let mut trace = vec![0.0; v.len()];
            let mut by_trace = vec![0.0; v.len()];
            let mut by_returns = vec![0.0; v.len()];
            let targets = returns_of(walk, &v, discount, lambda);
            for ((s, reward, next), target) in walk.steps().zip(targets) {
                trace.iter_mut().for_each(|e| *e *= discount * lambda);
                trace[s] += 1.0;
                let error = td_error(&v, s, reward, next, at(discount));
                by_trace.iter_mut().zip(&trace).for_each(|(sum, e)| *sum += error * e);
                by_returns[s] += target - v[s];
            }
            for (a, b) in by_trace.iter().zip(&by_returns) {
                near(*a, *b, 1e-9, "sum of the corrections");
            }
        }
    }
}

static STEPS: LazyLock<Vec<Row>> = LazyLock::new(|| n_step::sweep(0..100));
static TRACES: LazyLock<[Vec<Row>; 3]> = LazyLock::new(|| {
    [Algorithm::OffLine, Algorithm::Accumulating, Algorithm::TrueOnline]
        .map(|a| lambda::sweep(a, 0..100))
});

#[test]
fn intermediate_n_learns_fastest() {
    let four = best(&STEPS, 4.0);
    for n in NS.into_iter().filter(|&n| n != 4) {
        let other = best(&STEPS, n as f64);
        clearly_positive(&differences(&other.errors, &four.errors), &format!("n = {n}"));
    }
    assert!(best(&STEPS, 1.0).mean() > 0.3 && best(&STEPS, 512.0).mean() > 0.4);
}

#[test]
fn true_online_is_no_worse_at_its_best() {
    let [off_line, accumulating, true_online] = &*TRACES;
    for lambda in LAMBDAS {
        let (with, without) = (best(accumulating, lambda), best(true_online, lambda));
        let gain = differences(&with.errors, &without.errors);
        if lambda == 0.0 {
            assert!(gain.iter().all(|x| x.abs() < 1e-12), "the same algorithm");
        } else {
            assert!(mean(&gain) > -2.0 * standard_error(&gain), "lambda {lambda}");
        }
        if (0.8..0.99).contains(&lambda) {
            clearly_positive(&gain, &format!("lambda {lambda}"));
        }
    }
    // Better than off-line, which is better than n steps; and in all three something
    // between one step and all is best.
    let halfway = &best(off_line, 0.8).errors;
    let gain = differences(halfway, &best(true_online, 0.8).errors);
    clearly_positive(&gain, "off-line, lambda 0.8");
    let gain = differences(&best(&STEPS, 4.0).errors, halfway);
    clearly_positive(&gain, "n = 4 against off-line");
    for (rows, name) in TRACES.iter().zip(["off-line", "accumulating", "true online"]) {
        let between = &best(rows, 0.8).errors;
        for end in [0.0, 1.0] {
            let gain = differences(&best(rows, end).errors, between);
            clearly_positive(&gain, &format!("{name}, lambda {end} against 0.8"));
        }
    }
    // Off-line at lambda 0 is one-step TD; with values from before each walk it isn't.
    for (ours, td) in off_line.iter().zip(true_online).filter(|(row, _)| row.reach == 0.0)
    {
        let gain = differences(&ours.errors, &td.errors);
        assert!(gain.iter().all(|x| x.abs() < 1e-12), "the same algorithm");
    }
    let held = lambda::held_one_step(0..100);
    let gain = differences(&best(&held, 0.0).errors, &best(off_line, 0.0).errors);
    clearly_positive(&gain, "values from before the walk");
}

#[test]
fn accumulating_traces_blow_up_at_large_steps() {
    let untaught = same_walks::rms(&[0.0; 21]);
    let [_, accumulating, true_online] = &*TRACES;
    let large = |row: &&Row| row.reach == 0.9 && row.step_size >= 0.6;
    assert_eq!(accumulating.iter().filter(large).count(), 9);
    for row in accumulating.iter().filter(large) {
        assert!(row.mean() > untaught, "step size {}: {}", row.step_size, row.mean());
    }
    for row in true_online.iter().filter(large) {
        assert!(
            row.mean() < 0.85 * untaught,
            "step size {}: {}",
            row.step_size,
            row.mean()
        );
    }
}

// ---------------------------------------------------------------- a map

#[test]
fn values_are_the_map_times_the_reward() {
    let slip = Probability::new(0.2).unwrap();
    let rooms = Mdp::new(&Map::FourRooms.maze(Side::Medium).with_slip(slip)).unwrap();
    let random = Policy::uniform(&rooms);
    let m = successor::exact(&rooms, &random, at(0.95)).unwrap();
    let reward = successor::rewards(&rooms, &random);
    let v = evaluation::solve(&rooms, &random, at(0.95)).unwrap().v;
    for (s, v) in v.iter().enumerate() {
        near(m.value(s, &reward), *v, 1e-10, "by what each place pays on being left");
    }
    // By what it pays to enter each place, in a world without an end.
    let paid: Vec<f64> = (0..6).map(|s| f64::from(s * s % 5)).collect();
    let world = Table::new(6, 1, vec![(0, 1.0)], &[], |s, _, row| {
        for (state, probability) in [((s + 1) % 6, 0.75), ((s + 3) % 6, 0.25)] {
            row.push(Successor { state, probability, reward: paid[state] });
        }
    });
    let mdp = Mdp::new(&world.unwrap()).unwrap();
    let policy = Policy::uniform(&mdp);
    let m = successor::exact(&mdp, &policy, at(0.9)).unwrap();
    let v = evaluation::solve(&mdp, &policy, at(0.9)).unwrap().v;
    for (s, v) in v.iter().enumerate() {
        near((m.value(s, &paid) - paid[s]) / 0.9, *v, 1e-10, "by what each place pays");
    }
}

#[test]
fn column_is_a_place_field_with_its_tail_behind() {
    let m = one_way();
    for place in 0..PLACES {
        for (s, height) in m.place_field(place).enumerate().take(PLACES) {
            let expected = if s <= place { power(DISCOUNT, place - s) } else { 0.0 };
            near(height, expected, 1e-12, "height");
        }
    }
}

#[test]
fn without_a_direction_the_field_is_symmetric() {
    let m = both_ways();
    let field: Vec<f64> = m.place_field(7).collect();
    for off in 1..PLACES {
        let (behind, ahead) =
            (field[(7 + PLACES - off) % PLACES], field[(7 + off) % PLACES]);
        near(behind, ahead, 1e-12, "height at the same distance");
        assert!(ahead < field[7]);
    }
    let one_way: Vec<f64> = one_way().place_field(7).collect();
    assert!(one_way[6] > one_way[8] + 0.5, "control: a direction");
}

#[test]
fn fields_grow_backward_lap_by_lap() {
    let place = PLACES / 2;
    let behind: Vec<f64> =
        laps(LAPS).iter().map(|m| place as f64 - center(&field(m, place))).collect();
    assert_eq!(behind[0], 0.0);
    assert!(behind.windows(2).all(|pair| pair[1] > pair[0]), "{behind:?}");
    // On the way to the exact map.
    let exact = place as f64 - center(&one_way().place_field(place).collect::<Vec<_>>());
    assert!(behind[LAPS] < exact && behind[LAPS] > 0.9 * exact);
}

/// The random walk over free neighbors, with one state more that nothing leads to: a wall.
fn walk_over(maze: &Maze, paid: &[f64]) -> Table {
    let n = maze.n_states();
    Table::new(n + 1, 1, vec![(0, 1.0)], &[], |s, _, row| {
        if s == n {
            return row.push(Successor { state: s, probability: 1.0, reward: 0.0 });
        }
        let around = neighbors(maze, s);
        let probability = 1.0 / around.len() as f64;
        row.extend(around.iter().map(|&state| Successor {
            state,
            probability,
            reward: paid[state],
        }));
    })
    .unwrap()
}

fn map_over(maze: &Maze, discount: f64) -> SuccessorMatrix {
    let mdp = Mdp::new(&walk_over(maze, &vec![0.0; maze.n_states()])).unwrap();
    successor::exact(&mdp, &Policy::uniform(&mdp), at(discount)).unwrap()
}

#[test]
fn discount_stretches_the_spectrum_and_keeps_the_modes() {
    let maze = four_rooms();
    let modes = modes(&maze);
    for discount in [0.9, 0.99] {
        let m = map_over(&maze, discount);
        for mode in &modes {
            let stretch = 1.0 / (1.0 - discount * mode.kappa);
            let pattern = [&mode.pattern[..], &[0.0]].concat();
            for s in 0..maze.n_states() {
                near(
                    m.value(s, &pattern),
                    stretch * pattern[s],
                    1e-8,
                    "a stretched pattern",
                );
            }
        }
    }
}

#[test]
fn four_slow_modes_for_four_rooms() {
    let maze = four_rooms();
    assert_eq!(maze.n_states(), 104);
    let modes = modes(&maze);
    // As in an independent program, to four decimals.
    for (mode, golden) in modes.iter().zip([1.0, 0.9922, 0.9922, 0.9836, 0.8766, 0.8762])
    {
        near(mode.kappa, golden, 5e-5, "eigenvalue");
    }
    assert!(memory(modes[3].kappa) > 60.0 && memory(modes[4].kappa) < 9.0);
}

#[test]
fn each_slow_mode_is_nearly_constant_in_a_room() {
    let maze = four_rooms();
    let modes = modes(&maze);
    // Of a pattern's variance over the cells of rooms, the share that lies within rooms.
    let within = |pattern: &[f64]| {
        let rooms = by_room(&maze, pattern);
        let inside: f64 = rooms.iter().map(|(_, sd)| sd * sd).sum();
        let across: f64 = rooms.iter().map(|(mean, _)| mean * mean).sum();
        inside / (inside + across)
    };
    for mode in &modes[..4] {
        assert!(within(&mode.pattern) < 0.05, "{}", within(&mode.pattern));
    }
    assert!(modes[4..10].iter().all(|mode| within(&mode.pattern) > 0.5));
    // The fourth is a checkerboard of rooms (golden: means .811, deviation .13).
    let signs = [1.0, -1.0, -1.0, 1.0];
    for ((mean, sd), sign) in by_room(&maze, &modes[3].pattern).into_iter().zip(signs) {
        near(mean.abs(), 0.811, 5e-4, "mean of a room");
        assert!(mean * sign * by_room(&maze, &modes[3].pattern)[0].0 > 0.0);
        near(sd, 0.13, 5e-3, "deviation in a room");
    }
}

#[test]
fn walls_make_the_gap() {
    let gap = |maze: &Maze| {
        let modes = modes(maze);
        memory(modes[3].kappa) / memory(modes[4].kappa)
    };
    assert_eq!(open_field().n_states(), 121);
    assert!(gap(&four_rooms()) > 7.0, "{}", gap(&four_rooms()));
    assert!(gap(&open_field()) < 2.0, "{}", gap(&open_field()));
}

#[test]
fn reward_in_a_wall_revalues_nothing() {
    let maze = four_rooms();
    let n = maze.n_states();
    let m = map_over(&maze, 0.95);
    let values = |paid: &[f64]| -> Vec<f64> {
        (0..n).map(|s| (m.value(s, paid) - paid[s]) / 0.95).collect()
    };
    let with = |state: usize| {
        let mut paid = vec![0.0; n + 1];
        paid[state] = 1.0;
        values(&paid)
    };
    assert!(with(n).iter().all(|v| *v == 0.0), "a wall");
    assert!((0..n).all(|s| m[(s, n)] == 0.0));
    assert!(with(5).iter().all(|v| *v > 0.0), "control: a free cell");
}

fn preferences(learner: Learner) -> [usize; 3] {
    [Revalued::Nothing, Revalued::Rewards, Revalued::Transitions]
        .map(|changed| preferred(&Student::after(changed), learner))
}

#[test]
fn model_free_values_follow_neither_change() {
    assert_eq!(preferences(Learner::Values), [0, 0, 0]);
}

#[test]
fn successor_map_follows_rewards_and_not_transitions() {
    assert_eq!(preferences(Learner::Map), [0, 1, 0]);
}

#[test]
fn planner_follows_both() {
    assert_eq!(preferences(Learner::Planner), [0, 1, 1]);
}

#[test]
fn successor_map_learns_new_transitions_once_it_walks_them() {
    let mut student = Student::after(Revalued::Transitions);
    let mut walks = 0;
    while preferred(&student, Learner::Map) == 0 {
        [0, 1].into_iter().for_each(|start| student.walk(start, Revalued::Transitions));
        walks += 1;
    }
    // Half of the old way is unlearned when .9^walks < 1/2.
    assert_eq!(walks, 7);
}

// ---------------------------------------------------------------- optimists and pessimists

#[test]
fn asymmetric_cell_settles_at_its_expectile() {
    let levels = asymmetries();
    for (point, &level) in crowd(&levels).into_iter().zip(&levels) {
        near(point, expectile(&AMOUNTS, &probabilities(), level), 1e-8, "reversal point");
    }
    let mean: f64 = AMOUNTS.iter().zip(probabilities()).map(|(x, p)| x * p).sum();
    near(crowd(&[0.5])[0], mean, 1e-8, "the mean");
}

#[test]
fn optimists_reverse_at_larger_amounts() {
    let points = crowd(&asymmetries());
    assert!(points.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(points[0] < 1.0 && points[CELLS - 1] > 15.0);
}

#[test]
fn decoded_probabilities_match() {
    let levels = asymmetries();
    let settled = decode(&crowd(&levels), &levels);
    assert!(largest_error(&settled) < 1e-6, "{}", largest_error(&settled));
    // Thirty crowds, of which the page says 0.013, and thirty others: the largest error of
    // so many varies.
    for (seeds, within) in [(0..30, 0.0135), (1000..1030, 0.02)] {
        for seed in seeds {
            let error = largest_error(&decode(&sampled(&levels, MET, seed), &levels));
            assert!(error < within, "seed {seed}: {error}");
        }
    }
}

#[test]
fn equal_cells_decode_nothing() {
    let levels = [0.5; CELLS];
    let points = crowd(&levels);
    let mean: f64 = AMOUNTS.iter().zip(probabilities()).map(|(x, p)| x * p).sum();
    assert!(points.iter().all(|point| (point - mean).abs() < 1e-8));
    // A coin between the least and the largest amount has the same mean, and puts all
    // forty as much at rest as the true probabilities do.
    let share = (mean - AMOUNTS[0]) / (AMOUNTS[6] - AMOUNTS[0]);
    let coin = [1.0 - share, 0.0, 0.0, 0.0, 0.0, 0.0, share];
    for p in [coin, probabilities()] {
        for &v in &points {
            let balance: f64 =
                AMOUNTS.iter().zip(p).map(|(x, p)| 0.5 * p * (x - v)).sum();
            near(balance, 0.0, 1e-8, "a cell's balance");
        }
    }
    let found = decode(&points, &levels);
    assert!(
        found.loss < 1e-12 && largest_error(&found) > 0.1,
        "{}",
        largest_error(&found)
    );
}

// ---------------------------------------------------------------- a belief

#[test]
fn backward_blocking_lowers_a_belief() {
    let before = kalman_cues::after("50 AB+").mean[B];
    let after = kalman_cues::after("50 AB+, 50 A+").mean[B];
    near(before, 50.0 / 101.0, 1e-12, "before A alone");
    near(after, 50.0 / 2651.0, 1e-12, "after it");
    // The strength stays, to the last bit.
    assert_eq!(strengths("50 AB+")[B], strengths("50 AB+, 50 A+")[B]);
}

#[test]
fn order_of_phases_doesnt_matter_to_a_belief() {
    let forward = kalman_cues::after("50 A+, 50 AB+");
    let backward = kalman_cues::after("50 AB+, 50 A+");
    for (a, b) in forward.mean.iter().zip(&backward.mean) {
        near(*a, *b, 1e-12, "mean");
    }
    for (a, b) in forward.covariance.iter().zip(&backward.covariance) {
        near(*a, *b, 1e-12, "covariance");
    }
    assert!(strengths("50 AB+, 50 A+")[B] > 100.0 * strengths("50 A+, 50 AB+")[B]);
}

#[test]
fn pre_exposure_slows_a_belief() {
    for pairings in 1..=10_u32 {
        let k = f64::from(pairings);
        let exposed = kalman_cues::after(&format!("20 A-, {pairings} A+")).mean[A];
        let naive = kalman_cues::after(&format!("{pairings} A+")).mean[A];
        near(exposed, k / (k + 21.0), 1e-12, "after twenty exposures");
        near(naive, k / (k + 1.0), 1e-12, "without");
    }
    assert_eq!(kalman_cues::after("20 A-").mean[A], 0.0);
}
