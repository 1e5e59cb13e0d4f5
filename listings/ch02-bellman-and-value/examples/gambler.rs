//! The gambler's problem: chances to win, and all best stakes.
//!
//! Argument: the chance of heads.

use ch02_bellman_and_value::gambler::{bold, coin, solve, timid, worth};
use prob::Probability;

const USAGE: &str = "gambler [heads from 0 to 1]";

fn main() {
    if let Err(error) = run() {
        eprintln!("{error}");
        std::process::exit(2);
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    if let Some(word) = std::env::args().nth(2) {
        return Err(format!("'{word}' is too much: {USAGE}").into());
    }
    let heads = match std::env::args().nth(1) {
        None => coin(),
        Some(word) => {
            let number = word.parse::<f64>();
            let number = number.map_err(|_| format!("'{word}' is no number: {USAGE}"))?;
            Probability::new(number).map_err(|error| format!("{error}: {USAGE}"))?
        }
    };
    let game = solve(heads);
    let (bold, timid) = (worth(heads, bold), worth(heads, timid));
    println!("heads with chance {}", heads.get());
    println!("capital  chance to win      bold     timid  best stakes");
    for capital in [1, 10, 13, 25, 26, 38, 50, 51, 63, 75, 90, 99] {
        let stakes = game.best_stakes(capital);
        let shown: Vec<String> = stakes.iter().take(4).map(usize::to_string).collect();
        let more = if stakes.len() > 4 { " ..." } else { "" };
        println!(
            "{capital:>7}  {:>13.6}  {:>8.6}  {:>8.1e}  {}{more}",
            game.v[capital],
            // Where heads never falls, elimination leaves a negative zero.
            bold[capital].max(0.0),
            timid[capital].max(0.0),
            shown.join(" ")
        );
    }
    let several = (1..100).filter(|&capital| game.best_stakes(capital).len() > 1).count();
    println!("several stakes are best for {several} of 99 capitals");
    Ok(())
}
