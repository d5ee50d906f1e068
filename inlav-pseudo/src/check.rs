//! The quality of an export, told before anything leaves the PUA.
//!
//! Every cell is read as its column's kind, then the domain's rules are tried. The report
//! counts what is wrong by table, column and rule and gives the first row numbers; it never
//! holds a value. Memory does not grow with the rows, but for 16 bytes per register number and
//! the persons' dates of birth.

use arrow::array::{Array as _, StringArray};
use chrono::NaiveDate;
use inlav_core::programme::{Programme, SiteId};
use inlav_core::registry::{self, Column, Kind, Table};
use inlav_core::value::{self, Reading};
use serde::Serialize;

mod findings;
mod keys;
mod looks;
mod row;
mod rules;
mod shares;

pub use findings::{Finding, Severity};

use crate::source::{Export, ExportTable, SourceError};
use findings::Findings;
use keys::Keys;
use row::CheckedRow;
use shares::Shares;

/// What an export is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The programme, for its first day.
    pub programme: &'a Programme,
    /// The PUA that made the export.
    pub site: &'a SiteId,
    /// Day of the export: no date lies after it.
    pub as_of: NaiveDate,
}

/// What was read and what is wrong with it.
#[derive(Debug, Clone, Serialize)]
pub struct QualityReport {
    /// The PUA.
    pub site: SiteId,
    /// Day of the export.
    pub as_of: NaiveDate,
    /// The tables read, in the registry's order.
    pub tables: Vec<TableRead>,
    /// Tables that the export does not have: what they would tell counts as nothing later on.
    pub absent: Vec<&'static str>,
    /// What was found, by table, column and rule.
    pub findings: Vec<Finding>,
}

/// One table of an export as read.
#[derive(Debug, Clone, Serialize)]
pub struct TableRead {
    /// The table.
    pub table: &'static str,
    /// File, and sheet of a workbook.
    pub origin: String,
    /// Encoding found, of a text file.
    pub encoding: Option<String>,
    /// Rows below the headings, blank ones left out.
    pub rows: u64,
    /// Optional columns that the export does not have.
    pub absent: Vec<&'static str>,
}

/// Reads a whole export and tells what is wrong with it.
///
/// # Errors
/// [`SourceError`] with every row of every table that cannot be read at all. Cells and rows that
/// are merely wrong are findings of the report.
///
/// # Guarantee
/// Neither the report nor the error holds a cell's value. Every test of this module and of
/// `source` plants one and looks for it in what is told.
pub fn check(export: &Export, context: &Context<'_>) -> Result<QualityReport, SourceError> {
    let mut run = Run { context, findings: Findings::default(), keys: Keys::default(), opened_on: None };
    let (mut tables, mut problems) = (Vec::new(), Vec::new());
    for table in export.tables() {
        match run.table(table) {
            Ok(read) => tables.push(read),
            Err(error) => problems.extend(error.into_problems()),
        }
    }
    SourceError::unless_empty(problems)?;
    let findings = run.findings.into_list();
    let is_read = |table: &&Table| tables.iter().any(|read: &TableRead| read.table == table.name);
    let absent = registry::tables().iter().filter(|table| !is_read(table)).map(|table| table.name).collect();
    Ok(QualityReport { site: context.site.clone(), as_of: context.as_of, tables, absent, findings })
}

impl QualityReport {
    /// Number of errors; with any, the export is not to be used.
    #[must_use]
    pub fn errors(&self) -> u64 {
        self.count(Severity::Error)
    }

    /// Number of warnings.
    #[must_use]
    pub fn warnings(&self) -> u64 {
        self.count(Severity::Warning)
    }

    fn count(&self, severity: Severity) -> u64 {
        self.findings.iter().filter(|finding| finding.severity == severity).map(|finding| finding.count).sum()
    }
}

/// What a check remembers from one table to the next.
struct Run<'a> {
    context: &'a Context<'a>,
    findings: Findings,
    keys: Keys,
    opened_on: Option<NaiveDate>,
}

impl Run<'_> {
    fn table(&mut self, source: &ExportTable) -> Result<TableRead, SourceError> {
        let table = source.table();
        let mut shares = Shares::new(table);
        let mut rows = 0;
        for batch in source.batches()? {
            let batch = batch?;
            let texts: Vec<Option<&StringArray>> =
                table.columns.iter().map(|column| batch.column(column)).collect();
            for (index, number) in batch.row_numbers().iter().enumerate() {
                let readings = readings(table, &texts, index);
                let row = CheckedRow { table, number: *number, readings: &readings };
                self.row(&row, &mut shares);
                for (column, texts) in table.columns.iter().zip(&texts) {
                    let cell = text(*texts, index);
                    looks::identifier_in_another_column(&row, column, cell, &mut self.findings);
                }
                rows += 1;
            }
        }
        shares.judge(&mut self.findings);
        rules::one_row_per_site(table, rows, &mut self.findings);
        let absent =
            table.columns.iter().filter(|column| !source.has(column)).map(|column| column.name).collect();
        let origin = source.origin();
        let encoding = origin.encoding().map(|encoding| encoding.to_string());
        Ok(TableRead { table: table.name, origin: origin.place().to_string(), encoding, rows, absent })
    }

    fn row(&mut self, row: &CheckedRow<'_>, shares: &mut Shares) {
        let Self { context, findings, keys, opened_on } = self;
        for (column, reading) in row.table.columns.iter().zip(row.readings) {
            if let Some(fault) = reading.fault {
                findings.cell(row, column, fault);
            }
        }
        shares.count(row);
        keys.check(row, findings);
        rules::dates_within_programme(row, context, findings);
        match row.table.name {
            "site" => *opened_on = rules::opening_day(row, *opened_on),
            "case" => {
                rules::dates_in_order(row, findings);
                rules::contact_after_opening(row, *opened_on, findings);
                rules::closed_with_day_and_reason(row, findings);
                rules::taken_in_charge_with_day(row, findings);
                rules::age_at_first_contact(row, keys, findings);
            }
            "pact" => rules::signed_pact(row, findings),
            _ => {}
        }
    }
}

/// Every cell of a row, read, in the table's order of columns. `texts` are the columns of the
/// batch in that order; a column that the export does not have is blank.
fn readings(table: &Table, texts: &[Option<&StringArray>], row: usize) -> Vec<Reading> {
    let read = |(column, texts_of): (&Column, &Option<&StringArray>)| {
        let state = match column.kind {
            Kind::PassportNumber { issuing_state } => {
                let at = table.columns.iter().position(|other| other.name == issuing_state);
                at.and_then(|at| texts.get(at)).map(|texts| text(*texts, row))
            }
            _ => None,
        };
        value::read(column, text(*texts_of, row), state)
    };
    table.columns.iter().zip(texts).map(read).collect()
}

fn text(texts: Option<&StringArray>, row: usize) -> &str {
    texts.filter(|texts| row < texts.len()).map_or("", |texts| texts.value(row))
}

#[cfg(test)]
mod tests;
