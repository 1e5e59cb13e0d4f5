//! Labels that don't cover one another.

/// About how wide a text is in page pixels. The reader's font decides; this errs on the wide side.
pub fn text_width(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * size * 0.54
}

/// Moves the centers of labels apart until each has `gap` to the next, all within `low` to `high`, each as near to where it was
/// as its neighbors let it be. The order stays.
pub fn spread(centers: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..centers.len()).collect();
    order.sort_by(|&a, &b| centers[a].total_cmp(&centers[b]));
    // Groups of labels that touch: first member, number of members, center of the group.
    let mut groups: Vec<(usize, usize, f64)> = Vec::new();
    for (rank, &index) in order.iter().enumerate() {
        groups.push((rank, 1, centers[index].clamp(low, high)));
        while let [.., (first, above, upper), (_, below, lower)] = groups[..] {
            let needed = gap * (above + below) as f64 / 2.0;
            if lower - upper >= needed - 1e-9 {
                break;
            }
            let members = above + below;
            let wanted: f64 = order[first..first + members]
                .iter()
                .enumerate()
                .map(|(place, &index)| {
                    centers[index] - (place as f64 - (members - 1) as f64 / 2.0) * gap
                })
                .sum::<f64>()
                / members as f64;
            let half = (members - 1) as f64 / 2.0 * gap;
            groups.truncate(groups.len() - 2);
            groups.push((
                first,
                members,
                wanted.clamp(low + half, (high - half).max(low + half)),
            ));
        }
    }
    let mut spread = vec![0.0; centers.len()];
    for (first, members, center) in groups {
        for place in 0..members {
            spread[order[first + place]] =
                center + (place as f64 - (members - 1) as f64 / 2.0) * gap;
        }
    }
    spread
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_far_apart_stay_where_they_are() {
        assert_eq!(spread(&[10.0, 90.0, 50.0], 20.0, 0.0, 100.0), [10.0, 90.0, 50.0]);
    }

    #[test]
    fn labels_that_touch_move_apart_around_their_middle() {
        assert_eq!(spread(&[50.0, 52.0], 20.0, 0.0, 100.0), [41.0, 61.0]);
    }

    #[test]
    fn labels_stay_inside_and_in_order() {
        let spread = spread(&[99.0, 98.0, 97.0, 1.0], 20.0, 0.0, 100.0);
        assert_eq!(spread, [100.0, 80.0, 60.0, 1.0]);
    }
}
