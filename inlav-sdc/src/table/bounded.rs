//! A table in which nobody counts more than so often: what differential privacy measures.

use std::fmt;

use super::{CountTable, Row, TableError};
use crate::Dimension;

/// A [`CountTable`] of at most k units of each person. Debug prints sizes only.
#[derive(Clone)]
pub struct BoundedTable {
    full: CountTable,
    bounded: CountTable,
    unit_kind: String,
    most: u32,
}

impl BoundedTable {
    /// Tallies rows as [`CountTable::tally`] does and counts of each person at most `most` units
    /// (k; at least 1). Of who has more, those count that come first in the order of their
    /// categories.
    ///
    /// # Errors
    ///
    /// As [`CountTable::tally`].
    ///
    /// # Guarantee
    ///
    /// Which cells a person counts in, and how often, depends on the categories of that person's
    /// own units and on nobody else's: a table with and one without a person differ by at most k
    /// units, all of them that person's. Numbers of units and persons may be given anew each time.
    /// Test: `one_person_changes_a_table_by_at_most_k`.
    pub fn tally(
        id: impl Into<String>,
        unit_kind: &str,
        dimensions: Vec<Dimension>,
        rows: impl IntoIterator<Item = Row>,
        most: u32,
        shown: impl Fn(&[usize]) -> bool,
    ) -> Result<Self, TableError> {
        let id = id.into();
        let most = most.max(1);
        let mut rows: Vec<Row> = rows.into_iter().collect();
        let full =
            CountTable::tally(id.clone(), unit_kind, dimensions.clone(), rows.iter().cloned(), &shown)?;
        rows.sort_unstable_by(|a, b| (a.person, &a.leaves, a.unit).cmp(&(b.person, &b.leaves, b.unit)));
        let kept = rows
            .chunk_by(|left, right| left.person == right.person)
            .flat_map(|of_person| of_person.iter().take(most.try_into().unwrap_or(usize::MAX)))
            .cloned();
        let bounded = CountTable::tally(id, unit_kind, dimensions, kept, shown)?;
        Ok(Self { full, bounded, unit_kind: unit_kind.to_owned(), most })
    }

    /// The table's name.
    pub fn id(&self) -> &str {
        self.full.id()
    }

    /// Its sides.
    pub fn dimensions(&self) -> &[Dimension] {
        self.full.dimensions()
    }

    /// What is counted.
    pub fn unit_kind(&self) -> &str {
        &self.unit_kind
    }

    /// The most units that count of one person, k.
    pub fn most(&self) -> u32 {
        self.most
    }

    /// The table with all units of everybody: what a result is compared with, never what is measured.
    pub(crate) fn full(&self) -> &CountTable {
        &self.full
    }

    /// The table that is measured.
    pub(crate) fn bounded(&self) -> &CountTable {
        &self.bounded
    }
}

impl fmt::Debug for BoundedTable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("BoundedTable").field(&self.full).field(&self.most).finish()
    }
}
