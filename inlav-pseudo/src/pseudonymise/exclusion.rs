//! Persons who are left out of an extract: those who withdrew their consent, minors, the forgotten.
//!
//! Who is left out is known before the first row is written: [`Exclusions::gather`] reads the small
//! tables of persons, cases and consents beforehand. Then [`Exclusions::keep`] takes their rows out of
//! every table, so that no row, token or record of the vault is made of them. In memory are only those
//! who are left out, their cases, and while consents are read the persons who withdrew one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use arrow::array::BooleanArray;
use chrono::NaiveDate;
use inlav_core::codes::CodeLists;
use inlav_core::exchange::{Excluded, ExclusionReason};
use inlav_core::identifiers::IdType;
use inlav_core::policy::Policy;
use inlav_core::registry::{self, Column, Kind, Table, person};

use super::error::PseudonymiseError;
use super::source::CellReader;
use crate::audit_log::AuditLog;
use crate::forget::PURPOSES;
use crate::keys::SiteKeys;
use crate::pseudonym::{Pseudonym, PseudonymKey};
use crate::raw::RawBatch;
use crate::source::{Export, ExportTable, SourceError};

mod reading;

use reading::Reading;

/// Who is left out of an extract, and how many rows went with them so far. Debug is redacted.
pub struct Exclusions {
    lists: CodeLists,
    /// One for each kind of register number by which rows go: persons, and what refers to them.
    keys: BTreeMap<IdType, PseudonymKey>,
    excluded: BTreeMap<IdType, BTreeMap<Pseudonym, ExclusionReason>>,
    unknown_ages: u64,
    withdrawals_known: bool,
    counted: Mutex<BTreeMap<ExclusionReason, Counted>>,
}

impl std::fmt::Debug for Exclusions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Exclusions(redacted)")
    }
}

/// What went for one reason.
#[derive(Debug, Default, Clone, Copy)]
struct Counted {
    persons: u64,
    rows: u64,
}

/// It cannot be known who is to be left out.
#[derive(Debug, thiserror::Error)]
pub enum ExclusionError<E> {
    /// The rows of a table could not be read.
    #[error(transparent)]
    Rows(E),
    /// A cell could not be read.
    #[error(transparent)]
    Cell(#[from] PseudonymiseError),
}

impl Exclusions {
    /// Finds out who is left out. `tables` opens a table of the export from its beginning, as often as
    /// it is asked for, or yields nothing if the export does not have it. `forgotten` are pseudonyms
    /// under the policy's purpose.
    ///
    /// A withdrawal counts whatever day it is of, also one after `as_of`: the extract leaves today. A
    /// person of unknown age is not a minor, unless a case says that the protection of minors was set
    /// going; how many there are is told ([`Exclusions::unknown_ages`]).
    ///
    /// # Guarantee
    /// Of a person who is left out, no row, token or record of the vault is made. Tests
    /// `nothing_is_left_of_who_is_left_out` and those of this module.
    ///
    /// # Errors
    /// [`ExclusionError`]: what cannot be read could be the person who is to be left out.
    pub fn gather<E, B>(
        policy: &Policy,
        site: &SiteKeys,
        lists: &CodeLists,
        as_of: NaiveDate,
        forgotten: &BTreeSet<Pseudonym>,
        tables: impl Fn(&'static Table) -> Result<Option<B>, E>,
    ) -> Result<Self, ExclusionError<E>>
    where
        B: IntoIterator<Item = Result<RawBatch, E>>,
    {
        let keys: BTreeMap<_, _> =
            cascading().into_iter().map(|kind| (kind, site.pseudonym_key(&policy.purpose, kind))).collect();
        let reading = Reading { tables, lists, keys: &keys };
        let minors = policy.exclude.minors.age();
        let mut persons: BTreeMap<Pseudonym, ExclusionReason> =
            forgotten.iter().map(|person| (*person, ExclusionReason::Forgotten)).collect();

        let (withdrawn_in, withdrawals_known) = reading.withdrawals(&policy.exclude.consent_withdrawn)?;
        let mut on_minors_path = BTreeSet::new();
        let mut withdrawers = BTreeSet::new();
        if minors.is_some() || !withdrawn_in.is_empty() {
            reading.each_case(|case, person, on_path| {
                if on_path {
                    on_minors_path.insert(person);
                }
                if withdrawn_in.contains(&case) {
                    withdrawers.insert(person);
                }
            })?;
        }
        for person in reading.who_withdrew(&withdrawers, &policy.exclude.consent_withdrawn)? {
            persons.entry(person).or_insert(ExclusionReason::ConsentWithdrawn);
        }
        let unknown_ages = match minors {
            None => 0,
            Some(age) => reading.minors(as_of, age, &on_minors_path, &mut persons)?,
        };

        let mut excluded = BTreeMap::from([(IdType::Person, persons)]);
        reading.cascade(&mut excluded)?;
        Ok(Self {
            lists: lists.clone(),
            keys,
            excluded,
            unknown_ages,
            withdrawals_known,
            counted: Mutex::default(),
        })
    }

    /// As [`Exclusions::gather`], of an export on disk. Forgotten are the persons who are so by the PUA's
    /// audit log, if it keeps one.
    ///
    /// # Guarantee
    /// Who was forgotten by the register number is left out under every purpose, also one that nobody had
    /// thought of then. Test `the_forgotten_are_left_out_under_every_purpose`.
    ///
    /// # Errors
    /// As [`Exclusions::gather`].
    pub fn of_export(
        policy: &Policy,
        site: &SiteKeys,
        lists: &CodeLists,
        as_of: NaiveDate,
        log: Option<&AuditLog>,
        export: &Export,
    ) -> Result<Self, ExclusionError<SourceError>> {
        let tables = |table: &'static Table| {
            let found = export.tables().iter().find(|found| found.table().name == table.name);
            found.map(ExportTable::batches).transpose()
        };
        let forgotten = match log {
            Some(log) => forgotten(&policy.purpose, site, lists, log, tables)?,
            None => BTreeSet::new(),
        };
        Self::gather(policy, site, lists, as_of, &forgotten, tables)
    }

