//! A site's mapping file: what its files, headings and words are called in the domain.
//!
//! Most exports need none, since the registry knows the usual headings. A mapping says the rest:
//!
//! ```
//! let mapping = inlav_pseudo::mapping::Mapping::parse(r#"
//!     version = 1
//!     ignore_files = ["riepilogo.csv"]
//!     [tables.person]
//!     file = "utenti 2024.csv"
//!     ignore = ["Colore fascicolo"]
//!     [tables.person.columns]
//!     "Cod. interno" = "site_person_id"
//!     [tables.person.values.gender]
//!     "Signora" = "F"
//!     [tables.service_event]
//!     encoding = "windows-1252"  # utf-8, utf-8-bom, utf-16le, utf-16be, iso-8859-1, macintosh
//!     delimiter = ";"            # one character
//!     quote = "\""               # ' or none
//!     heading_row = 3            # from 1; of headings over two rows the lower one
//!     date_order = "dmy"         # mdy: the month first
//!     date_system = "1900"       # 1904: what bare numbers in columns of dates count from
//!     decimal = ","              # or .; the other mark then stands between thousands
//!     [tables.service_event.columns]
//!     "#7" = "hours"             # the seventh column, whatever its heading
//! "#, inlav_core::codes::CodeLists::built_in())?;
//! # let _ = mapping;
//! # Ok::<(), inlav_pseudo::mapping::MappingError>(())
//! ```
//!
//! How a file is written is found out (`inlav check` tells, and how sure it is); what the mapping
//! states instead is kept to, and a file that contradicts it is an error that names the place.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use inlav_core::codes::CodeLists;
use inlav_core::registry::{self, Column, Kind, Table};
use inlav_core::text::{clean, fold, line_of};
use inlav_core::value::{self, DateOrder, DateSystem};
use serde::Deserialize;
use toml::Spanned;

use crate::source::{DecimalMark, Encoding, Quote, Stated};

/// A site's mapping. The default one is empty: the registry's headings only.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    tables: BTreeMap<&'static str, TableMapping>,
    ignore_files: BTreeSet<String>,
    ignore_sheets: BTreeSet<String>,
}

