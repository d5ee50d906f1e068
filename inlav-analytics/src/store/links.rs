//! The persons and operators of the store's extracts, and the files that say which of them are one.
//!
//! The number of a person stays the same from one ingest to the next: the ledger of releases knows by
//! it who joined a count and who was in it before.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array as _, ArrayRef, AsArray as _, FixedSizeBinaryArray, RecordBatch, StringArray, UInt64Array,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, UInt64Type};
use inlav_core::identifiers::IdType;
use inlav_core::policy::PSEUDONYM_LENGTH;
use inlav_core::registry;
use inlav_verify::read_tokens;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use sha2::{Digest as _, Sha256};

use super::error::StoreError;
use crate::link::{Pseudonym, Record, Token};

/// A file of links: who is linked, and how its columns are called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LinksOf {
    /// The table in which the register number is, and its column.
    pub(crate) sources: &'static [(&'static str, &'static str)],
    /// Whose tokens link.
    pub(crate) subject: IdType,
    /// Column of the PUA's pseudonym in the links.
    pub(crate) own: &'static str,
    /// Column of the number over all PUA.
    pub(crate) number: &'static str,
}

/// Persons: one record per row of their table.
pub(crate) const PERSONS: LinksOf = LinksOf {
    sources: &[(registry::person::TABLE.name, registry::person::SITE_PERSON_ID.name)],
    subject: IdType::Person,
    own: registry::person::SITE_PERSON_ID.name,
    number: "person_no",
};
/// Operators, of whom some are known only from the sessions that they attended.
pub(crate) const OPERATORS: LinksOf = LinksOf {
    sources: &[
        (registry::operator::TABLE.name, registry::operator::OPERATOR_ID.name),
        (registry::training::TABLE.name, registry::training::OPERATOR_ID.name),
    ],
    subject: IdType::Operator,
    own: registry::operator::OPERATOR_ID.name,
    number: "operator_no",
};

/// The tokens of one PUA by whose they are.
pub(super) struct Tokens(BTreeMap<(IdType, Pseudonym), Vec<Token>>);

impl Tokens {
    /// Reads a table of tokens that was verified when it was taken in.
    pub(super) fn read(file: &Path) -> Result<Self, StoreError> {
        let opened = File::open(file).map_err(|source| StoreError::Io { path: file.to_owned(), source })?;
        let rows = read_tokens(opened).ok_or_else(|| StoreError::Damaged { path: file.to_owned() })?;
        let mut tokens: BTreeMap<_, Vec<Token>> = BTreeMap::new();
        for row in rows {
            let token = Token { document: row.document, epoch: row.epoch, value: row.token };
            tokens.entry((row.subject_type, row.subject)).or_default().push(token);
        }
        Ok(Self(tokens))
    }

    /// Of an extract whose policy makes none.
    pub(super) const fn none() -> Self {
        Self(BTreeMap::new())
    }
}

