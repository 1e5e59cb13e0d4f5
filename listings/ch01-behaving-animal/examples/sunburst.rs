//! The sunburst: which of eighteen unknown paths four animals choose.

use ch01_behaving_animal::sunburst::{self, Chooser, Row};
use ch01_behaving_animal::vector_map::Senses;
use envs::sunburst::{PATHS, bearing};
use prob::interval::exact_binomial;

const RATS: u64 = 100;

fn main() {
    println!(
        "Animals of {RATS} that chose each path; path 6 points at the food, the alley lay between 9 and 10\n"
    );
    print!("{:<20}", "path");
    (1..=PATHS).for_each(|path| print!("{path:>4}"));
    print!("\n{:<20}", "bearing, degrees");
    (1..=PATHS).for_each(|path| print!("{:>4.0}", bearing(path)));
    println!();
    let rows = sunburst::run(0..RATS);
    for chooser in Chooser::ALL {
        let name = chooser.name();
        print!("{name:<20}");
        (1..=PATHS).for_each(|path| print!("{:>4}", count(&rows, chooser, path)));
        println!();
    }
    println!("\nVector maps on path 6, by the error of a turn; rats in 1946: 36%");
    for turn_error in [0.0, 5.0, 10.0, 20.0, 40.0] {
        let rows =
            sunburst::run_with(Senses { turn_error, ..Senses::default() }, 0..RATS);
        let six = count(&rows, Chooser::VectorMap, 6);
        let share = exact_binomial(six, RATS as usize);
        println!(
            "  {turn_error:>2} degrees  {six:>3}%  [{:>3.0}%, {:>3.0}%]",
            100.0 * share.low,
            100.0 * share.high
        );
    }
}

fn count(rows: &[Row], chooser: Chooser, path: usize) -> usize {
    rows.iter().filter(|row| row.chooser == chooser && row.path == path).count()
}
