//! The records of a vault as they stand in the file, unopened.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use inlav_core::programme::SiteId;

use super::error::VaultReadError;
use super::header::{Header, HeaderFault, array};
use super::record::{LONGEST, Mark, TAG, Tombstones};
use crate::keys::VaultSealKey;
use crate::pseudonym::Pseudonym;

/// The records of a vault, in order. Nothing vouches for them yet.
pub(crate) struct Records<R> {
    source: R,
    path: PathBuf,
    header: Header,
    next: u64,
    ended: bool,
}

/// A record as it stands in the file.
pub(crate) struct Record {
    /// From 0.
    pub(crate) number: u64,
    pub(crate) mark: Mark,
    /// Whose it is; `None` in the last record.
    pub(crate) pseudonym: Option<Pseudonym>,
    /// Ciphertext with its tag, or the MAC of a tombstone.
    pub(crate) sealed: Vec<u8>,
}

/// The PUA that a vault says it belongs to, so that its keys can be opened. Nothing vouches for it
/// until the vault is opened with them.
///
/// # Errors
/// [`VaultReadError`].
pub fn vault_site(path: &Path) -> Result<SiteId, VaultReadError> {
    let not_a_vault = || VaultReadError::NotAVault { path: path.to_owned() };
    let records = Records::open(path)?;
    let text = std::str::from_utf8(&records.header.site).map_err(|_| not_a_vault())?;
    text.parse().map_err(|_| not_a_vault())
}

impl Records<BufReader<File>> {
    pub(crate) fn open(path: &Path) -> Result<Self, VaultReadError> {
        let file = File::open(path).map_err(|source| VaultReadError::Io { path: path.to_owned(), source })?;
        Self::begin(path, BufReader::new(file))
    }
}

impl<R: Read> Records<R> {
    /// Reads the header. `path` is for messages.
    pub(crate) fn begin(path: &Path, mut source: R) -> Result<Self, VaultReadError> {
        let path = path.to_owned();
        match Header::read(&mut source) {
            Ok(header) => Ok(Self { source, path, header, next: 0, ended: false }),
            Err(HeaderFault::Io(source)) => Err(VaultReadError::Io { path, source }),
            Err(HeaderFault::NotAVault) => Err(VaultReadError::NotAVault { path }),
            Err(HeaderFault::Version(version)) => Err(VaultReadError::Version { path, version }),
            Err(HeaderFault::Damaged) => Err(VaultReadError::Header { path }),
        }
    }

    pub(super) const fn header(&self) -> &Header {
        &self.header
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The header's bytes.
    pub(crate) fn header_bytes(&self) -> Vec<u8> {
        self.header.bytes()
    }

    pub(crate) fn tombstones(&self, key: &VaultSealKey) -> Tombstones {
        Tombstones::new(key, &self.header)
    }

    /// Checks that a vault names this key and its PUA.
    pub(crate) fn expect(&self, key: &VaultSealKey) -> Result<(), VaultReadError> {
        let (path, header) = (self.path.clone(), &self.header);
        if header.project != *key.project().as_bytes() {
            Err(VaultReadError::Project { path })
        } else if header.site != key.site().as_str().as_bytes() {
            Err(VaultReadError::Site { path, expected: key.site().clone() })
        } else if header.site_key != key.site_key() {
            Err(VaultReadError::SiteKey { path, expected: key.site_key(), found: header.site_key })
        } else {
            Ok(())
        }
    }

    /// The next record; `None` after the last one.
    pub(crate) fn next(&mut self) -> Result<Option<Record>, VaultReadError> {
        if self.ended {
            return match self.source.read(&mut [0]) {
                Ok(0) => Ok(None),
                Ok(_) => Err(VaultReadError::Trailing { path: self.path.clone() }),
                Err(source) => Err(VaultReadError::Io { path: self.path.clone(), source }),
            };
        }
        let number = self.next;
        let [mark] = self.array()?;
        let mark = Mark::from_byte(mark).ok_or_else(|| self.not_authentic(number))?;
        let pseudonym = if mark == Mark::Last { None } else { Some(Pseudonym::from(self.array::<16>()?)) };
        let length = usize::try_from(u32::from_be_bytes(self.array()?)).unwrap_or(usize::MAX);
        let allowed = match mark {
            Mark::Person => TAG..=LONGEST,
            Mark::Last => TAG + 8..=TAG + 8,
            Mark::Forgotten => Tombstones::MAC..=Tombstones::MAC,
        };
        if !allowed.contains(&length) {
            return Err(self.not_authentic(number));
        }
        let mut sealed = vec![0; length];
        self.source.read_exact(&mut sealed).map_err(|fault| self.cut_short(fault))?;
        self.next += 1;
        self.ended = mark == Mark::Last;
        Ok(Some(Record { number, mark, pseudonym, sealed }))
    }

    /// A record that is not what was written there; `number` from 0.
    pub(crate) fn not_authentic(&self, number: u64) -> VaultReadError {
        VaultReadError::Record { path: self.path.clone(), record: number + 1 }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], VaultReadError> {
        array(&mut self.source).map_err(|fault| self.cut_short(fault))
    }

    fn cut_short(&self, source: io::Error) -> VaultReadError {
        let path = self.path.clone();
        if source.kind() == io::ErrorKind::UnexpectedEof {
            VaultReadError::CutShort { path, record: self.next + 1 }
        } else {
            VaultReadError::Io { path, source }
        }
    }
}

impl Record {
    /// Puts a tombstone in its place.
    pub(crate) fn forget(&mut self, tombstones: &Tombstones) {
        if let Some(pseudonym) = &self.pseudonym {
            self.mark = Mark::Forgotten;
            self.sealed = tombstones.mac(self.number, pseudonym).to_vec();
        }
    }

    /// The record's bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let length = u32::try_from(self.sealed.len()).expect("a record is at most 16 MiB long");
        let pseudonym = self.pseudonym.as_ref().map_or(&[][..], |pseudonym| pseudonym.as_bytes());
        [&[self.mark.byte()], pseudonym, &length.to_be_bytes(), &self.sealed].concat()
    }
}
