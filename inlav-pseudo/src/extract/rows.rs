//! The rows of one table, collected and sorted.

use arrow::array::{ArrayRef, FixedSizeBinaryArray, RecordBatch, UInt64Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::error::ArrowError;
use arrow::row::{RowConverter, SortField};
use rayon::slice::ParallelSliceMut as _;

use super::error::ExtractError;
use crate::pseudonym::Pseudonym;
use crate::pseudonymise::{TablePseudonymiser, row_number};
use crate::raw::RawBatch;

/// The rows so far, and each one's place in the export.
pub(super) struct Rows<'a> {
    pseudonymiser: &'a TablePseudonymiser,
    batches: Vec<RecordBatch>,
    numbers: Vec<u64>,
}

impl<'a> Rows<'a> {
    pub(super) const fn new(pseudonymiser: &'a TablePseudonymiser) -> Self {
        Self { pseudonymiser, batches: Vec::new(), numbers: Vec::new() }
    }

    /// Adds the rows that were made of `raw`.
    pub(super) fn push(&mut self, made: RecordBatch, raw: &RawBatch) {
        self.numbers.extend((0..made.num_rows()).map(|row| row_number(raw, row)));
        self.batches.push(made);
    }

    /// The pseudonyms of a batch's keys.
    ///
    /// # Errors
    /// [`ExtractError::Assemble`] if a row has none.
    pub(super) fn keys(&self, made: &RecordBatch) -> Result<Vec<Pseudonym>, ExtractError> {
        let keys = self.pseudonymiser.key_index().and_then(|index| binary_column(made, index));
        keys.into_iter()
            .flatten()
            .map(|key| <[u8; Pseudonym::LENGTH]>::try_from(key?).ok().map(Pseudonym::from))
            .collect::<Option<_>>()
            .ok_or_else(|| self.cannot_assemble())
    }

    /// All rows, sorted by all columns, the table's key before the others.
    ///
    /// # Guarantee
    /// The result depends on which rows there are alone, not on their order. Test
    /// `an_extract_is_the_same_for_any_threads_and_order` in `tests/extract`.
    ///
    /// # Errors
    /// [`ExtractError::RepeatedKey`] if two rows have the same pseudonym of the table's key.
    pub(super) fn sorted(mut self) -> Result<RecordBatch, ExtractError> {
        let batches = std::mem::take(&mut self.batches);
        let all = concat_batches(self.pseudonymiser.schema(), &batches);
        drop(batches);
        let all = all.map_err(|_| self.cannot_assemble())?;
        let order = self.order(&all).map_err(|_| self.cannot_assemble())?;
        let indices = UInt64Array::from_iter_values(order.iter().filter_map(|row| u64::try_from(*row).ok()));
        let sorted = take_record_batch(&all, &indices).map_err(|_| self.cannot_assemble())?;
        self.refuse_repeated_keys(&sorted, &order)?;
        Ok(sorted)
    }

    /// Row numbers of `all` in sorted order. Rows that compare equal are equal in every byte, so
    /// their order does not show.
    fn order(&self, all: &RecordBatch) -> Result<Vec<usize>, ArrowError> {
        let key = self.pseudonymiser.key_index().and_then(|index| all.columns().get(index));
        let columns: Vec<ArrayRef> = key.into_iter().chain(all.columns()).cloned().collect();
        let fields = columns.iter().map(|column| SortField::new(column.data_type().clone())).collect();
        let rows = RowConverter::new(fields)?.convert_columns(&columns)?;
        let mut order: Vec<usize> = (0..all.num_rows()).collect();
        order.par_sort_unstable_by(|one, other| rows.row(*one).cmp(&rows.row(*other)));
        Ok(order)
    }

    fn refuse_repeated_keys(&self, sorted: &RecordBatch, order: &[usize]) -> Result<(), ExtractError> {
        let table = self.pseudonymiser.table();
        let keys = self.pseudonymiser.key_index().and_then(|index| binary_column(sorted, index));
        let (Some(keys), Some(column)) = (keys, table.key()) else { return Ok(()) };
        let number = |row: usize| self.numbers.get(row).copied();
        let pairs = keys.iter().zip(keys.iter().skip(1)).zip(order.iter().zip(order.iter().skip(1)));
        let later = pairs
            .filter(|((key, next), _)| key == next)
            .filter_map(|(_, (row, next))| number(*row).max(number(*next)))
            .min();
        match later {
            None => Ok(()),
            Some(row) => Err(ExtractError::RepeatedKey { table: table.name, column: column.name, row }),
        }
    }

    fn cannot_assemble(&self) -> ExtractError {
        ExtractError::Assemble { table: self.pseudonymiser.table().name }
    }
}

fn binary_column(batch: &RecordBatch, index: usize) -> Option<&FixedSizeBinaryArray> {
    batch.columns().get(index)?.as_any().downcast_ref()
}
