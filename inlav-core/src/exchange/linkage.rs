//! What linkage adds to an extract: the table of tokens, the custodian's public keys, and what the
//! custodian says of the tokens that were made anew.

use arrow::datatypes::{DataType, Field, Schema};
use serde::{Deserialize, Serialize};

use super::{Digest, ManifestTable};
use crate::identifiers::IdType;
use crate::policy::PSEUDONYM_LENGTH;
use crate::programme::{ProjectId, SiteId};

/// What the table of tokens is called in manifests and stores. It is no table of the registry.
pub const TOKENS_TABLE: &str = "tokens";
/// File name of the tokens in the clear: of an extract in mode A, and of relinked tokens.
pub const TOKENS_FILE: &str = "tokens.parquet";
/// File name of the tokens of an extract in mode B, sealed to the custodian.
pub const SEALED_TOKENS_FILE: &str = "tokens.ilt";
/// File name of the custodian's public keys.
pub const CUSTODIAN_FILE: &str = "custodian.pub";
/// File name of the manifest of relinked tokens.
pub const RELINK_FILE: &str = "relink.json";
/// File name of the custodian's signature of it.
pub const RELINK_SIGNATURE_FILE: &str = "relink.sig";
/// What is signed is this text followed by the bytes of [`RELINK_FILE`].
pub const RELINK_SIGNING_CONTEXT: &[u8] = b"inlav-relink/v1\0";
/// What the id of a sealing key is the SHA-256 of, before the public key's bytes.
pub const SEALING_KEY_CONTEXT: &[u8] = b"inlav-sealing-key/v1\0";
/// The one way of sealing of version 1 (RFC 9180, base mode).
pub const SEALING_ALGORITHM: &str = "HPKE DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305";

/// Whose tokens they are: persons, and operators, who are counted once in the whole programme.
pub const TOKEN_SUBJECTS: [IdType; 2] = [IdType::Person, IdType::Operator];
/// The kinds of document that link a person. All PUA share them and each is one person's.
pub const LINKING_DOCUMENTS: [IdType; 6] = [
    IdType::CodiceFiscale,
    IdType::ProvisionalCode,
    IdType::StpEni,
    IdType::Permit,
    IdType::Passport,
    IdType::Cui,
];

/// The columns of the table of tokens: one row per subject, kind of document and epoch.
///
/// | column | type | |
/// |---|---|---|
/// | `subject_type` | u8 | [`IdType::number`] of the register number: a person's or an operator's |
/// | `subject` | 16 bytes | the PUA's pseudonym of it |
/// | `field` | u8 | [`IdType::number`] of the document |
/// | `epoch` | u32 | epoch of the key that made the token |
/// | `token` | 16 bytes | the token |
///
/// Rows are distinct and sorted by all columns.
#[must_use]
pub fn tokens_schema() -> Schema {
    let field = |name: &str, data_type| Field::new(name, data_type, false);
    Schema::new(vec![
        field("subject_type", DataType::UInt8),
        field("subject", DataType::FixedSizeBinary(PSEUDONYM_LENGTH)),
        field("field", DataType::UInt8),
        field("epoch", DataType::UInt32),
        field("token", DataType::FixedSizeBinary(PSEUDONYM_LENGTH)),
    ])
}

/// The kind of subject and of document behind a row of the table of tokens; `None` if there are no
/// tokens of such a document for such a subject.
#[must_use]
pub fn token_kinds(subject_type: u8, field: u8) -> Option<(IdType, IdType)> {
    let subject = TOKEN_SUBJECTS.into_iter().find(|kind| kind.number() == subject_type)?;
    let documents: &[IdType] =
        if subject == IdType::Operator { &[IdType::Operator] } else { &LINKING_DOCUMENTS };
    let document = documents.iter().find(|kind| kind.number() == field)?;
    Some((subject, *document))
}

/// The public keys of the linkage custodian: the PUA seal tokens to one of them, the hub verifies
/// signatures with the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustodianFile {
    /// [`SIGNATURE_ALGORITHM`](super::SIGNATURE_ALGORITHM).
    pub algorithm: String,
    /// [`FORMAT_VERSION`](super::FORMAT_VERSION).
    pub format: u32,
    /// Id of the signing key, made as that of a PUA.
    pub key_id: String,
    /// The programme.
    pub project_id: ProjectId,
    /// The public signing key: 32 bytes in hexadecimal.
    pub public_key: String,
    /// [`SEALING_ALGORITHM`].
    pub sealing_algorithm: String,
    /// The public sealing key: 32 bytes in hexadecimal.
    pub sealing_key: String,
    /// First 16 hexadecimal digits of SHA-256 of [`SEALING_KEY_CONTEXT`] and the sealing key.
    pub sealing_key_id: String,
}

/// What the custodian says of the relinked tokens of one extract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelinkManifest {
    /// [`PSEUDONYM_ALGORITHM`](super::PSEUDONYM_ALGORITHM).
    pub algorithm: String,
    /// The epochs whose tokens are there, in the extract's order.
    pub epochs: Vec<RelinkEpoch>,
    /// SHA-256 of the extract's manifest: whose tokens they are.
    pub extract: Digest,
    /// [`FORMAT_VERSION`](super::FORMAT_VERSION).
    pub format: u32,
    /// The programme.
    pub project_id: ProjectId,
    /// Purpose of the extract.
    pub purpose: String,
    /// The PUA.
    pub site: SiteId,
    /// Program and version that made the tokens.
    pub software: String,
    /// [`TOKENS_FILE`].
    pub tokens: ManifestTable,
}

/// An epoch of relinked tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelinkEpoch {
    /// The epoch.
    pub epoch: u32,
    /// Id of the custodian's relink key.
    pub relink_key: String,
}

impl RelinkManifest {
    /// The bytes that are written, hashed and signed.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        super::canonical(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_of_a_subject_that_has_such() {
        let person = IdType::Person.number();
        let operator = IdType::Operator.number();
        assert_eq!(token_kinds(person, 1), Some((IdType::Person, IdType::CodiceFiscale)));
        assert_eq!(token_kinds(operator, operator), Some((IdType::Operator, IdType::Operator)));
        // Neither a document of an operator, nor what several people share, nor a register number.
        for (subject, field) in
            [(operator, 1), (person, operator), (person, IdType::Phone.number()), (person, person), (1, 1)]
        {
            assert_eq!(token_kinds(subject, field), None, "{subject} {field}");
        }
    }
}
