//! The pseudonymisation policy: for every column, what may leave the PUA, and who is left out.
//!
//! Fail-closed: a column without a rule stops the run, a rule that would let a direct identifier
//! or free text out is refused when the policy is read. The built-in policies come from the
//! registry's privacy classes. How a policy is written: `docs/POLICY.md`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::codes::{CodeList, CodeLists};
use crate::identifiers::IdType;
use crate::registry::{self, Column, Kind, Table};

mod action;
mod allowed;
mod built_in;
mod column;
mod error;
pub mod explain;
mod form;
mod generalise;
mod needed;
mod reason;
mod words;
mod written;

pub use action::{Action, Generalisation};
pub use allowed::token_subject;
pub use built_in::{Purpose, UnknownPurpose};
pub use column::{ExtractColumn, PSEUDONYM_LENGTH, extract_schema, possible_columns};
pub use error::PolicyError;
pub use needed::needed_columns;
pub use reason::Reason;

/// A policy: purpose, legal basis, retention, who is left out, and one or more actions per column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// Format version, 1.
    pub version: u32,
    /// What the extract is for, for example `evaluation`. Part of every derived key, so
    /// pseudonyms of different purposes never meet.
    pub purpose: String,
    /// On which legal ground (GDPR 5(1)(b), 6, 9).
    pub legal_basis: String,
    /// Months after the last day the data cover for which the extract may be kept (GDPR 5(1)(e)).
    pub retention_months: u32,
    /// Who is left out.
    pub exclude: Exclude,
    /// Rules by table and column.
    pub tables: BTreeMap<String, BTreeMap<String, Vec<Action>>>,
}

/// Who is left out of an extract, with all rows, tokens and records of the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclude {
    /// Persons who withdrew one of these consents (codes of the list `consent_type`) and did not give
    /// it again (GDPR 7(3)).
    pub consent_withdrawn: Vec<String>,
    /// Persons who are not yet of age on the last day the data cover.
    pub minors: Minors,
}

/// Who counts as not yet of age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Minors {
    /// `true`: persons under 18 are left out; `false`: nobody is left out for an age.
    Excluded(bool),
    /// Persons under this age are left out.
    Under(u8),
}

impl Minors {
    /// The age from which persons are not left out, in whole years; `None` if none is left out.
    #[must_use]
    pub const fn age(self) -> Option<u8> {
        match self {
            Self::Excluded(false) => None,
            Self::Excluded(true) => Some(18),
            Self::Under(age) => Some(age),
        }
    }
}

