//! How a linear learner sees a state.

/// What is seen of a state: numbers $\phi_i$, of which a learner forms $V = \sum_i w_i\,
/// \phi_i$ (Sutton and Barto 2018, eq. 9.8).
///
/// A plain state `s` is the table's case, $\phi_i = \mathbb 1\[i = s\]$, and costs no
/// more than a look-up; a slice holds the numbers themselves.
///
/// ```
/// use rl::Features;
/// let weights = [1.0, 10.0, 100.0];
/// assert_eq!(1_usize.dot(&weights), 10.0);
/// assert_eq!([0.5, 0.0, 0.25].as_slice().dot(&weights), 25.5);
/// ```
pub trait Features: Copy {
    /// Calls `f(i, phi_i)` for each feature that may be other than 0, in the order of
    /// `i`.
    fn each(self, f: impl FnMut(usize, f64));

    /// How many weights these features need, if that can be known from them.
    fn n_features(self) -> Option<usize>;

    /// $\sum_i w_i\, \phi_i$. `weights` has shape `[n_features]`.
    ///
    /// # Panics
    /// If there is no such weight.
    #[inline]
    fn dot(self, weights: &[f64]) -> f64 {
        self.expect(weights.len());
        let mut sum = 0.0;
        self.each(|i, phi| sum += weights[i] * phi);
        sum
    }

    /// Adds `factor` times the features to `to`, of shape `[n_features]`.
    ///
    /// # Panics
    /// If there is no such entry.
    #[inline]
    fn add_scaled(self, factor: f64, to: &mut [f64]) {
        self.expect(to.len());
        self.each(|i, phi| to[i] += factor * phi);
    }

    /// Checks that `n` weights are as many as needed.
    ///
    /// # Panics
    /// If they are not.
    #[inline]
    fn expect(self, n: usize) {
        if let Some(found) = self.n_features() {
            assert_eq!(found, n, "{found} features for {n} weights");
        }
    }
}

impl Features for usize {
    #[inline]
    fn each(self, mut f: impl FnMut(usize, f64)) {
        f(self, 1.0);
    }
    #[inline]
    fn n_features(self) -> Option<usize> {
        None
    }
}

impl Features for &[f64] {
    #[inline]
    fn each(self, mut f: impl FnMut(usize, f64)) {
        for (i, &phi) in self.iter().enumerate() {
            f(i, phi);
        }
    }
    #[inline]
    fn n_features(self) -> Option<usize> {
        Some(self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_its_one_hot_vector() {
        let hot = [0.0, 0.0, 1.0, 0.0];
        let weights = [0.3, -7.0, 1.7, 2.0];
        assert_eq!(2.dot(&weights), hot.as_slice().dot(&weights));
        let (mut a, mut b) = (weights, weights);
        2.add_scaled(-0.1, &mut a);
        hot.as_slice().add_scaled(-0.1, &mut b);
        assert_eq!(a, b);
        assert_eq!(a[2], 1.7 - 0.1);
    }

    #[test]
    #[should_panic(expected = "2 features for 3 weights")]
    fn features_of_another_length_panic() {
        let _ = [1.0, 2.0].as_slice().dot(&[0.0; 3]);
    }
}
