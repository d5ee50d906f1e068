//! CSV as spreadsheets and statistics programs write it.

use std::path::{Path, PathBuf};

use csv::{ErrorKind, Reader, ReaderBuilder, StringRecord};

use super::encoding::{Decoded, Encoding, detect};
use super::{InputError, Row, clean, set};

/// The delimiters that are tried.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A CSV file whose dialect is known.
pub(super) struct Delimited {
    path: PathBuf,
    encoding: Encoding,
    delimiter: u8,
    /// Where its heading stands, from 1: below a line that only tells spreadsheets the delimiter.
    heading: u64,
    /// Cells of the heading, and of every row.
    width: usize,
}

impl Delimited {
    /// Finds encoding and delimiter, and reads the heading.
    pub(super) fn open(path: &Path, needed: &[&str]) -> Result<(Self, Vec<String>), InputError> {
        let encoding = detect(path)?;
        let mut best: Option<(bool, Vec<String>, Self)> = None;
        for delimiter in DELIMITERS {
            let mut file = Self { path: path.to_owned(), encoding, delimiter, heading: 1, width: 0 };
            let mut reader = file.reader()?;
            let mut heading = StringRecord::new();
            reader.read_record(&mut heading).map_err(|fault| file.problem(fault, 1))?;
            if is_for_spreadsheets(&heading) {
                reader.read_record(&mut heading).map_err(|fault| file.problem(fault, 2))?;
                file.heading = 2;
            }
            let names: Vec<String> = heading.iter().map(|name| clean(name).into_owned()).collect();
            file.width = names.len();
            let fits = needed.iter().all(|needed| names.iter().any(|name| name == needed));
            let is_better =
                best.as_ref().is_none_or(|(fitted, other, _)| (fits, names.len()) > (*fitted, other.len()));
            if is_better {
                best = Some((fits, names, file));
            }
        }
        let found = best.filter(|(_, names, _)| names.iter().any(|name| !name.is_empty()));
        let (_, names, file) = found.ok_or_else(|| InputError::Empty { path: path.to_owned() })?;
        Ok((file, names))
    }

    /// Hands out the cells at these positions of every row that is not blank.
    pub(super) fn read(
        self,
        positions: &[usize],
        each: &mut impl FnMut(Row<'_>) -> Result<(), InputError>,
    ) -> Result<(), InputError> {
        let mut reader = self.reader()?;
        let mut record = StringRecord::new();
        let mut cells = vec![String::new(); positions.len()];
        let mut number = 0;
        let mut has_line_break = false;
        loop {
            number += 1;
            if !reader.read_record(&mut record).map_err(|fault| self.problem(fault, number))? {
                // A cell that was never closed has taken in all that follows, to the end of the file.
                if has_line_break && reader.get_ref().is_odd() {
                    return Err(InputError::OpenQuote { path: self.path, row: number - 1 });
                }
                return Ok(());
            }
            has_line_break = record.iter().any(|cell| cell.contains('\n'));
            if number <= self.heading || record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if record.len() != self.width {
                return Err(InputError::Cells { path: self.path, row: number });
            }
            for (cell, &position) in cells.iter_mut().zip(positions) {
                set(cell, record.get(position).unwrap_or_default());
            }
            each(Row { number, cells: &cells })?;
        }
    }

    fn reader(&self) -> Result<Reader<Decoded>, InputError> {
        let decoded = Decoded::open(&self.path, self.encoding)?;
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(self.delimiter);
        Ok(builder.from_reader(decoded))
    }

    /// What is wrong, without what the library quotes.
    fn problem(&self, fault: csv::Error, row: u64) -> InputError {
        match fault.into_kind() {
            ErrorKind::Io(fault) => InputError::of_reading(&self.path, fault),
            _ => InputError::Cells { path: self.path.clone(), row },
        }
    }
}

/// Whether a row is `sep=;`, by which spreadsheets know the delimiter.
fn is_for_spreadsheets(row: &StringRecord) -> bool {
    let mut cells = row.iter();
    cells.next().is_some_and(|first| first.starts_with("sep=")) && cells.all(str::is_empty)
}
