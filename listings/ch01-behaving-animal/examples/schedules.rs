//! Four schedules and a yoked pair: presses a minute of thirty animals, with 95%
//! intervals.

use ch01_behaving_animal::schedule_rates::{self, SCHEDULES, acceleration};
use ch01_behaving_animal::yoked;
use prob::interval::{RESAMPLES, bootstrap_mean, mean};

fn main() {
    let rows = schedule_rates::run(0..30);
    println!("30 animals a schedule, means with 95% intervals\n");
    println!("schedule   presses/min               foods/min");
    for (name, _) in SCHEDULES {
        let of = |field: fn(&schedule_rates::Row) -> f64| -> Vec<f64> {
            rows.iter().filter(|row| row.schedule == name).map(field).collect()
        };
        println!(
            "{name:<9} {}   {}",
            summary(&of(|r| r.presses)),
            summary(&of(|r| r.foods))
        );
    }

    println!("\nlast quarter against first half of the 30 s after food");
    for name in ["FI 30 s", "VI 30 s"] {
        let animals = rows.iter().filter(|row| row.schedule == name);
        println!("{name:<9} {}", summary(&animals.map(acceleration).collect::<Vec<_>>()));
    }

    let pairs = yoked::run(0..30);
    let of = |field: fn(&yoked::Pair) -> f64| pairs.iter().map(field).collect::<Vec<_>>();
    println!("\nthe same food times   presses/min               foods/min");
    for (name, presses, foods) in [
        ("VR 15", of(|p| p.ratio_presses), of(|p| p.ratio_foods)),
        ("yoked intervals", of(|p| p.interval_presses), of(|p| p.interval_foods)),
    ] {
        println!("{name:<20} {}   {}", summary(&presses), summary(&foods));
    }
}

fn summary(values: &[f64]) -> String {
    let interval = bootstrap_mean(values, RESAMPLES, 0);
    format!("{:>6.2} [{:>6.2}, {:>6.2}]", mean(values), interval.low, interval.high)
}
