//! The three groups of Tolman and Honzik (1930): who finds food at the end of the maze,
//! and when.
//!
//! ```
//! use ch01_behaving_animal::groups::Group;
//! assert_eq!(Group::ALL.map(|group| group.is_fed(10)), [true, false, false]);
//! assert_eq!(Group::ALL.map(|group| group.is_fed(11)), [true, false, true]);
//! ```

/// The first day on which the third group finds food.
pub const FIRST_FOOD: usize = 11;

/// When a group finds food.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Every day.
    Always,
    /// On no day.
    Never,
    /// From day 11 on.
    FromDay11,
}

impl Group {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Always, Self::Never, Self::FromDay11];

    /// Its name in prints and data.
    pub fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Never => "never",
            Self::FromDay11 => "from-day-11",
        }
    }

    // ANCHOR: is_fed
    /// Whether this group finds food on this day, counted from 1.
    pub fn is_fed(self, day: usize) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::FromDay11 => day >= FIRST_FOOD,
        }
    }
    // ANCHOR_END: is_fed
}
