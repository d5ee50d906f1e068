//! Which file or sheet holds which table, and what its columns are.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use inlav_core::registry::{self, Table};
use inlav_core::text::{clean, fold};

use super::batches::Plan;
use super::columnar::{self, Columnar};
use super::delimited::{DELIMITERS, Delimited};
use super::dialect::{CellHabits, Confidence, Detected, Dialect, Quote, SAMPLED_ROWS, Shown, Stated};
use super::encoding;
use super::headings::{Headings, Known, Layout, SEARCHED_ROWS};
use super::problem::{Place, Problem, SourceError};
use super::row::{Row, Rows};
use super::workbook::{ENDINGS, Workbook, guarded};
use super::{ExportTable, Origin, Stamp, Written};
use crate::mapping::{Mapping, TableMapping};

/// Endings of delimited text files.
const TEXT_ENDINGS: [&str; 4] = ["csv", "tsv", "txt", "tab"];

/// Opens the tables of a bundle or workbook, in no order.
///
/// # Errors
/// [`SourceError`] with every problem.
pub(super) fn open(path: &Path, mapping: &Mapping) -> Result<Vec<ExportTable>, SourceError> {
    path.metadata().map_err(|source| Problem::Io { path: path.to_owned(), source })?;
    let mut opening = Opening { mapping, found: Vec::new(), problems: Vec::new() };
    if path.is_dir() {
        opening.bundle(path)?;
    } else if has_ending(path, &ENDINGS) {
        opening.workbook(path)?;
    } else {
        return Err(Problem::NotAnExport { path: path.to_owned() }.into());
    }
    SourceError::unless_empty(opening.problems)?;
    Ok(opening.found)
}

/// What was found so far.
struct Opening<'a> {
    mapping: &'a Mapping,
    found: Vec<ExportTable>,
    problems: Vec<Problem>,
}

/// A table, and the file or sheet that is said to hold it.
struct Claim {
    table: &'static Table,
    place: Place,
}

impl Opening<'_> {
    fn bundle(&mut self, folder: &Path) -> Result<(), SourceError> {
        let mut places = Vec::new();
        for file in file_names(folder)? {
            if file.starts_with('.') || file.starts_with("~$") || self.mapping.ignores_file(&file) {
                continue;
            }
            let path = Path::new(&file);
            if has_ending(path, &TEXT_ENDINGS) || has_ending(path, &columnar::ENDINGS) {
                places.push(Place { file, sheet: None });
            } else if has_ending(path, &ENDINGS) {
                self.problems.push(Problem::WorkbookInFolder { file });
            }
        }
        let folder_name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for claim in self.claims(places, &[], &folder_name, false) {
            let path = folder.join(&claim.place.file);
            match file(&path, claim, self.mapping) {
                Ok(table) => self.found.push(table),
                Err(problems) => self.problems.extend(problems),
            }
        }
        Ok(())
    }

    fn workbook(&mut self, path: &Path) -> Result<(), SourceError> {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut workbook = Workbook::open(path, &file)?;
        let (mut places, mut hidden) = (Vec::new(), Vec::new());
        for (sheet, is_hidden) in workbook.sheets() {
            if self.mapping.ignores_sheet(&sheet) {
                continue;
            }
            let place = Place { file: file.clone(), sheet: Some(sheet) };
            // Excel adds empty sheets by itself.
            if !first_rows_of_sheet(&mut workbook, &place, 1)?.is_empty() {
                hidden.extend(is_hidden.then(|| place.clone()));
                places.push(place);
            }
        }
        for claim in self.claims(places, &hidden, &file, true) {
            match sheet(path, &mut workbook, claim, self.mapping) {
                Ok(table) => self.found.push(table),
                Err(problems) => self.problems.extend(problems),
            }
        }
        Ok(())
    }

    /// Which table each place holds, by the mapping or by name; what is left over on either
    /// side is a problem.
    fn claims(&mut self, places: Vec<Place>, hidden: &[Place], file: &str, workbook: bool) -> Vec<Claim> {
        let mut claims: Vec<Claim> = Vec::new();
        for place in places {
            let Some(table) = self.mapped_table(&place).or_else(|| table_called(&place)) else {
                let key = if workbook { "ignore_sheets" } else { "ignore_files" };
                let hidden = hidden.contains(&place);
                self.problems.push(Problem::UnknownTable { place, hidden, key });
                continue;
            };
            match claims.iter().find(|claim| claim.table.name == table.name) {
                Some(claim) => {
                    let first = claim.place.clone();
                    self.problems.push(Problem::TwoSources { table, first, second: place });
                }
                None => claims.push(Claim { table, place }),
            }
        }
        for table in registry::tables() {
            if claims.iter().any(|claim| claim.table.name == table.name) {
                continue;
            }
            match self.mapping.table(table).and_then(|mapping| mapped_name(mapping, workbook)) {
                Some(name) => {
                    let place = if workbook {
                        Place { file: file.to_owned(), sheet: Some(name.to_owned()) }
                    } else {
                        Place { file: name.to_owned(), sheet: None }
                    };
                    self.problems.push(Problem::MappedSourceMissing { table, place });
                }
                None if table.required => {
                    let what = if workbook { "sheet" } else { "file" };
                    let accepted = accepted_names(table, workbook);
                    self.problems.push(Problem::MissingTable { table, what, accepted });
                }
                None => {}
            }
        }
        claims
    }

    fn mapped_table(&self, place: &Place) -> Option<&'static Table> {
        registry::tables().iter().find(|table| {
            let mapped =
                self.mapping.table(table).and_then(|mapping| mapped_name(mapping, place.sheet.is_some()));
            mapped == Some(clean(place.sheet.as_deref().unwrap_or(&place.file)).as_str())
        })
    }
}

