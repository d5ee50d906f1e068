//! The table of linkage tokens, read strictly: what is not as
//! [`inlav_core::exchange::tokens_schema`] describes it links nobody.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use arrow::array::{Array, AsArray as _, FixedSizeBinaryArray, RecordBatch};
use arrow::datatypes::{Schema, UInt8Type, UInt32Type};
use inlav_core::exchange::{token_kinds, tokens_schema};
use inlav_core::identifiers::IdType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::VerifyError;

/// A row: whose token it is, and the token. Debug shows neither pseudonym nor token.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenRow {
    /// A person or an operator.
    pub subject_type: IdType,
    /// The PUA's pseudonym of the register number.
    pub subject: [u8; 16],
    /// The kind of document.
    pub document: IdType,
    /// Epoch of the key.
    pub epoch: u32,
    /// The token.
    pub token: [u8; 16],
}

/// Checks that a file is a table of tokens of these epochs with so many rows, distinct and sorted.
///
/// # Errors
/// [`VerifyError::Io`] and [`VerifyError::Parquet`], naming the file.
pub fn verify_tokens(path: &Path, rows: u64, epochs: &BTreeSet<u32>) -> Result<(), VerifyError> {
    let io = |source| VerifyError::Io { path: path.to_owned(), source };
    match read_described_tokens(File::open(path).map_err(io)?, rows, epochs) {
        Some(_) => Ok(()),
        None => Err(VerifyError::Parquet { path: path.to_owned() }),
    }
}

/// The rows of a table of tokens of these epochs with so many rows, distinct and sorted; `None` if
/// the file is not one. Nothing is read of a file that says it has another number of rows.
#[must_use]
pub fn read_described_tokens(file: File, rows: u64, epochs: &BTreeSet<u32>) -> Option<Vec<TokenRow>> {
    let read = read(file, |there| there == rows)?;
    let whole = u64::try_from(read.len()) == Ok(rows)
        && read.is_sorted_by(|one, next| one < next)
        && read.iter().all(|row| epochs.contains(&row.epoch));
    whole.then_some(read)
}

/// The rows of a table of tokens that was verified before; `None` if the file is not one.
#[must_use]
pub fn read_tokens(file: File) -> Option<Vec<TokenRow>> {
    read(file, |_| true)
}

fn read(file: File, expected: impl Fn(u64) -> bool) -> Option<Vec<TokenRow>> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).ok()?;
    let there = u64::try_from(builder.metadata().file_metadata().num_rows()).ok()?;
    if !has_columns(builder.schema()) || !expected(there) {
        return None;
    }
    let mut rows = Vec::new();
    for batch in builder.build().ok()? {
        add(&batch.ok()?, &mut rows)?;
    }
    Some(rows)
}

/// Whether the columns are those of a table of tokens; a reader does not know that none is null.
fn has_columns(found: &Schema) -> bool {
    let expected = tokens_schema();
    let mut pairs = found.fields().iter().zip(expected.fields());
    found.fields().len() == expected.fields().len()
        && pairs.all(|(one, other)| one.name() == other.name() && one.data_type() == other.data_type())
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
        let (subject, token) = (bytes(subjects, row)?, bytes(tokens, row)?);
        rows.push(TokenRow { subject_type, subject, document, epoch: epochs.value(row), token });
    }
    Some(())
}

fn bytes(values: &FixedSizeBinaryArray, row: usize) -> Option<[u8; 16]> {
    values.value(row).try_into().ok()
}

impl std::fmt::Debug for TokenRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "TokenRow({}, {}, {}, redacted)",
            self.subject_type.name(),
            self.document.name(),
            self.epoch
        )
    }
}
