//! Reading the columns of a query's answer.

use datafusion::arrow::array::{Array, ArrayRef, AsArray as _, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type, UInt64Type};
use inlav_core::codes::MissingCode;
use sha2::{Digest as _, Sha256};

/// A column of a query's answer is absent or of another type.
#[derive(Debug, thiserror::Error)]
#[error("its query must yield column {column} as {expected}, without nulls")]
pub struct ColumnError {
    /// The column.
    pub column: String,
    /// What is expected.
    pub expected: &'static str,
}

/// The columns of one batch.
pub(crate) struct Columns<'a>(&'a RecordBatch);

impl<'a> Columns<'a> {
    pub(crate) const fn of(batch: &'a RecordBatch) -> Self {
        Self(batch)
    }

    /// What is counted, as numbers: whole numbers stand for themselves, pseudonyms and texts for
    /// the first eight bytes of their SHA-256. Equal only if the values are.
    pub(crate) fn numbers(&self, name: &str) -> Result<Vec<u64>, ColumnError> {
        let fault = || ColumnError { column: name.to_owned(), expected: "number, pseudonym or text" };
        let column =
            self.0.column_by_name(name).filter(|column| column.null_count() == 0).ok_or_else(fault)?;
        match column.data_type() {
            DataType::FixedSizeBinary(_) => {
                let values = column.as_fixed_size_binary();
                Ok((0..values.len()).map(|row| number_of(values.value(row))).collect())
            }
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
                let texts = converted(column, &DataType::Utf8).ok_or_else(fault)?;
                Ok(texts.as_string::<i32>().iter().flatten().map(|text| number_of(text.as_bytes())).collect())
            }
            whole if whole.is_integer() => {
                let numbers = converted(column, &DataType::UInt64).filter(|c| c.null_count() == 0);
                Ok(numbers.ok_or_else(fault)?.as_primitive::<UInt64Type>().values().to_vec())
            }
            _ => Err(fault()),
        }
    }

    /// Codes; null is `ND`.
    pub(crate) fn codes(&self, name: &str) -> Result<Vec<String>, ColumnError> {
        let texts = self.converted(name, &DataType::Utf8, "text")?;
        let missing = MissingCode::NotKnown.code();
        Ok(texts.as_string::<i32>().iter().map(|text| text.unwrap_or(missing).to_owned()).collect())
    }

    /// Whole numbers.
    pub(crate) fn wholes(&self, name: &str) -> Result<Vec<i64>, ColumnError> {
        let expected = "whole number";
        let numbers = self.converted(name, &DataType::Int64, expected)?;
        if numbers.null_count() == 0 {
            Ok(numbers.as_primitive::<Int64Type>().values().to_vec())
        } else {
            Err(ColumnError { column: name.to_owned(), expected })
        }
    }

    /// True or false.
    pub(crate) fn truths(&self, name: &str) -> Result<Vec<bool>, ColumnError> {
        let fault = || ColumnError { column: name.to_owned(), expected: "true or false" };
        let values =
            self.0.column_by_name(name).and_then(|column| column.as_boolean_opt()).ok_or_else(fault)?;
        values.iter().collect::<Option<_>>().ok_or_else(fault)
    }

    fn converted(&self, name: &str, to: &DataType, expected: &'static str) -> Result<ArrayRef, ColumnError> {
        let column = self.0.column_by_name(name).and_then(|column| converted(column, to));
        column.ok_or_else(|| ColumnError { column: name.to_owned(), expected })
    }
}

/// A cast whose error, which could quote a value, is dropped.
fn converted(column: &ArrayRef, to: &DataType) -> Option<ArrayRef> {
    cast(column, to).ok()
}

fn number_of(bytes: &[u8]) -> u64 {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    digest.iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}
