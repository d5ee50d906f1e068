//! One column of an export and what is made of it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, FixedSizeBinaryArray, StringArray, new_null_array};
use arrow::datatypes::DataType;
use inlav_core::codes::{CodeLists, MissingCode};
use inlav_core::identifiers::{IdType, Identifier};
use inlav_core::policy::{Action, Generalisation, PSEUDONYM_LENGTH};
use inlav_core::registry::{Column, Kind, Table};
use inlav_core::value::{Value, read};

use super::cells::{Cell, Cells, Misfit};
use super::error::PseudonymiseError;
use super::id_types;
use super::shift::Shift;
use crate::keys::SiteKeys;
use crate::pseudonym::{Pseudonym, PseudonymKey};
use crate::raw::RawBatch;

/// A column of an export: its cells are read once and every action makes its column of them.
#[derive(Debug)]
pub(super) struct Source {
    table: &'static Table,
    column: &'static Column,
    makers: Vec<Maker>,
    dropped: bool,
    /// Tokens are made of it, and it is read then.
    read_for_tokens: bool,
    lists: CodeLists,
}

/// What makes one column of the extract.
#[derive(Debug)]
struct Maker {
    making: Making,
    data_type: DataType,
}

/// How a cell of the extract is made of a value.
#[derive(Debug)]
enum Making {
    /// Under the keys of the kinds of identifier that the column can hold.
    Pseudonym(Vec<PseudonymKey>),
    /// By the person's shift.
    Shift(Box<Shift>),
    /// The value itself, or whether there is one.
    Value(Action),
    /// What the action makes of it.
    Coarser(Action),
}

impl Source {
    pub(super) fn new(
        table: &'static Table,
        column: &'static Column,
        actions: &[Action],
        purpose: &str,
        site: &SiteKeys,
        lists: &CodeLists,
    ) -> Self {
        let making = |action: Action| match action {
            Action::Pseudonym => {
                let kinds = id_types(column.kind).into_iter();
                Making::Pseudonym(kinds.map(|kind| site.pseudonym_key(purpose, kind)).collect())
            }
            Action::Shift(most) => Making::Shift(Box::new(Shift::new(table, most, purpose, site))),
            Action::Keep | Action::Flag => Making::Value(action),
            action => Making::Coarser(action),
        };
        let makers = actions.iter().filter_map(|action| action.extract_column(column));
        let makers =
            makers.map(|made| Maker { making: making(made.action), data_type: made.data_type }).collect();
        Self {
            table,
            column,
            makers,
            dropped: actions.iter().all(|action| *action == Action::Drop),
            read_for_tokens: actions.contains(&Action::Token),
            lists: lists.clone(),
        }
    }

    /// Refuses rows without a column that every row needs, unless the policy drops it.
    ///
    /// # Errors
    /// [`PseudonymiseError::MissingColumn`].
    pub(super) fn check_present(&self, rows: &RawBatch) -> Result<(), PseudonymiseError> {
        if self.column.required && !self.dropped && rows.column(self.column).is_none() {
            return Err(PseudonymiseError::MissingColumn {
                table: self.table.name,
                column: self.column.name,
            });
        }
        Ok(())
    }

    /// The columns of the extract for a range of rows. Of a column that the export lacks, codes are
    /// NR (not collected), as those of a blank cell are, and everything else is null.
    ///
    /// # Errors
    /// [`PseudonymiseError::Cell`] at the first cell that cannot be read.
    pub(super) fn arrays(
        &self,
        rows: &RawBatch,
        range: Range<usize>,
    ) -> Result<Vec<ArrayRef>, PseudonymiseError> {
        if rows.column(self.column).is_none() {
            let absent = |maker: &Maker| maker.absent(self.column.kind, range.len());
            return Ok(self.makers.iter().map(absent).collect());
        }
        if !self.can_fault() {
            return Ok(Vec::new());
        }
        let reader = CellReader::new(rows, self.column, &self.lists);
        if let [Maker { making: Making::Pseudonym(keys), .. }] = self.makers.as_slice() {
            return Ok(vec![self.pseudonyms(&reader, keys, range)?]);
        }
        let mut columns = Vec::with_capacity(self.makers.len());
        for maker in &self.makers {
            let cells = Cells::new(&maker.data_type, range.len());
            columns.push(cells.ok_or_else(|| self.cannot_assemble())?);
        }
        let mut codes = BTreeMap::new();
        for row in range {
            let read_here;
            let read = if self.has_few_values() {
                match codes.entry(reader.text(row)) {
                    Entry::Occupied(seen) => &*seen.into_mut(),
                    Entry::Vacant(new) => new.insert(self.read(&reader, row)?),
                }
            } else {
                read_here = self.read(&reader, row)?;
                &read_here
            };
            let mut coarser = read.coarser.iter();
            for (maker, cells) in self.makers.iter().zip(&mut columns) {
                let cell = match &maker.making {
                    Making::Shift(shift) => {
                        shift.shifted(rows, row, &read.value)?.map_or(Cell::Null, Cell::Date)
                    }
                    Making::Coarser(_) => coarser.next().and_then(kept).ok_or_else(|| reader.misfit(row))?,
                    making => making.cell(&read.value).map_err(|Misfit| reader.misfit(row))?,
                };
                cells.push(cell).map_err(|Misfit| reader.misfit(row))?;
            }
        }
        Ok(columns.into_iter().map(Cells::finish).collect())
    }

