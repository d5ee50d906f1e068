//! Rules about follow-ups.

use chrono::NaiveDate;
use inlav_core::registry::{employment, follow_up, outcome};
use inlav_core::value::Value;

use super::super::findings::Findings;
use super::super::register::{Job, Register, said};
use super::super::row::CheckedRow;
use super::cases::is_employed;
use super::days;
use inlav_core::rule::Rule;

pub(super) fn row(row: &CheckedRow<'_>, register: &mut Register, findings: &mut Findings) {
    let knows = register.has(&outcome::TABLE, &[outcome::TYPE])
        || register.has(&employment::TABLE, &[employment::START]);
    let done_on = row.date(&follow_up::DONE_ON);
    let now = said(row, &follow_up::EMPLOYMENT).map(is_employed);
    let Some(case) = register.case_of(row) else { return };
    let outside = done_on.zip(case.closed_on).is_some_and(|(done, closed)| {
        row.code(&follow_up::WAVE).is_some_and(|wave| outside_window(wave, closed, done))
    });
    if outside {
        findings.broken(row, Some(&follow_up::DONE_ON), Rule::OutsideTheWindow);
    }
    if *row.value(&follow_up::IMPROVED) == Value::YesNo(true) {
        let (improved, entry, person) = (case.job_improved, case.employed_at_entry, case.person);
        let contact = case.first_contact_on;
        let jobs = person.and_then(|at| register.persons.get(at)).map_or(&[][..], |person| &person.jobs);
        let shown = !knows || improved || better_job(jobs, contact, done_on);
        if not_improved(entry, now, shown) {
            findings.broken(row, Some(&follow_up::IMPROVED), Rule::NotImproved);
        }
    }
}

/// R29: 4 weeks is within 28 days of the exit, 6 months is day 180 and 12 months day 365, each with
/// 30 days before and after.
fn outside_window(wave: &str, closed: NaiveDate, done: NaiveDate) -> bool {
    let after = days(closed, done);
    match wave {
        "4S" => !(0..=28).contains(&after),
        "6M" => !(150..=210).contains(&after),
        "12M" => !(335..=395).contains(&after),
        _ => false,
    }
}

/// R30: a job improves only of somebody who had one at entry and has one now, and if something
/// shows it.
fn not_improved(employed_at_entry: Option<bool>, employed_now: Option<bool>, shown: bool) -> bool {
    employed_at_entry != Some(true) || employed_now == Some(false) || !shown
}

/// Whether a job between entry and follow-up is better than the one at entry: with a contract where
/// there was none or a permanent one where it was not, with more hours, or in a more skilled
/// occupation. A job whose first day nobody knows came before those with one, and any such may have
/// been the one at entry.
fn better_job(jobs: &[Job], entry: Option<NaiveDate>, now: Option<NaiveDate>) -> bool {
    let begun = |job: &&Job, until: Option<NaiveDate>| {
        job.start.zip(until).is_some_and(|(start, until)| start <= until)
    };
    let known = jobs.iter().filter(|job| begun(job, entry)).max_by_key(|job| job.start);
    let mut at_entry = jobs.iter().filter(|job| job.start.is_none()).chain(known);
    at_entry.any(|before| {
        jobs.iter().filter(|job| begun(job, now) && job.start > before.start).any(|after| {
            let longer = before.hours.zip(after.hours).is_some_and(|(before, after)| after > before);
            let more_skilled = before.group.zip(after.group).is_some_and(|(before, after)| after < before);
            let firmer = (after.employed && !before.employed) || (after.permanent && !before.permanent);
            firmer || longer || more_skilled
        })
    })
}
