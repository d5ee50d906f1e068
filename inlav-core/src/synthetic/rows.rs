//! Rows of text: a PUA's register as it stands in its tables.

use chrono::{NaiveDate, NaiveTime};

use super::TableData;
use super::campaign::Campaign;
use super::case::{Case, Window};
use super::draw::{Draw, after};
use super::person::Person;
use super::register::Entry;
use super::service::Contact;
use crate::history::State as _;
use crate::programme::Site;
use crate::registry::{
    self, awareness, case, case_transition, consent, contact, employment, follow_up, operator, outcome, pact,
    person, plan, referral, service_event, service_map, site, training,
};

mod line;

use line::{Line, assessment_line, case_line, halves, person_line, yes};

/// How an office numbers its rows, and how far it has come.
#[derive(Debug, Clone)]
pub(super) struct Numbers {
    style: usize,
    province: String,
    persons: u64,
    cases: u64,
    jobs: u64,
    contacts: u64,
    services: u64,
    referrals: u64,
    outcomes: u64,
    assessments: u64,
    plans: u64,
}

/// The tables of one PUA being filled.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    site: &'a Site,
    /// Numbers of the operators who write.
    writers: &'a [String],
    numbers: &'a mut Numbers,
    end: NaiveDate,
    tables: Vec<TableData>,
}

impl Numbers {
    pub(super) fn of(index: usize, site: &Site) -> Self {
        Self {
            style: index % 4,
            province: site.province.clone(),
            persons: 0,
            cases: 0,
            jobs: 0,
            contacts: 0,
            services: 0,
            referrals: 0,
            outcomes: 0,
            assessments: 0,
            plans: 0,
        }
    }

    fn person(&mut self) -> String {
        let number = next(&mut self.persons);
        match self.style {
            0 => number.to_string(),
            1 => format!("{}{number:05}", self.province),
            2 => format!("{}/{number:04}", self.province),
            _ => format!("{number:06}"),
        }
    }

    fn case(&mut self) -> String {
        let number = next(&mut self.cases);
        match self.style {
            0 => (1000 + number).to_string(),
            1 => format!("C{number:05}"),
            2 => format!("{}-F-{number}", self.province),
            _ => format!("F{number:06}"),
        }
    }
}

const fn next(number: &mut u64) -> u64 {
    *number += 1;
    *number
}

impl<'a> Rows<'a> {
    pub(super) fn new(
        site: &'a Site,
        writers: &'a [String],
        numbers: &'a mut Numbers,
        end: NaiveDate,
    ) -> Self {
        let tables = registry::tables().iter().map(|table| TableData { table, rows: Vec::new() }).collect();
        Self { site, writers, numbers, end, tables }
    }

    pub(super) fn finish(self) -> Vec<TableData> {
        self.tables
    }

    fn push(&mut self, line: Line) {
        if let Some(data) = self.tables.iter_mut().find(|data| data.table.name == line.table.name) {
            data.rows.push(line.row);
        }
    }

