//! Three agents on the T-maze with a cue, absorbing arms and two steps, by enumeration of
//! everything that can happen: nothing here is drawn.

use aif::agent::{Agent, Settings};
use aif::open_loop::OpenLoop;
use aif::plan::{Choices, Planning, Plans, Precision, posterior, utility_only};
use aif::sophisticated::{self, Sophisticated};
use aif::{Belief, Exact, ExpectedFreeEnergy, GenerativeModel, ModelBuilder, Perception};
use envs::cue_maze::{Arms, CUE, CueMaze, LEFT, MIDDLE, RIGHT};
use prob::Probability;
use prob::math::ln;

fn probability(p: f64) -> Probability {
    Probability::new(p).unwrap()
}

/// The maze with this reliability, food on the left with probability `left`, and
/// preferences of 3 nats for food and -3 for shock.
fn model(reliability: f64, left: f64, arms: Arms) -> GenerativeModel {
    let maze = CueMaze {
        reliability: probability(reliability),
        food_left: probability(left),
        arms,
        ..CueMaze::default()
    };
    let mut model = ModelBuilder::from_world(&maze.build().unwrap()).unwrap();
    model.log_preference(2, &[0.0, 3.0, -3.0]);
    model.build().unwrap()
}

/// What it comes to: how often the trial ends at the food, and how often the cue is
/// visited.
#[derive(Debug, Clone, Copy, Default)]
struct Outcome {
    food: f64,
    cue: f64,
}

/// Whether belief moves with the animal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filter {
    Right,
    /// As in one library.
    NeverPredicts,
}

/// Enumerates a trial of two steps of an agent that draws from its belief about options
/// with precision `gamma`; `planners[t]` plans before step `t`.
fn enumerate<P: Planning>(
    model: &GenerativeModel,
    reliability: f64,
    gamma: f64,
    filter: Filter,
    planners: &mut [P; 2],
) -> Outcome {
    let gamma = Precision::new(gamma).unwrap();
    let mut first_actions = |belief: &Belief, t: usize| -> [f64; 4] {
        let planner = &mut planners[t];
        planner.weigh(model, belief, t);
        let mut q = vec![0.0; planner.efe().len()];
        posterior(planner.efe(), &[], gamma, &mut q);
        let mut marginal = [0.0; 4];
        for (option, q) in q.iter().enumerate() {
            marginal[planner.first_actions(option)[0]] += q;
        }
        marginal
    };
    let mut perception = Perception::new(model, Exact::new(model).unwrap());
    perception.begin(model, &[MIDDLE, 0, 0]).unwrap();
    let begun = perception.clone();
    let first = first_actions(begun.posterior(), 0);
    let mut sum = Outcome::default();
    for (place, p) in first.into_iter().enumerate() {
        for side in 0..2 {
            // What is seen there, and how probable it is.
            let seen: Vec<([usize; 3], f64)> = match place {
                CUE => vec![
                    ([CUE, 1 + side, 0], reliability),
                    ([CUE, 2 - side, 0], 1.0 - reliability),
                ],
                LEFT | RIGHT if place == LEFT + side => vec![([place, 0, 1], 1.0)],
                LEFT | RIGHT => vec![([place, 0, 2], 1.0)],
                _ => vec![([place, 0, 0], 1.0)],
            };
            for (seen, p_seen) in seen.into_iter().filter(|(_, p)| *p > 0.0) {
                let mut perception = begun.clone();
                perception.advance(model, &[place, 0], &seen).unwrap();
                // Without prediction no state that was possible before gives what is seen
                // elsewhere, and a floor under the probabilities makes all states equal.
                let lost = filter == Filter::NeverPredicts && place != MIDDLE;
                let everywhere = Belief::uniform(model);
                let belief = if lost { &everywhere } else { perception.posterior() };
                let second = first_actions(belief, 1);
                for (next, p_next) in second.into_iter().enumerate() {
                    let weight = 0.5 * p * p_seen * p_next;
                    let end = if place >= LEFT { place } else { next };
                    sum.food += if end == LEFT + side { weight } else { 0.0 };
                    let visits = place == CUE || (place < LEFT && next == CUE);
                    sum.cue += if visits { weight } else { 0.0 };
                }
            }
        }
    }
    sum
}

