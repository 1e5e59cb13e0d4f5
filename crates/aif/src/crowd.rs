//! Many agents, each in its own world, with streams of chance of its own.
//!
//! With the feature `parallel` they go on at once, on all cores. Since none knows of
//! another, it makes no difference but in time: a crowd is bit for bit what its members
//! are one after the other.

/// Calls `act` for each member with its number, in no order that could be told.
///
/// ```
/// use aif::crowd::each;
///
/// let mut steps = [0; 4];
/// each(&mut steps, |number, steps| *steps += number);
/// assert_eq!(steps, [0, 1, 2, 3]);
/// ```
#[cfg(feature = "parallel")]
pub fn each<T: Send>(members: &mut [T], act: impl Fn(usize, &mut T) + Send + Sync) {
    use rayon::prelude::*;
    members.par_iter_mut().enumerate().for_each(|(number, member)| act(number, member));
}

/// Calls `act` for each member with its number, in no order that could be told.
///
/// ```
/// use aif::crowd::each;
///
/// let mut steps = [0; 4];
/// each(&mut steps, |number, steps| *steps += number);
/// assert_eq!(steps, [0, 1, 2, 3]);
/// ```
#[cfg(not(feature = "parallel"))]
pub fn each<T: Send>(members: &mut [T], act: impl Fn(usize, &mut T) + Send + Sync) {
    members.iter_mut().enumerate().for_each(|(number, member)| act(number, member));
}
