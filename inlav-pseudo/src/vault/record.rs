//! Sealing and opening one record, and what stands in the place of a forgotten one.

use chacha20::{R20, hchacha};
use chacha20poly1305::aead::Buffer;
use chacha20poly1305::{AeadInOut as _, ChaCha20Poly1305, KeyInit as _, Nonce};
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroize as _;

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

/// The cipher of one file, XChaCha20-Poly1305. Each record number is used once.
///
/// Its nonces begin alike, and XChaCha20 is ChaCha20 under a key that HChaCha20 makes of its own key and
/// the first 16 bytes of the nonce (draft-irtf-cfrg-xchacha-03, section 2.3): it is made once for a file
/// instead of once for a record.
pub(super) struct RecordCipher {
    cipher: ChaCha20Poly1305,
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
    pub(super) fn new(keys: &FileKeys, nonce_prefix: [u8; 16]) -> Self {
        // The file's key leaves its type to set up the cipher, which wipes what it has on drop.
        let mut key = hchacha::<R20>(keys.record.expose().into(), &nonce_prefix.into());
        let cipher = ChaCha20Poly1305::new(&key);
        key.as_mut_slice().zeroize();
        Self { cipher }
    }

    /// Seals `text` in place and gives its tag.
    pub(super) fn seal(
        &self,
        number: u64,
        mark: Mark,
        pseudonym: Option<&Pseudonym>,
        text: &mut [u8],
    ) -> [u8; TAG] {
        let (nonce, associated) = (nonce(number), associated(number, mark, pseudonym));
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
        let (nonce, associated) = (nonce(number), associated(number, mark, pseudonym));
        self.cipher.decrypt_in_place(&nonce, &associated, text).map_err(|_| NotAuthentic)
    }
}

/// What is left of a record's nonce after the prefix, with the zeros that XChaCha20 puts before it.
fn nonce(number: u64) -> Nonce {
    let mut nonce = [0; 12];
    let (_zeros, counter) = nonce.split_at_mut(4);
    counter.copy_from_slice(&number.to_be_bytes());
    nonce.into()
}

/// The associated data of a record, each at a place of its own: its number, whose it is (zeros in the
/// last one), what it is.
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

#[cfg(test)]
mod tests {
    use chacha20poly1305::{XChaCha20Poly1305, aead::Aead as _, aead::Payload};

    use super::*;
    use crate::keys::Secret;

    /// With nonce and associated data put together by hand, as the module `vault` tells them.
    #[test]
    fn a_record_is_one_of_xchacha20_poly1305() {
        let record = Secret::fill(|bytes| {
            *bytes = [7; 32];
            Ok::<(), ()>(())
        })
        .unwrap();
        let ours = RecordCipher::new(&FileKeys { record, commitment: [0; 16] }, [9; 16]);
        let theirs = XChaCha20Poly1305::new(&[7; 32].into());
        for (number, mark, pseudonym, byte) in
            [(0x0102, Mark::Person, Some(Pseudonym::from([5; 16])), 1), (3, Mark::Last, None, 2)]
        {
            let mut sealed = *b"what identifies one person";
            let tag = ours.seal(number, mark, pseudonym.as_ref(), &mut sealed);
            let number = number.to_be_bytes();
            let nonce: [u8; 24] = [&[9; 16][..], &number].concat().try_into().unwrap();
            let whose = pseudonym.map_or([0; 16], |pseudonym| *pseudonym.as_bytes());
            let (msg, aad) = ([&sealed[..], &tag].concat(), [&number[..], &whose, &[byte]].concat());
            let opened = theirs.decrypt(&nonce.into(), Payload { msg: &msg, aad: &aad }).unwrap();
            assert_eq!(opened, b"what identifies one person");
        }
    }
}
