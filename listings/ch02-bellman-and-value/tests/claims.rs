//! The claims of chapter 2: one test for each sentence of the chapter that says what our
//! code does.
//!
//! Nearly all are exact. Random worlds come from seeds 0..n and hold a law that has no
//! exception. Numbers called golden come from an independent program, written from the
//! definitions of Sutton and Barto (2018) and rounded to four decimals.

use std::collections::BTreeSet;

use ch02_bellman_and_value::absorbing_goal::{FEAST, GOAL, Goal, SIDE, grid, values};
use ch02_bellman_and_value::contraction::{
    funnel, random_ratios, ratio, seesaw, sup_distance,
};
use ch02_bellman_and_value::delays::{
    self, Discounting, K, LATER, Offer, SOONER, after_waiting, crossing, still_there,
    unknown_hazard,
};
use ch02_bellman_and_value::gambler::{bold, coin, timid, worth};
use ch02_bellman_and_value::hazard::{End, agreements, mean_lifetime};
use ch02_bellman_and_value::hidden_corridor::{
    EVEN, Move, OneMoveOfMemory, after, arrivals, best_chance, promised, steps_by_belief,
    steps_by_sight, steps_without_memory,
};
use ch02_bellman_and_value::plans::{best_plan, compare, field, fork, surely};
use ch02_bellman_and_value::policy_values::{estimates, first_steps, random_on_the_grid};
use ch02_bellman_and_value::solvers::{
    Solver, backward, disagreement, random_world, totals,
};
use ch02_bellman_and_value::stopping::{
    by_sweep, first_proof, first_small_change, truth,
};
use ch02_bellman_and_value::{
    car_rental, four_rooms, gambler, greedy_loss, occupancy, optimal_values,
    policy_values, windy,
};
use envs::graph::{Edge, graph};
use envs::maze::{self, Cell};
use envs::textbook::{car_rental as cars, gambler as gamblers_world, gridworld};
use envs::textbook::{small_gridworld, windy as windy_world};
use envs::{Discount, FiniteWorld, Successor, Table};
use prob::Probability;
use prob::math::{exp, ln, powf, sqrt};
use prob::rng::{Role, stream};
use rand::RngExt;
use rl::{Mdp, Policy, evaluation, linear_program, value_iteration};

fn at(discount: f64) -> Discount {
    Discount::new(discount).unwrap()
}

fn chance(p: f64) -> Probability {
    Probability::new(p).unwrap()
}

fn packed(world: &impl FiniteWorld) -> Mdp {
    Mdp::new(world).unwrap()
}

fn rooms() -> Mdp {
    packed(&four_rooms::world(four_rooms::slip()))
}

fn assert_near(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{what}: {found}, expected {expected} within {tolerance:e}"
    );
}

/// Half a unit of the fourth decimal, for golden numbers.
const FOUR: f64 = 0.500_01e-4;

// ------------------------------------------------------------- a world, written down

/// Steps from a cell of the 4x4 grid to the goal at the bottom right.
fn steps_to_goal(s: usize) -> usize {
    2 * (SIDE - 1) - s / SIDE - s % SIDE
}

/// Exact: with the goal at distance $d$, $\gamma_d^{d-1}$, and nothing at the goal.
#[test]
fn goal_that_ends_is_worth_nothing() {
    for discount in [0.0, 0.5, 0.9, 0.99] {
        let v = values(Goal::Ends, None, at(discount));
        assert_eq!((v[GOAL], v[GOAL - 1], v[GOAL - SIDE]), (0.0, 1.0, 1.0));
        for (s, &v) in v[..GOAL].iter().enumerate() {
            let expected = powf(discount, (steps_to_goal(s) - 1) as f64);
            assert_near(v, expected, 1e-12, &format!("cell {s} at {discount}"));
        }
    }
}

/// Exact: the geometric series, 20 at 0.95 and 100 at 0.99.
#[test]
fn goal_that_pays_for_ever_is_worth_the_horizon() {
    for (discount, horizon) in [(0.5, 2.0), (0.9, 10.0), (0.95, 20.0), (0.99, 100.0)] {
        let v = values(Goal::PaysForEver, None, at(discount));
        for s in [GOAL, GOAL - 1, GOAL - SIDE] {
            assert_near(v[s], horizon, 1e-9, &format!("cell {s} at {discount}"));
        }
    }
}

/// All states that a best policy from state 0 can come to.
fn visited(goal: Goal, feast: Option<f64>, discount: Discount) -> BTreeSet<usize> {
    let world = grid(goal, feast);
    let mdp = packed(&world);
    let best = Policy::greedy(&mdp, &truth(&mdp, discount), discount, 1e-9);
    let (mut seen, mut frontier) = (BTreeSet::from([0]), vec![0]);
    while let Some(s) = frontier.pop() {
        for (a, _) in best.row(s).iter().enumerate().filter(|(_, p)| **p > 0.0) {
            for (next, _) in mdp.row(s, a).filter(|(next, _)| *next != s) {
                if seen.insert(next) {
                    frontier.push(next);
                }
            }
        }
    }
    seen
}

/// Exact; control: without the feast the best moves are the same in every cell but the
/// goal.
#[test]
fn feast_tells_a_treasure_from_a_salary() {
    let discount = at(0.99);
    let hunter = visited(Goal::Ends, Some(5.0), discount);
    assert!(hunter.contains(&FEAST) && !hunter.contains(&GOAL), "{hunter:?}");
    let employee = visited(Goal::PaysForEver, Some(5.0), discount);
    assert!(employee.contains(&GOAL) && !employee.contains(&FEAST), "{employee:?}");
    let moves = |goal| {
        let mdp = packed(&grid(goal, None));
        Policy::greedy(&mdp, &truth(&mdp, discount), discount, 1e-9)
    };
    let (ends, pays) = (moves(Goal::Ends), moves(Goal::PaysForEver));
    for s in 0..GOAL {
        assert_eq!(ends.row(s), pays.row(s), "cell {s}");
    }
}

/// Exact: what a state pays when it is left, and one discount times what arrival is
/// worth.
#[test]
fn reward_on_departure_waits_one_step_longer() {
    for discount in [0.0, 0.5, 0.9, 0.99] {
        let arrival = values(Goal::Ends, None, at(discount));
        let departure = values(Goal::PaysOnLeaving, None, at(discount));
        assert_eq!((arrival[GOAL], departure[GOAL]), (0.0, 1.0));
        for s in 0..GOAL {
            let expected = discount * arrival[s];
            assert_near(
                departure[s],
                expected,
                1e-12,
                &format!("cell {s} at {discount}"),
            );
        }
    }
    let neighbor = |goal| values(goal, None, at(0.0))[GOAL - 1];
    assert_eq!((neighbor(Goal::Ends), neighbor(Goal::PaysOnLeaving)), (1.0, 0.0));
}

// ---------------------------------------------- return, and the chance of stopping

