//! The quality of an export, told before anything leaves the PUA.
//!
//! Every cell is read as its column's kind, then the domain's rules are tried. The report
//! counts what is wrong by table, column and rule and gives the first row numbers; it never
//! holds a value. Memory does not grow with the rows, but for 16 bytes per register number, the
//! persons' dates of birth, and about 250 bytes per person to find those who were entered twice.

use arrow::array::{Array as _, StringArray};
use chrono::NaiveDate;
use inlav_core::codes::CodeLists;
use inlav_core::programme::{Programme, SiteId};
use inlav_core::registry::{self, Column, Kind, Table};
use inlav_core::rule::Rule;
use inlav_core::text::printable;
use inlav_core::value::{self, Reading};
use serde::Serialize;

mod completeness;
mod duplicates;
mod findings;
mod keys;
mod location;
mod looks;
pub mod page;
mod register;
mod row;
mod rules;
mod shares;
mod summary;
pub mod words;

pub use completeness::{Completeness, Missing};
pub use findings::Finding;
pub use inlav_core::rule::{RuleText, Severity, rules};
pub use location::Location;
pub use summary::{CodeMiss, RuleCount, Verdict};

use crate::raw::WhyLeftOut;
use crate::source::{Dialect, Export, ExportTable, SourceError};
use completeness::Counts;
use duplicates::Duplicates;
use findings::Findings;
use keys::Keys;
use location::Locations;
use register::Register;
use row::CheckedRow;
use shares::Shares;

/// What an export is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The programme, for its first day and its code lists.
    pub programme: &'a Programme,
    /// The PUA that made the export.
    pub site: &'a SiteId,
    /// Day of the export: no date lies after it.
    pub as_of: NaiveDate,
}

/// Version of the report's shape in JSON. A field that is new leaves it as it is; one that goes
/// away or means something else makes it the next.
pub const REPORT_VERSION: u32 = 1;

/// What was read and what is wrong with it. Its fields are those of the JSON report.
#[derive(Debug, Clone, Serialize)]
pub struct QualityReport {
    /// [`REPORT_VERSION`].
    pub version: u32,
    /// The PUA.
    pub site: SiteId,
    /// Day of the export.
    pub as_of: NaiveDate,
    /// Whether the export can be used.
    pub verdict: Verdict,
    /// The tables read, in the registry's order.
    pub tables: Vec<TableRead>,
    /// Tables that the export does not have: what they would tell counts as nothing later on.
    pub absent: Vec<&'static str>,
    /// How often each rule is broken.
    pub rules: Vec<RuleCount>,
    /// Columns with cells that are not in their code list; they are among the findings too.
    pub code_misses: Vec<CodeMiss>,
    /// What was found, by table, column and rule.
    pub findings: Vec<Finding>,
}

/// One table of an export as read.
#[derive(Debug, Clone, Serialize)]
pub struct TableRead {
    /// The table.
    pub table: &'static str,
    /// The file's name.
    pub file: String,
    /// The sheet's name, in a workbook.
    pub sheet: Option<String>,
    /// How it is written, and how sure that is.
    pub dialect: Dialect,
    /// Rows below the headings, blank ones left out.
    pub rows: u64,
    /// Columns that every row should have and the export does not.
    pub absent: Vec<&'static str>,
    /// How full each column of the domain is.
    pub columns: Vec<Completeness>,
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
    let locations = Locations::of(export.tables());
    let mut run = Run {
        context,
        locations: &locations,
        findings: Findings::default(),
        keys: Keys::default(),
        duplicates: Duplicates::default(),
        register: Register::new(export.tables()),
    };
    let (mut tables, mut problems) = (Vec::new(), Vec::new());
    for table in export.tables() {
        match run.table(table) {
            Ok(read) => tables.push(read),
            Err(error) => problems.extend(error.into_problems()),
        }
    }
    SourceError::unless_empty(problems)?;
    rules::end(context, &run.register, &mut run.findings);
    let findings = run.findings.into_list(&locations);
    let is_read = |table: &&Table| tables.iter().any(|read: &TableRead| read.table == table.name);
    let absent = registry::tables().iter().filter(|table| !is_read(table)).map(|table| table.name).collect();
    let is_any = |severity| findings.iter().any(|finding| finding.severity == severity);
    let verdict = if is_any(Severity::Error) {
        Verdict::Errors
    } else if is_any(Severity::Warning) {
        Verdict::Warnings
    } else {
        Verdict::Clean
    };
    Ok(QualityReport {
        version: REPORT_VERSION,
        site: context.site.clone(),
        as_of: context.as_of,
        verdict,
        tables,
        absent,
        rules: summary::rule_counts(&findings),
        code_misses: summary::code_misses(&findings),
        findings,
    })
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
    locations: &'a Locations,
    findings: Findings,
    keys: Keys,
    duplicates: Duplicates,
    register: Register,
}

