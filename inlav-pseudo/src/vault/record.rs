//! Sealing and opening one record.

use chacha20poly1305::aead::Buffer;
use chacha20poly1305::{AeadInOut as _, KeyInit as _, XChaCha20Poly1305, XNonce};

use super::header::{Header, MAGIC, VERSION};
use crate::keys::VaultKey;
use crate::keys::framing::push_prefixed;

/// Bytes of a Poly1305 tag.
pub(super) const TAG: usize = 16;
/// The longest ciphertext with its tag.
pub(super) const LONGEST: usize = 16 * 1024 * 1024;

/// What a record is: its first byte in the file, and the last part of its associated data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Person,
    Last,
}

/// A ciphertext that is not what was written.
#[derive(Debug)]
pub(super) struct NotAuthentic;

/// The cipher of one file. Each record number is used once.
pub(super) struct RecordCipher {
    cipher: XChaCha20Poly1305,
    nonce_prefix: [u8; 16],
    before: Vec<u8>,
    after: Vec<u8>,
    associated: Vec<u8>,
}

impl Mark {
    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::Person => 1,
            Self::Last => 2,
        }
    }

    pub(super) const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Person),
            2 => Some(Self::Last),
            _ => None,
        }
    }

    const fn text(self) -> &'static [u8] {
        match self {
            Self::Person => b"person",
            Self::Last => b"last",
        }
    }
}

impl RecordCipher {
    pub(super) fn new(key: &VaultKey, header: &Header) -> Self {
        let context = &header.context;
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for part in [
            MAGIC.as_slice(),
            &[VERSION],
            &header.project,
            &header.site,
            &context.epoch.to_be_bytes(),
            header.key_id.as_bytes(),
            &header.file,
        ] {
            push_prefixed(&mut before, part);
        }
        push_prefixed(&mut after, &context.schema.0);
        push_prefixed(&mut after, &context.policy.0);
        // The file's key leaves its type to set up the cipher, which wipes it on drop.
        let cipher = XChaCha20Poly1305::new(key.record_key(context.epoch, &header.salt).expose().into());
        Self { cipher, nonce_prefix: header.nonce_prefix, before, after, associated: Vec::new() }
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
        self.associated.extend_from_slice(&self.before);
        push_prefixed(&mut self.associated, &number.to_be_bytes());
        push_prefixed(&mut self.associated, pseudonym);
        self.associated.extend_from_slice(&self.after);
        push_prefixed(&mut self.associated, mark.text());
        let mut nonce = XNonce::default();
        let number = number.to_be_bytes();
        for (slot, byte) in nonce.iter_mut().zip(self.nonce_prefix.iter().chain(&number)) {
            *slot = *byte;
        }
        nonce
    }
}