    /// What the PUA does besides its cases.
    pub(super) fn campaign(&mut self, campaign: &Campaign, window: &Window<'_>) {
        let id = self.site.id.to_string();
        let (residents, third_country) = campaign.population;
        self.push(
            Line::new(&site::TABLE)
                .text(&site::SITE_ID, &id)
                .text(&site::NAME, &self.site.name)
                .text(&site::PROVINCE, &self.site.istat_province)
                .text(&site::NUTS3, &self.site.nuts3)
                .day(&site::OPENED_ON, Some(window.opened_on))
                .text(&site::MODE, if campaign.is_new { "NUOVO" } else { "POTENZIAMENTO" })
                .text(&site::LEAD_BODY, "Azienda speciale inventata")
                .text(&site::CATCHMENT, &campaign.catchment.join(";"))
                .text(&site::POPULATION, &residents.to_string())
                .text(&site::TCN_POPULATION, &third_country.to_string())
                .text(&site::STAFF_FTE, &halves(campaign.staff_halves)),
        );
        for member in &campaign.staff {
            self.push(
                Line::new(&operator::TABLE)
                    .text(&operator::OPERATOR_ID, &member.id)
                    .text(&operator::SITE_ID, if member.of_the_pua { &id } else { "" })
                    .text(&operator::ROLE, member.role)
                    .text(&operator::SECTOR, member.sector)
                    .text(&operator::ORGANISATION_ID, &member.organisation)
                    .day(&operator::ACTIVE_FROM, Some(member.active_from)),
            );
        }
        self.push(
            Line::new(&pact::TABLE)
                .text(&pact::PACT_ID, "PT1")
                .text(&pact::SITE_ID, &id)
                .text(&pact::STATUS, campaign.pact.status)
                .day(&pact::SIGNED_ON, campaign.pact.signed_on)
                .text(&pact::SIGNATORIES, &campaign.pact.signatories.to_string())
                .text(&pact::GOALS, &campaign.pact.goals.join(";")),
        );
        for row in &campaign.attendances {
            let score = |score: u32| score.to_string();
            self.push(
                Line::new(&training::TABLE)
                    .text(&training::SESSION_ID, &row.session)
                    .text(&training::OPERATOR_ID, &row.operator)
                    .text(&training::TRACK, row.track)
                    .text(&training::MODULE, row.module)
                    .text(&training::PROVINCE, &self.site.istat_province)
                    .day(&training::ON, Some(row.on))
                    .text(&training::HOURS, &row.hours)
                    .text(&training::PRE_SCORE, &row.scores.map_or_else(String::new, |(pre, _)| score(pre)))
                    .text(
                        &training::POST_SCORE,
                        &row.scores.map_or_else(String::new, |(_, post)| score(post)),
                    ),
            );
        }
        for (number, row) in (1..).zip(&campaign.events) {
            self.push(
                Line::new(&awareness::TABLE)
                    .text(&awareness::EVENT_ID, &format!("EV{number}"))
                    .text(&awareness::AMBITO_ID, &row.ambito)
                    .day(&awareness::ON, Some(row.on))
                    .text(&awareness::AUDIENCE, row.audience)
                    .text(&awareness::PARTICIPANTS, &row.participants)
                    .text(&awareness::CONTACTS_GENERATED, &row.contacts.to_string()),
            );
        }
        for (number, row) in (1..).zip(&campaign.services) {
            self.push(
                Line::new(&service_map::TABLE)
                    .text(&service_map::ENTRY_ID, &format!("M{number}"))
                    .text(&service_map::SITE_ID, &id)
                    .text(&service_map::ORGANISATION_ID, &row.organisation)
                    .text(&service_map::AREA, row.area)
                    .text(&service_map::LANGUAGES, &row.languages.join(";"))
                    .text(&service_map::BARRIERS, &row.barriers.join(";"))
                    .day(&service_map::CHECKED_ON, Some(row.checked_on))
                    .text(&service_map::CAPACITY, &row.capacity),
            );
        }
    }

    /// A person and what the PUA did.
    pub(super) fn entry(&mut self, draw: &mut Draw, entry: &Entry) {
        let person_id = self.numbers.person();
        self.push(person_line(&entry.person, &person_id));
        let mut earlier = String::new();
        for (number, spell) in (1..).zip(&entry.cases) {
            let case_id = self.numbers.case();
            let line = case_line(spell, &entry.person, [&case_id, &person_id, &earlier], number);
            let owner = self.writer(draw);
            let line = line.text(&case::SITE_ID, self.site.id.as_str()).text(&case::CASE_OWNER, &owner);
            self.push(line);
            self.transitions(draw, spell, &case_id);
            self.of_case(draw, spell, &case_id);
            self.jobs(spell, &person_id);
            earlier = case_id;
        }
    }

    /// A second row for a person who is in the register already; its number from 0.
    pub(super) fn person_again(&mut self, person: &Person) -> usize {
        let person_id = self.numbers.person();
        self.push(person_line(person, &person_id));
        self.tables
            .iter()
            .find(|data| data.table.name == person::TABLE.name)
            .map_or(0, |data| data.rows.len() - 1)
    }

