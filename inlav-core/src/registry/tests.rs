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
                assert!(headings.insert(heading.clone()), "{}: two columns are called {heading}", table.name);
            }
            if let Kind::Code(list) | Kind::Codes { list, .. } = column.kind {
                assert!(CodeList::named(list).is_some(), "no list {list}");
            }
            if let Some((list, code)) = column.item {
                assert_eq!(CodeList::named(list).unwrap().find(code).unwrap().code, code);
            }
            assert!(column.description_it.ends_with('.'), "{}.{}", table.name, column.name);
            assert!(column.description_en.ends_with('.'), "{}.{}", table.name, column.name);
            if let Kind::PassportNumber { issuing_state } = column.kind {
                assert!(table.column(issuing_state).is_some());
            }
        }
        assert!(table.columns.iter().filter(|c| matches!(c.kind, Kind::Key(_))).count() <= 1);
        let mut made = BTreeSet::new();
        for column in crate::policy::possible_columns(table) {
            let new = made.insert((column.name.clone(), column.action));
            assert!(new, "{}: two columns make {}", table.name, column.name);
        }
        for key in table.columns.iter().filter(|c| matches!(c.kind, Kind::Key(_))) {
            assert!(key.required, "{}.{}: rows need their key", table.name, key.name);
        }
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

/// The fields of the domain's model: entity, field, and whether every row should have it.
fn model() -> Vec<(String, String, bool)> {
    let records = csv::Reader::from_reader(include_str!("../../data/entities.csv").as_bytes()).into_records();
    records
        .map(|record| {
            let record = record.unwrap();
            // `ilo11[1..11]` is one field with eleven columns.
            let field = record[1].split('[').next().unwrap().to_owned();
            (record[0].to_owned(), field, &record[3] == "Y")
        })
        .collect()
}

/// The column that answers an item, for fields of which there is one column an item.
fn items_of(field: &str) -> Option<(&'static str, usize)> {
    match field {
        "ilo11" => Some(("ilo_forced_labour_11", 11)),
        "delphi" => Some(("delphi_adult_labour_67", 67)),
        "index603bis" => Some(("art603bis_index", 4)),
        "dim_positive" => Some(("delphi_dimension", 6)),
        _ => None,
    }
}

#[test]
fn every_field_of_the_model_is_a_column_or_worked_out() {
    let model = model();
    let entities: BTreeSet<&str> = model.iter().map(|(entity, ..)| entity.as_str()).collect();
    assert_eq!((entities.len(), model.len()), (18, 182));
    for (entity, field, wanted) in &model {
        let table = tables().iter().find(|table| table.entity == entity).unwrap();
        if let Some((list, count)) = items_of(field) {
            let columns =
                table.columns.iter().filter(|column| column.item.is_some_and(|item| item.0 == list));
            let codes: Vec<&str> = columns.filter_map(|column| column.item.map(|item| item.1)).collect();
            let listed = CodeList::named(list).unwrap().codes();
            assert_eq!(codes, listed.iter().map(|code| code.code.as_str()).collect::<Vec<_>>());
            assert_eq!(codes.len(), count);
            continue;
        }
        let derived = DERIVED.iter().any(|derived| derived.entity == entity && derived.field == field);
        let columns: Vec<&Column> = table.columns.iter().filter(|column| column.field == *field).collect();
        assert!(derived || !columns.is_empty(), "{entity}.{field}");
        // What the extract says once, what the programme knows and what a table's parent numbers
        // need not be in every row of an export.
        let said_elsewhere = matches!(
            (entity.as_str(), field.as_str()),
            (_, "site_id")
                | ("Site", "name" | "province" | "nuts3")
                | ("Case", "episode_no")
                | ("Person", "citizenship" | "person_id")
                | ("Assessment", "instrument_version")
                | ("TrainingSession", "session_id" | "attendees")
                | ("TerritorialPact", "pact_id")
                | ("AwarenessEvent", "event_id")
        );
        if *wanted && !derived && !said_elsewhere {
            let told = columns.iter().all(|column| column.required || column.expected);
            assert!(told, "{entity}.{field} is wanted in every row");
        }
    }
    for table in tables() {
        for column in table.columns.iter().filter(|column| !column.field.is_empty()) {
            let known =
                model.iter().any(|(entity, field, _)| entity == table.entity && field == column.field);
            assert!(
                known || items_of(column.field).is_some() || column.item.is_some(),
                "{}.{}",
                table.name,
                column.name
            );
        }
    }
}
