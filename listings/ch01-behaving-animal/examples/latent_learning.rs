//! Tolman and Honzik's maze: errors day by day, for three groups and three learners.

use ch01_behaving_animal::latent_learning::{self, DAYS, Group, Learner, Row};
use prob::interval::{RESAMPLES, bootstrap_mean, mean};

const RATS: u64 = 60;

fn main() {
    let rows = latent_learning::run(0..RATS);
    println!(
        "Mean errors a day, {RATS} animals in each group; food from day 11 in the third"
    );
    for learner in Learner::ALL {
        println!(
            "\n{:<14}  {:>6} {:>6} {:>11}",
            learner.name(),
            "always",
            "never",
            "from-day-11"
        );
        for day in 1..=DAYS {
            let [always, never, late] =
                Group::ALL.map(|group| mean(&errors(&rows, learner, group, day)));
            println!("  day {day:>2}        {always:>6.1} {never:>6.1} {late:>11.1}");
        }
        let late = errors(&rows, learner, Group::FromDay11, 12);
        let always = errors(&rows, learner, Group::Always, 12);
        let behind: Vec<f64> =
            late.iter().zip(always).map(|(late, always)| late - always).collect();
        let interval = bootstrap_mean(&behind, RESAMPLES, 0);
        println!(
            "  behind the always fed on day 12: {:.1} errors [{:.1}, {:.1}]",
            mean(&behind),
            interval.low,
            interval.high
        );
    }
}

fn errors(rows: &[Row], learner: Learner, group: Group, day: usize) -> Vec<f64> {
    let chosen = rows
        .iter()
        .filter(|row| (row.learner, row.group, row.day) == (learner, group, day));
    chosen.map(|row| row.errors as f64).collect()
}
