//! Which start does each learner prefer after a change that it met only in the middle?

use std::process::exit;

use ch03_dopamine_and_td::revaluation::{Learner, Student, preferred};
use envs::graph::Revalued;

const CHANGES: [(&str, Revalued); 3] = [
    ("nothing", Revalued::Nothing),
    ("rewards", Revalued::Rewards),
    ("ways", Revalued::Transitions),
];

const LEARNERS: [(&str, Learner); 3] =
    [("values", Learner::Values), ("map", Learner::Map), ("planner", Learner::Planner)];

fn main() {
    if let Some(text) = std::env::args().nth(1) {
        eprintln!("unknown: {text}; this example takes no argument");
        exit(2);
    }
    println!("changed    learner   worth of start 1   of start 2   prefers");
    for (change, changed) in CHANGES {
        let student = Student::after(changed);
        for (name, learner) in LEARNERS {
            let worth = [0, 1].map(|start| student.value(start, learner));
            let prefers = preferred(&student, learner) + 1;
            println!(
                "{change:<9}  {name:<8}  {:>16.2}   {:>10.2}   start {prefers}",
                worth[0], worth[1]
            );
        }
    }
}
