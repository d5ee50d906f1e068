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
}

impl Delimited {
    /// Finds encoding and delimiter, and reads the heading.
    pub(super) fn open(path: &Path, needed: &[&str]) -> Result<(Self, Vec<String>), InputError> {
        let encoding = detect(path)?;
        let mut best: Option<(bool, Vec<String>, u8)> = None;
        for delimiter in DELIMITERS {
            let file = Self { path: path.to_owned(), encoding, delimiter };
            let mut heading = StringRecord::new();
            file.reader()?.read_record(&mut heading).map_err(|fault| file.problem(fault, 1))?;
            let names: Vec<String> = heading.iter().map(|name| clean(name).into_owned()).collect();
            let fits = needed.iter().all(|needed| names.iter().any(|name| name == needed));
            let is_better =
                best.as_ref().is_none_or(|(fitted, other, _)| (fits, names.len()) > (*fitted, other.len()));
            if is_better {
                best = Some((fits, names, delimiter));
            }
        }
        let found = best.filter(|(_, names, _)| names.iter().any(|name| !name.is_empty()));
        let (_, names, delimiter) = found.ok_or_else(|| InputError::Empty { path: path.to_owned() })?;
        Ok((Self { path: path.to_owned(), encoding, delimiter }, names))
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
            if number == 1 || record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            for (cell, &position) in cells.iter_mut().zip(positions) {
                set(cell, record.get(position).unwrap_or_default());
            }
            each(Row { number, cells: &cells })?;
        }
    }

    fn reader(&self) -> Result<Reader<Decoded>, InputError> {
        let decoded = Decoded::open(&self.path, self.encoding)?;
        Ok(ReaderBuilder::new().has_headers(false).delimiter(self.delimiter).from_reader(decoded))
    }

    /// What is wrong, without what the library quotes.
    fn problem(&self, fault: csv::Error, row: u64) -> InputError {
        match fault.into_kind() {
            ErrorKind::Io(fault) => InputError::of_reading(&self.path, fault),
            _ => InputError::Cells { path: self.path.clone(), row },
        }
    }
}