impl Policy {
    /// Reads a policy from the text of its TOML file.
    ///
    /// # Guarantee
    /// A policy that is returned has only actions that fit their columns: no direct identifier,
    /// register number or free text is kept. Tests `what_would_leak_is_refused` and
    /// `every_forbidden_action_is_refused_for_every_column`.
    ///
    /// # Errors
    /// [`PolicyError`], naming the line, table or column.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        written::parse(text)
    }

    /// The actions for a column.
    ///
    /// # Errors
    /// [`PolicyError::NoRule`] when the policy does not name it.
    pub fn actions(&self, table: &Table, column: &Column) -> Result<&[Action], PolicyError> {
        self.tables
            .get(table.name)
            .and_then(|columns| columns.get(column.name))
            .map(Vec::as_slice)
            .ok_or(PolicyError::NoRule { table: table.name, column: column.name })
    }

    /// The columns that a table has in the extract, in the registry's order.
    ///
    /// # Errors
    /// [`PolicyError::NoRule`] when a column of the table has no rule.
    pub fn extract_columns(&self, table: &'static Table) -> Result<Vec<ExtractColumn>, PolicyError> {
        let mut columns = Vec::new();
        for column in table.columns {
            for action in self.actions(table, column)? {
                columns.extend(action.extract_column(column));
            }
        }
        Ok(columns)
    }

    /// The columns of a table of which linkage tokens are made, in the registry's order.
    ///
    /// # Errors
    /// [`PolicyError::NoRule`] when a column of the table has no rule.
    pub fn token_columns(&self, table: &'static Table) -> Result<Vec<&'static Column>, PolicyError> {
        let mut columns = Vec::new();
        for column in table.columns {
            if self.actions(table, column)?.contains(&Action::Token) {
                columns.push(column);
            }
        }
        Ok(columns)
    }

    /// Every rule: table, column and action, in the registry's order. A column without a rule has none.
    pub fn rules(&self) -> impl Iterator<Item = (&'static Table, &'static Column, &Action)> {
        let columns = registry::tables()
            .iter()
            .flat_map(|table| table.columns.iter().map(move |column| (table, column)));
        columns.flat_map(|(table, column)| {
            let actions = self.actions(table, column).unwrap_or_default();
            actions.iter().map(move |action| (table, column, action))
        })
    }

    /// Checks that every action fits its column, as [`Policy::parse`] does. For policies that were
    /// put together in code. Columns may be without a rule.
    ///
    /// # Errors
    /// [`PolicyError`], naming the table or column.
    pub fn check(&self) -> Result<(), PolicyError> {
        if self.version != 1 {
            return Err(PolicyError::Version(self.version));
        }
        let purpose_fits = (1..=32).contains(&self.purpose.len())
            && self.purpose.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !purpose_fits {
            return Err(PolicyError::Purpose);
        }
        if self.legal_basis.trim().is_empty() {
            return Err(PolicyError::LegalBasis);
        }
        if !(1..=600).contains(&self.retention_months) {
            return Err(PolicyError::Retention);
        }
        self.exclude.check()?;
        for (table_name, rules) in &self.tables {
            let table =
                registry::table(table_name).ok_or_else(|| PolicyError::UnknownTable(table_name.clone()))?;
            for (column_name, actions) in rules {
                let column = table.column(column_name).ok_or_else(|| PolicyError::UnknownColumn {
                    table: table_name.clone(),
                    column: column_name.clone(),
                })?;
                check_rule(table, column, actions)?;
            }
        }
        self.check_subjects()?;
        self.check_shifts()
    }

    /// Checks that every column of every table has a rule, and that the lists of a programme have what
    /// the rules need: the *ambiti* of municipalities, the codes that are recoded.
    ///
    /// # Errors
    /// [`PolicyError`], naming the table or column.
    pub fn check_complete(&self, lists: &CodeLists) -> Result<(), PolicyError> {
        registry::tables().iter().try_for_each(|table| self.check_lists(table, lists))
    }

    /// As [`Policy::check_complete`], for one table.
    ///
    /// # Errors
    /// [`PolicyError`], naming the column.
    pub fn check_lists(&self, table: &'static Table, lists: &CodeLists) -> Result<(), PolicyError> {
        for column in table.columns {
            for action in self.actions(table, column)? {
                action.check_lists(table, column, lists)?;
            }
        }
        Ok(())
    }

    /// A token or a record of the vault without the pseudonym of its person would belong to nobody.
    fn check_subjects(&self) -> Result<(), PolicyError> {
        for (table, column, action) in self.rules() {
            let subject = match action {
                Action::Token => token_subject(table, column).map(|(subject, _)| subject),
                Action::Seal => table.key(),
                _ => None,
            };
            if let Some(subject) = subject
                && !self.actions(table, subject)?.contains(&Action::Pseudonym)
            {
                return Err(PolicyError::NoSubject {
                    table: table.name,
                    column: column.name,
                    action: action.name(),
                    subject: subject.name,
                });
            }
        }
        Ok(())
    }

    /// Beside shifted days a true day, week or month of the same person tells the shift, and so do two
    /// shifts of different widths.
    fn check_shifts(&self) -> Result<(), PolicyError> {
        let rules = || self.rules().filter(|(table, ..)| leads_to_a_person(table));
        let Some(widest) = rules().find(|(.., action)| matches!(action, Action::Shift(_))) else {
            return Ok(());
        };
        let tells = |column: &Column, action: &Action| match action {
            Action::Shift(_) => action != widest.2,
            Action::Keep => matches!(column.kind, Kind::Date | Kind::Deadline | Kind::Timestamp),
            Action::Generalise(form) => matches!(form, Generalisation::Week | Generalisation::Month),
            _ => false,
        };
        match rules().find(|(_, column, action)| tells(column, action)) {
            None => Ok(()),
            Some((table, column, action)) => Err(PolicyError::Forbidden {
                table: table.name,
                column: column.name,
                action: action.name(),
                reason: reason::TELLS_THE_SHIFT,
            }),
        }
    }
}

fn check_rule(table: &'static Table, column: &'static Column, actions: &[Action]) -> Result<(), PolicyError> {
    let mut made = BTreeSet::new();
    for action in actions {
        action.check(table, column)?;
        if let Some(column) = action.extract_column(column)
            && !made.insert(column.name.clone())
        {
            return Err(PolicyError::Repeated { table: table.name, made: column.name });
        }
    }
    if actions.contains(&Action::Drop) && actions.len() > 1 {
        return Err(PolicyError::DropAndMore { table: table.name, column: column.name });
    }
    if actions.is_empty() {
        return Err(PolicyError::NoRule { table: table.name, column: column.name });
    }
    Ok(())
}

/// Whether the rows of a table can be traced to a person: by the person's number or a case's.
fn leads_to_a_person(table: &Table) -> bool {
    let leads = |column: &Column| {
        matches!(column.kind, Kind::Key(IdType::Person) | Kind::Reference(IdType::Person | IdType::Case))
    };
    table.columns.iter().any(leads)
}

impl Exclude {
    fn check(&self) -> Result<(), PolicyError> {
        let consents = match registry::consent::TYPE.kind {
            Kind::Code(list) => CodeList::named(list).map(CodeList::codes).unwrap_or_default(),
            _ => &[],
        };
        let exists = |named: &String| consents.iter().any(|consent| consent.code == *named);
        if !self.consent_withdrawn.iter().all(exists) {
            let codes: Vec<&str> = consents.iter().map(|consent| consent.code.as_str()).collect();
            return Err(PolicyError::UnknownConsent(codes.join(", ")));
        }
        match self.minors {
            Minors::Under(age) if !(1..=25).contains(&age) => Err(PolicyError::Age),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
