//! Rows of a workbook's sheet: .xlsx cell by cell, the older formats sheet by sheet.
//!
//! calamine's errors may quote cells: they are replaced by the place, never passed on. Of an
//! .xlsx the table of shared texts is in memory, its rows are not; .xls, .xlsb and .ods sheets
//! are in memory while they are read, with all cells between the first and the last one: a stray
//! cell in the last row and column of an .xls takes 1.8 GB.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use calamine::{
    CellType, Data, DataRef, Dimensions, ExcelDateTime, Range, Reader as _, SheetType, SheetVisible, Sheets,
    Xlsx, XlsxError,
};

use super::problem::{Place, Problem};
use super::row::{CellFault, Row, Rows};
use opendocument::Told;

mod opendocument;
mod room;

/// Endings of the workbooks that can be read.
pub(super) const ENDINGS: [&str; 5] = ["xlsx", "xlsm", "xls", "xlsb", "ods"];

/// Name of the threads in which workbooks are parsed. A parser that panics over a damaged file is
/// told as [`Problem::Workbook`]; a program's panic hook may keep quiet about these threads.
pub const PARSER_THREAD: &str = "inlav-workbook";

/// Columns that a sheet of any format can have (ECMA-376 part 1, 18.3.1.13: up to XFD).
const MOST_COLUMNS: usize = 16_384;
/// How long a workbook of the older formats, or a sheet of it, may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs a parser in a thread of its own; `None` if it panicked.
pub(super) fn guarded<T: Send>(parse: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name(PARSER_THREAD.to_owned());
        thread.spawn_scoped(scope, parse).ok()?.join().ok()
    })
}

/// As [`guarded`], for the older formats: `None` too if it takes longer than [`PATIENCE`]. A damaged
/// file can lead their parsers round in circles; the thread is then left to itself.
fn timed<T: Send + 'static>(parse: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (sender, receiver) = sync_channel(1);
    let thread = std::thread::Builder::new().name(PARSER_THREAD.to_owned());
    // If nobody waits any more, nothing is lost.
    thread.spawn(move || drop(sender.send(parse()))).ok()?;
    receiver.recv_timeout(PATIENCE).ok()
}

/// An open workbook.
pub(super) enum Workbook {
    /// Read cell by cell.
    Streamed(Xlsx<BufReader<File>>),
    /// Read sheet by sheet.
    Whole {
        /// Not there any more once a sheet took too long.
        sheets: Option<Sheets<BufReader<File>>>,
        /// What an .ods says besides.
        told: Told,
    },
}

