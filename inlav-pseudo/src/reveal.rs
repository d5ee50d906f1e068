//! Giving back what identifies a person, when the person must be protected.
//!
//! It takes the PUA's site key, the shares of as many custodians as the vault key was split for, a
//! reason and a case reference. The audit log says so before anything is opened.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Seek as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use inlav_core::exchange::Digest;
use inlav_core::language::Language;
use sha2::{Digest as _, Sha256};

use crate::audit_log::{Action, AuditLog, AuditLogError, CustodianShare, Remark};
use crate::keys::{CombineError, RootKey, Share, VaultOpenKey, VaultSealKey};
use crate::pseudonym::Pseudonym;
use crate::vault::{Identity, Records, Sealed, VaultReadError, VaultReader};

/// Whom to reveal, why, and with what.
#[derive(Debug)]
pub struct RevealRequest<'a> {
    /// The vault.
    pub vault: &'a Path,
    /// What its PUA has.
    pub key: &'a VaultSealKey,
    /// What its custodians have.
    pub shares: &'a [Share],
    /// The persons.
    pub persons: &'a BTreeSet<Pseudonym>,
    /// Why.
    pub reason: &'a Remark,
    /// Reference of the case that it is for.
    pub case: &'a Remark,
    /// When.
    pub at: DateTime<Utc>,
}

/// What there is of a person. Debug is redacted.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Revealed {
    /// What identifies the person.
    Person(Identity),
    /// The person was forgotten.
    Forgotten,
    /// The vault does not know the pseudonym.
    Absent,
}

/// Nothing is revealed. Never holds a pseudonym or a value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RevealError {
    /// The shares do not give a key.
    #[error(transparent)]
    Shares(#[from] CombineError),
    /// They are shares of another kind of key.
    #[error("the shares are those of a {}, not of a vault key", .0.text(Language::En))]
    OtherKey(crate::keys::KeyRole),
    /// The vault cannot be opened.
    #[error(transparent)]
    Vault(#[from] VaultReadError),
    /// The vault cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The vault.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The audit log cannot be added to.
    #[error(transparent)]
    Log(#[from] AuditLogError),
    /// Nobody was named.
    #[error("no person was named")]
    Nobody,
}

/// Gives back what identifies persons, in the order of the vault; persons of whom there is nothing
/// come last.
///
/// # Guarantee
/// No record is opened before the entry is on disk, without enough shares, or of anybody else. A
/// person who was forgotten is not given back, even from an older copy of the vault. Tests
/// `nothing_is_revealed_that_is_not_logged` and `a_forgotten_person_is_not_revealed_from_a_backup`.
///
/// # Errors
/// [`RevealError`]; nothing is given back then.
pub fn reveal(
    request: &RevealRequest<'_>,
    log: &mut AuditLog,
) -> Result<Vec<(Pseudonym, Revealed)>, RevealError> {
    if request.persons.is_empty() {
        return Err(RevealError::Nobody);
    }
    let root = RootKey::combine(request.shares)?;
    let open = VaultOpenKey::from_root(&root).ok_or(RevealError::OtherKey(root.label().role))?;
    drop(root);

    let path = request.vault;
    let io = |source| RevealError::Io { path: path.to_owned(), source };
    let mut file = BufReader::new(File::open(path).map_err(io)?);
    let mut digest = Sha256::new();
    loop {
        let bytes = file.fill_buf().map_err(io)?;
        let read = bytes.len();
        if read == 0 {
            break;
        }
        digest.update(bytes);
        file.consume(read);
    }
    file.rewind().map_err(io)?;
    // The commitment is compared here: an entry is written only if the vault can be opened.
    let vault = VaultReader::of(Records::begin(path, file)?, request.key, &open)?;

    let share =
        |share: &Share| CustodianShare { custodian: share.custodian().to_owned(), number: share.number() };
    let entry = Action::Revealed {
        case: request.case.clone(),
        persons: u64::try_from(request.persons.len()).unwrap_or(u64::MAX),
        reason: request.reason.clone(),
        shares: request.shares.iter().map(share).collect(),
        vault: Digest(digest.finalize().into()),
    };
    log.append(request.at, &entry)?;

    let forgotten = log.forgotten();
    let (gone, wanted): (BTreeSet<_>, BTreeSet<_>) =
        request.persons.iter().copied().partition(|pseudonym| forgotten.contains(pseudonym));
    let found = vault.find(&wanted)?;
    let there: BTreeSet<_> = found.iter().map(|(pseudonym, _)| *pseudonym).collect();
    let told = found.into_iter().map(|(pseudonym, sealed)| match sealed {
        Sealed::Person(identity) => (pseudonym, Revealed::Person(identity)),
        Sealed::Forgotten => (pseudonym, Revealed::Forgotten),
    });
    let absent = wanted.difference(&there).map(|pseudonym| (*pseudonym, Revealed::Absent));
    Ok(told.chain(gone.into_iter().map(|pseudonym| (pseudonym, Revealed::Forgotten))).chain(absent).collect())
}

impl RevealError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match (language, self) {
            (Language::En, _) => self.to_string(),
            (Language::It, Self::Shares(error)) => error.text(language),
            (Language::It, Self::OtherKey(role)) => {
                format!("le parti sono di una {}, non della chiave della cassaforte", role.text(language))
            }
            (Language::It, Self::Vault(error)) => error.text(language),
            (Language::It, Self::Io { path, source }) => {
                format!("impossibile leggere {}: {}", path.display(), language.refusal(source))
            }
            (Language::It, Self::Log(error)) => error.text(language),
            (Language::It, Self::Nobody) => "non è indicata nessuna persona".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
