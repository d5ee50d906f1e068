//! The key that all PUA share in one epoch.

use std::path::Path;

use chrono::{Datelike as _, NaiveDate};
use inlav_core::identifiers::IdType;
use inlav_core::language::Language;
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

/// How a linkage key serves data as of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serves {
    /// The day lies in the key's year.
    Current,
    /// The day lies in the year after: the key of that year is needed too, and both make tokens.
    Overlap,
}

/// A linkage key does not serve data as of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EpochError {
    /// It was to be destroyed after the year that follows its own.
    #[error("the linkage key of epoch {epoch} has expired: it serves data of {epoch} and {}, not of {year}", epoch.saturating_add(1))]
    Over {
        /// The key's epoch.
        epoch: u32,
        /// Year of the data.
        year: u32,
    },
    /// Its year has not begun.
    #[error("the linkage key of epoch {epoch} does not serve data of {year} yet")]
    NotYet {
        /// The key's epoch.
        epoch: u32,
        /// Year of the data.
        year: u32,
    },
}

impl EpochError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(self, language: Language) -> String {
        match (language, self) {
            (Language::En, _) => self.to_string(),
            (Language::It, Self::Over { epoch, year }) => format!(
                "la chiave di collegamento (linkage) dell'epoca {epoch} è scaduta: vale per i dati del {epoch} e del {}, non del {year}",
                epoch.saturating_add(1)
            ),
            (Language::It, Self::NotYet { epoch, year }) => format!(
                "la chiave di collegamento (linkage) dell'epoca {epoch} non vale ancora per i dati del {year}"
            ),
        }
    }
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

    /// Whether the key serves data as of this day: its epoch is a year, and serves data of that year
    /// and, while it gives way to the next one, of the year after.
    ///
    /// # Errors
    /// [`EpochError`] if the epoch is over or has not begun.
    pub fn serves(&self, as_of: NaiveDate) -> Result<Serves, EpochError> {
        let year = u32::try_from(as_of.year()).unwrap_or_default();
        let Self { epoch, .. } = *self;
        match year.checked_sub(epoch) {
            Some(0) => Ok(Serves::Current),
            Some(1) => Ok(Serves::Overlap),
            Some(_) => Err(EpochError::Over { epoch, year }),
            None => Err(EpochError::NotYet { epoch, year }),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_serves_its_year_and_the_next() {
        let project = "0e8dd2f1928f2afb65b8f4da4c6028f9".to_owned().try_into().unwrap();
        let label = KeyLabel { role: KeyRole::Linkage, project, site: None, epoch: 2025 };
        let root = Secret::draw().unwrap();
        let key = LinkageKey { project, epoch: 2025, id: key_id(&root, &label), root };
        let serves = |day: &str| key.serves(day.parse().unwrap());
        assert_eq!(serves("2024-12-31"), Err(EpochError::NotYet { epoch: 2025, year: 2024 }));
        assert_eq!((serves("2025-01-01"), serves("2025-12-31")), (Ok(Serves::Current), Ok(Serves::Current)));
        assert_eq!((serves("2026-01-01"), serves("2026-12-31")), (Ok(Serves::Overlap), Ok(Serves::Overlap)));
        let over = serves("2027-01-01").unwrap_err();
        assert_eq!(
            over.to_string(),
            "the linkage key of epoch 2025 has expired: it serves data of 2025 and 2026, not of 2027"
        );
    }
}
