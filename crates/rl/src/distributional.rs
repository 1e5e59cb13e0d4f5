//! Distributional TD: cells that weigh good and bad surprises differently learn not the
//! mean but the whole distribution.
//!
//! | book                        | code            | meaning                                        | unit     |
//! |-----------------------------|-----------------|------------------------------------------------|----------|
//! | $V_i(s)$                    | `v(s)[i]`       | prediction of cell `i`: its reversal point     | reward   |
//! | $\eta_i^+, \eta_i^-$        | `up`, `down`    | step sizes for good and bad surprises          | `[0, 1]` |
//! | $\theta_i$                  | `asymmetry`     | optimism, $\eta_i^+ / (\eta_i^+ + \eta_i^-)$   | `[0, 1]` |
//! | $\delta_i$                  | `error`         | TD error of the cell                           | reward   |
//!
//! Dabney et al. (2020) write $\alpha_i^\pm$ for $\eta_i^\pm$ and $\tau_i$ for
//! $\theta_i$.
//!
//! If the step is in proportion to the error, cell $i$ settles at the
//! $\theta_i$-*expectile* of the distribution, where good and bad surprises, weighted so,
//! balance: at $\theta = 1/2$ the mean. If only the error's sign counts, it settles at
//! the $\theta_i$-*quantile*: at $\theta = 1/2$ the median. Dopamine cells respond in
//! proportion, and the paper decodes expectiles.

use envs::{Discount, Next};
use rand::{Rng, RngExt};
use thiserror::Error;

use crate::StepSize;

/// What of the error a cell learns from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Response {
    /// The error itself: cells learn expectiles.
    Proportional,
    /// Its sign: cells learn quantiles.
    Sign,
}

/// The step sizes of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// $\eta^+$, for errors above 0.
    pub up: StepSize,
    /// $\eta^-$, for errors of 0 or less.
    pub down: StepSize,
}

impl Cell {
    /// A cell of this optimism whose step sizes sum to `total`.
    ///
    /// # Errors
    /// [`BadParameter`](crate::BadParameter) if a step size would not lie from 0 to 1.
    pub fn new(asymmetry: f64, total: f64) -> Result<Self, crate::BadParameter> {
        let up = asymmetry * total;
        Ok(Self { up: StepSize::new(up)?, down: StepSize::new(total - up)? })
    }

    /// $\theta = \eta^+ / (\eta^+ + \eta^-)$: above 1/2 an optimist. Not a number if both
    /// are 0.
    pub fn asymmetry(self) -> f64 {
        self.up.get() / (self.up.get() + self.down.get())
    }

    /// How strongly the cell responds to `error`, in reward: $\eta^\pm$ times the error
    /// or its sign.
    #[inline]
    pub fn response(self, error: f64, response: Response) -> f64 {
        let step_size = if error > 0.0 { self.up } else { self.down };
        let size = match response {
            Response::Proportional => error,
            Response::Sign if error == 0.0 => 0.0,
            Response::Sign => error.signum(),
        };
        step_size.get() * size
    }
}

/// Distributional TD (Dabney et al. 2020, *Methods*): each cell compares the reward, plus
/// the discounted prediction of one cell drawn for the next state, with its own
/// prediction,
///
/// $$\delta_i = R_{t+1} + \gamma_d\, V_j(S_{t+1}) - V_i(S_t), \qquad V_i(S_t) \leftarrow V_i(S_t) + \eta_i^{\pm} f(\delta_i),$$
///
/// with $\eta_i^+$ for $\delta_i > 0$ and $\eta_i^-$ otherwise, and $f$ the [`Response`].
///
/// ```
/// use envs::{Discount, Next};
/// use prob::rng::{Role, stream};
/// use rl::distributional::{Cell, DistributionalTd, Response};
///
/// let cells = vec![Cell::new(0.1, 0.2)?, Cell::new(0.9, 0.2)?];
/// let mut learner = DistributionalTd::new(1, cells, Response::Proportional, Discount::new(1.0)?);
/// let mut rng = stream(0, Role::Agent, 0);
/// for trial in 0..1000 {
///     learner.learn(0, f64::from(trial % 2), Next::Terminated, &mut rng);
/// }
/// let v = learner.v(0);
/// assert!(v[0] < 0.2 && v[1] > 0.8, "a pessimist and an optimist: {v:?}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DistributionalTd {
    cells: Vec<Cell>,
    response: Response,
    discount: Discount,
    v: Vec<f64>,
    errors: Vec<f64>,
}

