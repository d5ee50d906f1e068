//! Pseudonyms and linkage tokens: 16 bytes in the place of an identifier.
//!
//! Formula: `HMAC-SHA-256(key, message)` truncated to 16 bytes (RFC 2104 section 5), where
//! `message = 0x01 ‖ kind u8 ‖ normaliser version u8 ‖ length u16be ‖ normal form`. The first
//! byte is the version of the message, which leaves room for another algorithm.
//!
//! Why a key: for a known name there are about 1.6e7 codici fiscali of persons born abroad. One
//! core hashes them all in a second, with or without a salt that is known.

use inlav_core::identifiers::{IdType, Identifier, NORMALISER_VERSION};
use sha2::block_api::compress256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::keys::Secret;

/// Version of the MAC message.
const MESSAGE_VERSION: u8 = 1;
/// Bytes of a message before the normal form.
const HEAD: usize = 5;
/// Messages that are hashed at once.
const AT_ONCE: usize = 8;
/// Bytes of a block of SHA-256.
const BLOCK: usize = 64;
/// What stands behind a message (FIPS 180-4, section 5.1.1).
const END: u8 = 0x80;
/// The state of SHA-256 before the first block (FIPS 180-4, section 5.3.3).
const START: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// A pseudonym or linkage token. Debug is redacted: it still singles a person out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pseudonym([u8; Self::LENGTH]);

/// A key of pseudonyms or tokens of one kind of identifier, prepared so that each one costs two
/// blocks of SHA-256. Debug is redacted, memory is wiped on drop.
#[derive(Clone)]
pub struct PseudonymKey {
    kind: IdType,
    mac: Mac,
}

/// HMAC-SHA-256 under one key (RFC 2104): the states of SHA-256 behind the key's two blocks.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
struct Mac {
    inner: [u32; 8],
    outer: [u32; 8],
}

/// What a MAC is made of: the bytes before the normal form, and the normal form.
type Message<'a> = ([u8; HEAD], &'a [u8]);

/// An identifier cannot become a pseudonym.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PseudonymError {
    /// Longer than 65,535 bytes.
    #[error("the identifier is longer than 65,535 bytes")]
    TooLong,
    /// The key is for another kind of identifier.
    #[error("the identifier is not of the kind of this key")]
    Kind,
}

impl PseudonymKey {
    pub(crate) fn new(key: &Secret, kind: IdType) -> Self {
        // The derived key leaves its type to prepare the MAC.
        Self { kind, mac: Mac::new(key.expose()) }
    }

    /// The kind of identifier.
    #[must_use]
    pub const fn kind(&self) -> IdType {
        self.kind
    }

    /// The pseudonym of an identifier.
    ///
    /// # Guarantee
    /// Before: an identifier in normal form. After: 16 bytes that without the key tell nothing
    /// about it, not even to somebody who tries every possible identifier; equal identifiers
    /// give equal pseudonyms. Tests of this module.
    ///
    /// # Errors
    /// [`PseudonymError`].
    pub fn pseudonym(&self, identifier: &Identifier) -> Result<Pseudonym, PseudonymError> {
        Ok(Pseudonym(self.mac.of(self.message(identifier)?)))
    }

    /// The pseudonyms of identifiers, in order; many at once cost less than [one](Self::pseudonym)
    /// after the other.
    ///
    /// # Guarantee
    /// As of [`Self::pseudonym`]. Test `many_pseudonyms_are_those_of_each`.
    ///
    /// # Errors
    /// [`PseudonymError`] of the first identifier that has one.
    pub fn pseudonyms<'i>(
        &self,
        identifiers: impl IntoIterator<Item = &'i Identifier>,
    ) -> Result<Vec<Pseudonym>, PseudonymError> {
        let mut identifiers = identifiers.into_iter();
        let mut made = Vec::with_capacity(identifiers.size_hint().0);
        let mut messages: [Message<'_>; AT_ONCE] = [([0; HEAD], &[]); AT_ONCE];
        loop {
            let mut some = 0;
            for (message, identifier) in messages.iter_mut().zip(&mut identifiers) {
                *message = self.message(identifier)?;
                some += 1;
            }
            if some == 0 {
                return Ok(made);
            }
            self.mac.of_some(messages.get(..some).unwrap_or(&messages), &mut made);
        }
    }

    fn message<'i>(&self, identifier: &'i Identifier) -> Result<Message<'i>, PseudonymError> {
        if identifier.id_type() != self.kind {
            return Err(PseudonymError::Kind);
        }
        // The normal form leaves its type to be hashed under the key; only the MAC goes on.
        let text = identifier.expose().as_bytes();
        let [high, low] = u16::try_from(text.len()).map_err(|_| PseudonymError::TooLong)?.to_be_bytes();
        Ok(([MESSAGE_VERSION, self.kind.number(), NORMALISER_VERSION, high, low], text))
    }
}

