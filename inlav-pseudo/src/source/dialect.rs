//! How a table is written, and how sure inlav is of it.

use std::collections::BTreeMap;

use inlav_core::registry::{Column, Kind};
use inlav_core::value::{DateHabits, DateOrder, DateSystem, read_date};
use serde::{Deserialize, Serialize};

use super::encoding::Encoding;
use super::row::Row;

/// Rows below the headings that are looked at for dates and decimal marks.
pub(super) const SAMPLED_ROWS: usize = 1000;

/// Something that was found out about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Detected<T> {
    /// What was found.
    pub value: T,
    /// How sure it is.
    pub confidence: Confidence,
    /// Number of places in the file that speak for it: bytes, headings or cells, as said at each
    /// field of [`Dialect`].
    pub evidence: u64,
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Nothing in the file speaks for it or against it: it is what Italian offices do.
    Guessed,
    /// The file speaks for it, and another reading is possible.
    Likely,
    /// No other reading is possible.
    Certain,
    /// The mapping file says so, and the file does not contradict it.
    Stated,
}

/// How a table is written.
///
/// Dates and numbers are read one by one, whatever is found here: the order of day and month and
/// the decimal mark are what the first 1,000 rows show, for a steward to look at. Only what the
/// mapping file states changes how a cell is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Dialect {
    /// Encoding of a text file; evidence: characters outside ASCII. Without any, every encoding
    /// gives the same text and UTF-8 is certain.
    pub encoding: Option<Detected<Encoding>>,
    /// Delimiter of a text file; evidence: known headings under it.
    pub delimiter: Option<Detected<char>>,
    /// Quotation mark of a text file; evidence: cells in it among the first 20 rows.
    pub quote: Option<Detected<Quote>>,
    /// Row of the headings, from 1; the lower one of two. Evidence: known headings in it. Absent of
    /// a table that the mapping file makes.
    pub heading_row: Option<Detected<u64>>,
    /// Order of day and month; evidence: dates that have only this order. Absent without dates.
    pub date_order: Option<Detected<DateOrder>>,
    /// Decimal mark; evidence: numbers with it. Absent without numbers.
    pub decimal: Option<Detected<DecimalMark>>,
}

/// What cells with delimiters in them stand between.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Quote {
    /// `"`.
    #[default]
    #[serde(rename = "\"")]
    Double,
    /// `'`.
    #[serde(rename = "'")]
    Single,
    /// Nothing: a quotation mark is a character like any other.
    #[serde(rename = "none")]
    None,
}

/// The mark before the decimals of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum DecimalMark {
    /// `1,5`.
    #[serde(rename = ",")]
    Comma,
    /// `1.5`.
    #[serde(rename = ".")]
    Point,
}

/// What a mapping file states of how a table is written; the rest is found out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stated {
    pub(crate) encoding: Option<Encoding>,
    pub(crate) delimiter: Option<u8>,
    pub(crate) quote: Option<Quote>,
    pub(crate) heading_row: Option<u64>,
    pub(crate) date_order: Option<DateOrder>,
    pub(crate) date_system: Option<DateSystem>,
    pub(crate) decimal: Option<DecimalMark>,
}

impl Stated {
    /// Takes over what another table of the same file states; false if it contradicts.
    pub(super) fn takes(&mut self, other: &Self) -> bool {
        take(&mut self.encoding, other.encoding)
            && take(&mut self.delimiter, other.delimiter)
            && take(&mut self.quote, other.quote)
            && take(&mut self.heading_row, other.heading_row)
            && take(&mut self.date_order, other.date_order)
            && take(&mut self.date_system, other.date_system)
            && take(&mut self.decimal, other.decimal)
    }
}

fn take<T: Copy + PartialEq>(own: &mut Option<T>, other: Option<T>) -> bool {
    let agrees = own.is_none() || other.is_none() || *own == other;
    *own = own.or(other);
    agrees
}

/// What is done to cells before they are read as values.
#[derive(Debug, Clone, Default)]
pub(super) struct CellHabits {
    dates: DateHabits,
    decimal: Option<DecimalMark>,
    counted: Vec<usize>,
}

/// A cell that is a value to the value's reader, and none as the mapping file says it is written.
#[derive(Debug)]
pub(super) struct Contradiction;