/// Exact, for the best and for the random policy, each solved without the other world.
#[test]
fn discount_is_the_chance_of_going_on() {
    for discount in [0.5, 0.9, 0.95] {
        let found = agreements(at(discount));
        assert_eq!(found.len(), 5);
        for one in found {
            assert!(one.largest > 0.5, "there is something to compare: {one:?}");
            assert!(one.best <= 1e-10, "{discount}: {one:?}");
            assert!(one.random <= 1e-10, "{discount}: {one:?}");
        }
    }
}

/// Exact; and the survivor of the first step has a step less on average.
#[test]
fn end_before_pay_costs_one_discount_more() {
    for discount in [0.5, 0.9, 0.95] {
        for one in agreements(at(discount)) {
            assert!(one.before_pay <= 1e-10, "{discount}: {one:?}");
        }
        let paid = mean_lifetime(at(discount), End::BeforePay);
        assert_near(paid, discount / (1.0 - discount), 1e-11, "steps that are paid");
    }
}

/// Exact: an elimination in the stopping world against the geometric series.
#[test]
fn mean_steps_until_the_stop_are_the_horizon() {
    for (discount, horizon) in [(0.0, 1.0), (0.5, 2.0), (0.95, 20.0), (0.99, 100.0)] {
        let steps = mean_lifetime(at(discount), End::AfterPay);
        assert_near(steps, horizon, 1e-9, &format!("at {discount}"));
    }
}

/// Pairs of a smaller, sooner and a larger, later prize, none of them worth the same at
/// the discounts below.
fn pairs() -> Vec<(Offer, Offer)> {
    let mut pairs = Vec::new();
    for amount in [1.0, 2.0, 3.5] {
        for delay in [0.0, 1.0, 6.0] {
            for more in [1.2, 2.1, 7.0] {
                for longer in [0.5, 4.0, 13.0] {
                    pairs.push((
                        Offer { amount, delay },
                        Offer { amount: amount * more, delay: delay + longer },
                    ));
                }
            }
        }
    }
    pairs
}

#[test]
fn common_delay_never_reverses_an_exponential_chooser() {
    let mut waiting = 0;
    let mut asked = 0;
    for discount in [0.5, 0.8, 0.9, 0.99] {
        let chooser = Discounting::Exponential(at(discount));
        for (sooner, later) in pairs() {
            let at_once = chooser.waits(sooner, later, 0.0);
            for added in 1..=60 {
                let then = chooser.waits(sooner, later, f64::from(added));
                assert_eq!(at_once, then, "{sooner:?} {later:?} {added} s at {discount}");
            }
            (waiting, asked) = (waiting + usize::from(at_once), asked + 1);
        }
    }
    assert!(0 < waiting && waiting < asked, "both choices occur: {waiting} of {asked}");
}

/// Exact: with 2 s now against 4 s in 4 s it turns at $4 - 1/k$ seconds, three at the $k$
/// of the page, and not at all for who is patient enough from the start.
#[test]
fn common_delay_reverses_a_hyperbolic_chooser() {
    let bird = Discounting::Hyperbolic { k: K };
    for tenths in 0..200 {
        let added = f64::from(tenths) / 10.0;
        if tenths != 30 {
            let waits = bird.waits(SOONER, LATER, added);
            assert_eq!(waits, added > 3.0, "{added} s before both");
        }
    }
    for k in [0.3, 0.5, 1.0, 4.0] {
        assert_near(crossing(k, SOONER, LATER), 4.0 - 1.0 / k, 1e-12, "turning point");
    }
    let patient = Discounting::Hyperbolic { k: 0.24 };
    assert!((0..100).all(|added| patient.waits(SOONER, LATER, f64::from(added))));
}

/// Exact: the delay that makes the larger prize as good, and by how much it grows when
/// the other is put off by a second.
#[test]
fn indifference_has_slope_one_or_the_ratio_of_amounts() {
    for (small, large) in [(2.0, 4.0), (1.0, 3.0), (2.0, 3.0)] {
        let exponential = Discounting::Exponential(delays::discount());
        let hyperbolic = Discounting::Hyperbolic { k: K };
        for (chooser, slope) in [(exponential, 1.0), (hyperbolic, large / small)] {
            for second in 0..20 {
                let other = |delay| Offer { amount: small, delay };
                let now = other(f64::from(second));
                let even = chooser.indifferent_delay(large, now);
                let larger = Offer { amount: large, delay: even };
                let (a, b) = (chooser.worth(now, 0.0), chooser.worth(larger, 0.0));
                assert_near(a, b, 1e-12, "two prizes that are worth the same");
                let next = chooser.indifferent_delay(large, other(now.delay + 1.0));
                assert_near(next - even, slope, 1e-9, "slope");
            }
        }
    }
}

/// A population of hazards, none of which knows a hyperbola, against the hyperbola. The
/// midpoint rule on $n$ hazards is off by at most $k D (k D + 1) / 24 n^2 < 10^{-6}$ here
/// where $k D \ge 1$, and by less than $1/n$ below.
#[test]
fn unknown_hazard_makes_a_hyperbola() {
    let n = 20_000;
    for k in [0.25, 1.0, 3.0] {
        let hazards = unknown_hazard(k, n);
        for seconds in 1..=20 {
            let delay = f64::from(seconds);
            let tolerance = if k * delay >= 1.0 { 1e-6 } else { 1.0 / n as f64 };
            let expected = 1.0 / (1.0 + k * delay);
            assert_near(still_there(&hazards, 0.0, delay), expected, tolerance, "chance");
        }
        // Control: a hazard that is known makes no hyperbola.
        let known = still_there(&[k], 0.0, 4.0);
        assert!((known - 1.0 / (1.0 + 4.0 * k)).abs() > 0.05, "{known}");
    }
}

/// The hazards' posterior after a wait is a hyperbola with a smaller $k$, and with that
/// the two offers stand to each other as they did before. Control: with the old $k$ the
/// mind changes.
#[test]
fn waiting_changes_no_mind_that_knows_why_it_discounts() {
    let ratio = |k: f64, added: f64| {
        let chooser = Discounting::Hyperbolic { k };
        chooser.worth(SOONER, added) / chooser.worth(LATER, added)
    };
    for k in [0.25, 1.0, 3.0] {
        let hazards = unknown_hazard(k, 20_000);
        for seconds in [0, 1, 5, 20] {
            let waited = f64::from(seconds);
            let learned = after_waiting(k, waited);
            // What is left of the belief, and its mean; the midpoints lack less than
            // 1/n of it at the far end.
            let left = hazards.iter().map(|rate| (rate, exp(-rate * waited)));
            let (mean, all) = left.fold((0.0, 0.0), |(mean, all), (rate, weight)| {
                (mean + rate * weight, all + weight)
            });
            assert_near(mean / all / learned, 1.0, 1e-3, "mean of the belief");
            for delay in [1.0, 4.0, 10.0] {
                let expected = 1.0 / (1.0 + learned * delay);
                let there = still_there(&hazards, waited, delay);
                assert_near(
                    there,
                    expected,
                    1e-3,
                    &format!("{delay} s after {waited} s"),
                );
            }
            assert_near(ratio(learned, 0.0), ratio(k, waited), 1e-12, "ratio of worths");
        }
    }
    assert!(ratio(1.0, 10.0) < 1.0 && ratio(1.0, 0.0) > 1.0);
}

