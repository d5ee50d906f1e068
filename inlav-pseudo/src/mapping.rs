//! A site's mapping file: what its files, headings and words are called in the domain.
//!
//! Most exports need none, since the registry knows the usual headings. A mapping says the rest:
//!
//! ```
//! let mapping = inlav_pseudo::mapping::Mapping::parse(r##"
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
//! "##, inlav_core::codes::CodeLists::built_in())?;
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
use std::path::{Path, PathBuf};

use inlav_core::codes::CodeLists;
use inlav_core::registry::{self, Column, Kind, Table};
use inlav_core::text::{clean, fold, line_of};
use serde::Deserialize;

use crate::source::Place;

mod error;
pub mod propose;
mod table;

pub use error::{MappingError, SyntaxFault};
use table::TableEntry;
pub(crate) use table::TableMapping;

/// A site's mapping. The default one is empty: the registry's headings only.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    tables: BTreeMap<&'static str, TableMapping>,
    ignore_files: BTreeSet<String>,
    ignore_sheets: BTreeSet<String>,
    /// Name of the mapping file, for messages about what it makes.
    name: Option<String>,
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

impl Mapping {
    /// Reads a mapping from the text of its TOML file, by the code lists of a programme.
    ///
    /// # Errors
    /// [`MappingError`] naming the table and column, or the line.
    pub fn parse(text: &str, lists: &CodeLists) -> Result<Self, MappingError> {
        let file: MappingFile = toml::from_str(text).map_err(|fault| MappingError::Syntax {
            line: fault.span().map_or(1, |span| line_of(text, span.start)),
            why: SyntaxFault::of(fault.message()),
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
        match path.symlink_metadata() {
            // A link to nothing is a mapping that was meant.
            Ok(_) if path.is_file() || !path.exists() => Self::open(&path, lists),
            Ok(_) => Err(MappingError::Io { path, source: std::io::ErrorKind::InvalidInput.into() }),
            Err(_) => Ok(Self::default()),
        }
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

/// The comparison key of a heading or word: folded; as it is where folding leaves nothing, so
/// that `#` and `?` can be mapped too.
pub(crate) fn key(text: &str) -> String {
    let folded = fold(text);
    if folded.is_empty() { clean(text) } else { folded }
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
        let twice = "[tables.person]\nignore = [\"a\"]\nignore = [\"b\"]\n";
        assert!(refused(twice).contains("(line 4): the same name stands on an earlier line"));
        assert!(refused("[tables.person]\ncolour = \"a\"\n").contains("there is no setting of this name"));
        assert!(
            refused("[tables.person]\nencoding = \"a\"\n").contains("the setting does not have this value")
        );
        assert!(refused("[tables.person]\nignore = [\"a\n").contains("may be missing"));
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
