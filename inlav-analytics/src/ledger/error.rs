//! What can go wrong with a ledger.

use std::path::PathBuf;

use inlav_core::language::Language;
use inlav_core::whole::WholeError;

use crate::release::ReleaseError;
use crate::store::StoreError;

/// A ledger cannot be read or added to. While that is so nothing is released.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The store, or a file of it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file cannot be written. Nothing was recorded or released.
    #[error(transparent)]
    Write(#[from] WholeError),
    /// A release cannot be written. Nothing was recorded or released.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// A record is not what was written.
    #[error("record {number} of the ledger {fault}")]
    Broken {
        /// The record.
        number: u64,
        /// What is wrong with it.
        fault: Fault,
    },
    /// Something else than records is in the folder of the ledger.
    #[error("{} is not a record of the ledger", path.display())]
    Foreign {
        /// What it is.
        path: PathBuf,
    },
    /// There is no record of this number.
    #[error("the ledger has no record {number}, it has {records}")]
    NoRecord {
        /// The number asked for.
        number: u64,
        /// How many records there are.
        records: usize,
    },
    /// A later version of this program released something of a kind unknown to this one.
    #[error("record {number} of the ledger was made by a later version of inlav, which is needed to go on")]
    Later {
        /// The record.
        number: u64,
    },
    /// A publication was protected without the releases in the ledger, or belongs to other tables.
    #[error("the release was not protected jointly with those in the ledger")]
    NotJoint,
    /// A release was recorded and then could not get to its place.
    #[error("the release is recorded as number {number} and counts as made, but: {source}")]
    Recorded {
        /// Its number.
        number: u64,
        /// Why not.
        source: WholeError,
    },
}

/// What is wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// It is not there, and a later one is.
    #[error("is missing")]
    Missing,
    /// It cannot be read: cut, or no record at all.
    #[error("cannot be read: it was cut or written over")]
    Unreadable,
    /// It was changed.
    #[error("was changed")]
    Changed,
    /// It does not follow the one before it.
    #[error("does not follow the one before it: records were changed, moved or taken out")]
    OutOfPlace,
    /// A file beside it was changed or is missing.
    #[error("has a file that was changed or is missing: {name}")]
    File {
        /// The file.
        name: String,
    },
    /// There is a file beside it that was not recorded.
    #[error("has a file that was not recorded: {name}")]
    NotRecorded {
        /// The file.
        name: String,
    },
    /// Its counts are none.
    #[error("has counts that cannot be read")]
    Counts,
}

impl LedgerError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match language {
            Language::It => self.italian(),
            Language::En => self.to_string(),
        }
    }

    /// No arm for "all others": a new error does not compile without its Italian.
    fn italian(&self) -> String {
        match self {
            Self::Store(error) => error.text(Language::It),
            Self::Write(error) => error.text(Language::It),
            Self::Release(ReleaseError::Write(error)) => error.text(Language::It),
            Self::Release(error) => error.to_string(),
            Self::Broken { number, fault } => {
                format!("la voce {number} del registro dei rilasci {}", fault.italian())
            }
            Self::Foreign { path } => format!("{} non è una voce del registro dei rilasci", path.display()),
            Self::NoRecord { number, records } => {
                format!("il registro dei rilasci non ha la voce {number}, ne ha {records}")
            }
            Self::Later { number } => format!(
                "la voce {number} del registro dei rilasci è di una versione successiva di inlav, che serve per andare avanti"
            ),
            Self::NotJoint => "il rilascio non è stato protetto insieme a quelli nel registro".to_owned(),
            Self::Recorded { number, source } => format!(
                "il rilascio è registrato con il numero {number} e vale come fatto, ma: {}",
                source.text(Language::It)
            ),
        }
    }
}

impl Fault {
    fn italian(&self) -> String {
        match self {
            Self::Missing => "manca".to_owned(),
            Self::Unreadable => "non si legge: è stata tagliata o sovrascritta".to_owned(),
            Self::Changed => "è stata cambiata".to_owned(),
            Self::OutOfPlace => {
                "non segue quella prima: delle voci sono state cambiate, spostate o tolte".to_owned()
            }
            Self::File { name } => format!("ha un file cambiato o mancante: {name}"),
            Self::NotRecorded { name } => format!("ha un file che non è registrato: {name}"),
            Self::Counts => "ha conteggi che non si leggono".to_owned(),
        }
    }
}
