//! What an extract must have for the hub to make use of it.

use super::{Action, ExtractColumn, Generalisation, Policy, PolicyError};
use crate::registry::{
    self, Column, Table, awareness, case, employment, operator, outcome, pact, person, referral,
    service_event, site, training,
};

/// A column that the hub's views read, and how it has to leave.
type Needed = (&'static Table, &'static [Column], Action);

/// What the hub's views read. A test of the hub compares this with their SQL.
fn needed() -> [Needed; 19] {
    use Action::{Generalise, Keep, Pseudonym};
    use Generalisation::{Sector, Year};

    [
        (&site::TABLE, &[site::OPENED_ON], Keep),
        (&person::TABLE, &[person::SITE_PERSON_ID], Pseudonym),
        (&person::TABLE, &[person::BIRTH_DATE], Generalise(Year)),
        (
            &person::TABLE,
            &[person::GENDER, person::CITIZENSHIP, person::EDUCATION, person::ARRIVAL_YEAR_IT],
            Keep,
        ),
        (&case::TABLE, &[case::CASE_ID, case::SITE_PERSON_ID], Pseudonym),
        (
            &case::TABLE,
            &[
                case::STATE,
                case::REPORTED_ON,
                case::FIRST_CONTACT_ON,
                case::ASSESSED_ON,
                case::TAKEN_ON,
                case::PLAN_ON,
                case::CLOSED_ON,
                case::CLOSURE_REASON,
                case::ENTRY_CHANNEL,
                case::TARGET_GROUP,
                case::IDENTIFICATION_STATUS,
                case::RESIDENCE_TITLE_ENTRY,
                case::EMPLOYMENT_ENTRY,
                case::REGULARITY_ENTRY,
            ],
            Keep,
        ),
        (&employment::TABLE, &[employment::EMPLOYMENT_ID, employment::SITE_PERSON_ID], Pseudonym),
        (&employment::TABLE, &[employment::START], Generalise(Year)),
        (&employment::TABLE, &[employment::ATECO], Generalise(Sector)),
        (&employment::TABLE, &[employment::CONTRACT, employment::REGULARITY, employment::EXPLOITATION], Keep),
        (&service_event::TABLE, &[service_event::EVENT_ID, service_event::CASE_ID], Pseudonym),
        (
            &service_event::TABLE,
            &[
                service_event::TYPE,
                service_event::ON,
                service_event::HOURS,
                service_event::MEDIATION,
                service_event::OUTCOME,
            ],
            Keep,
        ),
        (&referral::TABLE, &[referral::REFERRAL_ID, referral::CASE_ID], Pseudonym),
        (
            &referral::TABLE,
            &[
                referral::DIRECTION,
                referral::BODY_TYPE,
                referral::STATUS,
                referral::SENT_ON,
                referral::ANSWERED_ON,
            ],
            Keep,
        ),
        (&outcome::TABLE, &[outcome::OUTCOME_ID, outcome::CASE_ID], Pseudonym),
        (&outcome::TABLE, &[outcome::TYPE, outcome::ON], Keep),
        (&pact::TABLE, &[pact::STATUS, pact::SIGNED_ON, pact::SIGNATORIES], Keep),
        (&training::TABLE, &[training::TRACK, training::ON, training::HOURS], Keep),
        (&awareness::TABLE, &[awareness::AMBITO_ID, awareness::ON, awareness::PARTICIPANTS], Keep),
    ]
}

/// What the hub links by: numbers of persons and operators, and the tokens of their documents.
const LINKED: [(&Table, &Column); 3] = [
    (&person::TABLE, &person::SITE_PERSON_ID),
    (&operator::TABLE, &operator::OPERATOR_ID),
    (&training::TABLE, &training::OPERATOR_ID),
];

/// The columns of a table's extract that the hub's views read. An extract without one of them is
/// refused at the hub, for what is not there would be counted as nothing.
pub fn needed_columns(table: &'static Table) -> impl Iterator<Item = ExtractColumn> {
    let of_table = needed().into_iter().filter(|(of, ..)| of.name == table.name);
    let of_views =
        of_table.flat_map(|(_, columns, action)| columns.iter().map(move |column| (column, action.clone())));
    let linked = LINKED.iter().filter(|(of, column)| {
        of.name == table.name
            && !needed().iter().any(|(of, columns, _)| {
                of.name == table.name && columns.iter().any(|needed| needed.name == column.name)
            })
    });
    let linked = linked.map(|(_, column)| (*column, Action::Pseudonym));
    of_views.chain(linked).filter_map(|(column, action)| action.extract_column(column))
}

impl Policy {
    /// What the hub's views read and extracts by this policy do not have: table and column, as the
    /// extract would call it. If there is anything, the hub refuses them.
    ///
    /// # Errors
    /// [`PolicyError::NoRule`] when a column has no rule.
    pub fn missing_at_the_hub(&self) -> Result<Vec<(&'static Table, ExtractColumn)>, PolicyError> {
        let mut missing = Vec::new();
        for table in registry::tables() {
            let made = self.extract_columns(table)?;
            let lacks = |needed: &ExtractColumn| {
                made.iter().all(|made| made.name != needed.name || made.data_type != needed.data_type)
            };
            missing.extend(needed_columns(table).filter(lacks).map(|needed| (table, needed)));
        }
        Ok(missing)
    }
}
