//! Build a planner.
//!
//! A map says which places follow each place, one for each action. Food lies at one of
//! them and ends the trial. A place is worth the best of its actions: 1 if the action
//! leads to the food, else the discount times the worth of the place that it leads to.
//! Compute the worth of all places by sweeping over them until nothing moves. The food's
//! own place is worth 0: the trial is over there.

/// The worth of every place. `links[s]` lists the places that the actions in `s` lead to;
/// `discount` is below 1.
///
/// A place from which no way leads to the food is worth 0.
pub fn plan(links: &[Vec<usize>], food: usize, discount: f64) -> Vec<f64> {
    // SOLUTION
    let mut v = vec![0.0; links.len()];
    let mut moved = true;
    while moved {
        moved = false;
        for s in (0..links.len()).filter(|&s| s != food) {
            let worth = |&next: &usize| {
                if next == food { 1.0 } else { discount * v[next] }
            };
            let best = links[s].iter().map(worth).fold(0.0, f64::max);
            moved |= best != v[s];
            v[s] = best;
        }
    }
    v
    // END
}

#[cfg(test)]
mod tests {
    use super::plan;

    /// A corridor of four places with the food at its right end; each action goes left or
    /// right.
    fn corridor() -> Vec<Vec<usize>> {
        vec![vec![0, 1], vec![0, 2], vec![1, 3], vec![3, 3]]
    }

    #[test]
    fn worth_falls_by_the_discount_with_every_step() {
        assert_eq!(plan(&corridor(), 3, 0.5), [0.25, 0.5, 1.0, 0.0]);
    }

    #[test]
    fn moving_the_food_moves_the_worth() {
        assert_eq!(plan(&corridor(), 0, 0.5), [0.0, 1.0, 0.5, 0.0]);
    }

    #[test]
    fn the_shorter_of_two_ways_counts() {
        let links =
            vec![vec![1, 2], vec![3, 0], vec![4, 0], vec![3, 3], vec![5, 2], vec![3, 4]];
        assert_eq!(plan(&links, 3, 0.5)[0], 0.5);
    }

    #[test]
    fn what_leads_nowhere_is_worth_nothing() {
        assert_eq!(plan(&[vec![1], vec![0], vec![2]], 2, 0.9), [0.0, 0.0, 0.0]);
    }
}
