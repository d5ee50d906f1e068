//! Parquet with the same columns as the CSV; a withheld number is null.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt64Array};
use inlav_core::programme::Programme;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::{Column, ExportError, columns};
use crate::disclosure::{Publication, Released};
use crate::indicator::Indicator;

/// One released table as Parquet. `table` picks it out of the publication by its name.
///
/// # Errors
/// [`ExportError`] when the publication has no such table or it cannot be encoded.
pub fn to_parquet(
    publication: &Released<Publication>,
    table: &str,
    indicator: &Indicator,
    programme: &Programme,
) -> Result<Vec<u8>, ExportError> {
    let fault = || ExportError { table: table.to_owned(), format: "Parquet" };
    let found = publication.tables.iter().find(|candidate| candidate.id == table).ok_or_else(fault)?;
    let arrays = columns(found, indicator, programme).into_iter().map(|column| -> (String, ArrayRef, bool) {
        match column {
            Column::Text(name, values) => (name, Arc::new(StringArray::from(values)), false),
            Column::Number(name, values) => (name, Arc::new(Float64Array::from(values)), true),
            Column::Whole(name, values) => (name, Arc::new(UInt64Array::from(values)), true),
        }
    });
    let batch = RecordBatch::try_from_iter_with_nullable(arrays).map_err(|_| fault())?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by("inlav".to_owned())
        .build();
    let mut writer =
        ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).map_err(|_| fault())?;
    writer.write(&batch).map_err(|_| fault())?;
    writer.into_inner().map_err(|_| fault())
}
