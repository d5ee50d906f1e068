//! Why a key cannot be made or opened.

use std::io;
use std::path::PathBuf;

use inlav_core::programme::SiteId;
use inlav_core::whole::WholeError;

use super::cost::KdfCost;
use super::label::KeyRole;
use super::passphrase::Passphrase;

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
    /// A key of another PUA.
    #[error("{} holds a key of {found}, not of {expected}", path.display())]
    Site {
        /// The key file.
        path: PathBuf,
        /// Whose was asked for.
        expected: SiteId,
        /// Whose it is.
        found: SiteId,
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
