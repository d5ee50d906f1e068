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
use inlav_core::registry::{self, Column, Kind, Table, case, consent, person};
use inlav_core::value::Value;

use super::error::PseudonymiseError;
use super::source::CellReader;
use crate::audit_log::{AuditLog, Forgotten};
use crate::keys::SiteKeys;
use crate::pseudonym::{Pseudonym, PseudonymKey};
use crate::raw::RawBatch;
use crate::source::{Export, ExportTable, SourceError};

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

/// The consents of a person of one type: when the last one was withdrawn, and when the last one was
/// given that still holds.
#[derive(Default)]
struct Consents {
    withdrawn_on: Option<NaiveDate>,
    given_on: Option<NaiveDate>,
}

impl Consents {
    /// Who withdrew and did not agree again on a later day. On the same day the withdrawal counts.
    fn are_withdrawn(&self) -> bool {
        self.withdrawn_on.is_some_and(|withdrawn| self.given_on.is_none_or(|given| given <= withdrawn))
    }
}

/// Reads tables of an export once more: what opens one, and what an extract is made with.
struct Reading<'a, T> {
    tables: T,
    lists: &'a CodeLists,
    keys: &'a BTreeMap<IdType, PseudonymKey>,
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
        let keys = BTreeMap::from([(IdType::Person, site.pseudonym_key(&policy.purpose, IdType::Person))]);
        let reading = Reading { tables, lists, keys: &keys };
        let forgotten = log.map_or_else(|| Ok(BTreeSet::new()), |log| reading.forgotten(&log.forgotten()))?;
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

