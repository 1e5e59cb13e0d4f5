//! TD errors of light and juice, by trial: `--example trial` without traces and with,
//! `-- LAMBDA` with a trace decay of your own.

use std::process::exit;

use ch03_dopamine_and_td::trial_time::{
    EARLY, JUICE, LIGHT, half_trial, light_and_juice, moments, training,
};

const SHOWN: [usize; 6] = [1, 8, 17, 50, 108, 500];

fn main() {
    if let Some(more) = std::env::args().nth(2) {
        eprintln!("\"{more}\" is one too many: write one trace decay, or none");
        exit(2);
    }
    let lambdas = match std::env::args().nth(1).as_deref() {
        None => vec![0.0, 0.9],
        Some(text) => match text.parse() {
            Ok(lambda) if (0.0..=1.0).contains(&lambda) => vec![lambda],
            _ => {
                eprintln!("\"{text}\" is no trace decay: write a number from 0 to 1");
                exit(2);
            }
        },
    };
    for lambda in lambdas {
        report(lambda);
    }
}

fn report(lambda: f64) {
    let (animal, errors) = training(lambda, 1.0, SHOWN[SHOWN.len() - 1]);
    let half = half_trial(&errors, 1.0).expect("it gets there");
    println!("lambda {lambda}: half of the burst is at the light by trial {half}");
    println!("  trial     light ({LIGHT})     ({EARLY})  juice ({JUICE})");
    let line = |name: &str, errors: &[f64]| {
        let at = [LIGHT, EARLY, JUICE].map(|t| {
            // No minus before a zero.
            let rounded = (errors[t] * 1000.0).round() / 1000.0 + 0.0;
            format!("{rounded:>11.3}")
        });
        println!("  {name:<8} {}", at.concat());
    };
    for trial in SHOWN {
        line(&trial.to_string(), &errors[trial - 1]);
    }
    let test = |juice| animal.tested(&light_and_juice(juice), &moments());
    line("no juice", &test(None));
    line("early", &test(Some(EARLY)));
}
