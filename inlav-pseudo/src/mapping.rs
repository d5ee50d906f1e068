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
//!     [tables.site.constants]
//!     opened_on = "09/06/2024"
//!     [tables.service_event]
//!     key = "row"
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
//!
//! Tables that name the same `file` or `sheet` share its rows: a wide sheet with one row per case.
//! What one of them states of how the sheet is written counts for all. `constants` gives a column
//! that the export lacks one value in every row; the table of the PUA may consist of them alone.
//! `key = "row"` numbers the rows of a table that the office does not number; such a number is
//! another one as soon as rows are added, taken away or sorted, and so is what is made of it.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use inlav_core::codes::CodeLists;
use inlav_core::registry::{self, Column, Kind, Table};
use inlav_core::text::{clean, fold, line_of};
use inlav_core::value::{self, DateOrder, DateSystem};
use serde::Deserialize;
use toml::Spanned;

use crate::source::{DecimalMark, Encoding, Place, Quote, Stated};

pub mod propose;

/// A site's mapping. The default one is empty: the registry's headings only.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    tables: BTreeMap<&'static str, TableMapping>,
    ignore_files: BTreeSet<String>,
    ignore_sheets: BTreeSet<String>,
    /// Name of the mapping file, for messages about what it makes.
    name: Option<String>,
}

