//! The keys of one PUA, in one folder.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use inlav_core::exchange::canonical;
use inlav_core::identifiers::IdType;
use inlav_core::programme::{ProjectId, SiteId};
use inlav_core::whole::{self, Access, Existing, WholeDirectory};

use super::cost::KdfCost;
use super::derivation::{date_shift_key, key_id, sealing_material, site_pseudonym_key};
use super::error::{CreateKeyError, OpenKeyError};
use super::file;
use super::label::{KeyId, KeyLabel, KeyRole};
use super::passphrase::Passphrase;
use super::root::RootKey;
use super::secret::Secret;
use super::signing::SigningKey;
use super::vault::VaultSealKey;
use crate::audit_log::{AUDIT_LOG_FILE, Action, AuditKey, AuditLog, AuditLogError, KeyNote};
use crate::date_shift::DateShiftKey;
use crate::pseudonym::PseudonymKey;

/// The keys of one PUA: pseudonyms, vault, signatures.
#[derive(Debug)]
pub struct SiteKeys {
    project: ProjectId,
    site: SiteId,
    root: Secret,
    id: KeyId,
    vault: VaultSealKey,
    audit: AuditKey,
    signing: SigningKey,
}

impl SiteKeys {
    /// Draws the keys of a PUA and writes `site.ilk`, `vault.ilk`, `signing.ilk` (their owner's
    /// only), `vault.pub` (to seal) and `<SITE>.pub` (for the hub) into a new folder.
    ///
    /// # Guarantee
    /// The folder is there with all files or not at all; roots are drawn independently. Test
    /// `a_ring_is_whole_or_absent_and_private`.
    ///
    /// # Errors
    /// [`CreateKeyError`]; nothing was written.
    pub fn create(
        folder: &Path,
        project: ProjectId,
        site: &SiteId,
        passphrase: &Passphrase,
        cost: KdfCost,
    ) -> Result<Self, CreateKeyError> {
        let new = NewSiteKeys::draw(folder, project, site, passphrase, cost)?;
        new.keep_vault_key(passphrase, cost)?;
        new.finish()
    }

    /// Opens the keys of a PUA from the folder that [`Self::create`] made. `vault.ilk`, the private
    /// half of the vault key, is not needed: it may have been split and destroyed.
    ///
    /// # Errors
    /// [`OpenKeyError`], naming the file.
    pub fn open(
        folder: &Path,
        project: ProjectId,
        site: &SiteId,
        passphrase: &Passphrase,
    ) -> Result<Self, OpenKeyError> {
        let open = |role| {
            file::open(&path(folder, role), role, project, Some(site), passphrase).map(|(root, _)| root)
        };
        let (root, signing) = (open(KeyRole::Site)?, open(KeyRole::Signing)?);
        let id = site_key_id(&root, project, site);
        let vault = VaultSealKey::open(folder, &root, id, project, site)?;
        Ok(Self::new(project, site, root, vault, &signing))
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

    /// Which site key it is.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// What seals a vault.
    #[must_use]
    pub const fn vault(&self) -> &VaultSealKey {
        &self.vault
    }

    /// The key of the PUA's audit log.
    #[must_use]
    pub const fn audit(&self) -> &AuditKey {
        &self.audit
    }

    /// The signing key.
    #[must_use]
    pub const fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// The key of the pseudonyms of one kind of register number, for one purpose.
    ///
    /// # Guarantee
    /// Equal numbers of one kind give equal pseudonyms in every table of this PUA, and pseudonyms
    /// of another purpose, kind, PUA or programme have nothing in common with them. Test
    /// `keys::derivation::tests::every_label_separates_keys`.
    #[must_use]
    pub fn pseudonym_key(&self, purpose: &str, kind: IdType) -> PseudonymKey {
        let key = site_pseudonym_key(&self.root, self.project, self.site.as_str(), purpose, kind);
        PseudonymKey::new(&key, kind)
    }

    /// The key of the shifts of dates, for one purpose.
    #[must_use]
    pub fn date_shift_key(&self, purpose: &str) -> DateShiftKey {
        DateShiftKey::new(&date_shift_key(&self.root, self.project, self.site.as_str(), purpose))
    }

    /// Keying material with which a file of tokens is sealed; see [`sealing_material`].
    pub(crate) fn sealing_material(&self, purpose: &str, epoch: u32, digest: &[u8; 32]) -> Secret {
        sealing_material(&self.root, self.project, self.site.as_str(), purpose, epoch, digest)
    }

    fn new(project: ProjectId, site: &SiteId, root: Secret, vault: VaultSealKey, signing: &Secret) -> Self {
        let id = site_key_id(&root, project, site);
        let audit = AuditKey::new(&root, project, site.as_str(), id);
        let signing = SigningKey::new(signing, site.clone());
        Self { project, site: site.clone(), root, id, vault, audit, signing }
    }
}

/// Keys of a PUA that have been drawn and are not in their place yet. Dropped, they have never been.
#[derive(Debug)]
pub struct NewSiteKeys {
    directory: WholeDirectory,
    keys: SiteKeys,
    vault: RootKey,
}

impl NewSiteKeys {
    /// Draws the keys of a PUA for a folder that must not exist. The vault's key is not written.
    ///
    /// # Errors
    /// [`CreateKeyError`]; nothing was written.
    pub fn draw(
        folder: &Path,
        project: ProjectId,
        site: &SiteId,
        passphrase: &Passphrase,
        cost: KdfCost,
    ) -> Result<Self, CreateKeyError> {
        let directory = WholeDirectory::create(folder, Existing::Refuse)?;
        let label = |role| KeyLabel { role, project, site: Some(site.clone()), epoch: 0 };
        let draw = |role| file::create(&path(directory.path(), role), &label(role), passphrase, cost);
        let (root, vault, signing) = (draw(KeyRole::Site)?, Secret::draw()?, draw(KeyRole::Signing)?);
        let vault = RootKey::new(label(KeyRole::Vault), vault);
        let seal = VaultSealKey::of(&root, site_key_id(&root, project, site), site, &vault);
        seal.write(directory.path(), Existing::Refuse)?;
        let keys = SiteKeys::new(project, site, root, seal, &signing);
        let public = directory.path().join(format!("{site}.pub"));
        whole::write(&public, &canonical(&keys.signing.public_key()), Access::Shared, Existing::Refuse)?;
        Ok(Self { directory, keys, vault })
    }

