//! The direct way into a table: units counted by their combination of categories already, as a
//! frequency table has them, instead of one by one.

use std::collections::BTreeSet;

use super::lattice::Lattice;
use super::{CountCell, CountTable, TableError, print_of};
use crate::Dimension;

/// The label of a group's print, so that it never is a unit's.
const GROUP: &[u8] = b"inlav/disclosure/group/v1";

/// Units that no table of a release tells apart: all rows with one combination of categories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its number, unique within its kind. Tables made from the same groups are linked by it: the
    /// same groups in two tables are one quantity.
    pub number: u64,
    /// How many units it has.
    pub units: u64,
    /// For each dimension the node index of a leaf.
    pub leaves: Vec<usize>,
}

/// Whose units those of the groups are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Holders<'a> {
    /// Every unit is another person.
    EachUnit,
    /// Pairs of a person and the number of a group in which that person has units.
    Persons(&'a [(u64, u64)]),
}

impl CountTable {
    /// Adds groups of units up into every cell of a table and all its margins: what
    /// [`CountTable::tally`] finds for the units one by one, in time and memory that grow with the
    /// groups and not with the units.
    ///
    /// `kind` names what is counted; groups of different kinds are never the same, nor are groups
    /// and the units of [`CountTable::tally`]. `shown` as there.
    ///
    /// ```
    /// use inlav_sdc::{CountTable, Dimension, Group, Holders};
    ///
    /// let sex = Dimension::flat("sex", ["F", "M"])?;
    /// let groups = [(1, 250_000, vec![1]), (2, 260_000, vec![2])];
    /// let groups = groups.map(|(number, units, leaves)| Group { number, units, leaves });
    /// let table =
    ///     CountTable::of_groups("sex", "person", vec![sex], &groups, Holders::EachUnit, |_| true)?;
    /// assert!(table.agrees_with(|at| {
    ///     let units = [510_000, 250_000, 260_000][at[0]];
    ///     (units, units)
    /// }));
    /// # Ok::<(), inlav_sdc::TableError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`TableError::TooManyCells`]; [`TableError::NotALeaf`] when a group does not fit;
    /// [`TableError::UnitTwice`] when two groups have one number; [`TableError::TooManyUnits`];
    /// [`TableError::WithoutHolder`] when a group has units and no person, or a person is said to
    /// hold units of a group that has none.
    ///
    /// # Guarantee
    ///
    /// Counts and distinct persons are those of the units one by one
    /// (`groups_are_tallied_like_their_units`), and cells of two tables have one fingerprint when
    /// they hold the same groups (`tables_of_the_same_groups_are_linked`).
    pub fn of_groups(
        id: impl Into<String>,
        kind: &str,
        dimensions: Vec<Dimension>,
        groups: &[Group],
        holders: Holders<'_>,
        shown: impl Fn(&[usize]) -> bool,
    ) -> Result<Self, TableError> {
        let mut table = Self::empty(id.into(), kind, dimensions, shown)?;
        let lattice = Lattice::new(&table.dimensions, table.cells.len());
        let mut leaves = Vec::with_capacity(groups.len());
        let mut total = 0_u64;
        for group in groups {
            let leaf = (lattice.leaf_cell(&group.leaves))
                .ok_or_else(|| TableError::NotALeaf { table: table.id.clone() })?;
            leaves.push((group.number, leaf, group.units));
            total = (total.checked_add(group.units))
                .ok_or_else(|| TableError::TooManyUnits { table: table.id.clone() })?;
            if let Some(cell) = table.cells.get_mut(leaf).filter(|_| group.units > 0) {
                cell.count += group.units;
                cell.fingerprint = cell.fingerprint.wrapping_add(print_of(GROUP, kind, group.number));
            }
        }
        leaves.sort_unstable();
        if leaves.array_windows().any(|[left, right]| left.0 == right.0) {
            return Err(TableError::UnitTwice { table: table.id });
        }
        lattice.add_up(&mut table.cells);
        match holders {
            Holders::EachUnit => table.cells.iter_mut().for_each(|cell| cell.persons = cell.count),
            Holders::Persons(pairs) => {
                let seen = held(pairs, &leaves)
                    .ok_or_else(|| TableError::WithoutHolder { table: table.id.clone() })?;
                for (cell, persons) in table.cells.iter_mut().zip(lattice.persons(seen)) {
                    cell.persons = persons;
                }
            }
        }
        Ok(table)
    }

    /// A table of cells that nobody is in yet.
    pub(super) fn empty(
        id: String,
        unit_kind: &str,
        dimensions: Vec<Dimension>,
        shown: impl Fn(&[usize]) -> bool,
    ) -> Result<Self, TableError> {
        let size = (dimensions.iter())
            .try_fold(1_usize, |size, d| size.checked_mul(d.nodes().len()))
            .filter(|&size| size <= super::MOST_CELLS)
            .ok_or_else(|| TableError::TooManyCells { table: id.clone() })?;
        let mut table = Self {
            id,
            unit_kind: unit_kind.to_owned(),
            dimensions,
            cells: Vec::with_capacity(size),
            units: Vec::new(),
            without_persons: false,
        };
        for index in 0..size {
            let shown = shown(&table.coordinates(index));
            table.cells.push(CountCell { count: 0, persons: 0, fingerprint: 0, shown });
        }
        Ok(table)
    }
}

/// Persons and the leaf cells they are in, if every group with units is somebody's, and no other.
fn held(pairs: &[(u64, u64)], leaves: &[(u64, usize, u64)]) -> Option<Vec<(u64, usize)>> {
    let mut seen = Vec::with_capacity(pairs.len());
    let mut with_holder = BTreeSet::new();
    for &(person, group) in pairs {
        let at = leaves.binary_search_by_key(&group, |&(number, _, _)| number).ok()?;
        let &(_, leaf, units) = leaves.get(at)?;
        if units == 0 {
            return None;
        }
        with_holder.insert(group);
        seen.push((person, leaf));
    }
    let all = leaves.iter().all(|(group, _, units)| *units == 0 || with_holder.contains(group));
    all.then_some(seen)
}
