//! What is read of an export beforehand to know who is left out: consents, cases, persons.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use inlav_core::codes::CodeLists;
use inlav_core::exchange::ExclusionReason;
use inlav_core::identifiers::IdType;
use inlav_core::registry::{self, Column, Kind, Table, case, consent, person};
use inlav_core::value::Value;

use super::super::error::PseudonymiseError;
use super::super::source::CellReader;
use super::{ExclusionError, pseudonym, reasons};
use crate::audit_log::Forgotten;
use crate::pseudonym::{Pseudonym, PseudonymKey};
use crate::raw::RawBatch;

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
pub(super) struct Reading<'a, T> {
    pub(super) tables: T,
    pub(super) lists: &'a CodeLists,
    pub(super) keys: &'a BTreeMap<IdType, PseudonymKey>,
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

    /// The forgotten among the persons of the export: who is so under the purpose of this extract, or under
    /// one of the purposes that these keys are of.
    pub(super) fn forgotten(
        &self,
        forgotten: &Forgotten,
        purposes: &[BTreeMap<IdType, PseudonymKey>],
    ) -> Result<BTreeSet<Pseudonym>, ExclusionError<E>> {
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
                    let Some(person) = pseudonym(&numbers, row, self.keys)? else { continue };
                    let mut is_forgotten = forgotten.contains(&person);
                    for keys in purposes {
                        let elsewhere = pseudonym(&numbers, row, keys)?;
                        is_forgotten |= elsewhere.is_some_and(|person| forgotten.contains(&person));
                    }
                    found.extend(is_forgotten.then_some(person));
                }
                Ok(())
            })?;
        }
        Ok(found)
    }

    /// The cases of which one of these consents was withdrawn; whether consents are known.
    pub(super) fn withdrawals(
        &self,
        types: &[String],
    ) -> Result<(BTreeSet<Pseudonym>, bool), ExclusionError<E>> {
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
    pub(super) fn who_withdrew(
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
    pub(super) fn minors(
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
    pub(super) fn cascade(
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
    pub(super) fn each_case(
        &self,
        mut take: impl FnMut(Pseudonym, Pseudonym, bool),
    ) -> Result<(), ExclusionError<E>> {
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

fn date(days: &CellReader<'_>, row: usize) -> Result<Option<NaiveDate>, PseudonymiseError> {
    Ok(match days.value(row)? {
        Value::Date(day) => Some(day),
        _ => None,
    })
}
