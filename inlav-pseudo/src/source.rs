//! Exports as offices make them: a folder of delimited text files, one such file, or a workbook.
//!
//! Whatever the dialect, the tables come out as batches of text under the domain's column
//! names, in bounded memory, any number of times. Nothing is guessed: an unknown file, sheet,
//! heading or byte stops the reading, and every such problem is told at once.
//!
//! ```no_run
//! use inlav_pseudo::mapping::Mapping;
//! use inlav_pseudo::source::Export;
//!
//! let path = std::path::Path::new("export-2025-06");
//! let export = Export::open(path, &Mapping::beside(path)?)?;
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

mod batches;
mod delimited;
mod encoding;
pub(crate) mod headings;
mod made;
mod opening;
mod problem;
mod row;
#[cfg(test)]
pub(crate) mod sample;
mod shared;
pub(crate) mod survey;
mod workbook;

pub use batches::Batches;
pub use encoding::Encoding;
pub use problem::{EncodingFault, Place, Problem, SourceError};
pub use workbook::PARSER_THREAD;

use crate::mapping::Mapping;
use batches::Plan;
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
#[derive(Debug, Clone)]
pub struct Origin {
    place: Place,
    dialect: Option<(Encoding, u8)>,
}

impl Export {
    /// Opens an export: a folder with one .csv, .tsv or .txt file per table (other files and
    /// hidden ones are not looked at), one such file, or a workbook with one sheet per table.
    /// Tables to which the mapping gives the same file or sheet share its rows: a person or case
    /// that is in several rows is one, and rows in which a table has no cell are none of its.
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

    /// Reads its rows from the first on.
    ///
    /// # Errors
    /// [`SourceError`] if the file cannot be opened again or was written meanwhile: what was
    /// checked must be what is pseudonymised. The batches tell what is wrong with rows.
    pub fn batches(&self) -> Result<Batches, SourceError> {
        let place = &self.origin.place;
        let Some(stamp) = self.stamp else { return Ok(Batches::made(&self.plan)) };
        if Stamp::of(&self.path)? != stamp {
            return Err(Problem::Changed { file: place.file.clone() }.into());
        }
        let plan = Arc::clone(&self.plan);
        if let Some((encoding, delimiter)) = self.origin.dialect {
            let rows = Delimited::open(&self.path, &place.file, encoding, delimiter)?;
            return Ok(Batches::delimited(rows, plan));
        }
        let (path, place) = (self.path.clone(), place.clone());
        Ok(Batches::elsewhere(&self.path, place.clone(), move |outlet| {
            let mut workbook = Workbook::open(&path, &place.file)?;
            outlet.send(workbook.rows(&place)?, plan);
            Ok(())
        })?)
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

    /// The encoding found, of a text file.
    #[must_use]
    pub fn encoding(&self) -> Option<Encoding> {
        self.dialect.map(|(encoding, _)| encoding)
    }

    /// The delimiter found, of a text file.
    #[must_use]
    pub fn delimiter(&self) -> Option<char> {
        self.dialect.map(|(_, delimiter)| char::from(delimiter))
    }
}

#[cfg(test)]
mod tests;
