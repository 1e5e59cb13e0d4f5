//! Which start does each learner prefer after a change that it met only in the middle?

use ch03_dopamine_and_td::revaluation::{
    Change, Learner, Student, preferred, walks_until_the_map_follows,
};

fn main() {
    println!("changed    learner   worth of start 1   of start 2   prefers");
    for change in Change::ALL {
        let student = Student::after(change);
        let name = match change {
            Change::Nothing => "nothing",
            Change::Rewards => "rewards",
            Change::Ways => "ways",
        };
        for learner in Learner::ALL {
            let worth = [0, 1].map(|start| student.value(start, learner));
            let prefers = preferred(&student, learner) + 1;
            println!(
                "{name:<9}  {:<8}  {:>16.2}   {:>10.2}   start {prefers}",
                learner.name(),
                worth[0],
                worth[1]
            );
        }
    }
    let walks = walks_until_the_map_follows(Change::Ways);
    println!("the map follows the changed ways after {walks} walks from each start");
}