impl Workbook {
    /// Opens a workbook.
    ///
    /// # Errors
    /// [`Problem::Io`], [`Problem::Password`], [`Problem::LargeWorkbook`], [`Problem::Workbook`].
    pub(super) fn open(path: &Path, name: &str) -> Result<Self, Problem> {
        let place = Place { file: name.to_owned(), sheet: None };
        let io = |source| Problem::Io { path: path.to_owned(), source };
        let has_ending =
            |known: &str| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(known));
        let streamed = has_ending("xlsx") || has_ending("xlsm");
        if !room::is_sound(path, streamed).map_err(io)? {
            return Err(Problem::LargeWorkbook { place });
        }
        if streamed {
            let file = File::open(path).map_err(io)?;
            return match guarded(|| Xlsx::new(BufReader::new(file))) {
                Some(Ok(workbook)) => Ok(Self::Streamed(workbook)),
                Some(Err(XlsxError::Password)) => Err(Problem::Password { place }),
                _ => Err(Problem::Workbook { place }),
            };
        }
        let (to_tell, to_open) = (path.to_owned(), path.to_owned());
        let told = if has_ending("ods") {
            timed(move || opendocument::told(&to_tell)).flatten()
        } else {
            Some(Told::default())
        };
        if told.as_ref().is_some_and(|told| told.is_too_large) {
            return Err(Problem::LargeWorkbook { place });
        }
        match (timed(move || calamine::open_workbook_auto(to_open)), told) {
            (Some(Ok(sheets)), Some(told)) => Ok(Self::Whole { sheets: Some(sheets), told }),
            (
                Some(Err(
                    calamine::Error::Xls(calamine::XlsError::Password)
                    | calamine::Error::Xlsb(calamine::XlsbError::Password)
                    | calamine::Error::Ods(calamine::OdsError::Password),
                )),
                _,
            ) => Err(Problem::Password { place }),
            _ => Err(Problem::Workbook { place }),
        }
    }

    /// Whether it counts days from 1904.
    pub(super) fn since_1904(&self) -> bool {
        match self {
            Self::Streamed(workbook) => workbook.has_1904_epoch(),
            Self::Whole { sheets: Some(Sheets::Xls(workbook)), .. } => workbook.has_1904_epoch(),
            Self::Whole { sheets: Some(Sheets::Xlsb(workbook)), .. } => workbook.has_1904_epoch(),
            Self::Whole { told, .. } => told.since_1904,
        }
    }

    /// Its sheets of cells, charts not: the name, and whether Excel hides it.
    pub(super) fn sheets(&self) -> Vec<(String, bool)> {
        let sheets = match self {
            Self::Streamed(workbook) => workbook.sheets_metadata(),
            Self::Whole { sheets: Some(workbook), .. } => workbook.sheets_metadata(),
            Self::Whole { sheets: None, .. } => &[],
        };
        sheets
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
            .collect()
    }

    /// The first cells merged below a row (from 1), if there are any: row and column from 1. What is
    /// merged in an .xlsb is not known.
    ///
    /// # Errors
    /// [`Problem::Workbook`] if the sheet is not there or broken.
    pub(super) fn merged_below(&mut self, place: &Place, row: u64) -> Result<Option<(u64, usize)>, Problem> {
        let sheet = place.sheet.as_deref().unwrap_or("");
        let merged = match self {
            Self::Streamed(workbook) => guarded(|| workbook.merge_cells_by_sheet_name(sheet).ok()).flatten(),
            Self::Whole { sheets: Some(Sheets::Xls(workbook)), .. } => {
                workbook.merge_cells_by_sheet_name(sheet).ok()
            }
            Self::Whole { told, .. } => Some(told.merged.get(sheet).cloned().unwrap_or_default()),
        };
        let merged = merged.ok_or_else(|| Problem::Workbook { place: place.clone() })?;
        // A heading may be merged with the cell below it.
        let below = |cells: &&Dimensions| u64::from(cells.start.0) >= row || u64::from(cells.end.0) > row;
        let first = merged.iter().filter(below).map(|cells| cells.start).min();
        Ok(first.and_then(|(row, column)| Some((u64::from(row) + 1, usize::try_from(column).ok()? + 1))))
    }

    /// The rows of a sheet.
    ///
    /// # Errors
    /// [`Problem::Workbook`] if the sheet is not there or broken.
    pub(super) fn rows(&mut self, place: &Place) -> Result<SheetRows<'_>, Problem> {
        let broken = || Problem::Workbook { place: place.clone() };
        let sheet = place.sheet.as_deref().unwrap_or("");
        let cells: Cells<'_> = match self {
            Self::Streamed(workbook) => {
                let mut reader = workbook.worksheet_cells_reader(sheet).map_err(|_| broken())?;
                let cells = std::iter::from_fn(move || match reader.next_cell_with_formula_metadata() {
                    Ok(None) => None,
                    Ok(Some(record)) => {
                        Some(Ok((record.pos, Text::of(&record.value, record.formula.is_some()))))
                    }
                    Err(_) => Some(Err(Broken)),
                });
                // Past its end the reader would report a broken sheet.
                Box::new(cells.fuse())
            }
            Self::Whole { sheets, .. } => {
                let mut workbook = sheets.take().ok_or_else(broken)?;
                let name = sheet.to_owned();
                let read = timed(move || {
                    let cells = cells_of(&mut workbook, &name);
                    (workbook, cells)
                });
                let (back, cells) = read.ok_or_else(broken)?;
                *sheets = Some(back);
                Box::new(cells.ok_or_else(broken)?.into_iter().map(Ok))
            }
        };
        Ok(SheetRows { cells, place: place.clone(), waiting: None, ended: false })
    }
}

