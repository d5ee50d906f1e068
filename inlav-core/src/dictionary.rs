//! The data dictionary: tables, columns, code lists and programme, told to people and programs.
//!
//! [`Dictionary::of`] gathers everything from the registry, the default policy and a programme;
//! the writers only set it: Markdown and HTML for people, JSON for programs. [`json_schema`] says
//! the same as rules that a validator can check.

use chrono::NaiveDate;
use serde::Serialize;

use crate::codes::{Code, CodeList};
use crate::language::{Bilingual, Language};
use crate::policy::Action;
use crate::programme::{Programme, Targets};
use crate::registry::{self, Column, DERIVED, Kind, PrivacyClass, Table};

mod html;
mod json_schema;
mod markdown;
mod words;

pub use json_schema::{json_schema, table_schema};

/// The data dictionary of a programme.
#[derive(Debug, Clone, Serialize)]
pub struct Dictionary {
    /// Version of this form, 1.
    pub version: u32,
    /// The programme.
    pub programme: ProgrammeEntry,
    /// The tables of an export, in the order of the registry.
    pub tables: Vec<TableEntry>,
    /// The code lists, by name.
    pub code_lists: Vec<ListEntry>,
}

/// The programme.
#[derive(Debug, Clone, Serialize)]
pub struct ProgrammeEntry {
    /// Name shown in reports.
    pub name: String,
    /// *Codice unico di progetto*.
    pub cup: String,
    /// The fund that pays.
    pub fund: String,
    /// First day.
    pub start: NaiveDate,
    /// Last day as planned.
    pub end: NaiveDate,
    /// What was promised.
    pub targets: Targets,
    /// The PUA that take part.
    pub sites: Vec<crate::programme::Site>,
}

/// A table.
#[derive(Debug, Clone, Serialize)]
pub struct TableEntry {
    /// Name in extracts, in the store and in SQL.
    pub name: &'static str,
    /// The entity of the domain's model that its rows are.
    pub entity: &'static str,
    /// What it is called.
    pub label: Bilingual,
    /// What its rows are.
    pub description: Bilingual,
    /// Whether its rows are about persons.
    pub about_persons: bool,
    /// Whether an export must have it.
    pub required: bool,
    /// Names of files or sheets, besides its name and labels.
    pub accepted_names: &'static [&'static str],
    /// The columns, in order.
    pub columns: Vec<ColumnEntry>,
    /// What nobody writes down, because it follows.
    pub derived: Vec<DerivedEntry>,
}

/// A column.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnEntry {
    /// Name in the domain, in mappings and policies.
    pub name: &'static str,
    /// What it is called.
    pub label: Bilingual,
    /// What it is.
    pub description: Bilingual,
    /// The kind of its values, for programs.
    pub kind: &'static str,
    /// What its values are, bounds included, for people.
    pub values: Bilingual,
    /// The code list its values come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_list: Option<&'static str>,
    /// How many codes it takes at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most: Option<usize>,
    /// Smallest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i32>,
    /// Largest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i32>,
    /// What its numbers count or measure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Bilingual>,
    /// Whether every row must have a value.
    pub required: bool,
    /// Whether every row should have a value.
    pub expected: bool,
    /// How near it is to a person.
    pub privacy: PrivacyEntry,
    /// What the default policy does with it.
    pub by_default: Vec<ActionEntry>,
    /// Headings, besides its name and labels.
    pub accepted_headings: &'static [&'static str],
    /// The item that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemEntry>,
}

/// How near a column is to a person.
#[derive(Debug, Clone, Serialize)]
pub struct PrivacyEntry {
    /// The class, for programs.
    pub class: &'static str,
    /// What the class means.
    pub meaning: Bilingual,
}

/// What the default policy does with a column.
#[derive(Debug, Clone, Serialize)]
pub struct ActionEntry {
    /// The action as written in policies.
    pub action: &'static str,
    /// What it does.
    pub meaning: Bilingual,
    /// The column that it makes in the extract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extract_column: Option<String>,
    /// The Arrow type of that column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrow_type: Option<String>,
}

/// The item of a list that a column answers.
#[derive(Debug, Clone, Serialize)]
pub struct ItemEntry {
    /// The list.
    pub list: &'static str,
    /// The item.
    pub code: &'static str,
    /// What the item says.
    pub label: Bilingual,
}

/// A field that follows from others.
#[derive(Debug, Clone, Serialize)]
pub struct DerivedEntry {
    /// The field.
    pub field: &'static str,
    /// How it is worked out.
    pub from: Bilingual,
}

/// A code list.
#[derive(Debug, Clone, Serialize)]
pub struct ListEntry {
    /// The list.
    pub name: String,
    /// The columns that take their codes from it.
    pub used_by: Vec<String>,
    /// The codes, in order.
    pub codes: Vec<CodeEntry>,
}

/// A code.
#[derive(Debug, Clone, Serialize)]
pub struct CodeEntry {
    /// The code.
    pub code: String,
    /// What it is called.
    pub label: Bilingual,
    /// Crosswalk to other classifications.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub maps_to: String,
    /// First day on which it is in use; none if it always was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<NaiveDate>,
    /// Last day on which it is in use; none if it has no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
    /// Where it comes from.
    pub source: String,
    /// How far it was checked against its source, as a letter (see [`crate::codes::Verified`]).
    pub verified: &'static str,
}

