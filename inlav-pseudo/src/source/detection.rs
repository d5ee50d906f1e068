//! How a file is written, found out by its first rows.

use std::path::Path;

use inlav_core::registry::Column;

use super::delimited::{DELIMITERS, Delimited};
use super::dialect::{Confidence, Detected, Dialect, Quote, SAMPLED_ROWS, Shown, Stated};
use super::encoding::{self, Encoding};
use super::headings::{Headings, SEARCHED_ROWS};
use super::problem::{Place, Problem};
use super::row::{Row, Rows};
use super::workbook::{Workbook, guarded};

/// Finds the headings among some rows.
pub(super) type Find<'a> = &'a dyn Fn(&[Row]) -> Option<Headings>;

/// How a text file is written, and its headings.
pub(super) struct TextFound {
    pub(super) encoding: Detected<Encoding>,
    pub(super) delimiter: Detected<u8>,
    pub(super) quote: Detected<Quote>,
    pub(super) headings: Headings,
}

/// Finds out how a text file is written; `None` if there are headings under no delimiter. `find` is
/// what knows headings, [`find`] among what is stated.
///
/// # Errors
/// [`Problem`] of a file that is no text or cannot be read.
pub(super) fn text(
    path: &Path,
    name: &str,
    stated: &Stated,
    find: Find<'_>,
) -> Result<Option<TextFound>, Problem> {
    let encoding = encoding::detect(path, name, stated.encoding)?;
    let declared = Delimited::declared(path, name, encoding.value)?;
    let only = stated.delimiter.or(declared);
    let candidates = only.map_or_else(|| DELIMITERS.to_vec(), |delimiter| vec![delimiter]);
    let wanted = searched_rows(stated);
    let read = |delimiter, quote| -> Result<Vec<Row>, Problem> {
        let reader = Delimited::open(path, name, (encoding.value, delimiter, quote))?;
        Ok(first_rows_until_a_problem(reader, wanted))
    };
    // The delimiter under which most headings are known; the likelier one if two are equal.
    let mut best: Option<(Headings, u8, Vec<Row>)> = None;
    let mut rivals = 0;
    for delimiter in candidates {
        let rows = read(delimiter, stated.quote.unwrap_or_default())?;
        let Some(headings) = find(&rows) else { continue };
        match &best {
            Some((most, _, _)) if headings.known <= most.known => rivals = rivals.max(headings.known),
            before => {
                rivals = rivals.max(before.as_ref().map_or(0, |(most, _, _)| most.known));
                best = Some((headings, delimiter, rows));
            }
        }
    }
    let Some((mut headings, delimiter, rows)) = best else { return Ok(None) };
    let evidence = as_u64(headings.known);
    let delimiter = match (stated.delimiter, declared) {
        (Some(stated), _) => Detected::stated(stated, evidence),
        (None, Some(declared)) => Detected::new(declared, Confidence::Certain, evidence),
        _ if rivals == 0 => Detected::new(delimiter, Confidence::Certain, evidence),
        _ if rivals < headings.known => Detected::new(delimiter, Confidence::Likely, evidence),
        _ => Detected::new(delimiter, Confidence::Guessed, evidence),
    };
    let quote = found_quote(&headings.row, &rows, stated, || read(delimiter.value, Quote::None))?;
    if quote.value != stated.quote.unwrap_or_default() {
        let Some(found) = find(&read(delimiter.value, quote.value)?) else { return Ok(None) };
        headings = found;
    }
    Ok(Some(TextFound { encoding, delimiter, quote, headings }))
}

