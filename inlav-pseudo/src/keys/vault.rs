//! The key of a PUA's vault.

use std::path::Path;

use inlav_core::programme::{ProjectId, SiteId};

use super::derivation::{key_id, vault_commitment, vault_record_key};
use super::error::OpenKeyError;
use super::file;
use super::label::{KeyId, KeyLabel, KeyRole};
use super::passphrase::Passphrase;
use super::secret::Secret;

/// The vault key of a PUA.
#[derive(Debug)]
pub struct VaultKey {
    project: ProjectId,
    site: SiteId,
    root: Secret,
    id: KeyId,
}

impl VaultKey {
    /// Opens the vault key of a PUA from its file.
    ///
    /// # Errors
    /// [`OpenKeyError`], naming the file.
    pub fn open(
        path: &Path,
        project: ProjectId,
        site: &SiteId,
        passphrase: &Passphrase,
    ) -> Result<Self, OpenKeyError> {
        let (root, _) = file::open(path, KeyRole::Vault, project, Some(site), passphrase)?;
        Ok(Self::new(root, project, site.clone()))
    }

    pub(crate) fn new(root: Secret, project: ProjectId, site: SiteId) -> Self {
        let label = KeyLabel { role: KeyRole::Vault, project, site: Some(site.clone()), epoch: 0 };
        let id = key_id(&root, &label);
        Self { project, site, root, id }
    }

    /// The programme.
    #[must_use]
    pub const fn project(&self) -> ProjectId {
        self.project
    }

    /// The PUA.
    #[must_use]
    pub const fn site(&self) -> &SiteId {
        &self.site
    }

    /// Which key it is.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Key of the records of the file with this salt.
    pub(crate) fn record_key(&self, epoch: u32, file_salt: &[u8; 32]) -> Secret {
        vault_record_key(&self.root, self.project, self.site.as_str(), epoch, file_salt)
    }

    /// Commitment of the file with this salt to this key.
    pub(crate) fn commitment(&self, epoch: u32, file_salt: &[u8; 32]) -> [u8; 16] {
        vault_commitment(&self.root, self.project, self.site.as_str(), epoch, file_salt)
    }
}
