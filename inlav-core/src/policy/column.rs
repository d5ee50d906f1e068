//! The columns of an extract that actions make.

use arrow::datatypes::{DataType, Field, Schema};

use super::action::{Action, Generalisation};
use crate::registry::{Column, Kind, Table};

/// Bytes of a pseudonym or token: HMAC-SHA-256 truncated (RFC 2104 section 5).
pub const PSEUDONYM_LENGTH: i32 = 16;

/// A column of an extract, made from a column of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtractColumn {
    /// Name in the extract.
    pub name: String,
    /// Arrow type.
    pub data_type: DataType,
    /// The column it comes from.
    pub source: &'static str,
    /// The action that makes it.
    pub action: Action,
}

/// The Arrow schema of a table that has these columns in the extract. Every one may be null.
#[must_use]
pub fn extract_schema(columns: &[ExtractColumn]) -> Schema {
    let field = |column: &ExtractColumn| Field::new(&column.name, column.data_type.clone(), true);
    Schema::new(columns.iter().map(field).collect::<Vec<_>>())
}

/// Every column that an allowed policy could give a table in an extract: what the hub accepts. The
/// parameters of their actions are examples.
#[must_use]
pub fn possible_columns(table: &'static Table) -> Vec<ExtractColumn> {
    let mut columns = Vec::new();
    for column in table.columns {
        let allowed = Action::each().into_iter().filter(|action| action.fits(table, column).is_ok());
        columns.extend(allowed.filter_map(|action| action.extract_column(column)));
    }
    columns
}

impl Action {
    /// The column it makes in a table of the extract; `None` for [`Action::Drop`], [`Action::Seal`]
    /// and [`Action::Token`], and where keeping is not possible. Only a kept column and a pseudonym
    /// have the name of the export's column: any other name says what was done.
    #[must_use]
    pub fn extract_column(&self, column: &Column) -> Option<ExtractColumn> {
        let with = |ending: &str| format!("{}_{ending}", stem(column));
        let (name, data_type) = match self {
            Self::Drop | Self::Seal | Self::Token => return None,
            Self::Keep => (column.name.to_owned(), kept_type(column.kind)?),
            Self::Pseudonym => (column.name.to_owned(), DataType::FixedSizeBinary(PSEUDONYM_LENGTH)),
            Self::Flag => (format!("has_{}", column.name), DataType::Boolean),
            Self::Generalise(form) => match form {
                Generalisation::Year => (with(form.name()), DataType::Int32),
                Generalisation::Quarter | Generalisation::Month | Generalisation::Week => {
                    (with(form.name()), DataType::Date32)
                }
                Generalisation::Band { .. } => (with("year_band"), DataType::Utf8),
                // A table has one economic activity at most.
                Generalisation::Sector => (form.name().to_owned(), DataType::Utf8),
                Generalisation::Ambito | Generalisation::Section | Generalisation::Area => {
                    (with(form.name()), DataType::Utf8)
                }
            },
            Self::Bins(_) => (with("bin"), DataType::Utf8),
            Self::Top(_) => (with("top"), kept_type(column.kind)?),
            Self::Shift(_) => (format!("{}_shifted", column.name), DataType::Date32),
            Self::Code(_) => (with("recoded"), DataType::Utf8),
        };
        Some(ExtractColumn { name, data_type, source: column.name, action: self.clone() })
    }
}

/// The column's name without the ending that says it is a day.
fn stem(column: &Column) -> &'static str {
    column.name.trim_end_matches("_date").trim_end_matches("_on")
}

/// The Arrow type of a column that is kept; `None` if its kind cannot be.
pub(super) const fn kept_type(kind: Kind) -> Option<DataType> {
    match kind {
        Kind::Code(_)
        | Kind::Codes { .. }
        | Kind::Ambito
        | Kind::Occupation
        | Kind::Municipality
        | Kind::Municipalities
        | Kind::Site => Some(DataType::Utf8),
        // Of a moment the day leaves.
        Kind::Date | Kind::Deadline | Kind::Timestamp => Some(DataType::Date32),
        Kind::Whole { .. } => Some(DataType::Int32),
        Kind::Decimal { .. } => Some(DataType::Float64),
        Kind::YesNo => Some(DataType::Boolean),
        Kind::Key(_)
        | Kind::Reference(_)
        | Kind::Ateco
        | Kind::CodiceFiscale
        | Kind::StpEni
        | Kind::PermitNumber
        | Kind::PassportNumber { .. }
        | Kind::Cui
        | Kind::Phone
        | Kind::Email
        | Kind::FreeText => None,
    }
}
