//! Delimited text files and columnar ones.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray};
use arrow::datatypes::Date32Type;
use arrow::ipc::writer::FileWriter;
use encoding_rs::WINDOWS_1252;
use inlav_core::registry::Kind;
use parquet::arrow::ArrowWriter;

use super::habits::{Habit, Hard};
use super::page::{Page, text_of};
use super::style::{Container, Letters, Style};
use crate::office::cells::Cell;

/// Rows of a printed page.
const PAGE: usize = 10;

/// A text file.
pub(super) fn bytes(page: &Page, style: &Style) -> Option<Vec<u8>> {
    let mut lines = Lines { style, text: String::new() };
    let width = page.headings.len() + usize::from(style.has(Habit::EmptyColumns));
    if style.has(Habit::SepLine) {
        lines.raw(&format!("sep={}", style.delimiter));
    }
    if style.has(Habit::Title) {
        lines.row(&["Elenco al 30 giugno 2025".to_owned()], width);
        lines.row(&[], width);
    }
    if style.has(Habit::Remarks) {
        lines.raw("# Esportato da GestUtenti 3.2");
        lines.raw("Ufficio: Sportello, via Roma 1");
        lines.raw("");
    }
    let headings = widened(page.headings.clone(), style);
    if style.has(Habit::TwoHeadingRows) {
        let (upper, lower) = two_rows(&headings);
        lines.row(&upper, width);
        lines.row(&lower, width);
    } else {
        lines.row(&headings, width);
    }
    for (number, row) in page.rows.iter().enumerate() {
        if style.has(Habit::Pages) && number > 0 && number % PAGE == 0 {
            lines.row(&[format!("Pagina {}", number / PAGE + 1)], width);
            lines.row(&headings, width);
        }
        if style.has(Habit::BlankLines) && number % 7 == 3 {
            lines.raw("");
        }
        let cells = page.table.columns.iter().zip(row).map(|(column, cell)| text_of(column, cell, style));
        lines.row(&widened(cells.collect(), style), width);
    }
    if style.has(Habit::Total) {
        lines.row(&["TOTALE".to_owned(), page.rows.len().to_string()], width);
    }
    if style.has(Habit::Footer) {
        lines.raw("");
        lines.row(&["Estratto il 30/06/2025 da GestUtenti".to_owned()], width);
    }
    let mut text = lines.text;
    if style.has(Habit::NoLastLineEnd) && !style.has(Habit::Ragged) {
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
    }
    let mut bytes = encoded(&text, style)?;
    match style.hard {
        Some(Hard::Cut) => {
            // In the first cells of a row: a cut at a row's end is seen by nobody.
            let before = bytes.get(..bytes.len() * 2 / 3)?;
            let line = before.iter().rposition(|byte| *byte == b'\n')?;
            bytes.truncate(line + 6);
        }
        Some(Hard::TwoEncodings) => bytes.extend_from_slice(&WINDOWS_1252.encode("Nicolò;è\r\n").0),
        _ => {}
    }
    Some(bytes)
}

/// The lines of a file.
struct Lines<'a> {
    style: &'a Style,
    text: String,
}

impl Lines<'_> {
    fn raw(&mut self, line: &str) {
        self.text.push_str(line);
        self.end();
    }

    fn row(&mut self, cells: &[String], width: usize) {
        let mut cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        if self.style.has(Habit::Ragged) {
            while cells.last().is_some_and(|cell| cell.is_empty()) {
                cells.pop();
            }
        } else {
            cells.resize(width.max(cells.len()), "");
        }
        let mut separator = self.style.delimiter.to_string();
        if self.style.has(Habit::BlankAfterDelimiter) {
            separator.push(' ');
        }
        let cells: Vec<String> = cells.into_iter().map(|cell| self.quoted(cell)).collect();
        self.text.push_str(&cells.join(&separator));
        if self.style.has(Habit::TrailingDelimiters) {
            self.text.push(self.style.delimiter);
            self.text.push(self.style.delimiter);
        }
        self.end();
    }

    fn quoted(&self, cell: &str) -> String {
        if self.style.has(Habit::SingleQuoted) {
            return format!("'{}'", cell.replace('\'', "''"));
        }
        let needed = cell.contains([self.style.delimiter, '"', '\n', '\r']);
        if needed || self.style.has(Habit::AllQuoted) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.to_owned()
        }
    }

    fn end(&mut self) {
        self.text.push_str(match () {
            () if self.style.has(Habit::OldMacLines) => "\r",
            () if self.style.delimiter == ';' => "\r\n",
            () => "\n",
        });
    }
}

