//! Where the vole runs: a sequence of rustles, and who knows best over all of them.
//!
//! `hit=0.9` sets the chance that a rustle is placed right.

use ch08_generative_models::tracking::{Listener, STEPS, listen, score};

fn main() {
    let hit = match std::env::args().nth(1) {
        None => 0.6,
        Some(argument) => match chance(&argument) {
            Some(hit) => hit,
            None => {
                eprintln!("{argument}: the one argument is hit=P with 0 < P < 1");
                std::process::exit(2);
            }
        },
    };
    let heard = [0, 1, 1, 3, 4, 0];
    println!("Rustles placed right with chance {hit}. Belief by tussock:");
    println!("heard  filter                        smoother");
    let beliefs = [Listener::Filter, Listener::Smoother]
        .map(|listener| listen(listener, hit, &heard).expect("every rustle is possible"));
    for (t, o) in heard.iter().enumerate() {
        let row = |q: &[f64]| q.iter().map(|q| format!("{q:6.3}")).collect::<String>();
        println!("{:>5} {}{}", o + 1, row(&beliefs[0][t]), row(&beliefs[1][t]));
    }

    println!(
        "\nAll sequences of {STEPS}: chance of a wrong guess at each step; nats at last"
    );
    for listener in Listener::ALL {
        let rows = score(listener, hit);
        print!("{:<15}", listener.name());
        rows.iter().for_each(|row| print!("{:6.3}", row.wrong));
        println!("{:8.3}", rows[STEPS - 1].nats);
    }
}

fn chance(argument: &str) -> Option<f64> {
    let hit = argument.strip_prefix("hit=")?.parse().ok()?;
    (hit > 0.0 && hit < 1.0).then_some(hit)
}
