//! Rows of a delimited text file.
//!
//! RFC 4180 with the delimiter as found, read strictly: a quotation mark that is never closed,
//! text after a closing one and cells beyond any office's length are problems with a row number,
//! where lenient parsers would swallow the rest of the file or shift a row's cells.
//!
//! Rows are numbered as a spreadsheet shows the file, which is where a steward looks: a record is
//! one row however many lines it has, and the line `sep=;` is none.

use std::path::Path;

use memchr::{memchr2, memchr3};

use super::dialect::Quote;
use super::encoding::{Decoded, Encoding};
use super::problem::{Place, Problem};
use super::row::{Row, Rows};

/// Delimiters, the likelier in Italian offices first.
pub(super) const DELIMITERS: [u8; 4] = *b";\t,|";
/// Bytes in the longest cell.
const LONGEST_CELL: usize = 1 << 16;
/// Cells in the longest row: as many as Excel has columns.
const MOST_CELLS: usize = 16_384;

/// A delimited file being read.
pub(super) struct Delimited {
    decoded: Decoded,
    place: Place,
    delimiter: u8,
    quote: Quote,
    piece: Vec<u8>,
    at: usize,
    record: u64,
    after_return: bool,
    cell: Vec<u8>,
}

/// Where in a cell the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    /// After blanks that a quotation mark may follow.
    Blanks,
    Bare,
    Quoted,
    Closed,
}

/// What stands behind `sep=`, if a text begins so.
fn without_declaration(text: &[u8]) -> Option<&[u8]> {
    text.split_at_checked(4).filter(|(word, _)| word.eq_ignore_ascii_case(b"sep=")).map(|(_, rest)| rest)
}

/// The cells of the rows that the lines of a cell look like: of the one with most delimiters, or of all
/// of them on average, since the first and the last may be halves of rows. 0 of a cell of one line, and
/// delimiters before a space count for nothing: they are those of prose.
fn cells_in_lines(cell: &[u8], delimiter: u8) -> usize {
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    if !cell.iter().any(is_end) {
        return 0;
    }
    let tight = |line: &[u8]| {
        let spaced = line.windows(2).filter(|pair| **pair == [delimiter, b' ']).count();
        line.iter().filter(|byte| **byte == delimiter).count() - spaced
    };
    let lines = || cell.split(is_end).filter(|line| !line.is_empty()).map(tight);
    let ends = lines().count().saturating_sub(1).max(1);
    lines().max().unwrap_or(0).max(lines().sum::<usize>() / ends) + 1
}

impl Delimited {
    /// Opens a file whose encoding, delimiter and quotation mark are known.
    ///
    /// # Errors
    /// [`Problem::Io`].
    pub(super) fn open(
        path: &Path,
        name: &str,
        (encoding, delimiter, quote): (Encoding, u8, Quote),
    ) -> Result<Self, Problem> {
        Ok(Self {
            decoded: Decoded::open(path, name, encoding)?,
            place: Place { file: name.to_owned(), sheet: None },
            delimiter,
            quote,
            piece: Vec::new(),
            at: 0,
            record: 1,
            after_return: false,
            cell: Vec::new(),
        })
    }

    /// The delimiter that a first line `sep=;`, as Excel writes it, declares.
    ///
    /// # Errors
    /// As [`Rows::next_row`].
    pub(super) fn declared(path: &Path, name: &str, encoding: Encoding) -> Result<Option<u8>, Problem> {
        let mut piece = Vec::new();
        Decoded::open(path, name, encoding)?.next(&mut piece)?;
        let line = piece.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
        let line = line.trim_ascii().strip_prefix(b"\"").unwrap_or(line);
        let delimiter = without_declaration(line).and_then(|rest| rest.first().copied());
        Ok(delimiter.filter(|delimiter| DELIMITERS.contains(delimiter)))
    }

