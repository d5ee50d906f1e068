//! Why an extract cannot be written.

use std::io;
use std::path::PathBuf;

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
