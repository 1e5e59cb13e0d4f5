//! Build: the smoother's step backward.
//!
//! ```
//! use ch08_generative_models::exercises::backward::backward;
//!
//! // Nothing ever moves: what is known of the next step is known of this one.
//! let stays = [vec![1.0, 0.0], vec![0.0, 1.0]];
//! assert_eq!(backward(&stays, &[0.5, 0.5], &[0.25, 0.75]), [0.25, 0.75]);
//! ```

/// What is to be believed of a step, once the next one is known better:
/// $$p(s \mid \text{all}) = q(s) \sum_{s'} B\[s', s\]\, \frac{p(s' \mid
/// \text{all})}{\sum_r B\[s', r\]\, q(r)}$$
///
/// `transition[s_next][s]` has shape `[n_states, n_states]`; `belief` is the filter's of
/// the step, and `smoothed_next` that of the next one when all is heard, both of shape
/// `[n_states]`. A next state that was predicted with probability 0 counts 0.
pub fn backward(
    transition: &[Vec<f64>],
    belief: &[f64],
    smoothed_next: &[f64],
) -> Vec<f64> {
    // SOLUTION
    let mut smoothed = vec![0.0; belief.len()];
    for (row, &next) in transition.iter().zip(smoothed_next) {
        let predicted: f64 = row.iter().zip(belief).map(|(b, q)| b * q).sum();
        if predicted > 0.0 {
            for ((smoothed, b), q) in smoothed.iter_mut().zip(row).zip(belief) {
                *smoothed += q * b * next / predicted;
            }
        }
    }
    smoothed
    // END
}

#[cfg(test)]
mod tests {
    use super::backward;
    use crate::filter::{filter, smooth};
    use crate::vole::Ring;

    fn rows<const N: usize>(table: [[f64; N]; N]) -> Vec<Vec<f64>> {
        table.map(|row| row.to_vec()).to_vec()
    }

    #[test]
    fn it_is_the_smoothers() {
        let vole = Ring::VOLE.model::<5>();
        let filtered = filter(&vole, &[0, 1, 1, 3, 4, 0]).unwrap();
        let smoothed = smooth(&vole, &filtered);
        for t in 0..5 {
            let found =
                backward(&rows(vole.transition), &filtered[t].belief, &smoothed[t + 1]);
            for (s, (found, expected)) in found.iter().zip(smoothed[t]).enumerate() {
                assert!((found - expected).abs() < 1e-12, "step {t}, tussock {s}");
            }
        }
    }

    #[test]
    fn without_news_of_the_next_step_nothing_changes() {
        let vole = Ring::VOLE.model::<5>();
        let belief = [0.5, 0.2, 0.1, 0.1, 0.1];
        let predicted = crate::filter::predict(&vole, &belief);
        let found = backward(&rows(vole.transition), &belief, &predicted);
        for (found, q) in found.iter().zip(belief) {
            assert!((found - q).abs() < 1e-12, "{found}, not {q}");
        }
    }

    #[test]
    fn a_step_that_is_certain_is_run_back() {
        let carousel = Ring::CAROUSEL.model::<3>();
        let found =
            backward(&rows(carousel.transition), &[0.2, 0.3, 0.5], &[0.0, 1.0, 0.0]);
        assert_eq!(found, [1.0, 0.0, 0.0]);
    }

    #[test]
    fn what_was_never_possible_counts_nothing() {
        let to_the_second = rows([[0.0, 0.0], [1.0, 1.0]]);
        let found = backward(&to_the_second, &[0.25, 0.75], &[0.0, 1.0]);
        assert_eq!(found, [0.25, 0.75]);
    }
}
