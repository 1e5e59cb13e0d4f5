//! Humphreys' paradox: responses after the last food, for a strength and for a belief,
//! with 95% intervals.

use ch01_behaving_animal::expectations::{Belief, Expectation, Strength};
use ch01_behaving_animal::extinction::{EXTINCTION, Pay, TRAINING, run};
use prob::interval::{RESAMPLES, bootstrap_mean, mean};

fn main() {
    println!(
        "100 animals a row, {TRAINING} trials of training, {EXTINCTION} without food\n"
    );
    report("strength", || Strength::new(0.1));
    println!();
    report("belief", || Belief::new(0.001));
}

fn report<E: Expectation>(name: &str, naive: impl Fn() -> E + Sync) {
    let rows = run(0..100, naive);
    println!(
        "{name}\n  paid     responses                  chance on trial 1, 5, 10, 20, 60"
    );
    for pay in Pay::ALL {
        let group = || rows.iter().filter(|row| row.pay == pay);
        let responses: Vec<f64> = group().map(|row| f64::from(row.responses)).collect();
        let interval = bootstrap_mean(&responses, RESAMPLES, 0);
        print!(
            "  {:<7}  {:>5.1} [{:>5.1}, {:>5.1}]      ",
            pay.name(),
            mean(&responses),
            interval.low,
            interval.high
        );
        for trial in [1, 5, 10, 20, 60] {
            print!(
                " {:>5.2}",
                mean(&group().map(|row| row.chance[trial - 1]).collect::<Vec<_>>())
            );
        }
        println!();
    }
}
