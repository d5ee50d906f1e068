//! Cells that the office leaves blank or marks as missing, besides those that nobody can fill.

use super::SiteData;
use super::draw::Draw;
use crate::registry::{
    Column, Kind, Table, assessment, awareness, case, contact, employment, follow_up, outcome, person, plan,
    referral, service_event, service_map, training,
};

/// The columns of a table that no rule of the domain needs.
fn optional(table: &Table) -> &'static [Column] {
    const PERSON: [Column; 11] = [
        person::BIRTH_PLACE,
        person::PHONE,
        person::EMAIL,
        person::ADDRESS,
        person::LANGUAGES,
        person::ITALIAN_LEVEL,
        person::EDUCATION,
        person::RESIDENCE_MUNICIPALITY,
        person::ARRIVAL_YEAR_IT,
        person::HOUSEHOLD_CHILDREN,
        person::NOTES,
    ];
    const CASE: [Column; 2] = [case::REGULARITY_ENTRY, case::HOUSING_ENTRY];
    const ASSESSMENT: [Column; 2] = [assessment::MEANS_OF_CONTROL, assessment::RISK_LEVEL];
    const EMPLOYMENT: [Column; 7] = [
        employment::OCCUPATION,
        employment::HOURS_CONTRACT,
        employment::PAY_MONTH_NET,
        employment::PAID_IN_CASH,
        employment::MUNICIPALITY,
        employment::INTERMEDIARY,
        employment::SOURCE,
    ];
    const CONTACT: [Column; 4] = [contact::CHANNEL, contact::PLACE, contact::MUNICIPALITY, contact::MINUTES];
    const SERVICE: [Column; 3] = [service_event::HOURS, service_event::PROVIDER_ID, service_event::COST];
    const REFERRAL: [Column; 2] = [referral::ORGANISATION_ID, referral::REASON];
    const OUTCOME: [Column; 2] = [outcome::VALUE, outcome::EVIDENCE];
    const FOLLOW_UP: [Column; 2] = [follow_up::REGULARITY, follow_up::IN_TRAINING];
    const PLAN: [Column; 1] = [plan::REVIEW_DUE];
    const TRAINING: [Column; 2] = [training::PRE_SCORE, training::POST_SCORE];
    const AWARENESS: [Column; 2] = [awareness::PARTICIPANTS, awareness::CONTACTS_GENERATED];
    const MAP: [Column; 3] = [service_map::LANGUAGES, service_map::BARRIERS, service_map::CAPACITY];
    match table.name {
        name if name == person::TABLE.name => &PERSON,
        name if name == case::TABLE.name => &CASE,
        name if name == assessment::TABLE.name => &ASSESSMENT,
        name if name == employment::TABLE.name => &EMPLOYMENT,
        name if name == contact::TABLE.name => &CONTACT,
        name if name == service_event::TABLE.name => &SERVICE,
        name if name == referral::TABLE.name => &REFERRAL,
        name if name == outcome::TABLE.name => &OUTCOME,
        name if name == follow_up::TABLE.name => &FOLLOW_UP,
        name if name == plan::TABLE.name => &PLAN,
        name if name == training::TABLE.name => &TRAINING,
        name if name == awareness::TABLE.name => &AWARENESS,
        name if name == service_map::TABLE.name => &MAP,
        _ => &[],
    }
}

/// Leaves so many in a thousand of the optional cells blank, or writes why there is no value where
/// the column has codes for it.
pub(super) fn leave_blank(draw: &mut Draw, data: &mut SiteData, per_thousand: u32) {
    if per_thousand == 0 {
        return;
    }
    for data in &mut data.tables {
        for column in optional(data.table) {
            let at = data.table.columns.iter().position(|other| other.name == column.name);
            let cells = data.rows.iter_mut().filter_map(|row| row.get_mut(at?));
            for cell in cells.filter(|cell| !cell.is_empty()) {
                if draw.chance(per_thousand) {
                    *cell = match column.kind {
                        Kind::Code(_) => draw.pick(&["", "ND", "NR", "RIF"]).to_owned(),
                        _ => String::new(),
                    };
                }
            }
        }
    }
}
