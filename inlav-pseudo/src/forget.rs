//! Forgetting a person (GDPR 17): what identifies the person goes, a proof stays.
//!
//! The person's record gives way to a tombstone in a new whole vault file. No custodian is needed:
//! nothing is opened, all other records are copied as they are.
//!
//! The entry in the audit log comes first, then the new vault takes the place of the old one. A
//! process that is killed in between leaves an entry that claims what is not done yet, and it can
//! be done: the same command makes the same file again, byte for byte, finds its digest in the
//! claim and puts it in its place under the same proof. The other way round a person could be gone
//! without a trace of who did it, and later runs would not know whom to leave out.
//!
//! What this cannot reach: backups of the vault, and blocks that the disk keeps after a file is
//! gone. [`crate::reveal`] asks the log too, so that a vault from a backup does not show the
//! person again.

use std::collections::BTreeSet;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use inlav_core::exchange::Digest;
use inlav_core::identifiers::{IdType, Identifier};
use inlav_core::language::Language;
use inlav_core::whole::{Access, Existing, WholeError, WholeFile};
use sha2::{Digest as _, Sha256};

use crate::audit_log::{Action, AuditLog, AuditLogError, Remark};
use crate::keys::{SiteKeys, VaultSealKey};
use crate::pseudonym::{Pseudonym, PseudonymError};
use crate::vault::{Mark, Records, VaultReadError};

/// The purposes under which every person has pseudonyms at a PUA; a policy may have one of its own.
pub const PURPOSES: [&str; 3] = ["care", "monitoring", "evaluation"];

/// A person to be forgotten: the pseudonyms that are known. Debug is redacted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person(BTreeSet<Pseudonym>);

/// What is to be forgotten.
#[derive(Debug)]
pub struct ForgetRequest<'a> {
    /// The vault.
    pub vault: &'a Path,
    /// What its PUA seals with.
    pub key: &'a VaultSealKey,
    /// Whom to forget.
    pub persons: &'a [Person],
    /// Reference of the request.
    pub case: &'a Remark,
    /// When.
    pub at: DateTime<Utc>,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForgetOutcome {
    /// So many records are gone; the hash of the audit log's entry is the proof.
    Done {
        /// Records that gave way to tombstones.
        records: u64,
        /// Hash of the entry.
        proof: Digest,
    },
    /// All of them had been forgotten before; nothing was done.
    Before,
}

