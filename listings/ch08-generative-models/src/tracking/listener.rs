//! Who listens.

/// What an owl does with the rustles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listener {
    /// Predicts and corrects.
    Filter,
    /// Filters, and looks back when all is heard.
    Smoother,
    /// Goes by the present rustle and forgets the others.
    LastRustle,
    /// Corrects and never predicts, as if the vole sat still.
    NeverPredicts,
    /// Filters with a vole in mind that runs the other way.
    Reversed,
    /// Filters with a vole in mind that runs either way alike, at each step anew.
    EitherWay,
    /// Doesn't know which of the two rings it is: filters with both, half believed in
    /// each at first, and weighs them by how well they predict.
    InDoubt,
}

impl Listener {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Filter,
        Self::Smoother,
        Self::LastRustle,
        Self::NeverPredicts,
        Self::Reversed,
        Self::EitherWay,
        Self::InDoubt,
    ];

    /// Name for tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Filter => "filter",
            Self::Smoother => "smoother",
            Self::LastRustle => "last rustle",
            Self::NeverPredicts => "never predicts",
            Self::Reversed => "reversed",
            Self::EitherWay => "either way",
            Self::InDoubt => "in doubt",
        }
    }
}
