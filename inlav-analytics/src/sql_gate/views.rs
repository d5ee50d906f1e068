//! What a query may read: the views, what their rows are, and what may be done with each column.

use std::collections::BTreeSet;

use inlav_core::codes::{CodeList, MissingCode};
use inlav_core::policy::{Action, Generalisation, Policy};
use inlav_core::programme::Programme;
use inlav_core::registry::{self, Kind, Unit};

use crate::indicator::UnitKind;

/// Number of a person over all PUA, in every view about persons.
pub(super) const PERSON_NO: &str = "person_no";
/// Number of an operator over all PUA.
pub(super) const OPERATOR_NO: &str = "operator_no";
/// How far a pathway went.
pub(super) const STAGE: &str = "stage";
/// The view of one row per person.
pub(super) const PATHWAY: &str = "pathway";
/// The PUA of a row.
pub(super) const SITE_ID: &str = registry::site::SITE_ID.name;
/// Number of a case.
pub(super) const CASE_ID: &str = registry::case::CASE_ID.name;
/// Number of a person at one PUA.
pub(super) const SITE_PERSON_ID: &str = registry::person::SITE_PERSON_ID.name;

/// A view that queries may read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct View {
    /// Its name in SQL.
    pub(super) name: &'static str,
    /// What a row is, as disclosure control names the unit; rows of one kind are the same units in
    /// every query, and in indicators.
    pub(super) kind: &'static str,
    /// Columns of which each tells one row from all others.
    pub(super) keys: &'static [&'static str],
    /// Column that says whose row it is; none if no person is behind the rows.
    pub(super) person: Option<&'static str>,
}

/// The views, persons first.
pub(super) const VIEWS: [View; 11] = [
    View {
        name: PATHWAY,
        kind: UnitKind::Person.name(),
        keys: &[PERSON_NO, CASE_ID, SITE_PERSON_ID],
        person: Some(PERSON_NO),
    },
    View {
        name: registry::person::TABLE.name,
        kind: "person record",
        keys: &[SITE_PERSON_ID],
        person: Some(PERSON_NO),
    },
    about_person(registry::case::TABLE.name, &[CASE_ID]),
    about_person(registry::employment::TABLE.name, &[registry::employment::EMPLOYMENT_ID.name]),
    about_person(registry::service_event::TABLE.name, &[registry::service_event::EVENT_ID.name]),
    about_person(registry::referral::TABLE.name, &[registry::referral::REFERRAL_ID.name]),
    about_person(registry::outcome::TABLE.name, &[registry::outcome::OUTCOME_ID.name]),
    View { name: registry::training::TABLE.name, kind: "attendance", keys: &[], person: Some(OPERATOR_NO) },
    View { name: registry::site::TABLE.name, kind: UnitKind::Site.name(), keys: &[SITE_ID], person: None },
    View { name: registry::pact::TABLE.name, kind: UnitKind::Pact.name(), keys: &[], person: None },
    View { name: registry::awareness::TABLE.name, kind: "awareness event", keys: &[], person: None },
];

const fn about_person(name: &'static str, keys: &'static [&'static str]) -> View {
    View { name, kind: name, keys, person: Some(PERSON_NO) }
}

/// What may be done with a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    /// Codes of this list, or of the programme's own.
    Codes(Codes),
    /// Yes or no.
    YesNo,
    /// A day, used by month, quarter or year.
    Date,
    /// A calendar year.
    Year,
    /// A pseudonym or number: counted distinct, joined by, and nothing else.
    Key,
    /// An amount: not for queries.
    Amount,
}

/// Where the codes of a column are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Codes {
    /// A code list.
    List(String),
    /// The PUA.
    Site,
    /// The *ambiti*.
    Ambito,
    /// Stages of a pathway, 1 to 6.
    Stage,
}

/// Stages of a pathway, as the view numbers them.
const STAGES: [&str; 6] = ["1", "2", "3", "4", "5", "6"];

impl View {
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        static ALL: [View; 11] = VIEWS;
        ALL.iter().find(|view| view.name == name)
    }

    /// What may be done with a column of this name; a column that nobody knows is a key, with
    /// which nothing can be shown.
    pub(super) fn role(&self, column: &str) -> Role {
        match column {
            SITE_ID => return Role::Codes(Codes::Site),
            STAGE if self.name == PATHWAY => return Role::Codes(Codes::Stage),
            _ => {}
        }
        let named = if self.name == PATHWAY { registry::case::TABLE.name } else { self.name };
        let Some(table) = registry::table(named) else { return Role::Key };
        if let Some(known) = table.column(column) {
            return match known.kind {
                Kind::Code(list) => Role::Codes(Codes::List(list.to_owned())),
                Kind::Ambito => Role::Codes(Codes::Ambito),
                Kind::YesNo => Role::YesNo,
                Kind::Date | Kind::Deadline | Kind::Timestamp => Role::Date,
                Kind::Whole { .. } if known.unit == Some(Unit::Year) => Role::Year,
                Kind::Whole { .. } | Kind::Decimal { .. } => Role::Amount,
                _ => Role::Key,
            };
        }
        let made = Policy::evaluation().extract_columns(table).unwrap_or_default();
        match made.into_iter().find(|made| made.name == column).map(|made| made.action) {
            Some(Action::Generalise(Generalisation::Year)) => Role::Year,
            Some(Action::Generalise(Generalisation::Sector)) => {
                Role::Codes(Codes::List("seed_sector".to_owned()))
            }
            _ => Role::Key,
        }
    }
}

impl Codes {
    /// The codes, in order, without those for missing values. Of PUA those whose extracts the store
    /// has.
    pub(super) fn all(&self, programme: &Programme, sites: &[String]) -> Vec<String> {
        match self {
            Self::List(list) => {
                let missing: BTreeSet<String> = missing_codes().collect();
                let codes = programme.lists().named(list).into_iter().flat_map(CodeList::codes);
                codes.map(|code| code.code.clone()).filter(|code| !missing.contains(code)).collect()
            }
            Self::Site => {
                let all = programme.sites.iter().map(|site| site.id.to_string());
                all.filter(|site| sites.contains(site)).collect()
            }
            Self::Ambito => programme.ambiti.iter().map(|ambito| ambito.id.to_string()).collect(),
            Self::Stage => STAGES.map(str::to_owned).to_vec(),
        }
    }

    /// Whether a query may compare the column with this text.
    pub(super) fn knows(&self, code: &str, programme: &Programme) -> bool {
        match self {
            Self::Site => programme.sites.iter().any(|site| site.id.as_str() == code),
            Self::List(_) => {
                missing_codes().any(|missing| missing == code)
                    || self.all(programme, &[]).iter().any(|known| known == code)
            }
            Self::Ambito | Self::Stage => self.all(programme, &[]).iter().any(|known| known == code),
        }
    }
}

/// The codes that say why a value is missing.
fn missing_codes() -> impl Iterator<Item = String> {
    let list = CodeList::named("missing_code").into_iter().flat_map(CodeList::codes);
    list.map(|code| code.code.clone()).chain([MissingCode::NotKnown.code().to_owned()])
}
