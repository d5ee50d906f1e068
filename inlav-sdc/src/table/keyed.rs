//! A table whose cells know the keys of their records: what the cell-key method perturbs.

use std::fmt;

use super::{CountTable, Row, TableError};
use crate::Dimension;
use crate::noise::{CellKey, RecordKey};

/// A [`CountTable`] with the sum of the record keys of every cell. Debug prints sizes only.
#[derive(Clone)]
pub struct KeyedTable {
    table: CountTable,
    keys: Vec<CellKey>,
}

impl KeyedTable {
    /// Tallies rows, each with the key of its unit ([`crate::noise::PerturbationKey::record_key`]);
    /// everything else as in [`CountTable::tally`].
    ///
    /// # Errors
    ///
    /// As [`CountTable::tally`].
    ///
    /// # Guarantee
    ///
    /// The key of a cell is a function of the set of its units alone: however a question is
    /// written, and in whichever table the cell stands, the same set has the same key
    /// (`the_same_question_gets_the_same_answer`).
    pub fn tally(
        id: impl Into<String>,
        unit_kind: &str,
        dimensions: Vec<Dimension>,
        rows: impl IntoIterator<Item = (Row, RecordKey)>,
        shown: impl Fn(&[usize]) -> bool,
    ) -> Result<Self, TableError> {
        let (rows, records): (Vec<Row>, Vec<RecordKey>) = rows.into_iter().unzip();
        let leaves: Vec<Vec<usize>> = rows.iter().map(|row| row.leaves.clone()).collect();
        let table = CountTable::tally(id, unit_kind, dimensions, rows, shown)?;
        let mut keys = vec![CellKey::default(); table.size()];
        for (leaves, record) in leaves.iter().zip(records) {
            if let Some(key) = table.index(leaves).and_then(|cell| keys.get_mut(cell)) {
                *key = key.with(record);
            }
        }
        table.fold_up(&mut keys, |parent, key| *parent = parent.and(key));
        Ok(Self { table, keys })
    }

    /// The counts.
    pub fn table(&self) -> &CountTable {
        &self.table
    }

    pub(crate) fn keys(&self) -> &[CellKey] {
        &self.keys
    }
}

impl fmt::Debug for KeyedTable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("KeyedTable").field(&self.table).finish()
    }
}
