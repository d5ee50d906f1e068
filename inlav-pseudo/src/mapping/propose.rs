//! A mapping proposed: what a site's files, headings and words probably mean, for a person to edit.
//!
//! A heading is recognised by the registry's names, by likeness to them (abbreviations, other
//! endings, typing errors), or by what stands below it. What is sure is written as a line that
//! counts; whatever else comes into question is written behind `#?` with the alternatives, and so
//! is what nobody recognises. Two headings never get one column.
//!
//! # Guarantee
//! The text holds headings, names of files and sheets, and words of columns of codes that surely
//! are no person's (`words.rs` says when); of all other cells row numbers and counts. What a
//! terminal is shown, [`Proposal::places`], holds no word at all. Test `no_value_is_told`.

use std::path::Path;

use inlav_core::codes::CodeLists;
use inlav_core::language::Language;
use inlav_core::registry::{self, Column, Kind, Table};

mod catalogue;
mod choice;
mod heading;
mod likeness;
mod profile;
mod sheet;
mod tables;
mod words;
mod write;

use super::{Mapping, key};
use crate::source::survey::survey;
use crate::source::{Place, SourceError};
use catalogue::Catalogue;
use choice::Choice;
use sheet::Sheet;
use words::Word;

/// A proposed mapping. Debug is redacted: it holds words of cells.
#[derive(Clone)]
pub struct Proposal {
    existing: Mapping,
    workbook: bool,
    places: Vec<ProposedPlace>,
    /// Tables that an export must have and nobody holds.
    missing: Vec<&'static Table>,
}

/// What is proposed for a file or sheet, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceSummary {
    /// File and sheet.
    pub place: Place,
    /// Rows below the headings.
    pub rows: u64,
    /// The tables it holds; none if it is not recognised, several if it is a wide sheet.
    pub tables: Vec<&'static str>,
    /// The place whose headings it has too, if there is one: its rows belong there.
    pub twin: Option<Place>,
    /// Headings that are surely a column's, or ignored by the mapping that was there.
    pub sure: usize,
    /// Headings that may be a column's.
    pub unsure: usize,
    /// Headings that nobody recognises.
    pub unknown: usize,
    /// Words that are translated into codes.
    pub words: usize,
    /// Words that are not.
    pub unknown_words: usize,
    /// Required columns that no heading is for.
    pub missing: Vec<&'static str>,
    /// Headings, with their position from 1, whose cells look like identifiers although they are
    /// mapped to something else.
    pub looks: Vec<(usize, Option<String>)>,
}

#[derive(Clone)]
struct ProposedPlace {
    place: Place,
    rows: u64,
    tables: Vec<ProposedTable>,
    headings: Vec<ProposedHeading>,
    /// The place whose headings it has too; it holds no table then.
    twin: Option<Place>,
    /// If no table was recognised, those that come into question.
    likely: Vec<&'static Table>,
}

#[derive(Clone)]
struct ProposedHeading {
    /// From 1.
    position: usize,
    text: Option<String>,
    choice: Choice,
}