    /// The keys.
    #[must_use]
    pub const fn keys(&self) -> &SiteKeys {
        &self.keys
    }

    /// The key of the vault, to be split among its custodians.
    #[must_use]
    pub const fn vault(&self) -> &RootKey {
        &self.vault
    }

    /// Also writes `vault.ilk`. Without it the vault's key is nowhere but in its shares.
    ///
    /// # Errors
    /// [`CreateKeyError`]; nothing was written.
    pub fn keep_vault_key(&self, passphrase: &Passphrase, cost: KdfCost) -> Result<(), CreateKeyError> {
        let path = path(self.directory.path(), KeyRole::Vault);
        self.vault.write(&path, passphrase, cost, Existing::Refuse)
    }

    /// What an audit log says of them.
    #[must_use]
    pub fn made(&self) -> Action {
        let note = |role, id| KeyNote::new(role, id, 0);
        let SiteKeys { id, vault, signing, .. } = &self.keys;
        Action::KeysMade {
            keys: vec![
                note(KeyRole::Site, *id),
                note(KeyRole::Vault, vault.id()),
                note(KeyRole::Signing, signing.id()),
            ],
        }
    }

    /// Begins the PUA's audit log in the folder, with this.
    ///
    /// # Errors
    /// [`AuditLogError`]; nothing was written.
    pub fn log(&self, at: DateTime<Utc>, actions: &[Action]) -> Result<(), AuditLogError> {
        let path = self.directory.path().join(AUDIT_LOG_FILE);
        let mut log = AuditLog::open(&path, self.keys.audit().clone())?;
        actions.iter().try_for_each(|action| log.append(at, action).map(drop))
    }

    /// Puts the folder in its place.
    ///
    /// # Errors
    /// [`CreateKeyError`]; nothing was written.
    pub fn finish(self) -> Result<SiteKeys, CreateKeyError> {
        self.directory.finish()?;
        Ok(self.keys)
    }
}

fn site_key_id(root: &Secret, project: ProjectId, site: &SiteId) -> KeyId {
    key_id(root, &KeyLabel { role: KeyRole::Site, project, site: Some(site.clone()), epoch: 0 })
}

fn path(folder: &Path, role: KeyRole) -> PathBuf {
    folder.join(format!("{role}.ilk"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use inlav_core::exchange::PublicKeyFile;
    use inlav_core::programme::Programme;

    use super::*;
    use crate::keys::{LinkageKey, VaultOpenKey};

    fn passphrase() -> Passphrase {
        Passphrase::new("correct horse battery".to_owned())
    }

    fn cheap() -> KdfCost {
        KdfCost::memory_mib(64).unwrap()
    }

    #[test]
    fn a_ring_is_whole_or_absent_and_private() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("keys");
        let project = Programme::inlav_lombardia().project_id;
        let site: SiteId = "PUA05".parse().unwrap();

        let short = Passphrase::new("short".to_owned());
        let refused = SiteKeys::create(&folder, project, &site, &short, cheap());
        assert!(matches!(refused, Err(CreateKeyError::ShortPassphrase)));
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);

        let made = SiteKeys::create(&folder, project, &site, &passphrase(), cheap()).unwrap();
        let opened = SiteKeys::open(&folder, project, &site, &passphrase()).unwrap();
        assert_eq!(made.id(), opened.id());
        assert_eq!(made.vault().id(), opened.vault().id());
        assert_eq!(made.signing().public_key(), opened.signing().public_key());
        let vault = VaultOpenKey::open(&folder.join("vault.ilk"), project, &site, &passphrase()).unwrap();
        assert_eq!(vault.id(), made.vault().id());
        let public: PublicKeyFile =
            serde_json::from_slice(&fs::read(folder.join("PUA05.pub")).unwrap()).unwrap();
        assert_eq!(public, made.signing().public_key());
        // A key has one id, wherever it is named.
        let id = |name: &str| RootKey::header(&folder.join(name)).unwrap().id.to_string();
        assert_eq!((id("signing.ilk"), id("vault.ilk")), (public.key_id, made.vault().id().to_string()));
        let again = SiteKeys::create(&folder, project, &site, &passphrase(), cheap());
        assert!(matches!(again, Err(CreateKeyError::Write(_))));

        #[cfg(unix)]
        for name in ["site.ilk", "vault.ilk", "signing.ilk"] {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(folder.join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_linkage_key_keeps_its_epoch_and_is_no_site_key() {
        let folder = tempfile::tempdir().unwrap();
        let project = Programme::inlav_lombardia().project_id;
        let file = folder.path().join("linkage-2025.ilk");
        let made = LinkageKey::create(&file, project, 2025, &passphrase(), cheap()).unwrap();
        let opened = LinkageKey::open(&file, project, &passphrase()).unwrap();
        assert_eq!((opened.epoch(), opened.id()), (2025, made.id()));
        let refused = VaultOpenKey::open(&file, project, &"PUA05".parse().unwrap(), &passphrase());
        assert!(matches!(
            refused,
            Err(OpenKeyError::Role { expected: KeyRole::Vault, found: KeyRole::Linkage, .. })
        ));
    }
}
