//! Which heading is which column: one to one, with what speaks for it.

use inlav_core::codes::CodeLists;
use inlav_core::registry::{Column, Kind, PrivacyClass, Table, case, person};

use super::catalogue::{Catalogue, Target};
use super::likeness::{PERHAPS, SURE, WORD_FOR_WORD};
use super::sheet::{Heading, Sheet};
use crate::mapping::{Mapping, TableMapping};
use crate::shape::Shape;

/// The likeness from which on a column is named as a possibility.
const WORTH_NAMING: f64 = 0.6;
/// How near two likenesses are between which nothing is decided.
const TIE: f64 = 0.06;
/// Share of the cells that speak for a column, or that a column has to read.
const MOST_CELLS: f64 = 0.9;
/// Possibilities that are named.
const MOST_NAMED: usize = 4;
/// Different words that a list of codes needs to be recognised by them.
const FEWEST_WORDS: usize = 3;

/// What a heading stands for.
#[derive(Debug, Clone)]
pub(super) enum Choice {
    /// The mapping that was there ignores it.
    Ignored,
    /// A column.
    Column {
        /// The column.
        target: Target,
        /// Whether nothing else comes into question.
        sure: bool,
        /// What speaks for it.
        reason: Reason,
        /// From 0 to 1.
        confidence: f64,
        /// What else it may be.
        others: Vec<Target>,
        /// What its cells look like, if it is something else than the column holds.
        looks: Option<Shape>,
    },
    /// Nobody knows; what it may be.
    Unknown {
        /// Columns that it is like, which other headings have, and columns its cells would fit.
        others: Vec<Target>,
    },
}

/// Why a heading stands for a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// The mapping that was there says so.
    Mapping,
    /// The registry knows the heading.
    Known,
    /// It is like a heading that the registry knows.
    Alike,
    /// Its cells are what the column holds.
    Cells,
}

impl Choice {
    fn column(target: Target, sure: bool, reason: Reason, confidence: f64, heading: &Heading) -> Self {
        let looks = heading.profile.shape().filter(|shape| !is_home(*shape, target.column));
        Self::Column { target, sure, reason, confidence, others: Vec::new(), looks }
    }
}

