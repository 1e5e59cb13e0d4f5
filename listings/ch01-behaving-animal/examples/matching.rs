//! Matching on seven pairs of VI schedules: two learners, slope and bias with 95%
//! intervals. With the argument `each-key`: a learner with a press clock for each key, on
//! two pairs, without and with a changeover delay.

use ch01_behaving_animal::clocks::PressClock;
use ch01_behaving_animal::free_operant::{FreeOperant, Parameters};
use ch01_behaving_animal::matching::{self, DELAY, PAIRS, Row, TWO_PAIRS, fits};
use ch01_behaving_animal::schedules::TICK_SECONDS;
use prob::interval::{RESAMPLES, bootstrap_mean, mean};

fn main() {
    match std::env::args().nth(1).as_deref() {
        None => both_learners(),
        Some("each-key") => a_clock_for_each_key(),
        Some(other) => {
            eprintln!("no experiment \"{other}\"; say each-key, or nothing");
            std::process::exit(2);
        }
    }
}

fn a_clock_for_each_key() {
    let parameters =
        Parameters { press_clock: PressClock::EachKey, ..Parameters::default() };
    println!("a clock for each key, two pairs, 30 animals a pair");
    for (name, delay) in [("no changeover delay", 0), ("three seconds", DELAY)] {
        let naive = || FreeOperant::new(2, parameters);
        let rows = matching::run_with(0..30, &TWO_PAIRS, delay, naive);
        let slopes: Vec<f64> = fits(&rows).into_iter().map(|(slope, _)| slope).collect();
        println!("  {name:<20} slope {}", summary(&slopes));
    }
}

fn both_learners() {
    println!("30 animals a pair; ln of the ratio key 1 / key 2, means\n");
    report("free operant", &matching::run(0..30));
    report("softmax of values", &matching::run_values(0..30));

    let ratios = matching::ratios(0..30);
    let preference: Vec<f64> = ratios.iter().map(Row::preference).collect();
    println!(
        "free operant on VR 20 and VR 40: share of presses on VR 20 {}",
        summary(&preference)
    );
}

fn report(name: &str, rows: &[Row]) {
    println!("{name}\n  VI key 1   VI key 2   ln food   ln presses");
    for (pair, (one, two)) in PAIRS.into_iter().enumerate() {
        let logs = rows.iter().filter(|row| row.pair == pair).map(Row::log_ratios);
        let (foods, presses): (Vec<f64>, Vec<f64>) = logs.unzip();
        let [one, two] = [one, two].map(|ticks| f64::from(ticks) * TICK_SECONDS);
        println!(
            "  {one:>6.1} s   {two:>6.1} s   {:>7.2}   {:>10.2}",
            mean(&foods),
            mean(&presses)
        );
    }
    let (slopes, biases): (Vec<f64>, Vec<f64>) = fits(rows).into_iter().unzip();
    println!("  slope {}   bias {}\n", summary(&slopes), summary(&biases));
}

fn summary(values: &[f64]) -> String {
    let interval = bootstrap_mean(values, RESAMPLES, 0);
    format!("{:.3} [{:.3}, {:.3}]", mean(values), interval.low, interval.high)
}