    /// Reads a record, blank or not; false at the end.
    fn record(&mut self, row: &mut Row) -> Result<bool, Problem> {
        self.skip_line_feed()?;
        row.begin(self.record);
        if self.plain_line(row)? {
            return Ok(true);
        }
        let quote = self.quote.byte();
        let mut state = State::Start;
        loop {
            let rest = self.piece.get(self.at..).unwrap_or_default();
            let Some(first) = rest.first().copied() else {
                if self.fill()? {
                    continue;
                }
                return match state {
                    State::Quoted => Err(Problem::OpenQuote { place: self.place.clone(), row: row.number() }),
                    State::Start if row.len() == 0 => Ok(false),
                    _ => {
                        row.end_with_file();
                        self.end_cell(row).map(|()| true)
                    }
                };
            };
            match state {
                State::Start | State::Blanks if Some(first) == quote => {
                    self.at += 1;
                    self.cell.clear();
                    state = State::Quoted;
                }
                State::Start | State::Blanks if first == b' ' => {
                    self.take(1, row)?;
                    state = State::Blanks;
                }
                State::Start | State::Blanks | State::Bare => {
                    let length = memchr3(self.delimiter, b'\n', b'\r', rest);
                    self.take(length.unwrap_or(rest.len()), row)?;
                    state = State::Bare;
                    if length.is_some() {
                        self.end_cell(row)?;
                        if self.pass_mark() {
                            return Ok(true);
                        }
                        state = State::Start;
                    }
                }
                State::Quoted => {
                    let length = rest.iter().position(|byte| Some(*byte) == quote);
                    let taken = length.unwrap_or(rest.len());
                    self.take(taken, row)?;
                    if length.is_some() {
                        self.at += 1;
                        state = State::Closed;
                    }
                }
                State::Closed => match first {
                    mark if Some(mark) == quote => {
                        self.take(1, row)?;
                        state = State::Quoted;
                    }
                    b' ' => self.at += 1,
                    mark if mark == self.delimiter || matches!(mark, b'\n' | b'\r') => {
                        self.end_cell(row)?;
                        if self.pass_mark() {
                            return Ok(true);
                        }
                        state = State::Start;
                    }
                    _ => return Err(Problem::AfterQuote { place: self.place.clone(), row: row.number() }),
                },
            }
        }
    }

    /// Moves bytes of the piece into the cell.
    fn take(&mut self, length: usize, row: &Row) -> Result<(), Problem> {
        let bytes = self.piece.get(self.at..self.at + length).unwrap_or_default();
        self.cell.extend_from_slice(bytes);
        self.at += length;
        if self.cell.len() > LONGEST_CELL {
            return Err(self.long_cell(row));
        }
        Ok(())
    }

    /// Passes the delimiter or the line's end behind a cell; true if the record ends with it.
    fn pass_mark(&mut self) -> bool {
        let mark = self.piece.get(self.at).copied();
        self.at += 1;
        let ends = mark != Some(self.delimiter);
        if ends {
            self.record += 1;
            self.after_return = mark == Some(b'\r');
        }
        ends
    }

    /// Reads a record that is one line without quotation marks and whole in the piece, as nearly all
    /// are; false if the next one is none.
    fn plain_line(&mut self, row: &mut Row) -> Result<bool, Problem> {
        let rest = self.piece.get(self.at..).unwrap_or_default();
        let end = match self.quote.byte() {
            Some(quote) => memchr3(b'\n', b'\r', quote, rest),
            None => memchr2(b'\n', b'\r', rest),
        };
        let is_end = |at: &usize| matches!(rest.get(*at), Some(b'\n' | b'\r'));
        let line = end.filter(is_end).and_then(|end| rest.get(..end));
        let Some(line) = line.filter(|line| line.len() <= LONGEST_CELL) else { return Ok(false) };
        row.push_line(self.text(line)?, self.delimiter);
        self.at += line.len();
        self.require_few_cells(row)?;
        Ok(self.pass_mark())
    }

