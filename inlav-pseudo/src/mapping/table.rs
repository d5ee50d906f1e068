//! What one table is called, and how its file is written.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use inlav_core::codes::CodeLists;
use inlav_core::registry::{Column, Kind, Table};
use inlav_core::text::{clean, line_of};
use inlav_core::value::{self, DateOrder, DateSystem};
use serde::Deserialize;
use toml::Spanned;

use super::{MappingError, is_vocabulary, key};
use crate::source::{DecimalMark, Encoding, Quote, Stated};

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
    pub(super) ignored: BTreeSet<String>,
    pub(super) values: BTreeMap<&'static str, BTreeMap<String, String>>,
    /// Columns that the export lacks and their value in every row.
    pub(crate) constants: Vec<(&'static Column, String)>,
    /// Whether the rows are numbered by their place in the file.
    pub(crate) row_key: bool,
}

impl std::fmt::Debug for TableMapping {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TableMapping(redacted)")
    }
}

/// A table in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableEntry {
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

impl TableMapping {
    pub(super) fn new(
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
    pub(super) fn ignored(&self) -> Vec<String> {
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