impl DistributionalTd {
    /// Predictions of 0 in all states.
    ///
    /// # Panics
    /// If there are no cells.
    pub fn new(
        n_states: usize,
        cells: Vec<Cell>,
        response: Response,
        discount: Discount,
    ) -> Self {
        assert!(!cells.is_empty(), "distributional TD without cells");
        let n = cells.len();
        Self {
            cells,
            response,
            discount,
            v: vec![0.0; n_states * n],
            errors: vec![0.0; n],
        }
    }

    /// The cells, shape `[n_cells]`.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// What the cells predict in `s`, shape `[n_cells]`, in reward.
    ///
    /// # Panics
    /// If there is no such state.
    #[inline]
    pub fn v(&self, s: usize) -> &[f64] {
        &self.v[s * self.cells.len()..][..self.cells.len()]
    }

    /// [`DistributionalTd::v`], to begin elsewhere.
    ///
    /// # Panics
    /// If there is no such state.
    pub fn v_mut(&mut self, s: usize) -> &mut [f64] {
        &mut self.v[s * self.cells.len()..][..self.cells.len()]
    }

    /// Learns from a step from `s`. Draws a cell of the next state for each cell, and
    /// nothing after the end. Returns the errors $\delta_i$, shape `[n_cells]`, in
    /// reward.
    ///
    /// # Panics
    /// If there is no such state.
    pub fn learn<R: Rng + ?Sized>(
        &mut self,
        s: usize,
        reward: f64,
        next: Next,
        rng: &mut R,
    ) -> &[f64] {
        let n = self.cells.len();
        for (i, error) in self.errors.iter_mut().enumerate() {
            let beyond = match next {
                Next::Continues(s) | Next::Truncated(s) => {
                    self.v[s * n..][..n][rng.random_range(0..n)]
                }
                Next::Terminated => 0.0,
            };
            *error = reward + self.discount.get() * beyond - self.v[s * n + i];
        }
        let v = &mut self.v[s * n..][..n];
        for ((v, cell), &error) in v.iter_mut().zip(&self.cells).zip(&self.errors) {
            *v += cell.response(error, self.response);
        }
        &self.errors
    }
}

fn expect_distribution(values: &[f64], probabilities: &[f64], level: f64) {
    assert_eq!(values.len(), probabilities.len(), "one probability a value");
    assert!((0.0..=1.0).contains(&level), "a level of {level}");
    prob::categorical::check(probabilities, "distribution", 0)
        .unwrap_or_else(|error| panic!("{error}"));
}

/// The expectile of a distribution at `level` $\theta$ (Newey and Powell 1987), in the
/// unit of the values: the $x$ with $\theta\, \mathbb E[(X - x)_+] = (1 - \theta)\,
/// \mathbb E[(x - X)_+]$. At 1/2 the mean; at 0 and 1 the ends of the support.
///
/// # Panics
/// If the probabilities, of shape `[n]` like the values, are no distribution, or `level`
/// does not lie from 0 to 1.
///
/// ```
/// use rl::distributional::{expectile, quantile};
/// let (values, p) = ([0.0, 1.0, 10.0], [0.25, 0.5, 0.25]);
/// assert_eq!(expectile(&values, &p, 0.5), 3.0); // the mean
/// assert_eq!(quantile(&values, &p, 0.5), 1.0); // the median
/// ```
pub fn expectile(values: &[f64], probabilities: &[f64], level: f64) -> f64 {
    expect_distribution(values, probabilities, level);
    let live = || values.iter().zip(probabilities).filter(|(_, p)| **p > 0.0);
    let end = |pick: fn(f64, f64) -> f64, from| live().map(|(x, _)| *x).fold(from, pick);
    if level == 0.0 {
        return end(f64::min, f64::INFINITY);
    }
    if level == 1.0 {
        return end(f64::max, f64::NEG_INFINITY);
    }
    // The expectile is the mean with weight `level` above it and `1 - level` below. Each
    // round fixes the split and takes the mean; a split never comes back.
    let mut x = live().map(|(x, p)| x * p).sum::<f64>();
    loop {
        let (mut sum, mut weight) = (0.0, 0.0);
        for (value, p) in live() {
            let w = p * if *value > x { level } else { 1.0 - level };
            sum += w * value;
            weight += w;
        }
        let next = sum / weight;
        if (next - x).abs() <= 1e-15 * (1.0 + x.abs()) {
            return next;
        }
        x = next;
    }
}