// -------------------------------------------------------- what a policy is worth

/// Golden.
#[test]
fn random_policy_values_agree_with_the_textbook() {
    #[rustfmt::skip]
    let golden = [
         3.3090,  8.7893,  4.4276,  5.3224,  1.4922,
         1.5216,  2.9923,  2.2501,  1.9076,  0.5474,
         0.0508,  0.7382,  0.6731,  0.3582, -0.4031,
        -0.9736, -0.4355, -0.3549, -0.5856, -1.1831,
        -1.8577, -1.3452, -1.2293, -1.4229, -1.9752,
    ];
    let v = random_on_the_grid();
    for s in 0..25 {
        assert_near(v[s], golden[s], FOUR, &format!("cell {s}"));
    }
}

/// Exact: values swept backward against chances carried forward, on three worlds.
#[test]
fn sweeps_count_the_first_steps() {
    let worlds =
        [(packed(&small_gridworld()), 1.0), (packed(&gridworld()), 0.9), (rooms(), 0.95)];
    for (mdp, discount) in worlds {
        let random = Policy::uniform(&mdp);
        let mut v = vec![0.0; mdp.n_states()];
        for k in 0..8 {
            for (s, &v) in v.iter().enumerate() {
                let forward = first_steps(&mdp, &random, s, k, at(discount));
                assert_near(v, forward, 1e-12, &format!("state {s} after {k} sweeps"));
            }
            let before = v.clone();
            evaluation::sweep(&mdp, &random, &before, &mut v, at(discount));
        }
    }
}

/// Golden: the upper half of each grid; the lower is the upper, turned by half a turn.
#[test]
fn evaluation_sweeps_agree_with_the_textbook() {
    #[rustfmt::skip]
    let golden: [(Option<usize>, [f64; 8]); 6] = [
        (Some(0), [0.0; 8]),
        (Some(1), [0.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0]),
        (Some(2), [0.0, -1.75, -2.0, -2.0, -1.75, -2.0, -2.0, -2.0]),
        (Some(3), [0.0, -2.4375, -2.9375, -3.0, -2.4375, -2.875, -3.0, -2.9375]),
        (Some(10), [0.0, -6.138, -8.3524, -8.9673, -6.138, -7.7374, -8.4278, -8.3524]),
        (None, [0.0, -14.0, -20.0, -22.0, -14.0, -18.0, -20.0, -20.0]),
    ];
    let found = estimates();
    assert_eq!(found.len(), golden.len());
    for (estimate, (sweeps, half)) in found.iter().zip(golden) {
        assert_eq!(estimate.sweeps, sweeps);
        for s in 0..16 {
            let expected = half[s.min(15 - s)];
            let what = format!("cell {s} after {sweeps:?} sweeps");
            assert_near(estimate.v[s], expected, FOUR, &what);
        }
    }
}

/// Exact. Control: after two sweeps some greedy move doesn't lead nearer to an end.
#[test]
fn greedy_policy_is_best_before_the_values_are_right() {
    let world = small_gridworld();
    let steps = |s: usize| (s / 4 + s % 4).min(6 - s / 4 - s % 4);
    let shortest = |policy: &Policy| {
        (1..15).all(|s| {
            let taken = (0..4).filter(|&a| policy.row(s)[a] > 0.0);
            let mut nearer =
                taken.map(|a| steps(world.successors(s, a)[0].state) < steps(s));
            nearer.all(|nearer| nearer)
        })
    };
    let found = estimates();
    let limit = &found[found.len() - 1].v;
    for estimate in &found {
        let late = estimate.sweeps.is_none_or(|sweeps| sweeps >= 3);
        assert_eq!(
            shortest(&estimate.greedy),
            late,
            "after {:?} sweeps",
            estimate.sweeps
        );
        if estimate.sweeps == Some(3) {
            assert_near(sup_distance(&estimate.v, limit), 19.0, 1e-9, "error");
        }
    }
    let mdp = packed(&world);
    let random = Policy::uniform(&mdp);
    let (mut v, mut next) = (vec![0.0; 16], vec![0.0; 16]);
    for sweep in 1..300 {
        evaluation::sweep(&mdp, &random, &v, &mut next, at(1.0));
        std::mem::swap(&mut v, &mut next);
        let greedy = Policy::greedy(&mdp, &v, at(1.0), policy_values::SLACK);
        assert_eq!(shortest(&greedy), sweep >= 3, "after {sweep} sweeps");
    }
}

// ----------------------------------------------------- what the best policy is worth

/// Golden, and by hand: from A back to A in five steps, from B better to A than back to
/// B.
#[test]
fn optimal_values_agree_with_the_textbook() {
    #[rustfmt::skip]
    let golden = [
        21.9775, 24.4194, 21.9775, 19.4194, 17.4775,
        19.7797, 21.9775, 19.7797, 17.8018, 16.0216,
        17.8018, 19.7797, 17.8018, 16.0216, 14.4194,
        16.0216, 17.8018, 16.0216, 14.4194, 12.9775,
        14.4194, 16.0216, 14.4194, 12.9775, 11.6797,
    ];
    let v = optimal_values::best_on_the_grid().v;
    for s in 0..25 {
        assert_near(v[s], golden[s], FOUR, &format!("cell {s}"));
    }
    let fifth = powf(0.9, 5.0);
    assert_near(v[1], 10.0 + fifth * v[1], 1e-9, "A");
    assert_near(v[3], 5.0 + fifth * v[1], 1e-9, "B");
}

/// Exact: the policy with all ties, one that takes the first of them and one that takes
/// the last, each evaluated by elimination.
#[test]
fn greedy_for_the_best_values_earns_them() {
    for (mdp, discount) in [(packed(&gridworld()), 0.9), (rooms(), 0.95)] {
        let discount = at(discount);
        let v = truth(&mdp, discount);
        let ties = Policy::greedy(&mdp, &v, discount, 1e-9);
        let best = |s: usize, a: &usize| ties.row(s)[*a] > 0.0;
        let states = 0..mdp.n_states();
        let first: Vec<usize> =
            states.clone().map(|s| (0..4).find(|a| best(s, a)).unwrap()).collect();
        let last: Vec<usize> =
            states.map(|s| (0..4).rfind(|a| best(s, a)).unwrap()).collect();
        assert_ne!(first, last, "there are ties");
        let deterministic = |actions: &[usize]| Policy::deterministic(&mdp, actions);
        for policy in
            [ties, deterministic(&first).unwrap(), deterministic(&last).unwrap()]
        {
            let worth = evaluation::solve(&mdp, &policy, discount).unwrap().v;
            assert!(sup_distance(&worth, &v) <= 1e-10);
        }
    }
}

