//! Time to solve: four rooms 17x17 at discount 0.99 to 1e-10 (goal: 2 ms), and Jack's
//! cars (goal: 150 ms).

use criterion::{BenchmarkId, Criterion};
use envs::maze::{Map, Side};
use envs::textbook::{FERRIED, car_rental};
use prob::Probability;
use rl::{
    Discount, Mdp, Outcome, Stop, gauss_seidel, modified_policy_iteration,
    policy_iteration, prioritized_sweeping, value_iteration,
};

/// Without and with slip: the second needs more than one sweep a step of the way.
const SLIPS: [f64; 2] = [0.0, 0.2];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    four_rooms(&mut criterion);
    car_rental_solvers(&mut criterion);
    criterion.final_summary();
}

fn at(discount: f64) -> Discount {
    Discount::new(discount).expect("a discount")
}

fn four_rooms(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rl/four rooms");
    for slip in SLIPS {
        let p = Probability::new(slip).expect("a probability");
        let mdp = Mdp::new(&Map::FourRooms.maze(Side::Large).with_slip(p))
            .expect("a maze is a world");
        let named = |solver| BenchmarkId::new(solver, format!("slip {slip}"));
        group.bench_function(named("value iteration"), |bencher| {
            bencher.iter(|| {
                let found = value_iteration::solve(&mdp, at(0.99), Stop::default());
                assert_eq!(found.certificate.outcome, Outcome::Converged);
                found
            });
        });
        group.bench_function(named("gauss-seidel"), |bencher| {
            bencher.iter(|| gauss_seidel::solve(&mdp, at(0.99), Stop::default()));
        });
        group.bench_function(named("prioritized sweeping"), |bencher| {
            bencher.iter(|| prioritized_sweeping::solve(&mdp, at(0.99), Stop::default()));
        });
        group.bench_function(named("policy iteration"), |bencher| {
            let start = vec![0; mdp.n_states()];
            bencher.iter(|| {
                policy_iteration::solve(&mdp, at(0.99), &start, Stop::default())
            });
        });
    }
    group.finish();
}

fn car_rental_solvers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rl/car rental");
    group.sample_size(20);
    let world = || Mdp::new(&car_rental()).expect("the world is tested");
    group.bench_function("world", |bencher| bencher.iter(world));
    let mdp = world();
    group.bench_function("policy iteration", |bencher| {
        let none = vec![FERRIED; mdp.n_states()];
        bencher.iter(|| policy_iteration::solve(&mdp, at(0.9), &none, Stop::default()));
    });
    for evaluations in [5, 20, 50] {
        let settings = modified_policy_iteration::Settings { evaluations };
        let id = BenchmarkId::new("modified policy iteration", evaluations);
        group.bench_function(id, |bencher| {
            bencher.iter(|| {
                let found = modified_policy_iteration::solve(
                    &mdp,
                    at(0.9),
                    settings,
                    Stop::default(),
                );
                assert_eq!(found.certificate.outcome, Outcome::Converged);
                found
            });
        });
    }
    group.bench_function("value iteration", |bencher| {
        bencher.iter(|| value_iteration::solve(&mdp, at(0.9), Stop::default()));
    });
    group.finish();
}