/// What one table is called.
#[derive(Debug, Clone, Default)]
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
    /// Columns that the export lacks and their value in every row.
    pub(crate) constants: Vec<(&'static Column, String)>,
    /// Whether the rows are numbered by their place in the file.
    pub(crate) row_key: bool,
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
    #[serde(default)]
    constants: BTreeMap<String, Spanned<String>>,
    key: Option<Spanned<String>>,
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
        Ok(Self {
            tables,
            ignore_files: names(file.ignore_files),
            ignore_sheets: names(file.ignore_sheets),
            name: None,
        })
    }

    /// Reads a mapping file.
    ///
    /// # Errors
    /// [`MappingError`].
    pub fn open(path: &Path, lists: &CodeLists) -> Result<Self, MappingError> {
        let bytes =
            std::fs::read(path).map_err(|source| MappingError::Io { path: path.to_owned(), source })?;
        let text = String::from_utf8(bytes).map_err(|_| MappingError::Encoding { path: path.to_owned() })?;
        let mut mapping = Self::parse(text.strip_prefix('\u{feff}').unwrap_or(&text), lists)?;
        mapping.name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        Ok(mapping)
    }

    /// Where the mapping of an export lies: `mapping.toml` inside a bundle's folder,
    /// `name.mapping.toml` next to `name.xlsx`.
    #[must_use]
    pub fn path_beside(export: &Path) -> PathBuf {
        if export.is_dir() { export.join("mapping.toml") } else { export.with_extension("mapping.toml") }
    }

    /// Reads the mapping that lies with an export, at [`Mapping::path_beside`]. Empty if there is
    /// none.
    ///
    /// # Errors
    /// [`MappingError`].
    pub fn beside(export: &Path, lists: &CodeLists) -> Result<Self, MappingError> {
        let path = Self::path_beside(export);
        if path.exists() { Self::open(&path, lists) } else { Ok(Self::default()) }
    }

    /// The file's name.
    pub(crate) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("mapping.toml")
    }

    pub(crate) fn table(&self, table: &Table) -> Option<&TableMapping> {
        self.tables.get(table.name)
    }

    /// The tables that the mapping says a file or sheet holds, in the registry's order.
    pub(crate) fn tables_at(&self, place: &Place) -> Vec<&'static Table> {
        let name = clean(place.sheet().unwrap_or_else(|| place.file()));
        let is_here = |table: &&Table| {
            let named = self.table(table).and_then(|entry| entry.name_of(place.sheet().is_some()));
            named == Some(name.as_str())
        };
        registry::tables().iter().filter(is_here).collect()
    }

    /// Whether it names or ignores a heading in some table.
    pub(crate) fn knows_heading(&self, heading: &str) -> bool {
        self.tables.values().any(|entry| entry.ignores(heading) || entry.column(heading).is_some())
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
        let mut constants = Vec::new();
        for (name, value) in entry.constants {
            let line = line(value.span());
            let column = column_of(table, &name, line)?;
            constants.push((column, constant(table, column, value.into_inner(), line, lists)?));
        }
        if let Some(word) = &entry.key
            && (word.get_ref() != "row" || table.key().is_none())
        {
            return Err(MappingError::Key { table: table.name, line: line(word.span()) });
        }
        let row_key = entry.key.is_some();
        let name = |name: Option<String>| name.map(|name| clean(&name));
        let (file, sheet) = (name(entry.file), name(entry.sheet));
        Ok(Self { file, sheet, stated, columns, positions, ignored, values, constants, row_key })
    }

    /// Its sheet in a workbook, its file otherwise.
    pub(crate) fn name_of(&self, workbook: bool) -> Option<&str> {
        if workbook { self.sheet.as_deref() } else { self.file.as_deref() }
    }

    /// Whether a column is made of a constant or of row numbers.
    pub(crate) fn makes(&self, column: &Column) -> bool {
        (self.row_key && matches!(column.kind, Kind::Key(_)))
            || self.constants.iter().any(|(constant, _)| constant.name == column.name)
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

    /// The headings and positions that it ignores, as a mapping file writes them.
    fn ignored(&self) -> Vec<String> {
        let positions = self.positions.iter().filter(|(_, column)| column.is_none());
        self.ignored.iter().cloned().chain(positions.map(|(position, _)| format!("#{position}"))).collect()
    }

    pub(crate) fn ignores(&self, heading: &str) -> bool {
        self.ignored.contains(&key(heading))
    }

    /// The site's words of a column and what they mean, by [`key`].
    pub(crate) fn words(&self, column: &Column) -> Option<&BTreeMap<String, String>> {
        self.values.get(column.name)
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
    if !is_vocabulary(column) {
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

/// Whether a column holds codes, days or numbers, which the mapping may write down.
pub(crate) const fn is_vocabulary(column: &Column) -> bool {
    matches!(
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
    )
}

fn constant(
    table: &'static Table,
    column: &'static Column,
    value: String,
    line: usize,
    lists: &CodeLists,
) -> Result<String, MappingError> {
    if !is_vocabulary(column) {
        return Err(MappingError::NoConstant { table: table.name, column: column.name, line });
    }
    if value::read(column, &value, None, lists).fault.is_some() {
        return Err(MappingError::UnknownCode { table: table.name, column: column.name, line });
    }
    Ok(value)
}

fn column_of(table: &'static Table, name: &str, line: usize) -> Result<&'static Column, MappingError> {
    table.column(name).ok_or_else(|| MappingError::UnknownColumn {
        table: table.name,
        column: name.to_owned(),
        line,
    })
}

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
    fn constants_are_values_and_keys_are_row_numbers() {
        let mapping = Mapping::parse(
            "version = 1\n[tables.case.constants]\ntarget_group = \"ND\"\n[tables.service_event]\nkey = \"row\"\n",
            CodeLists::built_in(),
        )
        .unwrap();
        let table = |name| mapping.table(registry::table(name).unwrap()).unwrap();
        assert_eq!(table("case").constants[0].1, "ND");
        assert!(table("service_event").row_key && !table("case").row_key);
        assert!(refused("[tables.case.constants]\nstate = \"QQ\"").contains("case.state"));
        assert!(refused("[tables.site.constants]\nopened_on = \"\"").contains("site.opened_on"));
        assert!(refused("[tables.person.constants]\nphone = \"1\"").contains("person.phone a constant"));
        assert!(refused("[tables.case]\nkey = \"n\"").contains("table case a key"));
        assert!(refused("[tables.pact]\nkey = \"row\"").contains("table pact a key"));
    }

    #[test]
    fn a_heading_has_one_meaning() {
        let two = "[tables.person]\nignore = [\"cod  interno\"]\n[tables.person.columns]\n\"Cod. interno\" = \"phone\"\n";
        assert!(refused(two).contains("two meanings (line 3)"));
        let two = "[tables.person.columns]\n\"Cod. interno\" = \"phone\"\n\"COD INTERNO\" = \"email\"\n";
        assert!(refused(two).contains("two meanings"));
    }
}
