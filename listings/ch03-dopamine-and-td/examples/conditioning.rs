//! Effects of conditioning by Rescorla and Wagner's rule: the cue in question at the end,
//! in the group that shows the effect and in its control.

use ch03_dopamine_and_td::conditioning::{Phase, designs, strengths};

fn main() {
    println!(
        "effect           cue  trained                  strength  control                  strength"
    );
    for design in designs() {
        let (trained, control) = (strengths(&design.trained), strengths(&design.control));
        let line = format!(
            "{:<16} {:<4} {:<24} {:>8.4}  {:<24} {:>8.4}",
            design.name,
            name(design.asked),
            phases(&design.trained),
            trained[design.asked],
            phases(&design.control),
            control[design.asked]
        );
        println!("{}", line.trim_end());
    }
}

fn name(cue: usize) -> char {
    ['A', 'B', 'X'][cue]
}

/// `50 A+, 50 AB+`: how often which cues came with (+) or without (-) the outcome.
fn phases(phases: &[Phase]) -> String {
    if phases.is_empty() {
        return String::from("nothing");
    }
    let phase = |phase: &Phase| {
        let trial = |(cues, outcome): &(Vec<usize>, f64)| {
            let sign = if *outcome > 0.0 { '+' } else { '-' };
            cues.iter().map(|&cue| name(cue)).chain([sign]).collect::<String>()
        };
        let trials: Vec<String> = phase.trials.iter().map(trial).collect();
        format!("{} {}", phase.times, trials.join(" "))
    };
    phases.iter().map(phase).collect::<Vec<_>>().join(", ")
}
