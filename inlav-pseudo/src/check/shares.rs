//! Rules about whole columns: how much is missing, how much looks made up.

use chrono::Datelike as _;
use inlav_core::codes::MissingCode;
use inlav_core::registry::{Column, Table, case};
use inlav_core::value::Value;

use super::findings::Findings;
use super::row::CheckedRow;
use crate::source::ExportTable;
use inlav_core::rule::Rule;

/// R39: largest share of missing values that is not told, in per cent.
const MISSING_PERCENT: u64 = 20;
/// R40: largest share of first contacts on the first of a month that is not told, in per cent.
const FIRST_OF_MONTH_PERCENT: u64 = 30;
/// R40: fewer first contacts say nothing.
const FEWEST_CONTACTS: u64 = 20;

/// Counts over the rows of one table.
pub(super) struct Shares {
    table: &'static Table,
    expected: Vec<bool>,
    rows: u64,
    missing: Vec<u64>,
    contacts: u64,
    on_the_first: u64,
}

impl Shares {
    /// Nothing counted yet. A column that the export lacks is told once, as absent.
    pub(super) fn new(source: &ExportTable) -> Self {
        let table = source.table();
        let is_expected = |column: &Column| (column.required || column.expected) && source.has(column);
        let expected = table.columns.iter().map(is_expected).collect();
        let missing = vec![0; table.columns.len()];
        Self { table, expected, rows: 0, missing, contacts: 0, on_the_first: 0 }
    }

    pub(super) fn count(&mut self, row: &CheckedRow<'_>) {
        self.rows += 1;
        for (missing, reading) in self.missing.iter_mut().zip(row.readings) {
            *missing += u64::from(is_missing(&reading.value));
        }
        if self.table.name == case::TABLE.name
            && let Some(contact) = row.date(&case::FIRST_CONTACT_ON)
        {
            self.contacts += 1;
            self.on_the_first += u64::from(contact.day() == 1);
        }
    }

    pub(super) fn judge(&self, findings: &mut Findings) {
        for ((column, missing), expected) in self.table.columns.iter().zip(&self.missing).zip(&self.expected)
        {
            if *expected && missing * 100 > self.rows * MISSING_PERCENT {
                let percent = Some(missing * 100 / self.rows.max(1));
                findings.of_table(self.table, Some(column), Rule::MissingShare, percent);
            }
        }
        if self.contacts >= FEWEST_CONTACTS
            && self.on_the_first * 100 > self.contacts * FIRST_OF_MONTH_PERCENT
        {
            let percent = Some(self.on_the_first * 100 / self.contacts);
            findings.of_table(self.table, Some(&case::FIRST_CONTACT_ON), Rule::FirstOfMonth, percent);
        }
    }
}

/// Not known, not collected or refused; "does not apply" is an answer.
fn is_missing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Code(code) => {
            MissingCode::from_code(code).is_some_and(|missing| missing != MissingCode::NotApplicable)
        }
        _ => false,
    }
}
