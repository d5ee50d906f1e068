//! Why an extract cannot be written.

use std::io;
use std::path::PathBuf;

use inlav_core::language::Language;
use inlav_core::policy::PolicyError;
use inlav_core::whole::WholeError;

use crate::audit_log::AuditLogError;
use crate::leftover::Leftover;
use crate::pseudonymise::PseudonymiseError;
use crate::sealed_tokens::SealTokensError;
use crate::vault::VaultWriteError;

/// An extract cannot be written. Never holds a value or a pseudonym.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExtractError {
    /// The policy cannot be used.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// Rows cannot be pseudonymised.
    #[error(transparent)]
    Pseudonymise(#[from] PseudonymiseError),
    /// The tokens cannot be sealed to the custodian.
    #[error(transparent)]
    Seal(#[from] SealTokensError),
    /// The vault cannot be written.
    #[error(transparent)]
    Vault(#[from] VaultWriteError),
    /// A file or directory cannot be written, for example because the disk is full.
    #[error(transparent)]
    Write(#[from] WholeError),
    /// The audit log cannot be added to.
    #[error(transparent)]
    Log(#[from] AuditLogError),
    /// A path cannot be looked up.
    #[error("cannot look up {}: {source}", path.display())]
    Path {
        /// The path.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The vault would leave the PUA with the extract.
    #[error("the vault {} would lie in the extract; choose a place outside of it", path.display())]
    VaultInside {
        /// The vault.
        path: PathBuf,
    },
    /// There is no linkage key.
    #[error("an extract needs the linkage key of the current epoch")]
    NoLinkageKey,
    /// Not a table of the registry.
    #[error("table {table} is not in the registry")]
    UnknownTable {
        /// The table.
        table: &'static str,
    },
    /// A table was given before.
    #[error("table {table} was given twice")]
    Twice {
        /// The table.
        table: &'static str,
    },
    /// Two rows have the same key.
    #[error("two rows of {table} have the same {column} (row {row} and an earlier one)")]
    RepeatedKey {
        /// The table.
        table: &'static str,
        /// The key's column.
        column: &'static str,
        /// The later row in the export, from 1 with the headings.
        row: u64,
    },
    /// Something is in the extract that must not be; nothing of the extract is kept.
    #[error(
        "{table}.{column} holds {what} (row {row} of the extract, row {export_row} of the export); nothing was written. Mend the cell or the mapping; if it is a code, it has to be in the column's list"
    )]
    Leftover {
        /// The table.
        table: &'static str,
        /// Column of the extract.
        column: String,
        /// The row in the extract's file, from 1.
        row: u64,
        /// The row in the export, from 1 with the headings.
        export_row: u64,
        /// What it is.
        what: Leftover,
    },
    /// A file cannot be looked through before it leaves.
    #[error("the file of {table} cannot be read back to look for what must not be in it")]
    Gate {
        /// The table.
        table: &'static str,
    },
    /// Rows cannot be put together and sorted; the engine's own message would quote values.
    #[error("the rows of {table} cannot be put together")]
    Assemble {
        /// The table.
        table: &'static str,
    },
    /// Rows cannot be written as Parquet; the engine's own message would quote values.
    #[error("the rows of {table} cannot be written as parquet")]
    Encode {
        /// The table.
        table: &'static str,
    },
}

/// A table cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum TableError<E> {
    /// The rows could not be read.
    #[error(transparent)]
    Rows(E),
    /// The extract could not be written.
    #[error(transparent)]
    Extract(#[from] ExtractError),
}

impl ExtractError {
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
        let language = Language::It;
        match self {
            Self::Policy(error) => error.text(language),
            Self::Pseudonymise(error) => error.text(language),
            Self::Seal(error) => error.text(language),
            Self::Vault(error) => error.text(language),
            Self::Write(error) => error.text(language),
            Self::Log(error) => error.text(language),
            Self::Path { path, source } => {
                format!("impossibile trovare {}: {}", path.display(), language.refusal(source))
            }
            Self::VaultInside { path } => format!(
                "la cassaforte {} starebbe dentro l'estratto; scegliere un posto fuori da lì",
                path.display()
            ),
            Self::NoLinkageKey => {
                "per un estratto serve la chiave di collegamento (linkage) dell'epoca in corso".to_owned()
            }
            Self::UnknownTable { table } => format!("la tabella {table} non è tra quelle conosciute"),
            Self::Twice { table } => format!("la tabella {table} è stata data due volte"),
            Self::RepeatedKey { table, column, row } => format!(
                "due righe di {table} hanno lo stesso valore in {column} (la riga {row} e una precedente)"
            ),
            Self::Leftover { table, column, row, export_row, what } => format!(
                "{table}.{column} contiene {} (riga {row} dell'estratto, riga {export_row} dell'esportazione); non è stato scritto niente. Correggere la cella o il file di mappatura; se è un codice, deve stare nell'elenco della colonna",
                what.text(language)
            ),
            Self::Gate { table } => {
                format!("non si riesce a rileggere il file di {table} per cercarvi ciò che non deve esserci")
            }
            Self::Assemble { table } => format!("non si riesce a mettere insieme le righe di {table}"),
            Self::Encode { table } => format!("non si riesce a scrivere le righe di {table} in Parquet"),
        }
    }
}
