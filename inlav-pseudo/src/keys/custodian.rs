//! The keys of the linkage custodian, in one folder: an office that is neither a PUA nor the hub
//! and puts a second key over linkage tokens, so that neither of the two can test a document alone.

use std::fs;
use std::path::{Path, PathBuf};

use hpke::kem::X25519HkdfSha256;
use hpke::{Kem, Serializable as _};
use inlav_core::exchange::{
    CUSTODIAN_FILE, CustodianFile, FORMAT_VERSION, PUBLIC_KEY_CONTEXT, RELINK_SIGNING_CONTEXT,
    RelinkManifest, SEALING_ALGORITHM, SEALING_KEY_CONTEXT, SIGNATURE_ALGORITHM, SignatureFile, canonical,
};
use inlav_core::identifiers::IdType;
use inlav_core::programme::ProjectId;
use inlav_core::whole::{self, Access, Existing, WholeDirectory};

use super::cost::KdfCost;
use super::derivation::{key_id, relink_key, relink_ledger_key};
use super::error::{CreateKeyError, OpenKeyError};
use super::file;
use super::label::{KeyId, KeyLabel, KeyRole};
use super::passphrase::Passphrase;
use super::secret::Secret;
use super::signing::{public_key_id, signature};

/// The keys of the linkage custodian. Debug is redacted.
pub struct CustodianKeys {
    project: ProjectId,
    /// In the order of their epochs.
    relink: Vec<RelinkKey>,
    sealing: SealingKey,
    signing: ed25519_dalek::SigningKey,
}

/// The custodian's second layer on tokens in one epoch. Destroying it makes the epoch unlinkable,
/// also for who holds the linkage key.
#[derive(Debug)]
pub struct RelinkKey {
    project: ProjectId,
    epoch: u32,
    root: Secret,
    id: KeyId,
}

/// The private key that PUA seal tokens to: X25519, made from its root by `DeriveKeyPair`
/// (RFC 9180 section 7.1.3). Debug is redacted.
pub struct SealingKey {
    private: <X25519HkdfSha256 as Kem>::PrivateKey,
    public: [u8; 32],
}

impl CustodianKeys {
    /// Draws the custodian's keys and writes `relink-<epoch>.ilk`, `sealing.ilk`, `signing.ilk`
    /// (their owner's only) and `custodian.pub` (for PUA and hub) into a new folder.
    ///
    /// # Guarantee
    /// The folder is there with all files or not at all; roots are drawn independently. Test
    /// `a_custodians_folder_is_whole_and_takes_another_epoch`.
    ///
    /// # Errors
    /// [`CreateKeyError`]; nothing was written.
    pub fn create(
        folder: &Path,
        project: ProjectId,
        epoch: u32,
        passphrase: &Passphrase,
        cost: KdfCost,
    ) -> Result<Self, CreateKeyError> {
        let directory = WholeDirectory::create(folder, Existing::Refuse)?;
        let draw = |role, epoch| {
            let path = path(directory.path(), role, epoch);
            file::create(&path, &label(project, role, epoch), passphrase, cost)
        };
        let root = draw(KeyRole::Relink, epoch)?;
        let (sealing, signing) = (draw(KeyRole::Sealing, 0)?, draw(KeyRole::Signing, 0)?);
        let relink = vec![RelinkKey::new(root, project, epoch)];
        let keys = Self::new(project, relink, &sealing, &signing);
        let public = directory.path().join(CUSTODIAN_FILE);
        whole::write(&public, &keys.public_file(), Access::Shared, Existing::Refuse)?;
        directory.finish()?;
        Ok(keys)
    }

    /// Draws the relink key of another epoch into the folder; these are the keys that were opened
    /// from it, so the passphrase is known to be that of the folder.
    ///
    /// # Errors
    /// [`CreateKeyError`]; nothing was written. Nothing is ever overwritten.
    pub fn add_epoch(
        &mut self,
        folder: &Path,
        epoch: u32,
        passphrase: &Passphrase,
        cost: KdfCost,
    ) -> Result<(), CreateKeyError> {
        let role = KeyRole::Relink;
        let root =
            file::create(&path(folder, role, epoch), &label(self.project, role, epoch), passphrase, cost)?;
        self.relink.push(RelinkKey::new(root, self.project, epoch));
        self.relink.sort_by_key(|key| key.epoch);
        Ok(())
    }

    /// Opens the custodian's keys, those of every epoch that the folder has.
    ///
    /// # Errors
    /// [`OpenKeyError`], naming the file.
    pub fn open(folder: &Path, project: ProjectId, passphrase: &Passphrase) -> Result<Self, OpenKeyError> {
        let open =
            |role| file::open(&path(folder, role, 0), role, project, None, passphrase).map(|(root, _)| root);
        let (sealing, signing) = (open(KeyRole::Sealing)?, open(KeyRole::Signing)?);
        let mut relink = Vec::new();
        for path in relink_files(folder)? {
            let (root, header) = file::open(&path, KeyRole::Relink, project, None, passphrase)?;
            relink.push(RelinkKey::new(root, project, header.label.epoch));
        }
        relink.sort_by_key(|key| key.epoch);
        Ok(Self::new(project, relink, &sealing, &signing))
    }

    /// The programme.
    #[must_use]
    pub const fn project(&self) -> ProjectId {
        self.project
    }

    /// The relink key of an epoch, if the folder has it.
    #[must_use]
    pub fn relink(&self, epoch: u32) -> Option<&RelinkKey> {
        self.relink.iter().find(|key| key.epoch == epoch)
    }