impl<T> Detected<T> {
    /// What the mapping file states.
    pub(super) const fn stated(value: T, evidence: u64) -> Self {
        Self { value, confidence: Confidence::Stated, evidence }
    }

    /// What the file shows.
    pub(super) const fn new(value: T, confidence: Confidence, evidence: u64) -> Self {
        Self { value, confidence, evidence }
    }

    /// Whether it made a difference in the file, or anything speaks for it.
    pub(crate) fn is_shown(&self) -> bool {
        self.confidence != Confidence::Guessed || self.evidence > 0
    }

    /// Whether nobody has to look at it.
    fn is_sure(&self) -> bool {
        match self.confidence {
            Confidence::Guessed => self.evidence == 0,
            Confidence::Likely => false,
            Confidence::Certain | Confidence::Stated => true,
        }
    }
}

impl Quote {
    /// The mark as a byte.
    pub(super) const fn byte(self) -> Option<u8> {
        match self {
            Self::Double => Some(b'"'),
            Self::Single => Some(b'\''),
            Self::None => None,
        }
    }
}

impl DecimalMark {
    const fn mark(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Point => '.',
        }
    }

    const fn thousands(self) -> char {
        match self {
            Self::Comma => '.',
            Self::Point => ',',
        }
    }
}

impl Dialect {
    /// Whether nothing of it is only likely, or guessed where it made a difference: nobody has to look
    /// at how the file was read.
    #[must_use]
    pub fn is_sure(&self) -> bool {
        let sure = [
            self.encoding.map(|found| found.is_sure()),
            self.delimiter.map(|found| found.is_sure()),
            self.quote.map(|found| found.is_sure()),
            self.heading_row.map(|found| found.is_sure()),
            self.date_order.map(|found| found.is_sure()),
            self.decimal.map(|found| found.is_sure()),
        ];
        !sure.contains(&Some(false))
    }
}

impl std::fmt::Display for Dialect {
    /// One line, as [`crate::check::words::dialect`] says it in English.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&crate::check::words::dialect(self).en)
    }
}

impl CellHabits {
    /// What the mapping file states, the workbook says and the rows show.
    pub(super) fn new(stated: &Stated, since_1904: bool, shown: &Shown) -> Self {
        let workbook = if since_1904 { DateSystem::Since1904 } else { DateSystem::Since1900 };
        let dates = DateHabits {
            order: stated.date_order.unwrap_or_default(),
            system: stated.date_system.unwrap_or(workbook),
            counted: false,
        };
        Self { dates, decimal: stated.decimal, counted: shown.counted() }
    }

    /// Whether the cells of a column, at a position from 0, are written in a way that a cell alone
    /// does not tell.
    pub(super) fn concern(&self, index: usize, kind: Kind) -> bool {
        match kind {
            Kind::Date | Kind::Deadline | Kind::Timestamp => {
                self.dates != DateHabits::default() || self.counted.contains(&index)
            }
            Kind::Whole { .. } | Kind::Decimal { .. } => self.decimal.is_some(),
            _ => false,
        }
    }

    /// A cell in the way that the value's reader takes without habits; the cell itself if it is
    /// nothing of the kind, which the value's reader tells.
    ///
    /// # Errors
    /// [`Contradiction`]: the value's reader would take it for another value.
    pub(super) fn usual(
        &self,
        (index, column): (usize, &Column),
        cell: &str,
    ) -> Result<Option<String>, Contradiction> {
        let dates = DateHabits { counted: self.counted.contains(&index), ..self.dates };
        // The hour stays as it is.
        let (day, hour) = match column.kind {
            Kind::Timestamp => cell.split_at(cell.find([' ', 'T', '\u{a0}']).unwrap_or(cell.len())),
            _ => (cell, ""),
        };
        let is_day = matches!(column.kind, Kind::Date | Kind::Deadline | Kind::Timestamp);
        let usual = match (is_day, self.decimal) {
            (true, _) => read_date(column, day, dates).ok().map(|day| format!("{day}{hour}")),
            (_, Some(mark)) => plain_number(cell, mark),
            _ => return Ok(None),
        };
        let is_value = || match is_day {
            true => read_date(column, day, DateHabits::default()).is_ok(),
            false => cell.bytes().any(|b| b.is_ascii_digit()) && cell.contains([',', '.']),
        };
        if usual.is_none() && is_value() { Err(Contradiction) } else { Ok(usual) }
    }
}

