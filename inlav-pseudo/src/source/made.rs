//! Columns that no cell of an export holds: constants of the mapping, row numbers, and in a wide
//! sheet the number of the person or case that the same row is about.

use inlav_core::registry::{Column, Kind, Table};

use super::headings::Known;
use super::row::Row;

/// How a column is made that the export lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Made {
    /// The same in every row.
    Constant(String),
    /// The row's number in the file or sheet.
    RowNumber,
}

/// The columns of a table that have no heading and are given all the same.
#[derive(Debug, Default)]
pub(super) struct Given {
    /// Read from the cells of another table's column in the same row.
    pub(super) cells: Vec<(usize, &'static Column)>,
    /// Made.
    pub(super) made: Vec<(&'static Column, Made)>,
}

impl Made {
    /// Its text in a row.
    pub(super) fn text(&self, row: u64) -> String {
        match self {
            Self::Constant(text) => text.clone(),
            Self::RowNumber => row.to_string(),
        }
    }
}

impl Given {
    /// What the mapping gives one of the tables that share a row of headings, and what the row
    /// gives it through the others.
    pub(super) fn of(known: &Known<'_>, sharing: &[Known<'_>], headings: &Row) -> Self {
        let mut given = Self::default();
        for column in known.table().columns {
            if let Some(made) = by_mapping(known, column) {
                given.made.push((column, made));
            } else if let Kind::Reference(id) = column.kind
                && known.position(column, headings).is_none()
                && let Some((parent, key)) = sharing.iter().find_map(|other| {
                    let key = other.table().key()?;
                    (key.kind == Kind::Key(id)).then_some((other, key))
                })
            {
                if let Some(made) = by_mapping(parent, key) {
                    given.made.push((column, made));
                } else if let Some(position) = parent.position(key, headings) {
                    given.cells.push((position, column));
                }
            }
        }
        given
    }

    /// A table that consists of constants: only the PUA's own, which has one row.
    pub(super) fn alone(table: &Table, constants: &[(&'static Column, String)]) -> Option<Self> {
        let one_row = table.required && !table.about_persons && table.key().is_none();
        let made: Vec<_> =
            constants.iter().map(|(column, text)| (*column, Made::Constant(text.clone()))).collect();
        (one_row && !made.is_empty()).then_some(Self { cells: Vec::new(), made })
    }
}

fn by_mapping(known: &Known<'_>, column: &Column) -> Option<Made> {
    let mapping = known.mapping()?;
    if mapping.row_key && matches!(column.kind, Kind::Key(_)) {
        return Some(Made::RowNumber);
    }
    let constant = mapping.constants.iter().find(|(constant, _)| constant.name == column.name);
    constant.map(|(_, text)| Made::Constant(text.clone()))
}
