//! What changed between two releases of a table: for each cell the units that joined it and those
//! that left it.
#![expect(clippy::indexing_slicing, reason = "cells are indices made by this crate")]

use std::collections::BTreeMap;

use crate::CountTable;
use crate::table::{PlacedUnit, unit_print};

/// The difference of one cell between two tables. Both groups are sets of units; whoever reads
/// the cell in both releases learns `joined - left`, and all of a group when the other is empty.
pub(crate) struct Change {
    /// The cell in the earlier table.
    pub(crate) before: usize,
    /// The cell in the later one.
    pub(crate) after: usize,
    /// In the later cell and not in the earlier one.
    pub(crate) joined: Group,
    /// In the earlier cell and not in the later one.
    pub(crate) left: Group,
}

/// Units that nobody displays, and what disclosure control has to know of them.
#[derive(Clone, Copy, Default)]
pub(crate) struct Group {
    pub(crate) count: u64,
    pub(crate) persons: u64,
    /// As of a cell: sums over the same units are the same.
    pub(crate) fingerprint: u128,
}

impl Group {
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether it is of 1 to T−1 persons.
    pub(crate) fn is_small(&self, threshold: u64) -> bool {
        0 < self.persons && self.persons < threshold
    }
}

/// The differences of all cells that two tables have in common: those with the same codes in the
/// dimensions of the same name, where a dimension that one of them lacks stands at its root.
pub(crate) fn changes(before: &CountTable, after: &CountTable) -> Vec<Change> {
    let places: BTreeMap<Vec<(&str, &str)>, usize> =
        (0..after.size()).map(|cell| (key(after, cell), cell)).collect();
    let shared: Vec<Option<usize>> =
        (0..before.size()).map(|cell| places.get(&key(before, cell)).copied()).collect();
    let mut is_shared = vec![false; after.size()];
    for &cell in shared.iter().flatten() {
        is_shared[cell] = true;
    }
    let mut joined = Tally::new(after.size());
    let mut left = Tally::new(after.size());
    let (mut olds, mut news) = (before.units().iter().peekable(), after.units().iter().peekable());
    loop {
        let (old, new) = match (olds.peek(), news.peek()) {
            (None, None) => break,
            (Some(_), None) => (olds.next(), None),
            (None, Some(_)) => (None, news.next()),
            (Some(old), Some(new)) => match old.unit.cmp(&new.unit) {
                std::cmp::Ordering::Less => (olds.next(), None),
                std::cmp::Ordering::Greater => (None, news.next()),
                std::cmp::Ordering::Equal => (olds.next(), news.next()),
            },
        };
        let mut were: Vec<usize> = (old.into_iter())
            .flat_map(|unit| above(before, unit.leaf))
            .filter_map(|cell| shared[cell])
            .collect();
        let mut are: Vec<usize> = (new.into_iter())
            .flat_map(|unit| above(after, unit.leaf))
            .filter(|&cell| is_shared[cell])
            .collect();
        were.sort_unstable();
        are.sort_unstable();
        if let Some(unit) = new {
            joined.add(unit, are.iter().filter(|cell| were.binary_search(cell).is_err()));
        }
        if let Some(unit) = old {
            left.add(unit, were.iter().filter(|cell| are.binary_search(cell).is_err()));
        }
    }
    let joined = joined.groups(after.unit_kind(), after.without_persons());
    let left = left.groups(before.unit_kind(), before.without_persons());
    (shared.iter().enumerate())
        .filter_map(|(before, after)| Some((before, (*after)?)))
        .map(|(before, after)| Change { before, after, joined: joined[after], left: left[after] })
        .collect()
}

/// What a cell counts, whatever else its table is divided by: the codes below the roots, by
/// dimension.
fn key(table: &CountTable, cell: usize) -> Vec<(&str, &str)> {
    let coordinates = table.coordinates(cell);
    let mut key: Vec<(&str, &str)> = (coordinates.iter().zip(table.dimensions()))
        .filter(|(node, _)| **node != 0)
        .map(|(&node, dimension)| (dimension.name(), dimension.nodes()[node].code.as_str()))
        .collect();
    key.sort_unstable();
    key
}

/// A leaf cell and all margins that it is a part of.
fn above(table: &CountTable, leaf: usize) -> Vec<usize> {
    let coordinates = table.coordinates(leaf);
    (coordinates.iter().zip(table.dimensions())).fold(vec![0], |cells, (&node, dimension)| {
        let size = dimension.nodes().len();
        let path: Vec<usize> = dimension.path(node).collect();
        (cells.iter()).flat_map(|cell| path.iter().map(move |at| cell * size + at)).collect()
    })
}

/// The units of each cell's group.
struct Tally {
    members: Vec<Vec<PlacedUnit>>,
}

impl Tally {
    fn new(cells: usize) -> Self {
        Self { members: vec![Vec::new(); cells] }
    }

    fn add<'c>(&mut self, unit: &PlacedUnit, cells: impl Iterator<Item = &'c usize>) {
        for &cell in cells {
            self.members[cell].push(*unit);
        }
    }

    fn groups(self, unit_kind: &str, without_persons: bool) -> Vec<Group> {
        (self.members.into_iter())
            .map(|units| {
                let mut persons: Vec<u64> = units.iter().map(|unit| unit.person).collect();
                persons.sort_unstable();
                persons.dedup();
                let prints = units.iter().map(|unit| unit_print(unit_kind, unit.unit));
                Group {
                    count: units.len() as u64,
                    persons: if without_persons { 0 } else { persons.len() as u64 },
                    fingerprint: prints.fold(0, u128::wrapping_add),
                }
            })
            .collect()
    }
}