/// A number with a decimal point and without marks of thousands, never with three decimals, which
/// might be thousands.
fn plain_number(text: &str, mark: DecimalMark) -> Option<String> {
    let text = text.trim();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, decimals) = digits.split_once(mark.mark()).unwrap_or((digits, ""));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let mut groups = whole.split(mark.thousands());
    let first = groups.next()?;
    let grouped = whole.contains(mark.thousands());
    let fits = is_number(first)
        && (!grouped || first.len() <= 3)
        && groups.all(|group| group.len() == 3 && is_number(group))
        && (decimals.is_empty() || is_number(decimals))
        && !digits.ends_with(mark.mark());
    let whole = whole.replace(mark.thousands(), "");
    fits.then(|| match decimals.len() {
        0 => format!("{sign}{whole}"),
        3 => format!("{sign}{whole}.{decimals}0"),
        _ => format!("{sign}{whole}.{decimals}"),
    })
}

/// What some rows show of dates and numbers.
#[derive(Debug, Default)]
pub(super) struct Shown {
    dates: u64,
    day_first: u64,
    month_first: u64,
    /// Days that are another one if the month comes first.
    either: u64,
    numbers: u64,
    commas: u64,
    points: u64,
    /// Columns of dates by position: counts of days, and numbers of days written out.
    counts: BTreeMap<usize, (u64, u64)>,
}