impl<'a, T, B, E> Reading<'a, T>
where
    T: Fn(&'static Table) -> Result<Option<B>, E>,
    B: IntoIterator<Item = Result<RawBatch, E>>,
{
    /// Hands the rows of a table to `take`, batch by batch; whether the export has it.
    fn each(
        &self,
        table: &'static Table,
        mut take: impl FnMut(&RawBatch) -> Result<(), PseudonymiseError>,
    ) -> Result<bool, ExclusionError<E>> {
        let Some(batches) = (self.tables)(table).map_err(ExclusionError::Rows)? else { return Ok(false) };
        for batch in batches {
            take(&batch.map_err(ExclusionError::Rows)?)?;
        }
        Ok(true)
    }

    fn reader<'r>(&'r self, rows: &'r RawBatch, column: &'static Column) -> CellReader<'r> {
        CellReader::new(rows, column, self.lists)
    }

    /// The forgotten among the persons of the export.
    fn forgotten(&self, forgotten: &Forgotten) -> Result<BTreeSet<Pseudonym>, ExclusionError<E>> {
        let mut found = BTreeSet::new();
        if forgotten.is_empty() {
            return Ok(found);
        }
        for (table, column) in
            [(&person::TABLE, &person::SITE_PERSON_ID), (&case::TABLE, &case::SITE_PERSON_ID)]
        {
            self.each(table, |rows| {
                let numbers = self.reader(rows, column);
                for row in 0..rows.rows() {
                    let person = pseudonym(&numbers, row, self.keys)?;
                    found.extend(person.filter(|person| forgotten.contains(person)));
                }
                Ok(())
            })?;
        }
        Ok(found)
    }

    /// The cases of which one of these consents was withdrawn; whether consents are known.
    fn withdrawals(&self, types: &[String]) -> Result<(BTreeSet<Pseudonym>, bool), ExclusionError<E>> {
        let mut cases = BTreeSet::new();
        if types.is_empty() {
            return Ok((cases, true));
        }
        let known = self.each_consent(types, |case, _, _, withdrawn_on| {
            if withdrawn_on.is_some() {
                cases.insert(case);
            }
        })?;
        Ok((cases, known))
    }

    /// Who of the persons has a withdrawn consent and did not give it again, in any of their cases.
    fn who_withdrew(
        &self,
        persons: &BTreeSet<Pseudonym>,
        types: &[String],
    ) -> Result<BTreeSet<Pseudonym>, ExclusionError<E>> {
        if persons.is_empty() {
            return Ok(BTreeSet::new());
        }
        let mut cases = BTreeMap::new();
        self.each_case(|case, person, _| {
            if persons.contains(&person) {
                cases.insert(case, person);
            }
        })?;
        let mut consents: BTreeMap<(Pseudonym, String), Consents> = BTreeMap::new();
        self.each_consent(types, |case, kind, given_on, withdrawn_on| {
            let Some(person) = cases.get(&case) else { return };
            let of_kind = consents.entry((*person, kind.to_owned())).or_default();
            match withdrawn_on {
                Some(_) => of_kind.withdrawn_on = of_kind.withdrawn_on.max(withdrawn_on),
                None => of_kind.given_on = of_kind.given_on.max(given_on),
            }
        })?;
        let withdrawn = consents.into_iter().filter(|(_, consents)| consents.are_withdrawn());
        Ok(withdrawn.map(|((person, _), _)| person).collect())
    }

    /// Adds persons under an age; how many others there are whose age nobody knows.
    fn minors(
        &self,
        as_of: NaiveDate,
        age: u8,
        on_minors_path: &BTreeSet<Pseudonym>,
        excluded: &mut BTreeMap<Pseudonym, ExclusionReason>,
    ) -> Result<u64, ExclusionError<E>> {
        let mut unknown = 0;
        self.each(&person::TABLE, |rows| {
            let (numbers, days) =
                (self.reader(rows, &person::SITE_PERSON_ID), self.reader(rows, &person::BIRTH_DATE));
            for row in 0..rows.rows() {
                let Some(person) = pseudonym(&numbers, row, self.keys)? else { continue };
                if excluded.contains_key(&person) {
                    continue;
                }
                let is_minor = match days.value(row)? {
                    // Who is born after the day the data cover is younger than any age.
                    Value::Date(born) => as_of.years_since(born).is_none_or(|years| years < u32::from(age)),
                    _ if on_minors_path.contains(&person) => true,
                    _ => {
                        unknown += 1;
                        false
                    }
                };
                if is_minor {
                    excluded.insert(person, ExclusionReason::Minor);
                }
            }
            Ok(())
        })?;
        Ok(unknown)
    }

    /// Adds the register numbers of what belongs to who is left out, in the registry's order, as far as
    /// other tables refer to them.
    fn cascade(
        &self,
        excluded: &mut BTreeMap<IdType, BTreeMap<Pseudonym, ExclusionReason>>,
    ) -> Result<(), ExclusionError<E>> {
        for table in registry::tables() {
            let Some(key @ Column { kind: Kind::Key(kind), .. }) = table.key() else { continue };
            if *kind == IdType::Person || !self.keys.contains_key(kind) {
                continue;
            }
            let mut found = BTreeMap::new();
            if excluded.values().any(|excluded| !excluded.is_empty()) {
                self.each(table, |rows| {
                    let numbers = self.reader(rows, key);
                    for (row, reason) in
                        reasons(rows, self.lists, self.keys, excluded)?.into_iter().enumerate()
                    {
                        if let (Some(reason), Some(number)) = (reason, pseudonym(&numbers, row, self.keys)?) {
                            found.insert(number, reason);
                        }
                    }
                    Ok(())
                })?;
            }
            excluded.insert(*kind, found);
        }
        Ok(())
    }

    /// Every case: its number, its person, and whether the protection of minors was set going.
    fn each_case(&self, mut take: impl FnMut(Pseudonym, Pseudonym, bool)) -> Result<(), ExclusionError<E>> {
        self.each(&case::TABLE, |rows| {
            let [numbers, persons, paths] = [&case::CASE_ID, &case::SITE_PERSON_ID, &case::MINOR_PATH]
                .map(|column| self.reader(rows, column));
            for row in 0..rows.rows() {
                let number = pseudonym(&numbers, row, self.keys)?;
                if let (Some(case), Some(person)) = (number, pseudonym(&persons, row, self.keys)?) {
                    take(case, person, paths.value(row)? == Value::YesNo(true));
                }
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Every consent of these types: case, type, day it was given and day it was withdrawn. Whether the
    /// export has consents.
    fn each_consent(
        &self,
        types: &[String],
        mut take: impl FnMut(Pseudonym, &str, Option<NaiveDate>, Option<NaiveDate>),
    ) -> Result<bool, ExclusionError<E>> {
        self.each(&consent::TABLE, |rows| {
            let [cases, kinds, given, withdrawn] =
                [&consent::CASE_ID, &consent::TYPE, &consent::GIVEN_ON, &consent::WITHDRAWN_ON]
                    .map(|column| self.reader(rows, column));
            for row in 0..rows.rows() {
                let Value::Code(kind) = kinds.value(row)? else { continue };
                if !types.contains(&kind) {
                    continue;
                }
                if let Some(case) = pseudonym(&cases, row, self.keys)? {
                    take(case, &kind, date(&given, row)?, date(&withdrawn, row)?);
                }
            }
            Ok(())
        })
    }
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

fn date(days: &CellReader<'_>, row: usize) -> Result<Option<NaiveDate>, PseudonymiseError> {
    Ok(match days.value(row)? {
        Value::Date(day) => Some(day),
        _ => None,
    })
}

#[cfg(test)]
mod tests;
