//! The key that all PUA share in one epoch.

use std::path::Path;

use inlav_core::identifiers::IdType;
use inlav_core::programme::ProjectId;

use super::cost::KdfCost;
use super::derivation::{key_id, linkage_token_key};
use super::error::{CreateKeyError, OpenKeyError};
use super::file;
use super::label::{KeyId, KeyLabel, KeyRole};
use super::passphrase::Passphrase;
use super::secret::Secret;
use crate::pseudonym::PseudonymKey;

/// The linkage key of an epoch: the same at all PUA, so that one person's documents give the
/// same tokens everywhere. Destroying it makes the epoch unlinkable.
#[derive(Debug)]
pub struct LinkageKey {
    project: ProjectId,
    epoch: u32,
    root: Secret,
    id: KeyId,
}

impl LinkageKey {
    /// Draws the linkage key of an epoch and writes its file, which must not exist.
    ///
    /// # Errors
    /// [`CreateKeyError`]; nothing was written.
    pub fn create(
        path: &Path,
        project: ProjectId,
        epoch: u32,
        passphrase: &Passphrase,
        cost: KdfCost,
    ) -> Result<Self, CreateKeyError> {
        let label = KeyLabel { role: KeyRole::Linkage, project, site: None, epoch };
        let root = file::create(path, &label, passphrase, cost)?;
        let id = key_id(&root, &label);
        Ok(Self { project, epoch, root, id })
    }

    /// Opens a linkage key of this programme.
    ///
    /// # Errors
    /// [`OpenKeyError`], naming the file.
    pub fn open(path: &Path, project: ProjectId, passphrase: &Passphrase) -> Result<Self, OpenKeyError> {
        let (root, header) = file::open(path, KeyRole::Linkage, project, None, passphrase)?;
        Ok(Self { project, epoch: header.label.epoch, root, id: header.id })
    }

    /// The programme.
    #[must_use]
    pub const fn project(&self) -> ProjectId {
        self.project
    }

    /// The epoch, usually a year.
    #[must_use]
    pub const fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Which key it is.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// The key of the tokens of one kind of identifier, for one purpose.
    ///
    /// # Guarantee
    /// Equal documents give equal tokens at all PUA with this key, and tokens of another purpose,
    /// kind, epoch or programme have nothing in common with them. Test
    /// `keys::derivation::tests::every_label_separates_keys`.
    #[must_use]
    pub fn token_key(&self, purpose: &str, kind: IdType) -> PseudonymKey {
        PseudonymKey::new(&linkage_token_key(&self.root, self.project, purpose, kind, self.epoch), kind)
    }
}
