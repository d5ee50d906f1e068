//! Register numbers: unique in their table, known where they are referred to.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use inlav_core::identifiers::{IdType, Identifier};
use inlav_core::registry::{self, Kind, case, person};
use sha2::{Digest as _, Sha256};

use super::findings::{Findings, Rule};
use super::row::CheckedRow;

/// The register numbers seen so far, as fingerprints.
#[derive(Default)]
pub(super) struct Keys {
    numbers: BTreeMap<IdType, BTreeSet<Fingerprint>>,
    documents: BTreeSet<(IdType, Fingerprint)>,
    births: BTreeMap<Fingerprint, NaiveDate>,
}

/// 16 bytes of a digest: as good as the identifier for comparing, smaller, and nothing to read
/// in a memory dump at a glance. It never leaves the check.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Fingerprint(u128);

impl Keys {
    /// Checks the numbers of a row and remembers its key.
    pub(super) fn check(&mut self, row: &CheckedRow<'_>, findings: &mut Findings) {
        for column in row.table.columns {
            let Some(identifier) = row.identifier(column) else { continue };
            let fingerprint = Fingerprint::of(identifier);
            let broken = match column.kind {
                Kind::Key(id) => {
                    let is_new = self.numbers.entry(id).or_default().insert(fingerprint);
                    (!is_new).then_some(Rule::KeyTwice)
                }
                Kind::Reference(id) if has_table(id) => {
                    let known = self.numbers.get(&id).is_some_and(|numbers| numbers.contains(&fingerprint));
                    (!known).then_some(Rule::UnknownReference)
                }
                Kind::CodiceFiscale
                | Kind::StpEni
                | Kind::PermitNumber
                | Kind::PassportNumber { .. }
                | Kind::Cui => {
                    let is_new = self.documents.insert((identifier.id_type(), fingerprint));
                    (!is_new).then_some(Rule::DocumentTwice)
                }
                _ => None,
            };
            if let Some(rule) = broken {
                findings.broken(row, Some(column), rule);
            }
        }
        if row.table.name == person::TABLE.name
            && let Some(number) = row.identifier(&person::SITE_PERSON_ID)
            && let Some(birth) = row.date(&person::BIRTH_DATE)
        {
            self.births.insert(Fingerprint::of(number), birth);
        }
    }

    /// The day of birth of the person a case is about.
    pub(super) fn birth_of(&self, case: &CheckedRow<'_>) -> Option<NaiveDate> {
        let person = case.identifier(&case::SITE_PERSON_ID)?;
        self.births.get(&Fingerprint::of(person)).copied()
    }
}

impl Fingerprint {
    fn of(identifier: &Identifier) -> Self {
        // Exposed to be compared inside this PUA's own check; only the digest is kept.
        let digest = Sha256::digest(identifier.expose().as_bytes());
        Self(digest.iter().take(16).fold(0, |number, byte| (number << 8) | u128::from(*byte)))
    }
}

/// Whether numbers of this kind are the keys of some table.
fn has_table(id: IdType) -> bool {
    registry::tables().iter().any(|table| table.key().is_some_and(|key| key.kind == Kind::Key(id)))
}