impl Mac {
    fn new(key: &[u8; 32]) -> Self {
        let state = |pad: u8| {
            let mut block = Zeroizing::new([pad; BLOCK]);
            block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
            let mut state = START;
            compress256(&mut state, std::slice::from_ref(&block));
            state
        };
        Self { inner: state(0x36), outer: state(0x5c) }
    }

    /// The first half of the MAC of a message.
    fn of(&self, (head, text): Message<'_>) -> [u8; Pseudonym::LENGTH] {
        let mut state = self.inner;
        let length = (HEAD + text.len() + 9).next_multiple_of(BLOCK);
        let mut blocks = Zeroizing::new(vec![0; length]);
        put(&mut blocks, head, text).expect("there is room for the message, its end and its length");
        compress256(&mut state, blocks.as_chunks().0);
        let block = block_of(&state);
        state = self.outer;
        compress256(&mut state, std::slice::from_ref(&block));
        first_half(&state)
    }

    /// Appends the first halves of the MACs of at most [`AT_ONCE`] messages, in order.
    ///
    /// A processor waits for a block that was written byte by byte just before it is read. So some
    /// blocks are written first and then read, and it waits for none of them.
    fn of_some(&self, messages: &[Message<'_>], made: &mut Vec<Pseudonym>) {
        let mut blocks = [[0; BLOCK]; AT_ONCE];
        let mut filled = blocks.iter_mut().zip(messages);
        if !filled.all(|(block, (head, text))| put(block, *head, text).is_some()) {
            // One of them is longer than a block.
            blocks.zeroize();
            made.extend(messages.iter().map(|message| Pseudonym(self.of(*message))));
            return;
        }
        let mut states = [self.inner; AT_ONCE];
        for (state, block) in states.iter_mut().zip(&blocks).take(messages.len()) {
            compress256(state, std::slice::from_ref(block));
        }
        // The digests take the place of the identifiers, of which nothing stays in memory.
        for (block, state) in blocks.iter_mut().zip(&states) {
            *block = block_of(state);
        }
        states = [self.outer; AT_ONCE];
        for (state, block) in states.iter_mut().zip(&blocks).take(messages.len()) {
            compress256(state, std::slice::from_ref(block));
        }
        made.extend(states.iter().take(messages.len()).map(|state| Pseudonym(first_half(state))));
    }
}

/// The block of a digest behind the key's outer block, with its end and its length.
fn block_of(digest: &[u32; 8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    for (bytes, word) in block.as_chunks_mut().0.iter_mut().zip(digest) {
        *bytes = word.to_be_bytes();
    }
    if let Some(end) = block.get_mut(size_of_val(digest)) {
        *end = END;
    }
    *block.last_chunk_mut().expect("a block has eight bytes") = bits(size_of_val(digest));
    block
}

fn first_half(digest: &[u32; 8]) -> [u8; Pseudonym::LENGTH] {
    let mut half = [0; Pseudonym::LENGTH];
    for (bytes, word) in half.as_chunks_mut().0.iter_mut().zip(digest) {
        *bytes = word.to_be_bytes();
    }
    half
}

/// Puts a message, its end and its length into blocks of zeros; `None` if there is no room.
fn put(blocks: &mut [u8], head: [u8; HEAD], text: &[u8]) -> Option<()> {
    let (before, rest) = blocks.split_first_chunk_mut()?;
    let (message, behind) = rest.split_at_mut_checked(text.len())?;
    let (end, zeros) = behind.split_first_mut()?;
    let length = zeros.last_chunk_mut()?;
    *before = head;
    message.copy_from_slice(text);
    *end = END;
    *length = bits(HEAD + text.len());
    Some(())
}

/// The length of a message in bits, with the key's block before it.
fn bits(bytes: usize) -> [u8; 8] {
    let bytes = u64::try_from(BLOCK + bytes).unwrap_or(u64::MAX);
    (8 * bytes).to_be_bytes()
}

impl Pseudonym {
    /// Bytes of a pseudonym.
    pub const LENGTH: usize = 16;

    /// The bytes, as they stand in extracts and vaults.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

impl Pseudonym {
    /// Reads 32 hexadecimal digits, as people write a pseudonym down; `None` if it is something else.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; Self::LENGTH];
        hex::decode_to_slice(text, &mut bytes).ok().map(|()| Self(bytes))
    }

    /// 32 hexadecimal digits, for people who have to write it down: never for messages.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }
}

impl From<[u8; Self::LENGTH]> for Pseudonym {
    fn from(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }
}

impl std::fmt::Debug for Pseudonym {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pseudonym(redacted)")
    }
}

impl std::fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PseudonymKey({}, redacted)", self.kind.name())
    }
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    use proptest::prelude::*;
    use sha2::Sha256;

    use super::*;

    fn key(hex_digits: &str, kind: IdType) -> PseudonymKey {
        PseudonymKey::new(&Secret::fill(|bytes| hex::decode_to_slice(hex_digits, bytes)).unwrap(), kind)
    }

    /// Made by an independent program (`tests/derivation_vectors.py`): the format cannot drift.
    #[test]
    fn our_pseudonyms_never_change() {
        let spid = key("e1bc2ac7b93658650b7a57e1072d86fd645e049fde63adab0b0f7af09c625f33", IdType::Person);
        let number = Identifier::register_number(IdType::Person, " P-0001").unwrap();
        assert_eq!(
            hex::encode(spid.pseudonym(&number).unwrap().as_bytes()),
            "2d7126035d4560b9ed536ce9e8c4376b"
        );
        let token =
            key("05cb8a6024219d51e7ac9802f2667f4929e8eab06a4849d3f83d502e3e60c6bd", IdType::CodiceFiscale);
        let code = Identifier::codice_fiscale("prv vtr 04p68 e333g").unwrap().unwrap();
        assert_eq!(
            hex::encode(token.pseudonym(&code).unwrap().as_bytes()),
            "ab91f9fc606782d484968afb2377d19a"
        );
    }

    proptest! {
        /// Of every length around the ends of blocks.
        #[test]
        fn every_mac_is_that_of_another_implementation(
            key in any::<[u8; 32]>(), head in any::<[u8; HEAD]>(), text in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let expected = Hmac::<Sha256>::new_from_slice(&key)
                .unwrap()
                .chain_update(head)
                .chain_update(&text)
                .finalize()
                .into_bytes();
            prop_assert!(Mac::new(&key).of((head, &text)) == expected[..16]);
        }

        /// Of every number around what is hashed at once, with long ones among them.
        #[test]
        fn many_pseudonyms_are_those_of_each(
            numbers in prop::collection::vec("[A-Z0-9]{1,40}|[A-Z0-9]{1,40}|[A-Z0-9]{45,80}", 0..30),
        ) {
            let key = key(&"11".repeat(32), IdType::Person);
            let number = |text: &String| Identifier::register_number(IdType::Person, text).unwrap();
            let identifiers: Vec<_> = numbers.iter().map(number).collect();
            let each: Vec<_> = identifiers.iter().map(|one| key.pseudonym(one).unwrap()).collect();
            prop_assert_eq!(key.pseudonyms(&identifiers).unwrap(), each);
        }
    }

    #[test]
    fn the_kind_separates_equal_texts_even_under_one_key() {
        let digits = "11".repeat(32);
        let made = |kind| {
            let id = Identifier::register_number(kind, "7").unwrap();
            key(&digits, kind).pseudonym(&id).unwrap()
        };
        assert!(made(IdType::Person) != made(IdType::Case));
        let id = Identifier::register_number(IdType::Case, "7").unwrap();
        assert_eq!(key(&digits, IdType::Person).pseudonym(&id).unwrap_err(), PseudonymError::Kind);
    }

    #[test]
    fn an_identifier_past_the_length_field_is_refused() {
        let key = key(&"11".repeat(32), IdType::Person);
        let id = |length| Identifier::register_number(IdType::Person, &"7".repeat(length)).unwrap();
        assert!(key.pseudonym(&id(65_535)).is_ok());
        assert_eq!(key.pseudonym(&id(65_536)).unwrap_err(), PseudonymError::TooLong);
    }

    #[test]
    fn debug_output_is_redacted() {
        let key = key(&"11".repeat(32), IdType::Person);
        assert_eq!(format!("{key:?}"), "PseudonymKey(person, redacted)");
        let id = Identifier::register_number(IdType::Person, "7").unwrap();
        assert_eq!(format!("{:?}", key.pseudonym(&id).unwrap()), "Pseudonym(redacted)");
    }
}
