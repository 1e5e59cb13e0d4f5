//! Five solvers on three kinds of worlds: how far they disagree, and what they cost.

use ch02_bellman_and_value::four_rooms;
use ch02_bellman_and_value::solvers::{Row, disagreement, random_world, totals};
use envs::textbook::gridworld;
use rl::{Discount, Mdp};

const RANDOM: u64 = 30;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if let Some(word) = std::env::args().nth(1) {
        eprintln!("unknown: {word}; this example takes no argument");
        std::process::exit(2);
    }
    let rooms = Mdp::new(&four_rooms::world(four_rooms::slip()))?;
    let grid = Mdp::new(&gridworld())?;
    let (near, far) = (Discount::new(0.9)?, Discount::new(0.99)?);
    let mut random: f64 = 0.0;
    for seed in 0..RANDOM {
        random = random.max(disagreement(&Mdp::new(&random_world(seed))?, near));
    }
    println!("largest disagreement of five solvers in any value");
    println!(
        "Four Rooms {:.0e}, 5x5 grid {:.0e}, {RANDOM} random worlds {random:.0e}\n",
        disagreement(&rooms, four_rooms::discount()),
        disagreement(&grid, near).max(disagreement(&grid, far)),
    );
    println!("steps and multiplications until no value can be off by more than 2e-11");
    println!(
        "                            Four Rooms, 0.95    grid, 0.9       grid, 0.99"
    );
    let all =
        [totals(&rooms, four_rooms::discount()), totals(&grid, near), totals(&grid, far)];
    for (i, row) in all[0].iter().enumerate() {
        let column = |rows: &Vec<Row>| {
            format!("  {:>6} {:>8.0}", rows[i].step, rows[i].multiplications)
        };
        let columns: String = all.iter().map(column).collect();
        println!("{:<26}{columns}", row.solver.name());
    }
    Ok(())
}
