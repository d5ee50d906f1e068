//! The registers of the PUA: who is met where, register numbers, rows of text.

use chrono::NaiveDate;

use super::activity::fill;
use super::campaign::{awareness, pact, training};
use super::case::{Case, Window};
use super::draw::{Draw, after, office_day};
use super::person::{Person, invent};
use super::profile::Profile;
use super::{Dials, Population, SiteData, TableData};
use crate::programme::{Programme, Site};
use crate::registry::{
    self, Column, Table, awareness as event, case, employment, outcome, pact as pact_table, person, referral,
    service_event, site, training as attendance,
};

/// Streams of draws that belong to no single site.
const STREAM_TWICE: u64 = 1 << 32;
const STREAM_CAMPAIGN: u64 = 2 << 32;

/// A person in a PUA's register, and what the PUA did.
struct Entry {
    person: Person,
    cases: Vec<Case>,
}

/// Makes the population.
pub(super) fn population(programme: &Programme, dials: &Dials) -> Population {
    let windows: Vec<Window> = (0..programme.sites.len())
        .map(|index| {
            let profile = Profile::of(index);
            Window { profile, opened_on: profile.opened_on(programme), end: programme.end }
        })
        .collect();
    let weights: Vec<u32> = windows.iter().map(|window| window.profile.weight).collect();
    let mut registers: Vec<Vec<Entry>> = Vec::new();
    for ((stream, window), persons) in (1..).zip(&windows).zip(apportion(dials.persons, &weights)) {
        let mut draw = Draw::new(dials.seed, stream);
        registers.push((0..persons).map(|_| entry(&mut draw, window, dials)).collect());
    }
    seen_twice(dials, &windows, &mut registers);
    let mut draw = Draw::new(dials.seed, STREAM_CAMPAIGN);
    let mut trainings = training(&mut draw, programme, &windows, &weights).into_iter();
    let mut events = awareness(&mut draw, programme, &windows).into_iter();
    let last_opening = windows.iter().map(|window| window.opened_on).max();
    let mut sites = Vec::new();
    for ((site, window), mut entries) in programme.sites.iter().zip(&windows).zip(registers) {
        entries.sort_by_key(|entry| entry.cases.first().and_then(Case::first_day));
        let style = Numbers::of(sites.len(), site);
        let mut tables = rows(&entries, &style);
        tables.push(table(
            &site::TABLE,
            vec![Line::new(&site::TABLE).day(&site::OPENED_ON, Some(window.opened_on)).row()],
        ));
        let pact = pact(&mut draw, window, last_opening == Some(window.opened_on));
        tables.push(table(
            &pact_table::TABLE,
            vec![
                Line::new(&pact_table::TABLE)
                    .text(&pact_table::STATUS, pact.status)
                    .day(&pact_table::SIGNED_ON, pact.signed_on)
                    .text(&pact_table::SIGNATORIES, &pact.signatories.to_string())
                    .row(),
            ],
        ));
        let rows = trainings.next().unwrap_or_default().into_iter().map(|row| {
            Line::new(&attendance::TABLE)
                .text(&attendance::OPERATOR_ID, &row.operator)
                .text(&attendance::TRACK, row.track)
                .day(&attendance::ON, Some(row.on))
                .text(&attendance::HOURS, &row.hours)
                .row()
        });
        tables.push(table(&attendance::TABLE, rows.collect()));
        let rows = events.next().unwrap_or_default().into_iter().map(|row| {
            Line::new(&event::TABLE)
                .text(&event::AMBITO_ID, &row.ambito)
                .day(&event::ON, Some(row.on))
                .text(&event::PARTICIPANTS, &row.participants)
                .row()
        });
        tables.push(table(&event::TABLE, rows.collect()));
        tables.sort_by_key(|data| registry::tables().iter().position(|table| table.name == data.table.name));
        sites.push(SiteData { site: site.id.clone(), tables });
    }
    Population { sites }
}

/// So many persons by weight, the rest to the first sites.
fn apportion(persons: u32, weights: &[u32]) -> Vec<u32> {
    let total: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
    let share = |weight: &u32| u64::from(persons) * u64::from(*weight) / total.max(1);
    let mut shares: Vec<u32> =
        weights.iter().map(|weight| u32::try_from(share(weight)).unwrap_or(0)).collect();
    let rest = persons - shares.iter().sum::<u32>();
    for (share, _) in shares.iter_mut().zip(0..rest) {
        *share += 1;
    }
    shares
}

/// A person, the first case, and another one if the person comes back.
fn entry(draw: &mut Draw, window: &Window, dials: &Dials) -> Entry {
    let contact = contact_day(draw, window.opened_on, window.end);
    let person = invent(draw, &window.profile, contact);
    let mut cases = vec![spell(draw, &person, window, contact, None)];
    let ended = cases.first().filter(|case| {
        matches!(case.closure_reason, "OBIETTIVI" | "PARZIALE" | "RINUNCIA" | "PERSO" | "INVIO_ALTRO")
    });
    // About half of the cases end so early that a return falls into the programme.
    if let Some(closed_on) = ended.and_then(|case| case.steps.closed_on)
        && draw.chance(2 * dials.coming_back)
    {
        let again = office_day(after(closed_on, draw.between(20, 200)));
        if again <= window.end {
            cases.push(spell(draw, &person, window, again, Some("AUTO")));
        }
    }
    Entry { person, cases }
}