#[derive(Clone)]
struct ProposedTable {
    table: &'static Table,
    /// Whether rows are numbered by their place: said, or only to be considered.
    row_key: Option<bool>,
    /// Required columns that no heading is for, and nothing makes.
    missing: Vec<&'static Column>,
    /// Words by column; `None` if there are too many.
    words: Vec<(&'static Column, Option<Vec<Word>>)>,
}

/// Proposes a mapping for an export, by the code lists of a programme. What `existing` says stays as
/// it is.
///
/// # Errors
/// [`SourceError`] if the files or sheets cannot be read as tables at all.
pub fn propose(path: &Path, existing: &Mapping, lists: &CodeLists) -> Result<Proposal, SourceError> {
    let mut catalogue = Catalogue::new(lists);
    let (mut sheets, mut problems) = (Vec::new(), Vec::new());
    for surveyed in survey(path, existing, &|cells| sheet::known(cells, existing, &catalogue))? {
        match sheet::read(&surveyed, existing, &catalogue) {
            Ok(sheet) => sheets.push(sheet),
            Err(error) => problems.extend(error.into_problems()),
        }
    }
    SourceError::unless_empty(problems)?;
    let tables = tables::tables(&sheets, existing, &catalogue);
    learn_numbers(&sheets, &tables, existing, &mut catalogue);
    let mut places: Vec<ProposedPlace> = sheets
        .iter()
        .zip(tables)
        .map(|(sheet, tables)| propose_place(sheet, &tables, existing, &catalogue))
        .collect();
    for (at, place) in places.iter_mut().enumerate().filter(|(_, place)| place.tables.is_empty()) {
        place.twin = tables::twin(&sheets, at).map(|sheet| sheet.place.clone());
    }
    number_rows(&mut places, existing);
    let is_held = |table: &Table| {
        places.iter().flat_map(|place| &place.tables).any(|held| held.table.name == table.name)
    };
    let is_made = |table: &Table| existing.table(table).is_some_and(|entry| !entry.constants.is_empty());
    let missing = registry::tables().iter();
    let missing = missing.filter(|table| table.required && !is_held(table) && !is_made(table)).collect();
    let workbook = places.iter().any(|place| place.place.sheet().is_some());
    Ok(Proposal { existing: existing.clone(), workbook, places, missing })
}

/// What the sheets call the numbers of persons and cases.
fn learn_numbers(
    sheets: &[Sheet],
    tables: &[Vec<&'static Table>],
    existing: &Mapping,
    catalogue: &mut Catalogue<'_>,
) {
    for (sheet, tables) in sheets.iter().zip(tables) {
        let choices = choice::choose(sheet, tables, existing, catalogue);
        for (heading, choice) in sheet.headings.iter().zip(choices) {
            if let Choice::Column { target, sure: true, .. } = choice
                && let Kind::Key(id) = target.column.kind
            {
                catalogue.learn(id, &heading.words);
            }
        }
    }
}

fn propose_place(
    sheet: &Sheet,
    tables: &[&'static Table],
    existing: &Mapping,
    catalogue: &Catalogue<'_>,
) -> ProposedPlace {
    let choices = choice::choose(sheet, tables, existing, catalogue);
    let likely = if tables.is_empty() { tables::likely(sheet, catalogue) } else { Vec::new() };
    let tables = tables
        .iter()
        .map(|table| propose_table(table, tables, (sheet, &choices), (existing, catalogue.lists())))
        .collect();
    let headings = sheet.headings.iter().zip(choices).map(|(heading, choice)| ProposedHeading {
        position: heading.position + 1,
        text: heading.text.clone(),
        choice,
    });
    let (place, headings) = (sheet.place.clone(), headings.collect());
    ProposedPlace { place, rows: sheet.rows, tables, headings, twin: None, likely }
}

fn propose_table(
    table: &'static Table,
    beside: &[&'static Table],
    (sheet, choices): (&Sheet, &[Choice]),
    (existing, lists): (&Mapping, &CodeLists),
) -> ProposedTable {
    let entry = existing.table(table);
    let (mut present, mut words) = (Vec::new(), Vec::new());
    for (heading, choice) in sheet.headings.iter().zip(choices) {
        let Choice::Column { target, sure, .. } = choice else { continue };
        if target.table.name != table.name {
            continue;
        }
        present.push(target.column.name);
        if *sure && matches!(target.column.kind, Kind::Code(_) | Kind::Codes { .. } | Kind::YesNo) {
            let mapped = entry.and_then(|entry| entry.words(target.column));
            let is_mapped = |word: &str| mapped.is_some_and(|words| words.contains_key(&key(word)));
            let unknown = words::unknown_words(target.column, &heading.profile, lists, is_mapped);
            words.push((target.column, unknown));
        }
    }
    let of_the_row = |column: &Column| match column.kind {
        Kind::Reference(id) => {
            beside.iter().any(|table| table.key().is_some_and(|key| key.kind == Kind::Key(id)))
        }
        _ => false,
    };
    let missing = table.columns.iter().filter(|column| {
        column.required
            && !present.contains(&column.name)
            && !of_the_row(column)
            && !entry.is_some_and(|entry| entry.makes(column))
    });
    let row_key = entry.filter(|entry| entry.row_key).map(|_| true);
    ProposedTable { table, row_key, missing: missing.collect(), words }
}

/// Numbers the rows of tables that the office does not number, if nothing refers to them from
/// another place. Persons are only suggested to be numbered so: one in two rows would be two.
fn number_rows(places: &mut [ProposedPlace], existing: &Mapping) {
    let referred: Vec<(usize, Kind)> = places
        .iter()
        .enumerate()
        .flat_map(|(at, place)| {
            let is_read = |table: &Table, column: &Column| {
                place.headings.iter().any(|heading| {
                    matches!(&heading.choice, Choice::Column { target, .. }
                        if target.table.name == table.name && target.column.name == column.name)
                })
            };
            let references = place.tables.iter().flat_map(move |held| {
                held.table.columns.iter().filter(move |column| is_read(held.table, column))
            });
            references.map(move |column| (at, column.kind)).collect::<Vec<_>>()
        })
        .collect();
    for place in places.iter_mut() {
        let is_wide = place.tables.len() > 1;
        for held in &mut place.tables {
            let Some(number) = held.table.key() else { continue };
            let Kind::Key(id) = number.kind else { continue };
            let is_numbered = existing.table(held.table).is_some_and(|entry| entry.row_key);
            let is_missing = held.missing.iter().any(|column| column.name == number.name);
            if is_numbered || !is_missing || referred.iter().any(|(_, kind)| *kind == Kind::Reference(id)) {
                continue;
            }
            let refers =
                |table: &Table| table.columns.iter().any(|column| column.kind == Kind::Reference(id));
            let is_leaf = !registry::tables().iter().any(refers);
            let is_person = held.table.name == registry::person::TABLE.name;
            held.missing.retain(|column| column.name != number.name);
            held.row_key = Some(is_leaf || (is_wide && !is_person));
        }
    }
}

impl Proposal {
    /// What is proposed for every file or sheet, in numbers.
    #[must_use]
    pub fn places(&self) -> Vec<PlaceSummary> {
        self.places.iter().map(ProposedPlace::summary).collect()
    }

    /// Tables that an export must have and that no file or sheet holds.
    #[must_use]
    pub fn missing_tables(&self) -> &[&'static Table] {
        &self.missing
    }

    /// The mapping file. Lines that begin with `#?` wait for a person.
    #[must_use]
    pub fn to_toml(&self, language: Language) -> String {
        write::to_toml(self, language)
    }
}

impl ProposedHeading {
    /// What a mapping calls it: its text, or its place if the text may not be written down.
    fn name(&self) -> String {
        self.text.clone().unwrap_or_else(|| format!("#{}", self.position))
    }
}

impl ProposedPlace {
    fn summary(&self) -> PlaceSummary {
        let (mut sure, mut unsure, mut unknown, mut looks) = (0, 0, 0, Vec::new());
        for heading in &self.headings {
            match &heading.choice {
                Choice::Column { sure: false, .. } => unsure += 1,
                Choice::Column { .. } | Choice::Ignored => sure += 1,
                Choice::Unknown { .. } => unknown += 1,
            }
            if matches!(heading.choice, Choice::Column { looks: Some(_), .. }) {
                looks.push((heading.position, heading.text.clone()));
            }
        }
        let words = || {
            self.tables
                .iter()
                .flat_map(|table| &table.words)
                .filter_map(|(_, words)| words.as_ref())
                .flatten()
        };
        PlaceSummary {
            place: self.place.clone(),
            rows: self.rows,
            twin: self.twin.clone(),
            tables: self.tables.iter().map(|table| table.table.name).collect(),
            sure,
            unsure,
            unknown,
            words: words().filter(|word| word.sure).count(),
            unknown_words: words().filter(|word| !word.sure).count(),
            missing: self.tables.iter().flat_map(|table| &table.missing).map(|column| column.name).collect(),
            looks,
        }
    }
}

impl std::fmt::Debug for Proposal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Proposal({} places, redacted)", self.places.len())
    }
}

#[cfg(test)]
mod tests;
