//! A folder of text files.

use std::io::Write as _;
use std::path::Path;

use encoding_rs::WINDOWS_1252;
use inlav_core::synthetic::SiteData;
use inlav_core::whole::{self, Access, Existing, WholeDirectory, WholeError, WholeFile};

use super::cells::{Sheet, TITLE};
use super::own_words::SUMMARY;
use super::{MARK, MARK_TEXT, OfficeError, OfficeHabits, TextEncoding};

/// A bundle being written, block of rows after block of rows.
pub(super) struct Bundle<'a> {
    directory: WholeDirectory,
    habits: &'a OfficeHabits,
    delimiter: u8,
    encoding: TextEncoding,
    /// One file a table, in the order of the first block.
    files: Vec<(&'static str, WholeFile)>,
}

impl<'a> Bundle<'a> {
    /// Begins a bundle, with its mark and the mapping if it needs one.
    pub(super) fn create(
        path: &Path,
        habits: &'a OfficeHabits,
        (delimiter, encoding): (u8, TextEncoding),
        mapping: Option<&str>,
    ) -> Result<Self, OfficeError> {
        let directory = WholeDirectory::create(path, Existing::Refuse)?;
        let file = |name: &str, content: &[u8]| {
            whole::write(&directory.path().join(name), content, Access::Shared, Existing::Refuse)
        };
        file(MARK, MARK_TEXT.as_bytes())?;
        if let Some(mapping) = mapping {
            file("mapping.toml", mapping.as_bytes())?;
            file(&format!("{SUMMARY}.csv"), b"Mese;Totale\r\ngiugno;12\r\n")?;
        }
        Ok(Self { directory, habits, delimiter, encoding, files: Vec::new() })
    }

    /// Writes the rows of a block.
    pub(super) fn add(&mut self, data: &SiteData) -> Result<(), OfficeError> {
        let ending = if self.delimiter == b'\t' { "tsv" } else { "csv" };
        for table in &data.tables {
            let sheet = Sheet::new(table.table, &table.rows, self.habits);
            let (file_name, table) = (format!("{}.{ending}", sheet.name), table.table.name);
            let known = self.files.iter().position(|(of, _)| *of == table);
            let begins = known.is_none();
            if begins {
                let path = self.directory.path().join(&file_name);
                self.files.push((table, WholeFile::create(&path, Access::Shared, Existing::Refuse)?));
            }
            let text =
                text(sheet, self.habits, self.delimiter, begins).ok_or(OfficeError::Table { table })?;
            let bytes = encoded(&text, self.encoding, begins).ok_or(OfficeError::Characters { table })?;
            let at = known.unwrap_or(self.files.len() - 1);
            if let Some((_, file)) = self.files.get_mut(at) {
                file.write_all(&bytes).map_err(|source| WholeError::Io {
                    path: self.directory.path().join(&file_name),
                    source,
                })?;
            }
        }
        Ok(())
    }

    /// Puts the bundle in its place.
    pub(super) fn finish(self) -> Result<(), OfficeError> {
        for (_, file) in self.files {
            file.finish()?;
        }
        Ok(self.directory.finish()?)
    }
}

/// The text of a file, or of what comes after its beginning; Windows line ends where Windows
/// writes it.
fn text(sheet: Sheet, habits: &OfficeHabits, delimiter: u8, begins: bool) -> Option<String> {
    let terminator = if delimiter == b';' { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(terminator)
        .flexible(true)
        .from_writer(Vec::new());
    if habits.title && begins {
        writer.write_record([TITLE]).ok()?;
        writer.write_record(["", ""]).ok()?;
    }
    if begins {
        writer.write_record(&sheet.headings).ok()?;
    }
    for row in sheet.rows {
        writer.write_record(row.into_iter().map(|cell| cell.into_text(habits))).ok()?;
    }
    String::from_utf8(writer.into_inner().ok()?).ok()
}

fn encoded(text: &str, encoding: TextEncoding, begins: bool) -> Option<Vec<u8>> {
    match encoding {
        TextEncoding::Utf8 => Some(text.as_bytes().to_vec()),
        TextEncoding::Utf8WithMark => {
            let mark: &[u8] = if begins { b"\xEF\xBB\xBF" } else { b"" };
            Some([mark, text.as_bytes()].concat())
        }
        TextEncoding::Utf16 => {
            let units = begins.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
            Some(units.flat_map(u16::to_le_bytes).collect())
        }
        TextEncoding::Windows1252 => {
            let (bytes, _, unmappable) = WINDOWS_1252.encode(text);
            (!unmappable).then(|| bytes.into_owned())
        }
    }
}