/// A row with a blank column after the third.
fn widened(mut cells: Vec<String>, style: &Style) -> Vec<String> {
    if style.has(Habit::EmptyColumns) {
        cells.insert(cells.len().min(3), String::new());
    }
    cells
}

/// Headings over two rows: the first two and the last one stand in the upper row, as if merged
/// with the cell below, and a title of a group above the others.
pub(super) fn two_rows(headings: &[String]) -> (Vec<String>, Vec<String>) {
    let last = headings.len().saturating_sub(1);
    let stands_above = |at: usize| at < 2 || at == last;
    let upper = |(at, heading): (usize, &String)| match at {
        _ if stands_above(at) => heading.clone(),
        2 => "Altri dati".to_owned(),
        _ => String::new(),
    };
    let lower = |(at, heading): (usize, &String)| {
        if stands_above(at) { String::new() } else { heading.clone() }
    };
    (headings.iter().enumerate().map(upper).collect(), headings.iter().enumerate().map(lower).collect())
}

fn encoded(text: &str, style: &Style) -> Option<Vec<u8>> {
    match style.letters {
        Letters::Windows1252 => {
            let (bytes, _, unmappable) = WINDOWS_1252.encode(text);
            (!unmappable).then(|| bytes.into_owned())
        }
        Letters::Utf8 { mark } => {
            Some([if mark { b"\xEF\xBB\xBF".as_slice() } else { b"" }, text.as_bytes()].concat())
        }
        Letters::Utf16 { little, mark } => {
            let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
            Some(
                units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect(),
            )
        }
        Letters::Dos => text
            .chars()
            .map(|letter| match letter {
                'à' => Some(0x85),
                'é' => Some(0x82),
                'è' => Some(0x8A),
                'ì' => Some(0x8D),
                'ò' => Some(0x95),
                'ù' => Some(0x97),
                'È' => Some(0xD4),
                '’' => Some(b'\''),
                letter => u8::try_from(letter).ok().filter(u8::is_ascii).or(Some(b'?')),
            })
            .collect(),
    }
}

/// A Parquet or Arrow file: days and numbers have their types, everything else is text.
pub(super) fn columnar(page: &Page, style: &Style) -> Option<Vec<u8>> {
    let columns = page.headings.iter().enumerate().map(|(at, heading)| {
        let cells: Vec<Option<&Cell>> = page.rows.iter().map(|row| row.get(at)).collect();
        let column = page.table.columns.get(at)?;
        let text = |cell: &Option<&Cell>| {
            cell.map(|cell| text_of(column, cell, style)).filter(|text| !text.is_empty())
        };
        let array: ArrayRef = match column.kind {
            Kind::Date if style.real_days() => {
                let day = |cell: &Option<&Cell>| match cell {
                    Some(Cell::Day(day)) => Some(Date32Type::from_naive_date(*day)),
                    _ => None,
                };
                Arc::new(Date32Array::from(cells.iter().map(day).collect::<Vec<_>>()))
            }
            Kind::Decimal { .. } | Kind::Whole { .. } => {
                let number = |cell: &Option<&Cell>| match cell {
                    Some(Cell::Number(number)) => number.parse().ok(),
                    _ => None,
                };
                Arc::new(Float64Array::from(cells.iter().map(number).collect::<Vec<Option<f64>>>()))
            }
            _ => Arc::new(StringArray::from(cells.iter().map(text).collect::<Vec<_>>())),
        };
        Some((heading.clone(), array))
    });
    let batch = RecordBatch::try_from_iter(columns.collect::<Option<Vec<_>>>()?).ok()?;
    if style.container == Container::Parquet {
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).ok()?;
        writer.write(&batch).ok()?;
        return writer.into_inner().ok();
    }
    let mut writer = FileWriter::try_new(Vec::new(), &batch.schema()).ok()?;
    writer.write(&batch).ok()?;
    writer.finish().ok()?;
    writer.into_inner().ok()
}
