//! Why tokens cannot be relinked.

use std::io;
use std::path::PathBuf;

use inlav_core::language::{Language, counted};
use inlav_core::programme::SiteId;
use inlav_core::whole::WholeError;
use inlav_verify::VerifyError;

use crate::audit_log::AuditLogError;
use crate::sealed_tokens::OpenTokensError;

/// Tokens cannot be relinked. Never holds a pseudonym or a token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RelinkError {
    /// The extract is not what a registered PUA signed.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The audit log cannot be added to.
    #[error(transparent)]
    Log(#[from] AuditLogError),
    /// The extract is not one for this custodian.
    #[error("the extract in {} cannot be relinked: {why}", folder.display())]
    Extract {
        /// The folder of the extract.
        folder: PathBuf,
        /// Why not.
        why: Unfit,
    },
    /// There is no relink key of an epoch.
    #[error("there is no relink key of epoch {epoch}")]
    Epoch {
        /// The epoch.
        epoch: u32,
    },
    /// The sealed tokens do not open.
    #[error("cannot open {}: {fault}", path.display())]
    Sealed {
        /// The file.
        path: PathBuf,
        /// Why not.
        fault: OpenTokensError,
    },
    /// Two extracts of one PUA were given.
    #[error("two extracts of {site} were given; relink one at a time")]
    Twice {
        /// The PUA.
        site: SiteId,
    },
    /// The PUA asks for more documents than it can have.
    #[error("{site} asks for {asked} documents in one epoch, more than the limit of {most}")]
    TooMany {
        /// The PUA.
        site: SiteId,
        /// Over all its extracts.
        asked: u64,
        /// The limit.
        most: u64,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The ledger is not what was written.
    #[error("{} is damaged; take it from a backup", path.display())]
    Ledger {
        /// The ledger.
        path: PathBuf,
    },
    /// Another relinking is going on.
    #[error("another inlav relink is at work in {}; try again when it has ended", path.display())]
    Busy {
        /// The folder of the keys.
        path: PathBuf,
    },
    /// An output cannot be written.
    #[error(transparent)]
    Write(#[from] WholeError),
}

/// Why an extract is not one for this custodian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unfit {
    /// Of another programme.
    #[error("it belongs to another programme")]
    Programme,
    /// Its tokens are in the clear, or it has none.
    #[error("its tokens are not sealed: it was made with --one-layer, or without tokens")]
    NotSealed,
    /// Sealed to somebody else.
    #[error("its tokens are sealed to another custodian's key")]
    OtherCustodian,
    /// It would fill the disk.
    #[error("its file of sealed tokens is far too large for as many tokens as it says")]
    TooLarge,
    /// Something else than the manifest says was sealed.
    #[error("what is sealed is not the table of tokens that its manifest describes")]
    OtherTable,
    /// The engine refuses; its own message would quote values.
    #[error("its relinked tokens cannot be written as parquet")]
    NotWritten,
}

impl RelinkError {
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
            Self::Verify(error) => error.text(Language::It),
            Self::Log(error) => error.text(Language::It),
            Self::Extract { folder, why } => format!(
                "l'estratto in {} non può ricevere il secondo strato: {}",
                folder.display(),
                why.italian()
            ),
            Self::Epoch { epoch } => {
                format!("non c'è una chiave del secondo strato (relink) dell'epoca {epoch}")
            }
            Self::Sealed { path, fault } => {
                format!("impossibile aprire {}: {}", path.display(), fault.text(Language::It))
            }
            Self::Twice { site } => {
                format!("sono stati dati due estratti di {site}; lavorarne uno alla volta")
            }
            Self::TooMany { site, asked, most } => format!(
                "{site} chiede {} in un'epoca, più del limite di {most}",
                counted(*asked, "documento", "documenti")
            ),
            Self::Io { path, source } => {
                format!("impossibile leggere {}: {}", path.display(), Language::It.refusal(source))
            }
            Self::Ledger { path } => {
                format!("{} è danneggiato; riprenderlo da una copia di sicurezza", path.display())
            }
            Self::Busy { path } => {
                format!("un altro inlav relink è al lavoro in {}; riprovare quando ha finito", path.display())
            }
            Self::Write(error) => error.text(Language::It),
        }
    }
}

impl Unfit {
    const fn italian(self) -> &'static str {
        match self {
            Self::Programme => "è di un altro programma",
            Self::NotSealed => {
                "i suoi codici di collegamento (token) non sono sigillati: è stato fatto con --one-layer, o senza codici"
            }
            Self::OtherCustodian => {
                "i suoi codici di collegamento (token) sono sigillati alla chiave di un altro custode"
            }
            Self::TooLarge => {
                "il suo file di codici sigillati è troppo grande per il numero di codici che dichiara"
            }
            Self::OtherTable => "ciò che è sigillato non è la tabella di codici che il manifesto descrive",
            Self::NotWritten => "i nuovi codici non si possono scrivere in Parquet",
        }
    }
}
