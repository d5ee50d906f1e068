//! An .xlsx workbook.

use chrono::{Datelike as _, NaiveDate};
use inlav_core::synthetic::SiteData;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::cells::{Cell, Sheet, TITLE};
use super::own_words::SUMMARY;
use super::{OfficeError, OfficeHabits};

/// The bytes of a workbook; the same ones for the same data, whatever the clock says.
pub(super) fn bytes(data: &SiteData, habits: &OfficeHabits) -> Result<Vec<u8>, OfficeError> {
    let unwritable = |table| move |_: XlsxError| OfficeError::Table { table };
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2025, 6, 30).map_err(unwritable("site"))?;
    let marked = DocProperties::new()
        .set_title("Dati inventati / made-up data")
        .set_comment("Made up by inlav: no person in it exists.")
        .set_creation_datetime(&created);
    workbook.set_properties(&marked);
    for table in &data.tables {
        let sheet = Sheet::new(table.table, &table.rows, habits);
        write(workbook.add_worksheet(), sheet, habits).map_err(unwritable(table.table.name))?;
    }
    if habits.own_words {
        let summary = workbook.add_worksheet();
        summary.set_name(SUMMARY).map_err(unwritable("site"))?;
        summary.write_string(0, 0, "Totale").map_err(unwritable("site"))?;
    }
    // Excel leaves such sheets behind.
    workbook.add_worksheet().set_name("Foglio2").map_err(unwritable("site"))?;
    workbook.save_to_buffer().map_err(unwritable("site"))
}

fn write(worksheet: &mut Worksheet, sheet: Sheet, habits: &OfficeHabits) -> Result<(), XlsxError> {
    let day_format = Format::new().set_num_format("dd/mm/yyyy");
    worksheet.set_name(&sheet.name)?;
    let first = if habits.title {
        worksheet.write_string(0, 0, TITLE)?;
        3
    } else {
        0
    };
    for (column, heading) in (0..).zip(&sheet.headings) {
        worksheet.write_string(first, column, heading)?;
    }
    for (row, cells) in (first + 1..).zip(sheet.rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Text(text) if text.is_empty() => {}
                Cell::Text(text) => {
                    worksheet.write_string(row, column, text)?;
                }
                Cell::Number(number) => match number.parse::<f64>() {
                    Ok(number) => {
                        worksheet.write_number(row, column, number)?;
                    }
                    Err(_) => {
                        worksheet.write_string(row, column, number)?;
                    }
                },
                Cell::Day(day) => {
                    worksheet.write_datetime_with_format(row, column, &moment(day)?, &day_format)?;
                }
            }
        }
    }
    Ok(())
}

fn moment(day: NaiveDate) -> Result<ExcelDateTime, XlsxError> {
    let part = |number: u32| u8::try_from(number).unwrap_or(0);
    ExcelDateTime::from_ymd(u16::try_from(day.year()).unwrap_or(0), part(day.month()), part(day.day()))
}