// ------------------------------------------------ how do you know that it is finished?

/// A law of every world; it is met with equality by guesses that differ by a constant
/// where no episode ends.
#[test]
fn backup_contracts_in_the_largest_difference() {
    let endless: Vec<Mdp> = (0..5)
        .map(|seed| packed(&random_world(seed)))
        .chain([packed(&gridworld())])
        .collect();
    for discount in [0.5, 0.9, 0.99] {
        for mdp in endless.iter().chain([&rooms()]) {
            let ratios = random_ratios(mdp, at(discount), 0..100);
            let largest = ratios.iter().map(|ratio| ratio.sup).fold(0.0, f64::max);
            assert!(largest <= discount + 1e-12, "{largest} at {discount}");
        }
        for mdp in &endless {
            let v: Vec<f64> = (0..mdp.n_states()).map(|s| (s * s % 7) as f64).collect();
            let u: Vec<f64> = v.iter().map(|v| v + 3.0).collect();
            assert_near(ratio(mdp, &v, &u, at(discount)).sup, discount, 1e-12, "shift");
        }
    }
}

/// Exact: $\gamma_d \sqrt n$ with $n$ states, where the largest difference shrinks by the
/// discount as always.
#[test]
fn backup_can_stretch_the_euclidean_distance() {
    for n in [4, 9, 100] {
        let mdp = packed(&funnel(n));
        let zero = vec![0.0; n];
        let mut one = zero.clone();
        one[0] = 1.0;
        let found = ratio(&mdp, &one, &zero, at(0.9));
        assert_near(found.euclidean, 0.9 * sqrt(n as f64), 1e-12, "Euclidean");
        assert_near(found.sup, 0.9, 1e-12, "largest difference");
        assert!(found.euclidean > 1.0);
    }
}

/// Exact. Control: at 0.9 the same sweeps settle.
#[test]
fn undiscounted_backup_need_not_contract() {
    let mdp = packed(&seesaw());
    let sweep = |v: &[f64], discount| {
        let mut out = [0.0; 2];
        value_iteration::sweep(&mdp, v, &mut out, at(discount));
        out
    };
    let (mut v, mut settling) = ([0.0, 0.0], [0.0, 0.0]);
    for _ in 0..100 {
        v = sweep(&v, 1.0);
        assert_eq!(v, [1.0, -1.0]);
        v = sweep(&v, 1.0);
        assert_eq!(v, [0.0, 0.0]);
        settling = sweep(&settling, 0.9);
    }
    assert_eq!(ratio(&mdp, &[1.0, 0.0], &[0.0, 0.0], at(1.0)).sup, 1.0);
    assert!(sup_distance(&settling, &sweep(&settling, 0.9)) < 1e-4);
}

/// A law of every world, and not an empty one: on the grid the bound is within five times
/// the error.
#[test]
fn bound_holds_after_every_sweep() {
    let check = |mdp: &Mdp, discount: f64, sweeps: usize| {
        let rows = by_sweep(mdp, at(discount), sweeps);
        for row in &rows {
            assert!(row.error <= row.bound + 1e-10, "{discount}: {row:?}");
            assert!(row.error <= row.line + 1e-10, "{discount}: {row:?}");
        }
        rows
    };
    check(&rooms(), 0.95, 120);
    for seed in 0..10 {
        check(&packed(&random_world(seed)), 0.9, 200);
    }
    for (discount, sweeps) in [(0.9, 200), (0.99, 2_000)] {
        for row in check(&packed(&gridworld()), discount, sweeps) {
            assert!(row.bound <= 5.1 * row.error, "{discount}: {row:?}");
        }
    }
}

/// Exact: after $k$ sweeps the goal is worth $\gamma_d^k / (1 - \gamma_d)$ too little,
/// and the last change was $\gamma_d^{k-1}$.
#[test]
fn small_change_can_hide_a_large_error() {
    let rows = by_sweep(&packed(&grid(Goal::PaysForEver, None)), at(0.99), 1_500);
    for row in rows {
        assert_near(row.error / row.change, 99.0, 1e-5, &format!("sweep {}", row.sweep));
    }
}

/// Exact: the change of sweep $k$ is $0.99^{k-1}$ and the error after it
/// $100 \cdot 0.99^k$. Control: with a goal that ends, the seventh sweep changes nothing.
#[test]
fn thousand_sweeps_do_not_solve_the_goal_that_pays_for_ever() {
    let rows = by_sweep(&packed(&grid(Goal::PaysForEver, None)), at(0.99), 2_500);
    let row = rows[999];
    assert_near(row.change, powf(0.99, 999.0), 1e-12, "change of sweep 1,000");
    assert_near(row.error, 100.0 * powf(0.99, 1_000.0), 1e-10, "error after it");
    assert!(row.change < 1e-4 && row.error > 4e-3, "{row:?}");
    let small = first_small_change(&rows, 1e-8).unwrap();
    let expected = 1 + (ln(1e-8) / ln(0.99)).ceil() as usize;
    assert_eq!((small.sweep, expected), (1_834, 1_834));
    let ends = by_sweep(&packed(&grid(Goal::Ends, None)), at(0.99), 10);
    let done = first_small_change(&ends, 1e-8).unwrap();
    assert_eq!((done.sweep, done.change, done.error), (7, 0.0, 0.0));
}

/// The first change is 10, so $\lceil \ln(10^{-9} (1 - \gamma_d)) / \ln \gamma_d \rceil$
/// sweeps are enough, and hardly fewer do.
#[test]
fn sweeps_grow_with_the_horizon() {
    let mdp = packed(&gridworld());
    let sweeps = [0.9, 0.99, 0.999].map(|discount: f64| {
        let enough = (ln(1e-9 * (1.0 - discount)) / ln(discount)).ceil();
        let rows = by_sweep(&mdp, at(discount), enough as usize);
        let found = first_proof(&rows, 1e-8).expect("enough sweeps").sweep as f64;
        assert!(found >= 0.99 * enough, "{found} of {enough} at {discount}");
        found
    });
    for pair in sweeps.windows(2) {
        let growth = pair[1] / pair[0];
        assert!(growth > 10.0 && growth < 12.0, "ten times the horizon: {growth}");
    }
}