    fn writer(&self, draw: &mut Draw) -> String {
        if self.writers.is_empty() {
            String::new()
        } else {
            draw.pick(&self.writers.iter().collect::<Vec<_>>()).clone()
        }
    }

    fn transitions(&mut self, draw: &mut Draw, spell: &Case, case_id: &str) {
        let mut from = "NUOVO";
        for step in spell.history().steps() {
            // Mostly written down the same day.
            let late = draw.weighted(&[(0, 62), (1, 20), (4, 10), (15, 6), (40, 2)]);
            let on = after(step.on, late).min(self.end);
            let at = NaiveTime::from_hms_opt(draw.between(8, 18), draw.below(60), 0).unwrap_or_default();
            let by = self.writer(draw);
            self.push(
                Line::new(&case_transition::TABLE)
                    .text(&case_transition::CASE_ID, case_id)
                    .text(&case_transition::FROM_STATE, from)
                    .text(&case_transition::TO_STATE, step.state.code())
                    .day(&case_transition::ON, Some(step.on))
                    .text(&case_transition::RECORDED_AT, &format!("{on} {}", at.format("%H:%M")))
                    .text(&case_transition::OPERATOR_ID, &by),
            );
            from = step.state.code();
        }
    }

    fn of_case(&mut self, draw: &mut Draw, spell: &Case, case_id: &str) {
        for given in &spell.consents {
            self.push(
                Line::new(&consent::TABLE)
                    .text(&consent::CASE_ID, case_id)
                    .text(&consent::TYPE, given.kind)
                    .day(&consent::GIVEN_ON, Some(given.given_on))
                    .day(&consent::WITHDRAWN_ON, given.withdrawn_on)
                    .text(&consent::LANGUAGE, given.language)
                    .text(&consent::LEGAL_BASIS, given.legal_basis),
            );
        }
        for made in &spell.assessments {
            let number = format!("V{}", next(&mut self.numbers.assessments));
            let assessor = self.writer(draw);
            self.push(assessment_line(made, [&number, case_id, &assessor]));
        }
        if let Some(signed) = &spell.plan {
            let number = format!("P{}", next(&mut self.numbers.plans));
            self.push(
                Line::new(&plan::TABLE)
                    .text(&plan::PLAN_ID, &number)
                    .text(&plan::CASE_ID, case_id)
                    .day(&plan::SIGNED_ON, Some(signed.signed_on))
                    .day(&plan::REVIEW_DUE, Some(signed.review_due))
                    .day(&plan::ENDED_ON, signed.ended_on)
                    .text(&plan::GOALS, &signed.goals.join(";"))
                    .text(&plan::GOALS_MET, &signed.goals_met.join(";")),
            );
        }
        for made in &spell.contacts {
            self.contact(made, case_id);
        }
        for service in &spell.services {
            let number = format!("S{}", next(&mut self.numbers.services));
            self.push(
                Line::new(&service_event::TABLE)
                    .text(&service_event::EVENT_ID, &number)
                    .text(&service_event::CASE_ID, case_id)
                    .text(&service_event::TYPE, service.kind)
                    .day(&service_event::ON, Some(service.on))
                    .day(&service_event::END_ON, service.end_on)
                    .text(&service_event::HOURS, &service.hours)
                    .text(&service_event::PROVIDER_ID, &service.provider)
                    .text(&service_event::MEDIATION, service.mediation)
                    .text(&service_event::OUTCOME, service.outcome)
                    .number(&service_event::COST, service.cost),
            );
        }
        for sent in &spell.referrals {
            let number = format!("I{}", next(&mut self.numbers.referrals));
            self.push(
                Line::new(&referral::TABLE)
                    .text(&referral::REFERRAL_ID, &number)
                    .text(&referral::CASE_ID, case_id)
                    .text(&referral::DIRECTION, sent.direction)
                    .text(&referral::BODY_TYPE, sent.body)
                    .text(&referral::ORGANISATION_ID, &sent.organisation)
                    .text(&referral::REASON, sent.reason)
                    .text(&referral::STATUS, sent.status)
                    .text(&referral::LEGAL_DUTY, yes(sent.legal_duty))
                    .day(&referral::SENT_ON, sent.sent_on)
                    .day(&referral::ANSWERED_ON, sent.answered_on)
                    .day(&referral::STARTED_ON, sent.started_on)
                    .day(&referral::CLOSED_ON, sent.closed_on),
            );
        }
        for reached in &spell.outcomes {
            let number = format!("E{}", next(&mut self.numbers.outcomes));
            self.push(
                Line::new(&outcome::TABLE)
                    .text(&outcome::OUTCOME_ID, &number)
                    .text(&outcome::CASE_ID, case_id)
                    .text(&outcome::TYPE, reached.kind)
                    .day(&outcome::ON, Some(reached.on))
                    .number(&outcome::VALUE, reached.value)
                    .text(&outcome::EVIDENCE, reached.evidence)
                    .text(&outcome::WAVE, reached.wave),
            );
        }
        for asked in &spell.follow_ups {
            self.push(
                Line::new(&follow_up::TABLE)
                    .text(&follow_up::CASE_ID, case_id)
                    .text(&follow_up::WAVE, asked.wave)
                    .day(&follow_up::DONE_ON, Some(asked.done_on))
                    .text(&follow_up::STATUS, asked.status)
                    .text(&follow_up::EMPLOYMENT, asked.employment)
                    .text(&follow_up::REGULARITY, asked.regularity)
                    .text(&follow_up::IN_TRAINING, asked.in_training)
                    .text(&follow_up::IMPROVED, asked.improved)
                    .text(&follow_up::EXPLOITED_AGAIN, asked.exploited_again),
            );
        }
    }

