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

/// Solves $A X = B$ for all columns of `b` at once: `a` has shape `[n, n]` and `b` has
/// shape `[n, k]`, row by row. `a` is destroyed; `b` becomes $X$.
pub(crate) fn solve_each(a: &mut [f64], b: &mut [f64], k: usize) -> Result<(), Singular> {
    let n = b.len() / k;
    assert_eq!((a.len(), b.len()), (n * n, n * k), "a square matrix and its columns");
    for c in 0..n {
        let size = |row: &usize| a[row * n + c].abs();
        let pivot = (c..n).max_by(|i, j| size(i).total_cmp(&size(j))).expect("c < n");
        if size(&pivot) < LEAST_PIVOT {
            return Err(Singular { column: c });
        }
        if pivot != c {
            swap_rows(a, n, c, pivot);
            swap_rows(b, k, c, pivot);
        }
        let (above, below) = a.split_at_mut((c + 1) * n);
        let top = &above[c * n + c..];
        let (b_above, b_below) = b.split_at_mut((c + 1) * k);
        let b_top = &b_above[c * k..];
        for (row, b_row) in below.chunks_exact_mut(n).zip(b_below.chunks_exact_mut(k)) {
            let factor = row[c] / top[0];
            if factor != 0.0 {
                add_scaled(&mut row[c..], -factor, top);
                add_scaled(b_row, -factor, b_top);
            }
        }
    }
    for c in (0..n).rev() {
        let (above, below) = b.split_at_mut((c + 1) * k);
        let x = &mut above[c * k..];
        for (j, known) in below.chunks_exact(k).enumerate() {
            let factor = a[c * n + c + 1 + j];
            if factor != 0.0 {
                add_scaled(x, -factor, known);
            }
        }
        x.iter_mut().for_each(|x| *x /= a[c * n + c]);
    }
    Ok(())
}

fn swap_rows(a: &mut [f64], width: usize, i: usize, j: usize) {
    let (above, below) = a.split_at_mut(j * width);
    above[i * width..][..width].swap_with_slice(&mut below[..width]);
}

fn add_scaled(to: &mut [f64], factor: f64, from: &[f64]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += factor * from;
    }
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

        #[test]
        fn columns_are_solved_together_as_they_are_alone(a in prop::collection::vec(-1.0..1.0_f64, 25), b in prop::collection::vec(-9.0..9.0_f64, 15)) {
            // Column 0 begins with a zero: rows are exchanged.
            let a: Vec<f64> = a.iter().enumerate().map(|(i, a)| if i == 0 { 0.0 } else if i % 6 == 0 || i == 5 { a + 6.0 } else { *a }).collect();
            let mut together = b.clone();
            let outcome = solve_each(&mut a.clone(), &mut together, 3);
            for column in 0..3 {
                let mut alone: Vec<f64> = b.iter().skip(column).step_by(3).copied().collect();
                prop_assert_eq!(solve(&mut a.clone(), &mut alone), outcome);
                let found = together.iter().skip(column).step_by(3);
                prop_assert!(outcome.is_err() || alone.iter().zip(found).all(|(a, b)| (a - b).abs() <= 1e-9 * (1.0 + a.abs())));
            }
        }
    }
}