    /// The column of the pseudonyms, where nothing else is made of the cells.
    fn pseudonyms(
        &self,
        reader: &CellReader<'_>,
        keys: &[PseudonymKey],
        range: Range<usize>,
    ) -> Result<ArrayRef, PseudonymiseError> {
        let pseudonyms = reader.pseudonyms(keys, range)?;
        let bytes = pseudonyms.iter().map(|made| made.as_ref().map(|(_, pseudonym)| pseudonym.as_bytes()));
        let array = FixedSizeBinaryArray::try_from_sparse_iter_with_size(bytes, PSEUDONYM_LENGTH);
        Ok(Arc::new(array.map_err(|_| self.cannot_assemble())?))
    }

    const fn cannot_assemble(&self) -> PseudonymiseError {
        PseudonymiseError::Assemble { table: self.table.name }
    }

    /// A cell, and what the actions that need no key make of it.
    fn read(&self, reader: &CellReader<'_>, row: usize) -> Result<Read, PseudonymiseError> {
        let value = reader.value(row)?;
        let mut coarser = Vec::new();
        for maker in &self.makers {
            if let Making::Coarser(action) = &maker.making {
                coarser.push(action.apply(&value, &self.lists).ok_or_else(|| reader.misfit(row))?);
            }
        }
        Ok(Read { value, coarser })
    }

    /// Whether there is anything to read: free text, a telephone number or an e-mail address that
    /// goes nowhere but into the vault, or a column that is dropped, cannot stop a run.
    fn can_fault(&self) -> bool {
        let free =
            matches!(self.column.kind, Kind::FreeText | Kind::Phone | Kind::Email) && !self.column.required;
        !self.makers.is_empty() || !(self.dropped || self.read_for_tokens || free)
    }

    /// Whether the same few texts come again and again, so that each is read once per chunk.
    const fn has_few_values(&self) -> bool {
        matches!(
            self.column.kind,
            Kind::Code(_) | Kind::YesNo | Kind::Ateco | Kind::Ambito | Kind::Municipality
        )
    }
}

/// A cell as it was read, and what is made of it, in the order of the makers.
struct Read {
    value: Value,
    coarser: Vec<Value>,
}

impl Maker {
    /// The cells of a column that the export does not have.
    fn absent(&self, kind: Kind, rows: usize) -> ArrayRef {
        match (&self.making, kind) {
            (
                Making::Value(Action::Keep)
                | Making::Coarser(Action::Code(_) | Action::Generalise(Generalisation::Area)),
                Kind::Code(_),
            ) => {
                let missing = MissingCode::NotCollected.code();
                Arc::new(StringArray::from_iter_values(std::iter::repeat_n(missing, rows)))
            }
            _ => new_null_array(&self.data_type, rows),
        }
    }
}

impl Making {
    /// What is made of a value. Free text and identifiers in clear fit no cell.
    fn cell<'v>(&self, value: &'v Value) -> Result<Cell<'v>, Misfit> {
        Ok(match (self, value) {
            (Self::Value(Action::Flag), value) => Cell::YesNo(value.is_there()),
            (Self::Value(_), value) => kept(value).ok_or(Misfit)?,
            (Self::Pseudonym(_), Value::Null) => Cell::Null,
            (Self::Pseudonym(keys), Value::Identifier(identifier)) => {
                let key = keys.iter().find(|key| key.kind() == identifier.id_type()).ok_or(Misfit)?;
                Cell::Pseudonym(key.pseudonym(identifier).map_err(|_| Misfit)?)
            }
            _ => return Err(Misfit),
        })
    }
}

/// The cell of a value that may leave as it is; `None` for identifiers and texts.
fn kept(value: &Value) -> Option<Cell<'_>> {
    Some(match value {
        Value::Null => Cell::Null,
        Value::Code(code) | Value::Ambito(code) => Cell::Code(code),
        Value::Codes(codes) => Cell::Codes(codes),
        Value::Date(day) => Cell::Date(*day),
        Value::Timestamp(moment) => Cell::Date(moment.date()),
        Value::Whole(number) => Cell::Whole(*number),
        Value::Decimal(number) => Cell::Decimal(*number),
        Value::YesNo(yes) => Cell::YesNo(*yes),
        Value::Ateco(_) | Value::Identifier(_) | Value::Text(_) => return None,
    })
}