/// A law of every world: random errors in the values of random worlds, and the world that
/// meets the bound.
#[test]
fn greedy_loss_stays_within_its_bound() {
    let mut lossy = 0;
    for seed in 0..30 {
        let mdp = packed(&random_world(seed));
        let best = truth(&mdp, at(0.9));
        let mut rng = stream(seed, Role::Agent, 0);
        for error in [0.01, 0.1, 1.0] {
            let v: Vec<f64> = best
                .iter()
                .map(|v| v + error * (2.0 * rng.random::<f64>() - 1.0))
                .collect();
            let loss = greedy_loss::loss(&mdp, &v, at(0.9));
            let bound = greedy_loss::bound(sup_distance(&v, &best), at(0.9));
            assert!(
                loss <= bound + 1e-12,
                "seed {seed}, error {error}: {loss} > {bound}"
            );
            lossy += usize::from(loss > 1e-9);
        }
    }
    assert!(lossy > 10, "{lossy} policies lost something");
    for discount in [0.5, 0.9, 0.99] {
        let mdp = packed(&greedy_loss::temptation(2.0 * discount * (1.0 - 1e-9)));
        let loss = greedy_loss::loss(&mdp, &[1.0, -1.0], at(discount));
        let bound = greedy_loss::bound(1.0, at(discount));
        assert!(loss <= bound && loss > 0.999_999 * bound, "{loss} of {bound}");
    }
}

/// A law of every world: any values of random worlds, all sweeps of value iteration on
/// the grid, and a fork that meets the bound but for one discount: one way costs 1 a step
/// for ever and looks better by a hair, the other pays 1 a step.
#[test]
fn greedy_loss_stays_within_twice_the_certificate() {
    let check = |mdp: &Mdp, v: &[f64], discount: Discount| {
        let loss = greedy_loss::loss(mdp, v, discount);
        let residual = mdp.optimality_residual(v, discount);
        let bound = greedy_loss::bound_by_residual(residual, discount);
        assert!(loss <= bound + 1e-10, "{loss} > {bound}");
        loss / bound
    };
    for seed in 0..30 {
        let mdp = packed(&random_world(seed));
        let mut rng = stream(seed, Role::Agent, 1);
        for scale in [0.1, 1.0, 10.0] {
            let v: Vec<f64> = (0..20).map(|_| scale * rng.random::<f64>()).collect();
            check(&mdp, &v, at(0.9));
        }
    }
    let mdp = packed(&gridworld());
    let (mut v, mut next) = (vec![0.0; 25], vec![0.0; 25]);
    for _ in 0..100 {
        check(&mdp, &v, at(0.9));
        value_iteration::sweep(&mdp, &v, &mut next, at(0.9));
        std::mem::swap(&mut v, &mut next);
    }
    let mut edges = vec![Edge::free(0, 0, 1), Edge::free(0, 1, 2)];
    for a in 0..2 {
        edges.extend([Edge::paid(1, a, 1, -1.0), Edge::paid(2, a, 2, 1.0)]);
    }
    let fork = packed(&graph(3, 2, &edges, vec![(0, 1.0)]).unwrap());
    for discount in [0.5, 0.9, 0.99] {
        let met = check(&fork, &[0.0, 1e-9, 0.0], at(discount));
        assert_near(met, discount, 1e-8, "share of the bound");
    }
}

/// Exact, but for the hair that makes staying look better. Controls: a cost above the
/// threshold tempts nobody, and right values tempt nobody.
#[test]
fn greedy_loss_can_be_many_times_the_error() {
    let error = 0.01;
    let lost = |cost: f64, error: f64| {
        let mdp = packed(&greedy_loss::temptation(cost));
        greedy_loss::loss(&mdp, &[error, -error], at(0.99))
    };
    let threshold = 2.0 * 0.99 * error;
    assert_near(lost(threshold - 1e-9, error) / error, 198.0, 1e-4, "times the error");
    assert_eq!(lost(threshold + 1e-9, error), 0.0);
    assert_eq!(lost(threshold - 1e-9, 0.0), 0.0);
}

/// Exact: from sweep 29 on nothing is lost, while the values are off by more than 1.
#[test]
fn greedy_policy_is_best_long_before_the_values_are() {
    let mdp = packed(&gridworld());
    let losses = greedy_loss::by_sweep(&mdp, at(0.9), 250);
    let from = greedy_loss::done_from(&losses).unwrap();
    assert_eq!(from, 29);
    assert!(losses[from - 2] > 0.1, "the sweep before still loses");
    let rows = by_sweep(&mdp, at(0.9), 250);
    assert!(rows[from - 1].error > 1.0, "{:?}", rows[from - 1]);
    assert!(first_proof(&rows, 1e-8).unwrap().sweep > 7 * from);
}

// ------------------------------------------------------------ five solvers, one answer

/// Exact: from B the greedy policy comes back to B after three steps, for 5, where it
/// would be better to go to A.
#[test]
fn one_improvement_is_not_enough() {
    let found = optimal_values::after_one_improvement();
    let best = optimal_values::best_on_the_grid().v;
    let (third, fifth) = (powf(0.9, 3.0), powf(0.9, 5.0));
    assert_near(found[3], 5.0 / (1.0 - third), 1e-9, "B again and again");
    assert_near(best[3], 5.0 + fifth * 10.0 / (1.0 - fifth), 1e-9, "from B to A");
    assert!(found.iter().zip(&best).all(|(found, best)| *found <= best + 1e-9));
    assert_near(sup_distance(&found, &best), 1.1966, FOUR, "the largest loss");
}

/// Solvers that are within $2 \cdot 10^{-11}$ of the truth are within $10^{-10}$ of each
/// other, by a wide margin; that they are is the claim.
#[test]
fn five_solvers_agree() {
    let grid = packed(&gridworld());
    let mut worst = disagreement(&rooms(), four_rooms::discount());
    worst = worst.max(disagreement(&grid, at(0.9))).max(disagreement(&grid, at(0.99)));
    for seed in 0..30 {
        worst = worst.max(disagreement(&packed(&random_world(seed)), at(0.9)));
    }
    assert!(worst <= 1e-10, "{worst:e}");
}

/// Exact counts: those that sweep against the one that eliminates.
#[test]
fn policy_iteration_does_not_feel_the_horizon() {
    let mdp = packed(&gridworld());
    let (near, far) = (totals(&mdp, at(0.9)), totals(&mdp, at(0.99)));
    let fewest =
        far.iter().min_by(|a, b| a.multiplications.total_cmp(&b.multiplications));
    assert_eq!(fewest.unwrap().solver, Solver::PolicyIteration, "{far:?}");
    for (near, far) in near.iter().zip(&far) {
        let growth = far.multiplications / near.multiplications;
        if near.solver == Solver::PolicyIteration {
            assert_eq!(growth, 1.0, "{near:?} {far:?}");
        } else {
            assert!(growth > 6.0 && growth < 12.0, "{growth}: {near:?} {far:?}");
        }
    }
}

/// Exact counts on the grid, in reading order and in the reverse of it. Controls: those
/// that hear of everything at once count the same both ways.
#[test]
fn order_of_the_states_counts_for_those_who_sweep_in_place() {
    let there = totals(&packed(&gridworld()), at(0.9));
    let back = totals(&packed(&backward(&gridworld())), at(0.9));
    let elimination = there.iter().find(|row| row.solver == Solver::PolicyIteration);
    let elimination = elimination.unwrap().multiplications;
    for (there, back) in there.iter().zip(&back) {
        let growth = back.multiplications / there.multiplications;
        match there.solver {
            Solver::GaussSeidel => {
                assert!(growth > 3.5 && growth < 4.5, "{there:?} {back:?}");
                assert!(back.multiplications > elimination, "{back:?}");
            }
            Solver::ModifiedPolicyIteration => {
                assert!(growth > 2.0 && growth < 3.0, "{there:?} {back:?}");
            }
            _ => assert_eq!(growth, 1.0, "{there:?} {back:?}"),
        }
    }
}

