//! Rules about whole columns: how much is missing, how much looks made up.

use chrono::Datelike as _;
use inlav_core::registry::{Column, Kind, PrivacyClass, Table, case, service_event};
use inlav_core::value::Value;

use super::findings::{Findings, Rule};
use super::row::CheckedRow;

/// R39: largest share of missing values that is not told, in per cent.
const MISSING_PERCENT: u64 = 20;
/// R40: largest share of first contacts on the first of a month that is not told, in per cent.
const FIRST_OF_MONTH_PERCENT: u64 = 30;
/// R40: fewer first contacts say nothing.
const FEWEST_CONTACTS: u64 = 20;

/// Counts over the rows of one table.
pub(super) struct Shares {
    table: &'static Table,
    rows: u64,
    missing: Vec<u64>,
    contacts: u64,
    on_the_first: u64,
}

impl Shares {
    pub(super) fn new(table: &'static Table) -> Self {
        Self { table, rows: 0, missing: vec![0; table.columns.len()], contacts: 0, on_the_first: 0 }
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
        for (column, missing) in self.table.columns.iter().zip(&self.missing) {
            if expects_values(column) && missing * 100 > self.rows * MISSING_PERCENT {
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
        Value::Code(code) => matches!(code.as_str(), "ND" | "NR" | "RIF"),
        _ => false,
    }
}

/// Whether a missing value means missing information: not where a blank is the normal case, as
/// the day of closure of an open case, the hours of a service that was not held or a document
/// that a person does not have.
pub(super) fn expects_values(column: &Column) -> bool {
    let identifies = matches!(column.privacy, PrivacyClass::Direct | PrivacyClass::FreeText);
    let conditional = column.kind == Kind::Date
        || [case::CLOSURE_REASON.name, service_event::HOURS.name].contains(&column.name);
    column.required || !(identifies || conditional)
}
