//! Sealing and opening one record, and what stands in the place of a forgotten one.

use chacha20poly1305::aead::Buffer;
use chacha20poly1305::{AeadInOut as _, KeyInit as _, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

use super::header::Header;
use crate::keys::framing::push_prefixed;
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
    associated: Vec<u8>,
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

    const fn text(self) -> &'static [u8] {
        match self {
            Self::Person => b"person",
            Self::Last => b"last",
            Self::Forgotten => b"forgotten",
        }
    }
}

impl RecordCipher {
    pub(super) fn new(keys: &FileKeys, header: &Header) -> Self {
        // The file's key leaves its type to set up the cipher, which wipes it on drop.
        let cipher = XChaCha20Poly1305::new(keys.record.expose().into());
        Self { cipher, nonce_prefix: header.nonce_prefix, associated: Vec::new() }
    }

    /// Seals `text` in place and appends the tag.
    pub(super) fn seal(&mut self, number: u64, mark: Mark, pseudonym: &[u8], text: &mut Vec<u8>) {
        let nonce = self.prepare(number, mark, pseudonym);
        self.cipher
            .encrypt_in_place(&nonce, &self.associated, text)
            .expect("a record is far below the cipher's limit of 256 GiB");
    }

    /// Opens `text` in place and removes the tag.
    pub(super) fn open(
        &mut self,
        number: u64,
        mark: Mark,
        pseudonym: &[u8],
        text: &mut dyn Buffer,
    ) -> Result<(), NotAuthentic> {
        let nonce = self.prepare(number, mark, pseudonym);
        self.cipher.decrypt_in_place(&nonce, &self.associated, text).map_err(|_| NotAuthentic)
    }

    /// The nonce of a record; its associated data are left in `self.associated`.
    fn prepare(&mut self, number: u64, mark: Mark, pseudonym: &[u8]) -> XNonce {
        self.associated.clear();
        push_prefixed(&mut self.associated, &number.to_be_bytes());
        push_prefixed(&mut self.associated, pseudonym);
        push_prefixed(&mut self.associated, mark.text());
        let mut nonce = XNonce::default();
        let number = number.to_be_bytes();
        for (slot, byte) in nonce.iter_mut().zip(self.nonce_prefix.iter().chain(&number)) {
            *slot = *byte;
        }
        nonce
    }
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
