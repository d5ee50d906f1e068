//! The keys behind an audit log.

use hmac::{Hmac, KeyInit as _, Mac as _};
use inlav_core::exchange::Digest;
use inlav_core::programme::ProjectId;
use sha2::Sha256;

use super::forgotten::Mark;
use crate::keys::derivation::{AuditUse, audit_key};
use crate::keys::{KeyId, Secret};
use crate::pseudonym::Pseudonym;

/// The key of an audit log: vouches for its entries and marks the persons who are forgotten.
/// Debug is redacted.
#[derive(Clone)]
pub struct AuditKey {
    keeper: String,
    id: KeyId,
    entry: Hmac<Sha256>,
    forgotten: Hmac<Sha256>,
}

impl AuditKey {
    /// The key of the log that `keeper` keeps, from a root of the keeper's whose id is `id`.
    pub(crate) fn new(root: &Secret, project: ProjectId, keeper: &str, id: KeyId) -> Self {
        let prepared = |usage| {
            // The derived key leaves its type to prepare the MAC.
            Hmac::new_from_slice(audit_key(root, project, keeper, usage).expose())
                .expect("HMAC takes keys of every length")
        };
        Self {
            keeper: keeper.to_owned(),
            id,
            entry: prepared(AuditUse::Entry),
            forgotten: prepared(AuditUse::Forgotten),
        }
    }

    /// Who keeps the log.
    #[must_use]
    pub fn keeper(&self) -> &str {
        &self.keeper
    }

    /// Id of the root key.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    pub(super) fn mac(&self, hash: &Digest) -> [u8; 32] {
        self.entry.clone().chain_update(hash.0).finalize().into_bytes().into()
    }

    /// Compares in constant time.
    pub(super) fn vouches(&self, hash: &Digest, mac: &Digest) -> bool {
        self.entry.clone().chain_update(hash.0).verify_slice(&mac.0).is_ok()
    }

    pub(crate) fn mark(&self, pseudonym: &Pseudonym) -> Mark {
        let mac: [u8; 32] =
            self.forgotten.clone().chain_update(pseudonym.as_bytes()).finalize().into_bytes().into();
        Mark(*mac.first_chunk().expect("16 of 32 bytes are there"))
    }
}

impl std::fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AuditKey({}, {}, redacted)", self.keeper, self.id)
    }
}
