//! A file's way of writing, put together from its habits so that they go with each other.

use std::collections::BTreeSet;

use chrono::{Datelike as _, NaiveDate};
use inlav_core::registry::{Column, PrivacyClass};

use super::habits::{Habit, Hard};
use super::page::Page;
use super::{Draw, open_document, text, workbook};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Text,
    Xlsx,
    Ods,
    Parquet,
    Arrow,
}

/// Encodings of text files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letters {
    Windows1252,
    Utf8 { mark: bool },
    Utf16 { little: bool, mark: bool },
    Dos,
}

/// How a file is written.
pub(super) struct Style {
    habits: BTreeSet<Habit>,
    pub(super) hard: Option<Hard>,
    pub(super) container: Container,
    pub(super) letters: Letters,
    pub(super) delimiter: char,
    /// Which of the registry's headings.
    pub(super) headings: usize,
    pub(super) labels: bool,
}

impl Style {
    pub(super) fn new(habits: &BTreeSet<Habit>, hard: Option<Hard>, draw: &mut Draw) -> Self {
        use Habit::{
            Arrow, Commas, ForeignLetters, Formulas, HiddenSheets, LooseAccents, MergedHeadings,
            OpenDocument, Parquet, Pipes, Tabs, Utf8, Utf8Mark, Utf16, Utf16Bare, Utf16Be, Windows1252,
            Workbook, WorkbookSerials, WorkbookTextDays,
        };
        let has = |list: &[Habit]| list.iter().any(|habit| habits.contains(habit));
        let container =
            if has(&[Workbook, WorkbookTextDays, WorkbookSerials, MergedHeadings, Formulas, HiddenSheets]) {
                Container::Xlsx
            } else if has(&[OpenDocument]) {
                Container::Ods
            } else if has(&[Parquet]) {
                Container::Parquet
            } else if has(&[Arrow]) {
                Container::Arrow
            } else {
                Container::Text
            };
        let letters = match hard {
            Some(Hard::Dos) => Letters::Dos,
            Some(Hard::TwoEncodings) => Letters::Utf8 { mark: false },
            _ if has(&[Utf8Mark]) => Letters::Utf8 { mark: true },
            _ if has(&[Utf16]) => Letters::Utf16 { little: true, mark: true },
            _ if has(&[Utf16Be]) => Letters::Utf16 { little: false, mark: true },
            _ if has(&[Utf16Bare]) => Letters::Utf16 { little: true, mark: false },
            _ if has(&[Utf8, ForeignLetters, LooseAccents]) => Letters::Utf8 { mark: false },
            _ if has(&[Windows1252, Habit::Latin1]) => Letters::Windows1252,
            _ if draw.below(2) == 0 => Letters::Windows1252,
            _ => Letters::Utf8 { mark: draw.below(2) == 0 },
        };
        let delimiter = match () {
            () if has(&[Commas]) => ',',
            () if has(&[Tabs]) => '\t',
            () if has(&[Pipes]) => '|',
            () => ';',
        };
        let (headings, labels) = (draw.below(3), draw.below(2) == 0);
        Self { habits: habits.clone(), hard, container, letters, delimiter, headings, labels }
    }

    pub(super) fn has(&self, habit: Habit) -> bool {
        self.habits.contains(&habit)
    }

    pub(super) const fn ending(&self) -> &'static str {
        match self.container {
            Container::Text if self.delimiter == '\t' => "tsv",
            Container::Text => "csv",
            Container::Xlsx => "xlsx",
            Container::Ods => "ods",
            Container::Parquet => "parquet",
            Container::Arrow => "arrow",
        }
    }

    /// Whether cells may have letters outside Windows-1252.
    pub(super) const fn takes_all_letters(&self) -> bool {
        !matches!((self.container, self.letters), (Container::Text, Letters::Windows1252 | Letters::Dos))
    }

    /// The file.
    pub(super) fn bytes(&self, page: &Page) -> Option<Vec<u8>> {
        match self.container {
            Container::Text => text::bytes(page, self),
            Container::Xlsx => workbook::bytes(page, self).ok(),
            Container::Ods => open_document::bytes(page, self),
            Container::Parquet | Container::Arrow => text::columnar(page, self),
        }
    }

    /// A day as text.
    pub(super) fn day(&self, column: &Column, day: NaiveDate) -> String {
        const MONTHS: [&str; 12] = [
            "gennaio",
            "febbraio",
            "marzo",
            "aprile",
            "maggio",
            "giugno",
            "luglio",
            "agosto",
            "settembre",
            "ottobre",
            "novembre",
            "dicembre",
        ];
        let name = day.month0().try_into().ok().and_then(|at: usize| MONTHS.get(at)).copied().unwrap_or("");
        // Nobody cuts the year of a birth that could be either century's.
        let short = column.privacy != PrivacyClass::Direct || matches!(day.year(), 1940..=1999);
        match () {
            () if self.hard == Some(Hard::MonthFirst) => day.format("%m/%d/%Y").to_string(),
            () if self.has(Habit::IsoDays) => day.to_string(),
            () if self.has(Habit::DashedDays) => format!("{}-{}-{}", day.day(), day.month(), day.year()),
            () if self.has(Habit::DottedDays) => day.format("%d.%m.%Y").to_string(),
            () if self.has(Habit::ShortYears) && short => {
                format!("{}-{}-{:02}", day.day(), day.month(), day.year() % 100)
            }
            () if self.has(Habit::NamedMonths) => format!("{} {name} {}", day.day(), day.year()),
            () if self.has(Habit::ShortMonths) && short => {
                let name = name.get(..3).unwrap_or(name);
                format!("{:02}-{name}-{:02}", day.day(), day.year() % 100)
            }
            () if self.has(Habit::CompactDays) => day.format("%Y%m%d").to_string(),
            () if self.serials() => serial(day).to_string(),
            () if self.has(Habit::Hours) => day.format("%d/%m/%Y 00:00:00").to_string(),
            () => day.format("%d/%m/%Y").to_string(),
        }
    }

    /// Whether days are bare numbers.
    pub(super) fn serials(&self) -> bool {
        self.has(Habit::Serials) || self.has(Habit::WorkbookSerials)
    }

    /// Whether days of a workbook are dates to it.
    pub(super) fn real_days(&self) -> bool {
        use Habit::{
            CompactDays, DashedDays, DottedDays, Hours, IsoDays, NamedMonths, ShortMonths, ShortYears,
        };
        let written =
            [CompactDays, DashedDays, DottedDays, Hours, IsoDays, NamedMonths, ShortMonths, ShortYears];
        !self.serials() && !self.has(Habit::WorkbookTextDays) && !written.iter().any(|habit| self.has(*habit))
    }

    /// A number as text.
    pub(super) fn number(&self, number: &str) -> String {
        let comma = self.container == Container::Text
            && (self.has(Habit::CommasInNumbers) || self.delimiter != ',' && !self.has(Habit::Points));
        if comma { number.replace('.', ",") } else { number.to_owned() }
    }
}

/// The number by which Excel knows a day.
pub(super) fn serial(day: NaiveDate) -> i64 {
    NaiveDate::from_ymd_opt(1899, 12, 30).map_or(0, |first| (day - first).num_days())
}