/// The quantile of a distribution at `level`, in the unit of the values: the least value
/// $x$ with $P(X \le x) \ge$ `level`.
///
/// # Panics
/// If the probabilities, of shape `[n]` like the values, are no distribution, or `level`
/// does not lie from 0 to 1.
pub fn quantile(values: &[f64], probabilities: &[f64], level: f64) -> f64 {
    expect_distribution(values, probabilities, level);
    let below = |x: f64| {
        let masses = values.iter().zip(probabilities).filter(|(v, _)| **v <= x);
        masses.map(|(_, p)| p).sum::<f64>()
    };
    let live = values.iter().zip(probabilities).filter(|(_, p)| **p > 0.0);
    let reached = live
        .clone()
        .map(|(&x, _)| x)
        // Rounding of the sum decides nothing.
        .filter(|&x| below(x) >= level - 1e-12)
        .fold(f64::INFINITY, f64::min);
    reached.min(live.map(|(&x, _)| x).fold(f64::NEG_INFINITY, f64::max))
}

/// What [`decode`] found.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// Probabilities of the values in the support, shape `[n_values]`.
    pub probabilities: Vec<f64>,
    /// How much the cells are out of balance: the mean over them of the squared
    /// imbalance, in reward squared. It is 0 if they are expectiles of the answer.
    pub loss: f64,
    /// No distribution on this support has a loss that is lower by more than this.
    pub gap: f64,
}

/// Why cells cannot be decoded.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum DecodeError {
    /// Arrays that don't fit together, or are empty.
    #[error("{n_cells} reversal points, {n_levels} asymmetries, {n_values} values")]
    BadLength {
        /// How many reversal points there are.
        n_cells: usize,
        /// How many asymmetries there are.
        n_levels: usize,
        /// How many values the support has.
        n_values: usize,
    },
    /// A number that is not finite, or an asymmetry outside 0 to 1.
    #[error("{array}: entry {index} is {value}")]
    BadEntry {
        /// Name of the array.
        array: &'static str,
        /// Position in it.
        index: usize,
        /// What stands there.
        value: f64,
    },
}

