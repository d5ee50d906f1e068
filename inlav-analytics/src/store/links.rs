//! The persons and operators of the store's extracts, and the files that say which of them are one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array as _, ArrayRef, AsArray as _, FixedSizeBinaryArray, RecordBatch, StringArray, UInt32Array,
};
use inlav_core::identifiers::IdType;
use inlav_core::policy::PSEUDONYM_LENGTH;
use inlav_core::registry;
use inlav_verify::read_tokens;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

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

/// The links as Parquet.
pub(super) fn encode_links(
    links: &LinksOf,
    sites: &[String],
    records: &[Record],
    numbers: &[u32],
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
        (links.number, Arc::new(UInt32Array::from(numbers.to_vec()))),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("the three columns have one entry per record");
    let written = ArrowWriter::try_new(Vec::new(), batch.schema(), None).and_then(|mut writer| {
        writer.write(&batch)?;
        writer.into_inner()
    });
    written.expect("Parquet has all three types, and memory does not refuse to be written to")
}
