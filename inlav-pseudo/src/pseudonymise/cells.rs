//! The cells of one column of an extract, while they are collected.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, FixedSizeBinaryBuilder, Float64Builder, Int32Builder,
    StringBuilder,
};
use arrow::datatypes::{DataType, Date32Type};
use chrono::NaiveDate;
use inlav_core::policy::PSEUDONYM_LENGTH;

use crate::pseudonym::Pseudonym;

/// One cell of an extract. It may leave the PUA; what may not has no variant here.
#[derive(Clone, Copy)]
pub(super) enum Cell<'a> {
    Null,
    Pseudonym(Pseudonym),
    /// A code, a sector, the number of an ambito.
    Code(&'a str),
    /// Several codes; they are written with a semicolon between them.
    Codes(&'a [String]),
    Date(NaiveDate),
    Whole(i32),
    Decimal(f64),
    YesNo(bool),
}

/// The cells so far, by Arrow type.
pub(super) enum Cells {
    Pseudonym(FixedSizeBinaryBuilder),
    Code(StringBuilder),
    Date(Date32Builder),
    Whole(Int32Builder),
    Decimal(Float64Builder),
    YesNo(BooleanBuilder),
}

/// A cell of another type than its column.
#[derive(Debug)]
pub(super) struct Misfit;

impl Cells {
    /// An empty column of this type; `None` if no column of an extract has it.
    pub(super) fn new(data_type: &DataType, capacity: usize) -> Option<Self> {
        Some(match data_type {
            DataType::FixedSizeBinary(PSEUDONYM_LENGTH) => {
                Self::Pseudonym(FixedSizeBinaryBuilder::with_capacity(capacity, PSEUDONYM_LENGTH))
            }
            DataType::Utf8 => Self::Code(StringBuilder::with_capacity(capacity, 4 * capacity)),
            DataType::Date32 => Self::Date(Date32Builder::with_capacity(capacity)),
            DataType::Int32 => Self::Whole(Int32Builder::with_capacity(capacity)),
            DataType::Float64 => Self::Decimal(Float64Builder::with_capacity(capacity)),
            DataType::Boolean => Self::YesNo(BooleanBuilder::with_capacity(capacity)),
            _ => return None,
        })
    }

    /// Appends a cell.
    ///
    /// # Errors
    /// [`Misfit`] if it is of another type.
    pub(super) fn push(&mut self, cell: Cell<'_>) -> Result<(), Misfit> {
        match (self, cell) {
            (Self::Pseudonym(cells), Cell::Null) => cells.append_null(),
            (Self::Pseudonym(cells), Cell::Pseudonym(pseudonym)) => {
                cells.append_value(pseudonym.as_bytes()).map_err(|_| Misfit)?;
            }
            (Self::Code(cells), Cell::Null) => cells.append_null(),
            (Self::Code(cells), Cell::Code(code)) => cells.append_value(code),
            (Self::Code(cells), Cell::Codes(codes)) => cells.append_value(codes.join(";")),
            (Self::Date(cells), Cell::Null) => cells.append_null(),
            (Self::Date(cells), Cell::Date(day)) => cells.append_value(Date32Type::from_naive_date(day)),
            (Self::Whole(cells), Cell::Null) => cells.append_null(),
            (Self::Whole(cells), Cell::Whole(number)) => cells.append_value(number),
            (Self::Decimal(cells), Cell::Null) => cells.append_null(),
            (Self::Decimal(cells), Cell::Decimal(number)) => cells.append_value(number),
            (Self::YesNo(cells), Cell::Null) => cells.append_null(),
            (Self::YesNo(cells), Cell::YesNo(yes)) => cells.append_value(yes),
            _ => return Err(Misfit),
        }
        Ok(())
    }

    pub(super) fn finish(self) -> ArrayRef {
        match self {
            Self::Pseudonym(mut cells) => Arc::new(cells.finish()),
            Self::Code(mut cells) => Arc::new(cells.finish()),
            Self::Date(mut cells) => Arc::new(cells.finish()),
            Self::Whole(mut cells) => Arc::new(cells.finish()),
            Self::Decimal(mut cells) => Arc::new(cells.finish()),
            Self::YesNo(mut cells) => Arc::new(cells.finish()),
        }
    }
}
