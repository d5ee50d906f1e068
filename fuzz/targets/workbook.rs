//! Workbooks: whole .xlsx, .xlsb, .ods and .xls files, and parts that are packed into one here.
//!
//! A change inside a packed file only breaks its checksum. So that the parsers of what is inside
//! are reached, an input that begins with `x` is the parts of an .xlsx with a zero byte between
//! them, one that begins with `o` the content of an .ods.

#![no_main]

use std::io::{Cursor, Write as _};

use inlav_core::registry::{self, service_event};
use inlav_pseudo::mapping::Mapping;
use libfuzzer_sys::fuzz_target;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Parts of an .xlsx in the order of the input; what is not in the input is as here.
const PARTS: [(&str, &str); 6] = [
    ("xl/worksheets/sheet1.xml", "<worksheet/>"),
    ("xl/sharedStrings.xml", "<sst/>"),
    ("xl/styles.xml", "<styleSheet/>"),
    (
        "xl/workbook.xml",
        "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
         <sheets><sheet name=\"Servizi\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
    ),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\"/>\
         <Relationship Id=\"rId2\" Target=\"sharedStrings.xml\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings\"/>\
         <Relationship Id=\"rId3\" Target=\"styles.xml\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\"/>\
         </Relationships>",
    ),
    (
        "_rels/.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId1\" Target=\"xl/workbook.xml\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\"/>\
         </Relationships>",
    ),
];

fn packed<'a>(parts: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default());
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts {
        archive.start_file(name, options).expect("a name of a part");
        archive.write_all(part).expect("room for a part");
    }
    archive.finish().expect("a whole archive").into_inner()
}

fn holds(data: &[u8], name: &str) -> bool {
    data.windows(name.len()).any(|window| window == name.as_bytes())
}

/// Whether a cell or row of an .ods is repeated a thousand times and more. calamine lays all of them
/// out, up to a hundred million cells: a limit that is known and not looked for again.
fn repeats_much(content: &[u8]) -> bool {
    let mark = b"-repeated=";
    let digits =
        |from: usize| content.iter().skip(from + mark.len() + 1).take_while(|byte| **byte != b'"').count();
    content.windows(mark.len()).enumerate().any(|(at, window)| window == mark && digits(at) > 3)
}

/// Whether an .xls may have a cell far from the others. calamine lays out all cells between them, up
/// to two thousand million: a limit that is known as well.
fn is_wide(data: &[u8]) -> bool {
    // Records of cells (MS-XLS 2.3.1) begin with kind, length, row and column, two bytes each.
    data.windows(8).any(|record| match record {
        [0xFD | 0xBD | 0xBE | 0x06, 0, _, 0, _, row, _, column]
        | [0x01..=0x07 | 0x7E, 2, _, 0, _, row, _, column] => *row > 15 || *column > 0,
        _ => false,
    })
}

fuzz_target!(|data: &[u8]| {
    let table = registry::table(service_event::TABLE.name).expect("a table of the registry");
    let read = |data: &[u8], ending| inlav_fuzz::read_table(data, ending, table, &Mapping::default());
    match data {
        [b'x', parts @ ..] => {
            let mut given = parts.split(|byte| *byte == 0);
            let part = |(name, usual): (&'static str, &'static str)| {
                (name, given.next().filter(|part| !part.is_empty()).unwrap_or(usual.as_bytes()))
            };
            read(&packed(PARTS.into_iter().map(part)), ".xlsx");
        }
        [b'o', content @ ..] if repeats_much(content) => {}
        [b'o', content @ ..] => {
            let kind = b"application/vnd.oasis.opendocument.spreadsheet".as_slice();
            read(&packed([("mimetype", kind), ("content.xml", content)].into_iter()), ".ods");
        }
        [0xD0, 0xCF, ..] if is_wide(data) => {}
        [0xD0, 0xCF, ..] => read(data, ".xls"),
        _ if holds(data, "workbook.bin") => read(data, ".xlsb"),
        _ if holds(data, "content.xml") => read(data, ".ods"),
        _ => read(data, ".xlsx"),
    }
});
