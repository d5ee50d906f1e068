//! What travels with an extract from a PUA to the hub: manifest, signature, public key; and the proof
//! that a key was destroyed.
//!
//! Data only. `inlav-pseudo` signs, `inlav-verify` verifies.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::programme::{ProjectId, SiteId};

mod linkage;

pub use linkage::{
    CUSTODIAN_FILE, CustodianFile, LINKING_DOCUMENTS, RELINK_FILE, RELINK_SIGNATURE_FILE,
    RELINK_SIGNING_CONTEXT, RelinkEpoch, RelinkManifest, SEALED_TOKENS_FILE, SEALING_ALGORITHM,
    SEALING_KEY_CONTEXT, TOKEN_SUBJECTS, TOKENS_FILE, TOKENS_TABLE, token_kinds, tokens_schema,
};

/// File name of the manifest in an extract.
pub const MANIFEST_FILE: &str = "manifest.json";
/// File name of the manifest's signature in an extract.
pub const SIGNATURE_FILE: &str = "manifest.sig";
/// File name, in the folder of a PUA's keys, of the public key that its vaults are sealed to. It signs
/// nothing, so the hub does not read it.
pub const VAULT_PUBLIC_KEY_FILE: &str = "vault.pub";
/// Format version of manifest, signature and public key.
pub const FORMAT_VERSION: u32 = 1;
/// What is signed is this text followed by the manifest's bytes: a signature made for one kind
/// of document is worth nothing for another.
pub const MANIFEST_SIGNING_CONTEXT: &[u8] = b"inlav-manifest/v1\0";
/// What is signed of a proof that a key was destroyed is this text followed by the proof's bytes.
pub const DESTRUCTION_SIGNING_CONTEXT: &[u8] = b"inlav-key-destruction/v1\0";
/// What a key id is the SHA-256 of, before the public key's bytes.
pub const PUBLIC_KEY_CONTEXT: &[u8] = b"inlav-public-key/v1\0";
/// The one signature algorithm of version 1 (RFC 8032).
pub const SIGNATURE_ALGORITHM: &str = "Ed25519";
/// The one pseudonym algorithm of version 1: HMAC-SHA-256 truncated to 16 bytes (RFC 2104).
pub const PSEUDONYM_ALGORITHM: &str = "HMAC-SHA-256/128";

/// A SHA-256 digest, written as 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(pub [u8; 32]);

/// How linkage tokens are made (see `docs/SECURITY.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkageMode {
    /// One layer: the hub sees the tokens that the PUA made. Whoever holds the linkage key and
    /// an extract can test whether a known document occurs in it.
    A,
    /// Two layers: the tokens are sealed to a custodian, who puts a second key over them. The hub
    /// sees only what the custodian made, and nobody alone can test a document.
    B,
}

/// The manifest of an extract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// How pseudonyms were made, [`PSEUDONYM_ALGORITHM`].
    pub algorithm: String,
    /// Last day the data cover.
    pub as_of: NaiveDate,
    /// Hash of the last entry of the PUA's audit log when the extract was made, if it keeps one.
    pub audit_head: Option<Digest>,
    /// Id of the custodian's public key that the tokens are sealed to, in mode B.
    pub custodian_key: Option<String>,
    /// The epochs whose tokens are there, the current one first: two while one gives way to the next.
    pub epochs: Vec<ManifestEpoch>,
    /// Who was left out, by reason.
    pub excluded: Vec<Excluded>,
    /// Format version, [`FORMAT_VERSION`].
    pub format: u32,
    /// Legal basis, from the policy.
    pub legal_basis: String,
    /// How linkage tokens are made.
    pub linkage_mode: LinkageMode,
    /// Version of the identifiers' normalisers.
    pub normaliser: u8,
    /// SHA-256 of the policy in canonical form.
    pub policy: Digest,
    /// The programme.
    pub project_id: ProjectId,
    /// Purpose, from the policy.
    pub purpose: String,
    /// Months after `as_of` for which the extract may be kept, from the policy.
    pub retention_months: u32,
    /// SHA-256 of the extract's schema.
    pub schema: Digest,
    /// The PUA.
    pub site: SiteId,
    /// Id of the site key.
    pub site_key: String,
    /// Program and version that wrote the extract.
    pub software: String,
    /// Whether the persons are made up.
    pub synthetic: bool,
    /// The files, in the registry's order of tables.
    pub tables: Vec<ManifestTable>,
    /// The file of the linkage tokens; `None` if the policy makes none.
    pub tokens: Option<ManifestTable>,
}

