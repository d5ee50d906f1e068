//! Days as offices write them.
//!
//! A day is read only if it can be no other day. Where the century, the order of day and month or
//! the day itself would be a guess there is a [`Fault`] that says what to do: a guess would change
//! ages and waiting times silently.

use chrono::{Datelike as _, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::Fault;
use crate::registry::{Column, person};
use crate::text::fold;

/// Which of the numbers of `06/09/2024` is the month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum DateOrder {
    /// The second, as in Italy.
    #[default]
    #[serde(rename = "dmy")]
    DayFirst,
    /// The first, as in the United States. Never guessed.
    #[serde(rename = "mdy")]
    MonthFirst,
}

/// The day from which a workbook counts days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum DateSystem {
    /// 31 December 1899, as Excel does; its 29 February 1900 never was.
    #[default]
    #[serde(rename = "1900")]
    Since1900,
    /// 1 January 1904, as Excel for old Macs did.
    #[serde(rename = "1904")]
    Since1904,
}

/// How an export writes its days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DateHabits {
    /// The order of day and month.
    pub order: DateOrder,
    /// What a bare number counts from.
    pub system: DateSystem,
    /// Whether the column is known to count days, so that five digits are never a day written out.
    pub counted: bool,
}

impl DateHabits {
    /// Whether a text is a count of days and cannot be a day whose first zero Excel took away.
    #[must_use]
    pub fn is_count(text: &str) -> bool {
        serial(text.trim(), Self::default()).is_some()
    }
}

/// Reads a day as `dd/mm/yyyy`, `d-m-yyyy`, `dd.mm.yyyy` or ISO `yyyy-mm-dd`; an hour may follow
/// and is ignored, anything else may not; an hour of another time zone than Italy's may not either.
/// Two-digit years are refused here: which century they are of depends on the column ([`read_date`]).
#[must_use]
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    full_date(text).filter(|day| !is_foreign(*day, text))
}

/// As [`parse_date`], by whatever clock.
fn full_date(text: &str) -> Option<NaiveDate> {
    match numeric(text.trim(), DateOrder::DayFirst)? {
        Written { year: Year::Full(year), month, day } => valid(year, month, day),
        Written { .. } => None,
    }
}

/// Reads a day as [`parse_date`] does with the hour that may follow it; midnight if there is none.
#[must_use]
pub fn parse_timestamp(text: &str) -> Option<NaiveDateTime> {
    read_timestamp(text).ok()
}

/// As [`parse_timestamp`].
///
/// # Errors
/// [`Fault::Date`], [`Fault::Zone`].
pub(super) fn read_timestamp(text: &str) -> Result<NaiveDateTime, Fault> {
    let day = full_date(text).ok_or(Fault::Date)?;
    let (hour, _) = clock_and_zone(text);
    let time = if hour.is_empty() { Some(NaiveTime::MIN) } else { clock(hour) };
    let moment = day.and_time(time.ok_or(Fault::Date)?);
    if is_foreign(day, text) { Err(Fault::Zone) } else { Ok(moment) }
}

