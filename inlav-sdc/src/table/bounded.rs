//! A table of one flow in which nobody counts more than so often: what differential privacy measures.

use std::fmt;

use super::{CountTable, Row, TableError};
use crate::Dimension;
use crate::noise::Flow;

/// A [`CountTable`] of at most k units of each person. Debug prints sizes only.
#[derive(Clone)]
pub struct BoundedTable {
    full: CountTable,
    bounded: CountTable,
    unit_kind: String,
    flow: Flow,
    most: u32,
}

impl BoundedTable {
    /// Tallies the rows whose day is in `flow`, as [`CountTable::tally`] does, and counts of each
    /// person at most `most` units (k; at least 1). Of who has more, those count that come first in
    /// the order of their categories.
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
        rows: impl IntoIterator<Item = (i64, Row)>,
        shown: impl Fn(&[usize]) -> bool,
        flow: Flow,
        most: u32,
    ) -> Result<Self, TableError> {
        let id = id.into();
        let most = most.max(1);
        let rows = rows.into_iter().filter(|(day, _)| flow.holds(*day));
        let mut rows: Vec<Row> = rows.map(|(_, row)| row).collect();
        let full =
            CountTable::tally(id.clone(), unit_kind, dimensions.clone(), rows.iter().cloned(), &shown)?;
        rows.sort_unstable_by(|a, b| (a.person, &a.leaves, a.unit).cmp(&(b.person, &b.leaves, b.unit)));
        let kept = rows
            .chunk_by(|left, right| left.person == right.person)
            .flat_map(|of_person| of_person.iter().take(most.try_into().unwrap_or(usize::MAX)))
            .cloned();
        let bounded = CountTable::tally(id, unit_kind, dimensions, kept, shown)?;
        Ok(Self { full, bounded, unit_kind: unit_kind.to_owned(), flow, most })
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

    /// The units that are counted.
    pub fn flow(&self) -> Flow {
        self.flow
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

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};

    use super::*;

    fn tally(rows: Vec<Row>, most: u32) -> BoundedTable {
        let side = |name: &str| Dimension::flat(name, ["1", "2", "3"]).unwrap();
        let flow = Flow { after: Some(0), until: 30 };
        // Two rows outside the flow, which do not count.
        let days = rows.into_iter().map(|row| (1, row));
        let outside = [0, 31].map(|day| (day, Row { unit: 9999, person: 9999, leaves: vec![1, 1] }));
        let sides = vec![side("a"), side("b")];
        BoundedTable::tally("t", "referral", sides, days.chain(outside), |_| true, flow, most).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// With and without one person, units numbered anew and in another order.
        #[test]
        fn one_person_changes_a_table_by_at_most_k(
            drawn in vec((0_u64..6, 1_usize..=3, 1_usize..=3), 0..60), most in 1_u32..5, gone in 0_u64..6,
        ) {
            let rows: Vec<Row> = (drawn.iter().zip(0..))
                .map(|(&(person, a, b), unit)| Row { unit, person, leaves: vec![a, b] })
                .collect();
            let others = rows.iter().filter(|row| row.person != gone).rev();
            let without: Vec<Row> =
                others.zip(1000..).map(|(row, unit)| Row { unit, ..row.clone() }).collect();
            let own = rows.iter().filter(|row| row.person == gone).count() as u64;
            let (with, without) = (tally(rows, most), tally(without, most));
            for index in 0..with.bounded().size() {
                let count = |table: &BoundedTable| table.bounded().cells()[index].count;
                prop_assert!(count(&without) <= count(&with));
                prop_assert!(count(&with) - count(&without) <= most.into());
                prop_assert!(with.full().cells()[index].count >= count(&with));
            }
            let total = |table: &BoundedTable| table.bounded().cells()[0].count;
            prop_assert_eq!(total(&with) - total(&without), own.min(most.into()), "all units are one person's");
        }
    }

    #[test]
    fn debug_prints_no_count() {
        let told = format!("{:?}", tally(vec![Row { unit: 1, person: 1, leaves: vec![1, 1] }], 2));
        assert_eq!(told, "BoundedTable(CountTable { id: \"t\", cells: 16, .. }, 2)");
    }
}