/// An epoch of an extract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestEpoch {
    /// The epoch, usually a year.
    pub epoch: u32,
    /// Id of its linkage key.
    pub linkage_key: String,
}

/// Persons that the policy leaves out of an extract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Excluded {
    /// How many persons.
    pub persons: u64,
    /// Why.
    pub reason: ExclusionReason,
    /// How many rows of all tables went with them.
    pub rows: u64,
}

/// Why a person is left out of an extract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExclusionReason {
    /// The person withdrew the consent (GDPR 7(3)).
    ConsentWithdrawn,
    /// The person was under age on the day the data cover.
    Minor,
    /// The person asked to be forgotten (GDPR 17).
    Forgotten,
}

/// One file of an extract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestTable {
    /// Size in bytes.
    pub bytes: u64,
    /// File name, without a folder.
    pub file: String,
    /// Rows.
    pub rows: u64,
    /// SHA-256 of the file.
    pub sha256: Digest,
    /// Table of the registry.
    pub table: String,
}

/// The signature file beside a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatureFile {
    /// [`SIGNATURE_ALGORITHM`].
    pub algorithm: String,
    /// [`FORMAT_VERSION`].
    pub format: u32,
    /// Id of the signing key.
    pub key_id: String,
    /// 64 bytes in hexadecimal.
    pub signature: String,
}

/// A PUA's public key, as the hub registers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicKeyFile {
    /// [`SIGNATURE_ALGORITHM`].
    pub algorithm: String,
    /// [`FORMAT_VERSION`].
    pub format: u32,
    /// First 16 hexadecimal digits of SHA-256 of [`PUBLIC_KEY_CONTEXT`] and the key.
    pub key_id: String,
    /// 32 bytes in hexadecimal.
    pub public_key: String,
    /// The PUA.
    pub site: SiteId,
}

/// That a key was destroyed at a PUA or the linkage custodian. It says so for whoever trusts them: no
/// cryptography can show that no copy is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destruction {
    /// Who destroyed it, as the person gave the name.
    pub actor: String,
    /// Epoch of a linkage or relink key; 0 for every other.
    pub epoch: u32,
    /// Format version, [`FORMAT_VERSION`].
    pub format: u32,
    /// Id of the key that was destroyed.
    pub key: String,
    /// Whose key it was; `None` for a key that PUA share, or that was the custodian's.
    pub key_site: Option<SiteId>,
    /// The programme.
    pub project_id: ProjectId,
    /// Why, as the person said it.
    pub reason: String,
    /// What the key was for.
    pub role: String,
    /// The PUA that destroyed it and signs; `None` is the linkage custodian.
    pub site: Option<SiteId>,
    /// When, UTC, RFC 3339.
    pub time: String,
}

/// A [`Destruction`] with the signature of who destroyed the key: the proof as it is kept and sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DestructionProof {
    /// What was done.
    pub destruction: Destruction,
    /// Over [`DESTRUCTION_SIGNING_CONTEXT`] and the canonical bytes of `destruction`.
    pub signature: SignatureFile,
}

/// A text is not 64 hexadecimal digits.
#[derive(Debug, thiserror::Error)]
#[error("a digest is 64 hexadecimal digits")]
pub struct NotADigest;

