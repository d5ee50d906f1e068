//! The order of an extract's rows.
//!
//! By the person's pseudonym first, if the table has one, so that the hub reads everything of a
//! person in one pass over all tables; then by the table's key; then by all columns. It is the
//! order of keyed pseudonyms: the order in which people came does not show.

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::SchemaRef;
use arrow::row::{RowConverter, SortField};
use inlav_core::identifiers::IdType;
use inlav_core::policy::Action;

use super::run::Block;
use crate::pseudonymise::{TablePseudonymiser, id_types};

/// Turns rows of a table into bytes that compare as the rows do, and back.
pub(super) struct RowOrder {
    schema: SchemaRef,
    /// Columns by their place in the order.
    columns: Vec<usize>,
    converter: RowConverter,
}

impl RowOrder {
    /// The order of a table's rows; `None` if the engine cannot compare some column.
    pub(super) fn of(pseudonymiser: &TablePseudonymiser) -> Option<Self> {
        let schema = pseudonymiser.schema().clone();
        let mut columns: Vec<usize> = person_index(pseudonymiser).into_iter().collect();
        let others = pseudonymiser.key_index().into_iter().chain(0..schema.fields().len());
        for index in others {
            if !columns.contains(&index) {
                columns.push(index);
            }
        }
        let fields = columns.iter().map(|index| Some(schema.fields().get(*index)?.data_type().clone()));
        let fields: Option<Vec<_>> = fields.map(|kind| Some(SortField::new(kind?))).collect();
        let converter = RowConverter::new(fields?).ok()?;
        Some(Self { schema, columns, converter })
    }

    /// The column that rows are sorted by before all others.
    pub(super) fn first(&self) -> Option<usize> {
        self.columns.first().copied()
    }

    /// The columns in order.
    pub(super) fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// Rows as bytes; `None` if the engine refuses, whose message would quote values.
    pub(super) fn block(&self, rows: &RecordBatch, numbers: Vec<u64>) -> Option<Block> {
        let columns: Option<Vec<ArrayRef>> =
            self.columns.iter().map(|index| rows.columns().get(*index).cloned()).collect();
        let rows = self.converter.convert_columns(&columns?).ok()?.try_into_binary().ok()?;
        Some(Block { rows, numbers })
    }

    /// The rows that [`Self::block`] made bytes of, and their places in the export.
    pub(super) fn rows(&self, block: Block) -> Option<(RecordBatch, Vec<u64>)> {
        let rows = self.converter.from_binary(block.rows);
        let sorted = self.converter.convert_rows(&rows).ok()?;
        let mut columns: Vec<(usize, ArrayRef)> = self.columns.iter().copied().zip(sorted).collect();
        columns.sort_by_key(|(index, _)| *index);
        let columns = columns.into_iter().map(|(_, column)| column).collect();
        Some((RecordBatch::try_new(self.schema.clone(), columns).ok()?, block.numbers))
    }
}

/// Which column holds the person's pseudonym.
fn person_index(pseudonymiser: &TablePseudonymiser) -> Option<usize> {
    pseudonymiser.columns().iter().position(|made| {
        let column = pseudonymiser.table().column(made.source);
        made.action == Action::Pseudonym
            && column.is_some_and(|column| id_types(column.kind) == [IdType::Person])
    })
}
