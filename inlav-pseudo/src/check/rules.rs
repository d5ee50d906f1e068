//! The domain's rules, one function each, by what they are about.
//!
//! A function says whether its rule is broken; what is remembered for the rules across tables is
//! in [`Register`]. A table comes after those it refers to, so most rules are judged row by row;
//! those that look from a case at what came later are judged when all has been read.

use chrono::NaiveDate;
use inlav_core::registry::{
    Kind, Table, assessment, awareness, case, case_transition, consent, contact, employment, follow_up,
    outcome, pact, person, plan, referral, service_event, site, training,
};
use inlav_core::value::{Fault, Reading, Value};

mod assessments;
mod campaign;
mod cases;
mod consents;
mod follow_ups;
mod histories;
mod jobs;
mod persons;
mod services;
#[cfg(test)]
mod tests;

use super::Context;
use super::findings::Findings;
use super::register::Register;
use super::row::CheckedRow;
use inlav_core::rule::Rule;

/// Judges a row and remembers what later rules need of it.
pub(super) fn row(
    row: &CheckedRow<'_>,
    context: &Context<'_>,
    register: &mut Register,
    findings: &mut Findings,
) {
    dates_within_programme(row, context, findings);
    own_site(row, context, findings);
    complete(row, findings);
    match row.table.name {
        table if table == site::TABLE.name => {
            register.opened_on = row.date(&site::OPENED_ON).into_iter().chain(register.opened_on).min();
        }
        table if table == person::TABLE.name => persons::row(row, register, findings),
        table if table == case::TABLE.name => cases::row(row, context, register, findings),
        table if table == case_transition::TABLE.name => histories::row(row, register),
        table if table == consent::TABLE.name => consents::row(row, register),
        table if table == assessment::TABLE.name => assessments::row(row, register, findings),
        table if table == employment::TABLE.name => jobs::row(row, register, findings),
        table if table == contact::TABLE.name => services::contact(row, register, findings),
        table if table == service_event::TABLE.name => services::event(row, register, findings),
        table if table == referral::TABLE.name => consents::referral(row, register, findings),
        table if table == outcome::TABLE.name => services::outcome(row, register, findings),
        table if table == follow_up::TABLE.name => follow_ups::row(row, register, findings),
        table if table == pact::TABLE.name => campaign::pact(row, findings),
        table if table == training::TABLE.name => campaign::training(row, register, findings),
        _ => {}
    }
}

/// A person or case has something of what every row needs besides its number. What has nothing may be
/// the row of another table below this one.
fn complete(row: &CheckedRow<'_>, findings: &mut Findings) {
    let table = row.table;
    if ![person::TABLE.name, case::TABLE.name].contains(&table.name) {
        return;
    }
    let needed = table
        .columns
        .iter()
        .zip(row.readings)
        .filter(|(column, _)| column.required && !matches!(column.kind, Kind::Key(_)));
    let is_blank = |reading: &Reading| matches!(reading.fault, Some(Fault::Empty | Fault::Blank));
    if needed.map(|(_, reading)| reading).all(is_blank) {
        findings.broken(row, None, Rule::Incomplete);
    }
}

/// Judges what can be judged only when every table has been read.
pub(super) fn end(context: &Context<'_>, register: &Register, findings: &mut Findings) {
    cases::end(context, register, findings);
    histories::end(register, findings);
    consents::end(register, findings);
    jobs::end(register, findings);
    services::end(register, findings);
}

/// R02: no date after the export; none of a case and what belongs to it before the programme.
fn dates_within_programme(row: &CheckedRow<'_>, context: &Context<'_>, findings: &mut Findings) {
    let of_a_case = [
        case::TABLE,
        case_transition::TABLE,
        consent::TABLE,
        assessment::TABLE,
        plan::TABLE,
        contact::TABLE,
        service_event::TABLE,
        referral::TABLE,
        outcome::TABLE,
        follow_up::TABLE,
        awareness::TABLE,
    ]
    .iter()
    .any(|table| table.name == row.table.name);
    for column in row.table.columns.iter().filter(|c| matches!(c.kind, Kind::Date | Kind::Timestamp)) {
        let day = match row.value(column) {
            Value::Date(day) => *day,
            Value::Timestamp(moment) => moment.date(),
            _ => continue,
        };
        if day > context.as_of {
            findings.broken(row, Some(column), Rule::AfterExport);
        } else if of_a_case && day < context.programme.start {
            findings.broken(row, Some(column), Rule::BeforeProgramme);
        }
    }
}

/// K06: an export is of one PUA.
fn own_site(row: &CheckedRow<'_>, context: &Context<'_>, findings: &mut Findings) {
    for column in row.table.columns.iter().filter(|column| column.kind == Kind::Site) {
        if row.code(column).is_some_and(|site| site != context.site.as_str()) {
            findings.broken(row, Some(column), Rule::OtherSite);
        }
    }
}

/// K04: an export has one row about its PUA.
pub(super) fn one_row_per_site(table: &Table, rows: u64, findings: &mut Findings) {
    if table.name == site::TABLE.name && rows != 1 {
        findings.of_table(table, None, Rule::OneSiteRow, None);
    }
}

/// Days from one day to another, negative if it lies before.
fn days(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days()
}
