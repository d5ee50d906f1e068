//! Why a vault cannot be written or read.

use std::io;
use std::path::PathBuf;

use inlav_core::language::Language;
use inlav_core::programme::SiteId;
use inlav_core::whole::WholeError;

use crate::keys::KeyId;

/// A vault cannot be written; the target is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultWriteError {
    /// The operating system gives no random bytes.
    #[error("the operating system gives no random bytes: {0}")]
    Random(#[from] getrandom::Error),
    /// Too many columns are to be sealed, or one has a name that no column of the registry has.
    #[error("a vault holds at most 255 columns, whose names have 1 to 64 characters a to z, 0 to 9 and _")]
    Columns,
    /// A value of a column that is not one of those that the vault was begun for.
    #[error("the vault was not begun for values of {column} (record {record})")]
    OtherColumn {
        /// The column.
        column: String,
        /// Record, from 1.
        record: u64,
    },
    /// What is to be sealed of one person is too long.
    #[error("the sealed values of record {record} are longer than 16 MiB")]
    TooLong {
        /// Record, from 1.
        record: u64,
    },
    /// The operating system refused, for example because the disk is full.
    #[error("cannot write {}: {source}", path.display())]
    Io {
        /// The vault.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The vault cannot be put in its place.
    #[error(transparent)]
    Whole(#[from] WholeError),
}

/// A vault cannot be read, or not to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultReadError {
    /// The operating system refused.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The vault.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Another kind of file.
    #[error("{} is not a vault", path.display())]
    NotAVault {
        /// The file.
        path: PathBuf,
    },
    /// Written by another version of the format.
    #[error("{} has format version {version}, this program reads version 3", path.display())]
    Version {
        /// The vault.
        path: PathBuf,
        /// The version it states.
        version: u8,
    },
    /// A vault of another programme.
    #[error("{} is a vault of another programme", path.display())]
    Project {
        /// The vault.
        path: PathBuf,
    },
    /// A vault of another PUA.
    #[error("{} is not a vault of {expected}", path.display())]
    Site {
        /// The vault.
        path: PathBuf,
        /// Whose key was used.
        expected: SiteId,
    },
    /// Sealed for another site key.
    #[error("{} was sealed with site key {found}, not with {expected}", path.display())]
    SiteKey {
        /// The vault.
        path: PathBuf,
        /// The key that was used.
        expected: KeyId,
        /// The key that it names.
        found: KeyId,
    },
    /// Sealed to another vault key.
    #[error("{} is sealed to vault key {found}, not to {expected}", path.display())]
    Key {
        /// The vault.
        path: PathBuf,
        /// The key that was used.
        expected: KeyId,
        /// The key that it names.
        found: KeyId,
    },
    /// The header is not what was written.
    #[error("the header of {} is damaged", path.display())]
    Header {
        /// The vault.
        path: PathBuf,
    },
    /// A record is not what was written there: changed, out of its place or of another vault.
    #[error("record {record} of {} is damaged, out of its place or of another vault", path.display())]
    Record {
        /// The vault.
        path: PathBuf,
        /// Record, from 1.
        record: u64,
    },
    /// The file ends before its last record does.
    #[error("{} is cut short in record {record}", path.display())]
    CutShort {
        /// The vault.
        path: PathBuf,
        /// Record, from 1.
        record: u64,
    },
    /// Something follows the last record.
    #[error("{} goes on after its last record", path.display())]
    Trailing {
        /// The vault.
        path: PathBuf,
    },
}

impl VaultWriteError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match (language, self) {
            (Language::En, _) => self.to_string(),
            (Language::It, Self::Random(fault)) => {
                format!("il sistema operativo non dà byte casuali: {fault}")
            }
            (Language::It, Self::Columns) => {
                "una cassaforte contiene al massimo 255 colonne, con nomi da 1 a 64 caratteri fra a-z, 0-9 e _"
                    .to_owned()
            }
            (Language::It, Self::OtherColumn { column, record }) => {
                format!("la cassaforte non è stata iniziata per valori di {column} (voce {record})")
            }
            (Language::It, Self::TooLong { record }) => {
                format!("i valori da sigillare della voce {record} sono più lunghi di 16 MiB")
            }
            (Language::It, Self::Io { path, source }) => {
                format!("impossibile scrivere {}: {}", path.display(), language.refusal(source))
            }
            (Language::It, Self::Whole(error)) => error.text(language),
        }
    }
}

impl VaultReadError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        if language == Language::En {
            return self.to_string();
        }
        match self {
            Self::Io { path, source } => {
                format!("impossibile leggere {}: {}", path.display(), language.refusal(source))
            }
            Self::NotAVault { path } => format!("{} non è una cassaforte", path.display()),
            Self::Version { path, version } => format!(
                "{} ha la versione {version} del formato, questo programma legge la 3",
                path.display()
            ),
            Self::Project { path } => format!("{} è la cassaforte di un altro programma", path.display()),
            Self::Site { path, expected } => format!("{} non è una cassaforte di {expected}", path.display()),
            Self::SiteKey { path, expected, found } => format!(
                "{} è stato sigillato con la chiave del PUA {found}, non con la {expected}",
                path.display()
            ),
            Self::Key { path, expected, found } => format!(
                "{} è sigillato per la chiave della cassaforte {found}, non per la {expected}",
                path.display()
            ),
            Self::Header { path } => format!("l'intestazione di {} è danneggiata", path.display()),
            Self::Record { path, record } => format!(
                "la voce {record} di {} è danneggiata, fuori posto o di un'altra cassaforte",
                path.display()
            ),
            Self::CutShort { path, record } => {
                format!("{} finisce a metà della voce {record}", path.display())
            }
            Self::Trailing { path } => format!("{} continua dopo la sua ultima voce", path.display()),
        }
    }
}
