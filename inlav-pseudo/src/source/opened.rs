//! One file or sheet, opened as the tables that it holds: one, or several if it is a wide sheet.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use inlav_core::registry::{Column, Table};

use super::batches::{Plan, RowMarks};
use super::columnar::{self, Columnar};
use super::delimited::Delimited;
use super::detection::{self, find, first_rows_of_sheet, searched_rows, shown};
use super::dialect::{CellHabits, Detected, Dialect, Stated};
use super::headings::{Headings, Known, Layout};
use super::made::Given;
use super::opening::has_ending;
use super::problem::{Place, Problem};
use super::row::Row;
use super::shared::Share;
use super::workbook::{Workbook, guarded};
use super::{ExportTable, Origin, Stamp, Written};
use crate::mapping::Mapping;

/// A file or sheet, and the tables that it is said to hold, at least one.
pub(super) struct Claim {
    pub(super) tables: Vec<&'static Table>,
    pub(super) place: Place,
}

impl Claim {
    pub(super) fn holds(&self, table: &Table) -> bool {
        self.tables.iter().any(|held| held.name == table.name)
    }
}

/// Opens a text file or a columnar one.
///
/// # Errors
/// Every [`Problem`] of it.
pub(super) fn file(path: &Path, claim: Claim, mapping: &Mapping) -> Result<Vec<ExportTable>, Vec<Problem>> {
    let tables = Tables::of(claim, mapping)?;
    if has_ending(path, &columnar::ENDINGS) { tables.columnar(path) } else { tables.delimited(path) }
}

/// Opens a sheet.
///
/// # Errors
/// Every [`Problem`] of it.
pub(super) fn sheet(
    path: &Path,
    workbook: &mut Workbook,
    claim: Claim,
    mapping: &Mapping,
) -> Result<Vec<ExportTable>, Vec<Problem>> {
    Tables::of(claim, mapping)?.sheet(path, workbook)
}

/// What the mapping states of how a place is written, under any of the tables that it holds.
///
/// # Errors
/// [`Problem::TwoDialects`].
pub(super) fn stated(place: &Place, tables: &[&'static Table], mapping: &Mapping) -> Result<Stated, Problem> {
    let mut all = Stated::default();
    for table in tables {
        let Some(entry) = mapping.table(table) else { continue };
        if !all.takes(&entry.stated) {
            return Err(Problem::TwoDialects { place: place.clone(), table });
        }
    }
    Ok(all)
}

/// The tables of a file or sheet, about to be opened.
struct Tables<'a> {
    place: Place,
    stated: Stated,
    /// In the registry's order; the first one tells the problems of the headings.
    known: Vec<Known<'a>>,
}

/// What the headings give each table.
struct Layouts {
    row: u64,
    tables: Vec<(Layout, Given)>,
}

impl Layouts {
    /// The columns of all tables by position, each once.
    fn columns(&self) -> Vec<(usize, &'static Column)> {
        let mut columns: Vec<(usize, &'static Column)> = Vec::new();
        for (layout, _) in &self.tables {
            for (at, column) in &layout.columns {
                if !columns.iter().any(|(other, _)| other == at) {
                    columns.push((*at, column));
                }
            }
        }
        columns
    }
}

impl<'a> Tables<'a> {
    fn of(claim: Claim, mapping: &'a Mapping) -> Result<Self, Vec<Problem>> {
        let stated = stated(&claim.place, &claim.tables, mapping).map_err(one)?;
        let entries: Vec<_> = claim.tables.iter().map(|table| (*table, mapping.table(table))).collect();
        Ok(Self { place: claim.place, stated, known: Known::sharing(&entries) })
    }

    fn find(&self, rows: &[Row]) -> Option<Headings> {
        let known = self.known.first()?;
        find(rows, &self.stated, &|rows| known.find(rows))
    }

    fn no_headings(&self) -> Vec<Problem> {
        match self.stated.heading_row {
            Some(row) => one(Problem::HeadingRow { place: self.place.clone(), row }),
            None => self.known.first().map(|known| known.no_headings(&self.place)).into_iter().collect(),
        }
    }

    fn layouts(&self, headings: &Row) -> Result<Layouts, Vec<Problem>> {
        let (mut tables, mut problems) = (Vec::new(), Vec::new());
        for known in &self.known {
            let given = Given::of(known, &self.known, headings);
            match known.layout(headings, &self.place, &given) {
                Ok(layout) => tables.push((layout, given)),
                Err(found) => problems.extend(found),
            }
        }
        if problems.is_empty() { Ok(Layouts { row: headings.number(), tables }) } else { Err(problems) }
    }

