//! All solvers give the same values, to 1e-10, on random worlds; each certificate holds.

use envs::{Discount, FiniteWorld, Successor, Table};
use prob::categorical::softmax;
use prob::rng::{Role, stream};
use proptest::prelude::*;
use rand::RngExt;
use rl::{
    Mdp, Outcome, Policy, Stop, evaluation, finite_horizon, gauss_seidel, linear_program,
    modified_policy_iteration, policy_iteration, prioritized_sweeping, value_iteration,
};

/// A world of random rows: `branching` successors for each state and action, rewards from
/// -1 to 1. The last state ends it if `ending` says so.
fn random_world(shape: Shape, seed: u64) -> Table {
    let mut rng = stream(seed, Role::Init, 0);
    let ends = [shape.n_states - 1];
    let terminal = match shape.ending {
        Ending::Last => &ends[..],
        Ending::Never => &[],
    };
    let (mut logits, mut p) = (vec![0.0; shape.branching], vec![0.0; shape.branching]);
    Table::new(shape.n_states, shape.n_actions, vec![(0, 1.0)], terminal, |_, _, row| {
        logits.fill_with(|| 4.0 * rng.random::<f64>());
        softmax(&logits, &mut p);
        row.extend(p.iter().map(|&probability| Successor {
            state: rng.random_range(0..shape.n_states),
            probability,
            reward: 2.0 * rng.random::<f64>() - 1.0,
        }));
    })
    .unwrap()
}

#[derive(Debug, Clone, Copy)]
struct Shape {
    n_states: usize,
    n_actions: usize,
    branching: usize,
    ending: Ending,
}

#[derive(Debug, Clone, Copy)]
enum Ending {
    Last,
    Never,
}

fn shapes() -> impl Strategy<Value = Shape> {
    let ending = prop_oneof![Just(Ending::Last), Just(Ending::Never)];
    (2..25_usize, 1..5_usize, 1..6_usize, ending).prop_map(
        |(n_states, n_actions, branching, ending)| Shape {
            n_states,
            n_actions,
            branching,
            ending,
        },
    )
}

fn distance(v: &[f64], w: &[f64]) -> f64 {
    assert_eq!(v.len(), w.len());
    v.iter().zip(w).map(|(v, w)| (v - w).abs()).fold(0.0, f64::max)
}

