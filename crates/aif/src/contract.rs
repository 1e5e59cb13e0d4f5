//! Expectations of an array under independent factors, one axis at a time, in place.

/// Sums out every axis of `values` but `keep`, each weighed with its factor's belief.
///
/// `values` has shape `shape`, last axis fastest; `belief(k)` is the distribution of axis
/// `k`. The result stands at the beginning: as many numbers as axis `keep` is long, or
/// one. What has probability 0 doesn't count, whatever its value.
pub(crate) fn contract<'q>(
    values: &mut [f64],
    shape: &[usize],
    keep: Option<usize>,
    belief: impl Fn(usize) -> &'q [f64],
) {
    let mut size = values.len();
    let first_kept = keep.unwrap_or(0);
    for axis in (0..shape.len()).rev() {
        if keep.is_some_and(|keep| axis <= keep) {
            break;
        }
        size = sum_out_last(&mut values[..size], belief(axis));
    }
    for axis in 0..first_kept {
        size = sum_out_first(&mut values[..size], belief(axis));
    }
}

fn sum_out_last(values: &mut [f64], q: &[f64]) -> usize {
    let n = q.len();
    let rest = values.len() / n;
    for i in 0..rest {
        let mut sum = 0.0;
        for (value, &q) in values[i * n..(i + 1) * n].iter().zip(q) {
            if q > 0.0 {
                sum += q * value;
            }
        }
        values[i] = sum;
    }
    rest
}

fn sum_out_first(values: &mut [f64], q: &[f64]) -> usize {
    let rest = values.len() / q.len();
    let (sums, others) = values.split_at_mut(rest);
    for sum in sums.iter_mut() {
        *sum = if q[0] > 0.0 { q[0] * *sum } else { 0.0 };
    }
    for (row, &q) in others.chunks_exact(rest).zip(&q[1..]) {
        if q > 0.0 {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += q * value;
            }
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_axis_can_be_kept() {
        let q: [&[f64]; 3] = [&[0.25, 0.75], &[0.5, 0.25, 0.25], &[0.125, 0.875]];
        let value = |i: usize, j: usize, k: usize| (100 * i + 10 * j + k * k) as f64;
        let all = || {
            let mut values = Vec::new();
            for i in 0..2 {
                for j in 0..3 {
                    values.extend((0..2).map(|k| value(i, j, k)));
                }
            }
            values
        };
        let expected = |keep: Option<(usize, usize)>| {
            let mut sum = 0.0;
            for i in 0..2 {
                for j in 0..3 {
                    for k in 0..2 {
                        let at = [i, j, k];
                        let weight: f64 = (0..3)
                            .map(|axis| match keep {
                                Some((kept, s)) if kept == axis => {
                                    f64::from(u8::from(s == at[axis]))
                                }
                                _ => q[axis][at[axis]],
                            })
                            .product();
                        sum += weight * value(i, j, k);
                    }
                }
            }
            sum
        };
        let mut values = all();
        contract(&mut values, &[2, 3, 2], None, |axis| q[axis]);
        assert!((values[0] - expected(None)).abs() < 1e-12);
        for (axis, belief) in q.iter().enumerate() {
            let mut values = all();
            contract(&mut values, &[2, 3, 2], Some(axis), |axis| q[axis]);
            for (s, value) in values[..belief.len()].iter().enumerate() {
                assert!((value - expected(Some((axis, s)))).abs() < 1e-12, "{axis} {s}");
            }
        }
    }

    #[test]
    fn what_cannot_be_does_not_count_even_if_it_is_infinite() {
        let mut values = [f64::NEG_INFINITY, 2.0, 3.0, f64::NEG_INFINITY];
        let q: [&[f64]; 2] = [&[1.0, 0.0], &[0.0, 1.0]];
        contract(&mut values, &[2, 2], None, |axis| q[axis]);
        assert_eq!(values[0], 2.0);
    }
}