impl Manifest {
    /// The bytes that are written, hashed and signed.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        canonical(self)
    }

    /// The current epoch and the id of its linkage key, as far as there is one.
    #[must_use]
    pub fn current_epoch(&self) -> Option<&ManifestEpoch> {
        self.epochs.first()
    }
}

/// The one spelling of what is hashed and signed (RFC 8785).
///
/// # Panics
/// If something cannot be JSON, for example a map whose keys are no texts.
#[must_use]
pub fn canonical(document: &impl Serialize) -> Vec<u8> {
    serde_json_canonicalizer::to_vec(document)
        .expect("a document of ours holds only texts, numbers and lists")
}

impl TryFrom<String> for Digest {
    type Error = NotADigest;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut digest = [0_u8; 32];
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f')) {
            return Err(NotADigest);
        }
        for (slot, pair) in digest.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| NotADigest)?;
            *slot = u8::from_str_radix(pair, 16).map_err(|_| NotADigest)?;
        }
        Ok(Self(digest))
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            algorithm: PSEUDONYM_ALGORITHM.to_owned(),
            as_of: NaiveDate::from_ymd_opt(2025, 6, 30).unwrap(),
            audit_head: Some(Digest([3; 32])),
            custodian_key: None,
            epochs: vec![ManifestEpoch { epoch: 2025, linkage_key: "00".to_owned() }],
            excluded: vec![Excluded { persons: 1, reason: ExclusionReason::Minor, rows: 7 }],
            format: FORMAT_VERSION,
            legal_basis: "x".to_owned(),
            linkage_mode: LinkageMode::A,
            normaliser: 1,
            policy: Digest([1; 32]),
            project_id: String::from("0e8dd2f1928f2afb65b8f4da4c6028f9").try_into().unwrap(),
            purpose: "evaluation".to_owned(),
            retention_months: 60,
            schema: Digest([2; 32]),
            site: "PUA01".parse().unwrap(),
            site_key: "01".to_owned(),
            software: "inlav".to_owned(),
            synthetic: true,
            tables: vec![ManifestTable {
                bytes: 1,
                file: "person.parquet".to_owned(),
                rows: 2,
                sha256: Digest([0xab; 32]),
                table: "person".to_owned(),
            }],
            tokens: None,
        }
    }

    #[test]
    fn canonical_bytes_have_sorted_keys_and_read_back() {
        let bytes = manifest().canonical();
        let sorted: std::collections::BTreeMap<String, serde_json::Value> =
            serde_json::from_slice(&bytes).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        let positions: Vec<_> = sorted.keys().map(|key| text.find(&format!("\"{key}\":")).unwrap()).collect();
        assert!(positions.is_sorted());
        assert_eq!(serde_json::from_slice::<Manifest>(&bytes).unwrap(), manifest());
    }

    /// Fuzzing that begins with documents of another form does not get far.
    #[test]
    fn the_seeds_of_the_fuzz_target_are_of_this_form() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/exchange");
        let seed = |name: &str| std::fs::read(folder.join(name)).unwrap();
        let manifest: Manifest = serde_json::from_slice(&seed("manifest.json")).unwrap();
        assert_eq!(manifest.canonical(), seed("manifest.json"));
        let relink: RelinkManifest = serde_json::from_slice(&seed("relink.json")).unwrap();
        assert_eq!(relink.canonical(), seed("relink.json"));
        serde_json::from_slice::<SignatureFile>(&seed("manifest.sig")).unwrap();
        serde_json::from_slice::<PublicKeyFile>(&seed("public-key.json")).unwrap();
        serde_json::from_slice::<CustodianFile>(&seed("custodian.json")).unwrap();
        serde_json::from_slice::<DestructionProof>(&seed("destruction.json")).unwrap();
    }

    #[test]
    fn a_digest_is_written_and_read() {
        let digest = Digest([0x0f; 32]);
        assert_eq!(Digest::try_from(digest.to_string()).unwrap(), digest);
        assert!(Digest::try_from("0F".repeat(32)).is_err());
        assert!(Digest::try_from("0".repeat(63)).is_err());
    }
}
