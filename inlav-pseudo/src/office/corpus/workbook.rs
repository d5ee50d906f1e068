//! .xlsx workbooks.

use chrono::Datelike as _;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Formula, Workbook, Worksheet, XlsxError};

use super::habits::Habit;
use super::page::{Page, text_of};
use super::style::{Style, serial};
use super::text::two_rows;
use crate::office::cells::Cell;

/// The bytes of a workbook.
pub(super) fn bytes(page: &Page, style: &Style) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2025, 6, 30)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    if style.has(Habit::HiddenSheets) {
        let lists = workbook.add_worksheet();
        lists.set_name("Elenchi")?.set_hidden(true);
        lists.write_string(0, 0, "Sì")?;
    }
    let sheet = workbook.add_worksheet();
    sheet.set_name(page.table.label_it)?;
    write(sheet, page, style)?;
    workbook.add_worksheet().set_name("Foglio2")?;
    if style.has(Habit::HiddenSheets) {
        workbook.worksheet_from_index(1)?.set_active(true);
    }
    workbook.save_to_buffer()
}

fn write(sheet: &mut Worksheet, page: &Page, style: &Style) -> Result<(), XlsxError> {
    let mut at = 0;
    if style.has(Habit::Title) {
        sheet.write_string(0, 0, "Elenco al 30 giugno 2025")?;
        at = 2;
    }
    if style.has(Habit::MergedHeadings) || style.has(Habit::TwoHeadingRows) {
        at = merged_headings(sheet, page, at)?;
    } else {
        for (column, heading) in (0..).zip(&page.headings) {
            sheet.write_string(at, column, heading)?;
        }
        at += 1;
    }
    for row in &page.rows {
        if style.has(Habit::BlankLines) && at % 7 == 3 {
            at += 1;
        }
        for ((position, column), cell) in (0..).zip(page.table.columns).zip(row) {
            let text = text_of(column, cell, style);
            match cell {
                Cell::Text(_) if text.is_empty() => {}
                Cell::Day(day) if style.real_days() => {
                    let part = |number: u32| u8::try_from(number).unwrap_or(0);
                    let year = u16::try_from(day.year()).unwrap_or(0);
                    let moment = ExcelDateTime::from_ymd(year, part(day.month()), part(day.day()))?;
                    let format = Format::new().set_num_format("dd/mm/yyyy");
                    sheet.write_datetime_with_format(at, position, &moment, &format)?;
                }
                Cell::Day(day) if style.serials() => {
                    let days = i32::try_from(serial(*day)).unwrap_or(0);
                    sheet.write_number(at, position, days)?;
                }
                Cell::Number(number) => match number.parse::<f64>() {
                    Ok(number) if style.has(Habit::Formulas) => {
                        let formula = Formula::new(format!("={number}+0")).set_result(number.to_string());
                        sheet.write_formula(at, position, formula)?;
                    }
                    Ok(number) => {
                        sheet.write_number(at, position, number)?;
                    }
                    Err(_) => {
                        sheet.write_string(at, position, text)?;
                    }
                },
                Cell::Text(_) | Cell::Day(_) => {
                    sheet.write_string(at, position, text)?;
                }
            }
        }
        at += 1;
    }
    if style.has(Habit::Total) {
        sheet.write_string(at, 0, "Totale")?;
        sheet.write_number(at, 1, f64::from(at))?;
    }
    if style.has(Habit::Footer) {
        sheet.write_string(at + 2, 0, "Estratto il 30/06/2025 da GestUtenti")?;
    }
    Ok(())
}

/// Writes headings over two rows and merges them as Excel does; the row below.
fn merged_headings(sheet: &mut Worksheet, page: &Page, at: u32) -> Result<u32, XlsxError> {
    let (plain, (upper, lower)) = (Format::new(), two_rows(&page.headings));
    let last = u16::try_from(upper.len()).unwrap_or(0).saturating_sub(1);
    for ((column, above), below) in (0_u16..).zip(&upper).zip(&lower) {
        if below.is_empty() {
            sheet.merge_range(at, column, at + 1, column, above, &plain)?;
            continue;
        }
        sheet.write_string(at + 1, column, below)?;
        match above.is_empty() {
            false if column + 1 < last => {
                sheet.merge_range(at, column, at, last - 1, above, &plain)?;
            }
            false => {
                sheet.write_string(at, column, above)?;
            }
            true => {}
        }
    }
    Ok(at + 2)
}
