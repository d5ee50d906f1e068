//! .ods sheets made by hand.

use std::io::{Cursor, Write as _};

use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

const HEADINGS: [&str; 6] = ["ID servizio", "ID caso", "Tipo di servizio", "Data", "Ore", "Esito"];

fn text(cell: &str) -> String {
    format!("<table:table-cell office:value-type=\"string\"><text:p>{cell}</text:p></table:table-cell>")
}

fn row(cells: &[String]) -> String {
    format!("<table:table-row>{}</table:table-row>", cells.concat())
}

/// A service whose day is the given cell.
fn service(day: &str) -> String {
    let cells = ["17", "10", "COLLOQUIO", "", "2", "SVOLTO"].map(text);
    row(&[&cells[..3], &[day.to_owned()], &cells[4..]].concat())
}

/// An .ods of services with rows below the headings, and what follows the sheets.
fn services(rows: &str, settings: &str) -> (TempDir, Result<ExportTable, SourceError>) {
    let headings = row(&HEADINGS.map(text));
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet>{settings}\
         <table:table table:name=\"Servizi\">{headings}{rows}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    );
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
        ("content.xml", &content),
    ] {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.ods");
    sample::write(&path, &writer.finish().unwrap().into_inner());
    let table = registry::table("service_event").unwrap();
    let opened = ExportTable::open(&path, table, &Mapping::default());
    (folder, opened)
}

fn days(opened: (TempDir, Result<ExportTable, SourceError>)) -> Result<Vec<String>, SourceError> {
    let (_folder, opened) = opened;
    let batches = opened?.batches()?.collect::<Result<Vec<_>, _>>()?;
    let days = |batch: &crate::raw::RawBatch| {
        (0..batch.rows()).map(|row| batch.text(&service_event::ON, row).to_owned()).collect::<Vec<_>>()
    };
    Ok(batches.iter().flat_map(days).collect())
}

#[test]
fn a_formula_that_was_never_calculated_is_told() {
    let calculated = "<table:table-cell table:formula=\"of:=DATE(2024;6;9)\" office:value-type=\"date\" \
                      office:date-value=\"2024-06-09\"/>";
    assert_eq!(days(services(&service(calculated), "")).unwrap(), ["2024-06-09"]);
    let never = service("<table:table-cell table:formula=\"of:=DATE(2024;6;9)\"/>");
    let error = days(services(&(service(calculated) + &never), "")).unwrap_err().to_string();
    assert!(error.contains("row 3: the formula in column 4 was never calculated"), "{error}");
}

#[test]
fn merged_cells_are_told_by_their_place() {
    let two = "<table:table-cell office:value-type=\"date\" office:date-value=\"2024-06-09\" \
               table:number-rows-spanned=\"2\"/>";
    let blank = "<table:table-row table:number-rows-repeated=\"5\"><table:table-cell/></table:table-row>";
    let rows = format!("{blank}{}{}", service(two), service("<table:covered-table-cell/>"));
    let error = days(services(&rows, "")).unwrap_err().to_string();
    assert!(error.contains("sheet Servizi of a.ods, row 7: cells merged from column 4 on"), "{error}");
}

#[test]
fn bare_numbers_count_from_the_day_that_the_file_names() {
    let number = "<table:table-cell office:value-type=\"float\" office:value=\"43990\"/>";
    let settings = "<table:calculation-settings><table:null-date table:date-value=\"1904-01-01\"/>\
                    </table:calculation-settings>";
    assert_eq!(days(services(&service(number), settings)).unwrap(), ["2024-06-09"]);
    assert_eq!(
        days(services(&service(number), "")).unwrap(),
        ["43990"],
        "the usual way of counting is left to the cell's reader"
    );
}

/// Filled down to the last row, or one cell far away: a hundred bytes that would be gigabytes.
#[test]
fn cells_that_repeat_without_end_are_not_read() {
    let day = text("20/06/2024");
    let blank =
        "<table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell/></table:table-row>";
    let many = "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell \
                table:number-columns-repeated=\"30\" office:value-type=\"string\"><text:p>x</text:p>\
                </table:table-cell></table:table-row>";
    let far = format!(
        "{blank}<table:table-row><table:table-cell table:number-columns-repeated=\"1000\"/>{day}</table:table-row>"
    );
    for rows in [many, &far] {
        let error = days(services(rows, "")).unwrap_err();
        assert!(matches!(error.problems(), [Problem::LargeWorkbook { .. }]), "{error}");
    }
    assert_eq!(days(services(&(service(&day) + blank), "")).unwrap(), ["20/06/2024"]);
}
