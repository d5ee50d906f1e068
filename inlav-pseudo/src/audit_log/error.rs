//! Why an audit log cannot be read or added to.

use std::io;
use std::path::PathBuf;

use inlav_core::language::Language;
use inlav_core::whole::WholeError;

/// An audit log cannot be read or added to. Nothing that should be in it was done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditLogError {
    /// The operating system refused, for example because the disk is full.
    #[error("cannot use the audit log {}: {source}", path.display())]
    Io {
        /// The log.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// It does not hold together.
    #[error("line {line} of the audit log {}: {fault}", path.display())]
    Broken {
        /// The log.
        path: PathBuf,
        /// First line that does not fit, from 1.
        line: u64,
        /// What is wrong with it.
        fault: ChainFault,
    },
    /// A torn line cannot be put aside.
    #[error(transparent)]
    Aside(#[from] WholeError),
}

/// What is wrong with a line of an audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChainFault {
    /// It does not have the form.
    #[error("not an entry of an audit log")]
    Form,
    /// Written by another version of the format.
    #[error("an entry of another version of the format; this program reads version 1")]
    Version,
    /// Another entry belongs there.
    #[error("out of its place; an entry before it was removed, added or moved")]
    Place,
    /// It is not what was written.
    #[error("the entry was changed")]
    Hash,
    /// The chain's hashes fit, but they are not those of the log's keeper.
    #[error("the entry was not written with the keeper's key")]
    Mac,
    /// An entry of another log.
    #[error("an entry of the log of another keeper")]
    Keeper,
    /// Another root key was used.
    #[error("written with another key of its keeper than the one that is open")]
    Key,
}

impl AuditLogError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match (language, self) {
            (Language::En, _) => self.to_string(),
            (Language::It, Self::Io { path, source }) => format!(
                "impossibile usare il registro delle operazioni {}: {}",
                path.display(),
                language.refusal(source)
            ),
            (Language::It, Self::Broken { path, line, fault }) => format!(
                "riga {line} del registro delle operazioni {}: {}",
                path.display(),
                fault.text(language)
            ),
            (Language::It, Self::Aside(error)) => error.text(language),
        }
    }
}

impl ChainFault {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(self, language: Language) -> String {
        if language == Language::En {
            return self.to_string();
        }
        let text = match self {
            Self::Form => "non è una voce di un registro delle operazioni",
            Self::Version => "una voce di un'altra versione del formato; questo programma legge la 1",
            Self::Place => "fuori posto; una voce prima è stata tolta, aggiunta o spostata",
            Self::Hash => "la voce è stata cambiata",
            Self::Mac => "la voce non è stata scritta con la chiave di chi tiene il registro",
            Self::Keeper => "una voce del registro di qualcun altro",
            Self::Key => "scritta con un'altra chiave di chi tiene il registro, non con quella che è aperta",
        };
        text.to_owned()
    }
}
