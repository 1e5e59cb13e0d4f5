//! Effects of conditioning by Rescorla and Wagner's rule: the cue in question at the end,
//! in the group that shows the effect and in its control.

use std::process::exit;

use ch03_dopamine_and_td::conditioning::{DESIGNS, strengths};

fn main() {
    if let Some(text) = std::env::args().nth(1) {
        eprintln!("unknown: {text}; this example takes no argument");
        exit(2);
    }
    println!(
        "effect           cue  trained            strength  control           strength"
    );
    for design in DESIGNS {
        let (trained, control) = (strengths(design.trained), strengths(design.control));
        println!(
            "{:<16} {}    {:<17} {:>9.4}  {:<16} {:>9.4}",
            design.name,
            ['A', 'B', 'X'][design.asked],
            design.trained,
            trained[design.asked],
            design.control,
            control[design.asked]
        );
    }
}
