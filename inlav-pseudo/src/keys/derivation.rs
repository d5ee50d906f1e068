//! Every derivation of a key from a root, with its labels. Nothing is derived anywhere else.
//!
//! Formula: `HKDF[salt, info](root, 32)` with SHA-256 (RFC 5869), where
//! `salt = "inlav-pseudo/v1" ‖ project id (16 bytes)` and `info` lists, each with its length
//! before it ([`push_prefixed`]), `"inlav/v1"`, role, site, purpose, field, epoch (u32be).
//! `seal` appends the digest of what is sealed to the salt.
//!
//! | role | root | site | purpose | field | epoch |
//! |---|---|---|---|---|---|
//! | `spid` | site | the PUA | of the policy | kind of identifier | 0 |
//! | `tok` | linkage | empty | of the policy | kind of identifier | of the key |
//! | `vault` | site | the PUA | empty | `psk`, `public` or `tombstone` | 0 |
//! | `audit` | site, or that of who keeps the log | who keeps the log | empty | `entry` or `forgotten` | 0 |
//! | `dateshift` | site | the PUA | of the policy | empty | 0 |
//! | `seal` | site | the PUA | of the policy | `tokens` | of the key |
//! | `relink` | relink | empty | of the policy | kind of identifier; `ledger`, without purpose | of the key |
//! | `check` | each without a public half | of the key | empty | role of the key | of the key |
//! | `fuzzy` | reserved | | | | |
//!
//! The field of `spid` and `tok` is the kind of identifier, not the column: `case.site_person_id`
//! must equal `person.site_person_id`, and equal documents in different columns must meet. Tokens
//! leave the site empty because they must be equal at all PUA. Site pseudonyms do not depend on
//! the epoch, so a case can be followed past the end of the year.

use hkdf::Hkdf;
use inlav_core::identifiers::IdType;
use inlav_core::programme::ProjectId;
use sha2::Sha256;

use super::custodian::SealingKey;
use super::framing::push_prefixed;
use super::label::{KeyId, KeyLabel, KeyRole};
use super::secret::Secret;
use super::signing::{key_pair, signing_key_id};

/// What a derived key is for. The labels of all roles are fixed, also of those not used yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(test), expect(dead_code, reason = "the labels of roles to come are reserved here"))]
pub(crate) enum Role {
    /// Site pseudonyms.
    SitePseudonym,
    /// Linkage tokens.
    LinkageToken,
    /// Encodings of names for approximate linkage.
    Fuzzy,
    /// Records of a vault.
    Vault,
    /// Shifts of dates.
    DateShift,
    /// The chain of the audit log.
    Audit,
    /// Key ids.
    Check,
    /// The custodian's second layer on tokens.
    Relink,
    /// The one-time key of a file of tokens that is sealed to the custodian.
    Seal,
}

/// Key of the pseudonyms of one kind of register number at one PUA, for one purpose.
pub(crate) fn site_pseudonym_key(
    root: &Secret,
    project: ProjectId,
    site: &str,
    purpose: &str,
    kind: IdType,
) -> Secret {
    let info = Info { role: Role::SitePseudonym, site, purpose, field: kind.name(), epoch: 0 };
    derive(root, &salt(project), &info)
}

/// Key of the shifts of dates at one PUA, for one purpose.
pub(crate) fn date_shift_key(root: &Secret, project: ProjectId, site: &str, purpose: &str) -> Secret {
    let info = Info { role: Role::DateShift, site, purpose, field: "", epoch: 0 };
    derive(root, &salt(project), &info)
}

/// Key of the linkage tokens of one kind of identifier, for one purpose in one epoch.
pub(crate) fn linkage_token_key(
    root: &Secret,
    project: ProjectId,
    purpose: &str,
    kind: IdType,
    epoch: u32,
) -> Secret {
    let info = Info { role: Role::LinkageToken, site: "", purpose, field: kind.name(), epoch };
    derive(root, &salt(project), &info)
}

