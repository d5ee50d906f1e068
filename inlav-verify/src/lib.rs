//! Who signed what travels: extracts by the PUA, relinked tokens by the custodian.
//!
//! The hub and the custodian both have to know before they use anything, so this stands in a crate
//! of its own. It knows public keys only: there is nothing in it that could hold a secret.
//!
//! | type | idea |
//! |---|---|
//! | [`TrustedKeys`] | the public keys that somebody has registered |
//! | [`SignedManifest`] | the manifest of an extract, by the PUA that it names |
//! | [`SignedRelink`] | the manifest of relinked tokens, by the custodian |
//! | [`CustodianKey`] | the custodian's public keys, to seal tokens to |
//! | [`TokenRow`] | the table of tokens, read strictly |

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use inlav_core::exchange::{Digest, ManifestTable};
use sha2::{Digest as _, Sha256};

mod error;
mod signed;
mod tokens;
mod trusted;

pub use error::{Document, Expected, Novelty, VerifyError};
pub use signed::{SignedDocument, SignedManifest, SignedRelink};
pub use tokens::{TokenRow, read_described_tokens, read_tokens, verify_tokens};
pub use trusted::{CustodianKey, TrustedKeys};

/// No honest manifest, signature or public key is larger.
const LARGEST_TEXT: u64 = 1 << 20;

/// Compares a file with what a manifest says of it, byte for byte.
///
/// # Errors
/// [`VerifyError::Io`] and [`VerifyError::Content`], naming the file.
pub fn compare_file(folder: &Path, described: &ManifestTable) -> Result<PathBuf, VerifyError> {
    let path = folder.join(&described.file);
    let hashed = hash_file(&path).map_err(|source| VerifyError::Io { path: path.clone(), source })?;
    if hashed == (described.bytes, described.sha256) { Ok(path) } else { Err(VerifyError::Content { path }) }
}

/// Size and SHA-256 of a file.
///
/// # Errors
/// What the operating system says.
pub fn hash_file(path: &Path) -> std::io::Result<(u64, Digest)> {
    let mut hash = Sha256::new();
    let bytes = std::io::copy(&mut File::open(path)?, &mut HashWriter(&mut hash))?;
    Ok((bytes, Digest(hash.finalize().into())))
}

/// The files and folders in a folder, in the order of their names.
///
/// # Errors
/// [`VerifyError::Io`].
pub fn files_in(folder: &Path) -> Result<Vec<PathBuf>, VerifyError> {
    let io = |source| VerifyError::Io { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)? {
        files.push(entry.map_err(io)?.path());
    }
    files.sort();
    Ok(files)
}

/// Lets `std::io::copy` feed a hash.
struct HashWriter<'a>(&'a mut Sha256);

impl std::io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn read_text(path: &Path) -> Result<Vec<u8>, VerifyError> {
    let io = |source| VerifyError::Io { path: path.to_owned(), source };
    let mut content = Vec::new();
    File::open(path).map_err(io)?.take(LARGEST_TEXT).read_to_end(&mut content).map_err(io)?;
    Ok(content)
}

#[cfg(test)]
mod tests;
