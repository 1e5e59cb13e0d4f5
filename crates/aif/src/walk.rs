//! Going through the joint states of independent parents.

/// Calls `visit` with the number and the probability of each joint state that independent
/// parents leave possible. `belief(axis)` is the distribution of an axis.
pub(crate) fn for_each_joint<'q>(
    shape: &[usize],
    belief: impl Fn(usize) -> &'q [f64] + Copy,
    mut visit: impl FnMut(usize, f64),
) {
    walk(shape, belief, None, (0, 0, 1.0), &mut visit);
}

/// [`for_each_joint`] with one axis held at a state, whose probability doesn't count.
pub(crate) fn for_each_joint_with<'q>(
    shape: &[usize],
    belief: impl Fn(usize) -> &'q [f64] + Copy,
    (axis, state): (usize, usize),
    mut visit: impl FnMut(usize, f64),
) {
    walk(shape, belief, Some((axis, state)), (0, 0, 1.0), &mut visit);
}

/// The axes from `axis` on, under a number and a weight of those before.
fn walk<'q>(
    shape: &[usize],
    belief: impl Fn(usize) -> &'q [f64] + Copy,
    held: Option<(usize, usize)>,
    (axis, number, weight): (usize, usize, f64),
    visit: &mut impl FnMut(usize, f64),
) {
    let Some(&n) = shape.get(axis) else { return visit(number, weight) };
    if let Some((_, state)) = held.filter(|(held, _)| *held == axis) {
        return walk(shape, belief, held, (axis + 1, number * n + state, weight), visit);
    }
    for (s, &q) in belief(axis).iter().enumerate().filter(|(_, q)| **q > 0.0) {
        walk(shape, belief, held, (axis + 1, number * n + s, weight * q), visit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joint_states_come_with_their_number_and_probability() {
        let q: [&[f64]; 2] = [&[0.25, 0.75], &[0.5, 0.0, 0.5]];
        let mut seen = Vec::new();
        for_each_joint(&[2, 3], |axis| q[axis], |number, p| seen.push((number, p)));
        assert_eq!(seen, [(0, 0.125), (2, 0.125), (3, 0.375), (5, 0.375)]);
        seen.clear();
        let belief = |axis: usize| q[axis];
        for_each_joint_with(&[2, 3], belief, (1, 1), |number, p| seen.push((number, p)));
        assert_eq!(seen, [(1, 0.25), (4, 0.75)]);
    }
}