/// Key of the custodian's second layer on the tokens of one kind of identifier.
pub(crate) fn relink_key(
    root: &Secret,
    project: ProjectId,
    purpose: &str,
    kind: IdType,
    epoch: u32,
) -> Secret {
    let info = Info { role: Role::Relink, site: "", purpose, field: kind.name(), epoch };
    derive(root, &salt(project), &info)
}

/// Key of what the custodian remembers of the tokens it was asked for.
pub(crate) fn relink_ledger_key(root: &Secret, project: ProjectId, epoch: u32) -> Secret {
    let info = Info { role: Role::Relink, site: "", purpose: "", field: "ledger", epoch };
    derive(root, &salt(project), &info)
}

/// Keying material of the one-time key pair with which a file is sealed; `digest` is of what is
/// sealed and what it is bound to, so no two files ever share it.
pub(crate) fn sealing_material(
    root: &Secret,
    project: ProjectId,
    site: &str,
    purpose: &str,
    epoch: u32,
    digest: &[u8; 32],
) -> Secret {
    let info = Info { role: Role::Seal, site, purpose, field: "tokens", epoch };
    derive(root, &[&salt(project), digest.as_slice()].concat(), &info)
}

/// What a PUA needs its site key for when it seals a vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VaultUse {
    /// The pre-shared key of HPKE: without it nothing is sealed or opened.
    PreSharedKey,
    /// Vouches for the public half of the vault key.
    Public,
    /// Vouches for a tombstone.
    Tombstone,
}

/// Key of a PUA for its vaults.
pub(crate) fn vault_key(root: &Secret, project: ProjectId, site: &str, usage: VaultUse) -> Secret {
    let field = match usage {
        VaultUse::PreSharedKey => "psk",
        VaultUse::Public => "public",
        VaultUse::Tombstone => "tombstone",
    };
    derive(root, &salt(project), &Info { role: Role::Vault, site, purpose: "", field, epoch: 0 })
}

/// What the keeper of an audit log needs a root key for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AuditUse {
    /// Vouches for an entry.
    Entry,
    /// Marks the persons who are forgotten.
    Forgotten,
}

/// Key of an audit log, from a root of who keeps it.
pub(crate) fn audit_key(root: &Secret, project: ProjectId, keeper: &str, usage: AuditUse) -> Secret {
    let field = match usage {
        AuditUse::Entry => "entry",
        AuditUse::Forgotten => "forgotten",
    };
    derive(root, &salt(project), &Info { role: Role::Audit, site: keeper, purpose: "", field, epoch: 0 })
}

/// Id of a root key. A key with a public half that travels has the id of that half, so that it is called
/// the same wherever it is named.
pub(super) fn key_id(root: &Secret, label: &KeyLabel) -> KeyId {
    match label.role {
        KeyRole::Signing => return signing_key_id(&key_pair(root)),
        KeyRole::Sealing => return SealingKey::new(root).key_id(),
        KeyRole::Site | KeyRole::Linkage | KeyRole::Vault | KeyRole::Relink => {}
    }
    let info = Info {
        role: Role::Check,
        site: label.site_text(),
        purpose: "",
        field: label.role.name(),
        epoch: label.epoch,
    };
    KeyId(truncate(&derive(root, &salt(label.project), &info)))
}

impl Role {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::SitePseudonym => b"spid",
            Self::LinkageToken => b"tok",
            Self::Fuzzy => b"fuzzy",
            Self::Vault => b"vault",
            Self::DateShift => b"dateshift",
            Self::Audit => b"audit",
            Self::Check => b"check",
            Self::Relink => b"relink",
            Self::Seal => b"seal",
        }
    }
}

struct Info<'a> {
    role: Role,
    site: &'a str,
    purpose: &'a str,
    field: &'a str,
    epoch: u32,
}

