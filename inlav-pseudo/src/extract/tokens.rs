//! The file of the linkage tokens: which documents a register number has, in long form.
//!
//! A row is the kind of the register number, the site's pseudonym of it, the kind of the document,
//! the epoch of the linkage key and the token. Rows are distinct and sorted by all columns.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryBuilder, FixedSizeBinaryBuilder, RecordBatch, UInt8Array, UInt32Array};
use inlav_core::exchange::{LinkageMode, ManifestTable, TOKENS_FILE, TOKENS_TABLE, tokens_schema};
use inlav_core::policy::PSEUDONYM_LENGTH;
use inlav_verify::CustodianKey;

use super::error::ExtractError;
use super::overlap::overlap;
use super::parquet::{Layout, ParquetFile, Written};
use super::run::Block;
use super::sorter::Sorter;
use super::table::Place;
use crate::pseudonym::Pseudonym;
use crate::pseudonymise::LinkageToken;

/// Rows that are merged and written at once.
const ROWS: usize = 16_384;
/// Bytes of a row while it is sorted.
const LENGTH: usize = 1 + Pseudonym::LENGTH + 1 + 4 + Pseudonym::LENGTH;

/// How the token file leaves the PUA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tokens<'a> {
    /// In the clear: mode A. Whoever holds the linkage key and the extract can test documents.
    Clear,
    /// Sealed to the custodian, who puts a second key over the tokens: mode B.
    SealedTo(&'a CustodianKey),
}

impl Tokens<'_> {
    /// The mode, as manifests name it.
    #[must_use]
    pub const fn mode(self) -> LinkageMode {
        match self {
            Self::Clear => LinkageMode::A,
            Self::SealedTo(_) => LinkageMode::B,
        }
    }

    /// Id of the custodian's key, in mode B.
    pub(super) fn custodian_key(self) -> Option<String> {
        match self {
            Self::Clear => None,
            Self::SealedTo(custodian) => Some(custodian.sealing_id().to_owned()),
        }
    }
}

/// Rows as bytes that compare as the columns do.
pub(super) fn block(tokens: &[LinkageToken]) -> Block {
    let mut rows = BinaryBuilder::with_capacity(tokens.len(), tokens.len() * LENGTH);
    let mut row = Vec::with_capacity(LENGTH);
    for LinkageToken { subject_type, subject, field, epoch, token } in tokens {
        row.clear();
        row.push(subject_type.number());
        row.extend_from_slice(subject.as_bytes());
        row.push(field.number());
        row.extend_from_slice(&epoch.to_be_bytes());
        row.extend_from_slice(token.as_bytes());
        rows.append_value(&row);
    }
    Block { rows: rows.finish(), numbers: vec![0; tokens.len()] }
}

/// Writes the file.
///
/// # Errors
/// What stops writing.
pub(super) fn write(tokens: Sorter, place: Place<'_>) -> Result<ManifestTable, ExtractError> {
    let layout = Layout {
        table: TOKENS_TABLE,
        schema: Arc::new(tokens_schema()),
        order: &[0, 1, 2, 3, 4],
        incompressible: Some(4),
        footer: place.common.footer(TOKENS_TABLE, String::new()),
    };
    let mut sorted = tokens.sorted().map_err(|fault| place.refused(fault))?;
    let mut out = place.create(TOKENS_FILE, &layout)?;
    overlap(
        || {
            let block = sorted.next_block(ROWS).map_err(|fault| place.refused(fault))?;
            let rows = block.map(|block| batch(&layout, &block));
            rows.map(|rows| rows.ok_or(ExtractError::Assemble { table: TOKENS_TABLE })).transpose()
        },
        |rows| out.write(&rows),
    )?;
    let Written { bytes, rows, sha256 } = ParquetFile::finish(out)?;
    Ok(ManifestTable { bytes, file: TOKENS_FILE.to_owned(), rows, sha256, table: TOKENS_TABLE.to_owned() })
}

fn batch(layout: &Layout<'_>, block: &Block) -> Option<RecordBatch> {
    let pseudonyms = || FixedSizeBinaryBuilder::with_capacity(block.len(), PSEUDONYM_LENGTH);
    let (mut subjects, mut tokens) = (pseudonyms(), pseudonyms());
    let (mut subject_types, mut fields, mut epochs) = (Vec::new(), Vec::new(), Vec::new());
    for (row, _) in (0..block.len()).filter_map(|at| block.row(at)) {
        let (subject_type, rest) = row.split_first()?;
        let (subject, rest) = rest.split_at_checked(Pseudonym::LENGTH)?;
        let (field, rest) = rest.split_first()?;
        let (epoch, token) = rest.split_first_chunk()?;
        subject_types.push(*subject_type);
        subjects.append_value(subject).ok()?;
        fields.push(*field);
        epochs.push(u32::from_be_bytes(*epoch));
        tokens.append_value(token).ok()?;
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(UInt8Array::from(subject_types)),
        Arc::new(subjects.finish()),
        Arc::new(UInt8Array::from(fields)),
        Arc::new(UInt32Array::from(epochs)),
        Arc::new(tokens.finish()),
    ];
    RecordBatch::try_new(layout.schema.clone(), columns).ok()
}
