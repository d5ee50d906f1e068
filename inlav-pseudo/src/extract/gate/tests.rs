use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, RecordBatch, StringArray, new_null_array};
use inlav_core::exchange::Digest;
use inlav_core::policy::{Policy, extract_schema};
use inlav_core::registry;

use super::super::footer::Common;
use super::super::parquet::{Layout, ParquetFile};
use super::*;

/// One of each kind, and a name.
const LEFT: [&str; 10] = [
    "PRVVTR04P68E333G",
    "PRVVTRLQPSUEPPPI",
    "STP0301234567890",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    "YA1234567",
    "+39 333 1234567",
    "prova@example.org",
    "IT60X0542811101000000123456",
    "AB123CD",
    "Provafàlso",
];

/// Writes a table of which one column has these texts and the others nothing.
fn written(
    folder: &Path,
    table: &'static Table,
    columns: &[ExtractColumn],
    at: usize,
    texts: &StringArray,
) -> WrittenTable {
    let schema = Arc::new(extract_schema(columns));
    let arrays: Vec<ArrayRef> =
        columns
            .iter()
            .enumerate()
            .map(|(index, made)| {
                if index == at {
                    Arc::new(texts.clone())
                } else {
                    new_null_array(&made.data_type, texts.len())
                }
            })
            .collect();
    let rows = RecordBatch::try_new(Arc::clone(&schema), arrays).unwrap();
    let common = Common { epoch: 1, policy: Digest([1; 32]), schema: Digest([2; 32]), synthetic: true };
    let footer = common.footer(table.name, String::new());
    let layout = Layout { table: table.name, schema, order: &[], incompressible: None, footer };
    let path = folder.join(format!("{}.parquet", table.name));
    let _ = std::fs::remove_file(&path);
    let mut file = ParquetFile::create(&path, path.clone(), &layout).unwrap();
    file.write(&rows).unwrap();
    file.finish().unwrap();
    let mut numbers = RowNumbers::create(folder).unwrap();
    let backwards: Vec<u64> = (0..u64::try_from(texts.len()).unwrap()).rev().map(|row| row + 2).collect();
    numbers.push(&backwards).unwrap();
    WrittenTable { table, columns: columns.to_vec(), numbers }
}

fn names() -> Names {
    let names = Names::default();
    names.add("PROVAFALSO");
    names
}

#[test]
fn a_planted_identifier_is_found_in_every_column() {
    let folder = tempfile::tempdir().unwrap();
    let (names, lists) = (names(), CodeLists::built_in());
    let policy = Policy::evaluation();
    let mut tried = 0;
    for table in registry::tables() {
        let columns = policy.extract_columns(table).unwrap();
        for (at, made) in columns.iter().enumerate().filter(|(_, made)| made.data_type == DataType::Utf8) {
            let codes = codes_of(table, made, lists);
            let clean = codes.into_iter().min().unwrap_or("ND");
            let texts: Vec<Option<&str>> = [Some(clean), None, Some("NR")]
                .into_iter()
                .chain(LEFT.map(Some))
                .chain([Some(clean)])
                .collect();
            let mut table = written(folder.path(), table, &columns, at, &StringArray::from(texts));
            let error = table.check(folder.path(), &names, lists).unwrap_err();
            let ExtractError::Leftover { column, row, export_row, .. } = &error else { panic!("{error}") };
            assert_eq!((column.as_str(), *row, *export_row), (made.name.as_str(), 4, 12));
            let shown = format!("{error} {error:?}");
            assert!(LEFT.iter().all(|planted| !shown.contains(planted)), "an error shows a value");

            // Not only the first: each of them would have been found.
            let mut found = 0;
            let path = folder.path().join(format!("{}.parquet", table.table.name));
            let mut look = |text: &str| {
                found += usize::from(Leftover::in_text(text, &names).is_some() && LEFT.contains(&text));
                None
            };
            assert!(first_found(&path, at, &mut look).is_ok_and(|found| found.is_none()));
            assert_eq!(found, LEFT.len());
            tried += found;
        }
    }
    assert!(tried > 400, "only {tried} were tried");
}

/// More different texts than fit into a dictionary, in two row groups.
#[test]
fn one_identifier_among_many_different_texts_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let table = registry::table("case").unwrap();
    let columns = Policy::evaluation().extract_columns(table).unwrap();
    let at = columns.iter().position(|made| made.data_type == DataType::Utf8).unwrap();
    let letter = |number: u32| char::from(b'a' + u8::try_from(number % 26).unwrap());
    let different = |row: u32| {
        let mut text: String = (0..4).map(|place| letter(row / 26_u32.pow(place))).collect();
        text.push_str(&"x".repeat(60));
        text
    };
    let mut texts: Vec<String> = (0..20_000).map(different).collect();
    texts.resize(131_080, "ND".to_owned());
    let clean = StringArray::from_iter_values(&texts);
    written(folder.path(), table, &columns, at, &clean)
        .check(folder.path(), &names(), CodeLists::built_in())
        .unwrap();
    for row in [5, 19_999, 131_071, 131_079] {
        let before = std::mem::replace(&mut texts[row], "tel. 333 1234567".to_owned());
        let mut table = written(folder.path(), table, &columns, at, &StringArray::from_iter_values(&texts));
        let error = table.check(folder.path(), &names(), CodeLists::built_in()).unwrap_err();
        let ExtractError::Leftover { row: found, what: Leftover::Phone, .. } = error else {
            panic!("{error}")
        };
        assert_eq!(found, u64::try_from(row + 1).unwrap());
        texts[row] = before;
    }
}