/// Opens one table of a file, of a workbook its first sheet that the table is called by or that the
/// mapping names.
///
/// # Errors
/// [`SourceError`] with every problem of the file.
pub(super) fn open_one(
    path: &Path,
    table: &'static Table,
    mapping: &Mapping,
) -> Result<ExportTable, SourceError> {
    path.metadata().map_err(|source| Problem::Io { path: path.to_owned(), source })?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let of_file = Place { file: name.clone(), sheet: None };
    let opened = if has_ending(path, &ENDINGS) {
        let mut workbook = Workbook::open(path, &name)?;
        let mapped = mapping.table(table).and_then(|mapping| mapping.sheet.clone());
        let mut places =
            workbook.sheets().into_iter().map(|(sheet, _)| Place { file: name.clone(), sheet: Some(sheet) });
        let is_it = |place: &Place| match &mapped {
            Some(mapped) => place.sheet.as_deref().map(clean).as_ref() == Some(mapped),
            None => table_called(place).is_some_and(|called| called.name == table.name),
        };
        let Some(place) = places.find(is_it) else {
            let accepted = accepted_names(table, true);
            return Err(Problem::MissingTable { table, what: "sheet", accepted }.into());
        };
        sheet(path, &mut workbook, Claim { table, place }, mapping)
    } else {
        file(path, Claim { table, place: of_file }, mapping)
    };
    opened.map_err(SourceError::of)
}

/// Opens a text file or a columnar one.
fn file(path: &Path, claim: Claim, mapping: &Mapping) -> Result<ExportTable, Vec<Problem>> {
    if has_ending(path, &columnar::ENDINGS) {
        columnar(path, claim, mapping)
    } else {
        delimited(path, claim, mapping)
    }
}

