//! The domain's rules, one function each.

use chrono::{Datelike as _, NaiveDate};
use inlav_core::registry::{Kind, Table, case, outcome, pact, referral, service_event, site};
use inlav_core::value::Value;

use super::Context;
use super::findings::{Findings, Rule};
use super::keys::Keys;
use super::row::CheckedRow;

/// R01: the dates of a case follow each other, absent ones skipped.
pub(super) fn dates_in_order(row: &CheckedRow<'_>, findings: &mut Findings) {
    let days: Vec<NaiveDate> = [
        case::REPORTED_ON,
        case::FIRST_CONTACT_ON,
        case::ASSESSED_ON,
        case::TAKEN_ON,
        case::PLAN_ON,
        case::CLOSED_ON,
    ]
    .iter()
    .filter_map(|column| row.date(column))
    .collect();
    if !days.is_sorted() {
        findings.broken(row, None, Rule::DatesInOrder);
    }
}

/// R02: no date after the export; none of a case and what belongs to it before the programme.
pub(super) fn dates_within_programme(row: &CheckedRow<'_>, context: &Context<'_>, findings: &mut Findings) {
    let of_a_case = [case::TABLE.name, service_event::TABLE.name, referral::TABLE.name, outcome::TABLE.name]
        .contains(&row.table.name);
    for column in row.table.columns.iter().filter(|column| column.kind == Kind::Date) {
        let Some(day) = row.date(column) else { continue };
        if day > context.as_of {
            findings.broken(row, Some(column), Rule::AfterExport);
        } else if of_a_case && day < context.programme.start {
            findings.broken(row, Some(column), Rule::BeforeProgramme);
        }
    }
}

/// The PUA's first day, for R03.
pub(super) fn opening_day(row: &CheckedRow<'_>, known: Option<NaiveDate>) -> Option<NaiveDate> {
    row.date(&site::OPENED_ON).into_iter().chain(known).min()
}

/// R03: nobody is contacted before the PUA is open.
pub(super) fn contact_after_opening(
    row: &CheckedRow<'_>,
    opened_on: Option<NaiveDate>,
    findings: &mut Findings,
) {
    if let (Some(contact), Some(opened_on)) = (row.date(&case::FIRST_CONTACT_ON), opened_on)
        && contact < opened_on
    {
        findings.broken(row, Some(&case::FIRST_CONTACT_ON), Rule::BeforeOpening);
    }
}

/// R05: a case is closed if and only if it has a day and a reason of closure.
pub(super) fn closed_with_day_and_reason(row: &CheckedRow<'_>, findings: &mut Findings) {
    let Some(state) = row.code(&case::STATE) else { return };
    let closed_on = row.date(&case::CLOSED_ON).is_some();
    // A blank reason is read as NR: there is none.
    let reason = row.code(&case::CLOSURE_REASON).is_some_and(|reason| !matches!(reason, "NR" | "NA"));
    if state == "CHIUSO" {
        if !(closed_on && reason) {
            findings.broken(row, None, Rule::ClosedWithoutEnd);
        }
    } else if closed_on || reason {
        findings.broken(row, None, Rule::EndWithoutClosed);
    }
}

/// K05: what is counted as taken in charge is what has a day of it.
pub(super) fn taken_in_charge_with_day(row: &CheckedRow<'_>, findings: &mut Findings) {
    let taken = matches!(row.code(&case::STATE), Some("PRESO_IN_CARICO" | "PIANO_ATTIVO" | "FOLLOW_UP"));
    if taken && row.date(&case::TAKEN_ON).is_none() {
        findings.broken(row, Some(&case::TAKEN_ON), Rule::TakenWithoutDay);
    }
}

/// R11: 14 to 99 years old at the first contact, by the years alone; under 18, by the days,
/// another path applies.
pub(super) fn age_at_first_contact(row: &CheckedRow<'_>, keys: &Keys, findings: &mut Findings) {
    let (Some(contact), Some(birth)) = (row.date(&case::FIRST_CONTACT_ON), keys.birth_of(row)) else {
        return;
    };
    if !(14..=99).contains(&(contact.year() - birth.year())) {
        findings.broken(row, None, Rule::Age);
    } else if contact.years_since(birth).is_none_or(|years| years < 18) {
        findings.broken(row, None, Rule::Minor);
    }
}

/// R32: a signed pact has a day and two signatories.
pub(super) fn signed_pact(row: &CheckedRow<'_>, findings: &mut Findings) {
    let enough = matches!(row.value(&pact::SIGNATORIES), Value::Whole(signatories) if *signatories >= 2);
    if row.code(&pact::STATUS) == Some("SOTTOSCRITTO") && !(enough && row.date(&pact::SIGNED_ON).is_some()) {
        findings.broken(row, None, Rule::SignedPact);
    }
}

/// K04: an export is of one PUA.
pub(super) fn one_row_per_site(table: &Table, rows: u64, findings: &mut Findings) {
    if table.name == site::TABLE.name && rows != 1 {
        findings.of_table(table, None, Rule::OneSiteRow, None);
    }
}
