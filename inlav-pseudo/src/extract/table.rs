//! One table on its way into an extract: pseudonymised, sorted, written.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Mutex;

use arrow::array::{AsArray as _, FixedSizeBinaryArray, RecordBatch};
use inlav_core::registry::person;
use inlav_core::whole::WholeError;

use super::error::ExtractError;
use super::gate::{RowNumbers, WrittenTable};
use super::lanes::lock;
use super::order::RowOrder;
use super::overlap::overlap;
use super::parquet::{Layout, ParquetFile, Written};
use super::run::Block;
use super::sorter::Sorter;
use super::unique::{Keys, Repeated};
use super::{footer, footer::Common, tokens};
use crate::leftover::Names;
use crate::pseudonym::Pseudonym;
use crate::pseudonymise::{Exclusions, TablePseudonymiser, row_number};
use crate::raw::RawBatch;
use crate::vault::{Identity, VaultWriter};

/// Rows that are merged and written at once.
const ROWS: usize = 8192;

/// Where and how a table is written.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The folder that is filled.
    pub(super) folder: &'a Path,
    /// Where it will be in the end; for messages.
    pub(super) extract: &'a Path,
    /// Bytes of rows that are sorted at once.
    pub(super) memory: usize,
    pub(super) common: Common,
}

/// The rows of a table so far.
pub(super) struct TableRows<'a> {
    pseudonymiser: &'a TablePseudonymiser,
    /// The same table with the linkage keys of further epochs.
    further: &'a [TablePseudonymiser],
    order: RowOrder,
    place: Place<'a>,
    rows: Sorter,
    keys: Option<(usize, Keys)>,
}

/// Where goes what does not go into the table.
pub(super) struct Beside<'a> {
    pub(super) names: &'a Names,
    pub(super) exclusions: &'a Exclusions,
    pub(super) vault: Mutex<&'a mut VaultWriter>,
    /// `None` if the policy makes no tokens at all.
    pub(super) tokens: Option<&'a Sorter>,
}

/// What was made of a batch.
struct Made {
    block: Block,
    tokens: Block,
    keys: Option<FixedSizeBinaryArray>,
    sealed: Vec<(Pseudonym, Identity)>,
}

impl<'a> TableRows<'a> {
    pub(super) fn new(
        pseudonymiser: &'a TablePseudonymiser,
        further: &'a [TablePseudonymiser],
        place: Place<'a>,
    ) -> Result<Self, ExtractError> {
        let table = pseudonymiser.table().name;
        let order = RowOrder::of(pseudonymiser).ok_or(ExtractError::Assemble { table })?;
        let rows = Sorter::new(place.folder, place.memory, false);
        let keys = pseudonymiser.key_index().map(|index| {
            let in_order = order.first() == Some(index);
            let keys = if in_order {
                Keys::InOrder(Repeated::default())
            } else {
                Keys::apart(place.folder, place.memory)
            };
            (index, keys)
        });
        Ok(Self { pseudonymiser, further, order, place, rows, keys })
    }

    /// Pseudonymises a batch, seals what the policy seals and sets rows and tokens aside to be sorted.
    /// Threads push at the same time.
    ///
    /// # Errors
    /// [`ExtractError`].
    pub(super) fn push(&self, batch: RawBatch, beside: &Beside<'_>) -> Result<(), ExtractError> {
        let Made { block, tokens, keys, sealed } = self.make(batch, beside.names, beside.exclusions)?;
        if !sealed.is_empty() {
            let mut vault = lock(&beside.vault);
            for (pseudonym, identity) in &sealed {
                vault.seal(pseudonym, identity)?;
            }
        }
        let set_aside = || {
            if let (Some((_, all)), Some(keys)) = (&self.keys, keys) {
                all.arrive(&keys, &block.numbers)?;
            }
            self.rows.push(block)?;
            beside.tokens.map_or(Ok(()), |all| all.push(tokens))
        };
        set_aside().map_err(|fault| self.place.refused(fault))
    }

