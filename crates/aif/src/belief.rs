//! Beliefs: a distribution over the states of each factor.

use prob::categorical::{CategoricalError, check};

use crate::GenerativeModel;

/// A factorized belief $q(s) = \prod_f q(s^f)$: one distribution a factor.
///
/// Correlations between factors don't fit into it; the
/// [`JointSpace`](crate::joint::JointSpace) is for those.
///
/// ```
/// use aif::{Belief, GenerativeModel};
///
/// let mut model = GenerativeModel::builder();
/// let food = model.factor("food", &["left", "right"]);
/// let smell = model.modality("smell", &["none", "some"]);
/// model.likelihood(smell, &[food], |states, column| column[states[0]] = 1.0);
/// model.prior(food, &[0.25, 0.75]);
/// let belief = Belief::prior(&model.build()?);
/// assert_eq!(belief.factor(food), [0.25, 0.75]);
/// # Ok::<(), aif::ModelError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Belief {
    starts: Vec<usize>,
    p: Vec<f64>,
}

impl Belief {
    /// What the model holds before the first observation: $q(s^f) = D^f$.
    pub fn prior(model: &GenerativeModel) -> Self {
        let mut belief = Self { starts: vec![0], p: Vec::new() };
        for factor in model.factors() {
            belief.p.extend_from_slice(factor.prior());
            belief.starts.push(belief.p.len());
        }
        belief
    }

    /// A belief from one distribution a factor, each of shape `[n_states]`.
    ///
    /// # Errors
    /// [`CategoricalError`] for what is no distribution; its column is the factor.
    pub fn new(factors: &[impl AsRef<[f64]>]) -> Result<Self, CategoricalError> {
        let mut belief = Self { starts: vec![0], p: Vec::new() };
        for (f, q) in factors.iter().enumerate() {
            check(q.as_ref(), "belief", f)?;
            belief.p.extend_from_slice(q.as_ref());
            belief.starts.push(belief.p.len());
        }
        Ok(belief)
    }

    /// Every state of a factor as probable as another.
    pub fn uniform(model: &GenerativeModel) -> Self {
        let mut belief = Self::prior(model);
        belief.make_uniform();
        belief
    }

    /// [`Self::uniform`], in place.
    pub fn make_uniform(&mut self) {
        for ends in self.starts.windows(2) {
            let q = &mut self.p[ends[0]..ends[1]];
            q.fill(1.0 / q.len() as f64);
        }
    }

    /// Takes over the model's $D$, in place.
    ///
    /// # Panics
    /// If the model has other factors.
    pub fn make_prior(&mut self, model: &GenerativeModel) {
        assert_eq!(self.n_factors(), model.n_factors(), "one distribution a factor");
        for (f, factor) in model.factors().iter().enumerate() {
            self.factor_mut(f).copy_from_slice(factor.prior());
        }
    }

    /// Takes over another belief about the same factors, in place.
    ///
    /// # Panics
    /// If the factors differ.
    pub fn copy_from(&mut self, other: &Self) {
        assert_eq!(self.starts, other.starts, "beliefs about the same factors");
        self.p.copy_from_slice(&other.p);
    }

    /// Takes over the numbers of a belief about the same factors, in the order of
    /// [`Self::as_slice`].
    pub(crate) fn copy_numbers(&mut self, p: &[f64]) {
        self.p.copy_from_slice(p);
    }

    /// Number of factors.
    pub fn n_factors(&self) -> usize {
        self.starts.len() - 1
    }

    /// $q(s^f)$, shape `[n_states]`.
    ///
    /// # Panics
    /// If there is no such factor.
    #[inline]
    pub fn factor(&self, factor: usize) -> &[f64] {
        &self.p[self.starts[factor]..self.starts[factor + 1]]
    }

    /// Replaces the distribution of one factor; `q` has shape `[n_states]`.
    ///
    /// # Errors
    /// [`CategoricalError`] if it is no distribution; its column is the factor.
    ///
    /// # Panics
    /// If there is no such factor, or it has another number of states.
    pub fn set(&mut self, factor: usize, q: &[f64]) -> Result<(), CategoricalError> {
        check(q, "belief", factor)?;
        self.factor_mut(factor).copy_from_slice(q);
        Ok(())
    }

    /// $q(s^f)$, to be written; it must be a distribution when it is read again.
    #[inline]
    pub(crate) fn factor_mut(&mut self, factor: usize) -> &mut [f64] {
        &mut self.p[self.starts[factor]..self.starts[factor + 1]]
    }

    /// The distributions, factor after factor.
    pub fn iter(&self) -> impl Iterator<Item = &[f64]> {
        self.starts.windows(2).map(|ends| &self.p[ends[0]..ends[1]])
    }

    /// All numbers, factor after factor.
    pub fn as_slice(&self) -> &[f64] {
        &self.p
    }

    /// The largest difference between two beliefs about the same factors.
    ///
    /// # Panics
    /// If the factors differ.
    pub fn distance(&self, other: &Self) -> f64 {
        assert_eq!(self.starts, other.starts, "beliefs about the same factors");
        self.p.iter().zip(&other.p).map(|(p, q)| (p - q).abs()).fold(0.0, f64::max)
    }
}
