//! All twelve offices, written and read back.

use std::collections::BTreeSet;

use inlav_core::codes::CodeLists;
use inlav_core::programme::Programme;
use inlav_core::registry::{Kind, Table};
use inlav_core::synthetic::{Dials, Population};
use inlav_core::value;

use super::*;
use crate::check::{Context, check};
use crate::mapping::Mapping;
use crate::source::{Encoding, Export, ExportTable};

fn population(persons: u32) -> Population {
    Population::generate(Programme::inlav_lombardia(), &Dials { persons, ..Dials::default() })
}

/// The texts of a table, with a blank for columns that are not there.
fn texts(table: &ExportTable) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for batch in table.batches().unwrap() {
        let batch = batch.unwrap();
        for row in 0..batch.rows() {
            rows.push(
                table.table().columns.iter().map(|column| batch.text(column, row).to_owned()).collect(),
            );
        }
    }
    rows
}

fn assert_equal_by_value(table: &Table, read: &[Vec<String>], canonical: &[Vec<String>]) {
    assert_eq!(read.len(), canonical.len(), "{}", table.name);
    for (read, canonical) in read.iter().zip(canonical) {
        for ((index, column), (read_text, text)) in
            table.columns.iter().enumerate().zip(read.iter().zip(canonical))
        {
            let lists = CodeLists::built_in();
            let state = |row: &[String]| match column.kind {
                Kind::PassportNumber { .. } => Some(row[index - 1].clone()),
                _ => None,
            };
            assert_eq!(
                value::read(column, read_text, state(read).as_deref(), lists),
                value::read(column, text, state(canonical).as_deref(), lists),
                "{}.{}: {read_text} {text}",
                table.name,
                column.name
            );
            if matches!(column.kind, Kind::FreeText | Kind::Key(_)) {
                assert_eq!(read_text, text);
            }
        }
    }
}

#[test]
fn what_twelve_offices_write_is_read_back_and_free_of_errors() {
    let programme = Programme::inlav_lombardia();
    let folder = tempfile::tempdir().unwrap();
    let mut encodings = BTreeSet::new();
    for (index, data) in population(400).sites.iter().enumerate() {
        let habits = OfficeHabits::of(index);
        let path = folder.path().join(habits.export_name(&data.site));
        write_export(data, &path, &habits).unwrap();
        let export = Export::open(&path, &Mapping::beside(&path, programme.lists()).unwrap()).unwrap();
        assert_eq!(export.tables().len(), 10);
        for (table, canonical) in export.tables().iter().zip(&data.tables) {
            assert_eq!(table.table().name, canonical.table.name);
            assert_equal_by_value(canonical.table, &texts(table), &canonical.rows);
            encodings.extend(table.origin().encoding().map(|encoding| encoding.to_string()));
        }
        let context = Context { programme, site: &data.site, as_of: programme.end };
        let report = check(&export, &context).unwrap();
        assert_eq!(report.errors(), 0, "{}: {:?}", data.site, report.findings);
        assert_eq!(report.tables.len(), 10);
        let rows: u64 = report.tables.iter().map(|table| table.rows).sum();
        let canonical: usize = data.tables.iter().map(|table| table.rows.len()).sum();
        assert_eq!(rows, u64::try_from(canonical).unwrap());
    }
    let all = [Encoding::Utf8, Encoding::Utf8WithMark, Encoding::Utf16Le, Encoding::Windows1252];
    assert_eq!(encodings, all.iter().map(ToString::to_string).collect());
}

#[test]
fn an_office_that_uses_its_own_words_needs_its_mapping() {
    let folder = tempfile::tempdir().unwrap();
    for index in [4, 11] {
        let habits = OfficeHabits::of(index);
        let data = &population(60).sites[index];
        let path = folder.path().join(habits.export_name(&data.site));
        write_export(data, &path, &habits).unwrap();
        let told = Export::open(&path, &Mapping::default()).unwrap_err().to_string();
        for expected in
            ["Utenti sportello 2024", "Riepilogo mensile", "\"Archiviato in data\"", "\"#\"", "table person"]
        {
            assert!(told.contains(expected), "{expected}: {told}");
        }
    }
}

#[test]
fn the_same_data_give_the_same_bytes() {
    let data = &population(60).sites[1];
    let habits = OfficeHabits::of(1);
    assert_eq!(workbook::bytes(data, &habits).unwrap(), workbook::bytes(data, &habits).unwrap());
}

#[test]
fn what_is_there_already_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let data = &population(60).sites[0];
    let habits = OfficeHabits::of(0);
    write_export(data, &folder.path().join("PUA01"), &habits).unwrap();
    assert!(matches!(
        write_export(data, &folder.path().join("PUA01"), &habits),
        Err(OfficeError::Whole(WholeError::Exists { .. }))
    ));
}

#[test]
fn a_character_that_does_not_fit_the_encoding_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let mut data = population(60).sites[2].clone();
    data.tables[1].rows[0][1] = "Șerbănescu".to_owned();
    let refused = write_export(&data, &folder.path().join("PUA03"), &OfficeHabits::of(2));
    assert!(matches!(refused, Err(OfficeError::Characters { table: "person" })));
    assert!(!folder.path().join("PUA03").exists());
}
