//! Build the law of effect.
//!
//! A response has opened the door. The chance of every response moves by the step size
//! toward what happened: toward 1 for the response that was made, toward 0 for the others.

/// Stamps in `response`: changes `policy` (shape `[n_responses]`, sum 1) by the rule
/// above.
pub fn stamp_in(policy: &mut [f64], response: usize, step_size: f64) {
    // SOLUTION
    for (b, p) in policy.iter_mut().enumerate() {
        let happened = if b == response { 1.0 } else { 0.0 };
        *p += step_size * (happened - *p);
    }
    // END
}

#[cfg(test)]
mod tests {
    use super::stamp_in;

    #[test]
    fn the_chances_still_sum_to_one() {
        let mut policy = [0.1, 0.2, 0.3, 0.4];
        stamp_in(&mut policy, 1, 0.3);
        let sum: f64 = policy.iter().sum();
        assert!((sum - 1.0).abs() < 1e-12, "they sum to {sum}");
    }

    #[test]
    fn the_gap_to_certainty_shrinks_by_the_step_size() {
        let mut policy = [0.25; 4];
        for k in 1..=20 {
            stamp_in(&mut policy, 2, 0.1);
            let expected = 1.0 - 0.75 * (0..k).fold(1.0, |gap, _| gap * 0.9);
            assert!(
                (policy[2] - expected).abs() < 1e-12,
                "after {k} escapes: {}, not {expected}",
                policy[2]
            );
        }
    }

    #[test]
    fn the_others_keep_their_proportions() {
        let mut policy = [0.1, 0.2, 0.3, 0.4];
        stamp_in(&mut policy, 3, 0.5);
        assert!(
            (policy[1] / policy[0] - 2.0).abs() < 1e-12
                && (policy[2] / policy[0] - 3.0).abs() < 1e-12,
            "{policy:?}"
        );
    }
}