impl Shown {
    /// Takes a row into account.
    pub(super) fn add(&mut self, row: &Row, columns: &[(usize, &'static Column)]) {
        for (index, column) in columns {
            let cell = row.cell(*index).trim();
            match column.kind {
                _ if cell.is_empty() => {}
                Kind::Date | Kind::Deadline | Kind::Timestamp => self.add_date(*index, cell),
                Kind::Decimal { .. } | Kind::Whole { .. } => self.add_number(cell),
                _ => {}
            }
        }
    }

    fn add_date(&mut self, index: usize, cell: &str) {
        self.dates += 1;
        if cell.bytes().all(|b| b.is_ascii_digit()) {
            let (counts, written_out) = self.counts.entry(index).or_default();
            *counts += u64::from(DateHabits::is_count(cell));
            // Two days in three have two digits.
            *written_out += u64::from(cell.len() == 6);
        }
        let mut numbers = cell.split(['/', '-', '.', ' ']).map(str::parse::<u32>);
        if let (Some(Ok(first @ 1..=31)), Some(Ok(second @ 1..=31))) = (numbers.next(), numbers.next()) {
            self.day_first += u64::from(first > 12 && second <= 12);
            self.month_first += u64::from(second > 12 && first <= 12);
            self.either += u64::from(first <= 12 && second <= 12 && first != second);
        }
    }

    fn add_number(&mut self, cell: &str) {
        self.numbers += 1;
        let is_ambiguous = |after: &str| after.len() == 3;
        let has = |mark| cell.split_once(mark).is_some_and(|(_, after): (_, &str)| !is_ambiguous(after));
        self.commas += u64::from(has(','));
        self.points += u64::from(has('.'));
    }

    /// The columns, by position, in which five digits are counts of days: three of them cannot be
    /// anything else, and none has the six digits of a day written out.
    fn counted(&self) -> Vec<usize> {
        let is_counted =
            |(_, (counts, written_out)): &(&usize, &(u64, u64))| *counts >= 3 && *written_out == 0;
        self.counts.iter().filter(is_counted).map(|(index, _)| *index).collect()
    }

    pub(super) fn date_order(&self, stated: Option<DateOrder>) -> Option<Detected<DateOrder>> {
        if let Some(order) = stated {
            let evidence = if order == DateOrder::MonthFirst { self.month_first } else { self.day_first };
            return Some(Detected::stated(order, evidence));
        }
        let confidence = match (self.dates, self.day_first, self.month_first) {
            (0, _, _) => return None,
            (_, 0, _) => Confidence::Guessed,
            (_, _, 0) => Confidence::Certain,
            _ => Confidence::Likely,
        };
        let evidence = if self.day_first == 0 { self.either } else { self.day_first };
        Some(Detected::new(DateOrder::DayFirst, confidence, evidence))
    }

    pub(super) fn decimal(&self, stated: Option<DecimalMark>) -> Option<Detected<DecimalMark>> {
        let (mark, for_it, against) = if self.points > self.commas {
            (DecimalMark::Point, self.points, self.commas)
        } else {
            (DecimalMark::Comma, self.commas, self.points)
        };
        if let Some(stated) = stated {
            let evidence = if stated == mark { for_it } else { against };
            return Some(Detected::stated(stated, evidence));
        }
        let confidence = match (self.numbers, for_it, against) {
            (0, _, _) => return None,
            (_, 0, _) => Confidence::Guessed,
            (_, _, 0) => Confidence::Certain,
            _ => Confidence::Likely,
        };
        Some(Detected::new(mark, confidence, for_it))
    }
}

#[cfg(test)]
mod tests {
    use inlav_core::registry::{case, training};

    use super::*;

    #[test]
    fn numbers_lose_their_marks_of_thousands() {
        for (text, mark, plain) in [
            ("1.200", DecimalMark::Comma, Some("1200")),
            ("1.234,5", DecimalMark::Comma, Some("1234.5")),
            ("-1,250", DecimalMark::Comma, Some("-1.2500")),
            ("7", DecimalMark::Comma, Some("7")),
            ("1.5", DecimalMark::Comma, None),
            ("12345.678,1", DecimalMark::Comma, None),
            ("1,", DecimalMark::Comma, None),
            ("1,200.50", DecimalMark::Point, Some("1200.50")),
            ("1,5", DecimalMark::Point, None),
            ("boh", DecimalMark::Point, None),
        ] {
            assert_eq!(plain_number(text, mark).as_deref(), plain, "{text}");
        }
    }

    #[test]
    fn what_is_stated_is_never_read_as_something_else() {
        let stated = Stated {
            date_order: Some(DateOrder::MonthFirst),
            decimal: Some(DecimalMark::Comma),
            ..Stated::default()
        };
        let habits = CellHabits::new(&stated, false, &Shown::default());
        assert!(habits.concern(0, Kind::Date) && !CellHabits::default().concern(0, Kind::Date));
        assert_eq!(habits.usual((0, &case::CLOSED_ON), "06/13/2024").unwrap().as_deref(), Some("2024-06-13"));
        assert!(habits.usual((0, &case::CLOSED_ON), "13/06/2024").is_err());
        let (deadline, moment) = (
            Column { kind: Kind::Deadline, ..case::CLOSED_ON },
            Column { kind: Kind::Timestamp, ..case::CLOSED_ON },
        );
        assert!(habits.concern(0, Kind::Deadline) && habits.concern(0, Kind::Timestamp));
        assert_eq!(habits.usual((0, &deadline), "06/13/2024").unwrap().as_deref(), Some("2024-06-13"));
        let noon = habits.usual((0, &moment), "06/07/2024 12:30").unwrap();
        assert_eq!(noon.as_deref(), Some("2024-06-07 12:30"));
        assert_eq!(habits.usual((0, &case::CLOSED_ON), "ieri").unwrap(), None);
        assert_eq!(habits.usual((0, &training::HOURS), "1.200").unwrap().as_deref(), Some("1200"));
        assert!(habits.usual((0, &training::HOURS), "1.5").is_err());
        assert_eq!(habits.usual((0, &training::HOURS), "n.d.").unwrap(), None);
    }

    #[test]
    fn a_column_of_counts_is_known_by_the_others() {
        let mut shown = Shown::default();
        ["44999", "30185", "38888"].iter().for_each(|cell| shown.add_date(4, cell));
        assert!(shown.counted().is_empty());
        shown.add_date(4, "29999");
        assert_eq!(shown.counted(), [4]);
        shown.add_date(4, "140624");
        assert!(shown.counted().is_empty());
    }

    #[test]
    fn a_stated_1904_counts_for_bare_numbers() {
        let stated = Stated { date_system: Some(DateSystem::Since1904), ..Stated::default() };
        let day =
            CellHabits::new(&stated, false, &Shown::default()).usual((0, &case::CLOSED_ON), "43990").unwrap();
        assert_eq!(day.as_deref(), Some("2024-06-09"));
        let day = CellHabits::new(&Stated::default(), true, &Shown::default())
            .usual((0, &case::CLOSED_ON), "43990")
            .unwrap();
        assert_eq!(day.as_deref(), Some("2024-06-09"));
    }
}
