//! Workbooks that were written by Python (`tests/corpus/workbooks.py`): .xls, and days from 1904.

use super::*;
use crate::raw::WhyLeftOut;

#[test]
fn old_workbooks_and_both_date_systems_are_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/workbooks");
    let table = registry::table("service_event").unwrap();
    for name in ["since-1900.xls", "since-1904.xls", "since-1904.xlsx"] {
        let source = ExportTable::open(&folder.join(name), table, &Mapping::default()).unwrap();
        let batches: Vec<_> = source.batches().unwrap().map(Result::unwrap).collect();
        let texts = |column: &Column| -> Vec<String> {
            let cells = |batch: &crate::raw::RawBatch| {
                (0..batch.rows()).map(|row| batch.text(column, row).to_owned()).collect::<Vec<_>>()
            };
            batches.iter().flat_map(cells).collect()
        };
        assert_eq!(texts(&service_event::ON), ["2024-06-09", "2024-06-09"], "{name}");
        assert_eq!(texts(&service_event::EVENT_ID), ["0017", "0018"], "{name}");
        assert_eq!(texts(&service_event::HOURS), ["1.5", "2"], "{name}");
        let left_out: Vec<_> = batches.iter().flat_map(|batch| batch.left_out()).map(|out| out.why).collect();
        assert_eq!(left_out, [WhyLeftOut::Total], "{name}");
    }
}

#[test]
fn merged_cells_of_an_xls_are_told() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/workbooks/merged.xls");
    let table = registry::table("service_event").unwrap();
    let error = ExportTable::open(&path, table, &Mapping::default()).unwrap_err();
    assert!(error.to_string().contains("row 4: cells merged from column 4 on"), "{error}");
}

/// Whatever is cut off or changed in an .xls, there are rows or an error. The parser may panic; the
/// program does not.
#[test]
fn damaged_old_workbooks_are_told() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/workbooks");
    let bytes = std::fs::read(folder.join("since-1900.xls")).unwrap();
    let table = registry::table("service_event").unwrap();
    let damaged = tempfile::tempdir().unwrap();
    let path = damaged.path().join("a.xls");
    for step in 1..60 {
        let mut bytes = bytes.clone();
        let at = step * 7919 % bytes.len();
        if step % 2 == 0 {
            bytes.truncate(at)
        } else {
            bytes[at] = 0x7F
        }
        sample::write(&path, &bytes);
        if let Ok(source) = ExportTable::open(&path, table, &Mapping::default()) {
            assert!(source.batches().unwrap().count() < 100);
        }
    }
}
