//! Four Rooms, solved: the best moves, what they are worth, and how sure that is.
//!
//! Arguments: the chance of a slip, and the discount.

use ch02_bellman_and_value::{four_rooms, occupancy};
use envs::Discount;
use prob::Probability;
use rl::Mdp;

const USAGE: &str = "four_rooms [slip from 0 to 1] [discount from 0 to below 1]";

fn main() {
    if let Err(error) = run() {
        eprintln!("{error}");
        std::process::exit(2);
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: f64| {
        arguments.next().map_or(Ok(default), |word| {
            word.parse::<f64>().map_err(|_| format!("'{word}' is no number: {USAGE}"))
        })
    };
    let (slip, discount) =
        (number(four_rooms::slip().get())?, number(four_rooms::discount().get())?);
    let slip = Probability::new(slip).map_err(|error| format!("{error}: {USAGE}"))?;
    let discount =
        Discount::new(discount).map_err(|error| format!("{error}: {USAGE}"))?;
    if let Some(word) = arguments.next() {
        return Err(format!("'{word}' is too much: {USAGE}").into());
    }
    if discount.get() >= 1.0 {
        return Err(format!("at discount 1 a detour costs nothing: {USAGE}").into());
    }
    let rooms = four_rooms::solve(slip, discount);
    let start = rooms.start();
    let mdp = Mdp::new(&rooms.maze)?;
    let x = occupancy::visits(&mdp, &rooms.policy, &[(start, 1.0)], discount);
    println!("{}", rooms.arrows());
    println!(
        "slip {}, discount {}; | - + where several moves are best",
        slip.get(),
        discount.get()
    );
    println!("value of the start    {:.4}", rooms.v[start]);
    println!("discounted steps      {:.4}", x.iter().sum::<f64>());
    let certificate = rooms.certificate;
    println!(
        "{} sweeps; but for rounding, no value is off by more than {:.0e}",
        certificate.sweeps,
        certificate.bound.expect("below discount 1 there is a bound")
    );
    Ok(())
}