/// Adds the records of one PUA: each register number of these columns once, in order.
pub(super) fn add_records(
    links: &LinksOf,
    files: &[(&'static str, std::path::PathBuf)],
    site: usize,
    tokens: &Tokens,
    records: &mut Vec<Record>,
) -> Result<(), StoreError> {
    let mut numbers = BTreeSet::new();
    for (column, file) in files {
        numbers.extend(read_pseudonyms(file, column)?);
    }
    for own in numbers {
        let tokens = tokens.0.get(&(links.subject, own)).cloned().unwrap_or_default();
        records.push(Record { site, own, tokens });
    }
    Ok(())
}

fn read_pseudonyms(file: &Path, name: &str) -> Result<BTreeSet<Pseudonym>, StoreError> {
    let damaged = || StoreError::Damaged { path: file.to_owned() };
    let opened = File::open(file).map_err(|source| StoreError::Io { path: file.to_owned(), source })?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(opened)
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .map_err(|_| damaged())?;
    let mut pseudonyms = BTreeSet::new();
    for batch in reader {
        let batch = batch.map_err(|_| damaged())?;
        let column = batch.column_by_name(name).and_then(|column| column.as_fixed_size_binary_opt());
        let column = column.ok_or_else(damaged)?;
        let there = (0..batch.num_rows()).filter(|row| !column.is_null(*row));
        pseudonyms.extend(there.filter_map(|row| Pseudonym::try_from(column.value(row)).ok()));
    }
    Ok(pseudonyms)
}

/// The numbers that persons or operators have had so far, by PUA and its pseudonym.
pub(super) type Known = BTreeMap<(String, Pseudonym), u64>;

/// Reads the numbers of an older file of links.
pub(super) fn read_links(file: &Path, links: &LinksOf) -> Result<Known, StoreError> {
    let damaged = || StoreError::Damaged { path: file.to_owned() };
    let opened = File::open(file).map_err(|source| StoreError::Io { path: file.to_owned(), source })?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(opened)
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .map_err(|_| damaged())?;
    let mut known = Known::new();
    for batch in reader {
        let batch = batch.map_err(|_| damaged())?;
        let column = |name| batch.column_by_name(name).ok_or_else(damaged);
        // Stores that are older than the ledger have smaller numbers.
        let numbers = cast(column(links.number)?, &DataType::UInt64).map_err(|_| damaged())?;
        let numbers = numbers.as_primitive::<UInt64Type>();
        let sites = column(registry::site::SITE_ID.name)?.as_string_opt::<i32>().ok_or_else(damaged)?;
        let own = column(links.own)?.as_fixed_size_binary_opt().ok_or_else(damaged)?;
        for row in 0..batch.num_rows() {
            let pseudonym = Pseudonym::try_from(own.value(row)).map_err(|_| damaged())?;
            known.insert((sites.value(row).to_owned(), pseudonym), numbers.value(row));
        }
    }
    Ok(known)
}

/// The lasting number of each record's person, from the numbers of one linking, dense from 0.
///
/// Who had a number keeps it; of two persons who turn out to be one the smaller number stays, and of
/// one who turns out to be two the first keeps it. Who is new is numbered by the first 63 bits of
/// SHA-256 over the smallest of the records' pseudonyms, so that a store that is filled anew gives
/// the same numbers.
pub(super) fn lasting_numbers(
    links: &LinksOf,
    sites: &[String],
    records: &[Record],
    numbers: &[u32],
    known: &Known,
) -> Vec<u64> {
    let site = |record: &Record| sites.get(record.site).cloned().unwrap_or_default();
    let mut members: BTreeMap<u32, BTreeSet<(String, Pseudonym)>> = BTreeMap::new();
    for (record, number) in records.iter().zip(numbers) {
        members.entry(*number).or_default().insert((site(record), record.own));
    }
    let mut lasting: BTreeMap<u32, u64> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (number, records) in &members {
        let had: BTreeSet<u64> = records.iter().filter_map(|record| known.get(record).copied()).collect();
        if let Some(kept) = had.into_iter().find(|kept| taken.insert(*kept)) {
            lasting.insert(*number, kept);
        }
    }
    for (number, records) in &members {
        if lasting.contains_key(number) {
            continue;
        }
        let Some((site, own)) = records.first() else { continue };
        let drawn = (0..=u32::MAX).map(|turn| new_number(links, site, own, turn));
        if let Some(new) = drawn.into_iter().find(|new| taken.insert(*new)) {
            lasting.insert(*number, new);
        }
    }
    numbers.iter().map(|number| lasting.get(number).copied().unwrap_or_default()).collect()
}

/// 63 bits: a signed column of an engine holds them.
fn new_number(links: &LinksOf, site: &str, own: &Pseudonym, turn: u32) -> u64 {
    let mut hash = Sha256::new();
    hash.update(b"inlav/number/v1\0");
    for part in [links.number.as_bytes(), site.as_bytes(), own] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.update(turn.to_be_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    digest.iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte)) >> 1
}

/// The links as Parquet.
pub(super) fn encode_links(
    links: &LinksOf,
    sites: &[String],
    records: &[Record],
    numbers: Vec<u64>,
) -> Vec<u8> {
    let site = records.iter().map(|record| sites.get(record.site).map_or("", String::as_str));
    let own = FixedSizeBinaryArray::try_from_sparse_iter_with_size(
        records.iter().map(|record| Some(record.own)),
        PSEUDONYM_LENGTH,
    )
    .expect("every pseudonym has 16 bytes");
    let columns: [(&str, ArrayRef); 3] = [
        (registry::site::SITE_ID.name, Arc::new(StringArray::from_iter_values(site))),
        (links.own, Arc::new(own)),
        (links.number, Arc::new(UInt64Array::from(numbers))),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("the three columns have one entry per record");
    let written = ArrowWriter::try_new(Vec::new(), batch.schema(), None).and_then(|mut writer| {
        writer.write(&batch)?;
        writer.into_inner()
    });
    written.expect("Parquet has all three types, and memory does not refuse to be written to")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(site: usize, own: u8) -> Record {
        Record { site, own: [own; 16], tokens: Vec::new() }
    }

    fn numbered(records: &[Record], numbers: &[u32], known: &Known) -> Vec<u64> {
        let sites = ["PUA01".to_owned(), "PUA02".to_owned()];
        lasting_numbers(&PERSONS, &sites, records, numbers, known)
    }

    fn remembered(records: &[Record], numbers: &[u64]) -> Known {
        let sites = ["PUA01", "PUA02"];
        let places = records.iter().map(|record| (sites[record.site].to_owned(), record.own));
        places.zip(numbers.iter().copied()).collect()
    }

    #[test]
    fn numbers_last_while_others_come_and_are_found_to_be_one() {
        let first = [record(0, 7), record(0, 9), record(1, 3)];
        let numbers = numbered(&first, &[0, 1, 2], &Known::new());
        assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), 3);
        assert!(numbers.iter().all(|number| i64::try_from(*number).is_ok()));
        // Without what is remembered the same numbers come again, in whatever order.
        assert_eq!(
            numbered(&[first[2].clone(), first[0].clone()], &[0, 1], &Known::new()),
            [numbers[2], numbers[0]]
        );

        let known = remembered(&first, &numbers);
        // A record with a smaller pseudonym joins the first person.
        let more = [record(1, 1), first[0].clone(), first[1].clone(), record(0, 1)];
        let later = numbered(&more, &[5, 5, 6, 7], &known);
        assert_eq!(later[..3], [numbers[0], numbers[0], numbers[1]]);
        assert!(!numbers.contains(&later[3]));
        // Two persons are one: a number goes. One is two: a number comes.
        let one = numbered(&first, &[0, 0, 1], &known);
        assert_eq!(one, [numbers[0].min(numbers[1]), numbers[0].min(numbers[1]), numbers[2]]);
        let two = numbered(&first[..2], &[0, 1], &remembered(&first[..2], &[4, 4]));
        assert!(two.contains(&4) && two[0] != two[1]);
    }
}
