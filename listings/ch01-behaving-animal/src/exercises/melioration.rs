//! Build: an animal that meliorates.
//!
//! It presses once a tick, on key 1 with chance x. On a VI schedule of mean T food is set
//! up after T ticks on average, and the first press from then on, this tick's included,
//! comes 1/x - 1 ticks later. So a press on the key pays 1 / ((T - 1) x + 1).
//! To meliorate is to shift towards the key whose presses pay more (Herrnstein and
//! Vaughan 1980).
//!
//! | book | code | meaning |
//! |---|---|---|
//! | x | `share` | share of presses on key 1 |
//! | T of each key | `means` | means of the two VI schedules in ticks |
//! | step size | `step_size` | step size |
//!
//! ```
//! use ch01_behaving_animal::exercises::melioration::meliorate;
//! assert!(meliorate(0.5, [20.0, 60.0], 0.1) > 0.5, "key 1 is the richer");
//! ```

/// The share of presses on key 1 after one step: $x + \eta\,(\rho(x, T_1) - \rho(1 - x,
/// T_2))$.
///
/// Both keys keep at least one press in a thousand.
pub fn meliorate(share: f64, means: [f64; 2], step_size: f64) -> f64 {
    // SOLUTION
    let pay = |share: f64, mean: f64| 1.0 / ((mean - 1.0) * share + 1.0);
    let gain = pay(share, means[0]) - pay(1.0 - share, means[1]);
    (share + step_size * gain).clamp(0.001, 0.999)
    // END
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Foods a tick from a key that gets this share of the presses.
    fn foods(share: f64, mean: f64) -> f64 {
        1.0 / (mean + 1.0 / share - 1.0)
    }

    #[test]
    fn melioration_ends_in_matching_wherever_it_starts() {
        for means in [[20.0, 60.0], [30.0, 30.0], [90.0, 10.0]] {
            for start in [0.01, 0.5, 0.99] {
                let share =
                    (0..20_000).fold(start, |share, _| meliorate(share, means, 0.05));
                let presses = share / (1.0 - share);
                let food = foods(share, means[0]) / foods(1.0 - share, means[1]);
                assert!(
                    (presses - food).abs() < 1e-9,
                    "{means:?}: presses {presses}, food {food}"
                );
            }
        }
    }

    #[test]
    fn both_keys_keep_some_presses() {
        assert_eq!(meliorate(0.999, [1.0, 1000.0], 10.0), 0.999);
        assert_eq!(meliorate(0.001, [1000.0, 1.0], 10.0), 0.001);
    }
}
