//! The corridor in the dark: what memory is worth, in steps.

use ch02_bellman_and_value::hidden_corridor::{
    EVEN, OneMoveOfMemory, best_chance, promised, steps_by_belief, steps_by_sight,
    steps_without_memory,
};

fn main() {
    if let Some(word) = std::env::args().nth(1) {
        eprintln!("unknown: {word}; this example takes no argument");
        std::process::exit(2);
    }
    let p = best_chance(4);
    let coin = steps_without_memory(p).expect("both moves have a chance");
    let memory = OneMoveOfMemory::all()
        .filter_map(OneMoveOfMemory::steps)
        .fold(f64::INFINITY, f64::min);
    println!("A B food C in the dark; steps to the food on average over the starts");
    println!("  always the same move             never from some cell");
    println!("  a coin, right with {p:.4}        {coin:.4}");
    println!("  remembering the last move        {memory:.4}");
    println!("  a belief over the cells          {:.4}", steps_by_belief(EVEN, 8));
    println!("  sight                            {:.4}", steps_by_sight());
    let [left, _] = promised(p);
    println!("the Bellman equation over 'dark' promises {left:.4} for always going left");
}
