//! Small dense matrices, row by row in slices, in plain loops: the same bits on every
//! machine, and nothing allocates.

/// The column whose pivot is not positive: the matrix is not positive definite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotPositive {
    /// Which column.
    pub column: usize,
}

/// `out = a b`: `a` has shape `[rows, inner]`, `b` `[inner, columns]`.
pub(crate) fn multiply(a: &[f64], b: &[f64], inner: usize, out: &mut [f64]) {
    let columns = b.len() / inner;
    debug_assert_eq!(out.len(), a.len() / inner * columns);
    out.fill(0.0);
    for (row, out) in a.chunks_exact(inner).zip(out.chunks_exact_mut(columns)) {
        for (&x, b) in row.iter().zip(b.chunks_exact(columns)) {
            for (out, &b) in out.iter_mut().zip(b) {
                *out += x * b;
            }
        }
    }
}

/// `out = a bᵀ`: `a` has shape `[rows, inner]`, `b` `[columns, inner]`.
pub(crate) fn multiply_transposed(a: &[f64], b: &[f64], inner: usize, out: &mut [f64]) {
    let columns = b.len() / inner;
    debug_assert_eq!(out.len(), a.len() / inner * columns);
    for (row, out) in a.chunks_exact(inner).zip(out.chunks_exact_mut(columns)) {
        for (out, b) in out.iter_mut().zip(b.chunks_exact(inner)) {
            *out = dot(row, b);
        }
    }
}

/// `out = a x`.
pub(crate) fn apply(a: &[f64], x: &[f64], out: &mut [f64]) {
    for (out, row) in out.iter_mut().zip(a.chunks_exact(x.len())) {
        *out = dot(row, x);
    }
}

/// `out += aᵀ x`: `a` has shape `[x.len(), out.len()]`.
pub(crate) fn add_transposed(a: &[f64], x: &[f64], out: &mut [f64]) {
    for (&x, row) in x.iter().zip(a.chunks_exact(out.len())) {
        for (out, &a) in out.iter_mut().zip(row) {
            *out += a * x;
        }
    }
}

/// The inner product.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The mean of `a` and its transpose, in place: what rounding made lopsided is even
/// again.
pub(crate) fn symmetrize(a: &mut [f64], n: usize) {
    for i in 0..n {
        for j in 0..i {
            let mean = 0.5 * (a[i * n + j] + a[j * n + i]);
            a[i * n + j] = mean;
            a[j * n + i] = mean;
        }
    }
}

/// The lower Cholesky factor of `a`, in place: $A = L L^\top$ (Golub and Van Loan 2013,
/// section 4.2). The upper triangle becomes 0. Pivots up to `least` count as not
/// positive.
pub(crate) fn cholesky(a: &mut [f64], n: usize, least: f64) -> Result<(), NotPositive> {
    for j in 0..n {
        let known = dot(&a[j * n..j * n + j], &a[j * n..j * n + j]);
        let pivot = a[j * n + j] - known;
        // A NaN must fail too.
        if pivot.is_nan() || pivot <= least {
            return Err(NotPositive { column: j });
        }
        let root = pivot.sqrt();
        a[j * n + j] = root;
        let (above, below) = a.split_at_mut((j + 1) * n);
        let top = &mut above[j * n..];
        for row in below.chunks_exact_mut(n) {
            row[j] = (row[j] - dot(&row[..j], &top[..j])) / root;
        }
        top[j + 1..].fill(0.0);
    }
    Ok(())
}

/// Solves $L L^\top x = b$ in place, for the factor that [`cholesky`] left; `b` has shape
/// `[n, columns]`.
pub(crate) fn solve(l: &[f64], n: usize, b: &mut [f64]) {
    let columns = b.len() / n;
    for i in 0..n {
        for k in 0..i {
            subtract_row(b, columns, i, k, l[i * n + k]);
        }
        divide_row(b, columns, i, l[i * n + i]);
    }
    for i in (0..n).rev() {
        for k in i + 1..n {
            subtract_row(b, columns, i, k, l[k * n + i]);
        }
        divide_row(b, columns, i, l[i * n + i]);
    }
}

fn subtract_row(b: &mut [f64], columns: usize, to: usize, from: usize, factor: f64) {
    for c in 0..columns {
        b[to * columns + c] -= factor * b[from * columns + c];
    }
}

fn divide_row(b: &mut [f64], columns: usize, row: usize, by: f64) {
    for x in &mut b[row * columns..(row + 1) * columns] {
        *x /= by;
    }
}

/// $\ln |A|$ in nats, for the factor that [`cholesky`] left.
pub(crate) fn log_determinant(l: &[f64], n: usize) -> f64 {
    2.0 * (0..n).map(|i| prob::math::ln(l[i * n + i])).sum::<f64>()
}

/// $b^\top A^{-1} b$, for the factor that [`cholesky`] left; `scratch` has `b`'s length.
pub(crate) fn inverse_form(l: &[f64], b: &[f64], scratch: &mut [f64]) -> f64 {
    scratch.copy_from_slice(b);
    solve(l, b.len(), scratch);
    dot(b, scratch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_indefinite_matrix_is_refused_at_its_column() {
        let mut a = [1.0, 2.0, 2.0, 1.0];
        assert_eq!(cholesky(&mut a, 2, 0.0), Err(NotPositive { column: 1 }));
        assert_eq!(cholesky(&mut [f64::NAN], 1, 0.0), Err(NotPositive { column: 0 }));
    }

    proptest! {
        #[test]
        fn factor_solves_and_knows_the_determinant(root in prop::collection::vec(-1.0..1.0_f64, 9), x in prop::collection::vec(-3.0..3.0_f64, 6)) {
            let mut a = [0.0; 9];
            multiply_transposed(&root, &root, 3, &mut a);
            for i in 0..3 {
                a[i * 4] += 0.5;
            }
            let determinant = a[0] * (a[4] * a[8] - a[5] * a[7]) - a[1] * (a[3] * a[8] - a[5] * a[6])
                + a[2] * (a[3] * a[7] - a[4] * a[6]);
            let mut b = [0.0; 6];
            multiply(&a, &x, 3, &mut b);
            let mut l = a;
            cholesky(&mut l, 3, 0.0).unwrap();
            let mut again = [0.0; 9];
            multiply_transposed(&l, &l, 3, &mut again);
            prop_assert!(again.iter().zip(&a).all(|(x, y)| (x - y).abs() < 1e-12));
            solve(&l, 3, &mut b);
            prop_assert!(b.iter().zip(&x).all(|(b, x)| (b - x).abs() < 1e-11), "{b:?} for {x:?}");
            prop_assert!((log_determinant(&l, 3) - prob::math::ln(determinant)).abs() < 1e-11);
        }
    }
}
