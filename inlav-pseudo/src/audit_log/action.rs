//! What can be done, and what is written down of it.

use chrono::NaiveDate;
use inlav_core::exchange::{Digest, Excluded};
use inlav_core::language::Language;
use inlav_core::programme::SiteId;
use serde::{Deserialize, Serialize};

use super::forgotten::Mark;
use super::remark::Remark;
use crate::keys::{KeyId, KeyRole};

/// Something that is written down, with its details. No detail is a value of the data, a
/// pseudonym or a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", content = "details", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// Keys were made. Written before their files are in their place.
    KeysMade {
        /// Which.
        keys: Vec<KeyNote>,
    },
    /// A key takes the place of another one, or gets another passphrase. Written before it does.
    KeyRotated {
        /// The key now.
        key: KeyNote,
        /// The key before; the same one if only its passphrase is another.
        replaces: KeyNote,
    },
    /// A key was split among custodians. Written before anybody has a share.
    KeySplit {
        /// Which.
        key: KeyNote,
        /// The shares.
        shares: Vec<CustodianShare>,
        /// How many of them give the key back.
        threshold: u8,
    },
    /// A key was put together from shares. Written before its file is in its place.
    KeyCombined {
        /// Which.
        key: KeyNote,
        /// The shares.
        shares: Vec<CustodianShare>,
    },
    /// A key was destroyed.
    KeyDestroyed {
        /// Which.
        key: KeyNote,
        /// Why.
        reason: Remark,
        /// Ed25519 signature (RFC 8032) of the statement that it was, in hexadecimal.
        signature: String,
        /// Id of the signing key.
        signed_by: String,
    },
    /// An extract and its vault were made.
    Pseudonymised {
        /// Last day the data cover.
        as_of: NaiveDate,
        /// Who was left out.
        excluded: Vec<Excluded>,
        /// SHA-256 of the manifest.
        manifest: Digest,
        /// Persons in the vault.
        persons: u64,
        /// SHA-256 of the policy in canonical form.
        policy: Digest,
        /// Purpose, from the policy.
        purpose: String,
        /// Rows of all tables.
        rows: u64,
    },
    /// Identifiers of persons were shown. Written before they are.
    Revealed {
        /// Reference of the case that it was for.
        case: Remark,
        /// How many persons were asked for.
        persons: u64,
        /// Why.
        reason: Remark,
        /// The custodians' shares that the key was put together from.
        shares: Vec<CustodianShare>,
        /// SHA-256 of the vault.
        vault: Digest,
    },
    /// A person was removed from a vault for good. Written before it is; the hash of this entry is
    /// the proof.
    Forgotten {
        /// SHA-256 of the vault afterwards.
        after: Digest,
        /// SHA-256 of the vault before.
        before: Digest,
        /// Reference of the request.
        case: Remark,
        /// A keyed mark for each pseudonym, by which the keeper's later runs know the persons.
        marks: Vec<Mark>,
        /// How many records of the vault went.
        records: u64,
    },
    /// The linkage custodian put the second layer over the tokens of an extract. Written before the new
    /// ones are in their place.
    Relinked {
        /// The epochs of the custodian's keys.
        epochs: Vec<u32>,
        /// SHA-256 of the manifest of the extract.
        manifest: Digest,
        /// The PUA whose extract it is.
        site: SiteId,
        /// How many tokens.
        tokens: u64,
    },
    /// A line that was never finished was put aside: the process that wrote it was killed.
    Torn {
        /// Its bytes.
        bytes: u64,
        /// SHA-256 of it.
        sha256: Digest,
    },
}

/// A key, by what may be known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyNote {
    /// Its epoch; 0 if it has none.
    pub epoch: u32,
    /// Its id.
    pub key: String,
    /// What it is for.
    pub role: String,
}

/// A share of a key, by what may be known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustodianShare {
    /// What its custodian is called on the share.
    pub custodian: String,
    /// Its number, from 1.
    pub number: u8,
}

impl Action {
    /// What was done, in a few words. The log itself has the names of the format.
    #[must_use]
    pub fn text(&self, language: Language) -> &'static str {
        let (it, en) = match self {
            Self::KeysMade { .. } => ("chiavi fatte", "keys made"),
            Self::KeyRotated { key, replaces } if key == replaces => {
                ("passphrase di una chiave cambiata", "passphrase of a key changed")
            }
            Self::KeyRotated { .. } => ("chiave sostituita", "key replaced"),
            Self::KeySplit { .. } => ("chiave divisa in parti", "key split into shares"),
            Self::KeyCombined { .. } => ("chiave ricomposta dalle parti", "key put together from shares"),
            Self::KeyDestroyed { .. } => ("chiave distrutta", "key destroyed"),
            Self::Pseudonymised { .. } => ("estratto fatto", "extract made"),
            Self::Revealed { .. } => ("identità mostrate", "identities shown"),
            Self::Forgotten { .. } => ("persone dimenticate", "persons forgotten"),
            Self::Relinked { .. } => ("secondo strato messo sui codici", "tokens relinked"),
            Self::Torn { .. } => ("riga non finita messa da parte", "unfinished line put aside"),
        };
        match language {
            Language::It => it,
            Language::En => en,
        }
    }
}

impl KeyNote {
    /// The note of a key.
    #[must_use]
    pub fn new(role: KeyRole, id: KeyId, epoch: u32) -> Self {
        Self { epoch, key: id.to_string(), role: role.name().to_owned() }
    }
}