/// The choice for every heading of a sheet that holds these tables.
pub(super) fn choose(
    sheet: &Sheet,
    tables: &[&'static Table],
    mapping: &Mapping,
    catalogue: &Catalogue<'_>,
) -> Vec<Choice> {
    let mut choices: Vec<Option<Choice>> =
        sheet.headings.iter().map(|heading| mapped(heading, tables, mapping)).collect();
    let allowed = allowed(tables, mapping);
    let scores: Vec<Vec<(Target, f64)>> =
        sheet.headings.iter().map(|heading| scores(heading, &allowed, catalogue)).collect();
    by_headings(sheet, &scores, tables.len() > 1, &mut choices);
    let fitting = by_cells(sheet, &allowed, catalogue.lists(), &mut choices);
    let unknown = |at: usize| {
        let alike = scores.get(at).into_iter().flatten().map(|(target, _)| *target);
        let mut others: Vec<Target> = alike.collect();
        for (_, target) in fitting.iter().filter(|(other, _)| *other == at) {
            if !others.iter().any(|other| is_same(*other, *target)) {
                others.push(*target);
            }
        }
        others.truncate(MOST_NAMED);
        Choice::Unknown { others }
    };
    (0..).zip(choices).map(|(at, choice)| choice.unwrap_or_else(|| unknown(at))).collect()
}

/// What the mapping that was there says of a heading.
fn mapped(heading: &Heading, tables: &[&'static Table], mapping: &Mapping) -> Option<Choice> {
    let entries = || tables.iter().filter_map(|table| Some((*table, mapping.table(table)?)));
    let at_position =
        |(table, entry): (_, &TableMapping)| Some((table, entry.at_position(heading.position + 1)?));
    match entries().find_map(at_position) {
        Some((table, Some(column))) => {
            return Some(Choice::column(Target { table, column }, true, Reason::Mapping, 1.0, heading));
        }
        Some((_, None)) => return Some(Choice::Ignored),
        None => {}
    }
    let text = heading.text.as_deref()?;
    if let Some((table, column)) = entries().find_map(|(table, entry)| Some((table, entry.column(text)?))) {
        return Some(Choice::column(Target { table, column }, true, Reason::Mapping, 1.0, heading));
    }
    entries().any(|(_, entry)| entry.ignores(text)).then_some(Choice::Ignored)
}

/// The columns that headings of a sheet may stand for. A number that refers to a row of another
/// table of the sheet needs no heading: it is that row's.
fn allowed(tables: &[&'static Table], mapping: &Mapping) -> Vec<Target> {
    let is_beside = |column: &Column| match column.kind {
        Kind::Reference(id) => {
            tables.iter().any(|table| table.key().is_some_and(|key| key.kind == Kind::Key(id)))
        }
        _ => false,
    };
    let is_made =
        |target: &Target| mapping.table(target.table).is_some_and(|entry| entry.makes(target.column));
    let all = |table: &&'static Table| {
        let table: &'static Table = table;
        table.columns.iter().map(move |column| Target { table, column })
    };
    tables.iter().flat_map(all).filter(|target| !is_beside(target.column) && !is_made(target)).collect()
}

/// How much speaks for each column, the most first.
fn scores(heading: &Heading, allowed: &[Target], catalogue: &Catalogue<'_>) -> Vec<(Target, f64)> {
    let score = |target: &Target| {
        let likeness = catalogue.likeness_to(*target, &heading.words);
        (*target, score(heading, *target, likeness, catalogue.lists()))
    };
    let mut scores: Vec<_> = allowed.iter().map(score).filter(|(_, score)| *score >= WORTH_NAMING).collect();
    scores.sort_by(|one: &(Target, f64), other| other.1.total_cmp(&one.1));
    scores
}

fn score(heading: &Heading, target: Target, likeness: f64, lists: &CodeLists) -> f64 {
    if likeness >= 1.0 {
        return likeness;
    }
    let is_form = Shape::ALL.into_iter().any(|shape| is_home(shape, target.column));
    match heading.profile.fit(target.column, lists) {
        Some(fit) if fit >= MOST_CELLS && likeness >= 0.5 => {
            (likeness + if is_form { 0.2 } else { 0.1 }).min(0.99)
        }
        // Offices have words of their own for codes.
        Some(fit)
            if fit < 0.5
                && matches!(target.column.kind, Kind::Code(_) | Kind::Codes { .. } | Kind::YesNo) =>
        {
            if likeness > WORD_FOR_WORD {
                likeness
            } else {
                likeness * 0.9
            }
        }
        Some(fit) if fit < 0.5 => likeness * 0.75,
        // "Nato il" is no place.
        None if target.column.kind == Kind::FreeText && heading.profile.is_dates() => likeness * 0.9,
        _ => likeness,
    }
}

fn by_headings(sheet: &Sheet, scores: &[Vec<(Target, f64)>], is_wide: bool, choices: &mut [Option<Choice>]) {
    let mut pairs: Vec<(usize, Target, f64)> = (0..)
        .zip(scores)
        .flat_map(|(at, scores)| scores.iter().map(move |(target, score)| (at, *target, *score)))
        .filter(|(_, _, score)| *score >= PERHAPS)
        .collect();
    pairs.sort_by(|one, other| other.2.total_cmp(&one.2));
    for (at, target, score) in &pairs {
        let is_free = choices.get(*at).is_some_and(Option::is_none) && !is_taken(choices, *target);
        let Some(heading) = sheet.headings.get(*at).filter(|_| is_free) else { continue };
        let is_own_name = *score > 1.0;
        let is_known = *score >= 1.0;
        let near = |other: f64| {
            other >= PERHAPS.max(score - TIE) && (other > 1.0 || !is_own_name) && (other >= 1.0 || !is_known)
        };
        let others: Vec<Target> = pairs
            .iter()
            .filter(|(other, also, likeness)| {
                other == at && !is_same(*also, *target) && near(*likeness) && !is_taken(choices, *also)
            })
            .map(|(_, also, _)| *also)
            .collect();
        let rivals = pairs.iter().any(|(other, also, likeness)| {
            other != at
                && is_same(*also, *target)
                && near(*likeness)
                && choices.get(*other).is_some_and(Option::is_none)
        });
        // What nobody reads anyway may be either.
        let is_same_loss =
            others.iter().all(|other| is_free_text(other.column)) && is_free_text(target.column);
        let known = *score >= 1.0;
        // In a wide sheet "progressivo" numbers persons or cases, if anything.
        let of_a_register = [person::TABLE.name, case::TABLE.name].contains(&target.table.name);
        let numbers_any =
            is_wide && !of_a_register && !is_own_name && matches!(target.column.kind, Kind::Key(_));
        let sure =
            *score >= SURE && (others.is_empty() || is_same_loss) && (known || !rivals) && !numbers_any;
        let reason = if known { Reason::Known } else { Reason::Alike };
        let mut choice = Choice::column(*target, sure, reason, score.min(1.0), heading);
        if let Choice::Column { others: told, .. } = &mut choice
            && !is_same_loss
        {
            *told = others;
        }
        choices.get_mut(*at).into_iter().for_each(|place| *place = Some(choice.clone()));
    }
}

/// Headings that say nothing, by what stands below them. Returns the columns that cells would fit,
/// but too few different ones to say so.
fn by_cells(
    sheet: &Sheet,
    allowed: &[Target],
    lists: &CodeLists,
    choices: &mut [Option<Choice>],
) -> Vec<(usize, Target)> {
    let mut fitting = Vec::new();
    let open: Vec<usize> =
        (0..choices.len()).filter(|at| choices.get(*at).is_some_and(Option::is_none)).collect();
    let mut fits: Vec<(usize, Target, f64, bool)> = Vec::new();
    for at in &open {
        let Some(heading) = sheet.headings.get(*at) else { continue };
        let profile = &heading.profile;
        for target in allowed.iter().copied().filter(|target| !is_taken(choices, *target)) {
            let shape = Shape::ALL.into_iter().find(|shape| is_home(*shape, target.column));
            if let Some(shape) = shape {
                let share = profile.share_of(shape);
                if share >= MOST_CELLS && profile.cells() >= 2 {
                    fits.push((*at, target, share, true));
                }
            } else if matches!(target.column.kind, Kind::Code(_))
                && profile.words().is_some()
                && profile.is_words()
                && let Some(fit) = profile.fit(target.column, lists).filter(|fit| *fit >= MOST_CELLS)
            {
                match profile.words_read(target.column, lists) {
                    0 => {}
                    words if words < FEWEST_WORDS => fitting.push((*at, target)),
                    _ => fits.push((*at, target, fit * 0.85, false)),
                }
            }
        }
    }
    for (at, target, confidence, by_form) in &fits {
        let Some(heading) = sheet.headings.get(*at) else { continue };
        let others: Vec<Target> = fits
            .iter()
            .filter(|(other, also, ..)| other == at && !is_same(*also, *target))
            .map(|fit| fit.1)
            .collect();
        let rivals = fits.iter().any(|(other, also, ..)| other != at && is_same(*also, *target));
        let is_free = choices.get(*at).is_some_and(Option::is_none) && !is_taken(choices, *target);
        if !is_free {
            continue;
        }
        let sure = *by_form && others.is_empty() && !rivals;
        let mut choice = Choice::column(*target, sure, Reason::Cells, *confidence, heading);
        if let Choice::Column { others: told, .. } = &mut choice {
            *told = others;
        }
        choices.get_mut(*at).into_iter().for_each(|place| *place = Some(choice.clone()));
    }
    fitting
}

fn is_taken(choices: &[Option<Choice>], target: Target) -> bool {
    choices
        .iter()
        .flatten()
        .any(|choice| matches!(choice, Choice::Column { target: taken, .. } if is_same(*taken, target)))
}

fn is_same(one: Target, other: Target) -> bool {
    one.table.name == other.table.name && one.column.name == other.column.name
}

fn is_free_text(column: &Column) -> bool {
    column.privacy == PrivacyClass::FreeText
}

/// Whether a column is the one for cells of a form.
fn is_home(shape: Shape, column: &Column) -> bool {
    match shape {
        Shape::CodiceFiscale => column.kind == Kind::CodiceFiscale,
        Shape::StpEni => column.kind == Kind::StpEni,
        Shape::Email => column.kind == Kind::Email,
        Shape::Phone => column.kind == Kind::Phone,
        Shape::Iban => false,
    }
}
