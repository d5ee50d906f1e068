//! A policy told to people: what leaves the PUA, what does not, who is left out, what for and for how
//! long.

use std::fmt::Write as _;

use serde::Serialize;

use super::{Action, Policy, PolicyError};
use crate::codes::CodeLists;
use crate::language::{Bilingual, Language, counted};
use crate::registry::{self, Column, Kind, Table, consent};

mod words;

use words::Words;

/// What a policy does, table by table.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// Version of this form, 1.
    pub version: u32,
    /// What the extract is for.
    pub purpose: String,
    /// On which legal ground.
    pub legal_basis: String,
    /// Months after the last day the data cover for which the extract may be kept.
    pub retention_months: u32,
    /// Consents whose withdrawal leaves a person out.
    pub consents: Vec<ConsentSaid>,
    /// The age from which persons are not left out; `None` if nobody is left out for an age.
    pub least_age: Option<u8>,
    /// Every table of an export.
    pub tables: Vec<TableSaid>,
    /// What the hub's views read and the extract does not have, as `table.column`. If there is anything,
    /// the hub refuses the extract.
    pub missing_at_the_hub: Vec<String>,
}

/// A consent.
#[derive(Debug, Clone, Serialize)]
pub struct ConsentSaid {
    /// Its code.
    pub code: String,
    /// To what it is given.
    pub label: Bilingual,
}

/// What is done with the columns of a table.
#[derive(Debug, Clone, Serialize)]
pub struct TableSaid {
    /// Name in extracts.
    pub name: &'static str,
    /// What it is called.
    pub label: Bilingual,
    /// Its columns, in the registry's order.
    pub columns: Vec<ColumnSaid>,
}

/// What is done with a column.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnSaid {
    /// Name in the domain.
    pub name: &'static str,
    /// What it is called.
    pub label: Bilingual,
    /// The list whose item it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_of: Option<&'static str>,
    /// What is done with it.
    pub actions: Vec<ActionSaid>,
}

/// An action on a column.
#[derive(Debug, Clone, Serialize)]
pub struct ActionSaid {
    /// As it is written in policies.
    pub action: Action,
    /// What it does.
    pub meaning: Bilingual,
    /// The column that it makes in the extract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extract_column: Option<String>,
}

impl Explanation {
    /// What a policy does.
    ///
    /// # Errors
    /// [`PolicyError::NoRule`] when a column has no rule.
    pub fn of(policy: &Policy, lists: &CodeLists) -> Result<Self, PolicyError> {
        let tables = registry::tables().iter().map(|table| table_said(policy, table));
        let missing = policy.missing_at_the_hub()?;
        Ok(Self {
            version: 1,
            purpose: policy.purpose.clone(),
            legal_basis: policy.legal_basis.clone(),
            retention_months: policy.retention_months,
            consents: policy.exclude.consent_withdrawn.iter().map(|code| consent_said(code, lists)).collect(),
            least_age: policy.exclude.minors.age(),
            tables: tables.collect::<Result<_, _>>()?,
            missing_at_the_hub: missing
                .into_iter()
                .map(|(table, column)| format!("{}.{}", table.name, column.name))
                .collect(),
        })
    }

    /// As plain text in one language.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let words = Words::of(language);
        let mut text = format!("{}\n\n", words.title);
        for (label, what) in [
            (words.purpose, words.purpose_named(&self.purpose)),
            (words.legal_basis, self.legal_basis.clone()),
            (words.retention, words.months(self.retention_months)),
        ] {
            wrapped(&mut text, &format!("{label}: {what}"), 0);
        }
        wrapped(&mut text, words.envelope, 0);
        let _ = writeln!(text, "\n{}", words.left_out);
        for who in self.left_out(language) {
            wrapped(&mut text, &format!("- {who}"), 2);
        }
        for table in &self.tables {
            let _ = writeln!(text, "\n{} ({})", table.label.text(language), table.name);
            table.write(&mut text, language, &words);
        }
        text.push('\n');
        if self.missing_at_the_hub.is_empty() {
            wrapped(&mut text, words.hub_can, 0);
        } else {
            wrapped(&mut text, &format!("{} {}", words.hub_cannot, self.missing_at_the_hub.join(", ")), 0);
        }
        text
    }

    /// Who is left out, one sentence each.
    #[must_use]
    pub fn left_out(&self, language: Language) -> Vec<String> {
        let words = Words::of(language);
        let withdrew =
            self.consents.iter().map(|consent| words.withdrew(&consent.code, consent.label.text(language)));
        let minors = self.least_age.map_or_else(|| words.no_age.to_owned(), |age| words.younger(age));
        withdrew.chain([minors, words.forgotten.to_owned()]).collect()
    }
}