/// The cells of a sheet that is read whole, row by row. A formula without a value in its cell was
/// never calculated.
fn cells_of(workbook: &mut Sheets<BufReader<File>>, sheet: &str) -> Option<Vec<Cell>> {
    let values = workbook.worksheet_range(sheet).ok()?;
    let mut cells = placed(&values, |data| Text::of(&borrowed(data), false))?;
    let formulas = workbook.worksheet_formula(sheet).ok()?;
    let is_blank = |(at, _): &Cell| values.get_value(*at).is_none_or(|data| *data == Data::Empty);
    let never = placed(&formulas, |_| Text::Fault(CellFault::NotCalculated))?;
    cells.extend(never.into_iter().filter(is_blank));
    cells.sort_by_key(|(at, _)| *at);
    Some(cells)
}

/// What stands in a range, with its place in the sheet.
fn placed<T: CellType>(range: &Range<T>, text: impl Fn(&T) -> Text) -> Option<Vec<Cell>> {
    let (top, left) = range.start().unwrap_or((0, 0));
    let cells = range.used_cells().map(|(row, column, value)| {
        let row = u32::try_from(row).ok()?.checked_add(top)?;
        Some(((row, u32::try_from(column).ok()?.checked_add(left)?), text(value)))
    });
    cells.collect()
}

/// The rows of one sheet.
pub(super) struct SheetRows<'a> {
    cells: Cells<'a>,
    place: Place,
    waiting: Option<Cell>,
    ended: bool,
}

type Cells<'a> = Box<dyn Iterator<Item = Result<Cell, Broken>> + 'a>;
/// Row and column from 0, and the text.
type Cell = ((u32, u32), Text);
/// The sheet cannot be read on.
struct Broken;

/// A cell's text, or why it has none.
enum Text {
    Value(String),
    Blank,
    Fault(CellFault),
}

impl SheetRows<'_> {
    fn next_cell(&mut self) -> Result<Option<Cell>, Problem> {
        if let Some(cell) = self.waiting.take() {
            return Ok(Some(cell));
        }
        match self.cells.next() {
            None => Ok(None),
            Some(Ok(cell)) => Ok(Some(cell)),
            Some(Err(Broken)) => Err(self.broken()),
        }
    }

    fn broken(&mut self) -> Problem {
        self.ended = true;
        Problem::Workbook { place: self.place.clone() }
    }

    /// Reads a row, blank or not; false at the end.
    fn record(&mut self, row: &mut Row) -> Result<bool, Problem> {
        let Some(first) = self.next_cell()? else { return Ok(false) };
        let ((at, _), _) = first;
        self.waiting = Some(first);
        row.begin(u64::from(at) + 1);
        while let Some(((this, column), text)) = self.next_cell()? {
            if this != at {
                self.waiting = Some(((this, column), text));
                // A sheet has its rows in order; one that goes back would be read as two rows.
                return if this < at { Err(self.broken()) } else { Ok(true) };
            }
            let column = usize::try_from(column).map_err(|_| self.broken())?;
            // Blank cells are made up to the column, wherever a damaged reference puts it.
            if column < row.len() || column >= MOST_COLUMNS {
                return Err(self.broken());
            }
            row.pad(column);
            match text {
                Text::Value(text) => row.push(&text),
                Text::Blank => row.push(""),
                Text::Fault(fault) => {
                    row.push("");
                    row.mark(fault);
                }
            }
        }
        Ok(true)
    }
}

