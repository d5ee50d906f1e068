//! The persons of the store's extracts, and the file that says which of them are one.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array as _, ArrayRef, AsArray as _, FixedSizeBinaryArray, RecordBatch, StringArray, UInt32Array,
};
use inlav_core::policy::PSEUDONYM_LENGTH;
use inlav_core::registry;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::error::StoreError;
use crate::link::{PersonRecord, Pseudonym};

/// Reads the persons of one PUA's extract.
pub(super) fn read_persons(
    file: &Path,
    site: usize,
    records: &mut Vec<PersonRecord>,
) -> Result<(), StoreError> {
    let damaged = || StoreError::Damaged { path: file.to_owned() };
    let opened = File::open(file).map_err(|source| StoreError::Io { path: file.to_owned(), source })?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(opened)
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .map_err(|_| damaged())?;
    for batch in reader {
        let batch = batch.map_err(|_| damaged())?;
        let pseudonyms =
            |name: &str| batch.column_by_name(name).and_then(|column| column.as_fixed_size_binary_opt());
        let own = pseudonyms(registry::person::SITE_PERSON_ID.name).ok_or_else(damaged)?;
        let tokens: Vec<_> = registry::person::TABLE
            .columns
            .iter()
            .enumerate()
            .filter_map(|(index, column)| Some((index, pseudonyms(&format!("{}_token", column.name))?)))
            .collect();
        for row in 0..batch.num_rows() {
            records.push(PersonRecord {
                site,
                site_person_id: pseudonym(own, row).ok_or_else(damaged)?,
                tokens: tokens
                    .iter()
                    .filter_map(|(column, values)| Some((*column, pseudonym(values, row)?)))
                    .collect(),
            });
        }
    }
    Ok(())
}

fn pseudonym(values: &FixedSizeBinaryArray, row: usize) -> Option<Pseudonym> {
    if values.is_null(row) { None } else { values.value(row).try_into().ok() }
}

/// The links as Parquet.
pub(super) fn encode_links(sites: &[String], records: &[PersonRecord], person_numbers: &[u32]) -> Vec<u8> {
    let site = records.iter().map(|record| sites.get(record.site).map_or("", String::as_str));
    let own = FixedSizeBinaryArray::try_from_sparse_iter_with_size(
        records.iter().map(|record| Some(record.site_person_id)),
        PSEUDONYM_LENGTH,
    )
    .expect("every pseudonym has 16 bytes");
    let columns: [(&str, ArrayRef); 3] = [
        (registry::site::SITE_ID.name, Arc::new(StringArray::from_iter_values(site))),
        (registry::person::SITE_PERSON_ID.name, Arc::new(own)),
        ("person_no", Arc::new(UInt32Array::from(person_numbers.to_vec()))),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("the three columns have one entry per record");
    let written = ArrowWriter::try_new(Vec::new(), batch.schema(), None).and_then(|mut writer| {
        writer.write(&batch)?;
        writer.into_inner()
    });
    written.expect("Parquet has all three types, and memory does not refuse to be written to")
}
