//! Rows of unequal length, one after the other in memory.

/// Row `i` is `entries[ends[i]..ends[i + 1]]`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rows<T> {
    ends: Vec<usize>,
    entries: Vec<T>,
}

impl<T> Rows<T> {
    /// `n` rows; `push(i, entries)` adds those of row `i` behind the others.
    pub fn new(n: usize, mut push: impl FnMut(usize, &mut Vec<T>)) -> Self {
        let mut ends = Vec::with_capacity(n + 1);
        ends.push(0);
        let mut entries = Vec::new();
        for i in 0..n {
            push(i, &mut entries);
            ends.push(entries.len());
        }
        Self { ends, entries }
    }

    #[inline]
    pub fn row(&self, i: usize) -> &[T] {
        &self.entries[self.ends[i]..self.ends[i + 1]]
    }
}
