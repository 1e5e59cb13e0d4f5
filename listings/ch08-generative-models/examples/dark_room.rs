//! The dark room: how surprising dark is to one who expects light, and for how long.

use ch08_generative_models::dark_room::{Counts, Room};

fn main() {
    if let Some(text) = std::env::args().nth(1) {
        eprintln!("unknown: {text}; this example takes no argument");
        std::process::exit(2);
    }
    println!("Surprise in nats at the next sight:");
    println!("  light seen  dark seen   light    dark");
    for (light, dark) in [(9.0, 1.0), (5.0, 5.0), (1.0, 9.0)] {
        let counts = Counts { light, dark };
        let [lit, unlit] = [Room::Light, Room::Dark].map(|room| counts.surprise(room));
        println!("{light:>12}{dark:>11}{lit:>8.3}{unlit:>8.3}");
    }

    println!("\nStaying in the dark, learning:");
    println!("  moments    dark");
    let path = Counts { light: 9.0, dark: 1.0 }.stay(101);
    for moments in [0, 1, 2, 5, 8, 20, 100] {
        println!("{moments:>9}{:>8.3}", path[moments]);
    }

    println!("\nMoments until dark surprises no more than light:");
    for strength in [1.0, 10.0, 100.0] {
        let counts = Counts { light: 9.0 * strength, dark: strength };
        let (light, dark) = (counts.light, counts.dark);
        println!("  light {light:>3}, dark {dark:>3}: {}", counts.moments_until_even());
    }
}
