//! Skinner's cumulative record: a pen steps up at each press while paper runs under it,
//! and the slope is the rate of pressing.
//!
//! A record keeps what an average over intervals loses: the single interval.
//!
//! ```
//! use ch01_behaving_animal::cumulative_record::cumulative;
//! let [_, variable_ratio, _, variable_interval] = cumulative(0, 5);
//! assert!(variable_ratio.len() > variable_interval.len());
//! ```

use crate::schedule_rates::{MINUTE, RECORDING, SCHEDULES, TRAINING, record};
use crate::schedules::TICK_SECONDS;

/// A point of a cumulative record: one press.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Press {
    /// Seconds since the start of the record.
    pub seconds: f64,
    /// Presses so far, this one included.
    pub presses: u32,
    /// Whether it brought food.
    pub food: bool,
}

/// The cumulative record of one animal's last `minutes` on each of the four schedules.
pub fn cumulative(seed: u64, minutes: u32) -> [Vec<Press>; 4] {
    let start = TRAINING + RECORDING - minutes * MINUTE as u32;
    SCHEDULES.map(|(_, schedule)| {
        let mut presses = Vec::new();
        record(schedule, seed, |tick| {
            // ANCHOR: pen
            if tick.at >= start && tick.key.is_some() {
                let seconds = f64::from(tick.at - start) * TICK_SECONDS;
                let count = presses.len() as u32 + 1;
                presses.push(Press { seconds, presses: count, food: tick.food });
            }
            // ANCHOR_END: pen
        });
        presses
    })
}