fn delimited(path: &Path, claim: Claim, mapping: &Mapping) -> Result<ExportTable, Vec<Problem>> {
    let Claim { table, place } = claim;
    let known = Known::new(table, mapping.table(table));
    let stated = stated(mapping, table);
    let name = place.file.as_str();
    let encoding = encoding::detect(path, name, stated.encoding).map_err(one)?;
    let declared = Delimited::declared(path, name, encoding.value).map_err(one)?;
    let only = stated.delimiter.or(declared);
    let candidates = only.map_or_else(|| DELIMITERS.to_vec(), |delimiter| vec![delimiter]);
    let wanted = searched_rows(&stated);
    let read = |delimiter, quote| {
        let reader = Delimited::open(path, name, (encoding.value, delimiter, quote)).map_err(one)?;
        Ok(first_rows_until_a_problem(reader, wanted))
    };
    // The delimiter under which most headings are known; the likelier one if two are equal.
    let mut best: Option<(Headings, u8, Vec<Row>)> = None;
    let mut rivals = 0;
    for delimiter in candidates {
        let rows = read(delimiter, stated.quote.unwrap_or_default())?;
        let Some(headings) = find_headings(&known, &rows, &stated) else { continue };
        match &best {
            Some((most, _, _)) if headings.known <= most.known => rivals = rivals.max(headings.known),
            before => {
                rivals = rivals.max(before.as_ref().map_or(0, |(most, _, _)| most.known));
                best = Some((headings, delimiter, rows));
            }
        }
    }
    let Some((mut headings, delimiter, mut rows)) = best else {
        return Err(one(no_headings(&known, &place, &stated)));
    };
    let evidence = as_u64(headings.known);
    let delimiter = match (stated.delimiter, declared) {
        (Some(stated), _) => Detected::stated(stated, evidence),
        (None, Some(declared)) => Detected::new(declared, Confidence::Certain, evidence),
        _ if rivals == 0 => Detected::new(delimiter, Confidence::Certain, evidence),
        _ if rivals < headings.known => Detected::new(delimiter, Confidence::Likely, evidence),
        _ => Detected::new(delimiter, Confidence::Guessed, evidence),
    };
    let quote = found_quote(&headings.row, &rows, &stated, || read(delimiter.value, Quote::None))?;
    if quote.value != stated.quote.unwrap_or_default() {
        rows = read(delimiter.value, quote.value)?;
        headings =
            find_headings(&known, &rows, &stated).ok_or_else(|| one(no_headings(&known, &place, &stated)))?;
    }
    let written = Written::Text(encoding.value, delimiter.value, quote.value);
    let sample = || Delimited::open(path, name, (encoding.value, delimiter.value, quote.value));
    let layout = known.layout(&headings.row, &place)?;
    let shown = shown(sample().map_err(one)?, &layout);
    let mut dialect = dialect(&headings, &stated, &shown);
    dialect.encoding = Some(encoding);
    dialect.delimiter =
        Some(Detected::new(char::from(delimiter.value), delimiter.confidence, delimiter.evidence));
    dialect.quote = Some(quote);
    let habits = CellHabits::new(&stated, false, &shown);
    export_table(path, (table, place, layout), mapping, habits, Origin::new(written, dialect))
}