/// Both planners of an open loop; the second plans to the trial's end if `ending`, and
/// else as far as the first.
fn open<G: Fn(&ExpectedFreeEnergy) -> f64 + Copy>(
    model: &GenerativeModel,
    objective: G,
    ending: bool,
) -> [OpenLoop<G>; 2] {
    [2, if ending { 1 } else { 2 }].map(|horizon| {
        let plans = Plans::enumerate(&Choices::all(model), horizon).unwrap();
        OpenLoop::minimizing(model, plans, None, objective).unwrap()
    })
}

fn closed<G: Fn(&ExpectedFreeEnergy) -> f64 + Copy>(
    model: &GenerativeModel,
    objective: G,
    ending: bool,
) -> [Sophisticated<G>; 2] {
    [2, if ending { 1 } else { 2 }].map(|horizon| {
        let settings = sophisticated::Settings::exact(horizon);
        Sophisticated::minimizing(model, Choices::all(model), settings, None, objective)
            .unwrap()
    })
}

/// The sign of two libraries: minus utility, and minus the ambiguity.
fn loves_noise(parts: &ExpectedFreeEnergy) -> f64 {
    -parts.utility - parts.ambiguity
}

#[test]
fn three_agents_seek_three_things() {
    let value = ExpectedFreeEnergy::value;
    let mut visits = [Vec::new(), Vec::new(), Vec::new()];
    for ending in [true, false] {
        println!("second plan to the end of the trial: {ending}");
        for reliability in [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0] {
            let model = model(reliability, 0.5, Arms::Absorbing);
            let run = [
                enumerate(
                    &model,
                    reliability,
                    4.0,
                    Filter::Right,
                    &mut open(&model, loves_noise, ending),
                ),
                enumerate(
                    &model,
                    reliability,
                    4.0,
                    Filter::Right,
                    &mut open(&model, value, ending),
                ),
                enumerate(
                    &model,
                    reliability,
                    4.0,
                    Filter::Right,
                    &mut closed(&model, value, ending),
                ),
                enumerate(
                    &model,
                    reliability,
                    4.0,
                    Filter::Right,
                    &mut closed(&model, utility_only, ending),
                ),
            ];
            println!(
                "reliability {reliability:.2}: noise {:.4} {:.4}, open {:.4} {:.4}, closed {:.4} {:.4}, closed utility {:.4} {:.4}",
                run[0].food,
                run[0].cue,
                run[1].food,
                run[1].cue,
                run[2].food,
                run[2].cue,
                run[3].food,
                run[3].cue
            );
            for (visits, run) in visits.iter_mut().zip(run) {
                visits.push(run.cue);
            }
            if reliability == 0.9 {
                assert!((0.52..0.55).contains(&run[1].food), "{:?}", run[1]);
                assert!((0.06..0.09).contains(&run[1].cue), "{:?}", run[1]);
                assert!(run[2].food > 0.8995 && run[2].food <= 0.9 + 1e-12);
                assert!(run[2].cue > 0.999);
                assert!((run[2].food - run[3].food).abs() < 1e-3);
                // Not a ladder in reward: the noise that is loved is the cue's.
                assert!(run[0].food > run[1].food);
            }
        }
        // The better the cue, the more the last two want it and the less the first.
        for pair in visits[0].windows(2) {
            assert!(pair[1] < pair[0] + 1e-12, "{:?}", visits[0]);
        }
        for visits in &visits[1..] {
            assert!(visits.windows(2).all(|pair| pair[1] > pair[0] - 1e-9), "{visits:?}");
        }
        visits.iter_mut().for_each(Vec::clear);
    }
}

