//! Which file or sheet holds which table, and what its columns are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use inlav_core::registry::{self, Kind, Table};
use inlav_core::text::fold;

use super::batches::Plan;
use super::delimited::{DELIMITERS, Delimited};
use super::encoding::{self, Encoding};
use super::headings::{Known, Layout, SEARCHED_ROWS};
use super::made::{Given, Made};
use super::problem::{Place, Problem, SourceError};
use super::row::{Row, Rows};
use super::shared::Share;
use super::workbook::{ENDINGS, Workbook};
use super::{ExportTable, Origin, Stamp};
use crate::mapping::Mapping;

/// Endings of delimited text files.
pub(super) const TEXT_ENDINGS: [&str; 4] = ["csv", "tsv", "txt", "tab"];

/// Opens the tables of a bundle, text file or workbook, in no order.
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
    } else if has_ending(path, &TEXT_ENDINGS) {
        opening.text_file(path);
    } else {
        return Err(Problem::NotAnExport { path: path.to_owned() }.into());
    }
    opening.require_numbers();
    SourceError::unless_empty(opening.problems)?;
    Ok(opening.found)
}

/// What was found so far.
struct Opening<'a> {
    mapping: &'a Mapping,
    found: Vec<ExportTable>,
    problems: Vec<Problem>,
}

/// A file or sheet, and the tables that it is said to hold: several if it is a wide one.
struct Claim {
    tables: Vec<&'static Table>,
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
        self.text_files(folder, places, &folder_name);
        Ok(())
    }

    fn text_file(&mut self, path: &Path) {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let folder = path.parent().unwrap_or_else(|| Path::new(""));
        self.text_files(folder, vec![Place { file: file.clone(), sheet: None }], &file);
    }

    fn text_files(&mut self, folder: &Path, places: Vec<Place>, name: &str) {
        for claim in self.claims(places, name, false) {
            match self.delimited(folder, claim) {
                Ok(tables) => self.found.extend(tables),
                Err(problems) => self.problems.extend(problems),
            }
        }
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
                Ok(tables) => self.found.extend(tables),
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
            let mut tables = self.mapping.tables_at(&place);
            if tables.is_empty() {
                tables.extend(table_called(&place));
            }
            if tables.is_empty() {
                let key = if workbook { "ignore_sheets" } else { "ignore_files" };
                self.problems.push(Problem::UnknownTable { place: place.clone(), key });
            }
            tables.retain(|table| {
                let before = claims.iter().find(|claim| claim.holds(table));
                if let Some(claim) = before {
                    let (first, second) = (claim.place.clone(), place.clone());
                    self.problems.push(Problem::TwoSources { table, first, second });
                }
                before.is_none()
            });
            if !tables.is_empty() {
                claims.push(Claim { tables, place });
            }
        }
        for table in registry::tables() {
            if claims.iter().any(|claim| claim.holds(table)) || self.made_alone(table) {
                continue;
            }
            match self.mapping.table(table).and_then(|mapping| mapping.name_of(workbook)) {
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

    /// Makes a table of the mapping's constants, if it is one that may be made so.
    fn made_alone(&mut self, table: &'static Table) -> bool {
        let Some(mapping) = self.mapping.table(table) else { return false };
        let Some(given) = Given::alone(table, &mapping.constants) else { return false };
        if mapping.file.is_some() || mapping.sheet.is_some() {
            return false;
        }
        let place = Place { file: self.mapping.name().to_owned(), sheet: None };
        match Known::new(table, Some(mapping)).layout(&Row::default(), &place, &given) {
            Ok(layout) => self.found.push(made_table(table, place, layout, given.made)),
            Err(problems) => self.problems.extend(problems),
        }
        true
    }

    /// Row numbers are the keys only of tables to which no other refers by the office's numbers.
    fn require_numbers(&mut self) {
        for found in &self.found {
            let made = found.plan.made.iter().find_map(|(column, made)| match (column.kind, made) {
                (Kind::Key(id), Made::RowNumber) => Some(id),
                _ => None,
            });
            let Some(id) = made else { continue };
            let refers = |other: &&ExportTable| {
                other.plan.layout.columns.iter().any(|(_, column)| column.kind == Kind::Reference(id))
            };
            if let Some(other) = self.found.iter().find(refers) {
                self.problems.push(Problem::RowKeyReferred { table: found.table(), by: other.table() });
            }
        }
    }

    fn sharing(&self, claim: &Claim) -> Vec<Known<'_>> {
        let tables: Vec<_> = claim.tables.iter().map(|table| (*table, self.mapping.table(table))).collect();
        Known::sharing(&tables)
    }

    fn delimited(&self, folder: &Path, claim: Claim) -> Result<Vec<ExportTable>, Vec<Problem>> {
        let sharing = self.sharing(&claim);
        let Some(known) = sharing.first() else { return Ok(Vec::new()) };
        let Claim { place, .. } = claim;
        let path = folder.join(&place.file);
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
        export_tables(&path, &place, &sharing, &rows, Some((encoding, delimiter)))
    }

    fn sheet(
        &self,
        path: &Path,
        workbook: &mut Workbook,
        claim: Claim,
    ) -> Result<Vec<ExportTable>, Vec<Problem>> {
        let sharing = self.sharing(&claim);
        let place = claim.place;
        let rows = first_rows(workbook.rows(&place).map_err(one)?).map_err(one)?;
        let found = export_tables(path, &place, &sharing, &rows, None)?;
        let Some(headings) = found.first().map(|table| table.plan.layout.heading_row) else {
            return Ok(found);
        };
        match workbook.merged_below(&place, headings).map_err(one)? {
            Some((row, position)) => Err(one(Problem::MergedCells { place, row, position })),
            None => Ok(found),
        }
    }
}

