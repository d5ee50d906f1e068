//! Where in an export to look.

use std::collections::BTreeMap;

use inlav_core::registry::Column;
use inlav_core::text::printable;
use serde::Serialize;

use crate::source::{ColumnPlace, ExportTable, Place};

/// Where in an export to look. What is not known, or not asked for, is null.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Location {
    /// The file's name.
    pub file: Option<String>,
    /// The sheet's name, in a workbook.
    pub sheet: Option<String>,
    /// The column's position, from 1.
    pub position: Option<usize>,
    /// The column's letters, in a workbook.
    pub letter: Option<String>,
    /// The column's heading as the export has it, unless it reads like somebody's data.
    pub heading: Option<String>,
}

/// Where the tables of an export and their columns stand.
#[derive(Default)]
pub(super) struct Locations {
    tables: BTreeMap<&'static str, (Place, BTreeMap<&'static str, ColumnPlace>)>,
}

impl Locations {
    pub(super) fn of(tables: &[ExportTable]) -> Self {
        let columns = |source: &ExportTable| {
            let placed = |column: &'static Column| Some((column.name, source.column_place(column)?));
            source.table().columns.iter().filter_map(placed).collect()
        };
        let located =
            |source: &ExportTable| (source.table().name, (source.origin().place().clone(), columns(source)));
        Self { tables: tables.iter().map(located).collect() }
    }

    /// Where a table, and a column of it if one is meant, stands.
    pub(super) fn location(&self, table: &str, column: Option<&str>) -> Location {
        let Some((place, columns)) = self.tables.get(table) else { return Location::default() };
        let column = column.and_then(|column| columns.get(column));
        Location {
            file: Some(printable(place.file())),
            sheet: place.sheet().map(printable),
            position: column.map(|column| column.position),
            letter: column.and_then(|column| column.letter.clone()),
            heading: column.and_then(|column| column.heading.clone()),
        }
    }
}
