//! Rules about cases.

use chrono::{Datelike as _, NaiveDate};
use inlav_core::codes::{CodeLists, MissingCode};
use inlav_core::history::{CaseState, Decider, IdentificationState};
use inlav_core::registry::{Column, Kind, case};
use inlav_core::value::Value;

use super::super::Context;
use super::super::findings::Findings;
use super::super::register::{Case, Person, Register, said};
use super::super::row::CheckedRow;
use super::persons::is_union;
use inlav_core::rule::Rule;

pub(super) fn row(
    row: &CheckedRow<'_>,
    context: &Context<'_>,
    register: &mut Register,
    findings: &mut Findings,
) {
    let state = row.code(&case::STATE).and_then(CaseState::from_code);
    let first_contact_on = row.date(&case::FIRST_CONTACT_ON);
    let taken_on = row.date(&case::TAKEN_ON);
    let closed_on = row.date(&case::CLOSED_ON);
    let reason = said_or_missing(row, &case::CLOSURE_REASON);
    let mut broken = |column: Option<&Column>, rule| findings.broken(row, column, rule);

    let dates = [case::REPORTED_ON, case::FIRST_CONTACT_ON, case::ASSESSED_ON, case::TAKEN_ON, case::PLAN_ON]
        .map(|column| row.date(&column));
    if !in_order(dates.into_iter().chain([closed_on])) {
        broken(None, Rule::DatesInOrder);
    }
    let flagged = *row.value(&case::PRE_ACTIVITY) == Value::YesNo(true);
    if before_opening(first_contact_on, register.opened_on, flagged) {
        broken(Some(&case::FIRST_CONTACT_ON), Rule::BeforeOpening);
    }
    if let Some(state) = state {
        match closed_badly(state, closed_on.is_some(), reason) {
            Some(rule) => broken(None, rule),
            None if taken_without_day(state, taken_on) => {
                broken(Some(&case::TAKEN_ON), Rule::TakenWithoutDay);
            }
            None => {}
        }
    }
    let decider = said(row, &case::IDENTIFICATION_DECIDER);
    let decided_on = row.date(&case::IDENTIFIED_ON);
    if nobody_decided(row.code(&case::IDENTIFICATION_STATUS).unwrap_or_default(), decider, decided_on) {
        broken(Some(&case::IDENTIFICATION_STATUS), Rule::NobodyDecided);
    }
    let at = register.person_of(row);
    if let Some(person) = at.and_then(|at| register.persons.get_mut(at)) {
        let protected = *row.value(&case::MINOR_PATH) == Value::YesNo(true);
        if let Some(rule) = impossible_age(first_contact_on, person.birth, protected) {
            broken(None, rule);
        }
        if let Some(title) = said(row, &case::RESIDENCE_TITLE_ENTRY) {
            for rule in title_faults(title, person, context.programme.lists()) {
                broken(Some(&case::RESIDENCE_TITLE_ENTRY), rule);
            }
        }
        if state.is_some_and(|state| state != CaseState::Closed) {
            person.open_cases += 1;
            if person.open_cases > 1 {
                broken(Some(&case::SITE_PERSON_ID), Rule::TwoOpenCases);
            }
        }
    }
    let Some(number) = row.identifier(&case::CASE_ID) else { return };
    let employed_at_entry = said(row, &case::EMPLOYMENT_ENTRY).map(is_employed);
    register.add_case(
        number,
        Case {
            row: row.number,
            person: at,
            state,
            first_contact_on,
            taken_on,
            closed_on,
            handed_over: row.code(&case::CLOSURE_REASON) == Some("INVIO_ANTITRATTA"),
            employed_at_entry,
            consents: Vec::new(),
            referral_consents: Vec::new(),
            steps: Vec::new(),
            accepted_on: None,
            traineeship_on: None,
            hired: Vec::new(),
            job_improved: false,
        },
    );
}

/// R04, when all cases have been read.
pub(super) fn end(context: &Context<'_>, register: &Register, findings: &mut Findings) {
    let first = register.cases.iter().filter_map(|case| case.first_contact_on).min();
    if before_deadline(first, context.programme.application_deadline) {
        findings.of_table(&case::TABLE, Some(&case::FIRST_CONTACT_ON), Rule::BeforeDeadline, None);
    }
}

