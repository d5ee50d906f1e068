//! Which table a file or sheet holds, or which ones if it is a wide sheet.

use std::collections::BTreeSet;

use inlav_core::registry::{self, Column, Kind, Table};

use super::catalogue::Catalogue;
use super::likeness::{PERHAPS, SURE, Words};
use super::sheet::Sheet;
use crate::mapping::Mapping;

/// What the name of a file or sheet counts, in headings: if it is the table's own, and if the
/// table's is part of it.
const OWN_NAME: f64 = 3.0;
const PART_OF_NAME: f64 = 1.5;
/// Headings that a sheet without a table's name needs at least, those of several tables counted
/// in part.
const FEWEST_HEADINGS: f64 = 1.2;

/// The tables of every sheet, the first one first; none where no table is recognised.
pub(super) fn tables(
    sheets: &[Sheet],
    mapping: &Mapping,
    catalogue: &Catalogue<'_>,
) -> Vec<Vec<&'static Table>> {
    let mut found: Vec<Vec<&'static Table>> =
        sheets.iter().map(|sheet| mapping.tables_at(&sheet.place)).collect();
    let fixed: Vec<bool> = found.iter().map(|tables| !tables.is_empty()).collect();
    let mut candidates: Vec<(f64, usize, &'static Table)> = Vec::new();
    for (at, sheet) in sheets.iter().enumerate().filter(|(at, _)| fixed.get(*at) == Some(&false)) {
        candidates.extend(
            registry::tables()
                .iter()
                .filter_map(|table| speaks_for(table, sheet, catalogue).map(|speaks| (speaks, at, table))),
        );
    }
    candidates.retain(|(_, at, _)| twin(sheets, *at).is_none());
    candidates.sort_by(|one, other| other.0.total_cmp(&one.0));
    for (_, at, table) in candidates {
        let is_held = holds(&found, table);
        if let Some(tables) = found.get_mut(at).filter(|tables| tables.is_empty() && !is_held) {
            tables.push(table);
        }
    }
    for (at, sheet) in sheets.iter().enumerate().filter(|(at, _)| fixed.get(*at) == Some(&false)) {
        for table in registry::tables() {
            let Some(first) = found.get(at).filter(|tables| !tables.is_empty()) else { break };
            if !holds(&found, table) && is_beside(table, first, sheet, catalogue) {
                found.get_mut(at).into_iter().for_each(|tables| tables.push(table));
            }
        }
    }
    let place = |table: &Table| registry::tables().iter().position(|other| other.name == table.name);
    found.iter_mut().for_each(|tables| tables.sort_by_key(|table| place(table)));
    found
}

/// The first sheet that has the same headings as this one.
pub(super) fn twin(sheets: &[Sheet], at: usize) -> Option<&Sheet> {
    let headings =
        |sheet: &Sheet| sheet.headings.iter().map(|heading| heading.text.clone()).collect::<BTreeSet<_>>();
    let own = headings(sheets.get(at)?);
    sheets.iter().take(at).find(|sheet| own.len() > 1 && headings(sheet) == own)
}

fn holds(found: &[Vec<&'static Table>], table: &Table) -> bool {
    found.iter().flatten().any(|held| held.name == table.name)
}

/// How much a sheet's name and headings speak for a table; `None` if too little.
fn speaks_for(table: &'static Table, sheet: &Sheet, catalogue: &Catalogue<'_>) -> Option<f64> {
    let headings = sheet.headings.iter().map(|heading| (&heading.words, heading.homes));
    let (affinity, columns) = catalogue.affinity(table, headings);
    let is = |named: Option<&'static Table>| named.is_some_and(|named| named.name == table.name);
    let name = sheet.place.sheet().unwrap_or_else(|| sheet.place.file());
    if is(sheet.called) && columns > 0 {
        Some(affinity + OWN_NAME)
    } else if is(catalogue.named(&Words::of_label(name))) && columns > 0 && affinity >= FEWEST_HEADINGS / 2.0
    {
        Some(affinity + PART_OF_NAME)
    } else {
        (columns >= 2 && affinity >= FEWEST_HEADINGS).then_some(affinity)
    }
}

/// Whether a sheet holds a table beside its first ones: at least two headings are its alone, and
/// at least half of what it must have besides register numbers is there.
fn is_beside(
    table: &'static Table,
    first: &[&'static Table],
    sheet: &Sheet,
    catalogue: &Catalogue<'_>,
) -> bool {
    let most = |table: &'static Table, words: &Words| {
        catalogue.likeness(table, words).map(|(_, likeness)| likeness).fold(0.0, f64::max)
    };
    let is_own = |words: &&Words| {
        let others = first.iter().map(|other| most(other, words)).fold(0.0, f64::max);
        others < PERHAPS || others < most(table, words)
    };
    let headings: Vec<&Words> = sheet.headings.iter().map(|heading| &heading.words).filter(is_own).collect();
    let sure = |words: &Words| {
        let best = catalogue.likeness(table, words).filter(|(_, likeness)| *likeness >= SURE);
        best.max_by(|one, other| one.1.total_cmp(&other.1)).map(|(target, _)| target.column)
    };
    let is_number = |column: &&Column| matches!(column.kind, Kind::Key(_) | Kind::Reference(_));
    let found: BTreeSet<&str> =
        headings.into_iter().filter_map(sure).filter(|c| !is_number(c)).map(|c| c.name).collect();
    let required: Vec<&Column> = table.columns.iter().filter(|c| c.required && !is_number(c)).collect();
    let present = required.iter().filter(|column| found.contains(column.name)).count();
    !required.is_empty() && present * 2 >= required.len() && found.len() >= 2
}