fn spell(
    draw: &mut Draw,
    person: &Person,
    window: &Window,
    contact: NaiveDate,
    channel: Option<&'static str>,
) -> Case {
    let mut case = Case::walk(draw, person, window, contact, channel);
    fill(draw, person, window, &mut case);
    case
}

/// A day of first contact: few in the first month, fewer in August and at the very end.
fn contact_day(draw: &mut Draw, opened_on: NaiveDate, end: NaiveDate) -> NaiveDate {
    use chrono::Datelike as _;

    let mut day = draw.day(opened_on, end);
    let is_quiet = |day: NaiveDate| day.month() == 8 || (day - opened_on).num_days() < 30;
    if is_quiet(day) && draw.chance(500) {
        day = draw.day(opened_on, end);
    }
    office_day(day).min(end)
}

/// Some persons go to a second PUA, which writes their name down in its own way.
fn seen_twice(dials: &Dials, windows: &[Window], registers: &mut [Vec<Entry>]) {
    let mut draw = Draw::new(dials.seed, STREAM_TWICE);
    let others: Vec<(usize, u32)> = windows.iter().map(|window| window.profile.weight).enumerate().collect();
    let mut second: Vec<(usize, Entry)> = Vec::new();
    for (home, entries) in registers.iter().enumerate() {
        for entry in entries {
            if !draw.chance(dials.seen_twice) {
                continue;
            }
            let site = draw.weighted(&others);
            let (Some(window), Some(first_day)) =
                (windows.get(site), entry.cases.first().and_then(Case::first_day))
            else {
                continue;
            };
            let earliest = first_day.max(window.opened_on);
            let contact = office_day(after(earliest, draw.between(5, 120))).min(window.end);
            if site == home || contact < earliest {
                continue;
            }
            let person = entry.person.seen_elsewhere(&mut draw, &window.profile);
            let cases = vec![spell(&mut draw, &person, window, contact, Some("ALTRO_PUA"))];
            second.push((site, Entry { person, cases }));
        }
    }
    for (site, entry) in second {
        if let Some(register) = registers.get_mut(site) {
            register.push(entry);
        }
    }
}

/// How an office numbers its persons and cases.
struct Numbers {
    style: usize,
    province: String,
}

impl Numbers {
    fn of(index: usize, site: &Site) -> Self {
        Self { style: index % 4, province: site.province.clone() }
    }

    fn person(&self, number: usize) -> String {
        match self.style {
            0 => number.to_string(),
            1 => format!("{}{number:05}", self.province),
            2 => format!("{}/{number:04}", self.province),
            _ => format!("{number:06}"),
        }
    }

    fn case(&self, number: usize) -> String {
        match self.style {
            0 => (1000 + number).to_string(),
            1 => format!("C{number:05}"),
            2 => format!("{}-F-{number}", self.province),
            _ => format!("F{number:06}"),
        }
    }
}

/// The tables about persons, in the order of arrival.
fn rows(entries: &[Entry], numbers: &Numbers) -> Vec<TableData> {
    let (mut persons, mut cases, mut jobs) = (Vec::new(), Vec::new(), Vec::new());
    let (mut services, mut referrals, mut outcomes) = (Vec::new(), Vec::new(), Vec::new());
    for (person_number, entry) in (1..).zip(entries) {
        let person_id = numbers.person(person_number);
        persons.push(person_row(&entry.person, &person_id));
        for spell in &entry.cases {
            let case_id = numbers.case(cases.len() + 1);
            cases.push(case_row(spell, &entry.person, &case_id, &person_id));
            for job in &spell.jobs {
                jobs.push(
                    Line::new(&employment::TABLE)
                        .text(&employment::EMPLOYMENT_ID, &(jobs.len() + 1).to_string())
                        .text(&employment::SITE_PERSON_ID, &person_id)
                        .day(&employment::START, job.start)
                        .text(&employment::ATECO, job.ateco)
                        .text(&employment::CONTRACT, job.contract)
                        .text(&employment::REGULARITY, job.regularity)
                        .text(&employment::EXPLOITATION, if job.exploitation { "si" } else { "no" })
                        .text(&employment::EMPLOYER, &job.employer)
                        .row(),
                );
            }
            for service in &spell.services {
                services.push(
                    Line::new(&service_event::TABLE)
                        .text(&service_event::EVENT_ID, &format!("S{}", services.len() + 1))
                        .text(&service_event::CASE_ID, &case_id)
                        .text(&service_event::TYPE, service.kind)
                        .day(&service_event::ON, Some(service.on))
                        .text(&service_event::HOURS, &service.hours)
                        .text(&service_event::MEDIATION, service.mediation)
                        .text(&service_event::OUTCOME, service.outcome)
                        .row(),
                );
            }
            for sent in &spell.referrals {
                referrals.push(
                    Line::new(&referral::TABLE)
                        .text(&referral::REFERRAL_ID, &format!("I{}", referrals.len() + 1))
                        .text(&referral::CASE_ID, &case_id)
                        .text(&referral::BODY_TYPE, sent.body)
                        .text(&referral::STATUS, sent.status)
                        .day(&referral::SENT_ON, sent.sent_on)
                        .day(&referral::ANSWERED_ON, sent.answered_on)
                        .row(),
                );
            }
            for reached in &spell.outcomes {
                outcomes.push(
                    Line::new(&outcome::TABLE)
                        .text(&outcome::OUTCOME_ID, &format!("E{}", outcomes.len() + 1))
                        .text(&outcome::CASE_ID, &case_id)
                        .text(&outcome::TYPE, reached.kind)
                        .day(&outcome::ON, Some(reached.on))
                        .row(),
                );
            }
        }
    }
    vec![
        table(&person::TABLE, persons),
        table(&case::TABLE, cases),
        table(&employment::TABLE, jobs),
        table(&service_event::TABLE, services),
        table(&referral::TABLE, referrals),
        table(&outcome::TABLE, outcomes),
    ]
}

