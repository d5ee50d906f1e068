//! A new signing key alone, for when the old one was stolen or lost: pseudonyms and vaults hang on other
//! roots and stay as they are.

use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use inlav_core::exchange::{CUSTODIAN_FILE, canonical};
use inlav_core::language::Language;
use inlav_core::programme::{ProjectId, SiteId};
use inlav_core::whole::{self, Access, Existing};

use super::custodian::{SealingKey, custodian_file};
use super::error::{CreateKeyError, OpenKeyError};
use super::label::{KeyId, KeyLabel, KeyRole};
use super::passphrase::Passphrase;
use super::root::RootKey;
use super::secret::Secret;
use super::signing::{SigningKey, key_pair};
use crate::audit_log::{AUDIT_LOG_FILE, Action, AuditLog, AuditLogError, KeyNote};

/// A signing key that took the place of another one.
#[derive(Debug)]
#[non_exhaustive]
pub struct Renewed {
    /// Whose it is; `None` is the linkage custodian.
    pub site: Option<SiteId>,
    /// Which key it is.
    pub id: KeyId,
    /// Which key it replaces; `None` if there was none any more.
    pub replaces: Option<KeyId>,
    /// The file of its public half.
    pub public: PathBuf,
}

/// A signing key cannot be renewed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenewError {
    /// The keys of the folder cannot be opened; nothing was done.
    #[error(transparent)]
    Open(#[from] OpenKeyError),
    /// The new key cannot be written. The log may already say that it was; do it again.
    #[error(transparent)]
    Create(#[from] CreateKeyError),
}

/// Draws a new signing key for the folder of a PUA or of the linkage custodian, under the passphrase and
/// the cost of its other keys, and writes its public half anew. The audit log has it first.
///
/// # Guarantee
/// No other key of the folder is touched. Until the new key's file was read back the old one is there;
/// broken off, doing it again makes another new key, and the log has both. Test
/// `a_new_signing_key_leaves_all_others_as_they_are`.
///
/// # Errors
/// [`RenewError`].
pub fn renew_signing(
    folder: &Path,
    project: ProjectId,
    passphrase: &Passphrase,
    at: DateTime<Utc>,
) -> Result<Renewed, RenewError> {
    let [of_pua, of_custodian] = [KeyRole::Site, KeyRole::Sealing].map(|role| file_of(folder, role));
    let path = if of_pua.exists() || !of_custodian.exists() { of_pua } else { of_custodian };
    let cost = RootKey::header(&path)?.cost;
    let keeper = RootKey::open(&path, project, passphrase)?;
    let found = keeper.label().role;
    let audit = keeper.audit().ok_or(OpenKeyError::Role { path, expected: KeyRole::Site, found })?;
    let of = keeper.label().site.clone();

    let path = file_of(folder, KeyRole::Signing);
    let label = KeyLabel { role: KeyRole::Signing, project, site: of.clone(), epoch: 0 };
    let replaces = replaced(&path, &label)?;
    let key = RootKey::new(label, Secret::draw().map_err(CreateKeyError::from)?);
    let (public, bytes) = match &of {
        Some(site) => {
            let file = SigningKey::new(key.secret(), site.clone()).public_key();
            (folder.join(format!("{site}.pub")), canonical(&file))
        }
        None => {
            let (sealing, signing) = (SealingKey::new(keeper.secret()), key_pair(key.secret()));
            (folder.join(CUSTODIAN_FILE), canonical(&custodian_file(project, &sealing, &signing)))
        }
    };

    let note = |id| KeyNote::new(KeyRole::Signing, id, 0);
    let entry = match replaces {
        Some(old) => Action::KeyRotated { key: note(key.id()), replaces: note(old) },
        None => Action::KeysMade { keys: vec![note(key.id())] },
    };
    let log = |error: AuditLogError| CreateKeyError::from(error);
    AuditLog::open(&folder.join(AUDIT_LOG_FILE), audit).map_err(log)?.append(at, &entry).map_err(log)?;
    key.write(&path, passphrase, cost, Existing::Replace)?;
    whole::write(&public, &bytes, Access::Shared, Existing::Replace).map_err(CreateKeyError::from)?;
    Ok(Renewed { site: of, id: key.id(), replaces, public })
}

/// The signing key that is there, unless there is none any more.
///
/// # Errors
/// [`OpenKeyError`] if the file holds a key of somebody else or for something else: it stays.
fn replaced(path: &Path, label: &KeyLabel) -> Result<Option<KeyId>, OpenKeyError> {
    let header = match RootKey::header(path) {
        Err(OpenKeyError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            return Ok(None);
        }
        header => header?,
    };
    let (path, found) = (path.to_owned(), header.label);
    if found.role != label.role {
        return Err(OpenKeyError::Role { path, expected: label.role, found: found.role });
    }
    if found.project != label.project {
        return Err(OpenKeyError::Project { path });
    }
    if found.site != label.site {
        return Err(OpenKeyError::Owner { path, expected: label.site.clone(), found: found.site });
    }
    Ok(Some(header.id))
}

fn file_of(folder: &Path, role: KeyRole) -> PathBuf {
    folder.join(format!("{role}.ilk"))
}

impl RenewError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Open(error) => error.text(language),
            Self::Create(error) => error.text(language),
        }
    }
}