/// The quotation mark: `'` if all headings stand in it, `"` otherwise.
fn found_quote(
    headings: &Row,
    rows: &[Row],
    stated: &Stated,
    unquoted: impl Fn() -> Result<Vec<Row>, Vec<Problem>>,
) -> Result<Detected<Quote>, Vec<Problem>> {
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

fn columnar(path: &Path, claim: Claim, mapping: &Mapping) -> Result<ExportTable, Vec<Problem>> {
    let Claim { table, place } = claim;
    let known = Known::new(table, mapping.table(table));
    let stated = stated(mapping, table);
    let reader = Columnar::open(path, &place.file).map_err(one)?;
    let names = [reader.names()];
    let Some(headings) = known.find(&names) else { return Err(one(known.no_headings(&place))) };
    let layout = known.layout(&headings.row, &place)?;
    let misfits = reader.misfits(&layout);
    if !misfits.is_empty() {
        return Err(misfits);
    }
    let broken = || one(Columnar::broken_at(place.clone()));
    let shown = guarded(|| shown(reader, &layout)).ok_or_else(broken)?;
    let dialect = dialect(&headings, &stated, &shown);
    let habits = CellHabits::new(&stated, false, &shown);
    export_table(path, (table, place, layout), mapping, habits, Origin::new(Written::Columnar, dialect))
}

fn sheet(
    path: &Path,
    workbook: &mut Workbook,
    claim: Claim,
    mapping: &Mapping,
) -> Result<ExportTable, Vec<Problem>> {
    let Claim { table, place } = claim;
    let known = Known::new(table, mapping.table(table));
    let stated = stated(mapping, table);
    let rows = first_rows_of_sheet(workbook, &place, searched_rows(&stated)).map_err(one)?;
    let Some(headings) = find_headings(&known, &rows, &stated) else {
        return Err(one(no_headings(&known, &place, &stated)));
    };
    let layout = known.layout(&headings.row, &place)?;
    if let Some((row, position)) = workbook.merged_below(&place, layout.heading_row).map_err(one)? {
        return Err(one(Problem::MergedCells { place, row, position }));
    }
    let shown = guarded(|| Ok(shown(workbook.rows(&place)?, &layout)));
    let shown = shown.unwrap_or_else(|| Err(Problem::Workbook { place: place.clone() })).map_err(one)?;
    let dialect = dialect(&headings, &stated, &shown);
    let habits = CellHabits::new(&stated, workbook.since_1904(), &shown);
    export_table(path, (table, place, layout), mapping, habits, Origin::new(Written::Sheet, dialect))
}

fn export_table(
    path: &Path,
    (table, place, layout): (&'static Table, Place, Layout),
    mapping: &Mapping,
    habits: CellHabits,
    origin: impl FnOnce(Place) -> Origin,
) -> Result<ExportTable, Vec<Problem>> {
    let mapping = mapping.table(table);
    let words = layout
        .columns
        .iter()
        .map(|(_, column)| mapping.and_then(|mapping| mapping.words(column)).cloned())
        .collect::<Vec<Option<BTreeMap<String, String>>>>();
    let origin = origin(place.clone());
    let ragged = !matches!(origin.written, Written::Text(..));
    let plan = Arc::new(Plan { table, place, layout, ragged, words, habits });
    let stamp = Stamp::of(path).map_err(one)?;
    Ok(ExportTable { plan, path: path.to_owned(), stamp, origin })
}

fn stated(mapping: &Mapping, table: &Table) -> Stated {
    mapping.table(table).map(|mapping| mapping.stated.clone()).unwrap_or_default()
}

/// How many rows have to be read to find the headings.
fn searched_rows(stated: &Stated) -> u64 {
    stated.heading_row.map_or(as_u64(SEARCHED_ROWS), |row| row.max(1))
}

fn find_headings(known: &Known<'_>, rows: &[Row], stated: &Stated) -> Option<Headings> {
    match stated.heading_row {
        Some(number) => known.find_in(rows, number),
        None => known.find(rows),
    }
}

fn no_headings(known: &Known<'_>, place: &Place, stated: &Stated) -> Problem {
    match stated.heading_row {
        Some(row) => Problem::HeadingRow { place: place.clone(), row },
        None => known.no_headings(place),
    }
}

/// What the first rows below the headings show; a problem ends them and is met again when all rows
/// are read.
fn shown(mut reader: impl Rows, layout: &Layout) -> Shown {
    let (mut shown, mut row, mut seen) = (Shown::default(), Row::default(), 0);
    while seen < SAMPLED_ROWS && matches!(reader.next_row(&mut row), Ok(true)) {
        if row.number() > layout.heading_row {
            shown.add(&row, layout);
            seen += 1;
        }
    }
    shown
}

fn dialect(headings: &Headings, stated: &Stated, shown: &Shown) -> Dialect {
    let (row, evidence) = (headings.row.number(), as_u64(headings.known));
    let heading_row = match stated.heading_row {
        Some(_) => Detected::stated(row, evidence),
        None if headings.rivals => Detected::new(row, Confidence::Likely, evidence),
        None => Detected::new(row, Confidence::Certain, evidence),
    };
    Dialect {
        encoding: None,
        delimiter: None,
        quote: None,
        heading_row,
        date_order: shown.date_order(stated.date_order),
        decimal: shown.decimal(stated.decimal),
    }
}

/// The names of the files in a folder, in order.
fn file_names(folder: &Path) -> Result<Vec<String>, Problem> {
    let problem = |source| Problem::Io { path: folder.to_owned(), source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(problem)? {
        let entry = entry.map_err(problem)?;
        if entry.path().is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|ending| endings.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// The table whose name, label or alias a file or sheet has.
fn table_called(place: &Place) -> Option<&'static Table> {
    let name = match &place.sheet {
        Some(sheet) => sheet.as_str(),
        None => Path::new(&place.file).file_stem()?.to_str()?,
    };
    let name = fold(name);
    registry::tables().iter().find(|table| {
        [table.name, table.label_it, table.label_en]
            .iter()
            .chain(table.aliases)
            .any(|known| fold(known) == name)
    })
}

fn mapped_name(mapping: &TableMapping, workbook: bool) -> Option<&str> {
    if workbook { mapping.sheet.as_deref() } else { mapping.file.as_deref() }
}

fn accepted_names(table: &Table, workbook: bool) -> String {
    let ending = if workbook { "" } else { ".csv" };
    let mut names: Vec<String> = Vec::new();
    for name in [table.label_it, table.label_en, table.name].iter().chain(table.aliases) {
        let name = format!("{}{ending}", name.to_lowercase());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

/// The rows up to a number, at least in which headings are looked for.
fn first_rows(mut reader: impl Rows, last: u64) -> Result<Vec<Row>, Problem> {
    let mut rows = Vec::new();
    let mut row = Row::default();
    while wants_more(&rows, last) && reader.next_row(&mut row)? {
        rows.push(std::mem::take(&mut row));
    }
    Ok(rows)
}

/// The [`first_rows`] of a sheet, whose parser may panic over a damaged file.
fn first_rows_of_sheet(workbook: &mut Workbook, place: &Place, last: u64) -> Result<Vec<Row>, Problem> {
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

fn one(problem: Problem) -> Vec<Problem> {
    vec![problem]
}
