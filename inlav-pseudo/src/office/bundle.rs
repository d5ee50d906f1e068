//! A folder of text files.

use std::path::Path;

use encoding_rs::WINDOWS_1252;
use inlav_core::synthetic::SiteData;
use inlav_core::whole::{self, Access, Existing, WholeDirectory};

use super::cells::{Sheet, TITLE};
use super::own_words::SUMMARY;
use super::{OfficeError, OfficeHabits, TextEncoding};

/// Writes a bundle, and inside it the mapping if it needs one.
pub(super) fn write(
    data: &SiteData,
    path: &Path,
    habits: &OfficeHabits,
    (delimiter, encoding): (u8, TextEncoding),
    mapping: Option<&str>,
) -> Result<(), OfficeError> {
    let directory = WholeDirectory::create(path, Existing::Refuse)?;
    let file = |name: &str, content: &[u8]| {
        whole::write(&directory.path().join(name), content, Access::Shared, Existing::Refuse)
    };
    let ending = if delimiter == b'\t' { "tsv" } else { "csv" };
    for table in &data.tables {
        let sheet = Sheet::new(table.table, &table.rows, habits);
        let (name, table) = (format!("{}.{ending}", sheet.name), table.table.name);
        let text = text(sheet, habits, delimiter).ok_or(OfficeError::Table { table })?;
        file(&name, &encoded(&text, encoding).ok_or(OfficeError::Characters { table })?)?;
    }
    if let Some(mapping) = mapping {
        file("mapping.toml", mapping.as_bytes())?;
        file(&format!("{SUMMARY}.csv"), b"Mese;Totale\r\ngiugno;12\r\n")?;
    }
    Ok(directory.finish()?)
}

/// The text of a file; Windows line ends where Windows writes it.
fn text(sheet: Sheet, habits: &OfficeHabits, delimiter: u8) -> Option<String> {
    let terminator = if delimiter == b';' { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(terminator)
        .flexible(true)
        .from_writer(Vec::new());
    if habits.title {
        writer.write_record([TITLE]).ok()?;
        writer.write_record(["", ""]).ok()?;
    }
    writer.write_record(&sheet.headings).ok()?;
    for row in sheet.rows {
        writer.write_record(row.into_iter().map(|cell| cell.into_text(habits))).ok()?;
    }
    String::from_utf8(writer.into_inner().ok()?).ok()
}

fn encoded(text: &str, encoding: TextEncoding) -> Option<Vec<u8>> {
    match encoding {
        TextEncoding::Utf8 => Some(text.as_bytes().to_vec()),
        TextEncoding::Utf8WithMark => Some([b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        TextEncoding::Utf16 => {
            let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
            Some(units.flat_map(u16::to_le_bytes).collect())
        }
        TextEncoding::Windows1252 => {
            let (bytes, _, unmappable) = WINDOWS_1252.encode(text);
            (!unmappable).then(|| bytes.into_owned())
        }
    }
}
