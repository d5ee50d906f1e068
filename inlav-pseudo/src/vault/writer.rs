//! Writing a vault.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use inlav_core::whole::{self, Access, Existing, WholeFile};
use zeroize::Zeroizing;

use super::error::VaultWriteError;
use super::header::{Header, MAGIC, VaultContext};
use super::identity::Identity;
use super::record::{LONGEST, Mark, RecordCipher, TAG};
use crate::keys::VaultSealKey;
use crate::pseudonym::Pseudonym;

/// A vault being written, person by person, in constant memory.
pub struct VaultWriter {
    sealer: Sealer<BufWriter<WholeFile>>,
}

impl VaultWriter {
    /// Begins a vault at `path`, readable for its owner only. Only another vault is ever replaced.
    ///
    /// # Errors
    /// [`VaultWriteError`].
    pub fn create(
        path: &Path,
        existing: Existing,
        key: &VaultSealKey,
        context: VaultContext,
    ) -> Result<Self, VaultWriteError> {
        if existing == Existing::Replace {
            whole::require_own(path, whole::Mark::BeginsWith(MAGIC))?;
        }
        let file = WholeFile::create(path, Access::Private, existing)?;
        Ok(Self { sealer: Sealer::begin(path, BufWriter::new(file), key, context)? })
    }

    /// Seals what identifies one person.
    ///
    /// # Guarantee
    /// Before: values in clear. After: in the file they tell without both keys only their
    /// length, in buckets of 64 bytes, and whose they are by pseudonym. Tests
    /// `a_vault_shows_no_value` and `every_flipped_bit_is_seen`.
    ///
    /// # Errors
    /// [`VaultWriteError`]; the vault cannot be finished then.
    pub fn seal(&mut self, pseudonym: &Pseudonym, identity: &Identity) -> Result<(), VaultWriteError> {
        self.sealer.person(pseudonym, identity)
    }

    /// Persons sealed so far.
    #[must_use]
    pub const fn persons(&self) -> u64 {
        self.sealer.next
    }

    /// Writes the last record, puts the vault in its place and tells how many persons it holds.
    ///
    /// # Errors
    /// [`VaultWriteError`]; the target is then as it was.
    pub fn finish(self) -> Result<u64, VaultWriteError> {
        let (buffered, persons, path) = self.sealer.finish()?;
        let file = buffered
            .into_inner()
            .map_err(|fault| VaultWriteError::Io { path, source: fault.into_error() })?;
        file.finish()?;
        Ok(persons)
    }
}

impl std::fmt::Debug for VaultWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VaultWriter({} persons, redacted)", self.sealer.next)
    }
}

/// The vault as bytes, wherever they go.
pub(super) struct Sealer<W> {
    out: W,
    path: PathBuf,
    cipher: RecordCipher,
    next: u64,
}

impl<W: Write> Sealer<W> {
    /// Writes the header. `path` is for messages.
    pub(super) fn begin(
        path: &Path,
        out: W,
        key: &VaultSealKey,
        context: VaultContext,
    ) -> Result<Self, VaultWriteError> {
        let (header, keys) = Header::draw(key, context)?;
        let cipher = RecordCipher::new(&keys, &header);
        let mut sealer = Self { out, path: path.to_owned(), cipher, next: 0 };
        sealer.write(&header.bytes())?;
        Ok(sealer)
    }

    pub(super) fn person(
        &mut self,
        pseudonym: &Pseudonym,
        identity: &Identity,
    ) -> Result<(), VaultWriteError> {
        self.record(Mark::Person, pseudonym.as_bytes(), identity.padded())?;
        self.next += 1;
        Ok(())
    }

    /// Writes the last record; gives back the output, the number of persons and the path.
    pub(super) fn finish(mut self) -> Result<(W, u64, PathBuf), VaultWriteError> {
        let count = Zeroizing::new(self.next.to_be_bytes().to_vec());
        self.record(Mark::Last, &[], count)?;
        Ok((self.out, self.next, self.path))
    }

    fn record(
        &mut self,
        mark: Mark,
        pseudonym: &[u8],
        mut text: Zeroizing<Vec<u8>>,
    ) -> Result<(), VaultWriteError> {
        let sealed_length = text.len() + TAG;
        let length = u32::try_from(sealed_length)
            .ok()
            .filter(|_| sealed_length <= LONGEST)
            .ok_or(VaultWriteError::TooLong { record: self.next + 1 })?;
        self.cipher.seal(self.next, mark, pseudonym, &mut text);
        self.write(&[mark.byte()])?;
        self.write(pseudonym)?;
        self.write(&length.to_be_bytes())?;
        self.write(&text)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), VaultWriteError> {
        self.out.write_all(bytes).map_err(|source| VaultWriteError::Io { path: self.path.clone(), source })
    }
}