/// Reads a day of a column. Besides what [`parse_date`] takes:
///
/// - `20240609` and `09062024`, of which only one can be a day;
/// - months by name, Italian or English, whole or abbreviated: `9 giugno 2024`, `09-giu-24`;
/// - two-digit years where only one century is possible. Of a date of birth 40 to 99 are of the
///   last century (in this one they lie ahead) and 00 to 10 of this one (nobody of 114 years is
///   counselled); 11 to 39 may be either. Of any other date 00 to 49 are of this century;
/// - whole numbers of five digits, the days that Excel counts, unless they may as well be a day
///   whose first zero Excel took away (`90624`).
///
/// # Errors
/// [`Fault::Date`], [`Fault::Century`], [`Fault::MonthFirst`], [`Fault::YearAlone`], [`Fault::Zone`].
pub fn read_date(column: &Column, text: &str, habits: DateHabits) -> Result<NaiveDate, Fault> {
    let text = text.trim();
    let written = numeric(text, habits.order).or_else(|| compact(text)).or_else(|| by_name(text));
    if let Some(Written { year, month, day }) = written {
        let year = match year {
            Year::Full(year) => year,
            Year::Short(year) => with_century(column, year).ok_or(Fault::Century)?,
        };
        let swapped = valid(year, day, month).is_some();
        let date = valid(year, month, day).ok_or(match habits.order {
            DateOrder::DayFirst if month > 12 && swapped => Fault::MonthFirst,
            _ => Fault::Date,
        })?;
        return if is_foreign(date, text) { Err(Fault::Zone) } else { Ok(date) };
    }
    if text.len() == 4 && parse_number(text).is_some_and(|year| (1900..=2100).contains(&year)) {
        return Err(Fault::YearAlone);
    }
    serial(text, habits).ok_or(Fault::Date)
}

/// The hour that follows a day, and the time zone behind it if it names one.
fn clock_and_zone(text: &str) -> (&str, Option<&str>) {
    let hour = text.trim().split_once([' ', 'T', '\u{a0}']).map_or("", |(_, hour)| hour.trim());
    if !is_hour(hour) {
        return ("", None);
    }
    hour.split_once(['+', 'Z']).map_or((hour, None), |(clock, zone)| (clock.trim(), Some(zone.trim())))
}

/// Hours and minutes, perhaps seconds and parts of them.
fn clock(hour: &str) -> Option<NaiveTime> {
    let mut parts = hour.split([':', '.']).map(parse_number);
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = parts.next().unwrap_or(Some(0))?;
    parts.all(|part| part.is_some()).then(|| NaiveTime::from_hms_opt(hours, minutes, seconds)).flatten()
}

/// Whether a moment names a time zone by which Italy's clocks did not go that day. There it may be the
/// day before or after: midnight in Italy is 22 or 23 o'clock of the day before in Greenwich.
fn is_foreign(day: NaiveDate, text: &str) -> bool {
    let (hour, Some(zone)) = clock_and_zone(text) else { return false };
    let ahead = match zone {
        "01:00" | "0100" | "01" => 1,
        "02:00" | "0200" | "02" => 2,
        _ => return true,
    };
    let Some(moment) = clock(hour).map(|time| day.and_time(time) - TimeDelta::hours(ahead)) else {
        return true;
    };
    match is_summer(moment) {
        Some(summer) => summer != (ahead == 2),
        None => ahead == 2 && !(4..=10).contains(&day.month()),
    }
}

/// Whether Italy had summer time: from 1981 on from the last Sunday of March to that of September, from
/// 1996 on (Directive 94/21/EC and those after it) to that of October, at 1 o'clock in Greenwich. The
/// years before had days of their own.
fn is_summer(greenwich: NaiveDateTime) -> Option<bool> {
    let year = greenwich.year();
    let change = |month, last| {
        let last = NaiveDate::from_ymd_opt(year, month, last)?;
        let sunday = last - Days::new(u64::from(last.weekday().num_days_from_sunday()));
        sunday.and_hms_opt(1, 0, 0)
    };
    let end = match year {
        1996.. => change(10, 31)?,
        1981.. => change(9, 30)?,
        _ => return None,
    };
    Some((change(3, 31)?..end).contains(&greenwich))
}

/// A day as its three numbers were written.
struct Written {
    year: Year,
    month: u32,
    day: u32,
}

enum Year {
    Full(i32),
    Short(u32),
}

fn valid(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    (1900..=2200).contains(&date.year()).then_some(date)
}

