//! Rules about jobs.

use chrono::NaiveDate;
use inlav_core::registry::employment;
use inlav_core::sector::{Ateco, Edition, Sector};
use inlav_core::value::Value;

use super::super::findings::Findings;
use super::super::register::{Job, Register, said};
use super::super::row::CheckedRow;
use inlav_core::rule::Rule;

/// R21: most hours a week of all jobs at one time.
const MOST_HOURS: f64 = 80.0;
/// R22: more hours a week than these are excessive.
const LONG_HOURS: f64 = 60.0;

pub(super) fn row(row: &CheckedRow<'_>, register: &mut Register, findings: &mut Findings) {
    let (start, end) = (row.date(&employment::START), row.date(&employment::END));
    let hours = |column| match row.value(column) {
        Value::Decimal(hours) => Some(*hours),
        _ => None,
    };
    let actual = hours(&employment::HOURS_ACTUAL);
    let contract = said(row, &employment::CONTRACT);
    if let Value::Ateco(ateco) = row.value(&employment::ATECO) {
        if outside_its_edition(*ateco, start) {
            findings.broken(row, Some(&employment::ATECO), Rule::AtecoEdition);
        }
        if tells_no_activity(*ateco) {
            findings.broken(row, Some(&employment::ATECO), Rule::SectorUnknown);
        }
    }
    if ends_before_it_begins(start, end) {
        findings.broken(row, Some(&employment::END), Rule::EndBeforeStart);
    }
    if undeclared_with_contract(row.code(&employment::REGULARITY), contract) {
        findings.broken(row, Some(&employment::CONTRACT), Rule::UndeclaredWithContract);
    }
    let Some(person) = register.person_of(row).and_then(|at| register.persons.get_mut(at)) else { return };
    if person.denies_long_hours && actual.is_some_and(|hours| hours > LONG_HOURS) {
        findings.broken(row, Some(&employment::HOURS_ACTUAL), Rule::LongHoursDenied);
    }
    let employed = contract.is_some_and(is_employment);
    let hours = actual.or_else(|| hours(&employment::HOURS_CONTRACT));
    let permanent = contract == Some("TI");
    let group = row.code(&employment::OCCUPATION).and_then(|code| code.bytes().next());
    person.jobs.push(Job { row: row.number, start, end, employed, permanent, group, hours });
}

pub(super) fn end(register: &Register, findings: &mut Findings) {
    for person in &register.persons {
        if let Some(row) = too_many_hours(&person.jobs) {
            findings.at(&employment::TABLE, Some(&employment::HOURS_ACTUAL), Rule::TooManyHours, row);
        }
    }
}

/// R19: the code is one of the edition in force when the job began; of either, if nobody knows when.
fn outside_its_edition(ateco: Ateco, start: Option<NaiveDate>) -> bool {
    match start {
        Some(start) => ateco.is_of(Edition::on(start)) == Some(false),
        None => {
            ateco.is_of(Edition::Ateco2007) == Some(false) && ateco.is_of(Edition::Ateco2025) == Some(false)
        }
    }
}

/// R20: a letter that does not tell the sector, or the sector of personal services without the
/// division that makes it one.
fn tells_no_activity(ateco: Ateco) -> bool {
    ateco.sector().is_none()
        || (ateco.sector() == Some(Sector::PersonalServices) && ateco.division().is_none())
}

/// R21: a job does not end before it begins.
fn ends_before_it_begins(start: Option<NaiveDate>, end: Option<NaiveDate>) -> bool {
    start.zip(end).is_some_and(|(start, end)| end < start)
}

/// R21: the row of a job at whose beginning all jobs together have too many hours.
fn too_many_hours(jobs: &[Job]) -> Option<u64> {
    let begun = jobs.iter().filter_map(|job| job.start.map(|start| (start, job.row)));
    begun
        .filter(|(day, _)| {
            let running = jobs.iter().filter(|job| {
                job.start.is_some_and(|start| start <= *day) && job.end.is_none_or(|end| end >= *day)
            });
            running.clone().count() > 1 && running.filter_map(|job| job.hours).sum::<f64>() > MOST_HOURS
        })
        .map(|(_, row)| row)
        .min()
}

/// R23: undeclared work has no contract.
fn undeclared_with_contract(regularity: Option<&str>, contract: Option<&str>) -> bool {
    regularity == Some("NERO") && contract.is_some_and(|contract| contract != "NESSUNO")
}

/// Whether a contract makes somebody an employee: a traineeship does not.
fn is_employment(contract: &str) -> bool {
    !matches!(contract, "TIR" | "NESSUNO")
}
