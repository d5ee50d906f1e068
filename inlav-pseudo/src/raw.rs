//! Rows of an export as text, under the domain's column names: what readers yield, what the
//! check and the pseudonymiser take.

use arrow::array::{Array as _, RecordBatch, StringArray};
use inlav_core::registry::{Column, Table};

/// Some rows of one table. Debug is redacted: the cells identify persons.
#[derive(Clone)]
pub struct RawBatch {
    table: &'static Table,
    cells: RecordBatch,
    row_numbers: Vec<u64>,
}

impl RawBatch {
    /// Rows of `table`. `cells` has one Utf8 column per domain column that the export has, named
    /// as in the registry, blank cells as empty text. `row_numbers` gives each row's line or row
    /// in the export, counted from 1 with the headings, for messages.
    #[must_use]
    pub const fn new(table: &'static Table, cells: RecordBatch, row_numbers: Vec<u64>) -> Self {
        Self { table, cells, row_numbers }
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
