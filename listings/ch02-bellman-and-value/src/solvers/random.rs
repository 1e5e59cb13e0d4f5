//! Worlds by chance, on which the solvers have to agree, too.

use envs::{Successor, Table};
use prob::categorical::softmax;
use prob::rng::{Role, stream};
use rand::RngExt;

/// A world of 20 states and 3 actions, each of which leads to 4 random states with random
/// chances and rewards from -1 to 1.
pub fn random_world(seed: u64) -> Table {
    let mut rng = stream(seed, Role::Init, 0);
    let mut chances = [0.0; 4];
    Table::new(20, 3, vec![(0, 1.0)], &[], |_, _, row| {
        let logits: [f64; 4] = std::array::from_fn(|_| 4.0 * rng.random::<f64>());
        softmax(&logits, &mut chances);
        row.extend(chances.iter().map(|&probability| Successor {
            state: rng.random_range(0..20),
            probability,
            reward: 2.0 * rng.random::<f64>() - 1.0,
        }));
    })
    .expect("a softmax sums to 1")
}
