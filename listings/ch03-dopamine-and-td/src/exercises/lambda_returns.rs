//! Build the $\lambda$-returns of an episode.
//!
//! A $\lambda$-return mixes all n-step returns. Summing them for every step takes three
//! loops; one pass from the back is enough. `rewards[t]` is paid for step `t`, and
//! `next_values[t]` is what the state that it leads to is held to be worth. After the last
//! step the episode is over: whatever stands in `next_values` there, nothing follows.

use envs::Discount;
use rl::TraceDecay;

/// $Y_t^\lambda$ for each step $t$ of an episode, in reward; as many as there are
/// rewards.
///
/// # Panics
/// If there are not as many values as rewards.
pub fn lambda_returns(
    rewards: &[f64],
    next_values: &[f64],
    discount: Discount,
    lambda: TraceDecay,
) -> Vec<f64> {
    assert_eq!(rewards.len(), next_values.len(), "one value a reward");
    // SOLUTION
    let (discount, lambda) = (discount.get(), lambda.get());
    let mut targets = vec![0.0; rewards.len()];
    let mut beyond = 0.0;
    for t in (0..rewards.len()).rev() {
        targets[t] = rewards[t] + discount * beyond;
        // What stands before this step sees: the value of its state, or its return.
        if t > 0 {
            beyond = (1.0 - lambda) * next_values[t - 1] + lambda * targets[t];
        }
    }
    targets
    // END
}

#[cfg(test)]
mod tests {
    use super::*;

    const REWARDS: [f64; 4] = [1.0, 0.0, -2.0, 4.0];
    /// The last one stands behind the end and must not count.
    const VALUES: [f64; 4] = [3.0, -1.0, 2.0, 100.0];
    const V: [f64; 4] = [0.5, 3.0, -1.0, 2.0];

    fn returns(discount: f64, lambda: f64) -> Vec<f64> {
        let discount = Discount::new(discount).unwrap();
        lambda_returns(&REWARDS, &VALUES, discount, TraceDecay::new(lambda).unwrap())
    }

    fn near(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (t, (a, b)) in found.iter().zip(expected).enumerate() {
            assert!((a - b).abs() < 1e-12, "step {t}: {a}, expected {b}");
        }
    }

    #[test]
    fn without_traces_they_are_one_step_targets() {
        near(&returns(0.5, 0.0), &[1.0 + 1.5, -0.5, -2.0 + 1.0, 4.0]);
    }

    #[test]
    fn with_full_traces_they_are_returns() {
        near(&returns(0.5, 1.0), &[1.0, 0.0, 0.0, 4.0]);
        near(&returns(1.0, 1.0), &[3.0, 2.0, 2.0, 4.0]);
    }

    #[test]
    fn in_between_they_are_the_errors_to_come_on_top_of_the_value() {
        let (discount, lambda) = (0.9, 0.7);
        let errors: Vec<f64> = (0..4)
            .map(|t| {
                let v_next = if t == 3 { 0.0 } else { VALUES[t] };
                REWARDS[t] + discount * v_next - V[t]
            })
            .collect();
        let expected: Vec<f64> = (0..4)
            .map(|t| {
                let mut weight = 1.0;
                let mut sum = V[t];
                for error in &errors[t..] {
                    sum += weight * error;
                    weight *= discount * lambda;
                }
                sum
            })
            .collect();
        near(&returns(discount, lambda), &expected);
    }

    #[test]
    fn no_steps_have_no_returns() {
        let one = Discount::new(1.0).unwrap();
        assert!(lambda_returns(&[], &[], one, TraceDecay::ONE).is_empty());
    }
}