/// Reads the distribution of rewards off the reversal points of cells that learned
/// expectiles (Dabney et al. 2020, *Methods*, after Rowland et al. 2019).
///
/// A distribution on the values $x_k$ of `support` puts cell $i$ out of balance by
/// $\sum_k p_k\, |\theta_i - \mathbb 1[x_k \le V_i]|\, (x_k - V_i)$. Found are the $p_k$
/// with the least mean square of it. The paper searches for a sample instead, from random
/// starts; on a fixed support the same loss is convex, and descent needs no luck:
/// projected gradients with momentum, from the uniform distribution, until the `gap` is
/// below `tolerance` (in reward squared) or after 100,000 rounds. Where several
/// distributions do as well, it is one near the uniform.
///
/// Expectiles change little when the distribution does, so that the probabilities are
/// known far less exactly than the balance; noise in the cells shows in them magnified.
///
/// `reversal_points` and `asymmetries` have shape `[n_cells]`, `support` has shape
/// `[n_values]`.
///
/// # Errors
/// [`DecodeError`], naming the array and the entry.
pub fn decode(
    reversal_points: &[f64],
    asymmetries: &[f64],
    support: &[f64],
    tolerance: f64,
) -> Result<Decoded, DecodeError> {
    let (n, k) = (reversal_points.len(), support.len());
    if n == 0 || k == 0 || n != asymmetries.len() {
        let n_levels = asymmetries.len();
        return Err(DecodeError::BadLength { n_cells: n, n_levels, n_values: k });
    }
    finite("reversal points", reversal_points, f64::NEG_INFINITY..=f64::INFINITY)?;
    finite("asymmetries", asymmetries, 0.0..=1.0)?;
    finite("support", support, f64::NEG_INFINITY..=f64::INFINITY)?;
    let mut imbalance = Vec::with_capacity(n * k);
    for (&v, &level) in reversal_points.iter().zip(asymmetries) {
        imbalance.extend(support.iter().map(|&x| {
            let weight = if x > v { level } else { 1.0 - level };
            weight * (x - v)
        }));
    }
    // The largest curvature is at most the sum of squares.
    let curvature: f64 = 2.0 * imbalance.iter().map(|x| x * x).sum::<f64>() / n as f64;
    let mut problem = Problem { imbalance, n, k, residual: vec![0.0; n] };
    let mut p = vec![1.0 / k as f64; k];
    let (mut ahead, mut last) = (p.clone(), p.clone());
    let (mut gradient, mut sorted) = (vec![0.0; k], vec![0.0; k]);
    let mut momentum = 1.0;
    let mut loss = problem.loss(&p, &mut gradient);
    for round in 0..ROUNDS {
        if round % 10 == 0 {
            loss = problem.loss(&p, &mut gradient);
            if gap(&p, &gradient) <= tolerance || curvature == 0.0 {
                break;
            }
        }
        problem.loss(&ahead, &mut gradient);
        last.copy_from_slice(&p);
        for ((p, ahead), g) in p.iter_mut().zip(&ahead).zip(&gradient) {
            *p = ahead - g / curvature;
        }
        project(&mut p, &mut sorted);
        // Momentum that points uphill is dropped (O'Donoghue and Candès 2015).
        let uphill: f64 =
            gradient.iter().zip(p.iter().zip(&last)).map(|(g, (p, l))| g * (p - l)).sum();
        let next = if uphill > 0.0 {
            1.0
        } else {
            0.5 * (1.0 + prob::math::sqrt(1.0 + 4.0 * momentum * momentum))
        };
        let push = if uphill > 0.0 { 0.0 } else { (momentum - 1.0) / next };
        momentum = next;
        for ((ahead, p), last) in ahead.iter_mut().zip(&p).zip(&last) {
            *ahead = p + push * (p - last);
        }
    }
    if curvature > 0.0 {
        loss = problem.loss(&p, &mut gradient);
    }
    Ok(Decoded { gap: gap(&p, &gradient), probabilities: p, loss })
}

const ROUNDS: usize = 100_000;

fn finite(
    array: &'static str,
    values: &[f64],
    range: std::ops::RangeInclusive<f64>,
) -> Result<(), DecodeError> {
    let bad = values.iter().position(|x| !x.is_finite() || !range.contains(x));
    bad.map_or(Ok(()), |index| {
        Err(DecodeError::BadEntry { array, index, value: values[index] })
    })
}

struct Problem {
    imbalance: Vec<f64>,
    n: usize,
    k: usize,
    residual: Vec<f64>,
}

impl Problem {
    /// The loss at `p`; writes its gradient.
    fn loss(&mut self, p: &[f64], gradient: &mut [f64]) -> f64 {
        gradient.fill(0.0);
        let rows = self.imbalance.chunks_exact(self.k);
        for (residual, row) in self.residual.iter_mut().zip(rows) {
            *residual = row.iter().zip(p).map(|(g, p)| g * p).sum();
            for (gradient, g) in gradient.iter_mut().zip(row) {
                *gradient += 2.0 * *residual * g / self.n as f64;
            }
        }
        self.residual.iter().map(|r| r * r).sum::<f64>() / self.n as f64
    }
}

/// How much the loss can still fall, by convexity: the way downhill to the best corner.
fn gap(p: &[f64], gradient: &[f64]) -> f64 {
    let here: f64 = p.iter().zip(gradient).map(|(p, g)| p * g).sum();
    here - gradient.iter().copied().fold(f64::INFINITY, f64::min)
}

