//! Build: one step of perception, which predicts and then corrects.
//!
//! ```
//! use ch08_generative_models::exercises::predict_then_correct::predict_then_correct;
//!
//! let stays = [vec![1.0, 0.0], vec![0.0, 1.0]];
//! let belief = predict_then_correct(&stays, &[0.9, 0.3], &[0.5, 0.5]);
//! assert!((belief.unwrap()[0] - 0.75).abs() < 1e-12);
//! ```

/// What is believed a step later, after an observation there.
///
/// `transition[s_next][s]` has shape `[n_states, n_states]`, and its columns sum to 1;
/// `likelihood_row` is the row of $A$ for the outcome that was observed, shape
/// `[n_states]`, and so is `belief`, from which the step began. `None` if the outcome is
/// impossible.
pub fn predict_then_correct(
    transition: &[Vec<f64>],
    likelihood_row: &[f64],
    belief: &[f64],
) -> Option<Vec<f64>> {
    // SOLUTION
    let predicted = transition
        .iter()
        .map(|row| row.iter().zip(belief).map(|(b, q)| b * q).sum::<f64>());
    let joint: Vec<f64> = predicted.zip(likelihood_row).map(|(p, a)| p * a).collect();
    let evidence: f64 = joint.iter().sum();
    (evidence > 0.0).then(|| joint.iter().map(|p| p / evidence).collect())
    // END
}

#[cfg(test)]
mod tests {
    use super::predict_then_correct;
    use crate::filter::{correct, predict};
    use crate::vole::Ring;

    fn rows<const N: usize>(table: [[f64; N]; N]) -> Vec<Vec<f64>> {
        table.map(|row| row.to_vec()).to_vec()
    }

    #[test]
    fn it_is_a_step_of_the_filter() {
        let vole = Ring::VOLE.model::<5>();
        let mut belief = vole.prior;
        for o in [0, 1, 1, 3, 4, 0] {
            let found = predict_then_correct(
                &rows(vole.transition),
                &vole.likelihood[o],
                &belief,
            );
            belief = correct(&vole, &predict(&vole, &belief), o).unwrap().belief;
            for (s, (found, expected)) in found.unwrap().iter().zip(belief).enumerate() {
                assert!((found - expected).abs() < 1e-12, "tussock {s}: {found}");
            }
        }
    }

    #[test]
    fn on_a_carousel_it_turns_along() {
        let carousel = Ring::CAROUSEL.model::<3>();
        let mut belief = vec![0.9, 0.05, 0.05];
        for o in [1, 2, 0] {
            let turned = rows(carousel.transition);
            belief =
                predict_then_correct(&turned, &carousel.likelihood[o], &belief).unwrap();
            assert!(belief[o] > 0.99, "after {o}: {belief:?}");
        }
    }

    #[test]
    fn columns_are_where_a_step_begins() {
        // From either state to the second, for certain.
        let to_the_second = rows([[0.0, 0.0], [1.0, 1.0]]);
        let belief = predict_then_correct(&to_the_second, &[0.5, 0.5], &[1.0, 0.0]);
        assert_eq!(belief, Some(vec![0.0, 1.0]));
    }

    #[test]
    fn what_is_impossible_has_no_posterior() {
        let stays = rows([[1.0, 0.0], [0.0, 1.0]]);
        assert_eq!(predict_then_correct(&stays, &[0.0, 1.0], &[1.0, 0.0]), None);
    }
}
