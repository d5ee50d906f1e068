//! Linkage tokens, sealed to the custodian: what a PUA sends to the hub in mode B, and what the hub
//! cannot open.
//!
//! | bytes | content |
//! |---|---|
//! | 8 | `INLAVILT` |
//! | 1 | version, 1 |
//! | 8 | id of the custodian's sealing key |
//! | 32 | encapsulated key (RFC 9180 section 4) |
//! | 65,536 + 16 | chunk of the token file under ChaCha20-Poly1305, and tag; the last is shorter |
//!
//! HPKE in base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. `info` binds the
//! file to the extract it belongs to (`info`); the sequence number of HPKE binds each chunk to
//! its place, and one byte of associated data says whether it is the last. So a file that was cut,
//! put in another order or joined from two does not open (compare the STREAM construction,
//! Hoang, Reyhanitabar, Rogaway and Vizár 2015).
//!
//! The one-time key pair is derived from the PUA's site key and the digest of what is sealed, not
//! drawn: equal extracts are equal bytes, and a one-time key is used twice for equal contents only.

use std::convert::Infallible;
use std::io::{self, Read, Seek, Write};

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable as _, Kem, OpModeR, OpModeS, Serializable as _, setup_receiver};
use inlav_core::exchange::Manifest;
use inlav_core::language::Language;
use inlav_verify::CustodianKey;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::keys::framing::push_prefixed;
use crate::keys::{SealingKey, Secret, SiteKeys};

const MAGIC: &[u8; 8] = b"INLAVILT";
const VERSION: u8 = 1;
/// Bytes of the token file in a chunk.
const CHUNK: usize = 1 << 16;
/// Bytes of a tag.
const TAG: usize = 16;

type EncappedKey = <X25519HkdfSha256 as Kem>::EncappedKey;

/// Tokens cannot be sealed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealTokensError {
    /// Reading or writing failed.
    #[error("the tokens cannot be sealed: {0}")]
    Io(#[from] io::Error),
    /// The custodian's key belongs to another programme.
    #[error("the custodian's public key belongs to another programme")]
    Programme,
    /// The custodian's public key is none that a key could be agreed with.
    #[error("the custodian's public key cannot be used; ask the custodian for it again")]
    Key,
}

/// Sealed tokens cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenTokensError {
    /// Reading or writing failed.
    #[error("the sealed tokens cannot be read, or what is in them not written to a temporary file: {0}")]
    Io(#[from] io::Error),
    /// Another kind of file.
    #[error("it is no file of sealed tokens")]
    Form,
    /// Written by another version of the format.
    #[error("it has format version {0}, this program reads version 1")]
    Version(u8),
    /// Sealed to another key.
    #[error("it is sealed to another custodian's key")]
    OtherKey,
    /// Not what was sealed, or not for this extract.
    #[error("it was changed, cut short, put together from parts or taken from another extract")]
    Damaged,
}

impl SealTokensError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match (language, self) {
            (Language::En, _) => self.to_string(),
            (Language::It, Self::Io(fault)) => {
                format!("impossibile sigillare i codici di collegamento (token): {}", language.refusal(fault))
            }
            (Language::It, Self::Programme) => {
                "la chiave pubblica del custode è di un altro programma".to_owned()
            }
            (Language::It, Self::Key) => {
                "la chiave pubblica del custode non si può usare; chiederla di nuovo al custode".to_owned()
            }
        }
    }
}

impl OpenTokensError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match (language, self) {
            (Language::En, _) => self.to_string(),
            (Language::It, Self::Io(fault)) => format!(
                "i codici sigillati non si possono leggere, o ciò che contengono non si può scrivere in un file temporaneo: {}",
                language.refusal(fault)
            ),
            (Language::It, Self::Form) => "non è un file di codici sigillati".to_owned(),
            (Language::It, Self::Version(version)) => {
                format!("ha la versione {version} del formato, questo programma legge la 1")
            }
            (Language::It, Self::OtherKey) => "è sigillato alla chiave di un altro custode".to_owned(),
            (Language::It, Self::Damaged) => {
                "è stato cambiato, tagliato, messo insieme da pezzi o preso da un altro estratto".to_owned()
            }
        }
    }
}

/// Seals a token file to the custodian, from its beginning. `manifest` is that of the extract, complete but for the
/// entry of the sealed file itself.
///
/// # Guarantee
/// Who does not hold the custodian's sealing key learns the length of the token file and nothing
/// else, the hub and the other PUA with all their keys included. Equal tokens, keys and manifest
/// give equal bytes. Tests `equal_tokens_are_sealed_alike_and_every_flipped_bit_is_seen`,
/// `a_cut_reordered_or_foreign_file_does_not_open`.
///
/// # Errors
/// [`SealTokensError`].
pub fn seal(
    tokens: &mut (impl Read + Seek),
    out: &mut impl Write,
    custodian: &CustodianKey,
    site: &SiteKeys,
    manifest: &Manifest,
) -> Result<(), SealTokensError> {
    if custodian.project() != site.project() {
        return Err(SealTokensError::Programme);
    }
    let info = info(custodian.sealing_id(), manifest);
    let mut digest = Sha256::new();
    digest.update(&info);
    // From the beginning, wherever the file stands: a digest of less than all that is sealed would
    // give two contents one key.
    tokens.rewind()?;
    io::copy(tokens, &mut HashWriter(&mut digest))?;
    tokens.rewind()?;
    let epoch = manifest.current_epoch().map_or(0, |epoch| epoch.epoch);
    let material = site.sealing_material(&manifest.purpose, epoch, &digest.finalize().into());

    let public = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(custodian.sealing())
        .map_err(|_| SealTokensError::Key)?;
    let (encapped, mut context) =
        hpke::setup_sender_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &public,
            &info,
            &mut OneKey(Some(material)),
        )
        .map_err(|_| SealTokensError::Key)?;
    out.write_all(MAGIC)?;
    out.write_all(&[VERSION])?;
    out.write_all(&key_id_bytes(custodian.sealing_id()).ok_or(SealTokensError::Key)?)?;
    out.write_all(&encapped.to_bytes())?;
    let mut chunks = Chunks::new(tokens, CHUNK);
    while let Some((chunk, last)) = chunks.next()? {
        let sealed = context.seal(&chunk, &[u8::from(last)]).expect("2^64 chunks are in no file");
        out.write_all(&sealed)?;
    }
    Ok(())
}

