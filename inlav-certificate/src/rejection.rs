//! Why a release is rejected.

use std::fmt;

use thiserror::Error;

/// The first thing that is wrong with a release. Names files, tables and cells, never a value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{place}: {reason}")]
pub struct Rejection {
    /// Where.
    pub place: Place,
    /// What.
    pub reason: Reason,
}

/// Where something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the certificate, or between parts of it.
    Certificate,
    /// In a file or folder.
    File(String),
    /// In a row of a released table, from 1 without the headings.
    Row(String, usize),
    /// In a table's cell with these codes; a cell with parts may stand for its line.
    Cell(String, Vec<String>),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate => write!(f, "certificate"),
            Self::File(file) => write!(f, "{file}"),
            Self::Row(file, row) => write!(f, "{file}, row {row}"),
            Self::Cell(table, codes) => write!(f, "table {table}, cell {}", codes.join(" × ")),
        }
    }
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Reason {
    /// It cannot be read.
    #[error("cannot be read")]
    Unreadable,
    /// Not a certificate of this version, or rewritten by another program.
    #[error("is no certificate of version 1 in the form in which inlav writes it")]
    NotACertificate,
    /// The certificate was changed or damaged.
    #[error("the seal does not fit: it was changed or damaged")]
    Seal,
    /// Rules that no release policy can have.
    #[error("claims rules that protect nobody")]
    Policy,
    /// Dimensions, cells, quantities and files contradict each other.
    #[error("has tables whose dimensions, cells and files do not fit each other")]
    Tables,
    /// The insiders are not those whom the tables name.
    #[error("does not name the insiders of its tables")]
    Insiders,
    /// A witness is no list of changes, or serves no proof.
    #[error("has a witness that is malformed or serves nothing")]
    Witness,
    /// A proof names what does not exist, or proves what needs no proof.
    #[error("has a proof that is malformed or not asked for")]
    Proof,
    /// The digest is another, or the file is not there.
    #[error("is not the file that was certified")]
    OtherFile,
    /// A table that was not attacked with the others.
    #[error("is a table that the certificate does not cover")]
    NotCovered,
    /// No CSV with the columns that the certificate names.
    #[error("is no table with the columns that the certificate names")]
    Columns,
    /// A row names no cell, one that must not be displayed, or one that was there before.
    #[error("names a cell that must not stand there")]
    Row,
    /// Displayed cells are not in the file.
    #[error("lacks cells that the certificate says are displayed")]
    Lacks,
    /// A cell is not published as it has to be.
    #[error("what was released is not what was certified")]
    Released,
    /// A margin is not the sum of its parts.
    #[error("the true table does not add up")]
    Sum,
    /// More persons than units, or than in the margin, or than in all parts together.
    #[error("units and persons do not fit each other")]
    Persons,
    /// The status claimed is not the one that follows from the rules.
    #[error("by the rules it must be treated otherwise")]
    Status,
    /// The suppressed parts of a line are 1 to T−1 persons together.
    #[error("what is suppressed in its line adds up to few persons")]
    ThinLine,
    /// A witness does not add up.
    #[error("a witness does not add up")]
    WitnessSum,
    /// A witness contradicts what is published or what the mark says.
    #[error("a witness is not possible")]
    WitnessRoom,
    /// A witness changes what the attacker knows.
    #[error("a witness is one that an attacker can refute")]
    Refuted,
    /// The interval is not the one that the witnesses show.
    #[error("its interval is not the one that its witnesses show")]
    Interval,
    /// The interval is narrower than the policy asks, and no declared exception.
    #[error("its interval is too narrow")]
    Narrow,
    /// An attacker is left out.
    #[error("not every attacker is shown to be kept from it")]
    Unproven,
}

impl Reason {
    /// As a result, unless `holds`.
    pub(crate) fn unless(self, holds: bool, place: impl FnOnce() -> Place) -> Result<(), Rejection> {
        if holds { Ok(()) } else { Err(Rejection { place: place(), reason: self }) }
    }

    /// About the certificate as a whole.
    pub(crate) fn of_certificate(self) -> Rejection {
        Rejection { place: Place::Certificate, reason: self }
    }
}
