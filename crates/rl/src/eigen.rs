//! Eigenvectors of a symmetric matrix, in plain loops: the same bits on every machine.

use thiserror::Error;

/// Eigenvalues and eigenvectors of a symmetric matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Eigen {
    /// From the largest to the smallest. Shape `[n]`.
    pub values: Vec<f64>,
    /// Row `k` is the eigenvector of `values[k]`, of length 1; the entry that is largest
    /// in size is positive (of equal ones, the first). Shape `[n, n]`, row by row.
    pub vectors: Vec<f64>,
}

impl Eigen {
    /// The eigenvector of `values[k]`, shape `[n]`.
    ///
    /// # Panics
    /// If there is none.
    pub fn vector(&self, k: usize) -> &[f64] {
        let n = self.values.len();
        &self.vectors[k * n..][..n]
    }
}

/// A matrix without the symmetry that [`symmetric`] needs.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error(
    "the matrix is not symmetric: entry ({row}, {column}) is {value} and its mirror image {mirrored}"
)]
pub struct NotSymmetric {
    /// Row of the entry.
    pub row: usize,
    /// Column of the entry.
    pub column: usize,
    /// What stands there.
    pub value: f64,
    /// What stands at the mirrored place.
    pub mirrored: f64,
}

/// Sweeps over all pairs after which Jacobi's method has long converged: convergence is
/// quadratic, and ten are usual.
const SWEEPS: usize = 60;

/// Eigenvalues and eigenvectors by Jacobi's rotations (Golub and Van Loan 2013, section
/// 8.5): each makes one pair of mirrored entries 0, until all are small beside the
/// diagonal. `a` has shape `[n, n]`.
///
/// Eigenvectors of equal eigenvalues are one basis of many.
///
/// # Errors
/// [`NotSymmetric`], naming the entry, if it differs from its mirror image by more than
/// rounding.
///
/// # Panics
/// If the matrix is not square.
///
/// ```
/// let found = rl::eigen::symmetric(&[2.0, 1.0, 1.0, 2.0], 2)?;
/// assert!((found.values[0] - 3.0).abs() < 1e-12 && (found.values[1] - 1.0).abs() < 1e-12);
/// assert!((found.vector(0)[0] - found.vector(0)[1]).abs() < 1e-12);
/// # Ok::<(), rl::eigen::NotSymmetric>(())
/// ```
pub fn symmetric(a: &[f64], n: usize) -> Result<Eigen, NotSymmetric> {
    assert_eq!(a.len(), n * n, "a square matrix");
    let scale = a.iter().fold(0.0_f64, |max, x| max.max(x.abs()));
    for (row, column) in (0..n).flat_map(|i| (0..i).map(move |j| (i, j))) {
        let (value, mirrored) = (a[row * n + column], a[column * n + row]);
        // Written so that a NaN is refused, too.
        let same = (value - mirrored).abs() <= 1e-12 * scale;
        if !same {
            return Err(NotSymmetric { row, column, value, mirrored });
        }
    }
    let mut a = a.to_vec();
    let mut v = vec![0.0; n * n];
    for i in 0..n {
        v[i * n + i] = 1.0;
    }
    for _ in 0..SWEEPS {
        let off = (0..n).flat_map(|i| (0..i).map(move |j| (i, j)));
        let largest = off.fold(0.0_f64, |max, (i, j)| max.max(a[i * n + j].abs()));
        if largest <= 1e-16 * scale {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut a, &mut v, n, p, q);
            }
        }
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| a[j * n + j].total_cmp(&a[i * n + i]));
    let values = order.iter().map(|&i| a[i * n + i]).collect();
    let mut vectors = Vec::with_capacity(n * n);
    for &i in &order {
        let vector = &v[i * n..][..n];
        let size = vector.iter().fold(0.0_f64, |max, x| max.max(x.abs()));
        let first = vector.iter().find(|x| x.abs() >= size * (1.0 - 1e-9));
        let sign = first.map_or(1.0, |x| x.signum());
        vectors.extend(vector.iter().map(|x| sign * x));
    }
    Ok(Eigen { values, vectors })
}

/// Turns axes `p` and `q` so that their entry becomes 0. The rows of `v` are the axes.
fn rotate(a: &mut [f64], v: &mut [f64], n: usize, p: usize, q: usize) {
    let apq = a[p * n + q];
    if apq == 0.0 {
        return;
    }
    let theta = (a[q * n + q] - a[p * n + p]) / (2.0 * apq);
    let t = theta.signum() / (theta.abs() + prob::math::sqrt(theta * theta + 1.0));
    let c = 1.0 / prob::math::sqrt(t * t + 1.0);
    let s = t * c;
    for k in 0..n {
        let (kp, kq) = (a[k * n + p], a[k * n + q]);
        a[k * n + p] = c * kp - s * kq;
        a[k * n + q] = s * kp + c * kq;
    }
    turn(a, n, p, q, c, s);
    turn(v, n, p, q, c, s);
    a[p * n + q] = 0.0;
    a[q * n + p] = 0.0;
}

/// Turns rows `p` and `q`, `p < q`.
fn turn(a: &mut [f64], n: usize, p: usize, q: usize, c: f64, s: f64) {
    let (above, below) = a.split_at_mut(q * n);
    for (x, y) in above[p * n..][..n].iter_mut().zip(&mut below[..n]) {
        (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_asymmetric_matrix_is_refused() {
        assert_eq!(
            symmetric(&[1.0, 2.0, 3.0, 1.0], 2).unwrap_err().to_string(),
            "the matrix is not symmetric: entry (1, 0) is 3 and its mirror image 2"
        );
        assert!(symmetric(&[1.0, f64::NAN, f64::NAN, 1.0], 2).is_err());
    }

    #[test]
    fn equal_values_on_the_diagonal_are_turned_by_half_a_right_angle() {
        let found = symmetric(&[0.0, 1.0, 1.0, 0.0], 2).unwrap();
        assert!(
            (found.values[0] - 1.0).abs() < 1e-15
                && (found.values[1] + 1.0).abs() < 1e-15
        );
    }

    proptest! {
        #[test]
        fn eigenvectors_are_stretched_by_their_values_and_orthogonal(half in prop::collection::vec(-3.0..3.0_f64, 36)) {
            let n = 6;
            let a: Vec<f64> = (0..36).map(|i| half[i] + half[i % n * n + i / n]).collect();
            let found = symmetric(&a, n).unwrap();
            for k in 0..n {
                for i in 0..n {
                    let image: f64 = (0..n).map(|j| a[i * n + j] * found.vector(k)[j]).sum();
                    prop_assert!((image - found.values[k] * found.vector(k)[i]).abs() < 1e-11);
                }
                for l in 0..n {
                    let dot: f64 = found.vector(k).iter().zip(found.vector(l)).map(|(x, y)| x * y).sum();
                    prop_assert!((dot - f64::from(k == l)).abs() < 1e-12);
                }
                prop_assert!(k == 0 || found.values[k - 1] >= found.values[k]);
            }
        }
    }
}
