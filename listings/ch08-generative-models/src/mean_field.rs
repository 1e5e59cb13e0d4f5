//! Mean field: believe in each cause on its own, and let the two take turns.
//!
//! The belief is a product, $q(a, b) = q(a)\, q(b)$. The best $q(a)$ for a given $q(b)$
//! is
//! $$\ln q(a) = \ln p(a) + \sum_b q(b) \ln A\[o, a, b\] + \text{constant}$$
//! and the other way round. In turn, no update raises $F$; both at once, each answers
//! what the other has just left.
//!
//! | book             | code               | meaning                           | shape    |
//! |------------------|--------------------|-----------------------------------|----------|
//! | $q(a), q(b)$     | `belief`           | chance that each cause is there   | `[2]`    |
//! | $A\[o, a, b\]$   | `likelihood[a][b]` | chance of the sound that was heard | `[2, 2]` |
//! | $F$              | `free_energy`      | of the product, in nats           |          |
//!
//! ```
//! use ch08_generative_models::mean_field::{Order, in_turn};
//! use ch08_generative_models::two_causes::rustle;
//!
//! let path = in_turn(&rustle(), Order::FirstThenSecond, 50);
//! assert!(path.is_sorted_by(|before, after| after.free_energy <= before.free_energy + 1e-12));
//! assert!(path[100].free_energy > rustle().surprise() + 0.2);
//! ```

use prob::math::{exp, ln};

use crate::free_energy;
use crate::two_causes::TwoCauses;

/// Who is updated first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The first cause, then the second.
    FirstThenSecond,
    /// The second cause, then the first.
    SecondThenFirst,
}

/// A belief and what it costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Chance that each cause is there.
    pub belief: [f64; 2],
    /// $F$ in nats.
    pub free_energy: f64,
}

/// A belief with its $F$.
pub fn point(model: &TwoCauses, belief: [f64; 2]) -> Point {
    let [a, b] = belief.map(|q| [1.0 - q, q]);
    let product = a.map(|a| b.map(|b| a * b));
    let joint = model.joint();
    let free_energy =
        free_energy::free_energy(product.as_flattened(), joint.as_flattened());
    Point { belief, free_energy }
}

// ANCHOR: update
/// The best chance for `cause` (0 or 1) to be there, given what is believed of the other.
pub fn update(model: &TwoCauses, belief: [f64; 2], cause: usize) -> f64 {
    let likelihood = |this: usize, other: usize| {
        let [a, b] = if cause == 0 { [this, other] } else { [other, this] };
        model.likelihood[a][b]
    };
    let (p, q) = (model.prior[cause], belief[1 - cause]);
    let speaks_for = |other| ln(likelihood(1, other)) - ln(likelihood(0, other));
    let logit = ln(p / (1.0 - p)) + (1.0 - q) * speaks_for(0) + q * speaks_for(1);
    1.0 / (1.0 + exp(-logit))
}
// ANCHOR_END: update

// ANCHOR: in_turn
/// From the prior, each cause with the news of the other: the start and the point after
/// each update, two a sweep.
pub fn in_turn(model: &TwoCauses, order: Order, sweeps: usize) -> Vec<Point> {
    let causes = if order == Order::FirstThenSecond { [0, 1] } else { [1, 0] };
    let mut belief = model.prior;
    let mut path = vec![point(model, belief)];
    for cause in (0..sweeps).flat_map(|_| causes) {
        belief[cause] = update(model, belief, cause);
        path.push(point(model, belief));
    }
    path
}

/// From the prior, both at once: the start and the point after each sweep.
pub fn at_once(model: &TwoCauses, sweeps: usize) -> Vec<Point> {
    let mut path = vec![point(model, model.prior)];
    for sweep in 0..sweeps {
        let before = path[sweep].belief;
        path.push(point(model, [0, 1].map(|cause| update(model, before, cause))));
    }
    path
}
// ANCHOR_END: in_turn
