//! A dense linear system by elimination with partial pivoting, in plain loops: the same
//! bits on every machine.

/// No pivot is left: the column depends on those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Singular {
    /// Which column.
    pub column: usize,
}

/// Pivots below this are rounding. The systems here are $I - \gamma_d P$, whose entries
/// are of order 1.
const LEAST_PIVOT: f64 = 1e-13;

/// Solves $A x = b$: `a` has shape `[n, n]`, row by row, and is destroyed; `b` becomes
/// $x$.
pub(crate) fn solve(a: &mut [f64], b: &mut [f64]) -> Result<(), Singular> {
    let n = b.len();
    assert_eq!(a.len(), n * n, "a square matrix");
    for k in 0..n {
        let size = |row: &usize| a[row * n + k].abs();
        let pivot = (k..n).max_by(|i, j| size(i).total_cmp(&size(j))).expect("k < n");
        if size(&pivot) < LEAST_PIVOT {
            return Err(Singular { column: k });
        }
        if pivot != k {
            let (above, below) = a.split_at_mut(pivot * n);
            above[k * n..(k + 1) * n].swap_with_slice(&mut below[..n]);
            b.swap(k, pivot);
        }
        let (above, below) = a.split_at_mut((k + 1) * n);
        let top = &above[k * n + k..];
        for (i, row) in below.chunks_exact_mut(n).enumerate() {
            if row[k] == 0.0 {
                continue;
            }
            let factor = row[k] / top[0];
            for (x, t) in row[k..].iter_mut().zip(top) {
                *x -= factor * t;
            }
            b[k + 1 + i] -= factor * b[k];
        }
    }
    for k in (0..n).rev() {
        let row = &a[k * n..(k + 1) * n];
        let known: f64 = row[k + 1..].iter().zip(&b[k + 1..]).map(|(a, x)| a * x).sum();
        b[k] = (b[k] - known) / row[k];
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rows_are_exchanged_where_the_diagonal_is_zero() {
        let mut b = [3.0, 2.0];
        solve(&mut [0.0, 1.0, 2.0, 0.0], &mut b).unwrap();
        assert_eq!(b, [1.0, 3.0]);
        let singular = solve(&mut [1.0, 2.0, 2.0, 4.0], &mut [1.0, 1.0]);
        assert_eq!(singular, Err(Singular { column: 1 }));
    }

    proptest! {
        #[test]
        fn the_solution_solves(a in prop::collection::vec(-1.0..1.0_f64, 36), x in prop::collection::vec(-9.0..9.0_f64, 6)) {
            // Strong diagonals keep the condition small.
            let a: Vec<f64> = a.iter().enumerate().map(|(i, a)| if i % 7 == 0 { a + 8.0 } else { *a }).collect();
            let mut b: Vec<f64> = a.chunks(6).map(|row| row.iter().zip(&x).map(|(a, x)| a * x).sum()).collect();
            solve(&mut a.clone(), &mut b).unwrap();
            prop_assert!(b.iter().zip(&x).all(|(b, x)| (b - x).abs() < 1e-12), "{b:?} for {x:?}");
        }
    }
}