impl Rows for SheetRows<'_> {
    fn next_row(&mut self, row: &mut Row) -> Result<bool, Problem> {
        while !self.ended && self.record(row)? {
            if !row.is_blank() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Text {
    fn of(value: &DataRef<'_>, formula: bool) -> Self {
        match value {
            DataRef::Empty if formula => Self::Fault(CellFault::NotCalculated),
            DataRef::Empty => Self::Blank,
            DataRef::Int(number) => Self::Value(number.to_string()),
            DataRef::Float(number) => Self::Value(number_text(*number)),
            DataRef::String(text) => Self::Value(text.clone()),
            DataRef::SharedString(text) => Self::Value((*text).to_owned()),
            DataRef::Bool(truth) => Self::Value(truth.to_string()),
            DataRef::DateTime(moment) => Self::Value(moment_text(moment)),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Self::Value(text.clone()),
            DataRef::Error(_) => Self::Fault(CellFault::Error),
        }
    }
}

fn borrowed(data: &Data) -> DataRef<'_> {
    match data {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(truth) => DataRef::Bool(*truth),
        Data::DateTime(moment) => DataRef::DateTime(*moment),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

/// A number as Excel shows it: whole numbers without decimals, others with 15 digits at most,
/// never with an exponent.
pub(super) fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return format!("{number:.0}");
    }
    let digits = format!("{number:.14e}");
    let text = digits.parse::<f64>().unwrap_or(number).to_string();
    // A point and three digits might be thousands; of a number it is known that they are not.
    if text.split_once('.').is_some_and(|(_, after)| after.len() == 3) { text + "0" } else { text }
}

/// A day as `yyyy-mm-dd`, with its hour if it has one; an hour alone (1:30) and a duration as
/// hours with decimals.
fn moment_text(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    if moment.is_duration() || moment.as_f64() < 1.0 {
        return number_text(moment.as_f64() * 24.0);
    }
    let day = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) { day } else { format!("{day}T{hour:02}:{minute:02}:{second:02}") }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn a_parser_that_panics_is_told_and_no_more() {
        let name = guarded(|| std::thread::current().name().map(str::to_owned));
        assert_eq!(name.flatten().as_deref(), Some(PARSER_THREAD), "a panic hook knows it by its name");
        assert_eq!(guarded(|| -> u8 { panic!("as old parsers do") }), None);
    }

    #[test]
    fn a_cell_beyond_the_last_column_is_not_read() {
        for (column, sound) in [(16_383, true), (16_384, false), (300_000_000, false)] {
            let cell = Ok(((0, column), Text::Value("x".to_owned())));
            let place = Place { file: "a.xlsx".to_owned(), sheet: Some("Foglio1".to_owned()) };
            let cells = Box::new(std::iter::once(cell));
            let mut rows = SheetRows { cells, place, waiting: None, ended: false };
            assert_eq!(rows.next_row(&mut Row::default()).is_ok(), sound);
        }
    }

    #[test]
    fn numbers_are_written_as_excel_shows_them() {
        for (number, text) in [
            (3_331_234_567.0, "3331234567"),
            (1.5, "1.5"),
            (0.1 + 0.2, "0.3"),
            (-4.0, "-4"),
            (0.0, "0"),
            (1e-7, "0.0000001"),
            (1.125, "1.1250"),
        ] {
            assert_eq!(number_text(number), text);
        }
    }

    #[test]
    fn serials_are_days_and_durations_are_hours() {
        let moment = |serial, kind, is_1904| moment_text(&ExcelDateTime::new(serial, kind, is_1904));
        assert_eq!(moment(45_452.0, ExcelDateTimeType::DateTime, false), "2024-06-09");
        assert_eq!(moment(45_452.5, ExcelDateTimeType::DateTime, false), "2024-06-09T12:00:00");
        assert_eq!(moment(43_990.0, ExcelDateTimeType::DateTime, true), "2024-06-09");
        assert_eq!(moment(0.0625, ExcelDateTimeType::DateTime, false), "1.5");
        assert_eq!(moment(1.5, ExcelDateTimeType::TimeDelta, false), "36");
    }
}