    /// The relink keys in the order of their epochs.
    #[must_use]
    pub fn epochs(&self) -> &[RelinkKey] {
        &self.relink
    }

    /// The key that PUA seal to.
    #[must_use]
    pub const fn sealing(&self) -> &SealingKey {
        &self.sealing
    }

    /// The public halves, as PUA and hub get them.
    #[must_use]
    pub fn public(&self) -> CustodianFile {
        let verifying = self.signing.verifying_key();
        CustodianFile {
            algorithm: SIGNATURE_ALGORITHM.to_owned(),
            format: FORMAT_VERSION,
            key_id: public_key_id(PUBLIC_KEY_CONTEXT, verifying.as_bytes()),
            project_id: self.project,
            public_key: hex::encode(verifying.as_bytes()),
            sealing_algorithm: SEALING_ALGORITHM.to_owned(),
            sealing_key: hex::encode(self.sealing.public),
            sealing_key_id: self.sealing.id(),
        }
    }

    /// The bytes of `custodian.pub`.
    #[must_use]
    pub fn public_file(&self) -> Vec<u8> {
        canonical(&self.public())
    }

    /// Signs the manifest of relinked tokens, after [`RELINK_SIGNING_CONTEXT`].
    #[must_use]
    pub fn sign(&self, manifest: &RelinkManifest) -> SignatureFile {
        signature(&self.signing, RELINK_SIGNING_CONTEXT, &manifest.canonical())
    }

    fn new(project: ProjectId, relink: Vec<RelinkKey>, sealing: &Secret, signing: &Secret) -> Self {
        // The root leaves its type to become the seed of the key pair, which wipes it on drop.
        let signing = ed25519_dalek::SigningKey::from_bytes(signing.expose());
        Self { project, relink, sealing: SealingKey::new(sealing), signing }
    }
}

impl RelinkKey {
    fn new(root: Secret, project: ProjectId, epoch: u32) -> Self {
        let id = key_id(&root, &label(project, KeyRole::Relink, epoch));
        Self { project, epoch, root, id }
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

    /// Key of the second layer on the tokens of one kind of document.
    pub(crate) fn layer(&self, purpose: &str, kind: IdType) -> Secret {
        relink_key(&self.root, self.project, purpose, kind, self.epoch)
    }

    /// Key of what is remembered of the tokens of this epoch.
    pub(crate) fn ledger(&self) -> Secret {
        relink_ledger_key(&self.root, self.project, self.epoch)
    }
}

impl SealingKey {
    pub(crate) fn new(root: &Secret) -> Self {
        // The root leaves its type to become the key pair, which wipes it on drop.
        let (private, public) = X25519HkdfSha256::derive_keypair(root.expose());
        Self { private, public: public.to_bytes().into() }
    }

    /// Id of the public half, as manifests name it.
    #[must_use]
    pub fn id(&self) -> String {
        public_key_id(SEALING_KEY_CONTEXT, &self.public)
    }

    pub(crate) const fn private(&self) -> &<X25519HkdfSha256 as Kem>::PrivateKey {
        &self.private
    }
}

impl std::fmt::Debug for CustodianKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CustodianKeys(redacted)")
    }
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey(redacted)")
    }
}

fn label(project: ProjectId, role: KeyRole, epoch: u32) -> KeyLabel {
    KeyLabel { role, project, site: None, epoch }
}

fn path(folder: &Path, role: KeyRole, epoch: u32) -> PathBuf {
    folder.join(if role == KeyRole::Relink { format!("{role}-{epoch}.ilk") } else { format!("{role}.ilk") })
}

fn relink_files(folder: &Path) -> Result<Vec<PathBuf>, OpenKeyError> {
    let read = |source| OpenKeyError::Read { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(read)? {
        let path = entry.map_err(read)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with("relink-") && name.ends_with(".ilk") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use inlav_core::programme::Programme;
    use inlav_verify::{CustodianKey, TrustedKeys};

    use super::*;

    #[test]
    fn a_custodians_folder_is_whole_and_takes_another_epoch() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("custodian");
        let project = Programme::inlav_lombardia().project_id;
        let passphrase = Passphrase::new("correct horse battery".to_owned());
        let cost = KdfCost::memory_mib(64).unwrap();
        let made = CustodianKeys::create(&folder, project, 2025, &passphrase, cost).unwrap();

        let mut opened = CustodianKeys::open(&folder, project, &passphrase).unwrap();
        assert_eq!(opened.public(), made.public());
        opened.add_epoch(&folder, 2024, &passphrase, cost).unwrap();
        assert!(opened.add_epoch(&folder, 2025, &passphrase, cost).is_err(), "a key was overwritten");
        let again = CustodianKeys::open(&folder, project, &passphrase).unwrap();
        assert_eq!(again.epochs().iter().map(RelinkKey::epoch).collect::<Vec<_>>(), [2024, 2025]);
        assert_eq!(again.relink(2025).unwrap().id(), made.relink(2025).unwrap().id());
        assert_ne!(again.relink(2024).unwrap().id(), again.relink(2025).unwrap().id());

        // What PUA and hub read says the same.
        let public = folder.join(CUSTODIAN_FILE);
        let key = CustodianKey::read(&public).unwrap();
        assert_eq!((key.project(), key.sealing_id()), (project, made.sealing().id().as_str()));
        TrustedKeys::read(&public).unwrap();
        let refused = CustodianKeys::create(&folder, project, 2025, &passphrase, cost);
        assert!(matches!(refused, Err(CreateKeyError::Write(_))));

        #[cfg(unix)]
        for name in ["relink-2024.ilk", "relink-2025.ilk", "sealing.ilk", "signing.ilk"] {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(folder.join(name)).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
