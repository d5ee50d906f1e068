//! Exports as offices make them: a folder of text, Parquet or Arrow files, one such file, or a
//! workbook.
//!
//! Whatever the [`Dialect`], the tables come out as batches of text under the domain's column
//! names, in bounded memory, any number of times. Nothing is guessed: an unknown file, sheet,
//! heading or byte stops the reading, and every such problem is told at once.
//!
//! ```no_run
//! use inlav_core::codes::CodeLists;
//! use inlav_pseudo::mapping::Mapping;
//! use inlav_pseudo::source::Export;
//!
//! let path = std::path::Path::new("export-2025-06");
//! let export = Export::open(path, &Mapping::beside(path, CodeLists::built_in())?)?;
//! for table in export.tables() {
//!     for batch in table.batches()? {
//!         println!("{}: {} rows", table.table().label_en, batch?.rows());
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use inlav_core::registry::{self, Column, Table};
use serde::Serialize;

mod batches;
mod column_place;
mod columnar;
mod delimited;
mod detection;
mod dialect;
mod encoding;
mod folder;
pub(crate) mod headings;
mod ipc;
mod made;
mod opened;
mod opening;
mod problem;
mod row;
#[cfg(test)]
pub(crate) mod sample;
mod shared;
pub(crate) mod survey;
mod workbook;

pub use batches::Batches;
pub use column_place::ColumnPlace;
pub(crate) use dialect::Stated;
pub use dialect::{Confidence, DecimalMark, Detected, Dialect, Quote};
pub use encoding::Encoding;
pub use problem::{EncodingFault, NoText, Place, Problem, SourceError};
pub use workbook::PARSER_THREAD;

use crate::mapping::Mapping;
use batches::Plan;
use columnar::Columnar;
use delimited::Delimited;
use workbook::Workbook;

/// An export whose files, sheets and headings are known. Its rows have not been read yet.
#[derive(Debug)]
pub struct Export {
    tables: Vec<ExportTable>,
}

/// One table of an export.
#[derive(Debug)]
pub struct ExportTable {
    plan: Arc<Plan>,
    path: PathBuf,
    /// `None` if the mapping makes the table.
    stamp: Option<Stamp>,
    origin: Origin,
}

/// What tells a file that was written again from the one that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
}

/// Where a table comes from and how it is written.
#[derive(Debug, Clone, Serialize)]
pub struct Origin {
    place: Place,
    dialect: Dialect,
    #[serde(skip)]
    written: Written,
}

/// What reads a table.
#[derive(Debug, Clone, Copy)]
enum Written {
    /// Encoding, delimiter and quotation mark.
    Text(Encoding, u8, Quote),
    Sheet,
    Columnar,
    /// Nothing: the mapping makes it.
    Mapping,
}

impl Export {
    /// Opens an export: a folder with one .csv, .tsv, .txt, .parquet, .arrow or .feather file per
    /// table (other files and hidden ones are not looked at), one such file, or a workbook with one
    /// sheet per table. Tables to which the mapping gives the same file or sheet share its rows: a
    /// person or case that is in several rows is one, and rows in which a table has no cell are none
    /// of its.
    ///
    /// # Errors
    /// [`SourceError`] with every problem of every file: tables and columns that are missing,
    /// files, sheets and headings that are not known, text in no known encoding.
    pub fn open(path: &Path, mapping: &Mapping) -> Result<Self, SourceError> {
        let mut tables = opening::open(path, mapping)?;
        tables.sort_by_key(|found| {
            registry::tables().iter().position(|table| table.name == found.table().name)
        });
        Ok(Self { tables })
    }

    /// Its tables in the registry's order.
    #[must_use]
    pub fn tables(&self) -> &[ExportTable] {
        &self.tables
    }
}

impl ExportTable {
    /// Opens one table alone: a file, or of a workbook the sheet that is called by the table's name.
    ///
    /// # Errors
    /// [`SourceError`] with every problem of it.
    pub fn open(path: &Path, table: &'static Table, mapping: &Mapping) -> Result<Self, SourceError> {
        opening::open_one(path, table, mapping)
    }

    /// The table of the domain.
    #[must_use]
    pub fn table(&self) -> &'static Table {
        self.plan.table
    }

    /// Whether the export has a column; what it does not have is read as blank.
    #[must_use]
    pub fn has(&self, column: &Column) -> bool {
        let read = self.plan.layout.columns.iter().map(|(_, column)| column.name);
        let made = self.plan.made.iter().map(|(column, _)| column.name);
        read.chain(made).any(|name| name == column.name)
    }

    /// Where it comes from.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Where a column stands, if the export has it.
    #[must_use]
    pub fn column_place(&self, column: &Column) -> Option<ColumnPlace> {
        let layout = &self.plan.layout;
        let at = layout.columns.iter().position(|(_, present)| present.name == column.name)?;
        let (index, _) = layout.columns.get(at)?;
        let heading = layout.headings.get(at).and_then(Option::as_deref);
        Some(ColumnPlace::new(*index, self.origin.place.sheet.is_some(), heading))
    }

    /// Reads its rows from the first on.
    ///
    /// # Errors
    /// [`SourceError`] if the file cannot be opened again or was written meanwhile: what was
    /// checked must be what is pseudonymised. The batches tell what is wrong with rows.
    pub fn batches(&self) -> Result<Batches, SourceError> {
        let place = &self.origin.place;
        if let Some(stamp) = self.stamp
            && Stamp::of(&self.path)? != stamp
        {
            return Err(Problem::Changed { file: place.file.clone() }.into());
        }
        let plan = Arc::clone(&self.plan);
        let (path, place) = (self.path.clone(), place.clone());
        Ok(match self.origin.written {
            Written::Mapping => Batches::made(&plan),
            Written::Text(encoding, delimiter, quote) => {
                let rows = Delimited::open(&path, &place.file, (encoding, delimiter, quote))?;
                Batches::delimited(rows, plan)
            }
            Written::Sheet => {
                let broken = |place| Problem::Workbook { place };
                Batches::elsewhere(&self.path, place.clone(), broken, move |outlet| {
                    let mut workbook = Workbook::open(&path, &place.file)?;
                    outlet.send(workbook.rows(&place)?, plan);
                    Ok(())
                })?
            }
            Written::Columnar => {
                Batches::elsewhere(&self.path, place.clone(), Columnar::broken_at, move |outlet| {
                    outlet.send(Columnar::open(&path, &place.file)?, plan);
                    Ok(())
                })?
            }
        })
    }
}

impl Stamp {
    fn of(path: &Path) -> Result<Self, Problem> {
        let metadata = path.metadata().map_err(|source| Problem::Io { path: path.to_owned(), source })?;
        Ok(Self { length: metadata.len(), modified: metadata.modified().ok() })
    }
}

impl Origin {
    /// File and sheet.
    #[must_use]
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// How it is written, and how sure that is.
    #[must_use]
    pub const fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// The encoding found, of a text file.
    #[must_use]
    pub fn encoding(&self) -> Option<Encoding> {
        self.dialect.encoding.map(|found| found.value)
    }

    /// The delimiter found, of a text file.
    #[must_use]
    pub fn delimiter(&self) -> Option<char> {
        self.dialect.delimiter.map(|found| found.value)
    }
}

#[cfg(test)]
mod tests;