/// Three numbers between `/`, `-` or `.`.
fn numeric(text: &str, order: DateOrder) -> Option<Written> {
    let (day, hour) = text.split_once([' ', 'T', '\u{a0}']).unwrap_or((text, ""));
    if !is_hour(hour) {
        return None;
    }
    let mut parts = day.split(['/', '-', '.']);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (year, month, day) = match (first.len(), third.len(), order) {
        (4, 1..=2, _) => (Year::Full(year(first)?), second, third),
        (1..=2, 2 | 4, DateOrder::DayFirst) => (either_year(third)?, second, first),
        (1..=2, 2 | 4, DateOrder::MonthFirst) => (either_year(third)?, first, second),
        _ => return None,
    };
    Some(Written { year, month: short_number(month)?, day: short_number(day)? })
}

/// Eight digits. A year from 1900 on has no month in its first two digits, so that only one of the
/// two orders can be a day.
fn compact(text: &str) -> Option<Written> {
    if text.len() != 8 || parse_number(text).is_none() {
        return None;
    }
    let part = |range: std::ops::Range<usize>| parse_number(text.get(range)?);
    [(0..4, 4..6, 6..8), (4..8, 2..4, 0..2)].into_iter().find_map(|(year, month, day)| {
        let (year, month, day) = (i32::try_from(part(year)?).ok()?, part(month)?, part(day)?);
        valid(year, month, day).map(|_| Written { year: Year::Full(year), month, day })
    })
}

/// Day, name of the month, year; a day of the week may come first and an hour last.
fn by_name(text: &str) -> Option<Written> {
    if !text.chars().any(char::is_alphabetic) {
        return None;
    }
    let is_mark = |c: char| c.is_whitespace() || matches!(c, '/' | '-' | '.' | ',');
    let mut words = text.split(is_mark).filter(|word| !word.is_empty()).peekable();
    let is_weekday = |word: &&str| {
        const WEEKDAYS: [&str; 7] = ["lun", "mar", "mer", "gio", "ven", "sab", "dom"];
        fold(word).get(..3).is_some_and(|start| WEEKDAYS.contains(&start))
    };
    words.next_if(is_weekday);
    let day = short_number(words.next()?.trim_end_matches(['°', 'º']))?;
    let month = month_named(&fold(words.next()?))?;
    let year = either_year(words.next()?)?;
    words.all(|word| word.contains(':') && is_hour(word) && !word.contains(['+', 'Z'])).then_some(Written {
        year,
        month,
        day,
    })
}

fn month_named(name: &str) -> Option<u32> {
    const MONTHS: [[&str; 2]; 12] = [
        ["gennaio", "january"],
        ["febbraio", "february"],
        ["marzo", "march"],
        ["aprile", "april"],
        ["maggio", "may"],
        ["giugno", "june"],
        ["luglio", "july"],
        ["agosto", "august"],
        ["settembre", "september"],
        ["ottobre", "october"],
        ["novembre", "november"],
        ["dicembre", "december"],
    ];
    // Three letters tell every month from every other, in both languages.
    let is_named = |names: &[&str; 2]| name.len() >= 3 && names.iter().any(|month| month.starts_with(name));
    (1..).zip(&MONTHS).find_map(|(number, names)| is_named(names).then_some(number))
}

/// A count of days, perhaps with an hour as decimals.
fn serial(text: &str, habits: DateHabits) -> Option<NaiveDate> {
    let (days, hour) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let days = (days.len() == 5).then(|| parse_number(days)).flatten()?;
    parse_number(hour)?;
    // d-mm-yy without its first zero.
    let may_be_written_out = (1..=12).contains(&(days / 100 % 100));
    if may_be_written_out && !habits.counted || !(10_000..=60_000).contains(&days) {
        return None;
    }
    let first = match habits.system {
        DateSystem::Since1900 => NaiveDate::from_ymd_opt(1899, 12, 30),
        DateSystem::Since1904 => NaiveDate::from_ymd_opt(1904, 1, 1),
    };
    first?.checked_add_days(Days::new(u64::from(days)))
}

/// The year that two digits stand for in a column, if it can be only one.
fn with_century(column: &Column, year: u32) -> Option<i32> {
    let of_birth = column.name == person::BIRTH_DATE.name;
    let century = match (of_birth, year) {
        (true, 40..=99) => 1900,
        (true, 0..=10) | (false, 0..=49) => 2000,
        _ => return None,
    };
    i32::try_from(century + year).ok()
}

