//! Errors of TD and Monte Carlo on the five-place walk, over 1,000 runs (Sutton and Barto
//! 2018, example 6.2).

use std::process::exit;

use ch03_dopamine_and_td::random_walk::{Method, errors};
use prob::interval::{mean, standard_error};

fn main() {
    if let Some(text) = std::env::args().nth(1) {
        eprintln!("unknown: {text}; this example takes no argument");
        exit(2);
    }
    println!(
        "root mean squared error after so many walks, and the mean over 0 to 100 walks"
    );
    println!("                               1      10      25      50     100     mean");
    for row in errors(0..1000) {
        let name = match row.method {
            Method::Td(step_size) => format!("TD, step {step_size}"),
            Method::MonteCarlo(step_size) => format!("Monte Carlo, step {step_size}"),
        };
        let after = [1, 10, 25, 50, 100].map(|n| format!("{:>8.3}", row.mean[n]));
        let (mean, error) = (mean(&row.over_walks), standard_error(&row.over_walks));
        println!("{name:<24}{}  {mean:.4} ± {error:.4}", after.concat());
    }
}
