//! The public keys that somebody has registered.

use std::collections::BTreeMap;
use std::path::Path;

use ed25519_dalek::VerifyingKey;
use inlav_core::exchange::{
    CustodianFile, FORMAT_VERSION, PUBLIC_KEY_CONTEXT, PublicKeyFile, SEALING_ALGORITHM, SEALING_KEY_CONTEXT,
    SIGNATURE_ALGORITHM, VAULT_PUBLIC_KEY_FILE,
};
use inlav_core::programme::{ProjectId, SiteId};
use sha2::{Digest as _, Sha256};

use crate::error::{Document, Novelty};
use crate::{VerifyError, files_in, read_text};

/// The public keys the hub or the custodian has registered: one per PUA, or several while a PUA
/// that has made new keys still has extracts under its old one; and the custodian's. Remove a key
/// and what it signed is refused.
#[derive(Debug, Clone, Default)]
pub struct TrustedKeys(BTreeMap<String, (Signer, VerifyingKey)>);

/// Whose key it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Signer {
    Site(SiteId),
    Custodian(ProjectId),
}

/// The public keys of a custodian, whose ids were compared with the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustodianKey {
    project: ProjectId,
    sealing: [u8; 32],
    sealing_id: String,
    signing_id: String,
    verifying: VerifyingKey,
}

impl TrustedKeys {
    /// Reads one public key file, or every `*.pub` file in a folder.
    ///
    /// # Errors
    /// [`VerifyError`] when a file cannot be read or is not a public key.
    pub fn read(path: &Path) -> Result<Self, VerifyError> {
        let mut keys = Self::default();
        if path.is_dir() {
            for file in files_in(path)? {
                // A PUA's own folder also has what its vaults are sealed to, which signs nothing.
                let of_vault = file.file_name().is_some_and(|name| name == VAULT_PUBLIC_KEY_FILE);
                if file.extension().is_some_and(|extension| extension == "pub") && !of_vault {
                    keys.add(&file)?;
                }
            }
        } else {
            keys.add(path)?;
        }
        if keys.0.is_empty() { Err(VerifyError::NoKeys { path: path.to_owned() }) } else { Ok(keys) }
    }

    pub(crate) fn get(&self, key_id: &str) -> Option<&(Signer, VerifyingKey)> {
        self.0.get(key_id)
    }

    fn add(&mut self, path: &Path) -> Result<(), VerifyError> {
        let text = read_text(path)?;
        let (id, signer, key) = match serde_json::from_slice::<PublicKeyFile>(&text) {
            Ok(file) => {
                require_known(path, file.format, &file.algorithm)?;
                let key = verifying_key(&file.public_key, &file.key_id).ok_or_else(|| form(path))?;
                (file.key_id, Signer::Site(file.site), key)
            }
            Err(_) => {
                let custodian = CustodianKey::parse(path, &text)?;
                (custodian.signing_id, Signer::Custodian(custodian.project), custodian.verifying)
            }
        };
        self.0.insert(id, (signer, key));
        Ok(())
    }
}

impl CustodianKey {
    /// Reads a custodian's public keys.
    ///
    /// # Errors
    /// [`VerifyError`] when the file cannot be read or is not what it should be.
    pub fn read(path: &Path) -> Result<Self, VerifyError> {
        Self::parse(path, &read_text(path)?)
    }

    /// The programme.
    #[must_use]
    pub const fn project(&self) -> ProjectId {
        self.project
    }

    /// The X25519 key that tokens are sealed to (RFC 7748).
    #[must_use]
    pub const fn sealing(&self) -> &[u8; 32] {
        &self.sealing
    }

    /// Id of the sealing key, as manifests name it.
    #[must_use]
    pub fn sealing_id(&self) -> &str {
        &self.sealing_id
    }

    fn parse(path: &Path, text: &[u8]) -> Result<Self, VerifyError> {
        let file: CustodianFile = serde_json::from_slice(text).map_err(|_| form(path))?;
        require_known(path, file.format, &file.algorithm)?;
        if file.sealing_algorithm != SEALING_ALGORITHM {
            return Err(VerifyError::Unknown { path: path.to_owned(), what: Novelty::Format });
        }
        let verifying = verifying_key(&file.public_key, &file.key_id).ok_or_else(|| form(path))?;
        let sealing = key_of_id(&file.sealing_key, &file.sealing_key_id, SEALING_KEY_CONTEXT)
            .ok_or_else(|| form(path))?;
        Ok(Self {
            project: file.project_id,
            sealing,
            sealing_id: file.sealing_key_id,
            signing_id: file.key_id,
            verifying,
        })
    }
}

fn verifying_key(digits: &str, id: &str) -> Option<VerifyingKey> {
    VerifyingKey::from_bytes(&key_of_id(digits, id, PUBLIC_KEY_CONTEXT)?).ok()
}

/// The 32 bytes of a public key, if its id is the beginning of their digest.
fn key_of_id(digits: &str, id: &str, context: &[u8]) -> Option<[u8; 32]> {
    let mut bytes = [0_u8; 32];
    hex::decode_to_slice(digits, &mut bytes).ok()?;
    let digest = Sha256::new().chain_update(context).chain_update(bytes).finalize();
    (id.len() == 16 && hex::encode(digest).starts_with(id)).then_some(bytes)
}

fn require_known(path: &Path, format: u32, algorithm: &str) -> Result<(), VerifyError> {
    if format == FORMAT_VERSION && algorithm == SIGNATURE_ALGORITHM {
        return Ok(());
    }
    Err(VerifyError::Unknown { path: path.to_owned(), what: Novelty::Format })
}

fn form(path: &Path) -> VerifyError {
    VerifyError::Form { path: path.to_owned(), what: Document::PublicKey }
}
