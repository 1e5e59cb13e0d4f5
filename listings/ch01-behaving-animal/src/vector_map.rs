//! A map in the plane: the animal adds up its own movements, and so knows in which
//! direction the food lies.
//!
//! On a walk of legs with true headings $\theta_i$ and lengths $d_i$, it feels headings
//! and lengths with errors; the error of heading grows turn by turn. Its estimate of
//! where the food lies, seen from the table, is the sum
//! $$\hat x = \sum_i \hat d_i \begin{pmatrix} \sin \hat\theta_i \\ \cos \hat\theta_i \end{pmatrix}, \qquad
//! \hat\theta_i = \theta_i + \sigma_\theta \sum_{j \le i} \xi_j, \qquad \hat d_i = d_i (1 + \sigma_d\, \xi'_i)$$
//! averaged over its walks. The $\xi$ are standard normal.
//!
//! | book              | code           | meaning                          | unit    |
//! |-------------------|----------------|----------------------------------|---------|
//! | $\hat x$          | `food`         | where the food lies              | radii of the table |
//! | $\sigma_\theta$   | `turn_error`   | error of heading at each turn    | degrees |
//! | $\sigma_d$        | `length_error` | relative error of a leg's length |         |
//!
//! ```
//! use ch01_behaving_animal::vector_map::{Senses, VectorMap};
//! use prob::rng::{Role, stream};
//!
//! let mut map = VectorMap::default();
//! map.walk(&envs::sunburst::ROUTE, Senses { turn_error: 0.0, length_error: 0.0 }, &mut stream(0, Role::Agent, 0));
//! assert_eq!(map.choose(), 6);
//! ```

use envs::sunburst::{PATHS, Point, along, bearing, bearing_of};
use prob::math::{cos, ln, sqrt};
use rand::{Rng, RngExt};

/// How well an animal feels its own movements.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Senses {
    /// Standard deviation of the error of heading at each turn, in degrees.
    pub turn_error: f64,
    /// Standard deviation of the relative error of a leg's length.
    pub length_error: f64,
}

impl Default for Senses {
    /// Ten degrees and ten per cent: round numbers. The chapter shows what other errors
    /// do.
    fn default() -> Self {
        Self { turn_error: 10.0, length_error: 0.1 }
    }
}

/// Where the food lies, as far as it knows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VectorMap {
    food: Point,
    walks: u32,
}

impl Default for VectorMap {
    /// Has never walked.
    fn default() -> Self {
        Self { food: Point { x: 0.0, y: 0.0 }, walks: 0 }
    }
}

impl VectorMap {
    // ANCHOR: walk
    /// Walks from the first to the last of `corners` and averages where it believes to
    /// have arrived into its map.
    pub fn walk<R: Rng + ?Sized>(
        &mut self,
        corners: &[Point],
        senses: Senses,
        rng: &mut R,
    ) {
        let (mut x, mut y, mut turned) = (0.0, 0.0, 0.0);
        for leg in corners.windows(2) {
            let (dx, dy) = (leg[1].x - leg[0].x, leg[1].y - leg[0].y);
            turned += senses.turn_error * normal(rng);
            let length =
                sqrt(dx * dx + dy * dy) * (1.0 + senses.length_error * normal(rng));
            let felt = along(bearing_of(Point { x: dx, y: dy }) + turned, length);
            (x, y) = (x + felt.x, y + felt.y);
        }
        self.walks += 1;
        self.food.x += (x - self.food.x) / f64::from(self.walks);
        self.food.y += (y - self.food.y) / f64::from(self.walks);
    }
    // ANCHOR_END: walk

    // ANCHOR: choose
    /// The path, from 1 to 18, that points most nearly at the food. It need not know any
    /// of them.
    pub fn choose(&self) -> usize {
        let off = |path: usize| (bearing(path) - bearing_of(self.food)).abs();
        (1..=PATHS).min_by(|&a, &b| off(a).total_cmp(&off(b))).expect("there are paths")
    }
    // ANCHOR_END: choose
}

/// A standard normal draw (Box and Muller 1958).
fn normal<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    let (radius, angle): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
    sqrt(-2.0 * ln(radius)) * cos(std::f64::consts::TAU * angle)
}
