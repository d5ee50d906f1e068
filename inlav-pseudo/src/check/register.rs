//! What a check knows of persons and cases from one table to the next.
//!
//! The rules across tables need a few days and answers of each person and case, not their rows:
//! some hundred bytes each, under the fingerprint of the register number.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use inlav_core::codes::MissingCode;
use inlav_core::history::CaseState;
use inlav_core::identifiers::Identifier;
use inlav_core::registry::{Column, Table, case, person};
use inlav_core::value::Value;

use super::row::CheckedRow;
use crate::fingerprint::Fingerprint;
use crate::source::ExportTable;

/// The persons and cases read so far.
#[derive(Default)]
pub(super) struct Register {
    columns: BTreeSet<(&'static str, &'static str)>,
    person_at: BTreeMap<Fingerprint, usize>,
    case_at: BTreeMap<Fingerprint, usize>,
    /// In the order of their rows.
    pub(super) persons: Vec<Person>,
    /// In the order of their rows.
    pub(super) cases: Vec<Case>,
    /// Attendances of operators, for R31.
    pub(super) attendances: BTreeSet<Fingerprint>,
    /// First day the PUA was open.
    pub(super) opened_on: Option<NaiveDate>,
}

/// What the rules know of a person.
#[derive(Default)]
pub(super) struct Person {
    /// Date of birth.
    pub(super) birth: Option<NaiveDate>,
    /// Citizenships, codes of ISO 3166-1 alpha-3.
    pub(super) citizenships: Vec<String>,
    /// Day the residence permit was issued.
    pub(super) permit_issued_on: Option<NaiveDate>,
    /// Cases that are not closed.
    pub(super) open_cases: u32,
    /// Jobs.
    pub(super) jobs: Vec<Job>,
    /// Whether an assessment denies excessive working hours.
    pub(super) denies_long_hours: bool,
}

/// What the rules know of a job.
pub(super) struct Job {
    /// Its row.
    pub(super) row: u64,
    /// First day.
    pub(super) start: Option<NaiveDate>,
    /// Last day.
    pub(super) end: Option<NaiveDate>,
    /// Whether there is a contract of employment: a traineeship is none.
    pub(super) employed: bool,
    /// Whether the contract has no end.
    pub(super) permanent: bool,
    /// Major group of the occupation in CP2021: the smaller, the more skilled.
    pub(super) group: Option<u8>,
    /// Hours a week, worked or else in the contract.
    pub(super) hours: Option<f64>,
}

/// What the rules know of a case.
pub(super) struct Case {
    /// Its row.
    pub(super) row: u64,
    /// Whose it is: the position of the person.
    pub(super) person: Option<usize>,
    /// State.
    pub(super) state: Option<CaseState>,
    /// Day of the first contact.
    pub(super) first_contact_on: Option<NaiveDate>,
    /// Day of taking in charge.
    pub(super) taken_on: Option<NaiveDate>,
    /// Day of closure.
    pub(super) closed_on: Option<NaiveDate>,
    /// Whether it was closed because an anti-trafficking body took over.
    pub(super) handed_over: bool,
    /// Whether the person had a job at entry; `None` if it is not known.
    pub(super) employed_at_entry: Option<bool>,
    /// Consents to be taken in charge.
    pub(super) consents: Vec<Consent>,
    /// Consents to be referred.
    pub(super) referral_consents: Vec<Consent>,
    /// Steps from state to state.
    pub(super) steps: Vec<Step>,
    /// Day of the first referral that an anti-trafficking body accepted.
    pub(super) accepted_on: Option<NaiveDate>,
    /// First day of a traineeship.
    pub(super) traineeship_on: Option<NaiveDate>,
    /// Rows and days of jobs that followed a traineeship.
    pub(super) hired: Vec<(u64, NaiveDate)>,
    /// Whether an outcome says that the job became better.
    pub(super) job_improved: bool,
}

/// A consent.
pub(super) struct Consent {
    /// Day it was given.
    pub(super) given_on: NaiveDate,
    /// Day it was withdrawn.
    pub(super) withdrawn_on: Option<NaiveDate>,
}

/// A step of a case from one state to the next.
pub(super) struct Step {
    /// Its row.
    pub(super) row: u64,
    /// State before; `None` for a case that begins.
    pub(super) from: Option<CaseState>,
    /// State after.
    pub(super) to: CaseState,
    /// Day.
    pub(super) on: NaiveDate,
}

impl Register {
    /// Nothing read yet of the tables of an export.
    pub(super) fn new(tables: &[ExportTable]) -> Self {
        let columns = tables.iter().flat_map(|source| {
            let table = source.table();
            let present = table.columns.iter().filter(|column| source.has(column));
            present.map(|column| (table.name, column.name))
        });
        Self { columns: columns.collect(), ..Self::default() }
    }

    /// Whether the export has these columns of a table. What it does not have is told once and
    /// breaks no rule of another table.
    pub(super) fn has(&self, table: &Table, columns: &[Column]) -> bool {
        columns.iter().all(|column| self.columns.contains(&(table.name, column.name)))
    }

    /// Remembers a person.
    pub(super) fn add_person(&mut self, number: &Identifier, person: Person) {
        self.person_at.entry(Fingerprint::of(number)).or_insert(self.persons.len());
        self.persons.push(person);
    }

    /// Remembers a case.
    pub(super) fn add_case(&mut self, number: &Identifier, case: Case) {
        self.case_at.entry(Fingerprint::of(number)).or_insert(self.cases.len());
        self.cases.push(case);
    }

    /// The position of the person a row is about.
    pub(super) fn person_of(&self, row: &CheckedRow<'_>) -> Option<usize> {
        let number = row.identifier(&person::SITE_PERSON_ID)?;
        self.person_at.get(&Fingerprint::of(number)).copied()
    }

    /// The case a row belongs to.
    pub(super) fn case_of(&mut self, row: &CheckedRow<'_>) -> Option<&mut Case> {
        let number = row.identifier(&case::CASE_ID)?;
        let at = *self.case_at.get(&Fingerprint::of(number))?;
        self.cases.get_mut(at)
    }
}

impl Consent {
    /// Whether it was in force on a day; given at all and not withdrawn, if the day is not known.
    pub(super) fn holds_on(&self, day: Option<NaiveDate>) -> bool {
        day.map_or(self.withdrawn_on.is_none(), |day| {
            self.given_on <= day && self.withdrawn_on.is_none_or(|withdrawn| withdrawn >= day)
        })
    }
}

/// A code that says something, and not why nothing is said.
pub(super) fn said<'a>(row: &CheckedRow<'a>, column: &Column) -> Option<&'a str> {
    row.code(column).filter(|code| MissingCode::from_code(code).is_none())
}

/// The codes of a cell that holds several.
pub(super) fn codes<'a>(row: &CheckedRow<'a>, column: &Column) -> &'a [String] {
    match row.value(column) {
        Value::Codes(codes) => codes,
        _ => &[],
    }
}
