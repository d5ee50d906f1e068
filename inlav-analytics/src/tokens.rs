//! The table of linkage tokens, read strictly: what is not as
//! [`inlav_core::exchange::tokens_schema`] describes it links nobody.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use datafusion::arrow::array::{Array, AsArray as _, FixedSizeBinaryArray, RecordBatch};
use datafusion::arrow::datatypes::{UInt8Type, UInt32Type};
use inlav_core::exchange::{token_kinds, tokens_schema};
use inlav_core::identifiers::IdType;
use inlav_verify::VerifyError;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::link::{Pseudonym, Token};

/// A row: whose token it is, and the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TokenRow {
    /// A person or an operator.
    pub(crate) subject_type: IdType,
    /// The PUA's pseudonym of the register number.
    pub(crate) subject: Pseudonym,
    /// What links.
    pub(crate) token: Token,
}

/// Checks that a file is a table of tokens of these epochs with so many rows.
///
/// # Errors
/// [`VerifyError::Io`] and [`VerifyError::Parquet`], naming the file.
pub(crate) fn verify(path: &Path, rows: u64, epochs: &BTreeSet<u32>) -> Result<(), VerifyError> {
    let read = read(path).map_err(|source| VerifyError::Io { path: path.to_owned(), source })?;
    let whole = read.is_some_and(|read| {
        u64::try_from(read.len()) == Ok(rows)
            && read.is_sorted_by(|one, next| one < next)
            && read.iter().all(|row| epochs.contains(&row.token.epoch))
    });
    if whole { Ok(()) } else { Err(VerifyError::Parquet { path: path.to_owned() }) }
}

/// The rows of a table of tokens; `None` if it is not one.
///
/// # Errors
/// If the file cannot be opened.
pub(crate) fn read(path: &Path) -> std::io::Result<Option<Vec<TokenRow>>> {
    Ok(rows(File::open(path)?))
}

fn rows(file: File) -> Option<Vec<TokenRow>> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).ok()?;
    let (expected, found) = (tokens_schema(), builder.schema());
    let named = |(one, other): (&std::sync::Arc<_>, &std::sync::Arc<_>)| {
        let (one, other): (&datafusion::arrow::datatypes::Field, &datafusion::arrow::datatypes::Field) =
            (one, other);
        one.name() == other.name() && one.data_type() == other.data_type()
    };
    let same = found.fields().len() == expected.fields().len()
        && found.fields().iter().zip(expected.fields()).all(named);
    if !same {
        return None;
    }
    let mut rows = Vec::new();
    for batch in builder.build().ok()? {
        add(&batch.ok()?, &mut rows)?;
    }
    Some(rows)
}

fn add(batch: &RecordBatch, rows: &mut Vec<TokenRow>) -> Option<()> {
    if batch.columns().iter().any(|column| column.null_count() > 0) {
        return None;
    }
    let column = |name| batch.column_by_name(name);
    let subject_types = column("subject_type")?.as_primitive_opt::<UInt8Type>()?;
    let subjects = column("subject")?.as_fixed_size_binary_opt()?;
    let fields = column("field")?.as_primitive_opt::<UInt8Type>()?;
    let epochs = column("epoch")?.as_primitive_opt::<UInt32Type>()?;
    let tokens = column("token")?.as_fixed_size_binary_opt()?;
    for row in 0..batch.num_rows() {
        let (subject_type, document) = token_kinds(subject_types.value(row), fields.value(row))?;
        let token = Token { document, epoch: epochs.value(row), value: bytes(tokens, row)? };
        rows.push(TokenRow { subject_type, subject: bytes(subjects, row)?, token });
    }
    Some(())
}

fn bytes(values: &FixedSizeBinaryArray, row: usize) -> Option<Pseudonym> {
    values.value(row).try_into().ok()
}
