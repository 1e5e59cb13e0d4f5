//! One step of perception: where the owl turns, and three ways to what it has heard.

use ch08_generative_models::free_energy::{
    CAUSES, LIKELIHOOD, PRIOR, free_energy, joint, surprise,
};
use ch08_generative_models::hunting_owl::{Ear, Expects, Owl, STRAIGHT_AHEAD};
use ch08_generative_models::three_ways::{bayes, descend, update};

fn main() {
    if let Some(text) = std::env::args().nth(1) {
        eprintln!("unknown: {text}; this example takes no argument");
        std::process::exit(2);
    }
    println!("Where is the sound? Mean turn in degrees.");
    println!("  sound at  proportional ear  sine ear");
    let owls =
        [Ear::Proportional, Ear::Sine].map(|ear| Owl::new(ear, Expects::Front, 0.2));
    for degrees in (15..=90).step_by(15) {
        let [straight, sine] =
            owls.each_ref().map(|owl| owl.mean_turn(STRAIGHT_AHEAD + degrees / 5));
        println!("{degrees:>10}{straight:>18.1}{sine:>10.1}");
    }

    println!("\nWhat pattered? Free energy in nats.");
    println!("  step    F      vole   leaf   wind");
    let patter = joint(&LIKELIHOOD[0], &PRIOR);
    let path = descend(&patter, 1.0, 20);
    for step in [0, 1, 2, 5, 10, 20] {
        line(&format!("{step}"), &path[step], &patter);
    }
    line("update", &update(&patter), &patter);
    line("Bayes", &bayes(&patter), &patter);
    println!("surprise {:.3}; most probable: {}", surprise(&patter), CAUSES[0]);
}

fn line(name: &str, belief: &[f64], joint: &[f64]) {
    print!("{name:>6}{:>7.3}", free_energy(belief, joint));
    belief.iter().for_each(|q| print!("{q:>7.3}"));
    println!();
}