/// Exact counts: in Four Rooms policy iteration has the fewest backups and the most
/// multiplications, more than ten times those of Gauss-Seidel.
#[test]
fn elimination_is_dear_where_there_are_many_states() {
    let rows = totals(&rooms(), four_rooms::discount());
    let of = |solver| rows.iter().find(|row| row.solver == solver).unwrap();
    let elimination = of(Solver::PolicyIteration);
    let sweeping = of(Solver::GaussSeidel);
    assert!(elimination.multiplications > 10.0 * sweeping.multiplications);
    for row in rows.iter().filter(|row| row.solver != Solver::PolicyIteration) {
        assert!(elimination.backups < row.backups, "{row:?}");
        assert!(elimination.multiplications > row.multiplications, "{row:?}");
    }
}

/// Exact: every best move of every cell at slips up to a half; at four in five, cells in
/// which the moves at a wall are better than all others by more than rounding, one of
/// them beside the upper wall, with the chances of the text.
#[test]
fn where_it_is_slippery_best_moves_aim_at_walls() {
    let aim = |rooms: &four_rooms::Rooms, s: usize, a: usize| {
        let Cell { row, column } = rooms.maze.cell(s);
        let ahead = match maze::Move::ALL[a] {
            maze::Move::North => Cell { row: row - 1, column },
            maze::Move::East => Cell { row, column: column + 1 },
            maze::Move::South => Cell { row: row + 1, column },
            maze::Move::West => Cell { row, column: column - 1 },
        };
        rooms.maze.state_at(ahead).is_none()
    };
    let solved = |slip| four_rooms::solve(chance(slip), four_rooms::discount());
    let cells = |rooms: &four_rooms::Rooms| {
        let goal = rooms.maze.goal_state();
        (0..rooms.maze.n_states()).filter(move |&s| s != goal)
    };
    for slip in (0..=50).map(|percent| f64::from(percent) / 100.0) {
        let rooms = solved(slip);
        for s in cells(&rooms) {
            let at_wall = |&a: &usize| rooms.policy.row(s)[a] > 0.0 && aim(&rooms, s, a);
            assert_eq!((0..4).find(at_wall), None, "cell {s} at slip {slip}");
        }
    }
    let rooms = solved(0.8);
    let mdp = packed(&rooms.maze);
    let value = |s, a| mdp.action_value(s, a, &rooms.v, four_rooms::discount());
    let best = |s: usize, walls: bool| {
        let moves = (0..4).filter(|&a| aim(&rooms, s, a) == walls);
        moves.map(|a| value(s, a)).fold(f64::NEG_INFINITY, f64::max)
    };
    let aiming: Vec<usize> =
        cells(&rooms).filter(|&s| best(s, true) > best(s, false) + 1e-6).collect();
    let beside = rooms.maze.state_at(Cell { row: 1, column: 3 }).unwrap();
    assert!(aiming.contains(&beside), "{aiming:?}");
    assert_eq!(aiming.len(), 16, "{aiming:?}");
    let [north, west] = [maze::Move::North, maze::Move::West].map(|to| to as usize);
    let below = rooms.maze.state_at(Cell { row: 2, column: 3 }).unwrap();
    let leads =
        |a, to| mdp.row(beside, a).filter(|(s, _)| *s == to).map(|(_, p)| p).sum();
    for (a, to, p) in [
        (west, beside - 1, 0.2),
        (west, below, 0.4),
        (north, beside - 1, 0.4),
        (north, below, 0.0),
    ] {
        assert_near(leads(a, to), p, 1e-12, &format!("from {beside} to {to} by {a}"));
    }
}

/// The best policy of Four Rooms and its occupancies from the start.
fn time_in_rooms() -> (four_rooms::Rooms, Vec<f64>) {
    let rooms = four_rooms::solve(four_rooms::slip(), four_rooms::discount());
    let start = [(rooms.start(), 1.0)];
    let mdp = packed(&rooms.maze);
    let x = occupancy::visits(&mdp, &rooms.policy, &start, four_rooms::discount());
    (rooms, x)
}

/// Exact: against the value of the same maze in which each step pays 1, by elimination,
/// and against the value of the start: the goal pays 1 at the end.
#[test]
fn occupancy_adds_up_to_the_discounted_steps() {
    let (rooms, x) = time_in_rooms();
    let (maze, discount) = (&rooms.maze, four_rooms::discount());
    let goal = [maze.goal_state()];
    let start = rooms.start();
    let treadmill =
        Table::new(maze.n_states(), 4, vec![(start, 1.0)], &goal, |s, a, row| {
            let ways = maze.successors(s, a).iter();
            row.extend(ways.map(|way| Successor { reward: 1.0, ..*way }));
        });
    let mdp = packed(&treadmill.unwrap());
    let steps = evaluation::solve(&mdp, &rooms.policy, discount).unwrap().v[start];
    let sum: f64 = x.iter().sum();
    assert_near(sum, steps, 1e-10, "discounted steps");
    let ended = discount.get() * rooms.v[start];
    assert_near(sum, (1.0 - ended) / (1.0 - discount.get()), 1e-8, "by the value");
}

/// Exact: against the value that value iteration found.
#[test]
fn occupancy_times_reward_is_the_value_of_the_start() {
    let (rooms, x) = time_in_rooms();
    let paid = occupancy::paid(&packed(&rooms.maze), &x);
    assert_near(paid, rooms.v[rooms.start()], 1e-9, "what the visits are paid");
}

/// Exact: the occupancies of the dual program against the visits of the policy that they
/// describe, carried forward; both programs have the same optimum.
#[test]
fn dual_program_finds_the_occupancy() {
    let mdp = rooms();
    let (n, discount) = (mdp.n_states(), four_rooms::discount());
    let even = vec![1.0 / n as f64; n];
    let found = linear_program::solve(&mdp, discount, &even).unwrap();
    assert_near(found.primal, found.dual, 1e-10, "optimum");
    let start: Vec<(usize, f64)> = even.into_iter().enumerate().collect();
    let policy = occupancy::policy(&mdp, &found.occupancies);
    let x = occupancy::visits(&mdp, &policy, &start, discount);
    assert!(sup_distance(&x, &found.occupancies) <= 1e-9);
    assert_near(
        occupancy::paid(&mdp, &x),
        found.primal,
        1e-9,
        "what the visits are paid",
    );
    assert!(x.iter().sum::<f64>() > 5.0, "there are visits to compare");
}

// ------------------------------------------------- three worlds with known answers