    /// The rows that stay; those of persons who are left out are counted.
    ///
    /// # Errors
    /// [`PseudonymiseError::Cell`] if a register number cannot be read.
    pub fn keep(&self, rows: RawBatch) -> Result<RawBatch, PseudonymiseError> {
        let reasons = reasons(&rows, &self.lists, &self.keys, &self.excluded)?;
        if reasons.iter().all(Option::is_none) {
            return Ok(rows);
        }
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        for reason in reasons.iter().flatten() {
            let counted = counted.entry(*reason).or_default();
            counted.rows += 1;
            counted.persons += u64::from(rows.table().name == person::TABLE.name);
        }
        drop(counted);
        let stays = BooleanArray::from_iter(reasons.iter().map(|reason| Some(reason.is_none())));
        let table = rows.table().name;
        rows.filtered(&stays).ok_or(PseudonymiseError::Assemble { table })
    }

    /// Who went so far, by reason: persons by their rows in the table of persons, and the rows of all
    /// tables, that one included.
    #[must_use]
    pub fn counted(&self) -> Vec<Excluded> {
        let counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let excluded = |(reason, counted): (&ExclusionReason, &Counted)| Excluded {
            persons: counted.persons,
            reason: *reason,
            rows: counted.rows,
        };
        counted.iter().map(excluded).collect()
    }

    /// Persons who stay although nobody knows their age, if minors are left out.
    #[must_use]
    pub const fn unknown_ages(&self) -> u64 {
        self.unknown_ages
    }

    /// Whether the export says who withdrew a consent, if that is asked for.
    #[must_use]
    pub const fn withdrawals_known(&self) -> bool {
        self.withdrawals_known
    }
}

/// The persons of an export who are forgotten by the PUA's audit log: their pseudonyms under this purpose.
fn forgotten<E, B>(
    purpose: &str,
    site: &SiteKeys,
    lists: &CodeLists,
    log: &AuditLog,
    tables: impl Fn(&'static Table) -> Result<Option<B>, E>,
) -> Result<BTreeSet<Pseudonym>, ExclusionError<E>>
where
    B: IntoIterator<Item = Result<RawBatch, E>>,
{
    let keys_of =
        |purpose: &str| BTreeMap::from([(IdType::Person, site.pseudonym_key(purpose, IdType::Person))]);
    Reading { tables, lists, keys: &keys_of(purpose) }.forgotten(&log.forgotten(), &PURPOSES.map(keys_of))
}

/// The kinds of register number by which rows go with a person: the person's own, and those of tables
/// that refer to one of them and are referred to.
fn cascading() -> BTreeSet<IdType> {
    let refers = |table: &Table, kinds: &BTreeSet<IdType>| {
        let to = |column: &Column| matches!(column.kind, Kind::Reference(kind) if kinds.contains(&kind));
        table.columns.iter().any(to)
    };
    let mut kinds = BTreeSet::from([IdType::Person]);
    // In the registry's order a table comes after those it refers to.
    for table in registry::tables() {
        if let Some(Column { kind: Kind::Key(kind), .. }) = table.key() {
            let own = BTreeSet::from([*kind]);
            let is_referred_to = registry::tables().iter().any(|other| refers(other, &own));
            if is_referred_to && refers(table, &kinds) {
                kinds.insert(*kind);
            }
        }
    }
    kinds
}

/// Why each row goes, if it does: the first of its numbers that belongs to who is left out.
fn reasons(
    rows: &RawBatch,
    lists: &CodeLists,
    keys: &BTreeMap<IdType, PseudonymKey>,
    excluded: &BTreeMap<IdType, BTreeMap<Pseudonym, ExclusionReason>>,
) -> Result<Vec<Option<ExclusionReason>>, PseudonymiseError> {
    let mut reasons = vec![None; rows.rows()];
    for column in rows.table().columns {
        let (Kind::Key(kind) | Kind::Reference(kind)) = column.kind else { continue };
        let Some(excluded) = excluded.get(&kind).filter(|excluded| !excluded.is_empty()) else { continue };
        let numbers = CellReader::new(rows, column, lists);
        for (row, reason) in reasons.iter_mut().enumerate() {
            if reason.is_none()
                && let Some(number) = pseudonym(&numbers, row, keys)?
            {
                *reason = excluded.get(&number).copied();
            }
        }
    }
    Ok(reasons)
}

/// The pseudonym of a register number; none if the cell is blank.
fn pseudonym(
    numbers: &CellReader<'_>,
    row: usize,
    keys: &BTreeMap<IdType, PseudonymKey>,
) -> Result<Option<Pseudonym>, PseudonymiseError> {
    let Some(number) = numbers.identifier(row)? else { return Ok(None) };
    let key = keys.get(&number.id_type()).ok_or_else(|| numbers.misfit(row))?;
    key.pseudonym(&number).map(Some).map_err(|_| numbers.misfit(row))
}

#[cfg(test)]
mod tests;
