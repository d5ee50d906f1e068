//! Tables in files of anybody, row by row: CSV of any dialect and Parquet.
//!
//! A file is never held in memory. Its heading is row 1 and its first record row 2, in CSV and in
//! Parquet; a record with line breaks in a quoted cell is one row, as a spreadsheet counts. What
//! libraries say of a broken file may quote its cells: it is replaced by the place.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

mod columnar;
mod delimited;
mod encoding;
mod error;
#[cfg(test)]
mod tests;

use columnar::Columnar;
use delimited::Delimited;
use encoding::Decoded;
pub use error::{HierarchyFault, InputError};

/// A column to be read.
#[derive(Debug, Clone)]
pub(crate) struct Wanted<'a> {
    /// Its name, as the file's heading has it.
    pub(crate) name: &'a str,
    /// Whether its cells are numbers rather than categories.
    pub(crate) is_number: bool,
}

/// One row: the cells of the columns wanted, in normal form C and without white space around them.
pub(crate) struct Row<'a> {
    pub(crate) number: u64,
    pub(crate) cells: &'a [String],
}

/// A file of rows whose heading has been read.
pub(crate) struct Source {
    path: PathBuf,
    names: Vec<String>,
    format: Format,
}

enum Format {
    Delimited(Delimited),
    Columnar(Box<Columnar>),
}

impl Source {
    /// Opens a file. The delimiter of a CSV file is the one under which its first row holds all the
    /// columns that are `needed`, and of several the one that makes most columns.
    ///
    /// # Errors
    ///
    /// [`InputError::Read`], [`InputError::Encoding`], [`InputError::Parquet`],
    /// [`InputError::Empty`].
    pub(crate) fn open(path: &Path, needed: &[&str]) -> Result<Self, InputError> {
        let mut file = File::open(path).map_err(InputError::reading(path))?;
        let mut start = Vec::new();
        (&mut file).take(4).read_to_end(&mut start).map_err(InputError::reading(path))?;
        let (names, format) = if start == b"PAR1" {
            let columnar = Columnar::open(path, file)?;
            (columnar.names(), Format::Columnar(Box::new(columnar)))
        } else {
            let (delimited, names) = Delimited::open(path, needed)?;
            (names, Format::Delimited(delimited))
        };
        Ok(Self { path: path.to_owned(), names, format })
    }

    /// The names in its heading.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Reads all rows to the end.
    ///
    /// # Errors
    ///
    /// [`InputError`] of the file, or what `each` returns.
    pub(crate) fn read(
        self,
        wanted: &[Wanted<'_>],
        mut each: impl FnMut(Row<'_>) -> Result<(), InputError>,
    ) -> Result<(), InputError> {
        let mut positions = Vec::with_capacity(wanted.len());
        for column in wanted {
            positions.push(self.position(column.name)?);
        }
        match self.format {
            Format::Delimited(delimited) => delimited.read(&positions, &mut each),
            Format::Columnar(columnar) => columnar.read(wanted, &positions, &mut each),
        }
    }

    /// Where a column stands.
    fn position(&self, name: &str) -> Result<usize, InputError> {
        let mut found = (self.names.iter().enumerate()).filter(|(_, own)| *own == name).map(|(at, _)| at);
        match (found.next(), found.next()) {
            (Some(at), None) => Ok(at),
            (Some(_), Some(_)) => {
                Err(InputError::TwoColumns { path: self.path.clone(), column: name.to_owned() })
            }
            (None, _) => Err(InputError::UnknownColumn {
                path: self.path.clone(),
                column: name.to_owned(),
                columns: self.names.len(),
            }),
        }
    }
}

/// All of a text file that is small: a hierarchy.
///
/// # Errors
///
/// [`InputError::Read`], [`InputError::Encoding`].
pub(crate) fn whole_text(path: &Path) -> Result<String, InputError> {
    let mut text = String::new();
    let mut decoded = Decoded::open(path, encoding::detect(path)?)?;
    decoded.read_to_string(&mut text).map_err(|fault| InputError::of_reading(path, fault))?;
    Ok(text)
}

/// A cell as it is compared: normal form C, without white space around it.
fn clean(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text.trim()) } else { Cow::Owned(inlav_core::text::clean(text)) }
}

/// Replaces the text of a cell.
fn set(cell: &mut String, text: &str) {
    cell.clear();
    cell.push_str(&clean(text));
}

/// A whole number that is not negative, as a cell holds it: digits, or digits and one zero behind a
/// decimal mark, as programs write counts that they keep as real numbers. `1.000` could be a
/// thousand or one: it is neither.
pub(crate) fn whole_number(cell: &str) -> Option<u64> {
    let digits = cell.strip_suffix(".0").or_else(|| cell.strip_suffix(",0")).unwrap_or(cell);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// Whether a code stands for the sum over a dimension: `TOTAL` and what other tools and offices
/// write for it.
pub(crate) fn is_total(code: &str) -> bool {
    const TOTALS: [&str; 4] = ["total", "totale", "totals", "totali"];
    TOTALS.iter().any(|total| code.eq_ignore_ascii_case(total))
}
