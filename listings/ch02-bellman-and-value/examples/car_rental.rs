//! Jack's car rental: the policies of figure 4.2, one after the other.

use ch02_bellman_and_value::car_rental::{policies, state};
use envs::textbook::CARS;

fn main() {
    if let Some(word) = std::env::args().nth(1) {
        eprintln!("unknown: {word}; this example takes no argument");
        std::process::exit(2);
    }
    let stages = policies();
    println!("policy  changed by improving  value with 0+0  10+10  20+20 cars");
    for (i, stage) in stages.iter().enumerate() {
        println!(
            "{i:>6}  {:>20}  {:>14.2} {:>6.2} {:>6.2}",
            stage.changed,
            stage.v[state(0, 0)],
            stage.v[state(10, 10)],
            stage.v[state(20, 20)],
        );
    }
    let last = &stages[stages.len() - 1];
    println!(
        "\ncars moved overnight from the first location to the second by the last policy;"
    );
    println!("rows: cars at the first location, columns: cars at the second, 0 to 20");
    for first in (0..=CARS).rev() {
        let row = (0..=CARS).map(|second| last.moved[state(first, second)]);
        let row: Vec<String> = row.map(|cars| format!("{cars:>2}")).collect();
        println!("{first:>2} | {}", row.join(" "));
    }
}
