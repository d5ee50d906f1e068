//! One column of an export and what is made of it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, StringArray, new_null_array};
use arrow::datatypes::DataType;
use chrono::Datelike as _;
use inlav_core::codes::{CodeLists, MissingCode};
use inlav_core::identifiers::Identifier;
use inlav_core::policy::Action;
use inlav_core::registry::{Column, Kind, Table};
use inlav_core::sector::Sector;
use inlav_core::value::{Value, read};

use super::cells::{Cell, Cells, Misfit};
use super::error::PseudonymiseError;
use super::id_types;
use crate::keys::SiteKeys;
use crate::pseudonym::PseudonymKey;
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
    action: Action,
    data_type: DataType,
    keys: Vec<PseudonymKey>,
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
        let keys = |action| match action {
            Action::Pseudonym => {
                id_types(column.kind).into_iter().map(|kind| site.pseudonym_key(purpose, kind)).collect()
            }
            _ => Vec::new(),
        };
        let makers = actions
            .iter()
            .filter_map(|action| action.extract_column(column))
            .map(|made| Maker { action: made.action, data_type: made.data_type, keys: keys(made.action) })
            .collect();
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
        let mut columns = Vec::with_capacity(self.makers.len());
        for maker in &self.makers {
            let cells = Cells::new(&maker.data_type, range.len());
            columns.push(cells.ok_or(PseudonymiseError::Assemble { table: self.table.name })?);
        }
        let reader = CellReader::new(rows, self.column, &self.lists);
        let mut codes = BTreeMap::new();
        for row in range {
            let read_here;
            let value = if self.has_few_values() {
                match codes.entry(reader.text(row)) {
                    Entry::Occupied(seen) => &*seen.into_mut(),
                    Entry::Vacant(new) => new.insert(reader.value(row)?),
                }
            } else {
                read_here = reader.value(row)?;
                &read_here
            };
            for (maker, cells) in self.makers.iter().zip(&mut columns) {
                let cell = maker.cell(value).and_then(|cell| cells.push(cell));
                cell.map_err(|Misfit| reader.misfit(row))?;
            }
        }
        Ok(columns.into_iter().map(Cells::finish).collect())
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
        matches!(self.column.kind, Kind::Code(_) | Kind::YesNo | Kind::Ateco | Kind::Ambito)
    }
}

impl Maker {
    /// The cells of a column that the export does not have.
    fn absent(&self, kind: Kind, rows: usize) -> ArrayRef {
        match (self.action, kind) {
            (Action::Keep, Kind::Code(_)) => {
                let missing = MissingCode::NotCollected.code();
                Arc::new(StringArray::from_iter_values(std::iter::repeat_n(missing, rows)))
            }
            _ => new_null_array(&self.data_type, rows),
        }
    }

    /// What the action makes of a value. Free text and identifiers in clear fit no cell.
    fn cell<'v>(&self, value: &'v Value) -> Result<Cell<'v>, Misfit> {
        Ok(match (self.action, value) {
            (Action::Flag, value) => Cell::YesNo(is_there(value)),
            (_, Value::Null) => Cell::Null,
            (Action::Pseudonym, Value::Identifier(identifier)) => {
                let key = self.keys.iter().find(|key| key.kind() == identifier.id_type()).ok_or(Misfit)?;
                Cell::Pseudonym(key.pseudonym(identifier).map_err(|_| Misfit)?)
            }
            (Action::Year, Value::Date(day)) => Cell::Whole(day.year()),
            (Action::Sector, Value::Ateco(ateco)) => {
                Cell::Code(ateco.sector().map_or(MissingCode::NotKnown.code(), Sector::code))
            }
            (Action::Keep, Value::Code(code) | Value::Ambito(code)) => Cell::Code(code),
            (Action::Keep, Value::Codes(codes)) => Cell::Codes(codes),
            (Action::Keep, Value::Date(day)) => Cell::Date(*day),
            (Action::Keep, Value::Timestamp(moment)) => Cell::Date(moment.date()),
            (Action::Keep, Value::Whole(number)) => Cell::Whole(*number),
            (Action::Keep, Value::Decimal(number)) => Cell::Decimal(*number),
            (Action::Keep, Value::YesNo(yes)) => Cell::YesNo(*yes),
            _ => return Err(Misfit),
        })
    }
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
    /// As [`Self::value`].
    pub(super) fn identifier(&self, row: usize) -> Result<Option<Identifier>, PseudonymiseError> {
        Ok(match self.value(row)? {
            Value::Identifier(identifier) => Some(identifier),
            _ => None,
        })
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

/// Whether there is a value: neither null nor a code that says why there is none.
fn is_there(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Code(code) => MissingCode::parse(code).is_none(),
        _ => true,
    }
}

fn cell_text(texts: &StringArray, row: usize) -> &str {
    if row < texts.len() && texts.is_valid(row) { texts.value(row) } else { "" }
}

/// The row's place in the export; its place in the batch if the reader gave none.
pub(crate) fn row_number(rows: &RawBatch, row: usize) -> u64 {
    let in_batch = u64::try_from(row).unwrap_or(u64::MAX).saturating_add(1);
    rows.row_numbers().get(row).copied().unwrap_or(in_batch)
}