/// The nearest distribution to `p` (Duchi, Shalev-Shwartz, Singer and Chandra 2008).
fn project(p: &mut [f64], sorted: &mut [f64]) {
    sorted.copy_from_slice(p);
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    let (mut sum, mut shift) = (0.0, 0.0);
    for (i, &x) in sorted.iter().enumerate() {
        sum += x;
        let candidate = (sum - 1.0) / (i + 1) as f64;
        if x > candidate {
            shift = candidate;
        }
    }
    for p in p {
        *p = (*p - shift).max(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prob::rng::{Role, stream};
    use proptest::prelude::*;

    fn near(a: f64, b: f64, tolerance: f64) {
        assert!((a - b).abs() <= tolerance, "{a} is not {b}");
    }

    #[test]
    fn one_update_of_two_cells_is_as_worked_out_by_hand() {
        // V(0) = (1, 3), V(1) = (10, 10), reward 2, discount .5: targets 7 for both,
        // errors 6 and 4, eta+ = .1 and .4: V(0) = (1.6, 4.6).
        let cells = vec![Cell::new(0.25, 0.4).unwrap(), Cell::new(0.8, 0.5).unwrap()];
        let discount = Discount::new(0.5).unwrap();
        let mut learner =
            DistributionalTd::new(2, cells.clone(), Response::Proportional, discount);
        learner.v_mut(0).copy_from_slice(&[1.0, 3.0]);
        learner.v_mut(1).fill(10.0);
        let mut rng = stream(0, Role::Agent, 0);
        assert_eq!(learner.learn(0, 2.0, Next::Continues(1), &mut rng), [6.0, 4.0]);
        near(learner.v(0)[0], 1.6, 1e-15);
        near(learner.v(0)[1], 4.6, 1e-15);
        // The end: errors 2 - 1.6 = .4 and 2 - 4.6 = -2.6, eta- = .1 for the second:
        // (1.64, 4.34).
        learner.learn(0, 2.0, Next::Terminated, &mut rng);
        near(learner.v(0)[0], 1.64, 1e-15);
        near(learner.v(0)[1], 4.34, 1e-15);
        // By the sign alone: up by .1, down by .1.
        let mut signs = DistributionalTd::new(1, cells, Response::Sign, discount);
        signs.v_mut(0).copy_from_slice(&[1.0, 3.0]);
        signs.learn(0, 2.0, Next::Terminated, &mut rng);
        near(signs.v(0)[0], 1.1, 1e-15);
        near(signs.v(0)[1], 2.9, 1e-15);
    }

    #[test]
    fn expectiles_and_quantiles_differ_and_are_as_worked_out_by_hand() {
        // Values 0 and 1, evenly: theta (1 - x) = (1 - theta) x, so x = theta. Quantiles
        // are 0 up to 1/2.
        for level in [0.1, 0.5, 0.9] {
            near(expectile(&[0.0, 1.0], &[0.5, 0.5], level), level, 1e-15);
        }
        assert_eq!(quantile(&[1.0, 0.0], &[0.5, 0.5], 0.5), 0.0);
        assert_eq!(quantile(&[1.0, 0.0], &[0.5, 0.5], 0.6), 1.0);
        // Values 0, 4, 8 with 1/2, 1/4, 1/4 at theta 3/4: with x below 4, 3/4 * (1/4 * (4
        // - x) + 1/4 * (8 - x)) = 1/4 * 1/2 * x, so 18 - 3 x = x, 4.5: not below 4. With
        // x above: 3/4 * 1/4 * (8 - x) = 1/4 * (x/2 + (x - 4)/4), so 24 - 3 x = 3 x - 4,
        // x = 14/3.
        near(expectile(&[0.0, 4.0, 8.0], &[0.5, 0.25, 0.25], 0.75), 14.0 / 3.0, 1e-14);
        assert_eq!(expectile(&[0.0, 4.0, 8.0], &[0.5, 0.5, 0.0], 1.0), 4.0);
        assert_eq!(quantile(&[0.0, 4.0, 8.0], &[0.5, 0.5, 0.0], 1.0), 4.0);
    }

    /// Cells after many steps on rewards 0, 1 and 4 with 1/2, 1/4, 1/4.
    fn learned(response: Response) -> (Vec<f64>, Vec<f64>) {
        let levels: Vec<f64> = (1..10).map(|i| f64::from(i) / 10.0).collect();
        let cells: Vec<_> =
            levels.iter().map(|&level| Cell::new(level, 0.01).unwrap()).collect();
        let mut learner =
            DistributionalTd::new(1, cells, response, Discount::new(1.0).unwrap());
        let mut rng = stream(0, Role::World, 0);
        let mut mean = vec![0.0; levels.len()];
        const N: usize = 200_000;
        for trial in 0..2 * N {
            let reward = [0.0, 0.0, 1.0, 4.0][rng.random_range(0..4)];
            learner.learn(0, reward, Next::Terminated, &mut rng);
            if trial >= N {
                mean.iter_mut().zip(learner.v(0)).for_each(|(m, v)| *m += v / N as f64);
            }
        }
        (levels, mean)
    }

    #[test]
    fn proportional_cells_settle_at_expectiles_and_sign_cells_at_quantiles() {
        let (values, p) = ([0.0, 1.0, 4.0], [0.5, 0.25, 0.25]);
        // A cell's average over N steps is off by about the SD of a reward, 1.6, times
        // the square root of its memory, at most 1/.001 steps for the slowest side, over
        // sqrt(N): .1 is four of these.
        let (levels, cells) = learned(Response::Proportional);
        for (&level, &cell) in levels.iter().zip(&cells) {
            near(cell, expectile(&values, &p, level), 0.1);
        }
        let (levels, cells) = learned(Response::Sign);
        for (&level, &cell) in levels.iter().zip(&cells) {
            // Where the distribution has a jump exactly at the level, every value between
            // is a quantile.
            if ![0.5, 0.7, 0.8].contains(&level) {
                near(cell, quantile(&values, &p, level), 0.1);
            }
        }
    }

    #[test]
    fn bad_cells_are_refused_by_name() {
        let message = |v: &[f64], levels: &[f64]| {
            decode(v, levels, &[0.0, 1.0], 1e-9).unwrap_err().to_string()
        };
        assert_eq!(
            message(&[0.0], &[0.5, 0.6]),
            "1 reversal points, 2 asymmetries, 2 values"
        );
        assert_eq!(message(&[0.0], &[1.5]), "asymmetries: entry 0 is 1.5");
        assert_eq!(message(&[f64::NAN], &[0.5]), "reversal points: entry 0 is NaN");
    }

    proptest! {
        #[test]
        fn an_expectile_balances_good_and_bad_surprises(values in prop::collection::vec(-9.0..9.0_f64, 1..7), level in 0.01..0.99_f64) {
            let p = vec![1.0 / values.len() as f64; values.len()];
            let x = expectile(&values, &p, level);
            let good: f64 = values.iter().zip(&p).map(|(v, p)| p * (v - x).max(0.0)).sum();
            let bad: f64 = values.iter().zip(&p).map(|(v, p)| p * (x - v).max(0.0)).sum();
            prop_assert!((level * good - (1.0 - level) * bad).abs() < 1e-12);
        }

        #[test]
        fn what_expectiles_encode_is_decoded(weights in prop::collection::vec(0.1..1.0_f64, 5)) {
            let values = [0.0, 1.0, 2.0, 4.0, 7.0];
            let sum: f64 = weights.iter().sum();
            let p: Vec<f64> = weights.iter().map(|w| w / sum).collect();
            let levels: Vec<f64> = (1..20).map(|i| f64::from(i) / 20.0).collect();
            let points: Vec<f64> = levels.iter().map(|&l| expectile(&values, &p, l)).collect();
            let found = decode(&points, &levels, &values, 1e-14).unwrap();
            prop_assert!(found.loss < 1e-12 && found.gap <= 1e-12, "{:?}", found);
            for (found, p) in found.probabilities.iter().zip(&p) {
                prop_assert!((found - p).abs() < 0.01, "{} for {}", found, p);
            }
        }
    }
}
