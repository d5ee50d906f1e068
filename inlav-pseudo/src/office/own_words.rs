//! What two offices call in their own way, and the mapping file that explains it.

use std::fmt::Write as _;

use inlav_core::registry::{self, Column, Table, case, person, service_event};

use super::cells::{Cell, Sheet};
use super::{Format, OfficeHabits};

/// Tables with a name of their own.
const NAMES: [(&str, &str); 1] = [("person", "Utenti sportello 2024")];
/// Headings of their own: table, column, heading.
const HEADINGS: [(&str, &str, &str); 4] = [
    ("person", person::SITE_PERSON_ID.name, "Cod. interno assistito"),
    ("person", person::PHONE.name, "Dove lo chiamo"),
    ("case", case::CLOSED_ON.name, "Archiviato in data"),
    ("service_event", service_event::OUTCOME.name, "Com'è andata"),
];
/// Columns that are nobody else's business: table and heading.
const IGNORED: [(&str, &str); 3] =
    [("person", "Colore fascicolo"), ("case", "#"), ("case", "Scaffale / faldone")];
/// Words of their own: table, column, code, word.
const WORDS: [(&str, &str, &str, &str); 5] = [
    ("person", person::GENDER.name, "F", "Signora"),
    ("person", person::GENDER.name, "M", "Signore"),
    ("service_event", service_event::OUTCOME.name, "ASSENTE", "Non si è presentato/a"),
    ("service_event", service_event::MEDIATION.name, "si", "c'era la mediatrice"),
    ("service_event", service_event::MEDIATION.name, "no", "da soli"),
];
/// A file or sheet that holds no table.
pub(super) const SUMMARY: &str = "Riepilogo mensile";

/// The name of a table's file or sheet.
pub(super) fn name_of(table: &Table) -> Option<&'static str> {
    NAMES.iter().find(|(of, _)| *of == table.name).map(|(_, name)| *name)
}

/// The heading of a column.
pub(super) fn heading_of(table: &Table, column: &Column) -> Option<&'static str> {
    let own = HEADINGS.iter().find(|(of, name, _)| *of == table.name && *name == column.name);
    own.map(|(_, _, heading)| *heading)
}

/// The word for a code.
pub(super) fn word_for(table: &Table, column: &Column, code: &str) -> Option<&'static str> {
    let own = WORDS.iter().find(|(of, name, is, _)| *of == table.name && *name == column.name && *is == code);
    own.map(|(_, _, _, word)| *word)
}

/// Adds the columns that inlav does not know.
pub(super) fn add_columns(sheet: &mut Sheet) {
    for (_, heading) in IGNORED.iter().filter(|(of, _)| *of == sheet.table.name) {
        sheet.headings.push((*heading).to_owned());
        for (row, colour) in sheet.rows.iter_mut().zip(["rosso", "verde", "giallo"].iter().cycle()) {
            row.push(Cell::Text((*colour).to_owned()));
        }
    }
}

/// The mapping file.
pub(super) fn mapping(habits: &OfficeHabits) -> String {
    let (key, ending) = match habits.format {
        Format::Bundle { .. } => ("file", ".csv"),
        Format::Workbook => ("sheet", ""),
    };
    let mut text =
        format!("# How this office calls things.\nversion = 1\nignore_{key}s = [\"{SUMMARY}{ending}\"]\n");
    for table in registry::tables() {
        section(&mut text, table, (key, ending));
    }
    text
}

fn section(text: &mut String, table: &Table, (key, ending): (&str, &str)) {
    let headings: Vec<_> = HEADINGS.iter().filter(|(of, _, _)| *of == table.name).collect();
    let ignored: Vec<String> = IGNORED
        .iter()
        .filter(|(of, _)| *of == table.name)
        .map(|(_, heading)| format!("\"{heading}\""))
        .collect();
    if headings.is_empty() && ignored.is_empty() {
        return;
    }
    // Writing to a text cannot fail.
    let _ = writeln!(text, "\n[tables.{}]", table.name);
    if let Some(name) = name_of(table) {
        let _ = writeln!(text, "{key} = \"{name}{ending}\"");
    }
    let _ = writeln!(text, "ignore = [{}]", ignored.join(", "));
    let _ = writeln!(text, "[tables.{}.columns]", table.name);
    for (_, column, heading) in headings {
        let _ = writeln!(text, "\"{heading}\" = \"{column}\"");
    }
    for column in table.columns {
        let words: Vec<_> =
            WORDS.iter().filter(|(of, name, _, _)| *of == table.name && *name == column.name).collect();
        if words.is_empty() {
            continue;
        }
        let _ = writeln!(text, "[tables.{}.values.{}]", table.name, column.name);
        for (_, _, code, word) in words {
            let _ = writeln!(text, "\"{word}\" = \"{code}\"");
        }
    }
}