/// Opens a sealed token file of the extract with this manifest, whose signature must have been
/// verified.
///
/// # Errors
/// [`OpenTokensError`]; what was written until then is to be thrown away.
pub fn open(
    sealed: &mut impl Read,
    out: &mut impl Write,
    key: &SealingKey,
    manifest: &Manifest,
) -> Result<(), OpenTokensError> {
    let mut header = [0_u8; 8 + 1 + 8 + 32];
    sealed.read_exact(&mut header).map_err(|_| OpenTokensError::Form)?;
    let (magic, rest) = header.split_at(MAGIC.len());
    let (version, rest) = rest.split_first().ok_or(OpenTokensError::Form)?;
    let (id, encapped) = rest.split_at(8);
    if magic != MAGIC {
        return Err(OpenTokensError::Form);
    }
    if *version != VERSION {
        return Err(OpenTokensError::Version(*version));
    }
    if key_id_bytes(&key.id()).is_none_or(|own| own != *id) {
        return Err(OpenTokensError::OtherKey);
    }
    let encapped = EncappedKey::from_bytes(encapped).map_err(|_| OpenTokensError::Damaged)?;
    let mut context = setup_receiver::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        key.private(),
        &encapped,
        &info(&key.id(), manifest),
    )
    .map_err(|_| OpenTokensError::Damaged)?;
    let mut chunks = Chunks::new(sealed, CHUNK + TAG);
    while let Some((chunk, last)) = chunks.next()? {
        let tokens = context.open(&chunk, &[u8::from(last)]).map_err(|_| OpenTokensError::Damaged)?;
        out.write_all(&Zeroizing::new(tokens))?;
    }
    Ok(())
}

/// What a sealed file is bound to, each part with its length before it: magic, version, sealing key,
/// programme, PUA, purpose, last day, policy, normaliser, epochs with the ids of their keys.
fn info(sealing_id: &str, manifest: &Manifest) -> Vec<u8> {
    let mut info = Vec::new();
    let as_of = manifest.as_of.to_string();
    for part in [
        MAGIC.as_slice(),
        &[VERSION, manifest.normaliser],
        sealing_id.as_bytes(),
        manifest.project_id.as_bytes(),
        manifest.site.as_str().as_bytes(),
        manifest.purpose.as_bytes(),
        as_of.as_bytes(),
        &manifest.policy.0,
    ] {
        push_prefixed(&mut info, part);
    }
    for epoch in &manifest.epochs {
        push_prefixed(&mut info, &epoch.epoch.to_be_bytes());
        push_prefixed(&mut info, epoch.linkage_key.as_bytes());
    }
    info
}

fn key_id_bytes(id: &str) -> Option<[u8; 8]> {
    let mut bytes = [0; 8];
    hex::decode_to_slice(id, &mut bytes).ok()?;
    Some(bytes)
}

/// A file in chunks of one length, of which the last, and it alone, may be shorter or empty.
struct Chunks<'a, R> {
    reader: &'a mut R,
    length: usize,
    ahead: Option<Zeroizing<Vec<u8>>>,
    begun: bool,
}

impl<'a, R: Read> Chunks<'a, R> {
    const fn new(reader: &'a mut R, length: usize) -> Self {
        Self { reader, length, ahead: None, begun: false }
    }

    /// The next chunk, and whether it is the last.
    fn next(&mut self) -> io::Result<Option<(Zeroizing<Vec<u8>>, bool)>> {
        if !self.begun {
            self.begun = true;
            self.ahead = Some(self.read()?);
        }
        let Some(chunk) = self.ahead.take() else { return Ok(None) };
        if chunk.len() == self.length {
            let next = self.read()?;
            self.ahead = (!next.is_empty()).then_some(next);
        }
        let last = self.ahead.is_none();
        Ok(Some((chunk, last)))
    }

    fn read(&mut self) -> io::Result<Zeroizing<Vec<u8>>> {
        let mut chunk = Zeroizing::new(Vec::with_capacity(self.length));
        let length = u64::try_from(self.length).unwrap_or(u64::MAX);
        self.reader.by_ref().take(length).read_to_end(&mut chunk)?;
        Ok(chunk)
    }
}

/// Gives HPKE the keying material of its one-time key pair, once.
struct OneKey(Option<Secret>);

impl TryRng for OneKey {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        // Asked twice, or for another length, it would give a weak key: it rather stops.
        let material = self.0.take().expect("HPKE asks once, for the keying material of its key pair");
        // Keying material leaves its type to become HPKE's one-time key, which HPKE wipes.
        bytes.copy_from_slice(material.expose());
        Ok(())
    }
}

impl TryCryptoRng for OneKey {}

/// Lets `io::copy` feed a hash.
struct HashWriter<'a>(&'a mut Sha256);

impl Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests;