    fn make(&self, batch: RawBatch, names: &Names, exclusions: &Exclusions) -> Result<Made, ExtractError> {
        add_names(&batch, names);
        let batch = &exclusions.keep(batch)?;
        let made = self.pseudonymiser.batch(batch)?;
        let numbers = (0..made.num_rows()).map(|row| row_number(batch, row)).collect();
        let keys = self.keys.as_ref().and_then(|(index, _)| binary_column(&made, *index)).cloned();
        let mut sealed = Vec::new();
        if self.pseudonymiser.seals() {
            for (key, identity) in keys.iter().flatten().zip(self.pseudonymiser.sealed_fields(batch)) {
                let key = key.and_then(|key| <[u8; Pseudonym::LENGTH]>::try_from(key).ok());
                sealed.push((Pseudonym::from(key.ok_or_else(|| self.cannot_assemble())?), identity));
            }
        }
        let mut tokens = Vec::new();
        for pseudonymiser in [self.pseudonymiser].into_iter().chain(self.further) {
            if pseudonymiser.makes_tokens() {
                tokens.extend(pseudonymiser.tokens_beside(batch, Some(&made))?);
            }
        }
        let block = self.order.block(&made, numbers).ok_or_else(|| self.cannot_assemble())?;
        Ok(Made { block, tokens: tokens::block(&tokens), keys, sealed })
    }

    /// Writes all rows, sorted by [`RowOrder`], and tells how many more are written.
    ///
    /// # Errors
    /// [`ExtractError::RepeatedKey`] if two rows have the same key; otherwise what stops writing.
    pub(super) fn write(
        self,
        file: &str,
        listener: &(impl Fn(usize) + Sync),
    ) -> Result<(Written, WrittenTable), ExtractError> {
        let Self { pseudonymiser, order, place, rows, keys, .. } = self;
        let table = pseudonymiser.table();
        let layout = Layout {
            table: table.name,
            schema: pseudonymiser.schema().clone(),
            order: order.columns(),
            incompressible: pseudonymiser.key_index(),
            footer: place.common.footer(table.name, footer::id_types_of(pseudonymiser)),
        };
        let mut sorted = rows.sorted().map_err(|fault| place.refused(fault))?;
        let mut out = place.create(file, &layout)?;
        let mut all_numbers = RowNumbers::create(place.folder).map_err(|fault| place.refused(fault))?;
        let (key, mut keys) = keys.unzip();
        overlap(
            || {
                let block = sorted.next_block(ROWS).map_err(|fault| place.refused(fault))?;
                let rows = block.map(|block| order.rows(block));
                rows.map(|rows| rows.ok_or(ExtractError::Assemble { table: table.name })).transpose()
            },
            |(rows, numbers)| {
                if let (Some(keys), Some(key)) = (&mut keys, key)
                    && let Some(column) = binary_column(&rows, key)
                {
                    keys.pass(column, &numbers);
                }
                all_numbers.push(&numbers).map_err(|fault| place.refused(fault))?;
                out.write(&rows)?;
                listener(rows.num_rows());
                Ok(())
            },
        )?;
        let repeated = keys.map_or(Ok(None), Keys::first_repeated).map_err(|fault| place.refused(fault))?;
        if let (Some(row), Some(column)) = (repeated, table.key()) {
            return Err(ExtractError::RepeatedKey { table: table.name, column: column.name, row });
        }
        Ok((out.finish()?, WrittenTable::new(pseudonymiser, all_numbers)))
    }

    fn cannot_assemble(&self) -> ExtractError {
        ExtractError::Assemble { table: self.pseudonymiser.table().name }
    }
}

impl Place<'_> {
    /// Begins a file.
    ///
    /// # Errors
    /// As [`ParquetFile::create`].
    pub(super) fn create(&self, file: &str, layout: &Layout<'_>) -> Result<ParquetFile, ExtractError> {
        ParquetFile::create(&self.folder.join(file), self.extract.join(file), layout)
    }

    /// That the operating system refused to set rows aside.
    pub(super) fn refused(&self, source: io::Error) -> ExtractError {
        WholeError::Io { path: self.extract.to_owned(), source }.into()
    }
}

/// Remembers the names of a batch's persons, whatever the policy makes of them.
fn add_names(batch: &RawBatch, names: &Names) {
    if batch.table().name != person::TABLE.name {
        return;
    }
    for column in [&person::FAMILY_NAME, &person::GIVEN_NAME] {
        let texts: BTreeSet<&str> = batch.column(column).into_iter().flatten().flatten().collect();
        texts.into_iter().for_each(|name| names.add(name));
    }
}

fn binary_column(batch: &RecordBatch, index: usize) -> Option<&FixedSizeBinaryArray> {
    batch.columns().get(index)?.as_fixed_size_binary_opt()
}
