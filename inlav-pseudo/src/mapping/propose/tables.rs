//! Which table a file or sheet holds, or which ones if it is a wide sheet.

use std::collections::{BTreeMap, BTreeSet};

use inlav_core::registry::{self, Column, Kind, Table, case, person};

use super::catalogue::Catalogue;
use super::likeness::{SURE, Words};
use super::sheet::Sheet;
use crate::mapping::Mapping;

/// What the name of a file or sheet counts, in headings: if it is the table's own, and if the
/// table's is part of it.
const OWN_NAME: f64 = 3.0;
const PART_OF_NAME: f64 = 1.5;
/// Headings that a sheet without a table's name needs at least, those of several tables counted
/// in part.
const FEWEST_HEADINGS: f64 = 1.2;

/// Tables that are named of a sheet that none was recognised in.
const MOST_LIKELY: usize = 3;
/// What a heading speaks for a table beside another that only offices use.
const USUAL_HEADING: f64 = 0.6;
/// How much has to speak for a table beside another that is neither persons nor cases.
const FEWEST_OF_ANOTHER: f64 = 1.8;

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

/// The tables that a sheet may hold for which too little speaks, the likeliest first.
pub(super) fn likely(sheet: &Sheet, catalogue: &Catalogue<'_>) -> Vec<&'static Table> {
    let affinity = |table: &'static Table| {
        let headings = sheet.headings.iter().map(|heading| (&heading.words, heading.homes));
        (catalogue.affinity(table, headings).0, table)
    };
    let mut likely: Vec<(f64, &'static Table)> = registry::tables().iter().map(affinity).collect();
    likely.retain(|(affinity, _)| *affinity > 0.0);
    likely.sort_by(|one, other| other.0.total_cmp(&one.0));
    likely.truncate(MOST_LIKELY);
    likely.into_iter().map(|(_, table)| table).collect()
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

/// Whether a sheet holds a table beside its first ones: headings that are its alone speak for it,
/// and so does it if what it must have besides register numbers is there. Persons and cases are
/// what a register has; anything else needs more.
fn is_beside(
    table: &'static Table,
    first: &[&'static Table],
    sheet: &Sheet,
    catalogue: &Catalogue<'_>,
) -> bool {
    let is_number = |column: &Column| matches!(column.kind, Kind::Key(_) | Kind::Reference(_));
    let mut found: BTreeMap<&str, f64> = BTreeMap::new();
    for heading in &sheet.headings {
        let best = |table: &'static Table| {
            let columns = catalogue.likeness(table, &heading.words);
            columns.max_by(|one, other| one.1.total_cmp(&other.1))
        };
        let Some((target, likeness)) = best(table).filter(|(_, likeness)| *likeness >= SURE) else {
            continue;
        };
        let others = first.iter().filter_map(|other| best(other)).map(|(_, likeness)| likeness);
        if others.fold(0.0, f64::max) < likeness && !is_number(target.column) {
            let speaks = if likeness >= 1.0 { 1.0 } else { USUAL_HEADING };
            found.entry(target.column.name).and_modify(|most| *most = most.max(speaks)).or_insert(speaks);
        }
    }
    let speaks: f64 = found.values().sum();
    let required: Vec<&Column> = table.columns.iter().filter(|c| c.required && !is_number(c)).collect();
    let present = required.iter().filter(|column| found.contains_key(column.name)).count();
    let is_complete = !required.is_empty() && present * 2 >= required.len();
    let of_a_register = [person::TABLE.name, case::TABLE.name].contains(&table.name);
    if of_a_register {
        found.len() >= 2
    } else {
        is_complete && (speaks >= FEWEST_OF_ANOTHER || (found.len() >= 2 && speaks >= 2.0))
    }
}
