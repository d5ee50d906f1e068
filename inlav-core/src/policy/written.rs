//! A policy's TOML file: read with the line of every fault, written for people.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::action::{Action, EVERY_ACTION};
use super::error::PolicyError;
use super::{Exclude, Policy};
use crate::text::line_of;

/// A policy as it stands in its file. What a rule says is read apart, so that a fault names its column.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Draft {
    version: u32,
    purpose: String,
    legal_basis: String,
    retention_months: u32,
    exclude: Exclude,
    tables: BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, Spanned<toml::Value>>>,
}

/// Where the rules of a file stand: its text, and the place of each table and column.
struct Places<'a> {
    text: &'a str,
    tables: BTreeMap<String, usize>,
    columns: BTreeMap<(String, String), usize>,
}

const FORM: &str = "a policy has version = 1, purpose, legal_basis, retention_months, [exclude] with \
    consent_withdrawn and minors, and a [tables.…] for every table";

/// Reads a policy; what it says is not judged.
///
/// # Errors
/// [`PolicyError::Syntax`], and [`PolicyError::Rule`] for what [`Policy::check`] finds.
pub(super) fn parse(text: &str) -> Result<Policy, PolicyError> {
    let draft: Draft = toml::from_str(text).map_err(|fault| PolicyError::Syntax {
        line: fault.span().map_or(1, |span| line_of(text, span.start)),
        what: FORM,
    })?;
    let mut places = Places { text, tables: BTreeMap::new(), columns: BTreeMap::new() };
    let mut tables = BTreeMap::new();
    for (table, columns) in draft.tables {
        places.tables.insert(table.get_ref().clone(), table.span().start);
        let mut rules = BTreeMap::new();
        for (column, rule) in columns {
            let place = (table.get_ref().clone(), column.get_ref().clone());
            places.columns.insert(place, column.span().start);
            let line = line_of(text, rule.span().start);
            let actions: Vec<Action> =
                rule.into_inner().try_into().map_err(|_| PolicyError::Syntax { line, what: EVERY_ACTION })?;
            rules.insert(column.into_inner(), actions);
        }
        tables.insert(table.into_inner(), rules);
    }
    let Draft { version, purpose, legal_basis, retention_months, exclude, .. } = draft;
    let policy = Policy { version, purpose, legal_basis, retention_months, exclude, tables };
    policy.check().map_err(|fault| places.locate(fault))?;
    Ok(policy)
}

impl Places<'_> {
    /// The fault with the line of its rule, if it is one rule's.
    fn locate(&self, fault: PolicyError) -> PolicyError {
        let place = fault.place().and_then(|(table, column)| {
            let of_table = self.tables.get(table);
            let Some(column) = column else { return of_table };
            self.columns.get(&(table.to_owned(), column.to_owned())).or(of_table)
        });
        match place {
            None => fault,
            Some(place) => PolicyError::Rule { line: line_of(self.text, *place), fault: Box::new(fault) },
        }
    }
}
