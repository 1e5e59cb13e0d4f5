//! Time to solve: four rooms 17x17 at discount 0.99 to 1e-10 (goal: 2 ms), and Jack's
//! cars (goal: 150 ms).

use divan::Bencher;
use envs::maze::{Map, Side};
use envs::textbook::{FERRIED, car_rental};
use prob::Probability;
use rl::{
    Discount, Mdp, Outcome, Stop, gauss_seidel, modified_policy_iteration,
    policy_iteration, prioritized_sweeping, value_iteration,
};

fn main() {
    divan::main();
}

fn at(discount: f64) -> Discount {
    Discount::new(discount).expect("a discount")
}

fn four_rooms(slip: f64) -> Mdp {
    let slip = Probability::new(slip).expect("a probability");
    Mdp::new(&Map::FourRooms.maze(Side::Large).with_slip(slip))
        .expect("a maze is a world")
}

/// Without and with slip: the second needs more than one sweep a step of the way.
const SLIPS: [f64; 2] = [0.0, 0.2];

#[divan::bench(args = SLIPS)]
fn four_rooms_value_iteration(bencher: Bencher, slip: f64) {
    let mdp = four_rooms(slip);
    bencher.bench(|| {
        let found = value_iteration::solve(&mdp, at(0.99), Stop::default());
        assert_eq!(found.certificate.outcome, Outcome::Converged);
        found
    });
}

#[divan::bench(args = SLIPS)]
fn four_rooms_gauss_seidel(bencher: Bencher, slip: f64) {
    let mdp = four_rooms(slip);
    bencher.bench(|| gauss_seidel::solve(&mdp, at(0.99), Stop::default()));
}

#[divan::bench(args = SLIPS)]
fn four_rooms_prioritized(bencher: Bencher, slip: f64) {
    let mdp = four_rooms(slip);
    bencher.bench(|| prioritized_sweeping::solve(&mdp, at(0.99), Stop::default()));
}

#[divan::bench(args = SLIPS)]
fn four_rooms_policy_iteration(bencher: Bencher, slip: f64) {
    let mdp = four_rooms(slip);
    let start = vec![0; mdp.n_states()];
    bencher.bench(|| policy_iteration::solve(&mdp, at(0.99), &start, Stop::default()));
}

#[divan::bench(sample_count = 20)]
fn cars_world() -> Mdp {
    Mdp::new(&car_rental()).expect("the world is tested")
}

#[divan::bench(sample_count = 20)]
fn cars_policy_iteration(bencher: Bencher) {
    let mdp = cars_world();
    let none = vec![FERRIED; mdp.n_states()];
    bencher.bench(|| policy_iteration::solve(&mdp, at(0.9), &none, Stop::default()));
}

#[divan::bench(sample_count = 20, args = [5, 20, 50])]
fn cars_modified_policy_iteration(bencher: Bencher, evaluations: usize) {
    let mdp = cars_world();
    let settings = modified_policy_iteration::Settings { evaluations };
    bencher.bench(|| {
        let found =
            modified_policy_iteration::solve(&mdp, at(0.9), settings, Stop::default());
        assert_eq!(found.certificate.outcome, Outcome::Converged);
        found
    });
}

#[divan::bench(sample_count = 20)]
fn cars_value_iteration(bencher: Bencher) {
    let mdp = cars_world();
    bencher.bench(|| value_iteration::solve(&mdp, at(0.9), Stop::default()));
}
