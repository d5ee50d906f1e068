//! Which file or sheet holds which table.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use inlav_core::registry::{self, Kind, Table};
use inlav_core::text::{clean, fold};

use super::batches::{Plan, RowMarks};
use super::columnar;
use super::detection::first_rows_of_sheet;
use super::dialect::{CellHabits, Dialect};
use super::folder::{Folder, require_regular};
use super::headings::{Known, Layout};
use super::made::{Given, Made};
use super::opened::{self, Claim};
use super::problem::{Place, Problem, SourceError};
use super::row::Row;
use super::workbook::{ENDINGS, Workbook};
use super::{ExportTable, Origin, Written};
use crate::mapping::Mapping;

/// Endings of delimited text files.
pub(super) const TEXT_ENDINGS: [&str; 4] = ["csv", "tsv", "txt", "tab"];

/// Opens the tables of a bundle, file or workbook, in no order.
///
/// # Errors
/// [`SourceError`] with every problem.
pub(super) fn open(path: &Path, mapping: &Mapping) -> Result<Vec<ExportTable>, SourceError> {
    require_regular(path)?;
    let mut opening = Opening { mapping, found: Vec::new(), problems: Vec::new() };
    if path.is_dir() {
        opening.bundle(path)?;
    } else if has_ending(path, &ENDINGS) {
        opening.workbook(path)?;
    } else if is_table_file(path) {
        opening.one_file(path);
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

impl Opening<'_> {
    fn bundle(&mut self, folder: &Path) -> Result<(), SourceError> {
        let Folder { files, problems } = Folder::of(folder, self.mapping)?;
        self.problems.extend(problems);
        let places = files.into_iter().map(|file| Place { file, sheet: None }).collect();
        let folder_name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.files(folder, places, &folder_name);
        Ok(())
    }

    fn one_file(&mut self, path: &Path) {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let folder = path.parent().unwrap_or_else(|| Path::new(""));
        self.files(folder, vec![Place { file: file.clone(), sheet: None }], &file);
    }

    fn files(&mut self, folder: &Path, places: Vec<Place>, name: &str) {
        for claim in self.claims(places, &[], name, false) {
            let path = folder.join(claim.place.file());
            self.take(opened::file(&path, claim, self.mapping));
        }
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
            self.take(opened::sheet(path, &mut workbook, claim, self.mapping));
        }
        Ok(())
    }

    fn take(&mut self, opened: Result<Vec<ExportTable>, Vec<Problem>>) {
        match opened {
            Ok(tables) => self.found.extend(tables),
            Err(problems) => self.problems.extend(problems),
        }
    }

    /// Which tables each place holds, by the mapping or by name; what is left over on either
    /// side is a problem.
    fn claims(&mut self, places: Vec<Place>, hidden: &[Place], file: &str, workbook: bool) -> Vec<Claim> {
        let mut claims: Vec<Claim> = Vec::new();
        for place in places {
            let mut tables = tables_said_at(&place, self.mapping);
            if tables.is_empty() {
                let key = if workbook { "ignore_sheets" } else { "ignore_files" };
                let hidden = hidden.contains(&place);
                self.problems.push(Problem::UnknownTable { place: place.clone(), hidden, key });
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
                    let accepted = accepted_names(table, workbook);
                    self.problems.push(Problem::MissingTable { table, workbook, accepted });
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
    require_regular(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let of_file = Place { file: name.clone(), sheet: None };
    let missing =
        |workbook| Problem::MissingTable { table, workbook, accepted: accepted_names(table, workbook) };
    let claim = |place| Claim { tables: vec![table], place };
    let opened = if has_ending(path, &ENDINGS) {
        let mut workbook = Workbook::open(path, &name)?;
        let mapped = mapping.table(table).and_then(|mapping| mapping.sheet.clone());
        let mut places =
            workbook.sheets().into_iter().map(|(sheet, _)| Place { file: name.clone(), sheet: Some(sheet) });
        let is_it = |place: &Place| match &mapped {
            Some(mapped) => place.sheet.as_deref().map(clean).as_ref() == Some(mapped),
            None => table_called(place).is_some_and(|called| called.name == table.name),
        };
        let Some(place) = places.find(is_it) else { return Err(missing(true).into()) };
        opened::sheet(path, &mut workbook, claim(place), mapping)
    } else {
        opened::file(path, claim(of_file), mapping)
    };
    let table = opened.map_err(SourceError::of)?.into_iter().next();
    table.ok_or_else(|| missing(false).into())
}

/// A table that no file holds.
fn made_table(
    table: &'static Table,
    place: Place,
    layout: Layout,
    made: Vec<(&'static registry::Column, Made)>,
) -> ExportTable {
    let origin = Origin { place: place.clone(), dialect: Dialect::default(), written: Written::Mapping };
    let plan = Plan {
        table,
        place,
        layout,
        ragged: false,
        words: Vec::new(),
        habits: CellHabits::default(),
        made,
        share: None,
        marks: RowMarks::default(),
    };
    ExportTable { plan: Arc::new(plan), path: PathBuf::new(), stamp: None, origin }
}

/// The tables that the mapping says a place holds, or else the one that it is called by.
pub(super) fn tables_said_at(place: &Place, mapping: &Mapping) -> Vec<&'static Table> {
    let mut tables = mapping.tables_at(place);
    if tables.is_empty() {
        tables.extend(table_called(place));
    }
    tables
}

/// Whether a file is one that can hold tables without being a workbook.
pub(super) fn is_table_file(path: &Path) -> bool {
    has_ending(path, &TEXT_ENDINGS) || has_ending(path, &columnar::ENDINGS)
}

pub(super) fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|ending| endings.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// The table whose name, label or alias a file or sheet has.
pub(super) fn table_called(place: &Place) -> Option<&'static Table> {
    table_named(match &place.sheet {
        Some(sheet) => sheet.as_str(),
        None => Path::new(&place.file).file_stem()?.to_str()?,
    })
}

/// The table that has a name, label or alias.
pub(super) fn table_named(name: &str) -> Option<&'static Table> {
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