    fn delimited(self, path: &Path) -> Result<Vec<ExportTable>, Vec<Problem>> {
        let name = self.place.file.as_str();
        let found = detection::text(path, name, &self.stated, &|rows| self.find(rows)).map_err(one)?;
        let Some(found) = found else { return Err(self.no_headings()) };
        let (encoding, delimiter, quote) = (found.encoding, found.delimiter, found.quote);
        let written = (encoding.value, delimiter.value, quote.value);
        let layouts = self.layouts(&found.headings.row)?;
        let rows = Delimited::open(path, name, written).map_err(one)?;
        let shown = shown(rows, layouts.row, &layouts.columns());
        let mut dialect = detection::dialect(&found.headings, &self.stated, &shown);
        dialect.encoding = Some(encoding);
        dialect.delimiter =
            Some(Detected::new(char::from(delimiter.value), delimiter.confidence, delimiter.evidence));
        dialect.quote = Some(quote);
        let habits = CellHabits::new(&self.stated, false, &shown);
        let (encoding, delimiter, quote) = written;
        self.tables(path, layouts, &habits, &dialect, Written::Text(encoding, delimiter, quote))
    }

    fn columnar(self, path: &Path) -> Result<Vec<ExportTable>, Vec<Problem>> {
        let reader = Columnar::open(path, &self.place.file).map_err(one)?;
        let names = [reader.names()];
        let Some(headings) = self.known.first().and_then(|known| known.find(&names)) else {
            return Err(self.no_headings());
        };
        let layouts = self.layouts(&headings.row)?;
        let columns = layouts.columns();
        let misfits = reader.misfits(&columns);
        if !misfits.is_empty() {
            return Err(misfits);
        }
        let broken = || one(Columnar::broken_at(self.place.clone()));
        let shown = guarded(|| shown(reader, layouts.row, &columns)).ok_or_else(broken)?;
        let dialect = detection::dialect(&headings, &self.stated, &shown);
        let habits = CellHabits::new(&self.stated, false, &shown);
        self.tables(path, layouts, &habits, &dialect, Written::Columnar)
    }

    fn sheet(self, path: &Path, workbook: &mut Workbook) -> Result<Vec<ExportTable>, Vec<Problem>> {
        let place = &self.place;
        let rows = first_rows_of_sheet(workbook, place, searched_rows(&self.stated)).map_err(one)?;
        let Some(headings) = self.find(&rows) else { return Err(self.no_headings()) };
        let layouts = self.layouts(&headings.row)?;
        if let Some((row, position)) = workbook.merged_below(place, layouts.row).map_err(one)? {
            return Err(one(Problem::MergedCells { place: self.place, row, position }));
        }
        let shown = guarded(|| Ok(shown(workbook.rows(place)?, layouts.row, &layouts.columns())));
        let broken = || Err(Problem::Workbook { place: place.clone() });
        let shown = shown.unwrap_or_else(broken).map_err(one)?;
        let dialect = detection::dialect(&headings, &self.stated, &shown);
        let habits = CellHabits::new(&self.stated, workbook.since_1904(), &shown);
        self.tables(path, layouts, &habits, &dialect, Written::Sheet)
    }

    /// The tables, of which the first one tells the rows that are left out.
    fn tables(
        self,
        path: &Path,
        layouts: Layouts,
        habits: &CellHabits,
        dialect: &Dialect,
        written: Written,
    ) -> Result<Vec<ExportTable>, Vec<Problem>> {
        let stamp = Stamp::of(path).map_err(one)?;
        let marks = RowMarks::new(&layouts.columns());
        let mut tables = Vec::new();
        for (known, (layout, given)) in self.known.iter().zip(layouts.tables) {
            let table = known.table();
            let words = layout
                .columns
                .iter()
                .map(|(_, column)| known.mapping().and_then(|mapping| mapping.words(column)).cloned())
                .collect::<Vec<Option<BTreeMap<String, String>>>>();
            let others: Vec<&Table> =
                self.known.iter().map(Known::table).filter(|other| other.name != table.name).collect();
            let share = (!others.is_empty()).then(|| Share::new(table, &layout, &others));
            let plan = Arc::new(Plan {
                table,
                place: self.place.clone(),
                layout,
                ragged: !matches!(written, Written::Text(..)),
                words,
                habits: habits.clone(),
                made: given.made,
                share,
                marks: marks.told(tables.is_empty()),
            });
            let origin = Origin { place: self.place.clone(), dialect: dialect.clone(), written };
            tables.push(ExportTable { plan, path: path.to_owned(), stamp: Some(stamp), origin });
        }
        Ok(tables)
    }
}

fn one(problem: Problem) -> Vec<Problem> {
    vec![problem]
}
