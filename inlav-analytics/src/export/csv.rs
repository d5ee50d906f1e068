//! CSV after RFC 4180, UTF-8, decimal points; a withheld number is an empty field and its status
//! says `suppressed`.

use inlav_core::programme::Programme;

use super::{Column, ExportError, columns};
use crate::disclosure::{Publication, PublishedTable, Released};
use crate::indicator::Indicator;

/// One released table as CSV. `table` picks it out of the publication by its name.
///
/// # Errors
/// [`ExportError`] when the publication has no such table.
pub fn to_csv(
    publication: &Released<Publication>,
    table: &str,
    indicator: &Indicator,
    programme: &Programme,
) -> Result<Vec<u8>, ExportError> {
    let fault = || ExportError { table: table.to_owned(), format: "CSV" };
    let found = publication.tables.iter().find(|candidate| candidate.id == table).ok_or_else(fault)?;
    write(found, indicator, programme).map_err(|_| fault())
}

fn write(
    table: &PublishedTable,
    indicator: &Indicator,
    programme: &Programme,
) -> Result<Vec<u8>, csv::Error> {
    let columns = columns(table, indicator, programme);
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(columns.iter().map(|column| match column {
        Column::Text(name, _) | Column::Number(name, _) | Column::Whole(name, _) => name.as_str(),
    }))?;
    for row in 0..table.cells.len() {
        writer.write_record(columns.iter().map(|column| match column {
            Column::Text(_, values) => values.get(row).cloned().unwrap_or_default(),
            Column::Number(_, values) => text(values.get(row).copied().flatten()),
            Column::Whole(_, values) => text(values.get(row).copied().flatten()),
        }))?;
    }
    writer.into_inner().map_err(|fault| fault.into_error().into())
}

fn text<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
