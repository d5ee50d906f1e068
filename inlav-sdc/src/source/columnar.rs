//! Parquet: the columns wanted, as text like those of every other file.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::{Array as _, AsArray as _, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{InputError, Row, Wanted, set};

/// Rows that are made text at once.
const ROWS: usize = 8192;

/// A Parquet file whose schema has been read.
pub(super) struct Columnar {
    path: PathBuf,
    builder: ParquetRecordBatchReaderBuilder<File>,
}

impl Columnar {
    /// Reads the schema.
    pub(super) fn open(path: &Path, file: File) -> Result<Self, InputError> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(file)
            .map_err(|_| InputError::Parquet { path: path.to_owned() })?;
        Ok(Self { path: path.to_owned(), builder })
    }

    /// The names of the columns.
    pub(super) fn names(&self) -> Vec<String> {
        self.builder.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// Hands out the cells at these positions of every row.
    pub(super) fn read(
        self,
        wanted: &[Wanted<'_>],
        positions: &[usize],
        each: &mut impl FnMut(Row<'_>) -> Result<(), InputError>,
    ) -> Result<(), InputError> {
        let Self { path, builder } = self;
        for (column, &position) in wanted.iter().zip(positions) {
            let field = builder.schema().fields().get(position);
            if !field.is_some_and(|field| is_readable(field.data_type(), column.is_number)) {
                return Err(InputError::ColumnKind { path, column: column.name.to_owned() });
            }
        }
        let broken = || InputError::Parquet { path: path.clone() };
        // A projection keeps the order of the file.
        let mut sorted = positions.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let mask = ProjectionMask::roots(builder.parquet_schema(), sorted.iter().copied());
        let batches = builder.with_projection(mask).with_batch_size(ROWS).build().map_err(|_| broken())?;
        let mut cells = vec![String::new(); positions.len()];
        let mut number = 1;
        for batch in batches {
            let batch = batch.map_err(|_| broken())?;
            let mut texts: Vec<StringArray> = Vec::with_capacity(positions.len());
            for position in positions {
                let at = sorted.binary_search(position).map_err(|_| broken())?;
                let column = batch.columns().get(at).ok_or_else(broken)?;
                let text = cast(column, &DataType::Utf8).map_err(|_| broken())?;
                texts.push(text.as_string_opt::<i32>().ok_or_else(broken)?.clone());
            }
            for row in 0..batch.num_rows() {
                number += 1;
                for (cell, text) in cells.iter_mut().zip(&texts) {
                    set(cell, if text.is_valid(row) { text.value(row) } else { "" });
                }
                each(Row { number, cells: &cells })?;
            }
        }
        Ok(())
    }
}

/// Whether cells of this type are single values of which there are few: categories. Real numbers
/// are for counts only.
fn is_readable(kind: &DataType, is_number: bool) -> bool {
    match kind {
        DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Boolean
        | DataType::Date32
        | DataType::Null => true,
        DataType::Dictionary(_, values) => is_readable(values, is_number),
        kind if kind.is_integer() => true,
        kind => is_number && kind.is_numeric(),
    }
}