impl CodeEntry {
    /// When it is in use; blank if always.
    fn validity(&self, language: Language) -> String {
        let (from, to) = match language {
            Language::It => ("dal", "al"),
            Language::En => ("from", "to"),
        };
        let day = |word: &str, day: Option<NaiveDate>| day.map(|day| format!("{word} {day}"));
        let parts = [day(from, self.valid_from), day(to, self.valid_to)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

impl Dictionary {
    /// The dictionary of a programme.
    #[must_use]
    pub fn of(programme: &Programme) -> Self {
        Self {
            version: 1,
            programme: ProgrammeEntry {
                name: programme.name.clone(),
                cup: programme.cup.clone(),
                fund: programme.fund.clone(),
                start: programme.start,
                end: programme.end,
                targets: programme.targets.clone(),
                sites: programme.sites.clone(),
            },
            tables: registry::tables().iter().map(|table| table_entry(table, programme)).collect(),
            code_lists: programme.lists().all().map(list_entry).collect(),
        }
    }

    /// Only this table and the code lists that it needs.
    #[must_use]
    pub fn only(mut self, table: &Table) -> Self {
        self.tables.retain(|entry| entry.name == table.name);
        let needs = |list: &ListEntry| {
            self.tables.iter().flat_map(|entry| &entry.columns).any(|column| {
                column.code_list == Some(list.name.as_str())
                    || column.item.as_ref().is_some_and(|item| item.list == list.name)
            })
        };
        self.code_lists.retain(|list| needs(list) || list.name == MISSING);
        self
    }

    /// As Markdown in one language.
    #[must_use]
    pub fn markdown(&self, language: Language) -> String {
        markdown::markdown(self, language)
    }

    /// As one HTML page in both languages, without network and without script; the reader chooses,
    /// and this language is shown first.
    #[must_use]
    pub fn html(&self, first: Language) -> String {
        html::html(self, first)
    }

    /// As JSON.
    ///
    /// # Errors
    /// None that is known: every key is a text.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }
}

/// The list of the codes that say why a value is not there.
const MISSING: &str = "missing_code";

fn table_entry(table: &'static Table, programme: &Programme) -> TableEntry {
    TableEntry {
        name: table.name,
        entity: table.entity,
        label: Bilingual::of(table.label_it, table.label_en),
        description: Bilingual::of(table.description_it, table.description_en.trim()),
        about_persons: table.about_persons,
        required: table.required,
        accepted_names: table.aliases,
        columns: table.columns.iter().map(|column| column_entry(column, programme)).collect(),
        derived: DERIVED
            .iter()
            .filter(|derived| derived.entity == table.entity)
            .map(|derived| DerivedEntry {
                field: derived.field,
                from: Bilingual::of(derived.from_it, derived.from_en),
            })
            .collect(),
    }
}

fn column_entry(column: &'static Column, programme: &Programme) -> ColumnEntry {
    let (code_list, most) = match column.kind {
        Kind::Code(list) => (Some(list), None),
        Kind::Codes { list, most } => (Some(list), Some(most)),
        _ => (None, None),
    };
    let (minimum, maximum) = match column.kind {
        Kind::Whole { min, max } | Kind::Decimal { min, max } => (Some(min), Some(max)),
        _ => (None, None),
    };
    ColumnEntry {
        name: column.name,
        label: Bilingual::of(column.label_it, column.label_en),
        description: Bilingual::of(column.description_it, column.description_en),
        kind: words::kind(column.kind),
        values: words::values(column.kind),
        code_list,
        most,
        minimum,
        maximum,
        unit: column.unit.map(words::unit),
        required: column.required,
        expected: column.expected,
        privacy: privacy_entry(column.privacy),
        by_default: column.default_actions.iter().map(|action| action_entry(action, column)).collect(),
        accepted_headings: column.aliases,
        item: column.item.map(|(list, code)| item_entry(list, code, programme)),
    }
}

fn privacy_entry(class: PrivacyClass) -> PrivacyEntry {
    let (class, meaning) = words::privacy(class);
    PrivacyEntry { class, meaning }
}

fn action_entry(action: &Action, column: &Column) -> ActionEntry {
    let made = action.extract_column(column);
    ActionEntry {
        action: action.name(),
        meaning: action.meaning(),
        arrow_type: made.as_ref().map(|made| made.data_type.to_string()),
        extract_column: made.map(|made| made.name),
    }
}

fn item_entry(list: &'static str, code: &'static str, programme: &Programme) -> ItemEntry {
    let found = programme.lists().named(list).and_then(|list| list.codes().iter().find(|c| c.code == code));
    let label = found.map_or_else(|| Bilingual::of(code, code), label);
    ItemEntry { list, code, label }
}

fn list_entry(list: &CodeList) -> ListEntry {
    let mut used_by = Vec::new();
    for table in registry::tables() {
        for column in table.columns {
            if matches!(column.kind, Kind::Code(of) | Kind::Codes { list: of, .. } if of == list.name()) {
                used_by.push(format!("{}.{}", table.name, column.name));
            }
        }
    }
    let codes = list.codes().iter();
    let codes = codes
        .map(|code| CodeEntry {
            code: code.code.clone(),
            label: label(code),
            maps_to: code.maps_to.clone(),
            valid_from: code.valid_from,
            valid_to: code.valid_to,
            source: code.source.clone(),
            verified: code.verified.letter(),
        })
        .collect();
    ListEntry { name: list.name().to_owned(), used_by, codes }
}

fn label(code: &Code) -> Bilingual {
    Bilingual::of(&code.label_it, &code.label_en)
}

#[cfg(test)]
mod tests;
