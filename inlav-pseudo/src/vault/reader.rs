//! Reading a vault.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::error::VaultReadError;
use super::header::{Header, HeaderFault, VaultContext, array};
use super::identity::Identity;
use super::record::{LONGEST, Mark, RecordCipher, TAG};
use crate::keys::VaultKey;
use crate::pseudonym::Pseudonym;

/// A vault being read: an iterator of persons, by pseudonym.
///
/// # Guarantee
/// A person that it yields is one that was sealed at this place of this vault. Only when it has
/// ended without an error is it known that none is missing. Tests `every_flipped_bit_is_seen`,
/// `a_cut_is_seen_wherever_it_is`, `records_out_of_place_are_refused`.
pub struct VaultReader<R = BufReader<File>> {
    source: R,
    path: PathBuf,
    context: VaultContext,
    cipher: RecordCipher,
    next: u64,
    ended: bool,
}

impl VaultReader {
    /// Opens a vault with its PUA's vault key.
    ///
    /// # Errors
    /// [`VaultReadError`], naming the file and what does not fit.
    pub fn open(path: &Path, key: &VaultKey) -> Result<Self, VaultReadError> {
        let file = File::open(path).map_err(|source| VaultReadError::Io { path: path.to_owned(), source })?;
        Self::begin(path, BufReader::new(file), key)
    }
}

impl<R: Read> VaultReader<R> {
    /// Reads the header. `path` is for messages.
    pub(super) fn begin(path: &Path, mut source: R, key: &VaultKey) -> Result<Self, VaultReadError> {
        let path = path.to_owned();
        let header = match Header::read(&mut source) {
            Ok(header) => header,
            Err(HeaderFault::Io(source)) => return Err(VaultReadError::Io { path, source }),
            Err(HeaderFault::NotAVault) => return Err(VaultReadError::NotAVault { path }),
            Err(HeaderFault::Version(version)) => return Err(VaultReadError::Version { path, version }),
        };
        let expected = key.commitment(header.context.epoch, &header.salt);
        let committed = bool::from(header.commitment.ct_eq(&expected));
        // With a commitment that fits, whatever else does not fit was changed in the header.
        if header.key_id != key.id() {
            let found = header.key_id;
            return Err(if committed {
                VaultReadError::Header { path }
            } else if header.project != *key.project().as_bytes() {
                VaultReadError::Project { path }
            } else if header.site != key.site().as_str().as_bytes() {
                VaultReadError::Site { path, expected: key.site().clone() }
            } else {
                VaultReadError::Key { path, expected: key.id(), found }
            });
        }
        if !committed {
            return Err(VaultReadError::Header { path });
        }
        let cipher = RecordCipher::new(key, &header);
        Ok(Self { source, path, context: header.context, cipher, next: 0, ended: false })
    }

    /// The extract that the vault says it belongs to; authentic once a record has been read.
    #[must_use]
    pub const fn context(&self) -> VaultContext {
        self.context
    }

    fn record(&mut self) -> Result<Option<(Pseudonym, Identity)>, VaultReadError> {
        let [mark] = self.array()?;
        let mark = Mark::from_byte(mark).ok_or_else(|| self.not_authentic())?;
        match mark {
            Mark::Person => {
                let pseudonym = self.array()?;
                let text = self.text(mark, &pseudonym)?;
                let identity = Identity::from_padded(&text).ok_or_else(|| self.not_authentic())?;
                self.next += 1;
                Ok(Some((Pseudonym::from(pseudonym), identity)))
            }
            Mark::Last => {
                let text = self.text(mark, &[])?;
                if *text != self.next.to_be_bytes() {
                    return Err(self.not_authentic());
                }
                match self.source.read(&mut [0]) {
                    Ok(0) => Ok(None),
                    Ok(_) => Err(VaultReadError::Trailing { path: self.path.clone() }),
                    Err(source) => Err(VaultReadError::Io { path: self.path.clone(), source }),
                }
            }
        }
    }

    /// Reads a ciphertext and opens it.
    fn text(&mut self, mark: Mark, pseudonym: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultReadError> {
        let length = usize::try_from(u32::from_be_bytes(self.array()?)).unwrap_or(usize::MAX);
        if !(TAG..=LONGEST).contains(&length) {
            return Err(self.not_authentic());
        }
        let mut text = Zeroizing::new(vec![0; length]);
        self.source.read_exact(&mut text).map_err(|fault| self.cut_short(fault))?;
        let opened = self.cipher.open(self.next, mark, pseudonym, &mut *text);
        opened.map_err(|_| self.not_authentic()).map(|()| text)
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

    fn not_authentic(&self) -> VaultReadError {
        VaultReadError::Record { path: self.path.clone(), record: self.next + 1 }
    }
}

impl<R: Read> Iterator for VaultReader<R> {
    type Item = Result<(Pseudonym, Identity), VaultReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let record = self.record().transpose();
        self.ended = !matches!(record, Some(Ok(_)));
        record
    }
}

impl<R> std::fmt::Debug for VaultReader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VaultReader({}, {} persons read, redacted)", self.path.display(), self.next)
    }
}
