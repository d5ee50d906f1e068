//! The keys of the linkage custodian, in one folder: an office that is neither a PUA nor the hub
//! and puts a second key over linkage tokens, so that neither of the two can test a document alone.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use hpke::kem::X25519HkdfSha256;
use hpke::{Kem, Serializable as _};
use inlav_core::exchange::{
    CUSTODIAN_FILE, CustodianFile, FORMAT_VERSION, RELINK_SIGNING_CONTEXT, RelinkManifest, SEALING_ALGORITHM,
    SEALING_KEY_CONTEXT, SIGNATURE_ALGORITHM, SignatureFile, canonical,
};
use inlav_core::identifiers::IdType;
use inlav_core::programme::ProjectId;
use inlav_core::whole::{self, Access, Existing, WholeDirectory, WholeError};

use super::cost::KdfCost;
use super::derivation::{key_id, relink_key, relink_ledger_key};
use super::error::{CreateKeyError, OpenKeyError};
use super::file;
use super::label::{KeyId, KeyLabel, KeyRole};
use super::passphrase::Passphrase;
use super::root::RootKey;
use super::secret::Secret;
use super::signing::{key_pair, public_key_id, signature, signing_key_id};
use crate::audit_log::{AUDIT_LOG_FILE, Action, AuditKey, AuditLog, CUSTODIAN, KeyNote};