/// Exact: counts all sequences of moves that arrive for the first time after so many
/// steps, without any value.
#[test]
fn windy_path_takes_fifteen_steps() {
    let world = windy_world();
    let mut ways = vec![0_u64; world.n_states()];
    ways[world.start()[0].0] = 1;
    for step in 1..=15 {
        let mut next = vec![0; ways.len()];
        for s in (0..ways.len()).filter(|&s| !world.is_terminal(s)) {
            for a in 0..4 {
                next[world.successors(s, a)[0].state] += ways[s];
            }
        }
        ways = next;
        let arrived = (0..ways.len()).filter(|&s| world.is_terminal(s));
        let arrived: u64 = arrived.map(|s| ways[s]).sum();
        assert_eq!(arrived, u64::from(step == 15), "after {step} steps");
    }
    assert_eq!(windy::n_best_paths(), 1);
    let path = windy::path();
    assert_eq!(path.len(), 16);
    assert!(world.is_terminal(path[15]));
    for pair in path.windows(2) {
        let way = |a| world.successors(pair[0], a)[0].state == pair[1];
        assert!((0..4).any(way), "no move leads from {} to {}", pair[0], pair[1]);
    }
}

/// Exact: win twice, win once, win one of two.
#[test]
fn gambler_values_have_closed_points() {
    for p in [0.25, 0.4] {
        let v = gambler::solve(chance(p)).v;
        for (capital, expected) in [(25, p * p), (50, p), (75, p + (1.0 - p) * p)] {
            assert_near(v[capital], expected, 1e-12, &format!("{capital} at {p}"));
        }
    }
}

/// Exact. Control: the stakes of bold play have the same action values and do win.
#[test]
fn staking_nothing_solves_the_equation_and_never_wins() {
    let mdp = packed(&gamblers_world(coin()));
    let v = worth(coin(), bold);
    let all: Vec<usize> = (0..=100).map(bold).collect();
    for capital in 1..100 {
        for stake in [0, all[capital]] {
            let value = mdp.action_value(capital, stake, &v, at(1.0));
            assert_near(value, v[capital], 1e-12, &format!("{stake} of {capital}"));
        }
        let best = mdp.best_value(capital, &v, at(1.0));
        assert_near(best, v[capital], 1e-12, &format!("capital {capital}"));
    }
    let won = |stakes: &[usize], sweeps| {
        let policy = Policy::deterministic(&mdp, stakes).unwrap();
        let (mut v, mut next) = (vec![0.0; 101], vec![0.0; 101]);
        for _ in 0..sweeps {
            evaluation::sweep(&mdp, &policy, &v, &mut next, at(1.0));
            std::mem::swap(&mut v, &mut next);
        }
        v
    };
    assert!(won(&[0; 101], 1_000).iter().all(|chance| *chance == 0.0));
    assert!(won(&all, 1_000)[1..100].iter().all(|chance| *chance > 0.0));
}

/// Exact: the ties of value iteration against those under bold play's values, which come
/// from an elimination. The next best stake is worse by more than $10^{-4}$, so it
/// doesn't matter where rounding is cut off.
#[test]
fn gambler_has_many_best_policies() {
    let game = gambler::solve(coin());
    let mdp = packed(&gamblers_world(coin()));
    let v = worth(coin(), bold);
    let mut several = 0;
    for capital in 1..100 {
        let value = |stake: usize| mdp.action_value(capital, stake, &v, at(1.0));
        let best = (1..=bold(capital)).map(value).fold(0.0, f64::max);
        let tied: Vec<usize> =
            (1..=bold(capital)).filter(|&stake| best - value(stake) < 1e-12).collect();
        let near =
            (1..=bold(capital)).filter(|&stake| best - value(stake) < 1e-4).count();
        assert_eq!(near, tied.len(), "capital {capital}");
        assert_eq!(game.best_stakes(capital), tied, "capital {capital}");
        assert!((1..=3).contains(&tied.len()), "capital {capital}: {tied:?}");
        several += usize::from(tied.len() > 1);
    }
    assert_eq!(several, 72);
}

/// Exact: the distance to the nearest multiple of 25, and at those themselves all that
/// can be staked.
#[test]
fn smallest_best_stakes_make_the_comb() {
    let game = gambler::solve(coin());
    for capital in 1..100 {
        let tooth = match capital % 25 {
            0 => bold(capital),
            above => above.min(25 - above),
        };
        assert_eq!(game.best_stakes(capital)[0], tooth, "capital {capital}");
    }
}

/// Exact: it is the largest best stake everywhere, and evaluated by elimination it wins
/// as often as the best policy.
#[test]
fn bold_play_is_among_the_best() {
    for p in [0.1, 0.25, 0.4] {
        let game = gambler::solve(chance(p));
        for capital in 1..100 {
            assert_eq!(
                game.best_stakes(capital).last(),
                Some(&bold(capital)),
                "{capital}"
            );
        }
        assert!(sup_distance(&worth(chance(p), bold), &game.v) <= 1e-12);
    }
    // Control: with the coin on the gambler's side it is not.
    let game = gambler::solve(chance(0.55));
    assert!(sup_distance(&worth(chance(0.55), bold), &game.v) > 0.4);
}

/// Exact: gambler's ruin, $(r^s - 1) / (r^{100} - 1)$ with $r = (1 - p) / p$.
#[test]
fn timid_play_loses() {
    let v = worth(coin(), timid);
    for (capital, &v) in v.iter().enumerate().take(100) {
        let ruin = |capital: f64| powf(1.5, capital) - 1.0;
        let expected = ruin(capital as f64) / ruin(100.0);
        assert_near(v, expected, 1e-12, &format!("capital {capital}"));
    }
    assert!(v[50] < 2e-9 && v[50] > 1e-9, "{}", v[50]);
}

/// Golden: 421.414 for no cars and 574.948 for ten and ten; and the last values solve the
/// optimality equation.
#[test]
fn fifth_improvement_changes_nothing() {
    let stages = car_rental::policies();
    let changed: Vec<usize> = stages.iter().map(|stage| stage.changed).collect();
    assert_eq!(changed, [318, 272, 79, 8, 0]);
    for pair in stages.windows(2) {
        let worse = |(before, after): (&f64, &f64)| *after < before - 1e-9;
        assert!(!pair[0].v.iter().zip(&pair[1].v).any(worse), "no state gets worse");
        let moved = pair[0].moved.iter().zip(&pair[1].moved).filter(|(a, b)| a != b);
        assert_eq!(moved.count(), pair[0].changed);
    }
    let last = &stages[4].v;
    assert_near(last[car_rental::state(0, 0)], 421.414, 0.501e-3, "no cars");
    assert_near(last[car_rental::state(10, 10)], 574.948, 0.501e-3, "ten and ten");
    assert!(packed(&cars()).optimality_residual(last, at(0.9)) < 1e-9);
}

// --------------------------------------------------------- plans that can't answer

