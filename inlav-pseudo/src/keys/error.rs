//! Why a key cannot be made or opened.

use std::io;
use std::path::PathBuf;

use inlav_core::language::Language;
use inlav_core::programme::SiteId;
use inlav_core::whole::WholeError;

use super::cost::KdfCost;
use super::label::KeyRole;
use super::passphrase::Passphrase;
use crate::audit_log::AuditLogError;

/// A key cannot be made; nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CreateKeyError {
    /// The passphrase is too short.
    #[error("the passphrase must have at least {} characters", Passphrase::SHORTEST)]
    ShortPassphrase,
    /// The operating system gives no random bytes.
    #[error("the operating system gives no random bytes: {0}")]
    Random(#[from] getrandom::Error),
    /// The passphrase cannot be hashed for want of memory.
    #[error("there is not enough memory to hash the passphrase")]
    Memory,
    /// What was written cannot be read back; the disk may be failing.
    #[error("{} cannot be read back as it was written and was not put in its place", path.display())]
    ReadBack {
        /// The key file.
        path: PathBuf,
    },
    /// The file or folder cannot be written.
    #[error(transparent)]
    Write(#[from] WholeError),
    /// The audit log cannot be begun or added to.
    #[error(transparent)]
    Log(#[from] AuditLogError),
}

/// A key file cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenKeyError {
    /// The operating system refused.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The key file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Another kind of file.
    #[error("{} is not a key file", path.display())]
    NotAKeyFile {
        /// The file.
        path: PathBuf,
    },
    /// A bit of it changed since it was written.
    #[error("{} is damaged; take it from a backup", path.display())]
    Damaged {
        /// The key file.
        path: PathBuf,
    },
    /// Written by another version of the format.
    #[error("{} has format version {version}, this program reads version 1", path.display())]
    Version {
        /// The key file.
        path: PathBuf,
        /// The version it states.
        version: u8,
    },
    /// It asks for work outside the limits; none was done.
    #[error("{} asks for a cost of the passphrase outside {}", path.display(), KdfCost::LIMITS)]
    Cost {
        /// The key file.
        path: PathBuf,
    },
    /// A key for something else.
    #[error("{} holds a {found} key, not a {expected} key", path.display())]
    Role {
        /// The key file.
        path: PathBuf,
        /// What was asked for.
        expected: KeyRole,
        /// What it holds.
        found: KeyRole,
    },
    /// A key of another programme.
    #[error("{} holds a key of another programme", path.display())]
    Project {
        /// The key file.
        path: PathBuf,
    },
    /// A key of somebody else.
    #[error(
        "{} holds a key {}, not {}",
        path.display(), owner(found.as_ref(), Language::En), owner(expected.as_ref(), Language::En)
    )]
    Owner {
        /// The key file.
        path: PathBuf,
        /// The PUA whose key was asked for; `None` is the linkage custodian.
        expected: Option<SiteId>,
        /// Whose it is.
        found: Option<SiteId>,
    },
    /// Two different keys of one epoch.
    #[error("{} holds two different relink keys of epoch {epoch}; leave the one in use there", path.display())]
    TwoOfEpoch {
        /// The folder.
        path: PathBuf,
        /// The epoch.
        epoch: u32,
    },
    /// The passphrase cannot be hashed for want of memory.
    #[error("there is not enough memory to open {}", path.display())]
    Memory {
        /// The key file.
        path: PathBuf,
    },
    /// Not the passphrase it was protected with.
    #[error("the passphrase does not open {}", path.display())]
    Passphrase {
        /// The key file.
        path: PathBuf,
    },
}

impl CreateKeyError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match (language, self) {
            (Language::En, _) => self.to_string(),
            (Language::It, Self::ShortPassphrase) => {
                format!("la passphrase deve avere almeno {} caratteri", Passphrase::SHORTEST)
            }
            (Language::It, Self::Random(fault)) => {
                format!("il sistema operativo non dà byte casuali: {fault}")
            }
            (Language::It, Self::Memory) => {
                "non c'è abbastanza memoria per lavorare sulla passphrase".to_owned()
            }
            (Language::It, Self::ReadBack { path }) => format!(
                "{} non si rilegge come è stato scritto e non è stato messo al suo posto",
                path.display()
            ),
            (Language::It, Self::Write(error)) => error.text(language),
            (Language::It, Self::Log(error)) => error.text(language),
        }
    }
}

impl OpenKeyError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        if language == Language::En {
            return self.to_string();
        }
        match self {
            Self::Read { path, source } => {
                format!("impossibile leggere {}: {}", path.display(), language.refusal(source))
            }
            Self::NotAKeyFile { path } => format!("{} non è un file di chiave", path.display()),
            Self::Damaged { path } => {
                format!("{} è danneggiato; riprenderlo da una copia di sicurezza", path.display())
            }
            Self::Version { path, version } => format!(
                "{} ha la versione {version} del formato, questo programma legge la 1",
                path.display()
            ),
            Self::Cost { path } => format!(
                "{} chiede per la passphrase un lavoro fuori dai limiti ({})",
                path.display(),
                KdfCost::LIMITS_IT
            ),
            Self::Role { path, expected, found } => format!(
                "{} contiene una {}, non una {}",
                path.display(),
                found.text(language),
                expected.text(language)
            ),
            Self::Project { path } => {
                format!("{} contiene una chiave di un altro programma", path.display())
            }
            Self::Owner { path, expected, found } => format!(
                "{} contiene una chiave {}, non {}",
                path.display(),
                owner(found.as_ref(), language),
                owner(expected.as_ref(), language)
            ),
            Self::TwoOfEpoch { path, epoch } => format!(
                "in {} ci sono due chiavi diverse (relink) dell'epoca {epoch}; lasciare lì quella in uso",
                path.display()
            ),
            Self::Memory { path } => {
                format!("non c'è abbastanza memoria per aprire {}", path.display())
            }
            Self::Passphrase { path } => format!("la passphrase non apre {}", path.display()),
        }
    }
}

fn owner(site: Option<&SiteId>, language: Language) -> String {
    match (site, language) {
        (Some(site), Language::It) => format!("di {site}"),
        (Some(site), Language::En) => format!("of {site}"),
        (None, Language::It) => "del custode del collegamento".to_owned(),
        (None, Language::En) => "of the linkage custodian".to_owned(),
    }
}
