//! Which file or sheet holds which table, and what its columns are.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use inlav_core::registry::{self, Table};
use inlav_core::text::{clean, fold};

use super::batches::Plan;
use super::delimited::{DELIMITERS, Delimited};
use super::encoding::{self, Encoding};
use super::headings::{Known, SEARCHED_ROWS};
use super::problem::{Place, Problem, SourceError};
use super::row::{Row, Rows};
use super::workbook::{ENDINGS, Workbook};
use super::{ExportTable, Origin, Stamp};
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
            if has_ending(Path::new(&file), &TEXT_ENDINGS) {
                places.push(Place { file, sheet: None });
            } else if has_ending(Path::new(&file), &ENDINGS) {
                self.problems.push(Problem::WorkbookInFolder { file });
            }
        }
        let folder_name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for claim in self.claims(places, &folder_name, false) {
            match self.delimited(folder, claim) {
                Ok(table) => self.found.push(table),
                Err(problems) => self.problems.extend(problems),
            }
        }
        Ok(())
    }

    fn workbook(&mut self, path: &Path) -> Result<(), SourceError> {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut workbook = Workbook::open(path, &file)?;
        let mut places = Vec::new();
        for sheet in workbook.sheets() {
            if self.mapping.ignores_sheet(&sheet) {
                continue;
            }
            let place = Place { file: file.clone(), sheet: Some(sheet) };
            // Excel adds empty sheets by itself.
            if !first_rows(workbook.rows(&place)?)?.is_empty() {
                places.push(place);
            }
        }
        for claim in self.claims(places, &file, true) {
            match self.sheet(path, &mut workbook, claim) {
                Ok(table) => self.found.push(table),
                Err(problems) => self.problems.extend(problems),
            }
        }
        Ok(())
    }

    /// Which table each place holds, by the mapping or by name; what is left over on either
    /// side is a problem.
    fn claims(&mut self, places: Vec<Place>, file: &str, workbook: bool) -> Vec<Claim> {
        let mut claims: Vec<Claim> = Vec::new();
        for place in places {
            let Some(table) = self.mapped_table(&place).or_else(|| table_called(&place)) else {
                let key = if workbook { "ignore_sheets" } else { "ignore_files" };
                self.problems.push(Problem::UnknownTable { place, key });
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

    fn delimited(&self, folder: &Path, claim: Claim) -> Result<ExportTable, Vec<Problem>> {
        let Claim { table, place } = claim;
        let path = folder.join(&place.file);
        let mapping = self.mapping.table(table);
        let known = Known::new(table, mapping);
        let encoding = encoding::detect(&path, &place.file).map_err(one)?;
        let declared = Delimited::declared(&path, &place.file, encoding).map_err(one)?;
        let candidates = declared.map_or_else(|| DELIMITERS.to_vec(), |delimiter| vec![delimiter]);
        // The delimiter under which most headings are known; the likelier one if two are equal.
        let mut best: Option<(usize, u8, Vec<Row>)> = None;
        for delimiter in candidates {
            let reader = Delimited::open(&path, &place.file, encoding, delimiter).map_err(one)?;
            let rows = first_rows_until_a_problem(reader);
            if let Some((_, count)) = known.heading_row(&rows)
                && best.as_ref().is_none_or(|(most, _, _)| count > *most)
            {
                best = Some((count, delimiter, rows));
            }
        }
        let Some((_, delimiter, rows)) = best else { return Err(one(known.no_headings(&place))) };
        export_table(&path, place, (table, mapping), &rows, Some((encoding, delimiter)))
    }

    fn sheet(&self, path: &Path, workbook: &mut Workbook, claim: Claim) -> Result<ExportTable, Vec<Problem>> {
        let Claim { table, place } = claim;
        let rows = first_rows(workbook.rows(&place).map_err(one)?).map_err(one)?;
        let found = export_table(path, place.clone(), (table, self.mapping.table(table)), &rows, None)?;
        let headings = found.plan.layout.heading_row;
        match workbook.merged_below(&place, headings).map_err(one)? {
            Some((row, position)) => Err(one(Problem::MergedCells { place, row, position })),
            None => Ok(found),
        }
    }
}

fn export_table(
    path: &Path,
    place: Place,
    (table, mapping): (&'static Table, Option<&TableMapping>),
    rows: &[Row],
    dialect: Option<(Encoding, u8)>,
) -> Result<ExportTable, Vec<Problem>> {
    let known = Known::new(table, mapping);
    let Some((headings, _)) = known.heading_row(rows) else { return Err(one(known.no_headings(&place))) };
    let layout = known.layout(headings, &place)?;
    let words = layout
        .columns
        .iter()
        .map(|(_, column)| mapping.and_then(|mapping| mapping.words(column)).cloned())
        .collect::<Vec<Option<BTreeMap<String, String>>>>();
    let ragged = dialect.is_none();
    let plan = Arc::new(Plan { table, place: place.clone(), layout, ragged, words });
    let stamp = Stamp::of(path).map_err(one)?;
    Ok(ExportTable { plan, path: path.to_owned(), stamp, origin: Origin { place, dialect } })
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

/// The rows in which headings are looked for.
fn first_rows(mut reader: impl Rows) -> Result<Vec<Row>, Problem> {
    let mut rows = Vec::new();
    while rows.len() < SEARCHED_ROWS {
        let mut row = Row::default();
        if !reader.next_row(&mut row)? {
            break;
        }
        rows.push(row);
    }
    Ok(rows)
}

/// As [`first_rows`], but a problem ends them: under a wrong delimiter quotes make no sense.
fn first_rows_until_a_problem(mut reader: impl Rows) -> Vec<Row> {
    let mut rows = Vec::new();
    while rows.len() < SEARCHED_ROWS {
        let mut row = Row::default();
        match reader.next_row(&mut row) {
            Ok(true) => rows.push(row),
            _ => break,
        }
    }
    rows
}

fn one(problem: Problem) -> Vec<Problem> {
    vec![problem]
}
