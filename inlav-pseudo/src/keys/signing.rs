//! The key with which a PUA signs its extracts.

use ed25519_dalek::Signer as _;
use inlav_core::exchange::{
    FORMAT_VERSION, MANIFEST_SIGNING_CONTEXT, Manifest, PUBLIC_KEY_CONTEXT, PublicKeyFile,
    SIGNATURE_ALGORITHM, SignatureFile,
};
use inlav_core::programme::SiteId;
use sha2::{Digest as _, Sha256};

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
        let message = [MANIFEST_SIGNING_CONTEXT, &manifest.canonical()].concat();
        SignatureFile {
            algorithm: SIGNATURE_ALGORITHM.to_owned(),
            format: FORMAT_VERSION,
            key_id: self.key_id(),
            signature: hex::encode(self.key.sign(&message).to_bytes()),
        }
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

    /// RFC 8032 section 7.1, tests 1 and 2.
    #[test]
    fn rfc_8032_section_7_1() {
        for (seed, public, message, signature) in [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155\
                 5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                 085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ),
        ] {
            let key = key(seed);
            assert_eq!(key.public_key().public_key, public);
            let made = key.key.sign(&hex::decode(message).unwrap());
            assert_eq!(hex::encode(made.to_bytes()), signature);
        }
    }

    #[test]
    fn the_key_id_is_of_the_public_key() {
        let public = key(&"11".repeat(32)).public_key();
        let bytes = hex::decode(&public.public_key).unwrap();
        let digest = Sha256::new().chain_update(PUBLIC_KEY_CONTEXT).chain_update(bytes).finalize();
        assert_eq!(public.key_id, hex::encode(digest)[..16]);
    }
}
