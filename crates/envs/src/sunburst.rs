//! The sunburst of Tolman, Ritchie and Kalish (1946), as a plan in the plane.
//!
//! In training one alley leads from a round table by a detour to the food. In the test
//! this alley is blocked, and eighteen paths leave the table like rays; none has been
//! there before. The plan is schematic: its proportions are ours, chosen such that path 6
//! is the one that points at the food, as it did in 1946. The unit of length is the
//! radius of the table; bearings are in degrees, 0 straight on from the entrance,
//! clockwise positive.

use prob::math::{atan2, cos, sin};

/// A point of the plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Straight on.
    pub y: f64,
}

/// The corners of the training route: the middle of the table, then each turn, then the
/// food.
pub const ROUTE: [Point; 5] = [
    Point { x: 0.0, y: 0.0 },
    Point { x: 0.0, y: 4.0 },
    Point { x: -2.0, y: 4.0 },
    Point { x: -2.0, y: 8.0 },
    Point { x: 5.6, y: 8.0 },
];

/// Where the food is.
pub const FOOD: Point = ROUTE[ROUTE.len() - 1];

/// Number of paths in the test.
pub const PATHS: usize = 18;

/// Degrees between neighboring paths.
pub const SPACING: f64 = 10.0;

/// Bearing of path `number`, in degrees: 1 is far to the right, 18 far to the left, and
/// the blocked alley lies between 9 and 10.
///
/// # Panics
/// If `number` is not from 1 to 18.
///
/// ```
/// assert_eq!(envs::sunburst::bearing(9), 5.0);
/// assert_eq!(envs::sunburst::bearing(10), -5.0);
/// ```
pub fn bearing(number: usize) -> f64 {
    assert!((1..=PATHS).contains(&number), "path {number} of {PATHS}");
    (9.5 - number as f64) * SPACING
}

/// The point `length` away from the middle of the table along `bearing` degrees.
pub fn along(bearing: f64, length: f64) -> Point {
    let angle = bearing.to_radians();
    Point { x: length * sin(angle), y: length * cos(angle) }
}

/// Bearing of a point as seen from the middle of the table, in degrees from -180 to 180.
pub fn bearing_of(point: Point) -> f64 {
    atan2(point.x, point.y).to_degrees()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_six_points_at_the_food() {
        let off = |number: usize| (bearing(number) - bearing_of(FOOD)).abs();
        let nearest = (1..=PATHS).min_by(|&a, &b| off(a).total_cmp(&off(b))).unwrap();
        assert_eq!(nearest, 6);
        assert!(off(6) < 1.0, "{} degrees off", off(6));
    }

    #[test]
    fn bearings_come_back_from_points() {
        for number in 1..=PATHS {
            assert!(
                (bearing_of(along(bearing(number), 3.0)) - bearing(number)).abs() < 1e-12
            );
        }
    }
}
