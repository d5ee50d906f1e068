//! What is wrong with a mapping file, by its table, column or line, never with its words.

use std::path::PathBuf;

/// A mapping file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MappingError {
    /// The operating system could not read it.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The mapping file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Not UTF-8.
    #[error("{} is not UTF-8 text: save it again with the encoding UTF-8", path.display())]
    Encoding {
        /// The mapping file.
        path: PathBuf,
    },
    /// Not valid TOML of the expected form.
    #[error("the mapping file is not valid (line {line}): {why}")]
    Syntax {
        /// Line of the fault, from 1.
        line: usize,
        /// What may be wrong there.
        why: &'static str,
    },
    /// Written for another version of the format.
    #[error("the mapping file has version {0}, this program reads version 1")]
    Version(u32),
    /// It names a table that does not exist.
    #[error("the mapping file names table {0}, which does not exist")]
    UnknownTable(String),
    /// It names a column that does not exist.
    #[error("the mapping file names column {table}.{column}, which does not exist (line {line})")]
    UnknownColumn {
        /// Table of the entry.
        table: &'static str,
        /// Column of the entry.
        column: String,
        /// Line of the entry, from 1.
        line: usize,
    },
    /// One heading has two meanings.
    #[error("the mapping file gives a heading of table {table} two meanings (line {line})")]
    TwoMeanings {
        /// Table of the heading.
        table: &'static str,
        /// Line of one of them, from 1.
        line: usize,
    },
    /// A word is translated into something that is no value of the column.
    #[error(
        "the mapping file translates a word of column {table}.{column} into what is no code or value of it (line {line})"
    )]
    UnknownCode {
        /// Table of the column.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// Line of the entry, from 1.
        line: usize,
    },
    /// A delimiter that would be taken for something else.
    #[error("the mapping file gives table {table} a delimiter that is no mark (line {line})")]
    Delimiter {
        /// The table.
        table: &'static str,
        /// Line of the entry, from 1.
        line: usize,
    },
    /// Words of identifiers and free text are not translated.
    #[error("the mapping file translates words of column {table}.{column}, which holds no codes")]
    NoWords {
        /// Table of the column.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A key that is not made of row numbers, or of a table that has none.
    #[error(
        "the mapping file gives table {table} a key: only key = \"row\" is known, and only for tables with a register number (line {line})"
    )]
    Key {
        /// The table.
        table: &'static str,
        /// Line of the entry, from 1.
        line: usize,
    },
    /// Identifiers and free text are never the same in every row.
    #[error(
        "the mapping file gives column {table}.{column} a constant, which only codes, days and numbers can have (line {line})"
    )]
    NoConstant {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// Line of the entry, from 1.
        line: usize,
    },
}
