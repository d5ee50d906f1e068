//! An export looked at before anybody knows what its files and sheets hold.

use std::path::{Path, PathBuf};

use inlav_core::registry::Table;

use super::delimited::{DELIMITERS, Delimited};
use super::encoding::{self, Encoding};
use super::opening::{TEXT_ENDINGS, file_names, first_rows_until_a_problem, has_ending, table_called};
use super::problem::{Place, Problem, SourceError};
use super::row::{Row, Rows};
use super::workbook::{ENDINGS, Workbook};
use crate::mapping::Mapping;

/// A file or sheet with something in it.
#[derive(Debug)]
pub(crate) struct Surveyed {
    place: Place,
    path: PathBuf,
    dialect: Option<(Encoding, u8)>,
}

/// The files or sheets of an export that the mapping does not ignore, blank sheets left out.
///
/// # Errors
/// [`SourceError`] with what cannot be read at all.
pub(crate) fn survey(path: &Path, mapping: &Mapping) -> Result<Vec<Surveyed>, SourceError> {
    path.metadata().map_err(|source| Problem::Io { path: path.to_owned(), source })?;
    if has_ending(path, &ENDINGS) && !path.is_dir() {
        return workbook(path, mapping);
    }
    let (folder, names) = if path.is_dir() {
        (path, file_names(path)?)
    } else if has_ending(path, &TEXT_ENDINGS) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (path.parent().unwrap_or_else(|| Path::new("")), vec![name])
    } else {
        return Err(Problem::NotAnExport { path: path.to_owned() }.into());
    };
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for file in names {
        if file.starts_with('.') || file.starts_with("~$") || mapping.ignores_file(&file) {
            continue;
        }
        if has_ending(Path::new(&file), &TEXT_ENDINGS) {
            match text_file(folder.join(&file), file) {
                Ok(surveyed) => found.push(surveyed),
                Err(problem) => problems.push(problem),
            }
        } else if has_ending(Path::new(&file), &ENDINGS) {
            problems.push(Problem::WorkbookInFolder { file });
        }
    }
    SourceError::unless_empty(problems)?;
    Ok(found)
}

fn workbook(path: &Path, mapping: &Mapping) -> Result<Vec<Surveyed>, SourceError> {
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut workbook = Workbook::open(path, &file)?;
    let mut found = Vec::new();
    for sheet in workbook.sheets() {
        let place = Place { file: file.clone(), sheet: Some(sheet) };
        let is_ignored = place.sheet.as_deref().is_some_and(|sheet| mapping.ignores_sheet(sheet));
        if !is_ignored && workbook.rows(&place)?.next_row(&mut Row::default())? {
            found.push(Surveyed { place, path: path.to_owned(), dialect: None });
        }
    }
    Ok(found)
}

fn text_file(path: PathBuf, file: String) -> Result<Surveyed, Problem> {
    let encoding = encoding::detect(&path, &file)?;
    let delimiter = match Delimited::declared(&path, &file, encoding)? {
        Some(delimiter) => delimiter,
        None => likeliest(&path, &file, encoding)?,
    };
    Ok(Surveyed { place: Place { file, sheet: None }, path, dialect: Some((encoding, delimiter)) })
}

/// The delimiter that cuts most of the first rows into the same number of cells, and into many.
fn likeliest(path: &Path, file: &str, encoding: Encoding) -> Result<u8, Problem> {
    let mut best = (0, DELIMITERS.first().copied().unwrap_or(b';'));
    for delimiter in DELIMITERS {
        let rows = first_rows_until_a_problem(Delimited::open(path, file, encoding, delimiter)?);
        let equal = |width: usize| rows.iter().filter(|row| row.len() == width).count();
        let score = rows.iter().map(Row::len).filter(|width| *width > 1).map(|w| equal(w) * w).max();
        if score.is_some_and(|score| score > best.0) {
            best = (score.unwrap_or(0), delimiter);
        }
    }
    Ok(best.1)
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

    /// Shows every row that is not blank: its number, and its cells' texts.
    ///
    /// # Errors
    /// [`SourceError`] if a row cannot be read.
    pub(crate) fn each_row(&self, visit: &mut dyn FnMut(u64, &[&str])) -> Result<(), SourceError> {
        match self.dialect {
            Some((encoding, delimiter)) => {
                each(Delimited::open(&self.path, &self.place.file, encoding, delimiter)?, visit)
            }
            None => each(Workbook::open(&self.path, &self.place.file)?.rows(&self.place)?, visit),
        }
    }
}

fn each(mut rows: impl Rows, visit: &mut dyn FnMut(u64, &[&str])) -> Result<(), SourceError> {
    let mut row = Row::default();
    while rows.next_row(&mut row)? {
        visit(row.number(), &row.cells().collect::<Vec<_>>());
    }
    Ok(())
}
