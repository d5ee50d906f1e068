//! The one registry of tables and columns.
//!
//! Arrow schemas, validators, the default policy, the headings accepted in exports and the
//! generated data all come from here; a column that is not here does not exist anywhere.

use std::sync::LazyLock;

use crate::identifiers::IdType;
use crate::policy::Action;

mod derived;
mod headings;
mod tables;
#[cfg(test)]
mod tests;

pub use derived::{DERIVED, Derived};
pub use headings::{has_heading_words, usual_headings};
pub use tables::{
    assessment, awareness, case, case_transition, consent, contact, employment, follow_up, operator, outcome,
    pact, person, plan, referral, service_event, service_map, site, training,
};

/// A table: one CSV file or sheet of an export, one Parquet file of an extract.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Name in extracts, in the store and in SQL.
    pub name: &'static str,
    /// The entity of the domain's model that its rows are.
    pub entity: &'static str,
    /// Italian label.
    pub label_it: &'static str,
    /// English label.
    pub label_en: &'static str,
    /// What its rows are, in Italian.
    pub description_it: &'static str,
    /// What its rows are, in English.
    pub description_en: &'static str,
    /// Folded names of files or sheets that hold it, besides its name and labels.
    pub aliases: &'static [&'static str],
    /// Whether its rows are about persons: only tables without persons may be counted without
    /// disclosure control.
    pub about_persons: bool,
    /// Whether an export must have it.
    pub required: bool,
    /// The columns, in order.
    pub columns: &'static [Column],
}

/// A column of a raw export.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Name in the domain, in mappings and policies.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// Whether an export must have the column and every row a value.
    pub required: bool,
    /// Whether every row should have a value: too many missing ones are told.
    pub expected: bool,
    /// How near it is to a person.
    pub privacy: PrivacyClass,
    /// What its numbers count or measure.
    pub unit: Option<Unit>,
    /// Italian label.
    pub label_it: &'static str,
    /// English label.
    pub label_en: &'static str,
    /// What it is, in Italian.
    pub description_it: &'static str,
    /// What it is, in English.
    pub description_en: &'static str,
    /// Folded headings by which offices call it, besides its name and labels.
    pub aliases: &'static [&'static str],
    /// What the default policy does with it.
    pub default_actions: &'static [Action],
    /// The list and code of the item that it answers, of a column that answers one.
    pub item: Option<(&'static str, &'static str)>,
    /// The field of the entity that it holds; blank if the domain's model has none.
    pub field: &'static str,
}

/// What a number counts or measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Persons.
    Persons,
    /// A calendar year.
    Year,
    /// Hours.
    Hours,
    /// Hours a week.
    HoursPerWeek,
    /// Minutes.
    Minutes,
    /// Euro.
    Euro,
    /// Euro a month.
    EuroPerMonth,
    /// Euro or hours, by another column.
    EuroOrHours,
    /// Full-time equivalents.
    FullTimeEquivalent,
    /// Points of a score.
    Points,
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A number from a register, unique in its table.
    Key(IdType),
    /// The number of a row of another table.
    Reference(IdType),
    /// A code of the list of this name, or a missing code.
    Code(&'static str),
    /// Several codes of one list, with a semicolon, comma, bar or line end between them.
    Codes {
        /// The list.
        list: &'static str,
        /// So many at most.
        most: usize,
    },
    /// A calendar day that has come.
    Date,
    /// A calendar day that may lie ahead: an expiry, a day on which something is due.
    Deadline,
    /// A day and, if it is known, the hour.
    Timestamp,
    /// A whole number within bounds, both included.
    Whole {
        /// Smallest value.
        min: i32,
        /// Largest value.
        max: i32,
    },
    /// A number with decimals within bounds, both included.
    Decimal {
        /// Smallest value.
        min: i32,
        /// Largest value.
        max: i32,
    },
    /// Yes or no.
    YesNo,
    /// The number of an *Ambito Territoriale Sociale* in the programme's list, 1 to 999, for
    /// example `AMB07`. Nothing else fits, a name least of all.
    Ambito,
    /// An ATECO code, with or without its section letter.
    Ateco,
    /// A code of the classification of occupations CP2021, one to five levels: `8.4.1.1.0`.
    Occupation,
    /// A municipality, by its ISTAT code of six digits.
    Municipality,
    /// Several municipalities.
    Municipalities,
    /// A PUA, by its identifier in the programme.
    Site,
    /// A codice fiscale, provisional ones included.
    CodiceFiscale,
    /// An STP or ENI code.
    StpEni,
    /// The number of a residence permit.
    PermitNumber,
    /// A passport's number; the column named here holds the issuing state.
    PassportNumber {
        /// Column of the issuing state in the same table.
        issuing_state: &'static str,
    },
    /// A CUI, the code of the police's register of fingerprints.
    Cui,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// Anything somebody wrote.
    FreeText,
}