/// What one table is called. Debug is redacted: its words are texts of cells.
#[derive(Clone, Default)]
pub(crate) struct TableMapping {
    /// Its file in a bundle.
    pub(crate) file: Option<String>,
    /// Its sheet in a workbook.
    pub(crate) sheet: Option<String>,
    /// How its file or sheet is written.
    pub(crate) stated: Stated,
    columns: BTreeMap<String, &'static Column>,
    /// What columns by position, from 1, hold; nothing if they are ignored.
    positions: BTreeMap<usize, Option<&'static Column>>,
    ignored: BTreeSet<String>,
    values: BTreeMap<&'static str, BTreeMap<String, String>>,
}

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
    #[error("the mapping file is not valid (line {line})")]
    Syntax {
        /// Line of the fault, from 1.
        line: usize,
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
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingFile {
    version: u32,
    #[serde(default)]
    ignore_files: Vec<String>,
    #[serde(default)]
    ignore_sheets: Vec<String>,
    #[serde(default)]
    tables: BTreeMap<String, TableEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableEntry {
    file: Option<String>,
    sheet: Option<String>,
    encoding: Option<Encoding>,
    delimiter: Option<Spanned<char>>,
    quote: Option<Quote>,
    heading_row: Option<NonZeroU32>,
    date_order: Option<DateOrder>,
    date_system: Option<DateSystem>,
    decimal: Option<DecimalMark>,
    #[serde(default)]
    columns: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    ignore: Vec<Spanned<String>>,
    #[serde(default)]
    values: BTreeMap<String, BTreeMap<String, Spanned<String>>>,
}

impl Mapping {
    /// Reads a mapping from the text of its TOML file, by the code lists of a programme.
    ///
    /// # Errors
    /// [`MappingError`] naming the table and column, or the line.
    pub fn parse(text: &str, lists: &CodeLists) -> Result<Self, MappingError> {
        let file: MappingFile = toml::from_str(text).map_err(|fault| MappingError::Syntax {
            line: fault.span().map_or(1, |span| line_of(text, span.start)),
        })?;
        if file.version != 1 {
            return Err(MappingError::Version(file.version));
        }
        let mut tables = BTreeMap::new();
        for (name, entry) in file.tables {
            let table = registry::table(&name).ok_or(MappingError::UnknownTable(name))?;
            tables.insert(table.name, TableMapping::new(table, entry, text, lists)?);
        }
        let names = |names: Vec<String>| names.iter().map(|name| clean(name)).collect();
        Ok(Self { tables, ignore_files: names(file.ignore_files), ignore_sheets: names(file.ignore_sheets) })
    }

    /// Reads a mapping file.
    ///
    /// # Errors
    /// [`MappingError`].
    pub fn open(path: &Path, lists: &CodeLists) -> Result<Self, MappingError> {
        let bytes =
            std::fs::read(path).map_err(|source| MappingError::Io { path: path.to_owned(), source })?;
        let text = String::from_utf8(bytes).map_err(|_| MappingError::Encoding { path: path.to_owned() })?;
        Self::parse(text.strip_prefix('\u{feff}').unwrap_or(&text), lists)
    }

    /// Reads the mapping that lies with an export: `mapping.toml` inside a bundle's folder,
    /// `name.mapping.toml` next to `name.xlsx`. Empty if there is none.
    ///
    /// # Errors
    /// [`MappingError`].
    pub fn beside(export: &Path, lists: &CodeLists) -> Result<Self, MappingError> {
        let path =
            if export.is_dir() { export.join("mapping.toml") } else { export.with_extension("mapping.toml") };
        if path.exists() { Self::open(&path, lists) } else { Ok(Self::default()) }
    }

    pub(crate) fn table(&self, table: &Table) -> Option<&TableMapping> {
        self.tables.get(table.name)
    }

    pub(crate) fn ignores_file(&self, name: &str) -> bool {
        self.ignore_files.contains(&clean(name))
    }

    pub(crate) fn ignores_sheet(&self, name: &str) -> bool {
        self.ignore_sheets.contains(&clean(name))
    }
}

impl TableMapping {
    fn new(
        table: &'static Table,
        entry: TableEntry,
        text: &str,
        lists: &CodeLists,
    ) -> Result<Self, MappingError> {
        let line = |span: std::ops::Range<usize>| line_of(text, span.start);
        let delimiter = entry.delimiter.as_ref().map(|mark| {
            let fault = MappingError::Delimiter { table: table.name, line: line(mark.span()) };
            u8::try_from(*mark.get_ref()).ok().filter(|mark| may_delimit(*mark)).ok_or(fault)
        });
        let stated = Stated {
            encoding: entry.encoding,
            delimiter: delimiter.transpose()?,
            quote: entry.quote,
            heading_row: entry.heading_row.map(|row| u64::from(row.get())),
            date_order: entry.date_order,
            date_system: entry.date_system,
            decimal: entry.decimal,
        };
        let mut columns: BTreeMap<String, &'static Column> = BTreeMap::new();
        let mut positions = BTreeMap::new();
        for (heading, column) in entry.columns {
            let line = line(column.span());
            let column = column_of(table, column.get_ref(), line)?;
            if let Some(position) = position(&heading) {
                positions.insert(position, Some(column));
                continue;
            }
            let before = columns.insert(key(&heading), column);
            if before.is_some_and(|before| before.name != column.name) {
                return Err(MappingError::TwoMeanings { table: table.name, line });
            }
        }
        let mut ignored = BTreeSet::new();
        for heading in entry.ignore {
            let line = line(heading.span());
            if let Some(position) = position(heading.get_ref()) {
                if positions.insert(position, None).is_some() {
                    return Err(MappingError::TwoMeanings { table: table.name, line });
                }
                continue;
            }
            let heading = key(heading.get_ref());
            if columns.contains_key(&heading) {
                return Err(MappingError::TwoMeanings { table: table.name, line });
            }
            ignored.insert(heading);
        }
        let mut values = BTreeMap::new();
        for (name, words) in entry.values {
            let first_line = words.values().next().map_or(1, |word| line(word.span()));
            let column = column_of(table, &name, first_line)?;
            values.insert(column.name, translations(table, column, words, text, lists)?);
        }
        let name = |name: Option<String>| name.map(|name| clean(&name));
        let (file, sheet) = (name(entry.file), name(entry.sheet));
        Ok(Self { file, sheet, stated, columns, positions, ignored, values })
    }

    /// The column that the mapping gives to a heading.
    pub(crate) fn column(&self, heading: &str) -> Option<&'static Column> {
        self.columns.get(&key(heading)).copied()
    }

    /// What the mapping says of the column at a position, from 1, if it says anything; nothing
    /// inside if the column is ignored.
    pub(crate) fn at_position(&self, position: usize) -> Option<Option<&'static Column>> {
        self.positions.get(&position).copied()
    }

    pub(crate) fn ignores(&self, heading: &str) -> bool {
        self.ignored.contains(&key(heading))
    }

    /// The site's words of a column and what they mean, by [`key`].
    pub(crate) fn words(&self, column: &Column) -> Option<&BTreeMap<String, String>> {
        self.values.get(column.name)
    }
}

impl std::fmt::Debug for TableMapping {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TableMapping(redacted)")
    }
}

