//! The key with which a PUA signs its extracts.

use std::path::Path;

use ed25519_dalek::Signer as _;
use inlav_core::exchange::{
    FORMAT_VERSION, MANIFEST_SIGNING_CONTEXT, Manifest, PUBLIC_KEY_CONTEXT, PublicKeyFile,
    SIGNATURE_ALGORITHM, SignatureFile,
};
use inlav_core::programme::{ProjectId, SiteId};
use sha2::{Digest as _, Sha256};

use super::error::OpenKeyError;
use super::file;
use super::label::KeyRole;
use super::passphrase::Passphrase;
use super::secret::Secret;

/// The signing key of a PUA: Ed25519 (RFC 8032), the root being its seed. Debug is redacted.
pub struct SigningKey {
    site: SiteId,
    key: ed25519_dalek::SigningKey,
}

impl SigningKey {
    pub(super) fn new(root: &Secret, site: SiteId) -> Self {
        // The root leaves its type to become the seed of the key pair, which wipes it on drop.
        Self { site, key: ed25519_dalek::SigningKey::from_bytes(root.expose()) }
    }

    /// The public half, as the hub registers it.
    #[must_use]
    pub fn public_key(&self) -> PublicKeyFile {
        PublicKeyFile {
            algorithm: SIGNATURE_ALGORITHM.to_owned(),
            format: FORMAT_VERSION,
            key_id: self.key_id(),
            public_key: hex::encode(self.key.verifying_key().as_bytes()),
            site: self.site.clone(),
        }
    }

    /// Signs a manifest's canonical bytes, after [`MANIFEST_SIGNING_CONTEXT`].
    ///
    /// # Guarantee
    /// A change of any bit of the manifest, and so of any file whose digest it holds, makes the
    /// signature invalid; a signature of a manifest is not valid for anything else. Test
    /// `every_flipped_bit_of_manifest_and_signature_is_seen` in `tests/extract`.
    #[must_use]
    pub fn sign(&self, manifest: &Manifest) -> SignatureFile {
        self.sign_document(MANIFEST_SIGNING_CONTEXT, &manifest.canonical())
    }

    /// Signs a document of the kind that `context` stands for.
    pub(super) fn sign_document(&self, context: &[u8], document: &[u8]) -> SignatureFile {
        let message = [context, document].concat();
        SignatureFile {
            algorithm: SIGNATURE_ALGORITHM.to_owned(),
            format: FORMAT_VERSION,
            key_id: self.key_id(),
            signature: hex::encode(self.key.sign(&message).to_bytes()),
        }
    }

    /// Opens the signing key of a PUA from its file.
    ///
    /// # Errors
    /// [`OpenKeyError`], naming the file.
    pub fn open(
        path: &Path,
        project: ProjectId,
        site: &SiteId,
        passphrase: &Passphrase,
    ) -> Result<Self, OpenKeyError> {
        let (root, _) = file::open(path, KeyRole::Signing, project, Some(site), passphrase)?;
        Ok(Self::new(&root, site.clone()))
    }

    /// Whose key it is.
    #[must_use]
    pub const fn site(&self) -> &SiteId {
        &self.site
    }

    /// First 16 hexadecimal digits of the SHA-256 of [`PUBLIC_KEY_CONTEXT`] and the public key.
    fn key_id(&self) -> String {
        let digest = Sha256::new()
            .chain_update(PUBLIC_KEY_CONTEXT)
            .chain_update(self.key.verifying_key().as_bytes())
            .finalize();
        let mut id = hex::encode(digest);
        id.truncate(16);
        id
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({}, redacted)", self.site)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: &str) -> SigningKey {
        let root = Secret::fill(|bytes| hex::decode_to_slice(seed, bytes)).unwrap();
        SigningKey::new(&root, "PUA05".parse().unwrap())
    }

    #[test]
    fn the_key_id_is_of_the_public_key() {
        let public = key(&"11".repeat(32)).public_key();
        let bytes = hex::decode(&public.public_key).unwrap();
        let digest = Sha256::new().chain_update(PUBLIC_KEY_CONTEXT).chain_update(bytes).finalize();
        assert_eq!(public.key_id, hex::encode(digest)[..16]);
    }
}