/// How near a column is to a person (GDPR 4(1), 4(5), 9; statistical disclosure control).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrivacyClass {
    /// Names a person alone or leads to one: name, codice fiscale, phone. Never in an extract.
    Direct,
    /// A register number, replaced by a keyed pseudonym.
    Pseudonym,
    /// Singles people out in combination: birth year, citizenship.
    Quasi,
    /// Harms when it is tied to a person: exploitation, legal status.
    Sensitive,
    /// Neither.
    Ordinary,
    /// Free text: may hold anything, leaves the PUA never.
    FreeText,
}

/// All tables, in the order of the road: the PUA, its persons, their cases, what followed.
#[must_use]
pub fn tables() -> &'static [Table] {
    static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
        vec![
            site::TABLE,
            operator::TABLE,
            person::TABLE,
            case::TABLE,
            case_transition::TABLE,
            consent::TABLE,
            assessment::TABLE,
            plan::TABLE,
            employment::TABLE,
            contact::TABLE,
            service_event::TABLE,
            referral::TABLE,
            outcome::TABLE,
            follow_up::TABLE,
            pact::TABLE,
            training::TABLE,
            awareness::TABLE,
            service_map::TABLE,
        ]
    });
    &TABLES
}

/// The table of this name.
#[must_use]
pub fn table(name: &str) -> Option<&'static Table> {
    tables().iter().find(|table| table.name == name)
}

impl Table {
    /// The column of this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The column that numbers the rows, if the table has one.
    #[must_use]
    pub fn key(&self) -> Option<&'static Column> {
        self.columns.iter().find(|column| matches!(column.kind, Kind::Key(_)))
    }
}

impl Column {
    const fn new(name: &'static str, kind: Kind, privacy: PrivacyClass) -> Self {
        const KEEP: &[Action] = &[Action::Keep];
        const DROP: &[Action] = &[Action::Drop];
        const SEAL: &[Action] = &[Action::Seal];
        const PSEUDONYM: &[Action] = &[Action::Pseudonym];
        let default_actions = match privacy {
            PrivacyClass::Direct => SEAL,
            PrivacyClass::Pseudonym => PSEUDONYM,
            PrivacyClass::FreeText => DROP,
            PrivacyClass::Quasi | PrivacyClass::Sensitive | PrivacyClass::Ordinary => KEEP,
        };
        Self {
            name,
            kind,
            required: false,
            expected: false,
            privacy,
            unit: None,
            label_it: name,
            label_en: name,
            description_it: "",
            description_en: "",
            aliases: &[],
            default_actions,
            item: None,
            field: name,
        }
    }

    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn expected(self) -> Self {
        self.expected_if(true)
    }

    const fn expected_if(mut self, expected: bool) -> Self {
        self.expected = expected;
        self
    }

    const fn measured(mut self, unit: Unit) -> Self {
        self.unit = Some(unit);
        self
    }

    const fn described(mut self, it: &'static str, en: &'static str) -> Self {
        self.description_it = it;
        self.description_en = en.trim_ascii();
        self
    }

    const fn item(mut self, list: &'static str, code: &'static str) -> Self {
        self.item = Some((list, code));
        self
    }

    const fn field(mut self, field: &'static str) -> Self {
        self.field = field;
        self
    }

    const fn called(
        mut self,
        label_it: &'static str,
        label_en: &'static str,
        aliases: &'static [&'static str],
    ) -> Self {
        self.label_it = label_it;
        self.label_en = label_en;
        self.aliases = aliases;
        self
    }

    const fn by_default(mut self, actions: &'static [Action]) -> Self {
        self.default_actions = actions;
        self
    }
}
