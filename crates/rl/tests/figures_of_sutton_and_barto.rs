//! The figures of Sutton and Barto (2018), chapters 3, 4 and 6, against an independent
//! program's numbers (`golden/README.md`).

use envs::textbook::{
    CARS, FERRIED, car_rental, cliff, gambler, gridworld, moved, small_gridworld, windy,
};
use envs::{Discount, FiniteWorld};
use prob::Probability;
use rl::{Mdp, Outcome, Policy, Stop, evaluation, policy_iteration, value_iteration};

const GOLDEN: &str = include_str!("golden/rl-exact.txt");

/// All numbers in the bracketed block that follows the line starting with `title`.
fn block(title: &str) -> Vec<f64> {
    let from = GOLDEN.find(title).expect(title) + title.len();
    let text = &GOLDEN[from..];
    let text = &text[text.find("[[").expect("a block")..];
    let text = &text[..text.find("]]").expect("its end")];
    text.split(|c: char| c == '[' || c == ']' || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .map(|word| word.parse().expect("a number"))
        .collect()
}

fn assert_near(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (s, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!(
            (found - expected).abs() <= tolerance,
            "{what}, state {s}: {found}, expected {expected}"
        );
    }
}

fn at(discount: f64) -> Discount {
    Discount::new(discount).unwrap()
}

/// Half a unit of the fourth decimal.
const FOUR: f64 = 0.500_01e-4;

#[test]
fn the_random_policy_on_the_5x5_grid_is_worth_what_figure_3_2_shows() {
    let mdp = Mdp::new(&gridworld()).unwrap();
    let random = Policy::uniform(&mdp);
    let direct = evaluation::solve(&mdp, &random, at(0.9)).unwrap();
    assert_near(&direct.v, &block("Fig 3.2 v_random"), FOUR, "direct");
    let iterated = evaluation::iterate(&mdp, &random, at(0.9), Stop::default());
    assert_near(&iterated.v, &direct.v, 1e-10, "iterated");
}

#[test]
fn the_best_policy_on_the_5x5_grid_is_worth_what_figure_3_5_shows() {
    let mdp = Mdp::new(&gridworld()).unwrap();
    let found = value_iteration::solve(&mdp, at(0.9), Stop::default());
    assert_near(&found.v, &block("Fig 3.5 v*"), FOUR, "value iteration");
    assert_eq!(found.certificate.outcome, Outcome::Converged);
    assert!(found.certificate.bound.unwrap() <= 1e-10);
    // In closed form: A returns to itself after five steps, so v(A) = 10 / (1 - 0.9^5).
    assert!((found.v[1] - 10.0 / (1.0 - 0.59049)).abs() < 1e-10);
}

#[test]
fn sweeps_on_the_4x4_grid_give_the_numbers_of_figure_4_1() {
    let mdp = Mdp::new(&small_gridworld()).unwrap();
    let random = Policy::uniform(&mdp);
    let (mut v, mut next) = (vec![0.0; 16], vec![0.0; 16]);
    for k in 1..=10 {
        evaluation::sweep(&mdp, &random, &v, &mut next, at(1.0));
        std::mem::swap(&mut v, &mut next);
        if [1, 2, 3, 10].contains(&k) {
            let title = format!("Fig 4.1 k= {k} ");
            assert_near(&v, &block(&title), FOUR, &title);
        }
    }
    let limit = evaluation::solve(&mdp, &random, at(1.0)).unwrap();
    assert_near(&limit.v, &block("Fig 4.1 k=inf"), 1e-11, "limit");
}

#[test]
fn the_greedy_policy_of_the_third_sweep_on_the_4x4_grid_is_already_optimal() {
    let mdp = Mdp::new(&small_gridworld()).unwrap();
    let random = Policy::uniform(&mdp);
    let (mut v, mut next) = (vec![0.0; 16], vec![0.0; 16]);
    for _ in 0..3 {
        evaluation::sweep(&mdp, &random, &v, &mut next, at(1.0));
        std::mem::swap(&mut v, &mut next);
    }
    let best = value_iteration::solve(&mdp, at(1.0), Stop::default());
    let greedy = Policy::greedy(&mdp, &v, at(1.0), 1e-9);
    let worth = evaluation::solve(&mdp, &greedy, at(1.0)).unwrap();
    assert_near(&worth.v, &best.v, 1e-12, "greedy after three sweeps");
}

#[test]
fn jacks_cars_are_moved_as_figure_4_2_shows() {
    let mdp = Mdp::new(&car_rental()).unwrap();
    let none = vec![FERRIED; mdp.n_states()];
    let found = policy_iteration::solve(&mdp, at(0.9), &none, Stop::default()).unwrap();
    assert_eq!(found.certificate.sweeps, 5, "the fifth changes nothing");
    assert_eq!(found.certificate.outcome, Outcome::Converged);
    let state = |first: usize, second: usize| (CARS + 1) * first + second;
    for (cars, value) in [(0, 421.414), (10, 574.948), (20, 636.990)] {
        let v = found.v[state(cars, cars)];
        assert!((v - value).abs() < 0.501e-3, "{cars} and {cars} cars: {v}");
    }
    let table = block("Jack's car rental");
    for first in 0..=CARS {
        for second in 0..=CARS {
            let expected = table[(CARS + 1) * (CARS - first) + second];
            let chosen = moved(found.actions[state(first, second)]);
            assert_eq!(chosen as f64, expected, "{first} and {second} cars");
        }
    }
}

#[test]
fn the_gambler_wins_as_often_as_figure_4_3_shows() {
    let mdp = Mdp::new(&gambler(Probability::new(0.4).unwrap())).unwrap();
    let found = value_iteration::solve(&mdp, at(1.0), Stop::default());
    assert_eq!(
        (found.certificate.bound, found.certificate.outcome),
        (None, Outcome::Settled),
        "who stakes nothing plays for ever"
    );
    let expected = [0.0021, 0.0435, 0.16, 0.4, 0.64, 0.9643];
    let states = [1, 10, 25, 50, 75, 99];
    let v = states.map(|s| found.v[s]);
    assert_near(&v, &expected, FOUR, "gambler");
    // Bold play (stake all, or what is missing) is optimal for an unfair coin.
    let bold: Vec<usize> = (0..=100_usize).map(|s| s.min(100 - s)).collect();
    let bold = Policy::deterministic(&mdp, &bold).unwrap();
    let worth = evaluation::solve(&mdp, &bold, at(1.0)).unwrap();
    assert_near(&worth.v, &found.v, 1e-9, "bold play");
}

#[test]
fn the_windy_grid_takes_fifteen_steps() {
    let world = windy();
    let mdp = Mdp::new(&world).unwrap();
    let found = value_iteration::solve(&mdp, at(1.0), Stop::default());
    assert_eq!(found.v[world.start()[0].0], -15.0);
}

#[test]
fn who_trembles_on_the_cliff_pays_what_the_golden_numbers_say() {
    let world = cliff();
    let start = world.start()[0].0;
    let mdp = Mdp::new(&world).unwrap();
    let best = value_iteration::solve(&mdp, at(1.0), Stop::default());
    assert_eq!(best.v[start], -13.0);
    let greedy = Policy::greedy(&mdp, &best.v, at(1.0), 1e-9);
    for (epsilon, careless, careful) in
        [(0.10, -50.800, -20.708), (0.05, -29.893, -17.519), (0.01, -16.105, -15.441)]
    {
        let epsilon = Probability::new(epsilon).unwrap();
        let mut policy = greedy.softened(epsilon);
        let mut worth = evaluation::solve(&mdp, &policy, at(1.0)).unwrap();
        assert!((worth.v[start] - careless).abs() < 0.501e-3, "{}", worth.v[start]);
        // Policy iteration among the soft policies finds the best of them.
        for _ in 0..20 {
            policy = Policy::greedy(&mdp, &worth.v, at(1.0), 1e-9).softened(epsilon);
            worth = evaluation::solve(&mdp, &policy, at(1.0)).unwrap();
        }
        assert!((worth.v[start] - careful).abs() < 0.501e-3, "{}", worth.v[start]);
    }
}
