//! What can be wrong with an export, said so that a steward can mend it.
//!
//! # Guarantee
//! No problem holds a cell's value. Headings are printed only if they read like headings; the
//! errors of the libraries that parse workbooks are never passed on, because they quote cells.

use std::io;
use std::path::{Path, PathBuf};

use inlav_core::language::Language;
use inlav_core::registry::{Column, Table};
use inlav_core::text::printable;

mod error;
mod fault;
mod italian;
mod place;
#[cfg(test)]
mod tests;

pub use error::SourceError;
pub use fault::{EncodingFault, NoText};
pub use place::Place;

/// One thing that is wrong with an export.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The operating system could not read it.
    #[error("cannot read {}: {source}", shown(path))]
    Io {
        /// What was to be read.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Neither a folder nor a workbook nor a text file.
    #[error(
        "{} is not an export: give a folder with one .csv, .parquet or .arrow file per table, one such file with one row per case, or one .xlsx, .xls or .ods workbook",
        shown(path)
    )]
    NotAnExport {
        /// The path that was given.
        path: PathBuf,
    },
    /// A required table is nowhere.
    #[error(
        "table {} ({}) is missing: add a {} called {accepted}, or name it in the mapping file",
        table.name, table.label_it, if *workbook { "sheet" } else { "file" }
    )]
    MissingTable {
        /// The table.
        table: &'static Table,
        /// Whether it would be a sheet of a workbook, not a file.
        workbook: bool,
        /// The names by which it is found.
        accepted: String,
    },
    /// A file or sheet holds no table that inlav knows.
    #[error(
        "{place}{} holds no known table: name it under [tables.…] in the mapping file, or add it to {key} there", if *hidden { " (a hidden sheet)" } else { "" }
    )]
    UnknownTable {
        /// The file or sheet.
        place: Place,
        /// Whether it is a sheet that Excel does not show.
        hidden: bool,
        /// Key of the mapping that would ignore it.
        key: &'static str,
    },
    /// A workbook lies in a folder of CSV files.
    #[error(
        "file {} is a workbook inside a folder: give the workbook itself, or save its sheets as CSV, or add it to ignore_files in the mapping file",
        printable(file)
    )]
    WorkbookInFolder {
        /// The file's name.
        file: String,
    },
    /// What has the name of a file and cannot be read as one.
    #[error(
        "file {} is a folder, a pipe, a device or a link to nothing: put the file itself there, or add it to ignore_files in the mapping file",
        printable(file)
    )]
    NoFile {
        /// Its name.
        file: String,
    },
    /// A file has the name of a table that no other file holds, and an ending that says nothing.
    #[error(
        "file {} has the name of table {} but an ending that inlav does not read: save it as CSV UTF-8, or add it to ignore_files in the mapping file",
        printable(file), table.name
    )]
    UnknownEnding {
        /// The file's name.
        file: String,
        /// The table.
        table: &'static Table,
    },
    /// Two files or sheets for one table.
    #[error("{first} and {second} both hold table {}: keep one, or ignore one in the mapping file", table.name)]
    TwoSources {
        /// The table.
        table: &'static Table,
        /// One of them.
        first: Place,
        /// The other.
        second: Place,
    },
    /// The mapping names a file or sheet that is not there.
    #[error("the mapping file names {place} for table {}, which is not there", table.name)]
    MappedSourceMissing {
        /// The table.
        table: &'static Table,
        /// What the mapping names.
        place: Place,
    },
    /// The bytes are no text in a known encoding.
    #[error(
        "file {} cannot be read as text: {fault} at byte {byte} (line {line}); save it again as CSV UTF-8, or state its encoding in the mapping file",
        printable(file)
    )]
    Encoding {
        /// The file's name.
        file: String,
        /// What is wrong with the bytes.
        fault: EncodingFault,
        /// Place of the fault, in bytes from 0.
        byte: u64,
        /// Line of the fault, from 1.
        line: u64,
    },
    /// The file is no longer as it was when it was opened.
    #[error("file {} changed while it was read: close it in other programs and start again", printable(file))]
    Changed {
        /// The file's name.
        file: String,
    },
    /// The file ends inside quotes.
    #[error("{place}, row {row}: a quotation mark is opened and never closed; the file may be cut off")]
    OpenQuote {
        /// The file.
        place: Place,
        /// Row in which it is opened.
        row: u64,
    },
    /// Text follows a closing quotation mark.
    #[error(
        "{place}, row {row}: text follows a closing quotation mark; quotation marks inside a cell are doubled"
    )]
    AfterQuote {
        /// The file.
        place: Place,
        /// The row.
        row: u64,
    },
    /// A cell in quotation marks has swallowed rows.
    #[error(
        "{place}, row {row}: a cell in quotation marks holds lines that look like rows of the table; is a quotation mark missing or one too many? If the cell is right, write it in one line"
    )]
    RowsInCell {
        /// The file.
        place: Place,
        /// The row.
        row: u64,
    },
    /// A cell is longer than any cell of an office.
    #[error("{place}, row {row}: a cell is longer than 65,536 bytes; is a quotation mark missing?")]
    LongCell {
        /// The file.
        place: Place,
        /// The row.
        row: u64,
    },
    /// A row has more cells than any office's.
    #[error("{place}, row {row}: more than {most} cells; is this a table?")]
    LongRow {
        /// The file.
        place: Place,
        /// The row.
        row: u64,
        /// Cells that a row may have.
        most: usize,
    },
    /// Cells below the headings are merged: all but the first would be read as blank.
    #[error("{place}, row {row}: cells merged from column {position} on; split them and fill in each one")]
    MergedCells {
        /// The sheet.
        place: Place,
        /// First row of the merged cells.
        row: u64,
        /// First column of the merged cells, from 1.
        position: usize,
    },
    /// A row has fewer cells than there are headings.
    #[error("{place}, row {row}: {found} cells, but there are {expected} headings")]
    RowLength {
        /// The file.
        place: Place,
        /// The row.
        row: u64,
        /// Number of headings.
        expected: usize,
        /// Number of cells.
        found: usize,
    },
    /// A cell has a value but its column has no heading.
    #[error(
        "{place}, row {row}: a value stands in column {position}, which has no heading; is a delimiter too many?"
    )]
    NoHeading {
        /// The file or sheet.
        place: Place,
        /// The row.
        row: u64,
        /// The column, from 1.
        position: usize,
    },
    /// No row at the top looks like headings.
    #[error(
        "{place}: none of the first {searched} rows has the headings of table {}; the headings stand in one row, for example: {example}", table.name
    )]
    NoHeadings {
        /// The file or sheet.
        place: Place,
        /// The table it should hold.
        table: &'static Table,
        /// Rows searched.
        searched: usize,
        /// Some headings it could have.
        example: String,
    },
    /// A required column has no heading.
    #[error(
        "{place}: column {} ({}) of table {} is missing; accepted headings: {accepted}; or name its heading in the mapping file",
        column.name, column.label_it, table.name
    )]
    MissingColumn {
        /// The file or sheet.
        place: Place,
        /// The table it holds.
        table: &'static Table,
        /// The column.
        column: &'static Column,
        /// The headings by which it is found.
        accepted: String,
    },
    /// A heading is not known.
    #[error(
        "{place}: the heading of column {position}{} is not known; map it to a column of table {} or ignore it in the mapping file",
        quoted(heading.as_deref()), table.name
    )]
    UnknownHeading {
        /// The file or sheet.
        place: Place,
        /// The table it holds.
        table: &'static Table,
        /// Its column, from 1.
        position: usize,
        /// The heading, if it reads like one.
        heading: Option<String>,
    },
    /// Two headings for one column.
    #[error(
        "{place}: the headings of columns {first} and {second} both stand for {}; ignore one of them in the mapping file",
        column.name
    )]
    TwoHeadings {
        /// The file or sheet.
        place: Place,
        /// The column.
        column: &'static Column,
        /// Position of one, from 1.
        first: usize,
        /// Position of the other, from 1.
        second: usize,
    },
    /// The row that the mapping file names as that of the headings is none.
    #[error(
        "{place}: the mapping file says that row {row} has the headings, which is blank or has none that is known"
    )]
    HeadingRow {
        /// The file or sheet.
        place: Place,
        /// The row.
        row: u64,
    },
    /// A cell is not written as the mapping file says.
    #[error(
        "{place}, row {row}: the cell in column {position} is not written as date_order, date_system or decimal in the mapping file say"
    )]
    Contradiction {
        /// The file or sheet.
        place: Place,
        /// The row.
        row: u64,
        /// The column, from 1.
        position: usize,
    },
    /// A Parquet or Arrow file that cannot be read.
    #[error(
        "{place} cannot be read as {what}; it may be cut off or written with a compression that inlav does not know: write it again"
    )]
    Columnar {
        /// The file.
        place: Place,
        /// `Parquet`, `Arrow`, or both if that is not known.
        what: &'static str,
    },
    /// A column of a Parquet or Arrow file whose cells are no single values.
    #[error("{place}: column {position} is of type {found}")]
    ColumnType {
        /// The file.
        place: Place,
        /// The column, from 1.
        position: usize,
        /// Its type.
        found: NoText,
    },
    /// A heading of a wide sheet stands for columns of two tables.
    #[error(
        "{place}: the heading of column {position} may be {}.{} or {}.{}; say in the mapping file which, under one of the two tables",
        first.0, first.1, second.0, second.1
    )]
    OfTwoTables {
        /// The file or sheet.
        place: Place,
        /// Its column, from 1.
        position: usize,
        /// Table and column of one meaning.
        first: (&'static str, &'static str),
        /// Table and column of the other.
        second: (&'static str, &'static str),
    },
    /// The mapping file states two ways in which one file or sheet is written.
    #[error(
        "the mapping file states under table {} another way in which {place} is written than under the tables before it; state it once",
        table.name
    )]
    TwoDialects {
        /// The file or sheet.
        place: Place,
        /// The later of the two tables.
        table: &'static Table,
    },
    /// The mapping makes a column that the export has.
    #[error(
        "{place} has a heading for {}.{}, which the mapping file makes of a constant or of row numbers; take one of the two away",
        table.name, column.name
    )]
    MadeTwice {
        /// The file or sheet.
        place: Place,
        /// The table.
        table: &'static Table,
        /// The column.
        column: &'static Column,
    },
    /// Row numbers are keys of a table to which another one refers by numbers of the office.
    #[error(
        "the rows of table {} are numbered by their place (key = \"row\" in the mapping file), but table {} refers to them by a number of the office: export that number, or keep both tables in one sheet",
        table.name, by.name
    )]
    RowKeyReferred {
        /// The table numbered by rows.
        table: &'static Table,
        /// The table that refers to it.
        by: &'static Table,
    },
    /// Two rows of a wide sheet say different things of one person or case.
    #[error(
        "{place}, row {row}: has the number of row {first} in {} ({}) but other values; make them equal, leave the later ones blank, or give them two numbers",
        table.name, table.label_it
    )]
    DifferentRows {
        /// The file or sheet.
        place: Place,
        /// The table.
        table: &'static Table,
        /// The first row with the number.
        first: u64,
        /// The row that differs.
        row: u64,
    },
    /// A workbook that no library can read.
    #[error(
        "{place} cannot be read as a workbook; open it in Excel or LibreOffice and save it as .xlsx again"
    )]
    Workbook {
        /// The workbook or its sheet.
        place: Place,
    },
    /// A workbook that would take more memory than a PUA's computer may have.
    #[error(
        "{place} is larger than workbooks that inlav reads: move its tables into a new workbook without blank rows and columns that are filled in, or save its sheets as CSV UTF-8"
    )]
    LargeWorkbook {
        /// The workbook.
        place: Place,
    },
    /// A workbook under a password.
    #[error("{place} is protected by a password; remove it in Excel and save the workbook again")]
    Password {
        /// The workbook.
        place: Place,
    },
    /// A cell holds an error such as a division by zero.
    #[error("{place}, row {row}: the formula in column {position} gives an error; mend it in the workbook")]
    ErrorCell {
        /// The sheet.
        place: Place,
        /// The row.
        row: u64,
        /// The column, from 1.
        position: usize,
    },
    /// A formula was never calculated.
    #[error(
        "{place}, row {row}: the formula in column {position} was never calculated; open the workbook in Excel and save it"
    )]
    NotCalculated {
        /// The sheet.
        place: Place,
        /// The row.
        row: u64,
        /// The column, from 1.
        position: usize,
    },
}

impl Problem {
    /// What is wrong and what to do, in English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match language {
            Language::It => italian::problem(self),
            Language::En => self.to_string(),
        }
    }

    /// Whether the rows after it can be read all the same, to report their problems too.
    pub(super) const fn is_of_one_row(&self) -> bool {
        matches!(
            self,
            Self::RowLength { .. }
                | Self::RowsInCell { .. }
                | Self::NoHeading { .. }
                | Self::Contradiction { .. }
                | Self::ErrorCell { .. }
                | Self::NotCalculated { .. }
                | Self::DifferentRows { .. }
        )
    }
}

fn shown(path: &Path) -> String {
    printable(&path.display().to_string())
}

fn quoted(heading: Option<&str>) -> String {
    heading.map(|heading| format!(", \"{}\",", printable(heading))).unwrap_or_default()
}
