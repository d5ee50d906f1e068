//! Writing a vault.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use inlav_core::whole::{self, Access, Existing, WholeFile};
use zeroize::{Zeroize as _, Zeroizing};

use super::columns::Columns;
use super::error::VaultWriteError;
use super::header::{Header, MAGIC, VaultContext};
use super::identity::Identity;
use super::record::{LONGEST, Mark, RecordCipher, TAG};
use crate::keys::VaultSealKey;
use crate::pseudonym::Pseudonym;

/// What stands before a person's ciphertext: mark, pseudonym and length.
const HEAD: usize = 1 + Pseudonym::LENGTH + size_of::<u32>();

/// Bytes of whole records that are handed to the operating system at once.
const AT_ONCE: usize = 256 * 1024;

/// A vault being written, person by person, in constant memory.
pub struct VaultWriter {
    sealer: Sealer<BufWriter<WholeFile>>,
}

impl VaultWriter {
    /// Begins a vault at `path` for values of these columns, readable for its owner only. Only another
    /// vault is ever replaced.
    ///
    /// # Errors
    /// [`VaultWriteError`].
    pub fn create(
        path: &Path,
        existing: Existing,
        key: &VaultSealKey,
        context: VaultContext,
        columns: &[&'static str],
    ) -> Result<Self, VaultWriteError> {
        if existing == Existing::Replace {
            whole::require_own(path, whole::Mark::BeginsWith(MAGIC))?;
        }
        let file = WholeFile::create(path, Access::Private, existing)?;
        let buffered = BufWriter::with_capacity(AT_ONCE, file);
        Ok(Self { sealer: Sealer::begin(path, buffered, key, context, columns)? })
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
        self.sealer.persons()
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
    columns: Columns,
    cipher: RecordCipher,
    /// The record being made, then the last one that was. It is sealed where it stands, so it holds
    /// plaintext only meanwhile; what stands in it when it is dropped is wiped all the same.
    record: Zeroizing<Vec<u8>>,
    next: u64,
}

impl<W: Write> Sealer<W> {
    /// Writes the header. `path` is for messages.
    pub(super) fn begin(
        path: &Path,
        out: W,
        key: &VaultSealKey,
        context: VaultContext,
        columns: &[&'static str],
    ) -> Result<Self, VaultWriteError> {
        let columns = Columns::of(columns).ok_or(VaultWriteError::Columns)?;
        let (header, keys) = Header::draw(key, context, columns.clone())?;
        let cipher = RecordCipher::new(&keys, header.nonce_prefix);
        let record = Zeroizing::default();
        let mut sealer = Self { out, path: path.to_owned(), columns, cipher, record, next: 0 };
        sealer.out.write_all(&header.bytes()).map_err(|fault| sealer.refused(fault))?;
        Ok(sealer)
    }

    pub(super) fn person(
        &mut self,
        pseudonym: &Pseudonym,
        identity: &Identity,
    ) -> Result<(), VaultWriteError> {
        let head = self.begin_record(Mark::Person, Some(pseudonym), identity.padded_length())?;
        if let Err(column) = identity.append_padded(&self.columns, &mut self.record) {
            self.record.zeroize();
            return Err(VaultWriteError::OtherColumn { column: column.to_owned(), record: self.next + 1 });
        }
        let written = self.end_record(head, Mark::Person, Some(pseudonym));
        // Written or not, its number is used up: no nonce seals two texts.
        self.next += 1;
        written
    }

    /// Persons sealed so far.
    pub(super) const fn persons(&self) -> u64 {
        self.next
    }

    /// Writes the last record; gives back the output, the number of persons and the path.
    pub(super) fn finish(mut self) -> Result<(W, u64, PathBuf), VaultWriteError> {
        let count = self.next.to_be_bytes();
        let head = self.begin_record(Mark::Last, None, count.len())?;
        self.record.extend_from_slice(&count);
        self.end_record(head, Mark::Last, None)?;
        Ok((self.out, self.next, self.path))
    }

    /// Begins a record whose plaintext, `length` bytes, is to be appended then; tells where.
    fn begin_record(
        &mut self,
        mark: Mark,
        pseudonym: Option<&Pseudonym>,
        length: usize,
    ) -> Result<usize, VaultWriteError> {
        let sealed = length.saturating_add(TAG);
        let field = u32::try_from(sealed).ok().filter(|_| sealed <= LONGEST);
        let field = field.ok_or(VaultWriteError::TooLong { record: self.next + 1 })?;
        self.record.clear();
        // With its full size from the start it never grows, and growing would leave plaintext behind.
        self.record.reserve(HEAD + sealed);
        self.record.push(mark.byte());
        self.record.extend_from_slice(pseudonym.map_or(&[], |pseudonym| pseudonym.as_bytes()));
        self.record.extend_from_slice(&field.to_be_bytes());
        Ok(self.record.len())
    }

    /// Seals what follows the first `head` bytes of the record and writes all of it.
    fn end_record(
        &mut self,
        head: usize,
        mark: Mark,
        pseudonym: Option<&Pseudonym>,
    ) -> Result<(), VaultWriteError> {
        let (_head, text) = self.record.split_at_mut(head);
        let tag = self.cipher.seal(self.next, mark, pseudonym, text);
        self.record.extend_from_slice(&tag);
        self.out.write_all(&self.record).map_err(|fault| self.refused(fault))
    }

    fn refused(&self, source: io::Error) -> VaultWriteError {
        VaultWriteError::Io { path: self.path.clone(), source }
    }
}