/// The costs themselves, by hand: an open plan counts what an arm tells at both of its
/// steps, ln 2 each, and so prefers it to cue and arm; a closed loop counts it once, and
/// knows that it will follow the cue.
#[test]
fn open_and_closed_loop_cost_what_they_should() {
    let model = model(0.9, 0.5, Arms::Absorbing);
    let cue = ln(2.0) + 0.9 * ln(0.9) + 0.1 * ln(0.1);
    let belief = Belief::prior(&model);
    let [mut plans, _] = open(&model, ExpectedFreeEnergy::value, true);
    plans.weigh(&model, &belief, 0);
    let g = |first: usize, second: usize| plans.efe()[4 * first + second];
    assert!((g(LEFT, MIDDLE) + 2.0 * ln(2.0)).abs() < 1e-12);
    assert!((g(CUE, LEFT) + cue + ln(2.0)).abs() < 1e-12);
    let [mut search, _] = closed(&model, ExpectedFreeEnergy::value, true);
    search.weigh(&model, &belief, 0);
    let expected = [-ln(2.0), -2.4 - ln(2.0), -ln(2.0), -ln(2.0)];
    for (found, expected) in search.efe().iter().zip(expected) {
        assert!((found - expected).abs() < 1e-12, "{:?}", search.efe());
    }
}

/// The prior at which the cue stops paying, for preferences of c and -c, reliability r and
/// two steps, with food on the left with probability p. Arms that keep paying: the arm now
/// is worth 2 c (2 p - 1), the cue and then an arm c (2 r - 1) while p < r, so that the cue
/// pays below p = (2 r + 1) / 4. Arms that pay once: below p = r. Salience changes nothing,
/// because what the cue tells and what is left to be told sum to H(side), as the arm tells.
#[test]
fn the_cue_stops_paying_where_the_closed_form_says() {
    for reliability in [0.6, 0.75, 0.9, 1.0] {
        let threshold = |arms| match arms {
            Arms::Absorbing => (2.0 * reliability + 1.0) / 4.0,
            _ => reliability,
        };
        for arms in [Arms::Absorbing, Arms::Once] {
            for objective in [ExpectedFreeEnergy::value as fn(&_) -> f64, utility_only] {
                let pays = |left: f64| {
                    let model = model(reliability, left, arms);
                    let [mut search, _] = closed(&model, objective, true);
                    search.weigh(&model, &Belief::prior(&model), 0);
                    search.efe()[CUE] < search.efe()[LEFT] - 1e-9
                };
                let at = threshold(arms);
                assert!(pays(at - 1e-3), "{arms:?} {reliability}");
                assert!(!pays((at + 1e-3).min(1.0)), "{arms:?} {reliability}");
                assert!(pays(0.5), "and without bias it does");
            }
        }
    }
}

/// The agent itself, at the ceiling: it reads the cue and follows it.
#[test]
fn the_best_choice_of_the_closed_loop_is_cue_then_arm() {
    let model = model(0.9, 0.5, Arms::Absorbing);
    let [search, _] = closed(&model, ExpectedFreeEnergy::value, true);
    let inference = Exact::new(&model).unwrap();
    let mut rngs = aif::selection::streams(&model, 0, 0);
    let mut agent =
        Agent::new(model, inference, search, None, Settings::default()).unwrap();
    let first = agent.step(&[MIDDLE, 0, 0], &mut (), &mut rngs).unwrap();
    assert_eq!(first[0], CUE);
    let second = agent.step(&[CUE, 2, 0], &mut (), &mut rngs).unwrap();
    assert_eq!(second[0], RIGHT);
}

/// The noise lover with the filter of the library that it comes from: the cue is as often
/// visited, and its news is lost.
#[test]
fn a_missing_prediction_brings_the_noise_lover_below_a_quarter() {
    let model = model(0.9, 0.5, Arms::Absorbing);
    let run = |filter| {
        enumerate(&model, 0.9, 4.0, filter, &mut open(&model, loves_noise, false))
    };
    let (right, lost) = (run(Filter::Right), run(Filter::NeverPredicts));
    println!("with prediction {right:?}, without {lost:?}");
    assert!(right.food > 0.6 && lost.food < 0.25, "{right:?} {lost:?}");
    assert!((0.15..0.25).contains(&lost.food) && lost.cue > 0.7, "{lost:?}");
}