/// A person cannot be forgotten. Never holds a pseudonym or a number.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ForgetError {
    /// The vault cannot be read.
    #[error(transparent)]
    Read(#[from] VaultReadError),
    /// The new vault cannot be written; the old one is as it was.
    #[error(transparent)]
    Write(#[from] WholeError),
    /// The audit log cannot be added to; nothing was done.
    #[error(transparent)]
    Log(#[from] AuditLogError),
    /// Somebody is not in the vault.
    #[error("person {person} of the request is not in {}; nobody was forgotten", path.display())]
    Absent {
        /// The vault.
        path: PathBuf,
        /// Which of the persons asked for, from 1.
        person: usize,
    },
}

impl Person {
    /// A person by one pseudonym. Of a purpose that is none of [`PURPOSES`], only runs for this purpose
    /// will leave the person out; otherwise all will, as by the register number.
    #[must_use]
    pub fn by_pseudonym(pseudonym: Pseudonym) -> Self {
        Self(BTreeSet::from([pseudonym]))
    }

    /// A person by the number in the PUA's register: the pseudonyms of all [`PURPOSES`], and of those that the
    /// PUA's audit log says that vaults were made for.
    ///
    /// # Errors
    /// [`PseudonymError`] if the text cannot be a register number.
    pub fn by_register_number(
        number: &str,
        keys: &SiteKeys,
        log: &AuditLog,
    ) -> Result<Option<Self>, PseudonymError> {
        let Some(number) = Identifier::register_number(IdType::Person, number) else { return Ok(None) };
        let purposes: BTreeSet<&str> =
            PURPOSES.into_iter().chain(log.purposes().iter().map(String::as_str)).collect();
        let made =
            purposes.iter().map(|purpose| keys.pseudonym_key(purpose, IdType::Person).pseudonym(&number));
        made.collect::<Result<_, _>>().map(|pseudonyms| Some(Self(pseudonyms)))
    }
}

/// Forgets persons: see the module.
///
/// # Guarantee
/// Afterwards the vault is whole and does not hold what identified them, nobody without the site
/// key could have done it, and the log says so. Killed at any moment, the vault is the old or the
/// new one, and the same request leads to the same end. Tests
/// `a_forgotten_person_is_gone_and_the_proof_stays` and
/// `a_request_that_was_broken_off_is_repeated_under_its_first_proof`.
///
/// # Errors
/// [`ForgetError`]; the vault is then as it was.
pub fn forget(request: &ForgetRequest<'_>, log: &mut AuditLog) -> Result<ForgetOutcome, ForgetError> {
    // Nobody else forgets meanwhile: the later of two new vaults would undo the other.
    let mut held = log.hold()?;
    let wanted: BTreeSet<Pseudonym> =
        request.persons.iter().flat_map(|person| person.0.iter().copied()).collect();
    let made = rewrite(request, &wanted)?;
    if let Some(person) = request.persons.iter().position(|person| made.found.is_disjoint(&person.0)) {
        return Err(ForgetError::Absent { path: request.vault.to_owned(), person: person + 1 });
    }
    let forgotten = held.log().forgotten();
    if made.records == 0 && wanted.iter().all(|pseudonym| forgotten.contains(pseudonym)) {
        return Ok(ForgetOutcome::Before);
    }
    let marks: Vec<_> = wanted.iter().map(|pseudonym| held.log().key().mark(pseudonym)).collect();
    let (before, after, records) = (made.before, made.after, made.records);
    let proof = match held.log().claim(&marks, before, after) {
        Some(proof) => proof,
        None => {
            let case = request.case.clone();
            held.append(request.at, &Action::Forgotten { after, before, case, marks, records })?
        }
    };
    made.file.finish()?;
    Ok(ForgetOutcome::Done { records, proof })
}

/// The new vault, beside its place.
struct Rewritten {
    file: WholeFile,
    before: Digest,
    after: Digest,
    records: u64,
    /// Which of the persons have a record or a tombstone.
    found: BTreeSet<Pseudonym>,
}

fn rewrite(request: &ForgetRequest<'_>, wanted: &BTreeSet<Pseudonym>) -> Result<Rewritten, ForgetError> {
    let path = request.vault;
    let io = |source| WholeError::Io { path: path.to_owned(), source };
    let mut records = Records::open(path)?;
    records.expect(request.key)?;
    let tombstones = records.tombstones(request.key);
    let mut out = BufWriter::new(WholeFile::create(path, Access::Private, Existing::Replace)?);
    let header = records.header_bytes();
    let (mut before, mut after) = (Sha256::new_with_prefix(&header), Sha256::new_with_prefix(&header));
    out.write_all(&header).map_err(io)?;
    let (mut removed, mut found) = (0, BTreeSet::new());
    while let Some(mut record) = records.next()? {
        before.update(record.bytes());
        if let Some(pseudonym) = record.pseudonym {
            let is_wanted = wanted.contains(&pseudonym);
            if is_wanted {
                found.insert(pseudonym);
            }
            match record.mark {
                Mark::Person if is_wanted => {
                    record.forget(&tombstones);
                    removed += 1;
                }
                Mark::Forgotten if !tombstones.vouches(record.number, &pseudonym, &record.sealed) => {
                    return Err(records.not_authentic(record.number).into());
                }
                _ => {}
            }
        }
        let bytes = record.bytes();
        after.update(&bytes);
        out.write_all(&bytes).map_err(io)?;
    }
    let file = out.into_inner().map_err(|fault| io(fault.into_error()))?;
    let (before, after) = (Digest(before.finalize().into()), Digest(after.finalize().into()));
    Ok(Rewritten { file, before, after, records: removed, found })
}

impl ForgetError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match (language, self) {
            (Language::En, _) => self.to_string(),
            (Language::It, Self::Read(error)) => error.text(language),
            (Language::It, Self::Write(error)) => error.text(language),
            (Language::It, Self::Log(error)) => error.text(language),
            (Language::It, Self::Absent { path, person }) => format!(
                "la persona {person} della richiesta non è in {}; nessuno è stato dimenticato",
                path.display()
            ),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
