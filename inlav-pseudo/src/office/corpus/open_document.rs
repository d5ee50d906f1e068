//! .ods workbooks, as little of the format (OASIS OpenDocument 1.2) as a table needs.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::habits::Habit;
use super::page::{Page, text_of};
use super::style::Style;
use crate::office::cells::Cell;

const TYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

/// The bytes of a workbook.
pub(super) fn bytes(page: &Page, style: &Style) -> Option<Vec<u8>> {
    let mut rows = String::new();
    if style.has(Habit::Title) {
        rows.push_str(&row(&[text("Elenco al 30 giugno 2025")]));
        rows.push_str(&row(&[]));
    }
    rows.push_str(&row(&page.headings.iter().map(|heading| text(heading)).collect::<Vec<_>>()));
    for cells in &page.rows {
        let cell = |(column, cell): (_, &Cell)| match cell {
            Cell::Day(day) if style.real_days() => format!(
                "<table:table-cell office:value-type=\"date\" office:date-value=\"{day}\"><text:p>{}</text:p></table:table-cell>",
                day.format("%d/%m/%Y")
            ),
            Cell::Number(number) => format!(
                "<table:table-cell office:value-type=\"float\" office:value=\"{number}\"><text:p>{number}</text:p></table:table-cell>"
            ),
            _ => text(&text_of(column, cell, style)),
        };
        rows.push_str(&row(&page.table.columns.iter().zip(cells).map(cell).collect::<Vec<_>>()));
    }
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:version=\"1.2\">\
         <office:body><office:spreadsheet><table:table table:name=\"{}\">{rows}</table:table>\
         </office:spreadsheet></office:body></office:document-content>",
        page.table.label_it
    );
    let manifest = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><manifest:manifest \
         xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.2\">\
         <manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{TYPE}\"/>\
         <manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/>\
         </manifest:manifest>"
    );
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default());
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in
        [("mimetype", TYPE), ("META-INF/manifest.xml", manifest.as_str()), ("content.xml", content.as_str())]
    {
        archive.start_file(name, options).ok()?;
        archive.write_all(content.as_bytes()).ok()?;
    }
    archive.finish().ok().map(Cursor::into_inner)
}

fn row(cells: &[String]) -> String {
    if cells.is_empty() {
        return "<table:table-row><table:table-cell/></table:table-row>".to_owned();
    }
    format!("<table:table-row>{}</table:table-row>", cells.concat())
}

/// A cell of text: a paragraph per line.
fn text(text: &str) -> String {
    if text.is_empty() {
        return "<table:table-cell/>".to_owned();
    }
    let mut cell = "<table:table-cell office:value-type=\"string\">".to_owned();
    for line in text.split('\n') {
        let line = line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        // Writing to a text cannot fail.
        let _ = write!(cell, "<text:p>{line}</text:p>");
    }
    cell + "</table:table-cell>"
}
