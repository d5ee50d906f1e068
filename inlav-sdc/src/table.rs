//! A table of counts with all its margins, tallied from microdata: what disclosure control
//! protects. Nothing in here may be shown to anybody.

use std::fmt;

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::Dimension;

mod bounded;
mod groups;
mod keyed;
mod lattice;

pub use bounded::BoundedTable;
pub use groups::{Group, Holders};
pub use keyed::KeyedTable;
use lattice::Lattice;

/// Cells of one table, above which tallying is refused.
const MOST_CELLS: usize = 1_000_000;

/// One unit of the microdata and the leaf category it falls into along each dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The unit counted (a referral, a person), unique within its kind.
    pub unit: u64,
    /// The person it belongs to; a person may have several units.
    pub person: u64,
    /// For each dimension the node index of a leaf.
    pub leaves: Vec<usize>,
}

/// A table with a cell for every combination of nodes, hence with all margins.
///
/// It holds unprotected counts: it has no `Serialize`, and its `Debug` prints sizes only.
#[derive(Clone)]
pub struct CountTable {
    id: String,
    unit_kind: String,
    dimensions: Vec<Dimension>,
    cells: Vec<CountCell>,
    /// The units by number: what changes between two releases is told by them alone.
    units: Vec<PlacedUnit>,
    without_persons: bool,
}

/// A unit and the leaf cell it is in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PlacedUnit {
    pub(super) unit: u64,
    pub(super) person: u64,
    pub(super) leaf: usize,
}

/// One cell, unprotected.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct CountCell {
    /// Units in it.
    pub(super) count: u64,
    /// Distinct persons among them.
    pub(super) persons: u64,
    /// Hash of the set of units, order-independent. Two cells with the same non-empty set are the
    /// same quantity, in whichever tables they stand.
    pub(super) fingerprint: u128,
    /// Whether the cell would be displayed at all.
    pub(super) shown: bool,
}

/// The word of whoever makes the rows that they depend on no person: sites, pacts, ambiti.
///
/// inlav's hub gives it for queries whose plan scans no table about persons, and for nothing else.
#[derive(Debug, Clone, Copy)]
pub struct WithoutPersons(());

impl WithoutPersons {
    /// Gives that word. Nothing behind it is checked here, and cells counted under it are published
    /// however small they are: a service that calls this must have looked at where its rows come from.
    #[must_use]
    pub const fn asserted() -> Self {
        Self(())
    }
}

/// Why a table could not be built. Names tables and dimensions, never a value.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TableError {
    /// A dimension whose nodes do not form one tree with parents first.
    #[error("dimension {dimension}: nodes must form one tree, the root first, parents before children")]
    MalformedTree {
        /// The dimension.
        dimension: String,
    },
    /// Two nodes of a dimension with one code.
    #[error("dimension {dimension}: a code occurs twice")]
    DuplicateCode {
        /// The dimension.
        dimension: String,
    },
    /// A row whose categories do not fit the dimensions.
    #[error("table {table}: a row does not name one leaf for each dimension")]
    NotALeaf {
        /// The table.
        table: String,
    },
    /// The same unit in two rows: counts would add up to more than there is.
    #[error("table {table}: unit counted twice")]
    UnitTwice {
        /// The table.
        table: String,
    },
    /// More units than can be counted.
    #[error("table {table}: more units than can be counted")]
    TooManyUnits {
        /// The table.
        table: String,
    },
    /// Groups and the persons named for them do not fit.
    #[error("table {table}: every group with units, and no other, must have a person it belongs to")]
    WithoutHolder {
        /// The table.
        table: String,
    },
    /// More cells than disclosure control can treat.
    #[error("table {table}: more than {MOST_CELLS} cells")]
    TooManyCells {
        /// The table.
        table: String,
    },
}

impl CountTable {
    /// Tallies microdata into every cell of a table and all its margins.
    ///
    /// `unit_kind` names what is counted ("referral", "person"): units of different kinds are
    /// never the same, units of one kind are the same when their numbers are, across tables.
    /// `shown` says for given coordinates (one node per dimension) whether the cell is displayed
    /// if safe; a cell that is not (the "no" of a yes/no dimension) stays unpublished for good but
    /// is protected like any other. Something that takes several values per unit (services
    /// received) is tallied as one yes/no table per value.
    ///
    /// # Errors
    ///
    /// [`TableError::TooManyCells`]; [`TableError::NotALeaf`] when a row does not fit;
    /// [`TableError::UnitTwice`] when two rows name the same unit.
    ///
    /// # Guarantee
    ///
    /// Counts, distinct persons and fingerprints are exact (`a_table_is_what_a_naive_count_finds`),
    /// and a unit is in exactly one leaf cell, so that the children of a node add up to it
    /// (`margins_add_up`).
    pub fn tally(
        id: impl Into<String>,
        unit_kind: &str,
        dimensions: Vec<Dimension>,
        rows: impl IntoIterator<Item = Row>,
        shown: impl Fn(&[usize]) -> bool,
    ) -> Result<Self, TableError> {
        let mut table = Self::empty(id.into(), unit_kind, dimensions, shown)?;
        let lattice = Lattice::new(&table.dimensions, table.cells.len());
        let mut seen = Vec::new();
        for row in rows {
            let leaf = lattice
                .leaf_cell(&row.leaves)
                .ok_or_else(|| TableError::NotALeaf { table: table.id.clone() })?;
            if let Some(cell) = table.cells.get_mut(leaf) {
                cell.count += 1;
                cell.fingerprint = cell.fingerprint.wrapping_add(unit_print(unit_kind, row.unit));
            }
            table.units.push(PlacedUnit { unit: row.unit, person: row.person, leaf });
            seen.push((row.person, leaf));
        }
        table.units.sort_unstable();
        if table.units.array_windows().any(|[left, right]| left.unit == right.unit) {
            return Err(TableError::UnitTwice { table: table.id });
        }
        lattice.add_up(&mut table.cells);
        for (cell, persons) in table.cells.iter_mut().zip(lattice.persons(seen)) {
            cell.persons = persons;
        }
        Ok(table)
    }

