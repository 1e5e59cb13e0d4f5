//! Two causes of one sound: what explains it away, and what a product of beliefs can't
//! say.

use ch08_generative_models::mean_field::{Order, at_once, in_turn};
use ch08_generative_models::two_causes::{frogs, rustle};

fn main() {
    if let Some(text) = std::env::args().nth(1) {
        eprintln!("unknown: {text}; this example takes no argument");
        std::process::exit(2);
    }
    let rustle = rustle();
    println!("A rustle. Chance of a vole:");
    println!("  before             {:.3}", rustle.prior[0]);
    println!("  after              {:.3}", rustle.marginals()[0]);
    println!("  after, with wind   {:.3}", rustle.first_given(1));
    println!("  after, calm        {:.3}", rustle.first_given(0));
    let best = in_turn(&rustle, Order::FirstThenSecond, 100)[200];
    println!("  by mean field      {:.3}", best.belief[0]);
    println!(
        "surprise {:.3}, mean field {:.3} nats",
        rustle.surprise(),
        best.free_energy
    );

    println!("\nTwo frogs. Free energy in nats, surprise {:.3}:", frogs().surprise());
    println!("  sweep  in turn  at once");
    let (turns, together) =
        (in_turn(&frogs(), Order::FirstThenSecond, 12), at_once(&frogs(), 12));
    for sweep in [0, 1, 2, 3, 4, 6, 8, 9, 10, 11, 12] {
        let (turn, once) = (turns[2 * sweep].free_energy, together[sweep].free_energy);
        println!("{sweep:>7}{turn:>9.3}{once:>9.3}");
    }
}
