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
use super::label::{KeyId, KeyRole};
use super::passphrase::Passphrase;
use super::secret::Secret;

/// The signing key of a PUA: Ed25519 (RFC 8032), the root being its seed. Debug is redacted.
pub struct SigningKey {
    site: SiteId,
    key: ed25519_dalek::SigningKey,
}

impl SigningKey {
    pub(super) fn new(root: &Secret, site: SiteId) -> Self {
        Self { site, key: key_pair(root) }
    }

    /// Which key it is: the id of its public half.
    #[must_use]
    pub fn id(&self) -> KeyId {
        signing_key_id(&self.key)
    }

    /// The public half, as the hub registers it.
    #[must_use]
    pub fn public_key(&self) -> PublicKeyFile {
        PublicKeyFile {
            algorithm: SIGNATURE_ALGORITHM.to_owned(),
            format: FORMAT_VERSION,
            key_id: self.id().to_string(),
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
        signature(&self.key, MANIFEST_SIGNING_CONTEXT, &manifest.canonical())
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
}

/// The signature of a document after the context that says what kind of document it is.
pub(super) fn signature(key: &ed25519_dalek::SigningKey, context: &[u8], document: &[u8]) -> SignatureFile {
    SignatureFile {
        algorithm: SIGNATURE_ALGORITHM.to_owned(),
        format: FORMAT_VERSION,
        key_id: signing_key_id(key).to_string(),
        signature: hex::encode(key.sign(&[context, document].concat()).to_bytes()),
    }
}

/// The key pair of a root.
pub(super) fn key_pair(root: &Secret) -> ed25519_dalek::SigningKey {
    // The root leaves its type to become the seed of the key pair, which wipes it on drop.
    ed25519_dalek::SigningKey::from_bytes(root.expose())
}

/// Id of a signing key: that of its public half.
pub(super) fn signing_key_id(key: &ed25519_dalek::SigningKey) -> KeyId {
    public_key_id(PUBLIC_KEY_CONTEXT, key.verifying_key().as_bytes())
}

/// Id of a public key: the first 8 bytes of the SHA-256 of a context and the key.
pub(super) fn public_key_id(context: &[u8], public: &[u8; 32]) -> KeyId {
    let digest: [u8; 32] = Sha256::new().chain_update(context).chain_update(public).finalize().into();
    KeyId(*digest.first_chunk().expect("a digest has 32 bytes"))
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
