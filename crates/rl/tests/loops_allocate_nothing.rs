//! A solver allocates before its first sweep and after its last, and as often for one
//! sweep as for a thousand.

use allocation_counter::measure;
use envs::maze::{Map, Side};
use prob::Probability;
use rl::{
    Discount, Mdp, Policy, Stop, evaluation, gauss_seidel, modified_policy_iteration,
    prioritized_sweeping, value_iteration,
};

#[test]
fn a_thousand_sweeps_allocate_as_often_as_one() {
    let maze = Map::FourRooms.maze(Side::Medium);
    let mdp = Mdp::new(&maze.with_slip(Probability::new(0.2).unwrap())).unwrap();
    let random = Policy::uniform(&mdp);
    let discount = Discount::new(0.999).unwrap();
    let settings = modified_policy_iteration::Settings::default();
    let solvers: [(&str, &dyn Fn(Stop) -> usize); 5] = [
        ("evaluation", &|stop| {
            evaluation::iterate(&mdp, &random, discount, stop).certificate.sweeps
        }),
        ("value iteration", &|stop| {
            value_iteration::solve(&mdp, discount, stop).certificate.sweeps
        }),
        ("Gauss-Seidel", &|stop| {
            gauss_seidel::solve(&mdp, discount, stop).certificate.sweeps
        }),
        ("modified policy iteration", &|stop| {
            modified_policy_iteration::solve(&mdp, discount, settings, stop)
                .certificate
                .sweeps
        }),
        ("prioritized sweeping", &|stop| {
            prioritized_sweeping::solve(&mdp, discount, stop).solution.certificate.sweeps
        }),
    ];
    for (name, solve) in solvers {
        let count = |sweeps| {
            let mut made = 0;
            let stop = Stop::new(1e-12, sweeps).unwrap();
            let counted = measure(|| made = solve(stop));
            (made, counted.count_total)
        };
        let ((one, few), (more, many)) = (count(1), count(1000));
        assert!(one == 1 && more > one, "{name}: {one} and {more} sweeps");
        assert_eq!(few, many, "{name}: allocations of {one} and {more} sweeps");
    }
}
