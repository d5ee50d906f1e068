//! An export looked at before anybody knows what its files and sheets hold.

use std::path::{Path, PathBuf};

use inlav_core::registry::Table;

use super::Written;
use super::columnar::{self, Columnar};
use super::delimited::Delimited;
use super::detection::{self, first_rows_of_sheet, searched_rows};
use super::folder::{Folder, require_regular};
use super::headings::{self, Headings};
use super::opened::stated;
use super::opening::{has_ending, is_table_file, table_called, tables_said_at};
use super::problem::{Place, Problem, SourceError};
use super::row::{Row, Rows};
use super::workbook::{ENDINGS, Workbook};
use crate::mapping::Mapping;

/// Counts the known headings in the cells of a row; 0 if they are too few for a row of headings.
pub(crate) type CountKnown<'a> = &'a dyn Fn(&[&str]) -> usize;

/// A file or sheet with something in it.
#[derive(Debug)]
pub(crate) struct Surveyed {
    place: Place,
    path: PathBuf,
    found: Option<Found>,
}

/// How a place is written, and its headings. Debug is redacted: a heading may be a cell.
struct Found {
    written: Written,
    headings: Row,
}

/// The files or sheets of an export that the mapping does not ignore, blank sheets left out.
///
/// # Errors
/// [`SourceError`] with what cannot be read at all.
pub(crate) fn survey(
    path: &Path,
    mapping: &Mapping,
    known: CountKnown<'_>,
) -> Result<Vec<Surveyed>, SourceError> {
    require_regular(path)?;
    let surveying = Surveying { mapping, known };
    if has_ending(path, &ENDINGS) && !path.is_dir() {
        return surveying.workbook(path);
    }
    let (folder, Folder { files, mut problems }) = if path.is_dir() {
        (path, Folder::of(path, mapping)?)
    } else if is_table_file(path) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let alone = Folder { files: vec![name], problems: Vec::new() };
        (path.parent().unwrap_or_else(|| Path::new("")), alone)
    } else {
        return Err(Problem::NotAnExport { path: path.to_owned() }.into());
    };
    let mut found = Vec::new();
    for file in files.into_iter().filter(|file| !mapping.ignores_file(file)) {
        match surveying.file(folder.join(&file), Place { file, sheet: None }) {
            Ok(surveyed) => found.push(surveyed),
            Err(problem) => problems.push(problem),
        }
    }
    SourceError::unless_empty(problems)?;
    Ok(found)
}

struct Surveying<'a> {
    mapping: &'a Mapping,
    known: CountKnown<'a>,
}

impl Surveying<'_> {
    fn find(&self, rows: &[Row], is_stated: bool) -> Option<Headings> {
        let known = |row: &Row| match (self.known)(&row.cells().collect::<Vec<_>>()) {
            0 => None,
            known => Some(known),
        };
        let found = headings::find(rows, &known, &|_| false);
        // What the mapping says is believed, and every heading listed.
        found.or_else(|| rows.last().filter(|_| is_stated).map(Headings::unknown))
    }

    fn file(&self, path: PathBuf, place: Place) -> Result<Surveyed, Problem> {
        let stated = stated(&place, &tables_said_at(&place, self.mapping), self.mapping)?;
        let found = if has_ending(&path, &columnar::ENDINGS) {
            let names = [Columnar::open(&path, &place.file)?.names()];
            self.find(&names, stated.heading_row.is_some()).map(|headings| (Written::Columnar, headings))
        } else {
            let find = |rows: &[Row]| {
                detection::find(rows, &stated, &|rows| self.find(rows, stated.heading_row.is_some()))
            };
            detection::text(&path, &place.file, &stated, &find)?.map(|found| {
                let (encoding, delimiter, quote) =
                    (found.encoding.value, found.delimiter.value, found.quote.value);
                (Written::Text(encoding, delimiter, quote), found.headings)
            })
        };
        let found = found.map(|(written, headings)| Found { written, headings: headings.row });
        Ok(Surveyed { place, path, found })
    }

    fn workbook(&self, path: &Path) -> Result<Vec<Surveyed>, SourceError> {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut workbook = Workbook::open(path, &file)?;
        let mut surveyed = Vec::new();
        for (sheet, _) in workbook.sheets() {
            if self.mapping.ignores_sheet(&sheet) {
                continue;
            }
            let place = Place { file: file.clone(), sheet: Some(sheet) };
            let stated = stated(&place, &tables_said_at(&place, self.mapping), self.mapping)?;
            let rows = first_rows_of_sheet(&mut workbook, &place, searched_rows(&stated))?;
            if rows.is_empty() {
                continue;
            }
            let headings =
                detection::find(&rows, &stated, &|rows| self.find(rows, stated.heading_row.is_some()));
            let found = headings.map(|headings| Found { written: Written::Sheet, headings: headings.row });
            surveyed.push(Surveyed { place, path: path.to_owned(), found });
        }
        Ok(surveyed)
    }
}

impl Surveyed {
    /// File and sheet.
    pub(crate) const fn place(&self) -> &Place {
        &self.place
    }

    /// The table whose name it has.
    pub(crate) fn table_called(&self) -> Option<&'static Table> {
        table_called(&self.place)
    }

    /// The cells of the row of headings; none if no row looks like headings.
    pub(crate) fn headings(&self) -> Vec<&str> {
        self.found.iter().flat_map(|found| found.headings.cells()).collect()
    }

    /// Whether the headings are two rows in one.
    pub(crate) fn are_headings_joined(&self) -> bool {
        self.found.as_ref().is_some_and(|found| found.headings.is_joined())
    }

    /// Shows every row below the headings that is not blank: its number, and its cells' texts.
    ///
    /// # Errors
    /// [`SourceError`] if a row cannot be read.
    pub(crate) fn each_row(&self, visit: &mut dyn FnMut(u64, &[&str])) -> Result<(), SourceError> {
        let Some(found) = &self.found else { return Ok(()) };
        let (path, file, below) = (&self.path, &self.place.file, found.headings.number());
        match found.written {
            Written::Text(encoding, delimiter, quote) => {
                each(Delimited::open(path, file, (encoding, delimiter, quote))?, below, visit)
            }
            Written::Sheet => each(Workbook::open(path, file)?.rows(&self.place)?, below, visit),
            Written::Columnar => each(Columnar::open(path, file)?, below, visit),
            Written::Mapping => Ok(()),
        }
    }
}

impl std::fmt::Debug for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Found({:?}, redacted)", self.written)
    }
}

fn each(mut rows: impl Rows, below: u64, visit: &mut dyn FnMut(u64, &[&str])) -> Result<(), SourceError> {
    let mut row = Row::default();
    while rows.next_row(&mut row)? {
        if row.number() > below {
            visit(row.number(), &row.cells().collect::<Vec<_>>());
        }
    }
    Ok(())
}
