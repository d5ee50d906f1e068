//! Tables of anybody: microdata or a frequency table in a file, protected like every other release.
//!
//! ```
//! use inlav_sdc::any_table::{Request, protect_file};
//!
//! # let folder = tempfile::tempdir()?;
//! # let file = folder.path().join("people.csv");
//! # let mut text = "area;sex;n\n".to_owned();
//! # text += "north;F;25\nnorth;M;30\nsouth;F;40\nsouth;M;4\n";
//! # std::io::Write::write_all(&mut std::fs::File::create_new(&file)?, text.as_bytes())?;
//! // area;sex;n
//! // north;F;25 …
//! let mut request = Request::by(["area", "sex"]);
//! request.weight = Some("n".to_owned());
//! let protected = protect_file(&file, &request)?;
//! let text = protected.table_csv();
//! assert!(text.starts_with("area,sex,value,status\nTOTAL,TOTAL,99,published\n"));
//! assert!(text.contains("south,M,,suppressed\n")); // the 4
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What a file means
//!
//! Without a weight every row is one unit. With one, a row stands for so many units and the rows of
//! one combination are added up; rows at codes of the total ([`Request::totals`]) or at categories
//! that have parts are margins of the file's own: they must add up and are not counted again. Cells
//! are compared in Unicode's normal form C without white space around them, case included. An empty
//! cell is a category of its own, the missing values, and has an empty code in the result. Rows of a
//! CSV file that are blank all along are no rows.

use std::path::Path;

use inlav_core::language::Language;
use inlav_core::whole::{Existing, WholeError};
use thiserror::Error;

pub use crate::hierarchy::HierarchyFile;
pub use crate::source::{HierarchyFault, InputError};
use crate::{
    CountTable, DisclosureError, Group, Holders, Publication, Published, ReleasePolicy, Released, TableError,
    Zeros, protect,
};

mod gather;
mod output;
mod readme;
#[cfg(test)]
mod tests;

/// The columns of `table.csv` behind those of the dimensions.
const VALUE: &str = "value";
const STATUS: &str = "status";
/// What the one table is called in its certificate.
const TABLE_ID: &str = "table";

/// What is asked of a file.
#[derive(Debug, Clone)]
pub struct Request {
    /// The columns that are the dimensions, at least one.
    pub by: Vec<String>,
    /// The column with how many units a row stands for; without it one.
    pub weight: Option<String>,
    /// The column that says whose a row is; without it every unit is another person.
    pub person: Option<String>,
    /// The dimension whose leaves are insiders, who know their own cells.
    pub insiders: Option<String>,
    /// Hierarchies of dimensions; a dimension without one is flat.
    pub hierarchies: Vec<HierarchyFile>,
    /// Codes that stand for the sum over a dimension in a frequency table, besides `TOTAL`,
    /// `Totale` and the like; the empty one makes empty cells totals.
    pub totals: Vec<String>,
    /// The rules.
    pub policy: ReleasePolicy,
}

impl Request {
    /// Every row a unit and a person, flat dimensions, the default policy, no insiders.
    pub fn by<C: Into<String>>(columns: impl IntoIterator<Item = C>) -> Self {
        Self {
            by: columns.into_iter().map(Into::into).collect(),
            weight: None,
            person: None,
            insiders: None,
            hierarchies: Vec::new(),
            totals: Vec::new(),
            policy: ReleasePolicy::default(),
        }
    }
}

/// Why a file was not protected. Nothing of it is released then.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ProtectError {
    /// Something is wrong with a file or with what is asked of it.
    #[error(transparent)]
    Input(#[from] InputError),
    /// No table can be made.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The table cannot be released.
    #[error(transparent)]
    Disclosure(#[from] DisclosureError),
}

impl ProtectError {
    /// What is wrong; in English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Input(error) => error.text(language),
            Self::Table(error) => error.to_string(),
            Self::Disclosure(error) => error.to_string(),
        }
    }
}

/// A protected table and how it came about.
#[derive(Debug)]
pub struct Protected {
    released: Released<Publication>,
    request: Request,
}

/// Reads a file, makes one table of it with all its margins, and protects it.
///
/// Memory grows with the number of distinct combinations, and with the distinct pairs of a person
/// and a combination where persons are told apart, not with the rows.
///
/// # Errors
///
/// [`ProtectError`]; nothing is released then.
///
/// Where zeros are to be published and what they tell leaves some cell unprotected, whatever else
/// is withheld, the zeros below unsafe cells are withheld after all: the publication's policy says so.
///
/// # Guarantee
///
/// That of [`protect`], for this one table: the threshold is one on distinct persons
/// (`persons_and_not_rows_are_counted`), totals are true totals (`any_table_is_protected`).
pub fn protect_file(path: &Path, request: &Request) -> Result<Protected, ProtectError> {
    let gathered = gather::gather(path, request)?;
    let holders = gathered.persons.as_deref().map_or(Holders::EachUnit, Holders::Persons);
    let sides = gathered.dimensions;
    let table = CountTable::of_groups(TABLE_ID, "unit", sides, &gathered.groups, holders, |_| true)?;
    let wrong = gathered.margins.not_adding_up(&table);
    if !wrong.is_empty() {
        return Err(
            InputError::Margins { path: path.to_owned(), columns: request.by.clone(), rows: wrong }.into()
        );
    }
    let released = match protect(std::slice::from_ref(&table), &[], &request.policy) {
        Err(DisclosureError::Unprotectable(_)) if request.policy.zeros() == Zeros::Published => {
            protect(&[table], &[], &request.policy.clone().with_zeros(Zeros::WithheldBelowUnsafe))?
        }
        outcome => outcome?,
    };
    Ok(Protected { released, request: request.clone() })
}

impl Protected {
    /// What may be read by anybody.
    pub fn publication(&self) -> &Released<Publication> {
        &self.released
    }

    /// How many cells are published and how many suppressed.
    #[must_use]
    pub fn cells(&self) -> (usize, usize) {
        let cells = || self.released.tables.iter().flat_map(|table| &table.cells);
        let suppressed = cells().filter(|cell| cell.value == Published::Suppressed).count();
        (cells().count() - suppressed, suppressed)
    }

    /// The table in CSV: the dimensions' columns, `value`, `status`; a row for every cell, margins
    /// included.
    ///
    /// A dimension that is summed has the code `TOTAL`, missing values an empty one. `status` is
    /// `published` or `suppressed`, and never says which suppressed cells are the unsafe ones.
    #[must_use]
    pub fn table_csv(&self) -> String {
        output::table_csv(&self.released)
    }

    /// The proofs in JSON, which `inlav audit` re-verifies. **They hold true counts and are not for
    /// publication.**
    #[must_use]
    pub fn certificate(&self) -> String {
        output::certificate(&self.released)
    }

    /// What was done, in plain words, in Italian and English.
    #[must_use]
    pub fn readme(&self) -> String {
        readme::text(self)
    }

    /// The hierarchies of the dimensions that have one, in CSV as [`HierarchyFile`] says: what an
    /// attack on the table needs to know of it.
    #[must_use]
    pub fn hierarchy_csv(&self) -> Option<String> {
        output::hierarchy_csv(&self.released)
    }

    /// Writes `table.csv`, `README.txt`, `audit.json` (readable by its owner alone) and, if a dimension has a hierarchy, `hierarchy.csv` into a
    /// folder, which is whole or absent.
    ///
    /// # Errors
    ///
    /// [`WholeError`].
    pub fn write(&self, folder: &Path, existing: Existing) -> Result<(), WholeError> {
        output::write(self, folder, existing)
    }
}
