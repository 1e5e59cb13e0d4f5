//! Build: value iteration in place.
//!
//! [`rl::value_iteration::sweep`] writes the new values beside the old ones. Write a sweep
//! that needs one array only: each state is backed up from the values as they stand,
//! those of the states before it already new.
//!
//! ```
//! use ch02_bellman_and_value::exercises::gauss_seidel_sweep::gauss_seidel_sweep;
//! use envs::{Discount, textbook::small_gridworld};
//! use rl::Mdp;
//!
//! let mdp = Mdp::new(&small_gridworld())?;
//! let mut v = vec![0.0; 16];
//! assert_eq!(gauss_seidel_sweep(&mdp, &mut v, Discount::new(1.0)?), 1.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use envs::Discount;
use rl::Mdp;

/// One sweep in place, in the order of the states; returns the largest change. `v` has
/// shape `[n_states]`.
///
/// [`Mdp::best_value`] is the backup of one state.
pub fn gauss_seidel_sweep(mdp: &Mdp, v: &mut [f64], discount: Discount) -> f64 {
    // SOLUTION
    let mut change: f64 = 0.0;
    for s in 0..v.len() {
        let before = v[s];
        v[s] = mdp.best_value(s, v, discount);
        change = change.max((v[s] - before).abs());
    }
    change
    // END
}

#[cfg(test)]
mod tests {
    use super::gauss_seidel_sweep;
    use envs::Discount;
    use envs::graph::{Edge, graph};
    use envs::textbook::{gridworld, windy};
    use rl::{Mdp, Stop, gauss_seidel, policy_iteration};

    fn at(discount: f64) -> Discount {
        Discount::new(discount).unwrap()
    }

    #[test]
    fn repeated_it_finds_what_policy_iteration_finds() {
        let mdp = Mdp::new(&gridworld()).unwrap();
        let mut v = vec![0.0; 25];
        while gauss_seidel_sweep(&mdp, &mut v, at(0.9)) > 1e-12 {}
        let truth =
            policy_iteration::solve(&mdp, at(0.9), &[0; 25], Stop::default()).unwrap().v;
        for (s, (v, truth)) in v.iter().zip(&truth).enumerate() {
            assert!((v - truth).abs() < 1e-10, "state {s}: {v}, not {truth}");
        }
    }

    #[test]
    fn each_sweep_is_the_one_of_the_library() {
        let mdp = Mdp::new(&windy()).unwrap();
        let (mut v, mut other) = (vec![0.0; 70], vec![0.0; 70]);
        for sweep in 1..=20 {
            let change = gauss_seidel_sweep(&mdp, &mut v, at(1.0));
            assert_eq!(change, gauss_seidel::sweep(&mdp, &mut other, at(1.0)));
            assert_eq!(v, other, "sweep {sweep}");
        }
    }

    #[test]
    fn each_state_hears_of_those_before_it_in_the_same_sweep() {
        // Ten places in a row, the food at the first: one sweep carries the news to the
        // last.
        let edges: Vec<Edge> = (1..10)
            .map(|s| Edge::paid(s, 0, s - 1, if s == 1 { 1.0 } else { 0.0 }))
            .collect();
        let mdp = Mdp::new(&graph(10, 1, &edges, vec![(9, 1.0)]).unwrap()).unwrap();
        let mut v = vec![0.0; 10];
        assert_eq!(gauss_seidel_sweep(&mdp, &mut v, at(0.5)), 1.0);
        assert_eq!(v[..4], [0.0, 1.0, 0.5, 0.25]);
        assert_eq!(v[9], 1.0 / 256.0);
        assert_eq!(
            gauss_seidel_sweep(&mdp, &mut v, at(0.5)),
            0.0,
            "nothing is left to do"
        );
    }
}
