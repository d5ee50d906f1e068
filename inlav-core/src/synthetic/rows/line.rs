//! One row of text, whatever the registry's order of columns; the long ones.

use chrono::NaiveDate;

use crate::registry::{Column, Table, assessment, case, person};
use crate::synthetic::assessment::Assessment;
use crate::synthetic::case::Case;
use crate::synthetic::person::Person;

pub(super) fn person_line(who: &Person, person_id: &str) -> Line {
    let documents = &who.documents;
    Line::new(&person::TABLE)
        .text(&person::SITE_PERSON_ID, person_id)
        .text(&person::FAMILY_NAME, &who.family)
        .text(&person::GIVEN_NAME, &who.given)
        .day(&person::BIRTH_DATE, Some(who.birth))
        .text(&person::BIRTH_PLACE, who.country.town)
        .text(&person::BIRTH_COUNTRY, who.country.code)
        .text(&person::CODICE_FISCALE, &documents.tax_code)
        .text(&person::STP_ENI, &documents.stp_eni)
        .text(&person::STP_ENI_ISSUER, documents.stp_eni_issuer)
        .day(&person::STP_ENI_VALID_TO, documents.stp_eni_valid_to)
        .text(&person::PERMIT_NUMBER, &documents.permit)
        .day(&person::PERMIT_ISSUED_ON, documents.permit_issued_on)
        .day(&person::PERMIT_VALID_TO, documents.permit_valid_to)
        .text(&person::PASSPORT_STATE, documents.passport_state)
        .text(&person::PASSPORT_NUMBER, &documents.passport)
        .text(&person::CUI, &documents.cui)
        .text(&person::IDENTITY_CARD, &documents.identity_card)
        .text(&person::ASYLUM_NUMBER, &documents.asylum_number)
        .text(&person::PHONE, &who.phone)
        .text(&person::EMAIL, &who.email)
        .text(&person::ADDRESS, &who.address)
        .text(&person::GENDER, who.gender)
        .text(&person::CITIZENSHIP, who.citizenship)
        .text(&person::OTHER_CITIZENSHIPS, who.other_citizenship)
        .text(&person::STATELESS, yes(who.citizenship == "XXA"))
        .text(&person::LANGUAGES, &who.country.languages.join(";"))
        .text(&person::ITALIAN_LEVEL, who.italian)
        .text(&person::EDUCATION, who.education)
        .text(&person::RESIDENCE_MUNICIPALITY, &who.municipality)
        .text(&person::ARRIVAL_YEAR_IT, &who.arrival_year)
        .text(&person::HOUSEHOLD_CHILDREN, &who.children)
        .text(&person::NOTES, &who.notes)
}

pub(super) fn case_line(
    spell: &Case,
    who: &Person,
    [case_id, person_id, earlier]: [&str; 3],
    episode: u32,
) -> Line {
    let steps = &spell.steps;
    let under_age =
        spell.first_day().and_then(|day| day.years_since(who.birth)).is_none_or(|years| years < 18);
    Line::new(&case::TABLE)
        .text(&case::CASE_ID, case_id)
        .text(&case::SITE_PERSON_ID, person_id)
        .number(&case::EPISODE_NO, Some(episode))
        .text(&case::STATE, spell.state())
        .day(&case::REPORTED_ON, steps.reported_on)
        .day(&case::FIRST_CONTACT_ON, steps.first_contact_on)
        .text(&case::PRE_ACTIVITY, "no")
        .day(&case::ASSESSED_ON, steps.assessed_on)
        .day(&case::TAKEN_ON, steps.taken_on)
        .day(&case::PLAN_ON, steps.plan_on)
        .day(&case::CLOSED_ON, steps.closed_on)
        .text(&case::CLOSURE_REASON, spell.closure_reason)
        .text(&case::ENTRY_CHANNEL, spell.entry_channel)
        .text(&case::TARGET_GROUP, spell.target_group)
        .text(&case::IDENTIFICATION_STATUS, spell.identification.status)
        .text(&case::IDENTIFICATION_DECIDER, spell.identification.decider)
        .day(&case::IDENTIFIED_ON, spell.identification.on)
        .text(&case::RESIDENCE_TITLE_ENTRY, who.title)
        .text(&case::EMPLOYMENT_ENTRY, spell.employment_entry)
        .text(&case::REGULARITY_ENTRY, spell.regularity_entry)
        .text(&case::HOUSING_ENTRY, spell.housing_entry)
        .text(&case::MINOR_PATH, yes(under_age))
        .text(&case::REOPENED_FROM, earlier)
        .text(&case::NOTES, &spell.notes)
}

/// An assessment's 97 cells, in the order of the registry: a test compares them with the items.
pub(super) fn assessment_line(made: &Assessment, [number, case_id, assessor]: [&str; 3]) -> Line {
    let table = &assessment::TABLE;
    let mut row: Vec<String> = Vec::with_capacity(table.columns.len());
    row.extend([number, case_id].map(str::to_owned));
    row.push(made.on.to_string());
    row.extend([made.kind, assessor, "2024/1"].map(str::to_owned));
    row.extend(made.ilo.iter().chain(&made.index).map(|answer| (*answer).to_owned()));
    let delphi = made.delphi.iter().copied().chain(std::iter::repeat(""));
    row.extend(delphi.take(assessment::DELPHI.len()).map(str::to_owned));
    row.extend(made.dimensions.map(str::to_owned));
    row.push(made.means.join(";"));
    row.push(made.score.map_or_else(String::new, |score| score.to_string()));
    row.push(made.risk.to_owned());
    Line { table, row }
}

pub(super) const fn yes(yes: bool) -> &'static str {
    if yes { "si" } else { "no" }
}

pub(super) fn halves(halves: u32) -> String {
    if halves.is_multiple_of(2) { (halves / 2).to_string() } else { format!("{}.5", halves / 2) }
}

/// A row being filled, whatever the registry's order of columns.
pub(super) struct Line {
    pub(super) table: &'static Table,
    pub(super) row: Vec<String>,
}

impl Line {
    pub(super) fn new(table: &'static Table) -> Self {
        Self { table, row: vec![String::new(); table.columns.len()] }
    }

    pub(super) fn text(mut self, column: &Column, text: &str) -> Self {
        let at = self.table.columns.iter().position(|other| other.name == column.name);
        if let Some(cell) = at.and_then(|at| self.row.get_mut(at)) {
            text.clone_into(cell);
        }
        self
    }

    pub(super) fn day(self, column: &Column, day: Option<NaiveDate>) -> Self {
        match day {
            Some(day) => self.text(column, &day.to_string()),
            None => self,
        }
    }

    pub(super) fn number(self, column: &Column, number: Option<u32>) -> Self {
        match number {
            Some(number) => self.text(column, &number.to_string()),
            None => self,
        }
    }
}