fn is_hour(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b':' | b'.' | b'+' | b'Z'))
}

fn year(text: &str) -> Option<i32> {
    i32::try_from(parse_number(text)?).ok()
}

fn either_year(text: &str) -> Option<Year> {
    match text.trim_start_matches(['\'', '’']).len() {
        4 => year(text).map(Year::Full),
        2 => parse_number(text.trim_start_matches(['\'', '’'])).map(Year::Short),
        _ => None,
    }
}

fn short_number(text: &str) -> Option<u32> {
    (text.len() <= 2).then(|| parse_number(text)).flatten()
}

/// Digits and nothing else.
fn parse_number(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::case;

    const EVENT: Column = case::CLOSED_ON;
    const BIRTH: Column = person::BIRTH_DATE;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn read(column: &Column, text: &str) -> Result<NaiveDate, Fault> {
        read_date(column, text, DateHabits::default())
    }

    #[test]
    fn dates_are_read_in_italian_and_iso_order() {
        for text in
            ["09/06/2024", "9-6-2024", "09.06.2024", "2024-06-09", "2024-06-09T00:00:00", "09/06/2024 00:00"]
        {
            assert_eq!(parse_date(text), Some(day("2024-06-09")));
            assert_eq!(read(&EVENT, text), Ok(day("2024-06-09")));
        }
        for text in ["9/6/24", "31/02/2024", "06/13/2024", "2024", "ieri", "1/1/0024", "+1/01/2024"] {
            assert_eq!(parse_date(text), None);
        }
        for text in ["09/06/2024 o 10/06/2024", "09/06/2024 circa", "09/06/2024Tardi", "+1/01/2024"] {
            assert_eq!(parse_date(text), None);
            assert_eq!(read(&EVENT, text), Err(Fault::Date), "{text}");
        }
    }

    #[test]
    fn a_moment_of_another_time_zone_is_no_day() {
        for text in [
            "2024-06-08T22:30:00Z",
            "2024-06-09T00:00:00.000Z",
            "2024-06-08T22:30:00+00:00",
            "2024-06-08T23:30:00.000+01:00",
            "2024-06-09 12:00:00+03:00",
            "2024-01-08T23:30:00+02:00",
            "2024-03-31T23:30:00+01:00",
            "08/06/2024 22:30Z",
            "2024-06-09T+02:00",
            "1990-03-02T00:00:00+02:00",
            "1990-10-02T00:00:00+02:00",
            "1975-01-02T00:00:00+02:00",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
            assert_eq!(read(&EVENT, text), Err(Fault::Zone), "{text}");
        }
        assert_eq!(read(&EVENT, "9 giugno 2024 22:30Z"), Err(Fault::Date));
        for (text, date) in [
            ("2024-06-09T00:00:00+02:00", "2024-06-09"),
            ("2024-06-09T00:00:00.000+0200", "2024-06-09"),
            ("2024-01-09T00:00:00+01:00", "2024-01-09"),
            ("2024-03-31T00:00:00+01:00", "2024-03-31"),
            ("2024-03-31T23:30:00+02:00", "2024-03-31"),
            ("2024-10-27T23:30:00+01:00", "2024-10-27"),
            ("1990-09-02T00:00:00+02:00", "1990-09-02"),
            ("1975-06-09T00:00:00+02:00", "1975-06-09"),
            ("1975-06-09T00:00:00+01:00", "1975-06-09"),
        ] {
            assert_eq!(parse_date(text), Some(day(date)), "{text}");
            assert_eq!(read(&EVENT, text), Ok(day(date)), "{text}");
        }
    }

    #[test]
    fn months_have_names() {
        for text in [
            "9 giugno 2024",
            "09-giu-24",
            "9.giu.2024",
            "9 Giugno 2024 14:30",
            "domenica 9 giugno 2024",
            "09-Jun-2024",
            "9\u{a0}giugno\u{a0}2024",
            "9 giu '24",
        ] {
            assert_eq!(read(&EVENT, text), Ok(day("2024-06-09")), "{text}");
        }
        assert_eq!(read(&EVENT, "1° marzo 2024"), Ok(day("2024-03-01")));
        assert_eq!(read(&EVENT, "martedì 5 marzo 2024"), Ok(day("2024-03-05")));
        for text in [
            "9 gi 2024",
            "giugno 2024",
            "9 giugno",
            "9 giugno 2024 circa",
            "31 giugno 2024",
            "9 brumaio 2024",
        ] {
            assert_eq!(read(&EVENT, text), Err(Fault::Date), "{text}");
        }
    }

    #[test]
    fn two_digit_years_are_read_where_one_century_is_possible() {
        assert_eq!(read(&EVENT, "9-6-24"), Ok(day("2024-06-09")));
        assert_eq!(read(&EVENT, "9-6-98"), Err(Fault::Century));
        assert_eq!(read(&BIRTH, "9/6/85"), Ok(day("1985-06-09")));
        assert_eq!(read(&BIRTH, "9/6/40"), Ok(day("1940-06-09")));
        assert_eq!(read(&BIRTH, "9/6/05"), Ok(day("2005-06-09")));
        for year in 11..40 {
            assert_eq!(read(&BIRTH, &format!("9/6/{year}")), Err(Fault::Century));
        }
    }

    #[test]
    fn months_first_are_told_and_read_only_when_asked_for() {
        assert_eq!(read(&EVENT, "06/13/2024"), Err(Fault::MonthFirst));
        assert_eq!(read(&EVENT, "13/13/2024"), Err(Fault::Date));
        let habits = DateHabits { order: DateOrder::MonthFirst, ..DateHabits::default() };
        assert_eq!(read_date(&EVENT, "06/13/2024", habits), Ok(day("2024-06-13")));
        assert_eq!(read_date(&EVENT, "6/9/24", habits), Ok(day("2024-06-09")));
        assert_eq!(read_date(&EVENT, "13/06/2024", habits), Err(Fault::Date));
        assert_eq!(read_date(&EVENT, "2024-06-09", habits), Ok(day("2024-06-09")));
    }

    #[test]
    fn digits_alone_are_a_day_if_they_can_be_only_one() {
        assert_eq!(read(&EVENT, "20240609"), Ok(day("2024-06-09")));
        assert_eq!(read(&EVENT, "09062024"), Ok(day("2024-06-09")));
        assert_eq!(read(&EVENT, "45452"), Ok(day("2024-06-09")));
        assert_eq!(read(&EVENT, "45452.5"), Ok(day("2024-06-09")));
        assert_eq!(read(&BIRTH, "14611"), Ok(day("1940-01-01")));
        let habits = DateHabits { system: DateSystem::Since1904, ..DateHabits::default() };
        assert_eq!(read_date(&EVENT, "43990", habits), Ok(day("2024-06-09")));
        assert_eq!(read(&BIRTH, "30185"), Err(Fault::Date));
        let counted = DateHabits { counted: true, ..DateHabits::default() };
        assert_eq!(read_date(&BIRTH, "30185", counted), Ok(day("1982-08-22")));
        assert!(DateHabits::is_count("45452") && !DateHabits::is_count("30185"));
        assert_eq!(read(&BIRTH, "1990"), Err(Fault::YearAlone));
        for text in ["90624", "10685", "41224", "5", "123456", "00000", "99999", "45452x", "1.200"] {
            assert_eq!(read(&BIRTH, text), Err(Fault::Date), "{text}");
        }
    }

    #[test]
    fn no_eight_digits_are_two_days() {
        for year in 1900..=2200 {
            // The first two digits of a year are where the month of the other order would be.
            assert!(year / 100 > 12);
        }
    }
}