    fn end_cell(&mut self, row: &mut Row) -> Result<(), Problem> {
        row.looks_like_rows_of(cells_in_lines(&self.cell, self.delimiter));
        self.push(&self.cell, row)?;
        self.cell.clear();
        Ok(())
    }

    fn push(&self, cell: &[u8], row: &mut Row) -> Result<(), Problem> {
        row.push(self.text(cell)?);
        self.require_few_cells(row)
    }

    /// Bytes of the file as text: only a file that changed since its encoding was found has others.
    fn text<'t>(&self, bytes: &'t [u8]) -> Result<&'t str, Problem> {
        std::str::from_utf8(bytes).map_err(|_| Problem::Changed { file: self.place.file.clone() })
    }

    fn require_few_cells(&self, row: &Row) -> Result<(), Problem> {
        if row.len() > MOST_CELLS {
            return Err(Problem::LongRow { place: self.place.clone(), row: row.number(), most: MOST_CELLS });
        }
        Ok(())
    }

    fn long_cell(&self, row: &Row) -> Problem {
        Problem::LongCell { place: self.place.clone(), row: row.number() }
    }

    /// A carriage return ends a line; a line feed right after it belongs to the same end.
    fn skip_line_feed(&mut self) -> Result<(), Problem> {
        if self.after_return {
            self.after_return = false;
            if (self.at < self.piece.len() || self.fill()?) && self.piece.get(self.at) == Some(&b'\n') {
                self.at += 1;
            }
        }
        Ok(())
    }

    fn fill(&mut self) -> Result<bool, Problem> {
        self.at = 0;
        // A piece may be empty before the last one is.
        while self.decoded.next(&mut self.piece)? {
            if !self.piece.is_empty() {
                return Ok(true);
            }
        }
        self.piece.clear();
        Ok(false)
    }
}

impl std::fmt::Debug for Delimited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Delimited({}, row {}, redacted)", self.place, self.record)
    }
}

impl Rows for Delimited {
    fn next_row(&mut self, row: &mut Row) -> Result<bool, Problem> {
        while self.record(row)? {
            let first = row.cells().next().unwrap_or("").trim().as_bytes();
            if row.number() == 1 && without_declaration(first).is_some_and(|rest| rest.len() <= 1) {
                self.record = 1;
            } else if !row.is_blank() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::sample::write;

    fn rows(bytes: &[u8], delimiter: u8) -> Result<Vec<(u64, Vec<String>)>, Problem> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        write(&path, bytes);
        let mut reader = Delimited::open(&path, "a.csv", (Encoding::Utf8, delimiter, Quote::Double))?;
        let mut row = Row::default();
        let mut rows = Vec::new();
        while reader.next_row(&mut row)? {
            rows.push((row.number(), row.cells().map(str::to_owned).collect()));
        }
        Ok(rows)
    }

    fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
        rows(bytes, b';').unwrap().into_iter().map(|(_, cells)| cells).collect()
    }

    #[test]
    fn quotes_hold_delimiters_lines_and_quotes() {
        assert_eq!(cells(b"a;\"b;\"\"c\"\"\nd\";e\n"), [["a", "b;\"c\"\nd", "e"]]);
        assert_eq!(cells(b"a; \"b;c\" ; d\n"), [["a", "b;c", " d"]]);
        assert_eq!(cells(b"via \"Roma\";\"\";\"x\" \n"), [["via \"Roma\"", "", "x"]]);
    }

