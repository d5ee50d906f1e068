//! Why tokens cannot be relinked.

use std::io;
use std::path::PathBuf;

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
        why: &'static str,
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
