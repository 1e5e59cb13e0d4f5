//! Build: the free energy of a belief.
//!
//! ```
//! use ch08_generative_models::exercises::free_energy::free_energy;
//!
//! // Two causes alike, and a sound that either makes for certain: nothing to explain.
//! assert_eq!(free_energy(&[0.5, 0.5], &[0.5, 0.5], &[1.0, 1.0]), 0.0);
//! ```

/// $F = \mathrm{KL}\[q \,\|\, D\] - \sum_s q(s) \ln A\[o, s\]$ in nats.
///
/// `belief`, `prior` and `likelihood_row` have shape `[n_states]`. A state of belief 0
/// counts 0, also where it is impossible; take logarithms from [`prob::math`].
pub fn free_energy(belief: &[f64], prior: &[f64], likelihood_row: &[f64]) -> f64 {
    // SOLUTION
    use prob::math::ln;
    let (mut complexity, mut accuracy) = (0.0, 0.0);
    for ((&q, &d), &a) in belief.iter().zip(prior).zip(likelihood_row) {
        if q > 0.0 {
            complexity += q * (ln(q) - ln(d));
            accuracy += q * ln(a);
        }
    }
    complexity - accuracy
    // END
}

#[cfg(test)]
mod tests {
    use super::free_energy;
    use crate::free_energy::{LIKELIHOOD, PRIOR, joint, surprise};
    use crate::three_ways::bayes;
    use prob::math::ln;

    #[test]
    fn at_the_posterior_it_is_the_surprise() {
        for (o, row) in LIKELIHOOD.iter().enumerate() {
            let joint = joint(row, &PRIOR);
            let vfe = free_energy(&bayes(&joint), &PRIOR, row);
            assert!((vfe - surprise(&joint)).abs() < 1e-12, "sound {o}: {vfe}");
        }
    }

    #[test]
    fn elsewhere_it_is_higher() {
        let row = &LIKELIHOOD[0];
        let least = surprise(&joint(row, &PRIOR));
        for belief in [[0.8, 0.1, 0.1], [0.2, 0.3, 0.5], [1.0, 0.0, 0.0]] {
            let vfe = free_energy(&belief, &PRIOR, row);
            assert!(vfe > least + 0.01, "{belief:?}: {vfe}");
            let whole = crate::free_energy::free_energy(&belief, &joint(row, &PRIOR));
            assert!((vfe - whole).abs() < 1e-12, "{belief:?}: {vfe}, not {whole}");
        }
    }

    #[test]
    fn a_state_that_is_not_believed_in_costs_nothing() {
        let vfe = free_energy(&[1.0, 0.0], &[0.5, 0.5], &[0.2, 0.0]);
        assert!((vfe + ln(0.1)).abs() < 1e-12, "{vfe}");
    }

    #[test]
    fn to_believe_the_impossible_costs_infinitely_much() {
        assert_eq!(free_energy(&[0.5, 0.5], &[0.2, 0.0], &[0.5, 0.5]), f64::INFINITY);
    }
}
