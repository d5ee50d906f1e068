//! The one registry of tables and columns.
//!
//! Arrow schemas, validators, the default policy, the headings accepted in exports and the
//! generated data all come from here; a column that is not here does not exist anywhere.

use std::sync::LazyLock;

use crate::identifiers::IdType;
use crate::policy::Action;

mod tables;

pub use tables::{
    awareness, case, employment, outcome, pact, person, referral, service_event, site, training,
};

/// A table: one CSV file or sheet of an export, one Parquet file of an extract.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Name in extracts, in the store and in SQL.
    pub name: &'static str,
    /// Italian label.
    pub label_it: &'static str,
    /// English label.
    pub label_en: &'static str,
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
    /// How near it is to a person.
    pub privacy: PrivacyClass,
    /// Italian label.
    pub label_it: &'static str,
    /// English label.
    pub label_en: &'static str,
    /// Folded headings by which offices call it, besides its name and labels.
    pub aliases: &'static [&'static str],
    /// What the default policy does with it.
    pub default_actions: &'static [Action],
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
    /// A calendar day.
    Date,
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
            person::TABLE,
            case::TABLE,
            employment::TABLE,
            service_event::TABLE,
            referral::TABLE,
            outcome::TABLE,
            pact::TABLE,
            training::TABLE,
            awareness::TABLE,
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
            privacy,
            label_it: name,
            label_en: name,
            aliases: &[],
            default_actions,
        }
    }

    const fn required(mut self) -> Self {
        self.required = true;
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::codes::CodeList;
    use crate::text::fold;

    #[test]
    fn names_headings_and_lists_are_sound() {
        let mut names = BTreeSet::new();
        for table in tables() {
            assert!(names.insert(table.name));
            let mut headings = BTreeSet::new();
            for column in table.columns {
                let called: BTreeSet<String> = [column.name, column.label_it, column.label_en]
                    .iter()
                    .chain(column.aliases)
                    .map(|heading| fold(heading))
                    .collect();
                for heading in called {
                    assert!(
                        headings.insert(heading.clone()),
                        "{}: two columns are called {heading}",
                        table.name
                    );
                }
                if let Kind::Code(list) = column.kind {
                    assert!(CodeList::named(list).is_some(), "no list {list}");
                }
                if let Kind::PassportNumber { issuing_state } = column.kind {
                    assert!(table.column(issuing_state).is_some());
                }
            }
            assert!(table.columns.iter().filter(|c| matches!(c.kind, Kind::Key(_))).count() <= 1);
        }
    }

    #[test]
    fn aliases_are_written_folded() {
        for table in tables() {
            for alias in table.aliases.iter().chain(table.columns.iter().flat_map(|c| c.aliases)) {
                assert_eq!(*alias, fold(alias));
            }
        }
    }

    #[test]
    fn nothing_direct_or_free_is_kept_by_default() {
        for column in tables().iter().flat_map(|table| table.columns) {
            if matches!(column.privacy, PrivacyClass::Direct | PrivacyClass::FreeText) {
                assert!(!column.default_actions.contains(&Action::Keep));
            }
        }
    }
}
