//! What anybody can work out from a table that some tool has published, with marks in the place of
//! suppressed cells.
//!
//! The attacker holds the file and nothing else: published counts, which cells add up to which, and
//! what a mark says. For every suppressed cell the values are found that it can have in any table of
//! whole numbers that fits all of it: one value is exact disclosure, few are nearly that.
//!
//! ```
//! use inlav_sdc::attack_table::{Attack, Verdict, attack_file};
//!
//! # let folder = tempfile::tempdir()?;
//! # let file = folder.path().join("published.csv");
//! # let mut text = "area,sex,n\n".to_owned();
//! # text += "Total,Total,99\nTotal,F,65\nTotal,M,34\nnorth,Total,55\nnorth,F,25\nnorth,M,30\n";
//! # text += "south,Total,44\nsouth,F,40\nsouth,M,*\n";
//! # std::io::Write::write_all(&mut std::fs::File::create_new(&file)?, text.as_bytes())?;
//! // area,sex,n
//! // … south,M,*
//! let attacked = attack_file(&file, &Attack::default())?;
//! let [cell] = attacked.cells.as_slice() else { panic!("one cell is suppressed") };
//! assert_eq!(cell.codes, ["south", "M"]);
//! assert_eq!((cell.verdict, cell.lowest, cell.highest), (Verdict::Exact, 4, Some(4)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Who is not tried
//!
//! Insiders, who know the true value of their own suppressed cells: these values are not in the
//! file, and what an insider can work out of others depends on them. [`crate::protect`], which is
//! given the true table, attacks as every insider. Nor is anybody who compares with other
//! publications.

use std::path::Path;

use inlav_core::language::Language;
use serde::Serialize;

pub use crate::hierarchy::HierarchyFile;
pub use crate::source::{HierarchyFault, InputError};

mod mark;
mod puzzle;
mod reading;
mod search;
#[cfg(test)]
mod tests;

/// What is asked of a file. [`Attack::default`] guesses the columns and knows nothing besides.
#[derive(Debug, Clone)]
pub struct Attack {
    /// The columns that are the dimensions; none: all but those of values and status.
    pub by: Vec<String>,
    /// The column of the values; without it the one called `value`, `n`, `count`, `freq`,
    /// `conteggio` or the like, or the only one that is left.
    pub value: Option<String>,
    /// The column that says which cells are suppressed; without it one called `status` or
    /// `sdcStatus`, if there is one.
    pub status: Option<String>,
    /// Marks of suppressed cells, besides the usual ones.
    pub marks: Vec<String>,
    /// Codes of the total, besides `TOTAL`, `Totale`, `All`, `Tutti` and the like.
    pub totals: Vec<String>,
    /// Hierarchies of dimensions; a dimension without one is flat.
    pub hierarchies: Vec<HierarchyFile>,
    /// The fewest persons of a cell that is no secret. A suppressed cell that cannot have fewer was
    /// withheld to protect others, and is in no danger itself.
    pub threshold: u64,
    /// Whether only cells below the threshold are suppressed, as by tools that withhold nothing to
    /// protect others: then everybody knows that a suppressed cell has fewer.
    pub only_unsafe: bool,
    /// The smallest count of a suppressed cell; without it 1 if only unsafe cells are suppressed, and
    /// otherwise 0: tools withhold zeros, too, to protect others.
    pub least: Option<u64>,
    /// Published counts are rounded to the nearest multiple of this.
    pub rounded: Option<u64>,
    /// What a combination is that is not in the file; without it zero if the file has combinations
    /// without any total, otherwise unknown. Sums that are not in the file are always unknown.
    pub absent: Option<Absent>,
    /// The narrowest interval, largest value minus smallest, that does not count as disclosure.
    pub width: u64,
    /// Find the exact interval of every suppressed cell, and not only of those in danger.
    pub exactly: bool,
}

impl Attack {
    /// The smallest count that a suppressed cell is taken to have.
    fn least(&self) -> u64 {
        self.least.unwrap_or(u64::from(self.only_unsafe))
    }
}

impl Default for Attack {
    fn default() -> Self {
        Self {
            by: Vec::new(),
            value: None,
            status: None,
            marks: Vec::new(),
            totals: Vec::new(),
            hierarchies: Vec::new(),
            threshold: crate::ReleasePolicy::default().minimum_persons(),
            only_unsafe: false,
            least: None,
            rounded: None,
            absent: None,
            width: crate::ReleasePolicy::default().minimum_width(),
            exactly: false,
        }
    }
}