    /// A contact; of no case if its number is blank.
    pub(super) fn contact(&mut self, made: &Contact, case_id: &str) {
        let number = format!("K{}", next(&mut self.numbers.contacts));
        let line = Line::new(&contact::TABLE)
            .text(&contact::CONTACT_ID, &number)
            .text(&contact::CASE_ID, case_id)
            .text(&contact::SITE_ID, self.site.id.as_str())
            .day(&contact::ON, Some(made.on))
            .text(&contact::CHANNEL, made.channel)
            .text(&contact::PLACE, made.place)
            .text(&contact::MUNICIPALITY, &made.municipality)
            .number(&contact::MINUTES, made.minutes)
            .text(&contact::MEDIATION, made.mediation)
            .text(&contact::MEDIATION_LANGUAGE, made.language)
            .text(&contact::OUTCOME, made.outcome);
        self.push(line);
    }

    fn jobs(&mut self, spell: &Case, person_id: &str) {
        for job in &spell.jobs {
            let number = next(&mut self.numbers.jobs).to_string();
            self.push(
                Line::new(&employment::TABLE)
                    .text(&employment::EMPLOYMENT_ID, &number)
                    .text(&employment::SITE_PERSON_ID, person_id)
                    .day(&employment::START, job.start)
                    .day(&employment::END, job.end)
                    .text(&employment::ATECO, &job.ateco)
                    .text(&employment::OCCUPATION, job.occupation)
                    .text(&employment::CONTRACT, job.contract)
                    .text(&employment::REGULARITY, job.regularity)
                    .number(&employment::HOURS_CONTRACT, job.contracted)
                    .number(&employment::HOURS_ACTUAL, job.worked)
                    .number(&employment::PAY_MONTH_NET, job.pay)
                    .text(&employment::PAID_IN_CASH, job.in_cash.map_or("", yes))
                    .text(&employment::MUNICIPALITY, &job.municipality)
                    .text(&employment::EXPLOITATION, yes(job.exploitation))
                    .text(&employment::EMPLOYER, &job.employer)
                    .text(&employment::INTERMEDIARY, job.intermediary.map_or("", yes))
                    .text(&employment::SOURCE, job.source),
            );
        }
    }
}
