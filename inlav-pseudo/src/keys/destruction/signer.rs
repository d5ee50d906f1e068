//! Who says that a key was destroyed: a PUA, or the linkage custodian.

use std::path::Path;

use inlav_core::exchange::{
    CustodianFile, DESTRUCTION_SIGNING_CONTEXT, Destruction, PUBLIC_KEY_CONTEXT, PublicKeyFile,
    SignatureFile, canonical,
};
use inlav_core::programme::{ProjectId, SiteId};

use super::ProofError;
use crate::keys::error::OpenKeyError;
use crate::keys::file;
use crate::keys::label::KeyRole;
use crate::keys::passphrase::Passphrase;
use crate::keys::signing::{key_pair, public_key_id, signature, signing_key_id};

/// The signing key of who destroys a key. Debug is redacted.
pub struct Destroyer {
    site: Option<SiteId>,
    key: ed25519_dalek::SigningKey,
}

/// The public half of a [`Destroyer`], as others have it in a `.pub` file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    site: Option<SiteId>,
    key_id: String,
    public_key: String,
}

impl Destroyer {
    /// Opens the signing key of a PUA, or of the linkage custodian if it is nobody's in particular.
    ///
    /// # Errors
    /// [`OpenKeyError`], naming the file.
    pub fn open(
        path: &Path,
        project: ProjectId,
        site: Option<&SiteId>,
        passphrase: &Passphrase,
    ) -> Result<Self, OpenKeyError> {
        let (root, _) = file::open(path, KeyRole::Signing, project, site, passphrase)?;
        Ok(Self { site: site.cloned(), key: key_pair(&root) })
    }

    /// What others check its proofs with.
    #[must_use]
    pub fn witness(&self) -> Witness {
        Witness {
            site: self.site.clone(),
            key_id: signing_key_id(&self.key).to_string(),
            public_key: hex::encode(self.key.verifying_key().as_bytes()),
        }
    }

    pub(super) const fn site(&self) -> Option<&SiteId> {
        self.site.as_ref()
    }

    pub(super) fn sign(&self, destruction: &Destruction) -> SignatureFile {
        self.sign_after(DESTRUCTION_SIGNING_CONTEXT, destruction)
    }

    pub(super) fn sign_after(&self, context: &[u8], destruction: &Destruction) -> SignatureFile {
        signature(&self.key, context, &canonical(destruction))
    }

    #[cfg(test)]
    pub(super) fn drawn(site: Option<SiteId>) -> Self {
        Self { site, key: key_pair(&crate::keys::Secret::draw().unwrap()) }
    }
}

impl Witness {
    /// The key in the `.pub` file of a PUA or of the linkage custodian; `None` if it is neither.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if let Ok(PublicKeyFile { site, key_id, public_key, .. }) = serde_json::from_slice(bytes) {
            return Some(Self { site: Some(site), key_id, public_key });
        }
        let CustodianFile { key_id, public_key, .. } = serde_json::from_slice(bytes).ok()?;
        Some(Self { site: None, key_id, public_key })
    }

    pub(super) fn is_of(&self, destruction: &Destruction, signed: &SignatureFile) -> bool {
        destruction.site == self.site && signed.key_id == self.key_id
    }

    pub(super) fn verify(
        &self,
        destruction: &Destruction,
        signed: &ed25519_dalek::Signature,
    ) -> Result<(), ProofError> {
        let mut key = [0; 32];
        hex::decode_to_slice(&self.public_key, &mut key).map_err(|_| ProofError::PublicKey)?;
        // People compare the id, so it has to be worked out here.
        if public_key_id(PUBLIC_KEY_CONTEXT, &key).to_string() != self.key_id {
            return Err(ProofError::PublicKey);
        }
        let key = ed25519_dalek::VerifyingKey::from_bytes(&key).map_err(|_| ProofError::PublicKey)?;
        let message = [DESTRUCTION_SIGNING_CONTEXT, &canonical(destruction)].concat();
        key.verify_strict(&message, signed).map_err(|_| ProofError::Signature)
    }

    #[cfg(test)]
    pub(super) fn going_under(mut self, id: &str) -> Self {
        id.clone_into(&mut self.key_id);
        self
    }
}

impl std::fmt::Debug for Destroyer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Destroyer(redacted)")
    }
}