/// R01: the dates of a case follow each other, absent ones skipped.
fn in_order(dates: impl Iterator<Item = Option<NaiveDate>>) -> bool {
    dates.flatten().is_sorted()
}

/// R03: nobody is contacted before the PUA is open, unless the office says that it was so.
fn before_opening(contact: Option<NaiveDate>, opened_on: Option<NaiveDate>, flagged: bool) -> bool {
    !flagged && contact.zip(opened_on).is_some_and(|(contact, opened_on)| contact < opened_on)
}

/// R04: a PUA that met somebody before it could apply has probably dates that are not real.
fn before_deadline(first_contact: Option<NaiveDate>, deadline: Option<NaiveDate>) -> bool {
    first_contact.zip(deadline).is_some_and(|(contact, deadline)| contact < deadline)
}

/// R05: a case is closed if and only if it has a day and a reason of closure.
fn closed_badly(state: CaseState, has_day: bool, has_reason: bool) -> Option<Rule> {
    match state {
        CaseState::Closed => (!(has_day && has_reason)).then_some(Rule::ClosedWithoutEnd),
        _ => (has_day || has_reason).then_some(Rule::EndWithoutClosed),
    }
}

/// K05: what is counted as taken in charge is what has a day of it.
fn taken_without_day(state: CaseState, taken_on: Option<NaiveDate>) -> bool {
    let taken = matches!(state, CaseState::TakenInCharge | CaseState::PlanActive | CaseState::FollowUp);
    taken && taken_on.is_none()
}

/// R10: a formal identification has a decider, who is never a PUA, and a day.
fn nobody_decided(status: &str, decider: Option<&str>, decided_on: Option<NaiveDate>) -> bool {
    let decider = decider.and_then(Decider::from_code);
    match IdentificationState::from_code(status, decider) {
        Err(_) => true,
        Ok(Some(IdentificationState::FormalPositive(_) | IdentificationState::FormalNegative(_))) => {
            decided_on.is_none()
        }
        Ok(_) => false,
    }
}

/// R11: 14 to 99 years old at the first contact, by the years alone; under 18, by the days, another
/// path applies.
fn impossible_age(contact: Option<NaiveDate>, birth: Option<NaiveDate>, protected: bool) -> Option<Rule> {
    let (contact, birth) = contact.zip(birth)?;
    if !(14..=99).contains(&(contact.year() - birth.year())) {
        return Some(Rule::Age);
    }
    let minor = contact.years_since(birth).is_none_or(|years| years < 18);
    (minor && !protected).then_some(Rule::Minor)
}

/// R14, R15 and R16: a residence title fits the citizenship and the day it was issued.
fn title_faults(title: &str, person: &Person, lists: &CodeLists) -> Vec<Rule> {
    let is_known = !person.citizenships.is_empty();
    let any = |fits: &dyn Fn(&str) -> bool| person.citizenships.iter().any(|citizenship| fits(citizenship));
    let mut rules = Vec::new();
    let of_citizens = match title {
        "IT" => any(&|citizenship| citizenship == "ITA"),
        "UE" => any(&|citizenship| citizenship != "ITA" && is_union(citizenship)),
        _ => true,
    };
    if is_known && !of_citizens {
        rules.push(Rule::TitleOfCitizens);
    }
    let Kind::Code(list) = case::RESIDENCE_TITLE_ENTRY.kind else { return rules };
    let code = lists.named(list).and_then(|list| list.find(title));
    if code.zip(person.permit_issued_on).is_some_and(|(code, day)| !code.is_valid_on(day)) {
        rules.push(Rule::TitleNotInForce);
    }
    if title == "TEMP" && is_known && !any(&|citizenship| citizenship == "UKR") {
        rules.push(Rule::TemporaryProtection);
    }
    rules
}

/// Whether an employment status of the ESF is that of somebody with a job.
pub(super) fn is_employed(status: &str) -> bool {
    matches!(status, "OCC" | "OCC_AUT")
}

/// Whether a code was given, ND and RIF included: a blank reason is read as NR, and there is none.
fn said_or_missing(row: &CheckedRow<'_>, column: &Column) -> bool {
    use MissingCode::{NotApplicable, NotCollected};
    let is_silent = |code| matches!(MissingCode::from_code(code), Some(NotCollected | NotApplicable));
    row.code(column).is_some_and(|code| !is_silent(code))
}