/// What becomes of a column, as far as a reader cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It leaves as it is.
    AsItIs,
    /// Something made of it leaves in its place.
    Changed,
    /// A linkage token of it leaves, in a file of its own.
    Linked,
    /// It stays in the vault.
    Sealed,
    /// Nothing of it leaves.
    Never,
}

impl Fate {
    /// Every fate, from what leaves to what stays.
    pub const ALL: [Self; 5] = [Self::AsItIs, Self::Changed, Self::Linked, Self::Sealed, Self::Never];

    /// What an action makes of its column.
    #[must_use]
    pub const fn of(action: &Action) -> Self {
        match action {
            Action::Keep => Self::AsItIs,
            Action::Token => Self::Linked,
            Action::Seal => Self::Sealed,
            Action::Drop => Self::Never,
            Action::Pseudonym
            | Action::Flag
            | Action::Generalise(_)
            | Action::Bins(_)
            | Action::Top(_)
            | Action::Shift(_)
            | Action::Code(_) => Self::Changed,
        }
    }
}

impl TableSaid {
    fn write(&self, text: &mut String, language: Language, words: &Words) {
        for fate in Fate::ALL {
            let of_fate =
                |column: &&ColumnSaid| column.actions.iter().any(|said| Fate::of(&said.action) == fate);
            let columns: Vec<&ColumnSaid> = self.columns.iter().filter(of_fate).collect();
            if columns.is_empty() {
                continue;
            }
            if fate == Fate::Changed {
                let _ = writeln!(text, "  {}:", words.fate(fate));
                for column in columns {
                    wrapped(text, &column.changed(language), 4);
                }
            } else {
                wrapped(text, &format!("{}: {}", words.fate(fate), labels(&columns, language).join(", ")), 2);
            }
        }
    }
}

impl ColumnSaid {
    /// The column and what leaves in its place.
    fn changed(&self, language: Language) -> String {
        let changes = self.actions.iter().filter(|said| Fate::of(&said.action) == Fate::Changed);
        let meanings: Vec<&str> = changes.map(|said| said.meaning.text(language)).collect();
        format!("{}: {}", self.label.text(language), meanings.join("; "))
    }
}

/// The labels of columns; of columns that answer the items of one list the first and the last.
fn labels(columns: &[&ColumnSaid], language: Language) -> Vec<String> {
    let groups = columns.chunk_by(|one, next| one.item_of.is_some() && one.item_of == next.item_of);
    groups
        .filter_map(|group| {
            let (first, last) = (group.first()?.label.text(language), group.last()?.label.text(language));
            Some(match group.len() {
                1 => first.to_owned(),
                more => format!("{first} … {last} ({})", counted_columns(more, language)),
            })
        })
        .collect()
}

fn counted_columns(number: usize, language: Language) -> String {
    let number = u64::try_from(number).unwrap_or(u64::MAX);
    match language {
        Language::It => counted(number, "colonna", "colonne"),
        Language::En => counted(number, "column", "columns"),
    }
}

fn table_said(policy: &Policy, table: &'static Table) -> Result<TableSaid, PolicyError> {
    let column = |column: &'static Column| {
        let said = |action: &Action| ActionSaid {
            action: action.clone(),
            meaning: action.meaning(),
            extract_column: action.extract_column(column).map(|made| made.name),
        };
        Ok(ColumnSaid {
            name: column.name,
            label: Bilingual::of(column.label_it, column.label_en),
            item_of: column.item.map(|(list, _)| list),
            actions: policy.actions(table, column)?.iter().map(said).collect(),
        })
    };
    Ok(TableSaid {
        name: table.name,
        label: Bilingual::of(table.label_it, table.label_en),
        columns: table.columns.iter().map(column).collect::<Result<_, PolicyError>>()?,
    })
}

fn consent_said(code: &str, lists: &CodeLists) -> ConsentSaid {
    let list = match consent::TYPE.kind {
        Kind::Code(list) => lists.named(list),
        _ => None,
    };
    let found = list.and_then(|list| list.codes().iter().find(|known| known.code == code));
    let label = found.map_or_else(
        || Bilingual::of(code, code),
        |found| Bilingual::of(found.label_it.clone(), found.label_en.clone()),
    );
    ConsentSaid { code: code.to_owned(), label }
}

/// Adds a text in lines of at most 100 characters; further lines are indented by two more.
fn wrapped(text: &mut String, line: &str, indent: usize) {
    const WIDTH: usize = 100;
    let mut width = 0;
    for word in line.split(' ') {
        let length = word.chars().count();
        if width == 0 {
            let _ = write!(text, "{:indent$}{word}", "");
            width = indent + length;
        } else if width + 1 + length <= WIDTH {
            let _ = write!(text, " {word}");
            width += 1 + length;
        } else {
            let further = indent + 2;
            let _ = write!(text, "\n{:further$}{word}", "");
            width = further + length;
        }
    }
    text.push('\n');
}

#[cfg(test)]
mod tests;
