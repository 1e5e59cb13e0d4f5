//! The detour maze: what three learners do after a door has shut.

use ch01_behaving_animal::detour::{self, Path, Row, TRAINING};
use ch01_behaving_animal::latent_learning::Learner;
use prob::interval::{RESAMPLES, bootstrap_median, median, quantile};

const RATS: u64 = 60;

fn main() {
    let rows = detour::run(0..RATS);
    println!("{}", envs::maze::DETOUR);
    println!(
        "\nThe straight path takes 8 steps. Door b shuts after trial {TRAINING}; then only 16 will do."
    );
    println!("{RATS} animals of each kind; medians [95% interval], middle half");
    for learner in Learner::ALL {
        let rows: Vec<Row> =
            rows.iter().filter(|row| row.learner == learner).copied().collect();
        println!("\n{}", learner.name());
        for after in [0, 1, 2, 3, 5, 10, 50] {
            let trial: Vec<&Row> =
                rows.iter().filter(|row| row.trial == TRAINING + after).collect();
            let steps: Vec<f64> = trial.iter().map(|row| row.steps as f64).collect();
            let third =
                trial.iter().filter(|row| row.entered == Some(Path::Third)).count();
            println!(
                "  trial {:>3}  {:>5.0} steps; {third:>2} enter path 3 first",
                TRAINING + after,
                median(&steps)
            );
        }
        let animals: Vec<&[Row]> = rows.chunk_by(|a, b| a.seed == b.seed).collect();
        let trials = |rows: &&[Row]| {
            detour::trials_to_replan(rows).map_or(f64::INFINITY, |n| n as f64)
        };
        summary("trials to the first shortest run", animals.iter().map(trials).collect());
        summary(
            "steps before it",
            animals.iter().map(|rows| detour::steps_to_replan(rows) as f64).collect(),
        );
        summary(
            "regret in steps",
            animals.iter().map(|rows| detour::regret(rows) as f64).collect(),
        );
    }
}

fn summary(what: &str, values: Vec<f64>) {
    let interval = bootstrap_median(&values, RESAMPLES, 0);
    println!(
        "  {what:<33} {:>7.0} [{:>5.0}, {:>5.0}]  {:>5.0} to {:>5.0}",
        median(&values),
        interval.low,
        interval.high,
        quantile(&values, 0.25),
        quantile(&values, 0.75),
    );
}
