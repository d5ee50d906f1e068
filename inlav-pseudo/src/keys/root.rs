//! A root key of whatever role, as it is kept: in a key file, or in shares.

use std::path::Path;

use inlav_core::programme::{ProjectId, SiteId};
use inlav_core::whole::Existing;

use super::cost::KdfCost;
use super::derivation::key_id;
use super::error::{CreateKeyError, OpenKeyError};
use super::file;
use super::label::{KeyId, KeyLabel, KeyRole};
use super::passphrase::Passphrase;
use super::secret::Secret;
use super::shares::{self, CombineError, Share, SplitError};
use crate::audit_log::{AuditKey, CUSTODIAN};

/// A root key with its label: what a key file holds and what shares give back. It can be kept,
/// split and put together; to use it, open it as what it is for.
#[derive(Debug)]
pub struct RootKey {
    label: KeyLabel,
    id: KeyId,
    root: Secret,
}

/// What a key file tells without its passphrase. Until the file is opened nothing vouches for it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct KeyFileHeader {
    /// Whose key it is.
    pub label: KeyLabel,
    /// Which key it is.
    pub id: KeyId,
    /// What one guess of its passphrase costs.
    pub cost: KdfCost,
}

impl RootKey {
    pub(crate) fn new(label: KeyLabel, root: Secret) -> Self {
        let id = key_id(&root, &label);
        Self { label, id, root }
    }

    /// Whose key it is.
    #[must_use]
    pub const fn label(&self) -> &KeyLabel {
        &self.label
    }

    /// Which key it is.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// The key of the audit log beside it, if it is the key behind one: the site key of a PUA or the
    /// sealing key of the linkage custodian.
    #[must_use]
    pub fn audit(&self) -> Option<AuditKey> {
        let keeper = match (self.label.role, &self.label.site) {
            (KeyRole::Site, Some(site)) => SiteId::as_str(site),
            (KeyRole::Sealing, None) => CUSTODIAN,
            _ => return None,
        };
        Some(AuditKey::new(&self.root, self.label.project, keeper, self.id))
    }

    /// What a key file tells without its passphrase.
    ///
    /// # Errors
    /// [`OpenKeyError`], naming the file.
    pub fn header(path: &Path) -> Result<KeyFileHeader, OpenKeyError> {
        let file::Header { label, id, cost, .. } = file::header(path)?;
        Ok(KeyFileHeader { label, id, cost })
    }

    /// Opens a key file of this programme, whatever the key is for.
    ///
    /// # Errors
    /// [`OpenKeyError`], naming the file. Damage, limits and programme are looked at before any
    /// work is done on the passphrase.
    pub fn open(path: &Path, project: ProjectId, passphrase: &Passphrase) -> Result<Self, OpenKeyError> {
        file::open_any(path, project, passphrase)
    }

    /// Writes the key's file.
    ///
    /// # Guarantee
    /// What was at `path` is there until the new file was read back with this passphrase. Test
    /// `a_key_under_a_new_passphrase_is_the_same_key`.
    ///
    /// # Errors
    /// [`CreateKeyError`]; nothing was written.
    pub fn write(
        &self,
        path: &Path,
        passphrase: &Passphrase,
        cost: KdfCost,
        existing: Existing,
    ) -> Result<(), CreateKeyError> {
        file::write(path, self, passphrase, cost, existing)
    }

    /// The root, without its label.
    pub(crate) fn into_secret(self) -> Secret {
        self.root
    }

    /// The root itself.
    pub(crate) const fn secret(&self) -> &Secret {
        &self.root
    }

    /// Splits the key into one share per custodian, of which any `threshold` give it back.
    ///
    /// # Guarantee
    /// Fewer than `threshold` shares tell nothing about the key: for every key they are equally
    /// likely. Test `one_share_too_few_tells_nothing`.
    ///
    /// # Errors
    /// [`SplitError`].
    pub fn split(&self, threshold: u8, custodians: &[String]) -> Result<Vec<Share>, SplitError> {
        shares::split(self, threshold, custodians)
    }

    /// Puts a key together from its shares.
    ///
    /// # Guarantee
    /// What comes out has the key id that the shares state, or nothing does. Test
    /// `a_wrong_set_of_shares_is_named`.
    ///
    /// # Errors
    /// [`CombineError`], naming the share at fault by its number.
    pub fn combine(shares: &[Share]) -> Result<Self, CombineError> {
        shares::combine(shares)
    }
}
