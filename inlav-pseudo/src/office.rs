//! Made-up populations written as twelve offices would write them, for demonstrations and tests.
//!
//! Every office has its own habits: encoding, delimiter, dates, headings, words. What an office
//! writes, `source` reads back, with the mapping that two of the offices need beside their
//! exports. A whole population goes into one folder with [`write_population`].

use std::path::Path;

use inlav_core::programme::SiteId;
use inlav_core::synthetic::SiteData;
use inlav_core::whole::{self, Access, Existing, WholeError};

mod bundle;
mod cells;
pub mod corpus;
mod own_words;
mod population;
mod workbook;

pub use population::{Style, Summary, TRUTH, write_population};

/// Name of the file by which folders of made-up data are known. Readers of exports pass over it.
pub const MARK: &str = "SYNTHETIC.md";

/// What stands in it.
const MARK_TEXT: &str = "# Dati inventati / made-up data\n\n\
    Ogni persona, documento, caso e luogo di questa cartella \u{e8} inventato da inlav: nessuno esiste.\n\n\
    Every person, document, case and place in this folder was made up by inlav: none of them exists.\n";

/// How an office keeps its registers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeHabits {
    /// Files or a workbook.
    pub format: Format,
    /// How it writes days in text files; workbooks have real dates.
    pub dates: DateStyle,
    /// What it calls its columns.
    pub headings: Headings,
    /// Whether it writes labels instead of codes.
    pub labels: bool,
    /// Whether a title stands above the headings.
    pub title: bool,
    /// Whether it has headings, columns and words that only a mapping file explains.
    pub own_words: bool,
}

/// What an export is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A folder with a text file per table.
    Bundle {
        /// Delimiter, in ASCII.
        delimiter: u8,
        /// Encoding.
        encoding: TextEncoding,
    },
    /// An .xlsx workbook with a sheet per table.
    Workbook,
}

/// Encodings of text files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEncoding {
    /// UTF-8.
    Utf8,
    /// UTF-8 after a byte order mark, as Excel writes it.
    Utf8WithMark,
    /// UTF-16, least significant byte first, after a byte order mark ("Unicode text").
    Utf16,
    /// Windows-1252.
    Windows1252,
}

/// Ways to write a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateStyle {
    /// `2024-06-09`.
    Iso,
    /// `09/06/2024`.
    Slashes,
    /// `9-6-2024`.
    Dashes,
    /// `09.06.2024`.
    Dots,
}

/// What columns and tables are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headings {
    /// The Italian labels.
    Italian,
    /// Other headings that offices use.
    Usual,
    /// The English labels.
    English,
    /// The names of the domain.
    Names,
}

/// An export cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OfficeError {
    /// The files cannot be written.
    #[error(transparent)]
    Whole(#[from] WholeError),
    /// A text does not fit the office's encoding.
    #[error("table {table} has characters that Windows-1252 has not")]
    Characters {
        /// The table.
        table: &'static str,
    },
    /// A table does not fit its file or sheet.
    #[error("table {table} does not fit a file or sheet")]
    Table {
        /// The table.
        table: &'static str,
    },
}

impl OfficeHabits {
    /// The habits of the programme's n-th PUA, counted from 0; another programme's borrow them
    /// in turn.
    #[must_use]
    pub const fn of(index: usize) -> Self {
        use DateStyle::{Dashes, Dots, Iso, Slashes};
        use Format::Workbook;
        use Headings::{English, Italian, Names, Usual};
        use TextEncoding::{Utf8, Utf8WithMark, Utf16, Windows1252};

        const fn text(delimiter: u8, encoding: TextEncoding) -> Format {
            Format::Bundle { delimiter, encoding }
        }
        let (format, dates, headings, [labels, title, own_words]) = match index % 12 {
            0 => (text(b';', Utf8WithMark), Slashes, Italian, [true, false, false]),
            1 => (Workbook, Iso, Italian, [true, false, false]),
            2 => (text(b';', Windows1252), Slashes, Usual, [true, false, false]),
            3 => (text(b',', Utf8), Iso, Names, [false, false, false]),
            4 => (text(b';', Windows1252), Dashes, Italian, [false, false, true]),
            5 => (Workbook, Iso, Usual, [true, true, false]),
            6 => (text(b'\t', Utf8), Slashes, Italian, [false, false, false]),
            7 => (Workbook, Iso, English, [false, false, false]),
            8 => (text(b'\t', Utf16), Dots, Usual, [false, false, false]),
            9 => (text(b';', Windows1252), Slashes, Italian, [true, true, false]),
            10 => (text(b'|', Utf8), Iso, English, [true, false, false]),
            _ => (Workbook, Iso, Italian, [true, false, true]),
        };
        Self { format, dates, headings, labels, title, own_words }
    }

    /// No habits at all: comma-separated UTF-8 with the domain's names, codes and ISO dates.
    #[must_use]
    pub const fn plain() -> Self {
        Self {
            format: Format::Bundle { delimiter: b',', encoding: TextEncoding::Utf8 },
            dates: DateStyle::Iso,
            headings: Headings::Names,
            labels: false,
            title: false,
            own_words: false,
        }
    }

    /// Number of the first row below the headings, from 1.
    const fn first_row(&self) -> u64 {
        match (self.title, self.format) {
            (false, _) => 2,
            (true, Format::Bundle { .. }) => 4,
            (true, Format::Workbook) => 5,
        }
    }

    /// The name of a site's export: a folder's or a workbook's.
    #[must_use]
    pub fn export_name(&self, site: &SiteId) -> String {
        match self.format {
            Format::Bundle { .. } => site.to_string(),
            Format::Workbook => format!("{site}.xlsx"),
        }
    }
}

/// Writes a site's export: a folder or a workbook at `path`, with the mapping it needs where
/// [`Mapping::beside`](crate::mapping::Mapping::beside) finds it.
///
/// # Errors
/// [`OfficeError`], for example because something is at `path` already.
pub fn write_export(data: &SiteData, path: &Path, habits: &OfficeHabits) -> Result<(), OfficeError> {
    match habits.format {
        Format::Bundle { delimiter, encoding } => {
            let mapping = mapping_of(habits);
            let mut bundle = bundle::Bundle::create(path, habits, (delimiter, encoding), mapping.as_deref())?;
            bundle.add(data)?;
            bundle.finish()
        }
        Format::Workbook => write_workbook(data, path, habits),
    }
}

/// Writes a workbook, and beside it the mapping if it needs one.
fn write_workbook(data: &SiteData, path: &Path, habits: &OfficeHabits) -> Result<(), OfficeError> {
    let bytes = workbook::bytes(data, habits)?;
    if let Some(mapping) = mapping_of(habits) {
        let beside = path.with_extension("mapping.toml");
        whole::write(&beside, mapping.as_bytes(), Access::Shared, Existing::Refuse)?;
    }
    Ok(whole::write(path, &bytes, Access::Shared, Existing::Refuse)?)
}

/// The mapping file, of an office that needs one.
fn mapping_of(habits: &OfficeHabits) -> Option<String> {
    habits.own_words.then(|| own_words::mapping(habits))
}

#[cfg(test)]
mod tests;
