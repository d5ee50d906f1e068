//! The leftover gate: every text of every file of an extract, read from the files as they were
//! written, before the manifest is signed.
//!
//! A column of codes stands in dictionaries, one per row group, so that each different text is
//! looked at once per group. Where a group has more different texts than fit into a dictionary,
//! every cell of it is read.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use arrow::array::AsArray as _;
use arrow::datatypes::DataType;
use inlav_core::codes::{CodeList, CodeLists, MissingCode};
use inlav_core::policy::{Action, ExtractColumn};
use inlav_core::registry::{Kind, Table};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Encoding;
use parquet::column::page::Page;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{FileReader as _, SerializedFileReader};

use super::error::ExtractError;
use crate::leftover::{Leftover, Names};
use crate::pseudonymise::TablePseudonymiser;

/// Different texts of a column that are remembered not to be looked at again.
const MOST_REMEMBERED: usize = 1 << 16;

/// A table whose file is written.
#[derive(Debug)]
pub(super) struct WrittenTable {
    table: &'static Table,
    columns: Vec<ExtractColumn>,
    numbers: RowNumbers,
}

/// Each row's place in the export, in the order of the extract's rows. The file has no name.
#[derive(Debug)]
pub(super) struct RowNumbers(BufWriter<File>);

/// Where something was found: a column and a row of a file, from 0.
struct Found {
    column: usize,
    row: u64,
    what: Leftover,
}

/// The file cannot be read back; the engine's own message would quote values.
struct Unreadable;

impl RowNumbers {
    pub(super) fn create(folder: &Path) -> io::Result<Self> {
        Ok(Self(BufWriter::new(tempfile::tempfile_in(folder)?)))
    }

    pub(super) fn push(&mut self, numbers: &[u64]) -> io::Result<()> {
        numbers.iter().try_for_each(|number| self.0.write_all(&number.to_le_bytes()))
    }

    /// The place in the export of a row of the extract.
    fn of(&mut self, row: u64) -> io::Result<u64> {
        let mut number = [0; 8];
        self.0.seek(SeekFrom::Start(8 * row))?;
        self.0.get_mut().read_exact(&mut number)?;
        Ok(u64::from_le_bytes(number))
    }
}

impl WrittenTable {
    pub(super) fn new(pseudonymiser: &TablePseudonymiser, numbers: RowNumbers) -> Self {
        Self { table: pseudonymiser.table(), columns: pseudonymiser.columns().to_vec(), numbers }
    }

    /// Refuses the table if any text of its file is more than codes.
    ///
    /// # Guarantee
    /// Before: a file of the extract. After: each of its texts is a code of its column's list, or
    /// has none of the forms of [`Leftover`] and none of the names. Tests
    /// `a_planted_identifier_is_found_in_every_column` and `clean_extracts_raise_no_alarm`.
    ///
    /// # Errors
    /// [`ExtractError::Leftover`] at the first one; [`ExtractError::Gate`] if the file cannot be read.
    pub(super) fn check(
        &mut self,
        folder: &Path,
        names: &Names,
        lists: &CodeLists,
    ) -> Result<(), ExtractError> {
        let table = self.table.name;
        let unreadable = |_| ExtractError::Gate { table };
        let path = folder.join(format!("{table}.parquet"));
        for (index, made) in self.columns.iter().enumerate() {
            if made.data_type != DataType::Utf8 {
                continue;
            }
            let codes = codes_of(self.table, made, lists);
            let mut clean = BTreeSet::new();
            let mut look = |text: &str| {
                if clean.contains(text) || text.split(';').all(|code| is_code(made, &codes, code)) {
                    return None;
                }
                let what = Leftover::in_text(text, names);
                if what.is_none() && clean.len() < MOST_REMEMBERED {
                    clean.insert(text.to_owned());
                }
                what
            };
            let Some(Found { column, row, what }) =
                first_found(&path, index, &mut look).map_err(unreadable)?
            else {
                continue;
            };
            let column = self.columns.get(column).map(|made| made.name.clone()).unwrap_or_default();
            let export_row = self.numbers.of(row).map_err(|_| ExtractError::Gate { table })?;
            return Err(ExtractError::Leftover { table, column, row: row + 1, export_row, what });
        }
        Ok(())
    }
}