/// The keys of the linkage custodian. Debug is redacted.
pub struct CustodianKeys {
    project: ProjectId,
    /// In the order of their epochs.
    relink: Vec<RelinkKey>,
    sealing: SealingKey,
    signing: ed25519_dalek::SigningKey,
    audit: AuditKey,
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
    /// (their owner's only) and `custodian.pub` (for PUA and hub) into a new folder, in which an audit log
    /// begins with them.
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
        at: DateTime<Utc>,
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
        let mut made: Vec<_> = keys.relink.iter().map(RelinkKey::note).collect();
        made.push(KeyNote::new(KeyRole::Sealing, keys.sealing.key_id(), 0));
        made.push(KeyNote::new(KeyRole::Signing, signing_key_id(&keys.signing), 0));
        keys.log(directory.path(), at, made)?;
        directory.finish()?;
        Ok(keys)
    }

    /// Draws the relink key of another epoch into the folder; these are the keys that were opened
    /// from it, so the passphrase is known to be that of the folder. The audit log has it first.
    ///
    /// # Errors
    /// [`CreateKeyError`]; no key was written. Nothing is ever overwritten.
    pub fn add_epoch(
        &mut self,
        folder: &Path,
        epoch: u32,
        passphrase: &Passphrase,
        cost: KdfCost,
        at: DateTime<Utc>,
    ) -> Result<(), CreateKeyError> {
        let path = path(folder, KeyRole::Relink, epoch);
        if path.symlink_metadata().is_ok() {
            return Err(WholeError::Exists { path }.into());
        }
        let key = RootKey::new(label(self.project, KeyRole::Relink, epoch), Secret::draw()?);
        self.log(folder, at, vec![KeyNote::new(KeyRole::Relink, key.id(), epoch)])?;
        key.write(&path, passphrase, cost, Existing::Refuse)?;
        self.relink.push(RelinkKey::new(key.into_secret(), self.project, epoch));
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
        // A copy under another name does no harm; of two keys nobody knows which one others use.
        relink.dedup_by_key(|key| (key.epoch, key.id));
        if let Some([one, _]) = relink.array_windows().find(|[one, other]| one.epoch == other.epoch) {
            return Err(OpenKeyError::TwoOfEpoch { path: folder.to_owned(), epoch: one.epoch });
        }
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
        custodian_file(self.project, &self.sealing, &self.signing)
    }

    /// The bytes of `custodian.pub`.
    #[must_use]
    pub fn public_file(&self) -> Vec<u8> {
        canonical(&self.public())
    }

    /// The key of the custodian's audit log.
    #[must_use]
    pub const fn audit(&self) -> &AuditKey {
        &self.audit
    }

    fn log(&self, folder: &Path, at: DateTime<Utc>, keys: Vec<KeyNote>) -> Result<(), CreateKeyError> {
        let mut log = AuditLog::open(&folder.join(AUDIT_LOG_FILE), self.audit.clone())?;
        log.append(at, &Action::KeysMade { keys })?;
        Ok(())
    }

    /// Signs the manifest of relinked tokens, after [`RELINK_SIGNING_CONTEXT`].
    #[must_use]
    pub fn sign(&self, manifest: &RelinkManifest) -> SignatureFile {
        signature(&self.signing, RELINK_SIGNING_CONTEXT, &manifest.canonical())
    }

    fn new(project: ProjectId, relink: Vec<RelinkKey>, sealing: &Secret, signing: &Secret) -> Self {
        let (root, sealing, signing) = (sealing, SealingKey::new(sealing), key_pair(signing));
        let audit = AuditKey::new(root, project, CUSTODIAN, sealing.key_id());
        Self { project, relink, sealing, signing, audit }
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

    fn note(&self) -> KeyNote {
        KeyNote::new(KeyRole::Relink, self.id, self.epoch)
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
        self.key_id().to_string()
    }

    pub(super) fn key_id(&self) -> KeyId {
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

/// The public halves of a custodian's keys.
pub(super) fn custodian_file(
    project: ProjectId,
    sealing: &SealingKey,
    signing: &ed25519_dalek::SigningKey,
) -> CustodianFile {
    CustodianFile {
        algorithm: SIGNATURE_ALGORITHM.to_owned(),
        format: FORMAT_VERSION,
        key_id: signing_key_id(signing).to_string(),
        project_id: project,
        public_key: hex::encode(signing.verifying_key().as_bytes()),
        sealing_algorithm: SEALING_ALGORITHM.to_owned(),
        sealing_key: hex::encode(sealing.public),
        sealing_key_id: sealing.id(),
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
        let now = DateTime::from_timestamp(1_750_000_000, 0).unwrap();
        let made = CustodianKeys::create(&folder, project, 2025, &passphrase, cost, now).unwrap();

        let mut opened = CustodianKeys::open(&folder, project, &passphrase).unwrap();
        assert_eq!(opened.public(), made.public());
        opened.add_epoch(&folder, 2024, &passphrase, cost, now).unwrap();
        assert!(opened.add_epoch(&folder, 2025, &passphrase, cost, now).is_err(), "a key was overwritten");
        let again = CustodianKeys::open(&folder, project, &passphrase).unwrap();
        assert_eq!(again.epochs().iter().map(RelinkKey::epoch).collect::<Vec<_>>(), [2024, 2025]);
        assert_eq!(again.relink(2025).unwrap().id(), made.relink(2025).unwrap().id());
        assert_ne!(again.relink(2024).unwrap().id(), again.relink(2025).unwrap().id());

        // The log has both acts, under the key that `sealing.ilk` gives, and not what was refused.
        let id = |name: &str| RootKey::header(&folder.join(name)).unwrap().id.to_string();
        let root = RootKey::open(&folder.join("sealing.ilk"), project, &passphrase).unwrap();
        let trail =
            crate::audit_log::read(&folder.join(AUDIT_LOG_FILE), Some(&root.audit().unwrap())).unwrap();
        let noted: Vec<Vec<_>> = trail
            .entries
            .iter()
            .map(|entry| match entry.known() {
                Some(Action::KeysMade { keys }) => keys.into_iter().map(|note| note.key).collect(),
                _ => Vec::new(),
            })
            .collect();
        let files = ["relink-2025.ilk", "sealing.ilk", "signing.ilk", "relink-2024.ilk"].map(id);
        assert_eq!(noted.concat(), files);
        assert_eq!(files[1..3], [made.public().sealing_key_id, made.public().key_id]);

        // A copy under another name is the same key; another key of the epoch is not taken for it.
        fs::copy(folder.join("relink-2025.ilk"), folder.join("relink-2025-copy.ilk")).unwrap();
        assert_eq!(CustodianKeys::open(&folder, project, &passphrase).unwrap().epochs().len(), 2);
        let label = label(project, KeyRole::Relink, 2025);
        file::create(&folder.join("relink-other.ilk"), &label, &passphrase, cost).unwrap();
        let two = CustodianKeys::open(&folder, project, &passphrase);
        assert!(matches!(two, Err(OpenKeyError::TwoOfEpoch { epoch: 2025, .. })));

        // What PUA and hub read says the same.
        let public = folder.join(CUSTODIAN_FILE);
        let key = CustodianKey::read(&public).unwrap();
        assert_eq!((key.project(), key.sealing_id()), (project, made.sealing().id().as_str()));
        TrustedKeys::read(&public).unwrap();
        let refused = CustodianKeys::create(&folder, project, 2025, &passphrase, cost, now);
        assert!(matches!(refused, Err(CreateKeyError::Write(_))));

        #[cfg(unix)]
        for name in ["relink-2024.ilk", "relink-2025.ilk", "sealing.ilk", "signing.ilk"] {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(folder.join(name)).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