impl Claim {
    fn holds(&self, table: &Table) -> bool {
        self.tables.iter().any(|held| held.name == table.name)
    }
}

/// The tables of one file or sheet, which share its row of headings.
fn export_tables(
    path: &Path,
    place: &Place,
    sharing: &[Known<'_>],
    rows: &[Row],
    dialect: Option<(Encoding, u8)>,
) -> Result<Vec<ExportTable>, Vec<Problem>> {
    let Some(known) = sharing.first() else { return Ok(Vec::new()) };
    let Some((headings, _)) = known.heading_row(rows) else { return Err(one(known.no_headings(place))) };
    let stamp = Stamp::of(path).map_err(one)?;
    let (mut tables, mut problems) = (Vec::new(), Vec::new());
    for known in sharing {
        let given = Given::of(known, sharing, headings);
        let layout = match known.layout(headings, place, &given) {
            Ok(layout) => layout,
            Err(found) => {
                problems.extend(found);
                continue;
            }
        };
        let words = layout
            .columns
            .iter()
            .map(|(_, column)| known.mapping().and_then(|mapping| mapping.words(column)).cloned())
            .collect::<Vec<Option<BTreeMap<String, String>>>>();
        let table = known.table();
        let others: Vec<&Table> =
            sharing.iter().map(Known::table).filter(|other| other.name != table.name).collect();
        let share = (!others.is_empty()).then(|| Share::new(table, &layout, &others));
        let (ragged, made) = (dialect.is_none(), given.made);
        let plan = Arc::new(Plan { table, place: place.clone(), layout, ragged, words, made, share });
        let origin = Origin { place: place.clone(), dialect };
        tables.push(ExportTable { plan, path: path.to_owned(), stamp: Some(stamp), origin });
    }
    if problems.is_empty() { Ok(tables) } else { Err(problems) }
}

/// A table that no file holds.
fn made_table(
    table: &'static Table,
    place: Place,
    layout: Layout,
    made: Vec<(&'static registry::Column, Made)>,
) -> ExportTable {
    let origin = Origin { place: place.clone(), dialect: None };
    let plan = Plan { table, place, layout, ragged: false, words: Vec::new(), made, share: None };
    ExportTable { plan: Arc::new(plan), path: PathBuf::new(), stamp: None, origin }
}

/// The names of the files in a folder, in order.
pub(super) fn file_names(folder: &Path) -> Result<Vec<String>, Problem> {
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

pub(super) fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|ending| endings.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// The table whose name, label or alias a file or sheet has.
pub(super) fn table_called(place: &Place) -> Option<&'static Table> {
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
pub(super) fn first_rows_until_a_problem(mut reader: impl Rows) -> Vec<Row> {
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
