//! Thorndike's puzzle box: how long cats take to get out, and whether they fall back.

use ch01_behaving_animal::puzzle_box::{self, Kind, QUICK, Row};
use prob::interval::{RESAMPLES, bootstrap_median, exact_binomial, median, quantile};

const CATS: u64 = 100;

fn main() {
    let rows = puzzle_box::run(0..CATS);
    println!(
        "Seconds to escape, {CATS} cats of each kind: median [its 95% interval], middle half"
    );
    for kind in Kind::ALL {
        println!("\n{}", kind.name());
        for trial in [1, 2, 5, 10, 20, 40, 60] {
            let seconds: Vec<f64> = of(&rows, kind)
                .filter(|row| row.trial == trial)
                .map(|row| row.latency)
                .collect();
            let interval = bootstrap_median(&seconds, RESAMPLES, 0);
            println!(
                "  trial {trial:>2}  {:>6.1} [{:>5.1}, {:>5.1}]  {:>5.1} to {:>5.1}",
                median(&seconds),
                interval.low,
                interval.high,
                quantile(&seconds, 0.25),
                quantile(&seconds, 0.75),
            );
        }
        let relapsed = (0..CATS).filter(|&seed| {
            let one_cat: Vec<f64> = of(&rows, kind)
                .filter(|row| row.seed == seed)
                .map(|row| row.latency)
                .collect();
            puzzle_box::relapses(&one_cat, QUICK).is_some_and(|n| n > 0)
        });
        let relapsed = relapsed.count();
        let share = exact_binomial(relapsed, CATS as usize);
        println!(
            "  slow again after two quick escapes: {relapsed} of {CATS} cats [{:.0}%, {:.0}%]",
            100.0 * share.low,
            100.0 * share.high
        );
        println!(
            "  steepest trial: {:.0}% of the fall of the average",
            100.0 * puzzle_box::largest_drop(&puzzle_box::mean_log_latency(&rows, kind))
        );
    }
}

fn of(rows: &[Row], kind: Kind) -> impl Iterator<Item = &Row> {
    rows.iter().filter(move |row| row.kind == kind)
}
