//! Sheets as no program writes them, over which the parser panics or asks for memory.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;
use crate::source::sample;

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn packed(parts: &[(&str, String)]) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts {
        archive.start_file(*name, options).unwrap();
        archive.write_all(part.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// An .xlsx with the sheet of services: headings, sound rows, and a cell with this reference.
fn workbook(sound_rows: u32, reference: &str) -> Vec<u8> {
    let cell = |at: &str, text: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let headings = ["ID servizio", "ID caso", "Tipo di servizio", "Data", "Esito"];
    let mut rows: String =
        ["A1", "B1", "C1", "D1", "E1"].iter().zip(headings).map(|(at, text)| cell(at, text)).collect();
    rows.extend((0..sound_rows).map(|row| cell(&format!("A{}", row + 2), "1")));
    rows.push_str(&cell(reference, "x"));
    let sheets = "<sheets><sheet name=\"Servizi\" sheetId=\"1\" r:id=\"a\"/></sheets>";
    let relation = |kind: &str, target: &str| {
        let relation = format!("Id=\"a\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"");
        format!("<Relationships><Relationship {relation}/></Relationships>")
    };
    packed(&[
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        ("xl/workbook.xml", format!("<workbook xmlns:r=\"{RELATIONS}\">{sheets}</workbook>")),
        ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
    ])
}

/// The problem of a workbook, at opening or while its rows are read.
fn problem(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xlsx");
    sample::write(&path, bytes);
    let table = registry::table("service_event").unwrap();
    let read = ExportTable::open(&path, table, &Mapping::default())
        .and_then(|source| source.batches()?.collect::<Result<Vec<_>, _>>());
    read.unwrap_err().to_string()
}

/// Columns are summed up in 32 bits.
#[test]
fn a_reference_past_all_numbers_is_told() {
    for (sound_rows, reference) in [(0, "AAAAAAAAAA2"), (1500, "AAAAAAAAAA9999"), (0, "A99999999999")] {
        let told = problem(&workbook(sound_rows, reference));
        assert!(told.starts_with("sheet Servizi of a.xlsx"), "{told}");
    }
}

/// A row has blank cells up to its last one: here they would be 300 million.
#[test]
fn a_reference_past_the_last_column_takes_no_memory() {
    for (sound_rows, reference) in [(0, "XFE2"), (0, "ZZZZZZ2"), (1500, "ZZZZZZ9999")] {
        let told = problem(&workbook(sound_rows, reference));
        assert!(told.starts_with("sheet Servizi of a.xlsx"), "{told}");
    }
}