impl Info<'_> {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for part in [b"inlav/v1", self.role.label(), self.site.as_bytes(), self.purpose.as_bytes()] {
            push_prefixed(&mut bytes, part);
        }
        push_prefixed(&mut bytes, self.field.as_bytes());
        push_prefixed(&mut bytes, &self.epoch.to_be_bytes());
        bytes
    }
}

fn salt(project: ProjectId) -> Vec<u8> {
    [b"inlav-pseudo/v1".as_slice(), project.as_bytes()].concat()
}

fn derive(root: &Secret, salt: &[u8], info: &Info<'_>) -> Secret {
    // The root leaves its type to be the input keying material of HKDF.
    let hkdf = Hkdf::<Sha256>::new(Some(salt), root.expose());
    Secret::fill(|key| hkdf.expand(&info.bytes(), key))
        .expect("HKDF-SHA-256 gives up to 8,160 bytes and 32 are asked for")
}

/// The first bytes of a derived key that is meant to be public.
fn truncate<const N: usize>(derived: &Secret) -> [u8; N] {
    // Key ids leave the secret type: what they tell is which key, not the key.
    *derived.expose().first_chunk().expect("at most the 32 bytes of a derived key are asked for")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> Secret {
        Secret::fill(|bytes| {
            *bytes = std::array::from_fn(|i| u8::try_from(i).unwrap());
            Ok::<(), ()>(())
        })
        .unwrap()
    }

    fn project() -> ProjectId {
        "0e8dd2f1928f2afb65b8f4da4c6028f9".to_owned().try_into().unwrap()
    }

    fn hex(secret: &Secret) -> String {
        hex::encode(secret.expose())
    }

    /// Made by an independent program (`tests/derivation_vectors.py`): the format cannot drift.
    #[test]
    fn our_derivations_never_change() {
        let (root, project) = (root(), project());
        assert_eq!(
            hex(&site_pseudonym_key(&root, project, "PUA05", "evaluation", IdType::Person)),
            "e1bc2ac7b93658650b7a57e1072d86fd645e049fde63adab0b0f7af09c625f33"
        );
        assert_eq!(
            hex(&date_shift_key(&root, project, "PUA05", "evaluation")),
            "12a61e9415c43f7abf239d5b2ee73cbfaea502b0c748e616e68a83b45945ee30"
        );
        assert_eq!(
            hex(&linkage_token_key(&root, project, "evaluation", IdType::CodiceFiscale, 2025)),
            "05cb8a6024219d51e7ac9802f2667f4929e8eab06a4849d3f83d502e3e60c6bd"
        );
        let vault = |usage| hex(&vault_key(&root, project, "PUA05", usage));
        assert_eq!(
            vault(VaultUse::PreSharedKey),
            "14dc933f316c9c3125e7edc3ad5128605a566267ad7e1797fa6759f83f5874bd"
        );
        assert_eq!(
            vault(VaultUse::Public),
            "7bd455ff221a15da1c33de9b83ae079f5e8270e1a70bb6c63e761f757874705f"
        );
        assert_eq!(
            vault(VaultUse::Tombstone),
            "a5748f211b82cd8256b0abe021dcd8de5cf94710ca7b8b6f79e5881a4f145c89"
        );
        let audit = |usage| hex(&audit_key(&root, project, "PUA05", usage));
        assert_eq!(
            audit(AuditUse::Entry),
            "c75dcfb42329305750dc35c13b326480f96e9cfa30a6e25ede220ab3b031f948"
        );
        assert_eq!(
            audit(AuditUse::Forgotten),
            "623921dab6b0bbc44ee20994423f0d1ea9965a5344817b18462c7ec48b0bb2c0"
        );
        assert_eq!(
            hex(&relink_key(&root, project, "evaluation", IdType::CodiceFiscale, 2025)),
            "fee05b21021753dc709e4fea6e9e68d6eaedfcb72578facea213b12981bc9217"
        );
        assert_eq!(
            hex(&relink_ledger_key(&root, project, 2025)),
            "1ac8a7e70caef76472f1e453c2000692005316b2c2dadcb812a75ab65bcd0060"
        );
        assert_eq!(
            hex(&sealing_material(&root, project, "PUA05", "evaluation", 2025, &[7; 32])),
            "9d61a4a2369d62025f7b2f610380ce7bfc15b5c7a58df3afe2426ad8396aa42a"
        );
        let label = KeyLabel { role: KeyRole::Site, project, site: Some("PUA05".parse().unwrap()), epoch: 0 };
        assert_eq!(key_id(&root, &label).to_string(), "42548ee1801e4a59");
    }

    #[test]
    fn every_label_separates_keys() {
        let (root, project) = (root(), project());
        let other: ProjectId = "0e8dd2f1928f2afb65b8f4da4c6028f8".to_owned().try_into().unwrap();
        let spid =
            |project, site, purpose, kind| hex(&site_pseudonym_key(&root, project, site, purpose, kind));
        let tok =
            |project, purpose, kind, epoch| hex(&linkage_token_key(&root, project, purpose, kind, epoch));
        let keys = [
            spid(project, "PUA05", "evaluation", IdType::Person),
            spid(other, "PUA05", "evaluation", IdType::Person),
            spid(project, "PUA06", "evaluation", IdType::Person),
            spid(project, "PUA05", "care", IdType::Person),
            spid(project, "PUA05", "evaluation", IdType::Case),
            spid(project, "PUA0", "5evaluation", IdType::Person),
            hex(&date_shift_key(&root, project, "PUA05", "evaluation")),
            hex(&date_shift_key(&root, project, "PUA06", "evaluation")),
            hex(&date_shift_key(&root, project, "PUA05", "care")),
            tok(project, "evaluation", IdType::Permit, 2025),
            tok(other, "evaluation", IdType::Permit, 2025),
            tok(project, "care", IdType::Permit, 2025),
            tok(project, "evaluation", IdType::Passport, 2025),
            tok(project, "evaluation", IdType::Permit, 2026),
            hex(&relink_key(&root, project, "evaluation", IdType::Permit, 2025)),
            hex(&relink_key(&root, project, "care", IdType::Permit, 2025)),
            hex(&relink_key(&root, project, "evaluation", IdType::Passport, 2025)),
            hex(&relink_key(&root, project, "evaluation", IdType::Permit, 2026)),
            hex(&relink_ledger_key(&root, project, 2025)),
            hex(&sealing_material(&root, project, "PUA05", "evaluation", 2025, &[7; 32])),
            hex(&sealing_material(&root, project, "PUA05", "evaluation", 2025, &[8; 32])),
            hex(&sealing_material(&root, project, "PUA06", "evaluation", 2025, &[7; 32])),
            hex(&vault_key(&root, project, "PUA05", VaultUse::PreSharedKey)),
            hex(&vault_key(&root, other, "PUA05", VaultUse::PreSharedKey)),
            hex(&vault_key(&root, project, "PUA06", VaultUse::PreSharedKey)),
            hex(&vault_key(&root, project, "PUA05", VaultUse::Public)),
            hex(&vault_key(&root, project, "PUA05", VaultUse::Tombstone)),
            hex(&audit_key(&root, project, "PUA05", AuditUse::Entry)),
            hex(&audit_key(&root, project, "PUA06", AuditUse::Entry)),
            hex(&audit_key(&root, project, "PUA05", AuditUse::Forgotten)),
        ];
        let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len());
    }

    #[test]
    fn every_role_has_a_label_of_its_own() {
        let roles = [
            Role::SitePseudonym,
            Role::LinkageToken,
            Role::Fuzzy,
            Role::Vault,
            Role::DateShift,
            Role::Audit,
            Role::Check,
            Role::Relink,
            Role::Seal,
        ];
        let labels: std::collections::BTreeSet<_> = roles.iter().map(|role| role.label()).collect();
        assert_eq!(labels.len(), roles.len());
    }
}