/// Reads the cells of one column of some rows.
pub(super) struct CellReader<'a> {
    rows: &'a RawBatch,
    column: &'static Column,
    texts: Option<&'a StringArray>,
    issuing_states: Option<&'a StringArray>,
    lists: &'a CodeLists,
}

impl<'a> CellReader<'a> {
    pub(super) fn new(rows: &'a RawBatch, column: &'static Column, lists: &'a CodeLists) -> Self {
        let issuing_states = match column.kind {
            Kind::PassportNumber { issuing_state } => rows.table().column(issuing_state),
            _ => None,
        };
        Self {
            rows,
            column,
            texts: rows.column(column),
            issuing_states: issuing_states.and_then(|state| rows.column(state)),
            lists,
        }
    }

    /// The text of a cell; empty if it is blank or the export does not have the column.
    fn text(&self, row: usize) -> &'a str {
        self.texts.map_or("", |texts| cell_text(texts, row))
    }

    /// The value of a cell.
    ///
    /// # Errors
    /// [`PseudonymiseError::Cell`] if it cannot be read. A mistyped identifier or a blank where a
    /// code belongs is no error.
    pub(super) fn value(&self, row: usize) -> Result<Value, PseudonymiseError> {
        let state = self.issuing_states.map(|states| cell_text(states, row));
        let reading = read(self.column, self.text(row), state, self.lists);
        match reading.fault {
            Some(fault) if !fault.is_warning() => Err(PseudonymiseError::Cell {
                table: self.rows.table().name,
                column: self.column.name,
                row: row_number(self.rows, row),
                fault,
            }),
            _ => Ok(reading.value),
        }
    }

    /// The identifier in a cell, if it holds one that can be read.
    ///
    /// # Errors
    /// As [`Self::value`]; [`PseudonymiseError::Rule`] if it holds something else.
    pub(super) fn identifier(&self, row: usize) -> Result<Option<Identifier>, PseudonymiseError> {
        match self.value(row)? {
            Value::Null => Ok(None),
            Value::Identifier(identifier) => Ok(Some(identifier)),
            _ => Err(self.misfit(row)),
        }
    }

    /// The pseudonyms of the identifiers in some rows and what they are of, each under the key of its
    /// kind.
    ///
    /// # Errors
    /// As [`Self::identifier`], or if there is no key of a kind.
    pub(super) fn pseudonyms(
        &self,
        keys: &[PseudonymKey],
        range: Range<usize>,
    ) -> Result<Vec<Option<(IdType, Pseudonym)>>, PseudonymiseError> {
        let identifiers = range.clone().map(|row| self.identifier(row));
        let identifiers: Vec<Option<Identifier>> = identifiers.collect::<Result<_, _>>()?;
        let mut made = vec![None; identifiers.len()];
        for key in keys {
            let of_kind = |identifier: &&Identifier| identifier.id_type() == key.kind();
            let Ok(pseudonyms) = key.pseudonyms(identifiers.iter().flatten().filter(of_kind)) else {
                let fails = |one: &Option<Identifier>| {
                    one.as_ref().filter(of_kind).is_some_and(|one| key.pseudonym(one).is_err())
                };
                let at = identifiers.iter().position(fails).unwrap_or_default();
                return Err(self.misfit(range.start + at));
            };
            let slots = made.iter_mut().zip(&identifiers);
            let slots = slots.filter(|(_, identifier)| identifier.as_ref().filter(of_kind).is_some());
            for ((slot, _), pseudonym) in slots.zip(pseudonyms) {
                *slot = Some((key.kind(), pseudonym));
            }
        }
        let without = identifiers.iter().zip(&made).position(|(is, made)| is.is_some() && made.is_none());
        without.map_or(Ok(made), |at| Err(self.misfit(range.start + at)))
    }

    /// That a cell was read as something of which its rule makes nothing.
    pub(super) fn misfit(&self, row: usize) -> PseudonymiseError {
        PseudonymiseError::Rule {
            table: self.rows.table().name,
            column: self.column.name,
            row: row_number(self.rows, row),
        }
    }
}

/// The text of a cell; empty if it is blank.
pub(super) fn cell_text(texts: &StringArray, row: usize) -> &str {
    if row < texts.len() && texts.is_valid(row) { texts.value(row) } else { "" }
}

/// The row's place in the export; its place in the batch if the reader gave none.
pub(crate) fn row_number(rows: &RawBatch, row: usize) -> u64 {
    let in_batch = u64::try_from(row).unwrap_or(u64::MAX).saturating_add(1);
    rows.row_numbers().get(row).copied().unwrap_or(in_batch)
}