/// The codes that may stand in a column: those of its own list if it is kept, those of the policy if
/// it is recoded, those of all lists if an action made something else of it.
fn codes_of<'a>(table: &Table, made: &'a ExtractColumn, lists: &'a CodeLists) -> BTreeSet<&'a str> {
    let of = |list: &'a CodeList| list.codes().iter().map(|code| code.code.as_str());
    match (&made.action, table.column(made.source).map(|column| column.kind)) {
        (Action::Keep, Some(Kind::Code(list) | Kind::Codes { list, .. })) => {
            lists.named(list).into_iter().flat_map(of).collect()
        }
        (Action::Keep, _) => BTreeSet::new(),
        (Action::Code(codes), _) => codes.values().map(String::as_str).collect(),
        _ => lists.all().flat_map(of).collect(),
    }
}

/// Whether a text is a code, or the bounds between which an action put a number.
fn is_code(made: &ExtractColumn, codes: &BTreeSet<&str>, text: &str) -> bool {
    let is_bin = || text.bytes().all(|byte| byte.is_ascii_digit() || b"<-+".contains(&byte));
    codes.contains(text)
        || MissingCode::from_code(text).is_some()
        || (matches!(made.action, Action::Bins(_)) && is_bin())
}

/// The first row of a column in which `look` finds something.
fn first_found(
    path: &Path,
    column: usize,
    look: &mut impl FnMut(&str) -> Option<Leftover>,
) -> Result<Option<Found>, Unreadable> {
    let reader =
        SerializedFileReader::new(File::open(path).map_err(|_| Unreadable)?).map_err(|_| Unreadable)?;
    let mut rows_before = 0;
    for group in 0..reader.num_row_groups() {
        let of_group = reader.get_row_group(group).map_err(|_| Unreadable)?;
        let is_suspect = if is_all_in_dictionary(of_group.metadata().column(column)) {
            let mut pages = of_group.get_column_page_reader(column).map_err(|_| Unreadable)?;
            match pages.get_next_page().map_err(|_| Unreadable)? {
                Some(Page::DictionaryPage { buf, num_values, .. }) => {
                    dictionary(&buf, num_values)?.into_iter().any(|text| look(text).is_some())
                }
                _ => return Err(Unreadable),
            }
        } else {
            true
        };
        if is_suspect && let Some((row, what)) = first_in_group(path, group, column, look)? {
            return Ok(Some(Found { column, row: rows_before + row, what }));
        }
        rows_before += u64::try_from(of_group.metadata().num_rows()).map_err(|_| Unreadable)?;
    }
    Ok(None)
}

fn is_all_in_dictionary(column: &ColumnChunkMetaData) -> bool {
    column.dictionary_page_offset().is_some()
        && column.page_encoding_stats_mask().is_some_and(|mask| mask.is_only(Encoding::RLE_DICTIONARY))
}

/// The texts of a dictionary: each with its length before it, u32le (Parquet, encoding PLAIN).
fn dictionary(mut bytes: &[u8], count: u32) -> Result<Vec<&str>, Unreadable> {
    let mut texts = Vec::new();
    for _ in 0..count {
        let (length, rest) = bytes.split_first_chunk().ok_or(Unreadable)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| Unreadable)?;
        let (text, rest) = rest.split_at_checked(length).ok_or(Unreadable)?;
        texts.push(std::str::from_utf8(text).map_err(|_| Unreadable)?);
        bytes = rest;
    }
    Ok(texts)
}

/// The first row of a row group, from 0, in which `look` finds something.
fn first_in_group(
    path: &Path,
    group: usize,
    column: usize,
    look: &mut impl FnMut(&str) -> Option<Leftover>,
) -> Result<Option<(u64, Leftover)>, Unreadable> {
    let file = File::open(path).map_err(|_| Unreadable)?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|_| Unreadable)?;
    let mask = ProjectionMask::leaves(builder.parquet_schema(), [column]);
    let batches = builder.with_row_groups(vec![group]).with_projection(mask).build();
    let mut row = 0;
    for batch in batches.map_err(|_| Unreadable)? {
        let batch = batch.map_err(|_| Unreadable)?;
        let texts = batch.column(0).as_string_opt::<i32>().ok_or(Unreadable)?;
        for text in texts {
            if let Some(what) = text.and_then(&mut *look) {
                return Ok(Some((row, what)));
            }
            row += 1;
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