/// Tight enough that two answers within it are within 1e-10 of each other.
fn stop() -> Stop {
    Stop::new(4e-11, 1_000_000).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn all_solvers_agree_to_ten_decimals(shape in shapes(), discount in 0.0..0.97_f64, seed: u64) {
        let mdp = Mdp::new(&random_world(shape, seed)).unwrap();
        let discount = Discount::new(discount).unwrap();
        let n = shape.n_states;
        let exact = policy_iteration::solve(&mdp, discount, &vec![0; n], stop()).unwrap();
        let uniform = vec![1.0 / n as f64; n];
        let program = linear_program::solve(&mdp, discount, &uniform).unwrap();
        let settings = modified_policy_iteration::Settings::default();
        let found = [
            value_iteration::solve(&mdp, discount, stop()),
            gauss_seidel::solve(&mdp, discount, stop()),
            modified_policy_iteration::solve(&mdp, discount, settings, stop()),
            prioritized_sweeping::solve(&mdp, discount, stop()).solution,
        ];
        prop_assert_eq!(exact.certificate.outcome, Outcome::Converged);
        for solution in &found {
            let off = distance(&solution.v, &exact.v);
            prop_assert_eq!(solution.certificate.outcome, Outcome::Converged);
            prop_assert!(off <= 1e-10, "off by {}", off);
        }
        let off = distance(&program.v, &exact.v);
        prop_assert!(off <= 1e-10, "linear program off by {}", off);
        prop_assert!((program.primal - program.dual).abs() <= 1e-10);
    }

    #[test]
    fn iterating_and_eliminating_give_the_same_values_of_a_policy(shape in shapes(), discount in 0.0..0.99_f64, seed: u64) {
        let mdp = Mdp::new(&random_world(shape, seed)).unwrap();
        let discount = Discount::new(discount).unwrap();
        let random = Policy::uniform(&mdp);
        let iterated = evaluation::iterate(&mdp, &random, discount, stop());
        let direct = evaluation::solve(&mdp, &random, discount).unwrap();
        prop_assert!(distance(&iterated.v, &direct.v) <= 1e-10);
    }

    #[test]
    fn a_bound_holds_wherever_a_solver_is_stopped(shape in shapes(), discount in 0.0..0.97_f64, seed: u64, sweeps in 0..30_usize) {
        let mdp = Mdp::new(&random_world(shape, seed)).unwrap();
        let discount = Discount::new(discount).unwrap();
        let truth = policy_iteration::solve(&mdp, discount, &vec![0; shape.n_states], stop()).unwrap();
        let early = Stop::new(1e-12, sweeps).unwrap();
        let settings = modified_policy_iteration::Settings { evaluations: 2 };
        for found in [
            value_iteration::solve(&mdp, discount, early),
            gauss_seidel::solve(&mdp, discount, early),
            modified_policy_iteration::solve(&mdp, discount, settings, early),
            prioritized_sweeping::solve(&mdp, discount, early).solution,
        ] {
            let error = distance(&found.v, &truth.v);
            let bound = found.certificate.bound.unwrap();
            prop_assert!(error <= bound + 1e-12, "off by {}, bound {}", error, bound);
            prop_assert!(found.certificate.sweeps <= sweeps);
        }
    }

    #[test]
    fn the_optimality_backup_contracts_by_the_discount(
        shape in shapes(),
        discount in 0.0..=1.0_f64,
        seed: u64,
        values in prop::collection::vec((-9.0..9.0_f64, -9.0..9.0_f64), 25),
    ) {
        let mdp = Mdp::new(&random_world(shape, seed)).unwrap();
        let (v, w): (Vec<f64>, Vec<f64>) = values.into_iter().take(shape.n_states).unzip();
        let (mut tv, mut tw) = (v.clone(), w.clone());
        let at = Discount::new(discount).unwrap();
        value_iteration::sweep(&mdp, &v, &mut tv, at);
        value_iteration::sweep(&mdp, &w, &mut tw, at);
        prop_assert!(distance(&tv, &tw) <= discount * distance(&v, &w) + 1e-13);
    }

    #[test]
    fn occupancies_are_the_visits_of_their_policy(shape in shapes(), discount in 0.0..0.97_f64, seed: u64) {
        let mdp = Mdp::new(&random_world(shape, seed)).unwrap();
        let n = shape.n_states;
        let weight = 1.0 / n as f64;
        let at = Discount::new(discount).unwrap();
        let x = linear_program::solve(&mdp, at, &vec![weight; n]).unwrap().occupancies;
        // The policy that the occupancies describe, x(s, a) / sum over a, is worth as
        // much as the best one.
        let mut p = Vec::new();
        for row in x.chunks(shape.n_actions) {
            let sum: f64 = row.iter().sum();
            let even = 1.0 / shape.n_actions as f64;
            p.extend(row.iter().map(|x| if sum > 0.0 { x / sum } else { even }));
        }
        let worth = evaluation::solve(&mdp, &Policy::new(&mdp, p).unwrap(), at).unwrap();
        let best = value_iteration::solve(&mdp, at, stop());
        prop_assert!(distance(&worth.v, &best.v) <= 1e-9);
        // What flows into a state flows out of it.
        for s in (0..n).filter(|&s| !mdp.is_terminal(s)) {
            let out: f64 = x[s * shape.n_actions..][..shape.n_actions].iter().sum();
            let mut into = weight;
            for before in 0..n {
                for a in 0..shape.n_actions {
                    let p: f64 = mdp.row(before, a).filter(|(next, _)| *next == s).map(|(_, p)| p).sum();
                    into += discount * p * x[before * shape.n_actions + a];
                }
            }
            prop_assert!((out - into).abs() <= 1e-9, "state {}: {} out, {} in", s, out, into);
        }
    }

    #[test]
    fn a_discount_is_a_chance_of_stopping(shape in shapes(), discount in 0.0..0.97_f64, seed: u64) {
        // Stop after each step with probability 1 - discount, with what the step would
        // have paid on average: no discount is needed.
        let world = random_world(shape, seed);
        let n = shape.n_states;
        let terminal: Vec<usize> = (0..=n).filter(|&s| s == n || world.is_terminal(s)).collect();
        let stopping = Table::new(n + 1, shape.n_actions, vec![(0, 1.0)], &terminal, |s, a, row| {
            let ways = world.successors(s, a);
            row.extend(ways.iter().map(|next| Successor { probability: discount * next.probability, ..*next }));
            row.push(Successor {
                state: n,
                probability: 1.0 - discount,
                reward: ways.iter().map(|next| next.probability * next.reward).sum(),
            });
        });
        let discounted = Mdp::new(&world).unwrap();
        let stopping = Mdp::new(&stopping.unwrap()).unwrap();
        let one = Discount::new(1.0).unwrap();
        let a = value_iteration::solve(&discounted, Discount::new(discount).unwrap(), stop());
        let b = value_iteration::solve(&stopping, one, stop());
        prop_assert_eq!(b.certificate.outcome, Outcome::Converged, "every policy ends, so there is a bound");
        prop_assert!(distance(&a.v, &b.v[..n]) <= 1e-10);
        // The bound at discount 1 holds wherever the solver is stopped.
        for sweeps in [1, 3, 9] {
            let early = value_iteration::solve(&stopping, one, Stop::new(1e-12, sweeps).unwrap());
            let error = distance(&early.v[..n], &a.v);
            let bound = early.certificate.bound.unwrap();
            prop_assert!(error <= bound + 1e-10, "off by {}, bound {}", error, bound);
        }
    }

    #[test]
    fn a_long_horizon_comes_as_near_to_for_ever_as_the_discount_says(shape in shapes(), discount in 0.0..0.9_f64, seed: u64) {
        let mdp = Mdp::new(&random_world(shape, seed)).unwrap();
        let at = Discount::new(discount).unwrap();
        let best = value_iteration::solve(&mdp, at, stop());
        let horizon = 40;
        let found = finite_horizon::solve(&mdp, at, horizon);
        let mut left = distance(&best.v, &[0.0].repeat(shape.n_states));
        for k in 0..=horizon {
            prop_assert!(distance(found.v(k), &best.v) <= left + 1e-10);
            left *= discount;
        }
    }

    #[test]
    fn a_greedy_policy_of_the_best_values_is_worth_them(shape in shapes(), discount in 0.0..0.97_f64, seed: u64) {
        let mdp = Mdp::new(&random_world(shape, seed)).unwrap();
        let at = Discount::new(discount).unwrap();
        let best = value_iteration::solve(&mdp, at, stop());
        let greedy = Policy::greedy(&mdp, &best.v, at, 1e-9);
        let worth = evaluation::solve(&mdp, &greedy, at).unwrap();
        prop_assert!(distance(&worth.v, &best.v) <= 1e-7);
    }
}

#[test]
fn the_maps_of_the_course_are_solved_alike_at_discount_one() {
    use envs::maze::{Map, Side};
    // Undiscounted with a goal worth 1 every way is as good; with a step cost the value
    // is the shortest path.
    for map in Map::ALL.into_iter().filter(|map| *map != Map::Narrow) {
        let text = format!("step cost: 0.015625\n{}", map.draw(Side::Medium));
        let maze = envs::maze::Maze::parse(&text).unwrap();
        let mdp = Mdp::new(&maze).unwrap();
        let one = Discount::new(1.0).unwrap();
        let settings = modified_policy_iteration::Settings::default();
        let found = [
            value_iteration::solve(&mdp, one, stop()),
            gauss_seidel::solve(&mdp, one, stop()),
            modified_policy_iteration::solve(&mdp, one, settings, stop()),
            prioritized_sweeping::solve(&mdp, one, stop()).solution,
        ];
        for solution in found {
            for s in (0..maze.n_states()).filter(|&s| !maze.is_terminal(s)) {
                let steps = maze.steps_to_goal(s).unwrap() as f64;
                assert_eq!(solution.v[s], 1.0 - steps / 64.0, "{map:?}, state {s}");
            }
        }
    }
}
