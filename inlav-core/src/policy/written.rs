//! A policy's TOML file: read with the line of every fault, written for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;
use toml::Spanned;

use super::action::{Action, EVERY_ACTION};
use super::error::PolicyError;
use super::{Exclude, Minors, Policy, form};
use crate::language::{Bilingual, Language};
use crate::registry;
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

/// Reads a policy; what it says is not judged.
///
/// # Errors
/// [`PolicyError::Syntax`], [`PolicyError::Form`] and [`PolicyError::Missing`], and [`PolicyError::Rule`]
/// for what [`Policy::check`] finds.
pub(super) fn parse(text: &str) -> Result<Policy, PolicyError> {
    let draft: Draft = toml::from_str(text).map_err(|parser| form::fault(text, &parser))?;
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

impl Policy {
    /// The policy as a TOML file with a remark for every column in one language, for a person to edit.
    /// Reading it gives the same policy.
    ///
    /// # Errors
    /// [`PolicyError::NoRule`] when a column has no rule.
    pub fn to_toml(&self, language: Language) -> Result<String, PolicyError> {
        let remarks = Remarks::of(language);
        let quoted = |text: &str| toml::Value::from(text).to_string();
        let consents: Vec<String> = self.exclude.consent_withdrawn.iter().map(|code| quoted(code)).collect();
        let minors = match self.exclude.minors {
            Minors::Excluded(excluded) => excluded.to_string(),
            Minors::Under(age) => age.to_string(),
        };
        let mut text = format!(
            "# {}\nversion = {}\npurpose = {}\n# {}\nlegal_basis = {}\n# {}\nretention_months = {}\n\n\
             [exclude]\n# {}\nconsent_withdrawn = [{}]\n# {}\nminors = {minors}\n",
            remarks.title,
            self.version,
            quoted(&self.purpose),
            remarks.legal_basis,
            quoted(&self.legal_basis),
            remarks.retention,
            self.retention_months,
            remarks.consents,
            consents.join(", "),
            remarks.minors,
        );
        for table in registry::tables() {
            let label = Bilingual::of(table.label_it, table.label_en);
            let _ = writeln!(text, "\n# {}\n[tables.{}]", label.text(language), table.name);
            for column in table.columns {
                let actions = self.actions(table, column)?;
                let written: Vec<String> = actions.iter().map(ToString::to_string).collect();
                let meanings: Vec<Bilingual> = actions.iter().map(Action::meaning).collect();
                let meanings: Vec<&str> = meanings.iter().map(|meaning| meaning.text(language)).collect();
                let label = Bilingual::of(column.label_it, column.label_en);
                let _ = writeln!(
                    text,
                    "{} = [{}] # {}: {}",
                    column.name,
                    written.join(", "),
                    label.text(language),
                    meanings.join("; ")
                );
            }
        }
        Ok(text)
    }
}

/// What a written policy says besides its rules.
struct Remarks {
    title: &'static str,
    legal_basis: &'static str,
    retention: &'static str,
    consents: &'static str,
    minors: &'static str,
}

impl Remarks {
    const fn of(language: Language) -> Self {
        match language {
            Language::It => Self {
                title: "Che cosa può uscire dal PUA. Una riga per colonna; una colonna senza riga ferma tutto.",
                legal_basis: "Su quale base giuridica (GDPR 5, 6, 9); finisce nel manifesto dell'estratto.",
                retention: "Per quanti mesi dopo l'ultimo giorno dei dati si può conservare l'estratto.",
                consents: "Chi ha ritirato uno di questi consensi (lista consent_type) resta fuori.",
                minors: "true: restano fuori i minori di 18 anni; un numero: chi ha meno di quell'età; false: nessuno.",
            },
            Language::En => Self {
                title: "What may leave the PUA. One line per column; a column without a line stops everything.",
                legal_basis: "On which legal ground (GDPR 5, 6, 9); it stands in the extract's manifest.",
                retention: "For how many months after the last day the data cover the extract may be kept.",
                consents: "Who withdrew one of these consents (list consent_type) is left out.",
                minors: "true: persons under 18 are left out; a number: persons under that age; false: nobody.",
            },
        }
    }
}