impl Run<'_> {
    fn table(&mut self, source: &ExportTable) -> Result<TableRead, SourceError> {
        let table = source.table();
        let mut shares = Shares::new(source);
        let mut counts = Counts::new(table);
        self.keys.begin(table);
        let mut rows = 0;
        for batch in source.batches()? {
            let batch = batch?;
            let texts: Vec<Option<&StringArray>> =
                table.columns.iter().map(|column| batch.column(column)).collect();
            for (index, number) in batch.row_numbers().iter().enumerate() {
                let readings = readings(table, &texts, index, self.context.programme.lists());
                counts.count(&readings, texts.iter().map(|column| text(*column, index)));
                let row = CheckedRow { table, number: *number, readings: &readings };
                self.row(&row, &mut shares);
                for (column, texts) in table.columns.iter().zip(&texts) {
                    let cell = text(*texts, index);
                    looks::identifier_in_another_column(&row, column, cell, &mut self.findings);
                }
                rows += 1;
            }
            for left_out in batch.left_out() {
                self.findings.at(table, None, left_out.why.into(), left_out.row);
            }
        }
        shares.judge(&mut self.findings);
        self.keys.end(table, &mut self.findings);
        rules::one_row_per_site(table, rows, &mut self.findings);
        let is_absent = |column: &&Column| column.expected && !source.has(column);
        let absent = table.columns.iter().filter(is_absent).map(|column| column.name).collect();
        let origin = source.origin();
        Ok(TableRead {
            table: table.name,
            file: printable(origin.place().file()),
            sheet: origin.place().sheet().map(printable),
            dialect: origin.dialect().clone(),
            rows,
            absent,
            columns: counts.finish(source, self.locations),
        })
    }

    fn row(&mut self, row: &CheckedRow<'_>, shares: &mut Shares) {
        let Self { context, findings, keys, duplicates, register, .. } = self;
        for (column, reading) in row.table.columns.iter().zip(row.readings) {
            if let Some(fault) = reading.fault {
                findings.cell(row, column, fault);
            }
        }
        shares.count(row);
        keys.check(row, findings);
        duplicates.check(row, findings);
        rules::row(row, context, register, findings);
    }
}

/// Every cell of a row, read, in the table's order of columns. `texts` are the columns of the
/// batch in that order; a column that the export does not have is blank.
fn readings(table: &Table, texts: &[Option<&StringArray>], row: usize, lists: &CodeLists) -> Vec<Reading> {
    let read = |(column, texts_of): (&Column, &Option<&StringArray>)| {
        let state = match column.kind {
            Kind::PassportNumber { issuing_state } => {
                let at = table.columns.iter().position(|other| other.name == issuing_state);
                at.and_then(|at| texts.get(at)).map(|texts| text(*texts, row))
            }
            _ => None,
        };
        value::read(column, text(*texts_of, row), state, lists)
    };
    table.columns.iter().zip(texts).map(read).collect()
}

fn text(texts: Option<&StringArray>, row: usize) -> &str {
    texts.filter(|texts| row < texts.len()).map_or("", |texts| texts.value(row))
}

impl From<WhyLeftOut> for Rule {
    fn from(why: WhyLeftOut) -> Self {
        match why {
            WhyLeftOut::Headings => Self::RepeatedHeadings,
            WhyLeftOut::Total => Self::Total,
            WhyLeftOut::Remark => Self::Remark,
        }
    }
}

#[cfg(test)]
mod tests;
