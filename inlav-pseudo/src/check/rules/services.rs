//! Rules about contacts, services and outcomes.

use chrono::{Months, NaiveDate};
use inlav_core::registry::{contact, employment, outcome, service_event};
use inlav_core::value::Value;

use super::super::findings::Findings;
use super::super::register::{Case, Job, Register, said};
use super::super::row::CheckedRow;
use super::days;
use inlav_core::rule::Rule;

/// R26: so long after the closure a contact or service may still belong to a case.
const AFTER_CLOSURE: Months = Months::new(12);
/// R28: a job that started begins within so many days of the outcome.
const DAYS_TO_THE_JOB: i64 = 30;

pub(super) fn contact(row: &CheckedRow<'_>, register: &mut Register, findings: &mut Findings) {
    let mediated = *row.value(&contact::MEDIATION) == Value::YesNo(true);
    if mediated && said(row, &contact::MEDIATION_LANGUAGE).is_none() {
        findings.broken(row, Some(&contact::MEDIATION_LANGUAGE), Rule::NoLanguage);
    }
    if let (Some(case), Some(on)) = (register.case_of(row), row.date(&contact::ON))
        && outside(case, on)
    {
        findings.broken(row, Some(&contact::ON), Rule::OutsideTheCase);
    }
}

pub(super) fn event(row: &CheckedRow<'_>, register: &mut Register, findings: &mut Findings) {
    let (Some(case), Some(on)) = (register.case_of(row), row.date(&service_event::ON)) else { return };
    if outside(case, on) {
        findings.broken(row, Some(&service_event::ON), Rule::OutsideTheCase);
    }
    if row.code(&service_event::TYPE) == Some("TIROCINIO") {
        case.traineeship_on = case.traineeship_on.into_iter().chain([on]).min();
    }
}

pub(super) fn outcome(row: &CheckedRow<'_>, register: &mut Register, findings: &mut Findings) {
    let knows_jobs = register.has(&employment::TABLE, &[employment::START, employment::CONTRACT]);
    let (Some(case), Some(on)) = (register.case_of(row), row.date(&outcome::ON)) else { return };
    let person = case.person;
    match row.code(&outcome::TYPE) {
        Some("TIR_COMP") => case.traineeship_on = case.traineeship_on.into_iter().chain([on]).min(),
        Some("TIR_ASS") => case.hired.push((row.number, on)),
        Some("LAV_MIGL" | "LAV_EMERSO") => case.job_improved = true,
        Some("LAV_REG") => {
            let jobs = person.and_then(|at| register.persons.get(at)).map_or(&[][..], |person| &person.jobs);
            if knows_jobs && no_job_begins(jobs, on) {
                findings.broken(row, Some(&outcome::TYPE), Rule::NoEmployment);
            }
        }
        _ => {}
    }
}

pub(super) fn end(register: &Register, findings: &mut Findings) {
    for case in &register.cases {
        for (row, _) in case.hired.iter().filter(|(_, on)| hired_without_traineeship(case, *on)) {
            findings.at(&outcome::TABLE, Some(&outcome::TYPE), Rule::NoTraineeship, *row);
        }
    }
}

/// R26: what is done in a case is done between its first contact and a year after its closure.
fn outside(case: &Case, on: NaiveDate) -> bool {
    let last = case.closed_on.and_then(|closed| closed.checked_add_months(AFTER_CLOSURE));
    case.first_contact_on.is_some_and(|first| on < first) || last.is_some_and(|last| on > last)
}

/// R27: who is hired after a traineeship was a trainee before.
fn hired_without_traineeship(case: &Case, hired_on: NaiveDate) -> bool {
    case.traineeship_on.is_none_or(|traineeship| traineeship > hired_on)
}

/// R28: a regular job that started is among the jobs, and began within 30 days.
fn no_job_begins(jobs: &[Job], on: NaiveDate) -> bool {
    let near = |start| days(start, on).abs() <= DAYS_TO_THE_JOB;
    !jobs.iter().any(|job| job.employed && job.start.is_some_and(near))
}
