//! Rows of an export as text, under the domain's column names: what readers yield, what the
//! check and the pseudonymiser take.

use arrow::array::{Array as _, BooleanArray, RecordBatch, StringArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::DataType;
use inlav_core::registry::{Column, Table};

/// Some rows of one table. Debug is redacted: the cells identify persons.
#[derive(Clone)]
pub struct RawBatch {
    table: &'static Table,
    cells: RecordBatch,
    row_numbers: Vec<u64>,
    left_out: Vec<LeftOut>,
}

/// A row of an export that is none of its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOut {
    /// Its place in the export, as [`RawBatch::row_numbers`].
    pub row: u64,
    /// What it is.
    pub why: WhyLeftOut,
}

/// What a row is that is none of its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum WhyLeftOut {
    /// The headings once more, as on every page of a printout.
    Headings,
    /// A total.
    Total,
    /// A remark below or between the rows.
    Remark,
}

/// Columns that are not those of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RawBatchError {
    /// A column that the table does not have.
    #[error("column {position} is no column of table {table}")]
    UnknownColumn {
        /// The table.
        table: &'static str,
        /// Its position, from 1.
        position: usize,
    },
    /// A column whose cells are not texts.
    #[error("column {table}.{column} must be of type Utf8")]
    NotText {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// There is not one row number per row.
    #[error("there must be one row number for each row of table {table}")]
    RowNumbers {
        /// The table.
        table: &'static str,
    },
}

impl RawBatch {
    /// Rows of `table`. `cells` has one Utf8 column per domain column that the export has, named
    /// as in the registry, blank cells as empty text. `row_numbers` gives each row's line or row
    /// in the export, counted from 1 with the headings, for messages.
    ///
    /// # Errors
    /// [`RawBatchError`]: a column that nobody knows, or whose cells nobody can read, would be left
    /// out silently.
    pub fn new(
        table: &'static Table,
        cells: RecordBatch,
        row_numbers: Vec<u64>,
    ) -> Result<Self, RawBatchError> {
        for (position, field) in (1..).zip(cells.schema_ref().fields()) {
            let column = table.column(field.name());
            let Some(column) = column else {
                return Err(RawBatchError::UnknownColumn { table: table.name, position });
            };
            if *field.data_type() != DataType::Utf8 {
                return Err(RawBatchError::NotText { table: table.name, column: column.name });
            }
        }
        if row_numbers.len() != cells.num_rows() {
            return Err(RawBatchError::RowNumbers { table: table.name });
        }
        Ok(Self { table, cells, row_numbers, left_out: Vec::new() })
    }

    /// Adds the rows that the reader left out since the batch before.
    pub(crate) fn with_left_out(mut self, left_out: Vec<LeftOut>) -> Self {
        self.left_out = left_out;
        self
    }

    /// The rows at which `stays` is true; `None` if it has not one entry per row.
    pub(crate) fn filtered(self, stays: &BooleanArray) -> Option<Self> {
        if stays.len() != self.rows() {
            return None;
        }
        let cells = filter_record_batch(&self.cells, stays).ok()?;
        let numbers = self.row_numbers.iter().zip(stays).filter(|(_, stays)| *stays == Some(true));
        let row_numbers = numbers.map(|(number, _)| *number).collect();
        Some(Self { cells, row_numbers, ..self })
    }

    /// The rows that the reader left out since the batch before, for the check to tell.
    #[must_use]
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// The table.
    #[must_use]
    pub const fn table(&self) -> &'static Table {
        self.table
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.cells.num_rows()
    }

    /// Each row's place in the export.
    #[must_use]
    pub fn row_numbers(&self) -> &[u64] {
        &self.row_numbers
    }

    /// The texts of a column, or `None` if the export does not have it.
    #[must_use]
    pub fn column(&self, column: &Column) -> Option<&StringArray> {
        self.cells.column_by_name(column.name)?.as_any().downcast_ref()
    }

    /// The text of a cell; empty if it is blank or the export does not have the column.
    #[must_use]
    pub fn text(&self, column: &Column, row: usize) -> &str {
        match self.column(column) {
            Some(texts) if row < texts.len() && texts.is_valid(row) => texts.value(row),
            _ => "",
        }
    }
}

impl std::fmt::Debug for RawBatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RawBatch({}, {} rows, redacted)", self.table.name, self.rows())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, LargeStringArray};
    use inlav_core::registry::pact;

    use super::*;

    #[test]
    fn nothing_is_left_out_silently() {
        let texts: ArrayRef = Arc::new(StringArray::from(vec!["SOTTOSCRITTO"]));
        let large: ArrayRef = Arc::new(LargeStringArray::from(vec!["SOTTOSCRITTO"]));
        let new = |name: &str, cells: &ArrayRef, numbers| {
            let cells = RecordBatch::try_from_iter([(name, Arc::clone(cells))]).unwrap();
            static TABLE: Table = pact::TABLE;
            RawBatch::new(&TABLE, cells, numbers).map(|batch| batch.rows())
        };
        assert_eq!(new("status", &texts, vec![2]), Ok(1));
        let unknown = RawBatchError::UnknownColumn { table: "pact", position: 1 };
        assert_eq!(new("stato", &texts, vec![2]), Err(unknown));
        let not_text = RawBatchError::NotText { table: "pact", column: "status" };
        assert_eq!(new("status", &large, vec![2]), Err(not_text));
        assert_eq!(new("status", &texts, vec![]), Err(RawBatchError::RowNumbers { table: "pact" }));
    }
}
