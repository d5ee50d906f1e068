//! The table that a file holds: headings, cells, and what they truly say.

use inlav_core::registry::{Column, Kind, Table, person};
use inlav_core::synthetic::Population;
use inlav_core::value::parse_date;

use super::habits::Habit;
use super::style::Style;
use super::{Draw, is_free};
use crate::office::cells::{Cell, Sheet};
use crate::office::{DateStyle, Format, Headings, OfficeHabits, TextEncoding};

/// A table as an office has it before it is written down.
pub(super) struct Page {
    pub(super) table: &'static Table,
    pub(super) headings: Vec<String>,
    pub(super) rows: Vec<Vec<Cell>>,
    pub(super) truth: Vec<Vec<String>>,
}

impl Page {
    pub(super) fn new(number: usize, population: &Population, style: &Style, draw: &mut Draw) -> Self {
        let tables: Vec<_> = population
            .sites
            .iter()
            .flat_map(|site| &site.tables)
            .filter(|data| {
                data.rows.len() >= 8 && data.table.columns.iter().filter(|c| c.required).count() >= 2
            })
            .collect();
        let names: Vec<&str> =
            population.sites.iter().flat_map(|s| &s.tables).map(|d| d.table.name).collect();
        let any = names.get(number % 10).copied().unwrap_or("");
        let wanted = if style.hard.is_some() { person::TABLE.name } else { any };
        let of_table =
            tables.iter().position(|data| data.table.name == wanted).unwrap_or(number % tables.len().max(1));
        let data = tables.get(of_table).or(tables.first()).copied();
        let Some(data) = data else {
            let table = population.sites.iter().flat_map(|s| &s.tables).map(|d| d.table).next();
            return Self {
                table: table.expect("a population has tables"),
                headings: Vec::new(),
                rows: Vec::new(),
                truth: Vec::new(),
            };
        };
        let length = 8 + draw.below(40);
        let first = draw.below(data.rows.len().saturating_sub(length).max(1));
        let mut truth: Vec<Vec<String>> = data.rows.iter().skip(first).take(length).cloned().collect();
        for (row, cells) in truth.iter_mut().enumerate() {
            for (column, cell) in data.table.columns.iter().zip(cells) {
                spoil(column, cell, row, style);
            }
        }
        let habits = OfficeHabits {
            format: Format::Bundle { delimiter: b';', encoding: TextEncoding::Utf8 },
            dates: DateStyle::Iso,
            headings: [Headings::Italian, Headings::Usual, Headings::Names]
                .get(style.headings)
                .copied()
                .unwrap_or(Headings::Italian),
            labels: style.labels,
            title: false,
            own_words: false,
        };
        let Sheet { headings, rows, .. } = Sheet::new(data.table, &truth, &habits);
        let headings = if style.has(Habit::Capitals) {
            headings.iter().map(|heading| format!(" {}. ", heading.to_uppercase())).collect()
        } else {
            headings
        };
        Self { table: data.table, headings, rows, truth }
    }

    /// The columns with their headings.
    pub(super) fn columns(&self) -> Vec<(&'static Column, String)> {
        self.table.columns.iter().zip(self.headings.iter().map(|heading| heading.trim().to_owned())).collect()
    }

    /// The cells as text.
    pub(super) fn written(&self, style: &Style) -> Vec<Vec<String>> {
        let cell = |(column, cell): (&Column, &Cell)| text_of(column, cell, style);
        self.rows.iter().map(|row| self.table.columns.iter().zip(row).map(cell).collect()).collect()
    }
}

/// A cell as text.
pub(super) fn text_of(column: &Column, cell: &Cell, style: &Style) -> String {
    let text = match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(number) if matches!(column.kind, Kind::Key(_) | Kind::Reference(_)) => number.clone(),
        Cell::Number(number) => style.number(number),
        Cell::Day(day) => style.day(column, *day),
    };
    if style.has(Habit::NoBreakSpaces) && !text.is_empty() { format!("\u{a0}{text}\u{a0} ") } else { text }
}

/// Puts what offices type into a cell, and keeps the truth of it.
fn spoil(column: &Column, cell: &mut String, row: usize, style: &Style) {
    const LINES: [&str; 3] =
        ["Prima riga\nseconda riga", "Ha detto \"torno domani\"", "Via Roma 1\n\nscala B"];
    const MARKS: [&str; 3] = ["Via Po, 12; int. 3", "a|b\tc,d;e", "rosso, verde; blu"];
    const APOSTROPHES: [&str; 4] = ["D'Angelo", "D’Angelo", "dell’Orso ‘Pippo’", "'800 esimo"];
    const STRAIGHT: [&str; 4] = ["D'Angelo", "Nicolò", "dell'Orso", "l'altro ieri"];
    const FOREIGN: [&str; 4] = ["Șerbănescu", "Łukasz", "Дмитро", "محمد"];
    const LOOSE: [&str; 2] = ["Nicolo\u{300}", "Perche\u{301} Citta\u{300}"];
    if matches!(column.kind, Kind::Key(_) | Kind::Reference(_)) {
        if style.has(Habit::LeadingZeros) && cell.bytes().all(|byte| byte.is_ascii_digit()) {
            *cell = format!("{cell:0>8}");
        }
        return;
    }
    if !is_free(column) || cell.is_empty() || parse_date(cell).is_some() {
        return;
    }
    let lists: [(Habit, &[&str], bool); 6] = [
        (Habit::LinesInCells, &LINES, true),
        (Habit::DelimitersInCells, &MARKS, true),
        (Habit::Apostrophes, if style.has(Habit::Latin1) { &STRAIGHT } else { &APOSTROPHES }, true),
        (Habit::Latin1, &STRAIGHT, true),
        (Habit::ForeignLetters, &FOREIGN, style.takes_all_letters()),
        (Habit::LooseAccents, &LOOSE, style.takes_all_letters()),
    ];
    let used: Vec<&[&str]> = lists
        .iter()
        .filter(|(habit, _, fits)| *fits && style.has(*habit))
        .map(|(_, list, _)| *list)
        .collect();
    let list =
        if style.hard.is_some() { Some(&STRAIGHT[..]) } else { used.get(row % used.len().max(1)).copied() };
    if let Some(text) = list.and_then(|list| list.get(row % (list.len() + 1))) {
        *cell = (*text).to_owned();
    }
}