    #[test]
    fn line_ends_of_all_systems_and_blank_lines() {
        for text in ["a;b\nc;d", "a;b\r\nc;d\r\n", "a;b\rc;d\r", "a;b\n\n;\r\nc;d\n\n \n\u{1a}"] {
            assert_eq!(cells(text.as_bytes()), [["a", "b"], ["c", "d"]], "{text:?}");
        }
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        let numbers = |text: &[u8], delimiter| -> Vec<u64> {
            rows(text, delimiter).unwrap().into_iter().map(|(number, _)| number).collect()
        };
        let text = b"a\r\n\r\n\"b\nb\"\r\nc\r\n";
        assert_eq!(numbers(text, b';'), [1, 3, 4]);
        for start in [&b"sep=;\r\n"[..], b"SEP=,\n", b"\"sep=;\"\n"] {
            assert_eq!(numbers(&[start, text].concat(), b';'), [1, 3, 4]);
        }
        assert_eq!(numbers(b"sep=;\na\n", b','), [1]);
        assert_eq!(numbers(b"separa=;\na\n", b';'), [1, 2]);
    }

    #[test]
    fn quotes_gone_wrong_are_problems_with_a_row() {
        assert!(matches!(rows(b"a;b\nc;\"d\ne;f\n", b';'), Err(Problem::OpenQuote { row: 2, .. })));
        assert!(matches!(rows(b"a;\"b\"c\n", b';'), Err(Problem::AfterQuote { row: 1, .. })));
        let mut long = b"a;b\n\"".to_vec();
        long.resize(LONGEST_CELL + 100, b'x');
        assert!(matches!(rows(&long, b';'), Err(Problem::LongCell { row: 2, .. })));
    }

    /// A line without quotation marks is read at once, any other byte by byte.
    #[test]
    fn a_line_is_the_same_with_quotation_marks_and_without() {
        for cells in [[" a", "b ", "è"], ["", "", "x"], ["a", " ", ""]] {
            let [first, second, third] = cells;
            let plain = format!("{first};{second};{third}\r\n");
            let quoted = format!("\"{first}\";\"{second}\";\"{third}\"\r\n");
            let both = rows(&[plain, quoted].concat().into_bytes(), b';').unwrap();
            assert_eq!(
                both,
                [(1, cells.map(str::to_owned).to_vec()), (2, cells.map(str::to_owned).to_vec())]
            );
        }
    }

    #[test]
    fn rows_inside_a_cell_are_counted_and_prose_is_not() {
        for (cell, cells) in [
            ("a;b;c;d", 0),
            ("Rossi;F;UKR\r\n2;Neri;M;PAK\r\n3;Verdi", 4),
            ("Rossi;F;UKR\n2;Neri", 4),
            ("chiamata; non risponde; poi sì\nrichiamata; verrà; forse", 1),
            ("una riga\n\nun'altra", 1),
        ] {
            assert_eq!(cells_in_lines(cell.as_bytes(), b';'), cells, "{cell:?}");
        }
    }

    #[test]
    fn pieces_may_end_anywhere() {
        let cell = "è\"\r\n;".repeat(10_000);
        let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
        writer.write_record([cell.as_str(), "b"]).unwrap();
        assert_eq!(cells(&writer.into_inner().unwrap()), [[cell.as_str(), "b"]]);
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_read_back(
            table in prop::collection::vec(prop::collection::vec("[a\"; \t,|\r\nè'€]{0,6}", 3), 1..8),
            delimiter in prop::sample::select(DELIMITERS.to_vec()),
            terminator in prop::sample::select(vec![csv::Terminator::CRLF, csv::Terminator::Any(b'\n')]),
        ) {
            let mut writer = csv::WriterBuilder::new()
                .delimiter(delimiter)
                .terminator(terminator)
                .from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let expected: Vec<Vec<String>> = table
                .into_iter()
                .filter(|row| row.iter().any(|cell| !cell.trim().is_empty()))
                .collect();
            let read: Vec<Vec<String>> = rows(&writer.into_inner().unwrap(), delimiter)
                .unwrap()
                .into_iter()
                .map(|(_, cells)| cells)
                .collect();
            prop_assert_eq!(read, expected);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = rows(&bytes, b';');
        }
    }
}
