//! Sealing and opening one record, and what stands in the place of a forgotten one.

use chacha20poly1305::aead::Buffer;
use chacha20poly1305::{AeadInOut as _, KeyInit as _, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

use super::header::Header;
use crate::keys::{FileKeys, VaultSealKey};
use crate::pseudonym::Pseudonym;

/// Bytes of a Poly1305 tag.
pub(super) const TAG: usize = 16;
/// The longest ciphertext with its tag.
pub(super) const LONGEST: usize = 16 * 1024 * 1024;

/// What a record is: its first byte in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Person,
    Last,
    Forgotten,
}

/// A ciphertext that is not what was written.
#[derive(Debug)]
pub(super) struct NotAuthentic;

/// The cipher of one file. Each record number is used once.
pub(super) struct RecordCipher {
    cipher: XChaCha20Poly1305,
    nonce_prefix: [u8; 16],
}

/// Makes and checks the tombstones of one file.
pub(crate) struct Tombstones {
    prepared: Hmac<Sha256>,
}

impl Mark {
    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::Person => 1,
            Self::Last => 2,
            Self::Forgotten => 3,
        }
    }

    pub(super) const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Person),
            2 => Some(Self::Last),
            3 => Some(Self::Forgotten),
            _ => None,
        }
    }
}

impl RecordCipher {
    pub(super) fn new(keys: &FileKeys, header: &Header) -> Self {
        // The file's key leaves its type to set up the cipher, which wipes it on drop.
        let cipher = XChaCha20Poly1305::new(keys.record.expose().into());
        Self { cipher, nonce_prefix: header.nonce_prefix }
    }

    /// Seals `text` in place and gives its tag.
    pub(super) fn seal(
        &self,
        number: u64,
        mark: Mark,
        pseudonym: Option<&Pseudonym>,
        text: &mut [u8],
    ) -> [u8; TAG] {
        let (nonce, associated) = (self.nonce(number), associated(number, mark, pseudonym));
        let tag = self.cipher.encrypt_inout_detached(&nonce, &associated, text.into());
        tag.expect("a record is far below the cipher's limit of 256 GiB").into()
    }

    /// Opens `text` in place and removes the tag.
    pub(super) fn open(
        &self,
        number: u64,
        mark: Mark,
        pseudonym: Option<&Pseudonym>,
        text: &mut dyn Buffer,
    ) -> Result<(), NotAuthentic> {
        let (nonce, associated) = (self.nonce(number), associated(number, mark, pseudonym));
        self.cipher.decrypt_in_place(&nonce, &associated, text).map_err(|_| NotAuthentic)
    }

    fn nonce(&self, number: u64) -> XNonce {
        let mut nonce = [0; 24];
        let (prefix, counter) = nonce.split_at_mut(self.nonce_prefix.len());
        prefix.copy_from_slice(&self.nonce_prefix);
        counter.copy_from_slice(&number.to_be_bytes());
        nonce.into()
    }
}

/// The associated data of a record, each at a place of its own: its number, what it is, and whose, or
/// zeros in the last record.
fn associated(number: u64, mark: Mark, pseudonym: Option<&Pseudonym>) -> [u8; 25] {
    let mut data = [mark.byte(); 25];
    let (of_number, rest) = data.split_at_mut(size_of::<u64>());
    of_number.copy_from_slice(&number.to_be_bytes());
    let (whose, _mark) = rest.split_at_mut(Pseudonym::LENGTH);
    whose.copy_from_slice(pseudonym.map_or(&[0; Pseudonym::LENGTH], |pseudonym| pseudonym.as_bytes()));
    data
}

impl Tombstones {
    /// Bytes of a tombstone's MAC.
    pub(super) const MAC: usize = 32;

    pub(super) fn new(key: &VaultSealKey, header: &Header) -> Self {
        Self { prepared: key.tombstone().clone().chain_update(Sha256::digest(header.bytes())) }
    }

    /// What stands in the place of a record.
    pub(crate) fn mac(&self, number: u64, pseudonym: &Pseudonym) -> [u8; Self::MAC] {
        self.of(number, pseudonym).finalize().into_bytes().into()
    }

    /// Compares in constant time.
    pub(crate) fn vouches(&self, number: u64, pseudonym: &Pseudonym, mac: &[u8]) -> bool {
        self.of(number, pseudonym).verify_slice(mac).is_ok()
    }

    fn of(&self, number: u64, pseudonym: &Pseudonym) -> Hmac<Sha256> {
        // Three parts of fixed length.
        self.prepared.clone().chain_update(number.to_be_bytes()).chain_update(pseudonym.as_bytes())
    }
}