/// What a combination of categories is that is not in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// Nobody is in it.
    Zero,
    /// Not published.
    Unknown,
}

/// The outcome for one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Attacked {
    /// The dimensions.
    pub dimensions: Vec<String>,
    /// The width asked for.
    pub width: u64,
    /// The fewest persons of a cell that is no secret.
    pub threshold: u64,
    /// The smallest count that a suppressed cell was taken to have.
    pub least: u64,
    /// How many cells are published.
    pub published: usize,
    /// The suppressed cells, in the order of the file.
    pub cells: Vec<AttackedCell>,
}

/// A suppressed cell and what can be worked out of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AttackedCell {
    /// Its row in the file; the heading is row 1.
    pub row: u64,
    /// Its code in each dimension.
    pub codes: Vec<String>,
    /// The smallest value possible, as far as it was looked for.
    pub lowest: u64,
    /// The largest value possible, as far as it was looked for; `None` where nothing limits it.
    pub highest: Option<u64>,
    /// Whether tables of whole numbers were found for both of these values and there are none
    /// beyond. If not, the true interval may be wider where the verdict is [`Verdict::Wide`], and
    /// narrower where it is another one.
    pub is_exact: bool,
    /// What that comes to.
    pub verdict: Verdict,
}

/// What the interval of a cell comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// Only one value is possible.
    Exact,
    /// The values possible are nearer to each other than the width asked for.
    Narrow,
    /// Neither shown to be in danger nor shown not to be: the search is bounded.
    Unsettled,
    /// Two tables fit in which it differs by the width asked for.
    Wide,
    /// It has at least as many as the threshold in every table that fits.
    Harmless,
}

impl Attacked {
    /// The cells that are not shown to be hidden well enough.
    pub fn endangered(&self) -> impl Iterator<Item = &AttackedCell> {
        self.cells.iter().filter(|cell| cell.verdict < Verdict::Wide)
    }

    /// How many cells have a verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.cells.iter().filter(|cell| cell.verdict == verdict).count()
    }

    /// All suppressed cells in CSV: the dimensions, `row`, `lowest`, `highest` (empty without
    /// limit), `verdict`.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let names = self.dimensions.iter().map(String::as_str);
        // Writing into memory does not fail.
        let _ = writer.write_record(names.chain(["row", "lowest", "highest", "verdict"]));
        for cell in &self.cells {
            let highest = cell.highest.map_or_else(String::new, |highest| highest.to_string());
            let found =
                [cell.row.to_string(), cell.lowest.to_string(), highest, cell.verdict.word().to_owned()];
            let _ = writer.write_record(cell.codes.iter().chain(&found));
        }
        writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

impl Verdict {
    /// The word in files.
    const fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Narrow => "narrow",
            Self::Unsettled => "unsettled",
            Self::Wide => "wide",
            Self::Harmless => "harmless",
        }
    }

    /// The word for people.
    #[must_use]
    pub const fn text(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::En, Self::Exact) => "exact",
            (Language::En, Self::Narrow) => "narrow",
            (Language::En, Self::Unsettled) => "unsettled",
            (Language::En, Self::Wide) => "hidden",
            (Language::En, Self::Harmless) => "no secret",
            (Language::It, Self::Exact) => "esatta",
            (Language::It, Self::Narrow) => "stretta",
            (Language::It, Self::Unsettled) => "non deciso",
            (Language::It, Self::Wide) => "nascosta",
            (Language::It, Self::Harmless) => "non segreta",
        }
    }
}

/// Reads a published table and works out what can be.
///
/// # Errors
///
/// [`InputError`], also when published values contradict each other
/// ([`InputError::Contradiction`]).
///
/// # Guarantee
///
/// Of a cell that is called [`Verdict::Wide`] two tables of whole numbers are found that fit all that
/// is published and differ there by the width; both are checked by substitution. Other verdicts rest
/// on bounds by linear programming: whatever else happens, a solver that fails included, counts as
/// danger. Tests: `intervals_are_those_of_all_tables`, which lists all tables that fit.
pub fn attack_file(path: &Path, attack: &Attack) -> Result<Attacked, InputError> {
    let reading = reading::read(path, attack)?;
    let (puzzle, targets) = reading.puzzle(path, attack)?;
    let intervals = search::search(puzzle, &targets, attack)
        .map_err(|search::NoTable| InputError::Contradiction { path: path.to_owned(), rows: Vec::new() })?;
    Ok(reading.attacked(attack, &intervals))
}