    /// Tallies units that depend on no person: sites, pacts, ambiti. None of its cells is unsafe.
    /// Parameters as in [`CountTable::tally`], and the proof that no person is behind the rows.
    ///
    /// # Errors
    ///
    /// As [`CountTable::tally`].
    pub fn tally_without_persons(
        id: impl Into<String>,
        unit_kind: &str,
        dimensions: Vec<Dimension>,
        rows: impl IntoIterator<Item = Row>,
        shown: impl Fn(&[usize]) -> bool,
        _proof: &WithoutPersons,
    ) -> Result<Self, TableError> {
        let mut table = Self::tally(id, unit_kind, dimensions, rows, shown)?;
        for cell in &mut table.cells {
            cell.persons = 0;
        }
        table.without_persons = true;
        Ok(table)
    }

    /// The table's name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its sides.
    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// The number of cells, margins included.
    pub fn size(&self) -> usize {
        self.cells.len()
    }

    /// Whether an independent count found the same. `expected` is asked for the units and the
    /// distinct persons at every coordinates (one node per dimension), margins included.
    ///
    /// # Guarantee
    ///
    /// Tells yes or no about the whole table, and no number: it serves tests and benches of the
    /// engine, which have the rows anyway.
    pub fn agrees_with(&self, mut expected: impl FnMut(&[usize]) -> (u64, u64)) -> bool {
        (self.cells.iter().enumerate())
            .all(|(index, cell)| expected(&self.coordinates(index)) == (cell.count, cell.persons))
    }

    pub(super) fn unit_kind(&self) -> &str {
        &self.unit_kind
    }

    pub(super) fn without_persons(&self) -> bool {
        self.without_persons
    }

    /// The units in order of their numbers.
    pub(super) fn units(&self) -> &[PlacedUnit] {
        &self.units
    }

    /// The same counts under another name, without their units.
    pub(super) fn counts_named(&self, id: String) -> Self {
        Self {
            id,
            unit_kind: self.unit_kind.clone(),
            dimensions: self.dimensions.clone(),
            cells: self.cells.clone(),
            units: Vec::new(),
            without_persons: self.without_persons,
        }
    }

    pub(super) fn cells(&self) -> &[CountCell] {
        &self.cells
    }

    /// One node per dimension for the cell at `index`; the last dimension runs fastest.
    pub(super) fn coordinates(&self, mut index: usize) -> Vec<usize> {
        let mut coordinates = vec![0; self.dimensions.len()];
        for (at, dimension) in coordinates.iter_mut().zip(&self.dimensions).rev() {
            *at = index % dimension.nodes().len();
            index /= dimension.nodes().len();
        }
        coordinates
    }

    /// The cell at these coordinates, if they are some of this table's.
    pub(super) fn index(&self, coordinates: &[usize]) -> Option<usize> {
        if coordinates.len() != self.dimensions.len() {
            return None;
        }
        (coordinates.iter().zip(&self.dimensions)).try_fold(0, |index, (&at, dimension)| {
            (at < dimension.nodes().len()).then(|| index * dimension.nodes().len() + at)
        })
    }

    /// Takes what stands in leaf cells up into all margins, cell by cell.
    pub(super) fn fold_up<T: Copy>(&self, cells: &mut [T], add: impl Fn(&mut T, T)) {
        Lattice::new(&self.dimensions, self.cells.len()).fold_up(cells, add);
    }

    /// The codes at the cell's coordinates.
    pub(super) fn codes(&self, index: usize) -> Vec<String> {
        (self.coordinates(index).iter().zip(&self.dimensions))
            .filter_map(|(&at, dimension)| Some(dimension.nodes().get(at)?.code.clone()))
            .collect()
    }

    /// The additive equations of the table, as cell indices: a parent and its children.
    pub(super) fn equations(&self) -> Vec<(usize, Vec<usize>)> {
        let mut equations = Vec::new();
        let mut stride = 1;
        for dimension in self.dimensions.iter().rev() {
            let parts = dimension.parts();
            for index in 0..self.cells.len() {
                let at = index / stride % dimension.nodes().len();
                let children: Vec<usize> = (parts.get(at).into_iter().flatten())
                    .map(|child| index + (child - at) * stride)
                    .collect();
                if !children.is_empty() {
                    equations.push((index, children));
                }
            }
            stride *= dimension.nodes().len();
        }
        equations
    }
}

impl fmt::Debug for CountTable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CountTable")
            .field("id", &self.id)
            .field("cells", &self.cells.len())
            .finish_non_exhaustive()
    }
}

/// The print of one unit.
pub(super) fn unit_print(kind: &str, unit: u64) -> u128 {
    print_of(b"inlav/disclosure/unit/v1", kind, unit)
}

/// 128 bits of SHA-256 over a label, the kind and a number. Sums of these tell sets of units apart;
/// they are never written anywhere.
fn print_of(label: &[u8], kind: &str, number: u64) -> u128 {
    let mut hash = Sha256::new();
    hash.update(label);
    hash.update((kind.len() as u64).to_be_bytes());
    hash.update(kind.as_bytes());
    hash.update(number.to_be_bytes());
    let digest = hash.finalize();
    (digest.iter().take(16)).fold(0, |sum, &byte| sum << 8 | u128::from(byte))
}

#[cfg(test)]
mod tests;