/// The comparison key of a heading or word: folded; as it is where folding leaves nothing, so
/// that `#` and `?` can be mapped too.
pub(crate) fn key(text: &str) -> String {
    let folded = fold(text);
    if folded.is_empty() { clean(text) } else { folded }
}

/// The position, from 1, that a heading such as `#3` stands for.
fn position(heading: &str) -> Option<usize> {
    heading.trim().strip_prefix('#')?.parse().ok().filter(|position| *position > 0)
}

/// Whether a character can stand between cells and nowhere else.
const fn may_delimit(mark: u8) -> bool {
    mark == b'\t' || mark.is_ascii_punctuation() && !matches!(mark, b'"' | b'\'' | b'-' | b'.')
}

fn translations(
    table: &'static Table,
    column: &'static Column,
    words: BTreeMap<String, Spanned<String>>,
    text: &str,
    lists: &CodeLists,
) -> Result<BTreeMap<String, String>, MappingError> {
    let translatable = matches!(
        column.kind,
        Kind::Code(_)
            | Kind::Codes { .. }
            | Kind::YesNo
            | Kind::Ateco
            | Kind::Occupation
            | Kind::Municipality
            | Kind::Municipalities
            | Kind::Site
            | Kind::Date
            | Kind::Deadline
            | Kind::Whole { .. }
            | Kind::Decimal { .. }
            | Kind::Ambito
    );
    if !translatable {
        return Err(MappingError::NoWords { table: table.name, column: column.name });
    }
    let mut translations = BTreeMap::new();
    for (word, value) in words {
        let readable =
            value::read(column, value.get_ref(), None, lists).fault.is_none_or(value::Fault::is_warning);
        let before = translations.insert(key(&word), value.get_ref().clone());
        if !readable || before.is_some_and(|before| before != *value.get_ref()) {
            let line = line_of(text, value.span().start);
            return Err(MappingError::UnknownCode { table: table.name, column: column.name, line });
        }
    }
    Ok(translations)
}

fn column_of(table: &'static Table, name: &str, line: usize) -> Result<&'static Column, MappingError> {
    table.column(name).ok_or_else(|| MappingError::UnknownColumn {
        table: table.name,
        column: name.to_owned(),
        line,
    })
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use inlav_core::registry::person;

    use super::*;

    fn refused(text: &str) -> String {
        Mapping::parse(&format!("version = 1\n{text}"), CodeLists::built_in()).unwrap_err().to_string()
    }

    #[test]
    fn headings_and_words_are_found_however_they_are_typed() {
        let mapping = Mapping::parse(
            "version = 1\n[tables.person]\nignore = [\"#\"]\n[tables.person.columns]\n\"Cod. Interno\" = \"site_person_id\"\n\
             [tables.person.values.gender]\n\"Signora\" = \"F\"\n\"?\" = \"ND\"\n",
            CodeLists::built_in(),
        )
        .unwrap();
        let table = mapping.table(registry::table("person").unwrap()).unwrap();
        assert_eq!(table.column("cod interno").unwrap().name, "site_person_id");
        assert!(table.ignores(" # ") && !table.ignores("%"));
        let words = table.words(&person::GENDER).unwrap();
        assert_eq!(words.get(&key("SIGNORA")).unwrap(), "F");
        assert_eq!(words.get(&key("?")).unwrap(), "ND");
    }

    #[test]
    fn whatever_does_not_exist_is_named() {
        assert_eq!(
            Mapping::parse("version = 2", CodeLists::built_in()).unwrap_err().to_string(),
            MappingError::Version(2).to_string()
        );
        assert!(refused("[tables.people]").contains("table people"));
        assert!(
            refused("[tables.person.columns]\n\"a\" = \"b\"")
                .contains("column person.b, which does not exist (line 3)")
        );
        assert!(refused("[tables.person.values.gender]\n\"Signora\" = \"Q\"").contains("person.gender"));
        assert!(refused("[tables.person.values.family_name]\n\"a\" = \"b\"").contains("holds no codes"));
        assert!(refused("[tables.person]\ncolour = 1").contains("line 3"));
        assert!(refused("colour = 1").contains("line 2"));
        assert!(refused("[tables.person]\nencoding = \"latin\"").contains("line 3"));
        assert!(refused("[tables.person]\nheading_row = 0").contains("line 3"));
        assert!(refused("[tables.person]\ndelimiter = \"a\"").contains("no mark (line 3)"));
    }

    #[test]
    fn a_heading_has_one_meaning() {
        let two = "[tables.person]\nignore = [\"cod  interno\"]\n[tables.person.columns]\n\"Cod. interno\" = \"phone\"\n";
        assert!(refused(two).contains("two meanings (line 3)"));
        let two = "[tables.person.columns]\n\"Cod. interno\" = \"phone\"\n\"COD INTERNO\" = \"email\"\n";
        assert!(refused(two).contains("two meanings"));
    }
}
