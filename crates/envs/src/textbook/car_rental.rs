//! Jack's car rental, example 4.2 (figure 4.2).

use prob::math::exp;

use super::evenly;
use crate::{Successor, Table};

/// The most cars a location can hold; a car more vanishes.
pub const CARS: usize = 20;
/// The most cars that can be moved overnight.
pub const FERRIED: usize = 5;

const PLACES: usize = CARS + 1;
const RENT: f64 = 10.0;
const FERRY: f64 = 2.0;
/// Mean requests and returns a day, at the first and the second location.
const REQUESTS: [f64; 2] = [3.0, 4.0];
const RETURNS: [f64; 2] = [3.0, 2.0];

/// How many cars action `a` moves overnight from the first location to the second;
/// negative the other way.
///
/// # Panics
/// If `a` is not from 0 to 10.
///
/// ```
/// assert_eq!(envs::textbook::moved(0), -5);
/// assert_eq!(envs::textbook::moved(10), 5);
/// ```
pub fn moved(a: usize) -> isize {
    assert!(a <= 2 * FERRIED, "action {a} of {}", 2 * FERRIED + 1);
    a as isize - FERRIED as isize
}

/// The action that moves `cars` from the first location to the second; none if there are
/// more than five.
pub fn policy_action(cars: isize) -> Option<usize> {
    usize::try_from(cars + FERRIED as isize).ok().filter(|&a| a <= 2 * FERRIED)
}

/// Jack's car rental (Sutton and Barto 2018, example 4.2): 441 states, 11 actions, no
/// end.
///
/// State `21 * first + second` is the number of cars at the two locations in the evening,
/// 0 to 20 each. Overnight [`moved`] cars change place for 2 each; what a location then
/// has above 20 vanishes. Next day requests come (Poisson, mean 3 and 4), each rented car
/// pays 10, and cars come back (Poisson, mean 3 and 2) that can be rented the day after.
/// To move more cars than a location has can't be done: the state stays as it is and pays
/// 0, which is never worth it. The figure uses the discount 0.9.
///
/// Both Poisson tails are exact: all requests above the stock are one event, and all
/// returns above the room left another. The reward of a successor is the mean of what is
/// paid on the way to it.
pub fn car_rental() -> Table {
    let days: [Vec<Day>; 2] =
        [0, 1].map(|place| (0..PLACES).map(|cars| day(cars, place)).collect());
    Table::new(
        PLACES * PLACES,
        2 * FERRIED + 1,
        evenly(0..PLACES * PLACES),
        &[],
        |s, a, row| {
            let (first, second) = (s / PLACES, s % PLACES);
            let cars = moved(a);
            let after =
                (first.checked_add_signed(-cars), second.checked_add_signed(cars));
            let (Some(first), Some(second)) = after else {
                row.push(super::surely(s, 0.0));
                return;
            };
            let (one, two) = (&days[0][first.min(CARS)], &days[1][second.min(CARS)]);
            let ferry = FERRY * cars.unsigned_abs() as f64;
            for (i, &(p, income)) in one.iter().enumerate() {
                for (j, &(p2, income2)) in two.iter().enumerate() {
                    row.push(Successor {
                        state: i * PLACES + j,
                        probability: p * p2,
                        reward: income + income2 - ferry,
                    });
                }
            }
        },
    )
    .expect("the world is tested")
}

/// Cars in the evening: probability, and mean income given that evening.
type Day = [(f64, f64); PLACES];

/// A day at one location that begins with `cars`.
fn day(cars: usize, place: usize) -> Day {
    let mut evening = [(0.0, 0.0); PLACES];
    let requests = poisson_up_to(REQUESTS[place], cars);
    for (rented, &p) in requests.iter().enumerate() {
        let left = cars - rented;
        let returns = poisson_up_to(RETURNS[place], CARS - left);
        for (returned, &p2) in returns.iter().enumerate() {
            let (chance, income) = &mut evening[left + returned];
            *chance += p * p2;
            *income += p * p2 * RENT * rented as f64;
        }
    }
    evening.map(|(chance, income)| (chance, income / chance))
}

/// Probabilities of 0 to `most` events where all beyond `most` count as `most`.
fn poisson_up_to(mean: f64, most: usize) -> Vec<f64> {
    let mut p = exp(-mean);
    let mut below = 0.0;
    let mut chances = Vec::with_capacity(most + 1);
    for n in 0..most {
        chances.push(p);
        below += p;
        p *= mean / (n + 1) as f64;
    }
    chances.push(1.0 - below);
    chances
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FiniteWorld;

    #[test]
    fn mean_income_is_the_price_times_the_mean_rented() {
        // Mean of min(N, 20) and min(N, 0) for Poisson N: from a full pair of locations
        // nearly every request is met.
        let world = car_rental();
        let mean = |s, a| -> f64 {
            let row = world.successors(s, a).iter();
            row.map(|next| next.probability * next.reward).sum()
        };
        let full = PLACES * CARS + CARS;
        assert!((mean(full, FERRIED) - 70.0).abs() < 1e-6);
        assert_eq!(mean(0, FERRIED), 0.0);
        assert!((mean(full, FERRIED + 1) - 68.0).abs() < 1e-6, "a car moved costs 2");
    }

    #[test]
    fn cars_that_are_not_there_are_not_moved() {
        let world = car_rental();
        let one_and_none = PLACES;
        assert_eq!(world.successors(one_and_none, FERRIED + 2).len(), 1);
        assert_eq!(world.successors(one_and_none, FERRIED + 1).len(), PLACES * PLACES);
        assert_eq!(policy_action(moved(3)), Some(3));
        assert_eq!(policy_action(6), None);
    }
}