/// The quotation mark: `'` if all headings stand in it, `"` otherwise.
fn found_quote(
    headings: &Row,
    rows: &[Row],
    stated: &Stated,
    unquoted: impl Fn() -> Result<Vec<Row>, Problem>,
) -> Result<Detected<Quote>, Problem> {
    let in_single = |cell: &str| cell.len() >= 2 && cell.starts_with('\'') && cell.ends_with('\'');
    let texts = |row: &Row| {
        row.cells().map(str::trim).filter(|cell| !cell.is_empty()).map(in_single).collect::<Vec<_>>()
    };
    if let Some(stated) = stated.quote {
        return Ok(Detected::stated(stated, 0));
    }
    let heads = texts(headings);
    if !heads.is_empty() && heads.iter().all(|in_single| *in_single) {
        let cells = rows.iter().flat_map(&texts).filter(|in_single| *in_single).count();
        return Ok(Detected::new(Quote::Single, Confidence::Certain, as_u64(cells)));
    }
    // Under no quotation mark the marks are still there to be counted.
    let bare = unquoted()?;
    let quoted = bare.iter().flat_map(Row::cells).filter(|cell| cell.trim().starts_with('"')).count();
    Ok(match quoted {
        0 => Detected::new(Quote::Double, Confidence::Guessed, 0),
        cells => Detected::new(Quote::Double, Confidence::Certain, as_u64(cells)),
    })
}

/// The headings: in the row that the mapping file states, or wherever `find` sees them.
pub(super) fn find(rows: &[Row], stated: &Stated, find: Find<'_>) -> Option<Headings> {
    let Some(number) = stated.heading_row else { return find(rows) };
    // In this row, or in it and the one above.
    let at = rows.iter().position(|row| row.number() == number)?;
    let found = find(rows.get(at.saturating_sub(1)..=at)?)?;
    if found.row.number() == number { Some(found) } else { find(rows.get(at..=at)?) }
}

/// How many rows have to be read to find the headings.
pub(super) fn searched_rows(stated: &Stated) -> u64 {
    stated.heading_row.map_or(as_u64(SEARCHED_ROWS), |row| row.max(1))
}

/// What the first rows below the headings show; a problem ends them and is met again when all rows
/// are read.
pub(super) fn shown(mut reader: impl Rows, heading_row: u64, columns: &[(usize, &'static Column)]) -> Shown {
    let (mut shown, mut row, mut seen) = (Shown::default(), Row::default(), 0);
    while seen < SAMPLED_ROWS && matches!(reader.next_row(&mut row), Ok(true)) {
        if row.number() > heading_row {
            shown.add(&row, columns);
            seen += 1;
        }
    }
    shown
}

/// What the headings and the first rows tell of any file.
pub(super) fn dialect(headings: &Headings, stated: &Stated, shown: &Shown) -> Dialect {
    let (row, evidence) = (headings.row.number(), as_u64(headings.known));
    let heading_row = match stated.heading_row {
        Some(_) => Detected::stated(row, evidence),
        None if headings.rivals => Detected::new(row, Confidence::Likely, evidence),
        None => Detected::new(row, Confidence::Certain, evidence),
    };
    Dialect {
        heading_row: Some(heading_row),
        date_order: shown.date_order(stated.date_order),
        decimal: shown.decimal(stated.decimal),
        ..Dialect::default()
    }
}

/// The rows up to a number, at least in which headings are looked for.
pub(super) fn first_rows(mut reader: impl Rows, last: u64) -> Result<Vec<Row>, Problem> {
    let mut rows = Vec::new();
    let mut row = Row::default();
    while wants_more(&rows, last) && reader.next_row(&mut row)? {
        rows.push(std::mem::take(&mut row));
    }
    Ok(rows)
}

/// The [`first_rows`] of a sheet, whose parser may panic over a damaged file.
pub(super) fn first_rows_of_sheet(
    workbook: &mut Workbook,
    place: &Place,
    last: u64,
) -> Result<Vec<Row>, Problem> {
    guarded(|| first_rows(workbook.rows(place)?, last))
        .unwrap_or_else(|| Err(Problem::Workbook { place: place.clone() }))
}

/// As [`first_rows`], but a problem ends them: under a wrong delimiter quotes make no sense.
fn first_rows_until_a_problem(mut reader: impl Rows, last: u64) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = Row::default();
    while wants_more(&rows, last) && matches!(reader.next_row(&mut row), Ok(true)) {
        rows.push(std::mem::take(&mut row));
    }
    rows
}

/// Twenty rows that are not blank, or as many as it takes to come to the last one wanted.
fn wants_more(rows: &[Row], last: u64) -> bool {
    rows.len() < SEARCHED_ROWS || rows.last().is_some_and(|row| row.number() < last)
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
