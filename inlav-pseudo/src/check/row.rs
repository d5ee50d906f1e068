//! A row whose cells have been read.

use chrono::NaiveDate;
use inlav_core::identifiers::Identifier;
use inlav_core::registry::{Column, Table};
use inlav_core::value::{Reading, Value};

/// A row of a table: its number in the export and its cells' readings.
pub(super) struct CheckedRow<'a> {
    /// The table.
    pub(super) table: &'static Table,
    /// Row number in the export.
    pub(super) number: u64,
    /// One reading per column of the table.
    pub(super) readings: &'a [Reading],
}

impl<'a> CheckedRow<'a> {
    pub(super) fn value(&self, column: &Column) -> &'a Value {
        let index = self.table.columns.iter().position(|other| other.name == column.name);
        index.and_then(|index| self.readings.get(index)).map_or(&Value::Null, |reading| &reading.value)
    }

    pub(super) fn date(&self, column: &Column) -> Option<NaiveDate> {
        match self.value(column) {
            Value::Date(date) => Some(*date),
            _ => None,
        }
    }

    pub(super) fn code(&self, column: &Column) -> Option<&'a str> {
        match self.value(column) {
            Value::Code(code) => Some(code),
            _ => None,
        }
    }

    pub(super) fn identifier(&self, column: &Column) -> Option<&'a Identifier> {
        match self.value(column) {
            Value::Identifier(identifier) => Some(identifier),
            _ => None,
        }
    }
}