fn person_row(who: &Person, person_id: &str) -> Vec<String> {
    Line::new(&person::TABLE)
        .text(&person::SITE_PERSON_ID, person_id)
        .text(&person::FAMILY_NAME, &who.family)
        .text(&person::GIVEN_NAME, &who.given)
        .day(&person::BIRTH_DATE, Some(who.birth))
        .text(&person::CODICE_FISCALE, &who.documents.tax_code)
        .text(&person::STP_ENI, &who.documents.stp_eni)
        .text(&person::PERMIT_NUMBER, &who.documents.permit)
        .text(&person::PASSPORT_STATE, who.documents.passport_state)
        .text(&person::PASSPORT_NUMBER, &who.documents.passport)
        .text(&person::CUI, "")
        .text(&person::PHONE, &who.phone)
        .text(&person::EMAIL, &who.email)
        .text(&person::ADDRESS, &who.address)
        .text(&person::GENDER, who.gender)
        .text(&person::CITIZENSHIP, who.citizenship)
        .text(&person::EDUCATION, who.education)
        .text(&person::ARRIVAL_YEAR_IT, &who.arrival_year)
        .text(&person::NOTES, &who.notes)
        .row()
}

fn case_row(spell: &Case, who: &Person, case_id: &str, person_id: &str) -> Vec<String> {
    Line::new(&case::TABLE)
        .text(&case::CASE_ID, case_id)
        .text(&case::SITE_PERSON_ID, person_id)
        .text(&case::STATE, spell.state)
        .day(&case::REPORTED_ON, spell.steps.reported_on)
        .day(&case::FIRST_CONTACT_ON, spell.steps.first_contact_on)
        .day(&case::ASSESSED_ON, spell.steps.assessed_on)
        .day(&case::TAKEN_ON, spell.steps.taken_on)
        .day(&case::PLAN_ON, spell.steps.plan_on)
        .day(&case::CLOSED_ON, spell.steps.closed_on)
        .text(&case::CLOSURE_REASON, spell.closure_reason)
        .text(&case::ENTRY_CHANNEL, spell.entry_channel)
        .text(&case::TARGET_GROUP, spell.target_group)
        .text(&case::IDENTIFICATION_STATUS, spell.identification)
        .text(&case::RESIDENCE_TITLE_ENTRY, who.title)
        .text(&case::EMPLOYMENT_ENTRY, spell.employment_entry)
        .text(&case::REGULARITY_ENTRY, spell.regularity_entry)
        .text(&case::NOTES, &spell.notes)
        .row()
}

const fn table(table: &'static Table, rows: Vec<Vec<String>>) -> TableData {
    TableData { table, rows }
}

/// A row being filled, whatever the registry's order of columns.
struct Line {
    table: &'static Table,
    row: Vec<String>,
}

impl Line {
    fn new(table: &'static Table) -> Self {
        Self { table, row: vec![String::new(); table.columns.len()] }
    }

    fn text(mut self, column: &Column, text: &str) -> Self {
        let columns = self.table.columns.iter();
        for (cell, _) in self.row.iter_mut().zip(columns).filter(|(_, other)| other.name == column.name) {
            text.clone_into(cell);
        }
        self
    }

    fn day(self, column: &Column, day: Option<NaiveDate>) -> Self {
        match day {
            Some(day) => self.text(column, &day.to_string()),
            None => self,
        }
    }

    fn row(self) -> Vec<String> {
        self.row
    }
}
