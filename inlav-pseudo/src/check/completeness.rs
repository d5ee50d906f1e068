//! How full each column is, counted while the rows go by.

use inlav_core::codes::MissingCode;
use inlav_core::registry::Table;
use inlav_core::text::fold;
use inlav_core::value::{Fault, Reading, Value};
use serde::Serialize;

use super::location::{Location, Locations};
use crate::source::ExportTable;

/// How full one column of a table is. `filled`, `missing` and `faulty` add up to the rows read.
#[derive(Debug, Clone, Serialize)]
pub struct Completeness {
    /// The column.
    pub column: &'static str,
    /// Where it stands.
    #[serde(flatten)]
    pub location: Location,
    /// Whether the export or the mapping file has the column; what neither has is not counted.
    pub present: bool,
    /// Whether a missing value is missing information. It is not where a blank is the normal
    /// case, as the day of closure of an open case or a document that a person does not have.
    pub expected: bool,
    /// Share in per cent, rounded down, of filled cells among those that a value applies to; none
    /// if there are no such cells.
    pub percent: Option<u64>,
    /// Cells with a value.
    pub filled: u64,
    /// Cells without one, by the reason given.
    pub missing: Missing,
    /// Cells that hold something which is no value of the column.
    pub faulty: u64,
}

/// Cells without a value by the reason given, as in the code list `missing_code`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// Blank or `NR`: not collected.
    pub not_collected: u64,
    /// `ND`, or a filler such as `XXXX`: asked, not known.
    pub not_known: u64,
    /// `RIF`: the person preferred not to answer.
    pub refused: u64,
    /// `NA`: does not apply.
    pub not_applicable: u64,
}

/// Counts over the rows of one table.
pub(super) struct Counts {
    table: &'static Table,
    columns: Vec<Count>,
}

#[derive(Clone, Copy, Default)]
struct Count {
    filled: u64,
    missing: Missing,
    faulty: u64,
}

impl Missing {
    /// Cells without a value for any reason.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.not_collected + self.not_known + self.refused + self.not_applicable
    }

    const fn of(&mut self, code: MissingCode) -> &mut u64 {
        match code {
            MissingCode::NotCollected => &mut self.not_collected,
            MissingCode::NotKnown => &mut self.not_known,
            MissingCode::Refused => &mut self.refused,
            MissingCode::NotApplicable => &mut self.not_applicable,
        }
    }
}

impl Counts {
    pub(super) fn new(table: &'static Table) -> Self {
        Self { table, columns: vec![Count::default(); table.columns.len()] }
    }

    /// Counts a row: its readings and, for the reason why a value is missing, its texts.
    pub(super) fn count<'t>(&mut self, readings: &[Reading], texts: impl Iterator<Item = &'t str>) {
        for ((count, reading), text) in self.columns.iter_mut().zip(readings).zip(texts) {
            match (reading.fault, &reading.value) {
                (Some(Fault::Empty | Fault::Blank), _) | (None, Value::Null) => {
                    *count.missing.of(reason(text)) += 1;
                }
                (Some(_), _) => count.faulty += 1,
                (None, Value::Code(code)) => match MissingCode::from_code(code) {
                    Some(code) => *count.missing.of(code) += 1,
                    None => count.filled += 1,
                },
                (None, _) => count.filled += 1,
            }
        }
    }

    /// The columns of the table, with what the export says about each.
    pub(super) fn finish(&self, source: &ExportTable, locations: &Locations) -> Vec<Completeness> {
        self.table
            .columns
            .iter()
            .zip(&self.columns)
            .map(|(column, count)| {
                let location = locations.location(self.table.name, Some(column.name));
                let present = source.has(column);
                let Count { filled, missing, faulty } = if present { *count } else { Count::default() };
                let applies = filled + faulty + missing.total() - missing.not_applicable;
                Completeness {
                    column: column.name,
                    location,
                    present,
                    expected: column.required || column.expected,
                    percent: (filled * 100).checked_div(applies),
                    filled,
                    missing,
                    faulty,
                }
            })
            .collect()
    }
}

/// Why a cell with this text has no value.
fn reason(text: &str) -> MissingCode {
    if text.is_empty() || fold(text).is_empty() {
        return MissingCode::NotCollected;
    }
    MissingCode::parse(text).unwrap_or(MissingCode::NotKnown)
}