/// Exact. Control: where the sure thing is worth less than a guess, the plan goes on.
#[test]
fn plan_that_guesses_takes_the_sure_thing() {
    let mdp = packed(&fork(0.6));
    let (plan, paid) = best_plan(&mdp, &surely(&mdp, 0), 2);
    assert_eq!((plan[0], paid), (0, 0.6));
    assert_eq!(compare(&mdp, 0, 2).policy, 1.0);
    let mdp = packed(&fork(0.4));
    let (plan, paid) = best_plan(&mdp, &surely(&mdp, 0), 2);
    assert_eq!((plan[0], paid), (1, 0.5));
}

/// Exact. Control: if it does go on, planning anew answers.
#[test]
fn planning_anew_does_not_cure_the_fork() {
    let found = compare(&packed(&fork(0.6)), 0, 2);
    assert_eq!((found.replanned, found.policy), (0.6, 1.0));
    let found = compare(&packed(&fork(0.4)), 0, 2);
    assert_eq!((found.plan, found.replanned, found.policy), (0.5, 1.0, 1.0));
}

/// A law of every world, strict in most: 30 random ones, and the slippery field.
#[test]
fn best_plan_never_beats_the_best_policy() {
    let mut strictly = 0;
    for seed in 0..30 {
        let found = compare(&packed(&random_world(seed)), 0, 4);
        assert!(found.plan <= found.replanned + 1e-12, "seed {seed}: {found:?}");
        assert!(found.replanned <= found.policy + 1e-12, "seed {seed}: {found:?}");
        strictly += usize::from(found.plan < found.policy - 1e-6);
    }
    assert!(strictly > 15, "{strictly} of 30");
    let field = field(chance(0.2));
    let found = compare(&packed(&field), field.start()[0].0, 6);
    assert!(found.plan < found.replanned - 0.1, "{found:?}");
    assert_near(found.replanned, found.policy, 1e-12, "on the field");
}

/// Exact: the field without slip, and random worlds in which each action leads to one
/// state.
#[test]
fn without_chance_the_best_plan_is_as_good() {
    let field = field(Probability::ZERO);
    let found = compare(&packed(&field), field.start()[0].0, 6);
    assert_eq!((found.plan, found.policy), (1.0, 1.0));
    for seed in 0..30 {
        let mut rng = stream(seed, Role::Init, 1);
        let world = Table::new(20, 3, vec![(0, 1.0)], &[], |_, _, row| {
            row.push(Successor {
                state: rng.random_range(0..20),
                probability: 1.0,
                reward: 2.0 * rng.random::<f64>() - 1.0,
            });
        });
        let found = compare(&packed(&world.unwrap()), 0, 4);
        assert_near(found.plan, found.policy, 1e-12, &format!("seed {seed}"));
    }
}

// --------------------------------------------------------- when the state is hidden

/// Exact.
#[test]
fn sure_rule_never_arrives() {
    assert_eq!((steps_without_memory(0.0), steps_without_memory(1.0)), (None, None));
    for (movement, stuck) in
        [(Move::Right, [0.0, 0.0, 1.0]), (Move::Left, [2.0, 0.0, 0.0])]
    {
        let belief = (0..50).fold(EVEN, |belief, _| after(belief, movement));
        for cell in 0..3 {
            assert_near(3.0 * belief[cell], stuck[cell], 1e-12, &format!("{movement:?}"));
        }
    }
    // Control: with sight it is soon there.
    assert_near(steps_by_sight(), 4.0 / 3.0, 1e-12, "two steps, one and one");
}

fn formula(p: f64) -> f64 {
    (1.0 / p + 2.0 / (p * p) + 1.0 / (1.0 - p)) / 3.0
}

/// Exact: an elimination for each coin against the formula, whose derivative is 0 where
/// $2 p^2 - 7 p + 4 = 0$.
#[test]
fn best_coin_has_its_closed_form() {
    for p in [0.01, 0.3, 0.5, 0.9, 0.999] {
        let found = steps_without_memory(p).unwrap();
        assert_near(found / formula(p), 1.0, 1e-9, &format!("{p}"));
    }
    let best = (7.0 - sqrt(17.0)) / 4.0;
    assert_near(best_chance(4), best, 0.6e-4, "to four decimals");
    assert_near(steps_without_memory(best).unwrap(), 2.9394, FOUR, "steps");
    for near in [best - 1e-3, best + 1e-3] {
        assert!(formula(near) > formula(best), "{near}");
    }
}

/// Exact: the seven others leave someone behind.
#[test]
fn one_remembered_move_is_enough_to_arrive() {
    let arriving: Vec<OneMoveOfMemory> =
        OneMoveOfMemory::all().filter(|rule| rule.steps().is_some()).collect();
    let left_once = OneMoveOfMemory { first: Move::Left, after: [Move::Right; 2] };
    assert_eq!(arriving, [left_once]);
    assert_near(left_once.steps().unwrap(), 7.0 / 3.0, 1e-12, "steps");
    assert_eq!(OneMoveOfMemory::all().count(), 8);
    assert!(7.0 / 3.0 < steps_without_memory(best_chance(4)).unwrap());
}

/// Exact: against all sequences of eight moves, walked from each cell without a belief.
#[test]
fn belief_does_best_in_the_dark() {
    let walk = |start: usize, moves: u32| {
        let mut cell = start;
        for step in 1..=8 {
            cell = match (cell, moves >> (step - 1) & 1) {
                (0 | 1, 0) => 0,
                (0, _) => 1,
                (1, _) | (3, 0) => return f64::from(step),
                _ => 3,
            };
        }
        f64::INFINITY
    };
    let mean = |moves: u32| [0, 1, 3].map(|start| walk(start, moves)).iter().sum::<f64>();
    let best = (0..256).map(mean).fold(f64::INFINITY, f64::min) / 3.0;
    assert_near(steps_by_belief(EVEN, 8), best, 1e-12, "steps");
    assert_near(best, 2.0, 1e-12, "right, right, left");
    assert_near(mean(0b011) / 3.0, best, 1e-12, "right, right, left");
    assert_eq!(steps_by_belief(EVEN, 2), f64::INFINITY, "two moves can't do");
}

/// Exact: of $n(p)$ steps on average a share $1 - p$ goes to the left, and one third of
/// all walks end with one of them.
#[test]
fn bellman_over_observations_promises_what_it_does_not_keep() {
    for p in [0.3, 0.5, 0.7, 0.9] {
        let found = arrivals(p);
        let expected =
            [1.0 / (3.0 * (1.0 - p) * formula(p)), 2.0 / (3.0 * p * formula(p))];
        for movement in 0..2 {
            assert_near(found[movement], expected[movement], 1e-10, &format!("{p}"));
        }
    }
    let p = best_chance(4);
    let [left, right] = promised(p);
    assert!(left < right && left < steps_without_memory(p).unwrap(), "{left} {right}");
    let stuck = (0..50).fold(EVEN, |belief, _| after(belief, Move::Left));
    assert_near(stuck.iter().sum(), 2.0 / 3.0, 1e-12, "who still walks");
}
