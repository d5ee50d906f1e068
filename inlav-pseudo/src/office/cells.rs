//! Names, headings and cells in an office's own way.

use chrono::{Datelike as _, NaiveDate};
use inlav_core::codes::{CodeList, CodeLists};
use inlav_core::registry::{Column, Kind, Table};
use inlav_core::sector::Ateco;
use inlav_core::value;

use super::own_words;
use super::{DateStyle, Format, Headings, OfficeHabits};

/// Title above the headings of the offices that write one.
pub(super) const TITLE: &str = "Estrazione del 30 giugno";

/// A table as an office writes it: headings and rows, without the title.
pub(super) struct Sheet {
    pub(super) table: &'static Table,
    pub(super) name: String,
    pub(super) headings: Vec<String>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// A cell as an office writes it.
pub(super) enum Cell {
    Text(String),
    Number(String),
    Day(NaiveDate),
}

impl Sheet {
    /// Writes a table down.
    pub(super) fn new(table: &'static Table, rows: &[Vec<String>], habits: &OfficeHabits) -> Self {
        let headings = table.columns.iter().map(|column| heading(table, column, habits)).collect();
        let cells = |row: &Vec<String>| {
            table.columns.iter().zip(row).map(|(column, text)| cell(table, column, text, habits)).collect()
        };
        let name = sheet_name(table, habits);
        let mut sheet = Self { table, name, headings, rows: rows.iter().map(cells).collect() };
        if habits.own_words {
            own_words::add_columns(&mut sheet);
        }
        sheet
    }
}

impl Cell {
    /// The cell in a text file.
    pub(super) fn into_text(self, habits: &OfficeHabits) -> String {
        let comma = matches!(habits.format, Format::Bundle { delimiter, .. } if delimiter != b',');
        match self {
            Self::Text(text) => text,
            Self::Number(number) if comma => number.replace('.', ","),
            Self::Number(number) => number,
            Self::Day(day) => match habits.dates {
                DateStyle::Iso => day.to_string(),
                DateStyle::Slashes => day.format("%d/%m/%Y").to_string(),
                DateStyle::Dashes => format!("{}-{}-{}", day.day(), day.month(), day.year()),
                DateStyle::Dots => day.format("%d.%m.%Y").to_string(),
            },
        }
    }
}

fn sheet_name(table: &Table, habits: &OfficeHabits) -> String {
    if habits.own_words
        && let Some(name) = own_words::name_of(table)
    {
        return name.to_owned();
    }
    match habits.headings {
        Headings::Italian => table.label_it.to_owned(),
        Headings::Usual => capitalised(table.aliases.first().unwrap_or(&table.label_it)),
        Headings::English => table.label_en.to_owned(),
        Headings::Names => table.name.to_owned(),
    }
}

fn heading(table: &Table, column: &Column, habits: &OfficeHabits) -> String {
    if habits.own_words
        && let Some(heading) = own_words::heading_of(table, column)
    {
        return heading.to_owned();
    }
    match habits.headings {
        Headings::Italian => column.label_it.to_owned(),
        Headings::Usual => capitalised(column.aliases.first().unwrap_or(&column.label_it)),
        Headings::English => column.label_en.to_owned(),
        Headings::Names => column.name.to_owned(),
    }
}

fn cell(table: &Table, column: &Column, text: &str, habits: &OfficeHabits) -> Cell {
    if text.is_empty() {
        return Cell::Text(String::new());
    }
    if habits.own_words
        && let Some(word) = own_words::word_for(table, column, text)
    {
        return Cell::Text(word.to_owned());
    }
    match column.kind {
        Kind::Date | Kind::Deadline => {
            value::parse_date(text).map_or_else(|| Cell::Text(text.to_owned()), Cell::Day)
        }
        Kind::Whole { .. } | Kind::Decimal { .. } => Cell::Number(text.to_owned()),
        // A number with a leading zero is a text to a workbook, or it would lose the zero.
        Kind::Key(_) | Kind::Reference(_)
            if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0') =>
        {
            Cell::Number(text.to_owned())
        }
        Kind::Code(list) if habits.labels => Cell::Text(label(list, column, text, habits)),
        Kind::Ateco if habits.labels => {
            let sector = Ateco::parse(text).and_then(Ateco::sector).map_or(text, |sector| sector.code());
            Cell::Text(label("seed_sector", column, sector, habits))
        }
        Kind::YesNo => Cell::Text(
            match (text, habits.headings, habits.labels) {
                ("si", Headings::English, _) => "yes",
                ("si", _, true) => "Sì",
                ("no", Headings::Italian | Headings::Usual, true) => "No",
                _ => text,
            }
            .to_owned(),
        ),
        _ => Cell::Text(text.to_owned()),
    }
}

/// The label of a code, if it is read back as the same code.
fn label(list: &str, column: &Column, code: &str, habits: &OfficeHabits) -> String {
    let found =
        [list, "missing_code"].into_iter().filter_map(CodeList::named).find_map(|list| list.find(code));
    let label = found.map(|found| match habits.headings {
        Headings::English => found.label_en.as_str(),
        _ => found.label_it.as_str(),
    });
    let read = |text| value::read(column, text, None, CodeLists::built_in());
    match label {
        Some(label) if read(label) == read(code) => label.to_owned(),
        _ => code.to_owned(),
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().into_iter().flat_map(char::to_uppercase).chain(characters).collect()
}
