//! Random walks: states in a row, a step to either side with the same chance, an end at
//! each side.

use crate::{Successor, Table};

/// The random walk on `n` states (Sutton and Barto 2018, example 6.2 with 5 states,
/// figure 7.2 with 19). State 0 is the left end, where arrival pays `left`, states
/// `1..=n` are the walk, and state `n + 1` is the right end, where arrival pays `right`.
/// All other steps pay 0. One action, which does nothing about it.
///
/// It starts in the middle; where two states are in the middle, in either.
///
/// # Panics
/// If `n` is 0 or a reward is not finite.
///
/// ```
/// use envs::{FiniteWorld, random_walk::random_walk};
/// let walk = random_walk(5, 0.0, 1.0);
/// assert_eq!((walk.n_states(), walk.start()), (7, [(3, 1.0)].as_slice()));
/// ```
pub fn random_walk(n: usize, left: f64, right: f64) -> Table {
    assert!(n > 0, "a walk of no states");
    assert!(left.is_finite() && right.is_finite(), "ends that pay {left} and {right}");
    let middle = n.div_ceil(2);
    let start = if n % 2 == 1 {
        vec![(middle, 1.0)]
    } else {
        vec![(middle, 0.5), (middle + 1, 0.5)]
    };
    Table::new(n + 2, 1, start, &[0, n + 1], |s, _, row| {
        for state in [s - 1, s + 1] {
            let reward = match state {
                0 => left,
                end if end == n + 1 => right,
                _ => 0.0,
            };
            row.push(Successor { state, probability: 0.5, reward });
        }
    })
    .expect("the world is tested")
}

/// The true value of state `s` of [`random_walk`] at discount 1, in reward: the chance of
/// ending at the right is $s / (n + 1)$, so that $V(s) = \mathrm{left} + (\mathrm{right}
/// - \mathrm{left})\, s / (n + 1)$. The ends are worth 0.
///
/// # Panics
/// If there is no such state.
pub fn true_value(n: usize, left: f64, right: f64, s: usize) -> f64 {
    assert!(s <= n + 1, "state {s} of {}", n + 2);
    if s == 0 || s == n + 1 {
        return 0.0;
    }
    let share = s as f64 / (n + 1) as f64;
    (1.0 - share) * left + share * right
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FiniteWorld, check};

    #[test]
    fn the_true_values_solve_the_bellman_equation() {
        for (n, left, right) in
            [(5, 0.0, 1.0), (19, -1.0, 1.0), (1, 2.0, 3.0), (4, 0.0, -1.0)]
        {
            let walk = random_walk(n, left, right);
            assert_eq!(check(&walk), Ok(()));
            let v = |s| true_value(n, left, right, s);
            for s in 1..=n {
                let row = walk.successors(s, 0).iter();
                let backup: f64 = row
                    .map(|next| next.probability * (next.reward + v(next.state)))
                    .sum();
                assert!((backup - v(s)).abs() < 1e-12, "state {s} of {n}");
            }
        }
    }

    #[test]
    fn the_walks_of_the_book_have_the_values_of_the_book() {
        for (s, sixths) in (1..=5).zip(1..=5_u32) {
            assert_eq!(true_value(5, 0.0, 1.0, s), f64::from(sixths) / 6.0);
        }
        assert!((true_value(19, -1.0, 1.0, 1) + 0.9).abs() < 1e-15);
        assert!(true_value(19, -1.0, 1.0, 10).abs() < 1e-15);
        assert_eq!(random_walk(19, -1.0, 1.0).start(), [(10, 1.0)]);
        assert_eq!(random_walk(4, 0.0, 1.0).start(), [(2, 0.5), (3, 0.5)]);
    }
}
